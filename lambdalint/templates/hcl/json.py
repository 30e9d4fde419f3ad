"""HCL as JSON spells it: `.tf.json`, `.tfvars.json`.

https://developer.hashicorp.com/terraform/language/syntax/json

An object may be a block there or a value, which only the type of its resource tells: it is given as both.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lambdalint.source import Source, Span
from lambdalint.templates import json
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.parse import quoted
from lambdalint.templates.value import Known, Mapping, Sequence, Value, items

_DEPTH = 100
_LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "dynamic": 1}
"""How many names a block has before its body; others have none."""


def parse(source: Source) -> syntax.File:
    """What a file declares. Raises UnreadableSource where it is not JSON."""
    found = json.read(source, _DEPTH)
    blocks: list[syntax.Block] = []
    attributes: dict[str, syntax.Attribute] = {}
    for each in items(found):
        if isinstance(each, Mapping):
            own, inner = _body(source, each, top=True)
            attributes |= own
            blocks += inner
    return syntax.File(source, attributes, tuple(blocks))


def _body(
    source: Source, given: Mapping, *, top: bool = False, constraint: str = ""
) -> tuple[dict[str, syntax.Attribute], tuple[syntax.Block, ...]]:
    """The attributes and the blocks of a body; `constraint` is the attribute in it that is a type."""
    attributes: dict[str, syntax.Attribute] = {}
    blocks: list[syntax.Block] = []
    for name, span in given.keys.items():
        if name == "//":
            continue
        value = given.entries.get(name)
        read = partial(_type if name == constraint else _expression, value)
        attributes[name] = syntax.Attribute(name, span, read)
        labels = _LABELS.get(name, 0) if top or name == "dynamic" else 0
        blocks += _blocks(source, name, (), value, span, labels)
    return attributes, tuple(blocks)


def _blocks(
    source: Source, kind: str, labels: tuple[str, ...], value: Value | None, span: Span, names: int
) -> Iterator[syntax.Block]:
    """The blocks of a kind that a value stands for: one, or several in a row, by so many further names."""
    if not isinstance(value, Mapping | Sequence) or not all(isinstance(each, Mapping) for each in items(value)):
        return
    for each in items(value):
        if not isinstance(each, Mapping):
            continue
        if names:
            for name, place in each.keys.items():
                yield from _blocks(source, kind, (*labels, name), each.entries.get(name), place, names - 1)
            continue
        extent = Span(span.path, span.line, span.column, each.span.end_line, each.span.end_column)
        read = partial(_body, source, each, constraint="type" if kind == "variable" else "")
        yield syntax.Block(kind, labels, span, extent, read, partial(source.within, extent))


def _expression(value: Value | None) -> syntax.Expression:
    match value:
        case Mapping(entries, span):
            pairs = ((_key(name, place), place, _expression(entries.get(name))) for name, place in value.keys.items())
            return syntax.Object(tuple(pairs), span)
        case Sequence(inner, span):
            return syntax.Tuple(tuple(map(_expression, inner)), span)
        case Known(str() as text, span):
            return quoted(text, span)
        case Known():
            return syntax.Literal(value)
        case _:
            return syntax.Literal(None)


def _key(name: str, span: Span) -> str | syntax.Expression:
    found = quoted(name, span)
    match found:
        case syntax.Literal(value=Known(value=str() as plain)):
            return plain
        case _:
            return found


def _type(value: Value | None) -> syntax.Expression:
    """A type constraint, which is no text here: `"map(string)"`."""
    match value:
        case Known(str() as text, span):
            return quoted(f"${{{text}}}", span)
        case _:
            return _expression(value)
