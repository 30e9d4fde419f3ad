"""What JavaScript's global names stand for, and what its own functions give."""

from __future__ import annotations

import posixpath

from lambdalint.code import idioms
from lambdalint.code.evaluate import access, foreign, methods, straight
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.of_javascript import modules, newer, promises, requests
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import (
    NONE,
    Choice,
    Constant,
    Imported,
    Mapping,
    Member,
    Piece,
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

_MOST = 1000
"""How many items an array may be told to have, to be known by each of them."""
_DEEPEST = 50
"""How deep objects are copied that stand in one another."""


def free(run: Run, name: str, scope: Scope) -> Value:
    """What a name stands for that nobody has set."""
    if name in scope.top.links:
        found = modules.linked(run, scope.top, name)
        return Unknown() if found is None else found
    match name:
        case "exports":
            return modules.exports(scope)
        case "module":
            return modules.itself(scope)
        case "__filename" if run.straight:
            return Constant(straight.own(scope.module.source.path))
        case "__dirname" if run.straight:
            return Constant(posixpath.dirname(straight.own(scope.module.source.path)))
        case "isinstance":
            return Imported("builtins.isinstance")
    return Imported(f"js:{name}")


def function(run: Run, name: str, arguments: Arguments, span: Span) -> Value | None:
    """What calling a function from outside the project gives."""
    given = arguments.positional
    newer.function(run, name, span)
    if name.startswith(("js:Promise", "node:timers/promises", "node:util.promisify", "npm:p-timeout")):
        return promises.function(run, name, arguments, span)
    if name.startswith(("js:Object.", "js:Array", "js:Map", "js:Set", "js:WeakMap", "js:structuredClone")):
        return _object(run, name, given, span)
    if name == idioms.CALLBACK:
        answer(run, arguments, span)
        return None
    if name in ("js:require", "js:import") and given:
        return modules.require(run, given[0], span, name.removeprefix("js:"))
    if name in _NEEDING_TEXT and given:
        run.want_environment(given[0], span)
    if name == idioms.METRIC_SCOPE and given:
        return run.call(given[0], Arguments((Unknown(),)), span)
    traced = requests.same(name, arguments)
    return traced if traced is not None else requests.function(run, name, arguments, span)


_NEEDING_TEXT = frozenset({"js:JSON.parse", "js:URL", "js:Buffer.from"})
"""What fails where it is given undefined."""


def answer(run: Run, arguments: Arguments, span: Span) -> None:
    """Note what a handler answers by its callback: an error, or a result."""
    given = arguments.positional
    if run.here.phase == "invocation" and (not given or given[0] == NONE):
        run.answered.append((given[1] if len(given) > 1 else NONE, span))


def _object(run: Run, name: str, given: tuple[Value, ...], span: Span) -> Value | None:
    if any(isinstance(each, Imported) and each.name in idioms.ENVIRONMENT for each in given):
        run.read_environment("", span, optional=True)
    rows = straight.items(run, given[0]) if given and isinstance(given[0], Mapping) else None
    whole = straight.items(run, given[0]) if given and isinstance(given[0], Sequence) else None
    match name, given:
        case "js:Object.keys", _ if whole is not None:
            return Sequence(span, [Constant(at) for at in range(len(whole))])
        case "js:Object.keys", _ if rows is not None:
            return Sequence(span, [access.item(run, each, Constant(0), span) for each in rows])
        case "js:Object.values", _ if rows is not None:
            return Sequence(span, [access.item(run, each, Constant(1), span) for each in rows])
        case "js:Object.entries", _ if rows is not None:
            return Sequence(span, rows)
        case "js:Object.assign", (target, *others):
            for each in options(target):
                if isinstance(each, Imported):
                    for other in others:
                        for key, value in other.entries.items() if isinstance(other, Mapping) else ():
                            access.set_attribute(run, each, key, value, span)
                if isinstance(each, Mapping):
                    run.change(each, "update", span, value=Unknown(tuple(others)))
                    for other in others:
                        methods.merge(each, other, replaces=run.surely)
            return target
        case (("js:Object.freeze" | "js:Object.seal"), (value, *_)):
            return value
        case "js:structuredClone", (value, *_):
            return _clone(run, value, {})
        case "js:Object.keys", (value, *_):
            return Sequence(span, [_key(value)], open=True)
        case "js:Object.values", (value, *_):
            return Sequence(span, [_held(run, value)], open=True)
        case "js:Object.entries", (value, *_):
            return Sequence(span, [Sequence(span, [_key(value), _held(run, value)], "tuple")], open=True)
        case "js:Object.fromEntries", (Sequence() as several, *_) if (known := _entries(several)) is not None:
            return Mapping(span, known, lasting=run.here.phase == "init")
        case "js:Object.fromEntries", (value, *_):
            return Mapping(span, open=True, others=Unknown((value,)), lasting=run.here.phase == "init")
        case "js:Array.from", (value, *mappers) if run.straight and (through := _each(run, value)) is not None:
            if not mappers:
                return Sequence(span, through)
            return Sequence(
                span, [run.call(mappers[0], Arguments((one, Constant(at))), span) for at, one in enumerate(through)]
            )
        case "js:Array.from", (value, mapper, *_):
            made = run.call(mapper, Arguments((access.element(run, value), Unknown())), span)
            length = value.entries.get("length") if isinstance(value, Mapping) else None
            match length:
                case Constant(int(number)) if 0 < number <= _MOST:
                    return Sequence(span, [made] * number)
                case _:
                    return Sequence(span, [made], open=True)
        case "js:Array.from", (value,):
            return value if isinstance(value, Piece) else Sequence(span, [access.element(run, value)], open=True)
        case "js:Array.isArray", _:
            return None
        case (("js:Array.of"), items):
            return Sequence(span, list(items))
        case "js:Array", ():
            return Sequence(span, lasting=run.here.phase == "init")
        case "js:Array", (Constant(int(number)),) if run.straight and 0 <= number <= straight.MOST_ROUNDS:
            return Sequence(span, [NONE] * number)
        case "js:Set", _ if whole is not None:
            return Sequence(span, list(dict.fromkeys(whole)), "set", lasting=run.here.phase == "init")
        case "js:Set", _:
            value = given[0] if given else NONE
            held = list(value.items) if isinstance(value, Sequence) else [access.element(run, value)]
            return Sequence(
                span, [] if value == NONE else held, "set", open=value != NONE, lasting=run.here.phase == "init"
            )
        case "js:Map", (Sequence() as several, *_) if (known := _entries(several)) is not None:
            return Mapping(span, known, lasting=run.here.phase == "init", kind="map")
        case "js:Map", _:
            rest = Unknown(given[:1]) if given and given[0] != NONE else None
            return Mapping(span, {}, rest is not None, rest, lasting=run.here.phase == "init", kind="map")
        case (("js:WeakMap" | "js:WeakSet"), _):
            # What nothing else holds is gone from it.
            return Mapping(span, open=True, lasting=run.here.phase == "init", consulted=True, kind="map")
    return None


def _each(run: Run, value: Value) -> list[Value] | None:
    """What `Array.from` goes through, in a program that runs once; None where that is not known."""
    match value:
        case Mapping(entries={"length": Constant(int(number))}):
            return [NONE] * number if 0 <= number <= straight.MOST_ROUNDS else None
        case _:
            return straight.items(run, value)


def _entries(pairs: Sequence) -> dict[str, Value] | None:
    """The values of pairs by their keys; None where not every pair and key is known."""
    if pairs.open or not pairs.items:
        return None
    found: dict[str, Value] = {}
    for each in pairs.items:
        match each:
            case Sequence(items=[Constant(str(key)), value], open=False):
                found[key] = value
            case _:
                return None
    return found


def _clone(run: Run, value: Value, made: dict[int, Value], depth: int = 0) -> Value:
    """A value with copies of the objects and arrays in it: what changes these leaves it as it was."""
    if depth > _DEEPEST or not run.step():
        return value
    match value:
        case Choice(several, settled):
            return join(*(_clone(run, each, made, depth + 1) for each in several), settled=settled)
        case Mapping() | Sequence() if id(value) in made:
            return made[id(value)]
        case Mapping():
            lasting = run.here.phase == "init"
            copy = replace(value, entries={}, lasting=lasting, consulted=False, places=dict(value.places))
            made[id(value)] = copy
            copy.entries.update({key: _clone(run, each, made, depth + 1) for key, each in value.entries.items()})
            copy.others = None if value.others is None else _clone(run, value.others, made, depth + 1)
            return copy
        case Sequence():
            row = replace(value, items=[], lasting=run.here.phase == "init")
            made[id(value)] = row
            row.items.extend(_clone(run, each, made, depth + 1) for each in value.items)
            return row
        case _:
            return value


def _key(value: Value) -> Value:
    if isinstance(value, Mapping) and value.entries and not value.open and value.others is None:
        return join(*(Constant(key) for key in value.entries))
    return Unknown((value,))


def _held(run: Run, value: Value) -> Value:
    if isinstance(value, Mapping):
        found = [*value.entries.values(), *(() if value.others is None else (value.others,))]
        return join(*found) if found else Unknown((value,))
    return access.element(run, value)


def length(run: Run, value: Value, span: Span) -> Value:
    """`value.length`, under the name that all languages share."""
    match value:
        case Constant(str(text)):
            return Constant(len(text))
        case Sequence() if (items := straight.items(run, value)) is not None:
            return Constant(len(items))
        case Result() | Member():
            run.ask(value, "length")
    return foreign.call(run, "builtins.len", None, Arguments((value,)), span)
