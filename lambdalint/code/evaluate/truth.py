"""What Python holds true: of a value, as far as that is certain at every event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambdalint.code import idioms
from lambdalint.code.facts import EVERYTHING
from lambdalint.code.value import (
    Call,
    Caught,
    Choice,
    Class,
    Compared,
    Constant,
    Function,
    Imported,
    Instance,
    Mapping,
    Module,
    Partial,
    Piece,
    Result,
    Sequence,
    Text,
    Value,
)


def holds(value: Value) -> bool | None:
    """Whether a value is true; None where that is not certain.

    Lists and dicts may be filled and emptied on other ways, so that only of a tuple it is known.
    """
    match value:
        case Constant(given):
            return bool(given)
        case Text(parts):
            return True if any(isinstance(each, Constant) and each.value for each in parts) else None
        case Sequence(kind="tuple", open=False, items=items):
            return bool(items)
        case Function() | Class() | Module() | Partial() | Caught() | Piece((), "context"):
            return True
        case Instance(of):
            return None if of.foreign or any(of.lookup(name) is not None for name in ("__bool__", "__len__")) else True
        case Result(call) if is_object(value):
            return True
        case Result(call) if call.name == "builtins.isinstance" and len(call.arguments) == 2:
            return _is_of_type(*call.arguments)
        case Result(call) if (said := of_text(call)) is not None:
            return said
        case Compared(operator, left, right):
            return compared(operator, left, right)
        case Choice(several):
            found = {holds(each) for each in several}
            return found.pop() if len(found) == 1 else None
        case _:
            return None


_OF_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith, "startsWith": str.startswith,
    "endswith": str.endswith, "endsWith": str.endswith,
    "includes": str.__contains__,
}  # fmt: skip
"""Methods of texts that tell whether they have another one in them."""


def of_text(call: Call) -> bool | None:
    """Whether a known text begins with, ends in or has another one, or a known list has an item, where a call asks
    that; None otherwise."""
    match call.receiver, call.arguments:
        case Constant(str(text)), (Constant(str(part)),) if call.name in _OF_TEXTS:
            return _OF_TEXTS[call.name](text, part)
        case Sequence() as listed, (Constant() as asked,) if call.name in _OF_LISTS:
            return _is_listed(asked, listed)
        case _:
            return None


_OF_LISTS = frozenset({"includes", "has"})
"""Methods of arrays, and of a `Set`, that tell whether they have an item."""


def _is_listed(asked: Constant, listed: Sequence) -> bool | None:
    """Whether an item is among those of a list; None where these are not all known."""
    plain = not listed.open and all(isinstance(each, Constant) for each in listed.items)
    return asked in listed.items if plain else None


def is_object(value: Value) -> bool:
    """Whether a value is an object of a library, or what a method of one gives, that is never null or empty."""
    while isinstance(value, Result):
        call = value.call
        if call.receiver is None:
            return call.name.startswith(idioms.OBJECTS)
        if call.name in idioms.GIVES_NOTHING:
            return False
        value = call.receiver
    return False


def is_enumeration(of: Value) -> bool:
    """Whether a class is one whose items are its members."""
    match of:
        case Class(bases=bases):
            return any(base is not of and is_enumeration(base) for base in bases)
        case Imported(name):
            return name.startswith("enum.")
        case _:
            return False


def _is_same_member(one: Instance, other: Instance) -> bool | None:
    """Whether two members of an enumeration are one; None where they are other objects."""
    if one is other:
        return True
    values = one.attributes.get("value"), other.attributes.get("value")
    if one.of is not other.of or None in values or not is_enumeration(one.of) or one.of.lookup("__eq__") is not None:
        return None
    # Of two names with one value the second is the first's.
    return values[0] == values[1]


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def compared(operator: str, left: Value, right: Value) -> bool | None:
    """Whether two values stand in a relation; None where that is not certain."""
    match operator, left, right:
        case "is" | "==", _, Constant(None):
            return _is_null(left)
        case "is not" | "!=", _, Constant(None):
            null = _is_null(left)
            return None if null is None else not null
        case "is" | "==", Result() | Imported(), Result() | Imported():
            return _is_type(left, right)
        case "is not" | "!=", Result() | Imported(), Result() | Imported():
            same = _is_type(left, right)
            return None if same is None else not same
        case "is", Constant(bool(one)), Constant(bool(other)):
            return one is other
        case "is not", Constant(bool(one)), Constant(bool(other)):
            return one is not other
        case "is" | "==", Instance(), Instance():
            return _is_same_member(left, right)
        case "is not" | "!=", Instance(), Instance():
            same = _is_same_member(left, right)
            return None if same is None else not same
        case "in", _, Sequence(kind="tuple" | "list" | "set", open=False, items=items):
            return _is_among(left, items)
        case _, Result(call), Constant(int(at)) if call.name == "indexOf" and operator in _ORDERS:
            found = _position(call)
            return None if found is None else _ORDERS[operator](found, at)
        case "in", Constant(str(part)), Constant(str(whole)):
            return part in whole
        case "not in", Constant(str(part)), Constant(str(whole)):
            return part not in whole
        case "not in", _, Sequence(kind="tuple" | "list" | "set", open=False, items=items):
            among = _is_among(left, items)
            return None if among is None else not among
        case _, Constant(one), Constant(other) if operator in _ORDERS:
            if operator in ("==", "!=") or _are_ordered(one, other):
                return _ORDERS[operator](one, other)
    return None


def _position(call: Call) -> int | None:
    """Where `indexOf` finds an item in a list, -1 where it is not there; None where that is not certain."""
    match call.receiver, call.arguments:
        case Sequence() as listed, (Constant() as asked,) if (found := _is_listed(asked, listed)) is not None:
            return listed.items.index(asked) if found else -1
        case _:
            return None


def _are_ordered(one: object, other: object) -> bool:
    number = (int, float)
    return (isinstance(one, number) and isinstance(other, number)) or (isinstance(one, str) and isinstance(other, str))


def _is_among(value: Value, items: list[Value]) -> bool | None:
    if isinstance(value, Result):
        found = {_is_type(value, each) for each in items}
        return True if True in found else False if found == {False} else None
    if not isinstance(value, Constant) or not all(isinstance(each, Constant) for each in items):
        return None
    return value in items


def _is_null(value: Value) -> bool | None:
    match value:
        case Constant(given):
            return given is None
        case Text() | Mapping() | Sequence() | Instance():
            return False
        case Choice(several):
            found = {_is_null(each) for each in several}
            return found.pop() if len(found) == 1 else None
        case _:
            return False if holds(value) else None


_TYPES = {
    type(None): "builtins.NoneType",
    str: "builtins.str", bytes: "builtins.bytes", bool: "builtins.bool", int: "builtins.int", float: "builtins.float",
}  # fmt: skip


def _type(value: Value) -> str | None:
    """The built-in type of a value."""
    match value:
        case Constant(given):
            return _TYPES.get(type(given))
        case Text():
            return "builtins.str"
        case Mapping():
            return "builtins.dict"
        case Instance(held=Mapping() | Sequence() as inner):
            return _type(inner)
        case Sequence(kind="list" | "tuple" | "set" as kind):
            return f"builtins.{kind}"
        case Result(call) if call.receiver is None:
            return idioms.TYPES.get(call.name)
        case _:
            return None


def _is_type(left: Value, right: Value) -> bool | None:
    """Whether a value has exactly a type: `type(x) == str`."""
    match left, right:
        case (Result(call), Imported(name)) | (Imported(name), Result(call)):
            asks = call.name == "builtins.type" and call.receiver is None and len(call.arguments) == 1
            given = _type(call.arguments[0]) if asks else None
            return None if given is None or name not in {*_TYPES.values(), *_CONTAINERS} else given == name
        case _:
            return None


def _is_of_type(value: Value, types: Value) -> bool | None:
    wanted = types.items if isinstance(types, Sequence) else [types]
    names = {each.name for each in wanted if isinstance(each, Imported)}
    if isinstance(value, Caught):
        return True if names & EVERYTHING else None
    if isinstance(value, Instance) and any(each is value.of or value.of.made_from(each) for each in wanted):
        return True
    given = _type(value)
    if given is None:
        return None
    if given in names or (given == "builtins.bool" and "builtins.int" in names):
        return True
    abstract = {each.rpartition(".")[2] for each in names if each.startswith(_ABSTRACT)}
    if not abstract.isdisjoint(_TAKEN_BY.get(given, ())):
        return True
    # Anything but a built-in type may be an abstract one that takes it in.
    known = {*_TYPES.values(), *_CONTAINERS, *(each for each in names if each.startswith(_ABSTRACT))}
    surely = abstract <= _TELLING and not (isinstance(value, Instance) and abstract)
    return False if len(names) == len(wanted) and names <= known and surely else None


_ABSTRACT = ("collections.abc.", "typing.")
_OF_ALL = ("Iterable", "Collection", "Container", "Sized")
_OF_ROWS = ("Sequence", "Reversible", *_OF_ALL)
_TAKEN_BY = {
    "builtins.dict": ("Mapping", "MutableMapping", "Dict", *_OF_ALL),
    "builtins.list": (*_OF_ROWS, "MutableSequence", "List"),
    "builtins.tuple": (*_OF_ROWS, "Tuple"),
    "builtins.str": _OF_ROWS,
    "builtins.set": ("Set", "MutableSet", *_OF_ALL),
}
"""Which abstract types take in which built-in ones:
https://docs.python.org/3/library/collections.abc.html#collections-abstract-base-classes"""
_TELLING = frozenset({each for several in _TAKEN_BY.values() for each in several})
_CONTAINERS = ("builtins.dict", "builtins.list", "builtins.tuple", "builtins.set")
