"""Requests: the kinds of HTTP integration that call a function, and so what they take for an answer.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html,
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lambdalint.code.value import IS, Call, Compared, Constant, Piece
from lambdalint.model import invokers
from lambdalint.model.apis import answers_preflight, binary_types, described
from lambdalint.model.functions import Function
from lambdalint.model.stages import of_few
from lambdalint.model.view import View, references, referring_to, text, truth
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Sequence, Value, items

REST, HTTP_1, HTTP_2, URL, LOAD_BALANCER, WEBSOCKET, CUSTOM = (
    *("REST API", "HTTP API with payload 1.0", "HTTP API", "function URL", "load balancer", "WebSocket API"),
    "custom integration",
)
"""What hands a request on. REST, HTTP_1, HTTP_2 and WEBSOCKET are proxy integrations of API Gateway; CUSTOM is one that
maps requests and responses by templates."""

CONNECT = "WebSocket API's $connect"
"""A route of which a WebSocket API wants a status; of what others answer it tells nobody."""

_V2 = "AWS::ApiGatewayV2::"
_KINDS = {"AWS::Lambda::Url": URL, "AWS::ElasticLoadBalancingV2::TargetGroup": LOAD_BALANCER}
_BINARY = frozenset({
    "application/gzip", "application/octet-stream", "application/pdf", "application/x-www-form-urlencoded",
    "application/zip", "audio/*", "font/*", "image/*", "multipart/form-data", "video/*",
})  # fmt: skip
"""What HTTP APIs and function URLs send as Base64, among others: all but text, JSON, XML and JavaScript."""
_VALIDATING = ("RequestValidatorId", "RequestModels", "RequestModel")


@dataclass(frozen=True, slots=True)
class HttpTrigger:
    """An integration that calls a function with a request."""

    kind: str | None
    """REST, HTTP_1, …; None where it is not known."""
    span: Span
    """The resource that names the function."""
    validated: bool = False
    """Whether requests are, or may be, held against a model before they reach the function."""
    queried: bool = False
    """Whether its template says that requests must have a query, which nothing holds them to."""
    streams: bool = False
    """Whether it is told to pass on responses as they come."""
    connects: bool = False
    """Whether a WebSocket API asks so whether a client may connect."""
    one_way: bool = False
    """Whether it tells its client nothing of the answer but, of $connect, the status: a WebSocket API's routes without
    a response. https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
    """
    paths: tuple[str, ...] | None = None
    """The paths of its routes; None where they are not known."""
    preflight: bool = False
    """Whether its API answers preflight requests by itself, and leaves all other headers of CORS to the function."""
    binary: frozenset[str] = frozenset()
    """The media types of which it surely sends bodies as Base64; `*/*` stands for all."""
    methods: frozenset[str] | None = None
    """The methods of its routes, in capitals; None where they are not known, or any."""
    any_method: bool = False
    """Whether one of its routes takes requests of any method."""
    signed: bool = False
    """Whether its clients must sign requests by IAM: they are programs of those who run the function.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
    """

    of_few: bool = False
    """Whether its API is seen to take requests from some networks or accounts only."""

    @property
    def has_parameters(self) -> bool | None:
        """Whether some of its paths have parameters: `/orders/{id}`; None where that is not known."""
        return None if self.paths is None else any("{" in each for each in self.paths)

    @property
    def answered(self) -> str | None:
        """What it takes for an answer: its kind, or CONNECT."""
        return CONNECT if self.connects else self.kind


@lru_cache(maxsize=4096)
def http_triggers(function: Function) -> tuple[HttpTrigger, ...]:
    """What calls a function with requests: APIs, function URLs and load balancers."""
    return tuple(_http_triggers(function))


def only_requests(function: Function) -> bool:
    """Whether a function is called with requests, and nothing else is known to invoke it."""
    places = {each.span for each in http_triggers(function)}
    return bool(places) and all(each.span in places for each in function.invokers)


def never_leads_to(function: Function, call: Call) -> bool:
    """Whether a function's code only comes to a call for requests of a method that no route of it has."""
    asked = {
        str(each.value.right.value).upper()
        for each in call.assured
        if each.kind == IS and isinstance(each.value, Compared) and isinstance(each.value.right, Constant)
        if isinstance(each.value.left, Piece) and each.value.left.path in METHODS
    }
    if not asked or not only_requests(function):
        return False
    routed = [each.methods for each in http_triggers(function)]
    return not any(each is None or not asked.isdisjoint(each) for each in routed)


METHODS = (("httpMethod",), ("requestContext", "http", "method"), ("requestContext", "httpMethod"))
"""Where a request says its method."""


def _http_triggers(function: Function) -> Iterator[HttpTrigger]:
    """One of unknown kind where no more than a permission for it is seen."""
    names = set(function.names)
    seen: set[Span] = set()
    for resource in referring_to(function.project, *names):
        if resource.name not in names:
            yield from _of(function, resource, names)
            if resource.type.startswith("AWS::ApiGateway"):
                seen.add(resource.span)
    for invoker in function.invokers:
        if invoker.service == "API Gateway" and invoker.span not in seen:
            yield HttpTrigger(None, invoker.span)


def _of(function: Function, resource: Resource, names: set[str]) -> Iterator[HttpTrigger]:
    match resource.type:
        case "AWS::ApiGateway::Method" | "AWS::ApiGateway::Integration" | "AWS::ApiGateway::RestApi":
            for given in () if _told_by_api(function, resource, "RestApiId") else _holding(resource, names):
                # What the API's own document says of the integration holds, where there is one.
                kind = None if described(View(function.project, resource), "RestApiId") else _rest(given)
                path = text(resource.get("ResourcePath"))
                paths = None if path is None else (path,)
                method = View(function.project, resource)
                yield HttpTrigger(
                    kind,
                    resource.span,
                    _validates(resource),
                    _is_queried(resource.get("RequestParameters")),
                    _streams(given),
                    paths=paths,
                    preflight=answers_preflight(method),
                    binary=binary_types(method),
                    methods=_methods([text(resource.get("HttpMethod"))]),
                    any_method=(text(resource.get("HttpMethod")) or "").upper() == "ANY",
                    signed=text(resource.get("AuthorizationType")) == _IAM,
                    of_few=any(map(of_few, _apis(method))),
                )
        case "AWS::ApiGatewayV2::Integration":
            if _name(resource.get("IntegrationUri"), names) and not _told_by_api(function, resource, "ApiId"):
                hidden = described(View(function.project, resource), "ApiId")
                kind = None if hidden else _http(function, resource.properties)
                routes = _routes(function, resource)
                connects = kind == WEBSOCKET and any(text(each.get("RouteKey")) == "$connect" for each in routes)
                one_way = kind == WEBSOCKET and bool(routes) and all(each.get(_RESPONDING) is None for each in routes)
                binary = _BINARY if kind == HTTP_2 else frozenset()
                yield HttpTrigger(
                    kind,
                    resource.span,
                    connects=connects,
                    one_way=one_way,
                    paths=_paths(routes),
                    binary=binary,
                    methods=_methods([text(each.get("RouteKey")) for each in routes]),
                    any_method=any(
                        (text(each.get("RouteKey")) or "").upper().startswith(("ANY ", "$DEFAULT")) for each in routes
                    ),
                    signed=bool(routes) and all(text(each.get("AuthorizationType")) == _IAM for each in routes),
                )
        case "AWS::ApiGatewayV2::Api":
            for given in _holding(resource, names):
                yield HttpTrigger(_http(function, given), resource.span)
            if _name(resource.get("Target"), names):
                yield HttpTrigger(None, resource.span)
        case "AWS::Lambda::Url":
            if _name(resource.get("TargetFunctionArn"), names):
                streams = text(resource.get("InvokeMode")) == "RESPONSE_STREAM"
                signed = text(resource.get("AuthType")) == _IAM
                paths = ("$default",)
                yield HttpTrigger(URL, resource.span, streams=streams, paths=paths, binary=_BINARY, signed=signed)
        case kind if kind in _KINDS:
            yield HttpTrigger(_KINDS[kind], resource.span)


def _apis(method: View) -> Iterator[View]:
    """The REST API of a method."""
    if method.resource.type == "AWS::ApiGateway::RestApi":
        yield method
    for reference in references(method.get("RestApiId")):
        api = method.project.resource(reference.resource)
        if api is not None:
            yield View(method.project, api)


_IAM = "AWS_IAM"
_RESPONDING = "RouteResponseSelectionExpression"


def _routes(function: Function, integration: Resource) -> list[View]:
    """The routes that lead to an integration of an HTTP or WebSocket API."""
    routes = function.project.of_type(f"{_V2}Route")
    return [View(function.project, each) for each in routes if _name(each.get("Target"), {integration.name})]


def _paths(routes: list[View]) -> tuple[str, ...] | None:
    """The paths of routes of an HTTP API."""
    keys = [text(each.get("RouteKey")) for each in routes]
    return tuple(each.rpartition(" ")[2] for each in keys if each) if keys and all(keys) else None


def _methods(keys: list[str | None]) -> frozenset[str] | None:
    """The methods that the keys of routes begin with, as in `GET /orders`."""
    found = frozenset(each.partition(" ")[0].upper() for each in keys if each)
    return found if keys and all(keys) and not found & {"ANY", "$DEFAULT"} else None


def _holding(resource: Resource, names: set[str]) -> Iterator[Mapping]:
    return (each for each in _integrations(resource) if invokers.names_under(each, "Uri", names))


@lru_cache(maxsize=4096)
def _integrations(resource: Resource) -> tuple[Mapping, ...]:
    """What an API's own document, or one of its methods, says to call: every function of a project asks for its own."""
    return tuple(invokers.having(resource.properties, "Uri"))


def _told_by_api(function: Function, resource: Resource, name: str) -> bool:
    """Whether the document of the API that a method or an integration belongs to is seen to call the function."""
    names = set(function.names)
    found = (function.project.resource(each.resource) for each in references(resource.get(name)))
    return any(next(_holding(api, names), None) is not None for api in found if api is not None)


def _name(value: Value | None, names: set[str]) -> bool:
    return any(reference.resource in names for reference in references(value))


def _rest(integration: Mapping) -> str | None:
    match _written(integration, "Type"):
        case "AWS_PROXY":
            return REST
        case "AWS":
            return CUSTOM
        case _:
            return None


def _http(function: Function, integration: Mapping) -> str | None:
    kind = _written(integration, "IntegrationType") or _written(integration, "Type")
    if kind != "AWS_PROXY":
        return CUSTOM if kind == "AWS" else None
    for reference in references(integration.get("ApiId")):
        api = function.project.resource(reference.resource)
        if api is not None and api.get("ProtocolType") is not None and api.type.startswith(_V2):
            match text(api.get("ProtocolType")):
                case "WEBSOCKET":
                    return WEBSOCKET
                case None:
                    return None
    return {"1.0": HTTP_1, "2.0": HTTP_2}.get(_written(integration, "PayloadFormatVersion"))


def _written(integration: Mapping, name: str) -> str:
    """A property of an integration in CloudFormation's spelling or in OpenAPI's; "" where it is not known."""
    value = integration.get(name) or integration.get(name[0].lower() + name[1:])
    return str(value.value).upper() if isinstance(value, Known) else ""


def _streams(integration: Mapping) -> bool:
    return _written(integration, "ResponseTransferMode") == "STREAM"


_QUERY = "method.request.querystring."


def _is_queried(parameters: Value | None) -> bool:
    """Whether a method wants a parameter of the query: `true`, or, as SAM has it in a list, `Required: true`."""
    return any(
        name.startswith(_QUERY) and truth(given.get("Required") if isinstance(given, Mapping) else given) is True
        for each in (parameters, *items(parameters))
        if isinstance(each, Mapping)
        for name, given in each.entries.items()
    )


@lru_cache(maxsize=4096)
def _validates(resource: Resource) -> bool:
    """Whether an API, or a method, holds requests against a model, or may."""
    return _validated(resource.properties)


def _validated(value: Value | None) -> bool:
    match value:
        case Mapping(entries):
            names = entries.keys()
            return (
                any(name in names for name in _VALIDATING)
                or any(name.startswith("x-amazon-apigateway-request-validator") for name in names)
                or any(_validated(entry) for entry in entries.values())
            )
        case Sequence(inner):
            return any(_validated(each) for each in inner)
        case _:
            return False
