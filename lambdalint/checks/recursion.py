"""Whether a function sets itself off again."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler
from lambdalint.code.value import Piece, origins
from lambdalint.meaning.operations import PAGES, WAITER, Operation, operation
from lambdalint.model import Function, Project
from lambdalint.model.feedback import Feedback, feedback
from lambdalint.model.view import text
from lambdalint.source import Span


@check
def recursive_trigger(project: Project) -> Problems:
    told: set[Span] = set()
    for function, handler in _running(project):
        if _looks_into_event(handler):
            continue
        for asked in _asked(handler):
            call = asked.call
            found = feedback(function, asked) if call.span not in told else None
            if found is not None:
                told.add(call.span)
                also = ((found.span, f"invokes {function.name}"), *way(call.trail))
                severity = "warning" if call.conditional or found.may_end or _waits(asked) else None
                yield Problem(call.span, _message(found), also, severity)


def _running(project: Project) -> Iterator[tuple[Function, Handler]]:
    """The functions that may set themselves off, with what their code does."""
    for function in project.functions:
        handler = function.handler
        allowed = function.get("RecursiveLoop")
        if handler is None or handler.one_shot or function.deployment_only:
            continue
        if allowed is None or text(allowed) == "Terminate":
            yield function, handler


def _asked(handler: Handler) -> Iterator[Operation]:
    for call in handler.invocation_calls:
        asked = operation(call)
        if asked is not None and asked.kind not in (PAGES, WAITER):
            yield asked


def _looks_into_event(handler: Handler) -> bool:
    """Whether a handler tests what the event says: it may so know its own work again."""
    return any(
        isinstance(each, Piece) and each.root == "event" and each.path not in ((), ("Records",))
        for value in handler.tests
        for each in origins(value)
    )


def _waits(asked: Operation) -> bool:
    """Whether a message comes back later: it is to be tried again, or to go on where this invocation ends."""
    return asked.argument("DelaySeconds") is not None


def _message(found: Feedback) -> str:
    return f"{found.what}: every invocation {'may lead' if found.may_end else 'leads'} to another"
