"""JavaScript's and TypeScript's expressions, lowered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import tree_sitter

from lambdalint import literals
from lambdalint.code import ir
from lambdalint.code.javascript import trees
from lambdalint.code.javascript.scopes import Scopes
from lambdalint.places import Places

_DEEPEST = 400
"""How many expressions may stand in one another; the deepest in 15,827 public files has 91 levels."""

_COMPARISONS = {
    "===": "==",
    "==": "==",
    "!==": "!=",
    "!=": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "in": "in",
}
_BOOLEANS = {"&&": "and", "||": "or", "??": "??"}
_UNARY = {"!": "not", "-": "-", "+": "+", "~": "~", "void": "void"}
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None}


class TooDeep(Exception):
    """Expressions stand in one another deeper than anybody writes them."""

    def __init__(self, node: tree_sitter.Node) -> None:
        super().__init__()
        self.node = node


class Expressions:
    """Lowers the expressions of one module."""

    def __init__(
        self, places: Places, scopes: Scopes, function: Callable[[tree_sitter.Node, str], ir.Function]
    ) -> None:
        """`function` lowers a function under a name."""
        self._places = places
        self._scopes = scopes
        self._function = function
        self._depth = 0
        self._awaited: set[int] = set()
        """Where the chains begin whose `await` was seen."""
        self.waits_for: dict[int, tree_sitter.Node] = {}
        """Of each `await` that ends a line, by where it ends, what stands in the next one: the statement waited for."""

    def lower(self, node: tree_sitter.Node) -> ir.Expression:
        lower = _LOWER.get(node.type)
        if lower is None:
            return self._opaque(node)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TooDeep(node)
        try:
            if node.type in _CHAINS and self._is_misread_await(node):
                self._awaited.add(node.start_byte)
                return ir.Await(lower(self, node), self._places.span(node))
            return lower(self, node)
        finally:
            self._depth -= 1

    def _is_misread_await(self, node: tree_sitter.Node) -> bool:
        """Whether a chain begins with an `await` that the grammar takes for less than it waits for.

        `await (x)` is read as a call of a function named await, `await f<T>(x)` as a call of what `await f` gives.
        """
        if not self._places.data.startswith(b"await", node.start_byte) or node.start_byte in self._awaited:
            return False
        while (inner := node.child_by_field_name("function") or node.child_by_field_name("object")) is not None:
            node = inner
        return node.type == "await_expression" or (node.type == "identifier" and self._places.text(node) == "await")

    def part(self, node: tree_sitter.Node, name: str) -> ir.Expression:
        """The expression in a field of a node."""
        inner = node.child_by_field_name(name)
        return ir.Opaque((), self._places.span(node)) if inner is None else self.lower(inner)

    def first(self, node: tree_sitter.Node) -> ir.Expression | None:
        """The only expression below a node, where there is one."""
        inner = trees.parts(node)
        return self.lower(inner[0]) if inner else None

    def target(self, node: tree_sitter.Node) -> ir.Expression:
        """What an assignment sets that takes nothing apart."""
        node = trees.bare(node)
        if node.type == "identifier":
            span = self._places.span(node)
            return ir.Name(self._scopes.set(self._places.text(node), span), span)
        return self.lower(node)

    def arguments(self, node: tree_sitter.Node | None) -> tuple[ir.Argument, ...]:
        if node is None:
            return ()
        if node.type == "template_string":
            return (ir.Argument(self._template(node)),)
        return tuple(
            ir.Argument(self._spread(each), spread="*")
            if each.type == "spread_element"
            else ir.Argument(self.lower(each))
            for each in trees.parts(node)
        )

    def this(self, node: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        return ir.Name("this", span) if self._scopes.has_this else ir.Opaque((), span)

    # ----------------------------------------------------------------------------------------------------- plain

    def _opaque(self, node: tree_sitter.Node) -> ir.Expression:
        known = [each for each in trees.parts(node) if each.type in _LOWER]
        return ir.Opaque(tuple(map(self.lower, known)), self._places.span(node))

    def _name(self, node: tree_sitter.Node) -> ir.Expression:
        name = self._places.text(node)
        span = self._places.span(node)
        if name == "await" and (awaited := self.waits_for.get(node.end_byte)) is not None:
            span = self._places.between(node, awaited)
            return ir.Await(self.first(awaited) or ir.Opaque((), span), span)
        if name == "undefined":
            return ir.Literal(None, span)
        return ir.Name(self._scopes.read(name, span), span)

    def _constant(self, node: tree_sitter.Node) -> ir.Expression:
        return ir.Literal(_CONSTANTS[node.type], self._places.span(node))

    def _number(self, node: tree_sitter.Node) -> ir.Expression:
        spelt = self._places.text(node)
        found = literals.number(spelt)
        span = self._places.span(node)
        if found is not None and spelt.endswith("n"):
            return ir.Call(ir.Name("BigInt", span), (ir.Argument(ir.Literal(found, span)),), span)
        return ir.Opaque((), span) if found is None else ir.Literal(found, span)

    def _string(self, node: tree_sitter.Node) -> ir.Expression:
        return ir.Literal(literals.text(self._places.text(node)[1:-1]), self._places.span(node))

    def _template(self, node: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        pieces: list[ir.Expression] = []
        start = node.start_byte + 1
        for hole in node.named_children:
            if hole.type != "template_substitution":
                continue
            if hole.start_byte > start:
                pieces.append(ir.Literal(literals.text(self._places.piece(start, hole.start_byte)), span))
            start = hole.end_byte
            pieces.append(self.first(hole) or ir.Opaque((), self._places.span(hole)))
        if node.end_byte - 1 > start:
            pieces.append(ir.Literal(literals.text(self._places.piece(start, node.end_byte - 1)), span))
        match pieces:
            case []:
                return ir.Literal("", span)
            case [ir.Literal(value=str()) as only]:
                return only
            case _:
                return ir.Text(tuple(pieces), span)

    def _regex(self, node: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        pattern = node.child_by_field_name("pattern")
        flags = node.child_by_field_name("flags")
        given = ("" if each is None else self._places.text(each) for each in (pattern, flags))
        return ir.Call(
            ir.Name("RegExp", span), tuple(ir.Argument(ir.Literal(each, span)) for each in given), span, new=True
        )

    def _inner(self, node: tree_sitter.Node) -> ir.Expression:
        """What stands in parentheses, or before or behind a type."""
        inner = trees.bare(node)
        found = self._opaque(node) if inner is node else self.lower(inner)
        if isinstance(found, ir.Attribute) and trees.says_there(node, self._places):
            found.there = True
        return found

    # -------------------------------------------------------------------------------------------------- collections

    def _object(self, node: tree_sitter.Node) -> ir.Expression:
        return ir.Mapping(tuple(self._entries(node)), self._places.span(node))

    def _entries(self, node: tree_sitter.Node) -> Iterator[tuple[ir.Expression | None, ir.Expression]]:
        for part in trees.parts(node):
            span = self._places.span(part)
            match part.type:
                case "pair":
                    key = part.child_by_field_name("key")
                    value = part.child_by_field_name("value")
                    if key is not None and value is not None:
                        yield self._key(key), self._named(value, key)
                case "shorthand_property_identifier":
                    name = self._places.text(part)
                    yield ir.Literal(name, span), self._name(part)
                case "spread_element":
                    yield None, self._spread(part)
                case "method_definition":
                    key = part.child_by_field_name("name")
                    if key is not None and not trees.has(part, "set"):
                        yield self._key(key), self._method(part, key)
                case _:
                    yield None, ir.Opaque((), span)

    def _key(self, node: tree_sitter.Node) -> ir.Expression:
        name = trees.key_text(node, self._places)
        if name is not None:
            return ir.Literal(name, self._places.span(node))
        return self.first(node) or ir.Opaque((), self._places.span(node))

    def _named(self, node: tree_sitter.Node, key: tree_sitter.Node) -> ir.Expression:
        """The value of an entry: a function there goes by the name of its key."""
        if node.type in trees.FUNCTIONS:
            name = trees.key_text(key, self._places) or ""
            return ir.Lambda(self._function(node, name), self._places.span(node))
        return self.lower(node)

    def _method(self, node: tree_sitter.Node, key: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        if trees.has(node, "get"):
            return ir.Opaque((), span)
        return ir.Lambda(self._function(node, trees.key_text(key, self._places) or ""), span)

    def _array(self, node: tree_sitter.Node) -> ir.Expression:
        items = tuple(
            ir.Spread(self._spread(each), self._places.span(each))
            if each.type == "spread_element"
            else self.lower(each)
            for each in trees.parts(node)
        )
        return ir.Sequence("list", items, self._places.span(node))

    def _spread(self, node: tree_sitter.Node) -> ir.Expression:
        return self.first(node) or ir.Opaque((), self._places.span(node))

    # --------------------------------------------------------------------------------------------------- reaching

    def _member(self, node: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        name = node.child_by_field_name("property")
        owner = node.child_by_field_name("object")
        if name is None or owner is None:
            return self._opaque(node)
        spelt = self._places.text(name)
        if owner.type == "super":
            parent = ir.Call(ir.Name("super", self._places.span(owner)), (), self._places.span(owner))
            return ir.Attribute(parent, spelt, span)
        return ir.Attribute(self.lower(owner), spelt, span, _optional(node))

    def _subscript(self, node: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        owner, key = self.part(node, "object"), self.part(node, "index")
        if isinstance(key, ir.Literal) and isinstance(key.value, str):
            return ir.Attribute(owner, key.value, span, _optional(node))
        return ir.Item(owner, key, span, _optional(node))

    def _call(self, node: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        function = node.child_by_field_name("function")
        arguments = self.arguments(node.child_by_field_name("arguments"))
        if function is None:
            return self._opaque(node)
        if function.type == "super":
            place = self._places.span(function)
            parent = ir.Call(ir.Name("super", place), (), place)
            return ir.Call(ir.Attribute(parent, "__init__", place), arguments, span)
        if function.start_byte in self._awaited and self._places.text(function) == "await" and arguments:
            return arguments[0].value
        if function.type == "import":
            return ir.Call(ir.Name("import", self._places.span(function)), arguments, span)
        return ir.Call(self.lower(function), arguments, span, new=False, optional=_optional(node))

    def _new(self, node: tree_sitter.Node) -> ir.Expression:
        arguments = self.arguments(node.child_by_field_name("arguments"))
        return ir.Call(self.part(node, "constructor"), arguments, self._places.span(node), new=True)

    # -------------------------------------------------------------------------------------------------- operators

    def _binary(self, node: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        operator = self._operator(node)
        left, right = self.part(node, "left"), self.part(node, "right")
        if operator in _BOOLEANS:
            return ir.Boolean(_BOOLEANS[operator], left, right, span)
        if operator in _COMPARISONS:
            return ir.Comparison(_COMPARISONS[operator], left, right, span)
        if operator == "instanceof":
            return ir.Call(ir.Name("isinstance", span), (ir.Argument(left), ir.Argument(right)), span)
        return ir.Binary(operator, left, right, span)

    def _unary(self, node: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        operator = self._operator(node)
        operand = self.part(node, "argument")
        if operator in _UNARY:
            return ir.Unary(_UNARY[operator], operand, span)
        if operator == "typeof":
            return ir.Call(ir.Name("typeof", span), (ir.Argument(operand),), span)
        return ir.Opaque((operand,), span)

    def _operator(self, node: tree_sitter.Node) -> str:
        operator = node.child_by_field_name("operator")
        return "" if operator is None else self._places.text(operator)

    def _conditional(self, node: tree_sitter.Node) -> ir.Expression:
        test, then = self.part(node, "condition"), self.part(node, "consequence")
        return ir.Conditional(test, then, self.part(node, "alternative"), self._places.span(node))

    def _await(self, node: tree_sitter.Node) -> ir.Expression:
        if node.start_byte in self._awaited:
            return self._spread(node)
        return ir.Await(self._spread(node), self._places.span(node))

    def _yield(self, node: tree_sitter.Node) -> ir.Expression:
        self._scopes.frame.generates = True
        return ir.Yield(self.first(node), self._places.span(node))

    def _sequence(self, node: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        parts = tuple(map(self.lower, trees.parts(node)))
        if not parts:
            return ir.Opaque((), span)
        return ir.Item(ir.Sequence("tuple", parts, span), ir.Literal(len(parts) - 1, span), span)

    # ------------------------------------------------------------------------------------------------- assignments

    def _bind(self, node: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        left = node.child_by_field_name("left")
        value = self.part(node, "right")
        if left is None or left.type in {"object_pattern", "array_pattern"}:
            return ir.Opaque((value,), span)
        return ir.Bind(self.target(left), value, span)

    def _update(self, node: tree_sitter.Node) -> ir.Expression:
        span = self._places.span(node)
        target, operator, right = self.updated(node)
        if operator in {"and", "or", "??"}:
            return ir.Bind(target, ir.Boolean(operator, target, right, span), span)
        return ir.Bind(target, ir.Binary(operator, target, right, span), span)

    def updated(self, node: tree_sitter.Node) -> tuple[ir.Expression, str, ir.Expression]:
        """What an augmented assignment or a count changes, by which operator, and by what."""
        span = self._places.span(node)
        operator = self._operator(node)
        changed = node.child_by_field_name("argument" if node.type == "update_expression" else "left")
        target = ir.Opaque((), span) if changed is None else self.target(changed)
        if node.type == "update_expression":
            return target, operator[:1], ir.Literal(1, span)
        operator = operator.removesuffix("=")
        return target, _BOOLEANS.get(operator, operator), self.part(node, "right")

    # --------------------------------------------------------------------------------------------------- functions

    def _lambda(self, node: tree_sitter.Node) -> ir.Expression:
        name = node.child_by_field_name("name")
        return ir.Lambda(self._function(node, "" if name is None else self._places.text(name)), self._places.span(node))


_CHAINS = frozenset({"call_expression", "member_expression", "subscript_expression"})


def _optional(node: tree_sitter.Node) -> bool:
    return trees.has(node, "optional_chain") or trees.has(node, "?.")


_LOWER: dict[str, Callable[[Expressions, tree_sitter.Node], ir.Expression]] = {
    "identifier": Expressions._name,
    "this": Expressions.this,
    "number": Expressions._number,
    "string": Expressions._string,
    "template_string": Expressions._template,
    "regex": Expressions._regex,
    "true": Expressions._constant,
    "false": Expressions._constant,
    "null": Expressions._constant,
    "undefined": Expressions._constant,
    "object": Expressions._object,
    "array": Expressions._array,
    "member_expression": Expressions._member,
    "subscript_expression": Expressions._subscript,
    "call_expression": Expressions._call,
    "new_expression": Expressions._new,
    "binary_expression": Expressions._binary,
    "unary_expression": Expressions._unary,
    "update_expression": Expressions._update,
    "ternary_expression": Expressions._conditional,
    "await_expression": Expressions._await,
    "yield_expression": Expressions._yield,
    "sequence_expression": Expressions._sequence,
    "assignment_expression": Expressions._bind,
    "augmented_assignment_expression": Expressions._update,
    "function_expression": Expressions._lambda,
    "generator_function": Expressions._lambda,
    "arrow_function": Expressions._lambda,
    **dict.fromkeys(trees.AROUND, Expressions._inner),
}
