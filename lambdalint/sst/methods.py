"""What the methods of components do: subscribers, notifications, routes, authorizers and data sources.

https://sst.dev/docs/components
"""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.cdk.assembly import Assembly, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.props import Props, props, text_of
from lambdalint.code.value import Call, Constant, Value
from lambdalint.code.value import Mapping as MappingMade
from lambdalint.code.value import Sequence as SequenceMade
from lambdalint.data import sst as facts
from lambdalint.source import Span
from lambdalint.sst.functions import arn_of, generate, is_definition, values_of
from lambdalint.sst.invoked import Entries, invoked, invoker, let_in
from lambdalint.sst.values import places
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Reference, Text, Unknown

Method = Callable[[Assembly, Construct, Call], None]


def _named(call: Call, position: int) -> Value | None:
    return call.arguments[position] if position < len(call.arguments) else None


def _place(call: Call, given: Value | None) -> Span:
    return given.span if isinstance(given, MappingMade) else call.span


def _subscriber(call: Call) -> tuple[str, Value | None, Value | None]:
    """The name of a subscriber, what is invoked, and its settings: the name is one of newer versions."""
    first, second = _named(call, 0), _named(call, 1)
    is_invoked = second is not None and (is_definition(second) or not isinstance(second, MappingMade))
    if isinstance(first, Constant) and is_invoked:
        return str(first.value), second, _named(call, 2)
    return "", first, second


def subscribe(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`queue.subscribe(subscriber, settings)` and its like."""
    name, given, settings = _subscriber(call)
    number = len(construct.added.get("subscribers", ()))
    construct.add("subscribers", name)
    label = name or f"{construct.path}Subscriber{number + 1 if number else ''}"
    function = invoked(assembly, construct, given, _place(call, given), label)
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
            invoker(assembly, function, "AWS::SNS::Subscription", entries, call, known)
            let_in(assembly, construct, function, "sns.amazonaws.com", call.span)
        case "Bucket":
            _notify(assembly, construct, function, known, call)
        case "Bus":
            inner: dict[str, template.Value] = {
                "Arn": Reference(function.resource, "Arn", span), "Id": Known(label, span),
            }  # fmt: skip
            opened = known.open or known.get("transform") is not None
            letters = props(props(props(known.get("transform")).get("target")).get("deadLetterConfig")).get("arn")
            if letters is not None:
                inner["DeadLetterConfig"] = mapping(span, {"Arn": arn_of(assembly, letters, span)})
            row = template.Mapping(inner, span, dict.fromkeys(inner, span), opened)
            rule: Entries = {
                "EventBusName": Reference(construct.resource, "", span) if construct.resource else Unknown(span, "bus"),
                "EventPattern": Unknown(span, "pattern"),
                "Targets": template.Sequence((row,), span),
            }
            invoker(assembly, function, "AWS::Events::Rule", rule, call, known)
            let_in(assembly, construct, function, "events.amazonaws.com", call.span)
        case _:
            assembly.refer(call.span, (function,))


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
    draft = invoker(assembly, function, "AWS::Lambda::EventSourceMapping", entries, call, known)
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
    invoker(assembly, function, "AWS::S3::BucketNotification", entries, call, known).open |= events is None
    let_in(assembly, bucket, function, "s3.amazonaws.com", call.span)


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
        function = invoked(assembly, bucket, known.get("function"), place, label)
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


def route(assembly: Assembly, api: Construct, call: Call) -> None:
    """`api.route("GET /", handler, settings)`."""
    assembly.constructs.put(call, api)
    key, given = text_of(_named(call, 0), ""), _named(call, 1)
    span, settings = assembly.head(call.span), props(_named(call, 2))
    function = invoked(assembly, api, given, _place(call, given), f"{api.path} {key}" if key else f"{api.path} route")
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
        invoker(assembly, function, "AWS::ApiGateway::Method", entries, call, settings)
    else:
        made: Entries = {
            "ApiId": reference,
            "IntegrationType": Known("AWS_PROXY", span),
            "IntegrationUri": Reference(function.resource, "Arn", span),
        }
        if api.kind == "ApiGatewayV2":
            made["PayloadFormatVersion"] = Known("2.0", span)
        integrated = invoker(assembly, function, "AWS::ApiGatewayV2::Integration", made, call, settings)
        parts = (Known("integrations/", span), Reference(integrated.name, "", span))
        routed: Entries = {
            "ApiId": reference,
            "RouteKey": Known(key, span) if key else Unknown(span, "route"),
            "AuthorizationType": told,
            "Target": Text(parts, span),
        }
        invoker(assembly, function, "AWS::ApiGatewayV2::Route", routed, call, settings)
    let_in(assembly, api, function, "apigateway.amazonaws.com", call.span)


def authorize(assembly: Assembly, api: Construct, call: Call) -> None:
    """`api.addAuthorizer({ name, lambda: { function } })`."""
    for given in call.arguments:
        known = props(given)
        within = props(known.get("lambda")) if isinstance(known.get("lambda"), MappingMade) else known
        for name in ("function", "requestFunction", "tokenFunction"):
            each = within.get(name)
            if each is not None and not within.open:
                label = text_of(known.get("name"), "") or f"{api.path} authorizer"
                function = invoked(assembly, api, each, _place(call, each), label)
                if function is not None:
                    span = assembly.head(call.span)
                    service = "ApiGateway" if api.kind == "ApiGatewayV1" else "ApiGatewayV2"
                    entries: Entries = {"AuthorizerUri": Reference(function.resource, "Arn", span)}
                    invoker(assembly, function, f"AWS::{service}::Authorizer", entries, call, Props({}, open=True))


def source(assembly: Assembly, api: Construct, call: Call) -> None:
    """`api.addDataSource({ name, lambda })` of AppSync."""
    known = props(_named(call, 0))
    given = known.get("lambda")
    if given is None or known.open:
        return
    label = text_of(known.get("name"), "") or f"{api.path} source"
    function = invoked(assembly, api, given, _place(call, given), label)
    if function is not None:
        span = assembly.head(call.span)
        config = mapping(span, {"LambdaFunctionArn": Reference(function.resource, "Arn", span)})
        entries: Entries = {"Type": Known("AWS_LAMBDA", span), "LambdaConfig": config}
        invoker(assembly, function, "AWS::AppSync::DataSource", entries, call, Props({}, open=True))


METHODS: dict[str, Method] = {
    "addAuthorizer": authorize,
    "addDataSource": source,
    "notify": notify,
    "route": route,
    "subscribe": subscribe,
    "subscribeQueue": subscribe_queue,
}
"""What the methods of components do."""
