"""Scripts that make functions by the AWS CLI: what they set is known, and what they do not set another may.

https://docs.aws.amazon.com/cli/latest/reference/lambda/
"""

from __future__ import annotations

import collections.abc
import posixpath
from collections.abc import Iterator

from lambdalint.source import Sources, UnreadableSource
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Scalar

_MADE = (
    "lambda create-function", "lambda create-event-source-mapping", "lambda add-permission",
    "lambda put-function-event-invoke-config",
)  # fmt: skip
_LARGEST = 500_000


def read(
    sources: Sources, paths: collections.abc.Sequence[str], parameters: collections.abc.Mapping[str, Scalar]
) -> Iterator[Deployment]:
    """What the scripts among the files at `paths` make of functions, each by itself."""
    del parameters
    for path in paths:
        if not _is_script(path):
            continue
        try:
            source = sources.read(path)
        except UnreadableSource:
            continue
        if source is not None and any(each in source.text for each in _MADE) and len(source.text) < _LARGEST:
            from lambdalint.templates.scripts.made import resources  # only few projects have such scripts

            found = tuple(resources(source, sources))
            if found:
                yield Deployment(path, "script", found, paths=(path,))


def _is_script(path: str) -> bool:
    name = posixpath.basename(path)
    return name.endswith((".sh", ".bash")) or name in ("Makefile", "makefile") or ".github/workflows/" in path
