"""What an expression gives."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as SequenceOf
from typing import Any

from lambdalint.code import bound, idioms, ir
from lambdalint.code.evaluate import access, conditions, containers, definitions, formats, guards, methods, straight
from lambdalint.code.evaluate.run import Run, evaluates
from lambdalint.code.facts import is_static
from lambdalint.code.value import (
    AWAITED,
    NONE,
    Call,
    Choice,
    Compared,
    Constant,
    Environment,
    Imported,
    Loop,
    Mapping,
    Piece,
    Result,
    Scope,
    Sequence,
    Text,
    Unknown,
    Value,
    held,
    join,
    options,
)
from lambdalint.source import Span


@evaluates(ir.Await)
def _await(run: Run, node: ir.Await, scope: Scope) -> Value:
    if node is run.dropped:
        run.dropped = node.value
    value = run.evaluate(node.value, scope)
    run.ask(value, AWAITED)
    return value


@evaluates(ir.Name)
def _name(run: Run, node: ir.Name, scope: Scope) -> Value:
    # Blocks of JavaScript share the scope of their function here: what a block declares is found beyond it too.
    undeclared = scope.top.module.undeclared
    if undeclared is not None and node.span in undeclared.reads:
        run.note_stray(node, undeclared.reads[node.span])
    owner = scope.owner(node.id)
    if owner is not None:
        return owner.names[node.id]
    if run.language.stray(run, node.id, scope):
        setter = bound.setter(scope.top.module, node.id)
        run.note_stray(node, None if setter is None else setter.span)
    return run.language.free(run, node.id, scope)


@evaluates(ir.Literal)
def _literal(_run: Run, node: ir.Literal, _scope: Scope) -> Value:
    return Constant(node.value)


@evaluates(ir.Text)
def _text(run: Run, node: ir.Text, scope: Scope) -> Value:
    return formats.text([run.language.shown(run.evaluate(part, scope)) for part in node.parts])


@evaluates(ir.Attribute)
def _attribute(run: Run, node: ir.Attribute, scope: Scope) -> Value:
    value = run.evaluate(node.value, scope)
    if not node.optional:
        run.need(value, node.name)
    needs(run, node, value)
    found = access.attribute(run, value, node.name, node.span)
    if node.there and isinstance(found, Environment):
        run.read_environment(found.name, node.span, optional=False)
    return found


@evaluates(ir.Item)
def _item(run: Run, node: ir.Item, scope: Scope) -> Value:
    value = run.evaluate(node.value, scope)
    if isinstance(node.key, ir.Slice):
        start, end, step = (None if part is None else run.evaluate(part, scope) for part in node.key.parts)
        needs(run, node, value)
        bounds = [None if part is None else _whole(part) for part in (start, end)]
        known = (start is None or bounds[0] is not None) and (end is None or bounds[1] is not None) and step is None
        match value:
            case Constant(str(text)) if known:
                return Constant(text[bounds[0] : bounds[1]])
            case Sequence(items=items, open=False) if known and run.straight:
                return Sequence(node.span, items[bounds[0] : bounds[1]], value.kind)
        if isinstance(value, Sequence):
            return run.cut(Sequence(node.span, list(value.items), value.kind, open=True), value, start, end)
        shortened = (end is not None or _is_negative(start)) and all(map(_is_text, options(value)))
        whole = isinstance(value, Piece | Choice) and not shortened
        return run.cut(value if whole else Unknown((value,)), value, start, end)
    key = run.evaluate(node.key, scope)
    needs(run, node, value)
    match value, key:
        # `globals()["OnAlert"]`
        case Result(Call(name="builtins.globals")), Constant(str(name)) if name in scope.top.names:
            return scope.top.names[name]
    found = access.item(run, value, key, node.span)
    if not run.language.lenient:
        run.take(found, node.span)
    return found


def _is_text(value: Value) -> bool:
    """Whether a value that is sliced is a text for sure: half of it is not the whole, as half of a list may be."""
    match value:
        case Piece(path):
            return "headers" in path[:-1] or path[-1:] == ("authorizationToken",)
        case _:
            return not isinstance(value, Sequence)


def _whole(value: Value) -> int | None:
    return value.value if isinstance(value, Constant) and isinstance(value.value, int) else None


def _is_negative(value: Value | None) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, int) and value.value < 0


def needs(run: Run, node: ir.Attribute | ir.Item, value: Value) -> None:
    """Note what of the event must be there for something to be read of it, or that the program asks whether it is."""
    if node.optional:
        if isinstance(value, Piece) and value.path:
            run.read(value, node.value.span, optional=True)
    elif not _ends_early(node.value):
        run.need_part(value, node.value.span)


def _ends_early(node: ir.Expression) -> bool:
    """Whether a chain of reads gives undefined where something in it is missing, and goes no further."""
    while isinstance(node, ir.Attribute | ir.Item | ir.Call):
        if node.optional:
            return True
        node = node.function if isinstance(node, ir.Call) else node.value
    return False


@evaluates(ir.Mapping)
def _mapping(run: Run, node: ir.Mapping, scope: Scope) -> Value:
    here = run.here
    of_record = any(loop.over_records for loop in here.loops)
    mapping = Mapping(node.span, lasting=here.phase == "init", of_record=of_record)
    for key, each in node.entries:
        value = run.evaluate(each, scope)
        if key is not None:
            name = run.evaluate(key, scope)
            mapping.put(name, value, replaces=run.straight)
            if run.straight and isinstance(name, Constant):
                mapping.places[str(name.value)] = each.span
        else:
            methods.merge(mapping, value, replaces=run.straight)
            if isinstance(value, Imported) and value.name in idioms.ENVIRONMENT:
                run.read_environment("", each.span, optional=True)
    return mapping


@evaluates(ir.Rest)
def _rest(run: Run, node: ir.Rest, scope: Scope) -> Value:
    value = run.evaluate(node.value, scope)
    if not all(isinstance(each, Mapping) and each.rest is None for each in options(value)):
        return Unknown((value,))
    left = Mapping(node.span, lasting=run.here.phase == "init")
    methods.merge(left, value, replaces=run.straight)
    for name in node.but:
        left.entries.pop(name, None)
    return left


@evaluates(ir.Sequence)
def _sequence(run: Run, node: ir.Sequence, scope: Scope) -> Value:
    sequence = Sequence(node.span, kind=node.kind, lasting=run.here.phase == "init")
    for each in node.items:
        if not isinstance(each, ir.Spread):
            sequence.items.append(run.evaluate(each, scope))
            continue
        value = run.evaluate(each.value, scope)
        spread = straight.items(run, value)
        if spread is not None:
            sequence.items.extend(spread)
        elif isinstance(value, Sequence) and not value.open:
            sequence.items.extend(value.items)
        else:
            sequence.items.append(access.element(run, value))
            sequence.open = True
    return sequence


@evaluates(ir.Unary)
def _unary(run: Run, node: ir.Unary, scope: Scope) -> Value:
    if node.operator == "not":
        return conditions.ask(run, node, scope).value
    match node.operator, run.evaluate(node.operand, scope):
        case "-", Constant(int(value) | float(value)):
            return Constant(-value)
        case _, value:
            return Unknown((value,))


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "//": lambda left, right: left // right,
}
_LARGEST = 1e15


def binary(run: Run, operator: str, left: Value, right: Value, span: Span) -> Value:
    """`left operator right`."""
    given = run.language.binary(run, operator, left, right, span)
    if given is not None:
        return given
    match operator, left, right:
        case _, Constant(int(a) | float(a)), Constant(int(b) | float(b)) if (
            operator in _ARITHMETIC and abs(a) < _LARGEST and abs(b) < _LARGEST and (b or "/" not in operator)
        ):
            return Constant(_ARITHMETIC[operator](a, b))
        case "+", (Constant(str()) | Text()), _:
            return formats.text([left, right])
        case "+", _, (Constant(str()) | Text()):
            return formats.text([left, right])
        case _:
            return Unknown((left, right), operator)


@evaluates(ir.Binary)
def _binary(run: Run, node: ir.Binary, scope: Scope) -> Value:
    left = run.evaluate(node.left, scope)
    return binary(run, node.operator, left, run.evaluate(node.right, scope), node.span)


@evaluates(ir.Boolean)
def _boolean(run: Run, node: ir.Boolean, scope: Scope) -> Value:
    return conditions.ask(run, node, scope).value


@evaluates(ir.Comparison)
def _comparison(run: Run, node: ir.Comparison, scope: Scope) -> Value:
    left, right = run.evaluate(node.left, scope), run.evaluate(node.right, scope)
    if node.operator in ("in", "not in"):
        told = containers.answer(run, right, "__contains__", node.span, left)
        if told is not None:
            return told if node.operator == "in" else _negated(told)
        right = held(right)
        run.need_part(right, node.right.span)
        for each in options(right):
            if isinstance(each, Mapping):
                each.consulted = True
            elif isinstance(left, Constant) and isinstance(left.value, str):
                if isinstance(each, Imported) and each.name in idioms.ENVIRONMENT:
                    run.read_environment(left.value, node.span, optional=True)
                run.ask(each, left.value)
    return Compared(node.operator, left, right)


def _negated(told: Value) -> Value:
    match told:
        case Constant(value):
            return Constant(not value)
        case Compared("in", left, right):
            return Compared("not in", left, right)
        case _:
            return Unknown((told,))


@evaluates(ir.Conditional)
def _conditional(run: Run, node: ir.Conditional, scope: Scope) -> Value:
    answer = conditions.ask(run, node.test, scope)
    if answer.decided is not None:
        with run.within(assured=run.here.assured | (answer.holds if answer.decided else answer.fails)):
            found = run.evaluate(node.then if answer.decided else node.otherwise, scope)
        return conditions.remembered(answer.value, found)
    first = guards.once(node.test, scope)
    here = run.here
    around = {"tested": (*here.tested, answer.value), "conditional": True}
    with run.within(once=here.once or first == "then", assured=here.assured | answer.holds, **around):
        names = scope.names
        scope.names = conditions.narrowed(run, names, answer.value)
        then = run.evaluate(node.then, scope)
        scope.names = names
    with run.within(once=here.once or first == "otherwise", assured=here.assured | answer.fails, **around):
        scope.names = conditions.narrowed(run, names, answer.value, holds=False)
        otherwise = run.evaluate(node.otherwise, scope)
        scope.names = names
    run.established |= conditions.returned([(then, answer.holds), (otherwise, answer.fails)])
    either = conditions.known(then, answer.holds), conditions.known(otherwise, answer.fails)
    return join(*either, settled=is_static(answer.value))


@evaluates(ir.Lambda)
def _lambda(run: Run, node: ir.Lambda, scope: Scope) -> Value:
    return definitions.function(run, node.function, scope)


@evaluates(ir.Comprehension)
def _comprehension(run: Run, node: ir.Comprehension, scope: Scope) -> Value:
    inner = Scope(scope.module, parent=scope, function=scope.function, declared=dict(scope.declared))
    held = _go_round(run, node, node.loops, inner) if run.straight else None
    if held is not None:
        if node.kind != "dict":
            return Sequence(node.span, held, node.kind)
        return _paired(node, held, open=False)
    around, assured = run.here.loops, run.here.assured
    rounds: list[Value] = []
    filled: Loop | None = None
    for each in node.loops:
        over = run.evaluate(each.iterable, inner)
        loop = run.loop(node.span, over)
        around = (*around, loop)
        filled = loop if len(node.loops) == 1 and not each.conditions else None
        if len(node.loops) == 1 and not each.conditions:
            rounds = spelt_out(over)
        with run.within(loops=around):
            access.assign(run, each.target, access.element(run, over), inner)
            for condition in each.conditions:
                assured |= conditions.ask(run, condition, inner).holds
    with run.within(loops=around, assured=assured):
        values = [] if rounds else [run.evaluate(node.element, inner)]
        for item in rounds:
            access.assign(run, node.loops[0].target, item, inner)
            values.append(run.evaluate(node.element, inner))
    if node.kind != "dict":
        return Sequence(node.span, values, node.kind, open=not rounds, filled=filled)
    return _paired(node, values, open=not rounds)


def _go_round(run: Run, node: ir.Comprehension, loops: SequenceOf[ir.Loop], scope: Scope) -> list[Value] | None:
    """What a comprehension collects in a program that runs once; None where that is not known."""
    if not loops:
        return [run.evaluate(node.element, scope)]
    rounds = straight.items(run, run.evaluate(loops[0].iterable, scope))
    if rounds is None:
        return None
    found: list[Value] = []
    for item in rounds:
        access.assign(run, loops[0].target, item, scope)
        decided = [conditions.ask(run, each, scope).decided for each in loops[0].conditions]
        if False in decided:
            continue
        if None in decided and not _leaves_out_what_is_empty(node):
            return None
        inner = _go_round(run, node, loops[1:], scope)
        if inner is None:
            return None
        found += inner
    return found


def _leaves_out_what_is_empty(node: ir.Comprehension) -> bool:
    """Whether a comprehension makes of a dict the same without what has no value: `{k: str(v) for k, v in … if v}`.

    Who makes a function's variables so gives those that have one, and what is not set is an empty text elsewhere.
    """
    match node.element, node.loops:
        case (
            ir.Sequence(items=(ir.Name(key), _)),
            (ir.Loop(ir.Sequence(items=(ir.Name(name), ir.Name(value))), _, (condition,)),),
        ) if node.kind == "dict" and key == name:
            return _asks_for_value(condition, value)
        case _:
            return False


def _asks_for_value(condition: ir.Expression, name: str) -> bool:
    match condition:
        case ir.Name(id) | ir.Comparison("is not" | "!=", ir.Name(id), ir.Literal(None | "")):
            return id == name
        case _:
            return False


def _paired(node: ir.Comprehension, values: list[Value], *, open: bool) -> Mapping:  # noqa: A002
    mapping = Mapping(node.span, open=open)
    for value in values:
        if isinstance(value, Sequence) and len(value.items) == 2:
            mapping.put(value.items[0], value.items[1])
    return mapping


_MOST_SPELT_OUT = 10


def spelt_out(over: Value) -> list[Value]:
    """The items of a short sequence of constants, or of rows of them; none of any other."""
    match over:
        case Sequence(items=items, open=False) if len(items) <= _MOST_SPELT_OUT:
            return items if all(_is_spelt_out(each) for each in items) else []
        case _:
            return []


def _is_spelt_out(item: Value) -> bool:
    match item:
        case Sequence(items=items, open=False):
            return all(isinstance(each, Constant) for each in items)
        case _:
            return isinstance(item, Constant)


@evaluates(ir.Yield)
def _yield(run: Run, node: ir.Yield, scope: Scope) -> Value:
    value = NONE if node.value is None else run.evaluate(node.value, scope)
    rounds = straight.items(run, value) if node.each else None
    if run.returned:
        run.settled[-1].surely = run.settled[-1].surely and run.surely and (rounds is not None or not node.each)
        run.returned[-1] += [(each, node.span) for each in ([value] if rounds is None else rounds)]
    return Unknown()


@evaluates(ir.Bind)
def _bind(run: Run, node: ir.Bind, scope: Scope) -> Value:
    value = run.evaluate(node.value, scope)
    access.assign(run, node.target, value, scope, guards.lasting(node.value, scope) is not None)
    return value


@evaluates(ir.Slice, ir.Spread, ir.Opaque)
def _parts(run: Run, node: ir.Opaque | ir.Slice | ir.Spread, scope: Scope) -> Value:
    return Unknown(tuple(run.evaluate(each, scope) for each in ir.children(node)))  # type: ignore[arg-type]
