"""JSON as values with places, for the JSON that is not YAML."""

from __future__ import annotations

from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder

from lambdalint.source import Source, Span, UnreadableSource
from lambdalint.templates.value import Known, Mapping, Scalar, Sequence, Value

_STRINGS = JSONDecoder(strict=False)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def read(source: Source, depth: int) -> Value | None:
    """What a JSON file says; None where it says null. Raises UnreadableSource where it is not JSON."""
    return _Reader(source).document(depth)


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._at = 1 if source.text.startswith("\ufeff") else 0
        text = source.text
        self._starts = [0]
        for at, character in enumerate(text):
            if character == "\n" or (character == "\r" and text[at + 1 : at + 2] != "\n"):
                self._starts.append(at + 1)

    def document(self, depth: int) -> Value | None:
        value = self._value(depth)
        if self._next():
            raise self._error("expected the end of the file")
        return value

    def _value(self, depth: int) -> Value | None:
        if depth == 0:
            raise UnreadableSource(self._span(self._at), "nested too deep")
        match self._next():
            case "{":
                return self._mapping(depth)
            case "[":
                return self._sequence(depth)
            case '"':
                start = self._at
                return Known(self._string(), self._span(start))
            case _:
                return self._word()

    def _mapping(self, depth: int) -> Mapping:
        start = self._at
        entries: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        self._at += 1
        while self._next() != "}":
            if keys:
                self._expect(",")
            if self._next() != '"':
                raise self._error("expected a key in double quotes")
            place = self._at
            name = self._string()
            keys[name] = self._span(place)
            entries.pop(name, None)
            self._expect(":")
            value = self._value(depth - 1)
            if value is not None:
                entries[name] = value
        self._at += 1
        return Mapping(entries, self._span(start), keys)

    def _sequence(self, depth: int) -> Sequence:
        start = self._at
        found: list[Value | None] = []
        self._at += 1
        while self._next() != "]":
            if found:
                self._expect(",")
            found.append(self._value(depth - 1))
        self._at += 1
        return Sequence(tuple(item for item in found if item is not None), self._span(start))

    def _string(self) -> str:
        try:
            value, self._at = _STRINGS.raw_decode(self._text, self._at)
        except JSONDecodeError as error:
            self._at = error.pos
            raise self._error(error.msg[:1].lower() + error.msg[1:]) from None
        # A lone surrogate is no text.
        return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _word(self) -> Known | None:
        start = end = self._at
        while end < len(self._text) and self._text[end] not in ',:]}{[" \t\r\n':
            end += 1
        word = self._text[start:end]
        value: Scalar | None
        try:
            value = _WORDS[word] if word in _WORDS else (int(word) if word.lstrip("-").isdecimal() else float(word))
        except ValueError:
            raise self._error("expected a value") from None
        self._at = end
        return None if value is None else Known(value, self._span(start))

    def _next(self) -> str:
        """The next character that is not white space; "" at the end."""
        text, at, end = self._text, self._at, len(self._text)
        while at < end and text[at] in " \t\r\n":
            at += 1
        self._at = at
        return text[at] if at < end else ""

    def _expect(self, character: str) -> None:
        if self._next() != character:
            raise self._error(f"expected '{character}'")
        self._at += 1

    def _span(self, start: int) -> Span:
        return Span(self._source.path, *self._place(start), *self._place(self._at))

    def _place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    def _error(self, why: str) -> UnreadableSource:
        return UnreadableSource(self._span(self._at), f"not valid JSON: {why}")
