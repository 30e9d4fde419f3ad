"""Names: whether what code reads stands for anything."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler, Stray
from lambdalint.meaning import library
from lambdalint.model import Project
from lambdalint.source import Span

_ERRORS = {"python": "NameError", "javascript": "ReferenceError"}

_SPILT = "sets names that nothing declares"
"""The cause of all that a file sets so: one style of writing."""


@check
def undefined_name(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for stray in handler.strays:
            if stray.span in told or library.may_be_there(stray):
                continue
            told.add(stray.span)
            note = "set here" if stray.failed else "has it for itself alone"
            also = () if stray.elsewhere is None else ((stray.elsewhere, note),)
            error = f"{_ERRORS[handler.language]}{_when(stray)}"
            yield Problem(
                stray.span,
                f"reads {stray.name}, {_why(stray, handler)}: {error}",
                (*also, *way(stray.trail)),
                severity="warning" if stray.failed else None,
                about=project.functions_of(handler),
            )
        for spill in handler.spills:
            if spill.span in told or spill.phase == "init":
                continue
            told.add(spill.span)
            strict = spill.strict or (spill.strict is None and not project.may_be_bundled(handler))
            yield Problem(
                spill.span,
                f"sets {spill.name}, which nothing declares: {_FAILS if strict else _OUTLIVES}",
                way(spill.trail),
                None if strict else "warning",
                about=project.functions_of(handler),
                cause=_SPILT,
            )


_FAILS = "ReferenceError as soon as a run comes here, as this is strict code"
_OUTLIVES = "it becomes a global of the environment, which outlives the event"


def _is_of_python_2(stray: Stray, handler: Handler) -> bool:
    return handler.language == "python" and library.had_by_python_2(stray.name)


def _why(stray: Stray, handler: Handler) -> str:
    if stray.failed:
        return "which is not set where the call that gives it has failed, and that is handled here"
    if _is_of_python_2(stray, handler):
        return "which Python 3 does not have"
    if stray.elsewhere is None:
        return "which nothing in its module sets or imports"
    scope = "function" if handler.language == "python" else "block or function"
    return f"which another {scope} sets for itself, and nothing sets here"


def _when(stray: Stray) -> str:
    if stray.failed:
        return " in the place of what went wrong"
    return " as the module is loaded, before any event" if stray.phase == "init" else " as soon as a run comes here"
