"""From a block to properties, by a row of the table."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.records import dataclass, replace
from lambdalint.source import Span
from lambdalint.templates.hcl import syntax
from lambdalint.templates.hcl.documents import document
from lambdalint.templates.hcl.evaluate import value
from lambdalint.templates.hcl.scope import Bound, Scope
from lambdalint.templates.hcl.steps import is_null, pairs
from lambdalint.templates.hcl.syntax import Attribute, Block
from lambdalint.templates.terraform.row import Document, Field, Fields, Listed, Many, One
from lambdalint.templates.value import Known, Mapping, Sequence, Unknown, Value, items


@dataclass(frozen=True, slots=True)
class Content:
    """The body of a nested block, and the scope that it is read in; no body where nobody knows whether there is one."""

    body: Block | None
    scope: Scope
    span: Span


def properties(block: Block, scope: Scope, fields: Fields, *, partial: bool = False) -> Mapping:
    """A block in CloudFormation's words."""
    entries, keys = _spelt(block, scope, fields)
    for name, place in ignored(block):
        if (field := fields.get(name)) is not None:
            # Somebody else changes it once it is made.
            entries[_name(field)] = Unknown(place, "ignore_changes")
            keys.setdefault(_name(field), place)
    return Mapping(entries, block.extent, keys, partial or block.broken)


def _spelt(block: Block, scope: Scope, fields: Fields) -> tuple[dict[str, Value], dict[str, Span]]:
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    for name, attribute in block.attributes.items():
        field = fields.get(name)
        if field is None:
            continue
        found = _field(field, value(attribute.expression, scope), scope)
        if found is not None:
            entries[_name(field)] = found
            keys[_name(field)] = attribute.span
    for name, contents in nested(block, scope).items():
        field = fields.get(name)
        if isinstance(field, One | Many) and contents:
            entries[field.name] = _contents(field, contents)
            keys[field.name] = contents[0].span
        elif isinstance(field, str) and field not in entries and contents:
            entries[field] = _map(contents)
            keys[field] = contents[0].span
    return entries, keys


def _name(field: Field) -> str:
    return field if isinstance(field, str) else field.name


def _field(field: Field, found: Value | None, scope: Scope) -> Value | None:
    if is_null(found) or found is None:
        return None
    match field:
        case Document():
            return document(found, scope)
        case Listed():
            return found if isinstance(found, Sequence) else Sequence((found,), found.span)
        case Many(_, fields):
            # A block may also be written as an attribute.
            return Sequence(tuple(_renamed(each, fields, scope) for each in items(found)), found.span)
        case One(_, fields):
            inner = items(found)
            return _renamed(inner[0], fields, scope) if inner else None
        case _:
            return found


def _renamed(found: Value, fields: Fields, scope: Scope) -> Value:
    if not isinstance(found, Mapping):
        return Unknown(found.span, "a block")
    rows = [(fields[name], name, inner) for name, inner in found.entries.items() if name in fields]
    entries = {_name(field): _field(field, inner, scope) for field, _, inner in rows}
    keys = {_name(field): found.key(name) for field, name, _ in rows}
    return Mapping({name: inner for name, inner in entries.items() if inner is not None}, found.span, keys, found.open)


def _contents(field: One | Many, contents: list[Content]) -> Value:
    known = [each for each in contents if each.body is not None]
    inner = tuple(_inner(each.body, each.scope, field.fields) for each in known if each.body is not None)
    unseen = len(known) < len(contents)
    if isinstance(field, Many):
        return Sequence(inner, contents[0].span, unseen)
    return inner[0] if inner and not unseen else Unknown(contents[0].span, "a dynamic block", optional=True)


def _map(contents: list[Content]) -> Value:
    """A map that is written as a block, as Terraform took it before 0.12: `variables { … }`."""
    first = contents[0]
    if first.body is None or len(contents) > 1:
        return Unknown(first.span, "a block")
    given = {name: (value(each.expression, first.scope), each.span) for name, each in first.body.attributes.items()}
    known = {name: (found, span) for name, (found, span) in given.items() if found is not None}
    entries = {name: found for name, (found, _) in known.items()}
    return Mapping(entries, first.body.extent, {name: span for name, (_, span) in known.items()})


def _inner(block: Block, scope: Scope, fields: Fields) -> Mapping:
    entries, keys = _spelt(block, scope, fields)
    return Mapping(entries, block.extent, keys, block.broken)


def nested(block: Block, scope: Scope) -> dict[str, list[Content]]:
    """The blocks within a block by their kinds, dynamic ones expanded."""
    found: dict[str, list[Content]] = {}
    for inner in block.blocks:
        if inner.kind == "dynamic" and len(inner.labels) == 1:
            found.setdefault(inner.labels[0], []).extend(_dynamic(inner, scope))
        else:
            found.setdefault(inner.kind, []).append(Content(inner, scope, inner.span))
    return found


def _dynamic(block: Block, scope: Scope) -> Iterator[Content]:
    content = next((inner for inner in block.blocks if inner.kind == "content"), None)
    for_each = block.attributes.get("for_each")
    each = pairs(value(for_each.expression, scope), scope) if for_each is not None else None
    if content is None or each is None or not scope.work.spend(len(each.pairs)):
        yield Content(None, scope, block.span)
        return
    iterator = _iterator(block)
    for key, item in each.pairs:
        entries = {name: given for name, given in (("key", key), ("value", item)) if given is not None}
        names = Mapping(entries, block.span, {"key": block.span, "value": block.span})
        yield Content(content, Bound({iterator: names}, scope), block.span)
    if each.open:
        yield Content(None, scope, block.span)


def leaves_out(block: Block, kind: str, scope: Scope) -> bool:
    """Whether a dynamic block within another makes nothing of its kind: other values of its variables may."""
    own = (inner for inner in block.blocks if inner.kind == "dynamic" and tuple(inner.labels) == (kind,))
    return any(not list(_dynamic(inner, scope)) for inner in own)


def _iterator(block: Block) -> str:
    match block.attributes.get("iterator"):
        case Attribute(expression=syntax.Traversal(str() as name, ())):
            return name
        case Attribute(expression=syntax.Literal(value=Known(value=str() as name))):
            return name
        case _:
            return block.labels[0]


def ignored(block: Block) -> Iterator[tuple[str, Span]]:
    """The arguments that `lifecycle` tells Terraform not to change."""
    for inner in block.blocks:
        attribute = inner.attributes.get("ignore_changes") if inner.kind == "lifecycle" else None
        match attribute:
            case Attribute(expression=syntax.Tuple(names)):
                for name in names:
                    match name:
                        case syntax.Traversal(str() as root):
                            yield root, attribute.span
                        case syntax.Literal(value=Known(value=str() as root)):
                            yield root.partition("[")[0], attribute.span
            case _:
                continue


def after(block: Block) -> tuple[str, ...] | None:
    """The addresses that `depends_on` names, as they stand from the block's module; None where that is not known."""
    match block.attributes.get("depends_on"):
        case None:
            return ()
        case Attribute(expression=syntax.Tuple(names)):
            found = [address for each in names if (address := _address(each)) is not None]
            return tuple(found) if len(found) == len(names) else None
        case _:
            return None


def _address(expression: syntax.Expression) -> str | None:
    match expression:
        case syntax.Traversal("resource", (syntax.Attr(kind), syntax.Attr(name), *_)):
            return f"{kind}.{name}"
        case syntax.Traversal(str() as kind, (syntax.Attr(name), *_)):
            return f"{kind}.{name}"
        case syntax.Literal(value=Known(value=str() as written)) if "." in written:
            # As JSON spells it, and HCL did before 0.12.
            return ".".join(written.removeprefix("resource.").split(".")[:2])
        case _:
            return None


def everything(block: Block, scope: Scope) -> Mapping:
    """A block whose type the table does not have, under its own names."""
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    for name, attribute in block.attributes.items():
        if name in ("count", "for_each", "depends_on", "provider"):
            continue
        found = value(attribute.expression, scope)
        if found is not None:
            entries[name], keys[name] = found, attribute.span
    for name, contents in nested(block, scope).items():
        if not contents:
            continue
        known = (each for each in contents if each.body is not None)
        inner = tuple(everything(each.body, each.scope) for each in known if each.body is not None)
        entries[name], keys[name] = Sequence(inner, contents[0].span, open=True), contents[0].span
    return Mapping(entries, block.extent, keys, open=True)


def extended(given: Mapping, entries: dict[str, Value | None], keys: dict[str, Span] | None = None) -> Mapping:
    """A mapping with further entries, which win over its own; None takes one away."""
    places = keys or {}
    both = {**given.entries, **{name: each for name, each in entries.items() if each is not None}}
    for name, each in entries.items():
        if each is None:
            both.pop(name, None)
    spans = {name: places.get(name) or given.keys.get(name) or both[name].span for name in both}
    return replace(given, entries=both, keys=spans)
