"""Layers."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check
from lambdalint.data import distributions
from lambdalint.model import Project, layers
from lambdalint.model.view import text

_MOST = 5
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


@check
def too_many_layers(project: Project) -> Problems:
    for function in project.functions:
        if len(function.layers) > _MOST and not function.generated:
            yield Problem(
                function.key("Layers"), f"names {len(function.layers)} layers; a function takes {_MOST}", about=function
            )


@check
def layer_mismatch(project: Project) -> Problems:
    for function in project.functions:
        if function.generated:
            continue
        for layer in function.layers:
            made = layers.made(project, layer)
            mild = layers.packs(layer) in distributions.PURE if made is None else layers.is_plain(function, made)
            for named, own in layers.mismatches(project, layer, text(function.runtime) or "", function.architecture):
                yield Problem(
                    layer.span,
                    f"runs on {own} with a layer for {named}",
                    () if made is None else ((made.span, "the layer"),),
                    "note" if mild else None,
                    about=function,
                )
