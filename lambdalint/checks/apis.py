"""APIs: who may call them, and what is seen of it."""

from __future__ import annotations

import re

from lambdalint.check import Problem, Problems, check
from lambdalint.model import Project
from lambdalint.model.stages import routes, stages
from lambdalint.patterns import pattern

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
def api_access_log_missing(project: Project) -> Problems:
    for stage in stages(project):
        if stage.access_log is None:
            yield Problem(stage.span, "has no access log: nobody learns who asked for what")


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
