"""Targets: what rules and schedules of EventBridge send their events to."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model.deployed import Deployed
from lambdalint.model.queues import Queue, queue_named
from lambdalint.model.schedules import Schedule
from lambdalint.model.view import references, text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.value import Mapping, Value, items

_OF_EVENTS = ("Input", "InputPath", "InputTransformer")
"""What makes the events of a target other than those of others."""
_OF_RULES = ("EventPattern", "StartDate", "EndDate")
"""What makes a rule's times others than its expression says, or has it take further events."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a rule of EventBridge, or a schedule of EventBridge Scheduler, sends events to."""

    rule: Schedule
    properties: Mapping

    @property
    def span(self) -> Span:
        """Where it says what it is."""
        return self.properties.key("Arn")

    @property
    def arn(self) -> Value | None:
        """What it is."""
        return self.properties.get("Arn")

    @property
    def role(self) -> Value | None:
        """The role that EventBridge takes on for it."""
        return self.properties.get("RoleArn")

    @property
    def dead_letters(self) -> Value | None:
        """Where the events go that cannot be delivered; None where they are dropped."""
        return self.properties.get("DeadLetterConfig")

    @property
    def service(self) -> str:
        """Who sends."""
        return "EventBridge Scheduler" if self.rule.scheduler else "EventBridge"

    @property
    def disabled(self) -> bool:
        """Whether nothing is sent."""
        return text(self.rule.get("State")) == "DISABLED"

    def is_same_as(self, other: Target) -> bool:
        """Whether another one surely gets the same events at the same times: nothing but when is said of them."""
        own, others = self._when, other._when
        named = {each.resource for each in references(self.arn)}
        return (
            own is not None
            and own == others
            and bool(named)
            and named == {each.resource for each in references(other.arn)}
        )

    @property
    def _when(self) -> tuple[str, str | None] | None:
        """The times at which it surely gets an event of which nothing is said; None where more, or less, is known."""
        written, zone = text(self.rule.expression), self.rule.get("ScheduleExpressionTimezone")
        state = self.rule.get("State")
        more = any(self.properties.get(each) is not None for each in _OF_EVENTS)
        more = more or any(self.rule.get(each) is not None for each in _OF_RULES)
        surely = state is None or text(state) == "ENABLED"
        if (
            written is None
            or more
            or not surely
            or (zone is not None and text(zone) is None)
            or self.rule.resource.uncertain
            or self.rule.resource.conditional
        ):
            return None
        return "".join(written.lower().split()), text(zone)

    @property
    def queue(self) -> Queue | None:
        """The queue that it is; None where it is something else."""
        return queue_named(self.rule.project, self.arn)

    @property
    def dead_letter_queue(self) -> Queue | None:
        """The queue for the events that cannot be delivered."""
        return queue_named(self.rule.project, self.dead_letters)


def targets(project: Deployed) -> Iterator[Target]:
    """Every target of every rule and schedule."""
    for resource in project.of_type("AWS::Events::Rule"):
        for given in items(resource.get("Targets")):
            if isinstance(given, Mapping):
                yield Target(Schedule(project, resource), given)
    for resource in project.of_type("AWS::Scheduler::Schedule"):
        target = resource.get("Target")
        if isinstance(target, Mapping):
            yield Target(Schedule(project, resource), target)
