"""A monorepo: each file has the configuration nearest to it."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lambdalint import cli

TEMPLATE = """\
Parameters:
  Python:
    Type: String
    Default: python3.13
Resources:
  Jobs:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: !Ref Python
      Timeout: 10
      MemorySize: 512
      Handler: app.handler
      Code: src/
"""
CODE = """\
import boto3


def handler(event, context):
    return {"statusCode": 200, "body": boto3.client("s3").list_buckets(Prefix=event["pathParameters"]["owner"])["Owner"]}
"""
CLIENT, LOGS = "client-in-handler", "log-retention-unset"
BOTH = {CLIENT, LOGS}

Found = list[tuple[str, str, str]]


@pytest.fixture(autouse=True)
def _monorepo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two equal services below one configuration."""
    (tmp_path / ".git").mkdir()
    for service in ("orders", "users"):
        (tmp_path / service / "src").mkdir(parents=True)
        (tmp_path / service / "template.yaml").write_text(TEMPLATE, "utf-8")
        (tmp_path / service / "src" / "app.py").write_text(CODE, "utf-8")
    monkeypatch.chdir(tmp_path)
    configure(".", f'select = ["{CLIENT}", "{LOGS}"]')


def configure(directory: str, text: str) -> None:
    Path(directory, "lambdalint.toml").write_text(f"{text}\n", "utf-8")


def check(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(cli.main, ("check", *arguments), prog_name="lambdalint", env=environment)


def found(*arguments: str, **environment: str) -> Found:
    result = check(*arguments, "--format", "json", **environment)
    assert result.exit_code in (0, 1), result.output
    told = json.loads(result.stdout)["findings"]
    return sorted((finding["path"], finding["rule"], finding["severity"]) for finding in told)


def rules(service: str, *arguments: str, **environment: str) -> set[str]:
    return {rule for path, rule, _ in found(*arguments, **environment) if path.startswith(service)}


def test_a_nested_one_counts_from_the_root_and_the_order_of_paths_does_not() -> None:
    assert rules("orders") == rules("users") == BOTH
    configure("orders", f'select = ["{CLIENT}"]')
    assert rules("orders") == {CLIENT}
    assert rules("users") == BOTH
    assert found() == found("orders", "users") == found("users", "orders")
    assert found() == sorted([*found("orders"), *found("users")])


def test_one_that_is_named_counts_for_all() -> None:
    configure("orders", f'select = ["{CLIENT}"]')
    assert rules("users", "--config", "orders/lambdalint.toml") == {CLIENT}
    assert rules("users", LAMBDALINT_CHECK_CONFIG="orders/lambdalint.toml") == {CLIENT}


def test_severities_and_failures_are_those_of_the_file() -> None:
    configure("orders", f'select = ["{CLIENT}"]\nfail-on = "never"\n[severity]\nperformance = "error"')
    assert ("orders/src/app.py", CLIENT, "error") in found()
    assert ("users/src/app.py", CLIENT, "warning") in found()
    assert check("orders").exit_code == 0
    assert check("orders", "--fail-on", "error").exit_code == 1
    assert check().exit_code == check("users", "orders").exit_code == 1


def test_paths_that_it_names_are_its_own() -> None:
    configure("orders", '[per-path-ignores]\n"src/" = ["all"]')
    assert CLIENT not in rules("orders")
    assert CLIENT in rules("users")
    configure("orders", f'exclude = ["template.yaml"]\nselect = ["{CLIENT}", "{LOGS}"]')
    assert rules("orders/template.yaml") == set()
    assert rules("users/template.yaml") == {LOGS}


@pytest.mark.parametrize("given", [".", "orders", "orders/src/app.py"])
def test_an_excluded_directory_stays_so_whatever_its_own_says(given: str) -> None:
    configure(".", 'exclude = ["orders/"]')
    configure("orders", 'select = ["all"]')
    assert rules("orders", given) == set()


def test_a_deployment_is_read_by_that_of_its_template() -> None:
    asked = 'select = ["runtime-deprecated"]\ntoday = 2026-11-21'
    configure(".", asked)
    configure("users/src", f'{asked}\n[parameters]\nPython = "python3.8"')
    assert found() == []
    configure("users", f'{asked}\n[parameters]\nPython = "python3.8"')
    assert rules("users") == {"runtime-deprecated"}
    assert rules("orders") == set()


def test_the_date_is_that_of_the_template() -> None:
    configure(".", 'select = ["runtime-deprecated"]\ntoday = 2026-11-21')
    configure("users", 'select = ["runtime-deprecated"]\ntoday = 2035-01-01')
    assert {path for path, *_ in found()} == {"users/template.yaml"}
    assert found("--today", "2026-11-21") == []


def test_an_ignore_is_unused_only_where_its_rule_is_asked() -> None:
    for service in ("orders", "users"):
        with Path(service, "src", "app.py").open("a", encoding="utf-8") as file:
            file.write(f"X = 1  # lambdalint: ignore[{CLIENT}]\n")
    configure(".", f'select = ["{CLIENT}", "unused-ignore"]')
    configure("orders", 'select = ["unused-ignore"]')
    assert rules("orders") == set()
    assert rules("users") == {CLIENT, "unused-ignore"}


def test_one_that_is_wrong_is_told_with_its_place() -> None:
    configure("users", "slect = []")
    result = check()
    assert result.exit_code == 2
    assert re.fullmatch(r"lambdalint: .*users/lambdalint\.toml: no setting is named 'slect'.*\n", result.stderr)


def test_verbose_names_each() -> None:
    configure("users", f'select = ["{CLIENT}"]')
    told = check("--verbose").stderr
    assert "configuration: lambdalint.toml\n" in told
    assert "configuration: users/lambdalint.toml\nlambdalint: rules asked: 2 of " in told


def test_what_a_run_does_in_one_way_is_asked_of_what_the_paths_share() -> None:
    configure("users", 'format = "json"\nfail-on = "never"')
    for within in (["users"], ["users/src", "users/template.yaml"]):
        assert json.loads(check(*within).stdout)["findings"]
    for order in (["users", "orders"], ["orders", "users"], ["users", "--format", "text"]):
        assert not check(*order).stdout.startswith("{")


def test_cfn_lint_is_asked_as_configured() -> None:
    configure("users", 'format = "json"\nwith-cfn-lint = true')
    assert "cfn_lint" in json.loads(check("users").stdout)
    assert "cfn_lint" not in json.loads(check("users", "--without-cfn-lint").stdout)


def test_the_environment_stands_for_options() -> None:
    assert rules("users", LAMBDALINT_CHECK_SELECT=CLIENT) == {CLIENT}
    assert rules("users", "--select", LOGS, LAMBDALINT_CHECK_SELECT=CLIENT) == {LOGS}
    assert json.loads(check(LAMBDALINT_CHECK_FORMAT="json").stdout)["findings"]
    assert check(LAMBDALINT_CHECK_FAIL_ON="never").exit_code == 0


def test_a_selection_can_be_extended() -> None:
    configure("users", f'select = []\nextend-select = ["{CLIENT}"]')
    assert rules("users") == {CLIENT}
    assert rules("users", "--extend-select", LOGS) == BOTH
    assert rules("users", "--select", LOGS) == {LOGS}


def test_somebody_elses_pyproject_need_not_be_toml() -> None:
    Path("users", "pyproject.toml").write_text("[{{ cookiecutter.table }}\n", "utf-8")
    assert rules("users") == BOTH
