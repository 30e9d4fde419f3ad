"""terraform-aws-modules/sqs: a queue, and the dead-letter queue that it may make for it.

https://registry.terraform.io/modules/terraform-aws-modules/sqs/aws/latest
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform.registry.public import Public, mapping
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value

_QUEUE = "aws_sqs_queue.this"
_LETTERS = "aws_sqs_queue.dlq"

_NAMES = {
    "name": "QueueName",
    "visibility_timeout_seconds": "VisibilityTimeout",
    "message_retention_seconds": "MessageRetentionPeriod",
    "delay_seconds": "DelaySeconds",
    "receive_wait_time_seconds": "ReceiveMessageWaitTimeSeconds",
    "fifo_queue": "FifoQueue",
    "kms_master_key_id": "KmsMasterKeyId",
    "redrive_allow_policy": "RedriveAllowPolicy",
    "queue_policy_statements": "Policy",
}

OUTPUTS: dict[str, tuple[str, str]] = {
    "queue_arn": (_QUEUE, "Arn"),
    "queue_arn_static": (_QUEUE, "Arn"),
    "queue_id": (_QUEUE, ""),
    "queue_url": (_QUEUE, ""),
    "queue_name": (_QUEUE, "QueueName"),
    "dead_letter_queue_arn": (_LETTERS, "Arn"),
    "dead_letter_queue_arn_static": (_LETTERS, "Arn"),
    "dead_letter_queue_id": (_LETTERS, ""),
    "dead_letter_queue_url": (_LETTERS, ""),
    "dead_letter_queue_name": (_LETTERS, "QueueName"),
    # Up to version 3.
    "sqs_queue_arn": (_QUEUE, "Arn"),
    "sqs_queue_id": (_QUEUE, ""),
    "sqs_queue_name": (_QUEUE, "QueueName"),
}  # fmt: skip


def resources(call: Public) -> Iterator[Resource]:
    if call.switch("create", default=True) is False:
        return
    entries, keys = call.renamed(_NAMES)
    redrive = _redrive(call)
    if redrive is not None:
        entries["RedrivePolicy"], keys["RedrivePolicy"] = redrive
    yield call.made("AWS::SQS::Queue", _QUEUE, entries, keys)
    if call.switch("create_dlq") is not False:
        yield _dead_letters(call)


def _redrive(call: Public) -> tuple[Value, Span] | None:
    given = call.get("redrive_policy")
    letters = call.switch("create_dlq")
    if letters is None:
        return Unknown(call.key("create_dlq"), "create_dlq"), call.key("create_dlq")
    if not letters:
        return None if given is None else (given, call.key("redrive_policy"))
    place = call.key("redrive_policy" if given is not None else "create_dlq")
    entries: dict[str, Value | None] = {
        "deadLetterTargetArn": Reference(call.address(_LETTERS), "Arn", place),
        "maxReceiveCount": call.default(5),
    }
    if isinstance(given, Mapping):
        entries |= given.entries
    elif given is not None:
        entries["maxReceiveCount"] = Unknown(given.span, "redrive_policy")
    return mapping(place, entries), place


def _dead_letters(call: Public) -> Resource:
    names = {f"dlq_{name}": named for name, named in _NAMES.items()}
    entries, keys = call.renamed(names)
    if "FifoQueue" not in entries and (fifo := call.get("fifo_queue")) is not None:
        entries["FifoQueue"] = fifo
    if "RedriveAllowPolicy" not in entries:
        source = Sequence((Reference(call.address(_QUEUE), "Arn", call.span),), call.span)
        entries["RedriveAllowPolicy"] = mapping(
            call.span, {"redrivePermission": Known("byQueue", call.span), "sourceQueueArns": source}
        )
    place = call.key("create_dlq")
    return call.made("AWS::SQS::Queue", _LETTERS, entries, keys, span=place, label=f"{call.instance.label}-dlq")
