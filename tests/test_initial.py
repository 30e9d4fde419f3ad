"""What `lambdalint init` writes and prints."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lambdalint import cli
from lambdalint.config import Config, load
from lambdalint.records import replace
from lambdalint.rules import load as rules

SAM = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage:
    Type: String
  Level:
    Type: String
    Default: INFO
  Unused:
    Type: String
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      FunctionName: !Sub orders-${Stage}-${Level}
"""
TERRAFORM = """\
variable "role" {}

variable "memory" {
  default = 256
}

resource "aws_lambda_function" "bills" {
  function_name = "bills"
  role          = var.role
  memory_size   = var.memory
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = "app.zip"
}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with functions in two dialects, and templates to test with; it is the current directory."""
    (tmp_path / ".git").mkdir()
    files = {
        "template.yaml": SAM,
        "bills/main.tf": TERRAFORM,
        "tests/fixtures/template.yaml": SAM.replace("Stage", "Tested"),
        "src/app.py": "def handler(event, context):\n    return event\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["init", *arguments], prog_name="lambdalint")


def uncommented(path: Path) -> str:
    """The file with what it suggests."""
    return re.sub(r"^# (?=exclude = |\[parameters\]|[\w\"-]+ = \"\")", "", path.read_text("utf-8"), flags=re.MULTILINE)


def test_it_writes_what_holds_anyway(project: Path) -> None:
    assert run().exit_code == 0
    path = project / "lambdalint.toml"
    assert replace(load(path, rules()), said=frozenset()) == Config(path)
    assert path.read_text("utf-8").startswith("#:schema https://")


def test_it_tells_what_was_found(project: Path) -> None:
    result = run()
    assert result.output.startswith("lambdalint.toml: written; functions found: 3 (SAM 2, Terraform 1)\n")
    assert "# Functions found: 3 (SAM 2, Terraform 1)\n" in (project / "lambdalint.toml").read_text("utf-8")


def test_what_it_suggests_can_be_taken_out_of_comments(project: Path) -> None:
    run()
    path = project / "lambdalint.toml"
    assert tomllib.loads(uncommented(path)) == {
        "select": ["default"],
        "fail-on": "warning",
        "exclude": ["tests/"],
        "parameters": {"Stage": "", "role": ""},
    }
    path.write_text(uncommented(path), "utf-8")
    assert load(path, rules()).exclude == ("tests/",)
    text = path.read_text("utf-8")
    assert 'Stage = ""  # template.yaml:17\n' in text
    assert 'role = ""  # bills/main.tf:9\n' in text


def test_it_is_for_a_directory(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("bills").output.startswith("bills/lambdalint.toml: written; functions found: 1 (Terraform 1)\n")
    text = (project / "bills" / "lambdalint.toml").read_text("utf-8")
    assert '# role = ""  # main.tf:9\n' in text
    assert "Stage" not in text
    monkeypatch.chdir(project / "src")
    assert run("..").output.startswith("../lambdalint.toml: written; functions found: 3")


def test_where_nothing_is_found_it_is_a_configuration_all_the_same(tmp_path: Path) -> None:
    assert "functions found: none\n" in run(str(tmp_path)).output
    assert tomllib.loads((tmp_path / "lambdalint.toml").read_text("utf-8")).keys() == {"select", "fail-on"}


@pytest.mark.parametrize(
    ("name", "text"), [("lambdalint.toml", ""), ("pyproject.toml", "[tool.lambdalint]\nignore = ['cost']\n")]
)
def test_no_configuration_is_written_over(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text, "utf-8")
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"lambdalint: {name}: is a configuration already, which stays as it is\n"
    assert (project / name).read_text("utf-8") == text
    assert [path.name for path in project.glob("*.toml")] == [name]


def test_a_pyproject_of_others_is_no_configuration(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.ruff]\n", "utf-8")
    assert run().exit_code == 0


def test_a_link_is_not_followed_to_where_it_leads(project: Path) -> None:
    (project / "lambdalint.toml").symlink_to("elsewhere.toml")
    result = run()
    assert (result.exit_code, result.stderr) == (2, "lambdalint: lambdalint.toml: cannot be written: File exists\n")
    assert not (project / "elsewhere.toml").exists()


@pytest.mark.parametrize(
    ("file", "form"), [(".gitlab-ci.yml", "gitlab"), (".github/workflows/ci.yml", "github"), ("Jenkinsfile", "junit")]
)
def test_it_prints_the_commands_for_the_pipeline_that_is_there(project: Path, file: str, form: str) -> None:
    (project / file).parent.mkdir(parents=True, exist_ok=True)
    (project / file).touch()
    output = run("bills").output
    [command] = re.findall(r"^  lambdalint (check --fail-on-nothing .*)$", output, re.MULTILINE)
    assert f"--format {form}" in command
    assert "- id: lambdalint\n" in output
    done = CliRunner().invoke(cli.main, command.split(), prog_name="lambdalint")
    assert done.exit_code in {0, 1}, done.output
