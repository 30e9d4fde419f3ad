"""What a script does more than once: in a function of its own, for each call, and in a loop, for each item.

https://www.gnu.org/software/bash/manual/bash.html#Shell-Functions
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator

from lambdalint.patterns import pattern
from lambdalint.records import dataclass

Names = dict[str, str]
"""What names stand for in a round."""
Expand = Callable[[str, Names], str]
"""Puts into a text what its variables stand for."""

_MOST = 100
_DEEP = 4
_FUNCTION = pattern(
    r"^([ \t]*)(?:function[ \t]+([A-Za-z_][\w-]*)[ \t]*(?:\(\))?|([A-Za-z_][\w-]*)[ \t]*\(\))[ \t]*\n?[ \t]*\{[ \t]*$",
    re.MULTILINE,
)
_LOOP = pattern(r"^([ \t]*)for[ \t]+(\w+)[ \t]+in[ \t]+((?:[^\n;\\]|\\\n)*?)[ \t]*(?:;|\n)[ \t]*do\b", re.MULTILINE)
_ARRAY = pattern(
    r"(?:^|;)[ \t]*(?:(?:declare|local|readonly|typeset)[ \t]+(?:-\w+[ \t]+)*)?(\w+)=\(([^()]*)\)", re.MULTILINE
)
_ALL = pattern(r"\$\{(!?)(\w+)\[[@*]\]\}")
_ROW = pattern(r"\[([^\]]+)\]=(.*)", re.DOTALL)
_SPLIT = pattern(r"""IFS=(['"]?)(.)\1[ \t]+read[ \t]+(?:-\w+[ \t]+)*([\w \t]+?)[ \t]*<<<[ \t]*("?\$\{?\w+\}?"?)""")


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    header: int
    """Where what begins it is written."""
    rounds: tuple[Names, ...]
    is_function: bool = False


class Rounds:
    """The rounds of a script."""

    def __init__(self, text: str, expand: Expand) -> None:
        self._text, self._expand = text, expand
        # An array that is empty is filled later, item by item or with all of another.
        self.arrays = {found[1]: items for found in _ARRAY.finditer(text) if (items := _words(found[2]))}
        self._stretches: list[_Stretch] = []
        for found in _LOOP.finditer(text):
            end = self._end(found.end(), found[1], "done")
            rounds = tuple({found[2]: each} for each in self._items(found[3]))
            if rounds:
                self._stretches.append(_Stretch(found.end(), end, found.start(), rounds))
        for found in _FUNCTION.finditer(text):
            end = self._end(found.end(), found[1], "}")
            calls = tuple(self._calls(found[2] or found[3], found.start(), end))
            if calls:
                self._stretches.append(_Stretch(found.end(), end, found.start(), calls, is_function=True))

    def is_called(self, place: int) -> bool:
        """Whether a place lies in a function that the script calls."""
        return any(each.is_function and each.start <= place < each.end for each in self._stretches)

    def at(self, place: int) -> tuple[Names, ...]:
        """What names stand for in each round of what a place lies in."""
        rounds: tuple[Names, ...] = ({},)
        for each in sorted(self._stretches, key=lambda stretch: stretch.start):
            if each.start <= place < each.end and len(rounds) * len(each.rounds) <= _MOST:
                rounds = tuple(
                    {**outer, **self._split({**outer, **inner}, each)} for outer in rounds for inner in each.rounds
                )
        return rounds

    def _split(self, names: Names, stretch: _Stretch) -> Names:
        """The names of a round, with those that parts of a text are read into."""
        for found in _SPLIT.finditer(self._text, stretch.start, stretch.end):
            parts = self._expand(found[4].strip('"'), names).split(found[2])
            names = {**names, **dict(zip(found[3].split(), parts, strict=False))}
        return names

    def _end(self, at: int, indent: str, word: str) -> int:
        closing = re.compile(rf"^{indent}{re.escape(word)}", re.MULTILINE).search(self._text, at)
        return len(self._text) if closing is None else closing.start()

    def _items(self, written: str) -> Iterator[str]:
        for word in _words(written):
            every = _ALL.fullmatch(word)
            if every is None:
                yield from self._expand(word, {}).split() if word.startswith("$") else (self._expand(word, {}),)
                continue
            for item in self._held(every[2]):
                row = _ROW.fullmatch(item)
                yield self._expand(item if row is None else row[1] if every[1] else row[2], {})

    def _held(self, name: str, depth: int = 0) -> Iterator[str]:
        """The items of an array, with those of others that it is made of."""
        for item in self.arrays.get(name, ()):
            other = _ALL.fullmatch(item)
            if other is None:
                yield item
            elif depth < _DEEP:
                yield from self._held(other[2], depth + 1)

    def _calls(self, name: str, start: int, end: int) -> Iterator[Names]:
        """What the parameters of a function stand for in each of its calls."""
        # Within `$( )` it ends with that, and at the beginning of a line with the line.
        called = (
            rf"(?:^[ \t]*{re.escape(name)}[ \t]+((?:[^\n\\]|\\\n)*)$|=\"?\$\([ \t]*{re.escape(name)}[ \t]+([^\n()]*)\))"
        )
        for found in re.finditer(called, self._text, re.MULTILINE):
            if not start <= found.start() < end:
                for outer in self.at(found.start()):
                    words = (self._expand(word, outer) for word in _words(found[1] or found[2]))
                    yield {str(number): word for number, word in enumerate(words, start=1)}

    def row(self, name: str, key: str) -> str | None:
        """What an array has at a key."""
        rows = (_ROW.fullmatch(each) for each in self.arrays.get(name, ()))
        return next((row[2] for row in rows if row is not None and row[1] == key), None)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return []
