"""How a value comes from the event: which parts of it reach the value, and on which way.

Only what is known to carry a text on is followed: joining, slicing, decoding, parsing. Whatever else is called, a
conversion, a quotation, a digest or a function that nobody knows, ends the way, and so does a test that the program
made of the part (`Call.assured`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import takewhile

from lambdalint.code import carriers
from lambdalint.code.facts import EventRead, Handler
from lambdalint.code.idioms import origin_name
from lambdalint.code.value import (
    ALLOWED,
    EACH,
    Assurance,
    Call,
    Choice,
    Constant,
    Environment,
    Imported,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Step,
    Text,
    Unknown,
    Value,
    made_of,
)
from lambdalint.meaning.operations import operation
from lambdalint.meaning.trees import rewrites
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, field, replace
from lambdalint.source import Span

Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """A part of the event that reaches a value."""

    path: Path
    """Of the part, also within what was parsed: `json.loads(event["body"])["name"]` has ("body", "name")."""
    piece: Path
    """Of the part as the event has it: ("body",)."""
    way: tuple[Call, ...]
    """The calls that it passes through, in their order."""
    before: tuple[Value, ...]
    """What stands before it in the text that it becomes a part of."""
    parsed: bool
    """Whether it may be an object that a sender has written, where a text is expected."""
    object: bool
    """Whether it is not the part itself that comes, but the content of the S3 object that it names."""


@dataclass(frozen=True, slots=True)
class _At:
    """Where a walk is: what was done, from here on, to the value that it looks at."""

    keys: Path = ()
    """The items that are read of it."""
    way: tuple[Call, ...] = ()
    before: tuple[Value, ...] = ()
    parsed: bool = False
    depth: int = 0


@dataclass(slots=True)
class _Walk:
    allowed: frozenset[Path]
    stops: Collection[str]
    seen: set[tuple[int, Path, tuple[int, ...], bool]] = field(default_factory=set)


_DEEPEST = 60
"""Steps from a value to what it was made of."""
_MOST = 1_000
"""Values that a walk looks at."""


def flows(value: Value, assured: Collection[Assurance] = (), stops: Collection[str] = ()) -> Iterator[Flow]:
    """The parts of the event that reach `value`, but for those that `assured` has looked at.

    `stops` are calls and methods that end the way in addition to those that carry nothing on.
    """
    walk = _Walk(frozenset(_allowed(assured)), stops)
    for flow in _from(walk, value, _At()):
        if not any(flow.path[: len(path)] == path for path in walk.allowed):
            yield flow


def read(handler: Handler, flow: Flow, trail: tuple[Span, ...]) -> EventRead | None:
    """Where a part of the event, or the nearest around it, is read; None where that is the whole event.

    Of several places the one on the way of `trail`, by which the part comes to where it is used.
    """
    found = [each for each in handler.reads if each.path and flow.piece[: len(each.path)] == each.path]
    return max(found, key=lambda each: (len(each.path), _shared(each.trail, trail)), default=None)


def _shared(one: tuple[Span, ...], other: tuple[Span, ...]) -> int:
    """How many calls two ways have in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _allowed(assured: Collection[Assurance]) -> Iterator[Path]:
    """The paths of what was looked at: of `body["kind"]` it is that item, and not all of the body."""
    found = [
        (each.value, [flow.path for flow in _from(_Walk(frozenset(), carriers.CHANGING), each.value, _At())])
        for each in assured
        if each.kind == ALLOWED
    ]
    inner = {part for value, paths in found if paths for part in made_of(value)[1:]}
    for value, paths in found:
        if value not in inner:
            yield from paths


def _from(walk: _Walk, value: Value, at: _At) -> Iterator[Flow]:
    mark = (id(value), at.keys, tuple(map(id, at.before)), at.parsed)
    if at.depth > _DEEPEST or mark in walk.seen or len(walk.seen) > _MOST:
        return
    walk.seen.add(mark)
    at = _At(at.keys, at.way, at.before, at.parsed, at.depth + 1)
    match value:
        case Piece(path, "event"):
            whole = (*path, *at.keys)
            # The body of a request is a text: what is within it was parsed by a framework.
            parsed = at.parsed or "body" in whole[:-1]
            yield Flow(whole, path, at.way, at.before, parsed, object=False)
        case Text(parts):
            yield from _joined(walk, parts, at)
        case Choice(parts):
            for part in parts:
                yield from _from(walk, part, at)
        case Unknown(parts):
            yield from _unknown(walk, parts, at)
        case Member(of, key):
            yield from _member(walk, of, key, at)
        case Result(call):
            yield from _result(walk, call, at)
        case Mapping(entries=entries, others=others):
            for part in (*entries.values(), *(() if others is None else (others,))):
                yield from _from(walk, part, _whole(at))
        case Sequence(items=items):
            for part in items:
                yield from _from(walk, part, _whole(at))
        case Imported(name) if name.startswith(carriers.REQUESTS):
            yield _request(name, at)


def _whole(at: _At) -> _At:
    """The same place, of a part whose items are not told apart."""
    return replace(at, keys=()) if at.keys else at


def _joined(walk: _Walk, parts: tuple[Value, ...], at: _At) -> Iterator[Flow]:
    before = at.before
    for part in parts:
        yield from _from(walk, part, replace(at, keys=(), before=before))
        before = (*before, part)


def _unknown(walk: _Walk, parts: tuple[Value, ...], at: _At) -> Iterator[Flow]:
    match parts:
        case (first, second):
            yield from _from(walk, first, _whole(at))
            if origin_name(first).startswith("pathlib."):
                yield from _from(walk, second, replace(at, keys=(), before=(*at.before, first, Constant("/"))))
            elif isinstance(first, Piece | Text | Constant) or _is_text(first):
                yield from _from(walk, second, replace(at, keys=(), before=(*at.before, first)))
            # Otherwise it may be an item of `first`, with `second` for a key: what comes is not the key.
        case _:
            for part in parts:
                yield from _from(walk, part, _whole(at))


def _is_text(value: Value) -> bool:
    """Whether a value is no container that something could be looked up in."""
    return isinstance(value, Environment) or (isinstance(value, Result) and value.call.name in carriers.TEXTS)


def _member(walk: _Walk, of: Value, key: Step, at: _At) -> Iterator[Flow]:
    if isinstance(of, Result) and key in carriers.CLEAN_PARTS and origin_name(of).startswith("pathlib."):
        return
    if isinstance(of, Result) and of.call.name in carriers.URLS and key in carriers.HOSTS:
        # Who looks at the host looks at where the URL leads.
        yield from _from(walk, of, at)
        return
    yield from _from(walk, of, replace(at, keys=(key, *at.keys)))


def _request(name: str, at: _At) -> Flow:
    steps = tuple(step for step in name.split(".")[2:] if step not in ("get", "get_json", "getlist"))
    return Flow((*steps, *at.keys), (), at.way, at.before, at.parsed or "json" in name, object=False)


def _result(walk: _Walk, call: Call, at: _At) -> Iterator[Flow]:
    name = call.name
    if name in walk.stops:
        return
    if call.receiver is None:
        if name.startswith(carriers.REQUESTS):
            key = call.argument(0)
            keys = (key.value,) if isinstance(key, Constant) and isinstance(key.value, str) else ()
            yield _request(name, replace(at, keys=(*keys, *at.keys)))
            return
        yield from _of_function(walk, call, at)
        return
    if at.keys[:1] == ("Body",) or name in ("get", "get_object"):
        found = list(_content(walk, call, at))
        if found:
            yield from found
            return
    yield from _of_method(walk, call, at)


def _of_function(walk: _Walk, call: Call, at: _At) -> Iterator[Flow]:
    name = call.name
    if name in carriers.TREES and call.asked:
        return  # Its statements were looked at.
    on = replace(at, way=(call, *at.way))
    if name in carriers.PARSING:
        for value in call.arguments[:1]:
            yield from _from(walk, value, replace(on, parsed=True))
    elif name in carriers.URLS and len(call.arguments) > 1:
        return  # What is relative to a base leads nowhere else.
    elif name in carriers.KEEPING or name in carriers.URLS:
        for value in call.arguments[:1]:
            yield from _from(walk, value, on)
    elif name in carriers.CARRYING or name in carriers.BASENAMES:
        for value in (*call.arguments, *call.keywords.values()):
            yield from _from(walk, value, _whole(on))
    elif name in carriers.JOINING:
        before = at.before
        for value in call.arguments:
            yield from _from(walk, value, replace(on, keys=(), before=before))
            before = (*before, value, Constant("/"))
    elif name in ("builtins.map", "builtins.filter") and len(call.arguments) > 1:
        match call.arguments[0]:
            case Imported(inner) if inner in carriers.KEEPING | carriers.CARRYING | carriers.PARSING:
                yield from _from(walk, call.arguments[1], _whole(on))
    elif name in ("re.sub", "regex.sub") and len(call.arguments) > 2 and not _cleans(call.arguments[0]):
        yield from _from(walk, call.arguments[2], _whole(on))


def _cleans(pattern: Value) -> bool:
    """Whether a pattern of `re.sub` names what may stay, or is not known."""
    return not isinstance(pattern, Constant) or "[^" in str(pattern.value) or "\\W" in str(pattern.value)


_MARKS = pattern(r"""\[\^|\\W|[<>&'";$`|]|\.\.|\\\.""")


def _takes_marks(pattern: Value) -> bool:
    """Whether a pattern of JavaScript's `replace` names what may stay, or a mark that does harm; or is not known."""
    match pattern:
        case Result(Call(name="js:RegExp", arguments=(Constant(str(written)), *_))):
            return _MARKS.search(written) is not None
        case Result(Call(name="js:RegExp")):
            return True
        case _:
            return False


def _of_method(walk: _Walk, call: Call, at: _At) -> Iterator[Flow]:
    receiver, name = call.receiver, call.name
    assert receiver is not None
    if name in carriers.LOOKING_UP:
        key = call.argument(0)
        step = key.value if isinstance(key, Constant) and isinstance(key.value, str | int) else EACH
        yield from _from(walk, receiver, replace(at, keys=(step, *at.keys)))
        for default in call.arguments[1:2]:
            yield from _from(walk, default, at)
        return
    on = replace(at, way=(call, *at.way))
    if name in carriers.KEEPING_METHODS:
        yield from _from(walk, receiver, on)
    elif name in carriers.CARRYING_METHODS:
        yield from _from(walk, receiver, _whole(on))
    elif name in ("replace", "replaceAll") and call.arguments and _takes_marks(call.arguments[0]):
        return
    elif rewrites(call):
        for value in call.arguments[:1]:
            yield from _from(walk, value, on)
    elif name in carriers.FILLING_METHODS:
        yield from _from(walk, receiver, _whole(on))
        before = (*at.before, receiver)
        if name == "joinpath":
            before = (*before, Constant("/"))
        for value in (*call.arguments, *call.keywords.values()):
            yield from _from(walk, value, replace(on, keys=(), before=before))


def _content(walk: _Walk, call: Call, at: _At) -> Iterator[Flow]:
    """What is in an S3 object that the event names: by a notification, or by bucket and key."""
    asked = operation(call)
    if asked is None or asked.service != "s3" or asked.name != "get_object":
        return
    key, bucket = asked.argument("Key"), asked.argument("Bucket")
    if key is None:
        return
    named = bucket is not None and any(True for _ in _from(walk, bucket, _At(depth=at.depth)))
    for flow in _from(replace(walk, stops=()), key, _At(depth=at.depth)):
        if named or flow.path[-2:] == ("object", "key"):
            yield replace(flow, way=(*flow.way, call, *at.way), before=at.before, parsed=at.parsed, object=True)
