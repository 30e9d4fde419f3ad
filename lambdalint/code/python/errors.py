"""What is wrong with a text that is not Python 3, and where, in words for its author."""

from __future__ import annotations

import re
from contextlib import suppress

import libcst

from lambdalint.patterns import pattern
from lambdalint.source import Source

_PLACE = pattern(r"error at (\d+):(\d+)(?:: expected (.*))?", re.DOTALL)
_TOKEN = pattern(r"""(?:\w+|"[^"]*"|'[^']*'|\S)\Z""")
_MIXED_TABS = "inconsistent mixing of tabs and spaces"

_PYTHON_2 = (
    (re.compile(r"(?:^|[:;])\s*print\s+(?:[\"'\w%(]|>>)"), "print statement"),
    (re.compile(r"(?:^|[:;])\s*exec\s+[\"'\w]"), "exec statement"),
    (re.compile(r"\braise\s+[\w.]+\s*,"), "raise with a comma"),
    (re.compile(r"`"), "backticks"),
    (re.compile(r"\b0\d+\b(?!\.)"), "octal number without 0o"),
    (re.compile(r"\b(?:0[xX][0-9a-fA-F]+|\d+)[lL]\b"), "long number"),
    (re.compile(r"\b[uU][rR][\"']"), "ur string"),
    (re.compile(r"\bdef\s+\w+\s*\(.*\(|\blambda\s*\("), "tuple parameter"),
)


def explain(message: str, text: str) -> tuple[tuple[int, int], str]:
    """The place, counted from 1, and the reason of a syntax error that libcst reports."""
    lines = Source("", text).lines
    known = _PLACE.search(message)
    if known is None:
        what = message.removeprefix("tokenizer error: ").strip()
        number = _tokenizer_line(message, lines)
        place = number, _column(what, lines[number - 1])
    else:
        place = _token_before(lines, int(known[1]), int(known[2]))
        what = _unexpected(lines, place, known[3] or "")
    line = lines[place[0] - 1]
    old = next((name for pattern, name in _PYTHON_2 if pattern.search(line)), None)
    if old is not None:
        return place, f"not valid Python 3: {old}"
    if what == _MIXED_TABS:
        return place, f"not valid Python 3: {what}"
    return place, "not valid Python: " + " ".join(what.split())


def _token_before(lines: tuple[str, ...], line: int, column: int) -> tuple[int, int]:
    """The start of the token that ends at a place; that place is where libcst stopped."""
    line = min(max(line, 1), len(lines))
    while column == 0 and line > 1:
        line -= 1
        column = len(lines[line - 1].rstrip())
        if column:
            return line, column + 1
    token = _TOKEN.search(lines[line - 1][:column])
    return line, (token.start() if token else column) + 1


def _unexpected(lines: tuple[str, ...], place: tuple[int, int], expected: str) -> str:
    if expected == "INDENT":
        return "expected an indented block"
    rest = lines[place[0] - 1][place[1] - 1 :]
    if not rest.strip():
        return "unexpected end of line"
    if place[1] > 1 and not lines[place[0] - 1][: place[1] - 1].strip() and "EOF" in expected:
        return "unexpected indentation"
    token = re.match(r"\w+|\S", rest.strip())
    return f"unexpected {token[0]!r}" if token else "unexpected end of line"


def _tokenizer_line(message: str, lines: tuple[str, ...]) -> int:
    """The number of the line that libcst's tokenizer cannot read; it reports none.

    It reads the whole text before it parses any, so the shortest beginning that gives the same message ends there.
    """
    if "triple-quoted" in message:
        return _open_quote(lines)
    low, high = 0, len(lines)
    while high - low > 1:
        middle = (low + high) // 2
        if _fails("\n".join(lines[:middle]) + "\n", message):
            high = middle
        else:
            low = middle
    return high


def _fails(text: str, message: str) -> bool:
    try:
        libcst.parse_module(text)
    except libcst.ParserSyntaxError as error:
        return error.message == message
    except libcst.CSTValidationError:
        pass  # A letter that this Python does not know yet.
    return False


def _open_quote(lines: tuple[str, ...]) -> int:
    """The line of the last triple quote, which nothing closes."""
    for number in range(len(lines), 0, -1):
        if '"""' in lines[number - 1] or "'''" in lines[number - 1]:
            return number
    return 1


def _column(what: str, line: str) -> int:
    with suppress(ValueError):
        quoted = re.match(r"(?:unmatched )?'(.|\\0)'", what)
        if quoted is not None:
            return line.index("\0" if quoted[1] == r"\0" else quoted[1]) + 1
        if "leading zeros" in what:
            return next((match.start() for match in re.finditer(r"\b0\d", line)), 0) + 1
    return len(line) - len(line.lstrip()) + 1
