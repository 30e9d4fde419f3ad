"""The schema of the configuration: whether it is one, and says of examples what reading them says."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from lambdalint.config import Config, load
from lambdalint.rules import load as rules
from lambdalint.settings import WrongConfig, settings

FILE = Path(__file__).parent.parent / "docs" / "lambdalint.schema.json"
SCHEMA: dict[str, Any] = json.loads(FILE.read_text("utf-8"))

RIGHT = [
    "",
    'select = ["default", "client-in-handler", "cost", "note"]',
    'extend-select = ["all"]',
    "ignore = []",
    'exclude = ["legacy/", "*.generated.yaml"]',
    '[per-path-ignores]\n"tests/" = ["all"]\nscripts = ["client-in-handler"]',
    '[severity]\ndefault-timeout = "error"\ncost = "note"',
    '[parameters]\nStage = "prod"\nTimeout = 60\nShare = 0.5\nTracing = true',
    '[modules."github.com/acme/modules//lambda"]\nfunction_name = "name"',
    *(f'fail-on = "{each}"' for each in ("note", "warning", "error", "never")),
    *(f'format = "{each}"' for each in ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")),
    "with-cfn-lint = true",
    "jobs = 2",
    "cache = false",
    'cache-dir = "build/lambdalint"',
    "today = 2026-11-21",
    'today = "2026-11-21"',
]
WRONG = [
    'selct = ["all"]',
    'per_path_ignores = {"tests/" = []}',
    'select = "all"',
    'select = ["client-in-handlr"]',
    'extend-select = ["W9501"]',
    "ignore = [1]",
    'exclude = "legacy/"',
    "exclude = [true]",
    '[per-path-ignores]\n"tests/" = "all"',
    '[per-path-ignores]\n"tests/" = ["al"]',
    "severity = 3",
    '[severity]\ndefault-timeout = "fatal"',
    '[severity]\ndefault-timeot = "error"',
    '[severity]\nwarning = "error"',
    '[severity]\nall = "error"',
    "[parameters]\nSubnets = [1]",
    "parameters = []",
    "[modules]\nlambda = 1",
    "[modules.lambda]\nhandler = 1",
    'fail-on = "notes"',
    "fail-on = false",
    'format = "xml"',
    'with-cfn-lint = "yes"',
    "with-cfn-lint = 1",
    "jobs = -1",
    "cache = 1",
    "cache-dir = 1",
    "jobs = true",
    "today = 2026-11-21T10:00:00",
    'today = "20261121"',
    'today = "2026-13-01"',
    "today = 20261121",
]


def valid(text: str) -> bool:
    """Whether the schema takes a configuration, as an editor shows it: with dates as texts."""
    document = json.loads(json.dumps(tomllib.loads(text), default=lambda value: value.isoformat()))
    return Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER).is_valid(document)


def readable(tmp_path: Path, text: str) -> bool:
    file = tmp_path / "lambdalint.toml"
    file.write_text(text, "utf-8")
    try:
        load(file, rules())
    except WrongConfig:
        return False
    return True


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", RIGHT)
def test_it_takes_what_is_read(tmp_path: Path, text: str) -> None:
    assert readable(tmp_path, text)
    assert valid(text)


@pytest.mark.parametrize("text", WRONG)
def test_it_refuses_what_is_refused(tmp_path: Path, text: str) -> None:
    assert not readable(tmp_path, text)
    assert not valid(text)


def test_the_examples_set_whatever_can_be_set_rightly_and_wrongly() -> None:
    shown = [{key for text in texts for key in tomllib.loads(text)} for texts in (RIGHT, WRONG)]
    assert all(settings(()).keys() <= keys for keys in shown)


def test_each_default_is_what_holds_where_nothing_is_set(tmp_path: Path) -> None:
    unset = Config()
    for name, each in SCHEMA["properties"].items():
        held = getattr(unset, name.replace("-", "_"))
        if "default" in each:
            assert settings(rule.name for rule in rules())[name].kind.read(name, each["default"]) == held
        else:
            assert held is None or isinstance(held, date)
