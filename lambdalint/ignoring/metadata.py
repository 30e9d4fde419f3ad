"""Ignores in the Metadata of the resources of JSON templates, which have no comments."""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence as SequenceOf
from typing import Any

from lambdalint.ignores import in_metadata
from lambdalint.ignoring.comments import parted, parted_lines
from lambdalint.source import Source, Span, UnreadableSource
from lambdalint.templates import json as places
from lambdalint.templates.value import Mapping, Sequence, Value, items
from lambdalint.templates.yaml import DEPTH

_LIST = "ignore"

Wanted = MappingOf[Span, SequenceOf[str]]
"""The rules to ignore, by the places of their findings."""


def is_json(source: Source) -> bool:
    """Whether a template is written in JSON."""
    return _read(source) is not None


def add(source: Source, wanted: Wanted, reason: str) -> tuple[str, dict[Span, str]]:
    """The file's text with the ignores in it; and the places that have none, each with why that is so."""
    document = _read(source)
    resources = document.get("Resources") if document is not None else None
    rules: dict[str, set[str]] = {}
    left: dict[Span, str] = {}
    for span, names in wanted.items():
        name = _around(resources, span)
        if name is None:
            left[span] = "JSON has no comments, and it is in no resource of a template"
        else:
            rules.setdefault(name, set()).update(names)
    text = source.text
    if isinstance(resources, Mapping):
        page = _Page(source, reason)
        edits = [page.edit(each, sorted(rules[name])) for name, each in resources.entries.items() if name in rules]
        for at, added in sorted((edit for edit in edits if edit is not None), reverse=True):
            text = text[:at] + added + text[at:]
    if _rest(text) != _rest(source.text):
        return source.text, dict.fromkeys(wanted, "the file is not understood")
    return text, left


def _read(source: Source) -> Mapping | None:
    if not source.text.lstrip().startswith("{"):
        return None
    try:
        document = places.read(source, DEPTH)
        json.loads(source.text, strict=False)
    except (UnreadableSource, ValueError, RecursionError):
        return None
    return document if isinstance(document, Mapping) else None


def _around(resources: Value | None, span: Span) -> str | None:
    """The resource that a place lies in."""
    if not isinstance(resources, Mapping):
        return None
    for name, key in resources.keys.items():
        value = resources.entries.get(name)
        if isinstance(value, Mapping) and "Type" in value.entries:
            end = value.span
            if Span(key.path, key.line, key.column, end.end_line, end.end_column).covers(span):
                return name
    return None


class _Page:
    def __init__(self, source: Source, reason: str) -> None:
        self._text = source.text
        self._reason = reason
        self._starts = [0]
        for line in parted_lines(source.text):
            self._starts.append(self._starts[-1] + len(line))

    def edit(self, resource: Value, rules: SequenceOf[str]) -> tuple[int, str] | None:
        """What is put where, for a resource to ignore the rules."""
        whole: MappingOf[str, Any] = in_metadata(rules, self._reason)
        metadata = resource.get("Metadata") if isinstance(resource, Mapping) else None
        if not isinstance(metadata, Mapping):
            return self._member(resource, "Metadata", {"lambdalint": whole}, after="Type")
        own = metadata.get("lambdalint")
        if not isinstance(own, Mapping):
            return self._member(metadata, "lambdalint", whole)
        listed = own.get(_LIST)
        if listed is None:
            return self._member(own, _LIST, whole[_LIST])
        return self._items(listed, rules)

    def _member(self, mapping: Value, name: str, value: object, after: str = "") -> tuple[int, str] | None:
        """A member before another of a mapping, whose line stays as it is."""
        if not isinstance(mapping, Mapping) or name in mapping.keys:
            return None
        keys = list(mapping.keys)
        if not keys:
            return self._offset(mapping.span.line, mapping.span.column) + 1, f"{json.dumps(name)}: {json.dumps(value)}"
        follower = keys[(keys.index(after) + 1) % len(keys)] if after in keys else keys[0]
        follower = after if after in keys and follower == keys[0] else follower
        place = mapping.keys[follower]
        at = self._offset(place.line, place.column)
        indentation = self._text[self._starts[place.line - 1] : at]
        if indentation.strip():
            return at, f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}, "
        outer = self._indentation(mapping.span.line)
        step = indentation.removeprefix(outer) or "  "
        end = self._end(place.line - 1)
        lines = json.dumps(value, indent=step, ensure_ascii=False).split("\n")
        return at, f"{json.dumps(name)}: {f'{end}{indentation}'.join(lines)},{end}{indentation}"

    def _items(self, listed: Value, rules: SequenceOf[str]) -> tuple[int, str] | None:
        """Further items at the end of a list."""
        if not isinstance(listed, Sequence) or not items(listed):
            return None
        last = listed.items[-1].span
        at = self._offset(last.line, last.column)
        before = self._text[self._starts[last.line - 1] : at]
        between = ", " if before.strip() else f",{self._end(last.line - 1)}{before}"
        return self._offset(last.end_line, last.end_column), "".join(f"{between}{json.dumps(rule)}" for rule in rules)

    def _indentation(self, line: int) -> str:
        text = self._text[self._starts[line - 1] : self._starts[line]]
        return text[: len(text) - len(text.lstrip(" \t"))]

    def _end(self, line: int) -> str:
        """What ends a line."""
        return parted(self._text[self._starts[line - 1] : self._starts[line]])[1]

    def _offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column - 1


def _rest(text: str) -> Any:
    """What a template says, but for what it asks not to hear."""
    document = json.loads(text, strict=False)
    resources = document.get("Resources")
    for each in resources.values() if isinstance(resources, dict) else ():
        metadata = each.get("Metadata") if isinstance(each, dict) else None
        if isinstance(metadata, dict):
            metadata.pop("lambdalint", None)
            if not metadata:
                del each["Metadata"]
    return document
