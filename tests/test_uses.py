"""The resources that code means: by environment variables, literals, ARNs, URLs, and by what the event says."""

from __future__ import annotations

from textwrap import dedent

import pytest

from lambdalint.code.reader import Reader
from lambdalint.meaning.operations import operation
from lambdalint.model import Project
from lambdalint.model.uses import Used, used
from lambdalint.source import Texts
from lambdalint.templates import read
from lambdalint.templates.resource import Resource

TEMPLATE = """
Parameters:
  Stage: {Type: String}
  Elsewhere: {Type: String}
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.14
      Handler: app.handler
      Code: src/
      Role: !GetAtt Role.Arn
      Environment:
        Variables:
          BUCKET: !Ref Photos
          QUEUE: !Ref Jobs
          QUEUE_ARN: !GetAtt Jobs.Arn
          QUEUE_NAME: !GetAtt Jobs.QueueName
          QUEUE_URL: !Sub https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/${Jobs.QueueName}
          STAGED: !Sub ${Stage}-orders
          SPELT: !Sub arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Stage}-orders
          ELSEWHERE: !Ref Elsewhere
          IMPORTED: !ImportValue Queue
          ROLE: !Ref Role
  Role: {Type: AWS::IAM::Role}
  Photos: {Type: AWS::S3::Bucket}
  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  Orders: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Sub "${Stage}-orders"}}
  Notify:
    Type: AWS::S3::BucketNotification
    Properties:
      Bucket: !Ref Photos
      LambdaConfigurations: [{Event: "s3:ObjectCreated:*", Function: !GetAtt Worker.Arn}]
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt Jobs.Arn}
"""


def meant(line: str) -> Used | None:
    """What the one operation in a handler acts on."""
    code = f"""
    import os
    import boto3
    from boto3 import client, resource
    def handler(event, context):
        record = event["Records"][0]
        region, account = os.environ["AWS_REGION"], record["account"]
        {line}
    """
    sources = Texts({"template.yaml": TEMPLATE, "src/app.py": dedent(code)})
    [deployment] = read(sources, ["template.yaml"], {})
    project = Project(deployment.resources, Reader(sources).functions(deployment.resources))
    [function] = project.functions
    assert function.handler is not None
    asked = [each for each in map(operation, function.handler.calls) if each is not None]
    return used(function, asked[-1])


def name(found: Used | None) -> str | None:
    return f"<{found.name}>" if isinstance(found, Resource) else found


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('os.environ["QUEUE"]', "<Jobs>"),
        ('os.environ["QUEUE_ARN"]', "<Jobs>"),
        ('os.environ["QUEUE_NAME"]', "<Jobs>"),
        ('os.environ["QUEUE_URL"]', "<Jobs>"),
        ('os.getenv("QUEUE", "other")', "<Jobs>"),
        ('os.getenv("NOT_SET", "jobs")', "<Jobs>"),
        ('"https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"', "<Jobs>"),
        ('"https://sqs.eu-west-1.amazonaws.com/123456789012/others"', "others"),
        ('f"https://sqs.{region}.amazonaws.com/{account}/jobs"', "<Jobs>"),
        ('record["eventSourceARN"]', "<Jobs>"),
        ('boto3.client("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]', "<Jobs>"),
        ('os.environ["ELSEWHERE"]', "${parameter Elsewhere}"),
        ('os.environ["IMPORTED"]', None),
        ('os.environ["ROLE"]', None),
        ('os.environ["NOT_SET"]', None),
        ('record["body"]', None),
        ('os.environ["QUEUE"] if account else "others"', None),
    ],
)
def test_a_queue(given: str, expected: str | None) -> None:
    assert name(meant(f'client("sqs").send_message(QueueUrl={given}, MessageBody="")')) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('client("s3").put_object(Bucket=os.environ["BUCKET"], Key="a")', "<Photos>"),
        ('client("s3").put_object(Bucket=record["s3"]["bucket"]["name"], Key="a")', "<Photos>"),
        ('resource("s3").Bucket(os.environ["BUCKET"]).put_object(Key="a")', "<Photos>"),
        ('client("s3").put_object(Bucket="jobs", Key="a")', "jobs"),
        ('resource("dynamodb").Table(os.environ["STAGED"]).put_item(Item={})', "<Orders>"),
        ('client("dynamodb").put_item(TableName=os.environ["SPELT"], Item={})', "<Orders>"),
        ('client("lambda").invoke(FunctionName=context.function_name)', "<Worker>"),
        ('client("lambda").invoke(FunctionName=os.environ["AWS_LAMBDA_FUNCTION_NAME"])', "<Worker>"),
        ('client("lambda").invoke(FunctionName="arn:aws:lambda:eu-west-1:1:function:other:live")', "other"),
        ('client("secretsmanager").get_secret_value(SecretId="shop/db")', "shop/db"),
        ('client("sqs").list_queues()', None),
    ],
)
def test_others(line: str, expected: str | None) -> None:
    assert name(meant(line)) == expected
