"""What proves who has sent a request: the signature, the token or the secret that it carries."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.idioms import origin_name
from lambdalint.code.value import (
    FEW,
    Call,
    Choice,
    Compared,
    Constant,
    Imported,
    Mapping,
    Piece,
    Result,
    Text,
    Value,
    all_origins,
    options,
    origins,
)
from lambdalint.meaning import confidential, http, web
from lambdalint.source import Span

_PROVING = frozenset({
    "hmac.compare_digest", "secrets.compare_digest", "jwt.decode", "jose.jwt.decode", "joserfc.jwt.decode",
    "google.oauth2.id_token.verify_oauth2_token", "stripe.Webhook.construct_event",
    "node:crypto.timingSafeEqual", "npm:jsonwebtoken.verify", "npm:jose.jwtVerify",
    "npm:@octokit/webhooks-methods.verify", "npm:discord-interactions.verifyKey",
})  # fmt: skip
"""Functions that find out whether a signature, a token or a secret is right."""

_PROVING_METHODS = {
    "verify": (
        "nacl.signing.VerifyKey",
        "npm:jsonwebtoken",
        "npm:aws-jwt-verify",
        "npm:@octokit/webhooks",
        "npm:tweetnacl",
    ),
    "constructEvent": ("npm:stripe",),
    "is_valid": ("slack_sdk.signature.SignatureVerifier",),
    "is_valid_request": ("slack_sdk.signature.SignatureVerifier",),
    "validate": ("twilio.request_validator.RequestValidator",),
    "getUser": ("npm:@supabase/supabase-js",),
    "get_user": ("supabase.",),
    "verifyIdToken": ("npm:firebase-admin", "npm:google-auth-library"),
}
"""Methods that do, with how the objects are called that have them."""


def asks_for_proof(handler: Handler) -> bool:
    """Whether a handler looks itself at what a request carries to prove who has sent it, or is what people are to reach
    who have no proof yet."""
    return (
        any(
            _proves(call)
            and any(
                isinstance(each, Piece) and each.root == "event"
                for given in (*call.arguments, *call.keywords.values())
                for each in origins(given)
            )
            for call in handler.invocation_calls
        )
        or asks_for_secret(handler)
        or turns_away(handler)
        or any(_guards(call) for call in handler.calls)
    )


_UNKNOWN_TO_US = (401, 403)
"""The statuses that say to a client that it has not proved who it is, or that it may not ask for this."""


def turns_away(handler: Handler) -> bool:
    """Whether a handler has an answer of its own for clients that it does not let in."""
    return any(
        http.status(value.entries.get(http.STATUS)) in _UNKNOWN_TO_US
        for returned in (*handler.returns, *web.answers(handler))
        for value in options(returned.value)
        if isinstance(value, Mapping)
    )


_SERVING = {"serve": "npm:inngest/", "issuer": "npm:@openauthjs/openauth"}
"""Functions that make a handler which looks at signatures itself, as those of Inngest's SDK do, or is an authorization
server, by which people sign in: https://www.inngest.com/docs/platform/signing-keys, https://openauth.js.org/docs/issuer/"""


def _guards(call: Call) -> bool:
    package, _, name = call.name.rpartition(".")
    return call.receiver is None and name in _SERVING and package.startswith(_SERVING[name])


_CARRIED = ("headers", "multiValueHeaders", "queryStringParameters", "cookies")
"""Where a request carries what its sender has been given."""
_LINKED = "npm:sst.Resource."
"""What SST calls what a function is linked to, secrets among it: https://sst.dev/docs/linking"""


def asks_for_secret(handler: Handler) -> bool:
    """Whether a handler compares what a request carries with a secret that it has itself."""
    compared = (each for each in all_origins(handler.tests) if isinstance(each, Compared))
    return any(
        each.operator in ("==", "!=") and (_is_secret_of(each.left, each.right) or _is_secret_of(each.right, each.left))
        for each in compared
    )


def _is_secret_of(own: Value, carried: Value) -> bool:
    if any(isinstance(each, Piece) for each in origins(own, FEW)):
        return False
    linked = any(isinstance(each, Imported) and each.name.startswith(_LINKED) for each in origins(own, FEW))
    return (linked or any(True for _ in confidential.shown(own))) and any(
        isinstance(each, Piece) and each.root == "event" and each.path[:1] and each.path[0] in _CARRIED
        for each in origins(carried, FEW)
    )


_HOOKS = {
    "constructEvent": ("npm:stripe",),
    "constructEventAsync": ("npm:stripe",),
    "verify": ("npm:@octokit/webhooks", "npm:svix", "svix", "nacl.signing.VerifyKey"),
    "is_valid": ("slack_sdk.signature.SignatureVerifier",),
    "is_valid_request": ("slack_sdk.signature.SignatureVerifier",),
    "validate": ("twilio.request_validator.RequestValidator",),
}
_HOOKED = frozenset({
    "stripe.Webhook.construct_event", "npm:@octokit/webhooks-methods.verify", "npm:discord-interactions.verifyKey",
})  # fmt: skip
"""Methods and functions that hold a request against the signature of the service that sends it."""


def sent_by_service(handler: Handler, place: Span, clause: Span | None) -> bool:
    """Whether code comes to a place only once it has found that a service has signed the request; `clause` is the one
    that catches there."""
    tried = [each.tried for each in handler.catches if each.span == clause]
    by_header = http.called_by_services(handler)
    for call in handler.invocation_calls:
        around = (call.span, *call.trail)
        if (
            (_is_of_hooks(call) or (by_header and _proves(call)))
            and not call.conditional
            and any(each.path == place.path and each.end_line < place.line for each in around)
            # What it raises itself comes of anybody's request.
            and not any(one.covers(each) for one in tried for each in around)
        ):
            return True
    return False


def _is_of_hooks(call: Call) -> bool:
    if call.receiver is None:
        return call.name in _HOOKED
    return origin_name(call.receiver).startswith(_HOOKS.get(call.name, ()))


_DIGESTS = ("hmac.", "node:crypto.createHmac", "npm:crypto-js")
_GIVING = frozenset({"digest", "hexdigest", "hmac.digest"})
"""What makes a digest under a key, and how it is given."""


_SPELLING = frozenset({
    "base64.b64encode", "base64.urlsafe_b64encode", "base64.b16encode", "binascii.hexlify", "builtins.str",
    "builtins.bytes", "js:String", "js:Buffer.from", "node:buffer.Buffer.from", "decode", "encode", "hex", "lower",
    "upper", "toString", "toLowerCase", "toUpperCase", "replace", "rstrip", "strip",
})  # fmt: skip
"""What spells a digest in another way."""


def by_equality(handler: Handler) -> Iterator[Call]:
    """The signatures that a handler makes to compare them with what an event brings by `==`, which ends at the first
    character that differs. https://docs.python.org/3/library/hmac.html#hmac.compare_digest"""
    asked = [*handler.tests, *(each.value for each in handler.returns), *handler.answers]
    told = set()
    compared = [
        (each.left, each.right)
        for each in all_origins(asked)
        if isinstance(each, Compared) and each.operator in ("==", "!=")
    ]
    for left, right in (*compared, *filter(None, map(_of_bytes, handler.invocation_calls))):
        for made, other in ((left, right), (right, left)):
            call = _signature(made)
            if call is not None and call.span not in told and _is_brought(other):
                told.add(call.span)
                yield call


def _of_bytes(call: Call) -> tuple[Value, Value] | None:
    """What a function or method of Node.js compares that ends at the first byte that differs; None for others.

    https://nodejs.org/api/buffer.html#static-method-buffercomparebuf1-buf2
    """
    match call.name, call.receiver, call.arguments:
        case (("js:Buffer.compare" | "node:buffer.Buffer.compare"), None, (left, right, *_)):
            return left, right
        case (("equals" | "compare" | "localeCompare"), Result() as left, (right, *_)):
            return left, right
        case _:
            return None


def _signature(value: Value, depth: int = 8) -> Call | None:
    """The call that gives the digest which a text is, or ends in; None where it is no more than a part of one."""
    inner: tuple[Value, ...] = ()
    match value:
        case Result(call) if call.name in _GIVING:
            made = call.name if call.receiver is None else origin_name(call.receiver)
            return call if made.startswith(_DIGESTS) else None
        case Result(call) if call.name in _SPELLING:
            inner = call.arguments[:1] if call.receiver is None else (call.receiver,)
        case Text(parts) | Choice(parts):
            inner = parts
    return next((found for each in inner if depth and (found := _signature(each, depth - 1))), None)


def _is_brought(value: Value) -> bool:
    return _signature(value) is None and any(
        isinstance(each, Piece) and each.root == "event" for each in origins(value, FEW)
    )


_ADDRESSES = frozenset({"sourceIp", "x-forwarded-for"})
"""Where a request says which address it comes from."""


def asks_for_address(handler: Handler) -> bool:
    """Whether what a handler does depends on the address that a request comes from: it knows who may ask."""
    return any(
        each.root == "event" and (str(each.path[-1]) in _ADDRESSES or str(each.path[-1]).lower() in _ADDRESSES)
        for each in handler.tested
        if each.path
    )


def _proves(call: Call) -> bool:
    if call.receiver is None:
        return call.name in _PROVING and not _believes(call)
    return origin_name(call.receiver).startswith(_PROVING_METHODS.get(call.name, ()))


def _believes(call: Call) -> bool:
    """Whether a call takes a token apart without looking at its signature."""
    asked = call.keywords.get("options")
    entries = asked.entries if isinstance(asked, Mapping) else {}
    return Constant(False) in (call.keywords.get("verify"), entries.get("verify_signature"))
