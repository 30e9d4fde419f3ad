"""From the template nodes of tree-sitter-hcl to templates: quoted ones, heredocs, and their directives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from lambdalint.places import Places
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.literals import indentation, unescaped, unmarked
from lambdalint.templates.value import Known

if TYPE_CHECKING:
    import tree_sitter

_DIRECTIVES = {
    "template_if_intro": "if",
    "template_else_intro": "else",
    "template_if_end": "end",
    "template_for_start": "for",
    "template_for_end": "end",
}


class Expressions(Protocol):
    """What lowers the expressions in the holes of a template."""

    places: Places

    def inner(self, node: tree_sitter.Node) -> syntax.Expression:
        """The expression in a node."""

    def intro(self, node: tree_sitter.Node) -> tuple[tuple[str, ...], syntax.Expression]:
        """The names and the collection in the head of a `for`."""


@dataclass(slots=True)
class _Piece:
    """A stretch of a template: written text, or a hole or a directive."""

    text: str = ""
    kind: str = ""
    """"" for text, `hole`, or what the directive does."""
    node: tree_sitter.Node | None = None
    strips: tuple[bool, bool] = (False, False)
    """Whether it takes away the white space before it and after it."""


def template(node: tree_sitter.Node, expressions: Expressions) -> syntax.Expression:
    """A quoted template or a heredoc."""
    span = expressions.places.span(node)
    pieces = list(_quoted(node, expressions) if node.type == "quoted_template" else _heredoc(node, expressions))
    _strip(pieces)
    if all(not piece.kind for piece in pieces):
        return syntax.Literal(Known("".join(piece.text for piece in pieces), span))
    rest = iter(pieces)
    return _until(rest, expressions, span)[0]


def _quoted(node: tree_sitter.Node, expressions: Expressions) -> Iterator[_Piece]:
    children = node.children
    for piece in _pieces(children[1:-1], children[0].end_byte, children[-1].start_byte, expressions):
        piece.text = unescaped(piece.text)
        yield piece


def _heredoc(node: tree_sitter.Node, expressions: Expressions) -> Iterator[_Piece]:
    places = expressions.places
    opening, name, *inner, closing = node.children
    start = places.data.find(b"\n", name.end_byte) + 1
    end = places.data.rfind(b"\n", start, closing.start_byte) + 1 or start
    pieces = list(_pieces(inner, start, end, expressions))
    if places.text(opening) == "<<-":
        # A hole is one word of its line, whatever it gives.
        columns = indentation("".join(piece.text if not piece.kind else "x" for piece in pieces))
        begins = True
        for piece in pieces:
            if not piece.kind:
                lines = piece.text.split("\n")
                at = 0 if begins else 1
                lines[at:] = [line[columns:] if line.strip() else line.lstrip(" \t") for line in lines[at:]]
                piece.text = "\n".join(lines)
            begins = not piece.kind and piece.text.endswith("\n")
    for piece in pieces:
        piece.text = unmarked(piece.text).replace("\r\n", "\n")
        yield piece


def _pieces(nodes: list[tree_sitter.Node], start: int, end: int, expressions: Expressions) -> Iterator[_Piece]:
    """The stretches between two bytes; text is what no hole and no directive covers."""
    at = start
    for node, kind in _marks(nodes):
        yield _Piece(expressions.places.piece(at, node.start_byte))
        yield _Piece("", kind, node, _strips(node))
        at = node.end_byte
    yield _Piece(expressions.places.piece(at, max(at, end)))


def _marks(nodes: list[tree_sitter.Node]) -> Iterator[tuple[tree_sitter.Node, str]]:
    for node in nodes:
        if node.type == "template_interpolation":
            yield node, "hole"
        elif node.type in _DIRECTIVES:
            yield node, _DIRECTIVES[node.type]
        elif node.type in ("template_directive", "template_if", "template_for"):
            yield from _marks(node.children)


def _strips(node: tree_sitter.Node) -> tuple[bool, bool]:
    kinds = [child.type for child in node.children]
    return kinds[1:2] == ["strip_marker"], kinds[-2:-1] == ["strip_marker"] and len(kinds) > 2


def _strip(pieces: list[_Piece]) -> None:
    for at, piece in enumerate(pieces):
        before, after = piece.strips
        if before and not pieces[at - 1].kind:
            pieces[at - 1].text = pieces[at - 1].text.rstrip()
        if after and not pieces[at + 1].kind:
            pieces[at + 1].text = pieces[at + 1].text.lstrip()


def _until(pieces: Iterator[_Piece], expressions: Expressions, span: Span) -> tuple[syntax.Template, str]:
    """The template up to the end of the directive it is in, and what ended it."""
    parts: list[str | syntax.Expression | syntax.If | syntax.Repeat] = []
    for piece in pieces:
        match piece.kind, piece.node:
            case "", _:
                if piece.text:
                    parts.append(piece.text)
            case "hole", node if node is not None:
                parts.append(expressions.inner(node))
            case "if", node if node is not None:
                then, ended = _until(pieces, expressions, span)
                otherwise = _until(pieces, expressions, span)[0] if ended == "else" else syntax.Template((), span)
                parts.append(syntax.If(expressions.inner(node), then, otherwise))
            case "for", node if node is not None:
                names, collection = expressions.intro(node)
                parts.append(syntax.Repeat(names, collection, _until(pieces, expressions, span)[0]))
            case kind, _:
                return syntax.Template(tuple(parts), span), kind
    return syntax.Template(tuple(parts), span), ""
