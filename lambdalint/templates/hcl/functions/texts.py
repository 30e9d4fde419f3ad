"""Functions of texts and numbers."""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Callable, Iterator

from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import joined, origin_of, spelt
from lambdalint.templates.hcl.functions.signature import Arguments, Function, of_scalars
from lambdalint.templates.hcl.literals import number
from lambdalint.templates.hcl.scope import Failed, Scope
from lambdalint.templates.hcl.steps import is_null
from lambdalint.templates.value import Known, Mapping, Reference, Scalar, Sequence, Text, Unknown, Value

_VERB = pattern(r"%(?:%|(\[\d+\])?([-+ #0]*\d*(?:\.\d+)?)([a-zA-Z]))")


def _join(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Known() as delimiter, *lists]:
            items: list[Value] = []
            for each in lists:
                if not isinstance(each, Sequence) or (each.open and len(each.items) != 1):
                    return Unknown(span, "join()")
                items.extend(item for item in each.items if not is_null(item))
            return joined(_between(items, spelt(delimiter), span), span)
        case _:
            return Unknown(span, "join()")


def _between(items: list[Value], delimiter: str, span: Span) -> Iterator[Value]:
    for at, item in enumerate(items):
        if at and delimiter:
            yield Known(delimiter, span)
        yield item


def _format(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Known(value=str() as pattern), *given]:
            return joined(_formatted(pattern, given, span), span)
        case _:
            return Unknown(span, "format()")


def _formatted(pattern: str, given: Arguments, span: Span) -> Iterator[Value | None]:
    at = taken = 0
    for verb in _VERB.finditer(pattern):
        yield Known(pattern[at : verb.start()], span)
        at = verb.end()
        if verb[0] == "%%":
            yield Known("%", span)
            continue
        which = int(verb[1][1:-1]) - 1 if verb[1] else taken
        taken = which + 1
        value = given[which] if 0 <= which < len(given) else Unknown(span, "format()")
        yield _spelt(value, verb[2], verb[3], span)
    yield Known(pattern[at:], span)


def _spelt(value: Value | None, flags: str, letter: str, span: Span) -> Value:
    match value, letter:
        case Known(), "q":
            return Known(f'"{spelt(value)}"', span, value.origin)
        case Known(), "s" | "v" | "d" if not flags:
            return Known(spelt(value), span, value.origin)
        case Known(), "s" | "d" if len(flags) < 4:
            try:
                return Known(f"%{flags}{letter}" % value.value, span, value.origin)
            except (TypeError, ValueError):
                return Unknown(span, "format()")
        case (Reference() | Text() | Unknown()) as found, "s" | "v":
            return found
        case _:
            return Unknown(span, "format()")


def _split(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Known(value=str() as delimiter), Known() as text]:
            parts = spelt(text).split(delimiter) if delimiter else list(spelt(text))
            return Sequence(tuple(Known(part, text.span, text.origin) for part in parts), span)
        case _:
            return Unknown(span, "split()")


def _replace(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Known() as text, Known() as sought, Known() as put]:
            pattern = spelt(sought)
            origin = origin_of(each.origin for each in (text, sought, put))
            if len(pattern) > 1 and pattern.startswith("/") and pattern.endswith("/"):
                # Go's expressions are not Python's, and their time is not bounded: the simplest only.
                simple = re.fullmatch(r"/(\[[^\]\\]+\]|[\w .-]+)\+?/", pattern)
                if simple is None or "$" in spelt(put) or "\\" in spelt(put):
                    return Unknown(span, "replace()")
                return Known(re.sub(pattern[1:-1], spelt(put), spelt(text)), span, origin)
            return Known(spelt(text).replace(pattern, spelt(put))[:1_000_000], span, origin)
        case [Known() as text, Known(value=str() as sought), Reference() | Text() as put] if (
            sought and sought[0] != "/"
        ):
            pieces = (Known(piece, text.span, text.origin) for piece in spelt(text).split(sought))
            return replace(joined(_alternating(pieces, put), span), span=text.span)
        case [Text(parts), Known(value=str() as sought), Known(value=str() as put)] if sought and sought[0] != "/":
            return joined(
                (
                    Known(spelt(part).replace(sought, put), span, part.origin) if isinstance(part, Known) else part
                    for part in parts
                ),
                span,
            )
        case _:
            return Unknown(span, "replace()")


def _alternating(pieces: Iterator[Known], put: Reference | Text) -> Iterator[Value]:
    """Pieces of a text with a value between each two."""
    for at, piece in enumerate(pieces):
        if at:
            yield put
        if piece.value:
            yield piece


def _trimmed(name: str, *, end: bool) -> Function:
    def apply(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
        match arguments:
            case [Known() as text, Known() as part]:
                given = spelt(text)
                found = given.removesuffix(spelt(part)) if end else given.removeprefix(spelt(part))
                return Known(found, span, text.origin)
            case [Reference() as found, Known()]:
                return found
            case [Text([*first, Known() as last]), Known() as part] if end:
                return joined((*first, Known(spelt(last).removesuffix(spelt(part)), span)), span)
            case _:
                return Unknown(span, f"{name}()")

    return apply


def _to_string(arguments: Arguments, span: Span, _scope: Scope) -> Value | None:
    match arguments:
        case [Known() as known]:
            return Known(spelt(known), span, known.origin)
        case [Mapping() | Sequence()]:
            raise Failed("tostring()")
        case [other]:
            return other
        case _:
            return Unknown(span, "tostring()")


def _to_number(value: Scalar) -> Scalar:
    return number(value) if isinstance(value, str) else value


def _to_bool(value: Scalar) -> Scalar:
    return {"true": True, "false": False}[value] if isinstance(value, str) else bool(value)


def _substr(text: str, offset: int, length: int) -> str:
    return text[offset:] if length < 0 else text[offset : offset + length]


def _title(text: str) -> str:
    return re.sub(r"\b[a-z]", lambda found: found[0].upper(), text)


def _indent(spaces: int, text: str) -> str:
    return text.replace("\n", "\n" + " " * min(spaces, 100)) if text.count("\n") < 10_000 else text


_OF_SCALARS: dict[str, Callable[..., Scalar]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": _title,
    "trimspace": str.strip,
    "trim": str.strip,
    "chomp": lambda text: text.rstrip("\r\n"),
    "indent": _indent,
    "substr": _substr,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "strcontains": str.__contains__,
    "basename": posixpath.basename,
    "dirname": lambda path: posixpath.dirname(path) or ".",
    "abspath": lambda path: path,
    "pathexpand": lambda path: path,
    "tonumber": _to_number,
    "tobool": _to_bool,
    "ceil": math.ceil,
    "floor": math.floor,
    "abs": abs,
}

FUNCTIONS: dict[str, Function] = {
    "join": _join,
    "format": _format,
    "split": _split,
    "replace": _replace,
    "trimprefix": _trimmed("trimprefix", end=False),
    "trimsuffix": _trimmed("trimsuffix", end=True),
    "tostring": _to_string,
    **{name: of_scalars(name, function) for name, function in _OF_SCALARS.items()},
}
