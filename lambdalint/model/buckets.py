"""Buckets: what they notify, and of what."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model.deployed import Deployed
from lambdalint.model.view import references, text, truth
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Unknown, Value, items

_KINDS = {"LambdaConfigurations": "Function", "QueueConfigurations": "Queue", "TopicConfigurations": "Topic"}


@dataclass(frozen=True, slots=True)
class Notification:
    """What a bucket notifies one function, queue or topic of."""

    bucket: str
    """What is the same for all notifications of a bucket that are deployed together; "" where that is not known."""
    target: Value | None
    """What is notified."""
    events: tuple[str, ...] | None
    """`s3:ObjectCreated:*` …; None where only a deployment knows."""
    prefix: str | None
    """How the keys begin; None where only a deployment knows."""
    suffix: str | None
    """How the keys end; None where only a deployment knows."""
    span: Span
    """Where the target is named."""
    source: Value | None = None
    """The bucket."""
    by: Resource | None = None
    """The resource that says so."""

    def shares(self, other: Notification) -> tuple[str, str] | None:
        """The events of the one and the other that an object can cause at once; None where there are none."""
        if not self.bucket or self.bucket != other.bucket or self.span == other.span:
            return None
        for one, another, within in (
            (self.prefix, other.prefix, str.startswith),
            (self.suffix, other.suffix, str.endswith),
        ):
            if one is None or another is None or not (within(one, another) or within(another, one)):
                return None
        pairs = ((mine, its) for mine in self.events or () for its in other.events or ())
        return next((pair for pair in pairs if _overlap(*pair)), None)


def notifications(project: Deployed) -> Iterator[Notification]:
    """Everything that buckets notify."""
    for bucket in project.of_type("AWS::S3::Bucket"):
        own = Reference(bucket.name, "", bucket.span)
        yield from _within(bucket.get("NotificationConfiguration"), bucket.name, own, bucket)
    for resource in project.of_type("AWS::S3::BucketNotification"):
        given = resource.get("Bucket")
        named = next((reference.resource for reference in references(given)), text(given) or "")
        yield from _within(resource.properties, resource.name if _is_whole(resource) else named, given, resource)


def tells_eventbridge(project: Deployed, bucket: Resource) -> bool | None:
    """Whether a bucket sends its events to EventBridge; None where only a deployment knows.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html
    """
    # Terraform's says nothing of it: that is a resource of its own.
    own = (
        None if "aws_s3_bucket." in bucket.name else bucket.get("NotificationConfiguration", "EventBridgeConfiguration")
    )
    given = [own]
    for resource in project.of_type("AWS::S3::BucketNotification"):
        match resource.get("Bucket"):
            case Reference(named) if named != bucket.name:
                continue
            case Reference():
                given += [resource.get("EventBridge"), resource.get("EventBridgeConfiguration")]
            case named if text(named) is None or text(named) == text(bucket.get("BucketName")):
                return None
    answers = [_is_on(each) for each in given if each is not None]
    return True if True in answers else None if None in answers else False


def _is_on(given: Value) -> bool | None:
    match given:
        case Mapping():
            return truth(given.get("EventBridgeEnabled")) if "EventBridgeEnabled" in given.keys else True
        case _:
            return truth(given)


def _is_whole(notification: Resource) -> bool:
    """Whether it is all that its bucket notifies, as Terraform's is; SAM's are put together."""
    return "aws_s3_bucket_notification." in notification.name


def overwritten(project: Deployed) -> Iterator[tuple[Resource, Resource]]:
    """The first, and each further one, of the resources of Terraform that say all that one bucket notifies."""
    first: dict[str, Resource] = {}
    for resource in project.of_type("AWS::S3::BucketNotification"):
        match resource.get("Bucket"):
            case Reference(bucket) if (found := project.resource(bucket)) is not None and not found.uncertain:
                pass
            case Known(str(bucket), origin=""):
                pass
            case _:
                continue
        if _is_whole(resource) and not resource.uncertain and first.setdefault(bucket, resource) is not resource:
            yield first[bucket], resource


def _within(configuration: Value | None, bucket: str, source: Value | None, by: Resource) -> Iterator[Notification]:
    if not isinstance(configuration, Mapping):
        return
    for kind, target in _KINDS.items():
        for given in items(configuration.entries.get(kind)):
            if isinstance(given, Mapping):
                yield Notification(
                    bucket,
                    given.get(target),
                    _events(given),
                    _affix(given, "Prefix"),
                    _affix(given, "Suffix"),
                    given.key(target) if target in given.keys else given.span,
                    source,
                    by,
                )


def _events(given: Mapping) -> tuple[str, ...] | None:
    """`Event`, as CloudFormation and SAM have it, or `Events`, as Terraform has it."""
    written = items(given.get("Event")) + items(given.get("Events"))
    known = tuple(str(each.value) for each in written if isinstance(each, Known))
    return known if len(known) == len(written) else None


def _affix(given: Mapping, name: str) -> str | None:
    """`Filter.S3Key.Rules`, as CloudFormation and SAM have it, or `Prefix` and `Suffix`, as Terraform has it."""
    own = given.get(name)
    if own is not None:
        return text(own)
    rules = given.get("Filter", "S3Key", "Rules")
    if isinstance(rules, Unknown):
        return None
    for rule in items(rules):
        called = text(rule.get("Name")) if isinstance(rule, Mapping) else None
        if called is None:
            return None
        if called.lower() == name.lower() and isinstance(rule, Mapping):
            return text(rule.get("Value"))
    return ""


def _overlap(one: str, other: str) -> bool:
    """Whether two types of events have an event in common: `s3:ObjectCreated:*` has `s3:ObjectCreated:Put`."""
    return any(
        a == b or (a.endswith("*") and b.startswith(a.removesuffix("*"))) for a, b in ((one, other), (other, one))
    )
