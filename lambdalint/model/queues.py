"""Queues: what hides, keeps and gives up messages."""

from __future__ import annotations

from lambdalint.model.view import Number, View, number, text, truth
from lambdalint.templates.value import Unknown, Value

DAY = 86_400


class Queue(View):
    """An SQS queue."""

    __slots__ = ()

    @property
    def visibility_timeout(self) -> Number | Unknown:
        """Seconds that a received message stays hidden; AWS's default is 30."""
        return number(self.get("VisibilityTimeout"), 30, self.span)

    @property
    def retention(self) -> Number | Unknown:
        """Seconds that a message is kept; AWS's default is 4 days."""
        return number(self.get("MessageRetentionPeriod"), 4 * DAY, self.span)

    @property
    def fifo(self) -> bool | None:
        """Whether it keeps messages in order; None where only a deployment knows."""
        return truth(self.get("FifoQueue"))

    @property
    def redrive_policy(self) -> Value | None:
        """Where messages go that fail again and again, and after how many times."""
        return self.get("RedrivePolicy")

    @property
    def is_dead_letter(self) -> bool:
        """Whether messages come here after they failed elsewhere, or its own policy says that they may."""
        allows = self.get("RedriveAllowPolicy")
        denied = allows is not None and text(self.get("RedriveAllowPolicy", "redrivePermission")) == "denyAll"
        return (allows is not None and not denied) or self.resource.name in self.project.failure_targets
