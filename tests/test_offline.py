"""Services that only a plugin runs, on one's own machine: what is wrong in them is worth a note."""

from datetime import date

import pytest

from lambdalint.lint import lint
from lambdalint.rules import load
from lambdalint.source import Texts

SERVICE = """\
service: orders
provider:
  name: aws
  runtime: nodejs16.x
  environment:
    TABLE: orders
    REGION: eu-west-1
functions:
  take:
    handler: src/take.handler
    events:
      - httpApi: POST /orders
plugins:
  - serverless-offline
"""
TAKE = """\
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});

export const handler = async (event) => {
  await client.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: event.rawPath } } }));
  return { statusCode: 200 };
};
"""
RULES = [each for each in load() if each.name in ("runtime-deprecated", "missing-permission", "reserved-variable-set")]
OFFLINE = '{"name": "orders", "scripts": {"start": "serverless offline start"}}'
DEPLOYED = '{"name": "orders", "scripts": {"start": "serverless offline", "deploy": "serverless deploy"}}'
ENDPOINT = SERVICE.replace("REGION: eu-west-1", "DYNAMODB_ENDPOINT: http://localhost:8000")
DATABASE = SERVICE.replace("REGION: eu-west-1", "DATABASE_URL: postgres://shop:shop@db:5432/shop")
KEYS = SERVICE.replace("REGION: eu-west-1", "AWS_ACCESS_KEY_ID: dummy")
STAGE = SERVICE.replace("  runtime", "  stage: local\n  runtime")
TOLD = f"# For local development only: Terraform deploys it\n\n{SERVICE}"


def found(service: str, files: dict[str, str] | None = None, path: str = "serverless.yml") -> dict[str, str]:
    """How grave it is what is found, by the rules."""
    texts = {path: service, "src/take.js": TAKE, "package.json": OFFLINE, **(files or {})}
    told = lint(Texts(texts), sorted(texts), RULES, today=date(2026, 11, 1)).findings
    return {each.rule.name: each.severity for each in told if each.span.path == path or each.owners == ("take",)}


BOTH = {"runtime-deprecated": "warning", "missing-permission": "error"}


def test_what_has_the_plugin_is_deployed_as_a_rule() -> None:
    assert found(SERVICE) == BOTH


@pytest.mark.parametrize("service", [ENDPOINT, DATABASE, KEYS, STAGE, TOLD])
def test_what_nobody_deploys_lacks_nothing(service: str) -> None:
    told = found(service)
    assert "missing-permission" not in told
    assert set(told.values()) == {"note"}


@pytest.mark.parametrize("service", [ENDPOINT, STAGE, TOLD])
def test_what_a_script_deploys_is_deployed_whatever_it_says(service: str) -> None:
    assert found(service, {"package.json": DEPLOYED}) == BOTH
    assert found(service, {".github/workflows/main.yml": "run: npx sls -v deploy --stage prod\n"}) == BOTH


@pytest.mark.parametrize("service", [ENDPOINT, STAGE, TOLD])
def test_what_allows_its_functions_something_is_deployed(service: str) -> None:
    allowing = service.replace(
        "  name: aws",
        "  name: aws\n  iam:\n    role:\n      statements:\n        - {Effect: Allow, Action: s3:GetObject, Resource: '*'}",
    )
    assert found(allowing) == BOTH


@pytest.mark.parametrize("service", [ENDPOINT, DATABASE, KEYS, STAGE, TOLD])
def test_without_the_plugin_nothing_runs_it_elsewhere(service: str) -> None:
    told = found(service.replace("serverless-offline", "serverless-esbuild"))
    assert told.items() >= BOTH.items()


@pytest.mark.parametrize(
    "service",
    [
        STAGE.replace("stage: local", "stage: ${opt:stage, 'local'}"),
        SERVICE.replace("REGION: eu-west-1", "DYNAMODB_ENDPOINT: ${env:ENDPOINT, 'http://localhost:8000'}"),
        SERVICE.replace("REGION: eu-west-1", "SHOP: http://localhost:3000"),
        SERVICE.replace("REGION: eu-west-1", "DATABASE_URL: postgres://shop:shop@db.shop.example:5432/shop"),
    ],
    ids=["a stage", "an endpoint", "a page", "a database"],
)
def test_what_is_chosen_otherwise_or_is_no_service_says_nothing(service: str) -> None:
    assert found(service) == BOTH


def test_the_name_of_its_file_may_say_so() -> None:
    assert set(found(SERVICE, path="serverless.local.yml").values()) == {"note"}


FUNCTION = """\
resource "aws_lambda_function" "take" {
  function_name = "take"
  runtime       = "nodejs24.x"
  handler       = "src/take.handler"
  filename      = data.archive_file.code.output_path
  role          = "arn:aws:iam::123456789012:role/take"
  timeout       = 10
}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = path.module
  output_path = "code.zip"
}
"""


def test_another_template_may_deploy_the_same_code() -> None:
    told = found(SERVICE, {"main.tf": FUNCTION})
    assert told == {"runtime-deprecated": "note"}
    assert found(SERVICE, {"main.tf": FUNCTION.replace("src/take", "src/pack")}) == BOTH
    assert found(SERVICE, {"main.tf": FUNCTION, "package.json": DEPLOYED}) == BOTH


def test_what_scripts_run_there_and_deploy_otherwise_is_not_deployed() -> None:
    assert set(found(SERVICE, {"deploy.sh": "terraform apply -auto-approve\n"}).values()) == {"note"}
    assert found(SERVICE, {"deploy.sh": "terraform apply\n", "package.json": '{"name": "orders"}'}) == BOTH


PROGRAM = """\
// For local development only
// the CDK deploys it

import type { AWS } from "@serverless/typescript";

const service: AWS = {
  service: "orders",
  plugins: ["serverless-esbuild", "serverless-offline"],
  provider: { name: "aws", runtime: "nodejs16.x" },
  functions: { take: { handler: "src/take.handler", events: [{ httpApi: "POST /orders" }] } },
};

module.exports = service;
"""


def test_a_program_may_say_so() -> None:
    assert set(found(PROGRAM, path="serverless.ts").values()) == {"note"}
    assert found(PROGRAM.replace("local", "further"), path="serverless.ts") == BOTH
