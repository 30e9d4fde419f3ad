"""Branches of a function's code that none of its events come to: they ask what no event of its senders says.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-example.html (`eventSource`),
https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-blueprint.html (`sourceKinesisStreamArn`)
"""

from __future__ import annotations

from lambdalint.code.value import EACH, IS, Call, Compared, Constant, Piece
from lambdalint.meaning.operations import operation
from lambdalint.model import invokers
from lambdalint.model.functions import Function
from lambdalint.model.view import references, text

_SAYING = {
    "aws:sqs": "SQS", "aws:kinesis": "Kinesis", "aws:dynamodb": "DynamoDB", "aws:s3": "S3", "aws:sns": "SNS",
    "aws:ses": "SES",
}  # fmt: skip
"""What records say sent them."""
_NAMES = ("eventSource", "EventSource")


def is_unreached(function: Function, call: Call) -> bool:
    """Whether a function's code only comes to a call for events that nothing sends it."""
    return _is_of_others(function, call) or _puts_back(function, call)


def _is_of_others(function: Function, call: Call) -> bool:
    """Whether a test on the way asks for a sender of records that is none of the services that invoke the function."""
    found = function.invokers
    services = {each.service for each in found}
    if "" in services or not services or any(each.mode == invokers.UNKNOWN for each in found):
        return False
    asked = {
        _SAYING.get(str(each.value.right.value), "")
        for each in call.assured
        if each.kind == IS and isinstance(each.value, Compared) and isinstance(each.value.right, Constant)
        if isinstance(each.value.left, Piece) and _is_source(each.value.left)
    }
    return bool(asked) and "" not in asked and asked.isdisjoint(services)


def _is_source(piece: Piece) -> bool:
    match piece.path:
        case ("Records", step, name):
            return step in (EACH, 0) and name in _NAMES
        case _:
            return False


def _puts_back(function: Function, call: Call) -> bool:
    """Whether a call puts records back into the stream of Kinesis that a delivery stream reads, where none of those
    that have the function transform their records reads one."""
    handler, asked = function.handler, operation(call)
    if handler is None or asked is None or asked.service != "kinesis" or _spelt(asked.name) not in _PUTTING:
        return False
    asks = _STREAM in {*(each.path for each in handler.reads), *(each.path for each in handler.tested)}
    names = set(function.names)
    streams = [
        each
        for each in function.project.of_type("AWS::KinesisFirehose::DeliveryStream")
        if any(reference.resource in names for reference in references(each.properties))
    ]
    return (
        asks
        and bool(streams)
        # What may invoke it besides is what lets the delivery stream do so.
        and {each.service for each in function.invokers} <= {"Firehose", ""}
        and all(
            each.get("KinesisStreamSourceConfiguration") is None
            and text(each.get("DeliveryStreamType")) in (None, "DirectPut")
            for each in streams
        )
    )


_STREAM = ("sourceKinesisStreamArn",)
_PUTTING = ("putrecord", "putrecords")


def _spelt(name: str) -> str:
    """An operation without what languages spell differently: it may stand in a text."""
    return name.replace("_", "").lower()
