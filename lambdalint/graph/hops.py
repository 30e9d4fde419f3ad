"""What becomes of an event on its way from one node to the next: how often it is tried again, and where it is lost.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
"""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.model import EventSource, Function, Project, Queue, invokers
from lambdalint.model.event_sources import STREAMS
from lambdalint.model.invokers import Invoker
from lambdalint.model.queues import duration
from lambdalint.model.targets import Target
from lambdalint.model.triggers import Subscription
from lambdalint.model.view import Number, number
from lambdalint.records import dataclass
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Unknown


@dataclass(frozen=True, slots=True)
class Hop:
    """The way of an event from one node to the next."""

    settings: tuple[str, ...] = ()
    """Its numbers."""
    lost: tuple[str, ...] = ()
    """How an event can be lost on it."""

    def and_then(self, other: Hop) -> Hop:
        """This way with another behind it."""
        return Hop((*self.settings, *other.settings), (*self.lost, *other.lost))


NONE = Hop()


def settings(project: Project, resource: Resource) -> tuple[str, ...]:
    """The numbers of a resource that decide what becomes of events there."""
    match resource.type:
        case "AWS::Lambda::Function":
            return (_told("timeout {}", Function(project, resource).timeout, duration),)
        case "AWS::SQS::Queue":
            queue = Queue(project, resource)
            hidden = _told("visibility timeout {}", queue.visibility_timeout, duration)
            return hidden, _told("keeps a message for {}", queue.retention, duration)
        case "AWS::Kinesis::Stream":
            hours = number(resource.get("RetentionPeriodHours"), 24, resource.span)
            return (_told("keeps a record for {}", hours, lambda each: duration(each * 3600)),)
        case _:
            return ()


def of_source(source: EventSource) -> Hop:
    """From what Lambda polls to the function that it invokes."""
    sizes = (_told("batches of {}", source.batch_size),)
    if source.service == "SQS":
        lost = [
            f"a message that fails again and again is deleted after {duration(kept.value)}: {queue.name} has no "
            "RedrivePolicy"
            for queue in source.queues
            if queue.redrive is None and not queue.is_dead_letter and isinstance(kept := queue.retention, Number)
        ]
        return Hop(sizes, tuple(lost))
    if source.service not in STREAMS:
        return Hop(sizes)
    tries, age = source.retry_attempts, source.record_age
    without_end = isinstance(tries, Number) and tries.value == -1
    ageless = isinstance(age, Number) and age.value == -1
    told = (
        "tried again until its records expire" if without_end else _told("retries: {}", tries),
        *(() if ageless else (_told("given up after {}", age, duration),)),
    )
    when = "when its records expire, and holds up its shard until then" if without_end and ageless else "at last"
    lost_so = f"a batch that fails again and again is dropped {when}: the mapping has no OnFailure destination"
    return Hop((*sizes, *told), () if source.on_failure is not None else (lost_so,))


def of_asynchronous(function: Function) -> Hop:
    """From Lambda's own queue of events to the function."""
    retries, age = (
        _configured(function, "MaximumRetryAttempts", 2),
        _configured(function, "MaximumEventAgeInSeconds", 21_600),
    )
    lost = "an event that fails is dropped after its last retry: the function has no OnFailure destination"
    told = (_told("retries: {}", retries), _told("given up after {}", age, duration))
    return Hop(told, () if function.takes_failed_events is not None else (lost,))


def _configured(function: Function, name: str, default: int) -> Number | Unknown:
    """A number of the configuration of a function's asynchronous invocations; of several it is not known which one."""
    configs = function.invoke_configs
    given = configs[0].get(name) if len(configs) == 1 else None
    return number(given, default, function.span) if len(configs) < 2 else Unknown(function.span)


def of_invoker(function: Function, invoker: Invoker) -> Hop:
    """From what is told of the function to it."""
    return of_asynchronous(function) if invoker.mode == invokers.ASYNCHRONOUS else NONE


def of_target(target: Target) -> Hop:
    """From a rule or a schedule to what it sends events to."""
    policy = target.properties.get("RetryPolicy")
    tries = number(target.properties.get("RetryPolicy", "MaximumRetryAttempts"), 185, target.span)
    age = number(target.properties.get("RetryPolicy", "MaximumEventAgeInSeconds"), 86_400, target.span)
    if isinstance(policy, Unknown):
        tries = age = policy
    told = (_told("delivered within {}", age, duration), _told("retries of delivery: {}", tries))
    lost = "an event that cannot be delivered is dropped: the target has no DeadLetterConfig"
    return Hop(told, () if target.dead_letters is not None else (lost,))


def of_subscription(subscription: Subscription) -> Hop:
    """From a topic to a subscriber."""
    lost = "a message that cannot be delivered is dropped: the subscription has no RedrivePolicy"
    return Hop((), () if subscription.properties.get("RedrivePolicy") is not None else (lost,))


def _told(what: str, value: Number | Unknown, spelt: Callable[[int], str] = str) -> str:
    return what.format(spelt(value.value) if isinstance(value, Number) else "?")
