"""The components that hold something, each as its resource: queues, buckets, tables, topics, buses, APIs, crons.

https://sst.dev/docs/components
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lambdalint.cdk.assembly import Assembly, Draft, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.props import Props, props, text_of
from lambdalint.code.value import Constant, Value
from lambdalint.code.value import Mapping as MappingMade
from lambdalint.data import sst as facts
from lambdalint.source import Span
from lambdalint.sst.functions import arn_of, define, values_of
from lambdalint.sst.invoked import Entries, invoked, let_in
from lambdalint.sst.values import places
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Reference, Unknown


def _made(assembly: Assembly, construct: Construct, entries: Entries, written: Mapping[str, tuple[str, Span]]) -> Draft:
    draft = assembly.draft(construct, facts.TYPES[construct.kind], entries)
    draft.keys = {name: span for name, span in written.values() if name in entries}
    draft.open = construct.props.open
    draft.label = construct.path
    transform = construct.props.get("transform")
    if transform is not None:
        given = props(transform).get(_UNDERNEATH.get(construct.kind, ""))
        if isinstance(given, MappingMade) and not given.open and given.rest is None:
            for name, each in given.entries.items():
                place = assembly.head(given.places.get(name, draft.span))
                key = _ARGUMENTS.get(name, "")
                draft.entries[key or name] = values_of(assembly).value(each, place)
                draft.keys[key or name] = place
                draft.open = draft.open or not key
        else:
            draft.open = True
    return draft


_UNDERNEATH = {"Queue": "queue", "Dynamo": "table", "SnsTopic": "topic", "KinesisStream": "stream", "Bus": "bus"}
"""What `transform` calls the resource underneath of a component."""
_ARGUMENTS = {
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
    "delaySeconds": "DelaySeconds",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "shardCount": "ShardCount",
}
"""Arguments of Pulumi's resources in CloudFormation's words."""


def make(assembly: Assembly, construct: Construct, given: Value | None) -> None:
    """Make the resource of a component."""
    if construct.kind == "Function":
        define(assembly, construct, given)
    elif construct.kind in _MADE:
        _MADE[construct.kind](assembly, construct, places(given))


def _queue(assembly: Assembly, construct: Construct, written: dict[str, Span]) -> None:
    span, known, values = assembly.head(construct.span), construct.props, values_of(assembly)
    visible = values.length(known.get("visibilityTimeout"), written.get("visibilityTimeout", span))
    entries: Entries = {"VisibilityTimeout": visible or Known(facts.VISIBILITY, span, default=True)}
    if known.get("fifo") not in (None, Constant(False)):
        entries["FifoQueue"] = Known(True, span) if known.get("fifo") == Constant(True) else Unknown(span, "fifo")
    dead = known.get("dlq")
    if dead is not None:
        place = assembly.head(written.get("dlq", span))
        given = props(dead) if isinstance(dead, MappingMade) else Props({"queue": dead})
        retry = values.value(given.get("retry"), place) or Known(facts.RECEIVED, place, default=True)
        target = arn_of(assembly, given.get("queue"), place)
        entries["RedrivePolicy"] = mapping(place, {"deadLetterTargetArn": target, "maxReceiveCount": retry})
    _made(
        assembly,
        construct,
        entries,
        {key: (name, written[key]) for key, name in _QUEUE.items() if key in written},
    )


_QUEUE = {"visibilityTimeout": "VisibilityTimeout", "dlq": "RedrivePolicy", "fifo": "FifoQueue"}


def _table(assembly: Assembly, construct: Construct, written: dict[str, Span]) -> None:
    span, known, values = assembly.head(construct.span), construct.props, values_of(assembly)
    primary, entries = props(known.get("primaryIndex")), Entries()
    keys: list[template.Value] = []
    for name, kind in (("hashKey", "HASH"), ("rangeKey", "RANGE")):
        found = values.value(primary.get(name), span)
        if found is not None:
            keys.append(mapping(span, {"AttributeName": found, "KeyType": Known(kind, span)}))
    if keys and not primary.open:
        entries["KeySchema"] = template.Sequence(tuple(keys), span)
    entries["BillingMode"] = Known("PAY_PER_REQUEST", span, default=True)
    stream = known.get("stream")
    if stream is not None and stream != Constant(False):
        place = assembly.head(written.get("stream", span))
        view = facts.STREAMS.get(text_of(stream, "") or "")
        told: Made = Unknown(place, "stream") if view is None else Known(view, place)
        entries["StreamSpecification"] = mapping(place, {"StreamViewType": told})
    for name in ("globalIndexes", "localIndexes"):
        if known.get(name) is not None:
            entries[name[:1].upper() + name[1:].replace("Index", "SecondaryIndex")] = Unknown(span, name)
    _made(assembly, construct, entries, {})


def _plain(assembly: Assembly, construct: Construct, _written: dict[str, Span]) -> None:
    draft = _made(assembly, construct, {}, {})
    # What more there is to it, SST decides or its transform.
    draft.open = True


def _topic(assembly: Assembly, construct: Construct, _written: dict[str, Span]) -> None:
    span, entries = assembly.head(construct.span), Entries()
    if construct.props.get("fifo") not in (None, Constant(False)):
        entries["FifoTopic"] = values_of(assembly).value(construct.props.get("fifo"), span)
    _made(assembly, construct, entries, {})


def _pool(assembly: Assembly, construct: Construct, written: dict[str, Span]) -> None:
    """A user pool, with the functions that it asks: `triggers: { preSignUp: "src/check.handler" }`."""
    span = assembly.head(construct.span)
    draft = _made(assembly, construct, {}, {})
    draft.open = True
    asked: dict[str, Made] = {}
    triggers = construct.props.get("triggers")
    for name, each in props(triggers).entries.items():
        place = places(triggers).get(name, written.get("triggers", construct.span))
        function = invoked(assembly, construct, each, place, f"{construct.path} {name}")
        if function is not None:
            asked[name[:1].upper() + name[1:]] = Reference(function.resource, "Arn", span)
    if asked:
        draft.entries["LambdaConfig"] = mapping(span, asked)


def _api(assembly: Assembly, construct: Construct, _written: dict[str, Span]) -> None:
    span = assembly.head(construct.span)
    socket = construct.kind == "ApiGatewayWebSocket"
    entries: Entries = {
        "Name": Unknown(span, "name"),
        "ProtocolType": Known("WEBSOCKET" if socket else "HTTP", span),
        "CorsConfiguration": None if socket else Unknown(span, "cors"),
    }
    _made(assembly, construct, entries, {}).open = True
    stage: Entries = {
        "ApiId": Reference(construct.resource, "", span),
        "StageName": Known("$default", span),
        "AutoDeploy": Known(True, span),
        "AccessLogSettings": Unknown(span, "accessLog"),
    }
    draft = assembly.draft(construct, "AWS::ApiGatewayV2::Stage", stage, "Stage")
    draft.generated = draft.open = True


def _rest(assembly: Assembly, construct: Construct, _written: dict[str, Span]) -> None:
    _made(assembly, construct, {}, {}).open = True


def _cron(assembly: Assembly, construct: Construct, written: dict[str, Span]) -> None:
    """A schedule with the function that it invokes: `job` or `function`."""
    span, known, values = assembly.head(construct.span), construct.props, values_of(assembly)
    name = next((each for each in ("function", "job") if known.get(each) is not None), "function")
    place = written.get(name, construct.span)
    function = invoked(assembly, construct, known.get(name), place, construct.path)
    target = Reference(function.resource, "Arn", span) if function is not None else Unknown(span, name)
    due = assembly.head(written.get("schedule", span))
    entries: Entries = {"ScheduleExpression": values.value(known.get("schedule"), due) or Unknown(due, "schedule")}
    enabled = known.get("enabled")
    if enabled is not None:
        entries["State"] = Known("DISABLED", span) if enabled == Constant(False) else (
            None if enabled == Constant(True) else Unknown(span, "enabled", optional=True)
        )  # fmt: skip
    transformed = known.get("transform") is not None
    inner: dict[str, template.Value] = {"Arn": target}
    if known.get("dlq") is not None:
        inner["DeadLetterConfig"] = mapping(span, {"Arn": arn_of(assembly, known.get("dlq"), span)})
    if construct.kind == "CronV2":
        entries["Target"] = template.Mapping(inner, span, dict.fromkeys(inner, span), transformed)
    else:
        inner["Id"] = Known("target", span)
        row = template.Mapping(inner, span, dict.fromkeys(inner, span), transformed)
        entries["Targets"] = template.Sequence((row,), span)
    made = Construct(construct.kind, f"{construct.path}Schedule", construct.scope, known, construct.span)
    draft = _made(assembly, made, entries, {})
    construct.resource = made.resource
    draft.label = construct.path
    if function is not None and construct.kind == "Cron":
        let_in(assembly, construct, function, "events.amazonaws.com", construct.span)


def _authorizer(assembly: Assembly, construct: Construct, written: dict[str, Span]) -> None:
    """What answers requests by a URL of its own: `new sst.aws.Auth("Auth", { issuer: "src/auth.handler" })`."""
    for name in ("issuer", "authorizer", "authenticator"):
        given = construct.props.get(name)
        if given is not None:
            function = invoked(assembly, construct, given, written.get(name, construct.span), construct.path)
            if function is not None:
                assembly.refer(construct.span, (function,))


_MADE: dict[str, Callable[[Assembly, Construct, dict[str, Span]], None]] = {
    "ApiGatewayV1": _rest,
    "ApiGatewayV2": _api,
    "ApiGatewayWebSocket": _api,
    "Auth": _authorizer,
    "Bucket": _plain,
    "Bus": _plain,
    "CognitoUserPool": _pool,
    "Cron": _cron,
    "CronV2": _cron,
    "Dynamo": _table,
    "KinesisStream": _plain,
    "Queue": _queue,
    "Realtime": _authorizer,
    "SnsTopic": _topic,
}
KINDS = frozenset(_MADE) | {"Function"}
