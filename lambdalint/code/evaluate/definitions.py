"""Functions and modules as they are defined: with defaults, decorated, imported."""

from __future__ import annotations

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import calls, expressions, statements
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import (
    Class,
    Constant,
    Function,
    Imported,
    Instance,
    Mapping,
    Member,
    Module,
    Result,
    Scope,
    Sequence,
    Text,
    Value,
)
from lambdalint.records import replace
from lambdalint.source import Span


def function(run: Run, node: ir.Function, scope: Scope) -> Value:
    """The value of a function's definition: with its defaults, and decorated."""
    defaults = {
        each.name: expressions.evaluate(run, each.default, scope)
        for each in node.parameters
        if each.default is not None
    }
    made: Value = Function(node, scope, defaults)
    for decorator in reversed(node.decorators):
        made = _decorate(run, expressions.evaluate(run, decorator, scope), made, decorator.span)
    return made


def _decorate(run: Run, decorator: Value, made: Value, span: Span) -> Value:
    if not isinstance(made, Function):
        return (
            calls.apply(run, decorator, calls.Arguments((made,)), span)
            if isinstance(decorator, Function | Class)
            else made
        )
    match decorator:
        case Function(decorators=around) if any(idioms.origin_name(each) in idioms.MIDDLEWARE for each in around):
            # `middleware(handler, event, context)` is what AWS then calls.
            return replace(decorator, decorators=made.decorators, receiver=made)
        case Function() | Class():
            return calls.apply(run, decorator, calls.Arguments((made,)), span)
        case Instance():
            return made
    method = decorator.call.name if isinstance(decorator, Result) and decorator.call.receiver is not None else ""
    name = decorator.call.name if isinstance(decorator, Result) and not method else idioms.origin_name(decorator)
    if isinstance(decorator, Member) and isinstance(decorator.key, str):
        method = decorator.key
    if name in idioms.CACHES:
        made = replace(made, caches=True)
    if name in idioms.PROPERTIES or method in ("getter", "setter"):
        return replace(made, kind="property")
    if name in idioms.METHOD_KINDS:
        return replace(made, kind=idioms.METHOD_KINDS[name])
    if name in idioms.CACHES or name in idioms.TRANSPARENT or method in idioms.TRANSPARENT_METHODS:
        return made
    if name in idioms.BATCH_DECORATORS and isinstance(decorator, Result):
        return made
    if method:
        run.routes.append(made)
    return replace(made, decorators=(decorator, *made.decorators))


def enumerate_members(made: Class) -> None:
    """Make the members of an enumeration objects with a name and a value; those of a kind of text or number are it."""
    if made.bases == (Imported("enum.Enum"),):
        for name, value in made.scope.names.items():
            if isinstance(value, Constant | Text | Result | Mapping | Sequence) and not name.startswith("_"):
                made.scope.names[name] = Instance(made, True, {"name": Constant(name), "value": value})


def module(run: Run, name: str, root: str = "", wanted: str | None = None) -> Module | None:
    """The project's module of a dotted name, evaluated; None where it comes from elsewhere.

    `wanted` is a name that it should set.
    """
    found = run.modules.find(name, root, wanted)
    if found is None:
        return None
    path = found.module.source.path
    if path not in run.loaded:
        scope = Scope(found.module, module_name=name, package=found.package, root=found.root)
        run.loaded[path] = scope
        guarded = run.here.conditional or bool({"", "ImportError", "ModuleNotFoundError"} & set(run.here.caught))
        if not guarded:
            run.sure.append(scope)
        # A module's body runs once, whoever imports it and whenever.
        around = {"phase": "init", "once": False, "loops": (), "caught": (), "trail": (), "exposed": False}
        with run.within(**around, conditional=guarded):
            statements.execute(run, found.module.body, scope)
    return Module(name, run.loaded[path])
