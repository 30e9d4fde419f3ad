"""Items of tables that are looked for, and written where they are not there."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.value import ABSENT, Constant, Mapping, Member, Piece, Result, Sequence, Text, Unknown, Value
from lambdalint.meaning.operations import REQUEST, Operation, operation

_CONDITIONS = ("ConditionExpression", "Expected")


def unguarded(handler: Handler) -> Iterator[tuple[Operation, Operation]]:
    """The look-ups that found nothing, each with the write of that very item, which does not ask again."""
    looked: list[Operation] = []
    for call in handler.calls:
        found = operation(call) if call.name in ("get_item", "put_item") and call.phase == "invocation" else None
        if found is None or found.service != "dynamodb" or found.kind != REQUEST or found.open:
            continue
        if found.name == "get_item":
            looked.append(found)
        elif all(found.argument(each) is None for each in _CONDITIONS):
            yield from ((get, found) for get in looked if _is_absent(get, found) and _is_of(get, found))


def _is_absent(get: Operation, put: Operation) -> bool:
    """Whether the write is only come to where the look-up found nothing."""
    return any(each.kind == ABSENT and _is_item(each.value, Result(get.call)) for each in put.call.assured)


def _is_item(value: Value, answer: Result) -> bool:
    """Whether a value is what a look-up found: the answer or its item, and not a part of that."""
    match value:
        case Member(of, "Item"):
            return of == answer
        case Result(call) if call.name == "get" and call.argument(0) == Constant("Item"):
            return call.receiver == answer
        case _:
            return value == answer


def _is_of(get: Operation, put: Operation) -> bool:
    """Whether both are of one item."""
    tables = get.argument("TableName"), put.argument("TableName")
    if None in tables or not same(tables[0], tables[1]):
        return False
    match get.argument("Key"), put.argument("Item"):
        case Mapping(entries=key, open=False), Mapping(entries=item) if key:
            return all(name in item and same(value, item[name]) for name, value in key.items())
        case _:
            return False


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
