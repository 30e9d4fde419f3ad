"""Properties in templates written in YAML or JSON: of CloudFormation, SAM and the Serverless Framework."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from lambdalint.fixing.texts import at, line_end, new_line
from lambdalint.patterns import pattern
from lambdalint.source import Source, Span, UnreadableSource
from lambdalint.templates import yaml
from lambdalint.templates.value import Known, Mapping, Sequence, Value
from lambdalint.wanted import EVENT, Addition, Attribute, Edit, Joined, Plain, Property, Removal

_PLAIN = pattern(r"[A-Za-z_][\w./-]*(?:::[\w.-]+)*")

_MAPPING = "AWS::Lambda::EventSourceMapping"
_FUNCTION = "AWS::Lambda::Function"

_OF_SAM: dict[str, tuple[str, dict[tuple[str, ...], tuple[str, ...]]]] = {
    _FUNCTION: (
        "AWS::Serverless::Function",
        {("TracingConfig", "Mode"): ("Tracing",), ("DeadLetterConfig", "TargetArn"): ("DeadLetterQueue",)},
    ),
    "AWS::StepFunctions::StateMachine": (
        "AWS::Serverless::StateMachine",
        {("TracingConfiguration", "Enabled"): ("Tracing", "Enabled")},
    ),
}
"""What SAM calls types, and their properties where these are not called as CloudFormation does."""
_LETTERS_OF_SAM = ("DeadLetterQueue",)
_EVENTS = ("CloudWatchEvent", "EventBridgeRule", "Schedule", "ScheduleV2")
_NOT_OF_SAM = ("DeadLetterConfig", "TracingConfig", "Code", "Role", "TracingConfiguration")

_OF_SERVERLESS: dict[str, dict[tuple[str, ...], str]] = {
    _FUNCTION: {
        ("Timeout",): "timeout",
        ("MemorySize",): "memorySize",
        ("Runtime",): "runtime",
        ("Handler",): "handler",
        ("TracingConfig", "Mode"): "tracing",
    },
    _MAPPING: {
        ("BatchSize",): "batchSize",
        ("MaximumBatchingWindowInSeconds",): "batchWindow",
        ("StartingPosition",): "startingPosition",
        ("MaximumRetryAttempts",): "maximumRetryAttempts",
        ("MaximumRecordAgeInSeconds",): "maximumRecordAgeInSeconds",
        ("BisectBatchOnFunctionError",): "bisectBatchOnFunctionError",
        ("FunctionResponseTypes",): "functionResponseType",
    },
}
"""What the Serverless Framework calls properties in its shorthand."""


def edits(source: Source, wanted: Property | Addition | Removal) -> tuple[Edit, ...]:
    """The edits that set a property that is not set, or take one out; none where there is no place for that."""
    found = next(_keyed(_document(source), wanted.place), None)
    if found is None:
        return ()
    holder, name = found
    node = holder.entries.get(name)
    page = _Page(source)
    if isinstance(wanted, Removal):
        gone = page.without(holder, name)
        return () if gone is None else (gone,)
    if isinstance(wanted, Addition):
        beside = page.beside(holder, name, wanted)
        return () if beside is None else (beside,)
    if isinstance(node, Mapping) and "Type" in node.entries:
        path, value = _spelt(wanted, node), wanted.value
        if path == _LETTERS_OF_SAM:
            value = (("Type", "SQS"), ("TargetArn", value))
        made = None if path is None else page.put(node, ("Properties", *path), value)
    else:
        own = _OF_SERVERLESS.get(wanted.type, {}).get(wanted.path)
        own = "maximumBatchingWindow" if (name, own) == ("sqs", "batchWindow") else own
        # What CloudFormation has a list of is one word here.
        value = wanted.value[0] if isinstance(wanted.value, tuple) and wanted.path != () else wanted.value
        made = None if own is None or isinstance(value, tuple) else page.shorthand(holder, name, own, value)
    return () if made is None else (made,)


@lru_cache(maxsize=16)
def _document(source: Source) -> Value | None:
    """What a template says; many are asked of one."""
    try:
        return yaml.read(source)
    except UnreadableSource:
        return None


def _spelt(wanted: Property, node: Mapping) -> tuple[str, ...] | None:
    """The path of a property as the template calls it; None where it has no such thing."""
    given = node.get("Type")
    kind = given.value if isinstance(given, Known) else ""
    if wanted.type in (kind, _MAPPING) or (wanted.type == EVENT and kind in _EVENTS):
        return wanted.path
    named, paths = _OF_SAM.get(wanted.type, ("", {}))
    own = paths.get(wanted.path, wanted.path)
    return own if kind == named and own[0] not in _NOT_OF_SAM else None


def _keyed(value: Value | None, place: Span) -> Iterator[tuple[Mapping, str]]:
    """The mapping that has its key at a place, and the key."""
    match value:
        case Mapping(entries, keys=keys):
            for name, key in keys.items():
                if (key.line, key.column) == (place.line, place.column):
                    yield value, name
            for each in entries.values():
                yield from _keyed(each, place)
        case Sequence(items):
            for each in items:
                yield from _keyed(each, place)
        case _:
            pass


class _Page:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._end = line_end(source)
        self._json = source.text.lstrip("\ufeff \t\r\n").startswith("{")

    def put(self, holder: Mapping, path: tuple[str, ...], value: Plain) -> Edit | None:
        """The edit that sets what is at a path of a mapping; None where something is there that cannot hold it."""
        name, *rest = path
        if name in holder.keys:
            inner = holder.entries.get(name)
            held = isinstance(inner, Mapping) and inner.span.path == self._source.path and not _is_function(inner)
            return self.put(inner, tuple(rest), value) if rest and held and isinstance(inner, Mapping) else None
        for each in reversed(rest):
            value = ((each, value),)
        return self._insert(holder, name, value)

    def beside(self, resources: Mapping, name: str, wanted: Addition) -> Edit | None:
        """The edit that puts a resource behind another; None where that is none, or the name is taken."""
        node, key = resources.entries.get(name), resources.keys[name]
        if not isinstance(node, Mapping) or "Type" not in node.entries or wanted.name in resources.keys:
            return None
        properties = (("Properties", wanted.properties),) if wanted.properties else ()
        value: Plain = (("Type", wanted.type), *properties)
        lines = self._source.lines
        if self._is_braced(resources) or self._is_braced(node) or lines[key.line - 1][: key.column - 1].strip():
            return self._insert(resources, wanted.name, value)
        end = max(node.span.end_line, key.line)
        text = "\n".join(_block(wanted.name, value, " " * (key.column - 1)))
        return new_line(self._source, end, f"\n{text}" if self._is_apart(key.line, end) else text)

    def _is_apart(self, first: int, last: int) -> bool:
        """Whether an empty line is above lines and their comment, or between them and others."""
        lines = self._source.lines
        above = next((each.strip() for each in reversed(lines[: first - 1]) if not each.lstrip().startswith("#")), "-")
        return not above or ("".join(lines[last:]).strip() != "" and not lines[last].strip())

    def _is_braced(self, value: Mapping) -> bool:
        return self._source.text[self._source.offset(value.span.line, value.span.column)] == "{"

    def without(self, holder: Mapping, name: str) -> Edit | None:
        """The edit that takes an entry out, with its lines; None where it shares them, or is the last."""
        key, value = holder.keys[name], holder.entries.get(name)
        own = [place for place in holder.keys.values() if holder.span.covers(place)]
        last = key if value is None or value.span.path != key.path else value.span
        if len(own) < 2 or (last.line, last.column) < (key.line, key.column):
            return None
        lines, end = self._source.lines, last.end_line
        before, after = lines[key.line - 1][: key.column - 1], lines[end - 1][last.end_column - 1 :].strip()
        if self._json and after == "," and not before.strip():
            return Edit(Span(key.path, key.line, 1, end + 1, 1), "")
        if self._json or before.strip() or (after and not after.startswith("#")) or end >= len(lines):
            return None
        return Edit(Span(key.path, key.line, 1, end + 1, 1), "")

    def shorthand(self, holder: Mapping, name: str, own: str, value: Plain) -> Edit | None:
        """The edit that sets what an event or a function of the Serverless Framework calls its `own`."""
        node, key = holder.entries.get(name), holder.keys[name]
        if isinstance(node, Mapping) and not _is_function(node):
            return None if own in node.keys else self._insert(node, own, value)
        # The short form of an event is the ARN alone: it is to be one of two.
        line = self._source.lines[key.line - 1]
        arn = line[key.end_column - 1 :].removeprefix(":").strip()
        if self._json or not isinstance(node, (Known, Mapping)) or node.span.end_line != key.line or " #" in arn:
            return None
        if not arn or arn[0] in "{[&*|>":
            return None
        indentation = self._end + " " * (key.column + 3)
        text = f"{indentation}arn: {arn}{indentation}{own}: {_scalar(value)}"
        return Edit(Span(key.path, key.line, key.end_column + 1, key.line, len(line) + 1), text)

    def _insert(self, holder: Mapping, name: str, value: Plain) -> Edit | None:
        """The edit that gives a mapping another entry."""
        span = holder.span
        if self._is_braced(holder):
            return self._in_braces(holder, name, value)
        own = [(key, place) for key, place in holder.keys.items() if span.covers(place)]
        if not own or len({place.column for _, place in own}) != 1:
            return None
        indentation = " " * (own[0][1].column - 1)
        for _, place in own:
            if self._source.lines[place.line - 1][: place.column - 1].strip(" -"):
                return None
        short = [place.line for key, place in own if self._is_short(holder.entries.get(key), place)]
        after = short[-1] if short else span.end_line
        return new_line(self._source, after, "\n".join(_block(name, value, indentation)))

    def _is_short(self, value: Value | None, key: Span) -> bool:
        """Whether an entry is a line for itself: a scalar behind its key."""
        line = self._source.lines[key.line - 1]
        return isinstance(value, Known) and value.span.line == value.span.end_line == key.line and "|" not in line

    def _in_braces(self, holder: Mapping, name: str, value: Plain) -> Edit | None:
        span = holder.span
        own = [place for place in holder.keys.values() if span.covers(place)]
        written = _json(value) if self._json else _flow(value)
        entry = f"{json.dumps(name) if self._json else name}: {written}"
        if not own:
            return Edit(at(span.path, span.line, span.column + 1), entry)
        before = self._source.within(Span(span.path, span.line, span.column, span.end_line, span.end_column))[:-1]
        last = before.rstrip()
        if last.endswith(",") or "#" in before.rpartition("\n")[2]:
            return None
        place = at(span.path, *self._place(self._source.offset(span.line, span.column) + len(last)))
        first = own[0]
        indentation = self._source.lines[first.line - 1][: first.column - 1]
        if indentation.strip():
            return Edit(place, f", {entry}")
        if self._json:
            lines = json.dumps(_data(value), indent=self._step(indentation, span.line), ensure_ascii=False).split("\n")
            entry = f"{json.dumps(name)}: {f'{self._end}{indentation}'.join(lines)}"
        return Edit(place, f",{self._end}{indentation}{entry}")

    def _step(self, indentation: str, line: int) -> str:
        outer = self._source.lines[line - 1]
        return indentation.removeprefix(outer[: len(outer) - len(outer.lstrip(" \t"))]) or "  "

    def _place(self, offset: int) -> tuple[int, int]:
        before = Source(self._source.path, self._source.text[:offset]).lines
        return len(before), len(before[-1]) + 1


def _is_function(value: Mapping) -> bool:
    """Whether a mapping is an intrinsic function: what only a deployment makes a value of."""
    return len(value.keys) == 1 and any(name == "Ref" or name.startswith("Fn::") for name in value.keys)


def _block(name: str, value: Plain, indentation: str) -> Iterator[str]:
    """An entry of a block mapping, line by line."""
    match value:
        case tuple() if value and all(isinstance(each, tuple) and len(each) == 2 for each in value):
            yield f"{indentation}{name}:"
            for key, inner in _items(value):
                yield from _block(key, inner, f"{indentation}  ")
        case tuple():
            yield f"{indentation}{name}:"
            for each in value:
                yield f"{indentation}  - {_scalar(each)}"
        case _:
            yield f"{indentation}{name}: {_scalar(value)}"


def _items(value: tuple[object, ...]) -> Iterator[tuple[str, Plain]]:
    for each in value:
        assert isinstance(each, tuple)
        yield str(each[0]), each[1]


def _scalar(value: Plain) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            bare = _PLAIN.fullmatch(value) is not None and yaml.scalar(value) == value
            return value if bare else json.dumps(value, ensure_ascii=False)
        case Attribute(resource, name):
            own = resource.rpartition(".")[2]
            return f"!GetAtt {own}.{name}" if name else f"!Ref {own}"
        case Joined():
            return f"!Sub {json.dumps(_joined(value), ensure_ascii=False)}"
        case _:
            return str(value)


def _joined(value: Joined) -> str:
    """A text with holes, as `Fn::Sub` has it."""
    return "".join(each if isinstance(each, str) else f"${{{_hole(each)}}}" for each in value.parts)


def _hole(value: Attribute) -> str:
    own = value.resource.rpartition(".")[2]
    return f"{own}.{value.name}" if value.name else own


def _flow(value: Plain) -> str:
    match value:
        case tuple() if value and all(isinstance(each, tuple) and len(each) == 2 for each in value):
            return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in _items(value)) + "}"
        case tuple():
            return "[" + ", ".join(map(_scalar, value)) + "]"
        case _:
            return _scalar(value)


def _json(value: Plain) -> str:
    return json.dumps(_data(value), ensure_ascii=False)


def _data(value: Plain) -> object:
    match value:
        case tuple() if value and all(isinstance(each, tuple) and len(each) == 2 for each in value):
            return {key: _data(inner) for key, inner in _items(value)}
        case tuple():
            return [_data(each) for each in value]
        case Joined():
            return {"Fn::Sub": _joined(value)}
        case Attribute(resource, name):
            own = resource.rpartition(".")[2]
            return {"Fn::GetAtt": [own, name]} if name else {"Ref": own}
        case _:
            return value
