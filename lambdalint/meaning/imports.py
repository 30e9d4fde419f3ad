"""Packages that code imports, and when."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from lambdalint.code.facts import Handler, Import

_TYPES_ONLY = ("mypy_boto3", "types_", "typing_extensions", "_typeshed")
_OF_RUNTIME = frozenset({"boto3", "botocore"})
"""Packages that are in the runtime, and that other packages load: whether an import is their first is not seen.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-package-include
"""
_OPTIONAL = frozenset({"ImportError", "ModuleNotFoundError"})


def late(handler: Handler) -> Iterator[Import]:
    """The imports that load a package while an event waits: all events come this way, and nothing loads it before."""
    early = {_package(each.name) for each in handler.imports if each.phase == "init"}
    for each in handler.imports:
        package = _package(each.name)
        if (
            each.phase == "invocation"
            and not each.conditional
            and not _OPTIONAL.intersection(each.caught)
            and package not in early
            and package not in sys.stdlib_module_names | _OF_RUNTIME
            and not package.startswith(_TYPES_ONLY)
        ):
            yield each


def _package(name: str) -> str:
    return name.partition(".")[0]
