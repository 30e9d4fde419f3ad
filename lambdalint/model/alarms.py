"""Alarms of CloudWatch: which metrics of a function are watched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lambdalint.model.functions import function_named
from lambdalint.model.view import same_text, text
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Value, items

if TYPE_CHECKING:
    from lambdalint.model.functions import Function


def watched_metrics(function: Function) -> frozenset[str] | None:
    """The metrics of a function that alarms of the project watch; None where that cannot be told."""
    found: set[str] = set()
    for alarm in function.project.of_type("AWS::CloudWatch::Alarm"):
        for metric in _metrics(alarm.properties):
            name, namespace = metric.entries.get("MetricName"), metric.entries.get("Namespace")
            if not isinstance(name, Known) or (namespace is not None and not isinstance(namespace, Known)):
                return None
            if text(namespace) != "AWS/Lambda":
                continue
            about = _is_about(function, metric.entries.get("Dimensions"))
            if about is None:
                return None
            if about:
                found.add(str(name.value))
        named = "MetricName" in alarm.properties.entries or isinstance(alarm.get("Metrics"), Sequence)
        if not named and alarm.get("Metrics") is not None:
            return None
    return frozenset(found)


def _metrics(value: Value) -> Iterator[Mapping]:
    """The mappings within a value that name a metric."""
    match value:
        case Mapping(entries):
            if "MetricName" in entries:
                yield value
            for entry in entries.values():
                yield from _metrics(entry)
        case Sequence(inner):
            for item in inner:
                yield from _metrics(item)


def _is_about(function: Function, dimensions: Value | None) -> bool | None:
    """Whether dimensions are a function's, or every function's; None where that cannot be told."""
    match dimensions:
        case None:
            return True
        case Mapping(entries) if "FunctionName" in entries:
            return _is_named(function, entries["FunctionName"])
        case Sequence():
            for each in items(dimensions):
                if not isinstance(each, Mapping):
                    return None
                if text(each.get("Name")) == "FunctionName":
                    return _is_named(function, each.get("Value"))
            return None if dimensions.open else not dimensions.items
        case _:
            return None


def _is_named(function: Function, value: Value | None) -> bool | None:
    if function.is_named_by(value):
        return True
    # Another function of the project, or a name that is spelt out and is not this one's.
    match value:
        case Reference():
            return None if function_named(function.project, value) is None else False
        case Text() if function_named(function.project, value) is not None:
            return False
        case Known() | Text():
            named = function.get("FunctionName")
            # A name that AWS makes up has letters at random in it.
            return False if named is None else same_text(named, value)
        case _:
            return None
