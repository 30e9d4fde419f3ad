"""From a function's container image to the file that its handler is written in: by the Dockerfile that builds it.

Which Dockerfile that is SAM says. Elsewhere the image's name says it, or the handler that the image is to run: one
Dockerfile alone can be meant, or none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

from lambdalint.code import images, naming
from lambdalint.code.dockerfile import Image, built
from lambdalint.code.repository import DOCKERFILES, Repository
from lambdalint.code.search import Wanted
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Span
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


Holds = Callable[[Image, str, tuple[str, ...], bool], "Contained | None"]
"""Where the handler of a name in an image comes from, among some contexts; the last says that the template told it."""


@dataclass(frozen=True, slots=True)
class Containers:
    """The images of a repository."""

    repository: Repository

    def find(
        self, function: Resource, resources: Iterable[Resource], of_node: Holds | None = None
    ) -> Contained | tuple[str, ...]:
        """The handler that a function's image runs, or the Dockerfiles that may build it.

        `of_node` finds handlers in images of Node.js; without it, images of Python are looked at.
        """
        home = posixpath.dirname(function.extent.path) or "."
        command = images.override(function)
        holds = of_node or self._python

        def handler(
            dockerfile: str, contexts: tuple[str, ...], *, told: bool = False, run: str | None = command
        ) -> Contained | None:
            image = built(self._text(dockerfile))
            named = run or image.command or ""
            return holds(image, named, contexts, told) if "." in named else None

        told = images.told(function)
        if told is not None:
            return handler(told[1], (told[0],), told=True) or (told[1],)
        wanted = of_node is not None
        every = [path for path in self._dockerfiles(function) if images.is_of_node(self._text(path)) == wanted]
        held = {path: found for path in every if (found := handler(path, tuple(_above(path, home))))}
        for clues in self._all_clues(function):
            match _named(every, clues):
                case (path,) if path in held:
                    return self._by(held[path], f"its image is built from {path}, which is called like it")
                case (_, *_) as several:
                    return several
        others = [each for each in resources if each.type == function.type and images.is_image(each)]
        if len({each.path for each in held.values()}) == 1:
            path, found = next(iter(held.items()))
            if command is not None and len(naming.words(command.rpartition(".")[0])) > 1:
                return self._by(found, f"of all images only that of {path} holds {command}")
            if len(others) == 1 and len(every) == 1:
                return self._by(found, f"{path} is the one Dockerfile, and it the one image")
            runs = images.runs_functions(self._text(path))
            commands, around = {images.override(each) for each in others}, tuple(_above(path, home))
            apart = len(commands) > 1 and all(each and handler(path, around, run=each) for each in commands)
            if len(every) == 1 and apart and runs:
                return self._by(found, f"{path} is the one Dockerfile, and holds the handlers of all images")
            if command is None and self._is_one(others) and runs:
                return self._by(found, f"{path} is the one Dockerfile that runs functions, and they have one image")
        return tuple(held)

    def _is_one(self, functions: Iterable[Resource]) -> bool:
        """Whether some functions run the same image: what gives it is spelt alike."""
        spelt: set[str] = set()
        for each in functions:
            code = each.get("Code")
            value = code.entries.get("ImageUri") if isinstance(code, Mapping) else None
            if value is None or images.override(each) is not None:
                return False
            spelt.add(self._spelt(value.span))
        return len(spelt) == 1 and "" not in spelt

    def _spelt(self, span: Span) -> str:
        """What a place of one line says; "" for one of several."""
        lines = self._text(span.path).split("\n")[span.line - 1 : span.end_line]
        return lines[0][span.column - 1 : span.end_column - 1] if len(lines) == 1 else ""

    def command(self, function: Resource) -> str | None:
        """The handler that a function has its image run, else what the Dockerfile runs that its template names."""
        told = images.told(function)
        return images.override(function) or (built(self._text(told[1])).command if told is not None else None)

    def said(self, function: Resource) -> str | None:
        """The handler in a package of Python that an image runs whichever Dockerfile builds it, where one copies what
        is called so: further steps, which are not followed, put it where it is run."""
        texts = [text for path in self._dockerfiles(function) if not images.is_of_node(text := self._text(path))]
        own = images.override(function)
        commands = {own} if own is not None else {built(text).command for text in texts}
        command = commands.pop() if len(commands) == 1 else None
        module = (command or "").rpartition(".")[0]
        package, inner, _ = module.replace("/", ".").partition(".")
        copied = re.compile(rf"^\s*(COPY|ADD)\s[^\n]*\b{re.escape(package)}\b", re.MULTILINE)
        return command if inner and any(map(copied.search, texts)) else None

    def runs_node(self, function: Resource) -> bool:
        """Whether a function's image is made of one of Node.js, as far as its Dockerfile is at hand."""
        told = images.told(function)
        every = list(self._dockerfiles(function)) if told is None else [told[1]]
        named = next(filter(None, (_named(every, clues) for clues in self._all_clues(function))), ())
        meant = named or every if told is None else every
        return bool(meant) and all(images.is_of_node(self._text(path)) for path in meant)

    def _dockerfiles(self, function: Resource) -> Iterator[str]:
        return self.repository.called(DOCKERFILES, posixpath.dirname(function.extent.path) or ".")

    def _by(self, found: Contained, evidence: str) -> Contained:
        return Contained(found.path, found.function, found.roots, evidence)

    def _python(self, image: Image, command: str, contexts: tuple[str, ...], told: bool) -> Contained | None:
        """The handler in Python that an image runs, where its code was copied from one of some contexts.

        Whether the file defines it does not matter where the image was told.
        """
        module, _, name = command.rpartition(".")
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
        lies = (posixpath.normpath(posixpath.join(context, inner)) for inner in image.origins(path))
        return next((each for each in lies if self.repository.read(each) is not None), None)

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

    def _all_clues(self, function: Resource) -> Iterator[tuple[str, ...]]:
        """What a function's image is called, then what the function is."""
        yield tuple(self._clues(function))
        yield tuple(naming.called(function))

    def _clues(self, function: Resource) -> Iterator[str]:
        """What a function's image is called, in its value and in the expression that gives it."""
        code = function.get("Code")
        value = code.entries.get("ImageUri") if isinstance(code, Mapping) else None
        if value is None:
            return
        yield re.split("[:@]", posixpath.basename(naming.written(value)), maxsplit=1)[0]
        for word in re.findall(r"[\w.-]+", self._spelt(value.span)):
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
