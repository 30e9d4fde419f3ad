"""What is Python's own in following a program."""

from __future__ import annotations

from lambdalint.code import bound, idioms
from lambdalint.code.evaluate import access, foreign, formats, imports, methods, straight, truth, whole
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import is_static
from lambdalint.code.language import Language
from lambdalint.code.value import (
    NONE,
    Class,
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
    join,
    options,
)
from lambdalint.data import python_names
from lambdalint.records import replace
from lambdalint.source import Span


def _exported(_run: Run, scope: Scope, name: str) -> Value | None:
    return scope.names.get(name)


_NEVER_OTHERS = frozenset({"Exception", "BaseException"})


def _free(run: Run, name: str, scope: Scope) -> Value:
    if run.straight and name == "__file__":
        return Constant(straight.own(scope.module.source.path))
    if run.straight and name == "__name__" and scope.module.source.path.endswith("/__init__.py"):
        return Constant(scope.top.module_name)
    # What an unknown module exports may stand in for any of Python's own names, but nobody calls another thing so.
    known = name in _NEVER_OTHERS or "*" not in scope.top.names
    return Imported(f"builtins.{name}") if known else Unknown()


def _stray(_run: Run, name: str, scope: Scope) -> bool:
    if name in python_names.BUILTINS or name.startswith("__") or name == "_":
        return False
    inner: Scope | None = scope
    while inner is not None:
        if inner.function is not None and name in bound.function(inner.function):
            return False
        inner = inner.parent
    return not _may_bind(scope.top, name, [])


def _may_bind(module: Scope, name: str, asked: list[Scope]) -> bool:
    """Whether a module may have a name: its own, or that of one of the modules that it imports everything from."""
    binds = bound.module(module.module)
    if name in binds.names or binds.open or "*" in module.names:
        return True
    asked.append(module)
    return any(_may_bind(each, name, asked) for each in module.stars if each not in asked)


def _attribute(run: Run, value: Value, name: str, span: Span) -> Value | None:
    match value:
        case Instance() if name == "__dict__":
            return _as_mapping(value, span)
        case Imported(base) if base in idioms.REQUESTS:
            return run.read(Piece((name,)), span, uncertain=True)
        case Result(call) if name in idioms.CURRENT_EVENTS and call.name in idioms.APPLICATIONS:
            return Piece()
        case Constant() if name == "value":
            # Of a member of an Enum.
            return value
        case Piece(path, "event"):
            known = idioms.DATA_CLASS_NAMES.get(name, name)
            return run.read(Piece((*path, known)), span, uncertain=True) if known else value
    return None


def _element(run: Run, value: Value) -> Value | None:
    match value:
        case Result(call) if call in run.mapped:
            return run.mapped[call]
        case Result(call) if call.receiver is None and call.arguments:
            if call.name in idioms.PASSED_THROUGH:
                return access.element(run, call.arguments[0])
            if call.name == "builtins.enumerate":
                return Sequence(call.span, [Unknown((value,)), access.element(run, call.arguments[0])], "tuple")
            if call.name == "builtins.zip":
                return Sequence(call.span, [access.element(run, each) for each in call.arguments], "tuple")
            if call.name == "builtins.filter" and len(call.arguments) == 2:
                return access.element(run, call.arguments[1])
            return None
        case Result(call) if call.name == "items" and call.receiver is not None:
            return Sequence(call.span, [Unknown((value,)), access.element(run, call.receiver)], "tuple")
    return None


def _method(run: Run, receiver: Value, name: str, arguments: Arguments, span: Span, discarded: bool) -> Value | None:
    given = arguments.positional
    if name == "__new__" and given and isinstance(given[0], Class):
        return Instance(given[0], persistent=run.here.phase == "init" or run.here.once)
    match receiver:
        case Instance() if name == "_asdict":
            return _as_mapping(receiver, span)
        case Piece(path, root):
            match name, given:
                case "get", (Constant(str() | int() as key), *default):
                    run.read(Piece((*path, key), root), span, optional=True)
                    return join(Piece((*path, key), root), *default)
                case (("copy" | "values"), ()):
                    return receiver
        case Unknown((Piece(path=(), root="event") as event,)) if name == "to_dict":
            # What Chalice makes an object of, for the handler.
            return event
        case Mapping(kind="dict") | Sequence() if run.straight and (
            found := whole.method(run, receiver, name, given, span)
        ):
            return found
        case Mapping():
            return methods.of_mapping(run, receiver, name, arguments, span, discarded)
        case Sequence() if name in methods.OF_SEQUENCE:
            return methods.of_sequence(run, receiver, name, given, span)
        case Result() if name in ("get", "pop") and given:
            match given[0]:
                case Constant(str() | int() as key):
                    run.ask(receiver, key)
            return foreign.call(run, name, receiver, arguments, span, discarded=discarded)
        case Constant(str(text)) if run.straight and (found := straight.called(text, name, given, span)) is not None:
            return found
        case Text() | Constant(str()):
            if name == "format":
                return formats.fill_braces(receiver, given, arguments.keywords)
            if name == "join" and given:
                return formats.joined(receiver, given[0]) or Text((receiver, given[0]))
    return None


def _gives_items(value: Value) -> bool:
    """Whether an object's own method says what a dict that is made of it holds, which need not be its attributes."""
    return isinstance(value, Instance) and any(
        isinstance(value.of.lookup(name), Function) for name in ("__iter__", "keys")
    )


def _function(run: Run, name: str, arguments: Arguments, span: Span) -> Value | None:
    given = arguments.positional
    if name in idioms.ENVIRONMENT_READERS and given and not isinstance(given[0], Constant):
        run.read_environment("", span, optional=True)
    if any(isinstance(each, Imported) and each.name in idioms.ENVIRONMENT for each in given):
        run.read_environment("", span, optional=True)
    if name in idioms.ENVIRONMENT_READERS and given and isinstance(given[0], Constant):
        run.read_environment(str(given[0].value), span, optional=True)
        return Environment(str(given[0].value), given[1] if len(given) > 1 else None)
    if name in idioms.ENVIRONMENT_WRITERS:
        _write_environment(run, arguments, span)
    made = whole.function(run, name, arguments, span) if run.straight else None
    if made is not None:
        return made
    match name, given:
        case "builtins.dict", _ if any(map(_gives_items, given)):
            return Unknown(given)
        case "builtins.dict", _:
            return methods.mapping(run, given, arguments, span)
        case (("builtins.list" | "builtins.set" | "builtins.tuple" | "collections.deque"), ()) if (
            "maxlen" not in arguments.keywords
        ):
            return Sequence(span, kind=name.rpartition(".")[2], lasting=run.here.phase == "init")
        case (("typing.cast" | "typing_extensions.cast"), (_, value)):
            return value
        case (("dataclasses.asdict" | "attr.asdict" | "attrs.asdict"), (Instance() as instance,)) if (
            not arguments.keywords
        ):
            return _all_as_mappings(instance, span)
        case "builtins.vars", (Instance() as instance,):
            return _as_mapping(instance, span)
        case _, (Piece((), "event"),) if name.startswith(idioms.DATA_CLASSES):
            foreign.call(run, name, None, arguments, span)
            return given[0]
        case "functools.partial", (of, *rest):
            return Partial(of, tuple(rest), tuple(arguments.keywords.items()))
        case "builtins.getattr", (value, key, *_) if all(_names(key, each) for each in options(value)):
            found = [(each, attribute) for each in options(value) for attribute in _names(key, each)]
            return join(*(access.attribute(run, *each, span) for each in found), settled=is_static(key))
        case "importlib.import_module", (named,) if modules := _modules(named):
            return join(*(imports.by_name(run, each, span) for each in modules), settled=is_static(named))
        case "builtins.setattr", (of, key, value) if names := _names(key, of):
            for attribute in names:
                access.set_attribute(run, of, attribute, value, span)
            return NONE
    return None


def _as_mapping(instance: Instance, span: Span) -> Mapping:
    """What an object has, as a dict."""
    return Mapping(span, dict(instance.attributes), open=True)


_DEPTH = 5
"""How far down objects in objects are made dicts of."""


def _all_as_mappings(value: Value, span: Span, depth: int = _DEPTH) -> Value:
    """A value with dicts in the place of objects, as `asdict` copies it."""
    match value:
        case Instance() | Mapping() | Sequence() if not depth:
            return Unknown((value,))
        case Instance(attributes=entries) | Mapping(entries=entries):
            copied = {name: _all_as_mappings(each, span, depth - 1) for name, each in entries.items()}
            return Mapping(span, copied, open=True)
        case Sequence(items=items):
            return replace(value, items=[_all_as_mappings(each, span, depth - 1) for each in items])
        case _:
            return value


def _modules(named: Value) -> list[str]:
    """The modules that a value names; none where one of them is not known, or starts from a package."""
    found = [each.value for each in options(named) if isinstance(each, Constant) and isinstance(each.value, str)]
    return found if len(found) == len(options(named)) and not any(each.startswith(".") for each in found) else []


def _names(key: Value, of: Value) -> list[str]:
    """The attributes that a text may name; none where one of them is not known."""
    found = [each.value for each in options(key) if isinstance(each, Constant) and isinstance(each.value, str)]
    if len(found) == len(options(key)):
        return found
    match key, of:
        case Text((Constant(str(start)), *_)), Instance(of=made) if start:
            # `f"on_{kind}"`: one of the methods that are called so.
            return [name for name in made.members if name.startswith(start)]
        case Text((Constant(str(start)), *_)), Module(scope=scope) if start:
            return [
                name for name, value in scope.names.items() if name.startswith(start) and isinstance(value, Function)
            ]
        case _:
            return []


def _write_environment(run: Run, arguments: Arguments, span: Span) -> None:
    match arguments.positional:
        case (Constant(str(variable)), value):
            run.write_environment(variable, value, span)
        case given:
            several = [each.entries for each in given if isinstance(each, Mapping)]
            for entries in (*several, arguments.keywords):
                for variable, value in entries.items():
                    run.write_environment(variable, value, span)


def _binary(run: Run, operator: str, left: Value, right: Value, span: Span) -> Value | None:
    if run.straight and (found := whole.binary(run, operator, left, right, span)) is not None:
        return found
    match operator, left, right:
        case "+", Sequence(kind=kind), Sequence():
            return Sequence(span, [*left.items, *right.items], kind, left.open or right.open)
        case "+", Sequence() as sequence, other:
            return Sequence(span, [*sequence.items, access.element(run, other)], sequence.kind, open=True)
        case "/", Result() | Member(), _ if run.straight:
            # Of numbers that are known, the result is; these are paths.
            return Result(foreign.note(run, "joinpath", left, Arguments((right,)), span))
        case "%", (Constant(str()) | Text()), _:
            return formats.fill_percent(left, right)
        case "|", Mapping(), Mapping():
            merged = Mapping(span)
            methods.merge(merged, left)
            methods.merge(merged, right)
            return merged
    return None


PYTHON = Language(
    name="python",
    exported=_exported,
    free=_free,
    stray=_stray,
    bring=imports.bring,
    attribute=_attribute,
    element=_element,
    method=_method,
    function=_function,
    binary=_binary,
    holds=truth.holds,
    shown=formats.shown,
    leave=lambda *_: None,
    lenient=False,
    more=(),
    absent=Unknown(),
)
