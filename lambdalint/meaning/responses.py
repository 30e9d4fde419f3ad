"""What a handler's answers to a batch mean."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import EventRead, Handler, always_empty, carries, once_a_handler
from lambdalint.code.idioms import BATCH_PROCESSORS, BATCH_RESPONSES, ORDERED_PROCESSORS, is_log, is_pure, origin_name
from lambdalint.code.value import (
    EACH,
    Call,
    Caught,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Step,
    Value,
    options,
    origins,
)
from lambdalint.data import events

_PARSING = frozenset({"json.loads", "js:JSON.parse"})
FAILURES, IDENTIFIER = "batchItemFailures", "itemIdentifier"


_MIDDLEWARES = frozenset({"npm:@middy/sqs-partial-batch-failure", "npm:@middy/event-batch-response"})
"""What makes `batchItemFailures` of the settled promises that a handler returns."""


def is_wrapped(handler: Handler) -> bool:
    """Whether a middleware around a handler reports what failed."""
    return not _MIDDLEWARES.isdisjoint(handler.wrappers)


def reports_failures(value: Value) -> bool:
    """Whether a returned value surely has `batchItemFailures` that may name a record."""
    return any(
        (isinstance(each, Mapping) and FAILURES in each.entries and not always_empty(each.entries[FAILURES]))
        or _by_powertools(each)
        for each in options(value)
    )


def may_report(value: Value) -> bool | None:
    """Whether a returned value has `batchItemFailures`; None where that cannot be told.

    What an error has with it is an answer for clients, and tells of no records.
    """
    if any(_by_powertools(each) for each in options(value)):
        return True
    said = {carries(each, FAILURES) for each in options(value) if not _is_of_error(each)}
    return True if True in said else None if None in said else False


def _is_of_error(value: Value) -> bool:
    return isinstance(value, Member) and isinstance(value.of, Caught)


def _by_powertools(value: Value) -> bool:
    """Whether a value is the response that Powertools makes of a batch."""
    match value:
        case Result(call) if call.receiver is None:
            return call.name in BATCH_RESPONSES
        case Result(call) if call.name == "response":
            return origin_name(value) in BATCH_PROCESSORS
        case _:
            return False


def failures(value: Value) -> Iterator[Value]:
    """What a returned value lists under `batchItemFailures`, as far as it is known."""
    for each in options(value):
        if isinstance(each, Mapping) and FAILURES in each.entries:
            for listed in options(each.entries[FAILURES]):
                for item in listed.items if isinstance(listed, Sequence) else ():
                    yield from options(item)


def part_of_record(value: Value) -> tuple[Step, ...] | None:
    """The path within a record of a value that stands there, also within its parsed body; None for other values."""
    match value:
        case Piece(("Records", _, *rest), "event"):
            return tuple(rest)
        case Member(of, key):
            found = part_of_record(of)
            return None if found is None else (*found, key)
        case Result(call) if call.receiver is None and call.name in _PARSING and len(call.arguments) == 1:
            return part_of_record(call.arguments[0])
        case _:
            return None


def unordered_processors(value: Value) -> Iterator[Call]:
    """The calls that make the processors of Powertools behind a returned value which go on after a failure."""
    for each in options(value):
        match each:
            case Result(call) if call.receiver is None and call.name in BATCH_RESPONSES:
                given = call.argument(2, "processor")
            case Result(call) if call.name == "response":
                given = call.receiver
            case _:
                continue
        for processor in () if given is None else options(given):
            if isinstance(processor, Result) and processor.call.name in BATCH_PROCESSORS - ORDERED_PROCESSORS:
                yield processor.call


_EVENT_TYPES = {"SQS": "SQS", "KinesisDataStreams": "Kinesis", "DynamoDBStreams": "DynamoDB"}


def processed(handler: Handler) -> tuple[Call, str] | None:
    """The call that makes Powertools' only processor of a handler, and the service whose records it takes."""
    made = [each for each in handler.calls if each.receiver is None and each.name in BATCH_PROCESSORS]
    given = made[0].argument(0, "event_type") if len({each.span for each in made}) == 1 else None
    service = None if given is None else _EVENT_TYPES.get(origin_name(given).rpartition("EventType.")[2])
    return None if service is None else (made[0], service)


_OF_RECORDS = {
    "SQS": frozenset({"messageId", "receiptHandle", "body", "messageAttributes"}),
    "Kinesis": frozenset({"kinesis"}),
    "DynamoDB": frozenset({"dynamodb"}),
}
"""What only the records of a service have, at their top."""


def source(handler: Handler) -> str | None:
    """The service whose batches a handler's own code is made for, by what it reads of each record; None where it reads
    those of several, or of none of these."""
    keys = {read.path[2] for read in handler.reads if read.path[:1] == ("Records",) and len(read.path) > 2}
    found = [service for service, own in _OF_RECORDS.items() if not own.isdisjoint(keys)]
    return found[0] if len(found) == 1 and keys <= _OF_RECORDS[found[0]] | _OF_ALL else None


_OF_ALL = frozenset({
    "eventSource", "eventSourceARN", "eventID", "eventName", "eventVersion", "awsRegion", "attributes", "md5OfBody",
    "invokeIdentityArn", "userIdentity", "messageSystemAttributes",
})  # fmt: skip
"""What records of several services have: none of notifications, whose failures are retried in another way."""


def is_told(handler: Handler) -> bool:
    """Whether a handler's own code is made for notifications, of a topic or of a bucket's objects."""
    return any(
        read.path[:1] == ("Records",)
        and len(read.path) > 3
        and read.path[2:4] in (("Sns", "Message"), ("s3", "object"))
        for read in handler.reads
    )


def is_of_eventbridge(handler: Handler) -> bool:
    """Whether a handler's own code reads what only events of EventBridge have, which come asynchronously."""
    return any(read.path[:1] in (("detail",), ("detail-type",)) for read in handler.reads)


@once_a_handler
def ignores_event(handler: Handler) -> bool:
    """Whether nothing that a handler does depends on its event: that one came is all it needs to know."""
    return next(_asked(handler), None) is None


def _asked(handler: Handler) -> Iterator[tuple[str | int, ...]]:
    """The parts of its event that a handler reads, other than to log what each event has, or hands on."""
    logs = [call.span for call in handler.calls if is_log(call)]
    for read in handler.reads:
        told = is_sent(read) and not read.loops and any(each.covers(read.span) for each in logs)
        yield from () if told else (read.path,)
    for call in handler.calls:
        if not (is_log(call) or is_pure(call)):
            for value in (call.receiver, *call.arguments, *call.keywords.values()):
                for each in () if value is None else origins(value):
                    if isinstance(each, Piece) and each.root == "event":
                        yield each.path


def is_sent(read: EventRead) -> bool:
    """Whether what is read is there in every event of its kind."""
    return tuple(EACH if isinstance(step, int) else step for step in read.path) in events.SENT


def uses_all_records(handler: Handler) -> bool:
    """Whether a handler may look at records after the first: it loops, counts them, or hands them on."""
    return (
        handler.loops_over_records
        or any(read.path[:1] == ("Records",) and len(read.path) > 1 and read.path[1] != 0 for read in handler.reads)
        or any(_takes_all(call) for call in handler.calls)
    )


_TOLD = frozenset(
    {
        "js:JSON.stringify",
        "node:util.inspect",
        "js:String",
        "json.dumps",
        "builtins.str",
        "builtins.repr",
        "builtins.type",
        "pprint.pprint",
    }
)


def _takes_all(call: Call) -> bool:
    """Whether a call gets the whole event or all its records, and does not only log them."""
    whole = any(
        isinstance(each, Piece) and each.root == "event" and each.path in ((), ("Records",))
        for value in (*call.arguments, *call.keywords.values())
        for each in origins(value)
    )
    return whole and not is_log(call) and call.name not in _TOLD
