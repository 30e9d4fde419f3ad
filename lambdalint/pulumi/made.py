"""The resources that a program has made so far, by the values that it has of them."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.value import (
    SUPER,
    Call,
    Choice,
    Instance,
    Mapping,
    Member,
    Result,
    Sequence,
    Text,
    Unknown,
    Value,
)
from lambdalint.records import dataclass, field

_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Address:
    """What a resource is called in the configuration that the program stands for."""

    kind: str
    """Terraform's type; `module` for what stands for a component that is not known."""
    name: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.name}"


@dataclass(slots=True)
class Made:
    """The resources of a program."""

    _found: dict[int, Address] = field(default_factory=dict)
    """By the identity of the call that makes one, or of the object of a class of the project that is one."""
    _kept: list[object] = field(default_factory=list)
    """What is told by its identity, which is nobody else's as long as it is there."""

    def put(self, key: Call | Instance, address: Address) -> None:
        """Note what makes a resource."""
        self._found[_identity(key)] = address
        self._kept.append(key)

    def find(self, value: Value | None) -> Address | None:
        """The resource that a value is; None where it is none."""
        match value:
            case Result(call):
                return self._found.get(id(call))
            case Instance():
                return self._found.get(_identity(value))
            case Member(of, key) if key == SUPER:
                return self.find(of)
            case _:
                return None

    def reached(self, *values: Value | None) -> Iterator[Address]:
        """The resources that something that is given values can get at."""
        pending: list[tuple[Value | None, int]] = [(each, 0) for each in values]
        seen: set[int] = set()
        while pending:
            value, depth = pending.pop()
            if value is None or id(value) in seen or depth > _DEEPEST:
                continue
            seen.add(id(value))
            found = self.find(value)
            if found is not None:
                yield found
                continue
            match value:
                case Instance(attributes=attributes):
                    pending += [(each, depth + 1) for each in attributes.values()]
                case Result(call):
                    pending += [(each, depth + 1) for each in (call.receiver, *call.arguments, *call.keywords.values())]
                case Member(of):
                    pending.append((of, depth + 1))
                case Mapping():
                    pending += [(each, depth + 1) for each in (*value.entries.values(), value.others, value.rest)]
                case Sequence(items=parts) | Text(parts) | Choice(parts) | Unknown(parts):
                    pending += [(each, depth + 1) for each in parts]


def _identity(value: Call | Instance) -> int:
    return id(value.attributes) if isinstance(value, Instance) else id(value)
