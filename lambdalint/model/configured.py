"""What the environment variables of a function make of the tests in its code that ask for nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from lambdalint.code import idioms
from lambdalint.code import value as code
from lambdalint.code.value import CONFIGURED, Assurance, Call, Choice, Compared, Constant, Environment, Result
from lambdalint.data.variables import RESERVED
from lambdalint.model.functions import Function
from lambdalint.templates.value import Known, Mapping, Reference, Text, Unknown

_SOME = object()
"""A text that only a deployment knows, and that is not empty."""

_ANY = object()
"""What is not known."""


def may_be_switched_off(call: Call) -> bool:
    """Whether a call is only made where the configuration of the function asks for it, among others."""
    return any(
        isinstance(origin, Environment) and origin.name not in RESERVED
        for test in call.tested
        for origin in code.origins(test)
    )


def may_leave_out(function: Function, call: Call) -> bool:
    """Whether a test on the way to a call asks for nothing but variables, and may lead elsewhere with those it has."""
    return not all(_is_sure(function, each) for each in _decided(function, call))


def leaves_out(function: Function, call: Call) -> bool:
    """Whether such a test surely leads elsewhere: it asks for what the variables are not set to."""
    return any(_is_sure(function, _denied(each)) for each in _decided(function, call))


def never_comes(functions: Collection[Function], call: Call) -> bool:
    """Whether the variables of all functions that run a call lead elsewhere."""
    return bool(functions) and all(leaves_out(each, call) for each in functions)


def comes_otherwise(function: Function, call: Call) -> bool:
    """Whether the code comes to a call on another way too, that settings do not decide as they do this one."""
    return bool(_lifted(function, call))


def _lifted(function: Function, call: Call) -> frozenset[Assurance]:
    return frozenset() if function.handler is None else function.handler.lifted.get(call, frozenset())


def _decided(function: Function, call: Call) -> Iterator[code.Value]:
    """What is true on the way to a call, and variables decide alone."""
    return (each.value for each in call.assured - _lifted(function, call) if each.kind == CONFIGURED)


def _denied(asked: code.Value) -> code.Value:
    match asked:
        case code.Unknown((denied,)):
            return denied
        case _:
            return code.Unknown((asked,))


def _is_sure(function: Function, asked: code.Value) -> bool:
    match asked:
        case code.Unknown((denied,)):
            return all(each is not _ANY and each is not _SOME and not each for each in _read(function, denied))
        case _:
            return all(each is not _ANY and bool(each) for each in _read(function, asked))


def _read(function: Function, value: code.Value) -> set[object]:
    """What a value may be in a function: all that it can be, or _ANY among it."""
    match value:
        case Constant(given):
            return {given}
        case Environment():
            return _variable(function, value)
        case Choice((first, *others)) if isinstance(_spelt(first), Environment):
            # `process.env.STAGE || "dev"`, and what becomes of that text
            found = _read(function, first)
            return (
                found if _ANY not in found and all(found) else {one for each in others for one in _read(function, each)}
            )
        case Choice(several):
            return {one for each in several for one in _read(function, each)}
        case Compared("in" | "not in" as operator, Constant(str(name)), whole) if idioms.is_environment(whole):
            found = _variable(function, Environment(name))
            return {_ANY if each is _ANY else (each is not None) == (operator == "in") for each in found}
        case Compared("in" | "not in" as operator, left, code.Sequence(items=[*several], open=False)):
            listed = {one for each in several for one in _read(function, each)}
            asked = _read(function, left)
            return {_ANY} if _ANY in asked | listed else {(each in listed) == (operator == "in") for each in asked}
        case Compared(operator, left, right) if operator in _RELATIONS:
            relation = _RELATIONS[operator]
            pairs = ((one, other) for one in _read(function, left) for other in _read(function, right))
            told_apart = isinstance(left, Constant) or isinstance(right, Constant)
            return {
                # Two variables may well be set to the same: `if stage != deployed_stage: raise`.
                relation(one, other) if told_apart or _SOME not in (one, other) or None in (one, other) else _ANY
                for one, other in pairs
            }
        case code.Unknown((Compared() | Constant() as denied,)):
            return {_ANY if each is _ANY else not each for each in _read(function, denied)}
        case Result(Call(name, receiver, arguments)) if name in _OF_TEXT:
            of = receiver if receiver is not None else next(iter(arguments), None)
            texts = set() if of is None else _read(function, of)
            return {_OF_TEXT[name](each) if isinstance(each, str) else each for each in texts} or {_ANY}
        case _:
            return {_ANY}


def _spelt(value: code.Value) -> code.Value:
    """What a text is before it is spelt otherwise."""
    while isinstance(value, Result) and value.call.name in _OF_TEXT and value.call.receiver is not None:
        value = value.call.receiver
    return value


def _variable(function: Function, asked: Environment) -> set[object]:
    given = function.get("Environment", "Variables")
    if given is None:
        set_to, may_be_set = None, False
    elif isinstance(given, Mapping):
        set_to, may_be_set = given.entries.get(asked.name), given.open or asked.name in given.keys
    else:
        return {_ANY}
    match set_to:
        case Known(bool() as flag):
            return {str(flag).lower()}
        case Known(written):
            return {str(written)}
        case Reference() | Text() | Unknown(optional=False):
            # What Node.js and its packages ask for, of what is deployed: https://nodejs.org/en/learn/getting-started/nodejs-the-difference-between-development-and-production
            return {"production"} if asked.name == "NODE_ENV" else {_SOME}
        case None if asked.name in RESERVED:
            return {_SOME}
        case None if not may_be_set and not _sets(function, asked.name):
            return {None} if asked.default is None else _read(function, asked.default)
        case _:
            return {_ANY}


def _sets(function: Function, name: str) -> bool:
    """Whether the code may set a variable itself."""
    return function.handler is not None and any(each.name in (name, "") for each in function.handler.environment_writes)


def _is_same(one: object, other: object) -> object:
    # What a deployment gives is hardly the one text that is told apart.
    return _ANY if _ANY in (one, other) or one is other is _SOME else one == other


def _is_other(one: object, other: object) -> object:
    same = _is_same(one, other)
    return _ANY if same is _ANY else not same


_RELATIONS: dict[str, Callable[[object, object], object]] = {
    "==": _is_same, "is": _is_same, "!=": _is_other, "is not": _is_other,
}  # fmt: skip

_OF_TEXT: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(("lower", "toLowerCase", "casefold", "toLocaleLowerCase"), str.lower),
    **dict.fromkeys(("upper", "toUpperCase", "toLocaleUpperCase"), str.upper),
    **dict.fromkeys(("strip", "trim"), str.strip),
    **dict.fromkeys(("builtins.bool", "js:Boolean"), bool),
    **dict.fromkeys(("builtins.str", "js:String", "toString"), str),
}
"""What becomes of a text, by the functions and methods that make it."""
