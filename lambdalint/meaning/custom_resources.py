"""How a custom resource answers CloudFormation: by what it sends to the `ResponseURL` of its request.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
"""

from __future__ import annotations

from collections.abc import Sequence

from lambdalint.code.facts import Handler, Raise, Return
from lambdalint.code.idioms import is_log, is_pure, origin_name
from lambdalint.code.value import (
    ALLOWED,
    AWAITED,
    Call,
    Caught,
    Compared,
    Constant,
    Member,
    Piece,
    Unknown,
    Value,
    origins,
)
from lambdalint.meaning import failures
from lambdalint.meaning.operations import operation
from lambdalint.source import Span

CREATE, UPDATE, DELETE = "Create", "Update", "Delete"

_URL, _KIND = "ResponseURL", "RequestType"

_ANSWERING = ("cfnresponse", "npm:cfn-response", "crhelper", "npm:cfn-custom-resource")
_SENDING = (
    "cfnresponse.", "npm:cfn-response", "requests.", "botocore.vendored.requests.", "urllib3.", "urllib.request.",
    "http.client.", "httpx.", "node:https.", "node:http.", "node:url.", "npm:axios", "npm:node-fetch", "npm:got",
    "js:fetch", "js:Request",
)  # fmt: skip
"""What sends requests, and what makes them."""


def answers(handler: Handler) -> tuple[Call, ...] | None:
    """The calls that answer a request; None where what is not seen may do so in their place."""
    if handler.bounded or handler.wrappers:
        return None
    found: list[Call] = []
    for call in handler.calls:
        if is_log(call) or not any(map(_holds_url, (*call.arguments, *call.keywords.values(), *_receiver(call)))):
            continue
        name = call.name if call.receiver is None else origin_name(call.receiver)
        if name.startswith(_SENDING):
            found.append(call)
        elif operation(call) is not None or not is_pure(call) or call.receiver == Unknown():
            return None
    # An address that is read and goes nowhere goes where nobody follows it.
    is_read = any(each.path[-1:] == (_URL,) for each in handler.reads)
    kept = any(each.value is not None and _holds_url(each.value) for each in handler.changes)
    # Nobody loads what answers, and then does not call it.
    loaded = any(each.name.startswith(_ANSWERING) for each in handler.imports)
    return None if kept or (not found and (is_read or loaded)) else tuple(found)


def is_watched(handler: Handler) -> bool:
    """Whether a library answers that a request has failed, shortly before the function times out.

    https://github.com/aws-cloudformation/custom-resource-helper
    """
    return any(call.name.startswith("crhelper.") for call in handler.calls)


def _receiver(call: Call) -> tuple[Value, ...]:
    return () if call.receiver is None else (call.receiver,)


def _holds_url(value: Value) -> bool:
    """Whether a value was made of a request, its address among it."""
    return any(each == Piece() or _is_url(each) for each in origins(value))


def _is_url(value: Value) -> bool:
    match value:
        case Piece((*_, key)) | Member(_, key):
            return key == _URL
        case _:
            return False


def fails_unanswered(handler: Handler, answering: Sequence[Call]) -> Call | Raise | None:
    """What may end an invocation with an error and no answer: what is asked of AWS, or an error that is raised."""
    in_failure = any(each.mends for each in answering)
    last = max(map(_place, answering), default=None)
    mays: list[Call | Raise] = [
        call
        for call in handler.invocation_calls
        if operation(call) is not None and not call.mends and _is_awaited(handler, call)
    ]
    mays += [
        each
        for each in handler.raises
        if each.value is not None and not isinstance(each.value, Caught) and not each.caught and not in_failure
    ]
    for each in mays:
        known = last is not None and _place(each) > last  # CloudFormation has its answer by then
        taken = any(
            (clause.everything or failures.names_service(clause)) and (in_failure or not clause.gives_up)
            for clause in handler.clauses_around(each.span, each.trail)
        )
        if not known and not taken and not _answers_at_last(handler, (each.span, *each.trail), answering):
            return each
    return None


def _is_awaited(handler: Handler, call: Call) -> bool:
    """Whether an error of what is asked of AWS is one of the function that asks."""
    return handler.language != "javascript" or AWAITED in call.asked


def _answers_at_last(handler: Handler, places: Sequence[Span], answering: Sequence[Call]) -> bool:
    """Whether a `finally` around a place answers."""
    return any(
        final.tried.covers(place) and any(each in answering for each in final.calls)
        for final in handler.finals
        for place in places
    )


def leaves_unanswered(handler: Handler, answering: Sequence[Call]) -> Return | None:
    """A way out of a handler that comes before everything that answers."""
    asks = [each for test in handler.tests for each in origins(test)]
    if not answering or any(each == Piece() or _is_url(each) for each in asks):
        return None  # It may be asked whether it is a request at all.
    first = min(map(_place, answering))
    for each in handler.returns:
        way_out = each.statement
        if (
            way_out is not None
            and each.conditional
            and way_out.path == first.path
            and (way_out.end_line, way_out.end_column) <= (first.line, first.column)
            and not _answers_at_last(handler, (way_out,), answering)
        ):
            return each
    return None


def never_answered(handler: Handler, answering: Sequence[Call]) -> str | None:
    """The kind of request that nothing answers, where each answer stands behind a question for others.

    What answers where something else has failed answers no request for which nothing is done, and what a function does
    that is called in several places is done for others too.
    """
    refuses = any(each.caught for each in handler.raises)
    asked = [_kinds(call) for call in answering if refuses or not call.mends]
    if not asked or not all(asked) or any(call.span in handler.shared for call in answering):
        return None
    answered = frozenset().union(*asked)
    return next((each for each in (DELETE, UPDATE, CREATE) if each not in answered), None)


def _kinds(call: Call) -> frozenset[str]:
    """The kinds of requests of which a call is surely made for one; none where it may be made for any."""
    if not any(each.kind == ALLOWED and _is_kind(each.value) for each in call.assured):
        return frozenset()
    return frozenset(
        str(each.value)
        for test in call.tested
        for compared in origins(test)
        if isinstance(compared, Compared) and _is_kind(compared.left)
        for each in origins(compared.right)
        if isinstance(each, Constant)
    )


def _is_kind(value: Value) -> bool:
    return isinstance(value, Piece) and value.path == (_KIND,)


def _place(each: Call | Raise) -> Span:
    """Where in the handler itself a call or error is, or is led to."""
    return (*each.trail[1:], each.span)[0]
