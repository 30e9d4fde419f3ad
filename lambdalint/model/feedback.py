"""Feedback: what a function's code writes to that which triggers the function.

Lambda stops only a part of it by itself: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lambdalint.code import value as code
from lambdalint.meaning import keys, recurrence
from lambdalint.meaning.operations import Operation
from lambdalint.model.buckets import Notification, notifications
from lambdalint.model.functions import function_named
from lambdalint.model.targets import Target, targets
from lambdalint.model.triggers import subscriptions
from lambdalint.model.uses import Used, meant, named, used
from lambdalint.model.view import text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Value, items

if TYPE_CHECKING:
    from lambdalint.model.functions import Function

OBJECTS = {"put_object": "Put", "copy_object": "Copy", "complete_multipart_upload": "CompleteMultipartUpload"}
"""The operations that make an object, and the names of S3's events for them."""

_ITEMS = frozenset({"put_item", "batch_write_item", "update_item"})


@dataclass(frozen=True, slots=True)
class Feedback:
    """A write to what triggers the function that makes it."""

    what: str
    """What it does, as a message says it."""
    span: Span
    """What triggers the function."""
    may_end: bool = False
    """Whether it may not go on for ever: a write that changes nothing is no event."""


def feedback(function: Function, operation: Operation) -> Feedback | None:
    """How an operation of a function's code triggers the function again; None where it surely or maybe does not."""
    found: Iterator[Feedback]
    match operation.service, operation.name:
        case "s3", name if name in OBJECTS:
            found = _by_object(function, operation)
        case "sqs", "send_message" | "send_message_batch":
            found = _by_source(function, operation, "SQS", "sends a message to {}, the queue that invokes {}")
        case "kinesis", "put_record" | "put_records":
            found = _by_source(function, operation, "Kinesis", "puts a record into {}, the stream that invokes {}")
        case "dynamodb", name if name in _ITEMS:
            found = _by_source(function, operation, "DynamoDB", "writes to {}, the table whose stream invokes {}")
        case "sns", "publish" | "publish_batch":
            found = _by_topic(function, operation)
        case "events", "put_events":
            found = _by_rule(function, operation)
        case "lambda", "invoke" | "invoke_async" if used(function, operation) is function.resource:
            found = iter((Feedback(f"invokes {function.name}, the function that it runs in", function.span),))
        case _:
            return None
    return next(found, None)


def _by_source(function: Function, operation: Operation, service: str, what: str) -> Iterator[Feedback]:
    target = used(function, operation)
    for source in function.event_sources if target is not None else ():
        # A filter may tell its own messages from others.
        polls = source.service == service and source.get("FilterCriteria") is None and source.enabled
        if polls and named(function.project, _of_stream(source.source), operation.service) == target:
            yield Feedback(what.format(_called(target), function.name), source.span, operation.name == "update_item")


def _of_stream(value: Value | None) -> Value | None:
    """A table's stream, by the ARN of the table: `…:table/orders/stream/…`."""
    if isinstance(value, Known) and "/stream/" in str(value.value):
        return Known(str(value.value).partition("/stream/")[0], value.span)
    return value


def _by_topic(function: Function, operation: Operation) -> Iterator[Feedback]:
    project, target = function.project, used(function, operation)
    for subscription in subscriptions(project) if target is not None else ():
        sends_all = subscription.properties.get("FilterPolicy") is None and subscription.function == function
        if sends_all and named(project, subscription.topic, "sns") == target:
            what = f"publishes to {_called(target)}, the topic that invokes {function.name}"
            yield Feedback(what, subscription.span)


def _by_object(function: Function, operation: Operation) -> Iterator[Feedback]:
    bucket, key = operation.argument("Bucket"), operation.argument("Key")
    if bucket is None or key is None:
        return
    target = meant(function, bucket, "s3")
    own = all(keys.is_bucket_of_event(each) for each in code.options(bucket))
    for notification in _notifying(function):
        same = target is not None and named(function.project, notification.source, "s3") == target
        through = _tells(notification, operation) and keys.has(key, notification.prefix, notification.suffix)
        if (same or own) and through:
            what = f"puts an object into {_called(target)}, the bucket whose new objects invoke {function.name}"
            yield Feedback(what, notification.span)


def _notifying(function: Function) -> Iterator[Notification]:
    """What tells a function of new objects: notifications of buckets, and rules of EventBridge."""
    project = function.project
    for notification in notifications(project):
        if function_named(project, notification.target) == function:
            yield notification
    for target in targets(project):
        if function.is_named_by(target.arn) and not target.disabled:
            yield from _of_rule(target)


def _of_rule(target: Target) -> Iterator[Notification]:
    pattern = target.rule.get("EventPattern")
    if not isinstance(pattern, Mapping) or pattern.open or _texts(pattern.get("source")) != ("aws.s3",):
        return
    detail = pattern.get("detail")
    bucket, found = pattern.get("detail", "bucket", "name"), pattern.get("detail", "object")
    if "Object Created" not in _texts(pattern.get("detail-type")) or not isinstance(detail, Mapping) or detail.open:
        return
    names = items(bucket)
    if detail.entries.keys() <= {"bucket", "object"} and len(names) == 1:
        prefix = "" if found is None else _prefix(found)
        yield Notification("", target.arn, ("s3:ObjectCreated:*",), prefix, "", target.span, names[0])


def _prefix(pattern: Value) -> str | None:
    """How keys begin that a pattern's `object` lets through; None where that is not known."""
    match pattern:
        case Mapping({"key": given}) if len(pattern.entries) == 1:
            match items(given):
                case (Mapping({"prefix": Known(str(prefix))}),):
                    return prefix
    return None


def _tells(notification: Notification, operation: Operation) -> bool:
    """Whether a bucket tells of what an operation does."""
    name = OBJECTS[operation.name]
    wanted = {"*", "ObjectCreated:*", f"ObjectCreated:{name}"}
    return any(event.removeprefix("s3:") in wanted for event in notification.events or ())


def _by_rule(function: Function, operation: Operation) -> Iterator[Feedback]:
    entries = operation.argument("Entries")
    put = entries.items if isinstance(entries, code.Sequence) else ()
    for target in targets(function.project):
        aimed = function.is_named_by(target.arn) and not target.disabled
        if aimed and any(_lets_through(function, target, entry) for entry in put):
            yield Feedback(f"puts an event that {target.rule.name} sends to {function.name}", target.span)


def _lets_through(function: Function, target: Target, entry: code.Value) -> bool:
    """Whether a rule surely sends an event on to its targets."""
    pattern = target.rule.get("EventPattern")
    if not isinstance(entry, code.Mapping) or not isinstance(pattern, Mapping) or pattern.open:
        return False
    if not pattern.entries.keys() <= {"source", "detail-type", "detail"} or not pattern.entries:
        return False
    detail = pattern.get("detail")
    if detail is not None and not _fits(detail, recurrence.content(entry.entries.get("Detail"))):
        return False
    for name, field in (("source", "Source"), ("detail-type", "DetailType")):
        if name in pattern.entries:
            given = entry.entries.get(field)
            if not isinstance(given, code.Constant) or given.value not in _texts(pattern.get(name)):
                return False
    return bus(function, entry) == _bus_of(function, target)


def _fits(pattern: Value, content: code.Value | None) -> bool:
    """Whether the content of an event surely has what a pattern asks for, spelt out in both."""
    if not isinstance(pattern, Mapping) or pattern.open or not isinstance(content, code.Mapping):
        return False
    for name, wanted in pattern.entries.items():
        given = content.entries.get(name)
        if isinstance(wanted, Mapping):
            if not _fits(wanted, given):
                return False
        elif not isinstance(given, code.Constant) or given.value is None or given.value not in _texts(wanted):
            return False
    return True


def bus(function: Function, entry: code.Mapping) -> Used | None:
    """The bus that a function's code puts an event on; None where that is not known."""
    given = entry.entries.get("EventBusName")
    if given is None:
        return None if entry.open else "default"
    return meant(function, given, "events")


def _bus_of(function: Function, target: Target) -> Used:
    given = target.rule.get("EventBusName")
    found = named(function.project, given, "events")
    # Not equal to any bus that code may mean.
    return "default" if given is None else "" if found is None else found


def _texts(value: Value | None) -> tuple[str | None, ...]:
    return tuple(text(each) for each in items(value))


def _called(target: Used | None) -> str:
    match target:
        case Resource():
            return target.called
        case str() if "${" not in target:
            return target
        case _:
            return "the bucket of its event" if target is None else "its source"
