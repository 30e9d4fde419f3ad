"""Who may invoke a function: its sources, permissions and URL."""

from __future__ import annotations

from lambdalint.cdk.assembly import Assembly, Draft, Later, Made
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.props import argument, options, text_of
from lambdalint.cdk.rows import Field, Row, fill
from lambdalint.cdk.table import roles, sources
from lambdalint.cdk.table.cors import cors
from lambdalint.code.value import Call
from lambdalint.templates.value import Known, Reference, Unknown


def add_source(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addEventSource(source)`."""
    given = argument(call, 0, "source")
    if given is not None:
        sources.add(assembly, construct, given, call.span)


def add_mapping(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addEventSourceMapping(id, options)`."""
    name = argument(call, 0, "id")
    inner = text_of(name, "EventSourceMapping") or "EventSourceMapping"
    sources.map_source(assembly, construct, options(call, 1), call.span, inner)


def add_permission(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addPermission(id, permission)`."""
    span, given = assembly.head(call.span), options(call, 1)
    name = argument(call, 0, "id")
    entries: dict[str, Made] = {
        "Action": assembly.values.value(given.get("action"), span) or Known("lambda:InvokeFunction", span),
        "FunctionName": Reference(construct.resource, "Arn", span),
        "SourceArn": assembly.values.value(given.get("sourceArn"), span),
        "SourceAccount": assembly.values.value(given.get("sourceAccount"), span),
        "Principal": roles.invoking(assembly, given.get("principal"), span) or Unknown(span, "principal"),
    }
    inner = text_of(name, "Permission") or "Permission"
    draft = assembly.draft(construct, "AWS::Lambda::Permission", dict(entries), inner)
    draft.span, draft.extent, draft.open = span, call.span, given.open


def add_url(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addFunctionUrl(options)`."""
    made = assembly.child(construct, "FunctionUrl", "lambda.FunctionUrl", options(call, 0))
    made.span = call.span
    fill(assembly, made, URL)
    assembly.constructs.put(call, made)


def _url(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """Whose URL it is, and who may invoke that by it."""
    span, within = draft.span, construct.scope
    own = within is not None and within.kind == "lambda.Function"
    function = within if own else assembly.constructs.find(construct.props.get("function"))
    target = assembly.arn(function, "functionArn", span)
    draft.entries["TargetFunctionArn"] = target
    auth = draft.entries.get("AuthType")
    if auth is None:
        draft.entries["AuthType"] = Known("AWS_IAM", span)
    if isinstance(auth, Known) and auth.value == "NONE" and function is not None:
        for action, told, inner in (
            ("lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": Known("NONE", span)}, "invoke-function-url"),
            ("lambda:InvokeFunction", {"InvokedViaFunctionUrl": Known(True, span)}, "invoke-function"),
        ):
            permission: dict[str, Made | Later] = {
                "Action": Known(action, span),
                "FunctionName": target,
                "Principal": Known("*", span),
                **told,
            }
            assembly.draft(function, "AWS::Lambda::Permission", permission, inner).generated = True


URL = Row(
    "AWS::Lambda::Url",
    {"authType": "AuthType", "invokeMode": "InvokeMode", "cors": Field("Cors", cors), "function": None},
    _url,
)
