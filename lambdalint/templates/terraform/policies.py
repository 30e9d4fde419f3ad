"""`aws_iam_policy_document`, as the IAM policy that it writes.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import spelt
from lambdalint.templates.hcl.documents import document
from lambdalint.templates.hcl.evaluate import value
from lambdalint.templates.hcl.scope import Scope
from lambdalint.templates.hcl.syntax import Block
from lambdalint.templates.terraform.spelling import Content, leaves_out, nested
from lambdalint.templates.terraform.tree import Instance
from lambdalint.templates.value import Known, Mapping, Sequence, Value, items

_FIELDS = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


def policy_document(instance: Instance) -> Value:
    """The policy that a data source writes."""
    block, scope = instance.block, instance.scope
    statements: list[Value] = []
    unseen = False
    for found in (*_documents(block, scope, "source_policy_documents", "source_json"), _own(block, scope)):
        unseen |= _gather(statements, found)
    for found in _documents(block, scope, "override_policy_documents", "override_json"):
        # A statement takes the place of the one with its Sid.
        sids = {_sid(each) for each in (found.items if found is not None else ()) if _sid(each)}
        statements = [each for each in statements if _sid(each) not in sids]
        unseen |= _gather(statements, found)
    entries: dict[str, Value] = {
        "Version": Known("2012-10-17", block.span, default=True),
        "Statement": Sequence(tuple(statements), block.extent, unseen),
    }
    return Mapping(entries, block.extent, dict.fromkeys(entries, block.span))


def _gather(statements: list[Value], found: Sequence | None) -> bool:
    if found is None:
        return True
    statements.extend(found.items)
    return found.open


def _sid(statement: Value) -> str:
    match statement:
        case Mapping(entries={"Sid": Known() as sid}):
            return spelt(sid)
        case _:
            return ""


def _documents(block: Block, scope: Scope, *names: str) -> Iterator[Sequence | None]:
    """The statements of other documents; None for one that is not known."""
    for name in names:
        attribute = block.attributes.get(name)
        found = value(attribute.expression, scope) if attribute is not None else None
        for given in items(found):
            match document(given, scope):
                case Mapping(entries={"Statement": statements}):
                    yield statements if isinstance(statements, Sequence) else Sequence((statements,), statements.span)
                case None:
                    continue
                case _:
                    yield None
        if isinstance(found, Sequence) and found.open:
            yield None


def _own(block: Block, scope: Scope) -> Sequence:
    contents = nested(block, scope).get("statement", [])
    known = tuple(statement(each.body, each.scope) for each in contents if each.body is not None)
    # What is granted only with a setting comes with what needs it: a policy without it says nothing of either.
    unseen = block.broken or len(known) < len(contents) or leaves_out(block, "statement", scope)
    return Sequence(known, block.extent, unseen)


def statement(block: Block, scope: Scope) -> Mapping:
    """One statement block."""
    entries: dict[str, Value] = {"Effect": Known("Allow", block.span, default=True)}
    keys: dict[str, Span] = {"Effect": block.span}
    for name, attribute in block.attributes.items():
        found = value(attribute.expression, scope) if name in _FIELDS else None
        if found is not None and not (isinstance(found, Sequence) and not found.items and not found.open):
            entries[_FIELDS[name]] = found
            keys[_FIELDS[name]] = attribute.span
    inner = nested(block, scope)
    for kind, name, spell in (
        ("principals", "Principal", _principals),
        ("not_principals", "NotPrincipal", _principals),
        ("condition", "Condition", _conditions),
    ):
        if contents := inner.get(kind):
            entries[name], keys[name] = spell(contents), contents[0].span
    return Mapping(entries, block.extent, keys)


def _principals(contents: list[Content]) -> Value:
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    unseen = False
    for each in contents:
        kind, names = _attribute(each, "type"), _attribute(each, "identifiers")
        if not isinstance(kind, Known) or names is None:
            unseen = True
            continue
        if kind.value == "*":
            return Known("*", kind.span)
        name = spelt(kind)
        entries[name] = Sequence((*items(entries.get(name)), *items(names)), names.span) if name in entries else names
        keys[name] = kind.span
    return Mapping(entries, contents[0].span, keys, unseen)


def _conditions(contents: list[Content]) -> Value:
    entries: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    unseen = False
    for each in contents:
        test, name, values = (_attribute(each, key) for key in ("test", "variable", "values"))
        if not isinstance(test, Known) or not isinstance(name, Known) or values is None:
            unseen = True
            continue
        row = entries.get(spelt(test))
        before = row if isinstance(row, Mapping) else Mapping({}, each.span, {})
        entries[spelt(test)] = replace(
            before, entries={**before.entries, spelt(name): values}, keys={**before.keys, spelt(name): name.span}
        )
        keys[spelt(test)] = test.span
    return Mapping(entries, contents[0].span, keys, unseen)


def _attribute(content: Content, name: str) -> Value | None:
    given = content.body.attributes.get(name) if content.body is not None else None
    return None if given is None else value(given.expression, content.scope)
