"""The project's modules that lie outside the directories which a function's imports start from.

A build puts them beside the code: copies them, fills a layer with them, installs them as a package. Which module is
meant its dotted name says, where one file of the repository alone can be it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambdalint.code.facts import Origin
from lambdalint.code.repository import Repository
from lambdalint.code.surroundings import Surroundings
from lambdalint.data import distributions
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field

IN_LAYER = "a layer of the function has it, outside of python/"
"""The evidence for a module that lies in a layer where no import looks."""


_IMPORTS = pattern(r"^[ \t]*(?:from[ \t]+(\w[\w.]*)[ \t]+import[ \t]*\(?\s*(\w+)|import[ \t]+(\w[\w.]*))", re.MULTILINE)

_RELATIVE = pattern(r"^from[ \t]+\.", re.MULTILINE)
"""An import that every run of a module makes, of what lies beside it in its package."""


@dataclass(slots=True)
class Elsewhere:
    """Where one function's imports are looked for beyond its own directories."""

    repository: Repository
    around: Surroundings
    homes: tuple[str, ...]
    """The directories that it is deployed from, its template's first."""
    roots: tuple[str, ...]
    """The directories that its imports start from."""
    loose: tuple[str, ...] = ()
    """The directories of its layers that hold modules where no import looks."""
    origins: dict[str, Origin] = field(default_factory=dict)
    """What was found, by dotted name."""
    _tops: dict[str, str] = field(default_factory=dict)
    """For each package that something was found in, the directory that it lies in."""

    def find(self, name: str, wanted: str | None) -> Origin | None:
        """The one file that may be the module of a dotted name and set a name that is wanted of it, if any is."""
        if name not in self.origins:
            top = name.partition(".")[0]
            if top not in self._tops and (distributions.is_library(name) or self._is_held(top)):
                return None
            found = self._one(name, top, wanted)
            if found is None:
                return None
            self.origins[name] = found
            self._tops.setdefault(top, found.root)
        return self.origins[name]

    def places(self, text: str) -> Iterator[str]:
        """The directories that hold what a file of Python imports from elsewhere, by the statements in its text."""
        for found in _IMPORTS.finditer(text):
            module, name = found[1] or found[3], found[2]
            origin = self.find(module, name) or (self.find(f"{module}.{name}", None) if name else None)
            if origin is not None:
                inner = posixpath.relpath(origin.path, origin.root)
                top = posixpath.join(origin.root, inner.partition("/")[0])
                yield posixpath.normpath(top if "/" in inner or origin.root == "." else origin.root)

    def _one(self, name: str, top: str, wanted: str | None) -> Origin | None:
        stem = name.replace(".", "/")
        paths = f"{stem}/__init__.py", f"{stem}.py"
        if top in self._tops:
            return self._below(self._tops[top], paths, "other modules of its package are there")
        # Who puts one module of a directory beside the code puts the others there too.
        for root in dict.fromkeys(self._tops.values()):
            if found := self._below(root, paths, "other modules that are imported are there"):
                return found
        for root in self.loose:
            if found := self._below(root, paths, IN_LAYER):
                return found
        for directory, manifest in self._installed():
            own = (posixpath.dirname(directory),) if posixpath.basename(directory) == top else ()
            for root in (directory, posixpath.join(directory, "src"), *own):
                if found := self._below(root, paths, f"{manifest} installs {directory}"):
                    return found
        candidates = {
            path[: -len(ending)].rstrip("/") or ".": path
            for ending in reversed(paths)
            for path in self.repository.ending((ending,), self.homes)
            if self._may_set(path, ending, wanted)
        }
        if not candidates:
            # A layer may be a project of its own.
            candidates = {
                path[: -len(ending)].rstrip("/"): path
                for ending in reversed(paths)
                for path in self.repository.in_layers((ending,), self.homes[0])
                if self._may_set(path, ending, wanted)
            }
        # Where the package of a layer begins is where imports look.
        layers = {root: path for root, path in candidates.items() if posixpath.basename(root) == "python"}
        if len(candidates) != 1 and len(layers) != 1:
            return None
        ((root, path),) = candidates.items() if len(candidates) == 1 else layers.items()
        where = "in the repository" if len(candidates) == 1 else "below python/"
        return Origin(path, root, f"it is the one {posixpath.relpath(path, root)} {where}")

    def _installed(self) -> Iterator[tuple[str, str]]:
        """The directories that the manifests beside the code or its template have installed, each with the manifest."""
        from lambdalint.code import manifests  # only where a module is not where imports look

        for home in dict.fromkeys(posixpath.normpath(each or ".") for each in (*self.roots, *self.homes)):
            for path in self.around.sources.files(home):
                if (posixpath.dirname(path) or ".") == home and manifests.names_manifest(path):
                    yield from ((each, path) for each in manifests.installed(path, self.around.sources))

    def _below(self, root: str, paths: tuple[str, ...], evidence: str) -> Origin | None:
        for each in paths:
            path = posixpath.normpath(posixpath.join(root, each))
            if self.repository.read(path) is not None:
                return Origin(path, root, evidence)
        return None

    def _may_set(self, path: str, ending: str, wanted: str | None) -> bool:
        """Whether a file may set a name, or it is that of another module beside it.

        One that imports from what lies beside it as from a package of its own is no module at the top.
        """
        source = self.repository.read(path)
        if source is not None and "/" not in ending and _RELATIVE.search(source.text):
            return False
        if wanted in (None, "*"):
            return True
        if source is None:
            return False
        head = r"(?:async\s+def\s+|def\s+|class\s+|(?:from|import)\b.*\b|(?:\w+\s*,\s*)+|(?:\w+\s*=\s*)+)?"
        if re.search(rf"^\s*{head}{re.escape(wanted)}\b", source.text, re.MULTILINE):
            return True
        inner = posixpath.dirname(path) if ending.endswith("/__init__.py") else None
        return inner is not None and any(
            self.repository.read(f"{inner}/{wanted}{end}") is not None for end in (".py", "/__init__.py")
        )

    def _is_held(self, top: str) -> bool:
        """Whether something that can be imported by a name lies where the function's imports start from."""
        return any(top in self.around.modules(posixpath.normpath(root or ".")) for root in self.roots)
