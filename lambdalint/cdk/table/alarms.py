"""Alarms of CloudWatch, and the metrics that they watch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lambdalint.cdk.assembly import Assembly, Draft, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import camel, canonical
from lambdalint.cdk.props import argument, member, options, props, subject
from lambdalint.cdk.rows import Field, Row, kept
from lambdalint.cdk.table.notifications import permit
from lambdalint.code.value import Call, Constant, Mapping, Result, Value
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Unknown

_WATCHED = {
    "lambda.Function": ("AWS/Lambda", "FunctionName", "functionName"),
    "sqs.Queue": ("AWS/SQS", "QueueName", "queueName"),
    "sns.Topic": ("AWS/SNS", "TopicName", "topicName"),
    "dynamodb.Table": ("AWS/DynamoDB", "TableName", "tableName"),
}
"""What has metrics whose methods are called like them: `queue.metricApproximateAgeOfOldestMessage()`."""


def alarm(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What an alarm watches, and whom it tells."""
    span = draft.span
    found = list(_metric(assembly, construct.props.get("metric"), span))
    if len(found) == 1 and found[0] is not None:
        draft.entries |= found[0].entries
    else:
        several = [Unknown(span, "a metric") if each is None else _stat(each, span) for each in found]
        draft.entries["Metrics"] = (
            template.Sequence(tuple(several), span) if several and None not in found else Unknown(span, "metric")
        )
    draft.entries.setdefault("ComparisonOperator", Known("GreaterThanOrEqualToThreshold", span))
    for name, added in (("AlarmActions", "actions"), ("InsufficientDataActions", "unsure")):
        draft.entries[name] = partial(_told, construct, added, span)


def _told(construct: Construct, added: str, span: Span) -> Made:
    told = construct.added.get(added)
    return template.Sequence(tuple(told), span) if told else None


_WORDS = {
    **{each.upper(): each for each in ("missing", "ignore", "breaching")},
    "NOT_BREACHING": "notBreaching",
    "GREATER_THAN_OR_EQUAL_TO_THRESHOLD": "GreaterThanOrEqualToThreshold",
    "GREATER_THAN_THRESHOLD": "GreaterThanThreshold",
    "LESS_THAN_THRESHOLD": "LessThanThreshold",
    "LESS_THAN_OR_EQUAL_TO_THRESHOLD": "LessThanOrEqualToThreshold",
}
"""What members of the CDK's enumerations are called in a template."""


def _word(_assembly: Assembly, given: Value, span: Span) -> Made:
    found = _WORDS.get(member(given))
    return Unknown(span, "the app's program") if found is None else Known(found, span)


def _stat(metric: template.Mapping, span: Span) -> template.Mapping:
    return mapping(span, {"MetricStat": mapping(span, {"Metric": metric})})


def _metric(assembly: Assembly, given: Value | None, span: Span) -> Iterator[template.Mapping | None]:
    """The metrics that a value stands for; None for one that is not known."""
    match given:
        case Result(call) if canonical(call.name) == "cloudwatch.Metric":
            yield _spelt_out(assembly, call, span)
        case Result(call) if canonical(call.name) == "cloudwatch.MathExpression":
            used = options(call, 0).get("usingMetrics")
            if isinstance(used, Mapping) and not used.open and used.entries:
                for each in used.entries.values():
                    yield from _metric(assembly, each, span)
            else:
                yield None
        case Result(call) if call.receiver is not None and call.name in ("with", "with_", "attachTo", "attach_to"):
            for inner in _metric(assembly, call.receiver, span):
                # What is set anew is not asked for, but for the statistic.
                yield None if inner is None else _with(inner, "Statistic", Unknown(span, "the statistic"))
        case Result(call) if call.receiver is not None and camel(call.name).startswith("metric"):
            yield _of_construct(assembly, call, span)
        case _:
            yield None


def _spelt_out(assembly: Assembly, call: Call, span: Span) -> template.Mapping:
    known = options(call, 0)
    dimensions = known.get("dimensionsMap") or known.get("dimensions")
    found = props(dimensions)
    several = [
        mapping(span, {"Name": Known(name, span), "Value": assembly.values.value(each, span)})
        for name, each in _named(dimensions)
    ]
    made = mapping(
        span,
        {
            "Namespace": assembly.values.value(known.get("namespace"), span),
            "MetricName": assembly.values.value(known.get("metricName"), span),
            "Dimensions": None if dimensions is None else template.Sequence(tuple(several), span, found.open),
        },
    )
    return template.Mapping(made.entries, span, made.keys, known.open)


def _named(given: Value | None) -> Iterator[tuple[str, Value]]:
    if isinstance(given, Mapping):
        yield from given.entries.items()


def _of_construct(assembly: Assembly, call: Call, span: Span) -> template.Mapping | None:
    of = assembly.constructs.find(call.receiver)
    if of is None or of.kind not in _WATCHED:
        return None
    namespace, dimension, key = _WATCHED[of.kind]
    name = camel(call.name).removeprefix("metric")
    named: Made = Known(name, span) if name else assembly.values.value(argument(call, 0, "metricName"), span)
    told = mapping(span, {"Name": Known(dimension, span), "Value": assembly.arn(of, key, span)})
    entries: dict[str, Made] = {
        "Namespace": Known(namespace, span),
        "MetricName": named or Unknown(span, "metricName"),
        "Dimensions": template.Sequence((told,), span),
        "Statistic": _statistic(options(call, 0 if name else 1).get("statistic"), name, span),
    }
    return mapping(span, entries)


def _with(metric: template.Mapping, name: str, value: template.Value) -> template.Mapping:
    return template.Mapping({**metric.entries, name: value}, metric.span, metric.keys, metric.open)


def _statistic(given: Value | None, metric: str, span: Span) -> Made:
    """How a metric is summed up: functions' own are, where nothing else is said, but for how long they take."""
    match given:
        case None:
            return Known("Sum", span) if metric in ("Invocations", "Errors", "Throttles") else None
        case Constant(str(spelt)):
            return Known(spelt.capitalize(), span)
        case _:
            return Unknown(span, "the statistic")


def add_action(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`alarm.addAlarmAction(new SnsAction(topic))`."""
    span = assembly.head(call.span)
    if camel(call.name) == "addInsufficientDataAction":
        construct.add("unsure", Unknown(span, "an action"))
    for given in call.arguments:
        match given:
            case Result(made):
                kind, of = canonical(made.name), assembly.constructs.find(subject(made)[0])
            case _:
                kind, of = "", None
        if kind == "cloudwatch-actions.SnsAction" and of is not None and of.kind == "sns.Topic":
            construct.add("actions", assembly.arn(of, "topicArn", span))
        elif kind == "cloudwatch-actions.LambdaAction" and of is not None and of.kind == "lambda.Function":
            construct.add("actions", assembly.arn(of, "functionArn", span))
            source = assembly.arn(construct, "alarmArn", span)
            permit(
                assembly, of, "lambda.alarms.cloudwatch.amazonaws.com", source, call, f"{construct.id}AlarmPermission"
            )
        else:
            construct.add("actions", Unknown(span, "an action"))
            assembly.hand_over(call.span, assembly.constructs.reached(given), known=True)


ROWS = {
    "cloudwatch.Alarm": Row(
        "AWS::CloudWatch::Alarm",
        {
            "alarmName": "AlarmName",
            "alarmDescription": "AlarmDescription",
            "threshold": "Threshold",
            "evaluationPeriods": "EvaluationPeriods",
            "datapointsToAlarm": "DatapointsToAlarm",
            "actionsEnabled": "ActionsEnabled",
            "comparisonOperator": Field("ComparisonOperator", _word),
            "treatMissingData": Field("TreatMissingData", _word),
            **kept("metric period statistic evaluateLowSampleCountPercentile"),
        },
        alarm,
        {"addAlarmAction": add_action, "addOkAction": add_action, "addInsufficientDataAction": add_action},
    ),
}
