"""Resources that CloudFormation itself knows."""

from __future__ import annotations

from lambdalint.source import Line, Span
from lambdalint.templates.cloudformation.definitions import defined
from lambdalint.templates.cloudformation.documents import at_one_place, document, line_by_line
from lambdalint.templates.cloudformation.files import type_of
from lambdalint.templates.cloudformation.inline import with_code
from lambdalint.templates.cloudformation.stack import Stack
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, items


def plain(stack: Stack, logical_id: str) -> Resource:
    """A resource whose properties stand in the template as they are."""
    node = stack.resources[logical_id]
    kind = type_of(node)
    properties = stack.properties(logical_id, node.get("Properties"), node.span)
    if kind == "AWS::Lambda::Function":
        properties = with_code(properties, node.get("Properties", "Code", "ZipFile"), stack)
    if kind == "AWS::StepFunctions::StateMachine":
        properties = _with_definition(properties, stack) if "DefinitionString" in properties.entries else properties
        properties = defined(properties, stack)
    metadata = stack.mapping(node.get("Metadata"), node.span) if "Metadata" in node.entries else None
    name, first = stack.prefix + logical_id, after(stack, logical_id)
    return Resource(
        kind,
        name,
        properties,
        *places(stack, logical_id),
        metadata=metadata,
        conditional="Condition" in node.entries,
        after=first,
    )


def _with_definition(properties: Mapping, stack: Stack) -> Mapping:
    """A state machine's properties with what its `DefinitionString` says, as `Definition` has it."""
    given = properties.entries["DefinitionString"]
    found = document(given, lambda text: _lines(text, given.span, stack))
    if not isinstance(found, Mapping):
        return properties
    keys = {**properties.keys, "Definition": properties.key("DefinitionString")}
    return Mapping({**properties.entries, "Definition": found}, properties.span, keys, properties.open)


def _lines(text: str, span: Span, stack: Stack) -> tuple[Line, ...]:
    """Where the lines of a text stand that is written at a place: below it, where it is a literal block of YAML."""
    written = stack.source_at(span).lines
    opening = written[span.line - 1][span.column - 1 :] if span.line <= len(written) else ""
    if opening.removeprefix("!Sub").lstrip().startswith("|"):
        return line_by_line(text, span.line + 1, written)
    return at_one_place(text, span)


def after(stack: Stack, logical_id: str) -> tuple[str, ...] | None:
    """What a resource `DependsOn`; None where that is not known."""
    named = items(stack.resources[logical_id].get("DependsOn"))
    known = [stack.prefix + str(each.value) for each in named if isinstance(each, Known)]
    return tuple(known) if len(known) == len(named) else None


def places(stack: Stack, logical_id: str) -> tuple[Span, Span]:
    """The place of a resource's logical id, and the stretch of its whole declaration."""
    return block(stack.section("Resources").key(logical_id), stack.resources[logical_id].span)


def block(key: Span, value: Span) -> tuple[Span, Span]:
    """A key, and the stretch from it to the end of its value."""
    if value.path != key.path or (value.line, value.column) < (key.line, key.column):
        return key, key  # an alias, or a variable of another file: its value stands elsewhere
    return key, Span(key.path, key.line, key.column, value.end_line, value.end_column)
