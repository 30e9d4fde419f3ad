"""What statements do: they set names, and lead on, out or back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import access, conditions, definitions, expressions, guards, straight, traces
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run, executes
from lambdalint.code.evaluate.ways import BREAK, CONTINUE, NEXT, RAISE, RETURN, merge
from lambdalint.code.facts import SUPPRESSED, Raise, is_static
from lambdalint.code.value import (
    ENTERED,
    NONE,
    Assurance,
    Class,
    Compared,
    Constant,
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
from lambdalint.source import Span

_NOTHING: frozenset[Assurance] = frozenset()


@executes(ir.Do)
def _do(run: Run, node: ir.Do, scope: Scope) -> int:
    run.diverged = False
    run.dropped = node.value
    mark = run.mark
    run.evaluate(node.value, scope)
    run.language.leave(run, node, scope, mark)
    diverged, run.diverged = run.diverged, False
    return RAISE if diverged else NEXT


@executes(ir.Assign)
def _assign(run: Run, node: ir.Assign, scope: Scope) -> int:
    mark = run.mark
    value = run.evaluate(node.value, scope)
    lasting = guards.lasting(node.value, scope) is not None
    for target in node.targets:
        access.assign(run, target, value, scope, lasting, "+=" if guards.adds(target, node.value) else "=")
    run.language.leave(run, node, scope, mark)
    return NEXT


@executes(ir.Update)
def _update(run: Run, node: ir.Update, scope: Scope) -> int:
    before = run.evaluate(node.target, scope)
    lazy = node.operator in ("or", "??") and guards.once(node.target, scope) == "otherwise"
    with run.within(once=run.here.once or lazy):
        value = run.evaluate(node.value, scope)
    if node.operator in ("or", "??"):
        access.assign(run, node.target, join(*map(conditions.there, options(before)), value), scope)
    elif isinstance(before, SequenceValue) and node.operator == "+":
        run.change(before, "+=", node.span, value=value)
        before.items.append(access.element(run, value))
        before.open = True
    else:
        made = expressions.binary(run, node.operator, before, value, node.span)
        access.assign(run, node.target, made, scope, how="+=")
    return NEXT


@executes(ir.Import)
def _import(run: Run, node: ir.Import, scope: Scope) -> int:
    run.language.bring(run, node, scope)
    return NEXT


@executes(ir.Function)
def _function(run: Run, node: ir.Function, scope: Scope) -> int:
    access.assign(run, ir.Name(node.name, node.span), definitions.function(run, node, scope), scope)
    return NEXT


@executes(ir.Class)
def _class(run: Run, node: ir.Class, scope: Scope) -> int:
    inner = Scope(scope.module, parent=scope)
    # `class Orders(Table[Order])`: of Python's generics a class has the class.
    plain = (each.value if isinstance(each, ir.Item) and not run.language.lenient else each for each in node.bases)
    bases = tuple(run.evaluate(base, scope) for base in plain)
    made = Class(node, inner, bases)
    run.execute(node.body, inner)
    definitions.enumerate_members(made)
    access.assign(run, ir.Name(node.name, node.span), made, scope)
    return NEXT


@executes(ir.If)
def _if(run: Run, node: ir.If, scope: Scope) -> int:
    if never(node.test):
        return run.execute(node.then if run.straight else node.otherwise, scope)
    asked = len(run.tests)
    answer = conditions.ask(run, node.test, scope)
    if node.then and isinstance(node.then[-1], ir.Raise):
        for name in conditions.variables(answer.fails):
            run.demand_environment(name, node.test.span)
    if not node.otherwise and traces.only_says(node.then):
        run.remarks += run.tests[asked:]
    if answer.decided is not None:
        with run.within(assured=run.here.assured | (answer.holds if answer.decided else answer.fails)):
            return run.execute(node.then if answer.decided else node.otherwise, scope)
    first = guards.once(node.test, scope)
    here = run.here
    tested = (*here.tested, answer.value)
    around = {"tested": tested, "conditional": True}
    if not node.otherwise:
        run.open[node] = tested
    before = dict(scope.names)
    with run.within(
        once=here.once or first == "then",
        caught=(*here.caught, *_asked(node.test)),
        assured=here.assured | answer.holds,
        **around,
    ):
        own = conditions.narrowed(run, before, answer.value)
        scope.names = scope.names if own is before else dict(own)
        then = run.execute(node.then, scope)
        # What was narrowed holds no longer than the branch.
        scope.names.update((name, before[name]) for name, each in own.items() if scope.names.get(name) is each)
    # `if name not in NAMES: name = "other"`: where it is not allowed, nothing holds it any longer.
    replaced = [value for name, value in before.items() if scope.names.get(name) is not value]
    chosen = [value for name, value in scope.names.items() if before.get(name) is not value]
    holds = answer.holds | run.established | conditions.vouched(answer.fails, replaced)
    sure = conditions.vouched(answer.holds, chosen)
    after, scope.names = scope.names, before
    with run.within(once=here.once or first == "otherwise", assured=here.assured | answer.fails, **around):
        own = conditions.narrowed(run, before, answer.value, holds=False)
        scope.names = scope.names if own is before else dict(own)
        otherwise = run.execute(node.otherwise, scope)
        if then & NEXT:
            scope.names.update((name, before[name]) for name, each in own.items() if scope.names.get(name) is each)
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
    conditions.keep_known(scope.names, after, answer.fails)
    conditions.keep_known(after, scope.names, answer.holds)
    merge(scope, [names for ways, names in ((then, after), (otherwise, scope.names)) if ways & NEXT], answer.value)
    return then | otherwise


def never(test: ir.Expression) -> bool:
    """Whether a test fails when AWS runs the code: `__name__ == "__main__"`, `TYPE_CHECKING`."""
    match test:
        case ir.Comparison("==", ir.Name("__name__"), ir.Literal("__main__")):
            return True
        case ir.Comparison("==", ir.Literal("__main__"), ir.Name("__name__")):
            return True
        case ir.Name("TYPE_CHECKING") | ir.Attribute(_, "TYPE_CHECKING"):
            return True
        case ir.Comparison("==", ir.Attribute(ir.Name("require"), "main"), ir.Name("module")):
            return True
        case _:
            return False


@lru_cache(maxsize=4096)
def _asked(test: ir.Expression) -> tuple[str, ...]:
    """`KeyError` where a test asks whether a key is there: reading it in the branch does not fail."""
    for each in ir.walk(test):
        match each:
            case ir.Comparison("in") | ir.Call(ir.Attribute(_, "get")):
                return ("KeyError",)
    return ()


def _reckons(body: tuple[ir.Statement, ...]) -> bool:
    """Whether something is added up: `total += order["price"]`."""
    return any(
        isinstance(each, ir.Update) and each.operator in ("+", "-") for statement in body for each in ir.walk(statement)
    )


@executes(ir.For)
def _for(run: Run, node: ir.For, scope: Scope) -> int:
    over = run.evaluate(node.iterable, scope)
    rounds = straight.items(run, over)
    if rounds is not None:
        return _go_round(run, node, rounds, scope)
    run.need_part(over, node.iterable.span)
    counted, says = guards.counted(node.body, _counter(node, over)), traces.only_says(node.body)
    loop = run.loop(node.span, over, counted=counted, says=says, reckons=_reckons(node.body))
    before = dict(scope.names)
    changes: dict[str, Any] = {"loops": (*run.here.loops, loop)}
    if loop.of_records:
        changes |= {"exposed": True, "body": node.body}
    ways = 0
    for item in (expressions.spelt_out(over) if _sets_attributes(node) else []) or [access.element(run, over)]:
        access.assign(run, node.target, item, scope)
        with run.within(**changes):
            ways |= _round(run, node.body, scope)
    merge(scope, [before, scope.names])
    return _after_loop(run, ways, node.otherwise, scope)


def _round(run: Run, body: Sequence[ir.Statement], scope: Scope) -> int:
    """Go through a loop's body once: what names are where it leads out of the round, they may be behind the loop."""
    run.jumps.append([])
    ways = run.execute(body, scope)
    merge(scope, [scope.names, *run.jumps.pop()])
    return ways


def _go_round(run: Run, node: ir.For, rounds: list[Value], scope: Scope) -> int:
    """Go through a loop of a program that runs once."""
    here, left = run.here, 0
    for item in rounds:
        access.assign(run, node.target, item, scope)
        ways = _round(run, node.body, scope)
        left |= ways & (RETURN | RAISE)
        if not ways & (NEXT | CONTINUE):
            run.here = here
            return left | (NEXT if ways & BREAK else 0)
        if ways & (BREAK | RETURN):
            run.part()
    run.here = here
    return left | NEXT | run.execute(node.otherwise, scope)


@lru_cache(maxsize=4096)
def _sets_attributes(node: ir.For) -> bool:
    """Whether a loop sets attributes by their names, so that each round sets its own."""
    return any(
        isinstance(each, ir.Call) and isinstance(each.function, ir.Name) and each.function.id == "setattr"
        for statement in node.body
        for each in ir.walk(statement)
    )


def _counter(node: ir.For, over: Value) -> ir.Expression | None:
    """What a loop counts its rounds with: `for n in itertools.count()`, `for n, item in enumerate(items)`."""
    match idioms.origin_name(over) if isinstance(over, Result) else "", node.target:
        case "itertools.count", target:
            return target
        case "builtins.enumerate", ir.Sequence(_, (target, *_)):
            return target
        case _:
            return None


@executes(ir.While)
def _while(run: Run, node: ir.While, scope: Scope) -> int:
    answer = conditions.ask(run, node.test, scope)
    left = 0
    for _ in range(straight.MOST_ROUNDS if run.straight and not run.here.conditional else 0):
        if not answer.decided:
            break
        ways = _round(run, node.body, scope)
        if ways & (BREAK | RETURN | RAISE):
            if not ways & (NEXT | CONTINUE):
                return (ways & (RETURN | RAISE)) | (NEXT if ways & BREAK else 0) | left
            break
        answer = conditions.ask(run, node.test, scope)
    if run.straight and answer.decided is False:
        return NEXT | left
    before = dict(scope.names)
    loop = run.loop(node.span, answer.value, counted=guards.counted(node.body))
    changes: dict[str, Any] = {"loops": (*run.here.loops, loop), "assured": run.here.assured | answer.holds}
    if loop.of_records:
        changes |= {"exposed": True, "body": node.body}
    with run.within(**changes):
        ways = _round(run, node.body, scope)
    merge(scope, [before, scope.names])
    if isinstance(node.test, ir.Literal) and node.test.value and not ways & BREAK:
        return ways & ~(NEXT | CONTINUE)
    return _after_loop(run, ways, node.otherwise, scope)


def _after_loop(run: Run, ways: int, otherwise: Sequence[ir.Statement], scope: Scope) -> int:
    return (ways & (RETURN | RAISE)) | NEXT | run.execute(otherwise, scope)


@executes(ir.With)
def _with(run: Run, node: ir.With, scope: Scope) -> int:
    suppresses = False
    managers: list[Value] = []
    for context, target in node.contexts:
        value = run.evaluate(context, scope)
        run.ask(value, ENTERED)
        suppresses = suppresses or idioms.origin_name(value) == "contextlib.suppress"
        managers += options(value)
        entered = join(*(_entered(run, each, node.span) for each in options(value)))
        if target is not None:
            access.assign(run, target, entered, scope)
    with run.within(caught=(*run.here.caught, *(("", SUPPRESSED) if suppresses else ()))):
        ways = run.execute(node.body, scope)
    for each in reversed(managers):
        _left(run, each, node.span)
    return ways | (NEXT if suppresses else 0)


def _entered(run: Run, context: Value, span: Span) -> Value:
    """What `with context as …` gives: a foreign context manager gives itself, as files and sessions do."""
    if isinstance(context, SequenceValue) and context.kind == "generator":
        return access.element(run, context)
    match context:
        case Instance():
            name = _named(context, "__enter__", "__aenter__")
            if name is not None:
                return run.call(access.attribute(run, context, name, span), Arguments(), span)
        case SequenceValue(items=[_, *_]):
            # What a generator made a context manager gives.
            return access.element(run, context)
    return context


def _left(run: Run, context: Value, span: Span) -> None:
    """Run what an object of the program does when its block is left, with an error or without."""
    name = None if not isinstance(context, Instance) else _named(context, "__exit__", "__aexit__")
    if name is not None:
        given = Arguments((Unknown(()), Unknown(()), Unknown(())))
        run.call(access.attribute(run, context, name, span), given, span)


def _named(context: Instance, *names: str) -> str | None:
    """The first of some methods that an object has."""
    return next((each for each in names if context.of.lookup(each) is not None), None)


@executes(ir.Match)
def _match(run: Run, node: ir.Match, scope: Scope) -> int:
    subject = run.evaluate(node.subject, scope)
    run.test(subject, node.subject.span)
    ways = 0
    before = dict(scope.names)
    ends = [dict(before)]
    for case in node.cases:
        scope.names = dict(before)
        run.evaluate(case.pattern, scope)
        fixed = any(isinstance(each, ir.Literal) for each in ir.walk(case.pattern))
        for name in case.bindings:
            access.assign(run, name, Unknown((subject,)), scope)
        if case.guard is not None:
            run.evaluate(case.guard, scope)
        assured = run.here.assured | (conditions.allowed(subject) if fixed else _NOTHING)
        if isinstance(case.pattern, ir.Literal):
            of = Constant(case.pattern.value)
            if run.here.phase == "invocation":
                run.tests.append(Compared("==", subject, of))
            assured |= conditions.is_text(subject, of)
        with run.within(assured=assured, tested=(*run.here.tested, subject), conditional=True):
            leaves = _round(run, case.body, scope) if node.breaks else run.execute(case.body, scope)
        if node.breaks and leaves & BREAK:
            leaves = (leaves & ~BREAK) | NEXT
        ways |= leaves
        if leaves & NEXT:
            ends.append(scope.names)
    if node.breaks and any(isinstance(case.pattern, ir.Opaque) for case in node.cases):
        # One of its cases is the default.
        ends = ends[1:]
        merge(scope, ends)
        return ways
    merge(scope, ends)
    return ways | NEXT


@executes(ir.Return)
def _return(run: Run, node: ir.Return, scope: Scope) -> int:
    mark = run.mark
    value = NONE if node.value is None else run.evaluate(node.value, scope)
    run.language.leave(run, node, scope, mark)
    if not _hands_on(node.value):
        run.look_at(value)
    if run.here.conditional:
        run.conditional.add(node.span)
    if run.settled:
        around = run.settled[-1]
        around.settled = (
            around.settled
            and run.here.loops == around.loops
            and all(map(is_static, run.here.tested[len(around.tested) :]))
        )
    if run.returned:
        run.returned[-1].append((value, node.span))
        run.vouched[-1].append((value, run.here.assured | run.established))
    return RETURN


def _hands_on(node: ir.Expression | None) -> bool:
    """Whether an expression is a call, or one of two: what that gives is returned as it is."""
    match node:
        case ir.Call():
            return True
        case ir.Await(value):
            return _hands_on(value)
        case ir.Conditional(_, then, otherwise):
            return _hands_on(then) or _hands_on(otherwise)
        case _:
            return False


@executes(ir.Raise)
def _raise(run: Run, node: ir.Raise, scope: Scope) -> int:
    value = None if node.value is None else run.evaluate(node.value, scope)
    here = run.here
    if here.phase == "invocation":
        run.raises.append(Raise(value, node.span, here.trail, here.loops, here.caught, here.tested))
    return RAISE


@executes(ir.Scope)
def _scope(_run: Run, node: ir.Scope, scope: Scope) -> int:
    scope.declared.update(dict.fromkeys(node.names, node.kind))
    return NEXT


@executes(ir.Delete)
def _delete(run: Run, node: ir.Delete, scope: Scope) -> int:
    for target in node.targets:
        if isinstance(target, ir.Item):
            for each in options(run.evaluate(target.value, scope)):
                key = run.evaluate(target.key, scope)
                run.change(each, "del", target.span)
                run.ask_item(each, key)
                if isinstance(each, Mapping):
                    each.take(key)
    return NEXT


@executes(ir.Jump)
def _jump(run: Run, node: ir.Jump, scope: Scope) -> int:
    if run.jumps:
        run.jumps[-1].append(dict(scope.names))
    return BREAK if node.kind == "break" else CONTINUE


@executes(ir.Opaque)
def _opaque(run: Run, node: ir.Opaque, scope: Scope) -> int:
    for child in node.children:
        run.evaluate(child, scope)
    return NEXT
