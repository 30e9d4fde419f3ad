"""Plans: what `terraform show -json` prints, through the same table.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lambdalint.records import dataclass, replace
from lambdalint.source import Source, Span, UnreadableSource
from lambdalint.templates import json
from lambdalint.templates.hcl.documents import document
from lambdalint.templates.hcl.scope import Scope
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.terraform import joins
from lambdalint.templates.terraform.files import Files, within
from lambdalint.templates.terraform.module import Local
from lambdalint.templates.terraform.plan_references import Configuration, text
from lambdalint.templates.terraform.row import Document, Field, Fields, Listed, Many, One
from lambdalint.templates.terraform.table import NAMED, ROWS, type_of
from lambdalint.templates.terraform.tree import Tree
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value, items

_DEPTH = 200


def deployment(files: Files, source: Source) -> Deployment | None:
    """What a plan deploys; None where the file is something else."""
    try:
        root = json.read(source, _DEPTH)
    except UnreadableSource as error:
        return Deployment(source.path, "terraform", (), ((error.span, error.why),), (source.path,))
    if not isinstance(root, Mapping) or not isinstance(root.get("planned_values", "root_module"), Mapping):
        return None
    directory = posixpath.dirname(source.path)
    tree = Tree(files, directory, {})
    plan = _Plan(root, files, directory, Local(tree, files.declarations(directory)))
    found = tuple(joins.joined(plan.resources()))
    return Deployment(source.path, "terraform", found, (), (source.path, *dict.fromkeys(plan.paths)))


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where a resource is written: its block, and the places of its arguments."""

    span: Span
    extent: Span
    arguments: dict[str, Span]


class _Plan:
    def __init__(self, root: Mapping, files: Files, directory: str, scope: Scope) -> None:
        self._planned = root.get("planned_values", "root_module")
        self._configuration = Configuration(root, frozenset(_addresses(self._planned)))
        self._files = files
        self._directory = directory
        self._scope = scope
        self.paths: list[str] = []

    def resources(self) -> Iterator[Resource]:
        """The resources that the plan says will be there."""
        for module, given in _modules(self._planned):
            for each in items(given.get("resources")):
                if isinstance(each, Mapping) and text(each.get("mode")) != "data":
                    found = self._resource(module, each)
                    if found is not None:
                        yield found

    def _resource(self, module: str, given: Mapping) -> Resource | None:
        kind, name, address = (text(given.get(key)) for key in ("type", "name", "address"))
        row = ROWS.get(kind)
        if not address or (row is None and kind not in NAMED):
            return None
        placed = self._placed(module, kind, name, given)
        values = given.get("values")
        expressions = self._configuration.expressions(module, kind, name)
        if row is None or not isinstance(values, Mapping):
            properties = Mapping({}, placed.extent, {}, open=True)
        else:
            entries = dict(self._entries(row.fields, values, expressions, module, address))
            if kind == "aws_lambda_function":
                code = self._code(values, expressions, module, placed)
                if code is not None:
                    entries["Code"] = code
            keys = {name: _key(name, row.fields, placed) for name in entries}
            moved = {name: _moved(each, keys[name]) for name, each in entries.items()}
            properties = Mapping(moved, placed.extent, keys, row.partial)
        label = name if "index" not in given.keys else f"{name}{address.removeprefix(module)[len(f'{kind}.{name}') :]}"
        return Resource(type_of(kind), address, properties, placed.span, placed.extent, label=label)

    def _entries(
        self, fields: Fields, values: Mapping, expressions: Value | None, module: str, address: str
    ) -> Iterator[tuple[str, Value]]:
        for name, field in fields.items():
            written = expressions.get(name) if isinstance(expressions, Mapping) else None
            found = self._field(field, values.entries.get(name), written, module, address, name in values.keys)
            if found is not None:
                yield (field if isinstance(field, str) else field.name), found

    def _field(
        self, field: Field, value: Value | None, written: Value | None, module: str, address: str, planned: bool
    ) -> Value | None:
        if isinstance(field, One | Many):
            blocks = items(value)
            inner = items(written)
            rows = [
                self._block(field.fields, each, inner[at] if at < len(inner) else None, module, address)
                for at, each in enumerate(blocks)
                if isinstance(each, Mapping)
            ]
            if not rows:
                return None
            return rows[0] if isinstance(field, One) else Sequence(tuple(rows), rows[0].span)
        reference = self._configuration.reference(written, module, address)
        if reference is not None and (value is None or isinstance(value, Known)):
            value = reference
        elif value is None and written is not None and not planned:
            value = Unknown(written.span, "known after apply")
        if value is None:
            return None
        match field:
            case Document():
                return document(value, self._scope)
            case Listed():
                return Sequence((value,), value.span)
            case _:
                return value

    def _block(self, fields: Fields, values: Mapping, written: Value | None, module: str, address: str) -> Mapping:
        entries = dict(self._entries(fields, values, written, module, address))
        return Mapping(entries, values.span, {name: each.span for name, each in entries.items()})

    def _code(self, values: Mapping, expressions: Value | None, module: str, placed: _Placed) -> Value | None:
        if (image := values.get("image_uri")) is not None:
            return Mapping({"ImageUri": image}, image.span, {"ImageUri": image.span})
        written = expressions.get("filename") if isinstance(expressions, Mapping) else None
        archive = self._configuration.archive(written, module)
        here = posixpath.dirname(_key("Code", {}, placed).path) or "."
        for holder, name in ((archive, "source_dir"), (archive, "source_file"), (values, "filename")):
            given = holder.get(name) if holder is not None else None
            if not text(given) or not isinstance(given, Known):
                continue
            if text(given).startswith("/"):
                return Unknown(given.span, "a path of one machine")
            return replace(given, value=posixpath.relpath(within(self._directory, text(given)) or ".", here))
        return None

    def _placed(self, module: str, kind: str, name: str, given: Mapping) -> _Placed:
        directory = self._configuration.directory(module)
        block = None
        if directory is not None:
            declarations = self._files.declarations(within(self._directory, directory))
            block = declarations.resources.get((kind, name))
        if block is None:
            return _Placed(given.key("address"), given.span, {})
        self.paths.append(block.span.path)
        places = {key: attribute.span for key, attribute in block.attributes.items()}
        return _Placed(block.span, block.extent, {**{each.kind: each.span for each in block.blocks}, **places})


def _modules(root: Value | None) -> Iterator[tuple[str, Mapping]]:
    """The modules of a plan by their addresses, with a full stop at the end; "" is the root."""
    stack = [root]
    while stack:
        given = stack.pop()
        if isinstance(given, Mapping):
            address = text(given.get("address"))
            yield f"{address}." if address else "", given
            stack.extend(reversed(items(given.get("child_modules"))))


def _addresses(root: Value | None) -> Iterator[str]:
    for _, given in _modules(root):
        for each in items(given.get("resources")):
            if isinstance(each, Mapping):
                yield text(each.get("address"))


def _key(name: str, fields: Fields, placed: _Placed) -> Span:
    """The place of the argument that became a property."""
    if name == "Code":
        return placed.arguments.get("filename") or placed.arguments.get("image_uri") or placed.span
    for argument, field in fields.items():
        if (field if isinstance(field, str) else field.name) == name and argument in placed.arguments:
            return placed.arguments[argument]
    return placed.span


def _moved(value: Value, span: Span) -> Value:
    """A value at the place of the argument that it is given for: what the plan says, the configuration means."""
    match value:
        case Mapping(entries):
            moved = {name: _moved(each, span) for name, each in entries.items()}
            return Mapping(moved, span, dict.fromkeys(value.keys, span), value.open)
        case Sequence(inner):
            return Sequence(tuple(_moved(each, span) for each in inner), span, value.open)
        case Reference() | Known() | Unknown():
            return replace(value, span=span)
        case _:
            return value
