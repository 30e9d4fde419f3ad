"""From the paths that a user gives to the files that are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lambdalint.discover import looked
from lambdalint.discover.disk import Disk, Excluded, canonical, spell
from lambdalint.discover.focus import Focus, covers
from lambdalint.discover.generated import is_generated, is_index, is_packed
from lambdalint.records import dataclass

__all__ = [
    "Discovery", "Disk", "Focus", "NoSuchPath", "canonical", "discover", "is_generated", "is_index", "is_packed",
]  # fmt: skip

_ALONE = (".md", ".rst", ".txt", ".png", ".svg", ".jpg", ".gif", ".pdf", ".css", ".html", ".csv", "LICENSE")
"""How the names of files end that no project is read for, unless they say what to install."""


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
    focus: Focus | None
    """What to report on; None where that is all that is read."""


def discover(
    paths: Sequence[str], excluded: Excluded | None = None, unsaved: Mapping[str, bytes] | None = None
) -> Discovery:
    """What to read for the files and directories at `paths`, which are what to report on.

    They are looked at with the whole of the repositories that they lie in, where whatever deploys them may lie.
    What is `excluded` stays so where it is given. What is `unsaved` is taken for the content of the file of its path,
    which need not be there yet. Raises NoSuchPath.
    """
    unsaved = {spell(path): content for path, content in (unsaved or {}).items()}
    for path in paths:
        if not looked.is_there(path) and spell(path) not in unsaved:
            raise NoSuchPath(path)
    directories = [spell(path) for path in paths if looked.is_directory(path)]
    given = {spell(path) for path in paths if not looked.is_directory(path)}
    disk = Disk((*directories, *given), excluded, unsaved)
    files = {path for path in given if not disk.excludes(path)}
    found = set(files)
    for directory in directories:
        found.update(() if disk.excludes(directory) else disk.files(directory))
    projects = {disk.repository(path) for path in (*directories, *(path for path in files if _may_matter(path)))}
    found |= {path for project in projects for path in disk.files(project)}
    whole = projects <= set(directories) and all(any(covers(project, path) for project in projects) for path in files)
    focus = None if whole and directories else Focus(frozenset(files), frozenset(directories))
    return Discovery(disk, tuple(sorted(found)), focus)


def again(
    paths: Sequence[str], scope: tuple[str, ...], skipped: Sequence[tuple[str, str]], excluded: Excluded
) -> Discovery:
    """The same for paths all of whose directories have in them what they had, of which this came before."""
    disk = Disk(map(spell, paths), excluded)
    if len(paths) == 1 and looked.is_directory(paths[0]):
        disk.know(spell(paths[0]), scope)
    disk.skipped += skipped
    return Discovery(disk, scope, None)


def _may_matter(path: str) -> bool:
    return not path.endswith(_ALONE) or "requirements" in path
