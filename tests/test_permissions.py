"""What a role is known to allow, and IAM's actions by name."""

from textwrap import dedent, indent

import pytest

from lambdalint import rules
from lambdalint.data import actions, execution_policies
from lambdalint.lint import lint
from lambdalint.model import Project
from lambdalint.model.grants import Grants, grants
from lambdalint.source import Texts
from lambdalint.templates import read
from lambdalint.templates.value import Reference

ROLE = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}
"""
QUEUES = """
  Jobs: {Type: AWS::SQS::Queue}
  Others: {Type: AWS::SQS::Queue}
"""


def allowed(properties: str, resources: str = "", head: str = "") -> Grants | None:
    text = f"{head}\nResources:{ROLE}{indent(dedent(properties), '      ')}{QUEUES}{indent(dedent(resources), '  ')}"
    [deployment] = read(Texts({"template.yaml": text}), ["template.yaml"], {})
    assert not deployment.unreadable
    [role] = Project(deployment.resources).roles
    return grants(role)


def inline(statement: str) -> str:
    return f"Policies: [{{PolicyName: a, PolicyDocument: {{Statement: [{statement}]}}}}]\n"


PARAMETER = "Parameters: {Given: {Type: String}}"


def test_what_a_statement_allows_besides_all_of_a_service_is_told_with_that() -> None:
    text = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.14
      Handler: app.handler
      Policies:
        - Statement:
            - Effect: Allow
              Action: [logs:PutLogEvents, secretsmanager:GetSecretValue, sqs:SendMessage, s3:*, dynamodb:*]
              Resource: "*"
            - {Effect: Allow, Action: [s3:*, sns:Publish], Resource: "*"}
"""
    asked = [rule for rule in rules.load() if rule.name in ("wildcard-action", "wildcard-resource")]
    found = lint(Texts({"template.yaml": text}), ["template.yaml"], asked).findings
    resources = [each.problem.message for each in found if each.rule.name == "wildcard-resource"]
    assert resources == ["allows sns:Publish on every resource"]
    told = {words for each in found for _, words in each.problem.also}
    assert "allows secretsmanager:GetSecretValue and 1 more there as well" in told


class TestGrants:
    def test_a_role_without_policies_allows_nothing(self) -> None:
        found = allowed("")
        assert found is not None
        assert not found.allow("logs:PutLogEvents")

    def test_managed_policies_allow_what_the_table_says(self) -> None:
        found = allowed("ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole]\n")
        assert found is not None
        assert found.allow("sqs:ReceiveMessage")
        assert not found.allow("sqs:SendMessage")

    @pytest.mark.parametrize(
        "action", ["sqs:SendMessage", "SQS:sendmessage", "sqs:Send*", "sqs:*", "*", "sqs:?endMessage"]
    )
    def test_an_action_is_matched_as_iam_does(self, action: str) -> None:
        found = allowed(inline(f"{{Effect: Allow, Action: '{action}', Resource: '*'}}"))
        assert found is not None
        assert found.allow("sqs:SendMessage")
        assert found.allow("s3:GetObject") == (action == "*")

    def test_what_is_excepted_is_not_allowed(self) -> None:
        found = allowed(inline("{Effect: Allow, NotAction: 'sqs:*', Resource: '*'}"))
        assert found is not None
        assert found.allow("s3:GetObject")
        assert not found.allow("sqs:SendMessage")

    def test_a_denial_allows_nothing(self) -> None:
        found = allowed(inline("{Effect: Deny, Action: 'sqs:*', Resource: '*'}"))
        assert found is not None
        assert not found.allow("sqs:SendMessage")

    @pytest.mark.parametrize(
        ("resource", "expected"),
        [
            ("!GetAtt Jobs.Arn", True),
            ("!GetAtt Others.Arn", False),
            ("[!GetAtt Others.Arn, !GetAtt Jobs.Arn]", True),
            ("arn:aws:sqs:eu-west-1:123456789012:others", True),
            ("!Sub 'arn:aws:sqs:*:*:${Others.QueueName}'", False),
            ("!Sub 'arn:aws:sqs:*:*:${Jobs.QueueName}'", True),
            ("!Ref Given", True),
        ],
    )
    def test_only_resources_of_the_project_are_told_apart(self, resource: str, expected: bool) -> None:
        statement = f"{{Effect: Allow, Action: 'sqs:SendMessage', Resource: {resource}}}"
        text = f"Policies:\n  - PolicyName: a\n    PolicyDocument:\n      Statement:\n        - {statement}\n"
        found = allowed(text, head=PARAMETER)
        assert found is not None
        [jobs] = [queue for queue in found.role.project.queues if queue.name == "Jobs"]
        assert found.allow("sqs:SendMessage", Reference("Jobs", "Arn", jobs.span)) is expected

    @pytest.mark.parametrize(
        "properties",
        [
            "ManagedPolicyArns: [!Ref Given]\n",
            "ManagedPolicyArns: !Ref Given\n",
            "ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonEC2FullAccess]\n",
            "ManagedPolicyArns: [arn:aws:iam::123456789012:policy/own]\n",
            "Policies: [!Ref Given]\n",
            "Policies: [{PolicyName: a, PolicyDocument: !Ref Given}]\n",
            inline("{Effect: Allow, Action: !Ref Given, Resource: '*'}"),
            inline("{Effect: Allow, Action: ['sqs:*', !Ref Given], Resource: '*'}"),
            inline("{Effect: !Ref Given, Action: 'sqs:*', Resource: '*'}"),
            inline("!Ref Given"),
        ],
    )
    def test_what_is_not_spelt_out_makes_the_whole_unknown(self, properties: str) -> None:
        assert allowed(properties, head=PARAMETER) is None

    @pytest.mark.parametrize(
        ("roles", "known"),
        [("[!Ref Given]", False), ("[!Ref Role, !Ref Given]", True), ("[other]", True), ("!Ref Given", False)],
    )
    def test_a_policy_that_may_be_attached_makes_it_unknown(self, roles: str, known: bool) -> None:
        policy = f"""
            Policy:
              Type: AWS::IAM::Policy
              Properties:
                PolicyName: a
                Roles: {roles}
                PolicyDocument: {{Statement: [{{Effect: Allow, Action: 'sqs:*', Resource: '*'}}]}}
        """
        assert (allowed("", policy, PARAMETER) is not None) is known


class TestActions:
    @pytest.mark.parametrize(
        "action", ["s3:GetObject", "S3:getobject", "s3:Get*", "s3:*", "*", "*:*", "sqs:?endMessage"]
    )
    def test_actions_and_patterns_that_aws_has(self, action: str) -> None:
        assert actions.exists(action)

    @pytest.mark.parametrize("action", ["s3:HeadObject", "s3:Gett*", "dynamodb:GetItems"])
    def test_actions_that_it_has_not(self, action: str) -> None:
        assert actions.exists(action) is False

    def test_a_service_that_is_not_known(self) -> None:
        assert actions.exists("quantumledger:Read") is None
        assert actions.nearest("quantumledger:Read") is None

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("logs:CreateLogStreams", "logs:CreateLogStream"),
            ("logs:DescribeLogsStreams", "logs:DescribeLogStreams"),
            ("dynamodb:getItems", "dynamodb:GetItem"),
            ("s3:ListObjects", "s3:ListBucket"),
            ("sqs:SendMesage", "sqs:SendMessage"),
            ("dynamodb:DropTable", "dynamodb:DeleteTable"),
            ("cognito-idp:AdminSetUserAttributes", "cognito-idp:AdminUpdateUserAttributes"),
            ("s3:GetBucket", None),
            ("dynamodb:Frobnicate", None),
        ],
    )
    def test_the_nearest_name(self, written: str, meant: str | None) -> None:
        assert actions.nearest(written) == meant

    def test_every_action_of_the_managed_policies_is_one_that_aws_has(self) -> None:
        for policy in execution_policies.NAMES:
            for action in execution_policies.allowed(policy) or ():
                assert actions.exists(action), (policy, action)

    def test_every_operation_is_told_an_action_that_aws_has(self) -> None:
        for meant in actions.OPERATIONS.values():
            assert actions.exists(meant), meant


def test_only_those_are_named_whose_role_lacks_it() -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.14, Handler: app.handler, CodeUri: ., Timeout: 10}}
Resources:
  May:
    Type: AWS::Serverless::Function
    Properties: {Policies: [{Statement: [{Effect: Allow, Action: "sqs:ListQueues", Resource: "*"}]}]}
  MayNot:
    Type: AWS::Serverless::Function
    Properties: {Policies: [{Statement: [{Effect: Allow, Action: "sqs:SendMessage", Resource: "*"}]}]}
"""
    code = "import boto3\n\nsqs = boto3.client('sqs')\n\n\ndef handler(event, context):\n    return sqs.list_queues()\n"
    files = {"template.yaml": template, "app.py": code}
    asked = [rule for rule in rules.load() if rule.name == "missing-permission"]
    report = lint(Texts(files), sorted(files), asked)
    assert [finding.owners for finding in report.findings] == [("MayNot",)]
