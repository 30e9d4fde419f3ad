"""The report as SARIF 2.1.0, as GitHub code scanning and other dashboards take it.

https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import attr
import sarif_om as om

import lambdalint
from lambdalint import printable
from lambdalint.records import replace
from lambdalint.report import Setting
from lambdalint.report.fingerprint import fingerprints
from lambdalint.report.folding import more
from lambdalint.rules import HOME, Finding, Rule
from lambdalint.source import Span

if TYPE_CHECKING:
    from lambdalint.ignores import Ignored
    from lambdalint.told import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LONGEST = 1024
"""Characters of a rule's description that GitHub accepts."""
PROBLEM_SEVERITIES = {"error": "error", "warning": "warning", "note": "recommendation"}


def write(report: Report, setting: Setting) -> Iterator[str]:
    """The report as a SARIF log of one run, and of a second one where a peer was asked."""
    own = "lambdalint", lambdalint.__version__, HOME
    ours = [each for each in report.known if each.rule.page is None]
    theirs = [each for each in report.known if each.rule.page is not None]
    heeded = report.mended is not None
    runs = [_Run(own, report.findings, ours if heeded else None, report.ignored, setting).run(report)]
    if peer := report.peer:
        whose = peer.name, peer.version, peer.url
        runs.append(_Run(whose, peer.findings, theirs if heeded else None, (), replace(setting, rules=())).run())
    log = _plain(om.SarifLog(version="2.1.0", schema_uri=SCHEMA, runs=runs))
    if report.part:
        log["runs"][0]["properties"] = {"lambdalint/shard": report.part}
    return printable.document({"$schema": log["$schema"], "version": log["version"], **log})


class _Run:
    """What the places and the results of one run have in common."""

    def __init__(
        self,
        tool: tuple[str, str, str],
        findings: Sequence[Finding],
        known: Sequence[Finding] | None,
        ignored: Sequence[Ignored],
        setting: Setting,
    ) -> None:
        """`known` are the findings that a baseline has; None where there is no baseline."""
        self.name, self.version, self.url = tool
        self.findings = findings
        self.known = known
        self.ignored = ignored
        self.setting = setting
        told = [*findings, *(known or ()), *(each.finding for each in ignored)]
        rules = {rule.name: rule for rule in (*setting.rules, *(finding.rule for finding in told))}
        self.rules = [rules[name] for name in sorted(rules)]
        self.index = {rule.name: index for index, rule in enumerate(self.rules)}
        self.fingerprints = cache(self._fingerprints)

    def run(self, report: Report | None = None) -> om.Run:
        """The run; with what `report` says of what was not read."""
        results = [self.result(finding) for finding in self.findings]
        if self.known is not None:
            for result in results:
                result.baseline_state = "new"
        for finding in self.known or ():
            result = self.result(finding)
            result.baseline_state = "unchanged"
            result.suppressions = [om.Suppression(kind="external", justification="known from the baseline")]
            results.append(result)
        for ignored in self.ignored:
            result = self.result(ignored.finding)
            location = self.location(ignored.span)
            reason = ignored.reason or None
            result.suppressions = [om.Suppression(kind="inSource", justification=reason, location=location)]
            results.append(result)
        driver = om.ToolComponent(
            name=self.name,
            version=self.version,
            semantic_version=self.version,
            information_uri=self.url,
            rules=[_rule(rule) for rule in self.rules],
        )
        return om.Run(
            tool=om.Tool(driver=driver),
            # What stands before the last slash is GitHub's category: one for each directory that is checked by itself.
            automation_details=om.RunAutomationDetails(id=f"{posixpath.join(self.name, self.setting.prefix)}/"),
            column_kind="unicodeCodePoints",
            invocations=[self.invocation(report)] if report else None,
            results=results,
        )

    def invocation(self, report: Report) -> om.Invocation:
        """That lambdalint did its work, and what kept it from seeing more."""
        told = [om.Notification(level="note", message=om.Message(text=report.coverage))] if report.functions else []
        for level, places in (("note", report.notes), ("warning", report.skipped)):
            for span, why in places:
                where = [om.Location(physical_location=om.PhysicalLocation(artifact_location=self.artifact(span)))]
                told.append(om.Notification(level=level, message=om.Message(text=why), locations=where))
        return om.Invocation(execution_successful=True, tool_execution_notifications=told or None)

    def result(self, finding: Finding) -> om.Result:
        also = finding.problem.also
        places = [*also, *((each.span, f"also {each.message}") for each in finding.same)]
        related = [self.location(span, note, number) for number, (span, note) in enumerate(places, 1)]
        secret = finding.problem.secret or self.setting.lines.shows_secret(finding.span)
        line = None if secret else self.fingerprint(finding.span)
        _, inside = self.setting.lines.shown(finding.span)
        message = f"{inside}: {_with_links(finding)}" if inside else _with_links(finding)
        return om.Result(
            rule_id=finding.rule.name,
            rule_index=self.index[finding.rule.name],
            level=finding.severity,
            message=om.Message(text=message),
            locations=[self.place(finding)],
            related_locations=related or None,
            code_flows=[self.flow(finding)] if also else None,
            partial_fingerprints={"primaryLocationLineHash": line} if line else None,
            fixes=self.fixes(finding),
        )

    def place(self, finding: Finding) -> om.Location:
        """Where it is, in the file and among what is deployed."""
        location = self.location(finding.span)
        location.logical_locations = [
            om.LogicalLocation(fully_qualified_name=name, kind="resource") for name in finding.owners
        ] or None
        return location

    def flow(self, finding: Finding) -> om.CodeFlow:
        """The way to the finding: its further places in their order, then its own."""
        steps = [*finding.problem.also, (finding.span, finding.message)]
        locations = [om.ThreadFlowLocation(location=self.location(span, note)) for span, note in steps]
        return om.CodeFlow(thread_flows=[om.ThreadFlow(locations=locations)])

    def fixes(self, finding: Finding) -> list[om.Fix] | None:
        """What would mend a finding, file by file; None where nothing would that is known."""
        fix, edits = finding.problem.fix, self.setting.lines.edits(finding)
        if fix is None or not edits:
            return None
        changes = [
            om.ArtifactChange(
                artifact_location=self.artifact(Span.top(path)),
                replacements=[
                    om.Replacement(
                        deleted_region=_region(each.span), inserted_content=om.ArtifactContent(text=each.text)
                    )
                    for each in edits
                    if each.span.path == path
                ],
            )
            for path in dict.fromkeys(each.span.path for each in edits)
        ]
        properties = {"applicability": "safe" if fix.safe else "unsafe"}
        return [om.Fix(artifact_changes=changes, description=om.Message(text=fix.message), properties=properties)]

    def location(self, span: Span, note: str | None = None, number: int | None = None) -> om.Location:
        span, inside = self.setting.lines.shown(span)
        note = f"{inside}: {note}" if inside and note else note
        return om.Location(
            id=number,
            message=om.Message(text=note) if note else None,
            physical_location=om.PhysicalLocation(artifact_location=self.artifact(span), region=_region(span)),
        )

    def artifact(self, span: Span) -> om.ArtifactLocation:
        """A file by its way from the repository's root: code scanning supports no other base.

        Bytes are quoted, as a file's name need be no text.
        """
        return om.ArtifactLocation(uri=quote(os.fsencode(self.setting.rooted(span.path))))

    def fingerprint(self, span: Span) -> str | None:
        """What tells a finding's line from others; in a package, where all have one line, its place in there does."""
        shown, inside = self.setting.lines.shown(span)
        return fingerprints(inside)[0] if inside else self.fingerprints(shown.path).get(shown.line)

    def _fingerprints(self, path: str) -> dict[int, str]:
        source = self.setting.lines.source(path)
        return dict(enumerate(fingerprints(source.text), 1)) if source else {}


def _rule(rule: Rule) -> om.ReportingDescriptor:
    properties: dict[str, Any] = {
        "tags": [
            *(["aws-lambda", rule.pillar] if rule.pillar else []),
            *([f"external/cwe/{rule.cwe.lower()}"] if rule.cwe else []),
        ],
        # How sure a peer is of its rules is not ours to say.
        **({"precision": "high"} if rule.page is None else {}),
        "problem.severity": PROBLEM_SEVERITIES[rule.severity],
    }
    if rule.security_severity:
        properties["security-severity"] = rule.security_severity
    return om.ReportingDescriptor(
        id=rule.name,
        name=rule.name.title().replace("-", ""),
        short_description=om.MultiformatMessageString(text=rule.title),
        full_description=om.MultiformatMessageString(text=_cut(" ".join(_unmarked(rule.why).split()) or rule.title)),
        help=om.MultiformatMessageString(text=_unmarked(rule.help) or rule.title, markdown=rule.help),
        help_uri=rule.url,
        default_configuration=om.ReportingConfiguration(level=rule.severity, enabled=rule.default),
        properties=properties,
    )


def _region(span: Span) -> om.Region:
    return om.Region(start_line=span.line, start_column=span.column, end_line=span.end_line, end_column=span.end_column)


def _with_links(finding: Finding) -> str:
    """The message, and a link to each further place: GitHub shows related places only where a message names them."""
    notes = [re.sub(r"([\\\[\]])", r"\\\1", note) for _, note in finding.problem.also]
    links = ", ".join(f"[{note}]({number})" for number, note in enumerate(notes, 1))
    if finding.same:
        links += f"{', ' if links else ''}and [{more(finding)}]({len(notes) + 1})"
    return f"{finding.message} ({links})" if links else finding.message


def _unmarked(markdown: str) -> str:
    """Markdown as text: links by their words, no backquotes."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown).replace("`", "").strip()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _plain(value: Any) -> Any:
    """A value of sarif_om as JSON has it: names by their schema, defaults left out.

    `level` is always written: left out it would mean its rule's level, whatever sarif_om's default is.
    """
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not attr.has(type(value)):
        return value
    plain = {}
    for field in attr.fields(type(value)):
        inner = getattr(value, field.name)
        default = field.default.factory() if hasattr(field.default, "factory") else field.default
        if inner is not None and (inner != default or field.name == "level"):
            plain[field.metadata["schema_property_name"]] = _plain(inner)
    return plain
