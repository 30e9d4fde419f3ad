"""How often a function runs, and whether anybody waits for it: what it costs to do something at every event."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lambdalint.code.facts import Handler
from lambdalint.code.value import Constant, options
from lambdalint.meaning.http import is_told_of_changes, takes_requests
from lambdalint.meaning.operations import Operation, operation
from lambdalint.meaning.responses import is_told, source
from lambdalint.model import invokers, schedules, uses
from lambdalint.model.buckets import notifications
from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import Function, functions
from lambdalint.model.invokers import Invoker
from lambdalint.model.machines import is_started_rarely
from lambdalint.model.permissions import POLICIES
from lambdalint.model.targets import targets
from lambdalint.model.triggers import subscriptions
from lambdalint.model.view import Number, references, referring_to, text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Mapping, Value, items


def runs_rarely(function: Function) -> bool:
    """Whether nothing invokes it but rules that are switched off, schedules that come an hour apart or more, machines
    that such start, and deployments."""
    if is_started_rarely(function):
        return True
    aimed = [each for each in targets(function.project) if function.is_named_by(each.arn)]
    rare = {each.rule.span for each in aimed if schedules.is_rare(text(each.rule.expression) or "")}
    found = function.invokers
    return all(each.span in rare or each.mode == invokers.DEPLOYMENT for each in found) and (
        bool(found) or any(each.disabled for each in aimed)
    )


WAITED_FOR, FED, NOT_KNOWN, LEFT_ALONE = "waited for", "fed", "not known", "left alone"
"""How pressing events are. WAITED_FOR: somebody waits for the answers: a client of an API, who signs in, or code that
one of these waits for. FED: one comes for each of many things: messages, records, objects, what others tell of.
NOT_KNOWN: nothing is known to invoke the function. LEFT_ALONE: it does a job that is started now and then."""

DEMANDS = (LEFT_ALONE, NOT_KNOWN, FED, WAITED_FOR)
"""The least pressing first."""


@lru_cache(maxsize=4096)
def demand(function: Function) -> str:
    """How pressing the events of a function are."""
    return _demand(function, ())


def _demand(function: Function, told: tuple[Function, ...]) -> str:
    found = function.invokers
    if _is_waited_for(function, ()):
        return WAITED_FOR
    quiet = {*_rules(function), *_of_alarms(function), *_of_inventories(function)}
    quiet.update(_topics_left_alone(function, (*told, function)))
    quiet.update(_of_failures(function))
    if any(each.span not in quiet and _feeds(each) for each in found):
        return FED
    known = any(each.service for each in found) or any(
        each.of is function.resource for each in _invocations(function.project)
    )
    return LEFT_ALONE if known else demand_told(function.handler)


@lru_cache(maxsize=4096)
def demand_told(handler: Handler | None) -> str:
    """How pressing the events of a handler are as its own code tells, where nothing is known to invoke it."""
    if handler is None:
        return NOT_KNOWN
    if is_told_of_changes(handler):
        return LEFT_ALONE
    if takes_requests(handler):
        return WAITED_FOR
    return NOT_KNOWN if source(handler) is None and not is_told(handler) else FED


def _feeds(invoker: Invoker) -> bool:
    """Whether an invoker sends an event for each of many things.

    What no more than a permission tells of may be the clock, or log groups whose subscriptions are made by hand.
    """
    told = not (invoker.permitted and invoker.service in ("CloudWatch Logs", "EventBridge"))
    return invoker.mode == invokers.POLLED or (told and invoker.service in _FEEDING)


def _is_waited_for(function: Function, waiting: tuple[Function, ...]) -> bool:
    if function.handler is not None and is_told_of_changes(function.handler):
        return False
    if any(each.mode == invokers.SYNCHRONOUS and each.service not in _WORKING for each in function.invokers):
        return True
    if any(_is_answered_by_machine(function.project, each) for each in function.invokers):
        return True
    if any(
        each.waits and each.by not in (*waiting, function) and _is_waited_for(each.by, (*waiting, function))
        for each in _invocations(function.project)
        if each.of is function.resource
    ):
        return True
    if function.invokers and all(each.service == "Step Functions" for each in function.invokers):
        # What a handler calls its event says less than what sends it.
        return False
    return function.handler is not None and takes_requests(function.handler)


_WORKING = frozenset({"Step Functions", "Firehose", "EventBridge Pipes", "Secrets Manager"})
"""Services that wait for an answer, and nobody for theirs."""
_FEEDING = frozenset({
    "CloudWatch Logs", "EventBridge", "EventBridge Pipes", "Firehose", "IoT", "S3", "SES", "SNS",
})  # fmt: skip
"""Services that send an event for each message, object or record."""


_OF_ACCOUNT = frozenset({
    "aws.access-analyzer", "aws.acm", "aws.autoscaling", "aws.backup", "aws.cloudformation", "aws.cloudwatch",
    "aws.codebuild", "aws.codecommit", "aws.codedeploy", "aws.codepipeline", "aws.config", "aws.controltower",
    "aws.dms", "aws.ec2", "aws.ecr", "aws.elasticache", "aws.guardduty", "aws.health", "aws.inspector",
    "aws.inspector2", "aws.kms", "aws.macie", "aws.organizations", "aws.rds", "aws.redshift", "aws.securityhub",
    "aws.servicecatalog", "aws.ssm", "aws.tag", "aws.trustedadvisor",
})  # fmt: skip
"""Sources of EventBridge whose events tell of deployments and of an account's resources, and of no user's work.

https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref.html
"""

_FAILING = frozenset({"ABORTED", "ERROR", "FAILED", "STOPPED", "TIMED_OUT", "TIMEOUT"})
"""States of jobs of AWS that something has gone wrong with."""


def _rules(function: Function) -> Iterator[Span]:
    """The rules that invoke a function at times that are set, or where something happens to the account's resources."""
    for target in targets(function.project):
        if function.is_named_by(target.arn):
            rule = target.rule
            if rule.expression is not None or _is_of_account(rule.get("EventPattern")):
                yield rule.span


def _is_of_account(pattern: Value | None) -> bool:
    if not isinstance(pattern, Mapping):
        return False
    sources = [text(each) or "" for each in items(pattern.get("source"))]
    detail = pattern.get("detail")
    states = [
        text(each) or ""
        for name in ("state", "status")
        for each in items(detail.get(name) if isinstance(detail, Mapping) else None)
    ]
    fails = bool(states) and all(each.upper() in _FAILING for each in states)
    of_aws = bool(sources) and all(each.startswith("aws.") for each in sources)
    if _is_of_trail(pattern.get("detail-type"), detail, of_aws):
        return True
    return of_aws and (fails or all(each in _OF_ACCOUNT for each in sources))


_OF_TRAIL = frozenset({"AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"})
_OF_DATA = frozenset({
    "CompleteMultipartUpload", "CopyObject", "DeleteObject", "DeleteObjects", "GetObject", "Invoke", "PutObject",
})  # fmt: skip
"""Calls that CloudTrail tells of for each object or invocation: its data events.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
"""


def _is_of_trail(kind: Value | None, detail: Value | None, of_aws: bool) -> bool:
    """Whether events tell of calls that change the account's resources, and of no data.

    Of what AWS itself tells, only CloudTrail's events have the name of a call.
    """
    kinds = [text(each) or "" for each in items(kind)]
    called = [text(each) or "" for each in items(detail.get("eventName") if isinstance(detail, Mapping) else None)]
    return (
        (bool(kinds) or of_aws)
        and bool(called)
        and _OF_TRAIL.issuperset(kinds)
        and all(each and each not in _OF_DATA for each in called)
    )


def _of_alarms(function: Function) -> Iterator[Span]:
    """Where topics invoke a function that only alarms publish to."""
    project = function.project
    for subscription in subscriptions(project):
        topic = next((project.resource(each.resource) for each in references(subscription.topic)), None)
        if topic is not None and subscription.function == function and _is_for_alarms(project, topic):
            yield from (subscription.span, topic.span)


def _of_failures(function: Function) -> Iterator[Span]:
    """Where queues feed a function that only take what failed elsewhere."""
    yield from (each.span for each in function.event_sources if each.queue is not None and each.queue.is_dead_letter)


_WHILE = 30
"""Seconds that a mapping waits for a batch, from when on nobody is in a hurry."""


def gathers(function: Function) -> bool:
    """Whether all that invokes a function is mappings that wait a while for a batch to fill."""
    windows = {each.span: each.batching_window for each in function.event_sources}
    slow = all(isinstance(each, Number) and each.value >= _WHILE for each in windows.values())
    return bool(windows) and slow and all(each.span in windows for each in function.invokers)


def takes_failures(function: Function) -> bool:
    """Whether all that invokes a function are queues that take what failed elsewhere."""
    failures = set(_of_failures(function))
    return bool(failures) and all(each.span in failures for each in function.invokers)


def _topics_left_alone(function: Function, told: tuple[Function, ...]) -> Iterator[Span]:
    """Where topics invoke a function that only functions which are left alone publish to."""
    project = function.project
    for subscription in subscriptions(project):
        topic = next((project.resource(each.resource) for each in references(subscription.topic)), None)
        if topic is not None and subscription.function == function and _is_left_alone(project, topic, told):
            yield from (subscription.span, topic.span)


def _is_left_alone(project: Deployed, topic: Resource, told: tuple[Function, ...]) -> bool:
    """Whether functions which are left alone publish to a topic, and nothing else of the project knows it."""
    publishing = [each for each, into in _publications(project) if into is topic]
    others = [each for each in referring_to(project, topic.name) if each.type not in (*_LISTENING, *_ALLOWING)]
    return (
        bool(publishing)
        and all(each not in told and _demand(each, told) == LEFT_ALONE for each in publishing)
        and all(any(each is one.resource for one in publishing) for each in others)
    )


@lru_cache(maxsize=64)
def _publications(project: Deployed) -> tuple[tuple[Function, Resource], ...]:
    """The functions whose code publishes to topics of the project, with these."""
    return tuple(
        (function, into)
        for function in functions(project)
        if function.handler is not None
        for asked in map(operation, function.handler.calls)
        if asked is not None and asked.service == "sns" and asked.name in ("publish", "publish_batch")
        if isinstance(into := uses.used(function, asked), Resource)
    )


def _is_answered_by_machine(project: Deployed, invoker: Invoker) -> bool:
    """Whether it is state machines that invoke, of a type that a caller may wait for.

    https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
    """
    every = project.of_type("AWS::StepFunctions::StateMachine")
    # What a role tells may be any machine's.
    asked = [each for each in every if each.span == invoker.span] or every
    types = [each.get("StateMachineType") for each in asked]
    return invoker.service == "Step Functions" and any(each is not None and text(each) != "STANDARD" for each in types)


_ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_ABOUT_QUEUES = (*_ALARMS, "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission", "AWS::SQS::QueuePolicy")
_LISTENING = (
    "AWS::Chatbot::SlackChannelConfiguration", "AWS::Lambda::Permission", "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
)  # fmt: skip
_OPERATING = (
    *_ALARMS, "AWS::AutoScaling::AutoScalingGroup", "AWS::AutoScaling::LifecycleHook", "AWS::Backup::BackupVault",
    "AWS::Budgets::Budget", "AWS::CE::AnomalySubscription", "AWS::CodePipeline::Pipeline",
    "AWS::CodeStarNotifications::NotificationRule", "AWS::Config::DeliveryChannel", "AWS::DMS::EventSubscription",
    "AWS::ElastiCache::ReplicationGroup", "AWS::RDS::EventSubscription", "AWS::Redshift::EventSubscription",
)  # fmt: skip
"""What publishes to a topic how the account's resources fare, and what comes of deployments."""


def _is_for_alarms(project: Deployed, topic: Resource) -> bool:
    """Whether alarms publish to a topic, and what else tells of the account's resources; nothing else knows it."""
    naming = [
        each
        for each in referring_to(project, topic.name)
        if each.type not in _LISTENING and (each.type not in _ALLOWING or _may_send(each, topic, "sns:p"))
    ]
    return bool(naming) and all(each.type in _OPERATING or _is_rule_of_account(each) for each in naming)


def _is_rule_of_account(resource: Resource) -> bool:
    """Whether a rule sends at times that are set, or where something happens to the account's resources."""
    scheduled = text(resource.get("ScheduleExpression")) is not None
    return resource.type == "AWS::Events::Rule" and (scheduled or _is_of_account(resource.get("EventPattern")))


def _may_send(policy: Resource, into: Resource, action: str) -> bool:
    """Whether a role or a policy may allow an action, by how its name begins, on a topic or queue that it names."""
    granted = list(invokers.holding(policy.properties, "Resource", {into.name}))
    actions = [text(each) for statement in granted for each in items(statement.get("Action"))]
    every = f"{action.partition(':')[0]}:*"
    return not actions or any(each is None or each.lower().startswith(("*", every, action)) for each in actions)


_MANIFESTS = ("manifest.json", "manifest.checksum")
"""How the keys end of what S3 puts down last of an inventory, each day or each week.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
"""


def _of_inventories(function: Function) -> Iterator[Span]:
    """Where buckets tell a function of their inventories, and of nothing else, by themselves or by a queue."""
    project = function.project
    yield from (each.span for each in _notifying(project, {*function.names}))
    for mapping in function.event_sources:
        queue = mapping.queue
        if queue is not None and not queue.generated:
            told = _notifying(project, {queue.resource.name})
            quiet = {id(each) for each in (*told, function.resource)}
            if told and not any(
                id(each) not in quiet and _may_be_sending(each, queue.resource)
                for each in referring_to(project, queue.resource.name)
            ):
                yield mapping.span


def _may_be_sending(resource: Resource, queue: Resource) -> bool:
    """Whether a resource that names a queue may be something that sends messages to it."""
    if resource.type in _ALLOWING:
        return _may_send(resource, queue, "sqs:sendm")
    return resource.type not in _ABOUT_QUEUES


def _notifying(project: Deployed, names: set[str]) -> list[Resource]:
    """The resources that tell what has one of these names of inventories, where buckets tell it of nothing else."""
    aimed = [each for each in notifications(project) if any(one.resource in names for one in references(each.target))]
    if not aimed or not all((each.suffix or "").endswith(_MANIFESTS) for each in aimed):
        return []
    return [each for each in referring_to(project, *names) if each.type.startswith("AWS::S3::Bucket")]


def _names(value: Value | None, resource: Resource) -> bool:
    return any(each.resource == resource.name for each in references(value))


@dataclass(frozen=True, slots=True)
class _Invocation:
    """Code of a function that invokes another one of the project."""

    by: Function
    of: Resource
    waits: bool


@lru_cache(maxsize=64)
def _invocations(project: Deployed) -> tuple[_Invocation, ...]:
    return tuple(
        _Invocation(function, of, _waits(asked))
        for function in functions(project)
        if function.handler is not None
        for asked in map(operation, function.handler.calls)
        if asked is not None and asked.service == "lambda" and asked.name in ("invoke", "invoke_async")
        if isinstance(of := uses.used(function, asked), Resource)
    )


def _waits(asked: Operation) -> bool:
    """Whether code may wait for the function that it invokes."""
    given = asked.argument("InvocationType")
    if given is None:
        return asked.name == "invoke"
    return not all(each == Constant("Event") for each in options(given))


_ALLOWING = ("AWS::IAM::Role", *POLICIES)
"""What lets code use a resource, and does not use it itself."""
