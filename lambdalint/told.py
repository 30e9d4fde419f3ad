"""What a run comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from lambdalint.graph.picture import Picture
from lambdalint.ignores import Ignored
from lambdalint.records import dataclass, replace
from lambdalint.rules import Finding
from lambdalint.source import Span

if TYPE_CHECKING:
    from lambdalint.peers import Peer


@dataclass(frozen=True, slots=True)
class Report:
    """What a run comes to."""

    findings: tuple[Finding, ...]
    """In the order of their places."""
    ignored: tuple[Ignored, ...] = ()
    templates: int = 0
    functions: int = 0
    """How many functions the templates deploy, but for those that a framework adds."""
    handlers: int = 0
    """How many handlers were read, deployed or not."""
    without: tuple[tuple[str, int], ...] = ()
    """Why functions were judged without their code, each with how many, most first."""
    unfinished: tuple[Span, ...] = ()
    """The handlers that do more than a run follows: what lies beyond is unknown, and no finding."""
    joins: tuple[tuple[Span, str], ...] = ()
    """The functions and imports whose code was found where no template leads, and why it is that."""
    notes: tuple[tuple[Span, str], ...] = ()
    """Places of what was seen and not read, and what the user can do about it."""
    skipped: tuple[tuple[Span, str], ...] = ()
    """Directories that could not be listed, and why."""
    read: tuple[str, ...] = ()
    """The templates and the files of code that took part."""
    made: tuple[str, ...] = ()
    """Those of them that were synthesised."""
    cloudformation: tuple[str, ...] = ()
    """The CloudFormation and SAM templates that were read, or could not be: what cfn-lint understands too."""
    peer: Peer | None = None
    """What another linter found, where it was asked."""
    apps: int = 0
    """How many apps of the CDK were read from their source."""
    known: tuple[Finding, ...] = ()
    """The findings that a baseline has: they are not told again."""
    mended: int | None = None
    """How many it has that are found no more; None where there is no baseline."""
    part: str = ""
    """Where it is of a part of a run, what a merge of all parts needs of it."""
    unchanged: tuple[Finding, ...] = ()
    """The findings that are not told because nothing was changed where they lie."""

    pictures: tuple[Picture, ...] = ()
    """What is deployed, where a report was asked for that draws it."""

    @property
    def told(self) -> tuple[Finding, ...]:
        """The findings, and those of the other linter."""
        return (*self.findings, *(self.peer.findings if self.peer else ()))

    @property
    def beside_it(self) -> str:
        """What a baseline or `--changed-since` keeps from being told, and what of a baseline is out of date."""
        known = f"{len(self.known)} more known from the baseline" if self.known else ""
        mended = f"{self.mended} of the baseline found no more" if self.mended else ""
        unchanged = f"{len(self.unchanged)} more where nothing was changed" if self.unchanged else ""
        return "; ".join(filter(None, (known, unchanged, mended)))

    def beside(self, new: Iterable[Finding], known: Iterable[Finding], mended: int) -> Report:
        """The report beside a baseline, of whose findings as many are no more as were `mended`."""
        told = tuple(new)
        peer = self.peer and replace(self.peer, findings=tuple(each for each in told if each.rule.page is not None))
        ours = tuple(each for each in told if each.rule.page is None)
        return replace(self, findings=ours, peer=peer, known=tuple(known), mended=mended)

    def within(self, concerns: Callable[[Finding], bool]) -> Report:
        """The report of what was changed: of the findings only those that have to do with that."""
        ours, known = (tuple(filter(concerns, each)) for each in (self.findings, self.known))
        peer = self.peer and replace(self.peer, findings=tuple(filter(concerns, self.peer.findings)))
        unchanged = tuple(each for each in self.told if not concerns(each))
        return replace(self, findings=ours, known=known, peer=peer, unchanged=unchanged)

    @property
    def judged(self) -> int:
        """How many functions were judged with their code."""
        return self.functions - sum(number for _, number in self.without)

    @property
    def coverage(self) -> str:
        """How many functions were judged with their code, and why the others were not: a clause for people."""
        total, whose = ("1 function", "its") if self.functions == 1 else (f"{self.functions} functions", "their")
        clauses = [f"{self.judged} of {total} judged with {whose} code"]
        return "; ".join([*clauses, *(f"{number} without: {why}" for why, number in self.without)])

    @property
    def secret_lines(self) -> set[tuple[str, int]]:
        """The lines, by path and number, that hold a secret: no finding shows them, whatever it is about."""
        found = (
            *(*self.findings, *self.known, *self.unchanged),
            *(ignored.finding for ignored in self.ignored),
        )
        told = (each.problem for finding in found for each in (finding, *finding.same))
        return {
            (span.path, line)
            for problem in told
            if problem.secret
            for span in (problem.span, problem.output or problem.span)
            for line in range(span.line, span.end_line + 1)
        }
