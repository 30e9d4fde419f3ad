"""terraform-aws-modules/dynamodb-table and /s3-bucket, as far as others refer to what they make, and a bucket's events.

https://registry.terraform.io/modules/terraform-aws-modules/dynamodb-table/aws/latest
https://registry.terraform.io/modules/terraform-aws-modules/s3-bucket/aws/latest/submodules/notification
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform.registry.public import Public, renamed, rows
from lambdalint.templates.value import Known, Mapping, Sequence, Unknown, Value

_TABLE = "aws_dynamodb_table.this"
_BUCKET = "aws_s3_bucket.this"

TABLE: dict[str, tuple[str, str]] = {
    "dynamodb_table_arn": (_TABLE, "Arn"),
    "dynamodb_table_id": (_TABLE, ""),
    "dynamodb_table_stream_arn": (_TABLE, "StreamArn"),
}

BUCKET: dict[str, tuple[str, str]] = {
    "s3_bucket_id": (_BUCKET, ""),
    "s3_bucket_arn": (_BUCKET, "Arn"),
    "s3_bucket_bucket_regional_domain_name": (_BUCKET, "RegionalDomainName"),
}


def table(call: Public) -> Iterator[Resource]:
    """The table."""
    if call.switch("create_table", default=True) is not False:
        names = {"name": "TableName", "hash_key": "HashKey", "range_key": "RangeKey", "billing_mode": "BillingMode"}
        yield call.made("AWS::DynamoDB::Table", _TABLE, *call.renamed(names), partial=True)


def bucket(call: Public) -> Iterator[Resource]:
    """The bucket."""
    if call.switch("create_bucket", default=True) is not False:
        yield call.made("AWS::S3::Bucket", _BUCKET, *call.renamed({"bucket": "BucketName"}), partial=True)


_NOTIFIED = {"events": "Events", "filter_prefix": "Prefix", "filter_suffix": "Suffix"}
_TOLD = {
    "lambda_notifications": ("LambdaConfigurations", {"function_arn": "Function"}),
    "sqs_notifications": ("QueueConfigurations", {"queue_arn": "Queue"}),
    "sns_notifications": ("TopicConfigurations", {"topic_arn": "Topic"}),
}


def notification(call: Public) -> Iterator[Resource]:
    """What a bucket tells of its objects, and that it may invoke the functions that it tells."""
    if call.switch("create", default=True) is False:
        return
    entries, keys = call.renamed({"bucket": "Bucket", "eventbridge": "EventBridge"})
    found: dict[str, Value | None] = {**entries}
    for name, (told, names) in _TOLD.items():
        given = call.get(name)
        each = tuple(row for _, inner in rows(given) if (row := renamed(inner, {**names, **_NOTIFIED})) is not None)
        is_open = isinstance(given, Mapping | Sequence) and given.open
        if given is not None:
            found[told] = given if isinstance(given, Unknown) else Sequence(each, given.span, open=is_open)
            keys[told] = call.key(name)
    yield call.made("AWS::S3::BucketNotification", "aws_s3_bucket_notification.this", found, keys)
    if call.switch("create_lambda_permission", default=True) is not False:
        for name, given in rows(call.get("lambda_notifications")):
            if isinstance(given, Mapping):
                yield _permission(call, name, given)


def _permission(call: Public, name: str, given: Mapping) -> Resource:
    entries: dict[str, Value | None] = {
        "Action": Known("lambda:InvokeFunction", given.span, default=True),
        "FunctionName": given.entries.get("function_name") or Unknown(given.span, "function_name"),
        "Principal": Known("s3.amazonaws.com", given.span, default=True),
        "SourceArn": call.get("bucket_arn") or Unknown(call.span, "the bucket's ARN"),
        "SourceAccount": given.entries.get("source_account"),
    }
    made = f'aws_lambda_permission.allow["{name}"]'
    return call.made("AWS::Lambda::Permission", made, entries, span=given.span, label=name, generated=True)
