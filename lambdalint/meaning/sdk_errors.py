"""The errors of the SDKs for JavaScript: by which of their fields a program tells them apart."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Catch, Handler
from lambdalint.code.idioms import origin_name
from lambdalint.code.value import Call, Caught, Compared, Constant, Mapping, Member, Value, all_origins, options
from lambdalint.meaning import http
from lambdalint.meaning.operations import operation
from lambdalint.source import Span

_FORMER, _KINDS = "code", frozenset({"name", "constructor", "__type", "Code"})
"""The field of version 2's errors that tells their kind, and those that may in version 3."""
_WITHOUT_SUFFIX = frozenset({"NoSuchKey", "NoSuchBucket", "BucketAlreadyOwnedByYou", "ExecutionAlreadyExists"})
"""Errors of AWS that are not called exceptions."""
_VERSION_3 = "@aws-sdk/"


def told_as_former(handler: Handler) -> Iterator[tuple[Catch, str, bool]]:
    """The clauses that ask an error of version 3 for the field of version 2's, each with what it compares that with,
    and whether no more than a line of a log depends on it, or the words of an answer that tells of a failure."""
    if not handler.catches or not any(_is_of_version_3(call) for call in handler.calls):
        return
    asked = [each for each in all_origins(handler.tests) if isinstance(each, Compared | Member)]
    remarks = set(map(id, handler.remarks))
    decisive = {id(each) for each in all_origins(test for test in handler.tests if id(test) not in remarks)}
    by_kind = {_owner(each) for each in asked if isinstance(each, Member) and each.key in _KINDS}
    for each in asked:
        if isinstance(each, Compared):
            for field, named in ((each.left, each.right), (each.right, each.left)):
                caught = _owner(field) if isinstance(field, Member) and field.key == _FORMER else None
                if caught is None or caught in by_kind or not _is_of_aws(named):
                    continue
                clause = next((one for one in handler.catches if one.span == caught.span), None)
                if clause is not None and isinstance(named, Constant) and _only_of_version_3(handler, clause):
                    yield clause, str(named.value), id(each) not in decisive or _always_fails(clause)


def _always_fails(clause: Catch) -> bool:
    """Whether all that a clause answers is that the server has failed: what it asks only words that."""
    answers = [one for each in clause.returns for one in options(each)]
    statuses = [http.status(each.entries.get(http.STATUS)) if isinstance(each, Mapping) else None for each in answers]
    return bool(statuses) and all(each is not None and each >= _SERVERS for each in statuses)


_SERVERS = 500


def _owner(value: Value) -> Caught | None:
    return value.of if isinstance(value, Member) and isinstance(value.of, Caught) else None


def _is_of_aws(value: Value) -> bool:
    match value:
        case Constant(str(name)):
            return name in _WITHOUT_SUFFIX or (name.endswith("Exception") and name.isalpha())
        case _:
            return False


def _only_of_version_3(handler: Handler, clause: Catch) -> bool:
    """Whether requests reach a clause, all of version 3, and no error that the project raises."""

    head = (clause.span.line, clause.span.column)

    def tries(place: Span, trail: tuple[Span, ...]) -> bool:
        return any(clause.tried.covers(each) and (each.line, each.column) < head for each in (place, *trail))

    asked = [call for call in handler.calls if operation(call) is not None and tries(call.span, call.trail)]
    of_3 = bool(asked) and all(map(_is_of_version_3, asked))
    return of_3 and not any(tries(each.span, each.trail) for each in handler.raises)


def _is_of_version_3(call: Call) -> bool:
    return call.receiver is not None and origin_name(call.receiver).startswith(_VERSION_3)
