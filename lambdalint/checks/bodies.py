"""The body of a request, which its client may leave out, or write as it likes."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler
from lambdalint.meaning import failures, http, kinds, mending
from lambdalint.model import Project, requests
from lambdalint.model.requests import HttpTrigger, http_triggers
from lambdalint.records import replace
from lambdalint.source import Span


@check
def null_body_parsed(project: Project) -> Problems:
    for handler, expected, aside in _of_requests(project):
        for problem in _null_bodies(handler, expected):
            yield replace(problem, severity="note") if aside else problem


def _of_requests(project: Project) -> Iterator[tuple[Handler, str, bool]]:
    """The handlers of requests whose bodies nothing looks at before them, with what the body is where there is none,
    and whether nobody is seen to send them, or only programs of one's own do."""
    for handler in project.handlers:
        if handler.wrappers or handler.one_shot or http.validates(handler):
            continue
        called = [trigger for function in project.functions_of(handler) for trigger in http_triggers(function)]
        expected = _expected(project, handler, called)
        if expected is not None:
            yield handler, expected, all(each.signed for each in called)


def _null_bodies(handler: Handler, expected: str) -> Problems:
    told: set[Span] = set()
    for call in handler.invocation_calls:
        if not told and http.knows_body(call):
            break
        how = http.parses_body(call)
        if how is None or call.span in told or (how == http.NULL and expected != "null"):
            continue
        if expected == "null" and http.takes_null(call):
            continue
        if failures.survives(handler, call, http.SURVIVING[expected], failures.SERVERS):
            null_too = failures.survives(handler, call, http.SURVIVING["null"], failures.SERVERS)
            if expected == "missing" and not null_too:
                message = "parses the body, and catches that it is missing, as from this API: others send null"
                yield Problem(call.span, message, way(call.trail), "note")
            # What comes after it knows whether it succeeded.
            break
        told.add(call.span)
        answered = failures.survives(handler, call, http.SURVIVING[expected], failures.BEYOND)
        message = f"parses the body, which is {expected} where a request has none"
        fix = mending.body_or_empty(call.span, handler.language)
        severity = "note" if answered or not http.answers_mistakes(handler) else None
        yield Problem(call.span, message, way(call.trail), severity, fix=fix, alike="parses the body")


@check
def malformed_body_unhandled(project: Project) -> Problems:
    told: set[Span] = set()
    for handler, expected, _ in _of_requests(project):
        # What comes first there fails on those as well.
        unanswered = not http.answers_mistakes(handler)
        told.update(each.span for each in _null_bodies(handler, expected) if each.severity is None or unanswered)
        for call in handler.invocation_calls:
            if call.span in told or http.takes_apart(call) != http.JSON or not kinds.parses_json(call):
                continue
            told.add(call.span)
            if not failures.survives(handler, call, kinds.NO_JSON, failures.BEYOND):
                message = (
                    "parses the body, and nothing catches that it is no JSON: the client's mistake is answered 5xx"
                )
                yield Problem(call.span, message, way(call.trail))


_WITHOUT_BODY = {
    requests.REST: "null", requests.HTTP_1: "null", requests.HTTP_2: "missing", requests.URL: "missing",
    requests.LOAD_BALANCER: "empty",
}  # fmt: skip


def _expected(project: Project, handler: Handler, called: list[HttpTrigger]) -> str | None:
    """What the event has for the body of a request that has none; None where the event may be no request."""
    if any(each.validated for each in called):
        return None
    if not called and not (handler in project.uncalled and http.takes_requests(handler)):
        return None
    found = {_WITHOUT_BODY.get(each.kind or "", "") for each in called if each.kind is not None}
    if not found:
        first, second = http.reads_version_1(handler), http.reads_version_2(handler)
        return "null or missing" if first == second else "null" if first else "missing"
    return next((each for each in ("null", "missing", "empty") if each in found), None)
