"""What a terragrunt.hcl says, with the files that it includes and reads: the module that it calls, and its inputs.

https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from functools import cached_property

from lambdalint.records import dataclass
from lambdalint.source import Source, Span
from lambdalint.templates.cloudformation.text import BY_DEFAULT
from lambdalint.templates.hcl.evaluate import value
from lambdalint.templates.hcl.scope import Scope, Work
from lambdalint.templates.hcl.steps import by_default
from lambdalint.templates.hcl.syntax import Attr, Attribute, Block, File, Step
from lambdalint.templates.terraform.endings import TERRAGRUNT
from lambdalint.templates.terraform.terragrunt import paths
from lambdalint.templates.terraform.terragrunt.paths import Disk
from lambdalint.templates.value import Known, Mapping, Reference, Unknown, Value

_STEPS = 20_000
"""How many items the loops of a file may go through."""
_READ = 8
"""How many files may be read one because of another."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A unit on whose outputs another depends, as a module of the same configuration."""

    name: str
    outputs: tuple[str, ...]


class Unit:
    """A file of Terragrunt, and those that it includes."""

    def __init__(self, file: File, disk: Disk, depth: int = 0) -> None:
        self.file, self.disk, self.depth = file, disk, depth
        self.directory = posixpath.dirname(file.source.path)
        self.neighbours: dict[str, Neighbour] = {}
        """The units that it may ask for outputs, by their directories."""
        self._alone = Names(self, file, None)
        self._asked: tuple[Scope, Mapping] | None = None

    @cached_property
    def included(self) -> dict[str, Names | None]:
        """The files that it includes, by the names that it gives them; None for one that is not there."""
        found: dict[str, Names | None] = {}
        for block in _blocks(self.file, "include"):
            path = self._alone.text_of(block.attributes.get("path"))
            name = block.labels[0] if block.labels else ""
            file = None if path is None else self.disk.syntax(paths.at(path, self.directory))
            found[name] = None if file is None else Names(self, file, None)
        return found

    def _files(self, outer: Scope | None = None) -> Iterator[Names]:
        """Its own file, and then those that it includes, the last first, as a scope of the configuration sees them."""
        read = [self._alone, *(each for each in reversed(self.included.values()) if each is not None)]
        yield from read if outer is None else (Names(self, each.written, outer) for each in read)

    @cached_property
    def called(self) -> Attribute | None:
        """Where the source of its module is written."""
        return next((found for _, found in self._sources()), None)

    def _sources(self) -> Iterator[tuple[Names, Attribute]]:
        for names in self._files():
            for block in _blocks(names.written, "terraform"):
                if "source" in block.attributes:
                    yield names, block.attributes["source"]

    @cached_property
    def source(self) -> str:
        """The module that it calls: the directory of a local one, from its own; "" where that is not told."""
        for names, attribute in self._sources():
            found = names.text_of(attribute)
            if found is None:
                return ""
            path = found.partition("?")[0]
            if not paths.is_within(path):
                return found
            there = posixpath.relpath(paths.at(path, self.directory) or ".", self.directory or ".")
            return there if there.startswith("..") else f"./{there}"
        return ""

    @cached_property
    def dependencies(self) -> dict[str, str]:
        """The directories of the units on which it depends, by the names that it gives them."""
        found: dict[str, str] = {}
        for names in self._files():
            for block in _blocks(names.written, "dependency"):
                path = names.text_of(block.attributes.get("config_path"))
                if path is not None and block.labels:
                    found.setdefault(block.labels[0], paths.at(path, self.directory))
        return found

    def inputs(self, outer: Scope | None = None) -> Mapping:
        """What it gives to its module; `outer` knows what other units give."""
        if outer is None:
            return self._given
        if self._asked is None or self._asked[0] is not outer:
            self._asked = outer, self._merged(outer)
        return self._asked[1]

    @cached_property
    def _given(self) -> Mapping:
        return self._merged(None)

    def _merged(self, outer: Scope | None) -> Mapping:
        place = self._alone.place
        found = Mapping({}, place, {}, open=None in self.included.values() or self._has_files_of_values())
        for names in reversed(tuple(self._files(outer))):
            given = names.written.attributes.get("inputs")
            if given is None:
                continue
            match value(given.expression, names):
                case Mapping() as inner:
                    found = _over(found, inner, deep=self._is_deep)
                case None:
                    continue
                case _:
                    found = Mapping(found.entries, place, found.keys, open=True)
        return found

    @cached_property
    def _is_deep(self) -> bool:
        return any("merge_strategy" in block.attributes for block in _blocks(self.file, "include"))

    def _has_files_of_values(self) -> bool:
        """Whether files give values to the variables too."""
        return any(
            inner.kind == "extra_arguments" and not _OF_VALUES.isdisjoint(inner.attributes)
            for names in self._files()
            for block in _blocks(names.written, "terraform")
            for inner in block.blocks
        )

    def input(self, name: str, outer: Scope, directory: str, place: Span) -> Value | None:
        """What it gives for a variable, with paths that lead from a directory."""
        given = self.inputs(outer)
        if name in given.entries:
            return paths.seen_from(given.entries[name], directory)
        return None if name in given.keys else Unknown(place, "inputs")

    def shown(self) -> Mapping:
        """What whoever reads it sees of it."""
        entries: dict[str, Value] = {"locals": self._alone.locals(), "inputs": self.inputs()}
        return Mapping(entries, self._alone.place, dict.fromkeys(entries, self._alone.place), open=True)


_OF_VALUES = frozenset({"required_var_files", "optional_var_files", "arguments"})


def _over(below: Mapping, above: Mapping, *, deep: bool) -> Mapping:
    """What two files give together, of which the second has the last word."""
    entries = {name: each for name, each in below.entries.items() if name not in above.keys and not above.open}
    for name, each in above.entries.items():
        lower = below.entries.get(name)
        if deep and isinstance(lower, Mapping) and isinstance(each, Mapping):
            entries[name] = _over(lower, each, deep=True)
        elif deep and lower is not None and not isinstance(each, Known):
            entries[name] = Unknown(each.span, "merged inputs")
        else:
            entries[name] = each
    return Mapping(entries, above.span, {**below.keys, **above.keys}, below.open or above.open)


class Names:
    """A scope: what names stand for in a file that a unit consists of."""

    def __init__(self, unit: Unit, file: File, outer: Scope | None) -> None:
        self.unit, self.written, self.outer = unit, file, outer
        self.home = posixpath.dirname(file.source.path)
        self.place = Span.top(file.source.path)
        self._work = Work(_STEPS)
        self._known: dict[str, Value | None] = {}
        self._open: set[str] = set()

    @property
    def work(self) -> Work:
        return self._work

    def resolve(self, root: str, steps: tuple[Step, ...], span: Span) -> tuple[Value | None, int]:
        """What a name and the first of the steps from it stand for, and how many steps those are."""
        match root, steps:
            case "local", (Attr(name), *_):
                return self._local(name, span), 1
            case "dependency", (Attr(name), Attr("outputs"), *further):
                return self._outputs(name, span, whole=not further), 2
            case "include", (Attr(name), *_) if name in self.unit.included:
                return self._of_included(name, span), 1
            case "include", _ if "" in self.unit.included:
                return self._of_included("", span), 0
            case _:
                return Unknown(span, root), 0

    def attribute(self, of: Reference, name: str, span: Span) -> Value | None:
        """An attribute of what another unit gives."""
        return Unknown(span, of.resource) if self.outer is None else self.outer.attribute(of, name, span)

    def is_generic(self, reference: Reference) -> bool:
        """Whether it stands for as many instances as only a deployment knows."""
        return self.outer is not None and self.outer.is_generic(reference)

    def file_at(self, path: str) -> Source | None:
        """A file by the path that spans give it."""
        return self.unit.disk.text(path)

    def file(self, path: str) -> Source | None:
        """A file that the configuration names, relative to the file that says so."""
        return self.unit.disk.text(paths.at(path, self.home))

    def files(self, directory: str) -> tuple[str, ...]:
        """The files below a directory that the configuration names, relative to that directory."""
        return self.unit.disk.below(paths.at(directory, self.home))

    def locals(self) -> Mapping:
        """All its local values."""
        attributes = self._declared
        found = {name: self._local(name, each.span) for name, each in attributes.items()}
        entries = {name: each for name, each in found.items() if each is not None}
        return Mapping(entries, self.place, {name: each.span for name, each in attributes.items()})

    @cached_property
    def _declared(self) -> dict[str, Attribute]:
        return {name: each for block in _blocks(self.written, "locals") for name, each in block.attributes.items()}

    def _local(self, name: str, span: Span) -> Value | None:
        if name in self._known:
            return self._known[name]
        declared = self._declared.get(name)
        if declared is None or name in self._open:
            return Unknown(span, f"local {name}")
        self._open.add(name)
        self._known[name] = found = value(declared.expression, self)
        self._open.discard(name)
        return found

    def _outputs(self, name: str, span: Span, *, whole: bool) -> Value | None:
        """The outputs of a unit on which this one depends; what stands in for them until it is there counts for
        nothing."""
        other = self.unit.neighbours.get(self.unit.dependencies.get(name, ""))
        if other is None:
            return Unknown(span, f"dependency.{name}")
        if self.outer is None:
            entries: dict[str, Value] = {each: Unknown(span, f"dependency.{name}") for each in other.outputs}
            return Mapping(entries, span, dict.fromkeys(entries, span))
        found, _ = self.outer.resolve("module", (Attr(other.name),), span)
        if not whole or not isinstance(found, Reference):
            return found
        given = {each: self.outer.attribute(found, each, span) for each in other.outputs}
        entries = {each: inner for each, inner in given.items() if inner is not None}
        return Mapping(entries, span, dict.fromkeys(given, span))

    def _of_included(self, name: str, span: Span) -> Value:
        included = self.unit.included[name]
        if included is None or included.written is self.written:
            return Unknown(span, f"include.{name}")
        entries: dict[str, Value] = {"locals": included.locals()}
        return Mapping(entries, included.place, dict.fromkeys(entries, included.place), open=True)

    def text_of(self, attribute: Attribute | None) -> str | None:
        """The text that an attribute gives; None where it is not known."""
        found = None if attribute is None else value(attribute.expression, self)
        return found.value if isinstance(found, Known) and isinstance(found.value, str) else None

    def called(self, function: str, arguments: Sequence[Value | None], span: Span) -> Value | None:
        """What a function of Terragrunt gives: https://terragrunt.gruntwork.io/docs/reference/hcl/functions/"""
        texts = [each.value if isinstance(each, Known) else None for each in arguments]
        directory, disk = self.unit.directory, self.unit.disk
        match function, texts:
            case "find_in_parent_folders", _:
                return self._above(arguments, span)
            case (("get_terragrunt_dir" | "get_original_terragrunt_dir"), _):
                return Known(paths.absolute(directory), span)
            case "get_parent_terragrunt_dir", _:
                return Known(paths.absolute(self._parent(texts)), span)
            case ("get_repo_root", _):
                return Known(paths.absolute(disk.top), span)
            case "get_path_to_repo_root", _:
                return Known(posixpath.relpath(disk.top, directory or "."), span)
            case "get_path_from_repo_root", _ if disk.top == ".":
                return Known(directory or ".", span)
            case "path_relative_to_include", _:
                return Known(posixpath.relpath(directory or ".", self._parent(texts) or "."), span)
            case "path_relative_from_include", _:
                return Known(posixpath.relpath(self._parent(texts) or ".", directory or "."), span)
            case "read_terragrunt_config", [str() as path, *_]:
                return self._read(path, arguments[1:], span)
            case "get_env", [str() as name, _]:
                return by_default(arguments[1], f"{BY_DEFAULT}environment variable {name}")
            case "mark_as_read", [_]:
                return arguments[0]
            case _:
                return Unknown(span, f"{function}()")

    def _parent(self, names: list[str | int | float | bool | None]) -> str:
        """The directory of the file that is included."""
        if self.written is not self.unit.file:
            return self.home
        included = self.unit.included
        found = included.get(str(names[0])) if names else next(iter(included.values()), None)
        return self.home if found is None else found.home

    def _above(self, arguments: Sequence[Value | None], span: Span) -> Value | None:
        """The path of a file, or directory, in a directory above."""
        match list(arguments):
            case []:
                wanted: tuple[str, ...] = (TERRAGRUNT, "root.hcl")
            case [Known(value=str() as name), *_]:
                wanted = (name,)
            case _:
                return Unknown(span, "find_in_parent_folders()")
        disk = self.unit.disk
        for directory in paths.above(self.unit.directory, disk.top):
            for name in wanted:
                path = paths.at(name, directory)
                if disk.text(path) is not None or disk.below(path):
                    return Known(paths.absolute(path), span)
        return arguments[1] if len(arguments) > 1 else Unknown(span, "find_in_parent_folders()")

    def _read(self, path: str, otherwise: Sequence[Value | None], span: Span) -> Value | None:
        """What another file says."""
        unit = self.unit
        there = paths.at(path, unit.directory)
        file = unit.disk.syntax(there) if unit.depth < _READ else None
        if file is not None:
            return Unit(file, unit.disk, unit.depth + 1).shown()
        return otherwise[0] if otherwise else Unknown(span, "read_terragrunt_config()")


def _blocks(file: File, kind: str) -> Iterator[Block]:
    return (block for block in file.blocks if block.kind == kind)
