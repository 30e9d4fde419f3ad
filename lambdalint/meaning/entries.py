"""The entries of requests that take several: which they are, and how many."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler, is_static
from lambdalint.code.value import (
    EACH,
    Call,
    Constant,
    Environment,
    Imported,
    Instance,
    Loop,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Unknown,
    Value,
    options,
    origins,
)
from lambdalint.data.limits import ENTRIES, OF_ONE
from lambdalint.meaning.operations import REQUEST, Operation, operation
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """How many entries a request has at least."""

    number: int
    """0 where there is one for each record of the event."""
    per_record: bool = False
    cut: bool = False
    """Whether they are cut out of a list, which may have fewer; `number` then bounds those for records too."""


def most(asked: Operation) -> int | None:
    """How many entries an operation takes; None where it takes no list of them, or sends them in several requests."""
    return ENTRIES[asked.service, asked.name][1] if asked.kind == REQUEST and _has_entries(asked) else None


def entries(asked: Operation) -> Iterator[Value]:
    """The lists of entries that an operation is given."""
    if not _has_entries(asked):
        return
    (first, *keys), _ = ENTRIES[asked.service, asked.name]
    given = asked.argument(first)
    found = [] if given is None else [given]
    for key in keys:
        found = [each for value in found if isinstance(value, Mapping) for each in _under(value, key)]
    yield from found


def _under(value: Mapping, key: str) -> Iterator[Value]:
    if key == EACH:
        yield from value.entries.values()
        if value.others is not None:
            yield value.others
    elif key in value.entries:
        yield value.entries[key]


def _has_entries(asked: Operation) -> bool:
    return (asked.service, asked.name) in ENTRIES


def count(handler: Handler, asked: Operation) -> Count | None:
    """How many entries an operation is certainly given at once; None where that is not known.

    What is sent in a loop may be cut to size there, which counts where it is seen, and so may a list that several
    requests are given.
    """
    counts = [next(_count(handler, each), None) for each in entries(asked) if not _is_shared(handler, asked, each)]
    known = [each for each in counts if each is not None and (each.cut or not asked.call.loops)]
    return max(known, key=lambda each: (each.number, each.per_record), default=None)


@dataclass(frozen=True, slots=True)
class Alone:
    """A request for one entry where one request takes several."""

    batch: str
    """The operation that takes several."""
    most: int
    loop: Loop
    """What goes through the entries."""


_SINGLY = ("ConditionExpression", "ReturnValues", "UpdateExpression", "PhoneNumber", "VersionId", "MessageGroupId")
"""Parameters with which an entry is like no other: it depends on what is there, or waits for the one before it."""
_FEW = 5


def alone(handler: Handler, asked: Operation) -> Alone | None:
    """That an operation asks for one entry of a list after the other, all of the same place; None where it may not."""
    call = asked.call
    batch, place = OF_ONE.get((asked.service, asked.name), ("", ""))
    if not batch or asked.kind != REQUEST or not call.loops or call.mends or asked.open:
        return None
    if any(asked.argument(each) is not None for each in _SINGLY) or not _is_one_place(asked, place):
        return None
    # For each of many, it may be sent to a few places.
    loop = next((each for each in reversed(call.loops) if not _names_places(asked, place, each)), None)
    if loop is None or loop.of_records or loop.counted or _is_short(loop.over) or not _runs_through(asked, loop):
        return None
    # What a function of its own does, that is called in the loop, may be one step of many.
    if not loop.span.covers(call.span) and not _is_only_step(handler, call, loop):
        return None
    if batch == asked.name and not all(map(_has_one, entries(asked))):
        return None
    return Alone(batch, ENTRIES[asked.service, batch][1], loop)


def _names_places(asked: Operation, place: str, loop: Loop) -> bool:
    """Whether a loop goes through a few places that are spelt out, to each of which the same is sent."""
    given = asked.argument(place) if place else None
    over = loop.over
    if given is None or not isinstance(over, Sequence) or over.open or not _is_short(over):
        return False
    return all(map(is_static, over.items)) and set(options(given)) <= {*over.items, given}


def _is_only_step(handler: Handler, call: Call, loop: Loop) -> bool:
    """Whether all that AWS is asked for in a loop is what one function does that is called right there."""
    if not any(loop.span.covers(each) for each in call.trail[-1:]):
        return False
    return all(each.span == call.span for each in handler.calls if loop in each.loops and operation(each) is not None)


def _has_one(listed: Value) -> bool:
    return isinstance(listed, Sequence) and not listed.open and len(listed.items) == 1


def _is_one_place(asked: Operation, place: str) -> bool:
    given = asked.argument(place) if place else None
    return not place or (given is not None and is_static(given))


def _is_short(over: Value) -> bool:
    return any(isinstance(each, Sequence) and not each.open and len(each.items) < _FEW for each in options(over))


def _runs_through(asked: Operation, loop: Loop) -> bool:
    """Whether what is asked for is made of what the loop goes through: it is not tried again, nor polled."""
    over = {each for each in _held(loop.over) if not isinstance(each, Constant | Environment | Imported)}
    given = (*asked.call.arguments, *asked.call.keywords.values())
    paths = [each.path for each in over if isinstance(each, Piece)]
    return any(
        each in over or (isinstance(each, Piece) and any(each.path[: len(path)] == path for path in paths))
        for value in given
        for each in origins(value)
    )


def _held(over: Value) -> Iterator[Value]:
    """What the things are made of that a loop goes through, and what their attributes hold where they are objects."""
    for each in origins(over):
        yield each
        if isinstance(each, Instance):
            for held in each.attributes.values():
                yield from origins(held)


def _is_shared(handler: Handler, asked: Operation, given: Value) -> bool:
    return any(
        each is given
        for call in handler.calls
        if call is not asked.call and (other := operation(call)) is not None
        for each in entries(other)
    )


def _count(handler: Handler, value: Value) -> Iterator[Count]:
    """How many items a value has at least, whatever way the program takes; or up to how many, where they are cut."""
    counts = [_of_one(handler, each) for each in ((value,) if _cut(handler, value) else options(value))]
    known = [each for each in counts if each is not None]
    if len(known) == len(counts):
        yield min(known, key=lambda each: (each.per_record, each.number))


def _of_one(handler: Handler, value: Value) -> Count | None:
    cut = _cut(handler, value)
    if cut is not None:
        of, width = cut
        whole = next(_count(handler, of), None)
        if whole is None or whole.per_record:
            return Count(width, whole is not None, cut=True)
        return Count(min(whole.number, width), cut=True)
    match value:
        case Sequence(items=items, open=False):
            return Count(len(items))
        case Sequence(filled=loop) if loop is not None and not loop.counted:
            return next(_count(handler, loop.over), None)
        case Piece(("Records",), "event"):
            return Count(0, per_record=True)
        case Result(Call("builtins.enumerate" | "builtins.list", None, (over, *_))):
            return next(_count(handler, over), None)
        case Result(Call("builtins.range", None, given)):
            numbers = [each.value for each in given if isinstance(each, Constant) and isinstance(each.value, int)]
            known = len(numbers) == len(given) and 0 < len(given) <= 3 and numbers[2:3] != [0]
            return Count(len(range(*numbers))) if known else None
        case _:
            return None


_CUTTING = frozenset({
    "itertools.batched", "more_itertools.chunked", "more_itertools.batched", "more_itertools.ichunked",
    "toolz.partition_all", "funcy.chunks", "boltons.iterutils.chunked", "npm:lodash.chunk", "npm:lodash/chunk",
    "npm:lodash-es.chunk", "npm:lodash.chunk.default", "npm:radash.cluster", "npm:remeda.chunk",
})  # fmt: skip
"""What cuts a list into parts of the same size, its second argument; in some its first."""


def _cut(handler: Handler, value: Value) -> tuple[Value, int] | None:
    """What a value is cut out of, and up to how many items it then has; None where it is not, or that is not known."""
    width: int | None = None
    match value:
        case Member(Result(call), key) if key == EACH and call.receiver is None and call.name in _CUTTING:
            of, size = (call.argument(0), call.argument(1, "n")) if len(call.arguments) > 1 else (None, None)
            if isinstance(of, Constant):
                of, size = size, of
            width = _number(size)
        case Result(Call("itertools.islice", None, (of, first, *rest))):
            width = _width(first, rest[0]) if rest else _width(None, first)
        case Result(Call("slice", of, (start, end))) if of is not None:
            width = _width(start, end)
        case Result(Call("splice", of, (_, count))) if of is not None:
            width = _number(count)
        case _:
            found = next((each for each in handler.cuts if each.part is value), None)
            of, width = (None, None) if found is None else (found.of, _width(found.start, found.end))
    return None if of is None or width is None else (of, width)


def _width(start: Value | None, end: Value | None) -> int | None:
    """How many items lie between the ends of a part: `items[start : start + 25]`."""
    match end:
        case Result(Call("builtins.min" | "js:Math.min", None, ends)):
            return next((width for each in ends if (width := _width(start, each)) is not None), None)
        case Unknown((first, more), "+"):
            return _number(more) if first == start else _number(first) if more == start else None
    begins, ends_at = 0 if start is None else _number(start), _number(end)
    return None if begins is None or ends_at is None or not 0 <= begins <= ends_at else ends_at - begins


def _number(value: Value | None) -> int | None:
    match value:
        case Constant(int(number)):
            return number
        case _:
            return None
