"""Where a project ends: what lies beyond is never read."""

from __future__ import annotations

import os
import re
from itertools import pairwise

from lambdalint.discover import looked
from lambdalint.discover.focus import above
from lambdalint.discover.plain import content

_TEMPLATES = (".yaml", ".yml", ".json", ".template", ".tf")


def bound(real: str) -> str:
    """The root of the project that a file or directory lies in.

    That is the root of its git repository; without one, the directory of the configuration above it; else the highest
    directory above it with a template that names the way down to it; else its own directory.
    """
    home = real if looked.is_directory(real) else os.path.dirname(real)
    outer = tuple(above(home))
    for directory in outer:
        if looked.is_there(os.path.join(directory, ".git")):
            return directory
    # Nobody means his home, or the whole disk, for a project.
    ours = [directory for directory in outer[:-1] if directory != looked.real(os.path.expanduser("~"))]
    for directory in ours:
        if _is_configured(directory):
            return directory
    found = home
    for lower, directory in pairwise(ours):
        if _names(directory, os.path.basename(lower)):
            found = directory
    return found


_PROGRAMS = frozenset({"cdk.json", "sst.config.ts"})
"""Names of files that say that a program beside them deploys what they belong to."""


def _is_configured(directory: str) -> bool:
    if looked.is_file(os.path.join(directory, "lambdalint.toml")):
        return True
    return "[tool.lambdalint" in _text(os.path.join(directory, "pyproject.toml"))


def _names(directory: str, name: str) -> bool:
    """Whether a template directly in a directory names what lies in it.

    An app that is a program may deploy anything there, and a package of npm with a template all that is imported.
    """
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    names = looked.telling(directory)
    if not _PROGRAMS.isdisjoint(names) or ("backend.ts" in names and os.path.basename(directory) == "amplify"):
        return True
    texts = (_text(os.path.join(directory, each)) for each in names if each.endswith(_TEMPLATES))
    is_package = "package.json" in names
    return any((is_package or (name in text and word.search(text))) and _is_template(text) for text in texts)


def _is_template(text: str) -> bool:
    return (
        "AWS::" in text
        or "aws_" in text
        or re.search(r'^module\s+"', text, re.MULTILINE) is not None
        or ("provider" in text and "functions" in text)
    )


def _text(path: str) -> str:
    try:
        return content(path).decode("utf-8", "replace")
    except OSError:
        return ""
