"""What operations need of IAM: as the table tells, as programs call them, and as statements cover it."""

from collections.abc import Iterator

import pytest
from test_evaluate import follow

from lambdalint import templates
from lambdalint.code.reader import Reader
from lambdalint.code.value import Constant
from lambdalint.data import iam
from lambdalint.data.iam import Need
from lambdalint.meaning import iam as code
from lambdalint.meaning.operations import Operation, operation
from lambdalint.model import Project
from lambdalint.model.arns import may_be
from lambdalint.model.needed import Needed, needed
from lambdalint.source import Texts
from lambdalint.templates.value import Known, Reference, Text


def sure(service: str, name: str, given: str = "", unseen: str = "") -> list[str] | None:
    found = iam.needs(service, name, frozenset(given.split()), frozenset(unseen.split()))
    return None if found is None else ["|".join((each.action, *each.others)) for each in found if each.always]


@pytest.mark.parametrize(
    ("service", "name", "expected"),
    [
        ("dynamodb", "put_item", ["dynamodb:PutItem"]),
        ("stepfunctions", "start_execution", ["states:StartExecution"]),
        ("rds", "create_db_snapshot", ["rds:CreateDBSnapshot"]),
        ("s3", "head_object", ["s3:GetObject"]),
        ("s3", "list_objects_v2", ["s3:ListBucket"]),
        ("s3", "copy_object", ["s3:PutObject", "s3:GetObject"]),
        ("s3", "abort_multipart_upload", []),
        ("lambda", "invoke", ["lambda:InvokeFunction"]),
        ("sqs", "send_message_batch", ["sqs:SendMessage"]),
        ("apigatewaymanagementapi", "post_to_connection", ["execute-api:ManageConnections"]),
        ("bedrock-runtime", "converse", ["bedrock:InvokeModel"]),
        ("sts", "get_caller_identity", []),
        ("sts", "assume_role_with_web_identity", []),
        ("cognito-idp", "initiate_auth", []),
        ("cognito-idp", "admin_get_user", ["cognito-idp:AdminGetUser"]),
        ("opensearch", "describe_domain", ["es:DescribeDomain"]),
    ],
)
def test_needs(service: str, name: str, expected: list[str]) -> None:
    assert sure(service, name) == expected


@pytest.mark.parametrize(("service", "name"), [("s3", "put_objekt"), ("nothing", "put_item"), ("s3", "")])
def test_knows_what_it_does_not_know(service: str, name: str) -> None:
    assert iam.needs(service, name) is None


@pytest.mark.parametrize(
    ("service", "name", "given", "unseen", "expected"),
    [
        ("s3", "put_object", "Bucket Key Tagging", "", ["s3:PutObject", "s3:PutObjectTagging"]),
        ("s3", "put_object", "Bucket Key", "*", ["s3:PutObject"]),
        ("s3", "get_object", "VersionId", "", ["s3:GetObjectVersion"]),
        ("s3", "get_object", "", "*", ["s3:GetObject|s3:GetObjectVersion"]),
        ("s3", "get_object_attributes", "", "*",
         ["s3:GetObject|s3:GetObjectVersion", "s3:GetObjectAttributes|s3:GetObjectVersionAttributes"]),
        ("s3", "delete_objects", "Delete", "Delete", ["s3:DeleteObject|s3:DeleteObjectVersion"]),
        ("lambda", "create_function", "Role", "", ["lambda:CreateFunction", "iam:PassRole"]),
        ("ecs", "run_task", "taskDefinition", "", ["ecs:RunTask"]),
        ("dynamodb", "execute_statement", "Statement Statement~SELECT", "", ["dynamodb:PartiQLSelect"]),
        ("redshift-data", "execute_statement", "ClusterIdentifier DbUser", "",
         ["redshift-data:ExecuteStatement", "redshift:GetClusterCredentials"]),
    ],
)  # fmt: skip
def test_needs_what_its_parameters_ask(service: str, name: str, given: str, unseen: str, expected: list[str]) -> None:
    assert sure(service, name, given, unseen) == expected


@pytest.mark.parametrize(
    ("service", "name", "given", "on", "parameter", "type_"),
    [
        ("dynamodb", "query", "TableName", "dynamodb:*:*:table/{TableName}", "TableName", "AWS::DynamoDB::Table"),
        ("dynamodb", "query", "TableName IndexName", "dynamodb:*:*:table/{TableName}/index/{IndexName}", "TableName",
         "AWS::DynamoDB::Table"),
        ("s3", "list_objects_v2", "Bucket", "s3:::{Bucket}", "Bucket", "AWS::S3::Bucket"),
        ("s3", "get_object", "Bucket Key", "s3:::{Bucket}/{Key}", "Bucket", "AWS::S3::Bucket"),
        ("sns", "publish", "TopicArn", "{TopicArn}", "TopicArn", "AWS::SNS::Topic"),
        ("sns", "publish", "PhoneNumber", "", "", ""),
        ("sqs", "send_message", "QueueUrl", "sqs:*:*:{QueueUrl}", "QueueUrl", "AWS::SQS::Queue"),
        ("kinesis", "put_record", "StreamARN", "{StreamARN}", "StreamARN", "AWS::Kinesis::Stream"),
        ("ssm", "get_parameter", "Name", "ssm:*:*:parameter/{Name}", "Name", "AWS::SSM::Parameter"),
        ("stepfunctions", "start_execution", "stateMachineArn", "{stateMachineArn}", "stateMachineArn",
         "AWS::StepFunctions::StateMachine"),
        ("s3", "list_buckets", "", "*", "", ""),
    ],
)  # fmt: skip
def test_is_on_a_resource(service: str, name: str, given: str, on: str, parameter: str, type_: str) -> None:
    (need,) = (each for each in iam.needs(service, name, frozenset(given.split())) or () if each.always)
    assert (need.on, need.parameter, need.type) == (on, parameter, type_)


def operations(body: str) -> Iterator[Operation]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    for call in follow(f"import os\nimport boto3\ndef handler(event, context):\n{lines}\n").calls:
        if (found := operation(call)) is not None:
            yield found


def needs(body: str) -> list[tuple[str, bool]]:
    return [(each.action, each.always) for found in operations(body) for each in code.needs(found) or ()]


def test_sees_deep_parameters() -> None:
    put = '{"Put": {"TableName": "orders", "Item": {}}}'
    write = f'boto3.client("dynamodb").transact_write_items(TransactItems=[{put}])'
    assert needs(write) == [("dynamodb:PutItem", True)]
    (found,) = operations(write)
    (need,) = code.needs(found) or ()
    assert need.type == "AWS::DynamoDB::Table"
    assert code.named(found, need) == Constant("orders")


def test_needs_one_of_several_where_the_parameter_is_not_seen() -> None:
    (found,) = operations('boto3.client("dynamodb").transact_write_items(TransactItems=event["items"])')
    first, *others = code.needs(found) or ()
    assert first == Need(
        "dynamodb:ConditionCheckItem", "", True, ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
    )
    assert not any(each.always for each in others)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            'boto3.client("dynamodb").execute_statement(Statement="DELETE FROM t WHERE id = 1")',
            "dynamodb:PartiQLDelete",
        ),
        ('boto3.client("s3").get_object(Bucket="b", Key="k", VersionId=event["v"])', "s3:GetObjectVersion"),
        ('boto3.client("s3").upload_file("f", "b", "k", ExtraArgs={"Tagging": "a=b"})', "s3:PutObjectTagging"),
        ('boto3.resource("dynamodb").Table("t").batch_writer()', "dynamodb:BatchWriteItem"),
        ('boto3.resource("s3").Bucket("b").objects.all()', "s3:ListBucket"),
        ('boto3.client("sesv2").send_email(Content={"Simple": event["mail"]})', "ses:SendEmail"),
    ],
)
def test_needs_as_it_is_called(body: str, expected: str) -> None:
    assert (expected, True) in needs(body)


@pytest.mark.parametrize(
    ("client", "own"),
    [
        ('boto3.client("s3")', True),
        ('boto3.client("s3", region_name="eu-west-1")', True),
        ('boto3.resource("s3").meta.client', True),
        ('boto3.Session(region_name="eu-west-1").client("s3")', True),
        ('boto3.client("s3", endpoint_url="https://s3.eu-west-1.amazonaws.com")', True),
        ('boto3.client("s3", endpoint_url="https://s3." + os.environ["AWS_REGION"] + ".amazonaws.com")', True),
        ('boto3.client("s3", endpoint_url="http://localhost:4566")', False),
        ('boto3.client("s3", endpoint_url=event["endpoint"])', False),
        ('boto3.client("s3", aws_access_key_id=event["key"])', False),
        ('boto3.client("s3", **event["credentials"])', False),
        ('boto3.Session(event["key"], event["secret"], event["token"]).client("s3")', False),
        ('boto3.Session(profile_name="other").client("s3")', False),
    ],
)
def test_knows_whose_credentials(client: str, own: bool) -> None:
    (found,) = operations(f"({client}).list_buckets()")
    assert code.with_own_role(found) is own


TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: orders}
  Files:
    Type: AWS::S3::Bucket
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.14
      Environment:
        Variables:
          TABLE: !Ref Orders
          NAME: orders
          BUCKET: !Ref Files
"""


def project(body: str = "pass") -> Project:
    program = f"import os\nimport boto3\ndef handler(event, context):\n    {body}\n"
    sources = Texts({"template.yaml": TEMPLATE, "app.py": program})
    (deployment,) = templates.read(sources, ["template.yaml"], {}, None)
    return Project(deployment.resources, Reader(sources).functions(deployment.resources))


def asked(body: str) -> list[Needed]:
    (function,) = project(body).functions
    return [*needed(function)]


def only(body: str) -> Needed:
    (found,) = asked(body)
    return found


def test_leaves_out_what_a_variable_would_switch_on() -> None:
    assert not asked('boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody="b")')
    assert asked('boto3.client("sqs").send_message(QueueUrl=os.environ["TABLE"], MessageBody="b")')
    assert asked('boto3.client("sqs", region_name=os.environ["AWS_REGION"]).list_queues()')


@pytest.mark.parametrize("table", ['os.environ["TABLE"]', 'os.environ["NAME"]', '"orders"'])
def test_finds_the_resource(table: str) -> None:
    found = only(f'boto3.resource("dynamodb").Table({table}).query(IndexName="by-date")')
    assert found.need.action == "dynamodb:Query"
    assert found.on is not None
    assert found.on.resource == "Orders"


@pytest.mark.parametrize("table", ['event["table"]', 'os.environ["BUCKET"]', 'os.environ.get("X", "y")', '"others"'])
def test_finds_no_resource(table: str) -> None:
    assert only(f'boto3.resource("dynamodb").Table({table}).scan()').on is None


@pytest.mark.parametrize(
    ("call", "tail", "covered"),
    [
        ("get_object(Bucket=os.environ['BUCKET'], Key='k')", "", False),
        ("get_object(Bucket=os.environ['BUCKET'], Key='k')", "/*", True),
        ("get_object(Bucket=os.environ['BUCKET'], Key='k')", "*", True),
        ("get_object(Bucket=os.environ['BUCKET'], Key='k')", "/incoming/*", True),
        ("list_objects_v2(Bucket=os.environ['BUCKET'])", "", True),
        ("list_objects_v2(Bucket=os.environ['BUCKET'])", "*", True),
        ("list_objects_v2(Bucket=os.environ['BUCKET'])", "/*", False),
        ("delete_objects(Bucket=os.environ['BUCKET'], Delete={'Objects': [{'Key': 'k'}]})", "/*", True),
    ],
)
def test_tells_parts_of_a_resource_apart(call: str, tail: str, covered: bool) -> None:
    found = only(f"boto3.client('s3').{call}")
    assert found.on is not None
    reference = Reference("Files", "Arn", found.on.span)
    resource = Text((reference, Known(tail, found.on.span)), found.on.span) if tail else reference
    assert found.target is not None
    assert may_be(project(), resource, found.target) is covered
    assert may_be(project(), Known("*", found.on.span), found.target)


def test_is_a_table_of_the_services() -> None:
    services = iam._services()
    assert len(services) > 400
    assert all(table.keys() <= {"prefix", "plain", "others"} for table in services.values())
