"""What is sent to queues, topics, buses and streams: whether they take it."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler
from lambdalint.meaning import entries
from lambdalint.meaning.operations import operation
from lambdalint.model import EventSource, Project
from lambdalint.model.event_sources import STREAMS
from lambdalint.model.fifo import FifoTarget, lacking
from lambdalint.model.view import Number
from lambdalint.source import Span


@check
def batch_over_limit(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in handler.calls:
            asked = operation(call) if call.span not in told else None
            most = None if asked is None else entries.most(asked)
            counted = None if asked is None or most is None else entries.count(handler, asked)
            if asked is None or most is None or counted is None:
                continue
            also: tuple[tuple[Span, str], ...] = ()
            sent = f"sends {'up to ' if counted.cut else ''}{counted.number} entries"
            if counted.per_record:
                source, size = max(_batches(project, handler), key=lambda each: each[1].value, default=(None, None))
                number = 0 if size is None else min(size.value, counted.number) if counted.cut else size.value
                if source is None or size is None or number <= most:
                    continue
                sent = f"sends an entry for each of up to {number} records"
                also = ((source.span, f"BatchSize {size.value}{' by default' if size.default else ''}"),)
            elif counted.number <= most:
                continue
            told.add(call.span)
            message = f"{sent} at once, where {_called(asked.name)} takes {most}: AWS refuses them all"
            yield Problem(call.span, message, (*also, *way(call.trail)))


def _batches(project: Project, handler: Handler) -> Iterator[tuple[EventSource, Number]]:
    """The mappings that hand records over to a handler, each with how many it may at once."""
    for function in project.functions_of(handler):
        for source in function.event_sources:
            size = source.batch_size
            if source.service in ("SQS", *STREAMS) and isinstance(size, Number):
                yield source, size


@check
def sent_one_by_one(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in handler.invocation_calls:
            asked = operation(call) if call.span not in told else None
            found = None if asked is None else entries.alone(handler, asked)
            if asked is not None and found is not None:
                told.add(call.span)
                several = _called(found.batch)
                one = "asks for one entry" if several == _called(asked.name) else f"asks for {_called(asked.name)}"
                message = f"{one} in each round of a loop, where one {several} takes {found.most}"
                also = ((found.loop.span, "the loop"), *way(call.trail))
                yield Problem(call.span, message, also, about=project.functions_of(handler))


def _called(name: str) -> str:
    """An operation as AWS's documentation calls it."""
    return "".join(part.capitalize() for part in name.split("_"))


@check
def fifo_parameters_missing(project: Project) -> Problems:
    told: set[Span] = set()
    for function in project.functions:
        for call in () if function.handler is None else function.handler.calls:
            asked = operation(call) if call.span not in told else None
            target = None if asked is None else FifoTarget.of(function, asked)
            wrong = None if asked is None or target is None else lacking(asked, target)
            if target is not None and wrong is not None:
                told.add(call.span)
                yield Problem(call.span, f"sends to {target.name}, which is FIFO, {wrong}", way(call.trail))
