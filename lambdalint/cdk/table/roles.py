"""Roles and policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from lambdalint.cdk.assembly import Assembly, Draft, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import camel, canonical
from lambdalint.cdk.props import Props, argument, props
from lambdalint.cdk.rows import Row
from lambdalint.code.value import Call, Choice, Constant, Mapping, Result, Sequence, Value
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Reference, Unknown

_STATEMENT = "iam.PolicyStatement"
_PRINCIPALS = {"iam.ServicePrincipal": "Service", "iam.ArnPrincipal": "AWS", "iam.FederatedPrincipal": "Federated"}
_ANYBODY = ("iam.AnyPrincipal", "iam.StarPrincipal", "iam.Anyone")
_INVOKING = frozenset({"iam.ServicePrincipal", "iam.ArnPrincipal", "iam.AccountPrincipal"})
MANAGED = "arn:aws:iam::aws:policy/"


def role(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What a role is made with."""
    span = draft.span
    assembly.roles.append(construct)
    construct.parts["role"] = construct
    inline = construct.props.get("inlinePolicies")
    draft.entries["AssumeRolePolicyDocument"] = _trust(assembly, construct.props.get("assumedBy"), span)
    draft.entries["Policies"] = lambda: _inline(assembly, construct, inline, span)
    given = construct.props.get("managedPolicies")
    managed = list(given.items) if isinstance(given, Sequence) else []
    certain = given is None or (isinstance(given, Sequence) and not given.open)
    draft.entries["ManagedPolicyArns"] = lambda: _managed(assembly, construct, managed, span, certain=certain)


def _managed(assembly: Assembly, role: Construct, given: list[Value], span: Span, *, certain: bool) -> Made:
    found = [policy_arn(assembly, each, span) for each in (*given, *role.added.get("managed", ()))]
    if not found and certain and not role.loose:
        return None
    # One that is attached twice is written once.
    several = [each for at, each in enumerate(found) if all(not _same(each, one) for one in found[:at])]
    return template.Sequence(tuple(several), span, not certain or role.loose)


def _same(one: template.Value, other: template.Value) -> bool:
    match one, other:
        case (Known(value), Known(another)):
            return value == another
        case (Reference(name), Reference(another_name)):
            return name == another_name
        case _:
            return False


def policy_arn(assembly: Assembly, given: Value | template.Value, span: Span) -> template.Value:
    """The ARN of a managed policy."""
    match given:
        case Known() | Unknown() | Reference():
            return given
        case Result(call):
            name = canonical(call.name)
            found = assembly.constructs.find(given)
            if found is not None and found.resource:
                return Reference(found.resource, "", span)
            if name == "iam.ManagedPolicy.fromAwsManagedPolicyName":
                match argument(call, 0, "managedPolicyName"):
                    case Constant(str(policy)):
                        return Known(f"{MANAGED}{policy}", span)
            if name == "iam.ManagedPolicy.fromManagedPolicyArn":
                return assembly.values.value(argument(call, 2, "managedPolicyArn"), span) or Unknown(span, name)
    return Unknown(span, "a managed policy")


def _trust(assembly: Assembly, assumed: Value | None, span: Span) -> Made:
    principal = _principal(assembly, assumed, span)
    return Unknown(span, "assumedBy") if principal is None else trust(principal, span)


def trust(principal: template.Mapping, span: Span, condition: Unknown | None = None) -> template.Mapping:
    """The policy by which somebody may assume a role."""
    allowed: dict[str, Made] = {
        "Effect": Known("Allow", span),
        "Action": Known("sts:AssumeRole", span),
        "Principal": principal,
        "Condition": condition,
    }
    statements = template.Sequence((mapping(span, allowed),), span)
    return mapping(span, {"Version": Known("2012-10-17", span), "Statement": statements})


def _principal(assembly: Assembly, given: Value | None, span: Span) -> template.Mapping | None:
    """What a principal is in a policy; None where that is not known."""
    match given:
        case Result(call) if canonical(call.name) in _ANYBODY and not call.arguments:
            return mapping(span, {"AWS": Known("*", span)})
        case Result(call) if canonical(call.name) == "iam.CompositePrincipal" and not call.keywords:
            return _together([_principal(assembly, each, span) for each in call.arguments], span)
        case Result(call):
            kind = _PRINCIPALS.get(canonical(call.name))
            if kind is not None and len(call.arguments) == 1 and not call.keywords:
                named = assembly.values.value(call.arguments[0], span)
                return mapping(span, {kind: named or Unknown(span, "a principal")})
    return None


def invoking(assembly: Assembly, given: Value | None, span: Span) -> Made:
    """What a principal is in the permission of a function; None where that is not known.

    https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    """
    match given:
        case Result(call) if canonical(call.name) in _ANYBODY and not call.arguments:
            return Known("*", span)
        case Result(call) if canonical(call.name) in _INVOKING and len(call.arguments) == 1 and not call.keywords:
            return assembly.values.value(call.arguments[0], span)
    return None


def _principals(assembly: Assembly, given: Value | None, span: Span) -> template.Value:
    """All principals of a statement."""
    if not isinstance(given, Sequence) or given.open:
        return Unknown(span, "principals")
    found = _together([_principal(assembly, each, span) for each in given.items], span)
    return Unknown(span, "principals") if found is None else found


def _together(principals: Iterable[template.Mapping | None], span: Span) -> template.Mapping | None:
    """Several principals as one; None where one of them is not known."""
    several: dict[str, list[template.Value]] = {}
    for each in principals:
        if each is None:
            return None
        for kind, named in each.entries.items():
            several.setdefault(kind, []).extend(template.items(named))
    return mapping(
        span,
        {kind: one[0] if len(one) == 1 else template.Sequence(tuple(one), span) for kind, one in several.items()},
    )


def _inline(assembly: Assembly, role: Construct, given: Value | None, span: Span) -> Made:
    match given:
        case None:
            return template.Sequence((), span, open=True) if role.handed else None
        case Mapping(entries=entries) if not given.open:
            several = [
                mapping(span, {"PolicyName": Known(name, span), "PolicyDocument": document(assembly, each, span)})
                for name, each in entries.items()
            ]
            return template.Sequence(tuple(several), span, role.handed)
        case _:
            return Unknown(span, "inlinePolicies")


def document(assembly: Assembly, given: Value | None, span: Span) -> template.Value:
    """A policy document."""
    match given:
        case Result(call) if canonical(call.name) == "iam.PolicyDocument":
            known = _structure(call)
            listed = known.get("statements")
            if isinstance(listed, Sequence) or (listed is None and not known.open):
                found = [] if listed is None else listed.items
                # `document.addStatements(…)` may come later.
                is_open = known.open or (isinstance(listed, Sequence) and listed.open) or not found
                several = tuple(statement(assembly, each, span) for each in found)
                return mapping(
                    span,
                    {"Version": Known("2012-10-17", span), "Statement": template.Sequence(several, span, is_open)},
                )
    return Unknown(span, "a policy document")


def _structure(call: Call) -> Props:
    """What something that is made with one object, or with keywords, is given."""
    return (
        props(call.arguments[0]) if call.arguments else props(Result(call)) if call.keywords else Props({}, call.open)
    )


def statement(assembly: Assembly, given: Value | None, span: Span) -> template.Value:
    """A statement of a policy."""
    match given:
        case Choice():
            return Unknown(span, "one of several statements")
        case Result(call) if canonical(call.name) == _STATEMENT:
            known = _structure(call)
            added = assembly.added.get(id(call), {})
            if "?" in added:
                return Unknown(span, "a statement")
            entries: dict[str, Made] = {"Effect": Known("Allow", span)}
            places = {camel(name): place for name, (_, place) in assembly.places.properties(call).items()}
            for name, key in _KEYS.items():
                held = known.get(name)
                if held is not None:
                    entries[key] = assembly.values.value(held, assembly.head(places.get(name, span)))
            for key in ("Action", "Resource"):
                more = [assembly.values.value(each, span) or Unknown(span) for each in added.get(key, ())]
                if more:
                    before = template.items(entries.get(key))
                    entries[key] = template.Sequence((*before, *more), span)
            if known.get("principals") is not None:
                entries["Principal"] = _principals(assembly, known.get("principals"), span)
            if known.get("notPrincipals") is not None:
                entries["NotPrincipal"] = Unknown(span, "notPrincipals")
            made = mapping(span, entries)
            return template.Mapping(made.entries, span, made.keys, known.open)
        case Result(call) if canonical(call.name) == f"{_STATEMENT}.fromJson" and call.arguments:
            return assembly.values.value(call.arguments[0], span) or Unknown(span)
    return Unknown(span, "a statement")


_KEYS = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "notActions": "NotAction",
    "resources": "Resource",
    "notResources": "NotResource",
    "conditions": "Condition",
}


def add_statement(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`role.addToPolicy(statement)`."""
    role = construct.parts.get("role")
    if role is not None:
        given, span = argument(call, 0, "statement"), assembly.head(call.span)
        role.statements.append(lambda: statement(assembly, given, span))


def add_grant(assembly: Assembly, call: Call) -> None:
    """`Grant.addToPrincipal({ grantee, actions, resourceArns })`."""
    known, span = _structure(call), assembly.head(call.span)
    role = assembly.grantee(known.get("grantee"))
    actions, resources = known.get("actions"), known.get("resourceArns")
    if role is None:
        assembly.hand_over(call.span, assembly.constructs.reached(*known.entries.values()), known=True)
        return
    entries: dict[str, Made] = {
        "Effect": Known("Allow", span),
        "Action": assembly.values.value(actions, span),
        "Resource": assembly.values.value(resources, span),
        "Condition": None if known.get("conditions") is None else Unknown(span, "conditions"),
    }
    made = mapping(span, entries)
    role.statements.append(lambda: template.Mapping(made.entries, span, made.keys, known.open))


def add_managed(_assembly: Assembly, construct: Construct, call: Call) -> None:
    """`role.addManagedPolicy(policy)`."""
    given = argument(call, 0, "policy")
    if given is not None:
        construct.add("managed", given)


def policy(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What a policy of its own is made with."""
    span = draft.span
    given = construct.props.get("statements")
    whole = construct.props.get("document")
    for each in given.items if isinstance(given, Sequence) else ():
        construct.statements.append(partial(statement, assembly, each, span))
    is_open = (given is not None and not isinstance(given, Sequence)) or (isinstance(given, Sequence) and given.open)

    def written() -> Made:
        if whole is not None:
            return document(assembly, whole, span) if not construct.statements else Unknown(span, "document")
        several = [each() or Unknown(span) for each in construct.statements]
        held = template.Sequence(tuple(several), span, is_open or construct.handed)
        return mapping(span, {"Version": Known("2012-10-17", span), "Statement": held})

    draft.entries["PolicyDocument"] = written
    for kind in ("users", "groups"):
        if construct.props.get(kind) is not None:
            draft.entries[kind.capitalize()] = Unknown(span, kind)
    listed = construct.props.get("roles")
    if isinstance(listed, Sequence):
        for each in listed.items:
            construct.add("roles", each)
    unclear = listed is not None and not (isinstance(listed, Sequence) and not listed.open)
    draft.entries["Roles"] = lambda: _roles(assembly, construct, span, unclear=unclear)


def _roles(assembly: Assembly, construct: Construct, span: Span, *, unclear: bool) -> Made:
    found: list[template.Value] = []
    given = construct.added.get("roles", ())
    for each in given:
        role = each if isinstance(each, Construct) else assembly.grantee(each)
        named = assembly.arn(role, "roleName", span)
        # One that is there already is none of the app's, whatever it is called.
        if role is None or not role.imported or isinstance(named, Known):
            found.append(named)
    return template.Sequence(tuple(found), span, unclear or construct.handed) if given or unclear else None


def add_statements(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`policy.addStatements(…)`."""
    span = assembly.head(call.span)
    for given in call.arguments:
        construct.statements.append(partial(statement, assembly, given, span))


def attach(_assembly: Assembly, construct: Construct, call: Call) -> None:
    """`policy.attachToRole(role)`."""
    given = argument(call, 0, "role")
    if given is not None:
        construct.add("roles", given)


def attach_inline(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`role.attachInlinePolicy(policy)`."""
    found = assembly.constructs.find(argument(call, 0, "policy"))
    if found is None or found.kind not in ("iam.Policy", "iam.ManagedPolicy"):
        assembly.hand_over(call.span, (construct,), known=True)
    else:
        found.add("roles", construct)


def changed(call: Call) -> Iterator[tuple[str, Value]]:
    """What a method adds to a statement; "?" where that is not known."""
    from_each = {"addActions": "Action", "addResources": "Resource"}.get(call.name) or {
        "add_actions": "Action",
        "add_resources": "Resource",
    }.get(call.name)
    if from_each is not None:
        yield from ((from_each, each) for each in call.arguments)
    elif call.name in ("addAllResources", "add_all_resources"):
        yield "Resource", Constant("*")
    else:
        yield "?", Constant(None)


_HOW = {"addToPolicy": add_statement, "addToPrincipalPolicy": add_statement, "addManagedPolicy": add_managed}

ROWS = {
    "iam.Role": Row(
        "AWS::IAM::Role",
        {
            "roleName": "RoleName",
            "description": "Description",
            "path": "Path",
            "maxSessionDuration": None,
            "externalIds": None,
            "assumedBy": None,
            "managedPolicies": None,
            "inlinePolicies": None,
            "permissionsBoundary": None,
        },
        role,
        {**_HOW, "attachInlinePolicy": attach_inline},
    ),
    "iam.Policy": Row(
        "AWS::IAM::Policy",
        {"policyName": "PolicyName", "statements": None, "document": None, "force": None, "roles": None,
         "users": None, "groups": None},
        policy,
        {"addStatements": add_statements, "attachToRole": attach},
    ),
    "iam.ManagedPolicy": Row(
        "AWS::IAM::ManagedPolicy",
        {"managedPolicyName": "ManagedPolicyName", "description": "Description", "path": "Path", "statements": None,
         "document": None, "roles": None, "users": None, "groups": None},
        policy,
        {"addStatements": add_statements, "attachToRole": attach},
    ),
}  # fmt: skip
