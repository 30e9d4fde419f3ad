"""`Policies`: managed policies, documents and policy templates, as the role that they make.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from lambdalint.data import table
from lambdalint.source import Span
from lambdalint.templates.cloudformation.intrinsics import evaluate
from lambdalint.templates.cloudformation.stack import Stack
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.spelling import Owner, document, mapping, statement
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value, items


def role(
    owner: Owner, service: str, managed: tuple[str, ...], generated: tuple[tuple[str, Mapping], ...], *, connected: bool
) -> Resource:
    """The role that SAM makes of a function's or a state machine's policies.

    `managed` are the managed policies that SAM adds, `generated` the documents that it adds, each with what for.
    """
    given = owner.properties.get("Policies")
    span = owner.span
    arns: list[Value] = []
    documents: list[Value] = [entry(owner, number, doc, source) for number, (source, doc) in enumerate(generated)]
    unseen = connected
    if connected:
        documents.append(Unknown(span, "connector"))
    for number, item in enumerate(items(given)):
        match item:
            case Known(value=str() as name):
                arns.append(item if ":" in name else Known(_arn(name), item.span, item.origin))
            case Reference() | Text():
                arns.append(item)
            case Mapping():
                documents.extend(_documents(owner, number, item))
                unseen = unseen or item.open
            case _:
                arns.append(item)
                documents.append(item)
                unseen = True
    written = {arn.value for arn in arns if isinstance(arn, Known)}
    added = (f"arn:aws:iam::aws:policy/{name}" for name in managed)
    arns = [*(Known(arn, span, default=True) for arn in added if arn not in written), *arns]
    unseen = unseen or (isinstance(given, Sequence) and given.open)
    place = owner.key("Policies")
    properties = mapping(
        span,
        {
            "AssumeRolePolicyDocument": owner.properties.entries.get("AssumeRolePolicyDocument")
            or _trust(service, span),
            "ManagedPolicyArns": Sequence(tuple(arns), place, unseen),
            "Policies": Sequence(tuple(documents), place, unseen),
            "Path": owner.properties.entries.get("RolePath"),
            "PermissionsBoundary": owner.properties.entries.get("PermissionsBoundary"),
        },
        {"ManagedPolicyArns": place, "Policies": place},
    )
    return owner.made("AWS::IAM::Role", "Role", properties)


def entry(owner: Owner, number: int, policy: Value, source: str = "", place: Span | None = None) -> Mapping:
    """One of a role's inline policies; `source` is what of the framework it comes from."""
    span = place or policy.span
    return mapping(
        span,
        {
            "PolicyName": Known(f"{owner.logical_id}RolePolicy{number}", span, default=True),
            "PolicyDocument": policy,
            "GeneratedBy": Known(source, span) if source else None,
        },
    )


def _documents(owner: Owner, number: int, item: Mapping) -> Iterator[Value]:
    if "Statement" in item.entries:
        yield entry(owner, number, item)
    elif "PolicyDocument" in item.entries:
        yield item
    else:
        for name, parameters in item.entries.items():
            policy = _expanded(owner.stack, name, parameters, item.key(name))
            yield Unknown(item.span, f"policy {name}") if policy is None else entry(owner, number, policy, name)


def _expanded(stack: Stack, name: str, parameters: Value, span: Span) -> Mapping | None:
    """The document that a policy template stands for, all of it at the template's name."""
    template = _templates().get(name)
    if template is None:
        return None
    bound = parameters.entries if isinstance(parameters, Mapping) else {}
    found = evaluate(_node(template["Definition"], span), _Bound(stack, bound))
    return found if isinstance(found, Mapping) else None


class _Bound:
    """The names that a policy template may use: its parameters, and those of AWS."""

    def __init__(self, stack: Stack, parameters: dict[str, Value]) -> None:
        self._stack = stack
        self._parameters = parameters

    def ref(self, name: str, span: Span) -> Value | None:
        if name.startswith("AWS::"):
            return self._stack.ref(name, span)
        return self._parameters.get(name) or Unknown(span, f"parameter {name}")

    def attribute(self, name: str, attribute: str, span: Span) -> Value:
        return Unknown(span, f"{name}.{attribute}")

    def decided(self, condition: str) -> bool | None:  # noqa: ARG002
        return None

    def table(self, name: str) -> Mapping | None:  # noqa: ARG002
        return None

    def included(self, location: Value | None) -> Value | None:  # noqa: ARG002
        return None


@cache
def _templates() -> dict[str, Any]:
    """SAM's own policy templates by name; see the file for its source."""
    templates: dict[str, Any] = table("sam_policy_templates.json")["templates"]
    return templates


def _node(data: Any, span: Span) -> Value:
    match data:
        case dict():
            return Mapping({key: _node(item, span) for key, item in data.items()}, span, dict.fromkeys(data, span))
        case list():
            return Sequence(tuple(_node(item, span) for item in data), span)
        case _:
            return Known(data, span)


def _arn(name: str) -> str:
    path = "service-role/" if name.startswith("AWSLambda") and name.endswith(("Role", "RolePolicy")) else ""
    return f"arn:aws:iam::aws:policy/{path}{name}"


def _trust(service: str, span: Span) -> Mapping:
    allowed = statement(span, ("sts:AssumeRole",), None)
    principal = mapping(span, {"Service": Sequence((Known(service, span),), span)})
    entries = {name: value for name, value in allowed.entries.items() if name != "Resource"}
    return document(span, mapping(span, {**entries, "Principal": principal}))
