"""The documents: the index of the rules is up to date, and what they link to and name exists."""

import json
import re
import runpy
from pathlib import Path

import pytest

from lambdalint.cfnlint import ids
from lambdalint.rules import load

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def test_the_index_of_the_rules_is_what_its_pages_make() -> None:
    """Run `python tools/index.py`."""
    tool = runpy.run_path(str(ROOT / "tools" / "index.py"))
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == tool["index"](load())


def test_the_index_names_every_rule_once() -> None:
    named = re.findall(r"^\| \[([a-z0-9-]+)\]", (ROOT / "docs" / "rules.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == [rule.name for rule in load()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_to_a_file_leads_to_one(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text("utf-8")):
        if "://" not in link:
            assert (document.parent / link).exists(), link


def test_the_table_of_peers_names_rules_that_exist() -> None:
    names = {rule.name for rule in load()}
    linked = re.findall(
        r"\[`([a-z0-9-]+)`\]\(\.\./rules/([a-z0-9-]+)\.md\)", (ROOT / "docs/peers.md").read_text("utf-8")
    )
    assert linked
    assert {name for pair in linked for name in pair} <= names


def test_the_table_of_ids_is_in_the_order_of_numbers() -> None:
    numbers = [int(own[0][1:]) for own in ids().values()]
    assert numbers == sorted(numbers)
    assert json.loads((ROOT / "lambdalint/data/cfnlint_ids.json").read_text("utf-8")) == ids()


def test_a_new_rule_gets_the_next_number_and_no_other_changes() -> None:
    numbered = runpy.run_path(str(ROOT / "tools" / "index.py"))["numbered"]
    known = load()
    ids = {known[0].name: ["W9501", "I9501"], "a-rule-that-is-gone": ["E9507"]}
    found = numbered(known[:2], ids)
    assert found == ids | {known[1].name: [f"{known[1].severity[0].upper().replace('N', 'I')}9508"]}
