"""Events that Lambda polls for: queues, streams and brokers, as event source mappings.

The `SourceType` of a mapping is what SAM calls such an event; `Stream` where only a deployment knows what streams.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import spelt
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.spelling import mapping, statement
from lambdalint.templates.serverless import names
from lambdalint.templates.serverless.events import Event, Spelling
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value, items

MAPPING = "AWS::Lambda::EventSourceMapping"

_TAKEN_OVER = {
    "batchSize": "BatchSize",
    "maximumBatchingWindow": "MaximumBatchingWindowInSeconds",
    "batchWindow": "MaximumBatchingWindowInSeconds",
    "enabled": "Enabled",
    "startingPosition": "StartingPosition",
    "startingPositionTimestamp": "StartingPositionTimestamp",
    "maximumRetryAttempts": "MaximumRetryAttempts",
    "bisectBatchOnFunctionError": "BisectBatchOnFunctionError",
    "maximumRecordAgeInSeconds": "MaximumRecordAgeInSeconds",
    "parallelizationFactor": "ParallelizationFactor",
    "tumblingWindowInSeconds": "TumblingWindowInSeconds",
}

_NETWORK = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeVpcs",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
)


def _mapping(event: Event, kind: str, suffix: str, entries: dict[str, Value | None]) -> Resource:
    given = event.given
    found: dict[str, Value | None] = {
        "FunctionName": event.arn,
        "SourceType": Known(kind, event.span) if kind else None,
    }
    keys: dict[str, Span] = {"EventSourceArn": event.key("arn")}
    for name, to in _TAKEN_OVER.items():
        value = given.get(name)
        if value is not None:
            found[to], keys[to] = value, event.key(name)
    response = event.get("functionResponseType")
    if response is not None:
        found["FunctionResponseTypes"] = Sequence((response,), response.span)
        keys["FunctionResponseTypes"] = event.key("functionResponseType")
    if isinstance(patterns := event.get("filterPatterns"), Unknown) and patterns.optional:
        found["FilterCriteria"] = patterns
    elif patterns is not None:
        filters = tuple(mapping(pattern.span, {"Pattern": _json(pattern)}) for pattern in items(patterns))
        found["FilterCriteria"] = mapping(patterns.span, {"Filters": Sequence(filters, patterns.span)})
        keys["FilterCriteria"] = event.key("filterPatterns")
    if (most := event.get("maximumConcurrency")) is not None:
        place = event.key("maximumConcurrency")
        found["ScalingConfig"] = mapping(most.span, {"MaximumConcurrency": most}, {"MaximumConcurrency": place})
        keys["ScalingConfig"] = place
    if (failed := target(event.get("destinations", "onFailure"))) is not None:
        destination = mapping(failed.span, {"Destination": failed})
        found["DestinationConfig"] = mapping(failed.span, {"OnFailure": destination})
        keys["DestinationConfig"] = event.key("destinations")
    # What the event itself says comes before what the framework says where it says nothing.
    found = {**{name: value for name, value in entries.items() if value is not None}, **found}
    properties = mapping(event.given.span if event.given.entries else event.span, found, keys)
    if event.given.open:
        properties = Mapping(properties.entries, properties.span, properties.keys, open=True)
    return event.made(MAPPING, f"EventSourceMapping{suffix}", properties)


def target(destination: Value | None) -> Value | None:
    """The ARN of a destination: written as it is, or as `arn` beside its `type`."""
    return destination.get("arn") if isinstance(destination, Mapping) else destination


def _json(pattern: Value) -> Value:
    """A pattern as the JSON text that CloudFormation has; Unknown where a part of it is."""
    try:
        return Known(json.dumps(_plain(pattern)), pattern.span)
    except LookupError:
        return Unknown(pattern.span, "filter pattern")


def _plain(value: Value) -> object:
    """A value as JSON has it; raises LookupError where a part of it is not known."""
    match value:
        case Known(value=scalar):
            return scalar
        case Mapping(entries, open=False):
            return {name: _plain(entry) for name, entry in entries.items()}
        case Sequence(inner, open=False):
            return [_plain(item) for item in inner]
        case _:
            raise LookupError


def _default(value: str | int, event: Event) -> Known:
    return Known(value, event.span, default=True)


def _sqs(event: Event) -> Iterator[Resource]:
    arn = event.short or event.get("arn")
    defaults: dict[str, Value | None] = {"EventSourceArn": arn, "BatchSize": _default(10, event)}
    yield _mapping(event, "SQS", f"SQS{_named(arn, event)}", defaults)


def _stream(event: Event) -> Iterator[Resource]:
    arn, kind = event.short or event.get("arn"), stream_type(event)
    defaults: dict[str, Value | None] = {
        "EventSourceArn": arn,
        "BatchSize": _default(10, event),
        "StartingPosition": _default("TRIM_HORIZON", event),
    }
    named = _named(arn, event)
    match event.get("consumer"):
        case Known(value=True):
            suffix = f"{named}ConsumerStreamConsumer"
            consumed = mapping(event.span, {"StreamARN": arn}, {"StreamARN": event.key("arn")})
            consumer = event.made("AWS::Kinesis::StreamConsumer", suffix, consumed, generated=True)
            defaults["EventSourceArn"] = Reference(consumer.name, "", event.key("consumer"))
            yield consumer
        case Known(value=False) | None:
            pass
        case other:
            defaults["EventSourceArn"] = other
    written = {"dynamodb": "DynamoDB", "kinesis": "Kinesis"}.get(kind, "Stream")
    yield _mapping(event, written, f"{kind[:1].upper()}{kind[1:]}{named}", defaults)


def stream_type(event: Event) -> str:
    """`dynamodb` or `kinesis`: as the event says, else as its ARN does; "" where neither does."""
    given = event.get("type")
    if isinstance(given, Known):
        return spelt(given)
    match event.short or event.get("arn"):
        case Known(value=str() as arn) | Text((Known(value=str() as arn), *_)):
            return f"{arn}::".split(":")[2]
        case Reference(attribute="StreamArn"):
            return "dynamodb"
        case _:
            return ""


def _kafka(event: Event) -> Iterator[Resource]:
    managed = event.kind == "msk"
    topic, group = event.get("topic"), event.get("consumerGroupId")
    servers = event.get("bootstrapServers")
    place = event.key("bootstrapServers")
    entries: dict[str, Value | None] = {
        "EventSourceArn": event.get("arn") if managed else None,
        "StartingPosition": _default("TRIM_HORIZON", event),
        "Topics": None if topic is None else Sequence((topic,), topic.span),
        "SourceAccessConfigurations": _accesses(event),
        "AmazonManagedKafkaEventSourceConfig" if managed else "SelfManagedKafkaEventSourceConfig": None
        if group is None
        else mapping(group.span, {"ConsumerGroupId": group}),
        "SelfManagedEventSource": None
        if servers is None
        else mapping(place, {"Endpoints": mapping(place, {"KafkaBootstrapServers": servers})}),
    }
    named = names.alphanumeric(_text(topic))[:150]
    kind, suffix = ("MSK", f"MSK{_named(event.get('arn'), event)}{named}") if managed else ("SelfManagedKafka", "Kafka")
    yield _mapping(event, kind, suffix if managed else f"Kafka{named}{event.number}", entries)


def _accesses(event: Event) -> Value | None:
    """How the framework writes `accessConfigurations`, `saslScram512` as SASL_SCRAM_512_AUTH."""
    given = event.get("accessConfigurations")
    if not isinstance(given, Mapping):
        return given
    written = {
        "vpcSubnet": "VPC_SUBNET",
        "vpcSecurityGroup": "VPC_SECURITY_GROUP",
        "saslPlainAuth": "BASIC_AUTH",
        "saslScram256Auth": "SASL_SCRAM_256_AUTH",
        "saslScram512Auth": "SASL_SCRAM_512_AUTH",
        "clientCertificateTlsAuth": "CLIENT_CERTIFICATE_TLS_AUTH",
        "serverRootCaCertificate": "SERVER_ROOT_CA_CERTIFICATE",
    }
    found = [
        mapping(uri.span, {"Type": Known(written.get(name, name), given.key(name)), "URI": uri})
        for name, value in given.entries.items()
        for uri in items(value)
    ]
    return Sequence(tuple(found), given.span, given.open)


def _broker(event: Event) -> Iterator[Resource]:
    queue, secret = event.get("queue"), event.get("basicAuthArn")
    accesses: list[Value] = []
    for kind, uri in (("BASIC_AUTH", secret), ("VIRTUAL_HOST", event.get("virtualHost"))):
        if uri is not None:
            accesses.append(mapping(uri.span, {"Type": Known(kind, uri.span), "URI": uri}))
    entries: dict[str, Value | None] = {
        "EventSourceArn": event.get("arn"),
        "Queues": None if queue is None else Sequence((queue,), queue.span),
        "SourceAccessConfigurations": Sequence(tuple(accesses), event.span),
    }
    kind = "ActiveMQ" if event.kind == "activemq" else "RabbitMQ"
    yield _mapping(event, "MQ", f"{kind}{names.alphanumeric(_text(queue))[:150] or event.number}", entries)


def _named(arn: Value | None, event: Event) -> str:
    """The name of a queue or a stream as it stands in the logical id of its mapping."""
    match arn:
        case Reference(resource=name):
            return names.alphanumeric(name)
        case Known(value=str() as written) | Text((*_, Known(value=str() as written))):
            # The name of a DynamoDB table stands before `/stream/` and a time.
            last = written.rpartition(":")[2]
            parts = last.split("/")
            return names.alphanumeric(parts[1] if len(parts) > 1 else last) or str(event.number)
        case _:
            return str(event.number)


def _text(value: Value | None) -> str:
    return spelt(value) if isinstance(value, Known) else ""


_POLLING: dict[str, tuple[str, ...]] = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": (
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:DescribeStream",
        "dynamodb:ListStreams",
    ),
    "kinesis": (
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:ListShards",
        "kinesis:ListStreams",
        "kinesis:SubscribeToShard",
    ),
    "msk": ("kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"),
    "activemq": ("mq:DescribeBroker",),
    "rabbitmq": ("mq:DescribeBroker",),
}


def statements(event: Event) -> Iterator[Mapping]:
    """What the framework allows a function's role for the sake of an event."""
    kind = stream_type(event) if event.kind == "stream" else event.kind
    arn = event.short or event.get("arn") or Unknown(event.span, "arn")
    if kind in _POLLING:
        yield statement(event.span, _POLLING[kind], arn)
    if event.kind in ("msk", "kafka", "activemq", "rabbitmq"):
        yield statement(event.span, _NETWORK, None)
        for secret in (event.get("basicAuthArn"), *items(event.get("accessConfigurations"))):
            if secret is not None and not isinstance(secret, Mapping):
                yield statement(event.span, ("secretsmanager:GetSecretValue",), secret)
    failed = target(event.get("destinations", "onFailure"))
    if event.kind == "stream" and failed is not None:
        yield statement(event.span, ("sns:Publish", "sqs:ListQueues", "sqs:SendMessage"), failed)


SPELLINGS: dict[str, Spelling] = {
    "sqs": _sqs,
    "stream": _stream,
    "msk": _kafka,
    "kafka": _kafka,
    "activemq": _broker,
    "rabbitmq": _broker,
}
