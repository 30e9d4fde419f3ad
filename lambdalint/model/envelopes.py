"""Envelopes: whether the messages that a function is given come from SNS or S3, and in what.

https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model.deliveries import deliveries
from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import Function, functions
from lambdalint.model.triggers import Subscription, subscriptions
from lambdalint.model.uses import writers_to
from lambdalint.model.view import references, text, truth
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Value


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


BODY, OF_TOPIC = ("body",), ("Sns", "Message")
"""Where records of SQS and of SNS hold the message."""


def notified(function: Function) -> Iterator[tuple[tuple[str, ...], Span]]:
    """Where records of a function hold what S3 tells a queue or topic, and where the bucket names that.

    A path leads from the record to the text that says it, through the texts on the way. What a filter may keep from the
    function is left out.
    """
    project = function.project
    for source in function.event_sources:
        if source.queue is None or source.filters:
            continue
        queue = source.queue.resource
        for span in _told(project, queue):
            yield BODY, span
        for subscription in subscriptions(project):
            raw = truth(subscription.properties.get("RawMessageDelivery"))
            if _leads_to(subscription, queue) and raw is not None and not _filters(subscription):
                for span in _of_topic(project, subscription.topic):
                    yield BODY if raw else (*BODY, "Message"), span
    for subscription in subscriptions(project):
        if subscription.function == function and not _filters(subscription):
            for span in _of_topic(project, subscription.topic):
                yield OF_TOPIC, span


def _filters(subscription: Subscription) -> bool:
    return subscription.properties.get("FilterPolicy") is not None


def _of_topic(project: Deployed, topic: Value | None) -> Iterator[Span]:
    for reference in references(topic):
        found = project.resource(reference.resource)
        if found is not None:
            yield from _told(project, found)


def _told(project: Deployed, receiver: Resource) -> Iterator[Span]:
    """Where buckets name a queue or topic that they notify."""
    return (each.span for each in deliveries(project) if each.service == "S3" and each.receiver is receiver)
