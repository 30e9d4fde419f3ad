"""Whose a place is: the functions or resources that a finding there is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from lambdalint.code.facts import Handler
from lambdalint.model import Project
from lambdalint.source import Span
from lambdalint.templates.apart import shared
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Mapping, Sequence, Text, Value


class Owners:
    """The names of whose the places in a project are: in code the functions that run it, in templates the resources."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def of(self, span: Span) -> tuple[str, ...]:
        """Whose a place is, by name; a handler that no template deploys stands for the function that it will be."""
        found = self._apart.get(id(span)) or self._declared.get(span) or self._enclosing(span)
        if found:
            return tuple(dict.fromkeys(each.called for each in _foremost(found)))
        return self.running(span) or self._called(self._run[1].get(span.path, ()))

    def running(self, span: Span) -> tuple[str, ...]:
        """The functions whose handlers run a line of code; none for a template's."""
        return self._called(self._run[0].get((span.path, span.line), ()))

    def _called(self, handlers: Iterable[Handler]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for handler in handlers for name in self._names(handler)))

    def _names(self, handler: Handler) -> Iterator[str]:
        functions = self._project.functions_of(handler)
        yield from (each.name for each in functions) if functions else (handler.name,)

    def _enclosing(self, span: Span) -> list[Resource]:
        """The resource that is declared around a place, the innermost of several."""
        around = (each for each in self._extents.get((span.path, span.line), ()) if each.covers(span))
        inner = min((self._declared_in[each] for each in around), default=None)
        return [] if inner is None else [self._project.resources[inner[-1]]]

    @cached_property
    def _declared_in(self) -> dict[Span, tuple[int, bool, int]]:
        """The first resource that is declared in each stretch, of those that their user wrote where there are any.

        It is told so that the innermost of several is the least: by the lines of the stretch, by whether it is
        generated, and by its place in the project.
        """
        found: dict[Span, tuple[int, bool, int]] = {}
        for place, each in enumerate(self._project.resources):
            told = (each.extent.end_line - each.extent.line, each.generated, place)
            found[each.extent] = min(told, found.get(each.extent, told))
        return found

    @cached_property
    def _extents(self) -> dict[tuple[str, int], list[Span]]:
        """The stretches that resources are declared in, by the lines that they cover."""
        found: dict[tuple[str, int], list[Span]] = {}
        for each in self._declared_in:
            for line in range(each.line, each.end_line + 1):
                found.setdefault((each.path, line), []).append(each)
        return found

    @cached_property
    def _declared(self) -> dict[Span, list[Resource]]:
        """The resources by the places of what they are said to be, which may lie in what several share."""
        found: dict[Span, list[Resource]] = {}
        for resource in self._project.resources:
            for span in dict.fromkeys((resource.span, *_places(resource.properties))):
                found.setdefault(span, []).append(resource)
        return found

    @cached_property
    def _apart(self) -> dict[int, list[Resource]]:
        """Of resources that share their place whose each place is, which no other has."""
        found: dict[int, list[Resource]] = {}
        for resource in shared(self._project.resources):
            for place in {id(span) for span in (resource.span, *_places(resource.properties))}:
                found.setdefault(place, []).append(resource)
        return found

    @cached_property
    def _run(self) -> tuple[dict[tuple[str, int], list[Handler]], dict[str, list[Handler]]]:
        """The handlers by the lines that they run, and by their files."""
        lines: dict[tuple[str, int], list[Handler]] = {}
        paths: dict[str, list[Handler]] = {}
        for handler in self._project.handlers:
            places = {(span.path, span.line) for span in _spans(handler)}
            for place in places:
                lines.setdefault(place, []).append(handler)
            for path in {path for path, _ in places}:
                paths.setdefault(path, []).append(handler)
        return lines, paths


def _foremost(resources: list[Resource]) -> list[Resource]:
    """Of several resources at one place the functions, else those that their user wrote."""
    functions = [each for each in resources if each.type == "AWS::Lambda::Function"]
    return functions or [each for each in resources if not each.generated] or resources


def _places(value: Value) -> list[Span]:
    """The places of a value and of all within it, names of properties too."""
    found: list[Span] = []
    pending = [value]
    while pending:
        value = pending.pop()
        found.append(value.span)
        if isinstance(value, Mapping):
            found += value.keys.values()
            pending += value.entries.values()
        elif isinstance(value, Sequence):
            pending += value.items
        elif isinstance(value, Text):
            pending += value.parts
    return found


def _spans(handler: Handler) -> Iterator[Span]:
    """The places of all that a handler does."""
    yield handler.span
    for facts in (
        handler.calls, handler.returns, handler.reads, handler.environment, handler.loops, handler.catches,
        handler.raises, handler.changes, handler.imports, handler.environment_writes, handler.features,
        handler.literals, handler.started,
    ):  # fmt: skip
        yield from (each.span for each in facts)
