"""The policies that resources have of their own, which may allow a role what its own policies do not.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdalint.model.permissions import statements
from lambdalint.model.view import references, text
from lambdalint.templates.value import Mapping, Value

if TYPE_CHECKING:
    from lambdalint.model import Project

_POLICIES = {
    "dynamodb": (("AWS::DynamoDB::ResourcePolicy", "ResourceArn", "PolicyDocument"),),
    "ecr": (("AWS::ECR::Repository", "", "RepositoryPolicyText"),),
    "events": (("AWS::Events::EventBusPolicy", "EventBusName", "Statement"),),
    "kinesis": (("AWS::Kinesis::ResourcePolicy", "ResourceArn", "ResourcePolicy"),),
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

_WITHIN = {"AWS::DynamoDB::Table": "ResourcePolicy", "AWS::Kinesis::Stream": "ResourcePolicy"}
"""Resources that have their policy as a property."""


def may_allow(project: Project, service: str, named: Value | None = None) -> bool:
    """Whether a policy of what is named, or of anything of the service where nothing is, may allow a role something."""
    names = {each.resource for each in references(named)}
    for kind, key, document in _POLICIES.get(service, ()):
        for policy in project.of_type(kind):
            of = {each.resource for each in references(policy.get(key))} if key else {policy.name}
            concerned = not names or not of or bool(names & of)
            if concerned and _is_for_roles(policy.get(document) if document else policy.properties):
                return True
    resources = (project.resource(name) for name in names)
    return any(each is not None and _WITHIN.get(each.type) in each.properties.entries for each in resources)


def _is_for_roles(policy: Value | None) -> bool:
    """Whether a policy, or a permission of a function, allows something to others than AWS's services, or may."""
    match policy:
        case None:
            return False
        case Mapping() if policy.get("Principal") is not None and policy.get("Effect") is None:
            principal = text(policy.get("Principal"))
            return principal is None or not principal.endswith(".amazonaws.com")
        case Mapping() if not policy.open and policy.get("Statement") is not None:
            return any(each.value.open or _names_roles(each.value) for each in statements(policy))
        case _:
            return True


def _names_roles(statement: Mapping) -> bool:
    if text(statement.get("Effect")) == "Deny":
        return False
    principal = statement.get("Principal")
    return not isinstance(principal, Mapping) or principal.open or not principal.entries.keys() <= _NO_ROLES


_NO_ROLES = frozenset({"Service", "CanonicalUser", "Federated"})
