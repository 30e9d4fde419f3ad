"""The program representation that all languages share.

Nodes compare by identity: two calls written alike are two calls. Nobody changes them; they are not frozen, and have no
repr, because making the classes and the many nodes would then take twice the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, get_args

from lambdalint.records import dataclass, field, fields
from lambdalint.source import Source, Span

# ----------------------------------------------------------------------------------------------------- expressions


@dataclass(slots=True, eq=False, repr=False)
class Name:
    """A variable."""

    id: str
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Literal:
    """A scalar: text, bytes, a number, a truth value or None (null, undefined)."""

    value: str | bytes | int | float | complex | bool | None
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Text:
    """Text with holes: an f-string or a template literal. Its literal parts are `Literal`s."""

    parts: tuple[Expression, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Attribute:
    """`value.name`; where it is optional (`value?.name`), it is absent where the value is."""

    value: Expression
    name: str
    span: Span
    optional: bool = False
    there: bool = False
    """Whether its author says that it is there: `value.name!`, `value.name as string`."""


@dataclass(slots=True, eq=False, repr=False)
class Item:
    """`value[key]`; also `value?.[key]`."""

    value: Expression
    key: Expression
    span: Span
    optional: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Slice:
    """`lower:upper:step` as the key of an Item."""

    parts: tuple[Expression | None, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Argument:
    """One argument of a call: positional, named, or spread (`*x`, `**x`, `...x`)."""

    value: Expression
    name: str | None = None
    spread: str = ""
    """`*` or `**`."""


@dataclass(slots=True, eq=False, repr=False)
class Call:
    """`function(arguments)`; also `new function(arguments)` and `function?.(arguments)`."""

    function: Expression
    arguments: tuple[Argument, ...]
    span: Span
    new: bool | None = None
    """Whether it makes an object by `new`; None where no other call could stand."""
    optional: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Mapping:
    """A dict or object literal. A key of None spreads the value (`**x`, `...x`)."""

    entries: tuple[tuple[Expression | None, Expression], ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Rest:
    """What an object has beside some keys: `rest` of `{a, b, ...rest} = value`."""

    value: Expression
    but: frozenset[str]
    """The keys that it is left without."""
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Sequence:
    """A list, tuple or set literal; items may be `Spread`."""

    kind: str
    """`list`, `tuple` or `set`."""
    items: tuple[Expression, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Spread:
    """`*value` inside a sequence or an assignment target."""

    value: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Unary:
    """`not x`, `-x`, `+x`, `~x`, `void x`."""

    operator: str
    operand: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Binary:
    """`left + right` and the other arithmetic operators, as spelt."""

    operator: str
    left: Expression
    right: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Boolean:
    """`left and right`, `left or right`, `left ?? right`."""

    operator: str
    """`and`, `or` or `??`."""
    left: Expression
    right: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Comparison:
    """`left == right` and the like; a chain is a Boolean `and` of comparisons."""

    operator: str
    """`==`, `!=`, `<`, `<=`, `>`, `>=`, `is`, `is not`, `in` or `not in`."""
    left: Expression
    right: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Conditional:
    """`then if test else otherwise`."""

    test: Expression
    then: Expression
    otherwise: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Lambda:
    """A function as an expression."""

    function: Function
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Loop:
    """One `for … in … if …` of a comprehension."""

    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


@dataclass(slots=True, eq=False, repr=False)
class Comprehension:
    """A list, set, dict or generator comprehension. A dict's element is a tuple Sequence of key and value."""

    kind: str
    """`list`, `set`, `dict` or `generator`."""
    element: Expression
    loops: tuple[Loop, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Await:
    """`await value`."""

    value: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Yield:
    """`yield value`, `yield from value`."""

    value: Expression | None
    span: Span
    each: bool = False
    """Whether each item of the value is given."""


@dataclass(slots=True, eq=False, repr=False)
class Bind:
    """`target := value`: an assignment that is an expression."""

    target: Expression
    value: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Opaque:
    """Anything else, as an expression or a statement: its parts are still there."""

    children: tuple[Expression, ...]
    span: Span


Expression = (
    Name
    | Literal
    | Text
    | Attribute
    | Item
    | Slice
    | Call
    | Mapping
    | Rest
    | Sequence
    | Spread
    | Unary
    | Binary
    | Boolean
    | Comparison
    | Conditional
    | Lambda
    | Comprehension
    | Await
    | Yield
    | Bind
    | Opaque
)


# ------------------------------------------------------------------------------------------------------ statements


@dataclass(slots=True, eq=False, repr=False)
class Do:
    """An expression as a statement."""

    value: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Assign:
    """`a = b = value`; also an annotated assignment that has a value."""

    targets: tuple[Expression, ...]
    value: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Update:
    """`target += value` and the like; the operator as in Binary or Boolean."""

    operator: str
    target: Expression
    value: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Import:
    """One name bound by an import statement.

    `import a.b` is Import("a.b", None, "a"); `import a.b as c` is Import("a.b", None, "c"); `from .a import b as c` is
    Import("a", "b", "c", level=1); a star import has name "*" and binds "".

    In JavaScript the module is the specifier as written: `import a, * as b from "./c"` is Import("./c", "default", "a")
    and Import("./c", None, "b"), `const {a: b} = require("c")` is Import("c", "a", "b", how="require"),
    `export {a as b} from "c"` is Import("c", "a", "b", how="reexport").
    """

    module: str
    name: str | None
    bound: str
    span: Span
    level: int = 0
    how: str = "import"
    """`import`, `require` or `reexport`: what is exported again binds nothing here. In Python `as` where the whole
    module is given a name, which may be that of the package it is in: `import redis.asyncio as redis`."""


@dataclass(slots=True, eq=False, repr=False)
class Export:
    """`export {value as name}`, `export default value`, `exports.name = value`.

    A name of None stands for all that is exported, as in `module.exports = value`.
    """

    name: str | None
    value: Expression
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Parameter:
    """A parameter of a function."""

    name: str
    kind: str
    """`positional` (also those before `/`), `keyword` (after `*`), `*` or `**`."""
    default: Expression | None
    span: Span
    types: tuple[str, ...] = ()
    """The names in its annotation, without those of modules: of `typing.Annotated[int, Query()]`, Annotated and int."""


@dataclass(slots=True, eq=False, repr=False)
class Function:
    """A function or method; `span` is its name's place, `extent` all of it."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...]
    span: Span
    extent: Span
    is_async: bool = False
    is_generator: bool = False
    kind: str = ""
    """In JavaScript `arrow`, `method`, `class`, `property`, `class property`; Python tells them apart by decorators."""


@dataclass(slots=True, eq=False, repr=False)
class Class:
    """A class; `span` is its name's place."""

    name: str
    bases: tuple[Expression, ...]
    body: tuple[Statement, ...]
    decorators: tuple[Expression, ...]
    span: Span
    fields: tuple[tuple[str, Expression], ...] = ()
    """The names that its body declares with a type, in order, each with the type."""


@dataclass(slots=True, eq=False, repr=False)
class If:
    """`if test: then else: otherwise`; an `elif` is an If alone in `otherwise`."""

    test: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class For:
    """`for target in iterable: body else: otherwise`."""

    target: Expression
    iterable: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class While:
    """`while test: body else: otherwise`."""

    test: Expression
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class With:
    """`with context as target, …: body`."""

    contexts: tuple[tuple[Expression, Expression | None], ...]
    body: tuple[Statement, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Clause:
    """`except types as name: body`; `span` is the head's place. Types of None catch everything."""

    types: Expression | None
    name: str | None
    body: tuple[Statement, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Try:
    """`try: body except …: … else: otherwise finally: final`."""

    body: tuple[Statement, ...]
    clauses: tuple[Clause, ...]
    otherwise: tuple[Statement, ...]
    final: tuple[Statement, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Case:
    """One case of a Match: what it compares with, the names it binds, its guard."""

    pattern: Expression
    bindings: tuple[Name, ...]
    guard: Expression | None
    body: tuple[Statement, ...]


@dataclass(slots=True, eq=False, repr=False)
class Match:
    """`match subject: case …`; also `switch`."""

    subject: Expression
    cases: tuple[Case, ...]
    span: Span
    breaks: bool = False
    """Whether a `break` in a case leads out of it, and not out of the loop around it."""


@dataclass(slots=True, eq=False, repr=False)
class Return:
    """`return value`."""

    value: Expression | None
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Raise:
    """`raise value`; None raises again what is being handled."""

    value: Expression | None
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Scope:
    """`global names`, `nonlocal names`."""

    kind: str
    """`global` or `nonlocal`."""
    names: tuple[str, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Delete:
    """`del target`."""

    targets: tuple[Expression, ...]
    span: Span


@dataclass(slots=True, eq=False, repr=False)
class Jump:
    """`break` or `continue`."""

    kind: str
    span: Span


Statement = (
    Do
    | Assign
    | Update
    | Import
    | Export
    | Function
    | Class
    | If
    | For
    | While
    | With
    | Try
    | Match
    | Return
    | Raise
    | Scope
    | Delete
    | Jump
    | Opaque
)

Node = Expression | Statement | Argument | Loop | Clause | Case | Parameter


@dataclass(frozen=True, slots=True)
class Feature:
    """A use of what a language has not always had: an older version cannot run the module that it stands in."""

    runtime: str
    """The first of Lambda's runtimes that has it, or would have: `python3.12`."""
    what: str
    """`a match statement`."""
    span: Span


@dataclass(frozen=True, slots=True)
class Undeclared:
    """The names of a module that it uses and that nothing in it declares, nor their language."""

    reads: dict[Span, Span | None]
    """Where they are read; and where a scope declares the name that is not around that place."""
    sets: dict[Span, bool | None]
    """Where they are set; and whether that is strict code, None where what is made of an ES module decides."""
    names: frozenset[str]
    """Those that are set, each a global of the whole program then."""


@dataclass(slots=True, eq=False, repr=False)
class Module:
    """One source file."""

    source: Source
    body: tuple[Statement, ...]
    names: dict[str, Function | Class] = field(default_factory=dict)
    """The functions and classes defined at the top, also under top-level conditions and tries."""
    features: tuple[Feature, ...] = ()
    """What older versions of its language lack."""
    kind: str = ""
    """In JavaScript `esm` or `commonjs`, by what its file's ending and its statements say; empty where these do not."""
    undeclared: Undeclared | None = None
    """None where nothing is, or that is not asked of its language."""


def children(node: Node) -> list[Node]:
    """The nodes directly below `node`, in the order of the text."""
    found: list[Node] = []
    for part in _PARTS[type(node)]:
        value = part(node)
        if isinstance(value, tuple):
            _collect(value, found)
        elif type(value) in _PARTS:
            found.append(value)
    return found


def _collect(several: tuple[Any, ...], found: list[Node]) -> None:
    for value in several:
        if isinstance(value, tuple):
            _collect(value, found)
        elif type(value) in _PARTS:
            found.append(value)


def walk(node: Node) -> Iterator[Node]:
    """`node` and every node below it, functions and classes within included."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        if below := children(node):
            below.reverse()
            pending += below


_KINDS: tuple[type, ...] = (*get_args(Expression), *get_args(Statement), Argument, Loop, Clause, Case, Parameter)
_HOLDING = frozenset({"Expression", "Statement", *(kind.__name__ for kind in _KINDS)})
"""The words of the types of fields that can hold nodes."""

_PARTS: dict[type, tuple[Callable[[Any], Any], ...]] = {
    kind: tuple(
        attrgetter(each.name)
        for each in fields(kind)
        if not _HOLDING.isdisjoint(re.findall(r"\w+", kind.__annotations__[each.name]))
    )
    for kind in _KINDS
}
"""What gives the fields of each kind of node that can hold nodes."""
