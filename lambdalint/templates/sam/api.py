"""APIs, and the events that are requests to them.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-httpapi.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.source import Span
from lambdalint.templates.cloudformation.files import type_of
from lambdalint.templates.cloudformation.stack import Stack
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.aliases import stage
from lambdalint.templates.sam.events import Event, Spelling
from lambdalint.templates.sam.globals import merged
from lambdalint.templates.sam.spelling import STATE_MACHINE, extended, known, mapping, part, renamed
from lambdalint.templates.value import Known, Mapping, Reference, Text, Unknown, Value, empty

REST = "AWS::Serverless::Api"
HTTP = "AWS::Serverless::HttpApi"

IMPLICIT = {"Api": "ServerlessRestApi", "HttpApi": "ServerlessHttpApi"}
"""The logical ids of the APIs that SAM makes for events that name none."""

_OF_STAGE = {
    REST: {
        "StageName": "StageName",
        "AccessLogSetting": "AccessLogSetting",
        "MethodSettings": "MethodSettings",
        "TracingEnabled": "TracingEnabled",
        "CacheClusterEnabled": "CacheClusterEnabled",
        "CacheClusterSize": "CacheClusterSize",
        "CanarySetting": "CanarySetting",
        "Variables": "Variables",
    },
    HTTP: {
        "StageName": "StageName",
        "AccessLogSettings": "AccessLogSettings",
        "DefaultRouteSettings": "DefaultRouteSettings",
        "RouteSettings": "RouteSettings",
        "StageVariables": "StageVariables",
    },
}
"""The properties of an API that are its stage's."""


def api(
    kind: str, name: str, given: Mapping, span: Span, extent: Span, *, generated: bool = False
) -> Iterator[Resource]:
    """An API and its stage."""
    staged = _OF_STAGE[kind]
    names = (
        {"DefinitionBody": "Body"} if kind == HTTP else {"DefinitionBody": "Body", "DefinitionUri": "BodyS3Location"}
    )
    own = renamed(given, names, frozenset(staged))
    stage_properties = renamed(given, {}, frozenset(given.keys) - frozenset(staged))
    named = stage(name, given.entries.get("StageName"))
    reference = Reference(name, "", span)
    if kind == REST:
        yield Resource("AWS::ApiGateway::RestApi", name, own, span, extent, generated=generated)
        stage_properties = extended(stage_properties, {"RestApiId": reference}, {"RestApiId": span})
        yield Resource("AWS::ApiGateway::Stage", named, stage_properties, span, extent, generated=generated)
    else:
        own = extended(own, {"ProtocolType": Known("HTTP", span, default=True)}, {"ProtocolType": span})
        yield Resource("AWS::ApiGatewayV2::Api", name, own, span, extent, generated=generated)
        defaults: dict[str, Value | None] = {"ApiId": reference}
        if "StageName" not in given.keys:
            defaults["StageName"] = Known("$default", span, default=True)
        stage_properties = extended(stage_properties, defaults, dict.fromkeys(defaults, span))
        yield Resource("AWS::ApiGatewayV2::Stage", named, stage_properties, span, extent, generated=generated)


def implicit(stack: Stack, kinds: set[str], span: Span) -> Iterator[Resource]:
    """The APIs that SAM makes for events of some kinds that name none."""
    for event, kind in (("Api", REST), ("HttpApi", HTTP)):
        if event in kinds and IMPLICIT[event] not in stack.resources:
            shared = stack.section("Globals").entries.get(kind.rpartition("::")[2])
            given = stack.mapping(merged(empty(span), shared), span)
            if event == "Api":
                given = extended(given, {"StageName": Known("Prod", span, default=True)}, {"StageName": span})
            yield from api(kind, stack.prefix + IMPLICIT[event], given, span, span, generated=True)


def implied(event: Event) -> bool:
    """Whether an event is a request to the API that SAM makes."""
    return event.kind in IMPLICIT and event.get("RestApiId" if event.kind == "Api" else "ApiId") is None


def _rest(event: Event) -> Iterator[Resource]:
    given, span = event.properties, event.span
    target = _api(event, "RestApiId")
    aimed, places = part(given, "TimeoutInMillis", "ResponseTransferMode")
    integration = mapping(
        span,
        {
            "Type": Known("AWS" if event.owner.kind == STATE_MACHINE else "AWS_PROXY", span, default=True),
            "IntegrationHttpMethod": Known("POST", span, default=True),
            "Uri": event.arn,
            **aimed,
        },
        places,
    )
    authorized = _authorization(event, target)
    more: dict[str, Value | None] = {
        "RestApiId": target,
        "HttpMethod": _method(given.get("Method")),
        "ResourcePath": given.get("Path"),
        "AuthorizationType": authorized,
        "Integration": integration,
    }
    keys = {"HttpMethod": event.key("Method"), "ResourcePath": event.key("Path"), "RestApiId": event.key("RestApiId")}
    keys |= {"AuthorizationType": event.key("Auth"), "Integration": span}
    moved = frozenset({"RestApiId", "Method", "Path", *aimed})
    yield event.made("AWS::ApiGateway::Method", extended(renamed(given, {}, moved), more, keys))
    yield event.permission("apigateway.amazonaws.com", {"SourceArn": Unknown(span, "execute-api")})


def _http(event: Event) -> Iterator[Resource]:
    given, span = event.properties, event.span
    target = _api(event, "ApiId")
    aimed, places = part(given, "TimeoutInMillis", "PayloadFormatVersion")
    integration = mapping(
        span,
        {
            "ApiId": target,
            "IntegrationType": Known("AWS_PROXY", span, default=True),
            "IntegrationUri": event.arn,
            **aimed,
            "PayloadFormatVersion": aimed["PayloadFormatVersion"] or Known("2.0", span, default=True),
        },
        places,
    )
    yield event.made("AWS::ApiGatewayV2::Integration", integration, "Integration")
    more: dict[str, Value | None] = {
        "ApiId": target,
        "RouteKey": _route_key(event),
        "AuthorizationType": _authorization(event, target),
        "Target": Text((Known("integrations/", span), event.reference("Integration", "")), span),
    }
    keys = {"ApiId": event.key("ApiId"), "RouteKey": event.key("Path"), "AuthorizationType": event.key("Auth")}
    moved = frozenset({"Method", "Path", *aimed})
    yield event.made("AWS::ApiGatewayV2::Route", extended(renamed(given, {}, moved), more, {**keys, "Target": span}))
    yield event.permission("apigateway.amazonaws.com", {"SourceArn": Unknown(span, "execute-api")})


def _route_key(event: Event) -> Value:
    match event.get("Method"), event.get("Path"):
        case None, None:
            return Known("$default", event.span, default=True)
        case _, Known(value="$default") as path:
            return path
        case Known(value=method), Known(value=path, span=place):
            return Known(f"{_upper(str(method))} {path}", place)
        case None, Known(value=path, span=place):
            return Known(f"ANY {path}", place)
        case _:
            return Unknown(event.span, "route")


def _method(method: Value | None) -> Value | None:
    match method:
        case Known(value=str() as name, span=span):
            return Known(_upper(name), span, method.origin)
        case _:
            return method


def _upper(method: str) -> str:
    return "ANY" if method == "*" else method.upper()


def _api(event: Event, name: str) -> Value:
    """The API that an event names, or the one that SAM makes."""
    stack = event.owner.stack
    match event.get(name):
        case None:
            return stack.reference(IMPLICIT[event.kind], "", event.span)
        case Known(value=str() as logical_id, span=span) if logical_id in stack.resources:
            return stack.reference(logical_id, "", span)
        case other:
            return other


def _authorization(event: Event, target: Value) -> Value | None:
    """How an event's route is guarded: as it says itself, else as its API does."""
    own, shared = event.get("Auth"), _shared(event, target)
    for auth, key in ((own, "Authorizer"), (shared, "DefaultAuthorizer")):
        match auth.get(key) if isinstance(auth, Mapping) else auth:
            case Known() as authorizer:
                return Known(_kind(known(authorizer), shared, event.kind), authorizer.span, authorizer.origin)
            case Unknown() | Reference() | Text() as other:
                return Unknown(other.span, "authorizer")
    return Known("NONE", event.span, default=True)


def _kind(authorizer: str, shared: Value | None, event: str) -> str:
    """The `AuthorizationType` that an authorizer's name stands for."""
    if authorizer in ("NONE", "AWS_IAM"):
        return authorizer
    declared = shared.get("Authorizers", authorizer) if isinstance(shared, Mapping) else None
    if event == "HttpApi":
        lambdas = isinstance(declared, Mapping) and "FunctionArn" in declared.entries
        return "CUSTOM" if lambdas else "JWT"
    cognito = isinstance(declared, Mapping) and "UserPoolArn" in declared.entries
    return "COGNITO_USER_POOLS" if cognito else "CUSTOM"


def _shared(event: Event, target: Value) -> Value | None:
    """What the API of an event says of authorization."""
    stack = event.owner.stack
    kind = REST if event.kind == "Api" else HTTP
    shared = stack.section("Globals").entries.get(kind.rpartition("::")[2])
    if not isinstance(target, Reference):
        return Unknown(target.span, "API")
    logical_id = target.resource.removeprefix(stack.prefix)
    if logical_id == IMPLICIT[event.kind] and logical_id not in stack.resources:
        return stack.value(merged(empty(event.span), shared).get("Auth"))
    node = stack.resources.get(logical_id)
    if node is None or type_of(node) != kind:
        return Unknown(target.span, "API")
    return stack.value(merged(node, shared).get("Auth"))


SPELLINGS: dict[str, Spelling] = {"Api": _rest, "HttpApi": _http}
