"""What Python makes of lists, dicts and sets all of whose items are known, in a program that runs once."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as SequenceOf

from lambdalint.code import idioms
from lambdalint.code.evaluate import models, straight
from lambdalint.code.evaluate.arguments import Arguments
from lambdalint.code.evaluate.certain import are_constant
from lambdalint.code.evaluate.run import Run
from lambdalint.code.value import Class, Constant, Instance, Mapping, Sequence, Value, held
from lambdalint.records import replace
from lambdalint.source import Span

_Items = SequenceOf[Value]
_JOINS: dict[str, Callable[[_Items, _Items], list[Value]]] = {
    "intersection": lambda one, other: [each for each in one if each in other],
    "union": lambda one, other: [*one, *(each for each in other if each not in one)],
    "difference": lambda one, other: [each for each in one if each not in other],
    "symmetric_difference": lambda one, other: [
        *(each for each in one if each not in other), *(each for each in other if each not in one),
    ],
}  # fmt: skip
_BY_SIGN = {"&": "intersection", "|": "union", "-": "difference", "^": "symmetric_difference"}
_COPIES = frozenset({"copy.copy", "copy.deepcopy"})
_NAMESPACES = frozenset({"types.SimpleNamespace", "argparse.Namespace"})


def function(run: Run, name: str, arguments: Arguments, span: Span) -> Value | None:
    """What a function gives of containers that are whole; None where that is not known."""
    given = arguments.positional
    if name in _NAMESPACES and not given:
        return Mapping(span, dict(arguments.keywords), arguments.open, places=dict(arguments.places))
    if name == "dacite.from_dict":
        of, data = (*given, arguments.keywords.get("data_class"), arguments.keywords.get("data"))[:2]
        return models.made(run, of, data, span) if isinstance(of, Class) and data is not None else None
    if not given or arguments.open:
        return None
    if name == "asyncio.to_thread":
        return run.call(given[0], Arguments(given[1:], arguments.keywords, False, arguments.places), span)
    if name == "asyncio.run":
        # What an asynchronous function gives is that at once.
        return given[0]
    if name in idioms.ATTRIBUTE_DICTS and len(given) == 1 and isinstance(held(given[0]), Mapping):
        return straight.snapshot(given[0])
    if name in _COPIES:
        return _copied(given[0], deep=name == "copy.deepcopy")
    if name == "builtins.next":
        return _next(run, given)
    rounds = straight.items(run, given[0]) if not arguments.keywords else None
    if rounds is None:
        return None
    match name, given:
        case "builtins.len", (_,):
            return Constant(len(rounds))
        case "builtins.sum", (_, Sequence(open=False) as start):
            rows = [straight.items(run, each) for each in rounds]
            known = [each for each in rows if each is not None]
            if len(known) == len(rows):
                return Sequence(span, [*start.items, *(one for each in known for one in each)])
        case "itertools.chain", _:
            return _chained(run, given, span)
        case "itertools.chain.from_iterable", (_,):
            return _chained(run, rounds, span)
        case "builtins.list" | "builtins.tuple", (_,):
            return Sequence(span, rounds, name.rpartition(".")[2])
        case "builtins.set" | "builtins.frozenset", (_,):
            return Sequence(span, list(dict.fromkeys(rounds)), "set")
    return None


def _copied(value: Value, *, deep: bool) -> Value:
    match value:
        case Instance(held=inner):
            copied = {key: _copied(each, deep=True) for key, each in value.attributes.items() if deep}
            items = None if inner is None else _copied(inner, deep=deep)
            assert items is None or isinstance(items, Mapping | Sequence)
            return replace(value, attributes=value.attributes | copied, held=items)
        case Mapping() | Sequence():
            return straight.snapshot(value) if deep else straight.snapshot(value, 1)
        case _:
            return value


def _next(run: Run, given: tuple[Value, ...]) -> Value | None:
    """The first item; what stands in where there is none."""
    rounds = straight.items(run, given[0])
    if rounds is None:
        return None
    return rounds[0] if rounds else given[1] if len(given) > 1 else None


def _chained(run: Run, several: _Items, span: Span) -> Value | None:
    rows = [straight.items(run, each) for each in several]
    known = [each for each in rows if each is not None]
    return Sequence(span, [one for each in known for one in each]) if len(known) == len(rows) else None


def method(run: Run, receiver: Mapping | Sequence, name: str, given: tuple[Value, ...], span: Span) -> Value | None:
    """What a set makes of itself and others, or a list tells of its items; None where that is not known."""
    if not isinstance(receiver, Sequence) or receiver.open:
        return None
    match name, given:
        case _, (others,) if name in _JOINS and receiver.kind in ("set", "view"):
            return _joined(run, name, receiver, others, span)
        case (("issubset" | "issuperset" | "isdisjoint"), (others,)) if receiver.kind in ("set", "view"):
            rest = straight.items(run, others)
            if rest is None or not are_constant(receiver.items) or not are_constant(rest):
                return None
            common = [each for each in receiver.items if each in rest]
            told = {"issubset": len(common) == len(receiver.items), "issuperset": len(common) == len(rest)}
            return Constant(told.get(name, not common))
        case "index", (item,) if item in receiver.items and are_constant(receiver.items):
            return Constant(receiver.items.index(item))
        case _:
            return None


def binary(run: Run, operator: str, left: Value, right: Value, span: Span) -> Value | None:
    """`left | right` of sets; None where that is not known."""
    match left, right:
        case Sequence(kind="set" | "view"), Sequence(kind="set" | "view") if operator in _BY_SIGN:
            return None if left.open else _joined(run, _BY_SIGN[operator], left, right, span)
        case _:
            return None


def _joined(run: Run, name: str, left: Sequence, right: Value, span: Span) -> Value | None:
    rest = straight.items(run, right)
    if rest is None or (name != "union" and not (are_constant(left.items) and are_constant(rest))):
        return None
    return Sequence(span, _JOINS[name](left.items, rest), "set")
