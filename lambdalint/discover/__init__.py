"""From the paths that a user gives to the files that are read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lambdalint.discover.disk import Disk, spell
from lambdalint.discover.generated import is_generated
from lambdalint.discover.ignored import Patterns
from lambdalint.records import dataclass
from lambdalint.source import UnreadableSource

__all__ = ["Discovery", "Disk", "NoSuchPath", "discover", "is_generated"]

TEMPLATES = (".yaml", ".yml", ".json", ".template")
"""How the names of files end that may be templates."""
CODE = (".py", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
"""How the names of files end that may hold handlers."""


class NoSuchPath(FileNotFoundError):
    """A path that was given, and does not exist."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: no such file or directory"


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a run reads."""

    sources: Disk
    scope: tuple[str, ...]
    """The files to look at for templates and handlers, sorted."""
    focus: frozenset[str] | None
    """The only files to report on; None where no file was given by itself."""


def discover(paths: Sequence[str], exclude: Sequence[str] = (), root: Path | None = None) -> Discovery:
    """What to read for the files and directories at `paths`.

    A directory stands for the files below it. A file stands for itself, and for the templates that may deploy it:
    those in the directories above it, and those of its repository that lead out of their own directory. `exclude` are
    patterns as in a .gitignore at `root`, which is the current directory by default; they hold for given paths too.
    Raises NoSuchPath.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise NoSuchPath(path)
    directories = [spell(path) for path in paths if os.path.isdir(path)]
    given = {spell(path) for path in paths if not os.path.isdir(path)}
    excluded = Patterns.of(exclude, os.path.realpath(root or "."))
    disk = Disk((*directories, *given), excluded)
    files = {path for path in given if not disk.excludes(path)}
    below = {path for directory in directories for path in disk.files(directory)}
    relevant = {path for path in files if path.endswith((*TEMPLATES, *CODE))}
    owners = set(_owners(relevant - below, disk))
    return Discovery(disk, tuple(sorted(files | below | owners)), frozenset(files | below) if given else None)


def _owners(files: Iterable[str], disk: Disk) -> Iterator[str]:
    """The templates that may deploy the code in `files`."""
    for directory in {above for path in files for above in disk.above(path)}:
        yield from (path for path in disk.directly_in(directory) if path.endswith(TEMPLATES))
    for repository in {disk.repository(path) for path in files}:
        for path in disk.files(repository):
            if path.endswith(TEMPLATES) and _leads_out(path, disk):
                yield path


def _leads_out(path: str, disk: Disk) -> bool:
    """Whether a file looks like a template with paths that lead out of its directory."""
    try:
        source = disk.read(path)
    except UnreadableSource:
        return False
    return source is not None and "AWS::" in source.text and "../" in source.text
