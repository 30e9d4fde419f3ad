"""Names: whether what code reads stands for anything."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler, Stray
from lambdalint.meaning import library
from lambdalint.model import Project
from lambdalint.model.view import text
from lambdalint.source import Span

_ERRORS = {"python": "NameError", "javascript": "ReferenceError"}


@check
def undefined_name(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for stray in handler.strays:
            if stray.span in told or library.may_be_there(stray) or _runs_on_python_2(project, handler, stray):
                continue
            told.add(stray.span)
            also = () if stray.elsewhere is None else ((stray.elsewhere, "sets it for itself alone"),)
            yield Problem(
                stray.span,
                f"reads {stray.name}, {_why(stray)}: {_ERRORS[handler.language]}{_when(stray)}",
                (*also, *way(stray.trail)),
                about=project.functions_of(handler),
            )


def _runs_on_python_2(project: Project, handler: Handler, stray: Stray) -> bool:
    return library.had_by_python_2(stray.name) and any(
        (text(each.runtime) or "").startswith("python2") for each in project.functions_of(handler)
    )


def _why(stray: Stray) -> str:
    if library.had_by_python_2(stray.name):
        return "which Python 3 does not have"
    if stray.elsewhere is not None:
        return "which another function sets for itself, and nothing sets here"
    return "which nothing in its module sets or imports"


def _when(stray: Stray) -> str:
    return " as the module is loaded, before any event" if stray.phase == "init" else " as soon as a run comes here"
