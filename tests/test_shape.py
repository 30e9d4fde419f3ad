"""Handlers that no template reaches: told by their shape, and not taken for what they are not."""

from textwrap import dedent

import pytest

from lambdalint.code import shape
from lambdalint.code.modules import Parsed
from lambdalint.source import Source


def found(program: str, path: str = "app.py") -> list[str]:
    text = dedent(program)
    module = Parsed().module(Source(path, text))
    assert module is not None
    names = [each.name for each in shape.handlers(module)]
    assert shape.may_hold_handlers(path, text) or not names
    return names


@pytest.mark.parametrize(
    "head",
    [
        "def handler(event, context):",
        "def anything(event, context):",
        "def handler(event: dict, context: LambdaContext) -> dict:",
        "def handler(event: Dict[str, Any], context: Any) -> Dict[str, Any]:",
        "def handler(\n    event: dict[str, list[str]],\n    context: object,\n):",
        "def lambda_handler(event, _context):",
        "def lambda_handler(event, _):",
        "def handler(evt, ctx, client=None):",
    ],
)
def test_what_takes_an_event_and_a_context_is_a_handler(head: str) -> None:
    assert len(found(f"{head}\n    return None\n")) == 1


@pytest.mark.parametrize(
    "program",
    [
        "def on(event):\n    pass",
        "def on(event, name):\n    pass",
        "def on(name, context):\n    pass",
        "def remediate(event, _):\n    pass",
        "def script_handler(events, context):\n    pass",
        "class K:\n    def handler(self, event, context):\n        pass",
        "@app.entrypoint\ndef agent(payload, context):\n    pass",
        "def outer():\n    def handler(event, context):\n        pass",
    ],
)
def test_what_others_call_is_none(program: str) -> None:
    assert found(program) == []


@pytest.mark.parametrize("path", ["tests/app.py", "test_app.py", "src/app_test.py", "docs/app.py", "app.txt"])
def test_tests_and_documents_hold_none(path: str) -> None:
    assert not shape.may_hold_handlers(path, "def handler(event, context):\n    pass\n")
