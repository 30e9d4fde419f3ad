"""Functions of files, and of the texts that hold data."""

from __future__ import annotations

import re

from lambdalint.patterns import pattern
from lambdalint.source import Source, Span
from lambdalint.templates.hcl import documents
from lambdalint.templates.hcl.functions.signature import Arguments, Function
from lambdalint.templates.hcl.scope import Scope
from lambdalint.templates.hcl.steps import LARGEST
from lambdalint.templates.value import Known, Mapping, Sequence, Text, Unknown, Value


def source(value: Value | None, scope: Scope) -> Source | None:
    """The file that a path leads to; None where only a deployment knows the path, or there is none."""
    match value:
        case Known(value=str() as path):
            return scope.file(path)
        case _:
            return None


def _file(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    found = source(arguments[0] if arguments else None, scope)
    if found is None:
        return Unknown(span, "file()")
    # What the file says stands where the file says it.
    return Known(found.text, Span(found.path, 1, 1, len(found.lines) + 1, 1))


def _file_exists(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    match arguments:
        case [Known()]:
            # A build may make it.
            return Known(True, span) if source(arguments[0], scope) is not None else Unknown(span, "fileexists()")
        case _:
            return Unknown(span, "fileexists()")


def _file_set(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    match arguments:
        case [Known(value=str() as directory), Known(value=str() as pattern)] if not directory.startswith("/"):
            wanted = re.compile(_as_expression(pattern))
            found = [path for path in scope.files(directory) if wanted.fullmatch(path)]
            if found and len(found) <= LARGEST and scope.work.spend(len(found)):
                return Sequence(tuple(Known(path, span) for path in found), span)
    # What is not in the checkout a build may make.
    return Unknown(span, "fileset()")


_GLOB = pattern(r"\*\*/|\*\*|\*|\?|\{[^{}]*\}|.", re.DOTALL)


def _as_expression(pattern: str) -> str:
    """The regular expression of a pattern of paths.

    https://developer.hashicorp.com/terraform/language/functions/fileset
    """
    known = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = _GLOB.findall(pattern)
    return "".join(
        known.get(part)
        or (f"(?:{'|'.join(map(_as_expression, part[1:-1].split(',')))})" if len(part) > 1 else re.escape(part))
        for part in parts
    )


def _json_encode(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    """Whoever reads the value wants what is encoded."""
    match arguments:
        case [None]:
            return Known("null", span)
        case [given]:
            return given
        case _:
            return Unknown(span, "jsonencode()")


def _json_decode(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    match arguments:
        case [Known() | Text() as given]:
            return documents.document(given, scope)
        case [Mapping() as given]:
            return given
        case [Unknown(why=why)] if why.startswith("data."):
            return Unknown(span, why)
        case _:
            return Unknown(span, "jsondecode()")


def _yaml_decode(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    match arguments:
        case [Known() | Text() as given]:
            return documents.document(given, scope, yaml=True)
        case [Mapping() as given]:
            return given
        case _:
            return Unknown(span, "yamldecode()")


FUNCTIONS: dict[str, Function] = {
    "file": _file,
    "fileexists": _file_exists,
    "fileset": _file_set,
    "jsonencode": _json_encode,
    "jsondecode": _json_decode,
    "yamlencode": _json_encode,
    "yamldecode": _yaml_decode,
}
