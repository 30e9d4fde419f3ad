"""From a function's container image to the file that its handler is written in: by the Dockerfile that builds it.

Which Dockerfile that is SAM says. Elsewhere the image's name says it, or the handler that the image is to run: one
Dockerfile alone can be meant, or none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from lambdalint.code import images, naming
from lambdalint.code.dockerfile import Image, built
from lambdalint.code.repository import Repository
from lambdalint.code.search import Wanted
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Mapping


@dataclass(frozen=True, slots=True)
class Contained:
    """A handler in an image, where it comes from."""

    path: str
    function: str
    roots: tuple[str, ...]
    """The directories that what it imports is copied from."""
    evidence: str = ""
    """Why it is this image, where the template does not say so."""


@dataclass(frozen=True, slots=True)
class Containers:
    """The images of a repository."""

    repository: Repository

    def find(self, function: Resource, resources: Iterable[Resource]) -> Contained | tuple[str, ...]:
        """The handler that a function's image runs, or the Dockerfiles that may build it."""
        home = posixpath.dirname(function.extent.path) or "."
        command = images.override(function)
        told = images.told(function)
        if told is not None:
            found = self._handler(told[1], command, (told[0],), told=True)
            return (told[1],) if found is None else found
        every = [path for path in self.repository.called("Dockerfile", home) if not images.is_of_node(self._text(path))]
        held = {path: found for path in every if (found := self._handler(path, command, tuple(_above(path, home))))}
        for clues in (tuple(self._clues(function)), tuple(naming.called(function))):
            match _named(every, clues):
                case (path,) if path in held:
                    return self._by(held[path], f"its image is built from {path}, which is called like it")
                case (_, *_) as several:
                    return tuple(several)
        others = [each for each in resources if each.type == function.type and images.is_image(each)]
        if len({each.path for each in held.values()}) == 1:
            path, found = next(iter(held.items()))
            if command is not None and len(naming.words(command.rpartition(".")[0])) > 1:
                return self._by(found, f"of all images only that of {path} holds {command}")
            if len(others) == 1 and len(every) == 1:
                return self._by(found, f"{path} is the one Dockerfile, and it the one image")
        return tuple(held)

    def _by(self, found: Contained, evidence: str) -> Contained:
        return Contained(found.path, found.function, found.roots, evidence)

    def _handler(
        self, dockerfile: str, command: str | None, contexts: tuple[str, ...], *, told: bool = False
    ) -> Contained | None:
        """The handler that an image runs, its own or another, where its code was copied from one of some contexts.

        Whether the file defines it does not matter where the image was told.
        """
        image = built(self._text(dockerfile))
        module, dot, name = (command or image.command or "").rpartition(".")
        if not dot:
            return None
        wanted = Wanted.python(module.replace("/", "."), name)
        for context in contexts:
            for inner in wanted.paths:
                path = self._origin(image, posixpath.join(image.directory, inner), context)
                path = path or (posixpath.join(context, inner) if context == contexts[0] else None)
                source = None if path is None else self.repository.read(path)
                if source is not None and (told or self.repository.defines(source.path, name)):
                    roots = (wanted.root(source.path), *self._roots(image, context))
                    return Contained(source.path, name, tuple(dict.fromkeys(roots)))
        return None

    def _origin(self, image: Image, path: str, context: str) -> str | None:
        """Where in the repository a file of an image comes from."""
        for each in reversed(image.copies):
            for inner in (each.source if each.is_file(path) else None, each.place(path)):
                found = None if inner is None else posixpath.normpath(posixpath.join(context, inner))
                if found is not None and self.repository.read(found) is not None:
                    return found
        return None

    def _roots(self, image: Image, context: str) -> Iterator[str]:
        """The directories of a context that imports in an image find their modules below."""
        for each in image.copies:
            inner = posixpath.relpath(each.target, image.directory)
            lies = posixpath.normpath(posixpath.join(context, each.source))
            if inner == "." and lies.endswith((".py", "*")):
                yield posixpath.dirname(lies)
            elif not self.repository.sources.files(lies):
                continue
            elif inner == ".":
                yield lies
            elif each.source == inner or each.source.endswith(f"/{inner}"):
                yield posixpath.normpath(posixpath.join(context, each.source[: -len(inner)]))

    def _clues(self, function: Resource) -> Iterator[str]:
        """What a function's image is called, in its value and in the expression that gives it."""
        code = function.get("Code")
        value = code.entries.get("ImageUri") if isinstance(code, Mapping) else None
        if value is None:
            return
        yield re.split("[:@]", posixpath.basename(naming.written(value)), maxsplit=1)[0]
        span = value.span
        lines = self._text(span.path).split("\n")[span.line - 1 : span.end_line]
        if len(lines) == 1:
            for word in re.findall(r"[\w.-]+", lines[0][span.column - 1 : span.end_column - 1]):
                yield _TRAILING.sub("", word)

    def _text(self, path: str) -> str:
        found = self.repository.read(path)
        return "" if found is None else found.text


def _above(dockerfile: str, home: str) -> Iterator[str]:
    """The directories that an image may be built in: its Dockerfile's, and those above it up to the template's."""
    directory = posixpath.dirname(dockerfile) or "."
    while True:
        yield directory
        if directory in (".", "/", "..") or directory.endswith("/..") or home.startswith(f"{directory}/"):
            return
        directory = posixpath.dirname(directory) or "."


_TRAILING = pattern(
    r"(?i)([._-]*(image|ecr|repository|repo|docker|container|lambda|function))*[._-]*(uri|url|tag|name|digest)?$"
)


def _named(dockerfiles: Iterable[str], clues: Iterable[str]) -> tuple[str, ...]:
    """The Dockerfiles whose directory's name, or the end of their own, a clue ends in by the most words."""
    scores: dict[str, int] = {}
    said = [naming.words(clue) for clue in clues]
    for path in dockerfiles:
        own = (naming.directory(path), naming.words(posixpath.basename(path).partition(".")[2]))
        scores[path] = max((naming.ends_in(whole, end) for whole in said for end in own), default=0)
    most = max(scores.values(), default=0)
    return tuple(path for path, score in scores.items() if score == most) if most else ()
