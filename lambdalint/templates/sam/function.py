"""`AWS::Serverless::Function`, and what SAM makes for it: role, version, alias, URL, destinations.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.source import Span
from lambdalint.templates.cloudformation.inline import code_of
from lambdalint.templates.resource import Resource
from lambdalint.templates.sam import policies, pull
from lambdalint.templates.sam.events import Event
from lambdalint.templates.sam.spelling import (
    FUNCTION,
    Owner,
    document,
    extended,
    known,
    mapping,
    part,
    renamed,
    statement,
)
from lambdalint.templates.value import Code, Known, Mapping, Reference, Sequence, Unknown, Value

_ELSEWHERE = frozenset(
    {
        *("Events", "Policies", "EventInvokeConfig", "FunctionUrlConfig", "AssumeRolePolicyDocument", "RolePath"),
        *("PermissionsBoundary", "CodeUri", "InlineCode", "ImageUri", "Tracing", "DeadLetterQueue", "Tags"),
        "CapacityProviderConfig",
    }
)
"""Properties that become others, or other resources."""


def function(
    owner: Owner, node: Mapping, metadata: Mapping | None, events: tuple[Event, ...], *, connected: bool
) -> Iterator[Resource]:
    """The function, and what SAM makes for it; `node` is what the template says of its properties."""
    given = owner.properties
    aliased = owner.invoked.resource != owner.name
    properties = _properties(
        owner, node, without=frozenset({"ProvisionedConcurrencyConfig"}) if aliased else frozenset()
    )
    yield Resource(FUNCTION, owner.name, properties, owner.span, owner.extent, metadata=metadata)
    if "Role" not in given.entries:
        yield _role(owner, events, connected=connected)
    if aliased:
        yield from _published(owner)
    if isinstance(url := given.get("FunctionUrlConfig"), Mapping):
        yield from _url(owner, url)
    match given.get("EventInvokeConfig"):
        case Mapping() as invocation:
            yield from _invocation(owner, invocation)
        case Unknown(span):
            yield from _invocation(owner, Mapping({}, span, {}, open=True))


def _properties(owner: Owner, node: Mapping, without: frozenset[str]) -> Mapping:
    given = owner.properties
    more: dict[str, Value | None] = {}
    keys: dict[str, Span] = {}
    name, code = _code(owner, node)
    more["Code"], keys["Code"] = code, given.keys.get(name, owner.span)
    if "Role" not in given.entries:
        more["Role"], keys["Role"] = Reference(f"{owner.name}Role", "Arn", owner.span), owner.span
    tracing = given.entries.get("Tracing")
    if tracing is not None and known(tracing) != "Disabled":
        more["TracingConfig"] = mapping(tracing.span, {"Mode": tracing})
        keys["TracingConfig"] = given.key("Tracing")
    letters = given.entries.get("DeadLetterQueue")
    if letters is not None:
        more["DeadLetterConfig"] = (
            renamed(letters, {}, frozenset({"Type"})) if isinstance(letters, Mapping) else letters
        )
        keys["DeadLetterConfig"] = given.key("DeadLetterQueue")
    provider = given.entries.get("CapacityProviderConfig")
    if provider is not None:
        inner = renamed(provider, {"Arn": "CapacityProviderArn"}) if isinstance(provider, Mapping) else provider
        more["CapacityProviderConfig"] = mapping(provider.span, {"LambdaManagedInstancesCapacityProviderConfig": inner})
        keys["CapacityProviderConfig"] = given.key("CapacityProviderConfig")
    more["Tags"], keys["Tags"] = tags(given.entries.get("Tags")), given.key("Tags")
    return extended(renamed(given, {}, _ELSEWHERE | without), more, keys)


def tags(given: Value | None) -> Value | None:
    """SAM's tags, a mapping, as CloudFormation's list."""
    if not isinstance(given, Mapping):
        return given
    pairs = (
        mapping(value.span, {"Key": Known(name, given.key(name)), "Value": value})
        for name, value in given.entries.items()
    )
    return Sequence(tuple(pairs), given.span, given.open)


def _code(owner: Owner, node: Mapping) -> tuple[str, Value | None]:
    """The name of the property that says where the code is, and `Code` as CloudFormation has it.

    A path of this machine stays the text that it is.
    """
    given = owner.properties.entries
    if (image := given.get("ImageUri")) is not None:
        return "ImageUri", mapping(image.span, {"ImageUri": image})
    if "InlineCode" in given:
        code = code_of(node.entries["InlineCode"], owner.stack)
        # sam build ignores the code of a function that also has a CodeUri; the translator takes InlineCode first.
        return "InlineCode", mapping(code.span, {"ZipFile": code}) if isinstance(code, Code) else code
    if (uri := given.get("CodeUri")) is not None:
        return "CodeUri", location(uri)
    if known(given.get("PackageType")) == "Image":
        return "PackageType", None
    if owner.properties.open:
        return "CodeUri", Unknown(owner.span, "open mapping")
    return "CodeUri", Known(".", owner.span, default=True)


def location(uri: Value) -> Value:
    """Where something to be uploaded lies: a path, or an object in S3."""
    match uri:
        case Known(value=str() as text, span=span) if text.startswith("s3://"):
            bucket, _, key = text.removeprefix("s3://").partition("/")
            return mapping(span, {"S3Bucket": Known(bucket, span), "S3Key": Known(key, span)})
        case Mapping():
            return renamed(uri, {"Bucket": "S3Bucket", "Key": "S3Key", "Version": "S3ObjectVersion"})
        case _:
            return uri


def _role(owner: Owner, events: tuple[Event, ...], *, connected: bool) -> Resource:
    given = owner.properties
    durable = "DurableConfig" in given.entries
    managed = [f"service-role/AWSLambdaBasic{'DurableExecutionRolePolicy' if durable else 'ExecutionRole'}"]
    if "Tracing" in given.entries and known(given.get("Tracing")) != "Disabled":
        managed.append("AWSXrayWriteOnlyAccess")
    if "VpcConfig" in given.entries:
        managed.append("service-role/AWSLambdaVPCAccessExecutionRole")
    managed.extend(pull.MANAGED[event.kind] for event in events if event.kind in pull.MANAGED)
    if any(event.kind == "SNS" and "SqsSubscription" in event.properties.entries for event in events):
        managed.append(pull.MANAGED["SQS"])
    generated: list[tuple[str, Mapping]] = []
    if isinstance(letters := given.get("DeadLetterQueue"), Mapping):
        sending = ("sns:Publish",) if known(letters.get("Type")) == "SNS" else ("sqs:SendMessage",)
        allowed = statement(letters.span, sending, letters.get("TargetArn"))
        generated.append(("DeadLetterQueue", document(letters.span, allowed)))
    if isinstance(destinations := given.get("EventInvokeConfig", "DestinationConfig"), Mapping):
        sent = pull.sending(_with_made(owner, destinations))
        generated.extend(("EventInvokeConfig", document(allowed.span, allowed)) for allowed in sent)
    generated.extend(
        (event.kind, document(event.span, *needed)) for event in events if (needed := tuple(pull.statements(event)))
    )
    made = tuple(dict.fromkeys(managed))
    return policies.role(owner, "lambda.amazonaws.com", made, tuple(generated), connected=connected)


def _published(owner: Owner) -> Iterator[Resource]:
    span = owner.key("AutoPublishAlias")
    function = Reference(owner.name, "", span)
    version = mapping(span, {"FunctionName": function, "Description": owner.properties.get("VersionDescription")})
    yield owner.made("AWS::Lambda::Version", "Version", version, span=span)
    concurrency, keys = part(owner.properties, "ProvisionedConcurrencyConfig")
    properties = mapping(
        span,
        {
            "FunctionName": function,
            "FunctionVersion": Reference(f"{owner.name}Version", "Version", span),
            "Name": owner.properties.get("AutoPublishAlias"),
            **concurrency,
        },
        keys,
    )
    yield owner.made("AWS::Lambda::Alias", owner.invoked.resource.removeprefix(owner.name), properties, span=span)


def _url(owner: Owner, given: Mapping) -> Iterator[Resource]:
    span = owner.key("FunctionUrlConfig")
    properties = extended(given, {"TargetFunctionArn": owner.ref(span)}, {"TargetFunctionArn": span})
    yield owner.made("AWS::Lambda::Url", "Url", properties, span=span, generated=False)
    if known(given.get("AuthType")) != "NONE":
        return
    for suffix, action, more in (
        ("UrlPublicPermissions", "lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": Known("NONE", span)}),
        ("URLInvokeAllowPublicAccess", "lambda:InvokeFunction", {"InvokedViaFunctionUrl": Known(True, span)}),
    ):
        allowed: dict[str, Value | None] = {
            "Action": Known(action, span),
            "FunctionName": owner.ref(span),
            "Principal": Known("*", span),
            **more,
        }
        yield owner.made("AWS::Lambda::Permission", suffix, mapping(span, allowed), span=span)


def _invocation(owner: Owner, given: Mapping) -> Iterator[Resource]:
    span = owner.key("EventInvokeConfig")
    more: dict[str, Value | None] = {
        "FunctionName": Reference(owner.name, "", span),
        "Qualifier": owner.properties.get("AutoPublishAlias") or Known("$LATEST", span, default=True),
    }
    if isinstance(destinations := given.get("DestinationConfig"), Mapping):
        for suffix, kind, place in _made(destinations):
            yield owner.made(kind, f"EventInvokeConfig{suffix}", mapping(place, {}), span=place)
        more["DestinationConfig"] = pull.without_types(_with_made(owner, destinations))
    keys = {name: given.keys.get(name, span) for name in more}
    yield owner.made(
        "AWS::Lambda::EventInvokeConfig", "EventInvokeConfig", extended(given, more, keys), span=span, generated=False
    )


def _made(destinations: Mapping) -> Iterator[tuple[str, str, Span]]:
    """The queues and topics that SAM makes for destinations with a type, but without an ARN."""
    for name, destination in destinations.entries.items():
        if isinstance(destination, Mapping) and "Destination" not in destination.keys:
            made = {"SQS": "Queue", "SNS": "Topic"}.get(known(destination.get("Type")))
            if made is not None:
                yield f"{name}{made}", f"AWS::{known(destination.get('Type'))}::{made}", destinations.key(name)


def _with_made(owner: Owner, destinations: Mapping) -> Mapping:
    """Destinations with those filled in that SAM makes."""
    entries = dict(destinations.entries)
    for suffix, kind, place in _made(destinations):
        name = suffix.removesuffix("Queue").removesuffix("Topic")
        destination = entries[name]
        if isinstance(destination, Mapping):
            attribute = "Arn" if kind == "AWS::SQS::Queue" else ""
            made = Reference(f"{owner.name}EventInvokeConfig{suffix}", attribute, place)
            entries[name] = extended(destination, {"Destination": made}, {"Destination": place})
    return Mapping(entries, destinations.span, destinations.keys, destinations.open)
