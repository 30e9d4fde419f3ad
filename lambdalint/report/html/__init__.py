"""The report for people who look rather than read: one file of HTML, which asks for nothing from elsewhere.

All that it tells stands in it as elements; its script sorts, filters and draws.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from lambdalint import __version__
from lambdalint.check import SEVERITIES
from lambdalint.report import Setting
from lambdalint.report.excerpts import Excerpts
from lambdalint.report.html import findings
from lambdalint.report.html.coverage import coverage, read
from lambdalint.report.html.drawing import drawing
from lambdalint.report.html.markup import Markup, choice, element, joined, option
from lambdalint.rules import PILLARS
from lambdalint.source import Span

if TYPE_CHECKING:
    from lambdalint.graph.picture import Picture
    from lambdalint.told import Report


def write(report: Report, setting: Setting) -> str:
    """The report as one page."""
    told = report.told

    def shown(span: Span) -> str:
        place, inside = setting.lines.shown(span)
        return f"{place}: {inside}" if inside else f"{place.path}:{place.line}"

    kept = joined([
        _filters(report),
        element("p", id="count", role="status"),
        findings.listed(told, Excerpts(report, setting), shown),
    ])  # fmt: skip
    summary = findings.summary(told) if told else element("p", "No problems.")
    return _page([
        ("summary", "Summary", joined([element("p", read(report)), summary])),
        ("graph", "Graph", drawing(report.pictures, told)),
        ("findings", "Findings", kept if told else Markup()),
        ("pages", "Rules", findings.pages(told)),
        ("coverage", "Coverage", coverage(report)),
    ])  # fmt: skip


def of_graph(pictures: Iterable[Picture]) -> str:
    """What is deployed as one page, where nothing was judged."""
    return _page([("graph", "Graph", drawing(pictures, ()) or element("p", "No Lambda function is deployed."))])


def _filters(report: Report) -> Markup:
    rules = {each.rule.name: each.rule.pillar or findings.OTHERS for each in report.told}
    by_pillar = (
        (pillar, sorted(name for name in rules if rules[name] == pillar)) for pillar in (*PILLARS, findings.OTHERS)
    )
    offered = (element("optgroup", *map(option, names), label=pillar) for pillar, names in by_pillar if names)
    severities = element("fieldset", element("legend", "Severity"), *map(_severity, reversed(SEVERITIES)))
    return element(
        "form",
        element("label", "Search ", element("input", type="search", name="q", autocomplete="off")),
        severities,
        choice("pillar", "Pillar", map(option, PILLARS)),
        choice("rule", "Rule", offered),
        element("button", "Clear filters", type="reset"),
        element("a", "Link to this view", href="#", id="link"),
        id="filters",
        role="search",
        aria_label="Findings",
    )


def _severity(name: str) -> Markup:
    box = element("input", type="checkbox", name="severity", value=name)
    return element("label", box, " ", findings.sign(name))


def _page(sections: list[tuple[str, str, Markup]]) -> str:
    """A page of some sections, each after its id and its heading; those without content are left out."""
    sections = [each for each in sections if each[2]]
    style = _asset("page.css")
    scripts = [
        f"/* dagre {_DAGRE}, https://github.com/dagrejs/dagre\n\n{_asset('dagre.LICENSE')}*/\n{_asset('dagre.min.js')}",
        *map(_asset, ("view.js", "findings.js", "graph.js", "panel.js", "page.js")),
    ]
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {' '.join(map(_hash, scripts))}; "
        "base-uri 'none'; form-action 'none'"
    )
    head = [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="generator", content=f"lambdalint {__version__}"),
        element("title", "lambdalint"),
        element("style", Markup(style)),
    ]
    links = (element("li", element("a", heading, href=f"#{name}")) for name, heading, _ in sections)
    body = [
        element("a", "Skip to what is told", href="#main", class_="skip"),
        element(
            "header",
            element("h1", "lambdalint"),
            element("nav", element("ul", *links), aria_label="Sections"),
        ),
        element(
            "main",
            *(
                element(
                    "section",
                    element("h2", heading, id=f"{name}-heading"),
                    content,
                    id=name,
                    aria_labelledby=f"{name}-heading",
                )
                for name, heading, content in sections
            ),
            id="main",
        ),
        element("footer", element("p", f"lambdalint {__version__}")),
        *(element("script", Markup(each)) for each in scripts),
    ]
    document = element("html", element("head", *head), "\n", element("body", *body), lang="en")
    return f"<!DOCTYPE html>\n{document}\n"


_DAGRE = "3.1.3"
"""The version of the layout that is drawn with: `@dagrejs/dagre` of npm."""


def _asset(name: str) -> str:
    return (files("lambdalint.report.html") / "assets" / name).read_text("utf-8")


def _hash(text: str) -> str:
    """What a policy names a script or a style by, which it lets the page have."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
