"""A service: its sections, its functions, and the template that the framework compiles of it."""

from __future__ import annotations

import collections.abc
import posixpath
from collections.abc import Iterable, Iterator

from lambdalint.records import dataclass, replace
from lambdalint.source import Source, Span
from lambdalint.templates.cloudformation.files import Files, type_of
from lambdalint.templates.cloudformation.plain import block
from lambdalint.templates.cloudformation.stack import Stack
from lambdalint.templates.cloudformation.text import joined, spelt
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.aliases import aliases
from lambdalint.templates.sam.spelling import mapping
from lambdalint.templates.serverless import names
from lambdalint.templates.serverless.variables import Variables
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value, empty, items

PROVISIONED, SNAP_START, DURABLE = "ProvConcLambdaAlias", "SnapStartLambdaAlias", "DurableLambdaAlias"


class Service:
    """One serverless.yml, its variables resolved, and what it is compiled to as far as that is known."""

    def __init__(
        self, source: Source, root: Mapping, variables: Variables, files: Files, made: collections.abc.Mapping[str, str]
    ) -> None:
        """`made` are the resources that the framework makes, by logical id: their types."""
        self.source = source
        self.root = root
        self._variables = variables
        self._resources = tuple(_parts(variables.section("resources")))
        self.stack = Stack(source, self._compiled(made), files, aliases=aliases)
        self.provider = self._section("provider")

    @property
    def home(self) -> str:
        """The directory of the service."""
        return posixpath.dirname(self.source.path)

    @property
    def version(self) -> int | None:
        """The major version of the framework, where the service asks for one."""
        match self.root.entries.get("frameworkVersion"):
            case Known(value=wanted):
                digits = spelt(Known(wanted, self.root.span)).lstrip("^~>=v '\"")[:1]
                return int(digits) if digits.isdecimal() else None
            case _:
                return None

    @property
    def plugins(self) -> frozenset[str]:
        """The names of the plugins that are spelt out."""
        section = self._variables.section("plugins")
        if isinstance(section, Mapping):
            section = section.get("modules")
        return frozenset(spelt(item) for item in items(section) if isinstance(item, Known))

    def section(self, name: str) -> Value | None:
        """A top-level section, its variables resolved and CloudFormation's functions evaluated."""
        return self.stack.value(self._variables.section(name))

    def written(self, name: str) -> Value | None:
        """A top-level section, its variables resolved and CloudFormation's functions as they are written."""
        return self._variables.section(name)

    def _section(self, name: str) -> Mapping:
        """A section where that is a mapping; an open one where it is none that can be seen."""
        match self.section(name):
            case Mapping() as found:
                return found
            case None | Known():
                return empty(self.root.key(name))
            case other:
                return Mapping({}, other.span, {}, open=True)

    def name(self, key: str, span: Span) -> Value:
        """The name that the framework gives to the function of a key."""
        service = self.section("service")
        if isinstance(service, Mapping):
            service = service.get("name")
        unknown = Unknown(span, "service")
        row = (service or unknown, Known("-", span), self._variables.stage(span), Known(f"-{key}", span))
        found = joined(row, span)
        return Known(found.value, span, found.origin, default=True) if isinstance(found, Known) else found

    def owners(self) -> Iterator[Owner]:
        """The functions of the service."""
        shown: dict[str, Owner] = {}
        for part in items(self._variables.section("functions")):
            if isinstance(part, Mapping):
                for key, place in part.keys.items():
                    node = part.entries.get(key)
                    given = self.stack.mapping(node, place) if node is not None else empty(place)
                    if isinstance(node, Mapping):
                        # A key without a value says something: `vpc: null` leaves the provider's network.
                        given = replace(given, keys={**node.keys, **given.keys})
                    shown[key] = Owner(self, key, given, *block(place, node.span if node is not None else place))
        yield from (owner for owner in shown.values() if self._is_deployed(owner))

    def owner(self, key: str, given: Mapping, span: Span, extent: Span) -> Owner:
        """A function that a construct adds."""
        return Owner(self, key, given, span, extent)

    def reference(self, value: Value) -> Value:
        """A value that may be the key of one of the service's functions: its ARN; else the value itself."""
        match value:
            case Known(value=str() as key, span=span) if ":" not in key:
                functions = items(self._variables.section("functions"))
                if any(isinstance(part, Mapping) and key in part.keys for part in functions):
                    return Reference(names.function(key), "Arn", span)
        return value

    def extensions(self) -> Iterator[tuple[str, Mapping, bool]]:
        """What the service changes in what the framework makes: logical id, properties, and whether deeply."""
        for part in self._resources:
            for name, deeply in (("Resources", True), ("extensions", False)):
                section = part.entries.get(name)
                for logical_id, node in section.entries.items() if isinstance(section, Mapping) else ():
                    if isinstance(node, Mapping):
                        yield logical_id, self.stack.mapping(node.get("Properties"), node.span), deeply

    def declared(self) -> Iterator[str]:
        """The logical ids of the resources that the service itself declares."""
        return iter(self.stack.resources)

    @property
    def declares_unseen(self) -> bool:
        """Whether the service may declare resources that are not seen, which may change those of the framework."""
        return _hides(self._variables.section("resources"))

    def _is_deployed(self, owner: Owner) -> bool:
        match owner.given.entries.get("condition"):
            case Known(value=str() as condition):
                return self.stack.decided(condition) is not False
            case _:
                return True

    def _compiled(self, made: collections.abc.Mapping[str, str]) -> Mapping:
        """The sections of the compiled template; what the framework makes stands in it by its type only."""
        sections: dict[str, Value] = {}
        for part in self._resources:
            for name, section in part.entries.items():
                if name != "extensions":
                    sections[name] = _merged(sections.get(name), section)
        declared = sections.get("Resources")
        entries: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        for logical_id, node in declared.entries.items() if isinstance(declared, Mapping) else ():
            # A resource without a type changes what the framework or a plugin makes.
            if logical_id not in made and (not isinstance(node, Mapping) or type_of(node) or "Type" in node.keys):
                entries[logical_id] = node
                keys[logical_id] = declared.key(logical_id) if isinstance(declared, Mapping) else node.span
        top = self.root.key("functions")
        for logical_id, kind in made.items():
            entries[logical_id] = mapping(top, {"Type": Known(kind, top)})
            keys[logical_id] = top
        place = declared.span if declared is not None else self.root.span
        sections["Resources"] = Mapping(entries, place, keys)
        return Mapping(sections, self.root.span, {name: section.span for name, section in sections.items()})


@dataclass(frozen=True, slots=True)
class Owner:
    """A function of a service, which its events invoke and for which the framework makes more."""

    service: Service
    key: str
    """What the service calls it."""
    given: Mapping
    """What the service says of it."""
    span: Span
    extent: Span

    @property
    def name(self) -> str:
        return names.function(self.key)

    def get(self, *path: str) -> Value | None:
        """What the service says of this function."""
        return self.given.get(*path)

    def place(self, name: str) -> Span:
        """The place of a key, or of the function where it has none."""
        return self.given.keys.get(name, self.span)

    def inherited(self, name: str, *shared: str) -> tuple[Value | None, Span]:
        """What holds for this function, with the place of its key: its own, else the provider's."""
        own = self.given.get(name)
        if own is not None:
            return own, self.place(name)
        path = shared or (name,)
        holder = self.service.provider.get(*path[:-1]) if len(path) > 1 else self.service.provider
        place = holder.keys.get(path[-1], self.span) if isinstance(holder, Mapping) else self.span
        return self.service.provider.get(*path), place

    @property
    def alias(self) -> tuple[str, Value | None] | None:
        """The end of the logical id of the alias that events invoke, and its name; None where they name no version."""
        concurrency = self.given.get("provisionedConcurrency")
        if concurrency is not None:
            named = concurrency.get("alias") if isinstance(concurrency, Mapping) else None
            if named is None or (isinstance(named, Known) and named.value == "provisioned"):
                return PROVISIONED, named or Known("provisioned", concurrency.span, default=True)
            suffix = names.normalised(spelt(named)) if isinstance(named, Known) else ""
            return f"ProvConc{suffix}LambdaAlias", named
        match self.given.get("snapStart"):
            case Known(value=True, span=span):
                return SNAP_START, Known("snapstart", span, default=True)
        durable = self.given.get("durableConfig")
        return None if durable is None else (DURABLE, Known("durable", durable.span, default=True))

    def arn(self, span: Span) -> Reference:
        """The ARN of what events invoke: the alias that is published, else the function itself."""
        if self.alias is not None:
            return Reference(names.normalised(self.key) + self.alias[0], "", span)
        return Reference(self.name, "Arn", span)

    def made(
        self, kind: str, suffix: str, properties: Mapping, *, span: Span | None = None, generated: bool = True
    ) -> Resource:
        """A resource that the framework makes for this function."""
        place = span or self.span
        extent = self.extent if span is None else block(place, properties.span)[1]
        name = names.normalised(self.key) + suffix
        return Resource(kind, name, properties, place, extent, generated=generated)


def _parts(section: Value | None) -> Iterator[Mapping]:
    """`resources` is a mapping, or a list of mappings that are put together."""
    for item in items(section):
        if isinstance(item, Sequence):
            yield from _parts(item)
        elif isinstance(item, Mapping):
            yield item


def _hides(section: Value | None) -> bool:
    match section:
        case Sequence(inner):
            return section.open or any(map(_hides, inner))
        case Mapping():
            declared = section.entries.get("Resources")
            return section.open or isinstance(declared, Unknown) or (isinstance(declared, Mapping) and declared.open)
        case _:
            return isinstance(section, Unknown)


def _merged(one: Value | None, other: Value) -> Value:
    match one, other:
        case Mapping(), Mapping():
            return merged(one, other)
        case _:
            return other


def merged(one: Mapping, other: Mapping) -> Mapping:
    """Two mappings as one; of what both set the other's holds, and mappings are put together again."""
    entries = dict(one.entries)
    for name, value in other.entries.items():
        entries[name] = _merged(entries.get(name), value)
    return Mapping(entries, one.span, {**one.keys, **other.keys}, one.open or other.open)


def overridden(resource: Resource, extensions: Iterable[tuple[Mapping, bool]]) -> Resource:
    """A resource that the framework makes, with what the service changes in it."""
    properties = resource.properties
    for change, deeply in extensions:
        if deeply:
            properties = merged(properties, change)
        else:
            entries = {**properties.entries, **change.entries}
            properties = Mapping(entries, properties.span, {**properties.keys, **change.keys}, properties.open)
    return replace(resource, properties=properties)
