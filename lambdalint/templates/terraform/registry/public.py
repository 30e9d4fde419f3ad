"""What the public modules share: inputs with defaults, and the resources and outputs they make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lambdalint.records import dataclass, replace
from lambdalint.source import Span
from lambdalint.templates.hcl.evaluate import value
from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform.tree import Instance
from lambdalint.templates.value import Known, Reference, Scalar, Sequence, Unknown, Value
from lambdalint.templates.value import Mapping as Entries


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a public module makes, and gives."""

    resources: Callable[[Public], Iterator[Resource]]
    outputs: Mapping[str, tuple[str, str]]
    """The outputs that are an attribute of a resource: the end of its address, and the attribute."""
    output: Callable[[Public, str, Span], Value | None] | None = None
    """Any other output."""


class Public:
    """The call of a public module."""

    def __init__(self, instance: Instance, spelling: Spelling, names: Mapping[str, str] | None = None) -> None:
        """`names` is how another module of the same kind calls its inputs."""
        self.instance = instance
        self.block = instance.block
        self.span = instance.block.span
        self._spelling = spelling
        self._names = names or {}
        instance.module.tree.made.append(self)

    def output(self, name: str, span: Span) -> Value | None:
        """What the module gives for one of its outputs."""
        if name in self._spelling.outputs:
            made, attribute = self._spelling.outputs[name]
            return Reference(self.address(made), attribute, span)
        if self._spelling.output is not None:
            return self._spelling.output(self, name, span)
        return Unknown(span, f"output {name}")

    def resources(self) -> Iterator[Resource]:
        """What the module makes."""
        return self._spelling.resources(self)

    def address(self, made: str) -> str:
        """The address of a resource that the module makes."""
        return f"{self.instance.address}.{made}"

    def get(self, name: str) -> Value | None:
        """What is given for an input; None where nothing is."""
        written = self.block.attributes.get(self._names.get(name, name))
        if written is None:
            return None
        tree = self.instance.module.tree
        key = ("input", self.instance.address, name)
        return tree.once(key, written.span, lambda: value(written.expression, self.instance.scope))

    def key(self, name: str) -> Span:
        """The place of an input's name, or of the call where it is not given."""
        written = self.block.attributes.get(self._names.get(name, name))
        return self.span if written is None else written.span

    def default(self, default: Scalar) -> Known:
        """A value that the module gives where the caller does not."""
        return Known(default, self.span, default=True)

    def switch(self, name: str, default: bool = False) -> bool | None:
        """An input that is true or false; None where that is not known."""
        match self.get(name):
            case None:
                return default
            case Known(value=bool() as given):
                return given
            case Known(value="true" | "false" as given):
                return given == "true"
            case _:
                return None

    def renamed(self, names: Mapping[str, str]) -> tuple[dict[str, Value], dict[str, Span]]:
        """The inputs that are given, under the names of properties."""
        found = {named: self.get(name) for name, named in names.items()}
        entries = {named: each for named, each in found.items() if each is not None}
        return entries, {named: self.key(name) for name, named in names.items() if named in entries}

    def made(
        self, kind: str, made: str, entries: Mapping[str, Value | None], keys: Mapping[str, Span] | None = None,
        *, span: Span | None = None, label: str = "", generated: bool = False, partial: bool = False,
    ) -> Resource:  # fmt: skip
        """A resource that the module makes."""
        place = span or self.span
        properties = replace(mapping(self.block.extent, entries, keys, place), open=partial)
        return Resource(
            kind, self.address(made), properties, place, self.block.extent,
            generated=generated, label=label or self.instance.shown, uncertain=self.instance.uncertain,
        )  # fmt: skip


def mapping(
    span: Span, entries: Mapping[str, Value | None], keys: Mapping[str, Span] | None = None, place: Span | None = None
) -> Entries:
    """A mapping of the entries that are set."""
    given = {name: each for name, each in entries.items() if each is not None}
    places = keys or {}
    return Entries(given, span, {name: places.get(name) or place or span for name in given})


def renamed(given: Value, names: Mapping[str, str]) -> Entries | None:
    """Some entries of a mapping under other names; None where it is no mapping."""
    if not isinstance(given, Entries):
        return None
    found = {named: given.entries[name] for name, named in names.items() if name in given.entries}
    keys = {named: given.key(name) for name, named in names.items() if name in given.entries}
    return Entries(found, given.span, keys, given.open)


def rows(value: Value | None) -> Iterator[tuple[str, Value]]:
    """The entries of a map, or the items of a list under their positions."""
    match value:
        case Entries(entries):
            yield from entries.items()
        case Sequence(items):
            yield from ((str(at), item) for at, item in enumerate(items))
        case _:
            return


def listed(*values: Value | None, span: Span) -> Sequence:
    """A list of those values that are set."""
    return Sequence(tuple(each for each in values if each is not None), span)
