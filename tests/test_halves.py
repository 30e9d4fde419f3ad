"""Two tools over one project: what one of them deploys another one names."""

from __future__ import annotations

from textwrap import dedent

import pytest

from lambdalint import rules
from lambdalint.lint import lint
from lambdalint.source import Texts
from lambdalint.told import Report

SAM = """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Take:
        Type: AWS::Serverless::Function
        Properties:
          FunctionName: take-orders
          Runtime: python3.13
          Handler: app.handler
          CodeUri: src/
          Timeout: 300
    Outputs:
      TakeArn:
        Value: !GetAtt Take.Arn
"""
CODE = """
    import json


    def handler(event, context):
        failed = []
        for record in event["Records"]:
            try:
                print(json.loads(record["body"])["id"])
            except Exception:
                failed.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failed}
"""
QUEUE = """
    resource "aws_sqs_queue" "orders" {
      name                       = "orders"
      visibility_timeout_seconds = 60
    }
"""
MAPPING = """
    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = FUNCTION
    }
"""
RULES = (
    "visibility-timeout-below-function-timeout", "batch-failures-not-enabled", "queue-without-dead-letter",
    "queue-not-consumed", "mapping-without-function", "delivery-denied", "async-without-failure-destination",
    "missing-permission", "alarm-names-nothing", "missing-invoke-permission",
)  # fmt: skip


def checked(files: dict[str, str], *names: str) -> Report:
    texts = {path: dedent(text).lstrip("\n") for path, text in files.items()}
    return lint(Texts(texts), sorted(texts), [each for each in rules.load() if each.name in (names or RULES)])


def told(files: dict[str, str], *names: str) -> list[tuple[str, str]]:
    return [(each.rule.name, each.span.path) for each in checked(files, *names).findings]


BOTH = [
    ("batch-failures-not-enabled", "infra/main.tf"),
    ("queue-without-dead-letter", "infra/main.tf"),
    ("visibility-timeout-below-function-timeout", "infra/main.tf"),
]


@pytest.mark.parametrize(
    ("function", "more"),
    [
        ('"take-orders"', ""),
        ('"take-orders:live"', ""),
        ('"arn:aws:lambda:eu-west-1:123456789012:function:take-orders"', ""),
        (
            '"arn:aws:lambda:${var.region}:${var.account}:function:take-orders"',
            'variable "region" {}\nvariable "account" {}',
        ),
        (
            "data.aws_lambda_function.take.arn",
            'data "aws_lambda_function" "take" {\n  function_name = "take-orders"\n}',
        ),
        (
            "data.aws_lambda_function.take.function_name",
            'data "aws_lambda_function" "take" {\n  function_name = "take-orders"\n}',
        ),
        (
            'data.aws_cloudformation_stack.orders.outputs["TakeArn"]',
            'data "aws_cloudformation_stack" "orders" {\n  name = "orders-${terraform.workspace}"\n}',
        ),
        (
            "data.aws_cloudformation_stack.orders.outputs.TakeArn",
            'data "aws_cloudformation_stack" "orders" {\n  name = "orders"\n}',
        ),
    ],
)
def test_what_both_halves_say_is_told_once(function: str, more: str) -> None:
    infra = dedent(QUEUE) + dedent(MAPPING).replace("FUNCTION", function) + more
    report = checked({"template.yaml": SAM, "src/app.py": CODE, "infra/main.tf": infra})
    assert sorted((each.rule.name, each.span.path) for each in report.findings) == BOTH
    assert (report.functions, report.templates) == (1, 2)


SERVICE = """
    service: orders
    provider:
      name: aws
      runtime: python3.13
    functions:
      take:
        handler: src/app.handler
        name: take-orders
        timeout: 300
        events:
          - sqs:
              arn: QUEUE
"""


@pytest.mark.parametrize(
    ("queue", "more"),
    [
        ("arn:aws:sqs:eu-west-1:123456789012:orders", ""),
        ("arn:aws:sqs:${aws:region}:${aws:accountId}:orders", ""),
        (
            "${ssm:/orders/queue}",
            'resource "aws_ssm_parameter" "q" {\n  name  = "/orders/queue"\n  type  = "String"\n  value = aws_sqs_queue.orders.arn\n}',
        ),
    ],
)
def test_a_service_polls_a_queue_of_terraform(queue: str, more: str) -> None:
    files = {
        "serverless.yml": SERVICE.replace("QUEUE", queue), "src/app.py": CODE, "infra/main.tf": dedent(QUEUE) + more,
    }  # fmt: skip
    assert sorted(told(files)) == [
        ("batch-failures-not-enabled", "serverless.yml"),
        *BOTH[1:],
    ]


def test_a_template_polls_a_queue_that_it_is_told_of() -> None:
    polled = dedent("""
        Parameters:
          Queue:
            Type: AWS::SSM::Parameter::Value<String>
            Default: /orders/queue
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Feed:
            Type: AWS::Lambda::EventSourceMapping
            Properties:
              FunctionName: !Ref Take
              EventSourceArn: SOURCE
          Take:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.13
              Handler: app.handler
              CodeUri: src/
              Timeout: 300
    """)
    stored = 'resource "aws_ssm_parameter" "q" {\n  name  = "/orders/queue"\n  value = aws_sqs_queue.orders.arn\n}'
    for source in ("!Ref Queue", "'{{resolve:ssm:/orders/queue}}'", "'{{resolve:ssm:/orders/queue:3}}'"):
        files = {"template.yaml": polled.replace("SOURCE", source), "src/app.py": CODE}
        files["infra/main.tf"] = dedent(QUEUE) + stored
        assert sorted(told(files)) == [("batch-failures-not-enabled", "template.yaml"), *BOTH[1:]]


def test_a_queue_whose_messages_another_tool_puts_aside_has_a_dead_letter_queue() -> None:
    template = dedent("""
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Orders:
            Type: AWS::SQS::Queue
            Properties:
              QueueName: orders
          Take:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.13
              Handler: app.handler
              CodeUri: src/
              Timeout: 3
              Events:
                Order:
                  Type: SQS
                  Properties:
                    Queue: !GetAtt Orders.Arn
                    FunctionResponseTypes: [ReportBatchItemFailures]
    """)
    infra = """
        resource "aws_sqs_queue" "failed" {
          name = "orders-failed"
        }

        data "aws_sqs_queue" "orders" {
          name = "orders"
        }

        resource "aws_sqs_queue_redrive_policy" "orders" {
          queue_url = data.aws_sqs_queue.orders.url
          redrive_policy = jsonencode({
            deadLetterTargetArn = aws_sqs_queue.failed.arn
            maxReceiveCount     = 5
          })
        }
    """
    files = {"template.yaml": template, "src/app.py": CODE}
    assert told(files) == [("queue-without-dead-letter", "template.yaml")]
    assert told({**files, "infra/main.tf": infra}) == []


def test_a_script_maps_a_queue_onto_a_function_of_a_template() -> None:
    script = """
        aws lambda create-event-source-mapping --function-name take-orders --batch-size 10 \\
          --event-source-arn arn:aws:sqs:eu-west-1:123456789012:orders
    """
    template = dedent("""
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Take:
            Type: AWS::Serverless::Function
            Properties:
              FunctionName: take-orders
              Runtime: python3.13
              Handler: app.handler
              CodeUri: src/
              Timeout: 300
          Orders:
            Type: AWS::SQS::Queue
            Properties:
              QueueName: orders
              VisibilityTimeout: 60
    """)
    files = {"template.yaml": template, "src/app.py": CODE}
    assert told(files) == []
    found = told({**files, "scripts/map.sh": script})
    assert found == [
        ("queue-without-dead-letter", "template.yaml"),
        ("visibility-timeout-below-function-timeout", "template.yaml"),
    ]
    assert checked({"map.sh": script}).templates == 0


def test_of_several_environments_each_is_judged_with_the_function() -> None:
    infra = dedent(QUEUE) + dedent(MAPPING).replace("FUNCTION", '"take-orders"')
    reports = (
        dedent(MAPPING)
        .replace("FUNCTION", '"take-orders"')
        .replace("function_name", 'function_response_types = ["ReportBatchItemFailures"]\n  function_name')
    )
    files = {
        "template.yaml": SAM, "src/app.py": CODE, "infra/dev/main.tf": infra, "infra/prod/main.tf": dedent(QUEUE) + reports,
    }  # fmt: skip
    report = checked(files)
    assert sorted((each.rule.name, each.span.path) for each in report.findings) == [
        ("batch-failures-not-enabled", "infra/dev/main.tf"),
        ("queue-without-dead-letter", "infra/dev/main.tf"),
        ("queue-without-dead-letter", "infra/prod/main.tf"),
        ("visibility-timeout-below-function-timeout", "infra/dev/main.tf"),
        ("visibility-timeout-below-function-timeout", "infra/prod/main.tf"),
    ]
    assert (report.functions, report.templates) == (1, 3)


OTHER = """
    resource "aws_lambda_function" "take" {
      function_name = "take-orders"
      role          = "arn:aws:iam::123456789012:role/take"
      runtime       = "python3.13"
      handler       = "app.handler"
      filename      = "take.zip"
      timeout       = 3
    }
"""


def test_the_same_function_by_two_tools_is_no_half_of_itself() -> None:
    infra = dedent(QUEUE) + dedent(OTHER) + dedent(MAPPING).replace("FUNCTION", '"take-orders"')
    files = {"template.yaml": SAM, "src/app.py": CODE, "infra/main.tf": infra}
    assert ("visibility-timeout-below-function-timeout", "infra/main.tf") not in told(files)


def test_projects_of_a_collection_are_none_of_each_other() -> None:
    infra = dedent(QUEUE) + dedent(MAPPING).replace("FUNCTION", '"take-orders"')
    others = {f"p{number}/template.yaml": SAM.replace("take-orders", "other") for number in range(60)}
    files = {"a/template.yaml": SAM, "a/src/app.py": CODE, "b/main.tf": infra}
    assert len(told(files)) == 3
    assert told({**files, **others}) == []


TABLE = """
    import os

    table = os.environ["TABLE"]


    def handler(event, context):
        return table
"""


def test_what_several_tools_deploy_is_told_once_with_those_that_have_it_and_those_that_do_not() -> None:
    files = {
        "src/app.py": TABLE,
        "template.yaml": SAM.replace("Outputs:", "Ignored:").replace(
            "Timeout: 300", "Timeout: 300\n          Environment: {Variables: {TABLE: orders}}"
        ),
        "serverless.yml": SERVICE.partition("        events:")[0],
        "main.tf": dedent(OTHER).replace('"take.zip"', '"src.zip"'),
    }
    (found,) = checked(files, "variable-not-set").findings
    assert [(span.path, note) for span, note in found.problem.also] == [
        ("serverless.yml", "take does not set it"),
        ("main.tf", "take does not set it"),
        ("template.yaml", "Take runs the same code; there this does not hold, or is not known"),
    ]


def test_a_secret_that_another_tool_stores_is_not_written_where_it_is_asked_for() -> None:
    service = SERVICE.partition("        events:")[0] + "        environment:\n          API_KEY: ${ssm:/orders/key}\n"
    stored = """
        resource "aws_ssm_parameter" "key" {
          name  = "/orders/key"
          type  = "SecureString"
          value = "s3cr3t-k9x2-77aa-pq51"
        }
    """
    files = {"serverless.yml": service, "src/app.py": CODE, "infra/main.tf": dedent(QUEUE) + dedent(stored)}
    assert {each.severity for each in checked(files, "secret-in-environment").findings} <= {"note"}
