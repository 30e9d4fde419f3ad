"""Patterns that take a value apart, lowered to assignments."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import tree_sitter

from lambdalint.code import ir
from lambdalint.code.javascript import trees
from lambdalint.code.javascript.scopes import Scopes
from lambdalint.places import Places

Lower = Callable[[tree_sitter.Node], ir.Expression]


class Patterns:
    """Lowers the patterns of one module."""

    def __init__(self, places: Places, scopes: Scopes, lower: Lower) -> None:
        self._places = places
        self._scopes = scopes
        self._lower = lower

    def assign(
        self, pattern: tree_sitter.Node, value: ir.Expression, *, declares: bool = True
    ) -> Iterator[ir.Statement]:
        """The assignments that give the parts of a value to the names in a pattern."""
        span = self._places.span(pattern)
        match pattern.type:
            case "identifier" | "shorthand_property_identifier_pattern" | "shorthand_property_identifier":
                name = self._places.text(pattern)
                name = self._scopes.read(name) if declares else self._scopes.set(name, span)
                yield ir.Assign((ir.Name(name, span),), value, span)
            case "assignment_pattern" | "object_assignment_pattern":
                left, right = pattern.child_by_field_name("left"), pattern.child_by_field_name("right")
                if left is not None and right is not None:
                    value = ir.Boolean("??", value, self._lower(right), span)
                    yield from self.assign(left, value, declares=declares)
            case "object_pattern" | "array_pattern":
                if not isinstance(value, ir.Name):
                    whole = ir.Name(self._scopes.temporary(), span)
                    yield ir.Assign((whole,), value, span)
                    value = whole
                take = self._properties if pattern.type == "object_pattern" else self._elements
                yield from take(pattern, value, declares=declares)
            case _:
                yield ir.Assign((self._lower(pattern),), value, span)

    def _properties(self, pattern: tree_sitter.Node, value: ir.Name, *, declares: bool) -> Iterator[ir.Statement]:
        taken: list[str | None] = []
        for part in trees.parts(pattern):
            span = self._places.span(part)
            key, target = part, part
            if part.type == "rest_pattern":
                but = frozenset(name for name in taken if name is not None)
                left = ir.Opaque((value,), span) if None in taken else ir.Rest(value, but, span)
                for rest in trees.parts(part):
                    yield from self.assign(rest, left, declares=declares)
                continue
            if part.type == "pair_pattern":
                key = part.child_by_field_name("key") or part
                target = part.child_by_field_name("value") or part
            elif part.type == "object_assignment_pattern":
                key = part.child_by_field_name("left") or part
            taken.append(trees.key_text(key, self._places))
            yield from self.assign(target, self._property(key, value), declares=declares)

    def _property(self, key: tree_sitter.Node, value: ir.Name) -> ir.Expression:
        span = self._places.span(key)
        name = trees.key_text(key, self._places)
        if name is not None:
            return ir.Attribute(value, name, span)
        inner = trees.parts(key)
        return ir.Item(value, self._lower(inner[0]), span) if inner else ir.Opaque((value,), span)

    def _elements(self, pattern: tree_sitter.Node, value: ir.Name, *, declares: bool) -> Iterator[ir.Statement]:
        index = 0
        for part in pattern.children:
            if part.type == ",":
                index += 1
            elif part.type == "rest_pattern":
                span = self._places.span(part)
                first = ir.Slice((ir.Literal(index, span), None, None), span)
                for rest in trees.parts(part):
                    yield from self.assign(rest, ir.Item(value, first, span), declares=declares)
            elif part.is_named and part.type != "comment":
                span = self._places.span(part)
                item = ir.Item(value, ir.Literal(index, span), span)
                yield from self.assign(part, item, declares=declares)
