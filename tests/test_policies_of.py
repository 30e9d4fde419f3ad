"""What the policies of resources may allow a role."""

import pytest

from lambdalint.lent import Lent
from lambdalint.model import Project
from lambdalint.model.policies_of import may_allow
from lambdalint.source import Span, Texts
from lambdalint.templates import read
from lambdalint.templates.value import Reference

FILES = Reference("Files", "Arn", Span.top("template.yaml"))
RESOURCES = """
Resources:
  Files: {Type: AWS::S3::Bucket}
  Others: {Type: AWS::S3::Bucket}
  Worker: {Type: AWS::Lambda::Function}
"""


def project(resources: str) -> Project:
    [deployment] = read(Texts({"template.yaml": f"{RESOURCES}{resources}"}), ["template.yaml"], {})
    assert not deployment.unreadable
    return Project(deployment.resources)


def bucket_policy(statement: str, bucket: str = "Files") -> Project:
    document = f"{{Statement: [{{{statement}, Resource: '*', Action: 's3:*'}}]}}"
    return project(
        f"  Policy: {{Type: AWS::S3::BucketPolicy, Properties: {{Bucket: !Ref {bucket}, PolicyDocument: {document}}}}}\n"
    )


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Effect: Allow, Principal: '*'", True),
        ("Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}", True),
        ("Effect: Allow, Principal: {Service: cloudfront.amazonaws.com}", False),
        ("Effect: Deny, Principal: '*'", False),
        ("Effect: !ImportValue Effect, Principal: '*'", True),
    ],
)
def test_of_a_bucket(statement: str, expected: bool) -> None:
    assert may_allow(bucket_policy(statement), "s3", FILES) is expected


def test_only_of_what_is_named() -> None:
    found = bucket_policy("Effect: Allow, Principal: '*'", "Others")
    assert not may_allow(found, "s3", FILES)
    assert may_allow(found, "s3")
    assert not may_allow(found, "sqs")


@pytest.mark.parametrize(
    ("principal", "expected"), [("s3.amazonaws.com", False), ("'123456789012'", True), ("!ImportValue Account", True)]
)
def test_of_a_function(principal: str, expected: bool) -> None:
    properties = f"{{FunctionName: !Ref Worker, Action: 'lambda:InvokeFunction', Principal: {principal}}}"
    found = project(f"  Permission: {{Type: AWS::Lambda::Permission, Properties: {properties}}}\n")
    assert may_allow(found, "lambda", Reference("Worker", "Arn", FILES.span)) is expected


def test_of_a_table_among_its_properties() -> None:
    policy = "{PolicyDocument: {Statement: []}}"
    found = project(f"  Orders: {{Type: AWS::DynamoDB::Table, Properties: {{ResourcePolicy: {policy}}}}}\n")
    assert may_allow(found, "dynamodb", Reference("Orders", "Arn", FILES.span))


@pytest.mark.parametrize(
    ("kind", "of", "service", "type_"),
    [
        ("aws_dynamodb_resource_policy", "resource_arn", "dynamodb", "aws_dynamodb_table"),
        ("aws_kinesis_resource_policy", "resource_arn", "kinesis", "aws_kinesis_stream"),
        ("aws_secretsmanager_secret_policy", "secret_arn", "secretsmanager", "aws_secretsmanager_secret"),
        ("aws_sqs_queue_policy", "queue_url", "sqs", "aws_sqs_queue"),
    ],
)
def test_of_terraform(kind: str, of: str, service: str, type_: str) -> None:
    policy = (
        'jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "*", Resource = "*" }] })'
    )
    text = (
        f'resource "{type_}" "it" {{}}\n\nresource "{kind}" "it" {{\n  {of} = {type_}.it.arn\n  policy = {policy}\n}}\n'
    )
    [deployment] = read(Texts({"main.tf": text}), ["main.tf"], {})
    found = Project(deployment.resources)
    assert may_allow(found, service, Reference(f"{type_}.it", "Arn", FILES.span))


KEY = Reference("Key", "Arn", FILES.span)


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("!Ref AWS::AccountId", False),
        ("!Sub 'arn:aws:iam::${AWS::AccountId}:root'", False),
        ("'123456789012'", False),
        ("['123456789012', arn:aws:iam::123456789012:role/worker]", True),
        ("!ImportValue Role", True),
        ("'*'", True),
    ],
)
def test_of_a_key_that_leaves_it_to_the_account(principal: str, expected: bool) -> None:
    statement = f"{{Effect: Allow, Principal: {{AWS: {principal}}}, Action: 'kms:*', Resource: '*'}}"
    found = project(f"  Key: {{Type: AWS::KMS::Key, Properties: {{KeyPolicy: {{Statement: [{statement}]}}}}}}\n")
    assert may_allow(found, "kms", KEY) is expected


def test_many_deployments_apart_from_each_other_are_no_project() -> None:
    few = Lent([("a/b/template.yaml", ("s3:Get*",)), ("a/c/template.yaml", ())])
    assert few.allows("s3:GetObject", "a/c/template.yaml")
    assert not few.allows("s3:PutObject", "a/c/template.yaml")
    assert not few.allows("s3:GetObject", "a/b/template.yaml")
    many = [(f"x{number}/template.yaml", ()) for number in range(60)]
    collection = Lent([("a/b/template.yaml", ("s3:Get*",)), ("a/c/template.yaml", ()), *many])
    assert collection.allows("s3:GetObject", "a/c/template.yaml")
    assert not collection.allows("s3:GetObject", "x1/template.yaml")


def test_many_deployments_in_few_rooms_are_one_project() -> None:
    many = [(f"services/s{number}/serverless.yml", ()) for number in range(60)]
    project = Lent([("resources/store/serverless.yml", ("s3:GetObject",)), *many])
    assert project.allows("s3:GetObject", "services/s1/serverless.yml")
    very_many = [(f"services/s{number}/serverless.yml", ()) for number in range(600)]
    collection = Lent([("resources/store/serverless.yml", ("s3:GetObject",)), *very_many])
    assert not collection.allows("s3:GetObject", "services/s1/serverless.yml")
