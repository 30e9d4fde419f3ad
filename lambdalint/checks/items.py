"""Items: what is written into tables."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.value import Mapping
from lambdalint.meaning import operations, times
from lambdalint.model import Project
from lambdalint.model.items import expiry
from lambdalint.model.uses import used
from lambdalint.source import Span
from lambdalint.templates.resource import Resource


@check
def ttl_not_in_seconds(project: Project) -> Problems:
    told: set[Span] = set()
    for function in project.functions:
        for call in () if function.handler is None else function.handler.calls:
            asked = operations.operation(call)
            if asked is None or (asked.service, asked.name) != ("dynamodb", "put_item") or call.span in told:
                continue
            table, item = used(function, asked), asked.argument("Item")
            attribute = expiry(table) if isinstance(table, Resource) else None
            if attribute is None or not isinstance(item, Mapping) or attribute not in item.entries:
                continue
            told_in = times.of_attribute(item.entries[attribute])
            if told_in is not None and isinstance(table, Resource):
                told.add(call.span)
                yield Problem(
                    call.span,
                    f"writes {attribute}, by which items of {table.called} expire, {told_in}:"
                    " TimeToLive wants a number of seconds, and no item expires",
                    ((table.span, f"{table.called} has TimeToLive"), *way(call.trail)),
                    about=function,
                )
