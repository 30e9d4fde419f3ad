"""What proves who has sent a request: the signature, the token or the secret that it carries."""

from __future__ import annotations

from lambdalint.code.facts import Handler
from lambdalint.code.idioms import origin_name
from lambdalint.code.value import Call, Constant, Mapping, Piece, origins

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
}
"""Methods that do, with how the objects are called that have them."""


def asks_for_proof(handler: Handler) -> bool:
    """Whether a handler looks itself at what a request carries to prove who has sent it."""
    return any(
        _proves(call)
        and any(
            isinstance(each, Piece) and each.root == "event"
            for given in (*call.arguments, *call.keywords.values())
            for each in origins(given)
        )
        for call in handler.invocation_calls
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
    options = call.keywords.get("options")
    entries = options.entries if isinstance(options, Mapping) else {}
    return Constant(False) in (call.keywords.get("verify"), entries.get("verify_signature"))
