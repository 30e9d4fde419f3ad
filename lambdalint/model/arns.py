"""Whether two values of a template may name the same thing of AWS: what a statement is about, and what is used."""

from __future__ import annotations

import re
from functools import lru_cache

from lambdalint.model.deployed import Deployed
from lambdalint.patterns import pattern
from lambdalint.templates.value import Known, Reference, Text, Value

SHAPES = {
    "AWS::Athena::WorkGroup": "athena:*:*:workgroup/",
    "AWS::Cognito::UserPool": "cognito-idp:*:*:userpool/",
    "AWS::DynamoDB::Table": "dynamodb:*:*:table/",
    "AWS::Events::EventBus": "events:*:*:event-bus/",
    "AWS::IAM::Role": "iam:*:*:role/",
    "AWS::KMS::Key": "kms:*:*:key/",
    "AWS::Kinesis::Stream": "kinesis:*:*:stream/",
    "AWS::KinesisFirehose::DeliveryStream": "firehose:*:*:deliverystream/",
    "AWS::Lambda::Function": "lambda:*:*:function:",
    "AWS::Logs::LogGroup": "logs:*:*:log-group:",
    "AWS::S3::Bucket": "s3:::",
    "AWS::SNS::Topic": "sns:*:*:",
    "AWS::SQS::Queue": "sqs:*:*:",
    "AWS::SSM::Parameter": "ssm:*:*:parameter",
    "AWS::SecretsManager::Secret": "secretsmanager:*:*:secret:",
    "AWS::StepFunctions::StateMachine": "states:*:*:stateMachine:",
}
"""The ARNs of resources up to their names, without `arn:PARTITION:`."""

PARTED = {"AWS::DynamoDB::Table": "TableName", "AWS::S3::Bucket": "BucketName"}
"""Types whose ARN goes on with a part of the resource, and the property with their name.

Of the others, whose ARNs may go on with a qualifier or with letters at random, the part is not looked at.
"""

_SPELT = {"AWS::SSM::Parameter": "Name", "AWS::SecretsManager::Secret": "Name"}
"""Types whose ARN does not just end with their name, and the property with it."""

FIELD = "\2"
"""Stands for a region, an account or a name, where these are not known."""

_FROM_ARN = frozenset({"Arn", "TopicArn", "StreamArn", "KmsKeyArn"})
_CERTAIN = ("", "by default of AWS::Partition")
"""How a value was found that is the same in every deployment, apart from the partition."""

_ARN = pattern(r"arn:[^:]*:")
_FIELDS = pattern(r"^([a-z0-9-]+):\*:\*:")
_WIDE = pattern(r"arn:[^:]*:[a-z0-9-]+:[^:]*:\*:")
"""An ARN whose account is a `*`, which goes on across colons: `arn:aws:logs:*:*:/aws/lambda/orders` is a log group.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""
_NAMED = pattern("\0[^\0]*\0")


def named(kind: str, name: str) -> str:
    """How the ARN of a resource of a type goes on, behind its shape, that has a name."""
    match kind:
        case "AWS::SSM::Parameter":
            # The slash that a name may begin with is the one that parts it from the rest of the ARN.
            return f"/{name.removeprefix('/')}"
        case "AWS::SecretsManager::Secret":
            # AWS adds a hyphen and six letters of its own.
            return f"{name}-??????"
        case _:
            return name


def service(project: Deployed, written: tuple[Value, ...]) -> str | None:
    """The only service that ARNs are of; None where there may be several, or any."""
    found = {re.split(r"[:\0]", _pattern(project, each))[0] for each in written}
    only = found.pop() if len(found) == 1 else ""
    return only if re.fullmatch(r"[a-z0-9-]+", only) else None


def may_be(project: Deployed, written: Value, used: Value) -> bool:
    """Whether a value that a statement names may stand for what is used; what is not known may be anything.

    What only a deployment decides is known where the same decides both; what is still to be put in its place, as in
    `secret:REDACTED`, is not known.
    """
    if _BLANK.search(_as_written(written)):
        return True
    decided = _decided(project, used)
    if decided and decided not in _origins(written):
        return True
    place = _pattern(project, used, decided).replace(":*:*:", f":{FIELD}:{FIELD}:", 1)
    if place.startswith("dynamodb:"):
        # No part of a table's ARN has a colon.
        place = place.replace("*", FIELD)
    allowed = _pattern(project, written, decided)
    if not _WIDE.match(_as_written(written)):
        # What stands for the region, or for the account, is no more than that.
        allowed = _FIELDS.sub(rf"\1:{FIELD}:{FIELD}:", allowed)
    return _overlap(allowed, place)


def _decided(project: Deployed, used: Value) -> str:
    """What decides the name of what is used, where only a deployment does; "" where it is known, or not at all."""
    found = project.resource(used.resource) if isinstance(used, Reference) else None
    named = used if found is None or found.type not in _SPELT else found.get(_SPELT[found.type])
    return named.origin if isinstance(named, Known) and named.origin not in _CERTAIN else ""


_BLANK = pattern(
    r"(?<![a-z])(?:redacted|placeholder|(?:change|replace)[-_ ]?me|x{4,})(?![a-z])|<[a-z][^<>]*>", re.IGNORECASE
)


def _as_written(value: Value) -> str:
    """The text that a value is written with, and `?` for what something else decides."""
    parts = value.parts if isinstance(value, Text) else (value,)
    return "".join(str(each.value) if isinstance(each, Known) and not each.origin else "?" for each in parts)


def _origins(value: Value) -> frozenset[str]:
    parts = value.parts if isinstance(value, Text) else (value,)
    return frozenset(each.origin for each in parts if isinstance(each, Known))


def _overlap(one: str, other: str) -> bool:
    names = {*_NAMED.findall(one), *_NAMED.findall(other)}
    if all(len(_NAMED.findall(each)) == 1 for each in (one, other)):
        # Names that AWS makes up are different for different resources.
        return len(names) == 1 and _meet(_NAMED.sub("\1", one), _NAMED.sub("\1", other))
    return _meet(_NAMED.sub(FIELD, one), _NAMED.sub(FIELD, other))


def _pattern(project: Deployed, value: Value, decided: str = "") -> str:
    """The ARN of a value without `arn:PARTITION:`, with `*` for what is not known, and with the names of resources.

    What was found as `decided` says counts as known.

    The name that a template does not spell out is that of the resource between two zeros.
    """
    match value:
        case Known(str(text)) if value.origin in (*_CERTAIN, decided):
            written = text
        case Reference():
            return _reference(project, value, decided, whole=True)
        case Text((Reference() as first, *rest)) if first.attribute in _FROM_ARN:
            return _reference(project, first, decided, whole=True) + "".join(_part(project, each) for each in rest)
        case Text(parts):
            written = "".join(_part(project, each) for each in parts)
        case _:
            return "*"
    found = _ARN.match(written)
    if found is None:
        return written if written.startswith("*") else "*"
    return written[found.end() :]


def _part(project: Deployed, value: Value) -> str:
    match value:
        case Known():
            return str(value.value)
        case Reference():
            return _reference(project, value, whole=False)
        case _:
            return "*"


def _reference(project: Deployed, reference: Reference, decided: str = "", *, whole: bool) -> str:
    """What a reference stands for: as the whole of a value its ARN, within an ARN its name."""
    found = project.resource(reference.resource)
    shape = None if found is None else SHAPES.get(found.type)
    if found is None or shape is None:
        return "*"
    if found.type in _SPELT:
        called = found.get(_SPELT[found.type])
        if isinstance(called, Known) and called.origin in ("", decided):
            name = str(called.value)
            return shape.replace("*", FIELD) + named(found.type, name) if whole else name
    if found.type not in PARTED:
        name = f"\0{found.name}\0"
    else:
        given = found.get(PARTED[found.type])
        spelt = isinstance(given, Known) and not given.origin
        name = str(given.value) if isinstance(given, Known) and spelt else f"\0{found.name}\0"
    if not whole:
        return name
    shape = shape.replace("*", FIELD)
    if reference.attribute == "StreamArn":
        return f"{shape}{name}/stream/*"
    return f"{shape}{name}" if found.type in PARTED else f"{shape}*{name}*"


@lru_cache(maxsize=4096)
def _meet(one: str, other: str) -> bool:
    """Whether some text matches both of two patterns: `*` is any text, FIELD any without a colon, `?` any letter."""
    pending = [(0, 0)]
    seen = set(pending)
    while pending:
        i, j = pending.pop()
        if i == len(one) and j == len(other):
            return True
        first, second = one[i : i + 1], other[j : j + 1]
        after = []
        if first in _ANY:
            after.append((i + 1, j))
        if second in _ANY:
            after.append((i, j + 1))
        if first and second and _same(first, second):
            after.append((i + (first not in _ANY), j + (second not in _ANY)))
        pending.extend(each for each in after if each not in seen)
        seen.update(after)
    return False


_ANY = ("*", FIELD)


def _same(first: str, second: str) -> bool:
    """Whether a letter or wildcard stands for some letter that another stands for."""
    if FIELD in (first, second):
        return ":" not in (first, second)
    return first == second or "*" in (first, second) or "?" in (first, second)


__all__ = ["PARTED", "SHAPES", "may_be", "named", "service"]
