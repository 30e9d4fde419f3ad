"""From a function's Handler and code to the file and function that it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lambdalint.source import Source, Sources
from lambdalint.templates.resource import Resource


@dataclass(frozen=True)
class Located:
    """Where a function's handler is written."""

    source: Source
    function: str
    roots: tuple[str, ...]
    """The directories that imports are resolved against, in order."""
    remote_layers: bool = False


@dataclass(frozen=True)
class NotLocated:
    """Why a function's handler cannot be found."""

    why: str
    missing: str = ""


def locate(function: Resource, sources: Sources, layers: Mapping[str, Resource]) -> Located | NotLocated:
    """The handler of an AWS::Lambda::Function."""
    return NotLocated("not yet")
