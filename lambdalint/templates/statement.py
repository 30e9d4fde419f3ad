"""A statement of a policy as an author would write it, and where it could stand."""

from __future__ import annotations

from lambdalint.source import Span
from lambdalint.templates.value import Mapping, Reference, Sequence, Value


def resource(path: str, role: str, on: Reference, part: str) -> str:
    """What the template of a role calls the ARN of a resource, or of a part of it; "" where it cannot be told.

    `path` is that of the template, `role` the name of the role's resource: what another stack or module makes has no
    name there.
    """
    parts = 2 if path.endswith(".tf") else 1
    home, name = role.split(".")[:-parts], on.resource.split(".")
    if name[:-parts] != home or len(name) < parts or '"' in on.resource:
        return ""
    own = ".".join(name[-parts:])
    if path.endswith(".tf"):
        return f'"${{{own}.arn}}{part}"' if part else f"{own}.arn"
    if path.endswith((".yaml", ".yml")):
        return f'!Sub "${{{own}.Arn}}{part}"' if part else f"!GetAtt {own}.Arn"
    return ""


def line(path: str, action: str, written: str) -> str:
    """A statement in one line; `written` is its resource."""
    if path.endswith(".tf"):
        return f'{{ Effect = "Allow", Action = "{action}", Resource = {written} }}'
    return f"{{Effect: Allow, Action: {action}, Resource: {written}}}"


def placed(document: Value | None, action: str, written: str) -> tuple[Span, str] | None:
    """A place before the first statement of a policy in YAML, and the text that adds a statement there.

    None where the statements are not written as a list of lines.
    """
    given = document.get("Statement") if isinstance(document, Mapping) else None
    if not isinstance(given, Sequence) or not given.items or not given.span.path.endswith((".yaml", ".yml")):
        return None
    first, last = given.items[0], given.items[-1]
    if not isinstance(first, Mapping) or not _is_list(given.span, first, last.span):
        return None
    dash, column = given.span.column, first.span.column
    inner = "\n" + " " * (column - 1)
    again = "\n" + " " * (dash - 1) + "-" + " " * (column - dash - 1)
    place = Span(first.span.path, first.span.line, column, first.span.line, column)
    return place, f"Effect: Allow{inner}Action: {action}{inner}Resource: {written}{again}"


def _is_list(span: Span, first: Mapping, last: Span) -> bool:
    """Whether a sequence is a list of dashes, its first item a mapping with a line for each of its keys."""
    keys = list(first.keys.values())
    return (
        # Brackets would end behind the last item, and a mapping's braces begin before its first key.
        (span.end_line, span.end_column) == (last.end_line, last.end_column)
        and span.path == first.span.path
        and span.line == first.span.line
        and span.column < first.span.column
        and (first.span.line, first.span.column) == min((key.line, key.column) for key in keys)
        and len({key.line for key in keys}) == len(keys) > 1
        and {key.column for key in keys} == {first.span.column}
    )
