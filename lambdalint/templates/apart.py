"""Resources that share their place, told apart: a loop makes several in one line, and so does a module that is called
twice.

What is so of one of them may not be so of another. So each has places of its own, which are equal to those of the
others and yet other objects: whoever is told one of them knows whose it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Code, Mapping, Text, Value
from lambdalint.templates.value import Sequence as Row


def shared(resources: Sequence[Resource]) -> Iterator[Resource]:
    """Those of some resources that stand where another one does."""
    count = Counter(each.span for each in resources)
    return (each for each in resources if count[each.span] > 1)


def apart(resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Resources, those that share their place with places of their own."""
    several = {id(each) for each in shared(resources)}
    return tuple(_own(each) if id(each) in several else each for each in resources)


def _own(resource: Resource) -> Resource:
    properties = _copied(resource.properties)
    assert isinstance(properties, Mapping)
    return replace(resource, span=_place(resource.span), properties=properties)


def _copied(value: Value) -> Value:
    span = _place(value.span)
    match value:
        case Mapping(entries, _, keys):
            inner = {name: _copied(each) for name, each in entries.items()}
            return replace(value, entries=inner, span=span, keys={name: _place(each) for name, each in keys.items()})
        case Row(held):
            return replace(value, items=tuple(map(_copied, held)), span=span)
        case Text(parts):
            return replace(value, parts=tuple(replace(each, span=_place(each.span)) for each in parts), span=span)
        case Code():
            return value
        case _:
            return replace(value, span=span)


def _place(span: Span) -> Span:
    return replace(span)
