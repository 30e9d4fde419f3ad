"""What statements do: they set names, and lead on, out or back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import calls, expressions, guards, traces
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import EVERYTHING, Call, Catch, carries
from lambdalint.code.value import (
    NONE,
    Class,
    Imported,
    Instance,
    Member,
    Module,
    Scope,
    Unknown,
    Value,
    join,
    options,
)
from lambdalint.code.value import Sequence as SequenceValue
from lambdalint.source import Span

NEXT, RETURN, RAISE, BREAK, CONTINUE = 1, 2, 4, 8, 16
"""The ways out of a statement, as bits."""


def execute(run: Run, body: Sequence[ir.Statement], scope: Scope) -> int:
    """Go through statements; the ways out of them."""
    ways = NEXT
    for index, statement in enumerate(body):
        if not run.step():
            return ways | RETURN
        ways = (ways & ~NEXT) | _BY_TYPE[type(statement)](run, statement, scope)
        if not ways & NEXT:
            return ways
        if (
            isinstance(statement, ir.If)
            and not run.here.once
            and ways & (RETURN | CONTINUE)
            and guards.once(statement.test, scope) == "otherwise"
        ):
            # `if client is not None: return client`: the rest runs until there is one.
            with run.within(once=True):
                return (ways & ~NEXT) | execute(run, body[index + 1 :], scope)
    return ways


def _do(run: Run, node: ir.Do, scope: Scope) -> int:
    run.diverged = False
    expressions.evaluate(run, node.value, scope, discarded=True)
    diverged, run.diverged = run.diverged, False
    return RAISE if diverged else NEXT


def _assign(run: Run, node: ir.Assign, scope: Scope) -> int:
    value = expressions.evaluate(run, node.value, scope)
    lasting = guards.lasting(node.value, scope) is not None
    for target in node.targets:
        expressions.assign(run, target, value, scope, lasting)
    return NEXT


def _update(run: Run, node: ir.Update, scope: Scope) -> int:
    before = expressions.evaluate(run, node.target, scope)
    lazy = node.operator in ("or", "??") and guards.once(node.target, scope) == "otherwise"
    with run.within(once=run.here.once or lazy):
        value = expressions.evaluate(run, node.value, scope)
    if node.operator in ("or", "??"):
        expressions.assign(run, node.target, join(before, value), scope)
    elif isinstance(before, SequenceValue) and node.operator == "+":
        before.items.append(expressions.element(value))
        before.open = True
    else:
        expressions.assign(run, node.target, expressions.binary(node.operator, before, value, node.span), scope)
    return NEXT


def _import(run: Run, node: ir.Import, scope: Scope) -> int:
    if node.level:
        package = scope.top.package.split(".") if scope.top.package else []
        base = ".".join(package[: len(package) - node.level + 1])
        name, root = ".".join(part for part in (base, node.module) if part), scope.top.root
    else:
        name, root = node.module, ""
    if node.name is None:
        _import_module(run, node, name, scope)
    elif node.name == "*":
        found = calls.module(run, name, root)
        scope.names.update({"*": Unknown()} if found is None else found.scope.names)
    else:
        _set_imported(run, node, _imported(run, name, node.name, root, bool(node.level)), scope)
    return NEXT


def _imported(run: Run, module: str, name: str, root: str, relative: bool) -> Value:
    found = calls.module(run, module, root)
    if found is not None and name in found.scope.names:
        return found.scope.names[name]
    inner = calls.module(run, f"{module}.{name}" if module else name, root)
    if inner is not None:
        return inner
    # A module of the project that was not found leaves its names unknown.
    return Unknown() if relative or found is not None else Imported(f"{module}.{name}")


def _import_module(run: Run, node: ir.Import, name: str, scope: Scope) -> None:
    found = calls.module(run, name)
    top = name.partition(".")[0]
    if node.bound == top != name:
        # `import a.b` binds `a`, and `a.b` is an attribute of it.
        value: Value = Imported(top) if found is None else calls.module(run, top) or Module(top, _package(found.scope))
    else:
        value = Imported(name) if found is None else found
    _set_imported(run, node, value, scope)


def _package(scope: Scope) -> Scope:
    """The scope of a directory without `__init__`: its modules are found by name."""
    return Scope(scope.module, root=scope.root)


def _set_imported(run: Run, node: ir.Import, value: Value, scope: Scope) -> None:
    expressions.assign(run, ir.Name(node.bound, node.span), value, scope)


def _function(run: Run, node: ir.Function, scope: Scope) -> int:
    expressions.assign(run, ir.Name(node.name, node.span), calls.function(run, node, scope), scope)
    return NEXT


def _class(run: Run, node: ir.Class, scope: Scope) -> int:
    inner = Scope(scope.module, parent=scope)
    bases = tuple(expressions.evaluate(run, base, scope) for base in node.bases)
    made = Class(node, inner, bases)
    execute(run, node.body, inner)
    expressions.assign(run, ir.Name(node.name, node.span), made, scope)
    return NEXT


def _if(run: Run, node: ir.If, scope: Scope) -> int:
    expressions.evaluate(run, node.test, scope)
    if _never(node.test):
        return execute(run, node.otherwise, scope)
    first = guards.once(node.test, scope)
    asked = _asked(node.test)
    before = dict(scope.names)
    with run.within(once=run.here.once or first == "then", caught=(*run.here.caught, *asked)):
        then = execute(run, node.then, scope)
    after, scope.names = scope.names, before
    with run.within(once=run.here.once or first == "otherwise"):
        otherwise = execute(run, node.otherwise, scope)
    _merge(scope, [names for ways, names in ((then, after), (otherwise, scope.names)) if ways & NEXT])
    return then | otherwise


def _never(test: ir.Expression) -> bool:
    """Whether a test fails when AWS runs the code: `__name__ == "__main__"`, `TYPE_CHECKING`."""
    match test:
        case ir.Comparison("==", ir.Name("__name__"), ir.Literal("__main__")):
            return True
        case ir.Comparison("==", ir.Literal("__main__"), ir.Name("__name__")):
            return True
        case ir.Name("TYPE_CHECKING") | ir.Attribute(_, "TYPE_CHECKING"):
            return True
        case _:
            return False


def _asked(test: ir.Expression) -> tuple[str, ...]:
    """`KeyError` where a test asks whether a key is there: reading it in the branch does not fail."""
    for each in ir.walk(test):
        match each:
            case ir.Comparison("in") | ir.Call(ir.Attribute(_, "get")):
                return ("KeyError",)
    return ()


def _merge(scope: Scope, ends: list[dict[str, Value]]) -> None:
    """Set a scope's names to what they may be after one of several ways."""
    if not ends:
        return
    first, *others = ends
    for names in others:
        for name, value in names.items():
            known = first.get(name)
            first[name] = value if known is None else value if known is value else join(known, value)
    scope.names = first


def _for(run: Run, node: ir.For, scope: Scope) -> int:
    over = expressions.evaluate(run, node.iterable, scope)
    loop = run.loop(node.span, over)
    before = dict(scope.names)
    expressions.assign(run, node.target, expressions.element(over), scope)
    changes: dict[str, Any] = {"loops": (*run.here.loops, loop)}
    if loop.over_records:
        changes |= {"exposed": True, "body": node.body}
    with run.within(**changes):
        ways = execute(run, node.body, scope)
    _merge(scope, [before, scope.names])
    return _after_loop(run, ways, node.otherwise, scope)


def _while(run: Run, node: ir.While, scope: Scope) -> int:
    value = expressions.evaluate(run, node.test, scope)
    before = dict(scope.names)
    with run.within(loops=(*run.here.loops, run.loop(node.span, value))):
        ways = execute(run, node.body, scope)
    _merge(scope, [before, scope.names])
    if isinstance(node.test, ir.Literal) and node.test.value and not ways & BREAK:
        return ways & ~(NEXT | CONTINUE)
    return _after_loop(run, ways, node.otherwise, scope)


def _after_loop(run: Run, ways: int, otherwise: Sequence[ir.Statement], scope: Scope) -> int:
    return (ways & (RETURN | RAISE)) | NEXT | execute(run, otherwise, scope)


def _with(run: Run, node: ir.With, scope: Scope) -> int:
    suppresses = False
    for context, target in node.contexts:
        value = expressions.evaluate(run, context, scope)
        suppresses = suppresses or idioms.origin_name(value) == "contextlib.suppress"
        entered = join(*(_entered(run, each, node.span) for each in options(value)))
        if target is not None:
            expressions.assign(run, target, entered, scope)
    with run.within(caught=(*run.here.caught, *(("",) if suppresses else ()))):
        ways = execute(run, node.body, scope)
    return ways | (NEXT if suppresses else 0)


def _entered(run: Run, context: Value, span: Span) -> Value:
    """What `with context as …` gives: a foreign context manager gives itself, as files and sessions do."""
    if isinstance(context, Instance) and context.of.lookup("__enter__") is not None:
        return calls.apply(run, expressions.attribute(run, context, "__enter__", span), calls.Arguments(), span)
    return context


def _try(run: Run, node: ir.Try, scope: Scope) -> int:
    before = dict(scope.names)
    types = [_types(run, clause, scope) for clause in node.clauses]
    caught = tuple(name for each in types for name in (each or ("",)))
    caught = tuple("" if name in EVERYTHING else name.removeprefix("builtins.") for name in caught)
    with run.within(caught=(*run.here.caught, *caught)):
        ways = execute(run, node.body, scope)
    if ways & NEXT:
        ways = (ways & ~NEXT) | execute(run, node.otherwise, scope)
    ends = [scope.names] if ways & NEXT else []
    halfway = dict(before)
    for name, value in scope.names.items():
        halfway[name] = join(halfway[name], value) if name in halfway and halfway[name] is not value else value
    absent = _finds_lasting(node, scope)
    ways &= ~RAISE
    for clause, names in zip(node.clauses, types, strict=True):
        scope.names = dict(halfway)
        if clause.name is not None:
            scope.names[clause.name] = Unknown((Imported("builtins.BaseException"),))
        start, changed = len(run.calls), len(run.changed)
        lazy = absent and bool({"builtins.KeyError", "builtins.NameError", "builtins.AttributeError"} & set(names))
        lazy = lazy or _makes_again(node, clause, scope)
        # What fails while a failure is handled does not lose it again.
        with run.within(once=run.here.once or lazy, exposed=False):
            leaves = execute(run, clause.body, scope)
        _catch(run, node, clause, names, leaves, run.calls[start:], run.changed[changed:], scope)
        ways |= leaves
        if leaves & NEXT:
            ends.append(scope.names)
    _merge(scope, ends)
    final = execute(run, node.final, scope)
    return ways if final & NEXT else final


def _types(run: Run, clause: ir.Clause, scope: Scope) -> tuple[str, ...]:
    if clause.types is None:
        return ()
    value = expressions.evaluate(run, clause.types, scope)
    return tuple(_type(each) for each in (value.items if isinstance(value, SequenceValue) else (value,)))


def _type(value: Value) -> str:
    if isinstance(value, Class):
        return value.node.name
    if isinstance(value, Member) and isinstance(value.key, str):
        return value.key
    return idioms.origin_name(value) or "?"


def _finds_lasting(node: ir.Try, scope: Scope) -> bool:
    """Whether a `try` only looks up something that outlives the invocation."""
    match node.body:
        case (ir.Return(ir.Item() | ir.Attribute() | ir.Name() as value),) | (
            ir.Assign(_, ir.Item() | ir.Attribute() | ir.Name() as value),
        ):
            return guards.lasting(value, scope) is not None
        case (ir.Do(ir.Name() | ir.Attribute() | ir.Item() as value),):
            return guards.lasting(value, scope) is not None
        case _:
            return False


def _makes_again(node: ir.Try, clause: ir.Clause, scope: Scope) -> bool:
    """Whether a clause makes anew what outlives the invocation and was found broken: a lost connection."""
    kept = {name for statement in clause.body for name in guards.assigned(statement)} & {
        name for name in scope.declared if scope.declared[name] == "global"
    }
    return any(isinstance(each, ir.Name) and each.id in kept for statement in node.body for each in ir.walk(statement))


def _catch(
    run: Run,
    node: ir.Try,
    clause: ir.Clause,
    types: tuple[str, ...],
    leaves: int,
    made: Sequence[Call],
    changed: Sequence[Value],
    scope: Scope,
) -> None:
    here = run.here
    if here.phase != "invocation":
        return
    swallows = (
        any(loop.over_records for loop in here.loops)
        # A loop around the `try` that does not go through the record tries again.
        and here.loops[-1].over_event
        and here.exposed
        and not leaves & RAISE
        and not any(idioms.means_done_before(name) for name in types)
        and all(idioms.is_log(each) or idioms.is_pure(each) for each in made)
        and _drops_return(run, clause, leaves)
        and not (leaves & NEXT and traces.is_beside_the_work(here.body, node))
        and not _leaves_mark(node, clause, changed, scope)
    )
    alone = here.exposed and not traces.done_beside(here.body, node)
    run.catches.append(Catch(clause.span, types, here.loops, swallows, bool(leaves & RAISE), node.span, alone))


def _leaves_mark(node: ir.Try, clause: ir.Clause, changed: Sequence[Value], scope: Scope) -> bool:
    """Whether a clause notes the failure where others see it, or in what its own function acts on."""
    own = {} if scope.function is None else scope.names
    parameters = {each.name for each in scope.function.parameters} if scope.function is not None else set()
    marks: set[str] = set()
    for value in changed:
        names = {name for name, held in own.items() if value in options(held)}
        if not names or names & parameters:
            return True
        marks |= names
    return traces.leaves_mark(clause, marks, node, _around(scope))


def _around(scope: Scope) -> Sequence[ir.Statement]:
    return scope.function.body if scope.function is not None else scope.module.body


def _drops_return(run: Run, clause: ir.Clause, leaves: int) -> bool:
    """Whether what a clause returns, if it does, tells nobody of the failure."""
    if not leaves & RETURN:
        return True
    spans = {id(each.span) for statement in clause.body for each in ir.walk(statement) if isinstance(each, ir.Return)}
    values = [value for value, span in run.returned[-1] if id(span) in spans]
    return all(carries(value, "batchItemFailures") is False for value in values) and (
        len(run.stack) == 1 or all(value == NONE for value in values)
    )


def stands_beside(body: Sequence[ir.Statement], span: Span, callee: ir.Function) -> bool:
    """Whether `body` does anything apart from the call at `span`; a function's own body stands alone."""
    if body is callee.body:
        return False
    for statement in body:
        for node in ir.walk(statement):
            if isinstance(node, ir.Call) and node.span == span:
                return traces.done_beside(body, node)
    return True


def _match(run: Run, node: ir.Match, scope: Scope) -> int:
    subject = expressions.evaluate(run, node.subject, scope)
    ways = 0
    before = dict(scope.names)
    ends = [dict(before)]
    for case in node.cases:
        scope.names = dict(before)
        expressions.evaluate(run, case.pattern, scope)
        for name in case.bindings:
            expressions.assign(run, name, Unknown((subject,)), scope)
        if case.guard is not None:
            expressions.evaluate(run, case.guard, scope)
        leaves = execute(run, case.body, scope)
        ways |= leaves
        if leaves & NEXT:
            ends.append(scope.names)
    _merge(scope, ends)
    return ways | NEXT


def _return(run: Run, node: ir.Return, scope: Scope) -> int:
    value = NONE if node.value is None else expressions.evaluate(run, node.value, scope)
    if run.returned:
        run.returned[-1].append((value, node.span))
    return RETURN


def _raise(run: Run, node: ir.Raise, scope: Scope) -> int:
    if node.value is not None:
        expressions.evaluate(run, node.value, scope)
    return RAISE


def _scope(_run: Run, node: ir.Scope, scope: Scope) -> int:
    scope.declared.update(dict.fromkeys(node.names, node.kind))
    return NEXT


def _delete(run: Run, node: ir.Delete, scope: Scope) -> int:
    for target in node.targets:
        if isinstance(target, ir.Item):
            expressions.evaluate(run, target.value, scope)
    return NEXT


def _jump(_run: Run, node: ir.Jump, _scope: Scope) -> int:
    return BREAK if node.kind == "break" else CONTINUE


def _opaque(run: Run, node: ir.Opaque, scope: Scope) -> int:
    for child in node.children:
        expressions.evaluate(run, child, scope)
    return NEXT


_BY_TYPE: dict[type, Callable[[Run, Any, Scope], int]] = {
    ir.Do: _do,
    ir.Assign: _assign,
    ir.Update: _update,
    ir.Import: _import,
    ir.Function: _function,
    ir.Class: _class,
    ir.If: _if,
    ir.For: _for,
    ir.While: _while,
    ir.With: _with,
    ir.Try: _try,
    ir.Match: _match,
    ir.Return: _return,
    ir.Raise: _raise,
    ir.Scope: _scope,
    ir.Delete: _delete,
    ir.Jump: _jump,
    ir.Opaque: _opaque,
}
