"""From what an import says to what it brings in: a file of the project, a package from elsewhere, or nothing known.

https://nodejs.org/api/packages.html, https://nodejs.org/api/modules.html and
https://www.typescriptlang.org/docs/handbook/modules/reference.html
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from lambdalint.code.endings import JAVASCRIPT, TYPESCRIPT
from lambdalint.code.javascript import outputs
from lambdalint.code.javascript.settings import Manifest, Settings
from lambdalint.data import node
from lambdalint.discover import canonical
from lambdalint.records import dataclass, field
from lambdalint.source import Sources

_FIRST = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json")
"""The endings that a specifier without one may have, in the order in which a bundler tries them for TypeScript."""
_THEN = (".js", ".jsx", ".mjs", ".cjs", ".json", ".ts", ".tsx", ".mts", ".cts")
"""The same for what is written in JavaScript."""
_MEANT = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
"""What TypeScript compiles to the ending that its imports name."""
_LINKS = ("workspace:", "file:", "link:", "portal:")
_PATHS = ("./", "../")
"""How the version of a dependency begins that lies in the repository; npm takes a path for one that begins `file:`."""
_CONDITIONS = ("source", "node", "development", "default", "types")
_DEEPEST = 6
_AS_THEY_ARE = ("@aws-sdk/", "@smithy/", "@aws-lambda-powertools/")
"""How packages begin whose meaning is known: they are foreign also where their sources lie in the repository."""
_NO_ALIASES = ("aws-cdk-lib", "@aws-cdk/", "constructs", "aws-sdk")
"""How packages begin whose names nobody gives to anything else."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the project."""

    path: str


@dataclass(frozen=True, slots=True)
class Package:
    """A package from elsewhere, or a module of Node.js's own."""

    name: str
    """`axios`, `@aws-sdk/client-s3`; of Node.js's own `node:fs`."""
    inner: str = ""
    """What is loaded of it, where that is not its entry point: `clients/s3` of aws-sdk."""

    @property
    def module(self) -> str:
        """The name that its members have in facts: `node:fs`, `npm:axios`, `@aws-sdk/client-s3`."""
        kept = self.name.startswith(("node:", *_AS_THEY_ARE)) or self.name == "aws-sdk"
        whole = posixpath.join(self.name, self.inner) if self.inner else self.name
        return whole if kept else f"npm:{whole}"


@dataclass(frozen=True, slots=True)
class Unresolved:
    """What is not known to be either."""

    why: str


Resolved = File | Package | Unresolved


@dataclass(slots=True)
class Resolver:
    """Finds what the imports of a repository lead to, each once."""

    sources: Sources
    settings: Settings
    layers: tuple[str, ...] = ()
    """The directories of the repository that lie in /opt when the code runs."""
    _found: dict[tuple[str, str, str], Resolved] = field(default_factory=dict)
    _listed: dict[str, frozenset[str]] = field(default_factory=dict)

    @staticmethod
    def of(sources: Sources) -> Resolver:
        """A resolver of the imports among some sources."""
        return Resolver(sources, Settings(sources))

    def below(self, layers: tuple[str, ...]) -> Resolver:
        """A resolver of the same imports as a function with these layers meets them."""
        return Resolver(self.sources, self.settings, layers) if layers else self

    def resolve(self, specifier: str, importer: str, how: str = "import") -> Resolved:
        """What a specifier in the file at a path leads to; `how` is that of the ir.Import: `import`, `require`, …"""
        directory = posixpath.dirname(importer)
        key = (specifier, f"{directory}:{posixpath.splitext(importer)[1]}", how)
        if key not in self._found:
            self._found[key] = self._resolve(specifier, importer, "require" if how == "require" else "import")
        return self._found[key]

    def file(self, path: str, *, typed: bool = True) -> str | None:
        """The file that a path stands for, as `./x`, `./x.js` or a directory name it; `typed` prefers TypeScript's."""
        path = canonical(path)
        stem, ending = posixpath.splitext(path)
        meant = [stem + each for each in _MEANT.get(ending, ())]
        exact = [path] if ending else []
        several = [path + each for each in (_FIRST if typed else _THEN)]
        order = [*meant, *exact, *several] if typed else [*exact, *several, *meant]
        return next(filter(self._is_own, order), None) or self._index(path, typed=typed)

    def in_layers(self, path: str) -> str | None:
        """The file of a layer that a path in /opt stands for; None where no layer, or more than one, may hold it.

        What builds a layer for Node.js puts what it is made of below `nodejs/`.
        """
        found = self.lying(path)
        return found.pop() if len(found) == 1 else None

    def lying(self, path: str) -> set[str]:
        """The files of layers that a path in /opt may stand for."""
        inner = path.removeprefix("/opt/")
        return {
            file
            for layer in self.layers
            for each in dict.fromkeys((inner, inner.removeprefix("nodejs/")))
            if (file := self.file(posixpath.join(layer, each))) is not None
        }

    def _resolve(self, specifier: str, importer: str, how: str) -> Resolved:
        specifier = specifier.partition("?")[0] if specifier.startswith(".") else specifier
        home, typed = posixpath.dirname(importer), importer.endswith(TYPESCRIPT)
        if specifier in {".", ".."} or specifier.startswith(("./", "../")):
            found_here = self._own(posixpath.join(home, specifier), specifier, typed=typed)
            called = posixpath.basename(specifier).removesuffix(".js")
            # What CloudFormation adds to code in a template is a file beside it.
            inline = isinstance(found_here, Unresolved) and called in node.INLINE
            return Package(called) if inline else found_here
        if specifier.startswith("/opt/"):
            found = self.in_layers(specifier)
            return Unresolved("it lies in a layer") if found is None else File(found)
        if specifier.startswith("/"):
            return Unresolved("it is a path of the machine")
        if not specifier or "://" in specifier:
            return Unresolved("it is no module")
        if node.is_own(specifier):
            return Package(specifier if specifier.startswith("node:") else f"node:{specifier}")
        compiler = self.settings.compiler(home)
        for path in self._aliased(specifier, home):
            found = self.file(path, typed=typed) or self._source(path)
            if found is not None:
                return File(found)
            if self._is_installed(path):
                return Package(*_split(specifier))
        if specifier.startswith("#"):
            return self._internal(specifier, home, how)
        name, inner = _split(specifier)
        if name.startswith(_AS_THEY_ARE):
            return Package(name, inner)
        own = self._in_repository(name, inner, home, how)
        if own is not None:
            return own
        if inner and not self._declares(name, home):
            rooted = self._rooted(specifier, home, typed=typed)
            if rooted is not None:
                return File(rooted)
        if name.startswith(_NO_ALIASES):
            return Package(name, inner)
        if compiler is not None and compiler.open and not self._declares(name, home):
            return Unresolved("it may be an alias that is set elsewhere")
        return Package(name, inner) if _is_name(name) else Unresolved("it is an alias that is set elsewhere")

    def _rooted(self, specifier: str, home: str, *, typed: bool) -> str | None:
        """The file that a name stands for from the directory of a package's sources, where bundlers and NODE_PATH are
        told to look as well: https://webpack.js.org/configuration/resolve/#resolvemodules"""
        manifest = next(self.settings.manifests(home), None)
        if manifest is None:
            return None
        paths = (posixpath.join(manifest.directory, each, specifier) for each in ("src", ""))
        return next(filter(None, (self.file(each, typed=typed) for each in paths)), None)

    def _own(self, path: str, specifier: str, *, typed: bool) -> Resolved:
        found = self.file(path, typed=typed) or self._source(path)
        return Unresolved(f"{specifier} is not here") if found is None else File(found)

    def _source(self, path: str) -> str | None:
        """The file that a missing one is made of."""
        stem, ending = posixpath.splitext(canonical(path))
        stem = stem if ending in (*outputs.RUN, ".ts") else canonical(path)
        for each in outputs.sources(stem.removesuffix(".d"), self.settings):
            for candidate in (*(each + ending for ending in outputs.WRITTEN), posixpath.join(each, "index.ts")):
                if self._is_own(candidate):
                    return candidate
        return None

    def _index(self, directory: str, *, typed: bool) -> str | None:
        """The file that a directory stands for."""
        manifest = self.settings.manifest(directory)
        main = "" if manifest is None else manifest.text("main")
        if main and canonical(main) != ".":
            path = posixpath.join(directory, main)
            found = self.file(path, typed=typed) or self._source(path)
            if found is not None:
                return found
        stem = canonical(posixpath.join(directory, "index"))
        names = (stem + ending for ending in (_FIRST if typed else _THEN))
        return next(filter(self._is_own, names), None)

    def _aliased(self, specifier: str, home: str) -> Iterator[str]:
        """The paths that a tsconfig.json lets a specifier stand for."""
        compiler = self.settings.compiler(home)
        if compiler is None:
            return
        best = max(
            (pattern for pattern in compiler.paths if _fits(pattern, specifier) is not None),
            key=lambda pattern: (pattern == specifier, len(pattern.partition("*")[0])),
            default=None,
        )
        if best is not None:
            taken = _fits(best, specifier) or ""
            yield from (target.replace("*", taken) for target in compiler.paths[best])
        if compiler.base:
            yield posixpath.join(compiler.base, specifier)

    def _internal(self, specifier: str, home: str, how: str) -> Resolved:
        """What a package calls a part of its own: https://nodejs.org/api/packages.html#subpath-imports"""
        manifest = next(self.settings.manifests(home), None)
        for target in _targets(manifest.table("imports") if manifest is not None else {}, specifier, how):
            if target.startswith("#"):
                continue  # Node.js takes no other name of the package's own, which might lead back here
            if not target.startswith("."):
                return self._resolve(target, posixpath.join(home, "index.js"), how)
            path = posixpath.join(manifest.directory if manifest is not None else home, target)
            found = self.file(path) or self._source(path)
            if found is not None:
                return File(found)
        return Unresolved(f"{specifier} is not here")

    def _in_repository(self, name: str, inner: str, home: str, how: str) -> Resolved | None:
        """What a package of the repository itself gives; None where the name is none of these."""
        manifest = self._linked(name, home)
        if manifest is None:
            return None
        for path in self._entries(manifest, inner, how):
            found = self.file(path) or self._source(path)
            if found is not None:
                return File(found)
        return Unresolved(f"{posixpath.join(name, inner) if inner else name} is built first")

    def _linked(self, name: str, home: str) -> Manifest | None:
        above = tuple(self.settings.above(home))
        for manifest in filter(None, map(self.settings.manifest, above)):
            if manifest.text("name") == name:
                return manifest
            version = manifest.dependencies.get(name)
            if isinstance(version, str) and version.startswith((*_LINKS[1:], *_PATHS)):
                inner = version if version.startswith(_PATHS) else version.partition(":")[2]
                return self.settings.manifest(canonical(posixpath.join(manifest.directory, inner)))
        linked = any(str(each.dependencies.get(name, "")).startswith(_LINKS) for each in self.settings.manifests(home))
        workspaces = set(filter(self.settings.is_workspace, above))
        if not linked and not workspaces:
            return None
        named = self.settings.named(name, home)
        if len(named) != 1:
            return None
        shared = workspaces.intersection(self.settings.above(named[0].directory))
        return named[0] if linked or shared else None

    def _entries(self, manifest: Manifest, inner: str, how: str) -> Iterator[str]:
        """The paths that a package may give for a part of it, the likeliest first."""
        exports, home = manifest.content.get("exports"), manifest.directory
        if exports is not None:
            table = exports if isinstance(exports, dict) and any(key.startswith(".") for key in exports) else None
            wanted = f"./{inner}" if inner else "."
            given = table if table is not None else {".": exports}
            yield from (posixpath.join(home, each) for each in _targets(given, wanted, how))
        if inner:
            yield from (posixpath.join(home, inner), posixpath.join(home, "src", inner))
            return
        for key in ("source", "module", "main", "types", "typings"):
            if manifest.text(key):
                yield posixpath.join(home, manifest.text(key).removesuffix(".d.ts"))
        yield from (posixpath.join(home, "src", "index"), posixpath.join(home, "index"))

    def _declares(self, name: str, home: str) -> bool:
        """Whether a package.json above a directory asks for a package, or another of its workspace, beside which it is
        then put."""
        if any(name in each.dependencies for each in self.settings.manifests(home)):
            return True
        return any(map(self.settings.is_workspace, self.settings.above(home))) and self.settings.asks(name, home)

    def _is_installed(self, path: str) -> bool:
        """Whether a path is that of a package, or a part of one, that the package.json beside node_modules asks for."""
        home, below, installed = path.rpartition("node_modules/")
        manifest = self.settings.manifest(home) if below else None
        return manifest is not None and _split(installed)[0] in manifest.dependencies

    def _is_own(self, path: str) -> bool:
        """Whether there is a file at a path that the project keeps, and no tool made."""
        directory = posixpath.dirname(path) or "."
        if directory not in self._listed:
            files = self.sources.files(directory)
            self._listed[directory] = frozenset(each for each in files if (posixpath.dirname(each) or ".") == directory)
        ending = (*JAVASCRIPT, ".json")
        return path in self._listed[directory] and path.endswith(ending) and not path.endswith(".d.ts")


def _split(specifier: str) -> tuple[str, str]:
    """The package that a specifier names, and what of it."""
    parts = specifier.split("/")
    count = 2 if specifier.startswith("@") else 1
    return "/".join(parts[:count]), "/".join(parts[count:])


def _is_name(name: str) -> bool:
    """Whether a package can be called so: aliases such as `@/lib` and `~/lib` cannot."""
    scope, slash, rest = name.rpartition("/")
    return bool(rest) and not name.startswith("~") and (not slash or len(scope) > 1) and name != "@"


def _fits(pattern: str, specifier: str) -> str | None:
    """What the star of a pattern stands for in a specifier; None where it does not fit."""
    before, star, after = pattern.partition("*")
    if not star:
        return "" if specifier == pattern else None
    long = len(specifier) >= len(before) + len(after)
    fits = long and specifier.startswith(before) and specifier.endswith(after)
    return specifier[len(before) : len(specifier) - len(after)] if fits else None


def _targets(table: Mapping[str, Any], wanted: str, how: str) -> Iterator[str]:
    """What the `exports` or `imports` of a package.json give for a name, the likeliest first."""
    if wanted in table:
        yield from _chosen(table[wanted], how)
        return
    patterns = [key for key in table if "*" in key and _fits(key, wanted) is not None]
    if patterns:
        best = max(patterns, key=lambda key: len(key.partition("*")[0]))
        taken = _fits(best, wanted) or ""
        yield from (target.replace("*", taken) for target in _chosen(table[best], how))


def _chosen(value: Any, how: str, depth: int = 0) -> Iterator[str]:
    """The paths among conditions that may count, those of sources and of how it is loaded first."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth < _DEEPEST:
        for each in value:
            yield from _chosen(each, how, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        first, *rest = _CONDITIONS
        for condition in (first, how, *rest, "require" if how == "import" else "import"):
            if condition in value:
                yield from _chosen(value[condition], how, depth + 1)
