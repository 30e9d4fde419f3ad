"""What a module gives under a name: only what it certainly lacks is said to be lacking."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code import ir
from lambdalint.code.javascript import is_built
from lambdalint.code.parsed import Parsed
from lambdalint.records import dataclass
from lambdalint.source import Source


@dataclass(frozen=True, slots=True)
class Exported:
    """What is known of one name that a module may export."""

    missing: bool
    """Whether the module certainly does not export it."""
    function: ir.Function | None = None
    """The function that it is, where that is plain."""
    value: ir.Expression | None = None
    """What it is set to, where that is one thing."""


_OPEN = frozenset({"exports", "module", "eval", "__exportStar", "__export"})
"""Names by which exports can be set that are not seen."""


def are_seen(source: Source, name: str, parsed: Parsed) -> bool:
    """Whether a file that is no bundle plainly exports a name."""
    if name.partition(".")[0] not in source.text or is_built(source):
        return False
    module = parsed.module(source)
    return module is not None and any(_values(_nodes(module), name.partition(".")[0]))


def exported(module: ir.Module, name: str) -> Exported:
    """What a module exports under a name."""
    nodes = _nodes(module)
    values = list(_values(nodes, name))
    if values:
        if len(values) > 1:
            return Exported(missing=False)
        return Exported(missing=False, function=_function(values[0], module), value=_value(values[0], module))
    return Exported(missing=not any(map(_may_export, nodes)))


def names(module: ir.Module) -> tuple[str, ...]:
    """The names that a module plainly exports, in their order."""
    found: dict[str, None] = {}
    for statement in module.body:
        match statement:
            case ir.Export(str(name), _):
                found[name] = None
            case ir.Export(None, ir.Mapping(entries)):
                found.update((str(key.value), None) for key, _ in entries if isinstance(key, ir.Literal))
    return tuple(found)


def _nodes(module: ir.Module) -> list[ir.Node]:
    return [node for statement in module.body for node in ir.walk(statement)]


def _values(nodes: list[ir.Node], name: str) -> Iterator[ir.Expression]:
    for node in nodes:
        match node:
            case ir.Export(None, ir.Mapping(entries)):
                yield from (value for key, value in entries if isinstance(key, ir.Literal) and key.value == name)
            case ir.Export(given, value) if given == name:
                yield value
            case ir.Import(bound=bound, how="reexport") if bound == name:
                yield ir.Opaque((), node.span)


def _may_export(node: ir.Node) -> bool:
    """Whether a node may give names to others that are not written."""
    match node:
        case ir.Export(None, ir.Mapping(entries)):
            return any(not isinstance(key, ir.Literal) for key, _ in entries)
        case ir.Export(None | "default"):
            return True
        case ir.Import(name="*", how="reexport"):
            return True
        case ir.Name(id):
            return id in _OPEN
        case _:
            return False


def _function(value: ir.Expression, module: ir.Module) -> ir.Function | None:
    match value:
        case ir.Lambda(function):
            return function
        case ir.Name(id):
            found = module.names.get(id)
            assigned = [each for each in module.body if isinstance(each, ir.Assign) and _sets(each, id)]
            return found if isinstance(found, ir.Function) and not assigned else None
        case _:
            return None


def _value(value: ir.Expression, module: ir.Module) -> ir.Expression | None:
    """What a name that is exported is set to, once."""
    if not isinstance(value, ir.Name):
        return value
    given = [each.value for each in module.body if isinstance(each, ir.Assign) and _sets(each, value.id)]
    return given[0] if len(given) == 1 else None


def _sets(statement: ir.Assign, name: str) -> bool:
    return any(isinstance(target, ir.Name) and target.id == name for target in statement.targets)
