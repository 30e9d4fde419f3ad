"""Roles and what they allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdalint.model.view import View, references, text
from lambdalint.source import Span
from lambdalint.templates.value import Known, Mapping, Text, Value, items

if TYPE_CHECKING:
    from lambdalint.model.functions import Function


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy."""

    value: Mapping
    generated: bool
    """Whether a framework wrote it (a SAM policy template): the user chose the policy, not its words."""

    @property
    def span(self) -> Span:
        """Its place."""
        return self.value.span

    @property
    def allows(self) -> bool:
        """Whether its effect is spelt out as Allow."""
        return text(self.value.get("Effect")) == "Allow"

    @property
    def actions(self) -> tuple[Known, ...]:
        """The actions that are spelt out."""
        return tuple(
            each for each in items(self.value.get("Action")) if isinstance(each, Known) and isinstance(each.value, str)
        )

    @property
    def resources(self) -> tuple[Value, ...]:
        """What it allows the actions on."""
        return items(self.value.get("Resource"))

    @property
    def conditional(self) -> bool:
        """Whether it holds only under a condition."""
        return self.value.get("Condition") is not None


def statements(document: Value | None, generated: bool = False) -> Iterator[Statement]:
    """The statements of a policy document."""
    if isinstance(document, Mapping):
        for each in items(document.get("Statement")):
            if isinstance(each, Mapping):
                yield Statement(each, generated)


class Role(View):
    """An IAM role."""

    __slots__ = ()

    @property
    def functions(self) -> tuple[Function, ...]:
        """The functions that run with it."""
        return tuple(function for function in self.project.functions if function.role == self)

    @property
    def for_lambda(self) -> bool:
        """Whether a function of the project runs with it; or Lambda may assume it, and nothing else takes it."""
        if self.functions:
            return True
        trust = self.get("AssumeRolePolicyDocument")
        principals = [
            principal
            for statement in statements(trust)
            for principal in items(statement.value.get("Principal", "Service"))
        ]
        return any(text(principal) == "lambda.amazonaws.com" for principal in principals) and not any(
            reference.resource == self.resource.name
            for resource in self.project.resources
            if not resource.type.startswith("AWS::IAM::")
            for reference in references(resource.properties)
        )

    @property
    def documents(self) -> Iterator[Statement]:
        """The statements of its inline policies, and of the policies of the project that are attached to it."""
        for each in items(self.get("Policies")):
            if isinstance(each, Mapping):
                yield from statements(each.get("PolicyDocument"), each.get("GeneratedBy") is not None)
        for resource in self.project.resources:
            attached = resource.type in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")
            if attached and self._has(resource.name, resource.get("Roles"), resource.get("RoleName")):
                yield from statements(resource.get("PolicyDocument"))

    def _has(self, policy: str, *roles: Value | None) -> bool:
        """Whether a policy that names `roles` is attached to this one, or this one names the policy."""
        given = [reference.resource for role in roles for reference in references(role)]
        name = text(self.get("RoleName"))
        if name is not None and any(text(each) == name for role in roles for each in items(role)):
            return True
        managed = (reference.resource for reference in references(self.get("ManagedPolicyArns")))
        return self.resource.name in given or policy in managed

    @property
    def managed_policies(self) -> Iterator[tuple[str, Value]]:
        """The names of AWS's managed policies that are attached, each with its place."""
        for each in items(self.get("ManagedPolicyArns")):
            name = managed_policy(each)
            if name is not None:
                yield name, each


def managed_policy(value: Value) -> str | None:
    """The name of AWS's managed policy that a value names, without its path; None where it names none."""
    match value:
        case Known(str(arn)):
            written = arn
        case Text(parts) if isinstance(parts[-1], Known):
            written = str(parts[-1].value)
        case _:
            return None
    if "policy/" not in written:
        return None if ":" in written or "/" in written else written
    owner, _, path = written.rpartition(":policy/") if ":policy/" in written else ("", "", written)
    if owner and not owner.endswith(":aws"):
        return None
    return path.rpartition("/")[2]
