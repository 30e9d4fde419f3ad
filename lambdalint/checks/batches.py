"""Batches of records: which of them fail, and who is told."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check
from lambdalint.code.facts import EVERYTHING, Catch, EventRead, Handler, always_empty, is_own
from lambdalint.code.value import EACH, Call, Constant, Loop, Mapping, Piece, Step, Value, options, origins
from lambdalint.meaning import batches, kinds, mending, responses, swallowing, together
from lambdalint.model import EventSource, Function, Project
from lambdalint.model.event_sources import STREAMS
from lambdalint.model.functions import function_named
from lambdalint.model.invokers import POLLED
from lambdalint.model.uses import named, only_writers_to, sends_json
from lambdalint.model.view import Number
from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Unknown
from lambdalint.wanted import setting

_REPORTING = ("SQS", *STREAMS, "Kafka")
"""Sources whose mappings heed `batchItemFailures`."""

_BATCHES = ("SQS", *STREAMS)
"""Sources whose batches come as `Records`."""


def _pairs(project: Project, services: tuple[str, ...]) -> Iterator[tuple[EventSource, Function, Handler]]:
    """The mappings of these services, each with its function and what the function's code does."""
    for source in project.event_sources:
        function = project.function_named(source.invoked)
        if source.service in services and function is not None and function.handler is not None:
            yield source, function, function.handler


@dataclass(frozen=True, slots=True)
class _Fed:
    """A handler that a service feeds with batches."""

    handler: Handler
    service: str
    record: str
    """What its records are called."""
    source: EventSource | None
    """The mapping; None where no template tells what invokes the handler, and its own code does."""

    @property
    def function(self) -> Function | None:
        """What the mapping feeds."""
        return None if self.source is None else function_named(self.source.project, self.source.invoked)

    @property
    def services(self) -> frozenset[str]:
        """All that feed it."""
        if self.function is None:
            return frozenset({self.service})
        return frozenset(each.service for each in self.function.event_sources)

    @property
    def also(self) -> tuple[tuple[Span, str], ...]:
        """The place of what feeds it."""
        if self.source is None or self.function is None:
            return ()
        return ((self.source.span, f"feeds {self.function.name}"),)

    @property
    def batch(self) -> str | None:
        """What fails with one of its records; None where that is one record, or only a deployment knows."""
        if self.source is None:
            # Whether a stream's batch is split is told by its mapping.
            return "a batch of messages" if self.service == "SQS" else None
        size = self.source.batch_size
        if not isinstance(size, Number) or size.value == 1 or self.source.bisects is not False:
            return None
        return f"a batch of up to {size.value} {self.record}s"


def _fed(project: Project, services: tuple[str, ...]) -> Iterator[_Fed]:
    """The handlers that these services feed: by a mapping, or, where no template tells what invokes them, by what they
    read of the records."""
    for source, _, handler in _pairs(project, services):
        yield _Fed(handler, source.service, source.record, source)
    for handler in project.uncalled:
        service = responses.source(handler)
        if service in services and not handler.wrappers and not handler.bounded and not handler.one_shot:
            yield _Fed(handler, service, "message" if service == "SQS" else "record", None)


@check
def batch_failures_not_enabled(project: Project) -> Problems:
    for source, function, handler in _pairs(project, _REPORTING):
        if source.reports_batch_item_failures is False:
            told = [each.span for each in handler.returns if responses.reports_failures(each.value)]
            told += [handler.span] if responses.is_wrapped(handler) else []
            if told:
                ignored = f"ignores the batchItemFailures that {function.name} returns"
                message = f"{ignored}: ReportBatchItemFailures is not set"
                fix = setting(source.resource, ("FunctionResponseTypes",), ("ReportBatchItemFailures",))
                yield Problem(source.span, message, ((told[0], "returned here"),), about=source, fix=fix)


@check
def batch_failures_not_returned(project: Project) -> Problems:
    for source, function, handler in _pairs(project, _REPORTING):
        if source.reports_batch_item_failures and not handler.wrappers and not handler.bounded:
            size = source.batch_size
            alone = isinstance(size, Number) and size.value == 1
            never = all(responses.may_report(returned.value) is False for returned in handler.returns)
            # A batch of one that throws is tried again, whatever it should return.
            if never and handler.returns and not (alone and not function.never_fails):
                yield Problem(
                    source.key("FunctionResponseTypes"),
                    f"expects batchItemFailures, which {function.name}'s handler never returns",
                    ((handler.span, "this handler"),),
                    _unreported(handler, size)
                    if not (function.never_fails or batches.keeps_failures(handler))
                    else None,
                    about=source,
                )
            elif not alone and (loop := _reports_none(function, handler)) is not None:
                yield Problem(
                    source.key("FunctionResponseTypes"),
                    f"expects batchItemFailures, of which {function.name}'s handler always returns none: where one "
                    f"{source.record} raises, all of the batch come again",
                    ((loop.span, "goes through them here"), (handler.returns[0].span, "returned here")),
                    "warning" if isinstance(size, Number) else "note",
                    about=source,
                )


def _reports_none(function: Function, handler: Handler) -> Loop | None:
    """The loop in which a record may raise, of a handler that always says that none has failed; None for others."""
    listed = [
        each.entries.get(responses.FAILURES) if isinstance(each, Mapping) else None
        for returned in handler.returns
        for each in options(returned.value)
    ]
    loop = next((loop for loop in handler.loops if loop.over_records), None)
    if not listed or not all(each is not None and always_empty(each) for each in listed) or loop is None:
        return None
    harmless = (
        function.never_fails
        or batches.only_logs(handler)
        or batches.fails_alike(handler)
        or batches.settles_each(handler, loop)
        or batches.fails_only_where_it_catches(handler, loop)
        or together.gathers(handler)
        or batches.works_at_once(handler)
        or bool(batches.deletions(handler))
    )
    return None if harmless else loop


def _unreported(handler: Handler, size: Number | Unknown) -> str:
    """How bad it is that a handler that lets failures out does not say which records they were of: none is lost.

    What is done with all records at once fails for all of them, or for none; and a deployment may set a batch of one.
    """
    return "note" if batches.works_at_once(handler) or not isinstance(size, Number) else "warning"


@check
def batch_fails_as_a_whole(project: Project) -> Problems:
    for source in project.event_sources:
        function = project.function_named(source.invoked)
        size = source.batch_size
        if (
            source.service not in _BATCHES
            or function is None
            or source.reports_batch_item_failures is not False
            or not isinstance(size, Number)
            or size.value == 1
            or source.bisects is not False
            or _is_tried_once(source)
        ):
            continue
        handler = function.handler
        if handler is None:
            if source.service == "SQS":
                yield Problem(
                    source.span,
                    f"takes no report of which of up to {size.value} messages failed: "
                    f"an error of {function.name} retries them all",
                    severity="note",
                )
            continue
        loop = next((loop for loop in handler.loops if loop.over_records), None)
        if loop is None or batches.settles_each(handler, loop) or function.never_fails or batches.fails_alike(handler):
            continue
        only_reading = (
            batches.only_logs(handler)
            or batches.fails_only_where_it_catches(handler, loop)
            or together.gathers(handler)
            or bool(batches.deletions(handler))
        )
        also = (((together.one_by_one(handler) or loop).span, "goes through them here"),)
        yield Problem(
            source.span,
            f"retries all of a batch of up to {size.value} {source.record}s when one fails",
            also,
            "note" if only_reading else None,
            about=source,
        )


def _is_tried_once(source: EventSource) -> bool:
    """Whether a batch of a stream is given up at its first failure, or may be."""
    tries = source.retry_attempts
    return source.service in STREAMS and not (isinstance(tries, Number) and tries.value != 0)


@check
def batch_failure_swallowed(project: Project) -> Problems:
    told: set[Span] = set()
    for fed in _fed(project, _BATCHES):
        for clause in fed.handler.catches:
            if clause.span in told or not (clause.swallows or any(loop.of_records for loop in clause.loops)):
                continue
            if (
                batches.is_reported(fed.handler, clause)
                or batches.is_swallowed_within(fed.handler, clause)
                or batches.only_receives(fed.handler, clause)
            ):
                continue
            if clause.swallows:
                told.add(clause.span)
                fate = "deleted" if fed.service == "SQS" else "skipped"
                types = [name.replace(":", ".").rpartition(".")[2] for name in clause.types if name not in EVERYTHING]
                what = " or ".join(types) or "failure"
                if _drops_on_purpose(fed.handler, clause):
                    message = f"drops a {fed.record} on purpose on {what}: it is {fate}, and no more than a log tells"
                    yield Problem(clause.span, message, fed.also, "note")
                elif together.follows_work(fed.handler, clause):
                    last = f"the last that is done with a {fed.record}"
                    yield Problem(
                        clause.span, f"swallows the {what} of {last}, which is then {fate}", fed.also, "warning"
                    )
                else:
                    idle = not fed.handler.bounded and not together.works_in(fed.handler, clause)
                    idle = idle or together.only_pushes(fed.handler, clause)
                    message = f"swallows the {what} of a {fed.record}, which is then {fate}"
                    yield Problem(clause.span, message, fed.also, "note" if idle or _is_sent_again(fed) else None)
                continue
            quiet = swallowing.keeps_quiet(fed.handler, clause)
            if quiet is not None:
                told.add(clause.span)
                fate = "deleted" if fed.service == "SQS" else "skipped"
                message = f"returns that the work for a {fed.record} failed, and nobody acts on it: it is then {fate}"
                mild = fed.handler.bounded or batches.tells_failures(fed.handler) or not quiet
                about = () if fed.function is None else fed.function
                yield Problem(clause.span, message, fed.also, "note" if mild else None, about=about)
        around = _keeps_from_lambda(fed)
        if around is not None and around.span not in told:
            told.add(around.span)
            fate = "deleted" if fed.service == "SQS" else "skipped"
            message = f"swallows every failure of a batch, whose {fed.record}s are then {fate}"
            yield Problem(around.span, message, fed.also, about=() if fed.function is None else fed.function)
        for passing, asked in (
            () if fed.handler.bounded or batches.tells_failures(fed.handler) else swallowing.passed_over(fed.handler)
        ):
            if passing.span not in told and any(loop.of_records for loop in passing.loops):
                told.add(passing.span)
                fate = "deleted" if fed.service == "SQS" else "skipped"
                message = f"no more than logs that `{asked.name}` failed, and goes on: its {fed.record} is then {fate}"
                yield Problem(passing.span, message, ((asked.call.span, "asked for here"), *fed.also), "note")
        for each in together.together(fed.handler):
            if (
                each.span not in told
                and not batches.tells_failures(fed.handler)
                and together.forgotten(fed.handler, each)
            ):
                told.add(each.span)
                fate = "deleted" if fed.service == "SQS" else "skipped"
                message = f"settles its {fed.record}s, and no more than a log tells which failed: those are {fate}"
                yield Problem(each.span, message, fed.also)


def _keeps_from_lambda(fed: _Fed) -> Catch | None:
    """The clause around all that is done with a batch that no more than logs its failure, which would have the batch
    come again; None where there is none, or where somebody else may read the answer."""
    handler, function = fed.handler, fed.function
    if (
        handler.bounded
        or batches.tells_failures(handler)
        or (function is not None and any(each.mode != POLLED for each in function.invokers))
        or (fed.source is not None and _is_tried_once(fed.source))
    ):
        return None
    clause = together.hidden(handler)
    return None if clause is None or any(loop.over_event for loop in clause.loops) else clause


def _drops_on_purpose(handler: Handler, clause: Catch) -> bool:
    """Whether a clause is for errors that the project itself tells from the others, which a clause beside it keeps, or
    that say by their name what no other attempt changes."""
    own = bool(clause.types) and all(is_own(name) and name != "?" for name in clause.types)
    return own and (
        all(_FINAL.search(name) for name in clause.types)
        or any(each.tried == clause.tried and not each.swallows for each in handler.catches)
    )


_FINAL = pattern(r"(?i)not_?found|404|does_?not_?exist|no_?such|already|duplicate|permanent|unrecoverable|non_?retr")
"""What a project calls an error that the same message would meet again."""


@check
def first_record_only(project: Project) -> Problems:
    told: dict[Span, str] = {}
    for source, function, handler in _pairs(project, _BATCHES):
        size = source.batch_size
        if not isinstance(size, Number) or size.value == 1 or responses.uses_all_records(handler):
            continue
        read = _first_taken(handler, source.service)
        message = f"reads only the first of up to {size.value} {source.record}s"
        if read is not None and told.setdefault(read.span, message) == message:
            yield Problem(read.span, message, ((source.span, f"feeds {function.name}"),), about=function)


_PARTS = {"SNS": "Sns", "S3": "s3", "Kinesis": "kinesis", "DynamoDB": "dynamodb", "SES": "ses"}
"""What the records of a service have, and no others."""


def _first_taken(handler: Handler, service: str) -> EventRead | None:
    """Where a handler takes the first record of a batch; None where it only asks whether it is another service's."""
    reads = [each for each in handler.reads if each.path[:2] == ("Records", 0)]
    foreign = {part for of, part in _PARTS.items() if of != service}
    further = [each for each in reads if len(each.path) > 2]
    own = [each for each in further if each.path[2] not in foreign]
    if further and not own:
        return None
    records = [each for each in reads if len(each.path) == 2]
    taken = next((each for each in records if any(other.span.covers(each.span) for other in own)), None)
    # Another file may ask first what kind of event it is given.
    return next((each for each in records if taken is None or each.span.path == taken.span.path), None)


@check
def batch_failure_raised_after_loop(project: Project) -> Problems:
    told: set[Span] = set()
    for fed in _fed(project, _BATCHES):
        if fed.batch is None or batches.tells_failures(fed.handler):
            continue
        for thrown in fed.handler.raises:
            collects = None if thrown.span in told else batches.collected(fed.handler, thrown)
            if collects is not None:
                told.add(thrown.span)
                yield Problem(
                    thrown.span,
                    f"retries all of {fed.batch}, with those that succeeded",
                    ((collects, "collects what failed"), *fed.also),
                    # What no template feeds may well be fed one by one.
                    "note" if fed.source is None else None,
                )


@check
def record_parsed_unguarded(project: Project) -> Problems:
    told: set[Span] = set()
    for fed in _fed(project, _BATCHES):
        if fed.source is not None and isinstance(fed.source.batch_size, Number) and fed.source.batch_size.value == 1:
            continue
        for call in fed.handler.invocation_calls:
            clause = (
                batches.guarded_after(fed.handler, call) if kinds.parses_json(call) and call.span not in told else None
            )
            if clause is not None:
                told.add(call.span)
                yield Problem(
                    call.span,
                    f"parses each {fed.record} outside of the try that guards it: one that is no JSON fails them all",
                    ((clause.span, "catches what fails later"), *fed.also),
                    "note" if _is_json_of_its_own(fed) else None,
                    about=fed.function or (),
                )
                continue
            whole = _gives_up_all(fed, call) if kinds.parses_json(call) and call.span not in told else None
            if whole is not None:
                told.add(call.span)
                yield Problem(
                    call.span,
                    f"parses each {fed.record} in a try around the whole batch: one that is no JSON fails them all",
                    ((whole.span, f"reports every {fed.record} as failed"), *fed.also),
                    "note" if _is_json_of_its_own(fed) else None,
                    about=fed.function or (),
                )


def _is_json_of_its_own(fed: _Fed) -> bool:
    """Whether all that is seen to fill the queue is code of the project, which makes JSON of what it sends."""
    queue, writers = _filled(fed)
    return queue is not None and bool(writers) and all(sends_json(each, queue) for each in writers)


def _is_sent_again(fed: _Fed) -> bool:
    """Whether all that is seen to fill the queue is code that the clock invokes, and so sends it again."""
    _, writers = _filled(fed)
    return bool(writers) and all(each.only_scheduled for each in writers)


def _filled(fed: _Fed) -> tuple[Resource | None, tuple[Function, ...]]:
    """The queue of the project that feeds a handler, and the functions that fill it, where nothing else is seen to."""
    queue = None if fed.source is None else named(fed.source.project, fed.source.source, "sqs")
    if fed.source is None or not isinstance(queue, Resource):
        return None, ()
    return queue, only_writers_to(fed.source.project, queue)


def _gives_up_all(fed: _Fed, call: Call) -> Catch | None:
    """The clause around the loop through a queue's messages that reports all of them, as what one is given failed."""
    loop = next((each for each in call.loops if each.over_records), None)
    if fed.service != "SQS" or loop is None or not batches.is_of_record(call):
        return None
    around = fed.handler.clauses_around(call.span, call.trail)
    if any(batches.per_record(clause.loops) for clause in fed.handler.catches):
        return None
    return next((each for each in around if each.everything and not each.raises and _reports_all(each)), None)


def _reports_all(clause: Catch) -> bool:
    """Whether a clause returns, whatever failed, that each record did."""
    listed = [item for value in clause.returns for item in responses.failures(value)]
    named = [item.entries.get(responses.IDENTIFIER) for item in listed if isinstance(item, Mapping)]
    return bool(named) and all(
        isinstance(each, Piece) and each.path == ("Records", EACH, "messageId") for each in named
    )


_IDENTIFIERS: dict[str, tuple[Step, ...]] = {
    "SQS": ("messageId",),
    "Kinesis": ("kinesis", "sequenceNumber"),
    "DynamoDB": ("dynamodb", "SequenceNumber"),
}
"""Where a record says what `itemIdentifier` must be.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html and the pages like it of streams.
"""


@check
def item_identifier_wrong(project: Project) -> Problems:
    told: set[Span] = set()
    for fed in _fed(project, tuple(_IDENTIFIERS)):
        if not fed.services <= set(_IDENTIFIERS):
            continue
        right = [_lowered(_IDENTIFIERS[service]) for service in fed.services]
        for returned in fed.handler.returns:
            for item in responses.failures(returned.value):
                span = item.span if isinstance(item, Mapping) else returned.span
                wrong = None if span in told else _wrong(item, right, fed)
                if wrong is not None:
                    told.add(span)
                    own = [_IDENTIFIERS[service] for service in fed.services]
                    part = tuple(map(str, own[0]))
                    fix = mending.identified(span, part, fed.handler.language) if len(own) == 1 else None
                    yield Problem(span, wrong, fed.also, fix=fix)


def _wrong(item: Value, right: list[tuple[Step, ...]], fed: _Fed) -> str | None:
    """What is wrong with an item of `batchItemFailures`; None for nothing, or where it is not known."""
    named = ".".join(map(str, _IDENTIFIERS[fed.service]))
    if not isinstance(item, Mapping):
        part = responses.part_of_record(item)
        shown = "" if part is None else _shown(part) or fed.record
        return f"lists the {shown} itself, not under itemIdentifier" if shown else None
    if responses.IDENTIFIER not in item.entries:
        known = item.entries and not item.open and item.others is None
        return f"names a {fed.record} under {', '.join(item.entries)}, not under itemIdentifier" if known else None
    given = options(item.entries[responses.IDENTIFIER])
    # Where the mapping takes no report, nothing comes again, as batch-failures-not-enabled tells.
    heard = fed.source is None or fed.source.reports_batch_item_failures is not False
    if heard and all(each == Constant("") for each in given) and any(map(_tells_apart, fed.handler.catches)):
        return f"names no {fed.record}, though a try tells which of them failed: all of the batch come again"
    values = [each for each in given if not isinstance(each, Constant)]
    parts = [responses.part_of_record(each) for each in values]
    known_parts = [each for each in parts if each is not None]
    if not parts or len(known_parts) < len(parts) or any(_lowered(each) in right for each in known_parts):
        return None
    shown = _shown(known_parts[0])
    return f"names a {fed.record} by {f'its {shown}' if shown else 'the whole of it'}, not by its {named}"


def _tells_apart(clause: Catch) -> bool:
    """Whether a clause is for one record, and lets the others go on."""
    return clause.everything and not clause.raises and any(loop.over_records for loop in clause.loops)


def _shown(part: tuple[Step, ...]) -> str:
    return ".".join(str(step) for step in part if step != EACH)


def _lowered(path: tuple[Step, ...]) -> tuple[Step, ...]:
    # Powertools' `sequence_number` reads SequenceNumber of DynamoDB and sequenceNumber of Kinesis.
    return tuple("sequenceNumber" if step == "SequenceNumber" else step for step in path)


_OUT_OF_ORDER = "goes on with the messages after the one that failed, out of their order"


@check
def fifo_continues_after_failure(project: Project) -> Problems:
    told: set[Span] = set()
    for source, function, handler in _pairs(project, ("SQS",)):
        size = source.batch_size
        if not source.fifo or not isinstance(size, Number) or size.value == 1:
            continue
        at_once = (
            [] if _looks_at_groups(handler) else [each for each in together.together(handler) if each.loop.over_records]
        )
        for each in at_once:
            if each.span not in told:
                told.add(each.span)
                message = f"handles up to {size.value} messages at once, out of their order"
                yield Problem(each.span, message, ((source.span, f"feeds {function.name} from a FIFO queue"),))
        reported = [returned.value for returned in handler.returns if responses.reports_failures(returned.value)]
        if not source.reports_batch_item_failures or not reported:
            continue
        also = ((source.span, f"feeds {function.name} from a FIFO queue"),)
        for call in (call for value in reported for call in responses.unordered_processors(value)):
            if call.span not in told:
                told.add(call.span)
                yield Problem(call.span, _OUT_OF_ORDER, also)
        if not at_once and not _keeps_order(handler):
            for clause in handler.catches:
                if clause.span not in told and (_continues(clause) or _answers_and_continues(clause, reported)):
                    told.add(clause.span)
                    yield Problem(clause.span, _OUT_OF_ORDER, also)


def _keeps_order(handler: Handler) -> bool:
    """Whether a handler looks at message groups, or goes through the messages again, to report the rest."""
    return _looks_at_groups(handler) or len({loop.span for loop in handler.loops if loop.over_records}) > 1


def _looks_at_groups(handler: Handler) -> bool:
    return any("MessageGroupId" in read.path for read in handler.reads)


def _continues(clause: Catch) -> bool:
    """Whether a clause in a loop through the records reports one, and lets the loop go on."""
    loop = clause.loops[-1] if clause.loops else None
    return (
        loop is not None
        and loop.over_records
        and loop.span.covers(clause.span)
        and clause.goes_on
        and not clause.raises
        and any(
            isinstance(each, Piece) and each.path[:1] == ("Records",)
            for value in clause.changes
            for each in origins(value)
        )
    )


def _answers_and_continues(clause: Catch, reported: list[Value]) -> bool:
    """Whether a clause of a function that the loop through the records calls answers that one failed, by nothing or by
    what is reported of it, and the loop goes on."""
    answers = [each for value in clause.returns for each in options(value)]
    listed = any(
        isinstance(each, Piece) and each.path[:1] == ("Records",) for value in reported for each in origins(value)
    )
    return (
        clause.goes_round
        and clause.loops[-1].over_records
        and listed
        and bool(answers)
        and all(map(_says_failed, answers))
    )


def _says_failed(answer: Value) -> bool:
    match answer:
        case Constant(given):
            return not given
        case Mapping(entries=entries):
            return responses.IDENTIFIER in entries
        case _:
            return False
