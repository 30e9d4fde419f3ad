"""What Terraform makes a resource of its own, or several arguments, and CloudFormation a property of another.

Targets of rules, policies attached to roles, integrations of methods, provisioned concurrency of aliases;
keys of tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.records import replace
from lambdalint.templates.cloudformation.intrinsics import same
from lambdalint.templates.method_paths import Paths
from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform.spelling import extended
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value, items

_PARTS = {
    "AWS::Events::Target",
    "AWS::IAM::RolePolicyAttachment",
    "AWS::ApiGateway::Integration",
    "AWS::Lambda::ProvisionedConcurrencyConfig",
}

_ALONE = (
    "AWS::ApiGateway::Integration",
    "AWS::IAM::RolePolicyAttachment",
    "AWS::Lambda::ProvisionedConcurrencyConfig",
)
"""Parts that say something even where it is not known what they belong to."""


def joined(found: Iterable[Resource]) -> Iterator[Resource]:
    """The resources of a deployment, with what belongs to another put into it."""
    resources = list(found)
    names = _Names(resources)
    parts: dict[str, list[Resource]] = {}
    for resource in resources:
        if resource.type in _PARTS:
            for owner in names.owners(resource):
                parts.setdefault(owner, []).append(resource)
    taken = {part.name for several in parts.values() for part in several}
    paths = Paths(resources)
    for resource in resources:
        if resource.type == "AWS::Events::Target" and resource.name not in taken:
            # Its rule is made elsewhere; what it invokes is known all the same.
            entries: dict[str, Value] = {"Targets": Sequence((_target(resource),), resource.extent)}
            given = Mapping(entries, resource.extent, {"Targets": resource.span}, open=True)
            yield replace(resource, type="AWS::Events::Rule", properties=given)
        elif resource.type not in _PARTS or (resource.name not in taken and resource.type in _ALONE):
            own = parts.get(resource.name, [])
            joined = tuple(part.extent for part in own)
            whole = replace(resource, properties=_whole(resource, own), joined=joined)
            yield names.followed(paths.completed(whole))


def _whole(resource: Resource, parts: list[Resource]) -> Mapping:
    given = resource.properties
    match resource.type:
        case "AWS::Events::Rule" if parts:
            targets = Sequence((*items(given.get("Targets")), *map(_target, parts)), parts[0].span)
            return extended(given, {"Targets": targets}, {"Targets": parts[0].span})
        case "AWS::IAM::Role" if parts:
            attached = tuple(policy for part in parts for policy in items(part.get("PolicyArn")))
            policies = Sequence((*items(given.get("ManagedPolicyArns")), *attached), parts[0].span)
            return extended(
                given, {"ManagedPolicyArns": policies}, {"ManagedPolicyArns": given.key("ManagedPolicyArns")}
            )
        case "AWS::ApiGateway::Method" if parts:
            integration = parts[0].properties
            names = (
                *("Type", "Uri", "IntegrationHttpMethod", "TimeoutInMillis", "ResponseTransferMode", "Credentials"),
                "RequestParameters",
            )
            entries = {name: integration.entries[name] for name in names if name in integration.entries}
            keys = {name: integration.key(name) for name in entries}
            inner = Mapping(entries, integration.span, keys, integration.open)
            return extended(given, {"Integration": inner}, {"Integration": parts[0].span})
        case "AWS::Lambda::Alias" if parts:
            number = parts[0].get("ProvisionedConcurrentExecutions")
            entries = {} if number is None else {"ProvisionedConcurrentExecutions": number}
            inner = Mapping(entries, parts[0].extent, dict.fromkeys(entries, parts[0].span))
            return extended(
                given, {"ProvisionedConcurrencyConfig": inner}, {"ProvisionedConcurrencyConfig": parts[0].span}
            )
        case "AWS::DynamoDB::Table" if "HashKey" in given.entries:
            schema = Sequence(tuple(_key_parts(given)), given.key("HashKey"))
            place = {"KeySchema": given.key("HashKey")}
            return extended(given, {"KeySchema": schema, "HashKey": None, "RangeKey": None}, place)
        case _:
            return given


def _key_parts(table: Mapping) -> Iterator[Mapping]:
    """The attributes that make the key of a table's items."""
    for argument, kind in (("HashKey", "HASH"), ("RangeKey", "RANGE")):
        name = table.entries.get(argument)
        if name is not None:
            place = table.key(argument)
            entries: dict[str, Value] = {"AttributeName": name, "KeyType": Known(kind, place)}
            yield Mapping(entries, name.span, dict.fromkeys(entries, place))


def _target(part: Resource) -> Value:
    given = part.properties
    entries = {name: each for name, each in given.entries.items() if name != "Rule"}
    return Mapping(entries, part.extent, {name: given.key(name) for name in entries}, given.open)


_OWNERS: dict[str, tuple[str, str, str]] = {
    "AWS::Events::Target": ("AWS::Events::Rule", "Rule", "Name"),
    "AWS::IAM::RolePolicyAttachment": ("AWS::IAM::Role", "Role", "RoleName"),
    "AWS::Lambda::ProvisionedConcurrencyConfig": ("AWS::Lambda::Alias", "Qualifier", "Name"),
}
"""For a part: the type that it belongs to, its property that says to which, and the property that is said."""

_FOLLOWED: dict[str, tuple[str, str, str]] = {
    "AWS::IAM::RolePolicy": ("RoleName", "AWS::IAM::Role", "RoleName"),
    "AWS::Lambda::EventSourceMapping": ("FunctionName", "AWS::Lambda::Function", "FunctionName"),
    "AWS::Lambda::Permission": ("FunctionName", "AWS::Lambda::Function", "FunctionName"),
    "AWS::Lambda::EventInvokeConfig": ("FunctionName", "AWS::Lambda::Function", "FunctionName"),
    "AWS::Lambda::Url": ("TargetFunctionArn", "AWS::Lambda::Function", "FunctionName"),
    "AWS::Lambda::Alias": ("FunctionName", "AWS::Lambda::Function", "FunctionName"),
}
"""For a type: its property that may be a name, and the type and the property that it is the name of."""


class _Names:
    """The resources of a deployment, by address and by the names that they have in AWS."""

    def __init__(self, resources: list[Resource]) -> None:
        self._types = {resource.name: resource.type for resource in resources}
        self._by_type: dict[str, list[Resource]] = {}
        for resource in resources:
            self._by_type.setdefault(resource.type, []).append(resource)

    def owners(self, part: Resource) -> Iterator[str]:
        """The addresses of the resources that a part belongs to."""
        if part.type == "AWS::ApiGateway::Integration":
            yield from self._method(part)
            return
        kind, name, called = _OWNERS[part.type]
        for each in items(part.get(name)):
            owner = self._found(each, kind, called)
            if owner is not None:
                yield owner

    def followed(self, resource: Resource) -> Resource:
        """A resource that says another's name, made to refer to it."""
        if resource.type not in _FOLLOWED:
            return resource
        name, kind, called = _FOLLOWED[resource.type]
        given = resource.get(name)
        if isinstance(given, Known | Text):
            owner = self._found(given, kind, called)
            if owner is not None:
                reference = Reference(owner, "", given.span)
                return replace(resource, properties=extended(resource.properties, {name: reference}))
        return resource

    def _found(self, value: Value, kind: str, called: str) -> str | None:
        match value:
            case Reference(resource) if self._types.get(resource) == kind:
                return resource
            case Known() | Text():
                return next((each.name for each in self._by_type.get(kind, ()) if same(each.get(called), value)), None)
            case _:
                return None

    def _method(self, part: Resource) -> Iterator[str]:
        """The methods that an integration has the API, the resource and the verb of."""
        for method in self._by_type.get("AWS::ApiGateway::Method", ()):
            if all(
                _alike(method, part.get(name), method.get(name)) for name in ("RestApiId", "ResourceId", "HttpMethod")
            ):
                yield method.name
                return


def _alike(method: Resource, one: Value | None, other: Value | None) -> bool:
    if one is None or other is None or isinstance(one, Unknown):
        return False
    return same(one, other) or (isinstance(one, Reference) and one.resource == method.name)
