"""From the Handler of a Node.js function to the file that it is written in.

https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html; the order of suffixes is the runtime's own:
https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/UserFunction.js
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator

from lambdalint.code.entry import Entry
from lambdalint.code.javascript import exports, is_built
from lambdalint.code.locate import Located, NotLocated
from lambdalint.code.modules import TYPESCRIPT, Parsed
from lambdalint.records import dataclass
from lambdalint.source import Source, Sources, UnreadableSource
from lambdalint.spelling import nearest
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, items

_RUN = (".js", ".mjs", ".cjs")
"""How the names of files end that the runtime loads, in its order."""
_BUILT = ("dist", "build", "lib", "out", ".build")
"""What directories are called that compilers write to."""
_WRAPPERS = {
    "/opt/nodejs/node_modules/datadog-lambda-js/handler.handler": "DD_LAMBDA_HANDLER",
    "node_modules/datadog-lambda-js/dist/handler.handler": "DD_LAMBDA_HANDLER",
    "newrelic-lambda-wrapper.handler": "NEW_RELIC_LAMBDA_HANDLER",
    "lumigo-auto-instrument.handler": "LUMIGO_ORIGINAL_HANDLER",
}
"""Handlers of wrappers, and the variables that name the real one."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a Handler names."""

    stem: str
    """The file's path from the code's root, without its suffix."""
    name: str
    """What the file exports."""


def locate(function: Resource, sources: Sources) -> Located | NotLocated:
    """Where the handler of a function with a Node.js runtime is written."""
    handler = _text(function, "Handler")
    if handler in _WRAPPERS:
        handler = _text(function, "Environment", "Variables", _WRAPPERS[handler])
    if handler is None:
        return NotLocated("its Handler is not known")
    directory, base = posixpath.split(handler)
    stem, dot, name = base.partition(".")
    if not dot or not stem or "." in name or handler.startswith("/"):
        return NotLocated(f"{handler} is a program of its own")
    code = function.get("Code")
    wanted = _Wanted(posixpath.join(directory, stem), name)
    packed = code.get("Files") if isinstance(code, Mapping) else None
    if isinstance(packed, Mapping):
        return _in_archive(function, wanted, packed, sources)
    if not isinstance(code, Known) or "://" in str(code.value):
        return NotLocated("its code is not in the repository")
    root = posixpath.normpath(posixpath.join(posixpath.dirname(code.span.path), str(code.value)))
    return _in_directory(function, wanted, root, sources)


def read(function: Resource, sources: Sources, parsed: Parsed) -> NotLocated:
    """What is known of the code of such a function, which is read and not followed yet."""
    found = locate(function, sources)
    if isinstance(found, NotLocated):
        return found
    module = parsed.module(found.source)
    if module is None:
        return NotLocated("its file cannot be parsed")
    given = exports.exported(module, found.function)
    if given.missing:
        meant = nearest(found.function, exports.names(module))
        handler = _text(function, "Handler")
        near = f"{handler.removesuffix(found.function)}{meant}" if meant and handler else ""
        return NotLocated(f"{found.function}, which {found.shown} does not export", found.close, near)
    return NotLocated(
        f"{_text(function, 'Runtime')} is not read",
        entry=Entry.of(given.function) if given.function is not None else None,
    )


def _in_archive(function: Resource, wanted: _Wanted, packed: Mapping, sources: Sources) -> Located | NotLocated:
    """Among files that the template puts into an archive under names of their own."""
    home = posixpath.dirname(function.extent.path)
    for ending in _RUN:
        given = packed.entries.get(wanted.stem + ending)
        if isinstance(given, Known):
            path = posixpath.join(posixpath.dirname(given.span.path), str(given.value))
            source = _read(sources, path)
            if source is None:
                return NotLocated("its code is built first")
            if is_built(source):
                return NotLocated("its code is a bundle")
            shown = posixpath.relpath(source.path, home or ".")
            return Located(source, wanted.name, (posixpath.dirname(source.path),), True, shown)
        if given is not None:
            return NotLocated("its code is not in the repository")
    return NotLocated("its code is not in the repository")


def _in_directory(function: Resource, wanted: _Wanted, root: str, sources: Sources) -> Located | NotLocated:
    home = posixpath.dirname(function.extent.path)
    for path, close in _paths(function, wanted, root):
        source = _read(sources, path)
        if source is None:
            continue
        if is_built(source):
            return NotLocated("its code is a bundle")
        shown = posixpath.relpath(source.path, home or ".")
        return Located(source, wanted.name, (root,), True, shown, close)
    own = [path for path in sources.files(root) if path.endswith((*_RUN, *TYPESCRIPT)) and not path.endswith(".d.ts")]
    if not own:
        return NotLocated("its code is built first")
    lacking = posixpath.relpath(posixpath.join(root, f"{wanted.stem}.js"), home or ".")
    certain = not _may_be_brought(function, wanted, root, sources)
    stems = {posixpath.splitext(posixpath.relpath(path, root))[0] for path in own}
    meant = nearest(wanted.stem, sorted(stems))
    return NotLocated(f"{lacking}, which does not exist", certain, f"{meant}.{wanted.name}" if meant else "")


def _paths(function: Resource, wanted: _Wanted, root: str) -> Iterator[tuple[str, bool]]:
    """The files that may be meant, and whether what they lack is certainly missing, the likeliest first."""
    yield from ((posixpath.join(root, wanted.stem + ending), True) for ending in _RUN)
    yield from ((posixpath.join(root, wanted.stem + ending), True) for ending in TYPESCRIPT)
    properties = function.metadata.get("BuildProperties") if function.metadata else None
    entries = properties.get("EntryPoints") if isinstance(properties, Mapping) else None
    for entry in items(entries):
        path = str(entry.value) if isinstance(entry, Known) else ""
        if posixpath.basename(posixpath.splitext(path)[0]) == posixpath.basename(wanted.stem):
            yield posixpath.join(root, path), True
    parts = wanted.stem.split("/")
    if parts[0] in _BUILT and len(parts) > 1:
        inner = "/".join(parts[1:])
        for base in ("src", "."):
            yield from ((posixpath.join(root, base, inner + ending), False) for ending in (*TYPESCRIPT, *_RUN))


def _may_be_brought(function: Resource, wanted: _Wanted, root: str, sources: Sources) -> bool:
    """Whether a build, a layer or a package may bring the file that a Handler names."""
    if function.get("Layers") is not None or (
        function.metadata is not None and function.metadata.get("BuildMethod") is not None
    ):
        return True
    if posixpath.basename(function.extent.path).startswith("serverless."):
        # Its plugins compile and bundle; what they make is not in the repository.
        return True
    if wanted.stem.split("/")[0] in _BUILT or "node_modules" in wanted.stem.split("/"):
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
