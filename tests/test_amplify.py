"""Amplify's first generation: the stacks of a backend put together as its command does, with what it generates."""

from __future__ import annotations

import json
from typing import Any

from lambdalint import rules
from lambdalint.lint import lint
from lambdalint.source import Span, Texts
from lambdalint.templates import read
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Unknown, Value

ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}}
HOME = "amplify/backend"


def template(parameters: dict[str, str | None], variables: dict[str, Any], **more: Any) -> str:
    """A function's template, as Amplify writes it at first."""
    return json.dumps(
        {
            "Parameters": {
                name: {"Type": "String", **({} if default is None else {"Default": default})}
                for name, default in {"env": None, **parameters}.items()
            },
            "Resources": {
                "LambdaFunction": {
                    "Type": "AWS::Lambda::Function",
                    "Metadata": {"aws:asset:path": "./src", "aws:asset:property": "Code"},
                    "Properties": {
                        "Code": {"S3Bucket": {"Ref": "deploymentBucketName"}, "S3Key": {"Ref": "s3Key"}},
                        "Handler": "index.handler",
                        "Runtime": "nodejs24.x",
                        "Timeout": 25,
                        "Role": {"Fn::GetAtt": ["LambdaExecutionRole", "Arn"]},
                        "Environment": {"Variables": variables},
                    },
                },
                "LambdaExecutionRole": ROLE,
                **more,
            },
            "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["LambdaFunction", "Arn"]}}},
        }
    )


def needs(category: str, name: str, *attributes: str, **more: str) -> dict[str, Any]:
    return {"category": category, "resourceName": name, "attributes": list(attributes), **more}


FILES = {
    f"{HOME}/backend-config.json": json.dumps(
        {
            "api": {
                "shop": {"service": "AppSync", "dependsOn": []},
                "rest": {"dependsOn": [needs("function", "greet")]},
            },
            "auth": {
                "people": {
                    "service": "Cognito",
                    "dependsOn": [needs("function", "peoplePreSignup", "Arn", triggerProvider="Cognito")],
                }
            },
            "custom": {"queue": {}},
            "function": {
                "greet": {"dependsOn": [needs("api", "shop", "GraphQLAPIIdOutput"), needs("custom", "queue", "Url")]},
                "peoplePreSignup": {},
            },
        }
    ),
    f"{HOME}/custom/queue/queue-cloudformation-template.json": json.dumps(
        {
            "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
            "Outputs": {"Url": {"Value": {"Ref": "Queue"}}},
        }
    ),
    f"{HOME}/function/greet/greet-cloudformation-template.json": template(
        {
            "apishopGraphQLAPIIdOutput": "apishopGraphQLAPIIdOutput",
            "customqueueUrl": "customqueueUrl",
            "level": "info",
            "region": "eu-west-1",
            "s3Key": "s3Key",
        },
        {
            name: {"Ref": name}
            for name in ("env", "apishopGraphQLAPIIdOutput", "customqueueUrl", "level", "region", "s3Key", "limit")
        },
    ),
    f"{HOME}/function/greet/parameters.json": '{"level": "debug", "elsewhere": 1}',
    f"{HOME}/function/greet/custom-policies.json": json.dumps(
        [
            {
                "Action": ["sqs:SendMessage"],
                "Resource": ["arn:aws:sqs:eu-west-1:1:q-${env}", "arn:aws:sqs:eu-west-1:1:q"],
            },
            {"Action": [], "Resource": []},
        ]
    ),
    f"{HOME}/function/greet/src/index.js": "exports.handler = async (event) => event;\n",
    f"{HOME}/function/peoplePreSignup/peoplePreSignup-cloudformation-template.json": template({}, {}),
    f"{HOME}/function/peoplePreSignup/src/index.js": "exports.handler = async (event) => event;\n",
    f"{HOME}/api/shop/schema.graphql": 'type Query {\n  # a: String @function(name: "peoplePreSignup-${env}")\n'
    '  greet: String @function(name: "greet-${env}")\n}\n',
    "amplify/team-provider-info.json": json.dumps(
        {
            "dev": {"categories": {"function": {"greet": {"region": "eu-west-1", "level": "debug"}}}},
            "prod": {"categories": {"function": {"greet": {"region": "us-east-1", "level": "debug"}}}},
        }
    ),
}


def backend(**changed: str) -> Deployment:
    files = {**FILES, **changed}
    (found,) = read(Texts(files), sorted(files), {})
    return found


def named(found: Deployment, name: str) -> Resource:
    return next(each for each in found.resources if each.name == name)


def variable(found: Deployment, name: str) -> Value | None:
    return named(found, "functiongreet.LambdaFunction").get("Environment", "Variables", name)


def test_a_backend_is_one_deployment_whose_functions_are_called_as_their_author_does() -> None:
    found = backend()
    assert (found.path, found.dialect) == (f"{HOME}/backend-config.json", "amplify")
    functions = [each.called for each in found.resources if each.type == "AWS::Lambda::Function"]
    assert functions == ["greet", "peoplePreSignup"]
    assert not any(each.type == "AWS::CloudFormation::Stack" for each in found.resources)


def test_what_a_function_depends_on_is_another_stacks_output() -> None:
    value = variable(backend(), "customqueueUrl")
    assert isinstance(value, Reference)
    assert value.resource == "customqueue.Queue"


def test_a_parameter_that_is_by_default_its_own_name_is_no_value() -> None:
    found = backend()
    for name in ("apishopGraphQLAPIIdOutput", "s3Key", "env"):
        assert isinstance(variable(found, name), Unknown)


def test_what_files_and_all_environments_set_alike_is_known() -> None:
    found = backend()
    level, region = variable(found, "level"), variable(found, "region")
    assert isinstance(level, Known)
    assert level.value == "debug"
    assert isinstance(region, Unknown)


def test_what_invokes_a_function_is_what_amplify_generates() -> None:
    found = backend()
    source = named(found, "apishop.greetDataSource")
    assert source.span == Span(f"{HOME}/api/shop/schema.graphql", 3, 17, 3, 47)
    pool = named(found, "authpeople.UserPool")
    asked = pool.get("LambdaConfig", "PreSignUp")
    assert isinstance(asked, Reference)
    assert asked.resource == "functionpeoplePreSignup.LambdaFunction"
    assert [each.name for each in found.resources if each.type == "Amplify::Api"] == ["apirest.Given0"]
    assert not any(each.name == "apishop.peoplePreSignupDataSource" for each in found.resources)


def test_custom_policies_are_the_roles() -> None:
    policy = named(backend(), "functiongreet.CustomLambdaPolicies")
    statements = policy.get("PolicyDocument", "Statement")
    assert policy.span.path == f"{HOME}/function/greet/custom-policies.json"
    (statement,) = getattr(statements, "items", ())
    assert isinstance(statement, Mapping)
    resources = getattr(statement.get("Resource"), "items", ())
    assert [type(each) for each in resources] == [Unknown, Known]


def test_a_broken_or_empty_backend_is_none() -> None:
    for text in ("[]", "{", '{"function": {"greet": []}, "api": {"shop": {}}}', '{"function": 1}'):
        files = {f"{HOME}/backend-config.json": text, f"{HOME}/api/shop/schema.graphql": ""}
        assert read(Texts(files), sorted(files), {}) == []


def test_functions_are_judged_with_their_code() -> None:
    report = lint(Texts(FILES), sorted(FILES), [rule for rule in rules.load() if rule.default])
    slow = [each for each in report.findings if each.rule.name == "cognito-trigger-too-slow"]
    assert [each.span.path for each in slow] == [
        f"{HOME}/function/peoplePreSignup/peoplePreSignup-cloudformation-template.json"
    ]
    assert "`peoplePreSignup`" in slow[0].message


def test_what_amplify_writes_anew_is_nobodys_fault() -> None:
    written = {
        "Resources": {
            "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}}},
            "Role": ROLE,
            "Policy": {
                "Type": "AWS::IAM::Policy",
                "Properties": {
                    "Roles": [{"Ref": "Role"}],
                    "PolicyDocument": {
                        "Statement": [{"Effect": "Allow", "Action": "mobiletargeting:*", "Resource": "*"}]
                    },
                },
            },
        }
    }
    config = {"analytics": {"seen": {}}, "function": {"greet": {}}}
    files = {
        f"{HOME}/backend-config.json": json.dumps(config),
        f"{HOME}/analytics/seen/pinpoint-cloudformation-template.json": json.dumps(written),
        f"{HOME}/function/greet/greet-cloudformation-template.json": template({}, {}, **written["Resources"]),
    }
    report = lint(Texts(files), sorted(files), [rule for rule in rules.load() if rule.default])
    told = {each.span.path for each in report.findings if each.rule.name == "wildcard-action"}
    assert told == {f"{HOME}/function/greet/greet-cloudformation-template.json"}
