"""The methods of the mappings and sequences that a program makes."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.code.evaluate import access, certain, foreign, straight
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import is_static
from lambdalint.code.idioms import ENVIRONMENT
from lambdalint.code.value import (
    NONE,
    Constant,
    Imported,
    Instance,
    Mapping,
    Piece,
    Sequence,
    Unknown,
    Value,
    join,
    options,
    parts,
)
from lambdalint.source import Span


def of_mapping(run: Run, receiver: Mapping, name: str, arguments: Arguments, span: Span, discarded: bool) -> Value:
    match name, arguments.positional:
        case "get", (key, *default):
            receiver.consulted = True
            if isinstance(key, Constant) and access.surely_lacks(run, receiver, key.value):
                return default[0] if default else NONE
            found = access.item(run, receiver, key, span)
            known = isinstance(key, Constant) and key.value in receiver.entries
            return found if known and not receiver.open else join(found, *(default or (NONE,)), settled=is_static(key))
        case "setdefault", (key, *default) if isinstance(key, Constant) and access.surely_lacks(
            run, receiver, key.value
        ):
            access.set_item(run, receiver, key, default[0] if default else NONE, span, name)
            return default[0] if default else NONE
        case (("setdefault" | "pop"), (Constant(str(key)), *_)) if run.surely and certain.has(receiver, key):
            return receiver.entries[key] if name == "setdefault" else receiver.entries.pop(key)
        case "setdefault" | "pop", (key, *default):
            before = access.item(run, receiver, key, span)
            run.change(receiver, name, span, key, default[0] if default else NONE)
            if name == "setdefault":
                receiver.put(key, default[0] if default else NONE)
            else:
                receiver.take(key)
            return join(before, *default)
        case "update", given:
            named = (Mapping(span, dict(arguments.keywords)),) if arguments.keywords else ()
            run.change(receiver, name, span, value=Unknown((*given, *named)))
            merge(receiver, mapping(run, given, arguments, span), replaces=run.surely)
            return NONE
        case (("clear" | "popitem"), ()):
            run.change(receiver, name, span)
            if run.straight:
                receiver.entries.clear()
                receiver.open = name == "popitem" or not run.surely
            return NONE
        case "keys", () if run.straight and not run.language.lenient and not receiver.unsure:
            is_open = receiver.open or receiver.others is not None
            return Sequence(span, [Constant(each) for each in receiver.entries], "view", open=is_open)
        case "copy", ():
            return Mapping(
                span, dict(receiver.entries), receiver.open, receiver.others, keys=receiver.keys, rest=receiver.rest
            )
        case "values", ():
            return Sequence(
                span,
                [*receiver.entries.values(), *(() if receiver.others is None else (receiver.others,))],
                "view",
                open=not run.straight or receiver.open,
            )
        case "items", ():
            rows: list[Value] = [Sequence(span, [Constant(k), v], "tuple") for k, v in receiver.entries.items()]
            return Sequence(span, rows, "view", open=receiver.open)
    if name in receiver.entries:
        return run.call(receiver.entries[name], arguments, span, discarded=discarded)
    return foreign.call(run, name, receiver, arguments, span, discarded=discarded)


OF_SEQUENCE = frozenset({
    "append", "appendleft", "add", "extend", "update", "insert", "push", "pop", "popleft", "remove", "discard", "clear",
    "copy", "sort", "reverse",
})  # fmt: skip
"""The methods of lists and sets that are known."""


def of_sequence(run: Run, receiver: Sequence, name: str, given: tuple[Value, ...], span: Span) -> Value:
    """What a method of a list or set gives, and does to it."""
    match name, given:
        case "add", (Constant() as value,) if receiver.kind == "set" and value in receiver.items:
            return NONE
        case (("append" | "appendleft" | "add" | "push"), (value, *_)) | ("insert", (_, value)):
            run.change(receiver, name, span, value=value)
            if not receiver.items and run.here.loops and not run.here.conditional:
                receiver.filled = run.here.loops[-1]
            receiver.items.append(value)
            receiver.open = receiver.open or not run.surely
        case (("extend" | "update"), (Sequence(items=items, open=False), *_)) if run.surely:
            receiver.items.extend(items)
        case (("extend" | "update"), (value, *_)):
            run.change(receiver, name, span, value=value)
            if not (isinstance(value, Sequence) and not value.items):
                receiver.items.append(access.element(run, value))
                receiver.open = True
        case "pop", (() | (Constant(int()),)) if run.surely and receiver.items and not receiver.open:
            at = next((each.value for each in given if isinstance(each, Constant)), -1)
            return receiver.items.pop(at if isinstance(at, int) and -1 <= at < len(receiver.items) else -1)
        case "popleft", () if run.surely and receiver.items and not receiver.open:
            return receiver.items.pop(0)
        case "clear", () if run.surely:
            receiver.items.clear()
            receiver.open = False
        case (("remove" | "discard"), (value,)) if run.surely and value in receiver.items and not receiver.open:
            receiver.items.remove(value)
        case (("pop" | "popleft"), _):
            run.change(receiver, name, span)
            receiver.open = receiver.open or run.straight
            receiver.filled = None
            return join(*receiver.items) if receiver.items else Unknown((receiver,))
        case (("remove" | "discard" | "clear"), _):
            run.change(receiver, name, span)
            receiver.open = receiver.open or run.straight
            receiver.filled = None
        case "copy", _:
            return Sequence(span, list(receiver.items), receiver.kind, receiver.open)
    return NONE


def mapping(run: Run, given: Iterable[Value], arguments: Arguments, span: Span) -> Mapping:
    """What `dict` makes of what it is given, beside what is given to it by name."""
    made = Mapping(span, open=arguments.open, lasting=run.here.phase == "init")
    for each in given:
        rows = None if isinstance(_as_mapping(each), Mapping) else straight.items(run, each)
        pairs = [row.items for row in rows or () if isinstance(row, Sequence) and len(row.items) == _PAIR]
        if rows is not None and len(pairs) == len(rows):
            for key, value in pairs:
                made.put(key, value, replaces=True)
        else:
            merge(made, each, replaces=run.straight)
    for name, value in arguments.keywords.items():
        made.put(Constant(name), value, replaces=True)
    return made


_PAIR = 2


def merge(mapping: Mapping, value: Value, *, replaces: bool = False) -> None:
    """Add the entries of `value` to `mapping`; those that it is known to have may replace what was there."""
    several = tuple(map(_as_mapping, options(value)))
    for each in several:
        if replaces and not (isinstance(each, Mapping) and not each.open) and each != NONE:
            # It may hold anything in the place of what was there.
            for key, entry in mapping.entries.items():
                mapping.entries[key] = join(entry, Unknown())
        if isinstance(each, Mapping):
            mapping.places.update(each.places)
            mapping.unsure |= each.unsure - mapping.entries.keys()
            for key, entry in each.entries.items():
                mapping.put(Constant(key), entry, replaces=replaces and len(several) == 1)
            if each.others is not None:
                mapping.put(Unknown(), each.others)
            mapping.open = mapping.open or each.open
            rest = each.rest
        elif replaces and each == NONE:
            continue
        else:
            mapping.open = True
            kept = parts(each) or isinstance(each, Piece) or (isinstance(each, Imported) and each.name in ENVIRONMENT)
            rest = each if kept else None
        if rest is not None and rest is not mapping.rest:
            mapping.rest = rest if mapping.rest is None else join(mapping.rest, rest)


def _as_mapping(value: Value) -> Value:
    """An object of the project's as what its attributes are, where these are spread; another value as it is."""
    if not isinstance(value, Instance):
        return value
    if value.held is not None:
        return value.held
    return Mapping(value.of.node.span, dict(value.attributes), value.of.foreign)
