"""From the Handler of a Node.js function to the file that it is written in.

https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html; the order of suffixes is the runtime's own:
https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/UserFunction.js
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator

from lambdalint.code import images
from lambdalint.code.entry import Entry
from lambdalint.code.javascript import exports, is_built, is_compiled, linking
from lambdalint.code.javascript.resolving import Resolver
from lambdalint.code.locate import BUILT, ELSEWHERE, Located, NotLocated, by_name
from lambdalint.code.modules import JAVASCRIPT, TYPESCRIPT, Parsed
from lambdalint.code.repository import Repository
from lambdalint.code.search import Wanted
from lambdalint.records import replace
from lambdalint.source import Source, Sources, UnreadableSource
from lambdalint.spelling import nearest
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Code, Known, Mapping, items

_RUN = (".js", ".mjs", ".cjs")
"""How the names of files end that the runtime loads, in its order."""
_WRITTEN = (*TYPESCRIPT, *_RUN)
"""How the names of the files end that these are made of, or are: what is compiled is not read where its source is."""
_OUTPUT = ("dist", "build", "lib", "out", ".build", "bin")
"""What directories are called that compilers write to."""
_WRAPPERS = {
    "/opt/nodejs/node_modules/datadog-lambda-js/handler.handler": "DD_LAMBDA_HANDLER",
    "node_modules/datadog-lambda-js/dist/handler.handler": "DD_LAMBDA_HANDLER",
    "newrelic-lambda-wrapper.handler": "NEW_RELIC_LAMBDA_HANDLER",
    "lumigo-auto-instrument.handler": "LUMIGO_ORIGINAL_HANDLER",
}
"""Handlers of wrappers, and the variables that name the real one."""
_BUNDLE = "its code is a bundle"
_INLINE = "the code in the template"


def locate(function: Resource, repository: Repository) -> Located | NotLocated:
    """Where the handler of a function that Node.js runs is written."""
    if images.is_image(function):
        return _in_image(function, repository)
    handler = _text(function, "Handler")
    if handler in _WRAPPERS:
        handler = _text(function, "Environment", "Variables", _WRAPPERS[handler])
    if handler is None:
        return NotLocated("its Handler is not known")
    if ".." in handler:
        return NotLocated(f"{handler}, with two dots in a row, which Lambda refuses", certain=True)
    wanted = _wanted(handler)
    if wanted is None:
        return NotLocated(f"{handler} is a program of its own")
    code = function.get("Code")
    inline = code.get("ZipFile") if isinstance(code, Mapping) else None
    if isinstance(inline, Code):
        if wanted.module != "index":
            return NotLocated(f"{wanted.module}, but the code in the template is the module index")
        return Located(replace(inline.source, name="index.js"), wanted.function, (), True, _INLINE)
    packed = code.get("Files") if isinstance(code, Mapping) else None
    if isinstance(packed, Mapping):
        return _in_archive(function, wanted, packed, repository)
    if not isinstance(code, Known) or "://" in str(code.value):
        return by_name(function, wanted, ELSEWHERE, repository, (), remote=True)
    root = posixpath.normpath(posixpath.join(posixpath.dirname(code.span.path), str(code.value)))
    return _in_directory(function, wanted, root, repository)


def read(function: Resource, parsed: Parsed, repository: Repository, resolver: Resolver) -> NotLocated:
    """What is known of the code of such a function, which is read and not followed yet."""
    found = locate(function, repository)
    if isinstance(found, NotLocated):
        return found
    module = parsed.module(found.source)
    if module is None:
        return NotLocated("its file cannot be parsed")
    name, _, inner = found.function.partition(".")
    defined = linking.definition(found.source, name, resolver, parsed)
    given = exports.exported(parsed.module(defined.source) or module, defined.name)
    if given.missing:
        meant = nearest(name, exports.names(module))
        handler = _text(function, "Handler")
        near = f"{handler.removesuffix(found.function)}{meant}" if meant and handler else ""
        return NotLocated(f"{name}, which {found.shown} does not export", found.close, near)
    plain = given.function if not inner else None
    return NotLocated(
        f"{_text(function, 'Runtime') or 'Node.js'} is not read", entry=Entry.of(plain) if plain is not None else None
    )


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
    stems = (path, inner) if first in _OUTPUT and inner else (path,)
    return Wanted(path, name, tuple(each + ending for each in stems for ending in _WRITTEN))


def _in_archive(function: Resource, wanted: Wanted, packed: Mapping, repository: Repository) -> Located | NotLocated:
    """Among files that the template puts into an archive under names of their own."""
    for ending in _RUN:
        match packed.entries.get(wanted.module + ending):
            case Code(inline):
                return Located(replace(inline, name=f"index{ending}"), wanted.function, (), True, _INLINE)
            case Known() as given:
                path = posixpath.join(posixpath.dirname(given.span.path), str(given.value))
                source = _own(path, repository)
                if source is None:
                    return by_name(function, wanted, BUILT, repository, (), remote=True)
                return _located(function, source, wanted, posixpath.dirname(source.path))
            case None:
                continue
            case _:
                return NotLocated(ELSEWHERE)
    return by_name(function, wanted, ELSEWHERE, repository, (), remote=True)


def _in_directory(function: Resource, wanted: Wanted, root: str, repository: Repository) -> Located | NotLocated:
    home, sources = posixpath.dirname(function.extent.path), repository.sources
    for path, close in _paths(function, wanted, root):
        source = _own(path, repository)
        if source is not None:
            return _located(function, source, wanted, root, close=close)
    is_there = any(repository.read(path) is not None for path, _ in _paths(function, wanted, root))
    stems = {
        posixpath.splitext(posixpath.relpath(path, root))[0]
        for path in sources.files(root)
        if path.endswith(JAVASCRIPT) and not path.endswith(".d.ts")
    }
    if stems and not is_there and not _may_be_brought(function, wanted, root, sources):
        lacking = posixpath.relpath(posixpath.join(root, f"{wanted.module}.js"), home or ".")
        meant = nearest(wanted.module, sorted(stems))
        near = f"{meant}.{wanted.function}" if meant else ""
        return NotLocated(f"{lacking}, which does not exist", certain=True, near=near)
    found = by_name(function, wanted, _BUNDLE if is_there else BUILT, repository, (), remote=True)
    if isinstance(found, NotLocated):
        # What git ignores is what a build made: it is read where nobody wrote another file for it.
        for ending in _RUN:
            source = repository.read(posixpath.join(root, wanted.module + ending))
            if source is not None and not is_built(source) and not is_compiled(source):
                return _located(function, source, wanted, root)
    return found


def _in_image(function: Resource, repository: Repository) -> Located | NotLocated:
    """Below the directory of a Dockerfile, by the command that it ends in."""
    context = images.context(function, repository.sources)
    command = None if context is None else images.command(function, context[1], repository.sources)
    wanted = _wanted(command) if command is not None else None
    if context is None or wanted is None:
        return NotLocated("its image is built elsewhere" if context is None else "its image names no handler")
    for path, _ in _paths(function, wanted, context[0]):
        source = _own(path, repository)
        if source is not None:
            return _located(function, source, wanted, context[0], close=False)
    return by_name(function, wanted, "its image copies code from elsewhere", repository, (), remote=True)


def _located(function: Resource, source: Source, wanted: Wanted, root: str, *, close: bool = True) -> Located:
    shown = posixpath.relpath(source.path, posixpath.dirname(function.extent.path) or ".")
    return Located(source, wanted.function, (root,), True, shown, close)


def _own(path: str, repository: Repository) -> Source | None:
    """The file at a path, where somebody wrote it."""
    source = repository.read(path)
    if source is None or is_built(source) or source.path not in repository.sources.files(posixpath.dirname(path)):
        return None
    return source


def _paths(function: Resource, wanted: Wanted, root: str) -> Iterator[tuple[str, bool]]:
    """The files that may be meant, and whether what they lack is certainly missing, the likeliest first."""
    yield from ((posixpath.join(root, wanted.module + ending), True) for ending in _WRITTEN)
    properties = function.metadata.get("BuildProperties") if function.metadata else None
    entries = properties.get("EntryPoints") if isinstance(properties, Mapping) else None
    for entry in items(entries):
        path = str(entry.value) if isinstance(entry, Known) else ""
        if posixpath.basename(posixpath.splitext(path)[0]) == posixpath.basename(wanted.module):
            yield posixpath.join(root, path), True
    first, _, inner = wanted.module.partition("/")
    if first in _OUTPUT and inner:
        for base in ("src", "."):
            yield from ((posixpath.join(root, base, inner + ending), False) for ending in _WRITTEN)


def _may_be_brought(function: Resource, wanted: Wanted, root: str, sources: Sources) -> bool:
    """Whether a build, a layer or a package may bring the file that a Handler names."""
    if function.get("Layers") is not None or (
        function.metadata is not None and function.metadata.get("BuildMethod") is not None
    ):
        return True
    if posixpath.basename(function.extent.path).startswith("serverless."):
        # Its plugins compile and bundle; what they make is not in the repository.
        return True
    if wanted.module.split("/")[0] in _OUTPUT or "node_modules" in wanted.module.split("/"):
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
        return sources.read(posixpath.normpath(path))
    except UnreadableSource:
        return None


def _text(function: Resource, *keys: str) -> str | None:
    value = function.get(*keys)
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None
