"""APIs: how long they wait for a function's answer.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lambdalint.model import invokers
from lambdalint.model.authorizers import Authorizer, authorizers
from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import Function
from lambdalint.model.view import Number, View, number, references, referring_to, text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Unknown, Value, items

REST, HTTP = 29_000, 30_000
"""Milliseconds that a REST or WebSocket API, and an HTTP API, waits where nothing else is said."""

_AUTHORIZER = 10_000
"""Milliseconds that an HTTP API waits for its authorizer."""


_TYPES = (
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Integration",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Api",
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An API that waits for a function."""

    span: Span
    milliseconds: int

    @property
    def seconds(self) -> str:
        """How long it waits, as a message says it."""
        return f"{self.milliseconds / 1000:g}"


def waiting(function: Function) -> Iterator[Waiting]:
    """The APIs that invoke a function and wait for it, by their integrations and as their authorizer."""
    for each in _authorizers(function.project):
        if each.function == function:
            yield Waiting(each.span, REST if each.rest else _AUTHORIZER)
    names = set(function.names)
    referring = list(referring_to(function.project, *names))
    for resource in (each for kind in _TYPES for each in referring if each.type == kind):
        for given, default in _integrations(View(function.project, resource), names):
            limit = number(given.get("TimeoutInMillis") or given.get("timeoutInMillis"), default, resource.span)
            if (
                isinstance(limit, Number)
                and not _streams(given)
                and invokers.mode_of_integration(given) == invokers.SYNCHRONOUS
            ):
                yield Waiting(resource.span if limit.default else limit.span, limit.value)


@lru_cache(maxsize=64)
def _authorizers(project: Deployed) -> tuple[Authorizer, ...]:
    return tuple(authorizers(project))


def _integrations(view: View, names: set[str]) -> Iterator[tuple[Mapping, int]]:
    match view.resource.type:
        case "AWS::ApiGateway::Method" if described(view, "RestApiId"):
            return
        case "AWS::ApiGatewayV2::Integration" if described(view, "ApiId"):
            return
        case "AWS::ApiGateway::Method" | "AWS::ApiGateway::RestApi" | "AWS::ApiGateway::Integration":
            for given in invokers.holding(view.resource.properties, "Uri", names):
                yield given, REST
        case "AWS::ApiGatewayV2::Integration":
            for given in invokers.holding(view.resource.properties, "IntegrationUri", names):
                default = _default(view, given.get("ApiId"))
                if default is not None:
                    yield given, default
        case "AWS::ApiGatewayV2::Api":
            for given in invokers.holding(view.resource.properties, "Uri", names):
                yield given, HTTP
            if any(each.resource in names for each in references(view.get("Target"))):
                yield Mapping({}, view.span, {}), HTTP


def described(view: View, name: str) -> bool:
    """Whether the API has an OpenAPI document, which says how it invokes, whatever SAM's events do."""
    found = (view.project.resource(each.resource) for each in references(view.get(name)))
    return any(api is not None and {"Body", "BodyS3Location"} & api.properties.entries.keys() for api in found)


def binary_types(view: View) -> frozenset[str]:
    """The media types of which the REST API of a method sends bodies as Base64, as far as they are known.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
    """
    found: set[str] = set()
    for reference in references(view.get("RestApiId")):
        api = view.project.resource(reference.resource)
        given = None if api is None else api.properties.entries.get("BinaryMediaTypes")
        found.update((text(each) or "").replace("~1", "/").lower() for each in items(given))
    return frozenset(found - {""})


def answers_preflight(view: View) -> bool:
    """Whether the REST API of a method is told to answer the preflight requests of its path by itself.

    SAM and the Serverless Framework do so where they are asked for CORS; elsewhere it is a method that calls nothing.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
    """
    if _asked(view.resource.properties.entries.get("Cors")):
        return True
    apis = {each.resource for each in references(view.get("RestApiId"))}
    found = (view.project.resource(name) for name in apis)
    if any(api is not None and _asked(api.properties.entries.get("Cors")) for api in found):
        return True
    return any(
        text(other.get("HttpMethod")) == "OPTIONS"
        and text(other.get("Type") or other.get("Integration", "Type")) == "MOCK"
        and not apis.isdisjoint(each.resource for each in references(other.get("RestApiId")))
        and _same_path(view.resource, other)
        for kind in ("AWS::ApiGateway::Method", "AWS::ApiGateway::Integration")
        for other in view.project.of_type(kind)
    )


def _asked(cors: Value | None) -> bool:
    return isinstance(cors, Mapping) or (isinstance(cors, Known) and bool(cors.value))


def _same_path(one: Resource, other: Resource) -> bool:
    here, there = one.get("ResourcePath"), other.get("ResourcePath")
    if here is not None and there is not None:
        return text(here) is not None and text(here) == text(there)
    ids = {each.resource for each in references(one.get("ResourceId"))}
    return not ids.isdisjoint(each.resource for each in references(other.get("ResourceId")))


def _streams(integration: Mapping) -> bool:
    """Whether an API passes a response on as it comes, and so waits longer.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
    """
    modes = (integration.get(name) for name in ("ResponseTransferMode", "responseTransferMode"))
    return any(mode is not None and text(mode) != "BUFFERED" for mode in modes)


def _default(view: View, api: Value | None) -> int | None:
    """What an API of version 2 waits; None where its protocol is not known."""
    match api:
        case Reference(name):
            found: Resource | None = view.project.resource(name)
            protocol = None if found is None else found.get("ProtocolType")
            if isinstance(protocol, Unknown):
                return None
            return REST if text(protocol) == "WEBSOCKET" else HTTP
        case _:
            return HTTP
