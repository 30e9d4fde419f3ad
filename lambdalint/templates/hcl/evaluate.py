"""From expressions to the values that they stand for; what only a deployment knows is a value too.

https://developer.hashicorp.com/terraform/language/expressions
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from lambdalint.source import Source, Span
from lambdalint.templates.cloudformation.intrinsics import same
from lambdalint.templates.cloudformation.text import BY_DEFAULT, joined, spelt
from lambdalint.templates.hcl import operators, syntax
from lambdalint.templates.hcl.functions import FUNCTIONS, files
from lambdalint.templates.hcl.functions.signature import Arguments
from lambdalint.templates.hcl.scope import Bound, Failed, Scope
from lambdalint.templates.hcl.steps import LARGEST, attribute, by_default, index, null, pairs, splat
from lambdalint.templates.value import Known, Mapping, Sequence, Text, Unknown, Value, between, is_set


def evaluate(expression: syntax.Expression, scope: Scope) -> Value | None:
    """What an expression stands for; None where it is null. Raises Failed where it has no value."""
    return _EVALUATIONS[type(expression)](expression, scope)


def value(expression: syntax.Expression, scope: Scope) -> Value | None:
    """What an expression stands for, where one that has no value is as unknown as any other."""
    try:
        return evaluate(expression, scope)
    except Failed as error:
        return Unknown(place(expression), str(error))
    except RecursionError:
        return Unknown(place(expression), "nested too deep")


def place(expression: syntax.Expression) -> Span:
    """Where an expression stands."""
    if not isinstance(expression, syntax.Literal):
        return expression.span
    return Span.top("") if expression.value is None else expression.value.span


def _literal(expression: syntax.Literal, _scope: Scope) -> Value | None:
    return expression.value


def _wrong(expression: syntax.Wrong, _scope: Scope) -> Value:
    return Unknown(expression.span, "not valid HCL")


def _unseen(expression: syntax.Unseen, _scope: Scope) -> Value:
    return Unknown(expression.span, expression.why)


def _given(expression: syntax.Given, scope: Scope) -> Value | None:
    return expression.read(scope)


def _template(expression: syntax.Template, scope: Scope) -> Value | None:
    match expression.parts:
        case (str() | syntax.If() | syntax.Repeat(),):
            pass
        case (only,) if not isinstance(only, str | syntax.If | syntax.Repeat):
            found = evaluate(only, scope)
            return (
                found if isinstance(found, Mapping | Sequence) or found is None else joined((found,), expression.span)
            )
    return joined(_parts(expression, scope), expression.span)


def _parts(template: syntax.Template, scope: Scope) -> Iterator[Value | None]:
    for part in template.parts:
        match part:
            case str():
                yield Known(part, template.span)
            case syntax.If(condition, then, otherwise):
                decided = operators.truth(evaluate(condition, scope))
                if decided is None:
                    yield Unknown(template.span, "%{ if }")
                else:
                    yield from _parts(then if decided else otherwise, scope)
            case syntax.Repeat(names, collection, body):
                each = pairs(evaluate(collection, scope), scope)
                if each is None or each.open or not scope.work.spend(len(each.pairs)):
                    yield Unknown(template.span, "%{ for }")
                else:
                    for key, item in each.pairs:
                        yield from _parts(body, _named(names, key, item, scope))
            case _:
                yield evaluate(part, scope)


def _traversal(expression: syntax.Traversal, scope: Scope) -> Value | None:
    root, steps, span = expression.root, expression.steps, expression.span
    if isinstance(root, str):
        found, taken = scope.resolve(root, steps, span)
    else:
        found, taken = evaluate(root, scope), 0
    return _walk(found, steps[taken:], span, scope)


def _walk(found: Value | None, steps: tuple[syntax.Step, ...], span: Span, scope: Scope) -> Value | None:
    for step in steps:
        match step:
            case syntax.Attr(name):
                found = attribute(found, name, span, scope)
            case syntax.Index(key):
                found = index(found, evaluate(key, scope), span, scope)
            case syntax.Splat(inner):
                found = splat(found, partial(_each, inner, span, scope), span, scope)
    return found


def _each(steps: tuple[syntax.Step, ...], span: Span, scope: Scope, item: Value | None) -> Value | None:
    return _walk(item, steps, span, scope)


def _call(expression: syntax.Call, scope: Scope) -> Value | None:
    name, span = expression.function.removeprefix("core::"), expression.span
    if name == "try":
        return _first(expression, scope)
    if name == "can":
        try:
            found = evaluate(expression.arguments[0], scope) if expression.arguments else None
        except Failed:
            return Known(False, span)
        return Unknown(span, "can") if isinstance(found, Unknown) else Known(True, span)
    function = _template_file if name == "templatefile" else FUNCTIONS.get(name)
    if function is None:
        return scope.called(name, [value(argument, scope) for argument in expression.arguments], span)
    arguments = [evaluate(argument, scope) for argument in expression.arguments]
    if expression.expanded and arguments:
        last = arguments.pop()
        if not isinstance(last, Sequence) or last.open:
            if name in ("merge", "concat", "coalesce"):
                arguments.append(Unknown(span, "…"))
            else:
                return Unknown(span, f"{name}()")
        else:
            arguments.extend(last.items)
    return function(arguments, span, scope)


def _template_file(arguments: Arguments, span: Span, scope: Scope) -> Value | None:
    source = files.source(arguments[0] if arguments else None, scope)
    match arguments[1:]:
        case [Mapping(entries) as given]:
            names: dict[str, Value | None] = {**dict.fromkeys(given.keys), **entries}
        case _:
            names = {}
    return Unknown(span, "templatefile()") if source is None else rendered(source, names, scope)


def rendered(source: Source, names: dict[str, Value | None], scope: Scope) -> Value:
    """What a template gives for some names; its place is the template."""
    from lambdalint.templates.hcl.parse import template

    whole = Span(source.path, 1, 1, len(source.lines) + 1, 1)
    if not scope.work.spend(1 + len(source.text) // 1000):
        return Unknown(whole, "templatefile()")
    found = value(template(source), Bound(names, scope))
    match found:
        case Known() | Text():
            return found
        case None:
            return Unknown(whole, "null")
        case _:
            return Unknown(whole, "templatefile()")


def _first(expression: syntax.Call, scope: Scope) -> Value | None:
    for argument in expression.arguments:
        try:
            return evaluate(argument, scope)
        except Failed:
            continue
    raise Failed("try()")


def _conditional(expression: syntax.Conditional, scope: Scope) -> Value | None:
    condition = evaluate(expression.condition, scope)
    decided = operators.truth(condition)
    if decided is None:
        one, other = value(expression.then, scope), value(expression.otherwise, scope)
        if same(one, other):
            return one
        optional = not (is_set(one) and is_set(other))
        return Unknown(expression.span, "a condition", optional, between(one, other))
    found = evaluate(expression.then if decided else expression.otherwise, scope)
    if isinstance(condition, Known) and condition.origin.startswith(BY_DEFAULT):
        match found:
            case None | Mapping(entries={}, open=False) | Sequence(items=()):
                # What is absent by default may well be there.
                return (
                    found
                    if same(found, _other(expression, decided, scope))
                    else Unknown(expression.span, condition.origin, optional=found is None)
                )
            case _:
                return by_default(found, condition.origin)
    return found


def _other(expression: syntax.Conditional, decided: bool, scope: Scope) -> Value | None:
    return value(expression.otherwise if decided else expression.then, scope)


def _operation(expression: syntax.Operation, scope: Scope) -> Value | None:
    operands = (partial(evaluate, each, scope) for each in expression.operands)
    return operators.operate(expression.operator, operands, expression.span)


def _tuple(expression: syntax.Tuple, scope: Scope) -> Value:
    found = [evaluate(item, scope) for item in expression.items]
    return Sequence(tuple(null(expression.span) if item is None else item for item in found), expression.span)


def _object(expression: syntax.Object, scope: Scope) -> Value:
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    unseen = False
    for key, span, inner in expression.entries:
        if not isinstance(key, str):
            name = evaluate(key, scope)
            if not isinstance(name, Known):
                unseen = True
                continue
            key = spelt(name)  # noqa: PLW2901
        found = evaluate(inner, scope)
        keys[key] = span
        if found is not None:
            entries[key] = found
        else:
            entries.pop(key, None)
    return Mapping(entries, expression.span, keys, unseen)


def _for(expression: syntax.For, scope: Scope) -> Value | None:
    span = expression.span
    collection = evaluate(expression.collection, scope)
    each = pairs(collection, scope)
    if each is None or len(each.pairs) > LARGEST or not scope.work.spend(len(each.pairs)):
        return Unknown(span, "for")
    items: list[Value] = []
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    groups: dict[str, list[Value]] = {}
    unseen = each.open
    for key, item in each.pairs:
        inner = _named(expression.names, key, item, scope)
        if expression.condition is not None:
            wanted = operators.truth(evaluate(expression.condition, inner))
            if wanted is False:
                continue
            # What a condition may leave out is kept, as a resource is whose number is not known.
            unseen |= wanted is None
        found = evaluate(expression.value, inner)
        if expression.key is None:
            items.append(null(span) if found is None else found)
            continue
        name = evaluate(expression.key, inner)
        if not isinstance(name, Known):
            unseen = True
            continue
        keys[spelt(name)] = span if found is None else found.span
        if expression.grouped:
            groups.setdefault(spelt(name), []).append(null(span) if found is None else found)
        elif found is not None:
            entries[spelt(name)] = found
    if expression.key is None:
        return Sequence(tuple(items), span, unseen)
    entries |= {name: Sequence(tuple(row), span, unseen) for name, row in groups.items()}
    return Mapping(entries, span, keys, unseen)


def _named(names: tuple[str, ...], key: Value | None, item: Value | None, scope: Scope) -> Scope:
    match names:
        case (one,):
            return Bound({one: item}, scope)
        case (first, second, *_):
            return Bound({first: key, second: item}, scope)
        case _:
            return scope


_EVALUATIONS: dict[type, Callable[[Any, Scope], Value | None]] = {
    syntax.Literal: _literal,
    syntax.Wrong: _wrong,
    syntax.Unseen: _unseen,
    syntax.Given: _given,
    syntax.Template: _template,
    syntax.Traversal: _traversal,
    syntax.Call: _call,
    syntax.Conditional: _conditional,
    syntax.Operation: _operation,
    syntax.Tuple: _tuple,
    syntax.Object: _object,
    syntax.For: _for,
}
