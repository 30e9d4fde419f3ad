"""The report as a page: its structure, what it never shows, and that it is the same however it was made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from lambdalint import report, rules
from lambdalint.check import Problem
from lambdalint.lint import lint
from lambdalint.records import replace
from lambdalint.report import Lines, Setting
from lambdalint.report.html import pages
from lambdalint.rules import Finding
from lambdalint.source import Span, Texts
from lambdalint.told import Report

EVIL = "</script><img src=x onerror=alert(1)>\"'&`x"
RULES = {rule.name: rule for rule in rules.load()}
RULE = RULES["client-in-handler"]


def made(reported: Report, texts: dict[str, str] | None = None) -> str:
    return report.write("html", reported, Setting(Lines(Texts(texts or {}))))


def read(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


def texts_of(page: html.HtmlElement) -> str:
    return " ".join(page.text_content().split())


def foreign(page: html.HtmlElement) -> Iterator[str]:
    """What a browser would ask others for, or would do that no element of ours does."""
    for each in page.iter():
        if each.tag in {"img", "iframe", "link", "object", "embed", "base"}:
            yield each.tag
        yield from (name for name in each.attrib if name.startswith("on") or name in {"src", "srcset", "style"})


def test_nothing_of_a_project_becomes_markup() -> None:
    span = Span(EVIL, 1, 1, 1, 5)
    found = Finding(RULE, Problem(span, EVIL, ((Span("b.py", 1, 1, 1, 4), EVIL),)), (EVIL,))
    page = read(made(Report((found,)), {EVIL: EVIL, "b.py": EVIL}))
    assert not list(foreign(page))
    assert texts_of(page).count("<img src=x onerror=alert(1)>") >= 5
    assert len(page.findall(".//script")) == len(read(made(Report(()))).findall(".//script"))


def test_it_asks_for_nothing_from_elsewhere() -> None:
    page = read(made(Report((Finding(RULE, Problem(Span("a.py", 1, 1, 1, 2), "x")),))))
    assert not list(foreign(page))
    (policy,) = (each.get("content") for each in page.iter("meta") if each.get("http-equiv"))
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_every_link_within_the_page_leads_somewhere() -> None:
    found = [Finding(RULES[name], Problem(Span("a.py", 1, 1, 1, 2), "x")) for name in sorted(RULES)[::7]]
    page = read(made(Report(tuple(found))))
    ids = [each.get("id") for each in page.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    for link in page.iter("a"):
        target = link.get("href")
        assert target.startswith("https://") or "=" in target or target == "#" or target[1:] in ids, target
        if target.startswith("#page="):
            assert target.replace("=", "-")[1:] in ids
    for each in page.iter():
        assert each.get("aria-labelledby") in {None, *ids}


def test_a_finding_shows_its_places_side_by_side() -> None:
    also = ((Span("app.py", 2, 5, 2, 9), "called here"),)
    found = Finding(RULE, Problem(Span("template.yaml", 1, 3, 1, 8), "is short", also), ("Worker",))
    page = read(made(Report((found,)), {"template.yaml": "a: Worker\n", "app.py": "def x():\n    call()\n"}))
    (entry,) = page.xpath("//tbody[@id='f0']")
    assert [[texts_of(part) for part in each] for each in entry.xpath(".//figure")] == [
        ["template.yaml:1 found here", "a: Worker"],
        ["app.py:2 called here", "call()"],
    ]
    assert [each.text for each in entry.iter("mark")] == [" Work", "call"]
    assert [each.text for each in page.xpath("//caption")][:2] == ["By pillar", "By rule"]


def test_a_line_with_a_secret_is_never_shown() -> None:
    key = "AKIA" + "Q3EGRIXZV5JPW7TN"
    text = f'KEY = "{key}"\nPASSWORD = "hunter2hunter2"\n'
    first, second = (Problem(Span("app.py", line, 1, line, 4), "is told") for line in (1, 2))
    found = (Finding(RULE, first), Finding(RULE, replace(second, secret=True)))
    told = made(Report(found), {"app.py": text})
    assert key not in told
    assert "hunter2" not in told


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_page_of_a_rule_is_told_whole(rule: rules.Rule) -> None:
    page = html.fragment_fromstring(pages.page(rule), create_parent="div")
    spoken = texts_of(page)
    assert "](" not in "".join(each.text_content() for each in page.xpath("./p"))
    assert len(page.findall(".//pre")) == rule.help.count("\n```") / 2
    for word in ("Bad", "Good"):
        assert (word in spoken) == (f"## {word}" in rule.help)
    for line in rule.why.splitlines():
        for each in line.split("`")[1::2]:
            assert each in page.text_content()


def test_it_is_the_same_every_time() -> None:
    root = Path(__file__).parent.parent / "examples" / "orders"
    texts = {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in root.rglob("*")
        if path.suffix in {".py", ".yaml"}
    }
    sources = Texts(texts)
    told = lint(sources, sources.files("."), rules.load())
    assert made(told, texts) == made(lint(sources, sources.files("."), rules.load()), texts)


def test_nothing_found_is_told() -> None:
    page = read(made(Report(())))
    assert "No problems." in texts_of(page)
    assert not page.xpath("//table")
