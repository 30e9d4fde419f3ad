"""Paths as Terragrunt's functions give them: absolute, though nobody knows where the repository lies."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Protocol

from lambdalint.records import replace
from lambdalint.source import Source
from lambdalint.templates.hcl.syntax import File
from lambdalint.templates.value import Known, Mapping, Sequence, Text, Value

_HERE = "\0"
"""What stands at the beginning of an absolute path for the directory in which the run began."""


class Disk(Protocol):
    """The files of a repository, by the paths that spans give them."""

    @property
    def top(self) -> str:
        """The directory of the repository."""

    def text(self, path: str) -> Source | None:
        """The file at a path; None also where it is not text."""

    def syntax(self, path: str) -> File | None:
        """The HCL file at a path; None where there is none."""

    def below(self, directory: str) -> tuple[str, ...]:
        """The files in a directory and below it, relative to it."""


def absolute(path: str) -> str:
    """A path that begins with no other directory than its own."""
    return f"{_HERE}/{'' if path == '.' else path}"


def at(path: str, directory: str) -> str:
    """The path that spans give to what a file in a directory calls so; what begins elsewhere stays as it is."""
    if path.startswith(_HERE):
        path, directory = path[1:].lstrip("/"), ""
    joined = posixpath.normpath(posixpath.join(directory, path))
    return "" if joined == "." else joined


def is_within(path: str) -> bool:
    """Whether a path begins in the repository."""
    return path.startswith((_HERE, "."))


def seen_from(value: Value, directory: str) -> Value:
    """A value whose absolute paths lead from a directory."""
    match value:
        case Known():
            return _known(value, directory)
        case Text(parts):
            told = (_known(part, directory) if isinstance(part, Known) else part for part in parts)
            return replace(value, parts=tuple(told))
        case Sequence(items):
            return replace(value, items=tuple(seen_from(each, directory) for each in items))
        case Mapping(entries):
            return replace(value, entries={name: seen_from(each, directory) for name, each in entries.items()})
        case _:
            return value


def _known(value: Known, directory: str) -> Known:
    text = value.value
    if not isinstance(text, str) or _HERE not in text:
        return value
    if text.startswith(_HERE) and text.count(_HERE) == 1:
        return replace(value, value=posixpath.relpath(at(text, "") or ".", directory or "."))
    return replace(value, value=text.replace(_HERE, posixpath.relpath(".", directory or ".")))


def above(directory: str, top: str) -> Iterator[str]:
    """The directories above one, up to that of the repository."""
    last = "" if top == "." else top
    while directory != last:
        directory = at("..", directory)
        yield directory
        if directory.count("..") > last.count(".."):
            return
