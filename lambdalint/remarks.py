"""What was found out about single texts, kept from one run to the next: what is as it was is not read for it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any, TypeVar, cast

Remark = TypeVar("Remark")


class Remarks:
    """Plain data about texts, by what was asked and their paths."""

    def __init__(self, before: Mapping[str, Mapping[str, Any]] | None = None, changed: Set[str] = frozenset()) -> None:
        """`before` is what an earlier run has found out, which holds but of the texts that have `changed`."""
        self._before = before or {}
        self._changed = changed
        self.found: dict[str, dict[str, Any]] = {}

    def of(self, asked: str, path: str, find: Callable[[], Remark]) -> Remark:
        """What is found out about the text at a path, and follows from that text alone."""
        found = self.found.setdefault(asked, {})
        if path not in found:
            before = self._before.get(asked, {})
            found[path] = before[path] if path in before and path not in self._changed else find()
        return cast("Remark", found[path])
