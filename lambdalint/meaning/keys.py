"""Keys of S3 objects: how they begin and end, and which are those of the objects that an event tells of."""

from __future__ import annotations

from lambdalint.code.value import Constant, Piece, Result, Text, Value, options

_DECODERS = frozenset({"urllib.parse.unquote_plus", "urllib.parse.unquote", "builtins.str"})


def is_bucket_of_event(value: Value) -> bool:
    """Whether a value is the bucket whose object the event tells of."""
    match value:
        case Piece(path, "event"):
            return path[2:] == ("s3", "bucket", "name") or path == ("detail", "bucket", "name")
        case _:
            return False


def has(key: Value, prefix: str | None, suffix: str | None) -> bool:
    """Whether a key surely begins and ends so; None is a beginning or an end that nobody knows."""
    return all(_has(each, prefix, suffix) for each in options(key))


def _has(key: Value, prefix: str | None, suffix: str | None) -> bool:
    if prefix is None or suffix is None:
        return False
    match key:
        case _ if is_of_event(key):
            return True
        case Constant(str(written)):
            return written.startswith(prefix) and written.endswith(suffix)
        case Text((*_,) as parts) if parts:
            return _begins(parts[0], prefix) and _ends(parts[-1], suffix)
        case _:
            return not prefix and not suffix


def _begins(part: Value, prefix: str) -> bool:
    return not prefix or is_of_event(part) or (isinstance(part, Constant) and str(part.value).startswith(prefix))


def _ends(part: Value, suffix: str) -> bool:
    return not suffix or is_of_event(part) or (isinstance(part, Constant) and str(part.value).endswith(suffix))


def is_of_event(value: Value) -> bool:
    """Whether a value is the key of the object that the event tells of, which has what it was filtered by."""
    match value:
        case Piece(path, "event"):
            return path[2:] == ("s3", "object", "key") or path == ("detail", "object", "key")
        case Result(call) if call.receiver is None and call.name in _DECODERS and call.arguments:
            return is_of_event(call.arguments[0])
        case _:
            return False
