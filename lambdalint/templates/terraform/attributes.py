"""The attributes of a resource that others refer to, in CloudFormation's words."""

from __future__ import annotations

from lambdalint.source import Span
from lambdalint.templates.hcl.evaluate import value
from lambdalint.templates.hcl.scope import Failed
from lambdalint.templates.terraform import data
from lambdalint.templates.terraform.spelling import ignored, nested
from lambdalint.templates.terraform.table import ROWS
from lambdalint.templates.terraform.tree import OBJECTS, Instance, Tree
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value

_EVERYWHERE = {"id": "", "arn": "Arn"}


def attribute(instance: Instance, name: str, span: Span, tree: Tree) -> Value | None:
    """What `resource.name` stands for."""
    if instance.kind.startswith("data."):
        return tree.once(("data", instance.address, name), span, lambda: data.attribute(instance, name, span))
    if instance.kind == "aws_cloudformation_stack" and name == "outputs":
        return data.outputs(instance, span)
    row = ROWS.get(instance.kind)
    called = {**_EVERYWHERE, **(row.attributes if row is not None else {})}
    if name in called:
        return Reference(instance.address, called[name], span)
    if any(each == name for each, _ in ignored(instance.block)):
        # Something else than the configuration sets it.
        return Unknown(span, f"{instance.address}.{name}")
    if name in instance.block.attributes:
        key = ("attribute", instance.address, name)
        given = tree.once(key, span, lambda: value(instance.block.attributes[name].expression, instance.scope))
        if name == "key" and instance.kind in OBJECTS and not isinstance(given, Known):
            # Whoever asks for an object whose key only a deployment knows means this one.
            return Reference(instance.address, name, span)
        return given
    contents = nested(instance.block, instance.scope).get(name) if instance.block.blocks else None
    if contents:
        found = (_content(instance, name, at) for at, each in enumerate(contents) if each.body is not None)
        return Sequence(tuple(found), span, open=any(each.body is None for each in contents))
    if instance.kind == "archive_file":
        return data.attribute(instance, name, span)
    if instance.kind == "terraform_data" and name == "output" and "input" in instance.block.attributes:
        return attribute(instance, "input", span, tree)
    return Reference(instance.address, name, span)


def _content(instance: Instance, name: str, at: int) -> Value:
    """A block of a resource, whose attributes are those that are written in it."""
    inner = nested(instance.block, instance.scope)[name][at]
    if inner.body is None:
        return Unknown(inner.span, "a dynamic block")
    try:
        found = {key: value(each.expression, inner.scope) for key, each in inner.body.attributes.items()}
    except Failed as error:
        return Unknown(inner.span, str(error))
    entries = {key: each for key, each in found.items() if each is not None}
    return Mapping(entries, inner.span, {key: each.span for key, each in inner.body.attributes.items()}, open=True)
