"""Who writes the events of a function: strangers, its own project, or AWS alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from lambdalint.code.facts import Handler
from lambdalint.code.value import Mapping, Result, Sequence, Step, Value, options
from lambdalint.meaning import http
from lambdalint.meaning.flow import flows
from lambdalint.meaning.operations import operation
from lambdalint.meaning.writing import by_aws, by_sender, is_host
from lambdalint.model import invokers
from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import functions as functions_in
from lambdalint.model.senders import senders
from lambdalint.model.triggers import subscriptions
from lambdalint.model.uses import Used, used
from lambdalint.model.view import references, text
from lambdalint.records import dataclass
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Mapping as MappingValue
from lambdalint.templates.value import Value as TemplateValue
from lambdalint.templates.value import items

if TYPE_CHECKING:
    from lambdalint.model.functions import Function

STRANGERS, NOBODY_KNOWN, SENDERS, PROJECT, AWS = "strangers", "nobody known", "senders", "the project", "AWS"
"""Who writes: STRANGERS, where some service invokes it that hands on what others send, or the project does so itself;
NOBODY_KNOWN, where nothing is known to invoke it; SENDERS, where it comes by a queue, a topic or a stream, and nothing
is seen to put there what strangers write; PROJECT, where only code and state machines of its own account do; AWS,
where its events come from AWS or from the template."""

_BY_AWS = frozenset({
    "EventBridge Scheduler", "AWS Config", "CodeCommit", "Secrets Manager", "CloudFormation", "a CloudWatch alarm",
})  # fmt: skip
_BY_CALL = frozenset({"", "Step Functions", "a Lambda destination"})
"""What only hands on what some code of the account gave it."""
_WITH_DOMAINS = frozenset({"API Gateway", "a function URL"})
"""What takes requests only where they are sent to one of its own domains: a load balancer takes any."""
_RELAYS = frozenset({
    "SQS", "SNS", "Kinesis", "DynamoDB", "a stream", "Kafka", "MQ", "DocumentDB", "CloudWatch Logs",
})  # fmt: skip
"""What hands on what it is sent, as a rule by code of the account."""
_OF_STRANGERS = frozenset({"aws.s3", "aws.ses"})
"""Sources of AWS whose events carry text that strangers may have written: keys of objects, addresses."""


def writers(functions: Iterable[Function], path: tuple[Step, ...] = ()) -> str:
    """Who writes the part at `path` of the events of functions that share a handler, the least known of them."""
    found = {_of(function, path) for function in functions} or {_unknown(path)}
    return min(found, key=_ORDER.index)


def strangers_write(functions: Iterable[Function], handler: Handler, path: tuple[Step, ...]) -> bool:
    """Whether somebody outside of the account is seen to write the part at `path` of a handler's events.

    Where nothing is known to invoke it, its own code tells: what it reads of a request, strangers send.
    """
    who = writers(functions, path)
    return who == STRANGERS or (who == NOBODY_KNOWN and (not path or by_sender(path)) and http.takes_requests(handler))


def takes_events(functions: Iterable[Function]) -> bool:
    """Whether EventBridge, or something that is not known, may invoke one of these functions."""
    return any(
        invoker.service == "EventBridge" or invoker.mode == invokers.UNKNOWN
        for function in functions
        for invoker in function.invokers
    )


_ORDER = (STRANGERS, NOBODY_KNOWN, SENDERS, PROJECT, AWS)


def _of(function: Function, path: tuple[Step, ...]) -> str:
    found = {_invoker(function, invoker, path) for invoker in function.invokers} or {_unknown(path)}
    who = min(found, key=_ORDER.index)
    # What no source sends is given by whoever invokes the function by hand, or from code.
    return PROJECT if who in (STRANGERS, SENDERS) and _is_sent_by_none(function, path) else who


def _unknown(path: tuple[Step, ...]) -> str:
    """Who writes the part at `path` of what nothing is known to send: the host of a request most likely AWS."""
    return AWS if is_host(path) else NOBODY_KNOWN


def _is_sent_by_none(function: Function, path: tuple[Step, ...]) -> bool:
    """Whether none of the sources of a function's events has what the part at `path` stands in."""
    known, handler = senders(function), function.handler
    if known is None or not path or (handler is not None and (handler.wrappers or handler.changes_event)):
        return False
    field = path[0]
    return isinstance(field, str) and all(each.lacks((field,)) for each in known)


def _invoker(function: Function, invoker: invokers.Invoker, path: tuple[Step, ...]) -> str:
    if invoker.mode == invokers.DEPLOYMENT or invoker.service in _BY_AWS:
        return AWS
    if invoker.service == "EventBridge":
        who = _rule(function, invoker)
    elif invoker.service in _RELAYS:
        who = SENDERS
    else:
        who = PROJECT if invoker.service in _BY_CALL else STRANGERS
        if invoker.service in _WITH_DOMAINS and is_host(path):
            who = AWS
    return STRANGERS if who in (SENDERS, PROJECT) and _is_handed_on(function, invoker, path) else who


_HANDING = {
    ("stepfunctions", "start_execution"): "input",
    ("stepfunctions", "start_sync_execution"): "input",
    ("lambda", "invoke"): "Payload",
    ("lambda", "invoke_async"): "InvokeArgs",
    ("events", "put_events"): "Entries",
    ("sqs", "send_message"): "MessageBody",
    ("sqs", "send_message_batch"): "Entries",
    ("sns", "publish"): "Message",
    ("sns", "publish_batch"): "PublishBatchRequestEntries",
    ("kinesis", "put_record"): "Data",
    ("kinesis", "put_records"): "Records",
    ("dynamodb", "put_item"): "Item",
    ("dynamodb", "update_item"): "ExpressionAttributeValues",
    ("dynamodb", "batch_write_item"): "RequestItems",
}
"""Operations that make an event of what they are given, and what of it."""
_ASKED_BY_STRANGERS = (
    "AWS::ApiGateway::Method", "AWS::ApiGateway::Integration", "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Integration", "AWS::Pipes::Pipe",
)  # fmt: skip
"""What starts state machines, and fills queues and streams, with what others send."""
_TOLD_OF_STRANGERS = (
    *_ASKED_BY_STRANGERS, "AWS::S3::Bucket", "AWS::S3::BucketNotification", "AWS::IoT::TopicRule",
    "AWS::SES::ReceiptRule",
)  # fmt: skip
"""What tells queues, topics and streams what others have written."""


def _is_handed_on(function: Function, invoker: invokers.Invoker, path: tuple[Step, ...]) -> bool:
    """Whether the project is known to make the part at `path` of an invoker's events of what strangers send."""
    project = function.project
    names = {"", *(step.lower() for step in path if isinstance(step, str))}
    handed = [each for each in _handed_on(project) if not path or not names.isdisjoint(each.names)]
    if invoker.service == "Step Functions":
        machines = project.of_type("AWS::StepFunctions::StateMachine")
        of_it = tuple(each for each in machines if each.span == invoker.span) or tuple(machines)
        if any(
            reference.resource == each.name
            for each in of_it
            for kind in _ASKED_BY_STRANGERS
            for resource in project.of_type(kind)
            for reference in references(resource.properties)
        ):
            return True
        return any(each.to in of_it for each in handed)
    if invoker.service == "EventBridge":
        return any(each.service == "events" for each in handed)
    if invoker.service in _RELAYS:
        relays = _relays(function, invoker)
        fed = (resource for kind in _TOLD_OF_STRANGERS for resource in project.of_type(kind))
        told = any(reference.resource in relays for each in fed for reference in references(each.properties))
        return told or any(isinstance(each.to, Resource) and each.to.name in relays for each in handed)
    return any(each.to is function.resource for each in handed)


def _relays(function: Function, invoker: invokers.Invoker) -> frozenset[str]:
    """The names of the queue, topic or stream by which a function gets its events, and of the topics before it."""
    project = function.project
    mapped = (each.source for each in function.event_sources if each.span == invoker.span)
    topics = {each.span: each for each in subscriptions(project)}
    subscribed = (each.topic for span, each in topics.items() if span == invoker.span)
    names = {reference.resource for given in (*mapped, *subscribed) for reference in references(given)}
    behind = (
        reference.resource
        for each in topics.values()
        if any(named.resource in names for named in references(each.properties.get("Endpoint")))
        for reference in references(each.topic)
    )
    return frozenset({*names, *behind})


@dataclass(frozen=True, slots=True)
class _Handed:
    """What the project's code hands on of what strangers send."""

    service: str
    to: Used | None
    names: frozenset[str]
    """What it is called there; "" where it may be the whole."""


@lru_cache(maxsize=64)
def _handed_on(project: Deployed) -> tuple[_Handed, ...]:
    return tuple(
        _Handed(asked.service, used(function, asked), names)
        for function in functions_in(project)
        if function.handler is not None and any(map(_by_stranger, function.invokers))
        for call in function.handler.calls
        if (asked := operation(call)) is not None
        and (given := asked.argument(_HANDING.get((asked.service, asked.name), ""))) is not None
        and (names := frozenset(_named(function, given)))
    )


def _named(function: Function, given: Value) -> Iterator[str]:
    """The names, in lower case, of the entries of a value that hold what strangers send."""
    for value in options(given):
        match value:
            case Result(call) if call.name in _DUMPING and call.arguments:
                yield from _named(function, call.arguments[0])
            case Mapping(entries=entries):
                for name, entry in entries.items():
                    yield from (each or name.lower() for each in _named(function, entry))
            case Sequence(items=inner):
                for each in inner:
                    yield from _named(function, each)
            case _ if any(not by_aws(flow.path) and not _is_sent_by_none(function, flow.path) for flow in flows(value)):
                yield ""


_DUMPING = frozenset({"json.dumps", "simplejson.dumps", "ujson.dumps", "orjson.dumps", "js:JSON.stringify"})


def _by_stranger(invoker: invokers.Invoker) -> bool:
    """Whether a service invokes that hands on what others send."""
    return (
        invoker.mode != invokers.DEPLOYMENT
        and invoker.service not in _BY_AWS | _BY_CALL | _RELAYS
        and invoker.service != "EventBridge"
    )


def _rule(function: Function, invoker: invokers.Invoker) -> str:
    """Who writes what a rule lets through: a schedule or a pattern of AWS's events, or whoever may put events."""
    for resource in function.project.of_type("AWS::Events::Rule"):
        if resource.span == invoker.span:
            pattern = resource.get("EventPattern")
            return AWS if pattern is None else _pattern(pattern)
    return PROJECT


def _pattern(pattern: TemplateValue) -> str:
    if not isinstance(pattern, MappingValue):
        return PROJECT
    sources = [text(each) for each in items(pattern.get("source"))]
    if sources and all(each is not None and each.startswith("aws.") for each in sources):
        return STRANGERS if _OF_STRANGERS.intersection(filter(None, sources)) else AWS
    return PROJECT
