"""HTTP APIs."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.cdk.assembly import Assembly, Draft, Later, Made
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import canonical
from lambdalint.cdk.props import Props, argument, is_named, member, options
from lambdalint.cdk.rows import Field, Row, kept, seconds
from lambdalint.cdk.table.apis.invocation import INVOKED, execution, invocation, permit
from lambdalint.cdk.table.cors import cors
from lambdalint.cdk.values import UNSEEN
from lambdalint.code.value import Call, Constant, Imported, Result, Sequence, Value
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Reference, Unknown

_FOLLOWED = frozenset({"payloadFormatVersion", "timeout", "scopePermissionToRoute"})


def http(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What an HTTP API is deployed with."""
    span, given = draft.span, construct.props
    draft.entries.setdefault("Name", Known(construct.id, span))
    draft.entries["ProtocolType"] = Known("HTTP", span)
    if given.get("createDefaultStage") in (None, Constant(True)):
        assembly.draft(
            construct,
            "AWS::ApiGatewayV2::Stage",
            {
                "ApiId": Reference(construct.resource, "", span),
                "StageName": Known("$default", span),
                "AutoDeploy": Known(True, span),
            },
            "DefaultStage",
        ).label = construct.path
    if given.get("defaultIntegration") is not None:
        _route(assembly, construct, "$default", given.get("defaultIntegration"), Props(), construct.span)


def add_routes(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`api.addRoutes({ path, methods, integration, authorizer })`."""
    known = options(call, 0)
    methods = known.get("methods")
    path = known.get("path")
    names = list(_methods(assembly, methods, assembly.head(call.span)))
    if known.open or not isinstance(path, Constant) or not isinstance(path.value, str) or None in names:
        reached = assembly.constructs.reached(*call.arguments, *call.keywords.values())
        assembly.hand_over(call.span, (construct, *reached), known=True)
        return
    for name in names:
        _route(assembly, construct, f"{name} {path.value}", known.get("integration"), known, call.span)


def _methods(assembly: Assembly, given: Value | None, span: Span) -> Iterator[str | None]:
    match given:
        case None:
            yield "ANY"
        case Sequence(items=held, open=False):
            for each in held:
                found = assembly.values.value(each, span)
                yield str(found.value) if isinstance(found, Known) else None
        case _:
            yield None


def _route(assembly: Assembly, api: Construct, key: str, integration: Value | None, known: Props, place: Span) -> None:
    inner = key.replace("/", "--").replace(" ", "")
    entries = _routed(assembly, api, api, inner, key, integration, known, place)
    draft = assembly.draft(api, "AWS::ApiGatewayV2::Route", entries, inner)
    draft.span, draft.extent = assembly.head(place), place


def _routed(
    assembly: Assembly,
    api: Construct | None,
    within: Construct,
    inner: str,
    key: str | None,
    integration: Value | None,
    known: Props,
    place: Span,
) -> dict[str, Made | Later]:
    """What a route of an API is deployed with, which is `inner` of the construct `within`; either may be unknown."""
    span = assembly.head(place)
    reference = Unknown(span, "httpApi") if api is None or not api.resource else Reference(api.resource, "", span)
    entries: dict[str, Made | Later] = {
        "ApiId": reference,
        "RouteKey": Unknown(span, "routeKey") if key is None else Known(key, span),
    }
    authorizer = known.get("authorizer") or (UNSEEN if api is None else api.props.get("defaultAuthorizer"))
    entries |= _authorized(assembly, api, authorizer, place)
    found = _lambda(assembly, integration)
    if found is None:
        entries["Target"] = Unknown(span, "an integration")
        assembly.hand_over(place, assembly.constructs.reached(integration), known=True)
        return entries
    name, function, held = found
    version = held.get("payloadFormatVersion")
    told = "" if version is None else member(version)
    made: dict[str, Made | Later] = {
        "ApiId": reference,
        "IntegrationType": Known("AWS_PROXY", span),
        "IntegrationUri": assembly.arn(function, "functionArn", span),
        "PayloadFormatVersion": Known("2.0", span)
        if version is None or told == "VERSION_2_0"
        else Known("1.0", span)
        if told == "VERSION_1_0"
        else Unknown(span, "payloadFormatVersion"),
    }
    if held.get("timeout") is not None:
        length = assembly.values.seconds(held.get("timeout"))
        made["TimeoutInMillis"] = Unknown(span, "timeout") if length is None else Known(length * 1000, span)
    label = f"{within.path}/{inner}" if inner else within.path
    draft = assembly.draft(within, "AWS::ApiGatewayV2::Integration", made, f"{inner}/{name}" if inner else name)
    draft.span, draft.extent, draft.label = span, place, label
    parts = (Known("integrations/", span), Reference(draft.name, "", span))
    entries["Target"] = template.Text(parts, span)
    route = "/*/*" + ("" if key in (None, "$default") else _starred(key.partition(" ")[2]))
    permit(assembly, function, execution(reference, route, span), place, f"{label.rpartition('/')[2]}-Permission")
    return entries


def _of_api(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """`new HttpRoute(this, 'Route', { httpApi, integration, routeKey, authorizer })`."""
    given = construct.props
    api = assembly.constructs.find(given.get("httpApi"))
    known = api if api is not None and api.kind == "apigatewayv2.HttpApi" else None
    key = _key(assembly, given.get("routeKey"), draft.span)
    draft.entries |= _routed(assembly, known, construct, "", key, given.get("integration"), given, construct.span)


def _key(assembly: Assembly, given: Value | None, span: Span) -> str | None:
    """What `HttpRouteKey.with(path, method)` is; None where that is not known."""
    if is_named(given, "apigatewayv2.HttpRouteKey.DEFAULT"):
        return "$default"
    match given:
        case Result(call) if canonical(call.name) == "apigatewayv2.HttpRouteKey.with":
            path = assembly.values.value(argument(call, 0, "path"), span)
            method = assembly.values.value(argument(call, 1, "method"), span) or Known("ANY", span)
            if isinstance(path, Known) and isinstance(method, Known):
                return f"{method.value} {path.value}"
    return None


_AUTHORIZERS = {"HttpLambdaAuthorizer": "CUSTOM", "HttpJwtAuthorizer": "JWT", "HttpUserPoolAuthorizer": "JWT",
                "HttpIamAuthorizer": "AWS_IAM", "HttpNoneAuthorizer": "NONE"}  # fmt: skip


def _authorized(assembly: Assembly, api: Construct | None, given: Value | None, place: Span) -> dict[str, Made | Later]:
    """How callers of a route are told from others."""
    span = assembly.head(place)
    if given is None:
        return {"AuthorizationType": Known("NONE", span)}
    match given:
        case Result(call):
            kind = canonical(call.name).removeprefix("apigatewayv2-authorizers.")
            if kind == "HttpLambdaAuthorizer" and api is not None:
                return _asked(assembly, api, call)
            if kind in _AUTHORIZERS:
                found: dict[str, Made | Later] = {"AuthorizationType": Known(_AUTHORIZERS[kind], span)}
                if _AUTHORIZERS[kind] == "JWT":
                    found["AuthorizerId"] = Unknown(span, "authorizer")
                return found
    assembly.hand_over(place, assembly.constructs.reached(given), known=True)
    return {"AuthorizationType": Unknown(span, "authorizer")}


def _asked(assembly: Assembly, api: Construct, call: Call) -> dict[str, Made | Later]:
    """A function that is asked who calls, which an API has once."""
    span, name = assembly.head(call.span), assembly.values.value(argument(call, 0, "id"), assembly.head(call.span))
    told: dict[str, Made | Later] = {"AuthorizationType": Known("CUSTOM", span)}
    function = assembly.constructs.find(argument(call, 1, "handler"))
    if function is None or function.kind not in INVOKED or not isinstance(name, Known):
        assembly.hand_over(call.span, assembly.constructs.reached(*call.arguments), known=True)
        return {**told, "AuthorizerId": Unknown(span, "authorizer")}
    made = api.parts.get(f"authorizer {name.value}")
    if made is None:
        known = options(call, 2)
        made = Construct("apigatewayv2.HttpAuthorizer", f"{api.path}/{name.value}", api, known, call.span)
        api.parts[f"authorizer {name.value}"] = made
        ttl = known.get("resultsCacheTtl")
        simple = _simple(known.get("responseTypes"))
        entries: dict[str, Made | Later] = {
            "ApiId": Reference(api.resource, "", span),
            "AuthorizerType": Known("REQUEST", span),
            "Name": assembly.values.value(known.get("authorizerName"), span) or name,
            "AuthorizerUri": invocation(assembly.arn(function, "functionArn", span), span),
            "AuthorizerResultTtlInSeconds": Known(300, span) if ttl is None else seconds(assembly, ttl, span),
            "AuthorizerPayloadFormatVersion": Unknown(span, "responseTypes")
            if simple is None
            else Known("2.0" if simple else "1.0", span),
            "EnableSimpleResponses": Unknown(span, "responseTypes", optional=True)
            if simple is None
            else Known(True, span)
            if simple
            else None,
        }
        assembly.draft(made, "AWS::ApiGatewayV2::Authorizer", entries).open = known.open
        parts = (Reference(api.resource, "", span), Known("/authorizers/", span), Reference(made.resource, "", span))
        source = execution(parts[0], "/authorizers/?", span)
        source = template.Text((*source.parts[:-1], *parts[1:]), span)
        permit(assembly, function, source, call.span, f"{made.id}-Permission")
    return {**told, "AuthorizerId": Reference(made.resource, "", span)}


def _simple(given: Value | None) -> bool | None:
    """Whether an authorizer may answer yes or no, by its `responseTypes`; None where that is not known."""
    match given:
        case None:
            return False
        case Sequence(items=types, open=False) if all(isinstance(each, Imported) for each in types):
            return any(isinstance(each, Imported) and each.name.endswith(".SIMPLE") for each in types)
        case _:
            return None


def _starred(path: str) -> str:
    return "/".join("*" if each.startswith("{") else each for each in path.split("/"))


def _lambda(assembly: Assembly, given: Value | None) -> tuple[str, Construct, Props] | None:
    """The function that an integration invokes, how the integration is called, and how it invokes."""
    match given:
        case Result(call) if canonical(call.name) == "apigatewayv2-integrations.HttpLambdaIntegration":
            name, known = argument(call, 0, "id"), options(call, 2)
            function = assembly.constructs.find(argument(call, 1, "handler"))
            plain = not known.open and not set(known.entries) - _FOLLOWED
            match name:
                case Constant(str(text)) if plain and function is not None and function.kind in INVOKED:
                    return text, function, known
    return None


ROWS = {
    "apigatewayv2.HttpApi": Row(
        "AWS::ApiGatewayV2::Api",
        {
            "apiName": "Name",
            "description": "Description",
            "corsPreflight": Field("CorsConfiguration", cors),
            "disableExecuteApiEndpoint": "DisableExecuteApiEndpoint",
            **kept("createDefaultStage defaultIntegration defaultAuthorizer defaultAuthorizationScopes"),
        },
        http,
        {"addRoutes": add_routes},
    ),
    "apigatewayv2.HttpRoute": Row(
        "AWS::ApiGatewayV2::Route",
        dict(kept("httpApi integration routeKey authorizer authorizationScopes")),
        _of_api,
    ),
}
