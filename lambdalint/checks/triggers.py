"""What sends events to functions: rules, schedules, topics, buckets."""

from __future__ import annotations

from itertools import combinations

from lambdalint.check import Problem, Problems, check
from lambdalint.meaning.endings import key_endings
from lambdalint.model import Function, Project, event_patterns
from lambdalint.model.buckets import notifications, overwritten
from lambdalint.model.queues import failure_targets
from lambdalint.model.resource_policies import Url
from lambdalint.model.schedules import Schedule
from lambdalint.model.schedules import fault as schedule_fault
from lambdalint.model.triggers import subscriptions, triggers
from lambdalint.model.view import View, text
from lambdalint.templates.value import Known, Reference
from lambdalint.wanted import EVENT, Fix, Property


@check
def target_without_dead_letter(project: Project) -> Problems:
    for target in project.targets:
        function = project.function_named(target.arn)
        if function is None or function.generated or target.rule.generated or target.disabled:
            continue
        if target.dead_letters is None:
            letters = Property(EVENT, target.rule.span, ("DeadLetterConfig",), (("Type", "SQS"),))
            yield Problem(
                target.span,
                f"has no dead-letter queue: what {target.service} cannot deliver to {function.name} is dropped",
                ((function.span, f"{function.name} is invoked"),),
                fix=Fix("let SAM make a dead-letter queue", (letters,), safe=False),
            )


@check
def schedule_expression_invalid(project: Project) -> Problems:
    for kind in ("AWS::Events::Rule", "AWS::Scheduler::Schedule"):
        for resource in project.of_type(kind):
            schedule = Schedule(project, resource)
            match schedule.expression:
                case Known(str(written), span, origin) if written.strip() and not schedule.generated:
                    wrong = schedule_fault(written, scheduler=schedule.scheduler)
                    if wrong is not None and "${" not in written:
                        yield Problem(span, f"{wrong}{', ' if origin else ''}{origin}")


@check
def pattern_never_matches(project: Project) -> Problems:
    for resource in project.of_type("AWS::Events::Rule"):
        rule = Schedule(project, resource)
        fault = None if rule.generated else event_patterns.fault(rule)
        if fault is not None:
            # Nothing waits for what a rule takes that has no target, or none that is seen.
            yield Problem(fault.span, fault.why, severity=None if rule.get("Targets") is not None else "note")


@check
def invoke_permission_missing(project: Project) -> Problems:
    for trigger in triggers(project):
        if not trigger.permitted:
            yield Problem(
                trigger.span,
                f"is to invoke {trigger.called}, which no permission lets {trigger.principal} do",
                ((trigger.function.span, f"{trigger.function.name}"),),
            )
    for resource in project.of_type("AWS::Lambda::Url"):
        url = Url(project, resource)
        if url.unpermitted and url.authentication is not None and not url.generated:
            yield Problem(
                url.authentication.span,
                f"answers 403, as no permission lets everyone do {' and '.join(url.unpermitted)}",
                about=url,
            )


@check
def trigger_overlap(project: Project) -> Problems:
    for one, other in combinations(notifications(project), 2):
        shared = one.shares(other)
        if shared is not None:
            yield Problem(
                other.span,
                f"takes {shared[1]}, as another notification of the bucket does for the same keys",
                ((one.span, f"takes {shared[0]}"),),
            )
    for function in project.functions:
        for first, second in combinations(function.event_sources, 2):
            if first.is_same_as(second):
                yield Problem(
                    second.span,
                    f"is a second mapping of the same {first.service} source to {function.name}, which Lambda refuses",
                    ((first.span, "the first"),),
                )
        scheduled = [each for each in project.targets if not each.rule.generated and function.is_named_by(each.arn)]
        for earlier, later in combinations(scheduled, 2):
            if earlier.is_same_as(later) and not _asks_which(function):
                yield Problem(
                    later.span,
                    f"invokes {function.name} at the same times as another schedule does: all is done twice",
                    ((earlier.span, "the first"),),
                    "warning",
                    about=function,
                )


def _asks_which(function: Function) -> bool:
    """Whether a function's code reads which rule or schedule has sent an event, as `resources` says, so that what it
    does for one is not what it does for another."""
    reads = () if function.handler is None else function.handler.reads
    return any(each.path[:1] == ("resources",) for each in reads)


@check
def notification_never_handled(project: Project) -> Problems:
    for function in project.functions:
        handler = function.handler
        told = [each for each in notifications(project) if function.is_named_by(each.target)]
        if handler is None or handler.bounded or not told:
            continue
        if not all(each.service == "S3" for each in function.invokers):
            continue
        asked = key_endings(handler)
        if asked is None or any(each.suffix is None or _may_end(each.suffix, asked.endings) for each in told):
            continue
        endings = " or ".join(asked.endings)
        for each in told:
            yield Problem(
                each.span,
                f"tells {function.name} of keys that end in {each.suffix}, and all that it does is for those that end "
                f"in {endings}",
                ((asked.span, "asked here"),),
            )


def _may_end(suffix: str, endings: tuple[str, ...]) -> bool:
    """Whether a key that ends in a suffix may end in one of some texts as well."""
    given = suffix.lower()
    return any(given.endswith(each.lower()) or each.lower().endswith(given) for each in endings)


@check
def notification_overwritten(project: Project) -> Problems:
    for one, other in overwritten(project):
        yield Problem(
            other.span,
            f"sets all that the bucket notifies, and so does {one.called}: the last one applied undoes the other",
            ((one.span, f"{one.called}"),),
        )


@check
def subscription_filter_limit(project: Project) -> Problems:
    of_group: dict[str, list[View]] = {}
    for resource in project.of_type("AWS::Logs::SubscriptionFilter"):
        group = resource.get("LogGroupName")
        made = project.resource(group.resource) if isinstance(group, Reference) else None
        called = None if made is None else text(made.get("LogGroupName"))
        name = called or (group.resource if isinstance(group, Reference) else text(group))
        if name is not None and not resource.uncertain:
            of_group.setdefault(name, []).append(View(project, resource))
    for several in of_group.values():
        for one in several[_FILTERS:]:
            yield Problem(
                one.span,
                f"is one of {len(several)} subscription filters of its log group; CloudWatch Logs takes {_FILTERS}",
                tuple((each.span, "has the same LogGroupName") for each in several[:_FILTERS]),
            )


_FILTERS = 2


@check
def dead_letter_as_target(project: Project) -> Problems:
    for target in project.targets:
        queue = target.queue
        if queue is not None and queue.resource.name in failure_targets(project) and not target.rule.generated:
            yield Problem(
                target.span,
                f"sends events to {queue.name}, a dead-letter queue, where they hide what failed",
                ((queue.span, f"{queue.name}"),),
            )


@check
def subscription_without_dead_letter(project: Project) -> Problems:
    for subscription in subscriptions(project):
        protocol = text(subscription.properties.get("Protocol"))
        if protocol not in ("lambda", "sqs") or subscription.generated:
            continue
        if subscription.properties.get("RedrivePolicy") is None:
            receiver = "function" if protocol == "lambda" else "queue"
            yield Problem(
                subscription.span,
                f"has no dead-letter queue: what SNS cannot deliver to the {receiver} is dropped",
            )
