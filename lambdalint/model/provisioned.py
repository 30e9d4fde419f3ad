"""Provisioned concurrency: environments that are kept ready for a version or an alias."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.model.functions import Function
from lambdalint.model.view import Number, number, text
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Mapping, Reference, Unknown, Value


@dataclass(frozen=True, slots=True)
class Provisioned:
    """Provisioned concurrency of one version or alias of a function, or of the function itself."""

    span: Span
    number: Number | Unknown
    """How many environments are kept ready; an Unknown that is optional where there may be none."""
    unpublished: str
    """How it is known to be asked for the unpublished code: `$LATEST` …; "" where it is not."""


def provisioned(function: Function) -> Iterator[Provisioned]:
    """The provisioned concurrency of a function."""
    given = function.get("ProvisionedConcurrencyConfig")
    if given is not None:
        # What SAM would put on the alias, had it one.
        where = "" if isinstance(given, Unknown) else "the function has no AutoPublishAlias"
        yield _of(given, function.key("ProvisionedConcurrencyConfig"), where)
    for kind in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
        for resource in function.project.of_type(kind):
            given = resource.get("ProvisionedConcurrencyConfig")
            if given is not None and function.is_named_by(resource.get("FunctionName")):
                where = _unpublished(function, resource.get("FunctionVersion"))
                yield _of(given, resource.properties.key("ProvisionedConcurrencyConfig"), where)
    for resource in function.project.of_type("AWS::Lambda::ProvisionedConcurrencyConfig"):
        if function.is_named_by(resource.get("FunctionName")):
            yield _of(resource.properties, _place(resource), _unpublished(function, resource.get("Qualifier")))


def _of(given: Value, span: Span, unpublished: str) -> Provisioned:
    match given:
        case Mapping():
            found = given.get("ProvisionedConcurrentExecutions")
            if found is not None:
                return Provisioned(span, number(found, 0, span), unpublished)
        case _:
            pass
    optional = isinstance(given, Unknown) and given.optional
    return Provisioned(span, Unknown(given.span, "provisioned concurrency", optional), unpublished)


def _unpublished(function: Function, qualifier: Value | None) -> str:
    if text(qualifier) == "$LATEST":
        return "$LATEST has none"
    match qualifier:
        case Reference(resource, "Version") if resource == function.resource.name and not function.published_versions:
            return "the function does not publish versions"
        case _:
            return ""


def _place(resource: Resource) -> Span:
    return resource.properties.keys.get("Qualifier", resource.span)
