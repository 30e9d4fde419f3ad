"""What functions run: whether it is certainly not the same."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence as SequenceOf
from itertools import combinations
from typing import TYPE_CHECKING

from lambdalint.model.view import references, same_text
from lambdalint.records import replace
from lambdalint.templates.value import Code, Known, Mapping, Sequence, Value

if TYPE_CHECKING:
    from lambdalint.model.functions import Function

_STARTS = (("Handler",), ("ImageConfig", "Command"), ("ImageConfig", "EntryPoint"))
"""Where a function says what of its code is called."""


def differ(functions: SequenceOf[Function]) -> bool:
    """Whether some of these functions certainly run other code than others do."""
    return any(_run_others(one, other) for one, other in combinations(functions, 2))


def _run_others(one: Function, other: Function) -> bool:
    if any(_are_others(one.get(*path), other.get(*path)) for path in _STARTS):
        return True
    file, another = _file(one), _file(other)
    if file is not None and another is not None:
        return file != another
    return _are_others(_code(one), _code(other))


def _file(function: Function) -> str | None:
    """The file that its handler was found in; None where it was not, or where that is the template."""
    package = function.package
    return None if package is None or package.inline else posixpath.normpath(package.located.source.path)


def _code(function: Function) -> Value | None:
    """What it is deployed with, every path told from the root of the repository."""
    match function.get("Code"):
        case Mapping(entries={"Files": Mapping(entries=files)}) as code:
            return replace(code, entries={name: _placed(each) for name, each in files.items()})
        case Known() as path:
            return _placed(path)
        case code:
            return code


def _placed(file: Value) -> Value:
    if not isinstance(file, Known):
        return file
    return replace(file, value=posixpath.normpath(posixpath.join(posixpath.dirname(file.span.path), str(file.value))))


def _are_others(one: Value | None, other: Value | None) -> bool:
    """Whether two values are certainly not the same."""
    match one, other:
        case Code(source), Code(another):
            return source.text != another.text
        case Mapping(entries), Mapping(others):
            shared = entries.keys() & others.keys()
            # An archive and an image, or files of other names.
            apart = not shared and not (one.open or other.open)
            return apart or any(_are_others(entries[key], others[key]) for key in shared)
        case Sequence(several), Sequence(more):
            if one.open or other.open:
                return False
            return len(several) != len(more) or any(map(_are_others, several, more))
        case None, _:
            return False
        case _, None:
            return False
        case _:
            named, meant = ({each.resource for each in references(value)} for value in (one, other))
            return (bool(named and meant) and named != meant) or same_text(one, other) is False
