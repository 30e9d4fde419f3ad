"""What the files beside code ask to be installed: requirements.txt, pyproject.toml, Pipfile, and lock files."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lambdalint.data import distributions
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Source, Sources, Span, UnreadableSource


@dataclass(frozen=True, slots=True)
class Requirement:
    """A distribution that is to be installed."""

    name: str
    """Normalised."""
    span: Span
    extras: bool = False
    """Whether it is asked for with more than it always requires."""
    pinned: bool = False
    """Whether a version of it is asked for."""
    aside: bool = False
    """Whether it is asked for beside what is deployed: to develop, or by who wants more."""
    left_out: bool = False
    """Whether `#no-deploy` stands behind it, which the first releases of serverless-python-requirements heed."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file asks for."""

    path: str
    requirements: tuple[Requirement, ...]
    opaque: bool = False
    """Whether it asks for more than can be read here."""
    complete: bool = False
    """Whether it names everything that is installed, also what others require."""


_NAMES = pattern(
    r"(.*requirements.*\.(txt|in)|pyproject\.toml|Pipfile(\.lock)?|(poetry|uv|pdm)\.lock|pylock.*\.toml"
    r"|setup\.(py|cfg)|(environment|conda).*\.ya?ml)"
)


def names_manifest(path: str) -> bool:
    """Whether a file's name is that of one that says what to install."""
    return _NAMES.fullmatch(posixpath.basename(path)) is not None


def declared(path: str, sources: Sources) -> Declared | None:
    """What the file at a path asks for; None where it asks for nothing."""
    try:
        source = sources.read(path)
    except UnreadableSource:
        return Declared(path, (), opaque=True)
    if source is None:
        return None
    name = posixpath.basename(path)
    if name.endswith((".txt", ".in")):
        return _requirements(source, sources, {path})
    try:
        if name == "Pipfile.lock":
            packed = json.loads(source.text)
            return _locked(source, [*packed.get("default", {}), *packed.get("develop", {})])
        if name == "Pipfile":
            return _pipfile(source, _toml(source))
        if name == "pyproject.toml":
            return _project(source, _toml(source))
        if name.endswith(".lock") or name.startswith("pylock"):
            read = _toml(source)
            packages = (*read.get("package", ()), *read.get("packages", ()))
            return _locked(source, [each["name"] for each in packages])
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    return Declared(path, (), opaque=True)


def _toml(source: Source) -> dict[str, Any]:
    import tomllib  # most runs read none

    return tomllib.loads(source.text)


_LOCAL = pattern(
    r"^[ \t]*[\"']?(?:(?:-e|--editable)[ \t=]+|[\w.-]+[ \t]*@[ \t]*)?(?:file:(?://)?)?(\.{1,2}/[^\s#;\"']*)"
    r"|\bpath[ \t]*=[ \t]*[\"'](\.{1,2}/[^\"']*)[\"']",
    re.MULTILINE,
)
"""A directory that is installed: in requirements.txt, and in pyproject.toml of Poetry and uv, and in a Pipfile."""


def installed(path: str, sources: Sources) -> Iterator[str]:
    """The directories of the project that the file at a path has installed."""
    try:
        source = sources.read(path)
    except UnreadableSource:
        return
    if source is not None and posixpath.basename(path).endswith((".txt", ".in", ".toml", "Pipfile")):
        for match in _LOCAL.finditer(source.text):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), match[1] or match[2]))


_LINE = pattern(r"(?P<name>[A-Za-z0-9][\w.-]*)[ \t]*(?P<extras>\[[^\]]*\])?[ \t]*(?P<version>[=<>!~@]?=?)")


_NO_DEPLOY = pattern(r"#\s*no-deploy\b")


def _requirements(source: Source, sources: Sources, seen: set[str]) -> Declared:
    """A requirements file: https://pip.pypa.io/en/stable/reference/requirements-file-format/."""
    found: list[Requirement] = []
    opaque = False
    for number, line in enumerate(source.lines, 1):
        written = re.sub(r"(^|\s)#.*", "", line).strip()
        option, _, rest = written.replace("=", " ", 1).partition(" ")
        if option in ("-r", "--requirement"):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), rest.strip()))
            other = _other(path, sources, seen)
            found += () if other is None else other.requirements
            opaque = opaque or other is None or other.opaque
        elif option in ("-e", "--editable") or re.match(r"[./]|\w+(\+\w+)?://", written):
            egg = re.search(r"[#&]egg=([\w.-]+)", written)
            opaque = opaque or egg is None
            if egg is not None:
                found.append(Requirement(distributions.normalised(egg[1]), _span(source, number, line), extras=True))
        elif written and not written.startswith("-") and (match := _LINE.match(written)):
            name, version = distributions.normalised(match["name"]), match["version"]
            span = _span(source, number, line)
            left = _NO_DEPLOY.search(line) is not None
            found.append(Requirement(name, span, bool(match["extras"]), pinned=bool(version), left_out=left))
    return Declared(source.path, tuple(found), opaque)


def _other(path: str, sources: Sources, seen: set[str]) -> Declared | None:
    if path in seen:
        return Declared(path, ())
    seen.add(path)
    try:
        source = sources.read(path)
    except UnreadableSource:
        return None
    return None if source is None else _requirements(source, sources, seen)


def _project(source: Source, read: dict[str, Any]) -> Declared | None:
    """https://packaging.python.org/en/latest/specifications/pyproject-toml/, and what Poetry and uv add."""
    project, tool = read.get("project", {}), read.get("tool", {})
    groups = [
        project.get("dependencies", ()),
        *project.get("optional-dependencies", {}).values(),
        *read.get("dependency-groups", {}).values(),
        tool.get("uv", {}).get("dev-dependencies", ()),
        *tool.get("pdm", {}).get("dev-dependencies", {}).values(),
    ]
    written = [each for group in groups for each in group if isinstance(each, str)]
    found = [_named(source, match) for each in written if (match := _LINE.match(each))]
    poetry = tool.get("poetry", {})
    tables = [poetry, *poetry.get("group", {}).values()]
    rows = [table.get(name, {}) for table in tables for name in ("dependencies", "dev-dependencies")]
    found += [requirement for row in rows for requirement in _rows(source, row) if requirement.name != "python"]
    # Who asks for a project's own modules has them.
    names = (table.get("name") for table in (project, poetry))
    found += [Requirement(distributions.normalised(name), Span.top(source.path)) for name in names if name]
    opaque = "dependencies" in project.get("dynamic", ()) or bool({"hatch", "flit"} & set(tool) and not project)
    return Declared(source.path, tuple(found), opaque) if found or opaque else None


def _named(source: Source, found: re.Match[str]) -> Requirement:
    name = distributions.normalised(found["name"])
    return Requirement(name, _place(source, found["name"]), bool(found["extras"]), pinned=bool(found["version"]))


def _pipfile(source: Source, read: dict[str, Any]) -> Declared:
    """https://pipenv.pypa.io/en/latest/pipfile.html."""
    tables = (("packages", False), ("dev-packages", True))
    found = (each for name, aside in tables for each in _rows(source, read.get(name, {}), aside=aside))
    return Declared(source.path, tuple(found))


def _rows(source: Source, table: dict[str, Any], *, aside: bool = False) -> Iterator[Requirement]:
    for name, given in table.items():
        version = given.get("version", "*") if isinstance(given, dict) else given
        extras = isinstance(given, dict) and bool({"extras", "path", "git", "url", "file"} & given.keys())
        yield Requirement(distributions.normalised(name), _place(source, name), extras, version != "*", aside)


def _locked(source: Source, names: Iterable[str]) -> Declared:
    place = Span.top(source.path)
    found = (Requirement(distributions.normalised(name), place, pinned=True) for name in names)
    return Declared(source.path, tuple(found), complete=True)


def _place(source: Source, name: str) -> Span:
    """The first line of a file that begins with a name, quoted or not."""
    wanted = re.compile(rf"\s*[\"'\[]*{re.escape(name)}\b")
    for number, line in enumerate(source.lines, 1):
        if wanted.match(line):
            return _span(source, number, line)
    return Span.top(source.path)


def _span(source: Source, number: int, line: str) -> Span:
    start = len(line) - len(line.lstrip())
    return source.span((number, start + 1), (number, len(line.rstrip()) + 1))
