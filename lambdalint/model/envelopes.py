"""Envelopes: whether the messages of a function's queues come from SNS, and in what.

https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
"""

from __future__ import annotations

from lambdalint.model.deliveries import deliveries
from lambdalint.model.functions import Function, functions
from lambdalint.model.triggers import Subscription, subscriptions
from lambdalint.model.uses import writers_to
from lambdalint.model.view import references, text, truth
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource


@dataclass(frozen=True, slots=True)
class Enveloped:
    """How SNS sends messages by a queue."""

    wrapped: bool
    """Whether it puts its envelope around them."""
    span: Span
    """The subscription."""


def enveloped(function: Function) -> Enveloped | None:
    """How all the messages that a function is given were sent by SNS; None where others may send some."""
    sources = function.event_sources
    queues = [each.queue for each in sources]
    if not sources or len(sources) != len(function.invokers):
        return None
    found: list[Subscription] = []
    for queue in queues:
        if queue is None or _others_send(function, queue.resource):
            return None
        of_queue = [each for each in subscriptions(function.project) if _leads_to(each, queue.resource)]
        if not of_queue:
            return None
        found += of_queue
    raw = {truth(each.properties.get("RawMessageDelivery")) for each in found}
    return None if raw not in ({True}, {False}) else Enveloped(raw == {False}, found[0].span)


def _leads_to(subscription: Subscription, queue: Resource) -> bool:
    to = subscription.properties.get("Endpoint")
    return text(subscription.properties.get("Protocol")) == "sqs" and any(
        each.resource == queue.name for each in references(to)
    )


def _others_send(function: Function, queue: Resource) -> bool:
    """Whether something else than SNS puts messages into a queue, or may."""
    project = function.project
    delivered = any(each.receiver is queue and (each.service != "SNS" or each.failed) for each in deliveries(project))
    unseen = any(
        each.handler is None and any(named.resource == queue.name for named in references(each.resource.properties))
        for each in functions(project)
    )
    return delivered or unseen or bool(writers_to(project, queue))
