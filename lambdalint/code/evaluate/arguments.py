"""The arguments of a call, evaluated."""

from __future__ import annotations

from lambdalint.code.value import Value
from lambdalint.records import dataclass, field
from lambdalint.source import Span


@dataclass(slots=True)
class Arguments:
    """The arguments of a call."""

    positional: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)
    open: bool = False
    """Whether there are more that are not seen."""
    places: dict[str, Span] = field(default_factory=dict)
    """In a program that runs once: where those that have a name are written."""

    def all(self) -> tuple[Value, ...]:
        """Every argument."""
        return (*self.positional, *self.keywords.values())
