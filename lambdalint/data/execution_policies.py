"""AWS's managed policies that functions' roles often have, and what they allow, as of 2026-11-21.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from __future__ import annotations

_LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
_NETWORK = (
    "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
)  # fmt: skip
_TRACES = (
    "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
)  # fmt: skip
_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")

_ALLOWED: dict[str, tuple[str, ...]] = {
    "AWSLambdaBasicExecutionRole": _LOGS,
    "AWSLambdaBasicDurableExecutionRolePolicy": (
        *_LOGS, "lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState",
    ),
    "AWSLambdaVPCAccessExecutionRole": (*_LOGS, *_NETWORK),
    "AWSLambdaENIManagementAccess": _NETWORK,
    "AWSLambdaSQSQueueExecutionRole": (*_LOGS, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "AWSLambdaKinesisExecutionRole": (
        *_LOGS, "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords",
        "kinesis:GetShardIterator", "kinesis:ListShards", "kinesis:ListStreams", "kinesis:SubscribeToShard",
    ),
    "AWSLambdaDynamoDBExecutionRole": (*_LOGS, *_STREAM),
    "AWSLambdaInvocation-DynamoDB": (*_STREAM, "lambda:InvokeFunction"),
    "AWSLambdaRole": ("lambda:InvokeFunction",),
    "AWSXRayDaemonWriteAccess": _TRACES,
    "AWSXrayWriteOnlyAccess": _TRACES,
    "AWSXRayWriteOnlyAccess": _TRACES,
    "CloudWatchLambdaInsightsExecutionRolePolicy": _LOGS,
    "AmazonS3ReadOnlyAccess": ("s3:Get*", "s3:List*", "s3-object-lambda:Get*", "s3-object-lambda:List*"),
    "AmazonS3FullAccess": ("s3:*", "s3-object-lambda:*"),
    "AmazonSQSFullAccess": ("sqs:*",),
    "AmazonSNSFullAccess": ("sns:*",),
    "AmazonSSMReadOnlyAccess": ("ssm:Describe*", "ssm:Get*", "ssm:List*"),
    "AdministratorAccess": ("*",),
}  # fmt: skip

NAMES = tuple(_ALLOWED)
"""The policies that are listed here."""


def allowed(policy: str) -> tuple[str, ...] | None:
    """The actions that a managed policy allows, on everything; None for a policy that is not listed here."""
    return _ALLOWED.get(policy)
