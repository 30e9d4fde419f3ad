"""JavaScript's literals: what their spelling stands for, and the syntax that only a compiler makes JavaScript of."""

from __future__ import annotations

import re

from lambdalint.patterns import pattern

_ESCAPE = pattern(
    r"\\(?:u\{(?P<point>[0-9a-fA-F]+)\}|u(?P<four>[0-9a-fA-F]{4})|x(?P<two>[0-9a-fA-F]{2})|(?P<end>\r\n|[\n\r\u2028\u2029])"
    r"|(?P<one>.))",
    re.DOTALL,
)
_ONE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_BASES = {"0x": 16, "0o": 8, "0b": 2}

_PROPOSED = {
    "pipeline operator": pattern(r"\|>"),
    "bind operator": pattern(r"::"),
    "throw expression": pattern(r"throw\b"),
    "do expression": pattern(r"=?\s*do\s*\{"),
    "export of a default": pattern(r"export\s+\w+\s+from\b"),
}
"""What Babel's plugins for proposals are for, as it stands where the grammar gives up.

https://babeljs.io/docs/plugins-list#proposals
"""


def proposed(spelt: str) -> str | None:
    """The proposal to JavaScript of which a text begins with the syntax; None where it is no such."""
    return next((name for name, begins in _PROPOSED.items() if begins.match(spelt)), None)


def text(spelt: str) -> str:
    """What the inside of a string or of a template's piece stands for."""
    return _ESCAPE.sub(_escaped, spelt) if "\\" in spelt else spelt


def number(spelt: str) -> int | float | None:
    """What a number's spelling stands for; None where that is no number that this program can hold."""
    digits = spelt.replace("_", "").removesuffix("n")
    base = _BASES.get(digits[:2].lower())
    try:
        if base is not None:
            return int(digits[2:], base)
        return int(digits) if digits.isdecimal() else float(digits)
    except ValueError:
        return None


def _escaped(match: re.Match[str]) -> str:
    code = match["point"] or match["four"] or match["two"]
    if code is not None:
        point = int(code, 16)
        # A half of a surrogate pair is no character by itself, and nothing that UTF-8 could write.
        return chr(point) if point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else "\ufffd"
    return "" if match["end"] is not None else _ONE.get(match["one"], match["one"])
