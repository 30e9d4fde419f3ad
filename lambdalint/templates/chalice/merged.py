"""What an app's author has `chalice package --merge-template` put into the template that it writes.

https://aws.github.io/chalice/topics/cfn.html
"""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterator

from lambdalint.source import Sources, UnreadableSource
from lambdalint.templates import cloudformation, json
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Unknown, Value, empty

_DEPTH = 100
_WHY = "what a template says that is merged into it"


class Merged:
    """The fragments of templates that lie beside an app, or in its .chalice: resources without a type of their own, and
    functions of which no property says what they run."""

    def __init__(self, sources: Sources, home: str) -> None:
        self._found: dict[str, Mapping] = {}
        self._said: dict[str, set[str]] = {}
        self._own: dict[str, set[str]] = {}
        """The resources that each file declares besides."""
        self._sources = sources
        for path, name, given in _fragments(sources, home):
            own = self._own.setdefault(path, set())
            if given is None:
                own.add(name)
            else:
                self._found[name] = given
                self._said.setdefault(path, set()).add(name)

    def taken(self, names: Container[str]) -> tuple[tuple[str, ...], tuple[Resource, ...]]:
        """The files some of which is merged into functions of these logical ids, and the resources that they declare
        besides."""
        paths = tuple(path for path, said in self._said.items() if any(each in names for each in said))
        return paths, tuple(
            each
            for path in paths
            for deployment in (cloudformation.read(self._sources, (path,), {}) if self._own[path] else ())
            for each in deployment.resources
            if each.name in self._own[path]
        )

    def function(self, logical_id: str, entries: dict[str, Value | None], keys: dict[str, Value]) -> None:
        """Put into the properties of a function what is said of it."""
        given = self._found.get(logical_id)
        for name, value in given.entries.items() if given is not None else ():
            match entries.get(name), value:
                case Mapping() as own, Mapping():
                    entries[name] = _both(own, value)
                case None, Mapping() if not _is_asked(value):
                    entries[name] = _both(empty(value.span), value)
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


_FUNCTION = "AWS::Serverless::Function"
_RUN = ("CodeUri", "Handler", "ImageUri", "InlineCode", "PackageType")


def _fragments(sources: Sources, home: str) -> Iterator[tuple[str, str, Mapping | None]]:
    """What files say of resources, with the paths and the names; None for one that is declared there."""
    beside = (home, posixpath.join(home, ".chalice"))
    for path in sources.files(home or "."):
        if posixpath.dirname(path) not in beside or not path.endswith(".json"):
            continue
        try:
            source = sources.read(path)
            root = None if source is None or '"Resources"' not in source.text else json.read(source, _DEPTH)
        except UnreadableSource:
            continue
        resources = root.entries.get("Resources") if isinstance(root, Mapping) else None
        for name, each in resources.entries.items() if isinstance(resources, Mapping) else ():
            given = each.entries.get("Properties") if isinstance(each, Mapping) else None
            if isinstance(each, Mapping) and isinstance(given, Mapping) and _is_of_another(each, given):
                yield path, name, given
            else:
                yield path, name, None


def _is_of_another(resource: Mapping, properties: Mapping) -> bool:
    """Whether what is said of a resource is only what is put into one that is made elsewhere."""
    match resource.entries.get("Type"):
        case None:
            return True
        case Known(kind):
            return kind == _FUNCTION and properties.entries.keys().isdisjoint(_RUN)
        case _:
            return False


def _is_asked(value: Mapping) -> bool:
    """Whether it is a function of CloudFormation's, whose value a deployment knows."""
    return any(each == "Ref" or each.startswith("Fn::") for each in value.entries)


def _both(own: Mapping, given: Mapping) -> Mapping:
    """A mapping with what is put into it."""
    entries = dict(own.entries)
    for name, value in given.entries.items():
        inner = entries.get(name)
        if isinstance(value, Mapping) and (isinstance(inner, Mapping) or (inner is None and not _is_asked(value))):
            entries[name] = _both(inner if isinstance(inner, Mapping) else empty(value.span), value)
        else:
            entries[name] = value if isinstance(value, Known) else Unknown(value.span, _WHY)
    return Mapping(entries, own.span, {**own.keys, **given.keys}, own.open or given.open)
