"""Messages to the clients of a WebSocket API, who may be gone.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.value import Call, Loop, Piece, Sequence, Value, origins
from lambdalint.meaning.operations import operation

_SETTLED = "js:Promise.allSettled"
_CONNECTION = ("requestContext", "connectionId")
"""Where an event says which client it comes from."""

_TAKING = ("builtins.Exception", "builtins.BaseException", "?")
_NAMED = ("ClientError", "BotoCoreError", "GoneException", "ServiceException")
"""What a clause catches, or how that ends, which takes it that a client is gone."""


def unguarded(handler: Handler) -> Iterator[Call]:
    """The messages to one of many clients, of whom one that is gone keeps the others from getting theirs."""
    for call in handler.invocation_calls:
        asked = operation(call)
        if asked is None or (asked.service, asked.name) != ("apigatewaymanagementapi", "post_to_connection"):
            continue
        to = asked.argument("ConnectionId")
        if not call.loops or call.mends or to is None or _is_of_sender(to) or _settles(handler, call):
            continue
        if not any(_knows(each.types) for each in handler.clauses_around(call.span, call.trail) if not each.gives_up):
            yield call


def _knows(types: tuple[str, ...]) -> bool:
    return not types or any(each in _TAKING or each.endswith(_NAMED) for each in types)


def _is_of_sender(to: Value) -> bool:
    return isinstance(to, Piece) and to.path == _CONNECTION


def _settles(handler: Handler, call: Call) -> bool:
    """Whether what waits for several messages takes them as they end."""
    return any(
        each.name == _SETTLED and any(loop in call.loops for value in each.arguments for loop in _loops(value))
        for each in handler.invocation_calls
    )


def _loops(value: Value) -> Iterator[Loop]:
    for each in origins(value):
        if isinstance(each, Sequence) and each.loop is not None:
            yield each.loop
