"""What a program asks of JavaScript's library that older versions of Node.js do not have."""

from __future__ import annotations

from lambdalint.code import ir
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import FEW, Imported, Result, origins
from lambdalint.data import node
from lambdalint.source import Span


def function(run: Run, name: str, span: Span) -> None:
    """Note a call of a global function, or of a class."""
    _note(run, node.FUNCTIONS.get(name), name.removeprefix("js:"), span)


def method(run: Run, name: str, span: Span) -> None:
    """Note a call of a method of what is no object of the program's own."""
    _note(run, node.METHODS.get(name), f"{name}()", span)


def _note(run: Run, version: int | None, what: str, span: Span) -> None:
    if version is not None and "" not in run.here.caught and not _asks_first(run):
        run.features.append(ir.Feature(f"nodejs{version}.x", what, span))


def _asks_first(run: Run) -> bool:
    """Whether a test around asks for what is there: `typeof fetch === "function"`, `if (Promise.withResolvers)`."""
    return any(
        (isinstance(each, Imported) and each.name.startswith("js:"))
        or (isinstance(each, Result) and each.call.name == "js:typeof")
        for value in run.here.tested
        for each in origins(value, FEW)
    )
