"""Which of IAM's actions an operation of an API needs, and on what; tools/iam_actions.py writes the table.

`iam_actions.json`: by the SDK's name of a service, the `prefix` of its actions where it is another name; the `plain`
operations, which need the one action of their name, by what it is needed on; and the `others`, with what each needs.

What an action is needed on is the ARN without `arn:PARTITION:`, with `*` for what is not known and the parameter that
names it in braces (`TransactItems[].Put.TableName`, where it stands deeper). `|` separates several: the first holds
whose parameters are all given. When it is needed: `Tagging` where that parameter is given, `!VersionId` where it is
not, `Statement~SELECT` where it is a text that begins so, several of them where all hold, `?` where nobody can tell. Of
several actions with `|` between them one is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from lambdalint.data import table
from lambdalint.patterns import pattern
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """An action that an operation needs."""

    action: str
    on: str
    """The ARN of what it is needed on, as the module says; "" where that is not known, `*` where it is nothing."""
    always: bool
    """Whether it is needed for certain, for the parameters that are given; it may be, where not."""
    others: tuple[str, ...] = ()
    """Actions of which one may be needed in its place."""

    @property
    def parameter(self) -> str:
        """The parameter that names the resource; "" where none does."""
        found = _PARAMETER.search(self.on)
        return "" if found is None else found.group(1)

    @property
    def type(self) -> str:
        """CloudFormation's type of the resource; "" where it has none, or is not told here."""
        if self.on.startswith("{"):
            return _BY_ACTION.get(self.action.partition(":")[0] + self.on, "")
        return _BY_ARN.get(_PARAMETER.split(self.on)[0], "")


_PARAMETER = pattern(r"\{([^}]+)\}")

_BY_ARN = {
    "athena:*:*:workgroup/": "AWS::Athena::WorkGroup",
    "cognito-idp:*:*:userpool/": "AWS::Cognito::UserPool",
    "dynamodb:*:*:table/": "AWS::DynamoDB::Table",
    "ecs:*:*:task-definition/": "AWS::ECS::TaskDefinition",
    "events:*:*:event-bus/": "AWS::Events::EventBus",
    "firehose:*:*:deliverystream/": "AWS::KinesisFirehose::DeliveryStream",
    "iot:*:*:thing/": "AWS::IoT::Thing",
    "kinesis:*:*:stream/": "AWS::Kinesis::Stream",
    "kms:*:*:key/": "AWS::KMS::Key",
    "lambda:*:*:function:": "AWS::Lambda::Function",
    "logs:*:*:log-group:": "AWS::Logs::LogGroup",
    "s3:::": "AWS::S3::Bucket",
    "secretsmanager:*:*:secret:": "AWS::SecretsManager::Secret",
    "sqs:*:*:": "AWS::SQS::Queue",
    "ssm:*:*:parameter/": "AWS::SSM::Parameter",
}
_BY_ACTION = {
    "iam{Role}": "AWS::IAM::Role",
    "iam{RoleArn}": "AWS::IAM::Role",
    "iam{roleArn}": "AWS::IAM::Role",
    "iam{Target.RoleArn}": "AWS::IAM::Role",
    "kinesis{StreamARN}": "AWS::Kinesis::Stream",
    "rds-data{resourceArn}": "AWS::RDS::DBCluster",
    "secretsmanager{SecretArn}": "AWS::SecretsManager::Secret",
    "secretsmanager{secretArn}": "AWS::SecretsManager::Secret",
    "sns{TargetArn}": "AWS::SNS::Topic",
    "sns{TopicArn}": "AWS::SNS::Topic",
    "states{stateMachineArn}": "AWS::StepFunctions::StateMachine",
    "sts{RoleArn}": "AWS::IAM::Role",
}


def needs(
    service: str, operation: str, given: frozenset[str] = frozenset(), unseen: frozenset[str] = frozenset()
) -> tuple[Need, ...] | None:
    """What an operation needs, by the SDK's names; empty where it needs nothing, None where that is not known.

    `given` are the parameters that it is given, by name or path; `unseen` those that are not all seen, "*" for any.
    """
    known = _services().get(service)
    found = None if known is None else _operations(service).get(operation.replace("_", "").lower())
    return None if found is None else tuple(_told(found, given, unseen))


def prefix(service: str) -> str:
    """How the actions of a service begin, by the SDK's name of it."""
    found: str = _services().get(service, {}).get("prefix", service)
    return found


def needed(prefix: str, operation: str) -> str | None:
    """The action that an operation needs first, in lower case, whose name is no action's; None where there is none."""
    for service, row in _services().items():
        if row.get("prefix", service) == prefix:
            for need in needs(service, operation) or ():
                if need.always:
                    return need.action
    return None


@cache
def spellings() -> dict[str, str]:
    """The names of operations and of the actions they need, as AWS writes them, by `service:name` in lower case."""
    found: dict[str, str] = {}
    for service, row in _services().items():
        plain = " ".join(row.get("plain", {}).values()).split()
        needed = [
            each.partition(":")[2]
            for rows in row.get("others", {}).values()
            for own in rows
            for each in own[0].split("|")
        ]
        for name in (*needed, *row.get("others", {}), *plain):
            found[f"{row.get('prefix', service)}:{name.lower()}"] = name
    return found


_Row = tuple[str, str, str]


def _told(rows: tuple[_Row, ...], given: frozenset[str], unseen: frozenset[str]) -> Iterator[Need]:
    """What is needed, and what may be, each action once."""
    sure: dict[str, Need] = {}
    perhaps: dict[str, Need] = {}
    for action, on, when in _settled(rows, given, unseen):
        holds = _holds(when, given, unseen)
        first, *others = action.split("|")
        if holds is not False:
            found = Need(first, _chosen(on, given, unseen), holds is True, tuple(others))
            (sure if holds else perhaps).setdefault(action, found)
    one = {each for action in sure for each in action.split("|") if "|" not in action}
    yield from (need for action, need in sure.items() if "|" not in action or not one & set(action.split("|")))
    yield from (need for action, need in perhaps.items() if action not in sure)


def _settled(rows: tuple[_Row, ...], given: frozenset[str], unseen: frozenset[str]) -> Iterator[_Row]:
    """The rows, with one for any of two actions where it cannot be told which of them a parameter asks for.

    Actions with and without a parameter stand in the same order.
    """
    actions: dict[str, list[str]] = {}
    for action, _, when in rows:
        actions.setdefault(when, []).append(action)
    for action, on, when in rows:
        name = when.removeprefix("!")
        without, having = actions.get(f"!{name}"), actions.get(name)
        if without is None or having is None or _is(name, given, unseen) is not None:
            yield action, on, when
        elif when.startswith("!"):
            yield f"{action}|{having[without.index(action)]}", on, ""


@cache
def _operations(service: str) -> dict[str, tuple[_Row, ...]]:
    """What the operations of a service need, by their letters in lower case."""
    table = _services()[service]
    prefix = table.get("prefix", service)
    plain = {
        name.lower(): ((f"{prefix}:{name}", on, ""),)
        for on, names in table.get("plain", {}).items()
        for name in names.split()
    }
    others = {name.lower(): tuple(map(tuple, each)) for name, each in table.get("others", {}).items()}
    return plain | others


def _holds(when: str, given: frozenset[str], unseen: frozenset[str]) -> bool | None:
    """Whether a condition holds; None where that cannot be told."""
    if when == "?":
        return None
    answers = [_is(each, given, unseen) for each in when.split()]
    return False if False in answers else None if None in answers else True


def _is(condition: str, given: frozenset[str], unseen: frozenset[str]) -> bool | None:
    name = condition.removeprefix("!")
    there = True if name in given else None if _root(name) in unseen or "*" in unseen else False
    return there if there is None or name == condition else not there


def _root(path: str) -> str:
    return re.split(r"[.\[~]", path, maxsplit=1)[0]


def _chosen(on: str, given: frozenset[str], unseen: frozenset[str]) -> str:
    """The ARN whose parameters are all given; "" where a parameter is not seen that another ARN has."""
    if "{" not in on:
        return on
    for arn in on.split("|"):
        answers = [_is(name, given, unseen) for name in _PARAMETER.findall(arn)]
        if all(answers):
            return arn
        if None in answers and False not in answers:
            return ""
    return ""


@cache
def _services() -> dict[str, Any]:
    services: dict[str, Any] = table("iam_actions.json")["services"]
    return services
