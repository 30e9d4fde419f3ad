"""Which templates may have to do with some files, told by their places and texts before any of them is parsed."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator

from lambdalint.discover.focus import Focus, above
from lambdalint.patterns import pattern
from lambdalint.source import Sources, UnreadableSource
from lambdalint.templates.aside import RENDERED
from lambdalint.templates.pulumi import NAMES

_ENDINGS = (".yaml", ".yml", ".json", ".template", *RENDERED)
_TERRAFORM = (".tf", ".tfvars", ".hcl")
_UP = pattern(r"\.\.(?:/[\w.@%+-]+)*")
_ANYWHERE = ('"aws:cdk:path"', '"planned_values"', "path.root", "path.cwd")
"""What a text says whose paths do not begin at its own directory."""


def candidates(sources: Sources, paths: Iterable[str], focus: Focus) -> tuple[str, ...]:
    """Those of `paths` to read so that every template is read whole that may deploy what is in focus.

    A template may deploy what lies below its directory, and what its text leads up to; and what leads to a template
    is read with it.
    """
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(posixpath.dirname(path), []).append(path)
    leads = {directory: frozenset(_leads(sources, directory, inside)) for directory, inside in found.items()}
    wanted = {
        directory
        for directory, inside in found.items()
        if focus.touches(directory or ".")
        or "" in leads[directory]
        or any(focus.touches(lead) for lead in leads[directory])
        or any(path in focus for path in inside)
    }
    whole = {directory: os.path.abspath(directory or ".") for directory in found}
    named = {directory: {*leads[directory], *map(posixpath.dirname, leads[directory])} for directory in found}
    further = wanted
    while further:
        # What leads to a template stands above it, or names its directory or a file of it.
        around = {each for directory in further for each in above(directory)}
        further = {
            directory
            for directory in found.keys() - wanted
            if whole[directory] in around or not named[directory].isdisjoint(further)
        }
        wanted = wanted | further
    return tuple(path for directory, inside in found.items() if directory in wanted for path in inside)


def _leads(sources: Sources, directory: str, paths: Iterable[str]) -> Iterator[str]:
    """The paths above or beside a directory that its templates name; "" where such a path may be any."""
    for path in paths:
        name = posixpath.basename(path)
        if name in ("cdk.json", *NAMES, "manifest.json", "sst.config.ts") or path.endswith("amplify/backend.ts"):
            yield ""
        elif name.endswith((*_ENDINGS, *_TERRAFORM)) or name.startswith("serverless."):
            text = _text(sources, path)
            if ".." in text or any(sign in text for sign in _ANYWHERE[:2]):
                if any(sign in text for sign in _ANYWHERE):
                    yield ""
                for up in set(_UP.findall(text)):
                    yield posixpath.normpath(posixpath.join(directory, up))


def _text(sources: Sources, path: str) -> str:
    try:
        source = sources.read(path)
    except UnreadableSource:
        return ""
    return "" if source is None else source.text
