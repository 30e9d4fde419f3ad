"""What handlers write to their logs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler
from lambdalint.code.value import ABSENT, Call
from lambdalint.meaning import confidential, environment, failures, imports, logs, mending
from lambdalint.meaning.confidential import Secret
from lambdalint.model import Function, Project
from lambdalint.patterns import pattern
from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import BY_DEFAULT
from lambdalint.templates.value import Known, Value


@check
def logging_config_ignored(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in _in_text(project):
        if imports.unseen(handler) or any(logs.sets_up(call) for call in handler.calls):
            continue
        for call in handler.calls:
            lost = None if call.span in told else logs.configuration(call)
            if lost is None:
                continue
            told.add(call.span)
            kept = "its level stays WARNING" if lost == "level" else "its handler and format stay"
            yield Problem(
                call.span,
                f"sets up logging in vain, as the runtime has set up the root logger before: {kept}",
                way(call.trail),
                severity=None if lost == "level" else "note",
                fix=mending.level_set(call.span),
            )


@check
def log_handler_added_twice(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        functions = project.functions_of(handler)
        if imports.unseen(handler) or any(each.custom_runtime or each.runtime is None for each in functions):
            continue
        for call in handler.calls:
            to = None if call.span in told else logs.doubles(handler, call)
            if to is not None:
                told.add(call.span)
                again = call.phase == "invocation" and not call.once
                what = "another handler at every event" if again else "a handler beside that of Lambda's runtime"
                message = f"adds {what} to {to}: each line is logged twice or more"
                yield Problem(call.span, message, way(call.trail), "note" if project.only_deploys(handler) else None)


@check
def debug_logging_on(project: Project) -> Problems:
    told: set[Span] = set()
    for function in project.functions:
        for key, value in () if function.generated else _levels(function):
            if isinstance(value, Known) and str(value.value).upper() in _DEBUGGING and key[1] not in told:
                told.add(key[1])
                how = f", {value.origin}" if value.origin else ""
                # What stands elsewhere, or comes of another setting, may be of one stage among several.
                by_default = value.origin.startswith(BY_DEFAULT) and _OF_LEVEL.search(value.origin)
                if by_default or (not value.origin and value.span.line == key[1].line):
                    yield Problem(key[1], f"sets {key[0]} to {value.value}{how}: {_WHAT_DEBUG_SHOWS}", about=function)
    for handler in project.handlers:
        for call in handler.calls:
            debugged = None if call.span in told else logs.debugs(handler, call)
            if debugged is not None:
                told.add(call.span)
                also = ", and the SDK's requests with what is in them" if debugged == "the root logger" else ""
                message = f"sets {debugged} to DEBUG in every deployment: {_WHAT_DEBUG_SHOWS}{also}"
                yield Problem(call.span, message, way(call.trail))


_DEBUGGING = frozenset({"DEBUG", "TRACE", "SILLY", "ALL"})
_WHAT_DEBUG_SHOWS = "its log shows, and costs, what is for whoever looks for a mistake"
_OF_LEVEL = pattern(r"level|log|debug|verbos", re.IGNORECASE)
_LEVEL_NAME = pattern(r"(?:^|_)LOG(?:GING|GER)?_?LEVEL$", re.IGNORECASE)


def _levels(function: Function) -> Iterator[tuple[tuple[str, Span], Value]]:
    """What a function is told of the level of its log: how that is called and where it stands, and what it is."""
    variables = function.variables
    for name, value in {} if variables is None else variables.entries.items():
        if _LEVEL_NAME.search(name):
            yield (name, function.key("Environment", "Variables", name)), value
    level = function.get("LoggingConfig", "ApplicationLogLevel")
    if level is not None:
        yield ("ApplicationLogLevel", function.key("LoggingConfig", "ApplicationLogLevel")), level


@check
def print_for_logging(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in _in_text(project):
        if logs.writes_json(handler):
            continue
        calls = [each for each in handler.invocation_calls if logs.is_print(each) and not logs.prints_structure(each)]
        places = list(dict.fromkeys(call.span for call in calls))
        if places and places[0] not in told:
            told.add(places[0])
            more = f", as in {len(places) - 1} more places" if len(places) > 2 else ""
            yield Problem(places[0], f"logs with {logs.printer(calls[0])}{more}")


@check
def event_logged(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        functions = project.functions_of(handler)
        if functions and all(map(_has_plain_events, functions)):
            continue
        redacted = logs.redacted_from(handler)
        for number, call in enumerate(handler.calls):
            if call.span in told:
                continue
            seen = logs.line(call) if call.phase == "invocation" and number < redacted else ()
            shown = next(filter(None, map(logs.shows, seen)), None)
            if shown is not None:
                told.add(call.span)
                yield Problem(call.span, f"logs {shown}", way(call.trail))
            elif (what := logs.logs_event(call)) is not None:
                told.add(call.span)
                yield Problem(call.span, f"logs {what}")


@check
def secret_logged(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        names = confidential.naming(handler)
        functions = project.functions_of(handler)
        sent = confidential.sent(handler)
        redacted = logs.redacted_from(handler) if sent else 0
        for number, call in enumerate(handler.calls):
            written = () if call.span in told else tuple(logs.written(call))
            whole = sent if call.phase == "invocation" and number < redacted else ""
            if whole and any(map(logs.shows_event, written)) and not environment.tells_machines_apart(call.tested):
                told.add(call.span)
                mild = logs.is_quiet(call) or environment.is_verbose(call.tested)
                yield Problem(
                    call.span, f"logs the whole event, with {whole}", way(call.trail), "note" if mild else None
                )
                continue
            absent = [each.value for each in call.assured if each.kind == ABSENT] if written else []
            seen = (value for value in written if value not in absent)
            found = (each for value in seen for each in confidential.shown(value))
            shown = next((each for each in found if not _only_names(each, names, functions)), None)
            if shown is not None and not environment.tells_machines_apart(call.tested):
                told.add(call.span)
                mild = shown.passing or logs.is_quiet(call) or environment.is_verbose(call.tested)
                fetched = shown.fetched if shown.fetched is not None and not call.span.covers(shown.fetched) else None
                also = () if fetched is None else ((fetched, "fetched here"),)
                yield Problem(call.span, f"logs {shown.what}", (*also, *way(call.trail)), "note" if mild else None)
                continue
            what = None if call.span in told else confidential.in_url(call)
            if what is not None:
                told.add(call.span)
                yield from _told_by_errors(handler, call, what)


def _told_by_errors(handler: Handler, call: Call, what: str) -> Problems:
    """A secret in a URL, which the errors of a request show that a clause logs, or that Lambda does where none is."""
    clauses = handler.clauses_around(call.span, call.trail)
    clause = next(filter(failures.takes_refusals, clauses), None)
    told = None if clause is None else logs.tells_error(handler, clause)
    message = f"puts {what} into a URL, which errors of the request show:"
    if told is not None:
        yield Problem(call.span, f"{message} they are logged", ((told.span, "logged here"), *way(call.trail)))
    elif clause is None or clause.gives_up:
        yield Problem(call.span, f"{message} what is not caught, Lambda logs", way(call.trail), "note")


def _only_names(secret: Secret, names: frozenset[str], functions: Collection[Function]) -> bool:
    """Whether a variable that is called like a secret says where that is."""
    return bool(secret.variable) and (
        secret.variable in names or any(each.only_names(secret.variable) for each in functions)
    )


_PLAIN = frozenset({"S3", "EventBridge Scheduler"})
"""What invokes functions with events that hold names and times, and nothing that people have sent."""


def _has_plain_events(function: Function) -> bool:
    services = {each.service for each in function.invokers}
    return bool(services) and services <= _PLAIN


@check
def request_id_not_logged(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in _in_text(project):
        if handler.wrappers or handler.bounded or logs.is_structured(handler):
            continue
        calls = handler.invocation_calls
        replaced = any(logs.replaces_handler(call) for call in handler.calls)
        if not replaced and any(logs.is_told_apart(call) for call in calls):
            continue
        written = [each for each in calls if logs.is_print(each) or logs.is_own(each) or logs.is_standard(each)]
        if written and written[0].span not in told and not logs.tells_request(handler):
            told.add(written[0].span)
            verb = "prints" if logs.is_print(written[0]) else "logs"
            yield Problem(written[0].span, f"{verb} without the id of the request")


def _in_text(project: Project) -> Iterator[Handler]:
    """The handlers whose logs AWS's runtime writes as text, as is its default; those that no template reaches too."""
    for handler in project.handlers:
        functions = project.functions_of(handler)
        if not functions or not all(each.generated or each.custom_runtime or _sets_format(each) for each in functions):
            yield handler


def _sets_format(function: Function) -> bool:
    """Whether a template sets the level of the logs, or writes them as JSON, where INFO is the default."""
    if function.get("LoggingConfig", "ApplicationLogLevel") is not None:
        return True
    match function.get("LoggingConfig", "LogFormat"):
        case None | Known("Text"):
            return False
        case _:
            return True
