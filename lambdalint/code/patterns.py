"""Which files the patterns of a package take in: globs, of which the last that fits a path decides."""

from __future__ import annotations

import re
from collections.abc import Iterable


def takes(patterns: Iterable[str], path: str) -> bool | None:
    """Whether a package has a file: it does unless a pattern with a `!` leaves it out; None where that is not told."""
    taken = True
    for each in patterns:
        glob = _glob(each.removeprefix("!"))
        if glob is None:
            return None
        if glob.fullmatch(path):
            taken = not each.startswith("!")
    return taken


def _glob(text: str) -> re.Pattern[str] | None:
    """What a glob fits; None for one with signs beyond `*`, `**`, `?` and braces without others inside."""
    parts = re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?|\{[^{}]*\})", text.removeprefix("./"))
    if re.search(r"[\[\](){}!+@|$\\]", "".join(parts[::2])):
        return None
    signs = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    spelt = [re.escape(part) if at % 2 == 0 else signs.get(part) or _braces(part) for at, part in enumerate(parts)]
    return None if None in spelt else re.compile("".join(filter(None, spelt)))


def _braces(text: str) -> str | None:
    """`{one,other}`."""
    if re.search(r"[*?\[\](!]|\.\.", text):
        return None
    return f"(?:{'|'.join(map(re.escape, text[1:-1].split(',')))})"
