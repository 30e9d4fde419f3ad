"""The fields of the events that AWS's services send to functions, as of 2026-11-21.

Sources: the samples on the pages of the services that work with Lambda, from
https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html on, and
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html,
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html,
https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_example-events.html,
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html,
and https://github.com/aws-cloudformation/custom-resource-helper for what crhelper adds to those.
"""

from __future__ import annotations

Fields = dict[tuple[str, ...], frozenset[str]]
"""The names of all fields of a mapping, by its path in the event; "*" stands for each item of a list."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_REQUEST = _words("headers queryStringParameters body isBase64Encoded")
_VERSION_1 = _REQUEST | _words(
    "version resource path httpMethod multiValueHeaders multiValueQueryStringParameters pathParameters stageVariables"
    " requestContext"
)
_CONTEXT = _words("accountId apiId authorizer domainName domainPrefix requestId stage authentication")
_CONTEXT_1 = _CONTEXT | _words(
    "deploymentId extendedRequestId httpMethod identity isCanaryRequest operationName path protocol requestTime"
    " requestTimeEpoch resourceId resourcePath customDomain"
)
_CONTEXT_2 = _CONTEXT | _words("http routeKey time timeEpoch")
_HTTP = _words("method path protocol sourceIp userAgent")
_VERSION_2 = _REQUEST | _words(
    "version routeKey rawPath rawQueryString cookies requestContext pathParameters stageVariables"
)
_EACH = ("Records", "*")
_STREAM = _words(
    "Records window state shardId eventSourceARN isFinalInvokeForWindow isWindowTerminatedEarly DDBStreamBatchInfo"
    " KinesisBatchInfo"
)
_EVENT = _words(
    "version id detail-type source account time region resources detail replay-name ingestion-time event-bus-name"
)

FIELDS: dict[str, Fields] = {
    "REST API": {(): _VERSION_1, ("requestContext",): _CONTEXT_1},
    "HTTP API 1.0": {(): _VERSION_1, ("requestContext",): _CONTEXT_1},
    "HTTP API 2.0": {(): _VERSION_2, ("requestContext",): _CONTEXT_2, ("requestContext", "http"): _HTTP},
    "function URL": {(): _VERSION_2, ("requestContext",): _CONTEXT_2, ("requestContext", "http"): _HTTP},
    "load balancer": {
        (): _REQUEST | _words("requestContext httpMethod path multiValueHeaders multiValueQueryStringParameters"),
        ("requestContext",): _words("elb"),
    },
    "WebSocket API": {
        (): _REQUEST
        | _words("requestContext multiValueHeaders multiValueQueryStringParameters stageVariables version"),
    },
    "REST API token authorizer": {(): _words("type authorizationToken methodArn")},
    "REST API request authorizer": {
        (): _VERSION_1 | _words("type methodArn identitySource authorizationToken"),
        ("requestContext",): _CONTEXT_1,
    },
    "HTTP API authorizer 1.0": {
        (): _VERSION_1 | _words("type methodArn identitySource authorizationToken"),
        ("requestContext",): _CONTEXT_1,
    },
    "HTTP API authorizer 2.0": {
        (): _VERSION_2 | _words("type routeArn identitySource"),
        ("requestContext",): _CONTEXT_2,
        ("requestContext", "http"): _HTTP,
    },
    "SQS": {
        (): _words("Records"),
        _EACH: _words(
            "messageId receiptHandle body attributes messageAttributes md5OfBody md5OfMessageAttributes eventSource"
            " eventSourceARN awsRegion"
        ),
    },
    "SNS": {(): _words("Records"), _EACH: _words("EventVersion EventSubscriptionArn EventSource Sns")},
    "S3": {
        (): _words("Records"),
        _EACH: _words(
            "eventVersion eventSource awsRegion eventTime eventName userIdentity requestParameters responseElements s3"
            " glacierEventData replicationEventData lifecycleEventData intelligentTieringEventData"
        ),
    },
    "SES": {(): _words("Records"), _EACH: _words("eventSource eventVersion ses")},
    "CodeCommit": {
        (): _words("Records"),
        _EACH: _words(
            "awsRegion codecommit customData eventId eventName eventPartNumber eventSource eventSourceARN eventTime"
            " eventTotalParts eventTriggerConfigId eventTriggerName eventVersion userIdentityARN"
        ),
    },
    "CloudFront": {(): _words("Records"), _EACH: _words("cf")},
    "Kinesis": {
        (): _STREAM,
        _EACH: _words("kinesis eventSource eventVersion eventID eventName invokeIdentityArn awsRegion eventSourceARN"),
    },
    "DynamoDB": {
        (): _STREAM,
        _EACH: _words(
            "eventID eventName eventVersion eventSource awsRegion dynamodb eventSourceARN userIdentity tableName"
        ),
    },
    "Kafka": {(): _words("eventSource eventSourceArn bootstrapServers records")},
    "MQ": {(): _words("eventSource eventSourceArn messages rmqMessagesByQueue")},
    "DocumentDB": {(): _words("eventSourceArn events eventSource")},
    "EventBridge": {(): _EVENT},
    "EventBridge Scheduler": {(): _EVENT},
    "S3 through EventBridge": {
        (): _EVENT,
        ("detail",): _words(
            "version bucket object request-id requester source-ip-address reason deletion-type"
            " restore-expiry-time source-storage-class destination-storage-class destination-access-tier"
        ),
    },
    "CloudWatch Logs": {(): _words("awslogs")},
    "AWS Config": {
        (): _words(
            "version invokingEvent ruleParameters resultToken eventLeftScope executionRoleArn configRuleArn"
            " configRuleName configRuleId accountId evaluationMode"
        )
    },
    "Cognito": {
        (): _words("version triggerSource region userPoolId userName callerContext request response"),
    },
    "Secrets Manager": {(): _words("Step SecretId ClientRequestToken RotationToken")},
    "Firehose": {
        (): _words("invocationId deliveryStreamArn region records sourceKinesisStreamArn applicationId"),
    },
    "a CloudWatch alarm": {(): _words("source alarmArn accountId time region alarmData")},
    "a Lambda destination": {
        (): _words("version timestamp requestContext requestPayload responseContext responsePayload"),
    },
    "CloudFormation": {
        (): _words(
            "RequestType ResponseURL StackId RequestId ResourceType LogicalResourceId PhysicalResourceId"
            " ResourceProperties OldResourceProperties ServiceToken"
            " CrHelperData CrHelperPermission CrHelperPoll CrHelperRule"
        )
    },
}
"""What each kind of source sends, by the name that messages give it; what stands under other paths is not listed."""

S3_DETAIL_TYPES = frozenset({
    "Object Created", "Object Deleted", "Object Restore Initiated", "Object Restore Completed",
    "Object Restore Expired", "Object Storage Class Changed", "Object Access Tier Changed", "Object ACL Updated",
    "Object Tags Added", "Object Tags Deleted",
})  # fmt: skip
"""The events that S3 itself sends to EventBridge; those of CloudTrail have other details."""

TELLING = frozenset({
    "httpMethod", "Records", "records", "source", "detail-type", "detail", "version", "rawPath", "routeKey", "resource",
    "RequestType", "type", "triggerSource", "eventSource", "awslogs",
})  # fmt: skip
"""Fields by which programs tell one kind of event from another."""

_METADATA = _words("eventSource eventSourceARN awsRegion eventID eventName eventVersion invokeIdentityArn")

FILTERED: dict[str, frozenset[str]] = {
    "SQS": FIELDS["SQS"][_EACH],
    "DynamoDB": FIELDS["DynamoDB"][_EACH],
    "Kinesis": _METADATA
    | _words("data kinesis kinesisSchemaVersion partitionKey sequenceNumber approximateArrivalTimestamp"),
    "Kafka": _words(
        "value key headers topic partition offset timestamp timestampType eventSource eventSourceArn eventSourceKey"
        " bootstrapServers"
    ),
}
"""What a filter of a mapping may ask about at its root, by the service of the mapping's source.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-by-service
"""

ENVELOPE = _EVENT
"""What a pattern of EventBridge may ask about at its root."""

OF_CLOUDTRAIL = _words(
    "additionalEventData apiVersion awsRegion errorCode errorMessage eventCategory eventID eventName eventSource"
    " eventTime eventType eventVersion managementEvent readOnly recipientAccountId requestID requestParameters"
    " responseElements serviceEventDetails sessionCredentialFromConsole sharedEventID sourceIPAddress userAgent"
    " userIdentity"
)
"""What an event of CloudTrail holds, which stands in `detail` when EventBridge sends it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

FROM_CLOUDTRAIL = frozenset({
    "AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail", "AWS Insight via CloudTrail",
    "AWS Service Event via CloudTrail",
})  # fmt: skip

DETAIL_TYPES: dict[str, frozenset[str]] = {
    "aws.autoscaling": frozenset({
        "EC2 Instance Launch Successful", "EC2 Instance Launch Unsuccessful", "EC2 Instance Terminate Successful",
        "EC2 Instance Terminate Unsuccessful", "EC2 Instance-launch Lifecycle Action",
        "EC2 Instance-terminate Lifecycle Action",
    }),
    "aws.batch": frozenset({"Batch Job State Change"}),
    "aws.cloudwatch": frozenset({"CloudWatch Alarm State Change"}),
    "aws.codebuild": frozenset({"CodeBuild Build State Change", "CodeBuild Build Phase Change"}),
    "aws.codepipeline": frozenset({
        "CodePipeline Pipeline Execution State Change", "CodePipeline Stage Execution State Change",
        "CodePipeline Action Execution State Change",
    }),
    "aws.ec2": frozenset({
        "EC2 Instance State-change Notification", "EC2 Spot Instance Interruption Warning",
        "EC2 Instance Rebalance Recommendation", "EBS Volume Notification", "EBS Snapshot Notification",
    }),
    "aws.ecr": frozenset({"ECR Image Action", "ECR Image Scan"}),
    "aws.ecs": frozenset({
        "ECS Task State Change", "ECS Container Instance State Change", "ECS Service Action",
        "ECS Deployment State Change",
    }),
    "aws.events": frozenset({"Scheduled Event"}),
    "aws.glue": frozenset({"Glue Job State Change", "Glue Crawler State Change"}),
    "aws.guardduty": frozenset({"GuardDuty Finding"}),
    "aws.health": frozenset({"AWS Health Event"}),
    "aws.rds": frozenset({
        "RDS DB Instance Event", "RDS DB Cluster Event", "RDS DB Snapshot Event", "RDS DB Cluster Snapshot Event",
    }),
    "aws.s3": S3_DETAIL_TYPES,
    "aws.securityhub": frozenset({"Security Hub Findings - Imported", "Security Hub Findings - Custom Action"}),
    "aws.states": frozenset({"Step Functions Execution Status Change"}),
}  # fmt: skip
"""What some services send to EventBridge, by the source of the events; they may send more.

https://docs.aws.amazon.com/eventbridge/latest/ref/events.html
"""

_OF_EACH = (
    "body messageId receiptHandle eventName eventSource eventSourceARN awsRegion Sns Sns/Message Sns/MessageId s3"
    " s3/bucket s3/bucket/name s3/object s3/object/key kinesis kinesis/data kinesis/partitionKey dynamodb"
)
SENT = frozenset(
    {
        ("Records",),
        _EACH,
        *((*_EACH, *path.split("/")) for path in _OF_EACH.split()),
        *((name,) for name in ("detail", "detail-type", "source", "id", "time", "account", "region")),
    }
)
"""The paths of parts that no event of their kind lacks."""
