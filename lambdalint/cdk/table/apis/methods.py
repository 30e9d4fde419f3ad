"""The methods of a REST API's resources: what they invoke, and who may call them."""

from __future__ import annotations

from lambdalint.cdk.assembly import Assembly, Later, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import canonical
from lambdalint.cdk.props import Props, argument, member, options, props, subject
from lambdalint.cdk.table.apis.invocation import execution, invocation, permit
from lambdalint.cdk.table.apis.paths import METHOD, PROXY, RESOURCE, api_id, api_of, below, id_of, path_of
from lambdalint.code.value import Call, Constant, Result, Value
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Unknown


def add_proxy(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`resource.addProxy(options)`."""
    known = options(call, 0)
    made = below(assembly, construct, PROXY, call.span)
    if known.get("defaultIntegration") is not None:
        made.added["given"] = [known.get("defaultIntegration")]
    assembly.constructs.put(call, made)
    if known.get("anyMethod") != Constant(False):
        method(assembly, made, "ANY", None, props(known.get("defaultMethodOptions")), call.span)


def add_method(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`resource.addMethod(method, integration, options)`."""
    name, integration = argument(call, 0, "httpMethod"), argument(call, 1, "target")
    match name:
        case Constant(str(text)):
            made = method(assembly, construct, text.upper(), integration, options(call, 2), call.span)
            assembly.constructs.put(call, made)
        case _:
            reached = assembly.constructs.reached(*call.arguments, *call.keywords.values())
            assembly.hand_over(call.span, (api_of(construct), *reached), known=True)


def method(
    assembly: Assembly, resource: Construct, name: str, integration: Value | None, known: Props, place: Span
) -> Construct:
    span, api = assembly.head(place), api_of(resource)
    made = Construct(METHOD, f"{resource.path}/{name}", resource, known, place, resource.uncertain)
    target = _target(assembly, resource, integration)
    entries: dict[str, Made | Later] = {
        "HttpMethod": Known(name, span),
        "ResourceId": id_of(resource, span),
        "RestApiId": api_id(api, span),
        "ApiKeyRequired": assembly.values.value(known.get("apiKeyRequired"), span),
        "Integration": Unknown(span, "an integration"),
        **_authorization(assembly, api, resource, known, span),
    }
    if known.get("requestValidator") is not None or known.get("requestValidatorOptions") is not None:
        entries["RequestValidatorId"] = Unknown(span, "a validator")
    if isinstance(target, tuple):
        function, held = target
        entries["Integration"] = _integration(assembly, function, held, span)
        route = f"/*/{'*' if name == 'ANY' else name}{path_of(resource)}"
        source = execution(api_id(api, span), route, span)
        permit(
            assembly, function, source, place, f"ApiPermission.{api.id}.{name}..{path_of(resource).replace('/', '.')}"
        )
    elif target is not None and (other := _other(assembly, target, span)) is not None:
        # It is named with the role that it is called with, and adds nothing to either.
        entries["Integration"] = other
    elif target is not None:
        assembly.hand_over(place, assembly.constructs.reached(target), known=True)
    draft = assembly.draft(made, "AWS::ApiGateway::Method", entries)
    draft.open = known.open
    if place == api.span:
        draft.label = api.path
    return made


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
        integration = given[0] if given else at.props.get("defaultIntegration") if at.kind != RESOURCE else None
        at = at.scope if at.kind == RESOURCE else None
    match integration:
        case Result(call) if canonical(call.name) == "apigateway.LambdaIntegration":
            about, known = subject(call)
            function = assembly.constructs.find(about)
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


def _other(assembly: Assembly, given: Value, span: Span) -> template.Value | None:
    """An integration with something else than a function; None where it is none that is known."""
    match given:
        case Result(call):
            kind = canonical(call.name).removeprefix("apigateway.")
        case _:
            return None
    if kind == "MockIntegration":
        return template.Mapping({"Type": Known("MOCK", span)}, span, {"Type": span}, open=True)
    known = options(call, 1 if kind == "HttpIntegration" else 0)
    within = props(known.get("options"))
    role = within.get("credentialsRole")
    entries: dict[str, Made] = {
        "Credentials": None if role is None else assembly.arn(assembly.constructs.find(role), "roleArn", span)
    }
    proxy = known.get("proxy")
    if kind == "AwsIntegration" and proxy in (None, Constant(True), Constant(False)):
        service, path = (assembly.values.value(known.get(name), span) for name in ("service", "path"))
        entries["Type"] = Known("AWS_PROXY" if proxy == Constant(True) else "AWS", span)
        entries["IntegrationHttpMethod"] = assembly.values.value(known.get("integrationHttpMethod"), span) or Known(
            "POST", span
        )
        entries["Uri"] = Unknown(span, "an action")
        if isinstance(service, Known) and path is not None and known.get("subdomain") is None:
            rest = path.parts if isinstance(path, template.Text) else (path,)
            head = (
                *(Known("arn:aws:apigateway:", span), Unknown(span, "AWS::Region")),
                *(Known(f":{service.value}:path/", span), *(each for each in rest if not isinstance(each, _HELD))),
            )
            entries["Uri"] = template.Text(head, span)
    elif kind == "HttpIntegration" and proxy in (None, Constant(True), Constant(False)):
        entries["Type"] = Known("HTTP" if proxy == Constant(False) else "HTTP_PROXY", span)
        entries["IntegrationHttpMethod"] = assembly.values.value(known.get("httpMethod"), span) or Known("GET", span)
        entries["Uri"] = assembly.values.value(argument(call, 0, "url"), span)
    elif kind == "Integration" and member(known.get("type")):
        entries["Type"] = Known(member(known.get("type")), span)
        entries["IntegrationHttpMethod"] = assembly.values.value(known.get("integrationHttpMethod"), span)
        entries["Uri"] = assembly.values.value(known.get("uri"), span)
        made = mapping(span, entries)
        return template.Mapping(made.entries, span, made.keys, within.open or within.get("timeout") is not None)
    else:
        return None
    made = mapping(span, entries)
    return template.Mapping(made.entries, span, made.keys, open=True)


_HELD = (template.Mapping, template.Sequence, template.Code, template.Text)
_KINDS = {
    "TokenAuthorizer": "CUSTOM",
    "RequestAuthorizer": "CUSTOM",
    "CognitoUserPoolsAuthorizer": "COGNITO_USER_POOLS",
}


def _authorization(
    assembly: Assembly, api: Construct, resource: Construct, known: Props, span: Span
) -> dict[str, Made | Later]:
    """How callers are told from others: as the method says, or else what is the default around it."""
    several = [known]
    at: Construct | None = resource
    while at is not None and at.kind == RESOURCE:
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
        told = _KINDS.get(kind)
        return {
            "AuthorizationType": Unknown(span, "authorizer") if told is None else Known(told, span),
            "AuthorizerId": assembly.arn(found, "authorizerId", span),
        }
    if given is None:
        return {"AuthorizationType": Known("NONE", span)}
    name = member(given)
    types = {"IAM": "AWS_IAM", "NONE": "NONE", "COGNITO": "COGNITO_USER_POOLS", "CUSTOM": "CUSTOM"}
    told = types.get(name)
    return {"AuthorizationType": Unknown(span, "authorizationType") if told is None else Known(told, span)}
