"""Which log groups and alarms belong to a function."""

from textwrap import dedent, indent

import pytest

from lambdalint.model import Project
from lambdalint.model.alarms import watched_metrics
from lambdalint.model.logs import log_groups
from lambdalint.source import Texts
from lambdalint.templates import read

HEAD = "Parameters: {Given: {Type: String}}"


def project(properties: str, resources: str) -> Project:
    text = f"""{HEAD}
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties: {{Runtime: python3.14, Handler: app.handler, Code: src/{properties}}}
  Other:
    Type: AWS::Lambda::Function
    Properties: {{Runtime: python3.14, Handler: app.other, Code: src/}}
{indent(dedent(resources), "  ")}"""
    [deployment] = read(Texts({"template.yaml": text}), ["template.yaml"], {})
    assert not deployment.unreadable
    return Project(deployment.resources)


def groups(properties: str, called: str | None) -> int | None:
    """How many log groups a function has, one of some name being declared; None where that cannot be told."""
    named = "" if called is None else f"LogGroupName: {called}, "
    declared = f"Logs: {{Type: AWS::Logs::LogGroup, Properties: {{{named}RetentionInDays: 7}}}}\n"
    found = log_groups(project(properties, declared).functions[0])
    return None if found is None else len(found)


class TestLogGroups:
    @pytest.mark.parametrize(
        ("properties", "called", "expected"),
        [
            ("", "!Sub '/aws/lambda/${Worker}'", 1),
            ("", "!Sub '/aws/lambda/${Other}'", 0),
            ("", "!Join ['/', ['/aws/lambda', !Ref Worker]]", 1),
            ("", "/aws/lambda/worker", 0),
            ("", "!Ref Given", None),
            ("", None, 0),
            (", FunctionName: worker", "/aws/lambda/worker", 1),
            (", FunctionName: worker", "/aws/lambda/worker/logs", 0),
            (", FunctionName: worker", "!Sub '/aws/lambda/${Given}'", None),
            (", FunctionName: worker", "!Sub '/ecs/${Given}'", 0),
            (", FunctionName: !Ref Given", "/aws/lambda/worker", None),
            (", FunctionName: !Sub '${Given}-worker'", "!Sub '/aws/lambda/${Given}-worker'", 1),
            (", FunctionName: !Sub '${Given}-worker'", "!Sub '/aws/lambda/${Given}-other'", 0),
            (", LoggingConfig: {LogGroup: !Ref Logs}", None, 1),
            (", LoggingConfig: {LogGroup: !Ref Given}", None, None),
            (", LoggingConfig: {LogGroup: shared}", "shared", 1),
            (", LoggingConfig: {LogGroup: shared}", "another", None),
        ],
    )
    def test_are_found_by_name_or_by_setting(self, properties: str, called: str | None, expected: int | None) -> None:
        assert groups(properties, called) == expected

    def test_what_cdk_sets_retention_with_counts(self) -> None:
        resources = """
            Retention:
              Type: Custom::LogRetention
              Properties:
                ServiceToken: !GetAtt Other.Arn
                LogGroupName: !Join ["", ["/aws/lambda/", !Ref Worker]]
                RetentionInDays: 7
        """
        [found] = log_groups(project("", resources).functions[0]) or ()
        assert found.retention is not None


def watched(alarm: str) -> frozenset[str] | None:
    return watched_metrics(
        project("", f"Alarm: {{Type: AWS::CloudWatch::Alarm, Properties: {{{alarm}}}}}\n").functions[0]
    )


class TestWatchedMetrics:
    @pytest.mark.parametrize(
        ("alarm", "expected"),
        [
            ("Namespace: AWS/Lambda, MetricName: Errors", {"Errors"}),
            (
                "Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref Worker}]",
                {"Errors"},
            ),
            ("Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref Other}]", set()),
            ("Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: FunctionName, Value: other}]", set()),
            ("Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref Given}]", None),
            ("Namespace: AWS/Lambda, MetricName: Errors, Dimensions: !Ref Given", None),
            ("Namespace: AWS/SQS, MetricName: NumberOfMessagesSent", set()),
            ("Namespace: !Ref Given, MetricName: Errors", None),
            ("Metrics: !Ref Given", None),
            (
                "Metrics: [{Id: a, MetricStat: {Metric: {Namespace: AWS/Lambda, MetricName: Throttles}}}]",
                {"Throttles"},
            ),
        ],
    )
    def test_are_those_of_alarms_on_this_function_or_on_all(self, alarm: str, expected: set[str] | None) -> None:
        assert watched(alarm) == expected
