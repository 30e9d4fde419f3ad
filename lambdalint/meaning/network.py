"""Calls that wait for a server, and how long they wait for it at most."""

from __future__ import annotations

import re
from collections.abc import Sequence as SequenceOf

from lambdalint.code import carriers
from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.idioms import as_written, origin_name
from lambdalint.code.value import (
    AWAITED,
    FEW,
    RACED,
    Call,
    Compared,
    Constant,
    Environment,
    Function,
    Imported,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Text,
    Value,
    options,
    origins,
)
from lambdalint.code.walks import Origins
from lambdalint.meaning import sdk
from lambdalint.meaning.operations import operation
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, replace

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_BY_NAME = -1

_SESSIONS = frozenset({
    "requests.Session", "requests.session", "requests.sessions.Session", "requests.sessions.session",
})  # fmt: skip
_POOLS = frozenset({
    f"urllib3.{module}{name}"
    for module, names in (
        ("", ("PoolManager", "ProxyManager", "HTTPConnectionPool", "HTTPSConnectionPool", "connection_from_url")),
        ("poolmanager.", ("PoolManager", "ProxyManager")),
        ("connectionpool.", ("HTTPConnectionPool", "HTTPSConnectionPool", "connection_from_url")),
    )
    for name in names
})  # fmt: skip
_URLLIB = ("urllib.request", "six.moves.urllib.request", "urllib2")
"""What the module is called: by Python 3, by what runs with both, and by Python 2."""

_OPENERS = frozenset(f"{module}.{name}" for module in _URLLIB for name in ("build_opener", "OpenerDirector"))
_REQUESTS = frozenset(f"{module}.Request" for module in _URLLIB)

_HOSTED = {"ftplib.FTP": 4, "ftplib.FTP_TLS": 4, "clamd.ClamdNetworkSocket": 2}
"""Those that ask no other machine unless they are told a host."""

_TRANSPORTS = frozenset({"paramiko.Transport", "paramiko.transport.Transport"})
"""Those that are given a server's address, which they connect to, or a socket, which somebody else has connected."""

_SHELLS = frozenset({"paramiko.SSHClient", "paramiko.client.SSHClient"})

_QUERIES = frozenset({"SPARQLWrapper.SPARQLWrapper", "SPARQLWrapper.Wrapper.SPARQLWrapper"})
"""What is told how long to wait by `setTimeout` alone."""

_ENDLESS = {
    **{f"requests.{verb}": _BY_NAME for verb in _VERBS},
    **{f"requests.api.{verb}": _BY_NAME for verb in _VERBS},
    **{f"{module}.urlopen": 2 for module in _URLLIB},
    **{f"{module}.urlretrieve": _BY_NAME for module in _URLLIB},
    "urllib3.request": _BY_NAME,
    "http.client.HTTPConnection": 2,
    "http.client.HTTPSConnection": 2,
    "smtplib.SMTP": 3,
    "smtplib.SMTP_SSL": 3,
    "socket.create_connection": 1,
    **_HOSTED,
    **dict.fromkeys(_TRANSPORTS, _BY_NAME),
    "imaplib.IMAP4": 2,
    "imaplib.IMAP4_SSL": _BY_NAME,
    "poplib.POP3": 2,
    "poplib.POP3_SSL": _BY_NAME,
}
"""Functions that wait without end unless they are told otherwise, and where they take the seconds.

Sources: https://docs.python-requests.org/en/latest/user/advanced/#timeouts, https://docs.python.org/3/library/ of
urllib.request (whose urlretrieve takes none), http.client, smtplib, ftplib, imaplib, poplib and socket (whose default
timeout is None), https://urllib3.readthedocs.io/, https://pypi.org/project/clamd/, https://docs.paramiko.org/ (whose
Transport takes none, and waits for its TCP connection as long as the system does), https://sparqlwrapper.readthedocs.io/.
"""

_METHODS = (
    (_SESSIONS, frozenset({*_VERBS, "send"}), _BY_NAME),
    (_POOLS, frozenset({"request", "urlopen", "request_encode_url", "request_encode_body"}), _BY_NAME),
    (_OPENERS, frozenset({"open"}), 2),
    (_SHELLS, frozenset({"connect"}), 6),
    (_QUERIES, frozenset({"query", "queryAndConvert"}), _BY_NAME),
)
"""What makes an object, its methods that wait without end, and where they take the seconds."""

_PATIENT = {
    **{f"httpx.{name}": ("timeout", _BY_NAME) for name in (*_VERBS, "stream", "Client", "AsyncClient")},
    **dict.fromkeys(_POOLS, ("timeout", _BY_NAME)),
    "httpx.Timeout": ("timeout", 0),
    "aiohttp.ClientTimeout": ("total", 0),
}
"""What has a timeout unless it is told otherwise, or sets one for others: its parameter, and where it is taken."""

FETCH_SECONDS = 300
"""What undici, which is Node.js's own `fetch`, waits for the headers of an answer, and between parts of its body."""

_LAST: dict[str, tuple[int, ...]] = {
    "": (0, 1), "request": (0, 1), **dict.fromkeys(("get", "delete", "head", "options"), (1,)),
    **dict.fromkeys(("post", "put", "patch"), (2,)),
}  # fmt: skip
_EITHER: dict[str, tuple[int, ...]] = dict.fromkeys(("", "request", *_VERBS, "del", "stream"), (0, 1))

_SOCKETS = frozenset({"npm:ws", "npm:ws.WebSocket"})
"""What opens a connection, and waits for it only where a promise does."""

_FETCHES = (
    "npm:node-fetch",
    "npm:cross-fetch",
    "npm:cross-fetch.fetch",
    "npm:isomorphic-fetch",
    "npm:isomorphic-unfetch",
)
"""Packages that are node-fetch where Node.js runs them."""

BY_OPTIONS: dict[str, tuple[tuple[int, ...], float | None]] = {
    **{f"npm:axios.{name}".removesuffix("."): (positions, None) for name, positions in _LAST.items()},
    **{
        f"npm:{package}.{name}".removesuffix("."): (positions, None)
        for package in ("got", "request", "request-promise", "request-promise-native")
        for name, positions in _EITHER.items()
    },
    **{f"node:{module}.{name}": ((0, 1), None) for module in ("http", "https") for name in ("request", "get")},
    **dict.fromkeys(_FETCHES, ((1,), None)),
    **{f"npm:superagent.{verb}": ((), None) for verb in (*_VERBS, "del")},
    **dict.fromkeys(_SOCKETS, ((1, 2), None)),
    **dict.fromkeys(("js:fetch", "npm:undici.fetch", "npm:undici.request"), ((1,), FETCH_SECONDS)),
}
"""JavaScript's functions that are told in an object of options how long to wait, in milliseconds: at which positions
that may stand, and how many seconds they wait where it does not say so; None for no end.

Sources: the READMEs of axios, got, request, node-fetch, superagent and ws; https://nodejs.org/api/http.html and
https://undici.nodejs.org/#/docs/api/Client (headersTimeout).
"""

SENDING = frozenset({*_ENDLESS, *BY_OPTIONS})
"""Functions that ask a server for something."""

_INSTANCES: dict[str, tuple[int, dict[str, tuple[int, ...]]]] = {
    "npm:axios.create": (0, _LAST),
    "npm:got.extend": (0, _EITHER),
    "npm:@slack/webhook.IncomingWebhook": (1, {"send": ()}),
    "npm:@slack/web-api.WebClient": (1, dict.fromkeys(("apiCall", "postMessage", "update", "list", "info"), ())),
}
"""What makes an object with the options of all its requests: where it takes them, and where these may say otherwise.

Sources: the READMEs of axios and got, and https://docs.slack.dev/tools/node-slack-sdk (`timeout` is 0 by default).
"""

_LIMITS = ("timeout", "signal", "handshakeTimeout", "headersTimeout")
_AGENTS = ("agent", "httpAgent", "httpsAgent", "dispatcher")
"""Options that end a wait, and those that may hold something which does."""

_ENDING = ("setTimeout", "timeout", "abort", "destroy")
"""Methods of a request that end its wait."""

_BOTOCORE = frozenset({"botocore.config.Config", "botocore.client.Config"})

SETTINGS = _BOTOCORE | _POOLS | {"httpx.Client", "httpx.AsyncClient", "httpx.Timeout", "aiohttp.ClientTimeout"}
"""What waits for nothing itself, and says how long others wait."""

_TIMEOUTS = frozenset({"urllib3.Timeout", "urllib3.util.Timeout", "urllib3.util.timeout.Timeout"})

_ADAPTERS = frozenset({"requests.adapters.HTTPAdapter", "requests.HTTPAdapter"})
"""Adapters of sessions, which leave the timeout to the call; subclasses of them may not."""

_ALARMS = frozenset({"signal.alarm", "signal.setitimer"})
_SOCKET_DEFAULT = "socket.setdefaulttimeout"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a call waits for a server at most."""

    what: str
    """The function, method or class, as it is imported: `requests.Session.get`."""
    seconds: float | None
    """None where it waits without end."""
    attempts: int = 1
    """How often it tries in all, as far as it says so."""

    @property
    def most(self) -> float:
        """Seconds that all attempts take together."""
        return (self.seconds or 0) * self.attempts


def wait(call: Call, handler: Handler) -> Wait | None:
    """How long a call of a handler waits; None where it waits for no server, or nobody knows how long."""
    calls = handler.calls
    if call.name in _SOCKETS and AWAITED not in call.asked:
        return None
    if call.receiver is None and call.name in BY_OPTIONS:
        return _by_options(call, *BY_OPTIONS[call.name], handler)
    if (maker := _maker(call)) is not None:
        positions = _INSTANCES[maker.name][1].get(call.name)
        return None if positions is None else _by_options(call, positions, None, handler)
    if call.receiver is not None:
        return _by_method(call, calls)
    if call.name in _BOTOCORE:
        given = (_seconds(call.keywords.get(name)) for name in ("read_timeout", "connect_timeout"))
        longest = _longest("botocore", [each for each in given if each is not None])
        return None if longest is None else replace(longest, attempts=_attempts(call.keywords.get("retries")))
    if call.name in _PATIENT:
        parameter, position = _PATIENT[call.name]
        seconds = call.argument(position, parameter)
        alone = len(call.keywords) + len(call.arguments) == 1
        if seconds is None or (call.name in ("aiohttp.ClientTimeout", "httpx.Timeout") and not alone):
            return None
        # A pool without a timeout may still be given one with each request.
        return None if call.name in _POOLS and _is_none(seconds) else _wait(call.name, seconds, calls)
    if call.name in _HOSTED and call.argument(0, "host") is None:
        return None
    if call.name in _TRANSPORTS and not _is_address(call.argument(0, "sock")):
        return None
    if call.name in _ENDLESS and not call.open and not _is_exempt(call):
        return _wait(call.name, call.argument(_ENDLESS[call.name], "timeout"), calls)
    return None


def _by_options(call: Call, positions: tuple[int, ...], patience: float | None, handler: Handler) -> Wait | None:
    name = call.name if call.receiver is None else f"{origin_name(call.receiver).rpartition('.')[0]}.{call.name}"
    what = as_written(name).removesuffix(".")
    limits = _limits([value for each in positions if (value := call.argument(each)) is not None])
    if limits == [] and (maker := _maker(call)) is not None:
        given = maker.argument(_INSTANCES[maker.name][0])
        limits = None if "defaults" in maker.asked else [] if given is None else _limits([given])
    if limits is None or call.open or RACED in call.asked or _is_exempt(call):
        return None
    if limits:
        known = [seconds for seconds in map(_from_milliseconds, limits) if seconds is not None]
        return Wait(what, min(known)) if len(known) == len(limits) else None
    if any(each.name in _ENDING and _is_of(each, call) for each in handler.calls) or (
        name.startswith("npm:axios") and _sets_axios(handler)
    ):
        return None
    return Wait(what, patience)


def _maker(call: Call) -> Call | None:
    """What made the object whose method, or that of a part of which, a call is; None where that has no options."""
    holder = call.receiver
    while isinstance(holder, Member):
        holder = holder.of
    made = holder.call if isinstance(holder, Result) else None
    return made if made is not None and made.name in _INSTANCES else None


def _is_of(method: Call, call: Call) -> bool:
    """Whether a method is called on what a call gives, or on what its own methods give."""
    return method.receiver is not None and any(
        isinstance(each, Result) and each.call is call for each in origins(method.receiver, FEW)
    )


def _limits(given: SequenceOf[Value], agents: tuple[str, ...] = _AGENTS) -> list[Value] | None:
    """What ends a wait among options that are given, `agents` among them; None where that is not known."""
    limits: list[Value] = []
    for value in (each for several in given for each in options(several)):
        match value:
            case Mapping(entries=entries, open=is_open, others=others):
                said = [entries[name] for name in _LIMITS if name in entries and not _is_nothing(entries[name])]
                said += [entries[name] for name in agents if name in entries and not _is_patient(entries[name])]
                if not said and (is_open or others is not None):
                    return None
                limits += said
            case Constant() | Text() | Piece() | Environment() | Function():
                pass
            case Result(Call(name="js:URL" | "node:url.URL" | "node:url.parse" | "toString")):
                pass
            case _:
                return None
    return limits


def _is_nothing(value: Value) -> bool:
    return all(isinstance(each, Constant) and not each.value for each in options(value))


def _is_patient(agent: Value) -> bool:
    """Whether an agent is made without a timeout of its own."""
    match agent:
        case Result(Call(name=name, arguments=arguments)) if name.endswith("Agent"):
            # Its own options may be those that it is put into.
            return _limits(arguments, ()) == []
        case _:
            return False


def _from_milliseconds(value: Value) -> float | None:
    match value:
        case Constant(bool()):
            return None
        case Constant(int(number) | float(number)):
            return number / 1000
        case Mapping(entries={"request": inner}):
            return _from_milliseconds(inner)
        case Result(Call(name="js:AbortSignal.timeout", arguments=(inner, *_))):
            return _from_milliseconds(inner)
        case _:
            return None


def _sets_axios(handler: Handler) -> bool:
    """Whether a program says for all requests of axios how long they wait, or may say so for each."""
    return any(each.name.startswith("npm:axios.defaults.") for each in handler.settings) or any(
        call.name.startswith("npm:axios.interceptors.request.") for call in handler.calls
    )


def is_of_use(setting: Call, handler: Handler) -> bool:
    """Whether a handler asks something of what a setting is given to, or hands it on to be asked."""
    return handler.bounded or any(_uses(use, setting) for use in _given(handler) if use.call is not setting)


def only_invokes(setting: Call, handler: Handler) -> bool:
    """Whether what a setting is given to only invokes functions: its wait must outlast theirs.

    Else it would give up on a function that still runs, and invoke it once more:
    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    made = [use.call for use in _given(handler) if setting in use.on]
    asked = [each for call in made if (each := operation(call)) is not None]
    return bool(asked) and all((each.service, each.name) == ("lambda", "invoke") for each in asked)


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """A call that has to do with settings."""

    call: Call
    on: frozenset[Call]
    """Those that what it is called on was made with."""
    among: frozenset[Call]
    """Those that its arguments were made with."""


@once_a_handler
def _given(handler: Handler) -> tuple[_Given, ...]:
    """The calls of a handler that have to do with settings: found once for all of its settings."""
    settings = Origins(_setting)
    found = (
        _Given(
            call,
            frozenset() if call.receiver is None else settings.of(call.receiver),
            frozenset().union(*map(settings.of, (*call.arguments, *_keywords(call)))),
        )
        for call in handler.calls
    )
    return tuple(each for each in found if each.on or each.among)


def _setting(value: Value) -> Call | None:
    return value.call if isinstance(value, Result) and value.call.name in SETTINGS else None


def _uses(use: _Given, setting: Call) -> bool:
    if use.call.phase == "invocation" and setting in use.on:
        return True
    return setting in use.among and not (use.call.name in SETTINGS or sdk.client(use.call) is not None)


def _by_method(call: Call, calls: SequenceOf[Call]) -> Wait | None:
    made = call.receiver
    if call.open or not isinstance(made, Result) or made.call.receiver is not None:
        return None
    for makers, methods, position in _METHODS:
        if made.call.name in makers and call.name in methods and not _is_exempt(call):
            if made.call.name in _SHELLS and call.argument(10, "sock") is not None:
                return None
            if made.call.name in _QUERIES and _is_told(made, calls, ("setTimeout",)):
                return None
            seconds = call.argument(position, "timeout")
            if seconds is None and (made.call.open or _has_own(made, calls)):
                return None
            return _wait(f"{made.call.name}.{call.name}", seconds, calls)
    if made.call.name == "socket.socket" and call.name == "connect" and not _is_exempt(call):
        given = (*made.call.arguments, *_keywords(made.call))
        if not _names(given) & {"socket.SOCK_DGRAM", "socket.AF_UNIX"} and not _is_told(
            made, calls, ("settimeout", "setblocking")
        ):
            return _wait("socket.connect", None, calls)
    return None


def _is_address(value: Value | None) -> bool:
    """Whether a value is certainly the address of a server: a text, or a pair with its port."""
    return value is not None and all(
        isinstance(each, Text | Sequence) or (isinstance(each, Constant) and isinstance(each.value, str))
        for each in options(value)
    )


def _wait(what: str, seconds: Value | None, calls: SequenceOf[Call]) -> Wait | None:
    if seconds is not None and not _is_none(seconds):
        return _longest(what, [each for each in (_seconds(seconds),) if each is not None])
    names = {each.name for each in calls if each.receiver is None}
    # requests passes None on to the socket, which the socket's default does not replace.
    if names & _ALARMS or (_SOCKET_DEFAULT in names and not what.startswith("requests.") and seconds is None):
        return None
    return Wait(what, None)


def _attempts(retries: Value | None) -> int:
    """How often botocore tries: `max_attempts` counts what follows the first attempt, `total_max_attempts` all.

    https://docs.aws.amazon.com/boto3/latest/guide/retries.html
    """
    if isinstance(retries, Mapping):
        for name, first in (("total_max_attempts", 0), ("max_attempts", 1)):
            match retries.entries.get(name):
                case Constant(int(number)) if number >= 0:
                    return max(1, number + first)
    return 1


def _longest(what: str, seconds: list[float]) -> Wait | None:
    return Wait(what, max(seconds)) if seconds else None


def _seconds(value: Value | None) -> float | None:
    match value:
        case Constant(bool()):
            return None
        case Constant(int(seconds) | float(seconds)):
            return seconds
        case Sequence(kind="tuple", open=False, items=items):
            # For connecting, and for each answer.
            each = [_seconds(item) for item in items]
            known = [seconds for seconds in each if seconds is not None]
            return max(known) if known and len(known) == len(each) else None
        case Result(Call(name=name, receiver=None) as call) if name in _TIMEOUTS:
            total = call.argument(0, "total")
            return _seconds(total if total is not None else call.argument(2, "read"))
        case _:
            return None


def _is_none(value: Value) -> bool:
    return all(each == Constant(None) for each in options(value))


def _has_own(made: Result, calls: SequenceOf[Call]) -> bool:
    """Whether a session, a pool or an opener has a timeout of its own, or may have."""
    own = made.call.argument(2 if made.call.name.endswith("ConnectionPool") else _BY_NAME, "timeout")
    if own is not None and not _is_none(own):
        return True
    # `session.request = partial(session.request, timeout=5)`
    if made.call.attributes & {*_VERBS, "send", "urlopen"}:
        return True
    adapters = [call.argument(1, "adapter") for call in calls if call.name == "mount" and call.receiver == made]
    return not all(isinstance(each, Result) and each.call.name in _ADAPTERS for each in adapters)


def _is_told(made: Result, calls: SequenceOf[Call], methods: tuple[str, ...]) -> bool:
    return any(call.name in methods and call.receiver == made for call in calls)


def _is_exempt(call: Call) -> bool:
    """Whether a call asks an extension of Lambda, or answers CloudFormation as AWS's own `cfnresponse` does."""
    given = (*call.arguments, *_keywords(call))
    maker = _maker(call)
    if any(map(is_this_machine, (*given, *(() if maker is None else maker.arguments)))):
        return True
    around = given if call.receiver is None else (*given, call.receiver)
    return any(is_of_aws(each) for value in around for each in origins(value))


_URLS = ("hostname", "host", "url", "uri", "baseURL")
"""Options that hold a URL, or its host."""
_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
_LAUNCHED = frozenset({"npm:@serverless-chrome/lambda", "npm:chrome-launcher.launch"})
"""What starts a process beside the handler's own and says where on this machine it is asked."""


def is_this_machine(value: Value) -> bool:
    """Whether a URL, or options that hold one, name the machine that the code runs on."""
    if isinstance(value, Text) and any(
        isinstance(each, Result) and each.call.name in _LAUNCHED for part in value.parts[:2] for each in origins(part)
    ):
        return True
    return _beginning(value).removeprefix("http://").startswith(_THIS_MACHINE)


_HOST = pattern(r"https?://([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})(?![\w.-])", re.IGNORECASE)
_PRIVATE = ("amazonaws.com", ".internal", ".local", ".localdomain", ".lan", ".intranet", ".corp", ".private", ".test")


def is_request(call: Call) -> bool:
    """Whether a call asks a server for something: a function that does, or a method of what is made for that."""
    if call.receiver is None:
        return call.name in SENDING
    made = call.receiver.call.name if isinstance(call.receiver, Result) else ""
    return any(made in makers and call.name in methods for makers, methods, _ in _METHODS)


def public_host(call: Call) -> str:
    """The host on the internet that a call asks for something; "" where it asks none, or that is not spelt out."""
    for value in (*call.arguments, *_keywords(call)) if is_request(call) else ():
        found = _HOST.match(_beginning(value))
        if found is not None and not found[1].lower().endswith(_PRIVATE):
            return found[1]
    return ""


def _beginning(value: Value) -> str:
    """What a text begins with, or the URL of a request; "" where that is not known."""
    match value:
        case Constant(str(text)):
            return text
        case Text((first, *_)):
            return _beginning(first)
        case Result(Call(name=name) as request) if name in _REQUESTS or name in carriers.URLS:
            url = request.argument(0, "url")
            return "" if url is None else _beginning(url)
        case Mapping(entries=entries):
            return next((_beginning(entries[name]) for name in _URLS if name in entries), "")
        case Sequence(items=[first, *_]):
            return _beginning(first)
        case _:
            return ""


def is_of_aws(value: Value) -> bool:
    """Whether a value leads to where CloudFormation waits for an answer, or to Lambda's runtime itself."""
    match value:
        case Environment("AWS_LAMBDA_RUNTIME_API"):
            return True
        case Piece(path):
            return path[-1:] == ("ResponseURL",)
        case Member(_, key):
            return key == "ResponseURL"
        case _:
            return False


def _names(values: SequenceOf[Value]) -> set[str]:
    return {each.name for value in values for each in origins(value) if isinstance(each, Imported)}


def _keywords(call: Call) -> tuple[Value, ...]:
    return tuple(call.keywords.values())


_REFUSED = frozenset({401, 403})


def follows_refusal(call: Call) -> bool:
    """Whether a call is only made where a server has just refused what it was asked: for a new token, say."""
    return any(
        isinstance(test, Compared)
        and test.operator in ("==", "===")
        and any(isinstance(each, Constant) and each.value in _REFUSED for each in (test.left, test.right))
        for test in call.tested
    )
