"""What of that which a role allows is used: by the code of its functions, or by Lambda itself."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.meaning import aws
from lambdalint.model.functions import running_with
from lambdalint.model.permissions import Role
from lambdalint.model.view import referring_to
from lambdalint.templates.value import Known, Text, Value, items


def uses(role: Role) -> tuple[aws.Use, ...] | None:
    """What the functions of a role may use; None where that cannot be told, or something else takes the role."""
    functions = running_with(role)
    others = (
        not each.type.startswith(("AWS::IAM::", "AWS::Lambda::"))
        for each in referring_to(role.project, role.resource.name)
    )
    if not functions or not role.for_lambda or any(others):
        return None
    found: list[aws.Use] = []
    for function in functions:
        seen = (
            function.handler is not None
            and not function.image
            and not function.deployed_elsewhere
            and function.get("FileSystemConfigs") is None
            and not any(map(_may_act, items(function.get("Layers"))))
        )
        used = aws.use(function.handler) if seen and function.handler is not None else None
        # Code that asks for nothing at all may be what stands in until another deployment brings the real one.
        if (
            used is None
            or not used.actions
            or any(source.service in _BY_CREDENTIALS for source in function.event_sources)
        ):
            return None
        found.append(used)
    return tuple(found)


_BY_CREDENTIALS = frozenset({"", "DocumentDB", "Kafka", "MQ"})
"""Sources that Lambda may read secrets and look at networks for."""


def _may_act(layer: Value) -> bool:
    """Whether a layer may hold an extension, or code that is not seen."""
    match layer:
        case Known(str(arn)):
            return "AWSLambdaPowertools" not in arn
        case Text(parts):
            return not any("AWSLambdaPowertools" in str(part.value) for part in parts if isinstance(part, Known))
        case _:
            return True


_FOR_LAMBDA = frozenset({"aws-marketplace", "elasticfilesystem", "kms", "logs", "xray"})
"""Services whose actions Lambda itself, an encrypted resource, or a model that is bought may need of a role."""
_FOR_SOURCES = {"DynamoDB": "dynamodb", "Kinesis": "kinesis", "SQS": "sqs"}
_FOR_OUTCOMES = ("events", "lambda", "s3", "sns", "sqs")


def for_lambda(role: Role, action: str) -> bool:
    """Whether Lambda itself may need an action: to poll, to send on what failed, to reach a network, to log."""
    service, _, verb = action.lower().partition(":")
    if service in _FOR_LAMBDA or not verb or "*" in service or verb == "passrole":
        return True
    if service == "ec2" and ("networkinterface" in verb or any(function.in_vpc for function in running_with(role))):
        return True
    for function in running_with(role):
        if service in {_FOR_SOURCES.get(source.service, "") for source in function.event_sources}:
            return True
        sends = function.takes_failed_events is not None or bool(function.invoke_configs)
        sends = sends or any(source.get("DestinationConfig") is not None for source in function.event_sources)
        if service in _FOR_OUTCOMES and sends:
            return True
    return False


def used(uses: Iterable[aws.Use], action: str) -> bool:
    """Whether one of these uses an action."""
    return any(use.of(action) for use in uses)
