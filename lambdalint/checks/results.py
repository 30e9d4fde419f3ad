"""What operations of AWS answer: what of it is asked, and what is taken for all of it."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler
from lambdalint.code.value import Call
from lambdalint.meaning import (
    failures,
    lookups,
    notices,
    results,
    sdk_errors,
    sockets,
    statuses,
    swallowing,
    together,
    versions,
)
from lambdalint.meaning.listings import first_page, misspelt_token, unlisted
from lambdalint.meaning.operations import Operation, operation
from lambdalint.model import Function, Project, pace
from lambdalint.model.event_sources import STREAMS
from lambdalint.model.pace import runs_rarely
from lambdalint.model.view import Number
from lambdalint.source import Span
from lambdalint.templates.value import Sequence


@check
def partial_failure_ignored(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in handler.calls:
            asked = operation(call) if call.phase == "invocation" and call.span not in told else None
            keys = results.failures(asked) if asked is not None and not handler.bounded else ()
            if asked is None or not keys:
                continue
            logged = results.only_logged(handler, asked, keys)
            heard = not _is_unheard(project, handler)
            if logged is None and results.is_asked(handler, asked, keys, heard=heard):
                continue
            if _may_fail(project, handler, asked) or _is_done_anyway(project, handler, asked):
                continue
            if call.span not in told:
                told.add(call.span)
                dropped = f"drops the answer of `{asked.name}`, whose {keys[0]} may say that it failed"
                message = dropped if call.discarded else f"leaves {keys[0]} of {asked.name} unread"
                mild = results.loses_nothing(asked) or results.is_passing(asked)
                severity = "warning" if mild or _comes_again(project, handler, asked) else None
                # What failed elsewhere is told on as it is: nobody would say more of its telling than its own logs do.
                severity = "note" if results.wakes(asked) or (asked.name == "invoke" and call.mends) else severity
                if logged is not None:
                    message = f"only logs what {logged} of `{asked.name}` says, and takes all of it for done"
                    severity = "note" if results.loses_nothing(asked) else "warning"
                yield Problem(call.span, message, way(call.trail), severity)
        for call in () if handler.bounded else results.bulk_unasked(handler, heard=not _is_unheard(project, handler)):
            if call.span not in told:
                told.add(call.span)
                message = "never asks the answer of `bulk` for errors: it succeeds where documents were not taken"
                yield Problem(call.span, message, way(call.trail), "warning")
        for call, asked in () if handler.bounded else together.unasked(handler):
            if call.span not in told:
                told.add(call.span)
                yield Problem(
                    call.span,
                    f"waits for each `{asked.name}` by Promise.allSettled, which never fails, and asks none how it "
                    "ended: what was rejected passes for done",
                    way(call.trail),
                    "warning",
                )


def _is_unheard(project: Project, handler: Handler) -> bool:
    """Whether nothing that invokes a handler reads what it returns."""
    functions = project.functions_of(handler)
    return bool(functions) and all(each.unheard for each in functions)


def _is_done_anyway(project: Project, handler: Handler, asked: Operation) -> bool:
    """Whether a handler deletes messages that Lambda took out of a queue for it, and deletes itself when it has ended
    well: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    functions = project.functions_of(handler)
    return (
        asked.name == "delete_message_batch"
        and bool(functions)
        and all({each.service for each in function.invokers} == {"SQS"} for function in functions)
        and not any(call.name == "receive_message" for call in handler.calls)
    )


def _comes_again(project: Project, handler: Handler, asked: Operation) -> bool:
    """Whether what was not taken may be put again, under the same keys, when the clock invokes the handler next.

    So it is of events, where runs are minutes apart: what one run sends hardly ever is too much for EventBridge, and
    the next one tells how things stand by then.
    """
    functions = project.functions_of(handler)
    if not functions or not all(each.only_scheduled for each in functions):
        return False
    told_anew = asked.name == "put_events" and not any(map(runs_rarely, functions))
    return asked.name == "batch_write_item" or told_anew


def _may_fail(project: Project, handler: Handler, asked: Operation) -> bool:
    """Whether a request may fail without harm.

    The code says so where it goes on whatever error it catches; and if a deployment that empties a bucket leaves
    anything in it, the deployment fails.
    """
    if asked.name == "delete_objects" and project.only_deploys(handler):
        return True
    return any(
        clause.everything
        and clause.goes_on
        and not clause.raises
        and clause.tried.covers(asked.call.span)
        # Where that loses a record of the event, it is no more wanted than what is lost here.
        and not clause.swallows
        for clause in handler.catches
    )


@check
def failure_taken_for_answer(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for clause, asked, after in swallowing.taken_for_answers(handler):
            if clause.span not in told:
                told.add(clause.span)
                yield Problem(
                    clause.span,
                    f"takes whatever `{asked.name}` fails with for its answer that nothing is there, also a refusal or "
                    f"throttling; then comes `{after.name}`",
                    ((asked.call.span, "asked here"), (after.call.span, f"`{after.name}`")),
                    about=project.functions_of(handler),
                )


@check
def response_status_ignored(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        chats = notices.only_tells_chat(handler)
        for each in statuses.unasked(handler):
            if each.call.span in told:
                continue
            told.add(each.call.span)
            mild = not each.method or chats or each.read or each.said or _is_let_go(handler, each.call)
            then = (
                "works with whatever comes, also with the page of an error"
                if each.read
                else "a refusal passes for done"
            )
            yield Problem(
                each.call.span,
                f"does not ask how {each.what} was answered, which raises nothing for a status of 400 or more: {then}",
                way(each.call.trail),
                "note" if mild or each.method not in statuses.CHANGING else None,
            )


def _is_let_go(handler: Handler, call: Call) -> bool:
    """Whether the code goes on whatever becomes of a request, as it catches everything around it."""
    around = handler.clauses_around(call.span, call.trail)
    return any(clause.everything and not clause.gives_up and clause.comes_to_nothing for clause in around)


@check
def gone_connection_unhandled(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in sockets.unguarded(handler):
            if call.span not in told:
                told.add(call.span)
                yield Problem(
                    call.span,
                    "posts to each of several connections, and catches no GoneException: the first client that is gone "
                    "ends it, and others get nothing",
                    ((call.loops[-1].span, "the loop"), *way(call.trail)),
                )


@check
def first_page_only(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in handler.calls:
            asked = operation(call) if call.span not in told else None
            pages = first_page(handler, asked) if asked is not None and not handler.bounded else None
            if asked is not None and pages is not None and not _is_of_whole_key(project, asked):
                told.add(call.span)
                misspelt = misspelt_token(asked, pages)
                message = (
                    f"takes one page of `{asked.name}` for the whole answer: it never reads {pages.outputs[0]}"
                    if misspelt is None
                    else f"hands the token on as {misspelt}, which `{asked.name}` does not take: the second page fails"
                )
                yield Problem(call.span, message, way(call.trail))


_MISSING = frozenset({"", "KeyError", "LookupError", "TypeError"})
"""The errors of taking what is not there."""


@check
def empty_listing_unhandled(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for taken, asked, key in () if handler.bounded else unlisted(handler):
            if taken.span not in told and not failures.survives(handler, taken, _MISSING):
                told.add(taken.span)
                yield Problem(
                    taken.span,
                    f"takes {key} of what `{asked.name}` gives, which has none where nothing is there: it fails",
                    ((asked.call.span, "asked for here"), *way(taken.trail)),
                )


def _is_of_whole_key(project: Project, asked: Operation) -> bool:
    """Whether a query can only find one item: the tables have no sort key."""
    tables = [*project.of_type("AWS::DynamoDB::Table"), *project.of_type("AWS::DynamoDB::GlobalTable")]
    schemas = [table.get("KeySchema") for table in tables]
    plain = bool(schemas) and all(isinstance(each, Sequence) and len(each.items) == 1 for each in schemas)
    return plain and asked.name == "query" and asked.argument("IndexName") is None


@check
def sdk_v2_error_field(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for clause, named, only_told in sdk_errors.told_as_former(handler):
            if clause.span not in told:
                told.add(clause.span)
                yield Problem(
                    clause.span,
                    f"asks whether the error's code is {named}, which errors of version 3 have as their name: "
                    "it never is",
                    severity="warning" if only_told else None,
                )


@check
def sdk_v3_used_as_v2(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call, what in versions.misused(handler):
            if call.span not in told:
                told.add(call.span)
                yield Problem(call.span, what, way(call.trail))


@check
def idempotency_check_races(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        functions = project.functions_of(handler)
        ordered = bool(functions) and all(_runs_alone(each) or _comes_in_order(each) for each in functions)
        if ordered or any(read.path[-1:] == ("MessageGroupId",) for read in handler.reads):
            continue
        for look, put in lookups.unguarded(handler):
            if put.call.span not in told:
                told.add(put.call.span)
                harm = (
                    project.demand(handler) == pace.FED
                    or lookups.does_more(handler, look, put)
                    or lookups.refuses(handler, look, put)
                )
                yield Problem(
                    put.call.span,
                    "writes an item that it found absent, without a condition: two invocations may both write it",
                    ((look.call.span, "looked for here"), *way(put.call.trail)),
                    None if harm else "note",
                )


def _runs_alone(function: Function) -> bool:
    """Whether no two of a function ever run at once."""
    reserved = function.reserved_concurrency
    return isinstance(reserved, Number) and reserved.value == 1


def _comes_in_order(function: Function) -> bool:
    """Whether a message only comes to a function when the one before it in its group or shard is done."""
    sources = function.event_sources
    ordered = [each.fifo if each.service == "SQS" else each.service in STREAMS for each in sources]
    return bool(ordered) and all(ordered) and len(function.invokers) == len(sources)
