"""What was changed since a revision, in real repositories, and what is told of it."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lambdalint import cli
from lambdalint.changed import Changed, changed
from lambdalint.source import Span

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      MemorySize: 512
      Timeout: 30
      Handler: app.handler
      Code: src/
"""
CODE = """\
import boto3


def handler(event, context):
    return boto3.client("s3").list_buckets()["Buckets"]
"""
ASKED = ("--select", "default-timeout,client-in-handler", "--fail-on", "note")


def git(*arguments: str) -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        **{
            f"GIT_{who}_{what}": "somebody@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        },
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True, env=environment).stdout


def commit(message: str = "Change it") -> None:
    git("add", "--all")
    git("commit", "--quiet", "--message", message)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository on a branch that has just left `main`, which is the current directory."""
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    monkeypatch.chdir(project)
    (project / "template.yaml").write_text(TEMPLATE, "utf-8")
    (project / "src" / "app.py").write_text(CODE, "utf-8")
    git("init", "--quiet", "--initial-branch", "main")
    commit()
    git("checkout", "--quiet", "-b", "ours")
    return project


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments, prog_name="lambdalint")


def told(*arguments: str) -> list[str]:
    result = run("check", *ASKED, "--changed-since", "main", "--format", "json", *arguments)
    findings = json.loads(result.stdout)["findings"]
    assert result.exit_code == bool(findings)
    return sorted(f"{each['rule']} {each['path']}:{each['line']}" for each in findings)


def lines(*paths: str) -> dict[str, list[range]]:
    """The changed lines by the names of their files; of new files none."""
    found = changed("main", paths or (".",))
    return {Path(path).name: found.lines.get(path, []) for path in (*found.lines, *found.whole)}


class TestWhatIsTold:
    def test_is_nothing_where_nothing_was_changed(self, project: Path) -> None:
        assert run("check", *ASKED).exit_code == 1
        result = run("check", *ASKED, "--changed-since", "main")
        assert result.exit_code == 0
        assert "1 more where nothing was changed." in result.output

    def test_lies_in_a_changed_line(self, project: Path) -> None:
        change(project / "src" / "app.py", '"s3"', '"s3", "eu-west-1"')
        assert told() == ["client-in-handler src/app.py:5"]
        git("add", "--all")
        assert told() == ["client-in-handler src/app.py:5"]
        commit()
        assert told() == ["client-in-handler src/app.py:5"]

    def test_does_not_lie_in_another_line_of_the_file(self, project: Path) -> None:
        change(project / "src" / "app.py", "import boto3", "import os\n\nimport boto3")
        assert told() == []

    def test_has_a_further_place_in_a_changed_line(self, project: Path) -> None:
        code = CODE.replace("    return", "    return make()\n\n\ndef make():\n    return")
        (project / "src" / "app.py").write_text(code, "utf-8")
        commit()
        git("branch", "--force", "main")
        change(project / "src" / "app.py", "    return make()", "    return  make()")
        [finding] = json.loads(run("check", *ASKED, "--format", "json").stdout)["findings"]
        assert (finding["line"], [place["line"] for place in finding["also"]]) == (9, [5])
        assert told() == ["client-in-handler src/app.py:9"]

    def test_lies_in_a_file_that_git_does_not_know(self, project: Path) -> None:
        (project / "src" / "more.py").write_text(CODE, "utf-8")
        (project / "more.yaml").write_text(
            TEMPLATE.replace("app.", "more.").replace("      Timeout: 30\n", ""), "utf-8"
        )
        assert told() == ["client-in-handler src/more.py:5", "default-timeout more.yaml:2"]
        commit()
        assert told() == ["client-in-handler src/more.py:5", "default-timeout more.yaml:2"]

    def test_is_not_what_others_changed_in_the_meantime(self, project: Path) -> None:
        git("checkout", "--quiet", "main")
        change(project / "src" / "app.py", '"s3"', '"s3", "eu-west-1"')
        commit()
        git("checkout", "--quiet", "ours")
        assert told() == []

    def test_is_looked_for_from_a_directory_and_in_one(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        change(project / "src" / "app.py", '"s3"', '"s3", "eu-west-1"')
        assert told("src/app.py") == ["client-in-handler src/app.py:5"]
        monkeypatch.chdir(project / "src")
        assert told("..") == ["client-in-handler app.py:5"]

    def test_is_beside_a_baseline_what_is_new(self, project: Path) -> None:
        change(project / "template.yaml", "      Timeout: 30\n", "")
        change(project / "template.yaml", "  Orders:\n", "  Orders:  # and bills\n")
        assert run("baseline", *ASKED[:2]).exit_code == 0
        assert told() == []
        assert told("--no-baseline") == ["default-timeout template.yaml:2"]

    def test_is_not_a_secret_of_a_line_that_was_not_changed(self, project: Path) -> None:
        key = "AKIA" + "Q3EGRVTZ5JXNLMB7"
        code = f'import boto3\n\n\ndef handler(event, context):\n    return make()\n\n\ndef make():\n    return boto3.client("s3", aws_access_key_id="{key}")\n'
        (project / "src" / "app.py").write_text(code, "utf-8")
        commit()
        git("branch", "--force", "main")
        change(project / "src" / "app.py", "    return make()", "    return  make()")
        result = run("check", "--select", "all", "--changed-since", "main")
        assert "client-in-handler" in result.output
        assert key not in result.output


class TestLines:
    def test_are_those_that_are_new(self, project: Path) -> None:
        change(project / "template.yaml", "      MemorySize: 512\n", "      MemorySize: 256\n      Description: more\n")
        assert lines() == {"template.yaml": [range(6, 8)]}

    def test_are_none_but_a_gap_where_some_are_gone(self, project: Path) -> None:
        change(project / "template.yaml", "      MemorySize: 512\n", "")
        assert lines() == {"template.yaml": [range(6, 6)]}
        found = changed("main", ["."])
        assert found.touches(Span("template.yaml", 3, 5, 8, 1))
        assert found.touches(Span("template.yaml", 5, 5, 6, 9))
        assert not found.touches(Span("template.yaml", 5, 5, 5, 9))
        assert not found.touches(Span("template.yaml", 6, 5, 6, 9))
        assert found.touches(Span.top("template.yaml"))
        assert not found.touches(Span.top("src/app.py"))

    def test_are_not_taken_for_the_head_of_a_file(self, project: Path) -> None:
        (project / "src" / "app.py").write_text(f"{CODE}x = '''\n++ b/other.py\n@@ -1 +1 @@\n'''\n", "utf-8")
        assert lines() == {"app.py": [range(6, 10)]}

    @pytest.mark.parametrize("name", ["a b.py", 'quo"ted.py', "tab\there.py", "bestellübersicht.py", "back\\slash.py"])
    def test_are_of_files_of_any_name(self, project: Path, name: str) -> None:
        (project / name).write_text("a = 1\n", "utf-8")
        assert lines() == {name: []}
        commit()
        assert lines() == {name: [range(1, 2)]}

    def test_are_none_of_a_file_that_was_renamed(self, project: Path) -> None:
        git("mv", "src/app.py", "src/main.py")
        assert lines() == {}

    def test_are_told_whatever_git_is_set_to(self, project: Path) -> None:
        for key, value in (
            ("diff.noprefix", "true"),
            ("diff.external", "false"),
            ("color.diff", "always"),
            ("diff.mnemonicPrefix", "true"),
        ):
            git("config", key, value)
        (project / ".gitattributes").write_text("*.yaml -diff\n", "utf-8")
        change(project / "template.yaml", "512", "256")
        assert lines() == {"template.yaml": [range(6, 7)], ".gitattributes": []}

    def test_of_an_archive_are_all(self, project: Path) -> None:
        (project / "src" / "app.zip").write_bytes(b"PK\x00\n\n")
        assert changed("main", ["src"]).touches(Span("src/app.zip/app.py", 9, 1, 9, 2))
        commit()
        assert changed("main", ["src"]).touches(Span("src/app.zip/app.py", 9, 1, 9, 2))
        git("branch", "--force", "main")
        assert changed("main", ["src"]) == Changed()


class TestFailures:
    def error(self, *arguments: str) -> str:
        result = run("check", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        [line] = result.stderr.splitlines()
        return line

    @pytest.mark.parametrize("revision", ["nowhere", "-nowhere", "HEAD:template.yaml", ""])
    def test_a_revision_that_there_is_not(self, project: Path, revision: str) -> None:
        assert f"git knows no revision {revision} here" in self.error(f"--changed-since={revision}")

    def test_a_directory_outside_of_git(self, tmp_path: Path) -> None:
        assert f"{tmp_path}: lies in no git repository" in self.error("--changed-since", "main", str(tmp_path))

    def test_a_repository_that_is_none(self, tmp_path: Path) -> None:
        (tmp_path / ".git").mkdir()
        assert "git: not a git repository" in self.error("--changed-since", "main", str(tmp_path))

    def test_branches_with_nothing_in_common(self, project: Path) -> None:
        git("checkout", "--quiet", "--orphan", "new")
        commit("Begin anew")
        assert "main and HEAD have no commit in common here" in self.error("--changed-since", "main")

    def test_no_git(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(project))
        assert "git cannot be run: No such file" in self.error("--changed-since", "main")

    def test_text_from_stdin(self, project: Path) -> None:
        result = run("check", "--changed-since", "main", "--stdin-filename", "src/app.py", "-")
        assert result.exit_code == 2
        assert "does not know what comes from stdin" in result.stderr

    def test_what_git_tells_its_hooks_is_not_of_this_repository(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GIT_DIR", str(project / "nowhere"))
        assert told() == []
