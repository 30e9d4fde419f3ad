"""What `lambdalint config` says of a path."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lambdalint import cli, toml
from lambdalint.settings import settings

CONFIG = """\
select = ["default", "cost"]
ignore = ["default-timeout"]
exclude = ["legacy/"]
fail-on = "warning"
today = 2026-11-21
[per-path-ignores]
"tests/" = ["client-in-handler", "wildcard-action"]
"scripts/" = ["all"]
[severity]
cost = "note"
[parameters]
"a b" = 0.5
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a configuration in a directory below it; it is the current directory."""
    (tmp_path / ".git").mkdir()
    orders = tmp_path / "orders"
    for folder in ("tests", "scripts", "legacy"):
        (orders / folder).mkdir(parents=True)
        (orders / folder / "app.py").touch()
    (orders / "lambdalint.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(cli.main, ["config", *arguments], prog_name="lambdalint", env=environment)


def said(*arguments: str, **environment: str) -> dict[str, tuple[Any, str]]:
    """Each setting with its value and what says so."""
    result = run(*arguments, **environment)
    assert result.exit_code == 0, result.output
    values = tomllib.loads(result.output)
    why = dict(line.split(" = ", 1) for line in result.output.splitlines() if not line.startswith("#"))
    return {name: (values[name], why[name].rpartition("  # ")[2]) for name in values}


def test_without_a_configuration_all_is_by_default(project: Path) -> None:
    found = said()
    assert {why for _, why in found.values()} == {"by default"}
    assert found.keys() == settings(()).keys() - {"today"}
    assert "# configuration: none" in run().output


def test_the_nearest_configuration_says_what_it_sets(project: Path) -> None:
    found = said("orders/tests/app.py")
    assert {name for name, (_, why) in found.items() if why == "orders/lambdalint.toml"} == set(tomllib.loads(CONFIG))
    assert {name: value for name, (value, why) in found.items() if why != "by default"} == tomllib.loads(CONFIG)
    assert found["fail-on"] == ("warning", "orders/lambdalint.toml"), "although it is so by default, too"


def test_what_is_printed_says_the_same_as_a_configuration(project: Path) -> None:
    first = run("orders")
    (project / "same.toml").write_text(first.output, "utf-8")
    again = run("orders", "--config", "same.toml")
    assert tomllib.loads(again.output) == tomllib.loads(first.output)
    assert "# configuration: same.toml, by --config\n" in again.output
    assert "same.toml, by LAMBDALINT_CHECK_CONFIG\n" in run("orders", LAMBDALINT_CHECK_CONFIG="same.toml").output


def test_options_and_variables_are_heard_as_check_hears_them(project: Path) -> None:
    found = said(
        "orders",
        "--ignore",
        "cost,security",
        "--without-cfn-lint",
        LAMBDALINT_CHECK_FAIL_ON="note",
        LAMBDALINT_CHECK_FORMAT="json",
    )
    assert found["ignore"] == (["default-timeout", "cost", "security"], "orders/lambdalint.toml, --ignore")
    assert found["with-cfn-lint"] == (False, "--without-cfn-lint")
    assert found["fail-on"] == ("note", "LAMBDALINT_CHECK_FAIL_ON")
    assert found["format"] == ("json", "LAMBDALINT_CHECK_FORMAT")
    found = said("orders", "--today", "2026-01-31", LAMBDALINT_CHECK_EXCLUDE="a/")
    assert found["today"] == (date(2026, 1, 31), "--today")
    assert found["exclude"] == (["legacy/", "a/"], "orders/lambdalint.toml, LAMBDALINT_CHECK_EXCLUDE")


def test_what_is_selected_takes_the_place_of_all_that_the_file_selects(project: Path) -> None:
    with (project / "orders" / "lambdalint.toml").open("r+", encoding="utf-8") as file:
        text = file.read()
        file.seek(0)
        file.write(f'extend-select = ["tracing-off"]\n{text}')
    assert said("orders")["extend-select"] == (["tracing-off"], "orders/lambdalint.toml")
    found = said("orders", "--select", "error")
    assert found["select"] == (["error"], "--select")
    assert found["extend-select"] == ([], "--select")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("orders/tests/app.py", "# not told here, by per-path-ignores: client-in-handler, wildcard-action"),
        ("orders/scripts/app.py", "# not told here, by per-path-ignores: all of them"),
        ("orders/legacy/app.py", "# it is left out by exclude"),
        ("orders/legacy", "# it is left out by exclude"),
    ],
)
def test_what_is_left_out_is_said(project: Path, path: str, line: str) -> None:
    assert line in run(path).output.splitlines()
    assert line not in run("orders/lambdalint.toml").output.splitlines()


def test_what_is_wrong_is_one_line(project: Path) -> None:
    assert (run("nowhere").exit_code, run("nowhere").stderr) == (2, "lambdalint: nowhere: no such file or directory\n")
    (project / "orders" / "lambdalint.toml").write_text("select = 1", "utf-8")
    assert (
        run("orders").stderr
        == f"lambdalint: {project / 'orders' / 'lambdalint.toml'}: select must be a list of texts, not 1\n"
    )


def test_values_are_read_as_they_were_written() -> None:
    values = {"a": 'quo"te\\ \t\n\x7f ü', "b c": [True, 1, 0.5, float("inf")], "": {}, "d": {"e.f": date(2026, 1, 2)}}
    text = "".join(f"{toml.key(name)} = {toml.value(each)}\n" for name, each in values.items())
    assert tomllib.loads(text) == values
