"""How authors call the same thing in a directory, an archive, an image and a function: by the same words."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import dropwhile

from lambdalint.patterns import pattern
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Text, Value

_SAYING_NOTHING = frozenset({
    "lambda", "lambdas", "function", "functions", "fn", "func", "handler", "handlers", "app", "apps", "main", "index",
    "code", "src", "source", "sources", "python", "py", "package", "packages", "packaged", "payload", "deployment",
    "build", "builds", "dist", "zip", "zips", "archive", "archives", "artifact", "artifacts", "artefact", "artefacts",
    "image", "images", "docker", "container", "latest", "current", "module", "modules", "service", "services", "files",
    "v", "event", "aws", "layer", "the", "this", "scripts", "script", "terraform", "infra", "infrastructure", "out",
    "output", "target", "tmp", "resources", "assets", "lib", "libs", "backend", "api",
})  # fmt: skip
"""Words that tell no function from another."""

_WORD = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_VERSION = pattern(r"\d+")
_ENDINGS = pattern(r"\.(zip|jar|tar|tar\.gz|whl)$")


def words(name: str) -> tuple[str, ...]:
    """The words of a name that tell it from others: `acme-discoveryLambda.zip` is acme, discovery."""
    found = (word.lower() for word in _WORD.findall(_ENDINGS.sub("", name)))
    return tuple(word for word in found if word not in _SAYING_NOTHING and not _VERSION.fullmatch(word))


def directory(path: str) -> tuple[str, ...]:
    """The words of the nearest directory above a file whose name says something; none where none does."""
    folder = posixpath.dirname(path)
    while folder not in ("", ".", "/", ".."):
        folder, name = posixpath.split(folder)
        if found := words(name):
            return found
    return ()


def spelt(name: str) -> tuple[str, ...]:
    """All words of a name."""
    return tuple(word.lower() for word in _WORD.findall(_ENDINGS.sub("", name)))


def way(path: str) -> tuple[str, ...]:
    """All words of the directories above a file, but for the outermost ones that tell nothing: of
    `src/handlers/me/wallet/create/handler.py` me, wallet, create."""
    return tuple(dropwhile(_SAYING_NOTHING.__contains__, spelt(posixpath.dirname(path))))


def ends_in(whole: tuple[str, ...], end: tuple[str, ...]) -> int:
    """How many words a name ends in that are all the words of another; 0 where it does not."""
    return len(end) if end and whole[-len(end) :] == end else 0


def written(value: Value | None) -> str:
    """A text with what only the deployment knows left out."""
    match value:
        case Known(given):
            return str(given)
        case Text(parts):
            return "-".join(written(part) for part in parts)
        case _:
            return ""


def called(function: Resource) -> Iterator[str]:
    """What a function is called, as far as that is spelt out."""
    yield from filter(None, (written(function.get("FunctionName")), function.label))


def archive(code: Value | None) -> str:
    """The path, the key or the image of a function's code, as far as that is spelt out."""
    match code:
        case Mapping(entries):
            return next((said for name in ("S3Key", "ImageUri") if (said := written(entries.get(name)))), "")
        case _:
            return written(code)
