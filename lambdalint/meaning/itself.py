"""Whether code hands work to the very function that it runs in, and does not wait for what another invocation does."""

from __future__ import annotations

from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.idioms import origin_name
from lambdalint.code.value import Call, Constant, Environment, Piece, Sequence, Value, options
from lambdalint.meaning.operations import operation

_INVOKING = frozenset({"invoke", "invoke_async"})
_DEFERRING = ("zappa.async", "zappa.asynchronous")
"""Modules whose tasks are run by invoking the function itself."""


@once_a_handler
def invokes_itself(handler: Handler) -> bool:
    """Whether code invokes its own function, or uses what does so for it."""
    return any(each.name.startswith(_DEFERRING) for each in handler.imports) or any(
        _invokes(call) or _is_lazy(call) for call in handler.calls
    )


def may_invoke(handler: Handler) -> bool:
    """Whether code invokes some function, or may, as far as it is not followed to the end."""
    return handler.bounded or any(call.name in _INVOKING for call in handler.calls)


def _invokes(call: Call) -> bool:
    asked = operation(call) if call.name in _INVOKING else None
    if asked is None or asked.service != "lambda":
        return False
    named, how = asked.argument("FunctionName"), asked.argument("InvocationType")
    waits = how == Constant("RequestResponse") or (how is None and asked.name == "invoke" and not asked.open)
    return named is not None and not waits and any(map(_is_own, options(named)))


def _is_own(name: Value) -> bool:
    """Whether a name is what the runtime calls the function."""
    match name:
        case Piece(("function_name",) | ("invoked_function_arn",), "context"):
            return True
        case Environment("AWS_LAMBDA_FUNCTION_NAME"):
            return True
        case _:
            return False


def _is_lazy(call: Call) -> bool:
    """Whether a call registers what Slack's Bolt does after the answer.

    https://docs.slack.dev/tools/bolt-python/concepts/lazy-listeners
    """
    match call.keywords.get("lazy"):
        case None | Sequence(items=[], open=False):
            return False
        case _:
            return call.receiver is not None and origin_name(call.receiver).startswith("slack_bolt.")
