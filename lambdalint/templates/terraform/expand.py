"""From a block to its instances: `count` and `for_each`.

https://developer.hashicorp.com/terraform/language/meta-arguments
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.templates.cloudformation.text import spelt
from lambdalint.templates.hcl.evaluate import value
from lambdalint.templates.hcl.scope import Bound, Scope
from lambdalint.templates.hcl.steps import UNSEEN, is_default
from lambdalint.templates.hcl.syntax import Block
from lambdalint.templates.terraform import calls
from lambdalint.templates.terraform.tree import INSTANCES, LEFT_OUT, POLICIES, Instance, Module
from lambdalint.templates.value import Known, Mapping, Reference, Sequence, Unknown, Value


def expand(module: Module, kind: str, name: str, block: Block) -> Value:
    """Make a block's instances known, and give what its name stands for: one of them, or a collection."""
    address = f"{module.prefix}{kind or 'module'}.{name}"
    if "count" in block.attributes:
        return _counted(module, kind, name, block, address)
    if "for_each" in block.attributes:
        return _each(module, kind, name, block, address)
    return _made(module, kind, name, block, address, module)


def _counted(module: Module, kind: str, name: str, block: Block, address: str) -> Value:
    match value(block.attributes["count"].expression, module):
        case Known(value=int() | str() as given) as known if str(given).isdecimal() and int(given) <= INSTANCES:
            number = int(given)
            if not number and is_default(known) and (kind in LEFT_OUT or _goes_with_its_role(module, kind, block)):
                if kind == "aws_lambda_function":
                    module.tree.left_out.append(block.span)
                return Sequence((), block.span, open=True)
            if not number and kind in POLICIES:
                index = Bound({"count": _entries(block, index=Known(0, block.span))}, module)
                module.tree.withheld.append(Instance(f"{address}[0]", kind, name, block, index, module))
            if number or not is_default(known):
                return Sequence(
                    tuple(
                        _made(
                            module, kind, name if number == 1 else f"{name}[{at}]", block, f"{address}[{at}]",
                            Bound({"count": _entries(block, index=Known(at, block.span))}, module),
                            counted=bool(known.origin),
                        )
                        for at in range(number)
                    ),
                    block.span,
                )  # fmt: skip
    unknown = _entries(block, index=Unknown(block.attributes["count"].span, "count.index"))
    return _made(module, kind, name, block, address, Bound({"count": unknown}, module), generic=True)


def _goes_with_its_role(module: Module, kind: str, block: Block) -> bool:
    """Whether a block is a policy of a role that is itself left out by default."""
    role = block.attributes.get("role") if kind in POLICIES else None
    found = None if role is None else value(role.expression, module)
    return isinstance(found, Unknown) and found.why == UNSEEN


def _each(module: Module, kind: str, name: str, block: Block, address: str) -> Value:
    collection = value(block.attributes["for_each"].expression, module)
    rows = list(_rows(collection))
    unseen = not isinstance(collection, Mapping | Sequence) or collection.open
    if not rows and not unseen and kind in POLICIES:
        module.tree.withheld.append(Instance(f"{address}[*]", kind, name, block, _any(module, block), module))
    if (rows or not unseen) and len(rows) <= INSTANCES:
        found: dict[str, Value] = {
            key: _made(
                module, kind, f'{name}["{key}"]', block, f'{address}["{key}"]',
                Bound({"each": _entries(block, key=Known(key, block.span), value=item)}, module),
            )
            for key, item in rows
        }  # fmt: skip
        return Mapping(found, block.span, dict.fromkeys(found, block.span), unseen)
    return _made(module, kind, name, block, address, _any(module, block), generic=True)


def _any(module: Module, block: Block) -> Bound:
    """The scope of any instance of a block with `for_each`."""
    place = block.attributes["for_each"].span
    each = _entries(block, key=Unknown(place, "each.key"), value=Unknown(place, "each.value"))
    return Bound({"each": each}, module)


def _rows(collection: Value | None) -> Iterator[tuple[str, Value | None]]:
    match collection:
        case Mapping(entries):
            for key in collection.keys:
                yield key, entries.get(key)
        case Sequence(items):
            for item in items:
                if isinstance(item, Known):
                    yield spelt(item), item
        case _:
            return


def _entries(block: Block, **given: Value | None) -> Mapping:
    entries = {name: each for name, each in given.items() if each is not None}
    return Mapping(entries, block.span, dict.fromkeys(given, block.span))


def _made(
    module: Module,
    kind: str,
    label: str,
    block: Block,
    address: str,
    scope: Scope,
    *,
    generic: bool = False,
    counted: bool = False,
) -> Reference:
    instance = Instance(address, kind, label, block, scope, module, generic, counted)
    module.tree.instances[address] = instance
    if not kind:
        calls.call(instance)
    return Reference(address, "", block.span)
