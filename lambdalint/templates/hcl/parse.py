"""HCL source as syntax, by tree-sitter; expressions are lowered when they are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import pairwise

import tree_sitter
import tree_sitter_hcl

from lambdalint.patterns import pattern
from lambdalint.places import Places
from lambdalint.source import Source, Span
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.expressions import Expressions
from lambdalint.templates.hcl.literals import unescaped
from lambdalint.templates.value import Known

_BEGINNING = pattern(
    r"^(?:resource|data|module|variable|locals|output|provider|terraform|moved|import|check|removed)\b", re.MULTILINE
)
_BLANK = pattern(r"(\$\$|@@|%%)([A-Za-z]\w*)\1")
"""What another tool fills in: `$$STAGE$$`."""
_MOST_COMMAS = 200
_MOST_BEHIND = 200
_FENCE = "END_OF_THE_TEMPLATE"


@lru_cache(maxsize=1)
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def tree(data: bytes) -> tree_sitter.Node:
    """The tree of a text, as it is written."""
    return _parser().parse(data).root_node


def parse(source: Source) -> syntax.File:
    """What an HCL file declares; of a broken one, what can be read of it."""
    text = source.text.removeprefix("\ufeff")
    places = Places(source.path, text)
    root = tree(places.data)
    if root.has_error and _BLANK.search(text) is not None:
        text = _BLANK.sub(_filled, text)
        places = Places(source.path, text)
        root = tree(places.data)
    if root.has_error:
        root = _without_commas(places) or _unquoted(places.data) or root
    blocks = _Blocks(places)
    if not root.has_error:
        return syntax.File(source, *blocks.body(_child(root, "body")))
    wrong = _wrong(root, places)
    attributes, found = blocks.body(_child(root, "body"))
    if any(child.type == "ERROR" for child in root.children) or len(found) < len(_BEGINNING.findall(text)):
        # What is wrong at one place may make all that follows unreadable: each block is tried alone.
        return syntax.File(source, {}, tuple(_blocks_alone(source.path, text)), wrong)
    return syntax.File(source, attributes, found, wrong)


def template(source: Source) -> syntax.Expression:
    """A file that is a template, as `templatefile` reads it."""
    whole = Span(source.path, 1, 1, source.text.count("\n") + 2, 1)
    return _unfenced(Places(source.path, _fenced(source.text), down=-1), whole)


def quoted(text: str, span: Span) -> syntax.Expression:
    """A text of JSON as an expression: what is in its holes stands where the text does."""
    if "${" not in text and "%{" not in text:
        return syntax.Literal(Known(text, span))
    match _unfenced(_AtOnePlace(span, _fenced(text)), span):
        case syntax.Template(parts=(only,)) if not isinstance(only, str | syntax.If | syntax.Repeat):
            return only
        case syntax.Template(parts=(str() as only,)):
            return syntax.Literal(Known(only, span))
        case found:
            return found


class _AtOnePlace(Places):
    """A text whose nodes stand all at one place."""

    def __init__(self, span: Span, text: str) -> None:
        super().__init__(span.path, text)
        self._span = span

    def between(self, first: tree_sitter.Node, last: tree_sitter.Node) -> Span:  # noqa: ARG002
        return self._span


def _fenced(text: str) -> str:
    return f"x = <<{_FENCE}\n{text}\n{_FENCE}\n"


def _unfenced(places: Places, whole: Span) -> syntax.Expression:
    """What stands between the fences."""
    attributes, _ = _Blocks(places).body(_child(tree(places.data), "body"))
    found = attributes["x"].expression if "x" in attributes else syntax.Wrong(whole)
    match found:
        case syntax.Template(parts):
            # The line break before the fence is not the file's.
            last = parts[-1].removesuffix("\n") if parts and isinstance(parts[-1], str) else ""
            if parts and isinstance(parts[-1], str):
                return syntax.Template((*parts[:-1], last) if last or not parts[:-1] else parts[:-1], whole)
            return syntax.Template(parts, whole)
        case syntax.Literal(value=known) if known is not None:
            return syntax.Template((str(known.value).removesuffix("\n"),), whole)
        case _:
            return syntax.Wrong(whole)


def _blocks_alone(path: str, text: str) -> Iterator[syntax.Block]:
    starts = [found.start() for found in _BEGINNING.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        places = Places(path, text[start:end], down=text.count("\n", 0, start))
        root = tree(places.data)
        yield from _Blocks(places).body(_child(root, "body"))[1]


def _filled(blank: re.Match[str]) -> str:
    """What stands for a blank: in a text something that is not known, elsewhere a part of a name."""
    line = blank.string[blank.string.rfind("\n", 0, blank.start()) + 1 : blank.start()]
    in_text = line.count('"') % 2 == 1 and line.rfind("${") <= line.rfind("}")
    return f"${{_{blank[2]}}}" if in_text and not _BEGINNING.match(line.lstrip()) else f"__{blank[2]}__"


def _without_commas(places: Places) -> tree_sitter.Node | None:
    """A file as it reads without commas after attributes, which Terraform took before 0.12; None where that is none."""
    data = bytearray(places.data)
    for _ in range(_MOST_COMMAS):
        root = tree(bytes(data))
        if not root.has_error:
            return root
        comma = _last_on_its_line(root, data)
        if comma is None:
            return None
        data[comma] = ord(" ")
    return None


_QUOTED_BLOCK = re.compile(rb'^([ \t]*)"([A-Za-z_][\w-]*)"([ \t]*)=(?=[ \t]*\{[ \t]*$)', re.MULTILINE)
_QUOTED = re.compile(rb'^([ \t]*)"([A-Za-z_][\w-]*)"(?=[ \t]*[={])', re.MULTILINE)


def _unquoted(data: bytes) -> tree_sitter.Node | None:
    """A file as it reads with names in quotes before `=` and `{`, and with blocks that are written as attributes, which
    Terraform took before 0.12; None where that is none."""
    names = partial(_QUOTED.sub, rb"\1 \2 ")
    read = (tree(names(each)) for each in (_QUOTED_BLOCK.sub(rb"\1 \2 \3 ", data), data))
    return next((root for root in read if not root.has_error), None)


def _last_on_its_line(root: tree_sitter.Node, data: bytearray) -> int | None:
    """Where the first comma stands that is out of place, and the last on its line."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "," and node.parent is not None and node.parent.type == "ERROR":
            line, _, _ = data[node.end_byte : node.end_byte + _MOST_BEHIND].partition(b"\n")
            if not line.strip() or line.lstrip().startswith((b"#", b"//")):
                return node.start_byte
        waiting += [child for child in reversed(node.children) if child.has_error or child.type == ","]
    return None


def _wrong(root: tree_sitter.Node, places: Places) -> tuple[Span, str]:
    node = root
    while True:
        broken = next((child for child in node.children if child.has_error or child.is_missing), None)
        if node.type == "ERROR" or node.is_missing or broken is None:
            break
        node = broken
    place = places.span(node)
    start = Span(place.path, place.line, place.column, place.line, place.column)
    if node.is_missing:
        return start, f"not valid HCL: expected {node.type}"
    line, *_ = places.text(node).splitlines() or [""]
    return start, f"not valid HCL: near {line.strip()[:40] or 'the end'}"


def _child(node: tree_sitter.Node, kind: str) -> tree_sitter.Node | None:
    return next((child for child in node.children if child.type == kind), None)


class _Blocks:
    """Reads the bodies of one file."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._expressions = Expressions(places)

    def body(self, node: tree_sitter.Node | None) -> tuple[dict[str, syntax.Attribute], tuple[syntax.Block, ...]]:
        """The attributes and the blocks of a body."""
        attributes: dict[str, syntax.Attribute] = {}
        blocks: list[syntax.Block] = []
        for child in () if node is None else node.children:
            if child.type == "attribute":
                found = self._attribute(child)
                attributes[found.name] = found
            elif child.type == "block":
                blocks.append(self._block(child))
        return attributes, tuple(blocks)

    def _attribute(self, node: tree_sitter.Node) -> syntax.Attribute:
        children = node.children
        name = children[0]
        return syntax.Attribute(
            self._places.text(name), self._places.span(name), partial(self._expressions.whole, node, children[-1])
        )

    def _block(self, node: tree_sitter.Node) -> syntax.Block:
        kind, labels, last, inner = "", [], node, None
        for child in node.children:
            match child.type:
                case "identifier" if not kind:
                    kind, last = self._places.text(child), child
                case "identifier":
                    labels.append(self._places.text(child))
                    last = child
                case "string_lit":
                    labels.append(unescaped(self._places.text(child)[1:-1]))
                    last = child
                case "body":
                    inner = child
        head = self._places.between(node, last)
        return syntax.Block(
            kind,
            tuple(labels),
            head,
            self._places.span(node),
            partial(self.body, inner),
            partial(self._places.text, node),
            node.has_error,
        )
