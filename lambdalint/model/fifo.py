"""FIFO queues and topics that code sends to, and what a message to one lacks.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html and
https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.value import Call, Constant, Mapping, Sequence, Value, all_origins
from lambdalint.meaning import entries
from lambdalint.meaning.operations import Operation
from lambdalint.model.functions import Function
from lambdalint.model.uses import used
from lambdalint.model.view import truth
from lambdalint.records import dataclass
from lambdalint.templates.resource import Resource

_SENDING = {("sqs", "send_message"): False, ("sqs", "send_message_batch"): True,
            ("sns", "publish"): False, ("sns", "publish_batch"): True}  # fmt: skip
"""The operations that send messages, and whether they send several."""
_KINDS = {"AWS::SQS::Queue": "FifoQueue", "AWS::SNS::Topic": "FifoTopic"}


@dataclass(frozen=True, slots=True)
class FifoTarget:
    """A FIFO queue or topic that a message is sent to."""

    name: str
    deduplicates: bool | None
    """Whether it tells messages apart by what is in them; None where that is not known."""

    @staticmethod
    def of(function: Function, asked: Operation) -> FifoTarget | None:
        """What an operation of a function sends to; None where that is not known to be FIFO."""
        target = used(function, asked) if (asked.service, asked.name) in _SENDING else None
        match target:
            case Resource(type=kind) if kind in _KINDS and truth(target.get(_KINDS[kind])) is True:
                return FifoTarget(target.called, truth(target.get("ContentBasedDeduplication")))
            case str() if target.endswith(".fifo"):
                return FifoTarget(target, None)
            case _:
                return None


def lacking(asked: Operation, target: FifoTarget) -> str | None:
    """What SQS or SNS refuses a message for; None where nothing is known to be wrong."""
    if _asks_for_kind(asked.call):
        return None
    for message in _messages(asked):
        if "MessageGroupId" not in message:
            return "without a MessageGroupId: the message is refused"
        if target.deduplicates is False and "MessageDeduplicationId" not in message:
            return "without a MessageDeduplicationId, and its ContentBasedDeduplication is off: the message is refused"
        match message.get("DelaySeconds"):
            case Constant(int(seconds)) if seconds > 0:
                return f"with DelaySeconds {seconds}, which only the queue itself may have: the message is refused"
    return None


def _asks_for_kind(call: Call) -> bool:
    """Whether a test around a call asks what kind of queue or topic it is, by how that is called: `".fifo" in url`."""
    return any(isinstance(each, Constant) and "fifo" in str(each.value).lower() for each in all_origins(call.tested))


def _messages(asked: Operation) -> Iterator[dict[str, Value]]:
    """The parameters of each message whose parameters are all seen."""
    if not _SENDING[asked.service, asked.name]:
        if not asked.open:
            yield dict(asked.call.keywords)
        return
    for several in entries.entries(asked):
        for each in several.items if isinstance(several, Sequence) else ():
            if isinstance(each, Mapping) and not each.open and each.others is None:
                yield each.entries
