"""How long a client of AWS's SDK waits for an answer before it sends the same request again.

Sources: https://repost.aws/knowledge-center/lambda-function-retry-timeout-sdk,
https://docs.aws.amazon.com/botocore/latest/reference/config.html (read_timeout),
https://docs.aws.amazon.com/AWSJavaScriptSDK/latest/AWS/Config.html (httpOptions), and the `NodeHttpHandlerOptions` of
version 3 for JavaScript, which waits without end unless it is told otherwise.
"""

from __future__ import annotations

from lambdalint.code.facts import Handler
from lambdalint.code.value import Call, Constant, Mapping, Result, Value, origins
from lambdalint.meaning import sdk
from lambdalint.meaning.operations import Operation

ATTEMPTS = "AWS_MAX_ATTEMPTS"
"""The environment variable that says how often the SDKs try."""

_BY_DEFAULT, _BY_DEFAULT_2 = 60, 120
"""Seconds that botocore, and version 2 for JavaScript, wait for an answer."""

_CONFIGS = frozenset({"botocore.config.Config", "botocore.client.Config"})
_HANDLERS = frozenset({"@smithy/node-http-handler.NodeHttpHandler", "@aws-sdk/node-http-handler.NodeHttpHandler"})
_SAYING = frozenset({"httpOptions", "maxRetries", "retryDelayOptions"})
"""Options of version 2 for JavaScript that all clients may be given at once."""


def gives_up(asked: Operation, handler: Handler) -> float | None:
    """Seconds after which the client of an operation asks once more; None where it does not, or nobody knows."""
    receiver = asked.call.receiver
    found = () if receiver is None else origins(receiver)
    makers = [each.call for each in found if isinstance(each, Result) and _makes(each.call, asked.service)]
    if len(makers) != 1 or makers[0].open or any(each.name == ATTEMPTS for each in handler.environment_writes):
        return None
    made = makers[0]
    if handler.language == "python":
        return _of_python(made)
    return None if made.arguments else _of_version_2(made, handler) if sdk.shares_connections(made) else _of(made)


def _makes(call: Call, service: str) -> bool:
    client = sdk.client(call)
    return client is not None and client.kind == "client" and client.service == service


def _of_python(made: Call) -> float | None:
    match made.keywords.get("config"):
        case None | Constant(None):
            return _BY_DEFAULT
        case Result(Call(arguments=(), open=False) as config) if config.name in _CONFIGS:
            seconds = config.keywords.get("read_timeout", Constant(_BY_DEFAULT))
            return _number(seconds) if _tries_again(config.keywords.get("retries")) else None
        case _:
            return None


def _tries_again(retries: Value | None) -> bool:
    """Whether botocore surely sends a request again: https://docs.aws.amazon.com/boto3/latest/guide/retries.html"""
    match retries:
        case None | Constant(None):
            return True
        case Mapping(entries=entries, open=False):
            known = (
                entries.get(name, Constant(most)) for name, most in (("total_max_attempts", 2), ("max_attempts", 1))
            )
            return all((_number(each) or 0) >= least for each, least in zip(known, (2, 1), strict=True))
        case _:
            return False


def _of(made: Call) -> float | None:
    """What version 3 for JavaScript is told: of a request that takes too long it only warns, unless it is to throw."""
    options = made.keywords.get("requestHandler")
    if isinstance(options, Result) and options.call.name in _HANDLERS and len(options.call.arguments) == 1:
        options = options.call.arguments[0]
    if not isinstance(options, Mapping) or options.open or "retryStrategy" in made.keywords:
        return None
    given = options.entries
    throws = given.get("throwOnRequestTimeout") == Constant(True)
    limits = [given[name] for name in ("socketTimeout", *(["requestTimeout"] if throws else [])) if name in given]
    known = [seconds for each in limits if (seconds := _number(each)) is not None]
    again = (_number(made.keywords.get("maxAttempts", Constant(3))) or 0) > 1
    return min(known) / 1000 if again and known and len(known) == len(limits) else None


def _of_version_2(made: Call, handler: Handler) -> float | None:
    if _says_for_all(handler) or (_number(made.keywords.get("maxRetries", Constant(3))) or 0) < 1:
        return None
    match made.keywords.get("httpOptions"):
        case None:
            return _BY_DEFAULT_2
        case Mapping(entries=entries, open=False):
            milliseconds = _number(entries.get("timeout", Constant(_BY_DEFAULT_2 * 1000)))
            return milliseconds / 1000 if milliseconds else None
        case _:
            return None


def _says_for_all(handler: Handler) -> bool:
    """Whether a program says of all clients of version 2 how long they wait, or may say so."""
    if any(each.name.startswith("aws-sdk.config.") for each in handler.settings):
        return True
    for call in handler.calls:
        if call.name.startswith("aws-sdk.config.") and not all(
            isinstance(each, Mapping) and not each.open and _SAYING.isdisjoint(each.entries) for each in call.arguments
        ):
            return True
    return False


def _number(value: Value | None) -> float | None:
    match value:
        case Constant(bool()):
            return None
        case Constant(int(number) | float(number)) if number > 0:
            return number
        case _:
            return None
