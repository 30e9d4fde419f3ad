"""Batches of records: which of them fail, and who is told."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check
from lambdalint.code import responses
from lambdalint.code.facts import EVERYTHING, Handler, Loop
from lambdalint.model import EventSource, Function, Project
from lambdalint.model.view import Number
from lambdalint.source import Span

_REPORTING = ("SQS", "Kinesis", "DynamoDB", "Kafka")
"""Sources whose mappings heed `batchItemFailures`."""

_BATCHES = ("SQS", "Kinesis", "DynamoDB")
"""Sources whose batches come as `Records`."""


def _pairs(project: Project, services: tuple[str, ...]) -> Iterator[tuple[EventSource, Function, Handler]]:
    """The mappings of these services, each with its function and what the function's code does."""
    for source in project.event_sources:
        function = source.function
        if source.service in services and function is not None and function.handler is not None:
            yield source, function, function.handler


@check
def batch_failures_not_enabled(project: Project) -> Problems:
    for source, function, handler in _pairs(project, _REPORTING):
        if source.reports_batch_item_failures is False:
            for returned in handler.returns:
                if responses.reports_failures(returned.value):
                    message = f"ignores the batchItemFailures that {function.name}'s handler returns"
                    yield Problem(source.span, message, ((returned.span, "returned here"),))
                    break


@check
def batch_failures_not_returned(project: Project) -> Problems:
    for source, function, handler in _pairs(project, _REPORTING):
        if source.reports_batch_item_failures and not handler.wrappers and not handler.bounded:
            alone = isinstance(source.batch_size, Number) and source.batch_size.value == 1
            never = all(responses.may_report(returned.value) is False for returned in handler.returns)
            if never and handler.returns and not (alone and not handler.catches):
                yield Problem(
                    source.key("FunctionResponseTypes"),
                    f"expects batchItemFailures, which {function.name}'s handler never returns",
                    ((handler.span, "this handler"),),
                )


@check
def batch_fails_as_a_whole(project: Project) -> Problems:
    for source in project.event_sources:
        function = source.function
        size = source.batch_size
        if (
            source.service not in _BATCHES
            or function is None
            or source.reports_batch_item_failures is not False
            or not isinstance(size, Number)
            or size.value == 1
            or source.bisects is not False
        ):
            continue
        handler = function.handler
        also: tuple[tuple[Span, str], ...] = ()
        if handler is None:
            if source.service != "SQS":
                continue
        else:
            loop = next((loop for loop in handler.loops if loop.over_records), None)
            if loop is None or _settles_each(handler, loop):
                continue
            also = ((loop.span, "goes through them here"),)
        yield Problem(
            source.span, f"retries all of a batch of up to {size.value} {source.record}s when one fails", also
        )


def _settles_each(handler: Handler, loop: Loop) -> bool:
    """Whether one record's failure does not fail the batch: it is reported, swallowed, or what succeeds is deleted."""
    return (
        any(responses.reports_failures(returned.value) for returned in handler.returns)
        or any(
            clause.everything and not clause.raises and (clause.alone or clause.tried.covers(loop.span))
            for clause in handler.catches
        )
        or any(call.name in ("delete_message", "delete_message_batch") for call in handler.invocation_calls)
    )


@check
def batch_failure_swallowed(project: Project) -> Problems:
    told: set[Span] = set()
    for source, function, handler in _pairs(project, _BATCHES):
        for clause in handler.catches:
            if clause.swallows and clause.span not in told:
                told.add(clause.span)
                fate = "deleted" if source.service == "SQS" else "skipped"
                types = [name.rpartition(".")[2] for name in clause.types if name not in EVERYTHING]
                what = " or ".join(types) or "failure"
                yield Problem(
                    clause.span,
                    f"swallows the {what} of a {source.record}, which is then {fate}",
                    ((source.span, f"feeds {function.name}"),),
                )


@check
def first_record_only(project: Project) -> Problems:
    told: set[Span] = set()
    for source, function, handler in _pairs(project, _BATCHES):
        size = source.batch_size
        if not isinstance(size, Number) or size.value == 1 or responses.uses_all_records(handler):
            continue
        for read in handler.reads:
            if read.path == ("Records", 0) and read.span not in told:
                told.add(read.span)
                yield Problem(
                    read.span,
                    f"reads only the first of up to {size.value} {source.record}s",
                    ((source.span, f"feeds {function.name}"),),
                )
                break
