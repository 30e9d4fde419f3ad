"""Events that a service invokes the function for."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.templates.cloudformation.text import spelt
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.spelling import mapping, part, renamed
from lambdalint.templates.serverless import names
from lambdalint.templates.serverless.events import Event, Spelling
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value, items

_AIMED = {"input": "Input", "inputPath": "InputPath", "inputTransformer": "InputTransformer"}


def _rule(event: Event, suffix: str, matching: dict[str, Value | None], aimed: dict[str, Value | None]) -> Resource:
    """A rule of EventBridge with the function as its target."""
    given, span = event.given, event.span
    inputs, places = part(given, *_AIMED)
    target = mapping(
        span,
        {
            "Arn": event.arn,
            "Id": Known(f"{event.owner.key}{event.kind[:1].upper()}{event.kind[1:]}", span, default=True),
            **{_AIMED[name]: value for name, value in inputs.items()},
            **aimed,
        },
        {
            **{_AIMED[name]: place for name, place in places.items()},
            "DeadLetterConfig": event.key("deadLetterQueueArn"),
            "RetryPolicy": event.key("retryPolicy"),
        },
    )
    entries: dict[str, Value | None] = {
        **matching,
        "Name": given.get("name"),
        "Description": given.get("description"),
        "State": state(given),
        "Targets": Sequence((target,), span),
    }
    keys = {
        "ScheduleExpression": event.key("rate" if "rate" in given.keys else "schedule"),
        "EventPattern": event.key("event" if event.kind == "cloudwatchEvent" else "pattern"),
        "EventBusName": event.key("eventBus"),
        "Name": event.key("name"),
        "Description": event.key("description"),
        "State": event.key("enabled"),
    }
    return event.made("AWS::Events::Rule", suffix, mapping(given.span, entries, keys))


def state(given: Mapping) -> Value | None:
    """`enabled` as CloudFormation's `State`."""
    match given.get("enabled"):
        case Known(value=bool() as enabled, span=span):
            return Known("ENABLED" if enabled else "DISABLED", span)
        case None:
            return None
        case other:
            return Unknown(other.span, "enabled")


def _schedule(event: Event) -> Iterator[Resource]:
    rates = items(event.short or event.get("rate")) or (Unknown(event.span, "rate"),)
    method = event.get("method")
    for number, rate in enumerate(rates):
        suffix = str(event.number) if len(rates) == 1 else f"{event.number}x{number + 1}"
        if isinstance(method, Known) and method.value == "scheduler":
            yield _scheduled(event, rate, f"SchedulerSchedule{suffix}")
            continue
        rule = _rule(event, f"EventsRuleSchedule{suffix}", {"ScheduleExpression": rate}, {})
        yield rule
        if number == 0:
            yield event.permission("events.amazonaws.com", {"SourceArn": Reference(rule.name, "Arn", event.span)})


def _scheduled(event: Event, rate: Value, suffix: str) -> Resource:
    """A schedule of EventBridge Scheduler, which takes on the function's own role."""
    given, span = event.given, event.span
    target = mapping(span, {"Arn": event.arn, "Input": given.get("input")}, {"Input": event.key("input")})
    entries: dict[str, Value | None] = {
        "ScheduleExpression": rate,
        "ScheduleExpressionTimezone": given.get("timezone"),
        "State": state(given),
        "Name": given.get("name"),
        "Description": given.get("description"),
        "FlexibleTimeWindow": mapping(span, {"Mode": Known("OFF", span, default=True)}),
        "Target": target,
    }
    keys = {"ScheduleExpression": event.key("rate"), "State": event.key("enabled"), "Name": event.key("name")}
    return event.made("AWS::Scheduler::Schedule", suffix, mapping(given.span, entries, keys))


def _event_bridge(event: Event) -> Iterator[Resource]:
    retried, letters = event.get("retryPolicy"), event.get("deadLetterQueueArn")
    if isinstance(retried, Mapping):
        retried = renamed(
            retried,
            {"maximumEventAge": "MaximumEventAgeInSeconds", "maximumRetryAttempts": "MaximumRetryAttempts"},
        )
    aimed: dict[str, Value | None] = {
        "RetryPolicy": retried,
        "DeadLetterConfig": None if letters is None else mapping(letters.span, {"Arn": letters}),
    }
    matching: dict[str, Value | None] = {
        "EventPattern": event.get("pattern"),
        "ScheduleExpression": event.get("schedule"),
        "EventBusName": event.get("eventBus"),
    }
    rule = _rule(event, f"EventBridgeRule{event.number}", matching, aimed)
    yield rule
    yield event.permission("events.amazonaws.com", {"SourceArn": Reference(rule.name, "Arn", event.span)})


def _cloudwatch_event(event: Event) -> Iterator[Resource]:
    rule = _rule(event, f"EventsRuleCloudWatchEvent{event.number}", {"EventPattern": event.get("event")}, {})
    yield rule
    yield event.permission("events.amazonaws.com", {"SourceArn": Reference(rule.name, "Arn", event.span)})


def _sns(event: Event) -> Iterator[Resource]:
    short = event.short
    arn, named = event.get("arn"), event.get("topicName")
    if short is not None and (not isinstance(short, Known) or spelt(short).startswith("arn:")):
        arn = short
    elif short is not None:
        named = short
    name = spelt(named) if isinstance(named, Known) else _last(arn)
    if arn is None:
        topic = f"SNSTopic{names.alphanumeric(name) or event.number}"
        arn = Reference(topic, "", event.span)
        shown = mapping(event.span, {"TopicName": named, "DisplayName": event.get("displayName")})
        yield event.shared("AWS::SNS::Topic", topic, shown, label=name)
    entries: dict[str, Value | None] = {
        "TopicArn": arn,
        "Protocol": Known("lambda", event.span),
        "Endpoint": event.arn,
        "FilterPolicy": event.get("filterPolicy"),
        "FilterPolicyScope": event.get("filterPolicyScope"),
        "RedrivePolicy": _redrive(event),
    }
    keys = {
        "TopicArn": event.key("arn"),
        "FilterPolicy": event.key("filterPolicy"),
        "RedrivePolicy": event.key("redrivePolicy"),
    }
    suffix = f"SnsSubscription{names.alphanumeric(name) or event.number}"
    yield event.made("AWS::SNS::Subscription", suffix, mapping(event.given.span, entries, keys))
    yield event.permission("sns.amazonaws.com", {"SourceArn": arn})


def _redrive(event: Event) -> Value | None:
    given = event.get("redrivePolicy")
    if not isinstance(given, Mapping):
        return given
    target = given.get("deadLetterTargetArn")
    if isinstance(named := given.get("deadLetterTargetRef"), Known):
        target = Reference(spelt(named), "Arn", named.span)
    return mapping(given.span, {"deadLetterTargetArn": target or Unknown(given.span, "deadLetterTargetImport")})


def _last(arn: Value | None) -> str:
    match arn:
        case Known(value=str() as written):
            return written.rpartition(":")[2]
        case Reference(resource=name):
            return name
        case _:
            return ""


def _s3(event: Event) -> Iterator[Resource]:
    """The bucket's notification of the function; see `AWS::S3::Bucket.NotificationConfiguration`."""
    given, span = event.given, event.span
    named = event.short or given.get("bucket")
    bucket: Value | None = named
    existing = given.get("existing")
    if existing is None or (isinstance(existing, Known) and existing.value is False):
        name = spelt(named) if isinstance(named, Known) else ""
        logical_id = f"S3Bucket{names.alphanumeric(name) or event.number}"
        settings = event.owner.service.provider.get("s3", name) if name else None
        if isinstance(settings, Mapping):
            # `provider.s3` configures the buckets that functions are notified of, by a name of its own.
            written = {f"{name[:1].lower()}{name[1:]}": f"{name[:1].upper()}{name[1:]}" for name in settings.keys}
            properties = renamed(settings, written)
            if "name" in settings.keys:
                properties = renamed(properties, {"Name": "BucketName"})
        else:
            properties = mapping(span, {"BucketName": named})
        bucket = Reference(logical_id, "", span)
        yield event.shared("AWS::S3::Bucket", logical_id, properties, label=name)
    events = items(given.get("event")) or (Known("s3:ObjectCreated:*", span, default=True),)
    configurations = tuple(
        mapping(name.span, {"Event": name, "Function": event.arn, "Filter": _filter(given)}) for name in events
    )
    notified = mapping(
        span,
        {"Bucket": bucket, "LambdaConfigurations": Sequence(configurations, span)},
        {"Bucket": event.key("bucket"), "LambdaConfigurations": event.key("event")},
    )
    yield event.made("AWS::S3::BucketNotification", f"S3Notification{event.number}", notified)
    yield event.permission("s3.amazonaws.com", {"SourceAccount": Unknown(span, "AWS::AccountId")})


def _filter(given: Mapping) -> Value | None:
    rules = given.get("rules")
    if rules is None:
        return None
    found = [
        mapping(value.span, {"Name": Known(name, rule.key(name)), "Value": value})
        for rule in items(rules)
        if isinstance(rule, Mapping)
        for name, value in rule.entries.items()
    ]
    return mapping(rules.span, {"S3Key": mapping(rules.span, {"Rules": Sequence(tuple(found), rules.span)})})


def _logs(event: Event) -> Iterator[Resource]:
    group = event.short or event.get("logGroup")
    entries: dict[str, Value | None] = {
        "LogGroupName": group,
        "FilterPattern": event.get("filter"),
        "DestinationArn": event.arn,
    }
    keys = {"LogGroupName": event.key("logGroup"), "FilterPattern": event.key("filter")}
    suffix = f"LogsSubscriptionFilterCloudWatchLog{event.number}"
    yield event.made("AWS::Logs::SubscriptionFilter", suffix, mapping(event.given.span, entries, keys))
    yield event.permission("logs.amazonaws.com", {"SourceArn": Unknown(event.span, "log group")})


def _iot(event: Event) -> Iterator[Resource]:
    span = event.span
    action = mapping(span, {"Lambda": mapping(span, {"FunctionArn": event.arn})})
    payload = mapping(
        event.given.span,
        {
            "Sql": event.get("sql"),
            "AwsIotSqlVersion": event.get("sqlVersion"),
            "Description": event.get("description"),
            "Actions": Sequence((action,), span),
        },
        {"Sql": event.key("sql")},
    )
    properties = mapping(span, {"RuleName": event.get("name"), "TopicRulePayload": payload})
    yield event.made("AWS::IoT::TopicRule", f"IotTopicRule{event.number}", properties)
    yield event.permission("iot.amazonaws.com", {"SourceArn": Unknown(span, "rule")})


def _alexa(event: Event) -> Iterator[Resource]:
    token = event.short if event.short is not None else event.get("appId")
    principal = "alexa-appkit.amazon.com" if event.kind == "alexaSkill" else "alexa-connectedhome.amazon.com"
    yield event.permission(principal, {"EventSourceToken": token})


def _cognito(event: Event) -> Iterator[Resource]:
    """The user pool's trigger; see `AWS::Cognito::UserPool.LambdaConfig`."""
    span = event.span
    pool = event.get("pool")
    existing = event.get("existing")
    if isinstance(pool, Known) and (existing is None or (isinstance(existing, Known) and existing.value is False)):
        logical_id = f"CognitoUserPool{names.alphanumeric(spelt(pool))}"
        described = mapping(span, {"UserPoolName": pool})
        yield event.shared("AWS::Cognito::UserPool", logical_id, described, label=spelt(pool))
        pool = Reference(logical_id, "", span)
    properties = mapping(
        span,
        {
            "UserPool": pool,
            "Trigger": Sequence(items(event.get("trigger")), event.key("trigger")),
            "Function": event.arn,
        },
        {"UserPool": event.key("pool"), "Trigger": event.key("trigger")},
    )
    yield event.made("AWS::Cognito::UserPoolTrigger", f"CognitoUserPoolTrigger{event.number}", properties)
    source = Reference(pool.resource, "Arn", span) if isinstance(pool, Reference) else None
    yield event.permission("cognito-idp.amazonaws.com", {"SourceArn": source})


def _cloud_front(event: Event) -> Iterator[Resource]:
    """Lambda@Edge: a version of the function is run by a distribution that the framework makes."""
    span = event.span
    run = mapping(span, {"EventType": event.get("eventType"), "LambdaFunctionARN": event.arn})
    behaviour = mapping(span, {"LambdaFunctionAssociations": Sequence((run,), span)})
    configuration = mapping(span, {"DefaultCacheBehavior": behaviour})
    properties = mapping(span, {"DistributionConfig": configuration})
    yield event.made(
        "AWS::CloudFront::Distribution", f"CloudFrontDistribution{event.number}", properties, generated=True
    )


SPELLINGS: dict[str, Spelling] = {
    "schedule": _schedule,
    "eventBridge": _event_bridge,
    "cloudwatchEvent": _cloudwatch_event,
    "cloudwatchLog": _logs,
    "sns": _sns,
    "s3": _s3,
    "iot": _iot,
    "alexaSkill": _alexa,
    "alexaSmartHome": _alexa,
    "cognitoUserPool": _cognito,
    "cloudFront": _cloud_front,
}
