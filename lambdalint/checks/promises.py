"""Promises: what is started and nobody waits for."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler, Started
from lambdalint.code.value import CALLED_BACK
from lambdalint.meaning import environment, promises, repeats
from lambdalint.meaning.operations import operation
from lambdalint.model import Project
from lambdalint.model.callbacks import answers, waits_until_idle
from lambdalint.source import Span

_LOST = "what is not done when the handler answers is frozen with the environment, and may never be"


@check
def floating_promise(project: Project) -> Problems:
    # callback-in-async-handler tells of what calls the callback too late.
    late = {each.late for _, each in answers(project)}
    for handler, each in _started(project, ("dropped", "kept")):
        if promises.is_waited_for_by_request(each) or each.span in late:
            continue
        what = _what(each)
        asks, settled = promises.only_asks(each), each.meant or promises.never_fails(each, handler)
        told = settled and promises.only_tells(each)
        severity = "note" if promises.is_sample(each) or (asks and settled) else "warning" if asks or told else None
        if each.meant:
            yield Problem(
                each.span,
                f"starts {what} and leaves it, its failure caught: {_LOST}",
                way(each.trail),
                severity="note" if severity == "note" else "warning",
            )
        elif each.how == "kept":
            message = f"starts {what} and never awaits the promise that it keeps: {_LOST}"
            yield Problem(each.span, message, way(each.trail), severity)
        else:
            yield Problem(each.span, f"starts {what} and does not wait for it: {_LOST}", way(each.trail), severity)
    for handler, each in _started(project, ("returned", "raised")):
        yield Problem(
            each.span,
            f"returns the promise of {_what(each)} out of a try without await: its catch never runs where that fails",
            way(each.trail),
            severity="note" if each.how == "raised" or promises.never_fails(each, handler) else "warning",
        )

    for handler, each in _started(project, ("dropped",), answering=True):
        if not (each.meant or promises.only_asks(each) or promises.never_fails(each, handler)):
            yield Problem(
                each.span,
                f"starts {_what(each)} and does not wait for it: its answer says nothing of a failure, which nobody "
                "hears of and which ends the process",
                way(each.trail),
                severity="warning",
            )

    for handler, each in _started(project, ("unheard",)):
        if not promises.never_fails(each, handler):
            yield Problem(
                each.span,
                f"has a promise wait for {_what(each)} that hears nothing where that fails: no catch runs, and the "
                "process ends, or waits until it is stopped",
                way(each.trail),
                severity="warning",
            )

    for _, each in _started(project, ("asked",)):
        yield Problem(
            each.span,
            f"reads {each.name} without await: a promise has no {each.name.rpartition('.')[2]}, as only what it comes "
            "to has",
            way(each.trail),
        )

    for _, each in _started(project, ("ended",)):
        yield Problem(
            each.span,
            f"returns the promise of {_what(each)} out of a try without await: its finally runs before that is done",
            way(each.trail),
            severity="warning",
        )


@check
def async_for_each(project: Project) -> Problems:
    for _, each in _started(project, ("forEach",)):
        yield Problem(
            each.span, f"gives forEach an async function, for which it does not wait: {_LOST}", way(each.trail)
        )


@check
def async_predicate(project: Project) -> Problems:
    for handler in project.handlers:
        told: set[Span] = set()
        for each in handler.started:
            if each.how in _ANSWERS and each.span not in told:
                told.add(each.span)
                yield Problem(
                    each.span,
                    f"gives {each.how} an async function, whose promise {_ANSWERS[each.how]}",
                    way(each.trail),
                )


_ALWAYS = "is true, whatever it is a promise of"
_ANSWERS = {
    "filter": f"{_ALWAYS}: every item is kept",
    "some": f"{_ALWAYS}: the first item decides",
    "every": f"{_ALWAYS}: every item passes",
    "find": f"{_ALWAYS}: the first item is found",
    "findLast": f"{_ALWAYS}: the last item is found",
    "findIndex": f"{_ALWAYS}: the first item is found",
    "sort": "is no number: nothing is sorted",
}
"""What methods of arrays make of a promise that a function answers."""


@check
def request_sent_twice(project: Project) -> Problems:
    for handler in project.handlers:
        told: set[Span] = set()
        for call in handler.calls:
            asked = operation(call) if {CALLED_BACK, "promise"} <= call.asked else None
            if asked is not None and call.span not in told:
                told.add(call.span)
                what = f"sends {asked.service}'s {asked.name} twice: it is given a callback, and asked for its promise"
                # What only reads, or leaves the same twice, is asked for once too often, and nothing is done twice.
                mild = asked.only_reads or repeats.leaves_the_same(asked)
                yield Problem(call.span, what, way(call.trail), "warning" if mild else None)


def _started(project: Project, ways: tuple[str, ...], *, answering: bool = False) -> Iterator[tuple[Handler, Started]]:
    """What is started in one of some ways, asks something of somebody else, and is left; each place once.

    Of a handler that is `answering` itself it is done before its answer goes out, and does not answer in its turn.
    """
    for handler in project.handlers:
        if promises.answers_itself(handler) is not answering or (answering and handler.context_writes):
            continue
        if not answering and waits_until_idle(project, handler):
            continue
        told: set[Span] = set()
        for each in handler.started:
            if (
                each.how in ways
                and each.span not in told
                and not (answering and any(map(promises.may_end, each.calls)))
                and promises.leaves_process(each)
                and not promises.is_answered_before_closing(each, handler)
                and not environment.tells_machines_apart(each.tested)
            ):
                told.add(each.span)
                yield handler, each


def _what(started: Started) -> str:
    """What was started: a request to AWS, or a function as it is called in the code."""
    asked = operation(started.calls[-1]) if started.name.endswith(".send") else None
    if asked is not None:
        return f"{asked.service}'s {asked.name}"
    return f"{started.name}()" if started.name else "a promise"
