"""Functions that ask for `this`: what they are called on is their first argument."""

from __future__ import annotations

from lambdalint.code import ir
from lambdalint.code.value import Function, Value
from lambdalint.records import replace


def bound(value: Value, owner: Value) -> Value:
    """A function that an object holds, bound to it where it asks for `this`."""
    if isinstance(value, Function) and value.receiver is None and _wants_this(value.node):
        return replace(value, receiver=owner)
    return value


def _wants_this(node: ir.Function) -> bool:
    """Whether the first parameter of a function is the object that it is called on."""
    return node.kind not in ("arrow", "static") and bool(node.parameters) and node.parameters[0].name == "this"
