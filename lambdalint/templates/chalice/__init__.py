"""Chalice: an app of Python whose decorators say which functions there are and what invokes them.

https://aws.github.io/chalice/
"""

from __future__ import annotations

import collections.abc
import posixpath
import re
from collections.abc import Iterator

from lambdalint.patterns import pattern
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
    programs = {home: _program(sources, posixpath.join(home, "app.py")) for home in homes}
    if programs and not any(programs.values()):
        # Its directory is put there from elsewhere before it is deployed.
        apps = (path for path in paths if posixpath.basename(path) == "app.py")
        programs = {posixpath.dirname(path): _program(sources, path, _MADE) for path in apps}
    for home, program in programs.items():
        if program is not None:
            from lambdalint.templates.chalice.app import deployment  # only few projects have such apps

            made = deployment(sources, _text(sources, posixpath.join(home, ".chalice/config.json")), program, home)
            if made is not None:
                yield made


_MADE = pattern(r"^app\s*=\s*\w+\(", re.MULTILINE)


def _program(sources: Sources, path: str, says: re.Pattern[str] | None = None) -> Source | None:
    found = _text(sources, path)
    if found is None or "chalice" not in found.text or (says is not None and says.search(found.text) is None):
        return None
    return found


def _text(sources: Sources, path: str) -> Source | None:
    try:
        return sources.read(path)
    except UnreadableSource:
        return None
