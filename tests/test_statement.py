"""Statements that findings propose, and where they are put."""

import json
from textwrap import dedent

import pytest

from lambdalint import fixing, rules
from lambdalint.lint import lint
from lambdalint.rules import Finding
from lambdalint.source import Source, Span, Texts
from lambdalint.templates import read, statement
from lambdalint.templates.value import Reference
from lambdalint.wanted import Fix

PROGRAM = """
import boto3
def handler(event, context):
    boto3.client("dynamodb").put_item(TableName="orders", Item={"id": {"S": event["id"]}})
"""
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.14
      Policies:
"""
STATEMENTS = {
    "dashes": """
        - Statement:
            - Effect: Allow
              Action: sqs:SendMessage
              Resource: "*"
            - Effect: Allow
              Action: sns:Publish
              Resource: "*"
        """,
    "wide": """
        - Version: "2012-10-17"
          Statement:
          -   Sid: Send
              Effect: Allow
              Action:
              - sqs:SendMessage
              Resource: "*"
        """,
    "one": """
        - Statement:
            Effect: Allow
            Action: sqs:SendMessage
            Resource: "*"
        """,
    "brackets": """
        - Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: "*"}]
        """,
    "braces": """
        - Statement:
            - {Effect: Allow, Action: sqs:SendMessage, Resource: "*"}
        """,
    "a brace to a line": """
        - Statement:
            - {
              Effect: Allow,
              Action: sqs:SendMessage,
              Resource: "*"
              }
        """,
    "templates": """
        - SQSSendMessagePolicy: {QueueName: jobs}
        """,
}


def missing(policies: str, program: str = PROGRAM) -> tuple[str, list[Finding]]:
    [rule] = [each for each in rules.load() if each.name == "missing-permission"]
    text = TEMPLATE + "".join(f"        {line}\n" for line in dedent(policies).strip().splitlines())
    return text, list(lint(Texts({"template.yaml": text, "app.py": program}), ["template.yaml"], [rule]).findings)


def put(text: str, fix: Fix) -> str:
    """A text with a fix applied."""
    source = Source("template.yaml", text)
    edits = fixing.edits(fix, lambda _path: source)
    assert edits
    return fixing.applied(source, edits)


@pytest.mark.parametrize("kind", STATEMENTS)
def test_says_what_to_add(kind: str) -> None:
    _, [finding] = missing(STATEMENTS[kind])
    [(_, note)] = finding.problem.also
    assert note.endswith("add {Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Orders.Arn}")


@pytest.mark.parametrize(
    ("clause", "severity"),
    [
        ("except Exception:\n        print(1)", "warning"),
        ("except Exception:\n        return False", "warning"),
        ("except ClientError:\n        return False", "warning"),
        ("except dynamodb.exceptions.AccessDeniedException:\n        return False", "warning"),
        ("except KeyError:\n        return False", "error"),
        ("except Exception as error:\n        raise RuntimeError from error", "error"),
    ],
)
def test_is_a_warning_where_the_error_is_caught(clause: str, severity: str) -> None:
    program = f"""
import boto3
from botocore.exceptions import ClientError
dynamodb = boto3.client("dynamodb")
def put(item):
    try:
        dynamodb.put_item(TableName="orders", Item=item)
        return True
    {clause}
def handler(event, context):
    return put({{"id": {{"S": event["id"]}}}})
"""
    _, [finding] = missing("- SQSSendMessagePolicy: {QueueName: jobs}", program)
    assert finding.severity == severity


@pytest.mark.parametrize("kind", ["dashes", "wide", "brackets", "braces"])
def test_adds_it_to_a_list(kind: str) -> None:
    text, [finding] = missing(STATEMENTS[kind])
    fix = finding.problem.fix
    assert fix is not None
    fixed = put(text, fix)
    [rule] = [each for each in rules.load() if each.name == "missing-permission"]
    assert not lint(Texts({"template.yaml": fixed, "app.py": PROGRAM}), ["template.yaml"], [rule]).findings
    [deployment] = read(Texts({"template.yaml": fixed}), ["template.yaml"], {})
    [role] = [each for each in deployment.resources if each.type == "AWS::IAM::Role"]
    policies = role.get("Policies")
    before = STATEMENTS[kind].count("Effect")
    assert sum(str(each).count("'Effect': Known") for each in policies) == before + 1  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["one", "a brace to a line", "templates"])
def test_leaves_other_spellings_alone(kind: str) -> None:
    text, [finding] = missing(STATEMENTS[kind])
    fix = finding.problem.fix
    assert fix is None or not fixing.edits(fix, lambda _path: Source("template.yaml", text))


TERRAFORM = """
resource "aws_dynamodb_table" "orders" {
  name = "orders"
}
resource "aws_iam_role" "work" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
resource "aws_lambda_function" "work" {
  function_name = "work"
  filename      = "app.py"
  handler       = "app.handler"
  runtime       = "python3.14"
  role          = aws_iam_role.work.arn
}
resource "aws_iam_role_policy" "work" {
  role   = aws_iam_role.work.id
  policy = %s
}
"""
OF_HCL = {
    "an object": (
        'jsonencode({\n    Statement = [\n      {\n        Effect   = "Allow"\n        Action   = "sns:Publish"\n'
        '        Resource = "*"\n      },\n    ]\n  })',
        '    Statement = [\n      {\n        Effect   = "Allow"\n        Action   = "dynamodb:PutItem"\n'
        "        Resource = aws_dynamodb_table.orders.arn\n      },\n      {\n",
    ),
    "in brackets": (
        'jsonencode({\n    Statement = [{\n      Effect = "Allow", Action = "sns:Publish", Resource = "*"\n    }]\n  })',
        '    Statement = [{\n      Effect   = "Allow"\n      Action   = "dynamodb:PutItem"\n'
        "      Resource = aws_dynamodb_table.orders.arn\n    }, {\n",
    ),
    "a line": (
        'jsonencode({ Statement = [{ Effect = "Allow", Action = "sns:Publish", Resource = "*" }] })',
        '[{ Effect = "Allow", Action = "dynamodb:PutItem", Resource = aws_dynamodb_table.orders.arn }, { Effect',
    ),
    "a text": (
        '<<EOF\n{\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": "sns:Publish",\n'
        '      "Resource": "*"\n    }\n  ]\n}\nEOF',
        '    {\n      "Effect": "Allow",\n      "Action": "dynamodb:PutItem",\n'
        '      "Resource": "${aws_dynamodb_table.orders.arn}"\n    },\n    {\n',
    ),
    "a document": (
        'data.aws_iam_policy_document.work.json\n}\ndata "aws_iam_policy_document" "work" {\n  statement {\n'
        '    actions   = ["sns:Publish"]\n    resources = ["*"]\n  }',
        '  statement {\n    actions   = ["dynamodb:PutItem"]\n    resources = [aws_dynamodb_table.orders.arn]\n  }\n\n'
        '  statement {\n    actions   = ["sns:Publish"]\n',
    ),
}


@pytest.mark.parametrize("kind", OF_HCL)
def test_adds_it_in_terraform(kind: str) -> None:
    policy, wanted = OF_HCL[kind]
    text = TERRAFORM % policy
    [rule] = [each for each in rules.load() if each.name == "missing-permission"]
    [finding] = lint(Texts({"main.tf": text, "app.py": PROGRAM}), ["main.tf"], [rule]).findings
    source, fix = Source("main.tf", text), finding.problem.fix
    assert fix is not None
    after = fixing.applied(source, fixing.edits(fix, lambda _path: source))
    assert wanted in after
    assert not lint(Texts({"main.tf": after, "app.py": PROGRAM}), ["main.tf"], [rule]).findings


def test_leaves_a_policy_that_other_roles_have() -> None:
    policy, _ = OF_HCL["a document"]
    other = """
resource "aws_iam_role" "other" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
resource "aws_iam_role_policy" "other" {
  role   = aws_iam_role.other.id
  policy = data.aws_iam_policy_document.work.json
}
"""
    [rule] = [each for each in rules.load() if each.name == "missing-permission"]
    files = {"main.tf": TERRAFORM % policy + other, "app.py": PROGRAM}
    [finding] = lint(Texts(files), ["main.tf"], [rule]).findings
    assert finding.problem.fix is None


def test_adds_it_in_json() -> None:
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "Handler": "app.handler",
            "Runtime": "python3.14",
            "Policies": [{"Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}]}],
        },
    }
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "orders"}}
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Orders": table, "Worker": function}}
    [rule] = [each for each in rules.load() if each.name == "missing-permission"]
    for indentation in (None, 2):
        text = json.dumps(template, indent=indentation)
        [finding] = lint(Texts({"template.json": text, "app.py": PROGRAM}), ["template.json"], [rule]).findings
        source, fix = Source("template.json", text), finding.problem.fix
        assert fix is not None
        after = fixing.applied(source, fixing.edits(fix, lambda _path, own=source: own))
        allowed = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": {"Fn::GetAtt": ["Orders", "Arn"]}}
        statements = json.loads(after)["Resources"]["Worker"]["Properties"]["Policies"][0]["Statement"]
        assert statements == [allowed, {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}]
        assert '[\n              {\n                "Effect": "Allow",\n' in after or indentation is None


@pytest.mark.parametrize(
    ("path", "role", "on", "part", "expected"),
    [
        ("template.yaml", "Role", "Orders", "", "!GetAtt Orders.Arn"),
        ("template.yaml", "Role", "Files", "/*", '!Sub "${Files.Arn}/*"'),
        ("nested.yaml", "Stack.Role", "Stack.Orders", "", "!GetAtt Orders.Arn"),
        ("nested.yaml", "Stack.Role", "Orders", "", ""),
        ("template.yaml", "Role", "Stack.Orders", "", ""),
        ("main.tf", "aws_iam_role.worker", "aws_s3_bucket.files", "/*", '"${aws_s3_bucket.files.arn}/*"'),
        ("main.tf", "module.a.aws_iam_role.worker", "module.a.aws_s3_bucket.files", "", "aws_s3_bucket.files.arn"),
        ("main.tf", "module.a.aws_iam_role.worker", "aws_s3_bucket.files", "", ""),
        ("main.tf", "aws_iam_role.worker", 'aws_s3_bucket.files["a.b"]', "", ""),
        ("template.json", "Role", "Orders", "", '{"Fn::GetAtt": ["Orders", "Arn"]}'),
        ("template.json", "Role", "Files", "/*", '{"Fn::Sub": "${Files.Arn}/*"}'),
        ("app.ts", "Role", "Orders", "", ""),
    ],
)
def test_calls_a_resource_as_the_template_does(path: str, role: str, on: str, part: str, expected: str) -> None:
    assert statement.resource(path, role, Reference(on, "Arn", Span.top(path)), part) == expected
