"""HCL as a tree: files of blocks, blocks of attributes and blocks, attributes of expressions.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from lambdalint.records import dataclass, field
from lambdalint.source import Source, Span
from lambdalint.templates.value import Known, Value


@dataclass(frozen=True, slots=True)
class Literal:
    """A scalar that is spelt out, or null."""

    value: Known | None


@dataclass(frozen=True, slots=True)
class Template:
    """A text with holes, and with parts that depend on conditions or repeat."""

    parts: tuple[str | Expression | If | Repeat, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class If:
    """`%{ if … }` in a template."""

    condition: Expression
    then: Template
    otherwise: Template


@dataclass(frozen=True, slots=True)
class Repeat:
    """`%{ for … }` in a template."""

    names: tuple[str, ...]
    collection: Expression
    body: Template


@dataclass(frozen=True, slots=True)
class Attr:
    """`.name`"""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """`[key]`"""

    key: Expression


@dataclass(frozen=True, slots=True)
class Splat:
    """`[*]` or `.*`, with the steps that each item takes."""

    steps: tuple[Step, ...]


Step = Attr | Index | Splat


@dataclass(frozen=True, slots=True)
class Traversal:
    """Steps from a name, or from what an expression stands for."""

    root: str | Expression
    steps: tuple[Step, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """The call of a function."""

    function: str
    arguments: tuple[Expression, ...]
    expanded: bool
    """Whether the last argument is a list of further ones."""
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`"""

    condition: Expression
    then: Expression
    otherwise: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator between two operands, or before one."""

    operator: str
    operands: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Tuple:
    """`[…]`"""

    items: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Object:
    """`{…}`; each entry has its key, the key's place, and its value."""

    entries: tuple[tuple[str | Expression, Span, Expression], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    """`[for … : …]`, or `{for … : key => …}`."""

    names: tuple[str, ...]
    collection: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    grouped: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is no expression."""

    span: Span


@dataclass(frozen=True, slots=True)
class Unseen:
    """What is no expression of HCL, and is not known: a program gives it."""

    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class Given:
    """What is written in a file of its own, whose names stand for something else: a scope asks for its value."""

    span: Span
    read: Callable[[Any], Value | None]


Expression = (
    Literal | Template | Traversal | Call | Conditional | Operation | Tuple | Object | For | Wrong | Unseen | Given
)


@dataclass(eq=False)
class Attribute:
    """A name with an expression, which is read when it is asked for."""

    name: str
    span: Span
    """The place of its name."""
    _read: Callable[[], Expression] = field(repr=False)

    @cached_property
    def expression(self) -> Expression:
        return self._read()


@dataclass(eq=False)
class Block:
    """A block; its body is read when it is asked for."""

    kind: str
    """`resource`, `locals`, `environment` …"""
    labels: tuple[str, ...]
    span: Span
    """The place of its kind and its labels."""
    extent: Span
    _read: Callable[[], tuple[dict[str, Attribute], tuple[Block, ...]]] = field(repr=False)
    _text: Callable[[], str] = field(repr=False, default=lambda: "")
    broken: bool = False
    """Whether some of it cannot be read: it may say more than is seen."""

    @cached_property
    def _body(self) -> tuple[dict[str, Attribute], tuple[Block, ...]]:
        return self._read()

    @property
    def attributes(self) -> dict[str, Attribute]:
        return self._body[0]

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self._body[1]

    @property
    def text(self) -> str:
        """As it is written."""
        return self._text()


@dataclass(frozen=True, slots=True)
class File:
    """What a file declares, and the first place in it that is not HCL."""

    source: Source
    attributes: dict[str, Attribute]
    blocks: tuple[Block, ...]
    wrong: tuple[Span, str] | None = None
