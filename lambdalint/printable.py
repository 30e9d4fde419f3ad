"""What a project's names and texts come to where a terminal, or what reads a pipeline's log, might obey them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lambdalint.patterns import pattern

_COMMAND = pattern(r"##(?=\w*\[)")
"""What begins a command anywhere in a line of a log: `##[error]` of GitHub, `##vso[…]` of Azure Pipelines."""
_ODD = pattern(r"[^\n -~]")


def printable(text: str) -> str:
    """A text in one line, as wide as it was, without escapes, line ends and commands."""
    if _ODD.search(text) or "\n" in text:
        text = "".join(character if character.isprintable() else " " for character in text)
    return _COMMAND.sub("# ", text) if "##" in text else text


def first(text: str) -> str:
    """A printable text to begin a line with, which is no command of GitHub: `./::error::.py` for `::error::.py`."""
    shown = printable(text)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def document(value: Any) -> Iterator[str]:
    """A value as JSON for people too: in every language's letters, what would be obeyed written as escapes.

    It is told piece by piece; an iterator in it is a list of what that gives, of which nothing is held.
    """
    import json

    def escaped(found: re.Match[str]) -> str:
        return found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1]

    # json indents by a way in Python that takes several times as long; single values it writes by one in C.
    encode = json.JSONEncoder(ensure_ascii=False).encode
    quoted = json.encoder.encode_basestring

    def one(value: Any) -> str:
        text = quoted(value) if value.__class__ is str else encode(value)
        if not text.isascii() or "\x7f" in text:
            text = _ODD.sub(escaped, text)
        return _COMMAND.sub(r"\\u0023#", text) if "##" in text else text

    keys: dict[str, str] = {}
    """Names of members as they are written, of which a document has few."""

    def key(name: str) -> str:
        if name not in keys:
            keys[name] = one(name)
        return keys[name]

    def written(part: Any, before: str) -> str:
        if part.__class__ is str:
            return one(part)
        if part.__class__ is int:
            return str(part)
        inside = before + "  "
        if not part:
            return one(part)
        if isinstance(part, dict):
            told = f",{inside}".join([f"{key(name)}: {written(each, inside)}" for name, each in part.items()])
            return f"{{{inside}{told}{before}}}"
        if isinstance(part, list | tuple):
            told = f",{inside}".join([written(each, inside) for each in part])
            return f"[{inside}{told}{before}]"
        return one(part)

    def pieces(part: Any, before: str) -> Iterator[str]:
        """A part of the document, in several where it is long: whole, it is held as a million of short texts."""
        inside = before + "  "
        if _is_long(part):
            between = f"[{inside}"
            for each in part:
                yield between
                yield from pieces(each, inside)
                between = f",{inside}"
            yield "[]" if between[0] == "[" else f"{before}]"
        elif isinstance(part, dict) and any(map(_is_long, part.values())):
            between = f"{{{inside}"
            for name, each in part.items():
                yield f"{between}{key(name)}: "
                yield from pieces(each, inside)
                between = f",{inside}"
            yield f"{before}}}"
        else:
            yield written(part, before)

    yield from pieces(value, "\n")
    yield "\n"


def _is_long(part: Any) -> bool:
    """Whether a part of a document is a row that is written item by item: many items, or what makes them one by one."""
    kind = part.__class__
    if kind is str or kind is int:
        return False
    return (kind is list and len(part) > _FEW) or isinstance(part, Iterator)


_FEW = 100
"""So many items are written at once."""
