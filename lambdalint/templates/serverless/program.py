"""A service that is a program: what a serverless.ts exports, as far as it is written out.

https://www.serverless.com/framework/docs/guides/intro#typescript. Nothing is run: a name stands for the constant of the
file that it is, and what is called, imported or chosen is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter

from lambdalint import literals
from lambdalint.places import Places
from lambdalint.source import Source, Span
from lambdalint.templates.value import Known, Mapping, Sequence, Unknown, Value

_DEEPEST = 60
_MOST = 100_000
"""How many values a program may write out, counted as often as their names are used."""
_UNKNOWN = "an expression"
_AROUND = frozenset({
    "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression",
})  # fmt: skip
_FIXED: dict[str, bool | None] = {"true": True, "false": False, "null": None, "undefined": None}


def exported(source: Source) -> Mapping | None:
    """The object that a program exports; None where that is not written out as one."""
    return _Program(source).exported()


class _Program:
    def __init__(self, source: Source) -> None:
        self._places = Places(source.path, source.text.removeprefix("\ufeff"))
        self._root = _parser(source.path).parse(self._places.data).root_node
        self._constants = dict(self._declared())
        self._known: dict[str, tuple[Value | None, int]] = {}
        """The constants that were asked for, each with how many values it holds."""
        self._nodes = 0

    def exported(self) -> Mapping | None:
        found = None
        for statement in self._root.named_children:
            node = self._exported(statement)
            found = found if node is None else self._value(node, 0)
        return found if isinstance(found, Mapping) else None

    def _exported(self, statement: tree_sitter.Node) -> tree_sitter.Node | None:
        """What `export default …`, `export = …` or `module.exports = …` gives."""
        if statement.type == "export_statement":
            given = statement.child_by_field_name("value")
            is_assigned = any(each.type == "=" for each in statement.children)
            return given or (statement.named_children[-1] if is_assigned and statement.named_children else None)
        if statement.type == "expression_statement" and statement.named_children:
            given = statement.named_children[0]
            left = given.child_by_field_name("left") if given.type == "assignment_expression" else None
            if left is not None and self._places.text(left) == "module.exports":
                return given.child_by_field_name("right")
        return None

    def _declared(self) -> Iterator[tuple[str, tree_sitter.Node]]:
        """The constants of the file, by name."""
        for statement in self._root.named_children:
            inner = statement.child_by_field_name("declaration") or statement
            kind = inner.child_by_field_name("kind")
            if inner.type == "lexical_declaration" and kind is not None and kind.type == "const":
                for each in inner.named_children:
                    name, given = each.child_by_field_name("name"), each.child_by_field_name("value")
                    if name is not None and given is not None and name.type == "identifier":
                        yield self._places.text(name), given

    def _value(self, node: tree_sitter.Node, depth: int) -> Value | None:
        """What an expression stands for; None where it is null."""
        while node.type in _AROUND and node.named_children:
            node = node.named_children[0]
        span = self._places.span(node)
        self._nodes += 1
        if depth > _DEEPEST:
            return Unknown(span, _UNKNOWN)
        match node.type:
            case "object":
                return self._object(node, span, depth)
            case "array":
                return self._array(node, span, depth)
            case "string" | "template_string":
                return self._text(node, span)
            case "number":
                number = literals.number(self._places.text(node))
                return Unknown(span, _UNKNOWN) if number is None else Known(number, span)
            case kind if kind in _FIXED:
                fixed = _FIXED[kind]
                return None if fixed is None else Known(fixed, span)
            case "identifier" | "shorthand_property_identifier":
                return self._constant(self._places.text(node), span, depth)
            case "member_expression":
                return self._member(node, span, depth)
            case "unary_expression":
                match [self._places.piece(node.start_byte, node.start_byte + 1), self._value(_last(node), depth + 1)]:
                    case ["-", Known(int() | float() as number)] if not isinstance(number, bool):
                        return Known(-number, span)
        return Unknown(span, _UNKNOWN)

    def _constant(self, name: str, span: Span, depth: int) -> Value | None:
        """What a constant of the file stands for, found once; unknown where it leads back to itself."""
        if name not in self._known:
            before = self._nodes
            self._known[name] = (Unknown(span, _UNKNOWN), 1)
            given = self._constants.get(name)
            if given is not None:
                value = self._value(given, depth + 1)
                self._known[name] = (value, self._nodes - before)
            return self._known[name][0]
        value, size = self._known[name]
        self._nodes += size
        return value if self._nodes <= _MOST else Unknown(span, _UNKNOWN)

    def _object(self, node: tree_sitter.Node, span: Span, depth: int) -> Value:
        entries: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        is_open = False
        for each in node.named_children:
            if each.type == "spread_element":
                given = self._value(_last(each), depth + 1)
                if isinstance(given, Mapping):
                    entries |= given.entries
                    keys |= given.keys
                is_open |= not isinstance(given, Mapping) or given.open
            elif each.type in {"pair", "shorthand_property_identifier", "method_definition"}:
                place = each.child_by_field_name("key") or each.child_by_field_name("name") or each
                name = self._key(place, depth)
                if name is None:
                    is_open = True
                    continue
                written = each if each.type != "pair" else each.child_by_field_name("value") or each
                value = self._value(written, depth + 1)
                entries.pop(name, None)
                keys[name] = self._places.span(place)
                if value is not None:
                    entries[name] = value
        return Mapping(entries, span, keys, open=is_open)

    def _key(self, node: tree_sitter.Node, depth: int) -> str | None:
        if node.type == "computed_property_name":
            found = self._value(node.named_children[0], depth + 1) if node.named_children else None
            return str(found.value) if isinstance(found, Known) else None
        if node.type == "string":
            return literals.text(self._places.text(node)[1:-1])
        return self._places.text(node)

    def _array(self, node: tree_sitter.Node, span: Span, depth: int) -> Value:
        items: list[Value] = []
        is_open = False
        for each in node.named_children:
            if each.type == "spread_element":
                given = self._value(_last(each), depth + 1)
                items += given.items if isinstance(given, Sequence) else ()
                is_open |= not isinstance(given, Sequence) or given.open
            elif each.type != "comment":
                value = self._value(each, depth + 1)
                items += [] if value is None else [value]
        return Sequence(tuple(items), span, open=is_open)

    def _text(self, node: tree_sitter.Node, span: Span) -> Value:
        if any(each.type == "template_substitution" for each in node.named_children):
            return Unknown(span, _UNKNOWN)
        return Known(literals.text(self._places.text(node)[1:-1]), span)

    def _member(self, node: tree_sitter.Node, span: Span, depth: int) -> Value | None:
        owner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
        held = None if owner is None else self._value(owner, depth + 1)
        if name is not None and isinstance(held, Mapping) and self._places.text(name) in held.keys:
            return held.entries.get(self._places.text(name))
        return Unknown(span, _UNKNOWN)


def _last(node: tree_sitter.Node) -> tree_sitter.Node:
    return node.named_children[-1] if node.named_children else node


def _parser(path: str) -> tree_sitter.Parser:
    if path.endswith("ts"):
        import tree_sitter_typescript

        return tree_sitter.Parser(tree_sitter.Language(tree_sitter_typescript.language_typescript()))
    import tree_sitter_javascript

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))
