"""What follows from a text or a listing alone, and is found out once, whoever asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Hashable
from typing import Any, TypeVar

from lambdalint.records import dataclass, field

Made = TypeVar("Made")

_Key = tuple[int, tuple[Hashable, ...]]
"""What tells apart what one function was asked: the id of the object, and what else it was given."""
_Known = defaultdict[Callable[..., Any], dict[_Key, tuple[Any, Any]]]
"""What functions made, each with the object that it was made of, which is kept so that no other one gets its id."""


def _nothing() -> _Known:
    return defaultdict(dict)


@dataclass(slots=True)
class Once:
    """Answers of functions of sources or listings, which `Sources` hands out each as one object."""

    _known: _Known = field(default_factory=_nothing)
    """What was asked for last stands last."""
    _before: _Known = field(default_factory=_nothing)
    """What was found out before a run, and nobody has asked for in it yet."""
    _asked: set[tuple[Callable[..., Any], _Key]] = field(default_factory=set)
    """What somebody has asked for since room was made."""
    _weights: defaultdict[Callable[..., Any], dict[_Key, int]] = field(default_factory=lambda: defaultdict(dict))
    """How much room what is kept takes: it is asked for anew after every deployment."""

    def of(self, make: Callable[..., Made], given: object, *further: Hashable) -> Made:
        """What a function makes of an object and what else it is given; it must depend on nothing else."""
        key = id(given), further
        known = self._known[make]
        held = known.pop(key, None) or self._before[make].get(key) or (given, make(given, *further))
        known[key] = held
        self._asked.add((make, key))
        made: Made = held[1]
        return made

    def make_room(self, make: Callable[..., Any], most: int, weight: Callable[[Any], int]) -> None:
        """Let go of what a function made that nobody has asked for longest, until what is left was made of no more than
        `most`, but for what somebody has asked for since this was done last."""
        known, weights = self._known[make], self._weights[make]
        for key in known.keys() - weights.keys():
            weights[key] = weight(known[key][0])
        left = sum(weights.values())
        for key in list(known) if left > most else ():
            if left <= most:
                break
            if (make, key) not in self._asked:
                left -= weights.pop(key)
                del known[key]
        self._asked.clear()

    def end(self, needed: Container[int]) -> None:
        """End a run, after which another may follow: what this one has not asked for is let go, unless it was made of
        an object of these ids."""
        before = _nothing()
        for make in {**self._before, **self._known}:
            left = {key: each for key, each in self._before[make].items() if key[0] in needed}
            before[make] = left | self._known[make]
        self._before, self._known = before, _nothing()
        self._weights.clear()
        self._asked.clear()
