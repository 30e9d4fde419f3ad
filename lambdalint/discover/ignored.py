"""What a repository's .gitignore files leave out, as git reads them: https://git-scm.com/docs/gitignore"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import lru_cache

from lambdalint.discover.plain import content
from lambdalint.patterns import pattern
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of one .gitignore, and the real path of the directory that they are relative to.

    Each speaks of files and directories themselves, and not of what lies below these: whoever walks does not go into
    a directory that is left out.
    """

    base: str
    spec: tuple[tuple[re.Pattern[str], bool], ...] | None
    """What each pattern matches, and whether that is left out; None where there are none."""
    spoken_of: re.Pattern[str] | None = None
    """What any of them matches: of most files none speaks, and each by itself would be asked."""

    @staticmethod
    def of(lines: Iterable[str], base: str) -> Patterns:
        """Patterns from the lines of a .gitignore; those that git would not understand say nothing."""
        return Patterns(base, *_compiled(tuple(lines)))

    @staticmethod
    def read(path: str, base: str) -> Patterns:
        """The patterns in a file; none where there is no such file. As git does it, no link is followed to one."""
        try:
            text = content(path).decode("utf-8-sig", "surrogateescape")
        except OSError:
            return Patterns(base, None)
        return Patterns.of(text.splitlines(), base)

    def ignores(self, path: str, *, directory: bool) -> bool | None:
        """Whether the file or directory at a real path is left out; None where no pattern speaks of it."""
        if self.spec is None or self.spoken_of is None:
            return None
        base = self.base.rstrip(os.sep) + os.sep
        if not path.startswith(base):
            return None
        inner = path[len(base) :].replace(os.sep, "/") + "/" * directory
        if self.spoken_of.fullmatch(inner) is None:
            return None
        return next(left_out for each, left_out in reversed(self.spec) if each.fullmatch(inner) is not None)


@lru_cache(maxsize=512)
def _compiled(lines: tuple[str, ...]) -> tuple[tuple[tuple[re.Pattern[str], bool], ...] | None, re.Pattern[str] | None]:
    """The patterns of some lines, and what any of them matches: projects of one repository often have the same."""
    said = [(expression, left_out) for expression, left_out in map(_expression, lines) if expression]
    try:
        spoken_of = _any_of(expression for expression, _ in said)
    except re.error:
        # A range that runs backwards.
        said = [each for each in said if _is_understood(each[0])]
        spoken_of = _any_of(expression for expression, _ in said)
    return (
        (tuple((pattern(expression), left_out) for expression, left_out in said), spoken_of) if said else (None, None)
    )


def _any_of(expressions: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in expressions))


def _is_understood(expression: str) -> bool:
    try:
        re.compile(expression)
    except re.error:
        return False
    return True


def ignores(chain: Iterable[Patterns], path: str, *, directory: bool) -> bool:
    """Whether a path is left out by the patterns above it, the outermost first: the innermost that speaks decides."""
    said = [patterns.ignores(path, directory=directory) for patterns in chain if patterns.spec is not None]
    return next((each for each in reversed(said) if each is not None), False)


_TOKEN = pattern(r"\\(.)|(\*+)|(\?)|\[([!^]?)(\]?[^\]]*)\]|(.)", re.DOTALL)


def _expression(line: str) -> tuple[str, bool]:
    """What a line of a .gitignore matches, and whether that is left out; "" for a line that says nothing.

    The paths of directories end in a slash.
    """
    line = line.rstrip("\r\n")
    while line.endswith(" ") and not line.endswith("\\ "):
        line = line[:-1]
    if line.startswith("#"):
        return "", True
    left_out = not line.startswith("!")
    line = line if left_out else line[1:]
    only_directories = line.endswith("/")
    line = line.removesuffix("/")
    if not line or (line.endswith("\\") and not line.endswith("\\\\")):
        return "", left_out
    start = "" if "/" in line else "(?:.+/)?"
    names = line.removeprefix("/").split("/")
    found = ""
    for index, name in enumerate(names):
        last = index == len(names) - 1
        if name == "**":
            found += ".+" if last else "(?:.+/)?" * (not found.endswith("(?:.+/)?"))
        else:
            # A name that may be anything is no empty one.
            found += "[^/]+" if set(name) == {"*"} else "".join(map(_token, _TOKEN.finditer(name)))
            found += "" if last else "/"
    # `a/**` is all below a, and not a itself; a `**` that is alone is any name.
    end = "/" if only_directories else "/?"
    return f"{start}{found}{end}", left_out


def _token(found: re.Match[str]) -> str:
    escaped, stars, one, negated, held, plain = found.groups()
    if stars:
        return "[^/]*"
    if one:
        return "[^/]"
    if held is not None:
        kept = held.replace("\\", "\\\\").replace("[", "\\[")
        return f"(?!/)[{'^' if negated else ''}{kept}]"
    return re.escape(escaped or plain)
