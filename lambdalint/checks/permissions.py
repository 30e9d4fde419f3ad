"""What roles allow."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check
from lambdalint.data import actions, managed_policies
from lambdalint.model import Project
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
                service, _, verb = str(action.value).partition(":")
                if action.value == "*":
                    yield Problem(action.span, "allows every action")
                elif verb == "*":
                    yield Problem(action.span, f"allows every {service} action", severity="warning")
                elif verb.endswith("*") and verb.count("*") == 1 and "?" not in verb:
                    message = f"allows every {service} action that begins {verb[:-1]}"
                    yield Problem(action.span, message, severity="note")


@check
def wildcard_resource(project: Project) -> Problems:
    for role in project.roles:
        if not role.for_lambda:
            continue
        in_vpc = any(function.get("VpcConfig") is not None for function in project.functions if function.role == role)
        for statement in role.documents:
            if statement.generated or not statement.allows or statement.conditional:
                continue
            everything = next((each for each in statement.resources if _is_everything(each)), None)
            if everything is None:
                continue
            scoped = [
                str(action.value)
                for action in statement.actions
                if actions.can_be_scoped(str(action.value), in_vpc=in_vpc)
            ]
            if _is_log_arn(everything):
                scoped = [action for action in scoped if not action.lower().startswith("logs:")]
            if scoped:
                more = f" and {len(scoped) - 1} more" if len(scoped) > 1 else ""
                yield Problem(everything.span, f"allows {scoped[0]}{more} on every resource")


def _is_everything(value: Value) -> bool:
    """Whether a resource is `*`, or an ARN whose account, region and name are all wildcards."""
    written = _pattern(value)
    if written == "*":
        return True
    parts = written.split(":")
    return written.startswith("arn:") and len(parts) > 5 and all(part == "*" for part in parts[3:])


def _is_log_arn(value: Value) -> bool:
    """`arn:aws:logs:*:*:*`, which AWS's own execution policies and examples use."""
    return ":logs:" in _pattern(value)


def _pattern(value: Value) -> str:
    match value:
        case Known(str(written)):
            return written
        case Text(parts):
            return "".join(str(part.value) if isinstance(part, Known) else "?" for part in parts)
        case _:
            return ""


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
