"""How long a program waits for AWS to be done with something, and how long it tries again what fails.

Sources: https://docs.aws.amazon.com/boto3/latest/guide/clients.html#waiters,
https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html,
https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/waiters.html, the READMEs of retry, retrying and
tenacity, and https://urllib3.readthedocs.io/en/stable/reference/urllib3.util.html#urllib3.util.Retry.
"""

from __future__ import annotations

from lambdalint.code.value import DECORATES, Call, Constant, Mapping, Result, Value
from lambdalint.data import sdk as tables
from lambdalint.meaning.operations import WAITER, Operation, operation
from lambdalint.patterns import pattern
from lambdalint.records import dataclass

_POLL = 60
"""Seconds for which Step Functions holds a request for a task of an activity, where there is none."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call waits at most, where what it waits for does not come."""

    what: str
    """What is done so long: `waits for stack_create_complete`."""
    seconds: float
    spelt: str = ""
    """How that is made up: `120 times 30 seconds`."""
    again: bool = False
    """Whether something is done between the waits that takes time of its own."""


def patience(call: Call) -> Patience | None:
    """How long a call waits; None where it does not wait so, or that is not known."""
    if call.receiver is None and not call.open:
        return _retried(call) if DECORATES in call.asked else _backed_off(call)
    asked = operation(call)
    if asked is None:
        return None
    if asked.kind == WAITER:
        return _waited(asked)
    if (asked.service, asked.name) == ("stepfunctions", "get_activity_task"):
        return Patience("holds GetActivityTask open", _POLL, "while there is no task")
    return None


def _waited(asked: Operation) -> Patience | None:
    name = asked.waiter
    usual = tables.polling(asked.service, name)
    if usual is None or (asked.open and asked.argument("WaiterConfig") is None):
        return None
    delay: float | None
    times: float | None
    delay, times = usual
    match asked.argument("WaiterConfig"):
        case None:
            pass
        case Mapping(entries=entries) if "maxWaitTime" in entries:
            most = _number(entries["maxWaitTime"])
            return None if most is None else Patience(f"waits for {name}", most)
        case Mapping(entries=entries) if "client" in entries:
            return None  # The SDK for JavaScript waits without an end then.
        case Mapping(entries=entries, open=False):
            delay = _number(entries["Delay"]) if "Delay" in entries else delay
            times = _number(entries["MaxAttempts"]) if "MaxAttempts" in entries else times
        case _:
            return None
    if delay is None or times is None:
        return None
    return Patience(f"waits for {name}", delay * times, f"{times:g} times {delay:g} seconds")


def _retried(call: Call) -> Patience | None:
    """How long a decorator pauses between the attempts of what it decorates."""
    match call.name:
        case "retry.retry" | "retry.api.retry":
            times, delay = call.argument(1, "tries"), call.argument(2, "delay")
            if any(call.argument(*each) is not None for each in ((3, "max_delay"), (4, "backoff"), (5, "jitter"))):
                return None
            return _pauses(_number(times), _number(delay))
        case "retrying.retry":
            delay = call.argument(-1, "wait_fixed")
            milliseconds = _number(delay)
            several = _number(call.argument(-1, "stop_max_attempt_number"))
            return _pauses(several, None if milliseconds is None else milliseconds / 1000)
        case "tenacity.retry":
            stop, wait = call.argument(-1, "stop"), call.argument(-1, "wait")
            return _pauses(_given(stop, "stop_after_attempt"), _given(wait, "wait_fixed"))
        case _:
            return None


_RETRY = pattern(r"(?:requests\.packages\.)?urllib3\.(?:util\.)?(?:retry\.)?Retry|requests\.adapters\.Retry")
_USUAL, _LONGEST_PAUSE = 10, 120
"""How often urllib3 tries again where nothing else is said, and the seconds that it pauses at most between two."""


def _backed_off(call: Call) -> Patience | None:
    """How long requests that are given a Retry of urllib3's pause between their attempts, where all of these fail."""
    total, factor = call.argument(0, "total"), _number(call.argument(-1, "backoff_factor"))
    times = _USUAL if total is None else _number(total)
    if _RETRY.fullmatch(call.name) is None or times is None or factor is None or call.argument(-1, "backoff_max"):
        return None
    pauses = [min(factor * 2**number, _LONGEST_PAUSE) for number in range(1, int(times))]
    return Patience("pauses between attempts", sum(pauses), f"{times:g} of them, with a backoff_factor of {factor:g}")


def _given(value: Value | None, made_by: str) -> float | None:
    match value:
        case Result(made) if made.name.startswith("tenacity.") and made.name.endswith(f".{made_by}"):
            return _number(made.argument(0))
        case _:
            return None


def _pauses(times: float | None, delay: float | None) -> Patience | None:
    if times is None or delay is None or times < 2 or delay <= 0:
        return None
    return Patience(
        "pauses between attempts", (times - 1) * delay, f"{times:g} attempts, {delay:g} seconds apart", True
    )


def _number(value: Value | None) -> float | None:
    match value:
        case Constant(bool()) | None:
            return None
        case Constant(int(number) | float(number)) if number > 0:
            return number
        case _:
            return None
