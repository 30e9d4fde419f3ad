"""Waiting during an invocation, which is billed: for time, for AWS, for other functions, for servers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler
from lambdalint.code.idioms import is_log, is_pure
from lambdalint.code.value import (
    Call,
    Compared,
    Constant,
    Environment,
    Loop,
    Piece,
    Result,
    Sequence,
    Value,
    origins,
)
from lambdalint.data import node
from lambdalint.meaning import (
    appsync,
    custom_resources,
    failures,
    mending,
    network,
    operations,
    processes,
    progress,
    promises,
)
from lambdalint.meaning.operations import REQUEST, Operation, operation
from lambdalint.meaning.patience import patience
from lambdalint.meaning.processes import Pause
from lambdalint.model import Function, Project, configured, pace
from lambdalint.model.apis import waiting
from lambdalint.model.requests import only_requests
from lambdalint.model.uses import used
from lambdalint.model.view import Number
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.value import Known, Text
from lambdalint.templates.value import Value as TemplateValue
from lambdalint.wanted import Fix


@check
def sleep_in_handler(project: Project) -> Problems:
    for handler in project.handlers:
        told: set[Span] = set()
        slept = 0.0
        # Of a loop that polls what something else would wait for, `polling-instead-of-waiter` tells, pauses and all.
        polling = [asked.call.loops[-1] for asked, _ in _polled(handler)]
        deploys = project.only_deploys(handler)
        # What stands in for another service in tests is as slow as that, and slower, on purpose.
        doubles = [each.is_double for each in project.functions_of(handler)]
        double = bool(doubles) and all(doubles)
        pauses = [(call, each) for call in handler.invocation_calls if (each := processes.pause(call, handler))]
        in_all = sum(each.most or 0 for _, each in pauses)
        for call, pause in pauses:
            if pause.least == 0 or call.span in told:
                continue
            told.add(call.span)
            counted = not (call.conditional or pause.beside)
            slept += pause.total if counted else 0
            # Where only a failed attempt leads to a pause, the rounds are those of what goes well, too.
            most = slept if counted else (pause.least or 0) if call.mends else pause.total
            end = _ending_within(project, handler, most)
            attempts = (
                None if end is not None or counted or double else processes.between_attempts(call, pause, handler)
            )
            if attempts is not None and (end := _ending_within(project, handler, attempts)) is not None:
                most = attempts
            if end is not None:
                whole = "" if most == pause.least else "up to "
                message = f"sleeps for {whole}{_seconds(most)} in all, and {end.what}"
                mild = "note" if double else "warning" if most == attempts else None
                yield Problem(call.span, message, (end.also, *way(call.trail)), mild, about=end.function)
            elif (
                not deploys
                and not _keeps_a_rate(call, pause)
                and not _tries_again(call, pause, handler)
                and not any(loop in polling for loop in call.loops[-1:])
            ):
                longer = "" if pause.alike else " or longer"
                length = "" if pause.least is None else f" for {_seconds(pause.least)}{longer}"
                message = f"sleeps{length}{_how_often(call, handler)} during the invocation, which is billed"
                grave = (pause.most is None or in_all > _FEW) and _does_harm(project, handler, call, pause)
                severity = "warning" if grave and not double else "note"
                yield Problem(call.span, message, way(call.trail), severity, about=project.functions_of(handler))


def _how_often(call: Call, handler: Handler) -> str:
    """How often a call is made, as a clause: a loop through what is not known may go round once."""
    loops = processes.repeating(call, handler)
    if any(_waits(loop) or processes.is_counted(loop) or loop.over_records for loop in loops):
        return " again and again"
    return " in each round of a loop" if loops else ""


_FEW = 5
"""Seconds that an invocation may sleep in all without much harm."""


_LONG = 60
"""Seconds that pauses must take, or may take, to matter where all that goes on meanwhile is asking."""


def _does_harm(project: Project, handler: Handler, call: Call, pause: Pause) -> bool:
    """Whether somebody waits for pauses, and the function does nothing of its own meanwhile.

    Where nobody does, what is billed is next to nothing. Those that only follow a failed attempt most events never see.
    """
    if _follows_failure(call, handler) or _follows_refusal(call, handler) or processes.waits_for_own(call, handler):
        return False
    if _watches_its_time(call, handler):
        return False
    long = pause.most is None or pause.most > _LONG
    asked = [each for loop in call.loops[-1:] for each in _asked_in(loop, handler)]
    return project.demand(handler) == pace.WAITED_FOR and (long or not any(map(progress.is_only_asked, asked)))


def _follows_failure(call: Call, handler: Handler) -> bool:
    """Whether a pause comes after a failed attempt, and no loop after one goes round with it without end."""
    loops, places = call.loops[-1:], (call.span, *call.trail)
    return call.mends and (
        not loops
        or processes.is_counted(loops[0])
        or any(each.loops[-1:] == loops and any(map(each.tried.covers, places)) for each in handler.catches)
    )


_TIME_LEFT = ("get_remaining_time_in_millis", "getRemainingTimeInMillis")


def _watches_its_time(call: Call, handler: Handler) -> bool:
    """Whether the loop around a pause asks what is left of the invocation's time, or the pause is made to fit into
    that: it is there to wait."""
    given = (each for length in call.arguments[:1] for each in origins(length))
    if any(isinstance(each, Result) and each.call.name in _TIME_LEFT for each in given):
        return True
    return bool(call.loops) and any(
        each.name in _TIME_LEFT and call.loops[-1] in each.loops for each in handler.invocation_calls
    )


def _follows_refusal(call: Call, handler: Handler) -> bool:
    """Whether a pause comes before another one of a few attempts to send something, where a test says that the last
    one did not succeed."""
    loop = call.loops[-1] if call.loops else None
    if loop is None:
        # What tries again by calling itself.
        return any(map(_tells_of_error, call.tested))
    if not call.tested or not processes.is_counted(loop):
        return False
    sent = [each for each in handler.calls if each.loops[-1:] == (loop,) and _sends(each)]
    return bool(sent) and all(len(each.tested) < len(call.tested) for each in sent)


def _tells_of_error(test: Value) -> bool:
    """Whether a test asks whether a server answered with an error: with one of the statuses that say so."""
    made_of = list(origins(test))
    statuses = [each.value for each in made_of if isinstance(each, Constant) and isinstance(each.value, int)]
    return any(each >= failures.CLIENTS for each in statuses) and any(
        isinstance(each, Result) and each.call.name in network.SENDING for each in made_of
    )


def _sends(call: Call) -> bool:
    """Whether a call asks AWS or a server to take something."""
    asked = operation(call)
    if asked is not None:
        return not asked.only_reads
    return call.name in network.SENDING and call.name.endswith((".post", ".put", ".patch", ".delete"))


def _tries_again(call: Call, pause: Pause, handler: Handler) -> bool:
    """Whether a short pause, or one that grows, comes before one of a few more attempts."""
    if not call.loops:
        return _is_below(pause, 1) and call.mends
    loop = call.loops[-1]
    # What grows begins with a second, if not with less.
    if any(progress.goes_on(asked) for asked in _asked_in(loop, handler)):
        return _is_below(pause, 1) or pause.least == 1
    short = _is_below(pause, 1) or (processes.length(loop) is not None and 0 < pause.total <= 2)
    if any(clause.loops[-1:] == (loop,) for clause in handler.catches):
        may_end = processes.is_counted(loop) or (call.mends and _gives_up(call, handler))
        return may_end and (short or pause.least == 1)
    return processes.is_counted(loop) and short and not any(map(progress.asks, _asked_in(loop, handler)))


def _keeps_a_rate(call: Call, pause: Pause) -> bool:
    """Whether a pause is so short that it only keeps calls below a limit, and comes once or between items."""
    short = pause.least is not None and pause.least <= 0.2 and pause.alike
    return short and not any(_waits(loop) for loop in call.loops)


def _waits(loop: Loop) -> bool:
    """Whether a loop runs until something is so, and not through something."""
    return isinstance(loop.over, Constant | Compared) and not processes.is_counted(loop)


def _is_below(pause: Pause, seconds: float) -> bool:
    return pause.least is None or pause.least < seconds


def _asked_in(loop: Loop, handler: Handler) -> Iterator[Operation]:
    """What is asked of AWS in a loop."""
    for call in handler.calls:
        asked = operation(call) if loop in call.loops else None
        if asked is not None:
            yield asked


def _gives_up(call: Call, handler: Handler) -> bool:
    """Whether a clause around a call also raises."""
    return any(clause.raises and clause.tried.covers(call.span) for clause in handler.catches)


@check
def polling_instead_of_waiter(project: Project) -> Problems:
    for handler in project.handlers:
        if project.only_deploys(handler):
            continue
        told: set[Span] = set()
        for asked, instead in _polled(handler):
            call = asked.call
            if call.span not in told:
                told.add(call.span)
                also = ((call.loops[-1].span, "in this loop"), *way(call.trail))
                yield Problem(call.span, f"polls {asked.name} between sleeps, where {instead}", also)


def _polled(handler: Handler) -> Iterator[tuple[Operation, str]]:
    """What a handler asks again and again between sleeps, with what would wait for it."""
    sleeping = [
        call.loops[-1]
        for call in handler.invocation_calls
        if call.loops and not call.mends and processes.pause(call, handler)
    ]
    for call in handler.invocation_calls:
        asked = operation(call) if any(loop in sleeping for loop in call.loops[-1:]) else None
        if asked is not None and asked.kind == REQUEST and _asks_the_same(asked, call.loops[-1]):
            instead = progress.waits_instead(asked)
            if instead is not None and not _changes_it(asked, handler):
                yield asked, instead


_READING = ("get_", "head_", "describe_", "list_", "batch_get_")
_GIVING_UP = ("stop_", "cancel_", "abort_", "terminate_")
"""What the names of operations begin with that only ask, and of those that end what was waited for."""


def _changes_it(asked: Operation, handler: Handler) -> bool:
    """Whether the loop that asks for something also changes what there is of it: it does more than wait."""
    others = (operation(call) for call in handler.invocation_calls if asked.call.loops[-1] in call.loops)
    return any(
        each is not None and each.service == asked.service and not each.name.startswith(_READING + _GIVING_UP)
        for each in others
    )


def _asks_the_same(asked: Operation, loop: Loop) -> bool:
    """Whether every round of a loop asks the same: not for the next item, and not for the next page."""
    call, over = asked.call, loop.over
    receiver = () if call.receiver is None else (call.receiver,)
    given = [each for value in (*receiver, *call.arguments, *call.keywords.values()) for each in origins(value)]
    match over:
        case Constant():
            turns = False
        case Piece(path, root):
            pieces = [each for each in given if isinstance(each, Piece) and each.root == root]
            turns = any(each.path[: len(path)] == path for each in pieces)
        case Sequence(items=items):
            turns = any(each in items for each in given)
        case _:
            turns = over in given
    pages = operations.pagination(asked.service, asked.name)
    return not turns and not (pages and any(asked.argument(name) is not None for name in pages.inputs))


@check
def network_call_without_timeout(project: Project) -> Problems:
    for handler in project.handlers:
        told: set[Span] = set()
        for call in handler.calls:
            wait = None if call.span in told else network.wait(call, handler)
            if wait is None:
                continue
            if call.name in network.SETTINGS and (
                not network.is_of_use(call, handler) or network.only_invokes(call, handler)
            ):
                continue
            if configured.never_comes(project.functions_of(handler), call):
                continue
            told.add(call.span)
            if wait.seconds is None:
                severity, about = _severity(project, handler, call), project.functions_of(handler)
                message = f"waits without a timeout for {wait.what}"
                fix = _ended(handler, call, about)
                yield Problem(call.span, message, way(call.trail), severity, about=about, fix=fix)
                continue
            end = _ending_within(project, handler, wait.most)
            if end is not None:
                times = "" if wait.attempts == 1 else f", {wait.attempts} times"
                waits = f"wait {_seconds(wait.seconds)}{times}, and {end.what}"
                severity, also = _severity(project, handler, call), (end.also, *way(call.trail))
                # One constant for all requests of a file is one thing to change.
                yield Problem(
                    call.span,
                    f"lets {wait.what} {waits}",
                    also,
                    severity,
                    about=end.function,
                    cause=f"{end.also} {waits}",
                    fix=_ended(handler, call, project.functions_of(handler)) if _is_nobodys(wait, handler) else None,
                )
        yield from _waits_in_all(project, handler)


def _ended(handler: Handler, asked: Call, functions: Iterable[Function]) -> Fix | None:
    """The fix that a call waits for ten seconds at most, or for its share of what its functions have for all such."""
    functions = list(functions)
    if any(each.node_version is not None and each.node_version < node.SIGNALS for each in functions):
        return None
    waiting_for = (call for call in handler.calls if network.wait(call, handler) is not None)
    number = sum(processes.rounds(call, handler) for call in waiting_for)
    limits = [each.timeout.value for each in functions if isinstance(each.timeout, Number)]
    seconds = min([10, *(limit // (number + 1) for limit in limits)])
    return mending.ended(asked, max(1, seconds), handler.language)


def _is_nobodys(wait: network.Wait, handler: Handler) -> bool:
    """Whether nobody has chosen how long to wait: it is what Node.js has by default."""
    return handler.language == "javascript" and wait.seconds == network.FETCH_SECONDS


_SOON = 15
"""Seconds that a hanging invocation may be billed without much harm."""
_AT_ONCE = 6
"""Seconds that whoever waits for an answer would wait for one request as well: the default of the Serverless Framework.
"""


def _severity(project: Project, handler: Handler, call: Call) -> str | None:
    """A note where nobody waits for a function, and its own timeout soon ends what hangs, or ends nothing else; where
    that soon ends the one thing that somebody waits for; for what stands in for something else in tests; where a
    library answers for a custom resource before it is too late; and where AppSync or API Gateway is asked, which end it
    sooner.
    """
    functions = project.functions_of(handler)
    soon = all(isinstance(each.timeout, Number) and each.timeout.value <= _SOON for each in functions)
    alone = all(each.only_asynchronous or pace.demand(each) == pace.LEFT_ALONE for each in functions)
    if functions and ((soon and alone) or project.is_double(handler)):
        return "note"
    at_once = all(isinstance(each.timeout, Number) and each.timeout.value <= _AT_ONCE for each in functions)
    asked = functions and all(pace.demand(each) == pace.WAITED_FOR for each in functions)
    if asked and at_once and _is_last(handler, call):
        return "note"
    if project.only_deploys(handler) and custom_resources.is_watched(handler):
        return "note"
    if functions and all(_is_ended_there(each, call) for each in functions):
        return "note"
    if call.phase == "init":
        # Lambda itself ends an init after ten seconds, and tries it once more.
        return "note"
    match project.demand(handler):
        case pace.NOT_KNOWN:
            return "note"
        case pace.LEFT_ALONE:
            return "note" if _is_last(handler, call) or _begins_soon_ended(functions, handler, call) else None
        case _:
            return None


def _is_ended_there(function: Function, call: Call) -> bool:
    """Whether what a function asks gives up itself: API Gateway sooner than the function is ended, and AppSync, which
    hardly ever takes that long, before or after it."""
    if not isinstance(function.timeout, Number):
        return False
    return appsync.is_asked(call) or (function.timeout.value > appsync.SECONDS and _asks_api_gateway(function, call))


def _asks_api_gateway(function: Function, call: Call) -> bool:
    """Whether a request goes to API Gateway, which waits no longer than AppSync does: by its address, or by a variable
    of the template that holds that."""
    variables = function.variables
    for each in call.arguments[:1]:
        for origin in origins(each):
            match origin:
                case Constant(str(written)) if _OF_APIS in written:
                    return True
                case Environment(name) if variables is not None:
                    if any(_OF_APIS in part for part in _written(variables.entries.get(name))):
                        return True
    return False


_OF_APIS = ".execute-api."


def _written(value: TemplateValue | None) -> Iterator[str]:
    """The parts of a template's text that are known."""
    match value:
        case Known(str(written)):
            yield written
        case Text(parts):
            for each in parts:
                yield from _written(each)


def _is_last(handler: Handler, call: Call) -> bool:
    """Whether all that a handler does after a call is to ask for more, and to tell others of it."""
    calls = handler.invocation_calls
    after = calls[calls.index(call) + 1 :] if call in calls else ()
    return call in calls and not call.loops and not any(map(_is_work, after))


_MINUTE = 60


def _begins_soon_ended(functions: Collection[Function], handler: Handler, call: Call) -> bool:
    """Whether a job begins with a call of `fetch`, and nothing else is done when its functions' own timeout ends it
    within a minute: the next run begins anew."""
    soon = all(isinstance(each.timeout, Number) and each.timeout.value <= _MINUTE for each in functions)
    calls = handler.invocation_calls
    if not functions or not soon or call not in calls or call.loops or call.name != "js:fetch":
        return False
    return not any(map(_is_work, calls[: calls.index(call)]))


def _is_work(call: Call) -> bool:
    """Whether a call does more than ask AWS or a server for something, take its answer and tell of it."""
    asked = operation(call)
    if asked is not None:
        return not asked.only_reads
    if call.mends or is_log(call) or is_pure(call) or promises.stays(call) or call.name in network.SENDING:
        return False
    if call.receiver is None and call.name.startswith("@aws-sdk/"):
        # A client, or what it is to be sent.
        return False
    made = () if call.receiver is None else origins(call.receiver)
    return not any(isinstance(each, Result) and each.call.name in network.SENDING for each in made)


def _waits_in_all(project: Project, handler: Handler) -> Problems:
    """The wait that, with what comes before it, outlasts the invocation, where none does alone."""
    waited = 0.0
    told: set[Span] = set()
    for call in handler.invocation_calls:
        if call.conditional or call.span in told or processes.is_handed_on(call, handler):
            continue
        told.add(call.span)
        wait, pause = network.wait(call, handler), processes.pause(call, handler)
        if wait is None:
            waited += pause.total if pause is not None and not pause.beside else 0
            continue
        alone = wait.most
        if wait.seconds is None or call.name in network.SETTINGS or _ending_within(project, handler, alone):
            continue
        if _is_nobodys(wait, handler):
            # That several requests in a row all hang to the end is not what anybody plans for.
            continue
        waited += alone * processes.rounds(call, handler)
        end = _ending_within(project, handler, waited) if waited > alone else None
        if end is not None:
            times = "" if wait.attempts == 1 else f", {wait.attempts} times"
            message = f"lets {wait.what} wait {_seconds(wait.seconds)}{times}, "
            message += f"{_seconds(waited)} with the waits before it, and {end.what}"
            yield Problem(call.span, message, (end.also, *way(call.trail)), about=end.function)
            return


@check
def wait_outlasts_function(project: Project) -> Problems:
    for handler in project.handlers:
        told: set[Span] = set()
        for call in handler.calls:
            found = None if call.span in told or call.once else patience(call)
            if found is None:
                continue
            # Each attempt takes some time, too.
            seconds = found.seconds / _OF_PAUSES if found.again else found.seconds
            end = _ending_within(project, handler, seconds)
            if end is not None:
                told.add(call.span)
                spelt = f" ({found.spelt})" if found.spelt else ""
                message = f"{found.what} for up to {_seconds(found.seconds)}{spelt}, and {end.what}"
                also = (end.also, *way(call.trail))
                never = found.seconds >= _LONGEST
                mild = not never and call.conditional
                yield Problem(call.span, message, also, "note" if mild else None, about=end.function)


_OF_PAUSES = 0.9
"""What part of a time pauses are where what is tried between them takes the rest."""
_LONGEST = 900
"""Seconds that an invocation may take at most: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""


@dataclass(frozen=True, slots=True)
class _End:
    """What ends an invocation, or the wait of its client."""

    function: Function
    what: str
    also: tuple[Span, str]


def _ending_within(project: Project, handler: Handler, seconds: float) -> _End | None:
    """What ends the invocations of a handler within so many seconds: the function's timeout, or the API's."""
    functions = project.functions_of(handler)
    for function in functions:
        timeout = function.timeout
        if isinstance(timeout, Number) and timeout.value <= seconds:
            most = _seconds(timeout.value)
            return _End(function, f"it times out after {most}", (timeout.span, f"may take {most}"))
    for function in functions:
        for api in waiting(function) if _is_only_answered_for(function, handler) else ():
            if api.milliseconds <= seconds * 1000:
                most = _seconds(api.milliseconds / 1000)
                what = f"the API that calls it gives up after {most}"
                return _End(function, what, (api.span, "waits for it"))
    return None


def _is_only_answered_for(function: Function, handler: Handler) -> bool:
    """Whether somebody waits for all that a function does: it does not hand work on to itself."""
    asked = (operation(call) for call in handler.calls if call.name in ("invoke", "invoke_async"))
    return only_requests(function) and not any(each and used(function, each) is function.resource for each in asked)


def _seconds(number: float) -> str:
    return f"{number:g} second{'' if number == 1 else 's'}"
