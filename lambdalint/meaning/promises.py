"""What goes on in a promise that nobody waits for, in JavaScript."""

from __future__ import annotations

from lambdalint.code.facts import Handler, Started
from lambdalint.code.idioms import CALLBACK, is_log, is_pure, origin_name
from lambdalint.code.value import AWAITED, Call, Imported, Mapping, Member, Piece, Result, options, origins
from lambdalint.meaning import sdk, web
from lambdalint.meaning.operations import operation
from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.source import Span

_STAYING = (
    "js:", "web:", "builtins.", "node:timers", "node:util.", "node:events.", "node:buffer.", "node:stream.",
    "node:assert", "npm:lodash",
    "npm:moment", "npm:dayjs", "npm:date-fns", "npm:luxon", "npm:ajv", "npm:joi", "npm:zod", "npm:yup",
    "npm:jsonwebtoken", "npm:jose", "npm:class-", "npm:ramda", "npm:qs", "npm:@middy/", "lambda:", "@smithy/util-",
    "@aws-sdk/util-", "@aws-sdk/rds-signer", "npm:js-yaml", "npm:marked", "npm:handlebars", "npm:bcrypt", "npm:chalk",
    "npm:yn",
)  # fmt: skip
"""What reaches nothing outside the process."""

WAITS_FOR_EMPTY_LOOP = "callbackWaitsForEmptyEventLoop"
"""The attribute of the context that says whether an answer by callback waits for what is still on its way."""

CONTEXT_ENDS = frozenset({"done", "succeed", "fail"})
"""Methods of the context that end an invocation."""


_CONNECTING = frozenset({"connect", "$connect"})
_CLOSING = frozenset({"close", "disconnect", "$disconnect", "end", "quit", "destroy", "release"})
_COLLECTING = frozenset({"multi", "pipeline", "batch"})
"""Methods of clients of Redis that give what collects commands, and sends them when it is executed."""
_EXECUTING = frozenset({"exec", "execAsPipeline", "execTyped", "exec_atomic"})


def leaves_process(started: Started) -> bool:
    """Whether anything in it asks something of somebody outside the process."""
    return any(leaves(call) and (not started.at_once or _surely_leaves(call)) for call in started.calls)


def _surely_leaves(call: Call) -> bool:
    return operation(call) is not None or _of_http(call)


def only_asks(started: Started) -> bool:
    """Whether all that is lost with it is an answer, or a sample, or what a cache would have kept: no data."""
    return all(_only_reads(call) or _is_beside(call) for call in started.calls if leaves(call))


def only_tells(started: Started) -> bool:
    """Whether it is nothing but requests of HTTP and what loses no data: what these change is not known."""
    going = [call for call in started.calls if leaves(call)]
    return all(_of_http(call) or _only_reads(call) or _is_beside(call) for call in going)


_METRICS = frozenset({("cloudwatch", "put_metric_data"), ("logs", "put_log_events"), ("logs", "create_log_stream")})
_CACHING = frozenset({
    "set", "setex", "psetex", "setEx", "mset", "mSet", "expire", "pexpire", "hset", "hSet", "del", "unlink", "touch",
    "ping",
})  # fmt: skip
"""Methods of clients of Redis that keep something, or let go of it, as caches do."""


def _is_beside(call: Call) -> bool:
    """Whether a call keeps a sample of a metric, a line of a log, or something in a cache."""
    asked = operation(call)
    if asked is not None:
        return (asked.service, asked.name) in _METRICS
    return call.name in _CACHING and _connection(call) is not None


_HTTP = (
    "js:fetch",
    "npm:axios",
    "npm:got",
    "npm:node-fetch",
    "npm:undici",
    "npm:ky",
    "npm:superagent",
    "npm:cross-fetch",
)
_ASKING = frozenset({"get", "head", "Get", "Head"})


def _of_http(call: Call) -> bool:
    origin = call.name if call.receiver is None else origin_name(call.receiver)
    return origin.startswith(_HTTP)


def _only_gets(call: Call) -> bool:
    """Whether a call is a request of HTTP by GET or HEAD."""
    if not _of_http(call):
        return False
    if call.name.rpartition(".")[2] in _ASKING:
        return True
    method = call.argument(1)
    plain = method is None or (isinstance(method, Mapping) and not {"method", "body"} & method.entries.keys())
    return call.name in ("js:fetch", "npm:node-fetch", "npm:node-fetch.default", "npm:undici.fetch") and (
        plain and not call.open and not (isinstance(method, Mapping) and method.open)
    )


_READING = "@aws-lambda-powertools/parameters/"
"""Of what only reads parameters, secrets and the like, whatever is called: it has no methods that write but `set` and
`setMany`."""


def _only_reads(call: Call) -> bool:
    asked = operation(call)
    if asked is not None:
        return asked.only_reads
    if _only_gets(call):
        return True
    origin = call.name if call.receiver is None else origin_name(call.receiver)
    return origin.startswith(_READING) and not call.name.rpartition(".")[2].startswith("set")


def never_fails(started: Started, handler: Handler) -> bool:
    """Whether whatever fails in it is caught in it, and not raised again."""
    return all(_is_caught_inside(started, call, handler) for call in started.calls if leaves(call))


def _is_caught_inside(started: Started, call: Call, handler: Handler) -> bool:
    inside = [each for each in (*call.trail[len(started.trail) :], call.span) if each != started.span]
    return any(
        clause.everything and not clause.raises and any(map(clause.tried.covers, inside)) for clause in handler.catches
    )


def is_sample(started: Started) -> bool:
    """Whether chance decides whether it is done: nothing depends on it."""
    return any(
        isinstance(each, Result) and each.call.name == "js:Math.random"
        for test in started.tested
        for each in origins(test)
    )


def is_waited_for_by_request(started: Started) -> bool:
    """Whether a framework answers the request only when it is done: it ends with sending the response.

    What only answers where something fails leaves it to others to answer where nothing does.
    """
    going = [call for call in started.calls if not call.mends]
    answer = max((at for at, call in enumerate(going) if web.answers_request(call)), default=-1)
    return answer >= 0 and not any(map(leaves, going[answer:]))


def is_answered_before_closing(started: Started, handler: Handler) -> bool:
    """Whether it is nothing but commands over a connection to Redis that is later waited for to be closed: it answers
    in order. https://redis.io/docs/latest/commands/quit/
    """
    over = {_connection(call) for call in started.calls if leaves(call)}
    after = handler.calls[max(map(handler.calls.index, started.calls)) + 1 :]
    closed = {_quit(call) for call in after if AWAITED in call.asked and not call.mends}
    return None not in over and over <= closed


def _connection(call: Call) -> Call | None:
    """The call that made the connection to Redis which another call sends a command over."""
    match call.receiver:
        case Result(Call(name=name, receiver=of)) if name in _COLLECTING and isinstance(of, Result):
            made = of.call
        case Result(made):
            pass
        case _:
            return None
    connection = sdk.connection(made)
    return made if connection is not None and connection.what == sdk.REDIS else None


def _quit(call: Call) -> Call | None:
    """The call that made the connection to Redis which another call closes, also by what `promisify` made of that."""
    if call.name == "quit":
        return _connection(call)
    of = call.receiver
    while isinstance(of, Result) and of.call.receiver is not None:
        of = of.call.receiver
    match of:
        case Result(Call(name="node:util.promisify", arguments=(Member(Result() as client, "quit"), *_))):
            return _connection(replace(call, receiver=client))
        case _:
            return None


def leaves(call: Call) -> bool:
    """Whether a call asks something of somebody outside the process: it is asked when all of its program is known."""
    try:
        return call.leaves
    except AttributeError:  # Checks ask it of every call.
        return call.keep_leaves(_leaves(call))


def _leaves(call: Call) -> bool:
    if is_log(call) or _connects(call) or _closes(call) or _collects(call):
        return False
    if call.receiver is not None:
        return not is_pure(call) and bool(origin_name(call.receiver)) and not _stays(origin_name(call.receiver))
    return call.name == "js:fetch" or (not _stays(call.name) and not is_pure(call) and not _only_makes(call))


def stays(call: Call) -> bool:
    """Whether a call is known to reach nothing outside the process."""
    return _stays(call.name if call.receiver is None else origin_name(call.receiver))


def _connects(call: Call) -> bool:
    """Whether a call opens a connection, which what is asked over it waits for by itself.

    https://node-postgres.com/apis/client, https://mongoosejs.com/docs/connections.html#buffering,
    https://github.com/redis/ioredis#offline-queue
    """
    if call.receiver is None:
        return call.name in sdk.CONNECTIONS
    return call.name in _CONNECTING and origin_name(call.receiver) in sdk.CONNECTIONS


def _closes(call: Call) -> bool:
    """Whether a call closes a connection, or gives it back: what was asked over it has been answered, or is not lost
    by that."""
    return call.receiver is not None and call.name in _CLOSING and origin_name(call.receiver) in sdk.CONNECTIONS


def _collects(call: Call) -> bool:
    """Whether a call puts a command to those that are sent together later: https://github.com/redis/ioredis#pipelining"""
    match call.receiver:
        case Result(Call(name=name, receiver=of)) if name in _COLLECTING and of is not None:
            return call.name not in _EXECUTING and origin_name(of) in sdk.CONNECTIONS
        case _:
            return False


def _stays(name: str) -> bool:
    return name.startswith(_STAYING) or _LOGGING.match(name) is not None


_LOGGING = pattern(r"npm:(?:@[\w.-]+/)?(?:[\w.]+-)*logg(?:er|ing)\b(?!-)")
"""What an organization calls the package of its own logger."""


def _only_makes(call: Call) -> bool:
    """Whether a call only makes an object: a client, a command."""
    return call.name.rpartition(".")[2][:1].isupper()


def ends_itself(call: Call) -> bool:
    """Whether a call tells the runtime that an invocation is over: by the callback, or a method of the context."""
    match call.receiver:
        case None:
            return call.name == CALLBACK
        case Piece((), "context"):
            return call.name in CONTEXT_ENDS
        case _:
            return False


def answers_itself(handler: Handler) -> bool:
    """Whether a handler that is not async ends an invocation itself, or has it ended: what it started is done then."""
    return not handler.is_awaited and (any(map(ends_itself, handler.calls)) or hands_callback_on(handler))


def hands_callback_on(handler: Handler) -> bool:
    """Whether a handler gives its callback to code that is not seen, which may answer by it."""
    return any(map(_hands_callback_on, handler.calls))


def _hands_callback_on(call: Call) -> bool:
    given = (*call.arguments, *call.keywords.values())
    return any(each == Imported(CALLBACK) for value in given for each in options(value))


def may_end(call: Call) -> bool:
    """Whether a call tells the runtime that an invocation is over, or is given what does."""
    return ends_itself(call) or _hands_callback_on(call)


_LATER = frozenset({"js:setTimeout", "js:setImmediate", "js:setInterval", "js:process.nextTick"})
"""Functions that call what they are given when nobody waits any longer."""


def late_in(call: Call, handler: Handler) -> Span | None:
    """What a handler has started and does not wait for that a call stands in; None where it stands in nothing such."""
    late = [each.span for each in handler.started]
    late += [each.span for each in handler.calls if each.name in _LATER]
    return next((each for each in late if any(map(each.covers, (call.span, *call.trail[1:])))), None)
