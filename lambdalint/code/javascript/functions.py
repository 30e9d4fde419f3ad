"""Functions and classes of JavaScript and TypeScript, lowered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import tree_sitter

from lambdalint.code import ir
from lambdalint.code.javascript import trees
from lambdalint.code.javascript.expressions import Expressions
from lambdalint.code.javascript.patterns import Patterns
from lambdalint.code.javascript.scopes import Frame, Scopes
from lambdalint.places import Places
from lambdalint.source import Span

_ITSELF = "this"


class Functions:
    """Lowers the functions and classes of one module."""

    def __init__(
        self, places: Places, scopes: Scopes, block: Callable[[tree_sitter.Node], tuple[ir.Statement, ...]]
    ) -> None:
        """`block` lowers the statements in braces, in the scope that is open."""
        self._places = places
        self._scopes = scopes
        self._block = block
        self.expressions = Expressions(places, scopes, self.function)
        self.patterns = Patterns(places, scopes, self.expressions.lower)

    # --------------------------------------------------------------------------------------------------- functions

    def function(self, node: tree_sitter.Node, name: str) -> ir.Function:
        """A function, an arrow function or an object's method."""
        arrow = node.type == "arrow_function"
        frame_kind = "arrow" if arrow else "method" if node.type == "method_definition" else "function"
        first = (ir.Parameter(_ITSELF, "positional", None, self._places.span(node)),) if frame_kind == "method" else ()
        return self._function(node, name, frame_kind, "arrow" if arrow else "", first, ())

    def _function(
        self,
        node: tree_sitter.Node,
        name: str,
        frame_kind: str,
        kind: str,
        first: tuple[ir.Parameter, ...],
        fields: Iterable[tuple[str, tree_sitter.Node]],
    ) -> ir.Function:
        own = node.child_by_field_name("name")
        span = self._places.span(own or node)
        with self._scopes.function(frame_kind) as frame:
            taken: list[ir.Statement] = []
            parameters = (*first, *self._parameters(node, taken))
            taken[:0] = self._fields(fields)
            body = node.child_by_field_name("body")
            if body is None:
                statements: tuple[ir.Statement, ...] = ()
            elif body.type == "statement_block":
                statements = self._block(body)
            else:
                place = self._places.span(body)
                statements = (ir.Return(self.expressions.lower(body), place),)
        return ir.Function(
            name,
            parameters,
            (*_outer(frame, span), *taken, *statements),
            (),
            span,
            self._places.span(node),
            is_async=trees.has(node, "async"),
            is_generator=frame.generates or trees.has(node, "*"),
            kind=kind,
        )

    def _parameters(self, node: tree_sitter.Node, taken: list[ir.Statement]) -> Iterator[ir.Parameter]:
        """The parameters of a function; what their patterns take apart is added to `taken`."""
        alone = node.child_by_field_name("parameter")
        listed = node.child_by_field_name("parameters")
        nodes = [alone] if alone is not None else [] if listed is None else trees.parts(listed)
        for each in nodes:
            for name in trees.bound(_pattern(each), self._places):
                self._scopes.declare(name)
        for each in nodes:
            if each.type == "decorator":
                continue
            yield self._parameter(each, taken)

    def _parameter(self, node: tree_sitter.Node, taken: list[ir.Statement]) -> ir.Parameter:
        pattern, span = _pattern(node), self._places.span(node)
        value = node.child_by_field_name("right" if node.type == "assignment_pattern" else "value")
        kind = "positional"
        if pattern is not None and pattern.type == "rest_pattern":
            kind = "*"
            inner = trees.parts(pattern)
            pattern = inner[0] if inner else None
        types = tuple(_types(node.child_by_field_name("type"), self._places))
        default = None if value is None else self.expressions.lower(value)
        if pattern is not None and pattern.type in {"object_pattern", "array_pattern"}:
            name = self._scopes.temporary()
            taken.extend(self.patterns.assign(pattern, ir.Name(name, span)))
        else:
            name = "" if pattern is None else self._places.text(pattern)
        if trees.child(node, "accessibility_modifier") is not None or trees.child(node, "readonly") is not None:
            owner = ir.Attribute(ir.Name(_ITSELF, span), name, span)
            taken.append(ir.Assign((owner,), ir.Name(name, span), span))
        return ir.Parameter(name, kind, default, span, types)

    # ----------------------------------------------------------------------------------------------------- classes

    def class_(self, node: tree_sitter.Node, name: str) -> ir.Class:
        """A class: its fields are set at the top of its constructor."""
        span = self._places.span(node.child_by_field_name("name") or node)
        bases = tuple(self._bases(node))
        inner = node.child_by_field_name("body")
        members = [] if inner is None else trees.parts(inner)
        fields = [field for field in map(self._field, members) if field is not None]
        own = [(name, value) for name, value, static in fields if not static and value is not None]
        statements: list[ir.Statement] = []
        made = False
        for member in members:
            if member.type == "method_definition":
                method = self._method(member, own)
                statements += [] if method is None else [method]
                made |= method is not None and method.name == "__init__"
            elif member.type == "class_static_block":
                body = member.child_by_field_name("body")
                statements += [] if body is None else self._block(body)
        for field, value, static in fields:
            if static and value is not None:
                place = self._places.span(value)
                statements.append(ir.Assign((ir.Name(field, place),), self._value(value, field), place))
        if own and not made:
            statements.insert(0, self._constructor(node, own, handed=bool(bases)))
        return ir.Class(name, bases, tuple(statements), tuple(self._decorators(node)), span)

    def _method(self, node: tree_sitter.Node, fields: list[tuple[str, tree_sitter.Node]]) -> ir.Function | None:
        key = node.child_by_field_name("name")
        name = None if key is None else trees.key_text(key, self._places)
        if name is None or trees.has(node, "set"):
            return None
        static = trees.has(node, "static")
        makes = name == "constructor" and not static
        read = trees.has(node, "get")
        kind = ("class property" if read else "class") if static else "property" if read else "method"
        itself = ir.Parameter(_ITSELF, "positional", None, self._places.span(node))
        return self._function(
            node,
            "__init__" if makes else name,
            "method",
            kind,
            (itself,),
            fields if makes else (),
        )

    def _constructor(
        self, node: tree_sitter.Node, fields: list[tuple[str, tree_sitter.Node]], *, handed: bool
    ) -> ir.Function:
        """The constructor of a class that has fields and none of its own: it hands on what it is given."""
        span = self._places.span(node.child_by_field_name("name") or node)
        parameters = [ir.Parameter(_ITSELF, "positional", None, span)]
        with self._scopes.function("method") as frame:
            body = list(self._fields(fields))
        if handed:
            parameters.append(ir.Parameter("·given", "*", None, span))
            parent = ir.Attribute(ir.Call(ir.Name("super", span), (), span), "__init__", span)
            body.insert(0, ir.Do(ir.Call(parent, (ir.Argument(ir.Name("·given", span), spread="*"),), span), span))
        return ir.Function("__init__", tuple(parameters), (*_outer(frame, span), *body), (), span, span, kind="method")

    def _field(self, node: tree_sitter.Node) -> tuple[str, tree_sitter.Node | None, bool] | None:
        if node.type not in {"field_definition", "public_field_definition"}:
            return None
        key = node.child_by_field_name("property") or node.child_by_field_name("name")
        name = None if key is None else trees.key_text(key, self._places)
        return None if name is None else (name, node.child_by_field_name("value"), trees.has(node, "static"))

    def _fields(self, fields: Iterable[tuple[str, tree_sitter.Node]]) -> Iterator[ir.Statement]:
        for name, value in fields:
            span = self._places.span(value)
            target = ir.Attribute(ir.Name(_ITSELF, span), name, span)
            yield ir.Assign((target,), self._value(value, name), span)

    def _value(self, node: tree_sitter.Node, name: str) -> ir.Expression:
        if node.type in trees.FUNCTIONS:
            return ir.Lambda(self.function(node, name), self._places.span(node))
        return self.expressions.lower(node)

    def _bases(self, node: tree_sitter.Node) -> Iterator[ir.Expression]:
        heritage = trees.child(node, "class_heritage")
        if heritage is None:
            return
        extends = trees.child(heritage, "extends_clause")
        inner = trees.parts(extends if extends is not None else heritage)
        if inner and inner[0].type != "implements_clause":
            yield self.expressions.lower(inner[0])

    def _decorators(self, node: tree_sitter.Node) -> Iterator[ir.Expression]:
        for each in node.children:
            if each.type == "decorator":
                yield self.expressions.first(each) or ir.Opaque((), self._places.span(each))


def _pattern(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """What a parameter binds, without its type and its default."""
    match node.type:
        case "required_parameter" | "optional_parameter":
            return node.child_by_field_name("pattern")
        case "assignment_pattern":
            return node.child_by_field_name("left")
        case _:
            return node


def _types(node: tree_sitter.Node | None, places: Places) -> Iterator[str]:
    """The names in a type."""
    pending = [] if node is None else [node]
    while pending:
        each = pending.pop()
        if each.type == "type_identifier":
            yield places.text(each)
        pending.extend(reversed(each.named_children))


def _outer(frame: Frame, span: Span) -> Iterator[ir.Statement]:
    for kind in ("global", "nonlocal"):
        names = tuple(sorted(name for name, found in frame.outer.items() if found == kind))
        if names:
            yield ir.Scope(kind, names, span)
