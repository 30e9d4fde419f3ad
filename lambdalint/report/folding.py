"""What is told once: the findings of one rule that have one cause.

Instances of a module, functions that one setting governs and clients of one file are all found, each at its place. They
have one cause where the rule, the severity and the file are the same, and so is what is said of them: a problem's
`cause` where its check names one, else its message. Of what is `mended` at one place, that place stands for the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lambdalint.check import SEVERITIES
from lambdalint.records import dataclass, replace
from lambdalint.rules import Finding


def folded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings to tell, gravest first, then by place: each the first of its cause, and with it the others."""
    causes: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda each: each.order):
        problem = finding.problem
        said = problem.cause or problem.message
        where = finding.span.path if problem.mended is None else str(problem.mended)
        causes.setdefault((finding.rule.name, finding.severity, where, said), []).append(finding)
    told = [replace(first, same=tuple(others)) if others else first for first, *others in causes.values()]
    return tuple(sorted(told, key=lambda finding: (-SEVERITIES.index(finding.severity), finding.order)))


LINES = 12
"""Further places of a finding that are listed; JSON and SARIF have all."""


def elsewhere(finding: Finding) -> str:
    """The other places where the same is so, the first of them by line, the others counted."""
    named = {each.resource for each in (finding, *finding.same)} - {None}
    here = finding.span.path
    places = list(
        dict.fromkeys(
            ("" if each.span.path == here else each.span.path, _line(each, len(named) > 1)) for each in finding.same
        )
    )
    shown, left = places[:LINES], len(places) - LINES
    files: dict[str, list[str]] = {}
    for path, line in shown:
        files.setdefault(path, []).append(line)
    listed = "; ".join(
        f"{f'in {path}, ' if path else ''}{'line' if len(lines) == 1 else 'lines'} {', '.join(lines)}"
        for path, lines in files.items()
    )
    return f"and {more(finding)}, {listed}" + (f" and {left} more" if left > 0 else "")


def more(finding: Finding) -> str:
    """How many further places there are where the same is so."""
    alone = all(each.span.path == finding.span.path for each in finding.same)
    return f"{len(finding.same)} more in this file" if alone else f"{len(finding.same)} more"


def _line(finding: Finding, named: bool) -> str:
    """A place by its line, with whose it is where several are `named`."""
    return f"{finding.span.line} ({finding.resource})" if named and finding.resource else str(finding.span.line)


@dataclass(frozen=True, slots=True)
class Row:
    """How often a rule is told with one severity."""

    rule: str
    severity: str
    findings: int
    places: int


def by_rule(told: Iterable[Finding]) -> list[Row]:
    """What a report comes to, rule by rule: gravest first, then those that come up most."""
    findings: Counter[tuple[str, str]] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    for finding in told:
        findings[finding.rule.name, finding.severity] += 1
        places[finding.rule.name, finding.severity] += 1 + len(finding.same)
    rows = [Row(name, severity, number, places[name, severity]) for (name, severity), number in findings.items()]
    return sorted(rows, key=lambda row: (-SEVERITIES.index(row.severity), -row.findings, row.rule))
