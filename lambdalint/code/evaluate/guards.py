"""Which branch of a test runs only once in the life of an execution environment.

A lazy singleton asks whether something that outlives the invocation (a module's global, an attribute of a class or of
an object made at init) is there yet, and makes it where it is not: `if client is None: client = …`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import kept_files
from lambdalint.code.value import NONE, Class, Function, Instance, Module, Scope, Value, options

_OF_ALL = frozenset({"globalThis", "global"})
"""Names of the object that all modules of a program of Node.js share: `globalThis[key]`."""


def lasting(node: ir.Expression, scope: Scope) -> str | None:
    """The name under which an expression's value outlives the invocation; None where it does not."""
    match node:
        case ir.Name(id):
            if id in scope.aliases:
                return id
            owner = scope.owner(id)
            if owner is None:
                return id if id in _OF_ALL else None
            return id if owner.function is None or _closed_over(owner, scope) else None
        case ir.Attribute(value, name):
            return name if _outlives(value, scope) else None
        case ir.Item(value):
            return lasting(value, scope)
        case ir.Call(ir.Attribute(value, "get" | "setdefault")):
            return lasting(value, scope)
        case ir.Call(ir.Name("getattr" | "hasattr"), (ir.Argument(value), ir.Argument(ir.Literal(str(name))), *_)):
            return name if _outlives(value, scope) else None
        case ir.Call(ir.Name("globals")):
            return "globals"
        case ir.Bind(_, value):
            return lasting(value, scope)
        case _:
            return None


def _closed_over(owner: Scope, scope: Scope) -> bool:
    """Whether names are those of a function that has ended, and that another one closes over."""
    return owner.lasting and owner.function is not scope.function


def _outlives(node: ir.Expression, scope: Scope) -> bool:
    match node:
        case ir.Name(id):
            owner = scope.owner(id)
            return id in _OF_ALL if owner is None else any(lives_on(each) for each in options(owner.names[id]))
        case ir.Attribute(_, "__class__" | "constructor"):
            return True
        case ir.Attribute(value, name):
            if not isinstance(value, ir.Name):
                return _outlives(value, scope)
            owner = scope.owner(value.id)
            found: list[Value] = []
            for each in () if owner is None else options(owner.names[value.id]):
                if isinstance(each, Instance) and name in each.attributes:
                    found += options(each.attributes[name])
                if lives_on(each):
                    return True
            return any(lives_on(each) for each in found)
        case ir.Call(ir.Name("type"), (ir.Argument(),)):
            return True
        case _:
            return False


def lives_on(value: Value) -> bool:
    """Whether attributes set on a value are there at the next event."""
    if isinstance(value, Instance):
        return value.persistent
    return isinstance(value, Class | Module) or (hasattr(value, "node") and not isinstance(value, Instance))


def once(test: ir.Expression, scope: Scope) -> str | None:
    """`then` or `otherwise`: the branch of a test that only runs until a lasting value is there; None for neither."""
    match test:
        case ir.Comparison("is" | "==", left, ir.Literal(None)):
            return "then" if _kept(left, scope) else None
        case ir.Comparison("is not" | "!=", left, ir.Literal(None)):
            return "otherwise" if _kept(left, scope) else None
        case ir.Comparison("not in", _, right):
            return "then" if _kept(right, scope) else None
        case ir.Comparison("in", _, right):
            return "otherwise" if _kept(right, scope) else None
        case ir.Comparison(how, ir.Call(ir.Name("len"), (ir.Argument(value),)), ir.Literal(count)):
            # `len(names) == 0`: until there is one; `len(names) < 10`: until there are ten.
            until = "then" if how in ("<", "<=") or (how, count) == ("==", 0) else None
            beyond = "otherwise" if how in (">", ">=") or (how, count) == ("!=", 0) else None
            return (until or beyond) if _kept(value, scope) else None
        case ir.Comparison(how, left, ir.Literal(int(state))) if how in _HOLDS and _is_state(left, scope):
            # `if (mongoose.connection.readyState === 0)`: until it is open.
            return "otherwise" if _HOLDS[how](_OPEN, state) else "then"
        case ir.Comparison("<" | "<=" | ">" | ">=" as how, left, right) if _asks_how_old(left, right, scope):
            return "then" if how.startswith(">") == _tells_time(left, scope) else "otherwise"
        case ir.Call(ir.Name("any"), (ir.Argument(ir.Comprehension(loops=(loop, *_))),)):
            return "otherwise" if _kept(loop.iterable, scope) else None
        case ir.Call(ir.Attribute(value, "has")):
            return "otherwise" if _kept(value, scope) else None
        case ir.Unary("not", operand):
            inner = once(operand, scope)
            return {"then": "otherwise", "otherwise": "then", None: None}[inner]
        case ir.Boolean("and", left, right):
            either = {once(left, scope), once(right, scope)}
            return "then" if "then" in either else "otherwise" if either == {"otherwise"} else None
        case ir.Boolean("or", left, right):
            # `if client is None or expired(client)`: made again only when what is kept has run out.
            first = once(left, scope)
            return first if first == "then" else ("otherwise" if once(right, scope) == "otherwise" == first else None)
        case _:
            # `if pending: …; pending.clear()`, else `if client: return client`.
            there = _kept(test, scope) or _is_state(test, scope) or kept_files.is_kept(test, scope)
            return "then" if _runs_out(test, scope) else "otherwise" if there else None


_OPEN = 1
_HOLDS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _is_state(node: ir.Expression, scope: Scope) -> bool:
    """Whether an expression tells whether a connection is open that is no function's own."""
    asked = node.function if isinstance(node, ir.Call) else node
    if not isinstance(asked, ir.Attribute) or asked.name not in idioms.CONNECTED:
        return False
    root: ir.Expression = asked
    while isinstance(root, ir.Attribute | ir.Item):
        root = root.value
    owner = scope.owner(root.id) if isinstance(root, ir.Name) else None
    return owner is not None and owner.function is None


def _asks_how_old(left: ir.Expression, right: ir.Expression, scope: Scope) -> bool:
    """Whether the time is compared with one that outlives the invocation and is set in the function around it."""
    kept = (
        each for side in (left, right) for each in ir.walk(side) if isinstance(each, ir.Name | ir.Attribute | ir.Item)
    )
    return _tells_time(left, scope) != _tells_time(right, scope) and any(_kept(each, scope) for each in kept)


def _tells_time(node: ir.Expression, scope: Scope) -> bool:
    """Whether an expression is the time of now, or how long something is ago."""
    for each in ir.walk(node):
        match each:
            case ir.Call(ir.Attribute(_, "time" | "monotonic" | "perf_counter" | "now" | "utcnow")):
                return True
            case ir.Name(id) if scope.function is not None and id in scope.names:
                if any(idioms.origin_name(one) in _CLOCKS for one in options(scope.names[id])):
                    return True
            case _:
                continue
    return False


_CLOCKS = frozenset({
    "time.time", "time.monotonic", "time.perf_counter", "datetime.datetime.now", "datetime.datetime.utcnow",
})  # fmt: skip


def _runs_out(node: ir.Expression, scope: Scope) -> bool:
    """Whether an expression's value outlives the invocation, and functions only ever empty it or set it to false."""
    name = lasting(node, scope)
    if name is None or scope.function is None:
        return False
    module = scope.top.module
    return name in _emptied(module) and name not in filled(module)


@lru_cache(maxsize=1024)
def _emptied(module: ir.Module) -> frozenset[str]:
    """The names, attributes and containers that functions of a module empty or set to nothing."""
    return frozenset(
        name for node in _in_functions(module) for target in _emptying(node) for name in target_names(target)
    )


@lru_cache(maxsize=1024)
def filled(module: ir.Module) -> frozenset[str]:
    """The names, attributes and containers that functions of a module set to something, or put something in."""
    return frozenset(name for node in _in_functions(module) if not _emptying(node) for name in set_by(node))


def _in_functions(module: ir.Module) -> Iterable[ir.Node]:
    """What functions of a module do, those of its classes as well."""
    for statement in module.body:
        for node in ir.walk(statement):
            if isinstance(node, ir.Function):
                yield from (inner for each in node.body for inner in ir.walk(each))


def _emptying(node: ir.Node) -> tuple[ir.Expression, ...]:
    """What a node empties, takes something from, or sets to nothing."""
    match node:
        case ir.Assign(targets, ir.Literal(value)) if not value:
            return tuple(target for target in targets if not isinstance(target, ir.Item))
        case ir.Assign(targets, ir.Sequence(_, ()) | ir.Mapping(())):
            return tuple(target for target in targets if not isinstance(target, ir.Item))
        case ir.Call(ir.Attribute(value, "clear" | "pop" | "popleft" | "popitem" | "remove" | "discard")):
            return (value,)
        case _:
            return ()


def _kept(node: ir.Expression, scope: Scope) -> bool:
    """Whether an expression's value outlives the invocation and the function around it sets it."""
    name = lasting(node, scope)
    if name is None:
        return False
    if name in scope.aliases or name == "globals" or scope.function is None:
        return True
    if name in _stored(scope.function):
        return True
    return _is_set_by_callees(name, scope) if isinstance(node, ir.Name) else _is_set_by_methods(node, scope)


def _is_set_by_methods(node: ir.Expression, scope: Scope) -> bool:
    """Whether an attribute of a class is set by one of its methods, which the function around calls on it:
    `if (!Settings.loaded) await Settings.load()`."""
    match node:
        case ir.Attribute(ir.Name(of), name) if scope.function is not None and (owner := scope.owner(of)) is not None:
            called = [method for holder, method in _called_on(scope.function) if holder == of]
            classes = [each for each in options(owner.names[of]) if isinstance(each, Class)]
            methods = (one for each in classes for method in called for one in options(each.lookup(method) or NONE))
            return any(isinstance(each, Function) and name in _stored(each.node) for each in methods)
        case _:
            return False


@lru_cache(maxsize=1024)
def _called_on(function: ir.Function) -> frozenset[tuple[str, str]]:
    """The names of methods that a function calls, with the names that it calls them on."""
    nodes = (node for statement in function.body for node in ir.walk(statement))
    return frozenset(
        (each.function.value.id, each.function.name)
        for each in nodes
        if isinstance(each, ir.Call)
        and isinstance(each.function, ir.Attribute)
        and isinstance(each.function.value, ir.Name)
    )


def _is_set_by_callees(name: str, scope: Scope) -> bool:
    """Whether a name of the module is set by another function, which the one around calls: `if (!pool) connect()`."""
    if scope.function is None or name not in set_globally(scope.top.module):
        return False
    callees = (scope.top.module.names.get(each) for each in _called(scope.function))
    return any(isinstance(each, ir.Function) and name in _stored(each) for each in callees)


@lru_cache(maxsize=1024)
def _called(function: ir.Function) -> frozenset[str]:
    """The names of what a function calls."""
    nodes = (node for statement in function.body for node in ir.walk(statement))
    return frozenset(
        each.function.id for each in nodes if isinstance(each, ir.Call) and isinstance(each.function, ir.Name)
    )


@lru_cache(maxsize=1024)
def _stored(function: ir.Function) -> frozenset[str]:
    """The names, attributes and containers that a function assigns to."""
    return frozenset(name for statement in function.body for node in ir.walk(statement) for name in set_by(node))


_FILLING = frozenset({"setdefault", "update", "append", "add", "extend", "insert", "put", "set"})


def set_by(node: ir.Node) -> Iterable[str]:
    for target in targets(node):
        yield from target_names(target)
    match node:
        case ir.Call(ir.Attribute(value, name)) if name in _FILLING:
            yield from target_names(value)
        case ir.Call(ir.Name("setattr"), (ir.Argument(value=ir.Name() as value), *_)):
            yield value.id


def targets(node: ir.Node) -> Iterable[ir.Expression]:
    """What a node assigns to."""
    match node:
        case ir.Assign(several):
            yield from several
        case ir.Update(target=target) | ir.For(target=target) | ir.Bind(target=target):
            yield target
        case ir.With(contexts):
            yield from (bound for _, bound in contexts if bound is not None)


@lru_cache(maxsize=1024)
def set_globally(module: ir.Module) -> frozenset[str]:
    """The names of a module that some function may set."""
    nodes = (node for statement in module.body for node in ir.walk(statement))
    return frozenset(name for node in nodes if isinstance(node, ir.Scope) for name in node.names)


def is_item_of_given(parameter: ir.Expression, asked: ir.Expression, scope: Scope) -> bool:
    """Whether `asked` is an item of a parameter that stands for nothing where the caller gives none."""
    match parameter, asked, scope.function:
        case ir.Name(id), ir.Item(ir.Name(of), ir.Literal(str())), ir.Function(parameters=parameters) if id == of:
            defaults = (each.default for each in parameters if each.name == id)
            return any(isinstance(each, ir.Literal) and not each.value for each in defaults)
        case _:
            return False


def adds(target: ir.Expression, value: ir.Expression) -> bool:
    """Whether an item is set to itself and something more: `totals[key] = totals.get(key, 0) + 1`."""
    if not isinstance(target, ir.Item) or not isinstance(value, ir.Binary) or value.operator not in ("+", "|"):
        return False
    names = set(target_names(target))
    return any(
        isinstance(each, ir.Item | ir.Call)
        and names.intersection(
            target_names(each.value)
            if isinstance(each, ir.Item)
            else target_names(each.function.value)
            if isinstance(each.function, ir.Attribute) and each.function.name == "get"
            else ()
        )
        for each in ir.walk(value)
    )


@lru_cache(maxsize=4096)
def counted(body: tuple[ir.Statement, ...], counter: ir.Expression | None = None) -> bool:
    """Whether a test that leads out of a loop asks how far it has counted, or how much it has collected.

    `counter` is what a `for` counts its rounds with.
    """
    counts = set() if counter is None else set(target_names(counter))
    counts |= {
        node.target.id
        for statement in body
        for node in ir.walk(statement)
        if isinstance(node, ir.Update) and isinstance(node.target, ir.Name)
    }
    counts |= {name for statement in body for node in ir.walk(statement) for name in _steps(node)}
    return any(
        isinstance(node, ir.If) and _leads_out((*node.then, *node.otherwise)) and _asks(node.test, counts)
        for statement in body
        for node in ir.walk(statement)
    )


def _steps(node: ir.Node) -> Iterable[str]:
    """The name that an assignment counts with: `left = left - 1`."""
    match node:
        case ir.Assign((ir.Name(id),), ir.Binary("+" | "-", ir.Name(same), ir.Literal(int()))) if id == same:
            yield id


def _leads_out(body: Sequence[ir.Statement]) -> bool:
    return any(
        isinstance(each, ir.Return | ir.Raise) or (isinstance(each, ir.Jump) and each.kind == "break") for each in body
    )


def _asks(test: ir.Expression, counts: set[str]) -> bool:
    """Whether a test compares one of `counts`, or the length of something."""
    return any(
        isinstance(each, ir.Comparison)
        and each.operator in ("==", ">", ">=", "<", "<=")
        and any(
            (isinstance(side, ir.Name) and side.id in counts)
            or (isinstance(side, ir.Call) and isinstance(side.function, ir.Name) and side.function.id == "len")
            for side in (each.left, each.right)
        )
        for each in ir.walk(test)
    )


@lru_cache(maxsize=4096)
def assigned(node: ir.Node) -> frozenset[str]:
    """The names, attributes and containers that a statement and those below it assign to or fill."""
    return frozenset(name for each in ir.walk(node) for name in set_by(each))


def target_names(target: ir.Expression) -> Iterable[str]:
    """The name that is set by an assignment to `target`: of a variable, an attribute, or the container of an item."""
    match target:
        case ir.Name(id):
            yield id
        case ir.Attribute(_, name):
            yield name
        case ir.Item(value) | ir.Spread(value):
            yield from target_names(value)
        case ir.Sequence(_, items):
            for item in items:
                yield from target_names(item)
        case ir.Call(ir.Name("globals")):
            yield "globals"
