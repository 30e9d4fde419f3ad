"""What code asks about the errors of AWS's SDKs, and which of them says that something is not there."""

from __future__ import annotations

from collections.abc import Sequence

from lambdalint.code.facts import (
    Catch,
    Handler,
    once_a_handler,
)
from lambdalint.code.value import (
    Call,
    Caught,
    Compared,
    Constant,
    Mapping,
    Member,
    Value,
    options,
    origins,
)
from lambdalint.code.value import Sequence as Sequenced
from lambdalint.code.walks import Origins
from lambdalint.meaning.operations import Operation, operation
from lambdalint.source import Span

_STATUS = "404"
_ABSENT, _REFUSED = ("NoSuchKey", _STATUS), ("AccessDenied", "Forbidden", "403")
"""What S3 answers of an object that is not there, and where it does not say whether there is one."""


_OF_OTHERS = "status"
"""What errors of other services than AWS's call the status of an answer: those of the SDKs have a `statusCode`, an
`httpStatusCode` or an `HTTPStatusCode`."""


def tells_absent(handler: Handler, asked: Operation) -> str:
    """The error by which the code tells that an object of S3 is not there; "" where it does not, or takes a refusal so.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    clauses = list(handler.clauses_around(asked.call.span, asked.call.trail))
    if _is_no_other(clauses):
        return ""
    named = [name.rpartition(".")[2] for clause in clauses for name in clause.types]
    places = {clause.span for clause in clauses}
    tests = [each for caught, compared in asked_of_errors(handler) if caught & places for each in compared]
    # Only an answer without a body has its status for a code, and `get_object` has one.
    named += [str(each) for each in tests if each != _STATUS or asked.name.startswith(_WITHOUT_BODY)]
    return "" if set(named) & set(_REFUSED) else next((each for each in _ABSENT if each in named), "")


def _is_no_other(clauses: Sequence[Catch]) -> bool:
    """Whether what is not there is a clause's of its own, beside one that catches all else and comes to the same: both
    go on with no more than a log, and give the same."""
    for own in clauses:
        if any(name.rpartition(".")[2] == _ABSENT[0] for name in own.types):
            other = next((each for each in clauses if each.tried == own.tried and each.everything), None)
            return (
                other is not None
                and own.only_logs
                and other.only_logs
                and not own.raises
                and not other.raises
                and len(own.returns) == len(other.returns)
                and all(map(_is_same, own.returns, other.returns))
            )
    return False


def _is_same(one: Value, other: Value) -> bool:
    """Whether two values are one constant, or both a list or mapping with nothing in it."""
    match one, other:
        case (Constant(), Constant()):
            return one == other
        case (Sequenced(), Sequenced()):
            return not one.items and not other.items
        case (Mapping(), Mapping()):
            return not one.entries and not other.entries and not one.open and not other.open
        case _:
            return False


def asks_in_vain(handler: Handler, at: Call) -> bool:
    """Whether a call is only made where an error of S3 has a status for its code, and nothing is tried that answers so:
    but for those to HEAD requests, which have no body, errors have names.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    return any(
        isinstance(each, Compared) and _is_status(each) and not _may_have_no_body(handler, each.left)
        for test in at.tested
        for each in options(test)
    )


def _is_status(test: Compared) -> bool:
    """Whether a test asks whether the code of an error is digits."""
    match test:
        case Compared("==", Member(Member(_, "Error"), "Code"), Constant(code)):
            return code in _STATUSES
        case _:
            return False


_STATUSES = ("400", "403", "404")
_WITHOUT_BODY = ("head_", "download_", "upload_", "copy")
"""How operations begin that ask by HEAD, or may before they do what they are called."""


def _may_have_no_body(handler: Handler, code: Value) -> bool:
    """Whether an error with this code may be the answer to a HEAD request."""
    caught = {each.span for each in origins(code) if isinstance(each, Caught)}
    tried = [each.tried for each in handler.catches if each.span in caught]
    inside = [
        call
        for call in handler.calls
        if call.receiver is not None and any(span.covers(each) for span in tried for each in (call.span, *call.trail))
    ]
    asked = [found for found in map(operation, inside) if found is not None]
    return not asked or any(each.name.startswith(_WITHOUT_BODY) or each.service != "s3" for each in asked)


@once_a_handler
def asked_of_errors(handler: Handler) -> tuple[tuple[frozenset[Span], tuple[object, ...]], ...]:
    """What the tests of a program ask about errors of the SDKs: where these were caught, and what they may be."""
    found = []
    about = Origins(_caught)
    for test in handler.tests:
        parts = list(origins(test)) if about.of(test) else []
        caught = frozenset(each.span for each in parts if isinstance(each, Caught))
        if caught and not any(isinstance(each, Member) and each.key == _OF_OTHERS for each in parts):
            found.append((caught, tuple(each.value for each in parts if isinstance(each, Constant))))
    return tuple(found)


def _caught(value: Value) -> Span | None:
    return value.span if isinstance(value, Caught) else None
