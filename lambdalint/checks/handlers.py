"""What a handler is, and what it makes of JSON on its way."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check
from lambdalint.code.facts import Handler
from lambdalint.meaning import answers, failures, kinds
from lambdalint.model import Project
from lambdalint.model.items import hold_text_only
from lambdalint.source import Span


def _called_by_a_runtime(project: Project, handler: Handler) -> bool:
    """Whether it is AWS's runtime that calls a handler, as far as is known: another may do it in its own way."""
    return not handler.wrappers and not any(function.custom_runtime for function in project.functions_of(handler))


@check
def async_handler(project: Project) -> Problems:
    for handler in project.handlers:
        if handler.is_async and _called_by_a_runtime(project, handler):
            yield Problem(handler.span, "has an async handler, which the runtime calls and never awaits")


@check
def handler_signature_wrong(project: Project) -> Problems:
    for handler in project.handlers:
        signature = handler.signature
        if signature is not None and not signature.takes(2) and _called_by_a_runtime(project, handler):
            if signature.required <= 2 and (signature.most is None or signature.most >= 2):
                what = "wants arguments by name"
            elif signature.required > 2:
                what = f"wants {signature.required} arguments"
            else:
                what = f"takes {_count(signature.most or 0)}"
            yield Problem(handler.span, f"has a handler that {what}, where the runtime gives two: event and context")


def _count(number: int) -> str:
    return {0: "no argument", 1: "one argument"}[number]


@check
def json_dumps_unserializable(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in handler.calls:
            given = kinds.dumped(call)
            if given is None or call.span in told:
                continue
            by = kinds.STRINGIFY if handler.language == "javascript" else kinds.STANDARD
            misfit = next(kinds.misfits(given, by), None)
            if failures.survives(handler, call, kinds.NO_FORM, always=misfit is not None):
                continue
            also = tuple((span, "called here") for span in call.trail[1:])
            if misfit is not None:
                if kinds.keeps(handler, misfit, call):
                    continue
                if misfit.kind == kinds.EXCEPTION and not failures.can_come(handler, call):
                    continue
                if misfit.kind == kinds.BUFFER and kinds.reads_buffer(project.handlers, misfit.keys):
                    continue
                told.add(call.span)
                under = f" under {'.'.join(misfit.keys)}" if misfit.keys else ""
                made = kinds.MADE_BY_STRINGIFY.get(misfit.kind) if by == kinds.STRINGIFY else None
                why = "which raises TypeError" if made is None else f"which becomes {made}"
                severity = None if made is None else "warning"
                yield Problem(call.span, f"makes JSON of {misfit.kind}{under}, {why}", also, severity)
                continue
            answer = next(answers.table_items(given), None) if by == kinds.STANDARD else None
            if answer is not None and not answers.converts(handler, answer):
                functions = project.functions_of(handler)
                if functions and all(hold_text_only(project, each, answer) for each in functions):
                    continue
                told.add(call.span)
                yield Problem(
                    call.span,
                    "makes JSON of a DynamoDB item, whose numbers are Decimal: the first raises TypeError",
                    ((answer.span, "read here"), *also),
                    severity="warning",
                )
