"""The dated tables say what the cfn-lint of their day says."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from lambdalint.data import table

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

import cfnlint_tables


@pytest.mark.parametrize("name", ["runtimes", "actions"])
def test_the_tables_are_those_of_cfn_lint(name: str) -> None:
    written = table(f"{name}.json")
    made_from = written["source"].rstrip("/").rpartition("/")[2]
    if _numbers(version("cfn-lint")) < _numbers(made_from):
        pytest.skip(f"made from cfn-lint {made_from}, which is newer than the one that is installed")
    assert written[name] == getattr(cfnlint_tables, name)(), "python tools/cfnlint_tables.py writes it anew"


def _numbers(written: str) -> list[int]:
    return [int(part) for part in written.split(".") if part.isdigit()]
