"""What roles allow."""

from __future__ import annotations

import re

from lambdalint.check import Problem, Problems, check
from lambdalint.data import actions, managed_policies
from lambdalint.model import Project, Role
from lambdalint.templates.value import Known, Text, Value


@check
def wildcard_action(project: Project) -> Problems:
    for role in project.roles:
        if not role.for_lambda:
            continue
        for statement in role.documents:
            if statement.generated or not statement.allows:
                continue
            for action in statement.actions:
                written = str(action.value)
                service, _, verb = written.partition(":")
                if written in ("*", "*:*"):
                    yield Problem(action.span, "allows every action")
                elif verb == "*":
                    yield Problem(action.span, f"allows every {service} action", severity="warning")
                elif actions.allows_several(written):
                    begins = verb.endswith("*") and verb.count("*") == 1 and "?" not in verb
                    which = f"that begins {verb[:-1]}" if begins else f"that matches {verb}"
                    yield Problem(action.span, f"allows every {service} action {which}", severity="note")


@check
def wildcard_resource(project: Project) -> Problems:
    for role in project.roles:
        if not role.for_lambda:
            continue
        spared = _needs_everything(role)
        for statement in role.documents:
            if statement.generated or not statement.allows or statement.conditional:
                continue
            everything = next((each for each in statement.resources if _is_everything(each)), None)
            if everything is None:
                continue
            scoped = [
                str(action.value) for action in statement.actions if actions.can_be_scoped(str(action.value), spared)
            ]
            if scoped:
                more = f" and {len(scoped) - 1} more" if len(scoped) > 1 else ""
                yield Problem(everything.span, f"allows {scoped[0]}{more} on every resource")


def _needs_everything(role: Role) -> frozenset[str]:
    """The actions that the functions of a role need on `*`, though they can be scoped elsewhere."""
    spared = actions.OWN_LOGS
    for function in role.functions:
        if function.in_vpc:
            spared |= actions.NETWORK
        for call in () if function.handler is None else function.handler.calls:
            if call.name == "publish" and "PhoneNumber" in call.keywords:
                # A text message has no topic that could be named.
                spared |= {"sns:publish"}
    return spared


_EVERYTHING = re.compile(r"\*+|arn:\*|arn:[^:]*:[^:]*:\*|arn:[^:]*:[^:]*:\*?:\*?:\*+(/\*)?")


def _is_everything(value: Value) -> bool:
    """Whether a resource is `*`, or an ARN whose account, region and name are all wildcards."""
    match value:
        case Known(str(written)):
            return _EVERYTHING.fullmatch(written) is not None
        case Text(parts):
            written = "".join(str(part.value) if isinstance(part, Known) else "?" for part in parts)
            return _EVERYTHING.fullmatch(written) is not None
        case _:
            return False


@check
def broad_managed_policy(project: Project) -> Problems:
    for role in project.roles:
        if not role.for_lambda:
            continue
        for name, place in role.managed_policies:
            match managed_policies.grants(name):
                case "admin":
                    yield Problem(place.span, f"attaches {name}, which administers the account")
                case str(service):
                    yield Problem(place.span, f"attaches {name}, which allows all of {service}", severity="warning")
