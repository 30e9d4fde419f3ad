"""Alarms of CloudWatch: which metrics of a function are watched, which never get data, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lambdalint.code.value import Constant, options, origins
from lambdalint.code.value import Mapping as Made
from lambdalint.meaning.operations import operation
from lambdalint.model.functions import function_named, functions
from lambdalint.model.logs import logs_to
from lambdalint.model.queues import Queue
from lambdalint.model.view import literal, references, referring_to, same_text, text
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value, items

if TYPE_CHECKING:
    from lambdalint.model import Project
    from lambdalint.model.functions import Function
    from lambdalint.templates.resource import Resource

_SENT = "NumberOfMessagesSent"
_LETTING_LIE = frozenset({
    "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "AWS::CloudWatch::Dashboard",
    "AWS::Lambda::EventSourceMapping", "AWS::SQS::Queue", "AWS::SQS::QueueRedrivePolicy",
})  # fmt: skip
"""Types of resources that send nothing to a queue that they name."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A metric that an alarm watches."""

    namespace: Value | None
    name: Value
    dimensions: Value | None

    @property
    def span(self) -> Span:
        """Where it is named."""
        return self.name.span

    def dimension(self, name: str) -> Value | None:
        """The value of one of its dimensions."""
        match self.dimensions:
            case Mapping(entries):
                return entries.get(name)
            case Sequence():
                each = (each for each in items(self.dimensions) if isinstance(each, Mapping))
                return next((one.get("Value") for one in each if text(one.get("Name")) == name), None)
            case _:
                return None


def watched(project: Project) -> Iterator[Watched]:
    """The metrics that the alarms of a project watch."""
    for alarm in project.of_type("AWS::CloudWatch::Alarm"):
        for each in _metrics(alarm.properties):
            yield Watched(each.get("Namespace"), each.entries["MetricName"], each.get("Dimensions"))


_OF_LAMBDA = frozenset({
    "Invocations", "Errors", "DeadLetterErrors", "DestinationDeliveryFailures", "Throttles", "OversizedRecordCount",
    "ProvisionedConcurrencyInvocations", "ProvisionedConcurrencySpilloverInvocations", "RecursiveInvocationsDropped",
    "Duration", "PostRuntimeExtensionsDuration", "IteratorAge", "OffsetLag", "ConcurrentExecutions",
    "ProvisionedConcurrentExecutions", "ProvisionedConcurrencyUtilization", "UnreservedConcurrentExecutions",
    "ClaimedAccountConcurrency", "AsyncEventsReceived", "AsyncEventAge", "AsyncEventsDropped", "PolledEventCount",
    "FilteredOutEventCount", "InvokedEventCount", "FailedInvokeEventCount", "DroppedEventCount",
    "OnFailureDestinationDeliveredEventCount", "DeletedEventCount",
})  # fmt: skip
"""The metrics of AWS/Lambda. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
_FORM = pattern(r"[A-Z][A-Za-z]+")


def of_nobody(metric: Watched) -> str | None:
    """The name of a metric that is looked for in AWS/Lambda, where none is known of that name; None for others."""
    name = text(metric.name)
    return name if text(metric.namespace) == "AWS/Lambda" and name and name not in _OF_LAMBDA else None


def has_their_form(name: str) -> bool:
    """Whether a metric is called as Lambda calls its own, among which there may be new ones."""
    return _FORM.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Put:
    """A metric that code puts."""

    namespace: str
    name: str
    span: Span


def puts(project: Project) -> Iterator[Put]:
    """The metrics that the code of a project puts, of which both names are known."""
    for handler in project.handlers:
        for call in handler.calls:
            asked = operation(call)
            if asked is None or asked.name != "put_metric_data":
                continue
            match asked.argument("Namespace"):
                case Constant(str(namespace)):
                    data = asked.argument("MetricData")
                    for each in () if data is None else origins(data):
                        named = each.entries.get("MetricName") if isinstance(each, Made) else None
                        for name in () if named is None else options(named):
                            if isinstance(name, Constant):
                                yield Put(namespace, str(name.value), call.span)


def only_redriven(project: Project, metric: Watched) -> tuple[Queue, Queue] | None:
    """The dead-letter queue whose sent messages a metric counts, though nothing sends any: SQS does not count what a
    redrive policy moves there. And a queue with such a policy.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    """
    if text(metric.namespace) != "AWS/SQS" or text(metric.name) != _SENT:
        return None
    named = metric.dimension("QueueName")
    for queue in project.queues:
        letters = queue.dead_letter_queue
        if letters is None or letters.generated or named is None or not _names(letters, named):
            continue
        if all(each.type in _LETTING_LIE for each in referring_to(project, letters.resource.name)):
            return letters, queue
    return None


def _names(queue: Queue, value: Value) -> bool:
    called = queue.get("QueueName")
    return any(each.resource == queue.resource.name for each in references(value)) or (
        called is not None and same_text(called, value) is True
    )


def never_low(alarm: Resource) -> Span | None:
    """Where an alarm asks whether a function was invoked less than once: where it was not, Lambda sends no data, and
    the alarm does not go off, unless it is told what that means.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """
    compared, missing = alarm.get("ComparisonOperator"), alarm.get("TreatMissingData")
    named, threshold = alarm.get("MetricName"), alarm.get("Threshold")
    if text(alarm.get("Namespace")) != "AWS/Lambda" or text(named) != "Invocations" or alarm.properties.open:
        return None
    if compared is None or named is None or _may_act(alarm.get("InsufficientDataActions")):
        return None
    if missing is not None and text(missing) not in ("missing", "ignore", "notBreaching"):
        return None
    if text(alarm.get("Statistic")) not in ("Sum", "SampleCount") or not isinstance(threshold, Known):
        return None
    try:
        least = float(str(threshold.value))
    except ValueError:
        return None
    never = {"LessThanThreshold": least <= 1, "LessThanOrEqualToThreshold": least < 1}
    return compared.span if never.get(text(compared) or "") else None


def filter_without_dimensions(project: Project, metric: Watched) -> Span | None:
    """Where a metric filter makes a metric without dimensions that an alarm watches with some: it has no such data.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
    """
    asked = items(metric.dimensions) if isinstance(metric.dimensions, Sequence) else metric.dimensions
    if not asked or isinstance(asked, Unknown) or (isinstance(asked, Mapping) and not asked.entries):
        return None
    if metric.namespace is None or (text(metric.namespace) or "").startswith("AWS/"):
        return None
    made = []
    for each in project.of_type("AWS::Logs::MetricFilter"):
        for told in items(each.get("MetricTransformations")) or (Unknown(each.span, "a transformation"),):
            name = told.get("MetricName") if isinstance(told, Mapping) else None
            namespace = told.get("MetricNamespace") if isinstance(told, Mapping) else None
            if not isinstance(told, Mapping) or told.open or name is None or namespace is None:
                return None
            same = same_text(name, metric.name), same_text(namespace, metric.namespace)
            if same == (True, True):
                made.append((name.span, told.get("Dimensions")))
            elif None in same and False not in same:
                return None
    return made[0][0] if made and all(dimensions is None for _, dimensions in made) else None


def text_only(project: Project, filtered: Resource) -> Function | None:
    """The function that writes the log that a filter asks for what its platform says in JSON, and writes it as text.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
    """
    pattern = text(filtered.get("FilterPattern")) or ""
    if not pattern.startswith("{") or "$.type" not in pattern or "platform." not in pattern:
        return None
    group = filtered.get("LogGroupName")
    for function in project.functions:
        written = function.get("LoggingConfig", "LogFormat")
        if (
            (written is None or text(written) == "Text")
            and not function.may_be_on_instances
            and logs_to(function, group)
        ):
            return function
    return None


def watched_metrics(function: Function) -> frozenset[str] | None:
    """The metrics of a function that alarms of the project watch; None where that cannot be told."""
    found: set[str] = set()
    for alarm in function.project.of_type("AWS::CloudWatch::Alarm"):
        for metric in _metrics(alarm.properties):
            name, namespace = metric.entries.get("MetricName"), metric.entries.get("Namespace")
            if not isinstance(name, Known) or (namespace is not None and not isinstance(namespace, Known)):
                return None
            if text(namespace) != "AWS/Lambda":
                continue
            about = _is_about(function, metric.entries.get("Dimensions"))
            if about is None:
                return None
            if about:
                found.add(str(name.value))
        named = "MetricName" in alarm.properties.entries or isinstance(alarm.get("Metrics"), Sequence)
        if not named and alarm.get("Metrics") is not None:
            return None
    return frozenset(found)


def misnamed(project: Project) -> Iterator[tuple[Resource, Mapping, Function, Function]]:
    """The alarms that are named for one function, which none watches so, and watch another: each with its metric, the
    function that it is named for and the one that it watches."""
    several = [(each, _words(each.resource)) for each in functions(project) if not each.generated]
    for alarm in project.of_type("AWS::CloudWatch::Alarm"):
        called = _words(alarm, text(alarm.get("AlarmName")) or "", text(alarm.get("AlarmDescription")) or "")
        for metric in () if alarm.generated else _metrics(alarm.properties):
            name = text(metric.get("MetricName"))
            if text(metric.get("Namespace")) != "AWS/Lambda" or name is None:
                continue
            found = [each for each in several if _is_about(each[0], metric.get("Dimensions"))]
            if len(found) != 1 or metric.get("Dimensions") is None or found[0][1] <= called:
                continue
            for other, words in several:
                known = watched_metrics(other) if words and words <= called and not words <= found[0][1] else None
                if known is not None and name not in known:
                    yield alarm, metric, other, found[0][0]
                    break


_WORD = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_OF_ANY = frozenset({"function", "lambda", "fn", "handler", "the", "this"})
"""Words that names of functions have beside those that tell one from the other."""


def _words(resource: Resource, *others: str) -> frozenset[str]:
    """The words of what a resource is called."""
    called = ((resource.label or resource.name).rpartition("/")[2], *others)
    return frozenset(word.lower() for each in called for word in _WORD.findall(each)) - _OF_ANY


_OF_FUNCTIONS = frozenset({"AWS/Lambda", "AWS/SQS", "AWS/States", "AWS/ApiGateway", "AWS/Events"})
"""Namespaces of what functions are, and of what brings them their events."""
_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")


def forgotten_functions(project: Project) -> Iterator[tuple[Function, tuple[Resource, ...]]]:
    """The functions whose errors no alarm watches, where alarms watch at least two others, and watch, or are named for,
    half of all: each with alarms of others."""
    several = [each for each in functions(project) if not (each.generated or each.deployment_only or each.is_double)]
    known = {each: watched_metrics(each) for each in several}
    if None in known.values():
        return
    watching = [each for each in several if "Errors" in (known[each] or ())]
    named = {meant for _, _, meant, _ in misnamed(project)}
    if len(watching) < 2 or 2 * len({*watching, *named}) < len(several):
        return
    alarms = tuple(project.of_type("AWS::CloudWatch::Alarm"))
    of_others = tuple(
        alarm
        for alarm in alarms
        if any(
            text(each.get("MetricName")) == "Errors" and text(each.get("Namespace")) == "AWS/Lambda"
            for each in _metrics(alarm.properties)
        )
    )
    for function in several:
        meant = any(function.is_named_by(each) for alarm in alarms for each in _dimensions(alarm))
        if function.invokers and not known[function] and not meant and function not in named:
            yield function, of_others


def forgotten_queues(project: Project) -> Iterator[tuple[Queue, Resource]]:
    """The dead-letter queues that no alarm watches and nothing reads, where alarms watch functions or other queues:
    each with one of these alarms."""
    alarms = [each for each in project.of_type("AWS::CloudWatch::Alarm") if not each.generated]
    metrics = [metric for alarm in alarms for metric in _metrics(alarm.properties)]
    if not all(isinstance(each.get("Namespace"), Known) for each in metrics) or any(
        alarm.properties.open or not any(True for _ in _metrics(alarm.properties)) for alarm in alarms
    ):
        return
    ours = [
        alarm
        for alarm in alarms
        if any(text(each.get("Namespace")) in _OF_FUNCTIONS for each in _metrics(alarm.properties))
    ]
    for queue in project.queues if ours else ():
        if queue.generated or not _only_collects(project, queue):
            continue
        if not any(_may_name(queue, each) for alarm in alarms for each in _dimensions(alarm)):
            yield queue, ours[0]


def _only_collects(project: Project, queue: Queue) -> bool:
    """Whether failed messages come to a queue, and nothing that is seen takes them out."""
    name = queue.resource.name
    if not queue.is_dead_letter or queue.dead_letter_queue is not None:
        return False
    return all(_leads_there(each, name) for each in referring_to(project, name))


_LEADING_THERE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((
        "AWS::SQS::Queue", "AWS::SQS::QueueRedrivePolicy", "AWS::SQS::QueueRedriveAllowPolicy", "AWS::SQS::QueuePolicy",
        "AWS::Lambda::EventInvokeConfig", "AWS::SNS::Subscription", "AWS::Events::Rule", "AWS::Scheduler::Schedule",
        "AWS::SSM::Parameter", "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy",
    ), ()),
    "AWS::Lambda::EventSourceMapping": ("EventSourceArn",),
    "AWS::Lambda::Function": ("Environment",),
    "AWS::Pipes::Pipe": ("Source",),
}  # fmt: skip
"""Types of resources that name a queue to send something there, or to allow it, and the property, if any, in which they
name one to read it."""


def _leads_there(resource: Resource, name: str) -> bool:
    path = _LEADING_THERE.get(resource.type)
    reads = path and any(each.resource == name for each in references(resource.get(*path)))
    return path is not None and not reads


def _dimensions(alarm: Resource) -> Iterator[Value]:
    """The values of what an alarm watches its metrics of."""
    for metric in _metrics(alarm.properties):
        match metric.get("Dimensions"):
            case Mapping(entries):
                yield from entries.values()
            case Sequence() as several:
                for each in items(several):
                    value = each.get("Value") if isinstance(each, Mapping) else each
                    yield from () if value is None else (value,)
            case None:
                pass
            case other:
                yield other


def _may_name(queue: Queue, value: Value) -> bool:
    """Whether a value names a queue, or may."""
    if any(each.resource == queue.resource.name for each in references(value)):
        return True
    if isinstance(value, Reference):
        return False
    called = queue.get("QueueName")
    return same_text(called, value) is not False if called is not None else isinstance(value, Unknown)


def unheard_alarms(project: Project) -> Iterator[Resource]:
    """The alarms on functions, and on what brings them events, that tell nobody: they act on nothing, and nothing of
    the project asks for their state."""
    if any(True for _ in project.of_type("AWS::CloudWatch::CompositeAlarm")) or any(
        "aws.cloudwatch" in literal(rule.get("EventPattern")) for rule in project.of_type("AWS::Events::Rule")
    ):
        return
    alarms = tuple(project.of_type("AWS::CloudWatch::Alarm"))
    # One place may make several, of which not each stage's has somebody to tell.
    heard = {each.span for each in alarms if each.properties.open or any(_may_act(each.get(name)) for name in _ACTIONS)}
    for alarm in alarms:
        of_functions = any(text(each.entries.get("Namespace")) in _OF_FUNCTIONS for each in _metrics(alarm.properties))
        silent = alarm.span not in heard and not alarm.generated
        if of_functions and silent and not any(referring_to(project, alarm.name)):
            yield alarm


def _may_act(actions: Value | None) -> bool:
    return actions is not None and not (isinstance(actions, Sequence) and not actions.items and not actions.open)


def _metrics(value: Value) -> Iterator[Mapping]:
    """The mappings within a value that name a metric."""
    match value:
        case Mapping(entries):
            if "MetricName" in entries:
                yield value
            for entry in entries.values():
                yield from _metrics(entry)
        case Sequence(inner):
            for item in inner:
                yield from _metrics(item)


def _is_about(function: Function, dimensions: Value | None) -> bool | None:
    """Whether dimensions are a function's, or every function's; None where that cannot be told."""
    match dimensions:
        case None:
            return True
        case Mapping(entries) if "FunctionName" in entries:
            return _is_named(function, entries["FunctionName"])
        case Sequence():
            for each in items(dimensions):
                if not isinstance(each, Mapping):
                    return None
                if text(each.get("Name")) == "FunctionName":
                    return _is_named(function, each.get("Value"))
            return None if dimensions.open else not dimensions.items
        case _:
            return None


def _is_named(function: Function, value: Value | None) -> bool | None:
    if function.is_named_by(value):
        return True
    # Another function of the project, or a name that is spelt out and is not this one's.
    match value:
        case Reference():
            return None if function_named(function.project, value) is None else False
        case Text() if function_named(function.project, value) is not None:
            return False
        case Known() | Text():
            named = function.get("FunctionName")
            # A name that AWS makes up has letters at random in it.
            return False if named is None else same_text(named, value)
        case _:
            return None
