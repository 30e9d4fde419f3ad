"""The requests that applications of the web make of events, as their routes see them."""

from __future__ import annotations

from lambdalint.code import idioms
from lambdalint.code.evaluate import access
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import Imported, Piece, Value
from lambdalint.records import replace
from lambdalint.source import Span

_OF_CONTEXT = {"req": idioms.WEB_REQUEST, "request": idioms.WEB_REQUEST}
_ONLY_METHODS = frozenset({"json", "text", "formData", "parseBody", "queries", "param", "get", "header"})


_OF_BOTH = frozenset({"get"})
"""Methods of what stands for both that read the request."""


def part(run: Run, base: str, name: str, span: Span) -> Value:
    """The attribute of a request, or of what stands for it and its answer."""
    if base == idioms.WEB_CONTEXT and name in _OF_CONTEXT:
        return Imported(_OF_CONTEXT[name])
    field = idioms.WEB_PARTS.get(name)
    if field is None or name in _ONLY_METHODS or (base == idioms.WEB_CONTEXT and name == "body"):
        return Imported(f"{base}.{name}")
    return _read(run, field, span)


def method(run: Run, base: str, name: str, given: tuple[Value, ...], span: Span) -> Value | None:
    """What a method of a request, or of what stands for it and its answer, gives; None where that is no part of the
    event."""
    field = idioms.WEB_PARTS.get(name)
    if field is None or (base == idioms.WEB_CONTEXT and name not in _OF_BOTH):
        return None
    whole = _read(run, field, span)
    return access.item(run, whole, given[0], span) if given and field != "body" else whole


def _read(run: Run, field: str, span: Span) -> Piece:
    """A part of the event that an application has parsed: it is always there, empty where the event has none."""
    return replace(run.read(Piece((field,)), span, uncertain=True, lenient=True), there=True)
