"""Items of tables: whether all that the project writes into a table is text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lambdalint.code.value import Call, Mapping, Value
from lambdalint.meaning.kinds import is_textual
from lambdalint.meaning.operations import Operation, operation
from lambdalint.model.functions import Function
from lambdalint.model.uses import used
from lambdalint.model.view import referring_to, text, truth
from lambdalint.templates.resource import Resource

if TYPE_CHECKING:
    from lambdalint.model import Project

_WRITING = frozenset({
    "batch_execute_statement", "batch_write_item", "execute_statement", "execute_transaction", "put_item",
    "transact_write_items", "update_item",
})  # fmt: skip


def expiry(table: Resource) -> str | None:
    """The attribute that says when an item of a table expires; None where items do not, or that is not known.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
    """
    on = truth(table.get("TimeToLiveSpecification", "Enabled"))
    return text(table.get("TimeToLiveSpecification", "AttributeName")) if on else None


def hold_text_only(project: Project, function: Function, read: Call) -> bool:
    """Whether a table that a function reads of is one of the project, whose code writes nothing but text into it."""
    asked = operation(read)
    table = None if asked is None else used(function, asked)
    return isinstance(table, Resource) and _hold_text_only(project, table)


@lru_cache(maxsize=256)
def _hold_text_only(project: Project, table: Resource) -> bool:
    if any(each.handler is None and each.resource in referring_to(project, table.name) for each in project.functions):
        return False
    writings = _writings(project)
    own = [writing for writing, into in writings if into is table]
    return bool(own) and all(into is not None for _, into in writings) and all(map(_writes_text, own))


@lru_cache(maxsize=64)
def _writings(project: Project) -> tuple[tuple[Operation, object], ...]:
    """What the code of a project writes into tables, and into which; None for one that is not known."""
    return tuple(
        (writing, used(each, writing))
        for each in project.functions
        if each.handler is not None
        for writing in filter(None, map(operation, each.handler.calls))
        if writing.service == "dynamodb" and writing.name in _WRITING
    )


def _writes_text(writing: Operation) -> bool:
    match writing.name:
        case "put_item":
            return _is_text(writing.argument("Item"))
        case "update_item":
            return _is_text(writing.argument("ExpressionAttributeValues"))
        case _:
            return False


def _is_text(value: Value | None) -> bool:
    """Whether a mapping is known to hold texts, and nothing else."""
    return isinstance(value, Mapping) and is_textual(value)
