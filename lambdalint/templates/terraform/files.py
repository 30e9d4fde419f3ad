"""The files of a Terraform project, each read once."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates.hcl.syntax import Attribute, File
from lambdalint.templates.terraform.declarations import Declarations
from lambdalint.templates.terraform.endings import CONFIGURATION, TERRAGRUNT, VALUES, overrides

if TYPE_CHECKING:
    from lambdalint.templates.terraform.terragrunt.unit import Unit


class Files:
    """The directories that a run reads, and what the files in them declare."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._directories: dict[str, Declarations] = {}
        self._texts: dict[str, Source | None] = {}
        self._syntax: dict[str, File | None] = {}
        self._units: dict[str, Unit | None] = {}
        self._stacks: dict[str, tuple[Unit, ...]] = {}
        self.asked: set[str] = set()
        """The texts that were asked for since this was emptied last, also those that were read before."""
        self._declared_by: dict[str, set[str]] = {}
        """The texts that were asked for to say what a directory declares."""

    def declarations(self, directory: str) -> Declarations:
        """What the files of a directory declare together."""
        if directory not in self._directories:
            # Configurations of Terragrunt may lead back to themselves.
            self._directories[directory] = Declarations(directory, (), ())
            before, self.asked = self.asked, set()
            self._directories[directory] = self._read(directory)
            self._declared_by[directory], self.asked = self.asked, before
        self.asked |= self._declared_by.get(directory, set())
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
        """The terragrunt.hcl of a directory without files of Terraform, as one of these, with those of all units that
        depend on each other."""
        units = self._stacks.get(directory) or tuple(filter(None, (self.unit(directory),)))
        if units:
            from lambdalint.templates.terraform.terragrunt import stack

            yield from stack.configuration(units, self.declarations)

    @property
    def has_units(self) -> bool:
        """Whether there are units of Terragrunt, each of which may be read for any other."""
        return any(self._units.values())

    def unit(self, directory: str) -> Unit | None:
        """What the terragrunt.hcl of a directory says; None where there is none."""
        if directory not in self._units:
            path = posixpath.join(directory, TERRAGRUNT)
            file = self.syntax(path) if path in self.listed(directory, (TERRAGRUNT,)) else None
            if file is not None:
                from lambdalint.templates.terraform.terragrunt.unit import Unit  # few projects have such files

                self._units[directory] = Unit(file, self)
            else:
                self._units[directory] = None
        return self._units[directory]

    def gather(self, directories: Collection[str]) -> dict[str, tuple[str, ...]]:
        """The directories of units of Terragrunt that depend on each other, by the first, which stands for them all."""
        units = [
            unit
            for each in directories
            if (unit := self.unit(each)) is not None and not any(True for _ in self.listed(each, CONFIGURATION))
        ]
        if units:
            from lambdalint.templates.terraform.terragrunt.stack import together

            self._stacks = {row[0].directory: row for row in together(units)}
        return {first: tuple(each.directory for each in row) for first, row in self._stacks.items()}

    def beside(self, directory: str, declared: Collection[str]) -> dict[str, Attribute]:
        """What a terragrunt.hcl beside files of Terraform gives to their variables."""
        unit = self.unit(directory)
        if unit is None or unit.source:
            return {}
        from lambdalint.templates.terraform.terragrunt import stack

        return stack.given(unit, declared, directory)

    def syntax(self, path: str) -> File | None:
        """The HCL file at a path; None where there is none."""
        self.asked.add(path)
        if path not in self._syntax:
            source = self.text(path)
            self._syntax[path] = None if source is None else _parse(source)
        return self._syntax[path]

    def _parsed(self, path: str) -> File | None:
        source = self.at(path)
        try:
            return None if source is None else _parse(source)
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
        return (path for path in self._sources.files(self.top) if path.endswith(endings))

    @cached_property
    def values(self) -> tuple[str, ...]:
        """All files of the repository that give values to variables."""
        return tuple(self.everywhere(VALUES))

    @cached_property
    def top(self) -> str:
        """The directory of the repository."""
        top = "."
        while self._sources.files(above := posixpath.normpath(posixpath.join(top, ".."))):
            top = above
        return top

    def at(self, path: str) -> Source | None:
        """The file at a path. Raises UnreadableSource where it is not text."""
        self.asked.add(path)
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


def _parse(source: Source) -> File:
    if source.path.endswith(".json"):
        from lambdalint.templates.hcl import json  # few files of Terraform are JSON

        return json.parse(source)
    from lambdalint.templates.hcl.parse import parse

    return parse(source)


def within(directory: str, path: str) -> str:
    """A path as it stands from a directory, by the names that spans use: "" is where the run began."""
    joined = posixpath.normpath(posixpath.join(directory, path))
    return "" if joined == "." else joined
