"""Applications of the web in JavaScript: what their routes answer by the response that their framework gives them."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler, Return
from lambdalint.code.idioms import WEB_CONTEXT, WEB_RESPONSE
from lambdalint.code.value import Call, Constant, Mapping, Result, Text, Unknown, Value
from lambdalint.meaning.http import BODY, HEADERS, STATUS

_ANSWERING = frozenset({"json", "send", "end", "jsonp", "text", "html", "body"})
"""Methods of a response whose first argument is the body."""
_SETTING_STATUS = frozenset({"status", "code", "writeHead", "sendStatus"})
_SETTING_TYPE = frozenset({"type", "contentType", "set", "header", "setHeader", "writeHead", "append"})
_BODIES = frozenset({f"{WEB_CONTEXT}.body", f"{WEB_CONTEXT}.response.body"})
"""The names that Koa's routes set to answer."""


def answers(handler: Handler) -> Iterator[Return]:
    """What a handler's routes answer, as the responses of Lambda that a framework makes of it."""
    typed = any(_of_response(call) and _method(call) in _SETTING_TYPE for call in handler.invocation_calls)
    for call in handler.invocation_calls:
        if _of_response(call):
            response = _response(call, typed=typed)
            if response is not None:
                yield Return(response, call.span, call.span)
    for each in handler.settings:
        if each.name in _BODIES:
            yield Return(Mapping(each.span, {STATUS: Unknown(), BODY: each.value}), each.span, each.span)


def _of_response(call: Call) -> bool:
    """Whether a call is of a method of a response, or of one that gives the response again."""
    while isinstance(call.receiver, Result):
        call = call.receiver.call
    return call.receiver is None and call.name.startswith((f"{WEB_RESPONSE}.", f"{WEB_CONTEXT}."))


def _method(call: Call) -> str:
    return call.name.rpartition(".")[2]


def _response(call: Call, *, typed: bool) -> Mapping | None:
    name, given = _method(call), call.arguments
    status = _status(call)
    if name == "redirect" and given:
        to = next((each for each in given if not _is_number(each)), Unknown())
        return Mapping(call.span, {STATUS: Constant(302), HEADERS: Mapping(call.span, {"Location": to})})
    if name not in _ANSWERING or not given:
        return None
    entries: dict[str, Value] = {STATUS: Unknown() if status is None else status, BODY: given[0]}
    if name == "html" or (name == "send" and not typed and isinstance(given[0], Text)):
        # Express takes a text for a page unless it is told otherwise.
        entries[HEADERS] = Mapping(call.span, {"Content-Type": Constant("text/html")})
    return Mapping(call.span, entries)


def _status(call: Call) -> Value | None:
    """The status that a call answers with, or one before it in a chain has set."""
    if call.receiver is None and call.name.startswith(f"{WEB_CONTEXT}.") and len(call.arguments) > 1:
        return call.arguments[1]
    before = call.receiver
    while isinstance(before, Result):
        if _method(before.call) in _SETTING_STATUS and before.call.arguments:
            return before.call.arguments[0]
        before = before.call.receiver
    return None


def _is_number(value: Value) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, int)
