"""`events`: what invokes a function, spelt out at the event's place.

https://www.serverless.com/framework/docs/providers/aws/guide/events
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf

from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.cloudformation.plain import block
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.spelling import mapping
from lambdalint.templates.serverless.service import Owner
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value

_OF_TEXTS = pattern(r"\$\{(env|cf|aws)[:(.][^,{}]*\}")
"""Variables that stand for a text, whatever a deployment sets them to.

https://www.serverless.com/framework/docs/providers/aws/guide/variables
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One item of `events`."""

    owner: Owner
    kind: str
    number: int
    """Its place among the function's events of its kind, from 1."""
    value: Value | None
    """What is said of it: a mapping, or a short form."""
    span: Span
    extent: Span

    @property
    def given(self) -> Mapping:
        """What is said of it as a mapping: without entries for a short form, open where it is not known."""
        match self.value:
            case Mapping():
                return self.value
            case None | Known() | Reference() | Text():
                return Mapping({}, self.span, {})
            case Unknown(why=written) if _OF_TEXTS.fullmatch(written):
                return Mapping({}, self.span, {})
            case other:
                return Mapping({}, other.span, {}, open=True)

    @property
    def short(self) -> Value | None:
        """The short form: what is said of it where that is no mapping."""
        return None if isinstance(self.value, Mapping) else self.value

    def get(self, *path: str) -> Value | None:
        return self.given.get(*path)

    def key(self, name: str) -> Span:
        """The place of a property's key, or of the event where it has none."""
        return self.given.keys.get(name, self.span)

    @property
    def arn(self) -> Reference:
        """The ARN of what the event invokes, at the event's place."""
        return self.owner.arn(self.span)

    def made(self, kind: str, suffix: str, properties: Mapping, *, generated: bool = False) -> Resource:
        """A resource that stands for the event; the function's name is put before the end of its logical id."""
        made = self.owner.made(kind, suffix, properties)
        return Resource(kind, made.name, properties, self.span, self.extent, generated=generated)

    def shared(self, kind: str, name: str, properties: Mapping, *, label: str = "") -> Resource:
        """A resource that the framework makes once for several events; `label` is what these call it."""
        return Resource(kind, name, properties, self.span, self.extent, label=label, generated=True)

    def permission(
        self, principal: Value | str, entries: dict[str, Value | None] | None = None, *, suffix: str = ""
    ) -> Resource:
        """The permission to invoke the function."""
        properties = mapping(
            self.span,
            {
                "Action": Known("lambda:InvokeFunction", self.span),
                "FunctionName": self.arn,
                "Principal": Known(principal, self.span) if isinstance(principal, str) else principal,
                **(entries or {}),
            },
        )
        return self.made(
            "AWS::Lambda::Permission",
            f"LambdaPermission{suffix or self.kind}{self.number}",
            properties,
            generated=True,
        )


Spelling = Callable[[Event], Iterator[Resource]]


def events(owner: Owner) -> Iterator[Event]:
    """The items of a function's `events`; of kind "" those that only a deployment knows."""
    numbers: Counter[str] = Counter()
    for kind, value, span, extent in _items(owner, owner.get("events"), owner.place("events")):
        numbers[kind] += 1
        yield Event(owner, kind, numbers[kind], value, span, extent)


def _items(owner: Owner, given: Value | None, place: Span) -> Iterator[tuple[str, Value | None, Span, Span]]:
    match given:
        case None:
            return
        case Sequence(inner):
            for item in inner:
                yield from _items(owner, item, item.span)
            if given.open:
                yield "", Unknown(given.span, "events"), *block(place, given.span)
        case Mapping(keys=keys) if keys:
            kind, key = next(iter(keys.items()))
            value = given.entries.get(kind)
            yield kind, value, *block(key, value.span if value is not None else key)
        case Known(value=str() as kind):
            yield kind, None, given.span, given.span
        case other:
            yield "", other, *block(place, other.span)


def spelt_out(event: Event, spellings: MappingOf[str, Spelling]) -> Iterator[Resource]:
    """The resources that an event stands for."""
    spelling = spellings.get(event.kind)
    if spelling is not None:
        yield from spelling(event)
    else:
        # Something invokes the function, and a check must not take it for one that nothing does.
        yield event.permission(Unknown(event.span, f"event {event.kind}"), suffix="Unknown")
