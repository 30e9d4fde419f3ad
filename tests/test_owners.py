"""Whose a problem is that lies in code which several functions share."""

from __future__ import annotations

import pytest

from lambdalint import rules
from lambdalint.lint import lint
from lambdalint.source import Texts

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: RUNTIME, CodeUri: src/, Timeout: 10}
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: {Handler: orders.handler, Events: {Get: {Type: HttpApi, Properties: {Path: /orders, Method: get}}}}
  Invoices:
    Type: AWS::Serverless::Function
    Properties: {Handler: invoices.handler, Events: {Get: {Type: HttpApi, Properties: {Path: /invoices, Method: get}}}}
  Nightly:
    Type: AWS::Serverless::Function
    Properties: {Handler: nightly.handler, Events: {Now: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}}}
"""

PYTHON = {
    "src/shared.py": """\
import functools
import boto3

secrets = boto3.client("secretsmanager")

def secret(name):
    return secrets.get_secret_value(SecretId=name)["SecretString"]

def answering(func):
    @functools.wraps(func)
    def wrapper(event, context):
        try:
            return func(event, context)
        except ValueError:
            return {"statusCode": 400}
    return wrapper
""",
    "src/orders.py": """\
from shared import answering, secret

@answering
def handler(event, context):
    return {"statusCode": 200, "body": secret("orders") + event["id"]}
""",
    "src/invoices.py": """\
from shared import answering, secret

@answering
def handler(event, context):
    return {"statusCode": 200, "body": secret("invoices") + event["id"]}
""",
    "src/nightly.py": """\
from shared import answering, secret

@answering
def handler(event, context):
    return {"statusCode": 200, "body": secret("orders") + event["id"]}
""",
}

JAVASCRIPT = {
    "src/shared.mjs": """\
import { SecretsManagerClient, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";

const secrets = new SecretsManagerClient({});

export const secret = async (name) =>
  (await secrets.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;

export const answering = (func) => async (event) => {
  try {
    return await func(event);
  } catch (error) {
    return { statusCode: 400 };
  }
};
""",
    **{
        f"src/{name}.mjs": f"""\
import {{ answering, secret }} from "./shared.mjs";

export const handler = answering(async (event) => ({{
  statusCode: 200, body: await secret("{which}") + event.id,
}}));
"""
        for name, which in (("nightly", "nightly"), ("invoices", "both"), ("orders", "both"))
    },
}


def found(files: dict[str, str], runtime: str) -> set[str]:
    texts = {"template.yaml": TEMPLATE.replace("RUNTIME", runtime), **files}
    asked = [rule for rule in rules.load() if rule.name == "secret-fetched-in-handler"]
    return {f"{each.severity}: {each.message}" for each in lint(Texts(texts), sorted(texts), asked).findings}


def test_is_of_the_functions_that_lead_there_and_as_grave_as_it_is_of_any_of_them() -> None:
    assert found(PYTHON, "python3.14") == {
        'warning: `Invoices` fetches the secret "invoices" on every invocation',
        'warning: `Orders` (and 1 more) fetches the secret "orders" on every invocation',
    }
    assert found(JAVASCRIPT, "nodejs22.x") == {
        'note: `Nightly` fetches the secret "nightly" on every invocation',
        'warning: `Orders` (and 1 more) fetches the secret "both" on every invocation',
    }


def test_is_not_of_those_that_come_to_the_same_line_with_something_else() -> None:
    shared = "import sqlite3\n\ndef run(sql):\n    return sqlite3.connect('/tmp/orders').execute(sql).fetchall()\n"
    counting = "from shared import run\n\ndef handler(event, context):\n    return run('select count(*) from orders')\n"
    asking = """\
from shared import run

def handler(event, context):
    return run(f"select * from orders where id = '{event['queryStringParameters']['id']}'")
"""
    texts = {
        "template.yaml": TEMPLATE.replace("RUNTIME", "python3.14"),
        "src/shared.py": shared, "src/orders.py": counting, "src/invoices.py": asking, "src/nightly.py": counting,
    }  # fmt: skip
    sql = [rule for rule in rules.load() if rule.name == "event-in-sql"]
    (finding,) = lint(Texts(texts), sorted(texts), sql).findings
    assert finding.owners == ("Invoices",)


STARTED = {
    "src/shared.mjs": """\
import { tell } from "./tell.mjs";

export async function later(order) {
  tell(order);
}

export const log = (id) => console.log(id);
""",
    "src/tell.mjs": """\
export const tell = async (order) => fetch(`https://orders.example.com/${order}`);
""",
    "src/orders.mjs": """\
import { later } from "./shared.mjs";
export const handler = async (event) => { await later({}); };
""",
    "src/invoices.mjs": """\
import { log } from "./shared.mjs";
export const handler = async (event) => log(event.id);
""",
    "src/nightly.mjs": """\
import { log } from "./shared.mjs";
export const handler = async (event) => log(event.id);
""",
}


def test_what_is_started_is_of_the_functions_that_start_it() -> None:
    files = {"template.yaml": TEMPLATE.replace("RUNTIME", "nodejs24.x"), **STARTED}
    asked = [rule for rule in rules.load() if rule.name == "floating-promise"]
    (found,) = lint(Texts(files), sorted(files), asked).findings
    assert found.message.startswith("`Orders` starts tell()")


MODULE = """\
resource "aws_cloudwatch_event_rule" "nightly" {
  schedule_expression = "rate(1 day)"
}

resource "aws_cloudwatch_event_target" "nightly" {
  rule = aws_cloudwatch_event_rule.nightly.name
  arn  = aws_lambda_function.worker.arn
}

resource "aws_lambda_function" "worker" {
  function_name = var.name
  role          = "arn:aws:iam::111122223333:role/worker"
  runtime       = "python3.13"
  handler       = "worker.handler"
  filename      = "worker.zip"
  timeout       = 10
}

variable "name" {}
"""


def test_what_each_call_of_a_module_makes_alike_is_told_once() -> None:
    files = {
        "main.tf": "".join(
            f'module "{each}" {{\n  source = "./job"\n  name   = "{each}"\n}}\n' for each in ("mail", "post")
        ),
        "job/main.tf": MODULE,
    }
    asked = [each for each in rules.load() if each.name == "target-without-dead-letter"]
    (told,) = lint(Texts(files), list(files), asked).findings
    assert told.owners == ("mail.nightly", "post.nightly")
    assert "deliver to mail.worker" in told.message


SEVERAL = {
    "terraform": {
        "main.tf": "".join(
            f'module "{each}" {{\n  source = "./role"\n  policy = "{policy}"\n}}\n'
            for each, policy in (("mail", "AmazonS3FullAccess"), ("post", "AmazonS3ReadOnlyAccess"))
        ),
        "role/main.tf": """\
variable "policy" {}
resource "aws_iam_role" "worker" {
  assume_role_policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } } ] })
}
resource "aws_iam_role_policy_attachment" "worker" {
  role       = aws_iam_role.worker.name
  policy_arn = "arn:aws:iam::aws:policy/${var.policy}"
}
resource "aws_lambda_function" "worker" {
  role          = aws_iam_role.worker.arn
  function_name = "worker"
  filename      = "worker.zip"
  handler       = "app.handler"
  runtime       = "python3.14"
}
""",
    },
    "pulumi": {
        "Pulumi.yaml": "name: jobs\nruntime: python\n",
        "__main__.py": """\
import json
import pulumi
import pulumi_aws as aws

TRUST = json.dumps({"Statement": [
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]})
for name, policy in {"mail": "AmazonS3FullAccess", "post": "AmazonS3ReadOnlyAccess"}.items():
    role = aws.iam.Role(name, assume_role_policy=TRUST)
    aws.iam.RolePolicyAttachment(name, role=role.name, policy_arn="arn:aws:iam::aws:policy/" + policy)
    aws.lambda_.Function(name, role=role.arn, code=pulumi.FileArchive(name), handler="app.handler", runtime="python3.14")
""",
    },
    "cdk": {
        "cdk.json": '{"app": "python app.py"}',
        "app.py": """\
import aws_cdk as cdk
from aws_cdk import aws_iam as iam, aws_lambda as lambda_

app = cdk.App()
stack = cdk.Stack(app, "Jobs")
for name, policy in {"mail": "AmazonS3FullAccess", "post": "AmazonS3ReadOnlyAccess"}.items():
    worker = lambda_.Function(stack, name, code=lambda_.Code.from_asset(name), handler="app.handler",
                              runtime=lambda_.Runtime.PYTHON_3_13)
    worker.role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name(policy))
""",
    },
}


@pytest.mark.parametrize("dialect", SEVERAL)
def test_what_one_of_several_in_a_line_has_is_said_of_it_alone(dialect: str) -> None:
    files = SEVERAL[dialect]
    asked = [each for each in rules.load() if each.name == "broad-managed-policy"]
    (told,) = lint(Texts(files), list(files), asked).findings
    assert "mail" in told.message
    assert "more)" not in told.message
