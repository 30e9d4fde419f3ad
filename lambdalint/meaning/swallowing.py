"""Code that keeps a failure from whoever should know of it: Lambda, which would try again, or whoever has called."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as SequenceOf

from lambdalint.code.facts import (
    EVERYTHING,
    Catch,
    Handler,
    Raise,
    once_a_handler,
)
from lambdalint.code.idioms import HANDING_OVER, is_log, is_pure, origin_name
from lambdalint.code.value import (
    Call,
    Caught,
    Constant,
    Mapping,
    Piece,
    Result,
    Sequence,
    Text,
    Value,
    options,
    origins,
)
from lambdalint.meaning import absence, failures, http, kinds, network, promises, repeats, responses, results, sdk
from lambdalint.meaning.operations import Operation, operation
from lambdalint.meaning.sinks import queries
from lambdalint.source import Span

_OF_AWS = EVERYTHING | {"botocore.exceptions.ClientError", "botocore.errorfactory.ClientError"}
"""What stands for every error by which AWS refuses a request."""


def hides_all(handler: Handler) -> Catch | None:
    """The clause that keeps every failure of what a handler asks of AWS to itself, and no more than logs it."""
    if any(failures.escapes(handler, each) for each in handler.raises):
        return None
    work = [call for call in handler.invocation_calls if not call.mends and operation(call) is not None]
    found = [_first_around(handler, call, operation(call)) for call in work]
    if not found or not all(each is not None and each.only_logs for each in found):
        return None
    # Where one clause stands around all of it, that is where to throw it again.
    around = [{each.span for each in handler.clauses_around(call.span, call.trail)} for call in work]
    whole = (
        each
        for each in reversed(tuple(handler.clauses_around(work[0].span, work[0].trail)))
        if each.everything and each.only_logs and not each.gives_up and all(each.span in clauses for clauses in around)
    )
    return next(whole, found[0])


def _first_around(handler: Handler, call: Call, asked: Operation | None) -> Catch | None:
    """The first clause around a call that takes whatever it fails with."""
    sure = asked is not None and (repeats.hands_on(asked) or asked.name in _BACKING_UP)
    catching = _OF_AWS if sure else EVERYTHING
    clauses = [each for each in handler.clauses_around(call.span, call.trail) if not each.gives_up]
    taking = [each for each in clauses if each.everything or not catching.isdisjoint(each.types)]
    # What is raised again after the last of a few attempts comes to the clause around them.
    last = (each for each in taking[1:] if taking[0].raises and taking[0].loops and not each.raises)
    return next(last, taking[0] if taking else None)


def hides_work(handler: Handler) -> Catch | None:
    """The one clause that keeps to itself, and no more than logs, whatever a handler changes at AWS; or what it asks of
    other servers, where it changes nothing at AWS. What it reads before may fail as it will."""
    if any(failures.escapes(handler, each) and not _judges_event(each) for each in handler.raises):
        return None
    asking = [call for call in handler.invocation_calls if not call.mends and operation(call) is not None]
    work = [each for each in asking if not _only_reads(each)]
    if not work:
        work = [call for call in handler.invocation_calls if not call.mends and _commits(call)]
    if not work:
        work = [call for call in handler.invocation_calls if not call.mends and _leaves_elsewhere(call)]
    found = [_first_around(handler, call, operation(call)) for call in work]
    first = found[0] if found else None
    if first is None or not first.only_logs or not (first.comes_to_nothing or first.returns):
        return None
    if any(each is None or each.span != first.span for each in found):
        return None
    of_use = any(
        _asks_server(handler, call) if asked is None else _is_of_use(asked)
        for call, asked in ((call, operation(call)) for call in work)
    )
    return first if of_use else None


def _leaves_elsewhere(call: Call) -> bool:
    return operation(call) is None and promises.leaves(call)


def _commits(call: Call) -> bool:
    """Whether a call has a database keep what was changed."""
    return call.name == "commit" and call.receiver is not None and origin_name(call.receiver).startswith(_DATABASES)


_DATABASES = (
    "MySQLdb.", "mysql.connector.", "oracledb.", "pg8000.", "psycopg.", "psycopg2.", "psycopg_pool.", "pymysql.",
    "pyodbc.", "sqlalchemy.", "sqlmodel.",
)  # fmt: skip
"""How the names begin of what sessions and connections come from that are asked to commit: https://peps.python.org/pep-0249/"""


def _judges_event(raised: Raise) -> bool:
    """Whether an error is raised for what the event says, or does not say, and for nothing that came of the work."""
    parts = [each for test in raised.tested for each in origins(test)]
    return any(isinstance(each, Piece) and each.root == "event" for each in parts) and not any(
        isinstance(each, Caught)
        or (isinstance(each, Result) and (operation(each.call) is not None or promises.leaves(each.call)))
        for each in parts
    )


def _only_reads(call: Call) -> bool:
    asked = operation(call)
    return asked is not None and asked.only_reads


def keeps_quiet(handler: Handler, clause: Catch) -> bool | None:
    """Whether a clause that says by what it returns, and to nobody, that something failed, does so of all that a
    handler changes at AWS or in a database; None where it is not seen to stand around anything of the kind."""
    work = [
        call
        for call in handler.invocation_calls
        if not call.mends and (call.name in _LEAVING or (call.name == "commit" and call.receiver is not None))
    ]
    within = [any(map(clause.tried.covers, (call.span, *call.trail))) for call in work]
    return all(within) if clause.unheard and clause.everything and any(within) else None


_LEAVING = HANDING_OVER | {
    "batch_write_item", "copy", "copy_object", "transact_write_items", "update_item", "upload_file",
}  # fmt: skip
"""Operations that leave something with AWS, and that nobody expects to fail."""


_BACKING_UP = frozenset({
    "copy_db_cluster_snapshot", "copy_db_snapshot", "copy_snapshot", "create_backup", "create_db_cluster_snapshot",
    "create_db_snapshot", "create_export_task", "create_image", "create_snapshot", "create_snapshots",
    "export_table_to_point_in_time", "start_backup_job", "start_copy_job", "start_export_task",
})  # fmt: skip
"""Operations that make a copy of what is there, in case that is lost: nobody looks for one before it is needed."""


def passed_over(handler: Handler) -> Iterator[tuple[Catch, Operation]]:
    """The clauses behind which an invocation goes on as if AWS had taken what it had not, with the operation.

    What follows other work may be no more than to tell of it, and a loop that goes through nothing of the event, nor
    through what was read, may try again.
    """
    before = False
    told: set[Span] = set()
    for call in handler.invocation_calls:
        asked = operation(call)
        if asked is None or asked.only_reads or call.mends:
            continue
        clause = None if before or not _leaves(asked) else _passing_over(handler, call)
        before = before or not (call.conditional or call.loops)
        if clause is not None and clause.span not in told:
            told.add(clause.span)
            yield clause, asked


_SENT = frozenset({
    "send_message", "send_message_batch", "publish", "publish_batch", "put_events", "start_execution", "send_email",
    "send_raw_email", "send_templated_email",
})  # fmt: skip
"""Operations that hand something to whoever does the rest."""


def never_sent(handler: Handler) -> Iterator[tuple[Catch, Operation]]:
    """The clauses of a handler's functions that leave no more than a log of what was not sent, after which the handler
    answers all the same, with what was to be sent.

    What an application's metrics or a heartbeat lack, nobody misses.
    """
    told: set[Span] = set()
    for call in handler.invocation_calls:
        asked = operation(call)
        if asked is None or asked.name not in _SENT or call.mends or results.is_passing(asked):
            continue
        clause = _passing_over(handler, call)
        # Behind a clause of its own, the handler may end without an answer, or with another.
        own = clause is not None and any(map(clause.tried.covers, (*call.trail, call.span)[1:2]))
        if clause is not None and clause.span not in told and not own:
            told.add(clause.span)
            yield clause, asked


_FAILED = 500


def failed_status(value: Value) -> int | None:
    """The status of an answer that says, on some way, that the function itself has failed; None for others."""
    found = (http.status(each.entries.get(http.STATUS)) for each in options(value) if isinstance(each, Mapping))
    return next((each for each in found if each is not None and each >= _FAILED), None)


@once_a_handler
def taken_for_answers(handler: Handler) -> tuple[tuple[Catch, Operation, Operation], ...]:
    """The clauses that answer for AWS whatever it could not be asked: that nothing is there, as if it had said so; with
    what was asked, and what the handler changes afterwards."""
    return () if handler.bounded else tuple(_taken_for_answers(handler))


def _taken_for_answers(handler: Handler) -> Iterator[tuple[Catch, Operation, Operation]]:
    calls = handler.invocation_calls
    told: set[Span] = set()
    for number, call in enumerate(calls):
        asked = operation(call)
        if asked is None or not asked.only_reads or asked.name not in _LOOKING or call.mends:
            continue
        clauses = handler.clauses_around(call.span, call.trail)
        clause = next((each for each in clauses if each.everything or not _OF_AWS.isdisjoint(each.types)), None)
        if clause is None or clause.span in told or not _answers_nothing(clause):
            continue
        if any(clause.span in caught for caught, _ in absence.asked_of_errors(handler)):
            continue
        changed = (operation(each) for each in calls[number + 1 :] if not each.mends)
        after = next((each for each in changed if each is not None and each.name in _OVER), None)
        if after is not None and not any(map(clause.tried.covers, (after.call.span, *after.call.trail))):
            told.add(clause.span)
            yield clause, asked, after


_LOOKING = frozenset({
    "head_object", "get_object", "get_object_tagging", "list_objects", "list_objects_v2", "get_item", "query", "scan",
    "get_parameter", "describe_table",
})  # fmt: skip
_OVER = frozenset({
    "put_object", "upload_file", "upload_fileobj", "copy", "copy_object", "put_item", "update_item", "batch_write_item",
    "start_execution", "run_task", "submit_job", "send_message", "put_parameter",
})  # fmt: skip
"""Operations that ask what is there, and those by which a handler makes or changes what it takes for missing."""


def _answers_nothing(clause: Catch) -> bool:
    """Whether a clause gives back, in every case, what says that there is nothing, and does no more than log."""
    values = [each for value in clause.returns for each in options(value)]
    return bool(values) and clause.only_logs and not clause.raises and all(map(_is_nothing, values))


def _is_nothing(value: Value) -> bool:
    match value:
        case Constant(given):
            return given in (None, False, "", 0)
        case Sequence(items=[], open=False) | Mapping(entries={}, open=False, rest=None):
            return not (isinstance(value, Mapping) and value.entries)
        case _:
            return False


def _leaves(asked: Operation) -> bool:
    """Whether an operation leaves or starts something, whatever is there already."""
    conditional = any(asked.argument(name) is not None for name in repeats.CONDITIONS)
    named = asked.name == "start_execution" and asked.argument("name") is not None
    return _is_of_use(asked) and not (conditional or named or asked.open)


def _is_of_use(asked: Operation) -> bool:
    return asked.name in _LEAVING or asked.name in _BACKING_UP or repeats.hands_on(asked)


def _passing_over(handler: Handler, call: Call) -> Catch | None:
    """The clause that catches whatever AWS refuses a request with, and leaves no more of it than a log."""
    around = next((each for each in handler.clauses_around(call.span, call.trail) if not each.gives_up), None)
    if around is None or not (around.everything or not _OF_AWS.isdisjoint(around.types)):
        return None
    unread = _tells_nobody(handler, around)
    again = any(not (loop.over_event or any(map(_is_read, origins(loop.over)))) for loop in around.loops)
    return around if not again and (unread or (around.comes_to_nothing and not around.returns)) else None


def _tells_nobody(handler: Handler, clause: Catch) -> bool:
    """Whether all that a clause does, beside logging, is to give an object that tells of the failure, and that is
    dropped wherever its function is called."""
    dropped = {id(each) for each in handler.unread}
    given = [each for value in clause.returns for each in options(value)]
    return clause.only_logs and bool(given) and all(id(each) in dropped for each in given)


def _is_read(value: Value) -> bool:
    """Whether a value is an answer of AWS."""
    return isinstance(value, Result) and operation(value.call) is not None


def _asks_server(handler: Handler, call: Call) -> bool:
    """Whether a call surely asks something of a server that is none of AWS's."""
    if network.wait(call, handler) is not None or any(queries.statements(call)):
        return True
    return _is_tagged(call) or _commits(call)


def _is_tagged(call: Call) -> bool:
    """Whether a call sends a statement over a connection that is itself the function to send it by, as of postgres."""
    match call.name, call.receiver:
        case "", Result(made):
            return sdk.connection(made) is not None
        case _:
            return False


def keeps_all(handler: Handler) -> bool:
    """Whether a handler is known to keep every failure to itself: whoever invokes it sees none.

    What a clause that catches does in its turn, and what only reads the event, is taken to succeed.
    """
    if handler.bounded or handler.wrappers:
        return False
    if not handler.catches:
        return _does_nothing(handler)
    if any(failures.escapes(handler, each) for each in handler.raises):
        return False
    if any(responses.may_report(each.value) is not False for each in handler.returns):
        return False
    work = [
        call
        for call in handler.invocation_calls
        if not call.mends and (kinds.parses_json(call) or not (is_log(call) or is_pure(call)))
    ]
    return all(
        any(each.everything and not each.raises for each in handler.clauses_around(call.span, call.trail))
        for call in work
    )


def _does_nothing(handler: Handler) -> bool:
    """Whether a handler only logs, at most its event and what each such event has, and gives back nothing but that.

    It holds the place of what comes later.
    """
    asks = (
        handler.raises
        or not all(map(responses.is_sent, handler.reads))
        or not all(map(_only_tells, handler.invocation_calls))
    )
    given = [each.value for each in handler.returns]
    return not asks and bool(given or handler.invocation_calls) and all(map(_is_plain, given))


def _only_tells(call: Call) -> bool:
    return is_log(call) or kinds.dumped(call) is not None or (call.receiver is None and call.name in _RENDERERS)


_RENDERERS = frozenset({"builtins.str", "builtins.repr", "builtins.len", "js:String", "js:JSON.stringify"})


def _is_plain(value: Value) -> bool:
    match value:
        case Constant() | Piece():
            return True
        case Result(call):
            return _only_tells(call)
        case Mapping():
            return not value.open and value.rest is None and all(map(_is_plain, value.entries.values()))
        case Text(parts):
            return all(map(_is_plain, parts))
        case _:
            return False


@once_a_handler
def hands_on(handler: Handler) -> bool:
    """Whether a handler itself keeps the event, or hands it on, where anything that it asks of others fails."""
    handing = [each for each in handler.invocation_calls if each.mends and _hands_over(each)]
    clauses: dict[Span, list[Span]] = {}
    for each in handler.catches:
        clauses.setdefault(each.tried, []).append(each.span)
    keeping = [each for each in handler.catches if each.everything and _keeps_event(each, clauses[each.tried], handing)]
    work = [call for call in handler.invocation_calls if not (call.mends or is_log(call) or is_pure(call))]
    return bool(work) and all(
        any(each in keeping for each in handler.clauses_around(call.span, call.trail)) for call in work
    )


def _hands_over(call: Call) -> bool:
    """Whether a call gives something to a queue, a topic, a bucket, a table or a bus."""
    asked = operation(call)
    return asked is not None and asked.name in HANDING_OVER


def _keeps_event(clause: Catch, clauses: SequenceOf[Span], handing: SequenceOf[Call]) -> bool:
    """Whether one of the calls that hand things over gives the event in one of the clauses of a `try`, or what was read
    of it."""
    ends = [each for each in clauses if each > clause.span]
    for call in handing:
        within = [each for each in (call.span, *call.trail) if clause.tried.covers(each) and each > clause.span]
        if within and not any(each > end for each in within for end in ends):
            given = [each for value in (*call.arguments, *call.keywords.values()) for each in origins(value)]
            if any(isinstance(each, Piece) and each.root == "event" for each in given):
                return True
    return False
