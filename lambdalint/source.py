"""A text, and places in it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Protocol, TypeVar, cast

from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field

Answer = TypeVar("Answer")


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A stretch of a file: lines and columns count from 1, columns in code points, the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def covers(self, other: Span) -> bool:
        """Whether `other` lies within this stretch of the same file."""
        return (
            self.path == other.path
            and (self.line, self.column) <= (other.line, other.column)
            and (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        )

    @staticmethod
    def top(path: str) -> Span:
        """The beginning of a file: the place of what concerns the whole of it."""
        return Span(path, 1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """Where one line of an inline source stands in its file."""

    line: int
    column: int
    columns: tuple[int, ...] = ()
    """The column of each character and of the line's end, where escapes make them uneven."""
    places: tuple[tuple[int, int], ...] = ()
    """The line and column of each character and of the line's end, where it is put together of several lines."""

    def place(self, column: int) -> tuple[int, int]:
        """The line and column in the file of this line's `column`, which counts from 1."""
        if self.places:
            return self.places[min(column, len(self.places)) - 1]
        if self.columns:
            return self.line, self.columns[min(column, len(self.columns)) - 1]
        return self.line, self.column + column - 1


_LINE_END = pattern(r"\r\n?|\n")


@dataclass(frozen=True)
class Source:
    """A file's text; or code written inside a template, whose spans lie in that template."""

    path: str
    """Relative to the current directory, with forward slashes."""
    text: str = field(repr=False)
    origin: tuple[Line, ...] = field(default=(), repr=False)
    """For inline code: where each of its lines stands in the file."""
    name: str = field(default="", repr=False)
    """For inline code: what the file is called that it is deployed as, where that tells its language."""

    def span(self, start: tuple[int, int], end: tuple[int, int]) -> Span:
        """The span between two (line, column) places of this text, both counted from 1."""
        if not self.origin:
            return Span(self.path, *start, *end)
        return Span(self.path, *self._place(*start), *self._place(*end))

    def _place(self, line: int, column: int) -> tuple[int, int]:
        if line > len(self.origin):
            last = self.origin[-1]
            return last.line, last.column
        return self.origin[line - 1].place(column)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The text's lines without their ends."""
        return tuple(self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))

    def offset(self, line: int, column: int) -> int:
        """How many characters stand before a place of this text; a file's own place, not one of an origin."""
        return min(self._starts[min(line, len(self._starts)) - 1] + column - 1, len(self.text))

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *(each.end() for each in _LINE_END.finditer(self.text))]

    def within(self, span: Span) -> str:
        """What is written at a place of this text."""
        return self.text[self.offset(span.line, span.column) : self.offset(span.end_line, span.end_column)]


class UnreadableSource(Exception):
    """A file that cannot be read as text: where and why."""

    def __init__(self, span: Span, why: str) -> None:
        super().__init__(f"{span}: {why}")
        self.span = span
        self.why = why

    def anew(self) -> UnreadableSource:
        """The same without the calls that it was raised in, which would be held on to, with all that they had."""
        return UnreadableSource(self.span, self.why)


class Sources(Protocol):
    """The files that a run may read. Paths are relative to the current directory, with forward slashes."""

    def read(self, path: str) -> Source | None:
        """The file at `path`; None where there is none, or it is out of bounds.

        Raises UnreadableSource where its bytes are not text.
        """

    def binary(self, path: str) -> bytes | None:
        """The bytes of the file at `path`; None where there is none, it is out of bounds, or they are too many."""

    def files(self, directory: str) -> tuple[str, ...]:
        """The paths of all files below `directory`, sorted; ignored and vendored ones are left out."""

    def sizes(self, directory: str) -> Mapping[str, int]:
        """The bytes of every file below `directory`, also of ignored and vendored ones, and of none in `.git`."""

    def modified(self, path: str) -> float:
        """When the file at `path` was last written, in seconds; 0 where there is none, or it is out of bounds."""


class Steady:
    """Sources whose texts and listings are the same objects as long as they say the same, from one run to the next."""

    def __init__(self) -> None:
        self._sources: Sources = Texts({})
        self._before: dict[tuple[str, str], object] = {}
        self._held: dict[tuple[str, str], object] = {}

    def begin(self, sources: Sources) -> None:
        """Begin a run over some sources. What a run before this has held, that came to no end, is held on to."""
        self._sources = sources
        self._before |= self._held
        self._held = {}

    def end(self) -> frozenset[int]:
        """End a run: what it has not asked for is let go; what tells from others the objects that are held."""
        self._before = {}
        return frozenset(map(id, self._held.values()))

    def read(self, path: str) -> Source | None:
        found = self._sources.read(path)
        return None if found is None else self._same(("read", path), found)

    def files(self, directory: str) -> tuple[str, ...]:
        return self._same(("files", directory), self._sources.files(directory))

    def binary(self, path: str) -> bytes | None:
        return self._sources.binary(path)

    def sizes(self, directory: str) -> Mapping[str, int]:
        return self._sources.sizes(directory)

    def modified(self, path: str) -> float:
        return self._sources.modified(path)

    def _same(self, question: tuple[str, str], found: Answer) -> Answer:
        if question not in self._held:
            before = self._before.get(question)
            self._held[question] = before if before == found else found
        return cast("Answer", self._held[question])


class Texts:
    """Sources held in memory."""

    def __init__(
        self,
        texts: Mapping[str, str],
        binaries: Mapping[str, bytes] | None = None,
        times: Mapping[str, float] | None = None,
    ) -> None:
        self._texts = {posixpath.normpath(path): text for path, text in texts.items()}
        self._binaries = {posixpath.normpath(path): content for path, content in (binaries or {}).items()}
        self._sources: dict[str, Source] = {}
        self._below: dict[str, tuple[str, ...]] = {}
        self._times = {posixpath.normpath(path): time for path, time in (times or {}).items()}

    def read(self, path: str) -> Source | None:
        path = posixpath.normpath(path)
        if path not in self._sources and path in self._texts:
            self._sources[path] = Source(path, self._texts[path])
        return self._sources.get(path)

    def binary(self, path: str) -> bytes | None:
        return self._binaries.get(posixpath.normpath(path))

    def files(self, directory: str) -> tuple[str, ...]:
        if directory not in self._below:
            self._below[directory] = tuple(below(directory, sorted({**self._texts, **self._binaries})))
        return self._below[directory]

    def sizes(self, directory: str) -> Mapping[str, int]:
        every = {**{path: text.encode() for path, text in self._texts.items()}, **self._binaries}
        return {path: len(every[path]) for path in below(directory, sorted(every))}

    def modified(self, path: str) -> float:
        return self._times.get(posixpath.normpath(path), 0)


def below(directory: str, paths: Iterable[str]) -> Iterable[str]:
    """Those of `paths` that lie below `directory`."""
    directory = posixpath.normpath(directory)
    if directory == ".":
        return (path for path in paths if not path.startswith("../"))
    return (path for path in paths if path.startswith(directory.rstrip("/") + "/"))
