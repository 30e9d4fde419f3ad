"""How the keys of objects end that a program does anything for: what stands behind its own test of a notification."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.idioms import is_log, is_pure
from lambdalint.code.value import ENDS, Call, Constant, Result, Sequence, Value, options
from lambdalint.meaning import promises, sdk, writing
from lambdalint.meaning.flow import flows
from lambdalint.meaning.operations import operation
from lambdalint.records import dataclass
from lambdalint.source import Span


@dataclass(frozen=True, slots=True)
class Endings:
    """What the keys end in that a program works on."""

    endings: tuple[str, ...]
    span: Span
    """Where that is asked."""


def key_endings(handler: Handler) -> Endings | None:
    """How the keys in S3's notifications end for which a handler does anything; None where it asks no such thing.

    What it only computes or logs is nothing.
    """
    work = [call for call in handler.invocation_calls if _is_work(call)]
    found = [next(_asked(call), None) for call in work]
    tests = {test.span: test for test in found if test is not None}
    if not work or None in found or not any(operation(call) is not None for call in work):
        return None
    endings = tuple(dict.fromkeys(ending for test in tests.values() for ending in _endings(test)))
    return Endings(endings, min(tests)) if endings else None


def _is_work(call: Call) -> bool:
    """Whether a call does something, but for reading the key itself."""
    if sdk.client(call) is not None or call.name in ("endswith", "endsWith"):
        return False
    return not (is_log(call) or is_pure(call) or promises.stays(call))


def _asked(call: Call) -> Iterator[Call]:
    """The tests of how a key ends behind which a call is made."""
    for each in call.assured:
        test = each.value.call if each.kind == ENDS and isinstance(each.value, Result) else None
        if test is None or test.receiver is None or not tuple(_endings(test)):
            continue
        if any(writing.is_s3_key(flow.path) and not flow.object for flow in flows(test.receiver)):
            yield test


def _endings(test: Call) -> Iterator[str]:
    for given in test.arguments[:1]:
        for each in options(given):
            for one in each.items if isinstance(each, Sequence) else (each,):
                yield from _text(one)


def _text(value: Value) -> Iterator[str]:
    match value:
        case Constant(str(text)) if text:
            yield text
