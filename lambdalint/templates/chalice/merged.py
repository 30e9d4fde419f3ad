"""What an app's author has `chalice package --merge-template` put into the template that it writes.

https://aws.github.io/chalice/topics/cfn.html
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambdalint.source import Sources, UnreadableSource
from lambdalint.templates import json
from lambdalint.templates.value import Known, Mapping, Unknown, Value

_DEPTH = 100
_WHY = "what a template says that is merged into it"


class Merged:
    """The fragments of templates that lie beside an app: resources without a type of their own."""

    def __init__(self, sources: Sources, home: str) -> None:
        self._found = dict(_fragments(sources, home))

    def function(self, logical_id: str, entries: dict[str, Value | None], keys: dict[str, Value]) -> None:
        """Put into the properties of a function what is said of it."""
        given = self._found.get(logical_id)
        for name, value in given.entries.items() if given is not None else ():
            match entries.get(name), value:
                case Mapping() as own, Mapping():
                    entries[name] = _both(own, value)
                case _, Known():
                    entries[name] = value
                case _:
                    entries[name] = Unknown(value.span, _WHY)
            keys[name] = value

    def role(self, *logical_ids: str) -> Value | None:
        """What stands for the role of a function, one of these, of which something is said; None where nothing is."""
        found = next((self._found[each] for each in logical_ids if each in self._found), None)
        return None if found is None else Unknown(found.span, _WHY)


def logical(name: str) -> str:
    """The logical id that a function gets by its name."""
    return "".join(part[:1].upper() + part[1:] for part in name.replace("-", "_").split("_"))


def _fragments(sources: Sources, home: str) -> Iterator[tuple[str, Mapping]]:
    for path in sources.files(home or "."):
        if posixpath.dirname(path) != home or not path.endswith(".json"):
            continue
        try:
            source = sources.read(path)
            root = None if source is None or '"Resources"' not in source.text else json.read(source, _DEPTH)
        except UnreadableSource:
            continue
        resources = root.entries.get("Resources") if isinstance(root, Mapping) else None
        for name, each in resources.entries.items() if isinstance(resources, Mapping) else ():
            if isinstance(each, Mapping) and "Type" not in each.entries:
                given = each.entries.get("Properties")
                if isinstance(given, Mapping):
                    yield name, given


def _both(own: Mapping, given: Mapping) -> Mapping:
    """A mapping with what is put into it."""
    entries = dict(own.entries)
    for name, value in given.entries.items():
        inner = entries.get(name)
        if isinstance(inner, Mapping) and isinstance(value, Mapping):
            entries[name] = _both(inner, value)
        else:
            entries[name] = value if isinstance(value, Known) else Unknown(value.span, _WHY)
    return Mapping(entries, own.span, {**own.keys, **given.keys}, own.open or given.open)
