"""Queues, retries and dead letters: what becomes of events that fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.check import Problem, Problems, check, while_deployed
from lambdalint.code.facts import Catch, Handler
from lambdalint.code.value import Constant, options
from lambdalint.meaning import errors, swallowing
from lambdalint.meaning.linked import linked
from lambdalint.meaning.operations import operation
from lambdalint.meaning.responses import is_of_eventbridge, is_told
from lambdalint.meaning.results import whole
from lambdalint.model import Function, Invoker, Project, Queue
from lambdalint.model.alarms import watched_metrics
from lambdalint.model.deliveries import deliveries
from lambdalint.model.machines import tasks
from lambdalint.model.queues import DAY, never_filled
from lambdalint.model.uses import used
from lambdalint.model.view import Number, View, number, references, text
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Unknown, Value, is_set
from lambdalint.wanted import Fix, added, beside, setting, together


def _given_dead_letters(queue: Queue) -> Fix | None:
    """The fix that what fails five times goes to a queue of its own, which keeps it for as long as a queue can."""
    if queue.fifo is None:
        return None
    letters = beside(queue.resource, _DEAD_LETTERS, "Arn")
    kept = ("MessageRetentionPeriod", 14 * DAY)
    own = (("FifoQueue", True), kept) if queue.fifo else (kept,)
    policy = (("deadLetterTargetArn", letters), ("maxReceiveCount", 5))
    return together(
        setting(queue.resource, ("RedrivePolicy",), policy),
        added(queue.resource, _DEAD_LETTERS, "AWS::SQS::Queue", own),
    )


_DEAD_LETTERS = "DeadLetters"


@check
def queue_without_dead_letter(project: Project) -> Problems:
    told: set[Queue] = set()
    for source in project.event_sources:
        queue, function = source.queue, project.function_named(source.invoked)
        if queue is None or function is None or queue in told or queue.generated or queue.is_dead_letter:
            continue
        told.add(queue)
        if function.deletes_first:
            continue
        if queue.redrive_policy is None and not queue.redriven_apart:
            kept = queue.retention
            time = f"for {_duration(kept.value)}" if isinstance(kept, Number) else "again and again"
            yield Problem(
                queue.span,
                f"has no dead-letter queue: a message that {function.name} cannot process is tried {time}, then lost",
                ((source.span, f"feeds {function.name}"),),
                "note" if _misses_nothing(function) or _soon_worthless(kept) else None,
                about=queue,
                fix=_given_dead_letters(queue),
            )


def _soon_worthless(kept: Number | Unknown) -> bool:
    """Whether somebody chose to keep messages for an hour at most: what is late is of no use."""
    return isinstance(kept, Number) and not kept.default and kept.value <= 3600


def _duration(seconds: int) -> str:
    if seconds % DAY == 0:
        return "1 day" if seconds == DAY else f"{seconds // DAY} days"
    if seconds % 3600 == 0:
        return f"{seconds // 3600} h"
    return f"{seconds} s"


@check
def delivery_denied(project: Project) -> Problems:
    for delivery in deliveries(project) if project.functions else ():
        receiver = delivery.receiver
        if not delivery.let_in:
            why = f"whose policy does not let {delivery.service} in"
        elif delivery.shut_out_by:
            why = f"which is encrypted with {delivery.shut_out_by}"
        else:
            continue
        does = "puts what it cannot deliver into" if delivery.failed else "delivers to"
        refused = delivery.service == "S3"  # it tries when it is told to, the others when something happens
        then = "S3 refuses the notification, and the deployment fails" if refused else "nothing arrives"
        yield Problem(
            delivery.span, f"{does} {receiver.called}, {why}: {then}", ((receiver.span, f"{receiver.called}"),)
        )


@check
def async_without_failure_destination(project: Project) -> Problems:
    causes: dict[Span, str] = {}
    handed = _handed_by_code(project)
    for function in project.functions:
        handler = function.handler
        senders = [
            each for each in function.async_invokers if not (each.permitted and _sends_elsewhere(function, each))
        ]
        if (
            function.generated
            or function.takes_failed_events is not None
            or not (senders or function.resource in handed)
        ):
            continue
        if (handler is not None and handler.one_shot) or _fails_loudly(function) or function.hands_failures_on:
            continue
        if not senders:
            giver, place = handed[function.resource]
            yield Problem(
                function.span,
                f"has no OnFailure destination or dead-letter queue: events that {giver.name} invokes it with, and "
                "that fail, are lost",
                ((place, f"{giver.name} invokes it here, and does not wait"),),
                about=function,
                severity="note" if _misses_nothing(function) else None,
                fix=_given_a_queue(function),
            )
            continue
        message = f"has no OnFailure destination or dead-letter queue: {_services(senders)} events that fail are lost"
        yield Problem(
            function.span,
            message,
            tuple((each.span, each.how) for each in _first_of_each(senders)),
            about=function,
            # One block of a module may make functions that several services invoke.
            cause=causes.setdefault(function.span, message),
            severity="note" if function.is_double or _loses_little(function, senders) else None,
            fix=_given_a_queue(function),
        )


def _handed_by_code(project: Project) -> dict[Resource, tuple[Function, Span]]:
    """The functions that others of the project invoke without waiting for them: by which, and where."""
    found: dict[Resource, tuple[Function, Span]] = {}
    for function in project.functions:
        for call in () if function.handler is None else function.handler.invocation_calls:
            asked = operation(call)
            if asked is None or asked.service != "lambda" or asked.argument("InvocationType") != Constant("Event"):
                continue
            invoked = used(function, asked)
            if isinstance(invoked, Resource) and invoked is not function.resource:
                found.setdefault(invoked, (function, call.span))
    return found


def _loses_little(function: Function, senders: Iterable[Invoker]) -> bool:
    """Whether a failed event is hardly missed: none fails, the next one has it done, or nothing is seen to send any.

    A schedule comes again, and its event says nothing else; nor is the event missed that is not looked at. A permission
    tells no more than that a service may send. What a log group sends, it keeps, and an alarm says when to look there.
    AWS Config shows that a rule fails, and asks again.
    """
    # What the code keeps to itself, as async-failure-swallowed tells, no destination gets.
    kept = function.handler is not None and swallowing.hides_all(function.handler) is not None
    given = tuple(senders)
    return (
        function.only_ticks
        or _misses_nothing(function)
        or kept
        or all(each.permitted for each in given)
        or (all(each.service == "CloudWatch Logs" for each in given) and _is_watched(function))
        or all(each.service == "AWS Config" for each in given)
    )


def _misses_nothing(function: Function) -> bool:
    """Whether a failed event of a function is no loss, whatever sent it: none fails, its event says nothing, or all
    that would have come of it is a notice in a chat."""
    return function.never_fails or function.ignores_event or function.only_tells_chat


def _sends_elsewhere(function: Function, sender: Invoker) -> bool:
    """Whether what may invoke a function does not, as far as is seen.

    The log groups that a permission is for may be anybody's, and their subscriptions made and taken away by hand; and
    what S3 and SNS tell of comes through the queue that feeds the function, where one does.
    """
    fed = any(each.service == "SQS" for each in function.event_sources)
    return sender.service == "CloudWatch Logs" or (fed and sender.service in ("S3", "SNS"))


def _given_a_queue(function: Function) -> Fix | None:
    """The fix that events that fail go to a queue of the function's own; None where its role would have to allow it."""
    if function.role is None or not function.role.generated:
        return None
    letters = beside(function.resource, _DEAD_LETTERS, "Arn")
    return together(
        setting(function.resource, ("DeadLetterConfig", "TargetArn"), letters),
        added(function.resource, _DEAD_LETTERS, "AWS::SQS::Queue", (("MessageRetentionPeriod", 14 * DAY),)),
    )


def _fails_loudly(function: Function) -> bool:
    """Whether a failed event is not tried again, on purpose, and an alarm tells of it, or may."""
    tries = [number(each.get("MaximumRetryAttempts"), 2, each.span) for each in function.invoke_configs]
    return any(isinstance(each, Number) and each.value == 0 for each in tries) and _is_watched(function)


def _is_watched(function: Function) -> bool:
    """Whether an alarm tells that a function has failed, or may."""
    watched = watched_metrics(function)
    return watched is None or "Errors" in watched


@check
def async_failure_swallowed(project: Project) -> Problems:
    told: set[Span] = set()
    # One clause may be what is put around several functions.
    hidden: dict[Span, list[tuple[Function, Catch]]] = {}
    for function in project.functions:
        handler = function.handler
        if handler is None or not function.async_invokers or not function.only_invoked or handler.bounded:
            continue
        clause = swallowing.hides_all(handler) or swallowing.hides_work(handler)
        if clause is not None:
            hidden.setdefault(clause.span, []).append((function, clause))
        elif function.unheard:
            for problem in (*_passes_over(function, handler), *_answers_failure(function, handler)):
                if problem.span not in told:
                    told.add(problem.span)
                    yield problem
    for several in hidden.values():
        yield _hides(several)
    for function in project.functions:
        handler = function.handler
        if handler is None or handler.bounded or not function.only_synchronous:
            continue
        for passing, asked in swallowing.never_sent(handler):
            if passing.span not in told:
                told.add(passing.span)
                yield Problem(
                    passing.span,
                    f"no more than logs that `{asked.name}` failed, and goes on: whoever waits for the answer is told "
                    "that all went well, and what was not sent is lost",
                    ((asked.call.span, "asked for here"),),
                    "note",
                    about=function,
                )


def _passes_over(function: Function, handler: Handler) -> Problems:
    """The clauses behind which a function goes on as if AWS had taken what it had not."""
    for passing, asked in swallowing.passed_over(handler):
        yield Problem(
            passing.span,
            f"no more than logs that `{asked.name}` failed, and goes on: {_services(function.invokers)} "
            "events are taken for done, and what was not written or sent is lost",
            ((asked.call.span, "asked for here"),),
            "note",
            about=function,
        )


def _answers_failure(function: Function, handler: Handler) -> Problems:
    """The first answer of a function that has a status of the server's failures, and that nobody reads."""
    for returned in () if handler.wrappers else handler.returns:
        status = swallowing.failed_status(returned.value)
        if status is not None:
            yield Problem(
                returned.span,
                f"answers with status {status}, which nobody reads: {_services(function.invokers)} events are taken "
                "for done, and not tried again",
                severity="note",
                about=function,
            )
            return


def _hides(several: list[tuple[Function, Catch]]) -> Problem:
    """A clause that hides failures of functions; told of those among them for which it is worst."""
    places = ((function, function.takes_failed_events) for function, _ in several)
    waited = [(function, place) for function, place in places if place is not None and is_set(place)]
    functions = [function for function, _ in waited] or [function for function, _ in several]
    clause, only = several[0][1], all(each.only_asynchronous for each in functions)
    event = "the event" if only else f"{_services(functions[0].async_invokers)} events"
    caught = "every error" if clause.everything else "every error of AWS"
    then, also = ", and does not try again", tuple[tuple[Span, str], ...]()
    if waited:
        then = ", does not try again, and sends nothing to the place for failed events"
        also = tuple((place.span, f"where {function.name} would send them") for function, place in waited)
    return Problem(
        clause.span,
        f"catches {caught} and no more than logs it: Lambda takes {event} for done{then}",
        also,
        None if waited and only else "note",
        about=tuple(functions),
    )


@check
def error_returned(project: Project) -> Problems:
    told: set[Span] = set()
    for function in project.functions:
        handler = function.handler
        if handler is None or not function.unheard or handler.bounded or handler.wrappers:
            continue
        kinds = ((each, filter(None, map(errors.stands_for, options(each.value)))) for each in handler.returns)
        found = [(each.span, what) for each, several in kinds if (what := next(several, None)) is not None]
        # What is put around a handler hands on what that returns.
        found = [each for each in found if each[0].path == handler.span.path] or found
        if found and found[0][0] not in told:
            (span, what), *others = found
            told.add(span)
            taken = f"which {_services(function.invokers)} takes for success"
            yield Problem(
                span,
                f"returns {what}, {taken}: what failed is not tried again",
                tuple((place, "here too") for place, _ in others),
                about=function,
            )


@check
def state_machine_without_retry(project: Project) -> Problems:
    for task in tasks(project):
        if not (task.tries_again or task.comes_again or task.only_tells or task.machine.generated):
            called = "a function" if task.function is None else task.function.name
            yield Problem(
                task.span,
                f"has no Retry in {task.name} for errors of Lambda's own: if {called} is throttled, the execution "
                f"{task.outcome}",
                about=task.machine,
                cause="has tasks without a Retry",
            )


@check
@while_deployed
def dead_letter_unused(project: Project) -> Problems:
    # One place can serve several functions, as in a module that is called more than once: it must be of no use to any.
    served: dict[tuple[Span, str], list[Function]] = {}
    for function in project.functions:
        for told in _dead_letter_places(function):
            served.setdefault(told, []).append(function)
    for (place, what), functions in served.items():
        if not all(function.never_handed_over for function in functions):
            continue
        codes = [each.handler for each in functions if each.handler is not None]
        if any(is_told(each) or is_of_eventbridge(each) for each in codes):
            # Whoever invokes it so is made elsewhere.
            continue
        invokers = [each for function in functions for each in function.invokers]
        plural = len({each.service for each in invokers}) > 1
        why = f"{_services(invokers)} {'invoke' if plural else 'invokes'} it synchronously"
        also = tuple((each.span, each.how) for each in _first_of_each(invokers))
        filled = [_filling(function) for function in functions] if what == _NEVER else []
        if filled and (filling := filled[0]) is not None and all(filled):
            message = f"names a place for failed events to no effect: {why}, and {filling[0]} itself sends them there"
            yield Problem(place, message, (*also, (filling[1], f"{filling[0]} has it as its own")), "note")
            continue
        # Whoever waits for lost events in vain is harmed; a number that nobody heeds loses none.
        yield Problem(place, f"{what}: {why}", also, None if what == _NEVER else "note")
    for queue, other in never_filled(project):
        if any(_names(each, queue) for each in project.handlers):
            continue
        yield Problem(
            queue.span,
            "is called a dead-letter queue, and nothing sends there what failed",
            ((other.span, "another, which something does"),),
            "note",
            about=queue,
        )


def _names(handler: Handler, queue: Queue) -> bool:
    """Whether code names a queue, or the component that it is linked to: it may fill it."""
    if handler.mentions(text(queue.get("QueueName")) or queue.name):
        return True
    given = (each for call in handler.calls for each in (*call.arguments, *call.keywords.values()))
    found = (linked(each) for value in given for each in whole(value))
    return any(each is not None and each[0] == queue.name for each in found)


def _filling(function: Function) -> tuple[str, Span] | None:
    """What feeds a function, and sends what failed where the function would: a queue, or a mapping of a stream; None
    where nothing does."""
    given = [function.get("DeadLetterConfig", "TargetArn")]
    given += [each.get("DestinationConfig", "OnFailure", "Destination") for each in function.invoke_configs]
    named = {reference.resource for each in given for reference in references(each)}
    for source in function.event_sources:
        letters = None if source.queue is None else source.queue.dead_letter_queue
        if source.queue is not None and letters is not None and letters.resource.name in named:
            return source.queue.name, source.queue.span
        destination = source.get("DestinationConfig", "OnFailure", "Destination")
        if any(reference.resource in named for reference in references(destination)):
            return f"the mapping of {source.service}", source.span
    return None


def _dead_letter_places(function: Function) -> Iterator[tuple[Span, str]]:
    """Where a function says what becomes of events that were handed to it asynchronously, and what that comes to."""
    if is_set(function.get("DeadLetterConfig", "TargetArn")):
        yield function.key("DeadLetterConfig"), _NEVER
    for config in function.invoke_configs:
        if is_set(config.get("DestinationConfig", "OnFailure", "Destination")):
            yield config.key("DestinationConfig", "OnFailure"), _NEVER
        else:
            useless = (
                each
                for each, default in _RETRIES.items()
                if _is_chosen(config, each, default) and not _is_set_of_sources(function, config.get(each), each)
            )
            yield from ((config.key(each), f"sets {each} to no effect") for each in useless)


_NEVER = "has a place for failed events that never receives any"
_RETRIES = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 21600}
"""How often and for how long Lambda tries such events, and what holds where nothing is set."""


def _is_chosen(config: View, name: str, default: int) -> bool:
    """Whether a number is set, and is not what holds anyhow."""
    found = number(config.get(name), default, config.span)
    return isinstance(found, Number) and found.value != default


def _is_set_of_sources(function: Function, given: Value | None, name: str) -> bool:
    """Whether the mappings that feed a function have the same number, which is heeded there."""
    ages = name == "MaximumEventAgeInSeconds"
    own = [each.record_age if ages else each.retry_attempts for each in function.event_sources]
    wanted = number(given, 0, function.span)
    return bool(own) and all(
        isinstance(each, Number) and isinstance(wanted, Number) and each.value == wanted.value for each in own
    )


def _first_of_each(invokers: Iterable[Invoker]) -> list[Invoker]:
    """The first invoker of each service."""
    return list({each.service: each for each in reversed(list(invokers))}.values())[::-1]


def _services(invokers: Iterable[Invoker]) -> str:
    names = [each.service for each in _first_of_each(invokers)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
