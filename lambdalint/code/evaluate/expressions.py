"""What an expression gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import access, calls, conditions, definitions, formats, guards, methods
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import AWAITED
from lambdalint.code.value import (
    NONE,
    Choice,
    Compared,
    Constant,
    Imported,
    Mapping,
    Piece,
    Scope,
    Sequence,
    Text,
    Unknown,
    Value,
    join,
    options,
)
from lambdalint.source import Span


def evaluate(run: Run, node: ir.Expression, scope: Scope, *, discarded: bool = False) -> Value:
    """The value of an expression; what it does on the way is noted in `run`."""
    if isinstance(node, ir.Call):
        return calls.call(run, node, scope, discarded=discarded)
    if isinstance(node, ir.Await):
        value = evaluate(run, node.value, scope, discarded=discarded)
        run.ask(value, AWAITED)
        return value
    return _BY_TYPE[type(node)](run, node, scope)


def _name(_run: Run, node: ir.Name, scope: Scope) -> Value:
    owner = scope.owner(node.id)
    if owner is not None:
        return owner.names[node.id]
    return Unknown() if "*" in scope.top.names else Imported(f"builtins.{node.id}")


def _literal(_run: Run, node: ir.Literal, _scope: Scope) -> Value:
    return Constant(node.value)


def _text(run: Run, node: ir.Text, scope: Scope) -> Value:
    return formats.text([formats.shown(evaluate(run, part, scope)) for part in node.parts])


def _attribute(run: Run, node: ir.Attribute, scope: Scope) -> Value:
    return access.attribute(run, evaluate(run, node.value, scope), node.name, node.span)


def _item(run: Run, node: ir.Item, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    if isinstance(node.key, ir.Slice):
        for part in node.key.parts:
            if part is not None:
                evaluate(run, part, scope)
        return value if isinstance(value, Piece | Sequence | Choice) else Unknown((value,))
    return access.item(run, value, evaluate(run, node.key, scope), node.span)


def _mapping(run: Run, node: ir.Mapping, scope: Scope) -> Value:
    mapping = Mapping(node.span, lasting=run.here.phase == "init")
    for key, each in node.entries:
        value = evaluate(run, each, scope)
        if key is not None:
            mapping.put(evaluate(run, key, scope), value)
        else:
            methods.merge(mapping, value)
    return mapping


def _sequence(run: Run, node: ir.Sequence, scope: Scope) -> Value:
    sequence = Sequence(node.span, kind=node.kind, lasting=run.here.phase == "init")
    for each in node.items:
        if not isinstance(each, ir.Spread):
            sequence.items.append(evaluate(run, each, scope))
            continue
        value = evaluate(run, each.value, scope)
        if isinstance(value, Sequence) and not value.open:
            sequence.items.extend(value.items)
        else:
            sequence.items.append(access.element(value))
            sequence.open = True
    return sequence


def _unary(run: Run, node: ir.Unary, scope: Scope) -> Value:
    if node.operator == "not":
        return conditions.ask(run, node, scope).value
    match node.operator, evaluate(run, node.operand, scope):
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


def binary(operator: str, left: Value, right: Value, span: Span) -> Value:
    """`left operator right`."""
    match operator, left, right:
        case _, Constant(int(a) | float(a)), Constant(int(b) | float(b)) if (
            operator in _ARITHMETIC and abs(a) < _LARGEST and abs(b) < _LARGEST and (b or "/" not in operator)
        ):
            return Constant(_ARITHMETIC[operator](a, b))
        case "+", Sequence(kind=kind), Sequence():
            return Sequence(span, [*left.items, *right.items], kind, left.open or right.open)
        case "+", Sequence() as sequence, other:
            return Sequence(span, [*sequence.items, access.element(other)], sequence.kind, open=True)
        case "+", (Constant(str()) | Text()), _:
            return formats.text([left, right])
        case "+", _, (Constant(str()) | Text()):
            return formats.text([left, right])
        case "%", (Constant(str()) | Text()), _:
            return formats.fill_percent(left, right)
        case "|", Mapping(), Mapping():
            merged = Mapping(span)
            methods.merge(merged, left)
            methods.merge(merged, right)
            return merged
        case _:
            return Unknown((left, right))


def _binary(run: Run, node: ir.Binary, scope: Scope) -> Value:
    left = evaluate(run, node.left, scope)
    return binary(node.operator, left, evaluate(run, node.right, scope), node.span)


def _boolean(run: Run, node: ir.Boolean, scope: Scope) -> Value:
    return conditions.ask(run, node, scope).value


def _comparison(run: Run, node: ir.Comparison, scope: Scope) -> Value:
    left, right = evaluate(run, node.left, scope), evaluate(run, node.right, scope)
    if node.operator in ("in", "not in"):
        for each in options(right):
            if isinstance(each, Mapping):
                each.consulted = True
            elif isinstance(left, Constant) and isinstance(left.value, str):
                if isinstance(each, Imported) and each.name in idioms.ENVIRONMENT:
                    run.read_environment(left.value, node.span, optional=True)
                run.ask(each, left.value)
    return Compared(node.operator, left, right)


def _conditional(run: Run, node: ir.Conditional, scope: Scope) -> Value:
    answer = conditions.ask(run, node.test, scope)
    if answer.decided is not None:
        with run.within(assured=run.here.assured | (answer.holds if answer.decided else answer.fails)):
            return evaluate(run, node.then if answer.decided else node.otherwise, scope)
    first = guards.once(node.test, scope)
    here = run.here
    around = {"tested": (*here.tested, answer.value), "conditional": True}
    with run.within(once=here.once or first == "then", assured=here.assured | answer.holds, **around):
        then = evaluate(run, node.then, scope)
    with run.within(once=here.once or first == "otherwise", assured=here.assured | answer.fails, **around):
        otherwise = evaluate(run, node.otherwise, scope)
    run.established |= conditions.returned([(then, answer.holds), (otherwise, answer.fails)])
    return join(conditions.known(then, answer.holds), conditions.known(otherwise, answer.fails))


def _lambda(run: Run, node: ir.Lambda, scope: Scope) -> Value:
    return definitions.function(run, node.function, scope)


def _comprehension(run: Run, node: ir.Comprehension, scope: Scope) -> Value:
    inner = Scope(scope.module, parent=scope, function=scope.function, declared=dict(scope.declared))
    around, assured = run.here.loops, run.here.assured
    spelt_out: list[Value] = []
    for each in node.loops:
        over = evaluate(run, each.iterable, inner)
        around = (*around, run.loop(node.span, over))
        if len(node.loops) == 1 and not each.conditions:
            spelt_out = _spelt_out(over)
        with run.within(loops=around):
            access.assign(run, each.target, access.element(over), inner)
            for condition in each.conditions:
                assured |= conditions.ask(run, condition, inner).holds
    with run.within(loops=around, assured=assured):
        values = [] if spelt_out else [evaluate(run, node.element, inner)]
        for item in spelt_out:
            access.assign(run, node.loops[0].target, item, inner)
            values.append(evaluate(run, node.element, inner))
    if node.kind != "dict":
        return Sequence(node.span, values, node.kind, open=not spelt_out)
    mapping = Mapping(node.span, open=not spelt_out)
    for value in values:
        if isinstance(value, Sequence) and len(value.items) == 2:
            mapping.put(value.items[0], value.items[1])
    return mapping


_MOST_SPELT_OUT = 10


def _spelt_out(over: Value) -> list[Value]:
    """The items of a short sequence of constants; none of any other."""
    match over:
        case Sequence(items=items, open=False) if len(items) <= _MOST_SPELT_OUT:
            return items if all(isinstance(each, Constant) for each in items) else []
        case _:
            return []


def _yield(run: Run, node: ir.Yield, scope: Scope) -> Value:
    value = NONE if node.value is None else evaluate(run, node.value, scope)
    if run.returned:
        run.returned[-1].append((value, node.span))
    return Unknown()


def _bind(run: Run, node: ir.Bind, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    access.assign(run, node.target, value, scope, guards.lasting(node.value, scope) is not None)
    return value


def _parts(run: Run, node: ir.Opaque | ir.Slice | ir.Spread, scope: Scope) -> Value:
    return Unknown(tuple(evaluate(run, each, scope) for each in ir.children(node)))  # type: ignore[arg-type]


_BY_TYPE: dict[type, Callable[[Run, Any, Scope], Value]] = {
    ir.Name: _name,
    ir.Literal: _literal,
    ir.Text: _text,
    ir.Attribute: _attribute,
    ir.Item: _item,
    ir.Slice: _parts,
    ir.Mapping: _mapping,
    ir.Sequence: _sequence,
    ir.Spread: _parts,
    ir.Unary: _unary,
    ir.Binary: _binary,
    ir.Boolean: _boolean,
    ir.Comparison: _comparison,
    ir.Conditional: _conditional,
    ir.Lambda: _lambda,
    ir.Comprehension: _comprehension,
    ir.Yield: _yield,
    ir.Bind: _bind,
    ir.Opaque: _parts,
}
