"""Units of Terragrunt that depend on each other, as one configuration of Terraform: each calls a module in it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterator
from functools import partial

from lambdalint.source import Span
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.scope import Scope
from lambdalint.templates.hcl.syntax import Attribute, Block, File
from lambdalint.templates.terraform.declarations import Declarations
from lambdalint.templates.terraform.terragrunt import paths
from lambdalint.templates.terraform.terragrunt.unit import Neighbour, Unit
from lambdalint.templates.value import Known, Value

Module = Callable[[str], Declarations | None]
"""What the module of a directory declares; None where it is not local."""


def together(units: Collection[Unit]) -> Iterator[tuple[Unit, ...]]:
    """The units that depend on each other, directly or through others."""
    by_directory = {unit.directory: unit for unit in units}
    first = {each: each for each in by_directory}

    def head(directory: str) -> str:
        while first[directory] != directory:
            directory = first[directory]
        return directory

    for unit in units:
        for other in unit.dependencies.values():
            if other in by_directory:
                one, two = sorted((head(unit.directory), head(other)))
                first[two] = one
    rows: dict[str, list[Unit]] = {}
    for unit in units:
        rows.setdefault(head(unit.directory), []).append(unit)
    for row in rows.values():
        yield tuple(row)


def configuration(units: tuple[Unit, ...], module: Module) -> Iterator[File]:
    """Units as files of Terraform, as they stand from the first one's directory."""
    base = units[0].directory
    names = dict(_names(units))
    modules = {unit.directory: _module(unit, module) for unit in units}
    neighbours = {
        directory: Neighbour(names[directory], () if found is None else tuple(found.outputs))
        for directory, found in modules.items()
    }
    for unit in units:
        unit.neighbours = neighbours
        called = unit.called
        if called is None or not unit.source:
            yield File(unit.file.source, {}, (), unit.file.wrong)
            continue
        found = modules[unit.directory]
        attributes = given(unit, () if found is None else found.variables, base)
        source = unit.source
        if source.startswith("."):
            there = posixpath.relpath(paths.at(source, unit.directory) or ".", base or ".")
            source = there if there.startswith("..") else f"./{there}"
        literal = syntax.Literal(Known(source, called.span))
        attributes["source"] = Attribute("source", called.span, partial(_same, literal))
        block = Block("module", (names[unit.directory],), called.span, called.span, partial(_body, attributes))
        yield File(unit.file.source, {}, (block,), unit.file.wrong)


def given(unit: Unit, declared: Collection[str], base: str) -> dict[str, Attribute]:
    """What a unit gives to its module, which declares some variables, with paths that lead from a directory."""
    inputs = unit.inputs()
    names = (*(declared if inputs.open else ()), *inputs.keys)
    found: dict[str, Attribute] = {}
    for name in names:
        span = inputs.key(name)
        read = partial(_input, unit, name, base, span)
        found[name] = Attribute(name, span, partial(_same, syntax.Given(span, read)))
    return found


def _input(unit: Unit, name: str, base: str, span: Span, scope: Scope) -> Value | None:
    return unit.input(name, scope, base, span)


def _same(expression: syntax.Expression) -> syntax.Expression:
    return expression


def _body(attributes: dict[str, Attribute]) -> tuple[dict[str, Attribute], tuple[Block, ...]]:
    return attributes, ()


def _module(unit: Unit, module: Module) -> Declarations | None:
    return module(paths.at(unit.source, unit.directory)) if unit.source.startswith(".") else None


def _names(units: tuple[Unit, ...]) -> Iterator[tuple[str, str]]:
    """What each unit is called, by its directory: by its name, or, where others have the same, by its path."""
    several: dict[str, list[str]] = {}
    for unit in units:
        several.setdefault(posixpath.basename(unit.directory) or "module", []).append(unit.directory)
    for name, directories in several.items():
        for directory in directories:
            yield directory, name if len(directories) == 1 else directory.replace(".", "_")
