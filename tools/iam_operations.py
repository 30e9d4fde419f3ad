"""What operations need of IAM that their names do not tell, written by hand.

The pages to hold it against are https://docs.aws.amazon.com/service-authorization/latest/reference/ and each service's
API reference. An entry is an action, or several of which one is enough, what it is needed on ("=" for what the action's
types of resources tell), and when: see lambdalint/data/iam.py.
"""

from __future__ import annotations

Needs = tuple[tuple[str, str, str], ...]

PREFIXES = {
    "cloudcontrol": "cloudformation",
    "iot-data": "iot",
    "iotsecuretunneling": "iot",
    "mturk": "mechanicalturk",
    "partnercentral-selling": "partnercentral",
    "resourcegroupstaggingapi": "tag",
}
"""What actions begin with, by botocore's names of services, where that is none of the names that botocore gives."""

ARNS: dict[str, tuple[str, ...]] = {
    "athena:workgroup": ("athena:*:*:workgroup/{WorkGroup}",),
    "cognito-idp:userpool": ("cognito-idp:*:*:userpool/{UserPoolId}",),
    "dynamodb:index": ("dynamodb:*:*:table/{TableName}/index/{IndexName}",),
    "dynamodb:stream": ("{StreamArn}",),
    "dynamodb:table": ("dynamodb:*:*:table/{TableName}",),
    "ecs:task-definition": ("ecs:*:*:task-definition/{taskDefinition}",),
    "events:event-bus": ("events:*:*:event-bus/{EventBusName}",),
    "firehose:deliverystream": ("firehose:*:*:deliverystream/{DeliveryStreamName}",),
    "glue:job": ("glue:*:*:job/{JobName}",),
    "iam:role": ("iam::*:role/{RoleName}",),
    "iot:thing": ("iot:*:*:thing/{thingName}",),
    "iot:topic": ("iot:*:*:topic/{topic}",),
    "kinesis:stream": ("kinesis:*:*:stream/{StreamName}", "{StreamARN}"),
    "kms:key": ("kms:*:*:key/{KeyId}",),
    "lambda:function": ("lambda:*:*:function:{FunctionName}",),
    "logs:log-group": ("logs:*:*:log-group:{logGroupName}",),
    "logs:log-stream": ("logs:*:*:log-group:{logGroupName}:log-stream:{logStreamName}",),
    "s3:bucket": ("s3:::{Bucket}",),
    "s3:object": ("s3:::{Bucket}/{Key}",),
    "scheduler:schedule": ("scheduler:*:*:schedule/{GroupName}/{Name}", "scheduler:*:*:schedule/default/{Name}"),
    "secretsmanager:secret": ("secretsmanager:*:*:secret:{SecretId}",),
    "sns:topic": ("{TopicArn}",),
    "sqs:queue": ("sqs:*:*:{QueueUrl}", "sqs:*:*:{QueueName}"),
    "ssm:parameter": ("ssm:*:*:parameter/{Name}", "ssm:*:*:parameter/{Names[]}", "ssm:*:*:parameter/{Path}"),
    "states:execution": ("{executionArn}",),
    "states:statemachine": ("{stateMachineArn}",),
    "sts:role": ("{RoleArn}",),
}  # fmt: skip
"""The ARNs of resources, by service and type in lower case, with the parameters of operations that name them."""

UNSURE = {
    "glue": (
        "CreatePartitionIndex", "DeleteColumnStatisticsForPartition", "DeleteColumnStatisticsForTable",
        "DeletePartitionIndex", "GetColumnStatisticsForPartition", "GetColumnStatisticsForTable", "GetPartitionIndexes",
        "UpdateColumnStatisticsForPartition", "UpdateColumnStatisticsForTable", "BatchUpdatePartition",
    ),
}  # fmt: skip
"""Operations that have an action of their name, but were seen to need another: glue:GetTable, glue:UpdateTable."""

PASSES: dict[str, tuple[str, ...]] = {
    "application-autoscaling": ("RoleARN",),
    "appsync": ("serviceRoleArn",),
    "cloudformation": ("RoleARN", "AdministrationRoleARN"),
    "codebuild": ("serviceRole",),
    "cognito-idp": ("RoleArn", "CloudWatchLogsRoleArn"),
    "comprehend": ("DataAccessRoleArn",),
    "ecs": ("taskRoleArn", "executionRoleArn"),
    "eks": ("roleArn", "nodeRole"),
    "events": ("RoleArn",),
    "glue": ("Role", "RoleArn"),
    "iot": ("roleArn", "provisioningRoleArn"),
    "kendra": ("RoleArn",),
    "lambda": ("Role",),
    "logs": ("roleArn",),
    "mediaconvert": ("Role",),
    "pipes": ("RoleArn",),
    "rds": ("MonitoringRoleArn",),
    "rekognition": ("RoleArn",),
    "sagemaker": ("RoleArn", "ExecutionRoleArn"),
    "ssm": ("ServiceRoleArn",),
    "stepfunctions": ("roleArn",),
    "translate": ("DataAccessRoleArn",),
}
"""The parameters by which operations of a service pass it a role, so that they need iam:PassRole on it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

_BUCKET, _OBJECT = "s3:::{Bucket}", "s3:::{Bucket}/{Key}"
_VERSIONED = {"": "!VersionId", "Version": "VersionId"}


def _versioned(before: str, after: str) -> Needs:
    """An action on an object, or the one on a version of it."""
    return tuple((f"s3:{before}{version}{after}", _OBJECT, when) for version, when in _VERSIONED.items())


_OPENING = ("ACL~PUBLIC-READ", "ACL~PUBLIC-READ-WRITE", "ACL~AUTHENTICATED-READ", "GrantRead", "GrantWriteACP")
_PUT: Needs = (
    ("s3:PutObject", _OBJECT, ""),
    ("s3:PutObjectTagging", _OBJECT, "Tagging"),
    *(("s3:PutObjectAcl", _OBJECT, each) for each in _OPENING),
    # A bucket whose owner owns every object asks nothing for the owner's own full control, as far as was seen.
    ("s3:PutObjectAcl", _OBJECT, "?"),
    ("s3:PutObjectRetention", _OBJECT, "ObjectLockMode"),
    ("s3:PutObjectLegalHold", _OBJECT, "ObjectLockLegalHoldStatus"),
    ("s3:AbortMultipartUpload", _OBJECT, "?"),
)
_COPIED: Needs = (
    ("s3:GetObject", "", "!CopySource.VersionId"),
    ("s3:GetObjectVersion", "", "CopySource.VersionId"),
    ("s3:GetObjectTagging", "", "?"),
    ("s3:GetObjectVersionTagging", "", "?"),
    ("s3:PutObjectTagging", _OBJECT, "?"),
    ("s3:ListBucket", _BUCKET, "?"),
)

_TABLE = "dynamodb:*:*:table/{TableName}"
_TRANSACTED = "dynamodb:*:*:table/{{TransactItems[].{0}.TableName}}"
_WRITTEN = (("ConditionCheck", "ConditionCheckItem"), ("Put", "PutItem"), ("Update", "UpdateItem"),
            ("Delete", "DeleteItem"))  # fmt: skip
_PARTIQL = ("SELECT", "INSERT", "UPDATE", "DELETE")


def _partiql(statement: str) -> Needs:
    """By the first word of a PartiQL statement: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html"""
    actions = [f"dynamodb:PartiQL{word.capitalize()}" for word in _PARTIQL]
    begins = tuple((action, "", f"{statement}~{word}") for action, word in zip(actions, _PARTIQL, strict=True))
    return ("|".join(actions), "", ""), *begins


_FUNCTION = "lambda:*:*:function:{FunctionName}"
_GUARDED = ("bedrock:ApplyGuardrail", "", "guardrailConfig")
_SECRET = ("secretsmanager:GetSecretValue", "{secretArn}", "")
_PASSED: Needs = (("iam:PassRole", "{Target.RoleArn}", "Target"),)

_REDSHIFT: Needs = (
    ("secretsmanager:GetSecretValue", "{SecretArn}", "SecretArn"),
    ("redshift:GetClusterCredentials", "", "ClusterIdentifier DbUser !SecretArn"),
    ("redshift:GetClusterCredentialsWithIAM", "", "ClusterIdentifier !DbUser !SecretArn"),
    ("redshift-serverless:GetCredentials", "", "WorkgroupName !SecretArn"),
)
"""https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-access.html"""

_CONFIGURATIONS = {
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html"""

CURATED: dict[str, dict[str, Needs]] = {
    "apigatewaymanagementapi": dict.fromkeys(
        ("DeleteConnection", "GetConnection", "PostToConnection"), (("execute-api:ManageConnections", "", ""),)
    ),
    "bedrock-runtime": {
        "Converse": (("bedrock:InvokeModel", "", ""), _GUARDED),
        "ConverseStream": (("bedrock:InvokeModelWithResponseStream", "", ""), _GUARDED),
        "InvokeModel": (("bedrock:InvokeModel", "", ""), ("bedrock:ApplyGuardrail", "", "guardrailIdentifier")),
        "InvokeModelWithResponseStream": (
            ("bedrock:InvokeModelWithResponseStream", "", ""),
            ("bedrock:ApplyGuardrail", "", "guardrailIdentifier"),
        ),
        "StartAsyncInvoke": (("bedrock:InvokeModel", "", ""),),
    },
    "bedrock-agent-runtime": {
        "RetrieveAndGenerate": (
            ("bedrock:RetrieveAndGenerate", "", ""),
            ("bedrock:Retrieve", "", "?"),
            ("bedrock:InvokeModel", "", "?"),
        ),
    },
    "dynamodb": {
        "BatchExecuteStatement": _partiql("Statements[].Statement"),
        "BatchGetItem": (("dynamodb:BatchGetItem", _TABLE, ""),),
        "BatchWriteItem": (("dynamodb:BatchWriteItem", _TABLE, ""),),
        "ExecuteStatement": _partiql("Statement"),
        "ExecuteTransaction": _partiql("TransactStatements[].Statement"),
        "TransactGetItems": (("dynamodb:GetItem", _TRANSACTED.format("Get"), ""),),
        "TransactWriteItems": (
            ("|".join(f"dynamodb:{action}" for _, action in _WRITTEN), "", ""),
            *(
                (f"dynamodb:{action}", _TRANSACTED.format(entry), f"TransactItems[].{entry}")
                for entry, action in _WRITTEN
            ),
        ),
    },
    "events": {
        "PutEvents": (("events:PutEvents", "events:*:*:event-bus/{Entries[].EventBusName}", ""),),
        "PutTargets": (
            ("events:PutTargets", "events:*:*:rule/{EventBusName}/{Rule}|events:*:*:rule/{Rule}", ""),
            ("iam:PassRole", "{Targets[].RoleArn}", "Targets[].RoleArn"),
        ),
    },
    "lambda": {
        "GetLayerVersionByArn": (("lambda:GetLayerVersion", "{Arn}", ""),),
        "Invoke": (("lambda:InvokeFunction", _FUNCTION, ""),),
        "InvokeAsync": (("lambda:InvokeFunction", _FUNCTION, ""),),
        "InvokeWithResponseStream": (("lambda:InvokeFunction", _FUNCTION, ""),),
    },
    "rds-data": {
        name: ((f"rds-data:{name}", "{resourceArn}", ""), _SECRET)
        for name in ("BatchExecuteStatement", "BeginTransaction", "CommitTransaction", "ExecuteStatement",
                     "RollbackTransaction")
    },
    "redshift-data": {
        name: ((f"redshift-data:{name}", "", ""), *_REDSHIFT)
        for name in ("BatchExecuteStatement", "DescribeTable", "ExecuteStatement", "ListDatabases", "ListSchemas",
                     "ListTables")
    },
    "kms": {
        "ReEncrypt": (
            ("kms:ReEncryptFrom", "kms:*:*:key/{SourceKeyId}", ""),
            ("kms:ReEncryptTo", "kms:*:*:key/{DestinationKeyId}", ""),
        ),
    },
    "s3": {
        **{name: ((f"s3:{action}", _BUCKET, ""),) for name, action in _CONFIGURATIONS.items()},
        # Whoever began an upload may end it, and list its parts:
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
        "AbortMultipartUpload": (("s3:AbortMultipartUpload", _OBJECT, "?"),),
        "ListParts": (("s3:ListMultipartUploadParts", _OBJECT, "?"),),
        "CompleteMultipartUpload": (("s3:PutObject", _OBJECT, ""),),
        "CopyObject": (*_PUT, *_COPIED),
        "CreateMultipartUpload": _PUT,
        "DeleteObject": (
            *_versioned("DeleteObject", ""),
            ("s3:BypassGovernanceRetention", _OBJECT, "BypassGovernanceRetention"),
        ),
        "DeleteObjectTagging": _versioned("DeleteObject", "Tagging"),
        "DeleteObjects": (
            ("s3:DeleteObject", "s3:::{Bucket}/*", "!Delete.Objects[].VersionId"),
            ("s3:DeleteObjectVersion", "s3:::{Bucket}/*", "Delete.Objects[].VersionId"),
        ),
        "GetObject": _versioned("GetObject", ""),
        "GetObjectAcl": _versioned("GetObject", "Acl"),
        "GetObjectAttributes": (*_versioned("GetObject", ""), *_versioned("GetObject", "Attributes")),
        "GetObjectTagging": _versioned("GetObject", "Tagging"),
        "HeadBucket": (("s3:ListBucket", _BUCKET, ""),),
        "HeadObject": _versioned("GetObject", ""),
        "ListBuckets": (("s3:ListAllMyBuckets", "*", ""),),
        "ListObjectVersions": (("s3:ListBucketVersions", _BUCKET, ""),),
        "ListObjects": (("s3:ListBucket", _BUCKET, ""),),
        "ListObjectsV2": (("s3:ListBucket", _BUCKET, ""),),
        "PutObject": _PUT,
        "PutObjectAcl": _versioned("PutObject", "Acl"),
        "PutObjectTagging": _versioned("PutObject", "Tagging"),
        "SelectObjectContent": (("s3:GetObject", _OBJECT, ""),),
        "UploadPart": (("s3:PutObject", _OBJECT, ""),),
        "UploadPartCopy": (("s3:PutObject", _OBJECT, ""), *_COPIED[:2]),
        "WriteGetObjectResponse": (("s3-object-lambda:WriteGetObjectResponse", "", ""),),
    },
    "scheduler": {
        name: ((f"scheduler:{name}", "=", ""), *_PASSED)
        for name in ("CreateSchedule", "UpdateSchedule")
    },
    "secretsmanager": {
        "BatchGetSecretValue": (
            ("secretsmanager:BatchGetSecretValue", "*", ""),
            ("secretsmanager:GetSecretValue", "", ""),
            ("secretsmanager:ListSecrets", "*", "Filters"),
        ),
    },
    "sesv2": {
        # Which of them it is that an email of another kind needs, no page says.
        "SendBulkEmail": (("ses:SendBulkEmail|ses:SendBulkTemplatedEmail", "", ""),),
        "SendEmail": (
            ("ses:SendEmail|ses:SendRawEmail|ses:SendTemplatedEmail", "", ""),
            ("ses:SendEmail", "", "Content.Simple"),
        ),
    },
    "sns": {
        "Publish": (("sns:Publish", "{TopicArn}|{TargetArn}", ""),),
        "PublishBatch": (("sns:Publish", "{TopicArn}", ""),),
    },
    "sqs": {
        f"{verb}Batch": ((f"sqs:{verb}", "sqs:*:*:{QueueUrl}", ""),)
        for verb in ("ChangeMessageVisibility", "DeleteMessage", "SendMessage")
    },
    "sts": {
        "AssumeRole": (
            ("sts:AssumeRole", "{RoleArn}", ""),
            ("sts:TagSession", "{RoleArn}", "Tags"),
            ("sts:SetSourceIdentity", "{RoleArn}", "SourceIdentity"),
        ),
        "GetCallerIdentity": (),
        "GetSessionToken": (),
    },
    "timestream-query": {
        "Query": (("timestream:DescribeEndpoints", "*", ""), ("timestream:Select", "", "?")),
    },
    "timestream-write": {
        "WriteRecords": (
            ("timestream:DescribeEndpoints", "*", ""),
            ("timestream:WriteRecords", "timestream:*:*:database/{DatabaseName}/table/{TableName}", ""),
        ),
    },
}  # fmt: skip
