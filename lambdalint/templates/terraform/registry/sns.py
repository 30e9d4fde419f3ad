"""terraform-aws-modules/sns: a topic, and its subscriptions.

https://registry.terraform.io/modules/terraform-aws-modules/sns/aws/latest
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform.registry.public import Public, renamed, rows
from lambdalint.templates.value import Reference

_TOPIC = "aws_sns_topic.this"

_NAMES = {
    "name": "TopicName",
    "fifo_topic": "FifoTopic",
    "kms_master_key_id": "KmsMasterKeyId",
    "topic_policy": "Policy",
    "topic_policy_statements": "Policy",
}

_SUBSCRIPTION = {
    "protocol": "Protocol",
    "endpoint": "Endpoint",
    "redrive_policy": "RedrivePolicy",
    "filter_policy": "FilterPolicy",
    "raw_message_delivery": "RawMessageDelivery",
}

OUTPUTS: dict[str, tuple[str, str]] = {
    "topic_arn": (_TOPIC, ""),
    "topic_id": (_TOPIC, ""),
    "topic_name": (_TOPIC, "TopicName"),
    "sns_topic_arn": (_TOPIC, ""),
}


def resources(call: Public) -> Iterator[Resource]:
    if call.switch("create", default=True) is False:
        return
    yield call.made("AWS::SNS::Topic", _TOPIC, *call.renamed(_NAMES))
    for name, given in rows(call.get("subscriptions")):
        found = renamed(given, _SUBSCRIPTION)
        if found is not None:
            entries = {"TopicArn": Reference(call.address(_TOPIC), "", given.span), **found.entries}
            made = f'aws_sns_topic_subscription.this["{name}"]'
            yield call.made("AWS::SNS::Subscription", made, entries, found.keys, span=given.span, label=name)
