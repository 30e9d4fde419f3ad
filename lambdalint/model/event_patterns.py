"""Event patterns: which events rules of EventBridge take, and why some take none.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.data.events import DETAIL_TYPES, ENVELOPE, FROM_CLOUDTRAIL, OF_CLOUDTRAIL, S3_DETAIL_TYPES
from lambdalint.model import patterns
from lambdalint.model.buckets import tells_eventbridge
from lambdalint.model.deployed import Deployed
from lambdalint.model.policies_of import is_handed_on
from lambdalint.model.schedules import Schedule
from lambdalint.model.view import text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.spelling import nearest
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Value, items


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a rule takes no event."""

    span: Span
    why: str
    """What is so of the rule."""


def fault(rule: Schedule) -> Fault | None:
    """Why a rule takes no event for certain; None where it takes some, or may."""
    return next(_faults(rule), None)


def _faults(rule: Schedule) -> Iterator[Fault]:
    given = rule.get("EventPattern")
    unread, pattern = patterns.fault(given), patterns.read(given)
    if unread is not None and given is not None:
        yield Fault(given.span, f"has an EventPattern that is no JSON, which EventBridge refuses: {unread}")
    if pattern is None:
        return
    for entry in patterns.outside(pattern, ENVELOPE):
        if entry.called.partition(".")[0] in ENVELOPE:
            continue  # EventBridge takes `detail.order` for what stands in `detail` under `order`.
        of_cloudtrail = entry.called in OF_CLOUDTRAIL
        meant = f"detail.{entry.called}" if of_cloudtrail else nearest(entry.called.lower(), ENVELOPE, least=0.7)
        instead = f"; {meant} is meant" if meant else ""
        yield Fault(entry.span, f"has an EventPattern for {entry.called}, which no event has at its top{instead}")
    for entry in patterns.lone(pattern):
        yield Fault(entry.span, f"has an EventPattern whose {entry.called} is no list, which EventBridge refuses")
    sources = [text(each) for each in items(pattern.get("source"))]
    for named in items(pattern.get("detail-type")):
        meant = _meant(text(named), sources)
        if meant is not None:
            yield Fault(
                named.span, f"has an EventPattern for detail-type {text(named)}, which is never sent: {meant} is"
            )
    if (other := _only_of_another(pattern, sources)) is not None:
        named, sender = other
        yield Fault(
            named.span,
            f"has an EventPattern for detail-type {text(named)} of {sources[0]}, which only {sender} sends: it takes "
            "no event",
        )
    if sources == ["aws.s3"] and rule.get("EventBusName") is None:
        yield from _from_silent_buckets(rule, pattern)


def _meant(written: str | None, sources: list[str | None]) -> str | None:
    """The detail-type that is meant by one that is spelt otherwise; None where it is one, or is not known."""
    known = FROM_CLOUDTRAIL.union(*(DETAIL_TYPES.get(each or "", ()) for each in sources))
    if written is None or written in known or not all((each or "") in DETAIL_TYPES for each in sources):
        return None
    return next((each for each in sorted(known) if _letters(each) == _letters(written)), None)


_SCHEDULED = "Scheduled Event"


def _only_of_another(pattern: Mapping, sources: list[str | None]) -> tuple[Value, str] | None:
    """The detail-type of schedules, and who sends it, where a pattern waits for it from another service of AWS's."""
    types, sender = items(pattern.get("detail-type")), "aws.events"
    if not types or not sources or any(text(each) != _SCHEDULED for each in types):
        return None
    of_others = all(each is not None and each.startswith("aws.") and each != sender for each in sources)
    return (types[0], sender) if of_others else None


def _letters(written: str) -> str:
    return "".join(each for each in written.lower() if each.isalnum())


def _from_silent_buckets(rule: Schedule, pattern: Mapping) -> Iterator[Fault]:
    """Buckets of the project that a rule waits for, and that do not send their events to EventBridge."""
    types = items(pattern.get("detail-type"))
    names = items(pattern.get("detail", "bucket", "name"))
    if not types or not all(text(each) in S3_DETAIL_TYPES for each in types):
        return
    buckets = [_bucket(rule, each) for each in names]
    if all(each is not None and _is_silent(rule.project, each) for each in buckets):
        for named, bucket in zip(names[:1], buckets, strict=False):
            called = "" if bucket is None else bucket.called
            yield Fault(
                named.span,
                f"waits for events of {called}, a bucket that sends EventBridge none, as its EventBridgeConfiguration"
                " is not set",
            )


def _is_silent(project: Deployed, bucket: Resource) -> bool:
    """Whether a bucket surely sends EventBridge nothing."""
    seen = not (bucket.generated or bucket.uncertain or is_handed_on(project, bucket))
    return seen and tells_eventbridge(project, bucket) is False


def _bucket(rule: Schedule, named: Value) -> Resource | None:
    """The bucket of the project that a value names."""
    buckets = rule.project.of_type("AWS::S3::Bucket")
    match named:
        case Reference(name, ""):
            return next((each for each in buckets if each.name == name), None)
        case Known(str(name)):
            return next((each for each in buckets if text(each.get("BucketName")) == name), None)
        case _:
            return None
