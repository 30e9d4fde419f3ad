"""Values that stand for a failure, where nobody raises one: errors that are returned, and what wraps them."""

from __future__ import annotations

import builtins

from lambdalint.code.value import Result, Value
from lambdalint.patterns import pattern

_WRAPPED = pattern(
    r"(?:npm:)?(?:fp-ts/\S*|fp-ts\.[\w.]*|@effect-ts/\S*)\.left"
    r"|(?:npm:)?(?:neverthrow|ts-results|oxide\.ts)\.(?:err|Err|errAsync)"
)
"""Functions that wrap a failure.

https://gcanti.github.io/fp-ts/modules/Either.ts.html, https://github.com/supermacro/neverthrow
"""
_OF_PYTHON = frozenset(
    f"builtins.{name}"
    for name, each in vars(builtins).items()
    if isinstance(each, type) and issubclass(each, Exception)
)


def stands_for(value: Value) -> str | None:
    """What a value is that says that something has failed, as a sentence's object; None for others."""
    if not isinstance(value, Result) or value.call.receiver is not None:
        return None
    name = value.call.name
    if name in _OF_PYTHON:
        return f"an exception, {name.removeprefix('builtins.')}"
    if name.startswith("js:") and name.endswith("Error"):
        return f"an error, {name.removeprefix('js:')}"
    return "a Left, which stands for a failure" if _WRAPPED.fullmatch(name) else None
