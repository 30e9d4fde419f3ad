"""What is deployed: from templates, in whatever dialect, to resources in CloudFormation's words."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from lambdalint.source import Sources
from lambdalint.templates import cdk, cloudformation, serverless, terraform
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Scalar

Reader = Callable[[Sources, Sequence[str], Mapping[str, Scalar]], Iterable[Deployment]]
"""Finds the templates of a dialect among the files at some paths, and says what they deploy.

The mapping holds values for parameters that a template leaves open.
"""

Modules = Mapping[str, Mapping[str, str]]
"""Terraform modules of an organisation that make a function: a pattern of their sources, and under the name of each
input of terraform-aws-modules/lambda how they call it."""


def dialects(modules: Modules) -> tuple[Reader, ...]:
    """The reader of each dialect, in the order in which they are asked; SAM is CloudFormation with a transform."""
    return serverless.read, cdk.read, cloudformation.read, partial(terraform.read, modules=modules)


def read(
    sources: Sources, paths: Sequence[str], parameters: Mapping[str, Scalar], modules: Modules | None = None
) -> list[Deployment]:
    """What the templates among the files at `paths` deploy: one deployment for each root template.

    A file that takes part in a deployment of one dialect is no template of the next.
    """
    collecting = gc.isenabled()
    # Values have no cycles, and a collector that walks them again and again takes two thirds of the time.
    gc.disable()
    try:
        found: list[Deployment] = []
        for dialect in dialects(modules or {}):
            deployments = list(dialect(sources, paths, parameters))
            taken = {path for deployment in deployments for path in deployment.paths}
            paths = [path for path in paths if path not in taken]
            found += deployments
        return found
    finally:
        if collecting:
            gc.enable()
