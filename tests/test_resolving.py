"""What the imports of JavaScript and TypeScript lead to."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdalint.code.javascript import linking
from lambdalint.code.javascript.resolving import File, Package, Resolver, Unresolved
from lambdalint.code.javascript.settings import Settings, read
from lambdalint.code.parsed import Parsed
from lambdalint.source import Texts


def resolve(
    specifier: str, files: Mapping[str, str] | tuple[str, ...], importer: str = "src/app.ts", how: str = "import"
) -> str:
    """The path that a specifier leads to, the module of a package, or why neither is known."""
    texts = files if isinstance(files, Mapping) else dict.fromkeys(files, "")
    match Resolver.of(Texts({importer: "", **texts})).resolve(specifier, importer, how):
        case File(path):
            return path
        case Package() as package:
            return package.module
        case Unresolved(why):
            return f"? {why}"


@pytest.mark.parametrize(
    ("specifier", "files", "importer", "wanted"),
    [
        ("./a", ("src/a.ts", "src/a.js"), "src/app.ts", "src/a.ts"),
        ("./a", ("src/a.ts", "src/a.js"), "src/app.js", "src/a.js"),
        ("./a.js", ("src/a.ts",), "src/app.ts", "src/a.ts"),
        ("./a.js", ("src/a.ts", "src/a.js"), "src/app.ts", "src/a.ts"),
        ("./a.js", ("src/a.ts", "src/a.js"), "src/app.mjs", "src/a.js"),
        ("./a.mjs", ("src/a.mts",), "src/app.mts", "src/a.mts"),
        ("./a.jsx", ("src/a.tsx",), "src/app.ts", "src/a.tsx"),
        ("./a.config", ("src/a.config.ts",), "src/app.ts", "src/a.config.ts"),
        ("./a.json", ("src/a.json",), "src/app.ts", "src/a.json"),
        ("../lib", ("lib/index.ts",), "src/app.ts", "lib/index.ts"),
        ("..", ("index.js",), "src/app.js", "index.js"),
        (".", ("src/index.ts",), "src/app.ts", "src/index.ts"),
        ("./a", ("src/a.d.ts",), "src/app.ts", "? ./a is not here"),
        ("./gone", (), "src/app.ts", "? ./gone is not here"),
        ("../dist/a", ("src/a.ts",), "test/app.ts", "src/a.ts"),
        ("/opt/nodejs/common", (), "src/app.js", "? it lies in a layer"),
        ("fs", (), "src/app.ts", "node:fs"),
        ("fs/promises", (), "src/app.ts", "node:fs/promises"),
        ("node:test", (), "src/app.ts", "node:test"),
        ("axios", (), "src/app.ts", "npm:axios"),
        ("lodash/get", (), "src/app.ts", "npm:lodash/get"),
        ("@middy/core", (), "src/app.ts", "npm:@middy/core"),
        ("@aws-sdk/client-s3", (), "src/app.ts", "@aws-sdk/client-s3"),
        ("aws-sdk/clients/s3", (), "src/app.ts", "aws-sdk/clients/s3"),
        ("@/lib/a", (), "src/app.ts", "? it is an alias that is set elsewhere"),
        ("https://example.com/x.js", (), "src/app.ts", "? it is no module"),
        ("", (), "src/app.ts", "? it is no module"),
    ],
)
def test_specifiers(specifier: str, files: tuple[str, ...], importer: str, wanted: str) -> None:
    assert resolve(specifier, files, importer) == wanted


@pytest.mark.parametrize(
    ("specifier", "files", "wanted"),
    [
        ("/opt/nodejs/config.mjs", ("layer/nodejs/config.mjs",), "layer/nodejs/config.mjs"),
        ("/opt/nodejs/common", ("layer/common.js",), "layer/common.js"),
        ("/opt/nodejs/common", ("layer/nodejs/common/index.js", "src/common.js"), "layer/nodejs/common/index.js"),
        ("/opt/shared/a.js", ("other/shared/a.ts",), "other/shared/a.ts"),
        ("/opt/nodejs/common", ("layer/nodejs/common.js", "layer/common.js"), "? it lies in a layer"),
        ("/opt/nodejs/common", ("layer/nodejs/common.js", "other/nodejs/common.js"), "? it lies in a layer"),
        ("/opt/nodejs/common", ("third/nodejs/common.js",), "? it lies in a layer"),
        ("/optional/common", ("layer/common.js",), "? it is a path of the machine"),
        ("common", ("layer/nodejs/common.js",), "npm:common"),
    ],
)
def test_what_a_function_s_own_layers_put_into_opt(specifier: str, files: tuple[str, ...], wanted: str) -> None:
    """Only where one file alone can be meant."""
    resolver = Resolver.of(Texts({"src/app.js": "", **dict.fromkeys(files, "")})).below(("layer", "other"))
    match resolver.resolve(specifier, "src/app.js"):
        case File(path):
            assert path == wanted
        case Package() as package:
            assert package.module == wanted
        case Unresolved(why):
            assert f"? {why}" == wanted


def test_names_of_a_package_s_own_that_lead_to_each_other_lead_nowhere() -> None:
    package = '{"imports": {"#one": "#two", "#two": ["#one", "./src/two.js"], "#three": "#three"}}'
    files = {"package.json": package, "src/two.js": ""}
    assert resolve("#one", files) == "? #one is not here"
    assert resolve("#two", files) == "src/two.js"
    assert resolve("#three", files) == "? #three is not here"


def test_the_main_of_a_directory_is_what_it_stands_for() -> None:
    files = {"src/lib/package.json": '{"main": "./entry.js"}', "src/lib/entry.js": "", "src/lib/index.js": ""}
    assert resolve("./lib", files, "src/app.js") == "src/lib/entry.js"


TSCONFIG = """{
  // where everything is
  "extends": "./base.json",
  "compilerOptions": {
    "paths": {
      "@lib/*": ["./src/lib/*"], /* shared */
      "@lib/db": ["./src/database.ts"],
      "~config": ["./src/config/index.ts"],
    },
  },
}"""


@pytest.mark.parametrize(
    ("specifier", "wanted"),
    [
        ("@lib/a", "src/lib/a.ts"),
        ("@lib/db", "src/database.ts"),
        ("~config", "src/config/index.ts"),
        ("lib/a", "src/lib/a.ts"),
        ("axios", "npm:axios"),
    ],
)
def test_a_tsconfig_may_name_directories(specifier: str, wanted: str) -> None:
    base = '{"compilerOptions": {"baseUrl": "./src"}}'
    paths = TSCONFIG.replace("./src/", "")
    files = {
        "base.json": base, "tsconfig.json": paths, "src/lib/a.ts": "", "src/database.ts": "", "src/config/index.ts": "",
    }  # fmt: skip
    assert resolve(specifier, files) == wanted
    if specifier != "lib/a":
        assert resolve(specifier, {**files, "base.json": "{}", "tsconfig.json": TSCONFIG}) == wanted


def test_what_a_tsconfig_of_a_package_says_is_not_known() -> None:
    files = {"tsconfig.json": '{"extends": "@acme/tsconfig"}', "package.json": '{"dependencies": {"axios": "1"}}'}
    assert resolve("axios", files) == "npm:axios"
    assert resolve("common", files) == "? it may be an alias that is set elsewhere"
    files["package.json"] = '{"workspaces": ["packages/*"]}'
    assert resolve("axios", files) == "? it may be an alias that is set elsewhere"
    files["packages/other/package.json"] = '{"dependencies": {"axios": "1"}}'
    assert resolve("axios", files) == "npm:axios"


def test_packages_that_nobody_calls_a_part_of_a_project_by_are_known_whatever_a_tsconfig_says() -> None:
    files = {"tsconfig.json": '{"extends": "../base.json"}'}
    assert resolve("aws-cdk-lib/aws-lambda", files) == "npm:aws-cdk-lib/aws-lambda"
    assert resolve("luxon", files) == "? it may be an alias that is set elsewhere"
    files = {
        "tsconfig.json": '{"extends": "../base.json", "compilerOptions": {"paths": {"*": ["./layer/node_modules/*"]}}}',
        "layer/package.json": '{"dependencies": {"luxon": "3"}}',
    }
    assert resolve("luxon/src", files) == "npm:luxon/src"
    assert resolve("axios", files) == "? it may be an alias that is set elsewhere"


def test_tsconfigs_that_extend_each_other_end() -> None:
    files = {"tsconfig.json": '{"extends": "./other.json"}', "other.json": '{"extends": "./tsconfig.json"}'}
    assert resolve("./app", files) == "src/app.ts"


def package(**content: object) -> str:
    return json.dumps(content)


@pytest.mark.parametrize(
    ("manifest", "files", "specifier", "how", "wanted"),
    [
        ({"main": "src/main.ts"}, ["src/main.ts"], "@acme/db", "import", "src/main.ts"),
        ({"main": "dist/main.js"}, ["src/main.ts"], "@acme/db", "import", "src/main.ts"),
        ({"main": "./dist/index.js", "types": "./dist/index.d.ts"}, ["src/index.ts"], "@acme/db", "import", "src/index.ts"),
        ({}, ["index.js"], "@acme/db", "require", "index.js"),
        ({}, ["lib/a.ts"], "@acme/db/lib/a", "import", "lib/a.ts"),
        ({"exports": "./dist/index.js"}, ["src/index.ts"], "@acme/db", "import", "src/index.ts"),
        ({"exports": {"./*": "./src/*.ts"}}, ["src/a.ts"], "@acme/db/a", "import", "src/a.ts"),
        ({"exports": {".": {"types": "./a.d.ts", "default": "./a.js"}}}, ["a.js"], "@acme/db", "import", "a.js"),
        ({"exports": {".": {"import": "./a.mjs", "require": "./a.cjs"}}}, ["a.mjs", "a.cjs"], "@acme/db", "import", "a.mjs"),
        ({"exports": {".": {"import": "./a.mjs", "require": "./a.cjs"}}}, ["a.mjs", "a.cjs"], "@acme/db", "require", "a.cjs"),
        ({"exports": {"./b": ["./no.js", "./b.js"]}}, ["b.js"], "@acme/db/b", "import", "b.js"),
        ({"main": "dist/gone.js"}, ["lib/a.ts"], "@acme/db", "import", "? @acme/db is built first"),
    ],
)  # fmt: skip
def test_a_package_of_the_workspace_is_its_source(
    manifest: dict[str, object], files: list[str], specifier: str, how: str, wanted: str
) -> None:
    texts = {
        "package.json": package(workspaces=["packages/*"]),
        "packages/db/package.json": package(name="@acme/db", **manifest),
        **{f"packages/db/{each}": "" for each in files},
    }
    expected = wanted if wanted.startswith("?") else f"packages/db/{wanted}"
    assert resolve(specifier, texts, "packages/api/app.ts", how) == expected
    # A package finds itself by its name.
    assert resolve(specifier, {**texts, "package.json": "{}"}, "packages/db/test/app.ts", how) == expected
    # Two projects of one repository have nothing to do with each other.
    assert resolve(specifier, {**texts, "package.json": "{}"}, "packages/api/app.ts", how).startswith("npm:@acme/db")


def test_a_package_whose_meaning_is_known_is_foreign_in_its_own_repository() -> None:
    name = "@aws-lambda-powertools/logger"
    files = {
        "package.json": package(workspaces=["packages/*"]), "packages/logger/package.json": package(name=name),
        "packages/logger/src/index.ts": "",
    }  # fmt: skip
    assert resolve(name, files, "examples/app.ts") == name


def test_a_dependency_may_be_a_directory() -> None:
    files = {
        "api/package.json": package(dependencies={"shared": "file:../common"}),
        "common/index.js": "", "common/package.json": package(name="else"),
    }  # fmt: skip
    assert resolve("shared", files, "api/app.js", "require") == "common/index.js"
    files["api/package.json"] = package(dependencies={"shared": "../common"})
    assert resolve("shared", files, "api/app.js", "require") == "common/index.js"


def test_a_package_s_own_imports() -> None:
    files = {"package.json": package(imports={"#db": "./src/db.js", "#x/*": "./x/*.js", "#log": "pino"}), "x/a.js": ""}
    files["src/db.ts"] = ""
    assert [resolve(each, files) for each in ("#db", "#x/a", "#log")] == ["src/db.ts", "x/a.js", "npm:pino"]
    assert resolve("#gone", files) == "? #gone is not here"


@pytest.mark.parametrize(
    ("path", "type_", "kind"),
    [
        ("src/a.js", "module", "esm"),
        ("src/a.js", "commonjs", "commonjs"),
        ("src/a.js", None, "commonjs"),
        ("src/a.mjs", None, "esm"),
        ("src/a.cts", "module", "commonjs"),
    ],
)
def test_the_kind_of_a_module(path: str, type_: str | None, kind: str) -> None:
    assert Settings(Texts({"package.json": package(type=type_), path: ""})).kind(path) == kind


@pytest.mark.parametrize(
    ("files", "path", "name"),
    [
        ({"a.ts": "export { handler } from './b'", "b.ts": "export const handler = 1"}, "b.ts", "handler"),
        ({"a.ts": "export { run as handler } from './b.js'", "b.ts": "export function run() {}"}, "b.ts", "run"),
        ({"a.ts": "export * from './c'; export * from './b'", "b.ts": "export const handler = 1", "c.ts": "export const x = 1"}, "b.ts", "handler"),
        ({"a.ts": "import h from './b'; export { h as handler }", "b.ts": "export default () => 1"}, "b.ts", "default"),
        ({"a.ts": "import * as n from './b'; export const handler = n.run", "b.ts": "export const run = 1"}, "b.ts", "run"),
        ({"a.ts": "module.exports = require('./b')", "b.ts": "exports.handler = 1"}, "b.ts", "handler"),
        ({"a.ts": "exports.handler = require('./b').run", "b.ts": "module.exports = {run: 1}"}, "b.ts", "run"),
        ({"a.ts": "const b = require('./b'); module.exports = {handler: b.run}", "b.ts": "exports.run = 1"}, "b.ts", "run"),
        ({"a.ts": "import {f} from './b'; export const handler = wrap(f)", "b.ts": "export const f = 1"}, "a.ts", "handler"),
        ({"a.ts": "export * from './b'", "b.ts": "export * from './a'"}, "a.ts", "handler"),
        ({"a.ts": "export {handler} from './b'", "b.ts": "export {handler} from './a'"}, "a.ts", "handler"),
        ({"a.ts": "export {handler} from 'elsewhere'"}, "a.ts", "handler"),
        ({"a.ts": "export {handler} from './b'", "b.ts": "export const other = 1"}, "a.ts", "handler"),
    ],
)  # fmt: skip
def test_what_is_handed_on_is_followed(files: dict[str, str], path: str, name: str) -> None:
    sources = Texts(files)
    start = sources.read("a.ts")
    assert start is not None
    found = linking.definition(start, "handler", Resolver.of(sources), Parsed())
    assert (found.source.path, found.name) == (path, name)


@given(st.text(alphabet='{}[]",:/* \n\\a1#@.'))
def test_any_settings_and_specifiers_are_taken(text: str) -> None:
    read(text)
    files = {"tsconfig.json": text, "package.json": text, "src/a.ts": ""}
    resolve(text, files)


@pytest.mark.parametrize("content", ["[]", "1", '{"exports": 1, "imports": [], "dependencies": [], "name": 1}', "{"])
def test_settings_that_make_no_sense_say_nothing(content: str) -> None:
    files = {"tsconfig.json": content, "package.json": content, "src/lib/package.json": content}
    assert resolve("axios", files) == "npm:axios"
    assert resolve("./lib", files) == "? ./lib is not here"
    nested = '{"compilerOptions": {"paths": {"a": 1, "b": [1]}, "baseUrl": 1}, "extends": [1, {}]}'
    assert resolve("a", {"tsconfig.json": nested}) == "npm:a"


def test_comments_in_texts_stay() -> None:
    assert read('{"a": "http://x", /* b */ "c": ["//", ], // d\n}') == {"a": "http://x", "c": ["//"]}


def test_a_name_that_nothing_asks_for_may_lead_from_the_directory_of_the_sources() -> None:
    files = {
        "api/package.json": package(dependencies={"utils": "1"}),
        "api/src/db/orders.js": "",
        "api/src/utils/a.js": "",
    }
    assert resolve("db/orders", files, "api/src/show/index.js") == "api/src/db/orders.js"
    assert resolve("db/parcels", files, "api/src/show/index.js") == "npm:db/parcels"
    assert resolve("utils/a", files, "api/src/show/index.js") == "npm:utils/a"
    assert resolve("db", files, "api/src/show/index.js") == "npm:db"
