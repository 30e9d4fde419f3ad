"""The documents: the index of the rules is up to date, what they show is so, and what they link to and name exists."""

import contextlib
import json
import re
import runpy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from pages import FILE

from lambdalint import cli
from lambdalint.data import cfnlint_ids
from lambdalint.rules import load

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
SECTION = re.compile(r"^#{2,} (.+)$", re.MULTILINE)
SHOWN = re.compile(r"^```\n\$ lambdalint (?P<command>[^\n]+)\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A section with the files of a small project, and what it shows of lambdalint there."""

    heading: str
    files: dict[str, str]
    outputs: list[tuple[str, str]]
    """The arguments of each command, and what it prints."""


def shown(document: Path) -> Iterator[Shown]:
    _, *sections = SECTION.split(f"## {document.name}\n{document.read_text('utf-8')}")
    for heading, text in zip(sections[::2], sections[1::2], strict=True):
        if files := {fence["path"]: fence["text"] for fence in FILE.finditer(text)}:
            yield Shown(heading, files, [(each["command"], each["output"]) for each in SHOWN.finditer(text)])


PROJECTS = [each for name in ("README.md", "docs/join.md") for each in shown(ROOT / name)]


def said(example: Shown) -> str:
    """What its command prints of its files, which it writes into the current directory."""
    Path(".git").mkdir()
    for name, text in example.files.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, "utf-8")
    [(command, _)] = example.outputs
    return CliRunner().invoke(cli.main, command.split(), prog_name="lambdalint").output


@pytest.mark.parametrize("example", PROJECTS, ids=lambda example: example.heading)
def test_a_document_shows_what_lambdalint_says(example: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    [(command, output)] = example.outputs
    assert said(example) == output
    asked = {rule.name for rule in load()}.intersection(re.split("[ ,]", command))
    assert all(f"[{name}]" in output for name in asked)


def test_the_documents_show_projects() -> None:
    assert {example.heading for example in PROJECTS} >= {"README.md", "Will it start?", "What does it never use?"}


def test_the_page_on_output_shows_a_finding_in_the_example_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    said = CliRunner().invoke(cli.main, ["check", "examples/orders"], prog_name="lambdalint").output
    finding = re.search(
        r"^```\n(examples/orders/.*?)```$", (ROOT / "docs/output.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert finding
    assert finding[1] in said


def test_the_readme_counts_the_rules() -> None:
    counted = re.search(r"(\d+) rules .*?, (\d+) of them off", (ROOT / "README.md").read_text("utf-8"))
    assert counted
    assert counted[1] == str(len(load()))
    assert counted[2] == str(sum(not rule.default for rule in load()))


def test_the_index_of_the_rules_is_what_its_pages_make() -> None:
    """Run `python tools/index.py`."""
    tool = runpy.run_path(str(ROOT / "tools" / "index.py"))
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == tool["index"](load())


def test_the_list_of_modules_is_what_they_say() -> None:
    """Run `python tools/modules.py`."""
    tool = runpy.run_path(str(ROOT / "tools" / "modules.py"))
    assert (ROOT / "docs" / "modules.md").read_text("utf-8") == tool["listed"]()


def test_the_index_names_every_rule_once() -> None:
    named = re.findall(r"^\| \[([a-z0-9-]+)\]", (ROOT / "docs" / "rules.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == [rule.name for rule in load()]


def test_what_can_be_set_is_as_the_tool_writes_it() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "index.py"))
    table = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert tool["configurable"](table) == table
    written = json.loads((ROOT / "docs" / "lambdalint.schema.json").read_text("utf-8"))
    assert written == tool["schema"](load()), "run tools/index.py"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_to_a_file_leads_to_one(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text("utf-8")):
        if "://" not in link:
            assert (document.parent / link).exists(), link


@pytest.mark.parametrize("document", ["peers.md", "join.md"])
def test_a_link_to_a_rule_has_its_name(document: str) -> None:
    names = {rule.name for rule in load()}
    linked = re.findall(
        r"\[`([a-z0-9-]+)`\]\(\.\./rules/([a-z0-9-]+)\.md\)", (ROOT / "docs" / document).read_text("utf-8")
    )
    assert linked
    assert all(name == page and name in names for name, page in linked)


def test_the_architecture_names_modules_that_exist() -> None:
    [table] = re.findall(
        r"^\| room .*?\n\n", (ROOT / "docs/architecture.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    there = {path.name for path in (ROOT / "lambdalint").rglob("*.py")}
    assert set(re.findall(r"`([a-z_]+\.py)`", table)) <= there


def test_the_table_of_ids_is_in_the_order_of_numbers() -> None:
    numbers = [int(own[0][1:]) for own in cfnlint_ids().values()]
    assert numbers == sorted(numbers)
    assert json.loads((ROOT / "lambdalint/data/cfnlint_ids.json").read_text("utf-8")) == cfnlint_ids()


def test_a_new_rule_gets_the_next_number_and_no_other_changes() -> None:
    numbered = runpy.run_path(str(ROOT / "tools" / "index.py"))["numbered"]
    known = load()
    ids = {known[0].name: ["W9501", "I9501"], "a-rule-that-is-gone": ["E9507"]}
    found = numbered(known[:2], ids)
    assert found == ids | {known[1].name: [f"{known[1].severity[0].upper().replace('N', 'I')}9508"]}


if __name__ == "__main__":
    for each in PROJECTS:
        with TemporaryDirectory() as empty, contextlib.chdir(empty):
            new = said(each)
        for document in (ROOT / "README.md", ROOT / "docs/join.md"):
            written = document.read_text("utf-8")
            document.write_text(written.replace(each.outputs[0][1], new), "utf-8")
