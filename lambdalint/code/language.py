"""A language, as far as following a program in it differs from following any other."""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.code.value import Value
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """What following a program asks of its language; `evaluate/of_*` answer.

    Each hook takes the `Run` first. Those that give None do so where what is common to all languages holds.
    """

    name: str
    exported: Callable[..., Value | None]
    """Of a module's scope and a name: what the module gives under that name; None where it gives nothing."""
    free: Callable[..., Value]
    """Of a name and a scope: what a name stands for that nobody has set."""
    stray: Callable[..., bool]
    """Of a name and a scope: whether a name that nobody has set certainly stands for nothing there, so that reading it
    fails."""
    bring: Callable[..., None]
    """Of an import and a scope: does what the import does."""
    attribute: Callable[..., Value | None]
    """Of a value, a name and a place: `value.name`."""
    element: Callable[..., Value | None]
    """Of a value: what a loop over it gives each time."""
    method: Callable[..., Value | None]
    """Of a receiver, a name, arguments, a place and whether the result is dropped: `receiver.name(arguments)`."""
    function: Callable[..., Value | None]
    """Of the name of a function from outside the project, arguments and a place: what calling it gives."""
    binary: Callable[..., Value | None]
    """Of an operator, two values and a place: `left operator right`."""
    holds: Callable[[Value], bool | None]
    """Whether a value is true; None where that is not certain."""
    shown: Callable[[Value], Value]
    """What a value is as a part of a text."""
    leave: Callable[..., None]
    """Of a statement, a scope and a mark: notes what the statement starts and nobody waits for."""
    lenient: bool
    """Whether a missing argument, key or variable is no error, and stands for null."""
    more: tuple[Value, ...]
    """What the runtime gives a handler after the event and the context."""
    absent: Value
    """What a parameter stands for that the call gives nothing for."""
