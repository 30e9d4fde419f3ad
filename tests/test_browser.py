"""The report in a real browser: what it shows, how it is used by mouse and by keyboard, and that it keeps to itself."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Page, chromium
from click.testing import CliRunner

from lambdalint.cli import main

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

ONE = Path(__file__).parent / "fixtures" / "one-project"
AXE = os.environ.get("AXE_CORE", "")
"""Where axe-core of npm is, which finds what keeps people from reading a page."""

FOCUS = "document.activeElement"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of the one project as SAM has it."""
    root = tmp_path_factory.mktemp("shop")
    shutil.copytree(ONE / "sam", root, dirs_exist_ok=True)
    shutil.copytree(ONE / "src", root / "src")
    report = root.parent / f"{root.name}.html"
    asked = ["check", "--select", "all", "--today", "2026-11-01", "--no-cache", "--format", "html"]
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(root)
        CliRunner().invoke(main, [*asked, "--output", str(report)], catch_exceptions=False)
    return report.as_uri()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(browser: Page, address: str) -> Iterator[Page]:
    """The report, as somebody opens it; at the end nothing went wrong, and nothing was asked for but the file."""
    browser.events.clear()
    browser.sized(1280, 900)
    browser.open(address)
    yield browser
    asked = {each["request"]["url"].partition("#")[0] for each in browser.told("Network.requestWillBeSent")}
    assert asked <= {address, "about:blank"}
    assert browser.told("Runtime.exceptionThrown") == []
    assert browser.told("Log.entryAdded") == []


def shown(page: Page) -> list[str]:
    """The findings that are to be seen, by what their rows say."""
    rows = page.run(
        "[...document.querySelectorAll('tbody[id]')].filter((e) => e.offsetParent).map((e) => e.rows[0].innerText)"
    )
    return [" ".join(each.split()) for each in rows]


def focused(page: Page) -> Any:
    return page.run(f"{FOCUS}.getAttribute('aria-label') || {FOCUS}.innerText || {FOCUS}.name || {FOCUS}.id")


def part(page: Page, name: str) -> str:
    """A selector of the part of the graph that has a name."""
    return f".node[aria-label^={json.dumps(f'{name},')}]"


def test_it_opens(page: Page) -> None:
    every = len(shown(page))
    assert every > 20
    assert page.text("#count") == f"{every} of {every} findings shown"
    parts = page.run("document.querySelectorAll('.node').length")
    assert page.text("#graph-count") == f"{parts} of {parts} parts shown"
    assert "Read: 1 template, " in page.text("#summary")


def test_findings_are_filtered_and_searched(page: Page) -> None:
    every = shown(page)
    page.click("[name=severity][value=error]")
    errors = [each for each in every if each.startswith("error")]
    assert shown(page) == errors
    page.click("[name=q]")
    page.type("visibilitytimeout of 30")
    assert len(shown(page)) == 1
    assert "ship" in shown(page)[0]
    assert page.text("#count") == f"1 of {len(every)} findings shown"
    # Whoever is sent the link sees the same.
    link = page.run("document.getElementById('link').href")
    page.click("button[type=reset]")
    assert shown(page) == every
    page.open(link)
    assert len(shown(page)) == 1
    assert page.run("document.querySelector('[name=severity][value=error]').checked")
    assert page.run("document.querySelector('[name=q]').value") == "visibilitytimeout of 30"


def test_findings_are_chosen_by_pillar_and_rule(page: Page) -> None:
    every = shown(page)
    page.click("#summary a[href='#rule=queue-without-dead-letter']")
    assert {each.split()[1] for each in shown(page)} == {"queue-without-dead-letter"}
    page.click("button[type=reset]")
    page.click("#summary a[href='#pillar=security']")
    assert 0 < len(shown(page)) < len(every)
    assert page.run("document.querySelector('[name=pillar]').value") == "security"


def test_findings_are_sorted(page: Page) -> None:
    every = shown(page)
    page.click("[data-sort=rule]")
    rules = [each.split()[1] for each in shown(page)]
    assert rules == sorted(rules)
    assert page.run("document.querySelector('[data-sort=rule]').parentElement.ariaSort") == "ascending"
    page.click("[data-sort=rule]")
    assert [each.split()[1] for each in shown(page)] == rules[::-1]
    page.click("button[type=reset]")
    assert shown(page) == every


def test_a_finding_is_followed_from_the_graph_to_its_source(page: Page) -> None:
    page.click(part(page, "ship"))
    assert page.text("#panel h3") == "ship"
    (number,) = page.run(
        "[...document.querySelectorAll('#panel details')].flatMap((e, n) => e.innerText.includes('VisibilityTimeout of 30') ? [n] : [])"
    )
    page.run(f"document.querySelectorAll('#panel details')[{number}].id = 'followed'")
    page.click("#followed > summary")
    assert page.run("[...document.querySelectorAll('#followed > ul b')].map((e) => e.innerText)")[0].startswith(
        "template.yaml:"
    )
    assert "parcels" in page.run("document.querySelector('#followed > ul mark').innerText")
    page.click("#followed > details > summary")
    assert "visibility timeout" in page.text("#followed > details").lower()


def test_a_finding_leads_into_the_graph(page: Page) -> None:
    page.click("[name=q]")
    page.type("VisibilityTimeout of 30")
    page.click("tbody:not([hidden]) .opening")
    page.run("[...document.querySelectorAll('.open .link')].find((e) => e.innerText === 'ship').id = 'ship'")
    page.click("#ship")
    assert page.text("#panel h3") == "ship"
    assert page.run("document.querySelector('.node.chosen').getAttribute('aria-label')").startswith("ship, function")
    assert len(shown(page)) == 1


def test_the_graph_is_filtered(page: Page) -> None:
    every = page.run("document.querySelectorAll('.node').length")
    page.click("[name=find]")
    page.type("ship")
    assert page.text("#graph-count").startswith(f"1 of {every} parts shown, with ")
    page.click("[name=whole]")
    assert page.run("document.querySelectorAll('.node').length") == every
    page.click(part(page, "ship"))
    page.click("#panel > button:not(.close)")
    assert 1 < page.run("document.querySelectorAll('.node').length") < every
    before = page.run("document.querySelector('#canvas [data-width]').getAttribute('width')")
    page.click("[name=larger]")
    assert int(page.run("document.querySelector('#canvas [data-width]').getAttribute('width')")) > int(before)


def test_it_works_by_keyboard(page: Page) -> None:
    page.press("Tab")
    assert focused(page) == "Skip to what is told"
    seen = []
    while focused(page) != "Picture of the graph":
        assert page.run(f"{FOCUS}.matches(':focus-visible') && getComputedStyle({FOCUS}).outlineStyle") != "none"
        seen.append(focused(page))
        assert len(seen) < 100
        page.press("Tab")
    page.press("Tab")
    first = focused(page)
    assert page.run(f"getComputedStyle({FOCUS}.querySelector('.shape')).strokeWidth") == "4px"
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        page.press(key)
    assert focused(page) != first
    at = focused(page)
    page.press("Enter")
    assert focused(page) == page.text("#panel h3") == at.partition(",")[0]
    page.press("Tab")
    page.press("Escape")
    assert focused(page) == at
    assert page.run("document.getElementById('panel').hidden")
    # The next stop is behind the graph, whose parts are one stop together.
    page.press("Tab")
    assert not page.run(f"document.getElementById('canvas').contains({FOCUS})")
    while focused(page) != "Place":
        page.press("Tab")
    page.press("Enter")
    assert page.run("document.querySelector('[data-sort=place]').parentElement.ariaSort") == "ascending"
    page.press("Tab")
    page.press("Enter")
    assert page.run(f"{FOCUS}.ariaExpanded") == "true"
    assert page.run("document.querySelectorAll('.open pre').length") >= 1
    page.press("Tab")
    page.press("Enter")
    assert page.run(f"{FOCUS}.closest('details').open && {FOCUS}.closest('section').id") == "pages"


def test_it_fits_a_phone(page: Page, address: str) -> None:
    page.sized(390, 844)
    page.open(f"{address}#open=f0&node=template.yaml%23ship")
    assert page.run("document.documentElement.scrollWidth") == 390
    assert page.text("#panel h3") == "ship"


def test_it_is_printed_whole(page: Page) -> None:
    every = len(shown(page))
    page.sized(1280, 900, printed=True)
    assert page.run("[...document.querySelectorAll('tbody[id]')].filter((e) => e.rows[1].offsetParent).length") == every
    assert page.run("document.getElementById('canvas').scrollHeight <= document.getElementById('canvas').clientHeight")
    assert page.paper().startswith(b"%PDF")


def test_of_very_many_findings_the_first_are_laid_out_until_somebody_asks_for_more(
    browser: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(310):
        function = (
            f"Worker{number}: {{Type: 'AWS::Serverless::Function', Properties: {{InlineCode: '', Timeout: 901}}}}"
        )
        Path(f"worker{number}.yaml").write_text(f"Resources: {{{function}}}\n", "utf-8")
    asked = ["check", "--no-cache", "--select", "timeout-over-maximum", "--format", "html", "--output", "report.html"]
    CliRunner().invoke(main, asked, catch_exceptions=False)
    browser.sized(1280, 900)
    browser.open((tmp_path / "report.html").as_uri())
    assert len(shown(browser)) == 300
    assert browser.text("#count") == "310 of 310 findings shown"
    assert browser.text("#more") == "Show 10 more"
    # Those that somebody looks for are there.
    browser.click("[name=q]")
    browser.type("worker309")
    assert len(shown(browser)) == 1
    browser.click("button[type=reset]")
    browser.click("#more")
    assert len(shown(browser)) == 310
    assert not browser.run("document.getElementById('more').offsetParent")


@pytest.mark.skipif(not AXE, reason="AXE_CORE does not say where axe-core is")
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False)])
def test_nothing_keeps_anybody_from_reading_it(page: Page, address: str, width: int, dark: bool) -> None:
    page.sized(width, 900, dark=dark)
    for view in ("", "#open=f0,f1&node=template.yaml%23ship&q=a&sort=rule"):
        page.open(f"{address}{view}")
        # Of the pages of rules, which are alike, some.
        page.run(
            "for (const each of document.querySelectorAll('#panel details, details:nth-of-type(9n)')) each.open = true"
        )
        page.run(Path(AXE).read_text("utf-8"))
        told = page.run("axe.run().then((found) => found.violations)")
        assert [(each["id"], [node["html"][:120] for node in each["nodes"]][:5]) for each in told] == []
