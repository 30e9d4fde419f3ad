"""What Python's imports do: the project's own modules are evaluated, others are noted."""

from __future__ import annotations

from lambdalint.code import ir
from lambdalint.code.evaluate import access, loading
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import Escape, Import, Origin
from lambdalint.code.value import Constant, Function, Imported, Module, Scope, Unknown, Value
from lambdalint.data import distributions
from lambdalint.source import Span


def bring(run: Run, node: ir.Import, scope: Scope) -> None:
    """Do what an import does."""
    if node.level:
        package = scope.top.package.split(".") if scope.top.package else []
        if node.level > len(package) and "__package__" not in scope.top.names:
            _note_escape(run, node, scope.top)
        base = ".".join(package[: len(package) - node.level + 1])
        name, root = ".".join(part for part in (base, node.module) if part), scope.top.root
    else:
        name, root = node.module, ""
    if node.name is None:
        _import_module(run, node, name, scope)
    elif node.name == "*":
        found = loading.module(run, name, root)
        if not node.level:
            _note_import(run, name, node.span, found=found is not None)
        scope.names.update({"*": Unknown()} if found is None else found.scope.names)
        if found is not None:
            scope.stars.append(found.scope)
    else:
        value = _imported(run, name, node.name, root, bool(node.level))
        if not node.level:
            _note_import(run, name, node.span, found=value != Imported(f"{name}.{node.name}"), inner=node.name)
        _set_imported(run, node, value, scope)


def _imported(run: Run, module: str, name: str, root: str, relative: bool) -> Value:
    found = loading.module(run, module, root, name)
    if found is not None and name in found.scope.names:
        return found.scope.names[name]
    inner = loading.module(run, f"{module}.{name}" if module else name, root)
    if inner is not None:
        return inner
    lazily = None if found is None else found.scope.names.get("__getattr__")
    if run.straight and isinstance(lazily, Function):
        # A package that loads its modules when they are asked for.
        return run.call(lazily, Arguments((Constant(name),)), lazily.node.span)
    # A module of the project that was not found leaves its names unknown.
    return Unknown() if relative or found is not None else Imported(f"{module}.{name}")


def _note_import(run: Run, name: str, span: Span, *, found: bool, inner: str = "") -> None:
    """Note an import, where it leads out of the directories that imports start from."""
    here, origin = run.here, run.modules.origin(name) or run.modules.origin(f"{name}.{inner}")
    if origin is not None or not found:
        run.imports.append(Import(name, span, here.phase, here.trail, here.caught, here.conditional, origin))
    if origin is None and found:
        _note_own(run, name, span, inner)
    if origin is None and not found and not distributions.is_library(name):
        run.strangers.add(name.partition(".")[0])


def _note_own(run: Run, name: str, span: Span, inner: str) -> None:
    here = run.here
    for each in (name, f"{name}.{inner}") if inner else (name,):
        if (found := run.modules.find(each)) is not None:
            origin = Origin(found.module.source.path, found.root, "it lies below a directory that imports start from")
            run.own_imports.append(Import(each, span, here.phase, here.trail, here.caught, here.conditional, origin))


def _note_escape(run: Run, node: ir.Import, top: Scope) -> None:
    here, name = run.here, "." * node.level + (node.module or node.name or "")
    run.escapes.append(Escape(name, node.span, top.module_name, here.phase, here.caught, here.conditional))


def _import_module(run: Run, node: ir.Import, name: str, scope: Scope) -> None:
    found = loading.module(run, name)
    top = name.partition(".")[0]
    if node.how != "as" and top != name:
        # `import a.b` binds `a`, and `a.b` is an attribute of it.
        value: Value = (
            Imported(top) if found is None else loading.module(run, top) or Module(top, _package(found.scope))
        )
    else:
        value = Imported(name) if found is None else found
    _note_import(run, name, node.span, found=found is not None)
    _set_imported(run, node, value, scope)


def by_name(run: Run, name: str, span: Span) -> Value:
    """The module that `importlib.import_module` gives for a name that is spelt out."""
    found = loading.module(run, name)
    _note_import(run, name, span, found=found is not None)
    return Imported(name) if found is None else found


def _package(scope: Scope) -> Scope:
    """The scope of a directory without `__init__`: its modules are found by name."""
    return Scope(scope.module, root=scope.root)


def _set_imported(run: Run, node: ir.Import, value: Value, scope: Scope) -> None:
    access.assign(run, ir.Name(node.bound, node.span), value, scope)
