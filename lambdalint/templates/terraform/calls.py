"""Calls of modules: local ones are read, known public ones are spelt out, of others nothing is known."""

from __future__ import annotations

import posixpath

from lambdalint.source import Span
from lambdalint.templates.terraform import registry
from lambdalint.templates.terraform.declarations import source_of
from lambdalint.templates.terraform.files import within
from lambdalint.templates.terraform.tree import MODULES, Instance, Module
from lambdalint.templates.value import Unknown, Value

DEPTH = 20
"""How deep modules may call each other."""


class Remote:
    """A module that lies elsewhere: only a deployment knows what it gives."""

    def __init__(self, source: str) -> None:
        self._source = source

    def output(self, name: str, span: Span) -> Value | None:
        return Unknown(span, f"output {name} of {self._source or 'a module'}")


def call(instance: Instance) -> None:
    """Make known what the call of a module gives."""
    tree = instance.module.tree
    source = source_of(instance.block)
    if source.startswith(("./", "../")) and len(tree.read) < MODULES and not _circular(instance, source):
        declarations = tree.files.declarations(_directory(instance, source))
        if declarations.files:
            tree.modules[instance.address] = instance.module.inner(instance, declarations)
            return
    tree.modules[instance.address] = registry.find(instance, source) or Remote(source)


def _directory(instance: Instance, source: str) -> str:
    return within(instance.module.declarations.directory, posixpath.normpath(source))


def _circular(instance: Instance, source: str) -> bool:
    directory = _directory(instance, source)
    depth = 0
    module: Module | None = instance.module
    while module is not None:
        depth += 1
        if module.declarations.directory == directory or depth > DEPTH:
            return True
        module = module.call.module if module.call is not None else None
    return False
