"""What the framework makes beside a function: its log group, its version and alias, its URL, its layers."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import joined, spelt
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam.spelling import extended, mapping
from lambdalint.templates.serverless import names
from lambdalint.templates.serverless.function import located, some, wrapped
from lambdalint.templates.serverless.pull import target
from lambdalint.templates.serverless.service import PROVISIONED, Owner, Service
from lambdalint.templates.value import Known, Mapping, Reference, Unknown, Value


def beside(owner: Owner) -> Iterator[Resource]:
    """What the framework makes for a function, but for its role and its events."""
    yield from _log_group(owner)
    yield from _published(owner)
    yield from _url(owner)
    yield from _invocation(owner)


def _log_group(owner: Owner) -> Iterator[Resource]:
    disabled, logging = owner.get("disableLogs"), owner.inherited("logs", "logs", "lambda")[0]
    if disabled is not None or (isinstance(logging, Mapping) and "logGroup" in logging.keys):
        return
    days, place = owner.inherited("logRetentionInDays")
    name = joined(
        (Known("/aws/lambda/", owner.span), owner.get("name") or owner.service.name(owner.key, owner.span)), owner.span
    )
    properties = mapping(owner.span, {"LogGroupName": name, "RetentionInDays": days}, {"RetentionInDays": place})
    yield owner.made("AWS::Logs::LogGroup", "LogGroup", properties)


def _published(owner: Owner) -> Iterator[Resource]:
    """The version of the function, and the alias of it that events invoke."""
    function = Reference(owner.name, "", owner.span)
    own = owner.get("versionFunction")
    versioned = own if own is not None else owner.service.provider.get("versionFunctions")
    if owner.alias is None and isinstance(versioned, Known) and versioned.value is False:
        return
    version = owner.made("AWS::Lambda::Version", "LambdaVersion", mapping(owner.span, {"FunctionName": function}))
    yield version
    if owner.alias is None:
        return
    suffix, name = owner.alias
    concurrency = owner.get("provisionedConcurrency")
    if isinstance(concurrency, Mapping):
        concurrency = concurrency.get("executions")
    span = owner.place("provisionedConcurrency" if suffix == PROVISIONED else "snapStart")
    entries: dict[str, Value | None] = {
        "FunctionName": function,
        "FunctionVersion": Reference(version.name, "Version", owner.span),
        "Name": name,
        "ProvisionedConcurrencyConfig": wrapped("ProvisionedConcurrentExecutions", concurrency),
    }
    yield owner.made("AWS::Lambda::Alias", suffix, mapping(span, entries), span=span)


def _url(owner: Owner) -> Iterator[Resource]:
    given, span = owner.get("url"), owner.place("url")
    if given is None or (isinstance(given, Known) and given.value is False):
        return
    guarded = given.get("authorizer") if isinstance(given, Mapping) else None
    auth: Value = Known("NONE", span, default=True)
    if guarded is not None:
        auth = Known("AWS_IAM", guarded.span) if isinstance(guarded, Known) else Unknown(guarded.span, "authorizer")
    if isinstance(given, Unknown):
        auth = given
    entries: dict[str, Value | None] = {
        "TargetFunctionArn": owner.arn(span),
        "AuthType": auth,
        "InvokeMode": given.get("invokeMode") if isinstance(given, Mapping) else None,
        "Cors": given.get("cors") if isinstance(given, Mapping) else None,
    }
    keys = {
        "AuthType": given.key("authorizer") if isinstance(given, Mapping) else span,
        "InvokeMode": given.key("invokeMode") if isinstance(given, Mapping) else span,
    }
    yield owner.made("AWS::Lambda::Url", "LambdaFunctionUrl", mapping(span, entries, keys), span=span, generated=False)
    if not isinstance(auth, Known) or auth.value != "NONE":
        return
    for suffix, action, more in (
        ("Url", "lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": Known("NONE", span)}),
        ("UrlInvokeFunction", "lambda:InvokeFunction", {"InvokedViaFunctionUrl": Known(True, span)}),
    ):
        allowed: dict[str, Value | None] = {
            "Action": Known(action, span),
            "FunctionName": owner.arn(span),
            "Principal": Known("*", span),
            **more,
        }
        yield owner.made("AWS::Lambda::Permission", f"LambdaPermissionFn{suffix}", mapping(span, allowed), span=span)


def _invocation(owner: Owner) -> Iterator[Resource]:
    """The settings of asynchronous invocation."""
    destinations = owner.get("destinations")
    settings = {"maximumEventAge": "MaximumEventAgeInSeconds", "maximumRetryAttempts": "MaximumRetryAttempts"}
    given = {name: owner.get(name) for name in settings}
    named = [name for name in ("destinations", *settings) if owner.get(name) is not None]
    if not named:
        return
    span = owner.place(named[0])
    sent: Value | None = destinations
    if isinstance(destinations, Mapping):
        entries: dict[str, Value | None] = {}
        keys: dict[str, Span] = {}
        for name, to in (("onSuccess", "OnSuccess"), ("onFailure", "OnFailure")):
            arn = target(destinations.get(name))
            if arn is not None:
                entries[to] = mapping(arn.span, {"Destination": owner.service.reference(arn)})
                keys[to] = destinations.key(name)
        sent = mapping(destinations.span, entries, keys)
    properties: dict[str, Value | None] = {
        "FunctionName": Reference(owner.name, "", span),
        "Qualifier": owner.alias[1] if owner.alias is not None else Known("$LATEST", span, default=True),
        "DestinationConfig": sent,
        **{settings[name]: value for name, value in given.items()},
    }
    keys = {to: owner.place(name) for name, to in settings.items()} | {"DestinationConfig": owner.place("destinations")}
    yield owner.made(
        "AWS::Lambda::EventInvokeConfig", "LambdaEvConf", mapping(span, properties, keys), span=span, generated=False
    )


def layers(service: Service) -> Iterator[Resource]:
    """The layers that the service packs: a local path stays the text that it is."""
    section = service.section("layers")
    for key, given in section.entries.items() if isinstance(section, Mapping) else ():
        if not isinstance(given, Mapping) or not isinstance(section, Mapping):
            continue
        span = section.key(key)
        content: Value | None = given.get("package", "artifact") or given.get("path")
        if isinstance(content, Known):
            content = located(service, spelt(content), content.span)
        written = {"name": "LayerName", "description": "Description", "compatibleRuntimes": "CompatibleRuntimes"}
        properties = extended(some(given, written), {"Content": content}, {"Content": given.key("path")})
        extent = Span(span.path, span.line, span.column, given.span.end_line, given.span.end_column)
        yield Resource("AWS::Lambda::LayerVersion", names.layer(key), properties, span, extent, label=key)
