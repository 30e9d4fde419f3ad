"""The names that a program's text binds, scope by scope, whether or not a run comes to where it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from lambdalint.code import ir
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """What a module binds."""

    names: frozenset[str]
    open: bool
    """Whether it may have names that are not spelt out, but for those that a `*` imports."""


_OPEN = frozenset({"globals", "locals", "vars", "dir", "exec", "eval", "execfile", "setattr", "__builtins__"})
"""What can bind, or ask about, names that are not written."""
_OPEN_MODULES = frozenset({"builtins", "__builtin__"})


@lru_cache(maxsize=256)
def function(node: ir.Function) -> frozenset[str]:
    """What a function binds for itself: its parameters, and what its body sets that it does not say to be others'."""
    names = {each.name for each in node.parameters} | _of(node.body)
    others = {name for each in _within(node.body) if isinstance(each, ir.Scope) for name in each.names}
    return frozenset(names - others)


@lru_cache(maxsize=64)
def module(node: ir.Module) -> Bound:
    """What a module binds: at its top, in the bodies of its classes, and what its functions say to be global."""
    names = _of(node.body)
    opens = False
    for each in (inner for statement in node.body for inner in ir.walk(statement)):
        match each:
            case ir.Scope(kind="global", names=declared):
                names.update(declared)
            case ir.Class(body=body):
                names |= _of(body)
        opens = opens or _opens(each)
    return Bound(frozenset(names), opens)


def setter(node: ir.Module, name: str) -> ir.Function | None:
    """A function of a module that binds a name for itself alone."""
    for each in (inner for statement in node.body for inner in ir.walk(statement)):
        if isinstance(each, ir.Function) and name in function(each):
            return each
    return None


_NEVER_FAILS = frozenset({
    "bool", "client", "dict", "format", "get", "getenv", "getLogger", "isinstance", "items", "keys", "len", "list",
    "lower", "now", "perf_counter", "range", "replace", "resource", "set", "sorted", "split", "str", "strip",
    "time", "tuple", "type", "upper", "utcnow", "uuid4", "values",
})  # fmt: skip
"""How functions and methods are called whose calls hardly ever fail, beside classes."""


@lru_cache(maxsize=4096)
def unset(function: ir.Function, tried: ir.Try, clause: ir.Clause) -> tuple[tuple[ir.Name, ir.Assign], ...]:
    """The first reads in a clause of what nothing sets but the statement whose failure it handles, with that statement.

    A clause for errors of some kinds may be there for what is done after that.
    """
    setting = [each for each in tried.body if isinstance(each, ir.Assign) and _may_fail(each)]
    if clause.types is not None and not _is_everything(clause.types):
        setting = [each for each in setting if each is tried.body[-1]]
    own = {each.name for each in function.parameters} | _of(function.body, but=tried)
    own |= {name for each in _within(function.body) if isinstance(each, ir.Scope) for name in each.names}
    found: list[tuple[ir.Name, ir.Assign]] = []
    for each in setting:
        before = _of(tried.body[: tried.body.index(each)])
        fresh = {name for target in each.targets for name in _targets(target)} - own - before - _of(clause.body)
        fresh -= set() if clause.name is None else {clause.name}
        lost = {id(node) for inner in _kept_quiet(clause.body) for node in _within(inner.body)}
        names = (node for node in _within(clause.body) if isinstance(node, ir.Name) and id(node) not in lost)
        reads = [node for node in names if node.id in fresh]
        if reads:
            found.append((min(reads, key=lambda read: (read.span.line, read.span.column)), each))
    return tuple(found)


def _kept_quiet(body: Iterable[ir.Statement]) -> Iterator[ir.Try]:
    """What is tried in a body without anything coming of its failure."""
    for each in _within(body):
        if isinstance(each, ir.Try):
            types = [clause.types for clause in each.clauses]
            raises = any(isinstance(node, ir.Raise) for clause in each.clauses for node in _within(clause.body))
            if not raises and any(each is None or _is_everything(each) for each in types):
                yield each


def _may_fail(statement: ir.Assign) -> bool:
    calls = [each for each in _within((statement,)) if isinstance(each, ir.Call)]
    names = [each.function for each in calls if isinstance(each.function, ir.Name | ir.Attribute)]
    called = [each.id if isinstance(each, ir.Name) else each.name for each in names]
    return any(
        (name not in _NEVER_FAILS and not name[:1].isupper()) or _asks_a_server(each)
        for name, each in zip(called, names, strict=True)
    )


def _asks_a_server(function: ir.Expression) -> bool:
    match function:
        case ir.Attribute(ir.Name(library), "get"):
            return library in ("requests", "httpx", "session")
        case _:
            return False


def _is_everything(types: ir.Expression) -> bool:
    return isinstance(types, ir.Name) and types.id in ("Exception", "BaseException")


def _of(body: Iterable[ir.Statement], but: ir.Try | None = None) -> set[str]:
    """What a body binds, but for what is tried in one of its statements."""
    names: set[str] = set()
    for node in _within(body, but):
        match node:
            case ir.Function(name=name) | ir.Class(name=name) | ir.Import(bound=name):
                names.add(name)
            case ir.Clause(name=str(name)):
                names.add(name)
            case ir.Assign(targets=targets) | ir.Delete(targets=targets):
                names.update(name for target in targets for name in _targets(target))
            case ir.Update(target=target) | ir.For(target=target) | ir.Loop(target=target) | ir.Bind(target=target):
                names.update(_targets(target))
            case ir.With(contexts=contexts):
                names.update(name for _, target in contexts if target is not None for name in _targets(target))
            case ir.Case(bindings=bindings):
                names.update(each.id for each in bindings)
    return names


def _within(body: Iterable[ir.Statement], but: ir.Try | None = None) -> Iterable[ir.Node]:
    """The nodes of a body that do not stand in a scope of their own, with the functions and classes defined there."""
    pending: list[ir.Node] = list(body)
    while pending:
        node = pending.pop()
        yield node
        if node is but:
            pending += (*but.otherwise, *but.final, *(each for clause in but.clauses for each in clause.body))
        elif not isinstance(node, ir.Function | ir.Class):
            pending += ir.children(node)


def _targets(node: ir.Expression) -> Iterable[str]:
    match node:
        case ir.Name(id):
            yield id
        case ir.Spread(value):
            yield from _targets(value)
        case ir.Sequence(items=items):
            for each in items:
                yield from _targets(each)


def _opens(node: ir.Node) -> bool:
    match node:
        case ir.Name(id):
            return id in _OPEN
        case ir.Import(module=module):
            return module in _OPEN_MODULES
        case ir.Attribute(ir.Name("sys"), "modules"):
            return True
        case _:
            return False
