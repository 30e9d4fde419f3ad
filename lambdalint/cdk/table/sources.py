"""What functions poll, and what else is given to them as the source of their events."""

from __future__ import annotations

from lambdalint.cdk.assembly import Assembly, Later, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import canonical
from lambdalint.cdk.props import Props, argument, options, subject
from lambdalint.cdk.rows import Convert, plain, seconds, unseen
from lambdalint.cdk.table import grants, notifications
from lambdalint.cdk.table.roles import MANAGED
from lambdalint.code import value as code
from lambdalint.code.value import Call, Constant, Result, Value
from lambdalint.data import cdk as facts
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Reference, Sequence, Unknown

_FILTER, _RULE = "lambda.FilterCriteria.filter", "lambda.FilterRule."


def _filters(assembly: Assembly, given: Value, span: Span) -> Made:
    """What a source lets through: `[FilterCriteria.filter({ body: { kind: FilterRule.isEqual('order') } })]`."""
    if not isinstance(given, code.Sequence) or given.open:
        return unseen(assembly, given, span)
    made = tuple(
        mapping(span, {"Pattern": _pattern(assembly, argument(each.call, 0, "filter"), span)})
        if isinstance(each, Result) and canonical(each.call.name) == _FILTER
        else Unknown(span, "a filter")
        for each in given.items
    )
    return mapping(span, {"Filters": Sequence(made, span)})


def _pattern(assembly: Assembly, given: Value | None, span: Span) -> template.Value:
    """A part of a pattern, in which rules stand for lists of values."""
    match given:
        case code.Mapping(entries=entries, open=False, rest=None):
            return mapping(span, {name: _pattern(assembly, each, span) for name, each in entries.items()})
        case Result(call) if canonical(call.name) in (f"{_RULE}isEqual", f"{_RULE}or"):
            return Sequence(tuple(assembly.values.value(each, span) or Unknown(span) for each in call.arguments), span)
        case Result() | None:
            return Unknown(span, "a filter")
        case _:
            return assembly.values.value(given, span) or Unknown(span, "a filter")


_OPTIONS: dict[str, tuple[str, Convert]] = {
    "batchSize": ("BatchSize", plain),
    "enabled": ("Enabled", plain),
    "maxBatchingWindow": ("MaximumBatchingWindowInSeconds", seconds),
    "bisectBatchOnError": ("BisectBatchOnFunctionError", plain),
    "maxRecordAge": ("MaximumRecordAgeInSeconds", seconds),
    "retryAttempts": ("MaximumRetryAttempts", plain),
    "parallelizationFactor": ("ParallelizationFactor", plain),
    "startingPosition": ("StartingPosition", plain),
    "tumblingWindow": ("TumblingWindowInSeconds", seconds),
    "filters": ("FilterCriteria", _filters),
    "filterEncryption": ("KmsKeyArn", unseen),
    "provisionedPollerConfig": ("ProvisionedPollerConfig", unseen),
    "metricsConfig": ("MetricsConfig", unseen),
    "onFailure": ("DestinationConfig", unseen),
    "sourceAccessConfigurations": ("SourceAccessConfigurations", unseen),
    "consumerGroupId": ("AmazonManagedKafkaEventSourceConfig", unseen),
    "schemaRegistryConfig": ("AmazonManagedKafkaEventSourceConfig", unseen),
    "startingPositionTimestamp": ("StartingPositionTimestamp", plain),
    "kafkaTopic": ("Topics", unseen),
    "kafkaBootstrapServers": ("SelfManagedEventSource", unseen),
}


def add(assembly: Assembly, function: Construct, given: Value, place: Span) -> None:
    """Give a function a source of events."""
    span = assembly.head(place)
    match given:
        case Result(call):
            kind = canonical(call.name).removeprefix("lambda-event-sources.")
            if kind in _KAFKA:
                _poll_kafka(assembly, function, options(call, 0), call)
                return
            about, known = subject(call)
            of = assembly.constructs.find(about)
            if of is not None and _bind(assembly, function, kind, of, known, call):
                return
    role = function.parts.get("role")
    if role is not None:
        # Sources of Kafka's have a managed policy attached to it.
        role.loose = True
    assembly.hand_over(span, (function, *assembly.constructs.reached(given)), known=True)


def _bind(assembly: Assembly, function: Construct, kind: str, of: Construct, known: Props, call: Call) -> bool:
    role = function.parts.get("role")
    span = assembly.head(call.span)
    name = of.path.replace("/", "")
    default: dict[str, Made] = {"BatchSize": Known(100, span)}
    match kind, of.kind:
        case "SqsEventSource", "sqs.Queue":
            map_source(assembly, function, known, call.span, f"SqsEventSource:{name}", of, "queueArn")
            grants.consume_queue(assembly, of, role, span)
        case "DynamoEventSource", "dynamodb.Table":
            map_source(
                assembly, function, known, call.span, f"DynamoDBEventSource:{name}", of, "tableStreamArn", default
            )
            grants.read_stream_of_table(assembly, of, role, span)
        case "KinesisEventSource", "kinesis.Stream":
            map_source(assembly, function, known, call.span, f"KinesisEventSource:{name}", of, "streamArn", default)
            grants.read_stream(assembly, of, role, span)
        case "SnsEventSource", "sns.Topic":
            notifications.subscribe_function(assembly, of, function, known, call)
        case (("S3EventSource" | "S3EventSourceV2"), "s3.Bucket"):
            events, filters = known.get("events"), known.get("filters")
            notifications.notify_function(assembly, of, function, events, filters is not None or known.open, call)
        case _:
            return False
    return True


_SERVICES = {"sqs.Queue": "sqs", "dynamodb.Table": "dynamodb", "kinesis.Stream": "kinesis"}


def map_source(
    assembly: Assembly,
    function: Construct,
    known: Props,
    place: Span,
    inner: str,
    of: Construct | None = None,
    key: str = "",
    default: dict[str, Made] | None = None,
) -> None:
    """Have a function poll something; by its ARN where that is not given as a construct."""
    span = assembly.head(place)
    entries: dict[str, Made | Later] = {
        "EventSourceArn": assembly.values.value(known.get("eventSourceArn"), span),
        **(default or {}),
        "FunctionName": Reference(function.resource, "", span),
    }
    if of is not None:
        arn = assembly.arn(of, key, span)
        # Of what another app has made it is known at least what kind of thing it is.
        kind = _SERVICES.get(of.kind, "") if isinstance(arn, Unknown) else ""
        entries["EventSourceArn"] = template.Text((Known(f"arn:aws:{kind}:", span), arn), span) if kind else arn
    is_open = known.open
    for name, given in known.entries.items():
        if name in ("eventSourceArn", "target", "supportS3OnFailureDestination"):
            continue
        if name == "reportBatchItemFailures":
            entries["FunctionResponseTypes"] = _reports(given, span)
        elif name == "maxConcurrency":
            held = assembly.values.value(given, span)
            entries["ScalingConfig"] = None if held is None else mapping(span, {"MaximumConcurrency": held})
        elif name in _OPTIONS:
            target, convert = _OPTIONS[name]
            found = convert(assembly, given, span)
            entries[target] = found if found is not None else entries.get(target)
        else:
            is_open = True
    if known.get("onFailure") is not None:
        _tell_failures(assembly, function, known.get("onFailure"), entries, span)
    draft = assembly.draft(function, "AWS::Lambda::EventSourceMapping", entries, inner)
    draft.span, draft.extent, draft.open = span, place, is_open


_KAFKA = ("ManagedKafkaEventSource", "SelfManagedKafkaEventSource")
_OF_MSK = f"{MANAGED}service-role/AWSLambdaMSKExecutionRole"


def _poll_kafka(assembly: Assembly, function: Construct, known: Props, call: Call) -> None:
    """Have a function poll a topic of Kafka's, of a cluster of MSK or of another."""
    span, role = assembly.head(call.span), function.parts.get("role")
    topic = assembly.values.value(known.get("topic"), span)
    cluster = assembly.values.value(known.get("clusterArn"), span)
    rest = {name: each for name, each in known.entries.items() if name not in _OF_KAFKA}
    entries: dict[str, Made] = {
        "BatchSize": Known(100, span),
        "EventSourceArn": cluster,
        "Topics": None if topic is None else Sequence((topic,), span),
    }
    if known.get("clusterArn") is None:
        entries["SelfManagedEventSource"] = Unknown(span, "bootstrapServers")
    if known.get("secret") is not None or known.get("vpc") is not None:
        entries["SourceAccessConfigurations"] = Unknown(span, "secret")
    secret = assembly.constructs.find(known.get("secret"))
    if secret is not None and secret.kind == "secretsmanager.Secret":
        grants.read_secret(assembly, secret, role, span)
    elif known.get("secret") is not None and role is not None:
        role.statements.append(lambda: Unknown(span, "a secret"))
    if cluster is not None:
        assembly.allow(role, facts.READ_CLUSTER, cluster)
        if role is not None:
            role.add("managed", Known(_OF_MSK, span))
    if known.get("vpc") is not None:
        assembly.hand_over(call.span, assembly.constructs.reached(known.get("securityGroup")), known=True)
    inner = f"KafkaEventSource:{function.path.replace('/', '')}{topic.value if isinstance(topic, Known) else ''}"
    map_source(assembly, function, Props(rest, known.open), call.span, inner, default=entries)


_OF_KAFKA = frozenset(
    [
        "authenticationMethod",
        "bootstrapServers",
        "clusterArn",
        "rootCACertificate",
        "secret",
        "securityGroup",
        "topic",
        "vpc",
        "vpcSubnets",
    ]
)


def _reports(given: Value, span: Span) -> Made:
    match given:
        case Constant(True):
            return Sequence((Known("ReportBatchItemFailures", span),), span)
        case Constant(False | None):
            return None
        case _:
            return Unknown(span, "reportBatchItemFailures", optional=True)


_FAILED = {"SqsDlq": ("queueArn", "sqs.Queue"), "SnsDlq": ("topicArn", "sns.Topic")}


def _tell_failures(
    assembly: Assembly, function: Construct, given: Value | None, entries: dict[str, Made | Later], span: Span
) -> None:
    match given:
        case Result(call):
            key, kind = _FAILED.get(canonical(call.name).removeprefix("lambda-event-sources."), ("", ""))
            of = assembly.constructs.find(subject(call)[0])
            if of is not None and of.kind == kind:
                arn = assembly.arn(of, key, span)
                entries["DestinationConfig"] = mapping(span, {"OnFailure": mapping(span, {"Destination": arn})})
                grants.deliver(assembly, of, function.parts.get("role"), span)
                return
    assembly.hand_over(span, (function, *assembly.constructs.reached(given)), known=True)


def event_source_mapping(assembly: Assembly, construct: Construct) -> None:
    """`new EventSourceMapping(scope, id, { target, eventSourceArn, … })`."""
    target = assembly.constructs.find(construct.props.get("target"))
    if target is None or not target.resource:
        reached = assembly.constructs.reached(*construct.props.entries.values())
        assembly.hand_over(construct.span, reached, known=True)
        return
    map_source(assembly, target, construct.props, construct.span, f"{construct.id}")
