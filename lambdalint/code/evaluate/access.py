"""Reading and setting what names, attributes and items stand for."""

from __future__ import annotations

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import certain, containers, functions, guards, loading, truth
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import ContextWrite, Setting, is_static
from lambdalint.code.value import (
    EACH,
    Choice,
    Class,
    Constant,
    Environment,
    Function,
    Imported,
    Instance,
    Mapping,
    Member,
    Module,
    Piece,
    Result,
    Scope,
    Sequence,
    Unknown,
    Value,
    held,
    join,
    options,
)
from lambdalint.records import replace
from lambdalint.source import Span


def attribute(run: Run, value: Value, name: str, span: Span) -> Value:
    """`value.name`."""
    if run.straight and isinstance(value, Result):
        from lambdalint.code.evaluate import paths  # most runs follow no such program

        part = paths.attribute(value, name)
        if part is not None:
            return part
    given = run.language.attribute(run, value, name, span)
    if given is not None:
        return given
    match value:
        case Imported(base):
            return Imported(f"{base}.{name}")
        case Module(base, inner):
            if name in inner.names:
                return inner.names[name]
            module = loading.module(run, f"{base}.{name}", inner.root)
            return Unknown((value,)) if module is None else module
        case Instance(of, _, attributes):
            if name in attributes:
                return attributes[name]
            found = of.lookup(name)
            if found is None:
                own = containers.answer(run, value, "__getattr__", span, Constant(name))
                if own is not None:
                    return own
                if isinstance(value.held, Mapping) and name in value.held.entries and _looks_up(of):
                    return value.held.entries[name]
                return Member(value, name) if run.straight and of.foreign else Unknown((value,))
            return join(*(_bound(run, each, value, of, span) for each in options(found)))
        case Class() as owner:
            found = owner.lookup(name)
            if found is None and name in idioms.OF_MODELS and (base := idioms.base_name(owner)) in idioms.COPYING:
                return Imported(f"{base}.{name}")
            return (
                Unknown((value,))
                if found is None
                else join(*(_of_class(run, each, owner, span) for each in options(found)))
            )
        case Piece(path, root):
            return run.read(Piece((*path, name), root), span)
        case Mapping(_, entries):
            return entries[name] if name in entries else _lacking(run, value, name)
        case Choice(several):
            return join(*(attribute(run, each, name, span) for each in several))
        case Unknown():
            return Unknown((value,))
        case _:
            run.ask(value, name)
            return Member(value, name)


def _looks_up(of: Class) -> bool:
    """Whether the attributes of a dict are its items: `__getattr__ = dict.get`."""
    return idioms.origin_name(of.lookup("__getattr__") or Unknown()).rpartition(".")[0] in idioms.DICTS


def _bound(run: Run, value: Value, receiver: Instance, owner: Class, span: Span) -> Value:
    if not isinstance(value, Function):
        return value
    match value.kind:
        case "static":
            return value
        case "class":
            return functions.bind(value, owner, owner)
        case "property":
            # What a property of an object keeps is gone with the object.
            kept = replace(value, caches=value.caches and receiver.persistent)
            return run.call(functions.bind(kept, receiver.whole or receiver, owner), Arguments(), span)
        case _:
            return functions.bind(value, receiver.whole or receiver, owner)


def _of_class(run: Run, value: Value, owner: Class, span: Span) -> Value:
    if not isinstance(value, Function) or value.kind not in ("class", "class property"):
        return value
    bound = functions.bind(value, owner, owner)
    return bound if value.kind == "class" else run.call(bound, Arguments(), span)


def item(run: Run, value: Value, key: Value, span: Span) -> Value:
    """`value[key]`."""
    if isinstance(value, Instance):
        own = containers.answer(run, value, "__getitem__", span, key)
        if own is not None:
            return own
        value = held(value)
    match value, key:
        case Imported(name), _ if name in idioms.DICTS or name in idioms.LISTS:
            # Which items it is to hold: `dict[str, Job]()`.
            return value
        case Imported(name), Constant(str(variable)) if name in idioms.ENVIRONMENT:
            run.read_environment(variable, span, optional=False)
            return Environment(variable)
        case Imported(name), _ if name in idioms.ENVIRONMENT:
            run.read_environment("", span, optional=True)
            return Unknown((value, key))
        case Piece(path, root), Constant(int(step) | str(step)):
            return run.read(Piece((*path, step), root), span, lenient=run.language.lenient)
        case Piece(path, root), _:
            return Piece((*path, EACH), root)
        case Mapping(_, entries, is_open, others), Constant(str(name)):
            value.consulted = True
            if name in entries:
                return entries[name] if others is None else join(entries[name], others)
            if others is None and value.rest is not None:
                return item(run, value.rest, key, span)
            return others if others is not None else Unknown((value,)) if is_open else _lacking(run, value, name)
        case Mapping(_, entries, _, others), _:
            value.consulted = True
            found = [*entries.values(), *(() if others is None else (others,))]
            return join(*found, settled=is_static(key)) if found else Unknown((value, key))
        case Sequence(_, items, _, False), Constant(int(index)) if -len(items) <= index < len(items):
            return items[index]
        case Sequence(_, items), _:
            return join(*items) if items else Unknown((value,))
        case Choice(several), _:
            with run.within(uncertain=True):
                return join(*(item(run, each, key, span) for each in several))
        case _, Constant(int(step) | str(step)):
            run.ask(value, step)
            return Member(value, step)
        case Class(), _ if not truth.is_enumeration(value):
            # A generic class, told what of: `Batches[Order]`.
            return value
        case _, Choice(several) if all(isinstance(each, Constant) for each in several):
            return join(*(item(run, value, each, span) for each in several))
        case _:
            run.ask(value, EACH)
            return Unknown((value, key))


def _lacking(run: Run, value: Mapping, name: str) -> Value:
    """An entry that an object or dict is not seen to have."""
    lacks = run.language.lenient and surely_lacks(run, value, name)
    return run.language.absent if lacks else Member(value, name)


def surely_lacks(run: Run, value: Mapping, key: object) -> bool:
    """Whether an object or dict of a program that runs once has nothing under a key."""
    return run.straight and certain.lacks(value, key)


def element(run: Run, value: Value) -> Value:
    """What a loop over `value` gives each time."""
    if isinstance(value, Instance):
        value = containers.answer(run, value, "__iter__", value.of.node.span) or held(value)
    own = run.language.element(run, value)
    if own is not None:
        return own
    match value:
        case Piece(path, root):
            return Piece((*path, EACH), root)
        case Sequence(_, items):
            return join(*items) if items else Unknown((value,))
        case Choice(several):
            # An empty list stands in where there is nothing to loop over: it has no element.
            given = [each for each in several if not (isinstance(each, Sequence) and not each.items)] or several
            return join(*(element(run, each) for each in given))
        case Mapping(_, entries, is_open):
            # Its keys: what stands under them is not among them.
            return Unknown() if is_open or not entries else join(*(Constant(key) for key in entries))
        case Unknown():
            return Unknown((value,))
        case _:
            return Member(value, EACH)


def assign(run: Run, target: ir.Expression, value: Value, scope: Scope, lasting: bool = False, how: str = "=") -> None:
    """Set what `target` names to `value`, which outlives the invocation where `lasting`.

    `how` is `+=` where it adds to what was there.
    """
    match target:
        case ir.Name(id):
            undeclared = scope.top.module.undeclared
            if undeclared is not None and target.span in undeclared.sets:
                run.note_spill(target, strict=undeclared.sets[target.span])
            if id in scope.declared:
                owner = scope.owner(id)
                if owner is None or owner.function is None or owner.lasting:
                    # What a function closes over that began with the event is gone with it.
                    run.keep(None if owner is None else owner.names[id], value, target.span)
            _set(run, id, value, scope, lasting)
        case ir.Attribute(base, name):
            set_attribute(run, run.evaluate(base, scope), name, value, target.span, how)
        case ir.Item(base, key):
            at = run.evaluate(key, scope)
            for each in options(run.evaluate(base, scope)):
                set_item(run, each, at, value, target.span, how)
        case ir.Sequence(_, targets):
            whole = value.items if run.straight and isinstance(value, Sequence) and not value.open else None
            for index, part in enumerate(targets):
                if isinstance(part, ir.Spread) and whole is not None:
                    end = len(whole) - (len(targets) - index - 1)
                    assign(run, part.value, Sequence(target.span, whole[index:end]), scope)
                elif isinstance(part, ir.Spread):
                    assign(run, part.value, Unknown((value,)), scope)
                else:
                    behind = whole is not None and any(isinstance(each, ir.Spread) for each in targets[:index])
                    at = Constant(index - len(targets) if behind else index)
                    assign(run, part, item(run, value, at, target.span), scope)
        case ir.Spread(inner):
            assign(run, inner, Unknown((value,)), scope)
        case _:
            run.evaluate(target, scope)


def set_item(run: Run, of: Value, key: Value, value: Value, span: Span, how: str = "=") -> None:
    """Set the item of a container under a key to `value`."""
    if containers.answer(run, of, "__setitem__", span, key, value) is not None:
        return
    of = held(of)
    run.change(of, how, span, key, value)
    match of:
        case Imported(name) if name in idioms.ENVIRONMENT:
            run.write_environment(str(key.value) if isinstance(key, Constant) else "", value, span)
        case Mapping():
            if of.lasting:
                run.keep(of.entries.get(str(key.value)) if isinstance(key, Constant) else None, value, span)
            if isinstance(key, Constant):
                _keep_spread(of, str(key.value))
                doubt(run, of, str(key.value))
            of.put(key, value, replaces=run.surely)
        case Sequence():
            match key:
                case Constant(int(at)) if run.surely and not of.open and -len(of.items) <= at < len(of.items):
                    of.items[at] = value
                case _:
                    of.items.append(value)
                    of.open = True
        case Result():
            run.ask_item(of, key)


def doubt(run: Run, of: Mapping, name: str) -> None:
    """Note of an entry that a program is about to put somewhere whether it is sure to be there afterwards."""
    if run.surely:
        of.unsure -= {name}
    elif run.straight and name not in of.entries:
        of.unsure |= {name}


def set_attribute(run: Run, of: Value, name: str, value: Value, span: Span, how: str = "=") -> None:
    """Set the attribute of a name to `value`, whichever object `of` is."""
    for each in options(of):
        names = (
            each.attributes
            if isinstance(each, Instance)
            else each.scope.names
            if isinstance(each, Class | Module)
            else each.entries
            if isinstance(each, Mapping)
            else None
        )
        if run.straight and isinstance(each, Result | Member | Unknown):
            run.note_set(each, name, value, span)
        run.alter(each)
        if isinstance(each, Mapping):
            _keep_spread(each, name)
        elif isinstance(each, Result):
            each.call.set(name)
        elif isinstance(each, Sequence):
            # `items.length = 0`
            run.change(each, how, span, Constant(name), value)
        elif isinstance(each, Imported) and each.name in idioms.ENVIRONMENT:
            run.write_environment(name, value, span)
        elif each == Piece(root="context") and run.here.phase == "invocation":
            run.context_writes.append(ContextWrite(name, span, run.here.trail))
        elif isinstance(each, Imported):
            run.settings.append(Setting(f"{each.name}.{name}", value, span, run.here.trail))
        if names is not None:
            if guards.lives_on(each) or (isinstance(each, Mapping) and each.lasting):
                run.keep(names.get(name), value, span)
            run.change(each, how, span, Constant(name), value)
            # At init there is no event that could decide.
            settled = run.here.phase == "init"
            known = name in names and not run.surely
            names[name] = join(names[name], value, settled=settled) if known else value


def _keep_spread(mapping: Mapping, name: str) -> None:
    """Note what a copy of the environment has under a name, before something else is set there."""
    if mapping.rest is not None and idioms.is_environment(mapping.rest):
        mapping.entries.setdefault(name, Environment(name))


def _set(run: Run, name: str, value: Value, scope: Scope, lasting: bool) -> None:
    declared = scope.declared.get(name)
    if declared is None:
        scope.names[name] = value
        if lasting != (name in scope.aliases):
            scope.aliases ^= {name}
        return
    owner = scope.top
    if declared == "nonlocal" and scope.parent is not None:
        owner = scope.parent.owner(name) or scope.top
    # The function may run before or after others that read the name: both values are there, but where all runs once.
    before = owner.names.get(name)
    owner.names[name] = value if before is None or run.surely else join(before, value)
