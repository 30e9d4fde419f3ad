"""What can be done about a finding in an editor, as edits of what is open: nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from lambdalint import fixing
from lambdalint.ignoring import with_ignores
from lambdalint.records import dataclass
from lambdalint.rewriting import Refused, changeable
from lambdalint.rules import Finding
from lambdalint.server.checking import Told, within
from lambdalint.source import Source, Span
from lambdalint.wanted import Edit

_UNUSED = "unused-ignore"


@dataclass(frozen=True, slots=True)
class Mending:
    """One of the things that can be done about a finding, or about several at once."""

    findings: tuple[Finding, ...]
    title: str
    edits: tuple[Edit, ...]
    texts: tuple[Source, ...]
    """The files that are edited, as they were read."""
    fixes: bool
    """Whether what is found is mended, not silenced."""
    safe: bool
    """Whether nobody needs to look at what comes of it."""


def mendings(told: Told, findings: Sequence[Finding]) -> list[Mending]:
    """What can be done about findings of a check, fixes first; nothing where its folder is there no more."""
    if told.report is None:
        return []
    try:
        with within(told.asked.folder):
            offered = _Offered(told)
            return [*offered.fixes(findings), *offered.ignores(findings)]
    except OSError:
        return []


def whole(told: Told, path: str, findings: Sequence[Finding]) -> Mending | None:
    """All safe fixes of what is found in a file that change this file alone, at once; of those that meet the first."""
    if told.report is None:
        return None
    try:
        with within(told.asked.folder):
            return _Offered(told).whole(path, findings)
    except OSError:
        return None


class _Offered:
    def __init__(self, told: Told) -> None:
        self._told = told
        self._read: dict[str, Source | None] = {}

    def fixes(self, findings: Sequence[Finding]) -> Iterator[Mending]:
        for finding in findings:
            fix = finding.problem.fix
            edits = fixing.edits(fix, self._changeable) if fix is not None else ()
            if fix is not None and edits:
                yield self._mending((finding,), _sentence(fix.message), edits, fixes=True, safe=fix.safe)

    def whole(self, path: str, findings: Sequence[Finding]) -> Mending | None:
        def read(asked: str) -> Source | None:
            return self._changeable(asked) if self._told.absolute(asked) == path else None

        safe = (each for each in findings if each.problem.fix is not None and each.problem.fix.safe)
        made = list(fixing.together(safe, read))
        edits = tuple(dict.fromkeys(edit for _, each in made for edit in each))
        texts = filter(None, map(read, sorted({each.span.path for each in edits})))
        if not edits or not all(fixing.reads_on(source, fixing.applied(source, edits)) for source in texts):
            return None
        mended = tuple(finding for finding, _ in made)
        return self._mending(mended, "Fix all that lambdalint can fix safely here", edits, fixes=True, safe=True)

    def ignores(self, findings: Sequence[Finding]) -> Iterator[Mending]:
        of_baseline = () if self._told.report is None else self._told.report.known
        for finding in findings:
            source = self._changeable(finding.span.path)
            if source is None or finding.rule.name == _UNUSED:
                continue
            known = {each.span.line for each in of_baseline if each.span.path == source.path}
            text, left = with_ignores(source, [finding], self._told.asked.wishes.reason, known)
            if not left and text != source.text:
                edit = changed(source, text)
                title = f"Ignore {finding.rule.name} here"
                yield self._mending((finding,), title, (edit,), fixes=False, safe=True)

    def _mending(
        self, findings: tuple[Finding, ...], title: str, edits: tuple[Edit, ...], *, fixes: bool, safe: bool
    ) -> Mending:
        texts = (self._changeable(path) for path in sorted({each.span.path for each in edits}))
        return Mending(findings, title, edits, tuple(filter(None, texts)), fixes, safe)

    def _changeable(self, path: str) -> Source | None:
        """The file at a path; None where it cannot be read, or must not be changed."""
        found, report = self._told.found, self._told.report
        if path not in self._read:
            self._read[path] = None
            if found is not None and report is not None:
                with suppress(Refused):
                    self._read[path] = changeable(path, report, found)
        return self._read[path]


def _sentence(order: str) -> str:
    return order[:1].upper() + order[1:]


def changed(source: Source, text: str) -> Edit:
    """The one edit that makes a text of a file's, as small as that can be."""
    before = source.text
    start = _alike(before, text)
    end = _alike(before[start:][::-1], text[start:][::-1])
    here, there = (_place(source, at) for at in (start, len(before) - end))
    return Edit(Span(source.path, *here, *there), text[start : len(text) - end])


def _alike(one: str, other: str) -> int:
    """How many letters two texts begin with that are the same."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _place(source: Source, offset: int) -> tuple[int, int]:
    """The line and column of a character."""
    before = Source(source.path, source.text[:offset]).lines
    return len(before), len(before[-1]) + 1
