"""Writes what lists the rules: docs/rules.md, and numbers for new ones inside cfn-lint. Run `python tools/index.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from lambdalint.rules import PILLARS, Rule, load

HOME = Path(__file__).parent.parent
TARGET = HOME / "docs" / "rules.md"
IDS = HOME / "lambdalint" / "data" / "cfnlint_ids.json"
LETTERS = {"error": "E", "warning": "W", "note": "I"}

HEAD = """\
# Rules

<!-- Written by tools/index.py from the pages in rules/. -->

Each rule has a page: why it matters, what is bad and what is good, and what it does not see. `lambdalint explain RULE`
prints it, `lambdalint rules` lists them. A rule that is *off* is asked only where its name or `all` selects it.
"""


def index(rules: Iterable[Rule]) -> str:
    """The index in Markdown: a table for each pillar, gravest first."""
    return HEAD + "".join(line for pillar in PILLARS for line in _section(pillar, list(rules)))


def _section(pillar: str, rules: Iterable[Rule]) -> Iterator[str]:
    severities = ("error", "warning", "note")
    under = sorted(
        (rule for rule in rules if rule.pillar == pillar), key=lambda rule: (severities.index(rule.severity), rule.name)
    )
    if not under:
        return
    yield f"\n## {pillar.capitalize()}\n\n| rule | severity | | what is wrong |\n|---|---|---|---|\n"
    for rule in under:
        link = f"[{rule.name}](../rules/{rule.name}.md)"
        title = rule.title.replace("|", "\\|")
        yield f"| {link} | {rule.severity} | {'' if rule.default else 'off'} | {title} |\n"


def numbered(rules: Iterable[Rule], ids: dict[str, list[str]]) -> dict[str, list[str]]:
    """The ids inside cfn-lint, with the next free number for each rule that has none; numbers are never given twice."""
    highest = max(int(each[1:]) for own in ids.values() for each in own)
    new = [rule for rule in rules if rule.check is not None and rule.name not in ids]
    return ids | {rule.name: [f"{LETTERS[rule.severity]}{number}"] for number, rule in enumerate(new, highest + 1)}


if __name__ == "__main__":
    TARGET.write_text(index(load()), "utf-8")
    table = numbered(load(), json.loads(IDS.read_text("utf-8")))
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(own)}" for name, own in table.items())
    IDS.write_text(f"{{\n{rows}\n}}\n", "utf-8")
