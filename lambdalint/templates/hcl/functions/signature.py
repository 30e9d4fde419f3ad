"""What a function of Terraform is: arguments in, a value out."""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import origin_of
from lambdalint.templates.hcl.scope import Scope
from lambdalint.templates.value import Known, Mapping, Scalar, Sequence, Unknown, Value

Arguments = list[Value | None]
Function = Callable[[Arguments, Span, Scope], Value | None]
"""Gives None for null. Raises Failed where the call fails whatever is deployed."""


def of_scalars(name: str, function: Callable[..., Scalar]) -> Function:
    """A function whose arguments are all scalars, as is its result."""

    def apply(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
        known = [argument for argument in arguments if isinstance(argument, Known)]
        if len(known) < len(arguments):
            return Unknown(span, f"{name}()")
        try:
            found = function(*(each.value for each in known))
        except (TypeError, ValueError, AttributeError, ArithmeticError, LookupError):
            return Unknown(span, f"{name}()")
        return Known(found, span, origin_of(each.origin for each in known))

    return apply


def complete(value: Value | None) -> bool:
    """Whether all keys or items of a collection are known."""
    return isinstance(value, Mapping | Sequence) and not value.open
