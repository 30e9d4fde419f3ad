"""From the Handler of a Node.js function to the file that it is written in.

https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html; the order of suffixes is the runtime's own:
https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/UserFunction.js
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Iterator, Mapping

from lambdalint.code import images
from lambdalint.code.containers import Contained, Containers
from lambdalint.code.dockerfile import Image
from lambdalint.code.endings import JAVASCRIPT, TYPESCRIPT
from lambdalint.code.entry import Entry
from lambdalint.code.javascript import apps, bundles, exports, is_built, is_compiled, linking, loading, misread, outputs
from lambdalint.code.javascript.builds import Builds
from lambdalint.code.javascript.opt import Shelf
from lambdalint.code.javascript.outputs import RUN, WRITTEN
from lambdalint.code.javascript.packaging import Packaging
from lambdalint.code.javascript.resolving import Resolver
from lambdalint.code.locate import (
    BUILT,
    ELSEWHERE,
    Located,
    NotLocated,
    alone,
    built_elsewhere,
    by_name,
    contained,
    is_bare,
    local_layers,
)
from lambdalint.code.naming import words
from lambdalint.code.parsed import Parsed
from lambdalint.code.repository import Repository
from lambdalint.code.search import Wanted
from lambdalint.code.shape import is_apart
from lambdalint.code.surroundings import Surroundings
from lambdalint.discover import canonical
from lambdalint.records import dataclass, field, replace
from lambdalint.source import Source, Sources, UnreadableSource
from lambdalint.spelling import nearest
from lambdalint.templates.cdk import assembly
from lambdalint.templates.resource import ENTRY, Resource
from lambdalint.templates.value import Code, Known, items
from lambdalint.templates.value import Mapping as MappingValue

_WRAPPERS = {
    "/opt/nodejs/node_modules/datadog-lambda-js/handler.handler": "DD_LAMBDA_HANDLER",
    "node_modules/datadog-lambda-js/dist/handler.handler": "DD_LAMBDA_HANDLER",
    "newrelic-lambda-wrapper.handler": "NEW_RELIC_LAMBDA_HANDLER",
    "lumigo-auto-instrument.handler": "LUMIGO_ORIGINAL_HANDLER",
}
"""Handlers of wrappers, and the variables that name the real one."""
_BUNDLE = "its code is a bundle"
_INLINE = "the code in the template"


@dataclass(slots=True)
class Locator:
    """Finds the handlers of a run."""

    repository: Repository
    resolver: Resolver
    builds: Builds
    _reached: dict[tuple[Source, tuple[str, ...]], loading.Reached] = field(default_factory=dict)
    _resolvers: dict[tuple[str, ...], Resolver] = field(default_factory=dict)
    _loaded: dict[str, tuple[loading.Loaded, ...]] = field(default_factory=dict)

    @staticmethod
    def of(repository: Repository) -> Locator:
        """What finds the handlers in a repository."""
        resolver = Resolver.of(repository.sources)
        return Locator(repository, resolver, Builds(resolver.settings))

    def read(
        self,
        function: Resource,
        resources: Mapping[str, Resource],
        found: Located,
        parsed: Parsed,
        around: Surroundings,
    ) -> Entry | NotLocated:
        """What is known of the code of a function, which is at `found`, without following it."""
        module = parsed.module(found.source)
        if module is None:
            return NotLocated("its file cannot be parsed", group="their files cannot be parsed")
        name, _, inner = found.function.partition(".")
        defined = linking.definition(found.source, name, self.resolver, parsed)
        given = exports.exported(parsed.module(defined.source) or module, defined.name)
        if given.missing:
            meant = nearest(name, exports.names(module))
            handler = _text(function, "Handler")
            near = f"{handler.removesuffix(found.function)}{meant}" if meant and handler else ""
            return NotLocated(f"{name}, which {found.shown} does not export", found.close, near)
        packaging = Packaging(function, found, self.resolver.settings, around)
        key = found.source, found.loose
        if key not in self._reached:
            self._reached[key] = loading.reached(found.source, self.resolving(found.loose), parsed, self._loaded)
        reached = self._reached[key]
        loads = (*map(packaging.judged, reached.loads), *packaging.outside(reached.own))
        if reached.in_layers and packaging.is_plain:
            shelf = Shelf(function, resources, self.resolving(found.loose), around)
            loads = (*loads, *shelf.lacking(reached.in_layers))
        entry = Entry.of(given.function if not inner else None, loads, packaging.may_be_bundled)
        root = found.roots[0] if found.roots else posixpath.dirname(found.source.path)
        wrong = misread.first(module, root, self.resolver.settings) if packaging.runs_as_written else None
        return replace(entry, around=around, misread=wrong)

    def files(self, found: Located) -> frozenset[str]:
        """The files that the code of a function takes part of what it is from."""
        return loading.reached(found.source, self.resolving(found.loose), self.repository.parsed, self._loaded).files

    def resolving(self, layers: tuple[str, ...]) -> Resolver:
        """What finds the imports of functions that have some layers of the repository."""
        if layers not in self._resolvers:
            self._resolvers[layers] = self.resolver.below(layers)
        return self._resolvers[layers]

    def locate(self, function: Resource, resources: Mapping[str, Resource]) -> Located | NotLocated:
        """Where the handler of a function that Node.js runs is written; `resources` are those of its deployment.

        Raises UnreadableSource where its file is there and cannot be read.
        """
        if images.is_image(function):
            return self._in_image(function, resources.values())
        layers = local_layers(function, resources)
        found = self._locate(function, layers)
        if isinstance(found, NotLocated) and (wanted := _wanted(_text(function, "Handler") or "")) is not None:
            found = alone(function, wanted, found, resources, self.repository)
        return replace(found, loose=layers) if isinstance(found, Located) and layers else found

    def _locate(self, function: Resource, layers: tuple[str, ...]) -> Located | NotLocated:
        handler = _text(function, "Handler")
        if handler in _WRAPPERS:
            handler = _text(function, "Environment", "Variables", _WRAPPERS[handler])
        if handler is None:
            return NotLocated("its Handler is not known", group="their Handler is not known")
        if (entry := self._entry(function)) is not None:
            name = posixpath.basename(handler).partition(".")[2]
            stem, root = posixpath.splitext(entry.path)[0], posixpath.dirname(entry.path)
            return _located(function, entry, Wanted(stem, name, (entry.path,), True), root)
        if ".." in handler:
            return NotLocated(f"{handler}, with two dots in a row, which Lambda refuses", certain=True)
        wanted = _wanted(handler.removeprefix("/opt/") if layers else handler)
        if wanted is not None and handler.startswith("/opt/"):
            return self._in_layer(function, wanted, layers)
        if wanted is None:
            return NotLocated(f"{handler} is a program of its own", group="they are programs of their own")
        code = function.get("Code")
        inline = code.get("ZipFile") if isinstance(code, MappingValue) else None
        if isinstance(inline, Code):
            if wanted.module != "index":
                return NotLocated(f"{wanted.module}, but the code in the template is the module index")
            return Located(replace(inline.source, name="index.js"), wanted.function, (), True, _INLINE)
        packed = code.get("Files") if isinstance(code, MappingValue) else None
        if isinstance(packed, MappingValue):
            return self._in_archive(function, wanted, packed)
        if not isinstance(code, Known) or "://" in str(code.value):
            return self._built(function, wanted) or self._by_name(function, wanted, ELSEWHERE)
        root = canonical(posixpath.join(posixpath.dirname(code.span.path), str(code.value)))
        return self._in_directory(function, wanted, root)

    def _entry(self, function: Resource) -> Source | None:
        """The file that a function is said to be bundled of."""
        found = function.metadata.get(ENTRY) if function.metadata is not None else None
        return self._written(str(found.value)) if isinstance(found, Known) else None

    def _in_layer(self, function: Resource, wanted: Wanted, layers: tuple[str, ...]) -> Located | NotLocated:
        """Among what the layers of a function put into /opt."""
        path = self.resolving(layers).in_layers(f"/opt/{wanted.module}")
        source = None if path is None else self._written(path)
        if source is None or is_compiled(source):
            return NotLocated("its handler comes from a layer", group="their handlers come from layers")
        return _located(function, source, wanted, posixpath.dirname(source.path))

    def _in_archive(self, function: Resource, wanted: Wanted, packed: MappingValue) -> Located | NotLocated:
        """Among files that the template puts into an archive under names of their own."""
        for ending in RUN:
            match packed.entries.get(wanted.module + ending):
                case Code(inline):
                    return Located(replace(inline, name=f"index{ending}"), wanted.function, (), True, _INLINE)
                case Known() as given:
                    path = canonical(posixpath.join(posixpath.dirname(given.span.path), str(given.value)))
                    source = self._written(path)
                    made = None
                    if source is None or is_compiled(source):
                        made = self._made(function, wanted, posixpath.splitext(path)[0], posixpath.dirname(path))
                    if made is None and source is not None:
                        return _located(function, source, wanted, posixpath.dirname(source.path))
                    return made or self._by_name(function, wanted, BUILT)
                case None:
                    continue
                case _:
                    return NotLocated(ELSEWHERE)
        return self._by_name(function, wanted, ELSEWHERE)

    def _in_directory(self, function: Resource, wanted: Wanted, root: str) -> Located | NotLocated:
        paths = [posixpath.join(root, wanted.module + ending) for ending in WRITTEN]
        is_bundle = _is_bundled(function)
        compiled: Source | None = None
        for path in (*paths, *_entries(function, wanted, root)) if not is_bundle else ():
            source = self._written(path)
            if source is not None and not is_compiled(source) and not self._is_output(source, wanted):
                return _located(function, source, wanted, root)
            compiled = compiled or source
        made = self._made(function, wanted, posixpath.join(root, wanted.module), root)
        made = made or self._alike(function, wanted, root)
        if made is not None:
            return made
        if compiled is not None:
            return _located(function, compiled, wanted, root)
        there = [source for source in map(self.repository.read, paths) if source is not None]
        if not there and (lacking := self._lacking(function, wanted, root)) is not None:
            return lacking
        found = self._by_name(function, wanted, _BUNDLE if there else BUILT, root)
        if isinstance(found, NotLocated):
            found = replace(found, bare=is_bare(root, self.repository.sources))
        if is_bundle and isinstance(found, Located) and found.source in there:
            return NotLocated(_BUNDLE)
        if isinstance(found, NotLocated):
            # What git ignores is what a build made: it is read where nobody wrote another file for it.
            for source in there:
                if not is_bundle and not is_built(source) and not is_compiled(source):
                    return _located(function, source, wanted, root)
        return found

    def _in_image(self, function: Resource, resources: Iterable[Resource]) -> Located | NotLocated:
        """What a Dockerfile copies or builds the handler of a function's image from."""

        def holds(image: Image, command: str, contexts: tuple[str, ...], told: bool) -> Contained | None:
            wanted = _wanted(command)
            if wanted is None:
                return None
            copied = filter(None, (self._copied(function, image, wanted, context) for context in contexts))
            found = next((each for each in copied if told or self._may_export(each.source, wanted)), None)
            return None if found is None else Contained(found.source.path, wanted.function, found.roots)

        containers = Containers(self.repository)
        found = containers.find(function, resources, holds)
        if isinstance(found, Contained) and (inside := contained(function, found, self.repository)) is not None:
            return replace(inside, remote_layers=True)
        if isinstance(found, tuple) and images.told(function) is None:
            return built_elsewhere(found)
        command = containers.command(function)
        wanted = None if command is None else _wanted(command)
        if wanted is None:
            return NotLocated("its image names no handler", group="their images name no handler")
        return self._by_name(function, wanted, "its image copies code from elsewhere")

    def _copied(self, function: Resource, image: Image, wanted: Wanted, context: str) -> Located | None:
        """The file that the handler in an image is, or is built from, where it was copied from a context."""
        inside = posixpath.join(image.directory, wanted.module)
        copied = (each.removesuffix(ending) for ending in RUN for each in image.origins(inside + ending))
        for stem in dict.fromkeys((*copied, wanted.module)):
            path = posixpath.join(context, stem)
            there = [source for ending in WRITTEN if (source := self._written(path + ending)) is not None]
            own = [source for source in there if not is_compiled(source)]
            made = None if own else self._made(function, wanted, path, context)
            if made is not None or there:
                return made or _located(function, (own or there)[0], wanted, context, close=False)
        return None

    def _made(self, function: Resource, wanted: Wanted, output: str, root: str) -> Located | None:
        """The file that what a build writes to a path, without its ending, is made of."""
        output = canonical(output)
        guessed = (each + ending for each in outputs.sources(output, self.resolver.settings) for ending in WRITTEN)
        told = (*self._traced(output), *self._in_app(function), *self._bundled(function, output))
        for path in dict.fromkeys((*told, *guessed)):
            source = self._written(path)
            if source is not None and not is_compiled(source) and self._may_export(source, wanted):
                return _located(function, source, wanted, root, close=False)
        return None

    def _alike(self, function: Resource, wanted: Wanted, root: str) -> Located | None:
        """The only handler in a directory that is called as the one that a build writes a bundle to."""
        *above, folder = ["", *outputs.inner(canonical(posixpath.join(root, posixpath.dirname(wanted.module))))]
        if posixpath.basename(wanted.module) not in outputs.ENTRIES or not words(folder):
            return None
        inner = posixpath.join(*above, folder)
        names = [f"{inner}/{name}{ending}" for name in (*outputs.ENTRIES, folder) for ending in WRITTEN]
        found = {
            path
            for path in self.repository.ending(names, (function.home or ".",))
            if self.repository.defines(path, wanted.function)
        }
        source = self._written(found.pop()) if len(found) == 1 else None
        if source is None or is_compiled(source):
            return None
        located = _located(function, source, wanted, posixpath.dirname(source.path), close=False)
        return replace(located, evidence=f"it lies in the only {inner} that has a handler")

    def _is_output(self, source: Source, wanted: Wanted) -> bool:
        """Whether a file that nothing marks as compiled lies where what a file of TypeScript is compiled to does."""
        stem, ending = posixpath.splitext(source.path)
        guessed = outputs.sources(stem, self.resolver.settings) if ending in RUN else ()
        typed = filter(None, (self._written(each + ending) for each in guessed for ending in TYPESCRIPT))
        return any(self._may_export(each, wanted) for each in typed)

    def _traced(self, output: str) -> Iterator[str]:
        """What a bundle says that it is made of."""
        for bundle in filter(None, (self.repository.read(output + ending) for ending in RUN)):
            around = self.resolver.settings.above(posixpath.dirname(bundle.path))
            yield from bundles.entries(bundle, around, self.repository.sources)

    def _in_app(self, function: Resource) -> tuple[str, ...]:
        """What an app of the CDK says that it has a function bundled of; nothing where that may be several files."""
        if function.metadata is None or not _is_bundled(function):
            return ()
        path = function.metadata.get("aws:cdk:path")
        steps = str(path.value).removesuffix("/Resource").split("/") if isinstance(path, Known) else [""]
        project = assembly.project(function.extent.path)
        given = apps.entries(steps[-1], project, self.repository.sources, self.repository.parsed)
        found = {path for path in map(self.resolver.file, given) if path is not None}
        return tuple(found) if len(found) == 1 else ()

    def _built(self, function: Resource, wanted: Wanted) -> Located | None:
        """The one file that the scripts and settings around a template make what a Handler names of, wherever that
        lies; a name that many modules have names none."""
        given = self.builds.around(function.extent.path) if words(wanted.module) else ()
        given = (each for each in given if f"/{each.output}".endswith(f"/{wanted.module}"))
        found = {path for each in given if (path := self.resolver.file(each.entry)) is not None}
        source = self._written(found.pop()) if len(found) == 1 else None
        if source is None or is_compiled(source) or not self._may_export(source, wanted):
            return None
        located = _located(function, source, wanted, posixpath.dirname(source.path), close=False)
        return replace(located, evidence=f"the project bundles it as {wanted.module}")

    def _bundled(self, function: Resource, output: str) -> tuple[str, ...]:
        """What is written to a path by the scripts and settings around it; nothing where that may be several files."""
        given = {each for each in self.builds.around(output) if each.output == output}
        own = {each for each in given if each.target == f"build-{function.name}"} or given
        found = {path for each in own if (path := self.resolver.file(each.entry)) is not None}
        return tuple(found) if len(found) == 1 else ()

    def _packed(self, function: Resource, wanted: Wanted, root: str) -> Located | None:
        """The one entry point of the package that code is packed from which exports what the Handler names."""
        settings = self.resolver.settings
        home = root if self.repository.sources.files(root) else posixpath.dirname(root)
        manifest = next(settings.manifests(home), None)
        if manifest is None:
            return None
        inner = posixpath.relpath(home or ".", manifest.directory)
        if inner != "." and inner.split("/")[0] not in outputs.DIRECTORIES:
            return None
        entries = [each.entry for each in self.builds.of(manifest.directory)]
        main = self.resolver.file(manifest.directory)
        paths = {main, *map(self.resolver.file, entries)} - {None}
        own = [each for each in map(self._written, filter(None, paths)) if each is not None and not is_compiled(each)]
        found = [each for each in own if self.repository.defines(each.path, wanted.function)]
        # A file of the name that is asked for is meant rather than another one.
        named = self.repository.ending([wanted.module + ending for ending in WRITTEN], (manifest.directory,))
        others = (path for path in named if self.repository.defines(path, wanted.function))
        if len(found) != 1 or any(path != found[0].path for path in others):
            return None
        located = _located(function, found[0], wanted, root, close=False)
        return replace(located, evidence=f"it is what {posixpath.join(manifest.directory, 'package.json')} packs")

    def _may_export(self, source: Source, wanted: Wanted) -> bool:
        """Whether a file does not certainly lack what the Handler names."""
        module = self.repository.parsed.module(source)
        return module is not None and not exports.exported(module, wanted.function.partition(".")[0]).missing

    def _by_name(self, function: Resource, wanted: Wanted, why: str, root: str = "") -> Located | NotLocated:
        """The file that is meant where nothing leads to it; `root` is where its package would be."""
        packed = self._packed(function, wanted, root) if root else None
        return packed or by_name(function, wanted, why, self.repository, (), remote=True)

    def _lacking(self, function: Resource, wanted: Wanted, root: str) -> NotLocated | None:
        """What to say where code is here, nothing builds it, and it lacks what the Handler names."""
        sources, home = self.repository.sources, function.home
        paths = (posixpath.relpath(path, root) for path in sources.files(root))
        stems = {
            posixpath.splitext(path)[0]
            for path in paths
            if path.endswith(JAVASCRIPT) and not path.endswith(".d.ts") and not is_apart(path)
        }
        if not stems or _may_be_brought(function, wanted, root, sources):
            return None
        lacking = posixpath.relpath(posixpath.join(root, f"{wanted.module}.js"), home or ".")
        home_of = posixpath.dirname(wanted.module)
        index = posixpath.join(home_of, "index")
        # `orders/orders.handler` for what lies in orders/index.js
        called_so = posixpath.basename(home_of) == posixpath.basename(wanted.module) and index in stems
        meant = index if called_so else nearest(wanted.module, sorted(stems))
        near = f"{meant}.{wanted.function}" if meant else ""
        return NotLocated(f"{lacking}, which does not exist", certain=True, near=near)

    def _written(self, path: str) -> Source | None:
        """The file at a path, where it is no bundle and git keeps it; raises UnreadableSource."""
        source = self.repository.sources.read(canonical(path))
        if source is None or is_built(source):
            return None
        return source if source.path in self.repository.sources.files(posixpath.dirname(source.path)) else None


def _wanted(handler: str) -> Wanted | None:
    """What a Handler names; None where that is no file and export.

    The runtime takes the name of the file to end at its first dot; an export may be an entry of another.
    """
    directory, base = posixpath.split(handler)
    stem, dot, name = base.partition(".")
    if not dot or not stem or not name or handler.startswith("/"):
        return None
    path = posixpath.join(directory, stem)
    first, _, inner = path.partition("/")
    stems = (path, inner) if first in outputs.DIRECTORIES and inner else (path,)
    return Wanted(path, name, tuple(each + ending for each in stems for ending in WRITTEN), True)


def _located(function: Resource, source: Source, wanted: Wanted, root: str, *, close: bool = True) -> Located:
    shown = posixpath.relpath(source.path, function.home or ".")
    return Located(source, wanted.function, (root,), True, shown, close)


def _is_bundled(function: Resource) -> bool:
    """Whether the CDK had its code bundled, and did not copy it."""
    found = function.metadata.get("aws:asset:is-bundled") if function.metadata is not None else None
    return isinstance(found, Known) and found.value is True


def _entries(function: Resource, wanted: Wanted, root: str) -> Iterator[str]:
    """The entry points that SAM gives to esbuild, which names the file that it makes after one."""
    properties = function.metadata.get("BuildProperties") if function.metadata else None
    entries = properties.get("EntryPoints") if isinstance(properties, MappingValue) else None
    for entry in items(entries):
        path = str(entry.value) if isinstance(entry, Known) else ""
        if posixpath.basename(posixpath.splitext(path)[0]) == posixpath.basename(wanted.module):
            yield posixpath.join(root, path)


def _may_be_brought(function: Resource, wanted: Wanted, root: str, sources: Sources) -> bool:
    """Whether a build, a layer or a package may bring the file that a Handler names."""
    if function.get("Layers") is not None or (
        function.metadata is not None and function.metadata.get("BuildMethod") is not None
    ):
        return True
    if posixpath.basename(function.extent.path).startswith("serverless."):
        # Its plugins compile and bundle; what they make is not in the repository.
        return True
    if wanted.module.split("/")[0] in outputs.DIRECTORIES or "node_modules" in wanted.module.split("/"):
        return True
    directory = root
    while True:
        if _has_build(posixpath.join(directory, "package.json"), sources):
            return True
        if _read(sources, posixpath.join(directory, "tsconfig.json")) is not None or directory in {"", ".", "/"}:
            return directory not in {"", ".", "/"}
        directory = posixpath.dirname(directory)


def _has_build(path: str, sources: Sources) -> bool:
    source = _read(sources, path)
    try:
        package = json.loads(source.text) if source is not None else {}
    except (ValueError, RecursionError):
        return True
    scripts = package.get("scripts") if isinstance(package, dict) else None
    return isinstance(scripts, dict) and any("build" in name or "compile" in name for name in scripts)


def _read(sources: Sources, path: str) -> Source | None:
    try:
        return sources.read(canonical(path))
    except UnreadableSource:
        return None


def _text(function: Resource, *keys: str) -> str | None:
    value = function.get(*keys)
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None
