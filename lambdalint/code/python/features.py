"""What a module uses of Python that older versions do not have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import libcst as cst

from lambdalint.code import ir
from lambdalint.code.python.places import Places

_BUILT_IN = frozenset({"bool", "bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple"})
"""Types of which `X | Y` and `X[Y]` cannot be told otherwise."""
_GENERIC = frozenset({"dict", "frozenset", "list", "set", "tuple", "type"})


class Features:
    """Collects the features that a module uses, while it is lowered."""

    def __init__(self, places: Places, module: cst.Module) -> None:
        self.found: list[ir.Feature] = []
        self._places = places
        self._evaluates = not _postpones(module)
        self._around: list[str] = []
        """The quotes of the f-strings whose expressions are being lowered."""
        self._guards = 0
        self._functions = 0

    def note(self, version: str, what: str, node: cst.CSTNode, last: cst.CSTNode | None = None) -> None:
        """Note a use of what a version of Python brought."""
        span = self._places.between(node, last or node)
        self.found.append(ir.Feature(f"python{version}", what, span))

    def word(self, version: str, what: str, node: cst.CSTNode, word: str) -> None:
        """Note a statement that a version brought, at the word that it begins with."""
        self.found.append(ir.Feature(f"python{version}", what, self._places.head(node, len(word), None)))

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Within a branch: what is evaluated there may not be where it would fail."""
        self._guards += 1
        try:
            yield
        finally:
            self._guards -= 1

    @contextmanager
    def in_function(self) -> Iterator[None]:
        """Within a function, whose own variables' annotations nobody evaluates."""
        self._functions += 1
        try:
            yield
        finally:
            self._functions -= 1

    @contextmanager
    def within(self, quote: str) -> Iterator[None]:
        """Within an expression of an f-string with such a quote."""
        self._around.append(quote)
        try:
            yield
        finally:
            self._around.pop()

    def string(self, node: cst.SimpleString | cst.FormattedString) -> None:
        """A text, which may stand within an expression of an f-string."""
        if not self._around:
            return
        quote = node.quote if isinstance(node, cst.SimpleString) else node.end
        if any(quote == each or (len(each) == 1 and quote[0] == each) for each in self._around):
            self.note("3.12", f"{quote} within an f-string between {quote}", node)
        elif isinstance(node, cst.SimpleString) and "\\" in node.value:
            self.note("3.12", "a backslash within an f-string's expression", node)

    def function(self, node: cst.FunctionDef) -> None:
        """The head of a function."""
        if node.type_parameters is not None:
            self._type_parameters(node.type_parameters)
        parameters = node.params
        if parameters.posonly_params:
            self.note("3.8", "positional-only parameters", parameters.posonly_params[0].name)
        if self._evaluates and not self._guards and not self._functions:
            every = (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)
            stars = (each for each in (parameters.star_arg, parameters.star_kwarg) if isinstance(each, cst.Param))
            for annotation in (node.returns, *(each.annotation for each in (*every, *stars))):
                if annotation is not None:
                    self._annotation(annotation.annotation)

    def variable(self, node: cst.AnnAssign) -> None:
        """A variable with an annotation, which is evaluated in modules and classes."""
        if self._evaluates and not self._guards and not self._functions:
            self._annotation(node.annotation.annotation)

    def type_parameters(self, node: cst.ClassDef | cst.TypeAlias) -> None:
        """What stands between the brackets after a class's or an alias's name."""
        if node.type_parameters is not None:
            self._type_parameters(node.type_parameters)

    def _type_parameters(self, given: cst.TypeParameters) -> None:
        self.note("3.12", "type parameters", given)
        for each in given.params:
            if each.default is not None:
                self.note("3.13", "a type parameter's default", each.param)

    def _annotation(self, node: cst.BaseExpression) -> None:
        match node:
            case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
                if any(_is_built_in(each) or _is_none(each) for each in (left, right)) and not any(
                    isinstance(each, cst.SimpleString) for each in (left, right)
                ):
                    self.note("3.10", "| between types", node)
            case cst.Subscript(value=cst.Name(value=name), slice=parts):
                if name in _GENERIC:
                    self.note("3.9", f"{name}[…]", node)
                for part in parts:
                    if isinstance(part.slice, cst.Index):
                        self._annotation(part.slice.value)
            case cst.Subscript(value=cst.Attribute(), slice=parts):
                for part in parts:
                    if isinstance(part.slice, cst.Index):
                        self._annotation(part.slice.value)


def _is_built_in(node: cst.BaseExpression) -> bool:
    value = node.value if isinstance(node, cst.Subscript) else node
    return isinstance(value, cst.Name) and value.value in _BUILT_IN


def _is_none(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def _postpones(module: cst.Module) -> bool:
    """Whether a module begins with `from __future__ import annotations`."""
    for statement in module.body:
        for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            match small:
                case cst.ImportFrom(module=cst.Name(value="__future__"), names=names) if not isinstance(
                    names, cst.ImportStar
                ):
                    if any(each.name.value == "annotations" for each in names):
                        return True
    return False
