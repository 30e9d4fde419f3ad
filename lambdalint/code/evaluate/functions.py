"""Going into the project's own functions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import conditions, traces
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import MOST_DEPTH, MOST_ENTRIES, MOST_RECURSION, Registered, Returning, Run, applies
from lambdalint.code.evaluate.ways import NEXT, RAISE
from lambdalint.code.value import (
    DECORATES,
    NONE,
    Assurance,
    Class,
    Function,
    Instance,
    Mapping,
    Result,
    Scope,
    Sequence,
    Unknown,
    Value,
    join,
    options,
)
from lambdalint.records import replace
from lambdalint.source import Span


@applies(Function)
def _call(run: Run, function: Function, arguments: Arguments, span: Span, discarded: bool) -> Value:
    run.look_at(*arguments.all())
    if function.node.is_async and run.language.lenient:
        run.promises.add(span)
        run.pending[span] = run.pending.get(span, False) or _may_wait(function.node)
    value = enter(run, function, arguments, span, discarded=discarded)
    _note_use(run, value, discarded)
    if function.others:
        # One of them is called in its place; they are gone into after the handler, as routes are.
        registered = Registered(tuple(function.others))
        if registered not in run.registered:
            run.registered.append(registered)
        value = join(value, Unknown(arguments.all()))
        run.diverged, run.established = False, frozenset()
    if function.node in run.promising:
        run.promises.add(span)
    if function.node in run.plainly:
        run.plain.add(span)
    return conditions.verdict(value, arguments.all())


@lru_cache(maxsize=4096)
def _may_wait(node: ir.Function) -> bool:
    """Whether an `async` function waits for anything, or gives what somebody else promises: it is done at once where it
    does neither, whatever it starts and leaves."""
    inner = [each for statement in node.body for each in ir.walk(statement)]
    return any(
        isinstance(each, ir.Await | ir.For) or (isinstance(each, ir.Return) and not _is_plain(each.value))
        for each in inner
    )


def _is_plain(value: ir.Expression | None) -> bool:
    return value is None or isinstance(value, ir.Literal | ir.Text)


def _note_use(run: Run, value: Value, discarded: bool) -> None:
    """Note whether the objects that a function makes are given to somebody, or are dropped where it is called."""
    for each in options(value):
        if isinstance(each, Mapping):
            if discarded:
                run.unread.setdefault(id(each), each)
            else:
                run.taken_up.add(id(each))


def bind(function: Function, receiver: Value, owner: Class) -> Function:
    """A method of a class or its bases, bound to what it is called on; `super` goes on from the class that has it."""
    return replace(function, receiver=receiver, owner=function.owner or _holder(owner, function) or owner)


def _holder(of: Class, method: Function) -> Class | None:
    """The class, of one and its bases, in whose body a method stands."""
    if of.scope is method.scope:
        return of
    bases = (each for each in of.bases if isinstance(each, Class) and each is not of)
    return next(filter(None, (_holder(each, method) for each in bases)), None)


def enter(run: Run, function: Function, arguments: Arguments, span: Span, *, discarded: bool = False) -> Value:
    """Call a function of the project."""
    node = function.node
    parts = Unknown(arguments.all())
    if node in run.stack and not (run.surely and run.stack.count(node) < MOST_RECURSION):
        return parts
    if len(run.stack) >= MOST_DEPTH or not run.step():
        run.bounded = True
        return parts
    here = run.here
    once = here.once or (function.caches and not _misses(function, arguments))
    frame = Scope(function.scope.module, parent=_closure(function.scope), function=node, lasting=here.phase == "init")
    _bind_parameters(run, frame, function, arguments, span)
    assured = here.assured and conditions.handed(here.assured, (*arguments.all(), *_closed_over(function)))
    assured |= function.settled
    key = (
        node,
        function.scope,
        here.phase,
        here.loops,
        once,
        here.exposed,
        here.given_up,
        here.handling,
        here.mends,
        conditions.of_events(assured),
        tuple(frame.names.items()),
    )
    if key in run.memo and not run.straight:
        return _remembered(run, key, assured)
    for decorator in function.around:
        run.ask(decorator, DECORATES)
    run.entries[node] += 1
    if run.entries[node] > MOST_ENTRIES and not run.straight:
        run.bounded = True
        return parts
    if function.owner is not None:
        frame.names["__class__"] = function.owner
    exposed, body = _exposed(run, node, span, discarded=discarded)
    given_up = here.exposed and not exposed and traces.passes_over(here.body, span)
    body = node.body if given_up else body
    first = len(run.calls)
    run.stack.append(node)
    run.returned.append([])
    run.vouched.append([])
    run.settled.append(Returning(here.loops, here.tested))
    with run.within(
        trail=(*here.trail, span), once=once, exposed=exposed, given_up=given_up, body=body, assured=assured
    ):
        ways = run.execute(node.body, frame)
    run.stack.pop()
    run.left = run.returned.pop()
    ways_back = run.vouched.pop()
    returning = run.settled.pop()
    vouched = conditions.returned(ways_back)
    if run.left and run.plain.issuperset(span for _, span in run.left):
        run.plainly.add(node)
    returned = [value for value, _ in run.left]
    if len(returned) == len(ways_back) > 1:
        returned = [Unknown() if conditions.harmless(*each, vouched) else each[0] for each in ways_back]
    result: Value = Sequence(span, returned, "generator", open=not (run.surely and returning.surely))
    if not node.is_generator:
        ended = (NONE,) if ways & NEXT or not returned else ()
        result = join(*returned, *ended, settled=returning.settled and bool(returned))
    for name in function.decorators:
        result = Unknown((result, name))
    # What a promise fails with is thrown where it is waited for.
    run.diverged = ways == RAISE and not (node.is_async and run.language.lenient)
    # What holds at the end holds for the caller where there is no other way back to it.
    if len(returned) > 1 or (returned and not isinstance(node.body[-1], ir.Return)):
        run.established = frozenset()
    run.established |= vouched
    run.memo[key] = result, run.diverged, run.established, slice(first, len(run.calls)), assured
    return result


def _remembered(run: Run, key: tuple[object, ...], assured: frozenset[Assurance]) -> Value:
    """What a function gave that was gone into before, where `assured` holds now."""
    value, run.diverged, run.established, made, before = run.memo[key]
    run.again.append((len(run.calls), made))
    if not before <= assured:
        run.lifted.add((made.start, made.stop, before - assured))
    return value


def _exposed(run: Run, node: ir.Function, span: Span, *, discarded: bool) -> tuple[bool, tuple[ir.Statement, ...]]:
    """Whether a record is left to a function alone, and the body that then stands around it.

    No other call stands beside it, and nobody takes what it returns.
    """
    exposed, body = run.here.exposed, run.here.body
    if not exposed:
        return False, body
    return (discarded or body is node.body) and not traces.stands_beside(body, span, node), node.body


def _misses(function: Function, arguments: Arguments) -> bool:
    """Whether a cache never has what is asked for: its key holds an object that is made anew for every event."""
    key = (*arguments.all(), *(() if function.receiver is None else (function.receiver,)))
    return not function.keyed and any(_is_new(each) for each in key)


def _is_new(value: Value) -> bool:
    """Whether a value is an object of the invocation that is equal to no other."""
    match value:
        case Instance(of, persistent):
            compares = of.foreign or of.node.decorators or of.lookup("__eq__") or of.lookup("__hash__")
            return not persistent and not compares
        case Result(call):
            makes = call.receiver is None or call.name in idioms.OBJECT_METHODS
            at_every_event = call.phase == "invocation" and not call.once
            return makes and at_every_event and idioms.origin_name(value).startswith(idioms.OBJECTS)
        case _:
            return False


def _closed_over(function: Function) -> Iterator[Value]:
    """What the names stand for that a function finds in those around it."""
    scope: Scope | None = _closure(function.scope)
    while scope is not None and scope.function is not None:
        yield from (scope.names[name] for name in _named(function.node) if name in scope.names)
        scope = scope.parent


@lru_cache(maxsize=4096)
def _named(node: ir.Function) -> tuple[str, ...]:
    """The names in a function's body, in their order."""
    found = (each.id for statement in node.body for each in ir.walk(statement) if isinstance(each, ir.Name))
    return tuple(dict.fromkeys(found))


def _closure(scope: Scope) -> Scope:
    """The scope that a function's free names are looked up in: a class's own names are not among them."""
    while scope.function is None and scope.parent is not None:
        scope = scope.parent
    return scope


def is_made_anew(run: Run, default: ir.Expression) -> bool:
    """Whether a parameter's default is made at each call that needs it, and may differ between these: in JavaScript."""
    return run.language.lenient and any(isinstance(each, _MAKING) for each in ir.walk(default))


_MAKING = (ir.Call, ir.Mapping, ir.Sequence)


def _default(run: Run, frame: Scope, function: Function, parameter: ir.Parameter, span: Span) -> Value:
    """What a parameter stands for that a call gives nothing for; made once for all calls where these cannot differ."""
    if parameter.default is None or not is_made_anew(run, parameter.default):
        return function.defaults.get(parameter.name, run.language.absent)
    key = (function.node, function.scope, parameter.name, run.here.phase)
    if key not in run.defaults or any(
        isinstance(each, ir.Name) and each.id in frame.names for each in ir.walk(parameter.default)
    ):
        with run.within(trail=(*run.here.trail, span)):
            run.defaults[key] = run.evaluate(parameter.default, frame)
    return run.defaults[key]


def _bind_parameters(run: Run, frame: Scope, function: Function, arguments: Arguments, span: Span) -> None:
    given = list(arguments.positional)
    if function.receiver is not None:
        given.insert(0, function.receiver)
    keywords = dict(arguments.keywords)
    for parameter in function.node.parameters:
        value: Value
        match parameter.kind:
            case "*":
                value = Sequence(parameter.span, given, "tuple", arguments.open)
                given = []
            case "**":
                value = Mapping(parameter.span, keywords, arguments.open, places=dict(arguments.places))
                keywords = {}
            case _ if parameter.kind == "positional" and given:
                value = given.pop(0)
            case _ if parameter.name in keywords:
                value = keywords.pop(parameter.name)
            case _:
                value = _default(run, frame, function, parameter, span)
                if arguments.open:
                    value = join(value, Unknown(arguments.all()))
        frame.names[parameter.name] = value
