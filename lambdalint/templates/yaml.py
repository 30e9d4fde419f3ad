"""YAML and JSON as values, with a place on every node and every key.

A tag is the function that it is short for: `!Sub x` reads as `Fn::Sub: x`. Scalars follow YAML 1.1 as CloudFormation
reads it, and null is no value: the key stands in the mapping's `keys`, but not in its `entries`.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from lambdalint.source import Source, Span, UnreadableSource
from lambdalint.templates.value import Known, Mapping, Scalar, Sequence, Unknown, Value

DEPTH = 150
"""How deep values may nest: what is deeper is no template, and would exhaust the stack of whoever walks it."""

_TOO_DEEP = f"nested more than {DEPTH} levels deep"

ALIASED = 100_000
"""How many nodes the aliases of a file may stand for: a few lines can stand for billions."""

_PARSER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}

_BREAKS = "\x85\u2028\u2029"
"""Characters that end a line in YAML 1.1, but in no editor."""


def read(source: Source) -> Value | None:
    """What the first document of a file says; None where it is empty.

    Raises UnreadableSource where it is neither YAML nor JSON.
    """
    text = source.text
    for character in _BREAKS:
        text = text.replace(character, " ")
    try:
        return _Reader(source, text).document()
    except (yaml.YAMLError, UnicodeError) as error:
        reason = _reason(error)
        # libyaml 0.2.6 counts levels too, and looks ahead of what this reader has seen.
        why = _TOO_DEEP if "maximum nesting depth" in reason else f"not valid YAML: {reason}"
        unreadable = UnreadableSource(_place(source, error), why)
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        raise unreadable
    # JSON is YAML but for surrogate pairs, keys of more than 1,024 characters and tabs in some places.
    from lambdalint.templates import json

    try:
        return json.read(source, DEPTH)
    except UnreadableSource:
        if source.path.endswith(".json"):
            raise
        raise unreadable from None


def scalar(text: str) -> Scalar | None:
    """What a plain scalar stands for."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "+-.0123456789" and len(text) < 30 and text.isascii():
        return _number(text)
    return text


def _number(text: str) -> Scalar:
    digits = text.lstrip("+-")
    if digits.startswith("0") and digits.isdecimal() and digits != "0":
        # YAML 1.1 reads 0123 as octal; in a template it is the number of an account.
        return text
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


class _Reader:
    """The events of one file, put together to values."""

    def __init__(self, source: Source, text: str) -> None:
        self._source = source
        self._path = source.path
        self._parser = _PARSER(text)
        self._anchors: dict[str, tuple[Value | None, int, int] | None] = {}
        """What each anchor stands for, with its number of nodes and its height; None while it is being read."""
        self._nodes = 0
        self._aliased = 0
        self._deepest = 0

    def document(self) -> Value | None:
        next_event = self._parser.get_event
        next_event()  # the stream starts
        event = next_event()  # the document starts, or the stream ends
        if not isinstance(event, yaml.events.DocumentStartEvent):
            return None
        return self._node(next_event(), 1)

    def _node(self, event: Any, depth: int) -> Value | None:
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event, depth)
        self._nodes += 1
        anchor = event.anchor
        if anchor is None:
            return self._built(event, kind, depth)
        before, deepest = self._nodes, self._deepest
        self._anchors[anchor] = None
        self._deepest = depth
        value = self._built(event, kind, depth)
        self._anchors[anchor] = (value, self._nodes - before + 1, self._deepest - depth)
        self._deepest = max(deepest, self._deepest)
        return value

    def _built(self, event: Any, kind: type, depth: int) -> Value | None:
        tag = event.tag
        if tag is not None and (tag == "!" or not tag.startswith("!")):
            tag = None
        if tag is not None:
            depth += 1
        if depth > DEPTH:
            raise UnreadableSource(self._span(event), _TOO_DEEP)
        self._deepest = max(self._deepest, depth)
        value: Value | None
        if kind is ScalarEvent:
            value = self._scalar(event)
        elif kind is MappingStartEvent:
            value = self._mapping(event, depth)
        else:
            value = self._sequence(event, depth)
        return value if tag is None else self._function(tag, event, value)

    def _function(self, tag: str, event: Any, value: Value | None) -> Mapping:
        name = tag[1:]
        if name not in ("Ref", "Condition"):
            name = f"Fn::{name}"
        start = event.start_mark
        key = Span(self._path, start.line + 1, start.column + 1, start.line + 1, start.column + 1 + len(tag))
        argument = Known("", key) if value is None else value
        return Mapping({name: argument}, argument.span, {name: key})

    def _scalar(self, event: Any) -> Known | None:
        text = event.value
        if not event.style and event.tag != "tag:yaml.org,2002:str":
            value = scalar(text)
            return None if value is None else Known(value, self._span(event))
        span = self._span(event)
        if event.style in ("|", ">"):
            span = self._block(span)
        return Known(text, span)

    def _block(self, span: Span) -> Span:
        """A block scalar's span without the blank lines after it."""
        lines = self._source.lines
        last = min(span.end_line, len(lines))
        if span.end_column == 1:
            last = min(last, span.end_line - 1)
        while last > span.line and not lines[last - 1].strip():
            last -= 1
        return Span(span.path, span.line, span.column, last, len(lines[last - 1]) + 1)

    def _mapping(self, start: Any, depth: int) -> Value:
        entries: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        merged: list[Value | None] = []
        last: Span | None = None
        strange = False
        event = self._parser.get_event()
        while type(event) is not MappingEndEvent:
            if type(event) is ScalarEvent:
                name, place = event.value, self._span(event)
                self._nodes += 1
                if event.anchor is not None:
                    self._anchors[event.anchor] = (Known(name, place), 1, 0)
                value = self._node(self._parser.get_event(), depth + 1)
                last = place if value is None else _later(place, value.span)
                if name == "<<" and not event.style:
                    merged.append(value)
                else:
                    entries.pop(name, None)
                    keys[name] = place
                    if value is not None:
                        entries[name] = value
            else:
                strange = True
                self._node(event, depth + 1)
                self._node(self._parser.get_event(), depth + 1)
            event = self._parser.get_event()
        span = self._span(start, event) if start.flow_style or last is None else self._through(start, last)
        if strange and not entries:
            return Unknown(span, "a placeholder")
        for value in merged:
            self._merge(value, entries, keys)
        return Mapping(entries, span, keys, open=strange)

    def _merge(self, value: Value | None, entries: dict[str, Value], keys: dict[str, Span]) -> None:
        for other in value.items if isinstance(value, Sequence) else (value,):
            if isinstance(other, Mapping):
                for name, place in other.keys.items():
                    if name not in keys:
                        keys[name] = place
                        if name in other.entries:
                            entries[name] = other.entries[name]

    def _sequence(self, start: Any, depth: int) -> Sequence:
        items: list[Value] = []
        last: Span | None = None
        event = self._parser.get_event()
        while type(event) is not SequenceEndEvent:
            item, place = self._node(event, depth + 1), self._span(event)
            last = place if item is None else _later(place, item.span)
            if item is not None:
                items.append(item)
            event = self._parser.get_event()
        span = self._span(start, event) if start.flow_style or last is None else self._through(start, last)
        return Sequence(tuple(items), span)

    def _alias(self, event: Any, depth: int) -> Value | None:
        span = self._span(event)
        if event.anchor not in self._anchors:
            raise UnreadableSource(span, f"not valid YAML: found undefined alias {event.anchor}")
        anchored = self._anchors[event.anchor]
        if anchored is None:
            raise UnreadableSource(span, f"alias {event.anchor} contains itself")
        value, size, height = anchored
        self._nodes += size
        self._aliased += size
        self._deepest = max(self._deepest, depth + height)
        if self._aliased > ALIASED:
            raise UnreadableSource(span, f"aliases expand to more than {ALIASED:,} nodes")
        if depth + height > DEPTH:
            raise UnreadableSource(span, _TOO_DEEP)
        return value

    def _span(self, first: Any, last: Any = None) -> Span:
        start, end = first.start_mark, (last or first).end_mark
        return Span(self._path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _through(self, first: Any, last: Span) -> Span:
        """From the start of an event to the end of a span: a block's end mark lies behind the comments after it."""
        start = first.start_mark
        return Span(self._path, start.line + 1, start.column + 1, last.end_line, last.end_column)


def _later(written: Span, value: Span) -> Span:
    """The value's place, or where it is written: the value of an alias stands elsewhere."""
    return value if (value.line, value.column) >= (written.line, written.column) else written


def _place(source: Source, error: Exception) -> Span:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        line, column = mark.line + 1, mark.column + 1
        return Span(source.path, line, column, line, column)
    return Span.top(source.path)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "characters that are no text"
    reason = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read")
    reason = " ".join(reason.split())
    return reason[:1].lower() + reason[1:]
