"""Roles and what they allow."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from lambdalint.data import actions
from lambdalint.model.deployed import Deployed
from lambdalint.model.view import UNDECIDED, View, references, referring_to, service_name, spelt, text
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Text, Value, items


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
    def on_everything(self) -> Value | None:
        """The one of its resources that is `*`, or an ARN whose account, region and name are all wildcards."""
        return next((each for each in self.resources if _EVERYTHING.fullmatch(_pattern(each)) is not None), None)

    @property
    def on_every_one(self) -> tuple[Value, str] | None:
        """The one of its resources that is all of one type that an account has, and the type: `table` of `table/*`."""
        found = ((each, _EVERY_ONE.fullmatch(_pattern(each))) for each in self.resources)
        return next(((each, match[1]) for each, match in found if match is not None), None)

    @property
    def on_every_role(self) -> Value | None:
        """The one of its resources that is every role of an account."""
        return next((each for each in self.resources if _EVERY_ROLE.fullmatch(_pattern(each)) is not None), None)

    @property
    def conditional(self) -> bool:
        """Whether it holds only under a condition."""
        return self.value.get("Condition") is not None


_EVERYTHING = pattern(r"\*+|arn:\*|arn:[^:]*:[^:]*:\*|arn:[^:]*:[^:]*:\*?:\*?:\*+(/\*)?")

_EVERY_ONE = pattern(
    r"arn:[^:]*:[^:]*:[^:]*:[^:]+:(cluster|crawler|database|deliverystream|domain|event-bus|function|instance|job"
    r"|endpoint|job-definition|job-queue|key|log-group|parameter|policy|project|repository|role|rule|secret|stack|stateMachine"
    r"|stream|table|task-definition|trigger|user|userpool|workflow|workgroup)[:/]\*+"
)
"""Types of resources, where the words before the first name in an ARN are not a name themselves.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

_EVERY_ROLE = pattern(r"arn:[^:]*:iam::[^:]*:(role/)?\*+")


def _pattern(value: Value) -> str:
    """A resource as it is written, with `?` for what is not a literal."""
    match value:
        case Known(str(written)):
            return written
        case Text(parts):
            return "".join(str(part.value) if isinstance(part, Known) else "?" for part in parts)
        case _:
            return ""


def buckets_or_objects(project: Deployed, statement: Statement) -> str | None:
    """Whether a statement names nothing but buckets of S3, or nothing but objects; None for others, or where that is
    not known."""
    found = {_of_s3(project, each) for each in statement.resources}
    return found.pop() if len(found) == 1 else None


def _of_s3(project: Deployed, value: Value) -> str | None:
    parts = value.parts if isinstance(value, Text) else (value,)
    first = parts[0] if parts else value
    if isinstance(first, Reference):
        made = project.resource(first.resource)
        if made is None or made.type != "AWS::S3::Bucket" or first.attribute != "Arn":
            return None
        rest = _pattern(Text(parts[1:], value.span)) if len(parts) > 1 else ""
        return actions.OBJECTS if rest.startswith("/") else None if rest else actions.BUCKETS
    found = _S3_ARN.fullmatch(_pattern(value))
    if found is None:
        return None
    return actions.OBJECTS if found[1] else actions.BUCKETS


_S3_ARN = pattern(r"arn:[^:]*:s3:::[^/*]+(/.*)?")


def statements(document: Value | None, generated: bool = False) -> Iterator[Statement]:
    """The statements of a policy document."""
    if isinstance(document, Mapping):
        for each in items(document.get("Statement")):
            if isinstance(each, Mapping):
                yield Statement(each, generated or each.get("GeneratedBy") is not None)


_INVOKING = pattern(r"(events|pipes|scheduler|states)(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$")
"""Services that assume a role to invoke a function: https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
and the pages like it of the others."""


def _principals(value: Value | None) -> Iterator[str]:
    """The services that a statement trusts; "" for each that is none, or is not known."""
    match value:
        case Mapping(entries, open=False):
            for kind, given in entries.items():
                yield from (service_name(each) if kind == "Service" else "" for each in items(given))
        case _:
            yield ""


_LAMBDA = frozenset({"lambda.amazonaws.com", "edgelambda.amazonaws.com"})


class Role(View):
    """An IAM role."""

    __slots__ = ()

    @property
    def idle(self) -> bool:
        """Whether there are functions, each with a role that is known, and none runs with this one."""
        taken = _taken(self.project)
        return bool(taken) and None not in taken and self not in taken

    @property
    def for_lambda(self) -> bool:
        """Whether a function of the project runs with it; or Lambda alone may assume it, and nothing else takes it."""
        return _is_for_lambda(self)

    @property
    def lent_to_lambda(self) -> bool:
        """Whether it trusts the role of a function of the project, which then may do what it may."""
        trusted = {
            reference.resource
            for statement in statements(self.get("AssumeRolePolicyDocument"))
            for reference in references(statement.value.get("Principal", "AWS"))
        }
        return bool(trusted) and any(each.resource.name in trusted for each in filter(None, _taken(self.project)))

    @property
    def for_edge(self) -> bool:
        """Whether Lambda at the edge locations of CloudFront may assume it."""
        return "edgelambda.amazonaws.com" in self._trusted

    @property
    def for_service(self) -> str:
        """The service that alone may assume it, of those that invoke functions by a role; "" for others."""
        found = map(_INVOKING.match, self._trusted)
        names = {"" if each is None else each[1] for each in found}
        return names.pop() if len(names) == 1 else ""

    @property
    def _trusted(self) -> list[str]:
        """The services that it trusts; "" for each that is none, or is not known."""
        return [
            principal
            for statement in statements(self.get("AssumeRolePolicyDocument"))
            for principal in _principals(statement.value.get("Principal"))
        ]

    @property
    def documents(self) -> tuple[Statement, ...]:
        """The statements of its inline policies, and of the policies of the project that are attached to it."""
        return _documents(self)

    def documents_without(self, left: Collection[Resource]) -> Iterator[Statement]:
        """The same, some policies of the project left out."""
        for each in items(self.get("Policies")):
            if isinstance(each, Mapping):
                yield from statements(each.get("PolicyDocument"), each.get("GeneratedBy") is not None)
        for policy in self.policies:
            if policy not in left:
                yield from statements(policy.get("PolicyDocument"))

    @property
    def policies(self) -> tuple[Resource, ...]:
        """The policies of the project that are attached to it, by what they say or what the role does."""
        return _policies(self)

    @property
    def managed_policies(self) -> Iterator[tuple[str, Value]]:
        """The names of AWS's managed policies that are attached, each with its place."""
        for each in items(self.get("ManagedPolicyArns")):
            name = managed_policy(each)
            if name is not None:
                yield name, each


@lru_cache(maxsize=1024)
def _is_for_lambda(role: Role) -> bool:
    if role in _taken(role.project):
        return True
    trust = role.get("AssumeRolePolicyDocument")
    principals = [
        principal for statement in statements(trust) for principal in items(statement.value.get("Principal", "Service"))
    ]
    assumed = {text(principal) for principal in principals}
    return "lambda.amazonaws.com" in assumed <= _LAMBDA and all(
        each.type.startswith("AWS::IAM::") for each in referring_to(role.project, role.resource.name)
    )


@lru_cache(maxsize=1024)
def _documents(role: Role) -> tuple[Statement, ...]:
    return tuple(role.documents_without(()))


@lru_cache(maxsize=1024)
def _policies(role: Role) -> tuple[Resource, ...]:
    attached = _attached(role.project)
    name = text(role.get("RoleName"))
    places = {
        *attached.by_reference.get(role.resource.name, ()),
        *(() if name is None else attached.by_name.get(name, ())),
        *(
            attached.places[reference.resource]
            for reference in references(role.get("ManagedPolicyArns"))
            if reference.resource in attached.places
        ),
    }
    return tuple(role.project.resources[place] for place in sorted(places))


POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")
"""The types of policies that are resources of their own."""


@dataclass(frozen=True, slots=True)
class _Attached:
    """Where in a project its policies stand."""

    places: dict[str, int]
    """By their own names."""
    by_reference: dict[str, list[int]]
    """By those of the roles that they refer to."""
    by_name: dict[str, list[int]]
    """By the names of the roles that they spell out."""


@lru_cache(maxsize=64)
def _attached(project: Deployed) -> _Attached:
    found = _Attached({}, {}, {})
    for place, policy in enumerate(project.resources):
        if policy.type in POLICIES:
            found.places[policy.name] = place
            for given in (policy.get("Roles"), policy.get("RoleName")):
                for reference in references(given):
                    found.by_reference.setdefault(reference.resource, []).append(place)
                for name in map(text, items(given)):
                    if name is not None:
                        found.by_name.setdefault(name, []).append(place)
    return found


@lru_cache(maxsize=64)
def _taken(project: Deployed) -> frozenset[Role | None]:
    """The roles that the functions of a project run with; None among them where one comes from elsewhere."""
    return frozenset(role_of(View(project, each)) for each in project.of_type("AWS::Lambda::Function"))


@lru_cache(maxsize=4096)
def role_of(function: View) -> Role | None:
    """The role that a function runs with; None where it comes from elsewhere."""
    for reference in references(function.get("Role")):
        found = function.project.resource(reference.resource)
        if found is not None and found.type == "AWS::IAM::Role":
            return Role(function.project, found)
    # An ARN that is put together names the role that has the name at its end.
    _, _, path = spelt(function.get("Role")).partition(":role/")
    name = path.rpartition("/")[2]
    if not name or UNDECIDED in name:
        return None
    named = [role for role in roles(function.project) if spelt(role.get("RoleName")) == name]
    return named[0] if len(named) == 1 else None


def roles(project: Deployed) -> tuple[Role, ...]:
    """The roles of a project."""
    return tuple(Role(project, resource) for resource in project.of_type("AWS::IAM::Role"))


@lru_cache(maxsize=4096)
def of_services(project: Deployed) -> dict[str, str]:
    """The names of the roles that only one service may assume which invokes functions by a role, and of the policies
    that only such roles have, with that service."""
    every = roles(project)
    names = {role.resource.name: role.for_service for role in every if role.for_service}
    having: dict[Resource, list[Role]] = {}
    for role in every:
        for policy in role.policies:
            having.setdefault(policy, []).append(role)
    for policy, has in having.items():
        others = [*items(policy.get("Users")), *items(policy.get("Groups")), *items(policy.get("Roles"))[len(has) :]]
        services = {role.for_service for role in has}
        if not others and len(services) == 1 and "" not in services:
            names[policy.name] = has[0].for_service
    return names


def managed_policy(value: Value) -> str | None:
    """The name of AWS's managed policy that a value names, without its path; None where it names none."""
    match value:
        case Known(str(arn)):
            written = arn
        case Text(parts):
            written = "".join(str(part.value) if isinstance(part, Known) else "?" for part in parts)
        case _:
            return None
    if "/" not in written and ":" not in written:
        return written
    # arn:PARTITION:iam::aws:policy/PATH/NAME; an account's own policy has its number where AWS's have "aws".
    owner, separator, path = written.rpartition(":policy/")
    if not separator or not owner.endswith(":aws"):
        return None
    return path.rpartition("/")[2]
