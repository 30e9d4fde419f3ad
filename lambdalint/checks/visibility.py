"""For how long messages are hidden from others while a function works on them."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check
from lambdalint.code.value import Constant
from lambdalint.meaning.operations import operation
from lambdalint.model import EventSource, Function, Project, Queue
from lambdalint.model.view import Number
from lambdalint.source import Span
from lambdalint.templates.value import Known, Unknown
from lambdalint.wanted import Fix, corrected, setting


@check
def visibility_timeout_below_function_timeout(project: Project) -> Problems:
    for source in project.event_sources:
        function = project.function_named(source.invoked)
        for each in source.queues:
            match each, function:
                case Queue(hidden_at_most=Number(hidden, span)) as queue, Function(timeout_at_least=Number(limit)):
                    if hidden < limit:
                        place, what = _hidden_for(queue, hidden, span)
                        yield Problem(
                            place,
                            f"{what}, less than the {limit} s that {function.name} may run{_by(queue)}",
                            _timeout_of(function),
                            about=queue,
                            fix=_hiding_longer(project, queue),
                        )
    yield from _received(project)


def _received(project: Project) -> Problems:
    """Messages that code receives by itself, and has hidden for less than it may work on them."""
    told: set[Span] = set()
    for function in project.functions:
        limit = function.timeout_at_least
        for call in () if function.handler is None else function.handler.invocation_calls:
            asked = operation(call)
            given = None if asked is None else asked.argument("VisibilityTimeout")
            if asked is None or asked.name != "receive_message" or call.span in told:
                continue
            match given, limit:
                case Constant(int(hidden)), Number(seconds) if 0 < hidden < seconds:
                    told.add(call.span)
                    yield Problem(
                        call.span,
                        f"hides what it receives for {hidden} s, less than the {seconds} s that {function.name} may "
                        "run: others may receive it while it is still worked on",
                        _timeout_of(function),
                        "warning",
                        about=function,
                    )


@check
def visibility_timeout_short(project: Project) -> Problems:
    polled = ((source, queue) for source in project.event_sources for queue in source.queues)
    for source, each in polled:
        match each, project.function_named(source.invoked), source.batching_window:
            case (
                Queue(hidden_at_most=Number(hidden, span)) as queue,
                Function(timeout_at_least=Number(least), execution_at_least=Number(limit)) as function,
                Number(window),
            ):
                wanted = 6 * limit + window
                if least <= hidden < wanted and queue.loses_failures is None:
                    sum_of = f"6 × its timeout + {window} s batching window" if window else "6 × its timeout"
                    place, what = _hidden_for(queue, hidden, span)
                    yield Problem(
                        place,
                        f"{what}; AWS asks for {wanted} s for {function.name} ({sum_of}){_by(queue)}",
                        (*_execution_of(function), *_window_of(source)),
                        "note"
                        if function.ignores_event
                        or function.deletes_first
                        or function.only_tells_chat
                        or (function.repeats_harmlessly and not _is_soon_given_up(queue))
                        or _leaves_room(project, queue, hidden)
                        or _comes_often_enough(project, queue, hidden)
                        or _comes_singly(project, queue, hidden)
                        or _would_wait_long(project, queue, hidden)
                        or _has_nothing_to_use_up(project, queue, hidden)
                        or _would_outlast(queue, wanted)
                        else None,
                        about=queue,
                        cause=f"has the VisibilityTimeout that is set at {span}",
                        fix=_hiding_longer(project, queue),
                    )


_LONGEST = 43_200
"""Seconds that SQS hides a message at most."""


def _hiding_longer(project: Project, queue: Queue) -> Fix | None:
    """The fix that a queue hides its messages for six times as long as any function may take that it feeds."""
    misnamed = queue.misnamed_visibility_timeout
    if misnamed is not None:
        key, place = misnamed
        return corrected(Known(key, place), "VisibilityTimeout")
    wanted = max((_hidden_well(*each) for each in _feeds(project, queue)), default=_LONGEST + 1)
    possible = wanted <= _LONGEST and not _would_outlast(queue, wanted)
    return setting(queue.resource, ("VisibilityTimeout",), wanted) if possible else None


def _hidden_well(_source: EventSource, function: Function, limit: int, window: int) -> int:
    """The seconds that AWS asks messages to be hidden for; it refuses fewer than one invocation may take."""
    least = function.timeout_at_least
    return max(6 * limit + window, least.value if isinstance(least, Number) else 0)


def _leaves_room(project: Project, queue: Queue, hidden: int) -> bool:
    """Whether half of what AWS asks for is there, for whatever function the queue feeds: room for two more attempts, or
    for one after a batch that took its time to fill."""
    return not any(hidden < 3 * limit or hidden < 2 * limit + window for _, _, limit, window in _feeds(project, queue))


def _comes_often_enough(project: Project, queue: Queue, hidden: int) -> bool:
    """Whether a message is hidden for as long as two attempts take, and is received so often before it is put aside
    that those which come too early do not use it up."""
    receives = queue.max_receive_count
    ample = isinstance(receives, Number) and receives.value >= 2 * _ENOUGH
    return ample and not any(hidden < 2 * limit + window for _, _, limit, window in _feeds(project, queue))


def _comes_singly(project: Project, queue: Queue, hidden: int) -> bool:
    """Whether a message is taken alone, and is hidden for as long as two attempts take, or for longer than one where it
    is taken only when it can be handed on."""
    fed = list(_feeds(project, queue))
    return bool(fed) and all(
        _takes_one(source)
        and ((hidden > limit + window and function.takes_all_of(source)) or (hidden >= 2 * limit and not window))
        for source, function, limit, window in fed
    )


_LONG = 300
"""Seconds of a function's timeout, six times which would have a message that failed wait for half an hour or more."""


def _would_wait_long(project: Project, queue: Queue, hidden: int) -> bool:
    """Whether messages are hidden for longer than long functions run."""
    fed = list(_feeds(project, queue))
    return bool(fed) and all(limit >= _LONG and not window and hidden > limit for _, _, limit, window in fed)


def _has_nothing_to_use_up(project: Project, queue: Queue, hidden: int) -> bool:
    """Whether messages may be received any number of times, and are hidden for longer than what takes them runs."""
    fed = list(_feeds(project, queue))
    endless = queue.redrive_policy is None and not queue.redriven_apart
    return bool(fed) and endless and all(not window and hidden > limit for _, _, limit, window in fed)


def _is_soon_given_up(queue: Queue) -> bool:
    """Whether few attempts make a dead letter of a message, so that those which come too early use them up."""
    receives = queue.max_receive_count
    return receives is not None and not (isinstance(receives, Number) and receives.value >= _ENOUGH)


_ENOUGH = 5
"""The receives that AWS asks for before a message is put aside:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""


def _would_outlast(queue: Queue, wanted: int) -> bool:
    """Whether a message that is hidden for so long would be deleted before it is tried again."""
    kept = queue.retention
    return isinstance(kept, Number) and kept.value <= wanted


def _takes_one(source: EventSource) -> bool:
    size = source.batch_size
    return isinstance(size, Number) and size.value == 1


def _feeds(project: Project, queue: Queue) -> Iterator[tuple[EventSource, Function, int, int]]:
    """What a queue feeds: each function, with its timeout and the mapping's window, where both are known."""
    for source in project.polling(queue):
        match project.function_named(source.invoked), source.batching_window:
            case Function(execution_at_least=Number(limit)) as function, Number(window):
                yield source, function, limit, window


def _hidden_for(queue: Queue, seconds: int, span: Span) -> tuple[Span, str]:
    """The place that says for how long messages are hidden, and what it says."""
    misnamed = queue.misnamed_visibility_timeout
    if misnamed is None:
        most = "at most " if isinstance(queue.visibility_timeout, Unknown) else ""
        return span, f"has a VisibilityTimeout of {most}{seconds} s"
    key, place = misnamed
    what = f"sets {key}, which is no property of AWS::SQS::Queue: without it the VisibilityTimeout is {seconds} s"
    return place, what


def _by(queue: Queue) -> str:
    """How the visibility timeout was found, where it is not written at its place."""
    hidden = queue.hidden_at_most
    return f", {hidden.origin}" if isinstance(hidden, Number) and hidden.origin else ""


def _window_of(source: EventSource) -> tuple[tuple[Span, str], ...]:
    match source.batching_window:
        case Number(seconds, span, origin, default=False):
            return ((span, f"waits up to {seconds} s for a batch{', ' if origin else ''}{origin}"),)
        case _:
            return ()


def _timeout_of(function: Function) -> tuple[tuple[Span, str], ...]:
    return _may_run(function, function.timeout_at_least)


def _execution_of(function: Function) -> tuple[tuple[Span, str], ...]:
    return _may_run(function, function.execution_at_least)


def _may_run(function: Function, limit: Number | Unknown) -> tuple[tuple[Span, str], ...]:
    if not isinstance(limit, Number):
        return ()
    least = "at least " if isinstance(function.timeout, Unknown) else ""
    how = ", the default" if limit.default else f", {limit.origin}" if limit.origin else ""
    return ((limit.span, f"{function.name} may run {least}{limit.value} s{how}"),)
