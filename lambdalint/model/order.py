"""In which order resources are made: those first that a template refers to, or says are to be there before."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model.buckets import Notification, notifications
from lambdalint.model.deployed import Deployed
from lambdalint.model.resource_policies import Permission
from lambdalint.model.view import references, text
from lambdalint.templates.resource import Resource


def made_before(project: Deployed, resource: Resource) -> frozenset[Resource] | None:
    """All that is surely made before a resource; None where something of the order is not known.

    What is to be made first may be what is not seen, and that may wait for anything.
    """
    found: set[Resource] = set()
    pending = [resource]
    while pending:
        each = pending.pop()
        named = [
            project.resource(reference.resource)
            for reference in references(each.properties)
            if not any(part.covers(reference.span) for part in each.joined)
        ]
        for address in each.after or ():
            several = [other for other in project.resources if _is_at(other.name, address)]
            if not several:
                return None
            named += several
        for other in named:
            if other is not None and other is not resource and other not in found:
                found.add(other)
                pending.append(other)
    return frozenset(found)


def _is_at(name: str, address: str) -> bool:
    """Whether a resource is what an address names: a resource, a block with its instances, or a module."""
    return name == address or name.startswith((f"{address}[", f"{address}."))


def tries_again(mapping: Resource) -> bool:
    """Whether what makes an event source mapping tries again while the role does not allow it yet.

    The AWS provider of Terraform does, for five minutes and more; CloudFormation does not:
    https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/lambda/event_source_mapping.go
    """
    return "aws_lambda_event_source_mapping." in mapping.name


_SLOW = frozenset({
    "AWS::AmazonMQ::Broker", "AWS::CloudFront::Distribution", "AWS::DocDB::DBCluster", "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup", "AWS::MSK::Cluster", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance",
})  # fmt: skip
"""What takes from five minutes to most of an hour to be made.

The provider of Terraform waits for these half an hour and more: `timeouts` on their pages in
https://registry.terraform.io/providers/hashicorp/aws/latest/docs.
"""


def waits_longer(project: Deployed, resource: Resource, before: frozenset[Resource]) -> Resource | None:
    """What a resource waits for that takes long to be made, and is not among what is made `before` another."""
    waited = made_before(project, resource)
    late = () if waited is None else sorted(waited - before, key=lambda each: each.name)
    return next((each for each in late if each.type in _SLOW), None)


def is_soon_there(project: Deployed, policy: Resource, function: Resource, mapping: Resource) -> bool:
    """Whether a policy is made while a function is, and takes no longer, and a mapping of the function is tried again:
    the function waits for all that the policy waits for, but for what is soon made while the function gets a network.
    """
    waited, by_function = made_before(project, policy), made_before(project, function)
    if waited is None or by_function is None or not tries_again(mapping):
        return False
    rest = waited - by_function - {function}
    networked = function.get("VpcConfig") is not None and all(each.type in _QUICK for each in rest)
    return function not in waited and (not rest or networked)


_QUICK = frozenset({
    "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::Logs::LogGroup", "AWS::S3::Bucket",
    "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::KMS::Key", "AWS::KMS::Alias",
})  # fmt: skip
"""What takes less than the minute that a function takes to get a network."""


def is_of_terraform(resource: Resource) -> bool:
    """Whether a resource is a block of Terraform's, by its address."""
    return "aws_" in resource.name and "." in resource.name


def refused_notifications(project: Deployed) -> Iterator[tuple[Notification, Resource, Resource]]:
    """What buckets are told to notify before S3 may: each with what lets S3 in, and is not made before, and what is to
    be notified. S3 asks that when it is told of it, and refuses.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
    """
    for notification in notifications(project):
        told = notification.by
        if told is None or told.generated or told.uncertain or told.after is None:
            continue
        for reference in references(notification.target):
            receiver = project.resource(reference.resource)
            letting = [] if receiver is None else _letting_s3_in(project, receiver)
            before = made_before(project, told) if letting else None
            if receiver is not None and letting and before is not None and before.isdisjoint(letting):
                yield notification, letting[0], receiver


_OF_OTHERS = {
    "AWS::SQS::Queue": (("AWS::SQS::QueuePolicy", "Queues"), ("AWS::SQS::QueueInlinePolicy", "Queue")),
    "AWS::SNS::Topic": (("AWS::SNS::TopicPolicy", "Topics"), ("AWS::SNS::TopicInlinePolicy", "TopicArn")),
}
"""The types of policies that are resources of their own, and what in them names those they are for."""


def _letting_s3_in(project: Deployed, receiver: Resource) -> list[Resource]:
    """The resources by which S3 may be let in; none where any of them, or the receiver, is not seen as a whole."""
    found: list[Resource] = []
    if receiver.type in ("AWS::Lambda::Function", "AWS::Serverless::Function"):
        permissions = (Permission(project, each) for each in project.of_type("AWS::Lambda::Permission"))
        for each in permissions:
            function = each.function
            if function is not None and function.resource is receiver and text(each.principal) == "s3.amazonaws.com":
                found.append(each.resource)
    elif receiver.get("Policy") is None:
        for kind, key in _OF_OTHERS.get(receiver.type, ()):
            found += [
                each
                for each in project.of_type(kind)
                if any(reference.resource == receiver.name for reference in references(each.get(key)))
            ]
    return [] if receiver.uncertain or any(each.generated or each.uncertain for each in found) else found
