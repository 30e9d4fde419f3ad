"""Functions, their layers, versions and aliases."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambdalint.cdk.assembly import Assembly, Draft, Later, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.names import camel, canonical
from lambdalint.cdk.props import Props, argument, options, props
from lambdalint.cdk.rows import Field, Row, fill, mebibytes, seconds, unseen
from lambdalint.cdk.table import grants, roles, sources
from lambdalint.code.evaluate import straight
from lambdalint.code.value import Call, Constant, Mapping, Member, Result, Sequence, Value
from lambdalint.source import Line, Source, Span
from lambdalint.templates import value as template
from lambdalint.templates.resource import ENTRY
from lambdalint.templates.value import Known, Reference, Unknown

_BASIC = f"{roles.MANAGED}service-role/AWSLambdaBasicExecutionRole"
_IN_VPC = f"{roles.MANAGED}service-role/AWSLambdaVPCAccessExecutionRole"
_ASSETS = ("lambda.Code.fromAsset", "lambda.AssetCode", "lambda.Code.asset", "lambda.AssetCode.fromAsset")
_IMAGES = ("lambda.DockerImageCode.fromImageAsset",)
_RETAINED = 1_209_600
_WITH_SDK_2 = frozenset({"nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x"})


def _architectures(assembly: Assembly, given: Value, span: Span) -> Made:
    found = assembly.values.value(given, span)
    return None if found is None else template.Sequence((found,), span)


def _tracing(assembly: Assembly, given: Value, span: Span) -> Made:
    if _is(given, "lambda.Tracing.DISABLED"):
        return None
    return mapping(span, {"Mode": assembly.values.value(given, span)})


def _is(given: Value | None, name: str) -> bool:
    return canonical(getattr(given, "name", "")) == name


def _storage(assembly: Assembly, given: Value, span: Span) -> Made:
    return mapping(span, {"Size": mebibytes(assembly, given, span)})


_FIELDS: dict[str, Field | str | None] = {
    "functionName": "FunctionName",
    "description": "Description",
    "handler": "Handler",
    "runtime": "Runtime",
    "timeout": Field("Timeout", seconds),
    "memorySize": "MemorySize",
    "reservedConcurrentExecutions": "ReservedConcurrentExecutions",
    "architecture": Field("Architectures", _architectures),
    "tracing": Field("TracingConfig", _tracing),
    "ephemeralStorageSize": Field("EphemeralStorage", _storage),
    "snapStart": Field("SnapStart", unseen),
    "environmentEncryption": Field("KmsKeyArn", unseen),
    "filesystem": Field("FileSystemConfigs", unseen),
    "codeSigningConfig": Field("CodeSigningConfigArn", unseen),
    "durableConfig": Field("DurableConfig", unseen),
    "logGroup": Field("LoggingConfig", unseen),
    "logFormat": Field("LoggingConfig", unseen),
    "loggingFormat": Field("LoggingConfig", unseen),
    "applicationLogLevel": Field("LoggingConfig", unseen),
    "applicationLogLevelV2": Field("LoggingConfig", unseen),
    "systemLogLevel": Field("LoggingConfig", unseen),
    "systemLogLevelV2": Field("LoggingConfig", unseen),
    **dict.fromkeys(
        (
            *(
                "code",
                "role",
                "environment",
                "layers",
                "events",
                "vpc",
                "vpcSubnets",
                "securityGroups",
                "initialPolicy",
            ),
            *("deadLetterQueue", "deadLetterQueueEnabled", "deadLetterTopic", "onFailure", "onSuccess", "maxEventAge"),
            *("retryAttempts", "logRetention", "logRetentionRole", "logRetentionRetryOptions", "bundling", "entry"),
            *("index", "awsSdkConnectionReuse", "depsLockFilePath", "projectRoot", "allowAllOutbound", "securityGroup"),
            *(
                "uuid",
                "lambdaPurpose",
                "allowPublicSubnet",
                "currentVersionOptions",
                "logRemovalPolicy",
                "profiling",
                "moduleDir",
            ),
        )
    ),
}
"""What of a function is a property of it as it stands; what is not, is looked at on its own."""


def function(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What a function is made of beside its properties, and what it makes."""
    span, given = draft.span, construct.props
    _role(assembly, construct, draft)
    _code(assembly, construct, draft)
    draft.entries["Environment"] = lambda: _environment(assembly, construct, span)
    draft.entries["Layers"] = lambda: _layers(assembly, construct, span)
    if given.get("vpc") is not None:
        draft.entries["VpcConfig"] = mapping(
            span, {"SubnetIds": Unknown(span, "vpc"), "SecurityGroupIds": Unknown(span, "vpc")}
        )
    _dead_letters(assembly, construct, draft)
    _logs(assembly, construct, span)
    tracing = given.get("tracing")
    if tracing is not None and not _is(tracing, "lambda.Tracing.DISABLED"):
        assembly.allow(
            construct.parts.get("role"), ("xray:PutTraceSegments", "xray:PutTelemetryRecords"), Known("*", span)
        )
    if any(given.get(name) is not None for name in ("onFailure", "onSuccess", "maxEventAge", "retryAttempts")):
        asynchronous(assembly, construct, given, construct.span)
    for name in ("insightsVersion", "adotInstrumentation", "paramsAndSecrets", "profilingGroup"):
        if given.get(name) is not None and construct.parts.get("role") is not None:
            construct.parts["role"].handed = True
    if given.get("filesystem") is not None and construct.parts.get("role") is not None:
        construct.parts["role"].handed = True
    initial = given.get("initialPolicy")
    role = construct.parts.get("role")
    if role is not None and initial is not None:
        for each in initial.items if isinstance(initial, Sequence) else (initial,):
            role.statements.append(lambda each=each: roles.statement(assembly, each, span))  # type: ignore[misc]
        role.handed = role.handed or not isinstance(initial, Sequence) or initial.open
    events = given.get("events")
    for each in events.items if isinstance(events, Sequence) else () if events is None else (events,):
        sources.add(assembly, construct, each, construct.span)


def _role(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    given, span = construct.props.get("role"), draft.span
    if given is not None:
        found = assembly.constructs.find(given)
        draft.entries["Role"] = assembly.arn(found, "roleArn", span)
        if found is not None and found.kind == "iam.Role":
            construct.parts["role"] = found
        return
    if construct.props.open:
        draft.entries["Role"] = Unknown(span, "role")
        return
    made = assembly.child(construct, "ServiceRole", "iam.Role")
    construct.parts["role"] = made
    construct.parts["grantPrincipal"] = made
    del construct.parts["ServiceRole"]
    own = fill(assembly, made, roles.ROWS["iam.Role"])
    service = mapping(span, {"Service": Known("lambda.amazonaws.com", span)})
    own.entries["AssumeRolePolicyDocument"] = roles.trust(service, span)
    # How durable functions are let to log depends on the version of the CDK.
    durable = construct.props.get("durableConfig") is not None
    made.add("managed", Unknown(span, "durableConfig") if durable else Known(_BASIC, span))
    if construct.props.get("vpc") is not None:
        made.add("managed", Known(_IN_VPC, span))
    draft.entries["Role"] = Reference(made.resource, "Arn", span)


def _environment(assembly: Assembly, construct: Construct, span: Span) -> Made:
    given = construct.props.get("environment")
    entries: dict[str, Made] = {}
    keys: dict[str, Span] = {}
    is_open = assembly.drafts[construct.resource].open
    if isinstance(given, Mapping):
        known = assembly.values.mapping(given, span)
        keys = known.keys
        entries, is_open = dict(known.entries), is_open or known.open
    elif given is not None:
        is_open = True
    if construct.added.get("kind") == ["lambda-nodejs.NodejsFunction"]:
        # https://docs.aws.amazon.com/sdk-for-javascript/v2/developer-guide/node-reusing-connections.html
        match assembly.drafts[construct.resource].entries.get("Runtime"), construct.props.get("awsSdkConnectionReuse"):
            case (_, Constant(False)):
                pass
            case Known(str(runtime)), reuses:
                if runtime in _WITH_SDK_2:
                    entries["AWS_NODEJS_CONNECTION_REUSE_ENABLED"] = Known("1", span)
                    is_open = is_open or reuses not in (None, Constant(True))
            case _:
                is_open = True
    for key, value in construct.added.get("environment", ()):
        match key:
            case Constant(str(name)):
                entries[name] = assembly.values.value(value, span) or Unknown(span)
            case _:
                is_open = True
    if not entries and not is_open:
        return None
    variables = mapping(span, entries)
    places = {**variables.keys, **keys}
    return mapping(span, {"Variables": template.Mapping(variables.entries, span, places, is_open)})


def _layers(assembly: Assembly, construct: Construct, span: Span) -> Made:
    given = construct.props.get("layers")
    added = construct.added.get("layers", [])
    is_open = assembly.drafts[construct.resource].open or any(
        construct.props.get(name) is not None for name in ("insightsVersion", "adotInstrumentation", "paramsAndSecrets")
    )
    found: list[template.Value] = []
    if isinstance(given, Sequence):
        is_open = is_open or given.open
        added = [*given.items, *added]
    elif given is not None:
        is_open = True
    for each in added:
        layer = assembly.constructs.find(each)
        named = None if layer is None else assembly.values.reference(layer, "layerVersionArn", span)
        if named is None and isinstance(each, Result):
            ending = canonical(each.call.name).rpartition(".")[2]
            arn = argument(each.call, 2, "layerVersionArn") if ending == "fromLayerVersionArn" else None
            found.append(assembly.values.value(arn, span) or Unknown(span, "a layer"))
        else:
            found.append(named or Unknown(span, "a layer"))
    return template.Sequence(tuple(found), span, is_open) if found or is_open else None


# ----------------------------------------------------------------------------------------------------------- code


def located(assembly: Assembly, given: Value | None) -> str | None:
    """The path of a file or directory that the program names."""
    path = assembly.values.path(given)
    return None if path is None else straight.found(path, assembly.app.home)


def _from(span: Span, path: str) -> str:
    return posixpath.relpath(path, posixpath.dirname(span.path) or ".")


def _code(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    span, given = draft.span, construct.props
    match construct.added.get("kind"):
        case ["lambda-nodejs.NodejsFunction"]:
            _bundled(assembly, construct, draft)
        case ["lambda-python.PythonFunction"]:
            entry = located(assembly, given.get("entry"))
            draft.entries["Code"] = Unknown(span, "entry") if entry is None else Known(_from(span, entry), span)
            index, handler = _text(given.get("index"), "index.py"), _text(given.get("handler"), "handler")
            known = index is not None and handler is not None and not given.open
            name = f"{index.removesuffix('.py')}.{handler}" if known and index is not None else ""
            draft.entries["Handler"] = Known(name, span) if name else Unknown(span, "index")
        case ["lambda.DockerImageFunction"]:
            draft.entries["PackageType"] = Known("Image", span)
            draft.entries["Code"] = Unknown(span, "an image")
            draft.entries["ImageConfig"] = Unknown(span, "cmd", optional=True)
            _image(assembly, given.get("code"), draft)
        case None | ["lambda.SingletonFunction"]:
            draft.entries["Code"] = code(assembly, given.get("code"), span, draft)
        case _:
            draft.entries["Code"] = draft.entries["Handler"] = Unknown(span, "built")
            if construct.added["kind"] == ["lambda-go.GoFunction"] and given.get("runtime") is None:
                draft.entries["Runtime"] = Unknown(span, "runtime")


def code(assembly: Assembly, given: Value | None, span: Span, function: Draft | None = None) -> template.Value:
    """What code a function or a layer is deployed from."""
    match given:
        case Result(call) if canonical(call.name) in _ASSETS:
            path, known = located(assembly, argument(call, 0, "path")), options(call, 1)
            if path is None or known.open:
                return Unknown(span, "code")
            if known.get("bundling") is None:
                return Known(_from(span, path), span)
            if function is not None and _lies_in(assembly, function, path):
                function.metadata["BuildMethod"] = Known("bundling", span)
                return Known(_from(span, path), span)
        case Result(call) if canonical(call.name) in _INLINE and function is not None:
            source = _source(assembly, call, function)
            if source is not None:
                return mapping(span, {"ZipFile": template.Code(source, span)})
    return Unknown(span, "code")


def _lies_in(assembly: Assembly, function: Draft, path: str) -> bool:
    """Whether what is bundled is made of a directory in which the handler lies as it is named."""
    handler, runtime = function.entries.get("Handler"), function.entries.get("Runtime")
    if not isinstance(handler, Known) or not isinstance(runtime, Known):
        return False
    module = str(handler.value).rpartition(".")[0]
    endings = {"python": (".py",), "nodejs": (".js", ".mjs", ".ts", ".mts")}
    family = str(runtime.value).rstrip("0123456789.x")
    return any(_is_there(assembly, posixpath.join(path, module + each)) for each in endings.get(family, ()))


def _source(assembly: Assembly, call: Call, function: Draft) -> Source | None:
    """The code that a function is given as a text: spelt out, or read from a file."""
    runtime = function.entries.get("Runtime")
    if not isinstance(runtime, Known):
        return None
    name = "index.py" if str(runtime.value).startswith("python") else "index.js"
    given = argument(call, 0, "code")
    match given:
        case Constant(str(text)):
            place = assembly.places.literal(call)
            if place is None:
                return None
            if text.count("\n") != place.end_line - place.line:
                # Its lines are spelt with escapes: all of them stand where it does.
                beginning = Line(place.line, place.column)
                return Source(place.path, text, (beginning,) * (text.count("\n") + 1), name)
            return Source(place.path, text, tuple(_lines(place, assembly)), name)
        case Result(read) if read.name in _READERS:
            path = located(assembly, read.arguments[0] if read.receiver is None and read.arguments else _opened(read))
            return None if path is None else assembly.app.file(path)
    return None


def _lines(place: Span, assembly: Assembly) -> Iterator[Line]:
    """Where the lines of a text that is spelt out stand: its first after the quotes."""
    source = assembly.app.file(place.path)
    first = "" if source is None else source.lines[place.line - 1][place.column - 1 :]
    yield Line(place.line, place.column + (3 if first.lstrip("rRfFbBuU")[:3] in ('"""', "'''") else 1))
    yield from (Line(line, 1) for line in range(place.line + 1, place.end_line + 1))


_INLINE = ("lambda.Code.fromInline", "lambda.InlineCode", "lambda.Code.inline")
_READERS = ("node:fs.readFileSync", "read", "read_text")


def _opened(read: Call) -> Value | None:
    """The path of what is read: `open(path).read()`, `Path(path).read_text()`."""
    match read.receiver:
        case Result(call) if call.name == "builtins.open" and call.arguments:
            return call.arguments[0]
        case held:
            return held if read.name == "read_text" else None


def _image(assembly: Assembly, given: Value | None, draft: Draft) -> None:
    match given:
        case Result(call) if canonical(call.name) in _IMAGES:
            directory = located(assembly, argument(call, 0, "directory"))
            known = options(call, 1)
            file = _text(known.get("file"), "Dockerfile")
            if directory is not None and file is not None and not known.open:
                draft.metadata["DockerContext"] = Known(_from(draft.span, directory), draft.span)
                draft.metadata["Dockerfile"] = Known(file, draft.span)
            if not known.open and known.get("entrypoint") is None:
                command = known.get("cmd")
                held = None if command is None else assembly.values.value(command, draft.span)
                draft.entries["ImageConfig"] = None if held is None else mapping(draft.span, {"Command": held})


def _bundled(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What a function is bundled of by esbuild."""
    span, given = draft.span, construct.props
    handler = _text(given.get("handler"), "handler")
    name = None if handler is None else handler if "." in handler else f"index.{handler}"
    draft.entries["Handler"] = Known(name, span) if name is not None else Unknown(span, "handler")
    if given.get("runtime") is None:
        draft.entries["Runtime"] = Unknown(span, "nodejs")
    entry = located(assembly, given.get("entry"))
    if given.get("entry") is None and given.get("code") is None:
        stem = f"{posixpath.splitext(construct.span.path)[0]}.{construct.id}"
        candidates = (f"{stem}{ending}" for ending in (".ts", ".js", ".mjs", ".mts", ".cts", ".cjs"))
        entry = next((each for each in candidates if _is_there(assembly, each)), None)
    if entry is None or given.get("code") is not None:
        draft.entries["Code"] = Unknown(span, "entry")
        return
    draft.entries["Code"] = Known(_from(span, posixpath.dirname(entry) or "."), span)
    draft.metadata[ENTRY] = Known(entry, span)


def _is_there(assembly: Assembly, path: str) -> bool:
    return path in assembly.app.sources.files(posixpath.dirname(path) or ".")


def _text(given: Value | None, default: str) -> str | None:
    match given:
        case None:
            return default
        case Constant(str(text)):
            return text
        case _:
            return None


# ------------------------------------------------------------------------------------------------ what it leads to


def _dead_letters(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    span, given = draft.span, construct.props
    role = construct.parts.get("role")
    queue, topic, enabled = (
        given.get(name) for name in ("deadLetterQueue", "deadLetterTopic", "deadLetterQueueEnabled")
    )
    if topic is not None:
        arn = assembly.arn(assembly.constructs.find(topic), "topicArn", span)
        assembly.allow(role, ("sns:Publish",), arn)
    elif queue is not None:
        arn = assembly.arn(assembly.constructs.find(queue), "queueArn", span)
        assembly.allow(role, ("sqs:SendMessage",), arn)
    elif enabled == Constant(True):
        made = assembly.child(construct, "DeadLetterQueue", "sqs.Queue")
        assembly.draft(made, "AWS::SQS::Queue", {"MessageRetentionPeriod": Known(_RETAINED, span)})
        construct.parts["deadLetterQueue"] = made
        arn = assembly.arn(made, "queueArn", span)
        assembly.allow(role, ("sqs:SendMessage",), arn)
    elif enabled is not None and enabled != Constant(False):
        draft.entries["DeadLetterConfig"] = Unknown(span, "deadLetterQueueEnabled", optional=True)
        if role is not None:
            role.handed = True
        return
    else:
        return
    draft.entries["DeadLetterConfig"] = mapping(span, {"TargetArn": arn})
    for name in ("deadLetterQueueEnabled", "deadLetterQueue", "deadLetterTopic"):
        if name in construct.places:
            draft.keys["DeadLetterConfig"] = construct.places[name][0]


def _logs(assembly: Assembly, construct: Construct, span: Span) -> None:
    """The group that a function logs to, where the CDK makes it or sets how long it is kept."""
    name = template.Text((Known("/aws/lambda/", span), Reference(construct.resource, "", span)), span)
    retention = construct.props.get("logRetention")
    if retention is not None:
        days = None if _is(retention, "logs.RetentionDays.INFINITE") else assembly.values.value(retention, span)
        entries: dict[str, Made | Later] = {"LogGroupName": name, "RetentionInDays": days}
        assembly.draft(construct, "Custom::LogRetention", entries, "LogRetention").generated = True
    elif construct.props.get("logGroup") is None and assembly.app.flag("@aws-cdk/aws-lambda:useCdkManagedLogGroup"):
        entries = {"LogGroupName": name, "RetentionInDays": Known(731, span)}
        assembly.draft(construct, "AWS::Logs::LogGroup", entries, "LogGroup")


def asynchronous(assembly: Assembly, construct: Construct, given: Props, place: Span) -> None:
    """How often a function is tried that is invoked asynchronously, and where it is told what became of that."""
    span = assembly.head(place)
    entries: dict[str, Made] = {
        "FunctionName": Reference(construct.resource, "", span),
        "Qualifier": Known("$LATEST", span),
        "MaximumRetryAttempts": assembly.values.value(given.get("retryAttempts"), span),
    }
    age = given.get("maxEventAge")
    if age is not None:
        entries["MaximumEventAgeInSeconds"] = seconds(assembly, age, span)
    destinations = {
        key: destination(assembly, construct, held, span)
        for key, name in (("OnFailure", "onFailure"), ("OnSuccess", "onSuccess"))
        if (held := given.get(name)) is not None
    }
    if destinations:
        entries["DestinationConfig"] = mapping(span, dict(destinations))
    draft = assembly.draft(construct, "AWS::Lambda::EventInvokeConfig", dict(entries), "EventInvokeConfig")
    draft.span, draft.extent, draft.open = span, place, given.open


def configure(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.configureAsyncInvoke(options)`."""
    asynchronous(assembly, construct, options(call, 0), call.span)


_DESTINATIONS = {
    "lambda-destinations.SqsDestination": ("queueArn", "sqs.Queue"),
    "lambda-destinations.SnsDestination": ("topicArn", "sns.Topic"),
    "lambda-destinations.LambdaDestination": ("functionArn", "lambda.Function"),
    "lambda-destinations.EventBridgeDestination": ("eventBusArn", "events.EventBus"),
}


def destination(assembly: Assembly, construct: Construct, given: Value, span: Span) -> template.Value:
    """Where what a function did is told, with what its role needs for that."""
    match given:
        case Result(call) if canonical(call.name) in _DESTINATIONS and call.arguments:
            key, kind = _DESTINATIONS[canonical(call.name)]
            found = assembly.constructs.find(call.arguments[0])
            if found is not None and found.kind == kind and found.resource:
                grants.deliver(assembly, found, construct.parts.get("role"), span)
                return mapping(span, {"Destination": assembly.arn(found, key, span)})
    assembly.hand_over(span, (construct,), known=True)
    return Unknown(span, "a destination")


def add_environment(_assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addEnvironment(key, value)`."""
    key, value = argument(call, 0, "key"), argument(call, 1, "value")
    if key is not None and value is not None:
        construct.add("environment", (key, value))


def add_layers(_assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addLayers(…)`."""
    for each in call.arguments:
        construct.add("layers", each)


def add_source(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addEventSource(source)`."""
    given = argument(call, 0, "source")
    if given is not None:
        sources.add(assembly, construct, given, call.span)


def add_mapping(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addEventSourceMapping(id, options)`."""
    name = argument(call, 0, "id")
    inner = _text(name, "EventSourceMapping") or "EventSourceMapping"
    sources.map_source(assembly, construct, options(call, 1), call.span, inner)


def add_permission(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addPermission(id, permission)`."""
    span, given = assembly.head(call.span), options(call, 1)
    name = argument(call, 0, "id")
    principal = given.get("principal")
    entries: dict[str, Made] = {
        "Action": assembly.values.value(given.get("action"), span) or Known("lambda:InvokeFunction", span),
        "FunctionName": Reference(construct.resource, "Arn", span),
        "SourceArn": assembly.values.value(given.get("sourceArn"), span),
        "SourceAccount": assembly.values.value(given.get("sourceAccount"), span),
        "Principal": Unknown(span, "principal"),
    }
    match principal:
        case Result(made) if canonical(made.name) == "iam.ServicePrincipal" and len(made.arguments) == 1:
            entries["Principal"] = assembly.values.value(made.arguments[0], span)
    inner = _text(name, "Permission") or "Permission"
    draft = assembly.draft(construct, "AWS::Lambda::Permission", dict(entries), inner)
    draft.span, draft.extent, draft.open = span, call.span, given.open


def add_url(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addFunctionUrl(options)`."""
    span, given = assembly.head(call.span), options(call, 0)
    auth = assembly.values.value(given.get("authType"), span)
    made = assembly.child(construct, "FunctionUrl", "lambda.FunctionUrl")
    made.span = call.span
    cors = given.get("cors")
    draft = assembly.draft(
        made,
        "AWS::Lambda::Url",
        {
            "AuthType": auth or Known("AWS_IAM", span),
            "TargetFunctionArn": Reference(construct.resource, "Arn", span),
            "InvokeMode": assembly.values.value(given.get("invokeMode"), span),
            "Cors": None if cors is None else Unknown(span, "cors"),
        },
    )
    draft.open = given.open
    assembly.constructs.put(call, made)
    if isinstance(auth, Known) and auth.value == "NONE":
        for action, told, inner in (
            ("lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": Known("NONE", span)}, "invoke-function-url"),
            ("lambda:InvokeFunction", {"InvokedViaFunctionUrl": Known(True, span)}, "invoke-function"),
        ):
            permission: dict[str, Made | Later] = {
                "Action": Known(action, span),
                "FunctionName": Reference(construct.resource, "Arn", span),
                "Principal": Known("*", span),
                **told,
            }
            assembly.draft(construct, "AWS::Lambda::Permission", permission, inner).generated = True


def add_alias(assembly: Assembly, construct: Construct, call: Call) -> None:
    """`fn.addAlias(name)`, which publishes a version."""
    span = assembly.head(call.span)
    name = argument(call, 0, "aliasName")
    inner = f"Alias{_text(name, '') or ''}"
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


def _version(assembly: Assembly, given: Value | None) -> Construct | None:
    match given:
        case Member(of, str(key)) if camel(key) == "currentVersion":
            function = assembly.constructs.find(of)
            if function is not None and function.kind == "lambda.Function":
                return current(assembly, function)
    return assembly.constructs.find(given)


def layer(assembly: Assembly, construct: Construct, draft: Draft) -> None:
    """What a layer holds."""
    span = draft.span
    if construct.added.get("kind"):
        # What is installed into it is made when it is synthesised.
        draft.entries["Content"] = Unknown(span, "entry")
    else:
        draft.entries["Content"] = code(assembly, construct.props.get("code"), span)


METHODS = {
    "addEnvironment": add_environment,
    "addLayers": add_layers,
    "addEventSource": add_source,
    "addEventSourceMapping": add_mapping,
    "addPermission": add_permission,
    "addFunctionUrl": add_url,
    "addAlias": add_alias,
    "addToRolePolicy": roles.add_statement,
    "configureAsyncInvoke": configure,
    **grants.FUNCTION,
}

ROWS = {
    "lambda.Function": Row("AWS::Lambda::Function", _FIELDS, function, METHODS),
    "lambda.Alias": Row(
        "AWS::Lambda::Alias",
        {"aliasName": "Name", "description": "Description", "version": None,
         "provisionedConcurrentExecutions": Field("ProvisionedConcurrencyConfig", unseen)},
        alias,
        {**grants.FUNCTION, "addEventSource": add_source},
    ),
    "lambda.LayerVersion": Row(
        "AWS::Lambda::LayerVersion",
        {"layerVersionName": "LayerName", "description": "Description", "license": "LicenseInfo",
         "compatibleRuntimes": "CompatibleRuntimes", "compatibleArchitectures": "CompatibleArchitectures",
         "code": None, "removalPolicy": None, "entry": None, "bundling": None},
        layer,
    ),
}  # fmt: skip
