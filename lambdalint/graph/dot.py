"""The graph as Graphviz reads it: https://graphviz.org/doc/info/lang.html."""

from __future__ import annotations

from lambdalint.graph.nodes import Graph

_SHAPES = {
    "bucket": "cylinder",
    "function": "box",
    "queue": "cds",
    "rule": "hexagon",
    "schedule": "hexagon",
    "stream": "cds",
    "table": "cylinder",
    "topic": "house",
}


def text(graph: Graph) -> str:
    """A graph with a cluster for each group."""
    lines = ["digraph {", "  rankdir=LR"]
    for number, (group, nodes) in enumerate(graph.groups):
        indent = "  "
        if group:
            lines += [f"  subgraph cluster_{number} {{", f"    label={quoted(group)}"]
            indent = "    "
        for node in nodes:
            shape = _SHAPES.get(node.kind, "ellipse")
            style = ", style=dashed" if not node.known or node.unseen else ""
            label = quoted(f"{node.name}\n{node.kind}")
            lines.append(f"{indent}{quoted(node.id)} [label={label}, shape={shape}{style}]")
        if group:
            lines.append("  }")
    for edge in graph.edges:
        label = quoted("\n".join((edge.verb, *edge.details)))
        lines.append(f"  {quoted(edge.source)} -> {quoted(edge.target)} [label={label}]")
    return "\n".join((*lines, "}")) + "\n"


def quoted(written: str) -> str:
    """A string of which Graphviz shows every character as it is; where a line ends, it begins a new one."""
    escaped = written.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return '"' + escaped.replace("\n", "\\n") + '"'
