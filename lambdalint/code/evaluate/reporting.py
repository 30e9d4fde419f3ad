"""Which functions of the project only tell people something: they log, or publish a metric, and change nothing.

Told from their text, as what follows a clause is not evaluated yet when the clause is.
"""

from __future__ import annotations

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import guards, traces
from lambdalint.code.value import Class, Function, Instance, Module, Scope, Value

_DEPTH = 4


def reports(call: ir.Call, scope: Scope) -> bool:
    """Whether a call in a scope goes into a function that only reports, and gives nothing that could be acted on."""
    found = _callee(call.function, scope)
    return (
        isinstance(found, Function)
        and _only_reports(found, _DEPTH)
        and not any(isinstance(each, ir.Return) and not _is_nothing(each.value) for each in _nodes(found.node))
    )


def _only_reports(function: Function, depth: int) -> bool:
    node = function.node
    parameters = {each.name for each in node.parameters}
    nodes = _nodes(node)
    own = {
        target.id
        for each in nodes
        if isinstance(each, ir.Assign)
        for target in each.targets
        if isinstance(target, ir.Name)
    } - parameters
    changed = {name for statement in node.body for name in guards.assigned(statement)}
    return (
        depth > 0
        and not function.decorators
        and not any(isinstance(each, ir.Raise | ir.Yield | ir.Scope) for each in nodes)
        and changed <= own
        and all(
            _publishes(each) or _goes_into_report(each, function.scope, parameters | own, depth - 1)
            for each in traces.effects(node.body)
        )
    )


def _goes_into_report(call: ir.Call, scope: Scope, hidden: set[str], depth: int) -> bool:
    """Whether a call within a function goes into another that only reports; `hidden` are the function's own names."""
    if any(isinstance(each, ir.Name) and each.id in hidden for each in ir.walk(call.function)):
        return False
    found = _callee(call.function, scope)
    return isinstance(found, Function) and _only_reports(found, depth)


def _callee(callee: ir.Expression, scope: Scope) -> Value | None:
    """What of the project a name, or an attribute of one, stands for."""
    match callee:
        case ir.Name(id):
            owner = scope.owner(id)
            return None if owner is None else owner.names[id]
        case ir.Attribute(ir.Name() as holder, name):
            match _callee(holder, scope):
                case Module(scope=inner):
                    return inner.names.get(name)
                case Instance(of=of) | (Class() as of):
                    return of.lookup(name)
    return None


def _publishes(call: ir.Call) -> bool:
    """Whether a call makes a client, or sends a metric by one."""
    match call:
        case ir.Call(ir.Attribute(ir.Name("boto3"), "client" | "resource")):
            return True
        case ir.Call(ir.Name(name), new=True):
            return name in idioms.METRIC_CLASSES
        case ir.Call(ir.Attribute(_, "send"), arguments):
            return any(isinstance(each.value, ir.Call) and _publishes(each.value) for each in arguments)
        case _:
            return False


def _is_nothing(value: ir.Expression | None) -> bool:
    """Whether what a function returns is nothing, or what a call gives that logs or publishes a metric."""
    match value:
        case None | ir.Literal(None):
            return True
        case ir.Await(inner):
            return _is_nothing(inner)
        case ir.Call(ir.Attribute(_, name)):
            return name in idioms.LOG_METHODS or name in idioms.METRIC_METHODS or _publishes(value)
        case _:
            return False


def _nodes(function: ir.Function) -> list[ir.Node]:
    return [each for statement in function.body for each in ir.walk(statement)]
