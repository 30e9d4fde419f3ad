"""State machines: what their definitions lead to, and what their roles are let to do for that."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.cdk.assembly import Assembly, Draft, Made, mapping, statement
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import canonical
from lambdalint.cdk.props import Props, argument, member
from lambdalint.cdk.rows import Field, Row, fill, unseen
from lambdalint.cdk.table import grants, roles
from lambdalint.code.value import Call, Constant, Result, Sequence, Value
from lambdalint.data import cdk as facts
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.value import Known, Reference, Unknown

_TASKS = "stepfunctions-tasks."
_PLAIN = frozenset(
    f"stepfunctions.{each}" for each in ("Pass", "Wait", "Choice", "Succeed", "Fail", "Parallel", "Map")
)  # fmt: skip
"""States that need nothing."""
LINKS = frozenset({"next", "when", "otherwise", "addCatch", "branch", "itemProcessor", "iterator"})
"""Methods of states that lead to others, or hold them."""
_CHAINS = frozenset(
    f"stepfunctions.{each}"
    for each in ("DefinitionBody.fromChainable", "ChainDefinitionBody", "Chain.start", "Chain.sequence")
)


def is_state(name: str) -> bool:
    """Whether a class of the CDK is of states."""
    return name.startswith(_TASKS) or name in _PLAIN


def link(constructs: list[Construct], reached: list[Construct]) -> None:
    """Have states lead to others."""
    for each in constructs:
        for other in reached:
            each.add("leads", other)


# ------------------------------------------------------------------------------------------------------------ machines


def machine(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """The role of a state machine, and what its definition names."""
    span, given = draft.span, construct.props.get("role")
    if given is not None:
        found = assembly.constructs.find(given)
        draft.entries["RoleArn"] = assembly.arn(found, "roleArn", span)
        if found is not None and found.kind == "iam.Role":
            construct.parts["role"] = found
    elif not construct.props.open:
        made = assembly.child(construct, "Role", "iam.Role")
        construct.parts = {"role": made, "grantPrincipal": made}
        # In its first version the CDK spells this out for the region.
        name = Unknown(span, "CDK v1") if assembly.former else Known("states.amazonaws.com", span)
        service = mapping(span, {"Service": name})
        condition = Unknown(span, "as the version of the CDK has it", optional=True)
        own = fill(assembly, made, roles.ROWS["iam.Role"])
        own.label = construct.path
        own.entries["AssumeRolePolicyDocument"] = roles.trust(service, span, condition)
        draft.entries["RoleArn"] = Reference(made.resource, "Arn", span)
    assembly.later.append(lambda: _settle(assembly, construct, draft))


def _settle(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What a state machine runs, once all of its states are linked."""
    span, role, given = draft.span, construct.parts.get("role"), construct.props
    states = _states(assembly, given.get("definitionBody") or given.get("definition"))
    draft.entries["DefinitionString"] = _definition(assembly, states, span)
    needed = [each for state in states or () for each in _needs(assembly, state, state.span)]
    for each in states or ():
        each.added["run"] = [construct]
    if role is None:
        return
    for allowed in needed:
        role.state(allowed)
    if states is None or given.open:
        role.statements.append(lambda: Unknown(span, "what the tasks of a state machine need"))
    for name, actions in (("logs", facts.DELIVER_LOGS), ("tracingEnabled", facts.TRACE_MACHINE)):
        if given.get(name) not in (None, Constant(False)):
            assembly.allow(role, actions, Known("*", span))
    if given.get("encryptionConfiguration") is not None:
        role.handed = True


def _states(assembly: Assembly, given: Value | None) -> list[Construct] | None:
    """The states that a definition leads to; None where some of them may not be seen."""
    start = _start(assembly, given)
    if not start:
        return None
    found: dict[int, Construct] = {}
    pending = list(start)
    while pending:
        state = pending.pop(0)
        if id(state) in found:
            continue
        if not is_state(state.kind) or state.uncertain or state.handed:
            return None
        found[id(state)] = state
        pending += state.added.get("leads", ())
    return list(found.values())


def _start(assembly: Assembly, given: Value | None) -> list[Construct] | None:
    """The states that a chain is written of; None where not all of it is seen."""
    found = None if given is None else assembly.constructs.find(given)
    if found is not None:
        return [found]
    match given:
        case Result(call) if canonical(call.name) in _CHAINS and call.arguments:
            parts = [_start(assembly, each) for each in call.arguments]
        case Result(call) if call.receiver is not None and call.name in LINKS | {"afterwards"}:
            # What it is given was linked when it was called.
            parts = [_start(assembly, call.receiver)]
        case _:
            return None
    return None if None in parts else [state for part in parts if part for state in part]


def _definition(assembly: Assembly, states: list[Construct] | None, span: Span) -> Made:
    parts: list[Known | Reference | Unknown] = [Unknown(span, "a definition")]
    for each in states or ():
        function = assembly.constructs.find(each.props.get("lambdaFunction"))
        if function is not None and function.resource:
            parts += [assembly.arn(function, "functionArn", span), Unknown(span, "a definition")]
    return template.Text(tuple(parts), span) if len(parts) > 1 else parts[0]


def unrun(assembly: Assembly, state: Construct) -> None:
    """Hand over what a state is given, where it is not known which state machine runs it."""
    if not state.added.get("run"):
        assembly.hand_over(state.span, assembly.constructs.reached(*state.props.entries.values()), known=True)


# --------------------------------------------------------------------------------------------------------------- tasks

_ON = {
    "SqsSendMessage": ("queue", "sqs.Queue", "queueArn", "sqs:SendMessage"),
    "SnsPublish": ("topic", "sns.Topic", "topicArn", "sns:Publish"),
}
_ON_TABLE = {f"Dynamo{each}Item": f"dynamodb:{each}Item" for each in ("Get", "Put", "Update", "Delete")}


def _needs(assembly: Assembly, state: Construct, place: Span) -> Iterator[template.Value]:
    """The statements that a state machine needs to run a state."""
    if state.kind in _PLAIN:
        return
    span, known, kind = assembly.head(place), state.props, state.kind.removeprefix(_TASKS)
    if kind == "LambdaInvoke":
        function = assembly.constructs.find(known.get("lambdaFunction"))
        if function is not None and function.kind in ("lambda.Function", "lambda.Alias") and not known.open:
            yield statement(span, ("lambda:InvokeFunction",), grants.invoked(assembly, function, span))
            return
    elif kind in _ON:
        name, wanted, key, action = _ON[kind]
        of = assembly.constructs.find(known.get(name))
        if of is not None and of.kind == wanted and not grants.keyed(of) and not known.open:
            yield statement(span, (action,), (assembly.arn(of, key, span),))
            return
    elif kind in _ON_TABLE:
        table = assembly.constructs.find(known.get("table"))
        if table is not None and table.kind == "dynamodb.Table" and not known.open:
            yield statement(span, (_ON_TABLE[kind],), (_table(assembly, table, span),))
            return
    elif kind == "CallAwsService" and known.get("additionalIamStatements") is None:
        found = _service(assembly, known, span)
        if found is not None:
            yield found
            return
    assembly.hand_over(place, assembly.constructs.reached(*known.entries.values()), known=True)
    yield Unknown(span, f"what {kind} needs")


def _table(assembly: Assembly, table: Construct, span: Span) -> template.Text:
    parts = (
        *(Known("arn:aws:dynamodb:", span), Unknown(span, "AWS::Region"), Known(":", span)),
        *(Unknown(span, "AWS::AccountId"), Known(":table/", span), assembly.arn(table, "tableName", span)),
    )
    return template.Text(parts, span)


def _service(assembly: Assembly, known: Props, span: Span) -> template.Value | None:
    """The statement of a call to any service."""
    service, action, given = (
        assembly.values.value(known.get(name), span) for name in ("service", "action", "iamAction")
    )
    resources = known.get("iamResources")
    if not isinstance(resources, Sequence) or resources.open or known.open:
        return None
    if given is None and isinstance(service, Known) and isinstance(action, Known):
        spelt = facts.SERVICES_IN_IAM.get(str(service.value), str(service.value))
        given = Known(f"{spelt}:{action.value}", span)
    several = [assembly.values.value(each, span) or Unknown(span) for each in resources.items]
    return statement(span, (str(given.value),), several) if isinstance(given, Known) else None


def _tracing(assembly: Assembly, given: Value, span: Span) -> Made:
    return mapping(span, {"Enabled": assembly.values.value(given, span)})


def _kind(_assembly: Assembly, given: Value, span: Span) -> Made:
    name = member(given)
    return Known(name, span) if name in ("EXPRESS", "STANDARD") else Unknown(span, "stateMachineType")


def _grant_task(assembly: Assembly, machine: Construct, call: Call) -> None:
    """`machine.grantTaskResponse(fn)`."""
    role = assembly.grantee(argument(call, 0, "identity"))
    span = assembly.head(call.span)
    if role is None:
        assembly.hand_over(call.span, assembly.constructs.reached(*call.arguments), known=True)
    actions = ("states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat")
    assembly.allow(role, actions, assembly.arn(machine, "stateMachineArn", span))


ROWS = {
    "stepfunctions.StateMachine": Row(
        "AWS::StepFunctions::StateMachine",
        {
            "stateMachineName": "StateMachineName",
            "stateMachineType": Field("StateMachineType", _kind),
            "tracingEnabled": Field("TracingConfiguration", _tracing),
            "logs": Field("LoggingConfiguration", unseen),
            "encryptionConfiguration": Field("EncryptionConfiguration", unseen),
            "definitionSubstitutions": "DefinitionSubstitutions",
            **dict.fromkeys(("definition", "definitionBody", "role", "timeout")),
            **dict.fromkeys(("comment", "removalPolicy")),
        },
        machine,
        {**grants.MACHINE, "addToRolePolicy": roles.add_statement, "grantTaskResponse": _grant_task},
    ),
}
