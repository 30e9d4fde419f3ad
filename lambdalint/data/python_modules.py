"""Python's standard library, version by version, and what Lambda's Python runtimes have beside it.

Source of the library's modules: python_modules.json, which tools/python_modules.py writes.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

RUNTIME = frozenset({
    "boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3",
    "aws_durable_execution_sdk_python", "awslambdaric", "bootstrap", "lambda_runtime_client", "runtime_client",
    "simplejson", "snapshot_restore_py",
    "pip", "setuptools", "pkg_resources", "_distutils_hack", "wheel",
})  # fmt: skip
"""Modules that a function can import though nobody installs them.

boto3 with what it requires (https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html and boto3's and botocore's
own requirements) is certain; the others have lain beside it in some runtimes, and are no promise of AWS's.
"""

INLINE = frozenset({"cfnresponse"})
"""What CloudFormation adds to code in a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/cfn-lambda-function-code-cfnresponsemodule.html
"""


def version(runtime: str) -> tuple[int, int] | None:
    """The version of Python that a runtime runs: (3, 12); None for another language."""
    found = re.fullmatch(r"python(\d+)\.(\d+)", runtime)
    return (int(found[1]), int(found[2])) if found else None


def is_standard(module: str) -> bool:
    """Whether some version of Python has had a module in its library; `module` is dotted."""
    top = module.partition(".")[0]
    return top in _data()["modules"] or top.startswith("_")


def added(module: str) -> tuple[str, str] | None:
    """The module that was not always there, the one given or one that it lies in, and the version it came with."""
    return _first(module, "added")


def removed(module: str) -> tuple[str, str] | None:
    """The module that is no longer there, the one given or one that it lies in, and the first version without it."""
    return _first(module, "removed")


def _first(module: str, what: str) -> tuple[str, str] | None:
    table = _data()[what]
    parts = module.split(".")
    names = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
    return next(((name, table[name]) for name in names if name in table), None)


@cache
def _data() -> dict[str, dict[str, str]]:
    read = json.loads(Path(__file__).with_name("python_modules.json").read_bytes())
    return {"modules": dict.fromkeys(read["modules"], ""), "added": read["added"], "removed": read["removed"]}
