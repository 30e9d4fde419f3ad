"""What a handler returns, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler, Return, carries
from lambdalint.code.idioms import CALLBACK
from lambdalint.code.value import (
    NONE,
    Caught,
    Compared,
    Constant,
    Environment,
    Mapping,
    Piece,
    Result,
    Sequence,
    Text,
    Value,
    all_origins,
    options,
)
from lambdalint.meaning import failures, http, kinds, promises
from lambdalint.meaning.operations import operation
from lambdalint.model import Function, Project, requests
from lambdalint.model.requests import METHODS, http_triggers, only_requests
from lambdalint.model.user_pools import pool_triggers
from lambdalint.records import dataclass
from lambdalint.source import Span

_STRICT = frozenset({requests.REST, requests.HTTP_1, requests.LOAD_BALANCER})
"""What takes nothing but a response: without a status the client gets an error."""

_PROXIES = _STRICT | {requests.HTTP_2}
_ANSWERED = _STRICT | {requests.CONNECT}
"""What takes no body but text, where there is a status."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A handler that is called with requests."""

    handler: Handler
    alone: bool
    """Whether nothing else is known to call it."""
    answer: str
    """What the client gets for what is no response."""
    also: tuple[tuple[Span, str], ...]
    lenient: bool
    """Whether it may be, or is, a REST API alone that calls it."""
    functions: tuple[Function, ...] = ()
    """Whose handler it is; empty where no template tells."""


def _called_with_requests(project: Project, kinds_of: frozenset[str]) -> Iterator[_Asked]:
    """The handlers that nothing but integrations of these kinds call with requests.

    Where no template tells what calls a handler, its own code does.
    """
    for function in project.functions:
        handler, triggers = function.handler, http_triggers(function)
        if (
            handler is not None
            and triggers
            and _is_followed(handler)
            and all(each.answered in kinds_of for each in triggers)
        ):
            # What a WebSocket API's other routes answer by the same function may be anything.
            alone = only_requests(function) and not any(each.connects for each in triggers)
            lenient = all(each.answered == requests.REST for each in triggers)
            yield _Asked(handler, alone, _answer(function), _called(function), lenient, (function,))
    for handler in project.uncalled:
        sure = requests.HTTP_2 in kinds_of or http.reads_version_1(handler)
        if sure and _is_followed(handler) and http.takes_requests(handler) and not http.reads_version_2(handler):
            yield _Asked(handler, True, ", for which API Gateway answers 502 or 500", (), lenient=True)


def _is_followed(handler: Handler) -> bool:
    return not handler.wrappers and not handler.bounded and not promises.hands_callback_on(handler)


def _all_of_a_statement(handler: Handler, is_so: Callable[[Value], bool]) -> list[Return]:
    """What a handler returns of which something is so, whichever of several values its statement returns.

    A function of the project that looks at a value and returns another, or the same, returns what it should.
    """
    others = {each.statement for each in handler.returns if each.value != NONE and not is_so(each.value)}
    return [each for each in handler.returns if is_so(each.value) and each.statement not in others]


@check
def response_without_status_code(project: Project) -> Problems:
    told: dict[Span, str] = {}
    for asked in _called_with_requests(project, _ANSWERED):
        handler = asked.handler
        if asked.alone:
            yield from _told_in_words(asked, told)
        # One of no template may be an authorizer, and so may one that more than these requests reach.
        routed = asked.alone and bool(asked.functions)
        lacking = [
            each for each in _all_of_a_statement(handler, _lacks_status) if routed or not _authorizes(each.value)
        ]
        if len(lacking) < len(handler.returns) or handler in project.uncalled:
            # Other events may be answered in another way, and a way that returns nothing may never be taken.
            if asked.alone:
                yield from _silent(asked, told)
                yield from _speechless(asked, told)
                yield from _untested(asked, told)
            lacking = [each for each in lacking if asked.alone and _is_answer(each.value)]
        for returned in lacking:
            # Measured: what is left out of an answer of a REST API, also of an empty one, has a default.
            lenient = asked.lenient and _is_response_but_for_status(returned.value)
            answer = f", for which a {requests.REST} answers 200" if lenient else asked.answer
            message = f"returns {_what(returned.value)}{answer}"
            if told.setdefault(returned.span, message) == message:
                yield Problem(returned.span, message, asked.also, "note" if lenient else None, about=asked.functions)
    yield from _misspelt(project, told)
    yield from _as_errors(project)


def _as_errors(project: Project) -> Problems:
    """Responses that a handler of Node.js gives to its callback as the error of the invocation."""
    told: set[Span] = set()
    for function in project.functions:
        handler, triggers = function.handler, http_triggers(function)
        if handler is None or not triggers or not all(each.answered in _PROXIES for each in triggers):
            continue
        for call in handler.calls:
            given = options(call.arguments[0]) if call.name == CALLBACK and call.arguments else ()
            if call.receiver is None and call.span not in told and any(map(_is_response, given)):
                told.add(call.span)
                yield Problem(
                    call.span,
                    f"gives a response to its callback as the error{_answer(function)}: nobody gets what it says",
                    way(call.trail),
                    "warning",
                    about=function,
                )


def _is_response(value: Value) -> bool:
    return isinstance(value, Mapping) and {http.STATUS, http.BODY} <= value.entries.keys()


def _misspelt(project: Project, told: dict[Span, str]) -> Problems:
    """Responses whose status has a capital, where the same handler spells it right elsewhere."""
    for handler in project.handlers:
        answers = [each.value for each in handler.returns if isinstance(each.value, Mapping)]
        if not any(http.STATUS in each.entries and http.BODY in each.entries for each in answers):
            continue
        for returned in handler.returns:
            value = returned.value
            if not isinstance(value, Mapping) or http.BODY not in value.entries or http.STATUS in value.entries:
                continue
            meant = next((each for each in value.entries if each.lower() == http.STATUS.lower()), None)
            if meant is not None and returned.span not in told:
                told[returned.span] = meant
                message = f"returns {meant}, which nobody reads: of a response that is {http.STATUS}"
                yield Problem(returned.span, message, severity="warning", about=project.functions_of(handler))


def _told_in_words(asked: _Asked, told: dict[Span, str]) -> Problems:
    """What is returned with a text for a status that is no number: two arguments that were swapped, mostly."""
    for returned in _all_of_a_statement(asked.handler, _has_words_for_status):
        message, place = f"returns a text as statusCode{asked.answer}", returned.statement or returned.span
        if told.setdefault(place, message) == message:
            yield Problem(place, message, asked.also, about=asked.functions)


def _has_words_for_status(value: Value) -> bool:
    if not isinstance(value, Mapping) or http.STATUS not in value.entries:
        return False
    return all(
        isinstance(each, Constant) and isinstance(each.value, str) and not each.value.strip().isdigit()
        for each in options(value.entries[http.STATUS])
    )


def _silent(asked: _Asked, told: dict[Span, str]) -> Problems:
    """The clauses that catch an error and then answer nothing."""
    behind = {span for each in asked.handler.returns for span in each.behind}
    for clause in asked.handler.catches:
        # A function that is gone into several times has its clauses several times.
        same = [each for each in asked.handler.catches if each.span == clause.span]
        silent = all(not each.returns and not each.gives_up for each in same)
        message = f"returns nothing where it has caught an error{asked.answer}"
        new = clause.span in behind and told.get(clause.span, message) == message
        if new and silent and failures.goes_on(asked.handler, clause, behind):
            told[clause.span] = message
            yield Problem(clause.span, message, asked.also, about=asked.functions)


def _speechless(asked: _Asked, told: dict[Span, str]) -> Problems:
    """Where a handler has asked AWS for something and ends without an answer: that way is meant to be taken."""
    for last in _works(asked.handler):
        message = f"returns nothing where it has done its work{asked.answer}"
        if told.setdefault(last, message) == message:
            yield Problem(last, message, asked.also, about=asked.functions)


def _works(handler: Handler) -> Iterator[Span]:
    """The last statements of ways that end without an answer, on which a handler asks AWS for something."""
    work = [each for each in handler.invocation_calls if not each.mends and operation(each) is not None]
    for block in handler.ends:
        if any(part.covers(place) for part in block for call in work for place in (call.span, *call.trail)):
            yield block[-1]


def _untested(asked: _Asked, told: dict[Span, str]) -> Problems:
    """Where a handler tests what its client has sent, and ends without an answer where the test fails."""
    for fall in asked.handler.falls:
        seen = list(all_origins(fall.tested))
        if not all(map(_is_of_client, seen)):
            continue
        pieces = [each.path for each in seen if isinstance(each, Piece) and each.path]
        sent = bool(pieces) and all(path[:1] in _SENT or path in METHODS for path in pieces)
        by_method = any(path in METHODS for path in pieces)
        if not sent or (by_method and not _takes_others(asked)):
            continue
        other = "a request of another method" if by_method else "a request that this test is not true of"
        message = f"returns nothing for {other}{asked.answer}"
        if told.setdefault(fall.span, message) == message:
            yield Problem(fall.span, message, asked.also, "warning", about=asked.functions)


_SENT = (("body",), ("queryStringParameters",), ("multiValueQueryStringParameters",))
"""What a client may send or leave out as it likes."""
_PARSERS = frozenset({"json.loads", "js:JSON.parse"})


def _is_of_client(value: Value) -> bool:
    """Whether a value is a part of what is tested that the request alone decides."""
    match value:
        case Result(call):
            return call.name in (*_PARSERS, "get", "lower", "upper", "strip", "toLowerCase", "toUpperCase", "trim")
        case Environment():
            return False
        case _:
            return True


def _takes_others(asked: _Asked) -> bool:
    """Whether requests come of other methods than those that the handler asks for."""
    known = {
        str(each.right.value).upper()
        for each in all_origins(asked.handler.tests)
        if isinstance(each, Compared) and isinstance(each.right, Constant)
        if isinstance(each.left, Piece) and each.left.path in METHODS
    }
    triggers = [trigger for function in asked.functions for trigger in http_triggers(function)]
    return bool(known) and any(each.any_method or (each.methods or frozenset()) - known for each in triggers)


def _lacks_status(value: Value) -> bool:
    if isinstance(value, Constant | Sequence | Mapping):
        return carries(value, http.STATUS) is False
    return kinds.kind(value) == kinds.TEXT


def _authorizes(value: Value) -> bool:
    """Whether a value is an authorizer's answer."""
    return isinstance(value, Mapping) and not {"policyDocument", "isAuthorized"}.isdisjoint(value.entries)


_FIELDS = frozenset({http.BODY, http.HEADERS, "multiValueHeaders", http.ENCODED})


def _is_response_but_for_status(value: Value) -> bool:
    return (
        isinstance(value, Mapping)
        and not value.open
        and value.others is None
        and value.rest is None
        and _FIELDS.issuperset(value.entries)
    )


def _is_answer(value: Value) -> bool:
    return isinstance(value, Mapping) and http.BODY in value.entries


def _what(value: Value) -> str:
    match value:
        case Mapping():
            return "no statusCode"
        case Sequence():
            return "a list and no statusCode"
        case _ if value == NONE:
            return "nothing"
        case _:
            return "no mapping with a statusCode"


def _answer(function: Function) -> str:
    """What the client gets."""
    if any(each.connects for each in http_triggers(function)):
        return ", for which a WebSocket API refuses to connect"
    kind = http_triggers(function)[0].kind or ""
    status = 500 if kind in (requests.HTTP_1, requests.HTTP_2) else 502
    return f", for which {'an' if kind.startswith('HTTP') else 'a'} {kind} answers {status}"


def _called(function: Function) -> tuple[tuple[Span, str], ...]:
    trigger = http_triggers(function)[0]
    return ((trigger.span, f"calls {function.name}"),)


@check
def response_body_not_string(project: Project) -> Problems:
    told: dict[Span, str] = {}
    for asked in _called_with_requests(project, _PROXIES):
        handler = asked.handler
        wrong = _all_of_a_statement(handler, lambda value: _wrong_body(value) is not None)
        if not asked.alone and len(wrong) < len(handler.returns):
            continue
        for returned in wrong:
            what = _wrong_body(returned.value) or ""
            what = _IN_JAVASCRIPT.get(what, what) if handler.language == "javascript" else what
            message = f"returns {what} as body{asked.answer}"
            if told.setdefault(returned.span, message) == message:
                yield Problem(returned.span, message, asked.also, about=asked.functions)


_IN_JAVASCRIPT = {"a dict": "an object", "a list": "an array"}
"""What is called otherwise in JavaScript."""


def _wrong_body(value: Value) -> str | None:
    """What stands in the place of a response's body, where it is surely no text."""
    if not isinstance(value, Mapping) or http.STATUS not in value.entries or http.BODY not in value.entries:
        return None
    found = [_no_text(each) for each in options(value.entries[http.BODY])]
    return found[0] if all(found) else None


def _no_text(value: Value) -> str | None:
    match value:
        case Mapping():
            return "a dict"
        case Sequence(kind="list" | "tuple"):
            return "a list"
        case Constant(bool()):
            return "true or false"
        case Constant(int() | float()):
            return "a number"
        case Result(call) if kinds.is_number(call):
            return "a number"
        case Caught():
            return "an error"
        case _:
            return None


@check
def response_headers_wrong(project: Project) -> Problems:
    told: dict[Span, str] = {}
    for asked in _called_with_requests(project, frozenset({requests.REST})):
        # Where no template tells what calls it, it may be a load balancer.
        wrong = (
            _all_of_a_statement(asked.handler, lambda value: _wrong_headers(value) is not None) if asked.also else []
        )
        if not asked.alone and len(wrong) < len(asked.handler.returns):
            continue
        for returned in wrong:
            what, where = _wrong_headers(returned.value) or ("", "")
            what = _IN_JAVASCRIPT.get(what, what) if asked.handler.language == "javascript" else what
            message = f"returns {what} as {where}{asked.answer}"
            if told.setdefault(returned.span, message) == message:
                yield Problem(returned.span, message, asked.also, about=asked.functions)


def _wrong_headers(value: Value) -> tuple[str, str] | None:
    """What surely stands in the place of a response's headers, or of the text of one, and in which."""
    if not isinstance(value, Mapping) or http.STATUS not in value.entries or http.HEADERS not in value.entries:
        return None
    several = options(value.entries[http.HEADERS])
    found = [_container(each) for each in several]
    if all(each is not None and each != "a dict" for each in found):
        return found[0] or "", "headers"
    for headers in several if len(several) == 1 else ():
        for name, text in headers.entries.items() if isinstance(headers, Mapping) else ():
            kinds_of_text = [_container(each) for each in options(text)]
            if all(kinds_of_text):
                return kinds_of_text[0] or "", f"the header {name}"
    return None


def _container(value: Value) -> str | None:
    match value:
        case Mapping():
            return "a dict"
        case Sequence(kind="list" | "tuple"):
            return "a list"
        case _:
            return None


@check
def event_not_returned(project: Project) -> Problems:
    told: set[Span] = set()
    for trigger in pool_triggers(project):
        function, handler = trigger.function, trigger.function.handler
        if handler is None or not _is_followed(handler) or not trigger.alone or _may_call_back(handler):
            continue
        lacking = _all_of_a_statement(handler, _is_no_event)
        for returned in lacking:
            # A way that returns nothing may never be taken: another trigger would take it.
            silent = returned.statement is None and len(lacking) < len(handler.returns) and _asks_which(handler)
            silent = silent and not any(_works(handler))
            if returned.span not in told and not silent:
                told.add(returned.span)
                yield Problem(
                    returned.span,
                    f"returns {_instead(returned.value)}; Cognito takes nothing but the event that it has sent",
                    ((trigger.span, f"Cognito invokes {function.name}"),),
                    about=function,
                )


def _may_call_back(handler: Handler) -> bool:
    """Whether a handler of Node.js may answer by a callback or by its context instead of what it returns."""
    return handler.language == "javascript" and (
        not handler.is_awaited or any(map(promises.ends_itself, handler.calls))
    )


def _is_no_event(value: Value) -> bool:
    return isinstance(value, Constant | Sequence | Mapping | Text) and carries(value, "response") is False


def _instead(value: Value) -> str:
    return "nothing" if value == NONE else "something else than the event"


def _asks_which(handler: Handler) -> bool:
    """Whether a handler asks for which of several triggers it was invoked."""
    return any(each.path == ("triggerSource",) for each in handler.tested)


@check
def unserializable_return(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        if handler.wrappers or handler.is_async:
            continue
        by = kinds.STRINGIFY if handler.language == "javascript" else kinds.RUNTIME
        for returned in _all_of_a_statement(handler, partial(_has_misfit, by=by)):
            for misfit in kinds.misfits(returned.value, by):
                streamed = by == kinds.RUNTIME and _is_streamed_body(returned, misfit)
                if returned.span not in told and not streamed and not kinds.keeps(handler, misfit):
                    told.add(returned.span)
                    made = kinds.MADE_BY_STRINGIFY.get(misfit.kind) if by == kinds.STRINGIFY else None
                    why = "which the runtime cannot make JSON of" if made is None else f"which becomes {made} in JSON"
                    yield Problem(
                        returned.span,
                        f"returns {misfit.kind}{_under(misfit)}, {why}",
                        _made(misfit.value, returned.span),
                        None if made is None else "warning",
                    )


def _has_misfit(value: Value, by: str) -> bool:
    return next(kinds.misfits(value, by), None) is not None


def _under(misfit: kinds.Misfit) -> str:
    return f" under {'.'.join(misfit.keys)}" if misfit.keys else ""


def _made(value: Value, place: Span) -> tuple[tuple[Span, str], ...]:
    """Where a value was made, if that is elsewhere."""
    if isinstance(value, Result) and not place.covers(value.call.span):
        return ((value.call.span, "made here"),)
    return ()


def _is_streamed_body(returned: Return, misfit: kinds.Misfit) -> bool:
    return http.is_response(returned.value) and misfit.keys == (http.BODY,) and misfit.kind in kinds.STREAMED


@check
def response_not_streamable(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        if handler.wrappers or handler.is_async:
            continue
        for returned in _all_of_a_statement(handler, partial(_has_misfit, by=kinds.RUNTIME)):
            for misfit in kinds.misfits(returned.value, kinds.RUNTIME):
                if returned.span not in told and _is_streamed_body(returned, misfit):
                    told.add(returned.span)
                    yield Problem(returned.span, f"returns {misfit.kind} as body, which the runtime cannot stream")
    for function in project.functions:
        if function.streams is False:
            for trigger in http_triggers(function):
                if trigger.streams:
                    yield Problem(
                        trigger.span,
                        f"streams responses of {function.name}, whose runtime cannot stream them",
                        ((function.span, "this function"),),
                    )
