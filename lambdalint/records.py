"""`dataclass`, at a fifth of its price.

What `dataclasses.dataclass` writes for a frozen class, with its equality and its text, Python compiles anew in every
process: with some hundred and fifty classes that is a fifth of a short run. This one has only `__init__` written; the
rest is shared. That frozen records are not changed is for mypy to see, for which it is the one of the standard library.
"""

from __future__ import annotations

import dataclasses
from dataclasses import field, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True, order=False, repr=True):  # noqa: A002
        """As `dataclasses.dataclass`, but a frozen class is not guarded while it runs."""
        if cls is None:
            return lambda each: dataclass(each, frozen=frozen, slots=slots, eq=eq, order=order, repr=repr)
        own = vars(cls)
        made = dataclasses.dataclass(cls, slots=slots, eq=False, repr=False)
        names = tuple(each.name for each in fields(made) if each.compare)
        values = _values(names)
        if eq:
            made.__eq__ = lambda self, other: (
                values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented
            )
            if "__hash__" not in own or own["__hash__"] is None:
                made.__hash__ = (lambda self: hash(values(self))) if frozen else None
        if order:
            made.__lt__ = lambda self, other: values(self) < values(other)
        if repr and "__repr__" not in own:
            made.__repr__ = _repr
        return made


def _values(names: tuple[str, ...]) -> Any:
    """A function from a record to the values of its fields that are compared."""
    match names:
        case ():
            return lambda _: ()
        case (name,):
            return attrgetter(name)
        case _:
            return attrgetter(*names)


def _repr(self: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({shown})"


__all__ = ["dataclass", "field", "fields", "replace"]
