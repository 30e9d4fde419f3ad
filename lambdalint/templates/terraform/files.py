"""The files of a Terraform project, each read once."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from functools import cached_property

from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates.hcl.syntax import File
from lambdalint.templates.terraform.declarations import Declarations
from lambdalint.templates.terraform.endings import CONFIGURATION, TERRAGRUNT, overrides


class Files:
    """The directories that a run reads, and what the files in them declare."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._directories: dict[str, Declarations] = {}
        self._texts: dict[str, Source | None] = {}

    def declarations(self, directory: str) -> Declarations:
        """What the files of a directory declare together."""
        if directory not in self._directories:
            # Configurations of Terragrunt may lead back to themselves.
            self._directories[directory] = Declarations(directory, (), ())
            self._directories[directory] = self._read(directory)
        return self._directories[directory]

    def forget(self, directory: str) -> None:
        """Let go of a directory that is not asked for again."""
        self._directories.pop(directory, None)

    def _read(self, directory: str) -> Declarations:
        files: list[File] = []
        unreadable: list[tuple[Span, str]] = []
        for path in sorted(self.listed(directory, CONFIGURATION), key=overrides):
            try:
                file = self._parsed(path)
            except UnreadableSource as error:
                unreadable.append((error.span, error.why))
                continue
            if file is not None:
                files.append(file)
                if file.wrong is not None:
                    unreadable.append(file.wrong)
        if not files and not unreadable:
            files += self._of_terragrunt(directory)
        return Declarations(directory, tuple(files), tuple(unreadable))

    def _of_terragrunt(self, directory: str) -> Iterator[File]:
        """The terragrunt.hcl of a directory without files of Terraform, as one of these."""
        path = posixpath.join(directory, TERRAGRUNT)
        source = self.text(path) if path in self.listed(directory, (TERRAGRUNT,)) else None
        if source is not None:
            from lambdalint.templates.hcl.parse import parse
            from lambdalint.templates.terraform import terragrunt  # few projects have such files

            yield terragrunt.configuration(parse(source), self.called(source), self._variables(directory), self.text)

    def called(self, terragrunt: Source) -> str:
        """The module that a terragrunt.hcl calls, as Terraform names it."""
        from lambdalint.templates.terraform.terragrunt import source_in

        return source_in(terragrunt.text, posixpath.dirname(terragrunt.path), self._top)

    def _variables(self, directory: str) -> Callable[[str], tuple[str, ...]]:
        def declared(source: str) -> tuple[str, ...]:
            return tuple(self.declarations(within(directory, source)).variables) if source.startswith(".") else ()

        return declared

    def _parsed(self, path: str) -> File | None:
        source = self.at(path)
        try:
            return None if source is None else _syntax(source)
        except RecursionError:
            raise UnreadableSource(Span.top(path), "nested too deep") from None

    def listed(self, directory: str, endings: tuple[str, ...]) -> Iterator[str]:
        """The files in a directory, not below it, whose names end so."""
        for path in self._sources.files(directory or "."):
            if path.endswith(endings) and posixpath.dirname(path) == directory:
                yield path

    def below(self, directory: str) -> tuple[str, ...]:
        """The files in a directory and below it, relative to it."""
        return tuple(posixpath.relpath(path, directory or ".") for path in self._sources.files(directory or "."))

    def everywhere(self, endings: tuple[str, ...]) -> Iterator[str]:
        """The files of the whole repository, also above the current directory, whose names end so."""
        return (path for path in self._sources.files(self._top) if path.endswith(endings))

    @cached_property
    def _top(self) -> str:
        """The directory of the repository."""
        top = "."
        while self._sources.files(above := posixpath.normpath(posixpath.join(top, ".."))):
            top = above
        return top

    def at(self, path: str) -> Source | None:
        """The file at a path. Raises UnreadableSource where it is not text."""
        if path not in self._texts:
            self._texts[path] = self._sources.read(path)
        return self._texts[path]

    def text(self, path: str) -> Source | None:
        """The file at a path; None also where it is not text."""
        try:
            return self.at(path)
        except UnreadableSource:
            return None

    def under(self, directory: str, endings: tuple[str, ...]) -> Iterator[str]:
        """The files in a directory and below it whose names end so."""
        return (path for path in self._sources.files(directory or ".") if path.endswith(endings))

    def given(self, path: str) -> File | None:
        """A file that gives values to variables; None where it cannot be read."""
        try:
            return self._parsed(path)
        except UnreadableSource:
            return None


def _syntax(source: Source) -> File:
    if source.path.endswith(".json"):
        from lambdalint.templates.hcl import json  # few files of Terraform are JSON

        return json.parse(source)
    from lambdalint.templates.hcl.parse import parse

    return parse(source)


def within(directory: str, path: str) -> str:
    """A path as it stands from a directory, by the names that spans use: "" is where the run began."""
    joined = posixpath.normpath(posixpath.join(directory, path))
    return "" if joined == "." else joined
