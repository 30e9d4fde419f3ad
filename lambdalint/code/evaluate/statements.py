"""What statements do: they set names, and lead on, out or back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import (
    access,
    attempts,
    calls,
    conditions,
    definitions,
    expressions,
    guards,
    imports,
    traces,
)
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import ENTERED, SUPPRESSED, Assurance, Raise
from lambdalint.code.value import (
    NONE,
    Class,
    Instance,
    Mapping,
    Result,
    Scope,
    Unknown,
    Value,
    join,
    options,
)
from lambdalint.code.value import Sequence as SequenceValue
from lambdalint.records import replace
from lambdalint.source import Span

NEXT, RETURN, RAISE, BREAK, CONTINUE = 1, 2, 4, 8, 16
"""The ways out of a statement, as bits."""


def execute(run: Run, body: Sequence[ir.Statement], scope: Scope) -> int:
    """Go through statements; the ways out of them. `run.established` is then what holds after them."""
    here, established = run.here, _NOTHING
    ways = NEXT
    for index, statement in enumerate(body):
        if not run.step():
            ways |= RETURN
            break
        run.established = _NOTHING
        ways = (ways & ~NEXT) | _BY_TYPE[type(statement)](run, statement, scope)
        if not ways & NEXT:
            break
        if run.established and isinstance(statement, _ESTABLISHING):
            established |= run.established
            run.here = replace(run.here, assured=run.here.assured | run.established)
        if (
            isinstance(statement, ir.If)
            and not run.here.once
            and ways & (RETURN | CONTINUE)
            and guards.once(statement.test, scope) == "otherwise"
        ):
            # `if client is not None: return client`: the rest runs until there is one.
            with run.within(once=True):
                ways = (ways & ~NEXT) | execute(run, body[index + 1 :], scope)
            break
    run.here, run.established = here, established
    return ways


_NOTHING: frozenset[Assurance] = frozenset()
_ESTABLISHING = (ir.If, ir.Do, ir.Assign, ir.With, ir.Try, ir.Return)
"""Statements after which what they made sure of holds: what is tried, looped over or defined may not have been done."""


def _do(run: Run, node: ir.Do, scope: Scope) -> int:
    run.diverged = False
    expressions.evaluate(run, node.value, scope, discarded=True)
    diverged, run.diverged = run.diverged, False
    return RAISE if diverged else NEXT


def _assign(run: Run, node: ir.Assign, scope: Scope) -> int:
    value = expressions.evaluate(run, node.value, scope)
    lasting = guards.lasting(node.value, scope) is not None
    for target in node.targets:
        access.assign(run, target, value, scope, lasting, "+=" if guards.adds(target, node.value) else "=")
    return NEXT


def _update(run: Run, node: ir.Update, scope: Scope) -> int:
    before = expressions.evaluate(run, node.target, scope)
    lazy = node.operator in ("or", "??") and guards.once(node.target, scope) == "otherwise"
    with run.within(once=run.here.once or lazy):
        value = expressions.evaluate(run, node.value, scope)
    if node.operator in ("or", "??"):
        access.assign(run, node.target, join(before, value), scope)
    elif isinstance(before, SequenceValue) and node.operator == "+":
        run.change(before, "+=", node.span, value=value)
        before.items.append(access.element(value))
        before.open = True
    else:
        made = expressions.binary(node.operator, before, value, node.span)
        access.assign(run, node.target, made, scope, how="+=")
    return NEXT


def _function(run: Run, node: ir.Function, scope: Scope) -> int:
    access.assign(run, ir.Name(node.name, node.span), definitions.function(run, node, scope), scope)
    return NEXT


def _class(run: Run, node: ir.Class, scope: Scope) -> int:
    inner = Scope(scope.module, parent=scope)
    bases = tuple(expressions.evaluate(run, base, scope) for base in node.bases)
    made = Class(node, inner, bases)
    execute(run, node.body, inner)
    definitions.enumerate_members(made)
    access.assign(run, ir.Name(node.name, node.span), made, scope)
    return NEXT


def _if(run: Run, node: ir.If, scope: Scope) -> int:
    if _never(node.test):
        return execute(run, node.otherwise, scope)
    answer = conditions.ask(run, node.test, scope)
    if answer.decided is not None:
        with run.within(assured=run.here.assured | (answer.holds if answer.decided else answer.fails)):
            return execute(run, node.then if answer.decided else node.otherwise, scope)
    first = guards.once(node.test, scope)
    here = run.here
    around = {"tested": (*here.tested, answer.value), "conditional": True}
    before = dict(scope.names)
    with run.within(
        once=here.once or first == "then",
        caught=(*here.caught, *_asked(node.test)),
        assured=here.assured | answer.holds,
        **around,
    ):
        then = execute(run, node.then, scope)
    # `if name not in NAMES: name = "other"`: where it is not allowed, nothing holds it any longer.
    replaced = [value for name, value in before.items() if scope.names.get(name) is not value]
    chosen = [value for name, value in scope.names.items() if before.get(name) is not value]
    holds = answer.holds | run.established | conditions.vouched(answer.fails, replaced)
    sure = conditions.vouched(answer.holds, chosen)
    after, scope.names = scope.names, before
    with run.within(once=here.once or first == "otherwise", assured=here.assured | answer.fails, **around):
        otherwise = execute(run, node.otherwise, scope)
    fails = answer.fails | run.established
    run.established = (
        (holds & fails) | sure
        if then & otherwise & NEXT
        else holds
        if then & NEXT
        else fails
        if otherwise & NEXT
        else _NOTHING
    )
    merge(scope, [names for ways, names in ((then, after), (otherwise, scope.names)) if ways & NEXT])
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


def merge(scope: Scope, ends: list[dict[str, Value]]) -> None:
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
    loop = run.loop(node.span, over, counted=guards.counted(node.body, _counter(node, over)))
    before = dict(scope.names)
    access.assign(run, node.target, access.element(over), scope)
    changes: dict[str, Any] = {"loops": (*run.here.loops, loop)}
    if loop.over_records:
        changes |= {"exposed": True, "body": node.body}
    with run.within(**changes):
        ways = execute(run, node.body, scope)
    merge(scope, [before, scope.names])
    return _after_loop(run, ways, node.otherwise, scope)


def _counter(node: ir.For, over: Value) -> ir.Expression | None:
    """What a loop counts its rounds with: `for n in itertools.count()`, `for n, item in enumerate(items)`."""
    match idioms.origin_name(over) if isinstance(over, Result) else "", node.target:
        case "itertools.count", target:
            return target
        case "builtins.enumerate", ir.Sequence(_, (target, *_)):
            return target
        case _:
            return None


def _while(run: Run, node: ir.While, scope: Scope) -> int:
    answer = conditions.ask(run, node.test, scope)
    before = dict(scope.names)
    loops = (*run.here.loops, run.loop(node.span, answer.value, counted=guards.counted(node.body)))
    with run.within(loops=loops, assured=run.here.assured | answer.holds):
        ways = execute(run, node.body, scope)
    merge(scope, [before, scope.names])
    if isinstance(node.test, ir.Literal) and node.test.value and not ways & BREAK:
        return ways & ~(NEXT | CONTINUE)
    return _after_loop(run, ways, node.otherwise, scope)


def _after_loop(run: Run, ways: int, otherwise: Sequence[ir.Statement], scope: Scope) -> int:
    return (ways & (RETURN | RAISE)) | NEXT | execute(run, otherwise, scope)


def _with(run: Run, node: ir.With, scope: Scope) -> int:
    suppresses = False
    for context, target in node.contexts:
        value = expressions.evaluate(run, context, scope)
        run.ask(value, ENTERED)
        suppresses = suppresses or idioms.origin_name(value) == "contextlib.suppress"
        entered = join(*(_entered(run, each, node.span) for each in options(value)))
        if target is not None:
            access.assign(run, target, entered, scope)
    with run.within(caught=(*run.here.caught, *(("", SUPPRESSED) if suppresses else ()))):
        ways = execute(run, node.body, scope)
    return ways | (NEXT if suppresses else 0)


def _entered(run: Run, context: Value, span: Span) -> Value:
    """What `with context as …` gives: a foreign context manager gives itself, as files and sessions do."""
    if isinstance(context, SequenceValue) and context.kind == "generator":
        return access.element(context)
    match context:
        case Instance(of):
            name = next((each for each in ("__enter__", "__aenter__") if of.lookup(each) is not None), None)
            if name is not None:
                return calls.apply(run, access.attribute(run, context, name, span), calls.Arguments(), span)
        case SequenceValue(items=[_, *_]):
            # What a generator made a context manager gives.
            return access.element(context)
    return context


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
    run.test(subject)
    ways = 0
    before = dict(scope.names)
    ends = [dict(before)]
    for case in node.cases:
        scope.names = dict(before)
        expressions.evaluate(run, case.pattern, scope)
        fixed = any(isinstance(each, ir.Literal) for each in ir.walk(case.pattern))
        for name in case.bindings:
            access.assign(run, name, Unknown((subject,)), scope)
        if case.guard is not None:
            expressions.evaluate(run, case.guard, scope)
        assured = run.here.assured | (conditions.allowed(subject) if fixed else _NOTHING)
        with run.within(assured=assured, tested=(*run.here.tested, subject), conditional=True):
            leaves = execute(run, case.body, scope)
        ways |= leaves
        if leaves & NEXT:
            ends.append(scope.names)
    merge(scope, ends)
    return ways | NEXT


def _return(run: Run, node: ir.Return, scope: Scope) -> int:
    value = NONE if node.value is None else expressions.evaluate(run, node.value, scope)
    if run.returned:
        run.returned[-1].append((value, node.span))
        run.vouched[-1].append((value, run.here.assured | run.established))
    return RETURN


def _raise(run: Run, node: ir.Raise, scope: Scope) -> int:
    value = None if node.value is None else expressions.evaluate(run, node.value, scope)
    here = run.here
    if here.phase == "invocation":
        run.raises.append(Raise(value, node.span, here.trail, here.loops, here.caught, here.tested))
    return RAISE


def _scope(_run: Run, node: ir.Scope, scope: Scope) -> int:
    scope.declared.update(dict.fromkeys(node.names, node.kind))
    return NEXT


def _delete(run: Run, node: ir.Delete, scope: Scope) -> int:
    for target in node.targets:
        if isinstance(target, ir.Item):
            for each in options(expressions.evaluate(run, target.value, scope)):
                key = expressions.evaluate(run, target.key, scope)
                run.change(each, "del", target.span)
                run.ask_item(each, key)
                if isinstance(each, Mapping):
                    each.take(key)
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
    ir.Import: imports.statement,
    ir.Function: _function,
    ir.Class: _class,
    ir.If: _if,
    ir.For: _for,
    ir.While: _while,
    ir.With: _with,
    ir.Try: attempts.attempt,
    ir.Match: _match,
    ir.Return: _return,
    ir.Raise: _raise,
    ir.Scope: _scope,
    ir.Delete: _delete,
    ir.Jump: _jump,
    ir.Opaque: _opaque,
}
