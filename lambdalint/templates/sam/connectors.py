"""Connectors: permissions that SAM adds to what a template says.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/managing-permissions-connectors.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.source import Span
from lambdalint.templates.cloudformation.files import type_of
from lambdalint.templates.cloudformation.plain import block, places
from lambdalint.templates.cloudformation.stack import Stack
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.spelling import mapping
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value, items

CONNECTOR = "AWS::Serverless::Connector"


def connected(stack: Stack) -> Iterator[str]:
    """The logical ids of the resources whose roles a connector adds permissions to, or may.

    That is the source as a rule, and the destination where it polls: of a queue, the function.
    """
    for logical_id, node in stack.resources.items():
        if "Connectors" in node.entries:
            yield logical_id
            given = stack.mapping(node.entries.get("Connectors"), node.span)
            for each in given.entries.values():
                if isinstance(each, Mapping):
                    yield from _ids(each.get("Properties", "Destination"))
        if type_of(node) == CONNECTOR:
            for end in ("Source", "Destination"):
                yield from _ids(stack.value(node.get("Properties", end)))


def _ids(ends: Value | None) -> Iterator[str]:
    for end in items(ends):
        match end:
            case Mapping(entries={"Id": Known(value=str() as logical_id)}):
                yield logical_id


def embedded(stack: Stack, logical_id: str) -> Iterator[Resource]:
    """The connectors that a resource has among its attributes."""
    node = stack.resources[logical_id]
    given = stack.mapping(node.entries.get("Connectors"), node.span)
    for name, connector in given.entries.items():
        span, extent = block(given.key(name), connector.span)
        properties = connector.get("Properties") if isinstance(connector, Mapping) else None
        own = properties if isinstance(properties, Mapping) else mapping(span, {})
        source = mapping(span, {"Id": Known(logical_id, span)})
        spelt = Mapping({"Source": source, **own.entries}, own.span, {"Source": span, **own.keys}, own.open)
        yield from connector_of(stack, f"{logical_id}{name}", spelt, span, extent)


def connector(stack: Stack, logical_id: str) -> Iterator[Resource]:
    """A connector that is a resource of its own."""
    node = stack.resources[logical_id]
    given = stack.mapping(node.entries.get("Properties"), node.span)
    yield from connector_of(stack, logical_id, given, *places(stack, logical_id))


def connector_of(stack: Stack, logical_id: str, given: Mapping, span: Span, extent: Span) -> Iterator[Resource]:
    """The connector, and the policy that it attaches to the roles of its ends where the template has them."""
    name = stack.prefix + logical_id
    yield Resource(CONNECTOR, name, given, span, extent)
    ends = [("", end) for end in _ids(given.get("Source"))]
    for infix, end in (*ends, *((end, end) for end in _ids(given.get("Destination")))):
        node = stack.resources.get(end)
        match stack.value(node.get("Properties", "Role")) if node is not None else None:
            case Reference(role):
                attached = Sequence((Reference(role, "", span),), span)
                policy = mapping(span, {"Roles": attached, "PolicyDocument": Unknown(span, "connector")})
                yield Resource("AWS::IAM::ManagedPolicy", f"{name}{infix}Policy", policy, span, extent, generated=True)
