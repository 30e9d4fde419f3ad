"""Queues, topics, tables, buckets, rules, streams, secrets and what else functions work with."""

from __future__ import annotations

from lambdalint.cdk.assembly import Assembly, Draft, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.props import is_named, member, props
from lambdalint.cdk.rows import Field, Row, inert, kept, seconds, unseen
from lambdalint.cdk.table import grants, notifications, triggers
from lambdalint.code.value import Constant, Value
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Text, Unknown

# -------------------------------------------------------------------------------------------------------------- queues


def _redrive(assembly: Assembly, given: Value, span: Span) -> Made:
    known = props(given)
    of = assembly.constructs.find(known.get("queue"))
    if known.open:
        return Unknown(span, "deadLetterQueue")
    return mapping(
        span,
        {
            "deadLetterTargetArn": assembly.arn(of, "queueArn", span),
            "maxReceiveCount": assembly.values.value(known.get("maxReceiveCount"), span),
        },
    )


def _queue(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    dead = props(construct.props.get("deadLetterQueue"))
    if dead.get("queue") is not None:
        found = assembly.constructs.find(dead.get("queue"))
        if found is not None:
            construct.parts["deadLetterQueue.queue"] = found
    if construct.props.get("encryptionMasterKey") is not None:
        draft.entries["KmsMasterKeyId"] = _key_of(assembly, construct.props.get("encryptionMasterKey"), draft.span)
    encryption = construct.props.get("encryption")
    if encryption is not None and "KmsMasterKeyId" not in draft.entries:
        _encrypt(draft, encryption)
    if construct.props.get("enforceSSL") not in (None, Constant(False)):
        notifications.policy_of(assembly, construct).append(Unknown(draft.span, "enforceSSL"))
    if construct.props.get("fifo") is None:
        draft.entries["FifoQueue"] = _is_fifo(assembly, construct, draft.span)


def _is_fifo(assembly: Assembly, construct: Construct, span: Span) -> Made:
    """What the CDK takes a queue for that does not say whether it is a FIFO queue."""
    if any(construct.props.get(name) not in (None, Constant(False)) for name in _OF_FIFO):
        return Known(True, span)
    name = assembly.values.value(construct.props.get("queueName"), span)
    end = name.parts[-1] if isinstance(name, Text) and name.parts else name
    match end:
        case None:
            return None
        case Known(str(text)):
            return Known(True, span) if text.endswith(".fifo") else None
    return Unknown(span, "queueName", optional=True)


_OF_FIFO = ("contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit")
"""What only FIFO queues have."""


def _key_of(assembly: Assembly, given: Value | None, span: Span) -> Made:
    """The key that something is encrypted with."""
    return assembly.arn(assembly.constructs.find(given), "keyArn", span)


def _encrypt(draft: Draft, given: Value) -> None:
    match member(given):
        case "UNENCRYPTED":
            draft.entries["SqsManagedSseEnabled"] = Known(False, draft.span)
        case "SQS_MANAGED":
            draft.entries["SqsManagedSseEnabled"] = Known(True, draft.span)
        case "KMS_MANAGED":
            draft.entries["KmsMasterKeyId"] = Known("alias/aws/sqs", draft.span)
        case _:
            draft.entries["KmsMasterKeyId"] = Unknown(draft.span, "encryption", optional=True)


# -------------------------------------------------------------------------------------------------------------- tables


def _key(attribute: str, kind: str) -> Field:
    def convert(assembly: Assembly, given: Value, span: Span) -> Made:
        return mapping(span, {"AttributeName": assembly.values.value(props(given).get("name"), span)})

    return Field(f"{attribute}{kind}", convert)


def _table(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    span = draft.span
    keys: list[template.Value] = []
    for prop, kind in (("partitionKey", "HASH"), ("sortKey", "RANGE")):
        given = construct.props.get(prop)
        if given is not None:
            name = assembly.values.value(props(given).get("name"), span) or Unknown(span)
            keys.append(mapping(span, {"AttributeName": name, "KeyType": Known(kind, span)}))
    draft.entries["KeySchema"] = template.Sequence(tuple(keys), span, construct.props.open)
    stream = construct.props.get("stream") or construct.props.get("dynamoStream")
    if stream is not None:
        draft.entries["StreamSpecification"] = mapping(span, {"StreamViewType": assembly.values.value(stream, span)})
    kinds = list(construct.added.get("kind", ()))
    if kinds:
        draft.open = True


# ---------------------------------------------------------------------------------------------------------- what it is


def _log_group(_assembly: Assembly, construct: Construct, draft: Draft) -> None:
    given = construct.props.get("retention")
    if given is None and not construct.props.open:
        draft.entries["RetentionInDays"] = Known(731, draft.span, default=True)


def _retention(assembly: Assembly, given: Value, span: Span) -> Made:
    if is_named(given, "logs.RetentionDays.INFINITE"):
        return None
    return assembly.values.value(given, span)


def _key_policy(_assembly: Assembly, _construct: Construct, draft: Draft) -> None:
    draft.entries["KeyPolicy"] = Unknown(draft.span, "a policy")


def _parameter(_assembly: Assembly, _construct: Construct, draft: Draft) -> None:
    draft.entries["Type"] = Known("String", draft.span)


def _set(names: str) -> dict[str, Field]:
    """Properties that set another, whatever to."""
    pairs = (each.split(":") for each in names.split())
    return {name: Field(target, unseen) for name, target in pairs}


ROWS = {
    "core.CustomResource": Row(
        "AWS::CloudFormation::CustomResource",
        {
            "serviceToken": "ServiceToken",
            "serviceTimeout": Field("ServiceTimeout", seconds),
            **kept("properties pascalCaseProperties removalPolicy resourceType"),
        },
    ),
    "sqs.Queue": Row(
        "AWS::SQS::Queue",
        {
            "queueName": "QueueName",
            "visibilityTimeout": Field("VisibilityTimeout", seconds),
            "retentionPeriod": Field("MessageRetentionPeriod", seconds),
            "deliveryDelay": Field("DelaySeconds", seconds),
            "receiveMessageWaitTime": Field("ReceiveMessageWaitTimeSeconds", seconds),
            "maxMessageSizeBytes": "MaximumMessageSize",
            "deadLetterQueue": Field("RedrivePolicy", _redrive),
            "fifo": "FifoQueue",
            "contentBasedDeduplication": "ContentBasedDeduplication",
            "redriveAllowPolicy": Field("RedriveAllowPolicy", unseen),
            "dataKeyReuse": Field("KmsDataKeyReusePeriodSeconds", seconds),
            **kept("removalPolicy encryption encryptionMasterKey enforceSSL"),
        },
        _queue,
        {**grants.QUEUE, "addToResourcePolicy": notifications.add_to_policy},
    ),
    "sns.Topic": Row(
        "AWS::SNS::Topic",
        {
            "topicName": "TopicName",
            "displayName": "DisplayName",
            "fifo": "FifoTopic",
            "contentBasedDeduplication": "ContentBasedDeduplication",
            "masterKey": Field("KmsMasterKeyId", _key_of),
        },
        None,
        {
            **grants.TOPIC,
            "addSubscription": notifications.add_subscription,
            "addToResourcePolicy": notifications.add_to_policy,
        },
    ),
    "dynamodb.Table": Row(
        "AWS::DynamoDB::Table",
        {
            "tableName": "TableName",
            "billingMode": "BillingMode",
            "timeToLiveAttribute": Field(
                "TimeToLiveSpecification",
                lambda assembly, given, span: mapping(
                    span, {"AttributeName": assembly.values.value(given, span), "Enabled": Known(True, span)}
                ),
            ),
            **kept("partitionKey sortKey stream dynamoStream removalPolicy pointInTimeRecovery readCapacity"),
            **kept("writeCapacity encryption encryptionKey tableClass deletionProtection contributorInsightsEnabled"),
            **kept("pointInTimeRecoverySpecification billing globalSecondaryIndexes localSecondaryIndexes"),
            **kept("contributorInsightsSpecification maxReadRequestUnits maxWriteRequestUnits warmThroughput"),
        },
        _table,
        {
            **grants.TABLE,
            "addGlobalSecondaryIndex": grants.add_index,
            "addLocalSecondaryIndex": grants.add_index,
        },
    ),
    "s3.Bucket": Row(
        "AWS::S3::Bucket",
        {
            "bucketName": "BucketName",
            **_set(
                "versioned:VersioningConfiguration blockPublicAccess:PublicAccessBlockConfiguration "
                "cors:CorsConfiguration accessControl:AccessControl encryption:BucketEncryption "
                "encryptionKey:BucketEncryption bucketKeyEnabled:BucketEncryption publicReadAccess:AccessControl "
                "lifecycleRules:LifecycleConfiguration websiteIndexDocument:WebsiteConfiguration "
                "websiteErrorDocument:WebsiteConfiguration objectOwnership:OwnershipControls "
                "serverAccessLogsBucket:LoggingConfiguration serverAccessLogsPrefix:LoggingConfiguration "
                "intelligentTieringConfigurations:IntelligentTieringConfigurations "
                "transferAcceleration:AccelerateConfiguration metrics:MetricsConfigurations"
            ),
            # What else asks for a policy, or of a function of the CDK's own, is no property of it.
            **kept("removalPolicy autoDeleteObjects enforceSSL minimumTLSVersion eventBridgeEnabled"),
        },
        notifications.bucket,
        {
            **grants.BUCKET,
            "addEventNotification": notifications.add_notification,
            "addToResourcePolicy": notifications.add_to_policy,
            "addObjectCreatedNotification": notifications.add_created,
            "addObjectRemovedNotification": notifications.add_removed,
            "enableEventBridgeNotification": notifications.enable_eventbridge,
            "addLifecycleRule": inert,
            "addCorsRule": inert,
        },
    ),
    "events.EventBus": Row(
        "AWS::Events::EventBus",
        {"eventBusName": "Name", "description": "Description"},
        None,
        grants.BUS,
    ),
    "kinesis.Stream": Row(
        "AWS::Kinesis::Stream",
        {
            "streamName": "Name",
            "shardCount": "ShardCount",
            "retentionPeriod": Field("RetentionPeriodHours", unseen),
            "streamMode": Field("StreamModeDetails", unseen),
            "encryption": Field("StreamEncryption", unseen),
            "encryptionKey": Field("StreamEncryption", unseen),
            **kept("removalPolicy"),
        },
        None,
        grants.STREAM,
    ),
    "secretsmanager.Secret": Row(
        "AWS::SecretsManager::Secret",
        {
            "secretName": "Name",
            "description": "Description",
            "generateSecretString": Field("GenerateSecretString", unseen),
            "encryptionKey": Field("KmsKeyId", unseen),
            "secretStringValue": Field("SecretString", unseen),
            "secretObjectValue": Field("SecretString", unseen),
            "replicaRegions": Field("ReplicaRegions", unseen),
            **kept("removalPolicy"),
        },
        None,
        grants.SECRET,
    ),
    "kms.Key": Row(
        "AWS::KMS::Key",
        {
            "description": "Description",
            "enableKeyRotation": "EnableKeyRotation",
            "enabled": "Enabled",
            "policy": Field("KeyPolicy", unseen),
            **kept("alias removalPolicy pendingWindow keySpec keyUsage rotationPeriod multiRegion admins"),
        },
        _key_policy,
        grants.KEY,
    ),
    "ssm.StringParameter": Row(
        "AWS::SSM::Parameter",
        {
            "parameterName": "Name",
            "stringValue": "Value",
            "description": "Description",
            **kept("tier type allowedPattern dataType simpleName"),
        },
        _parameter,
        grants.PARAMETER,
    ),
    "logs.LogGroup": Row(
        "AWS::Logs::LogGroup",
        {
            "logGroupName": "LogGroupName",
            "retention": Field("RetentionInDays", _retention),
            "encryptionKey": Field("KmsKeyId", unseen),
            **kept("removalPolicy logGroupClass"),
        },
        _log_group,
        {**grants.LOG_GROUP, **triggers.LOG_GROUP},
    ),
}
