"""Code written inside a template: from the scalar that holds it to a source whose places are the template's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from lambdalint.source import Line, Source, Span
from lambdalint.templates.cloudformation.intrinsics import evaluate, substitute
from lambdalint.templates.cloudformation.stack import Stack
from lambdalint.templates.cloudformation.text import holes, spelt
from lambdalint.templates.value import Code, Known, Mapping, Sequence, Unknown, Value

Character = tuple[str, int, int]
"""A character of the code, with the line and the column in the template."""

_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_WIDTHS = {"x": 2, "u": 4, "U": 8}


def with_code(properties: Mapping, node: Value | None, stack: Stack) -> Mapping:
    """A function's properties with the code in `Code.ZipFile` as code; `node` is what the template says there."""
    match properties.entries.get("Code"):
        case Mapping(entries) as code if node is not None and "ZipFile" in entries:
            inner = Mapping({**entries, "ZipFile": code_of(node, stack)}, code.span, code.keys, code.open)
            entries = {**properties.entries, "Code": inner}
            return Mapping(entries, properties.span, properties.keys, properties.open)
        case _:
            return properties


def code_of(node: Value, stack: Stack) -> Value:
    """The code that a node holds, spelt out or put together by `Fn::Sub` and `Fn::Join`; else what it stands for."""
    characters = _node(node, stack)
    if characters is None:
        return evaluate(node, stack) or Unknown(node.span, "code")
    return Code(_source(characters, node.span), node.span)


def _node(node: Value, stack: Stack) -> list[Character] | None:
    match node:
        case Known() if not node.origin:
            return list(written(stack.source_at(node.span), node))
        case Mapping(entries={"Fn::Sub": Known() as template}) if len(node.entries) == 1:
            return list(_substituted(template, {}, stack))
        case Mapping(entries={"Fn::Sub": Sequence([Known() as template, Mapping(names)])}) if len(node.entries) == 1:
            return list(_substituted(template, names, stack))
        case Mapping(entries={"Fn::Join": Sequence([Known() as delimiter, Sequence(items)])}) if len(node.entries) == 1:
            return list(_joined(items, spelt(delimiter), stack))
        case Mapping(entries={"Fn::Base64": inner}) if len(node.entries) == 1:
            return _node(inner, stack)
    match evaluate(node, stack):
        case Known() as known:
            return [(character, known.span.line, known.span.column) for character in spelt(known)]
        case _:
            return None


def _joined(items: Iterable[Value], delimiter: str, stack: Stack) -> Iterator[Character]:
    line, column = 0, 0
    for number, item in enumerate(items):
        if number:
            yield from ((character, line, column + 1) for character in delimiter)
        characters = _node(item, stack)
        if characters is None:
            # What only a deployment knows stands in the code as a name that nothing defines.
            characters = [(character, item.span.line, item.span.column) for character in "UNKNOWN"]
        yield from characters
        _, line, column = characters[-1] if characters else ("", item.span.line, item.span.column)


def _substituted(template: Known, names: dict[str, Value], stack: Stack) -> Iterator[Character]:
    characters = list(written(stack.source_at(template.span), template))
    text = "".join(character for character, _, _ in characters)
    at = 0
    for literal, name in holes(text):
        # A literal is as long as what it is written as, but for `${!x}`, which gives `${x}`.
        done = 0
        while done < len(literal):
            if text.startswith("${!", at) and literal.startswith("${", done):
                yield from characters[at : at + 2]
                at, done = at + 3, done + 2
            else:
                yield characters[at]
                at, done = at + 1, done + 1
        if not name:
            return
        end = text.index("}", at) + 1
        _, line, column = characters[at]
        match substitute(name, names, template.span, stack):
            case Known() as known:
                put = spelt(known)
            case _ if _quoted(text, at):
                put = text[at:end]
            case _:
                put = "".join(c if c.isalnum() else "_" for c in name)
        yield from ((character, line, column) for character in put)
        at = end


def _quoted(text: str, at: int) -> bool:
    """Whether a place in code lies in a string literal, as far as its line tells."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return any(before.count(quote) % 2 for quote in "'\"`")


def _source(characters: list[Character], span: Span) -> Source:
    lines: list[list[Character]] = [[]]
    for character in characters:
        lines[-1].append(character)
        if character[0] == "\n":
            lines.append([])
    origin: list[Line] = []
    for row in lines:
        if row:
            origin.append(_line(row))
        else:
            last = origin[-1].line if origin else span.line
            origin.append(Line(min(last + 1, span.end_line), span.column if not origin else 1))
    return Source(span.path, "".join(character for character, _, _ in characters), tuple(origin))


def _line(row: list[Character]) -> Line:
    """Where a line of code stands; what of it stands before what it follows is put at the end of the first line."""
    _, line, column = row[0]
    places = [(line, column) for _, line, column in row]
    if places[-1][0] != line and places == sorted(places):
        if row[-1][0] != "\n":
            places.append((places[-1][0], places[-1][1] + 1))
        return Line(line, column, places=tuple(places))
    columns = [column for _, _, column in next(group for _, group in _by_line(row))]
    end = columns.pop() if row[-1][0] == "\n" and len(columns) == len(row) else columns[-1] + 1
    if [*columns, end] == list(range(column, column + len(columns) + 1)):
        return Line(line, column)
    return Line(line, column, (*columns, end))


def _by_line(row: list[Character]) -> Iterator[tuple[int, list[Character]]]:
    return ((line, list(group)) for line, group in groupby(row, key=lambda character: character[1]))


def written(source: Source, known: Known) -> Iterator[Character]:
    """The characters of a scalar, each where the template has it."""
    text, span = spelt(known), known.span
    found: list[Character] = []
    if span.path == source.path and not known.origin:
        line, column = _after_properties(source.lines, span)
        opening = source.lines[line - 1][column - 1 : column] if line <= len(source.lines) else ""
        if opening in ("|", ">"):
            found = list(_block(source.lines, line, text, folded=opening == ">"))
        else:
            found = list(_flow(source.lines, (line, column), (span.end_line, span.end_column), opening))
    if "".join(character for character, _, _ in found) == text:
        yield from found
    else:
        yield from ((character, span.line, span.column) for character in text)


def _after_properties(lines: tuple[str, ...], span: Span) -> tuple[int, int]:
    """Where a scalar itself begins, after its tag and its anchor."""
    line, at = span.line, span.column - 1
    while line <= len(lines):
        text = lines[line - 1]
        while at < len(text) and text[at] in "!& \t":
            if text[at] in "!&":
                while at < len(text) and text[at] not in " \t":
                    at += 1
            else:
                at += 1
        if at < len(text):
            return line, at + 1
        line, at = line + 1, 0
    return span.line, span.column


def _block(lines: tuple[str, ...], header: int, text: str, *, folded: bool) -> Iterator[Character]:
    """A literal's lines stand one for one below its header; a folded one's may each be several."""
    rows = text.split("\n")
    line = header
    for number, row in enumerate(rows):
        line += 1
        if number == len(rows) - 1 and not row:
            return
        here = lines[line - 1] if line <= len(lines) else ""
        while folded and row.strip() and not here.strip() and line < len(lines):
            line += 1
            here = lines[line - 1]
        column = len(here) - len(here.lstrip(" ")) + 1 if folded else max(len(here) - len(row), 0) + 1
        taken = 0
        for at, character in enumerate(row):
            if folded and at - taken >= len(here) - column + 1 and line < len(lines):
                taken, line = at + 1, line + 1
                yield character, line - 1, len(here) + 1
                here = lines[line - 1]
                column = len(here) - len(here.lstrip(" ")) + 1
                continue
            yield character, line, column + at - taken
        if number < len(rows) - 1:
            yield "\n", line, column + len(row) - taken


def _flow(lines: tuple[str, ...], start: tuple[int, int], end: tuple[int, int], opening: str) -> Iterator[Character]:
    """A quoted or a plain scalar: escapes are one character, and a broken line is a blank."""
    quote = opening if opening in ("'", '"') else ""
    line, column = start[0], start[1] + len(quote)
    pending: list[Character] = []
    breaks = 0
    while (line, column) < end and line <= len(lines):
        text = lines[line - 1]
        if column > len(text):
            breaks += 1
            pending = [(" ", line, column)] if breaks == 1 else [("\n", line, 1) for _ in range(breaks - 1)]
            line, column = line + 1, 1
            continue
        character = text[column - 1]
        if character in " \t":
            rest = text[column - 1 :].lstrip(" \t")
            if not rest or (breaks and not text[: column - 1].strip(" \t")):
                column += 1
                continue
        yield from pending
        pending, breaks = [], 0
        if quote == '"' and character == "\\":
            rest = text[column : column + 9]
            width = _WIDTHS.get(rest[:1], 0)
            if not rest:
                line, column = (
                    line + 1,
                    len(lines[line]) - len(lines[line].lstrip(" \t")) + 1 if line < len(lines) else 1,
                )
                continue
            yield _escaped(rest, width), line, column
            column += 2 + width
        elif quote == "'" and text.startswith("''", column - 1):
            yield "'", line, column
            column += 2
        elif character == quote:
            return
        else:
            yield character, line, column
            column += 1


def _escaped(rest: str, width: int) -> str:
    if not width:
        return _ESCAPES.get(rest[0], rest[0])
    try:
        return chr(int(rest[1 : 1 + width], 16))
    except (ValueError, OverflowError):
        return "\ufffd"
