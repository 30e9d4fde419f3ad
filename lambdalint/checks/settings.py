"""A function's own settings."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check
from lambdalint.model import Project
from lambdalint.model.view import Number
from lambdalint.templates.value import Known


@check
def default_timeout(project: Project) -> Problems:
    for function in project.functions:
        match function.timeout:
            case Number(seconds, default=True) if not (
                function.generated or (function.inline and function.deployment_only)
            ):
                yield Problem(function.span, f"stops after {seconds} s, the default")


@check
def handler_not_found(project: Project) -> Problems:
    for function in project.functions:
        missed = project.not_located(function)
        named = function.get("Handler")
        if missed is not None and missed.certain and isinstance(named, Known):
            near = f"; did you mean {missed.near}?" if missed.near else ""
            yield Problem(named.span, f"names {missed.why}{near}")
