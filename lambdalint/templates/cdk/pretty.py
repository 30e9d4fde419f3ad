"""Values as Jest and Vitest keep them in the snapshots of tests: a file of JavaScript that exports texts, each of them
a value that pretty-format has printed.

https://github.com/jestjs/jest/blob/main/packages/pretty-format/README.md

Jest before 29 writes `Object {` and `Array [`, and a backslash before the quotes within a text; later versions, and
Vitest, write neither, so that only the lines after it tell where a text ends.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.source import Line, Source, Span, UnreadableSource
from lambdalint.templates.value import Code, Known, Mapping, Scalar, Sequence, Unknown, Value

DEPTH = 150
"""How deep values may nest."""

_BODY = r"[^`\\]*(?:\\.[^`\\]*)*"
_EXPORT = pattern(rf"^exports\[`{_BODY}`\] = `({_BODY})`;?$", re.MULTILINE | re.DOTALL)
_ESCAPE = pattern(r"\\(.)", re.DOTALL)
_OLD = pattern(r"\s*(?:Object \{|Array \[)")
_KIND = pattern(r"(?:Object (?=\{)|Array (?=\[))?")
_SPACE = pattern(r"\s*")
_KEY = pattern(r'"([^"\n]*)": ')
_TEXT = pattern(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_WORD = pattern(r"[^\n]*?(?=,?(?:\n|$))")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "undefined": None}


def mappings(source: Source, word: str) -> Iterator[Mapping]:
    """The mappings that a snapshot file keeps whose texts hold a word; those that cannot be read are left out."""
    text = source.text.replace("\r\n", "\n")
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    for found in _EXPORT.finditer(text):
        if word in found[1]:
            try:
                value = _Reader(source.path, starts, found[1], found.start(1)).document()
            except UnreadableSource:
                continue
            if isinstance(value, Mapping):
                yield value


class _Reader:
    def __init__(self, path: str, starts: list[int], written: str, start: int) -> None:
        self._path = path
        self._starts = starts
        """Where the lines of the file begin."""
        self._start = start
        """Where in it the text stands that is read."""
        self._text = _ESCAPE.sub(r"\1", written)
        self._dropped = [found.start() - number for number, found in enumerate(_ESCAPE.finditer(written))]
        """Where in the text a backslash stood before a character."""
        self._old = _OLD.match(self._text) is not None
        self._at = 0

    def document(self) -> Value | None:
        self._skip()
        value = self._value(0, DEPTH)
        self._skip()
        if self._at < len(self._text):
            raise self._error("expected the end")
        return value

    def _value(self, indent: int, depth: int, ending: str = "") -> Value | None:
        """The value that begins here, in lines that are indented so far; `ending` is what follows a text."""
        if depth == 0:
            raise self._error("nested too deep")
        start = self._at
        self._take(_KIND)
        match self._text[self._at : self._at + 1], self._text[self._at + 1 : self._at + 2]:
            case "{", _:
                return self._mapping(start, indent, depth)
            case "[", "\n" | "]":
                return self._sequence(start, indent, depth)
            case '"', _:
                text = self._string(ending)
                return Known(text, self._span(start))
            case _:
                return self._word()

    def _mapping(self, start: int, indent: int, depth: int) -> Mapping:
        entries: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        inner = indent + 2
        ending = rf'",\n(?= {{{inner}}}"| {{{indent}}}\}})'
        self._at += 1
        while not self._closes("}"):
            place = self._at
            name = self._key()
            keys[name] = Span(self._path, *self._place(place), *self._place(self._at - 2))
            held = self._at
            value = self._value(inner, depth - 1, ending)
            if name == "ZipFile":
                value = self._code(value, held)
            if value is not None:
                entries[name] = value
            self._comma()
        return Mapping(entries, self._span(start), keys)

    def _sequence(self, start: int, indent: int, depth: int) -> Sequence:
        items: list[Value] = []
        inner = indent + 2
        ending = rf'",\n(?= {{{inner}}}\S| {{{indent}}}\])'
        self._at += 1
        while not self._closes("]"):
            value = self._value(inner, depth - 1, ending)
            if value is not None:
                items.append(value)
            self._comma()
        return Sequence(tuple(items), self._span(start))

    def _closes(self, bracket: str) -> bool:
        self._skip()
        if not self._text.startswith(bracket, self._at):
            return False
        self._at += 1
        return True

    def _comma(self) -> None:
        if not self._text.startswith(",", self._at):
            raise self._error("expected ','")
        self._at += 1

    def _key(self) -> str:
        if self._old:
            key = self._quoted()
            if not self._text.startswith(": ", self._at):
                raise self._error("expected ':'")
            self._at += 2
            return key
        found = _KEY.match(self._text, self._at)
        if found is None:
            raise self._error("expected a key")
        self._at = found.end()
        return found[1]

    def _string(self, ending: str) -> str:
        if self._old:
            return self._quoted()
        found = re.compile(ending).search(self._text, self._at + 1) if ending else None
        if found is None:
            raise self._error("expected the end of a text")
        text = self._text[self._at + 1 : found.start()]
        self._at = found.start() + 1
        return text

    def _quoted(self) -> str:
        found = _TEXT.match(self._text, self._at)
        if found is None:
            raise self._error("expected a text")
        self._at = found.end()
        return _ESCAPE.sub(r"\1", found[1])

    def _word(self) -> Known | Unknown | None:
        """A number, a truth, nothing; or what stands for anything: `Any<String>`."""
        start = self._at
        word = self._take(_WORD)
        value: Scalar | None
        try:
            value = _WORDS[word] if word in _WORDS else (int(word) if word.lstrip("-").isdecimal() else float(word))
        except ValueError:
            return Unknown(self._span(start), word)
        return None if value is None else Known(value, self._span(start))

    def _code(self, value: Value | None, start: int) -> Value | None:
        """A program that stands in the template, each of its lines in a line of the snapshot."""
        if not isinstance(value, Known):
            return None if value is None else Unknown(value.span, "ZipFile")
        line, column = self._place(start + 1)
        text = str(value.value)
        lines = (Line(line, column), *(Line(line + number, 1) for number in range(1, text.count("\n") + 1)))
        return Code(Source(self._path, text, lines), value.span)

    def _skip(self) -> None:
        self._take(_SPACE)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found[0]

    def _span(self, start: int) -> Span:
        return Span(self._path, *self._place(start), *self._place(self._at))

    def _place(self, at: int) -> tuple[int, int]:
        raw = self._start + at + bisect_right(self._dropped, at)
        line = bisect_right(self._starts, raw)
        return line, raw - self._starts[line - 1] + 1

    def _error(self, why: str) -> UnreadableSource:
        return UnreadableSource(self._span(self._at), f"not a snapshot: {why}")
