"""Logs and traces: what is seen of a function once it runs."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check
from lambdalint.model import Function, Project
from lambdalint.model.logs import fed_from, log_groups, never_logs
from lambdalint.model.view import truth
from lambdalint.source import Span
from lambdalint.templates.value import Known
from lambdalint.wanted import Attribute, Fix, Joined, added, setting

_KEPT = 30
"""Days that logs are kept where nobody has said for how long."""


@check
def log_retention_unset(project: Project) -> Problems:
    yield from _of_functions(project)
    of_functions = {group.resource.name for each in project.functions for group in log_groups(each) or ()}
    told: set[Span] = set()
    for group, filling in fed_from(project):
        if group.retention is None and group.resource.name not in of_functions and group.span not in told:
            told.add(group.span)
            yield Problem(
                group.span,
                "keeps logs forever",
                ((filling.span, "names it"),),
                fix=setting(group.resource, ("RetentionInDays",), _KEPT, safe=False),
            )


def _of_functions(project: Project) -> Problems:
    for function in project.functions:
        if function.generated or function.deployment_only or never_logs(function):
            continue
        groups = log_groups(function)
        if groups is None:
            continue
        if not groups:
            yield Problem(function.span, "keeps its logs forever", about=function, fix=_kept(function))
        elif all(group.retention is None for group in groups):
            fix = setting(groups[0].resource, ("RetentionInDays",), _KEPT, safe=False)
            yield Problem(groups[0].span, "keeps its logs forever", about=function, fix=fix)


def _kept(function: Function) -> Fix | None:
    """The fix that a function's log group is the template's, too, and keeps what it holds for a time."""
    named = Joined(("/aws/lambda/", Attribute(function.resource.name, "")))
    group = (("LogGroupName", named), ("RetentionInDays", _KEPT))
    return added(function.resource, "Logs", "AWS::Logs::LogGroup", group)


@check
def log_level_without_json(project: Project) -> Problems:
    for function in project.functions:
        if function.may_be_on_instances:
            continue
        match function.get("LoggingConfig", "LogFormat"):
            case None:
                written = "text, the default"
            case Known("Text"):
                written = "text"
            case _:
                continue
        for key in ("ApplicationLogLevel", "SystemLogLevel"):
            if isinstance(function.get("LoggingConfig", key), Known):
                yield Problem(
                    function.key("LoggingConfig", key),
                    f"sets {key}, which only JSON logs heed; its LogFormat is {written}",
                    about=function,
                    fix=setting(function.resource, ("LoggingConfig", "LogFormat"), "JSON", safe=False),
                )


@check
def tracing_off(project: Project) -> Problems:
    for function in project.functions:
        if function.generated:
            continue
        # A role that the project writes itself would have to allow it, too.
        own = function.role is not None and not function.role.generated
        fix = None if own else setting(function.resource, ("TracingConfig", "Mode"), "Active", safe=False)
        match function.get("TracingConfig", "Mode"):
            case None:
                yield Problem(function.span, "is not traced: TracingConfig is not set", about=function, fix=fix)
            case Known("PassThrough", span):
                yield Problem(
                    span,
                    "has TracingConfig PassThrough: it traces only what its caller traces",
                    about=function,
                    fix=fix,
                )


@check
def state_machine_tracing_off(project: Project) -> Problems:
    for resource in project.of_type("AWS::StepFunctions::StateMachine"):
        if not resource.generated and truth(resource.get("TracingConfiguration", "Enabled")) is False:
            fix = setting(resource, ("TracingConfiguration", "Enabled"), True, safe=False)
            yield Problem(resource.span, "is not traced by X-Ray", fix=fix)


@check
def graphql_tracing_off(project: Project) -> Problems:
    for resource in project.of_type("AWS::AppSync::GraphQLApi"):
        if not resource.generated and truth(resource.get("XrayEnabled")) is False:
            fix = setting(resource, ("XrayEnabled",), True, safe=False)
            yield Problem(resource.span, "is not traced by X-Ray", fix=fix)
