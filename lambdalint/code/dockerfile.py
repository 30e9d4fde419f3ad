"""What a Dockerfile puts where in its image, and what the image runs.

https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import fnmatch
import json
import posixpath
import re
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.records import dataclass, replace

TASK_ROOT = "/var/task"
"""Where AWS's images look for code: https://docs.aws.amazon.com/lambda/latest/dg/python-image.html."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A file or directory of the context, and what it becomes."""

    source: str
    """Relative to the context; the last name may be a pattern."""
    target: str
    """Absolute: the file or directory itself, or the directory that a file comes into."""

    def place(self, path: str) -> str | None:
        """Where in the context a file of the image would come from, if this brought it."""
        folder, name = posixpath.split(self.source)
        before = self.target.rstrip("/") + "/"
        inner = path.removeprefix(before)
        if not path.startswith(before):
            return None
        if "*" in name:
            return posixpath.join(folder, inner) if fnmatch.fnmatchcase(inner, name) and "/" not in inner else None
        return posixpath.join(self.source, inner)

    def is_file(self, path: str) -> bool:
        """Whether it would bring a file of the image as a file, not with the directory that it lies in."""
        return path in (self.target, posixpath.join(self.target, posixpath.basename(self.source)))


@dataclass(frozen=True, slots=True)
class Image:
    """What a Dockerfile builds."""

    copies: tuple[Copied, ...] = ()
    """In their order: what comes later hides what was there."""
    directory: str = TASK_ROOT
    """The one that it runs in, where imports start."""
    command: str | None = None
    """The first word of its CMD."""

    def origins(self, path: str) -> Iterator[str]:
        """Where in the context a file of the image may come from, the likeliest first."""
        for each in reversed(self.copies):
            if each.is_file(path):
                yield each.source
            if (inner := each.place(path)) is not None:
                yield inner


_CONTINUED = pattern(r"\\[ \t]*\n(?:[ \t]*#[^\n]*\n)*")
_INSTRUCTION = pattern(r"[ \t]*(FROM|ARG|ENV|WORKDIR|COPY|ADD|CMD)[ \t]+(.+)", re.IGNORECASE)
_VARIABLE = pattern(r"\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))")
_SETTING = pattern(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S*)")


def built(text: str) -> Image:
    """What the last stage of a Dockerfile builds."""
    stages: dict[str, Image] = {}
    names = {"LAMBDA_TASK_ROOT": TASK_ROOT}
    image = Image()
    stage = ""
    for line in _CONTINUED.sub(" ", text.replace("\r\n", "\n")).split("\n"):
        found = _INSTRUCTION.fullmatch(line.rstrip())
        word, rest = ("", "") if found is None else (found[1].upper(), _filled(found[2], names))
        match word:
            case "FROM":
                stages[stage] = image
                parts = [part for part in rest.split() if not part.startswith("--")]
                image = stages.get(parts[0], Image()) if parts else Image()
                stage = parts[2] if len(parts) > 2 else str(len(stages) - 1)
            case "ARG" | "ENV":
                names |= {name: value.strip("\"'") for name, value in _SETTING.findall(rest)}
            case "WORKDIR":
                image = replace(image, directory=posixpath.normpath(posixpath.join(image.directory, rest.strip())))
            case "COPY" | "ADD":
                image = replace(image, copies=(*image.copies, *_copied(rest, image, stages)))
            case "CMD":
                image = replace(image, command=_first(rest))
    return image


_MANIFESTS = frozenset({"package.json", "package*.json", "tsconfig.json"})


def _filled(text: str, names: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda found: names.get(found[1] or found[3], found[2] or found[0]), text)


def _first(rest: str) -> str | None:
    """The first word of a command in its exec form."""
    match _words(rest):
        case [str(first), *_]:
            return first
        case _:
            return None


def _words(rest: str) -> list[str]:
    try:
        read = json.loads(rest)
    except ValueError:
        return []
    return [str(each) for each in read] if isinstance(read, list) else []


def _copied(rest: str, image: Image, stages: dict[str, Image]) -> Iterator[Copied]:
    flags = re.match(r"(?:--\S+[ \t]+)*", rest)
    options, rest = (flags[0], rest[flags.end() :]) if flags else ("", rest)
    words = _words(rest) or rest.split()
    if len(words) < 2 or words[0].startswith("<<"):
        return
    target = posixpath.normpath(posixpath.join(image.directory, words[-1]))
    came = re.search(r"--from=(\S+)", options)
    for word in words[:-1]:
        if came is None:
            yield Copied(posixpath.normpath(word.lstrip("/") or "."), target)
        elif came[1] in stages:
            yield from _taken(posixpath.normpath(posixpath.join("/", word)), target, stages[came[1]])


def _taken(path: str, target: str, stage: Image) -> Iterator[Copied]:
    """What an earlier stage copied to a path, copied on, or what it makes there of what it was copied."""
    for each in stage.copies:
        folder, name = posixpath.split(each.source)
        if name in _MANIFESTS and path.startswith(f"{(home := each.target.removesuffix(f'/{name}')).rstrip('/')}/"):
            # The stage builds in the directory that has the manifest, as the project does where it lies.
            yield Copied(posixpath.normpath(posixpath.join(folder, posixpath.relpath(path, home))), target)
        if each.target == path or each.target.startswith(f"{path.rstrip('/')}/"):
            yield Copied(each.source, posixpath.normpath(posixpath.join(target, posixpath.relpath(each.target, path))))
        elif (inner := each.place(path)) is not None:
            yield Copied(posixpath.normpath(inner), target)
