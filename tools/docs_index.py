"""Writes docs/rules.md, the index of the rules, from their pages: python tools/docs_index.py"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lambdalint.rules import PILLARS, Rule, load

TARGET = Path(__file__).parent.parent / "docs" / "rules.md"

HEAD = """\
# Rules

<!-- Written by tools/docs_index.py from the pages in rules/. -->

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


if __name__ == "__main__":
    TARGET.write_text(index(load()), "utf-8")
