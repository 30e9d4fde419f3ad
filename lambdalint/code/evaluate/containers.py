"""Objects of the project's classes that hold items, in a program that runs once: of classes made of `dict` or `list`,
or with methods of their own that say so, as `__getitem__` does.

https://docs.python.org/3/reference/datamodel.html#emulating-container-types
"""

from __future__ import annotations

from lambdalint.code import idioms
from lambdalint.code.evaluate import functions
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import SUPER, Class, Function, Instance, Mapping, Member, Sequence, Value
from lambdalint.source import Span


def begun(of: Class, span: Span) -> Mapping | Sequence | None:
    """What a new object of a class holds, which is nothing yet; None where it is no container."""
    for base in of.bases:
        found = begun(base, span) if isinstance(base, Class) and base is not of else None
        name = "" if isinstance(base, Class) else idioms.origin_name(base)
        if name in idioms.DICTS:
            return Mapping(span, lasting=True, open=name in idioms.FILLING)
        if name in idioms.LISTS:
            return Sequence(span, kind=idioms.LISTS[name], lasting=True)
        if found is not None:
            return found
    return None


def of_method(value: Value, name: str) -> Instance | None:
    """The container whose items a method is about that is called on a value, or on what `super()` is there; None where
    its class says itself what the method does."""
    match value:
        case Member(Instance(held=Mapping() | Sequence()) as of, key) if key == SUPER:
            return of
        case Instance(of=of, held=Mapping() | Sequence()) if name not in value.attributes and of.lookup(name) is None:
            return value
        case _:
            return None


def answer(run: Run, value: Value, name: str, span: Span, *given: Value) -> Value | None:
    """What an object's own method of a name gives; None where it has none, or is none of the project's."""
    if not run.straight or not isinstance(value, Instance):
        return None
    own = value.of.lookup(name)
    if not isinstance(own, Function) or own.node in run.stack:
        return None
    return run.call(functions.bind(own, value, value.of), Arguments(given), span)
