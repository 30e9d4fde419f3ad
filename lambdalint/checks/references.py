"""References: what names a resource of the template, and leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check
from lambdalint.model import Project
from lambdalint.templates.value import Known, Mapping, Sequence, Value

_KEYS = frozenset({"KmsMasterKeyId", "KmsKeyId", "KMSKeyId", "KMSMasterKeyID", "KmsKeyArn", "KMSKeyArn"})
_ARNS = frozenset({
    "deadLetterTargetArn", "TargetArn", "TopicArn", "EventSourceArn", "ResourceArn", "Role", "RoleArn",
    "StateMachineArn", "DestinationArn", "QueueArn", "LogGroupArn",
})  # fmt: skip
"""Properties that take an ARN."""


@check
def logical_id_as_text(project: Project) -> Problems:
    names = {each.name.rpartition(".")[2]: each for each in project.resources}
    for resource in project.resources:
        for key, value in _named(resource.properties):
            found = names.get(str(value.value))
            if found is not None and found is not resource and not value.origin:
                kind = "the id of a key" if key in _KEYS else "an ARN"
                yield Problem(
                    value.span,
                    f"gives {key} the text {value.value}, which is no reference to that resource and not {kind}",
                    ((found.span, f"{found.called}, which is meant"),),
                )


def _named(properties: Mapping) -> Iterator[tuple[str, Known]]:
    """The properties within a resource's that take the id or the ARN of another, and are given a text."""
    pending: list[tuple[str, Value]] = list(properties.entries.items())
    while pending:
        key, value = pending.pop()
        match value:
            case Known(str()) if key in _KEYS | _ARNS:
                yield key, value
            case Mapping(entries):
                pending += entries.items()
            case Sequence(several):
                pending += ((key, each) for each in several)
            case _:
                continue
