"""What a handler's answers to a batch mean."""

from __future__ import annotations

from lambdalint.code.facts import Call, Handler, always_empty, carries
from lambdalint.code.idioms import BATCH_PROCESSORS, BATCH_RESPONSES, is_log, origin_name
from lambdalint.code.value import Mapping, Piece, Result, Value, options, origins

FAILURES = "batchItemFailures"


def reports_failures(value: Value) -> bool:
    """Whether a returned value surely has `batchItemFailures` that may name a record."""
    return any(
        (isinstance(each, Mapping) and FAILURES in each.entries and not always_empty(each.entries[FAILURES]))
        or _by_powertools(each)
        for each in options(value)
    )


def may_report(value: Value) -> bool | None:
    """Whether a returned value has `batchItemFailures`; None where that cannot be told."""
    if any(_by_powertools(each) for each in options(value)):
        return True
    return carries(value, FAILURES)


def _by_powertools(value: Value) -> bool:
    """Whether a value is the response that Powertools makes of a batch."""
    match value:
        case Result(call) if call.receiver is None:
            return call.name in BATCH_RESPONSES
        case Result(call) if call.name == "response":
            return origin_name(value) in BATCH_PROCESSORS
        case _:
            return False


def uses_all_records(handler: Handler) -> bool:
    """Whether a handler may look at records after the first: it loops, counts them, or hands them on."""
    return (
        handler.loops_over_records
        or any(read.path[:1] == ("Records",) and len(read.path) > 1 and read.path[1] != 0 for read in handler.reads)
        or any(_takes_all(call) for call in handler.calls)
    )


_TOLD = frozenset({"json.dumps", "builtins.str", "builtins.repr", "builtins.type", "pprint.pprint"})


def _takes_all(call: Call) -> bool:
    """Whether a call gets the whole event or all its records, and does not only log them."""
    whole = any(
        isinstance(each, Piece) and each.root == "event" and each.path in ((), ("Records",))
        for value in (*call.arguments, *call.keywords.values())
        for each in origins(value)
    )
    return whole and not is_log(call) and call.name not in _TOLD
