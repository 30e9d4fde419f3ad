"""The names that a template may use for what SAM makes: `Function.Alias`, `Api.Stage` …

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.templates.cloudformation.files import type_of
from lambdalint.templates.cloudformation.stack import Stack
from lambdalint.templates.sam.globals import serverless
from lambdalint.templates.value import Known, Value


def aliases(stack: Stack) -> Iterator[tuple[str, str]]:
    """The names, and the logical ids that SAM gives to what they name."""
    for logical_id, node in serverless(stack):
        match type_of(stack.resources[logical_id]):
            case "AWS::Serverless::Function":
                yield f"{logical_id}.Version", f"{logical_id}Version"
                if (name := stack.value(node.entries.get("AutoPublishAlias"))) is not None:
                    yield f"{logical_id}.Alias", alias(logical_id, name)
                for made in ("Queue", "Topic"):
                    yield f"{logical_id}.Destination{made}", f"{logical_id}EventInvokeConfigOnFailure{made}"
            case "AWS::Serverless::Api" | "AWS::Serverless::HttpApi":
                yield f"{logical_id}.Stage", stage(logical_id, stack.value(node.entries.get("StageName")))


def alias(logical_id: str, name: Value) -> str:
    """The logical id of the alias of a function."""
    return f"{logical_id}Alias{name.value if isinstance(name, Known) else ''}"


def stage(logical_id: str, name: Value | None) -> str:
    """The logical id of the stage of an API."""
    if name is None or (isinstance(name, Known) and name.value == "$default"):
        return f"{logical_id}ApiGatewayDefaultStage"
    # SAM has not evaluated the name of the stage where a function gives it.
    return f"{logical_id}{name.value if isinstance(name, Known) and not name.origin else ''}Stage"
