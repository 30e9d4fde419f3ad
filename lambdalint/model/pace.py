"""How often a function runs, and whether anybody waits for it: what it costs to do something at every event."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lambdalint.code.value import Constant, options
from lambdalint.meaning.operations import Operation, operation
from lambdalint.model import invokers, schedules, uses
from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import Function, functions
from lambdalint.model.invokers import Invoker
from lambdalint.model.targets import targets
from lambdalint.model.triggers import subscriptions
from lambdalint.model.view import references, text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Mapping, Value, items


def runs_rarely(function: Function) -> bool:
    """Whether nothing invokes it but rules that are switched off, and schedules that come an hour apart or more."""
    aimed = [each for each in targets(function.project) if function.is_named_by(each.arn)]
    rare = {each.rule.span for each in aimed if schedules.is_rare(text(each.rule.expression) or "")}
    found = function.invokers
    return all(each.span in rare for each in found) and (bool(found) or any(each.disabled for each in aimed))


def is_unattended(function: Function) -> bool:
    """Whether nothing invokes it but the clock, what happens to an account, and code that does not wait for it."""
    found = function.invokers
    if not found:
        return False
    known = {*_rules(function), *_of_alarms(function), *_machines(function.project)}
    left = [each for each in found if each.span not in known and each.service not in _NOW_AND_THEN]
    return all(each.mode == invokers.UNKNOWN for each in left) and (not left or _is_handed_over_to(function, left))


def is_job(function: Function) -> bool:
    """Whether nobody waits for any of its runs: it is unattended, a task of a state machine that goes on by itself, or
    told by a topic that only such functions publish to."""
    return _is_job(function, ())


def _is_job(function: Function, told: tuple[Function, ...]) -> bool:
    if is_unattended(function):
        return True
    known = {*_rules(function), *_of_alarms(function), *_topics_of_jobs(function, (*told, function))}
    left = [each for each in function.invokers if each.span not in known and each.service not in _NOW_AND_THEN]
    return bool(function.invokers) and all(_goes_on_by_itself(function.project, each) for each in left)


_NOW_AND_THEN = frozenset({"AWS Config", "CodeCommit", "a CloudWatch alarm"})
"""Services that invoke a function where something happens to the account's resources, and do not wait."""

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
    return bool(sources) and (
        all(each in _OF_ACCOUNT for each in sources) or (fails and all(each.startswith("aws.") for each in sources))
    )


def _machines(project: Deployed) -> Iterator[Span]:
    """The state machines that only the clock is seen to start."""
    for machine in project.of_type("AWS::StepFunctions::StateMachine"):
        aimed = [each for each in targets(project) if _names(each.arn, machine)]
        knowing = {each.type for each in project.resources if each is not machine and _names(each.properties, machine)}
        if aimed and all(each.rule.expression is not None for each in aimed) and knowing.issubset(_BESIDE_MACHINES):
            yield machine.span


_BESIDE_MACHINES = frozenset({
    "AWS::CloudWatch::Alarm", "AWS::Events::Rule", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role",
    "AWS::IAM::RolePolicy", "AWS::Scheduler::Schedule",
})  # fmt: skip
"""What names a state machine and does not start it, apart from the rules and schedules that are looked at."""


def _of_alarms(function: Function) -> Iterator[Span]:
    """Where topics invoke a function that only alarms publish to."""
    project = function.project
    for subscription in subscriptions(project):
        topic = next((project.resource(each.resource) for each in references(subscription.topic)), None)
        if topic is not None and subscription.function == function and _is_for_alarms(project, topic):
            yield from (subscription.span, topic.span)


def _topics_of_jobs(function: Function, told: tuple[Function, ...]) -> Iterator[Span]:
    """Where topics invoke a function that only jobs publish to."""
    project = function.project
    for subscription in subscriptions(project):
        topic = next((project.resource(each.resource) for each in references(subscription.topic)), None)
        if topic is not None and subscription.function == function and _is_for_jobs(project, topic, told):
            yield from (subscription.span, topic.span)


def _is_for_jobs(project: Deployed, topic: Resource, told: tuple[Function, ...]) -> bool:
    """Whether jobs publish to a topic, and nothing else of the project knows it."""
    publishing = [each for each, into in _publications(project) if into is topic]
    naming = [each for each in project.resources if _names(each.properties, topic)]
    others = [each for each in naming if each.type not in (*_LISTENING, *_ALLOWING)]
    return (
        bool(publishing)
        and all(each not in told and _is_job(each, told) for each in publishing)
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


def _goes_on_by_itself(project: Deployed, invoker: Invoker) -> bool:
    """Whether it is state machines that invoke, of a type that no caller can wait for.

    https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
    """
    every = project.of_type("AWS::StepFunctions::StateMachine")
    # What a role tells may be any machine's.
    asked = [each for each in every if each.span == invoker.span] or every
    types = [each.get("StateMachineType") for each in asked]
    return invoker.service == "Step Functions" and all(each is None or text(each) == "STANDARD" for each in types)


_ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_LISTENING = ("AWS::Lambda::Permission", "AWS::SNS::Subscription", "AWS::SNS::TopicPolicy")


def _is_for_alarms(project: Deployed, topic: Resource) -> bool:
    """Whether alarms publish to a topic, and nothing else of the project knows it."""
    naming = {each.type for each in project.resources if each.type not in _LISTENING and _names(each.properties, topic)}
    return bool(naming) and naming.issubset(_ALARMS)


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


def _is_handed_over_to(function: Function, by: list[Invoker]) -> bool:
    """Whether these all stand for code that invokes a function and does not wait."""
    project = function.project
    known = [each for each in _invocations(project) if each.of is function.resource]
    spans: set[Span] = set()
    for each in known:
        spans.add(each.by.span)
        role = each.by.role
        if role is not None:
            spans.add(role.span)
            spans.update(policy.span for kind in _POLICIES for policy in project.of_type(kind) if role.has(policy))
    return bool(known) and not any(each.waits for each in known) and all(each.span in spans for each in by)


_POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")
_ALLOWING = ("AWS::IAM::Role", *_POLICIES)
"""What lets code use a resource, and does not use it itself."""
