"""Dead-letter queues: whether they are of the right kind, and for long enough there."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check
from lambdalint.meaning.operations import operation
from lambdalint.model import EventSource, Function, Project, Queue
from lambdalint.model.functions import function_named
from lambdalint.model.queues import DAY, SECOND_ATTEMPT, duration, failure_targets
from lambdalint.model.uses import readers_of
from lambdalint.model.view import Number, references, referring_to, text, truth
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value
from lambdalint.wanted import Fix, corrected, setting

_LONGEST = 14 * DAY


@check
def receive_count_low(project: Project) -> Problems:
    for queue, source in _fed(project):
        match queue.max_receive_count, project.function_named(source.invoked):
            case Number(count, span, origin), function if (
                function is not None and 0 < count < 5 and not function.deletes_first
            ):
                # Without the function's name: a module that is called for many has one place, and is told once.
                yield Problem(
                    span,
                    f"has a maxReceiveCount of {count}{f', {origin}' if origin else ''}, and AWS asks for 5: "
                    "each attempt that Lambda throttles counts, and good messages become dead letters",
                    ((source.span, f"feeds {function.name}"),),
                    "note" if count > _HARDLY_ANY or _outlasts_throttling(queue, source, count) else None,
                    fix=_received_more_often(queue),
                )


def _received_more_often(queue: Queue) -> Fix | None:
    """The fix that a message is received five times before it is put aside: that many times its work is tried."""
    match queue.visibility_timeout, queue.retention:
        case Number(hidden), Number(kept) if kept <= 5 * hidden:
            # It would be deleted before it is put aside.
            return None
    policy = queue.redrive
    given = policy.get("maxReceiveCount") if isinstance(policy, Mapping) else None
    # What is set elsewhere may be what others count by.
    own = isinstance(given, Known) and queue.resource.extent.covers(given.span)
    return corrected(given, 5, safe=False) if own and isinstance(given, Known) else None


_HARDLY_ANY = 2
"""Receives that one burst uses up: more are fewer than AWS asks for, and may well have been chosen."""


def _outlasts_throttling(queue: Queue, source: EventSource, receives: int) -> bool:
    """Whether throttling hardly uses up the receives of a message: it would last an hour, or as long as the message is
    kept, or what is taken can run; or nothing else does, as the function never fails; or what is lost is a notice.

    Lambda takes no more than a mapping's MaximumConcurrency lets it hand on.
    """
    hidden, kept = queue.visibility_timeout, queue.retention
    function = function_named(source.project, source.invoked)
    if isinstance(hidden, Number):
        lasts = hidden.value * receives
        if lasts >= 3600 or (isinstance(kept, Number) and lasts >= kept.value):
            return True
    return function is not None and (function.takes_all_of(source) or function.never_fails or function.only_tells_chat)


@check
def queue_retention_short(project: Project) -> Problems:
    for queue, source in _fed(project):
        function = project.function_named(source.invoked)
        kept, hidden, receives = queue.retention, queue.hidden_at_least, queue.max_receive_count
        if function is None or function.never_fails or _shows_messages(function):
            continue
        if queue.loses_failures is None or not isinstance(kept, Number) or not isinstance(hidden, Number):
            continue
        takes = hidden.value * (receives.value if isinstance(receives, Number) else 1)
        if queue.loses_failures == SECOND_ATTEMPT:
            why = f"no longer than its VisibilityTimeout of {hidden.value} s"
            before = "it is tried again"
        else:
            times = takes // hidden.value
            why = f"and {times} receives at a VisibilityTimeout of {hidden.value} s take {duration(takes)}"
            before = "it comes to its dead-letter queue"
        yield Problem(
            kept.span,
            f"has a MessageRetentionPeriod of {duration(kept.value)}, {why}: "
            f"a message that fails is deleted before {before}",
            ((source.span, f"feeds {function.name}"),),
            about=queue,
            fix=_kept_longer(queue, takes),
        )


def _kept_longer(queue: Queue, seconds: int) -> Fix | None:
    """The fix that a queue keeps its messages for longer than so many seconds: for SQS's default, or its maximum."""
    longer = next((each for each in (4 * DAY, _LONGEST) if each > seconds), None)
    return None if longer is None else setting(queue.resource, ("MessageRetentionPeriod",), longer, safe=False)


def _shows_messages(function: Function) -> bool:
    """Whether a function's own code says for how long a message is hidden."""
    calls = () if function.handler is None else function.handler.calls
    asked = [each.name for each in map(operation, calls) if each is not None]
    return any(each.startswith("change_message_visibility") for each in asked)


@check
def dead_letter_retention_short(project: Project) -> Problems:
    told: set[Queue] = set()
    polled = {queue for queue, _ in _fed(project)}
    for queue in project.queues:
        letters = queue.dead_letter_queue
        if letters is None or letters in told or letters.generated:
            continue
        if letters.fifo is not False or queue.fifo is not False:
            continue
        if queue not in polled and (queue.generated or not readers_of(project, queue.resource)):
            continue
        match letters.retention, queue.retention:
            case Number(kept, span), Number(first, place) if kept <= first and kept < _LONGEST:
                told.add(letters)
                # One value for both is the one queue's as much as the other's: what is wrong is that both have it.
                given = letters.resource.properties.key("MessageRetentionPeriod") if span == place else span
                yield Problem(
                    given,
                    f"has a MessageRetentionPeriod of {duration(kept)}, counted from when it came to {queue.name}, "
                    f"which itself keeps it for {duration(first)}",
                    ((place, f"{queue.name} keeps a message for {duration(first)}"),),
                    "note" if kept == first and _is_seen_at_once(queue, letters, kept) else None,
                    about=letters,
                    cause=f"has {duration(kept)} beside {duration(first)}",
                    fix=setting(letters.resource, ("MessageRetentionPeriod",), _LONGEST),
                )


def _is_seen_at_once(queue: Queue, letters: Queue, kept: int) -> bool:
    """Whether a message that fails comes to the dead-letter queue in little of the time that it is kept, and an alarm
    tells of it."""
    hidden, receives = queue.visibility_timeout, queue.max_receive_count
    quick = isinstance(hidden, Number) and isinstance(receives, Number) and hidden.value * receives.value * 100 <= kept
    return quick and any(
        each.type == "AWS::CloudWatch::Alarm" for each in referring_to(queue.project, letters.resource.name)
    )


@check
def dead_letter_type_mismatch(project: Project) -> Problems:
    for queue in project.queues:
        letters = queue.dead_letter_queue
        target = queue.redrive.get("deadLetterTargetArn") if isinstance(queue.redrive, Mapping) else None
        if letters is None or target is None or letters.fifo is None or queue.fifo in (None, letters.fifo):
            continue
        yield Problem(
            target.span,
            f"is a {_kind(queue.fifo)} queue with a {_kind(letters.fifo)} dead-letter queue, {letters.name}: "
            f"SQS takes {_kind(queue.fifo)} ones only",
            ((letters.span, f"{letters.name} is {_kind(letters.fifo)}"), (queue.span, f"{queue.name}")),
        )
    for service, value in _receivers(project):
        for reference in references(value):
            found = project.resource(reference.resource)
            for kind, fifo in (("queue", "FifoQueue"), ("topic", "FifoTopic")):
                if (
                    found is not None
                    and found.type in ("AWS::SQS::Queue", "AWS::SNS::Topic")
                    and truth(found.get(fifo))
                ):
                    name = found.called
                    yield Problem(
                        reference.span,
                        f"sends what fails to {name}, a FIFO {kind}; {service} takes standard ones only",
                        ((found.span, f"{name} is FIFO"),),
                    )


@check
def dead_letter_queue_consumed(project: Project) -> Problems:
    every = project.of_type("AWS::CloudWatch::Alarm")
    # What watches another service watches no queue.
    alarms = [each for each in every if text(each.get("Namespace")) in (None, "AWS/SQS")]
    if any(_open(alarm.get(name)) for alarm in alarms for name in ("Dimensions", "Metrics")):
        return
    watched = {name for kind in _WATCHERS for resource in project.of_type(kind) for name in _named(resource.properties)}
    for queue in project.queues:
        if queue.resource.name not in failure_targets(project) or queue.generated:
            continue
        if watched.isdisjoint({queue.resource.name, text(queue.get("QueueName"))}):
            yield Problem(
                queue.span, "takes what failed, and has neither an alarm nor a consumer to notice it", about=queue
            )


_WATCHERS = (
    "AWS::CloudWatch::Alarm",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Pipes::Pipe",
)
"""Types of resources that look at a queue that they name: a function may be told of it to empty it."""


def _open(value: Value | None) -> bool:
    """Whether only a deployment knows what an alarm looks at."""
    match value:
        case Unknown():
            return True
        case Text(parts):
            return any(map(_open, parts))
        case Mapping(entries):
            return value.open or any(map(_open, entries.values()))
        case Sequence(inner):
            return value.open or any(map(_open, inner))
        case _:
            return False


def _named(value: Value | None) -> Iterator[str]:
    """The resources that a value refers to, and the texts in it, but for where failed events are sent."""
    match value:
        case Reference(resource):
            yield resource
        case Known(str(written)):
            yield from (written, written.rpartition(":")[2])
        case Text(parts):
            for part in parts:
                yield from _named(part)
        case Mapping(entries):
            for name, entry in entries.items():
                if name not in ("DeadLetterConfig", "DestinationConfig"):
                    yield from _named(entry)
        case Sequence(inner):
            for item in inner:
                yield from _named(item)


def _receivers(project: Project) -> Iterator[tuple[str, Value | None]]:
    """What takes the events that failed or could not be delivered, with who sends them there."""
    for function in project.functions:
        yield "Lambda", function.get("DeadLetterConfig")
        for config in function.invoke_configs:
            yield "Lambda", config.get("DestinationConfig")
    for target in project.targets:
        yield target.service, target.dead_letters


def _fed(project: Project) -> Iterator[tuple[Queue, EventSource]]:
    """Every queue that Lambda polls for functions, with the first mapping that feeds one."""
    told: set[Queue] = set()
    for source in project.event_sources:
        queue = source.queue
        if (
            queue is not None
            and project.function_named(source.invoked) is not None
            and queue not in told
            and not queue.generated
        ):
            told.add(queue)
            yield queue, source


def _kind(fifo: bool | None) -> str:
    return "FIFO" if fifo else "standard"
