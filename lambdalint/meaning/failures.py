"""What becomes of an error that a `try` around it catches.

One that is raised again, or for which a clause that catches everything answers with an error, fails the event all the
same: nobody thought of it. A clause that names the error knows it.
"""

from __future__ import annotations

from collections.abc import Set

from lambdalint.code.facts import (
    EVERYTHING,
    SUPPRESSED,
    Catch,
    EventRead,
    Handler,
    Need,
    Raise,
    Taken,
    bare,
    is_own,
    once_a_handler,
)
from lambdalint.code.idioms import is_log, is_pure
from lambdalint.code.value import (
    Call,
    Caught,
    Choice,
    Constant,
    Instance,
    Mapping,
    Result,
    Text,
    Unknown,
    Value,
    options,
    origins,
)
from lambdalint.meaning import http, responses
from lambdalint.meaning.operations import operation
from lambdalint.source import Span

CLIENTS, SERVERS, BEYOND = 400, 500, 600
"""The lowest status of an answer that tells of an error of the client, and of the server, and of no answer at all."""


def survives(
    handler: Handler,
    at: Call | EventRead | Need | Taken,
    errors: Set[str],
    failed: int = CLIENTS,
    *,
    always: bool = False,
) -> bool:
    """Whether something around a call or read catches one of `errors` (named as in `Call.caught`) and makes good of it.

    What answers with the status `failed`, or a higher one, does not. Where it `always` fails, nor does what catches
    everything and only logs: nobody would try what never works.
    """
    clauses = list(handler.clauses_around(at.span, at.trail))
    named = {bare(name) for each in clauses for name in each.types or ("builtins.Exception",)}
    while clauses:
        # A function that is gone into several times has its clauses several times.
        same = [each for each in clauses if each.span == clauses[0].span]
        clauses = [each for each in clauses if each.span != clauses[0].span]
        if same[0].catches(errors) and not all(each.gives_up for each in same):
            return not all(
                each.gives_up
                or _answers_with_error(handler, each, failed)
                or (always and each.everything and each.comes_to_nothing)
                for each in same
            )
    # What is suppressed, or asked for before, has no clause.
    return SUPPRESSED in at.caught or not errors.isdisjoint(set(at.caught) - named)


def ends_alike(handler: Handler, at: Call) -> bool:
    """Whether the invocation fails whatever error a call raises: no clause around it makes good of any."""
    return SUPPRESSED not in at.caught and all(each.gives_up for each in handler.clauses_around(at.span, at.trail))


def can_come(handler: Handler, at: Call) -> bool:
    """Whether anything in the `try` can fail whose clause makes a call, with an error that has its text in no field of
    its own."""
    clauses = [each for each in handler.catches if each.tried.covers(at.span) and each.span < at.span]
    clause = max(clauses, key=lambda each: each.span, default=None)
    if clause is None or handler.bounded:
        return True
    places = [(each.span, each.trail) for each in handler.calls if not _never_fails(each)]
    places += [(each.span, each.trail) for each in handler.raises if each.value is None or not _holds_text(each.value)]
    for facts in (handler.reads, handler.taken, handler.needs):
        places += [(each.span, each.trail) for each in facts]
    return any(_arrives(handler, clause, *place) for place in places)


def _arrives(handler: Handler, clause: Catch, span: Span, trail: tuple[Span, ...]) -> bool:
    """Whether what fails at a place is not caught before it comes to a clause."""
    for each in handler.clauses_around(span, trail):
        if each == clause:
            return True
        if each.everything and not each.tried.covers(clause.span):
            return False
    return False


def _holds_text(value: Value) -> bool:
    """Whether an error is a project's own that keeps what it says in a field: `this.msg = message`."""
    return all(
        isinstance(each, Instance)
        and any(
            key not in _OF_ERRORS and any(isinstance(one, Text | Constant | Choice) for one in options(held))
            for key, held in each.attributes.items()
        )
        for each in options(value)
    )


_OF_ERRORS = frozenset({"code", "message", "name", "stack", "status", "statusCode"})
"""What no one reads an error's text in: `JSON.stringify` leaves out its message and stack."""


def _never_fails(call: Call) -> bool:
    """Whether a call is sure to succeed, whatever texts and numbers it is given."""
    parts = (each for given in call.arguments for each in origins(given))
    return call.name in _SAFE and not any(isinstance(each, Unknown) for each in parts)


_SAFE = frozenset({
    "__init__", "js:Error", "js:TypeError", "js:RangeError", "js:parseInt", "js:parseFloat", "js:isNaN",
    "js:Number.isNaN",
    "js:JSON.stringify", "js:setTimeout", "node:timers/promises.setTimeout", "js:console.log", "json.dumps",
    "builtins.print",
})  # fmt: skip


def reports_item(handler: Handler, at: Taken) -> bool:
    """Whether what fails at a place is caught with everything else, and then said to be a record that failed."""
    listed = {
        id(several)
        for returned in handler.returns
        for each in options(returned.value)
        if isinstance(each, Mapping) and responses.FAILURES in each.entries
        for several in options(each.entries[responses.FAILURES])
    }
    catching = next(
        (each for each in handler.clauses_around(at.span, at.trail) if each.everything or each.swallows), None
    )
    return catching is not None and catching.everything and any(id(each) in listed for each in catching.changes)


def catches_services(handler: Handler, caught: Caught) -> bool:
    """Whether a clause catches everything, and with it what an operation of AWS raises that no clause before takes."""
    if caught.types and not EVERYTHING.intersection(caught.types):
        return False
    return caught.span in _taking_services(handler)


def hides_others(handler: Handler, at: Span) -> bool:
    """Whether the clause that a place stands in catches everything, of a `try` that does more than compute."""
    clauses = [each for each in handler.catches if each.tried.covers(at) and each.span < at]
    clause = max(clauses, key=lambda each: each.span, default=None)
    if clause is None or not clause.everything:
        return False
    done = (each for each in handler.invocation_calls if any(map(clause.tried.covers, (each.span, *each.trail))))
    return any(not (each.mends or is_log(each) or is_pure(each)) for each in done)


@once_a_handler
def _taking_services(handler: Handler) -> frozenset[Span]:
    """The clauses that take what operations of AWS raise, each the first around one of them that does."""
    asked = (call for call in handler.invocation_calls if operation(call) is not None)
    around = (handler.clauses_around(call.span, call.trail) for call in asked)
    taking = (next((each for each in clauses if each.everything or names_service(each)), None) for clauses in around)
    return frozenset(each.span for each in taking if each is not None)


def sees_mistakes_alone(handler: Handler, caught: Caught) -> bool:
    """Whether what comes to a clause, if anything does, is a mistake of the program's own: clauses further in catch
    whatever fails of what is asked of others, or nothing is asked of anybody."""
    clause = next((each for each in handler.catches if each.span == caught.span), None)
    if clause is None:
        return False
    within = [each for each in handler.calls if any(map(clause.tried.covers, (each.span, *each.trail)))]
    asked = [
        (*call.trail, call.span)
        for call in within
        if call.phase == "invocation" and not (call.once or call.mends or is_log(call) or is_pure(call))
    ]
    if not asked:
        raised = (each for each in handler.raises if any(map(clause.tried.covers, (each.span, *each.trail))))
        return not handler.bounded and all(map(_is_known, within)) and next(raised, None) is None
    return all(_is_caught_within(handler, clause, way) for way in asked)


def _is_known(call: Call) -> bool:
    """Whether it is seen what a call calls."""
    if call.receiver is None:
        return call.name != ""
    return not any(
        isinstance(each, Instance) or (isinstance(each, Unknown) and not each.parts) for each in origins(call.receiver)
    )


def tells_own_words(handler: Handler, caught: Caught) -> bool:
    """Whether all that comes to a clause is raised by the program itself, with a text that it has written: nothing is
    asked of others that could fail there, or it only takes errors of types that the program raises."""
    narrow = bool(caught.types) and not EVERYTHING.intersection(caught.types)
    raised = [each for each in handler.raises if _comes_to(handler, caught, each.span, each.trail)]
    if narrow:
        # What is raised again is of whatever type it was: of these only where it was told apart before.
        raised = [each for each in raised if each.value is not None and not isinstance(each.value, Caught)]
    if not raised or not all(_is_in_own_words(handler, each) for each in raised):
        return False
    if narrow:
        thrown = {_type(each) for thrown in raised if thrown.value is not None for each in options(thrown.value)}
        return all(is_own(each) or each in thrown for each in caught.types)
    asked = (each for each in handler.invocation_calls if _comes_to(handler, caught, each.span, each.trail))
    return all(is_log(each) or is_pure(each) or each.name == _MAKER for each in asked)


_MAKER = "__init__"
"""How the call is named that makes an object of the class that the project's own is a kind of."""


def _comes_to(handler: Handler, caught: Caught, span: Span, trail: tuple[Span, ...]) -> bool:
    """Whether a clause is the first that takes whatever fails at a place."""
    around = handler.clauses_around(span, trail)
    own = set(caught.types) - EVERYTHING
    first = next((each for each in around if each.everything or not own.isdisjoint(each.types)), None)
    return first is not None and first.span == caught.span


def _is_in_own_words(handler: Handler, raised: Raise) -> bool:
    """Whether what is raised is an error whose text has nothing of another one."""
    places = (raised.span, *raised.trail)
    behind = any(each.tried.covers(place) and each.span < place for each in handler.catches for place in places)
    return raised.value is not None and all(
        _type(each) != "" and not any(map(_has_details, _given(each))) and not (behind and isinstance(each, Instance))
        for each in options(raised.value)
    )


def _given(error: Value) -> tuple[Value, ...]:
    """What an error is made of, as far as that is seen."""
    return (*error.call.arguments, *error.call.keywords.values()) if isinstance(error, Result) else ()


def _has_details(value: Value) -> bool:
    return next(http.details(value), None) is not None


def is_kept(handler: Handler, raised: Raise) -> bool:
    """Whether a clause around takes what a statement raises, and raises nothing in its turn: it does not leave the
    handler."""
    thrown = {_type(each) for each in options(raised.value)} if raised.value is not None else set()
    around = handler.clauses_around(raised.span, raised.trail)
    taking = (each for each in around if each.everything or thrown.intersection(each.types) == thrown != set())
    return any(not each.raises for each in taking)


def escapes(handler: Handler, raised: Raise) -> bool:
    """Whether what is raised may leave the handler: no `try` around it, and no `catch` of a promise, takes it."""
    return "" not in raised.caught and not is_kept(handler, raised)


def _type(value: Value) -> str:
    """The type of an error that a program raises, as `Catch.types` names it; "" where that is not seen."""
    match value:
        case Instance(of):
            return of.node.name
        case Result(call) if call.receiver is None and call.name.startswith(("builtins.", "js:")):
            return call.name
        case _:
            return ""


def _is_caught_within(handler: Handler, clause: Catch, way: tuple[Span, ...]) -> bool:
    """Whether a clause further in catches what fails at the end of a way, outermost first, through what one tries."""
    depth = max(number for number, place in enumerate(way) if clause.tried.covers(place))
    inner = [
        each.tried for each in handler.catches if each.everything and not each.raises and each.tried != clause.tried
    ]
    return any(
        tried.covers(place) and (number > depth or clause.tried.covers(tried))
        for tried in inner
        for number, place in enumerate(way[depth:], depth)
    )


def takes_refusals(clause: Catch) -> bool:
    """Whether a clause takes the errors that requests or httpx raise for an answer, or for none."""
    return clause.everything or any(
        name.startswith(("requests.", "httpx.", "urllib3.")) and "Timeout" not in name for name in clause.types
    )


def names_service(clause: Catch) -> bool:
    """Whether a clause names an error of the SDK's."""
    return any(
        name.startswith(("botocore.", "boto3.", "npm:@aws-sdk/")) or ".exceptions." in name or name == "?"
        for name in clause.types
    )


def _answers_with_error(handler: Handler, clause: Catch, failed: int) -> bool:
    """Whether a clause that catches everything answers with an error, whatever way it takes, or makes one that is
    returned behind it."""
    answers = [each for value in clause.returns for each in options(value)] or _made_in(handler, clause)
    return (
        clause.everything
        and bool(answers)
        and all(
            isinstance(each, Mapping) and (http.status(each.entries.get(http.STATUS)) or 0) >= failed
            for each in answers
        )
    )


def _made_in(handler: Handler, clause: Catch) -> list[Value]:
    """The responses that are made in a clause, and returned."""
    after = [each.span for each in handler.catches if each.tried == clause.tried and each.span > clause.span]
    end = min(after, default=None)
    return [
        each
        for returned in handler.returns
        for each in options(returned.value)
        if isinstance(each, Mapping)
        and http.is_response(each)
        and each.span is not None
        and clause.tried.covers(each.span)
        and each.span > clause.span
        and (end is None or each.span < end)
    ]


def goes_on(handler: Handler, clause: Catch, clauses: Set[Span]) -> bool:
    """Whether a clause of the handler itself surely leads on: what it calls is known to raise nothing on purpose.

    `clauses` are those of the same `try`, which ends the handler.
    """
    end = min((each for each in clauses if each > clause.span), default=None)
    return all(
        is_log(call) or is_pure(call) or operation(call) is not None
        for call in handler.calls
        if call.span.path == clause.span.path
        and call.trail == (handler.span,)
        and call.span > clause.span
        and (end is None or call.span < end)
    )
