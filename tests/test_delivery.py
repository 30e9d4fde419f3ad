"""Schedules, targets, triggers and dead letters: what the pages of their rules do not show."""

from textwrap import dedent, indent

import pytest

from lambdalint.check import CHECKS
from lambdalint.checks import dead_letters, mappings, triggers  # noqa: F401
from lambdalint.model import Project
from lambdalint.model.schedules import fault
from lambdalint.source import Texts
from lambdalint.templates import read

FUNCTIONS = """
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.14, Handler: app.handler, Code: src/, FunctionName: worker}
  Other:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.14, Handler: app.handler, Code: src/}
"""


def found(rule: str, resources: str) -> list[str]:
    text = f"Resources:{FUNCTIONS}{indent(dedent(resources), '  ')}"
    [deployment] = read(Texts({"template.yaml": text}), ["template.yaml"], {})
    assert not deployment.unreadable
    return [problem.message for problem in CHECKS[rule](Project(deployment.resources))]


class TestScheduleExpression:
    @pytest.mark.parametrize(
        "expression",
        [
            "rate(1 minute)",
            "rate(5 minutes)",
            "rate(1 hour)",
            "rate(24 hours)",
            "rate(1 day)",
            " rate( 7  days ) ",
            "cron(0 10 * * ? *)",
            "cron(15 12 * * ? *)",
            "cron(0 18 ? * MON-FRI *)",
            "cron(0 8 1 * ? *)",
            "cron(0/15 * * * ? *)",
            "cron(0/10 * ? * MON-FRI *)",
            "cron(0/5 8-17 ? * mon-fri *)",
            "cron(*/5 * * * ? *)",
            "cron(1-30/5 * * * ? *)",
            "cron(0,15,30,45 * * * ? *)",
            "cron(0 20 L * ? *)",
            "cron(0 20 L-3 * ? *)",
            "cron(0 20 LW * ? *)",
            "cron(0 20 3W * ? *)",
            "cron(0 20 1,15 JAN,JUL ? *)",
            "cron(0 20 ? * L *)",
            "cron(0 20 ? * 6L *)",
            "cron(0 20 ? * FRIL *)",
            "cron(0 9 ? * 3#2 *)",
            "cron(0 9 ? * TUE#1 2026-2030)",
            "cron(0 22-5 * * ? *)",
            "cron(0 0 1 1 ? 2199)",
            "cron(5, 0, 1, *, ?, *)",
            "cron(* ? * * * *)",
        ],
    )
    def test_is_understood(self, expression: str) -> None:
        assert fault(expression, scheduler=False) is None
        assert fault(expression, scheduler=True) is None

    @pytest.mark.parametrize(
        ("expression", "why"),
        [
            ("cron(0 0 12 * * ?)", "has neither day ?"),
            ("cron(0 0 0 ? ? *)", "has 0 for the day of the month"),
            ("5 minutes", "is not of the form"),
            ("rate 5 minutes", "is not of the form"),
            ("cron(0 10 * * ? *", "is not of the form"),
            ("0 10 * * ? *", "is not of the form"),
            ("rate(5)", "has (5) where a rate has"),
            ("rate(minutes 5)", "has (minutes 5) where a rate has"),
            ("rate(0.5 hours)", "has (0.5 hours) where a rate has"),
            ("rate(5minutes)", "has (5minutes) where a rate has"),
            ("rate(0 minutes)", "has a rate of 0"),
            ("rate(-1 days)", "has a rate of -1"),
            ("rate(30 seconds)", "has seconds for a unit"),
            ("rate(2 weeks)", "has weeks for a unit"),
            ("cron()", "has 0 fields"),
            ("cron(0)", "has 1 field;"),
            ("cron(0 10 * * *)", "has 5 fields"),
            ("cron(0 0 10 * * ? *)", "has 7 fields"),
            ("cron(0 10 * * * *)", "has neither day ?"),
            ("cron(0 10 1 * MON *)", "has neither day ?"),
            ("cron(0 10 ? * ? *)", "has ? for both days"),
            ("cron(60 10 * * ? *)", "has 60 for the minute, which goes from 0 to 59"),
            ("cron(0 24 * * ? *)", "has 24 for the hour, which goes from 0 to 23"),
            ("cron(0 10 0 * ? *)", "has 0 for the day of the month, which goes from 1 to 31"),
            ("cron(0 10 32 * ? *)", "has 32 for the day of the month"),
            ("cron(0 10 1 13 ? *)", "has 13 for the month, which goes from 1 to 12"),
            ("cron(0 10 1 JANUARY ? *)", "has JANUARY for the month"),
            ("cron(0 10 ? * 0 *)", "has 0 for the day of the week, which goes from 1 to 7"),
            ("cron(0 10 ? * 1-8 *)", "has 1-8 for the day of the week"),
            ("cron(0 10 ? * 3#6 *)", "has 3#6 for the day of the week"),
            ("cron(0 10 ? * MONDAY *)", "has MONDAY for the day of the week"),
            ("cron(0 10 ? * 3#1,6#3 *)", "has 3#1,6#3 for the day of the week; with a # it can have one value only"),
            ("cron(0 10 * * ? 1969)", "has 1969 for the year"),
            ("cron(L 10 * * ? *)", "has L for the minute"),
            ("cron(0 10 * 3W ? *)", "has 3W for the month"),
            ("cron(0/x 10 * * ? *)", "has 0/x for the minute, whose step is no number"),
        ],
    )
    def test_is_certainly_wrong(self, expression: str, why: str) -> None:
        for scheduler in (False, True):
            assert (fault(expression, scheduler=scheduler) or "").startswith(why)

    @pytest.mark.parametrize("expression", ["rate(1 minutes)", "rate(5 minute)", "rate(1 days)"])
    def test_only_a_rule_minds_the_plural(self, expression: str) -> None:
        assert fault(expression, scheduler=False)
        assert fault(expression, scheduler=True) is None

    def test_only_the_scheduler_has_one_time_schedules(self) -> None:
        assert fault("at(2027-01-31T08:00:00)", scheduler=True) is None
        assert fault("at(2027-01-31T08:00:00)", scheduler=False)

    @pytest.mark.parametrize("time", ["2027-01-31", "tomorrow", "2027-02-29T08:00:00", "2027-01-31T24:30:00", ""])
    def test_a_time_is_a_time(self, time: str) -> None:
        assert fault(f"at({time})", scheduler=True)


class TestInvokePermission:
    rule = """
        Rule:
          Type: AWS::Events::Rule
          Properties: {Targets: [{Id: a, Arn: !GetAtt Worker.Arn}]}
    """

    def permission(self, name: str, principal: str = "events.amazonaws.com") -> str:
        return f"""
        Permission:
          Type: AWS::Lambda::Permission
          Properties: {{FunctionName: {name}, Principal: {principal}}}
        """

    @pytest.mark.parametrize(
        "name",
        ["!Ref Worker", "!GetAtt Worker.Arn", "worker", "!Sub 'arn:aws:lambda:*:*:function:${Worker}'", "someone"],
    )
    def test_of_the_function_or_perhaps_of_it_is_enough(self, name: str) -> None:
        assert not found("invoke-permission-missing", self.rule + self.permission(name))

    def test_of_another_function_is_not(self) -> None:
        assert found("invoke-permission-missing", self.rule + self.permission("!Ref Other"))

    @pytest.mark.parametrize("principal", ["'*'", "!Ref Someone", "events.amazonaws.com"])
    def test_for_the_service_or_perhaps_for_it_is_enough(self, principal: str) -> None:
        assert not found("invoke-permission-missing", self.rule + self.permission("!Ref Worker", principal))

    def test_for_another_service_is_not(self) -> None:
        assert found("invoke-permission-missing", self.rule + self.permission("!Ref Worker", "s3.amazonaws.com"))

    def test_a_policy_of_the_function_may_have_it(self) -> None:
        policy = """
        Policy:
          Type: AWS::Lambda::ResourcePolicy
          Properties: {ResourceArn: !GetAtt Worker.Arn, PolicyDocument: {Statement: []}}
        """
        assert not found("invoke-permission-missing", self.rule + policy)

    def test_what_an_alias_is_invoked_by_needs_it_too(self) -> None:
        alias = """
        Live:
          Type: AWS::Lambda::Alias
          Properties: {FunctionName: !Ref Worker, FunctionVersion: 1, Name: live}
        Filter:
          Type: AWS::Logs::SubscriptionFilter
          Properties: {DestinationArn: !Ref Live, LogGroupName: app, FilterPattern: ""}
        """
        assert found("invoke-permission-missing", alias)
        logs = self.permission("!Ref Live", "!Sub 'logs.${AWS::Region}.amazonaws.com'")
        assert not found("invoke-permission-missing", alias + logs)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("Event: s3:ObjectCreated:*", "Event: s3:ObjectCreated:*", True),
        ("Event: s3:ObjectCreated:*", "Event: s3:ObjectCreated:Copy", True),
        ("Event: s3:ObjectCreated:Put", "Event: s3:ObjectCreated:Copy", False),
        ("Event: s3:ObjectCreated:*", "Event: s3:ObjectRemoved:*", False),
        ("Event: s3:ObjectCreated:*", "Event: !Ref Event", False),
    ],
)
def test_notifications_overlap_by_their_events(one: str, other: str, overlap: bool) -> None:
    bucket = f"""
        Bucket:
          Type: AWS::S3::Bucket
          Properties:
            NotificationConfiguration:
              LambdaConfigurations:
                - {{{one}, Function: !GetAtt Worker.Arn}}
                - {{{other}, Function: !GetAtt Other.Arn}}
    """
    assert bool(found("trigger-overlap", bucket)) is overlap


@pytest.mark.parametrize(
    ("rules", "overlap"),
    [
        ("[{Name: prefix, Value: a}], [{Name: Prefix, Value: a/b}]", True),
        ("[{Name: prefix, Value: a}], [{Name: prefix, Value: b}]", False),
        ("[{Name: prefix, Value: a}], [{Name: suffix, Value: b}]", True),
        ("[{Name: suffix, Value: .jpg}], [{Name: suffix, Value: pg}]", True),
        ("[{Name: suffix, Value: .jpg}], [{Name: suffix, Value: .png}]", False),
        ("[{Name: prefix, Value: !Ref Where}], [{Name: prefix, Value: a}]", False),
        ("!Ref Rules, [{Name: prefix, Value: a}]", False),
    ],
)
def test_notifications_overlap_by_their_keys(rules: str, overlap: bool) -> None:
    one, other = rules.split(", [", 1)
    bucket = f"""
        Bucket:
          Type: AWS::S3::Bucket
          Properties:
            NotificationConfiguration:
              LambdaConfigurations:
                - {{Event: s3:ObjectCreated:*, Filter: {{S3Key: {{Rules: {one}}}}}, Function: !GetAtt Worker.Arn}}
                - {{Event: s3:ObjectCreated:*, Filter: {{S3Key: {{Rules: [{other}}}}}, Function: !GetAtt Other.Arn}}
    """
    assert bool(found("trigger-overlap", bucket)) is overlap


def test_a_function_that_is_told_of_a_dead_letter_queue_may_empty_it() -> None:
    queues = """
        Failures:
          Type: AWS::SQS::Queue
        Queue:
          Type: AWS::SQS::Queue
          Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Failures.Arn, maxReceiveCount: 5}}
    """
    redrive = """
        Redrive:
          Type: AWS::Lambda::Function
          Properties: {Handler: app.handler, Code: src/, Environment: {Variables: {QUEUE: !Ref Failures}}}
    """
    sends = """
        Sends:
          Type: AWS::Lambda::Function
          Properties: {Handler: app.handler, Code: src/, DeadLetterConfig: {TargetArn: !GetAtt Failures.Arn}}
    """
    assert found("dead-letter-queue-consumed", queues)
    assert found("dead-letter-queue-consumed", queues + sends)
    assert not found("dead-letter-queue-consumed", queues + redrive)


@pytest.mark.parametrize(
    ("policy", "low"),
    [
        ("{deadLetterTargetArn: !GetAtt Failures.Arn, maxReceiveCount: 4}", True),
        ("{deadLetterTargetArn: !GetAtt Failures.Arn, maxReceiveCount: 5}", False),
        ("{deadLetterTargetArn: !GetAtt Failures.Arn}", False),
        ("!Ref Policy", False),
    ],
)
def test_a_receive_count_is_low_below_five(policy: str, low: bool) -> None:
    assert low is bool(
        found(
            "receive-count-low",
            f"""
            Failures:
              Type: AWS::SQS::Queue
            Queue:
              Type: AWS::SQS::Queue
              Properties: {{RedrivePolicy: {policy}}}
            Mapping:
              Type: AWS::Lambda::EventSourceMapping
              Properties: {{EventSourceArn: !GetAtt Queue.Arn, FunctionName: !Ref Worker}}
            """,
        )
    )
