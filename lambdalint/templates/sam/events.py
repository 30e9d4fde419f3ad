"""`Events`: what starts a function or a state machine, spelt out at the event's place.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.cloudformation.plain import block
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.spelling import FUNCTION, Owner, known, mapping
from lambdalint.templates.value import Known, Mapping, Reference, Unknown, Value


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of `Events`."""

    owner: Owner
    logical_id: str
    kind: str
    properties: Mapping
    span: Span
    extent: Span
    type_span: Span

    @property
    def name(self) -> str:
        return self.owner.name + self.logical_id

    @property
    def arn(self) -> Reference:
        """The ARN of what the event invokes, at the event's place."""
        return self.owner.arn(self.span)

    def get(self, name: str) -> Value | None:
        return self.properties.get(name)

    def key(self, name: str) -> Span:
        """The place of a property's key, or of the event where it has none."""
        return self.properties.keys.get(name, self.span)

    def made(
        self, kind: str, properties: Mapping, suffix: str = "", *, generated: bool = False, span: Span | None = None
    ) -> Resource:
        """A resource that stands for the event, or that SAM makes for it because of what stands at `span`."""
        return Resource(kind, self.name + suffix, properties, span or self.span, self.extent, generated=generated)

    def reference(self, suffix: str, attribute: str) -> Reference:
        """A reference to a resource that SAM makes for the event."""
        return Reference(self.name + suffix, attribute, self.span)

    def permission(
        self,
        principal: Value | str,
        entries: dict[str, Value | None] | None = None,
        *,
        suffix: str = "Permission",
        generated: bool = True,
    ) -> Resource:
        """The permission to invoke the function."""
        properties = mapping(
            self.span,
            {
                "Action": Known("lambda:InvokeFunction", self.span),
                "FunctionName": self.owner.ref(self.span),
                "Principal": Known(principal, self.span) if isinstance(principal, str) else principal,
                **(entries or {}),
            },
        )
        return self.made("AWS::Lambda::Permission", properties, suffix, generated=generated)


Spelling = Callable[[Event], Iterator[Resource]]


def events(owner: Owner) -> Iterator[Event]:
    """The entries of an owner's `Events`; of kind "" those that only a deployment knows."""
    match owner.properties.get("Events"):
        case Mapping(entries) as given:
            for logical_id, value in entries.items():
                yield _event(owner, logical_id, value, given.key(logical_id))
            if given.open:
                yield _unknown(owner, "Events", given.span, owner.key("Events"))
        case None:
            return
        case other:
            yield _unknown(owner, "Events", other.span, owner.key("Events"))


def _event(owner: Owner, logical_id: str, value: Value, key: Span) -> Event:
    if not isinstance(value, Mapping):
        return _unknown(owner, logical_id, value.span, key)
    kind, given = value.get("Type"), value.get("Properties")
    match given:
        case Mapping():
            properties = given
        case None:
            properties = Mapping({}, value.span, {})
        case _:
            properties = Mapping({}, given.span, {}, open=True)
    span, extent = block(key, value.span)
    return Event(owner, logical_id, known(kind), properties, span, extent, kind.span if kind else key)


def _unknown(owner: Owner, logical_id: str, place: Span, key: Span) -> Event:
    return Event(owner, logical_id, "", Mapping({}, place, {}, open=True), *block(key, place), place)


def spelt_out(event: Event, spellings: dict[str, Spelling]) -> Iterator[Resource]:
    """The resources that an event stands for."""
    spelling = spellings.get(event.kind)
    if spelling is not None:
        for resource in spelling(event):
            # A state machine is started by virtue of a role, not of a permission of its own.
            if event.owner.kind == FUNCTION or resource.type != "AWS::Lambda::Permission":
                yield resource
    elif event.owner.kind == FUNCTION:
        # Something invokes the function, and a check must not take it for one that nothing does.
        yield event.permission(Unknown(event.type_span, f"event {event.kind or event.logical_id}"), suffix="Unknown")
