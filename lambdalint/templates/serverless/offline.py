"""Services that plugins run on one's own machine, and that nobody deploys.

Most services that have such a plugin are deployed as well: one that is not says so, or gives its functions what they
have nowhere else, and allows them nothing.

https://www.serverless.com/plugins/serverless-offline
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TypeGuard

from lambdalint.patterns import pattern
from lambdalint.templates.aside import called_local, says_local
from lambdalint.templates.cloudformation.text import BY_DEFAULT, spelt
from lambdalint.templates.serverless.service import Owner, Service
from lambdalint.templates.value import Known, Mapping, Sequence, Value, items

_RUNS = pattern(r"serverless-offline(?:-.*)?")
_ALLOWS = ("iam", "iamRoleStatements", "iamManagedPolicies", "role", "iamRoleStatementsInherit")
_DEPLOYS = ("deploymentBucket", "cfnRole", "vpc", "stackPolicy", "rollbackConfiguration", "notificationArns")
"""What a provider says only of what it deploys."""


def is_called_local(service: Service) -> bool:
    """Whether the name of its file says that it is for one's own machine."""
    return called_local(service.source)


def runs_offline(service: Service, owners: Iterable[Owner]) -> bool:
    """Whether a plugin runs a service on one's own machine, and nothing that it says is of use but there."""
    return (
        any(map(_RUNS.fullmatch, service.plugins))
        and not any(name in service.provider.keys for name in (*_ALLOWS, *_DEPLOYS))
        and not service.provider.open
        and not any(name in service.root.keys for name in ("org", "constructs"))
        and not any(name in owner.given.keys or owner.given.open for owner in owners for name in _ALLOWS)
    )


def is_set_up_for_it(service: Service, owners: Iterable[Owner]) -> bool:
    """Whether a service says that it is for one's own machine, or tells its functions what is only so there."""
    lines = takewhile(_is_comment, service.source.lines)
    return (
        says_local("\n".join(line.lstrip("#/ ") for line in lines))
        or _is_local_stage(service.provider.get("stage"))
        or any(map(_is_there, _variables(service, owners)))
    )


def _is_comment(line: str) -> bool:
    return not line.strip() or line.startswith(("#", "//"))


def _is_local_stage(stage: Value | None) -> bool:
    """Whether the stage is one's own machine, whatever the command line says."""
    return _is_written(stage) and str(stage.value) in ("local", "localhost", "offline")


def _variables(service: Service, owners: Iterable[Owner]) -> Iterator[tuple[str, Known]]:
    """The variables of its functions whose values are written out, whatever the stage."""
    for section in (service.provider.get("environment"), *(owner.get("environment") for owner in owners)):
        for part in items(section) if isinstance(section, Sequence) else (section,):
            if isinstance(part, Mapping):
                yield from ((name, each) for name, each in part.entries.items() if _is_written(each))


def _is_written(value: Value | None) -> TypeGuard[Known]:
    """Whether a value is the same whatever a deployment chooses."""
    return isinstance(value, Known) and not value.origin.startswith(BY_DEFAULT)


_CREDENTIALS = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})
_SERVICES = pattern(
    r"(?i).*(?:aws|dynamo|s3|sqs|sns|ses|ssm|secret|kinesis|lambda|step_?functions?|endpoint|queue|topic"
    r"|db|database|postgres|mysql|mongo|redis|elastic|opensearch).*"
)
_HERE = pattern(
    r"(?i)(?:[a-z][a-z+]*://)?(?:[^@/\s]*@)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal)(?::\d+)?(?:/\S*)?"
    r"|[a-z][a-z+]*://(?:[^@/\s]*@)?[a-z][\w-]*:\d+(?:/\S*)?"
)
"""What is on one's own machine, or has a name without a domain: that of a container beside it."""


def _is_there(variable: tuple[str, Known]) -> bool:
    """Whether a variable has credentials, which no deployment may set, or where a service is on one's own machine."""
    name, value = variable
    if name in _CREDENTIALS:
        return True
    return _SERVICES.fullmatch(name) is not None and _HERE.fullmatch(spelt(value)) is not None
