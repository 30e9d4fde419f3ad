"""What runs once, and what runs every time."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler, is_static
from lambdalint.code.idioms import is_pure
from lambdalint.code.value import (
    KEPT,
    Call,
    Caught,
    Compared,
    Constant,
    Environment,
    Instance,
    Loop,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Unknown,
    Value,
    all_origins,
    origins,
)
from lambdalint.meaning import clocks, credentials, growth, imports, loaded, loops, pools, processes, sdk
from lambdalint.meaning.confidential import FETCHED, named
from lambdalint.meaning.operations import operation
from lambdalint.model import Project, pace
from lambdalint.model.view import Number, View
from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.wanted import Fix, Once

CLIENTS = "makes clients on every invocation"
"""The cause of every client and session that a file makes too often: its functions make their own."""


@check
def client_in_handler(project: Project) -> Problems:
    yield from _each_place_once(_clients(project))


def _clients(project: Project) -> Problems:
    calls = list(_repeated(project))
    made = {_start(call) for _, call in calls if sdk.client(call) and call.receiver is not None}
    for handler, call in calls:
        client = sdk.client(call)
        if client is None or not (client.shared or _is_of_settings(call)):
            continue
        severity, about = _severity(project, handler, call), project.functions_of(handler)
        if severity is None and (
            _is_once_in_a_job(project, handler, call)
            or _only_fetches(handler, call)
            or credentials.only_takes_on(handler, call)
            or (not call.loops and _takes_long(project, handler))
            or _comes_singly(project, handler, call)
        ):
            severity = "note"
        match client:
            case sdk.Client("session"):
                # Of `Session().client("s3")` the client is told, and the session goes with it.
                if _start(call) not in made:
                    message = f"makes an AWS session {_when(project, handler, call)}"
                    yield Problem(call.span, message, way(call.trail), severity, about=about, cause=CLIENTS)
            case sdk.Client(kind, service):
                name = sdk.SERVICES.get(service, f'"{service}"' if service else "AWS")
                said = f"makes {_article(name)} {kind} {_when(project, handler, call)}"
                mild = "note" if sdk.shares_connections(call) else severity
                once = Fix(f"make {_article(name)} {kind} once", (Once(call.span, _called(service)),), safe=False)
                # What is read of settings first has to be kept with it.
                fix = once if client.shared else None
                yield Problem(call.span, said, way(call.trail), mild, about=about, cause=CLIENTS, fix=fix)


def _is_of_settings(made: Call) -> bool:
    """Whether a client is made of no more than what parameters and secrets of fixed names say, which are the same for
    every event, as long as they are no credentials: these may be others the next time."""
    given = (*made.arguments, *made.keywords.values(), *(() if made.receiver is None else (made.receiver,)))
    keys = {*made.keywords, *(key for each in given if isinstance(each, Mapping) for key in each.entries)}
    if made.open or keys & _PASSING:
        return False
    made_of = [each for value in given for each in origins(value)]
    return any(map(_is_setting, made_of)) and all(map(_says_settings, made_of))


_PASSING = frozenset({
    "credentials", "accessKeyId", "secretAccessKey", "sessionToken", "aws_access_key_id", "aws_secret_access_key",
    "aws_session_token", "profile", "profile_name",
})  # fmt: skip
"""What says as whom a client asks."""


def _is_setting(value: Value) -> bool:
    """Whether a value is what a parameter or a secret of a fixed name holds."""
    asked = operation(value.call) if isinstance(value, Result) else None
    name = None if asked is None else asked.argument(FETCHED.get((asked.service, asked.name), ("", ""))[1])
    return name is not None and is_static(name)


def _says_settings(value: Value) -> bool:
    match value:
        case Piece() | Caught() | Unknown(parts=()) | Instance():
            return False
        case Result(call) if call.phase == "invocation":
            return _is_setting(value) or is_pure(call) or sdk.client(call) is not None
        case _:
            return True


def _only_fetches(handler: Handler, made: Call) -> bool:
    """Whether all that a client is made for is to fetch what `secret-fetched-in-handler` tells of: whoever keeps that
    makes the client once as well."""
    uses = [call for call in handler.calls if call.receiver == Result(made)]
    asked = [each for each in map(operation, uses) if each is not None]
    names = [each.argument(FETCHED.get((each.service, each.name), ("", ""))[1]) for each in asked]
    return bool(uses) and len(asked) == len(uses) and all(name is not None and is_static(name) for name in names)


def _each_place_once(problems: Problems) -> Problems:
    """Problems, what is said of one place as one, which is as grave as the gravest: it is mended there, for all
    functions."""
    found: dict[tuple[Span, str], Problem] = {}
    for each in problems:
        held = found.get((each.span, each.message), each)
        gravest = each if held.severity == "note" else held
        listed = dict.fromkeys((*_listed(held.about), *_listed(each.about)))
        found[each.span, each.message] = replace(gravest, about=tuple(listed))
    yield from found.values()


def _listed(about: View | tuple[View, ...]) -> tuple[View, ...]:
    return about if isinstance(about, tuple) else (about,)


_LONG = 120
"""From when on a timeout, in seconds, says that a function is meant for work beside which a client costs nothing: of
nine such findings in ten public projects readers held eight for true and of no use, and below it none of ten."""


def _takes_long(project: Project, handler: Handler) -> bool:
    """Whether the functions of a handler are given minutes for what they do."""
    functions = project.functions_of(handler)
    limits = [each.timeout for each in functions]
    return bool(limits) and all(isinstance(each, Number) and each.value >= _LONG for each in limits)


def _called(service: str) -> str:
    """What a client of a service may be called in a program."""
    return "".join(letter if letter.isalnum() else "_" for letter in service) or "client"


@check
def connection_in_handler(project: Project) -> Problems:
    yield from _each_place_once(_connections(project))


def _connections(project: Project) -> Problems:
    for handler, call in _repeated(project):
        match sdk.connection(call):
            case sdk.Connection(what, True) if not sdk.takes_place(call, handler):
                verb = "opens" if what.endswith(("connection", "pool")) else "makes"
                message = f"{verb} {what}"
                severity, about = _severity(project, handler, call), project.functions_of(handler)
                if not _goes_through_things(project, handler, call) and sdk.is_closed(call, handler.invocation_calls):
                    severity = "note"
                said = f"{message} {_when(project, handler, call)}"
                yield Problem(call.span, said, way(call.trail), severity, about=about, cause=message)


@check
def model_loaded_in_handler(project: Project) -> Problems:
    for handler, call in _repeated(project):
        loading = loaded.model(call)
        if loading is not None and KEPT not in call.asked:
            severity, about = _severity(project, handler, call), project.functions_of(handler)
            said = f"loads a model with {loading} {_when(project, handler, call)}"
            yield Problem(call.span, said, way(call.trail), severity, about=about)


@check
def secret_fetched_in_handler(project: Project) -> Problems:
    yield from _each_place_once(_fetched(project))


def _fetched(project: Project) -> Problems:
    for handler, call in _repeated(project):
        asked = operation(call)
        what, parameter = FETCHED.get((asked.service, asked.name), ("", "")) if asked is not None else ("", "")
        name = asked.argument(parameter) if asked is not None and what else None
        if (
            name is not None
            and is_static(name)
            and KEPT not in call.asked
            and not _rotates(handler)
            and not _is_renewed(project, name)
            and not (parameter == "Path" and _works_on(handler, call))
        ):
            message = f"fetches {named(what, parameter, name)}"
            severity, about = _severity(project, handler, call), project.functions_of(handler)
            mild = "note" if _comes_singly(project, handler, call) else severity
            said = f"{message} {_when(project, handler, call)}"
            yield Problem(call.span, said, way(call.trail), mild, about=about, cause=message)


_WRITING = ("put_secret_value", "update_secret", "update_secret_version_stage", "rotate_secret", "put_parameter")


def _rotates(handler: Handler) -> bool:
    """Whether a handler writes secrets or parameters itself, and so must see what they are."""
    return any(read.path[:1] in (("SecretId",), ("ClientRequestToken",)) for read in handler.reads) or any(
        call.name in _WRITING for call in handler.calls
    )


def _is_renewed(project: Project, name: Value) -> bool:
    """Whether code of the project writes a secret or parameter again and again: what was kept of it is soon old."""
    return any(
        asked is not None and name in (asked.argument("Name"), asked.argument("SecretId"))
        for handler in project.handlers
        if not project.only_deploys(handler)
        for asked in (operation(call) for call in handler.invocation_calls if call.name in _WRITING)
    )


_READING = ("get_", "batch_get_", "list_", "describe_", "query", "scan", "head_")


def _works_on(handler: Handler, call: Call) -> bool:
    """Whether AWS is told of each parameter that a call lists: they are what the handler works on, not its settings."""
    fetched = Result(call)
    loops = {loop for loop in handler.loops if any(each == fetched for each in origins(loop.over))}
    return any(
        not loops.isdisjoint(each.loops) and not each.name.startswith(_READING) and operation(each) is not None
        for each in handler.calls
    )


@check
def connection_pool_oversized(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        if pools.works_at_once(handler) or any(each.may_be_on_instances for each in project.functions_of(handler)):
            continue
        for call in handler.calls:
            made = None if call.span in told else pools.pool(call)
            if made is not None:
                told.add(call.span)
                message = f"lets each execution environment open {made.most} connections ({made.how})"
                yield Problem(call.span, message, way(call.trail))


@check
def module_state_mutated(project: Project) -> Problems:
    serving = list(_serving(project))
    emptied = {span for handler in serving for span in growth.emptied(handler)}
    for handler in serving:
        told: set[Span] = set()
        for changes, said in (
            (growth.growing(handler), "adds on every invocation to {} that outlives it"),
            (growth.summing(handler), "adds up on every invocation in {} that outlives it"),
            (
                growth.carrying_over(handler),
                "leaves something of one event in {} that outlives it, for the next answer",
            ),
        ):
            for change in changes:
                if change.span not in told:
                    told.add(change.span)
                    of = change.of
                    made = () if isinstance(of, Instance) else ((of.span, "made here, once"),)
                    # What others empty is meant to be: the rest of what is seldom put there is forgotten, no more.
                    mild = change.conditional and not isinstance(of, Instance) and of.span in emptied
                    yield Problem(
                        change.span,
                        said.format(growth.kind(of, handler.language)),
                        (*made, *way(change.trail)),
                        "note" if mild else None,
                        about=project.functions_of(handler),
                    )


@check
def heavy_import_in_handler(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in _serving(project):
        for each in () if project.may_be_bundled(handler) else imports.late(handler):
            if each.span not in told:
                told.add(each.span)
                name = each.name.removeprefix("npm:")
                yield Problem(each.span, f"imports {name} while the first event waits", way(each.trail))


@check
def loop_bound_client(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for made, used in () if project.only_deploys(handler) else loops.bound_uses(handler):
            if made.span not in told:
                told.add(made.span)
                yield Problem(
                    made.span,
                    f"keeps one {made.name.rpartition('.')[2]} for all events, which is bound to the loop that "
                    "asyncio.run closes: the second event fails",
                    ((used.span, "used here"), *way(used.trail)),
                )


@check
def time_taken_at_init(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in _serving(project):
        for taken, sent in clocks.stale(handler):
            # What is called at init is at fault, and not what it calls, which others may call at every event.
            place = taken.trail[0] if taken.trail else taken.span
            if place not in told:
                told.add(place)
                asked = ((taken.span, "asked here"),) if taken.trail else ()
                also = () if sent is None else ((sent.span, "sent here"), *way(sent.trail))
                yield Problem(
                    place,
                    f"takes the time once, at init, for every event after it: {clocks.written(taken)}",
                    (*asked, *also),
                )


@check
def clock_frozen(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in _serving(project):
        for call in clocks.frozen(handler):
            if call.span not in told:
                told.add(call.span)
                yield Problem(
                    call.span,
                    f"asks {clocks.written(call)} how old something is that is kept between events: it may stand still "
                    "while the environment is frozen",
                    way(call.trail),
                )


def _serving(project: Project) -> Iterator[Handler]:
    """The handlers that answer events one after the other in one environment: not a deployment, not once a night."""
    for handler in project.handlers:
        if not project.only_deploys(handler) and not project.runs_rarely(handler):
            yield handler


def _repeated(project: Project) -> Iterator[tuple[Handler, Call]]:
    """The calls that happen again at every event, unless something fails, each place once."""
    for handler in _serving(project):
        told: set[Span] = set()
        for call in handler.invocation_calls:
            if call.span not in told and not call.mends and not _is_kept_in_environment(handler, call):
                told.add(call.span)
                yield handler, call


def _is_kept_in_environment(handler: Handler, call: Call) -> bool:
    """Whether what a call is made for is put into the environment variable that decides in the same function whether it
    is made: the next event finds it there."""
    written = {
        each.name
        for each in handler.environment_writes
        if each.trail == call.trail and Result(call) in origins(each.value)
    }
    read = {each.name for each in handler.environment if each.trail == call.trail}
    asked = (each.name for each in all_origins(handler.tests) if isinstance(each, Environment)) if written else ()
    return any(each in written and each in read for each in asked)


def _when(project: Project, handler: Handler, call: Call) -> str:
    """How often a call that is repeated is made."""
    if call.conditional or call.spared or 0 < len(handler.routes_to(call)) < len(handler.routes):
        return "each time it comes here"
    return "in each round of a loop" if _goes_through_things(project, handler, call) else "on every invocation"


def _goes_through_things(project: Project, handler: Handler, call: Call) -> bool:
    """Whether a call is made for each of several things: `while True` goes round again until something is done, and
    the records of some events are one."""
    one = project.gets_one_record(handler)
    return any(not isinstance(loop.over, Constant) and not (one and loop.over_records) for loop in call.loops)


def _severity(project: Project, handler: Handler, call: Call) -> str | None:
    """A note unless something is known to invoke the code, and a call is made for each of many things that did not fail
    elsewhere, or for every event that presses.

    Of 31 clients in a branch, in 108 public projects, readers held 14 for worth a change, and of 64 others 51.
    """
    functions = project.functions_of(handler)
    if functions and all(map(pace.takes_failures, functions)):
        return "note"
    match project.demand(handler):
        case pace.NOT_KNOWN:
            pressed = False
        case _ if call.conditional or call.spared:
            pressed = False
        case _ if _goes_through_things(project, handler, call):
            pressed = True
        case pace.WAITED_FOR | pace.FED:
            pressed = not (_is_on_few_routes(handler, call) or (functions and all(map(pace.gathers, functions))))
        case _:
            pressed = False
    return None if pressed else "note"


def _comes_singly(project: Project, handler: Handler, call: Call) -> bool:
    """Whether a call is made once for an event that comes by itself, as that of an object or a notice, and for which
    nobody waits: what it takes is little then."""
    functions = project.functions_of(handler)
    return (
        bool(functions)
        and project.demand(handler) == pace.FED
        and not any(each.event_sources for each in functions)
        and not _goes_through_things(project, handler, call)
    )


def _is_once_in_a_job(project: Project, handler: Handler, call: Call) -> bool:
    """Whether a call is made once in a run that nobody waits for, or as it waits, and not for each of many things."""
    if project.demand(handler) != pace.LEFT_ALONE:
        return False
    one = project.gets_one_record(handler)
    pauses = [each for each in handler.invocation_calls if processes.pause(each, handler)]
    waiting = {loop for each in pauses for loop in each.loops if isinstance(loop.over, Constant | Compared)}
    return all(
        (one and loop.over_records) or loop in waiting or _is_over_one(loop) or _is_over_notification(loop)
        for loop in call.loops
    )


def _is_over_one(loop: Loop) -> bool:
    """Whether a loop goes through a list with one thing in it."""
    over = loop.over
    return isinstance(over, Sequence) and not over.open and len(over.items) == 1


def _is_over_notification(loop: Loop) -> bool:
    """Whether a loop goes through the records of an event that came as the text of a message: a bucket's hold one."""
    over = loop.over
    return isinstance(over, Member) and over.key == "Records" and any(isinstance(each, Piece) for each in origins(over))


def _is_on_few_routes(handler: Handler, call: Call) -> bool:
    """Whether most of the routes of an application do not come to a call."""
    return 0 < 2 * len(handler.routes_to(call)) < len(handler.routes)


def _start(call: Call) -> tuple[str, int, int]:
    return call.span.path, call.span.line, call.span.column


def _article(name: str) -> str:
    # "an S3", "an SQS", "an SNS", "an SSM", "an RDS", "an EC2": letters that are spoken with a vowel first.
    spoken = name.strip('"')
    initialism = spoken[:2].isupper() or spoken[1:2].isdigit()
    vowel = spoken[0] in "AEFHILMNORSX" if initialism else spoken[0] in "AEIOUaeiou"
    return f"an {name}" if vowel else f"a {name}"
