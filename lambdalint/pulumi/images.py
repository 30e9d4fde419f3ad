"""Images that a program builds, and what of.

https://www.pulumi.com/registry/packages/awsx/api-docs/ecr/image/ · https://www.pulumi.com/registry/packages/docker-build/
"""

from __future__ import annotations

import posixpath

from lambdalint.code.value import Call, Constant, Result, Value, origins
from lambdalint.pulumi.expressions import Expressions
from lambdalint.pulumi.structures import Structure, structure
from lambdalint.records import dataclass, replace
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping
from lambdalint.templates.value import Value as Said

_CLASSES = ("npm:@pulumi/awsx.ecr.Image", "npm:@pulumi/awsx/ecr.Image", "npm:@pulumi/docker.Image",
            "npm:@pulumi/docker-build.Image", "pulumi_awsx.ecr.Image", "pulumi_docker.Image",
            "pulumi_docker_build.Image")  # fmt: skip
"""What builds an image."""


@dataclass(frozen=True, slots=True)
class Image:
    """What an image is built of, from where the program is run."""

    context: str
    file: str
    """Its Dockerfile, from the context."""


def of(expressions: Expressions, uri: Value | None) -> Image | None:
    """The image that the program builds and a function is given by its URI; None where that is none."""
    for each in () if uri is None else origins(uri):
        if isinstance(each, Result) and each.call.name in _CLASSES:
            return _built(expressions, each.call)
    return None


def _built(expressions: Expressions, call: Call) -> Image | None:
    held = call.arguments[1] if len(call.arguments) > 1 else None
    given = Structure(call.keywords, call.places, call.open) if held is None else structure(held)
    if given is None:
        return None
    inner = structure(given.get("build")) or Structure()
    context = expressions.path(_located(inner.get("context") or given.get("context") or given.get("path")))
    if context is None:
        return None
    named = _located(inner.get("dockerfile") or given.get("dockerfile"))
    file = "Dockerfile" if named is None else expressions.path(named)
    if file is None:
        return None
    return Image(context, file if named is None else posixpath.relpath(file, context))


def _located(given: Value | None) -> Value | None:
    """A path, or the one in a structure that has it as its location; where the program is run, for none."""
    match given:
        case None | Constant(str()):
            return given
        case _:
            inner = structure(given)
            found = None if inner is None else inner.get("location")
            return given if found is None else found


def told(resource: Resource, image: Image, home: str) -> Resource:
    """A function of which it is known what its image is built of."""
    span = resource.span
    here = posixpath.dirname(span.path) or "."
    context = posixpath.relpath(posixpath.join(home, image.context), here)
    entries: dict[str, Said] = {"DockerContext": Known(context, span), "Dockerfile": Known(image.file, span)}
    keys: dict[str, Span] = dict.fromkeys(entries, span)
    return replace(resource, metadata=Mapping(entries, span, keys))
