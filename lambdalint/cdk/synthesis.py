"""Goes through the calls of an app's program, in order, and makes the constructs that it makes."""

from __future__ import annotations

from collections.abc import Mapping

from lambdalint.cdk import aspects, methods, overrides
from lambdalint.cdk.app import App
from lambdalint.cdk.assembly import Assembly
from lambdalint.cdk.constructs import Construct, Constructs
from lambdalint.cdk.names import CORE, camel, canonical, is_former
from lambdalint.cdk.props import Props, argument, member, options
from lambdalint.cdk.rows import Method, Row, fill
from lambdalint.cdk.table import alarms, machines, plain, roles, rules, schedules, services, sources, triggers
from lambdalint.cdk.table.apis import http, rest, websocket
from lambdalint.cdk.table.apis.paths import METHOD, RESOURCE, root
from lambdalint.cdk.table.functions import rows as functions
from lambdalint.cdk.table.functions import versions
from lambdalint.cdk.values import PARAMETER, Values
from lambdalint.code.endings import JAVASCRIPT
from lambdalint.code.evaluate import paths
from lambdalint.code.facts import Program
from lambdalint.code.idioms import base_name
from lambdalint.code.value import SUPER, Call, Constant, Imported, Instance, Member, Result, Unknown, Value
from lambdalint.data import cdk as facts
from lambdalint.programs.places import Places
from lambdalint.source import Span
from lambdalint.templates import value as template

ROWS: dict[str, Row] = {
    **functions.ROWS,
    **roles.ROWS,
    **services.ROWS,
    **alarms.ROWS,
    **rules.ROWS,
    **schedules.ROWS,
    **rest.ROWS,
    **http.ROWS,
    **websocket.ROWS,
    **machines.ROWS,
    **triggers.ROWS,
}

_METHODS: dict[str, Mapping[str, Method]] = {
    RESOURCE: rest.RESOURCE_METHODS,
    "appsync.LambdaDataSource": triggers.SOURCE_METHODS,
    "lambda.Version": {"addAlias": versions.add_alias},
}
"""The methods of constructs that only methods of others make."""
_MAKING_PARTS = frozenset({"addResource", "resourceForPath"})
"""The methods that give another part of an API's path."""
_AMPLIFY = "npm:@aws-amplify/"
"""What the functions begin with that make the parts of a backend of Amplify, which most apps have nothing of."""
_SENDING = {
    "addSubscription": ("sns.Topic", "sns-subscriptions.LambdaSubscription"),
    "addEventNotification": ("s3.Bucket", "s3-notifications.LambdaDestination"),
    "addObjectCreatedNotification": ("s3.Bucket", "s3-notifications.LambdaDestination"),
    "addObjectRemovedNotification": ("s3.Bucket", "s3-notifications.LambdaDestination"),
}
"""The methods by which something has a function be invoked: what has them, and what they are given of the function."""
_POLLING, _FUNCTION = "addEventSource", "lambda.Function"
_TREE = frozenset(f"{CORE}.{each}" for each in ("App", "Stage", "Stack", "NestedStack", "Construct"))
_ALIKE = frozenset({"iam.Role", "apigateway.RestApi", "apigatewayv2.HttpApi"})
"""Kinds of constructs that do the same where they are named as if they were there already as where they are made."""
_INERT = frozenset(f"{CORE}.{each}" for each in ("CfnOutput", "CfnCondition", "CfnMapping", "CfnRule"))
_STACK_OF = f"{CORE}.Stack.of"
_TRUST = ("assumeRolePolicy", "assume_role_policy")
_EDGE = "cloudfront.experimental.EdgeFunction"
_NAMING: dict[str, tuple[str, ...]] = {
    "apigateway.BasePathMapping": (),
    "apigateway.Deployment": (),
    "apigateway.Model": (),
    "apigateway.RequestValidator": (),
    "apigatewayv2.ApiMapping": (),
    "cloudwatch.Dashboard": (),
    "cognito.UserPoolClient": (),
    "cognito.UserPoolDomain": (),
    "cognito.UserPoolResourceServer": (),
    "custom-resources.AwsCustomResource": ("role",),
    "custom-resources.Provider": ("role", "frameworkOnEventRole", "frameworkCompleteAndTimeoutRole", "logGroup"),
    "route53.ARecord": (),
}
"""Constructs that add to nothing that they are given but these, though they may use it."""
_FROM_FUNCTIONS = ("npm:@aws-solutions-constructs/aws-lambda-", "@aws-solutions-constructs/aws-lambda-",
                   "aws_solutions_constructs.aws_lambda_")  # fmt: skip
"""Where constructs come from that have functions use something, and have nothing use functions.

https://docs.aws.amazon.com/solutions/latest/constructs/api-reference.html
"""
_GRANTING = ("iam.Grant.addToPrincipal", "iam.Grant.addToPrincipalOrResource")
_BY_NAME = ("Name", "Arn", "NameV2", "CompleteArn", "PartialArn", "Url")
"""How functions end that name something by no more than its name, so that no key can be given with it."""
_ATTACHING = ("ec2.", "autoscaling.", "ecs.", "eks.", "batch.", "config.", "codedeploy.", "codepipeline-actions.")
"""Where constructs of the CDK come from that attach managed policies to roles that they are given."""
_ELSEWHERE = ("js:", "node:", "builtins.", "os.", "pathlib.", "json.", "npm:cdk-nag", "cdk_nag.", "typing.",
              "npm:source-map-support", "npm:dotenv", "npm:path", "dataclasses.", "datetime.", "random.", "re.",
              "npm:fs", "uuid.", "npm:uuid", "hashlib.", "copy.", "enum.", "logging.", "string.", "npm:js-yaml",
              "yaml.", "subprocess.", "shutil.", "sys.", "itertools.", "functools.", "collections.")  # fmt: skip
"""Where functions come from that make nothing of constructs."""


def synthesised(app: App, program: Program, places: Places) -> Assembly | None:
    """What an app is synthesised to, as far as its program tells; None where that is not followed."""
    if program.bounded:
        return None
    constructs = Constructs()
    assembly = Assembly(app, constructs, Values(app, constructs), places)
    assembly.former = any(is_former(call.name) for call in program.calls)
    walk = _Walk(assembly)
    for call in program.calls:
        walk.step(call)
    for settle in assembly.later:
        settle()
    for state in walk.states:
        machines.unrun(assembly, state)
    return assembly


class _Walk:
    """A way through the calls of a program."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self._constructs = assembly.constructs
        self.states: list[Construct] = []
        self._unnamed = 0
        self._singletons: dict[str, Construct] = {}
        self._root: Construct | None = None
        """What all stands in of which that is not said; None where it is always said."""
        self._methods: dict[str, Mapping[str, Method]] = dict(_METHODS)
        if assembly.app.amplify:
            from lambdalint.cdk.table import amplify

            self._root = Construct(f"{CORE}.App", "", None, Props(), Span.top(assembly.app.path))
            self._methods.update(amplify.METHODS)

    def step(self, call: Call) -> None:
        """Do what a call does."""
        receiver = call.receiver
        self._assembly.uncertain = call.conditional or bool(call.loops)
        match receiver:
            case None:
                self._function(call, call.name, call)
            case Member(Instance() as instance, key) if key == SUPER and call.name == "__init__":
                self._function(call, base_name(instance.of), instance)
            case _:
                self._method(call, receiver)
                if camel(call.name) == "addMethod":
                    self._lies_elsewhere(call, receiver)

    def _function(self, call: Call, called: str, key: Call | Instance) -> None:
        name = canonical(called)
        kind = facts.FAMILIES.get(name, name)
        scope = argument(call, 0, "scope")
        within = self._constructs.find(scope) or (self._root if isinstance(scope, Unknown) else None)
        if self._root is not None and called.startswith(_AMPLIFY):
            from lambdalint.cdk.table import amplify

            amplify.define(self._assembly, call, self._root)
        elif name == _STACK_OF:
            found = self._constructs.find(scope)
            if found is not None and isinstance(key, Call):
                self._constructs.put(key, found.within(f"{CORE}.Stack") or found)
        elif name in _TREE or (not name and (name := self._above(called, call, key, within))):
            self._node(call, name, key, within)
        elif name == PARAMETER:
            self._constructs.put(key, Construct(name, self._path(call, within), within, options(call, 2), call.span))
        elif name in _INERT or (
            not name and (called.startswith(_ELSEWHERE) or methods.quiets(called.rpartition(".")[2]))
        ):
            return
        elif name in _GRANTING:
            roles.add_grant(self._assembly, call)
        elif name == "logs.SubscriptionFilter":
            triggers.add_subscription(self._assembly, call, options(call, 2), self._path(call, within))
        elif not _is_class(called):
            owner, _, maker = name.rpartition(".")
            if maker.startswith("from") and owner in ROWS and within is not None:
                self._import(call, owner, key, within)
            elif (within is None or not _is_class(name.rpartition(".")[0])) and not name:
                self._hand_over(call)
        elif not name and within is not None and (alike := _like(called, call)):
            self._construct(call, alike, facts.FAMILIES.get(alike, alike), key, within, foreign=True)
            made = key if isinstance(key, Instance) else Result(key)
            self._assembly.hand_over(call.span, self._constructs.all(made))
        elif within is not None or kind in ROWS or plain.type_of(name):
            self._construct(call, name, kind, key, within)
        elif not name and isinstance(key, Instance):
            self._hand_over(call)

    def _above(self, called: str, call: Call, key: Call | Instance, within: Construct | None) -> str:
        """What a class of another library is to what is made in it, or one that is not here and that a class of the
        project is made of: a stack by its name, anything in an app by where it stands; "" where that is nothing.

        What it makes by itself is not seen."""
        if _is_class(called) and called.endswith("Stack") and argument(call, 1, "id") is not None:
            return f"{CORE}.Stack"
        if called or within is None or not isinstance(key, Instance):
            return ""
        return f"{CORE}.{'Stack' if within.kind in (f'{CORE}.App', f'{CORE}.Stage') else 'Construct'}"

    def _import(self, call: Call, kind: str, key: Call | Instance, within: Construct | None) -> None:
        """Name something that is there already: what is granted on it is known, but for what it is called."""
        known = Props({}, open=not canonical(call.name).endswith(_BY_NAME))
        if kind in _ALIKE:
            reached = self._constructs.reached(*call.arguments[2:], *_others(call))
            own = dict.fromkeys(each for each in reached if each.kind == kind)
            if len(own) == 1:
                # It is one of the app's own, by its ARN or its id.
                self._constructs.put(key, next(iter(own)))
                return
        made = Construct(kind, self._path(call, within), within, known, call.span)
        made.imported, made.uncertain = True, self._assembly.uncertain
        names = [*call.arguments[2:3], *_others(call)]
        if len(names) == 1:
            made.added["named"] = [("Arn" if call.name.lower().endswith("arn") else "Name", names[0])]
        if kind == "apigateway.RestApi":
            made.props = Props()
            root(made)
        self._constructs.put(key, made)

    def _node(self, call: Call, name: str, key: Call | Instance, within: Construct | None) -> None:
        made = Construct(name, self._path(call, within), within, options(call, 2), call.span)
        if name == f"{CORE}.App":
            made.path = ""
        made.branch = call.branch
        made.uncertain = self._assembly.uncertain or (within is not None and within.uncertain)
        self._constructs.put(key, made)

    def _construct(
        self,
        call: Call,
        name: str,
        kind: str,
        key: Call | Instance,
        within: Construct | None,
        *,
        foreign: bool = False,
    ) -> None:
        """Make a construct; `foreign` says whether it is one of another library that is like that."""
        known = options(call, 2)
        made = Construct(kind, self._path(call, within), within, known, call.span)
        made.foreign = foreign
        if name == _EDGE:
            # Its stack is one of its own, in the region of the edge, unless it stands there already.
            made.path = f"(unnamed stack at the edge)/{made.id}"
        if name == "lambda.SingletonFunction":
            made.path = _of_stack(made)
            again = self._singletons.setdefault(made.path, made)
            if again is not made:
                self._constructs.put(key, again)
                return
        made.branch = call.branch
        made.uncertain = self._assembly.uncertain or (within is not None and within.uncertain)
        made.places = {camel(each): place for each, place in self._assembly.places.properties(call).items()}
        self._constructs.put(key, made)
        if name != kind:
            made.added["kind"] = [name]
        if kind in ROWS and within is not None:
            fill(self._assembly, made, ROWS[kind])
        elif name == "lambda.EventSourceMapping":
            sources.event_source_mapping(self._assembly, made)
        elif machines.is_state(name):
            self.states.append(made)
        elif plain.type_of(name):
            made.kind = name
            plain.make(self._assembly, made, plain.type_of(name))
        else:
            reached = list(self._constructs.reached(*call.arguments[1:], *_others(call)))
            if name.rpartition(".")[2].startswith("Cfn") or name in _NAMING:
                self._assembly.refer(call.span, reached)
                added = [known.get(each) for each in _NAMING.get(name, ())]
                self._assembly.hand_over(call.span, self._constructs.reached(*added), known=True)
            else:
                is_known = bool(name) and not name.startswith(_ATTACHING)
                used = not call.name.startswith(_FROM_FUNCTIONS)
                self._assembly.hand_over(call.span, reached, known=is_known, used=used)

    def _alarm(self, call: Call, metric: Value) -> None:
        """Make the alarm that a metric is asked for."""
        within = self._constructs.find(argument(call, 0, "scope"))
        known = options(call, 2)
        props = Props({**known.entries, "metric": metric}, known.open)
        made = Construct("cloudwatch.Alarm", self._path(call, within), within, props, call.span)
        made.uncertain = self._assembly.uncertain
        self._constructs.put(call, made)
        fill(self._assembly, made, ROWS[made.kind])

    def _path(self, call: Call, within: Construct | None) -> str:
        given = argument(call, 1, "id")
        found = self._assembly.values.value(given, call.span)
        name = getattr(found, "value", None)
        if not isinstance(name, str) or not name:
            self._unnamed += 1
            name = f"(unnamed {self._unnamed}{_known_of(found)})"
        above = "?" if within is None else within.path
        return f"{above}/{name}" if above and within is not None else name

    def _lies_elsewhere(self, call: Call, receiver: Value) -> None:
        """Have the path of a method not be known that may lie at a part of the path whose name only a deployment knows.

        The same call is met for each part that it may be made of."""
        made = receiver if isinstance(receiver, Result) and not any(self._constructs.all(receiver)) else None
        unknown = made is not None and camel(made.call.name) in _MAKING_PARTS
        for each in dict.fromkeys(self._constructs.made.values()) if unknown else ():
            if each.kind == METHOD and each.span == call.span and each.resource:
                draft = self._assembly.drafts[each.resource]
                draft.entries["ResourceId"] = template.Unknown(draft.span, "a part of a path")

    def _found(self, receiver: Value) -> list[Construct]:
        """The constructs that a method may be of."""
        found = list(self._constructs.all(receiver))
        version = None if found else versions.version(self._assembly, receiver)
        return found if version is None else [version]

    def _method(self, call: Call, receiver: Value) -> None:
        name = camel(call.name)
        found = self._found(receiver)
        if len(found) == 1:
            row = ROWS.get(found[0].kind)
            method = None if row is None else row.methods.get(name)
            if not found[0].resource and not (found[0].imported and (name.startswith("grant") or name in _SENDING)):
                method = None
            if found[0].kind in self._methods:
                method = self._methods[found[0].kind].get(name)
            if method is not None:
                method(self._assembly, found[0], call)
                apart = [each for each in (found[0], *self._reached(call)) if not each.goes_with(call)]
                if name in _SENDING or name == _POLLING:
                    # What is made of it is a resource of its own, and nothing else comes to invoke the function.
                    apart = [each.parts.get("role", each) if each.kind == _FUNCTION else each for each in apart]
                if found[0] in apart and found[0].kind != "lambda.Function":
                    # What it adds may as well not be there.
                    self._assembly.change(found)
                self._assembly.hand_over(call.span, apart)
                return
        elif name in _SENDING and self._sends(call, *_SENDING[name]):
            return
        if overrides.override(self._assembly, call, receiver):
            if not self._assembly.uncertain:
                self._assembly.refer(call.span, self._reached(call))
            return
        if name == "createAlarm":
            self._alarm(call, receiver)
            return
        if name in machines.LINKS:
            reached = self._reached(call)
            states = [each for each in self._constructs.reached(receiver) if machines.is_state(each.kind)]
            if states:
                machines.link(states, [each for each in reached if machines.is_state(each.kind)])
                return
        if methods.is_harmless(name) or (name in ("resource", "async") and self._settled(call)):
            return
        if methods.grants(name) and not any(each.resource for each in found):
            if not self._reached(call):
                self._assembly.unseen_grants.append(call.span)
                return
            if self._is_known(receiver):
                # What is granted something is not invoked.
                granted = [each.parts.get("role", each) for each in self._reached(call)]
                self._assembly.hand_over(call.span, granted, known=True)
                return
        match receiver:
            case Result(made) if canonical(made.name) == "iam.PolicyStatement":
                held = self._assembly.added.setdefault(id(made), {})
                for key, each in roles.changed(call):
                    held.setdefault("?" if self._assembly.uncertain else key, []).append(each)
                return
            case Result(made) if canonical(made.name) == f"{CORE}.Aspects.of":
                if name == "add":
                    aspects.visit(self._assembly, call, made)
                return
            case Result(made) if canonical(made.name) == f"{CORE}.Tags.of":
                return
        within = [each for each in found if each.kind not in _TREE]
        reached = self._reached(call) if found else [*self._reached(call), *self._constructs.reached(receiver)]
        trusts = isinstance(receiver, Member) and receiver.key in _TRUST
        if call.name == "=" or methods.overrides(name) or (not found and trusts):
            self._assembly.change(within or self._constructs.reached(receiver))
        self._leave(call, name, within, reached, known=self._is_known(receiver))

    def _leave(self, call: Call, name: str, within: list[Construct], reached: list[Construct], *, known: bool) -> None:
        """Leave to a method that is not followed what it is called on, and what it can get at."""
        if known and methods.only_invokes(name):
            self._assembly.refer(call.span, reached)
            reached = []
        self._assembly.hand_over(call.span, (*within, *reached), known=known)

    def _settled(self, call: Call) -> bool:
        """Settle, when all is made, how a backend of Amplify lets a function at what it has, or invokes it; False where
        it is none of such."""
        if self._root is None:
            return False
        from lambdalint.cdk.table import amplify

        settle = amplify.allow if call.name == "resource" else amplify.invoke
        self._assembly.later.append(lambda: settle(self._assembly, call))
        return True

    def _sends(self, call: Call, kind: str, wrapped: str) -> bool:
        """Have a function be invoked by a topic or bucket of which no more is known than that it is one."""
        given = (canonical(each.call.name) for each in call.arguments if isinstance(each, Result))
        if wrapped not in given:
            return False
        self._unnamed += 1
        of = Construct(kind, f"(unnamed {self._unnamed})", None, Props({}, open=True), call.span, imported=True)
        ROWS[kind].methods[camel(call.name)](self._assembly, of, call)
        return True

    def _is_known(self, value: Value) -> bool:
        """Whether a value comes of the CDK: its methods set no properties of what they are given."""
        while True:
            if any(self._constructs.all(value)):
                return True
            match value:
                case Result(call) if call.receiver is not None:
                    value = call.receiver
                case Result(call):
                    return bool(canonical(call.name))
                case Member(of):
                    value = of
                case Imported(name):
                    return bool(canonical(name))
                case _:
                    return False

    def _reached(self, call: Call) -> list[Construct]:
        return list(self._constructs.reached(*call.arguments, *call.keywords.values()))

    def _hand_over(self, call: Call) -> None:
        self._assembly.hand_over(call.span, self._reached(call))


def _of_stack(singleton: Construct) -> str:
    """The path of a function that its stack has once, by what tells it from others."""
    stack = singleton.scope
    while stack is not None and stack.kind not in (f"{CORE}.Stack", f"{CORE}.NestedStack"):
        stack = stack.scope
    match singleton.props.get("uuid"), singleton.props.get("lambdaPurpose") or Constant("SingletonLambda"):
        case Constant(str(uuid)), Constant(str(purpose)) if stack is not None:
            return f"{stack.path}/{purpose}{uuid.replace('-', '')}"
    return singleton.path


def _like(called: str, call: Call) -> str:
    """The function of the CDK that one of another library is like, which is given what the CDK's own are: an entry that
    it builds in its own way, or a handler and what runs it; "" where there is none."""
    given = options(call, 2)
    if not called.endswith(("Function", "Lambda")):
        return ""
    runtime, entry = given.get("runtime"), given.get("entry")
    if entry is None:
        is_whole = given.get("handler") is not None and member(runtime).startswith(("PYTHON_", "NODEJS_"))
        return _FUNCTION if is_whole else ""
    if member(runtime).startswith("PYTHON_"):
        return "lambda-python.PythonFunction"
    is_script = runtime is None and (paths.path(entry) or "").endswith(JAVASCRIPT)
    return "lambda-nodejs.NodejsFunction" if is_script or member(runtime).startswith("NODEJS_") else ""


def _others(call: Call) -> list[Value]:
    return [each for name, each in call.keywords.items() if name not in ("scope", "id")]


def _known_of(name: template.Value | None) -> str:
    """What is known of a name that only a deployment knows as a whole: `, …-orders`; "" where nothing is."""
    parts = name.parts if isinstance(name, template.Text) else ()
    text = "".join(str(each.value) if isinstance(each, template.Known) else "…" for each in parts).replace("/", ".")
    return f", {text}" if any(map(str.isalnum, text)) else ""


def _is_class(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last[:1].isupper()
