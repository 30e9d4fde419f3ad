"""Writes lambdalint/data/runtimes.json and actions.json from the cfn-lint that is installed.

python -m pip install --upgrade cfn-lint
python tools/cfnlint_tables.py
"""

from __future__ import annotations

import datetime
import json
from importlib.metadata import files, version
from pathlib import Path
from typing import Any

PACKAGE = "cfn-lint"
TARGET = Path(__file__).parent.parent / "lambdalint" / "data"


def runtimes() -> dict[str, dict[str, str | None]]:
    """The end of each runtime, as cfn-lint tells it; the keys are the fields of `Lifecycle`."""
    keys = {
        "deprecated": "deprecated",
        "creation_blocked": "create-block",
        "update_blocked": "update-block",
        "successor": "successor",
    }
    told = _read("LmbdRuntimeLifecycle.json")
    return {name: {key: row.get(given) for key, given in keys.items()} for name, row in sorted(told.items())}


def actions() -> dict[str, dict[str, str]]:
    """For each service the verbs of its actions: those that can be limited to some resources, and the rest."""
    found: dict[str, dict[str, str]] = {}
    for service, row in sorted(_read("Policies.json").items()):
        known = row.get("Actions", {})
        scoped = sorted(verb for verb, about in known.items() if about.get("Resources"))
        found[service] = {"scoped": " ".join(scoped), "rest": " ".join(sorted(known.keys() - {*scoped}))}
    return found


def main() -> None:
    for name, rows in (("runtimes", runtimes()), ("actions", actions())):
        data = {
            "source": f"https://pypi.org/project/{PACKAGE}/{version(PACKAGE)}/",
            "license": "MIT-0, Copyright Amazon.com, Inc. or its affiliates",
            "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
            name: rows,
        }
        (TARGET / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _read(name: str) -> dict[str, Any]:
    path = next(each for each in files(PACKAGE) or () if each.name == name)
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return table


if __name__ == "__main__":
    main()
