"""Requests to AWS that a handler waits for where it need not, or waits for wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler
from lambdalint.code.value import Call, Constant, Environment, Result, Value, options, origins
from lambdalint.meaning import clients, network, promises, results, sdk
from lambdalint.meaning.operations import REQUEST, Operation, operation
from lambdalint.model import Function, Project, pace
from lambdalint.model.uses import used
from lambdalint.model.view import Number
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known

_ANSWER = ("Payload", "FunctionError", "StatusCode")
"""What `Invoke` answers with: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""


@check
def lambda_invoked_synchronously(project: Project) -> Problems:
    for handler, asked in _operations(project):
        if (asked.service, asked.name) == ("lambda", "invoke") and not asked.open:
            given = asked.argument("InvocationType")
            if given is None or all(each == Constant("RequestResponse") for each in options(given)):
                how = "by default" if given is None else "by RequestResponse"
                needed = any(results.needs(handler, asked.call, key) for key in _ANSWER)
                rarely = asked.call.mends or network.follows_refusal(asked.call) or project.runs_rarely(handler)
                rarely = rarely or results.wakes(asked)
                severity = "note" if needed or rarely else None
                message = f"invokes a function and waits for it, {how}"
                yield Problem(asked.call.span, message, way(asked.call.trail), severity)


@check
def invoke_outlasts_client(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in handler.invocation_calls:
            asked = None if call.span in told else operation(call)
            if asked is None or (asked.service, asked.name) != ("lambda", "invoke") or asked.open:
                continue
            if asked.argument("InvocationType") not in (None, Constant("RequestResponse")):
                continue
            patience = clients.gives_up(asked, handler)
            if patience is None:
                continue
            for function in project.functions_of(handler):
                found = _outlasting(project, function, asked, patience)
                if found is not None and call.span not in told:
                    told.add(call.span)
                    invoked, timeout = found
                    yield Problem(
                        call.span,
                        f"invokes {invoked.name}, whose Timeout is {timeout.value} s, with a client that gives "
                        f"up after {patience:g} s and invokes it again",
                        ((timeout.span, f"{invoked.name} may take as long"), *way(call.trail)),
                        about=function,
                    )


def _outlasting(
    project: Project, function: Function, asked: Operation, patience: float
) -> tuple[Function, Number] | None:
    """The function that one invokes and that may run longer than its client waits, which it lives to see."""
    own, given = function.timeout, function.get("Environment", "Variables", clients.ATTEMPTS)
    if given is not None or not isinstance(own, Number) or own.value <= patience:
        return None
    resource = used(function, asked)
    invoked = next((each for each in project.functions if each.resource is resource), None)
    timeout = None if invoked is None else invoked.timeout
    if invoked is None or not isinstance(timeout, Number) or timeout.value < patience:
        return None
    return invoked, timeout


@check
def metrics_through_api(project: Project) -> Problems:
    for handler, asked in _operations(project):
        if (asked.service, asked.name) == ("cloudwatch", "put_metric_data") and _is_own(asked):
            call = asked.call
            one = project.gets_one_record(handler)
            loops = [loop for loop in call.loops if not (one and loop.over_records)]
            again = " again and again" if loops else ""
            alone = project.demand(handler) == pace.LEFT_ALONE
            if alone and not loops and handler not in project.uncalled:
                # Nobody waits for it, and it is asked once in a run.
                continue
            for_batch = handler.loops_over_records and not loops and not one
            severity = "note" if for_batch or alone or _is_all_that_is_done(handler, call) else None
            yield Problem(call.span, f"calls PutMetricData{again} and waits for it", way(call.trail), severity)


def _is_all_that_is_done(handler: Handler, call: Call) -> bool:
    """Whether a handler asks nobody for anything else than one call does: who invokes it waits for that alone."""
    others = (each for each in handler.invocation_calls if each.span != call.span)
    return not handler.bounded and not any(map(promises.leaves, others))


def _is_own(asked: Operation) -> bool:
    """Whether an operation is asked of the region and the account that the function runs in."""
    for each in () if asked.call.receiver is None else origins(asked.call.receiver):
        if isinstance(each, Result) and sdk.client(each.call) is not None:
            given = [value for name, value in each.call.keywords.items() if name in sdk.IDENTITY]
            if not all(_is_here(value) for value in (*given, *each.call.arguments[1:])):
                return False
    return True


def _is_here(value: Value) -> bool:
    return value == Constant(None) or (
        isinstance(value, Environment) and value.name in ("AWS_REGION", "AWS_DEFAULT_REGION")
    )


def _operations(project: Project) -> Iterator[tuple[Handler, Operation]]:
    """The operations that are asked of AWS again at every event, each place once."""
    for handler in project.handlers:
        if project.only_deploys(handler):
            continue
        told: set[Span] = set()
        for call in handler.invocation_calls:
            asked = None if call.span in told else operation(call)
            if asked is not None and asked.kind == REQUEST:
                told.add(call.span)
                yield handler, asked


@check
def short_polling(project: Project) -> Problems:
    told: set[Span] = set()
    for function in project.functions:
        for call in () if function.handler is None else function.handler.invocation_calls:
            asked = operation(call) if call.span not in told else None
            if asked is None or (asked.service, asked.name) != ("sqs", "receive_message") or asked.open:
                continue
            waits, queue = asked.argument("WaitTimeSeconds"), used(function, asked)
            if waits not in (None, Constant(0)) or not isinstance(queue, Resource):
                continue
            if _never_waits(queue):
                told.add(call.span)
                how = "without WaitTimeSeconds" if waits is None else "with WaitTimeSeconds of 0"
                yield Problem(
                    call.span,
                    f"receives from {queue.called} {how}: SQS asks some of its servers only, and may answer that there "
                    "are no messages where there are",
                    ((queue.span, f"{queue.called} has no ReceiveMessageWaitTimeSeconds"), *way(call.trail)),
                    # Whoever writes that it is not to wait knows of waiting.
                    None if call.loops and waits is None else "note",
                )


def _never_waits(queue: Resource) -> bool:
    given = queue.get("ReceiveMessageWaitTimeSeconds")
    return given is None or (isinstance(given, Known) and str(given.value) == "0")
