"""Programs that are written in YAML: the calls that one in another language would make.

https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.facts import Program
from lambdalint.code.value import NOTHING_NAMED, Call, Constant, Mapping, Member, Result, Sequence, Text, Unknown, Value
from lambdalint.patterns import pattern
from lambdalint.source import Source, Span, UnreadableSource
from lambdalint.templates import value as template
from lambdalint.templates import yaml

_HOLE = pattern(r"\$\{([^}]*)\}")
_STEP = pattern(r"\.?([\w-]+)|\[(\d+)\]|\[\"([^\"]+)\"\]")
_CORE = "npm:@pulumi/pulumi"
_FUNCTIONS = {
    "fn::assetarchive": f"{_CORE}.asset.AssetArchive",
    "fn::fileasset": f"{_CORE}.asset.FileAsset",
    "fn::filearchive": f"{_CORE}.asset.FileArchive",
    "fn::readfile": "node:fs.readFileSync",
    "fn::stringasset": f"{_CORE}.asset.StringAsset",
    "fn::tojson": f"{_CORE}.jsonStringify",
}
"""What the functions are called in JavaScript."""
_ASKED = {"pulumi.stack": "getStack", "pulumi.project": "getProject", "pulumi.organization": "getOrganization"}
_DEEPEST = 40


def program(source: Source) -> Program | None:
    """What a file of YAML has made; None where it is none of a program."""
    try:
        root = yaml.read(source)
    except UnreadableSource:
        return None
    if not isinstance(root, template.Mapping) or not isinstance(root.get("resources"), template.Mapping):
        return None
    made = _Made(root)
    made.all()
    return Program(tuple(made.calls), (source.path,), False)


class _Made:
    """The calls that a file stands for, each after those of what it refers to."""

    def __init__(self, root: template.Mapping) -> None:
        self.calls: list[Call] = []
        self._resources = _entries(root.get("resources"))
        self._variables = _entries(root.get("variables"))
        self._config = _entries(root.get("config")) or _entries(root.get("configuration"))
        self._known: dict[str, Value] = {}
        self._open: list[str] = []

    def all(self) -> None:
        for name in self._resources:
            self._named(name)

    def _named(self, name: str) -> Value:
        """What a name stands for: a resource, a variable, or something of the configuration."""
        if name not in self._known:
            if name in self._open or len(self._open) > _DEEPEST:
                return Unknown()
            self._open.append(name)
            self._known[name] = self._found(name)
            self._open.pop()
        return self._known[name]

    def _found(self, name: str) -> Value:
        if name in self._resources:
            return self._resource(name, self._resources[name])
        if name in self._variables:
            return self._value(self._variables[name])
        span = self._config[name].span if name in self._config else Span.top("")
        if name in self._config:
            declared = self._config[name]
            secret = declared.get("secret") if isinstance(declared, template.Mapping) else None
            asked = "requireSecret" if isinstance(secret, template.Known) and secret.value is True else "require"
            config = Result(_call(f"{_CORE}.Config", (), span))
            return Result(_call(asked, (Constant(name),), span, config))
        return Unknown()

    def _resource(self, name: str, given: template.Value) -> Value:
        kind = given.get("type") if isinstance(given, template.Mapping) else None
        if not isinstance(given, template.Mapping) or not isinstance(kind, template.Known):
            return Unknown()
        properties, options = (self._value(given.get(each)) for each in ("properties", "options"))
        arguments: tuple[Value, ...] = (Constant(name), properties, options)
        call = _call(_class(str(kind.value)), arguments, given.span)
        self.calls.append(call)
        return Result(call)

    def _value(self, given: template.Value | None) -> Value:
        match given:
            case None:
                return Constant(None)
            case template.Known(str() as text):
                return self._text(text)
            case template.Known(scalar):
                return Constant(scalar)
            case template.Sequence():
                return Sequence(given.span, [self._value(each) for each in given])
            case template.Mapping(entries):
                if len(entries) == 1:
                    ((name, inner),) = entries.items()
                    found = self._function(name.lower(), inner)
                    if found is not None:
                        return found
                held = {name: self._value(each) for name, each in entries.items()}
                return Mapping(given.span, held, places={name: each.span for name, each in entries.items()})
            case _:
                return Unknown()

    def _function(self, name: str, given: template.Value) -> Value | None:
        if name in _FUNCTIONS:
            return Result(_call(_FUNCTIONS[name], (self._value(given),), given.span))
        if name == "fn::invoke" and isinstance(given, template.Mapping):
            asked, wanted = given.get("function"), given.get("return")
            if not isinstance(asked, template.Known):
                return Unknown()
            call = _call(_class(str(asked.value)), (self._value(given.get("arguments")),), given.span)
            self.calls.append(call)
            found: Value = Result(call)
            return Member(found, str(wanted.value)) if isinstance(wanted, template.Known) else found
        if name == "fn::join":
            match self._value(given):
                case Sequence(items=[between, Sequence(items=parts)]):
                    return Text(tuple(each for part in parts for each in (between, part))[1:])
        return Unknown() if name.startswith("fn::") else None

    def _text(self, text: str) -> Value:
        parts = list(self._parts(text))
        match parts:
            case []:
                return Constant("")
            case [only]:
                return only
            case _:
                return Text(tuple(parts))

    def _parts(self, text: str) -> Iterator[Value]:
        end = 0
        for hole in _HOLE.finditer(text):
            if hole.start() > end:
                yield Constant(text[end : hole.start()])
            yield self._reference(hole[1])
            end = hole.end()
        if end < len(text):
            yield Constant(text[end:])

    def _reference(self, path: str) -> Value:
        if path in _ASKED:
            return Result(_call(f"{_CORE}.{_ASKED[path]}", (), Span.top("")))
        steps = [(word or key, index) for word, index, key in _STEP.findall(path)]
        if not steps:
            return Unknown()
        found = self._named(steps[0][0])
        for word, index in steps[1:]:
            found = Member(found, int(index) if index else word)
        return found


def _entries(given: template.Value | None) -> dict[str, template.Value]:
    return given.entries if isinstance(given, template.Mapping) else {}


def _class(token: str) -> str:
    """What a type or function is called in JavaScript: `aws:lambda:Function`, `aws:lambda/function:Function`."""
    package, _, rest = token.partition(":")
    module, _, name = rest.rpartition(":")
    inner = module.partition("/")[0]
    return f"npm:@pulumi/{package}.{inner}.{name}" if inner else f"npm:@pulumi/{package}.{name}"


def _call(name: str, arguments: tuple[Value, ...], span: Span, receiver: Value | None = None) -> Call:
    return Call(name, receiver, arguments, NOTHING_NAMED, span, (), "init", (), True)
