"""What the parts of this language's trees say that several ways of lowering ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import tree_sitter

from lambdalint import literals
from lambdalint.places import Places

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
        "method_definition",
    }
)
AROUND = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "type_assertion",
        "instantiation_expression",
    }
)
"""What stands around an expression and gives its value."""
_OPAQUE = FUNCTIONS | {"class_declaration", "abstract_class_declaration", "class"}
_BINDING = frozenset({"identifier", "shorthand_property_identifier_pattern"})
_DECLARATIONS = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "class_declaration",
        "abstract_class_declaration",
        "enum_declaration",
    }
)
NAMESPACES = frozenset({"internal_module", "module"})
"""What TypeScript calls a namespace, by either of its words."""


def parts(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The nodes directly below a node, without punctuation and comments."""
    return [child for child in node.named_children if child.type not in {"comment", "html_comment"}]


def has(node: tree_sitter.Node, word: str) -> bool:
    """Whether a keyword or sign stands directly in a node."""
    return any(child.type == word for child in node.children)


def child(node: tree_sitter.Node, kind: str) -> tree_sitter.Node | None:
    """The first node of a kind directly below a node."""
    return next((each for each in node.children if each.type == kind), None)


def bare(node: tree_sitter.Node) -> tree_sitter.Node:
    """An expression without the parentheses and types around it."""
    while node.type in AROUND:
        inner = parts(node)
        if not inner:
            break
        node = inner[-1] if node.type == "type_assertion" else inner[0]
    return node


def says_there(node: tree_sitter.Node, places: Places) -> bool:
    """Whether types around an expression say that it is not absent: `value!`, `value as string`, `<string>value`."""
    while node.type in AROUND:
        inner = parts(node)
        if node.type == "non_null_expression" or any(
            each.type == "predefined_type" and places.text(each) == "string" for each in inner
        ):
            return True
        if not inner:
            break
        node = inner[-1] if node.type == "type_assertion" else inner[0]
    return False


def bound(pattern: tree_sitter.Node | None, places: Places) -> Iterator[str]:
    """The names that a pattern binds."""
    if pattern is None:
        return
    if pattern.type in _BINDING:
        yield places.text(pattern)
        return
    match pattern.type:
        case "pair_pattern":
            inner: Iterable[tree_sitter.Node | None] = (pattern.child_by_field_name("value"),)
        case "assignment_pattern" | "object_assignment_pattern":
            inner = (pattern.child_by_field_name("left"),)
        case "object_pattern" | "array_pattern" | "rest_pattern":
            inner = parts(pattern)
        case _:
            inner = ()
    for each in inner:
        yield from bound(each, places)


def declared(nodes: Iterable[tree_sitter.Node], places: Places) -> Iterator[str]:
    """The names that the statements of a block declare in it."""
    for node in nodes:
        inner = node.child_by_field_name("declaration") if node.type == "export_statement" else node
        if inner is None:
            continue
        if inner.type == "expression_statement" and inner.named_children:
            inner = inner.named_children[0] if inner.named_children[0].type in NAMESPACES else inner
        if inner.type == "lexical_declaration":
            for declarator in parts(inner):
                yield from bound(declarator.child_by_field_name("name"), places)
        elif inner.type in _DECLARATIONS or inner.type in NAMESPACES:
            name = inner.child_by_field_name("name")
            while name is not None and name.type == "nested_identifier":
                name = name.child_by_field_name("object")
            yield from () if name is None else (places.text(name),)


def before(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The statements of a block that stand before the one that declares something."""
    while node.parent is not None and node.parent.type in {"expression_statement", "export_statement"}:
        node = node.parent
    around = [] if node.parent is None else parts(node.parent)
    return [each for each in around if each.end_byte <= node.start_byte]


def hoisted(node: tree_sitter.Node, places: Places) -> Iterator[str]:
    """The names that `var` declares below a node, in no inner function."""
    if b"var" not in places.data[node.start_byte : node.end_byte]:
        # Most code of today has none, and to go through all of it is what lowering costs most.
        return
    pending = [node]
    while pending:
        node = pending.pop()
        if node.type == "variable_declaration":
            for declarator in parts(node):
                yield from bound(declarator.child_by_field_name("name"), places)
        elif node.type == "for_in_statement" and has(node, "var"):
            yield from bound(node.child_by_field_name("left"), places)
        pending.extend(each for each in node.named_children if each.type not in _OPAQUE)


def key_text(node: tree_sitter.Node, places: Places) -> str | None:
    """The name of a property; None where it is computed."""
    if node.type == "string":
        return literals.text(places.text(node)[1:-1])
    return None if node.type == "computed_property_name" else places.text(node)
