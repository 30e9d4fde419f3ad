"""Which keys each place of a template knows; tools/template_keys.py writes the table and names its sources.

The keys of a place are a mapping to those of what stands under each: None where that is free, or no mapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from lambdalint.data import table

Keys = Mapping[str, Any]

ATTRIBUTES = frozenset(
    {
        *("Type", "Properties", "Condition", "DependsOn", "Metadata", "CreationPolicy", "DeletionPolicy"),
        *("UpdatePolicy", "UpdateReplacePolicy", "Connectors", "IgnoreGlobals", "Version", "Description"),
    }
)
"""What stands beside the properties of a resource; a Description there is one for whoever reads the template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-product-attribute-reference.html and
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
"""

EVENT = frozenset({"Type", "Properties"})
"""What stands in an event of SAM."""


def of_type(kind: str) -> Keys | None:
    """The properties of a type of CloudFormation or SAM; None where they are not known."""
    found: Keys | None = _table()["cloudformation"].get(kind) or _table()["sam"]["types"].get(kind)
    return found


def events_of(kind: str) -> Mapping[str, Keys]:
    """The types of events that a type of SAM may have, each with its properties; none where it has no events."""
    found: Mapping[str, Keys] = _table()["sam"].get(kind, {})
    return found


def of_serverless(place: str) -> Keys:
    """What Serverless Framework, up to its fourth version, reads in a `service`, its `provider`, a `function`, and as
    `events`, each with its own keys."""
    found: Keys = _table()["serverless"][place]
    return found


@cache
def _table() -> Any:
    return table("template_keys.json")
