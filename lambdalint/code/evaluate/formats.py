"""Texts that are made by filling a pattern: `"%s/%s" % (bucket, key)`, `"{}/{}".format(bucket, key)`."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf

from lambdalint.code.value import Constant, Mapping, Sequence, Text, Unknown, Value
from lambdalint.patterns import pattern

_PERCENT = pattern(r"%(?:\((?P<name>[^)]*)\))?(?P<flags>[-#0 +]*[\d*]*(?:\.[\d*]+)?)(?P<kind>[a-zA-Z%])")


_MOST_PARTS, _LONGEST = 1_000, 100_000
"""So many parts stand in one row, and so long are constants in it: a text may be put into itself over and over."""


def text(parts: list[Value]) -> Value:
    """Values in a row as one text: a Constant where all are."""
    joined: list[Value] = []
    for part in parts:
        match part, joined[-1:]:
            case Constant(str(value)), [Constant(str(before))] if len(before) + len(value) <= _LONGEST:
                joined[-1] = Constant(before + value)
            case Text(inner), _ if len(joined) + len(inner) <= _MOST_PARTS:
                joined.extend(inner)
            case _:
                joined.append(part)
    match joined:
        case []:
            return Constant("")
        case [Constant(str()) as only]:
            return only
    return Text(tuple(joined))


def joined(between: Value, given: Value) -> Value | None:
    """The items of a sequence as one text, with another between each two; None where not all of them are known."""
    if not isinstance(given, Sequence) or given.open or given.loop is not None or given.kind == "set":
        return None
    return text([part for each in given.items for part in (between, each)][1:])


def shown(value: Value) -> Value:
    """What a value is as a part of a text: whole numbers are spelt out."""
    match value:
        case Constant(bool() | int() as number):
            return Constant(str(number))
        case _:
            return value


def fill_percent(pattern: Value, given: Value) -> Value:
    """`pattern % given`."""
    match given:
        case Sequence(items=items, kind="tuple", open=False):
            positional, named = items, {}
        case Mapping(entries=entries):
            positional, named = [given], entries
        case _:
            positional, named = [given], {}
    if not isinstance(pattern, Constant) or not isinstance(pattern.value, str):
        return Text((pattern, *positional))
    parts: list[Value] = []
    end, count = 0, 0
    for place in _PERCENT.finditer(pattern.value):
        parts.append(Constant(pattern.value[end : place.start()]))
        end = place.end()
        if place["kind"] == "%":
            parts.append(Constant("%"))
            continue
        if place["name"] is not None:
            value = named.get(place["name"], Unknown((given,)))
        elif count < len(positional):
            value, count = positional[count], count + 1
        else:
            value = Unknown((given,))
        if place["kind"] not in "sra" and not isinstance(value, Constant):
            # What is no number raises: a text cannot come through.
            value = Unknown()
        parts.append(shown(value) if place["kind"] in "sdi" and not place["flags"] else Unknown((value,)))
    return text([*parts, Constant(pattern.value[end:])])


def fill_braces(pattern: Value, positional: tuple[Value, ...], named: MappingOf[str, Value]) -> Value:
    """`pattern.format(*positional, **named)`."""
    everything = (*positional, *named.values())
    if not isinstance(pattern, Constant) or not isinstance(pattern.value, str):
        return Text((pattern, *everything))
    from string import Formatter  # with the templates of texts, which nothing else here has use for

    parts: list[Value] = []
    count = 0
    try:
        for literal, field, spec, conversion in Formatter().parse(pattern.value):
            parts.append(Constant(literal))
            if field is None:
                continue
            if field == "" or field.isdecimal():
                index, count = (int(field), count) if field else (count, count + 1)
                value = positional[index] if index < len(positional) else Unknown(everything)
            else:
                value = named.get(field, Unknown(everything))
            parts.append(shown(value) if not spec and conversion in (None, "s") else Unknown((value,)))
    except ValueError:
        return Text((pattern, *everything))
    return text(parts)
