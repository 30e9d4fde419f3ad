"""Layers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check
from lambdalint.data import distributions
from lambdalint.model import Function, Project
from lambdalint.model.view import text
from lambdalint.patterns import pattern
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Reference, Sequence, Text, Value

_MOST = 5
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


@check
def too_many_layers(project: Project) -> Problems:
    for function in project.functions:
        if len(function.layers) > _MOST and not function.generated:
            yield Problem(
                function.key("Layers"), f"names {len(function.layers)} layers; a function takes {_MOST}", about=function
            )


@check
def layer_mismatch(project: Project) -> Problems:
    for function in project.functions:
        if function.generated:
            continue
        for layer in function.layers:
            made = project.resource(layer.resource) if isinstance(layer, Reference) else None
            mismatches = _tagged(function, layer) if made is None else _declared(function, made)
            mild = made is None and _packs(_name(layer)) in distributions.PURE
            for named, own in mismatches:
                yield Problem(
                    layer.span,
                    f"runs on {own} with a layer for {named}",
                    () if made is None else ((made.span, "the layer"),),
                    "note" if mild else None,
                    about=function,
                )


def _declared(function: Function, layer: Resource) -> Iterator[tuple[str, str]]:
    """What a layer of the template says that it is for, and what the function runs on instead."""
    if layer.type != "AWS::Lambda::LayerVersion":
        return
    for name, own in (
        ("CompatibleRuntimes", text(function.runtime)),
        ("CompatibleArchitectures", function.architecture),
    ):
        match layer.get(name):
            case Sequence(items=(_, *_) as given, open=False) if own is not None:
                known = [each.value for each in given if isinstance(each, Known)]
                if len(known) == len(given) and own not in known:
                    yield " and ".join(map(str, known)), own


_PYTHON = pattern(r"(?:python-?|(?<![a-z])p)3[._-]?([6-9]|[1-3]\d)(?!\d)", re.IGNORECASE)
_NODE = pattern(r"node(?:js)?-?([12]\d)(?!\d)", re.IGNORECASE)
_ARM = pattern(r"arm64|aarch64|(?<=[-_])arm(?=$|[-_:])", re.IGNORECASE)
_X86 = pattern(r"x86|amd64", re.IGNORECASE)


def _tagged(function: Function, layer: Value) -> Iterator[tuple[str, str]]:
    """What the name in a layer's ARN says that it is for, and what the function runs on instead."""
    name = _name(layer)
    runtime, architecture = text(function.runtime) or "", function.architecture
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


def _packs(name: str) -> str:
    """The distribution that a layer's name is left with, where it says nothing else than what that is packed for."""
    left = _VERSION.sub("", name)
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
