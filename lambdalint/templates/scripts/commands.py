"""The commands of the AWS CLI in a script of a shell, with what they are given, as far as it is written out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Source, Span
from lambdalint.templates.scripts.rounds import Names, Rounds

_COMMAND = pattern(
    r"(?<![\w./-])aws[ \t]+(?:--(?:region|profile|output)[ =]\S+[ \t]+)*(lambda|events)[ \t]+([a-z][a-z-]+)"
)
_SET = pattern(
    r"^[ \t]*(?:export[ \t]+|readonly[ \t]+|local[ \t]+)?([A-Za-z_]\w*)[ \t]*[:?]?=[ \t]*(.*)$", re.MULTILINE
)
_SEVERAL = pattern(
    r"^[ \t]*(?:local|declare|export|readonly)((?:[ \t]+\w+=(?:\"[^\"`]*\"|[^\s\"'`;&|]*)){2,})[ \t]*$", re.MULTILINE
)
_ONE = pattern(r"(\w+)=(?:\"([^\"`]*)\"|([^\s\"'`;&|]*))")
_VARIABLE = pattern(
    r"\$(?:\{(\w+)(?::?-([^{}$]*))?\}|\((\w+)\)|(\w+)|\{(\w+)\[([^\[\]]*)\]\}"
    r"|\{(\w+)(?::?[?+=][^{}]*|(%%?|##?)([^{}$]*))\})"
)
_PARAMETER = pattern(r"\d+")
_PLAIN = pattern(r"""^(?:"([^"`]*)"|'([^']*)'|([^\s"'`;&|]*))[ \t]*(?:[#;].*)?$""")


_DEEP = 6
"""How many variables may lead to each other in a row."""
HOLE = "\0"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command."""

    written: str
    """Its text, in which HOLE stands for what only a run knows."""
    span: Span

    @property
    def text(self) -> str | None:
        """Its text; None where only a run knows it."""
        return None if HOLE in self.written else self.written


@dataclass(frozen=True, slots=True)
class Command:
    """A command of `aws lambda`, or of `aws events`."""

    name: str
    span: Span
    extent: Span
    options: dict[str, tuple[Word, ...]]
    """The words behind each option."""
    said: Callable[[str], str]
    """What a text of the script says where this is run, in which HOLE stands for what only a run knows."""

    def get(self, option: str) -> Word | None:
        """The first word behind an option; None where it is not given."""
        found = self.options.get(option, ())
        return found[0] if found else None


def commands(source: Source) -> Iterator[Command]:
    """The commands of a script that are for AWS itself, and not for what stands in for it on one's own machine."""
    script = _Script(source)
    for found in _COMMAND.finditer(source.text):
        line = source.text[source.text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if line.lstrip(" \t-@").startswith(("#", "echo", "printf")):
            continue
        for names in script.at(found.start()):
            words, end = script.words(found.end(), names)
            options = _options(words)
            if "endpoint-url" not in options:
                called = found[2] if found[1] == "lambda" else f"events {found[2]}"
                place, extent = script.span(found.start(), found.end()), script.span(found.start(), end)
                yield Command(called, place, extent, options, partial(script.expanded, names=names))


def _options(words: Iterable[Word]) -> dict[str, tuple[Word, ...]]:
    """The words behind each option of a command."""
    options: dict[str, list[Word]] = {}
    name = ""
    for word in words:
        if word.text is not None and word.text.startswith("--"):
            name, equals, given = word.text[2:].partition("=")
            options[name] = [Word(given, word.span)] if equals else []
        elif name:
            options[name].append(word)
    return {each: tuple(several) for each, several in options.items()}


def _cut(text: str, sign: str, pattern: str) -> str:
    """A text without what a pattern fits of its end (`%`) or its beginning (`#`), as much as it can where that is
    doubled; with HOLE for a pattern of other signs than `*`.

    https://www.gnu.org/software/bash/manual/bash.html#Shell-Parameter-Expansion
    """
    if not sign:
        return text
    if any(each in pattern for each in "?[\\"):
        return HOLE
    most = len(sign) == 2
    every = "".join((".*" if most else ".*?") if each == "*" else re.escape(each) for each in pattern)
    if sign[0] == "#":
        found = re.match(every, text, re.DOTALL)
        return text if found is None else text[found.end() :]
    starts = range(len(text) + 1) if most else range(len(text), -1, -1)
    cut = next((at for at in starts if re.fullmatch(every, text[at:], re.DOTALL)), len(text))
    return text[:cut]


class _Script:
    def __init__(self, source: Source) -> None:
        self._source, self._text = source, source.text
        self._starts = [0, *(at + 1 for at, each in enumerate(source.text) if each == "\n")]
        self._known: dict[str, str | None] = {}
        for found in _SET.finditer(self._text):
            plain = _PLAIN.match(found[2])
            value = None if plain is None else next((each for each in plain.groups() if each is not None), "")
            name = found[1]
            # What is set twice is one or the other.
            self._known[name] = value if name not in self._known or self._known[name] == value else None
        for several in _SEVERAL.finditer(self._text):
            self._known |= {each[1]: each[2] or each[3] or "" for each in _ONE.finditer(several[1])}
        # What its rounds are is asked with what is set, before it is known what is set where.
        self._apart: set[str] = set()
        self.rounds: Rounds | None = None
        self.rounds = rounds = Rounds(self._text, self.expanded)
        self._apart = {found[1] for found in _SET.finditer(self._text) if not rounds.is_called(found.start())}
        """What is set outside of functions, where parameters are the script's."""

    def at(self, place: int) -> tuple[Names, ...]:
        """What names stand for in each round of what a place lies in."""
        return ({},) if self.rounds is None else self.rounds.at(place)

    def span(self, start: int, end: int) -> Span:
        """The place of a stretch."""
        return Span(self._source.path, *self._place(start), *self._place(end))

    def _place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    def expanded(self, text: str, names: Names, depth: int = 0) -> str:
        """A text with what its variables stand for in a round; HOLE stands for what only a run knows."""

        def put(found: re.Match[str]) -> str:
            name = found[1] or found[3] or found[4]
            if found[5] is not None:
                key = self.expanded(found[6].strip("\"'"), names, depth + 1)
                row = None if self.rounds is None else self.rounds.row(found[5], key)
                return HOLE if row is None else row
            if found[7] is not None:
                value = self._value(found[7], None, names, depth)
                return HOLE if HOLE in value else _cut(value, found[8] or "", found[9] or "")
            return self._value(name, found[2], names, depth)

        return _VARIABLE.sub(put, text.replace("`", HOLE)) if depth < _DEEP else HOLE

    def _value(self, name: str, otherwise: str | None, names: Names, depth: int = 0) -> str:
        """What a variable stands for."""
        if name in names:
            return names[name]
        if names and _PARAMETER.fullmatch(name):
            return HOLE if otherwise is None else otherwise
        value = self._known.get(name)
        if value is None or (value.startswith("$(") and value[2:-1] not in self._known):
            return HOLE
        if "$" not in value:
            return value
        if name in self._apart:
            names = {each: what for each, what in names.items() if _PARAMETER.fullmatch(each) is None}
        return self.expanded(value, names, depth + 1)

    def words(self, at: int, names: Names) -> tuple[list[Word], int]:
        """The words of a command from a place on, and where it ends."""
        text, end = self._text, len(self._text)
        words: list[Word] = []
        while at < end:
            if text[at] in " \t":
                at += 1
            elif text[at] == "\\" and text[at + 1 : at + 2] in ("\n", "\r"):
                at = text.find("\n", at) + 1
            elif text[at] in "\r\n;&|<>)#" and not text.startswith("2>", at):
                break
            else:
                word, at = self._word(at, names)
                words.append(word)
        return words, at

    def _word(self, at: int, names: Names) -> tuple[Word, int]:
        text, start, end = self._text, at, len(self._text)
        found = ""
        quote = ""
        while at < end:
            character = text[at]
            if quote and character == quote:
                quote = ""
            elif not quote and character in "\"'":
                quote = character
            elif not quote and (character in " \t\r\n;&|" or (character == "\\" and text[at + 1 : at + 2] == "\n")):
                break
            elif character == "\\" and quote != "'":
                at += 1
                found += text[at : at + 1]
            elif character == "`" or (character == "$" and text[at + 1 : at + 2] == "(" and self._named(at) is None):
                found += HOLE
                at = self._behind(at + 1) - 1 if character == "$" else max(text.find("`", at + 1), at)
            elif character == "$" and quote != "'" and (named := self._named(at)) is not None:
                found += self.expanded(named[0], names)
                at = named[1] - 1
            else:
                found += character
            at += 1
        return Word(found, self.span(start, at)), at

    def _named(self, at: int) -> tuple[str, int] | None:
        """The variable that stands at a place, as it is written, and where it ends."""
        found = _VARIABLE.match(self._text, at)
        if found is None or (found[3] is not None and found[3] not in self._known):
            return None
        return found[0], found.end()

    def _behind(self, at: int) -> int:
        """Where the parenthesis is closed that is opened at a place."""
        depth = 0
        for number, character in enumerate(self._text[at : at + 10_000]):
            depth += {"(": 1, ")": -1}.get(character, 0)
            if depth == 0:
                return at + number + 1
        return len(self._text)
