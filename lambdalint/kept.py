"""What is kept from one run to the next, in a process that looks at the same files again and again.

What was made of some files is as it was as long as whoever made it would hear the same answers to the questions that
were asked on the way. So these are noted, and asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar, cast

from lambdalint.records import dataclass

Whole = TypeVar("Whole")
Made = TypeVar("Made")

_Question = tuple[str, tuple[Any, ...]]


class Witness:
    """Stands for another object, and notes what its methods are asked, and what they answer."""

    def __init__(self, whole: object) -> None:
        self.whole = whole
        self.noted: dict[_Question, object] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(*given: Any) -> Any:
            question = name, given
            if question in self.noted and not isinstance(self.noted[question], Raised):
                return self.noted[question]
            try:
                answer = self.noted[question] = getattr(self.whole, name)(*given)
            except Exception as error:
                self.noted[question] = Raised(str(error))
                raise
            return answer

        setattr(self, name, ask)
        return ask


class Heard:
    """Stands for another object, and notes of what its methods are asked, of one thing each."""

    def __init__(self, whole: object, asked: dict[str, set[str]]) -> None:
        self._whole = whole
        self._asked = asked

    def __getattr__(self, name: str) -> Callable[[str], Any]:
        answer = getattr(self._whole, name)

        def ask(of: str) -> Any:
            self._asked.setdefault(name, set()).add(of)
            return answer(of)

        setattr(self, name, ask)
        return ask


@dataclass(frozen=True, slots=True)
class Raised:
    """The answer of what raises."""

    why: str


@dataclass(frozen=True, slots=True)
class _Held:
    given: object
    witness: Witness
    made: Any


def weightless(_: Any) -> int:
    """The weight of what need not make room."""
    return 0


def equal(one: object, other: object) -> bool:
    """Whether an answer is what it was."""
    return one is other or one == other


class Kept(Generic[Whole]):
    """What was made of what one kind of object answers, by keys: for each the last."""

    def __init__(
        self, same: Callable[[object, object], bool] = equal, weight: Callable[[Any], int] = weightless
    ) -> None:
        """`weight` says of what is made how much room it takes."""
        self._same = same
        self._weight = weight
        self._weighs = 0
        """All that is held."""
        self._held: dict[Hashable, _Held] = {}
        self._used: set[Hashable] = set()

    def made(self, key: Hashable, given: object, whole: Whole, make: Callable[[Whole], Made]) -> Made:
        """What comes of asking an object; without asking all again, where what is given and answered is as it was."""
        self._used.add(key)
        held = self._held.pop(key, None)
        if held is not None and self._same(given, held.given) and self._still(whole, held.witness.noted):
            self._held[key] = held
            held.witness.whole = whole  # what was made may ask more, later
            return cast("Made", held.made)
        if held is not None:
            self._weighs -= self._weight(held.made)
        witness = Witness(whole)
        made = make(cast("Whole", witness))
        self._held[key] = _Held(given, witness, made)
        self._weighs += self._weight(made)
        return made

    def prune(self, needed: Callable[[Any], bool] = lambda _: False) -> None:
        """Let go of what nobody has asked for since this was done last, unless what it was made of is still needed."""
        for key in self._held.keys() - self._used:
            if not needed(self._held[key].given):
                self._let_go(key)
        self._used.clear()

    def make_room(self, most: int, needed: Callable[[Any], bool]) -> None:
        """Let go of what nobody has asked for longest, until what is left weighs no more than `most`, but for what was
        made of something that is needed."""
        if self._weighs <= most:
            return
        for key, each in list(self._held.items()):
            if self._weighs <= most:
                break
            if not needed(each.given):
                self._let_go(key)

    def _let_go(self, key: Hashable) -> None:
        self._weighs -= self._weight(self._held.pop(key).made)

    def _still(self, whole: Whole, noted: dict[_Question, object]) -> bool:
        for (name, given), before in noted.items():
            try:
                answer = getattr(whole, name)(*given)
            except Exception as error:
                answer = Raised(str(error))
            if not self._same(answer, before):
                return False
        return True
