"""Connections whose other end is not asked who it is: TLS without looking at the certificate.

https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification,
https://docs.python.org/3/library/ssl.html#ssl.CERT_NONE, https://nodejs.org/api/tls.html#tlsconnectoptions-callback
"""

from __future__ import annotations

from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.idioms import is_log, origin_name
from lambdalint.code.value import Call, Constant, Imported, Mapping, Value, options

_VERIFYING = ("requests.", "httpx.", "boto3.", "botocore.")
"""Where functions and methods of Python come from that take `verify`."""
_UNVERIFIED = frozenset({"ssl._create_unverified_context", "ssl._create_stdlib_context"})
_LENIENT = frozenset({"ssl.CERT_NONE", "OpenSSL.SSL.VERIFY_NONE"})
_REJECTING, _DEEPEST = "rejectUnauthorized", 4
VARIABLE = "NODE_TLS_REJECT_UNAUTHORIZED"
"""The variable by which Node.js is told not to look at certificates, at all."""


@once_a_handler
def unasked(handler: Handler) -> tuple[tuple[Call, str], ...]:
    """The calls that make connections whose certificates nobody looks at, each with what says so."""
    found = ((call, None if is_log(call) else _why(call)) for call in handler.calls)
    return tuple((call, what) for call, what in found if what is not None)


def _why(call: Call) -> str | None:
    origin = call.name if call.receiver is None else origin_name(call.receiver)
    if call.receiver is None and call.name in _UNVERIFIED:
        return f"makes a context by {call.name}"
    if origin.startswith(_VERIFYING) and call.keywords.get("verify") == Constant(False):
        return "gives verify=False"
    if any(_is_none(each) for each in options(call.keywords.get("cert_reqs", Constant(None)))):
        return "gives cert_reqs=CERT_NONE"
    if any(_rejects_nothing(each, _DEEPEST) for each in (*call.arguments, *call.keywords.values())):
        return f"gives {_REJECTING}: false"
    return None


def _is_none(value: Value) -> bool:
    return value == Constant("CERT_NONE") or (isinstance(value, Imported) and value.name in _LENIENT)


def _rejects_nothing(value: Value, depth: int) -> bool:
    if not isinstance(value, Mapping) or depth == 0:
        return False
    given = value.entries.get(_REJECTING)
    return given == Constant(False) or any(_rejects_nothing(each, depth - 1) for each in value.entries.values())
