"""Amplify's second generation: a backend that is a program, and an app of the CDK underneath."""

from __future__ import annotations

from textwrap import dedent

from lambdalint import rules
from lambdalint.cdk import read
from lambdalint.code.reader import Reader
from lambdalint.lint import lint
from lambdalint.source import Texts
from lambdalint.templates.resource import ENTRY, Deployment, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value

FILES = {
    "amplify/backend.ts": """
        import { defineBackend } from '@aws-amplify/backend';
        import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
        import { Queue } from 'aws-cdk-lib/aws-sqs';
        import { auth } from './auth/resource';
        import { data } from './data/resource';
        import { storage } from './storage/resource';
        import { say, nightly } from './functions/resource';
        import { unused } from './functions/unused';
        const backend = defineBackend({ auth, data, storage, say, nightly });
        backend.say.resources.lambda.addToRolePolicy(
          new PolicyStatement({ actions: ['ses:SendEmail'], resources: ['*'] }));
        backend.say.addEnvironment('TABLE', backend.data.resources.tables['Order'].tableName);
        backend.data.resources.tables['Order'].grantReadData(backend.say.resources.lambda);
        const own = Role.fromRoleArn(backend.stack, 'Own', backend.nightly.resources.lambda.role!.roleArn);
        new Queue(backend.stack, 'Letters').grantSendMessages(own);
        backend.addOutput({ custom: { name: backend.nightly.resources.lambda.functionName } });
    """,
    "amplify/auth/resource.ts": """
        import { defineAuth, defineFunction } from '@aws-amplify/backend';
        import { nightly } from '../functions/resource';
        export const auth = defineAuth({
          loginWith: { email: true },
          triggers: { preSignUp: defineFunction({ entry: './check.ts' }) },
          access: (allow) => [allow.resource(nightly).to(['listUsers'])],
        });
    """,
    "amplify/auth/check.ts": "export const handler = async (event: any) => event;",
    "amplify/data/resource.ts": """
        import { a, defineData } from '@aws-amplify/backend';
        import { say } from '../functions/resource';
        const schema = a.schema({
          Order: a.model({ id: a.id() }).authorization((allow) => [allow.owner()]),
          say: a.query().arguments({ name: a.string() }).returns(a.string()).handler(a.handler.function(say)),
        });
        export const data = defineData({ schema });
    """,
    "amplify/storage/resource.ts": """
        import { defineFunction, defineStorage } from '@aws-amplify/backend';
        export const storage = defineStorage({
          name: 'pictures',
          triggers: { onUpload: defineFunction({ name: 'shrink', entry: './shrink.ts', timeoutSeconds: 30 }) },
        });
    """,
    "amplify/storage/shrink.ts": "export const handler = async (event: any) => event.Records.length;",
    "amplify/functions/resource.ts": """
        import { defineFunction, secret } from '@aws-amplify/backend';
        export const say = defineFunction({
          name: 'say', entry: './say/handler.ts', runtime: 20, timeoutSeconds: 12, memoryMB: 256, architecture: 'arm64',
          environment: { GREETING: 'hello', KEY: secret('KEY') },
        });
        export const nightly = defineFunction({ entry: './nightly.ts', schedule: ['every 1h', '0 3 * * ? *'] });
    """,
    "amplify/functions/say/handler.ts": "export const handler = async (event: any) => process.env.GREETING;",
    "amplify/functions/nightly.ts": "export const handler = async () => process.env.AMPLIFY_AUTH_USERPOOL_ID!.length;",
    "amplify/functions/unused.ts": """
        import { defineFunction } from '@aws-amplify/backend';
        export const unused = defineFunction({ entry: './say/handler.ts' });
    """,
}


def texts(**changed: str) -> dict[str, str]:
    return {path: dedent(text).strip() + "\n" for path, text in {**FILES, **changed}.items()}


def backend(**changed: str) -> Deployment:
    files = texts(**changed)
    sources = Texts(files)
    (found,) = read(sources, sorted(files), Reader(sources))
    return found


def of_type(found: Deployment, kind: str) -> list[Resource]:
    return [each for each in found.resources if each.type == f"AWS::{kind}"]


def function(found: Deployment, name: str) -> Resource:
    return next(each for each in of_type(found, "Lambda::Function") if each.called == name)


def known(value: Value | None) -> object:
    return value.value if isinstance(value, Known) else value


def test_what_the_backend_reaches_is_deployed() -> None:
    found = backend()
    assert (found.path, found.dialect) == ("amplify/backend.ts", "amplify")
    # What is defined and never handed to the backend is not there; names are those of entries where none is given.
    assert sorted(each.called for each in of_type(found, "Lambda::Function")) == ["check", "nightly", "say", "shrink"]


def test_a_function_has_its_settings_and_amplifys_defaults() -> None:
    found = backend()
    say, nightly = function(found, "say"), function(found, "nightly")
    assert known(say.get("Timeout")) == 12
    assert known(say.get("MemorySize")) == 256
    assert known(say.get("Runtime")) == "nodejs20.x"
    assert say.properties.key("Timeout").line == 3
    assert nightly.get("Timeout") is None
    assert known(nightly.get("MemorySize")) == 512
    # Which version it is by default, the release of Amplify decides.
    assert isinstance(nightly.get("Runtime"), Text)
    assert say.metadata is not None
    assert known(say.metadata.get(ENTRY)) == "amplify/functions/say/handler.ts"
    variables = say.get("Environment", "Variables")
    assert isinstance(variables, Mapping)
    assert known(variables.entries["GREETING"]) == "hello"
    assert isinstance(variables.entries["KEY"], Unknown)
    assert "TABLE" in variables.entries


def test_what_invokes_them_is_told_by_the_backends_parts() -> None:
    found = backend()
    (source,) = of_type(found, "AppSync::DataSource")
    asked = source.get("LambdaConfig", "LambdaFunctionArn")
    assert isinstance(asked, Reference)
    assert asked.resource == function(found, "say").name
    (pool,) = of_type(found, "Cognito::UserPool")
    trigger = pool.get("LambdaConfig", "PreSignUp")
    assert isinstance(trigger, Reference)
    assert trigger.resource == function(found, "check").name
    (told,) = of_type(found, "S3::BucketNotification")
    assert isinstance(told.get("LambdaConfigurations"), Sequence)
    due = [known(each.get("ScheduleExpression")) for each in of_type(found, "Scheduler::Schedule")]
    assert due == ["rate(1 hour)", "cron(0 3 * * ? *)"]


def test_roles_are_what_the_program_says_of_them() -> None:
    found = backend()
    (policy,) = [each for each in of_type(found, "IAM::Policy") if each.name.startswith("say/")]
    statements = policy.get("PolicyDocument", "Statement")
    assert isinstance(statements, Sequence)
    assert {each.span.line for each in statements.items} == {10, 13}
    # A role that is named by its ARN is the one that it is.
    assert [each for each in of_type(found, "IAM::Policy") if each.name.startswith("nightly/")]


def test_a_function_may_be_made_by_the_cdk() -> None:
    made = """
        import { defineFunction } from '@aws-amplify/backend';
        import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
        export const say = defineFunction((scope) => new Function(scope, 'hello', {
          runtime: Runtime.PYTHON_3_13, handler: 'app.handler', code: Code.fromAsset('amplify/functions/say'),
        }));
        export const nightly = say;
    """
    found = backend(
        **{"amplify/functions/resource.ts": made, "amplify/functions/say/app.py": "def handler(e, c): pass"}
    )
    hello = next(each for each in of_type(found, "Lambda::Function") if each.called == "hello")
    assert known(hello.get("Runtime")) == "python3.13"
    assert any(each.name.startswith("hello/") for each in of_type(found, "IAM::Policy"))


def test_what_access_adds_is_not_missed() -> None:
    files = texts()
    report = lint(Texts(files), sorted(files), [rule for rule in rules.load() if rule.default])
    told = {(each.rule.name, each.problem.span.path) for each in report.findings}
    assert ("variable-not-set", "amplify/functions/nightly.ts") not in told
    assert ("async-without-failure-destination", "amplify/functions/resource.ts") in told
    assert {path for name, path in told if name == "handler-not-found"} == set()


def test_a_backend_without_functions_is_none() -> None:
    files = {"amplify/backend.ts": "import { defineBackend } from '@aws-amplify/backend';\ndefineBackend({});\n"}
    sources = Texts(files)
    assert list(read(sources, sorted(files), Reader(sources))) == []
    other = {"amplify/backend.ts": "export const backend = 1;\n"}
    assert list(read(Texts(other), sorted(other), Reader(Texts(other)))) == []


def test_a_handler_that_is_not_waited_for_is_not_synchronous_alone() -> None:
    data = """
        import { a, defineData } from '@aws-amplify/backend';
        import { say } from '../functions/resource';
        const schema = a.schema({ say: a.query().returns(a.string()).handler(a.handler.function(say).async()) });
        export const data = defineData({ schema });
    """
    found = backend(**{"amplify/data/resource.ts": data})
    given = [each.get("Given") for each in found.resources if each.type == "CDK::Construct"]
    assert function(found, "say").name in [each.resource for each in given if isinstance(each, Reference)]
