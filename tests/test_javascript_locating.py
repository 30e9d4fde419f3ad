"""From the Handler of a Node.js function to the file that it is written in."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lambdalint.code.facts import Handler
from lambdalint.code.javascript.locating import Locator
from lambdalint.code.locate import Located, NotLocated, runs_node
from lambdalint.code.reader import Reader
from lambdalint.code.repository import Repository
from lambdalint.source import Line, Source, Span, Texts
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Code, Known, Reference, Sequence, Unknown, Value
from lambdalint.templates.value import Mapping as MappingValue

PLACE = Span("svc/template.yaml", 5, 7, 5, 20)
HANDLER = "exports.handler = async (event) => {};\n"
COMPILED = '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n' + HANDLER
TYPED = "export const handler = async (event: unknown) => {};\n"


def value(of: object) -> Value:
    """A value of a template as plain data writes it."""
    match of:
        case str() | int() | bool():
            return Known(of, PLACE)
        case dict():
            return MappingValue({key: value(inner) for key, inner in of.items()}, PLACE, {})
        case list():
            return Sequence(tuple(map(value, of)), PLACE)
        case _:
            return of  # type: ignore[return-value]


def function(metadata: Mapping[str, object] | None = None, **properties: object) -> Resource:
    """A function of these properties, `app.handler` of nodejs24.x in src/ unless they say otherwise."""
    given = {"Runtime": "nodejs24.x", "Handler": "app.handler", "Code": "src/", **properties}
    written = value({name: of for name, of in given.items() if of is not None})
    more = value(dict(metadata)) if metadata else None
    assert isinstance(written, MappingValue)
    known = more if isinstance(more, MappingValue) else None
    return Resource("AWS::Lambda::Function", "Fn", written, PLACE, PLACE, known)


def find(
    files: Mapping[str, str], metadata: Mapping[str, object] | None = None, **properties: object
) -> Located | NotLocated:
    given = function(metadata, **properties)
    return Locator.of(Repository(Texts(files))).locate(given, {given.name: given})


def path(found: Located | NotLocated) -> str:
    assert isinstance(found, Located), found
    return found.source.path


def missed(found: Located | NotLocated) -> NotLocated:
    assert isinstance(found, NotLocated), found
    return found


@pytest.mark.parametrize(
    ("handler", "files", "wanted"),
    [
        ("app.handler", ["svc/src/app.js"], "svc/src/app.js"),
        ("app.handler", ["svc/src/app.mjs"], "svc/src/app.mjs"),
        ("api/app.handler", ["svc/src/api/app.cjs"], "svc/src/api/app.cjs"),
        ("app.handler", ["svc/src/app.js", "svc/src/app.ts"], "svc/src/app.ts"),
        ("app.inner.handler", ["svc/src/app.js"], "svc/src/app.js"),
        ("dist/app.handler", ["svc/src/app.ts"], "svc/src/app.ts"),
        ("dist/app.handler", ["svc/src/src/app.ts"], "svc/src/src/app.ts"),
        (
            "assets/orders/store.lambda/index.handler",
            ["svc/src/src/orders/store.lambda.ts"],
            "svc/src/src/orders/store.lambda.ts",
        ),
    ],
)
def test_a_handler_is_found_below_its_code(handler: str, files: list[str], wanted: str) -> None:
    assert path(find(dict.fromkeys(files, HANDLER), Handler=handler)) == wanted


def test_esbuild_names_the_file_after_its_entry_point() -> None:
    metadata = {"BuildMethod": "esbuild", "BuildProperties": {"EntryPoints": ["lib/app.ts", "lib/other.ts"]}}
    files = {"svc/src/lib/app.ts": TYPED, "svc/src/lib/other.ts": TYPED}
    assert path(find(files, metadata)) == "svc/src/lib/app.ts"


def test_code_in_the_template_is_the_module_index() -> None:
    source = Source("svc/template.yaml", HANDLER, (Line(9, 11),))
    inline = {"ZipFile": Code(source, PLACE)}
    assert path(find({}, Handler="index.handler", Code=inline)) == "svc/template.yaml"
    assert "module index" in missed(find({}, Code=inline)).why
    given = function(Handler="index.handler", Code=inline)
    reader = Reader(Texts({}))
    reader.functions((given,))
    assert reader.entries[given].is_async


@pytest.mark.parametrize(
    ("handler", "why"),
    [("../app.handler", "which Lambda refuses"), ("run.sh", "src/run.js, which does not exist"), ("bootstrap", "own")],
)
def test_a_handler_that_names_no_module_is_told(handler: str, why: str) -> None:
    assert why in missed(find({"svc/src/app.js": HANDLER}, Handler=handler)).why


@pytest.mark.parametrize("code", [{"S3Bucket": "b", "S3Key": "k"}, Unknown(PLACE), "out.zip", "gone", "dist"])
def test_code_elsewhere_is_the_one_file_below_the_template_that_exports_the_handler(code: object) -> None:
    files = {
        "svc/lambdas/app.ts": TYPED,
        "svc/old/app.js": "exports.main = () => {};",
        "svc/app.test.ts": TYPED,
        "app.js": HANDLER,
    }
    assert path(find(files, Code=code)) == "svc/lambdas/app.ts"


def test_two_candidates_are_none_unless_one_is_named_like_the_function() -> None:
    files = {"svc/orders/app.js": HANDLER, "svc/refunds/app.js": HANDLER}
    why = missed(find(files, Code={"S3Bucket": "b", "S3Key": "k"})).why
    assert why.endswith("app.handler may be in svc/orders/app.js and svc/refunds/app.js")
    assert path(find(files, Code={"S3Bucket": "b", "S3Key": "k"}, FunctionName="refunds")) == "svc/refunds/app.js"


def test_what_a_compiler_made_is_read_where_nothing_else_was_written() -> None:
    files = {"svc/dist/app.js": COMPILED, "svc/lambdas/app.ts": TYPED}
    elsewhere = {"S3Bucket": "b", "S3Key": "k"}
    assert path(find(files, Code=elsewhere)) == "svc/lambdas/app.ts"
    assert path(find({"svc/dist/app.js": COMPILED}, Code=elsewhere)) == "svc/dist/app.js"


def test_the_source_is_meant_where_a_compiler_left_no_mark_in_what_it_made() -> None:
    files = {"svc/dist/app.mjs": HANDLER, "svc/src/app.mts": TYPED}
    assert path(find(files, Code={"S3Bucket": "b", "S3Key": "k"})) == "svc/src/app.mts"
    assert path(find(files, Code="dist/")) == "svc/src/app.mts"
    assert path(find({**files, "svc/src/app.mts": "export {};"}, Code="dist/")) == "svc/dist/app.mjs"
    packed = {"Files": {"app.mjs": "dist/app.mjs"}}
    assert path(find({**files, "svc/dist/app.mjs": COMPILED}, Code=packed)) == "svc/src/app.mts"
    plain = {"svc/dist/app.js": HANDLER, "svc/app/app.js": HANDLER}
    assert "may be in" in missed(find(plain, Code={"S3Bucket": "b", "S3Key": "k"})).why


def test_a_bundle_is_not_read() -> None:
    files = {"svc/src/app.js": HANDLER + "x" * 6000}
    assert missed(find(files)).why == "its code is a bundle"


def test_a_miss_is_certain_where_the_code_is_here_and_nothing_builds_it() -> None:
    found = missed(find({"svc/src/apps.js": HANDLER}))
    assert found.certain
    assert found.near == "apps.handler"
    assert not missed(find({"svc/src/apps.js": HANDLER}, {"BuildMethod": "makefile"})).certain
    assert not missed(find({"svc/src/apps.js": HANDLER, "svc/src/package.json": '{"scripts": {"build": "x"}}'})).certain


def test_an_image_of_node_runs_the_command_of_its_dockerfile() -> None:
    dockerfile = (
        "FROM public.ecr.aws/lambda/nodejs:24 AS build\nRUN npm run build\nFROM public.ecr.aws/lambda/nodejs:24\n"
        'CMD ["dist/app.handler"]\n'
    )
    files = {"svc/img/Dockerfile": dockerfile, "svc/img/src/app.ts": TYPED}
    image = {"Runtime": None, "Handler": None, "Code": None, "PackageType": "Image"}
    metadata = {"DockerContext": "img", "Dockerfile": "Dockerfile"}
    assert runs_node(function(metadata, **image), Repository(Texts(files)))
    assert path(find(files, metadata, **image)) == "svc/img/src/app.ts"
    assert path(find({**files, "svc/img/dist/app.js": COMPILED}, metadata, **image)) == "svc/img/src/app.ts"
    files["svc/img/Dockerfile"] = 'FROM public.ecr.aws/lambda/python:3.14\nCMD ["app.handler"]\n'
    assert not runs_node(function(metadata, **image), Repository(Texts(files)))


@pytest.mark.parametrize(
    ("dockerfile", "written"),
    [
        # Copied as it is; by a stage that compiles it, in the directory of its manifest; from the repository's root.
        ("FROM public.ecr.aws/lambda/nodejs:24\nCOPY src ./", "fns/orders/src/main.mjs"),
        (
            "FROM node:24 AS made\nWORKDIR /usr/app\nCOPY package.json yarn.lock ./\nCOPY src ./src\nRUN yarn build\n"
            "FROM public.ecr.aws/lambda/nodejs:24\nCOPY --from=made /usr/app/build ./",
            "fns/orders/src/main.ts",
        ),
        (
            "FROM node:24 AS made\nWORKDIR /work\nCOPY . .\nRUN npm run build -w orders\n"
            "FROM public.ecr.aws/lambda/nodejs:24\nCOPY --from=made /work/fns/orders/dist ${LAMBDA_TASK_ROOT}",
            "fns/orders/src/main.ts",
        ),
    ],
)
def test_an_image_of_node_is_built_where_its_name_leads(dockerfile: str, written: str) -> None:
    files = {
        "fns/orders/Dockerfile": f'{dockerfile}\nCMD ["main.handler"]\n',
        written: HANDLER if written.endswith("mjs") else TYPED,
        "fns/orders/package.json": "{}",
        "fns/refunds/Dockerfile": 'FROM public.ecr.aws/lambda/nodejs:24\nCOPY . .\nCMD ["main.handler"]\n',
        "fns/refunds/main.mjs": HANDLER,
    }
    uri = Known("1.dkr.ecr.eu-west-1.amazonaws.com/acme-orders:3", PLACE)
    image = {"Runtime": None, "Handler": None, "Code": {"ImageUri": uri}, "PackageType": "Image"}
    assert runs_node(function(**image), Repository(Texts(files)))
    found = find(files, **image)
    assert path(found) == written
    assert isinstance(found, Located)
    assert found.evidence == "its image is built from fns/orders/Dockerfile, which is called like it"


def unread(files: Mapping[str, str], **properties: object) -> NotLocated:
    given = function(**properties)
    read = Reader(Texts(files)).functions((given,))["Fn"]
    assert isinstance(read, NotLocated)
    return read


def test_a_handler_that_is_handed_on_is_read_where_it_is_defined() -> None:
    files = {"svc/src/app.ts": "export * from './routes/index.js';", "svc/src/routes/index.ts": TYPED}
    given = function()
    reader = Reader(Texts(files))
    reader.functions((given,))
    assert reader.entries[given].is_async


def test_code_of_a_layer_is_followed_where_the_function_has_it() -> None:
    files = {
        "svc/src/app.mjs": 'import { table } from "/opt/nodejs/config.mjs";\nexport const handler = async () => table();',
        "svc/layer/nodejs/config.mjs": "export const table = () => process.env.TABLE;",
    }
    layer = Resource("AWS::Lambda::LayerVersion", "Config", value({"Content": "layer/"}), PLACE, PLACE)  # type: ignore[arg-type]
    given = function(Layers=[Reference("Config", "", PLACE)])
    found = Reader(Texts(files)).functions((given, layer))["Fn"]
    assert isinstance(found, Handler)
    assert [each.name for each in found.environment] == ["TABLE"]
    other = Reader(Texts(files)).functions((function(), layer))["Fn"]
    assert isinstance(other, Handler)
    assert not other.environment


def test_a_handler_may_lie_in_a_layer() -> None:
    files = {"svc/src/index.js": "", "svc/layer/nodejs/wrap.js": HANDLER}

    def found(*layers: str) -> Located | NotLocated:
        given = function(Handler="/opt/nodejs/wrap.handler", Layers=[Reference(each, "", PLACE) for each in layers])
        own = {
            each: Resource("AWS::Lambda::LayerVersion", each, value({"Content": f"{each}/"}), PLACE, PLACE)  # type: ignore[arg-type]
            for each in layers
        }
        return Locator.of(Repository(Texts(files))).locate(given, own)

    assert path(found("layer")) == "svc/layer/nodejs/wrap.js"
    assert "from a layer" in missed(found("other")).why
    assert "a program of its own" in missed(found()).why


def test_an_export_may_be_an_entry_of_another() -> None:
    files = {"svc/src/app.js": "exports.api = { handler: async () => {} };"}
    given = function(Handler="app.api.handler")
    assert isinstance(Reader(Texts(files)).functions((given,))["Fn"], Handler)
    assert unread(files, Handler="app.apis.handler").why == "apis, which src/app.js does not export"
    assert unread(files, Handler="app.js").certain


@pytest.mark.parametrize(
    ("files", "properties", "wanted"),
    [
        # A compiler's settings.
        ({"svc/tsconfig.json": '{"compilerOptions": {"outDir": "out", "rootDir": "code"}}', "svc/code/app.ts": TYPED}, {"Code": "out"}, "svc/code/app.ts"),
        ({"svc/src/app.ts": TYPED}, {"Code": "dist"}, "svc/src/app.ts"),
        ({"svc/api/src/app.ts": TYPED, "svc/other/app.ts": TYPED}, {"Code": "api/dist"}, "svc/api/src/app.ts"),
        ({"svc/api/a.ts": TYPED, "svc/package.json": '{"scripts": {"build": "esbuild api/a.ts --bundle --outfile=dist/app.js"}}'}, {"Code": "dist"}, "svc/api/a.ts"),
        ({"svc/api/a.ts": TYPED, "svc/package.json": '{"scripts": {"build": "npx esbuild app=api/a.ts --bundle --outdir=dist"}}'}, {"Code": "dist"}, "svc/api/a.ts"),
        ({"svc/api/app.ts": TYPED, "svc/package.json": '{"scripts": {"build": "rm -rf dist && esbuild ./api/*.ts --outdir=dist/all --minify"}}'}, {"Code": "dist/all"}, "svc/api/app.ts"),
        ({"svc/api/a.ts": TYPED, "svc/package.json": '{"scripts": {"build": "cd api && ncc build a.ts -o ../dist"}}'}, {"Code": "dist", "Handler": "index.handler"}, "svc/api/a.ts"),
        ({"svc/api/a.ts": TYPED, "svc/package.json": '{"scripts": {"build": "tsup api/a.ts"}}'}, {"Code": "dist", "Handler": "a.handler"}, "svc/api/a.ts"),
        ({"svc/api/a.ts": TYPED, "svc/package.json": '{"scripts": {"build": "rollup -i api/a.ts -o dist/app.js -f cjs"}}'}, {"Code": "dist"}, "svc/api/a.ts"),
        ({"svc/api/a.ts": TYPED, "svc/build.mjs": 'await esbuild.build({ entryPoints: ["api/a.ts"], bundle: true, outfile: "dist/app.js" })'}, {"Code": "dist"}, "svc/api/a.ts"),
        ({"svc/api/a.ts": TYPED, "svc/esbuild.js": 'build({ entryPoints: { app: "api/a.ts" }, outdir: "dist" })'}, {"Code": "dist"}, "svc/api/a.ts"),
        ({"svc/api/v1/app.ts": TYPED, "svc/b/app.ts": TYPED, "svc/esbuild.js": 'const out = `made`; const from = "api";\nbuild({ entryPoints: [path.join(__dirname, from, "v1/app.ts")], outdir: path.join(".", out), outbase: from })'}, {"Code": "made/v1"}, "svc/api/v1/app.ts"),
        ({"svc/api/a.ts": TYPED, "svc/tsup.config.ts": 'export default defineConfig({ entry: { app: "api/a.ts" }, outDir: "dist" })'}, {"Code": "dist"}, "svc/api/a.ts"),
        ({"svc/api/a.ts": TYPED, "svc/rollup.config.mjs": 'export default { input: "api/a.ts", output: { file: "dist/app.js", format: "cjs" } }'}, {"Code": "dist"}, "svc/api/a.ts"),
        ({"svc/api/a.ts": TYPED, "svc/webpack.config.js": 'module.exports = { entry: "./api/a.ts", output: { path: path.resolve(__dirname, "dist"), filename: "app.js" } }'}, {"Code": "dist"}, "svc/api/a.ts"),
        ({"svc/api/a.ts": TYPED, "svc/webpack.config.js": 'const entries = { app: "./api/a.ts" };\nmodule.exports = { entry: entries, output: { path: "dist" } }'}, {"Code": "dist"}, "svc/api/a.ts"),
        ({"svc/api/a.ts": TYPED, "svc/webpack.config.js": 'const all = (env) => { const one = { app: "./api/a.ts" }; return one; };\nmodule.exports = (env) => ({ entry: all(env), output: { path: "dist" } })'}, {"Code": "dist"}, "svc/api/a.ts"),
        # Packed somewhere else, under the name that a bundler gives it.
        ({"svc/a.ts": TYPED, "svc/b.ts": TYPED, "svc/webpack.config.js": 'module.exports = { entry: { "take-order": "./a.ts", refund: "./b.ts" }, output: { path: "out" } }'}, {"Code": {"S3Bucket": "packed"}, "Handler": "take-order.handler"}, "svc/a.ts"),
        # A package that is packed as a whole.
        ({"svc/api/a.ts": TYPED, "svc/b.ts": TYPED, "svc/package.json": '{"main": "api/a.ts"}'}, {"Code": "dist/function.zip"}, "svc/api/a.ts"),
        ({"svc/fn/src/index.ts": TYPED, "svc/fn/src/token.ts": TYPED, "svc/fn/package.json": '{"main": "src/index.ts", "scripts": {"build": "./bundle"}}'}, {"Code": "fn", "Handler": "token.handler"}, "svc/fn/src/token.ts"),
        # What is called like the archive.
        ({"svc/fns/take-order.ts": TYPED, "svc/fns/refund.ts": TYPED}, {"Code": "dist/take-order.zip", "Handler": "index.handler"}, "svc/fns/take-order.ts"),
    ],
)  # fmt: skip
def test_what_is_built_is_read_where_it_is_written(
    files: dict[str, str], properties: dict[str, str], wanted: str
) -> None:
    assert path(find(files, **properties)) == wanted
    assert not missed(
        find({name: text.replace("handler", "other") for name, text in files.items()}, **properties)
    ).certain


def test_a_name_that_many_modules_have_leads_to_no_bundle_of_the_project() -> None:
    files = {
        "svc/a.ts": TYPED,
        "svc/b.ts": TYPED,
        "svc/esbuild.js": 'build({ entryPoints: { index: "a.ts" }, outdir: "dist" })',
    }
    assert not missed(find(files, Code={"S3Bucket": "packed"}, Handler="index.handler")).certain


MAKEFILE = """build-Fn:
\tnpx esbuild src/orders.ts --bundle \\
\t  --outfile=$(ARTIFACTS_DIR)/app.js
build-Other:
\tesbuild src/refunds.ts --bundle --outfile="$(ARTIFACTS_DIR)/app.js"
"""


def test_a_makefile_says_which_file_is_a_function_s_own() -> None:
    files = {"svc/src/orders.ts": TYPED, "svc/src/refunds.ts": TYPED, "svc/Makefile": MAKEFILE}
    assert path(find(files, {"BuildMethod": "makefile"}, Code=".")) == "svc/src/orders.ts"
    ambiguous = {**files, "svc/Makefile": MAKEFILE.replace("build-", "all-")}
    assert not missed(find(ambiguous, {"BuildMethod": "makefile"}, Code=".")).certain


COMMONJS = """"use strict";
// lambda/orders.ts
var orders_exports = {};
__export(orders_exports, { handler: () => handler });
module.exports = __toCommonJS(orders_exports);
// node_modules/uuid/index.js
var v4 = 1;
// lambda/shared/db.ts
var table = 1;
// lambda/orders.ts
var handler = async () => {};
"""
MODULE = "// lambda/shared/db.ts\nvar table = 1;\n\n// lambda/orders.ts\nvar handler = async () => {};\nexport {\n  handler\n};\n"
MAP = '{"version": 3, "sources": ["../../lambda/shared/db.ts", "../../lambda/orders.ts"], "mappings": ""}'
MINIFIED = "var a=1;" * 900


@pytest.mark.parametrize(
    "built",
    [
        {"index.js": COMMONJS},
        {"index.mjs": MODULE + "//# sourceMappingURL=elsewhere.map"},
        {"index.js": MINIFIED + "\n//# sourceMappingURL=index.js.map\n", "index.js.map": MAP},
    ],
)
def test_a_bundle_says_what_it_is_made_of(built: dict[str, str]) -> None:
    files = {
        **{f"svc/cdk.out/asset.1/{name}": text for name, text in built.items()},
        "svc/lambda/orders.ts": TYPED, "svc/lambda/shared/db.ts": TYPED, "svc/index.ts": TYPED,
    }  # fmt: skip
    assert path(find(files, Code="cdk.out/asset.1", Handler="index.handler")) == "svc/lambda/orders.ts"


BUNDLED = {"aws:cdk:path": "Shop/Orders/Resource", "aws:asset:is-bundled": True}


@pytest.mark.parametrize(
    ("app", "wanted"),
    [
        ('new NodejsFunction(this, "Orders", { entry: path.join(__dirname, "..", "fns", "orders.ts") });', "fns/orders.ts"),
        ('new NodejsFunction(this, "Orders", { entry: `${__dirname}/../fns/orders.ts` });', "fns/orders.ts"),
        ('new nodejs.NodejsFunction(this, "Orders", { entry: "./fns/orders.ts" });', "fns/orders.ts"),
        ('new NodejsFunction(this, "Orders", { entry: join(import.meta.dirname, "../fns/orders.ts") });', "fns/orders.ts"),
        ('const entry = resolve(__dirname, "../fns/orders.ts"); new NodejsFunction(this, "Orders", { entry });', "fns/orders.ts"),
        ('new NodejsFunction(this, "Orders", { memorySize: 256 });', "lib/stack.Orders.ts"),
        ('new NodejsFunction(this, "Orders");', "lib/stack.Orders.ts"),
        ('new NodejsFunction(this, "Refunds", { entry: "./fns/orders.ts" });', ""),
        ('new NodejsFunction(this, "Orders", { entry: files[0] });', ""),
        ('new NodejsFunction(this, name, { entry: "./fns/orders.ts" });', ""),
        ('new NodejsFunction(this, "Orders", { entry: "./fns/orders.ts" }); new NodejsFunction(this, "Orders", { entry: "fns/other.ts" });', ""),
    ],
)  # fmt: skip
def test_an_app_says_what_is_bundled(app: str, wanted: str) -> None:
    files = {
        "svc/cdk.out/asset.1/index.js": "var a=1;exports.handler=a;",
        "svc/lib/stack.ts": f"class Shop extends Stack {{ constructor() {{ super(); {app} }} }}",
        "svc/lib/stack.Orders.ts": TYPED, "svc/fns/orders.ts": TYPED, "svc/fns/other.ts": TYPED,
    }  # fmt: skip
    given = function(BUNDLED, Code="asset.1", Handler="index.handler")
    place = Span("svc/cdk.out/Shop.template.json", 5, 7, 5, 20)
    code = Known("asset.1", place)
    properties = MappingValue({**given.properties.entries, "Code": code}, place, {})
    synthesised = Resource(given.type, given.name, properties, place, place, given.metadata)
    found = Locator.of(Repository(Texts(files))).locate(synthesised, {})
    if wanted:
        assert path(found) == f"svc/{wanted}"
    else:
        assert missed(found).why == "its code is a bundle"
