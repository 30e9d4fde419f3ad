"""How a handler of Node.js answers: by what it returns, or by a callback as once."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.entry import Entry
from lambdalint.meaning import promises
from lambdalint.model import Function, Project
from lambdalint.model.callbacks import WITHOUT_CALLBACKS, answers, of_node, refuses_callbacks
from lambdalint.source import Span


@check
def callback_handler(project: Project) -> Problems:
    for function, entry, version in _entries(project):
        if entry.callback is None:
            continue
        also = ((function.span, f"{function.name} runs it on nodejs{version}.x"),)
        if refuses_callbacks(function, version):
            where = " on managed instances" if version < WITHOUT_CALLBACKS else ""
            yield Problem(
                entry.callback,
                f"takes a callback, which nodejs{version}.x does not have{where}: it fails before any event",
                also,
                about=function,
            )
        elif entry.calls_back and not entry.is_async:
            yield Problem(
                entry.callback,
                f"answers by a callback, which nodejs{WITHOUT_CALLBACKS}.x does not have: "
                f"it can go no further than nodejs{WITHOUT_CALLBACKS - 2}.x",
                also,
                severity="warning",
                about=function,
            )


@check
def callback_unused(project: Project) -> Problems:
    for function, entry, version in _entries(project):
        if entry.callback is not None and not entry.calls_back and not refuses_callbacks(function, version):
            yield Problem(
                entry.callback,
                f"takes a callback that it does not use: nodejs{WITHOUT_CALLBACKS}.x will not start it",
                ((function.span, f"{function.name} runs it on nodejs{version}.x"),),
                about=function,
            )


@check
def context_method_removed(project: Project) -> Problems:
    for handler, functions, version in of_node(project):
        gone = version >= WITHOUT_CALLBACKS
        also = ((functions[0].span, f"{functions[0].name} runs it on nodejs{version}.x"),)
        told: set[Span] = set()
        for call in handler.calls:
            if call.receiver is None or not promises.ends_itself(call) or call.span in told:
                continue
            told.add(call.span)
            if gone:
                what, severity = f"which nodejs{version}.x does not have: it throws TypeError", None
            else:
                what, severity = f"which nodejs{WITHOUT_CALLBACKS}.x does not have", "note"
            yield Problem(
                call.span,
                f"calls context.{call.name}(), {what}",
                (*also, *way(call.trail)),
                severity=severity,
                about=functions,
            )
        for each in handler.context_writes if gone else ():
            if each.name == promises.WAITS_FOR_EMPTY_LOOP and each.span not in told:
                told.add(each.span)
                yield Problem(
                    each.span,
                    f"sets context.{each.name}, which nodejs{version}.x does not look at",
                    (*also, *way(each.trail)),
                    severity="note",
                    about=functions,
                )


@check
def callback_in_async_handler(project: Project) -> Problems:
    told: set[Span] = set()
    for _, each in answers(project):
        if each.late is None:
            what = (
                "answers by its callback, though it is async: what comes first counts, and "
                f"nodejs{WITHOUT_CALLBACKS}.x does not start a handler that takes one"
            )
            yield Problem(each.call.span, what, way(each.call.trail), severity="note", about=each.functions)
        elif each.late not in told:
            # What is started once calls it where it succeeds, and where it fails.
            told.add(each.late)
            what = "calls its callback from what it does not wait for: it has answered null by then"
            yield Problem(each.call.span, what, way(each.call.trail), about=each.functions)


@check
def sync_result_dropped(project: Project) -> Problems:
    for handler, functions, version in of_node(project):
        entries = [each.entry for each in functions]
        uses_callback = any(each is None or each.calls_back for each in entries) or promises.answers_itself(handler)
        if version >= WITHOUT_CALLBACKS or handler.is_awaited or uses_callback:
            continue
        for span in handler.plain:
            yield Problem(
                span,
                "returns a value, not a promise, from a handler that is not async: "
                f"nodejs{version}.x drops it, and answers null",
                about=functions,
            )


def _entries(project: Project) -> Iterator[tuple[Function, Entry, int]]:
    """The functions of Node.js whose handler was found, with the version that runs it."""
    for function in project.functions:
        if function.entry is not None and function.node_version is not None:
            yield function, function.entry, function.node_version
