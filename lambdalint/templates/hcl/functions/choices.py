"""Functions that give one value for a collection, or for several values."""

from __future__ import annotations

from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import BY_DEFAULT, origin_of, spelt
from lambdalint.templates.hcl.functions.signature import Arguments, Function
from lambdalint.templates.hcl.operators import truth
from lambdalint.templates.hcl.scope import Failed, Scope
from lambdalint.templates.hcl.steps import attribute, index, is_null
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value


def _lookup(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    match arguments:
        case [Mapping() as given, Known() as key, *fallback]:
            name = spelt(key)
            if name in given.keys or given.open or not fallback:
                return attribute(given, name, span, scope)
            return fallback[0]
        case [given, key, *_]:
            return Unknown(span, "lookup()") if not isinstance(given, Mapping) else index(given, key, span, scope)
        case _:
            return Unknown(span, "lookup()")


def _coalesce(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    for argument in arguments:
        match argument:
            case Known(value="", origin=origin) if origin.startswith(BY_DEFAULT):
                return Unknown(span, "coalesce()")
            case None | Known(value=""):
                continue
            case Unknown() if is_null(argument):
                continue
            case _:
                return argument
    raise Failed("coalesce()")


def _coalesce_list(arguments: Arguments, _span: Span, _scope: Scope) -> Value | None:
    for argument in arguments:
        if argument is None or (isinstance(argument, Sequence) and not argument.items and not argument.open):
            continue
        return argument
    raise Failed("coalescelist()")


def _length(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Known(value=str() as text, origin=origin)]:
            return Known(len(text), span, origin)
        case [Sequence(items, open=False)]:
            return Known(len(items), span, origin_of(item.origin for item in items if isinstance(item, Known)))
        case [Mapping(open=False) as given]:
            return Known(len(given.keys), span)
        case _:
            return Unknown(span, "length()")


def _element(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    match arguments:
        case [Sequence(items) as given, Known(value=int() as position)]:
            if not items and not given.open:
                raise Failed("element()")
            at = position % len(items) if items and not given.open else position
            return index(given, Known(at, span), span, scope)
        case [Reference() as found, _]:
            return found
        case _:
            return Unknown(span, "element()")


def _one(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Sequence((only,))]:
            return None if is_null(only) else only
        case [Sequence((), open=False) | None]:
            return None
        case _:
            return Unknown(span, "one()")


def _contains(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Sequence(items) as given, Known() as sought]:
            if any(isinstance(item, Known) and spelt(item) == spelt(sought) for item in items):
                return Known(True, span, sought.origin)
            if not given.open and all(isinstance(item, Known) for item in items):
                return Known(False, span, sought.origin)
    return Unknown(span, "contains()")


def _extreme(name: str) -> Function:
    def apply(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
        known = [each for each in arguments if isinstance(each, Known) and isinstance(each.value, int | float)]
        if not known or len(known) < len(arguments):
            return Unknown(span, f"{name}()")
        found = (max if name == "max" else min)(known, key=lambda each: each.value)
        return replace(found, origin=origin_of(each.origin for each in known))

    return apply


def _all_true(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    return _quantified(arguments, span, decisive=False)


def _any_true(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    return _quantified(arguments, span, decisive=True)


def _quantified(arguments: Arguments, span: Span, *, decisive: bool) -> Value:
    match arguments:
        case [Sequence(items, open=False)]:
            truths = [truth(item) for item in items]
            if decisive in truths or None not in truths:
                return Known(decisive if decisive in truths else not decisive, span)
    return Unknown(span, "a condition")


def _sum(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Sequence(items, open=False)]:
            numbers = [item.value for item in items if isinstance(item, Known) and isinstance(item.value, int | float)]
            if len(numbers) == len(items):
                return Known(sum(numbers), span)
    return Unknown(span, "sum()")


FUNCTIONS: dict[str, Function] = {
    "lookup": _lookup,
    "coalesce": _coalesce,
    "coalescelist": _coalesce_list,
    "length": _length,
    "element": _element,
    "one": _one,
    "contains": _contains,
    "max": _extreme("max"),
    "min": _extreme("min"),
    "alltrue": _all_true,
    "anytrue": _any_true,
    "sum": _sum,
}
