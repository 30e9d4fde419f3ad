"""What package.json and tsconfig.json say of the files around them."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lambdalint.discover import canonical
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field
from lambdalint.source import Sources, UnreadableSource

_SKIPPED = pattern(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = pattern(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')
_DEEPEST = 8
"""How many settings may extend each other."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A package.json."""

    directory: str
    content: Mapping[str, Any] = field(repr=False)

    def text(self, key: str) -> str:
        """What stands under a key, where that is a text."""
        found = self.content.get(key)
        return found if isinstance(found, str) else ""

    def table(self, key: str) -> Mapping[str, Any]:
        """What stands under a key, where that is an object."""
        found = self.content.get(key)
        return found if isinstance(found, dict) else {}

    @property
    def dependencies(self) -> Mapping[str, Any]:
        """The versions of all that it asks for, also what only its development needs."""
        kinds = ("devDependencies", "optionalDependencies", "peerDependencies", "dependencies")
        return {name: version for kind in kinds for name, version in self.table(kind).items()}


@dataclass(frozen=True, slots=True)
class Compiler:
    """What a tsconfig.json says, with what it extends."""

    directory: str
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each pattern the paths that it may stand for, from the current directory."""
    base: str = ""
    """The directory that specifiers are looked for in; empty where none is."""
    output: str = ""
    roots: tuple[str, ...] = ()
    """What is compiled lies below these, and in the same order below the output."""
    open: bool = False
    """Whether it extends what is not at hand."""


@dataclass(slots=True)
class Settings:
    """The settings of a repository, each read once."""

    sources: Sources
    _manifests: dict[str, Manifest | None] = field(default_factory=dict)
    _compilers: dict[str, Compiler | None] = field(default_factory=dict)
    _workspaces: dict[str, bool] = field(default_factory=dict)
    _named: dict[str, dict[str, tuple[Manifest, ...]]] = field(default_factory=dict)
    _asked: dict[str, frozenset[str]] = field(default_factory=dict)

    def manifest(self, directory: str) -> Manifest | None:
        """The package.json of a directory."""
        directory = canonical(directory or ".")
        if directory not in self._manifests:
            content = self._object(posixpath.join(directory, "package.json"))
            self._manifests[directory] = None if content is None else Manifest(directory, content)
        return self._manifests[directory]

    def manifests(self, directory: str) -> Iterator[Manifest]:
        """The package.json files of a directory and of those above it, the nearest first."""
        return filter(None, map(self.manifest, self.above(directory)))

    def kind(self, path: str) -> str:
        """The kind of modules, `esm` or `commonjs`, that a file is for Node.js by its name and its package.json."""
        ending = posixpath.splitext(path)[1]
        if ending in {".mjs", ".mts", ".cjs", ".cts"}:
            return "esm" if ending in {".mjs", ".mts"} else "commonjs"
        nearest = next(self.manifests(posixpath.dirname(path)), None)
        return "esm" if nearest is not None and nearest.text("type") == "module" else "commonjs"

    def compiler(self, directory: str) -> Compiler | None:
        """The nearest tsconfig.json (or jsconfig.json) at or above a directory."""
        for each in self.above(directory):
            if each not in self._compilers:
                found = (self._compiler(posixpath.join(each, name)) for name in ("tsconfig.json", "jsconfig.json"))
                self._compilers[each] = next(filter(None, found), None)
            if self._compilers[each] is not None:
                return self._compilers[each]
        return None

    def named(self, name: str, directory: str) -> tuple[Manifest, ...]:
        """The packages of a name in the repository that a directory lies in."""
        top = [".", *self.above(directory)][-1]
        if top not in self._named:
            self._named[top] = {}
            for path in self.sources.files(top):
                if posixpath.basename(path) == "package.json":
                    found = self.manifest(posixpath.dirname(path))
                    if found is not None and found.text("name"):
                        others = self._named[top].get(found.text("name"), ())
                        self._named[top][found.text("name")] = (*others, found)
        return self._named[top].get(name, ())

    def asks(self, name: str, directory: str) -> bool:
        """Whether a package.json of the repository that a directory lies in asks for a package."""
        top = [".", *self.above(directory)][-1]
        if top not in self._asked:
            paths = (each for each in self.sources.files(top) if posixpath.basename(each) == "package.json")
            found = (self.manifest(posixpath.dirname(each)) for each in paths)
            self._asked[top] = frozenset(each for held in found if held is not None for each in held.dependencies)
        return name in self._asked[top]

    def is_workspace(self, directory: str) -> bool:
        """Whether the packages below a directory find each other by their names."""
        if directory not in self._workspaces:
            manifest = self.manifest(directory)
            files = ("pnpm-workspace.yaml", "lerna.json", "nx.json", "rush.json")
            self._workspaces[directory] = (manifest is not None and "workspaces" in manifest.content) or any(
                self._read(posixpath.join(directory, name)) is not None for name in files
            )
        return self._workspaces[directory]

    def above(self, directory: str) -> Iterator[str]:
        """A directory, which need not be there, and those above it, as long as they are of the repository."""
        directory = canonical(directory or ".")
        while not self.sources.files(directory) and posixpath.basename(directory) not in {"", ".", ".."}:
            directory = posixpath.dirname(directory) or "."
        while self.sources.files(directory):
            yield directory
            directory = canonical(posixpath.join(directory, ".."))

    def _compiler(self, path: str, depth: int = 0) -> Compiler | None:
        content = self._object(path)
        if content is None or depth > _DEEPEST:
            return None
        home, options = posixpath.dirname(path) or ".", content.get("compilerOptions")
        given = options if isinstance(options, dict) else {}
        found = Compiler(home)
        extended = content.get("extends")
        for other in extended if isinstance(extended, list) else [extended]:
            found = self._extended(found, other, home, depth) if isinstance(other, str) else found

        def at(key: str, before: str) -> str:
            value = given.get(key)
            return canonical(posixpath.join(home, value)) if isinstance(value, str) else before

        base = at("baseUrl", found.base)
        paths = given.get("paths")
        mapped = _mapped(paths, base or home) if isinstance(paths, dict) else found.paths
        root = at("rootDir", found.roots[0] if found.roots else "")
        return Compiler(home, mapped, base, at("outDir", found.output), (root,) if root else (), found.open)

    def _extended(self, found: Compiler, other: str, home: str, depth: int) -> Compiler:
        """The settings of a compiler with those of another file in place of what it has."""
        inner = None
        if other.startswith("."):
            path = canonical(posixpath.join(home, other))
            names = (path, f"{path}.json", posixpath.join(path, "tsconfig.json"))
            inner = next(filter(None, (self._compiler(each, depth + 1) for each in names)), None)
        if inner is None:
            return Compiler(home, found.paths, found.base, found.output, found.roots, open=True)
        return Compiler(
            home,
            inner.paths or found.paths,
            inner.base or found.base,
            inner.output or found.output,
            inner.roots or found.roots,
            inner.open or found.open,
        )

    def _object(self, path: str) -> Mapping[str, Any] | None:
        text = self._read(path)
        found = None if text is None else read(text)
        return found if isinstance(found, dict) else None

    def _read(self, path: str) -> str | None:
        try:
            source = self.sources.read(canonical(path))
        except UnreadableSource:
            return None
        return None if source is None else source.text


def read(text: str) -> Any:
    """What a text of JSON says, which may have comments and trailing commas; None where it is broken."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass  # most texts have neither comments nor such commas, which are slow to look for
    kept = _SKIPPED.sub(lambda found: found[1] or " ", text)
    try:
        return json.loads(_TRAILING.sub(lambda found: found[1] or "", kept))
    except (ValueError, RecursionError):
        return None


def _mapped(paths: Mapping[str, Any], base: str) -> Mapping[str, tuple[str, ...]]:
    return {
        pattern: tuple(canonical(posixpath.join(base, each)) for each in targets if isinstance(each, str))
        for pattern, targets in paths.items()
        if isinstance(targets, list)
    }
