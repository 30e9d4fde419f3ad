"""Arrays, and what their methods do with the functions that they are given."""

from __future__ import annotations

from lambdalint.code.evaluate import access, formats, functions, straight
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.of_javascript import started
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import (
    NONE,
    Constant,
    Environment,
    Function,
    Member,
    Piece,
    Result,
    Sequence,
    Unknown,
    Value,
    join,
    options,
)
from lambdalint.source import Span

LOOPING = frozenset({
    "map", "forEach", "flatMap", "filter", "find", "findLast", "findIndex", "some", "every", "reduce", "reduceRight",
})  # fmt: skip
"""Methods that call a function for every item."""
_SAME = frozenset({
    "filter", "slice", "concat", "reverse", "sort", "flat", "toSorted", "toReversed", "values", "splice", "toSpliced",
})  # fmt: skip
"""Methods whose result has items of the array."""
_ADDING = frozenset({"push", "unshift", "add"})


def may_loop(receiver: Value, name: str, arguments: Arguments) -> bool:
    """Whether a method goes through something with a function that it is given."""
    if name not in LOOPING or not arguments.positional:
        return False
    return isinstance(receiver, Piece | Sequence | Result | Member | Unknown | Environment) and all(
        isinstance(each, Function) for each in options(arguments.positional[0])
    )


def _note_promises(run: Run, callee: Function, name: str, span: Span, mark: tuple[int, int]) -> None:
    """Note what a method makes of the promises that its function gives."""
    if not callee.node.is_async and callee.node not in run.promising:
        return
    if name in ("map", "flatMap"):
        run.promises.add(span)
    elif name not in ("reduce", "reduceRight"):
        started.note(run, name, callee.node.name, span, mark)


def loop(run: Run, receiver: Value, name: str, arguments: Arguments, span: Span) -> Value:
    """What `receiver.name(function)` gives: the function is called with each item."""
    callee = next(each for each in options(arguments.positional[0]) if isinstance(each, Function))
    rounds = straight.items(run, receiver)
    if rounds is not None:
        found = _go_round(run, callee, rounds, name, arguments, span)
        if found is not None:
            return found
    over = run.loop(span, receiver, together=callee.node.is_async, reckons=name in ("reduce", "reduceRight"))
    item = access.element(run, receiver)
    changes: dict[str, object] = {"loops": (*run.here.loops, over)}
    if over.of_records:
        changes |= {"exposed": True, "body": callee.node.body}
    given: tuple[Value, ...] = (item, Unknown(), receiver)
    if name in ("reduce", "reduceRight"):
        given = (*arguments.positional[1:2], item) if len(arguments.positional) > 1 else (item, item)
    mark = run.mark
    with run.within(**changes):
        made = functions.enter(run, callee, Arguments(given), span)
    run.diverged = False
    _note_promises(run, callee, name, span, mark)
    match name:
        case "map":
            return Sequence(span, [made], open=True, loop=over, filled=over)
        case "flatMap":
            return Sequence(span, [access.element(run, each) for each in options(made)], open=True)
        case "filter":
            return Sequence(span, [item], open=True)
        case "find" | "findLast":
            return join(item, NONE)
        case "reduce" | "reduceRight":
            return join(*arguments.positional[1:2], made)
        case "forEach":
            return NONE
    return Unknown((receiver,))


def _go_round(
    run: Run, callee: Function, rounds: list[Value], name: str, arguments: Arguments, span: Span
) -> Value | None:
    """What such a method gives in a program that runs once; None where that is not known."""
    if name in ("reduce", "reduceRight"):
        if len(arguments.positional) < 2 or name == "reduceRight":
            return None
        made = arguments.positional[1]
        for index, each in enumerate(rounds):
            made = functions.enter(run, callee, Arguments((made, each, Constant(index))), span)
        return made
    if name not in ("map", "flatMap", "filter", "forEach"):
        return None
    given = [functions.enter(run, callee, Arguments((each, Constant(at))), span) for at, each in enumerate(rounds)]
    run.diverged = False
    match name:
        case "map":
            return Sequence(span, given)
        case "forEach":
            return NONE
        case "filter":
            kept = [run.language.holds(each) for each in given]
            unsure = None in kept
            return Sequence(
                span, [each for each, stays in zip(rounds, kept, strict=True) if stays is not False], open=unsure
            )
        case _:
            several = [straight.items(run, each) for each in given]
            return Sequence(span, [one for each in several for one in each or ()], open=None in several)


def method(run: Run, receiver: Sequence, name: str, arguments: Arguments, span: Span) -> Value | None:
    """What a method of an array, or of a `Set`, gives, and does to it."""
    given = arguments.positional
    if name in _ADDING:
        if given and not receiver.items and run.here.loops and not run.here.conditional:
            receiver.filled = run.here.loops[-1]
        for value in given:
            run.change(receiver, name, span, value=value)
            receiver.items.append(value)
        if arguments.open:
            receiver.items.append(Unknown(given))
        receiver.open = receiver.open or arguments.open or not _is_plain(run)
        receiver.loop = run.here.loops[-1] if run.here.loops else receiver.loop
        return receiver if name == "add" else Unknown()
    whole = straight.items(run, receiver)
    if whole is not None and (found := _of_whole(run, whole, name, given, span)) is not None:
        return found
    match name, given:
        case "concat", _ if run.straight and all(isinstance(each, Sequence) and not each.open for each in given):
            more = [one for each in given if isinstance(each, Sequence) for one in each.items]
            return Sequence(span, [*receiver.items, *more], open=receiver.open)
        case "join", (() | (Constant(str()),)) if not receiver.open and (run.straight or receiver.loop is None):
            held = Sequence(span, [run.language.shown(each) for each in receiver.items])
            return formats.joined(given[0] if given else Constant(","), held)
        case "concat", _:
            items = [*receiver.items, *(_spread(run, each) for each in given)]
            return Sequence(span, items, open=True) if items else Sequence(span)
        case (("pop" | "shift"), _):
            run.change(receiver, name, span)
            receiver.filled = None
            return join(*receiver.items, NONE) if receiver.items else NONE if not receiver.open else Unknown()
        case (("splice" | "delete" | "clear"), _):
            run.change(receiver, name, span)
            receiver.filled = None
            if name != "splice":
                return Unknown()
            rest = Sequence(span, list(receiver.items), open=True)
            return run.cut(rest, receiver, Constant(0), given[1]) if len(given) == 2 else rest
        case "slice", (start, end):
            return run.cut(Sequence(span, list(receiver.items), open=True), receiver, start, end)
        case (("slice" | "values" | "toReversed" | "toSorted"), ()) if name != "toSorted":
            return Sequence(span, list(receiver.items), open=receiver.open)
        case (("reverse" | "sort"), _):
            _compare(run, name, arguments, span)
            return receiver
        case "at", (Constant(int(index)),):
            return access.item(run, receiver, Constant(index), span)
        case "join", _:
            return Unknown((receiver, *given))
        case (("entries"), ()):
            row = Sequence(span, [Unknown(), access.element(run, receiver)], "tuple")
            return Sequence(span, [row], open=True)
        case "flat", _:
            return Sequence(span, [access.element(run, each) for each in receiver.items], open=True)
    if name in _SAME:
        return Sequence(span, list(receiver.items), open=True)
    return None


def _of_whole(run: Run, items: list[Value], name: str, given: tuple[Value, ...], span: Span) -> Value | None:
    """What a method gives of an array all of whose items are known, in a program that runs once; None where that is
    not known."""
    match name, given:
        case "entries", ():
            return Sequence(span, [Sequence(span, [Constant(at), each], "tuple") for at, each in enumerate(items)])
        case "keys", ():
            return Sequence(span, [Constant(at) for at in range(len(items))])
        case "slice", (Constant(int(start)),):
            return Sequence(span, items[start:])
        case "slice", (Constant(int(start)), Constant(int(end))):
            return Sequence(span, items[start:end])
        case "toReversed", ():
            return Sequence(span, items[::-1])
        case "fill", (value,):
            return Sequence(span, [value] * len(items))
        case "flat", ():
            rows = [straight.items(run, each) if isinstance(each, Sequence) else [each] for each in items]
            known = [each for each in rows if each is not None]
            return Sequence(span, [one for each in known for one in each]) if len(known) == len(rows) else None
        case _:
            return None


def _compare(run: Run, name: str, arguments: Arguments, span: Span) -> None:
    """Note that items are compared by an async function."""
    for callee in arguments.positional[:1]:
        if name == "sort" and isinstance(callee, Function) and callee.node.is_async:
            started.note(run, name, callee.node.name, span, run.mark)


def _is_plain(run: Run) -> bool:
    """Whether what is done here is done once and on every way."""
    return run.here.phase == "init" and not run.here.loops and not run.here.conditional


def _spread(run: Run, value: Value) -> Value:
    return access.element(run, value) if isinstance(value, Sequence | Piece) else value
