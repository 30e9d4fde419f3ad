"""The CDK: which templates it synthesised, which constructs they are, and where their code was written."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lambdalint import cli, rules
from lambdalint.code.locate import Located, NotLocated, locate
from lambdalint.discover import discover
from lambdalint.lint import lint
from lambdalint.model import Project
from lambdalint.source import Texts
from lambdalint.templates import read
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown
from lambdalint.told import Report

STAGED = "asset." + "a" * 64
OTHER = "asset." + "b" * 64
HANDLER = "def handler(event, context):\n    return {}\n"


def resource(kind: str, path: str, metadata: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    """A resource as `cdk synth` writes it."""
    return {"Type": kind, "Properties": properties, "Metadata": {"aws:cdk:path": path, **(metadata or {})}}


def function(path: str = "Shop/Worker/Resource", staged: str = STAGED, **properties: Any) -> dict[str, Any]:
    code = {"S3Bucket": {"Fn::Sub": "cdk-assets-${AWS::AccountId}"}, "S3Key": f"{staged}.zip"}
    asset = {"aws:asset:path": staged, "aws:asset:is-bundled": False, "aws:asset:property": "Code"}
    given = {"Code": code, "Handler": "app.handler", "Runtime": "python3.13", **properties}
    return resource("AWS::Lambda::Function", path, asset, **given)


def template(**resources: Any) -> str:
    return json.dumps({"Resources": resources}, indent=1)


def manifest(*templates: str, stages: tuple[str, ...] = ()) -> str:
    stacks = {
        name: {"type": "aws:cloudformation:stack", "properties": {"templateFile": f"{name}.template.json"}}
        for name in templates
    }
    inner = {name: {"type": "cdk:cloud-assembly", "properties": {"directoryName": name}} for name in stages}
    others = {"Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}
    return json.dumps({"version": "48.0.0", "artifacts": {**stacks, **inner, **others}})


def deployments(texts: dict[str, str], scope: list[str] | None = None) -> list[Deployment]:
    return read(Texts(texts), sorted(texts) if scope is None else scope, {})


def resources(**written: Any) -> dict[str, Resource]:
    written["Other"] = resource("AWS::SQS::Queue", "Shop/Other/Resource")
    (found,) = deployments({"cdk.out/Shop.template.json": template(**written)})
    return {each.name: each for each in found.resources if each.name != "Other"}


def located(texts: dict[str, str], name: str = "F") -> Located | NotLocated:
    (found,) = deployments(texts, [path for path in texts if path.endswith(".json")])
    by_name = {each.name: each for each in found.resources}
    return locate(by_name[name], Texts(texts), by_name)


class TestAssembly:
    def test_what_synth_prints_in_yaml_is_synthesised_too(self) -> None:
        helper = function("Site/Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C/Resource")
        printed = yaml.safe_dump({"Resources": {"Helper": helper, "F": function()}})
        (found,) = deployments({"template.yaml": printed})
        assert found.dialect == "cdk"
        assert {each.name: each.generated for each in found.resources} == {"Helper": True, "F": False}

    def test_a_cdk_json_leads_to_what_it_was_synthesised_to_although_that_is_out_of_scope(self) -> None:
        texts = {
            "app/cdk.json": '{"app": "node app.js"}',
            "app/cdk.out/manifest.json": manifest("Shop"),
            "app/cdk.out/Shop.template.json": template(F=function()),
        }
        (found,) = deployments(texts, ["app/cdk.json"])
        assert (found.path, found.dialect, found.notes) == ("app/cdk.out/Shop.template.json", "cdk", ())

    def test_its_output_may_have_another_name(self) -> None:
        texts = {
            "cdk.json": '{"app": "a", "output": "build/synth"}',
            "build/synth/manifest.json": manifest("Shop"),
            "build/synth/Shop.template.json": template(F=function()),
        }
        assert [found.path for found in deployments(texts, ["cdk.json"])] == ["build/synth/Shop.template.json"]

    def test_stages_are_assemblies_of_their_own(self) -> None:
        texts = {
            "cdk.out/manifest.json": manifest("Shop", stages=("assembly-Prod",)),
            "cdk.out/Shop.template.json": template(F=function()),
            "cdk.out/assembly-Prod/manifest.json": manifest("ProdShop"),
            "cdk.out/assembly-Prod/ProdShop.template.json": template(F=function("Prod/Shop/Worker/Resource")),
        }
        found = deployments(texts, ["cdk.out/manifest.json"])
        labels = [each.label for deployment in found for each in deployment.resources]
        assert sorted(labels) == ["Prod/Shop/Worker", "Shop/Worker"]

    def test_templates_are_told_by_their_content_where_there_is_no_manifest(self) -> None:
        (found,) = deployments({"synth/Shop.template.json": template(F=function())})
        assert found.dialect == "cdk"

    def test_every_template_is_read_once(self) -> None:
        texts = {
            "cdk.json": '{"app": "a"}',
            "cdk.out/manifest.json": manifest("Shop"),
            "cdk.out/Shop.template.json": template(F=function()),
        }
        assert len(deployments(texts)) == 1

    def test_a_nested_stack_belongs_to_its_parent(self) -> None:
        nested = resource(
            "AWS::CloudFormation::Stack",
            "Shop/Inner.NestedStack/Inner.NestedStackResource",
            {"aws:asset:path": "ShopInner.nested.template.json", "aws:asset:property": "TemplateURL"},
            TemplateURL={"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}]]},
        )
        texts = {
            "cdk.out/Shop.template.json": template(Inner=nested),
            "cdk.out/ShopInner.nested.template.json": template(F=function("Shop/Inner/Worker/Resource")),
        }
        (found,) = deployments(texts)
        assert {each.name: each.label for each in found.resources}["Inner.F"] == "Shop/Inner/Worker"

    def test_a_template_that_names_no_constructs_tells_by_what_it_asks_of_its_account(self) -> None:
        version = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}
        retention = f"LogRetention{'0a' * 16}FD4BFC8A"
        functions = {name: {"Type": "AWS::Lambda::Function"} for name in ("OrdersWorker0A1B2C3D", retention)}
        text = json.dumps({"Parameters": {"BootstrapVersion": version}, "Resources": functions})
        (found,) = deployments({"deploy/Shop.template.json": text})
        assert found.dialect == "cdk"
        assert [(each.label, each.generated) for each in found.resources] == [
            ("OrdersWorker", False),
            (retention[:-8], True),
        ]

    def test_a_template_that_no_cdk_wrote_stays_cloudformation(self) -> None:
        (found,) = deployments({"template.json": '{"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}'})
        assert found.dialect == "cloudformation"

    def test_every_app_that_cannot_be_read_is_noted(self) -> None:
        commands = {
            "a": "node app.js",
            "b": "dotnet run --project src/App.csproj",
            "c": "mvn -e -q compile exec:java",
            "d": "go mod download && go run app.go",
            "e": "./gradlew :stack:run",
        }
        texts = {f"{name}/cdk.json": json.dumps({"app": command}) for name, command in commands.items()}
        report = lint(Texts(texts), sorted(texts), [])
        end = ": run `cdk synth`, then check cdk.out"
        assert report.findings == ()
        assert {span.path[0]: note.removesuffix(end) for span, note in report.notes} == {
            "a": "is not synthesised",
            "b": "is written in C#, which is not read",
            "c": "is written in Java, which is not read",
            "d": "is written in Go, which is not read",
            "e": "is written in Java, which is not read",
        }

    @pytest.mark.parametrize(
        ("path", "said"),
        [
            (".", "a/cdk.json: {} (and 2 more: b/cdk.json, c/cdk.json)"),
            ("b", "b/cdk.json: {}"),
            ("c/Main.java", "c/cdk.json: {}"),
        ],
    )
    def test_apps_of_which_the_same_is_so_are_named_in_one_line(
        self, path: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in "abc":
            (tmp_path / name).mkdir()
            (tmp_path / name / "cdk.json").write_text('{"app": "mvn exec:java"}')
            (tmp_path / name / "Main.java").write_text("")
        (tmp_path / ".git").mkdir()
        monkeypatch.chdir(tmp_path)
        result = CliRunner().invoke(cli.main, ["check", path], prog_name="lambdalint")
        note = said.format("is written in Java, which is not read: run `cdk synth`, then check cdk.out")
        assert [each for each in result.output.splitlines() if "note" in each] == [f"lambdalint: note: {note}"]

    @pytest.mark.parametrize("text", ["{}", '{"context": {}}', "[]", "{", ""])
    def test_a_cdk_json_that_is_no_app_is_not_noted(self, text: str) -> None:
        assert deployments({"cdk.json": text}) == []

    @pytest.mark.parametrize(
        "text",
        [
            "{",
            "[]",
            '{"artifacts": []}',
            '{"artifacts": {"A": 1, "B": {"type": "aws:cloudformation:stack"}}}',
            '{"artifacts": {"A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "gone.json"}}}}',
            '{"artifacts": {"A": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}}',
            '{"artifacts": {"A": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "../x/../cdk.out"}}}}',
            '{"name": "An extension of a browser", "manifest_version": 3}',
        ],
    )
    def test_other_manifests_say_nothing(self, text: str) -> None:
        assert deployments({"cdk.out/manifest.json": text}) == []

    @given(st.text(max_size=100))
    def test_no_text_makes_the_reader_raise(self, text: str) -> None:
        texts = {"cdk.json": text, "manifest.json": text, "a.json": text + '"aws:cdk:path" "Resources" AWS::'}
        assert not any(each.resources for each in deployments(texts))


class TestConstructs:
    def test_messages_call_a_resource_by_its_construct(self) -> None:
        found = resources(F=function(), Q=resource("AWS::SQS::Queue", "Shop/Jobs/Default"))
        assert [found[name].label for name in "FQ"] == ["Shop/Worker", "Shop/Jobs"]
        (view,) = Project(tuple(found.values())).functions
        assert view.name == "Shop/Worker"

    def test_a_finding_names_the_construct_that_it_is_about(self) -> None:
        texts = {"cdk.out/Shop.template.json": template(F=function())}
        asked = [rule for rule in rules.load() if rule.name == "default-timeout"]
        (finding,) = lint(Texts(texts), sorted(texts), asked).findings
        assert finding.message == "`Shop/Worker` has no Timeout: it stops after 3 s, the default"

    @pytest.mark.parametrize(
        "path",
        [
            "Shop/LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a/Resource",
            "Shop/BucketNotificationsHandler050a0587b7544547bf325f094a3db834/Resource",
            "Shop/Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C/Resource",
            "Shop/Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler",
            "Shop/AWS679f53fac002430cb0da5b7982bd2287/Resource",
            "Shop/SingletonFunction1488541a7b23466481b69b4408076b81/Handler",
            "Shop/Provider/framework-onEvent/Resource",
            "Shop/Provider/framework-isComplete/Resource",
            "Shop/@aws-cdk--aws-eks.KubectlProvider/Handler/Resource",
            "Shop/AWSCDK.TriggerCustomResourceProviderCustomResourceProvider/Handler",
        ],
    )
    def test_the_cdk_s_own_helpers_are_silent(self, path: str) -> None:
        wide = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        trust = {"Statement": [{"Principal": {"Service": "lambda.amazonaws.com"}}]}
        texts = {
            "cdk.out/Shop.template.json": template(
                F=function(path, Role={"Fn::GetAtt": ["R", "Arn"]}),
                R=resource(
                    "AWS::IAM::Role",
                    path.replace("/Resource", "/ServiceRole/Resource"),
                    AssumeRolePolicyDocument=trust,
                    Policies=[{"PolicyName": "a", "PolicyDocument": wide}],
                ),
                P=resource(
                    "AWS::IAM::Policy",
                    "Shop/Aws/CustomResourcePolicy/Resource",
                    PolicyDocument=wide,
                    Roles=[{"Ref": "R"}],
                ),
            ),
            f"cdk.out/{STAGED}/app.py": "import boto3\ndef handler(event, context):\n    boto3.client('s3')\n",
        }
        report = lint(Texts(texts), ["cdk.out/Shop.template.json"], rules.load())
        assert report.findings == ()

    @pytest.mark.parametrize("path", ["Shop/LogRetention/Resource", "Shop/Custom/Resource", "Shop/Provider/Resource"])
    def test_what_only_sounds_like_a_helper_is_the_user_s(self, path: str) -> None:
        assert not resources(F=function(path))["F"].generated

    def test_what_a_grant_allows_is_the_cdk_s_words_and_what_the_user_adds_is_his(self) -> None:
        def allowed(*actions: str) -> dict[str, Any]:
            return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}

        document = {
            "Statement": [
                allowed("s3:GetObject*", "s3:GetBucket*", "s3:List*"),
                allowed("s3:Get*"),
                allowed("sqs:SendMessage"),
            ]
        }
        found = resources(
            F=function(Role={"Fn::GetAtt": ["R", "Arn"]}),
            R=resource("AWS::IAM::Role", "Shop/Worker/ServiceRole/Resource"),
            P=resource(
                "AWS::IAM::Policy",
                "Shop/Worker/ServiceRole/DefaultPolicy/Resource",
                PolicyDocument=document,
                Roles=[{"Ref": "R"}],
            ),
        )
        (role,) = Project(tuple(found.values())).roles
        assert [statement.generated for statement in role.documents] == [True, False, False]

    def test_notifications_of_a_bucket(self) -> None:
        configuration = {
            "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}},
            "LambdaFunctionArn": {"Fn::GetAtt": ["F", "Arn"]},
        }
        found = resources(
            F=function(),
            B=resource("AWS::S3::Bucket", "Shop/Files/Resource"),
            N=resource(
                "Custom::S3BucketNotifications",
                "Shop/Files/Notifications/Resource",
                ServiceToken={"Fn::GetAtt": ["H", "Arn"]},
                BucketName={"Ref": "B"},
                NotificationConfiguration={"LambdaFunctionConfigurations": [configuration]},
            ),
        )
        notified = found["N"]
        assert notified.type == "AWS::S3::BucketNotification"
        bucket, configurations = notified.get("Bucket"), notified.get("LambdaConfigurations")
        assert isinstance(bucket, Reference)
        assert isinstance(configurations, Sequence)
        assert [each.get("Event").value for each in configurations if isinstance(each, Mapping)] == configuration[
            "Events"
        ]  # type: ignore[union-attr]
        (view,) = Project(tuple(found.values())).functions
        assert [(invoker.mode, invoker.service) for invoker in view.invokers] == [("asynchronous", "S3")]

    def test_notifications_that_are_not_known_are_still_some(self) -> None:
        found = resources(
            N=resource(
                "Custom::S3BucketNotifications", "Shop/N/Resource", NotificationConfiguration={"Fn::ImportValue": "a"}
            )
        )
        assert isinstance(found["N"].get("LambdaConfigurations"), Sequence)

    def test_the_user_s_own_custom_resource_stays_one(self) -> None:
        assert resources(C=resource("Custom::Mine", "Shop/Mine/Default"))["C"].type == "Custom::Mine"


class TestAssets:
    def test_code_is_where_its_author_has_it(self) -> None:
        found = located(
            {
                "app/cdk.out/Shop.template.json": template(F=function()),
                f"app/cdk.out/{STAGED}/app.py": HANDLER,
                "app/lambda/worker/app.py": HANDLER,
                "app/lambda/other/app.py": "def handler(event, context): pass\n",
            }
        )
        assert isinstance(found, Located)
        assert (found.source.path, found.roots) == ("app/lambda/worker/app.py", ("app/lambda/worker",))

    def test_code_that_was_bundled_is_where_it_was_staged(self) -> None:
        found = located(
            {
                "cdk.out/Shop.template.json": template(F=function()),
                f"cdk.out/{STAGED}/app.py": HANDLER,
                "lambda/app.py": "# before it was built\n" + HANDLER,
            }
        )
        assert isinstance(found, Located)
        assert found.source.path == f"cdk.out/{STAGED}/app.py"

    def test_of_directories_that_begin_alike_the_asset_is_a_copy_of_the_one_it_has_most_of(self) -> None:
        texts = {
            "cdk.out/Shop.template.json": template(F=function(), G=function(staged=OTHER)),
            f"cdk.out/{STAGED}/app.py": HANDLER,
            f"cdk.out/{OTHER}/app.py": HANDLER,
            f"cdk.out/{OTHER}/more.py": "X = 1\n",
            "a/app.py": HANDLER,
            "b/app.py": HANDLER,
            "b/more.py": "X = 1\n",
        }
        for name, path in (("F", "a/app.py"), ("G", "b/app.py")):
            found = located(texts, name)
            assert isinstance(found, Located)
            assert found.source.path == path

    def test_code_whose_asset_is_gone_is_where_a_directory_is_named_like_its_construct(self) -> None:
        texts = {
            "cdk.out/Shop.template.json": template(F=function("Shop/OrderWorkerFunction/Resource")),
            "lambda/order-worker/app.py": HANDLER,
            "lambda/other/app.py": HANDLER,
            "tests/order_worker/app.py": HANDLER,
        }
        found = located(texts)
        assert isinstance(found, Located)
        assert found.source.path == "lambda/order-worker/app.py"
        again = located({**texts, "more/order_worker/app.py": HANDLER})
        assert not isinstance(again, Located)
        assert not isinstance(located({**texts, "lambda/order-worker/app.py": "handler(1, 2)\n"}), Located)

    def test_of_directories_that_are_alike_none_is_taken(self) -> None:
        found = located(
            {
                "cdk.out/Shop.template.json": template(F=function()),
                f"cdk.out/{STAGED}/app.py": HANDLER,
                "a/app.py": HANDLER,
                "b/app.py": HANDLER,
            }
        )
        assert isinstance(found, Located)
        assert found.source.path == f"cdk.out/{STAGED}/app.py"

    def test_an_asset_of_a_stage_lies_above_it(self) -> None:
        found = located(
            {
                "cdk.out/assembly-Prod/Shop.template.json": template(F=function(staged=f"../{STAGED}")),
                f"cdk.out/{STAGED}/app.py": HANDLER,
                "src/app.py": HANDLER,
            }
        )
        assert isinstance(found, Located)
        assert found.source.path == "src/app.py"

    def test_an_asset_that_is_not_there_is_no_fault(self) -> None:
        found = located({"cdk.out/Shop.template.json": template(F=function())})
        assert isinstance(found, NotLocated)
        assert not found.certain

    def test_an_image_is_built_where_its_author_has_it(self) -> None:
        asset = {
            "aws:asset:path": STAGED,
            "aws:asset:dockerfile-path": "Dockerfile",
            "aws:asset:property": "Code.ImageUri",
        }
        image = resource(
            "AWS::Lambda::Function",
            "Shop/Image/Resource",
            asset,
            Code={"ImageUri": {"Fn::Sub": "${AWS::Region}"}},
            PackageType="Image",
        )
        dockerfile = 'FROM public.ecr.aws/lambda/python:3.13\nCMD ["app.handler"]\n'
        found = located(
            {
                "cdk.out/Shop.template.json": template(F=image),
                f"cdk.out/{STAGED}/Dockerfile": dockerfile,
                f"cdk.out/{STAGED}/app.py": HANDLER,
                "image/Dockerfile": dockerfile,
                "image/app.py": HANDLER,
            }
        )
        assert isinstance(found, Located)
        assert found.source.path == "image/app.py"

    def test_a_layer_puts_its_asset_on_the_path(self) -> None:
        asset = {"aws:asset:path": OTHER, "aws:asset:property": "Content"}
        layer = resource(
            "AWS::Lambda::LayerVersion", "Shop/Lib/Resource", asset, Content={"S3Bucket": "b", "S3Key": "k"}
        )
        found = located(
            {
                "cdk.out/Shop.template.json": template(L=layer, F=function(Layers=[{"Ref": "L"}])),
                f"cdk.out/{STAGED}/app.py": HANDLER,
            }
        )
        assert isinstance(found, Located)
        assert f"cdk.out/{OTHER}/python" in found.roots
        assert not found.remote_layers

    def test_code_without_an_asset_stays_what_it_is(self) -> None:
        written = resource(
            "AWS::Lambda::Function", "Shop/F/Resource", Code={"S3Bucket": "b", "S3Key": "k"}, Handler="a.b"
        )
        assert isinstance(resources(F=written)["F"].get("Code"), Mapping)

    def test_code_in_the_template_stays_there(self) -> None:
        written = resource(
            "AWS::Lambda::Function",
            "Shop/F/Resource",
            Code={"ZipFile": HANDLER},
            Handler="index.handler",
            Runtime="python3.13",
        )
        found = located({"cdk.out/Shop.template.json": template(F=written)})
        assert isinstance(found, Located)
        assert found.source.text == HANDLER


FILES = {
    ".git/HEAD": "",
    ".gitignore": "cdk.out\n",
    "cdk.json": '{"app": "node app.js"}',
    "cdk.out/manifest.json": manifest("Shop"),
    "cdk.out/Shop.template.json": template(
        F=function(), H=function("Shop/Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C/Resource", OTHER)
    ),
    f"cdk.out/{STAGED}/app.py": "import boto3\ndef handler(event, context):\n    boto3.client('s3')\n",
    f"cdk.out/{OTHER}/app.py": "import boto3\ndef handler(event, context):\n    boto3.client('sqs')\n",
    "src/app.py": "import boto3\ndef handler(event, context):\n    boto3.client('s3')\n",
}


class TestOnDisk:
    """`cdk.out` is ignored by git and skipped by name, and still read: given, or through its cdk.json."""

    def report(self, directory: Path, path: str) -> Report:
        for name, text in FILES.items():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            (directory / name).write_text(text, "utf-8")
        before = Path.cwd()
        os.chdir(directory)
        try:
            found = discover([path])
            asked = [rule for rule in rules.load() if rule.name in ("client-in-handler", "default-timeout")]
            return lint(found.sources, found.scope, asked)
        finally:
            os.chdir(before)

    @pytest.mark.parametrize("path", [".", "cdk.json", "cdk.out", "cdk.out/Shop.template.json", "src/app.py"])
    def test_findings_are_told_at_the_user_s_own_files(self, path: str, tmp_path: Path) -> None:
        report = self.report(tmp_path, path)
        assert [(finding.rule.name, str(finding.span)) for finding in report.findings] == [
            ("default-timeout", "cdk.out/Shop.template.json:3:3"),
            ("client-in-handler", "src/app.py:3:5"),
        ]
        assert report.notes == ()


@pytest.mark.parametrize("metadata", [{"aws:asset:path": 1}, {"aws:asset:path": "", "aws:asset:property": "Code"}, {}])
def test_metadata_of_other_shapes_changes_nothing(metadata: dict[str, Any]) -> None:
    written = resource(
        "AWS::Lambda::Function", "Shop/F/Resource", metadata, Handler="a.b", Code={"S3Bucket": "b", "S3Key": "k"}
    )
    assert isinstance(resources(F=written)["F"].get("Code"), Mapping)


def test_a_helper_s_handler_is_not_asked_for() -> None:
    found = resources(F=function("Shop/AWS679f53fac002430cb0da5b7982bd2287/Resource"))["F"]
    assert isinstance(found.get("Handler"), Unknown)
    assert isinstance(found.get("Runtime"), Known)
