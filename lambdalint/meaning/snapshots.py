"""What must not be made once and restored many times: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html."""

from __future__ import annotations

from lambdalint.code import idioms
from lambdalint.code.facts import Handler
from lambdalint.code.value import Call
from lambdalint.meaning import sdk

_RANDOM = ("random.", "secrets.", "numpy.random.", "nanoid.", "ulid.", "shortuuid.")
_NOT_RANDOM = frozenset({"random.seed", "random.SystemRandom", "secrets.SystemRandom", "secrets.compare_digest"})
_UNIQUE = frozenset({"uuid.uuid1", "uuid.uuid4", "uuid.uuid6", "uuid.uuid7", "os.urandom"})
_TIMES = frozenset({
    "time.time", "time.time_ns", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today",
    "datetime.date.today",
})  # fmt: skip
_CREDENTIALS = {
    "get_secret_value": "fetches a secret", "assume_role": "assumes a role",
    "assume_role_with_web_identity": "assumes a role", "get_session_token": "fetches credentials",
    "get_authorization_token": "fetches credentials", "generate_db_auth_token": "makes a database token",
}  # fmt: skip
_SECRETS = frozenset({
    "aws_lambda_powertools.utilities.parameters.get_secret",
    "aws_lambda_powertools.utilities.parameters.secrets.get_secret",
})  # fmt: skip


def registers_restore(handler: Handler) -> bool:
    """Whether the code does something when its snapshot is restored.

    https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
    """
    return any(each.name.partition(".")[0] == "snapshot_restore_py" for each in handler.imports)


def shared(call: Call) -> str | None:
    """What a call does that every environment would share which starts from the same snapshot; None for nothing."""
    if call.receiver is None:
        if call.name in _UNIQUE or (call.name.startswith(_RANDOM) and call.name not in _NOT_RANDOM):
            return f"calls {call.name}"
        if call.name in _TIMES:
            return f"asks {call.name} for the time"
        if call.name in _SECRETS:
            return "fetches a secret"
        opened = sdk.connection(call)
        # Engines and clients connect when they are first used.
        return f"opens {opened.what}" if opened is not None and opened.what.endswith("connection") else None
    if call.name in _CREDENTIALS and idioms.origin_name(call.receiver).startswith("boto3"):
        return _CREDENTIALS[call.name]
    return None
