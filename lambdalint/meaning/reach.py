"""What code reaches: a private network, or only AWS; and whether it makes traces."""

from __future__ import annotations

from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.value import Constant, Mapping
from lambdalint.data import python_modules
from lambdalint.source import Span

_OFFLINE = frozenset({
    "aws_lambda_powertools", "aws_xray_sdk", "boto3", "botocore", "attr", "attrs", "bs4", "cfnresponse", "crhelper",
    "dateutil", "jinja2", "jmespath", "jsonschema", "numpy", "pandas", "PIL", "pydantic", "pytz", "simplejson", "six",
    "typing_extensions", "xmltodict", "yaml", "orjson", "ujson", "cryptography", "jwt", "jose", "marshmallow",
    "openpyxl", "lxml", "mypy_boto3_s3", "structlog", "loguru",
})  # fmt: skip
"""Packages that reach nothing, or AWS alone."""

_NETWORK = frozenset({
    "asyncio", "ftplib", "http.client", "imaplib", "nntplib", "poplib", "smtplib", "socket", "socketserver", "ssl",
    "subprocess", "telnetlib", "urllib.request", "urllib", "urllib.error", "xmlrpc", "multiprocessing", "select",
    "selectors", "http", "ctypes", "importlib",
})  # fmt: skip
"""Modules of the standard library that reach others, or start programs that do."""


_OFFLINE_NPM = (
    "@aws-sdk/", "@smithy/", "aws-sdk", "@aws-lambda-powertools/", "npm:@middy/", "npm:aws-xray-sdk", "npm:uuid",
    "npm:nanoid", "npm:ulid", "npm:lodash", "npm:ramda", "npm:zod", "npm:joi", "npm:ajv", "npm:yup", "npm:moment",
    "npm:dayjs", "npm:date-fns", "npm:luxon", "npm:pino", "npm:winston", "npm:bunyan", "npm:sharp", "npm:js-yaml",
    "npm:csv-parse", "npm:fast-xml-parser", "npm:xml2js", "npm:qs", "npm:dotenv", "npm:source-map-support",
    "npm:jsonwebtoken", "npm:reflect-metadata", "npm:class-validator", "npm:class-transformer", "npm:aws-lambda",
)  # fmt: skip
"""Packages for JavaScript that reach nothing, or AWS alone."""

_OFFLINE_NODE = frozenset({
    "assert", "async_hooks", "buffer", "console", "crypto", "events", "fs", "fs/promises", "os", "path", "perf_hooks",
    "process", "querystring", "readline", "stream", "stream/promises", "string_decoder", "timers", "timers/promises",
    "url", "util", "zlib",
})  # fmt: skip
"""Modules of Node.js that reach nobody."""


def _is_offline(name: str) -> bool:
    """Whether a package for JavaScript, or a module of Node.js, reaches nothing, or AWS alone."""
    return name.startswith(_OFFLINE_NPM) or (name.startswith("node:") and name[len("node:") :] in _OFFLINE_NODE)


_REACHING = frozenset({"os.system", "os.popen", "js:fetch", "js:WebSocket"})
"""Functions that reach others, or start programs that do."""


def only_aws(handler: Handler) -> bool:
    """Whether everything that the code imports is known, and reaches nothing but AWS's own endpoints."""
    for imported in handler.imports:
        if _is_offline(imported.name):
            continue
        top = imported.name.partition(".")[0]
        if imported.name in _NETWORK or top in _NETWORK - {"urllib", "http"}:
            return False
        if top not in _OFFLINE and not top.startswith("mypy_boto3") and not python_modules.is_standard(imported.name):
            return False
    return not any("endpoint_url" in call.keywords or call.name in _REACHING for call in handler.calls)


_TRACER = frozenset({"aws_lambda_powertools.Tracer", "aws_lambda_powertools.tracing.Tracer",
                     "aws_lambda_powertools.tracing.tracer.Tracer",
                     "@aws-lambda-powertools/tracer.Tracer"})  # fmt: skip
_XRAY = ("aws_xray_sdk", "npm:aws-xray-sdk")
_OTHERS = ("npm:dd-trace", "npm:datadog-lambda-js", "npm:@opentelemetry/")
"""Packages that trace in a way of their own, and hand on what the others make."""


@once_a_handler
def traces(handler: Handler) -> tuple[Span, str] | None:
    """Where the code begins to make X-Ray's traces, and with what; None where it does not."""
    if any(imported.name.startswith(_OTHERS) for imported in handler.imports):
        return None
    for call in handler.calls:
        if call.receiver is None and call.name in _TRACER and not call.open:
            disabled = call.argument(2, "disabled")
            told = [each.entries.get("enabled") for each in call.arguments if isinstance(each, Mapping)]
            if any(told):
                continue
            if disabled is None or (isinstance(disabled, Constant) and not disabled.value):
                return call.span, "Powertools' Tracer"
        if "begin_segment" in (call.name, call.name.rpartition(".")[2]):
            return None
    for imported in handler.imports:
        if imported.name.partition(".")[0].startswith(_XRAY) and not imported.conditional:
            return imported.span, "the X-Ray SDK"
    return None
