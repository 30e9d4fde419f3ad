"""The state of one evaluation: where it is, and what it has met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Sequence as SequenceOf
from typing import Any, TypeVar

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import guards
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.ways import BREAK, CONTINUE, NEXT, RAISE, RETURN
from lambdalint.code.facts import (
    REBOUND,
    Catch,
    Change,
    ContextWrite,
    Cut,
    EnvironmentRead,
    EnvironmentWrite,
    Escape,
    EventRead,
    Finally,
    Import,
    Need,
    Raise,
    Route,
    Setting,
    Spill,
    Started,
    Stray,
    Taken,
)
from lambdalint.code.language import Language
from lambdalint.code.modules import Modules
from lambdalint.code.value import (
    CHANGED,
    EACH,
    FEW,
    KEPT,
    NONE,
    PRESENT,
    THERE,
    Assurance,
    Call,
    Choice,
    Compared,
    Constant,
    Environment,
    Function,
    Instance,
    Loop,
    Mapping,
    Member,
    Piece,
    Result,
    Scope,
    Sequence,
    Step,
    Value,
    made_of,
    options,
    origins,
)
from lambdalint.records import dataclass, field, replace
from lambdalint.source import Span
from lambdalint.templates import value as template

MOST_STEPS = 24_000
"""Statements, calls and what is kept that one evaluation goes through, before it leaves the rest unknown.

It counts work, not seconds, so that every machine finds the same."""
STRAIGHT = 3
"""So many times as much may a program go through that says what is deployed, and of which without its end nothing is
known."""
WALKED = 50
"""So many values that are looked through at once are the work of a step."""
MOST_LINES = 100_000
"""The lines of the modules that one evaluation loads: to read them is work too, which others may have had before."""
MOST_DEPTH = 40
"""Calls within calls."""
MOST_RECURSION = 8
"""How often a function of a program that runs once may be gone into on the way to itself, where it surely is."""
MOST_ENTRIES = 250
"""How often one function is gone into, with other arguments or in other surroundings each time.

A program that runs once has its helpers, of names above all, which it calls for each thing that it makes."""


_NOTHING: frozenset[Assurance] = frozenset()
_ESTABLISHING = (ir.If, ir.Do, ir.Assign, ir.With, ir.Try, ir.Return)
"""Statements after which what they made sure of holds: what is tried, looped over or defined may not have been done."""


@dataclass(frozen=True, slots=True)
class Here:
    """What surrounds the place that is being evaluated."""

    phase: str = "init"
    trail: tuple[Span, ...] = ()
    loops: tuple[Loop, ...] = ()
    once: bool = False
    caught: tuple[str, ...] = ()
    """What the surrounding `try`s catch; "" stands for everything."""
    exposed: bool = False
    """Whether what a record's loop does is done here: each call on the way stands alone and its result is dropped."""
    given_up: bool = False
    """Whether a record is passed over where what is done here gives nothing back."""
    handling: bool = False
    """Whether the failure of what a record's loop does is handled here."""
    assured: frozenset[Assurance] = frozenset()
    """What the tests on the way here have made sure of."""
    tested: tuple[Value, ...] = ()
    """What the tests around ask about, outermost first."""
    conditional: bool = False
    """Whether some runs do not come here."""
    spared: bool = False
    """Whether a function on the way here has ended some runs of itself before: `if not found: return`."""
    branch: int = 0
    """In a program that runs once: which stretch of it this is, of those that are done as a whole or not at all."""
    mends: bool = False
    """Whether something has failed here: it is a clause that catches, or what one calls."""
    uncertain: bool = False
    """Whether what is read here may not be what is known to be read."""
    body: tuple[ir.Statement, ...] = ()
    """The body of the innermost loop through records, or of the function that it leaves the record to."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Functions that a framework was given at init, to call them when an event comes."""

    functions: tuple[Function, ...]
    may_be_once: bool = False
    of_one_kind: bool = False
    """Whether they are for requests of one kind."""
    wrapped: bool = False
    """Whether they were only given to what is put around a handler."""
    by: Value | None = None
    """What they were registered with."""


@dataclass(slots=True)
class Returning:
    """A function that is being evaluated, and where it was called."""

    loops: tuple[Loop, ...]
    tested: tuple[Value, ...]
    settled: bool = True
    """Whether it returns at the same statement at every event."""
    surely: bool = True
    """In a program that runs once: whether all that it yields it yields for sure, and once."""


@dataclass(frozen=True, slots=True)
class Stacks:
    """What the stacks of a project of Pulumi are configured with."""

    project: str
    paths: tuple[str, ...]
    """Their files."""
    sets: tuple[dict[str, template.Value], ...]
    """What each says, by keys with their namespaces."""


@dataclass(slots=True)
class Run:
    """One evaluation of one handler."""

    modules: Modules
    language: Language
    straight: bool = False
    """Whether the program runs once, from its beginning to its end, and not at every event: what is set later takes
    the place of what was there."""
    home: str = "."
    """The directory that such a program is run in."""
    stacks: tuple[Stacks | None] | None = None
    """What its stacks are configured with, once that was asked for."""
    here: Here = Here()
    calls: list[Call] = field(default_factory=list)
    reads: list[EventRead] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    tests: list[Value] = field(default_factory=list)
    flags: list[Environment | Compared] = field(default_factory=list)
    open: dict[ir.If, tuple[Value, ...]] = field(default_factory=dict)
    """For tests without another branch, which may fail: what they ask about, and the tests around them."""
    remarks: list[Value] = field(default_factory=list)
    environment: list[EnvironmentRead] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    catches: list[Catch] = field(default_factory=list)
    finals: list[Finally] = field(default_factory=list)
    raises: list[Raise] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    started: list[Started] = field(default_factory=list)
    promises: set[Span] = field(default_factory=set)
    """The calls that gave a promise, or a list of them."""
    pending: dict[Span, bool] = field(default_factory=dict)
    """Of those of `async` functions of the project: whether one may not be done yet when its call returns."""
    promising: set[ir.Function] = field(default_factory=set)
    """The functions of the project that were seen to return one."""
    executors: set[ir.Function] = field(default_factory=set)
    """The functions that make a promise, and say themselves when it is done."""
    plain: set[Span] = field(default_factory=set)
    """The `return` statements that surely return none, and the calls of functions that do so."""
    plainly: set[ir.Function] = field(default_factory=set)
    """The functions of the project that surely return none."""
    context_writes: list[ContextWrite] = field(default_factory=list)
    features: list[ir.Feature] = field(default_factory=list)
    """What is used of the language's library that older versions do not have."""
    imports: list[Import] = field(default_factory=list)
    own_imports: list[Import] = field(default_factory=list)
    escapes: list[Escape] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    spills: list[Spill] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)
    """The packages among them that may be of the project, and were not found."""
    answers: list[Value] = field(default_factory=list)
    environment_writes: list[EnvironmentWrite] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    answered: list[tuple[Value, Span]] = field(default_factory=list)
    """What the handler gives to the callback that the runtime hands it, and where."""
    registered: list[Registered] = field(default_factory=list)
    apart: dict[ir.Function, bool] = field(default_factory=dict)
    """The handlers of functions of their own among what an application was given, and whether it makes an object of
    their event."""
    routes: list[Route] = field(default_factory=list)
    loaded: dict[str, Scope] = field(default_factory=dict)
    """The modules evaluated so far, by path."""
    sure: list[Scope] = field(default_factory=list)
    """Those of them that every run loads, and whose failure to load nothing catches."""
    returned: list[list[tuple[Value, Span]]] = field(default_factory=list)
    """For each function being evaluated, what it returns."""
    vouched: list[list[tuple[Value, frozenset[Assurance]]]] = field(default_factory=list)
    """For each function being evaluated, what it returns, and what was made sure of on the way there."""
    chosen: dict[Mapping, Span] = field(default_factory=dict)
    """What functions gave of which a call chose one, and that function; nobody has looked at it since."""
    conditional: set[Span] = field(default_factory=set)
    """The `return` statements that stand in a branch."""
    settled: list[Returning] = field(default_factory=list)
    """For each function being evaluated, whether where it returns is settled."""
    left: list[tuple[Value, Span]] = field(default_factory=list)
    """What the last function that was gone into returns, and where."""
    jumps: list[list[dict[str, Value]]] = field(default_factory=list)
    """For each loop or `switch` being gone through, what names are where a jump leads out of it."""
    stack: list[ir.Function] = field(default_factory=list)
    entries: Counter[ir.Function] = field(default_factory=Counter)
    """How often each function was gone into."""
    defaults: dict[tuple[object, ...], Value] = field(default_factory=dict)
    """What parameters stand for that calls gave nothing for, where that is made at each call."""
    memo: dict[tuple[object, ...], tuple[Value, bool, frozenset[Assurance], slice, frozenset[Assurance]]] = field(
        default_factory=dict
    )
    lifted: set[tuple[int, int, frozenset[Assurance]]] = field(default_factory=set)
    """Which of the calls are those of functions that were not gone into once more, and what settings had decided on the
    way to them that they do not decide on the other one: from where to where."""
    mapped: dict[Call, Value] = field(default_factory=dict)
    """What the function gives that Python's `map` is given, for each call of `map`."""
    again: list[tuple[int, slice]] = field(default_factory=list)
    """Which of the calls are those of functions that were not gone into once more, and how many were met before."""
    established: frozenset[Assurance] = frozenset()
    """What the last statements made sure of for those that follow."""
    cuts: list[Cut] = field(default_factory=list)
    changed: list[Value] = field(default_factory=list)
    """The mutable values that were changed, in order."""
    altered: list[tuple[Value, Value | None, int]] = field(default_factory=list)
    """Those of them that the program did not make, with the item that is set, and how many calls went before."""
    dropped: ir.Expression | None = None
    """The expression that is a statement by itself: nothing takes its value."""
    unread: dict[int, Mapping] = field(default_factory=dict)
    """The objects that functions of the project give where what they give is dropped, by identity."""
    taken_up: set[int] = field(default_factory=set)
    """Those that are given to somebody, by identity."""
    diverged: bool = False
    """Whether the last function of the project that was gone into always raises."""
    branches: int = 0
    """How many branches a program that runs once came to."""
    steps: int = 0
    lines: int = 0
    """Of the modules evaluated so far."""
    bounded: bool = False

    def within(self, **changes: Any) -> _Within:
        """Evaluate the body of the `with` in changed surroundings."""
        if self.straight and changes.get("conditional"):
            changes["branch"] = self._branch()
        return _Within(self, changes)

    def part(self) -> None:
        """In a program that runs once: some runs do not come to what follows."""
        self.here = replace(self.here, conditional=True, branch=self._branch())

    def _branch(self) -> int:
        self.branches += 1
        return self.branches

    def step(self) -> bool:
        """Count a step; False once the bound is reached."""
        self.steps += 1 + len(self.here.assured) // WALKED
        most = MOST_STEPS * STRAIGHT if self.straight else MOST_STEPS
        if self.steps > most:
            self.bounded = True
        return self.steps <= most

    def load(self, scope: Scope) -> bool:
        """Note that a module is loaded whose names a scope has; False where it lies beyond the bound."""
        module = scope.module
        self.loaded[module.source.path] = scope
        self.lines += module.source.text.count("\n")
        if self.lines > MOST_LINES:
            self.bounded = True
        return self.lines <= MOST_LINES

    def evaluate(self, node: ir.Expression, scope: Scope) -> Value:
        """The value of an expression; what it does on the way is noted."""
        return _EXPRESSIONS[type(node)](self, node, scope)

    def execute(self, body: SequenceOf[ir.Statement], scope: Scope) -> int:
        """Go through statements; the ways out of them. `established` is then what holds after them."""
        here, established = self.here, _NOTHING
        ways = NEXT
        for index, statement in enumerate(body):
            if not self.step():
                # What is not followed may end in any way.
                ways |= RETURN | RAISE
                break
            self.established = _NOTHING
            leaves = _STATEMENTS[type(statement)](self, statement, scope)
            ways = (ways & ~NEXT) | leaves
            if not ways & NEXT:
                break
            if self.straight and leaves & (RETURN | BREAK | CONTINUE):
                self.part()
            if leaves & RETURN and not self.here.spared and self.here.trail and _spares(statement):
                self.here = replace(self.here, spared=True)
            if self.established and isinstance(statement, _ESTABLISHING):
                established |= self.established
                self.here = replace(self.here, assured=self.here.assured | self.established)
            if (
                isinstance(statement, ir.If)
                and not self.here.once
                and ways & (RETURN | CONTINUE)
                and guards.once(statement.test, scope) == "otherwise"
            ):
                # `if client is not None: return client`: the rest runs until there is one.
                with self.within(once=True):
                    ways = (ways & ~NEXT) | self.execute(body[index + 1 :], scope)
                break
        self.here, self.established = here, established
        return ways

    def look_at(self, *values: Value) -> None:
        """Note that values are looked at after they were given: what is returned may be another."""
        for value in values:
            for each in options(value):
                if isinstance(each, Mapping):
                    self.chosen.pop(each, None)

    def call(self, callee: Value, arguments: Arguments, span: Span, *, discarded: bool = False) -> Value:
        """What calling a value gives; `discarded` where nothing takes that."""
        return _CALLEES[type(callee)](self, callee, arguments, span, discarded)

    def read(
        self, piece: Piece, span: Span, *, optional: bool = False, uncertain: bool = False, lenient: bool = False
    ) -> Piece:
        """Note that a part of the event is read; `lenient` where that gives undefined if it is not there."""
        here = self.here
        if piece.root == "event" and here.phase == "invocation":
            optional = optional or bool({"KeyError", "LookupError"} & set(here.caught))
            excused = not (optional or lenient) and "" in here.caught
            self.reads.append(
                EventRead(
                    piece.path,
                    span,
                    optional or excused or lenient,
                    here.trail,
                    here.loops,
                    here.conditional,
                    uncertain or here.uncertain,
                    excused,
                    here.caught,
                    lenient,
                    here.mends,
                    here.assured,
                )
            )
            if Assurance(THERE, piece) in here.assured:
                return replace(piece, there=True)
        return piece

    @property
    def surely(self) -> bool:
        """Whether what is done here is done, and once: what is set takes the place of what was there."""
        return self.straight and not self.here.conditional and not self.here.loops

    @property
    def mark(self) -> tuple[int, int]:
        """How many calls were met so far: what `since` is asked about later."""
        return len(self.calls), len(self.again)

    def since(self, mark: tuple[int, int]) -> Iterator[Call]:
        """The calls that were met since then, in order, those of functions among them that were not gone into once
        more."""
        start = mark[0]
        for at, again in self.again[mark[1] :]:
            yield from self.calls[start:at]
            yield from self.calls[again]
            start = at
        yield from self.calls[start:]

    def test(self, value: Value, span: Span) -> SequenceOf[Value]:
        """Note that a test asks about a value; what of that it was made of, where somebody had to look for it."""
        asked = made_of(value, FEW) if self.language.lenient else []
        variables = [each for each in asked if isinstance(each, Environment)]
        if variables:
            # What is read of a variable takes it for set.
            taken = {id(each.call.receiver) for each in asked if isinstance(each, Result)}
            taken |= {id(each.of) for each in asked if isinstance(each, Member)}
            for each in variables:
                if id(each) not in taken:
                    self.read_environment(each.name, span, optional=True)
        if self.here.phase == "invocation":
            self.tests.append(value)
        self.flags += [each for each in options(value) if isinstance(each, Environment | Compared)]
        return asked

    def note_set(self, of: Value, name: str, value: Value, span: Span) -> None:
        """Note that an attribute of what is none of the program's is set, as a call that sets it."""
        here = self.here
        given = (Constant(name), value)
        made = Call(
            "=",
            of,
            given,
            {},
            span,
            here.trail,
            here.phase,
            here.loops,
            here.once,
            conditional=here.conditional,
            branch=here.branch,
        )
        self.calls.append(made)

    def read_environment(
        self, name: str, span: Span, *, optional: bool, any_case: bool = False, lenient: bool = False
    ) -> None:
        """Note that an environment variable is read; `lenient` where it gives null if that is not set."""
        optional = optional or bool({"", "KeyError"} & set(self.here.caught))
        here = self.here
        read = EnvironmentRead(name, span, optional, here.phase, here.trail, here.conditional, any_case, lenient)
        self.environment.append(read)

    def want_environment(self, value: Value, span: Span) -> None:
        """Note that what is done with a value fails where it is a variable that is not set, at the place where that
        was read."""
        if isinstance(value, Environment) and value.default is None:
            read = next((read.span for read in reversed(self.environment) if read.name == value.name), span)
            self.read_environment(value.name, read, optional=False)

    def demand_environment(self, name: str, span: Span) -> None:
        """Note that an error is raised where an environment variable is not set."""
        here = self.here
        caught = bool(here.caught)
        self.environment.append(
            EnvironmentRead(name, span, caught, here.phase, here.trail, here.conditional, demanded=not caught)
        )

    def write_environment(self, name: str, value: Value, span: Span) -> None:
        """Note that an environment variable is set."""
        here = self.here
        self.environment_writes.append(EnvironmentWrite(name, value, span, here.phase, here.trail, here.tested))

    def note_stray(self, node: ir.Name, elsewhere: Span | None, *, failed: bool = False) -> None:
        """Note that a name is read that stands for nothing; `failed` where what sets it is what has failed."""
        here = self.here
        self.strays.append(
            Stray(node.id, node.span, here.phase, here.trail, here.caught, here.conditional, elsewhere, failed)
        )

    def note_spill(self, node: ir.Name, *, strict: bool | None) -> None:
        """Note that a name is set that nothing declares."""
        self.spills.append(Spill(node.id, node.span, self.here.phase, self.here.trail, strict))

    def ask(self, value: Value, key: Step) -> None:
        """Note that a part of what a call gave is read, or what is done with the whole."""
        for each in options(value):
            if isinstance(each, Result):
                each.call.ask(key)

    def need(self, value: Value, key: str) -> None:
        """Note that a part of what a call gave is read in a way that fails where that is null."""
        known = self.here.assured | self.established
        if isinstance(value, Result) and "" not in self.here.caught and Assurance(THERE, value) not in known:
            value.call.need(key)

    def take(self, part: Value, span: Span) -> None:
        """Note that a part of what a call gave is taken, which fails where it is not there."""
        if isinstance(part, Member) and _is_given(part.of) and self.here.phase == "invocation":
            self.taken.append(Taken(part, span, self.here.trail, self.here.caught))

    def need_part(self, value: Value, span: Span) -> None:
        """Note that something is read of a part of the event, or it is called: that fails where it is not there."""
        if self.language.lenient:
            self.take(value, span)
            self.want_environment(value, span)
        several = options(value)
        for each in several:
            if not isinstance(each, Piece) or not each.path or each.there or each.root != "event":
                continue
            made_sure = self._made_sure(each)
            if self.here.phase == "invocation" and THERE not in made_sure:
                stood_in = PRESENT in made_sure or any(other not in (each, NONE) for other in several)
                self.needs.append(Need(each.path, span, self.here.trail, self.here.caught, stood_in))
            if self.language.lenient and len(several) == 1 and not made_sure:
                self.read(each, span)

    def _made_sure(self, piece: Piece) -> set[str]:
        """What tests have made sure of about a part of the event: THERE also where they found what stands in it."""
        found: set[str] = set()
        for each in self.here.assured | self.established:
            about = each.value
            if isinstance(about, Piece) and about.path[: len(piece.path)] == piece.path:
                within = len(about.path) > len(piece.path)
                if each.kind != PRESENT or within:
                    found.add(THERE)
                else:
                    found.add(PRESENT)
        return found

    def ask_item(self, value: Value, key: Value) -> None:
        """Note that an item of what a call gave is set or deleted."""
        match key:
            case Constant(str() | int() as step):
                self.ask(value, step)

    def change(self, of: Value, how: str, span: Span, key: Value | None = None, value: Value | None = None) -> None:
        """Note that a container is changed."""
        self.changed.append(of)
        self.alter(of)
        if isinstance(of, Piece | Result):
            self.altered.append((of, key, len(self.calls)))
        here = self.here
        if here.phase == "invocation" and (of.persistent if isinstance(of, Instance) else _lasts(of)):
            self._note(of, how, key, value, span)
            if value is not None:
                self.keep(None, value, span)

    def cut(self, part: Value, of: Value, start: Value | None, end: Value | None) -> Value:
        """Note that a part of a list is cut out; the part, as one that is told from the list."""
        if isinstance(part, Piece | Choice):
            part = replace(part)
        self.cuts.append(Cut(part, of, start, end))
        return part

    def alter(self, of: Value) -> None:
        """Note that something in what a call gave is changed."""
        while isinstance(of, Member):
            of = of.of
        if isinstance(of, Result):
            of.call.ask(CHANGED)

    def _note(self, of: Value, how: str, key: Value | None, value: Value | None, span: Span) -> None:
        assert isinstance(of, Mapping | Sequence | Instance)
        here = self.here
        self.changes.append(
            Change(of, how, key, value, span, here.trail, here.loops, here.once, here.conditional, here.tested)
        )

    def answer(self, value: Value) -> None:
        """Note what a function returns that something outside the project calls."""
        if self.here.phase == "invocation":
            self.answers.append(value)

    def keep(self, before: Value | None, value: Value, span: Span) -> None:
        """Note that something that outlives the invocation, and held `before`, is given `value`."""
        here = self.here
        if here.phase != "invocation":
            return
        for each in origins(value, FEW):
            self.steps += 1
            if isinstance(each, Result):
                each.call.ask(KEPT)
        for each in () if before is None else options(before):
            if _lasts(each) and each not in options(value):
                self._note(each, REBOUND, None, value, span)

    def loop(
        self,
        span: Span,
        over: Value,
        *,
        counted: bool = False,
        together: bool = False,
        says: bool = False,
        reckons: bool = False,
    ) -> Loop:
        """Note a loop."""
        found = made_of(over)
        self.steps += len(found) // WALKED
        pieces = [each for each in found if isinstance(each, Piece)]
        records = any(piece.path == ("Records",) for piece in pieces) or _are_checked_records(over)
        each = records or any(
            isinstance(one, Sequence) and one.filled is not None and one.filled.of_records for one in options(over)
        )
        loop = Loop(span, over, records, bool(pieces), counted, each, together, len(self.here.tested), says, reckons)
        if self.here.phase == "invocation":
            self.loops.append(loop)
        return loop


def _are_checked_records(over: Value) -> bool:
    """Whether a value is the records of an event that a schema was asked about."""
    return any(
        isinstance(each, Member) and each.key == "Records" and idioms.is_checked_event(each.of)
        for each in options(over)
    )


class _Within:
    """Changed surroundings, for as long as a `with` lasts."""

    __slots__ = ("_before", "_changes", "_run")

    def __init__(self, run: Run, changes: dict[str, Any]) -> None:
        self._run, self._changes, self._before = run, changes, run.here

    def __enter__(self) -> None:
        self._before = self._run.here
        self._run.here = replace(self._before, **self._changes)

    def __exit__(self, *_: object) -> None:
        self._run.here = self._before


_EXPRESSIONS: dict[type, Callable[[Run, Any, Scope], Value]] = {}
_STATEMENTS: dict[type, Callable[[Run, Any, Scope], int]] = {}
_CALLEES: dict[type, Callable[[Run, Any, Arguments, Span, bool], Value]] = {}
"""What handles each kind of node, and of value that is called: the modules of this package put it here."""

_Handler = TypeVar("_Handler", bound=Callable[..., Any])


def evaluates(*kinds: type) -> Callable[[_Handler], _Handler]:
    """Register what gives the value of expressions of some kinds."""
    return _registers(_EXPRESSIONS, kinds)


def executes(*kinds: type) -> Callable[[_Handler], _Handler]:
    """Register what goes through statements of some kinds, and gives the ways out of them."""
    return _registers(_STATEMENTS, kinds)


def applies(*kinds: type) -> Callable[[_Handler], _Handler]:
    """Register what calls values of some kinds."""
    return _registers(_CALLEES, kinds)


def _registers(handlers: dict[type, Any], kinds: tuple[type, ...]) -> Callable[[_Handler], _Handler]:
    def register(handler: _Handler) -> _Handler:
        handlers.update(dict.fromkeys(kinds, handler))
        return handler

    return register


def _lasts(value: Value) -> bool:
    """Whether a value is a container that was made at init."""
    return isinstance(value, Mapping | Sequence) and value.lasting


def _is_given(value: Value) -> bool:
    """Whether a value is what a call gave, or one of several such: a page."""
    return isinstance(value, Result) or (
        isinstance(value, Member) and value.key == EACH and isinstance(value.of, Result)
    )


def _spares(statement: ir.Statement) -> bool:
    """Whether a function that has nothing to give back may end here: there is nothing to be done."""
    match statement:
        case ir.If(then=(*_, ir.Return(value=None))):
            return True
        case _:
            return False
