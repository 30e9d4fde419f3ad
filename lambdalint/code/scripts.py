"""What build scripts say in plain words: which directory they zip or copy into which archive or directory, and which
archive they upload as which function's code.

Nothing is run, and no variable is known: of `$(OUT)/orders` what is written counts, `orders`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from lambdalint.patterns import pattern
from lambdalint.records import dataclass

LARGEST = 300_000
"""How many characters a script may have to be read."""

_SCRIPT = pattern(
    r"(?i)(.*/)?((makefile|taskfile|justfile|buildspec|jenkinsfile)[^/]*|[^/]+\.(sh|bash|mk)|package\.json|\.gitlab-ci\.ya?ml)"
    r"|(.*/)?\.github/workflows/[^/]+"
)
_CONTINUED = pattern(r"\\[ \t]*\n")
_ANEW = pattern(r"[ \t]*- |[\w./%-]+:")
"""How a line begins where another shell runs what follows: a step, a target."""
_WORD = pattern(r"\"[^\"]*\"|'[^']*'|[^\s\"'()]+")
_UNKNOWN = pattern(r"\$\(\w+\)|\$\{\{.*?\}\}|\$\{[^}]*\}|\{\{.*?\}\}|\$\w+|\*")
_COMMAND = pattern(r"cd|pushd|zip|cp|rsync|pip[\d.]*")
_RECURSIVE = pattern(r"-\w*[raR]\w*|--recursive|--archive")


@dataclass(frozen=True, slots=True)
class Packed:
    """That a script puts a directory into an archive, or another directory."""

    directory: str
    """As far as it is spelt out: the end of its path."""
    into: str
    """The last name of the path."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """That a script gives an archive to AWS as the code of a function."""

    function: str
    """Its name, as far as that is spelt out."""
    archive: str
    """The last name of its path."""


def is_script(path: str) -> bool:
    """Whether a file's name is that of one that says how a project is built."""
    return _SCRIPT.fullmatch(path) is not None


def steps(text: str) -> Iterator[Packed | Uploaded]:
    """What a script packs and uploads, in turn."""
    folder = ""
    for line in _CONTINUED.sub(" ", text).splitlines():
        if _ANEW.match(line):
            folder = ""
        for command in re.split(r"&&|\|\|?|;", line):
            words = [word.strip("\"'") for word in _WORD.findall(command)]
            if "lambda" in words and not {"echo", "#"}.intersection(words):
                yield from _uploaded(words)
            start = next(
                (at for at, word in enumerate(words) if _COMMAND.fullmatch(word.lstrip("@-"))),
                None,
            )
            if start is None or any(word in ("echo", "#") for word in words[:start]):
                continue
            name, rest = words[start].lstrip("@-"), words[start + 1 :]
            if name.startswith("pip"):
                yield from _installed(folder, rest)
                continue
            given = [word for word in rest[: rest.index("-x") if "-x" in rest else None] if not word.startswith("-")]
            match name, given:
                case (("cd" | "pushd"), [to, *_]):
                    folder = (
                        _spelt(posixpath.join(folder, to)) if not to.startswith(("..", "/", "-", "$")) else _spelt(to)
                    )
                case "zip", [archive, *inputs]:
                    yield from _packed(folder, inputs, archive)
                case (("cp" | "rsync"), [*inputs, target]) if any(map(_RECURSIVE.fullmatch, rest)):
                    yield from _packed(folder, inputs, target)


def _installed(folder: str, words: list[str]) -> Iterator[Packed]:
    """The project's own packages that pip installs into a directory; what it takes from elsewhere is none of them.

    https://pip.pypa.io/en/stable/cli/pip_install/
    """
    flat = [part for word in words for part in (word.split("=", 1) if word.startswith("--") else [word])]
    given = dict(pairwise(flat))
    target = given.get("-t") or given.get("--target") or ""
    own = (each for before, each in pairwise(flat) if each.startswith(".") and not _TAKES_VALUE.fullmatch(before))
    yield from _packed(folder, list(own), target)


_TAKES_VALUE = pattern(
    r"-[rtcfi]|--(?:requirement|target|constraint|find-links|(?:extra-)?index-url|prefix|root|platform)"
)


def _uploaded(words: list[str]) -> Iterator[Uploaded]:
    """https://docs.aws.amazon.com/cli/latest/reference/lambda/update-function-code.html"""
    if not {"update-function-code", "create-function"}.intersection(words):
        return
    flat = [part for word in words for part in (word.split("=", 1) if word.startswith("--") else [word])]
    given = dict(pairwise(flat))
    function, path = _UNKNOWN.sub("-", given.get("--function-name", "")).strip("-"), given.get("--zip-file", "")
    archive = posixpath.basename(path.removeprefix("fileb://"))
    if function and archive and not _UNKNOWN.search(archive):
        yield Uploaded(function.rpartition(":")[2], archive)


def _packed(folder: str, inputs: list[str], target: str) -> Iterator[Packed]:
    into = posixpath.basename(target.rstrip("/"))
    if into in ("", ".", "..") or _UNKNOWN.search(into):
        return
    for each in inputs:
        directory = _spelt(posixpath.join(folder, each))
        directory = posixpath.dirname(directory) if directory.endswith(".py") else directory
        if directory:
            yield Packed(directory, into)


def _spelt(path: str) -> str:
    """The end of a path that is spelt out."""
    names: list[str] = []
    for name in path.split("/"):
        if _UNKNOWN.search(name) and name != "*":
            names = []
        elif name not in ("", ".", "..", "*"):
            names.append(name)
        elif name == "..":
            names = names[:-1]
    return "/".join(names)
