"""The names that a program's text binds, scope by scope, whether or not a run comes to where it does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from lambdalint.code import ir
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """What a module binds."""

    names: frozenset[str]
    open: bool
    """Whether it may have names that are not spelt out."""


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


def _of(body: Iterable[ir.Statement]) -> set[str]:
    names: set[str] = set()
    for node in _within(body):
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


def _within(body: Iterable[ir.Statement]) -> Iterable[ir.Node]:
    """The nodes of a body that do not stand in a scope of their own, with the functions and classes defined there."""
    pending: list[ir.Node] = list(body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ir.Function | ir.Class):
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
        case ir.Import(name="*"):
            return True
        case ir.Import(module=module):
            return module in _OPEN_MODULES
        case ir.Attribute(ir.Name("sys"), "modules"):
            return True
        case _:
            return False
