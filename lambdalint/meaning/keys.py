"""Keys of S3 objects: how they begin and end, and which are those of the objects that an event tells of."""

from __future__ import annotations

import re

from lambdalint.code import carriers
from lambdalint.code.value import Call, Constant, Member, Piece, Result, Text, Value, options
from lambdalint.meaning import kinds
from lambdalint.patterns import pattern

_BY_HAND = frozenset({"replace", "replaceAll"})
_DECODERS = (carriers.UNQUOTING - _BY_HAND) | {"builtins.str", "js:String"}

_AS_IT_IS = pattern(r"[\w./*'()!~-]*", re.ASCII)
"""Text that a notification of S3 does not encode."""

_PLAIN = frozenset({
    "time.time", "time.time_ns", "builtins.int", "builtins.len", "random.randint", "secrets.token_hex",
    "secrets.token_urlsafe", "node:crypto.randomUUID", "npm:uuid.v4", "js:Date.now",
})  # fmt: skip
"""Functions that give numbers, or texts of letters, digits, points, dashes and underscores."""

_DIGESTS = frozenset({"hexdigest", "timestamp"})
"""Methods that do so."""


def needs_no_decoding(key: Value) -> bool:
    """Whether a notification surely has a key, or a part of one, as it is: nothing in it is URL-encoded."""
    return all(_is_plain(each) for each in options(key))


def _is_plain(key: Value) -> bool:
    match key:
        case Constant(str(written)):
            return _AS_IT_IS.fullmatch(written) is not None
        case Constant(int() | float()):
            return True
        case Text(parts):
            return all(map(needs_no_decoding, parts))
        case Piece(path, "context"):
            return path in (("aws_request_id",), ("awsRequestId",))
        case Member(of, "hex"):
            return kinds.kind(of) == kinds.UUID
        case Result(call):
            return kinds.kind(key) == kinds.UUID or _gives_plain(call)
        case _:
            return False


def _gives_plain(call: Call) -> bool:
    given = call.argument(0)
    if call.receiver is None:
        return call.name in _PLAIN or (call.name == "builtins.str" and given is not None and needs_no_decoding(given))
    if call.name == "strftime":
        return isinstance(given, Constant) and _AS_IT_IS.fullmatch(_DIRECTIVE.sub("", str(given.value))) is not None
    dated = call.name == "isoformat" and kinds.kind(call.receiver) == kinds.DATE
    return dated or call.name in _DIGESTS


_DIRECTIVE = pattern(r"%[YymdHMSfjUWVGu]")
"""What `strftime` puts digits for."""


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
    kept = _keeps_end(part) and "/" not in suffix
    return not suffix or kept or is_of_event(part) or (isinstance(part, Constant) and str(part.value).endswith(suffix))


def is_of_event(value: Value) -> bool:
    """Whether a value is the key of the object that the event tells of, which has what it was filtered by."""
    match value:
        case Piece(path, "event"):
            return path[2:] == ("s3", "object", "key") or path == ("detail", "object", "key")
        case Result(call) if call.receiver is None and call.name in _DECODERS and call.arguments:
            return is_of_event(call.arguments[0])
        case Result(call) if call.receiver is not None and call.name in _BY_HAND and _sets_blanks(call):
            return is_of_event(call.receiver)
        case _:
            return False


def _sets_blanks(call: Call) -> bool:
    """Whether a method puts a blank for each `+`, as who decodes a key by hand does first."""
    sought = call.argument(0)
    if isinstance(sought, Result) and sought.call.name == "js:RegExp":
        sought = sought.call.argument(0)
    return sought in _PLUS and call.argument(1) in _BLANK


_PLUS = (Constant("+"), Constant(r"\+"), Constant("[+]"))
_BLANK = (Constant(" "), Constant("%20"))


def _keeps_end(value: Value) -> bool:
    """Whether a value ends as the key of the object that the event tells of: it is the key, or what follows its last
    slash."""
    match value:
        case Result(call) if call.receiver is None and call.name in _LAST_STEP and len(call.arguments) == 1:
            return _keeps_end(call.arguments[0])
        case Result(Call(name="pop", receiver=Result(split), arguments=())) | Member(Result(split), -1):
            return _splits(split)
        case Result(Call(name="at", receiver=Result(split), arguments=(Constant(-1),))):
            return _splits(split)
        case Member(Result(call), "name") if call.name in _PATHS and call.arguments:
            return _keeps_end(call.arguments[0])
        case Member(Result(call), "base") if call.name == "node:path.parse" and call.arguments:
            return _keeps_end(call.arguments[0])
        case _:
            return is_of_event(value)


def _splits(call: Call) -> bool:
    """Whether a call parts a key at its slashes."""
    parted = call.name in ("split", "rsplit") and call.argument(0) == Constant("/")
    return parted and call.receiver is not None and _keeps_end(call.receiver)


_LAST_STEP = frozenset({
    "os.path.basename", "posixpath.basename", "ntpath.basename", "node:path.basename", "node:path.posix.basename",
})  # fmt: skip
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath"})
