"""What is asked of DynamoDB's tables, as it or its SDK takes it."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check, way
from lambdalint.meaning import expressions, failures, items
from lambdalint.meaning.expressions import Misspelt
from lambdalint.meaning.operations import operation
from lambdalint.model import Project, pace
from lambdalint.source import Span


@check
def float_to_dynamodb(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in handler.calls:
            if call.span in told:
                continue
            found = [each for value in items.given(call) for each in items.refused(value)]
            # What may hold a float says less than what is one.
            refused = min(found, key=lambda each: each.parsed, default=None)
            if refused is None or failures.survives(handler, call, items.REFUSED, always=not refused.parsed):
                continue
            told.add(call.span)
            under = f" under {'.'.join(refused.keys)}" if refused.keys else ""
            if refused.parsed:
                message = (
                    f"puts what json.loads gives{under} into an item: a fraction is a float, which raises TypeError"
                )
            else:
                message = f"puts a float{under} into an item, for which boto3 wants a Decimal: it raises TypeError"
            yield Problem(call.span, message, way(call.trail), "warning" if refused.parsed else None)


@check
def table_scanned(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        if project.demand(handler) != pace.WAITED_FOR:
            continue
        for call in handler.invocation_calls:
            asked = operation(call) if call.span not in told else None
            if asked is None or (asked.service, asked.name) != ("dynamodb", "scan") or call.mends:
                continue
            if asked.argument("Limit") is not None:
                # A page for each request takes as long however many items there are.
                continue
            told.add(call.span)
            filtered = asked.argument("FilterExpression") is not None
            what = "to find the few that its FilterExpression lets through" if filtered else "to answer one request"
            yield Problem(
                call.span,
                f"reads the whole table {what}: it takes longer, and costs more, with each item that is put in",
                way(call.trail),
                about=project.functions_of(handler),
            )


@check
def reserved_word_in_expression(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in handler.calls:
            asked = operation(call) if call.span not in told else None
            for each in () if asked is None else expressions.misspelt(handler, asked):
                told.add(call.span)
                yield Problem(call.span, f"{_said(each)}: DynamoDB refuses the request", way(call.trail))


def _said(wrong: Misspelt) -> str:
    if wrong.words:
        are = "a reserved word" if len(wrong.words) == 1 else "reserved words"
        return f"names {' and '.join(wrong.words)} in {wrong.parameter}, {are}"
    if wrong.missing:
        return f"uses {' and '.join(wrong.missing)} in {wrong.parameter} and gives nothing for it"
    return f"gives {' and '.join(wrong.unused)} in {wrong.parameter}, and no expression uses it"
