"""The resources of an app: what `chalice package` would write.

https://aws.github.io/chalice/topics/packaging.html
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.records import replace
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates.chalice import events
from lambdalint.templates.chalice.merged import Merged, logical
from lambdalint.templates.chalice.program import EVENTS, ROUTE, program
from lambdalint.templates.chalice.stages import Stages
from lambdalint.templates.resource import HOME, PATTERNS, Deployment, Resource
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Text, Unknown, Value

API = "APIHandler"
_PACKED = ("app.py", "chalicelib/**", "vendor/**")
"""What of its directory is put into the package, besides what requirements.txt asks for.

https://aws.github.io/chalice/topics/packaging.html"""
_SETTINGS: dict[str, tuple[str, int | None]] = {
    "lambda_timeout": ("Timeout", 60),
    "lambda_memory_size": ("MemorySize", 128),
    "reserved_concurrency": ("ReservedConcurrentExecutions", None),
    "layers": ("Layers", None),
    "tags": ("Tags", None),
}
"""What a setting is called in CloudFormation, and what Chalice takes where it is not set."""


def deployment(sources: Sources, settings: Source | None, source: Source, home: str) -> Deployment | None:
    """What an app deploys; None where its program is not seen to make anything. `settings` are not always here."""
    told = () if settings is None else (settings.path,)
    try:
        stages = Stages(sources, settings, Span.top(source.path))
    except UnreadableSource as error:
        return Deployment(error.span.path, "chalice", (), ((error.span, error.why),), told)
    found = program(sources, source, home)
    if found is None:
        return None
    merged = Merged(sources, home)
    app = _App(stages, home, found.name, merged)
    routes = [each for each in found.declared if each.kind == ROUTE]
    resources: list[Resource] = []
    if routes or not found.whole:
        span = Span.top(source.path) if not routes else routes[0].span
        resources += app.function(API, "app.app", API, span, Span.top(source.path) if not routes else routes[0].extent)
        resources += events.api(API, routes, span)
    for each in found.declared:
        if each.kind in EVENTS and each.top:
            handler = f"{each.written}.{each.function}"
            made = [*app.function(each.function, handler, each.called or "", each.span, each.extent), *events.of(each)]
            resources += [replace(one, uncertain=True) for one in made] if each.uncertain else made
    once = {each.name: each for each in resources}
    ids = {API, *(logical(each.called) for each in found.declared if each.called)}
    files, besides = merged.taken(ids)
    paths = tuple(dict.fromkeys((*(told or (source.path,)), *stages.taken, *files)))
    every = (*once.values(), *(each for each in besides if each.name not in once))
    return Deployment((*told, source.path)[0], "chalice", every, paths=paths, program=found.paths)


class _App:
    """What holds for all functions of an app."""

    def __init__(self, stages: Stages, home: str, name: Value | None, merged: Merged) -> None:
        self._stages, self._home, self._merged = stages, home, merged
        told = stages.get("", "app_name") or name
        self._name = str(told.value) if isinstance(told, Known) else ""

    def function(self, name: str, handler: str, called: str, span: Span, extent: Span) -> Iterator[Resource]:
        """A function, with its role and its log group where these are told."""
        stages, key = self._stages, "api_handler" if name == API else called
        entries: dict[str, Value | None] = {
            "FunctionName": self._named(called, span),
            "Handler": Known(handler, span, default=True),
            "Runtime": Unknown(span, "the Python that runs chalice"),
            "Code": Known(self._home or ".", Span.top("app.py"), default=True),
        }
        keys: dict[str, Span] = {}
        for setting, (property_, default) in _SETTINGS.items():
            given = stages.get(key, setting)
            if given is None and default is not None:
                given = Known(default, span, default=True)
            entries[property_] = given
            if given is not None and stages.is_said(key, setting):
                keys[property_] = given.span
        variables = stages.get(key, "environment_variables")
        if variables is not None:
            entries["Environment"] = _one("Variables", variables)
            keys["Environment"] = variables.span
        tracing = stages.get(key, "xray")
        if tracing is not None:
            mode = (
                Known("Active" if tracing.value else "PassThrough", tracing.span)
                if isinstance(tracing, Known)
                else tracing
            )
            entries["TracingConfig"] = _one("Mode", mode)
        subnets, groups = stages.get(key, "subnet_ids"), stages.get(key, "security_group_ids")
        if subnets is not None and groups is not None:
            inner: dict[str, Value] = {"SubnetIds": subnets, "SecurityGroupIds": groups}
            entries["VpcConfig"] = Mapping(inner, subnets.span, {name: each.span for name, each in inner.items()})
        logical_id = name if name == API else logical(called)
        roles = ("ApiHandlerRole" if name == API else f"{logical_id}Role"), "DefaultRole"
        role, policy = self._merged.role(*roles) or stages.get(key, "iam_role_arn"), stages.policy(key)
        entries["Role"] = role or (
            Reference(f"{name}Role", "Arn", span) if isinstance(policy, Mapping) else Unknown(span, "autogen_policy")
        )
        put: dict[str, Value] = {}
        self._merged.function(logical_id, entries, put)
        keys |= {each: value.span for each, value in put.items()}
        given_entries = {name: each for name, each in entries.items() if each is not None}
        places = {name: keys.get(name, span) for name in given_entries}
        packed = Sequence(tuple(Known(each, span) for each in _PACKED), span)
        told: dict[str, Value] = {HOME: Known(self._home, span), PATTERNS: packed}
        metadata = Mapping(told, span, dict.fromkeys(told, span))
        properties = Mapping(given_entries, extent, places)
        yield Resource("AWS::Lambda::Function", name, properties, span, extent, metadata, label=called)
        if role is None and isinstance(policy, Mapping):
            yield self._role(name, policy, called)
        retention = stages.get(key, "log_retention_in_days")
        if retention is not None:
            group: dict[str, Value] = {"RetentionInDays": retention, "LogGroupName": _log_group(name, span)}
            made = Mapping(group, extent, dict.fromkeys(group, retention.span))
            yield Resource("AWS::Logs::LogGroup", f"{name}LogGroup", made, span, extent, generated=True)

    def _named(self, called: str, span: Span) -> Value:
        stage = self._stages.only
        if stage is None or not self._name or not called:
            return Unknown(span, "the name of the stage")
        return Known(f"{self._name}-{stage}" + ("" if called == API else f"-{called}"), span, default=True)

    def _role(self, name: str, policy: Mapping, called: str) -> Resource:
        span = policy.span
        own: dict[str, Value] = {"PolicyName": Known(f"{called}Policy", span), "PolicyDocument": policy}
        policies = Sequence((Mapping(own, span, dict.fromkeys(own, span)),), span)
        statement: dict[str, Value] = {
            "Effect": Known("Allow", span),
            "Principal": _one("Service", Known("lambda.amazonaws.com", span)),
            "Action": Known("sts:AssumeRole", span),
        }
        trusted = Sequence((Mapping(statement, span, dict.fromkeys(statement, span)),), span)
        entries: dict[str, Value] = {"AssumeRolePolicyDocument": _one("Statement", trusted), "Policies": policies}
        properties = Mapping(entries, span, dict.fromkeys(entries, span))
        return Resource("AWS::IAM::Role", f"{name}Role", properties, span, span, label=f"the role of {called}")


def _one(name: str, value: Value) -> Mapping:
    return Mapping({name: value}, value.span, {name: value.span})


def _log_group(name: str, span: Span) -> Value:
    return Text((Known("/aws/lambda/", span), Reference(name, "", span)), span)
