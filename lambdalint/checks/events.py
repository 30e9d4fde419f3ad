"""Whether a handler fits the events that it gets."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import EventRead, Handler, Need
from lambdalint.code.value import EACH, Compared, Constant, Piece, Result, Step, Value, parts
from lambdalint.code.walks import walk
from lambdalint.data.events import FIELDS, TELLING
from lambdalint.meaning import failures, http, items, mending, responses
from lambdalint.model import EventSource, Project, requests, stages
from lambdalint.model.requests import HttpTrigger, http_triggers
from lambdalint.model.senders import Sender, senders
from lambdalint.model.view import truth
from lambdalint.patterns import pattern
from lambdalint.source import Span


@check
def event_shape_mismatch(project: Project) -> Problems:
    yield from _of_other_type(project)
    told: set[tuple[Span, str]] = set()
    for handler in project.handlers:
        if handler.wrappers or handler.changes_event:
            continue
        known = _senders(project, handler)
        if not known:
            continue
        yield from _compared_in_vain(handler, known)
        if _tells_apart(handler, known):
            continue
        for read in handler.reads:
            path = _path(read)
            if read.optional and not (read.excused and not failures.survives(handler, read, _MISSING)):
                continue
            sender = _sender_without(path, read, known)
            # The first read of a field that is not there is the last.
            if sender is not None and (handler.span, _written(path)) not in told and (read.span, "") not in told:
                told |= {(handler.span, _written(path)), (read.span, "")}
                yield Problem(
                    read.span,
                    f"reads event{_shown(path, handler.language)}, which {sender.events} do{_plural(sender)} not have",
                    ((sender.span, f"sends events to {sender.function.name}"), *way(read.trail)),
                    about=sender.function,
                )


_REQUESTED = frozenset({"REST API", "HTTP API 1.0", "HTTP API 2.0", "function URL"})
_OF_REQUESTS = frozenset({"httpMethod", "path", "resource", "rawPath", "routeKey"})
_ROUTES = frozenset({"version", "http", "httpMethod", "path", "resourcePath", "routeKey", "protocol"})
"""The fields that tell which request was made, in one kind of event or in another, and those of the context."""


def _compared_in_vain(handler: Handler, known: tuple[Sender, ...]) -> Problems:
    """What decides what is done, and is missing in every event: nothing else is asked which request was made."""
    kinds = {each.kind for each in known}
    if len(kinds) > 1 or handler.bounded or not kinds <= _REQUESTED:
        return
    paths = [_path(each) for each in handler.reads]
    asked = {path[0] for path in paths if path and path[0] in _OF_REQUESTS | {"version"}}
    elsewhere = any(path[0] == "requestContext" and not _ROUTES.isdisjoint(path[1:]) for path in paths if path)
    missing = [each for each in sorted(asked) if known[0].lacks((each,))]
    if elsewhere or len(missing) < len(asked):
        return
    for test in handler.tests:
        match test:
            case Compared("==" | "!=", Piece((str(name),), "event"), Constant(str(wanted))) if name in missing:
                read = next((each for each in handler.reads if each.path == (name,) and each.optional), None)
                if read is not None:
                    shown, of = _shown((name,), handler.language), known[0]
                    yield Problem(
                        read.span,
                        f'reads event{shown}, which {of.events} do{_plural(of)} not have: it is never "{wanted}"',
                        ((of.span, f"sends events to {of.function.name}"), *way(read.trail)),
                        about=of.function,
                    )
                    return


_PARAMETERS = frozenset(
    {"queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables"}
)
_WITHOUT = {requests.REST: "null", requests.HTTP_1: "null", requests.HTTP_2: "missing", requests.URL: "missing"}
"""What the parameters of a request are that has none. A load balancer sends an empty mapping."""
_FAILING = frozenset({"", "TypeError", "AttributeError", "KeyError", "LookupError"})
"""The errors of taking something from what is null or missing."""


@check
def null_parameters_read(project: Project) -> Problems:
    for handler in project.handlers:
        needs = [each for each in handler.needs if len(each.path) == 1 and each.path[0] in _PARAMETERS]
        if not needs or handler.wrappers or handler.changes_event or _asks_for_parameters(handler):
            continue
        called = [trigger for each in project.functions_of(handler) for trigger in http_triggers(each)]
        if any(each.kind is None or each.validated for each in called):
            continue
        read = _PARAMETERS
        if any(each.has_parameters is not False for each in called):
            read = read - {"pathParameters"}
        if not stages.surely_without_variables(project):
            read = read - {"stageVariables"}
        told: set[tuple[str, str]] = set()
        for need in needs:
            field = str(need.path[0])
            trigger = next((each for each in called if _lacks_parameters(each, need)), None)
            if field not in read or trigger is None or (need.span.path, field) in told:
                continue
            if failures.survives(handler, need, _FAILING, failures.SERVERS):
                continue
            told.add((need.span.path, field))
            absent = _WITHOUT[trigger.kind or ""]
            none = "the stage has none, as here" if field == "stageVariables" else "a request has none"
            yield Problem(
                need.span,
                f"reads what stands in {field}, which is {absent} where {none}: its client gets an error",
                ((trigger.span, f"sends it requests of {_article(trigger)}"), *way(need.trail)),
                _severity(handler, field, trigger),
                mending.or_empty(need.span, field, handler.language),
            )


def _severity(handler: Handler, field: str, trigger: HttpTrigger) -> str | None:
    if field == "stageVariables":
        return None
    if field == "queryStringParameters" and http.ends_authorization(handler):
        return "note"
    wanted = trigger.queried and field != "pathParameters"
    return "warning" if wanted or _needs_one(handler, field) else None


def _needs_one(handler: Handler, field: str) -> bool:
    """Whether one of the parameters is read, not asked for, without a default: a request is of no use without it."""
    reads = [each for each in handler.reads if each.path[:1] == (field,) and len(each.path) > 1]
    stood_in = any(each.optional and not (each.excused or each.lenient) for each in reads)
    asked_for = any(each.path[:1] == (field,) for each in handler.tested)
    return len({each.path[1] for each in reads}) == 1 and not stood_in and not asked_for


def _article(trigger: HttpTrigger) -> str:
    kind = trigger.kind or ""
    return f"{'an' if kind.startswith('HTTP') else 'a'} {kind}"


def _lacks_parameters(trigger: HttpTrigger, need: Need) -> bool:
    """Whether what is read may be null or missing in requests that an integration sends."""
    absent = _WITHOUT.get(trigger.kind or "")
    return absent is not None and (absent == "null" or not need.stood_in)


def _asks_for_parameters(handler: Handler) -> bool:
    """Whether a test asks for them in another way: by the text of the query, by the route."""
    return any(each.path[:1] in (("rawQueryString",), ("multiValueQueryStringParameters",)) for each in handler.tested)


@check
def base64_body_ignored(project: Project) -> Problems:
    for handler in project.handlers:
        if handler.wrappers or handler.bounded or handler.changes_event or http.asks_for_encoding(handler):
            continue
        called = [trigger for each in project.functions_of(handler) for trigger in http_triggers(each)]
        told: set[Span] = set()
        for call in handler.invocation_calls:
            media = http.takes_apart(call) or http.stores(call)
            trigger = next((each for each in called if media is not None and _encodes(each, media)), None)
            if trigger is not None and call.span not in told:
                told.add(call.span)
                of = f"{_MEDIA_NAMES.get(media or '', media)}, of which {_article(trigger)} sends it Base64"
                yield Problem(
                    call.span,
                    f"takes the body for {of}, and does not ask isBase64Encoded",
                    ((trigger.span, "sends it requests"), *way(call.trail)),
                )


_MEDIA_NAMES = {"application/json": "JSON", "application/x-www-form-urlencoded": "a form"}


def _encodes(trigger: HttpTrigger, media: str) -> bool:
    """Whether an integration surely sends bodies of a media type as Base64."""
    kind = media.partition("/")[0]
    return trigger.kind is not None and not trigger.binary.isdisjoint({"*/*", f"{kind}/*", media})


@check
def header_case_mismatch(project: Project) -> Problems:
    for handler in project.handlers:
        if handler.wrappers or handler.bounded or handler.changes_event:
            continue
        called = [trigger for each in project.functions_of(handler) for trigger in http_triggers(each)]
        if not called or any(each.kind not in _LOWERING for each in called):
            continue
        found = [read for read in handler.reads if read.path[:1] == ("headers",)]
        if any(read.uncertain for read in found):
            continue
        asked = {read.path[1] for read in found if len(read.path) > 1}
        told: set[Span] = set()
        for read in found:
            name = str(read.path[-1])
            if len(read.path) == 2 and _HEADER.fullmatch(name) and name.lower() not in asked and read.span not in told:
                told.add(read.span)
                yield Problem(
                    read.span,
                    f"reads the header {name}, whose name {_article(called[0])} sends in lower case: it is never there",
                    ((called[0].span, "sends it requests"), *way(read.trail)),
                    fix=mending.lowered_header(read.span, name),
                )


_LOWERING = frozenset({requests.HTTP_2, requests.URL})
_HEADER = pattern(r"(?=.*[A-Z])(?:[A-Z][\w-]*|\w+(?:-\w+)+)")
"""A name that is written like a header's, with capitals."""


def _of_other_type(project: Project) -> Problems:
    """Processors of Powertools that are made for the records of another service."""
    told: set[Span] = set()
    for function in project.functions:
        found = None if function.handler is None else responses.processed(function.handler)
        services = {each.service for each in function.event_sources}
        if found is None or len(function.event_sources) != len(function.invokers) or len(services) != 1:
            continue
        call, expected = found
        sent = services.pop()
        if sent in _PROCESSED and sent != expected and call.span not in told:
            told.add(call.span)
            yield Problem(
                call.span,
                f"takes its records for those of {expected} by its EventType, and is sent those of {sent}",
                ((function.event_sources[0].span, f"sends events to {function.name}"),),
                about=function,
            )


_PROCESSED = ("SQS", "Kinesis", "DynamoDB")


@check
def stream_image_absent(project: Project) -> Problems:
    told: set[Span] = set()
    for function in project.functions:
        handler, sources = function.handler, function.event_sources
        alone = len(sources) == len(function.invokers) and all(each.service == "DynamoDB" for each in sources)
        if handler is None or handler.wrappers or handler.bounded or not alone or _asks_for_images(handler):
            continue
        for read in handler.reads:
            for source in sources:
                lacking = _lacking(read, handler, source)
                if lacking and read.span not in told:
                    told.add(read.span)
                    yield Problem(
                        read.span,
                        f"reads {read.path[3]}, {lacking}",
                        ((source.span, f"sends its records to {function.name}"), *way(read.trail)),
                        "note" if lacking.endswith(_ONCE_DELETED) else None,
                        about=function,
                    )


_ONCE_DELETED = "the first item that somebody deletes holds up its shard"
"""How it is told what has not happened yet, as far as it is seen."""

_VIEWS = {"NewImage": ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"), "OldImage": ("OLD_IMAGE", "NEW_AND_OLD_IMAGES")}
"""The values of a stream's StreamViewType with which its records have an image."""


_IMAGELESS = {"NewImage": "REMOVE", "OldImage": "INSERT"}
"""What has happened to an item, as `eventName` says it, whose record has no such image."""


def _happened(read: EventRead) -> set[object]:
    """What tests on the way to a read of a record have found its `eventName` to be."""
    return {
        each.value.right.value
        for each in read.assured
        if isinstance(each.value, Compared)
        and isinstance(each.value.right, Constant)
        and each.value.left == Piece((*read.path[:2], "eventName"))
    }


def _lacking(read: EventRead, handler: Handler, source: EventSource) -> str:
    """Why the image that is read may not be there; "" where it is, or that is not known."""
    image = read.path[3] if len(read.path) > 3 and read.path[2] == "dynamodb" else ""
    # An object of JavaScript gives undefined for it, which alone does no harm.
    opened = any(items.opens(each, read.path) for each in handler.calls)
    harmless = (read.optional or (read.lenient and len(read.path) == 4)) and not opened
    if image not in _VIEWS or source.view is None or read.uncertain or read.caught or harmless:
        return ""
    if source.view not in _VIEWS[str(image)]:
        return f"which a stream with StreamViewType {source.view} does not have"
    kind = _IMAGELESS[str(image)]
    missing = f"which the record of {'an' if kind == 'INSERT' else 'a'} {kind} does not have"
    if kind in _happened(read):
        return missing
    if read.conditional or source.filters or _reads_name(handler):
        return ""
    if image == "OldImage":
        return missing
    expires = source.table is not None and truth(source.table.get("TimeToLiveSpecification", "Enabled"))
    return f"{missing}, and items of its table expire" if expires else f"{missing}: {_ONCE_DELETED}"


def _reads_name(handler: Handler) -> bool:
    """Whether a handler may look what has happened to an item."""
    return handler.mentions("eventName") or any("eventName" in each.path for each in handler.reads)


def _asks_for_images(handler: Handler) -> bool:
    """Whether a handler looks whether a record has an image; to look for something in one, it must be there."""
    return any(
        isinstance(each, Piece) and each.path[2:3] == ("dynamodb",) and len(each.path) < 5
        for each in walk(handler.tests, _asked_of)
    )


def _asked_of(value: Value) -> Iterable[Value]:
    match value:
        case Result(call) if call.receiver is not None and call.name == "get":
            return call.arguments
        case _:
            return parts(value)


def _plural(sender: Sender) -> str:
    return "" if sender.kind else "es"


def _senders(project: Project, handler: Handler) -> tuple[Sender, ...]:
    """What sends a handler its events; nothing where something may send events that are not known."""
    found = [senders(function) for function in project.functions_of(handler)]
    return () if None in found else tuple(each for several in found for each in several or ())


def _path(read: EventRead) -> tuple[str, ...]:
    return tuple(EACH if isinstance(step, int) else step for step in read.path)


def _sender_without(path: tuple[str, ...], read: EventRead, known: tuple[Sender, ...]) -> Sender | None:
    """The sender that surely sends what is read here, and never the field that is read."""
    if read.uncertain or not path or path[-1] == EACH:
        return None
    several = len({each.kind for each in known}) > 1
    if several and read.conditional:
        return None
    if len(path) > 1 and path[0] != "Records" and not any(path[-1] in each.get(path[:-1], ()) for each in _ALL):
        return None
    return next((each for each in known if each.lacks(path)), None)


_ALL = tuple(FIELDS.values())
_MISSING = frozenset({"", "KeyError", "LookupError"})
"""The errors, as `EventRead.caught` names them, of reading what is not there."""


def _tells_apart(handler: Handler, known: tuple[Sender, ...]) -> bool:
    """Whether a handler may look what kind of event it got."""
    several = len({each.kind for each in known}) > 1
    if any(each.root == "event" and (several or not each.path) for each in handler.tested):
        return True
    tested = {each.path for each in handler.tested}
    for read in handler.reads:
        asks = read.optional and not read.excused and not (read.lenient and read.path not in tested)
        path = _path(read) if asks else ()
        if path and (path[0] in TELLING or any(_lacks_some(each, path) for each in known)):
            return True
    return False


def _lacks_some(sender: Sender, path: tuple[str, ...]) -> bool:
    """Whether a sender's events lack a field, or one that it would stand in."""
    return any(sender.lacks(path[:length]) for length in range(1, len(path) + 1))


def _shown(path: tuple[str, ...], language: str) -> str:
    """A path as programs in a language spell it."""
    if language == "python":
        return _written(path)
    return "".join("[…]" if step == EACH else f".{step}" if step.isidentifier() else f'["{step}"]' for step in path)


def _written(path: tuple[Step, ...]) -> str:
    return "".join("[…]" if step == EACH else f'["{step}"]' for step in path)
