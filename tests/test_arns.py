"""Which values of a template may name the same thing."""

import pytest

from lambdalint.model import Project
from lambdalint.model.arns import may_be
from lambdalint.source import Texts
from lambdalint.templates import read
from lambdalint.templates.value import Value

TEMPLATE = """
Parameters: {{Given: {{Type: String, Default: orders}}}}
Resources:
  Orders: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: orders}}}}
  Users: {{Type: AWS::DynamoDB::Table}}
  Others: {{Type: AWS::DynamoDB::Table}}
  Files: {{Type: AWS::S3::Bucket}}
  Jobs: {{Type: AWS::SQS::Queue}}
  Parameter: {{Type: AWS::SSM::Parameter}}
  Probe:
    Type: Custom::Probe
    Properties:
      Written: {written}
      Used: {used}
"""


def compared(written: str, used: str) -> bool:
    [deployment] = read(Texts({"template.yaml": TEMPLATE.format(written=written, used=used)}), ["template.yaml"], {})
    assert not deployment.unreadable
    project = Project(deployment.resources)
    [probe] = project.of_type("Custom::Probe")
    one: Value | None = probe.get("Written")
    other: Value | None = probe.get("Used")
    assert one is not None
    assert other is not None
    return may_be(project, one, other)


@pytest.mark.parametrize(
    ("written", "used", "expected"),
    [
        ("'*'", "!GetAtt Users.Arn", True),
        ("!GetAtt Users.Arn", "!GetAtt Users.Arn", True),
        ("!GetAtt Others.Arn", "!GetAtt Users.Arn", False),
        ("!Sub '${Users.Arn}/index/*'", "!GetAtt Users.Arn", False),
        ("!Sub '${Users.Arn}*'", "!GetAtt Users.Arn", True),
        ("!GetAtt Users.Arn", "!Sub '${Users.Arn}/index/*'", False),
        ("!Sub 'arn:aws:dynamodb:*:*:table/${Users}/index/*'", "!Sub '${Users.Arn}/index/*'", True),
        ("!Sub 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Users}'", "!GetAtt Users.Arn",
         True),
        ("!Sub 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Others}'", "!GetAtt Users.Arn",
         False),
        ("!GetAtt Users.Arn", "!GetAtt Users.StreamArn", False),
        ("!Sub '${Users.Arn}/stream/*'", "!GetAtt Users.StreamArn", True),
        # A name that AWS makes up may be like any pattern; one that is spelt out is not.
        ("arn:aws:dynamodb:*:*:table/shop-*", "!GetAtt Users.Arn", True),
        ("arn:aws:dynamodb:*:*:table/shop-*", "!GetAtt Orders.Arn", False),
        ("arn:aws:dynamodb:*:*:table/ord?rs", "!GetAtt Orders.Arn", True),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/orders", "!GetAtt Orders.Arn", True),
        ("arn:aws:dynamodb:*:*:table/orders", "!Sub '${Orders.Arn}/index/*'", False),
        ("arn:aws:dynamodb:*:*:table/orders/index/by-*", "!Sub '${Orders.Arn}/index/*'", True),
        ("arn:aws:dynamodb:*:*:index/*", "!GetAtt Users.Arn", False),
        ("!Sub 'arn:${AWS::Partition}:dynamodb:*:*:table/users'", "!GetAtt Orders.Arn", False),
        ("arn:aws:dynamodb:*", "!GetAtt Users.Arn", True),
        ("arn:aws:s3:::*", "!GetAtt Users.Arn", False),
        ("!Sub 'arn:aws:s3:::${Files}/*'", "!Sub '${Files.Arn}/*'", True),
        ("!Sub 'arn:aws:s3:::${Files}'", "!Sub '${Files.Arn}/*'", False),
        ("!Sub 'arn:aws:s3:::${Files}/in/*'", "!Sub '${Files.Arn}/*'", True),
        # What only the deployment knows may be anything.
        ("!Ref Given", "!GetAtt Users.Arn", True),
        ("!ImportValue Table", "!GetAtt Users.Arn", True),
        ("!Sub '${AWS::StackName}/*'", "!GetAtt Users.Arn", True),
        # Of these the ARN may go on: a slash or not, a qualifier, letters at random.
        ("!Sub 'arn:aws:ssm:*:*:parameter${Parameter}'", "!GetAtt Parameter.Arn", True),
        ("!Sub 'arn:aws:ssm:*:*:parameter/${Parameter}'", "!GetAtt Parameter.Arn", True),
        ("!Sub 'arn:aws:sqs:*:*:${Jobs.QueueName}'", "!GetAtt Jobs.Arn", True),
    ],
)  # fmt: skip
def test_tells_resources_and_their_parts_apart(written: str, used: str, expected: bool) -> None:
    assert compared(written, used) is expected
