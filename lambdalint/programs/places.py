"""Where the arguments of a call stand in the program."""

from __future__ import annotations

from collections.abc import Callable

from lambdalint.code import ir
from lambdalint.code.value import Call, Mapping
from lambdalint.records import dataclass, field
from lambdalint.source import Span

Place = tuple[Span, Span]
"""Where the name of a property stands, and where its value does."""


@dataclass(slots=True)
class Places:
    """The calls in the modules of a program, by their places."""

    module: Callable[[str], ir.Module | None]
    """Gives the module in the file at a path."""
    _calls: dict[str, dict[Span, ir.Call]] = field(default_factory=dict)

    def properties(self, call: Call) -> dict[str, Place]:
        """The places of what a call is given by name, in keywords or in objects."""
        node = self._node(call)
        found: dict[str, Place] = {name: (place, place) for name, place in call.places.items()}
        for given in call.arguments:
            if isinstance(given, Mapping):
                found.update({name: (place, place) for name, place in given.places.items()})
        for argument in () if node is None else node.arguments:
            if argument.name is not None:
                found[argument.name] = argument.value.span, argument.value.span
            elif isinstance(argument.value, ir.Mapping):
                for key, value in argument.value.entries:
                    if isinstance(key, ir.Literal) and isinstance(key.value, str):
                        found[key.value] = key.span, value.span
        return found

    def literal(self, call: Call) -> Span | None:
        """The place of the text that a call is given first, where that is spelt out there."""
        node = self._node(call)
        match None if node is None or not node.arguments else node.arguments[0].value:
            case ir.Literal(value=str(), span=span):
                return span
            case _:
                return None

    def _node(self, call: Call) -> ir.Call | None:
        path = call.span.path
        if path not in self._calls:
            module = self.module(path)
            nodes = (node for each in (() if module is None else module.body) for node in ir.walk(each))
            self._calls[path] = {node.span: node for node in nodes if isinstance(node, ir.Call)}
        return self._calls[path].get(call.span)
