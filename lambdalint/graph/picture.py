"""One deployment as it is drawn, as plain data: what a report for people to look at is made of."""

from __future__ import annotations

from lambdalint.graph.nodes import Edge, Graph, Node
from lambdalint.records import dataclass


@dataclass(frozen=True, slots=True)
class Allowed:
    """A statement of what a function's role allows."""

    effect: str
    actions: tuple[tuple[str, str], ...]
    """Each with whether it is used: USED, UNUSED, FOR_LAMBDA, or "" where that is not known."""
    resources: tuple[str, ...]
    """What it is about, as the template calls it."""
    place: str


USED, UNUSED, FOR_LAMBDA = "used", "unused", "for Lambda itself"


@dataclass(frozen=True, slots=True)
class Card:
    """What there is to say of a function beside what it does to others."""

    node: str
    """The id of its node."""
    settings: tuple[tuple[str, str], ...]
    """Its settings in words, each after what it is called."""
    code: str = ""
    """The file of its handler; "" where its code was not found."""
    without: str = ""
    """Why it was judged without its code, as a summary counts it; "" where it was judged with it."""
    why: str = ""
    """The same, of it alone."""
    generated: bool = False
    """Whether a framework made it, so that no report counts it."""
    role: str = ""
    """What its template calls its role; "" where that comes from elsewhere."""
    managed: tuple[str, ...] = ()
    """The policies of AWS that its role has."""
    statements: tuple[Allowed, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """What a deployment is drawn of."""

    graph: Graph
    cards: tuple[Card, ...]


RECORDS = (Picture, Card, Allowed, Graph, Node, Edge)
"""What a picture is written of as plain data, beside places."""
