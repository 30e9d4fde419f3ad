"""What is deployed: from templates, in whatever dialect, to resources in CloudFormation's words."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from lambdalint.source import Sources
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Scalar

if TYPE_CHECKING:
    from lambdalint.templates.terraform.roots import Roots

Reader = Callable[[Sources, Sequence[str], Mapping[str, Scalar]], Iterable[Deployment]]
"""Finds the templates of a dialect among the files at some paths, and says what they deploy.

The mapping holds values for parameters that a template leaves open.
"""

Modules = Mapping[str, Mapping[str, str]]
"""Terraform modules of an organisation that make a function: a pattern of their sources, and under the name of each
input of terraform-aws-modules/lambda how they call it."""


def dialects(modules: Modules) -> tuple[Reader, ...]:
    """The reader of each dialect, in the order in which they are asked; SAM is CloudFormation with a transform."""
    from lambdalint.templates import terraform  # who only asks what a value is needs no dialect

    return *_first(), partial(terraform.read, modules=modules)


def _first() -> tuple[Reader, ...]:
    from lambdalint.templates import amplify, cdk, chalice, cloudformation, scripts, serverless, unread

    return serverless.read, cdk.read, chalice.read, amplify.read, cloudformation.read, scripts.read, unread.read


def read(
    sources: Sources, paths: Sequence[str], parameters: Mapping[str, Scalar], modules: Modules | None = None
) -> list[Deployment]:
    """What the templates among the files at `paths` deploy: one deployment for each root template.

    A file that takes part in a deployment of one dialect is no template of the next.
    """
    with uncollected():
        return _read(sources, paths, parameters, dialects(modules or {}))[0]


def begin(
    sources: Sources, paths: Sequence[str], parameters: Mapping[str, Scalar], modules: Modules
) -> tuple[list[Deployment], Roots | None]:
    """As `read`, but the last dialect's templates are only found: each can be read by itself, and takes its time."""
    from lambdalint.templates import terraform

    with uncollected():
        found, left = _read(sources, paths, parameters, _first())
        return found, terraform.begin(sources, left, parameters, modules)


def _read(
    sources: Sources, paths: Sequence[str], parameters: Mapping[str, Scalar], dialects: Iterable[Reader]
) -> tuple[list[Deployment], Sequence[str]]:
    """What the dialects find, and the paths that are no templates of any."""
    found: list[Deployment] = []
    for dialect in dialects:
        deployments = list(dialect(sources, paths, parameters))
        taken = {path for deployment in deployments for path in deployment.paths}
        paths = [path for path in paths if path not in taken]
        found += deployments
    return found, paths


@contextmanager
def uncollected() -> Iterator[None]:
    """Values have no cycles, and a collector that walks them again and again takes two thirds of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
