"""What the answers of AWS's SDK for Python hold that JSON has no form for.

The parts that are always there, from botocore's descriptions of the services:
https://docs.aws.amazon.com/boto3/latest/reference/services/index.html; and what DynamoDB's resources make of numbers:
https://docs.aws.amazon.com/boto3/latest/reference/customizations/dynamodb.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.idioms import origin_name
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
    Unknown,
    Value,
    options,
    origins,
)
from lambdalint.code.walks import Descent, asked_once
from lambdalint.meaning.operations import Operation, operation
from lambdalint.patterns import pattern

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
    known = _PARTS.get((found.service, found.name), {})
    if found.service == "dynamodb" and found.name == "update_item" and found.bound:
        known = {("Attributes", name): "a Decimal" for name in _counted(found)}
    for whole, kind in known.items():
        if whole[: len(path)] == path and (len(path) > 0 or whole[0] not in found.call.asked):
            yield whole[len(path) :], kind


_STREAMS = frozenset({("s3", "get_object"), ("polly", "synthesize_speech")})
"""What answers with a stream in version 3 of the SDK for JavaScript."""


def streams(value: Value) -> Iterator[tuple[Path, str]]:
    """The streams that a value holds which is an answer of the SDK for JavaScript: the keys that lead there."""
    found, _ = _answered(value)
    if found is not None and (found.service, found.name) in _STREAMS:
        made = found.call.receiver
        if made is not None and origin_name(made).startswith("@aws-sdk/"):
            yield from (each for each in unserializable(value) if each[1] == _STREAM)


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


_ADDED = pattern(r"(?i)\bADD\s+([\w#]+)\s+(:\w+)")
_SUMMED = pattern(r"(?i)([\w#]+)\s*=\s*(?:\1|if_not_exists\(\s*\1\s*,\s*:\w+\s*\))\s*[+-]\s*:\w+")


def _counted(update: Operation) -> Iterator[str]:
    """The attributes that an update adds to or takes from, which so are numbers."""
    match update.argument("UpdateExpression"):
        case Constant(str(expression)):
            names = update.argument("ExpressionAttributeNames")
            called = names.entries if isinstance(names, Mapping) else {}
            values = update.argument("ExpressionAttributeValues")
            given = values.entries if isinstance(values, Mapping) else {}
            # What is added to may also be a set.
            added = [name for name, value in _ADDED.findall(expression) if _is_number(given.get(value))]
            for name in (*added, *_SUMMED.findall(expression)):
                known = called.get(name)
                if not name.startswith("#"):
                    yield name
                elif isinstance(known, Constant):
                    yield str(known.value)
        case _:
            return


def _is_number(value: Value | None) -> bool:
    match value:
        case Constant(bool()):
            return False
        case Constant(int()):
            return True
        case Result(call):
            return call.receiver is None and call.name in ("builtins.int", "builtins.len", "decimal.Decimal")
        case _:
            return False


_READING = frozenset({"get_item", "query", "scan"})
_ITEMS = frozenset({"Item", "Items", "Attributes"})


def table_items(value: Value, _way: Descent | None = None) -> Iterator[Call]:
    """The calls whose items of DynamoDB are in a value whole, as its resources make them: their numbers are Decimal."""
    way = (_way or Descent()).into(value)
    if way is None:
        return
    match value:
        case Choice(several) | Sequence(items=several, kind="list" | "tuple"):
            yield from _each(several, way)
        case Mapping(entries=entries, others=others):
            yield from _each((*entries.values(), *(() if others is None else (others,))), way)
            # Each attribute of an item.
            for each in () if others is None else options(others):
                if isinstance(each, Result) and _deserializes(each.call):
                    yield each.call
        case Result(call) if _deserializes(call):
            given = call.argument(0, "value")
            if isinstance(given, Mapping) and "M" in given.entries:
                yield call
        case Result(Call(name=name, receiver=None, arguments=(given, *_))) if name in _LISTING:
            yield from _each(given.items if isinstance(given, Sequence) else (given,), way)
        case Member() | Result():
            found, path = _answered(value)
            if found is None or found.service != "dynamodb" or not (found.bound or found.of_resource):
                return
            kept = [step for step in path if step != EACH and not isinstance(step, int)]
            of_table = found.name == "batch_get_item" and kept[:1] == ["Responses"] and len(kept) <= _TABLE
            if of_table or (not kept and found.name in _READING) or (len(kept) == 1 and kept[0] in _ITEMS):
                yield found.call


_LISTING = frozenset({"builtins.list", "builtins.tuple", "builtins.sorted"})
"""What makes a list of the items of something."""


@asked_once
def is_reckoned(value: Value) -> bool:
    """Whether a value is reckoned of numbers in items that DynamoDB's resources have made: a Decimal as these are."""
    match value:
        case Unknown((left, right), "+" | "-" | "*" | "/" | "//" as operator):
            both = (left, right)
            whole = [isinstance(each, Constant) and type(each.value) is int for each in both]
            of_items = [_is_of_item(each) or is_reckoned(each) for each in both]
            # Texts are joined by `+` too, and `*` says a text over and over.
            return (
                any(of_items) and all(map(any, zip(whole, of_items, strict=True))) and (any(whole) or operator in "-/")
            )
        case Result(Call(name="builtins.sum", arguments=(Sequence(items=several), *_))) if several:
            return all(_is_of_item(each) or is_reckoned(each) for each in several)
        case _:
            return False


def _is_of_item(value: Value) -> bool:
    """Whether a value is an attribute of an item, as DynamoDB's resources make it."""
    for each in options(value):
        found, path = _answered(each)
        kept = [step for step in path if step != EACH and not isinstance(step, int)]
        made = found is not None and found.service == "dynamodb" and (found.bound or found.of_resource)
        if not made or len(kept) < _TABLE or kept[0] not in _ITEMS:
            return False
    return True


_TABLE = 2
"""How many keys lead to the items of one table in an answer for several."""
_DESERIALIZERS = frozenset({"boto3.dynamodb.types.TypeDeserializer"})


def _deserializes(call: Call) -> bool:
    """Whether a call makes of DynamoDB's notation what its resources make of it."""
    return call.name == "deserialize" and call.receiver is not None and origin_name(call.receiver) in _DESERIALIZERS


def _each(values: Iterable[Value], way: Descent) -> Iterator[Call]:
    for each in values:
        yield from table_items(each, way)


_CONVERTING = frozenset({"builtins.float", "builtins.int", "builtins.str"})


def converts(handler: Handler, answer: Call) -> bool:
    """Whether a handler makes other types of what an answer holds, anywhere: it knows of its Decimals."""
    return any(
        call.name in _CONVERTING and any(isinstance(each, Result) and each.call is answer for each in origins(given))
        for call in handler.calls
        for given in call.arguments
    )
