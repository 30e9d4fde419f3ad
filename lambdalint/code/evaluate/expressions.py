"""What an expression gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lambdalint.code import idioms, ir
from lambdalint.code.evaluate import calls, guards
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import (
    EACH,
    NONE,
    Choice,
    Class,
    Constant,
    Environment,
    Function,
    Imported,
    Instance,
    Mapping,
    Member,
    Module,
    Piece,
    Result,
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
        return evaluate(run, node.value, scope, discarded=discarded)
    return _BY_TYPE[type(node)](run, node, scope)


def _name(_run: Run, node: ir.Name, scope: Scope) -> Value:
    owner = scope.owner(node.id)
    if owner is not None:
        return owner.names[node.id]
    return Unknown() if "*" in scope.top.names else Imported(f"builtins.{node.id}")


def _literal(_run: Run, node: ir.Literal, _scope: Scope) -> Value:
    return Constant(node.value)


def _text(run: Run, node: ir.Text, scope: Scope) -> Value:
    return text(evaluate(run, part, scope) for part in node.parts)


def text(parts: Any) -> Value:
    """Values in a row as one text: a Constant where all are."""
    joined: list[Value] = []
    for part in parts:
        match part, joined[-1:]:
            case Constant(str(value)), [Constant(str(before))]:
                joined[-1] = Constant(before + value)
            case Text(inner), _:
                joined.extend(inner)
            case _:
                joined.append(part)
    match joined:
        case []:
            return Constant("")
        case [Constant(str()) as only]:
            return only
    return Text(tuple(joined))


def _attribute(run: Run, node: ir.Attribute, scope: Scope) -> Value:
    return attribute(run, evaluate(run, node.value, scope), node.name, node.span)


def attribute(run: Run, value: Value, name: str, span: Span) -> Value:
    """`value.name`."""
    match value:
        case Imported(base):
            return Imported(f"{base}.{name}")
        case Module(base, inner):
            if name in inner.names:
                return inner.names[name]
            module = calls.module(run, f"{base}.{name}", inner.root)
            return Unknown((value,)) if module is None else module
        case Instance(of, _, attributes):
            if name in attributes:
                return attributes[name]
            found = of.lookup(name)
            if found is None:
                return Unknown((value,))
            return join(*(_bound(run, each, value, of, span) for each in options(found)))
        case Class() as owner:
            found = owner.lookup(name)
            return Unknown((value,)) if found is None else join(*(_of_class(each, owner) for each in options(found)))
        case Piece(path, root):
            if root == "context":
                return Piece((*path, name), root)
            known = idioms.DATA_CLASS_NAMES.get(name, name)
            return run.read(Piece((*path, known)), span) if known else value
        case Mapping(_, entries):
            return entries[name] if name in entries else Member(value, name)
        case Choice(several):
            return join(*(attribute(run, each, name, span) for each in several))
        case Unknown():
            return Unknown((value,))
        case _:
            return Member(value, name)


def _bound(run: Run, value: Value, receiver: Instance, owner: Class, span: Span) -> Value:
    if not isinstance(value, Function):
        return value
    match value.kind:
        case "static":
            return value
        case "class":
            return calls.bind(value, owner, owner)
        case "property":
            # What a property of an object keeps is gone with the object.
            kept = replace(value, caches=value.caches and receiver.persistent)
            return calls.apply(run, calls.bind(kept, receiver, owner), calls.Arguments(), span)
        case _:
            return calls.bind(value, receiver, owner)


def _of_class(value: Value, owner: Class) -> Value:
    return calls.bind(value, owner, owner) if isinstance(value, Function) and value.kind == "class" else value


def _item(run: Run, node: ir.Item, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    if isinstance(node.key, ir.Slice):
        for part in node.key.parts:
            if part is not None:
                evaluate(run, part, scope)
        return value if isinstance(value, Piece | Sequence | Choice) else Unknown((value,))
    return item(run, value, evaluate(run, node.key, scope), node.span)


def item(run: Run, value: Value, key: Value, span: Span) -> Value:
    """`value[key]`."""
    match value, key:
        case Imported(name), Constant(str(variable)) if name in idioms.ENVIRONMENT:
            run.read_environment(variable, span, optional=False)
            return Environment(variable)
        case Piece(path, root), Constant(int(step) | str(step)):
            return run.read(Piece((*path, step), root), span)
        case Piece(path, root), _:
            return Piece((*path, EACH), root)
        case Mapping(_, entries, is_open, others), Constant(str(name)):
            if name in entries:
                return entries[name] if others is None else join(entries[name], others)
            return others if others is not None else Unknown((value,)) if is_open else Member(value, name)
        case Mapping(_, entries, _, others), _:
            found = [*entries.values(), *(() if others is None else (others,))]
            return join(*found) if found else Unknown((value, key))
        case Sequence(_, items, _, False), Constant(int(index)) if -len(items) <= index < len(items):
            return items[index]
        case Sequence(_, items), _:
            return join(*items) if items else Unknown((value,))
        case Choice(several), _:
            return join(*(item(run, each, key, span) for each in several))
        case _, Constant(int(step) | str(step)):
            return Member(value, step)
        case _:
            return Unknown((value, key))


def _mapping(run: Run, node: ir.Mapping, scope: Scope) -> Value:
    mapping = Mapping(node.span)
    for key, each in node.entries:
        value = evaluate(run, each, scope)
        if key is not None:
            mapping.put(evaluate(run, key, scope), value)
        else:
            calls.merge(mapping, value)
    return mapping


def _sequence(run: Run, node: ir.Sequence, scope: Scope) -> Value:
    sequence = Sequence(node.span, kind=node.kind)
    for each in node.items:
        if not isinstance(each, ir.Spread):
            sequence.items.append(evaluate(run, each, scope))
            continue
        value = evaluate(run, each.value, scope)
        if isinstance(value, Sequence) and not value.open:
            sequence.items.extend(value.items)
        else:
            sequence.items.append(element(value))
            sequence.open = True
    return sequence


def _unary(run: Run, node: ir.Unary, scope: Scope) -> Value:
    match node.operator, evaluate(run, node.operand, scope):
        case "-", Constant(int(value) | float(value)):
            return Constant(-value)
        case "not", Constant(value):
            return Constant(not value)
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
            return Sequence(span, [*sequence.items, element(other)], sequence.kind, open=True)
        case "+", (Constant(str()) | Text()), _:
            return text((left, right))
        case "+", _, (Constant(str()) | Text()):
            return text((left, right))
        case "%", (Constant(str()) | Text()), _:
            filled = right.items if isinstance(right, Sequence) else (right,)
            return Text((left, *filled))
        case "|", Mapping(), Mapping():
            merged = Mapping(span)
            calls.merge(merged, left)
            calls.merge(merged, right)
            return merged
        case _:
            return Unknown((left, right))


def _binary(run: Run, node: ir.Binary, scope: Scope) -> Value:
    left = evaluate(run, node.left, scope)
    return binary(node.operator, left, evaluate(run, node.right, scope), node.span)


def _boolean(run: Run, node: ir.Boolean, scope: Scope) -> Value:
    left = evaluate(run, node.left, scope)
    # `kept or make()`: what is kept is made once; `absent and make()` likewise.
    lazy = guards.once(node.left, scope) == ("then" if node.operator == "and" else "otherwise")
    with run.within(once=run.here.once or lazy):
        right = evaluate(run, node.right, scope)
    if node.operator != "and":
        kept = [each for each in options(left) if not (isinstance(each, Constant) and not each.value)]
        return join(*kept, right)
    return join(left, right)


def _comparison(run: Run, node: ir.Comparison, scope: Scope) -> Value:
    return Unknown((evaluate(run, node.left, scope), evaluate(run, node.right, scope)))


def _conditional(run: Run, node: ir.Conditional, scope: Scope) -> Value:
    evaluate(run, node.test, scope)
    first = guards.once(node.test, scope)
    with run.within(once=run.here.once or first == "then"):
        then = evaluate(run, node.then, scope)
    with run.within(once=run.here.once or first == "otherwise"):
        otherwise = evaluate(run, node.otherwise, scope)
    return join(then, otherwise)


def _lambda(run: Run, node: ir.Lambda, scope: Scope) -> Value:
    return calls.function(run, node.function, scope)


def _comprehension(run: Run, node: ir.Comprehension, scope: Scope) -> Value:
    inner = Scope(scope.module, parent=scope, function=scope.function, declared=dict(scope.declared))
    around = run.here.loops
    for each in node.loops:
        over = evaluate(run, each.iterable, inner)
        around = (*around, run.loop(node.span, over))
        with run.within(loops=around):
            assign(run, each.target, element(over), inner)
            for condition in each.conditions:
                evaluate(run, condition, inner)
    with run.within(loops=around):
        value = evaluate(run, node.element, inner)
    if node.kind != "dict":
        return Sequence(node.span, [value], "set" if node.kind == "set" else "list", open=True)
    mapping = Mapping(node.span, open=True)
    if isinstance(value, Sequence) and len(value.items) == 2:
        mapping.put(value.items[0], value.items[1])
    return mapping


def _yield(run: Run, node: ir.Yield, scope: Scope) -> Value:
    value = NONE if node.value is None else evaluate(run, node.value, scope)
    if run.returned:
        run.returned[-1].append((value, node.span))
    return Unknown()


def _bind(run: Run, node: ir.Bind, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    assign(run, node.target, value, scope, guards.lasting(node.value, scope) is not None)
    return value


def _parts(run: Run, node: ir.Opaque | ir.Slice | ir.Spread, scope: Scope) -> Value:
    return Unknown(tuple(evaluate(run, each, scope) for each in ir.children(node)))  # type: ignore[arg-type]


def element(value: Value) -> Value:
    """What a loop over `value` gives each time."""
    match value:
        case Piece(path, root):
            return Piece((*path, EACH), root)
        case Sequence(_, items):
            return join(*items) if items else Unknown((value,))
        case Choice(several):
            # An empty list stands in where there is nothing to loop over: it has no element.
            given = [each for each in several if not (isinstance(each, Sequence) and not each.items)] or several
            return join(*(element(each) for each in given))
        case Result(call) if call.receiver is None and call.arguments:
            if call.name in idioms.PASSED_THROUGH:
                return element(call.arguments[0])
            if call.name == "builtins.enumerate":
                return Sequence(call.span, [Unknown((value,)), element(call.arguments[0])], "tuple")
            if call.name == "builtins.zip":
                return Sequence(call.span, [element(each) for each in call.arguments], "tuple")
            if call.name == "builtins.filter" and len(call.arguments) == 2:
                return element(call.arguments[1])
            return Member(value, EACH)
        case Result(call) if call.name == "items" and call.receiver is not None:
            return Sequence(call.span, [Unknown((value,)), element(call.receiver)], "tuple")
        case Mapping(_, entries, is_open):
            return Unknown((value,)) if is_open or not entries else join(*(Constant(key) for key in entries))
        case Unknown():
            return Unknown((value,))
        case _:
            return Member(value, EACH)


def assign(run: Run, target: ir.Expression, value: Value, scope: Scope, lasting: bool = False) -> None:
    """Set what `target` names to `value`, which outlives the invocation where `lasting`."""
    match target:
        case ir.Name(id):
            _set(id, value, scope, lasting)
        case ir.Attribute(base, name):
            for each in options(evaluate(run, base, scope)):
                names = (
                    each.attributes
                    if isinstance(each, Instance)
                    else each.scope.names
                    if isinstance(each, Class | Module)
                    else each.entries
                    if isinstance(each, Mapping)
                    else None
                )
                if names is not None:
                    run.changed.append(each)
                    names[name] = join(names[name], value) if name in names else value
        case ir.Item(base, key):
            at = evaluate(run, key, scope)
            for each in options(evaluate(run, base, scope)):
                run.changed.append(each)
                match each:
                    case Mapping():
                        each.put(at, value)
                    case Sequence():
                        each.items.append(value)
                        each.open = True
        case ir.Sequence(_, targets):
            for index, part in enumerate(targets):
                if isinstance(part, ir.Spread):
                    assign(run, part.value, Unknown((value,)), scope)
                else:
                    assign(run, part, item(run, value, Constant(index), target.span), scope)
        case ir.Spread(inner):
            assign(run, inner, Unknown((value,)), scope)
        case _:
            evaluate(run, target, scope)


def _set(name: str, value: Value, scope: Scope, lasting: bool) -> None:
    declared = scope.declared.get(name)
    if declared is None:
        scope.names[name] = value
        (scope.aliases.add if lasting else scope.aliases.discard)(name)
        return
    owner = scope.top
    if declared == "nonlocal" and scope.parent is not None:
        owner = scope.parent.owner(name) or scope.top
    # The function may run before or after others that read the name: both values are there.
    before = owner.names.get(name)
    owner.names[name] = value if before is None else join(before, value)


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
