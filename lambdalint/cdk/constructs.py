"""The constructs of an app: what it made them of, and what they become."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lambdalint.cdk.names import camel
from lambdalint.cdk.props import Props
from lambdalint.code.value import SUPER, Call, Choice, Instance, Mapping, Member, Result, Sequence, Text, Unknown, Value
from lambdalint.programs.places import Place
from lambdalint.records import dataclass, field
from lambdalint.source import Span
from lambdalint.templates import value as template


@dataclass(slots=True, eq=False)
class Construct:
    """A node in the tree of an app."""

    kind: str
    """The CDK's class: `lambda.Function`; "" for one of another library."""
    path: str
    """The ids of those that it stands in, and its own, in a row; "" for the app."""
    scope: Construct | None
    props: Props
    span: Span
    uncertain: bool = False
    """Whether the app may as well not make it."""
    branch: int | None = None
    """The branch of the program that makes it; None where that is the one of what it stands in."""
    resource: str = ""
    """The resource that it is known by; "" where it makes none, or none that is seen."""
    parts: dict[str, Construct] = field(default_factory=dict)
    """The constructs that its attributes lead to, by their names: `role`."""
    statements: list[Callable[[], template.Value | None]] = field(default_factory=list)
    """Of what has a policy, the statements in it."""
    added: dict[str, list[Any]] = field(default_factory=dict)
    """What its methods were given, by what they add to."""
    handed: bool = False
    """Whether something that is not seen may add to it."""
    imported: bool = False
    """Whether it is there already, and only named by the app."""
    loose: bool = False
    """Whether managed policies may be among that."""
    foreign: bool = False
    """Whether it is of another library, which makes it in its own way."""
    places: dict[str, Place] = field(default_factory=dict)
    """Where its properties are written, by their names."""

    @property
    def id(self) -> str:
        return self.path.rpartition("/")[2]

    def goes_with(self, call: Call) -> bool:
        """Whether the app does what a call does wherever it makes this."""
        at: Construct | None = self
        while at is not None and at.branch is None:
            at = at.scope
        return not call.loops and call.branch in (0, None if at is None else at.branch)

    def add(self, to: str, what: Any) -> None:
        """Add something to what its methods were given."""
        self.added.setdefault(to, []).append(what)

    def state(self, statement: template.Value | None) -> None:
        """Add a statement that is known already."""
        self.statements.append(lambda: statement)

    def within(self, kind: str) -> Construct | None:
        """The nearest construct of a kind that it stands in, or itself."""
        found: Construct | None = self
        while found is not None and found.kind != kind:
            found = found.scope
        return found


@dataclass(slots=True)
class Constructs:
    """The constructs of an app, by the values that its program has of them."""

    made: dict[int, Construct] = field(default_factory=dict)
    """By the identity of the call that makes one, or of the object of a class of the project that is one."""

    def put(self, key: Call | Instance, construct: Construct) -> None:
        self.made[_identity(key)] = construct

    def find(self, value: Value | None) -> Construct | None:
        """The one construct that a value is; None where it is none, or may be several."""
        found = list(self.all(value))
        return found[0] if len(found) == 1 and not isinstance(value, Choice) else None

    def all(self, value: Value | None) -> Iterator[Construct]:
        """Every construct that a value may be."""
        match value:
            case Result(call) if id(call) in self.made:
                yield self.made[id(call)]
            case Instance() if _identity(value) in self.made:
                yield self.made[_identity(value)]
            case Member(of, str(key)):
                for owner in self.all(of):
                    if key == SUPER:
                        yield owner
                    elif camel(key) in owner.parts:
                        yield owner.parts[camel(key)]
            case Choice(several):
                for each in several:
                    yield from self.all(each)

    def reached(self, *values: Value | None) -> Iterator[Construct]:
        """The constructs that something that is given values can get at."""
        pending: list[tuple[Value | None, int]] = [(each, 0) for each in values]
        seen: set[int] = set()
        while pending:
            value, depth = pending.pop()
            if value is None or id(value) in seen or depth > _DEEPEST:
                continue
            seen.add(id(value))
            found = list(self.all(value))
            if found:
                yield from found
            match value:
                case Instance(attributes=attributes):
                    pending += [(each, depth + 1) for each in attributes.values()]
                case Result(call) if not found:
                    pending += [(each, depth + 1) for each in (call.receiver, *call.arguments, *call.keywords.values())]
                case Member(of) if not found:
                    pending.append((of, depth + 1))
                case Mapping():
                    pending += [(each, depth + 1) for each in (*value.entries.values(), value.others, value.rest)]
                case Sequence(items=parts) | Text(parts) | Choice(parts) | Unknown(parts):
                    pending += [(each, depth + 1) for each in parts]


_DEEPEST = 6


def _identity(value: Call | Instance) -> int:
    """What tells a call or an object: one of a class, and the same as one of a base of that, share their attributes."""
    return id(value.attributes) if isinstance(value, Instance) else id(value)
