"""Container images, as templates and Dockerfiles tell of them."""

from __future__ import annotations

import posixpath
import re

from lambdalint.patterns import pattern
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, items

_NODE = pattern(r"^\s*FROM\s+(?:--\S+\s+)?\S*(?:/lambda/nodejs|\bnode):", re.MULTILINE | re.IGNORECASE)


def is_image(function: Resource) -> bool:
    """Whether a function is deployed as a container image."""
    code, kind = function.get("Code"), function.get("PackageType")
    return (isinstance(kind, Known) and kind.value == "Image") or (
        isinstance(code, Mapping) and "ImageUri" in code.entries
    )


_RUNS = pattern(r"\bawslambdaric\b|\baws-lambda-ric\b|/aws-lambda-\w+|/lambda/\w+:", re.IGNORECASE)


def runs_functions(text: str) -> bool:
    """Whether what a Dockerfile makes is run by Lambda: by its images, or by its runtime interface clients."""
    return _RUNS.search(text) is not None


def is_of_node(text: str) -> bool:
    """Whether a Dockerfile makes its image of one of Node.js."""
    return _NODE.search(text) is not None


def told(function: Resource) -> tuple[str, str] | None:
    """The directory that an image is built in, and its Dockerfile, as SAM says it."""
    directory = function.metadata.get("DockerContext") if function.metadata else None
    if not isinstance(directory, Known):
        return None
    named = function.metadata.get("Dockerfile") if function.metadata else None
    context = posixpath.normpath(posixpath.join(posixpath.dirname(function.extent.path), str(directory.value)))
    return context, posixpath.join(context, str(named.value) if isinstance(named, Known) else "Dockerfile")


def override(function: Resource) -> str | None:
    """The command that a function has its image run; None where it leaves that to the image."""
    return next(
        (str(each.value) for each in items(function.get("ImageConfig", "Command")) if isinstance(each, Known)), None
    )
