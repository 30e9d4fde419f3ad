"""The command as a user runs it: what it prints, where, and its exit code."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from lambdalint import __version__, cli
from lambdalint.check import SEVERITIES
from lambdalint.choices import FAIL_ON, FORMATS
from lambdalint.progress import Progress
from lambdalint.rules import load

QUIET = """\
Resources:
  Jobs:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Timeout: 10
      MemorySize: 512
      Handler: app.handler
      Code: src/
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub /aws/lambda/${Jobs}
      RetentionInDays: 30
"""
CODE = (
    "from urllib.request import urlopen\n\n\n"
    "def handler(event, context):\n    return urlopen('https://orders.example/', timeout=2).read()\n"
)


def run(*arguments: str, stdin: str | None = None, **environment: str) -> Result:
    return CliRunner().invoke(cli.main, arguments, prog_name="lambdalint", env=environment, input=stdin)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one function, without findings, which is the current directory."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "template.yaml").write_text(QUIET, "utf-8")
    (tmp_path / "src" / "app.py").write_text(CODE, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


class TestCheck:
    def test_the_date_is_that_of_the_option_then_of_the_configuration(self, project: Path) -> None:
        change(project / "template.yaml", "python3.13", "python3.9")
        asked = ("check", "--select", "runtime-deprecated", "--today")
        assert run(*asked, "2024-01-01").exit_code == 0
        assert run(*asked, "2026-01-01").exit_code == 1
        assert run(*asked, "yesterday").exit_code == 2
        (project / "lambdalint.toml").write_text("today = 2024-01-01\n", "utf-8")
        assert run(*asked[:3]).exit_code == 0
        assert run(*asked, "2026-01-01").exit_code == 1

    def test_nothing_found(self, project: Path) -> None:
        result = run("check")
        assert (result.exit_code, result.output) == (
            0,
            "No problems in 1 function (1 template), judged with its code.\n",
        )

    def test_something_found(self, project: Path) -> None:
        change(project / "template.yaml", "      Timeout: 10\n", "")
        result = run("check")
        assert result.exit_code == 1
        assert "[default-timeout]" in result.stdout
        assert result.stdout.splitlines()[-2:] == [
            "Found 1 warning in 1 function (1 template), judged with its code.",
            "What it means and what to do: lambdalint explain default-timeout",
        ]

    def test_no_functions(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        result = run("check")
        assert (result.exit_code, result.output) == (0, "No Lambda functions found in the current directory.\n")

    @pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("note", 1), ("never", 0)])
    def test_fail_on_is_the_mildest_severity_to_fail_for(self, project: Path, level: str, code: int) -> None:
        change(project / "template.yaml", "      Timeout: 10\n", "")
        assert run("check", "--fail-on", level).exit_code == code
        (project / "lambdalint.toml").write_text(f'fail-on = "{level}"\n', "utf-8")
        assert run("check").exit_code == code

    def test_select_and_ignore_take_lists(self, project: Path) -> None:
        change(project / "template.yaml", "      Timeout: 10\n", "")
        assert run("check", "--select", "client-in-handler,wildcard-action").exit_code == 0
        assert run("check", "--select", "cost", "--select", "default-timeout").exit_code == 1
        assert run("check", "--ignore", "default-timeout,performance").exit_code == 0

    def test_the_configuration_is_the_nearest_to_the_path(self, project: Path) -> None:
        change(project / "template.yaml", "      Timeout: 10\n", "")
        (project / "pyproject.toml").write_text('[tool.lambdalint]\nignore = ["default-timeout"]\n', "utf-8")
        assert run("check").exit_code == 0
        (project / "other.toml").write_text("", "utf-8")
        assert run("check", "--config", "other.toml").exit_code == 1

    def test_paths_may_be_left_out(self, project: Path) -> None:
        change(project / "template.yaml", "      Timeout: 10\n", "")
        assert run("check", "--exclude", "template.yaml").exit_code == 0
        (project / "lambdalint.toml").write_text('[per-path-ignores]\n"*.yaml" = ["all"]\n', "utf-8")
        assert run("check").exit_code == 0

    def test_parameters_have_the_values_of_the_configuration(self, project: Path) -> None:
        change(project / "template.yaml", "Resources:\n", "Parameters:\n  Limit: {Type: Number}\nResources:\n")
        change(project / "template.yaml", "Code: src/", "Code: src/\n      MemorySize: !Ref Limit")
        (project / "lambdalint.toml").write_text("[parameters]\nLimit = 512\n", "utf-8")
        assert run("check").exit_code == 0

    def test_an_ignored_finding_is_counted(self, project: Path) -> None:
        change(project / "template.yaml", "      Timeout: 10\n", "")
        change(project / "template.yaml", "  Jobs:\n", "  Jobs:  # lambdalint: ignore[default-timeout] tiny\n")
        assert run("check").output == "No problems in 1 function (1 template), judged with its code. 1 ignored.\n"

    def test_output_goes_to_a_file(self, project: Path) -> None:
        result = run("check", "--format", "json", "--output", "report.json")
        assert (result.exit_code, result.output) == (0, "")
        assert json.loads((project / "report.json").read_text("utf-8"))["summary"]["functions"] == 1

    def test_one_run_writes_several_reports(self, project: Path) -> None:
        change(project / "template.yaml", "      Timeout: 10\n", "")
        result = run("check", "--report", "sarif=a.sarif", "--report", "junit=b.xml", "--color", "always")
        assert "default-timeout" in result.output
        [told] = json.loads((project / "a.sarif").read_text("utf-8"))["runs"][0]["results"]
        assert told["ruleId"] == "default-timeout"
        assert (project / "b.xml").read_text("utf-8").startswith("<?xml")

    @pytest.mark.parametrize("wrong", ["sarif", "sarif=", "pdf=x"])
    def test_a_report_needs_a_format_and_a_file(self, project: Path, wrong: str) -> None:
        result = run("check", "--report", wrong)
        assert result.exit_code == 2
        assert "write FORMAT=FILE" in result.output

    @pytest.mark.parametrize("form", ["json", "sarif"])
    def test_documents_are_documents(self, project: Path, form: str) -> None:
        assert json.loads(run("check", "--format", form).stdout)

    def test_sarif_names_files_from_the_root_of_the_repository(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        change(project / "template.yaml", "      Timeout: 10\n", "")
        monkeypatch.chdir(project / "src")
        log = json.loads(run("check", "..", "--format", "sarif").stdout)
        [result] = log["runs"][0]["results"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "template.yaml"

    @pytest.mark.parametrize(
        ("arguments", "environment", "coloured"),
        [
            ([], {}, False),
            (["--color", "always"], {}, True),
            (["--color", "always"], {"NO_COLOR": "1"}, True),
            ([], {"FORCE_COLOR": "1"}, True),
            ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
            (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ],
    )
    def test_colour(self, project: Path, arguments: list[str], environment: dict[str, str], coloured: bool) -> None:
        change(project / "template.yaml", "      Timeout: 10\n", "")
        result = run("check", *arguments, **{"NO_COLOR": "", "FORCE_COLOR": "", **environment})
        assert ("\x1b[" in result.stdout) == coloured

    def test_of_a_file_only_what_concerns_it_is_told(self, project: Path) -> None:
        change(project / "template.yaml", "      Timeout: 10\n", "")
        change(
            project / "src" / "app.py",
            CODE,
            "import boto3\n"
            + CODE.replace("return urlopen('https://orders.example/', timeout=2).read()", "boto3.client('s3')"),
        )
        rules = ("[client-in-handler]", "[default-timeout]")
        for path, told in (("src/app.py", (1, 0)), ("template.yaml", (0, 1)), (".", (1, 1))):
            output = run("check", path).output
            assert tuple(map(output.count, rules)) == told

    def test_a_file_that_has_nothing_to_do_with_lambda_is_passed_over(self, project: Path) -> None:
        (project / "notes.txt").write_text("Nothing.\n", "utf-8")
        assert run("check", "notes.txt").exit_code == 0

    def test_verbose_says_on_stderr_what_took_part(self, project: Path) -> None:
        result = run("check", "--verbose")
        assert result.stdout == "No problems in 1 function (1 template), judged with its code.\n"
        assert "configuration: none" in result.stderr
        assert re.search(r"rules asked: \d+ of \d+ \(reliability \d+, security", result.stderr)
        assert "read: src/app.py\n" in result.stderr
        assert "read: template.yaml\n" in result.stderr
        assert "client-in-handler" not in result.stderr

    def test_verbose_names_the_handlers_that_are_not_followed_to_their_end(self, project: Path) -> None:
        chain = "".join(f"def f{index}():\n    f{index + 1}()\n" for index in range(60))
        (project / "src/app.py").write_text(f"{chain}def handler(event, context):\n    f0()\n", "utf-8")
        assert "src/app.py:121:5: the handler does more than is followed" in run("check", "--verbose").stderr
        assert "is followed" not in run("check").stderr

    def test_fails_on_nothing_where_that_is_asked(self, project: Path) -> None:
        assert run("check", "--fail-on-nothing").exit_code == 0
        (project / "docs").mkdir()
        (project / "docs" / "notes.md").write_text("Nothing.\n", "utf-8")
        assert run("check", "docs").exit_code == 0
        result = run("check", "--fail-on-nothing", "docs")
        assert result.exit_code == 2
        assert result.stderr == "lambdalint: no Lambda function to check in docs\n"
        assert result.stdout == "No Lambda functions found in docs.\n"

    def test_a_template_is_something_and_code_alone_is_too(self, project: Path) -> None:
        (project / "src" / "app.py").unlink()
        assert run("check", "--fail-on-nothing").exit_code != 2

    def test_a_file_from_stdin_stands_for_the_one_on_the_disk(self, project: Path) -> None:
        slow = "import boto3\n" + CODE.replace(
            "return urlopen('https://orders.example/', timeout=2).read()", "boto3.client('s3')"
        )
        asked = ("check", "--fail-on", "note", "--stdin-filename", "src/app.py", "-")
        assert run("check", "src/app.py").exit_code == 0
        result = run(*asked, stdin=slow)
        assert result.exit_code == 1
        assert "src/app.py:6:5: note: `Jobs` makes an S3 client" in result.stdout
        assert run(*asked, stdin=CODE).exit_code == 0

    def test_a_file_from_stdin_need_not_be_saved_yet(self, project: Path) -> None:
        template = (project / "template.yaml").read_text("utf-8").replace("      Timeout: 10\n", "")
        (project / "template.yaml").unlink()
        result = run("check", "--stdin-filename", "template.yaml", "-", stdin=template)
        assert "template.yaml" in result.stdout
        assert "[default-timeout]" in result.stdout

    @pytest.mark.parametrize(
        "arguments", [["-"], ["--stdin-filename", "a.py"], ["--stdin-filename", "a.py", "-", "b.py"], ["a.py", "-"]]
    )
    def test_stdin_needs_a_name_and_comes_alone(self, project: Path, arguments: list[str]) -> None:
        result = run("check", *arguments)
        assert result.exit_code == 2
        assert "a file from stdin is checked by itself: --stdin-filename FILE -" in result.stderr


class TestProgress:
    def test_a_terminal_sees_one_line_of_a_run_that_lasts_and_nothing_after_it(
        self, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("lambdalint.progress.PATIENCE", 0)
        monkeypatch.setattr("lambdalint.progress.OFTEN", 0)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        cli.main(["check"], standalone_mode=False)
        said = capsys.readouterr().err
        assert "\r\x1b[Klambdalint: reading the templates among " in said
        assert "\r\x1b[Klambdalint: following the handlers of template.yaml" in said
        assert said.endswith("\r\x1b[K")
        assert "\n" not in said

    def test_a_short_run_says_nothing(
        self, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("lambdalint.progress.PATIENCE", 1000)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        cli.main(["check"], standalone_mode=False)
        assert capsys.readouterr().err == ""

    def test_what_a_terminal_would_obey_is_not_passed_on(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("lambdalint.progress.PATIENCE", 0)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        progress = Progress()
        progress("reading a\x1b[2J.py\n" + "x" * 500)
        said = capsys.readouterr().err
        assert said.startswith("\r\x1b[Klambdalint: reading a [2J.py x")
        assert len(said) < 200


class TestFailure:
    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (["check", "nowhere"], "nowhere"),
            (
                ["check", "--select", "client-in-handlr"],
                "no rule or group is named 'client-in-handlr'; did you mean 'c",
            ),
            (["check", "--config", "none.toml"], "none.toml: cannot be read: No such file or directory"),
            (["check", "--output", "template.yaml/report"], "template.yaml/report: cannot be written: File exists"),
            (["explain", "client-in-handlr"], "no rule is named client-in-handlr; did you mean client-in-handler?"),
            (["explain", "xyzzy"], "no rule is named xyzzy; see `lambdalint rules`"),
        ],
    )
    def test_is_one_line_on_stderr_and_exit_code_2(self, project: Path, arguments: list[str], why: str) -> None:
        result = run(*arguments)
        assert result.exit_code == 2
        assert re.fullmatch(rf"lambdalint: .*{re.escape(why)}.*\n", result.stderr), result.stderr
        assert result.stdout == ""

    @pytest.mark.parametrize("arguments", [["check", "--format", "xml"], ["chekc"]])
    def test_wrong_usage_is_exit_code_2(self, arguments: list[str]) -> None:
        assert run(*arguments).exit_code == 2

    def test_a_wrong_configuration_names_its_file(self, project: Path) -> None:
        (project / "lambdalint.toml").write_text("slect = []\n", "utf-8")
        result = run("check")
        assert result.exit_code == 2
        assert "lambdalint.toml: no setting is named 'slect'; did you mean 'select'?" in result.stderr

    def test_a_check_that_raises_is_told_with_its_rule(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from lambdalint.records import replace

        def broken(_project):
            raise ZeroDivisionError("one by none")
            yield

        rules = [replace(rule, check=broken) if rule.name == "wildcard-action" else rule for rule in load()]
        monkeypatch.setattr("lambdalint.rules.load", lambda: rules)
        result = run("check")
        assert result.exit_code == 2
        assert "Traceback" in result.stderr
        assert "ZeroDivisionError: one by none" in result.stderr
        assert result.stderr.splitlines()[-1].startswith(
            "lambdalint: wildcard-action: ZeroDivisionError: this is a bug in lambdalint, please report it at https://"
        )


class TestPages:
    def test_rules_are_listed_by_pillar(self) -> None:
        lines = run("rules").output.splitlines()
        assert lines[0] == "alarms"
        assert any(re.match(r"  client-in-handler +warning +performance +SDK client", line) for line in lines)
        start = lines.index("batches")
        assert lines[start + 1].startswith("  batch-")
        assert len([line for line in lines if line.startswith("  ")]) == len(load())

    def test_rules_as_json(self) -> None:
        told = json.loads(run("rules", "--format", "json").output)
        assert {rule["name"] for rule in told} == {rule.name for rule in load()}
        assert told[0].keys() == {
            "name",
            "title",
            "severity",
            "pillar",
            "subject",
            "default",
            "languages",
            "fix",
            "url",
        }

    @pytest.mark.parametrize("name", ["client-in-handler", "client_in_handler", "Client-In-Handler", "W9515", "w9515"])
    def test_explain_prints_what_one_needs_of_a_page(self, name: str) -> None:
        output = run("explain", name).output
        assert output.startswith("client-in-handler: SDK client")
        assert output.count("\n## Bad") == output.count("\n## Good") == 1
        assert "\n## What to do\n" in output
        assert "<-" not in output
        assert re.search(r"Of its examples \d+ more: lambdalint explain --full client-in-handler\n", output)

    def test_explain_prints_the_whole_page_where_asked(self) -> None:
        output = run("explain", "--full", "client-in-handler").output
        page = (Path(__file__).parent.parent / "rules/client-in-handler.md").read_text("utf-8")
        assert output.count("\n## Bad") == page.count("\n## Bad") > 1
        assert "<-" not in output
        assert "more: lambdalint explain" not in output

    def test_a_page_longer_than_the_terminal_goes_through_its_pager(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        paged: list[str] = []
        monkeypatch.setattr("click.echo_via_pager", lambda text, **_: paged.append(text))
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", io.StringIO())
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setenv("LINES", "1000")
        cli.main(["explain", "client-in-handler"], standalone_mode=False)
        assert not paged
        assert "## Bad" in capsys.readouterr().out
        monkeypatch.setenv("LINES", "10")
        cli.main(["explain", "client-in-handler"], standalone_mode=False)
        assert "## Bad" in paged[0]

    def test_version(self) -> None:
        assert run("--version").output == run("-V").output == f"lambdalint {__version__}\n"


def test_a_run_can_fail_for_every_severity() -> None:
    assert (*SEVERITIES[::-1], "never") == FAIL_ON
    assert isinstance(cli.main, click.Group)


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--version"], {"libcst", "yaml", "sarif_om", "lambdalint.rules"}),
        (["--help"], {"libcst", "yaml", "sarif_om", "lambdalint.rules"}),
        (["rules"], {"libcst", "sarif_om", "pathspec"}),
        (["explain", "client-in-handler"], {"libcst", "sarif_om", "pathspec"}),
        (["check", "."], {"sarif_om", "cfnlint"}),
    ],
)
def test_a_command_loads_only_what_it_needs(project: Path, arguments: list[str], unwanted: set[str]) -> None:
    program = (
        "import sys\nfrom lambdalint.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    print('\\n'.join(['loaded', *sys.modules]))\n"
    )
    output = subprocess.check_output([sys.executable, "-c", program, *arguments], text=True)
    loaded = set(output.split("loaded\n")[1].split())
    assert not loaded & unwanted


def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "lambdalint", "explain", "client-in-handler"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait()
    process.stderr.close()


def test_no_machine_speaks_in_the_output(project: Path) -> None:
    for form in FORMATS:
        assert str(project) not in run("check", "--format", form).stdout
        assert os.sep.join(["", "home", ""]) not in run("check", "--format", form).stdout


def test_modules_of_an_organisation_are_read_as_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(
        'module "f" {\n  source = "github.com/acme/modules//lambda?ref=v1"\n  code = "src"\n}\n'
    )
    assert "stops after 3 s" not in run("check", "--select", "default-timeout").stdout
    (tmp_path / "lambdalint.toml").write_text('[modules."github.com/acme/modules//lambda"]\nsource_path = "code"\n')
    assert "stops after 3 s, the default" in run("check", "--select", "default-timeout").stdout
