"""APIs as they are called: their stages and their routes."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model.deployed import Deployed
from lambdalint.model.view import View, references, text, truth
from lambdalint.templates.resource import MODULE
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Value, items

REST, HTTP = "AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage"


class Stage(View):
    """A stage of an API, which is what callers reach."""

    __slots__ = ()

    @property
    def rest(self) -> bool:
        """Whether it is a REST API's, and not an HTTP or a WebSocket API's."""
        return self.resource.type == REST

    @property
    def access_log(self) -> Value | None:
        """Where and how requests are logged."""
        return self.get("AccessLogSetting" if self.rest else "AccessLogSettings")

    @property
    def traced(self) -> bool | None:
        """Whether requests are traced; None where only a deployment knows."""
        return truth(self.get("TracingEnabled"))

    @property
    def throttled(self) -> bool | None:
        """Whether requests of some route at least are limited; None where only a deployment knows."""
        found = [_limited(each) for each in self._settings]
        if True in found:
            return True
        return None if None in found else False

    @property
    def data_traced(self) -> Iterator[Value]:
        """Where it is told to log whole requests and responses: nothing is logged where it has no level."""
        for settings in self._settings:
            several = [settings, settings.get("Settings")] if isinstance(settings, Mapping) else []
            for each in several:
                value = each.entries.get("DataTraceEnabled") if isinstance(each, Mapping) else None
                level = each.entries.get("LoggingLevel") if isinstance(each, Mapping) else None
                if value is not None and truth(value) is True and level is not None and text(level) != "OFF":
                    yield value

    @property
    def _settings(self) -> Iterator[Value]:
        """What says how often routes may be called."""
        if not self.rest:
            yield from (*items(self.get("DefaultRouteSettings")), *items(self.get("RouteSettings")))
            return
        yield from items(self.get("MethodSettings"))
        apis = {each.resource for each in references(self.get("RestApiId"))}
        for name in apis:
            # SAM makes the usage plan that an API asks for.
            api = self.project.resource(name)
            throttle = None if api is None else given(View(self.project, api), "Auth", "UsagePlan", "Throttle")
            yield from items(throttle)
        for resource in self.project.of_type("AWS::ApiGateway::MethodSettings"):
            if apis & {each.resource for each in references(resource.get("RestApiId"))}:
                yield resource.properties
        for resource in self.project.of_type("AWS::ApiGateway::UsagePlan"):
            throttle = resource.get("Throttle")
            if throttle is not None and apis & {each.resource for each in references(resource.properties)}:
                yield throttle


def stages(project: Deployed) -> Iterator[Stage]:
    """The stages of the project that users can change."""
    for kind in (REST, HTTP):
        yield from (Stage(project, each) for each in project.of_type(kind) if not each.generated)


def _limited(settings: Value) -> bool | None:
    """Whether settings, or one of a mapping of them by route, set a limit."""
    if not isinstance(settings, Mapping):
        return None
    names = ("ThrottlingRateLimit", "ThrottlingBurstLimit", "RateLimit", "BurstLimit")
    if any(settings.entries.get(name) is not None for name in names):
        return True
    inner = [_limited(each) for each in settings.entries.values() if isinstance(each, Mapping)]
    return True if True in inner else None if settings.open or None in inner else False


class Route(View):
    """A method of a REST API, or a route of another API."""

    __slots__ = ()

    @property
    def asked(self) -> str | None:
        """The method and the path of its requests; None where they are not known, or it takes none from a browser."""
        if self.resource.type == "AWS::ApiGatewayV2::Route":
            written = text(self.get("RouteKey")) or ""
            # A WebSocket API asks when a connection is made, and has a route of this name too.
            http = all(text(each.get("ProtocolType")) == "HTTP" for each in self.apis)
            return written if " /" in written or (written == "$default" and http) else None
        method, path = text(self.get("HttpMethod")), text(self.get("ResourcePath"))
        if method is None:
            return None
        return f"{method} requests" if path is None else f"{method} /{path.removeprefix('/')}"

    @property
    def guarded(self) -> bool:
        """Whether it is known that its own settings, or its API's for all routes, ask callers who they are."""
        kind = self.get("AuthorizationType")
        return isinstance(kind, Known) and str(kind.value) not in ("", "NONE")

    @property
    def chosen(self) -> bool:
        """Whether its author has said of it alone that nobody is asked."""
        return text(self.get("Auth", "Authorizer")) == "NONE"

    @property
    def open(self) -> bool:
        """Whether it is known that nobody is asked who they are."""
        kind = self.get("AuthorizationType")
        if text(self.get("Integration", "Type")) == "MOCK":
            return False
        if not (kind is None or (isinstance(kind, Known) and kind.value == "NONE")):
            return False
        holders = (self, *self.apis)
        keys = (("ApiKeyRequired",), ("Auth", "ApiKeyRequired"))
        needs_key = [truth(given(holder, *path)) for holder in holders for path in keys]
        return not any(each is not False for each in needs_key) and not any(map(_guarded, self.apis))

    @property
    def apis(self) -> Iterator[View]:
        """The API that it is part of, where that is one of the project."""
        for key in ("RestApiId", "ApiId"):
            for reference in references(self.get(key)):
                found = self.project.resource(reference.resource)
                if found is not None:
                    yield View(self.project, found)


def _guarded(api: View) -> bool:
    """Whether an API is private, or has a policy or a document that says, or may say, who may call it."""
    # An OpenAPI document says of each route how it is guarded.
    documented = given(api, "Body") is not None or given(api, "BodyS3Location") is not None
    return documented or not all(each == "PUBLIC" for each in _endpoints(api)) or any(_policies(api))


def _endpoints(api: View) -> Iterator[str | None]:
    """For each way by which an API is reached: PRIVATE, PUBLIC, or None where only a deployment knows."""
    endpoint = given(api, "EndpointConfiguration")
    kinds = (given(api, "EndpointConfiguration", "Types"), given(api, "EndpointConfiguration", "Type"), endpoint)
    for each in (one for kind in kinds for one in items(kind)):
        if not isinstance(each, Mapping):
            known = each.value if isinstance(each, Known) else None
            yield None if known is None else "PRIVATE" if known == "PRIVATE" else "PUBLIC"


def _policies(api: View) -> Iterator[Value]:
    """What says who may call an API."""
    for own in (given(api, "Policy"), given(api, "Auth", "ResourcePolicy")):
        if own is not None:
            yield own
    for policy in api.project.of_type("AWS::ApiGateway::RestApiPolicy"):
        if any(each.resource == api.resource.name for each in references(policy.properties)):
            yield policy.properties


def of_few(api: View) -> bool:
    """Whether an API is seen to be reached from some networks or accounts only: it is private, or its policy says whose
    requests it takes.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
    """
    return "PRIVATE" in _endpoints(api) or any(_picks(each) for each in _policies(api))


def _picks(policy: Value) -> bool:
    match policy:
        case Mapping(entries):
            named = any(each == "Condition" or each.endswith(_LISTING) for each in entries)
            return named or any(map(_picks, entries.values()))
        case Sequence(inner):
            return any(map(_picks, inner))
        case _:
            return False


_LISTING = ("Whitelist", "Blacklist")
"""How the keys of SAM's `ResourcePolicy` end that say who may call, or may not."""


def given(view: View, *path: str) -> Value | None:
    """A property that is seen to be set, also where others may be that are not seen."""
    found: Value | None = view.resource.properties
    for key in path:
        found = found.entries.get(key) if isinstance(found, Mapping) else None
    return found


def surely_without_variables(project: Deployed) -> bool:
    """Whether every API that calls functions is of the project, and none of the stages has variables.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/stage-variables.html
    """
    calling = [(each, name) for kind, name in _CALLING.items() for each in project.of_type(kind)]
    own = all(
        isinstance(api := each.get(name), Reference) and project.resource(api.resource) is not None
        for each, name in calling
    )
    stages = [each for kind in (REST, HTTP) for each in project.of_type(kind)]
    bare = not any(
        each.properties.open or {"Variables", "StageVariables"} & {*each.properties.entries} for each in stages
    )
    deployed = (each.get("StageDescription") for each in project.of_type("AWS::ApiGateway::Deployment"))
    return bool(calling) and own and bare and not any(deployed) and not project.of_type(MODULE)


_CALLING = {"AWS::ApiGateway::Method": "RestApiId", "AWS::ApiGatewayV2::Integration": "ApiId"}


def routes(project: Deployed) -> Iterator[Route]:
    """The routes of APIs."""
    for kind in ("AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Route"):
        yield from (Route(project, each) for each in project.of_type(kind) if not each.generated)
