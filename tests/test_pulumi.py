"""Programs of Pulumi, read as the configurations of Terraform that they stand for."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from lambdalint import pulumi
from lambdalint.code.facts import Handler
from lambdalint.code.reader import Reader
from lambdalint.pulumi.known import constant
from lambdalint.pulumi.names import canonical, kind_of, snake
from lambdalint.source import Texts
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value

NODE = {"Pulumi.yaml": "name: orders\nruntime: nodejs\n"}
PYTHON = {"Pulumi.yaml": "name: orders\nruntime:\n  name: python\n  options:\n    virtualenv: venv\n"}
HEAD = 'import * as pulumi from "@pulumi/pulumi";\nimport * as aws from "@pulumi/aws";\n'
ROLE = "arn:aws:iam::123456789012:role/r"


def deployed(files: dict[str, str], path: str = "Pulumi.yaml") -> tuple[Deployment, Reader]:
    """What the project of a Pulumi.yaml deploys."""
    sources = Texts({name: dedent(text) for name, text in files.items()})
    reader = Reader(sources)
    (found,) = pulumi.read(sources, path, reader)
    return found, reader


def typescript(body: str, **files: str) -> dict[str, Resource]:
    """What a program in TypeScript deploys."""
    found, _ = deployed({**NODE, "index.ts": HEAD + dedent(body), **files})
    return {each.name: each for each in found.resources}


def python(body: str, **files: str) -> dict[str, Resource]:
    """What a program in Python deploys."""
    head = "import json\nimport pulumi\nimport pulumi_aws as aws\n"
    found, _ = deployed({**PYTHON, "__main__.py": head + dedent(body), **files})
    return {each.name: each for each in found.resources}


def plain(value: Value | None) -> object:
    """A value without its places."""
    match value:
        case Known(known):
            return known
        case Reference(resource, attribute):
            return f"{resource}:{attribute}"
        case Mapping(entries):
            return {name: plain(each) for name, each in entries.items()}
        case Sequence(items):
            return [plain(each) for each in items]
        case Unknown(why=why):
            return f"? {why}"
        case _:
            return value


class TestNames:
    @pytest.mark.parametrize(
        ("written", "kind"),
        [
            ("npm:@pulumi/aws.lambda.Function", "aws_lambda_function"),
            ("npm:@pulumi/aws/lambda.Function", "aws_lambda_function"),
            ("npm:@pulumi/aws/lambda/function.Function", "aws_lambda_function"),
            ("pulumi_aws.lambda_.Function", "aws_lambda_function"),
            ("npm:@pulumi/aws.sqs.RedrivePolicy", "aws_sqs_queue_redrive_policy"),
            ("npm:@pulumi/aws.ec2.VpcEndpoint", "aws_vpc_endpoint"),
            ("npm:@pulumi/aws.apigateway.RestApi", "aws_api_gateway_rest_api"),
            ("npm:@pulumi/aws.s3.BucketV2", "aws_s3_bucket"),
            ("npm:@pulumi/aws.Provider", ""),
            ("npm:@pulumi/aws.lambda.Function.get", ""),
            ("pulumi_aws.lambda_.FunctionEnvironmentArgs", ""),
            ("npm:@pulumi/awsx.ec2.Vpc", ""),
            ("pulumi.Config", ""),
        ],
    )
    def test_types_are_terraforms(self, written: str, kind: str) -> None:
        assert kind_of(canonical(written)) == kind

    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("visibilityTimeoutSeconds", "visibility_timeout_seconds"),
            ("kmsMasterKeyId", "kms_master_key_id"),
            ("ipv6CidrBlock", "ipv6_cidr_block"),
            ("dead_letter_config", "dead_letter_config"),
        ],
    )
    def test_arguments_are_terraforms(self, name: str, found: str) -> None:
        assert snake(name) == found

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("lambda.Runtime.NodeJS20dX", "nodejs20.x"),
            ("lambda.Runtime.NODE_JS20D_X", "nodejs20.x"),
            ("lambda.Runtime.Python3d12", "python3.12"),
            ("lambda.Runtime.PYTHON3D12", "python3.12"),
            ("lambda.Runtime.Java8AL2", "java8.al2"),
            ("lambda.Runtime.CustomAL2023", "provided.al2023"),
            (
                "iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE",
                "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
            ),
            ("iam.ManagedPolicies.AmazonSQSFullAccess", "arn:aws:iam::aws:policy/AmazonSQSFullAccess"),
            ("iam.ManagedPolicy.LAMBDA_FULL_ACCESS", "arn:aws:iam::aws:policy/AWSLambda_FullAccess"),
            ("lambda.Other.Python3d12", None),
        ],
    )
    def test_constants_are_what_they_stand_for(self, name: str, value: str | None) -> None:
        assert constant(name) == value


FUNCTION = f'handler: "index.handler", runtime: "nodejs22.x", role: "{ROLE}"'


class TestProgram:
    def test_a_function_is_terraforms(self) -> None:
        found = typescript(
            f"""
            const letters = new aws.sqs.Queue("letters");
            new aws.lambda.Function("f", {{
                {FUNCTION},
                name: "orders",
                code: new pulumi.asset.FileArchive("./app"),
                timeout: 60,
                deadLetterConfig: {{ targetArn: letters.arn }},
                environment: {{ variables: {{ dryRun: "no", QUEUE: letters.url }} }},
            }});
            """
        )
        properties = plain(found["aws_lambda_function.f"].properties)
        assert properties == {
            "FunctionName": "orders",
            "Handler": "index.handler",
            "Runtime": "nodejs22.x",
            "Role": ROLE,
            "Code": "app",
            "Timeout": 60,
            "DeadLetterConfig": {"TargetArn": "aws_sqs_queue.letters:Arn"},
            "Environment": {"Variables": {"dryRun": "no", "QUEUE": "aws_sqs_queue.letters:"}},
        }

    def test_a_function_is_the_same_in_python(self) -> None:
        found = python(
            f"""
            letters = aws.sqs.Queue("letters")
            aws.lambda_.Function(
                "f",
                handler="index.handler",
                runtime=aws.lambda_.Runtime.PYTHON3D13,
                role="{ROLE}",
                code=pulumi.AssetArchive({{".": pulumi.FileArchive("./app")}}),
                dead_letter_config=aws.lambda_.FunctionDeadLetterConfigArgs(target_arn=letters.arn),
                environment={{"variables": {{"dry_run": "no"}}}},
                opts=pulumi.ResourceOptions(depends_on=[letters]),
            )
            """
        )
        function = found["aws_lambda_function.f"]
        assert plain(function.properties) == {
            "Handler": "index.handler",
            "Runtime": "python3.13",
            "Role": ROLE,
            "Code": "app",
            "DeadLetterConfig": {"TargetArn": "aws_sqs_queue.letters:Arn"},
            "Environment": {"Variables": {"dry_run": "no"}},
        }
        assert function.after == ("aws_sqs_queue.letters",)

    def test_functions_are_made_for_each_file_of_a_list(self) -> None:
        found = python(
            """
            for script in ["../read.py", "../write.py"]:
                name = script[3:-3]
                aws.lambda_.Function(
                    f"fn-{name}",
                    handler=f"{name}.handler",
                    code=pulumi.AssetArchive(assets={script: pulumi.FileAsset(path=script)}),
                )
            """
        )
        functions = [each.properties for each in found.values() if each.type == "AWS::Lambda::Function"]
        assert [plain(each.get("Handler")) for each in functions] == ["read.handler", "write.handler"]
        files = [each.get("Code", "Files") for each in functions]
        assert [list(each.entries) for each in files if isinstance(each, Mapping)] == [["read.py"], ["write.py"]]

    @pytest.mark.parametrize(
        "table",
        [
            'new Map([["read", { file: "read.handler" }], ["write", { file: "write.handler" }]])',
            'Object.fromEntries([["read", { file: "read.handler" }], ["write", { file: "write.handler" }]])',
        ],
    )
    def test_functions_are_made_for_each_row_of_a_table(self, table: str) -> None:
        found = typescript(
            f"""
            const all: any = new Map([["v1", {table}]]);
            const v1 = all.get("v1");
            for (const [name, row] of v1 instanceof Map ? v1.entries() : Object.entries(v1)) {{
              new aws.lambda.Function(`fn-${{name}}`, {{ {FUNCTION.replace('"index.handler"', "row.file")} }});
            }}
            """
        )
        functions = [each.properties for each in found.values() if each.type == "AWS::Lambda::Function"]
        assert [plain(each.get("Handler")) for each in functions] == ["read.handler", "write.handler"]

    def test_places_are_those_of_the_program(self) -> None:
        found = typescript(f'new aws.lambda.Function("f", {{\n  {FUNCTION},\n  timeout: 60,\n}});\n')[
            "aws_lambda_function.f"
        ]
        assert (found.span.path, found.span.line) == ("index.ts", 3)
        assert found.properties.key("Timeout").line == 5

    @pytest.mark.parametrize(
        "written",
        [
            "letters.arn.apply(arn => JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 3 }))",
            "pulumi.jsonStringify({ deadLetterTargetArn: letters.arn, maxReceiveCount: 3 })",
            "pulumi.all([letters.arn, 3]).apply(([a, n]) => JSON.stringify({ deadLetterTargetArn: a, maxReceiveCount: n }))",
            "pulumi.output(letters).apply(q => JSON.stringify({ deadLetterTargetArn: q.arn, maxReceiveCount: 3 }))",
            'pulumi.interpolate`{"deadLetterTargetArn": "${letters.arn}", "maxReceiveCount": 3}`',
        ],
    )
    def test_outputs_are_their_values(self, written: str) -> None:
        found = typescript(
            f"""
            const letters = new aws.sqs.Queue("letters");
            new aws.sqs.Queue("jobs", {{ redrivePolicy: {written} }});
            new aws.lambda.Function("f", {{ {FUNCTION} }});
            """
        )
        policy = found["aws_sqs_queue.jobs"].get("RedrivePolicy")
        assert plain(policy) == {"deadLetterTargetArn": "aws_sqs_queue.letters:Arn", "maxReceiveCount": 3}

    @pytest.mark.parametrize(
        "written",
        [
            'letters.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3}))',
            'pulumi.Output.json_dumps({"deadLetterTargetArn": letters.arn, "maxReceiveCount": 3})',
            'pulumi.Output.all(a=letters.arn).apply(lambda x: json.dumps({"deadLetterTargetArn": x["a"], "maxReceiveCount": 3}))',
            'pulumi.Output.all(letters.arn).apply(lambda x: json.dumps({"deadLetterTargetArn": x[0], "maxReceiveCount": 3}))',
            """pulumi.Output.format('{{"deadLetterTargetArn": "{0}", "maxReceiveCount": 3}}', letters.arn)""",
        ],
    )
    def test_outputs_are_their_values_in_python(self, written: str) -> None:
        found = python(
            f"""
            letters = aws.sqs.Queue("letters")
            aws.sqs.Queue("jobs", redrive_policy={written})
            aws.lambda_.Function("f", handler="a.b", runtime="python3.13", role="{ROLE}")
            """
        )
        policy = found["aws_sqs_queue.jobs"].get("RedrivePolicy")
        assert plain(policy) == {"deadLetterTargetArn": "aws_sqs_queue.letters:Arn", "maxReceiveCount": 3}

    def test_what_a_deployment_is_told_is_not_known(self) -> None:
        found = typescript(
            f"""
            const config = new pulumi.Config();
            const shared = new pulumi.StackReference("org/shared/prod");
            new aws.lambda.Function("f", {{
                {FUNCTION},
                timeout: config.requireNumber("timeout"),
                memorySize: shared.getOutput("memory"),
                environment: {{ variables: {{ TOKEN: config.requireSecret("token"), STAGE: pulumi.getStack() }} }},
            }});
            """
        )["aws_lambda_function.f"]
        assert plain(found.get("Timeout")) == "? variable timeout"
        assert isinstance(found.get("MemorySize"), Unknown)
        variables = plain(found.get("Environment", "Variables"))
        assert variables == {"TOKEN": "? variable token, which is not shown", "STAGE": "? AWS::pulumi.getStack"}

    def test_components_of_the_project_are_gone_into(self) -> None:
        found = typescript(
            """
            import { Worker } from "./worker";
            for (const name of ["a", "b"]) {
                new Worker(name, { timeout: 30 });
            }
            """,
            **{
                "worker.ts": f"""
                    import * as pulumi from "@pulumi/pulumi";
                    import * as aws from "@pulumi/aws";
                    export class Worker extends pulumi.ComponentResource {{
                        public readonly fn: aws.lambda.Function;
                        constructor(name: string, args: {{ timeout: number }}, opts?: pulumi.ComponentResourceOptions) {{
                            super("orders:Worker", name, {{}}, opts);
                            this.fn = new aws.lambda.Function(`${{name}}-fn`, {{ {FUNCTION}, timeout: args.timeout }}, {{ parent: this }});
                            this.registerOutputs({{ fn: this.fn }});
                        }}
                    }}
                """
            },
        )
        assert [plain(each.get("Timeout")) for each in found.values()] == [30, 30]
        assert sorted(found) == ["aws_lambda_function.a-fn", "aws_lambda_function.b-fn"]

    def test_what_a_program_exports_is_run(self) -> None:
        found = typescript(f'export = async () => {{ new aws.lambda.Function("f", {{ {FUNCTION} }}); }};')
        assert sorted(found) == ["aws_lambda_function.f"]

    def test_what_may_not_be_made_is_uncertain(self) -> None:
        found = typescript(
            f"""
            const config = new pulumi.Config();
            if (config.getBoolean("extra")) {{
                new aws.lambda.Function("f", {{ {FUNCTION} }});
            }}
            """
        )
        assert found["aws_lambda_function.f"].uncertain

    def test_what_is_handed_to_something_unknown_may_be_anything(self) -> None:
        found = typescript(
            f"""
            import {{ Api }} from "@example/api";
            const fn = new aws.lambda.Function("f", {{ {FUNCTION} }});
            new Api("api", {{ routes: [{{ path: "/", handler: fn }}] }});
            console.log(fn.arn);
            """
        )
        assert [each.type for each in found.values()] == ["AWS::Lambda::Function", "Terraform::Module"]

    def test_policies_of_the_provider_are_read(self) -> None:
        found = typescript(
            f"""
            const bucket = new aws.s3.BucketV2("bucket");
            const may = aws.iam.getPolicyDocumentOutput({{ statements: [
                {{ actions: ["s3:GetObject"], resources: [pulumi.interpolate`${{bucket.arn}}/*`],
                   conditions: [{{ test: "StringEquals", variable: "aws:SourceAccount", values: ["1"] }}] }},
            ] }});
            new aws.iam.Policy("may", {{ policy: may.json }});
            new aws.lambda.Function("f", {{ {FUNCTION} }});
            """
        )
        (statement,) = plain(found["aws_iam_policy.may"].get("PolicyDocument", "Statement"))  # type: ignore[misc]
        assert statement["Action"] == ["s3:GetObject"]  # type: ignore[index]
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ["1"]}}  # type: ignore[index]


class TestCode:
    def handler(self, files: dict[str, str], path: str = "Pulumi.yaml") -> object:
        """Where the code of the only function is."""
        found, reader = deployed(files, path)
        (handler,) = reader.functions(found.resources).values()
        return handler.path if isinstance(handler, Handler) else handler

    @pytest.mark.parametrize(
        "code",
        [
            'new pulumi.asset.FileArchive("../app")',
            'new pulumi.asset.AssetArchive({ ".": new pulumi.asset.FileArchive("../app") })',
            'new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset("../app/index.js") })',
            'new pulumi.asset.FileArchive(path.join(__dirname, "..", "app"))',
            "new pulumi.asset.FileArchive(`${__dirname}/../app`)",
        ],
    )
    def test_is_found_from_where_the_program_is_run(self, code: str) -> None:
        files = {
            "infra/Pulumi.yaml": NODE["Pulumi.yaml"],
            "infra/index.ts": f'{HEAD}import * as path from "path";\n'
            f'new aws.lambda.Function("f", {{ {FUNCTION}, code: {code} }});',
            "app/index.js": "exports.handler = async (event) => event;",
        }
        assert self.handler(files, "infra/Pulumi.yaml") == "app/index.js"

    @pytest.mark.parametrize(
        "code",
        [
            """
            const out = path.join(ROOT, "dist", "index.js");
            esbuild.buildSync({ entryPoints: [path.join(ROOT, "app", "orders.ts")], outfile: out, bundle: true });
            const files = { "index.js": new pulumi.asset.FileAsset(out) };
            """,
            """
            const text = (entry: string) => esbuild.buildSync({ entryPoints: [entry], write: false }).outputFiles[0].text;
            const files = { "index.js": new pulumi.asset.StringAsset(text(path.join(ROOT, "app", "orders.ts"))) };
            """,
        ],
    )
    def test_may_be_bundled_by_the_program(self, code: str) -> None:
        files = {
            "infra/Pulumi.yaml": NODE["Pulumi.yaml"],
            "infra/index.ts": f'{HEAD}import * as path from "path";\nimport * as esbuild from "esbuild";\n'
            f'const ROOT = path.resolve(__dirname, "..");\n{dedent(code)}'
            f'new aws.lambda.Function("f", {{ {FUNCTION}, code: new pulumi.asset.AssetArchive(files) }});',
            "app/orders.ts": "export const handler = async (event: unknown) => event;",
        }
        assert self.handler(files, "infra/Pulumi.yaml") == "app/orders.ts"

    def test_may_be_written_in_the_program(self) -> None:
        files = {
            **NODE,
            "index.ts": HEAD + f'new aws.lambda.Function("f", {{ {FUNCTION}, code: new pulumi.asset.AssetArchive({{\n'
            '  "index.js": new pulumi.asset.StringAsset("exports.handler = async (event) => event;"),\n}) });',
        }
        assert self.handler(files) == "index.ts"


class TestArchivesOfTheProgram:
    """Archives that a program writes before it hands them over."""

    def test_what_a_directory_is_walked_for(self) -> None:
        files = {
            "Pulumi.yaml": "name: orders\nruntime: python\nmain: deploy/\n",
            "deploy/pack.py": """
                import asyncio
                import os
                import zipfile

                import pulumi

                def pack(directory, target):
                    target = os.path.abspath(target)
                    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
                        for root, _, names in os.walk(directory):
                            for name in names:
                                path = os.path.join(root, name)
                                archive.write(path, os.path.relpath(path, directory))
                    return target

                def packed(directory, target):
                    return pulumi.Output.from_input(asyncio.to_thread(pack, directory, target))
            """,
            "deploy/__main__.py": f"""
                import pulumi
                import pulumi_aws as aws
                from pack import packed

                aws.lambda_.Function("total", code=packed("../jobs/total", "../total.zip"), handler="app.main",
                                     role="{ROLE}", runtime="python3.13")
            """,
            "jobs/total/app.py": "def main(event, context):\n    return None\n",
            "jobs/close/app.py": "def main(event, context):\n    return None\n",
        }
        found, reader = deployed(files)
        (handler,) = reader.functions(found.resources).values()
        assert isinstance(handler, Handler)
        assert handler.path == "jobs/total/app.py"


class TestCallbacks:
    """Functions of the program that are handlers."""

    def found(self, body: str, **files: str) -> tuple[dict[str, Resource], dict[str, Handler]]:
        deployment, reader = deployed({**NODE, "index.ts": HEAD + dedent(body), **files})
        handlers = reader.functions(deployment.resources)
        known = {name: each for name, each in handlers.items() if isinstance(each, Handler)}
        return {each.name: each for each in deployment.resources}, known

    def test_one_is_a_handler(self) -> None:
        resources, handlers = self.found(
            """
            const table = new aws.dynamodb.Table("table", { hashKey: "id" });
            new aws.lambda.CallbackFunction("f", {
                callback: async (event) => {
                    const { id } = event.detail;
                    return process.env.TABLE + id;
                },
                environment: { variables: { TABLE: table.name } },
            });
            """
        )
        function = resources["aws_lambda_function.f"]
        assert plain(function.get("Timeout")) == 180
        assert isinstance(function.get("Role"), Unknown)
        (handler,) = handlers.values()
        assert handler.reads[-1].path == ("detail", "id")
        assert [each.name for each in handler.environment] == ["TABLE"]

    def test_one_may_be_made_by_another_and_elsewhere(self) -> None:
        _, handlers = self.found(
            """
            import { make } from "./handlers";
            new aws.lambda.CallbackFunction("f", { callbackFactory: make });
            """,
            **{"handlers.ts": "export const make = () => { const seen = 1; return async (event: any) => event.id; };"},
        )
        (handler,) = handlers.values()
        assert handler.path == "handlers.ts"
        assert [each.path for each in handler.reads] == [("id",)]

    @pytest.mark.parametrize(
        ("made", "kinds"),
        [
            (
                'new aws.sqs.Queue("q").onEvent("x", async (e) => { console.log(e.Records); }, { batchSize: 2 });',
                {"AWS::SQS::Queue", "AWS::Lambda::EventSourceMapping"},
            ),
            (
                'new aws.sns.Topic("t").onEvent("x", async (e) => { console.log(e.Records); });',
                {"AWS::SNS::Topic", "AWS::Lambda::Permission", "AWS::SNS::Subscription"},
            ),
            (
                'aws.cloudwatch.onSchedule("x", "rate(1 day)", async () => { console.log("a"); });',
                {"AWS::Lambda::Permission", "AWS::Events::Rule"},
            ),
            (
                'const b = new aws.s3.Bucket("b");\n'
                'b.onObjectCreated("x", async (e) => { console.log(e.Records); });\n'
                'b.onObjectRemoved("y", async (e) => { console.log(e.Records); });',
                {"AWS::S3::Bucket", "AWS::Lambda::Permission", "AWS::S3::BucketNotification"},
            ),
            (
                'import * as apigateway from "@pulumi/aws-apigateway";\n'
                'new apigateway.RestAPI("api", { routes: [{ path: "/a", method: "GET", eventHandler: async () => 1 }] });',
                {
                    "AWS::ApiGateway::RestApi",
                    "AWS::ApiGateway::Resource",
                    "AWS::ApiGateway::Method",
                    "AWS::Lambda::Permission",
                },
            ),
        ],
    )
    def test_resources_have_methods_that_invoke_one(self, made: str, kinds: set[str]) -> None:
        resources, handlers = self.found(made)
        assert handlers
        assert {each.type for each in resources.values()} == {"AWS::Lambda::Function", *kinds}

    def test_all_that_a_bucket_notifies_is_set_at_once(self) -> None:
        resources, _ = self.found(
            """
            const bucket = new aws.s3.Bucket("b");
            bucket.onObjectCreated("x", async (e) => { console.log(e); }, { filterSuffix: ".png" });
            bucket.onObjectCreated("y", async (e) => { console.log(e); }, { filterSuffix: ".jpg" });
            """
        )
        (notified,) = (each for each in resources.values() if each.type == "AWS::S3::BucketNotification")
        rows = plain(notified.get("LambdaConfigurations"))
        assert [each["Function"] for each in rows] == ["aws_lambda_function.x:Arn", "aws_lambda_function.y:Arn"]  # type: ignore[attr-defined]

    def test_a_queue_is_read_with_the_timeout_that_such_a_function_has(self) -> None:
        resources, _ = self.found('new aws.sqs.Queue("q").onEvent("x", async (e) => { console.log(e.Records); });')
        assert plain(resources["aws_lambda_function.x"].get("Timeout")) == 180


class TestImports:
    def test_packages_may_load_what_they_export_when_it_is_asked_for(self) -> None:
        found = python(
            "from parts import make\nmake()\n",
            **{
                "parts/__init__.py": """
                    from importlib import import_module
                    _EXPORTS = {"make": ("inner", "make")}
                    def __getattr__(name):
                        try:
                            module, attribute = _EXPORTS[name]
                        except KeyError as error:
                            raise AttributeError(name) from error
                        return getattr(import_module(f"{__name__}.{module}"), attribute)
                """,
                "parts/inner.py": f"""
                    import pulumi_aws as aws
                    def make():
                        return aws.lambda_.Function("f", handler="a.b", runtime="python3.13", role="{ROLE}")
                """,
            },
        )
        assert sorted(found) == ["aws_lambda_function.f"]

    def test_a_program_may_name_its_own_directory(self) -> None:
        found, _ = deployed(
            {
                "infra/Pulumi.yaml": PYTHON["Pulumi.yaml"],
                "infra/__main__.py": "from infra.parts import make\nmake()\n",
                "infra/parts.py": f"""
                    import pulumi_aws as aws
                    def make():
                        return aws.lambda_.Function("f", handler="a.b", runtime="python3.13", role="{ROLE}")
                """,
            },
            "infra/Pulumi.yaml",
        )
        assert [each.name for each in found.resources] == ["aws_lambda_function.f"]


class TestImages:
    @pytest.mark.parametrize(
        "image",
        [
            'new awsx.ecr.Image("i", { repositoryUrl: "r", context: "./app" }).imageUri',
            'new docker.Image("i", { imageName: "r", build: { context: "./app", dockerfile: "./app/Dockerfile" } }).imageName',
            'new build.Image("i", { context: { location: "./app" }, dockerfile: { location: "./app/Dockerfile" } }).ref',
        ],
    )
    def test_an_image_is_what_it_is_built_of(self, image: str) -> None:
        found, reader = deployed(
            {
                **NODE,
                "index.ts": f'{HEAD}import * as awsx from "@pulumi/awsx";\nimport * as docker from "@pulumi/docker";\n'
                'import * as build from "@pulumi/docker-build";\n'
                f'new aws.lambda.Function("f", {{ packageType: "Image", imageUri: {image}, role: "{ROLE}" }});\n',
                "app/Dockerfile": 'FROM public.ecr.aws/lambda/python:3.13\nCOPY main.py ./\nCMD ["main.handler"]\n',
                "app/main.py": "def handler(event, context):\n    return event\n",
            }
        )
        (handler,) = reader.functions(found.resources).values()
        assert isinstance(handler, Handler)
        assert handler.path == "app/main.py"

    def test_a_program_may_make_an_archive_itself(self) -> None:
        files = {
            **PYTHON,
            "__main__.py": 'import shutil\nimport pulumi_aws as aws\nshutil.make_archive("lambda", "zip", "src/")\n'
            f'aws.lambda_.Function("f", handler="a.b", runtime="python3.13", role="{ROLE}", code="lambda.zip")\n',
            "src/a.py": "def b(event, context):\n    return event\n",
        }
        found, reader = deployed(files)
        (handler,) = reader.functions(found.resources).values()
        assert isinstance(handler, Handler)
        assert handler.path == "src/a.py"


class TestYaml:
    """Programs that are written in YAML."""

    def test_one_makes_what_others_do(self) -> None:
        found, reader = deployed(
            {
                "Pulumi.yaml": f"""
                    name: orders
                    runtime: yaml
                    config:
                      stage:
                        type: string
                    variables:
                      may:
                        fn::invoke:
                          function: aws:iam:getPolicyDocument
                          arguments:
                            statements:
                              - actions: ["sqs:SendMessage"]
                                resources: ["${{letters.arn}}"]
                          return: json
                    resources:
                      worker:
                        type: aws:lambda:Function
                        properties:
                          name: worker-${{stage}}
                          runtime: nodejs22.x
                          handler: index.handler
                          role: {ROLE}
                          timeout: 60
                          code:
                            fn::fileArchive: ./app
                          deadLetterConfig:
                            targetArn: ${{letters.arn}}
                          environment:
                            variables:
                              QUEUE: ${{letters.url}}
                        options:
                          dependsOn:
                            - ${{letters}}
                      policy:
                        type: aws:iam/policy:Policy
                        properties:
                          policy: ${{may}}
                      letters:
                        type: aws:sqs:Queue
                        properties:
                          redriveAllowPolicy:
                            fn::toJSON:
                              redrivePermission: denyAll
                """,
                "app/index.js": "exports.handler = async (event) => event;",
            }
        )
        resources = {each.name: each for each in found.resources}
        assert not reader.parsed.unreadable
        function = resources["aws_lambda_function.worker"]
        assert plain(function.get("DeadLetterConfig")) == {"TargetArn": "aws_sqs_queue.letters:Arn"}
        assert plain(function.get("Environment", "Variables")) == {"QUEUE": "aws_sqs_queue.letters:"}
        assert function.after == ("aws_sqs_queue.letters",)
        assert function.properties.key("Timeout").path == "Pulumi.yaml"
        queue = resources["aws_sqs_queue.letters"]
        assert plain(queue.get("RedriveAllowPolicy")) == {"redrivePermission": "denyAll"}
        (statement,) = plain(resources["aws_iam_policy.policy"].get("PolicyDocument", "Statement"))  # type: ignore[misc]
        assert statement["Resource"] == ["aws_sqs_queue.letters:Arn"]  # type: ignore[index]
        (handler,) = reader.functions(found.resources).values()
        assert isinstance(handler, Handler)
        assert handler.path == "app/index.js"

    def test_what_leads_to_itself_is_not_known(self) -> None:
        found, _ = deployed(
            {
                "Pulumi.yaml": "name: a\nruntime: yaml\n",
                "Main.yaml": f"""
                    variables:
                      one: ${{two}}
                      two: ${{one}}
                    resources:
                      f:
                        type: aws:lambda:Function
                        properties: {{ handler: a.b, runtime: python3.13, role: "{ROLE}", description: "${{one}}" }}
                """,
            }
        )
        (function,) = found.resources
        assert isinstance(function.get("Description"), Unknown)


_KINDS = """
    def feed(name, kind):
        function = aws.lambda_.Function(name, runtime="python3.14", handler="app.handler", role="{role}",
            code=pulumi.AssetArchive({{".": pulumi.FileArchive("src")}}))
        if kind.startswith("queue") or "|queue" in kind:
            aws.lambda_.EventSourceMapping(f"{{name}}-mapping", event_source_arn=queue.arn, function_name=function.name)
        if kind.endswith("bucket"):
            aws.lambda_.Permission(f"{{name}}-bucket", action="lambda:InvokeFunction", function=function.name,
                principal="s3.amazonaws.com", source_arn="arn:aws:s3:::orders")

    queue = aws.sqs.Queue("orders")
    feed("first", "queue_table")
    feed("second", "http|queue")
    feed("third", "http_bucket")
"""


def test_what_a_parameter_s_text_decides_is_made_for_those_callers_alone() -> None:
    made = python(_KINDS.format(role=ROLE))
    fed = {
        name
        for name, each in made.items()
        if each.type in ("AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission")
    }
    assert {name.rpartition(".")[2] for name in fed} == {"first-mapping", "second-mapping", "third-bucket"}
    assert not any(made[name].uncertain for name in fed)


def test_so_it_is_in_javascript() -> None:
    made = typescript(f"""
        const queue = new aws.sqs.Queue("orders");
        const feed = (name: string, kind: string) => {{
          const made = new aws.lambda.Function(name, {{
            runtime: "nodejs24.x", handler: "app.handler", role: "{ROLE}", code: new pulumi.asset.FileArchive("src"),
          }});
          if (kind.startsWith("queue") || kind.includes("|queue")) {{
            new aws.lambda.EventSourceMapping(`${{name}}-mapping`, {{ eventSourceArn: queue.arn, functionName: made.name }});
          }}
        }};
        feed("first", "queue_table");
        feed("second", "http|queue");
        feed("third", "http");
    """)
    fed = {name: each for name, each in made.items() if each.type == "AWS::Lambda::EventSourceMapping"}
    assert {name.rpartition(".")[2] for name in fed} == {"first-mapping", "second-mapping"}
    assert not any(each.uncertain for each in fed.values())


def test_a_program_whose_directory_has_a_file_of_its_own_is_deployed_from_there() -> None:
    project = "name: orders\nruntime: python\nmain: {}\n"
    body = "import pulumi_aws as aws\naws.lambda_.Function('orders', handler='app.handler', runtime='python3.14')\n"
    files = {"infra/__main__.py": body, "Pulumi.yaml": project.format("infra")}
    found, _ = deployed(files)
    assert [each.type for each in found.resources] == ["AWS::Lambda::Function"]
    sources = Texts({**files, "infra/Pulumi.yaml": project.format(".")})
    reader = Reader(sources)
    assert not list(pulumi.read(sources, "Pulumi.yaml", reader))
    assert len(list(pulumi.read(sources, "infra/Pulumi.yaml", reader))) == 1


class TestDirectories:
    """Programs that make a function of each file, or of each directory, that they find."""

    LOOP = """
        import os
        import pulumi
        import pulumi_aws as aws

        ROOT = "../jobs"
        groups = list(filter(os.path.isdir, [os.path.join(ROOT, each) for each in os.listdir(ROOT) if each != "lib"]))
        for group in groups:
            for name in [os.path.splitext(each)[0] for each in os.listdir(group) if each.endswith(".py")]:
                aws.lambda_.Function(
                    name,
                    code=pulumi.FileArchive(group),
                    handler=f"{name}.main",
                    role="arn:aws:iam::123456789012:role/r",
                    runtime="python3.13",
                )
    """

    def test_what_a_directory_of_the_repository_holds_is_gone_through(self) -> None:
        """It is looked for where the program is run, and is told in order."""
        files = {"jobs/day/sum.py": "", "jobs/day/close.py": "", "jobs/day/data.json": "", "jobs/lib/x.py": "",
                 "jobs/night/purge.py": "", "jobs/readme.md": "", "infra/Pulumi.yaml": PYTHON["Pulumi.yaml"],
                 "infra/__main__.py": self.LOOP}  # fmt: skip
        found, _ = deployed(files, "infra/Pulumi.yaml")
        made = [(plain(each.get("Code")), plain(each.get("Handler"))) for each in found.resources]
        assert made == [("../jobs/day", "close.main"), ("../jobs/day", "sum.main"), ("../jobs/night", "purge.main")]

    def test_of_a_directory_that_is_not_there_nothing_is_known(self) -> None:
        """It may be made before the program is run."""
        found, _ = deployed({"infra/Pulumi.yaml": PYTHON["Pulumi.yaml"], "infra/__main__.py": self.LOOP},
                            "infra/Pulumi.yaml")  # fmt: skip
        assert not any(isinstance(each.get("Handler"), Known) for each in found.resources)

    @pytest.mark.parametrize(
        "written",
        [
            'sorted((Path(__file__).parent / "jobs").glob("*.py"))',
            '(each for each in Path("jobs").iterdir() if each.suffix == ".py" and each.is_file())',
            'map(Path, glob.glob("jobs/*.py"))',
            '[Path("jobs") / each for each in sorted(os.listdir("jobs")) if each.endswith(".py")]',
        ],
    )
    def test_paths_are_asked_for_their_parts(self, written: str) -> None:
        found = python(
            f"""
            import glob
            import os
            from pathlib import Path
            for each in {written}:
                aws.lambda_.Function(
                    each.stem, code=pulumi.FileArchive(str(each.parent)), handler=f"{{each.stem}}.main", role="{ROLE}",
                    runtime="python3.13",
                )
            """,
            **{"jobs/sum.py": "", "jobs/close.py": "", "jobs/lib/deep.py": "", "jobs/readme.md": ""},
        )
        assert [plain(each.get("Handler")) for each in found.values()] == ["close.main", "sum.main"]
        assert {plain(each.get("Code")) for each in found.values()} == {"jobs"}

    @pytest.mark.parametrize(
        "written",
        [
            'fs.readdirSync(path.join(__dirname, "jobs")).filter((each) => each.endsWith(".js"))'
            '.map((each) => path.basename(each, ".js"))',
            'fs.readdirSync("jobs", { withFileTypes: true }).filter((each) => each.isFile() && each.name !== "readme.md")'
            ".map((each) => path.parse(each.name).name)",
            'fs.readdirSync("jobs").filter((each) => fs.statSync(path.join("jobs", each)).isFile())'
            '.filter((each) => path.extname(each) === ".js").map((each) => each.replace(".js", ""))',
        ],
    )
    def test_they_are_in_typescript(self, written: str) -> None:
        found = typescript(
            f"""
            import * as fs from "fs";
            import * as path from "path";
            for (const name of {written}) {{
              new aws.lambda.Function(name, {{
                code: new pulumi.asset.FileArchive("jobs"), handler: `${{name}}.main`, role: "{ROLE}",
                runtime: "nodejs22.x",
              }});
            }}
            """,
            **{"jobs/sum.js": "", "jobs/close.js": "", "jobs/lib/deep.js": "", "jobs/readme.md": ""},
        )
        assert [plain(each.get("Handler")) for each in found.values()] == ["close.main", "sum.main"]


class TestStacks:
    """What a program asks of the configuration of its stacks."""

    IN_PYTHON = f"""
        config = pulumi.Config()
        for each in config.require_object("jobs"):
            aws.lambda_.Function(
                each["name"], code=pulumi.FileArchive(each["code"]), handler=each.get("handler", "app.main"),
                role="{ROLE}", runtime=config.get("runtime"), timeout=config.get_int("timeout"),
                memory_size=each.get("memory"), environment={{"variables": {{"TOKEN": each.get("token")}}}},
            )
        if config.get_bool("nightly"):
            aws.lambda_.Function(
                "nightly", code=pulumi.FileArchive("jobs/nightly"), handler="app.main", role="{ROLE}",
                runtime=pulumi.Config("shared").require("runtime"),
            )
    """
    IN_TYPESCRIPT = f"""
        interface Job {{ name: string; code: string; handler?: string; memory?: number; token?: string }}
        const config = new pulumi.Config();
        for (const each of config.requireObject<Job[]>("jobs")) {{
          new aws.lambda.Function(each.name, {{
            code: new pulumi.asset.FileArchive(each.code), handler: each.handler ?? "app.main", role: "{ROLE}",
            runtime: config.get("runtime"), timeout: config.getNumber("timeout"), memorySize: each.memory,
            environment: {{ variables: {{ TOKEN: each.token }} }},
          }});
        }}
        if (config.getBoolean("nightly")) {{
          new aws.lambda.Function("nightly", {{
            code: new pulumi.asset.FileArchive("jobs/nightly"), handler: "app.main", role: "{ROLE}",
            runtime: new pulumi.Config("shared").require("runtime"),
          }});
        }}
    """
    ONE = """
        config:
          orders:runtime: python3.13
          orders:timeout: "30"
          orders:nightly: true
          shared:runtime: python3.12
          orders:jobs:
            - name: total
              code: jobs/total
              memory: 256
              token:
                secure: AAABAPVKNBH
            - name: close
              code: jobs/close
              handler: close.main
              memory: 512
    """
    OTHER = """
        config:
          orders:runtime: python3.13
          orders:timeout: 60
          orders:nightly: "true"
          shared:runtime: python3.12
          orders:jobs:
            - name: close
              code: jobs/close
              handler: close.main
              memory: 1024
    """

    @pytest.fixture(params=["python", "typescript"])
    def made(self, request: pytest.FixtureRequest) -> Callable[[dict[str, str]], dict[str, Resource]]:
        """Gives what the program deploys beside the files of some stacks."""
        is_python = request.param == "python"
        run, body = (python, self.IN_PYTHON) if is_python else (typescript, self.IN_TYPESCRIPT)
        return lambda files: run(body, **files)

    def test_what_the_only_one_says_is_known(self, made: Callable[[dict[str, str]], dict[str, Resource]]) -> None:
        found = made({"Pulumi.dev.yaml": self.ONE})
        first, second, nightly = (found[f"aws_lambda_function.{each}"] for each in ("total", "close", "nightly"))
        assert [plain(first.get(each)) for each in ("Handler", "Runtime", "Timeout", "MemorySize")] == [
            "app.main", "python3.13", 30, 256,
        ]  # fmt: skip
        assert plain(second.get("Handler")) == "close.main"
        assert plain(nightly.get("Runtime")) == "python3.12"

    def test_a_secret_is_not(self, made: Callable[[dict[str, str]], dict[str, Resource]]) -> None:
        found = made({"Pulumi.dev.yaml": self.ONE})["aws_lambda_function.total"]
        assert isinstance(found.get("Environment", "Variables", "TOKEN"), Unknown)
        assert "AAABAPVKNBH" not in repr(found)

    def test_of_several_what_holds_in_all_is(self, made: Callable[[dict[str, str]], dict[str, Resource]]) -> None:
        """A function that one of them has is there; what they say otherwise is unknown."""
        found = made({"Pulumi.dev.yaml": self.ONE, "Pulumi.prod.yaml": self.OTHER})
        assert len(found) == 3
        close = found["aws_lambda_function.close"]
        assert plain(close.get("Runtime")) == "python3.13"
        assert plain(close.get("Handler")) == "close.main"
        for name in ("Timeout", "MemorySize"):
            assert isinstance(close.get(name), Unknown)
        assert plain(found["aws_lambda_function.nightly"].get("Runtime")) == "python3.12"

    def test_a_file_that_shows_how_is_none(self, made: Callable[[dict[str, str]], dict[str, Resource]]) -> None:
        found = made({"Pulumi.example.yaml": self.ONE})
        assert not any(isinstance(each.get("Handler"), Known) and "close" in str(plain(each.get("Handler")))
                       for each in found.values())  # fmt: skip

    def test_a_project_says_what_stacks_do_not(self) -> None:
        """And where their files lie."""
        files = {
            "Pulumi.yaml": """
                name: orders
                runtime: python
                stackConfigDir: stacks
                config:
                  memory: {type: integer, default: 512}
                  aws:region: {value: eu-west-1}
                  token: {type: string, secret: true, default: abc}
            """,
            "stacks/Pulumi.dev.yaml": "config:\n  orders:timeout: 20\n",
            "__main__.py": f"""
                import pulumi
                import pulumi_aws as aws

                config = pulumi.Config()
                aws.lambda_.Function(
                    "total", code=pulumi.FileArchive("jobs"), handler="app.main", role="{ROLE}", runtime="python3.13",
                    timeout=config.require_int("timeout"), memory_size=config.require_int("memory"),
                    environment={{"variables": {{"HOME": pulumi.Config("aws").get("region"),
                                                "TOKEN": config.get("token")}}}},
                )
            """,
        }
        (found,) = deployed(files)[0].resources
        assert [plain(found.get(each)) for each in ("Timeout", "MemorySize")] == [20, 512]
        assert plain(found.get("Environment", "Variables", "HOME")) == "eu-west-1"
        assert isinstance(found.get("Environment", "Variables", "TOKEN"), Unknown)


class TestConfigurations:
    """Objects of the project's classes that hold what the file of a stack says."""

    STACK = """
        config:
          orders:jobs:
            shared:
              timeout: 20
            list:
              - name: total
                code: jobs/total
              - name: close
                code: jobs/close
                handler: close.main
    """
    LOOP = f"""
        for each in settings.get("list", default=[]):
            aws.lambda_.Function(
                each["name"], code=pulumi.FileArchive(each["code"]), handler=each.get("handler", "app.main"),
                role="{ROLE}", runtime="python3.13", timeout=settings.get("shared", "timeout", default=5),
            )
    """

    @pytest.mark.parametrize(
        "written",
        [
            # A dict whose lookups go down, and that is laid over what holds where nothing is said.
            """
            from collections.abc import Mapping

            def lay_over(base, delta):
                if not isinstance(base, dict):
                    return delta
                common = set(base).intersection(delta)
                for key in common:
                    base[key] = lay_over(base[key], delta[key])
                for key in set(delta).difference(common):
                    base[key] = delta[key]
                return base

            class Settings(dict):
                def __init__(self, given, default=None):
                    if isinstance(given, str):
                        given = pulumi.Config().require_object(given)
                        if not isinstance(given, Mapping):
                            raise TypeError(given)
                    super().__init__(default or {})
                    self.update(given)

                def update(self, given):
                    lay_over(self, given)
                    return self

                def get(self, *keys, default=None):
                    found = self
                    for key in keys:
                        if not isinstance(found, Mapping) or key not in found:
                            found = default
                            break
                        found = found[key]
                    return Settings(found) if isinstance(found, Mapping) else found

            settings = Settings("jobs", default={"shared": {"timeout": 3, "memory": 128}, "list": []})
            """,
            # `UserDict`, whose items are those of `data`.
            """
            from collections import UserDict

            class Settings(UserDict):
                def get(self, *keys, default=None):
                    found = self.data
                    for key in keys:
                        if key not in found:
                            return default
                        found = found[key]
                    return found

            settings = Settings(pulumi.Config().require_object("jobs"))
            """,
            # A class that only has the methods of one.
            """
            class Settings:
                def __init__(self, given):
                    self._given = given

                def __getitem__(self, key):
                    return self._given[key]

                def __contains__(self, key):
                    return key in self._given

                def get(self, *keys, default=None):
                    found = self
                    for key in keys:
                        if key not in found:
                            return default
                        found = found[key]
                    return found

            settings = Settings(pulumi.Config().require_object("jobs"))
            """,
            # What a base asks of the class that is made of it.
            """
            import copy

            class Section(dict):
                def __init__(self):
                    super().__init__(pulumi.Config().require_object(self.section))

                @property
                def section(self):
                    raise NotImplementedError

            class Settings(Section):
                @property
                def section(self):
                    return "jobs"

                def get(self, *keys, default=None):
                    first, *rest = keys
                    found = super().get(first, default)
                    return found[rest[0]] if rest else found

            settings = copy.deepcopy(Settings())
            """,
        ],
        ids=["dict", "UserDict", "methods", "base"],
    )
    def test_of_a_class_that_is_a_mapping(self, written: str) -> None:
        found = python(dedent(written) + dedent(self.LOOP), **{"Pulumi.dev.yaml": self.STACK})
        made = [each for each in found.values() if each.type == "AWS::Lambda::Function"]
        assert [(each.name.rpartition(".")[2], plain(each.get("Handler")), plain(each.get("Timeout"))) for each in made] == [
            ("total", "app.main", 20), ("close", "close.main", 20),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "written",
        [
            """
            class Jobs(list):
                def named(self):
                    return [each for each in self if "name" in each]

            jobs = Jobs(pulumi.Config().require_object("jobs")["list"]).named()
            """,
            """
            class Jobs:
                def __init__(self, given):
                    self.given = given

                def __iter__(self):
                    for each in self.given:
                        yield each

            jobs = Jobs(pulumi.Config().require_object("jobs")["list"])
            """,
            """
            class Settings(dict):
                __getattr__ = dict.get

            jobs = Settings(pulumi.Config().require_object("jobs")).list
            """,
            """
            from itertools import chain

            given = pulumi.Config().require_object("jobs")
            jobs = list(chain(given["list"][:0] or [], given["list"]))
            """,
        ],
        ids=["list", "iter", "attributes", "chain"],
    )
    def test_of_a_class_that_is_gone_through(self, written: str) -> None:
        made = f"""
            for each in jobs:
                aws.lambda_.Function(
                    each["name"], code=pulumi.FileArchive(each["code"]), handler="app.main", role="{ROLE}",
                    runtime="python3.13",
                )
        """
        found = python(dedent(written) + dedent(made), **{"Pulumi.dev.yaml": self.STACK})
        assert [each.name.rpartition(".")[2] for each in found.values() if each.type.endswith("Function")] == [
            "total", "close",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "written",
        [
            """
            from pydantic import BaseModel, Field

            class Shared(BaseModel):
                timeout: int = 3

            class Job(BaseModel):
                name: str
                place: str = Field(alias="code")
                handler: str = "app.main"

            class Settings(BaseModel):
                shared: Shared
                jobs: list[Job] | None = Field(default=None, alias="list")

            settings = Settings.model_validate(pulumi.Config().require_object("jobs"))
            """,
            """
            from dataclasses import dataclass, field
            from dacite import from_dict

            @dataclass
            class Shared:
                timeout: int = 3

            @dataclass
            class Job:
                name: str
                place: str
                handler: str = "app.main"

            @dataclass
            class Settings:
                shared: Shared
                jobs: list[Job] = field(default_factory=list)

            given = pulumi.Config().require_object("jobs")
            jobs = [{"place": each["code"], **each} for each in given["list"]]
            settings = from_dict(data_class=Settings, data={"shared": given["shared"], "jobs": jobs})
            """,
        ],
        ids=["pydantic", "dacite"],
    )
    def test_of_models(self, written: str) -> None:
        made = f"""
            for each in settings.jobs:
                aws.lambda_.Function(
                    each.name, code=pulumi.FileArchive(each.place), handler=each.handler, role="{ROLE}",
                    runtime="python3.13", timeout=settings.shared.timeout,
                )
        """
        found = python(dedent(written) + dedent(made), **{"Pulumi.dev.yaml": self.STACK})
        functions = [each for each in found.values() if each.type.endswith("::Function")]
        assert [(plain(each.get("Handler")), plain(each.get("Timeout"))) for each in functions] == [
            ("app.main", 20), ("close.main", 20),
        ]  # fmt: skip

    def test_what_only_some_runs_put_there_is_not_sure(self) -> None:
        found = python(f"""
            settings = {{}}
            if pulumi.get_stack() == "prod":
                settings["timeout"] = 30
            if "timeout" in settings:
                timeout = settings["timeout"]
            else:
                timeout = 60
            aws.lambda_.Function("total", code=pulumi.FileArchive("jobs"), handler="app.main", role="{ROLE}",
                                 runtime="python3.13", timeout=timeout)
        """)
        assert isinstance(found["aws_lambda_function.total"].get("Timeout"), Unknown)
