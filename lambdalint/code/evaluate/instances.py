"""How objects of the project's classes are made."""

from __future__ import annotations

from lambdalint.code import idioms
from lambdalint.code.evaluate import calls
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import (
    NONE,
    Class,
    Function,
    Instance,
    Result,
    Value,
    options,
)
from lambdalint.source import Span


def make(run: Run, of: Class, arguments: calls.Arguments, span: Span) -> Value:
    create = of.lookup("__new__")
    made: Value = NONE
    if isinstance(create, Function):
        made = calls.enter(run, calls.bind(create, of, of), arguments, span)
    instances = [each for each in options(made) if isinstance(each, Instance)]
    # What is made at init, or behind a guard that keeps it, is there at the next event.
    instance = instances[0] if instances else Instance(of, persistent=run.here.phase == "init" or run.here.once)
    initialise = of.lookup("__init__")
    if isinstance(initialise, Function):
        calls.enter(run, calls.bind(initialise, instance, of), arguments, span)
    else:
        _fill_fields(run, instance, of, arguments, span)
    if of.foreign:
        calls.external(run, origin(of), None, arguments, span)
    return instance


def _fill_fields(run: Run, instance: Instance, of: Class, arguments: calls.Arguments, span: Span) -> None:
    """Set the fields of a data class, a named tuple or a model to what they are given, or to their defaults."""
    given = list(arguments.positional)
    for name in of.fields:
        if given:
            instance.attributes[name] = given.pop(0)
        elif name in arguments.keywords:
            continue
        match of.lookup(name):
            case Result(call) if call.name in idioms.FIELDS and name not in instance.attributes:
                default = call.argument(-1, "default")
                factory = call.argument(-1, "default_factory")
                if default is not None:
                    instance.attributes[name] = default
                elif factory is not None:
                    instance.attributes[name] = calls.apply(run, factory, calls.Arguments(), span)
    instance.attributes.update(arguments.keywords)


def origin(of: Class) -> str:
    """The name of the first base of a class that comes from outside the project."""
    for base in of.bases:
        name = origin(base) if isinstance(base, Class) else idioms.origin_name(base)
        if name:
            return name
    return ""
