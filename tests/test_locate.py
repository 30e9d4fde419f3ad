from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from lambdalint.code.facts import Handler
from lambdalint.code.locate import Located, NotLocated, locate
from lambdalint.code.reader import Reader
from lambdalint.source import Line, Source, Span, Texts
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Code, Known, Reference, Sequence, Unknown, Value
from lambdalint.templates.value import Mapping as MappingValue

PLACE = Span("svc/template.yaml", 5, 7, 5, 20)


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


def resource(
    type_: str, name: str, properties: Mapping[str, object], metadata: Mapping[str, object] | None = None
) -> Resource:
    written = value(dict(properties))
    assert isinstance(written, MappingValue)
    more = value(dict(metadata)) if metadata else None
    return Resource(type_, name, written, PLACE, PLACE, more if isinstance(more, MappingValue) else None)


def find(
    files: Mapping[str, str],
    *others: Resource,
    metadata: Mapping[str, object] | None = None,
    **properties: object,
) -> Located | NotLocated:
    """Where the handler of a function of these properties is, `app.handler` of python3.14 in src/ unless they say."""
    given = {"Runtime": "python3.14", "Handler": "app.handler", "Code": "src/", **properties}
    function = resource(
        "AWS::Lambda::Function", "Fn", {name: of for name, of in given.items() if of is not None}, metadata
    )
    return locate(function, Texts(files), {each.name: each for each in (function, *others)})


def located(found: Located | NotLocated) -> Located:
    assert isinstance(found, Located), found
    return found


def missed(found: Located | NotLocated) -> NotLocated:
    assert isinstance(found, NotLocated), found
    return found


DEFINED = "def handler(event, context): pass\n"


@pytest.mark.parametrize(
    ("code", "handler", "path"),
    [
        ("src/", "app.handler", "svc/src/app.py"),
        ("src", "app.handler", "svc/src/app.py"),
        ("./src/", "app.handler", "svc/src/app.py"),
        (".", "app.handler", "svc/app.py"),
        ("../common", "app.handler", "common/app.py"),
        ("src", "api/app.handler", "svc/src/api/app.py"),
        ("src", "api.app.handler", "svc/src/api/app.py"),
        ("src", "api.handler", "svc/src/api/__init__.py"),
    ],
)
def test_a_handler_is_found_below_its_code(code: str, handler: str, path: str) -> None:
    found = located(find({path: DEFINED}, Code=code, Handler=handler))
    assert found.source.path == path
    assert found.function == "handler"
    assert not found.remote_layers


def test_imports_start_at_the_code_and_not_at_the_handler_s_directory() -> None:
    assert located(find({"svc/src/api/app.py": DEFINED}, Handler="api/app.handler")).roots == ("svc/src",)


def test_python_2_is_another_language() -> None:
    assert missed(find({"svc/src/app.py": DEFINED}, Runtime="python2.7")).why == "python2.7 is not read"


def test_code_in_the_template_is_the_module_index() -> None:
    inline = Code(Source("svc/template.yaml", DEFINED, (Line(6, 3),)), PLACE)
    found = located(find({}, Handler="index.handler", Code={"ZipFile": inline}))
    assert (found.source, found.function) == (inline.source, "handler")


@pytest.mark.parametrize(
    ("handler", "text", "certain"),
    [
        ("lambda_function.handler", DEFINED, True),
        ("agent.app.handler", DEFINED, False),
        ("app.handler", "def handler(event, context): return 'Placeholder'", False),
    ],
)
def test_code_in_the_template_is_no_other_module_unless_it_stands_in_for_one(
    handler: str, text: str, certain: bool
) -> None:
    inline = Code(Source("svc/template.yaml", text), PLACE)
    assert missed(find({}, Handler=handler, Code={"ZipFile": inline})).certain is certain


@pytest.mark.parametrize(
    "code", ["src/app.py", "s3://bucket/key", "build/app.zip", {"S3Bucket": "b", "S3Key": "k"}, Unknown(PLACE)]
)
def test_code_elsewhere_is_the_one_file_below_the_template_that_defines_the_handler(code: object) -> None:
    found = located(find({"svc/src/app.py": DEFINED, "svc/old/app.py": "x = 1", "app.py": DEFINED}, Code=code))
    assert found.source.path == "svc/src/app.py"
    assert found.roots == ("svc/src",)
    assert not found.close


def test_a_handler_that_begins_with_its_directory_is_seen_from_above() -> None:
    """The deployment copies the service's template one directory higher up, and no template says where the code is."""
    files, handler = {"svc/src/app.py": DEFINED, "svc/src/other.py": ""}, "src/app.handler"
    found = located(find(files, Handler=handler, Code=Known("src", PLACE, default=True)))
    assert (found.source.path, found.roots[0], found.close) == ("svc/src/app.py", "svc", False)
    assert found.evidence == "it begins with src, which svc holds"
    assert missed(find(files, Handler=handler, Code="src")).certain
    assert missed(find(files, Handler="lib/app.handler", Code=Known("src", PLACE, default=True))).certain


def test_two_candidates_are_none() -> None:
    files = {"svc/a/app.py": DEFINED, "svc/b/app.py": DEFINED}
    found = missed(find(files, Code={"S3Bucket": "b", "S3Key": "k"}))
    assert not found.certain
    assert found.why.endswith("app.handler may be in svc/a/app.py and svc/b/app.py")


def in_bucket(key: str) -> dict[str, str]:
    return {"S3Bucket": "artefacts", "S3Key": key}


@pytest.mark.parametrize(
    ("code", "path", "evidence"),
    [
        (
            in_bucket("1.4/acme-stock-report.zip"),
            "lambdas/report/app.py",
            "acme-stock-report.zip ends in its directory's name",
        ),
        ("../dist/orders_lambda.zip", "lambdas/orders/src/app.py", "orders_lambda.zip ends in its directory's name"),
        ("build/OrderIntake", "lambdas/order-intake/app.py", "OrderIntake ends in its directory's name"),
        (
            "out/output-handler.zip",
            "code/output-handler/app.py",
            "it lies in output-handler, which the archive is called",
        ),
        ("build/acme-report-v2.zip", "lambdas/acme-report/app.py", "acme-report-v2.zip ends in its directory's name"),
    ],
)
def test_code_that_is_built_first_is_where_its_archive_is_named_after(code: object, path: str, evidence: str) -> None:
    others = {"lambdas/billing/app.py": DEFINED, "lambdas/report/app.py": DEFINED, "tests/orders/app.py": DEFINED}
    found = located(find({**others, path: DEFINED}, Code=code))
    assert (found.source.path, found.evidence, found.close) == (path, evidence, False)
    assert found.roots == (path.rpartition("/")[0],)


@pytest.mark.parametrize(
    ("archive", "path", "found"),
    [
        ("../app/bundle.zip", "app/app.py", True),
        ("../jobs/app/dist/bundle.zip", "jobs/app/app.py", True),
        ("../jobs/bundle.zip", "jobs/billing/app.py", False),
        ("../jobs/billing/reports/bundle.zip", "jobs/billing/app.py", False),
        ("../bundle.zip", "app.py", False),
    ],
)
def test_an_archive_may_lie_beside_its_code(archive: str, path: str, found: bool) -> None:
    files = {path: DEFINED, "lambdas/first/app.py": DEFINED, "lambdas/second/app.py": DEFINED}
    seen = find(files, Code=archive)
    assert isinstance(seen, Located) is found
    if isinstance(seen, Located):
        assert (seen.source.path, seen.evidence) == (path, "it lies where bundle.zip is made")


@pytest.mark.parametrize(
    ("path", "others", "found"),
    [
        ("src/app.py", [], True),
        ("lambda/src/app.py", ["fn-prod", "fn-dev"], True),
        ("src/app.py", ["billing"], False),
        ("billing/app.py", [], False),
    ],
)
def test_the_one_function_of_a_deployment_is_in_a_directory_that_could_be_any_ones(
    path: str,
    others: list[str],
    found: bool,
) -> None:
    more = [
        resource("AWS::Lambda::Function", name, {"FunctionName": name, "Handler": "app.handler"}) for name in others
    ]
    seen = find({path: DEFINED}, *more, Code={"S3Bucket": "b", "S3Key": "k"}, FunctionName="fn-staging")
    assert isinstance(seen, Located) is found


def test_an_archive_lies_where_it_is_made_before_it_is_named_after_another_directory() -> None:
    files = {"services/preReqManager/app.py": DEFINED, "services/deploymentManager/app.py": DEFINED}
    found = located(find(files, Code="../services/preReqManager/dist/prereq-manager.zip"))
    assert found.source.path == "services/preReqManager/app.py"
    files = {"orders/app.py": DEFINED, "orders/mail/app.py": DEFINED}
    assert located(find(files, Code="../orders/dist/mail.zip")).source.path == "orders/mail/app.py"


def test_an_archive_that_two_directories_are_named_after_is_neither() -> None:
    files = {"a/report/app.py": DEFINED, "b/report/app.py": DEFINED}
    assert missed(find(files, Code="out/report.zip")).why.endswith("a/report/app.py and b/report/app.py")


@pytest.mark.parametrize(
    ("archive", "path"),
    [
        ("me_wallet_tips_create.zip", "src/handlers/me/wallet/tips/create/app.py"),
        ("me-wallet-show", "src/handlers/me/wallet/show/app.py"),
        ("wallet_show", "src/handlers/wallet/show/app.py"),
        ("acme-users-wallet-show", "src/handlers/users/wallet/show/app.py"),
        ("meWalletIndex", "src/handlers/me/wallet/index/app.py"),
    ],
)
def test_an_archive_may_be_called_by_the_whole_path_of_its_code(archive: str, path: str) -> None:
    paths = (
        "me/wallet/tips/create", "me/wallet/create", "me/wallet/show", "wallet/show", "users/wallet/show",
        "me/wallet/index", "me/articles/index",
    )  # fmt: skip
    files = {f"src/handlers/{each}/app.py": DEFINED for each in paths}
    found = located(find(files, Code=f"deploy/{archive}"))
    assert (found.source.path, found.evidence) == (path, f"{archive} is the path of its directories, joined")


@pytest.mark.parametrize("archive", ["me_wallet_delete", "posts_create"])
def test_an_archive_called_by_a_path_that_none_or_several_have_leads_nowhere(archive: str) -> None:
    paths = ("me/wallet/show", "blog/posts/create", "shop/posts/create", "me/articles/index")
    assert not missed(find({f"src/{each}/app.py": DEFINED for each in paths}, Code=f"deploy/{archive}.zip")).certain


@pytest.mark.parametrize(
    "path",
    [
        "tests/report/app.py", "lambdas/report/test_app.py", "docs/report/app.py", "lambdas/import/app.py",
        "lambdas/port/app.py", "other/report/app.py", "lambdas/report/main.py",
    ],
)  # fmt: skip
def test_a_file_is_not_taken_for_code_by_half_of_a_name(path: str) -> None:
    files = {path: DEFINED, "other/serverless.yml": "service: other\n"}
    assert not missed(find(files, Code="out/report.zip")).certain


def test_a_directory_that_defines_no_such_function_is_no_candidate() -> None:
    files = {"a/report/app.py": "def other(event, context):\n    pass\n", "b/report/app.py": DEFINED}
    assert located(find(files, Code="out/report.zip")).source.path == "b/report/app.py"


def test_a_module_of_a_particular_name_and_a_function_of_the_same_name_lead_to_it() -> None:
    files = {"lambdas/stock_levels.py": DEFINED, "lambdas/billing/app.py": DEFINED, "lambdas/refunds/app.py": DEFINED}
    found = located(find(files, Code=Unknown(PLACE), Handler="stock_levels.handler"))
    assert found.evidence == "it is the one stock_levels.py that defines handler"
    found = located(find(files, Code=Unknown(PLACE), FunctionName="acme-billing"))
    assert (found.source.path, found.evidence) == (
        "lambdas/billing/app.py",
        "acme-billing ends in its directory's name",
    )


def test_a_name_of_several_parts_leads_from_above_the_template_to_the_file_that_it_spells() -> None:
    spelt = {"Handler": "src.app.handler", "Code": {"S3Bucket": "code", "S3Key": "bundle.zip"}}
    found = located(find({"src/app.py": DEFINED, "other/src/app.py": DEFINED}, **spelt))
    assert found.source.path == "src/app.py"
    missed(find({"other/src/app.py": DEFINED}, **spelt))
    missed(find({"app.py": DEFINED}, Handler="app.handler", Code=spelt["Code"]))


def test_a_function_of_a_particular_name_leads_to_the_one_file_that_defines_it() -> None:
    files = {
        "jobs/stock/app.py": "def count_stock_levels(event, context):\n    pass\n",
        "jobs/billing/app.py": "def handle_request(event, context):\n    pass\n",
    }
    found = located(find(files, Code={"S3Bucket": "b", "S3Key": "k.zip"}, Handler="app.count_stock_levels"))
    assert found.evidence == "it is the one app.py that defines count_stock_levels"
    assert not missed(find(files, Code={"S3Bucket": "b", "S3Key": "k.zip"}, Handler="app.handle_request")).certain


def test_nothing_is_searched_outside_of_the_template_s_directory() -> None:
    assert not missed(find({"other/app.py": DEFINED}, Code={"S3Bucket": "b", "S3Key": "k"})).certain


def test_a_missing_file_is_certain_where_its_directory_has_code() -> None:
    found = missed(find({"svc/src/main.py": DEFINED, "svc/src/apps.py": DEFINED}))
    assert found.certain
    assert found.why == "src/app.py, which does not exist"
    assert found.near == "apps.handler"


@pytest.mark.parametrize(
    ("handler", "files", "near", "place"),
    [
        ("app.handler", {"svc/src/App.py": DEFINED}, "App.handler", "svc/src/App.py:1:1"),
        ("src.app.handler", {"svc/src/app.py": DEFINED}, "app.handler", "svc/src/app.py:1:5"),
        ("src/app.handler", {"svc/src/app.py": DEFINED}, "app.handler", "svc/src/app.py:1:5"),
        ("app.handler", {"svc/src/api/app.py": DEFINED}, "api.app.handler", "svc/src/api/app.py:1:5"),
        ("app.py.handler", {"svc/src/app.py": DEFINED}, "app.handler", "svc/src/app.py:1:5"),
        (
            "lambda_function.handler",
            {"svc/src/main.py": "import os\n" + DEFINED},
            "main.handler",
            "svc/src/main.py:2:5",
        ),
        ("app.handler", {"svc/src/util.py": "", "svc/lib/app.py": DEFINED}, "", "svc/lib/app.py:1:5"),
    ],
)
def test_what_a_handler_may_have_meant_is_told(handler: str, files: dict[str, str], near: str, place: str) -> None:
    found = missed(find(files, Handler=handler))
    assert (found.certain, found.near, [str(span) for span, _ in found.places]) == (True, near, [place])


def test_a_layer_of_aws_s_own_brings_no_handler() -> None:
    assert missed(find({"svc/src/main.py": DEFINED}, Layers=[POWERTOOLS])).certain
    assert missed(find({"svc/src/main.py": DEFINED}, Layers=[])).certain


def test_nothing_is_guessed_among_several() -> None:
    files = {"svc/src/util.py": "", "svc/a/app.py": DEFINED, "svc/b/app.py": DEFINED}
    assert missed(find(files)).places == ()
    close = missed(find({"svc/src/app_one.py": DEFINED, "svc/src/app_two.py": DEFINED}))
    assert (close.near, close.places) == ("", ())


@pytest.mark.parametrize(
    ("handler", "why"),
    [
        ("app", "app, which is not of the form module.function"),
        ("src.app/handler", "src.app/handler, which is not of the form module.function"),
        ("app.handler ", "'app.handler ', with white space, which Lambda refuses"),
        ("./app.handler", "./app.handler, in which a name is empty"),
        ("src//app.handler", "src//app.handler, in which a name is empty"),
        ("app.", "app., in which a name is empty"),
        ("time.handler", "time.handler, but time is a module of Python's own"),
        ("json.v1.handler", "json.v1.handler, but json is a module of Python's own"),
    ],
)
def test_a_handler_that_the_runtime_cannot_take_apart_is_missing_wherever_the_code_is(handler: str, why: str) -> None:
    found = missed(find({}, Handler=handler, Code=Unknown(PLACE)))
    assert (found.why, found.certain) == (why, True)
    assert not missed(find({}, Handler=handler, Code=Unknown(PLACE), Environment=Unknown(PLACE))).certain
    assert not missed(find({}, Handler=handler, Code=Unknown(PLACE), Runtime=Unknown(PLACE))).certain


def test_a_package_comes_before_a_module_of_its_name() -> None:
    files = {"svc/src/app.py": DEFINED, "svc/src/app/__init__.py": DEFINED}
    assert located(find(files)).source.path == "svc/src/app/__init__.py"


def test_a_module_comes_before_a_directory_that_is_no_package() -> None:
    files = {"svc/src/app.py": "", "svc/src/app/read.py": DEFINED}
    found = missed(find(files, Handler="app.read.handler"))
    assert (found.why, found.certain) == ("src/app/read.py, but src/app.py comes first, which is no package", True)
    assert located(find({**files, "svc/src/app/__init__.py": ""}, Handler="app.read.handler"))


class Careless(Texts):
    """A file system that does not tell capitals from small letters."""

    def read(self, path: str) -> Source | None:
        found = super().read(path)
        return found or next((super(Careless, self).read(each) and Source(path, "") for each in self.files(".")
                              if each.lower() == path.lower()), None)  # fmt: skip


def test_capitals_matter_also_where_this_machine_does_not_see_them() -> None:
    function = resource(
        "AWS::Lambda::Function", "Fn", {"Runtime": "python3.14", "Handler": "app.handler", "Code": "src/"}
    )
    found = missed(locate(function, Careless({"svc/src/App.py": DEFINED}), {"Fn": function}))
    assert (found.certain, found.near) == (True, "App.handler")


POWERTOOLS = "arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python314-x86_64:3"
WRAPPED = {"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}}
LAYER = "arn:aws:lambda:eu-west-1:1:layer:x:1"


@pytest.mark.parametrize(
    ("files", "properties", "metadata"),
    [
        ({"svc/src/app.js": ""}, {}, {}),
        ({}, {}, {}),
        ({"svc/src/main.py": ""}, {"Layers": [LAYER]}, {}),
        ({"svc/src/main.py": ""}, {"Layers": [LAYER, POWERTOOLS]}, {}),
        ({"svc/src/main.py": ""}, {"Layers": Unknown(PLACE)}, {}),
        ({"svc/src/main.py": ""}, {}, {"BuildMethod": "makefile"}),
        ({"svc/src/main.py": ""}, {"Runtime": Unknown(PLACE)}, {}),
        ({"svc/src/main.py": ""}, {"Runtime": None}, {}),
        ({"svc/src/main.py": ""}, {"Runtime": "nodejs24.x"}, {}),
        ({"svc/src/main.py": ""}, {"Handler": Unknown(PLACE)}, {}),
        ({"svc/src/main.py": ""}, {"Handler": None}, {}),
        ({"svc/src/main.py": ""}, {"Handler": "run.sh"}, {}),
        ({"svc/src/main.py": ""}, {"Handler": "bootstrap", "Runtime": Unknown(PLACE)}, {}),
        ({"svc/src/main.py": ""}, {"Handler": "bootstrap", "Environment": WRAPPED}, {}),
        ({"svc/src/main.py": ""}, {"Handler": "not.a/handler", "Environment": WRAPPED}, {}),
        ({"svc/src/main.py": "", "svc/src/app.cpython-314-x86_64-linux-gnu.so": ""}, {}, {}),
        ({"svc/src/main.py": ""}, {"Code": "dist/app.zip"}, {}),
        ({"svc/src/main.py": ""}, {"Code": "../../../outside"}, {}),
        (
            {"svc/src/main.py": "", "svc/src/requirements.txt": "serverless-wsgi\n"},
            {"Handler": "serverless_wsgi.handler"},
            {},
        ),
        ({"svc/src/main.py": ""}, {"Handler": "datadog_lambda.handler.handler"}, {}),
    ],
)
def test_a_miss_is_not_certain_where_something_else_may_bring_the_file(
    files: dict[str, str], properties: dict[str, object], metadata: dict[str, object]
) -> None:
    assert not missed(find(files, metadata=metadata, **properties)).certain


def test_a_handler_that_a_plugin_packs_is_followed_to_the_application_it_serves() -> None:
    called = {"Handler": "wsgi_handler.handler", "Code": "."}
    found = located(find({"svc/api/app.py": "app = 1"}, metadata={"Application": "api/app.app"}, **called))
    assert (found.source.path, found.function, found.roots, found.close) == (
        "svc/api/app.py",
        "app",
        ("svc/api", "svc"),
        False,
    )
    lacking = missed(find({"svc/api/app.py": "app = 1"}, metadata={"Application": "web.app"}, **called))
    assert (lacking.why, lacking.certain) == ("web.py, which does not exist", False)


@pytest.mark.parametrize(
    ("handler", "variable"),
    [
        ("datadog_lambda.handler.handler", "DD_LAMBDA_HANDLER"),
        ("newrelic_lambda_wrapper.handler", "NEW_RELIC_LAMBDA_HANDLER"),
    ],
)
def test_a_wrapper_is_followed_to_the_handler_it_calls(handler: str, variable: str) -> None:
    found = find({"svc/src/app.py": DEFINED}, Handler=handler, Environment={"Variables": {variable: "app.handler"}})
    assert located(found).source.path == "svc/src/app.py"


def test_a_local_layer_adds_its_directories_and_one_from_elsewhere_is_remembered() -> None:
    layer = resource("AWS::Lambda::LayerVersion", "Shared", {"Content": "layers/shared/"})
    files = {"svc/src/app.py": DEFINED}
    found = located(find(files, layer, Layers=[Reference("Shared", "", PLACE)]))
    assert (found.roots, found.loose) == (("svc/src", "svc/layers/shared/python"), ("svc/layers/shared",))
    assert not found.remote_layers
    built = resource(
        "AWS::Lambda::LayerVersion", "Shared", {"Content": "layers/shared/"}, {"BuildMethod": "python3.14"}
    )
    found = located(find(files, built, Layers=[Reference("Shared", "", PLACE)]))
    assert (found.roots[1:], found.loose) == (("svc/layers/shared/python", "svc/layers/shared"), ())
    assert located(find(files, layer, Layers=[LAYER])).remote_layers
    assert located(find(files, Layers=[Reference("Gone", "", PLACE)])).remote_layers


def test_a_local_layer_may_hold_the_handler() -> None:
    layer = resource("AWS::Lambda::LayerVersion", "Shared", {"Content": "layers/shared/"})
    files = {"svc/src/util.py": "", "svc/layers/shared/python/app.py": DEFINED}
    found = located(find(files, layer, Layers=[Reference("Shared", "", PLACE)]))
    assert (found.source.path, found.close) == ("svc/layers/shared/python/app.py", False)


IMAGE = {"PackageType": "Image", "Runtime": None, "Handler": None, "Code": {"ImageUri": Unknown(PLACE)}}


def test_an_image_runs_the_last_command_of_its_dockerfile() -> None:
    files = {"svc/fn/Dockerfile": 'FROM x\nCMD ["old.main"]\ncmd [ "app.handler" ]\n', "svc/fn/app.py": DEFINED}
    metadata = {"DockerContext": "./fn"}
    assert located(find(files, metadata=metadata, **IMAGE)).source.path == "svc/fn/app.py"
    files["svc/fn/Dockerfile.fn"] = 'CMD ["app.other"]'
    assert located(find(files, metadata={**metadata, "Dockerfile": "Dockerfile.fn"}, **IMAGE)).function == "other"
    override = {"ImageConfig": {"Command": ["app.third"]}}
    assert located(find(files, metadata=metadata, **IMAGE, **override)).function == "third"


@pytest.mark.parametrize(
    ("files", "metadata"),
    [
        ({}, {}),
        ({}, {"DockerContext": "fn"}),
        ({"svc/fn/Dockerfile": "FROM x"}, {"DockerContext": "fn"}),
        ({"svc/fn/Dockerfile": "CMD app.handler"}, {"DockerContext": "fn"}),
        ({"svc/fn/Dockerfile": 'CMD ["app.handler"]'}, {"DockerContext": "fn"}),
    ],
)
def test_an_image_without_its_handler_is_never_certain(files: dict[str, str], metadata: dict[str, object]) -> None:
    assert not missed(find(files, metadata=metadata, **IMAGE)).certain


def read(text: str, **others: str) -> Handler | NotLocated:
    """What app.handler of src/ does, whose text is given, among other modules."""
    files = {"svc/src/app.py": text, **{f"svc/src/{name}.py": other for name, other in others.items()}}
    properties = {"Runtime": "python3.14", "Handler": "app.handler", "Code": "src/"}
    return Reader(Texts(files)).functions([resource("AWS::Lambda::Function", "Fn", properties)])["Fn"]


def lacked(found: Handler | NotLocated) -> NotLocated:
    assert isinstance(found, NotLocated)
    assert found.why == "handler, which src/app.py does not define"
    return found


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("def main(event, context): pass", True),
        ("def outer():\n  def handler(): pass\n", True),
        ("class App:\n  def handler(self, event, context): pass\n", True),
        ("handler: object\n", True),
        ("from elsewhere import *", False),
        ("if x:\n  from elsewhere import *", False),
        ("def __getattr__(name): return 1", False),
        ("globals()['handler'] = 1", False),
        ("locals().update(handler=print)", False),
        ("import sys\nsetattr(sys.modules[__name__], 'handler', print)", False),
        ("import sys\nsys.modules[__name__].handler = print", False),
        ("raise SystemExit\n" + DEFINED, False),
    ],
)
def test_what_a_module_lacks_is_certain_where_all_its_names_are_seen(text: str, certain: bool) -> None:
    assert lacked(read(text)).certain is certain


@pytest.mark.parametrize(
    "text",
    [
        "for handler in (print, len): pass",
        "with open('x') as handler: pass",
        "(handler := print)",
        "def make():\n  global handler\n  handler = print\nmake()",
        "match x:\n  case handler: pass",
        "first, handler = x",
        "class handler: pass",
        "if x:\n  def handler(event, context): pass",
        "try:\n  from one import handler\nexcept ImportError:\n  from two import handler",
        "try:\n  from lacking import handler\nexcept ImportError:\n  handler = print",
        DEFINED + "del handler\n" + DEFINED,
        DEFINED + "if x:\n  del handler\n",
        "from other import handler",
        "from lacking import handler\nhandler = print",
        "from gone import *\nfrom lacking import *\nhandler = decorate(handler)",
        "import handler",
        "from folder import handler",
        "from circle import handler",
    ],
)
def test_a_name_that_is_or_may_be_set_is_there(text: str) -> None:
    others = {"lacking": "x = 1", "folder/__init__": "", "folder/handler": "", "circle": "from app import *"}
    found = read(text, **others)
    assert isinstance(found, Handler) or not found.certain


@pytest.mark.parametrize(
    ("text", "others", "notes"),
    [
        (DEFINED + "del handler", {}, ["deleted here"]),
        ("if __name__ == '__main__':\n  " + DEFINED, {}, ["set here, which Lambda never runs"]),
        ("if TYPE_CHECKING:\n  from one import handler", {}, ["set here, which Lambda never runs"]),
        (
            "from one import handler",
            {"one": "from two import *", "two": "x = 1"},
            ["taken from svc/src/one.py, which does not define handler"],
        ),
        (
            "from one import handler",
            {"one": "from two import main as handler", "two": "x = 1"},
            [
                "taken from svc/src/one.py, which does not define handler",
                "taken from svc/src/two.py, which does not define main",
            ],
        ),
        ("from two import *", {"two": "x = 1"}, []),
    ],
)
def test_why_a_name_is_not_there_is_told(text: str, others: dict[str, str], notes: list[str]) -> None:
    found = lacked(read(text, **others))
    assert (found.certain, [note for _, note in found.places]) == (True, notes)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("def lambda_handler(event, context): pass", "lambda_handler"),
        ("def on_upload(event, context): pass\ndef size(of): pass", "on_upload"),
        ("def read(event, context): pass\ndef write(event, context): pass", ""),
    ],
)
def test_a_close_name_is_told(text: str, near: str) -> None:
    found = lacked(read(text))
    assert (found.near, [note for _, note in found.places]) == (near, ["defined here"] if near else [])


def packed(files: Mapping[str, object]) -> MappingValue:
    """What an archive is made of, as the Terraform reader tells it."""
    found = value({"Files": dict(files)})
    assert isinstance(found, MappingValue)
    return found


def test_a_file_has_the_name_that_its_archive_gives_it() -> None:
    found = located(find({"svc/lib/forward.py": DEFINED}, Code=packed({"app.py": "lib/forward.py"})))
    assert found.source.path == "svc/lib/forward.py"
    assert found.roots == ("svc/lib",)


def test_a_handler_that_an_archive_lacks_is_missing() -> None:
    found = missed(find({"svc/lib/aap.py": DEFINED}, Code=packed({"aap.py": "lib/aap.py"})))
    assert (found.why, found.certain, found.near) == ("app.py, which its archive does not hold", True, "aap.handler")


def test_an_archive_that_only_holds_a_place_lacks_nothing() -> None:
    files = {"src/report/app.py": DEFINED}
    metadata = {"DeployedElsewhere": True}
    found = located(find(files, Code={"Files": {"index.py": "x"}}, FunctionName="acme-report", metadata=metadata))
    assert found.source.path == "src/report/app.py"


def test_an_archive_that_holds_what_is_not_known_is_silent() -> None:
    assert not missed(find({}, Code=packed({"app.py": Unknown(PLACE)}))).certain
    assert not missed(find({}, Code=packed({"app.py": "lib/app.py"}))).certain


def zipped(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def in_package(content: bytes, files: Mapping[str, str]) -> Located | NotLocated:
    properties: dict[str, object] = {"Runtime": "python3.14", "Handler": "app.handler", "Code": "out.zip"}
    function = resource("AWS::Lambda::Function", "Fn", properties)
    return locate(function, Texts(files, {"svc/out.zip": content}), {"Fn": function})


def test_a_handler_in_a_package_is_read_where_it_lies() -> None:
    found = located(in_package(zipped({"app.py": DEFINED}), {}))
    assert found.source == Source("svc/out.zip/app.py", DEFINED)


def test_a_handler_in_a_package_that_also_lies_loose_is_told_there() -> None:
    files = {"svc/a/app.py": DEFINED.replace("\n", "\r\n"), "svc/b/app.py": f"{DEFINED}\nx = 1\n"}
    found = located(in_package(zipped({"app.py": DEFINED}), files))
    assert found.source.path == "svc/a/app.py"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 no zip",
        zipped({"app.py": DEFINED})[:-30],
        zipped({"other.py": DEFINED}),
        zipped({"app.py": "x = 1\n" * 1_000_000}),
    ],
    ids=["empty", "broken", "cut off", "without it", "too large"],
)
def test_a_package_that_cannot_be_read_is_silent(content: bytes) -> None:
    assert not missed(in_package(content, {})).certain


def image(uri: str, files: Mapping[str, str]) -> Located | NotLocated:
    place = Span("svc/main.tf", 5, 7, 5, 20)
    code = MappingValue({"ImageUri": Known(uri, place)}, place, {})
    function = Resource("AWS::Lambda::Function", "f", MappingValue({"Code": code}, place, {}), place, place, label="f")
    return locate(function, Texts(files), {"f": function})


def test_an_image_is_built_by_the_dockerfile_that_it_is_named_after() -> None:
    files = {
        "svc/orders/Dockerfile": 'FROM x\nCMD ["app.handler"]\n',
        "svc/orders/app.py": DEFINED,
        "svc/other/Dockerfile": 'CMD ["app.handler"]\n',
    }
    assert located(image("1.dkr.ecr/team-orders:3", files)).source.path == "svc/orders/app.py"
    assert not missed(image("1.dkr.ecr/team-billing:3", files)).certain
    assert not missed(image("1.dkr.ecr/orders-and-other:3", files)).certain
