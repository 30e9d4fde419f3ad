"""Promises: one of a value is that value, and what is done with it then is done at once.

A promise that fails is what a `catch` gets; how long it takes is not followed.
"""

from __future__ import annotations

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import access, foreign, traces
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.of_javascript import races
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import Catch, Finally
from lambdalint.code.value import (
    AWAITED,
    FEW,
    NONE,
    RACED,
    TOGETHER,
    Call,
    Caught,
    Function,
    Imported,
    Mapping,
    Member,
    Result,
    Sequence,
    Unknown,
    Value,
    join,
    options,
    origins,
)
from lambdalint.source import Span

CHAINING = frozenset({"then", "catch", "finally"})
METHODS = CHAINING | {"promise"}


def may_be(value: Value) -> bool:
    """Whether a value may be what a promise gives: objects that the program makes have methods of their own."""
    return not isinstance(value, Mapping) or not METHODS & set(value.entries)


def method(run: Run, receiver: Value, name: str, arguments: Arguments, span: Span) -> Value:
    """What `receiver.name(…)` gives, where the receiver stands for a promise of it."""
    given = arguments.positional
    run.ask(receiver, AWAITED)
    if name == "promise":
        run.ask(receiver, name)
    run.promises.add(span)
    match name:
        case "then":
            done = _call(run, given[0], (receiver,), span) if given and given[0] != NONE else receiver
            return join(done, _caught(run, given[1], span)) if len(given) > 1 and given[1] != NONE else done
        case "catch":
            return join(receiver, _caught(run, given[0], span)) if given else receiver
        case "finally":
            if given:
                start = len(run.calls)
                _call(run, given[0], (), span)
                if run.here.phase == "invocation":
                    run.finals.append(Finally(span, tuple(run.calls[start:])))
    return receiver


def _call(run: Run, callee: Value, given: tuple[Value, ...], span: Span) -> Value:
    return run.call(callee, Arguments(given), span)


def _caught(run: Run, callee: Value, span: Span) -> Value:
    calls, raises, changed = len(run.calls), len(run.raises), len(run.changed)
    with run.within(conditional=True, exposed=False, mends=True):
        found = _call(run, callee, (Caught((), span),), span)
    # That it fails again is the promise's failure, not the statement's.
    gives_up, run.diverged = run.diverged, False
    if isinstance(callee, Function) and run.here.phase == "invocation":
        here = run.here
        again = gives_up or len(run.raises) > raises
        alone = here.exposed and traces.is_all(here.body, span)
        made, changes = run.calls[calls:], tuple(run.changed[changed:])
        swallows = (
            alone
            and not again
            and not changes
            and all(idioms.is_log(each) or idioms.is_pure(each) for each in made)
            and all(_is_nothing(each) for each in options(found))
            and any(loop.of_records for loop in here.loops)
            and here.loops[-1].over_event
            and traces.is_dropped(run.stack, here.loops[-1].span)
        )
        run.catches.append(
            Catch(
                callee.node.extent,
                (),
                here.loops,
                swallows,
                loses=False,
                raises=again,
                gives_up=gives_up,
                returns=(),
                tried=span,
                alone=alone,
                changes=changes,
                only_logs=not again
                and not changes
                and all(idioms.is_log(each) or idioms.is_pure(each) for each in made),
            )
        )
    return found


def _is_nothing(value: Value) -> bool:
    """Whether a value tells nobody of a failure: there is none, or it is what a logger gives."""
    return value == NONE or (isinstance(value, Result) and idioms.is_log(value.call))


_OF_SEVERAL = frozenset({"js:Promise.all", "js:Promise.allSettled", "js:Promise.race", "js:Promise.any"})
"""What waits for several promises at once."""


def function(run: Run, name: str, arguments: Arguments, span: Span) -> Value | None:
    """What the functions of `Promise` give."""
    given = arguments.positional
    run.promises.add(span)
    if name in _OF_SEVERAL:
        foreign.note(run, name, None, arguments, span)
    match name, given:
        case "js:Promise.resolve", ():
            return NONE
        case (("js:Promise.resolve" | "node:timers/promises.setImmediate"), (value, *_)):
            _await(run, value)
            return value
        case "js:Promise.all", (value, *_):
            _await(run, value, TOGETHER)
            return value
        case "js:Promise.allSettled", (value, *_):
            _await(run, value, TOGETHER)
            settled = Mapping(span, {"value": access.element(run, value), "reason": Caught((), span)})
            settled.entries["status"] = Member(settled.entries["reason"], "status")
            return Sequence(span, [settled], open=True)
        case (("js:Promise.race" | "js:Promise.any"), (value, *_)):
            _await(run, value, RACED)
            if name == "js:Promise.race":
                races.bound(run, span)
            return access.element(run, value)
        case "npm:p-timeout", (value, *_):
            _await(run, value, RACED)
            return value
        case "js:Promise", (Function() as executor, *_):
            return _made(run, executor, span)
        case "node:util.promisify", (Imported("js:setTimeout" | "node:timers.setTimeout"), *_):
            return Imported(_PAUSE)
        case "node:util.promisify", (Imported() as called, *_):
            return called
    return None


def _await(run: Run, value: Value, how: str = AWAITED) -> None:
    """Note that a promise, or each of several, is waited for."""
    run.ask(value, AWAITED)
    for each in value.items if isinstance(value, Sequence) else ():
        run.ask(each, AWAITED)
    for each in origins(value, FEW) if how != AWAITED else ():
        run.ask(each, how)


def _made(run: Run, executor: Function, span: Span) -> Value:
    """What `new Promise((resolve, reject) => …)` gives: what it resolves with."""
    run.executors.add(executor.node)
    kept = Mapping(span)
    resolve = Function(_KEEP, executor.scope, receiver=kept)
    start = len(run.calls)
    run.call(executor, Arguments((resolve, Function(_DROP, executor.scope))), span)
    found = kept.entries.get("value")
    started = [call for call in run.calls[start:] if call.name.startswith(_STARTING)]
    for call in started:
        # What is started for a promise is waited for by whoever waits for that.
        call.ask(AWAITED)
    timer = started[0] if len(started) == 1 and started[0].name in _TIMERS else None
    if timer is None or not _only_waits(executor, resolve, timer):
        return Unknown() if found is None else found
    paused = foreign.call(run, _PAUSE, None, Arguments(timer.arguments[1:2]), timer.span)
    if found is None or timer.arguments[0] is resolve:
        return paused
    run.ask(paused, AWAITED)
    return found


def _only_waits(executor: Function, resolve: Function, timer: Call) -> bool:
    """Whether a promise does nothing but to resolve when its timer has run down, and to write of it to the console.

    One that resolves to something says that the time is over: it bounds what it is raced with.
    """
    callee = timer.arguments[0] if timer.arguments else NONE
    if sum(not _is_remark(each) for each in executor.node.body) != 1 or not isinstance(callee, Function):
        return False
    names = [each.name for each in executor.node.parameters if each.name != "this"][:1]
    return callee is resolve or any(
        isinstance(node, ir.Call)
        and isinstance(node.function, ir.Name)
        and node.function.id in names
        and not node.arguments
        for statement in callee.node.body
        for node in ir.walk(statement)
    )


def _is_remark(statement: ir.Statement) -> bool:
    """Whether a statement only writes to the console."""
    match statement:
        case ir.Do(ir.Call(ir.Attribute(ir.Name("console")))):
            return True
        case _:
            return False


_PAUSE = "node:timers/promises.setTimeout"
_TIMERS = frozenset({"js:setTimeout", "node:timers.setTimeout"})
_STARTING = ("js:set", "node:timers.set", "node:child_process.", "node:worker_threads.", "npm:ws")
"""How the names of functions begin that start something which goes on by itself."""


_NOWHERE = Span.top("")
_KEEP = ir.Function(
    "resolve",
    (ir.Parameter("·kept", "positional", None, _NOWHERE), ir.Parameter("·value", "positional", None, _NOWHERE)),
    (ir.Assign((ir.Attribute(ir.Name("·kept", _NOWHERE), "value", _NOWHERE),), ir.Name("·value", _NOWHERE), _NOWHERE),),
    (),
    _NOWHERE,
    _NOWHERE,
)
"""What a promise is resolved by: it keeps what it is given."""
_DROP = ir.Function("reject", (), (), (), _NOWHERE, _NOWHERE)
