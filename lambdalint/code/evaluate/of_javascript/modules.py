"""What JavaScript's modules bring in and give out, as ES modules and CommonJS do it.

What a module exports is one object, whatever its kind; ES modules also give names whose values are set later.
"""

from __future__ import annotations

import json

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import access, foreign, straight
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.of_javascript import methods
from lambdalint.code.evaluate.run import Run, executes
from lambdalint.code.evaluate.ways import NEXT
from lambdalint.code.facts import Import
from lambdalint.code.value import Constant, Imported, Mapping, Module, Scope, Unknown, Value
from lambdalint.source import Span

DEFAULT = "default"


def exported(run: Run, scope: Scope, name: str) -> Value | None:
    """What a module gives under a name, also under one within another: `routes.get`."""
    first, _, inner = name.partition(".")
    value = _exported(run, scope, first, set())
    if value is None and first != DEFAULT:
        # Node.js 24 looks there too, and a module may be a client or a class as a whole.
        whole = _exported(run, scope, DEFAULT, set())
        value = None if whole is None else _entry(run, whole, first, Span.top(scope.module.source.path))
    if value is not None and inner:
        return _entry(run, value, inner, Span.top(scope.module.source.path))
    return None if value is None else methods.bound(value, exports(scope))


def _entry(run: Run, value: Value, name: str, span: Span) -> Value | None:
    if isinstance(value, Mapping) and name not in value.entries and not value.open:
        return None
    return access.attribute(run, value, name, span)


def _exported(run: Run, scope: Scope, name: str, seen: set[int]) -> Value | None:
    if id(scope) in seen:
        return None
    seen.add(id(scope))
    if name in scope.exports:
        found = scope.names.get(scope.exports[name])
        return found if found is not None else linked(run, scope, scope.exports[name])
    whole = exports(scope)
    if isinstance(whole, Mapping):
        if name in whole.entries:
            return whole.entries[name]
        for star in scope.stars:
            found = _exported(run, star, name, seen) if name != DEFAULT else None
            if found is not None:
                return found
        if whole.open:
            return Unknown()
        return whole if name == DEFAULT and not scope.exports and not scope.stars else None
    return whole if name == DEFAULT else access.attribute(run, whole, name, Span.top(scope.module.source.path))


def linked(run: Run, scope: Scope, name: str) -> Value | None:
    """What an imported name stands for that had no value yet when it was imported: modules import each other."""
    if name not in scope.links:
        return None
    target, given = scope.links[name]
    return _exported(run, target, given, set())


def exports(scope: Scope) -> Value:
    """What a module exports, as an object."""
    return itself(scope).entries["exports"]


def itself(scope: Scope) -> Mapping:
    """What `module` stands for in a file."""
    found = scope.top.names.get("module")
    if not isinstance(found, Mapping):
        span = Span.top(scope.module.source.path)
        found = Mapping(span, {"exports": Mapping(span)}, open=True)
        scope.top.names["module"] = found
    return found


@executes(ir.Export)
def _export(run: Run, node: ir.Export, scope: Scope) -> int:
    if node.name is None:
        itself(scope).entries["exports"] = run.evaluate(node.value, scope)
        return NEXT
    if isinstance(node.value, ir.Name) and scope.owner(node.value.id) in (None, scope):
        # `export { handler }` may stand before what sets it.
        scope.exports[node.name] = node.value.id
        return NEXT
    whole = exports(scope)
    value = run.evaluate(node.value, scope)
    if isinstance(whole, Mapping):
        whole.entries[node.name] = value
    return NEXT


def bring(run: Run, node: ir.Import, scope: Scope) -> None:
    """Do what an import does."""
    target = load(run, node.module, node.span, node.how)
    if node.how == "reexport":
        _hand_on(run, node, target, scope)
    elif node.bound:
        value = _given(run, node, target)
        if value is not None:
            access.assign(run, ir.Name(node.bound, node.span), value, scope)
        elif isinstance(target, Scope) and node.name is not None:
            scope.links[node.bound] = (target, node.name)


def _given(run: Run, node: ir.Import, target: Scope | Imported | Unknown) -> Value | None:
    """What an import binds; None where the module that gives it has not got so far."""
    match target:
        case Scope():
            if node.name is None:
                return whole(target, node.how)
            return _exported(run, target, node.name, set())
        case Imported(name) if node.name not in (None, DEFAULT):
            return Imported(f"{name}.{node.name}")
        case value:
            return value


def whole(scope: Scope, how: str) -> Value:
    """What `require` gives of a module, or `import * as`."""
    return (
        exports(scope)
        if how == "require" and not (scope.exports or scope.stars)
        else Module(scope.module.source.path, scope)
    )


def _hand_on(run: Run, node: ir.Import, target: Scope | Imported | Unknown, scope: Scope) -> None:
    held = exports(scope)
    if not isinstance(held, Mapping):
        return
    if node.name != "*":
        value = _given(run, node, target)
        if value is not None:
            held.entries[node.bound] = value
        elif isinstance(target, Scope) and node.name is not None:
            scope.exports[node.bound] = f"·{node.bound}"
            scope.links[f"·{node.bound}"] = (target, node.name)
    elif isinstance(target, Scope):
        scope.stars.append(target)
    else:
        held.open = True


def load(run: Run, specifier: str, span: Span, how: str = "import") -> Scope | Imported | Unknown:
    """What a specifier leads to: a module of the project, evaluated, or the name of one from elsewhere."""
    from lambdalint.code.javascript.resolving import File, Package  # what only this language needs

    match run.modules.resolve(specifier, span.path, how):
        case File(path):
            return _module(run, path, span)
        case Package() as package:
            _note(run, package.module, span)
            return Imported(package.module)
        case _:
            _note(run, f"{idioms.UNSEEN}{specifier}", span)
            return Unknown()


def _note(run: Run, name: str, span: Span) -> None:
    here = run.here
    run.imports.append(Import(name, span, here.phase, here.trail, here.caught, here.conditional))


def _module(run: Run, path: str, span: Span) -> Scope | Unknown:
    if path not in run.loaded:
        if path.endswith(".json") and run.straight:
            return _data(run, path)
        module = None if path.endswith(".json") else run.modules.read(path)
        if module is None:
            if not path.endswith(".json"):
                _note(run, f"{idioms.UNSEEN}{path}", span)
            return Unknown()
        scope = Scope(module)
        if not run.load(scope):
            _note(run, f"{idioms.UNSEEN}{path}", span)
            itself(scope).entries["exports"] = Unknown()
            return scope
        # A module's body runs once, whoever imports it and whenever.
        around = {"phase": "init", "once": False, "loops": (), "caught": (), "trail": (), "exposed": False}
        with run.within(**around):
            run.execute(module.body, scope)
    return run.loaded[path]


def _data(run: Run, path: str) -> Scope | Unknown:
    """A file of data, as a module that exports it."""
    source = run.modules.text(path)
    try:
        given = None if source is None else json.loads(source.text)
    except (ValueError, RecursionError):
        return Unknown()
    if source is None:
        return Unknown()
    scope = Scope(ir.Module(source, ()))
    itself(scope).entries["exports"] = straight.made(given, Span.top(path))
    run.loaded[path] = scope
    return scope


def require(run: Run, specifier: Value, span: Span, how: str) -> Value:
    """What a call of `require` or `import` gives."""
    if not isinstance(specifier, Constant) or not isinstance(specifier.value, str):
        _note(run, idioms.UNSEEN, span)
        foreign.call(run, f"js:{how}", None, Arguments((specifier,)), span)
        return Unknown((specifier,))
    if how == "require" and run.here.conditional and "" in run.here.caught and specifier.value.startswith("."):
        # Where it is not there, something else is loaded, or was before: a package for the server, or for Lambda.
        _note(run, f"{idioms.UNSEEN}{specifier.value}", span)
        return Unknown()
    target = load(run, specifier.value, span, how)
    return whole(target, how) if isinstance(target, Scope) else target
