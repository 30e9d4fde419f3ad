"""What containers tell of what they hold in a program that runs once: all of it is known, or some of it for sure."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.code.value import Compared, Constant, Mapping, Result, Sequence, Value, held


def has(value: Mapping, key: str) -> bool:
    """Whether an object or dict has something under a key for sure."""
    return key in value.entries and key not in value.unsure


def lacks(value: Mapping, key: object) -> bool:
    """Whether an object or dict has nothing under a key for sure."""
    return key not in value.entries and is_whole(value)


def is_whole(value: Mapping) -> bool:
    """Whether all that an object or dict has is seen."""
    return not value.open and value.others is None and value.rest is None


def are_constant(items: Iterable[Value]) -> bool:
    """Whether all of several values are spelt out."""
    return all(isinstance(each, Constant) for each in items)


def holds(value: Value) -> bool | None:
    """Whether something is true in Python that all that a container holds tells; None where that does not."""
    value = held(value)
    match value:
        case Compared(("in" | "not in") as operator, Constant() as key, right):
            found = _has(key, held(right))
            return None if found is None else found is (operator == "in")
        case Mapping(entries=entries):
            sure = any(each not in value.unsure for each in entries)
            return True if sure else None if entries or not is_whole(value) else False
        case Sequence(items=items, open=False):
            return bool(items)
        case Result(call) if call.name in ("builtins.any", "builtins.all") and len(call.arguments) == 1:
            return _of_all(call.arguments[0], any_of=call.name == "builtins.any")
        case _:
            return None


def _has(key: Constant, value: Value) -> bool | None:
    match value:
        case Mapping() if isinstance(key.value, str) and has(value, key.value):
            return True
        case Mapping() if lacks(value, key.value):
            return False
        case Sequence(items=items, open=False) if are_constant(items):
            return key in items
        case _:
            return None


def _of_all(value: Value, *, any_of: bool) -> bool | None:
    if not isinstance(value, Sequence) or value.open:
        return None
    told = [_told(each) for each in value.items]
    if any_of in told:
        return any_of
    return None if None in told else not any_of


def _told(value: Value) -> bool | None:
    return bool(value.value) if isinstance(value, Constant) else holds(value)
