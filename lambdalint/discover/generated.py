"""Which directories and files nobody wrote by hand: dependencies, build output, generated code."""

from __future__ import annotations

import os
import re
from functools import lru_cache

from lambdalint.discover import looked
from lambdalint.discover.plain import content
from lambdalint.patterns import pattern
from lambdalint.source import Source

DIRECTORIES = frozenset(
    {
        *(".git", ".hg", ".svn"),
        *("node_modules", "bower_components", ".yarn", ".pnpm-store", ".next"),
        *("site-packages", "dist-packages", "__pycache__", ".venv", ".eggs", ".tox", ".nox"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"),
        *(".aws-sam", "cdk.out", ".serverless", ".webpack", ".esbuild", ".terraform", ".terragrunt-cache"),
    }
)
"""Names of directories that tools fill."""

_PACKAGES = frozenset(
    {
        *("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "certifi", "idna", "chardet"),
        *("charset_normalizer", "numpy", "pandas", "scipy", "pytz", "jsonschema", "jinja2", "markupsafe", "werkzeug"),
        *("flask", "fastapi", "starlette", "pydantic", "pydantic_core", "typing_inspection", "sqlalchemy", "pymysql"),
        *("psycopg2", "cryptography", "cffi", "pycparser", "aws_xray_sdk", "aws_lambda_powertools", "simplejson"),
        *("aiohttp", "lxml", "PIL", "google", "wrapt", "pkg_resources", "setuptools", "pip"),
    }
)
"""Import names of distributions that are often committed beside a handler, and that nobody calls his own package."""

_ASSET = pattern(r"asset\.[0-9a-f]{64}")
"""Directories into which `cdk synth` copies code; its author has it elsewhere."""

_FILES = frozenset(
    {
        *("cfnresponse.py", "six.py", ".pnp.cjs", ".pnp.loader.mjs"),
        *("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "tsconfig.tsbuildinfo"),
    }
)
_ENDINGS = ("_pb2.py", "_pb2_grpc.py", ".min.js", ".bundle.js")

_SAYS_SO = pattern(
    r"\bgenerated\b.{0,120}\bdo not (?:edit|modify|change)\b|\bdo not (?:edit|modify|change)\b.{0,120}\bgenerated\b"
    r"|@generated\b",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPTS = (".js", ".mjs", ".cjs")
_LONGEST_LINE = 5000
_ASIDE = pattern(
    r"//# sourceMappingURL=\S*|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`",
)
"""What may be long in a file that is read: the source map that a compiler leaves, and texts."""


def is_generated_name(name: str) -> bool:
    """Whether a file's name alone says that it is generated, or copied from elsewhere."""
    return name in _FILES or name.endswith(_ENDINGS)


def is_generated(source: Source) -> bool:
    """Whether a file is generated, bundled or minified, by its name and its text."""
    name = source.path.rpartition("/")[2]
    if is_generated_name(name) or _says_so(source.text):
        return True
    return name.endswith(_SCRIPTS) and is_packed(source)


@lru_cache(maxsize=1024)
def _says_so(text: str) -> bool:
    return _SAYS_SO.search(text[:600]) is not None


_OWN = pattern(r"""\b(?:from|import\(|require\()\s*["']\.{1,2}/""")
_MOST_LINES = 500


def is_index(source: Source) -> bool:
    """Whether a generated file of JavaScript only lists modules that somebody wrote: the routes of an API."""
    return len(source.lines) <= _MOST_LINES and not is_packed(source) and _OWN.search(source.text) is not None


_HEAD = 3000
_LICENSED = pattern(r"(?i)\bcopyright\b|\blicen[sc]ed? ")
_VERSIONED = pattern(r"(?im)^[#\s]*version\s*:\s*v?\d|^__version__\s*=")
_STARTED = pattern(r"(?m)^if +__name__ *== *.__main__.")
_ARGUED = pattern(r"(?m)^\s*(?:import|from) +(?:argparse|optparse|getopt|click|docopt)\b")


def is_tool(source: Source) -> bool:
    """Whether a file of Python is a program of somebody else's that was put beside the code.

    It has a licence and a version of its own in its head, and is made to be started with arguments.
    """
    text = source.text
    return source.path.endswith(".py") and all(
        each.search(part) is not None
        for each, part in ((_LICENSED, text[:_HEAD]), (_STARTED, text), (_ARGUED, text), (_VERSIONED, text[:_HEAD]))
    )


@lru_cache(maxsize=1024)
def is_packed(source: Source) -> bool:
    """Whether a file of JavaScript is bundled or minified: by what webpack writes, or by a line that nobody would."""
    if "__webpack_require__" in source.text or "/******/" in source.text:
        return True
    return any(len(line) > _LONGEST_LINE < len(_ASIDE.sub("", line)) for line in source.lines)


def vendored(directory: str, names: frozenset[str]) -> frozenset[str]:
    """Which of the directories among `names`, all that is directly in `directory`, hold installed packages."""
    found = names & DIRECTORIES
    found |= {name for name in names & _PACKAGES if looked.is_file(os.path.join(directory, name, "__init__.py"))}
    found |= {name for name in names if _ASSET.fullmatch(name)}
    found |= {name for name in names & _OF_OTHERS if _is_of_packages(os.path.join(directory, name))}
    for name in names:
        if name.endswith(".dist-info"):
            found |= {name, *_recorded(os.path.join(directory, name, "RECORD"))}
    return found


_OF_OTHERS = frozenset({"_vendor", "third_party", "thirdparty", "vendor", "vendored"})
"""How directories are called that packages of others are copied into, where they are not of what one sells."""
_VERSION = pattern(r"(?m)^__version__\s*=")


def _is_of_packages(directory: str) -> bool:
    """Whether there is nothing in a directory but packages of Python, each of which says its version: released ones."""
    names = [each for each in _names(directory) if each not in ("__init__.py", "__pycache__")]
    packages = [os.path.join(directory, each) for each in names if "." not in each and not each.isupper()]
    return bool(packages) and len(packages) == len(names) and all(map(_says_version, packages))


def _names(directory: str) -> list[str]:
    try:
        with os.scandir(directory) as found:
            return [each.name for each in looked.entries(directory, found)]
    except OSError:
        return []


def _says_version(package: str) -> bool:
    """Whether a package says its version, or one within it does, as what shares a namespace with others."""
    inner = (os.path.join(package, each, "__init__.py") for each in _names(package) if "." not in each)
    for path in (os.path.join(package, "__init__.py"), *inner):
        if looked.is_file(path) and _VERSION.search(content(path).decode("utf-8", "replace")) is not None:
            return True
    return False


def is_environment(names: frozenset[str]) -> bool:
    """Whether a directory with these names in it is a virtual environment."""
    return "pyvenv.cfg" in names


def _recorded(path: str) -> frozenset[str]:
    """The names that an installed distribution put beside its record: https://packaging.python.org/specifications."""
    try:
        record = content(path).decode("utf-8", "replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(line.partition("/")[0] for line in record if "/" in line.partition(",")[0])
