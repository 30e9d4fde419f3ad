"""Encryption: the keys of KMS that resources are encrypted with, and what using such a resource needs of its key.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
"""

from __future__ import annotations

from lambdalint.model import policies_of
from lambdalint.model.deployed import Deployed
from lambdalint.model.view import text
from lambdalint.patterns import pattern
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Value, items

READ, ENCRYPT, WRITE = ("kms:Decrypt",), ("kms:GenerateDataKey",), ("kms:GenerateDataKey", "kms:Decrypt")
"""What reading takes, and writing where each object has a key of its own, and where one key is used again and again."""

_USES: dict[str, dict[str, tuple[str, ...]]] = {
    "AWS::SQS::Queue": {"sqs:SendMessage": WRITE, "sqs:ReceiveMessage": READ},
    "AWS::SNS::Topic": {"sns:Publish": WRITE},
    "AWS::Kinesis::Stream": {"kinesis:PutRecord": ENCRYPT, "kinesis:PutRecords": ENCRYPT, "kinesis:GetRecords": READ},
    "AWS::S3::Bucket": {"s3:GetObject": READ, "s3:PutObject": ENCRYPT},
    "AWS::SecretsManager::Secret": {"secretsmanager:GetSecretValue": READ, "secretsmanager:PutSecretValue": WRITE},
    "AWS::DynamoDB::Table": dict.fromkeys(
        (
            *("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"),
            *("dynamodb:Scan", "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"),
        ),
        READ,
    ),
}
"""By the type of what is encrypted and the action on it: what that needs of the key."""

_KEYS = {
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
}


def uses(kind: str, action: str) -> tuple[str, ...]:
    """What an action on an encrypted resource of a type needs of its key."""
    return _USES.get(kind, {}).get(action, ())


def key(project: Deployed, encrypted: Resource) -> Resource | None:
    """The key of the project that a resource is encrypted with, whose use the roles' own policies decide alone.

    None where it is another one, or not known, or where the key's own policy or a grant may let a role use it.
    """
    found = _key(project, _given(project, encrypted))
    return None if found is None or policies_of.may_allow(project, "kms", arn(found)) else found


def shuts_out(project: Deployed, encrypted: Resource, principal: str) -> str:
    """The key of a queue or topic whose use a service of AWS is refused for certain, in words; "" for none."""
    given = _given(project, encrypted)
    managed = _OF_AWS.search(text(given) or "")
    if managed is not None:
        return f"{managed[0]}, a key that no service may use"
    found = _key(project, given)
    if found is None or all(policies_of.lets_in(project, found, principal, action) for action in WRITE):
        return ""
    return f"{found.called}, a key whose policy does not let it in"


_OF_AWS = pattern(r"alias/aws/(?:sns|sqs)$")


def _key(project: Deployed, given: Value | None) -> Resource | None:
    """The key of the project that a value names, also by an alias."""
    found = _named(project, given) if text(given) else _resource(project, given)
    if found is not None and found.type == "AWS::KMS::Alias":
        found = _resource(project, found.get("TargetKeyId"))
    return found if found is not None and found.type == "AWS::KMS::Key" else None


def arn(key: Resource) -> Reference:
    """The ARN of a key, as a template of its own stack would name it."""
    return Reference(key.name, "Arn", key.span)


def _given(project: Deployed, encrypted: Resource) -> Value | None:
    """What a resource says of the key that it is encrypted with."""
    match encrypted.type:
        case "AWS::S3::Bucket":
            return _of_bucket(project, encrypted)
        case "AWS::DynamoDB::Table":
            enabled = encrypted.get("SSESpecification", "SSEEnabled")
            on = isinstance(enabled, Known) and str(enabled.value).lower() == "true"
            return encrypted.get("SSESpecification", "KMSMasterKeyId") if on else None
        case "AWS::Kinesis::Stream":
            return encrypted.get("StreamEncryption", "KeyId")
        case kind if kind in _KEYS:
            return encrypted.get(*_KEYS[kind])
        case _:
            return None


def _of_bucket(project: Deployed, bucket: Resource) -> Value | None:
    """The key that a bucket encrypts new objects with, by its own words or by a resource of its own."""
    rules = [bucket.get("BucketEncryption", "ServerSideEncryptionConfiguration")]
    rules += [
        each.get("ServerSideEncryptionConfiguration")
        for each in project.of_type("AWS::S3::BucketEncryption")
        if isinstance(named := each.get("Bucket"), Reference) and named.resource == bucket.name
    ]
    known = [each for several in rules for each in items(several) if isinstance(each, Mapping)]
    if len(known) != 1:
        return None
    default = known[0].get("ServerSideEncryptionByDefault")
    if not isinstance(default, Mapping) or text(default.get("SSEAlgorithm")) not in ("aws:kms", "aws:kms:dsse"):
        return None
    return default.get("KMSMasterKeyID")


def _resource(project: Deployed, value: Value | None) -> Resource | None:
    return project.resource(value.resource) if isinstance(value, Reference) else None


def _named(project: Deployed, value: Value | None) -> Resource | None:
    """The alias of the project that is called by its name."""
    return next(
        (each for each in project.of_type("AWS::KMS::Alias") if text(each.get("AliasName")) == text(value)), None
    )
