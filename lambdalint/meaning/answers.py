"""What the answers of AWS's SDK for Python hold that JSON has no form for.

The parts that are always there, from botocore's descriptions of the services:
https://docs.aws.amazon.com/boto3/latest/reference/services/index.html; and what DynamoDB's resources make of numbers:
https://docs.aws.amazon.com/boto3/latest/reference/customizations/dynamodb.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.value import (
    EACH,
    Call,
    Choice,
    Constant,
    Mapping,
    Member,
    Result,
    Sequence,
    Step,
    Value,
    origins,
)
from lambdalint.meaning.operations import Operation, operation

Path = tuple[str, ...]

_DATETIME, _STREAM = "a datetime", "a stream"
_PARTS: dict[tuple[str, str], dict[Path, str]] = {
    ("stepfunctions", "start_execution"): {("startDate",): _DATETIME},
    ("stepfunctions", "start_sync_execution"): {("startDate",): _DATETIME, ("stopDate",): _DATETIME},
    ("stepfunctions", "stop_execution"): {("stopDate",): _DATETIME},
    ("stepfunctions", "describe_execution"): {("startDate",): _DATETIME},
    ("lambda", "invoke"): {("Payload",): _STREAM},
    ("s3", "get_object"): {("Body",): _STREAM, ("LastModified",): _DATETIME},
    ("s3", "head_object"): {("LastModified",): _DATETIME},
    ("s3", "copy_object"): {("CopyObjectResult", "LastModified"): _DATETIME},
    ("ssm", "get_parameter"): {("Parameter", "LastModifiedDate"): _DATETIME},
    ("secretsmanager", "get_secret_value"): {("CreatedDate",): _DATETIME},
    ("sts", "assume_role"): {("Credentials", "Expiration"): _DATETIME},
    ("dynamodb", "describe_table"): {("Table", "CreationDateTime"): _DATETIME},
    ("cognito-idp", "admin_create_user"): {("User", "UserCreateDate"): _DATETIME},
    ("cognito-idp", "admin_get_user"): {("UserCreateDate",): _DATETIME},
    ("bedrock-runtime", "invoke_model"): {("body",): _STREAM},
    ("polly", "synthesize_speech"): {("AudioStream",): _STREAM},
    ("iam", "get_role"): {("Role", "CreateDate"): _DATETIME},
    ("iam", "get_user"): {("User", "CreateDate"): _DATETIME},
}


def unserializable(value: Value) -> Iterator[tuple[Path, str]]:
    """What a value that is an answer of the SDK, or a part of one, holds: the keys that lead there, and its kind.

    Where the program looks at the part itself, it may put something else in its place.
    """
    found, path = _answered(value)
    if found is None or EACH in path:
        return
    for whole, kind in _PARTS.get((found.service, found.name), {}).items():
        if whole[: len(path)] == path and (len(path) > 0 or whole[0] not in found.call.asked):
            yield whole[len(path) :], kind


def _answered(value: Value) -> tuple[Operation | None, tuple[Step, ...]]:
    """The operation that a value is the answer to, or a part of it, and the keys that lead to the part."""
    path: list[Step] = []
    while True:
        match value:
            case Member(of, key):
                path.insert(0, key)
                value = of
            case Result(call) if (found := operation(call)) is not None:
                return found, tuple(path)
            case Result(call) if call.name == "get" and call.receiver is not None and call.arguments:
                match call.arguments[0]:
                    case Constant(str() | int() as key):
                        path.insert(0, key)
                        value = call.receiver
                    case _:
                        return None, ()
            case _:
                return None, ()


_READING = frozenset({"get_item", "query", "scan"})
_ITEMS = frozenset({"Item", "Items", "Attributes"})


def table_items(value: Value, _seen: tuple[int, ...] = ()) -> Iterator[Operation]:
    """The operations of DynamoDB's resources whose items are in a value whole: their numbers are Decimal."""
    if id(value) in _seen:
        return
    seen = (*_seen, id(value))
    match value:
        case Choice(several) | Sequence(items=several, kind="list" | "tuple"):
            yield from _each(several, seen)
        case Mapping(entries=entries, others=others):
            yield from _each((*entries.values(), *(() if others is None else (others,))), seen)
        case Member() | Result():
            found, path = _answered(value)
            if found is None or found.service != "dynamodb" or not found.bound:
                return
            kept = [step for step in path if step != EACH and not isinstance(step, int)]
            if (not kept and found.name in _READING) or (len(kept) == 1 and kept[0] in _ITEMS):
                yield found


def _each(values: Iterable[Value], seen: tuple[int, ...]) -> Iterator[Operation]:
    for each in values:
        yield from table_items(each, seen)


_CONVERTING = frozenset({"builtins.float", "builtins.int", "builtins.str"})


def converts(handler: Handler, answer: Call) -> bool:
    """Whether a handler makes other types of what an answer holds, anywhere: it knows of its Decimals."""
    return any(
        call.name in _CONVERTING and any(isinstance(each, Result) and each.call is answer for each in origins(given))
        for call in handler.calls
        for given in call.arguments
    )
