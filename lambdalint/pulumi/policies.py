"""`aws.iam.getPolicyDocument`: a policy of statements in Terraform's words.

https://www.pulumi.com/registry/packages/aws/api-docs/iam/getpolicydocument/
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.code.value import Call, Value
from lambdalint.pulumi.configuration import Attributes, Configuration, block
from lambdalint.pulumi.made import Address
from lambdalint.pulumi.names import snake
from lambdalint.pulumi.structures import Structure, several, structure
from lambdalint.source import Span
from lambdalint.templates.hcl.syntax import Block

KIND = "data.aws_iam_policy_document"
FUNCTIONS = frozenset({
    f"iam.{each}{end}" for each in ("getPolicyDocument", "get_policy_document") for end in ("", "Output", "_output")
})  # fmt: skip
"""What it is called."""
_INNER = {"principals": "principals", "not_principals": "not_principals", "conditions": "condition"}
"""The blocks of a statement."""


def document(made: Configuration, call: Call) -> Address:
    """Make the policy that a call gives."""
    given = structure(call.arguments[0]) if call.arguments else Structure(call.keywords, call.places, call.open)
    span = made.head(call.span)
    attributes = Attributes(open=given is None or given.open)
    for name, each in given.entries.items() if given is not None else ():
        if snake(name) != "statements":
            attributes.put(snake(name), span, made.expressions.of(each, span))
    found, whole = several(None if given is None else given.get("statements"))
    attributes.open = attributes.open or not whole
    attributes.blocks += [_statement(made, each, span) for each in found]
    return made.add(KIND, "policy", call.span, attributes, key=call)


def _statement(made: Configuration, given: Structure, span: Span) -> Block:
    place = made.head(next(iter(given.places.values()), span))
    entries = {
        snake(name): made.expressions.of(each, made.head(given.places.get(name, place)))
        for name, each in given.entries.items()
        if snake(name) not in _INNER
    }
    return block("statement", place, entries, tuple(_blocks(made, given, place)))


def _blocks(made: Configuration, given: Structure, span: Span) -> Iterator[Block]:
    for name, kind in _INNER.items():
        for each in several(given.get(name))[0]:
            inner: dict[str, Value] = {snake(key): one for key, one in each.entries.items()}
            yield block(kind, span, {key: made.expressions.of(one, span) for key, one in inner.items()})
