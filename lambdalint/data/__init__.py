"""Facts about AWS and about languages, dated, each file with its source."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def table(name: str) -> Any:
    """The table in a JSON file of this directory."""
    import json

    return json.loads((Path(__file__).parent / name).read_text("utf-8"))


def cfnlint_ids() -> dict[str, list[str]]:
    """The ids of every rule inside cfn-lint, by the rule's name: one number, with a letter for each severity."""
    ids: dict[str, list[str]] = table("cfnlint_ids.json")
    return ids
