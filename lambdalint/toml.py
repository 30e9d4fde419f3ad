"""Values as TOML writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from lambdalint.patterns import pattern

Value = str | int | float | date | Sequence["Value"] | Mapping[str, "Value"]

_BARE = pattern(r"[A-Za-z0-9_-]+")


def key(name: str) -> str:
    """A key, with quotes where it needs them."""
    return name if _BARE.fullmatch(name) else text(name)


def value(what: Value) -> str:
    """A value in one line; a table as an inline one."""
    match what:
        case bool():
            return "true" if what else "false"
        case str():
            return text(what)
        case int() | float():
            return repr(what)
        case date():
            return what.isoformat()
        case Mapping():
            entries = ", ".join(f"{key(name)} = {value(each)}" for name, each in what.items())
            return f"{{ {entries} }}" if entries else "{}"
        case _:
            return f"[{', '.join(map(value, what))}]"


def text(what: str) -> str:
    """A text in quotes: JSON escapes what TOML does, but for one character."""
    return json.dumps(what, ensure_ascii=False).replace("\x7f", "\\u007f")
