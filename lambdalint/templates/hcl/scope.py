"""What the names in an expression stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from lambdalint.records import dataclass
from lambdalint.source import Source, Span
from lambdalint.templates.hcl.syntax import Step
from lambdalint.templates.value import Reference, Value


class Failed(Exception):
    """An expression has no value, whatever is deployed: a missing key, an index out of range."""


class Work:
    """What is left of the steps that a deployment's loops may take together."""

    def __init__(self, left: int) -> None:
        self._left = left

    def spend(self, steps: int) -> bool:
        """Whether so many more steps may be taken."""
        self._left -= steps
        return self._left >= 0


class Scope(Protocol):
    """What names stand for at a place."""

    @property
    def work(self) -> Work: ...

    def resolve(self, root: str, steps: tuple[Step, ...], span: Span) -> tuple[Value | None, int]:
        """What a name and the first of the steps from it stand for, and how many steps those are."""

    def attribute(self, of: Reference, name: str, span: Span) -> Value | None:
        """An attribute of a resource, a data source or a module. Raises Failed where it has none of the name."""

    def is_generic(self, reference: Reference) -> bool:
        """Whether it stands for as many instances as only a deployment knows."""

    def called(self, function: str, arguments: Sequence[Value | None], span: Span) -> Value | None:
        """What a function gives that is not one of Terraform's."""

    def file(self, path: str) -> Source | None:
        """A file that the configuration names, relative to its root."""

    def file_at(self, path: str) -> Source | None:
        """A file by the path that spans give it."""

    def files(self, directory: str) -> tuple[str, ...]:
        """The files below a directory that the configuration names, relative to that directory."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A scope with further names: those of a `for`, `each`, `count`, the iterator of a dynamic block."""

    names: Mapping[str, Value | None]
    outer: Scope

    @property
    def work(self) -> Work:
        return self.outer.work

    def resolve(self, root: str, steps: tuple[Step, ...], span: Span) -> tuple[Value | None, int]:
        if root in self.names:
            return self.names[root], 0
        return self.outer.resolve(root, steps, span)

    def attribute(self, of: Reference, name: str, span: Span) -> Value | None:
        return self.outer.attribute(of, name, span)

    def is_generic(self, reference: Reference) -> bool:
        return self.outer.is_generic(reference)

    def called(self, function: str, arguments: Sequence[Value | None], span: Span) -> Value | None:
        return self.outer.called(function, arguments, span)

    def file(self, path: str) -> Source | None:
        return self.outer.file(path)

    def file_at(self, path: str) -> Source | None:
        return self.outer.file_at(path)

    def files(self, directory: str) -> tuple[str, ...]:
        return self.outer.files(directory)
