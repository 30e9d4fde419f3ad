"""Authorizers: the functions that say for an API who may call its routes.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import Function, function_named
from lambdalint.model.stages import given
from lambdalint.model.view import Number, View, number, references, text, truth
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Value, items

_REST, _HTTP = "AWS::ApiGateway::", "AWS::ApiGatewayV2::"
_TTL = 300
"""Seconds that a REST API keeps an authorizer's answer where nothing else is said; an HTTP API keeps none."""


@dataclass(frozen=True, slots=True)
class Authorizer:
    """A function that an API asks who may call it."""

    function: Function
    span: Span
    """Where it is named an authorizer."""
    rest: bool
    seconds: int | None
    """How long the API keeps its answers; None where that is not known."""
    sources: tuple[str, ...] | None
    """What of a request tells under which key; None where that is not known."""
    simple: bool | None
    """Whether it may answer yes or no, in the place of a policy; None where that is not known."""
    routes: frozenset[str]
    """The methods and paths of the routes that it is known to guard."""
    named: bool
    """Whether a route, or its API for all of them, is seen to name it."""

    @property
    def tells_routes_apart(self) -> bool:
        """Whether its answer to a request for one route may not be kept for another."""
        return self.sources is None or any("context" in each.lower() for each in self.sources)

    @property
    def several(self) -> bool:
        """Whether it guards more than one route, or one whose path has parameters."""
        return len(self.routes) > 1 or any("{" in each or each.startswith("ANY ") for each in self.routes)


def authorizers(project: Deployed) -> Iterator[Authorizer]:
    """The authorizers of the project that are functions of it."""
    for kind in (_REST, _HTTP):
        for resource in project.of_type(f"{kind}Authorizer"):
            function = function_named(project, resource.get("AuthorizerUri"))
            if function is not None:
                yield _of_resource(View(project, resource), function)
    for kind in (f"{_REST}RestApi", f"{_HTTP}Api"):
        for resource in project.of_type(kind):
            yield from _of_sam(View(project, resource))


def _of_resource(view: View, function: Function) -> Authorizer:
    rest = view.resource.type.startswith(_REST)
    guarded = tuple(_guarded(view))
    written = items(view.get("IdentitySource"))
    sources = tuple(text(each) or "" for each in written)
    return Authorizer(
        function,
        view.span,
        rest,
        _seconds(view.get("AuthorizerResultTtlInSeconds"), rest, view.span),
        sources if all(sources) else None,
        False if rest else truth(view.get("EnableSimpleResponses")),
        frozenset(each for route in guarded for each in _named(route)),
        bool(guarded),
    )


def _seconds(value: Value | None, rest: bool, span: Span) -> int | None:
    found = number(value, _TTL if rest else 0, span)
    return found.value if isinstance(found, Number) else None


def _guarded(view: View) -> Iterator[Resource]:
    for kind in (f"{_REST}Method", f"{_HTTP}Route"):
        for route in view.project.of_type(kind):
            if any(each.resource == view.resource.name for each in references(route.get("AuthorizerId"))):
                yield route


def _named(route: Resource) -> Iterator[str]:
    key, method, path = (text(route.get(name)) for name in ("RouteKey", "HttpMethod", "ResourcePath"))
    if key is not None:
        yield key
    elif method is not None and path is not None:
        yield f"{method} {path}"


def _of_sam(api: View) -> Iterator[Authorizer]:
    """Those that SAM's `Auth` names, and the routes of its events."""
    named = given(api, "Auth", "Authorizers")
    rest = api.resource.type.startswith(_REST)
    for name, each in named.entries.items() if isinstance(named, Mapping) else ():
        function = function_named(api.project, each.get("FunctionArn")) if isinstance(each, Mapping) else None
        if function is None or not isinstance(each, Mapping) or not isinstance(named, Mapping):
            continue
        identity = each.get("Identity")
        guarded = tuple(_guarded_by_sam(api, name))
        yield Authorizer(
            function,
            named.key(name),
            rest,
            _seconds(each.get("Identity", "ReauthorizeEvery"), rest, api.span),
            _identities(identity),
            False if rest else truth(each.get("EnableSimpleResponses")),
            frozenset(each for route in guarded for each in _named(route)),
            bool(guarded) or text(given(api, "Auth", "DefaultAuthorizer")) == name,
        )


def _identities(identity: Value | None) -> tuple[str, ...] | None:
    if identity is None:
        return ()
    if not isinstance(identity, Mapping) or identity.open:
        return None
    return tuple(f"{kind} {text(each)}" for kind, several in identity.entries.items() for each in items(several))


def _guarded_by_sam(api: View, name: str) -> Iterator[Resource]:
    by_default = text(given(api, "Auth", "DefaultAuthorizer"))
    for kind, key in ((f"{_REST}Method", "RestApiId"), (f"{_HTTP}Route", "ApiId")):
        for route in api.project.of_type(kind):
            if any(each.resource == api.resource.name for each in references(route.get(key))):
                own = route.get("Auth", "Authorizer")
                if (by_default if own is None else own.value if isinstance(own, Known) else None) == name:
                    yield route
