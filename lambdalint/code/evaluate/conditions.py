"""What a test makes sure of: in the branch where it holds, and in the one where it fails."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as SequenceOf

from lambdalint.code import carriers, idioms, ir
from lambdalint.code.evaluate import certain, fixed, guards
from lambdalint.code.evaluate.run import Run
from lambdalint.code.facts import is_configured, is_static
from lambdalint.code.value import (
    ABSENT,
    ALLOWED,
    CONFIGURED,
    EACH,
    ENDS,
    FEW,
    IS,
    NONE,
    PRESENT,
    TEXT,
    THERE,
    Assurance,
    Call,
    Caught,
    Choice,
    Class,
    Compared,
    Constant,
    Environment,
    Function,
    Imported,
    Instance,
    Mapping,
    Member,
    Piece,
    Result,
    Scope,
    Sequence,
    Step,
    Text,
    Unknown,
    Value,
    atoms,
    join,
    options,
    origins,
)
from lambdalint.records import dataclass, replace

Assurances = frozenset[Assurance]
_NOTHING: Assurances = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of a test, and what it makes sure of."""

    value: Value
    holds: Assurances = _NOTHING
    fails: Assurances = _NOTHING
    decided: bool | None = None
    """How it ends in every run of this call, by what the caller has given; None where it may end either way."""


def ask(run: Run, node: ir.Expression, scope: Scope) -> Answer:
    """Evaluate a test."""
    match node:
        case ir.Unary("not", operand):
            inner = ask(run, operand, scope)
            value: Value = (
                Constant(not inner.value.value) if isinstance(inner.value, Constant) else Unknown((inner.value,))
            )
            return Answer(value, inner.fails, inner.holds, None if inner.decided is None else not inner.decided)
        case ir.Boolean(operator, left, right):
            return _either(run, operator, ask(run, left, scope), left, right, scope)
    value = run.evaluate(node, scope)
    made = run.test(value, node.span)
    decided = run.language.holds(value) if run.straight or fixed.is_fixed(node, scope) else None
    if decided is None and run.straight and (not run.language.lenient or isinstance(value, Compared)):
        decided = certain.holds(value)
    if decided is None and run.language.lenient and not run.straight:
        decided = _on_lambda(value)
    holds, fails = _told(value)
    if is_configured(value, None if isinstance(value, Choice) else made):
        holds |= {Assurance(CONFIGURED, value)}
        fails |= {Assurance(CONFIGURED, Unknown((value,)))}
    return Answer(value, holds, fails, decided)


def variables(sure: Assurances) -> list[str]:
    """The environment variables that are sure to be set: what stands in for them, if anything, is as false as null."""
    found = (_set(each.value) for each in sure if each.kind == CONFIGURED)
    return sorted(name for name in found if name is not None)


def _set(value: Value) -> str | None:
    """The variable that is set where a test of this value is true; None for another one."""
    match value:
        case Environment(name, None | Constant("")) | Choice((Environment(name, None), Constant("" | None))):
            return name
        case Compared("is not" | "!=", Environment(name, None), Constant(None)):
            return name
        case Unknown((Compared("is" | "==", Environment(name, None), Constant(None)),)):
            return name
        case Compared("!=" | ">", asked, Constant("" | 0)) | Unknown((Compared("==", asked, Constant("" | 0)),)):
            # What is not set at all is no empty text.
            return None if isinstance(asked, Environment) and asked.default is None else _written(asked)
        case _:
            return None


def _written(value: Value) -> str | None:
    """The variable that a text is: it, what stands in for it being empty, what is left of it without blanks, or the
    length of that."""
    match value:
        case Environment(name, None | Constant("")):
            return name
        case Choice(several):
            found = {_written(each) for each in several if each not in _EMPTY}
            return found.pop() if len(found) == 1 else None
        case Result(Call(name="trim" | "strip", receiver=inner)) if inner is not None:
            return _written(inner)
        case Result(Call(name="builtins.len", receiver=None, arguments=(inner,))):
            return _written(inner)
        case _:
            return None


_EMPTY = (Constant(""), Constant(0), Constant(None))


def _on_lambda(value: Value) -> bool | None:
    """How a test ends on Lambda that asks where the code runs; None for others."""
    match value:
        case Environment(name) if name in idioms.ELSEWHERE:
            return False
        case Compared(("==" | "!=") as operator, Environment(name), Constant(str(where))) if (
            name in idioms.ELSEWHERE or (name == "NODE_ENV" and where in ("development", "test", "local"))
        ):
            return operator == "!="
        case Compared("decides", Unknown() as asked, Constant(bool() as found)) if _asks_where(asked):
            return found
        case _:
            return None


def remembered(asked: Value, found: Value) -> Value:
    """What a test decided, and where it asks where the code runs, that it did."""
    if isinstance(found, Constant) and isinstance(found.value, bool) and _asks_where(asked):
        return Compared("decides", Unknown((asked,)), found)
    return found


def _asks_where(value: Value) -> bool:
    return any(isinstance(each, Environment) and each.name in idioms.ELSEWHERE for each in origins(value))


def verdict(value: Value, given: tuple[Value, ...]) -> Value:
    """What a function of the project gave: its verdict on what it was given, where it says yes or no.

    It may say so first, and then why: `ok, why = validate(url)`.
    """
    several = options(value)
    if len(several) > 1 and all(map(_is_flag, several)):
        return Compared("decides", Unknown(given), value)
    rows = [each for each in several if isinstance(each, Sequence) and each.kind == "tuple" and not each.open]
    if len(rows) == len(several) > 1 and all(row.items and _is_flag(row.items[0]) for row in rows):
        first, *others = (join(*column) for column in zip(*(row.items for row in rows), strict=False))
        return Sequence(rows[0].span, [verdict(first, given), *others], "tuple")
    return value


def _either(run: Run, operator: str, first: Answer, left: ir.Expression, right: ir.Expression, scope: Scope) -> Answer:
    is_and = operator == "and"
    if operator != "and" and run.straight and _looks_for(first.value):
        return ask(run, right, scope)
    if operator == "??" and run.straight and isinstance(first.value, _CERTAIN):
        return ask(run, right, scope) if first.value == NONE else first
    if first.decided is not None and operator != "??":
        if first.decided != is_and:
            return first
        second = ask(run, right, scope)
        # `if role and role["Credentials"]`: an argument that is given is whole.
        return replace(second, decided=True) if is_and and guards.is_item_of_given(left, right, scope) else second
    # `kept or make()`: what is kept is made once; `absent and make()` likewise.
    lazy = guards.once(left, scope) == ("then" if is_and else "otherwise")
    known = first.holds if is_and else first.fails
    with run.within(once=run.here.once or lazy, assured=run.here.assured | known, conditional=True):
        second = ask(run, right, scope)
    if is_and:
        both = join(first.value, second.value, settled=is_static(first.value))
        return Answer(both, first.holds | second.holds, first.fails & second.fails, _ends(second, False))
    kept = [there(each) for each in options(first.value) if not (isinstance(each, Constant) and not each.value)]
    either = join(*kept, second.value, settled=is_static(first.value))
    return Answer(either, first.holds & second.holds, first.fails | second.fails, _ends(second, True))


def _ends(second: Answer, how: bool) -> bool | None:
    """How two tests end of which the second alone would settle it: `found and False`."""
    return how if second.decided is how else None


_CERTAIN = (Constant, Text, Mapping, Sequence, Instance, Function, Class, Imported, Result)
"""Values of which it is known whether they are null: what a library makes is not."""


def _looks_for(value: Value) -> bool:
    """Whether a value is what a method gives that finds what was made before: where it finds nothing, that is made."""
    return isinstance(value, Result) and value.call.name in idioms.FINDING


def there(value: Value) -> Value:
    """A part of the event that is neither null nor empty; other values as they are."""
    return Piece(value.path, value.root, there=True) if isinstance(value, Piece) else value


def _is_flag(value: Value) -> bool:
    return isinstance(value, Constant) and (value.value is None or isinstance(value.value, bool))


def allowed(value: Value) -> Assurances:
    """What is made sure of where `value` is found to be one of a few."""
    return _about(ALLOWED, (value,))


def is_text(value: Value, text: Value) -> Assurances:
    """What is made sure of where `value` is found to be `text`."""
    match value, text:
        case Piece(_, "event"), Constant(str()):
            return frozenset({Assurance(IS, Compared("==", value, text))})
        case _:
            return _NOTHING


def known(value: Value, assured: Assurances) -> Value:
    """A value, where it is a part of the event that is found to be there, or may be one."""
    found = [there(each) if Assurance(THERE, each) in assured else each for each in options(value)]
    return value if all(map(operator.is_, found, options(value))) else join(*found)


def narrowed(run: Run, names: dict[str, Value], value: Value, *, holds: bool = True) -> dict[str, Value]:
    """What names stand for where a test of a type holds, or where it fails: what is certainly of another type is left
    out, and what was caught is of the project's own types, if it asks for these."""
    match value:
        case Unknown((Compared() | Result() as inner,), "") if _about_type(inner) is not None:
            return narrowed(run, names, inner, holds=not holds)
        case Result() | Compared() if (asked := _about_type(value)) is not None and not isinstance(asked, Caught):
            several = options(asked)
            rest = [each for each in several if run.language.holds(_asking(value, asked, each)) is not (not holds)]
            if len(rest) == len(several):
                return names
            found = join(*rest) if rest else Unknown()
            return {name: found if each is asked else each for name, each in names.items()}
    own = _of_kinds_asked(run, value, holds=holds)
    if own is None:
        return names
    return {name: own[1] if each is own[0] else each for name, each in names.items()}


def _of_kinds_asked(run: Run, test: Value, *, holds: bool) -> tuple[Caught, Caught] | None:
    """What was caught that a test asks about, and what it is where that holds, or where it fails: of types that are
    raised to tell something. None where it is not found to be of such."""
    raised: Iterable[Instance] = ()
    kinds: tuple[str, ...] = ()
    caught: Caught | None = None
    match test:
        case Result(Call(name="builtins.isinstance", arguments=(Caught() as caught, types))) if holds:
            given = tuple(types.items if isinstance(types, Sequence) else [types])
            told = all(isinstance(each, Class) or idioms.origin_name(each) in idioms.REFUSALS for each in given)
            kinds = tuple(map(error_type, given)) if told else ()
        case Compared("==" | "!=" as asked, named, Constant(str() as name)) if (asked == "==") is holds:
            caught = _named(named)
            raised = (each for each in _raised(run) if name in (error_type(each.of), _own_name(each)))
        case Member(Caught() as caught, str() as key) if holds:
            raised = (each for each in _raised(run) if key in each.attributes)
    if caught is None:
        return None
    kinds = kinds or tuple(dict.fromkeys(error_type(each.of) for each in raised))
    return (caught, Caught(kinds, caught.span)) if kinds else None


def _named(value: Value) -> Caught | None:
    """What was caught whose name, or that of its class, a value is."""
    match value:
        case Member(Caught() as caught, "name"):
            return caught
        case Member(Member(Caught() as caught, "constructor" | "__class__"), "name" | "__name__"):
            return caught
        case Member(Result(Call(name="builtins.type", arguments=(Caught() as caught,))), "__name__"):
            return caught
        case _:
            return None


def _raised(run: Run) -> Iterator[Instance]:
    """What was raised until now that is of the project's own classes."""
    for raised in run.raises:
        if raised.value is not None:
            yield from (each for each in options(raised.value) if isinstance(each, Instance))


def _own_name(raised: Instance) -> str:
    """How an error of JavaScript calls itself, where it does not leave that to its class."""
    named = raised.attributes.get("name")
    return str(named.value) if isinstance(named, Constant) else ""


_OF_TYPES = frozenset({"builtins.isinstance", "js:typeof", "js:Array.isArray", "js:Buffer.isBuffer"})


def _about_type(value: Value) -> Value | None:
    """What a test asks the type of; None where it asks something else."""
    match value:
        case Compared("==" | "!=", Result() as left, Constant()):
            return _about_type(left) if left.call.name == "js:typeof" else None
        case Result(call) if call.name in _OF_TYPES and call.receiver is None and call.arguments:
            return call.arguments[0]
        case _:
            return None


def _asking(test: Value, asked: Value, value: Value) -> Value:
    """A test of a type, asked of a value in another's place."""
    if value is asked:
        return test
    match test:
        case Compared(operator, left, right):
            return Compared(operator, _asking(left, asked, value), right)
        case Result(call):
            return Result(replace(call, arguments=(value, *call.arguments[1:])))
        case _:
            return test


def error_type(value: Value) -> str:
    """The name of a type of errors, as `Caught.types` has it."""
    if isinstance(value, Class):
        return value.node.name
    if isinstance(value, Member) and isinstance(value.key, str):
        return value.key
    return idioms.origin_name(value) or "?"


def keep_known(names: dict[str, Value], others: dict[str, Value], assured: Assurances) -> None:
    """Note what is found to be there of what names stand for after one way through a branch, and not after the other:
    `if found is None: found = {}`."""
    if assured:
        for name, value in names.items():
            if others.get(name) is not value:
                names[name] = known(value, assured)


def handed(assured: Assurances, values: tuple[Value, ...]) -> Assurances:
    """Those of `assured` that hold for what a function does with `values`: that concern them, or a part of them."""
    passing = [each for each in assured if each.kind not in _LASTING]
    if all(_is_given(each.value, values) for each in passing):
        return assured
    concerned = {each for value in values for each in atoms(value)}
    wholes = [each.path for each in concerned if isinstance(each, Piece) and each.root == "event"]
    gone = [each for each in passing if each.value not in concerned and not _is_part(each.value, wholes)]
    return assured.difference(gone) if gone else assured


def _is_given(value: Value, values: tuple[Value, ...]) -> bool:
    """Whether one of some values is this one, and no other that was made of it: most are, which is seen at once."""
    told = isinstance(value, Result | Member) or (
        isinstance(value, Piece) and value.root == "event" and not value.there
    )
    return told and any(each is value for each in values)


def of_events(assured: Assurances) -> Assurances:
    """Those of `assured` that events decide: settings decide the others, for all that a function does."""
    return frozenset(each for each in assured if each.kind != CONFIGURED) if assured else assured


def of_settings(run: Run) -> Assurances:
    """What settings have decided so far."""
    sure = run.here.assured | run.established
    return frozenset(each for each in sure if each.kind == CONFIGURED) if sure else sure


_LASTING = (ABSENT, CONFIGURED, ENDS)
"""What holds of the way, whatever is done on it."""


def _is_part(value: Value, wholes: SequenceOf[tuple[Step, ...]]) -> bool:
    """Whether a value is a part of one of the parts of the event that lie at `wholes`."""
    match value:
        case Piece(path, "event") | Compared(_, Piece(path, "event")):
            return any(path[: len(whole)] == whole for whole in wholes)
        case _:
            return False


def vouched(assured: Assurances, values: Iterable[Value]) -> Assurances:
    """Those of `assured` that say of `values` that they are allowed."""
    sure = [each for each in assured if each.kind == ALLOWED]
    if not sure:
        return _NOTHING
    concerned = {each for value in values for each in atoms(value)}
    return frozenset(each for each in sure if each.value in concerned)


def returned(ways: SequenceOf[tuple[Value, Assurances]]) -> Assurances:
    """What is made sure of a function's result: on each way back, of the value that is returned there."""
    if not any(each.kind == ALLOWED for _, assured in ways for each in assured):
        return _NOTHING
    good: set[Value] = set()
    bad: set[Value] = set()
    for value, assured in ways:
        sure = {each.value for each in assured if each.kind == ALLOWED}
        for each in atoms(value):
            (good if each in sure else bad).add(each)
    return frozenset(Assurance(ALLOWED, each) for each in good - bad)


def harmless(value: Value, assured: Assurances, ways: Assurances) -> bool:
    """Whether a value that is returned was looked at, where on another of the `ways` back the same was not."""
    sure = {each.value for each in assured if each.kind == ALLOWED}
    made_of = atoms(value) if sure else ()
    return bool(made_of) and sure.issuperset(made_of) and not {each.value for each in ways}.issuperset(made_of)


def _about(kind: str, values: Iterable[Value]) -> Assurances:
    return frozenset(Assurance(kind, each) for value in values for each in atoms(value))


_BY_TYPE = {"string": TEXT, "number": ALLOWED, "bigint": ALLOWED, "boolean": ALLOWED}
"""What is made sure of where `typeof` says so."""
_OPPOSITES = {"!=": "==", "is not": "is", "not in": "in"}


def _told(value: Value) -> tuple[Assurances, Assurances]:
    """What is made sure of where a value is true, and where it is false."""
    match value:
        case Compared("decides", given, _):
            # A function of the project that says yes or no has looked at what it was given.
            looked = _about(ALLOWED, (given,))
            return looked, looked
        case Compared(operator, left, right) if operator in _OPPOSITES:
            holds, fails = _told(Compared(_OPPOSITES[operator], left, right))
            return fails, holds
        case Compared("==", Result(Call(name="js:typeof", arguments=(of, *_))), Constant(str(kind))):
            return _about(_BY_TYPE.get(kind, THERE), (of,)), _NOTHING
        case Compared("==" | "is", left, Constant(None)) | Compared("==" | "is", Constant(None), left):
            # `match = NAME.fullmatch(name)`, `if match is None: return`
            return _absent(left), _about(THERE, (left,)) | (_shaped(left) if isinstance(left, Result) else _NOTHING)
        case Compared("==" | ">" as operator, counted, Constant(0)) if (several := _counted(counted)) is not None:
            there, absent = _about(THERE, (several,)), _absent(several)
            return (absent, there) if operator == "==" else (there, absent)
        case Compared("==", left, Constant() as default) if default != NONE and _may_stand_for(default, left):
            return _about(ALLOWED, (left,)) | _absent(left), _NOTHING
        case Compared("==" | "is", left, right):
            both = ((left, right), (right, left))
            same = frozenset().union(*(is_text(one, other) for one, other in both))
            return same | _about(ALLOWED, (one for one, other in both if _is_fixed(other))), _NOTHING
        case Compared("in", _, Member(path, "parents")):
            return _about(ALLOWED, (path,)), _NOTHING
        case Compared("in", mark, right) if _is_mark(mark):
            # `if ".." in name: return`, `if any(mark in name for mark in ";|"): return`
            return _NOTHING, _about(ALLOWED, (right,))
        case Compared("in", Constant(str(name)), Imported(whole)) if whole in idioms.ENVIRONMENT:
            return _NOTHING, _absent(Environment(name))
        case Compared("in", Constant(str(key)), Result() as right):
            part = Member(right, key)
            return _about(THERE, (part,)), _absent(part)
        case Compared("in", Constant(str() | int() as key), Piece(path, "event")):
            return frozenset({Assurance(PRESENT, Piece((*path, key)))}), _NOTHING
        case Compared("in", left, right):
            return (_about(ALLOWED, (left,)) if _is_fixed(right) else _NOTHING), _NOTHING
        case Compared(_, Result(call), _) if call.name == "builtins.len":
            return _about(THERE, call.arguments), _NOTHING
        case Result(call) if call.name in ("builtins.all", "builtins.any", "builtins.bool"):
            holds, fails = _all_told(call.arguments)
            return holds | _of_wholes(holds), fails | _of_wholes(fails)
        case Result() if shaped := _shaped(value):
            return shaped, _NOTHING
        case Result(call) if call.name == "builtins.isinstance" and call.arguments:
            kinds = {idioms.origin_name(each) for kind in call.arguments[1:] for each in _each(kind)}
            kind = ALLOWED if kinds and kinds <= idioms.SCALAR_TYPES else THERE
            text = _about(TEXT, call.arguments[:1]) if kinds == {"builtins.str"} else _NOTHING
            return text | _about(kind, call.arguments[:1]), _NOTHING
        case Result(call) if call.receiver is not None and call.name in ("startswith", "startsWith"):
            looked = _about(ALLOWED, (call.receiver,)) if all(map(_is_fixed, call.arguments)) else _NOTHING
            return looked, looked
        case Result(call) if call.name in ("endswith", "endsWith") and _asks_event(call):
            return frozenset({Assurance(ENDS, value)}) | _about(THERE, (value,)), _absent(value)
        case Result(call) if (
            call.name == "includes" and call.receiver and call.arguments and _is_mark(call.arguments[0])
        ):
            # `if (name.includes("..")) return`
            return _NOTHING, _about(ALLOWED, (call.receiver,))
        case Result(call) if call.name in idioms.PRESENCE_TESTS:
            return _about(THERE, call.arguments), _NOTHING
        case Result(call) if _may_validate(call.name):
            looked = _about(ALLOWED, (*call.arguments, *call.keywords.values()))
            return looked | _about(THERE, (value,)), looked
        case Sequence(items=items) if items:
            return _all_told(items)
        case Unknown(parts) if len(parts) == 1 and isinstance(parts[0], Compared):
            holds, fails = _told(parts[0])
            return fails, holds
        case _:
            return _about(THERE, (value,)), _absent(value)


def _counted(number: Value) -> Value | None:
    """What a number is the count of: `len(items)`, `items.length`, `answer["Count"]`; None where it is none."""
    match number:
        case Result(call) if call.name == "builtins.len" and call.arguments:
            return call.arguments[0]
        case Member(of, "length"):
            return of
        case Member(_, "Count"):
            return number
        case _:
            return None


def _shaped(value: Result) -> Assurances:
    """What has a known shape where a test of it gives something."""
    call = value.call
    if call.receiver is None:
        return _about(ALLOWED, call.arguments) if call.name in idioms.SHAPE_TESTS else _NOTHING
    return _about(ALLOWED, (call.receiver, *call.arguments)) if call.name in idioms.SHAPE_TEST_METHODS else _NOTHING


def _absent(value: Value) -> Assurances:
    """What is made sure of where a value, that a call or the environment gave, is null or empty."""
    return frozenset(
        Assurance(ABSENT, each) for each in options(value) if isinstance(each, (Environment, Member, Result))
    )


def _may_stand_for(default: Constant, value: Value) -> bool:
    """Whether a value is a constant where nothing else was set: `os.environ.get("NAME", "none")`."""
    for each in options(value):
        if isinstance(each, Environment) and each.default == default:
            return True
        if isinstance(each, Result) and default in (*each.call.arguments[1:], *each.call.keywords.values()):
            return True
    return False


def _all_told(values: Iterable[Value]) -> tuple[Assurances, Assurances]:
    parts = [_told(each) for each in _single(values)]
    return frozenset().union(*(holds for holds, _ in parts)), frozenset().union(*(fails for _, fails in parts))


def _single(values: Iterable[Value]) -> Iterator[Value]:
    """Values, with the items of lists in place of these, each list once."""
    pending, seen = list(values)[::-1], set[int]()
    while pending:
        match pending.pop():
            case Sequence(items=items) as several if items:
                if id(several) not in seen:
                    seen.add(id(several))
                    pending.extend(reversed(items))
            case single:
                yield single


def _of_wholes(assured: Assurances) -> Assurances:
    """What holds for all items holds for the whole: `all(letter in LETTERS for letter in name)`."""
    return frozenset(
        Assurance(each.kind, Piece(each.value.path[:-1]))
        for each in assured
        if isinstance(each.value, Piece) and each.value.path[-1:] == (EACH,)
    )


def _each(value: Value) -> tuple[Value, ...]:
    return tuple(value.items) if isinstance(value, Sequence) else (value,)


_CONTENT_UNSEEN = carriers.PARSING | {
    "os.path.exists", "os.path.isfile", "os.path.isdir", "os.path.lexists", "os.access", "exists", "is_file", "is_dir",
}  # fmt: skip
"""What says nothing of a text's content where it succeeds."""


def _is_mark(value: Value) -> bool:
    """Whether a value is a text without letters and digits, or one of several such."""
    match value:
        case Constant(str(mark)) | Member(Constant(str(mark)), _):
            return bool(mark) and not re.search(r"\w", mark)
        case Choice(several):
            return all(_is_mark(each) for each in several)
        case _:
            return False


def _may_validate(name: str) -> bool:
    """Whether a function or method that is not known may have looked at the content of what it was given."""
    return (
        not name.startswith("builtins.")
        and name not in ("get", "endswith", "endsWith", "pop")
        and name not in _CONTENT_UNSEEN
    )


def _asks_event(call: Call) -> bool:
    """Whether a method that is given something fixed is called on what was made of a part of the event."""
    return (
        call.receiver is not None
        and all(map(_is_fixed, call.arguments))
        and any(isinstance(each, Piece) and each.root == "event" for each in origins(call.receiver, FEW))
    )


def _is_fixed(value: Value) -> bool:
    """Whether nothing of a value comes from the event."""
    return value != NONE and not any(isinstance(each, Piece) and each.root == "event" for each in origins(value, FEW))
