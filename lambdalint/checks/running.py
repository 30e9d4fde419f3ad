"""How an invocation ends: in time, with all its work done, and by returning."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler
from lambdalint.code.idioms import as_written
from lambdalint.code.value import (
    NONE,
    Call,
    Compared,
    Constant,
    Imported,
    Loop,
    Member,
    Piece,
    Result,
    Value,
    options,
    origins,
)
from lambdalint.meaning import absence, emitters, network, processes, promises, streams
from lambdalint.meaning.operations import operation
from lambdalint.model import Function, Project, configured, pace
from lambdalint.model.view import Number, number
from lambdalint.source import Span

_FEW = 10
"""Records that a function is expected to get through, which is SQS's default for a batch."""


@check
def deadline_ignored(project: Project) -> Problems:
    for handler in project.handlers:
        if (
            handler.bounded
            or project.only_deploys(handler)
            or _knows_the_time(handler)
            or processes.is_durable(handler)
        ):
            continue
        waiting: dict[Loop, Call] = {}
        for call in handler.invocation_calls:
            if not waiting.keys() >= set(call.loops) and _waits(call, handler):
                waiting |= {loop: call for loop in call.loops if loop not in waiting}
        told: set[Span] = set()
        for loop in handler.loops:
            what = None if loop.span in told else _unbounded(project, handler, loop, waits=loop in waiting)
            if what is not None:
                told.add(loop.span)
                also = ((waiting[loop].span, "waits for an answer each time"),) if loop in waiting else ()
                yield Problem(loop.span, f"{what} and never asks how much time is left", also)


def _waits(call: Call, handler: Handler) -> bool:
    return operation(call) is not None or network.wait(call, handler) is not None


def _knows_the_time(handler: Handler) -> bool:
    """Whether anything asks, or may ask, how much time an invocation has left."""
    return any(
        call.name in processes.REMAINING_TIME or any(_is_context(value) for value in _given(call))
        for call in handler.calls
    )


def _given(call: Call) -> tuple[Value, ...]:
    return (*call.arguments, *call.keywords.values())


def _is_context(value: Value) -> bool:
    return any(
        isinstance(each, Piece) and each.root == "context" and processes.REMAINING_TIME.issuperset(each.path)
        for each in options(value)
    )


def _unbounded(project: Project, handler: Handler, loop: Loop, *, waits: bool) -> str | None:
    """What a loop goes through whose length nobody knows; None where its length is known, or may be."""
    asked = operation(loop.over.call) if isinstance(loop.over, Result) else None
    if asked is not None and asked.paginated and asked.call.argument(-1, "PaginationConfig") is None:
        return "goes through any number of pages"
    if loop.over_records and waits and not loop.together:
        for function in project.functions_of(handler):
            for source in function.event_sources:
                size = source.batch_size
                if isinstance(size, Number) and size.value > _FEW:
                    return f"goes through up to {size.value} {source.record}s"
    endless = waits and not loop.counted and loop.over in (Constant(True), Constant(1))
    return "goes on without a bound" if endless else None


@check
def work_left_running(project: Project) -> Problems:
    for handler in project.handlers:
        # The runtime waits until nothing is left to do for what answers by a callback.
        if handler.bounded or promises.answers_itself(handler):
            continue
        told: set[Span] = set()
        for call, what in processes.left_running(handler):
            if call.span not in told:
                told.add(call.span)
                yield Problem(call.span, f"starts {what} that nothing waits for", way(call.trail))


@check
def stream_not_ended(project: Project) -> Problems:
    for handler in project.handlers:
        if not handler.streams or handler.bounded or streams.may_be_kept(handler):
            continue
        ending = [place for call in handler.calls if streams.ends(call) for place in (call.span, *call.trail[1:])]
        if not ending:
            yield Problem(handler.span, f"never ends the stream of its response: {_TRUNCATED}")
            continue
        for each in handler.returns:
            way_out = each.statement
            if way_out is not None and each.conditional and not any(_is_before(place, way_out) for place in ending):
                yield Problem(way_out, f"returns before it ends the stream of its response: {_TRUNCATED}")


_TRUNCATED = "the runtime takes that for a failure, and the caller has half an answer"


def _is_before(place: Span, way_out: Span) -> bool:
    return place.path != way_out.path or place.line <= way_out.end_line


@check
def error_event_unhandled(project: Project) -> Problems:
    for handler in project.handlers:
        if handler.language != "javascript":
            continue
        told: set[Span] = set()
        waits = project.demand(handler) not in (pace.NOT_KNOWN, pace.LEFT_ALONE)
        for call, what in emitters.unheard(handler):
            if call.span not in told:
                told.add(call.span)
                does = f"makes a request by {what}" if "." in what else f"pipes on what {what} reads"
                message = f"{does}, for whose `error` nobody listens: where it fails, the process ends"
                yield Problem(call.span, message, way(call.trail), None if waits else "note")


@check
def exit_in_handler(project: Project) -> Problems:
    for handler in project.handlers:
        told: set[Span] = set()
        functions = project.functions_of(handler)
        for call in handler.calls:
            name = as_written(call.name)
            hard = call.name in processes.HARD_EXITS
            soft = call.name in processes.EXITS and not _is_caught(call.span, call.trail, call.caught, handler)
            if call.phase == "invocation" and call.receiver is None and call.span not in told and (hard or soft):
                if (
                    configured.never_comes(functions, call)
                    or _asks_in_vain(call)
                    or absence.asks_in_vain(handler, call)
                ):
                    continue
                told.add(call.span)
                severity = "warning" if _is_meant_to_fail(call) and not _is_in_batch(call.loops) else None
                meant = _is_told_to_fail(call) or (functions and all(map(_is_tried_once, functions)))
                severity = "note" if severity and meant else severity
                yield Problem(call.span, f"ends the runtime's process with {name}()", way(call.trail), severity)
        for each in handler.raises:
            if (
                each.value is not None
                and _is_exit(each.value)
                and each.span not in told
                and not _is_caught(each.span, each.trail, each.caught, handler)
            ):
                told.add(each.span)
                meant = isinstance(each.value, Result) and _is_meant_to_fail(each.value.call)
                severity = "warning" if meant and not _is_in_batch(each.loops) else None
                yield Problem(each.span, "ends the runtime's process with SystemExit", way(each.trail), severity)


_FAIL = frozenset({"abort", "crash", "die", "exit", "fail", "failure", "kill", "panic"})


def _is_tried_once(function: Function) -> bool:
    """Whether an event of a function is not tried again where it fails: it fails as it would by an error."""
    tries = [number(each.get("MaximumRetryAttempts"), 2, each.span) for each in function.invoke_configs]
    return function.only_asynchronous and any(isinstance(each, Number) and each.value == 0 for each in tries)


def _asks_in_vain(call: Call) -> bool:
    """Whether a call is only made where AWS has answered nothing at all, and it raises an error instead."""
    return any(
        bool(asked) and all(isinstance(each, Compared) and _is_missing_answer(each) for each in asked)
        for test in call.tested
        if (asked := [each for each in origins(test) if isinstance(each, Compared)])
    )


def _is_missing_answer(test: Compared) -> bool:
    """Whether a test asks whether there is no answer, or nothing in a parameter, which always has a text."""
    if test.operator not in ("is", "=="):
        return False
    match test.left, test.right:
        case Result(Call("builtins.len", None, (counted,))), Constant(0):
            return _fetched_parameter(counted)
        case Result(call), right if right == NONE and operation(call) is not None:
            return True
        case asked, right:
            return right == NONE and _fetched_parameter(asked)


def _fetched_parameter(value: Value) -> bool:
    """Whether a value is what GetParameter answers, or the parameter or its text in that."""
    match value:
        case Member(of, "Parameter" | "Value") | Result(Call("get", of, (Constant("Parameter" | "Value"), *_))):
            return of is not None and _fetched_parameter(of)
        case Result(call):
            asked = operation(call)
            return asked is not None and (asked.service, asked.name) == ("ssm", "get_parameter")
        case _:
            return False


def _is_told_to_fail(call: Call) -> bool:
    """Whether a call is only made where the event asks for a failure by a word: so one is tried out."""
    return any(
        isinstance(each, Compared)
        and isinstance(each.right, Constant)
        and each.operator == "=="
        and str(each.right.value).lower() in _FAIL
        and any(isinstance(one, Piece) and one.root == "event" for one in origins(each.left))
        for test in call.tested
        for each in options(test)
    )


def _is_meant_to_fail(call: Call) -> bool:
    """Whether what ends the process says that something failed: the caller is told so, as by an error."""
    status = options(call.argument(0, "status") or NONE)
    codes = [each.value for each in status if isinstance(each, Constant)]
    if call.name in processes.ABORTS or (call.arguments and not any(each in (None, 0) for each in codes)):
        return True
    # `if failures: sys.exit(failures)`: a test around it asks about what is neither nothing nor 0 then.
    asked = {id(each) for test in call.tested for each in options(_asked_about(test))}
    return bool(call.tested) and len(status) > 1 and all(id(each) in asked for each in status)


def _asked_about(test: Value) -> Value:
    return test.left if isinstance(test, Compared) else test


def _is_in_batch(loops: tuple[Loop, ...]) -> bool:
    """Whether the process ends for one of several records."""
    return any(loop.over_records for loop in loops)


def _is_exit(value: Value) -> bool:
    match value:
        case Imported(name) | Result(Call(name=name, receiver=None)):
            return name == processes.SYSTEM_EXIT
        case _:
            return False


def _suppresses_exit(call: Call) -> bool:
    return call.name == "contextlib.suppress" and any(
        isinstance(each, Imported) and each.name in processes.CATCHING_EXIT for each in call.arguments
    )


def _is_caught(span: Span, trail: tuple[Span, ...], caught: tuple[str, ...], handler: Handler) -> bool:
    """Whether something around a place catches SystemExit, which `except Exception` does not."""
    if "SystemExit" in caught or ("" in caught and any(map(_suppresses_exit, handler.calls))):
        return True
    return any(
        (not clause.types or processes.CATCHING_EXIT.intersection(clause.types)) and not clause.gives_up
        for clause in handler.clauses_around(span, trail)
    )
