"""Python's match patterns, lowered."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lambdalint.code import ir
from lambdalint.code.python.expressions import Expressions
from lambdalint.source import Span


class Pattern:
    """A pattern as an expression of what it compares with: what it captures is opaque there, and a binding."""

    def __init__(self, expressions: Expressions, node: cst.MatchPattern) -> None:
        self._expressions = expressions
        self._span = expressions.places.span
        self._bindings: list[ir.Name] = []
        self.expression = self._lower(node)
        self.bindings = tuple(self._bindings)

    def _lower(self, node: cst.MatchPattern) -> ir.Expression:
        span = self._span(node)
        match node:
            case cst.MatchValue() | cst.MatchSingleton():
                return self._expressions.lower(node.value)
            case cst.MatchAs(pattern=None):
                return self._capture(node.name, span)
            case cst.MatchAs():
                self._capture(node.name, span)
                assert node.pattern is not None
                return self._lower(node.pattern)
            case cst.MatchOr():
                return self._alternatives([alternative.pattern for alternative in node.patterns])
            case cst.MatchList() | cst.MatchTuple():
                kind = "list" if isinstance(node, cst.MatchList) else "tuple"
                return ir.Sequence(kind, tuple(map(self._element, node.patterns)), span)
            case cst.MatchMapping():
                return ir.Mapping(tuple(self._entries(node)), span)
            case cst.MatchClass():
                return ir.Call(self._expressions.lower(node.cls), tuple(self._arguments(node)), span)
            case _:
                return ir.Opaque((), span)

    def _capture(self, name: cst.Name | None, span: Span) -> ir.Expression:
        if name is not None:
            self._bindings.append(ir.Name(name.value, self._span(name)))
        return ir.Opaque((), span)

    def _alternatives(self, nodes: list[cst.MatchPattern]) -> ir.Expression:
        result = self._lower(nodes[0])
        for node in nodes[1:]:
            result = ir.Boolean("or", result, self._lower(node), self._expressions.places.between(nodes[0], node))
        return result

    def _element(self, node: cst.MatchSequenceElement | cst.MatchStar) -> ir.Expression:
        if isinstance(node, cst.MatchStar):
            span = self._span(node)
            return ir.Spread(self._capture(node.name, span), span)
        return self._lower(node.value)

    def _entries(self, node: cst.MatchMapping) -> Iterator[tuple[ir.Expression | None, ir.Expression]]:
        for element in node.elements:
            yield self._expressions.lower(element.key), self._lower(element.pattern)
        if node.rest is not None:
            yield None, self._capture(node.rest, self._span(node.rest))

    def _arguments(self, node: cst.MatchClass) -> Iterator[ir.Argument]:
        for element in node.patterns:
            yield ir.Argument(self._lower(element.value))
        for keyword in node.kwds:
            yield ir.Argument(self._lower(keyword.pattern), keyword.key.value)
