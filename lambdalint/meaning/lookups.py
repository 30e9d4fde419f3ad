"""Items of tables that are looked for, and written where they are not there."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.value import (
    ABSENT,
    Call,
    Constant,
    Environment,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Text,
    Unknown,
    Value,
    options,
    origins,
)
from lambdalint.meaning import http, together
from lambdalint.meaning.operations import REQUEST, Operation, operation
from lambdalint.meaning.results import part

_CONDITIONS = ("ConditionExpression", "Expected")
_ATTRIBUTES = ("boto3.dynamodb.conditions.Key", "boto3.dynamodb.conditions.Attr")


def unguarded(handler: Handler) -> Iterator[tuple[Operation, Operation]]:
    """The look-ups that found nothing, each with the write of what was looked for, which does not ask again."""
    looked: list[Operation] = []
    for call in handler.calls:
        found = operation(call) if call.name in (*_FOUND, "put_item") and call.phase == "invocation" else None
        if found is None or found.service != "dynamodb" or found.kind != REQUEST or found.open:
            continue
        if found.name in _FOUND:
            looked.append(found)
        elif all(found.argument(each) is None for each in _CONDITIONS):
            yield from (
                (look, found)
                for look in looked
                if _is_absent(look, found.call) and _is_of(look, found) and not _is_harmless(handler, look, found)
            )


_FOUND = {"get_item": ("Item",), "query": ("Items", "Count"), "scan": ("Items", "Count")}
"""The operations that look for items, and the keys of their answers that say whether there are any."""


def _is_absent(look: Operation, call: Call) -> bool:
    """Whether a call is only come to where the look-up found nothing."""
    return any(each.kind == ABSENT and _is_found(each.value, look) for each in call.assured)


def _is_harmless(handler: Handler, look: Operation, put: Operation) -> bool:
    """Whether nobody else has the key, or whoever finds nothing writes the same, which the key alone decides and nobody
    counts up, and does nothing else."""
    key, item = look.argument("Key"), put.argument("Item")
    if any(map(_is_unique, key.entries.values() if isinstance(key, Mapping) else _sought(look))):
        return True
    if not isinstance(key, Mapping) or not isinstance(item, Mapping) or item.open:
        return False
    if any(item.entries.get(name) == Constant(True) for name in _DELETED):
        # What says that there is nothing any longer says so whoever writes it.
        return True
    settled = all(_is_settled(each, tuple(key.entries.values())) for each in item.entries.values())
    return settled and all(call is put.call or not _is_absent(look, call) for call in together.changing(handler))


def _is_unique(value: Value) -> bool:
    """Whether a value is a UUID that the invocation itself has made, or a text with one."""
    match value:
        case Result(call) if call.receiver is None and call.name in _UNIQUE:
            return call.phase == "invocation"
        case Result(Call(name="builtins.str" | "js:String", arguments=[given])):
            return _is_unique(given)
        case Result(Call(name="toString", receiver=given)) | Member(given, "hex") if given is not None:
            return _is_unique(given)
        case Text(parts):
            return any(map(_is_unique, parts))
        case _:
            return False


_UNIQUE = frozenset({
    "uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7", "node:crypto.randomUUID", "js:crypto.randomUUID",
    "npm:uuid.v1", "npm:uuid.v4", "npm:uuid.v6", "npm:uuid.v7", "npm:uuid/v1", "npm:uuid/v4",
})  # fmt: skip
"""Functions that make a UUID of what no two calls have: https://www.rfc-editor.org/rfc/rfc9562"""


_DELETED = ("deleted", "isDeleted", "is_deleted", "tombstone")
"""How items call it that they stand where another one was deleted."""

_GROWING = frozenset({"L", "N", "NS", "SS"})
"""How DynamoDB's own format marks numbers, lists and sets, which others may count up or add to."""


def _is_settled(value: Value, key: tuple[Value, ...]) -> bool:
    """Whether the values of a key alone decide what a value is, and it is no number or list to begin with."""
    match value:
        case Constant(str() | bool() | None) | Environment():
            return True
        case Text(parts):
            return all(_is_settled(each, key) for each in parts)
        case Mapping(entries=entries, open=False) if entries and not _GROWING.intersection(entries):
            return all(_is_settled(each, key) for each in entries.values())
        case _:
            return any(same(value, each) for each in key)


def does_more(handler: Handler, look: Operation, put: Operation) -> bool:
    """Whether more is done where a look-up found nothing than the item written: both of two would do it."""
    return any(call is not put.call and _is_absent(look, call) for call in together.changing(handler))


def refuses(handler: Handler, look: Operation, put: Operation) -> bool:
    """Whether code that looks for an item by its key tells whoever asks that there is one already, which the second of
    two is not told: by a status of conflict, or an error that it raises. Who does not mind whether the item is written
    tells nobody."""
    if look.name != "get_item" or any(
        each.only_logs for each in handler.clauses_around(put.call.span, put.call.trail) if not each.raises
    ):
        return False
    answers = (*(each.value for each in handler.returns), *handler.answers)
    responses = (one for each in answers for one in options(each) if isinstance(one, Mapping))
    return any(http.status(each.entries.get(http.STATUS)) == _CONFLICT for each in responses) or any(
        _is_found(each, look) for thrown in handler.raises for test in thrown.tested for each in origins(test)
    )


_CONFLICT = 409


def _is_found(value: Value, look: Operation) -> bool:
    """Whether a value is what a look-up found: the answer or its items, and not a part of one."""
    return (look.name == "get_item" and value == Result(look.call)) or part(value, look.call) in _FOUND[look.name]


def _is_of(look: Operation, put: Operation) -> bool:
    """Whether what is written is what was looked for."""
    tables, item = (look.argument("TableName"), put.argument("TableName")), put.argument("Item")
    if None in tables or not same(tables[0], tables[1]) or not isinstance(item, Mapping):
        return False
    if look.name == "get_item":
        match look.argument("Key"):
            case Mapping(entries=key, open=False) if key:
                return all(name in item.entries and same(value, item.entries[name]) for name, value in key.items())
            case _:
                return False
    sought = list(_sought(look))
    return any(not isinstance(each, Constant) for each in sought) and all(
        any(same(each, value) for value in item.entries.values()) for each in sought
    )


def _sought(look: Operation) -> Iterator[Value]:
    """The values that a query or a scan asks for."""
    match look.argument("ExpressionAttributeValues"):
        case Mapping(entries=entries):
            yield from entries.values()
    for name in ("KeyConditionExpression", "FilterExpression"):
        condition = look.argument(name)
        for each in () if condition is None else origins(condition):
            match each:
                case Result(Call(receiver=Result(made)) as call) if made.name in _ATTRIBUTES:
                    # Another test than one for equality has nothing that an item could have.
                    yield call.argument(0) or Unknown() if call.name == "eq" else Unknown()


def same(left: Value | None, right: Value | None) -> bool:
    """Whether two values are surely one."""
    if left is right:
        return left is not None
    match left, right:
        case Mapping(entries=one, open=False), Mapping(entries=other, open=False):
            return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
        case Text(one), Text(other):
            return len(one) == len(other) and all(map(same, one, other))
        case Member(one, key), Member(other, to):
            return key == to and same(one, other)
        case Piece(path, root), Piece(to, of):
            return (path, root) == (to, of)
        case Result(one), Result(other):
            alike = one.name == other.name and one.name in ("get", "builtins.str") and len(one.arguments) == 1
            return one is other or (
                alike
                and len(other.arguments) == 1
                and same(one.arguments[0], other.arguments[0])
                and (one.receiver is other.receiver or same(one.receiver, other.receiver))
            )
        case (Unknown() | Mapping() | Sequence(), _) | (_, Unknown() | Mapping() | Sequence()):
            return False
        case _:
            return left == right
