"""What the calls of a backend of Amplify's second generation become, which is an app of the CDK underneath.

As @aws-amplify/backend has it, of November 2026: https://github.com/aws-amplify/amplify-backend/tree/main/packages
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from lambdalint.cdk.assembly import Assembly, Draft, Later, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import CORE, camel
from lambdalint.cdk.props import Props, props, text_of
from lambdalint.cdk.rows import Method, fill, inert
from lambdalint.cdk.table import notifications, services, triggers
from lambdalint.cdk.table.functions import rows as functions
from lambdalint.cdk.table.functions import variables
from lambdalint.code.value import Call, Choice, Constant, Function, Instance, Member, Result, Sequence, Text, Value
from lambdalint.code.value import Mapping as MappingMade
from lambdalint.source import Span
from lambdalint.templates import value as template
from lambdalint.templates.resource import ENTRY
from lambdalint.templates.value import Known, Unknown

_MEMORY = 512
"""How much memory a function has that says nothing: packages/backend-function/src/factory.ts."""
_KIND, _BACKEND, _NODE = "amplify.Function", "amplify.Backend", "lambda-nodejs.NodejsFunction"
_SETTINGS = {
    "timeoutSeconds": "Timeout",
    "memoryMB": "MemorySize",
}
_ENDINGS = (".ts", ".js", ".mts", ".mjs", ".tsx", ".jsx")
_DEEPEST, _MOST = 60, 20_000
"""How far what a backend is defined of is gone into: a schema is a chain of calls for each of its fields."""


def define(assembly: Assembly, call: Call, root: Construct) -> None:
    """Do what a call of a function of Amplify's does."""
    if call.name.endswith(".defineBackend"):
        _backend(assembly, call, root)
    elif call.name.endswith(".handler.function") and call.arguments:
        assembly.later.append(lambda: _handler(assembly, call, root))


def _backend(assembly: Assembly, call: Call, root: Construct) -> None:
    """`defineBackend({ auth, data, say })`: what is reached from there is deployed."""
    made = Construct(_BACKEND, "", root, Props(), call.span)
    assembly.constructs.put(call, made)
    given = props(call.arguments[0] if call.arguments else None)
    by_call: dict[int, Construct] = {}
    for defining in _calls(given.entries.values()):
        if defining.name.endswith(".defineFunction") and id(defining) not in by_call:
            function = _function(assembly, defining, root)
            by_call[id(defining)] = function
            assembly.constructs.put(defining, function)
    for name, each in given.entries.items():
        part = None
        match each:
            case Result(defined) if defined.name.endswith((".defineAuth", ".referenceAuth")):
                part = _auth(assembly, defined, root, is_known=defined.name.endswith(".defineAuth"))
            case Result(defined) if defined.name.endswith(".defineStorage"):
                part = _storage(assembly, defined, root)
            case Result(defined) if defined.name.endswith(".defineData"):
                part = _data(defined, root)
            case Result(defined) if id(defined) in by_call:
                part = by_call[id(defined)]
        if part is not None:
            made.parts[camel(name)] = part
            if isinstance(each, Result):
                assembly.constructs.put(each.call, part)
    made.parts["stack"] = Construct(f"{CORE}.Stack", "", root, Props(), call.span)


def _calls(values: Iterable[Value]) -> Iterator[Call]:
    """The calls that values were made by, those in what these were given among them."""
    pending: list[tuple[Value | None, int]] = [(each, 0) for each in values]
    seen: set[int] = set()
    while pending and len(seen) < _MOST:
        value, depth = pending.pop()
        if value is None or id(value) in seen or depth > _DEEPEST:
            continue
        seen.add(id(value))
        inner: list[Value | None] = []
        match value:
            case Result(call):
                yield call
                inner += [call.receiver, *call.arguments, *call.keywords.values()]
            case Member(of):
                inner.append(of)
            case MappingMade():
                inner += [*value.entries.values(), value.others, value.rest]
            case Sequence(items=parts) | Text(parts) | Choice(parts):
                inner += parts
            case Instance(attributes=attributes):
                inner += attributes.values()
        pending += [(each, depth + 1) for each in inner]


# ----------------------------------------------------------------------------------------------------------- functions


def _function(assembly: Assembly, call: Call, root: Construct) -> Construct:
    """`defineFunction(props)`, or `defineFunction((scope) => new Function(scope, …))`."""
    first = call.arguments[0] if call.arguments else None
    if isinstance(first, Function):
        function = _provided(assembly, first)
    else:
        function = _bundled(assembly, call, props(first), root)
    made = Construct(_KIND, "", root, Props(), call.span)
    resources = Construct("amplify.Resources", "", root, Props(), call.span)
    made.parts["resources"] = resources
    made.parts["stack"] = Construct(f"{CORE}.Stack", "", root, Props(), call.span)
    if function is not None:
        lower = Construct("lambda.CfnFunction", function.path, root, Props(), call.span, resource=function.resource)
        inner = Construct("amplify.Resources", "", root, Props(), call.span)
        resources.parts.update({"lambda": function, "cfnResources": inner})
        inner.parts["cfnFunction"] = lower
    return made


def _provided(assembly: Assembly, provider: Function) -> Construct | None:
    """The function that a callback makes."""
    span = provider.node.span
    found = [
        each
        for each in assembly.constructs.made.values()
        if each.kind == "lambda.Function" and each.resource and span.covers(each.span)
    ]
    return found[0] if len(found) == 1 else None


def _bundled(assembly: Assembly, call: Call, known: Props, root: Construct) -> Construct:
    beside = posixpath.dirname(call.span.path)
    entry = text_of(known.get("entry"), "./handler.ts")
    name = text_of(known.get("name"), "")
    if not name:
        stem = posixpath.splitext(posixpath.basename(entry or ""))[0]
        name = stem if known.get("entry") is not None and stem else posixpath.basename(beside)
    entries = {key: each for key, each in known.entries.items() if key == "environment"}
    made = Construct("lambda.Function", name, root, Props({**entries}, known.open), call.span)
    made.uncertain = call.conditional or bool(call.loops)
    made.added["kind"] = [_NODE]
    places = {camel(key): place for key, place in assembly.places.properties(call).items()}
    made.places = {key: place for key, place in places.items() if key in entries}
    draft = fill(assembly, made, functions.ROWS["lambda.Function"])
    draft.label = name
    span = draft.span
    for key, property_ in _SETTINGS.items():
        value = known.get(key)
        if value is not None:
            place = places.get(key, (span, span))
            draft.entries[property_] = assembly.values.value(value, assembly.head(place[1]))
            draft.keys[property_] = place[0]
    draft.entries.setdefault("MemorySize", Known(_MEMORY, span, default=True))
    draft.entries["Runtime"] = _runtime(known.get("runtime"), places.get("runtime", (span, span))[1])
    if "runtime" in places:
        draft.keys["Runtime"] = places["runtime"][0]
    if known.get("architecture") is not None:
        architecture = assembly.values.value(known.get("architecture"), span) or Unknown(span)
        draft.entries["Architectures"] = template.Sequence((architecture,), span)
    if known.get("layers") is not None:
        given = assembly.values.value(known.get("layers"), span)
        arns = tuple(given.entries.values()) if isinstance(given, template.Mapping) else ()
        draft.entries["Layers"] = template.Sequence(arns, span, not arns or getattr(given, "open", True))
    if known.get("logging") is not None:
        draft.entries["LoggingConfig"] = Unknown(span, "logging")
    _enter(assembly, draft, beside, entry)
    _schedules(assembly, made, known.get("schedule"), places.get("schedule", (span, span))[1])
    return made


def _enter(assembly: Assembly, draft: Draft, beside: str, entry: str | None) -> None:
    """Where a function begins, from the directory of the file that defines it."""
    span = draft.span
    path = None if entry is None else posixpath.normpath(posixpath.join(beside, entry))
    if path is not None and assembly.app.file(path) is None:
        stem = posixpath.splitext(path)[0] if path.endswith(_ENDINGS) else path
        path = next((each for each in (stem + ending for ending in _ENDINGS) if assembly.app.file(each)), path)
    draft.entries["Handler"] = Known("index.handler", span, default=True)
    if path is None:
        draft.entries["Code"] = Unknown(span, "entry")
        return
    directory = posixpath.relpath(posixpath.dirname(path) or ".", posixpath.dirname(span.path) or ".")
    draft.entries["Code"] = Known(directory, span)
    draft.metadata[ENTRY] = Known(path, span)


def _runtime(given: Value | None, span: Span) -> Made:
    """The version of Node.js, which is a number; by default that of the release of Amplify."""
    match given:
        case Constant(int(number)) if not isinstance(number, bool):
            return Known(f"nodejs{number}.x", span)
        case Constant(float(number)):
            return Known(f"nodejs{int(number)}.x", span)
        case _:
            return template.Text((Known("nodejs", span), Unknown(span, "runtime")), span)


def _schedules(assembly: Assembly, function: Construct, given: Value | None, span: Span) -> None:
    """Schedules of EventBridge Scheduler, whose targets nobody sets."""
    if given is None:
        return
    for number, each in enumerate(given.items if isinstance(given, Sequence) else (given,)):
        told = props(each).get("rate") or props(each).get("cron") if isinstance(each, MappingMade) else each
        expression = assembly.values.value(told, span)
        target = {"Arn": assembly.arn(function, "functionArn", span)}
        entries: dict[str, Made | Later] = {
            "ScheduleExpression": Unknown(span, "schedule") if not isinstance(expression, Known) else _due(expression),
            "Target": template.Mapping(dict(target), span, dict.fromkeys(target, span), open=True),
        }
        draft = assembly.draft(function, "AWS::Scheduler::Schedule", entries, f"schedule-{number}")
        draft.span = draft.extent = span
        draft.generated = draft.open = True


def _due(expression: Known) -> Known:
    text = str(expression.value)
    found = text.removeprefix("every ")
    if text.startswith("every ") and found[-1:] in "mh" and found[:-1].isdigit():
        unit = "minute" if found.endswith("m") else "hour"
        return Known(f"rate({found[:-1]} {unit}{'' if found[:-1] == '1' else 's'})", expression.span)
    words = {"day": "rate(1 day)", "week": "rate(7 days)", "month": "rate(30 days)", "year": "rate(365 days)"}
    return Known(words.get(found, f"cron({text})"), expression.span)


def _add_environment(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`backend.say.addEnvironment(key, value)`."""
    function = _of(construct)
    if function is not None:
        variables.add(assembly, function, call)


def _of(construct: Construct | None) -> Construct | None:
    """The function of what defines one."""
    resources = None if construct is None else construct.parts.get("resources")
    return None if resources is None or construct is None or construct.kind != _KIND else resources.parts.get("lambda")


# ---------------------------------------------------------------------------------------------------- what invokes them


def _handler(assembly: Assembly, call: Call, root: Construct) -> None:
    """`a.handler.function(say)`: a data source of the API."""
    function = _of(assembly.constructs.find(call.arguments[0]))
    if function is None and isinstance(call.arguments[0], Constant):
        named = [each for each in assembly.constructs.made.values() if each.path == call.arguments[0].value]
        function = next((each for each in named if each.kind == "lambda.Function"), None)
    if function is None or not function.resource or f"source of {function.path}" in root.parts:
        return
    span = assembly.head(call.span)
    made = assembly.child(root, f"source of {function.path}", "appsync.LambdaDataSource")
    arn = assembly.arn(function, "functionArn", span)
    draft = assembly.draft(
        made,
        "AWS::AppSync::DataSource",
        {"Type": Known("AWS_LAMBDA", span), "LambdaConfig": mapping(span, {"LambdaFunctionArn": arn})},
    )
    draft.span = draft.extent = span
    draft.generated = draft.open = True


def _entries(call: Call) -> Props:
    return props(call.arguments[0] if call.arguments else None)


def _resources(root: Construct, call: Call, kind: str) -> tuple[Construct, Construct]:
    """What one part of a backend is, and its resources."""
    made = Construct(kind, "", root, Props(), call.span)
    inner = Construct("amplify.Resources", "", root, Props(), call.span)
    made.parts.update({"resources": inner, "stack": Construct(f"{CORE}.Stack", "", root, Props(), call.span)})
    return made, inner


def _there(root: Construct, kind: str, call: Call) -> Construct:
    """Something of the backend of which no more is known than what it is."""
    return Construct(kind, "?", root, Props({}, open=True), call.span, imported=True)


def _auth(assembly: Assembly, call: Call, root: Construct, *, is_known: bool) -> Construct:
    made, inner = _resources(root, call, "amplify.Auth")
    inner.parts.update({
        "authenticatedUserIamRole": _there(root, "iam.Role", call),
        "unauthenticatedUserIamRole": _there(root, "iam.Role", call),
        "userPool": _there(root, "cognito.UserPool", call),
    })  # fmt: skip
    if not is_known:
        return made
    known = _entries(call)
    pool = Construct("cognito.UserPool", "auth/UserPool", root, Props(), call.span)
    pool.uncertain = call.conditional
    draft = fill(assembly, pool, triggers.ROWS["cognito.UserPool"])
    draft.generated = draft.open = True
    draft.label = "auth"
    for name, each in props(known.get("triggers")).entries.items():
        function = _of(assembly.constructs.find(each))
        pool.add("triggers", (name, function) if function is not None and function.resource else ("?", None))
    inner.parts["userPool"] = pool
    lower = Construct("amplify.Resources", "", root, Props(), call.span)
    lower.parts["cfnUserPool"] = Construct("cognito.CfnUserPool", pool.path, root, Props(), call.span)
    lower.parts["cfnUserPool"].resource = pool.resource
    inner.parts["cfnResources"] = lower
    return made


_EVENTS = {"onUpload": "s3:ObjectCreated:*", "onDelete": "s3:ObjectRemoved:*"}


def _storage(assembly: Assembly, call: Call, root: Construct) -> Construct:
    made, inner = _resources(root, call, "amplify.Storage")
    known = _entries(call)
    name = text_of(known.get("name"), "storage") or "storage"
    bucket = Construct("s3.Bucket", f"storage/{name}", root, Props(), call.span)
    bucket.uncertain = call.conditional
    draft = fill(assembly, bucket, services.ROWS["s3.Bucket"])
    draft.generated = draft.open = True
    draft.label = name
    for event, each in props(known.get("triggers")).entries.items():
        function = _of(assembly.constructs.find(each))
        told = Sequence(call.span, [Constant(_EVENTS[event])], "list") if event in _EVENTS else None
        if function is not None and function.resource:
            notifications.notify_function(assembly, bucket, function, told, False, call)
    inner.parts["bucket"] = bucket
    return made


class _Tables(dict[str, Construct]):
    """Tables by whatever name they are asked for: one for each model of the schema."""

    def __init__(self, root: Construct, call: Call) -> None:
        super().__init__()
        self._root, self._call = root, call

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __missing__(self, name: str) -> Construct:
        self[name] = _there(self._root, "dynamodb.Table", self._call)
        return self[name]


def _data(call: Call, root: Construct) -> Construct:
    made, inner = _resources(root, call, "amplify.Data")
    tables = Construct("amplify.Resources", "", root, Props(), call.span)
    tables.parts = _Tables(root, call)
    inner.parts.update({"tables": tables, "graphqlApi": _there(root, "appsync.GraphqlApi", call)})
    return made


# ------------------------------------------------------------------------------------------------------------- methods


def _create_stack(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`backend.createStack(name)`."""
    name = text_of(call.arguments[0] if call.arguments else None, "")
    within = construct.scope
    made = Construct(f"{CORE}.Stack", name or "(unnamed stack)", within, Props(), call.span)
    assembly.constructs.put(call, made)


def _output(assembly: Assembly, _construct: Construct, call: Call) -> None:
    """`backend.addOutput({ custom })`: whoever reads it may use what it names."""
    assembly.refer(call.span, assembly.constructs.reached(*call.arguments))


def allow(assembly: Assembly, call: Call) -> None:
    """`allow.resource(say)`, where it is told who has access: the role may do more, and variables tell the function."""
    for each in (_of(found) for value in call.arguments for found in assembly.constructs.all(value)):
        if each is not None:
            each.add("environment", (None, None))
            assembly.hand_over(call.span, [part for name, part in each.parts.items() if name == "role"], known=True)


def invoke(assembly: Assembly, call: Call) -> None:
    """`a.handler.function(say).async()`: the API does not wait for the function, whose events it leaves to Lambda."""
    match call.receiver:
        case Result(Call(arguments=(given, *_))):
            for each in (_of(found) for found in assembly.constructs.all(given)):
                if each is not None:
                    assembly.refer(call.span, (each,))


METHODS: dict[str, Mapping[str, Method]] = {
    _BACKEND: {"createStack": _create_stack, "addOutput": _output},
    _KIND: {"addEnvironment": _add_environment},
    "amplify.Auth": {},
    "amplify.Storage": {},
    "amplify.Data": {"addEnvironment": inert},
}
