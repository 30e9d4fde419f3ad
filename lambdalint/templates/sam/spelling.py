"""Mappings put together from the pieces of a shorthand, with its places."""

from __future__ import annotations

from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.cloudformation.stack import Stack
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Value

FUNCTION = "AWS::Lambda::Function"
STATE_MACHINE = "AWS::StepFunctions::StateMachine"


def mapping(span: Span, entries: dict[str, Value | None], keys: dict[str, Span] | None = None) -> Mapping:
    """A mapping of the entries that are set; its keys stand at `span` where they have no place of their own."""
    given = {name: value for name, value in entries.items() if value is not None}
    places = keys or {}
    return Mapping(given, span, {name: places.get(name, span) for name in given})


def renamed(given: Mapping, names: dict[str, str], without: frozenset[str] = frozenset()) -> Mapping:
    """A mapping under other names, and without some of its entries."""
    entries = {names.get(name, name): value for name, value in given.entries.items() if name not in without}
    keys = {names.get(name, name): place for name, place in given.keys.items() if name not in without}
    return Mapping(entries, given.span, keys, given.open)


def extended(given: Mapping, entries: dict[str, Value | None], keys: dict[str, Span] | None = None) -> Mapping:
    """A mapping with further entries, which win over its own."""
    more = mapping(given.span, entries, keys)
    return Mapping({**given.entries, **more.entries}, given.span, {**given.keys, **more.keys}, given.open)


def part(given: Mapping, *names: str) -> tuple[dict[str, Value | None], dict[str, Span]]:
    """Some entries of a mapping, and the places of their keys."""
    return {name: given.get(name) for name in names}, {name: given.key(name) for name in names}


def statement(span: Span, actions: tuple[str, ...], resources: Value | None) -> Mapping:
    """An IAM statement that allows actions on a resource, or on all of them."""
    return mapping(
        span,
        {
            "Effect": Known("Allow", span),
            "Action": Sequence(tuple(Known(action, span) for action in actions), span),
            "Resource": resources or Known("*", span),
        },
    )


def document(span: Span, *statements: Value) -> Mapping:
    """An IAM policy document."""
    return mapping(span, {"Version": Known("2012-10-17", span), "Statement": Sequence(statements, span)})


@dataclass(frozen=True, slots=True)
class Owner:
    """A function or a state machine that events start, and for which SAM generates more."""

    stack: Stack
    kind: str
    """Its type: FUNCTION or STATE_MACHINE."""
    logical_id: str
    properties: Mapping
    """As the template says them, the globals merged in and the functions evaluated."""
    span: Span
    extent: Span
    invoked: Reference
    """What events invoke: the alias that is published, else the function itself."""

    @property
    def name(self) -> str:
        return self.stack.prefix + self.logical_id

    def arn(self, span: Span) -> Reference:
        """The ARN of what events invoke."""
        return Reference(self.invoked.resource, self.invoked.attribute, span)

    def ref(self, span: Span) -> Reference:
        """The name of the function, or the ARN of its alias."""
        return Reference(self.invoked.resource, "", span)

    def key(self, name: str) -> Span:
        """The place of a property's key, or of the owner where it has none."""
        return self.properties.keys.get(name, self.span)

    def made(
        self, kind: str, suffix: str, properties: Mapping, *, span: Span | None = None, generated: bool = True
    ) -> Resource:
        """A resource that SAM makes for this one."""
        place = span or self.span
        extent = self.extent if span is None else Span(place.path, *_ends(place, properties.span))
        return Resource(kind, self.name + suffix, properties, place, extent, generated=generated)


def _ends(key: Span, value: Span) -> tuple[int, int, int, int]:
    end = max((key.end_line, key.end_column), (value.end_line, value.end_column))
    return key.line, key.column, *end


def known(value: Value | None) -> str:
    """A scalar as text; "" where it is not spelt out."""
    return str(value.value) if isinstance(value, Known) else ""
