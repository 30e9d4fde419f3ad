"""Template files, and how they lead to each other."""

from __future__ import annotations

import collections.abc
import posixpath
from collections.abc import Iterator

from lambdalint.source import Source, Sources, UnreadableSource
from lambdalint.templates import yaml
from lambdalint.templates.value import Known, Mapping, Scalar, Text, Value

NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
"""The types of resources that are a stack of their own, and the property that leads to its template."""


class Files:
    """The templates that a run reads, each of them once."""

    def __init__(self, sources: Sources, configured: collections.abc.Mapping[str, Scalar]) -> None:
        self._sources = sources
        self._read: dict[str, tuple[Source, Mapping] | UnreadableSource | None] = {}
        self.configured = configured

    def template(self, path: str) -> tuple[Source, Mapping] | None:
        """A file and its top-level mapping; None where it is missing or something else.

        Raises UnreadableSource where it is neither YAML nor JSON.
        """
        if path not in self._read:
            self._read[path] = self._found(path)
        found = self._read[path]
        if isinstance(found, UnreadableSource):
            raise found.anew()
        return found

    def forget(self, path: str) -> None:
        """Let go of a template that nobody is to ask for again."""
        self._read.pop(path, None)

    def text(self, path: str) -> str:
        """The text of a file; "" where it has none."""
        try:
            source = self._sources.read(path)
        except UnreadableSource:
            return ""
        return "" if source is None else source.text

    def _found(self, path: str) -> tuple[Source, Mapping] | UnreadableSource | None:
        try:
            source = self._sources.read(path)
            root = None if source is None else yaml.read(source)
        except UnreadableSource as error:
            return error.anew()
        return (source, root) if source is not None and isinstance(root, Mapping) else None


def type_of(resource: Value) -> str:
    """A resource's type; "" where it has none that can be read."""
    match resource:
        case Mapping(entries={"Type": Known(value=str() as kind)}):
            return kind
        case _:
            return ""


def pointers(resource: Mapping) -> tuple[Value | None, Value | None]:
    """What may say where the template of a nested stack lies; the second is what the CDK says."""
    return resource.get("Properties", NESTED[type_of(resource)]), resource.get("Metadata", "aws:asset:path")


def local_path(parent: str, found: collections.abc.Iterable[Value | None]) -> str | None:
    """The path of a nested template; None where it is not written as one of this machine."""
    for value in found:
        match value:
            case Known(value=str() as url) if url and "://" not in url:
                return posixpath.normpath(posixpath.join(posixpath.dirname(parent), url))
    return None


def uploaded(parent: str, location: Value | None) -> str | None:
    """Where a file lies that a template takes from a bucket, if its author put it there from beside the template.

    None where its name is not known; whether there is one by that name is another question.
    """
    match location:
        case Known(value=str() as url) | Text(parts=(*_, Known(value=str() as url))):
            # What a build or a deployment puts in at the end may be any name.
            name = url.rpartition("/")[2] if "/" in url else ""
            return posixpath.join(posixpath.dirname(parent), name) if name.endswith(_DOCUMENTS) else None
        case _:
            return None


_DOCUMENTS = (".json", ".yaml", ".yml")


def included(source: Source, root: Mapping) -> Iterator[str]:
    """The paths of the templates that a template includes by a literal path."""
    match root.entries.get("Resources"):
        case Mapping(entries):
            for resource in entries.values():
                if isinstance(resource, Mapping) and type_of(resource) in NESTED:
                    path = local_path(source.path, pointers(resource))
                    if path is not None:
                        yield path
