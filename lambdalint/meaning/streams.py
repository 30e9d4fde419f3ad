"""Responses that a handler of Node.js streams: what ends them."""

from __future__ import annotations

from lambdalint.code.facts import Handler
from lambdalint.code.idioms import STREAM, is_log
from lambdalint.code.value import Call, Imported, Value, origins

_ENDING = frozenset({"end", "destroy"})
_AROUND = "HttpResponseStream.from"
"""Gives a stream that writes status and headers first, into the one that it is given."""


def ends(call: Call) -> bool:
    """Whether a call ends the stream of a response, or hands it to what may: a pipeline, a framework."""
    if call.name.startswith(STREAM):
        return call.name.rpartition(".")[2] in _ENDING
    if call.receiver is not None and _holds(call.receiver):
        return call.name in _ENDING or any(map(_holds, call.arguments))
    given = (*call.arguments, *call.keywords.values())
    return not call.name.endswith(_AROUND) and not is_log(call) and any(map(_holds, given))


def may_be_kept(handler: Handler) -> bool:
    """Whether the stream of a response is kept or given back, so that others may end it."""
    values = [each.value for each in handler.returns] + [each.value for each in handler.changes if each.value]
    return any(map(_holds, values))


def _holds(value: Value) -> bool:
    return any(isinstance(each, Imported) and each.name.startswith(STREAM) for each in origins(value))
