"""Projects of Pulumi: what a Pulumi.yaml says is run.

https://www.pulumi.com/docs/iac/concepts/projects/project-file/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from lambdalint.code.javascript import outputs
from lambdalint.code.javascript.settings import Settings
from lambdalint.records import dataclass
from lambdalint.source import Source, Sources, UnreadableSource
from lambdalint.templates.pulumi import NAMES, project_file

if TYPE_CHECKING:
    from lambdalint.code.facts import Program
    from lambdalint.code.ir import Module
    from lambdalint.code.reader import Reader

_OF_NODE = (".ts", ".mts", ".js", ".mjs", ".cjs")
YAML = "yaml"
_RUN = ("nodejs", "python", YAML)
"""The runtimes whose programs are followed."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project of Pulumi."""

    path: str
    """Its Pulumi.yaml."""
    runtime: str
    home: str
    """The directory that its program is run in."""
    entry: Source | None
    """The program; None where it is in no language that is followed, or not there."""
    sources: Sources

    def program(self, reader: Reader) -> Program | None:
        """What its program does; None where that is not known."""
        if self.entry is None:
            return None
        if self.runtime == YAML:
            from lambdalint.pulumi import documents  # few programs are written so

            return documents.program(self.entry)
        return reader.program(self.entry, self.home, self.roots)

    def module(self, reader: Reader) -> Callable[[str], Module | None]:
        """Gives what is parsed of its files; nothing of one in YAML, whose values have their places themselves."""
        return (lambda _: None) if self.runtime == YAML else reader.module

    @property
    def has_own(self) -> bool:
        """Whether the directory of its program has a file of its own that says the same: it is deployed from there."""
        inside = posixpath.normpath(self.home) != (posixpath.dirname(self.path) or ".")
        return inside and _first(self.sources, (posixpath.join(self.home, name) for name in NAMES)) is not None

    @property
    def roots(self) -> tuple[str, ...]:
        """Further directories that a program of Python imports from: the one above it, where it names its own."""
        name = posixpath.basename(posixpath.normpath(self.home))
        if self.entry is None or self.runtime != "python" or name in ("", ".", "..", "pulumi"):
            return ()
        named = re.search(rf"(?m)^\s*(?:from|import)\s+{re.escape(name)}\b", self.entry.text)
        return () if named is None else (posixpath.dirname(posixpath.normpath(self.home)) or ".",)


def project(sources: Sources, path: str) -> Project | None:
    """The project of a Pulumi.yaml; None where that is of none."""
    found = project_file(_read(sources, path))
    if found is None:
        return None
    runtime, main = found.runtime, found.main
    home = posixpath.dirname(path) or "."
    named = posixpath.normpath(posixpath.join(home, main))
    if main and posixpath.splitext(main)[1] in (*_OF_NODE, ".py"):
        return Project(path, runtime, posixpath.dirname(named) or ".", _written(sources, named), sources)
    entry = _program(sources, runtime, named) if runtime in _RUN else None
    return Project(path, runtime, named, entry, sources)


def _program(sources: Sources, runtime: str, home: str) -> Source | None:
    """The program in the directory that it is run in."""
    if runtime == "python":
        return _read(sources, posixpath.join(home, "__main__.py"))
    if runtime == YAML:
        return _first(sources, (posixpath.join(home, name) for name in ("Main.yaml", *NAMES)))
    settings = Settings(sources)
    manifest = settings.manifest(home)
    main = "" if manifest is None else manifest.text("main")
    if main:
        path = posixpath.normpath(posixpath.join(home, main))
        made = outputs.sources(posixpath.splitext(path)[0], settings)
        found = _written(sources, path) or _first(sources, (f"{each}{end}" for each in made for end in _OF_NODE))
        if found is not None:
            return found
    return _first(sources, (posixpath.join(home, f"index{end}") for end in _OF_NODE))


def _written(sources: Sources, path: str) -> Source | None:
    """The file that a path means: of TypeScript, where one of its name lies beside it."""
    stem, end = posixpath.splitext(path)
    if end not in (*_OF_NODE, ".py"):
        return _first(sources, (f"{path}{each}" for each in ("", *_OF_NODE, *(f"/index{one}" for one in _OF_NODE))))
    return _first(sources, (f"{stem}{each}" for each in (".ts", ".mts", end)) if end != ".py" else (path,))


def _first(sources: Sources, paths: Iterable[str]) -> Source | None:
    return next(filter(None, (_read(sources, each) for each in paths)), None)


def _read(sources: Sources, path: str) -> Source | None:
    try:
        return sources.read(posixpath.normpath(path))
    except UnreadableSource:
        return None
