"""The file that a Handler means, where the template leads to no file: by what archives, directories and functions are
called. A wrong file is worse than none, so that there is one candidate or nothing."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable

from lambdalint.code import naming
from lambdalint.code.repository import Repository
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a Handler names."""

    module: str
    """Dotted in Python; in JavaScript a path without its ending."""
    function: str
    paths: tuple[str, ...]
    """The files that may hold the module, from its root, the one that is preferred first."""
    bundled: bool = False
    """Whether a bundler may have made the module of one that is called otherwise."""

    @staticmethod
    def python(module: str, function: str) -> Wanted:
        """What a Handler of Python names."""
        stem = module.replace(".", "/")
        return Wanted(module, function, (f"{stem}/__init__.py", f"{stem}.py"))

    def root(self, path: str) -> str:
        """The directory that the module is imported from, where it is the file at a path."""
        ending = next((each for each in self.paths if path == each or path.endswith(f"/{each}")), None)
        return posixpath.dirname(path) if ending is None else path[: -len(ending)].rstrip("/")


@dataclass(frozen=True, slots=True)
class Match:
    """A file that a Handler means."""

    path: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Search:
    """Where a function's code is looked for."""

    repository: Repository
    homes: tuple[str, ...]
    """The directories of the files that declare it, its own template's first."""
    archive: str
    """The path or key of its code, as far as that is spelt out."""
    names: tuple[str, ...]
    """What the function is called."""
    lies: str = ""
    """The directory that its archive is written to; "" where that is not told."""

    def candidates(self, wanted: Wanted) -> tuple[str, ...]:
        """The files that a Handler may mean."""
        found = dict.fromkeys(
            path
            for path in self.repository.ending(wanted.paths, self.homes)
            if self.repository.defines(path, wanted.function)
        )
        # Of what lies in one directory by several endings, the first is what runs, or what the others are made of.
        first = {wanted.root(path): path for path in reversed(found)}
        candidates = tuple(path for path in found if first[wanted.root(path)] == path)
        # What a compiler made is read where nobody wrote another file.
        candidates = tuple(path for path in candidates if not self.repository.is_compiled(path)) or candidates
        return tuple(path for path in candidates if not self.repository.is_made_of(path, candidates))

    def match(self, wanted: Wanted) -> Match | tuple[str, ...]:
        """The one file that a Handler means, or the several that it may mean."""
        candidates = self.candidates(wanted)
        below = tuple(path for path in candidates if _is_below(path, self.homes[0]))
        ways: tuple[Callable[[], tuple[tuple[str, ...], str]], ...] = (
            lambda: self._uploaded(candidates),
            lambda: self._packed(candidates),
            lambda: self._beside(candidates, wanted, alike=True),
            lambda: _joined(candidates, posixpath.basename(self.archive.rstrip("/"))),
            lambda: _named(candidates, (self.archive,)),
            lambda: self._beside(candidates, wanted),
            lambda: _below_namesake(candidates, self.archive),
            lambda: (below, f"{_the_one(below, wanted)} below the directory that it is deployed from"),
            lambda: (_distinct(candidates, wanted), _the_one(candidates, wanted)),
            lambda: (above := self._from_above(candidates, wanted), _the_one(above, wanted)),
            lambda: _named(candidates, self.names),
            lambda: self._like_the_archive(wanted),
        )
        several: tuple[str, ...] = ()
        for find in ways:
            match find():
                case (path,), evidence:
                    return Match(path, evidence)
                case more, _:
                    several = several or more
        return several

    def _from_above(self, candidates: tuple[str, ...], wanted: Wanted) -> tuple[str, ...]:
        """The candidates whose whole way the module's name spells, of several parts, from a directory above that which
        the function is deployed from."""
        if "/" not in wanted.paths[-1]:
            return ()
        return tuple(path for path in candidates if _is_below(posixpath.join(self.homes[0], "_"), wanted.root(path)))

    def _beside(
        self, candidates: tuple[str, ...], wanted: Wanted, *, alike: bool = False
    ) -> tuple[tuple[str, ...], str]:
        """The candidate that lies where the archive is written, or above the directory for what is built there; where
        only what is `alike` counts, in a directory whose name has a word of the archive's."""
        directory, shared = self.lies, {*naming.words(posixpath.basename(self.archive))}
        while posixpath.basename(directory) not in ("", ".", ".."):
            found = tuple(path for path in candidates if wanted.root(path) == directory)
            if found and alike and not shared.intersection(naming.words(posixpath.basename(directory))):
                return (), ""
            if found or posixpath.basename(directory).strip(".") not in _BUILT:
                return found, f"it lies where {posixpath.basename(self.archive)} is made"
            directory = posixpath.dirname(directory)
        return (), ""

    def _uploaded(self, candidates: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        """The candidates in what a script uploads as the function's code, or in directories called like that."""
        called = [words for name in self.names if (words := naming.words(name))]
        found: dict[str, str] = {}
        for function, archive, directory, script in self.repository.uploaded(self.homes[0]) if called else ():
            own = naming.words(function)
            if not any(naming.ends_in(each, own) or naming.ends_in(own, each) for each in called):
                continue
            inside = tuple(path for path in candidates if directory and f"/{directory}/" in f"/{path}")
            for path in inside or _named(candidates, (archive,))[0]:
                found.setdefault(path, f"{script} uploads {directory or archive} as {function}")
        return tuple(found), next(iter(found.values()), "")

    def _packed(self, candidates: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        """The candidates in directories that a script puts into the archive."""
        into = posixpath.basename(self.archive.rstrip("/"))
        found: dict[str, str] = {}
        for directory, script in self.repository.packed(into, self.homes[0]) if into and candidates else ():
            for path in candidates:
                if f"/{directory}/" in f"/{path}":
                    found.setdefault(path, f"{script} puts {directory} into {into}")
        return tuple(found), next(iter(found.values()), "")

    def _like_the_archive(self, wanted: Wanted) -> tuple[tuple[str, ...], str]:
        """The files that are named like the archive, where a bundler may have called them otherwise in it."""
        if not wanted.bundled or naming.words(wanted.module):
            return (), ""
        endings = tuple(dict.fromkeys(posixpath.splitext(path)[1] for path in wanted.paths))
        said = naming.words(self.archive)
        alike = (
            path
            for path in self.repository.with_endings(endings, self.homes)
            if naming.ends_in(said, naming.words(_stem(path)))
        )
        return _named(tuple(path for path in alike if self.repository.defines(path, wanted.function)), (self.archive,))


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def _below_namesake(candidates: tuple[str, ...], archive: str) -> tuple[tuple[str, ...], str]:
    """The candidates in a directory that is called as the archive, by several words, though each may tell nothing."""
    name = posixpath.splitext(posixpath.basename(archive.rstrip("/")))[0]
    found = tuple(path for path in candidates if f"/{name}/" in f"/{path}") if len(naming.spelt(name)) > 1 else ()
    return found, f"it lies in {name}, which the archive is called"


def _joined(candidates: tuple[str, ...], archive: str) -> tuple[tuple[str, ...], str]:
    """The candidates the names of whose directories make up an archive's name: `me_wallet.zip` of `me/wallet/`."""
    said = naming.spelt(archive)
    scores: dict[str, int] = {}
    for path in candidates:
        own = naming.way(path)
        common = max(naming.ends_in(said, own), naming.ends_in(own, said))
        nearest = naming.spelt(posixpath.basename(posixpath.dirname(path)))
        # Where nothing is left over, no other can be meant.
        scores[path] = common + (said == own) if common > len(nearest) else 0
    most = max(scores.values(), default=0)
    found = tuple(path for path, score in scores.items() if score == most) if most else ()
    return found, f"{archive} is the path of its directories, joined"


def _named(candidates: Iterable[str], names: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The candidates whose directory's or module's name one of some names ends in by the most words, and that name."""
    said = {name: naming.words(name) for name in names}
    scores: dict[str, tuple[int, str, str]] = {}
    for path in candidates:
        own = {
            "its directory's name": naming.directory(path),
            "its name": naming.words(posixpath.splitext(posixpath.basename(path))[0]),
        }
        scores[path] = max(
            ((naming.ends_in(whole, end), name, what) for name, whole in said.items() for what, end in own.items()),
            default=(0, "", ""),
        )
    most, name, what = max(scores.values(), default=(0, "", ""))
    found = tuple(path for path, (score, *_) in scores.items() if score == most) if most else ()
    return found, f"{posixpath.basename(name.rstrip('/'))} ends in {what}"


_BUILT = frozenset({"artifacts", "build", "dist", "out", "package", "packages", "target"})
"""Names of directories for what is built of the code above them."""

_PARTICULAR = 3
"""So many words of a function's name are no chance: there is more than one `handle_request`."""


def _distinct(candidates: tuple[str, ...], wanted: Wanted) -> tuple[str, ...]:
    """The candidates, where the module's or the function's name is so particular that no other has it by chance."""
    of_module, of_function = naming.words(wanted.module), naming.words(wanted.function)
    return candidates if len(of_module) > 1 or len(of_function) >= _PARTICULAR else ()


def _the_one(candidates: tuple[str, ...], wanted: Wanted) -> str:
    return f"it is the one {posixpath.basename(candidates[0])} that defines {wanted.function}" if candidates else ""


def _is_below(path: str, home: str) -> bool:
    home = posixpath.normpath(home or ".")
    return (home == "." and not path.startswith("../")) or path.startswith(f"{home}/")
