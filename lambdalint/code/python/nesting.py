"""How deeply a Python text nests, told before a recursive parser meets it.

libcst's parser overflows the machine's stack, and ends the process, where brackets or operators nest by the thousand.
"""

from __future__ import annotations

import re

from lambdalint.patterns import pattern
from lambdalint.source import Source

_BRACKETS = 200
"""CPython's own limit."""
_LINKS = 1000
"""Operators, dots and the like in one chain, each a level of the tree."""
_ELIFS = 1000

_TOKEN = pattern(
    r"""
    (?P<skip>\#[^\r\n]*|\"{3}(?:[^"\\]|\\.|"(?!""))*"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}
        |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<open>[(\[{])
    |(?P<close>[)\]}])
    |(?P<link>\b(?:and|or|not|if|lambda|await|elif)\b|[-+*/%@.~^&|]+)
    |(?P<end>[,;]|[\r\n])
    """,
    re.VERBOSE | re.DOTALL,
)


def too_deep(text: str) -> tuple[int, int] | None:
    """The line and column from which on a text nests too deeply to be parsed; None for any sane text."""
    if len(text) < _BRACKETS or _has_few(text):
        return None
    stack: list[int] = []
    links = elifs = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            stack.append(links + 1)
            links = 0
        elif kind == "close":
            links = stack.pop() if stack else 0
        elif kind == "link":
            links += len(match[0]) if match[0][0] in "-+~" else 1
            elifs += match[0] == "elif"
        elif kind == "end" and not (stack and match[0] in "\r\n"):
            links = 0
        elif kind == "skip" and _has_holes(text, match) and _deep_holes(match[0]):
            return _place(text, match.start())
        if links > _LINKS or len(stack) > _BRACKETS or elifs > _ELIFS:
            return _place(text, match.start())
    return None


def _has_few(text: str) -> bool:
    """Whether a text has so few brackets and operators that they cannot nest too deeply: to count them is quick."""
    if sum(map(text.count, "([{")) > _BRACKETS:
        return False
    return sum(map(text.count, _SIGNS)) + sum(map(text.count, _WORDS)) <= min(_LINKS, _ELIFS)


_SIGNS = "-+*/%@.~^&|"
_WORDS = ("and", "or", "not", "if", "lambda", "await")
"""What a link may be; `if` is within `elif`."""


def _has_holes(text: str, match: re.Match[str]) -> bool:
    """Whether a token is an f-string or a template string."""
    return not {"f", "t"}.isdisjoint(text[max(match.start() - 2, 0) : match.start()].lower())


def _deep_holes(string: str) -> bool:
    depth = 0
    for character in string:
        depth += (character in "([{") - (character in ")]}")
        if depth > _BRACKETS:
            return True
    return False


def _place(text: str, offset: int) -> tuple[int, int]:
    lines = Source("", text[:offset]).lines
    return len(lines), len(lines[-1]) + 1
