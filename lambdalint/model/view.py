"""A resource in domain words: what a View is, and how its properties read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from lambdalint.model.deployed import Deployed
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value


@dataclass(frozen=True, slots=True)
class View:
    """A resource of a project, in domain words."""

    project: Deployed
    resource: Resource

    @property
    def name(self) -> str:
        """How messages call it: what its template calls it."""
        return self.resource.called

    @property
    def span(self) -> Span:
        """The place to name for it as a whole."""
        return self.resource.span

    @property
    def generated(self) -> bool:
        """Whether the framework made it and the user cannot change it."""
        return self.resource.generated

    def get(self, *path: str) -> Value | None:
        """A property, by CloudFormation's names; None where it is not set."""
        return self.resource.get(*path)

    def key(self, *path: str) -> Span:
        """The place of a property's name."""
        holder = self.resource.get(*path[:-1]) if len(path) > 1 else self.resource.properties
        return holder.key(path[-1]) if isinstance(holder, Mapping) else self.span

    def __hash__(self) -> int:
        return hash(self.resource)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self.resource is other.resource


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is spelt out, or found by following what is spelt out."""

    value: int
    span: Span
    origin: str = ""
    """How it was found, where it is not written at its place: "by default of parameter Timeout"."""
    default: bool = False
    """Whether nobody set it."""


def number(value: Value | None, default: int, span: Span) -> Number | Unknown:
    """A property that is a number, also where it is written as text ("60"), or AWS's default at `span`."""
    match value:
        case None:
            return Number(default, span, default=True)
        case Known(bool()):
            return Unknown(value.span, "not a number")
        case Known(given):
            try:
                return Number(int(given), value.span, value.origin, value.default)
            except (ValueError, OverflowError):
                return Unknown(value.span, "not a number")
        case _:
            return Unknown(value.span, "only a deployment knows")


def at_most(value: Value | None, default: int, span: Span) -> Number | Unknown:
    """A property that is a number; of two, between which a condition decides, the greater."""
    return _of_two(value, max) or number(value, default, span)


def at_least(value: Value | None, default: int, span: Span) -> Number | Unknown:
    """A property that is a number; of two, between which a condition decides, the lesser."""
    return _of_two(value, min) or number(value, default, span)


def _of_two(value: Value | None, choose: Callable[..., Number]) -> Number | None:
    given = value.arms if isinstance(value, Unknown) else ()
    found = [number(each, 0, each.span) for each in given]
    known = [each for each in found if isinstance(each, Number)]
    if value is None or not known or len(known) < len(found):
        return None
    chosen = choose(known, key=lambda each: each.value)
    return Number(chosen.value, value.span, "as a condition decides")


def references(value: Value | None) -> tuple[Reference, ...]:
    """Every reference within a value."""
    inner: Iterable[Value]
    match value:
        case Reference():
            return (value,)
        case Text(inner) | Sequence(inner):
            pass
        case Mapping(entries):
            inner = entries.values()
        case _:
            return ()
    try:
        return value.references
    except AttributeError:  # Every view that may refer to another asks it of every resource.
        value.references = found = tuple(each for part in inner for each in references(part))
        return found


def referring_to(project: Deployed, *names: str) -> Iterator[Resource]:
    """The resources whose properties refer to one of those of these names, in the order of the project."""
    known = _referring(project)
    places = {place for name in names for place in known.get(name, ())}
    return (project.resources[place] for place in sorted(places))


@lru_cache(maxsize=64)
def _referring(project: Deployed) -> dict[str, list[int]]:
    """Where in a project the resources stand that refer to another, by the name of that."""
    found: dict[str, list[int]] = {}
    for place, resource in enumerate(project.resources):
        for name in {reference.resource for reference in references(resource.properties)}:
            found.setdefault(name, []).append(place)
    return found


def text(value: Value | None) -> str | None:
    """A property that is text spelt out; None where it is not."""
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def literal(value: Value | None) -> str:
    """What of a text is spelt out; what only a deployment fills in is left out."""
    match value:
        case Known(str(written)):
            return written
        case Text(parts):
            return "".join(str(part.value) for part in parts if isinstance(part, Known))
        case _:
            return ""


_DECIDED = ("variable ", "no variable ", "parameter ")


UNDECIDED = "\1"
"""Stands for what two texts may call alike and mean different things by."""


def spelt(value: Value | None) -> str:
    """A text with what a deployment decides as the template calls it, so that what is called alike is the same."""
    match value:
        case Known(str(written)):
            return written
        case Text(parts):
            return "".join(map(_called, parts))
        case _:
            return UNDECIDED


def _called(part: Value) -> str:
    match part:
        case Known():
            return str(part.value)
        case Reference():
            return f"\0{part.resource}.{part.attribute}\0"
        case Unknown(why=why) if why.startswith(_DECIDED):
            return f"\0{why}\0"
        case _:
            return UNDECIDED


def service_name(principal: Value | None) -> str:
    """A service's principal with its region or suffix left out: `logs.${AWS::Region}.amazonaws.com`."""
    return literal(principal).replace("..", ".")


def same_text(one: Value, other: Value) -> bool | None:
    """Whether two texts are the same in every deployment (True) or in none (False); None where that depends.

    `${Stage}-orders` is never `${Stage}-returns`, and may be `${Name}`.
    """
    left, right = _written(one), _written(other)
    while left and right and left[0] == right[0]:
        left, right = left[1:], right[1:]
    if not left and not right:
        return True
    if all(isinstance(each, str) for each in (*left, *right)):
        return False
    apart = not _fit(_letters(left), _letters(right)) or not _fit(_letters(left[::-1]), _letters(right[::-1]))
    return False if apart else None


def _fit(one: str, other: str) -> bool:
    """Whether one of two texts begins with the other."""
    return one.startswith(other) or other.startswith(one)


def _letters(parts: list[object]) -> str:
    """The letters that a text begins with, as far as they are spelt out."""
    length = next((index for index, part in enumerate(parts) if not isinstance(part, str)), len(parts))
    return "".join(map(str, parts[:length]))


def _written(value: Value) -> list[object]:
    """The letters of a text, and what stands between them that only a deployment knows."""
    match value:
        case Known(written):
            return list(str(written))
        case Text(parts):
            return [each for part in parts for each in _written(part)]
        case Reference(resource, attribute):
            return [(resource, attribute)]
        case Unknown(why=why) if why:
            return [("", why)]
        case _:
            return [object()]


def truth(value: Value | None) -> bool | None:
    """A property that is true or false, also as text; False where it is not set, None where it is not known."""
    match value:
        case None:
            return False
        case Known(bool(known)):
            return known
        case Known(str(written)) if written.lower() in ("true", "false"):
            return written.lower() == "true"
        case _:
            return None
