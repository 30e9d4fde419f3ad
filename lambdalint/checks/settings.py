"""A function's own settings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lambdalint.check import Problem, Problems, check
from lambdalint.code import value as code
from lambdalint.code.facts import Escape, Handler
from lambdalint.code.idioms import is_log, is_pure
from lambdalint.code.value import Call, origins
from lambdalint.data import runtimes
from lambdalint.meaning import imports, kinds, library, network, operations, processes, sdk
from lambdalint.meaning.operations import Operation, operation
from lambdalint.model import Function, Project, layers, pace, provider
from lambdalint.model.apis import waiting
from lambdalint.model.user_pools import pool_triggers
from lambdalint.model.view import Number, text
from lambdalint.source import Span
from lambdalint.spelling import likeness
from lambdalint.templates.value import Known, Reference, Sequence, Unknown
from lambdalint.wanted import Fix, corrected, removed, setting


@check
def default_timeout(project: Project) -> Problems:
    for function in project.functions:
        match function.timeout:
            case Number(seconds, default=True) if not (
                function.generated or (function.inline and function.deployment_only) or _only_computes(function)
            ):
                yield Problem(
                    function.span,
                    f"has no Timeout: it stops after {seconds} s, the default",
                    about=function,
                    severity="note"
                    if _is_ample(function, seconds)
                    or _is_at_edge(function)
                    or _asks_next_to_nothing(function)
                    or _is_run_by_hand(project, function)
                    or _has_no_code(project, function)
                    else None,
                )


def _is_ample(function: Function, seconds: int) -> bool:
    """Whether a default leaves time for all that a function is seen to do: those of SST and Chalice, 20 and 60 seconds,
    for what a client waits for that gives up itself, or has a database to ask."""
    waited_for = pace.demand(function) == pace.WAITED_FOR
    if seconds >= _LONGER_THAN_APIS and waited_for:
        return True
    lavish = seconds >= _LONGER_THAN_APIS or (seconds >= _OF_SST and waited_for)
    return seconds >= _AMPLE and not _may_take_long(
        function, _FEW, not _scans(function), lavish=lavish, database=waited_for
    )


def _has_no_code(project: Project, function: Function) -> bool:
    """Whether the directory that a function is deployed from holds no code: nothing in it takes long."""
    missed = project.not_located(function)
    return missed is not None and missed.bare


def _is_at_edge(function: Function) -> bool:
    """Whether CloudFront runs a function whose code is not seen: it lets viewers wait for 5 seconds at most."""
    role = function.role
    return function.handler is None and (function.at_edge or (role is not None and role.for_edge))


def _is_run_by_hand(project: Project, function: Function) -> bool:
    """Whether nothing tells what invokes a function, where templates tell of the others: who runs it sees it stop."""
    others = (each for each in project.functions if not each.generated and each != function)
    told = any(each.invokers for each in others) or any(map(project.of_type, _TELLING))
    return not function.invokers and pace.demand(function) == pace.NOT_KNOWN and told


_TELLING = ("AWS::Pipes::Pipe", "AWS::Events::Rule", "AWS::Scheduler::Schedule", "AWS::StepFunctions::StateMachine")
"""Types of resources that tell what is invoked when something happens."""


_QUICK = frozenset({"cognito-idp", "dynamodb", "sqs", "sns", "ses", "sesv2", "ssm"})
"""Services that hardly ever take longer than a tenth of a second to answer."""
_QUICKLY = frozenset({
    ("events", "put_events"),
    *(("firehose", name) for name in ("put_record", "put_record_batch")),
    *(("kinesis", name) for name in ("put_record", "put_records")),
    *(("ec2", name) for name in ("describe_instances", "reboot_instances", "start_instances", "stop_instances")),
    *(("iam", name) for name in ("get_role", "get_user", "list_groups_for_user", "list_user_tags")),
    *(("s3", name) for name in (
        "delete_object", "get_object_tagging", "head_bucket", "head_object", "list_buckets", "put_object_tagging",
    )),
    ("sts", "get_caller_identity"),
    ("apigatewaymanagementapi", "post_to_connection"),
})  # fmt: skip
"""Operations of others that are done as soon, whatever they are asked of."""
_OF_ACCOUNTS = ("list_", "describe_", "enable_", "disable_", "get_region_", "tag_", "untag_")
"""How operations begin that ask of an account what there is, or switch something on: seconds at most."""
_FEW = 6
"""How many of their answers a handler may wait for within an ample default."""
_AMPLE = 6
"""The seconds that the Serverless Framework gives."""
_OF_SST = 20
_LONGER_THAN_APIS = 30


def _asks_next_to_nothing(function: Function) -> bool:
    """Whether a function asks for one or two quick answers and no more, by clients that are there before the event."""
    handler = function.handler
    if handler is None or any(call.phase == "invocation" and sdk.client(call) is not None for call in handler.calls):
        return False
    asked = [each for each in map(operation, handler.invocation_calls) if each is not None]
    # What reads a whole table takes longer than what is asked for a key.
    return all(each.service in _QUICK for each in asked) and not _may_take_long(
        function, 2 - any(each.name == "scan" for each in asked)
    )


def _may_take_long(
    function: Function, few: int, requests: int = 0, *, lavish: bool = False, database: bool = False
) -> bool:
    """Whether something that a function does is known to take long, or may: what others than AWS answer, but for a few
    single requests; services that take their time, operations for each of many things or at more than a few places, or
    more than is followed. Where time is `lavish`, quick answers in a row and those of a database do not, and a
    `database` may be told to be asked for no more than a client waits for."""
    handler = function.handler
    if handler is None:
        return False
    asked = [each for each in map(operation, handler.invocation_calls) if each is not None]
    waits = [call for call in handler.calls if network.wait(call, handler) is not None]
    waits = [call for call in waits if not (requests and call.mends)]
    return (
        handler.bounded
        or (not lavish and len({each.call.span for each in asked if not each.call.mends}) > few)
        or any(
            not (_is_quick(each) or (lavish and each.name.startswith(_OF_ACCOUNTS)))
            or (not lavish and _is_repeated(each) and not (few >= _FEW and _is_for_few_records(function, each)))
            for each in asked
        )
        or len({call.span for call in waits}) > requests
        or any(call.loops for call in waits)
        or (not (lavish or database) and any(sdk.connection(call) is not None for call in handler.calls))
        or any(processes.pause(call, handler) for call in handler.invocation_calls)
    )


def _is_quick(asked: Operation) -> bool:
    return asked.service in _QUICK or (asked.service, asked.name) in _QUICKLY or _puts_json(asked)


def _puts_json(asked: Operation) -> bool:
    """Whether an object is put that the program has written as JSON: what it holds came with an event, or is small."""
    body = asked.argument("Body") if (asked.service, asked.name) == ("s3", "put_object") else None
    return isinstance(body, code.Result) and kinds.dumped(body.call) is not None


def _scans(function: Function) -> bool:
    """Whether a function reads a whole table, which takes the longer the more it holds."""
    calls = () if function.handler is None else function.handler.invocation_calls
    return any(asked is not None and asked.name == "scan" for asked in map(operation, calls))


def _is_repeated(asked: Operation) -> bool:
    """Whether an operation is asked for each of many things in turn, and not for one page after the other."""
    at_once = all(loop.together for loop in asked.call.loops)
    return not at_once and operations.pagination(asked.service, asked.name) is None


def _is_for_few_records(function: Function, asked: Operation) -> bool:
    """Whether an operation is asked once for each of so few records that their answers are there within an ample
    default."""
    sizes = [source.batch_size for source in function.event_sources]
    few = bool(sizes) and all(isinstance(each, Number) and each.value <= _FEW_RECORDS for each in sizes)
    return few and len(asked.call.loops) == 1 and asked.call.loops[0].over_event


_FEW_RECORDS = 10
"""What a mapping of a queue gives at once by default: with a few answers for each that is a second or two at most."""


def _only_computes(function: Function) -> bool:
    """Whether a function's code is known to wait for nothing beyond its own process."""
    handler = function.handler
    return (
        handler is not None
        and not handler.bounded
        and not handler.wrappers
        and all(map(_stays_inside, handler.invocation_calls if _is_of_itself(handler) else handler.calls))
        and not any(processes.pause(call, handler) for call in handler.invocation_calls)
    )


def _is_of_itself(handler: Handler) -> bool:
    """Whether nothing that was made at init goes into a handler's answers: objects may ask others for their parts."""
    parts = (part for returned in handler.returns for part in origins(returned.value))
    return not any(
        isinstance(each, code.Result | code.Instance | code.Imported | code.Unknown)
        and not (isinstance(each, code.Imported) and each.name.startswith("http.HTTPStatus"))
        and not (isinstance(each, code.Result) and is_pure(each.call))
        for each in parts
    )


def _stays_inside(call: Call) -> bool:
    """Whether a call is known to ask nothing of anybody."""
    seen = () if call.receiver is None else origins(call.receiver)
    known = not any(isinstance(each, code.Unknown) and not each.parts for each in seen)
    return known and (is_pure(call) or is_log(call))


@check
def timeout_at_maximum(project: Project) -> Problems:
    for function in project.functions:
        if function.generated or function.deployment_only or function.may_be_on_instances or function.only_scheduled:
            continue
        match function.timeout:
            case Number(900, span, origin):
                yield Problem(
                    span, f"has a Timeout of 900 s, the most that Lambda allows{_found(origin)}", about=function
                )


@check
def cognito_trigger_too_slow(project: Project) -> Problems:
    told = set()
    for trigger in pool_triggers(project):
        function = trigger.function
        match function.timeout:
            case Number(seconds, span, origin) if (
                trigger.is_waited_for and seconds > _COGNITO_WAITS + 1 and span not in told
            ):
                told.add(span)
                yield Problem(
                    span,
                    f"has a Timeout of {seconds} s; Cognito waits {_COGNITO_WAITS} s, invokes it up to twice more, "
                    f"and then gives up{_found(origin)}",
                    ((trigger.span, "Cognito invokes it here"),),
                    about=function,
                    fix=setting(function.resource, ("Timeout",), _COGNITO_WAITS, safe=False),
                )


_COGNITO_WAITS = 5


@check
def timeout_over_maximum(project: Project) -> Problems:
    for function in project.functions:
        if function.may_be_on_instances:
            continue
        for value, path, least, most, unit, what in (
            (function.timeout, ("Timeout",), 1, 900, "s", "a timeout"),
            (function.memory, ("MemorySize",), 128, 10_240, "MB", "memory"),
            (function.storage, ("EphemeralStorage", "Size"), 512, 10_240, "MB", "/tmp"),
        ):
            if isinstance(value, Number) and not least <= value.value <= most:
                message = f"asks for {value.value} {unit}; Lambda takes {what} of {least} to {most} {unit}"
                # What runs longer than any function may is to be divided, or waits in vain: that is for people.
                too_long = path == ("Timeout",) and value.value > most
                fix = None if too_long else setting(function.resource, path, min(max(value.value, least), most))
                yield Problem(value.span, message + _found(value.origin), about=function, fix=fix)


@check
def timeout_exceeds_api(project: Project) -> Problems:
    # One place can serve several functions, as in Globals: a function that only the API invokes is the graver case.
    yield from sorted(_over_api(project), key=lambda problem: problem.severity is not None)


def _over_api(project: Project) -> Problems:
    for function in project.functions:
        limit = function.timeout
        if not isinstance(limit, Number) or limit.default or function.generated:
            continue
        # A second more or less is of no use to anybody: 30 s is meant for a REST API's 29.
        short = [api for api in waiting(function) if api.milliseconds + 1000 < limit.value * 1000]
        if short:
            wait = min(short, key=lambda api: api.milliseconds)
            alone = all(each.service == "API Gateway" for each in function.invokers)
            soon = _only_computes(function) or (limit.value < _LONG and _is_soon_answered(function))
            grave = alone and not (soon or _answers_later(function) or function.is_double)
            message = f"may run {limit.value} s; API Gateway gives up after {wait.seconds} s"
            yield Problem(
                limit.span,
                message + _found(limit.origin),
                ((wait.span, f"invokes {function.name}, and waits {wait.seconds} s"),),
                severity=None if grave else "note",
                about=function,
                fix=setting(function.resource, ("Timeout",), wait.milliseconds // 1000, safe=False),
            )


_LONG = 300
"""Seconds that are too many for whatever hangs behind an API."""


def _is_soon_answered(function: Function) -> bool:
    """Whether all that a function waits for is known, and is a few answers that AWS gives at once."""
    handler = function.handler
    known = handler is not None and not handler.wrappers and any(map(operation, handler.invocation_calls))
    return known and not _may_take_long(function, _FEW) and not _scans(function)


def _answers_later(function: Function) -> bool:
    """Whether a function answers by a message to the connection of a WebSocket API, which may still come when that has
    given up waiting for it."""
    calls = () if function.handler is None else function.handler.invocation_calls
    return any(asked is not None and asked.service == "apigatewaymanagementapi" for asked in map(operation, calls))


@check
def default_memory(project: Project) -> Problems:
    for function in project.functions:
        if function.generated or function.may_be_on_instances or (function.inline and function.deployment_only):
            continue
        if function.at_edge:
            continue
        match function.memory:
            case Number(128, default=True):
                yield Problem(
                    function.span,
                    "has no MemorySize: it gets 128 MB, the default, and the little CPU that goes with it",
                    about=function,
                )
            case Number(128, span) if function.handler is not None:
                loaded = imports.large(function.handler)
                if loaded is not None:
                    name = loaded.name.removeprefix("npm:").partition(".")[0]
                    yield Problem(
                        span,
                        f"has a MemorySize of 128, the least, and loads {name}: little of it is left for its work, "
                        "and it starts slowly",
                        ((loaded.span, "loaded here"),),
                        about=function,
                    )


@check
def runtime_deprecated(project: Project) -> Problems:
    today = project.today or date.today()
    for function in project.functions:
        runtime = function.runtime
        if function.generated or not isinstance(runtime, Known):
            continue
        end = runtimes.lifecycle(str(runtime.value))
        if end is None or end.deprecated is None or today + timedelta(days=180) < end.deprecated:
            continue
        successor = f"; its successor is {end.successor}" if end.successor else ""
        message, severity = _ending(end, end.deprecated, today)
        # One line of a file that several services read is one to change.
        shared = runtime.written if runtime.written and runtime.written.path != runtime.span.path else None
        yield Problem(
            shared or runtime.span,
            f"runs on {runtime.value}, {message}{successor}{'' if shared else _found(runtime.origin)}",
            ((runtime.span, "read here"),) if shared else (),
            severity=severity,
            about=function,
            fix=_raised(project, runtime, today),
        )


def _raised(project: Project, runtime: Known, today: date) -> Fix | None:
    """The fix that a function runs on the first runtime after its own that AWS still supports; None where it, or
    another that is told its runtime in the same place, has a layer that is not made for that."""
    end = runtimes.lifecycle(str(runtime.value))
    successor = ""
    while end is not None and end.deprecated is not None and end.deprecated <= today + timedelta(days=180):
        successor = end.successor or ""
        end = runtimes.lifecycle(successor)
    alike = [
        each for each in project.functions if isinstance(each.runtime, Known) and each.runtime.span == runtime.span
    ]
    bound = any(True for each in alike for layer in each.layers for _ in layers.mismatches(project, layer, successor))
    return corrected(runtime, successor, safe=False) if successor and not bound else None


def _ending(end: runtimes.Lifecycle, deprecated: date, today: date) -> tuple[str, str | None]:
    """What a message says of a runtime's end, and how grave that is."""
    if today < deprecated:
        return f"which AWS will deprecate on {deprecated}", "note"
    if end.update_blocked is not None and end.update_blocked <= today:
        return f"which AWS deprecated on {deprecated}; updates are refused since {end.update_blocked}", None
    if end.creation_blocked is not None and end.creation_blocked <= today:
        since = f"new functions are refused since {end.creation_blocked}"
        return f"which AWS deprecated on {deprecated}; {since}", "warning"
    return f"which AWS deprecated on {deprecated}", "warning"


@check
def vpc_single_subnet(project: Project) -> Problems:
    for function in project.functions:
        match function.get("VpcConfig", "SubnetIds"):
            case Sequence(items=(only,), open=False) if not function.generated and _is_one(only):
                yield Problem(
                    function.key("VpcConfig", "SubnetIds"),
                    "names one subnet in VpcConfig: it fails with that Availability Zone",
                    about=function,
                )


_SUBNET = "subnet-"


def _is_one(item: object) -> bool:
    """Whether an item of a list is exactly one, known or not: what a parameter has by default and is no subnet's id
    only stands for those that a deployment gives."""
    match item:
        case Known(value, origin=origin):
            return not origin or str(value).startswith(_SUBNET)
        case Reference():
            return True
        case Unknown(_, why):
            return why.startswith("parameter ")
        case _:
            return False


@check
def architecture_x86(project: Project) -> Problems:
    for function in project.functions:
        runtime = text(function.runtime)
        if runtime is None or runtimes.lacks_arm(runtime) or function.generated or _needs_x86(function):
            continue
        if function.get("Architectures") is None:
            fix = setting(function.resource, ("Architectures",), ("arm64",), safe=False)
            yield Problem(function.span, "runs on x86_64 by default; arm64 costs a fifth less", about=function, fix=fix)


def _needs_x86(function: Function) -> bool:
    """Whether something keeps a function from arm64: CloudFront, or a layer from elsewhere."""
    return function.at_edge or any(not isinstance(layer, Reference) for layer in function.layers)


@check
def image_settings_ignored(project: Project) -> Problems:
    for function in project.functions:
        if function.generated:
            continue
        match function.image:
            case True:
                for name, span in _set(function, "Handler", "Runtime", "Layers"):
                    fix = removed(span, name)
                    yield Problem(span, f"sets {name}, which a container image does not take", about=function, fix=fix)
            case False if function.get("Code") is not None:
                missing = [name for name in ("Handler", "Runtime") if function.get(name) is None]
                if missing:
                    yield Problem(
                        function.span, f"has no {' and no '.join(missing)}, and is no container image", about=function
                    )


def _set(function: Function, *names: str) -> Iterator[tuple[str, Span]]:
    """Those of a function's properties that are certainly set."""
    for name in names:
        match function.get(name):
            case None | Unknown() | Sequence(items=()) | Known(""):
                continue
            case _:
                yield name, function.key(name)


def _found(origin: str) -> str:
    """How a value was found, where it is not written at its place."""
    return f", {origin}" if origin else ""


@check
def unresolved_function(project: Project) -> Problems:
    for function in project.functions:
        if function.generated:
            continue
        missed, handler = project.not_located(function), function.handler
        if missed is not None:
            yield Problem(function.span, f"is judged without its code: {missed.why}", about=function)
        elif handler is not None and handler.bounded:
            yield Problem(
                function.span, "is judged by a part of its code: it is too much to follow to the end", about=function
            )


_ALIKE = 0.6


@check
def handler_not_found(project: Project) -> Problems:
    elsewhere = _kept_elsewhere(project)
    for function in project.functions:
        missed = project.not_located(function)
        named = function.get("Handler")
        if missed is not None and missed.certain and isinstance(named, Known):
            near = f"; did you mean {missed.near}?" if missed.near else ""
            module, dot, _ = str(named.value).rpartition(".")
            meant = missed.near if "." in missed.near else f"{module}{dot}{missed.near}"
            # A name that is not like the one that is written is the only handler there, and may be another's.
            alike = likeness(str(named.value).rpartition(".")[2], meant.rpartition(".")[2]) >= _ALIKE
            fix = corrected(named, meant) if missed.near and alike else None
            message = f"has a Handler that names {missed.why}{near}"
            mild = "note" if module in elsewhere and not _differs_in_folder(missed.near, module) else None
            yield Problem(named.span, message, missed.places, about=function, severity=mild, fix=fix)
    yield from _escaping(project)


_SEVERAL = 5
"""Files so many of which are no slips of the pen."""


def _kept_elsewhere(project: Project) -> frozenset[str]:
    """The modules that Handlers name and that are not here, where they are so many that they are kept elsewhere: no
    deployment would have gone well."""
    missing = {
        str(named.value).rpartition(".")[0]
        for function in project.functions
        if (missed := project.not_located(function)) is not None and missed.certain and missed.absent
        if isinstance(named := function.get("Handler"), Known)
    }
    return frozenset(missing if len(missing) >= _SEVERAL else ())


def _differs_in_folder(near: str, module: str) -> bool:
    """Whether what may have been meant is the same module in a directory: only that was forgotten."""
    return near.rpartition(".")[0].replace("/", ".").endswith("." + module.replace("/", "."))


def _escaping(project: Project) -> Problems:
    """Imports that fail as the Handler has Lambda load their module: outside of any package, or too high in one."""
    found: dict[Escape, list[Function]] = {}
    for function in project.functions:
        handler, package, named = function.handler, function.package, text(function.get("Handler"))
        if handler is None or package is None or named is None or function.generated or not package.plain:
            continue
        if named.rpartition(".")[0].replace("/", ".").removesuffix(".__init__") != handler.module:
            continue
        for each in handler.escapes:
            if not library.is_guarded(each):
                found.setdefault(each, []).append(function)
    for each, functions in found.items():
        around = each.module.rpartition(".")[0]
        place = f"in no package beyond {around}" if around else "in no package"
        when = " before any event" if each.phase == "init" else ""
        message = f"imports {each.name}, but its Handler has Lambda load {each.module} {place}: the import fails{when}"
        names = tuple((_handler(function), "so named here") for function in functions)
        yield Problem(each.span, message, names, about=tuple(functions))


def _handler(function: Function) -> Span:
    named = function.get("Handler")
    return function.span if named is None else named.span


@check
def code_change_not_deployed(project: Project) -> Problems:
    told: set[Span] = set()
    for function in project.functions:
        named = function.unmarked
        if named is None or named.span in told or project.idle:
            continue
        told.add(named.span)
        names = ("source_code_hash",) if named.value == "filename" else ("s3_object_version", "source_code_hash")
        marks = " or ".join(provider.argument(each, named.span) for each in names)
        by = provider.argument(str(named.value), named.span)
        yield Problem(
            named.span,
            f"names its code by {by} alone, which is the same when the code has changed: without {marks} "
            f"{provider.tool(named.span)} leaves the old code where it is",
            about=function,
        )
