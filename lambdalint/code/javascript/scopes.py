"""Which variable a name means.

In the representation a function has one scope, and a name that is set in it is its own unless a `Scope` says
otherwise. JavaScript's scopes are blocks, so they are resolved while lowering: a name that a block hides is lowered
under a name of its own; a name of an outer function or of the module that a function sets is noted for its `Scope`
statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lambdalint.records import dataclass, field
from lambdalint.source import Span


@dataclass(slots=True)
class Frame:
    """One function, or the module."""

    kind: str
    """`module`, `function`, `method` or `arrow`."""
    blocks: list[dict[str, str]]
    """For each block that is open, the outermost first: the names declared there, and what they are lowered to."""
    outer: dict[str, str] = field(default_factory=dict)
    """The names from outside that it sets: `global` for those of the module, `nonlocal` for others."""
    generates: bool = False
    """Whether a `yield` of its own was met."""


class Scopes:
    """The functions and blocks around the node that is being lowered."""

    def __init__(self) -> None:
        self._frames = [Frame("module", [{}])]
        self.missed: dict[Span, str] = {}
        """The names that are read and that no scope around declares, by where."""
        self.spilt: dict[Span, str] = {}
        """Those that are set so."""
        self._lasting: set[str] = set()
        self._hidden = 0
        self._made = 0

    @property
    def frame(self) -> Frame:
        return self._frames[-1]

    @property
    def has_this(self) -> bool:
        """Whether `this` means the object whose method is being lowered."""
        for frame in reversed(self._frames):
            if frame.kind != "arrow":
                return frame.kind == "method"
        return False

    @contextmanager
    def function(self, kind: str) -> Iterator[Frame]:
        frame = Frame(kind, [{}])
        self._frames.append(frame)
        try:
            yield frame
        finally:
            self._frames.pop()

    @contextmanager
    def block(self, names: Iterable[str] = (), *, lasting: bool = False) -> Iterator[None]:
        """A block that declares names; those of a lasting one are used after it, by what it declares."""
        self.frame.blocks.append({})
        for name in names:
            self.declare(name, apart=lasting and name in self._lasting)
            self._lasting |= {name} if lasting else set()
        try:
            yield
        finally:
            self.frame.blocks.pop()

    def declare(self, name: str, *, apart: bool = False) -> str:
        """Declare a name in the innermost block; gives what it is lowered to: a name of its own `apart` from others."""
        blocks = self.frame.blocks
        if name not in blocks[-1]:
            hides = apart or (len(blocks) > 1 and self._find(name) is not None)
            self._hidden += hides
            blocks[-1][name] = f"{name}·{self._hidden}" if hides else name
        return blocks[-1][name]

    def hoist(self, names: Iterable[str]) -> None:
        """Declare names in the function as a whole, as `var` does."""
        for name in names:
            self.frame.blocks[0].setdefault(name, name)

    def read(self, name: str, place: Span | None = None) -> str:
        """What a name is lowered to, that is read at a place or declared."""
        found = self._find(name)
        if found is None and place is not None:
            self.missed[place] = name
        return name if found is None else found[1]

    def set(self, name: str, place: Span) -> str:
        """What a name is lowered to that is set at a place and not declared there."""
        found = self._find(name)
        if found is None:
            self.spilt[place] = name
        index, lowered = found or (0, name)
        if index < len(self._frames) - 1:
            self.frame.outer[lowered] = "nonlocal" if index else "global"
        return lowered

    def temporary(self) -> str:
        """A name that no program has, for what a pattern takes apart."""
        self._made += 1
        return f"·{self._made}"

    def _find(self, name: str) -> tuple[int, str] | None:
        for index in range(len(self._frames) - 1, -1, -1):
            for block in reversed(self._frames[index].blocks):
                if name in block:
                    return index, block[name]
        return None
