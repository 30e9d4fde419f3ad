"""What a role is known to allow, where all that it allows is known."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection
from functools import lru_cache

from lambdalint.data import execution_policies
from lambdalint.model import arns
from lambdalint.model.permissions import POLICIES, Role, Statement, managed_policy, statements
from lambdalint.model.view import text
from lambdalint.records import dataclass, replace
from lambdalint.templates.resource import WITHHELD, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value, items


@dataclass(frozen=True, slots=True)
class Grants:
    """All that a role allows."""

    role: Role
    managed: tuple[str, ...]
    """Actions that managed policies allow on everything."""
    written: tuple[Statement, ...]

    def without(self, policies: Collection[Resource]) -> Grants:
        """What is allowed where some policies of the project are not there."""
        return replace(self, written=tuple(self.role.documents_without(policies)))

    def allow(self, action: str, target: Value | None = None) -> bool:
        """Whether an action is allowed, or may be, on what a value stands for, or on anything where none is given."""
        if any(_matches(pattern, action) for pattern in self.managed):
            return True
        return any(self._is_on(each, target) for each in self.about(action) if each.allows)

    def deny(self, action: str, target: Value | None = None) -> Statement | None:
        """The statement that denies an action on what a value stands for, for certain and always."""
        return next((each for each in self.about(action) if _denies(each, target)), None)

    def withholds(self, action: str) -> bool:
        """Whether a policy would allow an action, or may, that a setting leaves out of this deployment."""
        return any(_may_allow(self.role, each, action) for each in self.role.project.of_type(WITHHELD))

    def about(self, action: str) -> tuple[Statement, ...]:
        """The statements on an action."""
        return tuple(each for each in self.written if names(each, action))

    def _is_on(self, statement: Statement, target: Value | None) -> bool:
        """Whether a statement is about what a value stands for, or may be."""
        if target is None or not statement.resources:
            return True
        return any(arns.may_be(self.role.project, each, target) for each in statement.resources)


def _denies(statement: Statement, target: Value | None) -> bool:
    if text(statement.value.get("Effect")) != "Deny" or statement.conditional or statement.value.open:
        return False
    exact = target.resource if isinstance(target, Reference) else None
    return any(
        text(each) == "*" or (exact is not None and isinstance(each, Reference) and each.resource == exact)
        for each in statement.resources
    )


def _may_allow(role: Role, withheld: Resource, action: str) -> bool:
    """Whether a policy that is left out is one of a role, or may be, and may allow an action."""
    if _elsewhere(role, withheld.get("RoleName") or withheld.get("Role")):
        return False
    document, attached = withheld.get("PolicyDocument"), withheld.get("PolicyArn")
    if attached is not None:
        known = _allowed(role, attached)
        policy = role.project.resource(attached.resource) if isinstance(attached, Reference) else None
        if known is None:
            return True
        if policy is None:
            return any(_matches(pattern, action) for pattern in known)
        document = policy.get("PolicyDocument")
    return not _spelt_out(document) or any(each.allows and names(each, action) for each in statements(document))


@lru_cache(maxsize=4096)
def grants(role: Role) -> Grants | None:
    """All that a role allows; None where some of that is not known."""
    managed: list[str] = []
    for each in _all(role.get("ManagedPolicyArns")):
        allowed = _allowed(role, each)
        if allowed is None:
            return None
        managed.extend(allowed)
    for each in _all(role.get("Policies")):
        if not isinstance(each, Mapping) or not _spelt_out(each.get("PolicyDocument")):
            return None
    attached = role.policies
    if not all(_spelt_out(each.get("PolicyDocument")) for each in attached):
        return None
    project = role.project
    others = (each for kind in POLICIES for each in project.of_type(kind) if each not in attached)
    named = [*(each.get(key) for each in others for key in ("Roles", "RoleName"))]
    named += (each.get("Role") for each in project.of_type("AWS::IAM::RolePolicyAttachment"))
    if not all(_elsewhere(role, each) for each in named):
        return None
    return Grants(role, tuple(managed), role.documents)


def _all(value: Value | None) -> tuple[Value, ...]:
    """The items of a sequence, with an Unknown where there may be more."""
    seen = items(value)
    return (*seen, Unknown(value.span)) if isinstance(value, Sequence) and value.open else seen


def _allowed(role: Role, policy: Value) -> tuple[str, ...] | None:
    """What a managed policy allows on everything; nothing where it is one of the project, whose statements are read."""
    name = managed_policy(policy)
    if name is not None:
        return execution_policies.allowed(name)
    match policy:
        case Reference(resource):
            found = role.project.resource(resource)
            known = found is not None and found.type == "AWS::IAM::ManagedPolicy"
            return () if known else None
        case _:
            return None


def _elsewhere(role: Role, named: Value | None) -> bool:
    """Whether none of the roles that a policy names is this one, for certain."""
    for each in _all(named):
        match each:
            case Reference(resource) if resource != role.resource.name:
                continue
            case Known() if role.get("RoleName") is None or isinstance(role.get("RoleName"), Known):
                continue
            case _:
                return False
    return True


def _spelt_out(document: Value | None) -> bool:
    """Whether every statement of a policy is spelt out, with every action."""
    if not isinstance(document, Mapping) or document.open:
        return False
    given = _all(document.get("Statement"))
    return bool(given) and all(isinstance(each, Mapping) and _is_spelt_out(each) for each in given)


def _is_spelt_out(statement: Mapping) -> bool:
    listed = (*_all(statement.get("Action")), *_all(statement.get("NotAction")))
    return not statement.open and text(statement.get("Effect")) is not None and all(text(each) for each in listed)


def names(statement: Statement, action: str) -> bool:
    """Whether a statement is about an action."""
    excepted = items(statement.value.get("NotAction"))
    if excepted:
        return not any(_matches(text(each) or "", action) for each in excepted)
    return any(_matches(str(each.value), action) for each in statement.actions)


@lru_cache(maxsize=8192)
def _matches(pattern: str, action: str) -> bool:
    return fnmatch.fnmatchcase(action.lower(), pattern.lower())
