"""Properties of Terraform's resources, as arguments of their blocks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

import tree_sitter

from lambdalint.fixing.texts import at, new_line
from lambdalint.places import Places
from lambdalint.source import Source, Span
from lambdalint.templates.hcl import parse
from lambdalint.templates.terraform.row import Fields, One
from lambdalint.templates.terraform.table import ROWS
from lambdalint.wanted import Addition, Attribute, Edit, Joined, Plain, Property, Removal


def edits(source: Source, wanted: Property | Addition | Removal) -> tuple[Edit, ...]:
    """The edits that set an argument that is not set, or take one out; none where there is no place for that."""
    places, root = _read(source)
    if root.has_error:
        return ()
    if isinstance(wanted, Removal):
        return tuple(_without(source, places, root, wanted.place))
    for block in _blocks(root):
        place = places.span(block)
        if (place.line, place.column) == (wanted.place.line, wanted.place.column):
            found = _Block(source, places, block)
            return (
                found.put(wanted)
                if isinstance(wanted, Property)
                else tuple(_beside(source, root, places, block, wanted))
            )
    return ()


@lru_cache(maxsize=16)
def _read(source: Source) -> tuple[Places, tree_sitter.Node]:
    """The tree of a file, in which there is often more than one thing to mend."""
    places = Places(source.path, source.text)
    return places, parse.tree(places.data)


def _beside(
    source: Source, root: tree_sitter.Node, places: Places, block: tree_sitter.Node, wanted: Addition
) -> Iterator[Edit]:
    """The edit that puts a block behind another; none where its name is taken, or something cannot be said."""
    kind, row = next((each for each in ROWS.items() if each[1].type == wanted.type), ("", None))
    taken = any(places.text(each).startswith(f'resource "{kind}" "{wanted.name}"') for each in _blocks(root))
    names = [_spelt(row.fields, (name,)) if row is not None else None for name, _ in wanted.properties]
    values = [_written(value) for _, value in wanted.properties]
    if row is None or taken or None in values or None in names:
        return
    spelt = [name[0] for name in names if name is not None]
    width = max(map(len, spelt), default=0)
    lines = [f"  {name:{width}} = {value}\n" for name, value in zip(spelt, values, strict=True)]
    text = f'\nresource "{kind}" "{wanted.name}" {{\n{"".join(lines)}}}'
    yield new_line(source, places.span(block).end_line, text)


def _without(source: Source, places: Places, root: tree_sitter.Node, place: Span) -> Iterator[Edit]:
    """The edit that takes an argument out that has its lines for itself."""
    pending = [root]
    while pending:
        node = pending.pop()
        span = places.span(node)
        if node.type == "attribute" and (span.line, span.column) == (place.line, place.column):
            after = source.lines[span.end_line - 1][span.end_column - 1 :].strip()
            alone = not source.lines[span.line - 1][: span.column - 1].strip() and (not after or after[0] in "#/")
            if alone and span.end_line < len(source.lines):
                yield Edit(Span(span.path, span.line, 1, span.end_line + 1, 1), "")
            return
        if span.line <= place.line <= span.end_line:
            pending += node.children


def _blocks(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    for body in root.children:
        if body.type == "body":
            yield from (each for each in body.children if each.type == "block")


class _Block:
    def __init__(self, source: Source, places: Places, node: tree_sitter.Node) -> None:
        self._source = source
        self._places = places
        words = [places.text(each).strip('"') for each in node.children if each.type in {"identifier", "string_lit"}]
        self._kind = words[1] if words[:1] == ["resource"] and len(words) > 1 else ""
        self._node = node

    def put(self, wanted: Property) -> tuple[Edit, ...]:
        row = ROWS.get(self._kind)
        if row is None or row.type != wanted.type:
            return ()
        names = _spelt(row.fields, wanted.path)
        if names is None:
            return ()
        node = self._node
        while len(names) > 1 and (inner := self._inner(node, names[0])) is not None:
            node, names = inner, names[1:]
        *blocks, name = names
        value = _written(wanted.value)
        if value is None or (not blocks and self._has(node, name)):
            return ()
        if not blocks:
            return tuple(self._argument(node, name, value))
        return tuple(self._nested(node, blocks, name, value))

    def _body(self, node: tree_sitter.Node) -> list[tree_sitter.Node]:
        body = next((each for each in node.children if each.type == "body"), None)
        return [] if body is None else list(body.children)

    def _inner(self, node: tree_sitter.Node, name: str) -> tree_sitter.Node | None:
        """The block of a name within another."""
        blocks = (each for each in self._body(node) if each.type == "block")
        return next((each for each in blocks if self._places.text(each.children[0]) == name), None)

    def _has(self, node: tree_sitter.Node, name: str) -> bool:
        return any(each.children and self._places.text(each.children[0]) == name for each in self._body(node))

    def _argument(self, node: tree_sitter.Node, name: str, value: str) -> Iterator[Edit]:
        """The edits that add an argument after the last of one line, aligned as `terraform fmt` does."""
        spans = [self._places.span(each) for each in self._body(node) if each.type == "attribute"]
        short = [span for span in spans if span.line == span.end_line]
        if not short:
            return
        last = short[-1]
        indentation = self._source.lines[last.line - 1][: last.column - 1]
        if indentation.strip() or not all(self._alone(span) for span in short):
            return
        group = [last]
        for span in reversed(short[:-1]):
            if span.line == group[-1].line - 1:
                group.append(span)
        signs = [(span, self._sign(span)) for span in group]
        columns = {column for _, column in signs}
        width = len(name) + 1
        if len(columns) == 1:
            width = columns.pop() - last.column
            if len(name) + 1 > width:
                for span, column in signs:
                    more = " " * (len(name) + 1 - width)
                    yield Edit(at(span.path, span.line, column), more)
                width = len(name) + 1
        yield new_line(self._source, last.line, f"{indentation}{name:{width}}= {value}")

    def _alone(self, span: Span) -> bool:
        """Whether an argument has its line for itself, but for a comment."""
        line = self._source.lines[span.line - 1]
        rest = line[span.end_column - 1 :].strip()
        return not line[: span.column - 1].strip() and (not rest or rest.startswith(("#", "//")))

    def _sign(self, span: Span) -> int:
        """The column of an argument's `=`."""
        return self._source.lines[span.line - 1].index("=", span.column - 1) + 1

    def _nested(self, node: tree_sitter.Node, blocks: list[str], name: str, value: str) -> Iterator[Edit]:
        """The edit that adds a block, with an argument in it, at the end of another."""
        end = self._places.span(node)
        line = self._source.lines[end.end_line - 1]
        outer = line[: len(line) - len(line.lstrip(" \t"))]
        if line.strip() != "}" or len(blocks) != 1:
            return
        inner = f"{outer}  "
        text = f"\n{inner}{blocks[0]} {{\n{inner}  {name} = {value}\n{inner}}}"
        yield new_line(self._source, end.end_line - 1, text)


def _spelt(fields: Fields, path: tuple[str, ...]) -> list[str] | None:
    """What a property is called: the names of blocks, then of the argument."""
    first, *rest = path
    for name, field in fields.items():
        if not rest and (field == first or getattr(field, "name", "") == first):
            return None if isinstance(field, One) else [name]
        if rest and isinstance(field, One) and field.name == first:
            inner = _spelt(field.fields, tuple(rest))
            return None if inner is None else [name, *inner]
    return None


def _written(value: Plain) -> str | None:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case Attribute(resource, name):
            return _attribute(resource, name)
        case Joined(parts):
            holes = [each if isinstance(each, str) else _attribute(each.resource, each.name) for each in parts]
            if None in holes:
                return None
            texts = zip(parts, holes, strict=True)
            return '"' + "".join(str(hole) if isinstance(part, str) else f"${{{hole}}}" for part, hole in texts) + '"'
        case tuple() if value and all(isinstance(each, tuple) for each in value):
            items = [(str(each[0]), _written(each[1])) for each in value if isinstance(each, tuple)]
            if any(written is None for _, written in items):
                return None
            return f"jsonencode({{ {', '.join(f'{key} = {written}' for key, written in items)} }})"
        case tuple() if all(isinstance(each, str) for each in value):
            return "[" + ", ".join(json.dumps(each) for each in value) + "]"
        case _:
            return None


def _attribute(resource: str, name: str) -> str | None:
    """An attribute of a resource as an expression: of a function's name, `aws_lambda_function.orders.function_name`."""
    own = resource.split(".")[-2:]
    row = ROWS.get(own[0])
    known = {} if row is None else {meant: called for called, meant in reversed(tuple(row.attributes.items()))}
    called = known.get(name) or name.lower() or "id"
    return f"{'.'.join(own)}.{called}" if len(own) == 2 and '"' not in resource else None
