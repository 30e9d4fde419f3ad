"""`Globals`: what all resources of a type share.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.templates.cloudformation.files import type_of
from lambdalint.templates.cloudformation.intrinsics import is_function
from lambdalint.templates.cloudformation.stack import Stack
from lambdalint.templates.value import Known, Mapping, Sequence, Value, items

_PREFIX = "AWS::Serverless::"

_REPLACED = frozenset({"Architectures"})
"""Lists that are not put together: https://github.com/aws/serverless-application-model, globals.py."""


def serverless(stack: Stack) -> Iterator[tuple[str, Mapping]]:
    """The resources of SAM's own types by logical id: what the template says of their properties, globals included."""
    shared = stack.section("Globals")
    for logical_id, node in stack.resources.items():
        kind = type_of(node)
        if kind.startswith(_PREFIX):
            yield logical_id, merged(node, shared.entries.get(kind.removeprefix(_PREFIX)))


def merged(resource: Mapping, section: Value | None) -> Mapping:
    """A resource's properties with those of its type's section in `Globals`."""
    own = resource.entries.get("Properties")
    properties = own if isinstance(own, Mapping) else Mapping({}, resource.span, {}, open=own is not None)
    if not isinstance(section, Mapping) or (own is not None and is_function(own)):
        return properties
    ignored = {item.value for item in items(resource.entries.get("IgnoreGlobals")) if isinstance(item, Known)}
    if "*" in ignored:
        return properties
    kept = {name: value for name, value in section.entries.items() if name not in ignored}
    return _mapping(Mapping(kept, section.span, section.keys), properties)


def _mapping(shared: Mapping, own: Mapping) -> Mapping:
    entries = {
        name: _value(name, value, own.entries[name]) if name in own.entries else value
        for name, value in shared.entries.items()
    }
    for name, value in own.entries.items():
        entries.setdefault(name, value)
    return Mapping(entries, own.span, {**shared.keys, **own.keys}, shared.open or own.open)


def _value(name: str, shared: Value, own: Value) -> Value:
    """Mappings are merged and lists put together, the shared items first; of all else the resource's own holds."""
    match shared, own:
        case Mapping(), Mapping() if not is_function(shared) and not is_function(own):
            return _mapping(shared, own)
        case Sequence(first), Sequence(then) if name not in _REPLACED:
            return Sequence((*first, *then), own.span, shared.open or own.open)
        case _:
            return own
