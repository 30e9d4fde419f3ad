"""What outlives the invocation, a list, a dict, a set, an object, and keeps something of each event."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import REBOUND, Change, Handler, is_static
from lambdalint.code.value import (
    Compared,
    Constant,
    Instance,
    Mapping,
    Piece,
    Sequence,
    Unknown,
    Value,
    options,
    origins,
)
from lambdalint.meaning.results import uses, whole
from lambdalint.source import Span

_APPENDING = frozenset({"append", "appendleft", "push", "unshift", "insert", "extend", "+="})
_SETTING = frozenset({"=", "update"})
_EMPTYING = frozenset({
    "clear", "pop", "popleft", "popitem", "remove", "discard", "del", "shift", "splice", "delete", REBOUND,
})  # fmt: skip


def growing(handler: Handler) -> Iterator[Change]:
    """The changes that add to what was made at init, where nothing takes it out again and nothing looks it up."""
    gone = {id(each.of) for each in _emptying(handler)}
    for change in handler.changes:
        if id(change.of) not in gone and not change.once and _adds(change):
            yield change


def emptied(handler: Handler) -> Iterator[Span]:
    """Where the lists, dicts and sets are made that a handler takes something out of, or begins anew."""
    return (each.of.span for each in _emptying(handler) if not isinstance(each.of, Instance))


def _emptying(handler: Handler) -> Iterator[Change]:
    return (
        each for each in handler.changes if each.how in _EMPTYING or (each.how == "=" and isinstance(each.of, Sequence))
    )


def summing(handler: Handler) -> Iterator[Change]:
    """The changes that add to an item of a dict made at init, where nothing sets it back, and its sum goes somewhere.

    What is only logged tells of the execution environment, and is meant to.
    """
    set_back = {_whose(each) for each in handler.changes if each.how in _EMPTYING | _SETTING}
    sums = [
        each
        for each in handler.changes
        if each.how == "+=" and each.key is not None and not each.once and _whose(each) not in set_back
    ]
    used = {id(part) for value in uses(handler) for part in whole(value)} if sums else set()
    answered = {id(part) for value in _answered(handler) for part in whole(value)} if sums else set()
    for change in sums:
        # What an object counts may number what it sends.
        told = answered if isinstance(change.of, Instance) else used
        if isinstance(change.of, Mapping | Instance) and told & {id(change.of), id(change.value)}:
            yield change


def _whose(change: Change) -> tuple[int, Value | None]:
    """What is changed: of an object the attribute, of a container any of its items."""
    return id(change.of), change.key if isinstance(change.of, Instance) else None


def _answered(handler: Handler) -> Iterator[Value]:
    """What a handler returns whatever way it takes."""
    return (each.value for each in handler.returns if not each.conditional)


def carrying_over(handler: Handler) -> Iterator[Change]:
    """The changes that only some events make to an item or attribute, where every event's answer has it.

    Nothing sets it back: what one event leaves is in the answer to the next.
    """
    changes = [each for each in handler.changes if each.conditional and not each.once and list(_keys(each))]
    if not changes:
        return
    places: dict[tuple[int, str], set[tuple[object, ...]]] = {}
    for each in handler.changes:
        for key in _keys(each):
            places.setdefault((id(each.of), key), set()).add((each.span, each.trail))
    emptied = {id(each.of) for each in handler.changes if each.how in _EMPTYING or _may_set_any(each)}
    answered = {id(part) for value in _answered(handler) for part in whole(value)}
    for change in changes:
        alone = any(len(places[id(change.of), key]) == 1 for key in _keys(change))
        held = id(change.of) in answered if isinstance(change.of, Mapping) else _is_answered(change, answered)
        told = not _is_of_context(change)
        if told and alone and held and id(change.of) not in emptied and not _is_asked(change):
            yield change


def _is_of_context(change: Change) -> bool:
    """Whether only the context says what is put in: every event brings its own."""
    put_in = [] if change.value is None else [each for each in options(change.value) if not isinstance(each, Constant)]
    return bool(put_in) and all(isinstance(each, Piece) and each.root == "context" for each in put_in)


def _may_set_any(change: Change) -> bool:
    """Whether a change sets an item of a key that is not spelt out."""
    return isinstance(change.of, Mapping) and change.how in _SETTING and not list(_keys(change))


def _is_answered(change: Change, answered: set[int]) -> bool:
    """Whether what an attribute was given is in every answer."""
    return id(change.of) in answered or id(change.value) in answered


def _is_asked(change: Change) -> bool:
    """Whether the program looks what is there, or may: of an attribute it compares something."""
    if isinstance(change.of, Mapping):
        return change.of.consulted
    return any(isinstance(each, Compared) and each.operator not in ("in", "not in") for each in change.tested)


def _keys(change: Change) -> Iterator[str]:
    """The keys or attributes that a change sets and that are spelt out."""
    match change:
        case Change(of=Mapping() | Instance(), how="=", key=Constant(str(key))):
            yield key
        case Change(of=Mapping(), how="update", value=Unknown(parts)):
            for part in parts:
                if isinstance(part, Mapping):
                    yield from part.entries


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


_NAMES = {
    "python": {"dict": "a dict"},
    "javascript": {"dict": "an object", "list": "an array", "map": "a Map", "set": "a Set"},
}


def kind(of: Mapping | Sequence | Instance, language: str) -> str:
    """What a container or object is called in a language, with its article."""
    if isinstance(of, Instance):
        return f"an instance of {of.of.node.name}"
    return _NAMES[language].get(of.kind, f"a {of.kind}")
