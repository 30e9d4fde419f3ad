"""In which order resources are made: those first that a template refers to, or says are to be there before."""

from __future__ import annotations

from lambdalint.model.deployed import Deployed
from lambdalint.model.view import references
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
