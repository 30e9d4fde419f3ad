"""Which deployments lie together, as those of one project do: many that lie apart from each other are a collection."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterator

MOST = 50
"""How many deployments may lie below a directory that is taken for one project."""


def above(path: str) -> Iterator[str]:
    """The directories that a file lies in, the innermost first; "" is the outermost."""
    while path:
        path = posixpath.dirname(path)
        yield path


_ROOMS = 8
"""How many directories may hold the many deployments of one project, by what they are for: `services`, `resources`."""


class Together:
    """Which of a run's deployments are of one project, as far as where they lie tells."""

    def __init__(self) -> None:
        self._below: Counter[str] = Counter()
        self._rooms: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, path: str) -> None:
        inner = path
        for each in above(path):
            self._below[each] += 1
            self._rooms[each].add(inner)
            inner = each

    def are(self, one: str, other: str) -> bool:
        """Whether two of them are of one project: few lie around both, or many that share few rooms."""
        around = set(above(other))
        common = next(each for each in above(one) if each in around)
        below, rooms = self._below[common], len(self._rooms[common])
        return below <= MOST or (rooms <= _ROOMS and below <= _ROOMS * MOST)
