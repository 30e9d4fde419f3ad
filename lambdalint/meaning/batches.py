"""What a handler does with the records of a batch: which fail by themselves, and who keeps that from the others."""

from __future__ import annotations

from lambdalint.code.facts import Catch, Handler, Raise, once_a_handler
from lambdalint.code.idioms import is_log, is_pure
from lambdalint.code.value import (
    EACH,
    Call,
    Compared,
    Constant,
    Loop,
    Mapping,
    Piece,
    Result,
    Sequence,
    Unknown,
    Value,
    made_of,
    options,
    origins,
)
from lambdalint.meaning import failures, kinds, promises, responses, together
from lambdalint.meaning.operations import Operation, operation
from lambdalint.source import Span


def keeps_failures(handler: Handler) -> bool:
    """Whether a handler catches what fails of a record, or of the whole batch, and goes on, or ends well."""
    batches = [loop.span for loop in handler.loops if loop.over_records]
    return any(
        clause.swallows
        or (
            clause.everything
            and not clause.gives_up
            and ((clause.changes and per_record(clause.loops)) or any(map(clause.tried.covers, batches)))
        )
        for clause in handler.catches
    )


def works_at_once(handler: Handler) -> bool:
    """Whether whatever a handler asks of AWS it asks for all records together, and for none alone."""
    work = [call for call in handler.invocation_calls if not call.mends and promises.leaves(call)]
    return any(operation(call) is not None for call in work) and not any(
        any(loop.over_records for loop in call.loops) or (per_record(call.loops) and not _takes_many(call))
        for call in work
    )


def fails_alike(handler: Handler) -> bool:
    """Whether no record can fail by itself: one thing is made of all of them, which AWS takes or does not, and each is
    only read as it is."""
    calls = handler.invocation_calls
    return (
        works_at_once(handler)
        and not any(map(_takes_many, calls))
        and not any(per_record(each.loops) for each in handler.raises)
        and not any(per_record(each.loops) for each in calls if _may_fail(each))
    )


_DELETING = ("delete_message", "delete_message_batch")

_IMAGES = frozenset({"NewImage", "OldImage"})
"""What not every record of a DynamoDB stream has."""


def only_logs(handler: Handler) -> bool:
    """Whether a handler does no more with records than to read them as they are and to log what they say."""
    calls = handler.invocation_calls
    lacking = any(not _IMAGES.isdisjoint(each.path) for each in handler.reads)
    return not (lacking or handler.bounded or handler.wrappers or handler.raises) and not any(map(_may_fail, calls))


def _may_fail(call: Call) -> bool:
    """Whether a call may fail for what it is given."""
    return kinds.parses_json(call) or not (is_log(call) or is_pure(call))


def _takes_many(call: Call) -> bool:
    """Whether a call is an operation that takes many things at once."""
    asked = operation(call)
    return asked is not None and ("batch" in asked.name or asked.name in ("put_records", "put_events"))


def fails_only_where_it_catches(handler: Handler, loop: Loop) -> bool:
    """Whether clauses catch all that is asked of others, and raised, for a record: what reads it may still fail.

    Beside a loop through the records there may be one through those that were chosen of them.
    """
    loops = {loop, *(each for each in handler.loops if each.over_event)}
    caught = [
        each.tried
        for each in handler.catches
        if each.everything and not each.raises and not loops.isdisjoint(each.loops)
    ]
    done = [call for call in handler.invocation_calls if not (is_log(call) or is_pure(call) or promises.stays(call))]
    done = [call for call in done if not loops.isdisjoint(call.loops) and not call.mends]
    raised = [each for each in handler.raises if not loops.isdisjoint(each.loops)]
    failing: list[Call | Raise] = [*done, *raised]
    known = bool(raised) or any(operation(call) is not None for call in done)
    return known and all(any(_within(tried, each) for tried in caught) for each in failing)


def _within(tried: Span, place: Call | Raise) -> bool:
    """Whether something is done in a `try`, or in a function that is called there."""
    return any(tried.covers(each) for each in (place.span, *place.trail))


def settles_each(handler: Handler, loop: Loop) -> bool:
    """Whether one record's failure does not fail the batch: it is reported, swallowed, or what succeeds is deleted."""
    return (
        any(responses.reports_failures(returned.value) for returned in handler.returns)
        or any(
            clause.everything
            and not clause.raises
            and (
                clause.tried.covers(loop.span)
                or (
                    clause.alone
                    and not _works_elsewhere(handler, loop, clause)
                    and not (_only_computes(handler, clause) and _parses_beside(handler, loop))
                )
            )
            for clause in handler.catches
        )
        or (bool(deletions(handler)) and not _reads_all_before(handler, loop) and not _works_all_before(handler))
        or any(each.settles for each in together.together(handler))
    )


def _only_computes(handler: Handler, clause: Catch) -> bool:
    """Whether a clause watches over nothing but what is computed of a record."""
    return not together.works_in(handler, clause)


def _parses_beside(handler: Handler, loop: Loop) -> bool:
    """Whether a record is parsed in a loop where no clause watches that takes every error."""
    tried = [each.tried for each in handler.catches if each.everything]
    return any(
        loop in call.loops
        and kinds.parses_json(call)
        and not any(span.covers(each) for span in tried for each in (call.span, *call.trail))
        for call in handler.invocation_calls
    )


def deletions(handler: Handler) -> list[Call]:
    """The calls that delete messages."""
    return [call for call in handler.invocation_calls if call.name in _DELETING]


def deletes_first(handler: Handler) -> bool:
    """Whether a handler deletes each message of its event before it works on it: what fails then is not tried again."""
    return any(
        call.name == "delete_message"
        and any(loop.over_records for loop in call.loops)
        and not (call.conditional or call.mends)
        and _is_of_record(operation(call))
        and not any(_comes_before(each, call) for each in handler.invocation_calls)
        for call in handler.invocation_calls
    )


def _is_of_record(asked: Operation | None) -> bool:
    """Whether a message is deleted that the event has brought."""
    receipt = None if asked is None else asked.argument("ReceiptHandle")
    return isinstance(receipt, Piece) and receipt.path[:2] == ("Records", EACH)


def _comes_before(other: Call, deletes: Call) -> bool:
    """Whether something that may fail is done with a record before it is deleted."""
    same = not set(other.loops).isdisjoint(deletes.loops)
    before = (other.span.line, other.span.column) < (deletes.span.line, deletes.span.column)
    fails = kinds.parses_json(other) or (promises.leaves(other) and not (is_log(other) or is_pure(other)))
    return same and other is not deletes and other.trail == deletes.trail and before and fails


def _reads_all_before(handler: Handler, loop: Loop) -> bool:
    """Whether a loop reads all records, any of which may fail, before another deletes what succeeds."""
    if not all(call.loops and loop.span not in {each.span for each in call.loops} for call in deletions(handler)):
        return False
    return any(
        kinds.parses_json(call)
        and loop in call.loops
        and not any(each.everything for each in handler.clauses_around(call.span, call.trail))
        for call in handler.invocation_calls
    )


def _works_all_before(handler: Handler) -> bool:
    """Whether what may fail for one record, and is not caught, comes before the first is deleted, for all of them."""
    calls = handler.invocation_calls
    deletes = deletions(handler)
    first = next(place for place, call in enumerate(calls) if call in deletes)
    loops = {loop.span for call in deletes for loop in call.loops}
    return any(
        (asked := operation(call)) is not None
        and not asked.only_reads
        and bool(call.loops)
        and loops.isdisjoint(loop.span for loop in call.loops)
        and not any(each.everything for each in handler.clauses_around(call.span, call.trail))
        for call in calls[:first]
    )


def _works_elsewhere(handler: Handler, loop: Loop, clause: Catch) -> bool:
    """Whether a clause is for what another loop does, and this one does something as well."""
    return not any(each.span == loop.span for each in clause.loops) and together.works(handler, loop)


def is_swallowed_within(handler: Handler, clause: Catch) -> bool:
    """Whether all that is asked of others in what a clause watches over is swallowed by another one in it."""
    asked = [each for each in handler.invocation_calls if not each.mends and promises.leaves(each)]
    asked = [each for each in asked if _within(clause.tried, each)]
    inner = [
        each.tried
        for each in handler.catches
        if each.swallows and each.everything and each.span != clause.span and not each.tried.covers(clause.tried)
    ]
    return bool(asked) and all(any(_within(tried, each) for tried in inner) for each in asked)


def only_receives(handler: Handler, clause: Catch) -> bool:
    """Whether all that is asked of others in what a clause watches over is for further messages: it loses none."""
    asked = [each for each in handler.invocation_calls if not each.mends and promises.leaves(each)]
    names = [each.name.rpartition(".")[2] for each in asked if _within(clause.tried, each)]
    return bool(names) and all(name == "receive_message" for name in names)


def tells_failures(handler: Handler) -> bool:
    """Whether a handler may report what failed, or deletes what succeeded."""
    return any(
        responses.reports_failures(returned.value) or responses.may_report(returned.value) is None
        for returned in handler.returns
    ) or any(call.name in _DELETING for call in handler.calls)


_IDS = frozenset({"messageId", "message_id", "SequenceNumber", "sequenceNumber", "sequence_number"})
"""What tells a record in a batch from the others, as the failed ones are reported."""


def is_reported(handler: Handler, clause: Catch) -> bool:
    """Whether a clause puts the id of its record aside, in a handler that reports which records have failed, or of
    which not all is seen."""
    held = (each for changed in clause.changes for each in origins(changed))
    named = any(isinstance(each, Piece) and each.path[:1] == ("Records",) and each.path[-1] in _IDS for each in held)
    return named and (handler.bounded or any(responses.reports_failures(each.value) for each in handler.returns))


def collected(handler: Handler, thrown: Raise) -> Span | None:
    """The clause in the loop through the records, or what waits for all of them, that collects what an error after it
    is raised for."""
    asked = [*thrown.tested, *(() if thrown.value is None else (thrown.value,))]
    parts = [each for value in asked for each in origins(value)]
    if (
        "" in thrown.caught
        or failures.is_kept(handler, thrown)
        or any(loop.over_records for loop in thrown.loops)
        # Raised only where all have failed.
        or any(isinstance(each, Compared) and _counts_records(each) for each in parts)
        or _where_none_is_done(handler, thrown)
    ):
        return None
    for clause in handler.catches:
        within = any(loop.over_records for loop in clause.loops)
        # What is made for each record holds what stands for it, and not what failed.
        changes = [each for each in clause.changes if not (isinstance(each, Mapping) and each.of_record)]
        if within and not clause.raises and any(each is changed for changed in changes for each in parts):
            return clause.span
    return next((each.span for each in together.together(handler) if any(map(each.gives, asked))), None)


def _where_none_is_done(handler: Handler, thrown: Raise) -> bool:
    """Whether an error is raised only where the list of what succeeded is empty, and another one is not: nothing is
    done twice then."""
    asked = [each for test in thrown.tested for each in options(test)]
    failed = {id(each) for clause in handler.catches for each in clause.changes}
    empty = {id(each): each for each in map(_found_empty, asked) if each is not None and id(each) not in failed}
    return bool(empty) and any(
        isinstance(each, Sequence) and id(each) not in empty
        for test in asked
        for each in origins(test)
        if _found_empty(test) is None
    )


def _found_empty(test: Value) -> Sequence | None:
    """The list that a test asks about whether nothing is in it; None for another test."""
    match test:
        case Compared("==", Result(Call(name="builtins.len", arguments=(Sequence() as asked,))), Constant(0)):
            return asked
        case Unknown((Sequence() as asked,)):
            return asked
        case _:
            return None


def _counts_records(test: Compared) -> bool:
    return any(isinstance(each, Piece) and each.path == ("Records",) for each in origins(test))


def guarded_after(handler: Handler, call: Call) -> Catch | None:
    """The clause that keeps the failure of one record from the others, which is in force only after a call."""
    if (
        not is_of_record(call)
        or not kinds.NO_JSON.isdisjoint(call.caught)
        or not any(loop.over_records for loop in call.loops)
        or any(each.settles and each.holds(call) for each in together.together(handler))
    ):
        return None
    work = [each for each in handler.invocation_calls if operation(each) is not None and per_record(each.loops)]
    # What is tried within comes before what is tried around it.
    for clause in reversed(handler.catches):
        if (
            clause.everything
            and not clause.gives_up
            and per_record(clause.loops)
            and not _raised_again(handler, clause)
        ):
            guarded = [each for each in work if any(clause.tried.covers(at) for at in (each.span, *each.trail))]
            if work and len(guarded) == len(work):
                return clause
    return None


def _raised_again(handler: Handler, clause: Catch) -> bool:
    """Whether what a clause returns of a failure is raised by who asks for it: `if (isLeft(sent)) throw sent.left`."""
    given = {id(each) for value in clause.returns for each in options(value)}
    return not given.isdisjoint(_raised_of(handler))


@once_a_handler
def _raised_of(handler: Handler) -> frozenset[int]:
    """What is raised for a record, what tests around that ask about, and all of which that was made, by identity."""
    values = {
        id(value): value
        for raised in handler.raises
        if per_record(raised.loops)
        for value in (*raised.tested, *(() if raised.value is None else (raised.value,)))
    }
    return frozenset(id(each) for value in values.values() for each in made_of(value))


def is_of_record(call: Call) -> bool:
    """Whether a call is given a part of each record."""
    return any(isinstance(each, Piece) and each.path[:2] == ("Records", EACH) for each in origins(call.arguments[0]))


def per_record(loops: tuple[Loop, ...]) -> bool:
    """Whether one of some loops goes through records, or through what was made of them."""
    return any(loop.over_event and not _is_of_other_events(loop) for loop in loops)


def _is_of_other_events(loop: Loop) -> bool:
    """Whether a loop goes through what events have that bring no records: a part of a request."""
    paths = [each.path for each in origins(loop.over) if isinstance(each, Piece) and each.root == "event"]
    return bool(paths) and all(path and path[0] != "Records" for path in paths)
