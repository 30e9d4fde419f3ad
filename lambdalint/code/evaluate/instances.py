"""Objects of the project's classes: how they are made, and called."""

from __future__ import annotations

from lambdalint.code import idioms
from lambdalint.code.evaluate import access, containers, foreign, functions, methods, models, settings, straight
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run, applies
from lambdalint.code.value import (
    NONE,
    SUPER,
    Class,
    Constant,
    Function,
    Imported,
    Instance,
    Mapping,
    Member,
    Result,
    Sequence,
    Unknown,
    Value,
    options,
)
from lambdalint.records import replace
from lambdalint.source import Span


@applies(Instance)
def _call(run: Run, instance: Instance, arguments: Arguments, span: Span, discarded: bool) -> Value:
    found = instance.of.lookup("__call__")
    if isinstance(found, Function):
        bound = functions.bind(found, instance, instance.of)
        return functions.enter(run, bound, arguments, span, discarded=discarded)
    return foreign.call(run, "", instance, arguments, span, discarded=discarded)


@applies(Class)
def _make(run: Run, of: Class, arguments: Arguments, span: Span, _discarded: bool) -> Value:
    if idioms.base_name(of) in idioms.TYPED_DICTS:
        return run.call(Imported("builtins.dict"), arguments, span)
    create = of.lookup("__new__")
    made: Value = NONE
    if isinstance(create, Function):
        made = functions.enter(run, functions.bind(create, of, of), arguments, span)
    instances = [each for each in options(made) if isinstance(each, Instance)]
    # What is made at init, or behind a guard that keeps it, is there at the next event.
    instance = instances[0] if instances else Instance(of, persistent=run.here.phase == "init" or run.here.once)
    initialise = of.lookup("__init__")
    changed = len(run.changed)
    modelled = idioms.base_name(of) in idioms.COPYING
    if run.straight and not instances:
        instance.held = containers.begun(of, span)
        if isinstance(instance.held, Mapping) and idioms.base_name(of) == idioms.USER_DICT:
            instance.attributes["data"] = instance.held
    if instance.held is not None and not isinstance(initialise, Function):
        fill(run, instance, arguments, span)
    elif run.straight and of.foreign and not modelled and not isinstance(initialise, Function):
        foreign.call(run, "__init__", Member(instance, SUPER), arguments, span)
    elif isinstance(initialise, Function):
        functions.enter(run, functions.bind(initialise, instance, of), arguments, span)
    else:
        _fill_fields(run, instance, of, arguments, span)
        complete = of.lookup("__post_init__")
        if isinstance(complete, Function):
            functions.enter(run, functions.bind(complete, instance, of), Arguments(), span)
    if not instances:
        # What an object sets of itself while it is made changes nothing that was there.
        run.changed[changed:] = [each for each in run.changed[changed:] if each is not instance]
    if settings.reads(of):
        settings.read(run, of, arguments)
    if of.foreign and not run.straight:
        foreign.call(run, idioms.base_name(of), None, arguments, span)
    return instance


def fill(run: Run, instance: Instance, arguments: Arguments, span: Span) -> None:
    """Give a container what it is made with, as `dict` and `list` do."""
    given = list(arguments.positional)
    match instance.held:
        case Mapping() as mapping:
            if idioms.base_name(instance.of) in idioms.FILLING:
                given = given[1:]
            methods.merge(mapping, methods.mapping(run, given, arguments, span), replaces=run.surely)
        case Sequence() as sequence if given:
            rounds = straight.items(run, given[0])
            sequence.items += [access.element(run, given[0])] if rounds is None else rounds
            sequence.open = sequence.open or rounds is None or not run.surely


def _fill_fields(run: Run, instance: Instance, of: Class, arguments: Arguments, span: Span) -> None:
    """Set the fields of a data class, a named tuple or a model to what they are given, or to their defaults."""
    given = list(arguments.positional)
    copies = idioms.base_name(of) in idioms.COPYING
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
                    instance.attributes[name] = _copied(run, default) if copies else default
                elif factory is not None:
                    instance.attributes[name] = run.call(factory, Arguments(), span)
            case Constant(bool() | None) if run.straight and settings.reads(of) and name not in instance.attributes:
                # What is switched on where the program is run has a variable there.
                instance.attributes[name] = Unknown()
            case Sequence() | Mapping() as default if copies and name not in instance.attributes:
                instance.attributes[name] = _copied(run, default)
    named = arguments.keywords
    instance.attributes.update(models.typed(run, of, named, span) if run.straight and models.is_model(of) else named)


def _copied(run: Run, default: Value) -> Value:
    """What an object is given for a field whose default its class keeps: one of its own, all the way down."""
    lasting = run.here.phase == "init"
    match default:
        case Sequence(items=items):
            return replace(default, items=[_copied(run, each) for each in items], lasting=lasting)
        case Mapping(entries=entries, places=places):
            copies = {key: _copied(run, each) for key, each in entries.items()}
            return replace(default, entries=copies, lasting=lasting, places=dict(places))
        case _:
            return default
