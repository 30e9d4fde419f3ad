"""What calls do to logs: which write a line, with what in it, and which set up how lines are written.

Sources: Python's library reference of logging; the set-up of the root logger in AWS's runtime interface client for
Python (awslambdaric/bootstrap.py, `_setup_logging`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from lambdalint.code.carriers import PARSING
from lambdalint.code.facts import Catch, Handler
from lambdalint.code.idioms import LOG_METHODS, origin_name
from lambdalint.code.value import (
    EACH,
    NONE,
    Call,
    Caught,
    Choice,
    Constant,
    Imported,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Step,
    Text,
    Value,
    all_origins,
    options,
)

_LEVELS = {
    "NOTSET": 0, "DEBUG": 10, "INFO": 20, "WARN": 30, "WARNING": 30, "ERROR": 40, "FATAL": 50, "CRITICAL": 50,
}  # fmt: skip
WARNING = 30
"""The level of the root logger where nothing sets it."""

_CONFIGURE = "logging.basicConfig"
_WHERE = ("format", "datefmt", "style", "filename", "handlers", "stream", "encoding")
_CONSOLE = {f"js:console.{name}": f"console.{name}" for name in ("log", "info", "warn", "error", "debug", "dir")}
"""Node.js's console, before whose lines the runtime puts the time, the id of the request and the level."""
_PRINTS = {
    "builtins.print": "print", "pprint.pprint": "print", **_CONSOLE,
    "js:process.stdout.write": "process.stdout.write", "js:process.stderr.write": "process.stderr.write",
}  # fmt: skip
"""Functions that print, and what they are called."""
_STRUCTURED = (
    "aws_lambda_powertools.", "structlog.", "pythonjsonlogger.", "python_json_logger.", "json_log_formatter.",
    "json_logging.", "aws_lambda_logging.", "lambda_logging.", "ecs_logging.", "lambda_json_logger.", "logstash_",
    "@aws-lambda-powertools/logger", "npm:@dazn/lambda-powertools-logger", "npm:pino-lambda",
)  # fmt: skip
_JSON = ("npm:pino", "npm:winston", "npm:bunyan", "npm:lambda-log", "npm:roarr")
"""Loggers that write JSON, and know of no request unless they are told."""
_OWN = ("loguru.", "structlog.", "aws_lambda_powertools.")
"""Loggers that bring a handler of their own."""
_REMOVERS = frozenset({"clear", "pop", "remove"})
_RENDERERS = frozenset({
    "builtins.str", "builtins.repr", "builtins.dict", "pprint.pformat", "copy.copy", "copy.deepcopy",
    "builtins.format", "builtins.ascii",
    "js:String", "node:util.inspect", "node:util.format",
})  # fmt: skip
"""Functions whose result shows the whole of what they are given."""
_SEEN = (
    "aws_lambda_powertools.", "@aws-lambda-powertools/logger", "npm:pino", "npm:winston", "npm:bunyan", "npm:loglevel",
    "npm:lambda-log", "npm:consola",
)  # fmt: skip
"""Loggers that write what their methods are given to the log."""


def is_print(call: Call) -> bool:
    """Whether a call prints to the log."""
    to = call.keywords.get("file")
    return (
        call.receiver is None
        and call.name in _PRINTS
        and (to is None or (isinstance(to, Imported) and to.name in ("sys.stdout", "sys.stderr")))
    )


def printer(call: Call) -> str:
    """What a function that prints is called."""
    return _PRINTS[call.name]


def is_standard(call: Call) -> bool:
    """Whether a call logs through the standard library's `logging`."""
    name = call.name if call.receiver is None else origin_name(call.receiver)
    return name.startswith("logging.") and call.name.rpartition(".")[2] in LOG_METHODS


def is_own(call: Call) -> bool:
    """Whether a call logs through a logger such as loguru or pino, whose lines the runtime's handler does not see."""
    name = call.name if call.receiver is None else origin_name(call.receiver)
    return name.startswith(("loguru.", "structlog.", *_JSON)) and call.name.rpartition(".")[2] in LOG_METHODS


def is_told_apart(call: Call) -> bool:
    """Whether the runtime puts the id of the request into the line that a call writes."""
    return is_standard(call) or (call.receiver is None and call.name in _CONSOLE)


def is_quiet(call: Call) -> bool:
    """Whether what a call logs only shows when somebody asks for DEBUG."""
    return call.name.rpartition(".")[2] in ("debug", "trace")


def line(call: Call) -> tuple[Value, ...]:
    """What a call writes to the log, apart from what only shows when somebody asks for DEBUG; nothing for others."""
    return () if is_quiet(call) else written(call)


def written(call: Call) -> tuple[Value, ...]:
    """What a call writes to the log at any level; nothing for calls that do not log."""
    level = call.name.rpartition(".")[2]
    if is_print(call):
        return call.arguments
    if level not in LOG_METHODS:
        return ()
    if call.receiver is not None and not (is_standard(call) or is_own(call)):
        origin = origin_name(call.receiver)
        if (origin and not origin.startswith(_SEEN)) or level == "log":
            return ()
    if call.receiver is None and not is_standard(call):
        return ()
    return (*call.arguments, *call.keywords.values())


def shows_event(value: Value) -> bool:
    """Whether a text or value that is logged shows the whole event."""
    return _EVENT in _wholes(value)


def shows(value: Value) -> str | None:
    """What a text or value that is logged shows of the event: the whole, or a part that is all that somebody sent."""
    wholes = set(_wholes(value))
    return next((what for what in _WHOLE.values() if what in wholes), None)


_EVENT = "the whole event"
_WHOLE: dict[tuple[Step, ...], str] = {
    (): _EVENT,
    ("Records",): "the whole of each record",
    ("Records", EACH): "the whole of each record",
    ("Records", EACH, "body"): "the whole body of each message",
    ("Records", EACH, "Sns"): "the whole of each notification",
    ("Records", EACH, "Sns", "Message"): "the whole message of each notification",
    ("Records", EACH, "dynamodb"): "the whole item of each record",
    ("Records", EACH, "dynamodb", "NewImage"): "the whole item of each record",
    ("Records", EACH, "dynamodb", "OldImage"): "the whole item of each record",
    ("detail",): "the whole detail of the event",
    ("request", "userAttributes"): "all attributes of the user",
    ("body",): "the whole body of the request",
    ("headers",): "all headers of the request",
}


def _whole(value: Value) -> str | None:
    """What a value is all of; None where it is a part that is not known, or none of the event's."""
    if not isinstance(value, Piece) or value.root != "event":
        return None
    return _WHOLE.get(tuple(EACH if isinstance(each, int) else each for each in value.path))


def _wholes(value: Value) -> Iterator[str | None]:
    """What the values are all of that a text or value shows."""
    return map(_whole, _all_shown(value))


def _all_shown(value: Value) -> Iterator[Value]:
    """The values that a text or value shows whole."""
    seen: set[int] = set()
    pending = [value]
    while pending:
        each = pending.pop()
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            pending += shown_in(each)


def tells_error(handler: Handler, clause: Catch) -> Call | None:
    """The call by which a clause writes to the log what the error says that it has caught; None where none does."""
    following = (each.span for each in handler.catches if each.tried == clause.tried and each.span > clause.span)
    end = min(following, default=None)
    for call in handler.invocation_calls:
        if clause.tried.covers(call.span) and call.span > clause.span and (end is None or call.span < end):
            shown = (each for value in written(call) for each in _all_shown(value))
            caught = any(isinstance(each, Caught) and each.span == clause.span for each in shown)
            if caught or call.name.rpartition(".")[2] == "exception" or "exc_info" in call.keywords:
                return call
    return None


def shown_in(value: Value) -> Iterable[Value]:
    """The values that are shown whole where a text or value is that was made of them."""
    match value:
        case Text(parts) | Choice(parts) | Sequence(_, parts):
            return parts
        case Mapping(entries=entries):
            return entries.values()
        case Result(call) if call.receiver is None and _renders(call.name):
            return call.arguments
        case Result(Call("js:JSON.stringify", None, arguments)):
            # What replaces values, or names the keys to keep, may leave something out.
            return arguments[:1] if all(each == NONE for each in arguments[1:2]) else ()
        case Result(call) if call.receiver is None and call.name in PARSING:
            return call.arguments[:1]
        case _:
            return ()


def _renders(name: str) -> bool:
    """Whether a function of a name shows the whole of what it is given: `dumps` does, of whatever package it is."""
    return name in _RENDERERS or name.rpartition(".")[2] == "dumps"


_ADDED = frozenset({"pathParameters", "stageVariables"})
"""What routers put into the event: nothing is left out of a log by that."""


def redacted_from(handler: Handler) -> int:
    """The number of calls that a handler's code makes before it changes the event, or a copy of it, as it must to leave
    something out of a log; that of all calls where it does not."""
    changed = (
        each.calls
        for each in handler.event_changes
        if not (isinstance(each.key, Constant) and each.key.value in _ADDED)
    )
    called = (
        number
        for number, call in enumerate(handler.calls)
        if call.name in ("pop", "update") and call.receiver is not None and _is_of_event(call.receiver)
    )
    return min(chain(changed, called), default=len(handler.calls))


def _is_of_event(value: Value) -> bool:
    return isinstance(value, Piece) or shows_event(value)


_LOGGING_EVENTS = {"inject_lambda_context": "log_event", "injectLambdaContext": "logEvent"}
"""Powertools' decorators and middlewares, with the option by which they log every event."""
_LOGGING_ALL = "npm:@middy/input-output-logger"
"""A middleware that logs every event and every answer, but what stands under its `omitPaths`."""


def logs_event(call: Call) -> str | None:
    """What of every event is logged by what a call puts around a handler, and why; None where nothing is."""
    option = _LOGGING_EVENTS.get(call.name.rpartition(".")[2], "")
    named = [each.entries for each in call.arguments if isinstance(each, Mapping)]
    for given in (call.keywords, *named):
        if given.get(option) == Constant(True):
            return f"the whole event, as {option} is {'True' if given is call.keywords else 'true'}"
    if call.name == _LOGGING_ALL and (not call.arguments or named) and not any("omitPaths" in each for each in named):
        return "the whole event and the whole answer: input-output-logger has no omitPaths"
    return None


def is_structured(handler: Handler) -> bool:
    """Whether a handler's code makes or sets up a logger that writes JSON."""
    return any(
        each.name.startswith(_STRUCTURED) or (each.receiver is not None and _is_structured(each.receiver))
        for each in handler.calls
    )


def writes_json(handler: Handler) -> bool:
    """Whether a handler's code logs through what writes JSON."""
    return is_structured(handler) or any(
        (each.name if each.receiver is None else origin_name(each.receiver)).startswith(_JSON) for each in handler.calls
    )


def _is_structured(value: Value) -> bool:
    return origin_name(value).startswith(_STRUCTURED)


def prints_structure(call: Call) -> bool:
    """Whether a call prints a JSON object that the program makes, such as one of the embedded metric format."""
    first = call.arguments[0] if call.arguments else None
    return isinstance(first, Result) and any(
        isinstance(option, Mapping) for value in first.call.arguments for option in options(value)
    )


_LOWEST = frozenset({1, 5, 10})
"""The numbers of DEBUG, and of what is below it."""


def configuration(call: Call) -> str | None:
    """What is lost where a call's set-up of the root logger is ignored: `level`, or `format`; None for nothing."""
    forced = call.keywords.get("force")
    if call.name != _CONFIGURE or call.open or not (forced is None or forced == Constant(False)):
        return None
    level = call.keywords.get("level")
    if level is not None and any(_number(each) != WARNING for each in options(level)):
        return "level"
    return "format" if any(name in call.keywords for name in _WHERE) else None


def _number(level: Value) -> int | None:
    match level:
        case Constant(int(number)):
            return number
        case Constant(str(name)):
            return _LEVELS.get(name.upper())
        case Imported(name):
            return _LEVELS.get(name.rpartition(".")[2])
        case _:
            return None


_LEVEL_METHODS = ("setLevel", "setLogLevel")
_LEVEL_OPTIONS = ("level", "logLevel")
_LOGGERS_MADE = ("aws_lambda_powertools.logging.logger.Logger", "aws_lambda_powertools.Logger",
                 "@aws-lambda-powertools/logger.Logger")  # fmt: skip


def debugs(handler: Handler, call: Call) -> str | None:
    """The logger that a call sets to DEBUG, whatever the deployment, as a message names it; None for none.

    Where another level is set beside it, that decides what is written: of a handler of the logger, or at another time.
    """
    given = None if call.conditional else _level_given(call)
    if given is None or not _is_lowest(given):
        return None
    if any(other is not None and not _is_lowest(other) for other in map(_level_given, handler.calls)):
        return None
    of = call.receiver
    made = of.call if isinstance(of, Result) else None
    if call.name == "logging.root.setLevel" or (
        made is not None and made.name == "logging.getLogger" and made.arguments in ((), (Constant(None),))
    ):
        return "the root logger"
    is_logger = made is None or made.name == "logging.getLogger" or made.name in _LOGGERS_MADE
    return "a logger" if is_logger else None


def _level_given(call: Call) -> Value | None:
    """The level that a call sets for a logger, or for what writes its lines."""
    if call.name.rpartition(".")[2] in _LEVEL_METHODS:
        return call.argument(0, "level")
    if call.receiver is None and call.name in _LOGGERS_MADE:
        named = next((each.entries for each in call.arguments if isinstance(each, Mapping)), call.keywords)
        return next((named[name] for name in _LEVEL_OPTIONS if name in named), None)
    return None


def _is_lowest(level: Value) -> bool:
    return len(options(level)) == 1 and _number(level) in _LOWEST


def sets_up(call: Call) -> bool:
    """Whether a call sets a logger's level, replaces the runtime's handler, or makes a logger that needs neither."""
    return (
        call.name.rpartition(".")[2] == "setLevel"
        or (call.name == "logging.getLogger" and "level" in call.attributes)
        or (call.receiver is None and call.name.startswith(_OWN))
        or replaces_handler(call)
    )


def replaces_handler(call: Call) -> bool:
    """Whether a call takes the runtime's handler from the root logger: its lines then have another format."""
    method = call.name.rpartition(".")[2]
    if call.receiver is not None:
        held = isinstance(call.receiver, Member) and call.receiver.key == "handlers"
        return method == "removeHandler" or (held and method in _REMOVERS)
    if call.name == _CONFIGURE:
        return call.keywords.get("force") == Constant(True)
    return (
        call.name.startswith("logging.config.")
        or (call.name == "logging.getLogger" and "handlers" in call.attributes)
        or method == "removeHandler"
        or (method in _REMOVERS and call.name.startswith("logging.root.handlers."))
    )


def doubles(handler: Handler, call: Call) -> str | None:
    """To which logger a call adds a handler that writes each of its lines once more; None for another.

    The runtime has put a handler of its own on the root logger, to which all others hand on their lines.
    """
    added = call.argument(0, "hdlr")
    if call.name.rpartition(".")[2] != "addHandler" or not _writes_to_console(added) or call.conditional:
        return None
    if any(replaces_handler(each) or _stops_or_filters(each, added) for each in handler.calls):
        return None
    if call.receiver is None:
        return "the root logger" if call.name == "logging.root.addHandler" else None
    match call.receiver:
        case Result(Call("logging.getLogger", None, () | (Constant(None | "" | "root"),))):
            return "the root logger"
        case Result(Call("logging.getLogger", None)):
            return "a logger that hands its lines on to the root logger"
        case _:
            return None


def _writes_to_console(value: Value | None) -> bool:
    match value:
        case Result(Call("logging.StreamHandler", None, arguments, keywords)):
            given = (*arguments, *keywords.values())
            return all(isinstance(each, Imported) and each.name in _CONSOLES for each in given)
        case _:
            return False


_CONSOLES = frozenset({"sys.stdout", "sys.stderr"})


def _stops_or_filters(call: Call, added: Value | None) -> bool:
    """Whether a call keeps lines of a logger from the root logger, or some lines from a handler."""
    if call.name == "logging.getLogger":
        return "propagate" in call.attributes
    return call.name in ("setLevel", "addFilter") and call.receiver == added


def tells_request(handler: Handler) -> bool:
    """Whether a handler's code may write the id of the request: it hands it, or the whole context, to some call."""
    return any(map(_is_request, all_origins(_values(handler)))) or any(
        read.name == "_X_AMZN_TRACE_ID" for read in handler.environment
    )


def _values(handler: Handler) -> Iterator[Value]:
    for call in handler.calls:
        yield from (*call.arguments, *call.keywords.values())
    yield from (each.value for each in handler.returns)


def _is_request(value: Value) -> bool:
    match value:
        case Piece(path, "context"):
            return path[:1] in ((), ("aws_request_id",), ("awsRequestId",))
        case Constant(str(text)):
            return "aws_request_id" in text or "awsRequestId" in text
        case _:
            return False
