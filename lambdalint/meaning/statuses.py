"""How servers answer requests of HTTP: who asks for the status, where the client raises nothing for it.

Sources: https://requests.readthedocs.io/en/latest/user/quickstart/#response-status-codes,
https://www.python-httpx.org/quickstart/#response-status-codes,
https://urllib3.readthedocs.io/en/stable/user-guide.html#response-content,
https://developer.mozilla.org/en-US/docs/Web/API/Response/ok
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.idioms import is_log
from lambdalint.code.value import Call, Constant, Mapping, Member, Result, Value, all_origins, options
from lambdalint.meaning import network, results
from lambdalint.records import dataclass

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""The methods of HTTP that leave something with a server."""
_FUNCTIONS = frozenset({
    *(f"{module}.{verb}" for module in ("requests", "requests.api", "httpx") for verb in _VERBS), "urllib3.request",
    "js:fetch", "npm:node-fetch", "npm:node-fetch.default", "npm:cross-fetch", "npm:undici.fetch", "npm:undici.request",
})  # fmt: skip
_MAKERS = (
    "requests.Session", "requests.session", "requests.sessions.", "urllib3.PoolManager", "urllib3.poolmanager.",
    "httpx.Client", "httpx.AsyncClient",
)  # fmt: skip

_ASKED = frozenset({
    "status_code", "ok", "raise_for_status", "reason", "status", "statusText", "statusCode", "is_success", "is_error",
    "is_client_error", "is_server_error", "error_for_status", "__bool__",
})  # fmt: skip
"""What of an answer says how a request went."""


_SAID = frozenset({"status_code", "reason", "status", "statusText", "statusCode"})
"""What of it may be logged, and decides nothing then."""


@dataclass(frozen=True, slots=True)
class Unasked:
    """A request whose answer nobody asks how it went."""

    call: Call
    what: str
    """The function or method, as it is written."""
    method: str
    """The method of HTTP; "" where it is not known."""
    read: bool
    """Whether something else of the answer is read."""
    said: bool
    """Whether how it went is at least logged."""


@once_a_handler
def unasked(handler: Handler) -> tuple[Unasked, ...]:
    """The requests whose answers nobody asks how they went, though their clients raise nothing for that."""
    found = () if handler.bounded else tuple(_unasked(handler))
    return () if found and _raises_by_itself(handler) else found


def _unasked(handler: Handler) -> Iterator[Unasked]:
    tested = {id(each.call) for test in handler.tests for each in _whole(test)}
    for call in handler.invocation_calls:
        what = _what(call)
        asked = _ASKED & call.asked
        if what is None or call.mends or call.open or id(call) in tested:
            continue
        if asked and not (asked <= _SAID and _is_only_said(handler, call)):
            continue
        own = any(network.is_of_aws(each) or network.is_this_machine(each) for each in call.arguments)
        if own or results.hands_on(handler, call):
            continue
        others = (each for each in call.asked - asked if isinstance(each, str))
        yield Unasked(call, what, _method(call), any(each[0] != "(" for each in others), bool(asked))


def _is_only_said(handler: Handler, call: Call) -> bool:
    """Whether the status of an answer goes nowhere but into the log."""
    return id(call) not in _heeded(handler)


@once_a_handler
def _heeded(handler: Handler) -> frozenset[int]:
    """The ids of the calls the status of whose answers goes elsewhere than into the log."""
    used = [
        *handler.tests,
        *handler.answers,
        *(each.value for each in handler.returns),
        *(each.value for each in handler.raises if each.value is not None),
        *(value for each in handler.calls if not is_log(each) for value in (*each.arguments, *each.keywords.values())),
    ]
    return frozenset(
        id(each.of.call)
        for each in all_origins(used)
        if isinstance(each, Member) and each.key in _SAID and isinstance(each.of, Result)
    )


def _what(call: Call) -> str | None:
    if call.receiver is None:
        return call.name.removeprefix("js:").removeprefix("npm:") if call.name in _FUNCTIONS else None
    made = call.receiver.call if isinstance(call.receiver, Result) else None
    known = made is not None and made.receiver is None and made.name.startswith(_MAKERS) and call.name in _VERBS
    return f"{made.name}.{call.name}" if known and made is not None and not made.attributes else None


def _method(call: Call) -> str:
    name = call.name.rpartition(".")[2]
    if name in _VERBS and name != "request":
        return name.upper()
    given = [
        call.argument(0, "method"),
        *(each.entries.get("method") for each in call.arguments if isinstance(each, Mapping)),
    ]
    written = [
        str(one.value).upper()
        for each in given
        if each is not None
        for one in options(each)
        if isinstance(one, Constant)
    ]
    return next((each for each in written if each in CHANGING), "")


def _whole(test: Value) -> Iterator[Result]:
    """The answers that a test asks about as a whole: `if answer:`."""
    for each in options(test):
        for one in (each, *getattr(each, "parts", ())):
            if isinstance(one, Result):
                yield one


_STATUSES = frozenset({"status_forcelist", "raise_on_status"})


def _raises_by_itself(handler: Handler) -> bool:
    """Whether sessions are told to raise for a status: by retries, or a hook."""
    return any(
        _STATUSES & call.keywords.keys() or "hooks" in call.attributes or "event_hooks" in call.keywords
        for call in handler.calls
    ) or any(
        isinstance(each, Member) and each.key == "hooks"
        for each in all_origins(call.receiver for call in handler.calls if call.receiver is not None)
    )
