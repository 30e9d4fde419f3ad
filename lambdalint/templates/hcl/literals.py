"""The texts of HCL: escapes, and the indentation of heredocs."""

from __future__ import annotations

import re

from lambdalint.patterns import pattern

_ESCAPED = pattern(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4\{", re.DOTALL)
_MARKED = pattern(r"([$%])\1\{")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def unescaped(written: str) -> str:
    """What a piece of a quoted template stands for."""
    if "\\" not in written and "{" not in written:
        return written
    return _ESCAPED.sub(_meant, written)


def _meant(found: re.Match[str]) -> str:
    short, long, letter, mark = found.groups()
    if mark:
        return f"{mark}{{"
    if letter:
        return _LETTERS.get(letter, found[0])
    code = int(short or long, 16)
    # A lone surrogate is no text.
    return "\ufffd" if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)


def unmarked(written: str) -> str:
    """What a piece of a heredoc stands for: it has no escapes but `$${` and `%%{`."""
    return _MARKED.sub(r"\1{", written) if "{" in written else written


def indentation(text: str) -> int:
    """How many blanks begin every line of a `<<-` heredoc that is not blank."""
    return min((len(line) - len(line.lstrip()) for line in text.split("\n") if line.strip()), default=0)


def number(written: str) -> int | float:
    """A number, whole where it can be."""
    try:
        return int(written)
    except ValueError:
        pass
    try:
        found = float(written)
    except ValueError:
        return 0
    return int(found) if found.is_integer() and abs(found) < 2**53 else found
