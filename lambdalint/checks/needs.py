"""What a function is given, and what its code needs."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check
from lambdalint.code.value import Call, Result, origins
from lambdalint.meaning import reach, sdk, snapshots
from lambdalint.meaning.network import public_host
from lambdalint.meaning.operations import operation
from lambdalint.model import Function, Project, networks
from lambdalint.model.view import text, truth
from lambdalint.source import Span
from lambdalint.templates.value import Known, Mapping, Unknown, items


@check
def snapstart_unsafe_init(project: Project) -> Problems:
    found: dict[tuple[Span, str], list[Function]] = {}
    for function in project.functions:
        handler = function.handler
        if handler is None or function.snap_start is not True or snapshots.registers_restore(handler):
            continue
        for call in handler.calls:
            done = snapshots.shared(call) if call.phase == "init" else None
            if done is not None:
                found.setdefault((call.span, f"{done} at init, before SnapStart's snapshot is taken"), []).append(
                    function
                )
    for (span, message), functions in found.items():
        yield Problem(
            span,
            message,
            tuple((each.span, f"{each.name} starts from a snapshot") for each in functions),
        )


@check
def tracing_unused(project: Project) -> Problems:
    if any(_traces(resource.get(*path)) for resource in project.resources for path in _TRACING):
        return
    for function in project.functions:
        # PassThrough that is spelt out was chosen: whoever calls it may trace.
        if (
            function.handler is None
            or function.get("TracingConfig", "Mode") is not None
            or function.generated
            or _decides_otherwise(function)
        ):
            continue
        found = reach.traces(function.handler)
        if found is not None:
            span, what = found
            yield Problem(
                function.span, f"has tracing off, and its code uses {what}", ((span, "here"),), about=function
            )


_TRACING = (("TracingEnabled",), ("TracingConfig",), ("TracingConfig", "Mode"), ("TracingConfiguration", "Enabled"),
            ("XrayEnabled",))  # fmt: skip


def _traces(value: object) -> bool:
    """Whether a setting may put requests under a trace, which the functions they lead to then continue."""
    match value:
        case Known() as known:
            return truth(known) is True or text(known) == "Active"
        case Unknown():
            return True
        case _:
            return False


def _decides_otherwise(function: Function) -> bool:
    """Whether variables turn the tracer off, or have something else trace."""
    variables = function.get("Environment", "Variables")
    if isinstance(variables, Mapping) and not variables.open:
        return bool(
            {"POWERTOOLS_TRACE_DISABLED", "POWERTOOLS_TRACE_ENABLED", "AWS_XRAY_SDK_ENABLED", "AWS_LAMBDA_EXEC_WRAPPER"}
            & {*variables.entries}
        )
    return variables is not None


_PRIVATE = (
    "AWS::RDS::", "AWS::ElastiCache::", "AWS::EFS::", "AWS::DocDB::", "AWS::Neptune::", "AWS::MSK::", "AWS::MemoryDB::",
    "AWS::OpenSearchService::", "AWS::Elasticsearch::", "AWS::Redshift::", "AWS::AmazonMQ::", "AWS::DAX::",
    "AWS::ECS::", "AWS::EKS::", "AWS::ElasticLoadBalancing", "AWS::EC2::Instance", "AWS::EC2::VPCEndpoint",
    "AWS::FSx::", "AWS::OpenSearchServerless::", "AWS::VpcLattice::", "AWS::S3::AccessPoint", "AWS::DSQL::",
)  # fmt: skip
"""What lives in a VPC, or is reached from it alone."""


@check
def vpc_without_need(project: Project) -> Problems:
    if any(resource.type.startswith(_PRIVATE) for resource in project.resources):
        return
    for function in project.functions:
        handler, network = function.handler, function.get("VpcConfig")
        if handler is None or handler.bounded or handler.wrappers or not isinstance(network, Mapping):
            continue
        if not items(network.get("SubnetIds")) or function.get("FileSystemConfigs") is not None or function.generated:
            continue
        if function.layers or function.get("Layers") is not None or network.open:
            continue
        if reach.only_aws(handler):
            place = function.key("VpcConfig")
            yield Problem(place, "is in a VPC, of which its code reaches nothing", about=function)


@check
def vpc_without_way_out(project: Project) -> Problems:
    for function in project.functions:
        handler = function.handler
        if handler is None or function.generated or _has_proxy(function):
            continue
        network = networks.enclosed(function)
        if network is None:
            continue
        asked = ((call.span, _out_of_reach(network, call)) for call in handler.calls)
        span, what = next(((span, what) for span, what in asked if what), (function.span, ""))
        if what:
            yield Problem(
                function.key("VpcConfig"),
                f"calls {what}, to which no route and no endpoint leads from the subnets in its VpcConfig: each "
                "call waits until it times out",
                (
                    (span, "calls it here"),
                    *(
                        (each.span, "leads functions nowhere: they have no public address")
                        for each in network.gateways[:1]
                    ),
                ),
                about=function,
            )


def _has_proxy(function: Function) -> bool:
    """Whether its variables send what it calls somewhere else, or may."""
    variables = function.get("Environment", "Variables")
    if isinstance(variables, Mapping) and not variables.open:
        return any("PROXY" in name.upper() or "ENDPOINT" in name.upper() for name in variables.entries)
    return variables is not None


def _out_of_reach(network: networks.Enclosed, call: Call) -> str:
    """What a call asks for something that nothing leads to; "" where it is reached, or may be."""
    asked = operation(call)
    if asked is not None:
        maker = asked.call.receiver
        own = maker is not None and any(
            isinstance(each, Result) and (each.call.open or "endpoint_url" in each.call.keywords)
            for each in origins(maker)
        )
        return "" if own or network.reaches(asked.service) else sdk.SERVICES.get(asked.service, asked.service)
    return "" if network.names_hosts else public_host(call)
