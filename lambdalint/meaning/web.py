"""Applications of the web: what their routes answer, in JavaScript by the response that their framework gives them, in
Python by the responses that they make and the errors that the framework answers with."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler, Return, once_a_handler
from lambdalint.code.idioms import WEB_CONTEXT, WEB_NEXT, WEB_RESPONSE
from lambdalint.code.value import Call, Constant, Mapping, Result, Text, Unknown, Value
from lambdalint.meaning.http import BODY, HEADERS, STATUS

_ANSWERING = frozenset({"json", "send", "end", "jsonp", "text", "html", "body"})
"""Methods of a response whose first argument is the body."""
_SENDING = frozenset({"sendStatus", "sendFile", "redirect", "render", "download"})
"""Its other methods that send it."""
_SETTING_STATUS = frozenset({"status", "code", "writeHead", "sendStatus"})
_SETTING_TYPE = frozenset({"type", "contentType", "set", "header", "setHeader", "writeHead", "append"})
_BODIES = frozenset({f"{WEB_CONTEXT}.body", f"{WEB_CONTEXT}.response.body"})
"""The names that Koa's routes set to answer."""


_STATUS_FIRST, _BODY_FIRST = ("status_code", "detail"), ("content", "status_code")
_MADE: dict[str, tuple[str, str] | int] = {
    **dict.fromkeys(
        ("fastapi.HTTPException", "fastapi.exceptions.HTTPException", "starlette.exceptions.HTTPException"),
        _STATUS_FIRST,
    ),
    **{
        f"{module}.{kind}": _BODY_FIRST
        for module in ("fastapi.responses", "starlette.responses")
        for kind in ("JSONResponse", "PlainTextResponse", "HTMLResponse", "ORJSONResponse")
    },
    "flask.abort": ("code", "description"),
    "werkzeug.exceptions.abort": ("code", "description"),
    "flask.make_response": ("rv", "status"),
    "aws_lambda_powertools.event_handler.exceptions.ServiceError": ("status_code", "msg"),
    "aws_lambda_powertools.event_handler.exceptions.BadRequestError": 400,
    "aws_lambda_powertools.event_handler.exceptions.InternalServerError": 500,
    "chalice.ChaliceViewError": 500,
    "chalice.BadRequestError": 400,
}
"""What makes an answer in Python: its parameters for the status and the body, or the status of what it is given.

https://fastapi.tiangolo.com/tutorial/handling-errors/
https://docs.powertools.aws.dev/lambda/python/latest/core/event_handler/api_gateway/#raising-http-errors
https://aws.github.io/chalice/topics/views.html#error-handling
"""
_STATUSES = frozenset({"status_code", "code", "status"})


@once_a_handler
def answers(handler: Handler) -> tuple[Return, ...]:
    """What a handler's routes answer, as the responses of Lambda that a framework makes of it."""
    return tuple(_answers(handler))


def _answers(handler: Handler) -> Iterator[Return]:
    typed = any(_of_response(call) and _method(call) in _SETTING_TYPE for call in handler.invocation_calls)
    for call in handler.invocation_calls:
        if _of_response(call):
            response = _response(call, typed=typed)
            if response is not None:
                yield Return(response, call.span, call.span)
        elif call.name in _MADE and call.receiver is None:
            yield Return(_made(call, _MADE[call.name]), call.span, call.span)
    for each in handler.settings:
        if each.name in _BODIES:
            yield Return(Mapping(each.span, {STATUS: Unknown(), BODY: each.value}), each.span, each.span)


def _made(call: Call, known: tuple[str, str] | int) -> Mapping:
    if isinstance(known, int):
        given = call.argument(0, "msg")
        return Mapping(call.span, {STATUS: Constant(known), BODY: Constant("") if given is None else given})
    found = {name: call.argument(position, name) for position, name in enumerate(known)}
    entries: dict[str, Value] = {STATUS: Constant(200), BODY: Constant("")}
    for name, value in found.items():
        if value is not None:
            entries[STATUS if name in _STATUSES else BODY] = value
    if call.name.endswith(".HTMLResponse"):
        entries[HEADERS] = Mapping(call.span, {"Content-Type": Constant("text/html")})
    return Mapping(call.span, entries)


def answers_request(call: Call) -> bool:
    """Whether a call is what a request to Express or Fastify waits for: it sends the response, or hands the request on.

    Hono and Koa wait for the promise of the route.
    """
    if call.name == WEB_NEXT:
        return True
    return _method(call) in _ANSWERING | _SENDING and _base(call).startswith(f"{WEB_RESPONSE}.")


def _of_response(call: Call) -> bool:
    """Whether a call is of a method of a response, or of one that gives the response again."""
    return _base(call).startswith((f"{WEB_RESPONSE}.", f"{WEB_CONTEXT}."))


def _base(call: Call) -> str:
    """The name of the call that a chain of calls begins with."""
    while isinstance(call.receiver, Result):
        call = call.receiver.call
    return call.name if call.receiver is None else ""


def _method(call: Call) -> str:
    return call.name.rpartition(".")[2]


def _response(call: Call, *, typed: bool) -> Mapping | None:
    name, given = _method(call), call.arguments
    status = _status(call)
    if name == "redirect" and given:
        to = next((each for each in given if not _is_number(each)), Unknown())
        return Mapping(call.span, {STATUS: Constant(302), HEADERS: Mapping(call.span, {"Location": to})})
    if name not in _ANSWERING or not given:
        return None
    entries: dict[str, Value] = {STATUS: Unknown() if status is None else status, BODY: given[0]}
    if name == "html" or (name == "send" and not typed and isinstance(given[0], Text)):
        # Express takes a text for a page unless it is told otherwise.
        entries[HEADERS] = Mapping(call.span, {"Content-Type": Constant("text/html")})
    return Mapping(call.span, entries)


def _status(call: Call) -> Value | None:
    """The status that a call answers with, or one before it in a chain has set."""
    if call.receiver is None and call.name.startswith(f"{WEB_CONTEXT}.") and len(call.arguments) > 1:
        return call.arguments[1]
    before = call.receiver
    while isinstance(before, Result):
        if _method(before.call) in _SETTING_STATUS and before.call.arguments:
            return before.call.arguments[0]
        before = before.call.receiver
    return None


def _is_number(value: Value) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, int)
