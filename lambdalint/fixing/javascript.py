"""Modules of JavaScript and TypeScript: values made as the module is loaded."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter

from lambdalint.code import javascript
from lambdalint.fixing.texts import new_line, with_comment, without_lines
from lambdalint.places import Places
from lambdalint.source import Source, Span
from lambdalint.wanted import Edit, Once

_GLOBAL = frozenset({"process", "undefined", "Number", "String", "Boolean", "parseInt", "JSON"})
_NAMED = ("identifier", "shorthand_property_identifier_pattern")


def at_once(source: Source, wanted: Once) -> tuple[Edit, ...] | None:
    """The edits that move a declaration out of a function; None where it needs what only the function has."""
    places = Places(source.path, source.text)
    root = javascript.tree(source.path, places.data)
    node = _at(root, places, wanted.span)
    declarator = None if node is None else node.parent
    declaration = None if declarator is None else declarator.parent
    if node is None or declarator is None or declaration is None or root.has_error:
        return None
    name = declarator.child_by_field_name("name")
    only = len([each for each in declaration.children if each.type == "variable_declarator"]) == 1
    if declarator.type != "variable_declarator" or name is None or name.type != "identifier" or not only:
        return None
    body, top = declaration.parent, _top(declaration)
    if body is None or body.type != "statement_block" or len(body.named_children) < 2 or top is None:
        return None
    called = places.text(name)
    needed = {places.text(each) for each in _of_type(node, _NAMED)} - _GLOBAL
    own = [places.text(each) for each in _declared(top)]
    if needed & set(own) or own.count(called) != 1:
        return None
    definition = _place(root, top, needed, places)
    if definition is None:
        return None
    before = _before(root, definition)
    known = {name: each for each in before for name in _bound(each, places)}
    span = places.span(declaration)
    lines = source.lines[span.line - 1 : span.end_line]
    before_it, after_it = lines[0][: span.column - 1].strip(), lines[-1][span.end_column - 1 :].strip()
    if before_it or (after_it and not after_it.startswith("//")) or span.end_line >= len(source.lines):
        return None
    first = with_comment(source, span.line, span.end_line, "//")
    lines = source.lines[first - 1 : span.end_line]
    gone = without_lines(source, first, span.end_line, "{")
    if called in {name for each in root.children for name in _bound(each, places)}:
        same = called in known and places.text(node) in places.text(known[called])
        return (gone,) if same else None
    heads = [each for each in before if each.type != "comment"]
    after = max((places.span(each).end_line for each in heads), default=0)
    indentation = lines[0][: span.column - 1]
    text = "\n".join(line.removeprefix(indentation) for line in lines)
    apart = heads and (text.startswith("//") or _is_import(heads[-1], places) or heads[-1].type == "export_statement")
    text = f"\n{text}" if apart else text
    text = f"{text}\n" if after < len(source.lines) and source.lines[after].strip() else text
    return new_line(source, after, text, shared=True), gone


def _at(root: tree_sitter.Node, places: Places, span: Span) -> tree_sitter.Node | None:
    """The call at a place."""
    pending = [root]
    while pending:
        node = pending.pop()
        place = places.span(node)
        if place == span and node.type in ("new_expression", "call_expression"):
            return node
        if place.covers(span):
            pending += node.children
    return None


def _place(root: tree_sitter.Node, top: tree_sitter.Node, needed: set[str], places: Places) -> tree_sitter.Node | None:
    """The first definition before which all is there that is needed, and set up; None where that is not so even before
    the statement that needs it."""
    setting_up = [
        each
        for each in root.children
        if each.type == "expression_statement"
        and not _defines(each)
        and any(places.text(name) in needed for name in _of_type(each, _NAMED))
    ]
    for each in root.children:
        if each != top and not _defines(each):
            continue
        known = {name for other in _before(root, each) for name in _bound(other, places)}
        if needed <= known and all(other.end_byte <= each.start_byte for other in setting_up):
            return each
        if each == top:
            return None
    return None


def _before(root: tree_sitter.Node, statement: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [each for each in root.children if each.end_byte <= statement.start_byte]


def _defines(statement: tree_sitter.Node) -> bool:
    """Whether a statement of a module makes a function or a class."""
    return any(True for _ in _of_type(statement, _DEFINITIONS))


_DEFINITIONS = (
    "function_declaration", "generator_function_declaration", "class_declaration", "arrow_function",
    "function_expression", "function", "generator_function", "class",
)  # fmt: skip


def _top(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """The statement of the module that a node stands in."""
    while node.parent is not None and node.parent.type != "program":
        node = node.parent
    return node if node.parent is not None else None


def _of_type(node: tree_sitter.Node, kinds: tuple[str, ...]) -> Iterator[tree_sitter.Node]:
    pending = [node]
    while pending:
        each = pending.pop()
        if each.type in kinds:
            yield each
        pending += each.children


def _declared(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The names that are declared within a node: by statements, and as parameters."""
    pending = [node]
    while pending:
        each = pending.pop()
        if each.type == "variable_declarator" and (name := each.child_by_field_name("name")) is not None:
            yield from _of_type(name, _NAMED)
        elif each.type == "formal_parameters":
            yield from _of_type(each, _NAMED)
        elif each.type == "arrow_function" and (one := each.child_by_field_name("parameter")) is not None:
            yield one
        pending += each.children


def _bound(statement: tree_sitter.Node, places: Places) -> set[str]:
    """The names that a statement of a module declares."""
    if statement.type == "export_statement":
        return {name for each in statement.children for name in _bound(each, places)}
    if statement.type == "import_statement":
        clauses = (each for each in statement.children if each.type == "import_clause")
        return {places.text(each) for clause in clauses for each in _of_type(clause, _NAMED)}
    if statement.type in ("lexical_declaration", "variable_declaration"):
        names = (each.child_by_field_name("name") for each in statement.children if each.type == "variable_declarator")
        return {places.text(each) for name in names if name is not None for each in _of_type(name, _NAMED)}
    name = statement.child_by_field_name("name")
    return {places.text(name)} if name is not None else set()


def _is_import(statement: tree_sitter.Node, places: Places) -> bool:
    required = statement.type in ("lexical_declaration", "variable_declaration") and "require(" in places.text(
        statement
    )
    return statement.type == "import_statement" or required
