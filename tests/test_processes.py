"""A run in several processes comes to what it comes to in one."""

import multiprocessing
import os
import signal
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from lambdalint import processes, running
from lambdalint.cli import main
from lambdalint.configs import Given
from lambdalint.lint import Run
from lambdalint.processes import WorkerFailed, outcomes
from lambdalint.rules import Rule

PROJECTS = Path(__file__).parent / "fixtures" / "projects"
METHODS = multiprocessing.get_all_start_methods()
GIVEN = Given(select=("all",), today=date(2026, 11, 1))


def template(number: int) -> str:
    return f"""\
Transform: AWS::Serverless-2016-10-31
Resources:
  Worker{number}:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.9
      Handler: app.handler
      CodeUri: src/
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: s3:*
              Resource: "*"
"""


HANDLER = """\
import boto3
import shared


def handler(event, context):
    table = boto3.resource("dynamodb").Table("orders")
    return shared.answer(table)
"""


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Many deployments, a module of Terraform that two share, a handler that nothing deploys, and ignores."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    for number in range(23):
        source = tmp_path / f"service{number:02}" / "src"
        source.mkdir(parents=True)
        (source.parent / "template.yaml").write_text(template(number))
        (source / "app.py").write_text(HANDLER)
        (source / "shared.py").write_text("def answer(table):\n    return table.scan()\n")
    (tmp_path / "service03" / "src" / "app.py").write_text("def handler(event, context:\n")
    module = tmp_path / "modules" / "role"
    module.mkdir(parents=True)
    (module / "main.tf").write_text(
        'resource "aws_iam_role_policy" "all" {\n  role = "r"\n'
        '  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })'
        " # lambdalint: ignore[wildcard-action] for tests\n}\n"
    )
    for stage in ("dev", "prod"):
        (tmp_path / "infra" / stage).mkdir(parents=True)
        (tmp_path / "infra" / stage / "main.tf").write_text('module "role" {\n  source = "../../modules/role"\n}\n')
    (tmp_path / "left.py").write_text(HANDLER)
    return tmp_path


def told(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check", "--select", "all", "--today", "2026-11-01", *arguments])
    assert not isinstance(result.exception, OSError)
    return result.exit_code, result.output


@pytest.mark.parametrize("form", ["json", "sarif", "text"])
def test_many_deployments_are_told_of_as_by_one_process(many: Path, form: str) -> None:
    alone = told("--format", form, "--jobs", "1")
    assert alone[0] == 1
    assert "wildcard" in alone[1]
    assert all(told("--format", form, "--jobs", number, str(many)) == alone for number in ("2", "5"))


def test_every_project_of_the_fixtures_is_told_of_as_by_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECTS)
    projects = sorted(each.name for each in PROJECTS.iterdir() if each.is_dir())
    assert told("--format", "json", "--jobs", "2", *projects) == told("--format", "json", "--jobs", "1", *projects)


def begun() -> tuple[Run, Sequence[Rule], processes.Begin]:
    run, _, asked = running.begin((".",), {}, running.configs_of(None, GIVEN))
    return run, asked, partial(running.begin_again, (".",), {}, None, GIVEN, False)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("method", METHODS)
def test_however_processes_are_started(method: str) -> None:
    run, asked, again = begun()
    assert outcomes(run, asked, again, 2, range(len(run.roots)), method=method) == [
        run.outcomes(each) for each in run.roots
    ]


def dies(how: str) -> tuple[Run, Sequence[Rule]]:
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(3)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(("how", "what"), [("killed", "was ended by signal 9"), ("left", "ended with exit code 3")])
def test_a_worker_that_dies_is_told_of_in_one_line(how: str, what: str) -> None:
    run, asked, _ = begun()
    with pytest.raises(WorkerFailed) as error:
        outcomes(run, asked, partial(dies, how), 2, range(len(run.roots)), method="spawn")
    assert str(error.value) == f"a worker process {what} before its work was done; --jobs 1 needs none"


@pytest.mark.usefixtures("many")
def test_the_command_says_so_and_exits_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_work", lambda *_: os._exit(7))
    if "fork" not in METHODS:
        pytest.skip("what is set in this process is not seen by another")
    code, output = told("--no-cache", "--jobs", "2")
    assert (code, output.count("\n")) == (2, 1)
    assert output.startswith("lambdalint: a worker process ended with exit code 7")


@pytest.mark.usefixtures("many")
def test_what_a_check_raises_in_a_worker_is_a_bug_of_lambdalint(monkeypatch: pytest.MonkeyPatch) -> None:
    if "fork" not in METHODS:
        pytest.skip("what is set in this process is not seen by another")

    def fails(self: Run, root: object) -> None:
        error = ZeroDivisionError("division by zero")
        error.add_note("wildcard-action")
        raise error

    monkeypatch.setattr(Run, "outcomes", fails)
    code, output = told("--jobs", "2")
    assert code == 2
    assert "lambdalint: wildcard-action: ZeroDivisionError: RuntimeError: this is a bug in lambdalint" in output
