"""The paths at which methods of REST APIs answer: templates tell them part by part, a resource under a resource."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.records import replace
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Reference, Value


def with_paths(found: Iterable[Resource]) -> tuple[Resource, ...]:
    """The resources of a deployment, methods among them with the paths that they answer at."""
    resources = tuple(found)
    paths = Paths(resources)
    return tuple(map(paths.completed, resources))


class Paths:
    """The paths of an API's resources."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._resources = {each.name: each for each in resources if each.type == "AWS::ApiGateway::Resource"}

    def completed(self, resource: Resource) -> Resource:
        """A method with the path that it answers at."""
        if resource.type != "AWS::ApiGateway::Method" or resource.get("ResourcePath") is not None:
            return resource
        path = self._path(resource.get("ResourceId"), 0)
        if path is None:
            return resource
        known = Known(path or "/", resource.span)
        given = resource.properties
        entries, keys = {**given.entries, "ResourcePath": known}, {**given.keys, "ResourcePath": known.span}
        return replace(resource, properties=replace(given, entries=entries, keys=keys))

    def _path(self, value: Value | None, depth: int) -> str | None:
        match value:
            case Reference(_, "RootResourceId" | "root_resource_id"):
                return ""
            case Reference(name) if name in self._resources and depth < 20:
                parent = self._path(self._resources[name].get("ParentId"), depth + 1)
                part = self._resources[name].get("PathPart")
                return f"{parent}/{part.value}" if parent is not None and isinstance(part, Known) else None
            case _:
                return None
