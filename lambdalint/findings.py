"""What becomes of a finding that a rule tells: whose it is, how grave, where it stands, and that it is told once."""

from __future__ import annotations

from collections.abc import Iterable, Set

from lambdalint.acknowledged import Acknowledged
from lambdalint.check import ADD, SEVERITIES, Problem
from lambdalint.data import secrets
from lambdalint.model.owners import Owners
from lambdalint.records import replace
from lambdalint.rules import Finding
from lambdalint.source import Span
from lambdalint.templates.aside import Aside, is_for_tests
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
