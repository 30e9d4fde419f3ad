"""The policies that resources have of their own: what they may allow a role that its own policies do not, and which of
AWS's services they let in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model import arns, connectors
from lambdalint.model.deployed import Deployed
from lambdalint.model.grants import names
from lambdalint.model.permissions import Statement, statements
from lambdalint.model.resource_policies import everyone
from lambdalint.model.view import literal, references, referring_to, service_name, text
from lambdalint.patterns import pattern
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value, items

_POLICIES = {
    "dynamodb": (("AWS::DynamoDB::ResourcePolicy", "ResourceArn", "PolicyDocument"),),
    "ecr": (("AWS::ECR::Repository", "", "RepositoryPolicyText"),),
    "events": (("AWS::Events::EventBusPolicy", "EventBusName", "Statement"),),
    "kinesis": (("AWS::Kinesis::ResourcePolicy", "ResourceArn", "ResourcePolicy"),),
    "kms": (
        ("AWS::KMS::Key", "", "KeyPolicy"),
        ("AWS::KMS::KeyPolicy", "KeyId", "KeyPolicy"),
        ("AWS::KMS::Grant", "KeyId", ""),
    ),
    "lambda": (("AWS::Lambda::Permission", "FunctionName", ""),),
    "s3": (("AWS::S3::BucketPolicy", "Bucket", "PolicyDocument"),),
    "secretsmanager": (("AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy"),),
    "sns": (
        ("AWS::SNS::TopicPolicy", "Topics", "PolicyDocument"),
        ("AWS::SNS::TopicInlinePolicy", "TopicArn", "PolicyDocument"),
    ),
    "sqs": (
        ("AWS::SQS::QueuePolicy", "Queues", "PolicyDocument"),
        ("AWS::SQS::QueueInlinePolicy", "Queue", "PolicyDocument"),
    ),
}  # fmt: skip
"""By the prefix of actions: the types with policies, which property says of what, and which has the policy."""

_DELEGATED = frozenset({"kms"})
"""Services whose resources all have a policy, which as a rule leaves to the account's own who may use them."""

_WITHIN = {
    "AWS::DynamoDB::Table": "ResourcePolicy",
    "AWS::Kinesis::Stream": "ResourcePolicy",
    "AWS::SNS::Topic": "Policy",  # Terraform's
    "AWS::SQS::Queue": "Policy",  # Terraform's
}
"""Resources that have their policy as a property."""


def may_allow(project: Deployed, service: str, named: Value | None = None) -> bool:
    """Whether a policy of what is named, or of anything of the service where nothing is, may allow a role something."""
    names = {each.resource for each in references(named)}
    for kind, key, document in _POLICIES.get(service, ()):
        for policy in project.of_type(kind):
            of = {each.resource for each in references(policy.get(key))} if key else {policy.name}
            concerned = not names or not of or bool(names & of)
            given = policy.get(document) if document else policy.properties
            if concerned and _is_for_roles(given, delegated=service in _DELEGATED):
                return True
    resources = (project.resource(name) for name in names)
    return any(each is not None and _WITHIN.get(each.type) in each.properties.entries for each in resources)


def lent(project: Deployed) -> tuple[str, ...]:
    """The actions, as policies spell them, that those of a deployment's resources may allow roles of other ones."""
    found = (
        action
        for service, kinds in _POLICIES.items()
        if service not in _DELEGATED
        for document in _all_documents(project, kinds)
        for each in _allowing(document)
        if each.value.open or _may_name_others(each.value)
        for action in _spelt(each, service)
    )
    return tuple(dict.fromkeys(found))


def _all_documents(project: Deployed, kinds: tuple[tuple[str, str, str], ...]) -> Iterator[Value]:
    ways = [(kind, document) for kind, _, document in kinds if document]
    for kind, document in (*ways, *_WITHIN.items()):
        for resource in project.of_type(kind):
            given = resource.get(document)
            if given is not None:
                yield given


def _spelt(statement: Statement, service: str) -> Iterator[str]:
    written = items(statement.value.get("Action"))
    for each in written or (None,):
        known = each is not None and text(each)
        yield known or f"{service}:*"


def _may_name_others(statement: Mapping) -> bool:
    """Whether a statement speaks of everyone, of a role by its name, or of what only a deployment knows.

    The account as such is nobody else: it leaves the rest to its roles' own policies.
    """
    tests = statement.get("Condition")
    asked = {
        key.lower()
        for test in (tests.entries.values() if isinstance(tests, Mapping) else ())
        if isinstance(test, Mapping)
        for key in test.entries
    }
    if asked & _OF_SERVICES:
        return False
    principal = statement.get("Principal")
    if not isinstance(principal, Mapping) or principal.open:
        return True
    return any(_may_be_other(each) for each in items(principal.get("AWS")))


def _may_be_other(principal: Value) -> bool:
    """Whether a principal may be a role of another deployment."""
    match principal:
        case Reference():
            return False
        case Known() | Text():
            return not _is_account(principal) and _PERSON.search(literal(principal)) is None
        case _:
            return not _is_account(principal)


_PERSON = pattern(r"(?::user/|^AIDA|^arn:[^:]*:iam::cloudfront:)")
_OF_SERVICES = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:referer", "aws:sourceip"})
"""What conditions ask for that no role's request has from within AWS."""


def lets_in(project: Deployed, resource: Resource, principal: str, action: str, source: Value | None = None) -> bool:
    """Whether a queue's, topic's or key's policies let a service of AWS do something for a source, or may."""
    known = _documents(project, resource, action.partition(":")[0])
    return (
        None in known
        or is_handed_on(project, resource)
        or any(
            each.value.open
            or (_is_for(each, principal) and _may_be_about(each, action) and _may_hold(project, each, source))
            for document in known
            if document is not None
            for each in _allowing(document)
        )
    )


def opened(project: Deployed, resource: Resource, action: str) -> Value | None:
    """Where the policies of a queue or topic let everyone do something; None where they do not, or may forbid it."""
    given = [each for each in _documents(project, resource, action.partition(":")[0]) if each is not None]
    found = [each for document in given for each in statements(document) if names(each, action)]
    if not all(each.allows for each in found):
        return None
    return next(
        (place for each in found if not each.conditional and (place := everyone(each.value.get("Principal")))), None
    )


def unsourced(project: Deployed, resource: Resource, action: str) -> Iterator[tuple[Known, str]]:
    """The services of AWS that the policies of a queue or topic let do something for anyone: where, and their names."""
    given = [each for each in _documents(project, resource, action.partition(":")[0]) if each is not None]
    found = [each for document in given for each in statements(document) if names(each, action)]
    if not all(each.allows for each in found):
        return
    for each in found:
        principal = each.value.get("Principal")
        if isinstance(principal, Mapping) and not each.conditional and not each.value.open:
            for service in items(principal.get("Service")):
                if isinstance(service, Known):
                    yield service, str(service.value)


def is_written_for(project: Deployed, queue: Resource, service: str) -> bool:
    """Whether a queue's policy surely lets a service in, such as `s3`, by its name or the ARN of what it acts for."""
    return any(
        text(each.value.get("Effect")) == "Allow" and _is_written_for(each.value, service)
        for document in _documents(project, queue, "sqs")
        for each in (() if document is None else statements(document))
    )


def _is_written_for(statement: Mapping, service: str) -> bool:
    principal, condition = statement.get("Principal"), statement.get("Condition")
    named = items(principal.get("Service")) if isinstance(principal, Mapping) else ()
    tests = (
        [test for test in condition.entries.values() if isinstance(test, Mapping)]
        if isinstance(condition, Mapping)
        else []
    )
    sources = [
        each
        for test in tests
        for key, given in test.entries.items()
        if key.lower() == "aws:sourcearn"
        for each in items(given)
    ]
    return any(service_name(each) == f"{service}.amazonaws.com" for each in named) or any(
        literal(each).startswith("arn:") and literal(each).split(":")[2:3] == [service] for each in sources
    )


def _documents(project: Deployed, resource: Resource, service: str) -> list[Value | None]:
    """The policies of a resource; None for each that may be of it."""
    found: list[Value | None] = []
    for kind, key, document in _POLICIES[service]:
        for policy in project.of_type(kind):
            of = (Reference(policy.name, "", policy.span),) if not key else items(policy.get(key)) or (None,)
            if any(isinstance(each, Reference) and each.resource == resource.name for each in of):
                given = policy.get(document) if document else policy.properties
                found += () if given is None else (given,)
            elif not all(isinstance(each, Reference) for each in of):
                found.append(None)
    within = resource.get(_WITHIN.get(resource.type, ""))
    return [*found, *(() if within is None else (within,))]


def _allowing(policy: Value) -> Iterator[Statement]:
    """The statements of a policy that allow something, or may; one that may be anything for what is not seen."""
    given = policy.get("Statement") if isinstance(policy, Mapping) and not policy.open else None
    known = isinstance(given, Mapping) or (
        isinstance(given, Sequence) and not given.open and all(isinstance(each, Mapping) for each in given.items)
    )
    if not known:
        yield Statement(Mapping({}, policy.span, {}, open=True), generated=False)
        return
    for each in statements(policy):
        if text(each.value.get("Effect")) != "Deny":
            yield each


def _may_hold(project: Deployed, statement: Statement, source: Value | None) -> bool:
    """Whether the condition of a statement may hold for what a service acts for, by the ARN of that.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn
    """
    condition = statement.value.get("Condition")
    if source is None or not isinstance(condition, Mapping):
        return True
    for test, given in condition.entries.items():
        if test.lower() not in _EQUALS or not isinstance(given, Mapping):
            continue
        for key, wanted in given.entries.items():
            asked = items(wanted) if key.lower() == "aws:sourcearn" else ()
            if asked and not any(arns.may_be(project, each, source) for each in asked):
                return False
    return True


_EQUALS = ("arnequals", "arnlike", "stringequals", "stringlike")


def _is_for(statement: Statement, principal: str) -> bool:
    """Whether a statement speaks of a service, or may."""
    named = statement.value.get("Principal")
    if not isinstance(named, Mapping) or named.open:
        return True
    services = items(named.get("Service"))
    if any(not service_name(each) or service_name(each) in (principal, "*") for each in services):
        return True
    return any(text(each) == "*" or isinstance(each, Unknown) for each in items(named.get("AWS")))


def _may_be_about(statement: Statement, action: str) -> bool:
    given = (*items(statement.value.get("Action")), *items(statement.value.get("NotAction")))
    return statement.value.open or any(text(each) is None for each in given) or names(statement, action)


def is_handed_on(project: Deployed, resource: Resource) -> bool:
    """Whether something that is not seen is given a resource, and may add to it: a policy, a route."""
    return connectors.may_lead_to(project, (resource.name,)) or any(
        (not each.type.startswith("AWS::") or each.type in _UNSEEN) and not project.reads(each)
        for each in referring_to(project, resource.name)
    )


_UNSEEN = ("AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource")


def _is_for_roles(policy: Value | None, *, delegated: bool = False) -> bool:
    """Whether a policy, or a permission of a function, allows something to others than AWS's services, or may.

    Where all is `delegated`, what it allows an account as such it leaves to the policies of the account's roles.
    """
    match policy:
        case None:
            return False
        case Mapping() if policy.get("Principal") is not None and policy.get("Effect") is None:
            principal = text(policy.get("Principal"))
            return principal is None or not principal.endswith(".amazonaws.com")
        case Mapping() if not policy.open and policy.get("Statement") is not None:
            return any(each.value.open or _names_roles(each.value, delegated) for each in statements(policy))
        case _:
            return True


def _names_roles(statement: Mapping, delegated: bool) -> bool:
    if text(statement.get("Effect")) == "Deny":
        return False
    principal = statement.get("Principal")
    if not isinstance(principal, Mapping) or principal.open:
        return True
    others = principal.entries.keys() - _NO_ROLES
    if delegated and others == {"AWS"}:
        return not all(map(_is_account, items(principal.get("AWS"))))
    return bool(others)


def _is_account(principal: Value) -> bool:
    """Whether a principal is an account as such, by its number or as its root."""
    match principal:
        case Known(written) | Text((*_, Known(written))):
            return _ACCOUNT.search(str(written)) is not None
        case Unknown(why=why):
            return why == "AWS::AccountId"
        case _:
            return False


_ACCOUNT = pattern(r":root$|^\d{12}$")

_NO_ROLES = frozenset({"Service", "CanonicalUser", "Federated"})
