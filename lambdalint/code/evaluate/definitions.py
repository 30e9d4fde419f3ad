"""Functions and classes as they are defined: with defaults, decorated, enumerated."""

from __future__ import annotations

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import conditions
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.functions import is_made_anew
from lambdalint.code.evaluate.run import Registered, Run
from lambdalint.code.value import (
    Call,
    Class,
    Constant,
    Function,
    Imported,
    Instance,
    Mapping,
    Member,
    Result,
    Scope,
    Sequence,
    Text,
    Unknown,
    Value,
)
from lambdalint.records import replace
from lambdalint.source import Span


def function(run: Run, node: ir.Function, scope: Scope) -> Value:
    """The value of a function's definition: with its defaults, and decorated."""
    defaults = {
        each.name: run.evaluate(each.default, scope)
        for each in node.parameters
        if each.default is not None and not is_made_anew(run, each.default)
    }
    kind = node.kind if node.kind in ("class", "static", "property", "class property") else ""
    made: Value = Function(node, scope, defaults, kind=kind, settled=conditions.of_settings(run))
    for decorator in reversed(node.decorators):
        made = _decorate(run, run.evaluate(decorator, scope), made, decorator.span)
    return made


def _decorate(run: Run, decorator: Value, made: Value, span: Span) -> Value:
    if not isinstance(made, Function):
        return run.call(decorator, Arguments((made,)), span) if isinstance(decorator, Function | Class) else made
    match decorator:
        case Function(decorators=around) if any(idioms.origin_name(each) in idioms.MIDDLEWARE for each in around):
            # `middleware(handler, event, context)` is what AWS then calls.
            return replace(decorator, decorators=made.decorators, receiver=made)
        case Function() | Class():
            return run.call(decorator, Arguments((made,)), span)
        case Instance():
            return made
        case Member(Function(others=list(others)), "register") | Result(
            Call("register", Function(others=list(others)))
        ):
            others.append(made)
            return made
    method = decorator.call.name if isinstance(decorator, Result) and decorator.call.receiver is not None else ""
    name = decorator.call.name if isinstance(decorator, Result) and not method else idioms.origin_name(decorator)
    if isinstance(decorator, Member) and isinstance(decorator.key, str):
        method = decorator.key
    if name in idioms.CACHES:
        given = decorator.call.keywords if isinstance(decorator, Result) else {}
        made = replace(made, caches=True, keyed="key" in given)
    if name in idioms.DISPATCHING:
        return replace(made, others=[])
    if name in idioms.PROPERTIES or method in ("getter", "setter"):
        return replace(made, kind="property")
    if name in idioms.METHOD_KINDS:
        return replace(made, kind=idioms.METHOD_KINDS[name])
    if name in idioms.CACHES or name in idioms.TRANSPARENT or method in idioms.TRANSPARENT_METHODS:
        return replace(made, around=(decorator, *made.around))
    if name in idioms.BATCH_DECORATORS and isinstance(decorator, Result):
        return made
    if method in idioms.APART and _is_of_chalice(decorator):
        run.apart[made.node] = method != idioms.AS_IT_COMES
        return replace(made, decorators=(decorator, *made.decorators))
    if method:
        by = decorator.call.receiver if isinstance(decorator, Result) else None
        run.registered.append(Registered((made,), of_one_kind=method in idioms.ROUTES, by=by))
    return replace(made, decorators=(decorator, *made.decorators))


def _is_of_chalice(decorator: Value) -> bool:
    """Whether a decorator is made by an application of Chalice, or of a class of the project's that is one; or by what
    is not known, as where such a class hands on what `super()` makes."""
    match decorator.call.receiver if isinstance(decorator, Result) else None:
        case Result(made):
            return made.name in idioms.OF_CHALICE
        case Instance(of) | Member(Instance(of)):
            return idioms.base_name(of) in idioms.OF_CHALICE
        case Unknown(()):
            return True
        case _:
            return False


def enumerate_members(made: Class) -> None:
    """Make the members of an enumeration objects with a name and a value; those of a kind of text or number are it."""
    if made.bases == (Imported("enum.Enum"),):
        for name, value in made.scope.names.items():
            if isinstance(value, Constant | Text | Result | Mapping | Sequence) and not name.startswith("_"):
                made.scope.names[name] = Instance(made, True, {"name": Constant(name), "value": value})
