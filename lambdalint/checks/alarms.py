"""Alarms: whether there are any, whether what they watch ever has data, and whether anybody hears them."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check
from lambdalint.model import Project
from lambdalint.model.alarms import (
    filter_without_dimensions,
    forgotten_functions,
    forgotten_queues,
    has_their_form,
    misnamed,
    never_low,
    of_nobody,
    only_redriven,
    puts,
    text_only,
    unheard_alarms,
    watched,
    watched_metrics,
)
from lambdalint.model.event_sources import STREAMS
from lambdalint.model.queues import duration
from lambdalint.model.view import Number, text
from lambdalint.source import Span


@check
def alarm_missing(project: Project) -> Problems:
    for function in project.functions:
        if function.generated or function.deployment_only:
            continue
        watched = watched_metrics(function)
        if watched is None:
            continue
        if not watched & {"Errors", "Throttles"}:
            yield Problem(function.span, "has no alarm on Errors or Throttles", about=function)
        streams = [each for each in function.event_sources if each.service in STREAMS]
        if streams and "IteratorAge" not in watched:
            yield Problem(
                function.span,
                "has no alarm on IteratorAge",
                ((streams[0].span, f"feeds it from {streams[0].service}"),),
                about=function,
            )


@check
def alarm_without_action(project: Project) -> Problems:
    for alarm in unheard_alarms(project):
        yield Problem(alarm.span, "has no AlarmActions: when it goes off, nobody is told")


@check
def alarm_without_data(project: Project) -> Problems:
    for metric in watched(project):
        if (found := only_redriven(project, metric)) is not None:
            letters, queue = found
            yield Problem(
                metric.span,
                f"watches NumberOfMessagesSent of {letters.name}, which does not count what SQS moves there: "
                "it never goes off; ApproximateNumberOfMessagesVisible does",
                ((queue.span, f"{queue.name} moves messages there"),),
            )
        elif (place := filter_without_dimensions(project, metric)) is not None:
            yield Problem(
                metric.span,
                "watches a metric with Dimensions that its metric filter does not set: it never has data",
                ((place, "made without Dimensions here"),),
            )
        elif (name := of_nobody(metric)) is not None:
            put = next((each for each in puts(project) if each.name == name), None)
            if put is not None or not has_their_form(name):
                where = "" if put is None else f", and the code puts it into {put.namespace}"
                yield Problem(
                    metric.span,
                    f"watches {name} in AWS/Lambda, where Lambda puts no such metric{where}: it never has data",
                    () if put is None else ((put.span, f"put into {put.namespace}"),),
                )
    for alarm in project.of_type("AWS::CloudWatch::Alarm"):
        place = never_low(alarm)
        if place is not None:
            yield Problem(
                place,
                "asks whether there were fewer Invocations than one, and has no TreatMissingData of breaching: where "
                "there are none, there is no data, and it does not go off",
            )
    for each in project.of_type("AWS::Logs::MetricFilter"):
        pattern, function = each.get("FilterPattern"), text_only(project, each)
        if pattern is not None and function is not None:
            yield Problem(
                pattern.span,
                f"filters for events of the platform in JSON, and {function.name} logs as text: nothing ever matches",
                ((function.span, "its LogFormat is Text, the default"),),
            )


@check
def alarm_about_another(project: Project) -> Problems:
    told: set[Span] = set()
    for alarm, metric, meant, watched_one in misnamed(project):
        if alarm.span not in told:
            told.add(alarm.span)
            name = text(metric.get("MetricName"))
            yield Problem(
                alarm.span,
                f"is named for {meant.name} and watches {name} of {watched_one.name}: none watches that of "
                f"{meant.name}",
                ((meant.span, "no alarm watches this function"),),
            )


@check
def alarm_forgotten(project: Project) -> Problems:
    for function, others in forgotten_functions(project):
        yield Problem(
            function.span,
            "has no alarm on Errors, as other functions beside it have",
            tuple((each.span, "an alarm of another") for each in others[:1]),
            about=function,
        )
    for queue, other in forgotten_queues(project):
        kept = queue.retention
        while_kept = f" for the {duration(kept.value)} that they are kept" if isinstance(kept, Number) else ""
        yield Problem(
            queue.span,
            f"collects messages that failed, and no alarm tells of them{while_kept}",
            ((other.span, "an alarm on something else"),),
            about=queue,
        )
