"""All that code may ask AWS for, where that can be told."""

from __future__ import annotations

import fnmatch
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

from lambdalint.code.facts import Handler
from lambdalint.code.value import Call, Choice, Constant, Mapping, Result, Sequence, Unknown, Value, origins
from lambdalint.data import iam
from lambdalint.data import sdk as tables
from lambdalint.meaning import sdk
from lambdalint.meaning.operations import asks, operation
from lambdalint.records import dataclass

_HIDDEN = frozenset({"ctypes", "importlib", "multiprocessing", "os.system", "runpy", "subprocess"})
"""Modules of the standard library that may run what is not seen."""

_SILENT = frozenset({
    "arrow", "attr", "attrs", "aws_xray_sdk", "bs4", "certifi", "cfnresponse", "cryptography", "dateutil", "httpx",
    "idna", "jinja2", "jmespath", "jose", "jsonschema", "jwt", "lxml", "markupsafe", "numpy", "orjson", "pydantic",
    "pythonjsonlogger", "pytz", "requests", "simplejson", "six", "tabulate", "tenacity", "tzlocal", "ujson", "urllib3",
    "xmltodict", "yaml",
})  # fmt: skip
"""Packages that ask AWS for nothing, or for traces alone."""

_HIDDEN_IN_NODE = frozenset({"child_process", "cluster", "inspector", "module", "repl", "vm", "wasi", "worker_threads"})
"""Modules of Node.js that may run what is not seen."""

_SILENT_IN_NODE = frozenset({
    "@hapi/joi", "@middy/core", "@middy/do-not-wait-for-empty-event-loop", "@middy/error-logger",
    "@middy/http-cors", "@middy/http-error-handler", "@middy/http-event-normalizer", "@middy/http-header-normalizer",
    "@middy/http-json-body-parser", "@middy/http-security-headers", "@middy/validator", "@types/aws-lambda",
    "ajv", "ajv-formats", "aws-lambda", "aws-xray-sdk", "aws-xray-sdk-core", "axios", "bcryptjs", "bunyan", "cookie",
    "crypto-js", "csv-parse", "csv-stringify", "date-fns", "dayjs", "fast-xml-parser", "handlebars", "http-errors",
    "joi", "jose", "js-yaml", "jsonwebtoken", "ksuid", "lodash", "luxon", "moment", "moment-timezone", "mustache",
    "nanoid", "node-fetch", "pino", "qs", "ramda", "sharp", "source-map-support", "tslib", "ulid", "undici", "uuid",
    "winston", "xml2js", "yaml", "yup", "zod",
})  # fmt: skip
"""Packages of npm that ask AWS for nothing, or for traces alone."""
_SDK_OF_NODE = (
    "@aws-sdk/client-", "@aws-sdk/lib-dynamodb", "@aws-sdk/lib-storage", "@aws-sdk/s3-request-presigner",
    "@aws-sdk/types", "@aws-sdk/util-dynamodb", "@smithy/node-http-handler", "@smithy/types", "aws-sdk",
)  # fmt: skip

_SIGNERS = ("botocore.auth", "botocore.awsrequest", "botocore.credentials", "botocore.signers", "botocore.crt")
"""Modules that sign requests, which then go wherever the code sends them."""

_POWERTOOLS = "aws_lambda_powertools"
_POWERTOOLS_OF_NODE = "@aws-lambda-powertools/"
_ASKING_OF_NODE = ("parameters", "idempotency")
_SILENT_UTILITIES = ("batch", "data_classes", "parser", "typing", "validation")
_OF_UTILITIES = frozenset({
    "appconfig:GetConfiguration", "appconfig:GetLatestConfiguration", "appconfig:StartConfigurationSession",
    "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem",
    "s3:GetObject", "s3:GetObjectVersion", "secretsmanager:CreateSecret", "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath",
    "ssm:PutParameter",
})  # fmt: skip
"""What Powertools' parameters, idempotency, feature flags and streaming may ask for.

https://docs.aws.amazon.com/powertools/python/latest/
"""

_FOR_THEMSELVES = frozenset({
    "apigatewaymanagementapi", "bedrock-runtime", "cloudwatch", "cognito-identity", "cognito-idp", "comprehend",
    "dynamodb", "events", "firehose", "iot-data", "kinesis", "kms", "lambda", "s3", "secretsmanager", "ses",
    "sesv2", "sns", "sqs", "ssm", "stepfunctions", "sts", "timestream-query", "timestream-write", "translate",
})  # fmt: skip
"""Services that need no other action than their own of who asks them.

Others act in the name of who asks: Athena reads tables and buckets, Rekognition reads images.
"""

_FOR_OTHERS = frozenset({
    ("bedrock-runtime", "start_async_invoke"), ("comprehend", "start"), ("dynamodb", "export"), ("dynamodb", "import"),
    ("lambda", "create"), ("lambda", "publish"), ("lambda", "update"), ("ssm", "send"),
    ("ssm", "start"), ("stepfunctions", "create"), ("stepfunctions", "update"), ("translate", "start"),
})  # fmt: skip
"""Their operations, by how they begin, that act in the name of who asks all the same."""

_TRANSFERS = {
    "s3:PutObject": ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"),
    "s3:GetObject": ("s3:ListBucket",),
    "bedrock:InvokeModel": ("bedrock:GetInferenceProfile",),
}
"""Actions that are as good as needed with others: without ListBucket, an object that is not there is denied."""

_READING = ("describe", "get", "head", "list")
_LOADING = {"dynamodb": ("describe",)}
"""How the actions begin that attributes of resources need, by service; _READING for the others."""


@dataclass(frozen=True, slots=True)
class Use:
    """The actions that code may use."""

    actions: frozenset[str]
    read: frozenset[str]
    """How the actions begin of services that are read without a call."""

    def of(self, pattern: str) -> bool:
        """Whether an action that a pattern stands for may be used."""
        service, _, verb = pattern.lower().partition(":")
        if service in self.read and verb.startswith((*_LOADING.get(service, _READING), "*")):
            return True
        return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for action in self.actions)


def use(handler: Handler) -> Use | None:
    """What a handler may use; None where some of that cannot be told."""
    if handler.bounded or handler.wrappers or not all(each.origin or _is_known(each.name) for each in handler.imports):
        return None
    actions: set[str] = set()
    read: set[str] = set()
    if any(_is_utility(each.name) for each in handler.imports):
        actions |= _OF_UTILITIES
    for call in handler.calls:
        found, commanded = _asked(call, handler.language), _commanded(call)
        if found is None or commanded is None:
            return None
        actions |= found | commanded
        made = sdk.client(call)
        if made is not None and made.kind != "session":
            if not made.service:
                return None
            if made.kind == "resource":
                # Attributes of resources are read when they are asked for, without a call.
                read.add(iam.prefix(made.service))
    for action, more in _TRANSFERS.items():
        if action in actions:
            actions.update(more)
    return Use(frozenset(actions), frozenset(read))


def _is_known(module: str) -> bool:
    if module.startswith("node:"):
        return module.removeprefix("node:").partition("/")[0] not in _HIDDEN_IN_NODE
    if module.startswith("npm:"):
        parts = module.removeprefix("npm:").split("/")
        return "/".join(parts[: 2 if module.startswith("npm:@") else 1]) in _SILENT_IN_NODE
    if module.startswith((*_SDK_OF_NODE, _POWERTOOLS_OF_NODE)):
        return True
    package = module.partition(".")[0]
    if module.startswith(_SIGNERS) or package in _HIDDEN:
        return False
    return (
        package in sys.stdlib_module_names
        or package in _SILENT
        or package in ("boto3", "botocore", _POWERTOOLS)
        or package.startswith(("mypy_boto3", "typing_extensions"))
    )


def _is_utility(module: str) -> bool:
    """Whether a module of Powertools may ask AWS for something."""
    if module.startswith(_POWERTOOLS_OF_NODE):
        return module.removeprefix(_POWERTOOLS_OF_NODE).startswith(_ASKING_OF_NODE)
    beginning, _, utility = module.partition(f"{_POWERTOOLS}.utilities")
    return (
        not beginning
        and module.startswith(f"{_POWERTOOLS}.utilities")
        and not utility[1:].startswith(_SILENT_UTILITIES)
    )


def _commanded(call: Call) -> set[str] | None:
    """The actions that a command needs that a call makes for the SDK for JavaScript, whoever sends it; None where that
    cannot be told."""
    module, _, made = call.name.rpartition(".")
    if call.receiver is not None or not made.endswith("Command") or not module.startswith(_SDK_OF_NODE):
        return set()
    plain = module == "@aws-sdk/lib-dynamodb"
    service = "dynamodb" if plain else tables.service(module.removeprefix("@aws-sdk/client-"))
    for ending in ("", "Item", "Items") if plain else ("",):
        needed = iam.needs(service, made.removesuffix("Command") + ending, unseen=frozenset({"*"}))
        if needed is not None and service in _FOR_THEMSELVES:
            return {each for need in needed for each in (need.action, *need.others)}
    return None


def _asked(call: Call, language: str) -> set[str] | None:
    """The actions that a call may need; None where that cannot be told."""
    if any(map(asks, _given(call))) or _is_unseen(call, language):
        return None
    found = operation(call)
    if found is not None:
        if not _is_for_itself(found.service, found.name):
            return None
        # A parameter that is put into a dict in a branch only looks as if it were always given.
        needed = iam.needs(found.service, found.name, unseen=frozenset({"*"}))
        return None if needed is None else {each for need in needed for each in (need.action, *need.others)}
    services = {made.service for made in _clients(call.receiver)}
    actions: set[str] = set()
    for service in services:
        name = _presigned(call)
        if name is None or service not in _FOR_THEMSELVES:
            return None
        actions |= {
            action
            for need in iam.needs(service, name, unseen=frozenset({"*"})) or ()
            for action in (need.action, *need.others)
        }
    return actions


@cache
def _harmless() -> frozenset[str]:
    """The methods of what is no client."""
    from decimal import Decimal
    from logging import Logger

    kinds = (str, bytes, bytearray, int, float, list, dict, set, tuple, datetime, date, timedelta, Decimal, Logger)
    return _OF_ANSWERS.union(*map(dir, kinds))


_OF_ANSWERS = frozenset({
    "all", "close", "filter", "findall", "finditer", "fullmatch", "group", "groups", "iter_chunks", "iter_lines",
    "json", "match", "next", "read", "readline", "result", "search", "total_seconds", "write",
})  # fmt: skip


_OF_NODE = frozenset({
    "abort", "apply", "append", "arrayBuffer", "at", "bind", "blob", "call", "charAt", "charCodeAt", "codePointAt",
    "concat", "copy", "debug", "delete", "end", "endsWith", "entries", "equals", "error", "every", "fill", "filter",
    "find", "findIndex", "findLast", "flat", "flatMap", "forEach", "format", "formData", "get", "getDate", "getDay",
    "getFullYear", "getHours", "getMinutes", "getMonth", "getRemainingTimeInMillis", "getSeconds", "getTime",
    "getTimezoneOffset", "has", "hasOwnProperty", "includes", "indexOf", "info", "isValid", "join", "json", "keys",
    "lastIndexOf", "localeCompare", "log", "map", "match", "matchAll", "normalize", "padEnd", "padStart", "parse",
    "pipe", "pop", "push", "read", "reduce", "reduceRight", "repeat", "replace", "replaceAll", "reverse", "search",
    "set", "setDate", "setHours", "setMinutes", "setMonth", "setTime", "shift", "slice", "some", "sort", "splice",
    "split", "startsWith", "stringify", "substr", "substring", "subarray", "test", "text", "toFixed", "toISOString",
    "toJSON", "toLocaleLowerCase", "toLocaleString", "toLowerCase", "toLocaleUpperCase", "toString", "toUTCString",
    "toUpperCase", "transformToByteArray", "transformToString", "trim", "trimEnd", "trimStart", "unshift", "update",
    "valueOf", "values", "warn", "write", "digest", "exec",
})  # fmt: skip
"""Methods of JavaScript's own objects, of answers, streams and loggers."""


def _is_unseen(call: Call, language: str) -> bool:
    """Whether it is not known what is called, and it may be a client."""
    match call.receiver:
        case None:
            given = call.argument(1)
            return call.name == "" or (call.name == "builtins.getattr" and not isinstance(given, Constant))
        case _ if call.name == "send" and language == "javascript":
            return operation(call) is None
        case Unknown() | Choice():
            known = _OF_NODE if language == "javascript" else _harmless()
            return call.name not in known and operation(call) is None
        case _:
            return call.name == ""


def _is_for_itself(service: str, operation: str) -> bool:
    return service in _FOR_THEMSELVES and not any(
        service == other and operation.startswith(beginning) for other, beginning in _FOR_OTHERS
    )


def _presigned(call: Call) -> str | None:
    """The operation that a method of a client stands for; None where it is not spelt out."""
    match call.name:
        case "generate_presigned_post":
            return "put_object"
        case "generate_presigned_url":
            given = call.argument(0, "ClientMethod")
            return given.value if isinstance(given, Constant) and isinstance(given.value, str) else None
        case "generate_db_auth_token" | "generate_db_connect_auth_token" | "generate_db_connect_admin_auth_token":
            return None
        case name:
            return name


def _given(call: Call) -> Iterator[Value]:
    for each in (*call.arguments, *call.keywords.values()):
        match each:
            case Sequence(items=items):
                yield from items
            case Mapping(entries=entries):
                yield from entries.values()
            case _:
                yield each


def _clients(receiver: Value | None) -> Iterator[sdk.Client]:
    for each in () if receiver is None else origins(receiver):
        if isinstance(each, Result) and (made := sdk.client(each.call)) is not None and made.service:
            yield made
