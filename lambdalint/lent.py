"""What the deployments of one project allow one another's roles, by the policies of their resources."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.data import actions
from lambdalint.templates import beside


class Lent:
    """What the policies of resources may allow roles of other deployments, in the project that these are of."""

    def __init__(self, deployed: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._together = beside.Together()
        self._lent: list[tuple[str, tuple[str, ...]]] = []
        for path, given in deployed:
            self._together.add(path)
            if given:
                self._lent.append((path, given))

    def allows(self, action: str, path: str) -> bool:
        """Whether one may allow an action to a role of the deployment at a path."""
        return bool(action) and any(
            other != path and any(actions.stands_for(each, action) for each in lent) and self._together.are(path, other)
            for other, lent in self._lent
        )
