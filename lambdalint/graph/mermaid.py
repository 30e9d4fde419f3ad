"""The graph as a flowchart of Mermaid: https://mermaid.js.org/syntax/flowchart.html."""

from __future__ import annotations

from collections import Counter

from lambdalint.graph.nodes import Edge, Graph, Node

MOST_TEXT, MOST_EDGES = 50_000, 500
"""What Mermaid draws at most, also on GitHub: https://mermaid.js.org/config/schema-docs/config.html."""

_SHAPES = {
    "bucket": ("[(", ")]"),
    "function": ("[", "]"),
    "queue": ("[[", "]]"),
    "table": ("[(", ")]"),
    "stream": ("[[", "]]"),
    "topic": (">", "]"),
    "rule": ("{{", "}}"),
    "schedule": ("{{", "}}"),
}
_OTHER = ("([", "])")


def text(graph: Graph) -> str:
    """A graph as a flowchart; where it is larger than Mermaid draws, its groups, or else its kinds."""
    whole = _text(graph)
    if _fits(graph, whole):
        return whole
    groups = {node.id: node.group or "elsewhere" for node in graph.nodes}
    by_group = _folded(graph, groups)
    several = len(set(groups.values()) - {"elsewhere"}) > 1
    if several and _fits(by_group, drawn := _text(by_group)):
        return f"{_WHY.format('group')}{drawn}"
    return _WHY.format("kind") + _text(_folded(graph, {node.id: node.kind for node in graph.nodes}))


_WHY = "%% Larger than Mermaid draws, and so drawn by {}: a graph of fewer paths shows what is in each.\n"


def _fits(graph: Graph, written: str) -> bool:
    return len(written) <= MOST_TEXT and len(graph.edges) <= MOST_EDGES


def _folded(graph: Graph, groups: dict[str, str]) -> Graph:
    """A graph with one node for each group."""
    sizes = Counter(groups.values())
    nodes = tuple(Node(group, "group", f"{group}: {sizes[group]}") for group in sorted(sizes))
    between = Counter((groups[each.source], each.verb, groups[each.target]) for each in graph.edges)
    edges = tuple(Edge(*each, (f"{number} times",)) for each, number in sorted(between.items()) if each[0] != each[2])
    return Graph(nodes, edges)


def _text(graph: Graph) -> str:
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for number, (group, nodes) in enumerate(graph.groups):
        indent = "  "
        if group:
            lines.append(f'  subgraph g{number}["{escaped(group)}"]')
            indent = "    "
        for node in nodes:
            before, after = _SHAPES.get(node.kind, _OTHER)
            kind = "" if node.kind == "group" else f"<br>{escaped(node.kind)}"
            lines.append(f'{indent}{names[node.id]}{before}"{escaped(node.name)}{kind}"{after}')
        if group:
            lines.append("  end")
    for edge in graph.edges:
        label = ": ".join(filter(None, (edge.verb, ", ".join(edge.details))))
        lines.append(f'  {names[edge.source]} -->|"{escaped(label)}"| {names[edge.target]}')
    unknown = [names[node.id] for node in graph.nodes if not node.known or node.unseen]
    if unknown:
        lines += ["  classDef unknown stroke-dasharray:4", f"  class {','.join(unknown)} unknown"]
    return "\n".join(lines) + "\n"


def escaped(label: str) -> str:
    """A label in which nothing is Mermaid's, Markdown's or HTML's."""
    return "".join(each if each.isalnum() or each in _PLAIN else f"#{ord(each)};" for each in label)


_PLAIN = frozenset(" .,:/-_()+=?!'")
