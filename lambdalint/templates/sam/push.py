"""Events that a service invokes the function for."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.events import Event, Spelling
from lambdalint.templates.sam.spelling import (
    STATE_MACHINE,
    document,
    extended,
    known,
    mapping,
    part,
    renamed,
    statement,
)
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value, items


def _rule(event: Event) -> Iterator[Resource]:
    """`Schedule`, `CloudWatchEvent` and `EventBridgeRule`: an EventBridge rule with the function as its target."""
    given, span = event.properties, event.span
    names = {"Schedule": "ScheduleExpression", "Pattern": "EventPattern", "RuleName": "Name"}
    aimed, places = part(given, "Input", "InputPath", "InputTransformer", "RetryPolicy")
    letters = yield from _dead_letters(event)
    named = given.get("Target")
    target = mapping(
        span,
        {
            "Arn": event.arn,
            "Id": (named.get("Id") if isinstance(named, Mapping) else None)
            or Known(f"{event.owner.logical_id}{event.logical_id}LambdaTarget", span, default=True),
            **aimed,
            "DeadLetterConfig": letters,
        },
        {**places, "DeadLetterConfig": event.key("DeadLetterConfig")},
    )
    moved = frozenset({*aimed, "DeadLetterConfig", "Target", "Enabled"})
    properties = extended(
        renamed(given, names, moved),
        {"Targets": Sequence((target,), span), "State": _state(given)},
        {"Targets": span, "State": event.key("Enabled" if "Enabled" in given.entries else "State")},
    )
    yield event.made("AWS::Events::Rule", properties)
    yield event.permission("events.amazonaws.com", {"SourceArn": event.reference("", "Arn")})


def _state(given: Mapping) -> Value | None:
    match given.entries.get("Enabled"):
        case None:
            return given.entries.get("State")
        case Known(value, span):
            return Known("DISABLED" if str(value).lower() == "false" else "ENABLED", span)
        case other:
            return Unknown(other.span, "Enabled")


def _dead_letters(event: Event) -> Generator[Resource, None, Value | None]:
    """The event's `DeadLetterConfig`; where it gives a type instead of an ARN, SAM makes the queue."""
    given = event.get("DeadLetterConfig")
    if not isinstance(given, Mapping) or "Arn" in given.keys or "Type" not in given.keys:
        return given
    place = event.properties.key("DeadLetterConfig")
    named = known(given.get("QueueLogicalId"))
    name = event.owner.stack.prefix + named if named else f"{event.name}Queue"
    yield Resource("AWS::SQS::Queue", name, mapping(place, {}), place, event.extent, generated=True)
    return mapping(given.span, {"Arn": Reference(name, "Arn", given.span)}, {"Arn": given.key("Type")})


def _s3(event: Event) -> Iterator[Resource]:
    """The bucket's notification of the function; see `AWS::S3::Bucket.NotificationConfiguration`."""
    given, span = event.properties, event.span
    filtered, places = part(given, "Filter")
    configurations = tuple(
        mapping(
            name.span,
            {"Event": name, "Function": event.arn, **filtered},
            {**places, "Event": name.span},
        )
        for name in items(given.get("Events"))
    )
    properties = mapping(
        span,
        {"Bucket": given.get("Bucket"), "LambdaConfigurations": Sequence(configurations, span)},
        {"Bucket": event.key("Bucket"), "LambdaConfigurations": event.key("Events")},
    )
    yield event.made("AWS::S3::BucketNotification", properties)
    yield event.permission("s3.amazonaws.com", {"SourceAccount": Unknown(span, "AWS::AccountId")})


def _sns(event: Event) -> Iterator[Resource]:
    given, span = event.properties, event.span
    through = given.get("SqsSubscription")
    subscribed = renamed(given, {"Topic": "TopicArn"}, frozenset({"SqsSubscription"}))
    if through is None or (isinstance(through, Known) and str(through.value).lower() == "false"):
        more: dict[str, Value | None] = {"Protocol": Known("lambda", span), "Endpoint": event.arn}
        yield event.made("AWS::SNS::Subscription", extended(subscribed, more, dict.fromkeys(more, span)))
        yield event.permission("sns.amazonaws.com", {"SourceArn": given.get("Topic")})
        return
    place = event.key("SqsSubscription")
    queue: Value | None
    polled: dict[str, Value | None] = {}
    places = {"EventSourceArn": place}
    if isinstance(through, Mapping) and "QueueArn" in through.keys:
        queue = through.get("QueueArn")
        polled, keys = part(through, "BatchSize", "Enabled")
        places |= keys | {"EventSourceArn": through.key("QueueArn")}
    else:
        queue = event.reference("Queue", "Arn")
        yield event.made("AWS::SQS::Queue", mapping(place, {}), "Queue", generated=True, span=place)
    yield from _queue_policy(event, "sns.amazonaws.com", queue, given.get("Topic"))
    more = {"Protocol": Known("sqs", span), "Endpoint": queue}
    yield event.made("AWS::SNS::Subscription", extended(subscribed, more, dict.fromkeys(more, span)))
    yield event.made(
        "AWS::Lambda::EventSourceMapping",
        mapping(
            place,
            {
                "EventSourceArn": queue,
                "FunctionName": event.owner.ref(span),
                "SourceType": Known("SQS", place),
                **polled,
            },
            places,
        ),
        "EventSourceMapping",
    )


def _queue_policy(event: Event, service: str, queue: Value | None, source: Value | None) -> Iterator[Resource]:
    """The policy by which SAM lets a service send to a queue what comes from one source."""
    allowed = statement(event.span, ("sqs:SendMessage",), queue)
    principal = mapping(event.span, {"Service": Known(service, event.span)})
    sent_by = mapping(event.span, {"ArnEquals": mapping(event.span, {"aws:SourceArn": source})})
    allowed = extended(allowed, {"Principal": principal, "Condition": sent_by})
    queues = Sequence((Reference(queue.resource, "", event.span),) if isinstance(queue, Reference) else (), event.span)
    properties = mapping(event.span, {"PolicyDocument": document(event.span, allowed), "Queues": queues})
    yield event.made("AWS::SQS::QueuePolicy", properties, "QueuePolicy", generated=True)


def _schedule(event: Event) -> Iterator[Resource]:
    """`ScheduleV2`: a schedule of EventBridge Scheduler, and the role it takes on."""
    given, span = event.properties, event.span
    aimed, places = part(given, "Input", "RetryPolicy")
    letters = yield from _dead_letters(event)
    role = given.get("RoleArn")
    if role is None:
        role = event.reference("Role", "Arn")
        yield event.made("AWS::IAM::Role", _scheduler_role(event, letters), "Role", generated=True)
    target = mapping(
        span,
        {"Arn": event.arn, "RoleArn": role, **aimed, "DeadLetterConfig": letters},
        {**places, "RoleArn": event.key("RoleArn"), "DeadLetterConfig": event.key("DeadLetterConfig")},
    )
    moved = frozenset({*aimed, "DeadLetterConfig", "RoleArn", "PermissionsBoundary", "OmitName"})
    yield event.made(
        "AWS::Scheduler::Schedule", extended(renamed(given, {}, moved), {"Target": target}, {"Target": span})
    )


def _scheduler_role(event: Event, letters: Value | None) -> Mapping:
    span = event.span
    invoking = "states:StartExecution" if event.owner.kind == STATE_MACHINE else "lambda:InvokeFunction"
    allowed = [statement(span, (invoking,), event.arn)]
    if isinstance(letters, Mapping):
        allowed.append(statement(span, ("sqs:SendMessage",), letters.get("Arn")))
    trust = extended(
        renamed(statement(span, ("sts:AssumeRole",), None), {}, frozenset({"Resource"})),
        {"Principal": mapping(span, {"Service": Sequence((Known("scheduler.amazonaws.com", span),), span)})},
    )
    policy = mapping(
        span, {"PolicyName": Known(event.name, span, default=True), "PolicyDocument": document(span, *allowed)}
    )
    return mapping(span, {"AssumeRolePolicyDocument": document(span, trust), "Policies": Sequence((policy,), span)})


def _logs(event: Event) -> Iterator[Resource]:
    yield event.made(
        "AWS::Logs::SubscriptionFilter",
        extended(event.properties, {"DestinationArn": event.arn}, {"DestinationArn": event.span}),
    )
    yield event.permission("logs.amazonaws.com", {"SourceArn": Unknown(event.span, "log group")})


def _iot(event: Event) -> Iterator[Resource]:
    span = event.span
    action = mapping(span, {"Lambda": mapping(span, {"FunctionArn": event.arn})})
    payload = extended(event.properties, {"Actions": Sequence((action,), span)}, {"Actions": span})
    yield event.made("AWS::IoT::TopicRule", mapping(event.properties.span, {"TopicRulePayload": payload}))
    account = Unknown(span, "AWS::AccountId")
    yield event.permission("iot.amazonaws.com", {"SourceArn": event.reference("", "Arn"), "SourceAccount": account})


def _alexa(event: Event) -> Iterator[Resource]:
    token = {"EventSourceToken": event.get("SkillId")}
    yield event.permission("alexa-appkit.amazon.com", token, generated=False)


def _cognito(event: Event) -> Iterator[Resource]:
    """The user pool's trigger; see `AWS::Cognito::UserPool.LambdaConfig`."""
    given, span = event.properties, event.span
    pool = given.get("UserPool")
    triggers = Sequence(items(given.get("Trigger")), event.key("Trigger"))
    properties = mapping(
        span,
        {"UserPool": pool, "Trigger": triggers, "Function": event.arn},
        {"UserPool": event.key("UserPool"), "Trigger": event.key("Trigger")},
    )
    yield event.made("AWS::Cognito::UserPoolTrigger", properties)
    source = Reference(pool.resource, "Arn", span) if isinstance(pool, Reference) else None
    yield event.permission("cognito-idp.amazonaws.com", {"SourceArn": source})


SPELLINGS: dict[str, Spelling] = {
    "Schedule": _rule,
    "CloudWatchEvent": _rule,
    "EventBridgeRule": _rule,
    "ScheduleV2": _schedule,
    "S3": _s3,
    "SNS": _sns,
    "CloudWatchLogs": _logs,
    "IoTRule": _iot,
    "AlexaSkill": _alexa,
    "Cognito": _cognito,
}
