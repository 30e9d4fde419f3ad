"""What a template says, and where it says it.

A property has four answers, never three: a value spelt out (`Known`, `Mapping`, `Sequence`), a value that leads to
another resource (`Reference`, `Text`), a value that only a deployment knows (`Unknown`), or none at all (`None`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.records import dataclass
from lambdalint.source import Source, Span

Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Known:
    """A scalar that is spelt out, or found by following what is spelt out."""

    value: Scalar
    span: Span
    origin: str = ""
    """How it was found, where it is not written at its place: "by default of parameter Timeout"."""
    default: bool = False
    """Whether nobody set it: it is the default of AWS or of the dialect."""
    written: Span | None = None
    """Where it is spelt out, where that is not its place."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Another resource of the same deployment, or one of its attributes."""

    resource: str
    """The `name` of the Resource."""
    attribute: str
    """`Arn`, `StreamArn`, `QueueName` …; "" is what `Ref` gives: the identifier."""
    span: Span


class Whole:
    """A value made of others, for good: what many ask of all that is in it is found once, and kept."""

    __slots__ = ("references",)
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Text(Whole):
    """Literals and references in a row: `!Sub`, `!Join`, `"${…}"`."""

    parts: tuple[Known | Reference | Unknown, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is set, but that only a deployment knows."""

    span: Span
    why: str = ""
    """`parameter Stage`, `Fn::ImportValue` …"""
    optional: bool = False
    """Whether a deployment may as well not set it: a condition decides, or its holder is not seen as a whole."""
    arms: tuple[Reference, ...] | tuple[Known, ...] = ()
    """The resources one of which it leads to, or the values one of which it is, where a condition decides."""
    elsewhere: tuple[str, str] | None = None
    """What another deployment may tell it by: FROM_STORE, FROM_STACK or FROM_EXPORT, and a name."""


HIDDEN = ", which is not shown"
"""How the why of an Unknown ends that is a parameter or variable whose value is shown to nobody."""
NOT_JSON = "not valid JSON"
"""Why a text is Unknown that is spelt out, and is not the JSON that it should be."""
FROM_STORE, FROM_STACK, FROM_EXPORT = "AWS::SSM::Parameter", "Outputs", "Export"
"""Where a value comes from that another deployment may make: a parameter of SSM, an output of a stack, or what one
exports."""
SETTLED = ("parameter ", "AWS::")
"""How the whys begin of what is Unknown, but the same wherever it stands in a template."""


@dataclass(frozen=True, slots=True)
class Mapping(Whole):
    """Named values, in the order of the template; every key has its own place."""

    entries: dict[str, Value]
    span: Span
    keys: dict[str, Span]
    open: bool = False
    """Whether a deployment may add entries that are not seen here."""

    def get(self, *path: str) -> Value | None:
        """The value at a path of keys; None where it is not set, Unknown where that cannot be told."""
        found: Value | None = self
        for key in path:
            if isinstance(found, Mapping):
                if key not in found.entries:
                    return Unknown(found.span, "open mapping", optional=True) if found.open else None
                found = found.entries[key]
            elif found is None or isinstance(found, Unknown):
                return found
            else:
                return Unknown(found.span, f"no mapping at {key}")
        return found

    def key(self, name: str) -> Span:
        """The place of a key, or of the whole mapping where it has none."""
        return self.keys.get(name, self.span)


@dataclass(frozen=True, slots=True)
class Sequence(Whole):
    """Values in a row."""

    items: tuple[Value, ...]
    span: Span
    open: bool = False
    """Whether a deployment may add items that are not seen here."""

    def __iter__(self) -> Iterator[Value]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Code:
    """Source code written inside the template, as a scalar that is a program."""

    source: Source
    span: Span


Value = Known | Reference | Text | Unknown | Mapping | Sequence | Code


def items(value: Value | None) -> tuple[Value, ...]:
    """The items of a sequence; a lone value is a sequence of one, as IAM and SAM read it."""
    match value:
        case None:
            return ()
        case Sequence(inner):
            return inner
        case _:
            return (value,)


def between(one: Value | None, other: Value | None) -> tuple[Reference, ...] | tuple[Known, ...]:
    """The arms of what a condition decides between two values; empty where one of them is not known."""
    if isinstance(one, Reference) and isinstance(other, Reference):
        return one, other
    return (one, other) if isinstance(one, Known) and isinstance(other, Known) else ()


def is_set(value: Value | None) -> bool:
    """Whether a value is surely set, also where only a deployment knows what to."""
    return value is not None and not (isinstance(value, Unknown) and value.optional)


def empty(span: Span) -> Mapping:
    """A mapping without entries, at a place."""
    return Mapping({}, span, {})
