"""The table from Terraform's resources to CloudFormation's.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

from lambdalint.templates.terraform.row import Row
from lambdalint.templates.terraform.table import apis, events, functions, names, networks, permissions, queues, storage

ROWS: dict[str, Row] = {
    **functions.ROWS,
    **queues.ROWS,
    **events.ROWS,
    **storage.ROWS,
    **permissions.ROWS,
    **apis.ROWS,
    **networks.ROWS,
}
"""The types whose properties are read."""

NAMED: dict[str, str] = names.NAMED
"""Further types by name alone: they are resources that others refer to, or that refer to functions."""


def type_of(kind: str) -> str:
    """What a type of Terraform's is called."""
    row = ROWS.get(kind)
    return row.type if row is not None else NAMED.get(kind, f"Terraform::{kind}")
