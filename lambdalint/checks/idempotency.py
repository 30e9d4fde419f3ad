"""Whether a handler may get the same event twice."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.value import Call
from lambdalint.meaning import repeats
from lambdalint.model import Function, Invoker, Project, machines
from lambdalint.model.invokers import ASYNCHRONOUS, POLLED, SYNCHRONOUS
from lambdalint.model.uses import used
from lambdalint.model.view import text
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Mapping, items


@check
def not_idempotent(project: Project) -> Problems:
    told: set[Span] = set()
    for function in project.functions:
        handler, senders = function.handler, (*_senders(function), *_retrying(project, function))
        if handler is None or not senders or handler.one_shot or repeats.remembers(handler):
            continue
        if function.get("DurableConfig") is not None:
            # What a durable execution has done it does not do again.
            continue
        for call in handler.invocation_calls:
            what = None if call.span in told else repeats.repeated(call, _key(function, call))
            if what is None:
                continue
            sender = next((each for each in senders if repeats.may_reach(call, each.service)), None)
            if sender is not None and not repeats.knows_done(handler, call):
                told.add(call.span)
                twice = "delivers an event twice" if sender.mode != SYNCHRONOUS else "tries again what failed"
                how = "invokes" if sender.mode != SYNCHRONOUS else "retries"
                yield Problem(
                    call.span,
                    f"{what} once more where {sender.service} {twice}",
                    ((sender.span, f"{how} {function.name}"), *way(call.trail)),
                    about=function,
                )


def _senders(function: Function) -> tuple[Invoker, ...]:
    """What may deliver an event twice."""
    return tuple(each for each in function.invokers if each.mode in (ASYNCHRONOUS, POLLED))


def _retrying(project: Project, function: Function) -> Iterator[Invoker]:
    """The state machines that invoke a function once more, with the same input, after it failed."""
    for task in machines.tasks(project):
        again = task.repeats if task.function == function else None
        if again is not None:
            yield Invoker(SYNCHRONOUS, "Step Functions", again)


def _key(function: Function, call: Call) -> frozenset[str] | None:
    """The attributes that make the key of the table that a call writes to; None where they are not known."""
    asked = repeats.table_of(call)
    table = None if asked is None else used(function, asked)
    if not isinstance(table, Resource):
        return None
    named = [text(each.get("AttributeName")) for each in items(table.get("KeySchema")) if isinstance(each, Mapping)]
    names = frozenset(each for each in named if each is not None)
    return names if names and len(names) == len(named) else None
