"""One project by several tools: of code that several of them deploy a finding is told once, for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import islice

from lambdalint.outcome import Met
from lambdalint.records import replace
from lambdalint.rules import Finding
from lambdalint.source import Span
from lambdalint.templates.outline import Outline

_ALIKE = "by several tools"
_SHOWN = 3
"""Deployments of which it is said that a finding is not told of them."""


def across(
    judged: Sequence[tuple[Outline, Sequence[Finding], Sequence[Met]]],
) -> list[Sequence[Finding]]:
    """The findings of each deployment; where several tools deploy the same code, one of it says of all what it says of
    any, and names those of which it is not told: it is told once then."""
    running: dict[Span, list[int]] = {}
    for number, (outline, _, handlers) in enumerate(judged):
        for met in handlers if not (outline.local or outline.offline) else ():
            running.setdefault(met.span, []).append(number)
    shared = {span: tuple(at) for span, at in running.items() if len({judged[each][0].dialect for each in at}) > 1}
    if not shared:
        return [findings for _, findings, _ in judged]
    told: dict[tuple[str, Span], dict[int, list[Finding]]] = {}
    handlers_of: dict[tuple[str, Span], set[Span]] = {}
    for number, (outline, findings, handlers) in enumerate(judged):
        owned = {name: met.span for met in handlers if met.span in shared for name, _ in met.functions}
        for each in findings if owned else ():
            spans = {owned[name] for name in each.owners if name in owned}
            if spans and each.span.path not in outline.paths:
                key = each.rule.name, each.span
                told.setdefault(key, {}).setdefault(number, []).append(each)
                handlers_of.setdefault(key, set()).update(spans)
    changed: dict[int, Finding] = {}
    for key, having in told.items():
        every = dict.fromkeys(number for span in shared for number in shared[span] if span in handlers_of[key])
        if all(len(several) == 1 for several in having.values()):
            first = [several[0] for several in having.values()]
            places = [place for each in first for place in each.problem.also]
            places += list(_without(judged, [each for each in every if each not in having], handlers_of[key]))
            also = tuple(dict.fromkeys(places))
            for each in first:
                problem = replace(each.problem, also=also, alike=each.problem.alike or _ALIKE)
                changed[id(each)] = replace(each, problem=problem)
    return [[changed.get(id(each), each) for each in findings] for _, findings, _ in judged]


def _without(
    judged: Sequence[tuple[Outline, Sequence[Finding], Sequence[Met]]],
    numbers: Sequence[int],
    handlers: Set[Span],
) -> Iterator[tuple[Span, str]]:
    """The functions of other tools that run the same, and of which nothing is told."""
    found = (
        (span, f"{name} runs the same code; there this does not hold, or is not known")
        for number in numbers
        for met in judged[number][2]
        if met.span in handlers
        for name, span in met.functions
    )
    return islice(found, _SHOWN)
