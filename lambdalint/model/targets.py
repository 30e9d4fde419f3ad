"""Targets: what rules and schedules of EventBridge send their events to."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model.deployed import Deployed
from lambdalint.model.queues import Queue, queue_named
from lambdalint.model.schedules import Schedule
from lambdalint.model.view import text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.value import Mapping, Value, items


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
