"""The project's own modules: which file an import leads to."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from lambdalint.code import ir
from lambdalint.code.parsed import Parsed
from lambdalint.discover import is_generated, is_index
from lambdalint.records import dataclass, field
from lambdalint.source import Source, Sources, UnreadableSource

if TYPE_CHECKING:
    from lambdalint.code.elsewhere import Elsewhere
    from lambdalint.code.facts import Origin
    from lambdalint.code.javascript.resolving import Resolved, Resolver


@dataclass(frozen=True, slots=True)
class Found:
    """A module of the project."""

    name: str
    """Dotted, from its root."""
    package: str
    """The dotted name that its relative imports start from."""
    root: str
    module: ir.Module


Below = dict[tuple[str, str], tuple[bool, Found | None]]


@dataclass(slots=True)
class Modules:
    """The modules that a handler can import: those below its roots, and what of the project is meant beyond them."""

    sources: Sources
    roots: tuple[str, ...]
    parsed: Parsed
    elsewhere: Elsewhere | None = None
    resolver: Resolver | None = None
    """What finds the modules of JavaScript."""
    below: Below = field(default_factory=dict)
    """What was found below each root, for all handlers of a run: a root and a dotted name, and whether there is a file
    of its own, with the module where that can be parsed."""
    _files: dict[str, frozenset[str]] = field(default_factory=dict)

    def find(self, name: str, root: str = "", wanted: str | None = None) -> Found | None:
        """The project's module of a dotted name; None where it comes from elsewhere. `wanted` is what it should set."""
        if not name:
            return None
        for base in (root,) if root else self.roots:
            if (base, name) not in self.below:
                self.below[base, name] = self._look(base, name)
            there, found = self.below[base, name]
            if there:
                return found
        return None if root or self.elsewhere is None else self._beyond(name, wanted, self.elsewhere)

    def _look(self, base: str, name: str) -> tuple[bool, Found | None]:
        stem = posixpath.join(base, *name.split("."))
        for path, package in ((f"{stem}/__init__.py", name), (f"{stem}.py", name.rpartition(".")[0])):
            source = self._read(path)
            if source is not None and self._is_own(source, base):
                module = self.parsed.module(source)
                return True, None if module is None else Found(name, package, base, module)
        return False, None

    def read(self, path: str) -> ir.Module | None:
        """The module of the project in the file at a path; None where it cannot be read, or a tool made it."""
        source = self._read(path)
        if source is None or (is_generated(source) and not is_index(source)):
            return None
        return self.parsed.module(source)

    def text(self, path: str) -> Source | None:
        """The file of the project at a path; None where there is none."""
        return self._read(path)

    def files(self, directory: str) -> tuple[str, ...]:
        """The paths of all files of the project below a directory, sorted."""
        return self.sources.files(posixpath.normpath(directory))

    def _beyond(self, name: str, wanted: str | None, elsewhere: Elsewhere) -> Found | None:
        origin = elsewhere.find(name, wanted)
        source = None if origin is None else self._read(origin.path)
        module = None if source is None or is_generated(source) else self.parsed.module(source)
        if origin is None or module is None:
            return None
        package = name if origin.path.endswith("/__init__.py") else name.rpartition(".")[0]
        return Found(name, package, origin.root, module)

    def resolve(self, specifier: str, importer: str, how: str) -> Resolved | None:
        """What a specifier of JavaScript leads to, as of Resolver; None where nothing finds these modules."""
        return None if self.resolver is None else self.resolver.resolve(specifier, importer, how)

    def origin(self, name: str) -> Origin | None:
        """Where a module of a dotted name was found that lies below no root."""
        return None if self.elsewhere is None else self.elsewhere.origins.get(name)

    def _is_own(self, source: Source, root: str) -> bool:
        """Whether a file is the project's own work, not a package that was installed beside it."""
        if root not in self._files:
            self._files[root] = frozenset(self.sources.files(root))
        return source.path in self._files[root] and not is_generated(source)

    def _read(self, path: str) -> Source | None:
        try:
            return self.sources.read(posixpath.normpath(path))
        except UnreadableSource as error:
            self.parsed.unreadable[path] = (error.span, error.why)
            return None
