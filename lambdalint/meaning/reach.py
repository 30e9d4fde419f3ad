"""What code reaches: a private network, or only AWS; and whether it makes traces."""

from __future__ import annotations

from lambdalint.code.facts import Handler
from lambdalint.code.value import Constant
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


def only_aws(handler: Handler) -> bool:
    """Whether everything that the code imports is known, and reaches nothing but AWS's own endpoints."""
    for imported in handler.imports:
        top = imported.name.partition(".")[0]
        if imported.name in _NETWORK or top in _NETWORK - {"urllib", "http"}:
            return False
        if top not in _OFFLINE and not top.startswith("mypy_boto3") and not python_modules.is_standard(imported.name):
            return False
    return not any("endpoint_url" in call.keywords or call.name in ("os.system", "os.popen") for call in handler.calls)


_TRACER = frozenset({"aws_lambda_powertools.Tracer", "aws_lambda_powertools.tracing.Tracer",
                     "aws_lambda_powertools.tracing.tracer.Tracer"})  # fmt: skip


def traces(handler: Handler) -> tuple[Span, str] | None:
    """Where the code begins to make X-Ray's traces, and with what; None where it does not."""
    for call in handler.calls:
        if call.receiver is None and call.name in _TRACER and not call.open:
            disabled = call.argument(2, "disabled")
            if disabled is None or (isinstance(disabled, Constant) and not disabled.value):
                return call.span, "Powertools' Tracer"
        if "begin_segment" in (call.name, call.name.rpartition(".")[2]):
            return None
    for imported in handler.imports:
        if imported.name.partition(".")[0] == "aws_xray_sdk" and not imported.conditional:
            return imported.span, "the X-Ray SDK"
    return None
