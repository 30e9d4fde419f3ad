"""APIs: what their routes invoke.

https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_apigateway-readme.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.cdk.assembly import Assembly, Draft, Later, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import canonical
from lambdalint.cdk.props import Props, argument, options, props
from lambdalint.cdk.rows import Field, Row, seconds, unseen
from lambdalint.code.value import Call, Constant, Result, Sequence, Value
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Reference, Unknown

_PROXY = "{proxy+}"
_RESOURCE = "apigateway.Resource"
_STAGE_KEPT = frozenset({"description", "documentationVersion", "clientCertificateId"})
_SETTINGS = {
    "throttlingRateLimit": "ThrottlingRateLimit",
    "throttlingBurstLimit": "ThrottlingBurstLimit",
    "metricsEnabled": "MetricsEnabled",
    "dataTraceEnabled": "DataTraceEnabled",
}


def invocation(function: Reference | Unknown, span: Span) -> template.Text:
    """The URI by which API Gateway invokes a function."""
    parts = (
        Known("arn:aws:apigateway:", span),
        Unknown(span, "AWS::Region"),
        Known(":lambda:path/2015-03-31/functions/", span),
        function,
        Known("/invocations", span),
    )
    return template.Text(parts, span)


def _execution(api: Reference | Unknown, route: str, span: Span) -> template.Text:
    """The ARN of a route, as permissions name it."""
    parts = (
        Known("arn:aws:execute-api:", span),
        Unknown(span, "AWS::Region"),
        Known(":", span),
        Unknown(span, "AWS::AccountId"),
        Known(":", span),
        api,
        Known(route, span),
    )
    return template.Text(parts, span)


def _permit(assembly: Assembly, function: Construct, source: Made, place: Span, inner: str) -> None:
    span = assembly.head(place)
    draft = assembly.draft(
        function,
        "AWS::Lambda::Permission",
        {
            "Action": Known("lambda:InvokeFunction", span),
            "FunctionName": assembly.arn(function, "functionArn", span),
            "Principal": Known("apigateway.amazonaws.com", span),
            "SourceArn": source,
        },
        inner,
    )
    draft.span, draft.extent, draft.generated = span, place, True


# ------------------------------------------------------------------------------------------------------------ REST APIs


def rest(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What a REST API is deployed with, and the root of its paths."""
    span, given = draft.span, construct.props
    draft.entries.setdefault("Name", Known(construct.id, span))
    root = Construct(_RESOURCE, f"{construct.path}/Default", construct, Props(), construct.span, construct.uncertain)
    root.added["api"] = [construct]
    construct.parts["root"] = root
    if given.get("policy") is not None:
        draft.entries["Policy"] = Unknown(span, "policy")
    if given.get("deploy") in (None, Constant(True)):
        _stage(assembly, construct, span)
    elif given.get("deploy") != Constant(False):
        draft.open = True
    if construct.added.get("kind") == ["apigateway.LambdaRestApi"]:
        handler = assembly.constructs.find(given.get("handler"))
        known = props(given.get("integrationOptions"))
        if handler is None or handler.kind != "lambda.Function" or given.open or known.open:
            assembly.hand_over(construct.span, assembly.constructs.reached(given.get("handler")), known=True)
            return
        construct.added["integration"] = [(handler, known)]
        if given.get("proxy") in (None, Constant(True)):
            proxy = _below(assembly, root, _PROXY, construct.span)
            for each in (proxy, root):
                _method(assembly, each, "ANY", None, props(given.get("defaultMethodOptions")), construct.span)


def _stage(assembly: Assembly, api: Construct, span: Span) -> None:
    known = props(api.props.get("deployOptions"))
    name = assembly.values.value(known.get("stageName"), span) or Known("prod", span)
    api.added["stage"] = [name]
    entries: dict[str, Made | Later] = {
        "RestApiId": Reference(api.resource, "", span),
        "StageName": name,
        "DeploymentId": Unknown(span, "a deployment"),
        "TracingEnabled": assembly.values.value(known.get("tracingEnabled"), span),
    }
    is_open = known.open
    settings: dict[str, Made] = {}
    for key, given in known.entries.items():
        if key in _SETTINGS:
            settings[_SETTINGS[key]] = assembly.values.value(given, span)
        elif key == "loggingLevel":
            settings["LoggingLevel"] = _level(given, span)
        elif key in ("accessLogDestination", "accessLogFormat"):
            entries["AccessLogSetting"] = Unknown(span, key)
        elif key not in ("stageName", "tracingEnabled", *_STAGE_KEPT):
            is_open = True
    if any(each is not None for each in settings.values()):
        every = {"HttpMethod": Known("*", span), "ResourcePath": Known("/*", span)}
        entries["MethodSettings"] = template.Sequence((mapping(span, {**settings, **every}),), span, is_open)
    inner = f"DeploymentStage.{name.value}" if isinstance(name, Known) else "DeploymentStage"
    stage = assembly.child(api, inner, "apigateway.Stage")
    del api.parts[inner]
    api.parts["deploymentStage"] = stage
    draft = assembly.draft(stage, "AWS::ApiGateway::Stage", entries)
    draft.open, draft.label = is_open, api.path


def _level(given: Value, span: Span) -> template.Value:
    level = canonical(getattr(given, "name", "")).rpartition(".")[2]
    return Known(level, span) if level in ("OFF", "ERROR", "INFO") else Unknown(span, "loggingLevel")


def _api_of(resource: Construct) -> Construct:
    found: Construct = resource.added["api"][0]
    return found


def _below(assembly: Assembly, parent: Construct, part: str, place: Span) -> Construct:
    """The resource of a part of a path below another."""
    path = f"{parent.path}/{part}"
    if part in parent.parts:
        return parent.parts[part]
    made = Construct(_RESOURCE, path, parent, Props(), place, parent.uncertain)
    api = _api_of(parent)
    made.added["api"] = [api]
    span = assembly.head(place)
    assembly.draft(
        made,
        "AWS::ApiGateway::Resource",
        {
            "PathPart": Known(part, span),
            "ParentId": _id_of(parent, span),
            "RestApiId": Reference(api.resource, "", span),
        },
    ).label = api.path if place == api.span else ""
    parent.parts[part] = made
    return made


def _id_of(resource: Construct, span: Span) -> Reference:
    if resource.resource:
        return Reference(resource.resource, "", span)
    return Reference(_api_of(resource).resource, "RootResourceId", span)


def add_resource(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`resource.addResource(part, options)`."""
    part, known = argument(call, 0, "pathPart"), options(call, 1)
    match part:
        case Constant(str(text)) if not known.open:
            made = _below(assembly, construct, text, call.span)
            if known.get("defaultIntegration") is not None:
                made.added["given"] = [known.get("defaultIntegration")]
            if known.get("defaultMethodOptions") is not None:
                made.added["options"] = [props(known.get("defaultMethodOptions"))]
            assembly.constructs.put(call, made)
        case _:
            assembly.hand_over(
                call.span, (_api_of(construct), *assembly.constructs.reached(*call.arguments)), known=True
            )


def for_path(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`resource.resourceForPath(path)`."""
    match argument(call, 0, "path"):
        case Constant(str(text)):
            found = construct
            for part in filter(None, text.split("/")):
                found = _below(assembly, found, part, call.span)
            assembly.constructs.put(call, found)
        case _:
            assembly.hand_over(call.span, (_api_of(construct),), known=True)


def add_proxy(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`resource.addProxy(options)`."""
    known = options(call, 0)
    made = _below(assembly, construct, _PROXY, call.span)
    if known.get("defaultIntegration") is not None:
        made.added["given"] = [known.get("defaultIntegration")]
    assembly.constructs.put(call, made)
    if known.get("anyMethod") != Constant(False):
        _method(assembly, made, "ANY", None, props(known.get("defaultMethodOptions")), call.span)


def add_method(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`resource.addMethod(method, integration, options)`."""
    name, integration = argument(call, 0, "httpMethod"), argument(call, 1, "target")
    match name:
        case Constant(str(text)):
            made = _method(assembly, construct, text.upper(), integration, options(call, 2), call.span)
            assembly.constructs.put(call, made)
        case _:
            reached = assembly.constructs.reached(*call.arguments, *call.keywords.values())
            assembly.hand_over(call.span, (_api_of(construct), *reached), known=True)


def _method(
    assembly: Assembly, resource: Construct, name: str, integration: Value | None, known: Props, place: Span
) -> Construct:
    span, api = assembly.head(place), _api_of(resource)
    made = Construct("apigateway.Method", f"{resource.path}/{name}", resource, known, place, resource.uncertain)
    target = _target(assembly, resource, integration)
    entries: dict[str, Made | Later] = {
        "HttpMethod": Known(name, span),
        "ResourceId": _id_of(resource, span),
        "RestApiId": Reference(api.resource, "", span),
        "ApiKeyRequired": assembly.values.value(known.get("apiKeyRequired"), span),
        "Integration": Unknown(span, "an integration"),
        **_authorization(assembly, api, resource, known, span),
    }
    if isinstance(target, tuple):
        function, held = target
        entries["Integration"] = _integration(assembly, function, held, span)
        route = f"/*/{'*' if name == 'ANY' else name}{_path(resource)}"
        source = _execution(Reference(api.resource, "", span), route, span)
        _permit(
            assembly, function, source, place, f"ApiPermission.{api.id}.{name}..{_path(resource).replace('/', '.')}"
        )
    elif target is not None:
        assembly.hand_over(place, assembly.constructs.reached(target), known=True)
    draft = assembly.draft(made, "AWS::ApiGateway::Method", entries)
    draft.open = known.open
    if place == api.span:
        draft.label = api.path
    return made


def _path(resource: Construct) -> str:
    """The path of a resource, with a star for each parameter."""
    above = resource.scope
    if above is None or not resource.resource:
        return "/"
    part = "*" if resource.id.startswith("{") else resource.id
    return f"{_path(above).rstrip('/')}/{part}"


def _target(
    assembly: Assembly, resource: Construct, integration: Value | None
) -> tuple[Construct, Props] | Value | None:
    """The function that a method invokes and how, or what else it leads to."""
    at: Construct | None = resource
    while integration is None and at is not None:
        if at.added.get("integration"):
            found: tuple[Construct, Props] = at.added["integration"][0]
            return found
        given = at.added.get("given")
        integration = given[0] if given else at.props.get("defaultIntegration") if at.kind != _RESOURCE else None
        at = at.scope if at.kind == _RESOURCE else None
    match integration:
        case Result(call) if canonical(call.name) == "apigateway.LambdaIntegration" and call.arguments:
            function = assembly.constructs.find(call.arguments[0])
            known = options(call, 1)
            if function is not None and function.kind in ("lambda.Function", "lambda.Alias") and not known.open:
                return function, known
    return integration


def _integration(assembly: Assembly, function: Construct, known: Props, span: Span) -> template.Value:
    proxy = known.get("proxy")
    if proxy not in (None, Constant(True), Constant(False)):
        return Unknown(span, "proxy")
    entries: dict[str, Made] = {
        "Type": Known("AWS" if proxy == Constant(False) else "AWS_PROXY", span),
        "IntegrationHttpMethod": Known("POST", span),
        "Uri": invocation(assembly.arn(function, "functionArn", span), span),
    }
    timeout = known.get("timeout")
    if timeout is not None:
        found = assembly.values.seconds(timeout)
        entries["TimeoutInMillis"] = Unknown(span, "timeout") if found is None else Known(found * 1000, span)
    more = set(known.entries) - {"proxy", "timeout", "allowTestInvoke", "scopePermissionToMethod"}
    made = mapping(span, entries)
    return template.Mapping(made.entries, span, made.keys, bool(more))


def _authorization(
    assembly: Assembly, api: Construct, resource: Construct, known: Props, span: Span
) -> dict[str, Made | Later]:
    """How callers are told from others: as the method says, or else what is the default around it."""
    several = [known]
    at: Construct | None = resource
    while at is not None and at.kind == _RESOURCE:
        several += at.added.get("options", [])
        at = at.scope
    several.append(props(api.props.get("defaultMethodOptions")))
    if any(each.open for each in several):
        return {"AuthorizationType": Unknown(span, "authorizationType")}
    authorizer = next((each.get("authorizer") for each in several if each.get("authorizer") is not None), None)
    given = next((each.get("authorizationType") for each in several if each.get("authorizationType") is not None), None)
    if authorizer is not None:
        found = assembly.constructs.find(authorizer)
        kind = "" if found is None else found.kind.rpartition(".")[2]
        told = {"TokenAuthorizer": "CUSTOM", "RequestAuthorizer": "CUSTOM"}.get(kind)
        return {
            "AuthorizationType": Unknown(span, "authorizer") if told is None else Known(told, span),
            "AuthorizerId": assembly.arn(found, "authorizerId", span),
        }
    if given is None:
        return {"AuthorizationType": Known("NONE", span)}
    name = canonical(getattr(given, "name", "")).rpartition(".")[2]
    types = {"IAM": "AWS_IAM", "NONE": "NONE", "COGNITO": "COGNITO_USER_POOLS", "CUSTOM": "CUSTOM"}
    told = types.get(name)
    return {"AuthorizationType": Unknown(span, "authorizationType") if told is None else Known(told, span)}


def _authorizer(kind: str) -> Row:
    def more(assembly: Assembly, construct: Construct, draft: Draft) -> None:
        span = draft.span
        draft.entries["Type"] = Known(kind, span)
        handler = assembly.constructs.find(construct.props.get("handler"))
        if handler is None or handler.kind != "lambda.Function":
            draft.entries["AuthorizerUri"] = Unknown(span, "handler")
            assembly.hand_over(construct.span, assembly.constructs.reached(construct.props.get("handler")), known=True)
            return
        draft.entries["AuthorizerUri"] = invocation(assembly.arn(handler, "functionArn", span), span)
        _permit(assembly, handler, Unknown(span, "an authorizer"), construct.span, f"{construct.id}:Permissions")

    fields: dict[str, Field | str | None] = {
        "authorizerName": "Name",
        "resultsCacheTtl": Field("AuthorizerResultTtlInSeconds", seconds),
        "identitySource": "IdentitySource",
        "identitySources": Field("IdentitySource", unseen),
        "validationRegex": "IdentityValidationExpression",
        "assumeRole": Field("AuthorizerCredentials", unseen),
        "handler": None,
    }
    return Row("AWS::ApiGateway::Authorizer", fields, more)


# ------------------------------------------------------------------------------------------------------------ HTTP APIs


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
    span = assembly.head(place)
    reference = Reference(api.resource, "", span)
    entries: dict[str, Made | Later] = {"ApiId": reference, "RouteKey": Known(key, span)}
    authorizer = known.get("authorizer") or api.props.get("defaultAuthorizer")
    if authorizer is None:
        entries["AuthorizationType"] = Known("NONE", span)
    else:
        entries["AuthorizationType"] = Unknown(span, "authorizer")
        assembly.hand_over(place, assembly.constructs.reached(authorizer), known=True)
    found = _lambda(assembly, integration)
    inner = key.replace("/", "-").replace(" ", "")
    if found is None:
        entries["Target"] = Unknown(span, "an integration")
        assembly.hand_over(place, assembly.constructs.reached(integration), known=True)
    else:
        name, function, held = found
        version = held.get("payloadFormatVersion")
        told = "" if version is None else canonical(getattr(version, "name", "")).rpartition(".")[2]
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
        draft = assembly.draft(api, "AWS::ApiGatewayV2::Integration", made, f"{inner}/{name}")
        draft.span, draft.extent, draft.label = span, place, f"{api.path}/{inner}"
        parts = (Known("integrations/", span), Reference(draft.name, "", span))
        entries["Target"] = template.Text(parts, span)
        route = "/*/*" + ("" if key == "$default" else _starred(key.partition(" ")[2]))
        _permit(assembly, function, _execution(reference, route, span), place, f"{api.id}.{inner}-Permission")
    draft = assembly.draft(api, "AWS::ApiGatewayV2::Route", entries, inner)
    draft.span, draft.extent = span, place


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
                case Constant(str(text)) if plain and function is not None and function.kind in _INVOKED:
                    return text, function, known
    return None


_FOLLOWED = frozenset({"payloadFormatVersion", "timeout", "scopePermissionToRoute"})
_INVOKED = ("lambda.Function", "lambda.Alias")


def add_plan(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`api.addUsagePlan(id, options)`."""
    span, known = assembly.head(call.span), options(call, 1)
    throttle = known.get("throttle")
    limits, given = {"RateLimit": "rateLimit", "BurstLimit": "burstLimit"}, props(throttle)
    made = mapping(span, {key: assembly.values.value(given.get(name), span) for key, name in limits.items()})
    stage = mapping(span, {"ApiId": Reference(construct.resource, "", span)})
    entries: dict[str, Made | Later] = {
        "ApiStages": template.Sequence((stage,), span),
        "Throttle": None if throttle is None else template.Mapping(made.entries, span, made.keys, given.open),
    }
    plan = Construct("apigateway.UsagePlan", f"{construct.path}/UsagePlan", construct, known, call.span)
    assembly.draft(plan, "AWS::ApiGateway::UsagePlan", entries).open = known.open
    assembly.constructs.put(call, plan)


def _inert(_assembly: Assembly, _construct: Construct, _call: Call) -> None:
    """A method that invokes nothing."""


def _kept(names: str) -> dict[str, None]:
    return dict.fromkeys(names.split())


ROWS = {
    "apigateway.RestApi": Row(
        "AWS::ApiGateway::RestApi",
        {
            "restApiName": "Name",
            "description": "Description",
            "endpointTypes": Field("EndpointConfiguration", unseen),
            "endpointConfiguration": Field("EndpointConfiguration", unseen),
            "disableExecuteApiEndpoint": "DisableExecuteApiEndpoint",
            "binaryMediaTypes": "BinaryMediaTypes",
            **_kept("deploy deployOptions defaultCorsPreflightOptions defaultIntegration defaultMethodOptions handler"),
            **_kept(
                "proxy cloudWatchRole cloudWatchRoleRemovalPolicy policy apiKeySourceType failOnWarnings domainName"
            ),
            **_kept(
                "endpointExportName parameters retainDeployments integrationOptions minimumCompressionSize "
                "minCompressionSize"
            ),
        },
        rest,
        {
            "addUsagePlan": add_plan,
            **dict.fromkeys(("addModel", "addGatewayResponse", "addRequestValidator", "addApiKey"), _inert),
        },
    ),
    "apigateway.TokenAuthorizer": _authorizer("TOKEN"),
    "apigateway.RequestAuthorizer": _authorizer("REQUEST"),
    "apigatewayv2.HttpApi": Row(
        "AWS::ApiGatewayV2::Api",
        {
            "apiName": "Name",
            "description": "Description",
            "corsPreflight": Field("CorsConfiguration", unseen),
            "disableExecuteApiEndpoint": "DisableExecuteApiEndpoint",
            **_kept("createDefaultStage defaultIntegration defaultAuthorizer defaultAuthorizationScopes"),
        },
        http,
        {"addRoutes": add_routes},
    ),
}

RESOURCE_METHODS = {
    "addResource": add_resource,
    "addMethod": add_method,
    "addProxy": add_proxy,
    "resourceForPath": for_path,
    "addCorsPreflight": _inert,
    "getResource": _inert,
}
"""The methods of a part of a REST API's path, which is no resource of its own at the root."""
