"""What the names of the CDK stand for, and what its grants allow.

As aws-cdk-lib 2.276.0 has it, of November 2026: https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib
"""

from __future__ import annotations

RETENTION = {
    "ONE_DAY": 1, "THREE_DAYS": 3, "FIVE_DAYS": 5, "ONE_WEEK": 7, "TWO_WEEKS": 14, "ONE_MONTH": 30, "TWO_MONTHS": 60,
    "THREE_MONTHS": 90, "FOUR_MONTHS": 120, "FIVE_MONTHS": 150, "SIX_MONTHS": 180, "ONE_YEAR": 365,
    "THIRTEEN_MONTHS": 400, "EIGHTEEN_MONTHS": 545, "TWO_YEARS": 731, "THREE_YEARS": 1096, "FIVE_YEARS": 1827,
    "SIX_YEARS": 2192, "SEVEN_YEARS": 2557, "EIGHT_YEARS": 2922, "NINE_YEARS": 3288, "TEN_YEARS": 3653,
}  # fmt: skip
"""`RetentionDays`; INFINITE sets none."""

_EVENTS = {
    "OBJECT_CREATED": ("ObjectCreated:*", "Put", "Post", "Copy", "CompleteMultipartUpload"),
    "OBJECT_REMOVED": ("ObjectRemoved:*", "Delete", "DeleteMarkerCreated"),
    "OBJECT_RESTORE": ("ObjectRestore:*", "Post", "Completed", "Delete"),
    "OBJECT_TAGGING": ("ObjectTagging:*", "Put", "Delete"),
    "LIFECYCLE_EXPIRATION": ("LifecycleExpiration:*", "Delete", "DeleteMarkerCreated"),
}


def _events() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, (every, *kinds) in _EVENTS.items():
        found[name] = f"s3:{every}"
        for kind in kinds:
            spelt = "".join(f"_{each}" if each.isupper() else each for each in kind).upper()
            found[f"{name}{spelt}"] = f"s3:{every.removesuffix('*')}{kind}"
    return found


VALUES: dict[str, dict[str, str | int]] = {
    "lambda.Architecture": {"ARM_64": "arm64", "X86_64": "x86_64"},
    "lambda.Tracing": {"ACTIVE": "Active", "PASS_THROUGH": "PassThrough"},
    "iam.Effect": {"ALLOW": "Allow", "DENY": "Deny"},
    "dynamodb.AttributeType": {"BINARY": "B", "NUMBER": "N", "STRING": "S"},
    "logs.RetentionDays": dict(RETENTION),
    "s3.EventType": dict(_events()),
    "apigatewayv2.HttpMethod": {
        each: each for each in ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
    },
    "lambda.HttpMethod": {
        "ALL": "*",
        **{each: each for each in ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")},
    },
    "apigatewayv2.CorsHttpMethod": {
        "ANY": "*",
        **{each: each for each in ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")},
    },
    **{
        kind: {each: each for each in names.split()}
        for kind, names in {
            "lambda.StartingPosition": "TRIM_HORIZON LATEST AT_TIMESTAMP",
            "lambda.FunctionUrlAuthType": "AWS_IAM NONE",
            "lambda.InvokeMode": "BUFFERED RESPONSE_STREAM",
            "apigateway.EndpointType": "EDGE PRIVATE REGIONAL",
            "dynamodb.BillingMode": "PAY_PER_REQUEST PROVISIONED",
            "dynamodb.StreamViewType": "NEW_IMAGE OLD_IMAGE NEW_AND_OLD_IMAGES KEYS_ONLY",
        }.items()
    },
}
"""The values of the members of enumerations, and of classes that have such."""

_RUNTIMES = {
    "NODEJS": "nodejs", "NODEJS_4_3": "nodejs4.3", "NODEJS_6_10": "nodejs6.10", "NODEJS_8_10": "nodejs8.10",
    "JAVA_8_CORRETTO": "java8.al2", "JAVA_8_AL2023": "java8.al2023", "JAVA_11_AL2023": "java11.al2023",
    "JAVA_17_AL2023": "java17.al2023", "DOTNET_CORE_1": "dotnetcore1.0", "DOTNET_CORE_2": "dotnetcore2.0",
    "DOTNET_CORE_2_1": "dotnetcore2.1", "DOTNET_CORE_3_1": "dotnetcore3.1", "GO_1_X": "go1.x", "PROVIDED": "provided",
    "PROVIDED_AL2": "provided.al2", "PROVIDED_AL2023": "provided.al2023",
}  # fmt: skip
_UNNUMBERED = frozenset({"NODEJS_LATEST", "FROM_IMAGE"})

LATEST_NODE = (((2, 270, 0), "nodejs24.x"), ((2, 254, 0), None), ((2, 215, 0), "nodejs22.x"))
"""What `NODEJS_LATEST` is from a version of the CDK on, the newest first; None where that changed at some of them.

https://github.com/aws/aws-cdk/pull/38031, https://github.com/aws/aws-cdk/pull/35157
"""
NODE_BY_DEFAULT = "nodejs16.x"
"""The runtime of a `NodejsFunction` that names none, without the flag by which that is the latest."""


def latest_node(version: tuple[int, ...]) -> str | None:
    """What `NODEJS_LATEST` is in a version of the CDK; None where that is not known."""
    return next((runtime for since, runtime in LATEST_NODE if version >= since), None)


def runtime(name: str) -> str | None:
    """Lambda's identifier of a `Runtime`; None where the version of the CDK decides, or where it is none."""
    if name in _RUNTIMES or name in _UNNUMBERED:
        return _RUNTIMES.get(name)
    family, _, version = name.lower().partition("_")
    if family not in ("nodejs", "python", "java", "dotnet", "ruby") or not version:
        return None
    return f"{family}{version.replace('_', '.')}"


DURATIONS = {"millis": 0.001, "seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
"""Seconds, by the functions of `Duration`."""

SIZES = {"mebibytes": 1, "gibibytes": 1024, "tebibytes": 1024 * 1024}
"""Mebibytes, by the functions of `Size`."""

ATTRIBUTES = {
    "lambda.Function": {"functionArn": "Arn", "functionName": ""},
    "lambda.Alias": {"functionArn": "", "aliasName": "?"},
    "lambda.Version": {"functionArn": "", "version": "Version"},
    "lambda.LayerVersion": {"layerVersionArn": ""},
    "lambda.FunctionUrl": {"url": "FunctionUrl", "functionArn": "FunctionArn"},
    "sqs.Queue": {"queueArn": "Arn", "queueUrl": "", "queueName": "QueueName"},
    "sns.Topic": {"topicArn": "", "topicName": "TopicName"},
    "dynamodb.Table": {"tableArn": "Arn", "tableName": "", "tableStreamArn": "StreamArn"},
    "s3.Bucket": {"bucketArn": "Arn", "bucketName": "", "bucketDomainName": "DomainName",
                  "bucketRegionalDomainName": "RegionalDomainName", "bucketWebsiteUrl": "WebsiteURL"},
    "iam.Role": {"roleArn": "Arn", "roleName": ""},
    "iam.ManagedPolicy": {"managedPolicyArn": ""},
    "cloudwatch.Alarm": {"alarmArn": "Arn", "alarmName": ""},
    "events.Rule": {"ruleArn": "Arn", "ruleName": ""},
    "events.EventBus": {"eventBusArn": "Arn", "eventBusName": ""},
    "kinesis.Stream": {"streamArn": "Arn", "streamName": ""},
    "kms.Key": {"keyArn": "Arn", "keyId": ""},
    "secretsmanager.Secret": {"secretArn": "", "secretName": "?", "secretFullArn": ""},
    "ssm.StringParameter": {"parameterName": "", "parameterArn": "?", "stringValue": "Value"},
    "stepfunctions.StateMachine": {"stateMachineArn": "", "stateMachineName": "Name"},
    "logs.LogGroup": {"logGroupArn": "Arn", "logGroupName": ""},
    "apigateway.RestApi": {"restApiId": "", "restApiRootResourceId": "RootResourceId"},
    "apigatewayv2.HttpApi": {"apiId": "", "httpApiId": "", "apiEndpoint": "ApiEndpoint"},
    "apigateway.TokenAuthorizer": {"authorizerId": ""},
    "apigateway.RequestAuthorizer": {"authorizerId": ""},
    "apigateway.CognitoUserPoolsAuthorizer": {"authorizerId": ""},
    "apigatewayv2.WebSocketStage": {"stageName": ""},
    "apigatewayv2.WebSocketApi": {"apiId": "", "apiEndpoint": "ApiEndpoint"},
    "cognito.UserPool": {"userPoolId": "", "userPoolArn": "Arn"},
    "ec2.Vpc": {"vpcId": ""},
}  # fmt: skip
"""By the kind of a construct: its attributes, and those of its resource that they lead to; "" is what Ref gives, and
"?" what is made of it."""

FAMILIES = {
    "lambda-nodejs.NodejsFunction": "lambda.Function",
    "lambda-python.PythonFunction": "lambda.Function",
    "lambda-go.GoFunction": "lambda.Function",
    "lambda.DockerImageFunction": "lambda.Function",
    "lambda.SingletonFunction": "lambda.Function",
    "lambda-python.PythonLayerVersion": "lambda.LayerVersion",
    "dynamodb.TableV2": "dynamodb.Table",
    "apigateway.LambdaRestApi": "apigateway.RestApi",
    "apigateway.SpecRestApi": "",
    "cloudfront.experimental.EdgeFunction": "lambda.Function",
}
"""The kinds of constructs that are a special case of another."""

READ_TABLE = ("dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:Scan",
              "dynamodb:ConditionCheckItem")  # fmt: skip
READ_RECORDS = ("dynamodb:GetRecords", "dynamodb:GetShardIterator")
WRITE_TABLE = ("dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
DESCRIBE_TABLE = ("dynamodb:DescribeTable",)
READ_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
LIST_STREAMS = ("dynamodb:ListStreams",)
READ_BUCKET = ("s3:GetObject*", "s3:GetBucket*", "s3:List*")
PUT_BUCKET = ("s3:PutObject", "s3:PutObjectLegalHold", "s3:PutObjectRetention", "s3:PutObjectTagging",
              "s3:PutObjectVersionTagging", "s3:Abort*")  # fmt: skip
DELETE_BUCKET = ("s3:DeleteObject*",)
CONSUME_QUEUE = ("sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "sqs:DeleteMessage",
                 "sqs:GetQueueAttributes")  # fmt: skip
SEND_QUEUE = ("sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl")
PURGE_QUEUE = ("sqs:PurgeQueue", "sqs:GetQueueAttributes", "sqs:GetQueueUrl")
READ_SECRET = ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret")
WRITE_SECRET = (
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecret",
    "secretsmanager:UpdateSecretVersionStage",
)
DECRYPT = ("kms:Decrypt",)
ENCRYPT = ("kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*")
READ_KEY = ("kms:Decrypt", "kms:DescribeKey")
READ_LOGS = ("logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogGroupFields", "logs:DescribeLogGroups",
             "logs:DescribeLogStreams")  # fmt: skip
READ_CLUSTER = ("kafka:DescribeCluster", "kafka:GetBootstrapBrokers", "kafka:ListScramSecrets")
READ_PARAMETER = ("ssm:DescribeParameters", "ssm:GetParameters", "ssm:GetParameter", "ssm:GetParameterHistory")
WRITE_PARAMETER = ("ssm:PutParameter",)
READ_STREAM_OF_KINESIS = ("kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
                          "kinesis:ListShards", "kinesis:SubscribeToShard", "kinesis:DescribeStream",
                          "kinesis:ListStreams", "kinesis:DescribeStreamConsumer")  # fmt: skip
WRITE_STREAM_OF_KINESIS = ("kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords")

DELIVER_LOGS = ("logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
                "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies",
                "logs:DescribeLogGroups")  # fmt: skip
TRACE_MACHINE = ("xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules",
                 "xray:GetSamplingTargets")  # fmt: skip
SERVICES_IN_IAM = {
    "bedrockagent": "bedrock",
    "cloudwatchlogs": "logs",
    "efs": "elasticfilesystem",
    "elasticloadbalancingv2": "elasticloadbalancing",
    "mediapackagevod": "mediapackage-vod",
    "mwaa": "airflow",
    "sfn": "states",
}
"""What IAM calls the services of `CallAwsService`, where that is another name."""
