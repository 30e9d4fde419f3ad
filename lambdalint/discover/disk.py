"""The files of a repository, and nothing outside of it."""

from __future__ import annotations

import errno
import math
import os
import posixpath
import stat
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress

from lambdalint.discover import generated, looked
from lambdalint.discover.bounds import bound
from lambdalint.discover.ignored import Patterns, ignores
from lambdalint.records import dataclass
from lambdalint.source import Source, Span, UnreadableSource

Excluded = Callable[[str], Patterns]

_NO_FILE = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP}
_LARGEST = 12 * 1024 * 1024
_MOST = 200_000
"""How many files of one directory are measured."""
_KEPT = 1024 * 1024
"""Texts longer than this are read again rather than kept."""


class Disk:
    """The files of the projects that the given paths lie in (`bounds.py` has where a project ends).

    Symbolic links are followed to files of the same repository, and not to directories.

    `excluded` has for each directory, by its real path, what the user leaves out of what is directly in it. `unsaved`
    has contents, by path, that are read in place of those on the disk.
    """

    def __init__(
        self, given: Iterable[str], excluded: Excluded | None = None, unsaved: Mapping[str, bytes] | None = None
    ) -> None:
        self.skipped: list[tuple[str, str]] = []
        """Directories that could not be listed, and why."""
        self._excluded = excluded
        self._unsaved = unsaved or {}
        real = {path: looked.real(path) for path in given}
        self._bounds = frozenset(bound(path) for path in real.values())
        self._given = frozenset(path for path in real.values() if looked.is_directory(path))
        self._read: dict[str, Source | UnreadableSource | None] = {}
        self._files: dict[str, tuple[str, ...]] = {}
        self._listed: dict[str, _Listing] = {}
        self._sizes: dict[str, dict[str, int]] = {}
        self._chains: dict[str, tuple[Patterns, ...]] = {}
        self._homes: dict[str, str] = {}
        """Directories without symbolic links, by how they are spelt."""
        self._new = _not_there(self._unsaved)

    # ----------------------------------------------------------------------------------------------------- reading

    def read(self, path: str) -> Source | None:
        """The file at `path`; None where there is none, or it is out of bounds.

        Raises UnreadableSource where its bytes are not UTF-8, too many, or not ours to read.
        """
        path = canonical(path)
        if path in self._read:
            found = self._read[path]
        else:
            try:
                found = self._load(path)
            except UnreadableSource as error:
                found = error.anew()
            if not isinstance(found, Source) or len(found.text) <= _KEPT:
                self._read[path] = found
        if isinstance(found, UnreadableSource):
            raise found.anew()
        return found

    def _load(self, path: str) -> Source | None:
        content = self._unsaved[path] if path in self._unsaved else self._content(path)
        if content is None:
            return None
        content = content.removeprefix(b"\xef\xbb\xbf")
        try:
            return Source(path, content.decode())
        except UnicodeDecodeError as error:
            before = Source(path, content[: error.start].decode()).lines
            place = len(before), len(before[-1]) + 1
            why = f"not UTF-8: byte 0x{content[error.start]:02x}"
            raise UnreadableSource(Span(path, *place, *place), why) from None

    def _content(self, path: str) -> bytes | None:
        try:
            real = self._real(path)
            if not self._within(real):
                return None
            status = os.stat(real)
            if not stat.S_ISREG(status.st_mode):
                return None
            if status.st_size > _LARGEST:
                looked.content(real, None)
                raise UnreadableSource(Span.top(path), "larger than 12 MB")
            with open(real, "rb") as file:
                held = file.read()
            looked.content(real, held)
            return held
        except ValueError:
            return None
        except OSError as error:
            if error.errno in _NO_FILE:
                return None
            looked.content(real, None)
            raise UnreadableSource(Span.top(path), _why(error)) from None

    def binary(self, path: str) -> bytes | None:
        """The bytes of the file at `path`; None where there is none, it is out of bounds, or they are too many."""
        path = canonical(path)
        if path in self._unsaved:
            return self._unsaved[path]
        try:
            real = self._real(path)
            if not self._within(real) or not looked.is_file(real):
                return None
            held = None
            if os.path.getsize(real) <= _LARGEST:
                with open(real, "rb") as file:
                    held = file.read()
        except (OSError, ValueError):
            held = None
        looked.content(real, held)
        return held

    def modified(self, path: str) -> float:
        """When the file at `path` was last written, in seconds; 0 where there is none, or it is out of bounds.

        What is not saved yet is newer than all that is.
        """
        path = canonical(path)
        if path in self._unsaved:
            return math.inf
        try:
            real = self._real(path)
            return looked.modified(real) if self._within(real) else 0
        except (OSError, ValueError):
            return 0

    def _real(self, path: str) -> str:
        """The path without symbolic links; "" for what no path can be. Many are asked for of a directory."""
        directory, name = os.path.split(path)
        if name in ("", os.curdir, os.pardir):
            return _real(path)
        if directory not in self._homes:
            self._homes[directory] = self._real(directory)
        home = self._homes[directory]
        if home and not looked.is_link(real := os.path.join(home, name)):
            return real
        real = _real(path)
        looked.kind(real)
        return real

    def _within(self, real: str) -> bool:
        return any(real == bound or real.startswith(bound.rstrip(os.sep) + os.sep) for bound in self._bounds)

    # ----------------------------------------------------------------------------------------------------- listing

    def files(self, directory: str) -> tuple[str, ...]:
        """The paths of all files below `directory`, sorted; ignored and vendored ones are left out.

        A directory that is itself ignored or vendored has no files, unless it was given or lies in one that was.
        """
        if directory in self._files:
            return self._files[directory]
        directory = canonical(directory)
        if directory not in self._files and (below := self._listed_above(directory)):
            self._files[directory] = below
        if directory not in self._files:
            real = _real(directory)
            is_directory = looked.is_directory(real) or real in self._new
            shown = self._within(real) and is_directory and not self._hidden(real)
            self._files[directory] = self._below(directory, real) if shown else ()
        return self._files[directory]

    def know(self, directory: str, files: tuple[str, ...]) -> None:
        """Take for the files below a directory what they are known to be."""
        self._files[canonical(directory)] = files

    def _listed_above(self, directory: str) -> tuple[str, ...]:
        """The files below a directory, as those below one above it are listed; none where none of these is there."""
        above = directory
        while above not in ("", ".") and not above.startswith(("..", "/")):
            above = posixpath.dirname(above) or "."
            if above in self._files:
                every = self._files[above]
                return every[bisect_left(every, f"{directory}/") : bisect_left(every, f"{directory}0")]
        return ()

    def _below(self, directory: str, real: str) -> tuple[str, ...]:
        if directory.startswith(("..", "/")):  # The way from there may lead back here.
            return tuple(sorted(map(canonical, self._walk(directory, real))))
        return tuple(sorted(self._walk("" if directory == "." else directory, real)))

    def sizes(self, directory: str) -> Mapping[str, int]:
        """The bytes of every file below `directory`, also of ignored and vendored ones, and of none in `.git`."""
        directory = canonical(directory)
        if directory not in self._sizes:
            real = _real(directory)
            shown = self._within(real) and looked.is_directory(real)
            self._sizes[directory] = self.measured(directory, real) if shown else {}
            if shown:
                looked.sizes(directory, self._sizes[directory])
        return self._sizes[directory]

    def measured(self, directory: str, real: str) -> dict[str, int]:
        """The bytes of every file below a directory, whose real path is given."""
        pending = [(directory, real)]
        found: dict[str, int] = {}
        while pending and len(found) < _MOST:
            shown, real = pending.pop()
            above = "" if shown == "." else f"{shown.rstrip('/')}/"
            outside = shown.startswith(("..", "/"))  # The way from there may lead back here.
            with suppress(OSError), os.scandir(real) as scanned:
                for entry in scanned:
                    path = canonical(above + entry.name) if outside else above + entry.name
                    if entry.is_dir(follow_symlinks=False):
                        pending += [(path, entry.path)] if entry.name not in (".git", looked.CACHE) else []
                    elif entry.is_file() and (not entry.is_symlink() or self._within(os.path.realpath(entry.path))):
                        found[path] = entry.stat().st_size
        return found

    def excludes(self, path: str) -> bool:
        """Whether a path, or a directory that it lies in, is left out by the user's own patterns."""
        inner = [each for each in self._up(looked.real(path)) if each not in self._bounds]
        return any(self._leaves_out(each, directory=looked.is_directory(each)) for each in inner)

    def repository(self, path: str) -> str:
        """The root of the repository or project that a file or directory lies in."""
        return spell(bound(looked.real(path)))

    def _leaves_out(self, real: str, *, directory: bool) -> bool:
        if self._excluded is None:
            return False
        return bool(self._excluded(os.path.dirname(real)).ignores(real, directory=directory))

    def _walk(self, directory: str, real: str) -> Iterator[str]:
        pending = [(directory, real)]
        while pending:
            directory, real = pending.pop()
            listing = self._list(directory, real)
            yield from (posixpath.join(directory, name) for name in listing.files)
            pending.extend((posixpath.join(directory, name), os.path.join(real, name)) for name in listing.directories)

    def _list(self, shown: str, real: str) -> _Listing:
        if real not in self._listed:
            self._listed[real] = self._scan(shown, real)
        return self._listed[real]

    def _scan(self, shown: str, real: str) -> _Listing:
        new = self._new.get(real, {})
        entries: list[os.DirEntry[str] | _New] = list(new.values())
        try:
            with os.scandir(real) as scanned:
                entries += (entry for entry in looked.entries(real, scanned) if entry.name not in new)
        except OSError as error:
            if not new:
                self.skipped.append((shown or ".", _why(error)))
                return _Listing((), ())
        entries.sort(key=lambda entry: entry.name)
        names = frozenset(entry.name for entry in entries)
        if generated.is_environment(names) and real not in self._given:
            return _Listing((), ())
        vendored = generated.vendored(real, names)
        chain = self._chain(real)
        excluded = self._excluded(real) if self._excluded is not None else None
        files: list[str] = []
        directories: list[str] = []
        for entry in entries:
            if entry.name in vendored:
                continue
            is_directory = entry.is_dir(follow_symlinks=False)
            if not is_directory and not self._is_ours(entry):
                continue
            path = os.path.join(real, entry.name)
            if excluded is not None and excluded.ignores(path, directory=is_directory):
                continue
            if ignores(chain, path, directory=is_directory):
                continue
            (directories if is_directory else files).append(entry.name)
        return _Listing(tuple(files), tuple(directories))

    def _is_ours(self, entry: os.DirEntry[str] | _New) -> bool:
        if generated.is_generated_name(entry.name):
            return False
        try:
            if not entry.is_file():
                return False
        except OSError:
            return False
        return isinstance(entry, _New) or not entry.is_symlink() or self._within(looked.real(entry.path))

    def _hidden(self, real: str) -> bool:
        """Whether a directory is ignored or vendored, by itself or with one above it."""
        for directory in self._up(real):
            if directory in self._given or directory in self._bounds:
                return False
            parent, name = os.path.split(directory)
            if name in generated.DIRECTORIES or ignores(self._chain(parent), directory, directory=True):
                return True
        return True

    def _chain(self, real: str) -> tuple[Patterns, ...]:
        """The patterns that hold in a directory, the outermost first."""
        if real in self._chains:
            return self._chains[real]
        above: list[str] = []
        chain: tuple[Patterns, ...] = ()
        for directory in self._up(real):
            if directory in self._chains:
                chain = self._chains[directory]
                break
            above.append(directory)
        for directory in reversed(above):
            own = Patterns.read(os.path.join(directory, ".gitignore"), directory)
            if directory in self._bounds:
                chain = (*chain, Patterns.read(os.path.join(directory, ".git", "info", "exclude"), directory))
            elif directory in self._given and ignores(chain, directory, directory=True):
                # What ignores a directory that was asked for has no say in it.
                chain = ()
            chain = (*chain, own) if own.spec is not None else chain
            self._chains[directory] = chain
        return self._chains[real]

    def _up(self, real: str) -> Iterator[str]:
        """A directory and those above it, up to the root of its repository."""
        while self._within(real):
            yield real
            if real in self._bounds:
                return
            real = os.path.dirname(real)


@dataclass(frozen=True, slots=True)
class _Listing:
    """The names directly in a directory, without the ignored and vendored ones."""

    files: tuple[str, ...]
    directories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _New:
    """What a directory holds that is not on the disk yet, as if it were scanned there."""

    name: str
    directory: bool

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:  # noqa: ARG002 - as an entry of the disk is asked
        return self.directory

    def is_file(self) -> bool:
        return not self.directory


def _not_there(paths: Iterable[str]) -> dict[str, dict[str, _New]]:
    """What of the files at some paths is not on the disk, by the real paths of directories, then by name."""
    found: dict[str, dict[str, _New]] = {}
    for path in paths:
        directory, name = os.path.split(os.path.realpath(path))
        is_directory = False
        while name and not os.path.lexists(os.path.join(directory, name)):
            found.setdefault(directory, {})[name] = _New(name, is_directory)
            is_directory = True
            directory, name = os.path.split(directory)
    return found


def spell(path: str) -> str:
    """A path as lambdalint writes it: relative to the current directory, with forward slashes."""
    try:
        path = os.path.relpath(path)
    except ValueError:  # another drive than the current directory's
        path = os.path.abspath(path)
    return posixpath.normpath(path.replace(os.sep, "/"))


def canonical(path: str) -> str:
    """The one way to write a path, whatever leads there: `../here/a.py` is `a.py`."""
    path = posixpath.normpath(path)
    return spell(path) if path.startswith(("..", "/")) and "\0" not in path else path


def _real(path: str) -> str:
    """The path without symbolic links; "" for what no path can be."""
    return looked.real(path)


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
