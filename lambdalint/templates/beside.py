"""Which deployments lie together, as those of one project do: many that lie apart from each other are a collection."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

MOST = 50
"""How many deployments may lie below a directory that is taken for one project."""


def above(path: str) -> Iterator[str]:
    """The directories that a file lies in, the innermost first; "" is the outermost."""
    while path:
        path = posixpath.dirname(path)
        yield path
