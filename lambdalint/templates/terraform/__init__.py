"""Terraform: root modules, with the modules that they call, as what they deploy."""

from __future__ import annotations

import collections.abc
import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lambdalint.source import Sources
from lambdalint.templates.resource import Deployment
from lambdalint.templates.terraform.endings import ROOTS
from lambdalint.templates.value import Scalar

if TYPE_CHECKING:
    from lambdalint.templates.terraform.roots import Roots


def read(
    sources: Sources,
    paths: collections.abc.Sequence[str],
    parameters: collections.abc.Mapping[str, Scalar],
    modules: collections.abc.Mapping[str, collections.abc.Mapping[str, str]] | None = None,
) -> Iterator[Deployment]:
    """The deployments that the files at `paths` declare: one for each directory that no other's module is.

    `modules` are modules of an organisation that make Lambda functions: a pattern of their sources, and how they call
    the inputs of terraform-aws-modules/lambda.
    """
    found = begin(sources, paths, parameters, modules)
    if found is None:
        return
    covered: set[str] = set()
    yield from found.planned
    for directory in found.directories:
        read = found.read(directory)
        covered.update(read.modules)
        yield read
    yield from found.rest(covered)


def begin(
    sources: Sources,
    paths: collections.abc.Sequence[str],
    parameters: collections.abc.Mapping[str, Scalar],
    modules: collections.abc.Mapping[str, collections.abc.Mapping[str, str]] | None = None,
) -> Roots | None:
    """The plans and root modules among the files at `paths`, of which each can be read by itself; None without any."""
    directories = tuple(dict.fromkeys(posixpath.dirname(path) for path in paths if path.endswith(ROOTS)))
    plans = tuple(path for path in paths if path.endswith(".json"))
    if not directories and not plans:
        return None
    from lambdalint.templates.terraform.roots import Roots  # only some projects have such files

    return Roots(sources, directories, plans, parameters, modules or {})
