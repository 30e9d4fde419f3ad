"""Terragrunt: a terragrunt.hcl as the configuration that it stands for, which calls one module with its inputs.

https://terragrunt.gruntwork.io/docs/reference/config-blocks-and-attributes/
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from functools import partial

from lambdalint.patterns import pattern
from lambdalint.source import Source, Span
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.syntax import Attribute, Block, File
from lambdalint.templates.terraform.endings import TERRAGRUNT
from lambdalint.templates.value import Known

_SOURCE = pattern(r'(?m)^[ \t]*source\s*=\s*"([^"]+)"')
_ROOT = ("${get_repo_root()}", "${get_path_to_repo_root()}")
_HERE = "${get_terragrunt_dir()}"

Read = Callable[[str], Source | None]


def source_in(text: str, directory: str, top: str) -> str:
    """The module that the terragrunt.hcl of a directory calls, as Terraform names it; "" where that is not told.

    `top` is the directory of the repository.
    """
    found = _SOURCE.search(text)
    if found is None:
        return ""
    written = found[1].replace(_HERE, ".")
    for name in _ROOT:
        written = written.replace(name, posixpath.relpath(top, directory or "."))
    if "${" in written or "://" in written or not written.startswith("."):
        return "" if "${" in written.partition("?")[0] else written
    path = posixpath.normpath(written.partition("?")[0])
    return path if path.startswith("..") else f"./{path}"


def configuration(file: File, called: str, declared: Callable[[str], tuple[str, ...]], read: Read) -> File:
    """A terragrunt.hcl as a file of Terraform; `declared` are the variables of the module at a local source."""
    directory = posixpath.dirname(file.source.path)
    blocks = [block for block in file.blocks if block.kind == "locals"]
    terraform = next((block for block in file.blocks if block.kind == "terraform"), None)
    if terraform is None or not called:
        return File(file.source, {}, tuple(blocks), file.wrong)
    place = terraform.attributes["source"].span if "source" in terraform.attributes else terraform.span
    known = syntax.Literal(Known(called, place))
    attributes = {"source": Attribute("source", place, lambda: known)}
    given, whole = _inputs(file)
    others, seen = _included(file, directory, read)
    names = declared(called) if not (whole and seen) else ()
    for name in (*names, *others):
        attributes.setdefault(name, Attribute(name, place, partial(_unseen, place)))
    attributes |= given
    name = posixpath.basename(directory) or "module"
    module = Block("module", (name,), place, terraform.extent, lambda: (attributes, ()), lambda: terraform.text)
    return File(file.source, {}, (*blocks, module), file.wrong)


def _inputs(file: File) -> tuple[dict[str, Attribute], bool]:
    """What a file gives to its module, and whether that is all that it gives."""
    inputs = file.attributes.get("inputs")
    if inputs is None:
        return {}, True
    return _entries(inputs.expression)


def _entries(expression: syntax.Expression) -> tuple[dict[str, Attribute], bool]:
    match expression:
        case syntax.Object(entries):
            found = {
                key: Attribute(key, span, partial(_same, inner)) for key, span, inner in entries if isinstance(key, str)
            }
            return found, len(found) == len(entries)
        case syntax.Call("merge", arguments):
            several = [_entries(each) for each in arguments]
            merged: dict[str, Attribute] = {}
            for each, whole in several:
                # What is not seen may say anew what was said before it.
                merged = {**(merged if whole else {}), **each}
            return merged, all(whole for _, whole in several)
        case _:
            return {}, False


def _same(expression: syntax.Expression) -> syntax.Expression:
    return expression


def _unseen(place: Span) -> syntax.Expression:
    """What is given by what is not read."""
    return syntax.Traversal("terragrunt", (syntax.Attr("inputs"),), place)


def _included(file: File, directory: str, read: Read) -> tuple[tuple[str, ...], bool]:
    """The names of what included files give to the module, and whether these are all."""
    names: list[str] = []
    for block in file.blocks:
        if block.kind != "include":
            continue
        path = block.attributes.get("path")
        found = None if path is None else _found(path.expression, directory, read)
        if found is None:
            return tuple(names), False
        from lambdalint.templates.hcl.parse import parse

        given, whole = _inputs(parse(found))
        names += given
        if not whole:
            return tuple(names), False
    return tuple(names), True


def _found(expression: syntax.Expression, directory: str, read: Read) -> Source | None:
    """The file of a directory above that a path leads to."""
    match expression:
        case syntax.Call("find_in_parent_folders", ()):
            wanted: tuple[str, ...] = (TERRAGRUNT, "root.hcl")
        case syntax.Call("find_in_parent_folders", (syntax.Literal(value=Known(value=str() as name)), *_)):
            wanted = (name,)
        case _:
            return None
    for above in _above(directory):
        for name in wanted:
            found = read(posixpath.join(above, name))
            if found is not None:
                return found
    return None


def _above(directory: str) -> Iterator[str]:
    """The directories above one, as far as paths lead up from where the run began."""
    parts = directory.split("/") if directory else []
    for at in range(len(parts) - 1, -1, -1):
        yield "/".join(parts[:at])
