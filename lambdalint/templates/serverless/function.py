"""A function as CloudFormation has it.

https://www.serverless.com/framework/docs/providers/aws/guide/functions
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import spelt
from lambdalint.templates.resource import APPLICATION, PATTERNS, Resource
from lambdalint.templates.sam.function import tags
from lambdalint.templates.sam.spelling import FUNCTION, mapping, renamed
from lambdalint.templates.serverless.service import Owner, Service, merged
from lambdalint.templates.value import Known, Mapping, Sequence, Unknown, Value

_OWN = {
    "handler": "Handler",
    "description": "Description",
    "reservedConcurrency": "ReservedConcurrentExecutions",
    "recursiveLoop": "RecursiveLoop",
}
"""What only a function says, and what CloudFormation calls it."""

_INHERITED = {"layers": "Layers", "kmsKeyArn": "KmsKeyArn"}

_WRAPPED = (
    ("onError", "DeadLetterConfig", "TargetArn"),
    ("ephemeralStorageSize", "EphemeralStorage", "Size"),
)
"""What CloudFormation wraps into a mapping of one."""

_LOGGING = {
    "logFormat": "LogFormat",
    "logGroup": "LogGroup",
    "applicationLogLevel": "ApplicationLogLevel",
    "systemLogLevel": "SystemLogLevel",
}

_SETTING = pattern(r"dotenv|\benv\b|environment|secret|vault|\bssm\b|git-variables")
"""What the names of plugins hold that give functions more variables than the service spells out.

https://github.com/neverendingqs/serverless-dotenv-plugin
"""

_PACKAGED = {"wsgi_handler.handler": "serverless-wsgi", "wsgi.handler": "serverless-wsgi"}
"""Handlers that a plugin packs, and the plugin."""


def function(owner: Owner, role: Value | None) -> Resource:
    """The function."""
    metadata = _application(owner) or _image_metadata(owner) or _patterns(owner)
    return Resource(
        FUNCTION, owner.name, _properties(owner, role), owner.span, owner.extent, metadata=metadata, label=owner.key
    )


def _properties(owner: Owner, role: Value | None) -> Mapping:
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    for name, value, place in (*_runs(owner), *_settings(owner), ("Role", role, owner.place("role"))):
        if value is not None:
            entries[name] = value
            keys[name] = place
    return Mapping(entries, owner.given.span, keys, owner.given.open)


_Said = Iterator[tuple[str, Value | None, Span]]
"""Properties, each with the place of its key."""


def _runs(owner: Owner) -> _Said:
    """What says which code is run: a package, or an image."""
    image = owner.given.entries.get("image")
    if image is None:
        yield "Runtime", *_runtime(owner)
        yield "Code", _code(owner), owner.span
        return
    place = owner.place("image")
    yield "PackageType", Known("Image", image.span, default=True), place
    yield "Code", _image(owner, image), place
    if isinstance(image, Mapping):
        written = {"command": "Command", "entryPoint": "EntryPoint", "workingDirectory": "WorkingDirectory"}
        configured = some(image, written)
        yield "ImageConfig", configured if configured.entries else None, place


def _settings(owner: Owner) -> _Said:
    named = owner.get("name") or owner.service.name(owner.key, owner.span)
    yield "FunctionName", named, owner.place("name")
    for name, to in _OWN.items():
        yield to, owner.get(name), owner.place(name)
    for name, to in _INHERITED.items():
        yield to, *owner.inherited(name)
    edge = _runs_at_edge(owner)
    for name, to, default in (
        ("timeout", "Timeout", 5 if edge else 6),
        ("memorySize", "MemorySize", 128 if edge else 1024),
    ):
        value, place = owner.inherited(name)
        yield to, value or Known(default, owner.span, default=True), place
    architecture, place = owner.inherited("architecture")
    yield "Architectures", _alone(architecture), place
    yield "Environment", *_environment(owner)
    yield "VpcConfig", *_network(owner)
    yield "TracingConfig", *_tracing(owner)
    yield "LoggingConfig", *_logging(owner)
    yield "Tags", *_tags(owner)
    for name, to, inner in _WRAPPED:
        yield to, wrapped(inner, owner.get(name)), owner.place(name)
    match owner.get("snapStart"):
        case Known(value=True, span=span):
            yield "SnapStart", wrapped("ApplyOn", Known("PublishedVersions", span)), owner.place("snapStart")
        case Unknown() as unknown:
            yield "SnapStart", unknown, owner.place("snapStart")
    files = owner.get("fileSystemConfig")
    if isinstance(files, Mapping):
        files = renamed(files, {"arn": "Arn", "localMountPath": "LocalMountPath"})
    yield "FileSystemConfigs", _alone(files), owner.place("fileSystemConfig")
    durable = owner.get("durableConfig")
    if isinstance(durable, Mapping):
        written = {"executionTimeout": "ExecutionTimeout", "retentionPeriodInDays": "RetentionPeriodInDays"}
        durable = renamed(durable, written)
    yield "DurableConfig", durable, owner.place("durableConfig")
    managed = wrapped("CapacityProviderArn", owner.get("capacityProvider"))
    place = owner.place("capacityProvider")
    yield "CapacityProviderConfig", wrapped("LambdaManagedInstancesCapacityProviderConfig", managed), place


def _alone(value: Value | None) -> Value | None:
    """A value where CloudFormation has a list of one."""
    return None if value is None else Sequence((value,), value.span)


def some(given: Mapping, written: dict[str, str]) -> Mapping:
    """Some entries of a mapping, as CloudFormation calls them."""
    return renamed(given, written, frozenset(given.keys) - frozenset(written))


def wrapped(name: str, value: Value | None) -> Value | None:
    return None if value is None else mapping(value.span, {name: value})


def _runtime(owner: Owner) -> tuple[Value, Span]:
    given, place = owner.inherited("runtime")
    if given is not None:
        return given, place
    if owner.service.version == 4:
        return Known("nodejs20.x", owner.span, default=True), owner.span
    # Which one the framework takes depends on its version.
    return Unknown(owner.span, "the framework's default runtime"), owner.span


def _runs_at_edge(owner: Owner) -> bool:
    events = owner.get("events")
    return isinstance(events, Sequence) and any(
        isinstance(event, Mapping) and "cloudFront" in event.keys for event in events
    )


def located(service: Service, path: str, span: Span) -> Known:
    """A path that is relative to the service, at a place that may lie in another directory."""
    there = posixpath.dirname(span.path) or "."
    home = service.home or "."
    if posixpath.normpath(there) != posixpath.normpath(home):
        path = posixpath.relpath(posixpath.join(home, path), there)
    return Known(path, span)


def _code(owner: Owner) -> Value:
    """Where the code is: a path of this machine stays the text that it is."""
    if owner.given.open and "handler" not in owner.given.entries:
        return Unknown(owner.span, "function")
    handler = owner.get("handler")
    if isinstance(handler, Known) and spelt(handler) in _PACKAGED and _application(owner) is None:
        return Unknown(handler.span, _PACKAGED[spelt(handler)])
    artefact = owner.get("package", "artifact")
    if artefact is None:
        shared = owner.service.section("package")
        artefact = shared.get("artifact") if isinstance(shared, Mapping) else None
    match artefact:
        case Known(value=str() as path):
            return located(owner.service, path, artefact.span)
        case None:
            pass
        case _:
            return artefact
    # serverless-python-requirements packs a module's directory as if it were the service's.
    match owner.get("module"):
        case Known(value=str() as path, span=span):
            return located(owner.service, path, span)
        case _:
            code = located(owner.service, ".", owner.span)
            return Known(code.value, code.span, default=True)


def _application(owner: Owner) -> Mapping | None:
    """The web application that a plugin's handler serves, where the service names one."""
    handler, custom = owner.get("handler"), owner.service.section("custom")
    if not isinstance(handler, Known) or spelt(handler) not in _PACKAGED or not isinstance(custom, Mapping):
        return None
    application = custom.get("wsgi", "app")
    return mapping(application.span, {APPLICATION: application}) if isinstance(application, Known) else None


def _image(owner: Owner, image: Value) -> Value:
    """The image's URI, as it is given or as the provider names it."""
    given = image.get("uri") if isinstance(image, Mapping) else image
    named = image.get("name") if isinstance(image, Mapping) else image
    if isinstance(named, Known) and ":" not in spelt(named) and "/" not in spelt(named):
        shared = owner.service.provider.get("ecr", "images", spelt(named))
        given = shared.get("uri") if isinstance(shared, Mapping) else shared
    return mapping(image.span, {"ImageUri": given or Unknown(image.span, "image")})


def _image_metadata(owner: Owner) -> Mapping | None:
    """Where an image is built from, as SAM says it in its metadata."""
    image = owner.given.entries.get("image")
    named = image.get("name") if isinstance(image, Mapping) else image
    if not isinstance(named, Known):
        return None
    built = owner.service.provider.get("ecr", "images", spelt(named))
    if not isinstance(built, Mapping) or not isinstance(path := built.get("path"), Known):
        return None
    context = located(owner.service, spelt(path), owner.extent)
    return mapping(built.span, {"DockerContext": context, "Dockerfile": built.get("file")})


def _patterns(owner: Owner) -> Mapping | None:
    """Which files are packed, where patterns say that: a function's own count where it is packed individually."""
    shared, own = owner.service.section("package"), owner.get("package")
    given = [each for each in (shared, own) if isinstance(each, Mapping)]
    alone = any(isinstance(told := each.get("individually"), Known) and told.value is True for each in given)
    if owner.get("module") is not None or not all(each is None or isinstance(each, Mapping) for each in (shared, own)):
        return None
    heeded = given if alone else [each for each in given if each is shared]
    if any(each.open or {"include", "exclude", "artifact"} & each.entries.keys() for each in given):
        return None
    found = [each.get("patterns") for each in heeded if "patterns" in each.entries]
    if not found or not all(isinstance(each, Sequence) and not each.open for each in found):
        return None
    listed = tuple(item for each in found if isinstance(each, Sequence) for item in each.items)
    return mapping(owner.span, {PATTERNS: Sequence(listed, owner.span)})


def _environment(owner: Owner) -> tuple[Value | None, Span]:
    own, shared = owner.get("environment"), owner.service.provider.get("environment")
    place = owner.inherited("environment")[1]
    if any(map(_SETTING.search, owner.service.plugins)):
        shared = replace(shared, open=True) if isinstance(shared, Mapping) else Mapping({}, place, {}, open=True)
    match own, shared:
        case None, None:
            return None, place
        case Mapping(), Mapping():
            variables: Value = merged(shared, own)
        case (Mapping() as only, None) | (None, Mapping() as only):
            variables = only
        case (Mapping() as seen, _) | (_, Mapping() as seen):
            variables = Mapping(seen.entries, seen.span, seen.keys, open=True)
        case _:
            variables = Mapping({}, place, {}, open=True)
    return mapping(variables.span, {"Variables": variables}), place


def _network(owner: Owner) -> tuple[Value | None, Span]:
    own, place = owner.get("vpc"), owner.inherited("vpc")[1]
    if (own is None and "vpc" in owner.given.keys) or (isinstance(own, Known) and own.value is False):
        return None, place  # `vpc: null` opts out of the provider's
    shared = owner.service.provider.get("vpc")
    if isinstance(own, Unknown) or (own is None and isinstance(shared, Unknown)):
        return own or shared, place
    found: dict[str, Value | None] = {}
    for name in ("securityGroupIds", "subnetIds", "ipv6AllowedForDualStack"):
        value = own.get(name) if isinstance(own, Mapping) else None
        if value is None and isinstance(shared, Mapping):
            value = shared.get(name)
        found[f"{name[:1].upper()}{name[1:]}"] = value
    if found["SecurityGroupIds"] is None or found["SubnetIds"] is None:
        return None, place
    return mapping(place, found), place


def _tracing(owner: Owner) -> tuple[Value | None, Span]:
    given, place = owner.inherited("tracing", "tracing", "lambda")
    match given:
        case None | Known(value=False):
            return None, place
        case Known(value=True, span=span):
            return mapping(span, {"Mode": Known("Active", span)}), place
        case _:
            return mapping(given.span, {"Mode": given}), place


def _logging(owner: Owner) -> tuple[Value | None, Span]:
    given, place = owner.inherited("logs", "logs", "lambda")
    if not isinstance(given, Mapping):
        return given, place
    return some(given, _LOGGING), place


def _tags(owner: Owner) -> tuple[Value | None, Span]:
    own, place = owner.inherited("tags")
    shared = owner.service.provider.get("tags")
    both = merged(shared, own) if isinstance(own, Mapping) and isinstance(shared, Mapping) else own
    return tags(both), place
