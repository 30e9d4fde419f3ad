"""SST 3: apps whose program makes components, which are read as their resources.

A program is followed as handlers are, and never run: https://sst.dev/docs/reference/config/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lambdalint.source import Sources, UnreadableSource
from lambdalint.templates import unread
from lambdalint.templates.resource import Deployment

if TYPE_CHECKING:
    from lambdalint.code.reader import Reader

_NAMES = ("sst.config.ts", "sst.config.js")
_FUNCTION = "AWS::Lambda::Function"


def projects(paths: Sequence[str]) -> tuple[str, ...]:
    """The programs of apps among some files."""
    return tuple(path for path in paths if path.rpartition("/")[2] in _NAMES)


def read(sources: Sources, path: str, reader: Reader) -> Iterator[Deployment]:
    """What the app of an sst.config.ts deploys; those of former versions are not read."""
    try:
        source = sources.read(path)
    except UnreadableSource:
        return
    if source is None:
        return
    if "$config" not in source.text:
        yield from unread.sst(sources, path)
        return
    from lambdalint.sst.program import deployed  # most repositories have none

    found = deployed(sources, source, reader)
    if found is None:
        yield from unread.sst(sources, path)
    elif any(each.type == _FUNCTION for each in found.resources):
        yield found
