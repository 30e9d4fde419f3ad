"""Deliveries: what services of AWS put into the project's queues and topics by themselves.

A service is let in by the policy of the queue or topic, and by that of the key that this is encrypted with:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model import encryption, policies_of
from lambdalint.model.buckets import notifications
from lambdalint.model.deployed import Deployed
from lambdalint.model.targets import targets
from lambdalint.model.triggers import subscriptions
from lambdalint.model.view import references, text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Mapping, Value

_ACTIONS = {"AWS::SQS::Queue": "sqs:SendMessage", "AWS::SNS::Topic": "sns:Publish"}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a service puts into a queue or topic."""

    project: Deployed
    service: str
    """`SNS`, `S3` or `EventBridge`."""
    receiver: Resource
    """The queue or topic."""
    span: Span
    """Where it is named."""
    failed: bool = False
    """Whether it takes what could not be delivered elsewhere."""
    source: Value | None = None
    """The topic or bucket that it comes from; None where that is not told apart."""

    @property
    def principal(self) -> str:
        """The service as policies name it."""
        return {"EventBridge": "events"}.get(self.service, self.service.lower()) + ".amazonaws.com"

    @property
    def let_in(self) -> bool:
        """Whether a policy of the queue or topic lets the service in, or may."""
        action = _ACTIONS[self.receiver.type]
        return policies_of.lets_in(self.project, self.receiver, self.principal, action, self.source)

    @property
    def shut_out_by(self) -> str:
        """The key that keeps the service out; "" where none does for certain."""
        return encryption.shuts_out(self.project, self.receiver, self.principal)


def deliveries(project: Deployed) -> Iterator[Delivery]:
    """Everything that SNS, S3 and EventBridge put into queues and topics of the project by its templates."""
    for service, named, span, failed, source in _named(project):
        for reference in references(named):
            receiver = project.resource(reference.resource)
            if receiver is not None and receiver.type in _ACTIONS and not receiver.generated:
                yield Delivery(project, service, receiver, span, failed, source)


def _named(project: Deployed) -> Iterator[tuple[str, Value | None, Span, bool, Value | None]]:
    for subscription in subscriptions(project):
        if subscription.generated:
            continue
        if text(subscription.properties.get("Protocol")) == "sqs":
            yield "SNS", subscription.properties.get("Endpoint"), subscription.endpoint, False, subscription.topic
        redrive = subscription.properties.get("RedrivePolicy")
        if isinstance(redrive, Mapping):
            yield (
                "SNS",
                redrive.get("deadLetterTargetArn"),
                subscription.properties.key("RedrivePolicy"),
                True,
                subscription.topic,
            )
    for notification in notifications(project):
        yield "S3", notification.target, notification.span, False, notification.source
    for target in targets(project):
        if target.rule.scheduler or target.rule.generated or target.disabled:
            continue
        if target.role is None:
            yield "EventBridge", target.arn, target.span, False, None
        if target.dead_letters is not None:
            yield "EventBridge", target.dead_letters, target.properties.key("DeadLetterConfig"), True, None
