"""HTML by elements: whatever is not markup already is escaped, so that no text of a project becomes any."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from typing import Any

from lambdalint.patterns import pattern
from lambdalint.printable import printable


class Markup(str):
    """HTML, unlike a text."""

    __slots__ = ()


_OPEN = frozenset({"input", "li", "meta", "option", "tbody", "td", "th", "thead", "tr"})
"""Elements that need not be closed where they stand in this page: of most there are thousands."""
_BARE = pattern(r"[\w#.=:;,/-]+")
"""Values of attributes that need no quotes."""


def element(name: str, /, *content: str, **attributes: str | int | bool | None) -> Markup:
    """An element; of its attributes `class_` is `class`, `data_rule` is `data-rule`; None and False are left out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f"={_quoted(str(value))}")
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    opening = f"<{name}{written}>"
    return Markup(f"{opening}{joined(content)}" + ("" if name in _OPEN else f"</{name}>"))


def _quoted(value: str) -> str:
    return value if _BARE.fullmatch(value) else f'"{html.escape(printable(value))}"'


def joined(content: Iterable[str]) -> Markup:
    """Pieces one after the other."""
    return Markup("".join(each if isinstance(each, Markup) else escaped(each) for each in content))


def escaped(text: str) -> Markup:
    """A text as HTML shows it, in one line."""
    return Markup(html.escape(printable(text), quote=False))


def lines(text: str) -> Markup:
    """A text of several lines as HTML shows it."""
    return Markup("\n".join(map(escaped, text.split("\n"))))


def message(text: str) -> Markup:
    """A message, in which what stands between backquotes is a name."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return escaped(text)
    return joined(element("code", each) if number % 2 else escaped(each) for number, each in enumerate(pieces))


def option(value: str) -> Markup:
    """One of what can be chosen."""
    return element("option", value, value=value)


def choice(name: str, label: str, options: Iterable[Markup]) -> Markup:
    """A choice of one of some options, or all."""
    every = element("option", "all", value="")
    return element("label", f"{label} ", element("select", every, *options, name=name))


def data(name: str, value: Any) -> Markup:
    """A value for the script of the page, by the id of its element: JSON in which no parser of HTML sees an end."""
    written = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    for each in "<>&":
        written = written.replace(each, f"\\u{ord(each):04x}")
    return Markup(f'<script type="application/json" id="{name}">{written}</script>')
