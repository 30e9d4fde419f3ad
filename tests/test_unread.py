"""Deployers that are not read are named, with how many functions they deploy."""

from __future__ import annotations

import pytest

from lambdalint import cdk
from lambdalint.code.reader import Reader
from lambdalint.source import Texts
from lambdalint.templates import read


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {
                "app.arc": "@app\norders\n\n@http\nget /orders\npost /orders\n  src src/post\n\n@scheduled\nnightly rate(1 day)\n"
                "\n@tables\norders\n  id *String\n\n@ws\n"
            },
            "its 6 functions of Architect are not read",
        ),
        ({"zappa_settings.json": '{"dev": {}, "prod": {"extends": "dev"}}'}, "its 2 functions of Zappa are not read"),
        ({"zappa_settings.toml": "[dev]\n"}, "its 1 function of Zappa is not read"),
        (
            {
                "infra/Pulumi.yaml": "name: orders\nruntime: go\n",
                "infra/main.go": 'a, err := lambda.NewFunction(ctx, "a", nil)\nb, err := lambda.NewFunction(ctx, "b", nil)',
                "src/main.go": 'lambda.NewFunction(ctx, "elsewhere", nil)',
            },
            "its 2 functions of Pulumi are not read",
        ),
        ({"Pulumi.yaml": "runtime: yaml\nresources:\n  f:\n    type: aws:lambda:Function\n"}, ""),
        (
            {
                "cdktf.json": '{"language": "typescript"}',
                "main.ts": 'new LambdaFunction(this, "a", {});\nnew aws.lambdaFunction.LambdaFunction(this, "b", {});',
                "more.py": 'LambdaFunction(self, "c", handler="c.main")\nclass LambdaFunction(Construct): ...\n',
            },
            "its 3 functions of CDK for Terraform are not read",
        ),
        ({"Pulumi.yaml": "runtime: nodejs\n", "index.ts": 'new aws.lambda.Function("a", {});'}, ""),
        ({"Pulumi.yaml": "runtime: go\n", "backend.ts": "defineFunction({});", "app.arc": "@app\norders\n"}, ""),
        (
            {
                "sst.json": "{}",
                "stacks/api.ts": 'import { Api, Function } from "sst/constructs";\n'
                'new Api(stack, "api", { routes: { "GET /": "functions/src/list.main", "POST /": "functions/src/add.main" } });\n'
                'new Function(stack, "f", { handler: "functions/src/run.main", environment: { FILE: "data/rows.json" } });\n',
            },
            "its 3 functions of SST are not read",
        ),
        ({"zappa_settings.json": "[]", "sst.config.ts": "export default {}"}, ""),
    ],
)
def test_each_is_told_with_its_functions(files: dict[str, str], told: str) -> None:
    found = read(Texts(files), sorted(files), {})
    assert [why for each in found for _, why in each.notes] == ([told] if told else [])
    assert not any(each.resources for each in found)


def test_a_backend_whose_program_is_not_followed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"amplify/backend.ts": "defineBackend({})", "amplify/say/resource.ts": "defineFunction({});"}
    sources = Texts(files)
    monkeypatch.setattr(Reader, "program", lambda *_: None)
    (found,) = cdk.read(sources, sorted(files), Reader(sources))
    assert [why for _, why in found.notes] == ["its 1 function of Amplify is not read"]
