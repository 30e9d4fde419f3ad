"""Python's statements, lowered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import libcst as cst

from lambdalint.code import ir
from lambdalint.code.python.expressions import Expressions, operator
from lambdalint.code.python.features import Features
from lambdalint.code.python.patterns import Pattern
from lambdalint.code.python.places import Places
from lambdalint.source import Span


class Statements:
    """Lowers the statements of one module."""

    def __init__(self, places: Places, features: Features) -> None:
        self._places = places
        self._features = features
        self._span = places.span
        self._expressions = Expressions(places, features)
        self._lower = self._expressions.lower

    def block(self, nodes: Iterable[cst.CSTNode]) -> tuple[ir.Statement, ...]:
        return tuple(statement for node in nodes for statement in self._statement(node))

    def _suite(self, node: cst.BaseSuite) -> tuple[ir.Statement, ...]:
        return self.block(node.body)

    def _statement(self, node: cst.CSTNode) -> Iterator[ir.Statement]:
        if isinstance(node, cst.SimpleStatementLine):
            for small in node.body:
                yield from self._statement(small)
        elif isinstance(node, cst.Import | cst.ImportFrom) or type(node).__name__.startswith("LazyImport"):
            if not isinstance(node, cst.Import | cst.ImportFrom):
                self._features.word("3.15", "a lazy import", node, "lazy")
            yield from self._imports(node)
        else:
            lower = _LOWER.get(type(node))
            yield ir.Opaque((), self._span(node)) if lower is None else lower(self, node)

    # ------------------------------------------------------------------------------------------------------ simple

    def _do(self, node: cst.Expr) -> ir.Statement:
        return ir.Do(self._lower(node.value), self._span(node))

    def _assign(self, node: cst.Assign) -> ir.Statement:
        targets = tuple(self._lower(target.target) for target in node.targets)
        return ir.Assign(targets, self._lower(node.value), self._span(node))

    def _annotated(self, node: cst.AnnAssign) -> ir.Statement:
        self._features.variable(node)
        if node.value is None:
            return ir.Opaque((self._lower(node.annotation.annotation),), self._span(node))
        return ir.Assign((self._lower(node.target),), self._lower(node.value), self._span(node))

    def _update(self, node: cst.AugAssign) -> ir.Statement:
        spelt = operator(node.operator).removesuffix("=")
        return ir.Update(spelt, self._lower(node.target), self._lower(node.value), self._span(node))

    def _alias(self, node: cst.TypeAlias) -> ir.Statement:
        self._features.word("3.12", "a type statement", node, "type")
        self._features.type_parameters(node)
        # What it stands for is looked up when somebody asks, among its parameters too.
        return ir.Assign((self._lower(node.name),), ir.Opaque((), self._span(node.value)), self._span(node))

    def _return(self, node: cst.Return) -> ir.Statement:
        return ir.Return(self._expressions.optional(node.value), self._span(node))

    def _raise(self, node: cst.Raise) -> ir.Statement:
        return ir.Raise(self._expressions.optional(node.exc), self._span(node))

    def _assert(self, node: cst.Assert) -> ir.Statement:
        span = self._span(node)
        message = () if node.msg is None else (ir.Argument(self._lower(node.msg)),)
        failed = ir.Raise(ir.Call(ir.Name("AssertionError", span), message, span), span)
        return ir.If(self._lower(node.test), (), (failed,), span)

    def _delete(self, node: cst.Del) -> ir.Statement:
        target = self._lower(node.target)
        targets = target.items if isinstance(target, ir.Sequence) else (target,)
        return ir.Delete(targets, self._span(node))

    def _scope(self, node: cst.Global | cst.Nonlocal) -> ir.Statement:
        kind = "global" if isinstance(node, cst.Global) else "nonlocal"
        return ir.Scope(kind, tuple(item.name.value for item in node.names), self._span(node))

    def _jump(self, node: cst.Break | cst.Continue) -> ir.Statement:
        return ir.Jump("break" if isinstance(node, cst.Break) else "continue", self._span(node))

    def _imports(self, node: Any) -> Iterator[ir.Import]:
        if not hasattr(node, "module"):
            for alias in node.names:
                module = _dotted(alias.name)
                given = _bound(alias)
                name, how = (given, "as") if given else (module.partition(".")[0], "import")
                yield ir.Import(module, None, name, self._imported(alias), how=how)
            return
        module = "" if node.module is None else _dotted(node.module)
        level = len(node.relative)
        if isinstance(node.names, cst.ImportStar):
            yield ir.Import(module, "*", "", self._span(node.names), level)
            return
        for alias in node.names:
            name = _dotted(alias.name)
            yield ir.Import(module, name, _bound(alias) or name, self._imported(alias), level)

    def _imported(self, node: cst.ImportAlias) -> Span:
        # The alias as a whole has the comma and the blanks after it.
        return self._places.between(node.name, node.name if node.asname is None else node.asname.name)

    # ---------------------------------------------------------------------------------------------------- compound

    def _function(self, node: cst.FunctionDef) -> ir.Statement:
        decorators = tuple(self._lower(decorator.decorator) for decorator in node.decorators)
        parameters = tuple(self._expressions.parameters(node.params))
        self._features.function(node)
        with self._features.in_function():
            body, generates = self._expressions.generates(lambda: self._suite(node.body))
        return ir.Function(
            node.name.value,
            parameters,
            body,
            decorators,
            self._span(node.name),
            self._places.between((*node.decorators, node)[0], node),
            is_async=node.asynchronous is not None,
            is_generator=generates,
        )

    def _class(self, node: cst.ClassDef) -> ir.Statement:
        self._features.type_parameters(node)
        bases = tuple(
            ir.Spread(argument.value, self._span(base)) if argument.spread else argument.value
            for base, argument in zip(node.bases, self._expressions.arguments(node.bases), strict=True)
        )
        decorators = tuple(self._lower(decorator.decorator) for decorator in node.decorators)
        fields = tuple(
            (each.target.value, self._lower(each.annotation.annotation))
            for line in node.body.body
            if isinstance(line, cst.SimpleStatementLine)
            for each in line.body
            if isinstance(each, cst.AnnAssign) and isinstance(each.target, cst.Name)
        )
        return ir.Class(node.name.value, bases, self._suite(node.body), decorators, self._span(node.name), fields)

    def _if(self, node: cst.If) -> ir.Statement:
        otherwise: tuple[ir.Statement, ...] = ()
        with self._features.guarded():
            if isinstance(node.orelse, cst.If):
                otherwise = (self._if(node.orelse),)
            elif node.orelse is not None:
                otherwise = self._suite(node.orelse.body)
            then = self._suite(node.body)
        return ir.If(self._lower(node.test), then, otherwise, self._span(node))

    def _for(self, node: cst.For) -> ir.Statement:
        target, iterable = self._lower(node.target), self._lower(node.iter)
        return ir.For(target, iterable, self._suite(node.body), self._else(node), self._span(node))

    def _while(self, node: cst.While) -> ir.Statement:
        return ir.While(self._lower(node.test), self._suite(node.body), self._else(node), self._span(node))

    def _with(self, node: cst.With) -> ir.Statement:
        if isinstance(node.lpar, cst.LeftParen) and (len(node.items) > 1 or node.items[0].asname is not None):
            self._features.word("3.9", "a with statement's contexts in parentheses", node, "with")
        contexts = tuple(
            (self._lower(item.item), None if item.asname is None else self._lower(item.asname.name))
            for item in node.items
        )
        return ir.With(contexts, self._suite(node.body), self._span(node))

    def _try(self, node: cst.Try | cst.TryStar) -> ir.Statement:
        with self._features.guarded():
            clauses = tuple(map(self._clause, node.handlers))
            final = () if node.finalbody is None else self._suite(node.finalbody.body)
            return ir.Try(self._suite(node.body), clauses, self._else(node), final, self._span(node))

    def _clause(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> ir.Clause:
        name = node.name.name if node.name is not None else None
        bound = name.value if isinstance(name, cst.Name) else None
        span = self._places.head(node, len("except"), name or node.type)
        if isinstance(node, cst.ExceptStarHandler):
            self._features.word("3.11", "except*", node, "except")
        elif isinstance(node.type, cst.Tuple) and not node.type.lpar:
            self._features.note("3.14", "except with several types and no parentheses", node.type)
        caught, former = _of_python_2(node.type)
        return ir.Clause(self._expressions.optional(caught), bound or former, self._suite(node.body), span)

    def _match(self, node: cst.Match) -> ir.Statement:
        self._features.word("3.10", "a match statement", node, "match")
        return ir.Match(self._lower(node.subject), tuple(map(self._case, node.cases)), self._span(node))

    def _case(self, node: cst.MatchCase) -> ir.Case:
        pattern = Pattern(self._expressions, node.pattern)
        guard = self._expressions.optional(node.guard)
        return ir.Case(pattern.expression, pattern.bindings, guard, self._suite(node.body))

    def _else(self, node: cst.For | cst.While | cst.Try | cst.TryStar) -> tuple[ir.Statement, ...]:
        return () if node.orelse is None else self._suite(node.orelse.body)


def _of_python_2(caught: cst.BaseExpression | None) -> tuple[cst.BaseExpression | None, str | None]:
    """What a clause catches, and the name that it gives it as Python 2 has it: `except Exception, error:`."""
    match caught:
        case cst.Tuple(elements=[cst.Element(kind), cst.Element(cst.Name(name))], lpar=[]) if name[:1].islower():
            return kind, name
        case _:
            return caught, None


def _dotted(node: cst.BaseExpression) -> str:
    names: list[str] = []
    while isinstance(node, cst.Attribute):
        names.append(node.attr.value)
        node = node.value
    assert isinstance(node, cst.Name)
    return ".".join([node.value, *reversed(names)])


def _bound(node: cst.ImportAlias) -> str:
    name = node.asname.name if node.asname is not None else None
    return name.value if isinstance(name, cst.Name) else ""


_LOWER: dict[type, Callable[[Statements, Any], ir.Statement]] = {
    cst.Expr: Statements._do,
    cst.Assign: Statements._assign,
    cst.AnnAssign: Statements._annotated,
    cst.AugAssign: Statements._update,
    cst.TypeAlias: Statements._alias,
    cst.Return: Statements._return,
    cst.Raise: Statements._raise,
    cst.Assert: Statements._assert,
    cst.Del: Statements._delete,
    cst.Global: Statements._scope,
    cst.Nonlocal: Statements._scope,
    cst.Break: Statements._jump,
    cst.Continue: Statements._jump,
    cst.FunctionDef: Statements._function,
    cst.ClassDef: Statements._class,
    cst.If: Statements._if,
    cst.For: Statements._for,
    cst.While: Statements._while,
    cst.With: Statements._with,
    cst.Try: Statements._try,
    cst.TryStar: Statements._try,
    cst.Match: Statements._match,
}
