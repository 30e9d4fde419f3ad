"""Python's expressions and patterns, lowered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import libcst as cst

from lambdalint.code import ir
from lambdalint.code.python import literals
from lambdalint.code.python.annotations import names
from lambdalint.code.python.features import Features
from lambdalint.code.python.places import Places
from lambdalint.source import Span

_CONSTANTS: dict[str, bool | None] = {"True": True, "False": False, "None": None}


class Expressions:
    """Lowers the expressions of one module."""

    def __init__(self, places: Places, features: Features) -> None:
        self.places = places
        self._features = features
        self._span = places.span
        self._yields = 0

    def lower(self, node: cst.BaseExpression) -> ir.Expression:
        lower = _LOWER.get(type(node))
        if lower is None:
            return ir.Opaque((), self._span(node))
        return lower(self, node)

    def optional(self, node: cst.BaseExpression | None) -> ir.Expression | None:
        return None if node is None else self.lower(node)

    def generates(self, body: Callable[[], tuple[ir.Statement, ...]]) -> tuple[tuple[ir.Statement, ...], bool]:
        """A function's body, and whether a yield of its own is in it."""
        before, self._yields = self._yields, 0
        statements = body()
        found, self._yields = self._yields > 0, before
        return statements, found

    def parameters(self, node: cst.Parameters) -> Iterator[ir.Parameter]:
        for parameter in (*node.posonly_params, *node.params):
            yield self._parameter(parameter, "positional")
        if isinstance(node.star_arg, cst.Param):
            yield self._parameter(node.star_arg, "*")
        for parameter in node.kwonly_params:
            yield self._parameter(parameter, "keyword")
        if node.star_kwarg is not None:
            yield self._parameter(node.star_kwarg, "**")

    def arguments(self, nodes: Iterable[cst.Arg]) -> Iterator[ir.Argument]:
        for node in nodes:
            yield ir.Argument(self.lower(node.value), node.keyword.value if node.keyword else None, node.star)

    def _parameter(self, node: cst.Param, kind: str) -> ir.Parameter:
        types = () if node.annotation is None else tuple(names(node.annotation.annotation))
        return ir.Parameter(node.name.value, kind, self.optional(node.default), self._span(node.name), types)

    # ----------------------------------------------------------------------------------------------------- scalars

    def _name(self, node: cst.Name) -> ir.Expression:
        if node.value in _CONSTANTS:
            return ir.Literal(_CONSTANTS[node.value], self._span(node))
        return ir.Name(node.value, self._span(node))

    def _integer(self, node: cst.Integer) -> ir.Expression:
        value = literals.integer(node.value)
        return ir.Opaque((), self._span(node)) if value is None else ir.Literal(value, self._span(node))

    def _float(self, node: cst.Float) -> ir.Expression:
        return ir.Literal(float(node.value.replace("_", "")), self._span(node))

    def _imaginary(self, node: cst.Imaginary) -> ir.Expression:
        return ir.Literal(complex(node.value.replace("_", "")), self._span(node))

    def _string(self, node: cst.SimpleString) -> ir.Expression:
        self._features.string(node)
        return ir.Literal(literals.string(node.value), self._span(node))

    def _concatenated(self, node: cst.ConcatenatedString) -> ir.Expression:
        pieces: list[cst.BaseExpression] = []
        rest: cst.BaseExpression = node
        while isinstance(rest, cst.ConcatenatedString):
            pieces.append(rest.left)
            rest = rest.right
        values = [self.lower(piece) for piece in (*pieces, rest)]
        span = self._span(node)
        if any(isinstance(value, ir.Opaque) for value in values):
            return ir.Opaque(tuple(values), span)
        joined = [value.value for value in values if isinstance(value, ir.Literal) and isinstance(value.value, bytes)]
        if len(joined) == len(values):
            return ir.Literal(b"".join(joined), span)
        return _text((part for value in values for part in _parts(value)), span)

    def _formatted(self, node: cst.FormattedString) -> ir.Expression:
        self._features.string(node)
        with self._features.within(node.end):
            return _text(self._formatted_parts(node.parts, raw="r" in node.prefix), self._span(node))

    def _formatted_parts(
        self, nodes: Iterable[cst.BaseFormattedStringContent], *, raw: bool
    ) -> Iterator[ir.Expression]:
        for node in nodes:
            span = self._span(node)
            if isinstance(node, cst.FormattedStringText):
                yield ir.Literal(literals.hole(node.value, raw=raw), span)
            elif isinstance(node, cst.FormattedStringExpression):
                value = self.lower(node.expression)
                if node.equal:
                    self._features.note("3.8", "= in an f-string", node)
                formats = tuple(self._formatted_parts(node.format_spec or (), raw=raw))
                # Formatting makes another text of the value, which nobody can tell without it.
                plain = not formats and not node.equal and node.conversion in {None, "s"}
                yield value if plain else ir.Opaque((value, *formats), span)

    def _templated(self, node: cst.TemplatedString) -> ir.Expression:
        self._features.note("3.14", "a t-string", node)
        holes = (part for part in node.parts if isinstance(part, cst.TemplatedStringExpression))
        return ir.Opaque(tuple(self.lower(hole.expression) for hole in holes), self._span(node))

    # -------------------------------------------------------------------------------------------------- operations

    def _attribute(self, node: cst.Attribute) -> ir.Expression:
        return ir.Attribute(self.lower(node.value), node.attr.value, self._span(node))

    def _subscript(self, node: cst.Subscript) -> ir.Expression:
        keys = tuple(self._key(element.slice) for element in node.slice)
        if len(keys) == 1 and not isinstance(node.slice[0].comma, cst.Comma) and not isinstance(keys[0], ir.Spread):
            key = keys[0]
        else:
            key = ir.Sequence("tuple", keys, self.places.between(node.slice[0].slice, node.slice[-1].slice))
        return ir.Item(self.lower(node.value), key, self._span(node))

    def _key(self, node: cst.BaseSlice) -> ir.Expression:
        if isinstance(node, cst.Index):
            value = self.lower(node.value)
            return ir.Spread(value, self._span(node)) if node.star else value
        assert isinstance(node, cst.Slice)
        parts = (node.lower, node.upper, node.step)
        return ir.Slice(tuple(self.optional(part) for part in parts), self._span(node))

    def _call(self, node: cst.Call) -> ir.Expression:
        return ir.Call(self.lower(node.func), tuple(self.arguments(node.args)), self._span(node))

    def _unary(self, node: cst.UnaryOperation) -> ir.Expression:
        return ir.Unary(_UNARY[type(node.operator)], self.lower(node.expression), self._span(node))

    def _binary(self, node: cst.BinaryOperation) -> ir.Expression:
        return ir.Binary(operator(node.operator), self.lower(node.left), self.lower(node.right), self._span(node))

    def _boolean(self, node: cst.BooleanOperation) -> ir.Expression:
        return ir.Boolean(operator(node.operator), self.lower(node.left), self.lower(node.right), self._span(node))

    def _comparison(self, node: cst.Comparison) -> ir.Expression:
        result: ir.Expression | None = None
        left, left_node = self.lower(node.left), node.left
        for target in node.comparisons:
            right = self.lower(target.comparator)
            span = self.places.between(left_node, target.comparator)
            comparison = ir.Comparison(_COMPARISON[type(target.operator)], left, right, span)
            if result is None:
                result = comparison
            else:
                result = ir.Boolean("and", result, comparison, self.places.between(node.left, target.comparator))
            left, left_node = right, target.comparator
        assert result is not None
        return result

    def _conditional(self, node: cst.IfExp) -> ir.Expression:
        test, then, otherwise = self.lower(node.test), self.lower(node.body), self.lower(node.orelse)
        return ir.Conditional(test, then, otherwise, self._span(node))

    def _await(self, node: cst.Await) -> ir.Expression:
        return ir.Await(self.lower(node.expression), self._span(node))

    def _yield(self, node: cst.Yield) -> ir.Expression:
        self._yields += 1
        value = node.value.item if isinstance(node.value, cst.From) else node.value
        return ir.Yield(self.optional(value), self._span(node), isinstance(node.value, cst.From))

    def _bind(self, node: cst.NamedExpr) -> ir.Expression:
        self._features.note("3.8", ":=", node)
        return ir.Bind(self.lower(node.target), self.lower(node.value), self._span(node))

    def _lambda(self, node: cst.Lambda) -> ir.Expression:
        span = self._span(node)
        parameters = tuple(self.parameters(node.params))
        body, generates = self.generates(lambda: (ir.Return(self.lower(node.body), self._span(node.body)),))
        function = ir.Function("<lambda>", parameters, body, (), span, span, is_generator=generates)
        return ir.Lambda(function, span)

    # ------------------------------------------------------------------------------------------------- collections

    def _sequence(self, node: cst.List | cst.Tuple | cst.Set) -> ir.Expression:
        return ir.Sequence(_KIND[type(node)], tuple(map(self._element, node.elements)), self._span(node))

    def _element(self, node: cst.BaseElement) -> ir.Expression:
        return self._spread(node) if isinstance(node, cst.StarredElement) else self.lower(node.value)

    def _spread(self, node: cst.StarredElement) -> ir.Expression:
        return ir.Spread(self.lower(node.value), self._span(node))

    def _dict(self, node: cst.Dict) -> ir.Expression:
        entries = (
            (self.lower(element.key) if isinstance(element, cst.DictElement) else None, self.lower(element.value))
            for element in node.elements
        )
        return ir.Mapping(tuple(entries), self._span(node))

    def _comprehension(self, node: cst.BaseSimpleComp) -> ir.Expression:
        loops = tuple(self._loops(node.for_in))
        return ir.Comprehension(_KIND[type(node)], self.lower(node.elt), loops, self._span(node))

    def _dict_comprehension(self, node: cst.DictComp) -> ir.Expression:
        loops = tuple(self._loops(node.for_in))
        element = (self.lower(node.key), self.lower(node.value))
        pair = ir.Sequence("tuple", element, self.places.between(node.key, node.value))
        return ir.Comprehension("dict", pair, loops, self._span(node))

    def _starred_dict_comprehension(self, node: cst.StarredDictComp) -> ir.Expression:
        self._features.note("3.15", "** in a comprehension", node)
        loops = tuple(self._loops(node.for_in))
        element = ir.Spread(self.lower(node.value), self._span(node.value))
        return ir.Comprehension("dict", element, loops, self._span(node))

    def _loops(self, node: cst.CompFor | None) -> Iterator[ir.Loop]:
        while node is not None:
            conditions = tuple(self.lower(condition.test) for condition in node.ifs)
            yield ir.Loop(self.lower(node.target), self.lower(node.iter), conditions)
            node = node.inner_for_in


def operator(node: cst.BaseBooleanOp | cst.BaseBinaryOp | cst.BaseAugOp) -> str:
    """How an operator is spelt."""
    return node._get_token()  # type: ignore[union-attr]


def _parts(value: ir.Expression) -> tuple[ir.Expression, ...]:
    return value.parts if isinstance(value, ir.Text) else (value,)


def _text(parts: Iterable[ir.Expression], span: Span) -> ir.Literal | ir.Text:
    """Text of these parts, its neighbouring literals joined; a Literal where there are no holes."""
    joined: list[ir.Expression] = []
    for part in parts:
        last = joined[-1] if joined else None
        match last, part:
            case ir.Literal(str(before), first), ir.Literal(str(after), second):
                whole = Span(first.path, first.line, first.column, second.end_line, second.end_column)
                joined[-1] = ir.Literal(before + after, whole)
            case _:
                joined.append(part)
    match joined:
        case []:
            return ir.Literal("", span)
        case [ir.Literal(str() as value)]:
            return ir.Literal(value, span)
    return ir.Text(tuple(joined), span)


_KIND: dict[type, str] = {
    cst.List: "list",
    cst.Tuple: "tuple",
    cst.Set: "set",
    cst.ListComp: "list",
    cst.SetComp: "set",
    cst.GeneratorExp: "generator",
}
_UNARY: dict[type, str] = {cst.Not: "not", cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~"}
_COMPARISON: dict[type, str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.In: "in",
    cst.NotIn: "not in",
}
_LOWER: dict[type, Callable[[Expressions, Any], ir.Expression]] = {
    cst.Name: Expressions._name,
    cst.Integer: Expressions._integer,
    cst.Float: Expressions._float,
    cst.Imaginary: Expressions._imaginary,
    cst.SimpleString: Expressions._string,
    cst.ConcatenatedString: Expressions._concatenated,
    cst.FormattedString: Expressions._formatted,
    cst.TemplatedString: Expressions._templated,
    cst.Attribute: Expressions._attribute,
    cst.Subscript: Expressions._subscript,
    cst.Call: Expressions._call,
    cst.UnaryOperation: Expressions._unary,
    cst.BinaryOperation: Expressions._binary,
    cst.BooleanOperation: Expressions._boolean,
    cst.Comparison: Expressions._comparison,
    cst.IfExp: Expressions._conditional,
    cst.Await: Expressions._await,
    cst.Yield: Expressions._yield,
    cst.NamedExpr: Expressions._bind,
    cst.Lambda: Expressions._lambda,
    cst.List: Expressions._sequence,
    cst.Tuple: Expressions._sequence,
    cst.Set: Expressions._sequence,
    cst.StarredElement: Expressions._spread,
    cst.Dict: Expressions._dict,
    cst.ListComp: Expressions._comprehension,
    cst.SetComp: Expressions._comprehension,
    cst.GeneratorExp: Expressions._comprehension,
    cst.DictComp: Expressions._dict_comprehension,
}
if hasattr(cst, "StarredDictComp"):  # libcst 1.9
    _LOWER[cst.StarredDictComp] = Expressions._starred_dict_comprehension
