"""Keys of policies that Terraform hands on as text, and AWS does not read.

Terraform itself refuses what a block does not know; what is in a JSON text it does not look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.data.template_keys import of_type
from lambdalint.templates.misplaced import Place
from lambdalint.templates.resource import Resource, Unread

_QUEUES = ("AWS::SQS::Queue", "AWS::SQS::QueueRedrivePolicy")


def misplaced(resources: Iterable[Resource]) -> Iterator[Unread]:
    """The keys of redrive policies that nothing reads."""
    for resource in resources:
        if resource.type in _QUEUES:
            known = of_type("AWS::SQS::Queue") or {}
            place = Place("RedrivePolicy", known["RedrivePolicy"], _of_queues)
            yield from place.within(resource.get("RedrivePolicy"))


def _of_queues() -> dict[str, str]:
    return dict.fromkeys(of_type("AWS::SQS::Queue") or (), "; it belongs to the queue")
