"""The project's modules, each evaluated once in a run."""

from __future__ import annotations

from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import Module, Scope, Unknown


def module(run: Run, name: str, root: str = "", wanted: str | None = None) -> Module | None:
    """The project's module of a dotted name, evaluated; None where it comes from elsewhere.

    `wanted` is a name that it should set.
    """
    found = run.modules.find(name, root, wanted)
    if found is None:
        return None
    path = found.module.source.path
    if path not in run.loaded:
        scope = Scope(found.module, module_name=name, package=found.package, root=found.root)
        if not run.load(scope):
            scope.names["*"] = Unknown()
            return Module(name, scope)
        guarded = run.here.conditional or bool({"", "ImportError", "ModuleNotFoundError"} & set(run.here.caught))
        if not guarded:
            run.sure.append(scope)
        # A module's body runs once, whoever imports it and whenever.
        around = {"phase": "init", "once": False, "loops": (), "caught": (), "trail": (), "exposed": False}
        with run.within(**around, conditional=guarded):
            run.execute(found.module.body, scope)
    return Module(name, run.loaded[path])
