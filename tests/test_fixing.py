"""Fixes: every page's, made on its examples; the forms that places can have; and what becomes of files."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pages import PAGES, Example, examples

from lambdalint import cli, rewriting, rules
from lambdalint.check import Problem
from lambdalint.fixing import Fixed, applied, diff, edits, fixed
from lambdalint.lint import lint
from lambdalint.records import replace
from lambdalint.rules import Finding, Rule
from lambdalint.source import Source, Span, Texts
from lambdalint.told import Report
from lambdalint.wanted import Edit, Fix, Import, Once

TODAY = date(2026, 11, 1)
FIXING = {rule.name: rule for rule in rules.load() if rule.fix}


def look(files: Mapping[str, str], rule: str | None = None):
    """Runs on files, in which only the fixes of one rule are offered."""

    def looked(texts: Mapping[str, str]) -> tuple[Report, Any]:
        sources = Texts({**files, **texts})
        report = lint(sources, sorted(files), rules.load(), today=TODAY)
        found = tuple(
            each if rule in (None, each.rule.name) else replace(each, problem=replace(each.problem, fix=None))
            for each in report.findings
        )
        return replace(report, findings=found), SimpleNamespace(sources=sources, scope=sorted(files), focus=None)

    return looked


def mended(files: Mapping[str, str], rule: str | None = None, *, unsafe: bool = True) -> tuple[Fixed, dict[str, str]]:
    """What is fixed, and the files afterwards."""
    result = fixed(look(files, rule), unsafe=unsafe)
    return result, {**files, **result.after}


def said(files: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """What rules say of files that are asked where nobody selects any, how often of each."""
    report, _ = look(files)({})
    return Counter((each.rule.name, each.span.path) for each in report.findings if each.rule.default)


def messages(files: Mapping[str, str], rule: str) -> Counter[tuple[str, str]]:
    report, _ = look(files)({})
    return Counter((each.span.path, each.message) for each in report.findings if each.rule.name == rule)


def bad() -> Iterator[Example]:
    for page in PAGES:
        if page.stem in FIXING:
            for example in examples(page.stem, page.read_text("utf-8")):
                if example.heading.startswith("Bad"):
                    yield example


BAD = list(bad())


_NEXT = {
    "async-without-failure-destination": ("alarm-forgotten",),
    "null-body-parsed": ("malformed-body-unhandled",),
}
"""What is told of a place only where another rule has nothing to say of it: it was as wrong before. A queue that is
added beside alarms has none yet."""


@pytest.mark.parametrize("example", BAD, ids=str)
def test_what_a_page_s_fix_mends_is_silent_and_nothing_else_speaks(example: Example) -> None:
    result, after = mended(example.files, example.page)
    assert not result.undone, [f"{each.span}: {each.problem.fix}" for each in result.undone]
    was, is_now = messages(example.files, example.page), messages(after, example.page)
    assert not is_now - (was - Counter((each.span.path, each.message) for each in result.done))
    before, now = said(example.files), said(after)
    new = Counter({what: count for what, count in (now - before).items() if what[0] not in _NEXT.get(example.page, ())})
    assert not new, new
    again, _ = mended(after, example.page)
    assert not again.after


@pytest.mark.parametrize("name", sorted(FIXING))
def test_a_page_that_says_that_its_rule_fixes_shows_one(name: str) -> None:
    done = [finding for example in BAD if example.page == name for finding in mended(example.files, name)[0].done]
    assert done, "no example of the page is fixed"
    kinds = {"safe" if finding.problem.fix and finding.problem.fix.safe else "unsafe" for finding in done}
    assert FIXING[name].fix in kinds


def test_a_rule_that_fixes_has_a_page_that_says_so() -> None:
    silent: set[str] = set()
    for page in PAGES:
        for example in examples(page.stem, page.read_text("utf-8")):
            if page.stem not in FIXING and example.heading.startswith("Bad"):
                silent |= {each.rule.name for each in of(example, page.stem) if each.problem.fix}
    assert not silent


def of(example: Example, name: str) -> list[Finding]:
    rule = next(rule for rule in rules.load() if rule.name == name)
    report = lint(Texts(example.files), sorted(example.files), [rule], today=TODAY)
    return [each for each in report.findings if each.rule.name == name]


# ------------------------------------------------------------------------------------------------ the forms of places

HANDLER = """\
def handler(event, context):
    failed = []
    for record in event["Records"]:
        try:
            print(record["body"])
        except ValueError:
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
"""
RULE = "batch-failures-not-enabled"
QUEUE = "  Jobs:\n    Type: AWS::SQS::Queue\n"
FUNCTION = "Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n      Handler: app.handler\n"
SAM = f"Transform: AWS::Serverless-2016-10-31\nResources:\n{QUEUE}  Work:\n    {FUNCTION}      CodeUri: .\n"
SERVERLESS = """\
service: work
provider: {name: aws, runtime: python3.13}
functions:
  work:
    handler: app.handler
    events:
"""
TERRAFORM = """\
resource "aws_sqs_queue" "jobs" {}
resource "aws_lambda_function" "work" {
  function_name = "work"
  filename      = "app.py"
  handler       = "app.handler"
  runtime       = "python3.13"
  role          = "arn:aws:iam::123456789012:role/work"
}
"""
FORMS = {
    "keys of a block, after the last short one": (
        "template.yaml",
        SAM + "      Events:\n        Jobs:  # here\n          Type: SQS\n          Properties:\n"
        "            BatchSize: 5  # few\n            # which\n            Queue:\n              Fn::GetAtt: [Jobs, Arn]\n",
        "            BatchSize: 5  # few\n+            FunctionResponseTypes:\n+              - ReportBatchItemFailures\n",
    ),
    "braces": (
        "template.yaml",
        SAM + "      Events:\n        Jobs: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}\n",
        "+        Jobs: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, "
        "FunctionResponseTypes: [ReportBatchItemFailures]}}\n",
    ),
    "braces over lines, in JSON": (
        "template.json",
        """\
{
  "Transform": "AWS::Serverless-2016-10-31",
  "Resources": {
    "Jobs": {"Type": "AWS::SQS::Queue"},
    "Work": {
      "Type": "AWS::Serverless::Function",
      "Properties": {
        "Runtime": "python3.13", "Handler": "app.handler", "CodeUri": ".",
        "Events": {
          "Jobs": {
            "Type": "SQS",
            "Properties": {
              "Queue": {"Fn::GetAtt": ["Jobs", "Arn"]}
            }
          }
        }
      }
    }
  }
}
""",
        """\
+              "Queue": {"Fn::GetAtt": ["Jobs", "Arn"]},
+              "FunctionResponseTypes": [
+                "ReportBatchItemFailures"
+              ]
""",
    ),
    "the short form of an event": (
        "serverless.yml",
        SERVERLESS + "      - sqs: arn:aws:sqs:eu-west-1:123456789012:jobs\n",
        "+      - sqs:\n+          arn: arn:aws:sqs:eu-west-1:123456789012:jobs\n"
        "+          functionResponseType: ReportBatchItemFailures\n",
    ),
    "the long form of an event": (
        "serverless.yml",
        SERVERLESS + "      - sqs:\n          arn: arn:aws:sqs:eu-west-1:123456789012:jobs\n          batchSize: 5",
        "           batchSize: 5\n\\ No newline at end of file\n+          batchSize: 5\n"
        "+          functionResponseType: ReportBatchItemFailures\n\\ No newline at end of file\n",
    ),
    "arguments, aligned": (
        "main.tf",
        TERRAFORM + 'resource "aws_lambda_event_source_mapping" "work" {\n'
        "  event_source_arn = aws_sqs_queue.jobs.arn # the queue\n"
        "  function_name    = aws_lambda_function.work.arn\n}\n",
        "+  event_source_arn        = aws_sqs_queue.jobs.arn # the queue\n"
        "+  function_name           = aws_lambda_function.work.arn\n"
        '+  function_response_types = ["ReportBatchItemFailures"]\n',
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_a_property_is_set_in_the_form_of_its_neighbours(form: str, end: str) -> None:
    path, template, wanted = FORMS[form]
    files = {path: template.replace("\n", end), "app.py": HANDLER}
    result, after = mended(files, RULE)
    difference = "".join(
        diff(path, result.before[path].text, text).replace("\n-", "\n-\n-") for path, text in result.after.items()
    )
    assert [each for each in wanted.splitlines() if each.strip("+ ") not in difference] == [], difference
    assert after[path].count("\n") == after[path].count(end)
    assert not [each for each in look(after, RULE)({})[0].findings if each.rule.name == RULE]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("template.yaml", SAM + "      Events: !Ref Events\n"),
        ("template.yaml", SAM + "      Events:\n        Jobs:\n          Type: SQS\n          Properties: !Ref Jobs\n"),
    ],
)
def test_what_has_no_place_is_left(path: str, text: str) -> None:
    files = {path: text, "app.py": HANDLER}
    assert not mended(files, RULE)[0].after


# ---------------------------------------------------------------------------------------------------- the command

TEMPLATE = SAM + "      Timeout: 30\n      Events:\n        Jobs: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE, "utf-8")
    (tmp_path / "app.py").write_text(HANDLER, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["check", *arguments], prog_name="lambdalint")


ASKED = ("--select", f"{RULE},visibility-timeout-short", "--fail-on", "note")


class TestCommand:
    def test_fixes_are_written_and_what_is_left_is_told(self, project: Path) -> None:
        assert run(*ASKED).exit_code == 1
        result = run(*ASKED, "--fix")
        assert (result.exit_code, result.stdout.splitlines()[0]) == (
            0,
            "No problems in 1 function (1 template), judged with its code.",
        )
        assert result.stderr.splitlines()[-1] == "lambdalint: 2 findings fixed, in 1 file"
        text = (project / "template.yaml").read_text("utf-8")
        assert "    Type: AWS::SQS::Queue\n    Properties:\n      VisibilityTimeout: 180\n" in text
        assert run(*ASKED, "--fix").stderr == "lambdalint: 0 findings fixed, in 0 files\n"

    def test_a_diff_is_shown_and_nothing_is_written(self, project: Path) -> None:
        result = run(*ASKED, "--diff")
        assert result.exit_code == 1
        assert result.stdout.startswith("--- a/template.yaml\n+++ b/template.yaml\n@@ ")
        assert (project / "template.yaml").read_text("utf-8") == TEMPLATE
        run(*ASKED, "--fix")
        assert (run(*ASKED, "--diff").exit_code, run(*ASKED, "--diff").stdout) == (0, "")

    def test_a_file_that_was_changed_meanwhile_is_left(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        put = rewriting.put

        def late(source: Source, text: str) -> None:
            (project / source.path).write_text(f"# more\n{TEMPLATE}", "utf-8")
            put(source, text)

        monkeypatch.setattr(rewriting, "put", late)
        result = run(*ASKED, "--fix")
        assert "template.yaml: not fixed: the file was changed meanwhile" in result.stderr
        assert (project / "template.yaml").read_text("utf-8") == f"# more\n{TEMPLATE}"

    def test_what_a_tool_writes_is_left(self, project: Path) -> None:
        (project / "template.yaml").write_text(f"# Generated by make. Do not edit.\n{TEMPLATE}", "utf-8")
        assert run(*ASKED, "--diff").stdout == ""

    def test_what_the_paths_leave_out_is_left(self, project: Path) -> None:
        assert run(*ASKED, "--diff", "app.py").stdout == ""

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (("--unsafe-fixes",), "with --fix or --diff"),
            (("--fix", "--diff"), "--diff writes nothing"),
            (("--diff", "--add-ignores", "known"), "--diff writes nothing"),
            (("--fix", "--stdin-filename", "app.py", "-"), "not about what comes from stdin"),
        ],
    )
    def test_contradictions_are_refused(self, project: Path, arguments: tuple[str, ...], why: str) -> None:
        result = run(*arguments)
        assert result.exit_code == 2
        assert why in result.stderr


# ------------------------------------------------------------------------------------------------------- in rounds


class TestRounds:
    """What is tried and taken back: with fixes that no rule has."""

    def looked(self, files: Mapping[str, str], fixes: Mapping[str, Fix], *, error_where: str = "") -> Fixed:
        """Fixes of findings that are there as long as the file has the word that each is named by."""
        rule, other = Rule("a", "A", "warning", "cost", ""), Rule("b", "B", "error", "cost", "")

        def looked(texts: Mapping[str, str]) -> tuple[Report, Any]:
            now = {**files, **texts}
            found = [
                Finding(rule, Problem(fix.changes[0].span, f"has {word}", fix=fix))
                for word, fix in fixes.items()
                if word in "".join(now.values())
            ]
            found += (
                [Finding(other, Problem(Span.top("a.yaml"), "is so"))] if error_where in "".join(now.values()) else []
            )
            sources = Texts(now)
            return Report(tuple(found), read=tuple(now)), SimpleNamespace(sources=sources, focus=None)

        return fixed(looked, unsafe=False)

    def edit(self, column: int, end: int, text: str, *, line: int = 1, safe: bool = True) -> Fix:
        return Fix("do so", (Edit(Span("a.yaml", line, column, line, end), text),), safe)

    def test_one_that_brings_an_error_is_taken_back_and_the_others_stay(self) -> None:
        fixes = {
            "one": self.edit(1, 4, "eins"),
            "two": self.edit(1, 4, "wrong", line=2),
            "six": self.edit(1, 4, "sechs", line=3),
        }
        result = self.looked({"a.yaml": "one\ntwo\nsix\n"}, fixes, error_where="wrong")
        assert [each.message for each in result.undone] == ["has two"]
        assert result.after == {"a.yaml": "eins\ntwo\nsechs\n"}

    def test_one_that_does_not_help_is_taken_back(self) -> None:
        result = self.looked({"a.yaml": "one two"}, {"one": self.edit(5, 8, "none")}, error_where="never")
        assert [each.message for each in result.undone] == ["has one"]
        assert result.after == {}

    def test_one_that_breaks_a_file_is_not_made(self) -> None:
        result = self.looked({"a.yaml": "one"}, {"one": self.edit(1, 4, "[")}, error_where="never")
        assert (result.after, result.done) == ({}, [])

    def test_unsafe_ones_wait_to_be_asked_for(self) -> None:
        result = self.looked({"a.yaml": "one"}, {"one": self.edit(1, 4, "x", safe=False)}, error_where="never")
        assert result.after == {}

    def test_those_that_meet_are_made_in_turn(self) -> None:
        fixes = {"one": self.edit(1, 8, "zwei two"), "two": self.edit(5, 8, "2222")}
        result = self.looked({"a.yaml": "one two"}, fixes, error_where="never")
        assert len(result.done) == 2


# --------------------------------------------------------------------------------------- values made once, in code


def once(path: str, text: str, expression: str, name: str = "s3") -> str | None:
    """A file with an expression in it made as the module is loaded; None where that cannot be."""
    source = Source(path, text)
    start = text.index(expression)
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    fix = Fix("", (Once(Span(path, line, column, line, column + len(expression)), name),))
    found = edits(fix, lambda _: source)
    return applied(source, found) if found else None


HEAD = "import boto3\n\n\n"
MADE = 'boto3.client("s3")'


class TestOnce:
    def test_a_statement_moves_with_its_comment(self) -> None:
        text = f"{HEAD}def handler(event, context):\n    s3 = {MADE}  # größer\n\n    return s3.list_buckets()\n"
        wanted = (
            f"import boto3\n\ns3 = {MADE}  # größer\n\n\ndef handler(event, context):\n    return s3.list_buckets()\n"
        )
        assert once("app.py", text, MADE) == wanted

    def test_behind_letters_of_several_bytes(self) -> None:
        text = f'{HEAD}def handler(event, context):\n    return "größer", {MADE}.list_buckets()\n'
        assert once("app.py", text, MADE) == (
            f'import boto3\n\ns3 = {MADE}\n\n\ndef handler(event, context):\n    return "größer", s3.list_buckets()\n'
        )

    @pytest.mark.parametrize(
        "body",
        [
            f"    s3 = {MADE}\n",  # nothing would be left
            f"    global s3\n    s3 = {MADE}\n    return s3\n",
            f"    s3 = None\n    s3 = {MADE}\n    return s3\n",
            f"    import boto3\n    s3 = {MADE}\n    return s3\n",
            f"    return [{MADE} for _ in event]\n",
            f"    x = 1; s3 = {MADE}\n    return s3\n",
        ],
    )
    def test_what_cannot_move_stays(self, body: str) -> None:
        assert once("app.py", f"{HEAD}def handler(event, context):\n{body}", MADE) is None

    def test_what_the_function_alone_knows_stays(self) -> None:
        made = 'boto3.client("s3", region_name=event["region"])'
        assert once("app.py", f"{HEAD}def handler(event, context):\n    s3 = {made}\n    return s3\n", made) is None

    @pytest.mark.parametrize("taken", ["s3 = 1\n", "def s3():\n    pass\n", "from x import s3\n"])
    def test_a_name_that_is_another_s_is_left(self, taken: str) -> None:
        text = f"import boto3\n{taken}\n\ndef handler(event, context):\n    s3 = {MADE}\n    return s3\n"
        assert once("app.py", text, MADE) is None
        assert once("app.py", text.replace(f"s3 = {MADE}\n    return s3", f"return {MADE}"), MADE) is None

    def test_what_is_made_there_already_is_used(self) -> None:
        text = f"import boto3\n\ns3 = {MADE}\n\n\ndef handler(event, context):\n    s3 = {MADE}\n    return s3\n"
        fix = Fix("", (Once(Span("app.py", 7, 10, 7, 10 + len(MADE)), "s3"),))
        found = edits(fix, lambda _: Source("app.py", text))
        assert applied(Source("app.py", text), found) == text.replace(f"    s3 = {MADE}\n", "")

    def test_behind_a_block_stands_an_empty_line(self) -> None:
        tried = "import boto3\n\ntry:\n    import xray\nexcept ImportError:\n    xray = None\n"
        text = f"{tried}\n\ndef handler(event, context):\n    s3 = {MADE}\n    return s3\n"
        assert once("app.py", text, MADE) == f"{tried}\ns3 = {MADE}\n\n\ndef handler(event, context):\n    return s3\n"

    def test_a_comment_goes_along_that_is_about_nothing_else(self) -> None:
        about = "    # The buckets,\n    # all of them.\n"
        body = f"    print(event)\n\n{about}    s3 = {MADE}\n\n    return s3.list_buckets()\n"
        head = f"import boto3\n\n# The buckets,\n# all of them.\ns3 = {MADE}\n\n\n"
        assert once("app.py", f"{HEAD}def handler(event, context):\n{body}", MADE) == (
            f"{head}def handler(event, context):\n    print(event)\n\n    return s3.list_buckets()\n"
        )

    def test_a_comment_stays_that_is_about_what_follows_too(self) -> None:
        body = f"    # List the buckets.\n    s3 = {MADE}\n    return s3.list_buckets()\n"
        after = once("app.py", f"{HEAD}def handler(event, context):\n{body}", MADE)
        assert after is not None
        assert after.endswith("    # List the buckets.\n    return s3.list_buckets()\n")

    def test_in_javascript_a_comment_goes_along_that_is_about_nothing_else(self) -> None:
        head = 'const { S3Client } = require("@aws-sdk/client-s3");\n\n'
        body = "  // The buckets\n  const s3 = new S3Client();\n\n  return s3.send(event);\n"
        opens = "exports.handler = async (event) => {\n"
        assert once("app.js", f"{head}{opens}{body}}};\n", "new S3Client()") == (
            f"{head}// The buckets\nconst s3 = new S3Client();\n\n{opens}  return s3.send(event);\n}};\n"
        )
        body = body.replace(";\n\n", ";\n")
        assert once("app.js", f"{head}{opens}{body}}};\n", "new S3Client()") == (
            f"{head}const s3 = new S3Client();\n\n{opens}  // The buckets\n  return s3.send(event);\n}};\n"
        )

    def test_in_javascript_behind_what_sets_up_the_sdk(self) -> None:
        head = 'const AWS = require("aws-sdk")\nAWS.config.region = "eu-west-1"\nexport {};\n'
        opens = "// What it does.\nexports.handler = async (event) => {\n"
        text = f"{head}{opens}  const s3 = new AWS.S3();\n  return s3.listBuckets();\n}};\n"
        assert once("app.ts", text, "new AWS.S3()") == (
            f"{head}\nconst s3 = new AWS.S3();\n\n{opens}  return s3.listBuckets();\n}};\n"
        )
        late = text.replace(head, 'const AWS = require("aws-sdk");\n\n') + 'AWS.config.region = "eu-west-1";\n'
        assert once("app.ts", late, "new AWS.S3()") is None

    def test_those_of_one_comment_move_together_and_stand_together(self) -> None:
        names = ("s3", "sqs", "sns")
        lines = "".join(f'    {name} = boto3.client("{name}")\n' for name in names)
        text = (
            'import boto3\n\n\ndef handler(event, context):\n    key = event["key"]\n\n    # Create clients\n'
            f'{lines}\n    s3.put_object(Bucket="b", Key=key, Body=b"")\n    sqs.purge_queue(QueueUrl=key)\n'
            "    sns.publish(TopicArn=key, Message=key)\n"
        )
        after = mended({"template.yaml": SAM, "app.py": text}, "client-in-handler")[1]["app.py"]
        head, _, body = after.partition("\n\n\ndef ")
        assert sorted(filter(None, head.splitlines())) == sorted(
            ["import boto3", "# Create clients", *(line.strip() for line in lines.splitlines())]
        )
        assert "#" not in body
        assert "\n\n\n" not in body

    def test_imports_stand_above_what_is_made(self) -> None:
        text = (
            'import boto3\n\n\ndef handler(event, context):\n    s3 = boto3.client("s3")\n'
            '    for record in event["Records"]:\n'
            '        s3.delete_object(Bucket="b", Key=record["s3"]["object"]["key"])\n'
        )
        events = "      Events:\n        Made:\n          Type: S3\n          Properties:\n            Bucket: !Ref B\n            Events: s3:ObjectCreated:*\n"
        template = f"{SAM}{events}  B:\n    Type: AWS::S3::Bucket\n"
        after = mended({"template.yaml": template, "app.py": text})[1]["app.py"]
        assert after.startswith("import boto3\nfrom urllib.parse import unquote_plus\n\ns3 = ")

    def test_in_javascript(self) -> None:
        made = "new S3Client({ region: process.env.AWS_REGION })"
        text = (
            'import { S3Client } from "@aws-sdk/client-s3";\n\n'
            f"export const handler = async (event) => {{\n  const s3 = {made};\n  return s3.send(event);\n}};\n"
        )
        assert once("app.mjs", text, made) == (
            'import { S3Client } from "@aws-sdk/client-s3";\n\n'
            f"const s3 = {made};\n\nexport const handler = async (event) => {{\n  return s3.send(event);\n}};\n"
        )

    @pytest.mark.parametrize("made", ["new S3Client({ region: event.region })", "new Elsewhere({})"])
    def test_in_javascript_what_the_function_alone_knows_stays(self, made: str) -> None:
        text = (
            'import { S3Client } from "@aws-sdk/client-s3";\n\n'
            f"export const handler = async (event) => {{\n  const s3 = {made};\n  return s3.send(event);\n}};\n"
        )
        assert once("app.mjs", text, made) is None


class TestImported:
    """Where a name comes to stand that a file of Python is to know."""

    @pytest.mark.parametrize(
        ("head", "wanted"),
        [
            ("import os\n\n'''What it does.'''\n\nx = 1\n", "import os\n{}\n\n'''What it does.'''\n\nx = 1\n"),
            ("'''What it does.'''\nx = 1\n", "'''What it does.'''\n\n{}\n\nx = 1\n"),
            ("'''What it does.'''\n\nx = 1\n", "'''What it does.'''\n\n{}\n\nx = 1\n"),
            ("# License\nx = 1\n", "# License\n{}\n\nx = 1\n"),
        ],
    )
    def test_it_stands_with_the_other_imports_or_apart(self, head: str, wanted: str) -> None:
        source = Source("app.py", head)
        fix = Fix("", (Import("app.py", "base64", "b64decode"),))
        assert applied(source, edits(fix, lambda _: source)) == wanted.format("from base64 import b64decode")


class TestGiven:
    """A timeout given to a call, in the form of its neighbours."""

    @pytest.mark.parametrize(
        ("call", "wanted"),
        [
            ("requests.get(url)", "requests.get(url, timeout=10)"),
            (
                "requests.post(\n        url,\n        json=x\n    )",
                "requests.post(\n        url,\n        json=x,\n        timeout=10\n    )",
            ),
            (
                "requests.post(\n        url,\n        json=x,\n    )",
                "requests.post(\n        url,\n        json=x,\n        timeout=10,\n    )",
            ),
            (
                'requests.post(url, json={\n        "a": 1\n    })',
                'requests.post(url, json={\n        "a": 1\n    }, timeout=10)',
            ),
            ("requests.post(url,\n        json=x)", "requests.post(url,\n        json=x, timeout=10)"),
        ],
    )
    def test_in_python(self, call: str, wanted: str) -> None:
        assert (
            self.after(
                "app.py",
                f'import requests\n\n\ndef handler(event, context):\n    url, x = event["url"], event["x"]\n    return {call}.json()\n',
            ).split("return ")[1]
            == f"{wanted}.json()\n"
        )

    @pytest.mark.parametrize(
        ("call", "wanted"),
        [
            ("axios.get(\n    url\n  )", "axios.get(\n    url,\n    { timeout: 10000 }\n  )"),
            ("axios.get(\n    url,\n  )", "axios.get(\n    url,\n    { timeout: 10000 },\n  )"),
            ("axios.get(url)", "axios.get(url, { timeout: 10000 })"),
        ],
    )
    def test_in_javascript(self, call: str, wanted: str) -> None:
        text = f'import axios from "axios";\n\nexport const handler = async ({{ url }}) => {{\n  return await {call};\n}};\n'
        assert self.after("app.mjs", text).split("await ")[1] == f"{wanted};\n}};\n"

    @pytest.mark.parametrize(
        ("head", "call", "wanted"),
        [
            (
                "",
                '{ hostname: "a.example.com", path: url }',
                '{ signal: SIGNAL, hostname: "a.example.com", path: url }',
            ),
            ('const options = { hostname: "a.example.com", path: url };', "options", "{ ...options, signal: SIGNAL }"),
            ("", '"https://a.example.com/"', '"https://a.example.com/", { signal: SIGNAL }'),
            ("", "`https://a.example.com/${url}`", "`https://a.example.com/${url}`, { signal: SIGNAL }"),
            ('const at = new URL(url, "https://a.example.com");', "at", "at, { signal: SIGNAL }"),
            (
                "",
                '"https://a.example.com/", { method: "HEAD" }',
                '"https://a.example.com/", { signal: SIGNAL, method: "HEAD" }',
            ),
        ],
    )
    def test_requests_of_nodejs_are_ended_by_a_signal(self, head: str, call: str, wanted: str) -> None:
        answer = ", (answer) => {\n      // What it says\n      resolve(answer.statusCode);\n    })"
        text = (
            'import https from "node:https";\n\nexport const handler = async ({ url }) =>\n'
            f"  new Promise((resolve, reject) => {{\n    {head}\n    const request = https.request(CALL{answer};\n"
            '    request.on("error", reject);\n    request.end();\n  });\n'
        )
        signal = wanted.replace("SIGNAL", "AbortSignal.timeout(10000)")
        assert self.after("app.mjs", text.replace("CALL", call)) == text.replace("CALL", signal)

    @pytest.mark.parametrize("call", ["url", "url, resolve", "{ ...event }, resolve"])
    def test_what_a_request_is_given_is_known(self, call: str) -> None:
        text = (
            'import https from "node:https";\n\nexport const handler = async (event) =>\n  new Promise((resolve) => {\n'
            f"    const url = event.url;\n    https.get({call});\n  }});\n"
        )
        after = self.after("app.mjs", text)
        assert after == text or "{ signal: AbortSignal.timeout(10000), ...event }" in after

    def test_a_signal_is_for_versions_that_have_one(self) -> None:
        text = 'const https = require("https");\n\nexports.handler = async () => https.get("https://a.example.com/");\n'
        template = SAM.replace("python3.13", "nodejs14.x") + "      Timeout: 30\n"
        assert not mended({"template.yaml": template, "app.js": text}, "network-call-without-timeout")[0].after

    def test_retries_share_the_time(self) -> None:
        text = (
            "import requests\n\n\ndef handler(event, context):\n    for attempt in range(5):\n"
            '        if requests.get(event["url"]).ok:\n            break\n'
        )
        assert "timeout=5)" in self.after("app.py", text)

    def after(self, path: str, text: str) -> str:
        runtime = "nodejs24.x" if path.endswith(".mjs") else "python3.13"
        template = SAM.replace("python3.13", runtime) + "      Timeout: 30\n"
        return mended({"template.yaml": template, path: text}, "network-call-without-timeout")[1][path]


def test_a_runtime_is_not_raised_above_that_of_a_layer() -> None:
    layer = (
        "  Shared:\n    Type: AWS::Serverless::LayerVersion\n    Properties:\n"
        "      ContentUri: shared/\n      CompatibleRuntimes: [python3.9]\n"
    )
    globals_ = "Globals: {Function: {Runtime: python3.9, Handler: app.handler, CodeUri: .}}\n"
    bare = "    Type: AWS::Serverless::Function\n"
    template = f"Transform: AWS::Serverless-2016-10-31\n{globals_}Resources:\n{layer}  One:\n{bare}  Two:\n{bare}"
    files = {"template.yaml": f"{template}    Properties: {{Layers: [!Ref Shared]}}\n", "app.py": HANDLER}
    assert not mended(files, "runtime-deprecated")[0].after
    files["template.yaml"] = template
    assert "{Runtime: python3.14," in mended(files, "runtime-deprecated")[1]["template.yaml"]


def test_a_resource_stands_apart_as_others_do_even_after_the_first() -> None:
    log = "  WorkLogs:\n    Type: AWS::Logs::LogGroup\n    Properties:\n"
    first = SAM.replace(QUEUE, "")
    for template in (f"{first}\n{QUEUE}", f"{first}{QUEUE}", first):
        after = mended({"template.yaml": template, "app.py": HANDLER}, "log-retention-unset")[1]["template.yaml"]
        assert (f"CodeUri: .\n\n{log}" in after) == (f"\n\n{QUEUE}" in template)
        assert log in after
