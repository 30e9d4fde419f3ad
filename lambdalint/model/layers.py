"""What a layer is made for: by what its template says of it, or by the name in its ARN."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator

from lambdalint.code.surroundings import Surroundings
from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import Function
from lambdalint.patterns import pattern
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Reference, Sequence, Text, Value


def made(project: Deployed, layer: Value) -> Resource | None:
    """The layer in its template; None where another made it."""
    return project.resource(layer.resource) if isinstance(layer, Reference) else None


def mismatches(
    project: Deployed, layer: Value, runtime: str, architecture: str | None = None
) -> Iterator[tuple[str, str]]:
    """What a layer is made for, and what a function with it runs on instead."""
    own = made(project, layer)
    return _tagged(layer, runtime, architecture) if own is None else _declared(own, runtime, architecture)


def _declared(layer: Resource, runtime: str, architecture: str | None) -> Iterator[tuple[str, str]]:
    """What a layer of the template says that it is for, and what the function runs on instead."""
    if layer.type != "AWS::Lambda::LayerVersion":
        return
    for name, own in (
        ("CompatibleRuntimes", runtime or None),
        ("CompatibleArchitectures", architecture),
    ):
        match layer.get(name):
            case Sequence(items=(_, *_) as given, open=False) if own is not None:
                known = [each.value for each in given if isinstance(each, Known)]
                if len(known) == len(given) and own not in known:
                    yield " and ".join(map(str, known)), own


_PLAIN = (".py", ".pyi", ".js", ".mjs", ".cjs", ".ts", ".json", ".map", ".md", ".txt", ".yaml", ".yml", ".toml")
"""Endings of files that are the same for all versions of a language."""
_PLAIN_PACKAGES = ("@aws-sdk/", "@smithy/", "@aws-lambda-powertools/")
_NEEDS = ("requirements.txt", "Pipfile", "pyproject.toml", "poetry.lock")


def is_plain(function: Function, layer: Resource) -> bool:
    """Whether all that a layer of the template holds, or has installed, is known to be programs as they are written,
    which run on each version of a language."""
    held, content = function.package or function.entry, layer.get("Content")
    if held is None or held.around is None or not isinstance(content, Known):
        return False
    root = posixpath.normpath(posixpath.join(posixpath.dirname(content.span.path), str(content.value)))
    files = held.around.sources.files(root)
    # Python looks for packages by its version there.
    if not files or not all(path.endswith(_PLAIN) for path in files) or any("/lib/python3." in path for path in files):
        return False
    return not any(posixpath.basename(path) in _NEEDS or _needs_others(held.around, path) for path in files)


def _needs_others(around: Surroundings, path: str) -> bool:
    """Whether a package.json asks for packages that may be compiled."""
    source = around.read(path) if posixpath.basename(path) == "package.json" else None
    try:
        told = json.loads(source.text) if source is not None else {}
    except ValueError:
        return True
    needs = told.get("dependencies") if isinstance(told, dict) else None
    return needs is not None and not all(str(each).startswith(_PLAIN_PACKAGES) for each in needs)


_PYTHON = pattern(r"(?:python-?|(?<![a-z])p)3[._-]?([6-9]|[1-3]\d)(?!\d)", re.IGNORECASE)
_NODE = pattern(r"node(?:js)?-?([12]\d)(?!\d)", re.IGNORECASE)
_ARM = pattern(r"arm64|aarch64|(?<=[-_])arm(?=$|[-_:])", re.IGNORECASE)
_X86 = pattern(r"x86|amd64", re.IGNORECASE)


def _tagged(layer: Value, runtime: str, architecture: str | None) -> Iterator[tuple[str, str]]:
    """What the name in a layer's ARN says that it is for, and what the function runs on instead."""
    name = _name(layer)
    for version, prefix, suffix in ((_PYTHON, "python3.", ""), (_NODE, "nodejs", ".x")):
        found = {f"{prefix}{minor}{suffix}" for minor in version.findall(name)}
        if found and runtime.startswith(prefix) and runtime not in found:
            yield " and ".join(sorted(found)), runtime
    arm, x86 = _ARM.search(name) is not None, _X86.search(name) is not None
    if arm and not x86 and architecture == "x86_64":
        yield "arm64", "x86_64"
    if x86 and not arm and architecture == "arm64":
        yield "x86_64", "arm64"


_VERSION = pattern(r":\d+$")
_MAKERS = ("klayers",)
"""What the names of layers begin with that pack one distribution each: https://github.com/keithrozario/Klayers"""


def packs(layer: Value) -> str:
    """The distribution that a layer's name is left with, where it says nothing else than what that is packed for."""
    left = _VERSION.sub("", _name(layer))
    for each in (_PYTHON, _ARM, _X86):
        left = each.sub("", left)
    words = [word for word in re.split(r"[-_.]+", left.lower()) if word]
    return "-".join(words[1:] if words[:1] and words[0] in _MAKERS else words)


def _name(layer: Value) -> str:
    """The layer's name in an ARN, what only a deployment knows left out; "" where there is none."""
    match layer:
        case Known(str(arn)):
            written = arn
        case Text(parts):
            written = "".join(str(part.value) if isinstance(part, Known) else "?" for part in parts)
        case _:
            return ""
    return written.partition(":layer:")[2]
