"""The names in a file that nothing there declares where they are looked up, and that JavaScript does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import tree_sitter

from lambdalint.code import ir
from lambdalint.code.javascript import trees
from lambdalint.code.javascript.scopes import Scopes
from lambdalint.data import node as node_js
from lambdalint.patterns import pattern
from lambdalint.places import Places
from lambdalint.source import Span

_TOLD = pattern(r"/\*\s*globals?\s+([^*]*)\*/")
"""A comment that says which names are there: https://eslint.org/docs/latest/use/configure/language-options"""
_WORD = pattern(r"[\w$]+")


def names(root: tree_sitter.Node, places: Places, scopes: Scopes, body: Iterable[ir.Statement]) -> ir.Undeclared | None:
    """What a file uses that it does not declare; None where that is nothing, or another file may declare it."""
    if root.has_error:
        return None
    there = node_js.GLOBALS | {each.bound for each in body if isinstance(each, ir.Import)}
    missed, spilt = (
        {place: name for place, name in found.items() if name not in there and not name.startswith("__")}
        for found in (scopes.missed, scopes.spilt)
    )
    if not missed and not spilt:
        return None
    found = _Declared(root, places)
    if found.open:
        return None
    silent = found.hoisted | found.asked | set(spilt.values())
    reads = {place: found.scoped.get(name) for place, name in missed.items() if name not in silent}
    sets = {place: name for place, name in spilt.items() if name not in found.hoisted | found.asked}
    imports = any(isinstance(each, ir.Import) and each.how == "import" for each in body)
    otherwise = True if places.path.endswith(".mjs") else None if imports else False
    strict = {place: found.is_strict(place) or otherwise for place in sets}
    return ir.Undeclared(reads, strict, frozenset(spilt.values()))


class _Declared:
    """What the text of a file declares, in whatever scope."""

    def __init__(self, root: tree_sitter.Node, places: Places) -> None:
        self._places = places
        self.scoped: dict[str, Span] = {}
        """The names that are surely of one scope alone, with where one of them declares it."""
        self.hoisted: set[str] = set()
        """Those that may be seen around the scope that they are declared in, or where they are not looked for."""
        self.asked: set[str] = set()
        """Those of which the file asks whether they are there, or says so."""
        self.open = False
        """Whether there may be names that are not written."""
        self._strict: list[Span] = []
        for told in _TOLD.finditer(places.data.decode()):
            self.asked.update(_WORD.findall(told[1]))
        pending = [root]
        while pending:
            each = pending.pop()
            self._see(each)
            pending.extend(each.named_children)

    def is_strict(self, place: Span) -> bool:
        """Whether a place is in code that is strict by its class, or by a directive."""
        return any(each.covers(place) for each in self._strict)

    def _see(self, node: tree_sitter.Node) -> None:
        match node.type:
            case "lexical_declaration":
                for each in trees.parts(node):
                    self._scope(each.child_by_field_name("name"))
            case "for_in_statement" if not trees.has(node, "var"):
                if node.child_by_field_name("kind") is not None:
                    self._scope(node.child_by_field_name("left"))
            case "for_in_statement":
                self.hoisted.update(trees.bound(node.child_by_field_name("left"), self._places))
            case "variable_declaration":
                for each in trees.parts(node):
                    self.hoisted.update(trees.bound(each.child_by_field_name("name"), self._places))
            case "formal_parameters":
                for each in trees.parts(node):
                    self._scope(each)
            case "arrow_function" | "catch_clause":
                self._scope(node.child_by_field_name("parameter"))
            case "with_statement":
                self.open = True
            case "call_expression":
                self.open = self.open or self._spelt(node, "function") == "eval"
            case "unary_expression" if trees.has(node, "typeof"):
                self.asked.update(self._identifiers(node))
            case "string" if self._is_directive(node):
                around = node.parent.parent if node.parent is not None else None
                if around is not None:
                    self._strict.append(self._places.span(around))
            case "class_body":
                self._strict.append(self._places.span(node))
            case _:
                pass
        if node.type in _NAMED:
            name = self._spelt(node, "name")
            if name:
                self.hoisted.add(name)

    def _scope(self, bound: tree_sitter.Node | None) -> None:
        for name in trees.bound(bound, self._places):
            if bound is not None:
                self.scoped.setdefault(name, self._places.span(bound))

    def _spelt(self, node: tree_sitter.Node, field: str) -> str:
        inner = node.child_by_field_name(field)
        return "" if inner is None else self._places.text(inner)

    def _identifiers(self, node: tree_sitter.Node) -> Iterator[str]:
        if node.type == "identifier":
            yield self._places.text(node)
        for each in node.named_children:
            yield from self._identifiers(each)

    def _is_directive(self, node: tree_sitter.Node) -> bool:
        parent = node.parent
        return (
            parent is not None
            and parent.type == "expression_statement"
            and self._places.text(node)[1:-1] == "use strict"
        )


_NAMED = (trees.FUNCTIONS - {"method_definition", "arrow_function"}) | {"class", "class_declaration"}
"""What may have a name of its own."""
