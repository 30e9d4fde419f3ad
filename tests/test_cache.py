"""What is kept of a run tells what the run would tell, and is heard only while that is so."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from lambdalint import cache, lint, running, wanted
from lambdalint.check import Problem
from lambdalint.cli import main
from lambdalint.discover import looked
from lambdalint.lint import Run
from lambdalint.outcome import Outcome, plain
from lambdalint.roots import Root
from lambdalint.rules import Finding, pages
from lambdalint.source import Sources, Span
from lambdalint.templates.terraform.roots import Roots
from lambdalint.templates.value import Known
from lambdalint.told import Report

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.9
      Handler: app.handler
      CodeUri: src/
      Timeout: 30
"""
HANDLER = """\
import boto3
from shared import answer


def handler(event, context):
    table = boto3.resource("dynamodb").Table("orders")
    return answer(table)
"""
FUNCTION = """\
resource "aws_lambda_function" "this" {
  function_name = "NAME"
  role          = "arn:aws:iam::123456789012:role/NAME"
  runtime       = "python3.9"
  handler       = "app.handler"
  filename      = data.archive_file.code.output_path
}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "code.zip"
}
"""
SHARED = "def answer(table):\n    return table.scan()\n"
OLD = time.time() - 3600


def write(path: Path, text: str, *, old: bool = True) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    if old:
        os.utime(path, (OLD, OLD))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "shop"
    (root / ".git").mkdir(parents=True)
    write(root / "template.yaml", TEMPLATE)
    write(root / "src" / "app.py", HANDLER)
    write(root / "src" / "shared.py", SHARED)
    write(root / "other" / "template.yaml", TEMPLATE)
    write(root / "other" / "src" / "app.py", "def handler(event, context):\n    print(event['id'])\n")
    monkeypatch.chdir(root)
    return root


def told(*arguments: str, form: str = "json", today: str = "2026-11-01") -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check", "--select", "all", "--today", today, "--format", form, *arguments])
    assert result.exit_code in (0, 1), result.output
    return result.exit_code, result.output


def plainly(*arguments: str, form: str = "json", today: str = "2026-11-01") -> tuple[int, str]:
    return told("--no-cache", *arguments, form=form, today=today)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each run that has done its work, and not only heard what another one did."""
    done: list[object] = []
    real = running.begin

    def begin(*arguments: object) -> object:
        done.append(arguments)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "begin", begin)
    return done


@pytest.mark.parametrize("form", ["json", "sarif", "text", "github", "gitlab", "junit", "markdown", "html"])
def test_what_is_kept_is_told_as_it_was_found(project: Path, runs: list[object], form: str) -> None:
    alone = plainly(form=form)
    assert not (project / looked.CACHE).exists()
    assert told(form=form) == alone
    assert len(runs) == 2
    assert told(form=form) == alone
    assert len(runs) == 2


@pytest.mark.usefixtures("project")
def test_what_only_says_how_to_tell_it_asks_nothing_again(runs: list[object]) -> None:
    told()
    assert told("--fail-on", "never")[0] == 0
    assert told("--fail-on", "note")[0] == 1
    told(form="sarif")
    assert len(runs) == 1
    assert told("--ignore", "all")[1] != told()[1]
    assert len(runs) == 2


def new_template(root: Path) -> None:
    write(root / "template.yaml", TEMPLATE.replace("Timeout: 30", "Timeout: 3000"))


def new_handler(root: Path) -> None:
    write(root / "src" / "app.py", HANDLER.replace("return", "print(event)\n    return"))


def same_size_and_time(root: Path) -> None:
    write(root / "src" / "app.py", HANDLER.replace('"orders"', '"Orders"'))


def new_module(root: Path) -> None:
    write(
        root / "src" / "shared.py", "import time\n\n\ndef answer(table):\n    time.sleep(60)\n    return table.scan()\n"
    )


def configured(root: Path) -> None:
    write(root / "lambdalint.toml", 'ignore = ["cost"]\n')


def configured_below(root: Path) -> None:
    write(root / "other" / "lambdalint.toml", '[severity]\noperations = "error"\n')


def ignored(root: Path) -> None:
    write(root / ".gitignore", "other/\n")


def a_file_more(root: Path) -> None:
    write(root / "third" / "template.yaml", TEMPLATE)


def a_file_where_one_was_looked_for(root: Path) -> None:
    write(root / "other" / "src" / "requirements.txt", "requests\n")


def a_file_less(root: Path) -> None:
    (root / "src" / "shared.py").unlink()


def a_directory_renamed(root: Path) -> None:
    (root / "other").rename(root / "another")


def a_link_that_leads_elsewhere(root: Path) -> None:
    write(root / "src" / "shared2.py", SHARED.replace("table.scan()", "table.scan()['Items'][0]"))
    (root / "src" / "shared.py").unlink()
    (root / "src" / "shared.py").symlink_to("shared2.py")


def a_repository_in_it(root: Path) -> None:
    (root / "other" / ".git").mkdir()
    write(root / "other" / "lambdalint.toml", 'select = ["security"]\n')


CHANGES = [
    new_template, new_handler, same_size_and_time, new_module, configured, configured_below, ignored, a_file_more,
    a_file_where_one_was_looked_for, a_file_less, a_directory_renamed, a_link_that_leads_elsewhere, a_repository_in_it,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda each: each.__name__)
def test_whatever_changes_is_seen(project: Path, runs: list[object], change: Callable[[Path], None]) -> None:
    told()
    told()
    assert len(runs) == 1
    change(project)
    assert told() == plainly()
    before = len(runs)
    assert told() == plainly()
    assert len(runs) == before + 1, "the new state was not kept"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The roots that were judged, and not only known to an earlier run."""
    found: list[str] = []
    real = Run._outcomes

    def outcomes(self: Run, root: Root, sources: Sources) -> tuple[Outcome, ...]:
        found.append(root.path)
        return real(self, root, sources)

    monkeypatch.setattr(Run, "_outcomes", outcomes)
    return found


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("change", "concerned"),
    [
        (new_template, ["template.yaml"]),
        (new_module, ["template.yaml"]),
        (a_file_where_one_was_looked_for, ["other/template.yaml"]),
        (a_file_more, ["third/template.yaml"]),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_only_what_a_change_concerns_is_judged_again(
    project: Path, judged: list[str], change: Callable[[Path], None], concerned: list[str], jobs: str
) -> None:
    told("--jobs", jobs)
    change(project)
    judged.clear()
    found = told()
    assert judged == concerned
    assert found == plainly()


@pytest.mark.usefixtures("project")
def test_other_rules_and_pictures_judge_all_again(judged: list[str]) -> None:
    told()
    told(form="html")
    assert told("--ignore", "security") == plainly("--ignore", "security")
    assert len(judged) == 8


def test_modules_of_terraform_are_known_by_what_they_deploy(project: Path, judged: list[str]) -> None:
    for name in ("one", "two"):
        write(project / name / "main.tf", FUNCTION.replace("NAME", name))
        write(project / name / "src" / "app.py", HANDLER.replace("from shared import answer", "answer = print"))
    told()
    write(project / "one" / "src" / "app.py", "def handler(event, context):\n    print(event)\n")
    write(project / "two" / "main.tf", FUNCTION.replace("NAME", "three"))
    judged.clear()
    found = told()
    assert judged == ["one/main.tf", "two/main.tf"]
    assert found == plainly()


MODULE = """\
variable "name" {}

resource "aws_lambda_function" "this" {
  function_name = var.name
  role          = "arn:aws:iam::123456789012:role/worker"
  runtime       = "python3.9"
  handler       = "app.handler"
  filename      = "code.zip"
}
"""
CALL = """\
terraform {
  backend "s3" {}
}

module "worker" {
  source = "../worker"
  name   = "NAME"
}
"""


def replaced(root: Path, path: str, before: str, after: str) -> None:
    text = (root / path).read_text("utf-8")
    assert before in text
    write(root / path, text.replace(before, after))


TEXTS = [
    ("src/app.py", "answer(table)", "answer(table)  # lambdalint: ignore[client-in-handler] meant"),
    ("src/app.py", "# lambdalint: ignore[client-in-handler] meant", ""),
    ("README.md", "# Shop", "# Shop (deprecated)"),
    ("other/README.md", "# Other", "# Other: vulnerable by design"),
    ("loose/job.py", "context):", "context):\n    print(event)"),
    ("loose/job.py", "import boto3", "import os"),
    ("other/calls.py", "import os", "from loose.tool import run"),
    ("real/shared2.py", "table.scan()", "table.scan()['Items'][0]"),
    ("one/main.tf", '"one"', '"first"'),
    ("worker/main.tf", "python3.9", "python3.13"),
    ("two/main.tf", '"../worker"', '"../worker2"'),
    ("template.yaml", "Timeout: 30", "Timeout: 3000"),
    ("template.yaml", "  Worker:\n", "  Worker: # again\n"),
    ("other/template.yaml", "Handler: app.handler", "Handler: linked.handler"),
    ("src/shared.py", "scan()", "query()"),
]


def test_one_text_after_another_is_seen(project: Path) -> None:
    write(project / "README.md", "# Shop\n")
    write(project / "other" / "README.md", "# Other\n")
    write(project / "other" / "calls.py", "import os\n")
    write(project / "loose" / "job.py", "import boto3\n\n\ndef handler(event, context):\n    boto3.client('s3')\n")
    write(project / "loose" / "tool.py", "def run(event, context):\n    print(event)\n")
    write(project / "real" / "shared2.py", HANDLER.replace("from shared import answer", SHARED))
    (project / "other" / "src" / "linked.py").symlink_to("../../real/shared2.py")
    write(project / "worker" / "main.tf", MODULE)
    write(project / "worker2" / "main.tf", MODULE)
    for name in ("one", "two"):
        write(project / name / "main.tf", CALL.replace("NAME", name))
    assert told() == plainly()
    for path, before, after in TEXTS:
        replaced(project, path, before, after)
        assert (path, told()) == (path, plainly())
        assert told(form="text") == plainly(form="text")


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Among how many files roots were looked for."""
    found: list[int] = []
    real = lint.Roots.__init__

    def begin(self: lint.Roots, sources: Sources, paths: Sequence[str], *further: object) -> None:
        found.append(len(paths))
        real(self, sources, paths, *further)  # type: ignore[arg-type]

    monkeypatch.setattr(lint.Roots, "__init__", begin)
    return found


def test_where_only_code_changes_no_other_template_is_read(project: Path, looked_at: list[int]) -> None:
    told()
    new_handler(project)
    looked_at.clear()
    assert told() == plainly()
    assert looked_at[0] == 1
    assert looked_at[1] > 1


def test_a_module_of_terraform_is_not_read_where_nothing_of_it_changes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        write(project / name / "main.tf", FUNCTION.replace("NAME", name))
        write(project / name / "src" / "app.py", HANDLER.replace("from shared import answer", "answer = print"))
    told()
    read: list[str] = []
    real = Roots.read
    monkeypatch.setattr(Roots, "read", lambda self, directory: read.append(directory) or real(self, directory))
    write(project / "two" / "main.tf", FUNCTION.replace("NAME", "three"))
    found = told()
    assert read == ["two"]
    assert found == plainly()


def test_a_change_is_seen_through_several_processes(project: Path, runs: list[object]) -> None:
    told("--jobs", "2")
    told("--jobs", "2")
    assert len(runs) == 1
    new_module(project)
    assert told("--jobs", "2") == plainly()


@pytest.mark.usefixtures("project")
def test_another_day_is_another_run(runs: list[object]) -> None:
    deprecated = "runtime-deprecated"
    assert deprecated not in told(today="2020-01-01")[1]
    assert deprecated in told(today="2026-11-01")[1]
    assert deprecated not in told(today="2020-01-01")[1]
    assert len(runs) == 2


def test_what_was_written_just_now_may_be_written_again_at_the_same_time(project: Path) -> None:
    write(project / "src" / "app.py", HANDLER, old=False)
    status = os.stat(project / "src" / "app.py")
    told()
    with (project / "src" / "app.py").open("r+b") as file:
        file.write(HANDLER.replace('"orders"', '"Orders"').replace("table)", "event)").encode())
    os.utime(project / "src" / "app.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert told() == plainly()


def test_git_is_told_to_ignore_it_and_nobody_reads_it(project: Path) -> None:
    told()
    assert (project / looked.CACHE / ".gitignore").read_text() == "# Written by lambdalint.\n*\n"
    write(project / looked.CACHE / "template.yaml", TEMPLATE)
    assert told()[1] == plainly()[1]
    assert looked.CACHE not in told()[1]


@pytest.mark.parametrize(
    "broken",
    ["", "{", "[]", "null", '{"version": 1}', '{"version": 1, "facts": {}, "report": {"Report": []}, "asked": []}'],
)
def test_what_is_broken_is_as_if_it_were_not_there_and_is_written_anew(
    project: Path, runs: list[object], broken: str
) -> None:
    first = told()
    (kept,) = (project / looked.CACHE).glob("*.json")
    (roots,) = (project / looked.CACHE).glob("*.roots")
    whole = kept.read_text()
    kept.write_text(broken)
    roots.write_text(broken)
    assert told() == first
    assert len(runs) == 2
    assert json.loads(kept.read_text())["report"] == json.loads(whole)["report"]


def test_a_class_that_is_no_record_is_refused(project: Path, runs: list[object]) -> None:
    first = told()
    for kept in (*(project / looked.CACHE).glob("*.json"), *(project / looked.CACHE).glob("*.roots")):
        kept.write_text(kept.read_text().replace('"Span', '"Popen'))
    assert told() == first
    assert len(runs) == 2


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="who may write everywhere")
def test_where_nothing_can_be_written_nothing_is_said(project: Path) -> None:
    project.chmod(0o555)
    try:
        assert told() == plainly()
    finally:
        project.chmod(0o755)


def test_a_file_in_its_place_is_no_error(project: Path) -> None:
    (project / looked.CACHE).write_text("")
    assert told() == plainly()
    assert (project / looked.CACHE).read_text() == ""


def test_where_it_is_kept_can_be_said(project: Path, runs: list[object]) -> None:
    told("--cache-dir", "elsewhere/kept")
    told("--cache-dir", "elsewhere/kept")
    assert len(runs) == 1
    assert list((project / "elsewhere" / "kept").glob("*.json"))
    assert not (project / looked.CACHE).exists()


def test_a_configuration_can_say_so_too(project: Path, runs: list[object]) -> None:
    write(project / "lambdalint.toml", 'cache-dir = "build/kept"\n')
    told()
    told("src")
    assert len(list((project / "build" / "kept").glob("*.json"))) == 2
    write(project / "lambdalint.toml", "cache = false\n")
    told()
    told()
    assert len(runs) == 4
    assert not (project / looked.CACHE).exists()


def test_only_so_many_runs_are_kept(project: Path) -> None:
    for day in range(1, 21):
        told("--ignore", "all", today=f"2026-10-{day:02}")
    assert len(list((project / looked.CACHE).glob("*.json"))) == 16


def test_a_baseline_is_held_against_what_is_kept(project: Path, runs: list[object]) -> None:
    told()
    CliRunner().invoke(main, ["baseline", "--select", "all", "--today", "2026-11-01"])
    before = len(runs)
    assert told() == plainly()
    told()
    assert len(runs) == before + 2
    assert (project / ".lambdalint-baseline.json").exists()


def test_whatever_is_handed_on_can_be() -> None:
    attribute = wanted.Attribute("Jobs", "Arn")
    change = wanted.Replacement(Known(1, Span.top("t.yaml")), 2)
    fix = wanted.Fix("set it", (change,), safe=False)
    finding = Finding(
        pages()[0], Problem(Span.top("t.yaml"), "is so", fix=fix, also=((Span.top("\udcff.py"), "\ud800"),))
    )
    report = Report((finding,), without=(("so", 1),))
    for kept in (cache.written(), plain(pages())):
        for value in (attribute, change, fix, finding):
            assert kept.read(json.loads(json.dumps(kept.write(value)))) == value
        assert {each.__name__ for each in wanted.CHANGES} <= {each.__name__ for each in kept.classes}
    assert cache.written().read(cache.written().write(report)) == report


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "lambdalint", "check", "--today", "2026-11-01", *arguments]


def test_two_runs_at_once(project: Path) -> None:
    both = [subprocess.Popen(command(), cwd=project, stdout=subprocess.PIPE) for _ in range(2)]
    first, second = (each.communicate()[0] for each in both)
    assert first == second == subprocess.run(command(), cwd=project, capture_output=True, check=False).stdout
    kept = (each for each in (project / looked.CACHE).iterdir() if each.name != ".gitignore")
    assert sorted(each.suffix for each in kept) == [".json", ".roots"]


def test_what_is_unchanged_is_checked_without_parsers(project: Path) -> None:
    program = (
        "import sys; from lambdalint.cli import main\n"
        f"try:\n    main({command()[3:]!r})\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(['', 'loaded', *sys.modules]))"
    )
    first, second = (
        subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=True)
        for _ in range(2)
    )
    (told, loaded), (again, then) = (each.stdout.split("\nloaded\n") for each in (first, second))
    assert told == again
    assert "libcst" in loaded.split()
    heavy = {"libcst", "yaml", "tree_sitter", "tree_sitter_hcl", "pathspec", "lambdalint.model", "lambdalint.code"}
    assert not heavy & set(then.split())
