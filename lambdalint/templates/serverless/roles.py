"""Roles: one for all functions of a service, or one for a function of its own.

https://www.serverless.com/framework/docs/providers/aws/guide/iam
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import spelt
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.spelling import document, mapping, statement
from lambdalint.templates.serverless import api, names, pull
from lambdalint.templates.serverless.events import events
from lambdalint.templates.serverless.service import Owner, Service
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value, items

FRAMEWORK = "Serverless Framework"
"""Who wrote the statements that a service gets without asking."""

_VPC = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"


def role_of(owner: Owner) -> Value:
    """The role that a function runs with."""
    own = owner.get("role")
    if own is not None:
        return _named(own)
    if _has_own(owner):
        return Reference(names.normalised(owner.key) + names.ROLE, "Arn", owner.span)
    provider = owner.service.provider
    for existing in (provider.get("iam", "role"), provider.get("role")):
        if existing is not None and not isinstance(existing, Mapping | Sequence):
            return _named(existing)
    return Reference(names.ROLE, "Arn", owner.span)


def _named(role: Value) -> Value:
    """A role that exists: by its ARN, or by the logical id that it has in `resources`."""
    match role:
        case Known(value=str() as name, span=span) if ":" not in name:
            return Reference(name, "Arn", span)
        case _:
            return role


def _has_own(owner: Owner) -> bool:
    """Whether the framework, or serverless-iam-roles-per-function, makes a role for this function alone."""
    mode = owner.service.provider.get("iam", "role", "mode")
    if isinstance(mode, Known) and mode.value == "perFunction":
        return True
    return any(
        owner.given.entries.get(path[0]) is not None and owner.get(*path) is not None
        for path in (("iamRoleStatements",), ("iam", "role", "statements"), ("iam", "role", "managedPolicies"))
    )


def roles(service: Service, owners: Iterable[Owner]) -> Iterator[Resource]:
    """The roles that the framework makes for some functions."""
    sharing: list[Owner] = []
    for owner in owners:
        match role_of(owner):
            case Reference(resource=name) if name == names.ROLE:
                sharing.append(owner)
            case Reference(resource=name) if name == names.normalised(owner.key) + names.ROLE:
                yield _own(owner, name)
    if sharing:
        yield _shared(service, sharing)


def _shared(service: Service, owners: list[Owner]) -> Resource:
    place = service.root.key("provider")
    iam = service.provider.get("iam", "role")
    if isinstance(iam, Mapping):
        place = iam.key("statements") if "statements" in iam.keys else iam.span
    elif "iamRoleStatements" in service.provider.keys:
        place = service.provider.key("iamRoleStatements")
    properties = _properties(service, owners, _statements(service), _managed(service), place)
    return Resource("AWS::IAM::Role", names.ROLE, properties, place, place, generated=True)


def _own(owner: Owner, name: str) -> Resource:
    legacy = "iamRoleStatements" in owner.given.keys
    place = owner.place("iamRoleStatements" if legacy else "iam")
    statements = [owner.get("iamRoleStatements") if legacy else owner.get("iam", "role", "statements")]
    managed = [owner.get("iam", "role", "managedPolicies")]
    if _inherits(owner):
        statements += _statements(owner.service)
        managed += _managed(owner.service)
    properties = _properties(owner.service, [owner], statements, managed, place)
    return Resource("AWS::IAM::Role", name, properties, place, owner.extent, generated=True)


def _inherits(owner: Owner) -> bool:
    """Whether a function's own role also allows what the provider's would."""
    custom = owner.service.section("custom")
    shared = custom.get("serverless-iam-roles-per-function", "defaultInherit") if isinstance(custom, Mapping) else None
    for given in (owner.get("iamRoleStatementsInherit"), owner.get("iam", "inheritStatements"), shared):
        if given is not None:
            # What cannot be known may allow more: better to miss than to accuse.
            return not (isinstance(given, Known) and given.value is False)
    return False


def _statements(service: Service) -> list[Value | None]:
    iam = service.provider.get("iam", "role", "statements") if _configures(service) else None
    return [iam if iam is not None else service.provider.get("iamRoleStatements")]


def _managed(service: Service) -> list[Value | None]:
    iam = service.provider.get("iam", "role", "managedPolicies") if _configures(service) else None
    return [iam if iam is not None else service.provider.get("iamManagedPolicies")]


def _configures(service: Service) -> bool:
    return isinstance(service.provider.get("iam", "role"), Mapping | Unknown)


def _properties(
    service: Service, owners: list[Owner], statements: list[Value | None], managed: list[Value | None], place: Span
) -> Mapping:
    given = tuple(_flat(statements))
    # serverless-lift adds what its constructs need, and what cannot be seen may be more.
    unseen = service.section("constructs") is not None or not all(isinstance(each, Mapping) for each in given)
    unseen = unseen or service.declares_unseen or any(isinstance(each, Sequence) and each.open for each in statements)
    policies: list[Value] = [
        mapping(
            place,
            {
                "PolicyName": Known("lambda", place, default=True),
                "PolicyDocument": document(place, *(each for owner in owners for each in _needed(owner))),
                "GeneratedBy": Known(FRAMEWORK, place),
            },
        )
    ]
    if given:
        policies.append(
            mapping(
                place,
                {
                    "PolicyName": Known("lambda", place, default=True),
                    "PolicyDocument": document(place, *(each for each in given if isinstance(each, Mapping))),
                },
            )
        )
    arns = [each for each in _flat(managed) if not isinstance(each, Sequence)]
    if any(owner.get("vpc") is not None for owner in owners) or service.provider.get("vpc") is not None:
        arns.append(Known(_VPC, place, default=True))
    return mapping(
        place,
        {
            "AssumeRolePolicyDocument": _trust(place),
            "ManagedPolicyArns": Sequence(tuple(arns), place, any(isinstance(each, Unknown) for each in managed)),
            "Policies": Sequence(tuple(policies), place, unseen),
            "PermissionsBoundary": service.provider.get("iam", "role", "permissionsBoundary")
            if _configures(service)
            else None,
        },
    )


def _flat(values: Iterable[Value | None]) -> Iterator[Value]:
    """Lists of statements, which a variable may have put into each other."""
    for value in values:
        for item in items(value):
            if isinstance(item, Sequence):
                yield from _flat([item])
            else:
                yield item


def _needed(owner: Owner) -> Iterator[Mapping]:
    """What the framework allows a role for the sake of a function."""
    span = owner.span
    group = _log_group(owner)
    yield statement(span, ("logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"), group)
    yield statement(span, ("logs:PutLogEvents",), group)
    for event in events(owner):
        yield from pull.statements(event)
        yield from api.statements(event)
    letters = owner.get("onError")
    # The shared role is only allowed what is named by its ARN; a function's own role whatever it says.
    if letters is not None and (isinstance(letters, Known) or _has_own(owner)):
        yield statement(letters.span, ("sns:Publish",), letters)
    key, place = owner.inherited("kmsKeyArn")
    if isinstance(key, Known):
        yield statement(place, ("kms:Decrypt",), key)
    if owner.inherited("tracing", "tracing", "lambda")[0] is not None:
        yield statement(span, ("xray:PutTraceSegments", "xray:PutTelemetryRecords"), None)
    for name in ("onSuccess", "onFailure"):
        destination = owner.get("destinations", name)
        sent = pull.target(destination)
        if sent is not None:
            sending = ("lambda:InvokeFunction", "sns:Publish", "sqs:SendMessage", "events:PutEvents")
            yield statement(sent.span, sending, owner.service.reference(sent))


def _log_group(owner: Owner) -> Value:
    """The ARN of a function's log group, as far as a template knows it."""
    span = owner.span
    named = owner.get("name") or owner.service.name(owner.key, span)
    name = Known(f"{spelt(named)}:*", span) if isinstance(named, Known) else Unknown(span, "log group")
    return Text(
        (Known("arn:aws:logs:", span), Unknown(span, "region"), Known(":log-group:/aws/lambda/", span), name), span
    )


def _trust(span: Span) -> Mapping:
    allowed = statement(span, ("sts:AssumeRole",), None)
    principal = mapping(span, {"Service": Sequence((Known("lambda.amazonaws.com", span),), span)})
    entries = {name: value for name, value in allowed.entries.items() if name != "Resource"}
    return document(span, mapping(span, {**entries, "Principal": principal}))
