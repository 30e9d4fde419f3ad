"""Texts inside a template that are documents of their own: JSON, and the source code of a function."""

from __future__ import annotations

from lambdalint.source import Line, Source, Span
from lambdalint.templates.cloudformation import documents
from lambdalint.templates.cloudformation.documents import at_one_place, line_by_line
from lambdalint.templates.cloudformation.text import spelt
from lambdalint.templates.hcl.scope import Scope
from lambdalint.templates.value import Code, Known, Text, Value


def document(value: Value, scope: Scope, *, yaml: bool = False) -> Value | None:
    """What a text of JSON, or YAML, says, at the places where it says it; its holes are values within it."""
    return documents.document(value, lambda text: _lines(text, value.span, scope), yaml=yaml)


def code(value: Value, scope: Scope, name: str = "") -> Value:
    """A text that is a program, as code in a file of a name; what only a deployment knows stands in it as a name that
    nothing defines."""
    match value:
        case Known():
            text = spelt(value)
        case Text(parts):
            text = "".join(spelt(part) if isinstance(part, Known) else "UNKNOWN" for part in parts)
        case _:
            return value
    return Code(Source(value.span.path, text, _lines(text, value.span, scope), name), value.span)


def _lines(text: str, span: Span, scope: Scope) -> tuple[Line, ...]:
    """Where the lines of a text stand that is written at a place."""
    source = scope.file_at(span.path)
    written = source.lines if source is not None else ()
    opening = written[span.line - 1][span.column - 1 :] if span.line <= len(written) else ""
    if opening.startswith("<<"):
        return line_by_line(text, span.line + 1, written)
    if (span.line, span.column) == (1, 1):
        return line_by_line(text, 1, written)
    if text.count("\n") == span.end_line - span.line > 0:
        # A text of a program, after its quotes.
        quotes = 3 if opening.startswith(('"""', "'''")) else 1
        first = Line(span.line, span.column + quotes)
        return (first, *(Line(line, 1) for line in range(span.line + 1, span.end_line + 1)))
    return at_one_place(text, span)
