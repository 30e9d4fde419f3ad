"""What a repository holds by name: where a file may be that the template itself does not lead to.

A file counts for a template where no other project lies between the two, and where it is no test.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lambdalint.code import missing, shape
from lambdalint.code.endings import JAVASCRIPT
from lambdalint.code.once import Once
from lambdalint.code.parsed import Parsed
from lambdalint.records import dataclass, field
from lambdalint.source import Source, Sources, UnreadableSource

if TYPE_CHECKING:
    from lambdalint.code.scripts import Packed, Uploaded

_PROJECTS = frozenset({
    "template.yaml", "template.yml", "template.json", "samconfig.toml", "cdk.json",
    *(f"serverless.{ending}" for ending in ("yml", "yaml", "json", "ts", "js")),
})  # fmt: skip
"""Names of files that make a directory a project of its own; those of Terraform do too."""

_CODE = (".py", *JAVASCRIPT)

DOCKERFILES = ("Dockerfile", "dockerfile")
"""What the names of files begin with that say how an image is built: the usual one, and one for `docker build -f`."""

MOST = 50_000
"""How many files a repository may have to be searched."""


@dataclass(slots=True)
class Repository:
    """The files around the templates of a run, listed once, when something is looked for."""

    sources: Sources
    _held: dict[str, Held] = field(default_factory=dict)
    parsed: Parsed = field(default_factory=Parsed)
    """What was only looked into: none of it is what the run reads."""
    once: Once = field(default_factory=Once)
    _tops: dict[str, str] = field(default_factory=dict)
    _scripts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _steps: dict[str, tuple[Packed | Uploaded, ...]] = field(default_factory=dict)
    _defined: dict[tuple[str, str], bool] = field(default_factory=dict)

    def ending(self, paths: Iterable[str], homes: Iterable[str]) -> Iterator[str]:
        """The files whose paths end in one of some paths, and that count for one of some directories."""
        homes = tuple(homes)
        held = self._around(homes[0])
        for ending in paths:
            for path in held.by_name.get(posixpath.basename(ending), ()):
                ends = path == ending or path.endswith(f"/{ending}")
                if ends and any(held.counts(path, home) for home in homes):
                    yield path

    def in_layers(self, paths: Iterable[str], home: str) -> Iterator[str]:
        """The files whose paths end in one of some paths from where a layer's modules begin, whatever project of the
        repository makes the layer."""
        held = self._around(home)
        for ending in paths:
            for path in held.by_name.get(posixpath.basename(ending), ()):
                if f"/{path}".endswith(f"/python/{ending}") and not shape.is_apart(path):
                    yield path

    def with_endings(self, endings: tuple[str, ...], homes: Iterable[str]) -> Iterator[str]:
        """The files whose names end in one of some ways, and that count for one of some directories."""
        homes = tuple(homes)
        held = self._around(homes[0])
        for name, paths in held.by_name.items():
            if name.endswith(endings):
                yield from (path for path in paths if any(held.counts(path, home) for home in homes))

    def defines(self, path: str, function: str) -> bool:
        """Whether a file of Python sets a name in a line of its own, or one of JavaScript plainly exports it."""
        if (path, function) not in self._defined:
            self._defined[path, function] = (
                self._exports(path, function)
                if path.endswith(JAVASCRIPT)
                else missing.definition(path, function, self.sources) is not None
            )
        return self._defined[path, function]

    def _exports(self, path: str, name: str) -> bool:
        from lambdalint.code.javascript import exports  # only some projects have such files

        source = self.read(path)
        return source is not None and exports.are_seen(source, name, self.parsed)

    def is_compiled(self, path: str) -> bool:
        """Whether a file is what a compiler made of another one."""
        if not path.endswith(JAVASCRIPT):
            return False
        from lambdalint.code.javascript import is_compiled

        source = self.read(path)
        return source is not None and is_compiled(source)

    def is_made_of(self, path: str, others: Iterable[str]) -> bool:
        """Whether a file of JavaScript lies where a compiler puts what it makes of one of some others."""
        if not path.endswith(JAVASCRIPT):
            return False
        from lambdalint.code.javascript import outputs  # only some projects have such files
        from lambdalint.code.javascript.settings import Settings

        stem, ending = posixpath.splitext(path)
        if ending not in outputs.RUN:
            return False
        stems = {posixpath.splitext(each)[0] for each in others if each != path}
        return any(each in stems for each in outputs.sources(stem, Settings(self.sources)))

    def called(self, names: tuple[str, ...], home: str) -> Iterator[str]:
        """The files whose names begin with one of some names, and that count for a directory."""
        held = self._around(home)
        for each, paths in held.by_name.items():
            if each.startswith(names):
                yield from (path for path in paths if held.counts(path, home))

    def packed(self, into: str, home: str) -> Iterator[tuple[str, str]]:
        """The directories that scripts put into an archive or directory of a name, each with the script."""
        from lambdalint.code.scripts import Packed  # only where nothing else leads to the code

        for path, steps in self._scripted(home):
            for each in steps:
                if isinstance(each, Packed) and each.into == into:
                    yield each.directory, path

    def uploaded(self, home: str) -> Iterator[tuple[str, str, str, str]]:
        """The functions whose code scripts upload, each with the archive, with the directory that was put into an
        archive of its name last, "" where that is not said, and with the script."""
        from lambdalint.code.scripts import Packed  # only where nothing else leads to the code

        for path, steps in self._scripted(home):
            last: dict[str, str] = {}
            for each in steps:
                if isinstance(each, Packed):
                    last[each.into] = each.directory
                else:
                    yield each.function, each.archive, last.get(each.archive, ""), path

    def _scripted(self, home: str) -> Iterator[tuple[str, tuple[Packed | Uploaded, ...]]]:
        """The scripts that count for a directory, each with what it packs and uploads."""
        from lambdalint.code import scripts

        held = self._around(home)
        for path in self.scripts(home):
            if path not in self._steps:
                source = self.read(path)
                small = source is not None and len(source.text) <= scripts.LARGEST
                self._steps[path] = self.once.of(_steps, source) if source is not None and small else ()
            if self._steps[path] and held.counts(path.replace("/.github/", "/").removeprefix(".github/"), home):
                yield path, self._steps[path]

    def scripts(self, home: str) -> tuple[str, ...]:
        """All scripts of the repository that a directory is in."""
        top = self._top(posixpath.normpath(home or "."))
        if top not in self._scripts:
            self._scripts[top] = self.once.of(_scripts, self._around(home).paths)
        return self._scripts[top]

    def read(self, path: str) -> Source | None:
        """The file at a path; None also where it is not text."""
        try:
            return self.sources.read(posixpath.normpath(path))
        except UnreadableSource:
            return None

    def _around(self, home: str) -> Held:
        top = self._top(posixpath.normpath(home or "."))
        if top not in self._held:
            self._held[top] = self.once.of(_held, self.sources.files(top))
        return self._held[top]

    def _top(self, home: str) -> str:
        """The highest directory at or above one that is of the same repository."""
        if home not in self._tops:
            above = posixpath.normpath(posixpath.join(home, ".."))
            inside = home not in (".", "/") and not home.endswith("..") and bool(self.sources.files(above))
            self._tops[home] = self._top(above) if inside else home
        return self._tops[home]


@dataclass(frozen=True, slots=True)
class Held:
    """The files of a repository."""

    by_name: dict[str, list[str]]
    """The paths of its Dockerfiles and its files of Python and JavaScript, by their names."""
    projects: frozenset[str]
    """The directories that are projects of their own."""
    paths: tuple[str, ...] = ()
    """All paths, where they are not too many."""
    _shared: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def counts(self, path: str, home: str) -> bool:
        """Whether a file may belong to what is deployed from a directory."""
        directory = posixpath.dirname(path) or "."
        if (directory, home) not in self._shared:
            self._shared[directory, home] = self._above_both(directory, posixpath.normpath(home or "."))
        shared = self._shared[directory, home]
        return shared is not None and not shape.is_apart(_within(path, shared))

    def _above_both(self, directory: str, home: str) -> str | None:
        """The nearest directory above two; None where the first is of a project that the other is not of."""
        while not _holds(directory, home):
            if directory in self.projects:
                return None
            directory = posixpath.normpath(posixpath.join(directory, ".."))
        return directory


def _within(path: str, directory: str) -> str:
    """The way to a file from a directory above it."""
    before = "" if directory == "." else f"{directory}/"
    return path[len(before) :] if path.startswith(before) else posixpath.relpath(path, directory)


def _scripts(paths: tuple[str, ...]) -> tuple[str, ...]:
    from lambdalint.code.scripts import is_script  # only where nothing else leads to the code

    return tuple(filter(is_script, paths))


def _steps(script: Source) -> tuple[Packed | Uploaded, ...]:
    from lambdalint.code import scripts

    return tuple(scripts.steps(script.text))


def _held(files: tuple[str, ...]) -> Held:
    by_name: dict[str, list[str]] = {}
    projects: set[str] = set()
    for path in files if len(files) <= MOST else ():
        directory, _, name = path.rpartition("/")
        if (name.endswith(_CODE) and not name.endswith(".d.ts")) or name.startswith(DOCKERFILES):
            by_name.setdefault(name, []).append(path)
        elif name in _PROJECTS or name.endswith((".tf", ".tf.json")):
            projects.add(directory or ".")
    return Held(by_name, frozenset(projects), files if len(files) <= MOST else ())


def _holds(directory: str, home: str) -> bool:
    """Whether a directory is another or holds it; either may lie beside the current one or above."""
    above, below = posixpath.abspath(directory), posixpath.abspath(home)
    return below == above or below.startswith(above.rstrip("/") + "/")
