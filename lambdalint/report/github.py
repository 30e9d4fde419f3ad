"""The report as workflow commands of GitHub Actions, which become annotations of a pull request.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lambdalint.report import Setting
from lambdalint.rules import Finding
from lambdalint.source import Span

if TYPE_CHECKING:
    from lambdalint.lint import Report

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def write(report: Report, setting: Setting) -> str:
    """One command for each finding, a peer's after lambdalint's own."""
    told = (*report.findings, *(report.peer.findings if report.peer else ()))
    return "".join(f"{_command(finding, setting)}\n" for finding in told)


def _command(finding: Finding, setting: Setting) -> str:
    span, inside = setting.lines.shown(finding.span)
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in _properties(finding, span, setting))
    own = f"{inside}: {finding.message}" if inside else finding.message
    message = "\n".join([own, *(f"{span}: {note}" for span, note in finding.problem.also)])
    return f"::{COMMANDS[finding.severity]} {properties}::{_data(message)}"


def _properties(finding: Finding, span: Span, setting: Setting) -> Iterator[tuple[str, str | int]]:
    yield "file", posixpath.normpath(posixpath.join(setting.prefix, span.path))
    yield "line", span.line
    yield "endLine", span.end_line
    if span.line == span.end_line:  # GitHub refuses columns of an annotation that spans lines
        yield "col", span.column
        yield "endColumn", span.end_column
    yield "title", finding.rule.name


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
