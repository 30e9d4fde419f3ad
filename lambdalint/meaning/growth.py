"""Lists, dicts and sets that outlive the invocation, and get more in them with every event."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import REBOUND, Change, Handler, is_static
from lambdalint.code.value import Mapping, Piece, Sequence, Unknown, Value, options, origins
from lambdalint.meaning.results import uses, whole

_APPENDING = frozenset({"append", "appendleft", "push", "insert", "extend", "+="})
_SETTING = frozenset({"=", "update"})
_EMPTYING = frozenset({"clear", "pop", "popleft", "popitem", "remove", "discard", "del", REBOUND})


def growing(handler: Handler) -> Iterator[Change]:
    """The changes that add to what was made at init, where nothing takes it out again and nothing looks it up."""
    emptied = {
        id(each.of)
        for each in handler.changes
        if each.how in _EMPTYING or (each.how == "=" and isinstance(each.of, Sequence))
    }
    for change in handler.changes:
        if id(change.of) not in emptied and not change.once and _adds(change):
            yield change


def summing(handler: Handler) -> Iterator[Change]:
    """The changes that add to an item of a dict made at init, where nothing sets it back, and its sum goes somewhere.

    What is only logged tells of the execution environment, and is meant to.
    """
    set_back = {id(each.of) for each in handler.changes if each.how in _EMPTYING | _SETTING}
    sums = [
        each
        for each in handler.changes
        if each.how == "+=" and each.key is not None and not each.once and id(each.of) not in set_back
    ]
    used = {id(part) for value in uses(handler) for part in whole(value)} if sums else set()
    for change in sums:
        if isinstance(change.of, Mapping) and used & {id(change.of), id(change.value)}:
            yield change


def _adds(change: Change) -> bool:
    match change:
        case Change(of=Mapping(consulted=True)):
            return False
        case Change(of=Mapping(), how="=", key=key) if key is not None:
            return not is_static(key)
        case Change(of=Mapping(), how="setdefault", key=key, value=value) if key is not None:
            return not is_static(key) and value is not None and _is_empty(value)
        case Change(of=Mapping(), how="update", value=value) if value is not None:
            return any(_is_of_event(each) for each in options(value))
        case Change(of=Sequence(kind="set"), how="add" | "update" | "+=", value=value):
            return value is not None and not is_static(value)
        case Change(of=Sequence(), how=how, value=value) if how in _APPENDING:
            return value is None or how not in ("extend", "+=") or not _is_empty(value)
        case _:
            return False


def _is_empty(value: Value) -> bool:
    """Whether a value is a list or dict that is to be filled."""
    return (
        isinstance(value, Sequence | Mapping)
        and not value.open
        and not (value.items if isinstance(value, Sequence) else value.entries)
    )


def _is_of_event(value: Value) -> bool:
    """Whether the keys that a dict is updated with may be the event's."""
    given = value.parts if isinstance(value, Unknown) else (value,)
    return any(
        not isinstance(part, Mapping)
        and any(isinstance(each, Piece) and each.root == "event" for each in origins(part))
        for part in given
    )


def kind(of: Mapping | Sequence) -> str:
    """What a container is called, with its article."""
    return "a dict" if isinstance(of, Mapping) else f"a {of.kind}"
