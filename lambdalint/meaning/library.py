"""What a runtime's own library has: which modules it lacks, and which versions of its language have a feature."""

from __future__ import annotations

from lambdalint.code.facts import Escape, Handler, Import, Stray
from lambdalint.data import node, python_modules, python_names
from lambdalint.patterns import pattern

SDK = frozenset({"boto3", "botocore"})
"""The distributions of AWS's SDK that a runtime has: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html."""

SDK_2 = "aws-sdk"
"""Version 2 of the SDK for JavaScript: https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html."""
OF_TYPES = frozenset({"aws-lambda"})
"""Packages of npm of which programs only mean the types, in whose place another package of the name is there."""
_NO_CLIENTS = frozenset({
    "CognitoIdentityCredentials", "Config", "Credentials", "CredentialProviderChain", "EC2MetadataCredentials",
    "ECSCredentials", "Endpoint", "EnvironmentCredentials", "FileSystemCredentials", "HttpClient", "HttpRequest",
    "MetadataService", "RemoteCredentials", "Request", "Response", "SAMLCredentials", "Service",
    "SharedIniFileCredentials", "TemporaryCredentials", "TokenFileWebIdentityCredentials", "WebIdentityCredentials",
    "ChainableTemporaryCredentials", "AWSError",
})  # fmt: skip
"""What version 2 of the SDK calls with a capital and is no client."""

_ABSENT = frozenset({"", "ImportError", "ModuleNotFoundError"})


def is_known(runtime: str) -> bool:
    """Whether the library of a runtime's language is listed."""
    version = python_modules.version(runtime)
    return version is not None and version >= (3, 0)


def is_guarded(imported: Import | Escape) -> bool:
    """Whether a run may do without an import: it is caught where it fails, or stands in a branch."""
    return imported.conditional or bool(_ABSENT & set(imported.caught))


def may_be_there(stray: Stray) -> bool:
    """Whether a run may find a name that nothing sets, as in Python 2, or does without it where it is not there."""
    probes = {"NameError", "ReferenceError"} | ({""} if stray.phase == "init" else set())
    return (stray.name in python_names.OF_PYTHON_2 and stray.conditional) or bool(probes & set(stray.caught))


def had_by_python_2(name: str) -> bool:
    """Whether Python 2 has a name that nothing sets, and Python 3 has not."""
    return name in python_names.OF_PYTHON_2


def is_client(name: str) -> bool:
    """Whether a name of version 2 of the SDK for JavaScript is that of a client."""
    return name[:1].isupper() and name not in _NO_CLIENTS


_NODE = pattern(r"nodejs(\d+)\.x")
_POLYFILLS = ("npm:core-js", "npm:node-fetch", "npm:cross-fetch/polyfill", "npm:isomorphic-fetch",
              "npm:@babel/polyfill", "npm:undici", "npm:whatwg-fetch", "npm:array.prototype", "npm:es-")  # fmt: skip
"""Packages that bring what a version of Node.js lacks, or may."""


def is_in_node(package: str, version: int) -> bool:
    """Whether Lambda's runtime of a major version of Node.js has a package of the AWS SDK."""
    return node.brings_sdk(package, version) is True


def brings_newer(handler: Handler) -> bool:
    """Whether a handler loads what adds to the library of its language."""
    return any(each.name.startswith(_POLYFILLS) for each in handler.imports)


def is_older(runtime: str, other: str) -> bool:
    """Whether a runtime is an earlier version of another."""
    ours, theirs = _NODE.fullmatch(runtime), _NODE.fullmatch(other)
    if ours is not None and theirs is not None:
        return int(ours[1]) < int(theirs[1])
    own, needed = python_modules.version(runtime), python_modules.version(other)
    return is_known(runtime) and own is not None and needed is not None and own < needed


def lacks(runtime: str, module: str) -> str | None:
    """Why a runtime has not a module that other versions of it have, as a message says it; None where it has it."""
    own = python_modules.version(runtime)
    if own is None or not is_known(runtime) or not python_modules.is_standard(module):
        return None
    if (gone := python_modules.removed(module)) and own >= _numbers(gone[1]):
        return f"{gone[0]}, which Python {gone[1]} removed from its library"
    if (came := python_modules.added(module)) and own < _numbers(came[1]):
        return f"{came[0]}, which came with Python {came[1]}"
    return None


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor)
