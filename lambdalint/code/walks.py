"""Ways through what a value was made from, where parts are parts of many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, Generic, TypeVar

from lambdalint.code.value import Value, parts

_MOST_LOOKED_AT = 10_000


def walk(
    values: Iterable[Value], into: Callable[[Value], Iterable[Value]] = parts, most: int = _MOST_LOOKED_AT
) -> Iterator[Value]:
    """Values and all that is come to from them, each once and no more than `most`; `into` says where the way goes on
    from each."""
    seen: set[int] = set()
    pending = list(values)
    while pending and len(seen) < most:
        value = pending.pop()
        if id(value) not in seen:
            seen.add(id(value))
            yield value
            pending.extend(into(value))


class Descent:
    """The way of a walk down into a value, which goes into nothing that it is within.

    What is a part of many is come to many times: the whole walk takes no more steps than a value has parts that
    somebody wrote out.
    """

    __slots__ = ("_left", "_within")

    def __init__(self, within: tuple[int, ...] = (), left: list[int] | None = None) -> None:
        self._within, self._left = within, [_MOST_LOOKED_AT] if left is None else left

    def into(self, value: Value) -> Descent | None:
        """The way into a value; None where the walk is not to go there."""
        self._left[0] -= 1
        if id(value) in self._within or self._left[0] < 0:
            return None
        return Descent((*self._within, id(value)), self._left)


def asked_once(question: Callable[[Value], bool]) -> Callable[[Value], bool]:
    """A question about a value that asks itself about its parts: it is asked once of what is a part of many.

    What is a part of itself answers no.
    """
    known: dict[int, bool] = {}

    def ask(value: Value) -> bool:
        if id(value) in known:
            return known[id(value)]
        outermost = not known
        known[id(value)] = False
        try:
            known[id(value)] = answer = question(value)
            return answer
        finally:
            if outermost:
                known.clear()

    return wraps(question)(ask)


_Found = TypeVar("_Found")


class Origins(Generic[_Found]):
    """What of something values were made from, asked about many values of one program.

    Values that were made from the same are not gone through again. It is for a program that was followed to its end:
    what values are made from must not change any more.
    """

    __slots__ = ("_known", "_parts", "_wanted")

    def __init__(
        self, wanted: Callable[[Value], _Found | None], made_of: Callable[[Value], Iterable[Value]] = parts
    ) -> None:
        self._wanted, self._parts = wanted, made_of
        self._known: dict[int, frozenset[_Found]] = {}

    def of(self, value: Value) -> frozenset[_Found]:
        """What is wanted of a value and all that it was made from."""
        known = self._known
        entered: dict[int, tuple[Value, ...]] = {}
        left: list[int] = []
        pending = [value]
        circular = False
        while pending:
            each = pending[-1]
            key = id(each)
            if key in known:
                pending.pop()
            elif key not in entered:
                entered[key] = made_of = tuple(self._parts(each))
                pending += (part for part in made_of if id(part) not in known and id(part) not in entered)
                circular = circular or any(id(part) in entered and id(part) not in known for part in made_of)
            else:
                pending.pop()
                own = self._wanted(each)
                found = [among for part in entered[key] if (among := known.get(id(part)))]
                if own is not None:
                    found.append(frozenset((own,)))
                known[key] = frozenset().union(*found) if len(found) > 1 else found[0] if found else _NOTHING
                left.append(key)
        if circular:
            # Only of the first it is known then that all was gone through.
            for key in left[:-1]:
                del known[key]
        return known[id(value)]


_NOTHING: frozenset[Any] = frozenset()
