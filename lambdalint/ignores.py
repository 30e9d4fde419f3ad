"""What the user has asked not to hear: `# lambdalint: ignore[rule] reason`, and a resource's Metadata."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingOf

from lambdalint.check import Problem
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.rules import Finding, Rule, load
from lambdalint.source import Source, Span
from lambdalint.spelling import nearest
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, items
from lambdalint.wanted import Fix, Unignored, corrected

COMMENT = pattern(
    r"(?:#|//|(?P<block>/\*+))\s*lambdalint:\s*(?P<verb>[\w-]*)\s*(?:\[(?P<rules>[^\]]*)\])?\s*"
    r"(?P<reason>(?(block)(?:(?!\*/).)*|.*))(?:\*/)?"
)
NAME = pattern(r"[^\s,]+")
Asked = Callable[[str], MappingOf[str, Rule]]
"""The rules that were asked of the file at a path, by name."""

HOW = "write `lambdalint: ignore[rule-name] reason`"


def written(rules: Iterable[str], reason: str) -> str:
    """An ignore as it stands in a comment."""
    return f"lambdalint: ignore[{', '.join(rules)}] {reason}"


def in_metadata(rules: Iterable[str], reason: str) -> dict[str, list[str] | str]:
    """An ignore as it stands in the Metadata of a resource, under `lambdalint`."""
    return {"ignore": list(rules), "reason": reason}


@dataclass(frozen=True, slots=True)
class Ignored:
    """A finding that the user has asked not to hear."""

    finding: Finding
    reason: str
    span: Span
    """Where it was asked."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """A wish not to hear of one rule within a stretch of a file."""

    rule: str
    reason: str
    span: Span
    within: Span
    """Where a finding must begin to be ignored."""

    def covers(self, finding: Finding) -> bool:
        places = (finding.span, finding.problem.output or finding.span)
        return self.rule == finding.rule.name and any(
            self.within.path == span.path
            and (self.within.line, self.within.column)
            <= (span.line, span.column)
            < (self.within.end_line, self.within.end_column)
            for span in places
        )


def apply(
    findings: Iterable[Finding], sources: Iterable[Source], said: Iterable[Ignore | Problem], asked: Asked
) -> tuple[list[Finding], list[Ignored]]:
    """The findings to tell and those to ignore; the former with what `unused-ignore` finds, where it is asked.

    `sources` are the files that were read, `said` is what the resources of every deployment say (`in_metadata_of`).
    """
    wishes: list[Ignore] = []
    problems: list[Problem] = []
    for found in (*in_comments(sources), *said):
        match found:
            case Ignore():
                wishes.append(found)
            case Problem():
                problems.append(found)
    kept, ignored = _divide(findings, wishes)
    used = {(wish.span, wish.rule) for _, wish in ignored}
    problems += _unused(wishes, used, asked)
    unused = ((asked(problem.span.path).get("unused-ignore"), problem) for problem in dict.fromkeys(problems))
    told, silenced = _divide((Finding(rule, problem) for rule, problem in unused if rule), wishes)
    kept += told
    ignored += silenced
    return sorted(kept), [
        Ignored(finding, wish.reason, wish.span) for finding, wish in sorted(ignored, key=lambda pair: pair[0])
    ]


def _divide(
    findings: Iterable[Finding], wishes: Sequence[Ignore]
) -> tuple[list[Finding], list[tuple[Finding, Ignore]]]:
    kept: list[Finding] = []
    ignored: list[tuple[Finding, Ignore]] = []
    by_place: dict[tuple[str, str], list[Ignore]] = {}
    for wish in wishes:
        by_place.setdefault((wish.within.path, wish.rule), []).append(wish)
    for finding in findings:
        paths = dict.fromkeys(span.path for span in (finding.span, finding.problem.output or finding.span))
        near = (wish for path in paths for wish in by_place.get((path, finding.rule.name), ()))
        heard = [wish for wish in near if wish.covers(finding)]
        ignored += [(finding, wish) for wish in heard[:1]]
        kept += [] if heard else [finding]
    return kept, ignored


def _unused(wishes: Iterable[Ignore], used: set[tuple[Span, str]], asked: Asked) -> Iterator[Problem]:
    """What is wrong with wishes that had no effect. One for a rule that was not asked may have one another time."""
    known = {rule.name for rule in load()}
    for wish in wishes:
        if wish.rule not in known:
            hint = nearest(wish.rule, known)
            said = f"names no rule: {wish.rule}" + (f"; the nearest is {hint}" if hint else "")
            yield Problem(wish.span, said, fix=corrected(Known(wish.rule, wish.span), hint) if hint else None)
        elif (wish.span, wish.rule) not in used and wish.rule in asked(wish.span.path).keys() - {"unused-ignore"}:
            fix = Fix(f"take out what ignores {wish.rule}", (Unignored(wish.span),))
            yield Problem(wish.span, f"ignores nothing: {wish.rule} finds nothing here", fix=fix)


def may_be_in(source: Source) -> bool:
    """Whether a file may have such comments."""
    return "lambdalint:" in source.text


def in_comments(sources: Iterable[Source]) -> Iterator[Ignore | Problem]:
    """The comments of every file, whatever its language. Inline code is read with the template it stands in."""
    for source in sources:
        if source.origin or not may_be_in(source):
            continue
        for number, line in enumerate(source.lines, 1):
            if "lambdalint:" in line and (comment := COMMENT.search(line)):
                yield from _of_comment(source, number, comment)


def _of_comment(source: Source, number: int, comment: re.Match[str]) -> Iterator[Ignore | Problem]:
    def span(start: int, end: int) -> Span:
        return source.span((number, start + 1), (number, end + 1))

    named = list(NAME.finditer(comment["rules"] or ""))
    if not asks(comment):
        what = "names no rule" if comment["verb"] == "ignore" else "is not understood"
        yield Problem(span(comment.start(), len(comment.string.rstrip())), f"{what}: {HOW}")
        return
    line = _line_meant(source, number) if alone(comment) else number
    offset = comment.start("rules")
    for name in named:
        yield Ignore(
            name[0],
            comment["reason"].strip(),
            span(offset + name.start(), offset + name.end()),
            Span(source.path, line, 1, line + 1, 1),
        )


def asks(comment: re.Match[str]) -> bool:
    """Whether a comment asks not to hear of some rule."""
    return comment["verb"] == "ignore" and NAME.search(comment["rules"] or "") is not None


def alone(comment: re.Match[str]) -> bool:
    """Whether a comment has its line for itself."""
    return not (comment.string[: comment.start()].strip() or comment.string[comment.end() :].strip())


def _line_meant(source: Source, number: int) -> int:
    """The line that a comment alone on its line speaks of: the next that is not itself a comment."""
    for following in range(number, len(source.lines)):
        if not source.lines[following].lstrip().startswith(("#", "//", "/*")):
            return following + 1
    return number


def in_metadata_of(resources: Iterable[Resource]) -> Iterator[Ignore | Problem]:
    """`Metadata: {lambdalint: {ignore: [rule, …], reason: …}}` of every resource, each place once.

    A dialect's shorthand becomes several resources, and a nested template may be deployed twice.
    """
    seen: set[tuple[Span, Span]] = set()
    for resource in resources:
        metadata = resource.metadata.get("lambdalint") if resource.metadata else None
        if metadata is None or (metadata.span, resource.extent) in seen:
            continue
        seen.add((metadata.span, resource.extent))
        ignored = metadata.get("ignore") if isinstance(metadata, Mapping) else None
        if ignored is None:
            yield Problem(metadata.span, "names no rule: write `Metadata: {lambdalint: {ignore: [rule-name]}}`")
            continue
        reason = metadata.get("reason") if isinstance(metadata, Mapping) else None
        for item in items(ignored):
            if isinstance(item, Known):
                said = str(reason.value) if isinstance(reason, Known) else ""
                yield Ignore(str(item.value), said, item.span, resource.extent)
