"""Assets: from the copy that `cdk synth` staged to the files that its author wrote."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.source import Source, Sources, UnreadableSource
from lambdalint.templates.cdk import assembly
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.spelling import known, mapping
from lambdalint.templates.value import Known, Mapping, Value

COMPARED = 200
"""How many files of a directory are compared with those of an asset."""

_CODE = (".py", ".js", ".mjs", ".cjs")
_ENDINGS = (".py", "/__init__.py", ".js", ".mjs", ".cjs")


class Assets:
    """The assets of an app's stacks."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._named: dict[str, dict[str, list[str]]] = {}
        """For each project the paths of its files by their names."""

    def unpacked(self, resource: Resource) -> Resource:
        """A function or a layer whose code is where its author has it, or else where it was staged."""
        metadata = resource.metadata
        path = known(metadata.get("aws:asset:path")) if metadata is not None else ""
        if metadata is None or not path:
            return resource
        template = resource.extent.path
        staged = posixpath.normpath(posixpath.join(posixpath.dirname(template), path))
        match known(metadata.get("aws:asset:property")).split(".")[0], resource.type:
            case "Code", "AWS::Lambda::Function" if dockerfile := known(metadata.get("aws:asset:dockerfile-path")):
                built = mapping(
                    metadata.span,
                    {
                        "DockerContext": Known(
                            _from(template, self._written(resource, staged, (dockerfile,))), metadata.span
                        ),
                        "Dockerfile": Known(dockerfile, metadata.span),
                    },
                )
                entries = {**metadata.entries, **built.entries}
                return replace(resource, metadata=Mapping(entries, metadata.span, {**metadata.keys, **built.keys}))
            case "Code", "AWS::Lambda::Function":
                return _placed(resource, "Code", self._written(resource, staged, tuple(_handlers(resource))))
            case "Content", "AWS::Lambda::LayerVersion":
                return _placed(resource, "Content", staged)
            case _:
                return resource

    def _written(self, resource: Resource, staged: str, names: tuple[str, ...]) -> str:
        """The one directory of the project where a file of the asset stands in the same words; else the asset's own.

        Where the asset is gone, it is the one that is named like the function's construct and defines its handler.
        """
        template = resource.extent.path
        project = assembly.project(template)
        for name in names:
            copy = self._read(posixpath.join(staged, name))
            if copy is None:
                continue
            found = [
                root
                for root in self._roots(project, name)
                if self._says(posixpath.join(root, name), copy.text) and not _is_output(root, project, template)
            ]
            if len(found) > 1:
                # Of directories that begin alike, the asset is a copy of the one of which it has the most.
                alike = sorted(((self._alike(root, staged), root) for root in found), reverse=True)
                found = [alike[0][1]] if alike[0][0] > alike[1][0] else []
            return found[0] if len(found) == 1 else staged
        if self._sources.sizes(staged):
            return staged
        named = {
            root
            for name in names
            for root in self._roots(project, name)
            if _is_named_like(root, _construct(resource)) and self._defines(posixpath.join(root, name), resource)
        }
        return named.pop() if len(named) == 1 else staged

    def _defines(self, path: str, resource: Resource) -> bool:
        """Whether a file sets the name that a function's handler ends in, as far as its text tells."""
        source, name = self._read(path), re.escape(known(resource.get("Handler")).rpartition(".")[2])
        written = rf"^(?:def {name}\b|{name}\s*=)|\b(?:exports\.|const\s+|function\s+){name}\b"
        return source is not None and bool(name) and re.search(written, source.text, re.MULTILINE) is not None

    def _roots(self, project: str, name: str) -> Iterator[str]:
        """The directories of a project that have a file of some name below them."""
        if project not in self._named:
            index: dict[str, list[str]] = {}
            for path in self._sources.files(project):
                index.setdefault(posixpath.basename(path), []).append(path)
            self._named[project] = index
        for path in self._named[project].get(posixpath.basename(name), ()):
            if path == name or path.endswith(f"/{name}"):
                yield path[: -len(name)].rstrip("/") or "."

    def _alike(self, root: str, staged: str) -> int:
        """How many files of code a directory shares with an asset; 0 where the asset lacks one of them."""
        code = [path for path in self._sources.files(root) if path.endswith(_CODE)]
        if len(code) > COMPARED:
            return 0
        for path in code:
            own, copy = self._read(path), self._read(posixpath.join(staged, posixpath.relpath(path, root)))
            if own is None or copy is None or own.text != copy.text:
                return 0
        return len(code)

    def _says(self, path: str, text: str) -> bool:
        source = self._read(path)
        return source is not None and source.text == text

    def _read(self, path: str) -> Source | None:
        try:
            return self._sources.read(path)
        except UnreadableSource:
            return None


def _construct(resource: Resource) -> str:
    """The name that its author gave to the construct of a function."""
    metadata = resource.metadata
    path = known(metadata.get("aws:cdk:path")) if metadata is not None else ""
    return path.removesuffix("/Resource").rpartition("/")[2]


_TESTS = frozenset({"test", "tests"})


def _is_named_like(directory: str, construct: str) -> bool:
    """Whether a directory's name and a construct's are the same but for their spelling and what kind of thing it is."""
    steps = directory.split("/")
    own, given = (_KIND.sub("", re.sub(r"[\W_]", "", each).lower()) for each in (steps[-1], construct))
    return bool(own) and own == given and _TESTS.isdisjoint(steps)


_KIND = pattern(r"(lambda|function|handler|fn)+$")


def _handlers(resource: Resource) -> Iterator[str]:
    """The files that a function's handler may be in, relative to its code."""
    handler = known(resource.get("Handler"))
    module, dot, _ = handler.rpartition(".")
    if dot and "::" not in handler:
        for ending in _ENDINGS:
            stem = module.replace(".", "/") if ending.endswith(".py") else module
            yield f"{stem}{ending}"


def _placed(resource: Resource, name: str, directory: str) -> Resource:
    """A resource with a directory in the place of an object in S3."""
    given = resource.properties
    value = given.entries.get(name)
    span = value.span if value is not None else resource.span
    entries: dict[str, Value] = {**given.entries, name: Known(_from(span.path, directory), span)}
    return replace(resource, properties=Mapping(entries, given.span, given.keys, given.open))


def _from(template: str, directory: str) -> str:
    return posixpath.relpath(directory, posixpath.dirname(template) or ".")


def _is_output(root: str, project: str, template: str) -> bool:
    """Whether a directory lies in what was synthesised."""
    first = posixpath.relpath(posixpath.dirname(template) or ".", project).partition("/")[0]
    output = posixpath.normpath(posixpath.join(project, first))
    return root == output or root.startswith(f"{output}/")
