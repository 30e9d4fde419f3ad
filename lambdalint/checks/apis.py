"""APIs: who may call them, and what is seen of it."""

from __future__ import annotations

import re

from lambdalint.check import Problem, Problems, check
from lambdalint.meaning import http, proofs
from lambdalint.model import Project
from lambdalint.model.stages import Route, routes, stages
from lambdalint.patterns import pattern
from lambdalint.source import Span

_HARMLESS = pattern(r"OPTIONS\b.*|.*/(health|healthz|healthcheck|health-check|ping|status|livez|readyz)", re.IGNORECASE)
"""Preflight requests, which browsers make without credentials, and what monitors ask."""


@check
def api_without_authorizer(project: Project) -> Problems:
    for route in routes(project):
        if route.asked is not None and route.open and not _HARMLESS.fullmatch(route.asked):
            # An API has one authorizer by default for all of its routes.
            whose = " and ".join(api.resource.name for api in route.apis)
            message = f"answers {route.asked} to everyone: it has no authorizer"
            yield Problem(route.span, message, cause=f"answers everyone in {whose}" if whose else "")


@check
def route_left_open(project: Project) -> Problems:
    beside: dict[str, list[Route]] = {}
    for route in routes(project):
        if route.asked is not None and not _HARMLESS.fullmatch(route.asked):
            for api in route.apis:
                beside.setdefault(api.resource.name, []).append(route)
    told: set[Span] = set()
    for several in beside.values():
        guarded = [each for each in several if each.guarded]
        left = [each for each in several if each.open and _leaves(each) and not each.chosen]
        if len(guarded) < _SEVERAL or len(left) * 2 > len(guarded):
            continue
        for route in left:
            if route.span not in told and not _proves(project, route):
                told.add(route.span)
                yield Problem(
                    route.span,
                    f"answers {route.asked} to everyone: of this API's routes {len(guarded)} have an authorizer, and "
                    "this one has none",
                    ((guarded[0].span, f"{guarded[0].asked} has one"),),
                )


_SEVERAL = 2
"""How many routes must have an authorizer before one without looks forgotten."""

_CHANGING = pattern(r"(?:POST|PUT|PATCH|DELETE|ANY)\b.*", re.IGNORECASE)
_FOR_ALL = pattern(
    r".*(?:log-?(?:in|out)|sign-?(?:in|up|out)|regist|auth|oauth|token|session|callback|hook|public|open|docs|swagger"
    r"|health|ping|status|version|confirm|verif|reset|forgot|password|refresh|well-known|contact|subscri|guest"
    r"|notify|notification|event|ingest|feedback|captcha|proxy).*",
    re.IGNORECASE,
)
"""What routes are called that are for whoever is not let in yet, or for other services that prove themselves."""


def _leaves(route: Route) -> bool:
    """Whether requests of a route change something, and it is not called as one for everyone is."""
    asked = route.asked or ""
    # Where the path is not known, what its author calls the route often holds it.
    called = asked if "/" in asked else f"{asked} {route.name}"
    return _CHANGING.fullmatch(asked) is not None and _FOR_ALL.fullmatch(called) is None and "{proxy" not in called


def _proves(project: Project, route: Route) -> bool:
    """Whether the function of a route looks itself who has sent a request."""
    named = (project.function_named(route.get(*path)) for path in _CALLED)
    function = next((each for each in named if each is not None), None)
    handler = None if function is None else function.handler
    return handler is not None and (
        proofs.asks_for_proof(handler) or proofs.asks_for_address(handler) or http.called_by_services(handler)
    )


_CALLED = (("Integration", "Uri"), ("Target",))
"""Where a method names the function that it calls."""


@check
def api_access_log_missing(project: Project) -> Problems:
    for stage in stages(project):
        if stage.access_log is None:
            yield Problem(stage.span, "has no access log: nobody learns who asked for what")


@check
def request_data_traced(project: Project) -> Problems:
    told: set[Span] = set()
    for stage in stages(project):
        for value in stage.data_traced:
            if value.span not in told:
                told.add(value.span)
                yield Problem(
                    value.span,
                    "sets DataTraceEnabled: the log holds whole requests and responses, with what clients send and get",
                    about=stage,
                )


@check
def api_throttling_missing(project: Project) -> Problems:
    for stage in stages(project):
        if stage.throttled is False:
            yield Problem(stage.span, "has no throttling: nothing limits how often it is called")


@check
def api_tracing_off(project: Project) -> Problems:
    for stage in stages(project):
        if stage.rest and stage.traced is False:
            yield Problem(stage.span, "is not traced by X-Ray")
