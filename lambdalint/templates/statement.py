"""A statement of a policy as an author would write it."""

from __future__ import annotations

from lambdalint.templates.value import Reference


def resource(path: str, role: str, on: Reference, part: str) -> str:
    """What the template of a role calls the ARN of a resource, or of a part of it; "" where it cannot be told.

    `path` is that of the template, `role` the name of the role's resource: what another stack or module makes has no
    name there.
    """
    parts = 2 if path.endswith(".tf") else 1
    home, name = role.split(".")[:-parts], on.resource.split(".")
    if name[:-parts] != home or len(name) < parts or '"' in on.resource:
        return ""
    own = ".".join(name[-parts:])
    if path.endswith(".tf"):
        return f'"${{{own}.arn}}{part}"' if part else f"{own}.arn"
    if path.endswith((".yaml", ".yml")):
        return f'!Sub "${{{own}.Arn}}{part}"' if part else f"!GetAtt {own}.Arn"
    if path.endswith(".json"):
        return f'{{"Fn::Sub": "${{{own}.Arn}}{part}"}}' if part else f'{{"Fn::GetAtt": ["{own}", "Arn"]}}'
    return ""


def line(path: str, action: str, written: str) -> str:
    """A statement in one line; `written` is its resource."""
    if path.endswith(".tf"):
        return f'{{ Effect = "Allow", Action = "{action}", Resource = {written} }}'
    if path.endswith(".json"):
        return f'{{"Effect": "Allow", "Action": "{action}", "Resource": {written}}}'
    return f"{{Effect: Allow, Action: {action}, Resource: {written}}}"
