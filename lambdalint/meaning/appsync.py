"""Requests to AppSync, which ends each of its own accord.

https://docs.aws.amazon.com/general/latest/gr/appsync.html (request execution time),
https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html (`x-api-key`)
"""

from __future__ import annotations

from lambdalint.code.value import FEW, Call, Constant, Environment, Mapping, Result, Value, options, origins
from lambdalint.patterns import pattern

SECONDS = 30
"""What a request may take at most."""

_NAMED = pattern(r"(?i).*(?:appsync|graphqlapi).*(?:url|uri|endpoint|host).*")
"""What environment variables are called that say where AppSync is asked, those of Amplify among them."""
_ADDRESS = ".appsync-api."
_SERVICE = "appsync"
_SIGNING = ("SignatureV4", "SigV4Auth", "AWS4Auth", "BotoAWSRequestsAuth", "AWSRequestsAuth", "aws4.sign")


def is_asked(call: Call) -> bool:
    """Whether a request is one of AppSync: by its address, its signature, or a query that is sent with the header that
    AppSync takes its key from."""
    said = _said(call)
    sent = [each for name in ("body", "data", "json") for each in said.get(name, ())]
    if not any(name in said for name in ("body", "data", "json")):
        # `axios.post(url, data, options)`
        sent += [each for value in call.arguments[1:2] for each in options(value)]
    address = [*(said.get("url") or said.get("hostname") or ()), *call.arguments[:1]]
    headers = said.get("headers", [])
    signed = [*headers, *said.get("auth", ())]
    return (
        any(_is_address(each) for value in address for each in origins(value, FEW))
        or any(isinstance(each, Result) and _signs(each.call) for value in signed for each in origins(value, FEW))
        or (any(_has(each, "x-api-key") for each in headers) and any(map(_is_query, sent)))
    )


def _said(call: Call) -> dict[str, list[Value]]:
    """What a request is given by name, in its options or by keywords, with all that each may be."""
    found: dict[str, list[Value]] = {name: [*options(value)] for name, value in call.keywords.items()}
    for value in call.arguments:
        for given in options(value):
            if isinstance(given, Mapping):
                for name, each in given.entries.items():
                    found.setdefault(str(name), []).extend(options(each))
    return found


def _is_address(value: Value) -> bool:
    match value:
        case Environment(name):
            return _NAMED.fullmatch(name) is not None
        case Constant(str(text)):
            return _ADDRESS in text
        case _:
            return False


def _is_query(value: Value) -> bool:
    """Whether what is sent is a query of GraphQL, as it is or as JSON."""
    match value:
        case Mapping():
            return _has(value, "query")
        case Result(Call(arguments=(inner, *_))):
            return any(_has(each, "query") for each in options(inner))
        case _:
            return False


def _has(value: Value, name: str) -> bool:
    return isinstance(value, Mapping) and any(str(each).lower() == name for each in value.entries)


def _signs(call: Call) -> bool:
    """Whether a call makes what signs requests for AppSync."""
    if not call.name.endswith(_SIGNING):
        return False
    given = (*call.arguments, *call.keywords.values())
    said = [each for value in given for each in (*options(value), *_service(value))]
    return Constant(_SERVICE) in said


def _service(value: Value) -> tuple[Value, ...]:
    held = value.entries.get("service") if isinstance(value, Mapping) else None
    return () if held is None else options(held)
