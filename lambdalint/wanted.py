"""What a check wants changed, in its own words: a property set, a text put in a place, a name imported.

What that comes to in a file's language, `lambdalint/fixing/` knows.
"""

from __future__ import annotations

from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Value


@dataclass(frozen=True, slots=True)
class Edit:
    """Text to put in the place of a span."""

    span: Span
    text: str
    shared: bool = False
    """Whether others may put text in the same place, before or after it; the same text is put there once."""

    @property
    def inserts(self) -> bool:
        """Whether it takes nothing away."""
        return (self.span.line, self.span.column) == (self.span.end_line, self.span.end_column)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a resource, as a value: `!GetAtt Orders.Arn`, `aws_sqs_queue.orders.arn`."""

    resource: str
    """The `name` of the Resource."""
    name: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A text of which attributes of resources are parts: `!Sub`, `"…${}"`."""

    parts: tuple[str | Attribute, ...]


Plain = str | int | bool | Attribute | Joined | tuple["Plain", ...] | tuple[tuple[str, "Plain"], ...]
"""A value to be written; a mapping is its items, in their order."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property that a resource is to have."""

    type: str
    """The resource's, in CloudFormation's words; so is the path."""
    place: Span
    """What the resource is called in its template."""
    path: tuple[str, ...]
    value: Plain


EVENT = "AWS::Serverless::Event"
"""Stands for the type of an event of SAM, whose properties no resource has by these names."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A resource that is to stand beside another in its template."""

    place: Span
    """What the other is called in its template."""
    type: str
    name: str
    """What it is called: a logical id, or the label of a block."""
    properties: tuple[tuple[str, Plain], ...]


@dataclass(frozen=True, slots=True)
class Allowance:
    """A statement of a policy that allows one action, to stand before another statement."""

    before: Span
    """Where that one begins."""
    action: str
    resource: str
    """What it is allowed on, as the file spells it."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A value that is to stand where another is spelt out."""

    before: Known
    value: str | int


@dataclass(frozen=True, slots=True)
class Removal:
    """An entry of a mapping, or an argument of a block, that is to go."""

    place: Span
    """Of its key."""


@dataclass(frozen=True, slots=True)
class Unignored:
    """A rule that a comment is no more to name that asks not to hear of it."""

    name: Span
    """Where it stands in the comment."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Code that is to have another form, if it has one that is known."""

    span: Span
    forms: tuple[tuple[str, str], ...]
    """Regular expressions for the whole of the code, each with what it becomes, as `re.sub` has it."""


@dataclass(frozen=True, slots=True)
class Once:
    """An expression in a function whose value is to be made as the module is loaded."""

    span: Span
    name: str
    """What to call it where the program does not."""


@dataclass(frozen=True, slots=True)
class Import:
    """A name that a file of code is to know: `from urllib.parse import unquote_plus`."""

    path: str
    module: str
    name: str


Change = Edit | Property | Addition | Allowance | Replacement | Removal | Unignored | Rewriting | Once | Import


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends a problem: changes that are made all or not at all."""

    message: str
    """What is done, as an order: "set VisibilityTimeout to 180"."""
    changes: tuple[Change, ...]
    safe: bool = True
    """Whether it does what the author meant, whatever that is; else somebody is to look at it."""


def setting(resource: Resource, path: tuple[str, ...], value: Plain, *, safe: bool = True) -> Fix | None:
    """The fix that a property be set; None where what is set now is not spelt out in the resource itself."""
    if resource.generated:
        return None
    change: Change = Property(resource.type, resource.span, path, value)
    before: Value | None = resource.get(*path)
    match before:
        case None | Known(default=True):
            pass
        case Known(origin="", written=None) if not resource.extent.covers(before.span):
            pass  # what is set for several resources, one of them may have otherwise
        case Known(origin="", written=None) if isinstance(value, (str, int)):
            change = Replacement(before, value)
        case _:
            return None
    return Fix(f"set {'.'.join(path)} to {_shown(value)}", (change,), safe)


def named_in(resource: Resource, other: str) -> bool:
    """Whether the template of a resource has a name for another, which no other stack or module makes."""
    parts = 2 if resource.span.path.endswith((".tf", ".tofu")) else 1
    own, theirs = resource.name.split("."), other.split(".")
    return own[:-parts] == theirs[:-parts] and len(theirs) >= parts and '"' not in other


def added(resource: Resource, suffix: str, kind: str, properties: tuple[tuple[str, Plain], ...]) -> Fix | None:
    """The fix that a resource stand beside another, called as that with a suffix: `Orders` and `DeadLetters`."""
    if resource.generated or resource.uncertain:
        return None
    addition = Addition(resource.span, kind, _beside(resource, suffix).rpartition(".")[2], properties)
    return Fix(f"add {addition.name}, an {kind}", (addition,), safe=False)


def beside(resource: Resource, suffix: str, attribute: str) -> Attribute:
    """The attribute of a resource of the same type that is called as another with a suffix."""
    return Attribute(_beside(resource, suffix), attribute)


def _beside(resource: Resource, suffix: str) -> str:
    if not resource.span.path.endswith((".tf", ".tofu")):
        return resource.name + suffix
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in suffix)
    return resource.name + words


def corrected(before: Known, value: str | int, *, safe: bool = True) -> Fix | None:
    """The fix that another value stand where one is spelt out; None where that is somewhere else."""
    if before.origin or before.written is not None or before.default:
        return None
    return Fix(f"write {value} for {before.value}", (Replacement(before, value),), safe)


def together(*fixes: Fix | None) -> Fix | None:
    """The fix that does what several do; None where one of them cannot be."""
    found = [each for each in fixes if each is not None]
    if len(found) < len(fixes):
        return None
    changes = tuple(change for each in found for change in each.changes)
    return Fix(" and ".join(each.message for each in found), changes, all(each.safe for each in found))


def _shown(value: Plain) -> str:
    match value:
        case Attribute(resource, name):
            return f"the {name or 'name'} of {resource.rpartition('.')[2]}"
        case tuple() if value and isinstance(value[0], tuple):
            return "{" + ", ".join(f"{each[0]}: {_shown(each[1])}" for each in value if isinstance(each, tuple)) + "}"
        case tuple():
            return "[" + ", ".join(map(str, value)) + "]"
        case _:
            return str(value)


def removed(place: Span, name: str, *, safe: bool = True) -> Fix:
    """The fix that an entry go."""
    return Fix(f"take {name} out", (Removal(place),), safe)


CHANGES: tuple[type, ...] = tuple(
    each for each in list(globals().values()) if isinstance(each, type) and each.__module__ == __name__
)
"""The records that a fix is made of."""
