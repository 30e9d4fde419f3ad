"""The functions that components invoke, there already or defined on the spot, and what lets them be invoked."""

from __future__ import annotations

from lambdalint.cdk.assembly import Assembly, Draft, Later, Made
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.props import Props, props
from lambdalint.code.value import Call, Value
from lambdalint.code.value import Mapping as MappingMade
from lambdalint.data import sst as facts
from lambdalint.source import Span
from lambdalint.sst.functions import called, change, define, is_definition, link, values_of
from lambdalint.templates.value import Known, Reference, Unknown

Entries = dict[str, Made | Later]


def invoked(
    assembly: Assembly, of: Construct, given: Value | None, place: Span, label: str
) -> Construct | None:  # fmt: skip
    """The function that something invokes: one that is there, or is defined on the spot; None for another's."""
    found = called(assembly, given)
    if found is not None:
        return found
    if not is_definition(given):
        assembly.refer(place, assembly.constructs.reached(given))
        return None
    made = Construct("Function", label, of.scope, Props(), place, of.uncertain or assembly.uncertain)
    linked = of.props.get("link") if of.kind.startswith("ApiGateway") else None
    draft = define(assembly, made, given, (linked,))
    draft.label = label
    if of.kind.startswith("ApiGateway") and of.props.get("transform") is not None:
        # It may set what all of its routes' handlers have.
        _settle(assembly, made, draft, props(of.props.get("transform")).get("route"))
    return made


def _settle(assembly: Assembly, function: Construct, draft: Draft, route: Value | None) -> None:
    """What an API's `transform: { route: { handler: { … } } }` gives to the functions of its routes."""
    known = props(route)
    handler = known.get("handler")
    if handler is None and not known.open:
        return
    if not isinstance(handler, MappingMade) or handler.open:
        change(assembly, draft, None)
        if function.parts.get("role") is not None:
            function.parts["role"].handed = True
        return
    for name, each in handler.entries.items():
        if name == "link":
            link(assembly, function, (each,))
        elif function.props.get(name) is None:
            span = assembly.head(handler.places.get(name, draft.span))
            values = values_of(assembly)
            match name:
                case "timeout":
                    draft.entries["Timeout"] = values.length(each, span)
                case "memory":
                    draft.entries["MemorySize"] = values.size(each, span)
                case "runtime":
                    draft.entries["Runtime"] = values.value(each, span)
                case _:
                    draft.open = True
        else:
            draft.open = True
        if name in ("permissions", "role") and function.parts.get("role") is not None:
            function.parts["role"].handed = True


def invoker(assembly: Assembly, function: Construct, kind: str, entries: Entries, call: Call, known: Props) -> Draft:
    draft = assembly.draft(function, kind, entries, kind.rpartition("::")[2])
    draft.span, draft.extent, draft.label = assembly.head(call.span), call.span, function.path
    draft.open = known.open or known.get("transform") is not None
    draft.uncertain = draft.uncertain or assembly.uncertain
    return draft


def let_in(assembly: Assembly, of: Construct, function: Construct, service: str, place: Span) -> None:
    """Let a service invoke a function, as SST does."""
    span = assembly.head(place)
    attribute = facts.ATTRIBUTES.get(of.kind, {}).get("arn")
    source = Reference(of.resource, attribute, span) if attribute is not None and of.resource else Unknown(span, "arn")
    entries: Entries = {
        "Action": Known("lambda:InvokeFunction", span),
        "FunctionName": Reference(function.resource, "Arn", span),
        "Principal": Known(service, span),
        "SourceArn": source if service != "events.amazonaws.com" else Unknown(span, "the rule"),
    }
    draft = assembly.draft(function, "AWS::Lambda::Permission", entries, f"Permission {of.path}")
    draft.span, draft.extent, draft.generated = span, place, True
