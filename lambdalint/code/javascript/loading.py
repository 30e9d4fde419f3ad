"""Which packages the modules of a handler load before the first event, on every way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lambdalint.code import ir
from lambdalint.code.endings import JAVASCRIPT, TYPESCRIPT
from lambdalint.code.entry import Load
from lambdalint.code.javascript import is_built
from lambdalint.code.javascript.resolving import File, Package, Resolver, Unresolved
from lambdalint.code.parsed import Parsed
from lambdalint.records import dataclass
from lambdalint.source import Source, Span, UnreadableSource

MOST = 500
"""How many files of one handler are looked at."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one module loads as it is read."""

    specifier: str
    how: str
    span: Span
    used: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Reached:
    """What a handler's file loads, and what that loads in turn."""

    loads: tuple[Load, ...]
    files: frozenset[str]
    """The project's own."""
    own: tuple[tuple[str, Span, str], ...] = ()
    """The modules of these that are named by where they lie from there: how, where, and the file."""
    in_layers: tuple[tuple[str, Span], ...] = ()
    """What is named by its path in /opt and was not found there, and where."""


def reached(source: Source, resolver: Resolver, parsed: Parsed, known: dict[str, tuple[Loaded, ...]]) -> Reached:
    """What a file loads: packages from elsewhere, and the project's files with what these load.

    `known` keeps for the files of a run what each of them loads.
    """
    found: list[Load] = []
    own: list[tuple[str, Span, str]] = []
    in_layers: list[tuple[str, Span]] = []
    seen: set[str] = set()
    pending = [source]
    while pending and len(seen) < MOST:
        each = pending.pop(0)
        module = None if each.path in seen or is_built(each) else parsed.module(each)
        seen.add(each.path)
        if module is None:
            continue
        if each.origin or each.path not in known:
            known[each.path] = tuple(_loaded(module))
        for one in known[each.path]:
            match resolver.resolve(one.specifier, each.path, one.how):
                case File(path) if path.endswith(JAVASCRIPT):
                    other = _read(path, resolver)
                    pending += [] if other is None else [other]
                    if one.specifier.startswith("."):
                        own.append((one.specifier, one.span, path))
                case Package(name, inner):
                    found.append(Load(name, inner, one.span, one.used))
                case Unresolved() if one.specifier.startswith("/opt/"):
                    in_layers.append((one.specifier, one.span))
    return Reached(tuple(found), frozenset(seen), tuple(own), tuple(in_layers))


def _loaded(module: ir.Module) -> Iterator[Loaded]:
    nodes = [node for statement in module.body for node in ir.walk(statement)]
    imports = [each for each in module.body if isinstance(each, ir.Import)]
    typed = module.source.path.endswith(TYPESCRIPT)
    names = Counter(node.id for node in nodes if isinstance(node, ir.Name))
    attributes: dict[str, set[str]] = {}
    read: Counter[str] = Counter()
    for node in nodes:
        if isinstance(node, ir.Attribute) and isinstance(node.value, ir.Name):
            attributes.setdefault(node.value.id, set()).add(node.name)
            read[node.value.id] += 1
    for each in imports:
        # TypeScript leaves out what is imported and only named in types.
        if typed and each.how == "import" and each.bound and not names[each.bound]:
            continue
        if each.name not in {None, "default", "*"}:
            used: frozenset[str] | None = frozenset({each.name or ""})
        else:
            # It is used otherwise where it is not only named for an attribute of it.
            whole = not each.bound or read[each.bound] != names[each.bound]
            used = None if whole else frozenset(attributes.get(each.bound, ()))
        yield Loaded(each.module, each.how, each.span, used)
    for statement in module.body:
        if isinstance(statement, ir.Assign | ir.Do | ir.Export):
            for specifier, span in _required(statement.value):
                yield Loaded(specifier, "require", span, None)


def _required(value: ir.Expression) -> Iterator[tuple[str, Span]]:
    """What an expression requires as it is evaluated: not in the functions in it, nor in one of its branches."""
    if isinstance(value, ir.Lambda | ir.Conditional | ir.Boolean):
        return
    match value:
        case ir.Call(ir.Name("require"), (ir.Argument(value=ir.Literal(str(specifier))),)):
            yield specifier, value.span
    for child in ir.children(value):
        if isinstance(child, ir.Argument):
            yield from _required(child.value)
        elif isinstance(child, ir.Call | ir.Attribute | ir.Mapping | ir.Sequence | ir.Lambda | ir.Await):
            yield from _required(child)


def _read(path: str, resolver: Resolver) -> Source | None:
    try:
        return resolver.sources.read(path)
    except UnreadableSource:
        return None
