"""lambdalint's rules inside cfn-lint: `cfn-lint -a lambdalint.cfnlint template.yaml`.

cfn-lint takes every subclass of CloudFormationLintRule in this module for a rule. They are made from lambdalint's
rules, one for each id of data/cfnlint_ids.json; all of them tell from one run over the template.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from lambdalint import rules
from lambdalint.configs import Configs, Given
from lambdalint.data import cfnlint_ids
from lambdalint.discover import Disk
from lambdalint.discover.disk import spell
from lambdalint.lint import lint
from lambdalint.records import replace
from lambdalint.rules import Finding, Rule
from lambdalint.source import Span

LETTERS = {"error": "E", "warning": "W", "note": "I"}
"""The first letter of an id, which is all that cfn-lint knows of its severity."""


def id_of(finding: Finding, own: list[str]) -> str:
    """Which of a rule's ids tells a finding: that of its severity."""
    return next((each for each in own if each.startswith(LETTERS[finding.severity])), own[0])


class LambdalintRule(CloudFormationLintRule):  # type: ignore[misc]
    """What the rules have in common. It has no id, so that cfn-lint passes it over."""

    rule: Rule

    def is_enabled(
        self,
        include_experimental: bool = False,
        ignore_rules: list[str] | None = None,
        include_rules: list[str] | None = None,
        mandatory_rules: list[str] | None = None,
    ) -> bool:
        """Whether cfn-lint asks it: a rule that is off by default only where more than a severity includes it."""
        if not self.rule.default:
            include_rules = [prefix for prefix in include_rules or () if len(prefix) > 1]
        enabled: bool = super().is_enabled(include_experimental, ignore_rules, include_rules, mandatory_rules)
        return enabled

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        for finding in _found(cfn):
            if id_of(finding, IDS[finding.rule.name]) == self.id:
                span = finding.span
                # cfn-lint counts from 0 here, and adds 1.
                place = (span.line - 1, span.column - 1, span.end_line - 1, span.end_column - 1)
                yield RuleMatch(_path(cfn, span), _message(finding), location=place)


class _Run:
    """The findings in the template that cfn-lint is at: its rules come one after another for the same template."""

    cfn: Template | None = None
    findings: tuple[Finding, ...] = ()


def _found(cfn: Template) -> tuple[Finding, ...]:
    if _Run.cfn is not cfn:
        # What cannot be done fails once, with the first rule, and not with each of them.
        _Run.cfn, _Run.findings = cfn, ()
        _Run.findings = tuple(_findings(cfn.filename)) if cfn.filename else ()
    return _Run.findings


def _findings(filename: str) -> Iterator[Finding]:
    """What lambdalint finds in a template, by the configuration nearest to it; severities are those of the pages."""
    path = spell(filename)
    known = rules.load()
    configs = Configs(known, Given(select=("all",)))
    by_name = {rule.name: rule for rule in known if rule.name in IDS}
    asked = [by_name[rule.name] for rule in configs.asked(path).values() if rule.name in by_name]
    report = lint(Disk((path,)), (path,), asked, configs=configs)
    for finding in report.findings:
        if finding.span.path == path and not configs.leaves_out(finding):
            yield replace(finding, rule=by_name[finding.rule.name])


def _message(finding: Finding) -> str:
    also = "; ".join(f"{span}: {note}" for span, note in finding.problem.also)
    return f"{finding.message} ({also})" if also else finding.message


def _path(cfn: Template, span: Span) -> list[str | int]:
    """The resource that a place lies in: cfn-lint heeds the `ignore_checks` of that resource's Metadata."""
    place = span.line - 1, span.column - 1
    begun = [(_start(name), str(name)) for name in cfn.template.get("Resources") or {}]
    above = [(start, name) for start, name in begun if start is not None and start <= place]
    return ["Resources", max(above)[1]] if above else []


def _start(name: Any) -> tuple[int, int] | None:
    mark = getattr(name, "start_mark", None)
    return (mark.line, mark.column) if mark is not None else None


IDS = cfnlint_ids()

for _rule in rules.load():
    for _id in IDS.get(_rule.name, ()):
        globals()[_id] = type(
            _id,
            (LambdalintRule,),
            {
                "__module__": __name__,
                "id": _id,
                "rule": _rule,
                "shortdesc": _rule.title,
                "description": f"{_rule.name}: {_rule.title}",
                "source_url": _rule.url,
                "tags": ["lambdalint", _rule.name, _rule.pillar],
            },
        )
