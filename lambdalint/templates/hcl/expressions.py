"""From the nodes of tree-sitter-hcl to expressions.

The grammar trims the white space of template literals, which is put back from the bytes between the holes; and it
strings the operands of an operation together with the steps that follow them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdalint.places import Places
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.literals import number, unescaped
from lambdalint.templates.hcl.templates import template
from lambdalint.templates.value import Known

if TYPE_CHECKING:
    import tree_sitter

_STEPS = ("get_attr", "index", "splat")


class Expressions:
    """Lowers the expressions of one file."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def whole(self, attribute: tree_sitter.Node, node: tree_sitter.Node) -> syntax.Expression:
        """The expression of an attribute."""
        if attribute.has_error or node.type != "expression":
            return syntax.Wrong(self.places.span(attribute))
        try:
            return self.expression(node)
        except RecursionError:
            return syntax.Wrong(self.places.span(node))

    def expression(self, node: tree_sitter.Node) -> syntax.Expression:
        """What an `expression` node, or one of its kinds, says."""
        return self._row(node.children if node.type == "expression" else [node], node)

    def _row(self, nodes: list[tree_sitter.Node], holder: tree_sitter.Node) -> syntax.Expression:
        """An operand, and the steps that follow it."""
        first, *rest = [node for node in nodes if node.type != "comment"] or [holder]
        if first.type == "(":
            operand = self.expression(rest[0])
            rest = rest[2:]
        elif first.type == "variable_expr":
            last = rest[-1] if rest else first
            return syntax.Traversal(self.places.text(first), self._steps(rest), self.places.between(first, last))
        else:
            operand = self._operand(first)
        steps = self._steps(rest)
        return syntax.Traversal(operand, steps, self.places.between(first, rest[-1])) if steps else operand

    def _steps(self, nodes: list[tree_sitter.Node]) -> tuple[syntax.Step, ...]:
        steps: list[syntax.Step] = []
        for node in nodes:
            match node.type:
                case "get_attr":
                    steps.append(syntax.Attr(self.places.text(node.children[-1])))
                case "index":
                    steps.append(self._index(node.children[0]))
                case "splat":
                    steps.extend(self._splat(node.children[0]))
        return tuple(steps)

    def _index(self, node: tree_sitter.Node) -> syntax.Index:
        if node.type == "legacy_index":
            place = self.places.span(node)
            return syntax.Index(syntax.Literal(Known(number(self.places.text(node).lstrip(".")), place)))
        inner = next((child for child in node.children if child.type == "expression"), None)
        return syntax.Index(syntax.Wrong(self.places.span(node)) if inner is None else self.expression(inner))

    def _splat(self, node: tree_sitter.Node) -> list[syntax.Step]:
        rest = node.children[1:]
        if node.type == "full_splat":
            return [syntax.Splat(self._steps(rest))]
        # What follows an index is no longer taken by each item: `a.*.b[0].c` is `(a.*.b)[0].c`.
        each = next((at for at, child in enumerate(rest) if child.type != "get_attr"), len(rest))
        return [syntax.Splat(self._steps(rest[:each])), *self._steps(rest[each:])]

    def _operand(self, node: tree_sitter.Node) -> syntax.Expression:
        match node.type:
            case "literal_value":
                return self._literal(node.children[0])
            case "template_expr":
                return template(node.children[0], self)
            case "collection_value":
                return self._collection(node.children[0])
            case "operation":
                return self._operation(node.children[0])
            case "function_call":
                return self._call(node)
            case "conditional":
                parts = [child for child in node.children if child.type == "expression"]
                if len(parts) == 3:
                    condition, then, otherwise = (self.expression(part) for part in parts)
                    return syntax.Conditional(condition, then, otherwise, self.places.span(node))
            case "for_expr":
                return self._for(node.children[0])
            case "expression":
                return self.expression(node)
            case "variable_expr":
                return self._row([node], node)
        return syntax.Wrong(self.places.span(node))

    def _literal(self, node: tree_sitter.Node) -> syntax.Literal:
        span = self.places.span(node)
        match node.type:
            case "string_lit":
                return syntax.Literal(Known(unescaped(self.places.text(node)[1:-1]), span))
            case "numeric_lit":
                return syntax.Literal(Known(number(self.places.text(node)), span))
            case "bool_lit":
                return syntax.Literal(Known(self.places.text(node) == "true", span))
            case _:
                return syntax.Literal(None)

    def _collection(self, node: tree_sitter.Node) -> syntax.Expression:
        span = self.places.span(node)
        if node.type == "tuple":
            items = (self.expression(child) for child in node.children if child.type == "expression")
            return syntax.Tuple(tuple(items), span)
        entries = []
        for element in node.children:
            if element.type == "object_elem":
                key, *_, value = (child for child in element.children if child.type == "expression")
                entries.append((self._key(key), self.places.span(key), self.expression(value)))
        return syntax.Object(tuple(entries), span)

    def _key(self, node: tree_sitter.Node) -> str | syntax.Expression:
        children = node.children
        if len(children) == 1 and children[0].type == "variable_expr":
            return self.places.text(node)
        key = self.expression(node)
        if isinstance(key, syntax.Literal) and key.value is not None and isinstance(key.value.value, str):
            return key.value.value
        return key

    def _operation(self, node: tree_sitter.Node) -> syntax.Expression:
        operator = ""
        operands: list[list[tree_sitter.Node]] = [[]]
        for child in node.children:
            if child.is_named or child.type in "()":
                operands[-1].append(child)
            else:
                operator = child.type
                operands.append([])
        rows = tuple(self._row(row, node) for row in operands if row)
        return syntax.Operation(operator, rows, self.places.span(node))

    def _call(self, node: tree_sitter.Node) -> syntax.Expression:
        name = self.places.text(node.children[0])
        arguments: list[syntax.Expression] = []
        expanded = False
        for child in node.children[1:]:
            if child.type == "function_arguments":
                arguments = [self.expression(each) for each in child.children if each.type == "expression"]
                expanded = any(each.type == "ellipsis" for each in child.children)
        return syntax.Call(name, tuple(arguments), expanded, self.places.span(node))

    def _for(self, node: tree_sitter.Node) -> syntax.Expression:
        intro = next(child for child in node.children if child.type == "for_intro")
        condition = next((child for child in node.children if child.type == "for_cond"), None)
        results = [self.expression(child) for child in node.children if child.type == "expression"]
        names, collection = self.intro(intro)
        return syntax.For(
            names,
            collection,
            results[0] if node.type == "for_object_expr" and len(results) > 1 else None,
            results[-1],
            None if condition is None else self.inner(condition),
            any(child.type == "ellipsis" for child in node.children),
            self.places.span(node),
        )

    def intro(self, node: tree_sitter.Node) -> tuple[tuple[str, ...], syntax.Expression]:
        """The names that a `for` gives, and the collection that it goes through."""
        names = tuple(self.places.text(child) for child in node.children if child.type == "identifier")
        return names, self.inner(node)

    def inner(self, node: tree_sitter.Node) -> syntax.Expression:
        """The one expression among a node's children."""
        found = next((child for child in node.children if child.type == "expression"), None)
        return syntax.Wrong(self.places.span(node)) if found is None else self.expression(found)
