"""Calls to what is outside the project: they are noted, and what is handed to them is called."""

from __future__ import annotations

from lambdalint.code import idioms
from lambdalint.code.evaluate import callbacks, conditions, straight
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import NOTHING_NAMED, Call, Mapping, Result, Sequence, Unknown, Value, options
from lambdalint.source import Span


def call(
    run: Run, name: str, receiver: Value | None, arguments: Arguments, span: Span, *, discarded: bool = False
) -> Value:
    """Note a call to something outside the project, and go into the project's functions that it is given."""
    made = note(run, name, receiver, arguments, span, discarded=discarded)
    if run.language.lenient and idioms.gives_promise(made):
        run.promises.add(span)
    is_stranger = receiver is None and name.partition(".")[0] in run.strangers
    if is_stranger or (not name and isinstance(receiver, Unknown)):
        for value in arguments.all():
            _leave_to(value)
    callbacks.call_back(run, made, arguments)
    if name.rpartition(".")[2] in idioms.LISTENING:
        # Whoever tells of an event calls the listener, and waits for no promise of it.
        run.promises.discard(span)
    validates = idioms.is_validation(made)
    if validates or (receiver is None and name in idioms.VALIDATORS):
        # What it does not like, it raises.
        for value in arguments.all():
            run.established |= conditions.allowed(value)
    if receiver is not None and name in idioms.VALIDATING_METHODS:
        run.established |= conditions.allowed(receiver)
    match arguments.positional:
        case (Result() as answer,) if validates and name in ("parse", "parseAsync"):
            # What a call gave is the same when it was found to be as it should.
            return answer
    return Result(made)


def note(
    run: Run, name: str, receiver: Value | None, arguments: Arguments, span: Span, *, discarded: bool = False
) -> Call:
    """Note a call to something outside the project, which calls nothing that it is given."""
    here = run.here
    if run.straight:
        arguments = Arguments(
            tuple(map(straight.snapshot, arguments.positional)),
            {name: straight.snapshot(each) for name, each in arguments.keywords.items()},
            arguments.open,
            arguments.places,
        )
    made = Call(
        name=name,
        receiver=receiver,
        arguments=arguments.positional,
        keywords=arguments.keywords or NOTHING_NAMED,
        span=span,
        trail=here.trail,
        phase=here.phase,
        loops=here.loops,
        once=here.once,
        open=arguments.open,
        discarded=discarded,
        conditional=here.conditional,
        spared=here.spared,
        branch=here.branch,
        mends=here.mends,
        caught=here.caught,
        assured=here.assured if run.established <= here.assured else here.assured | run.established,
        tested=here.tested,
        places=arguments.places or NOTHING_NAMED,
    )
    if run.straight or here.phase != "init" or not idioms.describes(made):
        # An application may describe thousands of fields, in modules that each of its handlers imports.
        run.calls.append(made)
    return made


def _leave_to(value: Value) -> None:
    """Leave a container to code that is not seen: it may put anything in."""
    for each in options(value):
        if isinstance(each, Mapping | Sequence):
            each.open = True
