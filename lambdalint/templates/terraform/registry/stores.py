"""terraform-aws-modules/dynamodb-table and /s3-bucket, as far as others refer to what they make.

https://registry.terraform.io/modules/terraform-aws-modules/dynamodb-table/aws/latest
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform.registry.public import Public

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
