"""terraform-aws-modules/eventbridge: rules with their targets, and schedules.

https://registry.terraform.io/modules/terraform-aws-modules/eventbridge/aws/latest
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform.registry.public import Public, mapping, renamed, rows
from lambdalint.templates.value import Mapping, Reference, Sequence, Unknown, Value, items

_RULE = {"schedule_expression": "ScheduleExpression", "event_pattern": "EventPattern", "state": "State"}
_TARGET = {"arn": "Arn", "input": "Input", "role_arn": "RoleArn"}
_SCHEDULE = {"schedule_expression": "ScheduleExpression", "timezone": "ScheduleExpressionTimezone", "state": "State"}


def output(call: Public, name: str, span: Span) -> Value | None:
    """`eventbridge_rule_arns` and the like, by the names of the rules."""
    if name in ("eventbridge_rule_arns", "eventbridge_rule_ids"):
        found: dict[str, Value] = {
            rule: Reference(_rule(call, rule), "Arn" if name.endswith("arns") else "", span)
            for rule, _ in rows(call.get("rules"))
        }
        return Mapping(found, span, dict.fromkeys(found, span), open=True)
    return Unknown(span, f"output {name}")


def resources(call: Public) -> Iterator[Resource]:
    if call.switch("create", default=True) is False:
        return
    targets = call.get("targets")
    for name, given in rows(call.get("rules")):
        rule = renamed(given, _RULE) or Mapping({}, given.span, {}, open=True)
        aimed = targets.get(name) if isinstance(targets, Mapping) else targets
        entries: dict[str, Value | None] = dict(rule.entries)
        if aimed is not None:
            entries["Targets"] = _targets(call, aimed)
        place = _key(call.get("rules"), name, given.span)
        yield call.made("AWS::Events::Rule", _made(name), entries, rule.keys, span=place, label=name)
    for name, given in rows(call.get("schedules")):
        schedule = renamed(given, _SCHEDULE) or Mapping({}, given.span, {}, open=True)
        entries = {**schedule.entries, "Target": _target(call, given)}
        place = _key(call.get("schedules"), name, given.span)
        made = f'aws_scheduler_schedule.this["{name}"]'
        yield call.made("AWS::Scheduler::Schedule", made, entries, schedule.keys, span=place, label=name)


def _targets(call: Public, given: Value) -> Value:
    if not isinstance(given, Sequence):
        return Unknown(given.span, "targets")
    return Sequence(tuple(_target(call, each) for each in items(given)), given.span, given.open)


def _target(call: Public, given: Value) -> Value:
    target = renamed(given, _TARGET)
    if target is None or not isinstance(given, Mapping):
        return Unknown(given.span, "target")
    entries: dict[str, Value | None] = dict(target.entries)
    letters = given.get("dead_letter_arn")
    if letters is not None:
        entries["DeadLetterConfig"] = mapping(letters.span, {"Arn": letters})
    elif call.get("attach_sqs_policy") is not None and given.open:
        entries["DeadLetterConfig"] = Unknown(given.span, "dead_letter_arn")
    return mapping(given.span, entries, target.keys)


def _made(rule: str) -> str:
    return f'aws_cloudwatch_event_rule.this["{rule}"]'


def _rule(call: Public, rule: str) -> str:
    return call.address(_made(rule))


def _key(holder: Value | None, name: str, span: Span) -> Span:
    return holder.key(name) if isinstance(holder, Mapping) else span
