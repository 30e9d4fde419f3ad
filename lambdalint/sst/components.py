"""The components that hold something and have functions invoked: queues, buckets, tables, topics, buses, APIs, crons.

https://sst.dev/docs/components
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lambdalint.cdk.assembly import Assembly, Draft, Later, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.props import Props, props, text_of
from lambdalint.code.value import Call, Constant, Value
from lambdalint.code.value import Mapping as MappingMade
from lambdalint.code.value import Sequence as SequenceMade
from lambdalint.data import sst as facts
from lambdalint.source import Span
from lambdalint.sst.functions import called, change, define, generate, is_definition, link, values_of
from lambdalint.sst.values import places
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Reference, Text, Unknown

Entries = dict[str, Made | Later]
Method = Callable[[Assembly, Construct, Call], None]


def _named(call: Call, position: int) -> Value | None:
    return call.arguments[position] if position < len(call.arguments) else None


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
        target = _arn(assembly, given.get("queue"), place)
        entries["RedrivePolicy"] = mapping(place, {"deadLetterTargetArn": target, "maxReceiveCount": retry})
    _made(
        assembly,
        construct,
        entries,
        {key: (name, written[key]) for key, name in _QUEUE.items() if key in written},
    )


_QUEUE = {"visibilityTimeout": "VisibilityTimeout", "dlq": "RedrivePolicy", "fifo": "FifoQueue"}


def _arn(assembly: Assembly, given: Value | None, span: Span) -> Made:
    """What is given by its component, or by its ARN."""
    found = assembly.constructs.find(given)
    if found is not None and found.resource and found.kind in facts.ATTRIBUTES:
        return Reference(found.resource, facts.ATTRIBUTES[found.kind].get("arn", ""), span)
    return values_of(assembly).value(given, span) or Unknown(span, "arn")


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
        function = _invoked(assembly, construct, each, place, f"{construct.path} {name}")
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
    function = _invoked(assembly, construct, known.get(name), place, construct.path)
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
        inner["DeadLetterConfig"] = mapping(span, {"Arn": _arn(assembly, known.get("dlq"), span)})
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
        _let(assembly, construct, function, "events.amazonaws.com", construct.span)


def _authorizer(assembly: Assembly, construct: Construct, written: dict[str, Span]) -> None:
    """What answers requests by a URL of its own: `new sst.aws.Auth("Auth", { issuer: "src/auth.handler" })`."""
    for name in ("issuer", "authorizer", "authenticator"):
        given = construct.props.get(name)
        if given is not None:
            function = _invoked(assembly, construct, given, written.get(name, construct.span), construct.path)
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


def _invoked(
    assembly: Assembly, of: Construct, given: Value | None, place: Span, label: str
) -> Construct | None:  # fmt: skip
    """The function that something invokes: one that is there, or is defined on the spot; None for another's."""
    found = called(assembly, given)
    if found is not None:
        return found
    if not is_definition(given):
        assembly.refer(place, assembly.constructs.reached(given))
        return None
    made = Construct("Function", label, of.scope, Props(), place, of.uncertain or assembly.uncertain)
    linked = of.props.get("link") if of.kind.startswith("ApiGateway") else None
    draft = define(assembly, made, given, (linked,))
    draft.label = label
    if of.kind.startswith("ApiGateway") and of.props.get("transform") is not None:
        # It may set what all of its routes' handlers have.
        _settle(assembly, made, draft, props(of.props.get("transform")).get("route"))
    return made


def _settle(assembly: Assembly, function: Construct, draft: Draft, route: Value | None) -> None:
    """What an API's `transform: { route: { handler: { … } } }` gives to the functions of its routes."""
    known = props(route)
    handler = known.get("handler")
    if handler is None and not known.open:
        return
    if not isinstance(handler, MappingMade) or handler.open:
        change(assembly, draft, None)
        if function.parts.get("role") is not None:
            function.parts["role"].handed = True
        return
    for name, each in handler.entries.items():
        if name == "link":
            link(assembly, function, (each,))
        elif function.props.get(name) is None:
            span = assembly.head(handler.places.get(name, draft.span))
            values = values_of(assembly)
            match name:
                case "timeout":
                    draft.entries["Timeout"] = values.length(each, span)
                case "memory":
                    draft.entries["MemorySize"] = values.size(each, span)
                case "runtime":
                    draft.entries["Runtime"] = values.value(each, span)
                case _:
                    draft.open = True
        else:
            draft.open = True
        if name in ("permissions", "role") and function.parts.get("role") is not None:
            function.parts["role"].handed = True


# --------------------------------------------------------------------------------------------------------- subscribers


def _subscriber(call: Call) -> tuple[str, Value | None, Value | None]:
    """The name of a subscriber, what is invoked, and its settings: the name is one of newer versions."""
    first, second = _named(call, 0), _named(call, 1)
    invoked = second is not None and (is_definition(second) or not isinstance(second, MappingMade))
    if isinstance(first, Constant) and invoked:
        return str(first.value), second, _named(call, 2)
    return "", first, second


def subscribe(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`queue.subscribe(subscriber, settings)` and its like."""
    name, given, settings = _subscriber(call)
    number = len(construct.added.get("subscribers", ()))
    construct.add("subscribers", name)
    label = name or f"{construct.path}Subscriber{number + 1 if number else ''}"
    function = _invoked(assembly, construct, given, _place(call, given), label)
    known, span = props(settings), assembly.head(call.span)
    if function is None:
        return
    match construct.kind:
        case "Queue" | "Dynamo" | "KinesisStream":
            _poll(assembly, construct, function, known, settings, call)
        case "SnsTopic":
            entries: Entries = {
                "Protocol": Known("lambda", span),
                "TopicArn": Reference(construct.resource, "", span) if construct.resource else Unknown(span, "topic"),
                "Endpoint": Reference(function.resource, "Arn", span),
            }
            if known.get("filter") is not None:
                entries["FilterPolicy"] = Unknown(span, "filter")
            _invoker(assembly, function, "AWS::SNS::Subscription", entries, call, known)
            _let(assembly, construct, function, "sns.amazonaws.com", call.span)
        case "Bucket":
            _notify(assembly, construct, function, known, call)
        case "Bus":
            inner: dict[str, template.Value] = {
                "Arn": Reference(function.resource, "Arn", span), "Id": Known(label, span),
            }  # fmt: skip
            opened = known.open or known.get("transform") is not None
            row = template.Mapping(inner, span, dict.fromkeys(inner, span), opened)
            rule: Entries = {
                "EventBusName": Reference(construct.resource, "", span) if construct.resource else Unknown(span, "bus"),
                "EventPattern": Unknown(span, "pattern"),
                "Targets": template.Sequence((row,), span),
            }
            _invoker(assembly, function, "AWS::Events::Rule", rule, call, known)
            _let(assembly, construct, function, "events.amazonaws.com", call.span)
        case _:
            assembly.refer(call.span, (function,))


def _place(call: Call, given: Value | None) -> Span:
    return given.span if isinstance(given, MappingMade) else call.span


def _invoker(assembly: Assembly, function: Construct, kind: str, entries: Entries, call: Call, known: Props) -> Draft:
    draft = assembly.draft(function, kind, entries, kind.rpartition("::")[2])
    draft.span, draft.extent, draft.label = assembly.head(call.span), call.span, function.path
    draft.open = known.open or known.get("transform") is not None
    draft.uncertain = draft.uncertain or assembly.uncertain
    return draft


def _let(assembly: Assembly, of: Construct, function: Construct, service: str, place: Span) -> None:
    """Let a service invoke a function, as SST does."""
    span = assembly.head(place)
    attribute = facts.ATTRIBUTES.get(of.kind, {}).get("arn")
    source = Reference(of.resource, attribute, span) if attribute is not None and of.resource else Unknown(span, "arn")
    entries: Entries = {
        "Action": Known("lambda:InvokeFunction", span),
        "FunctionName": Reference(function.resource, "Arn", span),
        "Principal": Known(service, span),
        "SourceArn": source if service != "events.amazonaws.com" else Unknown(span, "the rule"),
    }
    draft = assembly.draft(function, "AWS::Lambda::Permission", entries, f"Permission {of.path}")
    draft.span, draft.extent, draft.generated = span, place, True


def _poll(
    assembly: Assembly, of: Construct, function: Construct, known: Props, settings: Value | None, call: Call
) -> None:
    span, values = assembly.head(call.span), values_of(assembly)
    key = "streamArn" if of.kind == "Dynamo" else "arn"
    source = (
        Reference(of.resource, facts.ATTRIBUTES[of.kind][key], span) if of.resource else Unknown(span, "arn")
    )  # fmt: skip
    entries: Entries = {"FunctionName": Reference(function.resource, "", span), "EventSourceArn": source}
    if of.kind == "Queue":
        written = places(settings)
        batch, place = props(known.get("batch")), assembly.head(written.get("batch", span))
        inside = places(known.get("batch"))
        size = values.value(batch.get("size"), assembly.head(inside.get("size", place)))
        entries["BatchSize"] = size or Known(facts.BATCH, span, default=True)
        if batch.get("window") is not None:
            window = values.length(batch.get("window"), assembly.head(inside.get("window", place)))
            entries["MaximumBatchingWindowInSeconds"] = window
        partial = batch.get("partialResponses")
        if partial == Constant(True):
            entries["FunctionResponseTypes"] = template.Sequence((Known("ReportBatchItemFailures", place),), place)
        elif partial not in (None, Constant(False)) or batch.open:
            entries["FunctionResponseTypes"] = Unknown(place, "partialResponses", optional=True)
    else:
        entries["StartingPosition"] = Known("LATEST", span, default=True)
    if known.get("filters") is not None:
        entries["FilterCriteria"] = Unknown(span, "filters")
    draft = _invoker(assembly, function, "AWS::Lambda::EventSourceMapping", entries, call, known)
    transform = props(known.get("transform"))
    mapped = transform.get("eventSourceMapping")
    if isinstance(mapped, MappingMade) and not mapped.open and mapped.rest is None and not transform.open:
        draft.open = False
        for name, each in mapped.entries.items():
            place = assembly.head(mapped.places.get(name, span))
            made = _mapped(assembly, name, each, place)
            draft.entries[name[:1].upper() + name[1:]] = made
            draft.keys[name[:1].upper() + name[1:]] = place
    actions = tuple(Known(each, span) for each in facts.POLLING[of.kind])
    row: dict[str, Made] = {
        "Effect": Known("Allow", span), "Action": template.Sequence(actions, span), "Resource": source,
    }  # fmt: skip
    generate(assembly, function, [mapping(span, row)], f"Polling {of.path}")


def _mapped(assembly: Assembly, name: str, given: Value, span: Span) -> Made:
    """An argument of Pulumi's mapping in CloudFormation's words."""
    values = values_of(assembly)
    match name:
        case "destinationConfig":
            target = props(props(given).get("onFailure")).get("destinationArn")
            return mapping(span, {"OnFailure": mapping(span, {"Destination": values.value(target, span)})})
        case "scalingConfig":
            return mapping(span, {"MaximumConcurrency": values.value(props(given).get("maximumConcurrency"), span)})
        case _:
            return values.value(given, span)


def _notify(assembly: Assembly, bucket: Construct, function: Construct, known: Props, call: Call) -> None:
    """What a bucket tells a function of: `events`, all that there are where none is said."""
    span = assembly.head(call.span)
    events, filtered = known.get("events"), any(known.get(each) is not None for each in _FILTERS)
    told = [assembly.values.value(each, span) for each in events.items] if isinstance(events, SequenceMade) else [None]
    rows = tuple(
        mapping(
            span,
            {
                "Event": each or (Known("s3:ObjectCreated:*", span) if events is None else Unknown(span, "events")),
                "Function": Reference(function.resource, "Arn", span),
                "Filter": Unknown(span, "filters") if filtered else None,
            },
        )
        for each in told
    )
    entries: Entries = {
        "Bucket": Reference(bucket.resource, "", span) if bucket.resource else Unknown(span, "bucket"),
        "LambdaConfigurations": template.Sequence(rows, span),
    }
    _invoker(assembly, function, "AWS::S3::BucketNotification", entries, call, known).open |= events is None
    _let(assembly, bucket, function, "s3.amazonaws.com", call.span)


_FILTERS = ("filterPrefix", "filterSuffix", "filters")


def notify(assembly: Assembly, bucket: Construct, call: Call) -> None:
    """`bucket.notify({ notifications: [{ name, function, events }] })`."""
    given = props(_named(call, 0)).get("notifications")
    if not isinstance(given, SequenceMade):
        assembly.refer(call.span, assembly.constructs.reached(*call.arguments))
        return
    for each in given.items:
        known = props(each)
        label = text_of(known.get("name"), "") or f"{bucket.path}Notification"
        place = each.span if isinstance(each, MappingMade) else call.span
        if known.get("function") is None:
            assembly.refer(call.span, assembly.constructs.reached(each))
            continue
        function = _invoked(assembly, bucket, known.get("function"), place, label)
        if function is not None:
            _notify(assembly, bucket, function, known, call)


def subscribe_queue(assembly: Assembly, topic: Construct, call: Call) -> None:
    """`topic.subscribeQueue(queue.arn)`, by a name before that in newer versions."""
    given = next((each for each in call.arguments if not isinstance(each, Constant | MappingMade)), None)
    span = assembly.head(call.span)
    found = assembly.constructs.find(given) or assembly.constructs.find(getattr(given, "of", None))
    if found is None or found.kind != "Queue" or not found.resource or topic.kind != "SnsTopic":
        return
    entries: Entries = {
        "Protocol": Known("sqs", span),
        "TopicArn": Reference(topic.resource, "", span),
        "Endpoint": Reference(found.resource, "Arn", span),
    }
    draft = assembly.draft(found, "AWS::SNS::Subscription", entries, f"Subscription {topic.path}")
    draft.span, draft.extent, draft.open = span, call.span, True
    statement: dict[str, Made] = {
        "Effect": Known("Allow", span),
        "Principal": mapping(span, {"Service": Known("sns.amazonaws.com", span)}),
        "Action": Known("sqs:SendMessage", span),
        "Resource": Reference(found.resource, "Arn", span),
    }
    document = mapping(span, {"Statement": template.Sequence((mapping(span, statement),), span)})
    whose = template.Sequence((Reference(found.resource, "", span),), span)
    policy: Entries = {"Queues": whose, "PolicyDocument": document}
    assembly.draft(found, "AWS::SQS::QueuePolicy", policy, f"Policy {topic.path}").generated = True


# ---------------------------------------------------------------------------------------------------------------- APIs


def route(assembly: Assembly, api: Construct, call: Call) -> None:
    """`api.route("GET /", handler, settings)`."""
    assembly.constructs.put(call, api)
    key, given = text_of(_named(call, 0), ""), _named(call, 1)
    span, settings = assembly.head(call.span), props(_named(call, 2))
    function = _invoked(assembly, api, given, _place(call, given), f"{api.path} {key}" if key else f"{api.path} route")
    if function is None:
        return
    reference = Reference(api.resource, "", span) if api.resource else Unknown(span, "api")
    auth = settings.get("auth")
    told: Made = Unknown(span, "auth")
    if auth in (None, Constant(False)) and not settings.open and props(api.props.get("transform")).get("route") is None:
        told = Known("NONE", span)
    elif props(auth).get("iam") == Constant(True):
        told = Known("AWS_IAM", span)
    if api.kind == "ApiGatewayV1":
        method, _, path = (key or "").partition(" ")
        integration: dict[str, Made] = {
            "Type": Known("AWS_PROXY", span, default=True),
            "IntegrationHttpMethod": Known("POST", span, default=True),
            "Uri": Reference(function.resource, "Arn", span),
        }
        entries: Entries = {
            "RestApiId": reference,
            "HttpMethod": Known(method.upper(), span) if path else Unknown(span, "route"),
            "ResourcePath": Known(path, span) if path else Unknown(span, "route"),
            "AuthorizationType": told,
            "Integration": mapping(span, integration),
        }
        _invoker(assembly, function, "AWS::ApiGateway::Method", entries, call, settings)
    else:
        made: Entries = {
            "ApiId": reference,
            "IntegrationType": Known("AWS_PROXY", span),
            "IntegrationUri": Reference(function.resource, "Arn", span),
        }
        if api.kind == "ApiGatewayV2":
            made["PayloadFormatVersion"] = Known("2.0", span)
        integrated = _invoker(assembly, function, "AWS::ApiGatewayV2::Integration", made, call, settings)
        parts = (Known("integrations/", span), Reference(integrated.name, "", span))
        routed: Entries = {
            "ApiId": reference,
            "RouteKey": Known(key, span) if key else Unknown(span, "route"),
            "AuthorizationType": told,
            "Target": Text(parts, span),
        }
        _invoker(assembly, function, "AWS::ApiGatewayV2::Route", routed, call, settings)
    _let(assembly, api, function, "apigateway.amazonaws.com", call.span)


def authorize(assembly: Assembly, api: Construct, call: Call) -> None:
    """`api.addAuthorizer({ name, lambda: { function } })`."""
    for given in call.arguments:
        known = props(given)
        within = props(known.get("lambda")) if isinstance(known.get("lambda"), MappingMade) else known
        for name in ("function", "requestFunction", "tokenFunction"):
            each = within.get(name)
            if each is not None and not within.open:
                label = text_of(known.get("name"), "") or f"{api.path} authorizer"
                function = _invoked(assembly, api, each, _place(call, each), label)
                if function is not None:
                    span = assembly.head(call.span)
                    service = "ApiGateway" if api.kind == "ApiGatewayV1" else "ApiGatewayV2"
                    entries: Entries = {"AuthorizerUri": Reference(function.resource, "Arn", span)}
                    _invoker(assembly, function, f"AWS::{service}::Authorizer", entries, call, Props({}, open=True))


def source(assembly: Assembly, api: Construct, call: Call) -> None:
    """`api.addDataSource({ name, lambda })` of AppSync."""
    known = props(_named(call, 0))
    given = known.get("lambda")
    if given is None or known.open:
        return
    label = text_of(known.get("name"), "") or f"{api.path} source"
    function = _invoked(assembly, api, given, _place(call, given), label)
    if function is not None:
        span = assembly.head(call.span)
        config = mapping(span, {"LambdaFunctionArn": Reference(function.resource, "Arn", span)})
        entries: Entries = {"Type": Known("AWS_LAMBDA", span), "LambdaConfig": config}
        _invoker(assembly, function, "AWS::AppSync::DataSource", entries, call, Props({}, open=True))


METHODS: dict[str, Method] = {
    "addAuthorizer": authorize,
    "addDataSource": source,
    "notify": notify,
    "route": route,
    "subscribe": subscribe,
    "subscribeQueue": subscribe_queue,
}
"""What the methods of components do."""
