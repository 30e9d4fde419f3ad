"""The headers by which an answer lets pages of other origins have it."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check
from lambdalint.code.facts import Handler
from lambdalint.code.value import NONE, Constant, Mapping, Value, options
from lambdalint.meaning import http
from lambdalint.model import Project, requests
from lambdalint.model.requests import http_triggers, only_requests


@check
def cors_headers_missing(project: Project) -> Problems:
    for function in project.functions:
        handler, triggers = function.handler, http_triggers(function)
        if handler is None or handler.wrappers or handler.bounded or not triggers or not handler.returns:
            continue
        if http.called_by_services(handler):
            continue
        asked = all(each.kind == requests.REST and each.preflight for each in triggers)
        known = all(_answers_without(each.value, _ORIGIN) for each in handler.returns)
        if asked and known and only_requests(function) and not any(map(handler.mentions, _SPELLINGS)):
            yield Problem(
                handler.returns[0].span,
                f"answers without {_ORIGIN}: the API's CORS only adds it to preflight requests,"
                " and browsers refuse the answer",
                ((triggers[0].span, f"calls {function.name}, and answers preflight requests by itself"),),
                None if _is_for_browsers(project) else "note",
                about=function,
            )
        elif all(each.kind == requests.REST for each in triggers) and only_requests(function):
            yield from _forgets_header(handler)
        if all(each.kind == requests.REST for each in triggers) and any(map(handler.mentions, _COOKIES)):
            yield from _allows_credentials(handler)


def _allows_credentials(handler: Handler) -> Problems:
    """The first answer that lets every origin call with credentials, which browsers refuse."""
    for each in handler.returns:
        for value in options(each.value):
            headers = value.entries.get(http.HEADERS) if isinstance(value, Mapping) else None
            for given in () if headers is None else options(headers):
                entries = given.entries if isinstance(given, Mapping) else {}
                lowered = {name.lower(): one for name, one in entries.items()}
                allowed = lowered.get(_CREDENTIALS)
                if lowered.get(_ORIGIN.lower()) == Constant("*") and allowed in (Constant(True), Constant("true")):
                    yield Problem(
                        each.span,
                        f"answers with {_ORIGIN} of * and Access-Control-Allow-Credentials: browsers refuse answers to "
                        "requests with credentials",
                        severity="note",
                        cause="lets every origin call with credentials",
                    )
                    return


def _is_for_browsers(project: Project) -> bool:
    """Whether browsers are known to call what a project deploys: another function answers them, or their pages are
    deployed too. CORS is often asked for where only programs call."""
    if any(resource.type in _PAGES for resource in project.resources):
        return True
    return any(each.mentions(spelt) for each in project.handlers for spelt in _SPELLINGS)


_PAGES = frozenset({"AWS::CloudFront::Distribution", "AWS::Amplify::App", "AWS::Cognito::UserPoolClient"})
"""What only pages in browsers, and apps with them, need."""


def _forgets_header(handler: Handler) -> Problems:
    """A success that has not the header that other answers of the same handler have."""
    having = next((each for each in handler.returns if any(map(_has_origin, options(each.value)))), None)
    for each in handler.returns if having is not None else ():
        status = (
            http.status(each.value.entries[http.STATUS])
            if isinstance(each.value, Mapping) and http.is_response(each.value)
            else None
        )
        if having is not None and status is not None and 200 <= status < 300 and _answers_without(each.value, _ORIGIN):
            yield Problem(
                each.span,
                f"answers {status} without {_ORIGIN}, which other answers of it have: browsers refuse it",
                ((having.span, "an answer that has it"),),
            )


def _has_origin(value: Value) -> bool:
    headers = value.entries.get(http.HEADERS) if isinstance(value, Mapping) else None
    return isinstance(headers, Mapping) and any(name.lower() == _ORIGIN.lower() for name in headers.entries)


_ORIGIN = "Access-Control-Allow-Origin"
_CREDENTIALS = "access-control-allow-credentials"
_SPELLINGS = (_ORIGIN, _ORIGIN.lower())
_COOKIES = ("cookie", "Cookie", "cookies", "Set-Cookie", "set-cookie")
"""What code speaks of whose clients are known by what browsers send by themselves: others need no credentials."""


def _answers_without(value: Value, header: str) -> bool:
    """Whether a value surely is a response without a header."""
    return all(
        isinstance(each, Mapping)
        and not each.open
        and http.STATUS in each.entries
        # Of a redirection browsers ask no more than where it leads.
        and not 300 <= (http.status(each.entries[http.STATUS]) or 0) < 400
        and all(_lacks(each.entries.get(name), header) for name in (http.HEADERS, "multiValueHeaders"))
        for each in options(value)
    )


def _lacks(headers: Value | None, header: str) -> bool:
    return headers is None or all(
        each == NONE
        or (
            isinstance(each, Mapping)
            and not each.open
            and each.others is None
            and not any(name.lower() == header.lower() for name in each.entries)
        )
        for each in options(headers)
    )
