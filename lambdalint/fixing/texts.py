"""Edits of texts: which of them can be made together, what a text becomes by them, and how that differs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from lambdalint.source import Source, Span
from lambdalint.wanted import Edit


def at(path: str, line: int, column: int) -> Span:
    """The place before a character."""
    return Span(path, line, column, line, column)


def line_end(source: Source) -> str:
    """What ends the lines of a file."""
    return "\r\n" if "\r\n" in source.text else "\n"


def new_line(source: Source, after: int, text: str, *, shared: bool = False) -> Edit:
    """The edit that puts lines, without the end of the last, after a line of a file; 0 is before the first."""
    end = line_end(source)
    text = text.replace("\n", end)
    if after < len(source.lines):
        return Edit(at(source.path, after + 1, 1), text + end, shared)
    return Edit(at(source.path, after, len(source.lines[after - 1]) + 1), end + text, shared)


def with_comment(source: Source, first: int, last: int, mark: str) -> int:
    """The line that lines begin at together with the comment above them, where it is about them alone: an empty line
    follows them."""
    lines = source.lines
    indentation = lines[first - 1][: len(lines[first - 1]) - len(lines[first - 1].lstrip())]
    while first > 1 and not _text(source, last + 1) and lines[first - 2].startswith(indentation + mark):
        first -= 1
    return first


def without_lines(source: Source, first: int, last: int, opening: str) -> Edit:
    """The edit that takes lines away; of the empty lines around them one stays, and none where a block begins."""
    before, after = _text(source, first - 1), _text(source, last + 1)
    if after and before.startswith(_COMMENTS):
        # The comment is about what follows, too: that may go as well, but not before this is gone.
        return Edit(Span(source.path, first, 1, last + 2, 1), source.lines[last] + line_end(source))
    opens = not after and (not before or before.endswith(opening))
    return Edit(Span(source.path, first, 1, last + (2 if opens else 1), 1), "")


_COMMENTS = ("#", "//")


def _text(source: Source, line: int) -> str:
    """What stands in a line; nothing where there is none."""
    return source.lines[line - 1].strip() if 0 < line <= len(source.lines) else ""


def meet(one: Edit, other: Edit) -> bool:
    """Whether two edits cannot both be made as they are."""
    if one.span.path != other.span.path:
        return False
    if one.span == other.span and one.shared and other.shared:
        return one.text != other.text and _set(one) == _set(other)
    start, end = _ends(one.span)
    first, last = _ends(other.span)
    if one.inserts and other.inserts:
        return start == first
    return start <= last and first <= end if one.inserts or other.inserts else start < last and first < end


def _set(edit: Edit) -> str:
    """What a line sets that is put into a program; the line itself where it sets nothing."""
    return edit.text.strip().partition(" = ")[0]


def _ends(span: Span) -> tuple[tuple[int, int], tuple[int, int]]:
    return (span.line, span.column), (span.end_line, span.end_column)


def applied(source: Source, edits: Iterable[Edit]) -> str:
    """A file's text with edits made in it that do not meet; of those in one place, those stand together that want to
    stand apart from what is above them."""
    text = source.text
    order = sorted(set(edits), key=lambda each: (each.span, _is_apart(each), each.text))
    for each, above in reversed([*zip(order, [None, *order], strict=False)]):
        start, end = (source.offset(*place) for place in _ends(each.span))
        again = above is not None and above.span == each.span and _is_apart(above) and _is_apart(each)
        text = text[:start] + (each.text.removeprefix(line_end(source)) if again else each.text) + text[end:]
    return text


def _is_apart(edit: Edit) -> bool:
    return edit.text.startswith(("\n", "\r\n"))


def diff(path: str, before: str, after: str) -> str:
    """What became of a file, as `diff -u` has it."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> Sequence[str]:
    return text.splitlines(keepends=True) if "\r" not in text else text.replace("\r\n", "\n").splitlines(keepends=True)
