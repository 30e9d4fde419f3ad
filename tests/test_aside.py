"""Where warnings are notes: in what a tool writes, what is for tests, and programs of others beside the code."""

from datetime import date

import pytest

from lambdalint.discover import Focus
from lambdalint.lint import lint
from lambdalint.rules import load
from lambdalint.source import Texts
from lambdalint.templates.aside import is_for_tests

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Description: {description}
Resources:
  Read:
    Type: AWS::Serverless::Function
    Properties: {{Runtime: python3.14, Handler: app.handler, CodeUri: s3://code/app.zip}}
  Write:
    Type: AWS::Serverless::Function
    Metadata: {metadata}
    Properties: {{Runtime: python3.14, Handler: app.handler, CodeUri: s3://code/app.zip}}
"""


def severities(
    path: str = "template.yaml", description: str = "Orders", metadata: str = "{}", comment: str = ""
) -> list[str]:
    text = comment + TEMPLATE.format(description=description, metadata=metadata)
    asked = [rule for rule in load() if rule.name == "default-timeout"]
    found = lint(Texts({path: text}), [path], asked, today=date(2026, 11, 1)).findings
    return [each.severity for each in sorted(found, key=lambda each: each.span)]


@pytest.mark.parametrize(
    "description",
    [
        "Orders",
        "Locally unique ids",
        "Orders of local shops",
        "Tests the locally grown",
        "Local orders",
        "Runs locally too",
    ],
)
def test_a_template_that_is_deployed_has_warnings(description: str) -> None:
    assert severities(description=description) == ["warning", "warning"]


@pytest.mark.parametrize(
    "path",
    [
        "local.yaml",
        "local_testing/template.yaml",
        "dev-local/sam.yaml",
        "template-local.yaml",
        "sam.local.yml",
        "localstack.template.json",
    ],
)
def test_a_file_that_is_called_so_is_for_tests(path: str) -> None:
    assert severities(path) == ["note", "note"]


@pytest.mark.parametrize("path", ["fake_gateway.yaml", "mocks/template.yaml", "tools/ipv-stub/template.yaml"])
def test_what_lies_where_doubles_do_is_for_tests(path: str) -> None:
    assert severities(path) == ["note", "note"]


@pytest.mark.parametrize(
    "path", ["locale.yaml", "localization/template.yaml", "local/template.yaml", "smocks/stubborn.yaml"]
)
def test_other_names_say_nothing(path: str) -> None:
    assert severities(path) == ["warning", "warning"]


@pytest.mark.parametrize(
    "description",
    [
        "Only for local tests",
        "Orders API - SAM Local Testing Template",
        "Run it locally",
        "Invokes this locally",
        "Used for local development",
        "For testing locally",
        "Users, a test deployment",
    ],
)
def test_a_template_may_say_that_it_is_for_tests(description: str) -> None:
    assert severities(description=description) == ["note", "note"]


def test_a_comment_may_say_so_at_its_beginning() -> None:
    assert severities(comment="# For testing Lambda locally: Terraform deploys it\n") == ["note", "note"]
    assert severities(comment="# Tests of the deployment run locally\n") == ["warning", "warning"]


def test_of_what_a_tool_writes_nothing_is_worth_a_warning_and_the_rest_is() -> None:
    assert severities(
        description="This template is partially managed by Amazon.Lambda.Annotations (v1.0.0.0).",
        metadata="{Tool: Amazon.Lambda.Annotations}",
    ) == ["warning", "note"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("api-end-to-end-test", True),
        ("ordersE2ETests", True),
        ("orders_e2e", True),
        ("LoadTestingFunction", True),
        ("IoPlayground", True),
        ("dummy", True),
        ("TestOrders", False),
        ("load-orders", False),
        ("IntegrationHandler", False),
        ("dummies", False),
        ("end-of-month", False),
    ],
)
def test_a_function_is_called_after_the_tests_that_it_is_for(name: str, said: bool) -> None:
    assert is_for_tests(name) is said


def test_of_functions_for_tests_nothing_is_worth_a_warning() -> None:
    text = TEMPLATE.format(description="Orders", metadata="{}").replace("Write:", "OrdersE2ETest:")
    asked = [rule for rule in load() if rule.name == "default-timeout"]
    found = lint(Texts({"template.yaml": text}), ["template.yaml"], asked, today=date(2026, 11, 1)).findings
    assert {each.owners: each.severity for each in found} == {("Read",): "warning", ("OrdersE2ETest",): "note"}


PACKAGE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Write:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.14, Handler: app.handler, CodeUri: s3://code/app.zip}
"""


def of_files(*paths: str, focus: Focus | None = None) -> dict[str, str]:
    """The severity of what is told of each of some templates."""
    asked = [rule for rule in load() if rule.name == "default-timeout"]
    found = lint(Texts(dict.fromkeys(paths, PACKAGE)), paths, asked, today=date(2026, 11, 1), focus=focus).findings
    return {each.span.path: each.severity for each in found}


@pytest.mark.parametrize(
    "path",
    [
        "tests/template.yaml",
        "app/test/test-template.yaml",
        "src/__tests__/template.yaml",
        "tests/resources/template.yaml",
    ],
)
def test_templates_of_tests_are_worth_notes(path: str) -> None:
    assert of_files("template.yaml", path) == {"template.yaml": "warning", path: "note"}


@pytest.mark.parametrize("path", ["template.bak.yaml", "shop/template.old.yml"])
def test_templates_that_are_kept_of_former_ones_are_worth_notes(path: str) -> None:
    assert of_files("template.yaml", path) == {"template.yaml": "warning", path: "note"}


@pytest.mark.parametrize(
    "path", ["latest/template.yaml", "test.yaml", "envs/test/template.yaml", "testing.d/template.yaml"]
)
def test_other_directories_are_not_of_tests(path: str) -> None:
    assert of_files("template.yaml", path) == {"template.yaml": "warning", path: "warning"}


def test_a_stage_may_be_called_test() -> None:
    assert of_files("test/template.yaml", "prod/template.yaml")["test/template.yaml"] == "warning"
    assert of_files("test/template.yaml", "shop/template.yaml")["test/template.yaml"] == "note"


@pytest.mark.parametrize(
    ("files", "directories"),
    [((), ("tests/shop",)), ((), ("tests",)), (("tests/shop/template.yaml",), ())],
)
def test_templates_of_tests_are_judged_where_they_are_given(
    files: tuple[str, ...], directories: tuple[str, ...]
) -> None:
    focus = Focus(frozenset(files), frozenset(directories))
    path = "tests/shop/template.yaml"
    assert of_files("template.yaml", path, focus=focus)[path] == "warning"
    assert of_files(path) == {path: "warning"}
    inner = "tests/shop/tests/template.yaml"
    assert of_files("tests/shop/template.yaml", inner)[inner] == "note"


@pytest.mark.parametrize("name", ["packaged.yaml", "packaged.yml", "packaged-template.yaml", "packaged_shop.yaml"])
def test_what_is_packaged_of_another_template_is_worth_notes(name: str) -> None:
    assert of_files("shop/template.yaml", f"shop/{name}") == {"shop/template.yaml": "warning", f"shop/{name}": "note"}
    assert of_files(f"shop/{name}") == {f"shop/{name}": "warning"}


FUNCTION = """\
variable "stage" {{}}

resource "aws_lambda_function" "{name}" {{
{count}  function_name = "orders"
  runtime       = "python3.14"
  handler       = "app.handler"
  filename      = "app.zip"
  role          = "arn:aws:iam::123456789012:role/orders"
}}
"""
ONLY_THERE = '  count         = var.stage == "qa" ? 1 : 0\n'


def of_function(name: str = "orders", count: str = "", calls: tuple[str, ...] = ()) -> list[str]:
    files = {"orders/main.tf": FUNCTION.format(name=name, count=count)}
    if calls:
        files["main.tf"] = "".join(
            f'module "{each}" {{\n  source = "./orders"\n  stage  = var.stage\n}}\n' for each in calls
        )
    asked = [rule for rule in load() if rule.name == "default-timeout"]
    found = lint(Texts(files), sorted(files), asked, today=date(2026, 11, 1)).findings
    return sorted({each.severity for each in found})


@pytest.mark.parametrize("call", ["testing", "tests", "load_test", "integration-tests"])
def test_what_is_made_in_a_module_for_tests_is_worth_a_note(call: str) -> None:
    assert of_function(calls=(call,)) == ["note"]


@pytest.mark.parametrize("calls", [(), ("orders",), ("ab_testing",), ("latest",), ("testing", "orders")])
def test_what_other_modules_make_too_has_warnings(calls: tuple[str, ...]) -> None:
    assert of_function(calls=calls) == ["warning"]


def test_what_is_called_a_test_is_one_where_it_is_not_made_everywhere() -> None:
    assert of_function("orders_test", ONLY_THERE) == ["note"]
    assert of_function("orders_test") == ["warning"]
    assert of_function("orders", ONLY_THERE) == ["warning"]


TOOL = """\
# Copyright 2018 Somebody
# Licensed under the Apache License, Version 2.0
# Version: 20180927
import argparse
import sys


def convert(path):
    if not path:
        sys.exit(1)
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    convert(parser.parse_args().path)
"""
CALLING = """\
import sys

from convert import convert


def handler(event, context):
    if not event:
        sys.exit(2)
    return convert(event["path"])
"""


def exits(tool: str, handler: str = "app.handler") -> dict[str, str]:
    """How grave the exits are in a handler and in what it calls, by the file."""
    template = TEMPLATE.format(description="Orders", metadata="{}").replace("s3://code/app.zip", "src/")
    files = {"template.yaml": template.replace("app.handler", handler), "src/convert.py": tool, "src/app.py": CALLING}
    asked = [rule for rule in load() if rule.name == "exit-in-handler"]
    return {each.span.path: each.severity for each in lint(Texts(files), sorted(files), asked).findings}


def test_a_program_of_others_beside_the_code_is_not_the_project_s_to_mend() -> None:
    assert exits(TOOL) == {"src/app.py": "warning", "src/convert.py": "note"}


@pytest.mark.parametrize(
    "tool",
    [
        TOOL.replace("Copyright", "Written").replace("Licensed under", "See"),
        TOOL.replace("# Version: 20180927\n", ""),
        TOOL.replace("__main__", "convert"),
        TOOL.replace("import argparse", "import sys as argparse"),
    ],
    ids=["no licence", "no version", "never started", "no arguments"],
)
def test_what_is_not_all_of_it_may_be_the_project_s_own(tool: str) -> None:
    assert exits(tool) == {"src/app.py": "warning", "src/convert.py": "warning"}


def test_a_handler_is_the_project_s_own_whatever_stands_in_its_head() -> None:
    tool = TOOL.replace(
        "def convert(path):",
        "def handler(event, context):\n    path = convert(event)\n    sys.exit(path)\n\n\ndef convert(path):",
    )
    assert exits(tool, "convert.handler")["src/convert.py"] == "warning"


def in_a_lab(readme: str, path: str = "README.md") -> list[str]:
    text = TEMPLATE.format(description="Orders", metadata="{}")
    asked = [rule for rule in load() if rule.name == "default-timeout"]
    given = Texts({"scenarios/orders/template.yaml": text, path: readme})
    return [
        each.severity
        for each in lint(given, ["scenarios/orders/template.yaml"], asked, today=date(2026, 11, 1)).findings
    ]


@pytest.mark.parametrize("path", ["README.md", "scenarios/README.md", "scenarios/orders/README.md"])
@pytest.mark.parametrize(
    "readme",
    [
        "# Goats\n\nA cloud that is *vulnerable by design*, to learn on.",
        "# Goats\n\nDeliberately vulnerable functions.",
        f"# Goats ![badge](data:image/png;base64,{'A' * 5_000})\n\nAn intentionally insecure shop.",
    ],
)
def test_what_is_made_to_be_attacked_has_notes(readme: str, path: str) -> None:
    assert in_a_lab(readme, path) == ["note", "note"]


@pytest.mark.parametrize(
    ("readme", "path"),
    [
        ("# Shop\n\nNever vulnerable.", "README.md"),
        (f"# Scanner\n\n{'It finds what is wrong. ' * 100}\n\nTried on deliberately vulnerable shops.", "README.md"),
        ("# Goats\n\nVulnerable by design.", "goats/README.md"),
    ],
)
def test_what_only_speaks_of_such_has_warnings(readme: str, path: str) -> None:
    assert in_a_lab(readme, path) == ["warning", "warning"]


def in_a_directory(readme: str, path: str = "old/README.md", scope: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """The severities by the directories of two functions, of which the README of one says something."""
    handler = "import boto3\n\n\ndef handler(event, context):\n    boto3.client('s3').list_buckets()\n    exit()\n"
    files = {f"{each}/app.py": handler for each in ("old/src", "new/src")}
    files |= {f"{each}/template.yaml": TEMPLATE.format(description="Orders", metadata="{}") for each in ("old", "new")}
    asked = [rule for rule in load() if rule.name in ("default-timeout", "exit-in-handler")]
    found: dict[str, set[str]] = {"old": set(), "new": set()}
    for each in lint(Texts({**files, path: readme}), scope or sorted(files), asked).findings:
        found[each.span.path.partition("/")[0]].add(each.severity)
    return found


@pytest.mark.parametrize(
    "readme",
    [
        "# Orders\n\nWarning: this Lambda function has been deprecated.",
        "# orders-api (DEPRECATED)\n\nTakes orders.",
        "# Orders\n\n> This module is no longer maintained, see `new`.",
        "# Orders\n\nThis utility is now deprecated. Use the other.",
        "## Warning: This Lambda Function is no longer recommended solution",
    ],
)
def test_what_its_readme_says_is_used_no_longer_has_notes(readme: str) -> None:
    told = in_a_directory(readme)
    assert told["old"] == {"note"}
    assert "note" not in told["new"]


@pytest.mark.parametrize(
    ("readme", "path"),
    [
        ("# Orders\n\nIt takes the place of the old one, which is deprecated.", "old/README.md"),
        ("# Orders\n\nThis example uses the deprecated custom resource.", "old/README.md"),
        ("# Deprecated options and what to do", "old/README.md"),
        ("# Shop\n\nThis repository is no longer maintained.", "README.md"),
    ],
)
def test_what_speaks_of_others_or_of_all_has_warnings(readme: str, path: str) -> None:
    told = in_a_directory(readme, path)
    assert told["old"] == told["new"] != {"note"}


def test_what_was_given_is_judged_though_it_is_used_no_longer() -> None:
    readme = "# Orders\n\nThis Lambda function has been deprecated."
    assert in_a_directory(readme, scope=("old/template.yaml", "old/src/app.py"))["old"] != {"note"}


_PROVIDED = """\
provider "aws" {{
  region = "eu-west-1"
{settings}
}}
"""
_FUNCTION = """\
resource "aws_lambda_function" "read" {
  function_name = "read"
  runtime       = "python3.14"
  handler       = "app.handler"
  filename      = "app.zip"
  role          = "arn:aws:iam::000000000000:role/read"
}
"""
_ENDPOINTS = (
    '  endpoints {\n    lambda = "http://localhost:4566"\n    s3 = "http://s3.localhost.localstack.cloud:4566"\n  }'
)


def _of_provider(settings: str, **files: str) -> list[str]:
    texts = {"main.tf": _FUNCTION, "provider.tf": _PROVIDED.format(settings=settings), **files}
    asked = [rule for rule in load() if rule.name == "default-timeout"]
    return [each.severity for each in lint(Texts(texts), [*texts], asked, today=date(2026, 11, 1)).findings]


def test_what_is_made_on_one_s_own_machine_is_worth_notes() -> None:
    assert _of_provider(_ENDPOINTS) == ["note"]
    texts = {
        "main.tf.json": '{"provider": {"aws": {"endpoints": {"lambda": "http://localhost:4566"}}}, "resource": '
        '{"aws_lambda_function": {"read": {"function_name": "read", "runtime": "python3.14", "handler": "app.handler", '
        '"filename": "app.zip", "role": "arn:aws:iam::000000000000:role/read"}}}}'
    }
    asked = [rule for rule in load() if rule.name == "default-timeout"]
    (found,) = lint(Texts(texts), [*texts], asked, today=date(2026, 11, 1)).findings
    assert found.severity == "note"


@pytest.mark.parametrize(
    "settings",
    [
        "",
        '  # endpoints { lambda = "http://localhost:4566" }',
        "  endpoints {\n    lambda = var.endpoint\n  }",
        '  endpoints {\n    lambda = "https://lambda.eu-west-1.amazonaws.com"\n  }',
        f'  alias = "here"\n{_ENDPOINTS}',
    ],
)
def test_what_may_be_made_elsewhere_has_warnings(settings: str) -> None:
    assert _of_provider(settings) == ["warning"]


def test_a_module_that_others_call_too_has_warnings() -> None:
    call = 'module "read" {\n  source = "../read"\n}\n'
    texts = {
        "here/main.tf": call + _PROVIDED.format(settings=_ENDPOINTS),
        "live/main.tf": call,
        "read/main.tf": _FUNCTION,
    }
    asked = [rule for rule in load() if rule.name == "default-timeout"]
    (found,) = lint(Texts(texts), [*texts], asked, today=date(2026, 11, 1)).findings
    assert found.severity == "warning"


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("archived/orders/template.yaml", "note"),
        ("infra/archive/2019/template.yaml", "note"),
        ("deployment_scripts/12_COPY_TABLES/template.yaml", "note"),
        ("migrations/0003-split/copier/template.yaml", "note"),
        (".agents/skills/queues/template.yaml", "note"),
        (".backup-2025-10-27/infra/template.yaml", "note"),
        ("infra.bak/template.yaml", "note"),
        ("backup/template.yaml", "warning"),
        ("archive/template.yaml", "warning"),
        ("services/archive/infra/template.yaml", "warning"),
        ("migrations/template.yaml", "warning"),
        ("deployment_scripts/orders/template.yaml", "warning"),
        ("2_orders/template.yaml", "warning"),
    ],
)
def test_what_is_kept_and_deployed_no_longer_has_notes(path: str, severity: str) -> None:
    found = {"other/template.yaml": TEMPLATE.format(description="Orders", metadata="{}")}
    texts = found | {path: found["other/template.yaml"]}
    asked = [rule for rule in load() if rule.name == "default-timeout"]
    told = lint(Texts(texts), [*texts], asked, today=date(2026, 11, 1)).findings
    assert {each.severity for each in told if each.span.path == path} == {severity}


RUN = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Commit:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.14
      Handler: app.handler
      CodeUri: {code}
      Timeout: 10
      Events: {{Now: {event}}}
"""
COMMIT = """\
import boto3

table = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    try:
        table.put_item(Item={"id": "last"})
        return {"statusCode": 200, "body": "done"}
    except Exception as error:
        return {"statusCode": 500, "body": str(error)}
"""
ASKED = "{Type: Api, Properties: {Path: /, Method: get}}"
CLOCK = "{Type: Schedule, Properties: {Schedule: rate(2 minutes)}}"


@pytest.mark.parametrize(
    ("path", "severity"), [("local_testing/template.yaml", "note"), ("api/template.yaml", "warning")]
)
def test_what_only_a_template_for_tests_makes_of_code_is_worth_a_note(path: str, severity: str) -> None:
    texts = {
        path: RUN.format(code="../src", event=ASKED),
        "template.yaml": RUN.format(code="src", event=CLOCK),
        "src/app.py": COMMIT,
    }
    asked = [rule for rule in load() if rule.name == "error-detail-in-response"]
    found = lint(Texts(texts), [*texts], asked, today=date(2026, 11, 1)).findings
    assert [(each.span.path, each.severity) for each in found] == [("src/app.py", severity)]
