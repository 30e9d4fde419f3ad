"""SAM's connectors, which let what they join reach each other by roles and policies that no template shows.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/managing-permissions-connectors.html
"""

from __future__ import annotations

from collections.abc import Collection

from lambdalint.model.deployed import Deployed
from lambdalint.model.view import references
from lambdalint.templates.value import Known, Mapping, items


def may_lead_to(project: Deployed, names: Collection[str]) -> bool:
    """Whether a connector leads to one of the resources of these names, or may."""
    for connector in project.of_type("AWS::Serverless::Connector"):
        stack = connector.name.rpartition(".")[0]
        for end in items(connector.get("Destination")):
            match end:
                case Mapping(entries={"Id": Known(named)}):
                    found = [f"{stack}.{named}" if stack else str(named)]
                case Mapping(entries={"Arn": arn}):
                    found = [reference.resource for reference in references(arn)]
                case _:
                    found = []
            if not found or any(name in names for name in found):
                return True
    return False
