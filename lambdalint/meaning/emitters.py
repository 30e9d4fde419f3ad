"""Emitters of events in Node.js: whether somebody listens for their errors.

An emitter that emits `error` while nobody listens for it throws the error where no `try` is, and the process ends.
https://nodejs.org/api/events.html#error-events
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.idioms import is_log
from lambdalint.code.value import Call, Constant, Instance, Mapping, Result, Sequence, Value, options

_REQUESTS = frozenset({"node:http.request", "node:https.request", "node:http.get", "node:https.get"})
_STREAMS = frozenset({"createReadStream"})
_LISTENING = frozenset({"on", "once", "addListener", "prependListener", "prependOnceListener"})
_SAME = _LISTENING | {"setEncoding", "setTimeout", "setNoDelay", "setSocketKeepAlive", "setHeader", "off"}
"""Methods that give the emitter itself, for the next one, or nothing."""
_EVERYTHING = frozenset({"uncaughtException", "uncaughtExceptionMonitor"})


def unheard(handler: Handler) -> Iterator[tuple[Call, str]]:
    """The requests, and the streams that are piped on, for whose errors nobody listens, each with what it is."""
    calls = handler.calls
    if handler.bounded or any(_first(call) in _EVERYTHING for call in calls):
        return
    listening = [call for call in calls if call.name in _LISTENING and _first(call) in ("error", None)]
    heard = {id(each) for call in listening for each in _emitters(call.receiver)}
    for call in calls:
        what = _what(call)
        if what and call.phase == "invocation" and id(call) not in heard and not _is_handed_on(handler, call):
            yield call, what


def _what(call: Call) -> str:
    if call.receiver is None and call.name in _REQUESTS:
        return call.name.removeprefix("node:")
    own = call.name.removeprefix("node:fs.")
    return own if own in _STREAMS and "pipe" in call.asked else ""


def _first(call: Call) -> str | None:
    """The event that a method is told of; None where that is not known."""
    given = call.arguments[0] if call.arguments else None
    return str(given.value) if isinstance(given, Constant) else None if given is not None else ""


def _emitters(receiver: Value | None) -> Iterator[Call]:
    """The calls that may have made what a method is called on."""
    pending = [] if receiver is None else [*options(receiver)]
    while pending:
        each = pending.pop()
        if isinstance(each, Result):
            yield each.call
            if each.call.name in _SAME and each.call.receiver is not None:
                pending.extend(options(each.call.receiver))


def _is_handed_on(handler: Handler, made: Call) -> bool:
    """Whether somebody else gets an emitter, and may listen."""
    given = [
        *(value for call in handler.calls if not is_log(call) for value in (*call.arguments, *call.keywords.values())),
        *(returned.value for returned in handler.returns),
        *(change.value for change in handler.changes if change.value is not None),
        *handler.answers,
    ]
    return any(each is made for value in given for held in _held(value) for each in _emitters(held))


def _held(value: Value) -> Iterator[Value]:
    """What a value is, or holds: not what was read of it."""
    for each in options(value):
        yield each
        match each:
            case Mapping(entries=entries):
                yield from entries.values()
            case Sequence(items=items):
                yield from items
            case Instance(attributes=attributes):
                yield from attributes.values()
