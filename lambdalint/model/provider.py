"""Who makes what Terraform's provider of AWS can make, and how its arguments are called there: Terraform, or Pulumi,
whose provider is made of that one."""

from __future__ import annotations

from lambdalint.source import Span

_TERRAFORM = (".tf", ".hcl", ".json")


def tool(place: Span) -> str:
    """Who makes what is declared at a place."""
    return "Terraform" if place.path.endswith(_TERRAFORM) else "Pulumi"


def argument(name: str, place: Span) -> str:
    """What an argument is called at a place: `s3_key`, in programs that are none of Python's `s3Key`."""
    if place.path.endswith((*_TERRAFORM, ".py")):
        return name
    first, *rest = name.split("_")
    return first + "".join(each.capitalize() for each in rest)
