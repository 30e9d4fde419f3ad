"""What other linters were told to pass over in a template, or a comment says to be meant: its author has decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from lambdalint.patterns import pattern
from lambdalint.rules import Finding
from lambdalint.source import Sources, Span, UnreadableSource
from lambdalint.templates.outline import Outline

_RESOURCES = ("AwsSolutions-IAM5", "W11", "W12", "W13", "aws-iam-no-policy-wildcards", "AVD-AWS-0057", *(
    f"CKV_AWS_{number}" for number in (107, 108, 109, 110, 111, 286, 287, 288, 289, 290, 355, 356)
))  # fmt: skip
_ACTIONS = ("AwsSolutions-IAM5", "F3", "F4", "F5", "aws-iam-no-policy-wildcards", "AVD-AWS-0057", *(
    f"CKV_AWS_{number}" for number in (1, 49, 62, 63)
))  # fmt: skip
_SAME = {
    "broad-managed-policy": ("AwsSolutions-IAM4", "CKV_AWS_274", "W43"),
    "wildcard-action": _ACTIONS,
    "wildcard-resource": _RESOURCES,
}
"""The names of the like of a rule in cdk-nag, cfn-nag, Checkov, tfsec and Trivy, by the rule's."""

_IN_CODE = {
    "certificate-not-verified": ("B323", "B501", "B507", "S323", "S501", "S507"),
    "network-call-without-timeout": ("B113", "S113"),
}
"""The same of Bandit and Ruff, for rules about code."""

_SAID = ("broad-managed-policy", "pass-role-wildcard", "public-function-url", "wildcard-action", "wildcard-resource")
"""The rules about what somebody may well have meant, and says so in a comment."""

_PLACED = ("client-in-handler", "secret-fetched-in-handler")
"""The rules about where something is done, for which the comment above a call may have a reason."""
_HERE = pattern(
    r"\b(?:inside|within|in) (?:of )?(?:the |this |our |each |every )?(?:lambda )?(?:handler|invocation|function)\b"
    r"[^.\n]*\b(?:so|because|since|to|for|as)\b",
    re.IGNORECASE,
)
"""What such a comment says: that it stands in the handler for some reason."""

_TRIED = pattern(
    r"\b(?:immediately|at once|right away|straight (?:away|to)|only once|(?:do|does) ?(?:not|n['’]t) retry"
    r"|never retr(?:y|ied)|no retr(?:y|ies)|without (?:a )?retr(?:y|ies)"
    r"|(?:one|a single|1) (?:attempt|try)|bounded retr(?:y|ies)|(?:the )?first (?:attempt|failure|time))\b",
    re.IGNORECASE,
)
"""What a comment says above the number of times that a message is received, where few are meant."""
_ARGUMENTS = 3
"""The lines in which that number stands, with its comment, in a queue that a program makes."""

_BLOCK = pattern(r"^[A-Za-z]")
_LATER = pattern(r"\b(?:TODO|FIXME|XXX)\b")
_BESIDE = pattern(r"\s(?:#|//)\s.*$")
_OPEN = pattern(
    r"\b(?:any|arbitrary|every|whatever|whichever)\s(?:[\w-]+\s){0,2}(?:buckets?|certificates?|clusters?|files?"
    r"|functions?|identit(?:y|ies)|indexe?s?|jobs?|keys?|lambdas?|logs?|machines?|models?|objects?|parameters?|pipelines?"
    r"|projects?|queues?|roles?|secrets?|stacks?|streams?|tables?|tasks?|topics?|workflows?)\b",
    re.IGNORECASE,
)
"""What a comment says of a statement that is meant for what nobody knows before: any bucket that a job names."""

_REASON = pattern(
    r"\b(?:because|by design|on purpose|deliberate(?:ly)?|intentional(?:ly)?|is (?:meant|intended|safe|fine)"
    r"|(?:does|do)(?: not|n['’]t) (?:support|expose)|no resource[- ]level|(?:can|could)(?:not|n['’]t| not) be"
    r" (?:scoped|restricted|limited|narrowed|known)|if you (?:need|prefer|want|wish)\b[^.]*\b(?:limit|narrow|restrict)"
    r"\w*|(?:needs|requires?|must have|only (?:takes|allows|accepts)) "
    r"(?:access to )?(?:[`'\"]?\*|all|any|every)|(?:un|not )known (?:at|until|before)|owns? (?:these|those|all|the))",
    re.IGNORECASE,
)
"""What a comment says that tells why."""


class Acknowledged:
    """The findings that tell of what another linter was told to pass over, or is said to be meant, where it stands."""

    def __init__(self, sources: Sources, deployments: Iterable[Outline]) -> None:
        self._sources = sources
        self._extents: dict[str, list[Span]] = {}
        for stretch in (each for deployment in deployments for each in deployment.stretches):
            self._extents.setdefault(stretch.span.path, []).append(stretch.span)

    def __contains__(self, finding: Finding) -> bool:
        name = finding.rule.name
        if name in _SAID and self._is_said(finding.span, any_of=name == "wildcard-resource"):
            return True
        if name == "receive-count-low":
            below = self._lines(finding.span.path)[finding.span.line : finding.span.line + _ARGUMENTS]
            said = [each for each in below if each.lstrip().startswith(("#", "//"))]
            return _TRIED.search(" ".join((self._above(finding.span), *said))) is not None
        if name in _IN_CODE:
            here = self._lines(finding.span.path)[finding.span.line - 1 : finding.span.end_line]
            return any(_passes(_IN_CODE[name]).search(line) for line in here)
        if name in _PLACED:
            places = (finding.span, *(span for span, _ in finding.problem.also))
            return any(_HERE.search(self._above(each)) is not None for each in places)
        names = _SAME.get(name)
        if names is None:
            return False
        lines = self._lines(finding.span.path)
        within = (lines[number] for number in self._around(finding.span))
        around = [line for line in within if any(name in line for name in names)]
        # What is to be mended later is not decided.
        return any(_skips(names, line) for line in around) and not any(map(_LATER.search, around))

    def _is_said(self, span: Span, *, any_of: bool) -> bool:
        """Whether a comment says why a statement is so, or that it is for `any_of` something: beside it, or above what
        it stands in."""
        around = self._around(span)
        comments = list(_comments(self._lines(span.path)[around.start : span.line]))
        said = " ".join(each.lstrip("#/ ") for each in reversed(comments))
        told = _REASON.search(said) or (any_of and _OPEN.search(said))
        return bool(told) and _LATER.search(said) is None

    def _above(self, span: Span) -> str:
        """The comment right above the line of a place, in one line."""
        said: list[str] = []
        for line in reversed(self._lines(span.path)[: span.line - 1]):
            if not line.lstrip().startswith(("#", "//")):
                break
            said.append(line.lstrip("#/ \t"))
        return " ".join(reversed(said))

    def _lines(self, path: str) -> Sequence[str]:
        try:
            source = self._sources.read(path)
        except UnreadableSource:
            source = None
        return () if source is None else source.lines

    def _around(self, span: Span) -> range:
        """The lines of the resource, or of Terraform's block, that a place stands in."""
        if span.path.endswith(".tf"):
            lines = self._lines(span.path)
            first, last = span.line - 1, span.line
            while first > 0 and not _BLOCK.match(lines[first]):
                first -= 1
            while last < len(lines) and not _BLOCK.match(lines[last]):
                last += 1
            return range(first, last)
        found = [each for each in self._extents.get(span.path, ()) if each.covers(span)]
        inmost = min(found, key=lambda each: each.end_line - each.line, default=None)
        return range(0) if inmost is None else range(inmost.line - 1, inmost.end_line)


def _comments(lines: Sequence[str]) -> Iterator[str]:
    """The comment beside the last of some lines, and those right above it and above each that it is indented below."""
    depth, above = 1000, False
    for number, line in enumerate(reversed(lines)):
        text = line.lstrip()
        if text.startswith(("#", "//")):
            if above:
                yield text
            continue
        above = bool(text) and len(line) - len(text) < depth
        if above:
            depth = len(line) - len(text)
        if number == 0 and (beside := _BESIDE.search(line)) is not None:
            yield beside[0]


def _skips(names: tuple[str, ...], line: str) -> bool:
    """Whether a line tells a linter to pass over one of its rules, and not only speaks of it."""
    return _skipping(names).search(line) is not None


@lru_cache(maxsize=16)
def _passes(names: tuple[str, ...]) -> re.Pattern[str]:
    """What tells the linters of code to pass over a line: all of them, or by one of these names."""
    asked = "|".join(names)
    return pattern(
        rf"#\s*(?:nosec\b(?!\W+B\d)|nosemgrep|NOSONAR|(?:nosec|noqa)\b.*\b(?:{asked})\b)|//\s*(?:nosemgrep|NOSONAR)"
    )


@lru_cache(maxsize=16)
def _skipping(names: tuple[str, ...]) -> re.Pattern[str]:
    asked = "|".join(map(re.escape, names))
    return pattern(rf"\b(?:skip|ignore|id)\b\W+(?:{asked})(?![\w-])")
