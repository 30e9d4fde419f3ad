"""Work that is raced with a timer, which nobody waits for any longer: `Promise.race([work(), timeout(5000)])`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lambdalint.code import ir
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import RACED, Call
from lambdalint.source import Span

_TIMERS = ("js:setTimeout", "node:timers.setTimeout", "node:timers/promises.setTimeout")


def bound(run: Run, span: Span) -> None:
    """Note of all that is done for the promises of a race that a timer bounds the wait; its call stands at `span`."""
    function = run.stack[-1] if run.stack else None
    places = [span] if function is None else [span, *_made(function, span)]
    if function is not None and run.here.trail and _is_given(function, span):
        # `within(work(), 5000)`: the promise is made where the function is called.
        places.append(run.here.trail[-1])
    raced = [call for call in run.calls if _stands_in(call, places)]
    # A function that was gone into before has its calls there.
    before = (call for _, made in run.again for call in run.calls[made])
    if any(call.name in _TIMERS for call in (*raced, *before)):
        for call in raced:
            call.ask(RACED)


def _stands_in(call: Call, places: list[Span]) -> bool:
    """Whether a call is made on the way of what is written at one of some places."""
    return any(place.covers(each) for each in (call.span, *call.trail) for place in places)


def _made(function: ir.Function, span: Span) -> Iterator[Span]:
    """Where the promises are made that a race takes by their names."""
    names = _raced(function, span)
    for node in _nodes(function) if names else ():
        match node:
            case ir.Assign((ir.Name(id),), value) if id in names:
                yield value.span


def _is_given(function: ir.Function, span: Span) -> bool:
    """Whether one of the promises of a race is given to the function that it stands in."""
    names = _raced(function, span)
    return any(each.name in names for each in function.parameters)


@lru_cache(maxsize=1024)
def _raced(function: ir.Function, span: Span) -> frozenset[str]:
    """The names of the promises that a race in a function takes."""
    for node in _nodes(function):
        if isinstance(node, ir.Call) and node.span == span and node.arguments:
            raced = node.arguments[0].value
            items = raced.items if isinstance(raced, ir.Sequence) else (raced,)
            return frozenset(each.id for each in items if isinstance(each, ir.Name))
    return frozenset()


def _nodes(function: ir.Function) -> Iterator[ir.Node]:
    return (each for statement in function.body for each in ir.walk(statement))
