"""The values of Python's literals, found without executing anything."""

from __future__ import annotations

import re
import unicodedata

from lambdalint.patterns import pattern

_ESCAPE = pattern(
    r"\\(?:(\r\n|[\r\n])|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]*)\}|(.))"
)
_BYTES_ESCAPE = pattern(r"\\(?:(\r\n|[\r\n])|([0-7]{1,3})|x([0-9a-fA-F]{2})|(.))")
_LINE_END = pattern(r"\r\n?")
_SURROGATE = pattern("[\ud800-\udfff]")

_LETTERS = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


def string(written: str) -> str | bytes:
    """The value of one string or bytes literal as written, its prefix and quotes included."""
    quote = written[-1]
    begin = written.index(quote)
    prefix = written[:begin].lower()
    marks = 3 if written.startswith(quote * 3, begin) and len(written) - begin >= 6 else 1
    body = written[begin + marks : len(written) - marks]
    if "b" in prefix:
        return _bytes(body, raw="r" in prefix)
    return text(body, raw="r" in prefix)


def text(body: str, *, raw: bool) -> str:
    """The value of a text literal's inside."""
    if "\r" in body:
        body = _LINE_END.sub("\n", body)
    if raw or "\\" not in body:
        return body
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _ESCAPE.sub(_unescape, body))


def hole(body: str, *, raw: bool) -> str:
    """The value of the literal text between the holes of an f-string, where braces are doubled."""
    return text(body, raw=raw).replace("{{", "{").replace("}}", "}")


def integer(written: str) -> int | None:
    """The value of an integer literal; None where it is too long for one that a program means as a number."""
    return int(written.replace("_", ""), 0) if len(written) < 1000 else None


def _unescape(match: re.Match[str]) -> str:
    line_end, octal, byte, short, long, name, other = match.groups()
    if line_end:
        return ""
    if octal:
        return chr(int(octal, 8))
    if digits := byte or short or long:
        code = int(digits, 16)
        return chr(code) if code <= 0x10FFFF else match[0]
    if name is not None:
        try:
            return unicodedata.lookup(name)
        except KeyError:
            return match[0]
    return _LETTERS.get(other, match[0])


def _bytes(body: str, *, raw: bool) -> bytes:
    body = _LINE_END.sub("\n", body)
    if not raw and "\\" in body:
        body = _BYTES_ESCAPE.sub(_unescape_byte, body)
    return body.encode("latin-1", "replace")


def _unescape_byte(match: re.Match[str]) -> str:
    line_end, octal, byte, other = match.groups()
    if line_end:
        return ""
    if octal:
        return chr(int(octal, 8) & 0xFF)
    if byte:
        return chr(int(byte, 16))
    return _LETTERS.get(other, match[0])
