"""The sources that a run has parsed: each once, in the language that it is written in."""

from __future__ import annotations

from lambdalint.code import ir
from lambdalint.code.endings import is_javascript
from lambdalint.records import dataclass, field
from lambdalint.source import Source, Span, UnreadableSource


@dataclass(slots=True)
class Parsed:
    """Every source that a run has parsed."""

    modules: dict[tuple[str, int], ir.Module | None] = field(default_factory=dict)
    unreadable: dict[str, tuple[Span, str]] = field(default_factory=dict)
    """Files that could not be parsed, and why."""

    def module(self, source: Source) -> ir.Module | None:
        """The program of a source; None where it cannot be parsed."""
        key = (source.path, source.origin[0].line if source.origin else 0)
        if key not in self.modules:
            try:
                self.modules[key] = _parse(source)
            except UnreadableSource as error:
                self.modules[key] = None
                self.unreadable[source.path] = (error.span, error.why)
        return self.modules[key]


def _parse(source: Source) -> ir.Module:
    if is_javascript(source):
        from lambdalint.code import javascript

        return javascript.parse(source)
    from lambdalint.code import python

    return python.parse(source)
