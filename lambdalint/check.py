"""What a check is: a generator function from a Project to the problems in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.wanted import Fix

if TYPE_CHECKING:
    from lambdalint.model import Project, View

SEVERITIES = ("note", "warning", "error")
"""From the mildest to the gravest."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check says: a place, and what is so there."""

    span: Span
    message: str
    """What is so of the function or resource: a sentence without its subject, which the report puts before it."""
    also: tuple[tuple[Span, str], ...] = ()
    """Further places that the problem needs to be understood, each with a note."""
    severity: str | None = None
    """Lower than the rule's own, where the rule's page names two."""
    fix: Fix | None = None
    """What would mend it."""
    secret: bool = False
    """Whether the lines of its span hold a secret, which no report may show."""
    about: View | tuple[View, ...] = ()
    """The functions or resources that it is about, where these are not whose place its span is (`model/owners.py`)."""
    output: Span | None = None
    """Where a tool wrote what is so, of what stands at its span."""
    cause: str = ""
    """What several problems of one file have in common, where their messages differ and one change mends them all."""
    mended: Span | None = None
    """Where one change mends it, with all that has its cause, in whatever file that stands; None where a change of its
    own file does."""
    alike: str = ""
    """What is said of its place by whatever template leads there, where their words differ."""
    lacks: str = ""
    """The action that nothing of its deployment allows, where a policy of what another one makes may."""


Problems = Iterator[Problem]
Check = Callable[["Project"], Problems]


ADD = "; add "
"""What stands in the note of a further place before what is to be written there, as its file spells it."""


def way(trail: tuple[Span, ...]) -> tuple[tuple[Span, str], ...]:
    """The calls that lead from the handler to a place, outermost first, as the further places of a problem there."""
    return tuple((span, "called here") for span in trail[1:])


WHILE_DEPLOYED: set[str] = set()
"""The names of the rules that tell nothing of a template that nobody deploys, but for tests on one's own machine."""


def while_deployed(function: Check) -> Check:
    """Have what a check finds told only of templates that somebody deploys: what others lack nobody misses,
    and what is refused is asked of nobody."""
    WHILE_DEPLOYED.add(function.__name__.replace("_", "-"))
    return function


CHECKS: dict[str, Check] = {}
"""Every check by its rule's name, filled as the modules of `lambdalint.checks` are imported."""


def check(function: Check) -> Check:
    """Make a generator function the check of the rule of its name."""
    CHECKS[function.__name__.replace("_", "-")] = function
    return function
