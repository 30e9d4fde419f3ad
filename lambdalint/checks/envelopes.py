"""Envelopes: what records carry their messages in, and whether a handler takes these out."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check, way
from lambdalint.meaning import kinds, responses
from lambdalint.model import Project
from lambdalint.model.envelopes import enveloped
from lambdalint.source import Span


@check
def stream_data_not_decoded(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in () if handler.changes_event else handler.invocation_calls:
            part = responses.part_of_record(call.arguments[0]) if kinds.parses_json(call) else None
            if part == ("kinesis", "data") and not call.caught and not call.conditional and call.span not in told:
                told.add(call.span)
                yield Problem(
                    call.span,
                    "takes the data of a Kinesis record for JSON, which is encoded in base64: it fails at every record",
                    way(call.trail),
                )


_MESSAGE = "Message"
_ENVELOPE = frozenset({
    _MESSAGE, "MessageAttributes", "MessageId", "Signature", "SignatureVersion", "SigningCertURL", "Subject",
    "Timestamp", "TopicArn", "Type", "UnsubscribeURL",
})  # fmt: skip
"""The fields of what SNS puts around a message: https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html"""


@check
def sns_envelope_unopened(project: Project) -> Problems:
    told: set[Span] = set()
    for function in project.functions:
        handler = function.handler
        given = None if handler is None else enveloped(function)
        if handler is None or given is None or handler.wrappers or handler.changes_event or handler.bounded:
            continue
        for call in handler.invocation_calls:
            part = responses.part_of_record(call.arguments[0]) if kinds.parses_json(call) else None
            if part != ("body",) or call.caught or call.conditional or call.span in told:
                continue
            asked = {each for each in call.asked if isinstance(each, str) and each.isidentifier()}
            unopened = given.wrapped and asked and asked.isdisjoint(_ENVELOPE)
            opened = not given.wrapped and _MESSAGE in asked and asked <= _ENVELOPE and not call.tested
            if unopened or opened:
                told.add(call.span)
                named = ", ".join(sorted(asked))
                yield Problem(
                    call.span,
                    f"reads {named} of a body that is SNS's envelope: the message is the text under Message"
                    if unopened
                    else f"reads {named} of a body as of SNS's envelope, which RawMessageDelivery leaves out",
                    ((given.span, "SNS sends the messages"), *way(call.trail)),
                    about=function,
                )
