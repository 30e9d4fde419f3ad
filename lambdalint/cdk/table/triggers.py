"""What else invokes functions: subscriptions to logs, resolvers of GraphQL APIs, triggers of user pools."""

from __future__ import annotations

from lambdalint.cdk.assembly import Assembly, Draft, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import canonical
from lambdalint.cdk.props import Props, argument, options, subject
from lambdalint.cdk.rows import Row, inert, kept
from lambdalint.cdk.table import notifications
from lambdalint.code.value import Call, Constant, Imported, Mapping, Result, Value
from lambdalint.source import Span
from lambdalint.templates.value import Known, Unknown


def _function(assembly: Assembly, given: Value | None) -> Construct | None:
    found = assembly.constructs.find(given)
    return found if found is not None and found.kind in ("lambda.Function", "lambda.Alias") else None


# ---------------------------------------------------------------------------------------------------------------- logs


def add_filter(assembly: Assembly, group: Construct, call: Call) -> None:
    """`logGroup.addSubscriptionFilter(id, options)`."""
    name = argument(call, 0, "id")
    inner = name.value if isinstance(name, Constant) and isinstance(name.value, str) else "Filter"
    _filter(assembly, group, options(call, 1), call, inner)


def _filter(assembly: Assembly, group: Construct, known: Props, call: Call, inner: str) -> None:
    span, given = assembly.head(call.span), known.get("destination")
    match given:
        case Result(made) if canonical(made.name) == "logs-destinations.LambdaDestination":
            function = _function(assembly, subject(made)[0])
            if function is not None:
                draft = assembly.draft(
                    group,
                    "AWS::Logs::SubscriptionFilter",
                    {
                        "DestinationArn": assembly.arn(function, "functionArn", span),
                        "LogGroupName": assembly.arn(group, "logGroupName", span),
                        "FilterPattern": Unknown(span, "filterPattern"),
                    },
                    inner,
                )
                draft.span, draft.extent, draft.open = span, call.span, known.open
                source = assembly.arn(group, "logGroupArn", span)
                notifications.permit(assembly, function, "logs.amazonaws.com", source, call, f"CanInvokeLambda-{inner}")
                return
    assembly.hand_over(call.span, (group, *assembly.constructs.reached(given)), known=True)


def add_subscription(assembly: Assembly, call: Call, known: Props, path: str) -> None:
    """`new SubscriptionFilter(scope, id, { logGroup, destination })`."""
    group = assembly.constructs.find(known.get("logGroup"))
    if group is None or group.kind != "logs.LogGroup" or not group.resource:
        assembly.hand_over(call.span, assembly.constructs.reached(*known.entries.values()), known=True)
    else:
        _filter(assembly, group, known, call, path.rpartition("/")[2])


LOG_GROUP = {"addSubscriptionFilter": add_filter}

# ------------------------------------------------------------------------------------------------------------- GraphQL


def add_source(assembly: Assembly, api: Construct, call: Call) -> None:
    """`api.addLambdaDataSource(id, fn)`."""
    span, name = assembly.head(call.span), argument(call, 0, "id")
    function = _function(assembly, argument(call, 1, "lambdaFunction"))
    if function is None or not isinstance(name, Constant) or not isinstance(name.value, str):
        # AppSync has a role of its own to invoke it with.
        assembly.refer(call.span, assembly.constructs.reached(*call.arguments, *call.keywords.values()))
        return
    made = Construct("appsync.LambdaDataSource", f"{api.path}/{name.value}", api, Props(), call.span, api.uncertain)
    arn = assembly.arn(function, "functionArn", span)
    draft = assembly.draft(
        made,
        "AWS::AppSync::DataSource",
        {
            "Name": Known(name.value, span),
            "Type": Known("AWS_LAMBDA", span),
            "LambdaConfig": mapping(span, {"LambdaFunctionArn": arn}),
        },
    )
    draft.open = True
    assembly.constructs.put(call, made)


# ---------------------------------------------------------------------------------------------------------- user pools


def pool(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """The functions that a user pool asks."""
    given = construct.props.get("lambdaTriggers")
    match given:
        case None:
            pass
        case Mapping(entries=entries) if not given.open:
            for name, each in entries.items():
                _ask(assembly, construct, name, each, draft.span)
        case _:
            construct.add("triggers", ("?", None))
            assembly.hand_over(construct.span, assembly.constructs.reached(given), known=True)
    draft.entries["LambdaConfig"] = lambda: _asked(assembly, construct, draft.span)


def add_trigger(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`pool.addTrigger(operation, fn)`."""
    match argument(call, 0, "operation"):
        case Imported(name):
            first, *rest = canonical(name).rpartition(".")[2].lower().split("_")
            operation = first + "".join(each.capitalize() for each in rest)
            _ask(assembly, construct, operation, argument(call, 1, "fn"), call.span)
        case _:
            _ask(assembly, construct, "?", None, call.span)
            assembly.hand_over(call.span, assembly.constructs.reached(*call.arguments), known=True)


def _ask(assembly: Assembly, construct: Construct, name: str, given: Value | None, place: Span) -> None:
    function = _function(assembly, given)
    if function is None or name.startswith(("custom", "?")) or "Config" in name:
        # Senders of messages have a key beside them.
        construct.add("triggers", ("?", None))
        assembly.hand_over(place, assembly.constructs.reached(given), known=True)
    else:
        construct.add("triggers", (name, function))


def _asked(assembly: Assembly, construct: Construct, span: Span) -> Made:
    found: list[tuple[str, Construct | None]] = construct.added.get("triggers", [])
    if not found:
        return None
    if any(name == "?" for name, _ in found):
        return Unknown(span, "lambdaTriggers")
    return mapping(span, {name[:1].upper() + name[1:]: assembly.arn(each, "functionArn", span) for name, each in found})


ROWS = {
    "appsync.GraphqlApi": Row(
        "AWS::AppSync::GraphQLApi",
        {
            "name": "Name",
            "xrayEnabled": "XrayEnabled",
            **dict.fromkeys(("definition", "schema", "authorizationConfig", "logConfig", "visibility", "domainName")),
        },
        None,
        {
            "addLambdaDataSource": add_source,
            **dict.fromkeys(("addNoneDataSource", "createResolver", "addSchemaDependency"), inert),
        },
    ),
    "cognito.UserPool": Row(
        "AWS::Cognito::UserPool",
        {
            "userPoolName": "UserPoolName",
            **kept(
                "accountRecovery advancedSecurityMode autoVerify customAttributes customSenderKmsKey "
                "deletionProtection deviceTracking email enableSmsRole featurePlan keepOriginal lambdaTriggers mfa "
                "mfaMessage mfaSecondFactor passkeyRelyingPartyId passkeyUserVerification passwordPolicy "
                "removalPolicy selfSignUpEnabled signInAliases signInCaseSensitive signInPolicy smsRole "
                "smsRoleExternalId snsRegion standardAttributes standardThreatProtectionMode userInvitation "
                "userVerification customThreatProtectionMode"
            ),
        },
        pool,
        {
            "addTrigger": add_trigger,
            **dict.fromkeys(
                ("addClient", "addDomain", "addResourceServer", "registerIdentityProvider", "addGroup"), inert
            ),
        },
    ),
}

SOURCE_METHODS = {"createResolver": inert, "createFunction": inert}
"""The methods of what a GraphQL API asks, which name no more functions."""
