"""Handlers that no template reaches, told by the shape of a function: an event and a context."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lambdalint.code import ir

_HEAD = re.compile(r"^def \w+\(\s*\w*(?:event|evt|payload)\w*\s*(?::[^,]*)?,\s*_*\w*(?:context|ctx|_)\w*", re.MULTILINE)
_EVENT = frozenset(
    {"event", "events", "evt", "_event", "payload", "event_data", "lambda_event", "raw_event", "input_event"}
)
_CONTEXT = frozenset({"context", "_context", "ctx", "_ctx", "lambda_context", "aws_context", "contexts", "_"})
_APART = frozenset({"test", "tests", "testing", "doc", "docs", "__tests__", "test_data", "testdata", "fixtures"})


def may_hold_handlers(path: str, text: str) -> bool:
    """Whether a file is worth parsing for handlers: cheap, and never wrong about one that is there."""
    *folders, name = path.split("/")
    if not name.endswith(".py") or name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py":
        return False
    return not _APART.intersection(folders) and _HEAD.search(text) is not None


def handlers(module: ir.Module) -> Iterator[ir.Function]:
    """The functions of a module that look like handlers: of two parameters, an event and a context."""
    for node in module.names.values():
        if not isinstance(node, ir.Function):
            continue
        match [each for each in node.parameters if each.kind == "positional" and each.default is None]:
            case [event, context] if event.name in _EVENT and context.name in _CONTEXT:
                yield node


def roots(path: str) -> tuple[str, ...]:
    """The directories that such a file's imports may start from: its own and the two above."""
    folder = posixpath.dirname(path)
    above = posixpath.dirname(folder)
    return tuple(dict.fromkeys((folder, above, posixpath.dirname(above))))
