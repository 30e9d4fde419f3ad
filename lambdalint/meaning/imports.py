"""Packages that code imports, and when."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from lambdalint.code.facts import Handler, Import, once_a_handler
from lambdalint.code.idioms import UNSEEN
from lambdalint.code.value import Constant

_TYPES_ONLY = ("mypy_boto3", "types_", "typing_extensions", "_typeshed")
_OF_RUNTIME = frozenset({"boto3", "botocore"})
"""Packages that are in the runtime, and that other packages load: whether an import is their first is not seen.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-package-include
"""
_OF_NODE = ("node:", "@aws-sdk/", "@smithy/", "aws-sdk")
"""What Node.js and Lambda's runtime of it have."""
_OFTEN_LOADED = frozenset({"certifi", "idna", "jwt", "requests", "urllib3", "yaml"})
"""Small packages that many others load: what a module that is not seen loads at init may have loaded them."""
_OPTIONAL = frozenset({"ImportError", "ModuleNotFoundError"})


def late(handler: Handler) -> Iterator[Import]:
    """The imports that load a package while an event waits: all events come this way, and nothing loads it before."""
    early = {_package(each.name) for each in handler.imports if each.phase == "init"}
    early |= {_package(each.name) for each in _by_name(handler) if each.phase == "init"}
    early |= _OFTEN_LOADED if _loads_unseen(handler) else frozenset()
    for each in (*handler.imports, *_by_name(handler)):
        package = _package(each.name)
        if (
            each.phase == "invocation"
            and each.origin is None
            and not each.conditional
            and not _OPTIONAL.intersection(each.caught)
            and package not in early
            and package not in sys.stdlib_module_names | _OF_RUNTIME
            and not package.startswith((*_TYPES_ONLY, *_OF_NODE, UNSEEN))
            and not (handler.language == "javascript" and "" in each.caught)
        ):
            yield each


def _loads_unseen(handler: Handler) -> bool:
    """Whether it loads at init what is of its own organisation, as no public distribution is called so."""
    return any(
        each.phase == "init" and each.origin is None and not _is_library(each.name) and "ImportError" not in each.caught
        for each in handler.imports
    )


_LARGE = frozenset({
    "pandas", "numpy", "scipy", "sklearn", "pyarrow", "polars", "sqlalchemy", "PIL", "cv2", "matplotlib", "django",
    "torch", "tensorflow", "transformers", "spacy", "nltk", "geopandas", "rasterio", "xarray", "h5py", "duckdb", "fitz",
    "awswrangler", "langchain", "snowflake", "psycopg2",
    "npm:sharp", "npm:puppeteer", "npm:puppeteer-core", "npm:@sparticuz/chromium", "npm:typeorm", "npm:sequelize",
    "npm:@prisma/client", "npm:exceljs", "npm:xlsx", "npm:canvas", "npm:jsdom", "npm:pdfkit", "npm:googleapis",
    "npm:@nestjs/core", "npm:mongoose", "npm:langchain",
})  # fmt: skip
"""Packages whose loading alone takes much of 128 MB, or seconds of the CPU that goes with that."""


def large(handler: Handler) -> Import | None:
    """A large package that a handler loads before the first event; None where it loads none."""
    loaded = (each for each in handler.imports if each.phase == "init" and each.origin is None)
    return next((each for each in loaded if not {each.name, _package(each.name)}.isdisjoint(_LARGE)), None)


def _by_name(handler: Handler) -> Iterator[Import]:
    """The packages that calls import by a name which is spelt out."""
    from lambdalint.data import distributions

    for call in handler.calls:
        if call.receiver is None and call.name in _IMPORTERS and call.arguments:
            match call.arguments[0]:
                case Constant(str(name)) if distributions.is_known(name):
                    phase = "init" if call.phase == "init" else "invocation"
                    yield Import(name, call.span, phase, call.trail, call.caught, call.conditional)


_IMPORTERS = frozenset({"importlib.import_module", "builtins.__import__"})


@once_a_handler
def unseen(handler: Handler) -> bool:
    """Whether it imports what may be of its own project and was not found: what that does is unknown, not nothing."""
    return any(
        each.origin is None and not _is_library(each.name)
        for each in handler.imports
        if "ImportError" not in each.caught
    )


_SCOPES = (
    "npm:@middy/", "npm:@sentry/", "npm:@prisma/", "npm:@nestjs/", "npm:@hapi/", "npm:@apollo/", "npm:@hono/",
    "npm:@fastify/", "npm:@opentelemetry/", "npm:@slack/", "npm:@octokit/", "npm:@sendgrid/", "npm:@google-cloud/",
    "npm:@azure/", "npm:@elastic/", "npm:@opensearch-project/", "npm:@vendia/", "npm:@types/",
)  # fmt: skip
"""Scopes of npm that are known; others may be the project's own company's, with variables of their own."""


def _is_library(name: str) -> bool:
    """Whether a module is its language's, the runtime's, or of a distribution that is known."""
    if name.startswith(("node:", "@aws-sdk/", "@smithy/", "@aws-lambda-powertools/", "aws-sdk", *_SCOPES)):
        return True
    if name.startswith(("npm:", UNSEEN)):
        return name.startswith("npm:") and not name.startswith("npm:@")
    from lambdalint.data import distributions, python_modules

    package = _package(name)
    return package in python_modules.INLINE or package.startswith(_TYPES_ONLY) or distributions.is_library(name)


def _package(name: str) -> str:
    return name.partition(".")[0]
