"""What `try` does: what is caught, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from lambdalint.code import bound, idioms, ir
from lambdalint.code.evaluate import conditions, guards, reporting, traces
from lambdalint.code.evaluate.run import Run, executes
from lambdalint.code.evaluate.ways import CONTINUE, NEXT, RAISE, RETURN, merge
from lambdalint.code.facts import EVERYTHING, Catch, Finally, bare, carries
from lambdalint.code.value import (
    CONFIGURED,
    NONE,
    Assurance,
    Call,
    Caught,
    Constant,
    Environment,
    Mapping,
    Piece,
    Scope,
    Unknown,
    Value,
    join,
    options,
    origins,
)
from lambdalint.code.value import Sequence as SequenceValue
from lambdalint.patterns import pattern
from lambdalint.records import dataclass, replace


@executes(ir.Try)
def _try(run: Run, node: ir.Try, scope: Scope) -> int:
    before = dict(scope.names)
    types = [_types(run, clause, scope) for clause in node.clauses]
    caught = tuple(
        name
        for each, clause in zip(types, node.clauses, strict=True)
        if not _raises_always(clause.body)
        for name in (each or ("",))
    )
    caught = tuple(map(bare, caught))
    first, reads, asked = len(run.calls), len(run.reads), len(run.environment)
    with run.within(caught=(*run.here.caught, *caught)):
        ways = run.execute(node.body, scope)
    tried = run.calls[first:]
    # `try: return os.environ["REGION"]` fails at every event or at none, as does all that is tried at init.
    settled = run.here.phase == "init" or (not tried and len(run.reads) == reads and len(run.environment) > asked)
    established = run.established
    unset = _unset(run, asked) if ways == RETURN and settled and run.here.phase == "invocation" else frozenset()
    if ways & NEXT:
        ways = (ways & ~NEXT) | run.execute(node.otherwise, scope)
    ends = [scope.names] if ways & NEXT else []
    halfway = dict(before)
    for name, value in scope.names.items():
        halfway[name] = join(halfway[name], value) if name in halfway and halfway[name] is not value else value
    absent = _finds_lasting(node, scope)
    ways &= ~RAISE
    for clause, names in zip(node.clauses, types, strict=True):
        scope.names = dict(halfway)
        if clause.name is not None:
            scope.names[clause.name] = Caught(names, clause.span)
        start, changed, inner = len(run.calls), len(run.changed), len(run.catches)
        lazy = absent and bool({"builtins.KeyError", "builtins.NameError", "builtins.AttributeError"} & set(names))
        lazy = lazy or _makes_again(node, clause, scope)
        # What fails while a failure is handled does not lose it again, unless that was to keep the record.
        ends_record = _ends_record(run, clause)
        exposed = run.here.exposed or ends_record
        handling = exposed or run.here.handling
        once = run.here.once or lazy
        # What follows the `try` is not done where a clause goes on with the next record.
        body = clause.body if ends_record else run.here.body
        assured = run.here.assured | unset
        with run.within(
            once=once, exposed=False, handling=handling, conditional=True, mends=True, body=body, assured=assured
        ):
            if scope.function is not None and not run.language.lenient and not bound.module(scope.module).open:
                for read, setting in bound.unset(scope.function, node, clause):
                    run.note_stray(read, setting.span, failed=True)
            leaves = run.execute(clause.body, scope)
        if leaves & RETURN and run.settled and not settled:
            run.settled[-1].settled = False
        handled = _Handled(node, clause, names, leaves, run.calls[start:], run.changed[changed:], scope)
        if exposed:
            _lose_again(run, handled, inner)
        _catch(run, handled, tried)
        ways |= leaves
        if leaves & NEXT:
            established = unset
            ends.append(scope.names)
    merge(scope, ends, NONE if settled else None)
    start = len(run.calls)
    final = run.execute(node.final, scope)
    if node.final and run.here.phase == "invocation":
        run.finals.append(Finally(node.span, tuple(run.calls[start:])))
    run.established = established
    return ways if final & NEXT else final


def _unset(run: Run, first: int) -> frozenset[Assurance]:
    """What is sure where a `try` has failed that does no more than return variables of the environment: that the one is
    not set which it asks for. `first` is the first that it reads."""
    names = {each.name for each in run.environment[first:]}
    name = names.pop() if len(names) == 1 else ""
    return frozenset({Assurance(CONFIGURED, Unknown((Environment(name),)))}) if name else frozenset()


@lru_cache(maxsize=4096)
def _raises_always(body: tuple[ir.Statement, ...]) -> bool:
    """Whether a clause ends by raising, whatever way it takes: it then catches nothing."""
    return _ends_raising(body) and not any(
        isinstance(each, ir.Return | ir.Jump) for statement in body for each in ir.walk(statement)
    )


def _ends_raising(body: Sequence[ir.Statement]) -> bool:
    match body[-1:]:
        case (ir.Raise(),):
            return True
        case (ir.If(_, then, otherwise),):
            return _ends_raising(then) and _ends_raising(otherwise)
        case _:
            return False


def _types(run: Run, clause: ir.Clause, scope: Scope) -> tuple[str, ...]:
    if clause.types is None:
        return ()
    value = run.evaluate(clause.types, scope)
    return tuple(map(conditions.error_type, value.items if isinstance(value, SequenceValue) else (value,)))


def _finds_lasting(node: ir.Try, scope: Scope) -> bool:
    """Whether a `try` only looks up something that outlives the invocation."""
    match node.body:
        case (ir.Return(ir.Item() | ir.Attribute() | ir.Name() as value),) | (
            ir.Assign(_, ir.Item() | ir.Attribute() | ir.Name() as value),
        ):
            return guards.lasting(value, scope) is not None
        case (ir.Do(ir.Name() | ir.Attribute() | ir.Item() as value),):
            return guards.lasting(value, scope) is not None
        case _:
            return False


def _makes_again(node: ir.Try, clause: ir.Clause, scope: Scope) -> bool:
    """Whether a clause makes anew what outlives the invocation and was found broken: a lost connection."""
    kept = {name for name in scope.declared if scope.declared[name] == "global"}
    if kept:
        kept &= {name for statement in clause.body for name in guards.assigned(statement)}
    return bool(kept) and any(
        isinstance(each, ir.Name) and each.id in kept for statement in node.body for each in ir.walk(statement)
    )


@dataclass(slots=True)
class _Handled:
    """What a clause did about what it caught."""

    node: ir.Try
    clause: ir.Clause
    types: tuple[str, ...]
    leaves: int
    made: Sequence[Call]
    changed: Sequence[Value]
    scope: Scope


def _catch(run: Run, handled: _Handled, tried: Sequence[Call]) -> None:
    """Note a clause; `tried` are the calls that it watches over."""
    here, node, clause, leaves = run.here, handled.node, handled.clause, handled.leaves
    if here.phase != "invocation":
        return
    drops = _drops(run, handled)
    alone = here.exposed and not traces.done_beside(here.body, node)
    run.catches.append(
        Catch(
            span=clause.span,
            types=handled.types,
            loops=here.loops,
            swallows=drops and (here.exposed or (here.given_up and _gives_up(handled, tried))),
            loses=here.handling and drops and _hands_over(tried),
            raises=bool(leaves & RAISE),
            gives_up=leaves == RAISE,
            returns=tuple(_returned(run, clause)) if not leaves & ~(RETURN | RAISE) else (),
            tried=node.span,
            alone=alone,
            goes_on=bool(leaves & (NEXT | CONTINUE)) and not traces.asked_beside(here.body, clause),
            changes=tuple(handled.changed),
            only_logs=_only_logs(handled),
            comes_to_nothing=_only_logs(handled) and _comes_to_nothing(run, handled, tried),
            unheard=_is_unheard(run, handled),
            goes_round=leaves == RETURN and bool(here.loops) and traces.goes_round(run.stack[:-1], here.loops[-1].span),
        )
    )


def _is_unheard(run: Run, handled: _Handled) -> bool:
    """Whether a clause says by what it returns that something failed, and does no more than log and undo, and nobody on
    the way back asks what was returned."""
    given = list(_returned(run, handled.clause))
    says = (
        handled.leaves == RETURN
        and bool(given)
        and all(isinstance(each, Constant) and not each.value for each in given)
    )
    others = [each for each in handled.made if each.receiver is None or each.name not in _UNDOING]
    return says and _says_no_more(others) and traces.is_unheard(run.stack, run.here.trail)


_UNDOING = frozenset({"close", "rollback"})


def _only_logs(handled: _Handled) -> bool:
    changed = any(not _is_made_in(handled.clause, each) for each in handled.changed)
    return not handled.leaves & RAISE and not changed and _says_no_more(handled.made)


def _is_made_in(clause: ir.Clause, value: Value) -> bool:
    """Whether a list or dict is spelt out in a clause, which then changes what is its own."""
    return isinstance(value, SequenceValue | Mapping) and any(each.span.covers(value.span) for each in clause.body)


def _comes_to_nothing(run: Run, handled: _Handled, tried: Sequence[Call]) -> bool:
    """Whether more was tried than to log, and a clause puts nothing in its place."""
    return (
        (_gives_back(handled.node) or not _says_no_more(tried))
        and not any(map(guards.assigned, handled.clause.body))
        and all(value == NONE for value in _returned(run, handled.clause))
    )


@lru_cache(maxsize=4096)
def _gives_back(node: ir.Try) -> bool:
    return any(isinstance(each, ir.Return) for statement in node.body for each in ir.walk(statement))


def _says_no_more(made: Sequence[Call]) -> bool:
    """Whether calls only compute, log, and publish metrics."""
    return all(idioms.is_log(each) or idioms.is_pure(each) or _measures(each) or _words_error(each) for each in made)


_WORDING = pattern(r"(?:get|to|format|extract|serialize|stringify|parse|describe|ensure|as)_?[\w]*[eE]rr(?:or)?[\w]*")


def _words_error(call: Call) -> bool:
    """Whether a function, by its name, makes a text or an object of an error: `getErrorMessage(error)`."""
    given = call.arguments[0] if call.arguments else NONE
    return (
        call.receiver is None
        and any(isinstance(each, Caught) for each in options(given))
        and _WORDING.fullmatch(call.name.rpartition(".")[2]) is not None
    )


def _measures(call: Call) -> bool:
    """Whether a call publishes a metric, or makes what does."""
    return call.name in idioms.METRIC_METHODS or (
        call.receiver is None and call.name.rpartition(".")[2] in idioms.METRIC_CLASSES
    )


def _drops(run: Run, handled: _Handled) -> bool:
    """Whether nothing but a log remains of what a clause catches, in a loop through the records."""
    here, node, clause, leaves = run.here, handled.node, handled.clause, handled.leaves
    return (
        any(loop.of_records for loop in here.loops)
        # A loop around the `try` that does not go through the record tries again.
        and here.loops[-1].over_event
        and not leaves & RAISE
        and not any(idioms.means_done_before(name) for name in handled.types)
        and _says_no_more(handled.made)
        and _drops_return(run, clause, leaves)
        and not (leaves & NEXT and traces.is_beside_the_work(here.body, node))
        and not (leaves & NEXT and traces.is_kept_for_later(here.body, node, _around(handled.scope)))
        and not _leaves_mark(node, clause, handled.changed, handled.scope)
    )


def _ends_record(run: Run, clause: ir.Clause) -> bool:
    """Whether a clause ends in going on with the next record: nothing more is done with the one that failed."""
    last = clause.body[-1] if clause.body else None
    is_next = isinstance(last, ir.Jump) and last.kind == "continue"
    return is_next and bool(run.here.loops) and run.here.loops[-1].over_records


def _lose_again(run: Run, handled: _Handled, inner: int) -> None:
    """Note which clauses within a clause lose the record again: what was to keep it failed, and they drop that.

    `inner` is how many clauses were met before.
    """
    losing = [each for each in run.catches[inner:] if each.loses]
    others = [
        call
        for call in handled.made
        if not any(each.tried.covers(place) for each in losing for place in (call.span, *call.trail))
    ]
    if losing and _drops(run, replace(handled, made=others)):
        run.catches[inner:] = [replace(each, swallows=True) if each in losing else each for each in run.catches[inner:]]


_OF_AWS = (*idioms.OBJECTS, "@aws-sdk/", "aws-sdk")
_OF_SERVICES = ("ClientError", "BotoCoreError", "Boto3Error")


def _gives_up(handled: _Handled, tried: Sequence[Call]) -> bool:
    """Whether a clause returns whatever a service of AWS fails with, and not only where nothing is there."""
    broad = not EVERYTHING.isdisjoint(handled.types) or any(name.endswith(_OF_SERVICES) for name in handled.types)
    return bool(handled.leaves & RETURN) and (broad or not handled.types) and any(map(_asks_service, tried))


def _asks_service(call: Call) -> bool:
    """Whether a call asks something of a service of AWS."""
    return call.receiver is not None and idioms.origin_name(call.receiver).startswith(_OF_AWS)


def _hands_over(made: Sequence[Call]) -> bool:
    """Whether one of several calls leaves a record, or what was made of it, to a service of AWS."""
    return any(
        call.name in idioms.HANDING_OVER
        and _asks_service(call)
        and any(
            isinstance(each, Piece) for given in (*call.arguments, *call.keywords.values()) for each in origins(given)
        )
        for call in made
    )


def _leaves_mark(node: ir.Try, clause: ir.Clause, changed: Sequence[Value], scope: Scope) -> bool:
    """Whether a clause notes the failure where others see it, or in what its own function acts on."""
    own = {} if scope.function is None else scope.names
    parameters = {each.name for each in scope.function.parameters} if scope.function is not None else set()
    marks: set[str] = set()
    for value in changed:
        names = {name for name, held in own.items() if value in options(held)}
        if not names or names & parameters:
            return True
        marks |= names
    return traces.leaves_mark(
        clause,
        marks,
        node,
        _around(scope),
        traces.raising(scope.module),
        lambda call: reporting.reports(call, scope),
    )


def _around(scope: Scope) -> Sequence[ir.Statement]:
    return scope.function.body if scope.function is not None else scope.module.body


def _drops_return(run: Run, clause: ir.Clause, leaves: int) -> bool:
    """Whether what a clause returns, if it does, tells nobody of the failure."""
    if not leaves & RETURN:
        return True
    values = _returned(run, clause)
    return all(carries(value, "batchItemFailures") is False for value in values) and (
        len(run.stack) == 1 or all(value == NONE for value in values)
    )


def _returned(run: Run, clause: ir.Clause) -> list[Value]:
    """What the statements of a clause have returned from its function."""
    spans = _ways_out(clause)
    return [value for value, span in run.returned[-1] if id(span) in spans]


@lru_cache(maxsize=4096)
def _ways_out(clause: ir.Clause) -> frozenset[int]:
    """The spans of the `return` statements of a clause, by identity."""
    nodes = (each for statement in clause.body for each in ir.walk(statement))
    return frozenset(id(each.span) for each in nodes if isinstance(each, ir.Return))
