"""Handlers that no template reaches: told by their shape, and not taken for what they are not."""

from textwrap import dedent

import pytest

from lambdalint.code import shape
from lambdalint.code.parsed import Parsed
from lambdalint.lint import lint
from lambdalint.rules import load
from lambdalint.source import Source, Texts


def found(program: str, path: str = "app.py", others: tuple[str, ...] = ()) -> list[str]:
    text = dedent(program)
    module = Parsed().module(Source(path, text))
    assert module is not None
    names = [each.name for each in shape.handlers(module, others)]
    assert shape.may_hold_handlers(path, text) or not names
    return names


@pytest.mark.parametrize(
    "head",
    [
        "def handler(event, context):",
        "def anything(event, context):",
        "def handler(event: dict, context: LambdaContext) -> dict:",
        "def handler(event: Dict[str, Any], context: Any) -> Dict[str, Any]:",
        "def handler(\n    event: dict[str, list[str]],\n    context: object,\n):",
        "def lambda_handler(event, _context):",
        "def lambda_handler(event, _):",
        "def handler(evt, ctx, client=None):",
        "async def handler(event, context):",
    ],
)
def test_what_takes_an_event_and_a_context_is_a_handler(head: str) -> None:
    assert len(found(f"{head}\n    return None\n")) == 1


@pytest.mark.parametrize(
    ("program", "is_one"),
    [
        ("import functions_framework\n", False),
        ("import azure.functions as func\nimport boto3\n", False),
        ("from google.cloud import storage\n", False),
        ("from google.cloud import bigquery\nimport boto3\n", True),
        ("import googlemaps\n", True),
        ("def told(context):\n    return context.event_id, context.resource\n", False),
        ("def told(context):\n    return context.aws_request_id\n", True),
    ],
)
def test_what_another_cloud_runs_is_none(program: str, is_one: bool) -> None:
    assert found(f"{program}def main(event, context):\n    return None\n") == ["main"] * is_one


@pytest.mark.parametrize(
    ("provider", "elsewhere"),
    [
        ("provider:\n  name: google\n  runtime: python312\n", True),
        ("provider:\n  runtime: python3.12\n  # here\n  name: 'azure'\n", True),
        ("provider: google\n", True),
        ("provider: {name: azure}\n", True),
        ("provider:\n  name: aws\n  stage: google\n", False),
        ("provider:\n  name: aws\n" + "    KEY: value\n" * 200, False),
        ("provider:\n" + "  key: value\n\n" * 200 + "  name: google\n", True),
        ("provider:\r\n  name: aws\r\n" + "    KEY: value\r\n" * 200, False),
        ("provider:\n  runtime: python3.14\ncustom:\n  name: google\n", False),
    ],
)
def test_a_service_of_another_cloud_says_so(provider: str, elsewhere: bool) -> None:
    assert shape.is_of_other_cloud("shop/serverless.yml", f"service: shop\n{provider}") is elsewhere
    assert not shape.is_of_other_cloud("shop/template.yml", provider)


@pytest.mark.parametrize(("name", "told"), [("google", False), ("aws", True)])
def test_what_lies_beside_a_service_of_another_cloud_is_none(name: str, told: bool) -> None:
    files = {
        "shop/serverless.yml": f"service: shop\nprovider:\n  name: {name}\n",
        "shop/src/app.py": "import time\n\n\ndef handler(event, context):\n    time.sleep(9)\n",
    }
    asked = [rule for rule in load() if rule.name == "sleep-in-handler"]
    assert bool(lint(Texts(files), list(files), asked).findings) is told


@pytest.mark.parametrize(
    "program",
    [
        "def on(event):\n    pass",
        "def on(event, name):\n    pass",
        "def on(name, context):\n    pass",
        "def remediate(event, _):\n    pass",
        "def script_handler(events, context):\n    pass",
        "class K:\n    def handler(self, event, context):\n        pass",
        "@app.entrypoint\ndef agent(payload, context):\n    pass",
        "def outer():\n    def handler(event, context):\n        pass",
        "async def on(event, context):\n    pass",
        "async def handler(event, context):\n    pass\nmain = served(handler)",
    ],
)
def test_what_others_call_is_none(program: str) -> None:
    assert found(program) == []


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("app.BACKUP_2026.py", True),
        ("src/app.old.py", True),
        ("src/app_old.py", True),
        ("infra/caching_example.py", True),
        ("infra/auth.example.ts", True),
        ("infra/examples_of.py", False),
        ("orders/test.ts", True),
        ("orders/contest.ts", False),
        ("orders/test.yaml", False),
        ("src/deprecated-jobs/app.py", True),
        ("old/app.py", True),
        ("version1-extracted/app.py", True),
        ("extracted/app.py", False),
        ("jobs/db_backup.py", False),
        ("backup/app.py", False),
        ("household/app.py", False),
        ("src/app.bakery.py", False),
    ],
)
def test_what_is_kept_of_former_code_is_none(path: str, kept: bool) -> None:
    assert shape.is_apart(path) is kept


def test_what_a_build_has_copied_is_none() -> None:
    text = "def handler(event, context):\n    eval(event['queryStringParameters']['rule'])\n    return {'statusCode': 200}\n"
    files = {
        "jobs/app.py": text,
        "jobs/copy/app.py": text,
        "jobs/package/app.py": text + "# of last week\n",
        "jobs/other/app.py": text + "# another\n",
    }
    rules = [rule for rule in load() if rule.name == "event-in-code"]
    report = lint(Texts(files), sorted(files), rules)
    assert [finding.span.path for finding in report.findings] == ["jobs/app.py", "jobs/other/app.py"]


def test_what_the_project_calls_itself_is_none_unless_it_is_named_like_one() -> None:
    program = """
        def logger(event, context):
            return Logger(event)

        def handler(event, context):
            logger(event, context)
    """
    assert found(program) == ["handler"]
    assert found("def lambda_handler(event, context):\n    pass", others=("lambda_handler",)) == ["lambda_handler"]
    assert found("def logger(event, context):\n    pass", others=("logger",)) == []
    assert found("def lambda_handler(event, _):\n    pass", "src/fix.py", others=("fix.py",)) == []


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        (
            "app.py",
            "from shared.log import (\n    logger,\n    Other,\n)\nfrom x import y as z",
            ["logger", "Other", "y", "as", "z"],
        ),
        ("tests/test_app.py", "from app import handle", []),
        ("fix.yaml", "action: aws:executeScript\nScript: '%%SCRIPT=remove_keys.py%%'", ["remove_keys.py"]),
        ("template.yaml", "Handler: remove_keys.py", []),
    ],
)
def test_what_others_call(path: str, text: str, names: list[str]) -> None:
    assert list(shape.called_by_others(path, text)) == names


@pytest.mark.parametrize(
    "path", ["tests/app.py", "test_app.py", "src/app_test.py", "docs/app.py", ".agents/skills/app.py", "app.txt"]
)
def test_tests_documents_and_tools_hold_none(path: str) -> None:
    assert not shape.may_hold_handlers(path, "def handler(event, context):\n    pass\n")


LOOP = "def handler(event, context):\n    for each in event['Records']:\n        "
REQUEST = "def handler(event: APIGatewayProxyEvent, context):\n    return "


@pytest.mark.parametrize(
    ("rule", "program"),
    [
        ("async-handler", "async def handler(event, context):\n    return 1\n"),
        (
            "item-identifier-wrong",
            f"{LOOP}print(each['body'])\n    return {{'batchItemFailures': [{{'itemIdentifier': each['receiptHandle']}}]}}\n",
        ),
        ("batch-failure-swallowed", f"{LOOP}try: work(each['body'])\n        except Exception: print('failed')\n"),
        (
            "batch-failure-raised-after-loop",
            "import boto3\nqueue = boto3.resource('sqs').Queue('a')\ndef handler(event, context):\n    failed = []\n"
            "    for each in event['Records']:\n        try: queue.send_message(MessageBody=each['body'])\n"
            "        except Exception as error: failed.append(error)\n    if failed:\n        raise ValueError()\n",
        ),
        ("response-body-not-string", f"{REQUEST}{{'statusCode': 200, 'body': {{}}}}\n"),
        ("response-without-status-code", f"{REQUEST}{{'body': 'a'}}\n"),
        ("response-not-streamable", f"import io\n{REQUEST}{{'statusCode': 200, 'body': io.BytesIO(b'')}}\n"),
        ("null-body-parsed", f"import json\n{REQUEST}json.loads(event['body'])['answer']\n"),
        ("unserializable-return", "def handler(event, context):\n    return {1, 2}\n"),
        ("reserved-variable-assigned", "import os\ndef handler(event, context):\n    os.environ['AWS_REGION'] = 'a'\n"),
        ("exit-in-handler", "import sys\ndef handler(event, context):\n    sys.exit(1)\n"),
    ],
)
def test_what_the_code_alone_decides_is_told_where_no_template_reaches(rule: str, program: str) -> None:
    texts = Texts({"app.py": program})
    report = lint(texts, ["app.py"], load())
    assert rule in [each.rule.name for each in report.findings]


LOGS = """
import boto3

def lambda_handler(event, context):
    print(event)
    return boto3.client("s3").list_buckets()

if __name__ == "__main__":
    lambda_handler({}, None)
"""


def told_of_test(template: dict[str, str]) -> bool:
    asked = [each for each in load() if each.name == "client-in-handler"]
    texts = {"shop/test.py": LOGS, "shop/src/app.py": "def handler(event, context):\n    return 1\n", **template}
    return bool(lint(Texts(texts), sorted(texts), asked).findings)


SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    {more}
    Properties: {{Runtime: python3.14, Handler: app.handler, CodeUri: {code}}}
"""
TERRAFORM = """
data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/code.zip"
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.14"
  handler       = "app.handler"
  filename      = data.archive_file.code.output_path
  role          = "arn:aws:iam::123456789012:role/orders"
}
"""


@pytest.mark.parametrize(
    "template",
    [
        {"shop/template.yaml": SAM.format(code="src/", more="")},
        {"shop/main.tf": TERRAFORM},
    ],
)
def test_what_lies_beside_the_code_that_a_template_deploys_is_no_handler(template: dict[str, str]) -> None:
    assert not told_of_test(template)


@pytest.mark.parametrize(
    "template",
    [
        {},
        {"shop/template.yaml": SAM.format(code=".", more="")},
        {"shop/template.yaml": SAM.format(code="build/", more="")},
        {"shop/template.yaml": SAM.format(code="s3://orders/code.zip", more="")},
        {"shop/template.yaml": SAM.format(code="src/", more="Metadata: {BuildMethod: makefile}")},
        {"template.yaml": SAM.format(code="shop/src/", more="")},
    ],
)
def test_what_may_be_deployed_is_one(template: dict[str, str]) -> None:
    assert told_of_test(template)


NOTEBOOK = """{
 "cells": [
  {
   "cell_type": "code",
   "source": [
    "import json\\n",
    "from helpers.load import handler as load\\n",
    "load({}, None)"
   ]
  }
 ]
}
"""


@pytest.mark.parametrize(
    ("notebook", "statement", "told"),
    [
        (NOTEBOOK, "from .names import TABLE", False),
        (NOTEBOOK, "from helpers.names import TABLE", True),
        (NOTEBOOK.replace("helpers.load", "others.load"), "from .names import TABLE", True),
        (NOTEBOOK.replace("handler as load", "TABLE"), "from .names import TABLE", True),
    ],
    ids=["a helper", "at the top", "another module", "another name"],
)
def test_what_notebooks_take_out_of_a_package_of_helpers_is_none(notebook: str, statement: str, told: bool) -> None:
    text = f"{statement}\n\n\ndef handler(event, context):\n    eval(event['queryStringParameters']['rule'])\n"
    files = {"tools/run.ipynb": notebook, "tools/helpers/load.py": text, "tools/helpers/names.py": "TABLE = 'a'\n"}
    rules = [rule for rule in load() if rule.name == "event-in-code"]
    assert bool(lint(Texts(files), sorted(files), rules).findings) is told
