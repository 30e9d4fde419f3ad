"""Functions, and the mappings that feed them."""

from __future__ import annotations

from functools import lru_cache

from lambdalint.code.facts import Handler
from lambdalint.model import invokers
from lambdalint.model.invokers import Invoker
from lambdalint.model.permissions import Role
from lambdalint.model.queues import Queue
from lambdalint.model.view import Number, View, number, references, text, truth
from lambdalint.templates.value import Known, Mapping, Text, Unknown, Value, items


class Function(View):
    """A Lambda function."""

    __slots__ = ()

    @property
    def timeout(self) -> Number | Unknown:
        """Seconds that an invocation may take; AWS's default is 3."""
        return number(self.get("Timeout"), 3, self.span)

    @property
    def runtime(self) -> Value | None:
        """`python3.13` …; None for a container image."""
        return self.get("Runtime")

    @property
    def handler(self) -> Handler | None:
        """What its code does; None where the code was not found or not understood."""
        return self.project.handler_of(self)

    @property
    def inline(self) -> bool:
        """Whether its code is written inside the template."""
        code = self.get("Code")
        return isinstance(code, Mapping) and "ZipFile" in code.entries

    @property
    def in_vpc(self) -> bool:
        """Whether Lambda makes network interfaces for it, or for the poller of its source."""
        return self.get("VpcConfig") is not None or any(
            source.service in ("Kafka", "MQ", "DocumentDB") for source in self.event_sources
        )

    @property
    def role(self) -> Role | None:
        """The role that it runs with; None where it comes from elsewhere."""
        for reference in references(self.get("Role")):
            found = self.project.resource(reference.resource)
            if found is not None and found.type == "AWS::IAM::Role":
                return Role(self.project, found)
        return None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its resource, its versions and its aliases."""
        return (self.resource.name, *self.project.qualifiers(self.resource.name))

    @property
    def event_sources(self) -> tuple[EventSource, ...]:
        """The mappings that feed it."""
        return tuple(source for source in self.project.event_sources if source.function == self)

    @property
    def invokers(self) -> tuple[Invoker, ...]:
        """Everything known to invoke it."""
        return _invokers(self)

    @property
    def async_invokers(self) -> tuple[Invoker, ...]:
        """What hands it an event and does not wait."""
        return tuple(each for each in self.invokers if each.mode == invokers.ASYNCHRONOUS)

    @property
    def deployment_only(self) -> bool:
        """Whether it is only known to run when a stack is deployed: a custom resource."""
        modes = {each.mode for each in self.invokers}
        return modes == {invokers.DEPLOYMENT}

    @property
    def invoke_configs(self) -> tuple[View, ...]:
        """The settings of its asynchronous invocation."""
        return tuple(
            View(self.project, resource)
            for resource in self.project.of_type("AWS::Lambda::EventInvokeConfig")
            if self.is_named_by(resource.get("FunctionName"))
        )

    def is_named_by(self, value: Value | None) -> bool:
        """Whether a value is its name or ARN, or that of a version or alias of it."""
        if any(reference.resource in self.names for reference in references(value)):
            return True
        given, own = text(value), text(self.get("FunctionName"))
        return given is not None and own is not None and given.rpartition(":function:")[2].split(":")[0] == own

    @property
    def takes_failed_events(self) -> Value | None:
        """Where events go that were handed to it asynchronously and failed; None where they are dropped."""
        if self.get("DeadLetterConfig") is not None:
            return self.get("DeadLetterConfig")
        targets = (each.get("DestinationConfig", "OnFailure") for each in self.invoke_configs)
        return next((target for target in targets if target is not None), None)


@lru_cache(maxsize=4096)
def _invokers(function: Function) -> tuple[Invoker, ...]:
    polled = (
        Invoker(invokers.POLLED, source.service, source.span) for source in function.event_sources if source.service
    )
    unknown = (Invoker(invokers.UNKNOWN, "", source.span) for source in function.event_sources if not source.service)
    others = invokers.invokers(function.resource.name, function.names[1:], function.project.resources)
    return (*polled, *unknown, *others)


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
}
"""What a SAM event says of its source, also where only a deployment knows its ARN."""


class EventSource(View):
    """An event source mapping: Lambda polls a source and invokes a function with batches of what it finds."""

    __slots__ = ()

    @property
    def source(self) -> Value | None:
        """What it polls."""
        return self.get("EventSourceArn")

    @property
    def service(self) -> str:
        """`SQS`, `Kinesis`, `DynamoDB`, `Kafka`, `MQ` or `DocumentDB`; "" where that is not known."""
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
            if self.get(name) is not None:
                return service
        return ""

    @property
    def queue(self) -> Queue | None:
        """The queue that it polls; None where it polls something else, or a queue from elsewhere."""
        for reference in references(self.source):
            found = self.project.resource(reference.resource)
            if found is not None and found.type == "AWS::SQS::Queue":
                return Queue(self.project, found)
        match self.source:
            case Known(str(arn)):
                named = (queue for queue in self.project.queues if text(queue.get("QueueName")) == arn.split(":")[-1])
                return next(named, None)
            case _:
                return None

    @property
    def function(self) -> Function | None:
        """The function that it invokes; None where that is not in the project."""
        return next((each for each in self.project.functions if each.is_named_by(self.get("FunctionName"))), None)

    @property
    def batch_size(self) -> Number | Unknown:
        """The most records that an invocation gets; AWS's default is 10 for SQS and 100 for others."""
        return number(self.get("BatchSize"), 10 if self.service == "SQS" else 100, self.span)

    @property
    def batching_window(self) -> Number | Unknown:
        """Seconds that it waits for a batch to fill; AWS's default is 0."""
        return number(self.get("MaximumBatchingWindowInSeconds"), 0, self.span)

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
    def record(self) -> str:
        """What a record is called: a message of a queue, a record of a stream."""
        return "message" if self.service in ("SQS", "MQ") else "record"
