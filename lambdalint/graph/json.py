"""The graph as JSON."""

from __future__ import annotations

import json

from lambdalint.graph.nodes import Graph


def text(graph: Graph) -> str:
    """A graph as a JSON document; what is its record's default is written, too."""
    document = {
        "version": 1,
        "nodes": [{name: getattr(each, name) for name in _NODE} for each in graph.nodes],
        "edges": [{name: getattr(each, name) for name in _EDGE} for each in graph.edges],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


_NODE = ("id", "kind", "name", "group", "place", "known", "unseen", "settings")
_EDGE = ("source", "verb", "target", "details", "settings", "lost")
