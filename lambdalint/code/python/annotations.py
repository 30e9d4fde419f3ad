"""What annotations say: no more than the names in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst


def names(node: cst.BaseExpression) -> Iterator[str]:
    """The names in an annotation."""
    match node:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            yield name
        case cst.Subscript(value=base, slice=parts):
            yield from names(base)
            for part in parts:
                if isinstance(part.slice, cst.Index):
                    yield from names(part.slice.value)
        case cst.BinaryOperation(left=left, right=right):
            yield from names(left)
            yield from names(right)
        case cst.SimpleString():
            yield from re.findall(r"\w+", node.value)
