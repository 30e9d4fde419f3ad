"""The paths of a REST API: resources below its root."""

from __future__ import annotations

from lambdalint.cdk.assembly import Assembly
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.props import Props, argument, options, props
from lambdalint.code.value import Call, Constant
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Reference, Unknown

PROXY = "{proxy+}"
RESOURCE, METHOD = "apigateway.Resource", "apigateway.Method"


def api_of(resource: Construct) -> Construct:
    found: Construct = resource.added["api"][0]
    return found


def below(assembly: Assembly, parent: Construct, part: str, place: Span) -> Construct:
    """The resource of a part of a path below another."""
    path = f"{parent.path}/{part}"
    if part in parent.parts:
        return parent.parts[part]
    made = Construct(RESOURCE, path, parent, Props(), place, parent.uncertain)
    api = api_of(parent)
    made.added["api"] = [api]
    span = assembly.head(place)
    assembly.draft(
        made,
        "AWS::ApiGateway::Resource",
        {
            "PathPart": Known(part, span),
            "ParentId": id_of(parent, span),
            "RestApiId": api_id(api, span),
        },
    ).label = api.path if place == api.span else ""
    parent.parts[part] = made
    if api.props.get("defaultCorsPreflightOptions") is not None:
        preflight(assembly, made, place)
    return made


def root(api: Construct) -> None:
    """Have an API have the root of its paths."""
    made = Construct(RESOURCE, f"{api.path}/Default", api, Props(), api.span, api.uncertain)
    made.added["api"] = [api]
    api.parts["root"] = made


def api_id(api: Construct, span: Span) -> Reference | Unknown:
    """How resources name the API that they are of, which may be there already."""
    return Reference(api.resource, "", span) if api.resource else Unknown(span, "restApiId")


def id_of(resource: Construct, span: Span) -> Reference | Unknown:
    """How resources name a part of a path."""
    if resource.resource:
        return Reference(resource.resource, "", span)
    api = api_of(resource)
    return Reference(api.resource, "RootResourceId", span) if api.resource else Unknown(span, "rootResourceId")


def preflight(assembly: Assembly, resource: Construct, place: Span) -> None:
    """Have a resource answer what browsers ask before they call it."""
    api, span = api_of(resource), assembly.head(place)
    made = Construct(METHOD, f"{resource.path}/OPTIONS", resource, Props(), place, resource.uncertain)
    draft = assembly.draft(
        made,
        "AWS::ApiGateway::Method",
        {
            "HttpMethod": Known("OPTIONS", span),
            "ResourceId": id_of(resource, span),
            "RestApiId": api_id(api, span),
            "AuthorizationType": Known("NONE", span),
            "Integration": template.Mapping({"Type": Known("MOCK", span)}, span, {"Type": span}, open=True),
        },
    )
    if place == api.span:
        draft.label = api.path


def path_of(resource: Construct) -> str:
    """The path of a resource, with a star for each parameter."""
    above = resource.scope
    if above is None or not resource.resource:
        return "/"
    part = "*" if resource.id.startswith("{") else resource.id
    return f"{path_of(above).rstrip('/')}/{part}"


def add_resource(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`resource.addResource(part, options)`."""
    part, known = argument(call, 0, "pathPart"), options(call, 1)
    match part:
        case Constant(str(text)) if not known.open:
            made = below(assembly, construct, text, call.span)
            if known.get("defaultIntegration") is not None:
                made.added["given"] = [known.get("defaultIntegration")]
            if known.get("defaultMethodOptions") is not None:
                made.added["options"] = [props(known.get("defaultMethodOptions"))]
            if known.get("defaultCorsPreflightOptions") is not None:
                preflight(assembly, made, call.span)
            assembly.constructs.put(call, made)
        case _:
            assembly.hand_over(
                call.span, (api_of(construct), *assembly.constructs.reached(*call.arguments)), known=True
            )


def find_resource(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`resource.getResource(part)`, which gives nothing where there is none yet."""
    match argument(call, 0, "pathPart"):
        case Constant(str(part)) if part in construct.parts:
            assembly.constructs.put(call, construct.parts[part])


def for_path(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`resource.resourceForPath(path)`."""
    match argument(call, 0, "path"):
        case Constant(str(text)):
            found = construct
            for part in filter(None, text.split("/")):
                found = below(assembly, found, part, call.span)
            assembly.constructs.put(call, found)
        case _:
            assembly.hand_over(call.span, (api_of(construct),), known=True)


def add_preflight(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`resource.addCorsPreflight(options)`."""
    preflight(assembly, construct, call.span)
