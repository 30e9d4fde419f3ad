"""Terraform: root modules, with the modules that they call, as what they deploy."""

from __future__ import annotations

import collections.abc
import posixpath
from collections.abc import Iterator

from lambdalint.source import Sources
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Scalar


def read(
    sources: Sources,
    paths: collections.abc.Sequence[str],
    parameters: collections.abc.Mapping[str, Scalar],
    modules: collections.abc.Mapping[str, collections.abc.Mapping[str, str]] | None = None,
) -> Iterator[Deployment]:
    """The deployments that the .tf files at `paths` declare: one for each directory that no other's module is.

    `modules` are modules of an organisation that make Lambda functions: a pattern of their sources, and how they call
    the inputs of terraform-aws-modules/lambda.
    """
    directories = tuple(dict.fromkeys(posixpath.dirname(path) for path in paths if path.endswith(".tf")))
    plans = tuple(path for path in paths if path.endswith(".json"))
    if not directories and not plans:
        return
    from lambdalint.templates.terraform import roots  # only some projects have such files

    yield from roots.deployments(sources, directories, plans, parameters, modules or {})
