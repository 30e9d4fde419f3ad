"""What components of SST make by default, and what a link to one lets a function do.

As of SST 3 (platform/src/components/aws of https://github.com/sst/sst): https://sst.dev/docs/component/aws/function
"""

from __future__ import annotations

TIMEOUT, MEMORY = 20, 1024
"""How long a function may run, in seconds, and how much memory it has, where it does not say: `timeout`, `memory`."""
VISIBILITY, RECEIVED, BATCH = 30, 3, 10
"""Of queues: `visibilityTimeout`, `dlq.retry` and the `batch.size` of a subscriber."""

LINKS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Bucket": (("s3:*",), ("", "/*")),
    "Bus": (("events:*",), ("",)),
    "Dynamo": (("dynamodb:*",), ("", "/*")),
    "Function": (("lambda:InvokeFunction",), ("",)),
    "KinesisStream": (("kinesis:*",), ("",)),
    "Queue": (("sqs:*",), ("",)),
    "SnsTopic": (("sns:*",), ("",)),
}
"""What a link to a component allows, and on what below its ARN: `getSSTLink`."""
SILENT = frozenset({"Secret", "Linkable", "Router", "StaticSite", "Nextjs", "Astro", "Remix", "Vpc"})
"""Components a link to which tells a function their properties, and lets it do nothing."""

POLLING: dict[str, tuple[str, ...]] = {
    "Queue": (
        "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
    ),
    "Dynamo": (
        "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
    ),
    "KinesisStream": (
        "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
        "kinesis:ListShards", "kinesis:ListStreams", "kinesis:SubscribeToShard",
    ),
}  # fmt: skip
"""What a subscriber of one may do with it."""

TYPES = {
    "ApiGatewayV1": "AWS::ApiGateway::RestApi",
    "ApiGatewayV2": "AWS::ApiGatewayV2::Api",
    "ApiGatewayWebSocket": "AWS::ApiGatewayV2::Api",
    "Bucket": "AWS::S3::Bucket",
    "Bus": "AWS::Events::EventBus",
    "CognitoUserPool": "AWS::Cognito::UserPool",
    "Cron": "AWS::Events::Rule",
    "CronV2": "AWS::Scheduler::Schedule",
    "Dynamo": "AWS::DynamoDB::Table",
    "Function": "AWS::Lambda::Function",
    "KinesisStream": "AWS::Kinesis::Stream",
    "Queue": "AWS::SQS::Queue",
    "SnsTopic": "AWS::SNS::Topic",
}
"""What components are in CloudFormation's words."""
ATTRIBUTES: dict[str, dict[str, str]] = {
    "Bucket": {"arn": "Arn", "name": ""},
    "Bus": {"arn": "Arn", "name": ""},
    "CognitoUserPool": {"arn": "Arn", "id": ""},
    "Dynamo": {"arn": "Arn", "name": "", "streamArn": "StreamArn"},
    "Function": {"arn": "Arn", "name": ""},
    "KinesisStream": {"arn": "Arn", "name": ""},
    "Queue": {"arn": "Arn", "url": ""},
    "SnsTopic": {"arn": "", "name": "TopicName"},
}
"""What their attributes are there; "" is what `Ref` gives."""
NODES = {"bucket", "bus", "function", "job", "queue", "stream", "table", "topic", "userPool"}
"""What of a component's `nodes` is itself, as the resource that it makes."""

STREAMS = {
    "keys-only": "KEYS_ONLY",
    "new-and-old-images": "NEW_AND_OLD_IMAGES",
    "new-image": "NEW_IMAGE",
    "old-image": "OLD_IMAGE",
}
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
"""The units of durations, which are written `20 seconds`."""
MEBIBYTES = {"MB": 1, "GB": 1024}
