"""The function that a Handler names, as far as its head and the names in it tell."""

from __future__ import annotations

from lambdalint.code import ir
from lambdalint.records import dataclass
from lambdalint.source import Span


@dataclass(frozen=True, slots=True)
class Entry:
    """A handler whose program is not followed."""

    length: int
    """What JavaScript calls its length: how many parameters stand before the first default or rest."""
    is_async: bool
    callback: Span | None = None
    """Its third parameter, by which it may answer."""
    calls_back: bool = False
    """Whether it uses that parameter."""

    @staticmethod
    def of(function: ir.Function) -> Entry:
        """What is known of a function."""
        length = 0
        for parameter in function.parameters:
            if parameter.kind != "positional" or parameter.default is not None:
                break
            length += 1
        if length < 3:
            return Entry(length, function.is_async)
        callback = function.parameters[2]
        nodes = (node for statement in function.body for node in ir.walk(statement))
        used = any(isinstance(node, ir.Name) and node.id == callback.name for node in nodes)
        return Entry(length, function.is_async, callback.span, used)
