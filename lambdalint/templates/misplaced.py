"""Keys that stand where nothing reads them."""

from __future__ import annotations

import collections.abc
from collections.abc import Callable, Iterator
from typing import Any

from lambdalint.records import dataclass
from lambdalint.spelling import likeness
from lambdalint.templates.cloudformation.intrinsics import is_function
from lambdalint.templates.resource import Unread
from lambdalint.templates.value import Mapping, Sequence, Value

Keys = collections.abc.Mapping[str, Any]
"""The keys of a place, each with those of what stands under it: None where that is free, or no mapping."""

BARE = ", where nothing reads it"
"""How a message ends that knows no other place for a key, and no other name."""
ALIKE = 0.85
"""From when on a key is a misspelt one, and no newer one than is known here."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a template."""

    name: str
    """As a message calls it: `Properties`, `VpcConfig`."""
    keys: Keys
    elsewhere: Callable[[], collections.abc.Mapping[str, str]]
    """Tells where keys belong that stand in other places: most places have none that is asked about."""
    closed: bool = False
    """Whether nothing but its keys is read there, whatever else may have come since they were listed."""
    owner: str = ""
    """The name of the function whose place it is."""

    def strays(self, given: Mapping) -> Iterator[Unread]:
        """The keys in a mapping at this place, and in what stands under them, that nothing reads."""
        if given.open or any(name.startswith("Fn::") for name in given.keys):
            return
        for name, span in given.keys.items():
            if name in self.keys:
                if (inner := self.keys[name]) is not None:
                    yield from self._under(name, inner).within(given.entries.get(name))
            elif (why := self._why(name)) is not None:
                meant = misspelt(name, self.keys)
                told = f"has {name} in {self.name}{BARE}"
                if meant is not None and meant in given.keys:
                    yield Unread(span, f"{told}; it has {meant} as well", self.owner, "note")
                else:
                    spelt = None if meant is None else (name, meant)
                    yield Unread(span, f"{told}{why}", self.owner, meant=spelt)

    def within(self, value: Value | None) -> Iterator[Unread]:
        """The keys that nothing reads in a value at this place."""
        match value:
            case Mapping() if value.keys.keys() - {"Ref", "Condition"}:
                yield from self.strays(value)
            case Sequence(items):
                for item in items:
                    yield from self.within(item)

    def _under(self, name: str, keys: Keys) -> Place:
        """The place under one of its keys."""
        variables = set(keys) == {"Variables"}

        def elsewhere() -> dict[str, str]:
            return {**dict.fromkeys(self.keys, f"; it belongs into {self.name}"), **deeper(keys)}

        return Place(name, keys, elsewhere, self.closed or variables, self.owner)

    def _why(self, name: str) -> str | None:
        """What follows the message of a key that this place does not know; None where it may be a newer one."""
        meant = misspelt(name, self.keys)
        if meant is not None:
            return f"; {meant} is meant"
        if (where := self.elsewhere().get(name)) is not None:
            return where
        if set(self.keys) == {"Variables"}:
            return "; it belongs into Variables"
        return "" if self.closed else None


def misspelt(name: str, keys: collections.abc.Iterable[str]) -> str | None:
    """The key that is meant by one that is not known; None where none is like it."""
    plain = {each.casefold(): each for each in sorted(keys)}
    bare = name.replace("_", "").replace("-", "").casefold()
    if bare in plain:
        return plain[bare]
    named = [each for each in plain if bare == f"{each}name"]
    best = max(named or plain, key=lambda each: likeness(bare, each), default="")
    return plain[best] if best and (named or likeness(bare, best) >= ALIKE) else None


def has_as_well(place: Value | None, beside: collections.abc.Collection[str]) -> bool:
    """Whether the place that keys belong into, beside which they stand, has each of them already: it is that one which
    counts, and what it is to do is done."""
    return isinstance(place, Mapping) and all(name in place.keys for name in beside)


def deeper(keys: Keys) -> dict[str, str]:
    """Where the keys belong that stand one level too high: into the one key under which they are known."""
    found: dict[str, list[str]] = {}
    for name, inner in keys.items():
        for each in inner or ():
            found.setdefault(each, []).append(name)
    return {each: f"; it belongs into {names[0]}" for each, names in found.items() if len(names) == 1}


def variables(given: Mapping, owner: str) -> Iterator[Unread]:
    """The variables of a function that are no text: keys that stand one level too deep, or with one level too much."""
    for name, value in given.entries.items():
        if isinstance(value, Sequence) or (isinstance(value, Mapping) and not value.open and not is_function(value)):
            what = "a list" if isinstance(value, Sequence) else "a mapping"
            why = f"has {what} as variable {name} of its environment, where only texts are read"
            yield Unread(given.key(name), why, owner)
