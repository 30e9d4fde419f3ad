"""The report for programs: a stable JSON document, described in docs/output.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import lambdalint
from lambdalint import printable
from lambdalint.check import SEVERITIES
from lambdalint.report import Setting
from lambdalint.report.folding import by_rule
from lambdalint.rules import Finding
from lambdalint.source import Span

if TYPE_CHECKING:
    from lambdalint.told import Report

VERSION = 1
"""Of the document's shape. It grows when a member changes its meaning or goes, not when one is added."""


def write(report: Report, setting: Setting) -> Iterator[str]:
    """The report as JSON, gravest first, then in the order of places."""
    found = Counter(finding.severity for finding in report.findings)
    document: dict[str, Any] = {
        "version": VERSION,
        "lambdalint": lambdalint.__version__,
        "findings": (_finding(finding, setting) for finding in report.findings),
        "ignored": (
            {**_finding(ignored.finding, setting), "reason": ignored.reason, "ignored_at": _place(ignored.span)}
            for ignored in report.ignored
        ),
        "known": (_finding(finding, setting) for finding in report.known if finding.rule.page is None),
        "notes": [{"message": why, **_place(span)} for span, why in report.notes],
        "summary": {
            **{severity: found[severity] for severity in reversed(SEVERITIES)},
            "ignored": len(report.ignored),
            "known": len(report.known),
            "mended": report.mended,
            "unchanged": len(report.unchanged),
            "templates": report.templates,
            "apps": report.apps,
            "functions": report.functions,
            "handlers": report.handlers,
            "judged": report.judged,
            "not_judged": [{"why": why, "functions": number} for why, number in report.without],
            "rules": [
                {"rule": row.rule, "severity": row.severity, "findings": row.findings, "places": row.places}
                for row in by_rule(report.findings)
            ],
        },
    }
    if report.peer:
        document["cfn_lint_version"] = report.peer.version
        document["cfn_lint"] = [_peer_finding(finding) for finding in report.peer.findings]
    if report.part:
        document["shard"] = report.part
    return printable.document(document)


def _finding(finding: Finding, setting: Setting) -> dict[str, Any]:
    return {
        "rule": finding.rule.name,
        "severity": finding.severity,
        "pillar": finding.rule.pillar,
        "message": finding.message,
        "resource": finding.resource,
        **_place(finding.span),
        **_details(finding, setting),
        "url": finding.rule.url,
        "same": [
            {"message": each.message, "resource": each.resource, **_place(each.span), **_details(each, setting)}
            for each in finding.same
        ],
    }


def _details(finding: Finding, setting: Setting) -> dict[str, Any]:
    return {
        "also": [{"message": note, **_place(span)} for span, note in finding.problem.also],
        "fix": _fix(finding, setting),
    }


def _fix(finding: Finding, setting: Setting) -> dict[str, Any] | None:
    """What would mend a finding; None where nothing would that is known."""
    fix = finding.problem.fix
    edits = setting.lines.edits(finding)
    if fix is None or not edits:
        return None
    return {
        "message": fix.message,
        "applicability": "safe" if fix.safe else "unsafe",
        "edits": [{"text": each.text, **_place(each.span)} for each in edits],
    }


def _peer_finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.name,
        "severity": finding.severity,
        "message": finding.message,
        **_place(finding.span),
        "url": finding.rule.url,
        "same": [{"message": each.message, **_place(each.span)} for each in finding.same],
    }


def _place(span: Span) -> dict[str, Any]:
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
