"""The report as a page: its structure, what it never shows, and that it is the same however it was made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from click.testing import CliRunner
from lxml import html

from lambdalint import report, rules
from lambdalint.check import Problem
from lambdalint.cli import main
from lambdalint.graph import pictured as pictured_module
from lambdalint.lint import lint
from lambdalint.records import replace
from lambdalint.report import Lines, Setting
from lambdalint.report import html as html_report
from lambdalint.report.html import findings, pages
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


def entries(text: str) -> list[html.HtmlElement]:
    """The findings of a page."""
    return [each for each in read(text).iter("tbody") if each.get("id")]


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
    for each in page.iter():
        assert each.get("aria-labelledby") in {None, *ids}


def test_a_finding_shows_its_places_side_by_side() -> None:
    also = ((Span("app.py", 2, 5, 2, 9), "called here"),)
    found = Finding(RULE, Problem(Span("template.yaml", 1, 3, 1, 8), "is short", also), ("Worker",))
    page = read(made(Report((found,)), {"template.yaml": "a: Worker\n", "app.py": "def x():\n    call()\n"}))
    (entry,) = page.xpath("//tbody[@id='f0']")
    # Where the first of them is, the row tells.
    assert entry.xpath("./tr[1]/td[4]/text()") == ["template.yaml:1"]
    assert [[part.text_content() for part in each] for each in entry.xpath(".//li")] == [
        ["a: Worker"],
        ["app.py:2", "call()"],
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


def test_what_would_make_the_page_too_large_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tuple(Finding(RULE, Problem(Span("app.py", line, 1, line, 4), f"is {line}")) for line in range(1, 101))
    texts = {"app.py": "call()\n" * 100}
    assert "least grave" not in texts_of(read(made(Report(found), texts)))
    monkeypatch.setattr(findings, "ROOM", 12_000)
    page = made(Report(found), texts)
    with_lines = [len(each.findall(".//pre")) for each in entries(page)]
    without = with_lines.count(0)
    assert 0 < without < 100
    assert with_lines == [1] * (100 - without) + [0] * without
    assert f"Of the {without} least grave findings no lines are shown" in texts_of(read(page))


def test_nothing_found_is_told() -> None:
    page = read(made(Report(())))
    assert "No problems." in texts_of(page)
    assert not page.xpath("//table")


ONE = Path(__file__).parent / "fixtures" / "one-project"


@pytest.fixture
def several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Projects of two dialects, so that there are several deployments."""
    for name in ("sam-parcels", "terraform-clicks"):
        shutil.copytree(ONE.parent / "projects" / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(*arguments: str, command: str = "check") -> str:
    result = CliRunner().invoke(main, [command, *arguments], catch_exceptions=False)
    assert result.exit_code in (0, 1), result.output
    return result.stdout


ALL = ("--select", "all", "--today", "2026-11-01")


def drawn(text: str) -> dict[str, Any]:
    (found,) = read(text).xpath("//script[@id='graph-data']")
    graph = json.loads(found.text)
    assert isinstance(graph, dict)
    for each in graph["nodes"]:
        each["group"] = graph["groups"][each["group"]]
        each.setdefault("id", f"{each['group']}#{each['name']}")
        each["findings"] = [one if isinstance(one, list) else [one, ""] for one in each.get("findings", ())]
    return graph


@pytest.mark.usefixtures("several")
def test_it_is_the_same_however_it_was_made() -> None:
    plainly = told(*ALL, "--no-cache", "--format", "html")
    assert told(*ALL, "--no-cache", "--jobs", "2", "--format", "html") == plainly
    # What a run was kept for that drew nothing is not taken for one that does.
    told(*ALL, "--format", "json")
    assert told(*ALL, "--format", "html") == plainly
    assert told(*ALL, "--format", "html") == plainly
    assert told(*ALL, "--format", "json") == told(*ALL, "--no-cache", "--format", "json")


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("besides", [(), ("--report", "html=part.html")], ids=["drawn by the merge", "drawn in parts"])
def test_it_is_the_same_of_parts(besides: tuple[str, ...]) -> None:
    for part in ("1", "2"):
        told(*ALL, "--shard", f"{part}/2", "--format", "json", "--output", f"{part}.json", *besides)
    Path("part.html").unlink(missing_ok=True)
    merged = told("1.json", "2.json", "--format", "html", command="merge")
    for part in ("1", "2"):
        Path(f"{part}.json").unlink()
    assert merged == told(*ALL, "--no-cache", "--format", "html")


@pytest.mark.usefixtures("several")
def test_only_what_shows_pictures_has_them_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = pictured_module.pictured
    monkeypatch.setattr(pictured_module, "pictured", lambda root, project: made.append(root) or real(root, project))
    told(*ALL, "--no-cache", "--format", "json", "--report", "sarif=a.sarif")
    assert not made
    told(*ALL, "--no-cache", "--format", "json", "--report", "html=a.html")
    assert {each.partition("/")[0] for each in made} == {"sam-parcels", "terraform-clicks"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the one project as SAM has it."""
    root = tmp_path_factory.mktemp("shop")
    shutil.copytree(ONE / "sam", root, dirs_exist_ok=True)
    shutil.copytree(ONE / "src", root / "src")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(root)
        return told(*ALL, "--no-cache", "--format", "html")


def test_the_graph_has_what_was_found_on_its_parts(shop: str) -> None:
    graph = drawn(shop)
    nodes = {each["id"]: each for each in graph["nodes"]}
    assert {each["group"] for each in nodes.values() if each["kind"] == "function"} == {"template.yaml"}
    ship, parcels = nodes["template.yaml#ship"], nodes["template.yaml#parcels"]
    short = next(int(each.get("id")[1:]) for each in entries(shop) if "VisibilityTimeout of 30 s" in texts_of(each))
    assert short in dict(ship["findings"])
    assert short in dict(parcels["findings"])
    assert ship["severity"] == parcels["severity"] == "error"
    numbers = {each["id"]: number for number, each in enumerate(graph["nodes"])}
    ends = numbers[parcels["id"]], numbers[ship["id"]]
    (between,) = (each for each in graph["edges"] if (each["from"], each["to"]) == ends)
    assert between["severity"] == "error"
    # What is said of several functions at once is said of each by its own name.
    own = [each[1:] for each in ship["findings"] if each[1:] != [""]]
    assert ["ship"] in own
    assert all(name == "ship" or "`ship`" in message[0] for name, *message in own)


def test_a_card_tells_settings_and_what_a_role_is_used_for(shop: str) -> None:
    graph = drawn(shop)
    ship = next(each for each in graph["nodes"] if each["name"] == "ship")
    settings = dict(ship["card"])
    assert settings["Timeout"] == "1 minute"
    assert settings["Runtime"].startswith("python")
    assert ship["role"] < len(graph["roles"])
    uses = {use for each in graph["roles"] for _, actions, *_ in each.get("statements", ()) for use, _ in actions}
    assert {"used", "unused"} <= uses


def test_coverage_says_of_each_function_whether_its_code_was_seen(shop: str) -> None:
    (table,) = read(shop).xpath("//section[@id='coverage']//table[caption='Functions']")
    rows = [[texts_of(each) for each in row] for row in table.find("tbody")]
    assert ["accept", "src/accept.py", ""] in rows
    assert rows[0][1] == "not seen"
    assert rows[0][2]
    ids = {each["id"] for each in drawn(shop)["nodes"]}
    for link in table.iter("a"):
        assert parse_qs(link.get("href").removeprefix("#"))["node"][0] in ids


def test_a_secret_in_a_card_is_withheld(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "AKIA" + "Q3EGRIXZV5JPW7TN"
    monkeypatch.chdir(tmp_path)
    Path("app.py").write_text("def handler(event, context):\n    return event\n")
    Path("template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Reader:\n    Type: AWS::Serverless::Function\n"
        "    Properties:\n      Handler: app.handler\n      Runtime: python3.13\n      CodeUri: .\n"
        f"      Environment:\n        Variables:\n          DB_PASSWORD: correcthorse9battery\n          KEY: {key}\n"
        "      Policies:\n        - Statement:\n            - Effect: Allow\n              Action: s3:GetObject\n"
        f"              Resource: arn:aws:s3:::{key}/*\n"
    )
    for arguments in ((), ("--select", "all"), ("--select", "performance")):
        text = told(*arguments, "--no-cache", "--format", "html")
        assert "DB_PASSWORD" in text
        assert key not in text
        assert "correcthorse" not in text


@pytest.mark.usefixtures("several")
def test_a_graph_alone_is_a_page_too() -> None:
    page = told("--format", "html", "sam-parcels", command="graph")
    graph = drawn(page)
    assert {each["group"] for each in graph["nodes"]} >= {"sam-parcels/template.yaml"}
    assert not any(each["findings"] for each in graph["nodes"])
    assert [each.get("id") for each in read(page).iter("section")] == ["graph"]
    Path("empty").mkdir()
    assert "No Lambda function is deployed." in told("--format", "html", "empty", command="graph")


def test_the_layout_comes_with_its_licence() -> None:
    page = made(Report(()))
    licence = (Path(html_report.__file__).parent / "assets" / "dagre.LICENSE").read_text("utf-8")
    assert licence in page
    assert "https://github.com/dagrejs/dagre" in page
