"""From a bundle to the file that it was made of, by what its bundler wrote into it."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator

from lambdalint.discover import canonical
from lambdalint.patterns import pattern
from lambdalint.source import Source, Sources, UnreadableSource

_PATH = pattern(r"^\s*// (?!.*\bnode_modules/)(\S[^\n]*\.(?:[cm]?[jt]sx?))$", re.MULTILINE)
"""esbuild writes the path of every module before its text, from the directory that it was started in."""
_WHOLE = pattern(r"module\.exports\s*=\s*__toCommonJS\((?P<name>[\w$]+)\)")
_MAP = pattern(r"^//# sourceMappingURL=(?P<path>[^\s:]+)\s*$", re.MULTILINE)
_INLINE = pattern(r"^//# sourceMappingURL=data:application/json[^,]*;base64,(?P<data>[\w+/=]+)\s*$", re.MULTILINE)


def entries(bundle: Source, directories: Iterable[str], sources: Sources) -> Iterator[str]:
    """The paths of the files that may be a bundle's entry point, the likeliest first.

    The paths in comments count from the directory that the bundler was started in: one of `directories`.
    """
    told = _entry(bundle.text)
    if told:
        yield from (canonical(posixpath.join(directory, told)) for directory in directories)
    # What is imported stands before what imports it, so that the entry point is the last.
    yield from reversed(_mapped(bundle, sources))


def _entry(text: str) -> str:
    """The path in a bundle's comments of the module that gives it its exports; empty where it has none."""
    found = list(_PATH.finditer(text))
    if not found:
        return ""
    whole = _WHOLE.search(text)
    begun = re.search(rf"^var {re.escape(whole['name'])}\s*=\s*\{{\}};", text, re.MULTILINE) if whole else None
    before = [each for each in found if begun is None or each.start() < begun.start()]
    return (before or found)[-1][1]


def _mapped(bundle: Source, sources: Sources) -> list[str]:
    """The paths in a bundle's source map."""
    linked, written = _MAP.search(bundle.text), _INLINE.search(bundle.text)
    directory = posixpath.dirname(bundle.path)
    if written is not None:
        text = _decoded(written["data"])
    else:
        path = posixpath.join(directory, linked["path"]) if linked is not None else f"{bundle.path}.map"
        directory, text = posixpath.dirname(path), _read(path, sources)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return []
    found = content.get("sources") if isinstance(content, dict) else None
    paths = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    own = [each for each in paths if "node_modules/" not in each and "://" not in each]
    return [canonical(posixpath.join(directory, each)) for each in own]


def _decoded(data: str) -> str:
    import base64
    import binascii

    try:
        return base64.b64decode(data).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _read(path: str, sources: Sources) -> str:
    try:
        source = sources.read(canonical(path))
    except UnreadableSource:
        source = None
    return "" if source is None else source.text
