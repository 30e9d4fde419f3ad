"""What becomes of what a call gives: who asks it whether something failed, and who gets it to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lambdalint.code import carriers
from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.idioms import is_log, is_pure, is_validation, origin_name
from lambdalint.code.value import (
    CALLED_BACK,
    EACH,
    KEPT,
    Call,
    Choice,
    Constant,
    Instance,
    Mapping,
    Member,
    Result,
    Sequence,
    Text,
    Unknown,
    Value,
    all_origins,
    options,
    origins,
)
from lambdalint.code.walks import walk
from lambdalint.meaning.operations import REQUEST, Operation
from lambdalint.patterns import pattern

_FAILURES = {
    ("dynamodb", "batch_execute_statement"): ("Responses",),
    ("dynamodb", "batch_get_item"): ("UnprocessedKeys",),
    ("dynamodb", "batch_write_item"): ("UnprocessedItems",),
    ("ecs", "run_task"): ("failures", "tasks"),
    ("ecs", "start_task"): ("failures", "tasks"),
    ("events", "put_events"): ("FailedEntryCount", "Entries"),
    ("firehose", "put_record_batch"): ("FailedPutCount", "RequestResponses"),
    ("kinesis", "put_records"): ("FailedRecordCount", "Records"),
    ("lambda", "invoke"): ("FunctionError",),
    ("s3", "delete_objects"): ("Errors",),
    ("secretsmanager", "batch_get_secret_value"): ("Errors",),
    ("ses", "send_bulk_templated_email"): ("Status",),
    ("sesv2", "send_bulk_email"): ("BulkEmailEntryResults",),
    ("sns", "publish_batch"): ("Failed",),
    ("sqs", "change_message_visibility_batch"): ("Failed",),
    ("sqs", "delete_message_batch"): ("Failed",),
    ("sqs", "send_message_batch"): ("Failed",),
}
"""The operations that answer with success where a part of them failed, and the keys of the answer that say so.

Source: their pages in https://docs.aws.amazon.com, under `ResponseElements`.
"""

_DONE = "Successful"
"""The key of a batch's answer that says what of it was done: who counts that knows what was not."""

_LOSING_NOTHING = frozenset({
    ("dynamodb", "batch_get_item"), ("lambda", "invoke"), ("s3", "delete_objects"),
    ("secretsmanager", "batch_get_secret_value"),
})  # fmt: skip

_ALL_KEYS = {EACH, "items", "keys", "values", "copy"}


def failures(operation: Operation) -> tuple[str, ...]:
    """The keys of an operation's answer that say that a part of it failed; empty where failure is an exception."""
    if operation.kind != REQUEST:
        return ()
    keys = _FAILURES.get((operation.service, operation.name), ())
    if operation.name == "invoke" and keys:
        kind = operation.argument("InvocationType")
        waits = kind is None or all(each == Constant("RequestResponse") for each in options(kind))
        return keys if waits and not (kind is None and operation.open) else ()
    return keys


def loses_nothing(operation: Operation) -> bool:
    """Whether nothing is lost for good where a part of an operation fails.

    What was not read still stands where it stood, what was to be cleaned up, the next run finds again, and the log of
    a function that failed tells that.
    """
    return (operation.service, operation.name) in _LOSING_NOTHING


def wakes(operation: Operation) -> bool:
    """Whether a function is invoked with an empty payload, as one does that is only to be there: what it makes of
    that, and whether it fails at it, nobody cares."""
    given = operation.argument("Payload") if (operation.service, operation.name) == ("lambda", "invoke") else None
    return given is not None and all(map(_is_empty, options(given)))


def _is_empty(value: Value) -> bool:
    match value:
        case Constant(written):
            return written in ("{}", b"{}")
        case Result(Call(name=name, arguments=(Mapping(entries=entries, rest=None, others=None),))):
            return name.endswith(("json.dumps", "JSON.stringify")) and not entries
        case _:
            return False


_CONNECTION = frozenset({"connectionId", "connectionID", "connection_id"})
_PASSING = pattern(r"(?i)metric|heart.?beat|telemetry|keep.?alive|\bpings?\b")
_CACHE = pattern(r"(?i)(?:^|[^a-z])caches?(?:$|[^a-z])|[a-z]Caches?(?:$|[^a-z])")


def is_passing(operation: Operation) -> bool:
    """Whether what an operation hands over is of use for the moment only: the next one takes its place.

    So are messages for an open connection, whose client asks how things stand when it connects anew, samples of
    metrics, and what a cache keeps.
    """
    match operation.service, operation.name:
        case "events", "put_events":
            given = operation.argument("Entries")
            made_of = [] if given is None else [each for each in origins(given) if isinstance(each, Mapping)]
            named = (each.entries.get(key) for each in made_of for key in ("DetailType", "Source"))
            return any(_CONNECTION & each.entries.keys() for each in made_of) or any(
                isinstance(each, Constant) and _PASSING.search(str(each.value)) is not None for each in named
            )
        case "dynamodb", "batch_write_item":
            given = operation.argument("RequestItems")
            tables = [] if given is None else [name for each in options(given) for name in _names(each)]
            return bool(tables) and all(_CACHE.search(each) is not None for each in tables)
        case _:
            return False


def _names(value: Value) -> Iterator[str]:
    """How the tables are called that a mapping has requests for."""
    if isinstance(value, Mapping) and not value.open:
        yield from value.entries


def is_asked(handler: Handler, operation: Operation, keys: tuple[str, ...], *, heard: bool = True) -> bool:
    """Whether the code asks an operation's answer for one of `keys`, or somebody else gets the answer to ask.

    Whoever invokes the handler gets what it returns only where it is `heard`.
    """
    call = operation.call
    if _is_about(call, keys) or hands_on(handler, call, heard=heard):
        return True
    if _DONE in call.asked and "Failed" in keys and _is_compared(handler, call):
        return True
    if operation.name == "invoke" and "Payload" in call.asked and _looks_into(handler, call):
        return True
    # What a loop gets is asked when the loop comes round.
    return bool(call.loops) and any(_is_next(each, call) and _is_about(each, keys) for each in handler.calls)


_SEARCHES = frozenset({
    "npm:elasticsearch.Client", "npm:@elastic/elasticsearch.Client", "npm:@opensearch-project/opensearch.Client",
    "elasticsearch.Elasticsearch", "opensearchpy.OpenSearch", "opensearchpy.client.OpenSearch",
})  # fmt: skip
"""Clients of Elasticsearch and OpenSearch."""
BULK_ERRORS = ("errors", "items")
"""The keys of the answer to `bulk` that say which documents were not taken, which is status 200 all the same:
https://docs.opensearch.org/latest/api-reference/document-apis/bulk/#response"""


def bulk_unasked(handler: Handler, *, heard: bool = True) -> Iterator[Call]:
    """The requests that hand many documents to a search engine, of whose answers nobody asks which it took."""
    for call in handler.invocation_calls:
        if call.name == "bulk" and call.receiver is not None and origin_name(call.receiver) in _SEARCHES:
            # The body is that of an answer in version 7 of the client for JavaScript, and may be asked in its turn.
            asked = CALLED_BACK in call.asked or _is_about(call, (*BULK_ERRORS, "body"))
            if not asked and not hands_on(handler, call, heard=heard):
                yield call


def _is_about(call: Call, keys: tuple[str, ...]) -> bool:
    """Whether the code reads one of `keys` of what a call gives, or something that may be one."""
    return any(key in keys or key in _ALL_KEYS or isinstance(key, int) for key in call.asked)


def _is_compared(handler: Handler, call: Call) -> bool:
    """Whether a test asks for what a batch's answer says was done: `assert len(answer["Successful"]) == len(batch)`."""
    tests = Counter(map(id, handler.tests)) - Counter(map(id, handler.remarks))
    asked = (test for test in handler.tests if id(test) in tests)
    return any(part(each, call) == _DONE for each in all_origins(asked))


def _looks_into(handler: Handler, invoked: Call) -> bool:
    """Whether the code reads items of what an invoked function gave, tests it, or hands it to somebody who may.

    The payload of a function that failed holds its error in the place of those items, and is an answer like any other
    to whoever passes it on: https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
    """

    def comes_of_it(value: Value) -> bool:
        return any(isinstance(each, Result) and each.call is invoked for each in origins(value))

    for call in handler.calls:
        given = (*call.arguments, *call.keywords.values())
        reads = bool(call.asked) if call.name in carriers.PARSING else not (is_log(call) or is_pure(call))
        if (reads and any(map(comes_of_it, given))) or any(map(comes_of_it, call.tested)):
            return True
    tested = (value for each in handler.raises for value in each.tested)
    return any(map(comes_of_it, tested)) or any(comes_of_it(loop.over) for loop in handler.loops)


def _is_next(other: Call, call: Call) -> bool:
    """Whether two calls are of one operation, and of one function."""
    return other is not call and other.name == call.name and other.trail == call.trail


def hands_on(handler: Handler, call: Call, *, heard: bool = True) -> bool:
    """Whether what a call gives is handed on, whole, to somebody who may ask it.

    It is returned to what calls the code, if that hears it, raised, kept, or given to a call that neither logs nor
    computes. A function of the project that returns it hands it to its caller, which is followed.
    """
    return KEPT in call.asked or call in _handed_on(handler, heard)


def uses(handler: Handler, *, heard: bool = True) -> Iterator[Value]:
    """The values that the code does something with: goes through, returns, raises, or gives to others than a log."""
    if heard:
        yield from (returned.value for returned in handler.returns)
    yield from _works_with(handler)
    for raised in handler.raises:
        if raised.value is not None:
            yield raised.value
    for call in handler.calls:
        if call.name.endswith(("Error", "Exception")) and is_pure(call) and not is_log(call):
            yield from call.arguments
            yield from call.keywords.values()


@once_a_handler
def _works_with(handler: Handler) -> tuple[Value, ...]:
    """The values that the code does something with other than to return them or to say that it failed."""
    work = [call for call in handler.calls if not (is_log(call) or is_pure(call) or is_validation(call))]
    return (
        *(loop.over for loop in handler.loops),
        *handler.answers,
        *(value for call in work for value in (*call.arguments, *call.keywords.values())),
    )


def needs(handler: Handler, call: Call, key: str) -> bool:
    """Whether the code works with what a call gives under a key, or decides by it, or hands on the whole."""
    if key not in call.asked:
        return hands_on(handler, call)
    returned = (each.value for each in handler.returns)
    values = (*returned, *_works_with(handler), *handler.tests)
    return any(part(each, call) == key for each in all_origins(values)) or hands_on(handler, call)


def only_logged(handler: Handler, operation: Operation, keys: tuple[str, ...]) -> str | None:
    """The key of an operation's answer that the code asks only to log what it says; None where it does more with it."""

    def about(values: Iterable[Value]) -> bool:
        return any(part(each, call) in keys for each in all_origins(values))

    call = operation.call
    if not handler.remarks or not about(handler.remarks) or hands_on(handler, call):
        return None
    if _asks_again(call, keys):
        return None
    asked, remarked = Counter(map(id, handler.tests)), Counter(map(id, handler.remarks))
    if about(uses(handler)) or about(each for each in handler.tests if asked[id(each)] > remarked[id(each)]):
        return None
    return next((key for key in keys if key in call.asked), None)


def _asks_again(call: Call, keys: tuple[str, ...]) -> bool:
    """Whether a call is given what one like it has left over: what then still is, is given up at some time."""
    given = (each for value in (*call.arguments, *call.keywords.values()) for each in origins(value))
    left = (each.of for each in given if isinstance(each, Member) and each.key in keys)
    return any(isinstance(each, Result) and each.call.name == call.name for each in left)


@once_a_handler
def _handed_on(handler: Handler, heard: bool) -> frozenset[Call]:
    return frozenset(
        each.call for value in uses(handler, heard=heard) for each in whole(value) if isinstance(each, Result)
    )


_MOST = 500


def whole(value: Value) -> Iterator[Value]:
    """A value and all that it holds or was made of whole, not only of a part."""
    return walk((value,), _held_whole, _MOST)


def _held_whole(value: Value) -> Iterable[Value]:
    match value:
        case Choice(parts) | Text(parts) | Unknown(parts):
            return parts
        case Sequence(items=items):
            return items
        case Mapping(entries=entries, others=others):
            return (*entries.values(), *(() if others is None else (others,)))
        case Instance(attributes=attributes):
            return attributes.values()
        case Result(call):
            return (*call.arguments, *call.keywords.values())
        case _:
            return ()


def part(value: Value, call: Call) -> str | None:
    """The key of the part of a call's result that a value is; None where it is none."""
    match value:
        case Member(Result(made), str(key)) if made is call:
            return key
        case Result(Call(name="get", receiver=Result(made), arguments=(Constant(str(key)), *_))) if made is call:
            return key
        case _:
            return None
