"""The formats that a report can be told in: one module per format."""

from __future__ import annotations

import importlib
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from lambdalint.data import secrets
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, replace
from lambdalint.report.folding import elsewhere, folded
from lambdalint.rules import Finding, Rule
from lambdalint.source import Source, Sources, Span, UnreadableSource

if TYPE_CHECKING:
    from lambdalint.told import Report
    from lambdalint.wanted import Edit


class Lines:
    """The texts that findings lie in, each file read once."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._read: dict[str, Source | None] = {}
        self._written: dict[str, bool] = {}

    def source(self, path: str) -> Source | None:
        """The file at `path`; None where it cannot be read."""
        if path not in self._read:
            try:
                self._read[path] = self._sources.read(path)
            except UnreadableSource:
                self._read[path] = None
        return self._read[path]

    def edits(self, finding: Finding) -> tuple[Edit, ...]:
        """What the fix of a finding comes to; none where it has none, or it cannot be made."""
        if finding.problem.fix is None:
            return ()
        from lambdalint.fixing import proposed

        return proposed(finding.problem.fix, self._own)

    def _own(self, path: str) -> Source | None:
        """The file at a path, if no tool writes it."""
        from lambdalint.rewriting import is_made

        source = self.source(path)
        if path not in self._written:
            self._written[path] = source is not None and not is_made(source)
        return source if self._written[path] else None

    def line(self, path: str, number: int) -> str | None:
        """A file's line, counted from 1; None where it cannot be read."""
        source = self.source(path)
        return source.lines[number - 1] if source and 0 < number <= len(source.lines) else None

    def shows_secret(self, span: Span) -> bool:
        """Whether one of the lines that a place lies in shows a secret, whatever is told of it."""
        lines = (self.line(span.path, number) for number in range(span.line, span.end_line + 1))
        return any(line is not None and secrets.shows(line) for line in lines)

    def shown(self, span: Span) -> tuple[Span, str]:
        """A place in a file that a viewer can open, and what that place leaves out.

        A file in a deployment package has none of its own: the package's is given, with the file and the line in words.
        """
        inside = _IN_PACKAGE.fullmatch(span.path)
        if inside is None or self.source(span.path) is not None:
            return span, ""
        return Span.top(inside["package"]), f"{inside['file']}, line {span.line}"


def spelt(finding: Finding, lines: Lines) -> Finding:
    """A finding with the edits that its fix comes to, which a format that tells them need not make again."""
    fix = finding.problem.fix
    if fix is None:
        return finding
    edits = lines.edits(finding)  # none where it cannot be made, which is not tried again either
    return replace(finding, problem=replace(finding.problem, fix=replace(fix, changes=edits)))


def all_spelt(report: Report, lines: Lines) -> Report:
    """A report whose findings are all told so."""
    ignored = tuple(replace(each, finding=spelt(each.finding, lines)) for each in report.ignored)
    return replace(report, findings=tuple(spelt(each, lines) for each in report.findings), ignored=ignored)


_IN_PACKAGE = pattern(r"(?P<package>.+?\.zip)/(?P<file>.+)")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a format needs beside the report."""

    lines: Lines
    rules: Sequence[Rule] = ()
    """The rules that were asked."""
    paths: Sequence[str] = (".",)
    """What the user gave to check."""
    prefix: str = ""
    """The way from the repository's root to the current directory: `services/orders`."""
    root: str = ""
    """The way from the current directory down to the repository's root, where that lies below it."""
    colour: bool = False
    afar: bool = False
    """Whether it is read where lambdalint may not be at hand: in a file, or in the log of a pipeline."""
    statistics: bool = False
    """Whether only the summary by rule is asked for, in `text`."""

    def rooted(self, path: str) -> str:
        """A path as it is seen from the root of the repository."""
        return posixpath.normpath(posixpath.join(self.prefix, path)).removeprefix(f"{self.root}/")


def clauses(finding: Finding, setting: Setting) -> list[str]:
    """What is told of a finding far from its file: its message, then each further place, then where else it is so."""
    _, inside = setting.lines.shown(finding.span)
    own = f"{inside}: {finding.message}" if inside else finding.message
    also = [f"{setting.rooted(place.path)}:{place.line}: {note}" for place, note in finding.problem.also]
    return [own, *also, *([elsewhere(finding)] if finding.same else [])]


def write(name: str, report: Report, setting: Setting) -> str:
    """The report in the format of that name, with a line end at its end: what has one cause is told once."""
    return "".join(written(name, report, setting))


def written(name: str, report: Report, setting: Setting) -> Iterable[str]:
    """The same, piece by piece where it may be long."""
    report = replace(report, findings=folded(report.findings), known=folded(report.known))
    if report.peer:
        report = replace(report, peer=replace(report.peer, findings=folded(report.peer.findings)))
    module = importlib.import_module(f"lambdalint.report.{name}")
    told = cast("Callable[[Report, Setting], str | Iterator[str]]", module.write)(report, setting)
    return (told,) if isinstance(told, str) else told
