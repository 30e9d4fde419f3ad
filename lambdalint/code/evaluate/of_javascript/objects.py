"""What the properties and methods of JavaScript's objects give."""

from __future__ import annotations

from lambdalint.code import idioms
from lambdalint.code.evaluate import access, straight
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.of_javascript import arrays, methods, modules, names, newer, promises, requests, web
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import (
    EACH,
    NONE,
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
    Sequence,
    Text,
    Unknown,
    Value,
    join,
)
from lambdalint.source import Span

_ENVIRONMENT = "js:process.env"
_OWN = Imported | Module | Class | Function | Partial | Instance
"""What has no promise's methods, or such of its own."""


def attribute(run: Run, value: Value, name: str, span: Span) -> Value | None:
    """`value.name`."""
    match value:
        case Imported(base):
            return _of_imported(run, base, name, span)
        case Choice(several):
            # Of nothing, nothing can be read.
            there = [each for each in several if each != NONE]
            return join(*(access.attribute(run, each, name, span) for each in there)) if there else Unknown()
        case Constant(None):
            return Unknown()
        case Module(_, scope):
            found = modules.exported(run, scope, name)
            return Unknown() if found is None else found
        case Mapping(entries=entries) if name in entries:
            return (
                join(entries[name], value.others) if value.others is not None else methods.bound(entries[name], value)
            )
        case Mapping(others=None, rest=rest) if rest is not None:
            return access.attribute(run, rest, name, span)
        case Piece(path, "event") if name != "length":
            return run.read(Piece((*path, name)), span, lenient=True)
        case Piece() | Sequence() | Result() | Member() | Text() | Unknown() | Environment() | Constant():
            return names.length(run, value, span) if name in ("length", "size") else None
    return None


def _of_imported(run: Run, base: str, name: str, span: Span) -> Value:
    if base == _ENVIRONMENT:
        run.read_environment(name, span, optional=False, lenient=True)
        return Environment(name)
    if name == modules.DEFAULT:
        return Imported(base)
    if base == "js:globalThis":
        return Imported(f"js:{name}")
    if base in (idioms.WEB_REQUEST, idioms.WEB_CONTEXT):
        return web.part(run, base, name, span)
    chosen = idioms.sdk_choice(f"{base}.{name}")
    return Imported(f"{base}.{name}") if chosen is None else Constant(chosen)


def method(run: Run, receiver: Value, name: str, arguments: Arguments, span: Span, discarded: bool) -> Value | None:
    """`receiver.name(arguments)`."""
    if receiver == NONE and name not in promises.METHODS:
        return Unknown()
    if name in promises.METHODS and promises.may_be(receiver) and not isinstance(receiver, _OWN):
        return promises.method(run, receiver, name, arguments, span)
    if isinstance(receiver, Function | Partial):
        return _of_function(run, receiver, name, arguments, span)
    if isinstance(receiver, Mapping) and name in receiver.entries:
        return run.call(methods.bound(receiver.entries[name], receiver), arguments, span, discarded=discarded)
    if not isinstance(receiver, _OWN):
        newer.method(run, name, span)
    if arrays.may_loop(receiver, name, arguments):
        return arrays.loop(run, receiver, name, arguments, span)
    asked = requests.method(run, receiver, name, arguments, span, discarded=discarded)
    if asked is not None:
        return asked
    match receiver:
        case Imported(idioms.WEB_REQUEST | idioms.WEB_CONTEXT as base):
            return web.method(run, base, name, arguments.positional, span)
        case Sequence():
            return arrays.method(run, receiver, name, arguments, span)
        case Mapping():
            return _of_map(run, receiver, name, arguments, span)
        case Piece(_, "context") if name in ("succeed", "done"):
            given = arguments.positional
            names.answer(run, arguments if name == "done" else Arguments((NONE, *given)), span)
        case Piece(path, "event") if name in ("at", "shift", "pop"):
            if not _is_one(name, arguments):
                return None
            # In a loop, `pop` goes through all.
            step = EACH if run.here.loops and name != "at" else 0
            return run.read(Piece((*path, step)), span, lenient=True)
        case Piece() if name in ("slice", "filter", "entries", "values") and not arguments.positional:
            return _walked(run, receiver, name, span)
        case Text() | Constant(str()) if name in ("toString", "trim", "valueOf"):
            return receiver
        case Constant(str(text)) if run.straight:
            return straight.called(text, name, arguments.positional, span)
    return None


def _is_one(name: str, arguments: Arguments) -> bool:
    """Whether a method of an array gives its first item, or its last."""
    return name != "at" or arguments.positional == (Constant(0),)


def _walked(run: Run, receiver: Value, name: str, span: Span) -> Value:
    if name == "entries":
        row = Sequence(span, [Unknown(), access.element(run, receiver)], "tuple")
        return Sequence(span, [row], open=True)
    return receiver


def _of_function(run: Run, function: Function | Partial, name: str, arguments: Arguments, span: Span) -> Value | None:
    given = arguments.positional
    bound: Value = methods.bound(function, given[0]) if given else function
    match name, given:
        case "bind", (_, *rest):
            return Partial(bound, tuple(rest), ()) if rest else bound
        case "call", _:
            return run.call(bound, Arguments(given[1:], {}, arguments.open), span)
        case "apply", (_, Sequence(items=items, open=False)):
            return run.call(bound, Arguments(tuple(items)), span)
        case "apply", _:
            return run.call(bound, Arguments((), {}, open=True), span)
    return None


def _of_map(run: Run, receiver: Mapping, name: str, arguments: Arguments, span: Span) -> Value | None:
    """What the methods of a `Map` give, and of objects."""
    match name, arguments.positional:
        case "get", (key, *_):
            found = access.item(run, receiver, key, span)
            return found if isinstance(key, Constant) and str(key.value) in receiver.entries else join(found, NONE)
        case "set", (key, value, *_):
            run.change(receiver, "=", span, key, value)
            if receiver.lasting:
                run.keep(None, value, span)
            receiver.put(key, value)
            return receiver
        case (("has" | "hasOwnProperty"), (key, *_)):
            receiver.consulted = True
            return Compared("in", key, receiver)
        case "delete", (key, *_):
            run.change(receiver, "del", span, key)
            receiver.take(key)
            return Unknown()
        case "clear", _:
            run.change(receiver, "clear", span)
            return NONE
        case "keys", ():
            return names.function(run, "js:Object.keys", Arguments((receiver,)), span)
        case "values", ():
            return names.function(run, "js:Object.values", Arguments((receiver,)), span)
        case "entries", ():
            return names.function(run, "js:Object.entries", Arguments((receiver,)), span)
        case "forEach", (callee, *_) if (rows := straight.items(run, receiver)) is not None:
            for row in rows:
                key, value = access.item(run, row, Constant(0), span), access.item(run, row, Constant(1), span)
                run.call(callee, Arguments((value, key, receiver)), span)
            return NONE
        case "forEach", (callee, *_):
            held = names.function(run, "js:Object.values", Arguments((receiver,)), span)
            return Unknown() if held is None else arrays.loop(run, held, name, Arguments((callee,)), span)
    return None


def element(run: Run, value: Value) -> Value | None:
    """What a loop over a value gives each time."""
    match value:
        case Mapping():
            entries = names.function(run, "js:Object.entries", Arguments((value,)), value.span)
            return join(*entries.items) if isinstance(entries, Sequence) and entries.items else None
    return None
