"""Events that are requests: to REST, HTTP and WebSocket APIs, and through a load balancer."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import spelt
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.spelling import mapping, statement
from lambdalint.templates.serverless import names
from lambdalint.templates.serverless.events import Event, Spelling
from lambdalint.templates.serverless.service import Service
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value

_INTEGRATIONS = {"lambda": "AWS", "aws": "AWS", "lambda-proxy": "AWS_PROXY", "aws-proxy": "AWS_PROXY"}
"""The integrations that invoke the function, and what API Gateway calls them."""


def _route(event: Event) -> tuple[Value | None, Value | None, Span]:
    """The method and the path of a request, in long or in short form, and the place of the path."""
    match event.short:
        case None:
            return event.get("method"), event.get("path"), event.key("path")
        case Known(value=written, span=span, origin=origin):
            words = str(written).split()
            if len(words) > 1:
                return Known(words[0], span, origin), Known(words[1], span, origin), span
            return None, Known(str(written), span, origin), span
        case other:
            return other, other, other.span


def _rest(event: Event) -> Iterator[Resource]:
    span = event.span
    method, path, place = _route(event)
    kind = event.get("integration")
    written = spelt(kind).lower().replace("_", "-") if isinstance(kind, Known) else "lambda-proxy"
    invokes = written in _INTEGRATIONS
    shared = event.owner.service.provider.get("apiGateway", "restApiId")
    api: Value = shared or Reference(names.REST_API, "", span)
    if shared is None:
        yield event.shared("AWS::ApiGateway::RestApi", names.REST_API, _rest_api(event.owner.service, span))
    asynchronous = event.get("async")
    later = isinstance(asynchronous, Known) and asynchronous.value is True
    header = mapping(span, {"integration.request.header.X-Amz-Invocation-Type": Known("'Event'", span)})
    integration = mapping(
        span,
        {
            "Type": Known("AWS" if later else _INTEGRATIONS.get(written, written.upper()), span, default=kind is None)
            if kind is None or isinstance(kind, Known)
            else kind,
            "IntegrationHttpMethod": Known("POST", span, default=True),
            "Uri": event.arn if invokes else None,
            "TimeoutInMillis": event.get("timeoutInMillis")
            or event.owner.service.provider.get("apiGateway", "timeoutInMillis")
            or event.get("timeout"),
            "RequestParameters": header if later else None,
        },
        {"Type": event.key("integration"), "RequestParameters": event.key("async")},
    )
    guards = list(_rest_authorizer(event, api))
    entries: dict[str, Value | None] = {
        "RestApiId": api,
        "HttpMethod": _method(method, span),
        "ResourcePath": path,
        "AuthorizationType": _rest_authorization(event),
        "AuthorizerId": Reference(guards[0].name, "", span) if guards else None,
        "ApiKeyRequired": event.get("private"),
        "RequestModels": event.get("request", "schemas") or event.get("request", "schema"),
        "Integration": integration,
        "Cors": event.get("cors"),
    }
    keys = {
        "HttpMethod": event.key("method"),
        "ResourcePath": place,
        "AuthorizationType": event.key("authorizer"),
        "ApiKeyRequired": event.key("private"),
    }
    properties = mapping(event.given.span, entries, keys)
    yield Resource("AWS::ApiGateway::Method", _method_id(event, method, path), properties, span, event.extent)
    if invokes:
        yield event.permission("apigateway.amazonaws.com", {"SourceArn": Unknown(span, "execute-api")})
    yield from guards


def _is(value: Value | None, word: str) -> bool:
    return isinstance(value, Known) and spelt(value).lower() == word


def _method_id(event: Event, method: Value | None, path: Value | None) -> str:
    if not isinstance(path, Known) or not isinstance(method, Known):
        return f"{names.normalised(event.owner.key)}ApiGatewayMethod{event.number}"
    verb = "any" if spelt(method) == "*" else spelt(method).lower()
    return f"ApiGatewayMethod{names.path(spelt(path).strip('/'))}{verb[:1].upper()}{verb[1:]}"


def _rest_api(service: Service, span: Span) -> Mapping:
    named = service.provider.get("apiName")
    return mapping(span, {"Name": named, "BinaryMediaTypes": service.provider.get("apiGateway", "binaryMediaTypes")})


def _rest_authorization(event: Event) -> Value:
    given = event.get("authorizer")
    match given.get("type") if isinstance(given, Mapping) else given:
        case None if isinstance(given, Mapping) and not given.open:
            arn = given.get("arn")
            pool = isinstance(arn, Known) and ":cognito-idp:" in spelt(arn)
            return Known("COGNITO_USER_POOLS" if pool else "CUSTOM", given.span)
        case None:
            return Known("NONE", event.span, default=True)
        case Known(value=value, span=span):
            written = str(value)
            if written.upper() in ("AWS_IAM", "COGNITO_USER_POOLS", "NONE"):
                return Known(written.upper(), span)
            return Known("COGNITO_USER_POOLS" if ":cognito-idp:" in written else "CUSTOM", span)
        case other:
            return Unknown(other.span, "authorizer")


def _rest_authorizer(event: Event, api: Value) -> Iterator[Resource]:
    """The authorizer that is itself a function: of the service by its key, else by its ARN."""
    given = event.get("authorizer")
    named = given.get("name") if isinstance(given, Mapping) else given
    function = (given.get("arn") if isinstance(given, Mapping) else None) or named
    if function is None or isinstance(function, Unknown):
        return
    function = event.owner.service.reference(function)
    if not isinstance(function, Reference):
        return
    key = spelt(named) if isinstance(named, Known) else function.resource
    more = given if isinstance(given, Mapping) else mapping(event.span, {})
    by_request = _is(more.get("type"), "request")
    properties = mapping(
        event.key("authorizer"),
        {
            "RestApiId": api,
            "Type": Known("REQUEST" if by_request else "TOKEN", event.span),
            "AuthorizerUri": function,
            "AuthorizerResultTtlInSeconds": more.get("resultTtlInSeconds"),
            "IdentitySource": more.get("identitySource"),
        },
    )
    yield event.shared("AWS::ApiGateway::Authorizer", f"{names.normalised(key)}ApiGatewayAuthorizer", properties)


def _http(event: Event) -> Iterator[Resource]:
    span = event.span
    service = event.owner.service
    api = _http_api(service, span)
    if isinstance(api, Reference) and api.resource == names.HTTP_API:
        yield from _default_stage(event, api)
    method, path, place = _route(event)
    prefix = names.normalised(event.owner.key)
    integration = mapping(
        span,
        {
            "ApiId": api,
            "IntegrationType": Known("AWS_PROXY", span, default=True),
            "IntegrationUri": event.arn,
            "PayloadFormatVersion": service.provider.get("httpApi", "payload") or Known("2.0", span, default=True),
            "TimeoutInMillis": event.get("timeout"),
        },
    )
    yield event.shared("AWS::ApiGatewayV2::Integration", f"HttpApiIntegration{prefix}", integration)
    entries: dict[str, Value | None] = {
        "ApiId": api,
        "RouteKey": _route_key(method, path, span),
        "AuthorizationType": _http_authorization(event),
        "AuthorizerId": _http_authorizer(event),
        "Target": Text(
            (Known("integrations/", span), Reference(f"HttpApiIntegration{prefix}", "", span)),
            span,
        ),
    }
    keys = {"RouteKey": place, "AuthorizationType": event.key("authorizer")}
    route = mapping(event.given.span, entries, keys)
    yield event.made("AWS::ApiGatewayV2::Route", f"HttpApiRoute{event.number}", route)
    yield event.permission("apigateway.amazonaws.com", {"SourceArn": Unknown(span, "execute-api")})


def _http_api(service: Service, span: Span) -> Value:
    return service.provider.get("httpApi", "id") or Reference(names.HTTP_API, "", span)


def _default_stage(event: Event, api: Reference) -> Iterator[Resource]:
    span = event.span
    named = event.owner.service.provider.get("httpApi", "name")
    properties = mapping(span, {"Name": named, "ProtocolType": Known("HTTP", span, default=True)})
    yield event.shared("AWS::ApiGatewayV2::Api", names.HTTP_API, properties)
    logged = event.owner.service.provider.get("logs", "httpApi")
    stage = mapping(
        span,
        {
            "ApiId": api,
            "StageName": Known("$default", span, default=True),
            "AutoDeploy": Known(True, span, default=True),
            "AccessLogSettings": None
            if logged is None or (isinstance(logged, Known) and logged.value is False)
            else mapping(logged.span, {"DestinationArn": Unknown(logged.span, "log group")}),
        },
    )
    yield event.shared("AWS::ApiGatewayV2::Stage", "HttpApiStage", stage)


def _route_key(method: Value | None, path: Value | None, span: Span) -> Value:
    match method, path:
        case None, Known(value="*"):
            return Known("$default", path.span)
        case Known(value=verb), Known(value=way):
            return Known(f"{'ANY' if verb == '*' else str(verb).upper()} {way}", path.span)
        case None, Known(value=way):
            return Known(f"ANY {way}", path.span)
        case _:
            return Unknown(span, "route")


def _http_authorization(event: Event) -> Value:
    given = event.get("authorizer")
    match given:
        case None:
            return Known("NONE", event.span, default=True)
        case Mapping():
            kind, named = given.get("type"), given.get("name") or given.get("id")
        case _:
            kind, named = None, given
    if kind is None and isinstance(named, Known):
        if named.value == "aws_iam":
            return Known("AWS_IAM", named.span)
        kind = event.owner.service.provider.get("httpApi", "authorizers", spelt(named), "type")
        kind = kind or Known("jwt", named.span)
    match kind:
        case Known(value=value):
            return Known({"aws_iam": "AWS_IAM", "request": "CUSTOM"}.get(str(value), "JWT"), given.span)
        case _:
            return Unknown(given.span, "authorizer")


def _http_authorizer(event: Event) -> Value | None:
    """The authorizer of the service's own that a route names; None where it is another, or none."""
    given = event.get("authorizer")
    named = given.get("name") if isinstance(given, Mapping) else given
    if not isinstance(named, Known):
        return None
    known = event.owner.service.provider.get("httpApi", "authorizers", spelt(named))
    if not isinstance(known, Mapping) or _guard(known) is None:
        return None
    return Reference(f"HttpApiAuthorizer{names.normalised(spelt(named))}", "", named.span)


def _guard(authorizer: Mapping) -> Value | None:
    """The function that is an authorizer."""
    return authorizer.get("functionName") or authorizer.get("functionArn")


def authorizers(service: Service) -> Iterator[Resource]:
    """The authorizers of the HTTP API that are functions."""
    given = service.provider.get("httpApi", "authorizers")
    for name, authorizer in given.entries.items() if isinstance(given, Mapping) else ():
        if not isinstance(authorizer, Mapping):
            continue
        function = _guard(authorizer)
        if function is None:
            continue
        span = given.key(name) if isinstance(given, Mapping) else authorizer.span
        properties = mapping(
            span,
            {
                "ApiId": _http_api(service, span),
                "AuthorizerType": Known("REQUEST", span),
                "AuthorizerUri": service.reference(function),
                "AuthorizerResultTtlInSeconds": authorizer.get("resultTtlInSeconds"),
                "EnableSimpleResponses": authorizer.get("enableSimpleResponses"),
                "IdentitySource": authorizer.get("identitySource"),
            },
        )
        yield Resource(
            "AWS::ApiGatewayV2::Authorizer",
            f"HttpApiAuthorizer{names.normalised(name)}",
            properties,
            span,
            span,
            generated=True,
        )


def _web_socket(event: Event) -> Iterator[Resource]:
    span = event.span
    shared = event.owner.service.provider.get("apiGateway", "websocketApiId")
    api: Value = shared or Reference(names.WEBSOCKETS, "", span)
    if shared is None:
        described = mapping(span, {"ProtocolType": Known("WEBSOCKET", span, default=True)})
        yield event.shared("AWS::ApiGatewayV2::Api", names.WEBSOCKETS, described)
    prefix = names.normalised(event.owner.key)
    integration = mapping(
        span,
        {"ApiId": api, "IntegrationType": Known("AWS_PROXY", span, default=True), "IntegrationUri": event.arn},
    )
    yield event.shared("AWS::ApiGatewayV2::Integration", f"{prefix}WebsocketsIntegration", integration)
    authorizer = event.get("authorizer")
    entries: dict[str, Value | None] = {
        "ApiId": api,
        "RouteKey": event.short or event.get("route"),
        "AuthorizationType": Known("NONE", span, default=True)
        if authorizer is None
        else Known("CUSTOM", authorizer.span),
        "Target": Text(
            (Known("integrations/", span), Reference(f"{prefix}WebsocketsIntegration", "", span)),
            span,
        ),
        "RouteResponseSelectionExpression": event.get("routeResponseSelectionExpression"),
    }
    route = mapping(event.given.span, entries, {"RouteKey": event.key("route")})
    yield event.made("AWS::ApiGatewayV2::Route", f"WebsocketsRoute{event.number}", route)
    yield event.permission("apigateway.amazonaws.com", {"SourceArn": Unknown(span, "execute-api")})
    named = authorizer.get("name") if isinstance(authorizer, Mapping) else authorizer
    function = event.owner.service.reference(named) if named is not None else None
    if isinstance(function, Reference):
        guarded = mapping(span, {"ApiId": api, "AuthorizerUri": function})
        logical_id = f"{function.resource}WebsocketsAuthorizer"
        yield event.shared("AWS::ApiGatewayV2::Authorizer", logical_id, guarded)


def _load_balancer(event: Event) -> Iterator[Resource]:
    span = event.span
    target = mapping(span, {"Id": event.arn})
    group = mapping(span, {"TargetType": Known("lambda", span, default=True), "Targets": Sequence((target,), span)})
    made = event.made(
        "AWS::ElasticLoadBalancingV2::TargetGroup", f"AlbTargetGroup{event.number}", group, generated=True
    )
    yield made
    forward = mapping(span, {"Type": Known("forward", span), "TargetGroupArn": Reference(made.name, "", span)})
    rule = mapping(
        event.given.span,
        {
            "ListenerArn": event.get("listenerArn"),
            "Priority": event.get("priority"),
            "Actions": Sequence((forward,), span),
        },
        {"ListenerArn": event.key("listenerArn"), "Priority": event.key("priority")},
    )
    yield event.made("AWS::ElasticLoadBalancingV2::ListenerRule", f"AlbListenerRule{event.number}", rule)
    yield event.permission("elasticloadbalancing.amazonaws.com")


def _method(method: Value | None, span: Span) -> Value:
    match method:
        case None:
            return Unknown(span, "method")
        case Known(value=verb, span=place, origin=origin):
            return Known("ANY" if verb == "*" else str(verb).upper(), place, origin)
        case _:
            return method


def statements(event: Event) -> Iterator[Mapping]:
    """What the framework allows a function's role for the sake of a request."""
    if event.kind == "websocket":
        yield statement(event.span, ("execute-api:ManageConnections",), Unknown(event.span, "execute-api"))


SPELLINGS: dict[str, Spelling] = {
    "http": _rest,
    "httpApi": _http,
    "websocket": _web_socket,
    "alb": _load_balancer,
}
