"""Requests and responses of HTTP, as handlers see them and make them.

A response is a mapping with `statusCode` and `body`:
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.carriers import CARRYING, CARRYING_METHODS, FILLING_METHODS, KEEPING, KEEPING_METHODS
from lambdalint.code.endings import JAVASCRIPT
from lambdalint.code.facts import EVERYTHING, EventRead, Handler, carries, is_own, once_a_handler
from lambdalint.code.idioms import REFUSALS, is_log, is_pure, origin_name
from lambdalint.code.value import (
    EACH,
    IS,
    NONE,
    PRESENT,
    THERE,
    Assurance,
    Call,
    Caught,
    Choice,
    Compared,
    Constant,
    Imported,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Step,
    Text,
    Unknown,
    Value,
    all_origins,
    options,
    origins,
)
from lambdalint.meaning.kinds import NO_JSON
from lambdalint.meaning.operations import operation
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Span

STATUS, BODY, HEADERS = "statusCode", "body", "headers"

_READ = frozenset({
    "httpMethod", "requestContext", "pathParameters", "queryStringParameters", "rawPath", "rawQueryString",
    "isBase64Encoded", "multiValueHeaders", "multiValueQueryStringParameters", "routeKey",
})  # fmt: skip
"""What only requests have, at the top of the event."""
_SOCKETS = frozenset({"connectionId", "eventType", "messageDirection"})
"""What only the requests of WebSocket APIs have, in their context: their body is the message, and always there."""
_VERSION_1 = frozenset({"httpMethod", "multiValueHeaders", "multiValueQueryStringParameters", "resource"})


SURVIVING = {
    "null": frozenset({"", "TypeError"}),
    "missing": frozenset({"", "TypeError", "KeyError", "LookupError"}),
    "null or missing": frozenset({"", "TypeError", "KeyError", "LookupError"}),
    "empty": NO_JSON,
}
"""What a `try` must catch to survive a body that is null, missing or empty."""


_TYPES_1 = frozenset({
    "APIGatewayProxyEvent", "APIGatewayProxyEventV1", "APIGatewayProxyEventModel", "APIGatewayEvent",
    "APIGatewayProxyWithCognitoAuthorizerEvent", "APIGatewayProxyWithLambdaAuthorizerEvent", "ALBEvent",
    "ALBEventModel", "AlbModel", "APIGatewayRestResolver", "ALBResolver",
})  # fmt: skip
"""What libraries call requests of payload 1.0 and of load balancers, and the applications that are made for them."""
_TYPES_2 = frozenset({
    "APIGatewayProxyEventV2", "APIGatewayProxyEventV2Model", "APIGatewayProxyEventV2WithRequestContext",
    "LambdaFunctionUrlEvent", "LambdaFunctionUrlModel", "LambdaFunctionURLEvent", "APIGatewayHttpResolver",
    "LambdaFunctionUrlResolver",
})  # fmt: skip
"""What they call requests of payload 2.0 and of function URLs, and the applications for these."""
_SERVERS = frozenset({
    "ApiGatewayResolver", "awsgi.response", "serverless_wsgi.handle_request", "mangum.Mangum", "mangum.adapter.Mangum",
    "npm:serverless-http", "npm:@vendia/serverless-express", "npm:@codegenie/serverless-express",
    "npm:aws-serverless-express.proxy", "npm:@fastify/aws-lambda", "npm:aws-lambda-fastify",
    "npm:hono/aws-lambda.handle",
})  # fmt: skip
"""What takes any requests, and gives them to a web application: bare names, or with their modules."""


def takes_requests(handler: Handler) -> bool:
    """Whether a handler's own code tells that it is called with HTTP requests: by what it reads, by what it calls the
    event or gives it to, or since it reads a body and answers with a status and headers."""
    if _reads_socket(handler):
        return not _SERVERS.isdisjoint((*_types(handler), *handler.wrappers))
    return (
        _reads_request(handler)
        or not (_TYPES_1 | _TYPES_2 | _SERVERS).isdisjoint(_types(handler))
        or not _SERVERS.isdisjoint(handler.wrappers)
        or (
            any(read.path == (BODY,) for read in handler.reads)
            and any(is_response(each.value) and carries(each.value, HEADERS) for each in handler.returns)
        )
    )


def _types(handler: Handler) -> Iterator[str]:
    """The names of what a handler says that its event is, of what it makes of it, and of the applications that it gives
    it to: bare, and with their modules."""
    if _has_to_do_with_requests(handler):
        yield from handler.event_types
    for call in handler.calls:
        given = (*call.arguments, *call.keywords.values())
        if Piece() in given and (call.receiver is None or call.name in ("", _RESOLVING)):
            for value in (call.receiver, Imported(call.name), *given):
                name = "" if value is None else origin_name(value)
                yield from (name, name.rpartition(".")[2])


def _has_to_do_with_requests(handler: Handler) -> bool:
    """Whether a handler makes anything of its event, or answers: one that does neither may have its type from where it
    was copied."""
    given = (value for call in handler.calls for value in (*call.arguments, *call.keywords.values()))
    return bool(handler.reads) or any(each.value != NONE for each in handler.returns) or Piece() in given


_RESOLVING = "resolve"
"""The method of an application that takes an event."""


def _reads_request(handler: Handler) -> bool:
    """Whether a handler reads what only HTTP requests have.

    What a decorator of all handlers asks for in another file, where it may not be there or something has failed, tells
    nothing of those that answer nothing.
    """
    answers = all(each.value != NONE for each in handler.returns)
    read = [each.path for each in handler.reads if answers or _is_own(each, handler)]
    return not _reads_socket(handler) and any(_READ.intersection(path[:1]) or _is_authorization(path) for path in read)


def _is_authorization(path: tuple[Step, ...]) -> bool:
    return len(path) > 1 and path[0] == HEADERS and str(path[1]).lower() == "authorization"


def _is_own(read: EventRead, handler: Handler) -> bool:
    return read.span.path == handler.path or not (read.mends or (read.optional and not read.lenient))


def _reads_socket(handler: Handler) -> bool:
    paths = [read.path for read in handler.reads]
    return any(path[:1] == ("requestContext",) and path[1:2] and path[1] in _SOCKETS for path in paths)


_SIGNED = pattern(
    r"(?:.*-)?(?:signature|hmac|sig)(?:-.*)?|x-gitlab-token|x-github-(?:event|delivery)|x-telegram-bot-api-secret-token"
    r"|x-goog-channel-token|x-amz-sns-message-type"
)
"""The headers by which a service shows that a request is its own: `X-Hub-Signature`, `X-Shopify-Hmac-Sha256`, …"""


def called_by_services(handler: Handler) -> bool:
    """Whether a handler reads what only the server of a service sends, which no browser could sign: a webhook."""
    return any(
        read.path[0] in (HEADERS, "multiValueHeaders") and _SIGNED.fullmatch(str(read.path[1]).lower()) is not None
        for read in handler.reads
        if len(read.path) > 1
    )


_OF_REPOSITORIES = pattern(r"x-github-.*|x-hub-signature.*|x-gitlab-.*|x-bitbucket-.*|x-event-key")
"""The headers of GitHub, GitLab and Bitbucket: https://docs.github.com/en/webhooks/webhook-events-and-payloads"""


def is_told_of_changes(handler: Handler) -> bool:
    """Whether a handler is told by a service that keeps source code what becomes of it: now and then, and nobody waits
    for the answer."""
    return any(
        read.path[0] in (HEADERS, "multiValueHeaders") and _OF_REPOSITORIES.fullmatch(str(read.path[1]).lower())
        for read in handler.reads
        if len(read.path) > 1
    )


_REDIRECTED = frozenset({"code", "state", "error", "error_description", "scope", "session_state", "iss"})
"""What an authorization server gives the one whom it sends back: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2"""


def ends_authorization(handler: Handler) -> bool:
    """Whether what a handler reads of the query is what an authorization server sends back, and never leaves out."""
    read = {str(each.path[1]) for each in handler.reads if each.path[:1] == (_QUERY,) and len(each.path) > 1}
    return "code" in read and read <= _REDIRECTED and handler.mentions("authorization_code")


_QUERY = "queryStringParameters"


def reads_version_1(handler: Handler) -> bool:
    """Whether a handler reads what requests of payload 2.0 do not have: their body is null where there is none."""
    return not _TYPES_1.isdisjoint(_types(handler)) or any(
        read.path and read.path[0] in _VERSION_1 for read in handler.reads
    )


def reads_version_2(handler: Handler) -> bool:
    """Whether a handler reads what only requests of payload 2.0 have, those of function URLs among them."""
    return not _TYPES_2.isdisjoint(_types(handler)) or any(
        read.path[:1] in (("rawPath",), ("rawQueryString",), ("routeKey",))
        or read.path[:2] == ("requestContext", "http")
        for read in handler.reads
    )


_GIVEN = ("x-amz", "x-forwarded")


def asks_for_own_header(handler: Handler) -> bool:
    """Whether what a handler does depends on a header that neither browsers nor AWS send: `x-origin-verify`."""
    return any(
        each.root == "event"
        and len(each.path) == 2
        and each.path[0] == HEADERS
        and str(each.path[1]).lower().startswith("x-")
        and not str(each.path[1]).lower().startswith(_GIVEN)
        for each in handler.tested
    )


NULL, MISSING = "null", "missing"
_PARSING = frozenset({"json.loads", "simplejson.loads"})
_OF_NULL = frozenset({"js:JSON.parse"})
"""What makes null of null, and fails where there is nothing."""
_VALIDATING = ("aws_lambda_powertools.utilities.validation.", "aws_lambda_powertools.utilities.parser.")


def parses_body(call: Call) -> str | None:
    """What a body must not be for a call that parses it as JSON: MISSING, or null; NULL only, where something stands in
    for a missing one or its key was asked for; None where the call parses none, or it has been looked at."""
    given = call.argument(0, "s")
    if call.receiver is not None or call.name not in _PARSING | _OF_NULL or given is None:
        return None
    if call.name in _OF_NULL and isinstance(given, Choice):
        # What stands in for the body does so wherever that is not there.
        return None
    looked = {each.kind for each in call.assured if _is_about_body(each)}
    if Piece((BODY,)) not in options(given) or looked - {PRESENT}:
        return None
    return NULL if isinstance(given, Choice) or looked else MISSING


ENCODED = "isBase64Encoded"
"""The field that says whether the body is Base64."""
JSON = "application/json"
_MEDIA = {
    **dict.fromkeys(_PARSING | _OF_NULL, JSON),
    **dict.fromkeys(
        ("urllib.parse.parse_qs", "urllib.parse.parse_qsl", "js:URLSearchParams", "node:url.URLSearchParams",
         "node:querystring.parse", "npm:qs.parse", "npm:querystring.parse"),
        "application/x-www-form-urlencoded",
    ),
}  # fmt: skip
"""What takes a text of a media type apart."""


def takes_apart(call: Call) -> str | None:
    """The media type that a call takes the body for, as it stands in the event; None where it takes none."""
    given = call.argument(0, "s")
    if call.receiver is not None or given is None or not _is_body(given):
        return None
    return _MEDIA.get(call.name)


def stores(call: Call) -> str | None:
    """The media type of which a call puts the body into S3 as it stands in the event: by what it says itself, or by a
    test before it; None where it puts none there."""
    asked = operation(call)
    given = asked.argument("Body") if asked is not None and asked.service == "s3" else None
    if asked is None or given is None or not all(map(_is_as_it_stands, options(given))):
        return None
    tested = [
        each.value.right
        for each in call.assured
        if each.kind == IS and isinstance(each.value, Compared) and _is_type(each.value.left)
    ]
    for each in (*tested, asked.argument("ContentType")):
        if isinstance(each, Constant) and isinstance(each.value, str):
            return each.value.partition(";")[0].strip().lower()
    return None


def _is_as_it_stands(value: Value) -> bool:
    """Whether a value is the body's text, also as bytes."""
    match value:
        case Piece(path, "event"):
            return path == (BODY,)
        case Result(Call(name="encode", receiver=Piece() as text)):
            return _is_as_it_stands(text)
        case Result(Call(name="js:Buffer.from" | "node:buffer.Buffer.from", arguments=(text,))):
            return _is_as_it_stands(text)
        case _:
            return False


def _is_type(value: Value) -> bool:
    return isinstance(value, Piece) and len(value.path) == 2 and str(value.path[1]).lower() == "content-type"


def _is_body(value: Value) -> bool:
    return any(isinstance(each, Piece) and each.path == (BODY,) for each in options(value))


@once_a_handler
def asks_for_encoding(handler: Handler) -> bool:
    """Whether a handler asks, or may ask, whether the body is Base64: itself, or what it gives the event to."""
    return (
        any(read.path[:1] == (ENCODED,) for read in handler.reads)
        or handler.mentions(ENCODED)
        or any(_takes_event(call) for call in handler.invocation_calls)
    )


def _takes_event(call: Call) -> bool:
    given = (*call.arguments, *call.keywords.values())
    takes = any(isinstance(each, Piece) and not each.path for each in given)
    return takes and not (is_log(call) or is_pure(call))


def takes_null(call: Call) -> bool:
    """Whether a call makes null of a body that is null, of which nothing is read."""
    return call.name in _OF_NULL and not call.needed


def knows_body(call: Call) -> bool:
    """Whether something has made sure, before a call, that the body is there."""
    return any(each.kind == THERE and Piece((BODY,)) in options(each.value) for each in call.assured)


def _is_about_body(assurance: Assurance) -> bool:
    """Whether something made sure of the body, or of the event as a whole: that there is one says nothing of a body."""
    found = [each.path for each in origins(assurance.value) if isinstance(each, Piece)]
    return (BODY,) in found or (() in found and assurance.kind != THERE)


@once_a_handler
def validates(handler: Handler) -> bool:
    """Whether a handler's event is held against a schema before it gets it."""
    return any(call.receiver is None and call.name.startswith(_VALIDATING) for call in handler.calls)


def is_response(value: Value) -> bool:
    """Whether a value is a response: a mapping with a status."""
    return isinstance(value, Mapping) and STATUS in value.entries


@once_a_handler
def answers_mistakes(handler: Handler) -> bool:
    """Whether a handler's own file has an answer for a client that has made a mistake: 400 to 499."""
    return any(
        400 <= (status(each.entries.get(STATUS)) or 0) < 500
        for returned in handler.returns
        if returned.span.path == handler.span.path
        for each in options(returned.value)
        if isinstance(each, Mapping)
    )


def status(value: Value | None) -> int | None:
    """The status of a response where there is only one, or the lowest where all are errors of the server; None where
    it is not known."""
    found = [] if value is None else [_number(each) for each in options(value)]
    known = [each for each in found if each is not None]
    if not known or len(known) < len(found) or (len(set(known)) > 1 and min(known) < 500 <= max(known)):
        return None
    return min(known)


def _number(value: Value) -> int | None:
    match value:
        case Constant(int(number)):
            return number
        case Constant(str(written)) if written.isdecimal():
            return int(written)
        case Imported(name) if name.startswith("http.HTTPStatus."):
            from http import HTTPStatus

            member = HTTPStatus.__members__.get(name.split(".")[2])
            return None if member is None else member.value
        case Result(call) if call.name in ("builtins.int", "builtins.str") and call.arguments:
            return _number(call.arguments[0])
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Detail:
    """Something of an error in a text."""

    trace: bool
    """Whether it is the stack trace, not only the error's own text."""
    caught: Caught | None
    """None where it is not seen which clause caught it."""
    span: Span | None
    """The call that makes a text of it; None where there is none."""
    of_service: bool = False
    """Whether it is the message of an AWS service, which is sorted by its code."""
    listed: bool = False
    """Whether it stands in a list, as what is told of one thing among several."""


_TRACES = frozenset({
    "traceback.format_exc", "traceback.format_exception", "traceback.format_tb", "traceback.format_stack",
    "sys.exc_info",
})  # fmt: skip
_OF_WHAT_IS_HANDLED = frozenset({"traceback.format_exc", "sys.exc_info"})
_STACK = "stack"
"""The attribute of JavaScript's errors that holds the stack trace."""
_TEXTS = frozenset({"args", "message", "msg", "strerror", "stderr", "stdout", "output", "reason", "doc", _STACK})
"""Attributes of exceptions that hold their text, or that of what failed."""
_PYTHON_S = frozenset({"args", "msg", "strerror", "doc"})
"""Those that no error of JavaScript has: a program that reads one there has thrown an object of its own."""
_OF_SERVICE = "response"
_FIELDS_ONLY = frozenset({"js:JSON.stringify"})
"""What makes a text of the fields of an error, which its message is none of."""
_KEEPING = KEEPING | CARRYING
_METHODS = KEEPING_METHODS | CARRYING_METHODS | FILLING_METHODS


def details(value: Value) -> Iterator[Detail]:
    """What a value tells of errors."""
    yield from _details(value, None, False, set())


def _details(
    value: Value, span: Span | None, fields_only: bool, seen: set[tuple[int, Span | None, bool]], listed: bool = False
) -> Iterator[Detail]:
    """The same; `span` is the call that makes a text of it."""
    if (id(value), span, fields_only) in seen:
        return
    seen.add((id(value), span, fields_only))
    parts: tuple[Value | None, ...] = ()
    match value:
        case Caught() if not fields_only:
            yield Detail(False, value, span, listed=listed)
        case Member():
            caught, path = _of_caught(value)
            if caught is not None and _is_text(path, javascript=caught.span.path.endswith(JAVASCRIPT)):
                yield Detail(path[-1] == _STACK, caught, span, path[0] == _OF_SERVICE, listed)
        case Result(call) if call.receiver is None and call.name in _TRACES:
            # Where nothing is being handled there is none, and what stands for it says so.
            if call.mends or call.arguments or call.name not in _OF_WHAT_IS_HANDLED:
                yield Detail(True, None, call.span)
        case Result(call) if call.receiver is None and call.name in _FIELDS_ONLY:
            parts, fields_only = call.arguments[:1], True
        case Result(call) if call.receiver is None and call.name in _KEEPING:
            parts, fields_only = call.arguments, False
            if call.name.startswith("builtins."):
                span = call.span
        case Result(call) if call.name in _METHODS:
            parts = (call.receiver, *(call.arguments if call.name in FILLING_METHODS else ()))
            fields_only = False
        case Mapping(entries=entries, others=others):
            parts = (*entries.values(), others)
        case Sequence(items=items):
            parts, listed = tuple(items), True
        case Text(several):
            fields_only = False
            # What a pattern formats in a way of its own is unknown, and made of one part.
            parts = tuple(
                each.parts[0] if isinstance(each, Unknown) and len(each.parts) == 1 else each for each in several
            )
        case Choice(several):
            parts = several
    for part in parts:
        if part is not None:
            yield from _details(part, span, fields_only, seen, listed)


def _of_caught(value: Value) -> tuple[Caught | None, tuple[Step, ...]]:
    path: list[Step] = []
    while isinstance(value, Member):
        path.insert(0, value.key)
        value = value.of
    return (value, tuple(path)) if isinstance(value, Caught) else (None, ())


def _is_text(path: tuple[Step, ...], *, javascript: bool) -> bool:
    """Whether what an exception holds at a path is text that tells of the failure, not only its code or name."""
    if path[0] == _OF_SERVICE:
        return path[1:] in ((), ("Error",), ("Error", "Message")) or path[1] == "data" or path[-1] == EACH
    return path[0] in _TEXTS and not (javascript and path[0] in _PYTHON_S)


def sorts(handler: Handler, caught: Caught, status: Value) -> bool:
    """Whether the answer's status is the error's own, or is chosen where the handler asks what it has caught."""
    return caught in _asked_about(handler) or any(each == caught for each in origins(status))


@once_a_handler
def _asked_about(handler: Handler) -> frozenset[Caught]:
    """What was caught that the tests of a handler ask about."""
    return frozenset(each for each in all_origins(handler.tests) if isinstance(each, Caught))


def meant_for_clients(caught: Caught) -> bool:
    """Whether only exceptions of the project's own types are caught, whose texts their author may have meant so, or
    those that say what of a request is wrong."""
    return bool(caught.types) and all(
        is_own(each) or each in REFUSALS or each.rpartition(".")[2] in _NAMES_ALONE for each in caught.types
    )


_NAMES_ALONE = frozenset({"KeyError", "UnknownTimeZoneError", "ZoneInfoNotFoundError"})
"""Errors whose text is no more than the name that was looked for."""


def catches_all(caught: Caught) -> bool:
    """Whether every error is caught."""
    return not caught.types or bool(EVERYTHING.intersection(caught.types))
