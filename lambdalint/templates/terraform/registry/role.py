"""The role that terraform-aws-modules/lambda makes for its function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lambdalint.source import Span
from lambdalint.templates.hcl.documents import document
from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform.registry.public import listed, mapping, renamed, rows
from lambdalint.templates.value import Known, Mapping, Sequence, Unknown, Value, items

if TYPE_CHECKING:
    from lambdalint.templates.terraform.registry.public import Public

ROLE = "aws_iam_role.lambda"

_STATEMENT = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}

_ATTACHED = {
    "attach_cloudwatch_logs_policy": (
        True,
        ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
        "arn:aws:logs:*:*:*",
    ),
    "attach_tracing_policy": (False, ("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "*"),
    "attach_network_policy": (
        False,
        (
            "ec2:CreateNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DeleteNetworkInterface",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses",
        ),
        "*",
    ),
}
"""Switches of the module, whether they are on by default, and the statement that each adds."""

_DESTINATION = ("sns:Publish", "sqs:SendMessage", "events:PutEvents", "lambda:InvokeFunction")
"""What `attach_async_event_policy` allows on the destinations."""


def role(call: Public) -> Iterator[Resource]:
    """The role, with the policies that the call gives and those that its switches add."""
    entries: dict[str, Value | None] = {
        "RoleName": call.get("role_name"),
        "AssumeRolePolicyDocument": _trust(call.span),
        "Policies": Sequence(tuple(_policies(call)), call.span, call.switch("attach_policy_statements") is None),
        "ManagedPolicyArns": _managed(call),
    }
    keys = {"ManagedPolicyArns": call.key("policies")}
    yield call.made("AWS::IAM::Role", ROLE, entries, keys, generated=True)


def _trust(span: Span) -> Mapping:
    statement = mapping(
        span,
        {
            "Effect": Known("Allow", span, default=True),
            "Action": Known("sts:AssumeRole", span, default=True),
            "Principal": mapping(span, {"Service": Known("lambda.amazonaws.com", span, default=True)}),
        },
    )
    return mapping(span, {"Statement": listed(statement, span=span)})


def _policies(call: Public) -> Iterator[Value]:
    for switch, (on, actions, resource) in _ATTACHED.items():
        if call.switch(switch, default=on) is not False:
            place = call.key(switch)
            statement = mapping(
                place,
                {
                    "Effect": Known("Allow", place, default=True),
                    "Action": Sequence(tuple(Known(action, place, default=True) for action in actions), place),
                    "Resource": Known(resource, place, default=True),
                },
            )
            yield _policy(listed(statement, span=place), switch)
    if (letters := call.get("dead_letter_target_arn")) is not None and call.switch("attach_dead_letter_policy"):
        sending = listed(Known("sns:Publish", letters.span), Known("sqs:SendMessage", letters.span), span=letters.span)
        statement = mapping(
            letters.span, {"Effect": Known("Allow", letters.span), "Action": sending, "Resource": letters}
        )
        yield _policy(listed(statement, span=letters.span), "attach_dead_letter_policy")
    if call.switch("attach_async_event_policy"):
        for name in ("destination_on_failure", "destination_on_success"):
            if (target := call.get(name)) is not None:
                place = call.key("attach_async_event_policy")
                allowed = listed(*(Known(action, place, default=True) for action in _DESTINATION), span=place)
                statement = mapping(
                    place, {"Effect": Known("Allow", place, default=True), "Action": allowed, "Resource": target}
                )
                yield _policy(listed(statement, span=place), "attach_async_event_policy")
    if call.switch("attach_policy_statements") is not False and (given := call.get("policy_statements")) is not None:
        found = tuple(_statement(each) for _, each in rows(given))
        unseen = not isinstance(given, Mapping | Sequence) or given.open
        yield _policy(Sequence(found, given.span, unseen))
    if call.switch("attach_policy_json") is not False and (given := call.get("policy_json")) is not None:
        yield from _documents(call, given)
    if call.switch("attach_policy_jsons") is not False:
        for given in items(call.get("policy_jsons")):
            yield from _documents(call, given)


def _documents(call: Public, given: Value) -> Iterator[Value]:
    found = document(given, call.instance.scope)
    if found is not None:
        yield mapping(found.span, {"PolicyDocument": found})


def _policy(statements: Sequence, by: str = "") -> Mapping:
    written = mapping(statements.span, {"Statement": statements})
    generated = Known(by, statements.span) if by else None
    return mapping(statements.span, {"PolicyDocument": written, "GeneratedBy": generated})


def _statement(given: Value) -> Value:
    found = renamed(given, _STATEMENT)
    if found is None or not isinstance(given, Mapping):
        return Unknown(given.span, "a statement")
    more: dict[str, Value | None] = {"Effect": Known("Allow", given.span, default=True)}
    condition = given.get("condition") or given.get("conditions")
    if condition is not None:
        more["Condition"] = condition
    return mapping(given.span, {**more, **found.entries}, found.keys)


def _managed(call: Public) -> Value | None:
    attached: list[Value] = []
    unseen = False
    if call.switch("attach_policy") is not False and (one := call.get("policy")) is not None:
        attached.append(one)
    if call.switch("attach_policies") is not False and (several := call.get("policies")) is not None:
        attached.extend(items(several))
        unseen = isinstance(several, Sequence) and several.open
    return Sequence(tuple(attached), call.key("policies"), unseen) if attached or unseen else None
