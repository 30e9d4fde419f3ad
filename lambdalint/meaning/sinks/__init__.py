"""Where a text from outside does harm: the arguments of calls that reach a shell, a database, a file, a loader."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.value import Value
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Sink:
    """An argument of a call that must not hold a stranger's text."""

    value: Value
    does: str
    """What the call does with it, with a hole for what it is: `executes SQL made from {}`."""


def sink(does: str, value: Value | None) -> Iterator[Sink]:
    """The sink of a value; nothing where the call does not give it."""
    if value is not None:
        yield Sink(value, does)
