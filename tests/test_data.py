"""The dated tables say what the cfn-lint of their day says."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from lambdalint.data import table
from lambdalint.data.template_keys import events_of, of_serverless, of_type
from lambdalint.templates.sam import _EVENTS as _SAM
from lambdalint.templates.sam.function import _ELSEWHERE
from lambdalint.templates.serverless.compiled import _EVENTS as _SERVERLESS

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

import cfnlint_tables


@pytest.mark.parametrize("name", ["runtimes", "actions"])
def test_the_tables_are_those_of_cfn_lint(name: str) -> None:
    written = table(f"{name}.json")
    made_from = written["source"].rstrip("/").rpartition("/")[2]
    if _numbers(version("cfn-lint")) < _numbers(made_from):
        pytest.skip(f"made from cfn-lint {made_from}, which is newer than the one that is installed")
    assert written[name] == getattr(cfnlint_tables, name)(), "python tools/cfnlint_tables.py writes it anew"


def test_events_that_are_read_are_known() -> None:
    assert _SAM.keys() <= events_of("AWS::Serverless::Function").keys()
    assert _SERVERLESS.keys() <= of_serverless("events").keys()


def test_properties_that_are_read_are_known() -> None:
    keys = of_type("AWS::Serverless::Function")
    assert keys is not None
    assert {"Events", "Environment", *_ELSEWHERE} <= keys.keys()


def _numbers(written: str) -> list[int]:
    return [int(part) for part in written.split(".") if part.isdigit()]
