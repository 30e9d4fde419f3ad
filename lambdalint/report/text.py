"""The report for a person at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from click import style

from lambdalint.check import SEVERITIES
from lambdalint.printable import first, printable
from lambdalint.report import Setting
from lambdalint.report.excerpts import Excerpts
from lambdalint.report.folding import by_rule, elsewhere
from lambdalint.rules import Finding

if TYPE_CHECKING:
    from lambdalint.told import Report

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def write(report: Report, setting: Setting) -> str:
    """Every finding with its line of source, then what sums up."""
    excerpts = Excerpts(report, setting)
    told = report.told
    lines: list[str] = []
    if not setting.statistics:
        lines += [line for finding in told for line in (*_finding(finding, setting, excerpts), "")]
    table = list(_by_rule(told))
    if table and (setting.statistics or len(table) < len(told)):
        lines += [*table, ""]
    lines += [_summary(report, setting)]
    if report.without:
        lines += [f"{printable(report.coverage)}."]
    if report.beside_it:
        lines += [f"{report.beside_it}."]
    if report.peer:
        peer = f"{report.peer.name} {report.peer.version}"
        kinds = _kinds(report.peer.findings)
        lines += [f"{peer} found {_listed(kinds) or 'nothing'} in {_count(report.peer.templates, 'template')}."]
    if report.findings:
        # Of the gravest findings, those that come up most.
        gravest = report.findings[0].severity
        often = Counter(finding.rule.name for finding in report.findings if finding.severity == gravest)
        name = min(often, key=lambda name: (-often[name], name))
        rule = next(finding.rule for finding in report.findings if finding.rule.name == name)
        where = rule.url if setting.afar else f"lambdalint explain {name}"
        lines += [f"What it means and what to do: {where}"]
    return "".join(f"{line}\n" for line in lines)


def _by_rule(told: Iterable[Finding]) -> Iterator[str]:
    """How often each rule is told, gravest first, and in how many places where those are more."""
    counts = by_rule(told)
    number = max((len(str(row.findings)) for row in counts), default=0)
    name = max((len(row.rule) for row in counts), default=0)
    for row in counts:
        more = f"  in {row.places} places" if row.places > row.findings else ""
        yield f"{row.findings:{number}}  {row.severity:7}  {row.rule:{name if more else 0}}{more}"


def _finding(finding: Finding, setting: Setting, excerpts: Excerpts) -> Iterator[str]:
    def paint(text: str, *, fg: str | None = None, bold: bool | None = None, dim: bool | None = None) -> str:
        return style(text, fg=fg, bold=bold, dim=dim) if setting.colour else text

    severity = paint(finding.severity, fg=COLOURS[finding.severity], bold=True)
    place = paint(first(str(finding.span)), bold=True)
    yield f"{place}: {severity}: {printable(finding.message)} {paint(f'[{finding.rule.name}]', dim=True)}"
    for span, note in finding.problem.also:
        yield f"    {first(f'{span}: {note}')}"
    if finding.same:
        yield f"    {printable(elsewhere(finding))}"
    if excerpt := excerpts.of(finding.span):
        gutter = " " * len(str(finding.span.line))
        marks = " " * _width(excerpt.before) + "^" * max(1, _width(excerpt.marked))
        yield f"{paint(f'{finding.span.line} |', dim=True)} {excerpt.line}"
        yield f"{paint(f'{gutter} |', dim=True)} {paint(marks, fg=COLOURS[finding.severity], bold=True)}"


def _width(text: str) -> int:
    """How many columns of a terminal a text fills."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _summary(report: Report, setting: Setting) -> str:
    kinds = _kinds(report.findings)
    ignored = f" {len(report.ignored)} ignored." if report.ignored else ""
    problems = f"Found {_listed(kinds)}" if kinds else "No problems"
    if report.functions:
        code = "" if report.without else f", judged with {'its' if report.functions == 1 else 'their'} code"
        of = [(report.templates, "template"), (report.apps, "app")]
        read = ", ".join(_count(number, what) for number, what in of if number)
        return f"{problems} in {_count(report.functions, 'function')} ({read}){code}.{ignored}"
    if report.handlers:
        return f"{problems} in {_count(report.handlers, 'handler')} that no template deploys.{ignored}"
    paths = ["the current directory" if path == "." else path for path in setting.paths]
    nothing = f"No Lambda functions found in {_listed(paths) if len(paths) < 4 else f'{len(paths)} paths'}."
    return f"{problems}. {nothing}{ignored}" if kinds else f"{nothing}{ignored}"


def _kinds(findings: Iterable[Finding]) -> list[str]:
    """How many findings there are of each severity: `1 error`, `2 warnings`."""
    found = Counter(finding.severity for finding in findings)
    return [_count(found[severity], severity) for severity in reversed(SEVERITIES) if found[severity]]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
