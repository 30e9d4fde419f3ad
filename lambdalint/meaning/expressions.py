"""Expressions of DynamoDB: the names and placeholders in them, and what the request gives for these.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf

from lambdalint.code.facts import Handler, once_a_handler
from lambdalint.code.value import NONE, Constant, Mapping, Sequence, Value, options
from lambdalint.data.dynamodb import reserved
from lambdalint.meaning.operations import Operation, operation
from lambdalint.patterns import pattern
from lambdalint.records import dataclass

_GIVEN = {"#": "ExpressionAttributeNames", ":": "ExpressionAttributeValues"}
"""The parameters that give what placeholders stand for, by how these begin."""

_CONDITION = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
_KEYWORDS = {
    "UpdateExpression": frozenset({"SET", "REMOVE", "ADD", "DELETE"}),
    "ConditionExpression": _CONDITION, "FilterExpression": _CONDITION, "KeyConditionExpression": _CONDITION,
    "ProjectionExpression": frozenset[str](),
}  # fmt: skip
"""The parameters that are expressions, with the words of their own syntax."""

_TOKEN = pattern(r"[#:]?[A-Za-z_0-9]+(?P<called>\s*\()?")


@dataclass(frozen=True, slots=True)
class Misspelt:
    """What of a request's expressions DynamoDB refuses."""

    words: tuple[str, ...] = ()
    """Reserved words that stand for attributes in `parameter`."""
    missing: tuple[str, ...] = ()
    """Placeholders in it that nothing is given for."""
    unused: tuple[str, ...] = ()
    """Placeholders that are given, in `parameter`, and stand in no expression."""
    parameter: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """The parameters of one request, or of one of those in a transaction."""

    parameters: MappingOf[str, Value]
    open: bool

    def used(self, name: str) -> set[str] | None:
        """The placeholders and names in an expression, whatever way the program takes; None where it is not known."""
        texts = _texts(self.parameters[name])
        return None if texts is None else {token for text in texts for token in _tokens(text, name)}

    @property
    def expressions(self) -> tuple[str, ...]:
        return tuple(name for name in _KEYWORDS if name in self.parameters)


def misspelt(handler: Handler, asked: Operation) -> Iterator[Misspelt]:
    """What DynamoDB refuses of the expressions of an operation."""
    for request in _requests(asked):
        for name in request.expressions:
            used = request.used(name) or set()
            words = tuple(sorted(token for token in used if token.upper() in reserved()))
            if words:
                yield Misspelt(words, parameter=name)
            for mark, parameter in _GIVEN.items():
                known = _names(request, parameter)
                missing = sorted(each for each in used if each.startswith(mark) and known is not None)
                if absent := tuple(each for each in missing if each not in (known or ())):
                    yield Misspelt(missing=absent, parameter=name)
        yield from _unused(handler, request)


def _unused(handler: Handler, request: _Request) -> Iterator[Misspelt]:
    """The placeholders that a request gives for nothing; what several requests share, each of them may use."""
    for mark, parameter in _GIVEN.items():
        given, known = request.parameters.get(parameter), _names(request, parameter)
        if given is None or not known or request.open:
            continue
        # A condition made of objects has placeholders of its own, and says nothing of these.
        used: set[str] = set()
        for each in _sharing(handler, given):
            for name in each.expressions:
                tokens = each.used(name)
                if tokens is None:
                    return
                used |= tokens
            if each.open or {"KeyConditions", "QueryFilter", "ScanFilter", "Expected"} & each.parameters.keys():
                return
        if unused := tuple(sorted(each for each in known if each.startswith(mark) and each not in used)):
            yield Misspelt(unused=unused, parameter=parameter)


def _sharing(handler: Handler, given: Value) -> Iterator[_Request]:
    """The requests that are given the same, or may be."""
    shared = {id(each) for each in options(given)}
    return (request for request, has in _all_given(handler) if not shared.isdisjoint(has))


@once_a_handler
def _all_given(handler: Handler) -> tuple[tuple[_Request, frozenset[int]], ...]:
    """The requests that have placeholders, with what they are given for these, by identity."""
    found = []
    for call in handler.calls:
        asked = operation(call)
        for request in () if asked is None else _requests(asked):
            values = (request.parameters.get(each) for each in _GIVEN.values())
            has = frozenset(id(each) for value in values if value is not None for each in options(value))
            found += [(request, has)] if has else []
    return tuple(found)


_SET = pattern(r"(?P<attribute>[#\w]+)\s*=\s*(?P<placeholder>:\w+)")


def assigned(asked: Operation) -> Iterator[tuple[str, Value]]:
    """The attributes that an update sets to what it gives for a placeholder, by their names."""
    request = _Request(asked.call.keywords, asked.open)
    given, names = (request.parameters.get(each) for each in (_GIVEN[":"], _GIVEN["#"]))
    for text in _texts(request.parameters.get("UpdateExpression", NONE)) or ():
        for found in _SET.finditer(text):
            attribute, placeholder = found["attribute"], found["placeholder"]
            if attribute.startswith("#"):
                called = names.entries.get(attribute) if isinstance(names, Mapping) else None
                attribute = called.value if isinstance(called, Constant) and isinstance(called.value, str) else ""
            if isinstance(given, Mapping) and placeholder in given.entries:
                yield attribute, given.entries[placeholder]


_PARTS = frozenset({"Put", "Update", "Delete", "ConditionCheck", "Get"})
"""The requests in an item of a transaction."""


def _requests(asked: Operation) -> Iterator[_Request]:
    if asked.service != "dynamodb":
        return
    yield _Request(asked.call.keywords, asked.open)
    items = asked.argument("TransactItems")
    for item in items.items if isinstance(items, Sequence) else ():
        for kind, part in item.entries.items() if isinstance(item, Mapping) else ():
            if kind in _PARTS and isinstance(part, Mapping):
                yield _Request(part.entries, part.open or part.others is not None)


def _names(request: _Request, parameter: str) -> set[str] | None:
    """The keys that a parameter may have, by the way the program takes; None where that is not known."""
    if parameter not in request.parameters:
        return None if request.open else set()
    names: set[str] = set()
    for each in options(request.parameters[parameter]):
        if not isinstance(each, Mapping) or each.open or each.others is not None:
            return None
        names |= each.entries.keys()
    return names


def _texts(value: Value) -> list[str] | None:
    """The texts that a value may be; None where one of them is not known."""
    texts: list[str] = []
    for each in options(value):
        match each:
            case Constant(str(text)):
                texts.append(text)
            case Constant(None):
                pass
            case _:
                return None
    return texts


def _tokens(text: str, parameter: str) -> Iterator[str]:
    """The names and placeholders in an expression, without its keywords and functions."""
    for token in _TOKEN.finditer(text):
        word = token[0]
        if token["called"] is None and word.upper() not in _KEYWORDS[parameter] and not word.isdecimal():
            yield word
