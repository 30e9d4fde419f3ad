"""Queues: what hides, keeps and gives up messages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lambdalint import spelling
from lambdalint.model.deployed import Deployed
from lambdalint.model.view import (
    Number,
    View,
    at_least,
    at_most,
    literal,
    number,
    references,
    referring_to,
    text,
    truth,
)
from lambdalint.patterns import pattern
from lambdalint.source import Span
from lambdalint.templates.value import Known, Mapping, Reference, Text, Unknown, Value, items

DAY = 86_400
SECOND_ATTEMPT, PUT_ASIDE = "its second attempt", "its dead-letter queue"
"""What comes of a message that fails."""


def duration(seconds: int) -> str:
    """A time in words, in the largest unit that it is a whole number of."""
    for name, length in (("day", DAY), ("hour", 3600), ("minute", 60)):
        if seconds and seconds % length == 0:
            return f"1 {name}" if seconds == length else f"{seconds // length} {name}s"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


_PROPERTIES = frozenset({
    "ContentBasedDeduplication", "DeduplicationScope", "DelaySeconds", "FifoQueue", "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "MaximumMessageSize", "MessageRetentionPeriod", "QueueName",
    "ReceiveMessageWaitTimeSeconds", "RedriveAllowPolicy", "RedrivePolicy", "SqsManagedSseEnabled", "Tags",
    "VisibilityTimeout",
})  # fmt: skip
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html"""

_ALIKE = 0.8


class Queue(View):
    """An SQS queue."""

    __slots__ = ()

    @property
    def visibility_timeout(self) -> Number | Unknown:
        """Seconds that a received message stays hidden; AWS's default is 30."""
        return number(self.get("VisibilityTimeout"), 30, self.span)

    @property
    def hidden_at_most(self) -> Number | Unknown:
        """The same; of two, between which a condition decides, the greater."""
        return at_most(self.get("VisibilityTimeout"), 30, self.span)

    @property
    def hidden_at_least(self) -> Number | Unknown:
        """The same; of two, between which a condition decides, the lesser."""
        return at_least(self.get("VisibilityTimeout"), 30, self.span)

    @property
    def misnamed_visibility_timeout(self) -> tuple[str, Span] | None:
        """A key that is no property of a queue, and was most likely meant for `VisibilityTimeout`, with its place."""
        properties = self.resource.properties
        if "VisibilityTimeout" in properties.entries:
            return None
        unknown = (key for key in properties.keys if key not in _PROPERTIES)
        meant = (key for key in unknown if spelling.likeness(key.lower(), "visibilitytimeout") >= _ALIKE)
        return next(((key, properties.key(key)) for key in meant), None)

    @property
    def retention(self) -> Number | Unknown:
        """Seconds that a message is kept; AWS's default is 4 days."""
        return number(self.get("MessageRetentionPeriod"), 4 * DAY, self.span)

    @property
    def loses_failures(self) -> str | None:
        """What a message that fails does not live to see, as the queue keeps it no longer than it hides it until then:
        SECOND_ATTEMPT or PUT_ASIDE; None where it does, or only a deployment knows."""
        match self.retention, self.hidden_at_least, self.max_receive_count:
            case Number(kept), Number(hidden), _ if kept <= hidden:
                return SECOND_ATTEMPT
            case Number(kept), Number(hidden), Number(receives) if kept <= hidden * receives:
                return PUT_ASIDE
            case _:
                return None

    @property
    def fifo(self) -> bool | None:
        """Whether it keeps messages in order; None where only a deployment knows."""
        return truth(self.get("FifoQueue"))

    @property
    def redrive_policy(self) -> Value | None:
        """Where messages go that fail again and again, and after how many times."""
        return self.get("RedrivePolicy")

    @property
    def redrive(self) -> Value | None:
        """Its redrive policy, also where that is a resource of its own."""
        own = self.redrive_policy
        if own is not None:
            return own
        policies = self.project.of_type("AWS::SQS::QueueRedrivePolicy")
        named = (policy for policy in policies if _refer(policy.get("QueueUrl"), self.resource.name))
        return next((policy.get("RedrivePolicy") for policy in named), None)

    @property
    def redriven_apart(self) -> bool:
        """Whether a redrive policy that is a resource of its own names it."""
        policies = self.project.of_type("AWS::SQS::QueueRedrivePolicy")
        return any(_refer(policy.get("QueueUrl"), self.resource.name) for policy in policies)

    @property
    def max_receive_count(self) -> Number | Unknown | None:
        """How often a message is received before it is put aside; AWS's default is 10; None where none ever is."""
        policy = self.redrive
        if policy is None:
            return None
        if not isinstance(policy, Mapping):
            return Unknown(policy.span, "redrive policy")
        return number(policy.get("maxReceiveCount"), 10, policy.span)

    @property
    def dead_letter_queue(self) -> Queue | None:
        """Where messages go that fail again and again; None where there is none, or one from elsewhere."""
        policy = self.redrive
        arn = policy.get("deadLetterTargetArn") if isinstance(policy, Mapping) else None
        return queue_named(self.project, arn) or queue_called(self.project, arn)

    @property
    def is_dead_letter(self) -> bool:
        """Whether messages come here after they failed elsewhere, or its own policy says that they may."""
        policies = [self.get("RedriveAllowPolicy")]
        policies += [
            policy.get("RedriveAllowPolicy")
            for policy in self.project.of_type("AWS::SQS::QueueRedriveAllowPolicy")
            if _refer(policy.get("QueueUrl"), self.resource.name)
        ]
        return self.resource.name in failure_targets(self.project) or any(
            not (isinstance(allows, Mapping) and text(allows.get("redrivePermission")) == "denyAll")
            for allows in policies
            if allows is not None
        )


def _refer(value: Value | None, name: str) -> bool:
    return any(reference.resource == name for reference in references(value))


def queue_named(project: Deployed, value: Value | None) -> Queue | None:
    """The queue that a value refers to."""
    found = (project.resource(reference.resource) for reference in references(value))
    return next((Queue(project, each) for each in found if each is not None and each.type == "AWS::SQS::Queue"), None)


def queue_called(project: Deployed, arn: Value | None) -> Queue | None:
    """The queue that an ARN ends with the name of, also where only a deployment knows a part of both."""
    end = _end(arn)
    if not end:
        return None
    found = [each for each in project.of_type("AWS::SQS::Queue") if _spelt(each.get("QueueName")) == end]
    return Queue(project, found[0]) if len(found) == 1 else None


def _end(arn: Value | None) -> tuple[str, ...]:
    """What comes behind the last colon of an ARN, part by part."""
    parts = _spelt(arn)
    last = max((at for at, each in enumerate(parts) if each[0] == "=" and ":" in each), default=None)
    if last is None or not parts[0].startswith("=arn:"):
        return ()
    rest = parts[last].rpartition(":")[2]
    return (*((f"={rest}",) if rest else ()), *parts[last + 1 :])


_ONE_THING = pattern(r"parameter \S+|[\w-]+[.:][\w.:-]+")
"""How what is not known is told that is the same wherever it is told so."""


def _spelt(value: Value | None) -> tuple[str, ...]:
    """The parts of a text, each as what it says or by what decides it; none where that is not told of one of them."""
    found: list[str] = []
    for each in value.parts if isinstance(value, Text) else (value,):
        match each:
            case Known(str(said)) if found and found[-1][0] == "=":
                found[-1] += said
            case Known(str(said)):
                found.append(f"={said}")
            case Reference(name, attribute):
                found.append(f"@{name}.{attribute}")
            case Unknown(why=why) if _ONE_THING.fullmatch(why):
                found.append(f"?{why}")
            case _:
                return ()
    return tuple(found)


_NAMED_SO = pattern(r"(?i)dlq|dead.?letter")
_BESIDE = frozenset({
    "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy",
    "AWS::IAM::Role", "AWS::IAM::RolePolicy", "AWS::SQS::QueuePolicy", "AWS::SQS::QueueRedriveAllowPolicy",
})  # fmt: skip
"""What names a queue, and neither fills it nor tells the code of it that may."""


def never_filled(project: Deployed) -> Iterator[tuple[Queue, Queue]]:
    """The queues that are called dead-letter queues, and that nothing of the project names as one, nor fills in another
    way, though another queue is somebody's; with that one."""
    queues = [Queue(project, each) for each in project.of_type("AWS::SQS::Queue")]
    if any(each.redrive is not None and not isinstance(each.redrive, Mapping) for each in queues):
        return
    targets = failure_targets(project)
    told = [each for each in queues if each.resource.name in targets and _NAMED_SO.search(each.name)]
    for queue in queues:
        if queue.generated or queue.resource.name in targets or not told or not _NAMED_SO.search(queue.name):
            continue
        name = text(queue.get("QueueName"))
        spelt = any(name in literal(each.properties) for each in project.resources if name and each != queue.resource)
        if not spelt and all(each.type in _BESIDE for each in referring_to(project, queue.resource.name)):
            yield queue, told[0]


@lru_cache(maxsize=4096)
def failure_targets(project: Deployed) -> frozenset[str]:
    """The names of the resources that failed messages and events are sent to."""
    values = [
        resource.get(*path)
        for resource in project.resources
        for path in (
            ("RedrivePolicy",),
            ("DeadLetterConfig",),
            ("DestinationConfig", "OnFailure"),
            ("Target", "DeadLetterConfig"),
        )
    ]
    for rule in project.of_type("AWS::Events::Rule"):
        values += [
            target.get("DeadLetterConfig") for target in items(rule.get("Targets")) if isinstance(target, Mapping)
        ]
    return frozenset(reference.resource for value in values for reference in references(value))
