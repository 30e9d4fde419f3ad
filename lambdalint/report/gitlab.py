"""The report as GitLab shows it in merge requests: Code Quality.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lambdalint import printable
from lambdalint.report import Setting, clauses

if TYPE_CHECKING:
    from lambdalint.told import Report

SEVERITIES = {"error": "critical", "warning": "major", "note": "info"}


def write(report: Report, setting: Setting) -> Iterator[str]:
    """A list of what was found; each entry has a fingerprint that stays when lines are added above it."""
    return printable.document(_entries(report, setting))


def _entries(report: Report, setting: Setting) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for finding in report.told:
        span, inside = setting.lines.shown(finding.span)
        path = setting.rooted(span.path)
        key = "\n".join((path, inside, finding.rule.name, finding.message))
        seen[key] += 1
        yield {
            "description": "; ".join(clauses(finding, setting)),
            "check_name": finding.rule.name,
            "fingerprint": hashlib.sha256(f"{key}\n{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest(),
            "severity": SEVERITIES[finding.severity],
            "location": {"path": path, "lines": {"begin": span.line, "end": span.end_line}},
        }
