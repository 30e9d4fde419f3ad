"""The configuration of Terraform that a program stands for, while it is made: blocks at the places of its calls."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from functools import partial

from lambdalint.code.value import Call, Function, Instance
from lambdalint.programs.places import Places
from lambdalint.pulumi import bundles, images
from lambdalint.pulumi.expressions import Expressions
from lambdalint.pulumi.images import Image
from lambdalint.pulumi.made import Address, Made
from lambdalint.records import dataclass, field
from lambdalint.source import Source, Sources, Span
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.syntax import Attribute, Block, Expression
from lambdalint.templates.resource import Resource
from lambdalint.templates.terraform import stated

COMPONENT = "module"
"""The kind of what stands for a component that is not known: what it is given may be anything to it."""


@dataclass(slots=True)
class Attributes:
    """What a block says, at the places where the program does."""

    entries: dict[str, tuple[Span, Expression]] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    open: bool = False
    """Whether it may say more that is not seen."""
    ignored: tuple[str, ...] = ()
    """The arguments that something else sets once the resource is made."""
    after: tuple[Expression, ...] | None = None
    uncertain: bool = False

    def put(self, name: str, span: Span, expression: Expression) -> None:
        self.entries[name] = span, expression


@dataclass(slots=True)
class Configuration:
    """The blocks that a program has made so far."""

    sources: Sources
    home: str
    """The directory that the program is run in."""
    places: Places
    made: Made = field(default_factory=Made)
    blocks: list[Block] = field(default_factory=list)
    closures: dict[str, tuple[Function, bool]] = field(default_factory=dict)
    """By the addresses of functions of Lambda: the functions of the program that are their handlers, or, where that is
    said, make them."""
    images: dict[str, Image] = field(default_factory=dict)
    """By the addresses of functions of Lambda: what their images are built of."""
    bundled: dict[str, str] = field(default_factory=dict)
    """By the paths of files that the program bundles: what they are made of."""
    entries: set[str] = field(default_factory=set)
    """The files that the program bundles."""
    notified: dict[str, Attributes] = field(default_factory=dict)
    """By the addresses of buckets: what is told of all that they notify by methods of their own."""
    _names: dict[str, int] = field(default_factory=dict)

    @property
    def expressions(self) -> Expressions:
        """What values of the program are in it."""
        return Expressions(self.home, self.made)

    def head(self, span: Span) -> Span:
        """The first line of a stretch of a program."""
        if span.line == span.end_line:
            return span
        source = self.sources.read(span.path)
        line = source.lines[span.line - 1] if source is not None and span.line <= len(source.lines) else ""
        return Span(span.path, span.line, span.column, span.line, max(len(line.rstrip()) + 1, span.column))

    def add(
        self,
        kind: str,
        name: str,
        span: Span,
        given: Attributes,
        *,
        key: Call | Instance | None = None,
        reached: Iterable[Address] = (),
    ) -> Address:
        """Make a block; `key` is what the program has the resource by, `reached` what the block may refer to."""
        address = Address(kind, self._unique(kind, name or "(unnamed)"))
        data = kind.startswith("data.")
        labels = (address.name,) if kind == COMPONENT else (kind.removeprefix("data."), address.name)
        text = " ".join(map(str, reached))
        self.blocks.append(
            Block(
                COMPONENT if kind == COMPONENT else "data" if data else "resource",
                labels,
                self.head(span),
                span,
                partial(_body, given, self.head(span)),
                lambda: text,
                given.open,
            )
        )
        if key is not None:
            self.made.put(key, address)
        return address

    def deployed(self, source: Source) -> tuple[Resource, ...]:
        """What the program deploys, which begins with `source`."""
        home = "" if self.home == "." else self.home
        found = stated.deployed(self.sources, home, source, tuple(self.blocks))
        lie = {posixpath.normpath(posixpath.join(home, each)) for each in self.entries}
        found = tuple(bundles.told(each, lie) for each in found) if lie else found
        built = self.images
        return tuple(images.told(each, built[each.name], home) if each.name in built else each for each in found)

    def _unique(self, kind: str, name: str) -> str:
        count = self._names.get(f"{kind}.{name}", 0) + 1
        self._names[f"{kind}.{name}"] = count
        return name if count == 1 else f"{name}#{count}"


def block(kind: str, span: Span, entries: Mapping[str, Expression], inner: Iterable[Block] = ()) -> Block:
    """A block within another."""
    attributes = {name: _attribute(name, span, each) for name, each in entries.items()}
    read = attributes, tuple(inner)
    return Block(kind, (), span, span, lambda: read)


def _body(given: Attributes, span: Span) -> tuple[dict[str, Attribute], tuple[Block, ...]]:
    attributes = {name: _attribute(name, place, each) for name, (place, each) in given.entries.items()}
    if given.after:
        attributes["depends_on"] = _attribute("depends_on", span, syntax.Tuple(given.after, span))
    if given.uncertain:
        attributes["count"] = _attribute("count", span, syntax.Unseen(span, "the program"))
    blocks = list(given.blocks)
    if given.ignored:
        names = tuple(syntax.Traversal(each, (), span) for each in given.ignored)
        blocks.append(block("lifecycle", span, {"ignore_changes": syntax.Tuple(names, span)}))
    return attributes, tuple(blocks)


def _attribute(name: str, span: Span, expression: Expression) -> Attribute:
    return Attribute(name, span, lambda: expression)
