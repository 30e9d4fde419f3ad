"""What of an event comes again in the event that a write leads to: a test of that does not tell the two apart."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.value import Piece, Result, Step, Text, Value, options, origins, parts
from lambdalint.meaning import keys
from lambdalint.meaning.operations import Operation

_SENT = ("MessageBody", "Message")
"""The parameters with the text of a message."""

_OF_OBJECT = ("size", "eTag", "etag", "sequencer", "versionId", "version-id")
"""What S3 says of an object that its name has no part in."""

_OF_RECORD = frozenset({"awsRegion", "eventSource", "eventSourceARN", "eventVersion", "eventTime"})
_ENDS = ("startswith", "endswith")


def knows_again(handler: Handler, asked: Operation) -> bool:
    """Whether a handler tests something of its event that may be another in the event that a write leads to."""
    return any(not _comes_again(asked, piece) for test in handler.tests for piece in _pieces(asked, test))


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
    seen: set[int] = set()
    pending = [test]
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        match value:
            case Piece(path, "event") if path not in ((), ("Records",)):
                yield value
            case Result(call) if call.name in _ENDS and _keeps(asked, call.name, call.receiver):
                continue
            case _:
                pending.extend(parts(value))


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


def _comes_again(asked: Operation, piece: Piece) -> bool:
    """Whether a part of the event is the same, or counts for nothing, in the event that a write leads to."""
    path = piece.path
    if asked.service == "s3":
        return _within(path, "bucket") or path[-1] in _OF_OBJECT or path[-1] in _OF_RECORD
    return any(_is_sent(asked, path[:length]) for length in range(1, len(path) + 1)) or (
        path[-1] in _OF_RECORD and any(isinstance(each, Piece) for each in _sent(asked))
    )


def _within(path: tuple[Step, ...], name: str) -> bool:
    return path[2:4] == ("s3", name) or path[:2] == ("detail", name)


def _is_sent(asked: Operation, path: tuple[Step, ...]) -> bool:
    """Whether a part of the event is sent as it came."""
    sent = _sent(asked)
    return bool(sent) and all(isinstance(each, Piece) and each.path == path for each in sent)


def _sent(asked: Operation) -> list[Value]:
    given = next((given for name in _SENT if (given := asked.argument(name)) is not None), None)
    return [] if given is None else list(options(given))
