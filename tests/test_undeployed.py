"""What nothing deploys, although templates of the same project deploy others, is worth no more than a note."""

from datetime import date

import pytest

from lambdalint.discover.focus import Focus
from lambdalint.lint import lint
from lambdalint.rules import load
from lambdalint.source import Texts

CODE = """\
import boto3


def handler(event, context):
    order = event["pathParameters"]["order"]
    return {"statusCode": 200, "body": str(boto3.client("s3").head_object(Bucket="orders", Key=order)["ContentLength"])}
"""

SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Read:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.14, Handler: app.handler, CodeUri: functions/read/}
"""

TERRAFORM = """\
provider "aws" {}

resource "aws_lambda_function" "read" {
  function_name = "read"
  role          = "arn:aws:iam::123456789012:role/read"
  runtime       = "python3.14"
  handler       = "app.handler"
  filename      = data.archive_file.read.output_path
}

data "archive_file" "read" {
  type        = "zip"
  source_dir  = "${path.module}/../functions/read"
  output_path = "read.zip"
}
"""

READ, WRITE = "functions/read/app.py", "functions/write/app.py"


def severities(files: dict[str, str], focus: Focus | None = None, rule: str = "client-in-handler") -> dict[str, str]:
    """How grave what a rule tells of is, by the file."""
    asked = [each for each in load() if each.name == rule]
    found = lint(Texts(files), sorted(files), asked, today=date(2026, 11, 1), focus=focus).findings
    return {each.span.path: each.severity for each in found}


@pytest.mark.parametrize("template", [{"template.yaml": SAM}, {"infra/main.tf": TERRAFORM}], ids=["SAM", "Terraform"])
def test_a_handler_beside_others_that_a_template_deploys_is_run_by_nobody(template: dict[str, str]) -> None:
    files = {READ: CODE, WRITE: CODE, **template}
    assert severities(files) == {READ: "warning", WRITE: "note"}
    # A part gives what the whole gives for it, though the template leads elsewhere.
    assert severities(files, Focus(frozenset({WRITE}), frozenset()))[WRITE] == "note"


SCRIPT = {"Makefile": "deploy:\n\taws lambda update-function-code --function-name read --zip-file fileb://x.zip\n"}


@pytest.mark.parametrize(
    ("path", "further", "severity"),
    [
        ("functions/read/full.py", SCRIPT, "note"),
        ("functions/read/full.py", {"template.yaml": SAM + "    Metadata: {Others: [full.handler]}\n"}, "warning"),
        # Files are called so that functions run, but not here.
        (
            "functions/read/job.py",
            {"jobs/template.yaml": SAM.replace("app.", "job."), "jobs/functions/read/job.py": CODE},
            "note",
        ),
        ("functions/write/full.py", SCRIPT, "warning"),
    ],
)
def test_a_file_beside_the_code_of_a_function_which_nobody_names_is_run_by_nobody(
    path: str, further: dict[str, str], severity: str
) -> None:
    assert severities({READ: CODE, path: CODE, "template.yaml": SAM, **further})[path] == severity


def test_where_no_template_deploys_anything_the_infrastructure_is_elsewhere() -> None:
    assert severities({READ: CODE, WRITE: CODE}) == {READ: "warning", WRITE: "warning"}


@pytest.mark.parametrize(
    "further",
    [
        {"Makefile": "deploy:\n\taws lambda update-function-code --function-name write --zip-file fileb://x.zip\n"},
        {"functions/write/deploy.py": "import boto3\n\nboto3.client('lambda').create_function(FunctionName='write')\n"},
        {"functions/write/zappa_settings.json": "{}"},
        {"cdk.json": "{}"},
        {"network/template.yaml": SAM.replace("functions/read/", "s3://code/app.zip")},
        {"network/template.yaml": SAM.replace("app.handler", "!Ref Handler")},
        {"template.yaml": SAM + "    Metadata: {Alarms: ../write/}\n"},
    ],
    ids=["script", "SDK", "Zappa", "CDK", "other function", "unknown handler", "named"],
)
def test_what_may_be_deployed_otherwise_is_told_as_if_it_were(further: dict[str, str]) -> None:
    assert severities({READ: CODE, WRITE: CODE, "template.yaml": SAM, **further})[WRITE] == "warning"


def test_projects_beside_each_other_say_nothing_of_each_other() -> None:
    assert severities({f"orders/{READ}": CODE, "orders/template.yaml": SAM, "billing/app.py": CODE}) == {
        f"orders/{READ}": "warning",
        "billing/app.py": "warning",
    }


MODULE = """\
variable "name" {}

resource "aws_lambda_function" "this" {
  function_name = var.name
  role          = "arn:aws:iam::123456789012:role/x"
  runtime       = "python3.14"
  handler       = "app.handler"
  s3_bucket     = "code"
  s3_key        = "app.zip"
}
"""
CALLED = 'provider "aws" {}\n\nmodule "a" {\n  source = "../modules/a"\n  name   = "a"\n}\n'


def modules(changed: dict[str, str]) -> dict[str, str]:
    files = {"live/main.tf": CALLED, "modules/a/main.tf": MODULE, "modules/b/main.tf": MODULE, **changed}
    return severities(files, rule="default-timeout")


def test_a_module_that_nothing_calls_where_others_are_called() -> None:
    assert modules({}) == {"modules/a/main.tf": "warning", "modules/b/main.tf": "note"}


def test_a_module_of_a_module_that_nothing_calls_counts_where_another_calls_it() -> None:
    calling = MODULE + '\nmodule "a" {\n  source = "../a"\n  name   = var.name\n}\n'
    assert modules({"modules/b/main.tf": calling})["modules/a/main.tf"] == "warning"


@pytest.mark.parametrize(
    "changed",
    [
        {"live/main.tf": 'provider "aws" {}\n'},
        {"live/main.tf": CALLED.removeprefix('provider "aws" {}')},
        {"modules/b/providers.tf": 'provider "aws" {}\n'},
        {"modules/b/state.tf": 'terraform {\n  backend "s3" {}\n}\n'},
        {"modules/b/prod.tfvars": 'name = "b"\n'},
        {"live/terragrunt.hcl": 'terraform {\n  source = "git::https://example.com/infra.git//modules/b?ref=v1"\n}\n'},
    ],
    ids=["none is called", "a library", "provider", "state", "values", "Terragrunt"],
)
def test_what_may_be_a_configuration_of_its_own(changed: dict[str, str]) -> None:
    assert modules(changed)["modules/b/main.tf"] == "warning"


APP = """\
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as functions

app = App()
stack = Stack(app, "shop")
functions.Function(stack, "Read", runtime=functions.Runtime.PYTHON_3_14, handler="app.handler",
                   code=functions.Code.from_asset("functions/read"))
app.synth()
"""


def test_an_app_of_the_cdk_that_was_read_deploys_what_it_names() -> None:
    files = {READ: CODE, WRITE: CODE, "cdk.json": '{"app": "python3 infra/app.py"}', "infra/app.py": APP}
    assert severities(files) == {READ: "warning", WRITE: "note"}
    assert severities(files | {"infra/other.py": "# write"})[WRITE] == "note"
    assert severities(files | {"infra/app.py": APP + "# and functions/write by hand\n"})[WRITE] == "warning"


def test_code_that_was_not_found_elsewhere_says_nothing_of_a_project_of_its_own() -> None:
    other = SAM.replace("app.handler", "!Ref Handler")
    files = {f"orders/{READ}": CODE, f"orders/{WRITE}": CODE, "orders/template.yaml": SAM}
    assert severities(files | {"parcels/template.yaml": other}) == {
        f"orders/{READ}": "warning",
        f"orders/{WRITE}": "note",
    }


def test_code_that_was_not_found_near_it_may_be_a_handler_of_a_project() -> None:
    other = SAM.replace("app.handler", "!Ref Handler")
    files = {f"orders/{READ}": CODE, f"orders/{WRITE}": CODE, "orders/template.yaml": SAM, "template.yaml": other}
    assert severities(files) == {f"orders/{READ}": "warning", f"orders/{WRITE}": "warning"}


SERVICES = {
    f"services/{each}/{name}": text
    for each in ("orders", "parcels", "people")
    for name, text in (("template.yaml", SAM.replace("functions/read/", ".")), ("app.py", CODE))
}


def test_a_directory_beside_several_that_each_have_a_template_is_deployed_by_none() -> None:
    assert severities({**SERVICES, "services/chats/whatsapp.py": CODE})["services/chats/whatsapp.py"] == "note"


@pytest.mark.parametrize(
    "further",
    [
        {"services/chats/queue.yaml": "Resources: {Queue: {Type: AWS::SQS::Queue}}\n"},
        {"template.yaml": SAM.replace("functions/read/", "services/chats/").replace("app.", "whatsapp.")},
        {"services/orders/notes.yaml": "Resources: {Chats: {Type: AWS::SQS::Queue, Properties: {QueueName: chats}}}\n"},
        {
            "services/people/app.yaml": SAM.replace("functions/read/", "s3://code/app.zip").replace(
                "app.h", "whatsapp.h"
            )
        },
    ],
    ids=["a template of its own", "one above", "named", "other function"],
)
def test_a_directory_beside_several_of_which_a_template_says_something(further: dict[str, str]) -> None:
    files = {**SERVICES, **further, "services/chats/whatsapp.py": CODE}
    assert severities(files).get("services/chats/whatsapp.py", "warning") == "warning"


def test_two_directories_with_templates_are_no_row() -> None:
    files = {path: text for path, text in SERVICES.items() if "people" not in path}
    assert severities({**files, "services/chats/whatsapp.py": CODE})["services/chats/whatsapp.py"] == "warning"


AUDITED = """\
import os

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

ROOT = os.path.dirname(__file__)
app = cdk.App()
stack = cdk.Stack(app, "Orders")
read = lambda_.Function(
    stack,
    "audit",
    runtime=lambda_.Runtime.PYTHON_3_14,
    handler="app.handler",
    code=lambda_.Code.from_asset(PATH),
)
"""


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ('os.path.join(ROOT, "functions", "read")', "note"),
        ('"functions/read"', "note"),
        ('"functions/" + "read"', "warning"),
        ('"functions/read" if ROOT else "functions/audit"', "warning"),
    ],
)
def test_an_app_that_names_directories_beside_each_other_word_for_word(path: str, severity: str) -> None:
    files = {"cdk.json": '{"app": "python app.py"}', "app.py": AUDITED.replace("PATH", path), READ: CODE}
    assert severities({**files, "functions/audit/app.py": CODE})["functions/audit/app.py"] == severity
