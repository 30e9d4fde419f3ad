"""Lambda@Edge: functions that CloudFront runs, and at which of its events.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model.functions import Function
from lambdalint.model.invokers import holding
from lambdalint.model.view import text
from lambdalint.records import dataclass
from lambdalint.source import Span


@dataclass(frozen=True, slots=True)
class Association:
    """That a distribution runs a function."""

    event: str
    """`viewer-request`, `origin-response` …; "" where it is not known."""
    span: Span
    """Where the distribution says so."""


def associations(function: Function) -> Iterator[Association]:
    """What runs a function at CloudFront's edge locations, as CloudFormation writes it and as Terraform does."""
    names = set(function.names)
    for distribution in function.project.of_type("AWS::CloudFront::Distribution"):
        for named, event in (("LambdaFunctionARN", "EventType"), ("lambda_arn", "event_type")):
            for given in holding(distribution.properties, named, names):
                yield Association(text(given.get(event)) or "", given.key(named))
