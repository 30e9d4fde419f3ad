"""What libraries want to be told, by an argument or by an environment variable, and fail without.

Sources: https://docs.aws.amazon.com/powertools/python/latest/core/metrics/ (in TypeScript, Metrics only warn),
https://docs.aws.amazon.com/powertools/typescript/latest/features/parameters/, the READMEs of openai for Python and
for Node.js, and https://docs.pinecone.io/reference/python-sdk.
"""

from __future__ import annotations

from lambdalint.code.facts import Handler
from lambdalint.code.idioms import origin_name
from lambdalint.code.value import Call, Constant, Mapping
from lambdalint.patterns import pattern
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """What a call wants to be told."""

    call: str
    """How messages call what is called."""
    what: str
    """What it wants."""
    variable: str
    """The environment variable that says it as well."""
    fails: str
    """What happens where neither does."""
    names: tuple[str, ...]
    """The arguments that say it, or make it needless."""
    position: int = -1
    """Where the first of them stands by position; -1 where it is only given by name."""
    instead: tuple[str, ...] = ()
    """The environment variables that make it needless."""


_NAMESPACE = "POWERTOOLS_METRICS_NAMESPACE"
_METRICS = Setting(
    call="Metrics",
    what="namespace",
    variable=_NAMESPACE,
    fails="publishing them raises SchemaValidationError",
    names=("namespace", "provider"),
    position=1,
    instead=("POWERTOOLS_METRICS_DISABLED", "POWERTOOLS_DEV"),
)
_SINGLE = Setting(
    call="single_metric",
    what="namespace",
    variable=_NAMESPACE,
    fails="it raises SchemaValidationError",
    names=("namespace",),
    position=4,
)
_APPLICATION = Setting(
    call="AppConfig's parameters",
    what="application",
    variable="POWERTOOLS_SERVICE_NAME",
    fails="asking for them throws",
    names=("application",),
)
_OPENAI = Setting(
    call="OpenAI",
    what="API key",
    variable="OPENAI_API_KEY",
    fails="making it raises OpenAIError",
    names=("api_key", "admin_api_key", "workload_identity", "provider", "apiKey", "adminAPIKey", "workloadIdentity"),
    instead=("OPENAI_ADMIN_KEY",),
)
_PINECONE = Setting(
    call="Pinecone",
    what="API key",
    variable="PINECONE_API_KEY",
    fails="making it raises an error",
    names=("api_key",),
    position=0,
)

_POWERTOOLS = "aws_lambda_powertools"
_PARAMETERS = "@aws-lambda-powertools/parameters/appconfig"
_SETTINGS = {
    **dict.fromkeys((f"{_POWERTOOLS}.Metrics", f"{_POWERTOOLS}.metrics.Metrics"), _METRICS),
    f"{_POWERTOOLS}.metrics.metrics.Metrics": _METRICS,
    **dict.fromkeys((f"{_POWERTOOLS}.single_metric", f"{_POWERTOOLS}.metrics.single_metric"), _SINGLE),
    **dict.fromkeys((f"{_PARAMETERS}.getAppConfig", f"{_PARAMETERS}.AppConfigProvider"), _APPLICATION),
    **dict.fromkeys(("openai.OpenAI", "openai.AsyncOpenAI", "npm:openai", "npm:openai.OpenAI"), _OPENAI),
    **dict.fromkeys(("pinecone.Pinecone", "pinecone.PineconeAsyncio"), _PINECONE),
}
_PUBLISHING = frozenset({"log_metrics", "flush_metrics", "serialize_metric_set"})


def wanted(call: Call, handler: Handler) -> Setting | None:
    """What a call surely fails without and is not told by the code; None where there is nothing of the kind."""
    setting = None if call.receiver is not None else _SETTINGS.get(call.name)
    if setting is None or call.open or call.conditional or call.caught or call.mends or _is_told(call, setting):
        return None
    return setting if setting is not _METRICS or _publishes(call, handler) else None


_IDEMPOTENT = pattern(r"aws_lambda_powertools\.utilities\.idempotency\.(?:idempotency\.)?idempotent(_function)?")


def untimed(handler: Handler) -> Call | None:
    """Where a handler makes a function idempotent and never tells the library how long the invocation has: what it
    began before a timeout counts as in progress until the record expires, and other attempts are refused; None where
    it does not.

    Source: https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/#lambda-timeouts
    """
    found = [(call, _IDEMPOTENT.fullmatch(call.name)) for call in handler.calls if call.receiver is None]
    # What is put around the handler itself tells that by itself.
    whole = any(match is not None and match[1] is None for _, match in found)
    told = any(call.name == "register_lambda_context" for call in handler.calls)
    return None if whole or told else next((call for call, match in found if match is not None), None)


def _is_told(call: Call, setting: Setting) -> bool:
    given = [call.argument(setting.position, setting.names[0]), *map(call.keywords.get, setting.names[1:])]
    for each in call.arguments:
        match each:
            case Mapping(entries=entries, open=False):
                given += map(entries.get, setting.names)
            case Mapping():
                return True
            case _ if setting.position < 0 and not isinstance(each, Constant):
                # Options that are not seen.
                return True
    return any(each is not None and each != Constant(None) for each in given)


def _publishes(made: Call, handler: Handler) -> bool:
    """Whether Metrics, which nothing gives a namespace later, publish any: there are none to begin with."""
    if "namespace" in made.attributes or "add_namespace" in made.asked or _PUBLISHING.isdisjoint(made.asked):
        return False
    return any(
        call.name == "add_metric"
        or (call.name == "log_metrics" and call.keywords.get("capture_cold_start_metric") == Constant(True))
        for call in handler.calls
        if call.receiver is not None and _SETTINGS.get(origin_name(call.receiver)) is _METRICS
    )
