"""The application drawn: the graph with what was found on its nodes and edges, which the page's script lays out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lambdalint.check import SEVERITIES
from lambdalint.graph.nodes import Graph, Node, merged
from lambdalint.graph.picture import Allowed, Card, Picture
from lambdalint.report.html.markup import Markup, choice, data, element, joined, option
from lambdalint.rules import Finding


def drawing(pictures: Iterable[Picture], told: Sequence[Finding]) -> Markup:
    """The graph of what is deployed; nothing where nothing is."""
    pictures = tuple(pictures)
    graph = merged(each.graph for each in pictures)
    if not graph.nodes:
        return Markup()
    cards = {card.node: card for each in pictures for card in each.cards}
    return joined([
        _controls(graph),
        element("p", id="graph-count", role="status"),
        element("p", *_LEGEND, class_="quiet"),
        element(
            "div",
            element("div", id="canvas", tabindex=0, role="region", aria_label="Picture of the graph"),
            element("aside", id="panel", aria_label="The chosen part", tabindex=0, hidden=True),
            class_="split",
        ),
        data("graph-data", _described(graph, cards, told)),
    ])  # fmt: skip


_LEGEND = (
    "Choose a part to see its settings, what triggers it and what was found. A solid line hands events on; a dotted ",
    "one is what code reads, writes or calls; a dashed one is where what fails goes. The number is of findings, and ",
    "its sign is of the gravest. What only a deployment knows, or whose code was not seen, has a dashed border.",
)


def _controls(graph: Graph) -> Markup:
    groups = [group for group, _ in graph.groups if group]
    kinds = sorted({each.kind for each in graph.nodes})
    boxes = element("label", element("input", type="checkbox", name="found", value="1"), " only with findings")
    buttons = [
        element("button", sign, type="button", name=name, aria_label=label)
        for sign, name, label in (("−", "smaller", "Smaller"), ("+", "larger", "Larger"), ("Fit", "fit", "Fit"))
    ]
    return element(
        "form",
        element("label", "Find ", element("input", type="search", name="find", autocomplete="off")),
        choice("group", "Template", map(option, groups)),
        choice("kind", "Kind", map(option, kinds)),
        boxes,
        element("span", *buttons),
        element("button", "Show all parts", type="button", name="whole", hidden=True),
        id="graph-filters",
        aria_label="Graph",
    )


def _described(graph: Graph, cards: dict[str, Card], told: Sequence[Finding]) -> dict[str, Any]:
    numbers = {each.id: number for number, each in enumerate(graph.nodes)}
    places = Places(graph, cards)
    of_nodes: dict[str, dict[int, Finding]] = {}
    for number, first in enumerate(told):
        for finding in (first, *first.same):
            for node in places.of(finding):
                of_nodes.setdefault(node, {}).setdefault(number, finding)
    roles = {_role(each): None for each in cards.values()}
    groups = {group: number for number, (group, _) in enumerate(graph.groups)}
    numbers_of = {each: number for number, each in enumerate(roles)}
    return {
        "groups": list(groups),
        "nodes": [
            {
                **_node(each, groups, each.id in cards),
                **_gravest(told, of_nodes.get(each.id, {})),
                **_given(
                    findings=[_own(number, told[number], own) for number, own in of_nodes.get(each.id, {}).items()]
                ),
                **({} if each.id not in cards else _card(cards[each.id], numbers_of)),
            }
            for each in graph.nodes
        ],
        "edges": [
            {
                "from": numbers[each.source],
                "to": numbers[each.target],
                "verb": each.verb,
                **_given(details=each.details, settings=each.settings, lost=each.lost),
                **_gravest(told, of_nodes.get(each.source, {}).keys() & of_nodes.get(each.target, {}).keys()),
            }
            for each in graph.edges
        ],
        "roles": [{"name": name, **_given(managed=managed, statements=allowed)} for name, managed, allowed in roles],
    }


def _given(**values: Any) -> dict[str, Any]:
    """What is not empty: of many a part there is nothing to tell."""
    return {name: value for name, value in values.items() if value}


def _own(number: int, first: Finding, own: Finding) -> int | list[Any]:
    """A finding by its number; of what is told with another the name that the message is to have, or the message."""
    if own.message == first.message:
        return number
    name = own.owners[0] if own.owners else ""
    renamed = first.message.replace(f"`{first.resource}`", f"`{name}`", 1)
    return [number, name] if name and renamed == own.message else [number, "", own.message]


def _node(node: Node, groups: dict[str, int], has_card: bool) -> dict[str, Any]:
    """A node; of its id and its place only what its group does not say."""
    plain = node.id == f"{node.group}#{node.name}"
    return {
        "kind": node.kind,
        "name": node.name,
        "group": groups[node.group],
        **_given(
            id="" if plain else node.id,
            place=node.place.removeprefix(node.group),
            unknown=not node.known,
            unseen=node.unseen,
            settings=() if has_card else node.settings,
        ),
    }


_Role = tuple[str, tuple[str, ...], tuple[tuple[Any, ...], ...]]


def _role(card: Card) -> _Role:
    statements = tuple((each.effect, _by_use(each), each.resources, each.place) for each in card.statements)
    return card.role, card.managed, statements


def _by_use(allowed: Allowed) -> tuple[tuple[str, str], ...]:
    """The actions of a statement by whether they are used."""
    uses = dict.fromkeys(use for _, use in allowed.actions)
    return tuple((use, ", ".join(action for action, each in allowed.actions if each == use)) for use in uses)


def _card(card: Card, roles: dict[_Role, int]) -> dict[str, Any]:
    return {"card": card.settings, "role": roles[_role(card)], **_given(unseen=card.why)}


def _gravest(told: Sequence[Finding], numbers: Iterable[int]) -> dict[str, str]:
    """The gravest severity of some findings; nothing where there are none."""
    found = [told[each].severity for each in numbers]
    return {"severity": max(found, key=SEVERITIES.index)} if found else {}


class Places:
    """Which parts of a graph a finding is about: whose it is, and where its places lie."""

    def __init__(self, graph: Graph, cards: dict[str, Card]) -> None:
        self._named: dict[str, list[Node]] = {}
        self._declared: dict[str, list[Node]] = {}
        self._code = {card.node: card.code for card in cards.values()}
        for node in graph.nodes:
            if node.extent is not None:
                self._named.setdefault(node.name, []).append(node)
                self._declared.setdefault(node.extent.path, []).append(node)

    def of(self, finding: Finding) -> frozenset[str]:
        """The ids of what a finding is about."""
        places = {finding.span, *(span for span, _ in finding.problem.also)}
        found = {
            node.id
            for span in places
            for node in self._declared.get(span.path, ())
            if node.extent is not None and node.extent.covers(span)
        }
        paths = {each.path for each in places}
        for name in finding.owners:
            named = self._named.get(name, [])
            # Several deployments may call something alike: those are meant whose files the finding is in.
            meant = [
                each
                for each in named
                if (each.extent is not None and each.extent.path in paths) or self._code.get(each.id) in paths
            ]
            found.update(each.id for each in meant or named)
        return frozenset(found)
