"""The findings: what they come to, and each of them with the places that it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from lambdalint.check import SEVERITIES
from lambdalint.report.excerpts import Excerpts
from lambdalint.report.folding import by_rule, elsewhere
from lambdalint.report.html.markup import Markup, element, joined, message
from lambdalint.report.html.pages import link, page
from lambdalint.rules import PILLARS, Finding
from lambdalint.source import Span


def sign(severity: str, number: int = 1) -> Markup:
    """A severity; the style of the page gives it a sign, so that it is told by more than its colour."""
    return element("span", severity if number == 1 else f"{severity}s", class_=severity)


def summary(told: Sequence[Finding]) -> Markup:
    """How much was found, by severity, pillar and rule; each of them leads to its findings."""
    severities = Counter(each.severity for each in told)
    pillars = Counter((each.rule.pillar, each.severity) for each in told)
    titles = {each.rule.name: each.rule.title for each in told}
    numbers = [
        element(
            "li",
            element(
                "a", element("strong", str(severities[each])), sign(each, severities[each]), href=f"#severity={each}"
            ),
            class_=each,
        )
        for each in reversed(SEVERITIES)
    ]
    by_pillar = [
        (
            element("a", pillar, href=f"#pillar={pillar}") if pillar else OTHERS,
            *(str(pillars[pillar, severity] or "") for severity in reversed(SEVERITIES)),
        )
        for pillar in (*PILLARS, "")
        if any(pillars[pillar, severity] for severity in SEVERITIES)
    ]
    rules = [
        (
            element("a", row.rule, href=f"#rule={row.rule}"),
            titles[row.rule],
            sign(row.severity),
            str(row.findings),
            str(row.places),
        )
        for row in by_rule(told)
    ]
    return joined([
        element(
            "div",
            element("ul", *numbers, class_="numbers"),
            table("By pillar", ("Pillar", *(f"{each}s" for each in reversed(SEVERITIES))), by_pillar),
            class_="overview",
        ),
        table("By rule", ("Rule", "What it says", "Severity", "Findings", "Places"), rules),
    ])  # fmt: skip


def table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Markup:
    """A table whose first column names its rows; nothing without rows."""
    body = [
        element("tr", element("th", first, scope="row"), *(element("td", each) for each in rest))
        for first, *rest in rows
    ]
    if not body:
        return Markup()
    head = element("thead", element("tr", *(element("th", each, scope="col") for each in heads)))
    whole = element("table", element("caption", caption), head, element("tbody", *body))
    return element("div", whole, class_="wide", tabindex=0, role="region", aria_label=caption)


OTHERS = "of another linter"
"""What stands where a rule that is none of ours has no pillar."""

_COLUMNS = ("severity", "rule", "finding", "place")
_FIRST = 300
"""How many rows are shown before somebody asks for more: to lay out all of a large project's takes a second."""

ROOM = 1_100_000
"""Characters that the findings may take: of more, the least grave are told without the lines that they are about."""


def listed(told: Sequence[Finding], excerpts: Excerpts, shown: Callable[[Span], str]) -> Markup:
    """The table of findings: each a group of two rows, the second of which has its places."""
    heads = (
        element("th", element("button", each.capitalize(), type="button", data_sort=each), scope="col")
        for each in _COLUMNS
    )
    rows = [_row(each, shown) for each in told]
    left = ROOM - sum(map(len, rows))
    entries = []
    without = 0
    for number, (finding, row) in enumerate(zip(told, rows, strict=True)):
        more = _more(finding, excerpts, shown) if left > 0 else Markup()
        left -= len(more)
        without += not more
        entries.append(element("tbody", row, more, id=f"f{number}", hidden=number >= _FIRST))
    cut = f"Of the {without} least grave findings no lines are shown, to keep this page small; as text they are told."
    return joined([
        element("p", cut, class_="quiet") if without else Markup(),
        element(
            "table",
            element("caption", "Findings, gravest first", class_="hidden"),
            element("thead", element("tr", *heads)),
            *entries,
            id="findings-table",
        ),
        element("button", "Show more", id="more", type="button", hidden=True, data_first=_FIRST),
    ])  # fmt: skip


def _row(finding: Finding, shown: Callable[[Span], str]) -> Markup:
    return element(
        "tr",
        element("td", finding.severity, class_=finding.severity),
        element("td", finding.rule.name),
        element("td", message(finding.message)),
        element("td", shown(finding.span)),
    )


def _more(finding: Finding, excerpts: Excerpts, shown: Callable[[Span], str]) -> Markup:
    """The places of a finding side by side, where else the same is so, and what mends it."""
    # Where the first of them is, the row above says.
    first, *others = dict.fromkeys([(finding.span, ""), *finding.problem.also])
    places = [element("li", _excerpt(excerpts, first[0])), *(_place(*each, excerpts, shown) for each in others)]
    return element(
        "tr",
        element(
            "td",
            element("ul", *places),
            *([element("p", elsewhere(finding))] if finding.same else []),
            *([element("p", f"To mend it: {fix.message}")] if (fix := finding.problem.fix) is not None else []),
            colspan=len(_COLUMNS),
        ),
    )


def _place(span: Span, note: str, excerpts: Excerpts, shown: Callable[[Span], str]) -> Markup:
    told = [element("b", shown(span)), *([" ", message(note)] if note else [])]
    return element("li", *told, _excerpt(excerpts, span))


def _excerpt(excerpts: Excerpts, span: Span) -> Markup:
    excerpt = excerpts.of(span)
    if excerpt is None:
        return Markup()
    return element("pre", excerpt.before.lstrip(), element("mark", excerpt.marked), excerpt.after.rstrip())


def pages(told: Iterable[Finding]) -> Markup:
    """The short forms of the pages of all rules that are told."""
    rules = {each.rule.name: each.rule for each in told}
    return joined(
        element(
            "details",
            element("summary", element("strong", name), f": {rule.title}"),
            element("div", page(rule), element("p", link(rule.url, "The whole page")), class_="page"),
            id=f"page-{name}",
        )
        for name, rule in sorted(rules.items())
    )
