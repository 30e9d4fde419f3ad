"""A program that runs once, from its beginning to its end: its loops go round for each of what they go through.

Handlers are followed at every event at once, in which a loop stands for all of its rounds.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import Any

from lambdalint.code.evaluate import containers
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import Call, Constant, Instance, Mapping, Result, Sequence, Value, held
from lambdalint.source import Span

HERE = "/·"
"""What stands before the path of a file where the program asks for its own: others start where it is run."""
_UP = "·up"
Spelling = Callable[[str], str | None]
"""How a text is spelt in the end; None where that is not known."""
_METHODS: dict[str, Spelling] = {
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "trim": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
    "capitalize": str.capitalize,
    "title": str.title,
}


def own(path: str) -> str:
    """The path of one of its files, as such a program is told it."""
    return posixpath.join(HERE, *(_UP if each == ".." else each for each in path.split("/")))


def found(path: str, home: str) -> str | None:
    """The path that a path in such a program leads to, where it is run in `home`; None where that is elsewhere."""
    normal = posixpath.normpath(path)
    if normal == HERE or normal.startswith(f"{HERE}/"):
        steps = normal.removeprefix(HERE).split("/")
        return posixpath.normpath("/".join(".." if each == _UP else each for each in steps if each) or ".")
    return None if normal.startswith("/") else posixpath.normpath(posixpath.join(home, normal))


MOST_ROUNDS = 200
"""How often a loop goes round, before what it does is taken for what it does at an unknown number of rounds."""


def items(run: Run, over: Value) -> list[Value] | None:
    """What a loop of such a program goes through, in order; None where that is not known."""
    if not run.straight:
        return None
    found = _items(run, over)
    return found if found is not None and len(found) <= MOST_ROUNDS else None


def _items(run: Run, over: Value) -> list[Value] | None:
    match over:
        case Instance():
            own = containers.answer(run, over, "__iter__", over.of.node.span)
            inner = over.held if own is None else own
            return None if inner is None else _items(run, inner)
        case Sequence(items=held, open=False):
            return list(held)
        case Mapping(entries=entries, open=False, others=None):
            if run.language.lenient:
                return [Sequence(over.span, [Constant(key), value], "tuple") for key, value in entries.items()]
            return [Constant(key) for key in entries]
        case Constant(str(text)):
            return [Constant(each) for each in text]
        case Result(call) if call.receiver is None and not call.keywords:
            return _of_builtin(run, call.name, call.arguments, over)
    return None


def _of_builtin(run: Run, name: str, given: tuple[Value, ...], over: Result) -> list[Value] | None:
    if name == "builtins.range":
        numbers = [each.value for each in given if isinstance(each, Constant) and isinstance(each.value, int)]
        if not 1 <= len(numbers) == len(given) <= 3 or (len(numbers) == 3 and numbers[2] == 0):
            return None
        rounds = range(*numbers)
        return [Constant(each) for each in rounds] if len(rounds) <= MOST_ROUNDS else None
    inner = [_items(run, each) for each in given]
    first = inner[0] if inner else None
    match name:
        case "builtins.enumerate" if first is not None and len(given) == 1:
            return [_row(over, Constant(index), each) for index, each in enumerate(first)]
        case "builtins.zip" if inner and all(each is not None for each in inner):
            return [_row(over, *row) for row in zip(*(each for each in inner if each is not None), strict=False)]
        case "builtins.list" | "builtins.tuple" | "builtins.iter" if len(given) == 1:
            return first
        case "builtins.reversed" if first is not None:
            return first[::-1]
        case "builtins.sorted" | "builtins.set" if first is not None and len(given) == 1:
            ranked = [(_text(each), each) for each in first]
            if all(text is not None for text, _ in ranked):
                kept = dict(reversed(ranked)).items() if name == "builtins.set" else ranked
                return [each for _, each in sorted(kept, key=lambda one: one[0] or "")]
    return None


def _text(value: Value) -> str | None:
    """What a text, or a path, is put in order by."""
    match value:
        case Constant(str(text)) | Result(Call(name="pathlib.Path", arguments=(Constant(str(text)),))):
            return text
        case _:
            return None


def called(text: str, name: str, given: tuple[Value, ...], span: Span) -> Value | None:
    """What a method of a text that is spelt out gives; None where that is not known."""
    match name, given:
        case "split", (Constant(str(mark)),):
            return Sequence(span, [Constant(each) for each in text.split(mark)]) if mark else None
        case "replace" | "replaceAll", (Constant(str(part)), Constant(str(by))) if "$" not in by:
            every = name == "replaceAll" or span.path.endswith(".py")
            return Constant(text.replace(part, by, -1 if every else 1))
        case "removesuffix", (Constant(str(end)),):
            return Constant(text.removesuffix(end))
        case "removeprefix", (Constant(str(start)),):
            return Constant(text.removeprefix(start))
        case _:
            spell = spelling(name, given)
            return None if spell is None else Constant(spell(text))


def spelling(name: str, given: tuple[Value, ...]) -> Spelling | None:
    """What a method makes of a text, whatever that is; None where that is not known."""
    match name, given:
        case _, ():
            return _METHODS.get(name)
        case "charAt", (Constant(int(at)),):
            return lambda text: text[at : at + 1] if at >= 0 else ""
        case "substring", (Constant(int(start)),):
            return lambda text: text[max(start, 0) :]
        case "slice", (Constant(int(start)),):
            return lambda text: text[start:]
        case "slice", (Constant(int(start)), Constant(int(end))):
            return lambda text: text[start:end]
        case _:
            return None


def _row(over: Result, *held: Value) -> Sequence:
    return Sequence(over.call.span, list(held), "tuple")


def made(data: Any, span: Span) -> Value:
    """What data in JSON is in a program that reads it."""
    match data:
        case dict():
            return Mapping(span, {str(key): made(each, span) for key, each in data.items()})
        case list():
            return Sequence(span, [made(each, span) for each in data])
        case _:
            return Constant(data)


def snapshot(value: Value, depth: int = 12) -> Value:
    """A value as it is now: what is put into its lists and objects later is not in it."""
    value = held(value)
    match value:
        case Mapping() if depth:
            made = Mapping(
                value.span, dict(_entries(value, depth)), value.open, value.others, value.lasting, False, value.kind
            )
            made.rest, made.places, made.unsure = value.rest, dict(value.places), value.unsure
            return made
        case Sequence() if depth:
            return Sequence(value.span, [snapshot(each, depth - 1) for each in value.items], value.kind, value.open)
        case _:
            return value


def _entries(value: Mapping, depth: int) -> Iterator[tuple[str, Value]]:
    for key, each in value.entries.items():
        yield key, snapshot(each, depth - 1)
