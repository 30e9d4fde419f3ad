"""Event source mappings: Lambda polls a source, and invokes a function with what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdalint.model.queues import Queue, queue_called, queue_named
from lambdalint.model.view import Number, View, number, references, text, truth
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value, is_set, items

if TYPE_CHECKING:
    pass

STREAM = "a stream"
"""The service of a source that is a stream of Kinesis or of DynamoDB, where only a deployment knows which."""
STREAMS = ("Kinesis", "DynamoDB", STREAM)

_SOURCES = {
    "AWS::SQS::Queue": "SQS",
    "AWS::Kinesis::Stream": "Kinesis",
    "AWS::Kinesis::StreamConsumer": "Kinesis",
    "AWS::DynamoDB::Table": "DynamoDB",
    "AWS::DynamoDB::GlobalTable": "DynamoDB",
    "AWS::Serverless::SimpleTable": "DynamoDB",
    "AWS::MSK::Cluster": "Kafka",
    "AWS::MSK::ServerlessCluster": "Kafka",
    "AWS::AmazonMQ::Broker": "MQ",
    "AWS::DocDB::DBCluster": "DocumentDB",
}
_ARNS = {"sqs": "SQS", "kinesis": "Kinesis", "dynamodb": "DynamoDB", "kafka": "Kafka", "mq": "MQ", "rds": "DocumentDB"}
_DECLARED = {
    "SQS": "SQS",
    "Kinesis": "Kinesis",
    "DynamoDB": "DynamoDB",
    "MSK": "Kafka",
    "SelfManagedKafka": "Kafka",
    "MQ": "MQ",
    "DocumentDB": "DocumentDB",
    "Stream": STREAM,
}
"""What a SAM event says of its source, also where only a deployment knows its ARN."""


_ONCE = frozenset({"SQS", "Kinesis", "DynamoDB"})
"""Services whose sources have one mapping for each function; topics and queues of brokers tell several apart."""


def _same(one: Value | None, other: Value | None) -> bool:
    return (
        isinstance(one, Reference)
        and isinstance(other, Reference)
        and (one.resource, one.attribute) == (other.resource, other.attribute)
    )


class EventSource(View):
    """An event source mapping: Lambda polls a source and invokes a function with batches of what it finds."""

    __slots__ = ()

    @property
    def source(self) -> Value | None:
        """What it polls."""
        return self.get("EventSourceArn")

    @property
    def service(self) -> str:
        """`SQS`, `Kinesis`, `DynamoDB`, STREAM, `Kafka`, `MQ` or `DocumentDB`; "" where that is not known."""
        declared = _DECLARED.get(text(self.get("SourceType")) or "")
        if declared is not None:
            return declared
        for reference in references(self.source):
            found = self.project.resource(reference.resource)
            if found is not None and found.type in _SOURCES:
                return _SOURCES[found.type]
        match self.source:
            case Known(str(arn)) | Text((Known(str(arn)), *_)):
                written = arn.split(":")
                if len(written) > 2 and written[0] == "arn":
                    return _ARNS.get(written[2], "")
            case _:
                pass
        if isinstance(self.source, Text):
            parts = "".join(str(part.value) if isinstance(part, Known) else "*" for part in self.source.parts).split(
                ":"
            )
            return _ARNS.get(parts[2], "") if len(parts) > 2 else ""
        for name, service in (("Topics", "Kafka"), ("Queues", "MQ"), ("DocumentDBEventSourceConfig", "DocumentDB")):
            if is_set(self.get(name)):
                return service
        # A queue has no place to start at; what polls Kafka, MQ or DocumentDB names more than that.
        starts = bool(text(self.get("StartingPosition"))) and not is_set(self.get("SelfManagedEventSource"))
        return STREAM if starts and self.source is not None else ""

    @property
    def queue(self) -> Queue | None:
        """The queue that it polls; None where it polls something else, or a queue from elsewhere."""
        return queue_named(self.project, self.source) or queue_called(self.project, self.source)

    @property
    def queues(self) -> tuple[Queue, ...]:
        """The queues of the project that it polls: one, or those between which a condition of its template decides."""
        arms = self.source.arms if isinstance(self.source, Unknown) else (self.source,)
        found = (queue_named(self.project, each) for each in arms)
        return (self.queue,) if self.queue is not None else tuple(each for each in found if each is not None)

    @property
    def invoked(self) -> Value | None:
        """The function that it invokes, as it names it."""
        return self.get("FunctionName")

    def is_same_as(self, other: EventSource) -> bool:
        """Whether another mapping surely has the same source and function, of which Lambda takes one mapping only.

        https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
        """
        given = (self.source, self.invoked), (other.source, other.invoked)
        alike = all(isinstance(one, Reference) and isinstance(two, Reference) for one, two in zip(*given, strict=True))
        known = not (self.resource.uncertain or other.resource.uncertain)
        return alike and known and self.service in _ONCE and all(map(_same, *given))

    @property
    def batch_size(self) -> Number | Unknown:
        """The most records that an invocation gets; AWS's default is 10 for SQS and 100 for others."""
        return number(self.get("BatchSize"), 10 if self.service == "SQS" else 100, self.span)

    @property
    def batching_window(self) -> Number | Unknown:
        """Seconds that it waits for a batch to fill; AWS's default is 0."""
        return number(self.get("MaximumBatchingWindowInSeconds"), 0, self.span)

    @property
    def fifo(self) -> bool | None:
        """Whether it polls a FIFO queue; None where that is not known."""
        if self.queue is not None:
            return self.queue.fifo
        match self.source:
            case Known(str(arn)) | Text((*_, Known(str(arn)))) if self.service == "SQS":
                return arn.endswith(".fifo")
            case _:
                return None

    @property
    def retry_attempts(self) -> Number | Unknown:
        """How often a batch of a stream is tried again; AWS's default is -1, for ever."""
        return number(self.get("MaximumRetryAttempts"), -1, self.span)

    @property
    def record_age(self) -> Number | Unknown:
        """Seconds after which a record of a stream is given up; AWS's default is -1, never."""
        return number(self.get("MaximumRecordAgeInSeconds"), -1, self.span)

    @property
    def on_failure(self) -> Value | None:
        """Where batches of a stream go that are given up; None where they are dropped."""
        return self.get("DestinationConfig", "OnFailure")

    @property
    def reports_batch_item_failures(self) -> bool | None:
        """Whether Lambda heeds `batchItemFailures`; None where only a deployment knows."""
        types = self.get("FunctionResponseTypes")
        if types is None:
            return False
        given = items(types)
        if any(text(each) == "ReportBatchItemFailures" for each in given):
            return True
        return None if any(not isinstance(each, Known) for each in given) or getattr(types, "open", False) else False

    @property
    def bisects(self) -> bool | None:
        """Whether it splits a batch that fails, to find the bad record; None where only a deployment knows."""
        return truth(self.get("BisectBatchOnFunctionError"))

    @property
    def maximum_concurrency(self) -> Number | Unknown | None:
        """How many invocations it makes at once; None where nothing bounds it."""
        given = self.get("ScalingConfig", "MaximumConcurrency")
        return None if given is None else number(given, 0, self.span)

    @property
    def enabled(self) -> bool | None:
        """Whether it polls; None where only a deployment knows."""
        given = self.get("Enabled")
        return True if given is None else truth(given)

    @property
    def table(self) -> Resource | None:
        """The table of the project whose stream it polls; None where it polls something else."""
        found = (self.project.resource(each.resource) for each in references(self.source))
        return next((each for each in found if each is not None and _SOURCES.get(each.type) == "DynamoDB"), None)

    @property
    def view(self) -> str | None:
        """What the records of its table's stream have of an item: `KEYS_ONLY` …; None where that is not known."""
        table = self.table
        given = ("StreamSpecification", "StreamViewType"), ("StreamViewType",)
        views = () if table is None else (text(table.get(*path)) for path in given)
        return next((each for each in views if each is not None), None)

    @property
    def filters(self) -> tuple[Value, ...]:
        """The patterns, one of which a record has to match to come to the function; none where all come.

        Where only a deployment knows whether there are any, an Unknown that is optional stands for them.
        """
        given = self.get("FilterCriteria", "Filters")
        if isinstance(given, Unknown):
            return (Unknown(given.span, given.why, optional=True),)
        filters = given.items if isinstance(given, Sequence) else ()
        each = (one.get("Pattern") for one in filters if isinstance(one, Mapping))
        return tuple(pattern for pattern in each if pattern is not None)

    @property
    def record(self) -> str:
        """What a record is called: a message of a queue, a record of a stream."""
        return "message" if self.service in ("SQS", "MQ") else "record"
