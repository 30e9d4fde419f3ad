"""What an answer tells its client of an error of the program's own."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check
from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.idioms import is_log, is_pure
from lambdalint.code.value import Call, Caught, Mapping, options
from lambdalint.meaning import failures, http, network, proofs, web
from lambdalint.model import Function, Project
from lambdalint.model.requests import http_triggers
from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.source import Span


@check
def error_detail_in_response(project: Project) -> Problems:
    told: dict[Span, list[Function]] = {}
    problems: list[tuple[Problem, list[Function]]] = []
    for handler in project.handlers:
        if handler.one_shot or not _answers_requests(project, handler):
            continue
        asked = [each for each in project.functions_of(handler) if http_triggers(each)]
        for returned in (*handler.returns, *web.answers(handler)):
            value = returned.value
            if isinstance(value, Mapping) and http.is_response(value) and http.BODY in value.entries:
                status = http.status(value.entries[http.STATUS])
                # An error that is itself the body is no answer: response-body-not-string tells it.
                texts = [each for each in options(value.entries[http.BODY]) if not isinstance(each, Caught)]
                details = (detail for each in texts for detail in http.details(each))
                found = [each for each in details if _is_told(handler, each, value, status)]
                if not found:
                    continue
                places = [each.span or returned.span for each in found]
                known = next((told[each] for each in places if each in told), None)
                if known is not None:
                    known += [each for each in asked if each not in known]
                    continue
                owners = list(asked)
                told.update(dict.fromkeys(places, owners))
                # What one response tells is one finding: the trace, where there is one, holds the text as well.
                detail = max(found, key=lambda each: each.trace)
                what = "a stack trace" if detail.trace else "the text of an exception"
                where = "in a response" if status is None else f"in a response with status {status}"
                also = () if detail.caught is None else ((detail.caught.span, "caught here"),)
                if status is not None and status < failures.SERVERS and not detail.trace:
                    where += ", also where AWS is what failed"
                place = detail.span or returned.span
                mild = detail.caught is not None and failures.sees_mistakes_alone(handler, detail.caught)
                # What became of each of several things that were asked for at once is told to whoever asked.
                mild = mild or (detail.listed and not detail.trace and status is not None and status < _REDIRECTING)
                severity = "note" if mild or _is_for_operators(handler, asked, place, detail) else None
                problems.append((Problem(place, f"returns {what} {where}", also, severity), owners))
    yield from (replace(problem, about=tuple(owners)) for problem, owners in problems)


_REDIRECTING = 300
"""The first status that says that a request was not done."""

_OF_ADMINISTRATORS = pattern(r"(?i)(?:^|[/_.-])admin(?:s|istrators?|istration)?(?=[/_.-])")
"""How the files are called of what only those may ask who run the service: the text is for them."""


def _is_for_operators(handler: Handler, asked: list[Function], place: Span, detail: http.Detail) -> bool:
    """Whether an answer is seen to go to those only who run the service, or whom they have let in: also to a service
    that has signed what it asks, whose dashboard shows it to them, and to whoever has the secret of the code's own."""
    few = [each.signed or each.of_few for function in asked for each in http_triggers(function)]
    known = bool(few) and all(few)
    clause = None if detail.caught is None else detail.caught.span
    proved = proofs.asks_for_address(handler) or proofs.sent_by_service(handler, place, clause)
    proved = proved or proofs.asks_for_secret(handler)
    return known or proved or _OF_ADMINISTRATORS.search(place.path) is not None


def _answers_requests(project: Project, handler: Handler) -> bool:
    """Whether a handler answers requests, or reads them and nothing else is known to call it."""
    called = [each for function in project.functions_of(handler) for each in http_triggers(function)]
    if called:
        return not all(each.one_way for each in called)
    return handler in project.uncalled and http.takes_requests(handler)


@once_a_handler
def _calls_in(handler: Handler, path: str) -> tuple[Call, ...]:
    """The calls that a handler makes in a file but where something has failed."""
    return tuple(each for each in handler.calls if each.span.path == path and not each.mends)


@once_a_handler
def _asks_its_own_machine(handler: Handler, clause: Span) -> bool:
    """Whether all that a clause watches over asks the machine that the function runs on: an extension of Lambda's."""
    tried = [each.tried for each in handler.catches if each.span == clause]
    done = [each for each in _calls_in(handler, clause.path) if any(span.covers(each.span) for span in tried)]
    asked = [each for each in done if not (is_log(each) or is_pure(each))]
    return bool(asked) and all(any(map(network.is_this_machine, each.arguments[:1])) for each in asked)


def _is_told(handler: Handler, detail: http.Detail, response: Mapping, status: int | None) -> bool:
    if status is not None and status < failures.SERVERS:
        # What the client did wrong it may know, if that is all that is caught; but not where in the program.
        if detail.trace and detail.caught is None and detail.span is not None:
            return failures.hides_others(handler, detail.span)
        return detail.caught is not None and failures.catches_services(handler, detail.caught)
    if detail.caught is None:
        return True
    if not detail.trace and _asks_its_own_machine(handler, detail.caught.span):
        return False
    if not detail.trace and failures.tells_own_words(handler, detail.caught):
        return False
    if status is None:
        if http.sorts(handler, detail.caught, response.entries[http.STATUS]):
            return False
        # A status that is looked up in the error says whether it is the client's.
        return http.catches_all(detail.caught) and not detail.of_service
    return not http.meant_for_clients(detail.caught)
