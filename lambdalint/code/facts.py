"""What a check may ask of code, in any language: what one function's code does, at init and for every event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from collections.abc import Mapping as MappingOf
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from lambdalint.code import idioms
from lambdalint.code.ir import Feature
from lambdalint.code.value import (
    FEW,
    Assurance,
    Call,
    Caught,
    Choice,
    Compared,
    Constant,
    Environment,
    Imported,
    Instance,
    Loop,
    Mapping,
    Member,
    Piece,
    Result,
    Sequence,
    Step,
    Text,
    Unknown,
    Value,
    all_origins,
    options,
    origins,
)
from lambdalint.records import dataclass, field
from lambdalint.source import Span

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")

REBOUND = "(rebound)"
"""What `Change.how` says where the name or attribute that held the container is given something else."""


@dataclass(frozen=True, slots=True, eq=False)
class Return:
    """A way out of the handler, with what it returns."""

    value: Value
    span: Span
    statement: Span | None = None
    """The statement that returns it, or one of several values, or the function that it chose for that; None where the
    handler ends without one."""
    conditional: bool = False
    """Whether that stands in a branch that some runs do not take."""
    behind: tuple[Span, ...] = ()
    """The clauses of `Catch` behind which the handler ends so, where they do not end it themselves."""


@dataclass(frozen=True, slots=True, eq=False)
class Fall:
    """A test at the end of the handler that has no other branch."""

    span: Span
    tested: tuple[Value, ...]
    """What it asks about, and the tests around it."""


@dataclass(frozen=True, slots=True, eq=False)
class EventRead:
    """A read of a part of the event."""

    path: tuple[Step, ...]
    span: Span
    optional: bool
    """Whether it has a default, as `.get()` does."""
    trail: tuple[Span, ...]
    loops: tuple[Loop, ...]
    conditional: bool = False
    """Whether it stands in a branch that some runs do not take."""
    uncertain: bool = False
    """Whether it may read no item of the event itself: an attribute of what was made of it, or something else as well,
    by the way the program takes."""
    excused: bool = False
    """Whether nothing makes it optional but a `try` around it that catches everything."""
    caught: tuple[str, ...] = ()
    """What the `try`s around it catch, as of a Call."""
    lenient: bool = False
    """Whether it gives undefined where the part is not there, which alone does no harm."""
    mends: bool = False
    """Whether it is made where something has failed, as of a Call."""
    assured: frozenset[Assurance] = frozenset()
    """What tests made sure of on the way to it, as of a Call."""


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """What is taken from a part of the event, or asked of it, and fails where that part is null."""

    path: tuple[Step, ...]
    span: Span
    trail: tuple[Span, ...]
    caught: tuple[str, ...]
    """What the `try`s around it catch, as of a Call."""
    stood_in: bool
    """Whether something stands in for it where it is not there, as a default does, or its key was asked for: only null
    fails."""


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A part of what a call gave that is taken during an invocation in a way that fails where it is not there."""

    part: Member
    span: Span
    trail: tuple[Span, ...]
    caught: tuple[str, ...]
    """What the `try`s around it catch, as of a Call."""


@dataclass(frozen=True, slots=True, eq=False)
class EnvironmentRead:
    """A read of an environment variable."""

    name: str
    """"" where it is not known, or all of them are handed on."""
    span: Span
    optional: bool
    """Whether it has a default, or its absence is caught or asked for."""
    phase: str
    trail: tuple[Span, ...]
    conditional: bool = False
    """Whether it stands in a branch that some runs do not take."""
    any_case: bool = False
    """Whether the variable may be written with other capitals."""
    lenient: bool = False
    """Whether it gives null where the variable is not set, which may do no harm."""
    demanded: bool = False
    """Whether it is a test that raises an error where the variable is not set."""


@dataclass(frozen=True, slots=True, eq=False)
class EnvironmentWrite:
    """An assignment to an environment variable."""

    name: str
    """"" where it is not known."""
    value: Value
    span: Span
    phase: str
    trail: tuple[Span, ...]
    tested: tuple[Value, ...] = ()
    """The values that the tests around it ask about, outermost first."""


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """An assignment to a name from outside the project: `axios.defaults.timeout = 5000`."""

    name: str
    """As imports resolve it: `npm:axios.defaults.timeout`."""
    value: Value
    span: Span
    trail: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """The file of the project that an import is taken for, which no template puts beside the handler's."""

    path: str
    root: str
    """The directory that its dotted name starts from."""
    evidence: str


@dataclass(frozen=True, slots=True, eq=False)
class Import:
    """An import of a module that does not lie where the function's own do."""

    name: str
    """Dotted, as it is written."""
    span: Span
    phase: str
    trail: tuple[Span, ...]
    caught: tuple[str, ...]
    """What the `try`s around it catch, as of a Call."""
    conditional: bool
    """Whether it stands in a branch that some runs do not take."""
    origin: Origin | None = None
    """None where it comes from outside the project, or may."""


@dataclass(frozen=True, slots=True)
class Escape:
    """A relative import that leads out of the packages that its module lies in, as Lambda loads it: it fails."""

    name: str
    """What is imported, with the dots as they are written."""
    span: Span
    module: str
    """The dotted name of the module that it stands in."""
    phase: str
    caught: tuple[str, ...]
    """What the `try`s around it catch, as of a Call."""
    conditional: bool


@dataclass(frozen=True, slots=True, eq=False)
class Stray:
    """A read of a name that nothing sets where it is looked up, and that its language does not have: it fails."""

    name: str
    span: Span
    phase: str
    trail: tuple[Span, ...]
    caught: tuple[str, ...]
    """What the `try`s around it catch, as of a Call."""
    conditional: bool
    """Whether it stands in a branch that some runs do not take."""
    elsewhere: Span | None
    """Where another scope of the same module has the name for itself alone, or what has failed sets it."""
    failed: bool = False
    """Whether it stands where the failure of the one statement is handled that sets it."""


@dataclass(frozen=True, slots=True, eq=False)
class Spill:
    """An assignment to a name that nothing declares, in JavaScript: strict code fails, other code makes a global."""

    name: str
    span: Span
    phase: str
    trail: tuple[Span, ...]
    strict: bool | None
    """Whether the code is strict; None where what is made of an ES module decides."""


@dataclass(frozen=True, slots=True, eq=False)
class Raise:
    """A statement that raises, during an invocation."""

    value: Value | None
    """None where it raises again what was caught."""
    span: Span
    trail: tuple[Span, ...]
    loops: tuple[Loop, ...]
    caught: tuple[str, ...]
    """What the `try`s around it catch, as of a Call."""
    tested: tuple[Value, ...]
    """The values that the tests around it ask about, outermost first."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A change, during an invocation, to a list, dict, set or object that was made at init and outlives it."""

    of: Mapping | Sequence | Instance
    how: str
    """The method's name; `=` for an item or attribute that is set, `+=`, `del`, REBOUND."""
    key: Value | None
    """Of the item or attribute that is set; None where the change is not to one."""
    value: Value | None
    """What is put in; None where nothing is."""
    span: Span
    trail: tuple[Span, ...]
    loops: tuple[Loop, ...]
    once: bool
    """Whether it happens at most once in the life of an execution environment, or once for a key."""
    conditional: bool = False
    """Whether it stands in a branch that some runs do not take."""
    tested: tuple[Value, ...] = ()
    """The values that the tests around it ask about, outermost first."""


@dataclass(frozen=True, slots=True, eq=False)
class Started:
    """Work of an invocation that goes on by itself: nobody waits for the promise of it."""

    name: str
    """Of the function that starts it, as it is written: `notify`, `client.send`."""
    how: str
    """`dropped`, or `kept` under a name that nobody awaits; `returned` out of a `try` whose clause makes good of
    failures, `raised` out of one whose clause raises, or `ended` out of one that has a `finally` only; `unheard` by the
    promise that it alone fulfils; `asked` for what only what it comes to has; or an array's method that was given an
    async function."""
    span: Span
    calls: tuple[Call, ...]
    """What is called in it that stands outside the project."""
    meant: bool
    """Whether its failure is caught, or `void` says that nobody waits."""
    trail: tuple[Span, ...]
    loops: tuple[Loop, ...]
    tested: tuple[Value, ...]
    """The values that the tests around it ask about, outermost first."""
    at_once: bool = False
    """Whether what starts it is an `async` function of the project that waits for nothing: what it does itself is done
    when its call returns."""


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A part that is cut out of a list, or of what may be one: `items[start:end]`, `items.slice(start, end)`."""

    part: Value
    of: Value
    start: Value | None
    end: Value | None


@dataclass(frozen=True, slots=True)
class EventChange:
    """An item of the event, or of a copy of it, that is set or deleted."""

    key: Value | None
    """None where it is not one item."""
    calls: int
    """How many of the handler's calls are made before."""


@dataclass(frozen=True, slots=True)
class ContextWrite:
    """An assignment to an attribute of the context."""

    name: str
    span: Span
    trail: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """How many positional arguments a function takes."""

    required: int
    most: int | None
    """None for any number."""
    wants_names: bool = False
    """Whether it also wants arguments that can only be given by name."""

    def takes(self, count: int) -> bool:
        """Whether it can be called with `count` positional arguments and nothing else."""
        return not self.wants_names and self.required <= count and (self.most is None or count <= self.most)


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """A text that is spelt out in the source."""

    text: str
    span: Span


SUPPRESSED = "(suppressed)"
"""What `Call.caught` holds, beside "", in a `with contextlib.suppress(…)`, which has no clause."""

EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException"})
"""The types that stand for every error."""


def bare(error: str) -> str:
    """The type of an error as `Call.caught` names it."""
    return "" if error in EVERYTHING else error.removeprefix("builtins.").removeprefix("js:")


def is_own(error: str) -> bool:
    """Whether a type of errors, as `Catch.types` names it, is one of the project's, or may be."""
    return "." not in error and ":" not in error


@dataclass(frozen=True, slots=True, eq=False)
class Catch:
    """An `except` or `catch` clause that an invocation can reach."""

    span: Span
    types: tuple[str, ...]
    """What it catches, as imports resolve it; empty where it catches everything."""
    loops: tuple[Loop, ...]
    """The loops around the `try`, outermost first."""
    swallows: bool
    """Whether what it catches leaves no trace but a log: nothing is raised, recorded for later or put in its place."""
    loses: bool
    """Whether it drops, in a clause that handles a record's failure, that AWS did not take the record over."""
    raises: bool
    """Whether it may raise in its turn."""
    gives_up: bool
    """Whether it raises in its turn, whatever way it takes."""
    returns: tuple[Value, ...]
    """What it returns where it does not raise; nothing where it may go on instead."""
    tried: Span
    """The `try` statement."""
    alone: bool
    """Whether nothing else is done with a record than what is tried here."""
    goes_on: bool = True
    """Whether the loop goes on with the next item after it, and does not ask what it noted."""
    changes: tuple[Value, ...] = ()
    """The lists, dicts and objects that it changes."""
    only_logs: bool = False
    """Whether it does nothing but log, whatever it returns then."""
    comes_to_nothing: bool = False
    """Whether it only logs that more than a log has failed: it puts nothing in the place of what was tried."""
    unheard: bool = False
    """Whether it returns no more than that something has failed, and nobody on the way back asks for that."""
    goes_round: bool = False
    """Whether it ends a function that a loop calls, and that loop goes on with the next item, whatever it is given."""

    @property
    def everything(self) -> bool:
        """Whether it catches every error."""
        return not self.types or bool(EVERYTHING.intersection(self.types))

    def catches(self, errors: Set[str]) -> bool:
        """Whether it catches one of these errors, named as in `Call.caught`."""
        return self.everything or not errors.isdisjoint(map(bare, self.types))


@dataclass(frozen=True, slots=True, eq=False)
class Finally:
    """What an invocation does after a `try`, however that ends."""

    tried: Span
    """The `try` statement, or the promise that is waited for."""
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """What an application does with requests of one kind."""

    heads: frozenset[Span]
    """The functions that it was given for them."""
    places: frozenset[Span]
    """Where these, and what they call, call anything that is outside the project."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a program does that is run from its beginning to its end."""

    calls: tuple[Call, ...]
    """Its calls to what is outside the project, in order; what they were given is as it was then."""
    paths: tuple[str, ...]
    """The files that it is written in."""
    bounded: bool
    """Whether it does more than was followed."""


@dataclass(frozen=True, eq=False)
class Handler:
    """What one handler's code does."""

    path: str
    name: str
    """Of the function in its module."""
    span: Span
    """The function's name where it is defined."""
    calls: tuple[Call, ...] = ()
    returns: tuple[Return, ...] = ()
    ends: tuple[tuple[Span, ...], ...] = ()
    """The blocks behind which it ends and says nothing of what it returns: the places of what each does."""
    falls: tuple[Fall, ...] = ()
    """The tests behind which it ends and says nothing of what it returns, where they fail."""
    answers: tuple[Value, ...] = ()
    """What its functions return that others call: a framework its routes, a library what it is given to call."""
    reads: tuple[EventRead, ...] = ()
    needs: tuple[Need, ...] = ()
    taken: tuple[Taken, ...] = ()
    unread: tuple[Mapping, ...] = ()
    """The objects that functions of the project give, and that are dropped wherever one is called."""
    tests: tuple[Value, ...] = ()
    """What the tests of an invocation ask about."""
    flags: tuple[Environment | Compared, ...] = ()
    """What tests ask whether it is true, at init as well: environment variables, and comparisons."""
    remarks: tuple[Value, ...] = ()
    """What some of them ask about only to log it."""
    environment: tuple[EnvironmentRead, ...] = ()
    loops: tuple[Loop, ...] = ()
    catches: tuple[Catch, ...] = ()
    finals: tuple[Finally, ...] = ()
    raises: tuple[Raise, ...] = ()
    changes: tuple[Change, ...] = ()
    cuts: tuple[Cut, ...] = ()
    imports: tuple[Import, ...] = ()
    module: str = ""
    """The dotted name of its module, as imports write it."""
    own_imports: tuple[Import, ...] = ()
    """Imports of modules that lie where the function's own do, with where."""
    escapes: tuple[Escape, ...] = ()
    strays: tuple[Stray, ...] = ()
    spills: tuple[Spill, ...] = ()
    environment_writes: tuple[EnvironmentWrite, ...] = ()
    settings: tuple[Setting, ...] = ()
    features: tuple[Feature, ...] = ()
    """What the modules that are certainly loaded use of their language that it has not always had."""
    words: tuple[frozenset[str], ...] = ()
    """For each of its modules the words that stand between quotes in its text, whether or not they are reached."""
    literals: tuple[Literal, ...] = ()
    """The texts in its project's modules that hold an AWS access key id, wherever they stand."""
    event_types: tuple[str, ...] = ()
    """The names in the annotation of its event, and of the class that a decorator makes of it."""
    signature: Signature | None = None
    """None where what AWS calls is not a function of the project."""
    is_async: bool = False
    """Whether AWS calls a coroutine function, which its Python runtime does not await."""
    is_awaited: bool = False
    """Whether it is an `async` function whose end the runtime of Node.js waits for."""
    wrappers: tuple[str, ...] = ()
    """Decorators and wrappers around it whose effect is not known."""
    one_shot: bool = False
    """Whether it answers a deployment (a custom resource), not a stream of events."""
    event_changes: tuple[EventChange, ...] = ()
    streams: bool = False
    """Whether the runtime of Node.js gives it a stream for its response."""
    started: tuple[Started, ...] = ()
    context_writes: tuple[ContextWrite, ...] = ()
    plain: tuple[Span, ...] = ()
    """Where it returns what is surely no promise, in JavaScript, and is not `async`."""
    language: str = "python"
    """What it is written in: `python` or `javascript`, TypeScript among it."""
    is_program: bool = False
    """Whether its module may be started as a program, which then calls it."""
    routes: tuple[Route, ...] = ()
    bounded: bool = field(default=False)
    """Whether evaluation stopped at a bound: what lies beyond is unknown."""
    shared: frozenset[Span] = frozenset()
    """Where functions call something that are called again, in other branches, where they are not gone into once more:
    what was tested on the way to these calls is tested on one of the ways."""
    lifted: MappingOf[Call, frozenset[Assurance]] = field(default_factory=dict)
    """For some of these calls: what settings decide on that way, and not on another one."""

    @cached_property
    def answered(self) -> dict[Any, Any]:
        """What `once_a_handler` was answered."""
        return {}

    def mentions(self, word: str) -> bool:
        """Whether a word stands between quotes somewhere in its modules."""
        return any(word in each for each in self.words)

    @cached_property
    def places(self) -> frozenset[Span]:
        """Where it calls anything."""
        return frozenset(call.span for call in self.calls)

    @cached_property
    def tested(self) -> frozenset[Piece]:
        """The parts of the event and the context that tests ask about, or about what was made of them."""
        return frozenset(each for each in all_origins(self.tests) if isinstance(each, Piece))

    @property
    def changes_event(self) -> bool:
        """Whether some item of the event, or of a copy of it, is set or deleted."""
        return bool(self.event_changes)

    @cached_property
    def invocation_calls(self) -> tuple[Call, ...]:
        """The calls that happen again at every event."""
        return tuple(call for call in self.calls if call.phase == "invocation" and not call.once)

    def clauses_around(self, span: Span, trail: tuple[Span, ...]) -> Iterator[Catch]:
        """The clauses that may catch what fails at a place that `trail` leads to, the innermost first."""
        for place in (span, *reversed(trail)):
            clauses = self._around.get(place)
            if clauses is None:
                # The innermost `try` has ended before those around it.
                clauses = self._around[place] = tuple(
                    each
                    for each in self.catches
                    if each.tried.covers(place) and (place.line, place.column) < self._heads[each.tried]
                )
            yield from clauses

    @cached_property
    def _around(self) -> dict[Span, tuple[Catch, ...]]:
        """The clauses around the places that were asked about."""
        return {}

    @cached_property
    def _heads(self) -> dict[Span, tuple[int, int]]:
        """Where the first clause of each `try` begins."""
        heads: dict[Span, tuple[int, int]] = {}
        for each in self.catches:
            head = (each.span.line, each.span.column)
            heads[each.tried] = min(heads.get(each.tried, head), head)
        return heads

    def routes_to(self, call: Call) -> tuple[Route, ...]:
        """The routes that come to a call, where nothing but routes does."""
        heads = frozenset(head for route in self.routes for head in route.heads)
        alone = heads.intersection(call.trail[:1])
        return tuple(each for each in self.routes if alone and call.span in each.places)

    @property
    def loops_over_records(self) -> bool:
        """Whether some loop runs through the records of the event."""
        return any(loop.over_records for loop in self.loops)


def once_a_handler(
    question: Callable[Concatenate[Handler, _Given], _Answer],
) -> Callable[Concatenate[Handler, _Given], _Answer]:
    """Have a question that depends on a handler alone, and on what else it is given, answered once for each.

    The answer is kept as long as the handler is, which may be for many runs; it must not change any more.
    """

    @wraps(question)
    def ask(handler: Handler, /, *given: _Given.args, **named: _Given.kwargs) -> _Answer:
        known, key = handler.answered, (question, given, *named.items())
        if key not in known:
            known[key] = question(handler, *given, **named)
        answer: _Answer = known[key]
        return answer

    return ask


def carries(value: Value, key: str) -> bool | None:
    """Whether a returned value has an entry `key`; None where that cannot be told."""
    match value:
        case Mapping(entries=entries):
            if key in entries:
                return True
            return None if value.open else False
        case Choice(several):
            answers = [carries(each, key) for each in several]
            return True if True in answers else None if None in answers else False
        case Constant() | Sequence() | Text():
            return False
        case _:
            return None


def always_empty(value: Value) -> bool:
    """Whether the value is, whatever way the program takes, a sequence without items."""
    return all(isinstance(each, Sequence) and not each.items and not each.open for each in options(value))


def is_static(value: Value) -> bool:
    """Whether a value is the same for every event: constants and environment variables, and what is made of them."""
    for each in origins(value):
        if isinstance(each, Result):
            if each.call.phase == "invocation" and not each.call.name.startswith("builtins."):
                return False
        elif isinstance(each, (Piece, Caught)) or (isinstance(each, Unknown) and not each.parts):
            return False
    return True


def is_configured(value: Value, made: Iterable[Value] | None = None) -> bool:
    """Whether environment variables decide alone what a value is: one of them, and what the program makes of it.

    `made` is what it was made of, where somebody has looked for that already, and it is not one of several.
    """
    found = False
    given: list[Call] = []
    for one in options(value):
        for each in () if _is_of_error(one) else made or origins(one, FEW):
            if isinstance(each, Result):
                given.append(each.call)
            elif isinstance(each, (Piece, Caught, Instance)) or (isinstance(each, Unknown) and not each.parts):
                return False
            elif not found:
                found = isinstance(each, Environment) or (
                    isinstance(each, Imported) and each.name in idioms.ENVIRONMENT
                )
    return found and all(map(idioms.is_pure, given))


def _is_of_error(value: Value) -> bool:
    """Whether a value is a part of an error that was made in the place of settings: no setting is read of it."""
    return isinstance(value, Member) and isinstance(value.of, Result) and value.of.call.name.endswith("Error")
