"""What programs ask of AWS by its SDKs for JavaScript, noted as Python's would be.

A command that is sent is the call of the operation's method, with its parameters by name: `client.send(new
GetItemCommand({…}))` and version 2's `client.getItem({…})` are `client.get_item(…)`.
"""

from __future__ import annotations

import re

from lambdalint.code import idioms
from lambdalint.code.evaluate import foreign
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import (
    BY_METHOD,
    CALLED_BACK,
    NONE,
    Call,
    Constant,
    Function,
    Mapping,
    Result,
    Text,
    Unknown,
    Value,
    options,
)
from lambdalint.patterns import pattern
from lambdalint.source import Span

_PACKAGES = ("@aws-sdk/client-", "@aws-sdk/lib-")
_DOCUMENTS = "@aws-sdk/lib-dynamodb."
_OF_DOCUMENTS = {
    "get": "get_item", "put": "put_item", "update": "update_item", "delete": "delete_item", "query": "query",
    "scan": "scan", "batch_get": "batch_get_item", "batch_write": "batch_write_item",
    "transact_get": "transact_get_items", "transact_write": "transact_write_items",
    "execute_statement": "execute_statement", "batch_execute_statement": "batch_execute_statement",
    "execute_transaction": "execute_transaction",
}  # fmt: skip
"""What the methods of document clients ask for, which take plain values."""
_NOT_OPERATIONS = frozenset({
    "destroy", "on", "once", "makeRequest", "makeUnauthenticatedRequest", "setupRequestListeners", "config",
    "middlewareStack",
})  # fmt: skip
"""Members of clients that ask for nothing."""
_SAME = frozenset({
    "captureAWSv3Client", "captureAWSClient", "captureAWS", "captureHTTPs", "captureHTTPsGlobal", "instrument",
})  # fmt: skip
"""Functions and methods of tracers that give what they are given."""
_NAMING = frozenset({
    "TableName", "Bucket", "QueueUrl", "TopicArn", "FunctionName", "SecretId", "StateMachineArn", "stateMachineArn",
    "StreamName", "DeliveryStreamName", "EventBusName", "UserPoolId", "KeyId", "TargetArn",
})  # fmt: skip
"""Parameters that say what a request is about: without them it fails."""


def client(value: Value) -> bool:
    """Whether a value is a client of an SDK."""
    if not isinstance(value, Result):
        return False
    if value.call.name == idioms.DOCUMENT_CLIENT and value.call.receiver is not None:
        return client(value.call.receiver)
    return value.call.receiver is None and bool(idioms.client_class(value.call.name))


def same(name: str, arguments: Arguments) -> Value | None:
    """What a tracer's function gives: what it is given."""
    given = arguments.positional
    return given[0] if name.rpartition(".")[2] in _SAME and given else None


def method(run: Run, receiver: Value, name: str, arguments: Arguments, span: Span, *, discarded: bool) -> Value | None:
    """What a method of a client gives; None where the receiver is none."""
    if name in _SAME and arguments.positional:
        return arguments.positional[0]
    if isinstance(receiver, Result) and receiver.call.name == "@aws-sdk/lib-storage.Upload" and name == "done":
        run.promises.add(span)
        return _upload(run, receiver.call, span)
    if not client(receiver):
        return None
    given = arguments.positional
    if _is_asked_at_once(receiver, name, given):
        run.promises.add(span)
    if name == "send":
        command = given[0] if given else NONE
        asked = [_send(run, receiver, each, span, discarded=discarded) for each in options(command)]
        answer = asked[0] if len(asked) == 1 else Unknown(tuple(asked))
        _call_back(run, given[1:], answer, span)
        return answer
    if name in _NOT_OPERATIONS:
        return None
    if name == "getSignedUrl":
        return _by_method(_presign(run, receiver, given, span))
    if name == "upload" and given:
        return _by_method(_put(run, receiver, given[0], span))
    operation = snake(name)
    if _of_documents(receiver):
        operation = _OF_DOCUMENTS.get(operation, operation)
    answer = _ask(run, receiver, operation, given[0] if given and not _is_function(given[0]) else None, span, discarded)
    _call_back(run, given, answer, span)
    return _by_method(answer)


def _by_method(answer: Value) -> Value:
    """An answer, of which is noted that a method of the client's own asked for it."""
    if isinstance(answer, Result):
        answer.call.ask(BY_METHOD)
    return answer


def _call_back(run: Run, given: tuple[Value, ...], answer: Value, span: Span) -> None:
    """Call the functions that a request is given, with no error and its answer."""
    for callee in given:
        if isinstance(callee, Function):
            run.ask(answer, CALLED_BACK)
            run.call(callee, Arguments((NONE, answer)), span)
            run.diverged = False


def _is_asked_at_once(receiver: Value, name: str, given: tuple[Value, ...]) -> bool:
    """Whether a method sends its request: version 2 waits for `promise()`, or is given what to call then."""
    if name in _NOT_OPERATIONS or name == "getSignedUrl":
        return False
    second = isinstance(receiver, Result) and receiver.call.name.startswith("aws-sdk")
    return not second or any(map(_is_function, given))


def _is_function(value: Value) -> bool:
    return isinstance(value, Function)


def _of_documents(receiver: Value) -> bool:
    name = receiver.call.name if isinstance(receiver, Result) else ""
    return name == idioms.DOCUMENT_CLIENT or name.endswith(".DocumentClient")


def _send(run: Run, receiver: Value, command: Value, span: Span, *, discarded: bool) -> Value:
    if not isinstance(command, Result) or not command.call.name.endswith("Command"):
        return foreign.call(run, "send", receiver, Arguments((command,)), span, discarded=discarded)
    operation = _operation(command.call.name)
    given = command.call.arguments
    return _ask(run, receiver, operation, given[0] if given else None, span, discarded)


def _operation(name: str) -> str:
    """The operation that a command's class asks for."""
    operation = snake(name.rpartition(".")[2].removesuffix("Command"))
    return _OF_DOCUMENTS.get(operation, operation) if name.startswith(_DOCUMENTS) else operation


def _ask(run: Run, receiver: Value, operation: str, given: Value | None, span: Span, discarded: bool) -> Value:
    arguments = parameters(run, given, span)
    return foreign.call(run, operation, receiver, arguments, span, discarded=discarded)


def parameters(run: Run, given: Value | None, span: Span) -> Arguments:
    """The parameters in the one object that a request takes, by name."""
    if given is None or given == NONE:
        return Arguments()
    if not isinstance(given, Mapping):
        return Arguments((), {}, open=True)
    for name in sorted(_NAMING & set(given.entries)):
        for each in options(given.entries[name]):
            for part in each.parts if isinstance(each, Text) else (each,):
                run.want_environment(part, span)
    return Arguments((), dict(given.entries), given.open or given.others is not None)


def function(run: Run, name: str, arguments: Arguments, span: Span) -> Value | None:
    """What the SDK's functions and classes give: clients, paginators, waiters, signed URLs."""
    module, _, made = name.rpartition(".")
    given = arguments.positional
    if name == "@aws-sdk/util-dynamodb.marshall" and given:
        return given[0]
    if idioms.client_class(name):
        return foreign.call(run, name, None, _options(given[0] if given else NONE), span)
    if name.startswith(_DOCUMENTS) and made == "from" and given:
        return foreign.call(run, idioms.DOCUMENT_CLIENT, _only(given[0]), Arguments(), span)
    if name == "@aws-sdk/s3-request-presigner.getSignedUrl" and len(given) > 1:
        return _presign(run, given[0], given, span)
    if not module.startswith(_PACKAGES) or not given:
        return None
    asks = given[1] if len(given) > 1 else None
    if made.startswith("paginate"):
        operation = snake(made.removeprefix("paginate"))
        if name.startswith(_DOCUMENTS):
            operation = _OF_DOCUMENTS.get(operation, operation)
        pages = foreign.call(run, "get_paginator", _client(given[0]), Arguments((Constant(operation),)), span)
        return foreign.call(run, "paginate", pages, parameters(run, asks, span), span)
    if made.startswith("waitUntil"):
        awaited = Arguments((Constant(snake(made.removeprefix("waitUntil"))),))
        waiter = foreign.call(run, "get_waiter", _client(given[0]), awaited, span)
        asked = parameters(run, asks, span)
        told = Arguments(asked.positional, {**asked.keywords, "WaiterConfig": given[0]}, asked.open)
        return foreign.call(run, "wait", waiter, told, span)
    return None


_OPTIONS = {
    "region": "region_name", "endpoint": "endpoint_url", "profile": "profile_name", "accountId": "aws_account_id",
    "accessKeyId": "aws_access_key_id", "secretAccessKey": "aws_secret_access_key", "sessionToken": "aws_session_token",
}  # fmt: skip
"""What clients are told, and what Python's are told it by."""


def _options(given: Value) -> Arguments:
    """What a client is made with, by name."""
    if given == NONE:
        return Arguments()
    if not isinstance(given, Mapping):
        return Arguments((), {}, open=True)
    named = {_OPTIONS.get(name, name): value for name, value in given.entries.items()}
    return Arguments((), named, given.open or given.others is not None)


def _only(value: Value) -> Value:
    """The client that a value stands for where it may be nothing else but absent: `client ??= new …`."""
    clients = [each for each in options(value) if isinstance(each, Result)]
    return clients[0] if len(clients) == 1 else value


def _client(value: Value) -> Value:
    """The client in the first argument of a paginator or a waiter."""
    return value.entries.get("client", value) if isinstance(value, Mapping) else value


def _presign(run: Run, receiver: Value, given: tuple[Value, ...], span: Span) -> Value:
    operation: Value = Unknown()
    asked: Value = given[1] if len(given) > 1 else NONE
    if isinstance(asked, Result):
        operation = Constant(_operation(asked.call.name))
        asked = asked.call.arguments[0] if asked.call.arguments else NONE
    elif given and isinstance(given[0], Constant) and isinstance(given[0].value, str):
        operation = Constant(snake(given[0].value))
    return foreign.call(run, "generate_presigned_url", receiver, Arguments((operation,), {"Params": asked}), span)


def _upload(run: Run, made: Call, span: Span) -> Value:
    """What an `Upload` does: an object is put in as many requests as it takes."""
    options_ = made.arguments[0] if made.arguments else NONE
    if not isinstance(options_, Mapping):
        return Unknown((options_,))
    return _put(run, options_.entries.get("client", Unknown()), options_.entries.get("params"), span)


def _put(run: Run, receiver: Value, asked: Value | None, span: Span) -> Value:
    given = parameters(run, asked, span)
    named = {name: value for name, value in given.keywords.items() if name in ("Bucket", "Key")}
    if "Body" in given.keywords:
        named["Fileobj"] = given.keywords["Body"]
    rest = {name: value for name, value in given.keywords.items() if name not in ("Bucket", "Key", "Body")}
    if rest:
        named["ExtraArgs"] = Mapping(span, rest)
    return foreign.call(run, "upload_fileobj", receiver, Arguments((), named, given.open), span)


_WORD = pattern(r"(.)([A-Z][a-z]+)")
_END = pattern(r"([a-z0-9])([A-Z])")


def snake(name: str) -> str:
    """An operation as the methods of Python's SDK are called: `ListObjectsV2` is `list_objects_v2`."""
    ending = re.search(r"V\d+$", name)
    if ending is not None:
        return f"{snake(name[: ending.start()])}_{ending[0].lower()}"
    return _END.sub(r"\1_\2", _WORD.sub(r"\1_\2", name)).lower()
