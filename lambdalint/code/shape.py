"""Handlers that no template reaches, told by the shape of a function: an event and a context."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Iterator

from lambdalint.code import ir
from lambdalint.patterns import pattern

_HEAD = pattern(
    r"^(?:async +)?def \w+\(\s*\w*(?:event|evt|payload)\w*\b[^()]*,\s*_*\w*(?:context|ctx|_)\w*", re.MULTILINE
)
EVENT = frozenset(
    {"event", "events", "evt", "_event", "payload", "event_data", "lambda_event", "raw_event", "input_event"}
)
CONTEXT = frozenset({"context", "_context", "ctx", "_ctx", "lambda_context", "aws_context", "contexts"})
"""The names that the two parameters of a handler usually have."""

_NAMED = pattern(r"handler|lambda|^main$|^index$|^run$", re.IGNORECASE)
_OF_OTHERS = frozenset({"script_handler", "entrypoint", "invoke"})
"""Names and decorators of functions that others call with an event and a context: SSM documents, Bedrock AgentCore."""

_TEST = pattern(r"test_|.*_test\.py$|conftest\.py$|.*\.(test|spec|stories|e2e)\.\w+$|tests?\.[cm]?[jt]s$")
_APART = frozenset({
    "test", "tests", "testing", "doc", "docs", "__tests__", "__mocks__", "test_data", "testdata", "fixtures", "e2e",
})  # fmt: skip


_KEPT = pattern(
    r"(?i).*\.(?:backup|bak|old|orig)(?![a-z])[^/]*|.*[-_]old\.\w+|(?:.*/)?(?:\w+-)?(?:deprecated|obsolete|old|bak)\b[^/]*/.*"
    r"|(?:.*/)?[^/]+[-_]extracted/.*|.*[-_.]example\.\w+"
)
"""Paths of what is kept of former code: `app.BACKUP_2026.py`, `app_old.py`, `deprecated-jobs/app.py`, of what was taken
out of an archive, `v1-extracted/app.py`, and of what shows how something is done, `caching_example.py`."""


def may_hold_handlers(path: str, text: str) -> bool:
    """Whether a file is worth parsing for handlers: cheap, and never wrong about one that is there."""
    return path.endswith(".py") and not is_apart(path) and _HEAD.search(text) is not None


def is_apart(path: str) -> bool:
    """Whether a file tests the project, shows how it is used, is kept of former code, or is a tool's of its authors."""
    *folders, name = path.split("/")
    is_test = _TEST.match(name) is not None
    is_hidden = any(folder.startswith(".") and folder.strip(".") for folder in folders)
    return is_test or is_hidden or not _APART.isdisjoint(folders) or _KEPT.fullmatch(path) is not None


_COPY = pattern(r"(?i)[^/]*\.(?:backup|bak|old|orig)(?![a-z])[^/]*")


def is_copy(path: str) -> bool:
    """Whether the name of a file says that it is kept of one that was there before: `serverless.bak.yml`."""
    return _COPY.fullmatch(path.rpartition("/")[2]) is not None


_IMPORTED = pattern(r"^[ \t]*from[ \t]+[\w.]+[ \t]+import[ \t]+(\([^)]*\)|[^\n(]+)", re.MULTILINE)
_SCRIPT = pattern(r"[\w-]+\.py\b")


def called_by_others(path: str, text: str) -> Iterator[str]:
    """The functions that a Python file imports, and the scripts that a document of Systems Manager runs."""
    if path.endswith(".py"):
        if not _APART.intersection(path.split("/")):
            for names in _IMPORTED.findall(text):
                yield from re.findall(r"\w+", names)
    elif "aws:executeScript" in text:
        yield from _SCRIPT.findall(text)


_SERVICE = pattern(r"(?:.*/)?serverless\.ya?ml")
_ELSEWHERE = pattern(
    r"^provider:(?:[ \t]*|[ \t]*\{[ \t]*name:[ \t]*"
    # Each line is matched in one way only: otherwise a long provider takes for ever.
    r"|[^\r\n]*\r?\n(?:(?:[ \t][^\r\n]*)?\r?\n)*?[ \t]+name:[ \t]*)[\"']?"
    r"(?:aliyun|azure|cloudflare|fn|google|knative|kubeless|openwhisk|scaleway|spotinst|tencent|webtasks)\b",
    re.MULTILINE,
)


def is_of_other_cloud(path: str, text: str) -> bool:
    """Whether a file says that the functions beside it are deployed elsewhere than to AWS."""
    return _SERVICE.fullmatch(path) is not None and _ELSEWHERE.search(text) is not None


_FRAMEWORKS = ("functions_framework", "azure.functions", "azure.durable_functions")
"""How the modules are called that only functions of other clouds import."""
_CLIENTS = "google.cloud"
_AWS = ("boto3", "botocore", "aioboto3", "aws_lambda_powertools", "aws_xray_sdk", "awslambdaric")
_OF_OTHER_CONTEXTS = frozenset({"resource", "event_id", "event_type", "timestamp"})
"""What the context of a function of Google's tells, and Lambda's does not."""


def _is_of_other_cloud(nodes: Iterable[ir.Node], contexts: Container[str]) -> bool:
    """Whether a module's functions are those of another cloud, by what it imports and asks a context for."""
    imported = tuple(f"{each.module}." for each in nodes if isinstance(each, ir.Import))
    if any(each.startswith(tuple(f"{name}." for name in _FRAMEWORKS)) for each in imported):
        return True
    is_aws = any(each.startswith(tuple(f"{name}." for name in _AWS)) for each in imported)
    return not is_aws and (
        any(each.startswith(f"{_CLIENTS}.") for each in imported)
        or any(
            isinstance(each, ir.Attribute)
            and each.name in _OF_OTHER_CONTEXTS
            and isinstance(each.value, ir.Name)
            and each.value.id in contexts
            for each in nodes
        )
    )


NOTEBOOK = ".ipynb"
_RELATIVE = pattern(r"^from[ \t]+\.", re.MULTILINE)
_TAKEN = pattern(r'"[ \t]*from[ \t]+([\w.]+\.\w+)[ \t]+import\b([^"\\]*)')


def may_be_helper(text: str) -> bool:
    """Whether a file of Python lives inside of a package, as what it imports from beside it says."""
    return _RELATIVE.search(text) is not None


def taken_by_notebook(text: str) -> Iterator[tuple[str, str]]:
    """The names that a notebook takes out of the modules of packages, each with the end of the module's path."""
    for module, names in _TAKEN.findall(text):
        for name in re.findall(r"\w+", names):
            yield f"/{module.replace('.', '/')}.py", name


def handlers(module: ir.Module, others: Container[str] = ()) -> Iterator[ir.Function]:
    """The functions of a module that look like handlers: of two parameters, an event and a context.

    `others` are names of functions and files that something else calls, apart from what is named like a handler.
    """
    nodes = [node for statement in module.body for node in ir.walk(statement)]
    if _is_of_other_cloud(nodes, CONTEXT):
        return
    shaped = tuple(_shaped(module, nodes, others))
    within = {called for each in shaped for called in _called(ir.walk(each)) if called != each.name}
    # What a handler calls with its own event is done where that handler is followed.
    yield from (each for each in shaped if each.name not in within)


def _shaped(module: ir.Module, nodes: Iterable[ir.Node], others: Container[str]) -> Iterator[ir.Function]:
    named = {node.id for node in nodes if isinstance(node, ir.Name)}
    called = _called(nodes)
    for node in module.names.values():
        if not isinstance(node, ir.Function) or posixpath.basename(module.source.path) in others:
            continue
        if node.is_async:
            # What a handler awaits looks like one, too.
            if node.name in others or node.name in named or not _NAMED.search(node.name):
                continue
        elif (node.name in others or node.name in called) and not _NAMED.search(node.name):
            continue
        match [each for each in node.parameters if each.kind == "positional" and each.default is None]:
            case [event, context] if event.name in EVENT and (context.name in CONTEXT or _is_named(node, context)):
                if not _OF_OTHERS.intersection((node.name, *map(_decorator, node.decorators))):
                    yield node


def _called(nodes: Iterable[ir.Node]) -> set[str]:
    """The names that are called among the nodes."""
    return {node.function.id for node in nodes if isinstance(node, ir.Call) and isinstance(node.function, ir.Name)}


def _is_named(node: ir.Function, context: ir.Parameter) -> bool:
    """Whether a function is named like a handler, and ignores the context: its second parameter says nothing."""
    return context.name in ("_", "__", "_unused", "unused") and _NAMED.search(node.name) is not None


def _decorator(node: ir.Expression) -> str:
    match node:
        case ir.Attribute(_, name) | ir.Call(ir.Attribute(_, name)):
            return name
        case _:
            return ""


def roots(path: str) -> tuple[str, ...]:
    """The directories that such a file's imports may start from: its own and the two above."""
    folder = posixpath.dirname(path)
    above = posixpath.dirname(folder)
    return tuple(dict.fromkeys((folder, above, posixpath.dirname(above))))
