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
    """`fn.addAlias(name)`, which publishes a version, and `fn.currentVersion.addAlias(name)`."""
    span = assembly.head(call.span)
    name = argument(call, 0, "aliasName")
    inner = f"Alias{text_of(name, '') or ''}"
    if construct.kind == "lambda.Version" and construct.scope is not None:
        construct = construct.scope
    published = current(assembly, construct)
    made = Construct("lambda.Alias", f"{construct.path}/{inner}", construct, options(call, 1), call.span)
    made.uncertain, made.parts = construct.uncertain, {"role": role} if (role := construct.parts.get("role")) else {}
    draft = assembly.draft(
        made,
        "AWS::Lambda::Alias",
        {
            "Name": assembly.values.value(name, span),
            "FunctionName": Reference(construct.resource, "", span),
            "FunctionVersion": Reference(published.resource, "Version", span),
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
    found = version(assembly, construct.props.get("version"))
    of = None if found is None else found.scope if found.kind == "lambda.Version" else None
    if of is not None and of.kind == "lambda.Function":
        draft.entries["FunctionName"] = Reference(of.resource, "", span)
        construct.parts |= {"role": role} if (role := of.parts.get("role")) else {}
    else:
        draft.entries["FunctionName"] = Unknown(span, "version")
    draft.entries["FunctionVersion"] = assembly.arn(found, "version", span)
    draft.open = True


def provisioned(assembly: Assembly, given: Value, span: Span) -> Made:
    """How many environments an alias or a version has ready."""
    number = assembly.values.value(given, span)
    return None if number is None else mapping(span, {"ProvisionedConcurrentExecutions": number})


def version(assembly: Assembly, given: Value | None) -> Construct | None:
    """The version or function that a value is: `fn.currentVersion` is made once it is asked for."""
    match given:
        case Member(of, str(key)) if camel(key) == "currentVersion":
            function = assembly.constructs.find(of)
            if function is not None and function.kind == "lambda.Function":
                return current(assembly, function)
    return assembly.constructs.find(given)
