"""What a program's expression can be known to give, without running it.

Every value keeps what it was made from, so that a check can ask where it came from. Mutable values (`Mapping`,
`Sequence`, `Instance`) only ever gain possibilities: an entry written twice is a `Choice`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as MappingOf
from functools import lru_cache
from operator import attrgetter
from typing import Any

from lambdalint.code import ir
from lambdalint.records import dataclass, field
from lambdalint.source import Span

EACH = "*"
"""The step of a path that stands for every item."""

Step = str | int
"""A key, an index, or EACH."""


class _Composed:
    """A value made of others, which it keeps for good; what they come from is looked for once."""

    __slots__ = ("_atoms",)
    _atoms: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """A scalar that is spelt out."""

    value: str | bytes | int | float | complex | bool | None


@dataclass(frozen=True, slots=True)
class Piece:
    """The event or a part of it: `event["Records"][*]["body"]` has the path ("Records", "*", "body")."""

    path: tuple[Step, ...] = ()
    root: str = "event"
    """`event` or `context`."""
    there: bool = False
    """Whether it is known to be neither null nor empty: `event["body"] or "{}"`."""


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment variable, and what stands in where it is not set."""

    name: str
    default: Value | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """A name from outside the project, as imports resolve it: `boto3.client`, `builtins.len`."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A loop, a comprehension, or a call that runs a function for every item."""

    span: Span
    over: Value
    """What it runs through."""
    over_records: bool = False
    """Whether it runs through the records of the event."""
    over_event: bool = False
    """Whether it runs through some part of the event, or of what was made of it."""
    counted: bool = False
    """Whether a test that leads out of it asks how far it has counted, or how much it has collected."""
    of_records: bool = False
    """Whether it runs through the records, or through a list that has one item for each of them."""
    together: bool = False
    """Whether its rounds do not wait for each other: `records.map(async (record) => …)`."""
    tests: int = 0
    """How many tests stand around it, the first of those around what is done in it."""
    says: bool = False
    """Whether nothing is done in it but to log."""
    reckons: bool = False
    """Whether something is added up in it."""


THERE, ALLOWED, ABSENT, PRESENT, TEXT, IS = "there", "allowed", "absent", "present", "text", "is"
CONFIGURED, ENDS = "configured", "ends"

AWAITED, ENTERED, KEPT, CALLED_BACK = "(awaited)", "(entered)", "(kept)", "(called back)"
"""What `Call.asked` holds where the result is awaited, is the context of a `with`, is kept, itself or in what is
made of it, where it outlives the invocation, or is given to a function that the call was handed."""

UNMADE, BY_METHOD = "(called without new)", "(asked by a method)"
"""What it holds where a class was called as a function is, without `new`, and where a client of the SDK for JavaScript
was asked by a method of its own, not by `send`."""

CHANGED = "(changed)"
"""What it holds where something in the result is set or deleted."""

SUPER = "super"
"""The key of what an object of the project's class is as one of its base's, which is none of the project."""

DECORATES = "(decorates)"
"""What it holds where the result decorates a function of the project that is called."""

TOGETHER, RACED = "(together)", "(raced)"
"""What it holds where the result is awaited together with others: for all of them, or for the first that comes."""


@dataclass(frozen=True, slots=True)
class Assurance:
    """What a test has made sure of, where it leads on: `if name in TABLES`, `if not body: return`."""

    kind: str
    """THERE: it is not null (or not empty). ALLOWED: it is one of a few, has a known shape, or was validated. ABSENT,
    of what calls and the environment gave only: it is null, empty, or not in the answer, or what stands in for it.
    PRESENT, of parts of the event only: its key is there, and it may be null. TEXT: it is a text, not an object. IS, of
    parts of the event only: it is the text that it was compared with. CONFIGURED: it is true, and environment variables
    decide alone whether it is; what is false is Unknown of it alone, as `not` makes it. ENDS, of what was made of parts
    of the event only: the call that asks how a text ends, where it ends so."""
    value: Value
    """The part of the event, or what was made of it, that was asked about; where it IS a text, the comparison."""


NOTHING_NAMED: MappingOf[str, Any] = {}
"""What most calls name of their arguments: there are very many calls."""


@lru_cache(maxsize=4096)
def _with(known: frozenset[Any], one: Step) -> frozenset[Any]:
    """A set with one more, the same set for all who have the same."""
    return known | {one}


class Met:
    """A call that was met, which keeps for good what it turned out to mean, and to make, and what else was found out
    about it."""

    __slots__ = ("leaves", "makes", "means", "pure")
    means: object
    makes: object
    pure: bool
    """Whether it changes nothing outside the program."""
    leaves: bool
    """Whether it asks something of somebody outside the process."""

    def keep(self, means: object) -> object:
        self.means = means
        return means

    def keep_made(self, makes: object) -> object:
        self.makes = makes
        return makes

    def keep_pure(self, pure: bool) -> bool:
        self.pure = pure
        return pure

    def keep_leaves(self, leaves: bool) -> bool:
        self.leaves = leaves
        return leaves


@dataclass(frozen=True, slots=True, eq=False)
class Call(Met):
    """A call to something outside the project."""

    name: str
    """As imports resolve it: `boto3.client`; a method's bare name where it has a receiver; "" where unknown."""
    receiver: Value | None
    """What the method is called on."""
    arguments: tuple[Value, ...]
    keywords: MappingOf[str, Value]
    span: Span
    trail: tuple[Span, ...]
    """The calls that lead here from the handler, outermost first."""
    phase: str
    """`init` or `invocation`."""
    loops: tuple[Loop, ...]
    """The loops around it, outermost first."""
    once: bool
    """Whether it happens at most once in the life of an execution environment: cached, or behind a guard."""
    open: bool = False
    """Whether it has arguments that are not seen here (`*args`, `**options`)."""
    discarded: bool = False
    """Whether nothing takes its result."""
    conditional: bool = False
    """Whether it stands in a branch that some runs do not take."""
    spared: bool = False
    """Whether a function that leads to it has ended before it in some runs, giving nothing back."""
    branch: int = 0
    """In a program that runs once: which of the stretches that are done as a whole or not at all; 0 for what every run
    does."""
    mends: bool = False
    """Whether it is made where something has failed: in a clause that catches, or in what one calls."""
    caught: tuple[str, ...] = ()
    """What the `try`s around it catch, bare names of Python's own types; "" stands for everything."""
    assured: frozenset[Assurance] = frozenset()
    """What the tests on the way here, about what the call may use, have made sure of."""
    tested: tuple[Value, ...] = ()
    """The values that the tests around it ask about, outermost first."""
    places: MappingOf[str, Span] = NOTHING_NAMED
    """In a program that runs once: where its keywords are written."""
    asked: frozenset[Step] = frozenset()
    """The keys and attributes of its result that are read; AWAITED, ENTERED, KEPT, CHANGED for what is done with
    it."""
    attributes: frozenset[str] = frozenset()
    """The attributes of its result that are set."""
    needed: frozenset[str] = frozenset()
    """What is read of its result where that was not asked for being null, and nothing stands in for it."""

    def ask(self, key: Step) -> None:
        """Note that a key or attribute of its result is read, or what is done with it."""
        if key not in self.asked:
            object.__setattr__(self, "asked", _with(self.asked, key))

    def set(self, attribute: str) -> None:
        """Note that an attribute of its result is set."""
        object.__setattr__(self, "attributes", _with(self.attributes, attribute))

    def need(self, key: str) -> None:
        """Note that something of its result is read that was not asked for being null."""
        object.__setattr__(self, "needed", _with(self.needed, key))

    def argument(self, position: int, name: str = "") -> Value | None:
        """The argument at a position or of a name; None where the call does not give it."""
        if name in self.keywords:
            return self.keywords[name]
        return self.arguments[position] if 0 <= position < len(self.arguments) else None


@dataclass(frozen=True, slots=True)
class Result(_Composed):
    """What a call to something outside the project gives."""

    call: Call


@dataclass(frozen=True, slots=True)
class Partial(_Composed):
    """A function with some of its arguments given beforehand."""

    of: Value
    positional: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Member(_Composed):
    """An attribute or item of a value that is known only by where it came from."""

    of: Value
    key: Step


@dataclass(frozen=True, slots=True)
class Caught:
    """What an `except` or `catch` clause has caught."""

    types: tuple[str, ...]
    """The types it may have, as imports resolve them; empty for any."""
    span: Span
    """The clause."""


@dataclass(frozen=True, slots=True)
class Compared(_Composed):
    """Whether two values stand in a relation."""

    operator: str
    """As `ir.Comparison` has it; `decides` where a function of the project says yes or no about `left`."""
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Text(_Composed):
    """Values joined into one text."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Choice(_Composed):
    """One of several values, by the way the program takes."""

    options: tuple[Value, ...]
    settled: bool = False
    """Whether it is the same one for every event: a constant or an environment variable decides the way."""


@dataclass(frozen=True, slots=True)
class Unknown(_Composed):
    """Anything, made from these parts as far as is known."""

    parts: tuple[Value, ...] = ()
    by: str = ""
    """The operator that made it of two numbers, `/` for one."""


@dataclass(slots=True, eq=False)
class Mapping:
    """A dict or object made by the program."""

    span: Span
    entries: dict[str, Value] = field(default_factory=dict)
    open: bool = False
    """Whether it may have entries that are not seen here."""
    others: Value | None = None
    """The value under keys that are not constant text."""
    lasting: bool = False
    """Whether it was made at init, and so outlives the invocation."""
    consulted: bool = False
    """Whether the program looks up keys in it."""
    kind: str = "dict"
    """`dict`, or `map` of JavaScript's `Map`, whose entries JSON does not see."""
    places: dict[str, Span] = field(default_factory=dict)
    """In a program that runs once: where its entries are written."""
    keys: Value | None = None
    """What calls gave that stands in it as keys, as futures do that are waited for."""
    rest: Value | None = None
    """What was spread into it that is none of the program, as `...JSON.parse(body)`: keys not seen come from it."""
    of_record: bool = False
    """Whether it was made for one of the event's records, of which each has its own."""
    unsure: frozenset[str] = frozenset()
    """In a program that runs once: the entries that some runs do not put there."""

    def put(self, key: Value, value: Value, *, replaces: bool = False) -> None:
        """Note that `key` may hold `value`; or that it holds it, where that `replaces` what was there."""
        match key:
            case Constant(str(name)):
                known = None if replaces else self.entries.get(name)
                self.entries[name] = value if known is None else join(known, value)
            case _:
                self.open = True
                self.others = value if self.others is None else join(self.others, value)
                if isinstance(key, Result):
                    self.keys = key if self.keys is None else join(self.keys, key)

    def take(self, key: Value) -> None:
        """Note that what stands under `key` may be gone."""
        match key:
            case Constant(str(name)) if name in self.entries:
                self.entries[name] = join(self.entries[name], Unknown())


@dataclass(slots=True, eq=False)
class Sequence:
    """A list, tuple or set made by the program, or a generator of one of its functions."""

    span: Span
    items: list[Value] = field(default_factory=list)
    kind: str = "list"
    """`list`, `tuple`, `set`, `deque`, `generator`, or `view` of a dict; an array is a `list`."""
    open: bool = False
    """Whether the items stand for any number of items in any order."""
    lasting: bool = False
    """Whether it was made at init, and so outlives the invocation."""
    loop: Loop | None = None
    """The loop that puts an item in it each time, in JavaScript."""
    filled: Loop | None = None
    """The loop whose every round puts an item in it, and nothing takes one out: `[… for … in …]`, `.map(…)`."""


@dataclass(slots=True, eq=False)
class Function:
    """A function of the project, with the scope that it closes over."""

    node: ir.Function
    scope: Scope
    defaults: dict[str, Value] = field(default_factory=dict)
    """The values of its parameters' defaults."""
    receiver: Value | None = None
    """What a method is bound to."""
    owner: Class | None = None
    """The class whose method it is."""
    kind: str = ""
    """`property`, `static`, `class` or `class property` for such methods."""
    decorators: tuple[Value, ...] = ()
    """Decorators from outside the project that wrap it, outermost first."""
    around: tuple[Value, ...] = ()
    """Those of them that change nothing of what it gives: they call it again where it fails, or count its calls."""
    caches: bool = False
    """Whether it runs once for the same arguments, as `lru_cache` makes it."""
    keyed: bool = False
    """Whether something else than its arguments, a key function, tells the cache which are the same."""
    others: list[Function] | None = None
    """What is called in its place where its first argument has another type, as `singledispatch` does it."""
    settled: frozenset[Assurance] = frozenset()
    """What settings have decided where it was made: it holds whenever it is called."""


@dataclass(slots=True, eq=False)
class Class:
    """A class of the project; its own attributes stand in its scope."""

    node: ir.Class
    scope: Scope
    bases: tuple[Value, ...] = ()

    def lookup(self, name: str) -> Value | None:
        """The attribute of this class or its project bases; None where there is none."""
        if name in self.scope.names:
            return self.scope.names[name]
        for base in self.bases:
            if isinstance(base, Class) and base is not self and (found := base.lookup(name)) is not None:
                return found
        return None

    @property
    def members(self) -> tuple[str, ...]:
        """The names that it and its project bases set, its own first."""
        inherited = (
            name for base in self.bases if isinstance(base, Class) and base is not self for name in base.members
        )
        return tuple(dict.fromkeys((*self.scope.names, *inherited)))

    @property
    def fields(self) -> tuple[str, ...]:
        """The names that it and its project bases declare with a type, in the order of a data class's arguments."""
        bases = (base for base in self.bases if isinstance(base, Class) and base is not self)
        inherited = (name for base in bases for name in base.fields)
        return tuple(dict.fromkeys((*inherited, *(name for name, _ in self.node.fields))))

    def made_from(self, other: Value) -> bool:
        """Whether a class, of the project's or another, is among its bases."""
        bases = [base for base in self.bases if base is not self]
        return other in bases or any(isinstance(base, Class) and base.made_from(other) for base in bases)

    @property
    def line(self) -> tuple[Class, ...]:
        """It and its project bases, in the order in which Python looks for what they have."""
        found = [
            self,
            *(one for base in self.bases if isinstance(base, Class) and base is not self for one in base.line),
        ]
        # What several are made of comes after all of them.
        return tuple(reversed(dict.fromkeys(reversed(found))))

    @property
    def foreign(self) -> bool:
        """Whether it has a base from outside the project, apart from `object`."""
        return any(
            base.foreign if isinstance(base, Class) else base != Imported("builtins.object") for base in self.bases
        )


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a project's class."""

    of: Class
    persistent: bool
    """Whether it outlives the invocation: it was made at init, or once."""
    attributes: dict[str, Value] = field(default_factory=dict)
    held: Mapping | Sequence | None = None
    """In a program that runs once: what it holds, where its class is made of `dict`, `list` or the like."""
    whole: Instance | None = None
    """The object that this is a part of, as `super()` gives it: what its class says, and not what those made of it do.
    """


@dataclass(slots=True, eq=False)
class Module:
    """A module of the project."""

    name: str
    scope: Scope


@dataclass(slots=True, eq=False)
class Scope:
    """The names of a module, class or function that is being evaluated."""

    module: ir.Module
    names: dict[str, Value] = field(default_factory=dict)
    parent: Scope | None = None
    function: ir.Function | None = None
    """The function whose body this is; None for a module or class."""
    module_name: str = ""
    package: str = ""
    """The dotted name that relative imports start from."""
    root: str = ""
    """The directory that the module was found under."""
    declared: dict[str, str] = field(default_factory=dict)
    """Names declared `global` or `nonlocal`."""
    aliases: frozenset[str] = frozenset()
    """Local names that stand for something that outlives the invocation."""
    lasting: bool = False
    """Whether it is a function's that ran at init: what closes over its names finds them again at the next event."""
    exports: dict[str, str] = field(default_factory=dict)
    """In JavaScript the names of the module that it exports, by what it exports them as; other exports are an object's.
    """
    links: dict[str, tuple[Scope, str]] = field(default_factory=dict)
    """Imported names that had no value yet, with the module that exports them, and under which name."""
    stars: list[Scope] = field(default_factory=list)
    """The modules of which it exports everything: in Python those that a `*` imports from."""

    @property
    def top(self) -> Scope:
        """The scope of the module."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def owner(self, name: str) -> Scope | None:
        """The scope that a read of `name` here finds it in; None where nobody has set it."""
        if self.declared.get(name) == "global":
            return self.top if name in self.top.names else None
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope
            scope = scope.parent
        return None


Value = (
    Constant
    | Piece
    | Environment
    | Imported
    | Result
    | Member
    | Partial
    | Caught
    | Compared
    | Text
    | Choice
    | Unknown
    | Mapping
    | Sequence
    | Function
    | Class
    | Instance
    | Module
)

NONE = Constant(None)
_MOST_OPTIONS = 16
_MOST_ROUTES = 128
"""The same of what is called or loaded: a table of routes has one for each path of an API."""


def join(*values: Value, settled: bool = False) -> Value:
    """What is one of `values`, by the way the program takes, which may be settled for every event."""
    if len(values) == 1:
        return values[0]
    found: dict[Value, None] = {}
    for value in values:
        if isinstance(value, Choice):
            settled = settled and value.settled
            found.update(dict.fromkeys(value.options))
        else:
            found[value] = None
    if len(found) == 1:
        return next(iter(found))
    options = tuple(found)
    if len(options) > _MOST_OPTIONS and not (len(options) <= _MOST_ROUTES and all(map(_is_route, options))):
        return Unknown(options[:_MOST_OPTIONS])
    return Choice(options, settled)


def _is_route(value: Value) -> bool:
    return isinstance(value, Function | Class | Module)


def options(value: Value) -> tuple[Value, ...]:
    """Every value that this may be."""
    return value.options if isinstance(value, Choice) else (value,)


def held(value: Value) -> Value:
    """What an object of the project's holds that is a container; other values as they are."""
    return value.held if isinstance(value, Instance) and value.held is not None else value


_MOST_ORIGINS = 2_000
FEW = 100
"""How many of the origins of a value the evaluation itself looks at, over and over."""


def origins(value: Value, most: int = _MOST_ORIGINS) -> Iterator[Value]:
    """`value` and everything that it was made from, the nearest of it where that is very much."""
    seen: set[int] = set()
    pending: list[Value] = [value]
    while pending and len(seen) < most:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        yield value
        made_of = _PARTS.get(type(value))
        if made_of is not None:
            pending.extend(made_of(value))


def made_of(value: Value, most: int = _MOST_ORIGINS) -> list[Value]:
    """What `origins` gives, for who looks at all of it: nothing else is asked as often."""
    seen: dict[int, Value] = {}
    pending: list[Value] = [value]
    while pending and len(seen) < most:
        each = pending.pop()
        key = id(each)
        if key not in seen:
            seen[key] = each
            parts_of = _PARTS.get(type(each))
            if parts_of is not None:
                pending.extend(parts_of(each))
    return list(seen.values())


def all_origins(values: Iterable[Value]) -> Iterator[Value]:
    """Values and everything that they were made from, each once, in no order."""
    pending = list(values)
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if id(value) not in seen:
            seen.add(id(value))
            yield value
            made_of = _PARTS.get(type(value))
            if made_of is not None:
                pending.extend(made_of(value))


def parts(value: Value) -> Iterable[Value]:
    """What a value was made from at first hand."""
    made_of = _PARTS.get(type(value))
    return () if made_of is None else made_of(value)


def _of_result(value: Result) -> Iterable[Value]:
    call = value.call
    if call.receiver is None:
        return (*call.arguments, *call.keywords.values()) if call.keywords else call.arguments
    return (call.receiver, *call.arguments, *call.keywords.values())


def _of_mapping(value: Mapping) -> Iterable[Value]:
    if value.others is None and value.rest is None:
        return value.entries.values()
    return (*value.entries.values(), *(each for each in (value.others, value.keys, value.rest) if each is not None))


_PARTS: dict[type, Callable[[Any], Iterable[Value]]] = {
    Choice: attrgetter("options"),
    Text: attrgetter("parts"),
    Unknown: attrgetter("parts"),
    Member: lambda value: (value.of,),
    Partial: lambda value: (value.of, *value.positional, *(given for _, given in value.keywords)),
    Compared: lambda value: (value.left, value.right),
    Result: _of_result,
    Environment: lambda value: () if value.default is None else (value.default,),
    Mapping: _of_mapping,
    Sequence: attrgetter("items"),
}


_MOST_ATOMS = 20


def atoms(value: Value) -> tuple[Value, ...]:
    """The parts of the event, and what calls gave, that a value was made of, the nearest of them."""
    if isinstance(value, _Composed):
        try:
            return value._atoms
        except AttributeError:
            pass
    elif type(value) not in _PARTS and not isinstance(value, Piece):
        return ()  # As most that a function is given.
    # As `origins` goes, without its generator: nothing else is asked as often.
    found: list[Value] = []
    settled = True
    seen: set[int] = set()
    pending: list[Value] = [value]
    while pending and len(seen) < FEW and len(found) < _MOST_ATOMS:
        each = pending.pop()
        key = id(each)
        if key in seen:
            continue
        seen.add(key)
        kind = type(each)
        made_of = _PARTS.get(kind)
        if made_of is None:
            if isinstance(each, Piece) and each.root == "event":
                found.append(Piece(each.path) if each.there else each)
            continue
        if kind is Result or kind is Member:
            found.append(each)
        elif kind is Mapping or kind is Sequence:
            settled = False
        pending.extend(made_of(each))
    made = tuple(found)
    if settled and isinstance(value, _Composed):
        value._atoms = made
    return made
