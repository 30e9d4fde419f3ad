"""Functions that make a collection of others."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.cloudformation.intrinsics import same
from lambdalint.templates.cloudformation.text import spelt
from lambdalint.templates.hcl.functions.signature import Arguments, Function, complete
from lambdalint.templates.hcl.scope import Scope
from lambdalint.templates.hcl.steps import LARGEST, is_null, pairs
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value


def _itself(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    return _listed(arguments[0], span, scope) if arguments else Unknown(span, "no argument")


def _listed(value: Value | None, span: Span, scope: Scope) -> Value | None:
    """A collection as a list, where it can be: a resource with instances stands for their map."""
    match value:
        case Reference(attribute="") if scope.is_generic(value):
            return Sequence((value,), span, open=True)
        case _:
            return value


def _to_set(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    match _itself(arguments, span, scope):
        case Sequence(items) as given:
            return replace(given, items=tuple(_distinct(items)))
        case other:
            return other


def _to_map(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    return arguments[0] if arguments else Unknown(span, "tomap()")


def _distinct(items: tuple[Value, ...]) -> Iterator[Value]:
    seen: set[tuple[bool, object]] = set()
    others: list[Value] = []
    for item in items:
        if isinstance(item, Known):
            key = (isinstance(item.value, bool), item.value)
            if key in seen:
                continue
            seen.add(key)
        elif len(others) < 100:
            if any(same(item, other) for other in others):
                continue
            others.append(item)
        yield item


def _concat(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    items: list[Value] = []
    unseen = False
    for argument in arguments:
        match _listed(argument, span, scope):
            case Sequence(row) as given:
                items.extend(row)
                unseen |= given.open
            case _:
                unseen = True
    return Sequence(tuple(items), span, unseen) if len(items) <= LARGEST else Unknown(span, "concat()")


def _flatten(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Sequence() as given]:
            unseen = [given.open]
            items = tuple(_leaves(given, unseen))
            return Sequence(items, span, any(unseen)) if len(items) <= LARGEST else Unknown(span, "flatten()")
        case _:
            return Unknown(span, "flatten()")


def _leaves(given: Sequence, unseen: list[bool]) -> Iterator[Value]:
    for item in given.items:
        if isinstance(item, Sequence):
            unseen.append(item.open)
            yield from _leaves(item, unseen)
        elif isinstance(item, Unknown) and not is_null(item):
            unseen.append(True)  # it may be a list
            yield item
        else:
            yield item


def _merge(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    unseen = False
    for argument in arguments:
        match argument:
            case Mapping():
                for name in argument.keys:
                    entries.pop(name, None)
                entries |= argument.entries
                keys |= argument.keys
                unseen |= argument.open
            case None:
                continue
            case _ if is_null(argument):
                continue
            case _:
                unseen = True
    return Mapping(entries, span, keys, unseen)


def _compact(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Sequence(items) as given]:
            kept = (item for item in items if not is_null(item) and not (isinstance(item, Known) and item.value == ""))
            return replace(given, items=tuple(kept))
        case _:
            return Unknown(span, "compact()")


def _keys(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    found = pairs(arguments[0], scope) if arguments and not isinstance(arguments[0], Sequence) else None
    if found is None:
        return Unknown(span, "keys()")
    return Sequence(tuple(key for key, _ in _sorted(found.pairs) if key is not None), span, found.open)


def _values(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    found = pairs(arguments[0], scope) if arguments and not isinstance(arguments[0], Sequence) else None
    if found is None:
        return Unknown(span, "values()")
    return Sequence(
        tuple(Unknown(span, "null") if value is None else value for _, value in _sorted(found.pairs)), span, found.open
    )


def _sorted(pairs: tuple[tuple[Value | None, Value | None], ...]) -> list[tuple[Value | None, Value | None]]:
    return sorted(pairs, key=lambda pair: spelt(pair[0]) if isinstance(pair[0], Known) else "")


def _range(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    bounds = [each.value for each in arguments if isinstance(each, Known) and isinstance(each.value, int)]
    if not bounds or len(bounds) < len(arguments) or len(bounds) > 3 or (len(bounds) == 3 and bounds[2] == 0):
        return Unknown(span, "range()")
    numbers = range(*bounds)
    if len(numbers) > LARGEST or not scope.work.spend(len(numbers)):
        return Unknown(span, "range()")
    return Sequence(tuple(Known(each, span) for each in numbers), span)


def _zipmap(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Sequence(names, open=False), Sequence(values, open=False)] if all(
            isinstance(name, Known) for name in names
        ):
            rows = [(spelt(name), value) for name, value in zip(names, values, strict=False) if isinstance(name, Known)]
            return Mapping(dict(rows), span, {name: value.span for name, value in rows})
        case _:
            return Unknown(span, "zipmap()")


def _reverse(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Sequence(items, open=False)]:
            return Sequence(items[::-1], span)
        case _:
            return Unknown(span, "reverse()")


def _sort(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Sequence(items, open=False)] if all(isinstance(item, Known) for item in items):
            return Sequence(tuple(sorted(items, key=lambda item: spelt(item) if isinstance(item, Known) else "")), span)
        case [Sequence() as given]:
            return given
        case _:
            return Unknown(span, "sort()")


def _slice(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Sequence(items, open=False), Known(value=int() as start), Known(value=int() as end)] if start >= 0:
            return Sequence(items[start:end], span)
        case _:
            return Unknown(span, "slice()")


def _union(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    return _to_set([_concat(arguments, span, scope)], span, scope)


def _subtract(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Sequence(items) as given, Sequence(without)] if complete(arguments[1]):
            names = {spelt(item) for item in without if isinstance(item, Known)}
            if len(names) == len(without):
                kept = (item for item in items if not (isinstance(item, Known) and spelt(item) in names))
                return replace(given, items=tuple(kept))
    return Unknown(span, "setsubtract()")


FUNCTIONS: dict[str, Function] = {
    "tolist": _itself,
    "toset": _to_set,
    "tomap": _to_map,
    "sensitive": _to_map,
    "nonsensitive": _to_map,
    "distinct": _to_set,
    "concat": _concat,
    "flatten": _flatten,
    "merge": _merge,
    "compact": _compact,
    "keys": _keys,
    "values": _values,
    "range": _range,
    "zipmap": _zipmap,
    "reverse": _reverse,
    "sort": _sort,
    "slice": _slice,
    "setunion": _union,
    "setsubtract": _subtract,
}
