"""Texts inside a template that are JSON documents of their own: what they say, and where."""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.records import replace
from lambdalint.source import Line, Source, Span, UnreadableSource
from lambdalint.templates import json
from lambdalint.templates.cloudformation.text import joined, spelt
from lambdalint.templates.value import NOT_JSON, Known, Mapping, Reference, Sequence, Text, Unknown, Value

_OPENING, _CLOSING = "\ue000", "\ue001"
_DEPTH = 100

Part = Known | Reference | Unknown


def document(value: Value, lines: Callable[[str], tuple[Line, ...]], *, yaml: bool = False) -> Value | None:
    """What a text of JSON, or YAML, says, at the places where it says it; its holes are values within it.

    `lines` gives the places of the lines of a text that stands for it, with a mark for each hole.
    """
    match value:
        case Known():
            parts: tuple[Part, ...] = (value,)
        case Text(parts):
            pass
        case _:
            return value
    text = _with_marks(parts, quoted=yaml)
    source = Source(value.span.path, text, lines(text))
    try:
        marked = Source(value.span.path, text)
        found = _yaml(marked) if yaml else json.read(marked, _DEPTH)
    except UnreadableSource:
        return Unknown(value.span, NOT_JSON if isinstance(value, Known) and not yaml else "a document with holes")
    return None if found is None else _placed(found, source, parts)


def _yaml(source: Source) -> Value | None:
    from lambdalint.templates.yaml import read  # few documents within a text are YAML

    return read(source)


def at_one_place(text: str, span: Span) -> tuple[Line, ...]:
    """The lines of a text that is written otherwise than line by line."""
    return tuple(Line(span.line, span.column, (span.column,)) for _ in text.split("\n"))


def line_by_line(text: str, first: int, written: tuple[str, ...]) -> tuple[Line, ...]:
    """The lines of a text that stand one for one in a file, whose lines are `written`, from the line `first` on."""
    return tuple(
        _line(row, first + at, written[first + at - 1] if first + at <= len(written) else "")
        for at, row in enumerate(text.split("\n"))
    )


def _with_marks(parts: tuple[Part, ...], *, quoted: bool = False) -> str:
    """The text with a mark for each hole: a JSON string of its own, where it is not within one; a plain word in YAML,
    as if all of it were `quoted`."""
    text = ""
    plain = quoted
    for at, part in enumerate(parts):
        if isinstance(part, Known):
            piece = spelt(part)
            quoted = plain or _ends_quoted(piece, quoted)
        else:
            piece = f"{_OPENING}{at}{_CLOSING}"
            piece = piece if quoted else f'"{piece}"'
        text += piece
    return text


def _ends_quoted(text: str, quoted: bool) -> bool:
    escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = quoted
        elif character == '"':
            quoted = not quoted
    return quoted


def _placed(value: Value, source: Source, parts: tuple[Part, ...]) -> Value:
    """A value read from the marked text, its places those of the file."""
    span = _moved(value.span, source)
    match value:
        case Known(value=str() as text) if _OPENING in text:
            return _filled(text, parts, span)
        case Mapping(entries):
            inner: dict[str, Value] = {}
            keys: dict[str, Span] = {}
            unseen = False
            for name, place in value.keys.items():
                known = _filled(name, parts, span) if _OPENING in name else Known(name, span)
                if not isinstance(known, Known):
                    unseen = True
                    continue
                keys[spelt(known)] = _moved(place, source)
                if name in entries:
                    inner[spelt(known)] = _placed(entries[name], source, parts)
            return Mapping(inner, span, keys, unseen)
        case Sequence(items):
            return Sequence(tuple(_placed(item, source, parts) for item in items), span)
        case _:
            return replace(value, span=span)


def _filled(text: str, parts: tuple[Part, ...], span: Span) -> Known | Reference | Text | Unknown:
    row: list[Value] = []
    for piece in text.split(_OPENING):
        mark, closing, rest = piece.partition(_CLOSING)
        if closing and mark.isdecimal() and int(mark) < len(parts):
            row.append(parts[int(mark)])
        else:
            rest = piece
        if rest:
            row.append(Known(rest, span))
    return joined(row, span)


def _moved(span: Span, source: Source) -> Span:
    return source.span((span.line, span.column), (span.end_line, span.end_column))


def _line(row: str, number: int, written: str) -> Line:
    """A line of a text, as it stands in the file: indented, and with holes in the place of what they give."""
    if row and written.endswith(row):
        return Line(number, len(written) - len(row) + 1)
    if not row or _OPENING not in row:
        return Line(number, len(written) - len(written.lstrip()) - (len(row) - len(row.lstrip())) + 1)
    columns: list[int] = []
    at = 0
    for position, piece in enumerate(row.split(_OPENING)):
        mark, closing, rest = piece.partition(_CLOSING)
        if position and closing:
            columns.extend([at + 1] * (len(mark) + 2))
            piece = rest  # noqa: PLW2901
        found = written.find(piece.lstrip() if not position else piece, at)
        begins = found - (len(piece) - len(piece.lstrip()) if not position else 0) if found >= 0 else at
        columns.extend(max(begins + offset, 0) + 1 for offset in range(len(piece)))
        at = max(begins, 0) + len(piece)
    return Line(number, columns[0] if columns else 1, (*columns, at + 1))
