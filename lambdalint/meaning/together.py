"""What is done with all records of a batch at once, and who looks at those that failed."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code import carriers
from lambdalint.code.facts import Catch, Handler
from lambdalint.code.idioms import is_log, is_pure
from lambdalint.code.value import Call, Caught, Loop, Member, Result, Sequence, Value, options, origins
from lambdalint.meaning import failures, promises, sdk, swallowing
from lambdalint.meaning.operations import Operation, operation
from lambdalint.records import dataclass
from lambdalint.source import Span

_ASKING = {"endsWith", "endswith", "has", "includes", "indexOf", "match", "startsWith", "startswith", "test"}
_COMPUTING = carriers.KEEPING_METHODS | carriers.CARRYING_METHODS | carriers.FILLING_METHODS | _ASKING
_READING = ("deserialize", "dumps", "loads", "marshall", "parse", "serialize", "unmarshall")
"""How methods and functions begin, beside those, that make one text or object of another."""

_STEPS = 20
"""How many steps may be between what is gone through and what was answered."""

_SETTLED = "js:Promise.allSettled"
_WAITING = frozenset({"js:Promise.all", _SETTLED})


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Records that are all worked on at once."""

    loop: Loop
    """What starts the work."""
    call: Call
    """What waits for all of it."""

    @property
    def span(self) -> Span:
        return self.call.span

    @property
    def settles(self) -> bool:
        """Whether it gives what became of each, and does not fail with the first that does."""
        return self.call.name == _SETTLED

    def holds(self, call: Call) -> bool:
        """Whether a call is a part of the work."""
        return _within(call.loops, self.loop)

    def gives(self, value: Value) -> bool:
        """Whether a value is made of what it tells of failures."""
        return any(isinstance(each, Caught) and each.span == self.call.span for each in origins(value))


def together(handler: Handler) -> Iterator[Together]:
    """Where a handler works on several records at once, each place once."""
    told: set[Span] = set()
    for call in handler.invocation_calls:
        if call.receiver is None and call.name in _WAITING and call.arguments and call.span not in told:
            for given in options(call.arguments[0]):
                loop = given.loop if isinstance(given, Sequence) else None
                if loop is not None and _is_of_batch(loop, call) and works(handler, loop):
                    told.add(call.span)
                    yield Together(loop, call)


def _is_of_batch(loop: Loop, call: Call) -> bool:
    """Whether a loop goes through the records, or through what was made of them, and what waits stands behind it."""
    within = any(each.over_records for each in call.loops)
    made = loop.over_event and not within and not _is_answer(loop.over)
    return (loop.over_records or made) and not _within(call.loops, loop)


def _is_answer(over: Value | None) -> bool:
    """Whether what a loop goes through is what somebody answered, as it is or picked from: it was asked for with a part
    of the event, and is none."""
    for _ in range(_STEPS):
        match over:
            case Member(of):
                over = of
            case Sequence(loop=Loop() as loop):
                over = loop.over
            case Sequence(items=[only]):
                over = only
            case Result(call) if call.receiver is not None and call.name.rpartition(".")[2] in _COMPUTING:
                over = call.receiver
            case Result(call):
                return promises.leaves(call)
            case _:
                return False
    return False


def unasked(handler: Handler) -> Iterator[tuple[Call, Operation]]:
    """Where a handler lets several things end as they will, and asks none how it ended, with one that changes
    something at AWS."""
    batches = {each.span for each in together(handler)} if handler.loops_over_records else set()
    for call in handler.invocation_calls:
        if call.name != _SETTLED or not call.arguments or call.span in batches:
            continue
        asked = next(_changes(handler, call), None)
        if asked is not None and not any(
            isinstance(each, Caught) and each.span == call.span
            for value in _looked_at(handler)
            for each in origins(value)
        ):
            yield call, asked


def _changes(handler: Handler, settled: Call) -> Iterator[Operation]:
    """The requests among what `settled` waits for that change something, and whose failure nobody sees before it."""
    given = settled.arguments[0]
    loops = [each.loop for each in options(given) if isinstance(each, Sequence) and each.loop is not None]
    results = {id(each.call) for each in origins(given) if isinstance(each, Result)}
    for call in handler.invocation_calls:
        asked = operation(call)
        if asked is None or asked.only_reads or call.mends or len(call.caught) > len(settled.caught):
            continue
        clauses = handler.clauses_around(call.span, call.trail)
        if any(each.everything and not each.raises and not each.tried.covers(settled.span) for each in clauses):
            # None of them is ever rejected.
            continue
        if id(call) in results or any(_within(call.loops, loop) and not _within(settled.loops, loop) for loop in loops):
            yield asked


def _looked_at(handler: Handler) -> Iterator[Value]:
    """The values that a handler does anything with, and be it to log them."""
    yield from handler.tests
    yield from handler.answers
    yield from (returned.value for returned in handler.returns)
    yield from (raised.value for raised in handler.raises if raised.value is not None)
    yield from (change.value for change in handler.changes if change.value is not None)
    yield from (loop.over for loop in handler.loops)
    for call in handler.calls:
        yield from (each for each in (call.receiver, *call.arguments, *call.keywords.values()) if each is not None)


def hidden(handler: Handler) -> Catch | None:
    """The clause that keeps every failure of what is done with the records to itself, and no more than logs it.

    Of a handler that goes through no records, or only to compute, that is all that it asks of others.
    """
    if not any(_does(call) and any(loop.of_records for loop in call.loops) for call in handler.invocation_calls):
        if any(each.swallows for each in handler.catches):
            # What is lost is one of them.
            return None
        return swallowing.hides_all(handler) or swallowing.hides_work(handler)
    if any(failures.escapes(handler, each) for each in handler.raises):
        return None
    found: Catch | None = None
    for call in handler.invocation_calls:
        if call.mends or not _does(call) or not any(loop.of_records for loop in call.loops):
            continue
        clauses = handler.clauses_around(call.span, call.trail)
        around = next((each for each in clauses if each.everything and not each.gives_up), None)
        if around is None or not around.only_logs:
            return None
        found = found or around
    return found


def works(handler: Handler, loop: Loop) -> bool:
    """Whether more is done in a loop than to compute and log."""
    return any(_does(each) and _within(each.loops, loop) for each in handler.calls)


def works_in(handler: Handler, clause: Catch) -> bool:
    """Whether what a clause watches over is more than to compute and log."""
    return any(_does(call) and _is_tried(clause, call) for call in handler.calls)


def only_pushes(handler: Handler, clause: Catch) -> bool:
    """Whether all that a clause watches over is to send a notice to a telephone, which nobody misses later."""
    tried = [call for call in handler.invocation_calls if _does(call) and _is_tried(clause, call)]
    asked = [operation(call) for call in tried if not (sdk.client(call) or call.name.startswith("@aws-sdk/"))]
    return bool(asked) and all(each is not None and _pushes(each) for each in asked)


def _pushes(asked: Operation) -> bool:
    if asked.service == "pinpoint":
        return asked.name in ("send_messages", "send_users_messages")
    return (asked.service, asked.name) == ("sns", "publish") and (
        asked.argument("TargetArn") is not None and asked.argument("TopicArn") is None
    )


def follows_work(handler: Handler, clause: Catch) -> bool:
    """Whether AWS has surely been asked to change something for a record before what a clause watches over begins."""
    made = handler.invocation_calls
    first = next((index for index, call in enumerate(made) if _is_tried(clause, call)), 0)
    return any(
        not call.conditional and not call.mends and asked is not None and not asked.only_reads
        for call in made[:first]
        if clause.loops and _within(call.loops, clause.loops[-1])
        for asked in (operation(call),)
    )


def _is_tried(clause: Catch, call: Call) -> bool:
    return not call.mends and any(clause.tried.covers(place) for place in (call.span, *call.trail))


def one_by_one(handler: Handler) -> Loop | None:
    """The loop in which something is changed for each record, or for each thing that was gathered of them."""
    acting = [call for call in changing(handler) if call.loops]
    certain = [call for call in acting if operation(call) is not None]
    of_records = (loop for call in (*certain, *acting) for loop in call.loops if loop.over_event)
    return next(of_records, acting[0].loops[0] if acting else None)


def gathers(handler: Handler) -> bool:
    """Whether nothing is changed before all records are read, and then at once for all of them."""
    return one_by_one(handler) is None and any(changing(handler))


def changing(handler: Handler) -> Iterator[Call]:
    """The calls of an invocation that may change something outside the program, unless something has failed."""
    for call in handler.invocation_calls:
        asked = _asked(Result(call))
        if asked is None:
            # An object, a client or a command that is made does nothing yet.
            own = call.name.rpartition(".")[2]
            makes = (call.receiver is None and own[:1].isupper()) or sdk.client(call) is not None
            computes = makes or own.startswith(_READING) or own in _COMPUTING or call.name.startswith("@aws-sdk/")
        else:
            computes = asked.only_reads
        if _does(call) and not call.mends and not computes:
            yield call


def _asked(value: Value) -> Operation | None:
    """What AWS was asked for whose answer a value is, or is made of by the answer's own methods."""
    match value:
        case Result(call):
            of = None if call.receiver is None else _asked(call.receiver)
            return operation(call) or of
        case Member(of):
            return _asked(of)
        case _:
            return None


def _within(loops: tuple[Loop, ...], loop: Loop) -> bool:
    return any(each.span == loop.span for each in loops)


def _does(call: Call) -> bool:
    return not is_log(call) and not is_pure(call)


def forgotten(handler: Handler, each: Together) -> bool:
    """Whether nobody does more with the failures that are told than to log them."""
    if not each.settles or not any(_is_left_to(handler, each, call) for call in handler.invocation_calls):
        return False
    acting = [
        *(returned.value for returned in handler.returns),
        *(value for thrown in handler.raises for value in (thrown.value, *thrown.tested) if value is not None),
        *(change.value for change in handler.changes if change.value is not None),
        *(
            value
            for call in handler.calls
            if _does(call)
            for value in (call.receiver, *call.arguments, *call.keywords.values(), *call.tested)
            if value is not None
        ),
    ]
    return not any(map(each.gives, acting))


def _is_left_to(handler: Handler, each: Together, call: Call) -> bool:
    """Whether a failure of a call leaves the work for its record, so that only what settles tells of it."""
    return (
        each.holds(call)
        and _does(call)
        and not call.mends
        and not any(
            clause.everything and not clause.raises and not clause.tried.covers(each.span)
            for clause in handler.clauses_around(call.span, call.trail)
        )
    )
