"""Distributions on PyPI: what their modules are called, and what they install beside themselves, as of 2026-11-21.

Source: the distributions' own metadata (https://pypi.org). Names of distributions are normalised, as
https://packaging.python.org/en/latest/specifications/name-normalization/ says.
"""

from __future__ import annotations

import re
import sys

from lambdalint.data import python_modules

MODULES = {
    "argon2": ("argon2-cffi",), "attr": ("attrs",), "attrs": ("attrs",), "aws_cdk": ("aws-cdk-lib",),
    "aws_lambda_powertools": ("aws-lambda-powertools",), "aws_xray_sdk": ("aws-xray-sdk",),
    "bs4": ("beautifulsoup4", "bs4"), "cgi": ("legacy-cgi",), "crypto": ("pycryptodome", "pycrypto"),
    "cryptodome": ("pycryptodomex",), "cv2": ("opencv-python-headless", "opencv-python", "opencv-contrib-python"),
    "datadog_lambda": ("datadog-lambda",), "dateutil": ("python-dateutil",), "decouple": ("python-decouple",),
    "ddtrace": ("ddtrace", "datadog-lambda"), "distutils": ("setuptools",), "docx": ("python-docx",),
    "dotenv": ("python-dotenv",), "elasticsearch_dsl": ("elasticsearch-dsl",), "faiss": ("faiss-cpu",),
    "fitz": ("pymupdf",), "git": ("gitpython",), "github": ("pygithub",), "gitlab": ("python-gitlab",),
    "google.auth": ("google-auth",), "google.cloud.bigquery": ("google-cloud-bigquery",),
    "google.cloud.storage": ("google-cloud-storage",), "google.oauth2": ("google-auth",),
    "google.protobuf": ("protobuf",), "googleapiclient": ("google-api-python-client",), "gql": ("gql",),
    "jose": ("python-jose",), "jwt": ("pyjwt",), "kafka": ("kafka-python", "kafka-python-ng"),
    "ldap": ("python-ldap",), "magic": ("python-magic",), "markdown": ("markdown",), "mysql": (
        "mysql-connector-python", "mysql-connector", "mysql-connector-python-rf"), "mysqldb": ("mysqlclient",),
    "newrelic": ("newrelic", "newrelic-lambda"), "newrelic_lambda": ("newrelic-lambda",), "nacl": ("pynacl",),
    "opensearchpy": ("opensearch-py",), "openssl": ("pyopenssl",), "pil": ("pillow", "pil"),
    "pkg_resources": ("setuptools",), "pptx": ("python-pptx",), "psycopg": ("psycopg",),
    "psycopg2": ("psycopg2-binary", "psycopg2", "aws-psycopg2"), "pymysql": ("pymysql",),
    "pythonjsonlogger": ("python-json-logger",), "rapidjson": ("python-rapidjson",), "rediscluster": (
        "redis-py-cluster",), "requests_oauthlib": ("requests-oauthlib",), "ruamel": ("ruamel-yaml",),
    "sentry_sdk": ("sentry-sdk",), "serial": ("pyserial",), "sklearn": ("scikit-learn",),
    "skimage": ("scikit-image",), "slack": ("slackclient",), "slugify": ("python-slugify",),
    "snowflake": ("snowflake-connector-python",), "socks": ("pysocks",), "telegram": ("python-telegram-bot",),
    "usb": ("pyusb",), "websocket": ("websocket-client",), "werkzeug": ("werkzeug",), "yaml": ("pyyaml",),
    "zmq": ("pyzmq",), "cfn_resource": ("cfn-resource",), "chalice": ("chalice",), "crhelper": ("crhelper",),
    "cx_oracle": ("cx-oracle",), "dns": ("dnspython",), "exceptiongroup": ("exceptiongroup",),
    "imp": (), "jinja2": ("jinja2",), "asyncore": ("pyasyncore", "standard-asyncore"),
    "asynchat": ("pyasynchat", "standard-asynchat"), "telnetlib": ("standard-telnetlib", "telnetlib3"),
    "pipes": ("standard-pipes",), "imghdr": ("standard-imghdr",), "nntplib": ("standard-nntplib",),
    "smtpd": ("standard-smtpd", "aiosmtpd"), "audioop": ("audioop-lts",), "crypt": ("legacycrypt", "crypt-r"),
}  # fmt: skip
"""The distributions that a module may come from, where the names differ or there are several; keys in lower case."""

ALONE = frozenset({
    "pyyaml", "pymysql", "psycopg2-binary", "psycopg2", "aws-psycopg2", "simplejson", "pytz", "tzdata", "six",
    "jmespath", "urllib3", "certifi", "idna", "chardet", "charset-normalizer", "numpy", "pillow", "crhelper",
    "cfnresponse", "pyjwt", "wrapt", "attrs", "click", "itsdangerous", "markupsafe", "typing-extensions", "mangum",
    "python-dotenv", "python-json-logger", "ujson", "orjson", "xmltodict", "soupsieve", "lxml", "defusedxml",
    "python-decouple", "toml", "tomli", "packaging", "dnspython", "cachetools", "colorama", "tabulate", "tqdm",
    "markdown", "regex", "pyparsing", "et-xmlfile", "xlsxwriter", "xlrd", "pypdf2", "pypdf", "psutil", "filelock",
    "wheel", "pip", "setuptools", "mysql-connector-python", "mysqlclient", "pycryptodome", "pycryptodomex", "ply",
    "sqlparse", "peewee", "tenacity", "backoff", "retry2", "pymongo", "ijson", "emoji", "phonenumbers", "pycountry",
    "croniter", "semver", "unidecode", "ulid-py", "nanoid", "shortuuid", "fastjsonschema", "aws-requests-auth",
    "pyasn1", "protobuf", "pymssql", "pyodbc", "cx-oracle", "python-magic", "feedparser", "html2text", "humanize",
    "kafka-python", "lambda-multiprocessing", "loguru", "mypy-boto3", "boto3-stubs", "netaddr", "pathlib", "pyserde",
    "sgmllib3k", "structlog", "termcolor", "tinydb", "xlwt", "zipp", "iniconfig", "pluggy", "annotated-types",
    "smart-open", "parse", "lambda-decorators", "cfn-resource", "dicttoxml", "geojson", "jsonlines", "isodate",
})  # fmt: skip
"""Distributions that require nothing else, or nothing that anybody imports by itself."""

BRINGS = {
    "boto3": ("botocore", "s3transfer", "jmespath"), "s3transfer": ("botocore",),
    "botocore": ("jmespath", "python-dateutil", "urllib3"), "python-dateutil": ("six",),
    "requests": ("urllib3", "certifi", "idna", "charset-normalizer", "chardet"),
    "aws-lambda-powertools": ("jmespath", "typing-extensions"),
    "aws-xray-sdk": ("wrapt", "botocore"), "beautifulsoup4": ("soupsieve", "typing-extensions"),
    "bs4": ("beautifulsoup4",), "jinja2": ("markupsafe",), "pandas": ("numpy", "python-dateutil", "pytz", "tzdata"),
    "flask": ("werkzeug", "jinja2", "itsdangerous", "click", "blinker", "markupsafe", "importlib-metadata"),
    "werkzeug": ("markupsafe",), "fastapi": ("starlette", "pydantic", "typing-extensions", "annotated-doc"),
    "starlette": ("anyio", "typing-extensions"), "anyio": ("idna", "sniffio", "exceptiongroup", "typing-extensions"),
    "pydantic": ("pydantic-core", "typing-extensions", "annotated-types", "typing-inspection"),
    "pydantic-core": ("typing-extensions",), "typing-inspection": ("typing-extensions",),
    "jsonschema": ("attrs", "referencing", "rpds-py", "jsonschema-specifications", "pyrsistent", "six"),
    "redis": ("async-timeout",), "sqlalchemy": ("greenlet", "typing-extensions"),
    "elasticsearch": ("elastic-transport", "urllib3", "certifi", "python-dateutil", "typing-extensions"),
    "opensearch-py": ("urllib3", "requests", "six", "python-dateutil", "certifi", "events"),
    "requests-aws4auth": ("requests", "six"), "requests-oauthlib": ("requests", "oauthlib"),
    "cryptography": ("cffi", "pycparser"), "python-jose": ("ecdsa", "rsa", "pyasn1", "six"), "cffi": ("pycparser",),
    "openpyxl": ("et-xmlfile",), "httpx": ("anyio", "certifi", "httpcore", "idna", "h11", "sniffio"),
    "slack-sdk": (), "slackclient": ("aiohttp", "websocket-client", "requests", "six"),
    "scikit-learn": ("numpy", "scipy", "joblib", "threadpoolctl"), "scipy": ("numpy",),
    "opencv-python-headless": ("numpy",), "opencv-python": ("numpy",), "pyarrow": ("numpy",),
    "matplotlib": ("numpy", "pillow", "contourpy", "cycler", "fonttools", "kiwisolver", "packaging", "pyparsing",
                   "python-dateutil"),
    "psycopg": ("typing-extensions", "tzdata"), "pynamodb": ("botocore", "typing-extensions"),
    "sentry-sdk": ("urllib3", "certifi"), "simple-salesforce": (
        "requests", "cryptography", "zeep", "pyjwt", "more-itertools", "typing-extensions", "pendulum"),
    "twilio": ("requests", "pyjwt", "aiohttp", "aiohttp-retry", "pytz"), "stripe": ("requests", "typing-extensions"),
    "pg8000": ("scramp", "python-dateutil", "asn1crypto"), "jsonpath-ng": ("ply",), "arrow": (
        "python-dateutil", "types-python-dateutil", "tzdata", "backports-zoneinfo"),
    "marshmallow": ("packaging", "backports-datetime-fromisoformat", "typing-extensions"),
    "datadog": ("requests",), "datadog-lambda": ("datadog", "ddtrace", "wrapt", "ujson", "botocore", "requests"),
    "aws-embedded-metrics": ("aiohttp",), "avro": ("typing-extensions",), "confluent-kafka": (),
    "cfn-flip": ("click", "pyyaml", "six"), "gunicorn": ("packaging",), "paramiko": (
        "bcrypt", "cryptography", "pynacl", "invoke"), "tldextract": ("idna", "requests", "requests-file", "filelock"),
    "python-slugify": ("text-unidecode",), "pyopenssl": ("cryptography", "typing-extensions"),
    "aws-secretsmanager-caching": ("botocore", "setuptools"), "aws-encryption-sdk": (
        "boto3", "cryptography", "attrs", "wrapt"), "snowflake-connector-python": None, "langchain": None,
}  # fmt: skip
"""What a distribution requires, in any of its recent versions; None for too much to tell."""


def normalised(name: str) -> str:
    """The one way to write a distribution's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def of_module(module: str) -> tuple[str, ...]:
    """The distributions that a dotted module may come from: those known, and those whose name it suggests."""
    names = _names(module)
    known = [each for name in names for each in MODULES.get(name, ())]
    guessed = [normalised(each) for name in names for each in (name, f"py{name}", f"python-{name}", f"{name}-python")]
    return tuple(dict.fromkeys([*known, *guessed]))


def _names(module: str) -> list[str]:
    """A dotted module and those that it lies in, as the tables write them."""
    parts = module.split(".")
    return [".".join(parts[:count]).lower() for count in range(len(parts), 0, -1)]


def closure(names: frozenset[str]) -> tuple[frozenset[str], bool]:
    """What is installed with some distributions, and whether that is all of it."""
    found: set[str] = set()
    pending, complete = list(names), True
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        brought = () if name in ALONE or name.startswith("mypy-boto3") else BRINGS.get(name)
        # What is brought is no less complete where its own requirements are not listed: the table has them in its row.
        complete = complete and (brought is not None or name not in names)
        pending += brought or ()
    return frozenset(found), complete


def is_library(module: str) -> bool:
    """Whether a dotted module is Python's, the runtime's, or of a distribution that is known: no project's own."""
    top = module.partition(".")[0]
    quickly = top in sys.stdlib_module_names or top in python_modules.RUNTIME  # before any table is read
    return quickly or python_modules.is_standard(top) or is_known(module)


def is_known(module: str) -> bool:
    """Whether a dotted module comes from a distribution that is listed here."""
    listed = ALONE | BRINGS.keys()
    return any(name in MODULES for name in _names(module)) or any(each in listed for each in of_module(module))


PURE = frozenset({
    "backoff", "beautifulsoup4", "cachetools", "certifi", "click", "croniter", "emoji", "et-xmlfile", "feedparser",
    "humanize", "idna", "jmespath", "mangum", "markdown", "openpyxl", "packaging", "pg8000", "pyasn1", "pyjwt",
    "pymysql", "pyparsing", "pypdf", "python-dateutil", "python-dotenv", "python-json-logger", "python-slugify", "pytz",
    "rsa", "semver", "six", "sqlparse", "tabulate", "tenacity", "toml", "tzdata", "xlsxwriter", "xmltodict",
})  # fmt: skip
"""Distributions that are Python alone, with all that they require: every Python 3 and every processor loads them."""
