"""One deployment in several environments or stages: what holds in all of them."""

from __future__ import annotations

from collections.abc import Collection

from lambdalint.source import Span
from lambdalint.templates.cloudformation.intrinsics import same
from lambdalint.templates.value import Known, Mapping, Sequence, Unknown, Value


def common(values: Collection[Value | None], span: Span, why: str) -> Value | None:
    """What holds of all values alike; what differs is unknown."""
    first, *others = values
    if all(same(first, each) for each in others):
        return first
    known = [each for each in values if isinstance(each, Known)]
    if len(known) == len(values):
        return Unknown(span, why, arms=tuple(known))
    maps = [each for each in values if isinstance(each, Mapping)]
    if len(maps) == len(values):
        shared = [name for name in maps[0].keys if all(name in each.keys for each in maps)]
        rows = {name: common([each.entries.get(name) for each in maps], maps[0].keys[name], why) for name in shared}
        entries = {name: row for name, row in rows.items() if row is not None}
        unseen = any(each.open or len(each.keys) > len(shared) for each in maps)
        return Mapping(entries, maps[0].span, {name: maps[0].keys[name] for name in shared}, unseen)
    lists = [each for each in values if isinstance(each, Sequence)]
    if len(lists) == len(values) and len({len(each.items) for each in lists}) == 1:
        columns = zip(*(each.items for each in lists), strict=True)
        inner = (common(column, column[0].span, why) or Unknown(span, why) for column in columns)
        return Sequence(tuple(inner), lists[0].span, any(each.open for each in lists))
    return Unknown(span, why, optional=any(each is None for each in values))
