"""Events that Lambda polls for: queues, streams and brokers, as event source mappings."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.events import Event, Spelling
from lambdalint.templates.sam.spelling import extended, known, mapping, part, renamed, statement
from lambdalint.templates.value import Known, Mapping, Value, items

SOURCES = {
    "SQS": "Queue",
    "Kinesis": "Stream",
    "DynamoDB": "Stream",
    "MSK": "Stream",
    "MQ": "Broker",
    "DocumentDB": "Cluster",
    "SelfManagedKafka": "",
}
"""The kinds of events that are polled for, and the property that names the source."""

MANAGED = {
    "SQS": "service-role/AWSLambdaSQSQueueExecutionRole",
    "Kinesis": "service-role/AWSLambdaKinesisExecutionRole",
    "DynamoDB": "service-role/AWSLambdaDynamoDBExecutionRole",
    "MSK": "service-role/AWSLambdaMSKExecutionRole",
}
"""The managed policies that SAM adds to the role it makes."""

_KAFKA = {"MSK": "AmazonManagedKafkaEventSourceConfig", "SelfManagedKafka": "SelfManagedKafkaEventSourceConfig"}

_NETWORK = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeVpcs",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
)
_DESCRIBED = {
    "MQ": ("mq:DescribeBroker", *_NETWORK),
    "DocumentDB": (
        "rds:DescribeDBClusters",
        "rds:DescribeDBClusterParameters",
        "rds:DescribeDBSubnetGroups",
        *_NETWORK,
    ),
    "SelfManagedKafka": _NETWORK,
}

_SENDING = {
    "SQS": ("sqs:SendMessage",),
    "SNS": ("sns:Publish",),
    "S3": ("s3:PutObject", "s3:ListBucket"),
    "S3Bucket": ("s3:PutObject", "s3:ListBucket"),
    "Lambda": ("lambda:InvokeFunction",),
    "EventBridge": ("events:PutEvents",),
}


def event_source_mapping(event: Event) -> Iterator[Resource]:
    """The event as an `AWS::Lambda::EventSourceMapping`; its `SourceType` is the event's type, as SAM names it."""
    given = event.properties
    nested = frozenset(
        {"KafkaBootstrapServers", "ConsumerGroupId", "SchemaRegistryConfig", "SecretsManagerKmsKeyId"}
        if event.kind in _KAFKA
        else {"DatabaseName", "CollectionName", "FullDocument", "SecretsManagerKmsKeyId"}
        if event.kind == "DocumentDB"
        else {"SecretsManagerKmsKeyId"}
    )
    properties = renamed(given, {SOURCES[event.kind]: "EventSourceArn"}, nested)
    more: dict[str, Value | None] = {
        "FunctionName": event.owner.ref(event.span),
        "SourceType": Known(event.kind, event.type_span),
    }
    if isinstance(destinations := given.get("DestinationConfig"), Mapping):
        more["DestinationConfig"] = without_types(destinations)
    if event.kind in _KAFKA:
        more[_KAFKA[event.kind]] = _some(given, "ConsumerGroupId", "SchemaRegistryConfig")
        if (servers := _some(given, "KafkaBootstrapServers")) is not None:
            more["SelfManagedEventSource"] = mapping(servers.span, {"Endpoints": servers})
    if event.kind == "DocumentDB":
        more["DocumentDBEventSourceConfig"] = _some(given, "DatabaseName", "CollectionName", "FullDocument")
    keys = {
        "DestinationConfig": event.key("DestinationConfig"),
        "FunctionName": event.span,
        "SourceType": event.type_span,
    }
    yield event.made("AWS::Lambda::EventSourceMapping", extended(properties, more, keys))


def without_types(destinations: Mapping) -> Mapping:
    """A `DestinationConfig` without the `Type`s that tell SAM which permissions to add."""
    entries = {
        name: renamed(value, {}, frozenset({"Type"})) if isinstance(value, Mapping) else value
        for name, value in destinations.entries.items()
    }
    return Mapping(entries, destinations.span, destinations.keys, destinations.open)


def statements(event: Event) -> Iterator[Mapping]:
    """What SAM allows the role that it makes, for the sake of an event."""
    given = event.properties
    if event.kind in _DESCRIBED:
        for access in items(given.get("SourceAccessConfigurations")):
            if isinstance(access, Mapping) and known(access.get("Type")).endswith("AUTH"):
                yield statement(event.span, ("secretsmanager:GetSecretValue",), access.get("URI"))
        yield statement(event.span, _DESCRIBED[event.kind], None)
    if event.kind in SOURCES and isinstance(destinations := given.get("DestinationConfig"), Mapping):
        yield from sending(destinations)


def sending(destinations: Mapping) -> Iterator[Mapping]:
    """What SAM allows so that the destinations whose `Type` is given can be reached."""
    for destination in destinations.entries.values():
        if isinstance(destination, Mapping) and (actions := _SENDING.get(known(destination.get("Type")))):
            yield statement(destination.span, actions, destination.get("Destination"))


def _some(given: Mapping, *names: str) -> Mapping | None:
    found = {name: given.entries[name] for name in names if name in given.entries}
    return mapping(given.key(next(iter(found))), dict(found), part(given, *found)[1]) if found else None


SPELLINGS: dict[str, Spelling] = dict.fromkeys(SOURCES, event_source_mapping)
