"""Container images: the Dockerfile that a function's image is built from, and the handler that it runs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.source import Sources, UnreadableSource
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Text, Value, items

_COMMAND = pattern(r"^\s*CMD\s*\[\s*\"([^\"]+)\"", re.MULTILINE | re.IGNORECASE)
_NODE = pattern(r"^\s*FROM\s+(?:--\S+\s+)?\S*(?:/lambda/nodejs|\bnode):", re.MULTILINE | re.IGNORECASE)
_SHORTEST = 4
"""How many characters the name of a directory must have to be told from chance."""


def is_image(function: Resource) -> bool:
    """Whether a function is deployed as a container image."""
    code, kind = function.get("Code"), function.get("PackageType")
    return (isinstance(kind, Known) and kind.value == "Image") or (
        isinstance(code, Mapping) and "ImageUri" in code.entries
    )


def runs_node(function: Resource, sources: Sources) -> bool:
    """Whether an image is made of one of Node.js, as far as its Dockerfile is at hand."""
    found = context(function, sources)
    return found is not None and is_of_node(_read(found[1], sources))


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


def context(function: Resource, sources: Sources) -> tuple[str, str] | None:
    """The directory that an image is built in, and its Dockerfile; None where that is not in the repository.

    SAM says it. Terraform does not: it is the one Dockerfile below the template whose directory's name the image has.
    """
    home = function.home
    if (said := told(function)) is not None:
        return said
    if not function.extent.path.endswith(".tf"):
        return None
    named_after = "".join(_plain(each) for each in _names(function))
    found = [
        path
        for path in sources.files(home or ".")
        if posixpath.basename(path) == "Dockerfile" and _called(path, home) in named_after and _commands(path, sources)
    ]
    return (posixpath.dirname(found[0]), found[0]) if len(found) == 1 else None


def command(function: Resource, dockerfile: str, sources: Sources) -> str | None:
    """The handler that an image runs: the function's own command, else its Dockerfile's last."""
    commands = _commands(dockerfile, sources)
    return override(function) or (commands[-1] if commands else None)


def _commands(dockerfile: str, sources: Sources) -> list[str]:
    return [each for each in _COMMAND.findall(_read(dockerfile, sources)) if "." in each]


def _read(dockerfile: str, sources: Sources) -> str:
    try:
        found = sources.read(dockerfile)
    except UnreadableSource:
        found = None
    return "" if found is None else found.text


def _names(function: Resource) -> Iterator[str]:
    """What a function and its image are called, as far as that is spelt out."""
    code = function.get("Code")
    yield function.label
    yield from _written(code.get("ImageUri") if isinstance(code, Mapping) else None)
    yield from _written(function.get("FunctionName"))


def _written(value: Value | None) -> Iterator[str]:
    match value:
        case Known(given):
            yield str(given)
        case Text(parts):
            for part in parts:
                yield from _written(part)
        case _:
            return


def _called(dockerfile: str, home: str) -> str:
    """What the directory of a Dockerfile is called; a name that nothing has where that says nothing."""
    directory = posixpath.dirname(dockerfile)
    name = _plain(posixpath.basename(directory)) if directory != home else ""
    return name if len(name) >= _SHORTEST else "\0"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
