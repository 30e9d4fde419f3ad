"""Configurations for one's own machine: all that their provider asks is asked of LocalStack, or the like.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/custom-service-endpoints
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.templates.hcl.syntax import Block, Literal
from lambdalint.templates.terraform.declarations import Declarations

_HERE = pattern(
    r"https?://(?:[\w.-]+\.)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|localstack|host\.docker\.internal"
    r"|localhost\.localstack\.cloud|moto)(?::\d+)?/?"
)


def is_local(declarations: Declarations) -> bool:
    """Whether the provider of AWS that a module has by default finds its services on one's own machine."""
    own = [
        each
        for each in declarations.blocks.get("provider", ())
        if each.labels == ("aws",) and "alias" not in each.attributes
    ]
    asked = [url for each in own for url in _endpoints(each)]
    return len(own) == 1 and bool(asked) and all(_HERE.fullmatch(each) for each in asked)


def _endpoints(provider: Block) -> Iterator[str]:
    """The URLs of services that a provider is given; of one that only a deployment knows, the empty text."""
    for each in provider.blocks:
        if each.kind == "endpoints":
            for attribute in each.attributes.values():
                match attribute.expression:
                    case Literal(value) if value is not None:
                        yield str(value.value)
                    case _:
                        yield ""
