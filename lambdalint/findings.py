"""What becomes of a finding that a rule tells: whose it is, how grave, where it stands, and that it is told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import islice

from lambdalint.acknowledged import Acknowledged
from lambdalint.check import ADD, SEVERITIES, Problem
from lambdalint.data import actions, secrets
from lambdalint.model.owners import Owners
from lambdalint.outcome import Met
from lambdalint.records import replace
from lambdalint.rules import Finding
from lambdalint.source import Span
from lambdalint.templates import beside
from lambdalint.templates.aside import Aside, is_for_tests
from lambdalint.templates.outline import Outline
from lambdalint.templates.written import Written


def eased(finding: Finding, aside: Aside, acknowledged: Acknowledged, tools: Set[str]) -> Finding:
    """A finding; a note where nobody is to mend what a warning tells of, or has decided not to, and in `tools`."""
    nobody_s = (
        finding.span in aside
        or (bool(finding.owners) and all(map(is_for_tests, finding.owners)))
        or any(map(is_for_tests, finding.span.path.split("/")))
    )
    decided = finding.severity == "warning" and finding in acknowledged
    mild = (
        finding.span.path in tools
        or aside.holds(finding.span)
        or decided
        or (finding.severity == "warning" and nobody_s)
    )
    return as_note(finding) if mild else finding


def at_origin(finding: Finding, written: Written) -> Finding:
    """A finding in what a tool wrote, at the place that this was written of; its own is a further place then."""
    problem = finding.problem
    origin = written.origin(problem.span)
    also = tuple(_moved(span, note, written) for span, note in problem.also)
    if origin is not None:
        moved = replace(problem, span=origin, also=(*also, (problem.span, _WRITTEN)), fix=None, output=problem.span)
        return replace(finding, problem=moved)
    return finding if also == problem.also else replace(finding, problem=replace(problem, also=also))


_WRITTEN = "what was synthesised of it"


def _moved(span: Span, note: str, written: Written) -> tuple[Span, str]:
    """A further place, where it was written: there what is to be added is spelt otherwise."""
    origin = written.origin(span)
    return (span, note) if origin is None else (origin, note.partition(ADD)[0])


def as_note(finding: Finding) -> Finding:
    if finding.problem.secret:
        return finding
    return replace(finding, problem=replace(finding.problem, severity="note"))


def owners_of(problem: Problem, owners: Owners) -> tuple[str, ...]:
    """Whose a problem is: what its check says, else whose its place is, or the first further place that is somebody's.

    What is asked to be installed, in a file of its own, belongs to nobody; that a function runs it, such a place says.
    Of the functions that share a place those are meant whose way there the further places tell.
    """
    about = problem.about if isinstance(problem.about, tuple) else (problem.about,)
    if about:
        return tuple(dict.fromkeys(each.name for each in about))
    found = (owners.of(span) for span in (problem.span, *(span for span, _ in problem.also)))
    meant = next((names for names in found if names), ())
    for span, _ in problem.also:
        leading = owners.running(span)
        meant = tuple(each for each in meant if each in leading) or meant
    return meant


def once(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, as grave as it is of any, for all whose it is: several functions may run the same code.

    Templates that lead to it may have different words for it.
    """
    told: dict[tuple[str, Span, str], Finding] = {}
    for finding in findings:
        key = finding.rule.name, finding.span, finding.problem.alike or _whosever(finding)
        first = told.setdefault(key, finding)
        if first is not finding:
            gravest = max(first, finding, key=lambda each: SEVERITIES.index(each.severity))
            # The one whose way is shown comes first.
            told[key] = replace(gravest, owners=tuple(dict.fromkeys((*gravest.owners, *first.owners, *finding.owners))))
    return sorted(map(withheld, told.values()), key=lambda each: each.order)


def _whosever(finding: Finding) -> str:
    """What is said, without the calls of a module before the names of what each makes: `mail.` of `mail.worker`."""
    message = finding.problem.message
    for owner in finding.owners:
        call, dot, _ = owner.rpartition(".")
        message = message.replace(f"{call}.", "") if dot else message
    return message


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
        (span, f"{name} runs it too, of which this is not so, or not known")
        for number in numbers
        for met in judged[number][2]
        if met.span in handlers
        for name, span in met.functions
    )
    return islice(found, _SHOWN)


class Lent:
    """What the policies of resources may allow roles of other deployments, in the project that these are of."""

    def __init__(self, deployed: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self._below: Counter[str] = Counter()
        self._lent: list[tuple[str, tuple[str, ...]]] = []
        for path, given in deployed:
            self._below.update(beside.above(path))
            if given:
                self._lent.append((path, given))

    def allows(self, action: str, path: str) -> bool:
        """Whether one may allow an action to a role of the deployment at a path."""
        return bool(action) and any(
            other != path and any(actions.stands_for(each, action) for each in lent) and self._are_together(path, other)
            for other, lent in self._lent
        )

    def _are_together(self, one: str, other: str) -> bool:
        """Whether two deployments are of one project."""
        around = set(beside.above(other))
        return next(self._below[each] for each in beside.above(one) if each in around) <= beside.MOST


def withheld(finding: Finding) -> Finding:
    """A finding without the secrets that its check may have quoted from the project, and that names may be."""
    problem = finding.problem
    if not any(secrets.shows(text) for text in (problem.message, *finding.owners, *(note for _, note in problem.also))):
        return finding
    also = tuple((span, secrets.withheld(note)) for span, note in problem.also)
    owners = tuple(map(secrets.withheld, finding.owners))
    # What mends it may name them as well.
    told = replace(problem, message=secrets.withheld(problem.message), also=also, fix=None)
    return replace(finding, problem=told, owners=owners)
