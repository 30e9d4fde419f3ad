"""Conditions: true, false, or for a deployment to decide.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from lambdalint.templates.cloudformation.intrinsics import Scope, evaluate
from lambdalint.templates.cloudformation.text import BY_DEFAULT, spelt
from lambdalint.templates.value import Known, Mapping, Value, items


class Choices(Scope, Protocol):
    """What the names in a template stand for, and what a deployment may choose them to be."""

    def allowed(self, parameter: str) -> frozenset[str] | None:
        """What a deployment may pass for a parameter; None where that is not limited."""

    def condition(self, name: str) -> Value | None:
        """One of the template's `Conditions`."""


def holds(node: Value | None, scope: Choices) -> bool | None:
    """Whether a condition holds; None where only a deployment knows."""
    match node:
        case Mapping(entries) if len(entries) == 1:
            ((name, argument),) = entries.items()
        case _:
            return None
    match name, argument:
        case "Condition", Known(value=str() as condition):
            return scope.decided(condition)
        case "Fn::Not", _:
            inner = [holds(item, scope) for item in items(argument)]
            return not inner[0] if len(inner) == 1 and inner[0] is not None else None
        case "Fn::And", _:
            return _all(holds(item, scope) for item in items(argument))
        case "Fn::Or", _:
            negated = _all(_not(holds(item, scope)) for item in items(argument))
            return _not(negated)
        case "Fn::Equals", _:
            return _equal([_possible(item, scope) for item in items(argument)])
        case _:
            return None


def changed(node: Value | None, scope: Choices, *, truth: bool = True, depth: int = 8) -> frozenset[str]:
    """The parameters that have another value than their default wherever a condition is true, or false."""
    match node:
        case Mapping(entries) if len(entries) == 1 and depth:
            ((name, argument),) = entries.items()
        case _:
            return frozenset()

    def inner(truth: bool) -> list[frozenset[str]]:
        return [changed(item, scope, truth=truth, depth=depth - 1) for item in items(argument)]

    match name, argument:
        case "Condition", Known(value=str() as condition):
            return changed(scope.condition(condition), scope, truth=truth, depth=depth - 1)
        case "Fn::Not", _:
            return frozenset().union(*inner(not truth))
        case "Fn::And" | "Fn::Or", _:
            found = inner(truth)
            # All of an And's conditions are true where it is, and all of an Or's false.
            every = frozenset.union if (name == "Fn::And") == truth else frozenset.intersection
            return every(*found) if found else frozenset()
        case "Fn::Equals", _:
            return _default_of([(_named(side), evaluate(side, scope)) for side in items(argument)], truth=not truth)
        case _:
            return frozenset()


def _default_of(sides: list[tuple[str | None, Value | None]], *, truth: bool) -> frozenset[str]:
    """The parameter whose default decides that two sides are equal, or are not."""
    match sides:
        case [(one, Known() as left), (other, Known() as right)] if (spelt(left) == spelt(right)) is truth:
            named = ((one, left), (other, right))
            found = [name for name, each in named if name is not None and each.origin.startswith(BY_DEFAULT)]
            return frozenset(found) if len(found) == 1 else frozenset()
        case _:
            return frozenset()


def _named(node: Value) -> str | None:
    match node:
        case Mapping(entries={"Ref": Known(value=str() as name)}):
            return name
        case _:
            return None


def _all(truths: Iterable[bool | None]) -> bool | None:
    found = list(truths)
    if False in found:
        return False
    return None if None in found else True


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _equal(sides: list[frozenset[str] | None]) -> bool | None:
    match sides:
        case [frozenset() as one, frozenset() as other]:
            if not one & other:
                return False
            return True if len(one) == len(other) == 1 else None
        case _:
            return None


def _possible(node: Value, scope: Choices) -> frozenset[str] | None:
    """The texts that a side of a comparison may turn out to be; None where that can be anything."""
    name = _named(node)
    if name is not None and (allowed := scope.allowed(name)) is not None:
        return allowed
    match evaluate(node, scope):
        case Known() as known if not known.origin.startswith(BY_DEFAULT):
            return frozenset((spelt(known),))
        case _:
            return None
