"""Functions that are handed on: whoever gets them calls them."""

from __future__ import annotations

from lambdalint.code import idioms
from lambdalint.code.evaluate import access, functions
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Registered, Run
from lambdalint.code.value import (
    Call,
    Class,
    Function,
    Loop,
    Mapping,
    Member,
    Partial,
    Piece,
    Result,
    Sequence,
    Unknown,
    Value,
    options,
)


def call_back(run: Run, made: Call, arguments: Arguments) -> None:
    """Call the functions among the arguments: whoever gets them calls them, most when an event comes."""
    if run.straight:
        _make(run, made, arguments)
    several = [each for value in arguments.all() for each in options(value)]
    if made.name == "use":
        several += [each for held in several if isinstance(held, Mapping) for each in _middleware(held)]
    callees = [each for each in several if _is_callee(each)]
    if not callees or made.name in idioms.LOOKING_AT:
        return
    if made.name in idioms.AT_END:
        with run.within(once=True, phase="init"):
            for each in callees:
                run.call(each, Arguments((), open=True), made.span)
        return
    if run.language.lenient and run.here.phase == "init":
        # An application calls what it is given when an event comes; others may call it once.
        may_be_once = made.receiver is None or made.name not in idioms.ROUTING
        of_one_kind = made.receiver is not None and made.name in idioms.ROUTES
        functions_given = tuple(each for each in callees if isinstance(each, Function))
        wrapped = made.name in idioms.TRANSPARENT
        run.registered.append(Registered(functions_given, may_be_once, of_one_kind, wrapped, made.receiver))
        return
    route = made.receiver if not made.name and run.here.phase == "init" else None
    if isinstance(route, Result) and route.call.receiver is not None and route.call.name in idioms.ROUTES:
        # A decorator that is called as a function: `app.route("/orders")(orders)`.
        functions_given = tuple(each for each in callees if isinstance(each, Function))
        run.registered.append(Registered(functions_given, of_one_kind=True, by=route.call.receiver))
        return
    handed = _handed(made, arguments)
    for callee in callees:
        if handed is not None:
            run.answer(run.call(callee, handed, made.span))
        elif isinstance(callee, Function):
            given = _give(run, made, arguments, callee)
            run.answer(given)
            if made.name == "builtins.map":
                run.mapped[made] = given


def _middleware(held: Mapping) -> list[Value]:
    """The functions that middy calls of a middleware around each invocation.

    https://middy.js.org/docs/writing-middlewares/intro
    """
    found = [held.entries.get(name) for name in ("before", "after", "onError")]
    return [each for value in found if value is not None for each in options(value)]


def _make(run: Run, made: Call, arguments: Arguments) -> None:
    """Make what a program that runs once leaves for others to make, of whatever they give it: the stacks whose classes
    it hands on."""
    given = [each for value in arguments.all() for each in options(value)]
    given += [each for held in given if isinstance(held, Mapping) for each in held.entries.values()]
    for each in given:
        deployed = isinstance(each, Class) and idioms.base_name(each) in idioms.DEPLOYED
        initialise = each.lookup("__init__") if isinstance(each, Class) and deployed else None
        if isinstance(initialise, Function) and not run.entries[initialise.node]:
            count = sum(each.kind == "positional" for each in initialise.node.parameters) - 1
            run.call(each, Arguments((Unknown(),) * count, open=True), made.span)
        elif isinstance(each, Function) and made.name in idioms.ASKED:
            count = sum(parameter.kind == "positional" for parameter in each.node.parameters)
            run.call(each, Arguments((Unknown(),) * count, open=True), made.span)


def _is_callee(value: Value) -> bool:
    return isinstance(value, Function | Partial) or (isinstance(value, Member) and isinstance(value.of, Result))


def _handed(made: Call, arguments: Arguments) -> Arguments | None:
    """The arguments that a call hands on to the function that it is given; None where it chooses them itself."""
    if made.name in idioms.HAND_ON:
        skipped = idioms.HAND_ON[made.name] + 1
        return Arguments(arguments.positional[skipped:], arguments.keywords, arguments.open)
    if made.name in idioms.STARTED and "target" in arguments.keywords:
        match arguments.keywords.get("args", Sequence(made.span)), arguments.keywords.get("kwargs"):
            case Sequence(items=items, open=False), None:
                return Arguments(tuple(items))
            case Sequence(items=items, open=False), Mapping(entries=entries, open=False):
                return Arguments(tuple(items), entries)
    return None


def _give(run: Run, made: Call, arguments: Arguments, function: Function) -> Value:
    """Go into a function that another one calls, with what that one can know."""
    parts = tuple(value for value in arguments.all() if not isinstance(value, Function))
    given: Value = Unknown((*parts, *(() if made.receiver is None else (made.receiver,))))
    loops: tuple[Loop, ...] = run.here.loops
    changes: dict[str, object] = {}
    if made.name in idioms.BATCH_RESPONSES:
        given = Piece(("Records", "*"))
        changes = {"exposed": True, "body": function.node.body}
        loops = (*loops, run.loop(made.span, Piece(("Records",))))
    elif made.name in ("builtins.map", "builtins.filter", "map") or made.name.endswith((".map", ".forEach")):
        over = next((value for value in arguments.positional if value is not function), made.receiver)
        if over is not None:
            given = access.element(run, over)
            loops = (*loops, run.loop(made.span, over))
    with run.within(loops=loops, **changes):
        count = sum(each.kind == "positional" for each in function.node.parameters)
        count -= function.receiver is not None
        return functions.enter(run, function, Arguments((given,) * max(count, 0)), made.span)
