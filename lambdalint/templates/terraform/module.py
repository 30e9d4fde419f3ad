"""A module instance: what the names in it stand for."""

from __future__ import annotations

import collections.abc
import posixpath
from collections.abc import Callable
from functools import partial

from lambdalint.records import replace
from lambdalint.source import Source, Span
from lambdalint.templates.cloudformation.intrinsics import at
from lambdalint.templates.cloudformation.text import BY_DEFAULT
from lambdalint.templates.hcl.evaluate import value
from lambdalint.templates.hcl.scope import Scope, Work
from lambdalint.templates.hcl.steps import by_default
from lambdalint.templates.hcl.syntax import Attr, Attribute, Step
from lambdalint.templates.terraform import types
from lambdalint.templates.terraform.attributes import attribute
from lambdalint.templates.terraform.declarations import Declarations
from lambdalint.templates.terraform.expand import expand
from lambdalint.templates.terraform.files import within
from lambdalint.templates.terraform.tree import Instance, Module, Tree
from lambdalint.templates.terraform.variants import Values
from lambdalint.templates.value import HIDDEN, Known, Mapping, Reference, Sequence, Unknown, Value
from lambdalint.templates.variants import common


class Local:
    """A scope: a directory's declarations, with the arguments of one call."""

    def __init__(self, tree: Tree, declarations: Declarations, prefix: str = "", call: Instance | None = None) -> None:
        self.tree = tree
        self.declarations = declarations
        self.prefix = prefix
        self.call = call
        tree.read.append(self)
        tree.calls[declarations.directory] += 1
        self._values = Values(tree.files, declarations.directory, declarations.variables) if call is None else None
        if self._values is not None:
            tree.paths += self._values.paths

    @property
    def work(self) -> Work:
        return self.tree.work

    def inner(self, call: Instance, declarations: Declarations) -> Module:
        """A module that a call in it leads to."""
        return Local(self.tree, declarations, f"{call.address}.", call)

    def resolve(self, root: str, steps: tuple[Step, ...], span: Span) -> tuple[Value | None, int]:
        """What a name and the first of the steps from it stand for, and how many steps those are."""
        match root, steps:
            case "var", (Attr(name), *_):
                return self.variable(name, span), 1
            case "local", (Attr(name), *_):
                return self.local(name, span), 1
            case "path", (Attr(name), *_):
                return self._path(name, span), 1
            case "module", (Attr(name), *_):
                return self._collection("", name, span), 1
            case "data", (Attr(kind), Attr(name), *_):
                return self._collection(f"data.{kind}", name, span), 2
            case "resource", (Attr(kind), Attr(name), *_):
                # What keeps a type from being taken for another of these words says the same of any type.
                return self._collection(kind, name, span), 2
            case (("each" | "count" | "self" | "terraform"), _):
                return Unknown(span, root), len(steps[:1])
            case _, (Attr(name), *_):
                return self._collection(root, name, span), 1
            case _:
                return Unknown(span, root), 0

    def attribute(self, of: Reference, name: str, span: Span) -> Value | None:
        """An attribute of a resource, a data source or a module."""
        instance = self.tree.instances.get(of.resource)
        if instance is not None and instance.kind:
            return attribute(instance, name, span, self.tree)
        called = self.tree.modules.get(of.resource)
        return Unknown(span, of.resource) if called is None else called.output(name, span)

    def is_generic(self, reference: Reference) -> bool:
        """Whether it stands for as many instances as only a deployment knows."""
        instance = self.tree.instances.get(reference.resource)
        return instance is not None and instance.generic

    def called(self, function: str, arguments: collections.abc.Sequence[Value | None], span: Span) -> Value | None:  # noqa: ARG002
        """What a function gives that is not one of Terraform's."""
        return Unknown(span, f"{function}()")

    def file(self, path: str) -> Source | None:
        """A file that the configuration names, relative to its root."""
        return self.tree.files.text(within(self.tree.directory, path))

    def file_at(self, path: str) -> Source | None:
        """A file by the path that spans give it."""
        return self.tree.files.text(path)

    def files(self, directory: str) -> tuple[str, ...]:
        """The files below a directory that the configuration names, relative to that directory."""
        return self.tree.files.below(within(self.tree.directory, directory))

    def local(self, name: str, span: Span) -> Value | None:
        """A local value."""
        declared = self.declarations.locals.get(name)
        if declared is None:
            return Unknown(span, f"no local {name}")
        return self.tree.once((self.prefix, "local", name), span, lambda: value(declared.expression, self))

    def output(self, name: str, span: Span) -> Value | None:
        """What the module gives to its caller."""
        declared = self.declarations.outputs.get(name)
        if declared is None or "value" not in declared.attributes:
            return Unknown(span, f"no output {name}")
        expression = declared.attributes["value"].expression
        return self.tree.once((self.prefix, "output", name), span, lambda: value(expression, self))

    def variable(self, name: str, span: Span) -> Value | None:
        """What was passed for a variable, or its default at the place that asks for it."""
        declared = self.declarations.variables.get(name)
        if declared is None:
            return Unknown(span, f"no variable {name}")
        given = self._argument(name) if self.call is not None else self._chosen(name)
        if given is not None:
            return self.tree.once((self.prefix, "var", name), span, given)
        if self.call is None and name in self.tree.parameters:
            return Known(self.tree.parameters[name], span, f"as configured for variable {name}")
        found = self.tree.once((self.prefix, "default", name), span, lambda: self._default(name))
        return at(found, span) if isinstance(found, Known | Reference | Unknown) else found

    def _argument(self, name: str) -> Callable[[], Value | None] | None:
        """What the call of the module gives for a variable."""
        attribute = None if self.call is None else self.call.block.attributes.get(name)
        if attribute is None or self.call is None:
            return None
        return partial(self._passed, name, attribute, self.call.scope)

    def _chosen(self, name: str) -> Callable[[], Value | None] | None:
        """What files of values give for a variable of a root."""
        given = None if self._values is None else self._values.get(name)
        if given is None:
            return None
        if given.whole and len(given.attributes) == 1:
            return partial(self._passed, name, given.attributes[0], self)

        def all_of_them() -> Value | None:
            found = [self._passed(name, each, self) for each in given.attributes]
            place = self.declarations.variables[name].span
            return common([*found, *([] if given.whole else [self._default(name)])], place, f"variable {name}")

        return all_of_them

    def _passed(self, name: str, attribute: Attribute, scope: Scope) -> Value | None:
        declared = self.declarations.variables[name]
        found = types.converted(declared.attributes.get("type"), value(attribute.expression, scope), self)
        if found is None and _is_false(declared.attributes.get("nullable")):
            return self._default(name)
        return found

    def _default(self, name: str) -> Value | None:
        declared = self.declarations.variables[name]
        default = declared.attributes.get("default")
        hidden = "sensitive" in declared.attributes
        if default is None or hidden:
            return Unknown(declared.span, f"variable {name}{HIDDEN if hidden else ''}")
        found = types.converted(declared.attributes.get("type"), value(default.expression, self), self)
        if self.call is not None:
            return by_default(found, f"the default of variable {name}")
        match found:
            case None:
                return Unknown(declared.span, f"variable {name}")
            case Mapping() | Sequence() if not (found.keys if isinstance(found, Mapping) else found.items):
                return replace(found, open=True)
            case _:
                return by_default(found, f"{BY_DEFAULT}variable {name}")

    def _path(self, name: str, span: Span) -> Value:
        if name == "module" and self.declarations.directory != self.tree.directory:
            return Known(posixpath.relpath(self.declarations.directory or ".", self.tree.directory or "."), span)
        return Known(".", span)

    def _collection(self, kind: str, name: str, span: Span) -> Value | None:
        found = self.expanded(kind, name, span)
        return replace(found, span=span) if isinstance(found, Reference) else found

    def expanded(self, kind: str, name: str, span: Span) -> Value | None:
        """A block's instances: a reference, or a collection of them."""
        if not kind:
            block = self.declarations.modules.get(name)
        elif kind.startswith("data."):
            block = self.declarations.data.get((kind.removeprefix("data."), name))
        else:
            block = self.declarations.resources.get((kind, name))
        if block is None:
            return Unknown(span, f"no {kind or 'module'}.{name}")
        return self.tree.once((self.prefix, "block", kind, name), span, lambda: expand(self, kind, name, block))


def _is_false(attribute: Attribute | None) -> bool:
    from lambdalint.templates.hcl.syntax import Literal

    match attribute:
        case Attribute(expression=Literal(value=Known(value=False))):
            return True
        case _:
            return False
