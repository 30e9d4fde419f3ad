"""From a name that a file exports to the file that defines it, through what hands it on."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code import ir
from lambdalint.code.javascript import is_built
from lambdalint.code.javascript.resolving import File, Resolver
from lambdalint.code.parsed import Parsed
from lambdalint.records import dataclass
from lambdalint.source import Source, UnreadableSource

MOST = 100
"""How many files are asked for one name."""


@dataclass(frozen=True, slots=True)
class Place:
    """A name that a file exports itself."""

    source: Source
    name: str


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a file takes of another: a name of it, or all where that is None."""

    specifier: str
    name: str | None
    how: str


def definition(source: Source, name: str, resolver: Resolver, parsed: Parsed) -> Place:
    """Where what a file exports under a name is defined; the file itself where that cannot be told.

    Files that hand on each other's names in a circle end where they begin.
    """
    seen: set[tuple[str, str]] = set()
    return _definition(source, name, resolver, parsed, seen) or Place(source, name)


def _definition(
    source: Source, name: str, resolver: Resolver, parsed: Parsed, seen: set[tuple[str, str]]
) -> Place | None:
    module = None if is_built(source) or source.path.endswith(".json") else parsed.module(source)
    if module is None or (source.path, name) in seen or len(seen) > MOST:
        return None
    seen.add((source.path, name))
    for taken in _handed_on(module, name):
        found = _from(source, taken, resolver, parsed, seen)
        if found is not None:
            return found
    if any(_exports(statement, name) for statement in module.body):
        return Place(source, name)
    for statement in module.body:
        if isinstance(statement, ir.Import) and statement.how == "reexport" and statement.name == "*":
            everything = _Taken(statement.module, name, "import")
            found = _from(source, everything, resolver, parsed, seen)
            if found is not None:
                return found
    return None


def _from(
    source: Source, taken: _Taken, resolver: Resolver, parsed: Parsed, seen: set[tuple[str, str]]
) -> Place | None:
    if taken.name is None:
        return None
    led = resolver.resolve(taken.specifier, source.path, taken.how)
    if not isinstance(led, File):
        return None
    try:
        other = resolver.sources.read(led.path)
    except UnreadableSource:
        return None
    return None if other is None else _definition(other, taken.name, resolver, parsed, seen)


def _handed_on(module: ir.Module, name: str) -> Iterator[_Taken]:
    """What a module takes of others and gives out under a name."""
    for statement in module.body:
        match statement:
            case ir.Import(specifier, given, bound, how="reexport") if bound == name and given != "*":
                yield _Taken(specifier, given, "import")
            case ir.Export(None, ir.Mapping(entries)):
                for key, value in entries:
                    if isinstance(key, ir.Literal) and key.value == name:
                        yield from _taken(value, module)
            case ir.Export(None, value):
                yield from (_Taken(each.specifier, name, each.how) for each in _taken(value, module) if not each.name)
            case ir.Export(given, value) if given == name:
                yield from _taken(value, module)


def _taken(value: ir.Expression, module: ir.Module, depth: int = 0) -> Iterator[_Taken]:
    """What an expression is of another module."""
    match value:
        case ir.Name(id):
            for statement in module.body:
                match statement:
                    case ir.Import(specifier, given, bound, how=how) if bound == id and how != "reexport":
                        yield _Taken(specifier, given, how)
                    case ir.Assign(targets=(ir.Name(id=target),), value=other) if target == id and depth == 0:
                        yield from _taken(other, module, depth + 1)
        case ir.Attribute(inner, name):
            yield from (
                _Taken(each.specifier, name, each.how) for each in _taken(inner, module, depth) if not each.name
            )
        case ir.Call(ir.Name("require"), (ir.Argument(value=ir.Literal(str(specifier))),)):
            yield _Taken(specifier, None, "require")


def _exports(statement: ir.Statement, name: str) -> bool:
    match statement:
        case ir.Export(None, ir.Mapping(entries)):
            return any(isinstance(key, ir.Literal) and key.value == name for key, _ in entries)
        case ir.Export(given, _):
            return given == name
        case _:
            return False
