"""Who writes the events of a function: strangers, its own project, or AWS alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lambdalint.model import invokers
from lambdalint.model.view import text
from lambdalint.templates.value import Mapping, Value, items

if TYPE_CHECKING:
    from lambdalint.model.functions import Function

STRANGERS, NOBODY_KNOWN, PROJECT, AWS = "strangers", "nobody known", "the project", "AWS"
"""Who writes: STRANGERS, where some service invokes it that hands on what others send; NOBODY_KNOWN, where nothing is
known to invoke it; PROJECT, where only code and state machines of its own account do; AWS, where its events come from
AWS or from the template."""

_BY_AWS = frozenset({
    "EventBridge Scheduler", "AWS Config", "CodeCommit", "Secrets Manager", "CloudFormation", "a CloudWatch alarm",
})  # fmt: skip
_BY_CALL = frozenset({"", "Step Functions", "a Lambda destination"})
"""What only hands on what some code of the account gave it."""
_OF_STRANGERS = frozenset({"aws.s3", "aws.ses"})
"""Sources of AWS whose events carry text that strangers may have written: keys of objects, addresses."""


def writers(functions: Iterable[Function]) -> str:
    """Who writes the events of the functions that share a handler, the least known of them."""
    found = {_of(function) for function in functions} or {NOBODY_KNOWN}
    return min(found, key=_ORDER.index)


def takes_events(functions: Iterable[Function]) -> bool:
    """Whether EventBridge, or something that is not known, may invoke one of these functions."""
    return any(
        invoker.service == "EventBridge" or invoker.mode == invokers.UNKNOWN
        for function in functions
        for invoker in function.invokers
    )


_ORDER = (STRANGERS, NOBODY_KNOWN, PROJECT, AWS)


def _of(function: Function) -> str:
    found = {_invoker(function, invoker) for invoker in function.invokers} or {NOBODY_KNOWN}
    return min(found, key=_ORDER.index)


def _invoker(function: Function, invoker: invokers.Invoker) -> str:
    if invoker.mode == invokers.DEPLOYMENT or invoker.service in _BY_AWS:
        return AWS
    if invoker.service == "EventBridge":
        return _rule(function, invoker)
    return PROJECT if invoker.service in _BY_CALL else STRANGERS


def _rule(function: Function, invoker: invokers.Invoker) -> str:
    """Who writes what a rule lets through: a schedule or a pattern of AWS's events, or whoever may put events."""
    for resource in function.project.of_type("AWS::Events::Rule"):
        if resource.span == invoker.span:
            pattern = resource.get("EventPattern")
            return AWS if pattern is None else _pattern(pattern)
    return PROJECT


def _pattern(pattern: Value) -> str:
    if not isinstance(pattern, Mapping):
        return PROJECT
    sources = [text(each) for each in items(pattern.get("source"))]
    if sources and all(each is not None and each.startswith("aws.") for each in sources):
        return STRANGERS if _OF_STRANGERS.intersection(filter(None, sources)) else AWS
    return PROJECT
