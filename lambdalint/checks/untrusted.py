"""Untrusted events: what a stranger wrote must not become a command, a statement, a path or a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code import carriers
from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.value import (
    EACH,
    NONE,
    TEXT,
    Call,
    Compared,
    Constant,
    Mapping,
    Member,
    Piece,
    Result,
    Text,
    Value,
    all_origins,
    options,
    origins,
)
from lambdalint.meaning import trees, web, writing
from lambdalint.meaning.flow import Flow, flows, read
from lambdalint.meaning.sinks import Sink, places, programs, queries
from lambdalint.model import Project
from lambdalint.model.outsiders import AWS, NOBODY_KNOWN, PROJECT, strangers_write, takes_events, writers
from lambdalint.patterns import pattern
from lambdalint.records import replace
from lambdalint.source import Span


@check
def event_in_command(project: Project) -> Problems:
    yield from _called(project, programs.commands)


@check
def event_in_sql(project: Project) -> Problems:
    yield from _called(project, queries.statements, _unquoted)


@check
def event_in_code(project: Project) -> Problems:
    yield from _called(project, programs.code)


@check
def event_deserialized(project: Project) -> Problems:
    yield from _called(project, programs.loads)


@check
def event_in_path(project: Project) -> Problems:
    yield from _called(project, places.paths, _leads_elsewhere, grave=False, harmful=_is_answered)


@check
def event_in_url(project: Project) -> Problems:
    told: set[Span] = set()
    for problem in _called(project, places.hosts, _names_host, grave=False):
        told.add(problem.span)
        yield problem
    # What nobody outside is seen to write is an id, mostly, that the project has made.
    for harms, unseen in ((_is_in_query, False), (_is_said_in_query, True)):
        for problem in _called(project, _queries_of_urls, harms):
            if problem.span not in told and (unseen or problem.severity is None):
                told.add(problem.span)
                yield replace(problem, severity="note")


@check
def event_in_query(project: Project) -> Problems:
    yield from _called(project, _parts_of_queries, lambda flow: not _ends(flow, ("#", ":")), grave=False)


@check
def event_in_xml(project: Project) -> Problems:
    yield from _called(project, programs.entities)


@check
def event_in_redirect(project: Project) -> Problems:
    yield from _answered(
        project,
        places.redirects,
        lambda handler, flow: _names_host(flow) and not _is_own(flow) and not _is_tested(handler, flow),
    )


@check
def event_in_html(project: Project) -> Problems:
    yield from _answered(project, places.html)


def _is_answered(handler: Handler, call: Call) -> bool:
    """Whether what a call gives, or what is made of it, is told whoever invokes a handler."""
    told = (*(each.value for each in (*handler.returns, *web.answers(handler))), *handler.answers)
    return any(isinstance(each, Result) and each.call.span == call.span for each in all_origins(told))


def _answered(
    project: Project,
    asks: Callable[[Value], Iterator[Sink]],
    harms: Callable[[Handler, Flow], bool] = lambda _handler, _flow: True,
) -> Problems:
    """What somebody else's text does in the answers of handlers, once for each answer."""
    for handler in project.handlers:
        written = _writes(project, handler, grave=False)
        told: set[Span] = set()
        for span, sink in _sinks_of_answers(handler, asks):
            found = (each for each in flows(sink.value) if written(each) and harms(handler, each))
            flow = min(found, key=partial(_is_of_nobody_seen, project, handler), default=None)
            if flow is not None and span not in told:
                told.add(span)
                severity = "note" if _is_of_nobody_seen(project, handler, flow) else None
                yield _problem(handler, sink, flow, span, severity=severity)


@once_a_handler
def _sinks_of_answers(handler: Handler, asks: Callable[[Value], Iterator[Sink]]) -> tuple[tuple[Span, Sink], ...]:
    """The sinks in what a handler answers, each with where."""
    returned = (*handler.returns, *web.answers(handler))
    return tuple((each.span, sink) for each in returned for sink in asks(each.value))


def _is_own(flow: Flow) -> bool:
    """Whether a part of a request names the host or the path that it was sent to."""
    first = str(flow.path[0]) if flow.path else ""
    return first in ("path", "rawPath", "requestContext", "pathParameters") or writing.is_host(flow.path)


def _is_tested(handler: Handler, flow: Flow) -> bool:
    """Whether a test asks more of a part of the event than whether it is there."""
    return any(
        not _asks_whether_there(value) and isinstance(each, Piece) and each.path == flow.path
        for value in handler.tests
        for each in origins(value)
    )


def _asks_whether_there(test: Value) -> bool:
    asked = test.left if isinstance(test, Compared) and test.right == NONE else test
    return all(isinstance(each, Piece | Member | Mapping | Constant) for each in options(asked))


def _called(
    project: Project,
    asks: Callable[[Call], Iterator[Sink]],
    harms: Callable[[Flow], bool] = lambda _: True,
    *,
    grave: bool = True,
    harmful: Callable[[Handler, Call], bool] = lambda _handler, _call: True,
) -> Problems:
    """What comes from the event into the sinks of the calls of an invocation, each place and each value once.

    Where a call is not `harmful`, it is a note.
    """
    for handler in project.handlers:
        # Most handlers give their sinks nothing of the event.
        writes = cache(partial(_writes, project, handler, grave=grave))
        stops = carriers.TREES if trees.are_looked_at(handler) else ()
        told: set[Span | int] = set()
        for call, sink in _sinks_of_calls(handler, asks):
            if call.span in told:
                continue
            reached = flows(sink.value, call.assured, stops)
            found = [each for each in reached if writes()(each) and harms(each)]
            flow = min(found, key=partial(_is_of_nobody_seen, project, handler), default=None)
            if flow is not None:
                if id(sink.value) not in told:
                    unseen = _is_of_nobody_seen(project, handler, flow)
                    mild = unseen or not harmful(handler, call) or project.is_double(handler)
                    yield _problem(handler, sink, flow, call.span, call.trail, "note" if mild else None)
                told |= {call.span, id(sink.value)}


@once_a_handler
def _sinks_of_calls(handler: Handler, asks: Callable[[Call], Iterator[Sink]]) -> tuple[tuple[Call, Sink], ...]:
    """The sinks of the calls of an invocation."""
    calls = (each for each in handler.calls if each.phase == "invocation")
    return tuple((call, sink) for call in calls for sink in asks(call))


def _writes(project: Project, handler: Handler, *, grave: bool) -> Callable[[Flow], bool]:
    """Whether others than AWS write a part of a handler's event.

    Of what code of the account hands over, only what is `grave` is told: there an error harms as much as an attack.
    """
    functions = project.functions_of(handler)
    safe = handler.one_shot or _parses(handler)
    of_eventbridge = takes_events(functions) or (writers(functions) == NOBODY_KNOWN and writing.reads_events(handler))

    def written(flow: Flow) -> bool:
        if safe or writing.by_aws(flow.path) or (of_eventbridge and writing.by_eventbridge(flow.path)):
            return False
        return writers(functions, flow.path) != AWS and (grave or not _is_own_work(project, handler, flow))

    return written


def _is_of_nobody_seen(project: Project, handler: Handler, flow: Flow) -> bool:
    """Whether nobody outside of the account is seen to write a part of a handler's event."""
    return not strangers_write(project.functions_of(handler), handler, flow.path)


def _is_own_work(project: Project, handler: Handler, flow: Flow) -> bool:
    """Whether code or state machines of the project write a part of a handler's event, and no stranger is seen to."""
    return writers(project.functions_of(handler), flow.path) == PROJECT and not writing.by_sender(flow.path)


def _parses(handler: Handler) -> bool:
    """Whether a model has looked at the event before the handler gets it."""
    return any(each.name.startswith(carriers.MODELS) for each in handler.imports) or any(
        call.name.startswith(carriers.MODELS) for call in handler.calls
    )


def _unquoted(flow: Flow) -> bool:
    """Whether a part of a statement is neither quoted by hand nor a whole statement that is meant to be run."""
    for call in flow.way:
        match call.name, call.arguments:
            case "replace", (Constant(str(mark)), Constant(str(doubled))) if mark and doubled.count(mark) > 1:
                return False
    return bool(flow.before) or writing.by_sender(flow.path)


def _leads_elsewhere(flow: Flow) -> bool:
    """Whether a part of a path can hold `../` where that leads out of the directory."""
    if flow.object or any(
        _takes_slashes(call) or call.name in carriers.CONTENTS or call.name in carriers.BASENAMES for call in flow.way
    ):
        return False
    if flow.before and any(isinstance(each, Piece) for each in origins(flow.before[0])):
        # `bucket/key`: a path of another file system.
        return False
    if any(isinstance(each, Constant) and "://" in str(each.value) for each in flow.before[:1]):
        return False
    return not flow.before or _ends(flow, ("/",))


def _takes_slashes(call: Call) -> bool:
    given = call.argument(0, "sep")
    return (
        call.name in ("replace", "split", "rsplit", "partition", "rpartition")
        and isinstance(given, Constant)
        and any(mark in str(given.value) for mark in ("/", ".."))
    )


_AUTHORITY = r"\w+://([^/?#]*)"


def _names_host(flow: Flow) -> bool:
    """Whether a part of a URL stands where its host is."""
    if not all(isinstance(each, Constant) for each in flow.before):
        return False
    text = "".join(str(each.value) for each in flow.before if isinstance(each, Constant))
    authority = re.fullmatch(_AUTHORITY, text)
    return not text or (authority is not None and (not authority[1] or authority[1].endswith((".", "-", "@"))))


def _queries_of_urls(call: Call) -> Iterator[Sink]:
    """The URLs that a call asks for, which may have a query."""
    does = "puts {} into the query of a URL as it is: what has & or # in it asks for something else"
    return (Sink(each.value, does) for each in places.hosts(call))


def _is_in_query(flow: Flow) -> bool:
    """Whether a part of a URL stands where the value of one of its parameters is."""
    return _ends(flow, ("=", "+", ",")) and any(
        isinstance(each, Constant) and "?" in str(each.value) for each in flow.before
    )


_SAID = pattern(r"(?i)(?:^|_)(?:address|keywords?|phrase|place|q|search|term|text|title)$|query$|(?:^|_|[a-z])[Nn]ame$")
"""How a part of an event is called that holds what people say."""


def _is_said_in_query(flow: Flow) -> bool:
    """Whether that is a text, by its name."""
    return _is_in_query(flow) and any(_SAID.search(str(each)) for each in flow.path[-1:])


def _parts_of_queries(call: Call) -> Iterator[Sink]:
    """The texts of expressions; of a filter of documents, what may be an operator where a text is expected."""
    for sink in queries.queries(call):
        for value in options(sink.value):
            if not isinstance(value, Mapping):
                yield Sink(value, sink.does)
                continue
            for key, entry in value.entries.items():
                for each in options(entry):
                    if key == "$where" or (_may_be_object(each) and not _is_text(each, call)):
                        yield Sink(each, sink.does)


def _is_text(value: Value, call: Call) -> bool:
    """Whether a test has made sure that a value is a text."""
    return any(each.kind == TEXT and each.value in origins(value) for each in call.assured)


def _may_be_object(value: Value) -> bool:
    return not isinstance(value, Text | Mapping) and any(
        flow.parsed and all(call.name in carriers.PARSING for call in flow.way[-1:]) for flow in flows(value)
    )


def _ends(flow: Flow, marks: tuple[str, ...]) -> bool:
    """Whether what stands right before the part ends with one of `marks`."""
    match flow.before:
        case (*_, Constant(str(text))):
            return text.endswith(marks)
        case _:
            return False


def _problem(
    handler: Handler, sink: Sink, flow: Flow, span: Span, trail: tuple[Span, ...] = (), severity: str | None = None
) -> Problem:
    return Problem(span, sink.does.format(_named(flow)), (*_way(handler, flow, span, trail), *way(trail)), severity)


def _named(flow: Flow) -> str:
    text = "".join("[]" if isinstance(step, int) or step == EACH else f".{step}" for step in flow.path).lstrip(".")
    part = f"{text} of the event" if text else "the event"
    return f"the S3 object that {part} names" if flow.object else part


def _way(handler: Handler, flow: Flow, span: Span, trail: tuple[Span, ...]) -> Iterator[tuple[Span, str]]:
    """From where the event is read through the calls that change it."""
    found = read(handler, flow, trail)
    if found is None:
        yield handler.span, "the event comes in here"
    elif not span.covers(found.span):
        yield found.span, "read from the event here"
    for call in flow.way:
        if not span.covers(call.span) and call.name:
            yield call.span, f"goes on through {call.name.removeprefix('builtins.')}"
