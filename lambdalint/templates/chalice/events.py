"""What invokes the functions of a Chalice app: each decorator as the resources that it stands for.

https://aws.github.io/chalice/topics/events.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Entries

from lambdalint.source import Span
from lambdalint.templates.chalice.program import SOCKETS, Declared
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value

_REST = "RestAPI"


def of(each: Declared) -> Iterator[Resource]:
    """What invokes a function that has its own."""
    made = _MADE.get(each.kind)
    if made is not None:
        yield from made(each)


def api(handler: str, routes: Iterable[Declared], span: Span) -> Iterator[Resource]:
    """The REST API whose requests the app's routes take, with a method for each route."""
    yield Resource("AWS::ApiGateway::RestApi", _REST, _mapping(span, {}, opened=True), span, span, generated=True)
    for number, route in enumerate(routes):
        methods = route.get("methods")
        path = route.path or Unknown(route.decorator, "url_prefix")
        for at, method in enumerate(methods.items if isinstance(methods, Sequence) else (methods,)):
            named = method or Known("GET", route.decorator, default=True)
            guarded = "NONE" if "authorizer" not in route.given and "api_key_required" not in route.given else ""
            integration: dict[str, Value | None] = {
                "Type": Known("AWS_PROXY", route.decorator, default=True),
                "IntegrationHttpMethod": Known("POST", route.decorator, default=True),
                "Uri": Reference(handler, "Arn", route.decorator),
            }
            entries: dict[str, Value] = {
                "RestApiId": Reference(_REST, "", route.decorator),
                "HttpMethod": named,
                "ResourcePath": path,
                "AuthorizationType": Known(guarded, route.decorator, default=True)
                if guarded
                else Unknown(route.decorator),
                "Integration": _mapping(route.decorator, integration),
            }
            name = f"Route{number}{at or ''}"
            yield _resource(route, "AWS::ApiGateway::Method", name, entries)
    yield _permission(handler, "apigateway.amazonaws.com", span)


def _queue(each: Declared) -> Iterator[Resource]:
    batch = each.get("batch_size", 1) or Known(1, each.decorator, default=True)
    more = {
        "MaximumBatchingWindowInSeconds": each.get("maximum_batching_window_in_seconds"),
        "ScalingConfig": _inner("MaximumConcurrency", each.get("maximum_concurrency")),
    }
    yield _mapped(each, each.get("queue_arn") or _arn("sqs", "", each.get("queue", 0), each.decorator), batch, more)


def _stream(each: Declared) -> Iterator[Resource]:
    default = Known("LATEST", each.decorator, default=True)
    start = {"StartingPosition": each.get("starting_position") or default}
    if each.kind == "on_dynamodb_record":
        source = each.get("stream_arn", 0) or Unknown(each.decorator)
    else:
        source = _arn("kinesis", "stream/", each.get("stream", 0), each.decorator)
    batch = each.get("batch_size", 1) or Known(100, each.decorator, default=True)
    window = {"MaximumBatchingWindowInSeconds": each.get("maximum_batching_window_in_seconds")}
    yield _mapped(each, source, batch, {**start, **window})


def _mapped(each: Declared, source: Value, batch: Value, more: dict[str, Value | None]) -> Resource:
    entries = {
        "FunctionName": Reference(each.function, "", each.decorator),
        "EventSourceArn": source,
        "BatchSize": batch,
        **more,
    }
    return _resource(each, "AWS::Lambda::EventSourceMapping", "Source", entries)


def _bucket(each: Declared) -> Iterator[Resource]:
    told = each.get("events", 1)
    kinds: tuple[Value, ...] = (Known("s3:ObjectCreated:*", each.decorator, default=True),)
    if isinstance(told, Sequence):
        kinds = told.items
    elif told is not None:
        kinds = (told,)
    rules = [
        _mapping(given.span, {"Name": Known(name, given.span), "Value": given})
        for name in ("prefix", "suffix")
        if (given := each.get(name)) is not None
    ]
    chosen = _inner("S3Key", _inner("Rules", Sequence(tuple(rules), each.decorator)) if rules else None)
    function = Reference(each.function, "Arn", each.decorator)
    rows = [_mapping(each.decorator, {"Event": kind, "Function": function, "Filter": chosen}) for kind in kinds]
    entries = {"Bucket": each.get("bucket", 0), "LambdaConfigurations": Sequence(tuple(rows), each.decorator)}
    yield _resource(each, "AWS::S3::BucketNotification", "Notification", entries)
    yield _permission(each.function, "s3.amazonaws.com", each.decorator)


def _topic(each: Declared) -> Iterator[Resource]:
    topic = each.get("topic", 0)
    if not (isinstance(topic, Known) and str(topic.value).startswith("arn:")):
        topic = _arn("sns", "", topic, each.decorator)
    entries = {
        "TopicArn": topic,
        "Protocol": Known("lambda", each.decorator, default=True),
        "Endpoint": Reference(each.function, "Arn", each.decorator),
    }
    yield _resource(each, "AWS::SNS::Subscription", "Subscription", entries)
    yield _permission(each.function, "sns.amazonaws.com", each.decorator)


def _rule(each: Declared) -> Iterator[Resource]:
    function = Reference(each.function, "Arn", each.decorator)
    # What Chalice cannot say of a target, `chalice package --merge-template` may.
    target = _mapping(each.decorator, {"Arn": function, "Id": Known("1", each.decorator)}, opened=True)
    told = {"schedule": "ScheduleExpression", "on_cw_event": "EventPattern"}[each.kind]
    given = each.get("expression" if each.kind == "schedule" else "event_pattern", 0) or Unknown(each.decorator)
    entries: dict[str, Value | None] = {told: given, "Targets": Sequence((target,), each.decorator)}
    yield _resource(each, "AWS::Events::Rule", "Rule", entries)
    yield _permission(each.function, "events.amazonaws.com", each.decorator)


def _authorizer(each: Declared) -> Iterator[Resource]:
    entries: dict[str, Value | None] = {
        "RestApiId": Reference(_REST, "", each.decorator),
        "Type": Known("TOKEN", each.decorator, default=True),
        "IdentitySource": Known("method.request.header.Authorization", each.decorator, default=True),
        "AuthorizerUri": Reference(each.function, "Arn", each.decorator),
        "AuthorizerResultTtlInSeconds": each.get("ttl_seconds"),
    }
    yield _resource(each, "AWS::ApiGateway::Authorizer", "Authorizer", entries)
    yield _permission(each.function, "apigateway.amazonaws.com", each.decorator)


def _socket(each: Declared) -> Iterator[Resource]:
    api = "WebsocketAPI"
    protocol = _mapping(each.decorator, {"ProtocolType": Known("WEBSOCKET", each.decorator, default=True)}, opened=True)
    yield Resource("AWS::ApiGatewayV2::Api", api, protocol, each.decorator, each.decorator, generated=True)
    integration: dict[str, Value | None] = {
        "ApiId": Reference(api, "", each.decorator),
        "IntegrationType": Known("AWS_PROXY", each.decorator, default=True),
        "IntegrationUri": Reference(each.function, "Arn", each.decorator),
    }
    yield _resource(each, "AWS::ApiGatewayV2::Integration", "Integration", integration)
    key = {"on_ws_connect": "$connect", "on_ws_disconnect": "$disconnect", "on_ws_message": "$default"}[each.kind]
    target = Text(
        (Known("integrations/", each.decorator), Reference(f"{each.function}Integration", "", each.decorator)),
        each.decorator,
    )
    route: dict[str, Value | None] = {
        "ApiId": Reference(api, "", each.decorator),
        "RouteKey": Known(key, each.decorator, default=True),
        "Target": target,
    }
    yield _resource(each, "AWS::ApiGatewayV2::Route", "SocketRoute", route)
    yield _permission(each.function, "apigateway.amazonaws.com", each.decorator)


_MADE: dict[str, Callable[[Declared], Iterator[Resource]]] = {
    "on_sqs_message": _queue,
    "on_kinesis_record": _stream,
    "on_dynamodb_record": _stream,
    "on_s3_event": _bucket,
    "on_sns_message": _topic,
    "schedule": _rule,
    "on_cw_event": _rule,
    "authorizer": _authorizer,
    **dict.fromkeys(SOCKETS, _socket),
}
"""The resources of each decorator; `lambda_function` says of nothing that invokes."""


def _resource(each: Declared, kind: str, name: str, entries: Entries[str, Value | None]) -> Resource:
    properties = _mapping(each.decorator, entries)
    return Resource(kind, f"{each.function}{name}", properties, each.decorator, each.decorator, label=each.function)


def _permission(function: str, principal: str, span: Span) -> Resource:
    entries: dict[str, Value | None] = {
        "FunctionName": Reference(function, "", span),
        "Action": Known("lambda:InvokeFunction", span),
        "Principal": Known(principal, span),
        "SourceArn": Unknown(span, "what Chalice makes"),
    }
    kind = "AWS::Lambda::Permission"
    return Resource(kind, f"{function}Permission", _mapping(span, entries), span, span, generated=True)


def _mapping(span: Span, entries: Entries[str, Value | None], *, opened: bool = False) -> Mapping:
    given = {name: each for name, each in entries.items() if each is not None}
    return Mapping(given, span, {name: each.span for name, each in given.items()}, opened)


def _inner(name: str, value: Value | None) -> Mapping | None:
    return None if value is None else _mapping(value.span, {name: value})


def _arn(service: str, before: str, name: Value | None, span: Span) -> Value:
    """The ARN of what is named in the region and account that the app is deployed to."""
    if not isinstance(name, Known):
        return Unknown(span, "a name")
    place = name.span
    region, account = Unknown(place, "AWS::Region"), Unknown(place, "AWS::AccountId")
    parts = (Known(f"arn:aws:{service}:", place), region, Known(":", place), account)
    return Text((*parts, Known(f":{before}{name.value}", place)), place)
