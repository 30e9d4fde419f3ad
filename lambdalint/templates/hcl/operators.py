"""What operators make of their operands.

https://developer.hashicorp.com/terraform/language/expressions/operators
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable

from lambdalint.source import Span
from lambdalint.templates.cloudformation.intrinsics import same
from lambdalint.templates.cloudformation.text import origin_of, spelt
from lambdalint.templates.hcl.steps import is_null
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value

Operand = Callable[[], Value | None]

_ARITHMETIC: dict[str, Callable[[float, float], float | bool]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def truth(value: Value | None) -> bool | None:
    """Whether a condition holds; None where only a deployment knows."""
    match value:
        case Known(value=bool() as known):
            return known
        case Known(value="true" | "false" as written):
            return written == "true"
        case _:
            return None


def operate(sign: str, operands: Iterable[Operand], span: Span) -> Value:
    """An operator's result. The second operand is asked for only if the first does not decide."""
    first, *rest = [*operands, lambda: None]
    left = first()
    match sign:
        case "!":
            return _told(None if truth(left) is None else not truth(left), span, left)
        case "-" if len(rest) == 1:
            found = _number(left)
            return Unknown(span, "-") if found is None else Known(-found, span, _origin(left))
        case "&&" | "||":
            decisive = sign == "||"
            if truth(left) is decisive:
                return _told(decisive, span, left)
            right = rest[0]()
            if truth(right) is decisive:
                return _told(decisive, span, right)
            return _told(None if None in (truth(left), truth(right)) else not decisive, span, left, right)
        case "==" | "!=":
            right = rest[0]()
            alike = equal(left, right)
            return _told(None if alike is None else alike is (sign == "=="), span, left, right)
        case _:
            right = rest[0]()
            return _calculated(sign, left, right, span)


def _calculated(sign: str, left: Value | None, right: Value | None, span: Span) -> Value:
    one, other = _number(left), _number(right)
    if sign not in _ARITHMETIC or one is None or other is None:
        return Unknown(span, sign)
    try:
        found = _ARITHMETIC[sign](one, other)
        if isinstance(found, float) and found.is_integer():
            found = int(found)
    except (ArithmeticError, ValueError):
        return Unknown(span, sign)
    if not isinstance(found, bool) and abs(found) > 2**100:
        return Unknown(span, "a number too large")
    return Known(found, span, _origin(left, right))


def equal(one: Value | None, other: Value | None) -> bool | None:
    """Whether two values are the same; None where only a deployment knows."""
    if is_null(one) or is_null(other):
        if is_null(one) and is_null(other):
            return True
        match other if is_null(one) else one:
            case Unknown():
                return None
            case Reference(attribute=name) if name not in _ALWAYS_SET:
                return None
            case _:
                return False
    match one, other:
        case Known(value), Known(another):
            if type(value) is type(another) or (
                isinstance(value, int | float)
                and isinstance(another, int | float)
                and not isinstance(value, bool)
                and not isinstance(another, bool)
            ):
                return value == another
            # A variable's type may make one of the other.
            return None if spelt(one) == spelt(other) else False
        case (Text(parts), Known(value="")) | (Known(value=""), Text(parts)):
            return False if any(isinstance(part, Known | Reference) for part in parts) else None
        case (Reference(), Known(value="")) | (Known(value=""), Reference()):
            return False
        case (Sequence(row, open=False), Sequence(another_row, open=False)) if not (row and another_row):
            return not row and not another_row
        case (Mapping(entries, open=False), Mapping(more, open=False)) if not (entries and more):
            return not entries and not more
        case (Unknown(), _) | (_, Unknown()):
            return None
        case _:
            return True if same(one, other) else None


_ALWAYS_SET = frozenset({"", "Arn"})
"""What whatever is deployed has: `id` and `arn`."""


def _number(value: Value | None) -> int | float | None:
    match value:
        case Known(value=bool()):
            return None
        case Known(value=int() | float() as number):
            return number
        case Known(value=str() as written):
            try:
                return int(written) if len(written) < 30 else None
            except ValueError:
                return None
        case _:
            return None


def _told(known: bool | None, span: Span, *operands: Value | None) -> Value:
    return Unknown(span, "a condition") if known is None else Known(known, span, _origin(*operands))


def _origin(*operands: Value | None) -> str:
    return origin_of(each.origin for each in operands if isinstance(each, Known))
