"""What goes into DynamoDB's items: the values that boto3's resources are given, and those that they refuse.

The resources make DynamoDB's types of Python's; a float they refuse with a TypeError, as they would have to round it:
https://docs.aws.amazon.com/boto3/latest/reference/customizations/dynamodb.html#valid-dynamodb-types and
`TypeSerializer` in https://github.com/boto/boto3/blob/develop/boto3/dynamodb/types.py
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.value import (
    NONE,
    Call,
    Caught,
    Choice,
    Constant,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Step,
    Unknown,
    Value,
    origins,
)
from lambdalint.code.walks import Descent, asked_once
from lambdalint.meaning.expressions import assigned
from lambdalint.meaning.kinds import DATE, DATETIME, DURATION, kind
from lambdalint.meaning.operations import Operation, operation
from lambdalint.records import dataclass

REFUSED = frozenset({"", "TypeError"})
"""The errors, as `Call.caught` names them, that a `try` must catch to survive a float."""

_HOLDING = ("Item", "Key", "ExpressionAttributeValues")
"""The parameters that hold an item, or values of one."""
_WRITERS = frozenset({"put_item", "delete_item"})
"""The methods of what `batch_writer` gives."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A part of what a resource is given that it refuses, or may."""

    value: Value
    keys: tuple[str, ...]
    """The keys that lead to it."""
    parsed: bool
    """Whether it is what `json.loads` made of a text, in which any number may be a float."""


def given(call: Call) -> Iterator[Value]:
    """The items, keys and values that a call gives to one of boto3's resources."""
    asked = operation(call)
    if asked is not None and asked.service == "dynamodb" and asked.of_resource:
        found = (asked.argument(name) for name in _HOLDING)
    elif call.name in _WRITERS and _is_writer(call.receiver):
        found = (call.argument(0, name) for name in _HOLDING[:2])
    else:
        return
    yield from (each for each in found if each is not None)


def written(call: Call) -> tuple[Operation, tuple[tuple[str, Value], ...]] | None:
    """The operation on a table by which a call writes an item or a part of one, and the attributes that it writes."""
    writer = _writer(call.receiver) if call.name in _WRITERS else None
    asked = writer or operation(call)
    if asked is None or asked.service != "dynamodb":
        return None
    if asked.name == "update_item":
        return asked, tuple(assigned(asked))
    item = call.argument(0, "Item") if writer is not None else asked.argument("Item")
    return asked, tuple(item.entries.items()) if isinstance(item, Mapping) else ()


def _is_writer(value: Value | None) -> bool:
    return _writer(value) is not None


def _writer(value: Value | None) -> Operation | None:
    """The operation on a table that made a value which writes items into it, several at once."""
    made = operation(value.call) if isinstance(value, Result) else None
    return made if made is not None and made.service == "dynamodb" and made.resends else None


def refused(value: Value, _above: tuple[str, ...] = (), _way: Descent | None = None) -> Iterator[Refused]:
    """The parts of a value that are floats, whatever way the program takes, or that JSON was made into.

    What may be something else at the same place is left out: it is looked at and put right there.
    """
    way = (_way or Descent()).into(value)
    if way is None:
        return
    match value:
        case Choice(several):
            found = [next(refused(each, _above, way), None) for each in several if each != NONE]
            if found and all(found):
                yield from (each for each in found[:1] if each is not None)
        case Mapping(entries=entries, others=None, rest=rest):
            for key, entry in entries.items():
                yield from refused(entry, (*_above, key), way)
            # What is made of a part of it takes the part's place.
            if rest is not None and not any(each is rest for entry in entries.values() for each in origins(entry)):
                yield from (each for each in refused(rest, _above, way) if each.parsed)
        case Mapping(others=others) if others is not None:
            # What is put under any key may stand in the place of what is seen.
            yield from refused(others, _above, way)
        case Sequence(items=items, kind="list" | "tuple"):
            inner = [next(refused(each, _above, way), None) for each in items]
            if inner and all(inner):
                yield from [each for each in inner if each is not None][:1]
        case Result(call) if _parses(call):
            yield Refused(value, _above, parsed=True)
        case _ if is_float(value):
            yield Refused(value, _above, parsed=False)


_OPENING = frozenset({"npm:@aws-sdk/util-dynamodb.unmarshall", "@aws-sdk/util-dynamodb.unmarshall"})


def opens(call: Call, path: tuple[Step, ...]) -> bool:
    """Whether a call makes plain what DynamoDB's types are told of at `path` of the event, and fails without it."""
    given = call.argument(0)
    return call.name in _OPENING and isinstance(given, Piece) and given.path == path


_PARSERS = frozenset({"json.loads", "json.load"})
_TOLD = frozenset({"parse_float", "object_hook", "object_pairs_hook", "cls", "**"})
"""What tells a parser what else to make of numbers, or of what holds them."""


def _parses(call: Call) -> bool:
    """Whether a call makes whatever a text says, which is none that the program has put into an error."""
    return (
        call.receiver is None
        and call.name in _PARSERS
        and not (call.open or _TOLD & call.keywords.keys())
        and not any(isinstance(each, Caught) for given in call.arguments for each in origins(given))
    )


_FLOATS = frozenset({
    "builtins.float", "time.time", "time.monotonic", "time.perf_counter", "time.process_time", "random.random",
    "random.uniform", "random.gauss", "math.sqrt", "math.log", "math.log10", "math.log2", "math.exp", "math.sin",
    "math.cos", "math.radians", "math.degrees", "math.fsum", "math.hypot", "os.path.getmtime", "os.path.getctime",
})  # fmt: skip
_FLOAT_METHODS = {"timestamp": (DATETIME,), "total_seconds": (DURATION,)}
_NO_NUMBERS = frozenset({DATETIME, DATE, DURATION, "a Decimal", "a text", "a dict"})


_COUNTS = frozenset({"builtins.len", "builtins.int", "builtins.ord", "time.time_ns"})


def _is_plain_number(value: Value) -> bool:
    """Whether a value that is divided, or divides, is an int or a float: such as JSON has, and no Decimal."""
    match value:
        case Constant(int() | float()) | Piece(root="event"):
            return True
        case Result(Call("builtins.sum" | "builtins.min" | "builtins.max", None, (several, *_))):
            return _is_plain_number(several)
        case Sequence(items=items):
            return bool(items) and all(map(_is_plain_number, items))
        case Result(call) if call.receiver is None and call.name in _COUNTS:
            return True
        case Choice(several):
            return all(map(_is_plain_number, several))
        case Member(of):
            return _is_parsed(of)
        case _:
            return is_float(value)


def _is_parsed(value: Value) -> bool:
    """Whether a value is what `json.loads` made of a text, or a part of that."""
    while isinstance(value, Member):
        value = value.of
    return isinstance(value, Result) and _parses(value.call)


@asked_once
def is_float(value: Value) -> bool:
    """Whether a value is known to be a float."""
    match value:
        case Constant(float()):
            return True
        case Choice(several):
            return all(map(is_float, several))
        case Result(Call("builtins.round", None, (rounded, _), {})):
            return is_float(rounded)
        case Result(Call("builtins.abs", None, (number,), {})):
            return is_float(number)
        case Result(call) if call.receiver is None:
            return call.name in _FLOATS
        case Result(Call(name=name, receiver=receiver)) if receiver is not None and name in _FLOAT_METHODS:
            return kind(receiver) in _FLOAT_METHODS[name]
        case Unknown((left, right), "/") if all(map(_is_plain_number, (left, right))):
            return True
        case Unknown((left, right)):
            # Arithmetic with a float gives a float, and with a Decimal a TypeError of its own.
            return any(map(is_float, (left, right))) and not any(
                isinstance(each, Mapping | Sequence) or kind(each) in _NO_NUMBERS for each in (left, right)
            )
        case _:
            return False
