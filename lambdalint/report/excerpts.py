"""What of a file a report for people shows beside a finding: the first line of a place, unless a secret is on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdalint.printable import printable
from lambdalint.records import dataclass, replace
from lambdalint.report import Setting
from lambdalint.source import Span

if TYPE_CHECKING:
    from lambdalint.told import Report

WIDEST = 160
"""Columns of a source line that are shown: a template in JSON may be one line of a megabyte."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line of source, in three parts."""

    before: str
    marked: str
    """What the place is of it."""
    after: str

    @property
    def line(self) -> str:
        """The whole of what is shown."""
        return (self.before + self.marked + self.after).rstrip()


class Excerpts:
    """The lines that a report may show."""

    def __init__(self, report: Report, setting: Setting) -> None:
        self._secret = report.secret_lines
        self._lines = setting.lines

    def of(self, span: Span) -> Excerpt | None:
        """The first line of a place; None where there is nothing to show, or it may not be shown."""
        start = replace(span, end_line=span.line)
        if (start.path, start.line) in self._secret or self._lines.shows_secret(start):
            return None
        text = self._lines.line(span.path, span.line)
        if text is None or not text.strip():
            return None
        end = span.end_column if span.end_line == span.line else len(text.rstrip()) + 1
        first = max(0, span.column - WIDEST // 2) if len(text) > WIDEST else 0
        shown = printable(text[first : first + WIDEST])
        before = shown[: span.column - 1 - first]
        marked = shown[len(before) : max(end, span.column + 1) - 1 - first]
        return Excerpt(before, marked, shown[len(before) + len(marked) :])
