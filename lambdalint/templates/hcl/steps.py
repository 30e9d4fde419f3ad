"""Into values: attributes, items, and all items one by one."""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.records import dataclass, replace
from lambdalint.source import Span
from lambdalint.templates.cloudformation.intrinsics import same
from lambdalint.templates.cloudformation.text import BY_DEFAULT, origin_of, spelt
from lambdalint.templates.hcl.scope import Failed, Scope
from lambdalint.templates.value import FROM_STACK, Known, Mapping, Reference, Sequence, Text, Unknown, Value

UNSEEN = "open sequence"
"""Why an item is unknown of a row that a deployment may add it to."""

LARGEST = 10_000
"""How many items a collection may have that an expression makes."""


def null(span: Span) -> Unknown:
    """A null in a row of values: it has its place in the row, and is no value."""
    return Unknown(span, "null")


def is_null(value: Value | None) -> bool:
    """Whether a value is null, on its own or in a row."""
    return value is None or (isinstance(value, Unknown) and value.why == "null")


@dataclass(frozen=True, slots=True)
class Pairs:
    """The keys and the values of a collection."""

    pairs: tuple[tuple[Value | None, Value | None], ...]
    open: bool


def attribute(of: Value | None, name: str, span: Span, scope: Scope) -> Value | None:
    """`of.name`"""
    match of:
        case Reference(attribute=""):
            return scope.attribute(of, name, span)
        case Mapping(entries):
            if name in entries:
                return entries[name]
            if name in of.keys:
                return None
            if of.open:
                return Unknown(span, "open mapping")
            raise Failed(f"no {name}")
        case None:
            raise Failed(f"{name} of null")
        case Unknown():
            if of.why == "null":
                raise Failed(f"{name} of null")
            of_stack = of.elsewhere == (FROM_STACK, "")
            return replace(of, span=span, elsewhere=(FROM_STACK, name) if of_stack else of.elsewhere)
        case Known():
            raise Failed(f"{name} of a scalar")
        case _:
            return Unknown(span, f"no mapping at {name}")


def index(of: Value | None, key: Value | None, span: Span, scope: Scope) -> Value | None:
    """`of[key]`"""
    match of, key:
        case Reference(attribute=""), Known(value=str() as name) if not scope.is_generic(of):
            return scope.attribute(of, name, span)
        case Reference(attribute=""), _:
            return of
        case (Mapping(), Known() as name) | (Unknown(elsewhere=(_, "")), Known() as name):
            return attribute(of, spelt(name), span, scope)
        case Sequence(items), Known():
            position = _position(key)
            if position is None:
                raise Failed("not an index")
            if 0 <= position < len(items):
                found = items[position]
                return None if is_null(found) else found
            if of.open:
                return Unknown(span, UNSEEN)
            raise Failed(f"no item {position}")
        case Mapping(entries, open=False), _ if entries and len(entries) == len(of.keys):
            first, *rest = entries.values()
            return first if all(same(first, each) for each in rest) else Unknown(span, "an unknown key")
        case Sequence((first, *rest), open=False), _:
            return first if all(same(first, each) for each in rest) else Unknown(span, "an unknown index")
        case None, _:
            raise Failed("an item of null")
        case Unknown(why=why), _ if why.startswith("data."):
            return Unknown(span, why)
        case _:
            return Unknown(span, "an item")


def _position(key: Known) -> int | None:
    try:
        return None if isinstance(key.value, bool) else int(key.value)
    except (ValueError, OverflowError):
        return None


def splat(of: Value | None, each: Callable[[Value | None], Value | None], span: Span, scope: Scope) -> Value | None:
    """`of[*]` and what follows, for each item."""
    match of:
        case None:
            return Sequence((), span)
        case Sequence(items):
            row = tuple(null(span) if (found := each(item)) is None else found for item in items)
            return Sequence(row, span, of.open)
        case Reference(attribute="") if scope.is_generic(of):
            found = each(of)
            return Sequence((null(span) if found is None else found,), span, open=True)
        case Unknown():
            return replace(of, span=span)
        case _:
            found = each(of)
            return Sequence((null(span) if found is None else found,), span)


def each_of(value: Value | None) -> tuple[Value, ...]:
    """The items of a collection that are seen."""
    match value:
        case Sequence(items):
            return items
        case Mapping(entries):
            return tuple(entries.values())
        case _:
            return ()


def pairs(collection: Value | None, scope: Scope) -> Pairs | None:
    """The keys and values that a `for` goes through; None where they are not known."""
    match collection:
        case Sequence(items):
            return Pairs(tuple((Known(at, item.span), item) for at, item in enumerate(items)), collection.open)
        case Mapping(entries):
            keys = tuple((Known(name, span), entries.get(name)) for name, span in collection.keys.items())
            return Pairs(keys, collection.open)
        case Reference(attribute="") if scope.is_generic(collection):
            return Pairs(((Unknown(collection.span, "a key"), collection),), open=True)
        case _:
            return None


def by_default(value: Value | None, origin: str) -> Value | None:
    """A value that is one only by default."""
    match value:
        case Known():
            return replace(value, origin=origin_of((origin, value.origin)))
        case Text(parts):
            told = (
                replace(part, origin=origin_of((origin, part.origin))) if isinstance(part, Known) else part
                for part in parts
            )
            return replace(value, parts=tuple(told))
        case Sequence(items):
            return replace(value, items=tuple(by_default(item, origin) or item for item in items))
        case Mapping(entries):
            return replace(value, entries={name: by_default(item, origin) or item for name, item in entries.items()})
        case _:
            return value


def is_default(value: Value | None) -> bool:
    """Whether a scalar is what it is only by default."""
    return isinstance(value, Known) and value.origin.startswith(BY_DEFAULT)
