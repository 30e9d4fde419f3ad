"""What walks through the tree of a program: to find what must not be there, or only to take it away.

Source: https://docs.python.org/3/library/ast.html
"""

from __future__ import annotations

from lambdalint.code import carriers, ir
from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.value import Call, Class, Imported, Instance

_TRANSFORMER = Imported("ast.NodeTransformer")
_VISITS = ("visit", "generic_visit")


@once_a_handler
def are_looked_at(handler: Handler) -> bool:
    """Whether a handler's code walks through trees, and may refuse what it finds there."""
    return any(call.name in carriers.WALKING and not rewrites(call) for call in handler.calls)


def rewrites(call: Call) -> bool:
    """Whether a call gives the tree that it is given without the nodes that a list forbids.

    A transformer that raises, that takes away whatever it does not know, or that notes what it has found, may let
    only harmless programs through.
    """
    match call:
        case Call(name="visit", receiver=Instance(of=of)):
            return _TRANSFORMER in of.bases and _only_takes_away(of)
        case _:
            return False


def _only_takes_away(of: Class) -> bool:
    return all(name.startswith("visit_") for name in of.members) and not any(
        isinstance(node, ir.Raise) or (isinstance(node, ir.Attribute) and _is_own(node))
        for statement in of.node.body
        for node in ir.walk(statement)
    )


def _is_own(node: ir.Attribute) -> bool:
    """Whether it reads or sets something of the transformer but its visits."""
    return isinstance(node.value, ir.Name) and node.value.id == "self" and node.name not in _VISITS
