"""Clients that are bound to the event loop of asyncio in which they are first used.

`asyncio.run` makes a loop of its own each time and closes it: https://docs.python.org/3/library/asyncio-runner.html.
What a client keeps of it, open connections above all, is of no use in the next one. Sources for the clients:
https://www.python-httpx.org/async/, https://docs.aiohttp.org/en/stable/client_reference.html,
https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#using-multiple-asyncio-event-loops,
https://pymongo.readthedocs.io/en/stable/api/pymongo/asynchronous/mongo_client.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.value import NONE, Call, Member, Result, Value, options

_RUN = "asyncio.run"
_OWN_LOOPS = frozenset({
    "run_until_complete", "run_forever", "run_coroutine_threadsafe", "asyncio.Runner", "asyncio.get_event_loop",
    "asyncio.new_event_loop", "asyncio.set_event_loop", "asyncio.run_coroutine_threadsafe", "nest_asyncio.apply",
    "uvloop.run",
})  # fmt: skip
"""What tells that the program has a way of its own with loops."""

_BOUND = frozenset({
    "httpx.AsyncClient", "aiohttp.ClientSession", "aiohttp.client.ClientSession",
    "redis.asyncio.Redis", "redis.asyncio.StrictRedis", "redis.asyncio.from_url", "redis.asyncio.Redis.from_url",
    "redis.asyncio.client.Redis", "pymongo.AsyncMongoClient", "motor.motor_asyncio.AsyncIOMotorClient",
    "sqlalchemy.ext.asyncio.create_async_engine", "elasticsearch.AsyncElasticsearch", "opensearchpy.AsyncOpenSearch",
    "openai.AsyncOpenAI", "openai.AsyncAzureOpenAI", "anthropic.AsyncAnthropic", "anthropic.AsyncAnthropicBedrock",
})  # fmt: skip
_UNPOOLED = frozenset({"limits", "transport", "poolclass", "http_client", "connector", "connection_pool", "**"})
"""What may tell a client to keep no connections, or whose it is to."""


def bound_uses(handler: Handler) -> Iterator[tuple[Call, Call]]:
    """The uses, under `asyncio.run`, of clients that outlive the invocation: the call that made each, and the use."""
    runs = [each for each in handler.calls if each.name == _RUN and each.phase == "invocation"]
    if not runs or any(each.name in _OWN_LOOPS for each in handler.calls):
        return
    for call in handler.invocation_calls:
        made = None if call.receiver is None else _maker(call.receiver)
        if made is None or not (made.phase == "init" or made.once) or made.open or _UNPOOLED & made.keywords.keys():
            continue
        if _is_let_go(handler, made):
            continue
        if any(each.span.covers(place) for each in runs for place in (call.span, *call.trail)):
            yield made, call


def _is_let_go(handler: Handler, made: Call) -> bool:
    """Whether an engine of SQLAlchemy is told to let go of its connections, and opens others in the next loop."""
    return any(
        each.name.rpartition(".")[2] == "dispose" and each.receiver is not None and _maker(each.receiver) is made
        for each in handler.invocation_calls
    )


def _maker(value: Value) -> Call | None:
    """The call that made the client whose method is called, or that of a part of it."""
    match [each for each in options(value) if each != NONE]:
        case [Result(call)]:
            return call if call.receiver is None and call.name in _BOUND else None
        case [Member(of)]:
            return _maker(of)
        case _:
            return None
