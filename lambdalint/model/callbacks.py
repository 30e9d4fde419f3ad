"""Handlers of Node.js, and the callbacks by which they answer."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Handler
from lambdalint.code.value import NONE, Call
from lambdalint.meaning import promises
from lambdalint.model import Project
from lambdalint.model.functions import Function
from lambdalint.records import dataclass
from lambdalint.source import Span

WITHOUT_CALLBACKS = 24
"""The first version of Node.js whose runtime refuses handlers that take a callback.

https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
"""
_WITHOUT_ON_INSTANCES = 22
"""The first whose runtime does so on Lambda Managed Instances."""


def refuses_callbacks(function: Function, version: int) -> bool:
    """Whether a function's runtime refuses handlers that take a callback."""
    return version >= (_WITHOUT_ON_INSTANCES if function.on_instances else WITHOUT_CALLBACKS)


def of_node(project: Project) -> Iterator[tuple[Handler, tuple[Function, ...], int]]:
    """The handlers that Node.js runs, with their functions on the newest version that does so, and that version."""
    for handler in project.handlers:
        functions = [each for each in project.functions_of(handler) if each.node_version is not None]
        if functions:
            version = max(each.node_version or 0 for each in functions)
            yield handler, tuple(each for each in functions if each.node_version == version), version


def waits_until_idle(project: Project, handler: Handler) -> bool:
    """Whether a handler is over when nothing is left to do, on some way: it is not async, and returns nothing there.

    https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
    """
    if handler.is_awaited or handler.wrappers or handler.language != "javascript":
        return False
    functions = [each for each in project.functions_of(handler) if each.node_version is not None]
    if any(refuses_callbacks(each, each.node_version or 0) for each in functions):
        return False
    return any(each.statement is None and each.value == NONE for each in handler.returns)


@dataclass(frozen=True, slots=True)
class Answer:
    """A call of its callback by an async handler."""

    call: Call
    functions: tuple[Function, ...]
    late: Span | None
    """What the handler has started and does not wait for, where the call stands in that."""


def answers(project: Project) -> Iterator[tuple[Handler, Answer]]:
    """The answers by callbacks of async handlers, each place once, where their runtime starts them at all."""
    for handler, functions, _ in of_node(project):
        entries = [each.entry for each in functions]
        if not handler.is_awaited or any(each is None or each.callback is None for each in entries):
            continue
        if any(refuses_callbacks(each, each.node_version or 0) for each in functions):
            continue
        told: set[Span] = set()
        for call in handler.calls:
            if call.receiver is None and promises.ends_itself(call) and call.span not in told:
                told.add(call.span)
                yield handler, Answer(call, functions, promises.late_in(call, handler))
