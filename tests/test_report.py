"""The report in every format."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Failure, JUnitXml
from lxml import etree

from lambdalint import printable, report, rules
from lambdalint.check import Problem
from lambdalint.choices import FORMATS
from lambdalint.ignores import Ignored
from lambdalint.lint import lint
from lambdalint.records import replace
from lambdalint.report import Lines, Setting
from lambdalint.report.fingerprint import fingerprints
from lambdalint.report.folding import folded
from lambdalint.rules import Finding, Rule
from lambdalint.source import Span, Texts
from lambdalint.told import Report
from lambdalint.wanted import Edit, Fix

# From the npm package @microsoft/sarif-multitool-linux 5.7.0: the OASIS schema.
SCHEMA = json.loads((Path(__file__).parent / "fixtures" / "sarif-schema-2.1.0.json").read_text("utf-8"))

# From the source distribution of pytest 8.4.2 on PyPI: the schema of Jenkins' xUnit plugin, under the MIT License.
JUNIT = etree.XMLSchema(file=str(Path(__file__).parent / "fixtures" / "junit-10.xsd"))

# The fields that GitLab's documentation asks for and knows, in our words: stricter than the schema that GitLab itself holds
# each entry to (`app/validators/json_schemas/codeclimate.json` of its source), which lets any string be a severity.
# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^[a-z0-9-]+$"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    # Relative to the repository, and without `./` in front.
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": "^(/|\\./)"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {
                            "begin": {"type": "integer", "minimum": 1},
                            "end": {"type": "integer", "minimum": 1},
                        },
                    },
                },
            },
        },
    },
}

TEMPLATE = """\
Resources:
  Jobs:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Queue:
          Type: SQS
"""
CODE = "import boto3\n\n\ndef handler(event, context):\n\treturn {'batchItemFailures': ['漢字']}\n"
SHOP = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Jobs:
    Type: AWS::SQS::Queue
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.14
      Handler: app.handler
      CodeUri: src/
      Timeout: 10
      Events:
        Read:
          Type: HttpApi
          Properties: {Path: /orders, Method: get}
        Write: # of the same API
          Type: HttpApi
          Properties: {Path: /orders, Method: post}
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}
      Policies:
        - Statement:
            - {Effect: Allow, Action: ["s3:*",
                "sqs:*"], Resource: "*"}
            - Effect: Allow
              Action: "dynamodb:*"
              Resource: "*"
  Invoices:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.14
      Handler: app.handler
      CodeUri: src/
      Timeout: 20
      Events:
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}
"""
SOURCES = Texts({"template.yaml": TEMPLATE, "src/my app.py": CODE})

NOT_ENABLED = Rule(
    "batch-failures-not-enabled",
    "Handler returns batchItemFailures, and its mapping ignores them",
    "error",
    "reliability",
    "Lambda reads `batchItemFailures` only [where asked](https://docs.example/x).\n\n## Bad\n\nA page.\n",
    cwe="CWE-390",
    security_severity="4.0",
)
CLIENT = Rule("client-in-handler", "SDK client is made on every invocation", "warning", "performance", "Slow.\n")

ENABLE = Finding(
    NOT_ENABLED,
    Problem(
        Span("template.yaml", 6, 9, 6, 14),
        "ignores the batchItemFailures that its handler returns",
        also=((Span("src/my app.py", 5, 2, 5, 39), "returned here"),),
        fix=Fix("set it", (Edit(Span("template.yaml", 8, 1, 8, 1), f"{'':10}Properties: {{BatchSize: 1}}\n"),)),
    ),
)
MAKES = Finding(
    CLIENT, Problem(Span("src/my app.py", 5, 32, 5, 36), "makes 100 % of\nits clients: x, y", severity="note")
)
ANOTHER = replace(MAKES, problem=replace(MAKES.problem, message="makes another"))
IGNORED = Ignored(
    replace(MAKES, problem=Problem(Span("src/my app.py", 1, 8, 1, 13), "is so")), "why not", Span.top("a")
)
PARTIAL = Report((), (), 2, 60, 23, (("nodejs22.x is not read", 31), ("their code was not found", 6)))
COVERAGE = (
    "23 of 60 functions judged with their code; 31 without: nodejs22.x is not read; 6 without: their code was not found"
)
FULL = Report((MAKES, ENABLE), (IGNORED,), templates=1, functions=2, handlers=2)


SETTING = Setting(Lines(SOURCES), (CLIENT, NOT_ENABLED))


def written(form: str, told: Report = FULL, **setting: object) -> str:
    return report.write(form, told, Setting(Lines(SOURCES), (CLIENT, NOT_ENABLED), **setting))  # type: ignore[arg-type]


class TestText:
    def test_a_finding_has_its_place_its_further_places_and_its_line(self) -> None:
        assert written("text", Report((ENABLE,), (), 1, 2, 2)) == (
            "template.yaml:6:9: error: ignores the batchItemFailures that its handler returns "
            "[batch-failures-not-enabled]\n"
            "    src/my app.py:5:2: returned here\n"
            "6 |         Queue:\n"
            "  |         ^^^^^\n"
            "\n"
            "Found 1 error in 2 functions (1 template), judged with their code.\n"
            "What it means and what to do: lambdalint explain batch-failures-not-enabled\n"
        )

    def test_wide_characters_and_tabs_are_underlined_where_they_stand(self) -> None:
        line, marks = written("text", Report((MAKES,))).splitlines()[1:3]
        assert line == "5 |  return {'batchItemFailures': ['漢字']}"
        assert marks == "  |" + " " * 32 + "^^^^^^"

    def test_a_span_over_several_lines_is_underlined_to_the_end_of_its_first(self) -> None:
        many = replace(ENABLE.problem, span=Span("template.yaml", 6, 9, 7, 20), also=())
        assert (
            written("text", Report((replace(ENABLE, problem=many),), (), 1, 1, 1)).splitlines()[2]
            == "  |         ^^^^^^"
        )

    def test_a_span_beyond_the_text_is_told_without_a_line(self) -> None:
        gone = replace(ENABLE.problem, span=Span("gone.yaml", 6, 9, 6, 20), also=())
        assert written("text", Report((replace(ENABLE, problem=gone),), (), 1, 1, 1)).splitlines()[1] == ""

    def test_a_line_that_holds_a_secret_is_shown_by_no_finding(self) -> None:
        secret = Finding(CLIENT, Problem(Span("template.yaml", 6, 9, 7, 14), "is secret", secret=True))
        there = replace(ENABLE, problem=replace(ENABLE.problem, also=()))
        text = written("text", Report((secret, there)))
        assert "Queue:" not in text
        assert "Type: SQS" not in written("text", Report((there, secret)))
        assert "Queue:" in written("text", Report((there,)))
        assert "Queue:" not in written("text", Report((there,), (Ignored(secret, "", Span.top("a")),)))

    def test_a_line_in_which_a_secret_can_be_read_is_shown_by_no_format(self) -> None:
        line = 'requests.get("https://me:pa55-w0rd-x@host/?token=ghp_0123456789abcdefghijABCDEFGHIJ012345")'
        waits = Finding(CLIENT, Problem(Span("a.py", 1, 1, 1, len(line) + 1), "waits without a timeout"))
        setting = Setting(Lines(Texts({"a.py": f"{line}\n"})), (CLIENT,))
        told = {form: report.write(form, Report((waits,)), setting) for form in FORMATS}
        assert not [form for form, text in told.items() if "pa55" in text or "ghp_" in text]
        assert "partialFingerprints" not in told["sarif"]
        assert "requests.get" not in told["text"]

    def test_a_line_of_a_megabyte_is_shown_in_part(self) -> None:
        sources = Texts({"t.json": '{"Resources": {' + " " * 1000 + '"Jobs": {}}}'})
        finding = Finding(CLIENT, Problem(Span("t.json", 1, 1016, 1, 1022), "is so"))
        lines = report.write("text", Report((finding,)), Setting(Lines(sources))).splitlines()
        assert len(lines[1]) < 200
        assert lines[1][lines[2].index("^") :][:6] == '"Jobs"'

    def test_what_a_terminal_would_obey_is_not_passed_on(self) -> None:
        odd = Finding(
            CLIENT, Problem(Span("a\x1b[2J.py", 1, 1, 1, 2), "names \x1b]0;x\x07", ((Span.top("b"), "\r\x1b"),))
        )
        told = report.write("text", Report((odd,)), Setting(Lines(Texts({"a\x1b[2J.py": "x\x1b[31m"}))))
        assert not set(told) & set("\x1b\x07\r")

    def test_colour_is_there_only_when_asked_for(self) -> None:
        assert "\x1b[" not in written("text")
        assert "\x1b[31m" in written("text", colour=True)

    @pytest.mark.parametrize(
        ("told", "last"),
        [
            (FULL, "Found 1 error and 1 note in 2 functions (1 template), judged with their code. 1 ignored."),
            (
                Report((MAKES, ANOTHER, ENABLE), (), 3, 1, 1),
                "Found 1 error and 2 notes in 1 function (3 templates), judged with its code.",
            ),
            (Report((), (), 2, 5, 5), "No problems in 5 functions (2 templates), judged with their code."),
            (
                Report((), functions=5, handlers=5, apps=1),
                "No problems in 5 functions (1 app), judged with their code.",
            ),
            (
                Report((), (), 2, 5, 5, apps=3),
                "No problems in 5 functions (2 templates, 3 apps), judged with their code.",
            ),
            (PARTIAL, "No problems in 60 functions (2 templates)."),
            (PARTIAL, f"{COVERAGE}."),
            (Report((), (), 0, 0, 1), "No problems in 1 handler that no template deploys."),
            (Report(()), "No Lambda functions found in a and b."),
            (Report((ENABLE,), ()), "Found 1 error. No Lambda functions found in a and b."),
        ],
    )
    def test_one_line_sums_up(self, told: Report, last: str) -> None:
        assert last in written("text", told, paths=("a", "b")).splitlines()

    def test_many_paths_are_counted(self) -> None:
        assert written("text", Report(()), paths=["a"] * 9) == "No Lambda functions found in 9 paths.\n"


class TestJson:
    def test_a_finding_has_everything_that_is_known_of_it(self) -> None:
        document = json.loads(written("json"))
        assert document["version"] == 1
        assert document["findings"][0] == {
            "rule": "batch-failures-not-enabled",
            "severity": "error",
            "pillar": "reliability",
            "message": "ignores the batchItemFailures that its handler returns",
            "resource": None,
            "path": "template.yaml",
            "line": 6,
            "column": 9,
            "end_line": 6,
            "end_column": 14,
            "also": [
                {
                    "message": "returned here",
                    "path": "src/my app.py",
                    "line": 5,
                    "column": 2,
                    "end_line": 5,
                    "end_column": 39,
                }
            ],
            "fix": {
                "message": "set it",
                "applicability": "safe",
                "edits": [
                    {
                        "text": "          Properties: {BatchSize: 1}\n",
                        "path": "template.yaml",
                        "line": 8,
                        "column": 1,
                        "end_line": 8,
                        "end_column": 1,
                    }
                ],
            },
            "url": "https://github.com/lambdalint/lambdalint/blob/main/rules/batch-failures-not-enabled.md",
            "same": [],
        }
        assert document["summary"] == {
            "error": 1, "warning": 0, "note": 1, "ignored": 1, "known": 0, "mended": None, "unchanged": 0, "templates": 1, "apps": 0,
            "functions": 2, "handlers": 2, "judged": 2, "not_judged": [],
            "rules": [
                {"rule": "batch-failures-not-enabled", "severity": "error", "findings": 1, "places": 1},
                {"rule": "client-in-handler", "severity": "note", "findings": 1, "places": 1},
            ],
        }  # fmt: skip
        [ignored] = document["ignored"]
        assert (ignored["rule"], ignored["reason"], ignored["ignored_at"]["path"]) == (
            "client-in-handler",
            "why not",
            "a",
        )

    def test_nothing_found_is_a_document_too(self) -> None:
        assert json.loads(written("json", Report(())))["findings"] == []


class TestSarif:
    def run(self, told: Report = FULL, **setting: object) -> dict[str, object]:
        log = json.loads(written("sarif", told, **setting))
        jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)
        [run] = log["runs"]
        return run

    def test_follows_the_schema_when_empty(self) -> None:
        assert self.run(Report(()))["results"] == []

    @pytest.mark.parametrize("path", ["app.mjs", "app.ts"])
    def test_regions_in_javascript_count_code_points_behind_astral_characters(self, path: str) -> None:
        code = "export const handler = async () => { const a = '😀𝒳'; new DynamoDBClient({ a }); };\n"
        template = (
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  Orders:\n    Type: AWS::Serverless::Function\n"
            "    Properties: {Runtime: nodejs22.x, Handler: app.handler, CodeUri: ., Timeout: 9}\n"
        )
        files = {"template.yaml": template, path: 'import { DynamoDBClient } from "@aws-sdk/client-dynamodb";\n' + code}
        asked = [rule for rule in rules.load() if rule.name == "client-in-handler"]
        told = lint(Texts(files), sorted(files), asked)
        log = json.loads(report.write("sarif", told, Setting(Lines(Texts(files)), tuple(asked))))
        [run] = log["runs"]
        [result] = run["results"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert run["columnKind"] == "unicodeCodePoints"
        assert (region["startLine"], code[region["startColumn"] - 1 :][:18]) == (2, "new DynamoDBClient")

    def test_rules_carry_their_pages(self) -> None:
        run = self.run()
        rule, client = run["tool"]["driver"]["rules"]
        assert rule == {
            "id": "batch-failures-not-enabled",
            "name": "BatchFailuresNotEnabled",
            "shortDescription": {"text": NOT_ENABLED.title},
            "fullDescription": {"text": "Lambda reads batchItemFailures only where asked."},
            "help": {
                "text": "Lambda reads batchItemFailures only where asked.\n\n## Bad\n\nA page.",
                "markdown": NOT_ENABLED.text,
            },
            "helpUri": NOT_ENABLED.url,
            "defaultConfiguration": {"level": "error"},
            "properties": {
                "tags": ["aws-lambda", "reliability", "external/cwe/cwe-390"],
                "precision": "high",
                "problem.severity": "error",
                "security-severity": "4.0",
            },
        }
        assert client["properties"]["problem.severity"] == "warning"
        assert run["tool"]["driver"]["semanticVersion"]
        assert run["columnKind"] == "unicodeCodePoints"

    def test_a_result_has_its_places(self) -> None:
        result = next(result for result in self.run()["results"] if result["ruleId"] == "batch-failures-not-enabled")
        assert (result["ruleIndex"], result["level"]) == (0, "error")
        assert result["message"]["text"].endswith("its handler returns ([returned here](1))")
        assert result["locations"][0]["physicalLocation"] == {
            "artifactLocation": {"uri": "template.yaml"},
            "region": {"startLine": 6, "startColumn": 9, "endLine": 6, "endColumn": 14},
        }
        [related] = result["relatedLocations"]
        assert (related["id"], related["message"]["text"]) == (1, "returned here")
        assert related["physicalLocation"]["artifactLocation"]["uri"] == "src/my%20app.py"
        [flow] = result["codeFlows"]
        steps = flow["threadFlows"][0]["locations"]
        assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in steps] == [5, 6]
        [fix] = result["fixes"]
        assert fix["artifactChanges"][0]["artifactLocation"]["uri"] == "template.yaml"
        assert fix["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"].startswith("  ")
        assert (fix["description"]["text"], fix["properties"]["applicability"]) == ("set it", "safe")

    def test_a_lowered_severity_is_written_out(self) -> None:
        warned = replace(ENABLE, problem=replace(ENABLE.problem, severity="warning"))
        [result] = self.run(Report((warned,)))["results"]
        assert result["level"] == "warning"

    def test_places_are_relative_to_the_repository(self) -> None:
        outside = Finding(CLIENT, Problem(Span("../shared/a#b.py", 1, 1, 1, 2), "is so"))
        run = self.run(Report((outside, ENABLE)), prefix="services/orders")
        uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
        assert uris == ["services/orders/template.yaml", "services/shared/a%23b.py"]
        assert run["automationDetails"]["id"] == "lambdalint/services/orders/"

    def test_ignored_findings_are_suppressed_with_their_reason(self) -> None:
        [result] = [result for result in self.run()["results"] if "suppressions" in result]
        [suppression] = result["suppressions"]
        assert (suppression["kind"], suppression["justification"]) == ("inSource", "why not")

    def test_what_is_in_a_package_is_told_at_the_package(self) -> None:
        first, second = Span("out.zip/app.py", 7, 5, 7, 9), Span("out.zip/app.py", 8, 5, 8, 9)
        found = [
            Finding(CLIENT, Problem(span, f"is {n}", ((second, "called here"),)))
            for n, span in enumerate((first, second))
        ]
        results = self.run(Report(tuple(found)), prefix="svc")["results"]
        for result in results:
            place = result["locations"][0]["physicalLocation"]
            assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("svc/out.zip", 1)
            assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "svc/out.zip"
        assert results[0]["message"]["text"] == "app.py, line 7: is 0 ([called here](1))"
        assert len({result["partialFingerprints"]["primaryLocationLineHash"] for result in results}) == 2

    def test_fingerprints_survive_a_move(self) -> None:
        def prints(text: str, line: int) -> dict[str, str]:
            finding = Finding(CLIENT, Problem(Span("a.py", line, 1, line, 2), "is so"))
            log = report.write("sarif", Report((finding,)), Setting(Lines(Texts({"a.py": text}))))
            return json.loads(log)["runs"][0]["results"][0]["partialFingerprints"]

        before = prints("import boto3\nclient = boto3.client('s3')\n", 2)
        after = prints("import boto3\nimport os\n\n  client = boto3.client('s3')\n", 4)
        assert before == after
        assert before.keys() == {"primaryLocationLineHash"}


class TestFingerprints:
    """The values were computed character by character with a rolling window, as github/codeql-action does it."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ["c129715d7a2bc9a3:1"]),
            ("Timeout: 3\n", ["2ddddeb4665f6fe5:1", "c129715d7a2bc9a3:1"]),
            (
                "Resources:\n  Jobs:\n    Timeout: 30\r\n\tName: 漢字 😀\n\n",
                [
                    "8105f33e066f5927:1",
                    "3d9d249b39861008:1",
                    "b2dd9a66733de856:1",
                    "5018854b6c34ef74:1",
                    "3c5bef55b72b93c9:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
            (
                "pass\r  \rpass\r\n",
                ["dbcc37a1209a238b:1", "d53e980251a84066:1", "d9ebd24fce30bc54:1", "c129715d7a2bc9a3:1"],
            ),
            (
                "".join(
                    (
                        "x = 'a line of more than one hundred characters, of which the hash takes the first "
                        "hundred only, and no more of it'\n",
                        "same = 1\n" * 14,
                    )
                ),
                [
                    "cad7b11f7337b13e:1",
                    "7c76c24dd5905c1f:1",
                    "7fa7172fd9339a91:1",
                    "b097156efb2d705b:1",
                    "6c370f737caed9d:1",
                    "ca05568c5bf583f7:1",
                    "204fc4ec19a31889:1",
                    "b27163ce9c50edf3:1",
                    "f8c491c4c1838655:1",
                    "c4d36b800a9f1d4f:1",
                    "2fa766fad277da01:1",
                    "ca81361600e590b:1",
                    "820ac1823384ae8d:1",
                    "23291e1f52898027:1",
                    "dc05cb984f7a56f9:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
        ],
    )
    def test_are_those_of_github(self, text: str, expected: list[str]) -> None:
        assert fingerprints(text) == expected


class TestGithub:
    def test_commands_are_escaped(self) -> None:
        assert written("github").splitlines() == [
            "::error file=template.yaml,line=6,endLine=6,col=9,endColumn=14,title=batch-failures-not-enabled"
            "::template.yaml:6: ignores the batchItemFailures that its handler returns%0Asrc/my app.py:5: returned here",
            "::notice file=src/my app.py,line=5,endLine=5,col=32,endColumn=36,title=client-in-handler"
            "::src/my app.py:5: makes 100 %25 of its clients: x, y",
        ]

    def test_what_is_in_a_package_is_told_at_the_package(self) -> None:
        packed = Finding(CLIENT, Problem(Span("out.zip/app.py", 7, 5, 7, 9), "is so"))
        assert written("github", Report((packed,)), prefix="x") == (
            "::warning file=x/out.zip,line=1,endLine=1,col=1,endColumn=1,title=client-in-handler"
            "::x/out.zip:1: app.py, line 7: is so\n"
        )

    def test_properties_escape_more(self) -> None:
        odd = Finding(CLIENT, Problem(Span("a,b:c%.py", 1, 1, 2, 2), "is so"))
        assert written("github", Report((odd,)), prefix="x") == (
            "::warning file=x/a%2Cb%3Ac%25.py,line=1,endLine=2,title=client-in-handler::x/a,b:c%25.py:1: is so\n"
        )

    def test_every_path_is_seen_from_the_repository(self) -> None:
        assert "%0Asvc/src/my app.py:5: returned here" in written("github", Report((ENABLE,)), prefix="svc")
        below = Finding(CLIENT, Problem(Span("repo/a.py", 1, 1, 1, 2), "is so", ((Span.top("repo/b.py"), "here"),)))
        told = written("github", Report((below,)), root="repo")
        assert "file=a.py," in told
        assert "%0Ab.py:1: here" in told

    def test_the_gravest_are_annotations_and_the_rest_is_counted(self) -> None:
        def many(name: str, severity: str, number: int) -> list[Finding]:
            rule = replace(CLIENT, name=name, severity=severity)
            return [Finding(rule, Problem(Span(f"::{name}.py", n, 1, n, 2), f"is {n}")) for n in range(1, number + 1)]

        found = (*many("a", "note", 12), *many("b", "warning", 13), *many("c", "error", 2))
        lines = written("github", Report(tuple(found))).splitlines()
        commands = [line.split(" ")[0] for line in lines if line.startswith("::")]
        assert commands == ["::error"] * 2 + ["::warning"] * 10 + ["::notice"] * 10
        assert lines[-1] == (
            "::notice title=lambdalint::3 warnings and 3 notes more than GitHub shows, in ::b.py (3), ::a.py (3): "
            "see the log of this step and the summary of the job"
        )
        rest = [line for line in lines if not line.startswith("::")]
        assert rest[0] == "- warning: ::b.py:11: is 11 [b]"
        assert len(rest) == 6


class TestGitlab:
    def test_has_what_code_quality_asks_for(self) -> None:
        enable, makes = json.loads(written("gitlab"))
        assert {key: value for key, value in enable.items() if key != "fingerprint"} == {
            "description": "ignores the batchItemFailures that its handler returns; src/my app.py:5: returned here",
            "check_name": "batch-failures-not-enabled",
            "severity": "critical",
            "location": {"path": "template.yaml", "lines": {"begin": 6, "end": 6}},
        }
        assert (makes["severity"], makes["location"]["path"]) == ("info", "src/my app.py")
        assert json.loads(written("gitlab", Report(()))) == []

    @pytest.mark.parametrize("reported", [FULL, Report(())], ids=["found", "nothing"])
    def test_is_as_documented(self, reported: Report) -> None:
        jsonschema.validate(json.loads(written("gitlab", reported)), CODE_QUALITY)

    def test_a_path_is_the_repository_s(self) -> None:
        assert json.loads(written("gitlab", prefix="shop"))[0]["location"]["path"] == "shop/template.yaml"

    def test_a_fingerprint_stays_where_lines_are_added_and_is_of_one_finding(self) -> None:
        def fingerprints(*lines: int) -> list[str]:
            found = [replace(MAKES, problem=replace(MAKES.problem, span=Span("a.py", n, 1, n, 2))) for n in lines]
            other = [replace(each, problem=replace(each.problem, cause=str(n))) for n, each in enumerate(found)]
            return [each["fingerprint"] for each in json.loads(written("gitlab", Report(tuple(other))))]

        assert fingerprints(3, 8) == fingerprints(4, 9)
        assert len(set(fingerprints(1, 2, 3))) == 3


BAD = replace(ENABLE, problem=replace(ENABLE.problem, message='says\x00 <&"\ud800', span=Span("a&<b.py", 1, 1, 1, 2)))


class TestJunit:
    def test_what_is_found_failed_and_a_note_passed(self) -> None:
        read = JUnitXml.fromstring(written("junit").encode())
        told = {case.name: (suite.name, [type(each) for each in case.result]) for suite in read for case in suite}
        assert told == {
            "client-in-handler src/my app.py:5:32": ("src/my app.py", []),
            "batch-failures-not-enabled template.yaml:6:9": ("template.yaml", [Failure]),
        }
        assert [(suite.tests, suite.failures) for suite in read] == [(1, 0), (1, 1)]
        ((failure,),) = [case.result for suite in read for case in suite if case.result]
        assert failure.message == "ignores the batchItemFailures that its handler returns"
        assert failure.text.splitlines()[1] == "src/my app.py:5: returned here"

    @pytest.mark.parametrize("reported", [FULL, Report(()), Report((BAD,))], ids=["found", "nothing", "odd"])
    def test_is_valid_by_the_schema_that_jenkins_holds_it_to(self, reported: Report) -> None:
        JUNIT.assertValid(etree.fromstring(written("junit", reported).encode()))

    def test_nothing_found_is_a_test_that_passed(self) -> None:
        (suite,) = JUnitXml.fromstring(written("junit", Report(())).encode())
        assert [(case.name, case.is_passed) for case in suite] == [("lambdalint", True)]


class TestMarkdown:
    def test_is_small_enough_for_a_comment(self) -> None:
        found = [Finding(CLIENT, Problem(Span("a.py", n, 1, n, 2), f"{n} " + "x" * 1000)) for n in range(1, 101)]
        told = written("markdown", Report(tuple(found)))
        assert len(told) < 65_536
        assert re.search(r"^\d+ more do not fit in here\.$", told, re.MULTILINE)
        assert written("markdown") == written("step_summary")


class TestStepSummary:
    def test_has_a_table_by_rule_and_then_the_findings(self) -> None:
        second = Finding(CLIENT, Problem(Span("src/my app.py", 1, 8, 1, 13), MAKES.message, severity="note"))
        assert report.write("step_summary", replace(FULL, findings=(*FULL.findings, second)), SETTING) == (
            "## lambdalint\n\n2 of 2 functions judged with their code.\n\n"
            "| severity | rule | findings | places |\n|---|---|---:|---:|\n"
            f"| error | [batch-failures-not-enabled]({NOT_ENABLED.url}) | 1 | 1 |\n"
            f"| note | [client-in-handler]({CLIENT.url}) | 1 | 2 |\n\n"
            "- **error** template.yaml:6: ignores the batchItemFailures that its handler returns "
            "\\[batch-failures-not-enabled\\]\n  - src/my app.py:5: returned here\n"
            "- **note** src/my app.py:1: makes 100 % of its clients: x, y \\[client-in-handler\\]\n"
            "  - and 1 more in this file, line 5\n"
        )

    def test_what_markdown_would_obey_is_shown_as_it_is(self) -> None:
        odd = Finding(CLIENT, Problem(Span("<b>.py", 1, 1, 1, 2), "reads `x` | [y](z)\n# no heading"))
        last = report.write("step_summary", Report((odd,)), SETTING).splitlines()[-1]
        assert "&lt;b&gt;.py:1: reads \\`x\\` \\| \\[y\\]\\(z\\) \\# no heading" in last

    def test_what_does_not_fit_is_counted(self) -> None:
        found = [Finding(CLIENT, Problem(Span("a.py", n, 1, n, 2), f"{n} " + "x" * 1000)) for n in range(1, 1001)]
        told = report.write("step_summary", Report(tuple(found)), SETTING)
        assert len(told) < 2**20
        assert re.search(r"^\d+ more do not fit in here\.$", told, re.MULTILINE)


class TestCoverage:
    """What was not read is said in every format."""

    def test_json_has_the_numbers(self) -> None:
        summary = json.loads(written("json", PARTIAL))["summary"]
        assert (summary["functions"], summary["judged"]) == (60, 23)
        assert summary["not_judged"] == [
            {"why": "nodejs22.x is not read", "functions": 31},
            {"why": "their code was not found", "functions": 6},
        ]

    def test_sarif_has_notifications(self) -> None:
        unread = replace(
            PARTIAL, notes=((Span.top("cdk.json"), "is not synthesised"),), skipped=((Span.top("a"), "permission"),)
        )
        log = json.loads(written("sarif", unread, prefix="apps"))
        jsonschema.validate(log, SCHEMA)
        [invocation] = log["runs"][0]["invocations"]
        told = invocation["toolExecutionNotifications"]
        assert invocation["executionSuccessful"] is True
        assert [(each["level"], each["message"]["text"]) for each in told] == [
            ("note", COVERAGE),
            ("note", "is not synthesised"),
            ("warning", "permission"),
        ]
        [location] = told[1]["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "apps/cdk.json"

    def test_github_has_a_notice_where_something_was_not_read(self) -> None:
        assert written("github", PARTIAL) == f"::notice title=lambdalint::{COVERAGE}\n"
        assert written("github", Report((), (), 2, 5, 5)) == ""

    def test_github_keeps_room_for_both_notices(self) -> None:
        many = [replace(MAKES, problem=replace(MAKES.problem, message=f"makes {number}")) for number in range(30)]
        lines = written("github", replace(PARTIAL, findings=tuple(many))).splitlines()
        notices = [line for line in lines if line.startswith("::notice")]
        assert len(notices) == 10
        assert "22 notes more than GitHub shows" in notices[-1]
        assert COVERAGE in notices[-2]

    def test_the_summary_of_a_job_begins_with_it(self) -> None:
        assert COVERAGE in written("step_summary", PARTIAL).splitlines()[2]


TWICE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.14
      Handler: app.handler
      InlineCode: |
        def handler(event, context):
            print(event)
      Timeout: 5
      Policies:
        - Statement:
            - Effect: Allow
              Action: s3:*
              Resource: arn:aws:s3:::orders/*
            - {Effect: Allow, Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource:
              "*"}
            - Effect: Allow
              Action:
                - s3:*
              Resource: arn:aws:s3:::orders
            - {Effect: Allow, Action: "kms:GenerateDataKey", Resource:
              "*"}
"""


CALLED_TWICE = {
    "worker/main.tf": """\
variable "name" {}

resource "aws_lambda_function" "worker" {
  function_name = var.name
  runtime       = "python3.14"
  handler       = "app.handler"
  filename      = "app.zip"
  role          = "arn:aws:iam::123456789012:role/worker"
}

output "arn" { value = aws_lambda_function.worker.arn }
""",
    "main.tf": """\
module "told" {
  source = "./worker"
  name   = "told"
}

module "asked" {
  source = "./worker"
  name   = "asked"
}

resource "aws_sns_topic_subscription" "told" {
  topic_arn = "arn:aws:sns:eu-west-1:123456789012:orders"
  protocol  = "lambda"
  endpoint  = module.told.arn
}

resource "aws_s3_bucket_notification" "asked" {
  bucket = "orders"
  lambda_function {
    lambda_function_arn = module.asked.arn
    events              = ["s3:ObjectCreated:*"]
  }
}
""",
}


class TestFolding:
    def found(self, *places: tuple[str, int, str], **problem: str | Span) -> tuple[Finding, ...]:
        return tuple(Finding(CLIENT, Problem(Span(path, n, 1, n, 2), said, **problem)) for path, n, said in places)

    def test_one_rule_one_file_one_cause_is_told_once(self) -> None:
        told = folded(self.found(("b", 9, "is so"), ("b", 3, "is so"), ("a", 5, "is so"), ("b", 7, "is else")))
        assert [(each.span.path, each.span.line, [same.span.line for same in each.same]) for each in told] == [
            ("a", 5, []),
            ("b", 3, [9]),
            ("b", 7, []),
        ]

    def test_what_a_check_calls_one_cause_is_one(self) -> None:
        [told] = folded(self.found(("a", 1, "makes S3"), ("a", 2, "makes SQS"), cause="makes clients"))
        assert [same.message for same in told.same] == ["makes SQS"]

    def test_what_one_change_of_another_file_mends_is_told_once(self) -> None:
        places = (
            ("b", 1, "imports uuid"),
            ("a", 2, "imports uuid"),
            ("b", 3, "imports axios"),
            ("c", 4, "imports uuid"),
        )
        asked, elsewhere = Span.top("package.json"), Span.top("lib/package.json")
        told = folded((*self.found(*places, mended=asked), *self.found(("d", 5, "imports uuid"), mended=elsewhere)))
        assert [(each.span.path, [same.span.path for same in each.same]) for each in told] == [
            ("a", ["b", "c"]),
            ("b", []),
            ("d", []),
        ]
        assert "    and 2 more, in b, line 1; in c, line 4\n" in written("text", Report(told))

    @pytest.mark.parametrize(
        ("rule", "places"),
        [
            ("api-without-authorizer", [[13, 16]]),
            ("visibility-timeout-short", [[3, 3]]),
            ("wildcard-action", [[22, 23], [25]]),
        ],
    )
    def test_what_one_change_mends_is_told_once(self, rule: str, places: list[list[int]]) -> None:
        asked = [each for each in rules.load() if each.name == rule]
        found = lint(Texts({"template.yaml": SHOP}), ["template.yaml"], asked).findings
        told = folded(each for each in found if each.rule.name == rule)
        assert [[each.span.line, *(same.span.line for same in each.same)] for each in told] == places

    @pytest.mark.parametrize(("rule", "places"), [("wildcard-action", [[15, 21]]), ("wildcard-resource", [[18, 24]])])
    def test_what_a_role_allows_by_several_statements_is_told_once(self, rule: str, places: list[list[int]]) -> None:
        asked = [each for each in rules.load() if each.name == rule]
        found = lint(Texts({"template.yaml": TWICE}), ["template.yaml"], asked).findings
        told = folded(each for each in found if each.rule.name == rule)
        assert [[each.span.line, *(same.span.line for same in each.same)] for each in told] == places

    def test_one_block_that_makes_several_functions_is_told_once(self) -> None:
        asked = [each for each in rules.load() if each.name == "async-without-failure-destination"]
        found = lint(Texts(CALLED_TWICE), sorted(CALLED_TWICE), asked).findings
        assert [(each.span.line, [same.span.line for same in each.same]) for each in folded(found)] == [(3, [3])]

    def test_another_severity_or_rule_is_another_cause(self) -> None:
        [first] = self.found(("a", 1, "is so"))
        mild = replace(first, problem=replace(first.problem, severity="note"))
        other = replace(first, rule=NOT_ENABLED)
        assert [each.rule.name for each in folded((mild, first, other))] == [
            "batch-failures-not-enabled",
            "client-in-handler",
            "client-in-handler",
        ]

    def test_every_format_tells_the_further_places(self) -> None:
        told = Report(self.found(*(("template.yaml", n, "is so") for n in range(1, 8))), (), 1, 7, 7)
        text = written("text", told)
        assert "    and 6 more in this file, lines 2, 3, 4, 5, 6, 7\n" in text
        assert "\n1  warning  client-in-handler  in 7 places\n" in written("text", told, statistics=True).join("\n\n")
        [finding] = json.loads(written("json", told))["findings"]
        assert [each["line"] for each in finding["same"]] == [2, 3, 4, 5, 6, 7]
        [result] = TestSarif().run(told)["results"]
        assert len(result["relatedLocations"]) == 6
        assert result["message"]["text"] == "is so (and [6 more in this file](1))"
        assert written("github", told).splitlines() == [
            "::warning file=template.yaml,line=1,endLine=1,col=1,endColumn=2,title=client-in-handler"
            "::template.yaml:1: is so%0Aand 6 more in this file, lines 2, 3, 4, 5, 6, 7"
        ]

    def test_a_secret_that_is_told_with_another_finding_is_not_shown(self) -> None:
        found = self.found(("template.yaml", 6, "is so"), ("template.yaml", 1, "is so"))
        secret = replace(found[0], problem=replace(found[0].problem, secret=True))
        there = replace(ENABLE, problem=replace(ENABLE.problem, also=()))
        assert "Queue:" not in written("text", Report((found[1], secret, there)))

    def test_statistics_are_the_summary_alone(self) -> None:
        assert written("text", statistics=True).splitlines()[:3] == [
            "1  error    batch-failures-not-enabled",
            "1  note     client-in-handler",
            "",
        ]

    def test_where_the_command_is_not_at_hand_the_page_is_named(self) -> None:
        assert written("text", afar=True).endswith(f"What it means and what to do: {NOT_ENABLED.url}\n")


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_is_the_same_every_time(form: str) -> None:
    assert written(form) == written(form)
    assert written(form).endswith("\n")


PLACES = st.builds(
    lambda line, column, down, right: Span("a.yaml", line, column, line + down, (0 if down else column) + right),
    *(st.integers(1, 9), st.integers(1, 300), st.integers(0, 2), st.integers(1, 300)),
)


@given(st.text(), PLACES, st.text())
def test_no_text_and_no_place_makes_a_format_raise(text: str, place: Span, message: str) -> None:
    finding = Finding(CLIENT, Problem(place, message, also=((place, message),)))
    told = Report((finding,), (Ignored(finding, message, place),), 1, 1, 1)
    for form in FORMATS:
        assert report.write(form, told, Setting(Lines(Texts({"a.yaml": text})), (CLIENT,), colour=True))


def test_a_long_document_is_written_as_a_short_one_is() -> None:
    value = {
        "é": [{"a": number, "b": [], "c": {}, "d": [{"e": "f\n"}]} for number in range(500)],
        "g": {"h": [1, None]},
    }
    assert "".join(printable.document(value)) == json.dumps(value, indent=2, ensure_ascii=False) + "\n"
