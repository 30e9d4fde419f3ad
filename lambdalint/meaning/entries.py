"""The entries of requests that take several: which they are, and how many."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.value import EACH, Call, Constant, Mapping, Piece, Result, Sequence, Value, options
from lambdalint.data.limits import ENTRIES
from lambdalint.meaning.operations import REQUEST, Operation, operation
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """How many entries a request has at least."""

    number: int
    """0 where there is one for each record of the event."""
    per_record: bool = False


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

    What is sent in a loop may be cut to size there, and so may a list that several requests are given.
    """
    if asked.call.loops:
        return None
    counts = [
        next(counted, None) if (counted := _count(each)) and not _is_shared(handler, asked, each) else None
        for each in entries(asked)
    ]
    known = [each for each in counts if each is not None]
    return max(known, key=lambda each: (each.number, each.per_record), default=None)


def _is_shared(handler: Handler, asked: Operation, given: Value) -> bool:
    return any(
        each is given
        for call in handler.calls
        if call is not asked.call and (other := operation(call)) is not None
        for each in entries(other)
    )


def _count(value: Value) -> Iterator[Count]:
    """How many items a value has at least, whatever way the program takes."""
    counts = [_of_one(each) for each in options(value)]
    known = [each for each in counts if each is not None]
    if len(known) == len(counts):
        yield min(known, key=lambda each: (each.per_record, each.number))


def _of_one(value: Value) -> Count | None:
    match value:
        case Sequence(items=items, open=False):
            return Count(len(items))
        case Sequence(filled=loop) if loop is not None and not loop.counted:
            return next(_count(loop.over), None)
        case Piece(("Records",), "event"):
            return Count(0, per_record=True)
        case Result(Call("builtins.enumerate", None, (over, *_))):
            return next(_count(over), None)
        case Result(Call("builtins.range", None, given)):
            numbers = [each.value for each in given if isinstance(each, Constant) and isinstance(each.value, int)]
            known = len(numbers) == len(given) and 0 < len(given) <= 3 and numbers[2:3] != [0]
            return Count(len(range(*numbers))) if known else None
        case _:
            return None
