"""Fixes made in rounds: each looks at the files again, and takes back what has brought about an error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from lambdalint.discover import Discovery
from lambdalint.fixing.edits import reads_on, together
from lambdalint.fixing.texts import applied
from lambdalint.records import dataclass, field
from lambdalint.rewriting import Refused, changeable
from lambdalint.rules import Finding
from lambdalint.source import Source, Span
from lambdalint.told import Report
from lambdalint.wanted import Edit

ROUNDS = 25
"""How often the files are looked at again at most."""

Look = Callable[[Mapping[str, str]], tuple[Report, Discovery]]
"""A run, with texts that are taken for those of the files at their paths."""
_Key = tuple[str, str, str, str]


@dataclass(slots=True)
class Fixed:
    """What fixes have come to."""

    done: list[Finding] = field(default_factory=list)
    before: dict[str, Source] = field(default_factory=dict)
    """The files that are changed, as they are."""
    after: dict[str, str] = field(default_factory=dict)
    """Their texts, as they are to be."""
    undone: list[Finding] = field(default_factory=list)
    """What was tried and taken back: it brought about an error, or did not help."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A fix, and what it comes to."""

    finding: Finding
    edits: tuple[Edit, ...]


def fixed(look: Look, *, unsafe: bool) -> Fixed:
    """What becomes of the files that a run reads by the fixes of what it finds; nothing is written."""
    result = Fixed()
    refused: set[_Key] = set()
    report, found = look({})
    for _ in range(ROUNDS):
        made = _chosen(report, found, refused, unsafe=unsafe)
        if not made:
            break
        kept, bad, seen, there = _tried(look, result, made, report, found)
        refused |= {_key(each.finding, found) for each in bad}
        result.undone += [each.finding for each in bad]
        result.done += [each.finding for each in kept]
        report, found = seen, there
    result.after = {path: text for path, text in result.after.items() if text != result.before[path].text}
    return result


def _chosen(report: Report, found: Discovery, refused: set[_Key], *, unsafe: bool) -> list[_Made]:
    """The fixes to be made in a round: those that can be made as they are beside each other."""
    readable: dict[str, Source | None] = {}

    def read(path: str) -> Source | None:
        if path not in readable:
            try:
                readable[path] = changeable(path, report, found)
            except Refused:
                readable[path] = None
        return readable[path]

    wanted = (
        finding
        for finding in report.findings
        if (fix := finding.problem.fix) is not None and (fix.safe or unsafe) and _key(finding, found) not in refused
    )
    return [_Made(finding, made) for finding, made in together(wanted, read)]


def _tried(
    look: Look, result: Fixed, made: list[_Made], report: Report, found: Discovery
) -> tuple[list[_Made], list[_Made], Report, Discovery]:
    """Of the fixes some that do what they are to and nothing else, or one that does not; and what is found then.

    The others come in the next round: by then their places may be others.
    """
    texts = _texts(found, made)
    sources = _sources(found, made)
    if all(reads_on(source, texts[path]) for path, source in sources.items()):
        after = {**result.after, **texts}
        seen, there = look(after)
        if not _brought(report, seen) and not _useless(made, report, seen):
            for path, source in sources.items():
                result.before.setdefault(path, source)
            result.after = after
            return made, [], seen, there
    if len(made) == 1:
        return [], made, report, found
    return _tried(look, result, made[: len(made) // 2], report, found)


def _sources(found: Discovery, made: Iterable[_Made]) -> dict[str, Source]:
    paths = {edit.span.path for each in made for edit in each.edits}
    sources = ((path, found.sources.read(path)) for path in sorted(paths))
    return {path: source for path, source in sources if source is not None}


def _texts(found: Discovery, made: Iterable[_Made]) -> dict[str, str]:
    made = list(made)
    return {
        path: applied(source, [edit for each in made for edit in each.edits if edit.span.path == path])
        for path, source in _sources(found, made).items()
    }


def _key(finding: Finding, found: Discovery) -> _Key:
    """What tells a finding from others, wherever its line has come to stand."""
    source = found.sources.read(finding.span.path)
    lines = source.lines if source is not None else ()
    line = lines[finding.span.line - 1].strip() if finding.span.line <= len(lines) else ""
    return finding.rule.name, finding.span.path, finding.message, line


def _brought(before: Report, after: Report) -> bool:
    """Whether there are errors that were not there before."""
    was, now = (
        Counter(_said(each) for each in report.findings if each.severity == "error") for report in (before, after)
    )
    return bool(now - was)


def _useless(made: Sequence[_Made], before: Report, after: Report) -> bool:
    """Whether something is found where it was, as often as before, that was to be found there less often."""
    edits = [edit for each in made for edit in each.edits]
    was = Counter((_said(each), _moved(each.span, edits)) for each in before.findings)
    now = Counter((_said(each), each.span.line) for each in after.findings)
    mended = Counter((_said(each.finding), _moved(each.finding.span, edits)) for each in made)
    return any(now[key] > was[key] - number for key, number in mended.items())


def _said(finding: Finding) -> tuple[str, str, str]:
    return finding.rule.name, finding.span.path, finding.message


def _moved(span: Span, edits: Iterable[Edit]) -> int:
    """The line that the line of a place has become."""
    above = (each for each in edits if each.span.path == span.path and each.span.line < span.line)
    at_once = (each for each in edits if each.inserts and each.text.endswith("\n") and _begins(each.span, span))
    taken = sum(each.text.count("\n") - (each.span.end_line - each.span.line) for each in above)
    return span.line + taken + sum(each.text.count("\n") for each in at_once)


def _begins(one: Span, other: Span) -> bool:
    return (one.path, one.line, one.column) == (other.path, other.line, 1)
