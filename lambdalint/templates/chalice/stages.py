"""What a .chalice/config.json says of functions, in each of its stages.

https://aws.github.io/chalice/topics/configfile.html
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates import json
from lambdalint.templates.value import Known, Mapping, Unknown, Value, empty
from lambdalint.templates.variants import common

_DEPTH = 100
_MERGED = ("environment_variables", "tags")
"""What is added to what is said above it, and does not take its place."""
_VARIES = "what its stages say"
_ELSEWHERE = "a config.json that is not here"


class Stages:
    """The stages of an app."""

    def __init__(self, sources: Sources, source: Source | None, span: Span) -> None:
        """`span` is the place of the app, for what no file says. Raises UnreadableSource where it is no JSON."""
        self._sources = sources
        self._seen = source is not None
        self.path = "" if source is None else source.path
        self.span = span if source is None else Span.top(source.path)
        root = None if source is None else json.read(source, _DEPTH)
        self._root = root if isinstance(root, Mapping) else empty(self.span)
        stages = self._root.entries.get("stages")
        found = dict(_mappings(stages))
        self._stages = found or {"dev": empty(self.span)}
        self.taken: list[str] = []
        """Further files that were read."""

    @property
    def only(self) -> str | None:
        """The name of the only stage; None where there are several."""
        return next(iter(self._stages)) if self._seen and len(self._stages) == 1 else None

    def get(self, function: str, key: str) -> Value | None:
        """What is said of a function in all stages; Unknown where they differ, or the file is not here."""
        if not self._seen:
            return Unknown(self.span, _ELSEWHERE, optional=True)
        return common([self._of(stage, function, key) for stage in self._stages], self.span, _VARIES)

    def is_said(self, function: str, key: str) -> bool:
        """Whether any stage says something."""
        return not self._seen or any(self._of(stage, function, key) is not None for stage in self._stages)

    def _of(self, stage: str, function: str, key: str) -> Value | None:
        own = self._stages[stage].get("lambda_functions", function)
        said = [each.entries.get(key) for each in (own, self._stages[stage], self._root) if isinstance(each, Mapping)]
        found = [each for each in said if each is not None]
        if key in _MERGED and len(found) > 1 and all(isinstance(each, Mapping) for each in found):
            return _merged([each for each in reversed(found) if isinstance(each, Mapping)])
        return found[0] if found else None

    def policy(self, function: str) -> Value | None:
        """What the role of a function is let to do: Unknown where Chalice tells it from the code."""
        if not self._seen:
            return Unknown(self.span, _ELSEWHERE)
        return common([self._policy(stage, function) for stage in self._stages], self.span, _VARIES)

    def _policy(self, stage: str, function: str) -> Value:
        match self._of(stage, function, "autogen_policy"):
            case Known(value=False):
                pass
            case _:
                return Unknown(self.span, "autogen_policy")
        match self._of(stage, function, "iam_policy_file"):
            case Known(value=str() as name):
                pass
            case None:
                name = f"policy-{stage}.json"
            case _:
                return Unknown(self.span, "iam_policy_file")
        path = posixpath.join(posixpath.dirname(self.path), name)
        try:
            source = self._sources.read(path)
            found = None if source is None else json.read(source, _DEPTH)
        except UnreadableSource:
            found = None
        if found is None:
            return Unknown(self.span, "iam_policy_file")
        self.taken.append(path)
        return found


def _mappings(value: Value | None) -> Iterator[tuple[str, Mapping]]:
    for name, each in value.entries.items() if isinstance(value, Mapping) else ():
        if isinstance(each, Mapping):
            yield name, each


def _merged(said: list[Mapping]) -> Mapping:
    """Mappings in one, later ones over earlier ones."""
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    for each in said:
        entries |= each.entries
        keys |= each.keys
    return Mapping(entries, said[-1].span, keys, any(each.open for each in said))
