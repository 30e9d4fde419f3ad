"""Structures: what is given by name, in an object, a dict, or in Python a class of the provider that ends with Args."""

from __future__ import annotations

from collections.abc import Mapping

from lambdalint.code.value import NONE, Call, Constant, Result, Sequence, Value
from lambdalint.code.value import Mapping as MappingMade
from lambdalint.pulumi.names import snake
from lambdalint.records import dataclass, field
from lambdalint.source import Span


@dataclass(frozen=True, slots=True)
class Structure:
    """Values by the names that the program has for them."""

    entries: Mapping[str, Value] = field(default_factory=dict)
    places: Mapping[str, Span] = field(default_factory=dict)
    open: bool = False
    """Whether there may be more that are not seen."""

    def get(self, name: str) -> Value | None:
        """What is given under a name, in Terraform's manner; None where nothing is."""
        return next((each for key, each in self.entries.items() if snake(key) == name), None)


def structure(value: Value | None) -> Structure | None:
    """The structure that a value is; None where it is none that is seen."""
    match value:
        case None | Constant(None):
            return Structure()
        case MappingMade():
            return Structure(value.entries, value.places, value.open or value.rest is not None)
        case Result(Call(arguments=()) as call) if call.name.endswith(("Args", "ArgsDict", "Options")):
            return Structure(call.keywords, call.places, call.open)
        case _:
            return None


def several(value: Value | None) -> tuple[list[Structure], bool]:
    """The structures in a row, or the only one, and whether these are all."""
    if isinstance(value, Sequence):
        found = [structure(each) for each in value.items]
        return [each for each in found if each is not None], not value.open and None not in found
    one = structure(value)
    return ([one], True) if value is not None and one is not None else ([], value is None or value == NONE)
