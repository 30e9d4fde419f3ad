"""The syntax of variables: `${self:custom.limit, 30}`, also within each other.

https://www.serverless.com/framework/docs/guides/variables
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.templates.value import Scalar
from lambdalint.templates.yaml import scalar

DEPTH = 12
"""How deep variables may stand within each other."""

LONGEST = 4000
"""How many characters a variable may have."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written as one of a variable's sources; None for `null`."""

    value: Scalar | None


@dataclass(frozen=True, slots=True)
class Address:
    """Where one of a variable's sources lies: `self:custom.limit`, `file(limits.yml):worker`."""

    kind: str
    """`self`, `file`, `opt` …"""
    parameters: Pieces
    """What stands in parentheses."""
    path: Pieces
    """What stands after the colon."""
    written: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A `${…}` with its sources in order: the first that has a value gives it."""

    sources: tuple[Source, ...]
    written: str


Pieces = tuple[str | Variable, ...]
"""Text and variables in a row."""

Source = Literal | Address | Variable | Pieces
"""Pieces are a text in quotes."""

_KIND = pattern(r"([A-Za-z][\w-]*)(?=\(|:(?!:))")
_WORD = pattern(r"[^,{}$]*")


@dataclass(frozen=True, slots=True)
class Brackets:
    """What a variable begins and ends with."""

    opening: str = "${"
    closing: str = "}"


USUAL = Brackets()
_ESCAPED = pattern(r"\\(.)")


def brackets(syntax: str) -> Brackets:
    """The brackets of a service that has a `variableSyntax` of its own: of this regular expression, what stands around
    its group. The framework had it until its third version.

    https://www.serverless.com/framework/docs-providers-aws-guide-variables
    """
    opening, group, rest = syntax.partition("(")
    _, ends, closing = rest.rpartition(")")
    opening, closing = (_ESCAPED.sub(r"\1", each) for each in (opening, closing))
    return Brackets(opening, closing) if group and ends and opening and closing else USUAL


def pieces(text: str, brackets: Brackets = USUAL) -> Pieces:
    """The literals and the variables of a text; `${Queue}` and `${AWS::Region}` are CloudFormation's, and literals."""
    return tuple(_pieces(text, brackets))


def _pieces(text: str, brackets: Brackets) -> Iterator[str | Variable]:
    at = done = 0
    while (at := text.find(brackets.opening, at)) >= 0:
        # A variable that never ends is none; nor are the thousands after it.
        if text.find(brackets.closing, at) < 0:
            break
        reader = _Reader(text, at, brackets)
        found = reader.variable(0)
        if found is None:
            at += len(brackets.opening)
            continue
        if at > done:
            yield text[done:at]
        yield found
        at = done = reader.at
    if done < len(text):
        yield text[done:]


class _Reader:
    """Reads one variable; every method gives None where there is none, and then the reader is of no more use."""

    def __init__(self, text: str, at: int, brackets: Brackets) -> None:
        self._text = text
        self._opening = brackets.opening
        self._closing = brackets.closing
        self._end = min(len(text), at + LONGEST)
        self.at = at

    def variable(self, depth: int) -> Variable | None:
        start = self.at
        self.at += len(self._opening)
        sources: list[Source] = []
        while depth < DEPTH:
            found = self._source(depth, first=not sources)
            if found is None:
                return None
            sources.append(found)
            self._blanks()
            if self._take(self._closing):
                return Variable(tuple(sources), self._text[start : self.at])
            if not self._take(","):
                return None
        return None

    def _source(self, depth: int, *, first: bool) -> Source | None:
        self._blanks()
        if self._text.startswith(self._opening, self.at):
            return self.variable(depth + 1)
        if match := _KIND.match(self._text, self.at, self._end):
            return self._address(match[1], depth)
        if first:
            return None
        if self._text[self.at : self.at + 1] in ("'", '"'):
            quote = self._text[self.at]
            self.at += 1
            return self._until(quote, depth, passed=True)
        match = _WORD.match(self._text, self.at, self._end)
        word = match[0].strip() if match else ""
        self.at += len(match[0]) if match else 0
        value = scalar(word)
        # Text without quotes is no literal; a source that is none leaves the whole to a deployment.
        return Address("", (), (word,), word) if isinstance(value, str) else Literal(value)

    def _address(self, kind: str, depth: int) -> Address | None:
        start = self.at
        self.at += len(kind)
        parameters: Pieces | None = ()
        path: Pieces | None = ()
        if self._take("("):
            parameters = self._until(")", depth, passed=True)
        if parameters is not None and self._take(":"):
            path = self._until(",", depth)
        if parameters is None or path is None:
            return None
        return Address(kind, parameters, path, self._text[start : self.at].strip())

    def _until(self, stop: str, depth: int, *, passed: bool = False) -> Pieces | None:
        """The pieces up to a character that is `passed` over, or is left where it is, as is the end of the variable."""
        found: list[str | Variable] = []
        start = self.at
        while self.at < self._end:
            if self._text.startswith(self._opening, self.at):
                before = self._text[start : self.at]
                inner = self.variable(depth + 1)
                if inner is None:
                    return None
                found += [before, inner] if before else [inner]
                start = self.at
            elif self._text[self.at] == stop or (not passed and self._text.startswith(self._closing, self.at)):
                last = self._text[start : self.at] if passed else self._text[start : self.at].rstrip()
                self.at += passed
                return tuple([*found, last] if last else found)
            else:
                self.at += 1
        return None

    def _blanks(self) -> None:
        while self.at < self._end and self._text[self.at] in " \t\r\n":
            self.at += 1

    def _take(self, wanted: str) -> bool:
        if not self._text.startswith(wanted, self.at):
            return False
        self.at += len(wanted)
        return True
