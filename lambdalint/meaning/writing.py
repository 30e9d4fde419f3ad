"""Who writes which part of an event: AWS, or whoever sends the request, the message or the object.

Sources: the events in https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html and the pages that it leads to.
"""

from __future__ import annotations

from lambdalint.code.facts import Handler
from lambdalint.code.value import EACH, Step

_BY_AWS = frozenset({
    # CloudFormation's custom resources, CodePipeline, AWS Config, the rotation of Secrets Manager
    "ResponseURL", "ResourceProperties", "OldResourceProperties", "RequestType", "StackId", "LogicalResourceId",
    "PhysicalResourceId", "CodePipeline.job", "invokingEvent", "ruleParameters", "configRuleName", "SecretId",
    "ClientRequestToken",
    # HTTP
    "httpMethod", "resource", "stageVariables", "routeKey", "isBase64Encoded",
    # S3 Object Lambda, Cognito
    "getObjectContext", "userPoolId", "callerContext", "triggerSource",
})  # fmt: skip
"""What an event has at its top."""

_BY_EVENTBRIDGE = frozenset({"account", "region"})
_OF_EVENTBRIDGE = frozenset({"detail", "detail-type"})
"""What its events have at their top: who put them is written by AWS, and what they hold by whoever put them."""

_OF_RECORDS = frozenset({
    "eventSourceARN", "eventSource", "EventSource", "awsRegion", "eventName", "eventTime", "eventVersion",
    "EventVersion", "EventSubscriptionArn", "messageId", "message_id", "receiptHandle", "receipt_handle",
    "attributes", "md5OfBody", "eventID", "userIdentity", "requestParameters", "responseElements",
})  # fmt: skip
_OF_S3 = frozenset({"bucket", "configurationId", "s3SchemaVersion"})
_OF_OBJECTS = frozenset({"size", "eTag", "versionId", "sequencer", "version-id", "etag"})
_OF_SNS = frozenset({
    "TopicArn", "MessageId", "Timestamp", "SignatureVersion", "Signature", "SigningCertUrl", "UnsubscribeUrl", "Type",
})  # fmt: skip
_BY_SENDERS = frozenset({"path", "userAgent", "resourcePath", "eventType"})
"""What `requestContext` has of the sender's."""

_URLS = frozenset({
    "ResponseURL", "SubscribeURL", "UnsubscribeURL", "inputS3Url", "responseUrl", "response_url", "SigningCertURL",
    "SigningCertUrl",
})  # fmt: skip
"""Where services ask to be answered, whatever holds the address."""

_OF_STRANGERS = frozenset({
    "Records", "records", "body", "queryStringParameters", "multiValueQueryStringParameters",
    "rawQueryString", "pathParameters", "headers", "multiValueHeaders", "rawPath", "path", "cookies", "requestContext",
    "arguments", "authorizationToken", "rmqMessagesByQueue", "messages", "inputTranscript",
})  # fmt: skip
"""What the events of services have at their top that carry what others send."""


def by_aws(path: tuple[Step, ...]) -> bool:
    """Whether AWS writes the part of an event at `path`."""
    names = _names(path)
    match names:
        case [*_, last] if last in _URLS:
            return True
        case ["requestContext", *rest]:
            return not _BY_SENDERS.intersection(rest[-1:])
        case ["Records", "s3", "object" | "get_object", last, *_]:
            return last in _OF_OBJECTS
        case ["Records", "s3", last, *_]:
            return last in _OF_S3
        case ["Records", "Sns" | "sns", last, *_]:
            return last in _OF_SNS
        case ["Records", "kinesis", last, *_]:
            return last not in ("data", "partitionKey")
        case ["Records", "dynamodb", last, *_]:
            return last not in ("NewImage", "OldImage", "Keys")
        case ["Records", "cf", "config", *_] | ["Records", "cf", "request", "origin" | "clientIp", *_]:
            return True
        case ["Records", last, *_]:
            return last in _OF_RECORDS
        case ["detail", "bucket", *_]:
            return True
        case ["detail", "object", last, *_]:
            return last in _OF_OBJECTS
        case [first, *_]:
            return first in _BY_AWS
        case _:
            return False


def is_host(path: tuple[Step, ...]) -> bool:
    """Whether a path is that of the header that names the host which a request was sent to."""
    match _names(path):
        case ["headers" | "multiValueHeaders", name, *_]:
            return name.lower() == "host"
        case _:
            return False


def by_eventbridge(path: tuple[Step, ...]) -> bool:
    """Whether EventBridge itself writes the part of one of its events at `path`."""
    return not _BY_EVENTBRIDGE.isdisjoint(path[:1])


def reads_events(handler: Handler) -> bool:
    """Whether a handler's own code tells that it gets events of EventBridge."""
    return any(not _OF_EVENTBRIDGE.isdisjoint(read.path[:1]) for read in handler.reads)


def by_sender(path: tuple[Step, ...]) -> bool:
    """Whether the part of an event at `path` is one that services fill with what others send."""
    names = _names(path)
    return names[:1] != [] and (names[0] in _OF_STRANGERS or names[:2] == ["detail", "object"])


def is_s3_key(path: tuple[Step, ...]) -> bool:
    """Whether a path is that of an object's key in a notification of S3, where it is URL-encoded.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    match _names(path):
        case ["Records" | "record", "s3", "object" | "get_object", "key"]:
            return True
        case _:
            return False


def _names(path: tuple[Step, ...]) -> list[str]:
    """The keys of a path from its last `Records` on: a queue's message may hold a notification."""
    names = [step for step in path if isinstance(step, str) and step != EACH]
    last = max((index for index, name in enumerate(names) if name == "Records"), default=0)
    return names[last:]
