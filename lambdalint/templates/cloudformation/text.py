"""Texts: literals, references and unknowns in a row, and the holes in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.value import FROM_STORE, Known, Reference, Text, Unknown, Value

BY_DEFAULT = "by default of "
"""How the origin of a value begins that a deployment may choose otherwise."""


LONGEST = 1_000_000
"""How many characters a text may have: a few functions within each other can stand for billions."""

PARTS = 1000
"""How many parts it may have."""


def joined(values: Iterable[Value | None], span: Span) -> Known | Reference | Text | Unknown:
    """Values in a row, as one text."""
    parts: list[Known | Reference | Unknown] = []
    for value in values:
        match value:
            case Text(more):
                row: tuple[Value, ...] = more
            case None:
                continue
            case _:
                row = (value,)
        for part in row:
            match part, parts:
                case Known(), [*_, Known() as last]:
                    parts[-1] = Known(spelt(last) + spelt(part), span, origin_of((last.origin, part.origin)))
                case Known() | Reference() | Unknown(), _:
                    parts.append(part)
                case _:
                    parts.append(Unknown(span, "no text"))
    if any(isinstance(part, Known) and "{{resolve:" in spelt(part) for part in parts):
        said = "".join(spelt(part) if isinstance(part, Known) else "…" for part in parts)
        return Unknown(span, said[said.index("{{resolve:") :])
    if len(parts) > PARTS or sum(len(spelt(part)) for part in parts if isinstance(part, Known)) > LONGEST:
        return Unknown(span, "a text too long")
    match parts:
        case []:
            return Known("", span)
        case [Known() as known]:
            return Known(spelt(known), span, known.origin)
        case [Reference() | Unknown() as only]:
            return replace(only, span=span)
        case _:
            return Text(tuple(part if part.span is span else replace(part, span=span) for part in parts), span)


def spelt(known: Known) -> str:
    """A scalar as CloudFormation writes it into a text."""
    match known.value:
        case bool() as truth:
            return "true" if truth else "false"
        case value:
            return str(value)


def holes(text: str) -> Iterator[tuple[str, str]]:
    """The literals of a `Fn::Sub` text, each with the name in the hole that follows it; "" after the last."""
    literal, at = "", 0
    while (start := text.find("${", at)) >= 0 and (end := text.find("}", start)) >= 0:
        literal += text[at:start]
        name = text[start + 2 : end].strip()
        if name.startswith("!"):
            literal += "${" + name[1:] + "}"
        elif name:
            yield literal, name
            literal = ""
        else:
            literal += text[start : end + 1]
        at = end + 1
    yield literal + text[at:], ""


def origin_of(origins: Iterable[str]) -> str:
    """The origin to tell of several: that a deployment may choose otherwise outweighs how a value was looked up."""
    found = [origin for origin in origins if origin]
    return next((origin for origin in found if origin.startswith(BY_DEFAULT)), found[0] if found else "")


def _put_in(placeholder: str, span: Span) -> Unknown:
    """What a placeholder stands for: a parameter of SSM by its name, which a version may follow."""
    service, _, name = placeholder.removeprefix("{{resolve:").removesuffix("}}").partition(":")
    return Unknown(span, placeholder, elsewhere=(FROM_STORE, name.partition(":")[0]) if service == "ssm" else None)


def placeholders(node: Known, text: str) -> Value:
    """`{{resolve:…}}`, `{{ jinja }}`, `%NAME%` and `%%NAME%%`: what CloudFormation or a build puts in later."""
    if text.startswith("%") and text.endswith("%") and text.strip("%").replace("_", "").replace("-", "").isalnum():
        return Unknown(node.span, text)
    parts: list[Value] = []
    at = 0
    for opening, closing in (("{{", "}}"), ("%%", "%%")):
        while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + 2)) >= 0:
            if start > at:
                parts.append(Known(text[at:start], node.span))
            parts.append(_put_in(text[start : end + 2], node.span))
            at = end + 2
    if not parts:
        return node
    if at < len(text):
        parts.append(Known(text[at:], node.span))
    return joined(parts, node.span)
