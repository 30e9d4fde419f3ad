"""S3, DynamoDB, RDS and parameters of SSM."""

from __future__ import annotations

from lambdalint.templates.terraform.row import Document, Many, One, Row

_NOTIFIED = {"events": "Events", "filter_prefix": "Prefix", "filter_suffix": "Suffix"}
_INDEX = {"name": "IndexName"}
_ENCRYPTED = Many(
    "ServerSideEncryptionConfiguration",
    {
        "apply_server_side_encryption_by_default": One(
            "ServerSideEncryptionByDefault", {"sse_algorithm": "SSEAlgorithm", "kms_master_key_id": "KMSMasterKeyID"}
        )
    },
)

ROWS: dict[str, Row] = {
    "aws_ssm_parameter": Row(
        "AWS::SSM::Parameter",
        {"name": "Name", "type": "Type", "value": "Value", "insecure_value": "Value"},
        {"name": ""},
        partial=True,
    ),
    "aws_s3_bucket": Row(
        "AWS::S3::Bucket",
        {
            "bucket": "BucketName",
            "server_side_encryption_configuration": One("BucketEncryption", {"rule": _ENCRYPTED}),
        },
        {"bucket": "", "bucket_regional_domain_name": "RegionalDomainName", "bucket_domain_name": "DomainName"},
        partial=True,
    ),
    "aws_s3_bucket_notification": Row(
        "AWS::S3::BucketNotification",
        {
            "bucket": "Bucket",
            "lambda_function": Many("LambdaConfigurations", {"lambda_function_arn": "Function", **_NOTIFIED}),
            "queue": Many("QueueConfigurations", {"queue_arn": "Queue", **_NOTIFIED}),
            "topic": Many("TopicConfigurations", {"topic_arn": "Topic", **_NOTIFIED}),
            "eventbridge": "EventBridge",
        },
    ),
    "aws_s3_bucket_server_side_encryption_configuration": Row(
        "AWS::S3::BucketEncryption", {"bucket": "Bucket", "rule": _ENCRYPTED}
    ),
    "aws_s3_bucket_policy": Row("AWS::S3::BucketPolicy", {"bucket": "Bucket", "policy": Document("PolicyDocument")}),
    "aws_dynamodb_table": Row(
        "AWS::DynamoDB::Table",
        {
            "name": "TableName",
            "billing_mode": "BillingMode",
            "hash_key": "HashKey",
            "range_key": "RangeKey",
            "attribute": Many("AttributeDefinitions", {"name": "AttributeName", "type": "AttributeType"}),
            "global_secondary_index": Many("GlobalSecondaryIndexes", _INDEX),
            "local_secondary_index": Many("LocalSecondaryIndexes", _INDEX),
            "stream_enabled": "StreamEnabled",
            "stream_view_type": "StreamViewType",
            "server_side_encryption": One(
                "SSESpecification", {"enabled": "SSEEnabled", "kms_key_arn": "KMSMasterKeyId"}
            ),
            "ttl": One("TimeToLiveSpecification", {"attribute_name": "AttributeName", "enabled": "Enabled"}),
            "point_in_time_recovery": One(
                "PointInTimeRecoverySpecification", {"enabled": "PointInTimeRecoveryEnabled"}
            ),
        },
        {"name": "", "stream_arn": "StreamArn"},
        partial=True,
    ),
    "aws_db_instance": Row(
        "AWS::RDS::DBInstance",
        {"engine": "Engine"},
        {"address": "Endpoint.Address", "endpoint": "Endpoint"},
        partial=True,
    ),
    "aws_rds_cluster": Row(
        "AWS::RDS::DBCluster",
        {"engine": "Engine", "engine_mode": "EngineMode", "enable_http_endpoint": "EnableHttpEndpoint"},
        {"endpoint": "Endpoint.Address", "reader_endpoint": "ReadEndpoint.Address"},
    ),
    "aws_db_proxy": Row("AWS::RDS::DBProxy", {}, {"endpoint": "Endpoint"}, partial=True),
}
