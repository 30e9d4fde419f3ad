"""Variables resolved: from `${…}` to what they stand for, or to what only a deployment knows."""

from __future__ import annotations

import collections.abc
import posixpath
import re
from enum import Enum
from fnmatch import fnmatchcase

from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates import yaml
from lambdalint.templates.cloudformation.intrinsics import at
from lambdalint.templates.cloudformation.text import BY_DEFAULT, joined, spelt
from lambdalint.templates.serverless.syntax import USUAL, Address, Brackets, Literal, Pieces, Variable, brackets, pieces
from lambdalint.templates.value import FROM_STACK, FROM_STORE, Known, Mapping, Scalar, Sequence, Text, Unknown, Value

CHAINED = 40
"""How many variables may lead to one another."""

DEPTH = 120
"""How deep values may nest once their variables are resolved."""

STOOD_FOR = 100_000
"""How many nodes the variables of a service may stand for: a few lines can stand for billions."""

_DATA = (".yml", ".yaml", ".json")
_CHOSEN = {"provider.stage": "dev", "provider.region": "us-east-1"}
"""What the command line can choose otherwise, and what it is where nobody says anything."""
_PROGRAMS = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts")


class _Nothing(Enum):
    """Not there: the next source is asked."""

    NOTHING = "nothing"
    LEFT_OPEN = "left open"
    """A deployment may put it there."""


NOTHING, LEFT_OPEN = _Nothing.NOTHING, _Nothing.LEFT_OPEN

_Found = Value | None | _Nothing


class Variables:
    """What the variables of a service stand for."""

    def __init__(
        self, sources: Sources, source: Source, root: Mapping, configured: collections.abc.Mapping[str, Scalar]
    ) -> None:
        self._sources = sources
        self._source = source
        self._root = root
        self._home = posixpath.dirname(source.path)
        self._configured = configured
        self._brackets = _brackets(root)
        self._files: dict[str, Value | None] = {}
        self._found: dict[str, _Found] = {}
        self._sizes: dict[str, int] = {}
        self._active: set[str] = set()
        self._stood_for = 0
        self._depth = 0
        self.paths: list[str] = [source.path]
        """The files that were read for it."""
        self.unreadable: list[tuple[Span, str]] = []

    @property
    def _has_pseudo_parameters(self) -> bool:
        """Whether a plugin of the service makes `Fn::Sub` of `#{…}`."""
        return "- serverless-pseudo-parameters" in self._source.text

    def section(self, name: str) -> Value | None:
        """A top-level section of the service; None where it has none."""
        node = self._root.entries.get(name)
        return None if node is None else self.resolved(node)

    def resolved(self, node: Value) -> Value | None:
        """A node with its variables resolved; None where it turns out to be null."""
        if self._depth > DEPTH:
            return Unknown(node.span, "nested too deep")
        self._depth += 1
        try:
            return self._resolved(node)
        finally:
            self._depth -= 1

    def _resolved(self, node: Value) -> Value | None:
        match node:
            case Known(value=str() as text) if "#{" in text and self._has_pseudo_parameters:
                return self.resolved(_as_substituted(text, node))
            case Known(value=str() as text) if self._brackets.opening in text:
                return self._text(text, node)
            case Mapping(entries={"Fn::Sub": Known() as template}) if len(node.entries) == 1:
                return _substituted(node, self.resolved(template))
            case Mapping(entries):
                values = {name: self.resolved(value) for name, value in entries.items()}
                given = {name: value for name, value in values.items() if value is not None}
                return Mapping(given, node.span, node.keys, node.open)
            case Sequence(items):
                found = (self.resolved(item) for item in items)
                return Sequence(tuple(item for item in found if item is not None), node.span, node.open)
            case _:
                return node

    def _text(self, text: str, node: Known) -> Value | None:
        match pieces(text, self._brackets):
            case [Variable() as only]:
                found = self._variable(only, node.span)
                return Unknown(node.span, only.written) if isinstance(found, _Nothing) else found
            case found:
                return node if all(isinstance(piece, str) for piece in found) else self._row(found, node.span)

    def _row(self, row: Pieces, span: Span) -> Known | Text | Unknown | Value:
        values: list[Value | None] = []
        for piece in row:
            if isinstance(piece, str):
                values.append(Known(piece, span))
            else:
                found = self._variable(piece, span)
                values.append(Unknown(span, piece.written) if isinstance(found, _Nothing) else found)
        return joined(values, span)

    def _variable(self, variable: Variable, span: Span) -> _Found:
        """What a variable stands for, at the place that asks."""
        passed = ""
        for source in variable.sources:
            match source:
                case Literal(value):
                    found: _Found = None if value is None else Known(value, span)
                case Variable():
                    found = self._variable(source, span)
                case Address():
                    found = self._address(source, span)
                    if found is LEFT_OPEN and not passed:
                        passed = f"{BY_DEFAULT}${{{source.written}}}"
                case _:
                    found = self._row(source, span)
            if not isinstance(found, _Nothing):
                return _assumed(found, span, passed) if found is not None and passed else found
        return LEFT_OPEN if passed else NOTHING

    def _address(self, address: Address, span: Span) -> _Found:
        parameters, path = (self._row(row, span) for row in (address.parameters, address.path))
        match parameters, path:
            case Known(origin=one), Known(origin=other):
                found = self._kind(address, spelt(parameters), spelt(path), span)
                origin = next((each for each in (one, other) if each.startswith(BY_DEFAULT)), "")
                if found is None or isinstance(found, _Nothing) or not origin:
                    return found
                if isinstance(found, Mapping) and self._holds_more_elsewhere(address, found, span):
                    found = replace(found, open=True)
                return _assumed(found, span, origin)
            case _:
                return Unknown(span, address.written)

    def _holds_more_elsewhere(self, address: Address, found: Mapping, span: Span) -> bool:
        """Whether what lies at an address has other entries too, where a deployment chooses another stage."""
        (files, inner) = (self._choices(row, span) for row in (address.parameters, address.path))
        roots: list[Value | None] = [self._root]
        if address.kind == "file":
            place = posixpath.normpath(posixpath.join(self._home, files))
            roots = [self._beside(path) for path in self._sources.files(_stem(place)) if fnmatchcase(path, place)]
        keys = inner.split(".") if inner else []
        others = (each for root in roots for each in _matching(root, keys))
        return any(not each.entries.keys() <= found.entries.keys() for each in others)

    def _choices(self, row: Pieces, span: Span) -> str:
        """A row as a pattern of file names: what a deployment may choose otherwise is a star."""
        written = ""
        for piece in row:
            value = Known(piece, span) if isinstance(piece, str) else self._variable(piece, span)
            plain = isinstance(value, Known) and not value.origin.startswith(BY_DEFAULT)
            written += re.sub(r"[*?\[]", "[\\g<0>]", spelt(value)) if plain and isinstance(value, Known) else "*"
        return written

    def _beside(self, place: str) -> Value | None:
        """What a file says that the service takes in for another stage; None where that is not read."""
        try:
            source = self._sources.read(place) if place.endswith(_DATA) else None
            return None if source is None else yaml.read(source)
        except UnreadableSource:
            return None

    def _kind(self, address: Address, parameters: str, path: str, span: Span) -> _Found:
        match address.kind:
            case "self" if path:
                return self._self(path, span)
            case "file":
                return self._once(
                    f"{parameters}:{path}", f"in {parameters}", span, lambda: self._file(parameters, path)
                )
            case "opt" | "env":
                if path in self._configured:
                    return Known(self._configured[path], span, f"as configured for parameter {path}")
                return LEFT_OPEN
            case "sls" if path == "stage":
                return _assumed(self.stage(span), span, f"{BY_DEFAULT}${{sls:stage}}")
            case "param":
                return self._param(path, span)
            case "construct":
                return self._construct(path, span)
            case "strToBool" if parameters.lower() in ("true", "false", "0", "1"):
                return Known(parameters.lower() in ("true", "1"), span)
            case "ssm":
                return Unknown(span, address.written, elsewhere=(FROM_STORE, path.partition("~")[0]))
            case "cf" if "." in path:
                return Unknown(span, address.written, elsewhere=(FROM_STACK, path.rpartition(".")[2]))
            case _:
                return Unknown(span, address.written)

    def stage(self, span: Span) -> Value:
        """The stage that is deployed where the command line names none."""
        if "stage" in self._configured:
            return Known(self._configured["stage"], span, "as configured for parameter stage")
        found = self._self("provider.stage", span)
        return Known("dev", span) if found is None or isinstance(found, _Nothing) else found

    def _self(self, path: str, span: Span) -> _Found:
        found = self._once(f"self:{path}", f"in {path}", span, lambda: self._under(self._root, path.split(".")))
        default = _CHOSEN.get(path)
        if default is not None:
            found = Known(default, span) if found is NOTHING else found
            # The command line's --stage and --region take the place of the file's.
            if isinstance(found, Known):
                return _assumed(found, span, f"{BY_DEFAULT}${{opt:{path.rpartition('.')[2]}}}")
        return found

    def _param(self, name: str, span: Span) -> _Found:
        if name in self._configured:
            return Known(self._configured[name], span, f"as configured for parameter {name}")
        stage = self.stage(span)
        if not isinstance(stage, Known):
            return Unknown(span, f"param:{name}")
        for path in (
            f"params.{spelt(stage)}",
            f"stages.{spelt(stage)}.params",
            "params.default",
            "stages.default.params",
        ):
            found = self._self(f"{path}.{name}", span)
            if not isinstance(found, _Nothing):
                return found if found is None else _assumed(found, span, f"{BY_DEFAULT}${{param:{name}}}")
        return LEFT_OPEN

    def _construct(self, path: str, span: Span) -> _Found:
        """What a construct of serverless-lift gives away: the queue that it makes."""
        name, _, attribute = path.partition(".")
        queue = Known(f"{name}Queue", span)
        kind = self._self(f"constructs.{name}.type", span)
        if isinstance(kind, Known) and kind.value == "queue":
            match attribute:
                case "queueUrl":
                    return Mapping({"Ref": queue}, span, {"Ref": span})
                case "queueArn":
                    named = Sequence((queue, Known("Arn", span)), span)
                    return Mapping({"Fn::GetAtt": named}, span, {"Fn::GetAtt": span})
        return Unknown(span, f"construct:{path}")

    def _once(self, key: str, origin: str, span: Span, look: collections.abc.Callable[[], _Found]) -> _Found:
        """What is found at an address, looked for once; what leads back to itself is unknown."""
        if key not in self._found:
            if key in self._active or len(self._active) >= CHAINED:
                return Unknown(span, f"{key} leads to itself")
            self._active.add(key)
            self._found[key] = look()
            self._active.discard(key)
            found = self._found[key]
            self._sizes[key] = 0 if found is None or isinstance(found, _Nothing) else _size(found)
        found = self._found[key]
        self._stood_for += self._sizes[key]
        if found is None or isinstance(found, _Nothing):
            return found
        if self._stood_for > STOOD_FOR:
            return Unknown(span, "variables that stand for too much")
        return at(found, span, origin)

    def _under(self, node: Value | None, keys: list[str]) -> _Found:
        """The value at a path of keys, which may lead through variables."""
        for number, key in enumerate(keys):
            match self._opened(node):
                case Mapping(entries) as found if key in found.keys or not found.open:
                    if key not in entries:
                        return None if key in found.keys else NOTHING
                    node = entries[key]
                case Sequence(items) if key.isdecimal() and int(key) < len(items):
                    node = items[int(key)]
                case Known(value=text) if number == 1 and keys == ["service", "name"]:
                    return Known(text, node.span) if node is not None else NOTHING
                case None | Known() | Sequence():
                    return NOTHING
                case Unknown(why=why) as kept if why.startswith("ssm"):
                    # A part of what is kept elsewhere is kept there.
                    return kept
                case other:
                    return Unknown(other.span, ".".join(keys))
        return None if node is None else self.resolved(node)

    def _opened(self, node: Value | None) -> Value | None:
        """A node that may itself be a variable, as far as to see what is in it."""
        match node:
            case Known(value=str() as text) if self._brackets.opening in text:
                return self.resolved(node)
            case _:
                return node

    def _file(self, given: str, path: str) -> _Found:
        span = self._root.span
        place = posixpath.normpath(posixpath.join(self._home, given))
        if given.endswith(_PROGRAMS) or given.startswith(("~", "/")):
            return Unknown(span, f"file({given})")
        if place not in self._files:
            self._files[place] = self._read(place, data=given.endswith(_DATA))
        root = self._files[place]
        if root is None:
            return LEFT_OPEN
        return self._under(root, path.split(".") if path else [])

    def _read(self, place: str, *, data: bool) -> Value | None:
        """What a file says; None where there is no such file."""
        try:
            source = self._sources.read(place)
            if source is None:
                return None
            if not data:
                return Known(source.text, Span.top(place))
            if place not in self.paths:
                self.paths.append(place)
            return yaml.read(source) or Mapping({}, Span.top(place), {})
        except UnreadableSource as error:
            self.unreadable.append((error.span, error.why))
            return Unknown(error.span, error.why)


def _brackets(root: Mapping) -> Brackets:
    """What the variables of a service stand in."""
    match root.get("provider", "variableSyntax"):
        case Known(value=str() as syntax):
            return brackets(syntax)
        case _:
            return USUAL


def _stem(place: str) -> str:
    """The directory in which the files lie that a pattern matches."""
    return posixpath.dirname(place.partition("*")[0]) or "."


def _matching(node: Value | None, keys: list[str]) -> collections.abc.Iterator[Mapping]:
    """The mappings at the paths of keys that patterns match."""
    if isinstance(node, Mapping) and not keys:
        yield node
    elif isinstance(node, Mapping):
        for key, entry in node.entries.items():
            if fnmatchcase(key, keys[0]):
                yield from _matching(entry, keys[1:])


_STAND_IN = pattern(
    r"(?<![^\W_])(?:dummy|placeholder|change.?me|replace.?me|local|localhost|127\.0\.0\.1|offline|fake|mock|tbd|fixme"
    r"|x{3,}|0{12}|123456789012)(?![^\W_])",
    re.IGNORECASE,
)
"""What only holds the place of what a deployment is given, or is for the machine of whoever writes the service."""


def _assumed(value: Value, span: Span, origin: str) -> Value:
    """What is taken for so because nobody says otherwise, at the place that asks for it; not what stands in for it."""
    return at(_without_stand_ins(value), span, origin)


def _without_stand_ins(value: Value) -> Value:
    match value:
        case Known(value=str() as text) if _STAND_IN.search(text):
            return Unknown(value.span, text)
        case Mapping(entries):
            return replace(value, entries={name: _without_stand_ins(entry) for name, entry in entries.items()})
        case Sequence(items):
            return replace(value, items=tuple(map(_without_stand_ins, items)))
        case _:
            return value


_PSEUDO = pattern(r"#\{([^}]+)\}")


def _as_substituted(text: str, node: Known) -> Mapping:
    """What serverless-pseudo-parameters makes of a text: `Fn::Sub`, where the text does not say it itself.

    https://github.com/svdgraaf/serverless-pseudo-parameters
    """
    template = replace(node, value=_PSEUDO.sub(r"${\1}", text))
    return Mapping({"Fn::Sub": template}, node.span, {"Fn::Sub": node.span})


def _substituted(node: Mapping, template: Value | None) -> Value:
    """`Fn::Sub` of a text that is known in part: of each part by itself."""
    key = node.key("Fn::Sub")
    match template:
        case Text(parts):
            row = tuple(
                Mapping({"Fn::Sub": part}, part.span, {"Fn::Sub": key}) if isinstance(part, Known) else part
                for part in parts
            )
            arguments = Sequence((Known("", key), Sequence(row, template.span)), template.span)
            return Mapping({"Fn::Join": arguments}, node.span, {"Fn::Join": key})
        case Known():
            # What CloudFormation puts in is not how the text was found.
            return replace(node, entries={"Fn::Sub": template})
        case None:
            return Known("", key)
        case _:
            return template


def _size(value: Value) -> int:
    """The number of nodes of a value."""
    match value:
        case Mapping(entries):
            return 1 + sum(_size(entry) for entry in entries.values())
        case Sequence(items):
            return 1 + sum(_size(item) for item in items)
        case _:
            return 1
