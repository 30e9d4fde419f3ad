"""What is deployed: from templates, in whatever dialect, to resources in CloudFormation's words."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence

from lambdalint.source import Sources
from lambdalint.templates import cloudformation, terraform
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Scalar

Reader = Callable[[Sources, Sequence[str], Mapping[str, Scalar]], Iterable[Deployment]]
"""Finds the templates of a dialect among the files at some paths, and says what they deploy.

The mapping holds values for parameters that a template leaves open.
"""

DIALECTS: tuple[Reader, ...] = (cloudformation.read, terraform.read)
"""The reader of each dialect; SAM is CloudFormation with a transform."""


def read(sources: Sources, paths: Sequence[str], parameters: Mapping[str, Scalar]) -> list[Deployment]:
    """What the templates among the files at `paths` deploy: one deployment for each root template."""
    collecting = gc.isenabled()
    # Values have no cycles, and a collector that walks them again and again takes two thirds of the time.
    gc.disable()
    try:
        return [deployment for dialect in DIALECTS for deployment in dialect(sources, paths, parameters)]
    finally:
        if collecting:
            gc.enable()
