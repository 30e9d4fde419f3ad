"""SAM: its shorthand, spelt out as the resources of CloudFormation that it stands for.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.records import replace
from lambdalint.templates.cloudformation.files import type_of
from lambdalint.templates.cloudformation.plain import after, places, plain
from lambdalint.templates.cloudformation.stack import Stack
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam import api, connectors, others, pull, push, state_machine
from lambdalint.templates.sam.aliases import alias
from lambdalint.templates.sam.events import Event, events, spelt_out
from lambdalint.templates.sam.function import function
from lambdalint.templates.sam.globals import serverless
from lambdalint.templates.sam.spelling import FUNCTION, STATE_MACHINE, Owner
from lambdalint.templates.value import Mapping

_EVENTS = {**pull.SPELLINGS, **push.SPELLINGS, **api.SPELLINGS}


def resources(stack: Stack) -> Iterator[Resource]:
    """The resources that a template with SAM's transform deploys."""
    nodes = dict(serverless(stack))
    connected = frozenset(connectors.connected(stack))
    requests: dict[str, Event] = {}
    for logical_id, node in stack.resources.items():
        if logical_id not in nodes:
            yield plain(stack, logical_id)
        else:
            yield from _resources(stack, logical_id, nodes[logical_id], requests, connected=logical_id in connected)
        if "Connectors" in node.entries:
            yield from connectors.embedded(stack, logical_id)
    for kind, event in requests.items():
        yield from api.implicit(stack, {kind}, event.span)


def _resources(
    stack: Stack, logical_id: str, node: Mapping, requests: dict[str, Event], *, connected: bool
) -> Iterator[Resource]:
    declared = stack.resources[logical_id]
    span, extent = places(stack, logical_id)
    name = stack.prefix + logical_id
    given = stack.properties(logical_id, node, span)
    metadata = stack.mapping(declared.get("Metadata"), span) if "Metadata" in declared.entries else None
    kind = type_of(declared)
    match kind:
        case "AWS::Serverless::Function":
            published = given.entries.get("AutoPublishAlias")
            invoked = stack.reference(
                alias(logical_id, published) if published else logical_id, "" if published else "Arn", span
            )
            owner = Owner(stack, FUNCTION, logical_id, given, span, extent, invoked)
            starts = tuple(events(owner))
            for made in function(owner, node, metadata, starts, connected=connected):
                yield replace(made, after=after(stack, logical_id)) if made.name == owner.name else made
        case "AWS::Serverless::StateMachine":
            owner = Owner(stack, STATE_MACHINE, logical_id, given, span, extent, stack.reference(logical_id, "", span))
            starts = tuple(events(owner))
            yield state_machine.state_machine(owner, metadata)
            if "Role" not in given.entries:
                yield state_machine.role(owner, connected=connected)
        case api.REST | api.HTTP:
            yield from api.api(kind, name, given, span, extent)
            return
        case connectors.CONNECTOR:
            yield from connectors.connector(stack, logical_id)
            return
        case _:
            yield from others.spelt_out(kind, name, given, span, extent, metadata)
            return
    for event in starts:
        if api.implied(event):
            requests.setdefault(event.kind, event)
        yield from spelt_out(event, _EVENTS)
