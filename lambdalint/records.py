"""`dataclass`, at a fraction of its price.

What `dataclasses.dataclass` writes for a class, Python compiles anew in every process: with more than a hundred and
fifty classes that was a quarter of a short run. Here the initialisers of all classes with as many fields are one
compiled function under other names, and the rest is shared. That frozen records are not changed is for mypy to see, for
which it is the `dataclass` of the standard library.
"""

from __future__ import annotations

from functools import cache
from operator import attrgetter, is_
from threading import local
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

_NONE: Any = object()
"""Stands for what is not given."""


class _Field(NamedTuple):
    """A field as a class describes it."""

    name: str = ""
    default: Any = _NONE
    default_factory: Any = None
    compare: bool = True
    repr: bool = True


if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, replace
else:

    def field(*, default=_NONE, default_factory=None, compare=True, repr=True):  # noqa: A002
        """As `dataclasses.field`, as far as it is needed here."""
        return _Field("", default, default_factory, compare, repr)

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True, order=False, repr=True):  # noqa: A002
        """As `dataclasses.dataclass`, but a frozen class is not guarded while it runs."""
        if cls is None:
            return lambda each: dataclass(each, frozen=frozen, slots=slots, eq=eq, order=order, repr=repr)
        inherited = {each.name: each for base in cls.__mro__[:0:-1] for each in getattr(base, "__fields__", ())}
        own = {name: _described(cls, name) for name in vars(cls).get("__annotations__", {})}
        made = tuple((inherited | own).values())
        if slots:
            kept = (_HASH,) if frozen and eq and not hasattr(cls, _HASH) else ()
            cls = _with_slots(cls, (*(name for name in own if name not in inherited), *kept))
        cls.__fields__ = made
        cls.__match_args__ = tuple(each.name for each in made)
        cls.__places__ = {name: index for index, name in enumerate(cls.__match_args__)}
        cls.__init__ = _initialiser(made, cls)
        cls.__values__ = staticmethod(_each(cls.__match_args__))
        values = _values(tuple(each.name for each in made if each.compare))
        if eq and frozen and slots:
            cls.__eq__ = _comparing(values, sum(each.compare for each in made) > 1)
        elif eq:
            cls.__eq__ = lambda self, other: (
                self is other or values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented
            )
        if eq:
            cls.__hash__ = None if not frozen else _keeping(values) if slots else lambda self: hash(values(self))
        if order:
            cls.__lt__ = lambda self, other: values(self) < values(other)
        if repr and "__repr__" not in vars(cls):
            cls.__repr__ = _shown
        return cls

    def fields(record):
        """The fields of a class or of one of its records."""
        return record.__fields__

    def replace(record, /, **changes):
        """A copy of a record in which some fields have other values."""
        kind = record.__class__
        places = kind.__places__
        values = [*kind.__values__(record)]
        for name, value in changes.items():
            if name not in places:
                raise TypeError(f"{kind.__qualname__} has no {name}")
            values[places[name]] = value
        return kind(*values)


_HASH = "_hash"


def _keeping(values: Any) -> Any:
    """A hash that is kept in the record: records of records of records are asked for it over and over."""

    def kept(self: Any) -> int:
        try:
            found: int = self._hash
        except AttributeError:
            found = self._hash = hash(values(self))
        return found

    return kept


_LOCAL = local()


def _comparing(values: Any, several: bool) -> Any:
    """A comparison that asks for the hashes first, which are kept, and compares two records once, of whatever many
    parts of others they are parts."""

    def equal(self: Any, other: Any) -> Any:
        if self is other:
            return True
        if other.__class__ is not self.__class__:
            return NotImplemented
        try:
            if self._hash != other._hash:
                return False
        except AttributeError:  # One of them was not asked for it before.
            try:
                if hash(self) != hash(other):
                    return False
            except TypeError:
                pass  # Of what it holds, something has no hash.
        own, its = values(self), values(other)
        if own is its or (several and all(map(is_, own, its))):
            return True  # As most are that have the same hash.
        pairs: set[tuple[int, int]] | None = getattr(_LOCAL, "pairs", None)
        pair = (id(self), id(other))
        if pairs is not None:
            if pair in pairs:
                # They are equal, or the comparison that they are a part of fails by them.
                return True
            pairs.add(pair)
            return own == its
        _LOCAL.pairs = {pair}
        try:
            return own == its
        finally:
            _LOCAL.pairs = None

    return equal


def _described(cls: type, name: str) -> Any:
    given = vars(cls).get(name, _NONE)
    if isinstance(given, _Field):
        if given.default is _NONE:
            delattr(cls, name)
        else:
            setattr(cls, name, given.default)
        return given._replace(name=name)
    return _Field(name, given)


def _with_slots(cls: type, names: tuple[str, ...]) -> type:
    """The class again, without a dictionary in its records."""
    body = {name: value for name, value in vars(cls).items() if name not in (*names, "__dict__", "__weakref__")}
    made = type(cls)(cls.__name__, cls.__bases__, body | {"__slots__": names})
    made.__qualname__ = cls.__qualname__
    return made


def _initialiser(described: tuple[Any, ...], cls: type) -> FunctionType:
    names = tuple(each.name for each in described)
    factories = tuple(index for index, each in enumerate(described) if each.default_factory is not None)
    code = _template(len(names), factories)
    spelt = {f"a{index}": name for index, name in enumerate(names)}
    code = code.replace(
        co_varnames=("self", *names),
        co_names=tuple(spelt.get(name, name) for name in code.co_names),
        co_qualname=f"{cls.__qualname__}.__init__",
    )
    known = {"NONE": _NONE} | {f"f{index}": described[index].default_factory for index in factories}
    defaults = tuple(
        each.default for each in described if each.default is not _NONE or each.default_factory is not None
    )
    return FunctionType(code, known, "__init__", defaults)


@cache
def _template(count: int, factories: tuple[int, ...]) -> CodeType:
    """The code of an initialiser of `count` fields, of which some are made anew for each record."""
    lines = [f"def __init__({', '.join(['self', *(f'a{index}' for index in range(count))])}):", " pass"]
    lines += [
        f" self.a{index} = f{index}() if a{index} is NONE else a{index}"
        if index in factories
        else f" self.a{index} = a{index}"
        for index in range(count)
    ]
    made: dict[str, Any] = {}
    exec("\n".join(lines), made)
    code: CodeType = made["__init__"].__code__
    return code


def _values(names: tuple[str, ...]) -> Any:
    """A function from a record to the values of its fields that are compared."""
    match names:
        case ():
            return lambda _: ()
        case (name,):
            return attrgetter(name)
        case _:
            return attrgetter(*names)


def _each(names: tuple[str, ...]) -> Any:
    """A function from a record to a row of the values of its fields."""
    values = _values(names)
    return values if len(names) != 1 else lambda record: (values(record),)


def _shown(self: Any) -> str:
    told = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in self.__fields__ if each.repr)
    return f"{type(self).__qualname__}({told})"


__all__ = ["dataclass", "field", "fields", "replace"]
