"""How a graph is written, by the name of the form."""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.graph import dot, mermaid
from lambdalint.graph import json as as_json
from lambdalint.graph.nodes import Graph

FORMS: dict[str, Callable[[Graph], str]] = {"json": as_json.text, "mermaid": mermaid.text, "dot": dot.text}
