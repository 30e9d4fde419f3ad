"""The configuration within a plan: what an argument refers to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambdalint.patterns import pattern
from lambdalint.templates.terraform.table import ROWS
from lambdalint.templates.value import Known, Mapping, Reference, Value, items

_CALL = pattern(r"module\.([\w-]+)(\[[^\]]*\])?\.")
_KEY = pattern(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]$')
_DEPTH = 20
_EVERYWHERE = {"id": "", "arn": "Arn"}


def text(value: Value | None) -> str:
    """A text of the plan; "" where it is none."""
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else ""


class Configuration:
    """What `configuration` says, by the addresses of `planned_values`."""

    def __init__(self, root: Mapping, planned: frozenset[str]) -> None:
        self._root = root.get("configuration", "root_module")
        self._prior = root.get("prior_state", "values", "root_module")
        self._planned = planned

    def expressions(self, module: str, kind: str, name: str) -> Value | None:
        """The arguments of a resource as they are written."""
        found = self._module(module)
        for each in items(found.get("resources") if found is not None else None):
            if isinstance(each, Mapping) and (text(each.get("type")), text(each.get("name"))) == (kind, name):
                return each.get("expressions")
        return None

    def directory(self, module: str) -> str | None:
        """Where a module lies, from the root; None where that is not in the repository."""
        path = ""
        found = self._root
        for name in _calls(module):
            call = found.get("module_calls", name) if isinstance(found, Mapping) else None
            source = text(call.get("source")) if isinstance(call, Mapping) else ""
            if not source.startswith(("./", "../")) or not isinstance(call, Mapping):
                return None
            path = posixpath.join(path, source)
            found = call.get("module")
        return path

    def reference(self, written: Value | None, module: str, address: str, depth: int = 0) -> Reference | None:
        """The resource that an argument leads to; None where it leads to none, or to more."""
        if not isinstance(written, Mapping) or depth > _DEPTH:
            return None
        names = [text(each) for each in items(written.get("references"))]
        # Terraform names each reference in full, and then what it begins with.
        whole = [name for at, name in enumerate(names) if not any(other.startswith(f"{name}.") for other in names[:at])]
        whole = [name for name in whole if not name.startswith(("each.", "count.", "path."))]
        if len(whole) != 1:
            return None
        return self._followed(whole[0], module, address, written, depth)

    def _followed(self, name: str, module: str, address: str, written: Mapping, depth: int) -> Reference | None:
        first, _, rest = name.partition(".")
        if first == "var":
            call = _CALL.findall(module)
            if not call:
                return None
            outer = module[: module.rindex(f"module.{call[-1][0]}")]
            holder = self._module(outer)
            called = holder.get("module_calls", call[-1][0], "expressions", rest) if holder is not None else None
            return self.reference(called, outer, module.rstrip("."), depth + 1)
        if first == "module":
            called_name, _, output = rest.partition(".")
            bare = called_name.partition("[")[0]
            inner = f"{module}module.{called_name}."
            holder = self._module(module)
            found = (
                holder.get("module_calls", bare, "module", "outputs", output, "expression")
                if holder is not None
                else None
            )
            return self.reference(found, inner, address, depth + 1)
        kind, _, rest = name.partition(".")
        called_name, _, attribute = rest.partition(".")
        row = ROWS.get(kind)
        known = {**_EVERYWHERE, **(row.attributes if row is not None else {})}
        target = self._instance(f"{module}{kind}.{called_name}", address)
        if target is None or (row is not None and attribute in row.fields and attribute not in known):
            return None
        return Reference(target, known.get(attribute, attribute), written.span)

    def archive(self, written: Value | None, module: str) -> Mapping | None:
        """What is known of the archive that a function is packed in."""
        if not isinstance(written, Mapping):
            return None
        for name in map(text, items(written.get("references"))):
            if name.startswith("data.archive_file.") and name.count(".") == 2:
                for address, values in self._read(self._prior):
                    if _KEY.sub("", address) == f"{module}{name}":
                        return values
        return None

    def _read(self, module: Value | None) -> Iterator[tuple[str, Mapping]]:
        if isinstance(module, Mapping):
            for each in items(module.get("resources")):
                values = each.get("values") if isinstance(each, Mapping) else None
                if isinstance(each, Mapping) and isinstance(values, Mapping):
                    yield text(each.get("address")), values
            for inner in items(module.get("child_modules")):
                yield from self._read(inner)

    def _instance(self, name: str, address: str) -> str | None:
        """The address of what a name stands for: the only instance, or the one with the key of who asks."""
        if name in self._planned:
            return name
        key = _KEY.search(address)
        if key is not None and name + key[0] in self._planned:
            return name + key[0]
        found = [each for each in self._planned if _KEY.sub("", each) == name]
        return found[0] if len(found) == 1 else None

    def _module(self, address: str) -> Mapping | None:
        found = self._root
        for name in _calls(address):
            found = found.get("module_calls", name, "module") if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else None


def _calls(module: str) -> list[str]:
    return [name for name, _ in _CALL.findall(module)]
