"""The ways out of a statement, and what names are after one of several."""

from __future__ import annotations

from lambdalint.code.value import Scope, Value, join

NEXT, RETURN, RAISE, BREAK, CONTINUE = 1, 2, 4, 8, 16
"""The ways out of a statement, as bits."""


def merge(scope: Scope, ends: list[dict[str, Value]]) -> None:
    """Set a scope's names to what they may be after one of several ways."""
    if not ends:
        return
    first, *others = ends
    for names in others:
        for name, value in names.items():
            known = first.get(name)
            first[name] = value if known is None else value if known is value else join(known, value)
    scope.names = first
