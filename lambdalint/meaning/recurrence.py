"""What of an event comes again in the event that a write leads to: a test of that does not tell the two apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.idioms import is_log, is_pure
from lambdalint.code.value import (
    CHANGED,
    Call,
    Choice,
    Compared,
    Constant,
    Member,
    Piece,
    Result,
    Step,
    Text,
    Value,
    all_origins,
    options,
    origins,
    parts,
)
from lambdalint.code.walks import walk
from lambdalint.meaning import keys, kinds
from lambdalint.meaning.operations import Operation, operation

_SENT = ("MessageBody", "Message")
"""The parameters with the text of a message."""

_OF_OBJECT = ("size", "eTag", "etag", "sequencer", "versionId", "version-id")
"""What S3 says of an object that its name has no part in."""

_OF_RECORD = frozenset({"awsRegion", "eventSource", "eventSourceARN", "eventVersion", "eventTime"})
_ENDS = ("startswith", "endswith")


def knows_again(handler: Handler, asked: Operation) -> bool:
    """Whether a handler tests something of its event that may be another in the event that a write leads to."""
    return any(not _comes_again(handler, asked, piece) for test in handler.tests for piece in _pieces(asked, test))


def is_ended_by_work(call: Call) -> bool:
    """Whether a call stands under a test of what the invocation found or did: of what AWS answered, of the time that is
    left, of what it has gathered. So a function goes on where the last invocation ended, until there is no more to do.
    """
    return any(_is_of_work(each) for test in call.tested for each in origins(test))


def _is_of_work(value: Value) -> bool:
    match value:
        case Result(call):
            return operation(call) is not None or _asks_for_time(call)
        case Choice(several):
            # A flag that the way here sets: `drained = True`.
            flags = [each.value for each in several if isinstance(each, Constant) and isinstance(each.value, bool)]
            return len(flags) == len(several) > 1
        case _:
            return False


def _asks_for_time(call: Call) -> bool:
    return call.name in _TIME_LEFT


_TIME_LEFT = frozenset({"get_remaining_time_in_millis", "getRemainingTimeInMillis"})


def content(text: Value | None) -> Value | None:
    """What a text is the JSON of; None where that is not known."""
    match text:
        case Result(call) if call.receiver is None and call.name in _TO_JSON and call.arguments:
            return call.arguments[0]
        case _:
            return None


_TO_JSON = frozenset({"json.dumps", "simplejson.dumps", "orjson.dumps", "js:JSON.stringify"})


def asks_for_size(handler: Handler) -> bool:
    """Whether a handler tests the size of an object, which may be another once it is written again."""
    return any(
        isinstance(each, Piece) and each.root == "event" and each.path[-1:] == ("size",)
        for test in handler.tests
        for each in origins(test)
    )


def _pieces(asked: Operation, test: Value) -> Iterator[Piece]:
    """The parts of the event that a test asks about, but for what is in the name of a written object too."""

    def asked_of(value: Value) -> Iterable[Value]:
        match value:
            case Result(call) if call is asked.call:
                return ()  # What became of the write says nothing of the event.
            case Result(call) if call.name in _ENDS and _keeps(asked, call.name, call.receiver):
                return ()
            case _:
                return parts(value)

    for value in walk((test,), asked_of):
        match value:
            case Piece(path, "event") if path not in ((), ("Records",)):
                yield value


def _keeps(asked: Operation, how: str, tested: Value | None) -> bool:
    """Whether the key of a written object begins or ends as that of the event, which a test asks about, does."""
    key = asked.argument("Key")
    if key is None or tested is None or not all(map(keys.is_of_event, options(tested))):
        return False
    for each in options(key):
        end = each
        if isinstance(each, Text) and each.parts:
            end = each.parts[0 if how == "startswith" else -1]
        if not keys.is_of_event(end):
            return False
    return True


def _comes_again(handler: Handler, asked: Operation, piece: Piece) -> bool:
    """Whether a part of the event is the same, or counts for nothing, in the event that a write leads to."""
    path = piece.path
    if asked.service == "s3":
        return _within(path, "bucket") or path[-1] in _OF_OBJECT or path[-1] in _OF_RECORD
    if asked.service == "dynamodb" and path[-1] == "eventName":
        return _compared_with(handler, piece) == {"REMOVE"}
    return any(_is_sent(handler, asked, path[:length]) for length in range(1, len(path) + 1)) or (
        path[-1] in _OF_RECORD and any(isinstance(each, Piece) for each in _sent(asked))
    )


def _compared_with(handler: Handler, piece: Piece) -> set[object]:
    """The constants that tests hold a part of the event against, and None for what is none."""
    return {
        each.right.value if isinstance(each.right, Constant) else None
        for each in all_origins(handler.tests)
        if isinstance(each, Compared) and isinstance(each.left, Piece) and each.left.path == piece.path
    }


def _within(path: tuple[Step, ...], name: str) -> bool:
    return path[2:4] == ("s3", name) or path[:2] == ("detail", name)


def _is_sent(handler: Handler, asked: Operation, path: tuple[Step, ...]) -> bool:
    """Whether a part of the event is sent as it came, or as the JSON of what was parsed of it and nobody changed."""
    sent = _sent(asked)
    return bool(sent) and all(
        isinstance(each, Piece) and each.path == path for each in (_unparsed(handler, value) for value in sent)
    )


def _unparsed(handler: Handler, sent: Value) -> Value:
    """The text that is parsed and made into JSON again, where nothing changes it between; other values as they are."""
    match content(sent):
        case Result(call) as parsed if kinds.parses_json(call) and call.arguments and CHANGED not in call.asked:
            return sent if any(_may_change(each, parsed) for each in handler.calls) else call.arguments[0]
        case _:
            return sent


_READING = frozenset({"get", "keys", "items", "values", "copy", "hasOwnProperty", "includes", "some", "every", "map"})


def _may_change(call: Call, parsed: Value) -> bool:
    """Whether a call that is not seen may change something in what was parsed."""
    if call.receiver is not None and call.name not in _READING and _whole(call.receiver) == parsed:
        return True
    given = any(_whole(each) == parsed for each in (*call.arguments, *call.keywords.values()))
    return given and not (call.name in _TO_JSON or is_log(call) or is_pure(call) or operation(call) is not None)


def _whole(value: Value) -> Value:
    while isinstance(value, Member):
        value = value.of
    return value


def _sent(asked: Operation) -> list[Value]:
    given = next((given for name in _SENT if (given := asked.argument(name)) is not None), None)
    return [] if given is None else list(options(given))
