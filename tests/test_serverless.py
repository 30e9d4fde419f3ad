"""The Serverless Framework: what a service is compiled to, what its variables stand for, and where it says so."""

from textwrap import dedent, indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdalint.code.locate import Located, NotLocated, locate
from lambdalint.lint import lint
from lambdalint.model import Project
from lambdalint.source import Texts
from lambdalint.templates import read
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.serverless.syntax import USUAL, Brackets, brackets, pieces
from lambdalint.templates.value import Code, Known, Mapping, Reference, Sequence, Text, Unknown, Value

START = "service: shop\nprovider:\n  name: aws\n  runtime: python3.13\n"


def deployments(texts: dict[str, str], **parameters: str | int) -> list[Deployment]:
    sources = Texts({path: dedent(text) for path, text in texts.items()})
    return read(sources, sorted(texts), parameters)


def deployment(text: str, others: dict[str, str] | None = None, **parameters: str | int) -> Deployment:
    (found,) = deployments({"serverless.yml": text, **(others or {})}, **parameters)
    return found


def resources(text: str, others: dict[str, str] | None = None, **parameters: str | int) -> dict[str, Resource]:
    found = deployment(text, others, **parameters).resources
    assert len({resource.name for resource in found}) == len(found)
    return {resource.name: resource for resource in found}


def function(written: str, sections: str = "", provider: str = "") -> dict[str, Resource]:
    """What a function `f` stands for."""
    shared = indent(dedent(provider), "  ")
    return resources(f"{START}{shared}\n{dedent(sections)}\nfunctions:\n  f:\n{indent(dedent(written), ' ' * 4)}")


def event(written: str, sections: str = "", provider: str = "") -> dict[str, Resource]:
    """What an event of a function `f` stands for, without what every function comes with."""
    inner = f"handler: a.b\nevents:\n{indent(dedent(written), '  ')}"
    others = ("FLambdaFunction", "FLogGroup", "FLambdaVersion", "IamRoleLambdaExecution")
    found = function(inner, sections, provider)
    return {name: resource for name, resource in found.items() if name not in others}


def value(written: str, sections: str = "", others: dict[str, str] | None = None, **parameters: str) -> Value | None:
    """What a function's `description` comes to that is written in one line."""
    text = f"{START}{dedent(sections)}\nfunctions:\n  f:\n    handler: a.b\n    description: {written}\n"
    return resources(text, others, **parameters)["FLambdaFunction"].get("Description")


def plain(found: Value | None) -> object:
    """A value without its places."""
    match found:
        case Known(value=inner):
            return inner
        case Reference(resource, attribute):
            return f"<{resource}.{attribute}>" if attribute else f"<{resource}>"
        case Text(parts):
            return [plain(part) for part in parts]
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(entries):
            return {name: plain(item) for name, item in entries.items()}
        case Unknown():
            return ...
        case Code(source):
            return source.text
        case None:
            return None


class TestClaim:
    @pytest.mark.parametrize("path", ["serverless.yml", "serverless.yaml", "api/serverless.prod.yml"])
    def test_a_service_is_told_by_its_name_and_content(self, path: str) -> None:
        (found,) = deployments({path: f"{START}functions: {{}}\n"})
        assert (found.path, found.dialect) == (path, "serverless")

    def test_a_service_may_be_json(self) -> None:
        (found,) = deployments({"serverless.json": '{"service": "a", "provider": "aws", "functions": {"f": {}}}'})
        assert found.resources[0].name == "FLambdaFunction"

    @pytest.mark.parametrize(
        "text",
        [
            "service: a\nprovider: {name: google}\nfunctions: {}\n",
            "service: a\nprovider: azure\n",
            "component: express\ninputs: {provider: aws}\n",
            "provider: aws\n",
            "provider: [aws]\nplugins: []\n",
            "services: {a: {path: b}}\nprovider: x\n",
            "- provider\n- functions\n",
            "",
        ],
    )
    def test_what_is_no_service_of_aws_is_left_alone(self, text: str) -> None:
        assert deployments({"serverless.yml": text}) == []

    def test_a_file_of_another_name_is_no_service(self) -> None:
        assert deployments({"config.yml": f"{START}functions: {{}}\n"}) == []

    def test_resources_that_a_service_puts_in_are_no_template_of_their_own(self) -> None:
        (found,) = deployments(
            {
                "serverless.yml": f"{START}resources:\n  - ${{file(stores/queues.yml)}}\n",
                "stores/queues.yml": "Resources:\n  Jobs: {Type: AWS::SQS::Queue}\n",
            }
        )
        assert [(resource.name, str(resource.span)) for resource in found.resources] == [
            ("Jobs", "stores/queues.yml:2:3")
        ]
        assert found.paths == ("serverless.yml", "stores/queues.yml")

    def test_a_template_beside_a_service_stays_one(self) -> None:
        found = deployments(
            {
                "serverless.yml": f"{START}functions: {{}}\n",
                "template.yaml": "Resources:\n  Jobs: {Type: AWS::SQS::Queue}\n",
            }
        )
        assert [each.dialect for each in found] == ["serverless", "cloudformation"]

    def test_what_cannot_be_parsed_is_unreadable_at_its_place(self) -> None:
        (found,) = deployments({"serverless.yml": f"{START}functions: {{\n"})
        assert [str(span) for span, _ in found.unreadable] == ["serverless.yml:6:1"]
        assert found.resources == ()

    def test_an_included_file_that_cannot_be_parsed_is_unreadable_and_the_rest_is_read(self) -> None:
        found = deployment(
            f"{START}functions: {{f: {{handler: a.b}}}}\nresources: ${{file(r.yml)}}\n", {"r.yml": "Resources: ["}
        )
        assert [span.path for span, _ in found.unreadable] == ["r.yml"]
        assert "FLambdaFunction" in {resource.name for resource in found.resources}

    def test_a_service_that_is_a_program_is_noted_once_and_is_no_fault(self) -> None:
        texts = {"serverless.ts": "const config = {provider: {name: 'aws'}, functions: {}}"}
        report = lint(Texts(texts), sorted(texts), [])
        assert [str(span) for span, _ in report.notes] == ["serverless.ts:1:1"]
        assert report.findings == ()

    PROGRAM = """
        import type { AWS } from "@serverless/typescript";
        const timeout = 20;
        const shared = { runtime: "nodejs22.x", memorySize: 256 } as const;
        const config: AWS = {
          service: "orders",
          frameworkVersion: '4',
          provider: { name: "aws", ...shared, stage: "${opt:stage, 'dev'}", region: undefined },
          functions: {
            take: {
              handler: "src/t\\x61ke.handler",
              timeout,
              reservedConcurrency: -1,
              events: [{ sqs: { arn: { "Fn::GetAtt": ["Jobs", "Arn"] }, batchSize: 10 } }],
            },
          },
          resources: { Resources: { Jobs: { Type: "AWS::SQS::Queue", Properties: { ["VisibilityTimeout"]: 5 } } } },
        };
        EXPORT;
        """

    @pytest.mark.parametrize(
        "how", ["export default config", "module.exports = config", "export = config satisfies AWS"]
    )
    def test_a_service_that_is_a_program_is_read_as_far_as_it_is_written_out(self, how: str) -> None:
        (found,) = deployments({"serverless.ts": self.PROGRAM.replace("EXPORT", how)})
        (take,) = (each for each in found.resources if each.type == "AWS::Lambda::Function")
        assert plain(take.get("Handler")) == "src/take.handler"
        assert [plain(take.get(name)) for name in ("Runtime", "MemorySize", "Timeout")] == ["nodejs22.x", 256, 20]
        assert "TakeEventSourceMappingSQSJobs" in {each.name for each in found.resources}
        assert str(take.get("Timeout").span).startswith("serverless.ts:3:")  # type: ignore[union-attr]
        assert found.notes == ()

    @pytest.mark.parametrize(
        ("functions", "names"),
        [
            ("{ take, give: { handler: 'give.handler' } }", {"Take", "Give"}),
            ("{ ...others, give: { handler: 'give.handler' } }", {"Give"}),
            ("{ [name]: {}, give: { handler: stage() ? 'a.b' : 'c.d' } }", {"Give"}),
            ("given()", set()),
        ],
    )
    def test_what_a_program_computes_is_unknown_and_noted(self, functions: str, names: set[str]) -> None:
        text = f"export default {{service: 'a', provider: {{name: 'aws'}}, functions: {functions}}}"
        (found,) = deployments({"serverless.ts": text})
        made = {each.name for each in found.resources if each.type == "AWS::Lambda::Function"}
        assert made == {f"{name}LambdaFunction" for name in names}
        assert [str(span) for span, _ in found.notes] == ["serverless.ts:1:1"]

    def test_objects_that_a_program_imports_from_files_beside_it_are_read(self) -> None:
        (found,) = deployments(
            {
                "shop/serverless.ts": """
                import { take as taking, gone, again } from "@functions/index";
                import others, { timeout } from "./others";
                import outside from "../outside";
                import packaged from "packaged";
                export default {
                  service: "shop",
                  provider: { name: "aws", runtime: "nodejs22.x", timeout },
                  functions: { taking, gone, again, outside, packaged, ...others },
                };
                """,
                "shop/src/functions/index.ts": """
                export { default as take } from "./take";
                export { missing as gone } from "./nowhere";
                import { again } from ".";
                export { again };
                """,
                "shop/src/functions/take/index.ts": """
                import { handlerPath } from "@libs/handler-resolver";
                export default { handler: `${handlerPath(__dirname)}/handler.main` };
                """,
                "shop/others.js": "export const timeout = 7; export default { give: { handler: 'give.main' } };",
                "shop/tsconfig.json": '{"extends": "./tsconfig.paths.json", "compilerOptions": {"lib": []}}',
                "shop/tsconfig.paths.json": '{"compilerOptions": {"paths": {"@functions/*": ["src/functions/*"]}}}',
                "outside.ts": "export default { handler: 'outside.main' };",
            }
        )
        functions = {each.name: each for each in found.resources if each.type == "AWS::Lambda::Function"}
        handlers = {name: plain(each.get("Handler")) for name, each in functions.items()}
        assert handlers["TakingLambdaFunction"] == "src/functions/take/handler.main"
        assert handlers["GiveLambdaFunction"] == "give.main"
        assert plain(functions["TakingLambdaFunction"].get("Timeout")) == 7
        assert not {"outside.main"} & set(map(str, handlers.values()))
        assert len(found.notes) == 1

    @pytest.mark.parametrize("settings", ["[", "[]", '{"compilerOptions": {"paths": {"a": 1, "b": []}}}'])
    def test_odd_settings_of_aliases_are_none(self, settings: str) -> None:
        text = "import a from 'a'; export default {service: 'a', provider: {name: 'aws'}, functions: {a}}"
        (found,) = deployments({"serverless.ts": text, "tsconfig.json": settings})
        assert found.notes

    @pytest.mark.parametrize(
        ("written", "description"),
        [
            ("process.env.NOTE", ...),
            ("env.NOTE || 'shop'", "shop"),
            ("NOTE ?? 3", 3),
            ("isLocal ? 'a' : 'b'", "b"),
            ("!isLocal ? 'a' : 'b'", "a"),
            ("process.env.STAGE !== 'local' ? 'a' : 'b'", "a"),
            ("process.env.STAGE === 'test' ? 'a' : 'b'", ...),
            ("process.env.STAGE === 'test' ? 'a' : 'a'", "a"),
        ],
    )
    def test_what_a_program_chooses_by_its_environment(self, written: str, description: object) -> None:
        text = f"""
            import {{ env }} from "process";
            const {{ NOTE }} = process.env;
            const isLocal = env.STAGE === "local";
            export default {{
              service: "a", provider: {{ name: "aws", runtime: "nodejs22.x" }},
              functions: {{ take: {{ handler: "a.b", description: {written} }} }},
            }};
            """
        (found,) = deployments({"serverless.ts": text})
        (take,) = (each for each in found.resources if each.type == "AWS::Lambda::Function")
        assert plain(take.get("Description")) == description

    @pytest.mark.parametrize(
        "events", ["RATE ? [{ schedule: RATE }] : []", "RATE ? [] : [{ schedule: 'rate(1 day)' }]"]
    )
    def test_events_that_only_some_deployments_have(self, events: str) -> None:
        text = f"""
            const RATE = process.env.RATE;
            export default {{
              service: "a", provider: {{ name: "aws", runtime: "nodejs22.x" }},
              functions: {{ take: {{ handler: "a.b", events: {events} }} }},
            }};
            """
        (found,) = deployments({"serverless.ts": text})
        made = {each.name for each in found.resources}
        assert made >= {"TakeEventsRuleSchedule1", "TakeLambdaPermissionUnknown1"}

    def test_files_that_import_each_other_many_times_end(self) -> None:
        texts = {
            f"a{at}.ts": f"import x from './a{at + 1}'; import y from './a{at + 1}'; export default {{l: x, r: y}}"
            for at in range(40)
        }
        root = "import functions from './a0'; export default {service: 'a', provider: {name: 'aws'}, functions}"
        for each in deployments({"serverless.ts": root, **texts}):
            assert each.notes

    @pytest.mark.parametrize(
        "text",
        [
            "const a = a; export default a; // provider: aws",
            "const a = {...a, provider: {name: 'aws'}, b: a.b}; export default a",
            "export default " + "{provider: " * 90 + "'aws'" + "}" * 90,
            "export default {provider: {name: 'aws'",
            "const a0 = [1];"
            + "".join(f"const a{at + 1} = {{l: a{at}, r: a{at}}};" for at in range(40))
            + "export default {service: 'a', provider: {name: 'aws'}, functions: a40}",
            "export default defineConfig({provider: {name: 'aws'}})",
        ],
    )
    def test_odd_programs_are_no_more_than_noted(self, text: str) -> None:
        for each in deployments({"serverless.ts": text}):
            assert each.unreadable == ()
            assert each.notes

    def test_a_program_of_another_cloud_is_not_noted(self) -> None:
        assert deployments({"serverless.js": "module.exports = {component: 'next'}"}) == []


class TestFunction:
    def test_its_resource_has_the_framework_s_name_and_messages_the_users(self) -> None:
        found = resources(f"{START}functions:\n  send-mail_now:\n    handler: src/mail.send\n")
        mail = found["SendDashmailUnderscorenowLambdaFunction"]
        assert (mail.type, mail.label, str(mail.span), mail.generated) == (
            "AWS::Lambda::Function",
            "send-mail_now",
            "serverless.yml:6:3",
            False,
        )
        (view,) = Project(tuple(found.values())).functions
        assert view.name == "send-mail_now"

    def test_it_inherits_from_the_provider(self) -> None:
        found = function(
            """\
            handler: a.b
            environment: {A: own, B: b}
            tags: {team: mine}
            vpc: {subnetIds: [s2]}
            """,
            provider="""\
            memorySize: 512
            timeout: 20
            architecture: arm64
            environment: {A: shared, C: c}
            kmsKeyArn: arn:key
            layers: [arn:layer]
            tags: {team: theirs, stage: dev}
            tracing: {lambda: true}
            logRetentionInDays: 14
            vpc: {securityGroupIds: [g], subnetIds: [s1]}
            """,
        )
        assert plain(found["FLambdaFunction"].properties) == {
            "FunctionName": "shop-dev-f",
            "Handler": "a.b",
            "Runtime": "python3.13",
            "Code": ".",
            "Role": "<IamRoleLambdaExecution.Arn>",
            "MemorySize": 512,
            "Timeout": 20,
            "Architectures": ["arm64"],
            "Environment": {"Variables": {"A": "own", "C": "c", "B": "b"}},
            "KmsKeyArn": "arn:key",
            "Layers": ["arn:layer"],
            "Tags": [{"Key": "team", "Value": "mine"}, {"Key": "stage", "Value": "dev"}],
            "TracingConfig": {"Mode": "Active"},
            "VpcConfig": {"SecurityGroupIds": ["g"], "SubnetIds": ["s2"]},
        }
        assert found["FLambdaFunction"].properties.key("MemorySize").line == 5
        assert plain(found["FLogGroup"].get("RetentionInDays")) == 14

    def test_the_framework_s_defaults_are_written_out_as_such(self) -> None:
        found = function("handler: a.b")["FLambdaFunction"]
        for name, default in (("Timeout", 6), ("MemorySize", 1024)):
            limit = found.get(name)
            assert isinstance(limit, Known)
            assert (limit.value, limit.default, str(limit.span)) == (default, True, "serverless.yml:8:3")

    def test_a_function_at_the_edge_has_other_defaults(self) -> None:
        found = function("handler: a.b\nevents: [{cloudFront: {eventType: viewer-request}}]")["FLambdaFunction"]
        assert (plain(found.get("Timeout")), plain(found.get("MemorySize"))) == (5, 128)

    @pytest.mark.parametrize(("version", "runtime"), [("4", "nodejs20.x"), ("'^4.1'", "nodejs20.x"), ("'3'", ...)])
    def test_the_runtime_where_nobody_names_one_depends_on_the_framework_s_version(
        self, version: str, runtime: object
    ) -> None:
        text = f"service: a\nframeworkVersion: {version}\nprovider: aws\nfunctions:\n  f: {{handler: a.b}}\n"
        assert plain(resources(text)["FLambdaFunction"].get("Runtime")) == runtime

    def test_settings_that_are_not_known_are_not_taken_for_the_default(self) -> None:
        found = function("handler: a.b\ntimeout: ${opt:limit}", provider="memorySize: ${ssm:/memory}")
        assert isinstance(found["FLambdaFunction"].get("Timeout"), Unknown)
        assert isinstance(found["FLambdaFunction"].get("MemorySize"), Unknown)

    def test_a_provider_that_is_not_known_leaves_everything_open(self) -> None:
        text = "service: a\nprovider: ${file(provider.js)}\nfunctions:\n  f: {handler: a.b}\n"
        found = resources(text)["FLambdaFunction"]
        assert all(isinstance(found.get(name), Unknown) for name in ("Timeout", "Runtime", "MemorySize", "VpcConfig"))
        assert isinstance(found.get("Environment", "Variables", "A"), Unknown)

    def test_a_function_that_is_not_known_is_still_one(self) -> None:
        found = resources(f"{START}functions:\n  f: ${{file(f.js)}}\n")["FLambdaFunction"]
        assert isinstance(found.get("Handler"), Unknown)
        assert isinstance(found.get("Code"), Unknown)

    @pytest.mark.parametrize("off", ["null", "false"])
    def test_a_function_may_leave_the_provider_s_network(self, off: str) -> None:
        found = function(f"handler: a.b\nvpc: {off}", provider="vpc: {securityGroupIds: [g], subnetIds: [s]}")
        assert found["FLambdaFunction"].get("VpcConfig") is None

    @pytest.mark.parametrize(
        ("written", "properties"),
        [
            ("onError: arn:topic", {"DeadLetterConfig": {"TargetArn": "arn:topic"}}),
            ("ephemeralStorageSize: 2048", {"EphemeralStorage": {"Size": 2048}}),
            ("reservedConcurrency: 0", {"ReservedConcurrentExecutions": 0}),
            ("snapStart: true", {"SnapStart": {"ApplyOn": "PublishedVersions"}}),
            ("snapStart: false", {"SnapStart": None}),
            ("tracing: PassThrough", {"TracingConfig": {"Mode": "PassThrough"}}),
            ("tracing: false", {"TracingConfig": None}),
            ("logs: {logFormat: JSON}", {"LoggingConfig": {"LogFormat": "JSON"}}),
            (
                "fileSystemConfig: {arn: a, localMountPath: /mnt/a}",
                {"FileSystemConfigs": [{"Arn": "a", "LocalMountPath": "/mnt/a"}]},
            ),
            ("name: my-f", {"FunctionName": "my-f"}),
            ("name: f-${aws:accountId}", {"FunctionName": ["f-", ...]}),
            ("package: {artifact: dist/f.zip}", {"Code": "dist/f.zip"}),
            ("module: worker", {"Code": "worker"}),
        ],
    )
    def test_settings_become_cloudformation_s(self, written: str, properties: dict[str, object]) -> None:
        found = function(f"handler: a.b\n{written}")["FLambdaFunction"]
        assert {name: plain(found.get(name)) for name in properties} == properties

    def test_a_handler_that_a_plugin_packs_is_not_looked_for(self) -> None:
        assert isinstance(function("handler: wsgi_handler.handler")["FLambdaFunction"].get("Code"), Unknown)

    def test_a_handler_that_a_plugin_packs_serves_an_application(self) -> None:
        text = f"{START}custom: {{wsgi: {{app: api.app}}}}\nfunctions:\n  f:\n    handler: wsgi_handler.handler\n"
        found = resources(text)["FLambdaFunction"]
        assert plain(found.get("Code")) == "."
        assert plain(found.get("Handler")) == "wsgi_handler.handler"
        assert found.metadata is not None
        assert plain(found.metadata) == {"Application": "api.app"}

    def test_an_image_of_the_registry(self) -> None:
        found = function("image: 123.dkr.ecr/app:1\ntimeout: 5")["FLambdaFunction"]
        assert plain(found.get("Code")) == {"ImageUri": "123.dkr.ecr/app:1"}
        assert (plain(found.get("PackageType")), found.get("Runtime")) == ("Image", None)

    def test_an_image_that_is_built_says_where(self) -> None:
        found = function("image: {name: app, command: [app.run]}", provider="ecr: {images: {app: {path: ./docker}}}")
        resource = found["FLambdaFunction"]
        assert plain(resource.metadata) == {"DockerContext": "./docker"}
        assert plain(resource.get("ImageConfig")) == {"Command": ["app.run"]}

    @pytest.mark.parametrize(
        "functions",
        [
            "functions:\n  - f: {handler: a.b}\n  - g: {handler: a.c}\n",
            "functions:\n  - ${file(more.yml)}\n  - g: {handler: a.c}\n",
            "functions: ${file(all.yml):functions}\n",
            "functions:\n  f: ${file(more.yml):f}\n  g: {handler: a.c}\n",
        ],
    )
    def test_functions_are_a_mapping_a_list_or_files(self, functions: str) -> None:
        others = {"more.yml": "f: {handler: a.b}\n", "all.yml": "functions: {f: {handler: a.b}, g: {handler: a.c}}\n"}
        found = resources(START + functions, others)
        handlers = {name: plain(found[f"{name}LambdaFunction"].get("Handler")) for name in "FG"}
        assert handlers == {"F": "a.b", "G": "a.c"}

    def test_code_is_beside_the_service_also_where_a_function_is_declared_elsewhere(self) -> None:
        texts = {
            "api/serverless.yml": f"{START}functions: ${{file(config/functions.yml)}}\n",
            "api/config/functions.yml": "f: {handler: src/app.run}\n",
            "api/src/app.py": "def run(event, context): pass\n",
        }
        (found,) = deployments(texts)
        by_name = {resource.name: resource for resource in found.resources}
        located = locate(by_name["FLambdaFunction"], Texts(texts), by_name)
        assert isinstance(located, Located)
        assert located.source.path == "api/src/app.py"

    def test_a_handler_that_does_not_exist_is_missed(self) -> None:
        texts = {"serverless.yml": f"{START}functions: {{f: {{handler: ap.run}}}}\n", "app.py": "def run(a, b): pass\n"}
        (found,) = deployments(texts)
        by_name = {resource.name: resource for resource in found.resources}
        missed = locate(by_name["FLambdaFunction"], Texts(texts), by_name)
        assert isinstance(missed, NotLocated)
        assert missed.certain

    def test_a_function_whose_condition_never_holds_is_not_deployed(self) -> None:
        sections = "resources: {Conditions: {Never: !Equals [a, b], Open: !Equals [!Ref 'AWS::Region', b]}}\n"
        text = f"{START}{sections}functions:\n  f: {{handler: a.b, condition: Never}}\n  g: {{handler: a.b, condition: Open}}\n"
        assert {name for name in resources(text) if name.endswith("Function")} == {"GLambdaFunction"}


class TestBesideTheFunction:
    def test_asynchronous_invocation(self) -> None:
        found = function(
            """\
            handler: a.b
            maximumRetryAttempts: 1
            maximumEventAge: 60
            destinations: {onFailure: g, onSuccess: {type: sqs, arn: !GetAtt Jobs.Arn}}
            """,
            "resources: {Resources: {Jobs: {Type: AWS::SQS::Queue}}}",
        )["FLambdaEvConf"]
        assert plain(found.properties) == {
            "FunctionName": "<FLambdaFunction>",
            "Qualifier": "$LATEST",
            "MaximumRetryAttempts": 1,
            "MaximumEventAgeInSeconds": 60,
            "DestinationConfig": {"OnSuccess": {"Destination": "<Jobs.Arn>"}, "OnFailure": {"Destination": "g"}},
        }
        assert found.span.line == 12

    def test_a_destination_may_be_a_function_of_the_service(self) -> None:
        found = function("handler: a.b\ndestinations: {onFailure: f}")["FLambdaEvConf"]
        assert plain(found.get("DestinationConfig", "OnFailure", "Destination")) == "<FLambdaFunction.Arn>"

    @pytest.mark.parametrize(
        ("written", "auth"),
        [("true", "NONE"), ("{cors: true}", "NONE"), ("{authorizer: aws_iam}", "AWS_IAM"), ("${opt:url}", ...)],
    )
    def test_a_url(self, written: str, auth: object) -> None:
        found = function(f"handler: a.b\nurl: {written}")
        assert plain(found["FLambdaFunctionUrl"].get("AuthType")) == auth
        assert ("FLambdaPermissionFnUrl" in found) == (auth == "NONE")

    def test_no_url(self) -> None:
        assert "FLambdaFunctionUrl" not in function("handler: a.b\nurl: false")

    def test_events_invoke_the_alias_of_provisioned_concurrency(self) -> None:
        found = function("handler: a.b\nprovisionedConcurrency: 2\nevents: [{sqs: 'arn:aws:sqs:a:1:jobs'}]")
        assert plain(found["FProvConcLambdaAlias"].properties) == {
            "FunctionName": "<FLambdaFunction>",
            "FunctionVersion": "<FLambdaVersion.Version>",
            "Name": "provisioned",
            "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 2},
        }
        assert plain(found["FEventSourceMappingSQSJobs"].get("FunctionName")) == "<FProvConcLambdaAlias>"
        project = Project(tuple(found.values()))
        (view,) = project.functions
        assert [project.function_named(source.invoked) for source in view.event_sources] == [view]

    def test_without_versions_nothing_is_published(self) -> None:
        assert "FLambdaVersion" not in function("handler: a.b", provider="versionFunctions: false")

    def test_a_log_group_of_one_s_own_is_not_made(self) -> None:
        assert "FLogGroup" not in function("handler: a.b\nlogs: {logGroup: mine}")
        assert "FLogGroup" not in function("handler: a.b\ndisableLogs: true")

    def test_layers(self) -> None:
        found = function(
            "handler: a.b\nlayers: [!Ref CommonDashlibLambdaLayer]",
            "layers: {common-lib: {path: layers/common, name: c}}",
        )
        assert plain(found["CommonDashlibLambdaLayer"].properties) == {"LayerName": "c", "Content": "layers/common"}
        assert plain(found["FLambdaFunction"].get("Layers")) == ["<CommonDashlibLambdaLayer>"]


class TestPolled:
    def test_a_queue_in_short_form_has_the_framework_s_defaults(self) -> None:
        found = event("- sqs: arn:aws:sqs:eu-west-1:1:my-jobs")["FEventSourceMappingSQSMyjobs"]
        assert plain(found.properties) == {
            "EventSourceArn": "arn:aws:sqs:eu-west-1:1:my-jobs",
            "BatchSize": 10,
            "FunctionName": "<FLambdaFunction.Arn>",
            "SourceType": "SQS",
        }
        size = found.get("BatchSize")
        assert isinstance(size, Known)
        assert size.default
        assert str(found.span) == "serverless.yml:11:9"

    def test_a_queue_in_long_form(self) -> None:
        found = event(
            """\
            - sqs:
                arn: !GetAtt Jobs.Arn
                batchSize: 50
                maximumBatchingWindow: 5
                functionResponseType: ReportBatchItemFailures
                maximumConcurrency: 4
                filterPatterns: [{a: [1]}]
                enabled: false
            """,
            "resources: {Resources: {Jobs: {Type: AWS::SQS::Queue}}}",
        )["FEventSourceMappingSQSJobs"]
        assert plain(found.properties) == {
            "EventSourceArn": "<Jobs.Arn>",
            "BatchSize": 50,
            "FunctionName": "<FLambdaFunction.Arn>",
            "SourceType": "SQS",
            "MaximumBatchingWindowInSeconds": 5,
            "Enabled": False,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "FilterCriteria": {"Filters": [{"Pattern": '{"a": [1]}'}]},
            "ScalingConfig": {"MaximumConcurrency": 4},
        }
        assert found.properties.key("BatchSize").line == 13

    def test_an_event_that_is_not_known_may_say_anything(self) -> None:
        (found,) = (r for r in event("- sqs: ${self:custom.gone}").values() if "EventSourceMapping" in r.type)
        assert isinstance(found.get("FunctionResponseTypes"), Sequence | Unknown)
        assert isinstance(found.get("BatchSize"), Unknown)

    @pytest.mark.parametrize(
        ("written", "name", "kind"),
        [
            ("{type: dynamodb, arn: !GetAtt T.StreamArn}", "FEventSourceMappingDynamodbT", "DynamoDB"),
            ("{type: kinesis, arn: !GetAtt S.Arn}", "FEventSourceMappingKinesisS", "Kinesis"),
            ("arn:aws:kinesis:a:1:stream/clicks", "FEventSourceMappingKinesisClicks", "Kinesis"),
            ("arn:aws:dynamodb:a:1:table/T/stream/2026", "FEventSourceMappingDynamodbT", "DynamoDB"),
        ],
    )
    def test_a_stream(self, written: str, name: str, kind: str) -> None:
        declared = "resources: {Resources: {T: {Type: AWS::DynamoDB::Table}, S: {Type: AWS::Kinesis::Stream}}}"
        found = event(f"- stream: {written}", declared)[name]
        assert plain(found.get("SourceType")) == kind
        assert (plain(found.get("BatchSize")), plain(found.get("StartingPosition"))) == (10, "TRIM_HORIZON")

    def test_a_stream_s_settings(self) -> None:
        found = event(
            """\
            - stream:
                arn: arn:aws:kinesis:a:1:stream/clicks
                batchWindow: 3
                startingPosition: LATEST
                maximumRetryAttempts: 2
                bisectBatchOnFunctionError: true
                maximumRecordAgeInSeconds: 60
                parallelizationFactor: 4
                destinations: {onFailure: {arn: arn:topic, type: sns}}
            """
        )["FEventSourceMappingKinesisClicks"]
        assert plain(found.get("DestinationConfig")) == {"OnFailure": {"Destination": "arn:topic"}}
        names = (
            "MaximumBatchingWindowInSeconds",
            "StartingPosition",
            "MaximumRetryAttempts",
            "MaximumRecordAgeInSeconds",
        )
        assert [plain(found.get(name)) for name in names] == [3, "LATEST", 2, 60]
        assert plain(found.get("BisectBatchOnFunctionError")) is True

    def test_a_consumer_is_made(self) -> None:
        found = event("- stream: {arn: 'arn:aws:kinesis:a:1:stream/clicks', consumer: true}")
        assert (
            plain(found["FEventSourceMappingKinesisClicks"].get("EventSourceArn")) == "<FClicksConsumerStreamConsumer>"
        )
        assert found["FClicksConsumerStreamConsumer"].generated

    @pytest.mark.parametrize(
        ("written", "kind"),
        [
            ("msk: {arn: 'arn:aws:kafka:a:1:cluster/c', topic: t, consumerGroupId: g}", "MSK"),
            (
                "kafka: {topic: t, bootstrapServers: [a:1], accessConfigurations: {saslScram512Auth: s}}",
                "SelfManagedKafka",
            ),
            ("activemq: {arn: a, basicAuthArn: b, queue: q}", "MQ"),
            ("rabbitmq: {arn: a, basicAuthArn: b, queue: q, virtualHost: v}", "MQ"),
        ],
    )
    def test_brokers(self, written: str, kind: str) -> None:
        (found,) = event(f"- {written}").values()
        assert (found.type, plain(found.get("SourceType"))) == ("AWS::Lambda::EventSourceMapping", kind)

    def test_two_events_of_one_queue_are_two_mappings(self) -> None:
        found = event("- sqs: arn:aws:sqs:a:1:jobs\n- sqs: arn:aws:sqs:b:1:jobs")
        assert len([each for each in found.values() if each.type == "AWS::Lambda::EventSourceMapping"]) == 2

    def test_functions_may_be_declared_with_an_alias_of_yaml(self) -> None:
        sections = "custom: {sqs: &jobs [{sqs: 'arn:aws:sqs:a:1:jobs'}]}"
        found = function("handler: a.b\nevents: *jobs", sections)
        assert "FEventSourceMappingSQSJobs" in found


class TestPushed:
    @pytest.mark.parametrize(
        ("written", "kind", "mode"),
        [
            ("schedule: rate(1 hour)", "AWS::Events::Rule", "asynchronous"),
            ("schedule: {rate: [rate(1 hour), rate(2 hours)], enabled: true}", "AWS::Events::Rule", "asynchronous"),
            ("schedule: {rate: rate(1 hour), method: scheduler}", "AWS::Scheduler::Schedule", "asynchronous"),
            ("eventBridge: {pattern: {source: [a]}, eventBus: b}", "AWS::Events::Rule", "asynchronous"),
            ("cloudwatchEvent: {event: {source: [aws.ec2]}}", "AWS::Events::Rule", "asynchronous"),
            ("cloudwatchLog: /aws/lambda/x", "AWS::Logs::SubscriptionFilter", "asynchronous"),
            ("sns: topic", "AWS::SNS::Subscription", "asynchronous"),
            ("sns: {arn: !Ref T, topicName: t}", "AWS::SNS::Subscription", "asynchronous"),
            ("s3: photos", "AWS::S3::BucketNotification", "asynchronous"),
            (
                "s3: {bucket: photos, event: 's3:ObjectRemoved:*', existing: true}",
                "AWS::S3::BucketNotification",
                "asynchronous",
            ),
            ("iot: {sql: SELECT * FROM a}", "AWS::IoT::TopicRule", "asynchronous"),
            ("alexaSkill: amzn1.ask.skill.x", "AWS::Lambda::Permission", "synchronous"),
            ("cognitoUserPool: {pool: users, trigger: PreSignUp}", "AWS::Cognito::UserPoolTrigger", "synchronous"),
            ("cloudFront: {eventType: viewer-request}", "AWS::CloudFront::Distribution", "synchronous"),
            ("http: GET /a", "AWS::ApiGateway::Method", "synchronous"),
            ("http: {path: a, method: post, authorizer: aws_iam}", "AWS::ApiGateway::Method", "synchronous"),
            ("httpApi: '*'", "AWS::ApiGatewayV2::Integration", "synchronous"),
            ("httpApi: {path: /a, method: get}", "AWS::ApiGatewayV2::Integration", "synchronous"),
            ("websocket: $connect", "AWS::ApiGatewayV2::Integration", "synchronous"),
            (
                "alb: {listenerArn: a, priority: 1, conditions: {path: /a}}",
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                "synchronous",
            ),
        ],
    )
    def test_an_event_stands_for_a_resource_that_invokes_the_function(self, written: str, kind: str, mode: str) -> None:
        found = function(f"handler: a.b\nevents:\n  - {written}")
        made = [resource for resource in found.values() if resource.type == kind]
        assert made
        assert all(resource.span.line == 11 for resource in made)
        (view,) = Project(tuple(found.values())).functions
        assert {invoker.mode for invoker in view.invokers} == {mode}

    def test_a_schedule_that_is_switched_off_invokes_nothing(self) -> None:
        found = function("handler: a.b\nevents:\n  - schedule: {rate: rate(1 hour), enabled: false}")
        (view,) = Project(tuple(found.values())).functions
        assert view.invokers == ()

    @pytest.mark.parametrize("written", ["tape: 1", "${file(event.js)}", "sometimes", "${self:custom.gone}"])
    def test_an_event_that_is_not_known_still_invokes_the_function(self, written: str) -> None:
        found = function(f"handler: a.b\nevents:\n  - {written}")
        (view,) = Project(tuple(found.values())).functions
        assert {invoker.mode for invoker in view.invokers} == {"unknown"}

    def test_events_that_are_not_known_still_invoke_the_function(self) -> None:
        (view,) = Project(tuple(function("handler: a.b\nevents: ${file(events.js)}").values())).functions
        assert {invoker.mode for invoker in view.invokers} == {"unknown"}

    def test_a_function_without_events_is_invoked_by_nothing_known(self) -> None:
        (view,) = Project(tuple(function("handler: a.b").values())).functions
        assert view.invokers == ()

    def test_buckets_are_notified_of(self) -> None:
        found = event(
            "- s3: {bucket: photos, event: 's3:ObjectCreated:Put', rules: [{prefix: in/}, {suffix: .jpg}]}\n- s3: photos"
        )
        assert plain(found["S3BucketPhotos"].properties) == {"BucketName": "photos"}
        assert found["S3BucketPhotos"].called == "photos"
        rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".jpg"}]
        assert plain(found["FS3Notification1"].properties) == {
            "Bucket": "<S3BucketPhotos>",
            "LambdaConfigurations": [
                {
                    "Event": "s3:ObjectCreated:Put",
                    "Function": "<FLambdaFunction.Arn>",
                    "Filter": {"S3Key": {"Rules": rules}},
                }
            ],
        }

    def test_a_rule_s_target(self) -> None:
        found = event(
            """\
            - eventBridge:
                pattern: {source: [shop]}
                retryPolicy: {maximumEventAge: 60, maximumRetryAttempts: 1}
                deadLetterQueueArn: arn:dead
            """
        )["FEventBridgeRule1"]
        assert plain(found.get("Targets")) == [
            {
                "Arn": "<FLambdaFunction.Arn>",
                "Id": "fEventBridge",
                "RetryPolicy": {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 1},
                "DeadLetterConfig": {"Arn": "arn:dead"},
            }
        ]

    @pytest.mark.parametrize(
        ("written", "kind"),
        [
            ("http: GET a", "AWS_PROXY"),
            ("http: {path: a, method: get, integration: lambda}", "AWS"),
            ("http: {path: a, method: get, async: true}", "AWS"),
            ("http: {path: a, method: get, integration: mock}", "MOCK"),
        ],
    )
    def test_how_an_api_hands_over_a_request(self, written: str, kind: str) -> None:
        found = event(f"- {written}")["ApiGatewayMethodAGet"]
        assert plain(found.get("Integration", "Type")) == kind
        assert (found.get("Integration", "Uri") is None) == (kind == "MOCK")

    def test_a_function_may_be_an_authorizer(self) -> None:
        text = f"{START}functions:\n  f:\n    handler: a.b\n    events: [{{http: {{path: a, method: get, authorizer: g}}}}]\n  g: {{handler: a.c}}\n"
        found = resources(text)
        assert plain(found["GApiGatewayAuthorizer"].get("AuthorizerUri")) == "<GLambdaFunction.Arn>"
        assert plain(found["ApiGatewayMethodAGet"].get("AuthorizationType")) == "CUSTOM"

    def test_a_route_of_an_http_api(self) -> None:
        found = event(
            "- httpApi: {path: '/a/{id}', method: '*', authorizer: {name: own}}",
            provider="httpApi: {authorizers: {own: {type: request, functionName: f}}}",
        )
        assert plain(found["FHttpApiRoute1"].get("RouteKey")) == "ANY /a/{id}"
        assert plain(found["FHttpApiRoute1"].get("AuthorizationType")) == "CUSTOM"
        assert plain(found["HttpApiAuthorizerOwn"].get("AuthorizerUri")) == "<FLambdaFunction.Arn>"

    def test_an_event_whose_properties_are_not_indented_still_invokes_the_function(self) -> None:
        found = function("handler: a.b\nevents:\n  - http:\n    path: a\n    method: get")
        (view,) = Project(tuple(found.values())).functions
        assert {invoker.mode for invoker in view.invokers} == {"unknown"}


class TestRole:
    def statements(self, found: dict[str, Resource], name: str = "IamRoleLambdaExecution") -> list[object]:
        """What the user wrote in a role."""
        project = Project(tuple(found.values()))
        (role,) = (role for role in project.roles if role.resource.name == name)
        return [plain(statement.value.get("Action")) for statement in role.documents if not statement.generated]

    @pytest.mark.parametrize(
        "provider",
        [
            "iam: {role: {statements: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}}",
            "iamRoleStatements: [{Effect: Allow, Action: 's3:*', Resource: '*'}]",
            "iam: {role: {statements: '${file(iam.yml):all}'}}",
            "iam: {role: {statements: ['${file(iam.yml):all}']}}",
        ],
    )
    def test_functions_share_a_role_with_the_provider_s_statements(self, provider: str) -> None:
        others = {"iam.yml": "all: [{Effect: Allow, Action: 's3:*', Resource: '*'}]"}
        found = resources(f"{START}  {provider}\nfunctions: {{f: {{handler: a.b}}, g: {{handler: a.b}}}}\n", others)
        assert self.statements(found) == ["s3:*"]
        assert {plain(found[f"{name}LambdaFunction"].get("Role")) for name in "FG"} == {"<IamRoleLambdaExecution.Arn>"}

    def test_what_the_framework_allows_is_generated(self) -> None:
        found = function("handler: a.b\ntracing: true\nevents: [{sqs: 'arn:aws:sqs:a:1:jobs'}]")
        assert self.statements(found) == []
        (role,) = Project(tuple(found.values())).roles
        allowed = {str(action.value) for statement in role.documents for action in statement.actions}
        assert {"logs:PutLogEvents", "sqs:DeleteMessage", "xray:PutTraceSegments"} <= allowed

    def test_managed_policies(self) -> None:
        found = function(
            "handler: a.b",
            provider="iam: {role: {managedPolicies: [arn:mine]}}\nvpc: {subnetIds: [a], securityGroupIds: [b]}",
        )
        arns = plain(found["IamRoleLambdaExecution"].get("ManagedPolicyArns"))
        assert arns == ["arn:mine", "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"]

    def test_statements_that_are_not_known_leave_the_role_open(self) -> None:
        policies = function("handler: a.b", provider="iam: {role: {statements: '${file(iam.js)}'}}")[
            "IamRoleLambdaExecution"
        ].get("Policies")
        assert isinstance(policies, Sequence)
        assert policies.open

    @pytest.mark.parametrize(
        ("written", "provider", "role"),
        [
            ("role: arn:aws:iam::1:role/r", "", "arn:aws:iam::1:role/r"),
            ("role: MyRole", "", "<MyRole.Arn>"),
            ("role: !GetAtt MyRole.Arn", "", "<MyRole.Arn>"),
            ("", "iam: {role: arn:aws:iam::1:role/r}", "arn:aws:iam::1:role/r"),
            ("", "iam: {role: !GetAtt MyRole.Arn}", "<MyRole.Arn>"),
            ("", "role: MyRole", "<MyRole.Arn>"),
            ("role: ${ssm:/role}", "", ...),
            ("", "iam: {role: '${ssm:/role}'}", ...),
        ],
    )
    def test_a_role_of_one_s_own(self, written: str, provider: str, role: object) -> None:
        declared = "resources: {Resources: {MyRole: {Type: AWS::IAM::Role}}}"
        found = function(f"handler: a.b\n{written}", declared, provider)
        assert plain(found["FLambdaFunction"].get("Role")) == role
        assert "IamRoleLambdaExecution" not in found

    @pytest.mark.parametrize(
        ("written", "inherited"),
        [
            ("iamRoleStatements: [{Effect: Allow, Action: a:b, Resource: x}]", False),
            ("iamRoleStatements: [{Effect: Allow, Action: a:b, Resource: x}]\niamRoleStatementsInherit: true", True),
            ("iam: {role: {statements: [{Effect: Allow, Action: a:b, Resource: x}]}}", False),
            ("iam: {inheritStatements: true, role: {statements: [{Effect: Allow, Action: a:b, Resource: x}]}}", True),
        ],
    )
    def test_a_role_for_one_function(self, written: str, inherited: bool) -> None:
        provider = "iam: {role: {statements: [{Effect: Allow, Action: c:d, Resource: x}]}}"
        found = function(f"handler: a.b\n{written}", provider=provider)
        assert plain(found["FLambdaFunction"].get("Role")) == "<FIamRoleLambdaExecution.Arn>"
        assert self.statements(found, "FIamRoleLambdaExecution") == (["a:b", "c:d"] if inherited else ["a:b"])


class TestResources:
    @pytest.mark.parametrize(
        "written",
        [
            "resources: {Resources: {Jobs: {Type: AWS::SQS::Queue}}}",
            "resources: [{Resources: {Jobs: {Type: AWS::SQS::Queue}}}, {Outputs: {A: {Value: b}}}]",
            "resources: ${file(r.yml)}",
            "resources: ['${file(r.yml)}']",
            "resources: {Resources: '${file(r.yml):Resources}'}",
            "resources: {Resources: {Jobs: '${file(r.yml):Resources.Jobs}'}}",
        ],
    )
    def test_resources_are_a_mapping_a_list_or_files(self, written: str) -> None:
        others = {"r.yml": "Resources: {Jobs: {Type: AWS::SQS::Queue}}"} if "r.yml" in written else {}
        found = resources(f"{START}{written}\n", others)
        assert {name: resource.type for name, resource in found.items()} == {"Jobs": "AWS::SQS::Queue"}

    def test_they_refer_to_what_the_framework_makes_and_the_other_way_round(self) -> None:
        found = function(
            "handler: a.b\nenvironment: {QUEUE: !Ref Jobs}",
            """\
            resources:
              Resources:
                Jobs: {Type: AWS::SQS::Queue}
                Alarm: {Type: 'AWS::CloudWatch::Alarm', Properties: {A: !GetAtt FLambdaFunction.Arn, B: !Ref ApiGatewayRestApi}}
            """,
        )
        assert plain(found["FLambdaFunction"].get("Environment", "Variables", "QUEUE")) == "<Jobs>"
        assert plain(found["Alarm"].properties) == {"A": "<FLambdaFunction.Arn>", "B": ...}

    def test_parameters_and_conditions_are_cloudformation_s(self) -> None:
        found = resources(
            f"{START}resources:\n  Parameters: {{Hidden: {{Type: Number, Default: 30}}}}\n"
            "  Resources: {Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: !Ref Hidden}}}\n"
        )["Jobs"].get("VisibilityTimeout")
        assert isinstance(found, Known)
        assert (found.value, found.origin) == (30, "by default of parameter Hidden")

    def test_extensions_change_what_the_framework_makes(self) -> None:
        found = function(
            "handler: a.b",
            "resources: {extensions: {FLogGroup: {Properties: {RetentionInDays: 3}}, Gone: {Properties: {A: 1}}}}",
        )
        assert plain(found["FLogGroup"].get("RetentionInDays")) == 3
        assert "Gone" not in found

    def test_resources_of_the_same_name_do_too(self) -> None:
        found = function(
            "handler: a.b\nevents: [{sqs: 'arn:aws:sqs:a:1:jobs'}]",
            "resources: {Resources: {FEventSourceMappingSQSJobs: {Properties: {ScalingConfig: {MaximumConcurrency: 2}}}}}",
        )["FEventSourceMappingSQSJobs"]
        assert (plain(found.get("ScalingConfig")), plain(found.get("BatchSize"))) == ({"MaximumConcurrency": 2}, 10)

    def test_changes_to_what_a_plugin_makes_are_no_fault(self) -> None:
        found = deployment(f"{START}resources: {{Resources: {{Made: {{Properties: {{A: 1}}}}}}}}\n")
        assert (found.unreadable, found.resources) == ((), ())

    def test_inline_code_of_an_included_file_has_its_places_there(self) -> None:
        text = f"{START}resources: ${{file(r.yml)}}\n"
        inner = """\
            Resources:
              F:
                Type: AWS::Lambda::Function
                Properties:
                  Code:
                    ZipFile: |
                      import os
                      x = 1
            """
        code = resources(text, {"r.yml": inner})["F"].get("Code", "ZipFile")
        assert isinstance(code, Code)
        assert code.source.text == "import os\nx = 1\n"
        assert str(code.source.span((2, 1), (2, 2))) == "r.yml:8:11"

    def test_resources_that_are_not_known_are_left_out(self) -> None:
        assert resources(f"{START}resources: ['${{file(r.js)}}']\n") == {}


class TestVariables:
    @pytest.mark.parametrize(
        ("written", "found", "origin"),
        [
            ("${self:custom.a}", "x", "in custom.a"),
            ("a-${self:custom.a}-b", "a-x-b", "in custom.a"),
            ("${self:custom.deep.b}", "y", "in custom.deep.b"),
            ("${self:custom.list.1}", "two", "in custom.list.1"),
            ("${self:custom.chain}", "x", "in custom.a"),
            ("${self:custom.${self:custom.name}}", "x", "in custom.a"),
            ("${self:service}", "shop", "in service"),
            ("${self:service.name}", "shop", "in service.name"),
            ("${self:custom.gone, 'd'}", "d", ""),
            ("${self:custom.gone, self:custom.a}", "x", "in custom.a"),
            ("${opt:stage, 'dev'}", "dev", "by default of ${opt:stage}"),
            ("${opt:limit, 30}", 30, "by default of ${opt:limit}"),
            ("${opt:stage, self:custom.a}", "x", "by default of ${opt:stage}"),
            ("${opt:a, opt:b, 'c'}", "c", "by default of ${opt:a}"),
            ("${opt:a, ${opt:b, 'c'}}", "c", "by default of ${opt:b}"),
            ('${env:STAGE, "it\'s"}', "it's", "by default of ${env:STAGE}"),
            ("${sls:stage}", "dev", "by default of ${opt:stage}"),
            ("${self:provider.stage}", "dev", "by default of ${opt:stage}"),
            ("${self:custom.${opt:stage, 'dev'}.limit}", 10, "by default of ${opt:stage}"),
            ("${param:size}", "small", "by default of ${param:size}"),
            ("${file(v.yml):a.b}", 1, "in v.yml"),
            ("${file(v.json):a}", "j", "in v.json"),
            ("${file(./v-${opt:stage, 'dev'}.yml):a}", "of dev", "by default of ${opt:stage}"),
            ("${file(v.txt)}", "text", "in v.txt"),
            ("${file(gone.yml):a, 'd'}", "d", "by default of ${file(gone.yml):a}"),
            ("${strToBool(${self:custom.yes})}", True, ""),
        ],
    )
    def test_what_they_stand_for(self, written: str, found: object, origin: str) -> None:
        sections = """\
            params: {default: {size: small}}
            custom:
              a: x
              name: a
              deep: {b: y}
              list: [one, two]
              chain: ${self:custom.a}
              dev: {limit: 10}
              yes: 'true'
            """
        others = {
            "v.yml": "a: {b: 1}\n",
            "v.json": '{"a": "j"}',
            "v-dev.yml": "a: of dev\n",
            "v.txt": "text",
        }
        got = value(written, sections, others)
        assert isinstance(got, Known)
        assert (got.value, got.origin) == (found, origin)
        assert str(got.span).startswith("serverless.yml:")

    @pytest.mark.parametrize(
        "written",
        [
            "${opt:stage}",
            "${env:HOME}",
            "${self:custom.gone}",
            "${self:custom.${opt:stage}.limit}",
            "${ssm:/a/b}",
            "${ssm:/a/b, 'c'}",
            "${cf:stack.output}",
            "${s3:bucket/key}",
            "${aws:accountId}",
            "${git:sha}",
            "${param:gone}",
            "${file(v.js):a}",
            "${file(gone.yml)}",
            "${file(/etc/passwd)}",
            "${file(~/secrets.yml)}",
            "${file(../../../../etc/passwd)}",
            "${opt:stage, unquoted}",
            "${construct:gone.queueUrl}",
            "${self:custom.loop}",
            "${file(loop.yml):a}",
            "${file(serverless.yml):functions.f.description}",
        ],
    )
    def test_what_only_a_deployment_knows_is_unknown(self, written: str) -> None:
        others = {"loop.yml": "a: ${file(loop.yml):b}\nb: ${file(loop.yml):a}\n"}
        sections = "custom: {loop: '${self:custom.other}', other: '${self:custom.loop}'}"
        assert isinstance(value(written, sections, others), Unknown)

    @pytest.mark.parametrize(
        "written",
        [
            "${opt:stage, 'local'}",
            "${env:TABLE, 'dummy'}",
            "${env:TOPIC, 'arn:aws:sns:us-east-1:123456789012:orders'}",
            "${self:custom.${opt:stage, 'dev'}.table}",
            "${self:custom.${sls:stage}.url}",
            "${param:table}",
        ],
    )
    def test_what_stands_in_until_a_deployment_says_more_is_unknown(self, written: str) -> None:
        sections = """\
            params: {default: {table: placeholder}, prod: {table: orders}}
            custom:
              dev: {table: local-orders, url: "http://localhost:8000"}
              prod: {table: orders, url: "https://orders.example.com"}
            """
        assert isinstance(value(written, sections), Unknown)
        assert not isinstance(value(written, sections, stage="prod", TABLE="orders", TOPIC="orders"), Unknown)

    def test_of_what_is_chosen_by_default_only_what_stands_in_is_unknown(self) -> None:
        sections = "custom: {dev: {table: dummy, size: 3, more: [localhost, orders]}}"
        found = value("${self:custom.${opt:stage, 'dev'}}", sections)
        assert plain(found) == {"table": ..., "size": 3, "more": [..., "orders"]}
        assert plain(value("${self:custom.dev}", sections)) == {
            "table": "dummy",
            "size": 3,
            "more": ["localhost", "orders"],
        }

    def test_a_stage_that_is_for_local_use_is_not_deployed(self) -> None:
        sections = "custom: {local: {size: 3}}\nparams: {local: {size: 3}}"
        text = START.replace("runtime:", "stage: local\n  runtime:") + sections
        for written in ("${sls:stage}", "${self:custom.${self:provider.stage}.size}", "${param:size}"):
            found = resources(f"{text}\nfunctions:\n  f: {{handler: a.b, description: '{written}'}}\n")
            assert isinstance(found["FLambdaFunction"].get("Description"), Unknown)

    def test_null_is_no_value(self) -> None:
        assert value("${self:custom.nothing}", "custom: {nothing: null}") is None
        assert value("${self:custom.gone, null}") is None

    @pytest.mark.parametrize(
        "written", ["'${AWS::Region}'", "'${Jobs}'", "'${Jobs.Arn}'", "'${}'", "'${self:'", "'$ {a:b}'"]
    )
    def test_what_is_no_variable_stays_what_it_is(self, written: str) -> None:
        assert plain(value(written)) == written.strip("'")

    def test_a_text_that_is_known_in_part(self) -> None:
        assert plain(value("a-${opt:stage}-b")) == ["a-", ..., "-b"]

    def test_cloudformation_s_functions_take_over_where_variables_end(self) -> None:
        declared = "resources: {Resources: {Jobs: {Type: AWS::SQS::Queue}}}\ncustom: {q: Jobs}"
        assert plain(value("!GetAtt ['${self:custom.q}', Arn]", declared)) == "<Jobs.Arn>"
        assert plain(value("!Sub '${Jobs.Arn}/${self:custom.q}'", declared)) == ["<Jobs.Arn>", "/Jobs"]
        assert plain(value("!Sub 'arn:aws:sqs:${AWS::Region}:${opt:q}'", declared)) == ["arn:aws:sqs:", ..., ":", ...]

    def test_what_is_configured_takes_the_place_of_options_and_parameters(self) -> None:
        found = value("${opt:stage, 'dev'}-${param:size}-${sls:stage}", stage="prod", size="big")
        assert plain(found) == "prod-big-prod"

    def test_the_values_of_another_file_keep_their_places(self) -> None:
        text = f"{START}functions:\n  f: ${{file(f.yml):f}}\n"
        found = resources(text, {"f.yml": "f:\n  handler: a.b\n  timeout: 7\n"})["FLambdaFunction"]
        assert str(found.properties.key("Timeout")) == "f.yml:3:3"
        assert str(found.span) == "serverless.yml:6:3"

    def test_what_stands_for_billions_is_bounded(self) -> None:
        steps = "\n".join(f"  a{n}: ['${{self:custom.a{n + 1}}}', '${{self:custom.a{n + 1}}}']" for n in range(60))
        found = deployment(
            f"{START}custom:\n{steps}\n  a60: x\nfunctions:\n  f: {{handler: a.b, tags: {{a: '${{self:custom.a0}}'}}}}\n"
        )
        assert found.resources

    def test_what_leads_on_and_on_is_bounded(self) -> None:
        steps = "\n".join(f"  a{n}: ${{self:custom.a{n + 1}}}" for n in range(500))
        found = value("${self:custom.a0}", f"custom:\n{steps}\n  a500: x\n")
        assert isinstance(found, Unknown)

    def test_what_is_nested_on_and_on_is_bounded(self) -> None:
        deep = "[" * 100 + "'${self:custom.b}'" + "]" * 100
        steps = "\n".join(
            f"  {name}: {deep.replace('.b}', f'.{after}}}')}" for name, after in zip("abcdefg", "bcdefgh", strict=True)
        )
        text = (
            f"{START}custom:\n{steps}\n  h: x\nfunctions:\n  f: {{handler: a.b, tags: {{a: '${{self:custom.a}}'}}}}\n"
        )
        (found,) = deployments({"serverless.yml": text})
        assert found.path == "serverless.yml"

    @given(st.text("${}()':,\"selfopt. \n", max_size=60))
    def test_no_text_makes_the_syntax_raise_or_lose_a_character(self, text: str) -> None:
        row = pieces(text)
        assert "".join(piece if isinstance(piece, str) else piece.written for piece in row) == text

    @pytest.mark.parametrize(
        ("syntax", "found"),
        [
            (r"\${{([ ~:a-zA-Z0-9._,\-\/\(\)]+?)}}", Brackets("${{", "}}")),
            (r"\$\[([^\[\]]+?)\]", Brackets("$[", "]")),
            (r"\${((?!AWS)[ ~:a-zA-Z0-9._@'\",\-\/\(\)]+?)}", USUAL),
            ("", USUAL),
            ("no group", USUAL),
        ],
    )
    def test_a_service_may_have_a_syntax_of_its_own(self, syntax: str, found: Brackets) -> None:
        assert brackets(syntax) == found

    def test_files_of_a_service_with_its_own_syntax_are_read_and_the_rest_is_cloudformation_s(self) -> None:
        text = """
            service: shop
            provider:
              name: aws
              runtime: python3.13
              variableSyntax: "\\\\${{([ ~:a-zA-Z0-9._,\\\\-\\\\/\\\\(\\\\)]+?)}}"
              role:
                Fn::GetAtt: [Shared, Arn]
            custom: {most: 7}
            functions:
              f: {handler: a.b, timeout: "${{opt:most, self:custom.most}}", description: {"Fn::Sub": "${Named} ${self:x}"}}
            resources:
              - ${{file(roles.yml)}}
        """
        found = resources(
            text, {"roles.yml": "Resources:\n  Shared: {Type: AWS::IAM::Role, Properties: {RoleName: a}}\n"}
        )
        assert plain(found["Shared"].get("RoleName")) == "a"
        assert plain(found["FLambdaFunction"].get("Timeout")) == 7

    def test_variables_that_never_end_are_read_in_time(self) -> None:
        assert len(pieces("${self:" * 20_000 + "}")) == 2


class TestPlugins:
    LIFT = "constructs:\n  jobs:\n    type: queue\n    worker: {handler: a.b, timeout: 10}\n"

    def test_a_queue_of_lift_and_its_worker(self) -> None:
        found = resources(START + self.LIFT)
        assert plain(found["jobsQueue"].get("VisibilityTimeout")) == 60
        assert plain(found["jobsQueue"].get("RedrivePolicy")) == {
            "deadLetterTargetArn": "<jobsDlq.Arn>",
            "maxReceiveCount": 3,
        }
        assert found["jobsQueue"].generated
        worker = found["JobsWorkerLambdaFunction"]
        assert (worker.label, str(worker.span), plain(worker.get("Timeout"))) == (
            "jobsWorker",
            "serverless.yml:8:5",
            10,
        )
        (source,) = Project(tuple(found.values())).event_sources
        assert source.queue is not None
        assert (source.queue.name, source.reports_batch_item_failures) == ("jobs", True)

    def test_its_variables(self) -> None:
        text = (
            f"{START}{self.LIFT}functions:\n  f: {{handler: a.b, environment: {{Q: '${{construct:jobs.queueUrl}}'}}}}\n"
        )
        assert plain(resources(text)["FLambdaFunction"].get("Environment", "Variables", "Q")) == "<jobsQueue>"

    def test_a_visibility_timeout_that_depends_on_the_plugin_s_version_is_unknown(self) -> None:
        text = f"{START}  timeout: 20\nconstructs: {{jobs: {{type: queue, worker: {{handler: a.b}}}}}}\n"
        assert isinstance(resources(text)["jobsQueue"].get("VisibilityTimeout"), Unknown)

    def test_other_constructs_are_left_alone(self) -> None:
        assert resources(f"{START}constructs: {{site: {{type: static-website, path: a}}}}\n") == {}

    def test_a_state_machine_invokes_functions_by_their_keys(self) -> None:
        found = function(
            "handler: a.b",
            "stepFunctions: {stateMachines: {flow: {definition: {States: {A: {Type: Task, Resource: !GetAtt f.Arn}}}}}}",
        )
        (view,) = Project(tuple(found.values())).functions
        assert {invoker.service for invoker in view.invokers} == {"Step Functions"}


_KEYS = st.sampled_from(
    ["handler", "events", "sqs", "arn", "http", "httpApi", "s3", "stream", "Ref", "Fn::GetAtt", "Fn::Sub", "role", "iam",
     "statements", "vpc", "environment", "Resources", "Type", "Properties", "extensions", "image", "layers", "url",
     "destinations", "onFailure", "snapStart", "schedule", "rate", "sns", "authorizer", "type", "worker", "timeout"]
)  # fmt: skip
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from(["", "aws", "a.b", "${self:functions}", "${self:custom.a, 1}", "${opt:x, 'y'}", "${file(serverless.json)}",
                     "arn:aws:sqs:a:1:b", "AWS::SQS::Queue", "queue", "f", "GET /a", "scheduler", "Role"]),
)  # fmt: skip
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=25,
)


class TestRobustness:
    @given(
        st.fixed_dictionaries(
            {"service": _LEAVES, "functions": st.one_of(_TREES, st.dictionaries(st.sampled_from("fg"), _TREES))},
            optional=dict.fromkeys(
                ("provider", "resources", "custom", "constructs", "layers", "package", "plugins", "stepFunctions"),
                _TREES,
            ),
        )
    )
    def test_no_service_makes_the_reader_raise(self, tree: dict[str, object]) -> None:
        import json

        for provider in (
            tree.get("provider"),
            {"name": "aws", **tree["provider"]} if isinstance(tree.get("provider"), dict) else "aws",
        ):
            text = json.dumps({**tree, "provider": provider})
            for found in read(Texts({"serverless.json": text}), ["serverless.json"], {}):
                names = [resource.name for resource in found.resources]
                assert len(set(names)) == len(names)
                assert all(view.name for view in Project(found.resources).functions)

    @given(st.text(max_size=200))
    def test_no_text_makes_the_reader_raise(self, text: str) -> None:
        for found in read(Texts({"serverless.yml": f"{START}functions:\n  f: {text}"}), ["serverless.yml"], {}):
            assert found.path == "serverless.yml"
