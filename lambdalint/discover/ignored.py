"""What a repository's .gitignore files leave out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lambdalint.discover.plain import content
from lambdalint.records import dataclass

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of one .gitignore, and the real path of the directory that they are relative to."""

    base: str
    spec: GitIgnoreSpec | None
    spoken_of: re.Pattern[str] | None = None
    """What any of them matches; None where there are none."""

    @staticmethod
    def of(lines: Iterable[str], base: str) -> Patterns:
        """Patterns from the lines of a .gitignore; those that git would not understand say nothing."""
        lines = [line for line in lines if line.strip() and not line.startswith("#")]
        if not lines:
            return Patterns(base, None)
        from pathspec import GitIgnoreSpec

        try:
            spec = GitIgnoreSpec.from_lines(lines)
        except ValueError:
            spec = GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])
        return Patterns(base, spec, _any_of(spec))

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
        return None if self.spoken_of.search(inner) is None else self.spec.check_file(inner).include


def ignores(chain: Iterable[Patterns], path: str, *, directory: bool) -> bool:
    """Whether a path is left out by the patterns above it, the outermost first: the innermost that speaks decides."""
    said = [patterns.ignores(path, directory=directory) for patterns in chain if patterns.spec is not None]
    return next((each for each in reversed(said) if each is not None), False)


_ANYWHERE = "^(?:.+/)?"
"""How the expression of a pattern begins that says nothing of the directories above."""


def _any_of(spec: GitIgnoreSpec) -> re.Pattern[str] | None:
    """What any pattern matches, as one expression: of most files none speaks, and each by itself would be asked."""
    # The group by which pathspec tells a directory can stand in an expression only once.
    texts = [each.regex.pattern.replace("(?P<ps_d>/)", "/") for each in spec.patterns if each.regex is not None]
    below = [text.removeprefix(_ANYWHERE) for text in texts if text.startswith(_ANYWHERE)]
    whole = [text for text in texts if not text.startswith(_ANYWHERE)]
    if below:
        whole.append(f"{_ANYWHERE}(?:{'|'.join(below)})")
    return re.compile("|".join(f"(?:{each})" for each in whole)) if whole else None


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
