"""Modules of the project that lie where no template leads."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lambdalint.code.facts import Handler, carries
from lambdalint.code.reader import Reader
from lambdalint.source import Span, Texts
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known
from lambdalint.templates.value import Mapping as MappingValue

PLACE = Span("svc/template.yaml", 5, 7, 5, 20)

TABLES = "import boto3\ndef read(key):\n    return boto3.client('dynamodb')\n"


def read(files: Mapping[str, str]) -> Handler:
    """What the handler of svc/src/app.py does among other files."""
    properties = {"Runtime": "python3.14", "Handler": "app.handler", "Code": "src/"}
    function = Resource(
        "AWS::Lambda::Function",
        "Fn",
        MappingValue({name: Known(of, PLACE) for name, of in properties.items()}, PLACE, {}),
        PLACE,
        PLACE,
    )
    found = Reader(Texts(files)).functions([function])["Fn"]
    assert isinstance(found, Handler), found
    return found


def taken(handler: Handler, name: str) -> str | None:
    """The file that a module of the project was taken to be."""
    return next((each.origin.path for each in handler.imports if each.name == name and each.origin), None)


def app(*imports: str) -> dict[str, str]:
    return {"svc/src/app.py": "\n".join((*imports, "def handler(event, context):\n    return read(event)\n"))}


@pytest.mark.parametrize(
    ("statement", "name", "path"),
    [
        ("from tables import read", "tables", "svc/layers/shared/tables.py"),
        ("from tables import read", "tables", "libs/tables/src/tables/__init__.py"),
        ("from ledger.tables import read", "ledger.tables", "libs/ledger/tables.py"),
        ("from ledger.tables import *", "ledger.tables", "libs/ledger/tables.py"),
        ("from ledger.tables import write, read", "ledger.tables", "libs/ledger/tables.py"),
    ],
)
def test_a_module_is_the_one_of_its_name_in_the_repository(statement: str, name: str, path: str) -> None:
    text = TABLES + "async def write(key): ..."
    handler = read({**app(statement), path: text, "tests/tables.py": text, "svc/src/tests/ledger/tables.py": text})
    assert taken(handler, name) == path
    assert [call.name for call in handler.calls] == ["boto3.client"]


def test_a_module_without_a_package_is_found_by_its_own_name() -> None:
    handler = read({**app("from ledger import tables", "read = tables.read"), "libs/ledger/tables.py": TABLES})
    assert [call.name for call in handler.calls] == ["boto3.client"]
    assert [each.origin.root for each in handler.imports if each.origin] == ["libs"]


def test_modules_of_one_package_are_looked_for_together() -> None:
    files = {"libs/ledger/__init__.py": "from ledger.tables import read", "libs/ledger/tables.py": TABLES}
    handler = read({**app("from ledger import read"), **files, "svc/other/ledger/tables.py": TABLES})
    assert taken(handler, "ledger.tables") == "libs/ledger/tables.py"


def test_what_a_module_imports_lies_beside_it_first() -> None:
    files = {"layers/a/tables.py": "from names import TABLE\n" + TABLES, "layers/a/names.py": "TABLE = 'a'"}
    handler = read({**app("from tables import read"), **files, "layers/b/names.py": "TABLE = 'b'"})
    assert taken(handler, "names") == "layers/a/names.py"


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("layers/shared/python/tables.py", {"notebooks/tables.py": TABLES}),
        ("layers/shared/python/tables.py", {"notebooks/tables.py": "from .names import TABLE\n" + TABLES}),
        ("libs/tables.py", {"notebooks/tables.py": "from . import names\n" + TABLES}),
    ],
)
def test_of_several_modules_the_one_is_meant_that_can_lie_at_the_top(path: str, other: Mapping[str, str]) -> None:
    handler = read({**app("from tables import read"), path: TABLES, **other, "notebooks/names.py": "TABLE = 'a'"})
    assert taken(handler, "tables") == path


def test_a_module_that_lives_inside_of_a_package_is_none_at_the_top() -> None:
    files = {"notebooks/tables.py": "from .names import TABLE\n" + TABLES, "notebooks/names.py": "TABLE = 'a'"}
    handler = read({**app("from tables import read"), **files})
    assert taken(handler, "tables") is None


@pytest.mark.parametrize(
    ("statement", "files"),
    [
        ("from tables import read", {"a/tables.py": TABLES, "b/tables.py": TABLES}),
        ("from tables import read", {"a/python/tables.py": TABLES, "b/python/tables.py": TABLES}),
        ("from tables import read", {"scripts/tables.py": "def write(key): ...\nwrite(read)"}),
        ("from tables import read", {"tests/tables.py": TABLES}),
        ("from tables import read", {"other/template.yaml": "", "other/tables.py": TABLES}),
        ("from requests import read", {"libs/requests.py": TABLES}),
        ("from json import read", {"libs/json.py": TABLES}),
        ("from boto3 import read", {"libs/boto3/__init__.py": TABLES}),
        ("from ledger.tables import read", {"svc/src/ledger/__init__.py": "", "libs/ledger/tables.py": TABLES}),
    ],
)
def test_a_module_that_may_be_another_is_unknown(statement: str, files: Mapping[str, str]) -> None:
    handler = read({**app(statement), **files})
    assert not any(each.origin for each in handler.imports)
    assert "boto3.client" not in [call.name for call in handler.calls]


@pytest.mark.parametrize(
    ("module", "files", "has_code"),
    [
        ("ledger", {}, None),
        (".ledger", {}, None),
        ("ledger", {"svc/src/ledger.py": "def fill(answer):\n    print(answer)\n"}, False),
    ],
)
def test_what_a_module_that_is_not_found_is_given_it_may_fill(
    module: str, files: Mapping[str, str], has_code: bool | None
) -> None:
    body = "def handler(event, context):\n    answer = {}\n    fill(answer)\n    return answer\n"
    handler = read({"svc/src/app.py": f"from {module} import fill\n{body}", **files})
    assert [carries(each.value, "statusCode") for each in handler.returns] == [has_code]


@pytest.mark.parametrize(
    ("statement", "path", "place"),
    [
        ("from tables import read", "layers/shared/tables.py", "layers/shared"),
        ("from tables import read", "tables.py", "tables.py"),
        ("from ledger.tables import (\n    read)", "libs/ledger/tables.py", "libs/ledger"),
        ("from ledger import tables", "libs/ledger/tables.py", "libs/ledger"),
        ("if 1:\n    import ledger.tables as t", "libs/ledger/tables.py", "libs/ledger"),
        ("from requests import read", "libs/requests.py", None),
    ],
)
def test_a_function_is_judged_with_what_it_imports_from_elsewhere(statement: str, path: str, place: str | None) -> None:
    properties = {"Runtime": "python3.14", "Handler": "app.handler", "Code": "src/"}
    given = MappingValue({name: Known(of, PLACE) for name, of in properties.items()}, PLACE, {})
    function = Resource("AWS::Lambda::Function", "Fn", given, PLACE, PLACE)
    reader = Reader(Texts({**app(statement), path: TABLES}))
    assert set(reader.places([function])) - {"svc/src/app.py", "svc/src"} == ({place} if place else set())


@pytest.mark.parametrize(
    ("manifest", "text"),
    [
        ("svc/src/requirements.txt", "boto3\n-e ../../libs/ledger  # ours\n"),
        ("svc/src/requirements.txt", "../../libs/ledger\n"),
        ("svc/src/requirements.txt", "ledger @ file:../../libs/ledger\n"),
        ("svc/pyproject.toml", '[tool.poetry.dependencies]\nledger = { path = "../libs/ledger", develop = true }\n'),
        ("svc/pyproject.toml", '[tool.uv.sources]\nledger = { path = "../libs/ledger" }\n'),
        ("svc/Pipfile", '[packages]\nledger = {editable = true, path = "../libs/ledger"}\n'),
    ],
)
@pytest.mark.parametrize("path", ["ledger/ledger/tables.py", "ledger/src/ledger/tables.py", "ledger/tables.py"])
def test_of_several_modules_of_a_name_the_one_that_is_installed_by_its_path(
    manifest: str, text: str, path: str
) -> None:
    other = {"libs/second/ledger/tables.py": TABLES, f"libs/{path}": TABLES}
    imports = app("from ledger.tables import read")
    assert taken(read({**imports, **other}), "ledger.tables") is None
    assert taken(read({**imports, **other, manifest: text}), "ledger.tables") == f"libs/{path}"


def test_requirements_of_others_and_constraints_are_no_directories() -> None:
    files = {
        **app("from ledger.tables import read"),
        "libs/a/ledger/tables.py": TABLES,
        "libs/b/ledger/tables.py": TABLES,
        "svc/src/requirements.txt": "-r ../../libs/a/requirements.txt\n-c ../../libs/a\n# ../../libs/a\n",
    }
    assert taken(read(files), "ledger.tables") is None


def test_a_layer_may_be_a_project_of_its_own() -> None:
    layer = "layers/ledger/python/ledger/tables.py"
    own = {"layers/ledger/template.yaml": "Resources: {}", "layers/ledger/ledger/tables.py": TABLES, layer: TABLES}
    assert taken(read({**app("from ledger.tables import read"), **own}), "ledger.tables") == layer
    again = {"layers/again/template.yaml": "Resources: {}", "layers/again/python/ledger/tables.py": TABLES}
    assert taken(read({**app("from ledger.tables import read"), **own, **again}), "ledger.tables") is None
