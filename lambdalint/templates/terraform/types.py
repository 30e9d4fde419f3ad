"""Type constraints: the attributes that they give to objects that leave them out.

https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from __future__ import annotations

from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.evaluate import value as evaluated
from lambdalint.templates.hcl.scope import Scope
from lambdalint.templates.hcl.steps import by_default
from lambdalint.templates.hcl.syntax import Attribute
from lambdalint.templates.value import Mapping, Sequence, Value


def converted(declared: Attribute | None, value: Value | None, scope: Scope) -> Value | None:
    """A value as its type constraint completes it."""
    if declared is None or not isinstance(value, Mapping | Sequence):
        return value
    return _completed(declared.expression, value, scope)


def _completed(constraint: syntax.Expression, value: Value | None, scope: Scope) -> Value | None:
    match constraint, value:
        case syntax.Call("object", (syntax.Object(entries), *_)), Mapping() if not value.open:
            return _object(entries, value, scope)
        case syntax.Call("map", (inner, *_)), Mapping(given):
            rows = {name: _completed(inner, each, scope) for name, each in given.items()}
            known = {name: each for name, each in rows.items() if each is not None}
            return Mapping(known, value.span, value.keys, value.open)
        case syntax.Call("list" | "set", (inner, *_)), Sequence(items):
            return Sequence(tuple(_completed(inner, each, scope) or each for each in items), value.span, value.open)
        case syntax.Call("optional", (inner, *_)), _:
            return _completed(inner, value, scope)
        case _:
            return value


def _object(
    entries: tuple[tuple[str | syntax.Expression, object, syntax.Expression], ...], value: Mapping, scope: Scope
) -> Mapping:
    inner = dict(value.entries)
    keys = dict(value.keys)
    for name, _, constraint in entries:
        if not isinstance(name, str):
            continue
        if name in inner:
            completed = _completed(constraint, inner[name], scope)
            if completed is not None:
                inner[name] = completed
            continue
        keys.setdefault(name, value.span)
        match constraint:
            case syntax.Call("optional", (_, default)):
                found = by_default(evaluated(default, scope), f"the default of {name}")
                if found is not None:
                    inner[name] = _completed(constraint, found, scope) or found
            case _:
                pass
    return Mapping(inner, value.span, keys, value.open)
