"""Which names a module has once Lambda has loaded it: only what it certainly lacks is said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from lambdalint.code import ir
from lambdalint.code.modules import Found, Modules
from lambdalint.records import dataclass
from lambdalint.source import Span


@dataclass(frozen=True, slots=True)
class Lack:
    """A name that a module certainly does not have."""

    places: tuple[tuple[Span, str], ...] = ()
    """What takes it away or does not give it, each with a note."""


_OPEN = frozenset({"globals", "locals", "vars", "exec", "eval", "execfile", "setattr"})
"""Functions that can set names which are not written."""


def lack(found: Found, name: str, modules: Modules, seen: frozenset[str] = frozenset()) -> Lack | None:
    """That a module certainly lacks a name; None where it has it, or may have it."""
    if found.name in seen:
        return None
    state = _Names(found, name, modules, seen | {found.name})
    state.follow(found.module.body)
    unseen = (_may_define(node, name) for part in found.module.body for node in ir.walk(part))
    return None if state.now is None or any(unseen) else state.now


class _Names:
    """What is known of one name while a module's statements run in their order."""

    def __init__(self, found: Found, name: str, modules: Modules, seen: frozenset[str]) -> None:
        self.found = found
        self.name = name
        self.modules = modules
        self.seen = seen
        self.now: Lack | None = Lack()

    def follow(self, statements: Iterable[ir.Statement]) -> None:
        for statement in statements:
            match statement:
                case ir.If(test, then, otherwise) if _is_never(test):
                    inside = next((node for part in then for node in ir.walk(part) if self._sets(node)), None)
                    if self.now == Lack() and inside is not None:
                        self.now = Lack(((inside.span, "set here, which Lambda never runs"),))
                    self.follow(otherwise)
                case ir.Delete(targets) if any(isinstance(each, ir.Name) and each.id == self.name for each in targets):
                    self.now = Lack(((statement.span, "deleted here"),))
                case ir.Import(name="*"):
                    self._take_all(statement)
                case ir.Import(bound=self.name):
                    self._take(statement)
                case ir.Function(name=defined) | ir.Class(name=defined):
                    if defined == self.name:
                        self.now = None
                case _ if self._touches(statement):
                    self.now = None

    def _touches(self, statement: ir.Statement) -> bool:
        """Whether a statement may set the name: it stands in it, or something brings names from elsewhere."""
        nodes = ir.walk(statement)
        return any(self._binds(node) or (isinstance(node, ir.Import) and node.name == "*") for node in nodes)

    def _sets(self, node: ir.Node) -> TypeGuard[ir.Import | ir.Function]:
        return (isinstance(node, ir.Function) and node.name == self.name) or (
            isinstance(node, ir.Import) and node.bound == self.name
        )

    def _binds(self, node: ir.Node) -> bool:
        match node:
            case ir.Name(id) | ir.Import(bound=id) | ir.Function(name=id) | ir.Class(name=id) | ir.Clause(name=id):
                return id == self.name
            case ir.Match(cases=cases):
                return any(each.id == self.name for case in cases for each in case.bindings)
            case _:
                return False

    def _take(self, statement: ir.Import) -> None:
        """`from module import name`."""
        self.now = None
        given = self._module(statement)
        if given is None or statement.name is None:
            return
        if self.modules.find(f"{given.name}.{statement.name}", given.root) is not None:
            return
        missing = lack(given, statement.name, self.modules, self.seen)
        if missing is not None:
            note = f"taken from {given.module.source.path}, which does not define {statement.name}"
            self.now = Lack(((statement.span, note), *missing.places))

    def _take_all(self, statement: ir.Import) -> None:
        """`from module import *`."""
        given = self._module(statement)
        if given is None or lack(given, self.name, self.modules, self.seen) is None:
            self.now = None

    def _module(self, statement: ir.Import) -> Found | None:
        """The project's module that an import takes names from."""
        module = statement.module
        if statement.level:
            package = self.found.package.split(".") if self.found.package else []
            if statement.level > len(package):
                return None
            base = package[: len(package) - statement.level + 1]
            module = ".".join([*base, module] if module else base)
        return self.modules.find(module, self.found.root)


def _is_never(test: ir.Expression) -> bool:
    """Whether a test fails where Lambda loads a module: `__name__ == "__main__"`, `TYPE_CHECKING`."""
    match test:
        case ir.Name("TYPE_CHECKING") | ir.Attribute(ir.Name("typing" | "t"), "TYPE_CHECKING") | ir.Literal(False):
            return True
        case ir.Comparison():
            names = [each.id for each in ir.children(test) if isinstance(each, ir.Name)]
            texts = [each.value for each in ir.children(test) if isinstance(each, ir.Literal)]
            return test.operator == "==" and names == ["__name__"] and texts == ["__main__"]
        case _:
            return False


def _may_define(node: ir.Node, name: str) -> bool:
    """Whether a node may set names that are not seen, or a name of the module from within a function."""
    match node:
        case ir.Function(name="__getattr__") | ir.Attribute(name="__dict__"):
            return True
        case ir.Attribute(ir.Name("sys"), "modules") | ir.Import("sys", "modules"):
            return True
        case ir.Name(id):
            return id in _OPEN
        case ir.Scope(names=names):
            return name in names
        case _:
            return False
