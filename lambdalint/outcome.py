"""What one deployment comes to: all that a run needs of it in the end, as data that a process can hand to another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lambdalint.check import Problem
from lambdalint.code.reader import Key
from lambdalint.code.undeployed import Reach
from lambdalint.graph.picture import RECORDS, Picture
from lambdalint.ignores import Ignore
from lambdalint.model.superseded import Deploys
from lambdalint.plain import Plain
from lambdalint.records import dataclass
from lambdalint.rules import Finding, Rule
from lambdalint.source import Span
from lambdalint.templates.outline import Outline, Stretch
from lambdalint.templates.value import Known
from lambdalint.wanted import CHANGES


@dataclass(frozen=True, slots=True)
class Met:
    """A handler that was followed."""

    key: Key
    span: Span
    bounded: bool = False
    """Whether it does more than is followed."""
    functions: tuple[tuple[str, Span], ...] = ()
    """The functions that run it, by name, with their places."""


@dataclass(frozen=True, slots=True)
class Guessed:
    """An import whose module was found where nothing leads to it."""

    span: Span
    root: str
    name: str
    path: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a deployment comes to, and what it took part in."""

    outline: Outline
    told: bool = True
    """Whether it was judged: what has nothing to do with what the user asked about is only read."""
    findings: tuple[Finding, ...] = ()
    """As the rules found them."""
    ignores: tuple[Ignore | Problem, ...] = ()
    """What the metadata of its resources ask not to be told."""
    functions: int = 0
    """How many it deploys, but for those that a framework adds."""
    without: tuple[str, ...] = ()
    """For each that was judged without its code, why."""
    handlers: tuple[Met, ...] = ()
    found: tuple[tuple[Span, str, str], ...] = ()
    """The functions whose code was found where no template leads, with its path, and why it is that."""
    joined: tuple[Guessed, ...] = ()
    modules: tuple[str, ...] = ()
    """The directories of the modules of Terraform that took part."""
    parsed: tuple[str, ...] = ()
    """The files of code that were read."""
    tools: tuple[str, ...] = ()
    """Those of them that are programs of somebody else's."""
    unreadable: tuple[tuple[Span, str], ...] = ()
    """The files of code that could not be read, and why."""
    beside: tuple[tuple[str, str | None], ...] = ()
    """The directories that functions are deployed from, each with code that one names there (`Reader.note`)."""
    runtimes: tuple[str, ...] = ()
    """Where the code of functions is that bring a runtime of their own."""
    reach: Reach | None = None
    lends: tuple[str, ...] = ()
    """The actions that policies of its resources may allow roles of other deployments."""
    deploys: Deploys | None = None
    picture: Picture | None = None
    """Where pictures are asked for."""


@dataclass(frozen=True, slots=True)
class Loose:
    """What the handlers come to that no template leads to."""

    findings: tuple[Finding, ...] = ()
    paths: tuple[str, ...] = ()
    """The files that they are in."""
    met: tuple[tuple[Span, bool], ...] = ()
    """Those that are told of, each with whether it does more than is followed."""
    joined: tuple[Guessed, ...] = ()
    parsed: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, tuple[Span, str]], ...] = ()
    """The files that could not be read, where, and why."""


def together(found: Sequence[Loose]) -> Loose:
    """What the handlers in several files come to, one after the other."""
    return Loose(
        tuple(one for each in found for one in each.findings),
        tuple(one for each in found for one in each.paths),
        tuple(one for each in found for one in each.met),
        tuple(one for each in found for one in each.joined),
        tuple(sorted({one for each in found for one in each.parsed})),
        tuple(sorted({one for each in found for one in each.tools})),
        tuple({path: (path, why) for each in found for path, why in each.unreadable}.values()),
    )


def plain(rules: Iterable[Rule]) -> Plain:
    """How outcomes are written as plain data, where these rules were asked."""
    classes = (
        Outcome,
        Loose,
        Outline,
        Stretch,
        Met,
        Guessed,
        Reach,
        Deploys,
        Finding,
        Problem,
        Ignore,
        Span,
        *CHANGES,
        Known,
    )
    classes += RECORDS
    return Plain(classes, {Rule: (lambda rule: (rule.name,), {each.name: each for each in rules}.__getitem__)})
