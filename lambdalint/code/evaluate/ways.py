"""The ways out of a statement, and what names are after one of several."""

from __future__ import annotations

from lambdalint.code.facts import is_static
from lambdalint.code.value import Scope, Value, join

NEXT, RETURN, RAISE, BREAK, CONTINUE = 1, 2, 4, 8, 16
"""The ways out of a statement, as bits."""


def merge(scope: Scope, ends: list[dict[str, Value]], by: Value | None = None) -> None:
    """Set a scope's names to what they may be after one of several ways; `by` decides which, where it alone does."""
    if not ends:
        return
    first, *others = ends
    settled: bool | None = None
    for names in others:
        for name, value in names.items():
            known = first.get(name)
            if known is None:
                first[name] = value
            elif known is not value:
                if settled is None:
                    settled = by is not None and is_static(by)
                first[name] = join(known, value, settled=settled)
    scope.names = first
