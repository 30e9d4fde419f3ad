"""Templates that an app's tests keep: `expect(template.toJSON()).toMatchSnapshot()`.

They stand for what `cdk synth` would write, where that is not at hand. Of an app that its tests synthesise several
times, with other settings, each set of functions is read once.
"""

from __future__ import annotations

import collections.abc
from collections.abc import Iterator

from lambdalint.source import Source, Sources, UnreadableSource
from lambdalint.templates import cloudformation
from lambdalint.templates.cdk import pretty
from lambdalint.templates.cdk.stack import told
from lambdalint.templates.cloudformation.files import Files, type_of
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Mapping, Scalar

_FUNCTION = "AWS::Lambda::Function"

MOST = 50
"""How many templates are read of the snapshots of one app."""


def kept(
    sources: Sources,
    home: str,
    snapshots: collections.abc.Iterable[str],
    parameters: collections.abc.Mapping[str, Scalar],
) -> Iterator[Deployment]:
    """The deployments of functions that the snapshots of an app's tests hold; `home` is the app's directory."""
    files = Files(sources, parameters)
    seen: list[frozenset[str]] = []
    for path in snapshots:
        source = _read(sources, path)
        if source is None:
            continue
        for root in pretty.mappings(source, _FUNCTION):
            functions = _functions(root)
            if functions and len(seen) < MOST and not any(functions <= each for each in seen):
                seen.append(functions)
                yield told(cloudformation.deployment(files, source, root), sources, home)


def _read(sources: Sources, path: str) -> Source | None:
    try:
        return sources.read(path)
    except UnreadableSource:
        return None


def _functions(template: Mapping) -> frozenset[str]:
    """The logical ids of a template's functions."""
    declared = template.entries.get("Resources")
    entries = declared.entries if isinstance(declared, Mapping) else {}
    return frozenset(name for name, each in entries.items() if type_of(each) == _FUNCTION)
