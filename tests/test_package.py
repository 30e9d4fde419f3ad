"""What is installed beside a function's code."""

from textwrap import dedent

import pytest

from lambdalint.code import patterns
from lambdalint.code.manifests import declared
from lambdalint.code.surroundings import INSTALLS, Surroundings
from lambdalint.data import distributions, python_modules
from lambdalint.source import Texts


def asked(path: str, text: str, **more: str) -> tuple[list[str], bool]:
    found = declared(path, Texts({path: dedent(text), **more}))
    assert found is not None
    return [each.name for each in found.requirements], found.opaque


class TestDeclared:
    def test_requirements(self) -> None:
        names, opaque = asked(
            "src/requirements.txt",
            """
            # what it needs
            -r ../base.txt
            --index-url https://pypi.org/simple
            Flask_Cors[all]>=1,<2 ; python_version > "3.8"  # for the API
            zope.interface == 5.0 \\
                --hash=sha256:0123
            tool @ https://example.com/tool.zip
            git+https://example.com/other.git#egg=other
            """,
            **{"base.txt": "PyYAML"},
        )
        assert names == ["pyyaml", "flask-cors", "zope-interface", "tool", "other"]
        assert not opaque

    @pytest.mark.parametrize("line", ["-e .", "./wheels/a.whl", "-r missing.txt", "git+https://example.com/a.git"])
    def test_requirements_of_no_name(self, line: str) -> None:
        assert asked("requirements.txt", line) == ([], True)

    def test_a_project(self) -> None:
        text = """
            [project]
            name = "orders"
            dependencies = ["boto3==1.42", "PyYAML"]
            [dependency-groups]
            dev = ["pytest", {include-group = "docs"}]
            [tool.poetry.dependencies]
            python = "^3.12"
            requests = {version = "*", extras = ["socks"]}
        """
        assert asked("pyproject.toml", text) == (["boto3", "pyyaml", "pytest", "requests", "orders"], False)

    def test_a_file_that_only_configures_tools_asks_for_nothing(self) -> None:
        assert declared("pyproject.toml", Texts({"pyproject.toml": "[tool.ruff]"})) is None

    def test_lock_files_name_everything(self) -> None:
        found = declared("uv.lock", Texts({"uv.lock": '[[package]]\nname = "six"\n[[package]]\nname = "idna"'}))
        assert found is not None
        assert found.complete
        assert [each.name for each in found.requirements] == ["six", "idna"]
        assert asked("Pipfile.lock", '{"default": {"six": {}}, "develop": {"idna": {}}}') == (["six", "idna"], False)
        assert asked("Pipfile", '[packages]\nsix = "*"\n[dev-packages]\nidna = "==3"') == (["six", "idna"], False)

    @pytest.mark.parametrize("path", ["setup.py", "environment.yml", "Pipfile.lock", "poetry.lock"])
    def test_what_cannot_be_read_may_ask_for_anything(self, path: str) -> None:
        assert asked(path, "what = is [this") == ([], True)


class TestDistributions:
    def test_of_a_module(self) -> None:
        assert "pyyaml" in distributions.of_module("yaml")
        assert "google-cloud-storage" in distributions.of_module("google.cloud.storage.client")
        assert "psycopg2-binary" in distributions.of_module("psycopg2.extras")

    def test_what_they_bring(self) -> None:
        names, complete = distributions.closure(frozenset({"flask", "boto3"}))
        assert {"werkzeug", "markupsafe", "botocore", "six"} <= names
        assert complete
        assert distributions.closure(frozenset({"flask", "nobody-knows"}))[1] is False


class TestLibrary:
    def test_comes_and_goes(self) -> None:
        assert python_modules.added("tomllib") == ("tomllib", "3.11")
        assert python_modules.added("importlib.resources.abc") == ("importlib.resources", "3.7")
        assert python_modules.removed("distutils.util") == ("distutils", "3.12")
        assert python_modules.removed("urllib2") == ("urllib2", "3.0")
        assert python_modules.removed("urllib.request") is None
        assert python_modules.is_standard("_thread")
        assert not python_modules.is_standard("requests")


class TestSurroundings:
    @pytest.mark.parametrize("path", ["a/build.sh", "a/b/c/Makefile", "Makefile", ".github/workflows/deploy.yml"])
    def test_steps_near_and_above(self, path: str) -> None:
        sources = Texts({"a/template.yaml": "", path: "python -m pip install -r requirements.txt -t build"})
        assert Surroundings(sources).says("a", INSTALLS)

    @pytest.mark.parametrize("path", ["b/build.sh", "a/b/c/d/e/Makefile", "a/data.csv"])
    def test_steps_of_others(self, path: str) -> None:
        sources = Texts({"a/template.yaml": "", path: "pip install -r requirements.txt -t build"})
        assert not Surroundings(sources).says("a", INSTALLS)


@pytest.mark.parametrize(
    ("listed", "path", "taken"),
    [
        (["!**", "price/**"], "price/app.py", True),
        (["!**", "price/**"], "shared/money.py", False),
        (["!**/*.py", "*.py"], "app.py", True),
        (["!**/*.py", "*.py"], "a/app.py", False),
        (["!**/*.py"], "app.py", False),
        (["!tests/**"], "tests/a/b.py", False),
        (["!tests"], "tests/a.py", True),
        (["!./a?.{py,txt}"], "ab.py", False),
        (["!@(a|b)/**"], "a/app.py", None),
        (["!{a,b*}/**"], "a/app.py", None),
    ],
)
def test_the_last_pattern_that_fits_decides(listed: list[str], path: str, taken: bool | None) -> None:
    assert patterns.takes(listed, path) is taken
