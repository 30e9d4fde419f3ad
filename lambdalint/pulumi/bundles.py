"""Code that a program has esbuild bundle while it runs: of which file it is made.

https://esbuild.github.io/api/#build
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from lambdalint.code.value import Call, Mapping, Result, Sequence, Value, options, origins
from lambdalint.pulumi.expressions import Expressions
from lambdalint.records import replace
from lambdalint.templates.resource import ENTRY, Resource
from lambdalint.templates.value import Known
from lambdalint.templates.value import Mapping as Packed

CALLS = frozenset({"npm:esbuild.build", "npm:esbuild.buildSync"})


def written(call: Call, expressions: Expressions) -> tuple[str, str] | None:
    """The file that a bundle is written to, and that which it is made of; None where either is not known."""
    given = call.arguments[0] if call.arguments else None
    file = expressions.path(given.entries.get("outfile")) if isinstance(given, Mapping) else None
    entry = _entry(call, expressions)
    return None if file is None or entry is None else (file, entry)


def entry(text: Value, expressions: Expressions) -> str | None:
    """The file that a text is the bundle of; None where it is no bundle."""
    found = {each.call for each in origins(text) if isinstance(each, Result) and each.call.name in CALLS}
    return _entry(found.pop(), expressions) if len(found) == 1 else None


def told(function: Resource, entries: Collection[str]) -> Resource:
    """A function with what is said of the file that its code is bundled of, where it is one of some."""
    code = function.get("Code")
    files = code.entries.get("Files") if isinstance(code, Packed) else None
    if isinstance(files, Packed):
        for each in files.entries.values():
            if isinstance(each, Known):
                lies = posixpath.normpath(posixpath.join(posixpath.dirname(each.span.path), str(each.value)))
                if lies in entries:
                    span = each.span
                    return replace(function, metadata=Packed({ENTRY: Known(lies, span)}, span, {ENTRY: span}))
    return function


def _entry(call: Call, expressions: Expressions) -> str | None:
    given = call.arguments[0] if call.arguments else None
    points = (
        options(given.entries["entryPoints"]) if isinstance(given, Mapping) and "entryPoints" in given.entries else ()
    )
    for each in points:
        match each:
            case Sequence(items=[only]):
                return expressions.path(only)
    return None
