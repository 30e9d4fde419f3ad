"""What authorizers answer, and for how long it holds."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check
from lambdalint.code.facts import Handler
from lambdalint.meaning import policies
from lambdalint.model import Project
from lambdalint.model.authorizers import authorizers
from lambdalint.model.requests import http_triggers
from lambdalint.source import Span


def _followed(handler: Handler | None) -> bool:
    return handler is not None and not handler.wrappers and not handler.bounded


@check
def authorizer_cached_too_narrowly(project: Project) -> Problems:
    told: set[Span] = set()
    for each in authorizers(project):
        handler = each.function.handler
        if handler is None or not _followed(handler) or not each.seconds or each.tells_routes_apart or not each.several:
            continue
        for returned in handler.returns:
            if returned.span not in told and policies.allows_only_its_route(returned.value):
                told.add(returned.span)
                yield Problem(
                    returned.span,
                    f"allows the requested route only, and the API keeps the answer for {each.seconds} seconds:"
                    " requests with the same token for its other routes are refused in that time",
                    ((each.span, "is kept here, AuthorizerResultTtlInSeconds"),),
                    about=each.function,
                )
                break


@check
def authorizer_answer_wrong(project: Project) -> Problems:
    told: set[Span] = set()
    by_function: dict[str, list[bool | None]] = {}
    found = list(authorizers(project))
    for each in found:
        by_function.setdefault(each.function.resource.name, []).append(each.simple)
    for each in found:
        handler, simple = each.function.handler, by_function[each.function.resource.name]
        if handler is None or not each.named or not _followed(handler) or None in simple or len(set(simple)) > 1:
            continue
        if http_triggers(each.function):
            continue  # What it answers to the requests that it is called with itself is another thing.
        for returned in handler.returns:
            wrong = policies.wrong_answer(returned.value, simple[0] is True)
            if wrong is not None and returned.span not in told:
                told.add(returned.span)
                kind = "a REST API" if each.rest else "an API"
                yield Problem(
                    returned.span,
                    f"answers {wrong}, for which {kind} that it authorizes for answers 500",
                    ((each.span, "is an authorizer by this"),),
                    about=each.function,
                )
