"""Every example on every page; and pages and checks, paired."""

import re
import subprocess
import sys
from datetime import date

import pytest
import yaml
from pages import PAGES, Example, examples, headings

from lambdalint import rules
from lambdalint.check import Problem
from lambdalint.lint import lint
from lambdalint.rules import Finding, Rule, WrongPage, of_pages, pair
from lambdalint.source import Span, Texts

EXAMPLES = [example for page in PAGES for example in examples(page.stem, page.read_text("utf-8"))]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    by_name = {rule.name: rule for rule in rules.load()}
    # An ignore is unused only if the rule that it names was asked.
    asked = rules.load() if example.page == "unused-ignore" else [by_name[example.page]]
    report = lint(Texts(example.files), sorted(example.files), asked, today=date(2026, 11, 1))
    found = [finding for finding in report.findings if finding.rule.name == example.page]
    said = {(finding.span.path, finding.span.line): finding.problem.message for finding in found}
    assert said.keys() == example.marks.keys(), "\n".join(f"{finding.span}: {finding.message}" for finding in found)
    for place, beginning in example.marks.items():
        here = [finding for finding in found if (finding.span.path, finding.span.line) == place]
        messages = [finding.problem.message for finding in here]
        messages += [f"{finding.severity}: {finding.problem.message}" for finding in here]
        assert any(message.startswith(beginning) for message in messages), (place, beginning, messages)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
class TestPage:
    def test_has_a_lawful_name(self, page) -> None:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", page.stem)
        assert not page.stem.startswith(("no-", "avoid-", "use-"))

    def test_front_matter_is_the_yaml_that_it_looks_like(self, page) -> None:
        head = page.read_text("utf-8").split("---\n")[1]
        front = yaml.safe_load(head)
        rule = next(rule for rule in rules.load() if rule.name == page.stem)
        assert rule.title == front["title"]
        assert not rule.title.endswith(".")
        assert (rule.severity, rule.pillar) == (front["severity"], front["pillar"])
        assert rule.default == front.get("default", True)
        assert list(rule.references) == front.get("references", [])
        assert (rule.cwe, rule.security_severity) == (front.get("cwe"), front.get("security-severity"))
        if rule.security_severity is not None:
            assert 0 <= float(rule.security_severity) <= 10

    def test_says_why_and_what_to_do_then_shows_bad_then_good(self, page) -> None:
        text = page.read_text("utf-8").split("---\n", 2)[2]
        assert text.split("\n## ")[0].strip()
        kinds = [heading.split(":")[0].split()[0] for heading in headings(text)]
        shown = [kind for kind in kinds if kind in {"Bad", "Good"}]
        assert headings(text)[0] == "What to do"
        assert "Bad" in shown
        assert "Good" in shown
        assert shown == sorted(shown)
        if "What it does not see" in headings(text):
            assert headings(text)[-1] == "What it does not see"

    def test_examples_have_files_and_only_bad_ones_have_arrows(self, page) -> None:
        for example in examples(page.stem, page.read_text("utf-8")):
            assert example.files, example
            assert bool(example.marks) == example.heading.startswith("Bad"), example


PAGE = "---\ntitle: Something is so\nseverity: warning\npillar: cost\n---\n\nWhy.\n\n## Bad\n"


def never(_project):
    yield from ()


class TestPair:
    def test_a_page_and_its_check_make_a_rule(self) -> None:
        [rule] = pair(of_pages([("thing-wrong", PAGE)]), {"thing-wrong": never})
        assert (rule.name, rule.title, rule.why, rule.default) == ("thing-wrong", "Something is so", "Why.", True)
        assert rule.check is never

    def test_help_is_the_page_with_one_example_of_each_kind(self) -> None:
        page = (
            PAGE + "```sh a\n## no heading\n```\n\n## Bad: too\n\n## Good\n\n## Good: too\n\n## What it does not see\n"
        )
        [rule] = pair(of_pages([("thing-wrong", page)]), {"thing-wrong": never})
        assert headings(rule.help) == ["Bad", "Good", "What it does not see"]
        assert "## no heading" in rule.help

    def test_a_page_needs_a_check(self) -> None:
        with pytest.raises(WrongPage, match=r"rules/thing-wrong\.md has no check: write thing_wrong"):
            pair(of_pages([("thing-wrong", PAGE)]), {})

    def test_a_check_needs_a_page(self) -> None:
        with pytest.raises(WrongPage, match=r"the check thing_wrong has no page: write rules/thing-wrong\.md"):
            pair([], {"thing-wrong": never})

    def test_what_the_run_itself_reports_needs_no_check(self) -> None:
        assert [rule.check for rule in pair(of_pages([("unused-ignore", PAGE)]), {})] == [None]

    @pytest.mark.parametrize(
        ("page", "why"),
        [
            ("no front matter", "does not begin with front matter"),
            ("---\ntitle: x\n", "does not begin with front matter"),
            (PAGE.replace("warning", "fatal"), "severity is fatal; it must be one of note, warning, error"),
            (PAGE.replace("pillar: cost\n", ""), "pillar is not set; it must be one of reliability"),
            (PAGE.replace("title", "titel"), "unknown front matter: titel"),
            (PAGE.replace("title: ", "title "), "front matter is not `key: value`"),
            (PAGE.replace("---\n\n", "default: maybe\n---\n\n"), "default is maybe; it must be one of on, off"),
            (PAGE.replace("---\n\n", "languages:\n  - cobol\n---\n\n"), "languages must be of python, javascript"),
        ],
    )
    def test_a_page_that_lacks_something_says_what(self, page: str, why: str) -> None:
        with pytest.raises(WrongPage, match=re.escape(f"rules/thing-wrong.md: {why}")):
            pair(of_pages([("thing-wrong", page)]), {"thing-wrong": never})

    def test_front_matter_may_have_lists(self) -> None:
        page = PAGE.replace("---\n\n", "default: off\nreferences:\n  - https://a.example/b\n---\n\n")
        [rule] = pair(of_pages([("thing-wrong", page)]), {"thing-wrong": never})
        assert rule.references == ("https://a.example/b",)
        assert not rule.default


class TestFinding:
    def test_a_problem_lowers_the_severity_and_never_raises_it(self) -> None:
        rule = Rule("a", "A", "warning", "cost", "")
        place = Span.top("x")
        assert Finding(rule, Problem(place, "is so")).severity == "warning"
        assert Finding(rule, Problem(place, "is so", severity="note")).severity == "note"
        assert Finding(rule, Problem(place, "is so", severity="error")).severity == "warning"

    def test_findings_stand_in_the_order_of_place_rule_and_message(self) -> None:
        rule, other = Rule("a", "A", "error", "cost", ""), Rule("b", "B", "note", "cost", "")
        findings = [
            Finding(rule, Problem(Span("a", 1, 1, 1, 2), "one")),
            Finding(rule, Problem(Span("a", 1, 1, 1, 2), "two")),
            Finding(other, Problem(Span("a", 1, 1, 1, 2), "one")),
            Finding(rule, Problem(Span("a", 2, 1, 2, 2), "one")),
            Finding(rule, Problem(Span("b", 1, 1, 1, 2), "one")),
        ]
        findings.reverse()
        assert sorted(findings) == findings[::-1]


def test_loading_the_rules_does_not_load_a_parser_of_code() -> None:
    program = "import sys; from lambdalint.rules import load; load(); print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()
    assert not {"libcst", "tree_sitter"} & set(loaded)
