"""The sources that a run has parsed: each once, in the language that it is written in."""

from __future__ import annotations

from lambdalint.code import ir
from lambdalint.code.endings import is_javascript
from lambdalint.code.once import Once
from lambdalint.records import dataclass, field
from lambdalint.source import Source, Span, UnreadableSource


@dataclass(slots=True)
class Parsed:
    """Every source that was parsed for one reader."""

    modules: dict[tuple[str, int], ir.Module | None] = field(default_factory=dict)
    unreadable: dict[str, tuple[Span, str]] = field(default_factory=dict)
    """Files that could not be parsed, and why."""
    once: Once = field(default_factory=Once)

    def module(self, source: Source) -> ir.Module | None:
        """The program of a source; None where it cannot be parsed."""
        key = (source.path, source.origin[0].line if source.origin else 0)
        if key not in self.modules:
            found = self.once.of(_parse, source)
            if isinstance(found, UnreadableSource):
                within = "the code in the template: " if source.origin else ""
                self.unreadable[source.path] = (found.span, within + found.why)
            self.modules[key] = None if isinstance(found, UnreadableSource) else found
        return self.modules[key]

    def make_room(self) -> None:
        """Let go of programs that nobody has asked for longest, but for those that were since this was done last."""
        self.once.make_room(_parse, _MOST, lambda source: len(source.text))


_MOST = 1_000_000
"""The characters of texts whose programs are kept from one deployment to the next: they take some 50 MB."""


def _parse(source: Source) -> ir.Module | UnreadableSource:
    """The program of a source, or why it has none."""
    try:
        if is_javascript(source):
            from lambdalint.code import javascript

            return javascript.parse(source)
        from lambdalint.code import python

        return python.parse(source)
    except UnreadableSource as error:
        return error.anew()
