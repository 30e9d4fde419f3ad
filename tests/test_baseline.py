"""A project that begins with findings: what is told beside a baseline, and what becomes of its file."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lambdalint import cli
from lambdalint.baseline import NAME

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      MemorySize: 512
      Handler: app.handler
      Code: src/
"""
FUNCTION = """\
  {}:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      MemorySize: 512
      Handler: app.handler
      Code: src/
"""
CODE = """\
import boto3


def handler(event, context):
    return boto3.client("s3").list_buckets()["Buckets"]
"""
ASKED = ("--select", "default-timeout,client-in-handler", "--fail-on", "note")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one function and two findings, which is the current directory."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE, "utf-8")
    (tmp_path / "src" / "app.py").write_text(CODE, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments, prog_name="lambdalint")


def told(*arguments: str) -> list[str]:
    """What `check` tells, each finding by rule and line."""
    document = json.loads(run("check", *ASKED, "--format", "json", *arguments).stdout)
    return sorted(f"{each['rule']} {each['path']}:{each['line']}" for each in document["findings"])


def entries(path: str = NAME) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(Path(path).read_text("utf-8"))["findings"]
    return found


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


class TestWhatIsKnown:
    def test_is_not_told_again(self, project: Path) -> None:
        assert run("check", *ASKED).exit_code == 1
        written = run("baseline", *ASKED[:2])
        assert (written.exit_code, written.output) == (0, f"{NAME}: 2 known findings: 2 added, 0 taken out\n")
        again = run("check", *ASKED)
        assert again.exit_code == 0
        assert "2 more known from the baseline." in again.output
        assert told("--no-baseline") == ["client-in-handler src/app.py:5", "default-timeout template.yaml:2"]

    def test_may_move(self, project: Path) -> None:
        run("baseline", *ASKED[:2])
        change(project / "src" / "app.py", "import boto3\n", "import os\n\nimport boto3\n")
        change(project / "src" / "app.py", "    return", "    if event:\n        return")
        assert told() == []

    def test_is_new_in_another_line(self, project: Path) -> None:
        run("baseline", *ASKED[:2])
        change(project / "src" / "app.py", '"s3"', '"s3", region_name="eu-west-1"')
        assert told() == ["client-in-handler src/app.py:5"]

    def test_is_known_in_a_file_of_another_name(self, project: Path) -> None:
        run("baseline", *ASKED[:2])
        (project / "src" / "app.py").rename(project / "src" / "main.py")
        change(project / "template.yaml", "app.handler", "main.handler")
        assert told() == []

    def test_is_new_in_a_copy(self, project: Path) -> None:
        run("baseline", *ASKED[:2])
        (project / "src" / "main.py").write_text(CODE, "utf-8")
        with (project / "template.yaml").open("a", encoding="utf-8") as file:
            file.write(FUNCTION.format("Bills").replace("app.handler", "main.handler"))
        assert told() == ["client-in-handler src/main.py:5", "default-timeout template.yaml:9"]

    def test_is_counted(self, project: Path) -> None:
        """One more of the same in the same file is not hidden among those that are known."""
        run("baseline", *ASKED[:2])
        with (project / "template.yaml").open("a", encoding="utf-8") as file:
            file.write(FUNCTION.format("Bills"))
        assert told() == ["client-in-handler src/app.py:5", "default-timeout template.yaml:9"]
        assert "`Bills` makes an S3 client" in run("check", *ASKED).output

    def test_tells_apart_what_shares_a_line(self, project: Path) -> None:
        (project / "template.yaml").write_text("", "utf-8")
        service = project / "serverless.yml"
        service.write_text(
            "service: shop\nprovider:\n  name: aws\n  runtime: python3.8\nfunctions:\n  one: {handler: app.handler}\n",
            "utf-8",
        )
        asked = ("--select", "runtime-deprecated", "--today", "2026-11-29")
        run("baseline", *asked)
        assert [each["resource"] for each in entries()] == ["one"]
        with service.open("a", encoding="utf-8") as file:
            file.write("  two: {handler: app.handler}\n")
        assert "serverless.yml:4:12: warning: `two` runs on python3.8" in run("check", *asked).output
        run("baseline", *asked)
        assert [each["resource"] for each in entries()] == ["one", "two"]

    def test_is_found_from_below_and_by_file(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        run("baseline", *ASKED[:2])
        assert told("template.yaml") == []
        monkeypatch.chdir(project / "src")
        assert told() == []

    def test_is_named(self, project: Path) -> None:
        run("baseline", *ASKED[:2], "--output", "known.json")
        assert len(told()) == 2
        assert told("--baseline", "known.json") == []
        missing = run("check", "--baseline", "other.json")
        assert missing.exit_code == 2
        assert missing.stderr.startswith("lambdalint: other.json: no such file; ")

    def test_stands_in_sarif_as_unchanged(self, project: Path) -> None:
        run("baseline", "--select", "default-timeout")
        log = json.loads(run("check", *ASKED, "--format", "sarif").stdout)
        states = {each["ruleId"]: each["baselineState"] for each in log["runs"][0]["results"]}
        assert states == {"default-timeout": "unchanged", "client-in-handler": "new"}
        without = json.loads(run("check", *ASKED, "--format", "sarif", "--no-baseline").stdout)
        assert all("baselineState" not in each for each in without["runs"][0]["results"])

    def test_has_no_line_that_holds_a_secret(self, project: Path) -> None:
        key = "AKIA" + "QWERTYUIOPASDFGH"
        change(project / "src" / "app.py", '"s3"', f'"s3", aws_access_key_id="{key}"')
        run("baseline", "--select", "all")
        assert {each["line"] for each in entries() if each["path"] == "src/app.py" and "client" in each["rule"]} == {""}
        assert told() == []


class TestWhatIsMended:
    def test_is_counted_and_taken_out(self, project: Path) -> None:
        run("baseline", *ASKED[:2])
        change(project / "template.yaml", "      MemorySize", "      Timeout: 10\n      MemorySize")
        result = run("check", *ASKED)
        assert result.exit_code == 0
        assert "1 more known from the baseline; 1 of the baseline found no more." in result.output
        assert run("check", *ASKED, "--fail-on-stale").exit_code == 1
        pruned = run("baseline", "--prune", *ASKED[:2])
        assert pruned.output == f"{NAME}: 1 known findings: 0 added, 1 taken out\n"
        assert run("check", *ASKED, "--fail-on-stale").exit_code == 0

    def test_is_not_what_was_not_looked_for(self, project: Path) -> None:
        run("baseline", *ASKED[:2])
        assert run("check", "--select", "client-in-handler", "--fail-on-stale").exit_code == 0
        assert run("check", *ASKED, "--fail-on-stale", "src").exit_code == 0
        run("baseline", "--select", "client-in-handler")
        assert len(entries()) == 2

    def test_prune_adds_nothing(self, project: Path) -> None:
        run("baseline", "--select", "default-timeout")
        run("baseline", "--prune", *ASKED[:2])
        assert [each["rule"] for each in entries()] == ["default-timeout"]


class TestTheFile:
    def test_is_sorted_and_the_same_again(self, project: Path) -> None:
        run("baseline", "--select", "all")
        first = Path(NAME).read_bytes()
        run("baseline", "--select", "all")
        assert Path(NAME).read_bytes() == first
        found = entries()
        assert found == sorted(found, key=lambda each: (each["path"], each["rule"], each["resource"], each["line"]))
        assert len(first.decode("utf-8").splitlines()) == len(found) + 5
        assert os.listdir(project).count(NAME) == 1
        assert not [name for name in os.listdir(project) if name.startswith(f"{NAME}.")]

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "is no baseline: it is not JSON"),
            ("[]", "is no baseline: it says no version"),
            ('{"version": 2, "findings": []}', "is of version 2, and this lambdalint reads 1"),
            ('{"version": 1, "findings": [1]}', "is no baseline: its findings are not understood"),
            ('{"version": 1}', "is no baseline: its findings are not understood"),
            ('<<<<<<< HEAD\n{"version": 1}\n=======\n>>>>>>> other\n', "has marks of a merge conflict"),
            ("[" * 100_000, "is no baseline: it is not JSON"),
            ("\udcff", "is no baseline: it is not UTF-8"),
        ],
    )
    def test_is_left_alone_where_it_is_broken(self, project: Path, text: str, why: str) -> None:
        Path(NAME).write_text(text, "utf-8", errors="surrogateescape")
        before = Path(NAME).read_bytes()
        for command in (("check",), ("baseline",), ("baseline", "--prune")):
            result = run(*command)
            assert result.exit_code == 2
            assert result.stderr.startswith("lambdalint: ")
            assert f"{NAME}: {why}" in result.stderr
            assert len(result.stderr.splitlines()) == 1
        assert Path(NAME).read_bytes() == before

    def test_that_cannot_be_written(self, project: Path) -> None:
        result = run("baseline", "--output", "no/such/place.json")
        assert (result.exit_code, result.stderr) == (
            2,
            "lambdalint: no/such/place.json: cannot be written: No such file or directory\n",
        )
