"""Where an event can go that enters at one node: as text, a line for each hop."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.graph.nodes import Edge, Graph, Node

_ON = frozenset({"invokes", "may invoke", "sends to", "writes", "fails to"})
"""What hands an event, or what comes of it, on."""


def named(graph: Graph, name: str) -> tuple[Node, ...]:
    """The nodes of a name, or of an id."""
    return tuple(each for each in graph.nodes if name in (each.id, each.name))


def text(graph: Graph, start: Node) -> str:
    """The ways of an event from a node, and the first place on them where it can be lost."""
    nodes = {each.id: each for each in graph.nodes}
    leaving: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        if edge.verb in _ON:
            leaving.setdefault(edge.source, []).append(edge)
    lines = [_node(start), *_from(start, nodes, leaving, {start.id}, "  ")]
    first = next(_losing(start.id, leaving), None)
    if first is None:
        lines.append("No place is known where an event is lost.")
    else:
        source, target = nodes[first.source].name, nodes[first.target].name
        lines.append(f"The first place where an event can be lost, from {source} to {target}:")
        lines += [f"  {each}" for each in first.lost]
    return "\n".join(lines) + "\n"


def _from(
    node: Node, nodes: dict[str, Node], leaving: dict[str, list[Edge]], seen: set[str], indent: str
) -> Iterator[str]:
    for edge in leaving.get(node.id, ()):
        target = nodes[edge.target]
        told = "; ".join((*edge.details, *edge.settings))
        again = target.id in seen
        shown = f"{target.name} ({target.kind}), as above" if again else _node(target)
        yield f"{indent}{edge.verb} {shown}{f' [{told}]' if told else ''}"
        yield from (f"{indent}  can be lost: {each}" for each in edge.lost)
        if not again:
            seen.add(target.id)
            yield from _from(target, nodes, leaving, seen, indent + "  ")


def _losing(start: str, leaving: dict[str, list[Edge]]) -> Iterator[Edge]:
    """The hops that lose events, those nearest to where these enter first."""
    seen, at = {start}, [start]
    for node in at:
        for edge in leaving.get(node, ()):
            if edge.lost:
                yield edge
            if edge.target not in seen:
                seen.add(edge.target)
                at.append(edge.target)


def _node(node: Node) -> str:
    told = "; ".join((*node.settings, *(["code not seen"] if node.unseen else [])))
    return f"{node.name} ({node.kind}){f': {told}' if told else ''}"
