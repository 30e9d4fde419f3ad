"""What is made of the time: by which clock it is told, whether it is taken once for all events, and across a freeze.

Code outside the handler runs once for each execution environment, which is frozen between events:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code import idioms
from lambdalint.code.facts import Change, Handler, once_a_handler
from lambdalint.code.value import (
    KEPT,
    NONE,
    Call,
    Choice,
    Compared,
    Constant,
    Mapping,
    Result,
    Sequence,
    Text,
    Unknown,
    Value,
    origins,
)
from lambdalint.meaning.operations import operation
from lambdalint.patterns import pattern

_CLOCKS = {
    "time.time": "time.time()", "time.time_ns": "time.time_ns()", "datetime.datetime.now": "datetime.now()",
    "datetime.datetime.utcnow": "datetime.utcnow()", "datetime.datetime.today": "datetime.today()",
    "datetime.date.today": "date.today()", "time.strftime": "time.strftime()", "js:Date.now": "Date.now()",
    "js:Date": "new Date()", "npm:moment": "moment()", "npm:dayjs": "dayjs()",
    "npm:luxon.DateTime.now": "DateTime.now()", "npm:moment.utc": "moment.utc()",
}  # fmt: skip
"""What tells the time of day, and how it is written."""
_OF_ARGUMENTS = frozenset({"js:Date", "npm:moment", "npm:dayjs", "npm:moment.utc"})
"""What tells another time where it is given one."""

_MONOTONIC = {
    "time.monotonic": "time.monotonic()", "time.monotonic_ns": "time.monotonic_ns()",
    "time.perf_counter": "time.perf_counter()", "time.perf_counter_ns": "time.perf_counter_ns()",
    "js:performance.now": "performance.now()", "node:perf_hooks.performance.now": "performance.now()",
    "js:process.hrtime": "process.hrtime()", "js:process.hrtime.bigint": "process.hrtime.bigint()",
    "js:process.uptime": "process.uptime()",
}  # fmt: skip
"""What only tells how much time has gone by."""

_OF_START = pattern(r"(?i)start|boot|init|cold|load|launch|deploy|created_?at|since|uptime|version|build")
"""Keys under which one tells when an environment began."""


def clock(call: Call) -> str | None:
    """How a call that tells the time of day is written; None for another."""
    if call.receiver is not None or (call.name in _OF_ARGUMENTS and (call.arguments or call.open)):
        return None
    if call.name == "time.strftime" and len(call.arguments) != 1:
        return None
    return _CLOCKS.get(call.name)


@once_a_handler
def stale(handler: Handler) -> tuple[tuple[Call, Call | None], ...]:
    """The calls at init whose time is sent or answered at every event, as if it were now, each with what sends it."""
    return tuple(_stale(handler))


def _stale(handler: Handler) -> Iterator[tuple[Call, Call | None]]:
    known: dict[int, Call | None] = {}
    for call in handler.invocation_calls:
        if operation(call) is not None:
            for name, value in call.keywords.items():
                if (taken := _taken(value, known)) is not None and not _OF_START.search(name):
                    yield taken, call
    for returned in handler.returns:
        if (taken := _taken(returned.value, known)) is not None:
            yield taken, None


def _taken(value: Value, known: dict[int, Call | None]) -> Call | None:
    """The call at init whose time a value is or holds, whatever way the program takes.

    `known` is what was found of values before: one that is part of many is looked at once.
    """
    if id(value) not in known:
        known[id(value)] = None  # What holds itself holds no time by that.
        known[id(value)] = _looked_up(value, known)
    return known[id(value)]


def _looked_up(value: Value, known: dict[int, Call | None]) -> Call | None:
    match value:
        case Result(call) if clock(call) is not None:
            return call if call.phase == "init" else None
        case Result(call) if idioms.is_pure(call):
            given = (() if call.receiver is None else (call.receiver,), call.arguments, tuple(call.keywords.values()))
            return _first([part for each in given for part in each], known)
        case Choice(several):
            taken = [_taken(each, known) for each in several if each != NONE]
            return taken[0] if taken and None not in taken else None
        case Text(parts) | Unknown(parts):
            return _first(list(parts), known)
        case Sequence(lasting=True) | Mapping(lasting=True):
            # Data that is made at init, with the time when that was.
            return None
        case Sequence(items=items):
            return _first(items, known)
        case Mapping(entries=entries):
            return _first([each for key, each in entries.items() if not _OF_START.search(key)], known)
        case _:
            return None


def _first(parts: list[Value], known: dict[int, Call | None]) -> Call | None:
    """The time that is among parts; none where it is set against the time of the event."""
    if any(clock(each.call) and each.call.phase != "init" for part in parts for each in _results(part)):
        return None
    return next((taken for part in parts if (taken := _taken(part, known)) is not None), None)


def _results(value: Value) -> Iterator[Result]:
    return (each for each in origins(value, 50) if isinstance(each, Result))


def frozen(handler: Handler) -> Iterator[Call]:
    """The calls that ask a monotonic clock how old something is that was kept from an event before."""
    lengths = [_monotonic(each.value) for each in handler.changes if each.value is not None]
    # How long something took is no time of the clock.
    spans = [call for asked in lengths if len(asked) > 1 for call in asked]
    asked_for = (each for each in handler.calls if each.name in _MONOTONIC and KEPT in each.asked)
    kept = [each for each in asked_for if each not in spans and not _is_set_back(handler, each)]
    if not kept:
        return
    for test in handler.tests:
        for compared in origins(test, 200):
            if not isinstance(compared, Compared):
                continue
            asked = _monotonic(compared)
            now = [each for each in asked if each.phase == "invocation" and each not in kept] or _since(compared, kept)
            if len(now) == 1 and _may_be_about(now[0], asked, kept):
                yield now[0]


def _may_be_about(now: Call, asked: list[Call], kept: list[Call]) -> bool:
    """Whether a test may set the time against one that is kept: what is kept first may not be there yet, but is written
    down near by."""
    return any(each in asked or each.span.path == now.span.path for each in kept)


def _is_set_back(handler: Handler, taken: Call) -> bool:
    """Whether the attribute that a time is kept in is a constant again before the event ends."""
    changes = [each for each in handler.changes if each.value is not None and each.how == "="]
    held = [each for each in changes if taken in _monotonic(each.value or NONE)]
    return bool(held) and all(any(_sets_back(each, one) for each in changes) for one in held)


def _sets_back(change: Change, held: Change) -> bool:
    """Whether a change makes a constant of what another has set, whenever that has."""
    same = change.of is held.of and change.key == held.key and isinstance(change.value, Constant)
    return same and all(each in held.tested for each in change.tested)


def _since(compared: Compared, kept: list[Call]) -> list[Call]:
    """The call that tells both the time now and the time to keep, where it is set against what is kept at first."""
    match compared.left:
        case Unknown((Result(call), Constant(0 | None))) if call in kept and call.phase == "invocation":
            return [call]
        case _:
            return []


def _monotonic(value: Value) -> list[Call]:
    return [each.call for each in _results(value) if each.call.name in _MONOTONIC]


def written(call: Call) -> str:
    """How a call to a clock is written."""
    return clock(call) or _MONOTONIC[call.name]
