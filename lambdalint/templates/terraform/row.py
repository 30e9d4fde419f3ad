"""A row of the table: what one type of Terraform's resources is called in CloudFormation."""

from __future__ import annotations

from collections.abc import Mapping

from lambdalint.records import dataclass, field


@dataclass(frozen=True, slots=True)
class One:
    """A block that there is at most one of, as a mapping."""

    name: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Many:
    """Blocks that there may be several of, as a sequence of mappings."""

    name: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Document:
    """JSON: a text, or what `jsonencode` or a data source makes one of."""

    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A lone value that CloudFormation has a list of."""

    name: str


Field = str | One | Many | Document | Listed
Fields = Mapping[str, Field]
"""By the names of arguments and blocks: the property that they become, and how."""


@dataclass(frozen=True, slots=True)
class Row:
    """A type of resource in CloudFormation's words."""

    type: str
    fields: Fields = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What its attributes are called, besides `arn` ("Arn") and `id` ("")."""
    partial: bool = False
    """Whether only some of its properties are read, so that any other may be set."""
