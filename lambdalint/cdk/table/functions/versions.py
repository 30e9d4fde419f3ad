"""Versions of functions, and aliases."""

from __future__ import annotations

from lambdalint.cdk.assembly import Assembly, Draft, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import camel
from lambdalint.cdk.props import argument, options, props, text_of
from lambdalint.code.value import Call, Member, Value
from lambdalint.source import Span
from lambdalint.templates.value import Reference, Unknown


def add_alias(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addAlias(name)`, which publishes a version."""
    span = assembly.head(call.span)
    name = argument(call, 0, "aliasName")
    inner = f"Alias{text_of(name, '') or ''}"
    version = current(assembly, construct)
    made = Construct("lambda.Alias", f"{construct.path}/{inner}", construct, options(call, 1), call.span)
    made.uncertain, made.parts = construct.uncertain, {"role": role} if (role := construct.parts.get("role")) else {}
    draft = assembly.draft(
        made,
        "AWS::Lambda::Alias",
        {
            "Name": assembly.values.value(name, span),
            "FunctionName": Reference(construct.resource, "", span),
            "FunctionVersion": Reference(version.resource, "Version", span),
        },
    )
    draft.open = True
    assembly.constructs.put(call, made)


def current(assembly: Assembly, construct: Construct) -> Construct:
    """The version of a function that is as it is now."""
    found = construct.parts.get("currentVersion")
    if found is None:
        span = assembly.head(construct.span)
        found = Construct("lambda.Version", f"{construct.path}/CurrentVersion", construct, props(None), construct.span)
        found.parts = {"role": role} if (role := construct.parts.get("role")) else {}
        assembly.draft(found, "AWS::Lambda::Version", {"FunctionName": Reference(construct.resource, "", span)})
        construct.parts["currentVersion"] = found
    return found


def alias(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What an alias is of."""
    span = draft.span
    version = _version(assembly, construct.props.get("version"))
    of = None if version is None else version.scope if version.kind == "lambda.Version" else None
    if of is not None and of.kind == "lambda.Function":
        draft.entries["FunctionName"] = Reference(of.resource, "", span)
        construct.parts |= {"role": role} if (role := of.parts.get("role")) else {}
    else:
        draft.entries["FunctionName"] = Unknown(span, "version")
    draft.entries["FunctionVersion"] = assembly.arn(version, "version", span)
    draft.open = True


def provisioned(assembly: Assembly, given: Value, span: Span) -> Made:
    """How many environments an alias or a version has ready."""
    number = assembly.values.value(given, span)
    return None if number is None else mapping(span, {"ProvisionedConcurrentExecutions": number})


def _version(assembly: Assembly, given: Value | None) -> Construct | None:
    match given:
        case Member(of, str(key)) if camel(key) == "currentVersion":
            function = assembly.constructs.find(of)
            if function is not None and function.kind == "lambda.Function":
                return current(assembly, function)
    return assembly.constructs.find(given)
