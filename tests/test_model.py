"""What the model answers of small templates."""

from textwrap import dedent, indent

import pytest

from lambdalint.lint import lint
from lambdalint.model import Project
from lambdalint.model.event_sources import STREAM
from lambdalint.model.invokers import ASYNCHRONOUS, DEPLOYMENT, SYNCHRONOUS, UNKNOWN
from lambdalint.model.view import same_text
from lambdalint.rules import load
from lambdalint.source import Texts
from lambdalint.templates import read

FUNCTION = """
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: app.handler, Code: src/, Role: !GetAtt Role.Arn}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}
"""


def project(resources: str, head: str = "") -> Project:
    text = f"{head}\nResources:{FUNCTION}{indent(dedent(resources), '  ')}"
    [deployment] = read(Texts({"template.yaml": text}), ["template.yaml"], {})
    assert not deployment.unreadable
    return Project(deployment.resources)


def found(rule: str, resources: str, code: str = "def handler(event, context): pass\n") -> list[str]:
    text = f"Resources:{FUNCTION}{indent(dedent(resources), '  ')}"
    asked = [each for each in load() if each.name == rule]
    report = lint(Texts({"template.yaml": text, "src/app.py": code}), ["template.yaml", "src/app.py"], asked)
    return [finding.message for finding in report.findings]


@pytest.mark.parametrize(
    ("resource", "mode", "service"),
    [
        (
            "Type: AWS::Events::Rule\nProperties: {Targets: [{Id: a, Arn: !GetAtt Worker.Arn}]}",
            ASYNCHRONOUS,
            "EventBridge",
        ),
        (
            "Type: AWS::SNS::Subscription\nProperties: {Protocol: lambda, Endpoint: !GetAtt Worker.Arn}",
            ASYNCHRONOUS,
            "SNS",
        ),
        ("Type: AWS::IoT::Authorizer\nProperties: {AuthorizerFunctionArn: !GetAtt Worker.Arn}", SYNCHRONOUS, "IoT"),
        (
            "Type: AWS::Lambda::Url\nProperties: {TargetFunctionArn: !Ref Worker, AuthType: AWS_IAM}",
            SYNCHRONOUS,
            "a function URL",
        ),
        ("Type: Custom::Setup\nProperties: {ServiceToken: !GetAtt Worker.Arn}", DEPLOYMENT, "CloudFormation"),
        ("Type: AWS::SSM::Parameter\nProperties: {Value: !GetAtt Worker.Arn}", UNKNOWN, ""),
        (
            "Type: AWS::Lambda::Permission\nProperties: {FunctionName: !Ref Worker, Principal: s3.amazonaws.com}",
            ASYNCHRONOUS,
            "S3",
        ),
        (
            "Type: AWS::Lambda::Permission\nProperties: {FunctionName: !Ref Worker, Principal: !Ref AWS::AccountId}",
            UNKNOWN,
            "",
        ),
        (
            "Type: AWS::Lambda::Permission\nProperties: {FunctionName: !Ref Worker, Principal: !Sub 'logs.${AWS::Region}.amazonaws.com'}",
            ASYNCHRONOUS,
            "CloudWatch Logs",
        ),
        (
            "Type: AWS::SES::ReceiptRule\nProperties: {Rule: {Actions: [{LambdaAction: {FunctionArn: !GetAtt Worker.Arn, InvocationType: RequestResponse}}]}}",
            SYNCHRONOUS,
            "SES",
        ),
        (
            "Type: AWS::SES::ReceiptRule\nProperties: {Rule: {Actions: [{LambdaAction: {FunctionArn: !GetAtt Worker.Arn}}]}}",
            ASYNCHRONOUS,
            "SES",
        ),
        (
            "Type: AWS::ApiGateway::Method\nProperties: {Integration: {Uri: !Sub 'arn:aws:apigateway:x:lambda:path/f/${Worker.Arn}/invocations'}}",
            SYNCHRONOUS,
            "API Gateway",
        ),
        (
            "Type: AWS::ApiGateway::Method\nProperties: {Integration: {Uri: !GetAtt Worker.Arn, RequestParameters: {integration.request.header.X-Amz-Invocation-Type: \"'Event'\"}}}",
            ASYNCHRONOUS,
            "API Gateway",
        ),
        (
            "Type: AWS::Lambda::EventInvokeConfig\nProperties: {FunctionName: other, Qualifier: $LATEST, DestinationConfig: {OnSuccess: {Destination: !GetAtt Worker.Arn}}}",
            ASYNCHRONOUS,
            "a Lambda destination",
        ),
        (
            "Type: AWS::CloudWatch::Alarm\nProperties: {AlarmActions: [!GetAtt Worker.Arn]}",
            ASYNCHRONOUS,
            "a CloudWatch alarm",
        ),
    ],
)
def test_what_invokes_a_function_is_told_by_what_refers_to_it(resource: str, mode: str, service: str) -> None:
    [function] = project(f"\nIt:\n{indent(resource, '  ')}\n").functions
    assert [(each.mode, each.service) for each in function.invokers] == [(mode, service)]


@pytest.mark.parametrize(
    "resource",
    [
        "Type: AWS::CloudWatch::Alarm\nProperties: {Dimensions: [{Name: FunctionName, Value: !Ref Worker}]}",
        "Type: AWS::Logs::LogGroup\nProperties: {LogGroupName: !Sub '/aws/lambda/${Worker}'}",
        "Type: AWS::Lambda::Version\nProperties: {FunctionName: !Ref Worker}",
        "Type: Custom::Start\nProperties: {ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:x', Of: !Ref Worker}",
        "Type: AWS::SNS::Topic\nProperties: {TopicName: !Sub '${Worker}-failed'}",
        "Type: AWS::S3::Bucket\nProperties: {Tags: [{Key: writer, Value: !Ref Worker}]}",
        "Type: AWS::Events::Rule\nProperties: {Description: !Sub 'starts ${Worker}', ScheduleExpression: rate(1 day)}",
        "Type: AWS::ECS::Cluster\nProperties: {Tags: [{Key: for, Value: !Ref Worker}]}",
    ],
)
def test_what_only_names_a_function_does_not_invoke_it(resource: str) -> None:
    [function] = project(f"\nIt:\n{indent(resource, '  ')}\n").functions
    assert function.invokers == ()


@pytest.mark.parametrize(
    "resource",
    [
        'Type: AWS::Events::Rule\nProperties: {Targets: [{Id: a, Arn: !Ref Machine, Input: !Sub \'{"function": "${Worker}"}\'}]}',
        "Type: AWS::IAM::RolePolicy\nProperties: {RoleName: !Ref Role, PolicyName: self, PolicyDocument: {Statement: "
        "[{Effect: Allow, Action: lambda:InvokeFunction, Resource: 'arn:aws:lambda:*:*:function:work*'}]}}",
    ],
)
def test_what_may_invoke_a_function_in_a_way_that_code_decides(resource: str) -> None:
    [function] = project(f"\nIt:\n{indent(resource, '  ')}\n").functions
    assert [each.mode for each in function.invokers] == [UNKNOWN]


def test_a_disabled_rule_invokes_nothing_whatever_permission_it_has() -> None:
    [function] = project("""
        Rule:
          Type: AWS::Events::Rule
          Properties: {State: DISABLED, ScheduleExpression: rate(1 day), Targets: [{Id: a, Arn: !GetAtt Worker.Arn}]}
        Permission:
          Type: AWS::Lambda::Permission
          Properties: {FunctionName: !Ref Worker, Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn}
    """).functions
    assert function.invokers == ()


def test_a_permission_for_a_disabled_rule_says_nothing() -> None:
    [function] = project("""
        Rule:
          Type: AWS::Events::Rule
          Properties: {State: DISABLED, ScheduleExpression: rate(1 day), Targets: [{Id: a, Arn: !ImportValue other}]}
        Permission:
          Type: AWS::Lambda::Permission
          Properties: {FunctionName: !Ref Worker, Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn}
    """).functions
    assert function.invokers == ()


def test_cloudformation_invokes_at_deployment() -> None:
    [function] = project("""
        Permission:
          Type: AWS::Lambda::Permission
          Properties: {FunctionName: !Ref Worker, Principal: cloudformation.amazonaws.com}
    """).functions
    assert [each.mode for each in function.invokers] == [DEPLOYMENT]


def test_a_permission_does_not_outvote_what_it_permits() -> None:
    [function] = project("""
        Authorizer:
          Type: AWS::IoT::Authorizer
          Properties: {AuthorizerFunctionArn: !GetAtt Worker.Arn}
        Permission:
          Type: AWS::Lambda::Permission
          Properties: {FunctionName: !Ref Worker, Principal: iot.amazonaws.com}
    """).functions
    assert [each.mode for each in function.invokers] == [SYNCHRONOUS]


def test_what_an_alias_is_invoked_by_invokes_the_function() -> None:
    [function] = project("""
        Live:
          Type: AWS::Lambda::Alias
          Properties: {FunctionName: !Ref Worker, FunctionVersion: 1, Name: live}
        Rule:
          Type: AWS::Events::Rule
          Properties: {Targets: [{Id: a, Arn: !Ref Live}]}
    """).functions
    assert [each.service for each in function.invokers] == ["EventBridge"]


@pytest.mark.parametrize(("principal", "mode", "service"), [
    ("scheduler", ASYNCHRONOUS, "EventBridge Scheduler"),
    ("events", ASYNCHRONOUS, "EventBridge"),
    ("ec2", UNKNOWN, ""),
])  # fmt: skip
def test_a_role_that_one_service_may_assume_speaks_for_it(principal: str, mode: str, service: str) -> None:
    [function] = project(f"""
        Caller:
          Type: AWS::IAM::Role
          Properties:
            AssumeRolePolicyDocument:
              Statement: [{{Effect: Allow, Action: sts:AssumeRole, Principal: {{Service: {principal}.amazonaws.com}}}}]
            Policies:
              - PolicyName: invoke
                PolicyDocument:
                  Statement: [{{Effect: Allow, Action: lambda:InvokeFunction, Resource: !GetAtt Worker.Arn}}]
    """).functions
    assert [(each.mode, each.service) for each in function.invokers] == [(mode, service)]


def test_a_role_says_nothing_beside_the_schedule_that_takes_it() -> None:
    [function] = project("""
        Schedule:
          Type: AWS::Scheduler::Schedule
          Properties:
            ScheduleExpression: rate(1 day)
            Target: {Arn: !GetAtt Worker.Arn, RoleArn: !GetAtt Caller.Arn}
        Caller:
          Type: AWS::IAM::Role
          Properties:
            AssumeRolePolicyDocument:
              Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: scheduler.amazonaws.com}}]
        Policy:
          Type: AWS::IAM::Policy
          Properties:
            PolicyName: invoke
            Roles: [!Ref Caller]
            PolicyDocument:
              Statement: [{Effect: Allow, Action: lambda:InvokeFunction, Resource: !GetAtt Worker.Arn}]
    """).functions
    assert [(each.service, each.permitted) for each in function.invokers] == [("EventBridge Scheduler", False)]


ONCE = """
import boto3, cfnresponse
def handler(event, context):
    boto3.client("s3")
    cfnresponse.send(event, context, "SUCCESS", {})
"""
CUSTOM = "Setup: {Type: Custom::Setup, Properties: {ServiceToken: !GetAtt Worker.Arn}}\n"


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ("", False),
        ("Rule: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !GetAtt Worker.Arn}]}}\n", True),
        ("Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref Worker, AuthType: AWS_IAM}}\n", True),
        ("Jobs: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Worker, EventSourceArn: !GetAtt "
         "Queue.Arn}}\nQueue: {Type: AWS::SQS::Queue}\n", True),
        # A topic may hand on the requests of custom resources.
        ("Topic: {Type: AWS::SNS::Subscription, Properties: {Protocol: lambda, Endpoint: !GetAtt Worker.Arn}}\n", False),
    ],
)  # fmt: skip
def test_a_custom_resource_that_something_else_invokes_too_does_not_only_run_at_deployments(
    others: str, told: bool
) -> None:
    assert bool(found("client-in-handler", CUSTOM + others, ONCE)) is told


class TestRoles:
    def policy(self, action: str, resource: str = '"*"', more: str = "") -> str:
        return f"""
            Policy:
              Type: AWS::IAM::Policy
              Properties:
                Roles: [!Ref Role]
                PolicyDocument: {{Statement: [{{Effect: Allow, Action: {action}, Resource: {resource}{more}}}]}}
        """

    @pytest.mark.parametrize(
        ("action", "resource"),
        [
            ("dynamodb:PutItem", '"*"'),
            ("s3:GetObject", "'arn:aws:s3:::*'"),
            ("s3:GetObject", "'arn:aws:s3:::*/*'"),
            ("sqs:SendMessage", "'arn:aws:sqs:*:*:*'"),
            ("sqs:SendMessage", "!Sub 'arn:${AWS::Partition}:sqs:*:*:*'"),
            ("logs:DeleteLogGroup", '"*"'),
            ('"logs:PutRetentionPolicy"', "'arn:aws:logs:*:*:*'"),
            ("ec2:CreateNetworkInterface", '"*"'),
            ("'dynamodb:Get*'", '"*"'),
        ],
    )
    def test_everything_is_too_much(self, action: str, resource: str) -> None:
        assert found("wildcard-resource", self.policy(action, resource))

    @pytest.mark.parametrize(
        ("action", "resource"),
        [
            ("xray:PutTraceSegments", '"*"'),
            ("[logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]", '"*"'),
            ("s3-object-lambda:WriteGetObjectResponse", '"*"'),
            ("cloudwatch:PutMetricData", '"*"'),
            ("nosuch:Thing", '"*"'),
            ("s3:GetObject", "'arn:aws:s3:::bucket/*'"),
            ("dynamodb:PutItem", "'arn:aws:dynamodb:*:*:table/orders-*'"),
            ("dynamodb:PutItem", "!Ref AWS::NoValue"),
        ],
    )
    def test_everything_is_needed_or_not_meant(self, action: str, resource: str) -> None:
        assert not found("wildcard-resource", self.policy(action, resource))

    def test_a_condition_narrows(self) -> None:
        assert not found(
            "wildcard-resource", self.policy("dynamodb:PutItem", '"*"', ", Condition: {StringEquals: {a: b}}")
        )

    def test_a_text_message_has_no_topic(self) -> None:
        code = "import boto3\nsns = boto3.client('sns')\ndef handler(event, context):\n    sns.publish(PhoneNumber=event['to'], Message='x')\n"
        assert not found("wildcard-resource", self.policy("sns:Publish"), code)
        assert found("wildcard-resource", self.policy("sns:Publish"))

    def test_policies_are_attached_by_name_too(self) -> None:
        assert found("wildcard-resource", self.policy("dynamodb:PutItem").replace("!Ref Role", "worker"))

    @pytest.mark.parametrize("action", ["kms:ReEncrypt*", "kms:GenerateDataKey*", "sqs:SendMessage*", "s3:GetObject"])
    def test_a_pattern_of_one_action_or_of_aws_is_no_wildcard(self, action: str) -> None:
        assert not found("wildcard-action", self.policy(f"'{action}'"))

    @pytest.mark.parametrize("action", ["*", "*:*", "s3:*", "s3:Get*", "s3:*Object"])
    def test_other_patterns_are(self, action: str) -> None:
        assert found("wildcard-action", self.policy(f"'{action}'"))

    def test_a_role_that_something_else_takes_is_not_a_functions(self) -> None:
        text = """
            Other:
              Type: AWS::IAM::Role
              Properties:
                AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}
                ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonS3FullAccess]
        """
        assert found("broad-managed-policy", text)
        taker = "\n            Canary:\n              Type: AWS::Synthetics::Canary\n              Properties: {ExecutionRoleArn: !GetAtt Other.Arn}\n"
        assert not found("broad-managed-policy", text.rstrip() + taker)


def test_a_queue_that_refuses_dead_letters_needs_its_own() -> None:
    queue = """
        Jobs:
          Type: AWS::SQS::Queue
          Properties: {RedriveAllowPolicy: {redrivePermission: %s}}
        Mapping:
          Type: AWS::Lambda::EventSourceMapping
          Properties: {EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref Worker}
    """
    assert found("queue-without-dead-letter", queue % "denyAll")
    assert not found("queue-without-dead-letter", queue % "allowAll")


def test_a_queue_is_known_by_its_arn_written_out() -> None:
    assert found(
        "queue-without-dead-letter",
        """
        Jobs:
          Type: AWS::SQS::Queue
          Properties: {QueueName: jobs}
        Mapping:
          Type: AWS::Lambda::EventSourceMapping
          Properties: {EventSourceArn: "arn:aws:sqs:eu-west-1:111122223333:jobs", FunctionName: !Ref Worker}
        """,
    )


def test_a_batch_is_not_retried_where_every_failure_is_settled() -> None:
    mapping = """
        Jobs:
          Type: AWS::SQS::Queue
        Mapping:
          Type: AWS::Lambda::EventSourceMapping
          Properties: {EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref Worker}
    """
    loop = "from elsewhere import work\nimport boto3\nsqs = boto3.client('sqs')\ndef handler(event, context):\n    for record in event['Records']:\n        "
    assert found("batch-fails-as-a-whole", mapping, f"{loop}work(record)\n")
    assert found(
        "batch-fails-as-a-whole", mapping, f"{loop}work(record)\n        try: work(1)\n        except Exception: pass\n"
    )
    assert not found("batch-fails-as-a-whole", mapping, f"{loop}try: work(record)\n        except Exception: pass\n")
    assert not found(
        "batch-fails-as-a-whole",
        mapping,
        f"{loop}work(record)\n        sqs.delete_message(ReceiptHandle=record['receiptHandle'])\n",
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("${Stage}-orders", "${Stage}-orders", True),
        ("${Stage}-orders", "${Stage}-returns", False),
        ("${Stage}-orders", "orders", None),
        ("live-${Name}", "test-${Name}", False),
        ("live-${Name}", "live-orders", None),
        ("${Stage}-orders", "${Stage}-${Name}", None),
        ("${Stage}-orders", "${Name}-orders", None),
        ("orders", "orders-live", False),
    ],
)
def test_whether_two_texts_are_the_same_in_every_deployment(one: str, other: str, same: bool | None) -> None:
    head = "Parameters: {Stage: {Type: String}, Name: {Type: String}}"
    topics = "".join(
        f"T{index}: {{Type: AWS::SNS::Topic, Properties: {{TopicName: !Sub '{name}'}}}}\n"
        for index, name in enumerate((one, other))
    )
    left, right = (each.get("TopicName") for each in project(topics, head).of_type("AWS::SNS::Topic"))
    assert left is not None
    assert right is not None
    assert same_text(left, right) is same
    assert same_text(right, left) is same


@pytest.mark.parametrize(
    ("settings", "service"),
    [
        ("StartingPosition: LATEST", STREAM),
        ("BatchSize: 5", ""),
        ("StartingPosition: !Ref Where", ""),
        ("StartingPosition: LATEST, Topics: [orders]", "Kafka"),
        ("Queues: [orders]", "MQ"),
    ],
)
def test_what_a_source_is_whose_arn_is_a_parameter(settings: str, service: str) -> None:
    mapping = (
        "Type: AWS::Lambda::EventSourceMapping, "
        f"Properties: {{FunctionName: !Ref Worker, EventSourceArn: !Ref Arn, {settings}}}"
    )
    head = "Parameters: {Arn: {Type: String}, Where: {Type: String}}"
    [source] = project(f"Mapping: {{{mapping}}}", head).functions[0].event_sources
    assert source.service == service
