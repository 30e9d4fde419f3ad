"""What a call does: the project's own functions are gone into, others are noted."""

from __future__ import annotations

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import access, foreign, formats, methods
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run, applies, evaluates
from lambdalint.code.value import (
    Caught,
    Choice,
    Class,
    Compared,
    Constant,
    Environment,
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
        arguments = _arguments(run, node, scope)
        name = node.function.name
        return join(
            *(_method(run, each, name, arguments, node.span, discarded) for each in options(receiver)),
        )
    if isinstance(node.function, ir.Name) and node.function.id == "super" and "super" not in scope.top.names:
        return _super(scope)
    callee = run.evaluate(node.function, scope)
    return run.call(callee, _arguments(run, node, scope), node.span, discarded=discarded)


def _arguments(run: Run, node: ir.Call, scope: Scope) -> Arguments:
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    is_open = False
    for each in node.arguments:
        value = run.evaluate(each.value, scope)
        if each.spread == "*":
            if isinstance(value, Sequence) and not value.open:
                positional.extend(value.items)
            else:
                is_open = True
                positional.append(Unknown((value,)))
        elif each.spread == "**":
            if isinstance(value, Mapping):
                keywords.update(value.entries)
                is_open = is_open or value.open
            else:
                is_open = True
                keywords["**"] = value
        elif each.name is not None:
            keywords[each.name] = value
        else:
            positional.append(value)
    return Arguments(tuple(positional), keywords, is_open)


def _super(scope: Scope) -> Value:
    frame: Scope | None = scope
    while frame is not None and "__class__" not in frame.names:
        frame = frame.parent
    if frame is None or frame.function is None or not frame.function.parameters:
        return Unknown()
    owner, receiver = frame.names["__class__"], frame.names.get(frame.function.parameters[0].name)
    bases = [base for base in owner.bases if isinstance(base, Class)] if isinstance(owner, Class) else []
    if not bases or not isinstance(receiver, Instance):
        return Unknown()
    return Instance(bases[0], receiver.persistent, receiver.attributes)


def _method(run: Run, receiver: Value, name: str, arguments: Arguments, span: Span, discarded: bool) -> Value:
    if name == "__new__" and arguments.positional and isinstance(arguments.positional[0], Class):
        return Instance(arguments.positional[0], persistent=run.here.phase == "init" or run.here.once)
    match receiver:
        case Imported() | Module() | Instance() | Class() | Choice():
            if isinstance(receiver, Instance) and name not in receiver.attributes and receiver.of.lookup(name) is None:
                return foreign.call(run, name, receiver, arguments, span, discarded=discarded)
            callee = access.attribute(run, receiver, name, span)
            return run.call(callee, arguments, span, discarded=discarded)
        case Piece(path, root):
            match name, arguments.positional:
                case "get", (Constant(str() | int() as key), *default):
                    run.read(Piece((*path, key), root), span, optional=True)
                    return join(Piece((*path, key), root), *default)
                case "copy", ():
                    return receiver
                case "values", ():
                    return receiver
        case Mapping():
            return methods.of_mapping(run, receiver, name, arguments, span, discarded)
        case Sequence() if name in methods.OF_SEQUENCE:
            return methods.of_sequence(run, receiver, name, arguments.positional, span)
        case Result() if name in ("get", "pop") and arguments.positional:
            match arguments.positional[0]:
                case Constant(str() | int() as key):
                    run.ask(receiver, key)
        case Result():
            run.ask(receiver, name)
        case Text() | Constant(str()):
            if name == "format":
                return formats.fill_braces(receiver, arguments.positional, arguments.keywords)
            if name == "join" and arguments.positional:
                return Text((receiver, arguments.positional[0]))
    return foreign.call(run, name, receiver, arguments, span, discarded=discarded)


@applies(Partial)
def _partial(run: Run, callee: Partial, arguments: Arguments, span: Span, discarded: bool) -> Value:
    positional = (*callee.positional, *arguments.positional)
    given = Arguments(positional, dict(callee.keywords) | arguments.keywords, arguments.open)
    return run.call(callee.of, given, span, discarded=discarded)


@applies(Choice)
def _choice(run: Run, callee: Choice, arguments: Arguments, span: Span, discarded: bool) -> Value:
    return join(*(run.call(each, arguments, span, discarded=discarded) for each in callee.options))


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
    name, given = callee.name, arguments.positional
    if name in idioms.ENVIRONMENT_READERS and given and not isinstance(given[0], Constant):
        run.read_environment("", span, optional=True)
    if any(isinstance(each, Imported) and each.name in idioms.ENVIRONMENT for each in given):
        run.read_environment("", span, optional=True)
    if name in idioms.ENVIRONMENT_READERS and given and isinstance(given[0], Constant):
        run.read_environment(str(given[0].value), span, optional=True)
        return Environment(str(given[0].value), given[1] if len(given) > 1 else None)
    if name in idioms.ENVIRONMENT_WRITERS:
        _write_environment(run, arguments, span)
    match name, given:
        case "builtins.dict", _:
            mapping = Mapping(span, open=arguments.open, lasting=run.here.phase == "init")
            for each in given:
                methods.merge(mapping, each)
            for key, value in arguments.keywords.items():
                mapping.put(Constant(key), value)
            return mapping
        case (("builtins.list" | "builtins.set" | "builtins.tuple" | "collections.deque"), ()) if (
            "maxlen" not in arguments.keywords
        ):
            return Sequence(span, kind=name.rpartition(".")[2], lasting=run.here.phase == "init")
        case (("typing.cast" | "typing_extensions.cast"), (_, value)):
            return value
        case _, (Piece((), "event"),) if name.startswith(idioms.DATA_CLASSES):
            foreign.call(run, name, None, arguments, span)
            return given[0]
        case "functools.partial", (of, *rest):
            return Partial(of, tuple(rest), tuple(arguments.keywords.items()))
        case "builtins.getattr", (value, Constant(str(attribute)), *_):
            return access.attribute(run, value, attribute, span)
    return foreign.call(run, name, None, arguments, span, discarded=discarded)


def _write_environment(run: Run, arguments: Arguments, span: Span) -> None:
    match arguments.positional:
        case (Constant(str(variable)), value):
            run.write_environment(variable, value, span)
        case given:
            several = [each.entries for each in given if isinstance(each, Mapping)]
            for entries in (*several, arguments.keywords):
                for variable, value in entries.items():
                    run.write_environment(variable, value, span)
