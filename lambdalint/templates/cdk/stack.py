"""A synthesised stack as its author wrote it: constructs by their paths, and assets by the files they were made of."""

from __future__ import annotations

import re

from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.source import Sources
from lambdalint.templates.cdk.assets import Assets
from lambdalint.templates.resource import HOME, Deployment, Resource
from lambdalint.templates.sam.spelling import extended, known, mapping, part, renamed
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value, items

CDK = "AWS CDK"
"""Who wrote the statements that no user can change."""

_HELPERS = pattern(
    r"""
      LogRetention[0-9a-f]{32}               # logRetention of a function
    | BucketNotificationsHandler[0-9a-f]{32} # notifications of a bucket
    | AWS679f53fac002430cb0da5b7982bd2287    # AwsCustomResource
    | SingletonFunction1488541a7b23466481b69b4408076b81 # what integration tests assert with
    | framework-(onEvent|isComplete|onTimeout) | waiter-state-machine  # Provider
    | Custom::.* | .*CustomResourceProvider | @aws-cdk--.*
    | CertificateRequestorFunction | DrainECSHook
    """,
    re.VERBOSE,
)
"""The constructs that the CDK adds by itself, by their names in a path."""

_HELPERS_IDS = pattern(
    r"""
      LogRetention[0-9a-f]{32} | BucketNotificationsHandler[0-9a-f]{32} | AWS679f53fac002430cb0da5b7982bd2287
    | ^SingletonFunction1488541a7b23466481b69b4408076b81
    | framework(onEvent|isComplete|onTimeout) | waiterstatemachine
    | ^Custom\w+CustomResourceProvider | ^CustomCDKBucketDeployment
    | CertificateRequestorFunction | DrainECSHook
    """,
    re.VERBOSE,
)
"""The same in logical ids, where no path is written: the names of the constructs in a row, and a hash."""

_HASH = pattern(r"(?<=.)[0-9A-F]{8}$")
"""What the CDK puts after the names in a logical id."""

_GRANTED = frozenset(
    {
        *("s3:GetObject*", "s3:GetBucket*", "s3:List*", "s3:DeleteObject*", "s3:PutObject*", "s3:Abort*"),
        *("s3:PutObject", "s3:PutObjectLegalHold", "s3:PutObjectRetention", "s3:PutObjectTagging"),
        *("s3:PutObjectVersionTagging", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Decrypt", "kms:Encrypt"),
        *("kms:DescribeKey",),
    }
)
"""The actions that `grantRead` and its like allow on buckets and keys; their wildcards are the CDK's."""

_POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")


def told(deployment: Deployment, sources: Sources, home: str | None = None) -> Deployment:
    """A deployment with its constructs named, its code located and the CDK's own helpers marked.

    `home` is the directory of its app, where that is known.
    """
    assets = Assets(sources)
    helpers = {resource.name for resource in deployment.resources if _is_helper(resource)}
    helpers |= {resource.name for resource in deployment.resources if _is_policy_of(resource, helpers)}
    found = (_told(resource, assets, helper=resource.name in helpers) for resource in deployment.resources)
    return replace(deployment, dialect="cdk", resources=tuple(_at_home(each, home) for each in found))


def _at_home(resource: Resource, home: str | None) -> Resource:
    """A resource that is deployed from the directory of its app, wherever its template is kept."""
    if home is None:
        return resource
    given = mapping(resource.span, {HOME: Known(home, resource.span)})
    both = given if resource.metadata is None else extended(resource.metadata, dict(given.entries))
    return replace(resource, metadata=both)


def _told(resource: Resource, assets: Assets, *, helper: bool) -> Resource:
    label = _path(resource).removesuffix("/Resource").removesuffix("/Default") or _HASH.sub("", resource.name)
    if resource.type == "Custom::S3BucketNotifications":
        resource = replace(resource, type="AWS::S3::BucketNotification", properties=_notification(resource))
    elif helper:
        resource = replace(resource, properties=_not_asked(resource), generated=True)
    else:
        resource = assets.unpacked(resource)
    return replace(resource, label=label, properties=granted(resource.properties, everything=helper))


def _path(resource: Resource) -> str:
    return known(resource.metadata.get("aws:cdk:path")) if resource.metadata is not None else ""


def _is_helper(resource: Resource) -> bool:
    path = _path(resource)
    if not path:
        return _HELPERS_IDS.search(resource.name) is not None
    return any(_HELPERS.fullmatch(part) for part in path.split("/"))


def _is_policy_of(resource: Resource, helpers: set[str]) -> bool:
    """Whether a policy is attached to helpers only."""
    if resource.type not in _POLICIES:
        return False
    roles = items(resource.get("Roles"))
    return bool(roles) and all(isinstance(role, Reference) and role.resource in helpers for role in roles)


def _not_asked(resource: Resource) -> Mapping:
    """A helper's properties; its code is nobody's here."""
    properties = resource.properties
    if resource.type != "AWS::Lambda::Function" or "Handler" not in properties.entries:
        return properties
    entries = {**properties.entries, "Handler": Unknown(properties.key("Handler"), "the CDK's own")}
    return Mapping(entries, properties.span, properties.keys, properties.open)


def _notification(resource: Resource) -> Mapping:
    """A bucket's notifications as SAM's events are spelt out: one for each function and kind of event."""
    given = resource.get("NotificationConfiguration")
    configurations = given.get("LambdaFunctionConfigurations") if isinstance(given, Mapping) else given
    found: list[Value] = []
    for configuration in items(configurations):
        if not isinstance(configuration, Mapping):
            found.append(configuration)
            continue
        rules = configuration.get("Filter", "Key", "FilterRules")
        filtered = None if rules is None else mapping(rules.span, {"S3Key": mapping(rules.span, {"Rules": rules})})
        function, keys = part(renamed(configuration, {"LambdaFunctionArn": "Function"}), "Function")
        found += (
            mapping(configuration.span, {"Event": event, **function, "Filter": filtered}, keys)
            for event in items(configuration.get("Events"))
        )
    place = given.span if given is not None else resource.span
    others = renamed(given, {}, frozenset({"LambdaFunctionConfigurations"})) if isinstance(given, Mapping) else None
    return mapping(
        resource.properties.span,
        {
            "Bucket": resource.get("BucketName"),
            "LambdaConfigurations": Sequence(tuple(found), place),
            **(dict(others.entries) if others is not None else {}),
        },
    )


def granted(properties: Mapping, *, everything: bool) -> Mapping:
    """Properties in which the statements that the CDK wrote say so: those of its helpers, and those of its grants."""
    entries = dict(properties.entries)
    if "PolicyDocument" in entries:
        entries["PolicyDocument"] = _document(entries["PolicyDocument"], everything=everything)
    inline = entries.get("Policies")
    if isinstance(inline, Sequence):
        written = tuple(granted(each, everything=everything) if isinstance(each, Mapping) else each for each in inline)
        entries["Policies"] = Sequence(written, inline.span, inline.open)
    return Mapping(entries, properties.span, properties.keys, properties.open)


def _document(document: Value, *, everything: bool) -> Value:
    if not isinstance(document, Mapping) or (statements := document.entries.get("Statement")) is None:
        return document
    written: list[Value] = []
    for each in items(statements):
        if isinstance(each, Mapping) and (everything or _is_grant(each)):
            by = {"GeneratedBy": Known(CDK, each.span)}
            written.append(Mapping({**each.entries, **by}, each.span, each.keys, each.open))
        else:
            written.append(each)
    is_open = isinstance(statements, Sequence) and statements.open
    entries = {**document.entries, "Statement": Sequence(tuple(written), statements.span, is_open)}
    return Mapping(entries, document.span, document.keys, document.open)


def _is_grant(statement: Mapping) -> bool:
    actions = {known(action) for action in items(statement.get("Action"))}
    return any("*" in action for action in actions) and actions <= _GRANTED
