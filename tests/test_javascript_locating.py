"""From the Handler of a Node.js function to the file that it is written in."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lambdalint.code.javascript.locating import locate
from lambdalint.code.locate import Located, NotLocated, runs_node
from lambdalint.code.reader import Reader
from lambdalint.code.repository import Repository
from lambdalint.source import Line, Source, Span, Texts
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Code, Known, Sequence, Unknown, Value
from lambdalint.templates.value import Mapping as MappingValue

PLACE = Span("svc/template.yaml", 5, 7, 5, 20)
HANDLER = "exports.handler = async (event) => {};\n"
TYPED = "export const handler = async (event: unknown) => {};\n"


def value(of: object) -> Value:
    """A value of a template as plain data writes it."""
    match of:
        case str() | int():
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
    return locate(function(metadata, **properties), Repository(Texts(files)))


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
    read = Reader(Texts({})).functions((given,))["Fn"]
    assert isinstance(read, NotLocated)
    assert read.entry is not None
    assert read.entry.is_async


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
    compiled = '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n' + HANDLER
    files = {"svc/dist/app.js": compiled, "svc/lambdas/app.ts": TYPED}
    elsewhere = {"S3Bucket": "b", "S3Key": "k"}
    assert path(find(files, Code=elsewhere)) == "svc/lambdas/app.ts"
    assert path(find({"svc/dist/app.js": compiled}, Code=elsewhere)) == "svc/dist/app.js"


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
    assert runs_node(function(metadata, **image), Texts(files))
    assert path(find(files, metadata, **image)) == "svc/img/src/app.ts"
    files["svc/img/Dockerfile"] = 'FROM public.ecr.aws/lambda/python:3.14\nCMD ["app.handler"]\n'
    assert not runs_node(function(metadata, **image), Texts(files))


def entry(files: Mapping[str, str], **properties: object) -> NotLocated:
    given = function(**properties)
    read = Reader(Texts(files)).functions((given,))["Fn"]
    assert isinstance(read, NotLocated)
    return read


def test_a_handler_that_is_handed_on_is_read_where_it_is_defined() -> None:
    files = {"svc/src/app.ts": "export * from './routes/index.js';", "svc/src/routes/index.ts": TYPED}
    found = entry(files)
    assert found.entry is not None
    assert found.entry.is_async


def test_an_export_may_be_an_entry_of_another() -> None:
    files = {"svc/src/app.js": "exports.api = { handler: async () => {} };"}
    assert not entry(files, Handler="app.api.handler").certain
    assert entry(files, Handler="app.apis.handler").why == "apis, which src/app.js does not export"
    assert entry(files, Handler="app.js").certain
