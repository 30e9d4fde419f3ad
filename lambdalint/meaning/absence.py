"""What code asks about the errors of AWS's SDKs, and which of them says that something is not there."""

from __future__ import annotations

from lambdalint.code.facts import (
    Handler,
    once_a_handler,
)
from lambdalint.code.value import (
    Call,
    Caught,
    Constant,
    Member,
    Value,
    origins,
)
from lambdalint.code.walks import Origins
from lambdalint.source import Span

_ABSENT, _REFUSED = ("NoSuchKey", "404"), ("AccessDenied", "Forbidden", "403")
"""What S3 answers of an object that is not there, and where it does not say whether there is one."""


_OF_OTHERS = "status"
"""What errors of other services than AWS's call the status of an answer: those of the SDKs have a `statusCode`, an
`httpStatusCode` or an `HTTPStatusCode`."""


def tells_absent(handler: Handler, at: Call) -> str:
    """The error by which the code tells that an object of S3 is not there; "" where it does not, or takes a refusal so.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    clauses = list(handler.clauses_around(at.span, at.trail))
    named = [name.rpartition(".")[2] for clause in clauses for name in clause.types]
    places = {clause.span for clause in clauses}
    named += [each for caught, compared in asked_of_errors(handler) if caught & places for each in compared]
    return "" if set(named) & set(_REFUSED) else next((each for each in _ABSENT if each in named), "")


@once_a_handler
def asked_of_errors(handler: Handler) -> tuple[tuple[frozenset[Span], tuple[str, ...]], ...]:
    """What the tests of a program ask about errors of the SDKs: where these were caught, and what they may be."""
    found = []
    about = Origins(_caught)
    for test in handler.tests:
        parts = list(origins(test)) if about.of(test) else []
        caught = frozenset(each.span for each in parts if isinstance(each, Caught))
        if caught and not any(isinstance(each, Member) and each.key == _OF_OTHERS for each in parts):
            found.append((caught, tuple(str(each.value) for each in parts if isinstance(each, Constant))))
    return tuple(found)


def _caught(value: Value) -> Span | None:
    return value.span if isinstance(value, Caught) else None
