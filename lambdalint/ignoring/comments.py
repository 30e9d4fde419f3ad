"""Ignores as comments, put where they are read and where they change nothing of what the file says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from lambdalint.ignores import COMMENT, NAME, Ignore, alone, asks, in_comments, written
from lambdalint.ignoring.said import gap, said, sign
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Source

LONGEST = 120
"""How long a line may become by a comment at its end; where it would be longer, the comment goes above it."""

_LINE = pattern(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_END = pattern(r"[\r\n]*\Z")

Wanted = Mapping[int, Sequence[str]]
"""The rules to ignore, by the lines that their findings begin at."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """What is to become of one line of a file for an ignore."""

    meant: int
    """The line that the ignore is for."""
    rules: tuple[str, ...]
    line: int
    """The line to change, or to put another before."""
    text: str
    above: bool = False


def add(source: Source, wanted: Wanted, reason: str, kept: Collection[int]) -> tuple[str, dict[int, str]]:
    """The file's text with the ignores in it; and the lines that have none, each with why that is so.

    The lines that are to be `kept` have the text that they have.
    """
    page = _Page(source, reason, kept)
    if page.said is None:
        return source.text, dict.fromkeys(wanted, "the file is not understood")
    left = {line: rules for line, rules in wanted.items() if page.takes(line)}
    done: list[_Edit] = []
    for way in (page.joined, page.at_end, page.above_comments, page.right_above):
        edits = [edit for line, rules in left.items() if (edit := way(line, tuple(rules))) is not None]
        done += page.fitting(done, edits)
        left = {line: rules for line, rules in left.items() if line not in {edit.meant for edit in done}}
    without = wanted.keys() - {edit.meant for edit in done}
    return page.with_edits(done), dict.fromkeys(sorted(without), "no comment can stand there")


class _Page:
    def __init__(self, source: Source, reason: str, kept: Collection[int]) -> None:
        self._source = source
        self._reason = reason
        self._kept = kept
        self._lines = parted_lines(source.text)
        self.said = said(source)

    def takes(self, line: int) -> bool:
        """Whether there is such a line, and it does not tell the system which program runs the file."""
        return line <= len(self._lines) and not self._lines[line - 1].startswith("#!")

    # -------------------------------------------------------------------------------------------- ways to ask for it

    def joined(self, line: int, rules: tuple[str, ...]) -> _Edit | None:
        """In the brackets of a comment that asks for the same line already."""
        for number in (line, *self._comments_above(line)):
            text = self._lines[number - 1]
            comment = COMMENT.search(text)
            if comment is None or not asks(comment) or number in self._kept:
                continue
            if number == line or alone(comment):
                *_, last = NAME.finditer(comment["rules"])
                end = comment.start("rules") + last.end()
                further = "".join(f", {rule}" for rule in rules)
                return _Edit(line, rules, number, text[:end] + further + text[end:])
        return None

    def at_end(self, line: int, rules: tuple[str, ...]) -> _Edit | None:
        if line in self._kept:
            return None
        text = self._lines[line - 1]
        body, end = parted(text)
        space = gap(self._source)
        blanks = len(body) - len(body.rstrip(" \t"))
        whole = body + space[blanks:] + self._comment(rules)
        return _Edit(line, rules, line, whole + end) if len(whole.expandtabs(4)) <= LONGEST else None

    def above_comments(self, line: int, rules: tuple[str, ...]) -> _Edit | None:
        """Alone on a line, before what other comments say of the line: these may hold for the very next one."""
        first = min(self._comments_above(line), default=line)
        return None if first == 1 else self._above(first, line, rules)  # a file's head stays its head

    def right_above(self, line: int, rules: tuple[str, ...]) -> _Edit | None:
        return self._above(line, line, rules)

    def _above(self, first: int, line: int, rules: tuple[str, ...]) -> _Edit:
        text = self._lines[line - 1]
        indentation = text[: len(text) - len(text.lstrip(" \t"))]
        end = next((end for each in (line, line - 1) if (end := parted(self._lines[each - 1])[1])), "\n")
        return _Edit(line, rules, first, indentation + self._comment(rules) + end, above=True)

    def _comment(self, rules: Iterable[str]) -> str:
        return f"{sign(self._source)} {written(rules, self._reason)}"

    def _comments_above(self, line: int) -> list[int]:
        """The lines of nothing but a comment that stand directly above a line, the nearest first."""
        marks = ("//", "/*") if sign(self._source) == "//" else ("#",)
        found = []
        for number in range(line - 1, 0, -1):
            text = self._lines[number - 1].strip()
            if not text.startswith(marks) or (text.startswith("/*") and text.find("*/") != len(text) - 2):
                break
            found.append(number)
        return found

    # ----------------------------------------------------------------------------------------- whether they do no harm

    def fitting(self, done: list[_Edit], edits: Sequence[_Edit]) -> list[_Edit]:
        """Those of the edits that can be made beside those that are done: all, or what fits of either half."""
        if not edits or self._fit([*done, *edits]):
            return list(edits)
        if len(edits) == 1:
            return []
        middle = len(edits) // 2
        first = self.fitting(done, edits[:middle])
        return first + self.fitting([*done, *first], edits[middle:])

    def _fit(self, edits: Sequence[_Edit]) -> bool:
        after = Source(self._source.path, self.with_edits(edits))
        if said(after) != self.said:
            return False
        heard = {(each.rule, each.within.line) for each in in_comments([after]) if isinstance(each, Ignore)}
        above = [edit.line for edit in edits if edit.above]
        return all(
            (rule, edit.meant + sum(line <= edit.meant for line in above)) in heard
            for edit in edits
            for rule in edit.rules
        )

    def with_edits(self, edits: Iterable[_Edit]) -> str:
        lines = list(self._lines)
        for edit in sorted(edits, key=lambda edit: edit.above):
            lines[edit.line - 1] = edit.text + lines[edit.line - 1] if edit.above else edit.text
        return "".join(lines)


def parted_lines(text: str) -> list[str]:
    """The lines of a text, each with what ends it."""
    return _LINE.findall(text)


def parted(line: str) -> tuple[str, str]:
    """A line, and what ends it."""
    end = _END.search(line)
    at = end.start() if isinstance(end, re.Match) else len(line)
    return line[:at], line[at:]
