"""CloudFormation's functions: from what a template says to the values it stands for.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import holes, joined, origin_of, placeholders, spelt
from lambdalint.templates.value import (
    FROM_EXPORT,
    Known,
    Mapping,
    Reference,
    Sequence,
    Text,
    Unknown,
    Value,
    between,
    is_set,
)


class Scope(Protocol):
    """What the names in a template stand for."""

    def ref(self, name: str, span: Span) -> Value | None:
        """What `Ref` gives; None for `AWS::NoValue`."""

    def attribute(self, name: str, attribute: str, span: Span) -> Value:
        """What `Fn::GetAtt` gives."""

    def decided(self, condition: str) -> bool | None:
        """Whether a condition holds; None where only a deployment knows."""

    def table(self, name: str) -> Mapping | None:
        """One of the template's `Mappings`."""

    def included(self, location: Value | None) -> Value | None:
        """What `AWS::Include` puts in from a location; None where that is not at hand."""


def evaluate(node: Value, scope: Scope) -> Value | None:
    """What a node stands for; None where it is `AWS::NoValue`."""
    match node:
        case Known(value=str() as text) if "{{" in text or text.startswith("%") or "%%" in text:
            return placeholders(node, text)
        case Mapping(entries):
            if len(entries) == 1:
                ((name, argument),) = entries.items()
                if name in _FUNCTIONS:
                    return _FUNCTIONS[name](argument, node.span, scope)
                if name.startswith("Fn::") and not name.startswith("Fn::ForEach"):
                    return Unknown(node.span, name)
            return _mapping(node, scope)
        case Sequence(items):
            found = []
            unseen = node.open
            for item in items:
                value = evaluate(item, scope)
                if value is not None:
                    found.append(value)
                elif _is_grant_left_out(item):
                    unseen = True
            return Sequence(tuple(found), node.span, unseen)
        case _:
            return node


def _is_grant_left_out(node: Value) -> bool:
    """Whether a node is a statement, or a policy, that a condition leaves out: it comes with what needs it."""
    match node:
        case Mapping(entries={"Fn::If": Sequence([_, *arms])}):
            return any(isinstance(arm, Mapping) and not arm.entries.keys().isdisjoint(_GRANTING) for arm in arms)
        case _:
            return False


_GRANTING = frozenset({"Effect", "PolicyDocument", "Statement"})


def is_function(node: Value) -> bool:
    """Whether a node is the call of a function, and no mapping of its own."""
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        return False
    (name,) = node.entries
    return name in ("Ref", "Condition") or name.startswith("Fn::")


def at(value: Value, span: Span, origin: str = "") -> Value:
    """A value found elsewhere, at the place that asks for it."""
    match value:
        case Known():
            written = value.written or value.span
            return replace(value, span=span, origin=origin_of((value.origin, origin)), written=written)
        case Reference() | Text() | Unknown():
            return replace(value, span=span)
        case Sequence(items):
            return Sequence(tuple(at(item, span, origin) for item in items), span, value.open)
        case _:
            return value


def same(one: Value | None, other: Value | None) -> bool:
    """Whether two values say the same, wherever they stand."""
    match one, other:
        case Known(value), Known(another):
            return value == another and isinstance(value, bool) == isinstance(another, bool)
        case Reference(resource, attribute), Reference(another_resource, another_attribute):
            return (resource, attribute) == (another_resource, another_attribute)
        case (Text(row), Text(another_row)) | (Sequence(row), Sequence(another_row)):
            return len(row) == len(another_row) and all(map(same, row, another_row))
        case Mapping(entries), Mapping(more):
            return entries.keys() == more.keys() and all(same(value, more[name]) for name, value in entries.items())
        case None, None:
            return True
        case _:
            return False


def _mapping(node: Mapping, scope: Scope) -> Mapping:
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    unseen = node.open
    for name, argument in node.entries.items():
        if name.startswith("Fn::"):
            # Fn::ForEach and Fn::Transform put entries here.
            put = _transform(argument, node.span, scope) if name == "Fn::Transform" else None
            if isinstance(put, Mapping):
                entries |= {key: value for key, value in put.entries.items() if key not in entries}
                keys |= {key: put.key(key) for key in put.entries if key not in keys}
            unseen = unseen or not isinstance(put, Mapping) or put.open
            continue
        value = evaluate(argument, scope)
        if value is not None:
            entries[name] = value
            keys[name] = node.keys[name]
    return Mapping(entries, node.span, keys, unseen)


def _arguments(argument: Value, number: int) -> tuple[Value, ...] | None:
    match argument:
        case Sequence(items) if len(items) == number:
            return items
        case _:
            return None


def _ref(argument: Value, span: Span, scope: Scope) -> Value | None:
    match evaluate(argument, scope):
        case Known(value=str() as name):
            return scope.ref(name, span)
        case _:
            return Unknown(span, "Ref")


def _get_att(argument: Value, span: Span, scope: Scope) -> Value | None:
    match argument:
        case Known(value=str() as path):
            name, _, attribute = path.partition(".")
            return scope.attribute(name, attribute, span)
        case Sequence([Known(value=str() as name), *rest]) if rest:
            match joined((evaluate(item, scope) for item in _dotted(rest, span)), span):
                case Known(value=str() as attribute):
                    return scope.attribute(name, attribute, span)
    return Unknown(span, "Fn::GetAtt")


def _dotted(items: list[Value], span: Span) -> Iterator[Value]:
    for number, item in enumerate(items):
        if number:
            yield Known(".", span)
        yield item


def _sub(argument: Value, span: Span, scope: Scope) -> Value | None:
    match argument:
        case Sequence([text, Mapping() as given]):
            names = given.entries
        case Sequence([text]):
            names = {}
        case text:
            names = {}
    match text:
        case Known(value=str() as template):
            return joined(_substituted(template, names, text.span, scope), span)
        case Known():
            return text
        case _:
            return Unknown(span, "Fn::Sub")


def _substituted(template: str, names: dict[str, Value], span: Span, scope: Scope) -> Iterator[Value | None]:
    found: dict[str, Value | None] = {}
    for literal, name in holes(template):
        if literal:
            yield evaluate(Known(literal, span), scope)
        if name:
            if name not in found:
                found[name] = substitute(name, names, span, scope)
            yield found[name]


def substitute(name: str, names: dict[str, Value], span: Span, scope: Scope) -> Value | None:
    """What a `${name}` of `Fn::Sub` stands for."""
    if name in names:
        return evaluate(names[name], scope)
    if "." in name:
        resource, _, attribute = name.partition(".")
        return scope.attribute(resource, attribute, span)
    return scope.ref(name, span)


def _join(argument: Value, span: Span, scope: Scope) -> Value | None:
    match _arguments(argument, 2):
        case (Known() as delimiter, given):
            match evaluate(given, scope):
                case Sequence(items, open=False):
                    return joined(_between(items, spelt(delimiter), span), span)
    return Unknown(span, "Fn::Join")


def _between(items: tuple[Value, ...], delimiter: str, span: Span) -> Iterator[Value]:
    for number, item in enumerate(items):
        if number and delimiter:
            yield Known(delimiter, span)
        yield item


def _select(argument: Value, span: Span, scope: Scope) -> Value | None:
    match _arguments(argument, 2):
        case (index, given):
            match evaluate(index, scope), evaluate(given, scope):
                case Known(value=position), Sequence(items) if str(position).isdecimal() and int(position) < len(items):
                    position = int(position)
                    # What only a deployment knows may be no item at all, and so move those after it.
                    if not any(isinstance(item, Unknown) for item in items[:position]):
                        return items[position]
    return Unknown(span, "Fn::Select")


def _split(argument: Value, span: Span, scope: Scope) -> Value | None:
    match _arguments(argument, 2):
        case (Known(value=str() as delimiter), given) if delimiter:
            match evaluate(given, scope):
                case Known(value=str() as text, origin=origin):
                    return Sequence(tuple(Known(part, span, origin) for part in text.split(delimiter)), span)
    return Unknown(span, "Fn::Split")


def _find_in_map(argument: Value, span: Span, scope: Scope) -> Value | None:
    match argument:
        case Sequence([table, top, second, *rest]):
            names = [evaluate(table, scope), evaluate(top, scope), evaluate(second, scope)]
            fallback = rest[0].entries.get("DefaultValue") if rest and isinstance(rest[0], Mapping) else None
            match names[0]:
                case Known(value=str() as name) if (found := scope.table(name)) is not None:
                    values = list(_cells(found, names[1], names[2]))
                    if None in values and fallback is not None:
                        values = [value or evaluate(fallback, scope) for value in values]
                    if values and values[0] is not None and all(same(values[0], value) for value in values[1:]):
                        keys = [key for key in names if isinstance(key, Known)]
                        return at(values[0], span, origin_of([*(key.origin for key in keys), f"in mapping {name}"]))
                    return Unknown(span, f"mapping {name}")
    return Unknown(span, "Fn::FindInMap")


def _cells(table: Mapping, top: Value | None, second: Value | None) -> Iterator[Value | None]:
    """The values that two keys may lead to: all of them, for a key that only a deployment knows."""
    for row in _under(table, top):
        yield from _under(row, second)


def _under(row: Value | None, key: Value | None) -> list[Value | None]:
    match row, key:
        case Mapping(entries), Known():
            return [entries.get(spelt(key))]
        case Mapping(entries), _:
            return list(entries.values())
        case _:
            return [None]


def _if(argument: Value, span: Span, scope: Scope) -> Value | None:
    match _arguments(argument, 3):
        case (Known(value=str() as condition), yes, no):
            match scope.decided(condition):
                case None:
                    one, other = evaluate(yes, scope), evaluate(no, scope)
                    if same(one, other):
                        return one
                    optional = not (is_set(one) and is_set(other))
                    return Unknown(span, f"condition {condition}", optional, between(one, other))
                case holds:
                    return evaluate(yes if holds else no, scope)
    return Unknown(span, "Fn::If")


def _length(argument: Value, span: Span, scope: Scope) -> Value | None:
    match evaluate(argument, scope):
        case Sequence(items, open=False) if not any(isinstance(item, Unknown) for item in items):
            return Known(len(items), span)
        case _:
            return Unknown(span, "Fn::Length")


def _base64(argument: Value, span: Span, scope: Scope) -> Value | None:  # noqa: ARG001
    """Whoever reads the value wants the text, not its encoding."""
    return evaluate(argument, scope)


def _import(argument: Value, span: Span, scope: Scope) -> Value | None:
    match evaluate(argument, scope):
        case Known(value=str() as name):
            return Unknown(span, "Fn::ImportValue", elsewhere=(FROM_EXPORT, name))
        case _:
            return Unknown(span, "Fn::ImportValue")


def _transform(argument: Value, span: Span, scope: Scope) -> Value | None:
    match argument:
        case Mapping(entries={"Name": Known(value="AWS::Include")}):
            found = scope.included(argument.get("Parameters", "Location"))
            if found is not None:
                return found
    return Unknown(span, "Fn::Transform")


_FUNCTIONS: dict[str, Callable[[Value, Span, Scope], Value | None]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
    "Fn::If": _if,
    "Fn::Length": _length,
    "Fn::Base64": _base64,
    "Fn::ImportValue": _import,
    "Fn::Transform": _transform,
}
