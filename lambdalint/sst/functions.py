"""Functions, as they are defined by themselves and where something invokes them.

https://sst.dev/docs/component/aws/function
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from lambdalint.cdk.assembly import Assembly, Draft, Later, Made, mapping
from lambdalint.cdk.constructs import Construct
from lambdalint.cdk.props import Props, props, text_of
from lambdalint.cdk.rows import fill
from lambdalint.cdk.table import roles
from lambdalint.code.endings import JAVASCRIPT
from lambdalint.code.value import Constant, Mapping, Member, Sequence, Value
from lambdalint.data import sst as facts
from lambdalint.source import Span
from lambdalint.sst.values import SstValues, places
from lambdalint.templates import value as template
from lambdalint.templates.resource import ENTRY
from lambdalint.templates.value import Known, Reference, Text, Unknown

_BASIC = f"{roles.MANAGED}service-role/AWSLambdaBasicExecutionRole"
_IN_VPC = f"{roles.MANAGED}service-role/AWSLambdaVPCAccessExecutionRole"
_SETTINGS = {
    "architecture": "Architectures",
    "concurrency": "ReservedConcurrentExecutions",
    "description": "Description",
    "environment": "Environment",
    "layers": "Layers",
    "logging": "LoggingConfig",
    "memory": "MemorySize",
    "name": "FunctionName",
    "runtime": "Runtime",
    "timeout": "Timeout",
    "vpc": "VpcConfig",
}
"""The properties that settings of a function become."""
_INERT = frozenset({"nodejs", "python", "copyFiles", "link", "permissions", "policies", "dev", "hook", "tags", "live"})
"""What else there is that may be set of one, which is no property of it."""
_STAYING = frozenset({"Handler", "Code", "Role", "PackageType"})


def define(assembly: Assembly, construct: Construct, given: Value | None, linked: Iterable[Value | None] = ()) -> Draft:
    """Make a function of what defines it: its handler, or an object of its settings."""
    if isinstance(given, Constant):
        given = Mapping(construct.span, {"handler": given})
    known, written = props(given), places(given)
    construct.kind, construct.props = "Function", known
    values, span = values_of(assembly), assembly.head(construct.span)
    draft = assembly.draft(construct, "AWS::Lambda::Function", {})
    draft.open = known.open

    def put(name: str, key: str, made: Made) -> None:
        if made is not None:
            draft.entries[name] = made
            if key in written:
                draft.keys[name] = written[key]

    def at(key: str) -> Span:
        return assembly.head(written.get(key, span))

    put("FunctionName", "name", values.value(known.get("name"), at("name")))
    put("Description", "description", values.value(known.get("description"), at("description")))
    put("Timeout", "timeout", values.length(known.get("timeout"), at("timeout")) or _default(facts.TIMEOUT, span))
    put("MemorySize", "memory", values.size(known.get("memory"), at("memory")) or _default(facts.MEMORY, span))
    runtime = values.value(known.get("runtime"), at("runtime"))
    put("Runtime", "runtime", runtime or Text((Known("nodejs", span), Unknown(span, "runtime")), span))
    architecture = values.value(known.get("architecture"), at("architecture")) or Unknown(span, "architecture")
    put("Architectures", "architecture", template.Sequence((architecture,), span))
    put("Layers", "layers", values.value(known.get("layers"), at("layers")))
    _enter(assembly, draft, known, at("handler"), runtime)
    if "handler" in written:
        draft.keys["Handler"] = written["handler"]
    _environment(assembly, draft, known, at("environment"), written)
    if known.get("vpc") is not None:
        unknown = {"SubnetIds": Unknown(span, "vpc"), "SecurityGroupIds": Unknown(span, "vpc")}
        put("VpcConfig", "vpc", mapping(at("vpc"), dict(unknown)))
    if known.get("volume") is not None:
        put("FileSystemConfigs", "volume", Unknown(at("volume"), "volume"))
    concurrency = props(known.get("concurrency"))
    if known.get("concurrency") is not None:
        reserved = values.value(concurrency.get("reserved"), at("concurrency"))
        put("ReservedConcurrentExecutions", "concurrency", reserved)
    if known.get("streaming") is not None:
        construct.add("streaming", values.value(known.get("streaming"), at("streaming")))
    _logs(assembly, construct, draft, known, at("logging"))
    _role(assembly, construct, draft, known, written)
    link(assembly, construct, [known.get("link"), *linked])
    _url(assembly, construct, known.get("url"), written.get("url", construct.span))
    if known.get("retries") is not None:
        place = at("retries")
        tried: dict[str, Made | Later] = {
            "FunctionName": Reference(construct.resource, "", span),
            "Qualifier": Known("$LATEST", span),
            "MaximumRetryAttempts": values.value(known.get("retries"), place),
        }
        retried = assembly.draft(construct, "AWS::Lambda::EventInvokeConfig", tried, "Retries")
        retried.span = retried.extent = place
    _transform(assembly, construct, draft, known.get("transform"))
    return draft


def values_of(assembly: Assembly) -> SstValues:
    """What the values of an app's program are in a template."""
    assert isinstance(assembly.values, SstValues)
    return assembly.values


def arn_of(assembly: Assembly, given: Value | None, span: Span) -> Made:
    """What is given by its component, or by its ARN."""
    found = assembly.constructs.find(given)
    if found is not None and found.resource and found.kind in facts.ATTRIBUTES:
        return Reference(found.resource, facts.ATTRIBUTES[found.kind].get("arn", ""), span)
    return values_of(assembly).value(given, span) or Unknown(span, "arn")


def _default(value: int, span: Span) -> Known:
    return Known(value, span, default=True)


def _enter(assembly: Assembly, draft: Draft, known: Props, span: Span, runtime: Made) -> None:
    """Where the code of a function begins: its handler is a path from the app, and the name of a function."""
    handler = text_of(known.get("handler"), "")
    family = str(runtime.value) if isinstance(runtime, Known) else "nodejs" if runtime is None else ""
    home = assembly.app.home
    bundle = known.get("bundle")
    if not handler or bundle is not None or not family.startswith(("nodejs", "python")):
        draft.entries["Handler"] = Known(handler, span) if handler else Unknown(span, "handler")
        path = text_of(bundle, "") if bundle is not None else None
        draft.entries["Code"] = Unknown(span, "built") if not path else Known(_from(span, home, path), span)
        return
    module, _, name = posixpath.normpath(handler).rpartition(".")
    if family.startswith("python"):
        package = _package(assembly, posixpath.normpath(handler))
        draft.entries["Handler"] = Known(posixpath.relpath(posixpath.normpath(handler), package), span)
        draft.entries["Code"] = Known(_from(span, home, package), span)
        return
    found = [path for ending in JAVASCRIPT if assembly.app.file(path := posixpath.join(home, module + ending))]
    path = posixpath.normpath(found[0] if found else posixpath.join(home, f"{module}.ts"))
    draft.entries["Handler"] = Known(f"{posixpath.basename(module)}.{name}", span)
    draft.entries["Code"] = Known(_from(span, home, posixpath.dirname(module) or "."), span)
    draft.metadata[ENTRY] = Known(path, span)


def _package(assembly: Assembly, handler: str) -> str:
    """The directory of the package of Python that a handler is in, from the app: the nearest that says what it needs.

    https://sst.dev/docs/component/aws/function#python
    """
    directory = posixpath.dirname(handler)
    while directory:
        beside = (posixpath.join(assembly.app.home, directory, each) for each in ("pyproject.toml", "requirements.txt"))
        if any(assembly.app.file(each) is not None for each in beside):
            return directory
        directory = posixpath.dirname(directory)
    return "."


def _from(span: Span, home: str, path: str) -> str:
    return posixpath.relpath(posixpath.join(home, path), posixpath.dirname(span.path) or ".")


def _environment(assembly: Assembly, draft: Draft, known: Props, span: Span, written: dict[str, Span]) -> None:
    """What a function is told; besides, SST tells it what it is linked to, in names of its own."""
    given = known.get("environment")
    if given is None:
        return
    found = values_of(assembly).value(given, span)
    variables = found if isinstance(found, template.Mapping) else template.Mapping({}, span, {}, open=True)
    draft.entries["Environment"] = mapping(span, {"Variables": variables})
    if "environment" in written:
        draft.keys["Environment"] = written["environment"]


def _logs(assembly: Assembly, construct: Construct, draft: Draft, known: Props, span: Span) -> None:
    """The group of a function's logs, which SST makes and keeps for a month unless it is told otherwise."""
    given = known.get("logging")
    if given == Constant(False):
        draft.entries["LoggingConfig"] = Known(False, span)
        return
    told = props(given)
    draft.entries["LoggingConfig"] = Unknown(span, "logging")
    if told.get("logGroup") is None:
        days = _default(30, span) if given is None else Unknown(span, "retention")
        name = Text((Known("/aws/lambda/", span), Reference(construct.resource, "", span)), span)
        entries: dict[str, Made | Later] = {"LogGroupName": name, "RetentionInDays": days}
        assembly.draft(construct, "AWS::Logs::LogGroup", entries, "LogGroup").generated = True


def _role(assembly: Assembly, construct: Construct, draft: Draft, known: Props, written: dict[str, Span]) -> None:
    span = draft.span
    if known.get("role") is not None or known.open:
        draft.entries["Role"] = Unknown(span, "role")
        return
    role = assembly.child(construct, "Role", "iam.Role")
    own = fill(assembly, role, roles.ROWS["iam.Role"])
    construct.parts["role"] = role
    service = mapping(span, {"Service": Known("lambda.amazonaws.com", span)})
    own.entries["AssumeRolePolicyDocument"] = roles.trust(service, span)
    own.generated = True
    if known.get("logging") != Constant(False):
        role.add("managed", Known(_BASIC, span))
    if known.get("vpc") is not None:
        role.add("managed", Known(_IN_VPC, span))
    match known.get("policies"):
        case None:
            pass
        case Sequence(items=held, open=False):
            place = written.get("policies", span)
            for each in held:
                role.add("managed", values_of(assembly).value(each, place) or Unknown(span, "policies"))
        case _:
            role.handed = role.loose = True
    draft.entries["Role"] = Reference(role.resource, "Arn", span)
    _permit(assembly, role, known.get("permissions"), written.get("permissions", span))
    nodes = construct.parts.setdefault("nodes", Construct("nodes", construct.path, construct, Props(), construct.span))
    nodes.parts["role"] = role


def _permit(assembly: Assembly, role: Construct, given: Value | None, place: Span) -> None:
    """`permissions: [{ actions, resources, effect }]`."""
    match given:
        case None:
            return
        case Sequence(items=held):
            role.handed = role.handed or given.open
            for each in held:
                span = assembly.head(each.span if isinstance(each, Mapping) else place)
                made = allowed(assembly, each, span)
                role.state(made)
        case _:
            role.handed = True


def allowed(assembly: Assembly, given: Value, span: Span) -> template.Value:
    """A statement of a policy: `{ actions, resources, effect, conditions }`."""
    known, written = props(given), places(given)
    if known.open or not isinstance(given, Mapping):
        return Unknown(span, "permissions")
    values = values_of(assembly)
    effect = "Deny" if known.get("effect") == Constant("deny") else "Allow"
    entries: dict[str, template.Value] = {
        "Effect": Known(effect, span) if known.get("effect") in (None, Constant("allow"), Constant("deny"))
        else Unknown(span, "effect"),
    }  # fmt: skip
    keys = {"Effect": span}
    for name, key in (("Action", "actions"), ("Resource", "resources")):
        place = assembly.head(written.get(key, span))
        entries[name] = values.value(known.get(key), place) or Unknown(place, key)
        keys[name] = place
    if known.get("conditions") is not None:
        entries["Condition"] = Unknown(span, "conditions")
        keys["Condition"] = span
    return template.Mapping(entries, span, keys)


def link(assembly: Assembly, construct: Construct, links: Iterable[Value | None]) -> None:
    """What a function may do with what it is linked to: statements that SST writes."""
    role = construct.parts.get("role")
    if role is None:
        return
    span = assembly.head(construct.span)
    statements: list[template.Value] = []
    for given in links:
        match given:
            case None:
                continue
            case Sequence(items=held):
                role.handed = role.handed or given.open
                for each in held:
                    _link_one(assembly, role, each, statements, span)
            case _:
                role.handed = True
    generate(assembly, construct, statements, "Links")


def _link_one(assembly: Assembly, role: Construct, given: Value, made: list[template.Value], span: Span) -> None:
    found = assembly.constructs.find(given)
    if found is None:
        role.handed = True
        return
    actions, below = facts.LINKS.get(found.kind, ((), ()))
    if found.kind in facts.SILENT and not found.handed:
        return
    if not actions or not found.resource:
        role.handed = True
        return
    arn = Reference(found.resource, facts.ATTRIBUTES[found.kind]["arn"], span)
    resources = [Text((arn, Known(each, span)), span) if each else arn for each in below]
    made.append(
        mapping(
            span,
            {
                "Effect": Known("Allow", span),
                "Action": template.Sequence(tuple(Known(each, span) for each in actions), span),
                "Resource": template.Sequence(tuple(resources), span),
            },
        )
    )


def generate(assembly: Assembly, construct: Construct, statements: list[template.Value], inner: str) -> None:
    """A policy of a function's role that SST writes by itself."""
    role = construct.parts.get("role")
    if role is None or not statements or not role.resource:
        return
    span = assembly.head(construct.span)
    own = Known("SST", span)
    statement = template.Sequence(
        tuple(
            mapping(span, {**each.entries, "GeneratedBy": own}) if isinstance(each, template.Mapping) else each
            for each in statements
        ),
        span,
    )
    document = mapping(span, {"Version": Known("2012-10-17", span), "Statement": statement})
    whose = template.Sequence((Reference(role.resource, "", span),), span)
    entries: dict[str, Made | Later] = {"PolicyDocument": document, "Roles": whose}
    assembly.draft(construct, "AWS::IAM::Policy", entries, inner).generated = True


def _url(assembly: Assembly, construct: Construct, given: Value | None, place: Span) -> None:
    """`url: true`, or an object of its settings: whom it lets in by default is anyone."""
    if given is None or given == Constant(False):
        return
    span, known = assembly.head(place), props(given if isinstance(given, Mapping) else None)
    auth: Made = Known("NONE", span, default=True)
    match known.get("authorization"):
        case Constant("iam"):
            auth = Known("AWS_IAM", span)
        case None | Constant("none"):
            pass
        case _:
            auth = Unknown(span, "authorization")
    if not isinstance(given, Mapping | Constant) or known.get("router") is not None:
        # A router may be the only one to ask it.
        auth = Unknown(span, "url")
    streams = construct.added.get("streaming", [None])[0]
    mode = "RESPONSE_STREAM" if isinstance(streams, Known) and streams.value is True else "BUFFERED"
    entries: dict[str, Made | Later] = {
        "TargetFunctionArn": Reference(construct.resource, "Arn", span),
        "AuthType": auth,
        "InvokeMode": Known(mode, span) if streams is None or isinstance(streams, Known) else Unknown(span),
        "Cors": Unknown(span, "cors"),
    }
    draft = assembly.draft(construct, "AWS::Lambda::Url", entries, "Url")
    draft.span, draft.extent, draft.label = span, place, f"{construct.path}Url"
    if isinstance(auth, Known) and auth.value == "NONE":
        # SST and the provider underneath let everyone in by permissions of their own.
        for action, told in (
            ("lambda:InvokeFunctionUrl", {"FunctionUrlAuthType": Known("NONE", span)}),
            ("lambda:InvokeFunction", {"InvokedViaFunctionUrl": Known(True, span)}),
        ):
            permission: dict[str, Made | Later] = {
                "Action": Known(action, span),
                "FunctionName": Reference(construct.resource, "Arn", span),
                "Principal": Known("*", span),
                **told,
            }
            assembly.draft(construct, "AWS::Lambda::Permission", permission, action).generated = True


def _transform(assembly: Assembly, construct: Construct, draft: Draft, given: Value | None) -> None:
    """`transform: { function, role }`: what of the resources underneath is set otherwise."""
    if given is None:
        return
    known = props(given)
    function, role = known.get("function"), known.get("role")
    if function is not None or known.open:
        change(assembly, draft, function)
    if (role is not None or known.open) and construct.parts.get("role") is not None:
        construct.parts["role"].handed = construct.parts["role"].loose = True


def change(assembly: Assembly, draft: Draft, given: Value | set[str] | None) -> None:
    """Set otherwise what a transform sets: an object of arguments, or settings by their names; "?" among them, or
    another value, for anything but where the code of a function is."""
    if isinstance(given, Mapping) and not given.open and given.rest is None:
        for name, each in given.entries.items():
            span = assembly.head(given.places.get(name, draft.span))
            key, made = _transformed(assembly, name, each, span)
            if key not in _STAYING:
                draft.entries[key] = made
                draft.keys[key] = span
        return
    names = given if isinstance(given, set) and "?" not in given else None
    if isinstance(given, set) and not given.isdisjoint(("handler", "bundle")):
        draft.entries["Handler"] = draft.entries["Code"] = Unknown(draft.span, "transform")
        draft.metadata.pop(ENTRY, None)
    for name in tuple(draft.entries) if names is None else [_SETTINGS[each] for each in names if each in _SETTINGS]:
        if name not in _STAYING:
            draft.entries[name] = Unknown(draft.span, "transform", optional=True)
    draft.open = draft.open or names is None or not names <= _SETTINGS.keys() | _INERT


def _transformed(assembly: Assembly, name: str, given: Value, span: Span) -> tuple[str, Made]:
    """An argument of Pulumi's function in CloudFormation's words."""
    values = values_of(assembly)
    match name:
        case "deadLetterConfig":
            target = values.value(props(given).get("targetArn"), span)
            return "DeadLetterConfig", mapping(span, {"TargetArn": target})
        case "timeout" | "memorySize" | "reservedConcurrentExecutions" | "description" | "runtime":
            return name[:1].upper() + name[1:], values.value(given, span)
        case _:
            return _SETTINGS.get(name, name[:1].upper() + name[1:]), Unknown(span, "transform", optional=True)


def called(assembly: Assembly, given: Value | None) -> Construct | None:
    """The function that is given by its component, or by its ARN."""
    found = assembly.constructs.find(given)
    match given:
        case Member(of, "arn" | "name"):
            found = assembly.constructs.find(of)
    return found if found is not None and found.kind == "Function" and found.resource else None


def is_definition(given: Value | None) -> bool:
    """Whether a value defines a function anew: its handler, or an object that has one."""
    match given:
        case Constant(str(text)):
            return not text.startswith("arn:") and "." in text
        case Mapping(entries=entries):
            return "handler" in entries
        case _:
            return False
