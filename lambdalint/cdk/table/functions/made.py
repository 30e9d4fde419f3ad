"""What a function is made of beside its properties, and what it makes."""

from __future__ import annotations

from functools import partial

from lambdalint.cdk.assembly import Assembly, Draft, Later, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.props import is_named, member
from lambdalint.cdk.rows import fill
from lambdalint.cdk.table import roles, sources
from lambdalint.cdk.table.functions import code, failures, layers, variables
from lambdalint.code.value import Sequence
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Reference, Unknown

_BASIC = f"{roles.MANAGED}service-role/AWSLambdaBasicExecutionRole"
_INSIGHTS = f"{roles.MANAGED}CloudWatchLambdaInsightsExecutionRolePolicy"
_IN_VPC = f"{roles.MANAGED}service-role/AWSLambdaVPCAccessExecutionRole"


def function(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What a function is made of beside its properties, and what it makes."""
    span, given = draft.span, construct.props
    _role(assembly, construct, draft)
    code.of_function(assembly, construct, draft)
    draft.entries["Environment"] = lambda: variables.of_function(assembly, construct, span)
    draft.entries["Layers"] = lambda: layers.of_function(assembly, construct, span)
    if given.get("vpc") is not None:
        draft.entries["VpcConfig"] = mapping(
            span, {"SubnetIds": Unknown(span, "vpc"), "SecurityGroupIds": Unknown(span, "vpc")}
        )
    failures.dead_letters(assembly, construct, draft)
    _logs(assembly, construct, span)
    _trace(assembly, construct, draft)
    if any(given.get(name) is not None for name in ("onFailure", "onSuccess", "maxEventAge", "retryAttempts")):
        failures.asynchronous(assembly, construct, given, construct.span)
    if given.get("insightsVersion") is not None and construct.parts.get("role") is not None:
        construct.parts["role"].add("managed", Known(_INSIGHTS, span))
    for name in ("adotInstrumentation", "paramsAndSecrets", "profilingGroup"):
        if given.get(name) is not None and construct.parts.get("role") is not None:
            construct.parts["role"].handed = True
    if given.get("filesystem") is not None and construct.parts.get("role") is not None:
        construct.parts["role"].handed = True
    initial = given.get("initialPolicy")
    role = construct.parts.get("role")
    if role is not None and initial is not None:
        for each in initial.items if isinstance(initial, Sequence) else (initial,):
            role.statements.append(partial(roles.statement, assembly, each, span))
        role.handed = role.handed or not isinstance(initial, Sequence) or initial.open
    events = given.get("events")
    for each in events.items if isinstance(events, Sequence) else () if events is None else (events,):
        sources.add(assembly, construct, each, construct.span)


def _trace(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    given, role = construct.props.get("tracing"), construct.parts.get("role")
    match member(given):
        case "DISABLED":
            pass
        case "ACTIVE" | "PASS_THROUGH":
            assembly.allow(role, ("xray:PutTraceSegments", "xray:PutTelemetryRecords"), Known("*", draft.span))
        case _:
            if given is not None and role is not None:
                role.handed = True


def _role(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    given, span = construct.props.get("role"), draft.span
    if given is not None:
        found = assembly.constructs.find(given)
        draft.entries["Role"] = assembly.arn(found, "roleArn", span)
        if found is not None and found.kind == "iam.Role":
            construct.parts["role"] = construct.parts["grantPrincipal"] = found
        return
    if construct.props.open:
        draft.entries["Role"] = Unknown(span, "role")
        return
    made = assembly.child(construct, "ServiceRole", "iam.Role")
    construct.parts["role"] = made
    construct.parts["grantPrincipal"] = made
    del construct.parts["ServiceRole"]
    own = fill(assembly, made, roles.ROWS["iam.Role"])
    services: template.Value = Known("lambda.amazonaws.com", span)
    if construct.added.get("kind") == ["cloudfront.experimental.EdgeFunction"]:
        services = template.Sequence((services, Known("edgelambda.amazonaws.com", span)), span)
    own.entries["AssumeRolePolicyDocument"] = roles.trust(mapping(span, {"Service": services}), span)
    # How durable functions are let to log depends on the version of the CDK.
    durable = construct.props.get("durableConfig") is not None
    made.add("managed", Unknown(span, "durableConfig") if durable else Known(_BASIC, span))
    if construct.props.get("vpc") is not None:
        made.add("managed", Known(_IN_VPC, span))
    draft.entries["Role"] = Reference(made.resource, "Arn", span)


def _logs(assembly: Assembly, construct: Construct, span: Span) -> None:
    """The group that a function logs to, where the CDK makes it or sets how long it is kept."""
    name = template.Text((Known("/aws/lambda/", span), Reference(construct.resource, "", span)), span)
    retention = construct.props.get("logRetention")
    if retention is not None:
        days = None if is_named(retention, "logs.RetentionDays.INFINITE") else assembly.values.value(retention, span)
        entries: dict[str, Made | Later] = {"LogGroupName": name, "RetentionInDays": days}
        assembly.draft(construct, "Custom::LogRetention", entries, "LogRetention").generated = True
    elif construct.props.get("logGroup") is None and assembly.app.flag("@aws-cdk/aws-lambda:useCdkManagedLogGroup"):
        entries = {"LogGroupName": name, "RetentionInDays": Known(731, span)}
        assembly.draft(construct, "AWS::Logs::LogGroup", entries, "LogGroup")
