"""Chalice: an app of Python whose decorators say which functions there are and what invokes them.

https://aws.github.io/chalice/
"""

from __future__ import annotations

import collections.abc
import posixpath
from collections.abc import Iterator

from lambdalint.source import Source, Sources, UnreadableSource
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Scalar

_DIRECTORY = ".chalice/"


def read(
    sources: Sources, paths: collections.abc.Sequence[str], parameters: collections.abc.Mapping[str, Scalar]
) -> Iterator[Deployment]:
    """What the apps among the files at `paths` deploy, each told by its directory .chalice: one deployment for all of
    its stages.

    Its config.json may be kept out of the repository, as it has the app's variables.
    """
    del parameters
    homes: dict[str, None] = {}
    for path in paths:
        before, found, _ = path.partition(_DIRECTORY)
        if found and (not before or before.endswith("/")):
            homes[before.rstrip("/")] = None
    for home in homes:
        program = _text(sources, posixpath.join(home, "app.py"))
        if program is not None and "chalice" in program.text:
            from lambdalint.templates.chalice.app import deployment  # only few projects have such apps

            made = deployment(sources, _text(sources, posixpath.join(home, ".chalice/config.json")), program, home)
            if made is not None:
                yield made


def _text(sources: Sources, path: str) -> Source | None:
    try:
        return sources.read(path)
    except UnreadableSource:
        return None
