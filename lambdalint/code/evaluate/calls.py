"""What a call does: the project's own functions are gone into, others are noted."""

from __future__ import annotations

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import access, containers, expressions, foreign, instances, models, straight
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run, applies, evaluates
from lambdalint.code.value import (
    NONE,
    SUPER,
    UNMADE,
    Caught,
    Choice,
    Class,
    Compared,
    Constant,
    Environment,
    Function,
    Imported,
    Instance,
    Mapping,
    Member,
    Module,
    Partial,
    Piece,
    Result,
    Scope,
    Sequence,
    Text,
    Unknown,
    Value,
    held,
    join,
    options,
)
from lambdalint.source import Span


@evaluates(ir.Call)
def _call(run: Run, node: ir.Call, scope: Scope) -> Value:
    discarded = node is run.dropped
    if not run.step():
        return Unknown()
    if isinstance(node.function, ir.Attribute):
        receiver = run.evaluate(node.function.value, scope)
        expressions.needs(run, node.function, receiver)
        arguments = _arguments(run, node, scope)
        name = node.function.name
        several = _there(receiver)
        given = [_method(run, each, name, arguments, node.span, discarded) for each in several]
        _keep_apart(run, several, given)
        return join(*given)
    if isinstance(node.function, ir.Name) and node.function.id == "super" and "super" not in scope.top.names:
        return _super(run, scope)
    callee = run.evaluate(node.function, scope)
    given_back = run.call(callee, _arguments(run, node, scope), node.span, discarded=discarded)
    if isinstance(callee, Imported) and isinstance(given_back, Result) and node.new is False:
        given_back.call.ask(UNMADE)
    return given_back


def _arguments(run: Run, node: ir.Call, scope: Scope) -> Arguments:
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    places: dict[str, Span] = {}
    is_open = False
    for each in node.arguments:
        value = run.evaluate(each.value, scope)
        if each.spread == "*":
            spread = straight.items(run, value)
            if spread is not None:
                positional.extend(spread)
            elif isinstance(value, Sequence) and not value.open:
                positional.extend(value.items)
            else:
                is_open = True
                positional.append(Unknown((value,)))
        elif each.spread == "**":
            value = held(value)
            if isinstance(value, Mapping):
                keywords.update(value.entries)
                places.update(value.places)
                is_open = is_open or value.open
            else:
                is_open = True
                keywords["**"] = value
        elif each.name is not None:
            keywords[each.name] = value
            if run.straight:
                places[each.name] = each.value.span
        else:
            positional.append(value)
    return Arguments(tuple(positional), keywords, is_open, places)


def _super(run: Run, scope: Scope) -> Value:
    frame: Scope | None = scope
    while frame is not None and "__class__" not in frame.names:
        frame = frame.parent
    if frame is None or frame.function is None or not frame.function.parameters:
        return Unknown()
    owner, receiver = frame.names["__class__"], frame.names.get(frame.function.parameters[0].name)
    if not isinstance(owner, Class):
        return Unknown()
    if not isinstance(receiver, Instance):
        return Unknown()
    line = receiver.of.line
    above = line[line.index(owner) + 1 :] if owner in line else [each for each in owner.line if each is not owner]
    if not above:
        return Member(receiver, SUPER) if run.straight else Unknown()
    whole = receiver.whole or receiver
    return Instance(above[0], receiver.persistent, receiver.attributes, receiver.held, whole)


def _method(run: Run, receiver: Value, name: str, arguments: Arguments, span: Span, discarded: bool) -> Value:
    if run.straight and name == "apply":
        from lambdalint.code.evaluate import outputs  # most runs follow no such program

        if outputs.applies(receiver, name, arguments):
            return outputs.apply(run, receiver, arguments, span)
    if run.straight and isinstance(receiver, Result):
        from lambdalint.code.evaluate import folders, stacks  # most runs follow no such program

        found = folders.method(run, receiver, name, arguments, span)
        if found is None:
            found = stacks.asked(run, receiver, name, arguments.positional, span)
        if found is not None:
            return found
    if run.straight and isinstance(receiver, Class) and name in idioms.OF_MODELS and models.is_model(receiver):
        made = models.made(run, receiver, arguments.positional[0], span) if arguments.positional else None
        if made is not None:
            return made
    container = containers.of_method(receiver, name) if run.straight else None
    if container is not None:
        return _of_container(run, container, name, arguments, span, discarded)
    given = run.language.method(run, receiver, name, arguments, span, discarded)
    if given is not None:
        return given
    match receiver:
        case Imported() | Module() | Instance() | Class() | Choice():
            if isinstance(receiver, Instance) and name not in receiver.attributes and receiver.of.lookup(name) is None:
                if run.straight and receiver.whole is not None:
                    receiver = Member(receiver.whole, SUPER)
                return foreign.call(run, name, receiver, arguments, span, discarded=discarded)
            callee = access.attribute(run, receiver, name, span)
            return run.call(callee, arguments, span, discarded=discarded)
        case Result():
            run.ask(receiver, name)
    return foreign.call(run, name, receiver, arguments, span, discarded=discarded)


def _of_container(run: Run, of: Instance, name: str, arguments: Arguments, span: Span, discarded: bool) -> Value:
    """What a method of `dict`, `list` or the like does that the class of an object has from there."""
    items = held(of)
    match name, arguments.positional:
        case "__init__", _:
            instances.fill(run, of, arguments, span)
            return NONE
        case "__getitem__", (key,):
            return access.item(run, items, key, span)
        case "__setitem__", (key, value):
            access.set_item(run, items, key, value, span)
            return NONE
        case "__contains__", (key,):
            return Compared("in", key, items)
        case "__iter__", ():
            return items
    return _method(run, items, name, arguments, span, discarded)


@applies(Partial)
def _partial(run: Run, callee: Partial, arguments: Arguments, span: Span, discarded: bool) -> Value:
    positional = (*callee.positional, *arguments.positional)
    given = Arguments(positional, dict(callee.keywords) | arguments.keywords, arguments.open)
    return run.call(callee.of, given, span, discarded=discarded)


@applies(Choice)
def _choice(run: Run, callee: Choice, arguments: Arguments, span: Span, discarded: bool) -> Value:
    several = _there(callee)
    given = [run.call(each, arguments, span, discarded=discarded) for each in several]
    _keep_apart(run, several, given)
    return join(*given)


def _there(value: Value) -> list[Value]:
    """What a value may be where it is called: calling nothing gives nothing, as it raises."""
    return [each for each in options(value) if each != NONE] or [NONE]


def _keep_apart(run: Run, callees: list[Value], given: list[Value]) -> None:
    """Note which of several functions, or methods of several objects, what one call gives comes from."""
    for callee, value in zip(callees, given, strict=True) if len(callees) > 1 else ():
        node = callee.of.node if isinstance(callee, Instance) else callee.node if isinstance(callee, Function) else None
        for each in options(value):
            if node is not None and isinstance(each, Mapping):
                run.chosen.setdefault(each, node.span)


@applies(Member)
def _member(run: Run, callee: Member, arguments: Arguments, span: Span, discarded: bool) -> Value:
    if not isinstance(callee.key, str):
        return _unknown(run, callee, arguments, span, discarded)
    return foreign.call(run, callee.key, callee.of, arguments, span, discarded=discarded)


@applies(Constant, Piece, Environment, Result, Caught, Compared, Text, Unknown, Mapping, Sequence, Module)
def _unknown(run: Run, callee: Value, arguments: Arguments, span: Span, discarded: bool) -> Value:
    return foreign.call(run, "", callee, arguments, span, discarded=discarded)


@applies(Imported)
def _imported(run: Run, callee: Imported, arguments: Arguments, span: Span, discarded: bool) -> Value:
    given = None
    if run.straight:
        from lambdalint.code.evaluate import folders, outputs  # most runs follow no such program

        match arguments.positional:
            case (Instance() as first, *rest) if callee.name.rpartition(".")[0] in (*idioms.DICTS, *idioms.LISTS):
                # `dict.__init__(self, given)`
                container = containers.of_method(Member(first, SUPER), "")
                if container is not None:
                    inner = Arguments(tuple(rest), arguments.keywords, arguments.open, arguments.places)
                    method = callee.name.rpartition(".")[2]
                    return _of_container(run, container, method, inner, span, discarded)
        given = outputs.function(run, callee.name, arguments, span)
        if given is None:
            given = folders.function(run, callee.name, arguments, span)
    if given is None:
        given = run.language.function(run, callee.name, arguments, span)
    if given is not None:
        return given
    return foreign.call(run, callee.name, None, arguments, span, discarded=discarded)
