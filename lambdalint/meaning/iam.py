"""What the operations that code asks for need of IAM."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.value import NONE, Call, Choice, Constant, Mapping, Member, Result, Sequence, Value, origins
from lambdalint.data import iam
from lambdalint.data.iam import Need
from lambdalint.meaning import sdk
from lambdalint.meaning.operations import Operation, operation

__all__ = ["Need", "named", "needed", "needs", "with_own_role"]

_DEEPEST = 6

_CREDENTIALS = (
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "profile_name",
    "botocore_session",
    "credentials",
)


@once_a_handler
def needed(handler: Handler) -> tuple[tuple[Operation, tuple[Need, ...]], ...]:
    """What a handler asks AWS for with the credentials of its role, each with the actions that it needs for certain."""
    asked = (each for each in map(operation, handler.calls) if each is not None and with_own_role(each))
    return tuple((each, tuple(need for need in needs(each) or () if need.always)) for each in asked)


def needs(operation: Operation) -> tuple[Need, ...] | None:
    """The actions that an operation needs, as it is called; None where that is not known."""
    given: set[str] = set()
    unseen: set[str] = {"*"} if operation.open else set()
    for name, value in _parameters(operation).items():
        seen = set(_paths(name, value, _DEEPEST))
        given |= {each for each in seen if each}
        if "" in seen:
            unseen.add(name)
    return iam.needs(operation.service, operation.name, frozenset(given), frozenset(unseen))


def named(operation: Operation, need: Need) -> Value | None:
    """What the code gives for the resource that an action is needed on: its name, ARN or URL; None where not one."""
    name, *steps = re.split(r"\.|(?=\[\])", need.parameter)
    given = operation.argument(name) if name else None
    for step in steps:
        match given:
            case Mapping(entries=entries):
                given = entries.get(step)
            case Sequence(items=[one]):
                given = one
            case _:
                return None
    return given


def with_own_role(operation: Operation) -> bool:
    """Whether the operation is asked for with the credentials that the function runs with, for certain.

    They are another role's where a client or session is given some, and may be where it is not seen how it is made.
    Nor are they asked for at an endpoint that may not be AWS's.
    """
    clients = [*_clients(operation.call.receiver)]
    return bool(clients) and all(each is not None and not _is_given_credentials(each) for each in clients)


def _clients(value: Value | None) -> Iterator[Call | None]:
    """The calls that make the client or resource that a value comes from, and their sessions; None for others."""
    match value:
        case Choice(several):
            for each in several:
                if each != NONE:
                    yield from _clients(each)
        case Member(of):
            yield from _clients(of)
        case Result(call):
            made = sdk.client(call)
            if made is not None:
                yield call
            if call.receiver is not None:
                yield from _clients(call.receiver)
            elif made is None:
                yield None
        case _:
            yield None


def _is_given_credentials(call: Call) -> bool:
    # Session(key, secret, token, region, ...), client(service, region, version, ssl, verify, endpoint, key, ...).
    made = sdk.client(call)
    positional = call.arguments[:3] if made is not None and made.kind == "session" else call.arguments[6:]
    given = (*positional, *(call.keywords.get(name, NONE) for name in _CREDENTIALS))
    return call.open or any(each != NONE for each in given) or _is_elsewhere(call)


_OWN_ENDPOINTS = frozenset({"apigatewaymanagementapi", "iot-data", "iot-jobs-data", "kinesis-video-archived-media"})
"""Services whose clients are always told an endpoint."""


def _is_elsewhere(call: Call) -> bool:
    """Whether a client is told an endpoint that is not known to be AWS's: a container on a developer's machine."""
    endpoint = call.argument(5, "endpoint_url")
    made = sdk.client(call)
    if endpoint is None or endpoint == NONE or made is None or made.service in _OWN_ENDPOINTS:
        return False
    return not any(
        isinstance(each, Constant) and isinstance(each.value, str) and "amazonaws.com" in each.value
        for each in origins(endpoint)
    )


def _parameters(operation: Operation) -> dict[str, Value]:
    """The parameters that an operation is given."""
    names = {**operation.bound, **operation.call.keywords, **dict.fromkeys(operation.positional)}
    extra = operation.argument("ExtraArgs") if operation.transfer else None
    if isinstance(extra, Mapping):
        names |= extra.entries
    return {name: value for name in names if (value := operation.argument(name)) is not None}


def _paths(path: str, value: Value, depth: int) -> Iterator[str]:
    """The paths that a parameter's value has for certain, and "" where some of it is not seen."""
    yield path
    match value:
        case _ if depth == 0:
            yield ""
        case Constant(str(text)):
            yield f"{path}~{(text.split() or [''])[0].upper()}"
        case Mapping(entries=entries):
            for key, inner in entries.items():
                yield from _paths(f"{path}.{key}", inner, depth - 1)
            if value.open:
                yield ""
        case Sequence(items=items):
            for inner in items:
                yield from _paths(f"{path}[]", inner, depth - 1)
            if value.open:
                yield ""
        case Choice(several):
            # What one of them has may not be there.
            each = [set(_paths(path, option, depth - 1)) for option in several]
            yield from set.intersection(*each)
            if any("" in seen for seen in each) or len(set(map(frozenset, each))) > 1:
                yield ""
        case Constant():
            pass
        case _:
            yield ""
