"""What is told once: the findings of one rule in one file that have one cause.

Instances of a module, functions that one setting governs and clients of one file are all found, each at its place. They
have one cause where the rule, the severity and the file are the same, and so is what is said of them: a problem's
`cause` where its check names one, else its message.
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
        causes.setdefault((finding.rule.name, finding.severity, finding.span.path, said), []).append(finding)
    told = [replace(first, same=tuple(others)) if others else first for first, *others in causes.values()]
    return tuple(sorted(told, key=lambda finding: (-SEVERITIES.index(finding.severity), finding.order)))


LINES = 12
"""Further places of a finding that are listed; JSON and SARIF have all."""


def elsewhere(finding: Finding) -> str:
    """The other places of a finding's file where the same is so, the first of them by line, the others counted."""
    named = {each.resource for each in (finding, *finding.same)} - {None}
    lines = list(
        dict.fromkeys(
            f"{each.span.line} ({each.resource})" if len(named) > 1 and each.resource else str(each.span.line)
            for each in finding.same
        )
    )
    shown, left = lines[:LINES], len(lines) - LINES
    listed = ", ".join(shown) + (f" and {left} more" if left > 0 else "")
    return f"and {len(finding.same)} more in this file, {'line' if len(lines) == 1 else 'lines'} {listed}"


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
