"""Keys in a template of CloudFormation or SAM that stand where nothing reads them.

Only of types whose properties are known, and only what is surely no newer property: it belongs elsewhere, or is
misspelt.
"""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.data.template_keys import ATTRIBUTES, EVENT, Keys, events_of, of_type
from lambdalint.records import replace
from lambdalint.templates.cloudformation.files import type_of
from lambdalint.templates.cloudformation.intrinsics import is_function
from lambdalint.templates.cloudformation.stack import SAM, Stack
from lambdalint.templates.misplaced import Place, deeper, has_as_well, misspelt, variables
from lambdalint.templates.resource import Unread
from lambdalint.templates.value import Known, Mapping, Value, items

_PLAIN = frozenset({SAM, "AWS::LanguageExtensions", "AWS::SecretsManager-2020-07-23", "AWS::CodeDeployBlueGreen"})
"""The transforms that leave the keys of functions, events and queues where they are."""

_SAM = "AWS::Serverless::Function"
_FUNCTIONS = ("AWS::Lambda::Function", _SAM)


def misplaced(stack: Stack) -> Iterator[Unread]:
    """The keys of a stack, and of the stacks in it, that nothing reads where they stand."""
    if all(isinstance(each, Known) and each.value in _PLAIN for each in items(stack.root.entries.get("Transform"))):
        for logical_id, resource in stack.resources.items():
            kind = type_of(resource)
            if (keys := of_type(kind)) is not None and not _has_function(resource):
                owner = stack.prefix + logical_id if kind in _FUNCTIONS else ""
                yield from _beside(resource, keys, owner)
                yield from _Properties(kind, keys, owner).strays(resource.entries.get("Properties"))
        shared = _Properties(_SAM, of_type(_SAM) or {}, "").strays(stack.section("Globals").entries.get("Function"))
        yield from (replace(each, what=f"Function of Globals {each.what}") for each in shared)
    for child in stack.children():
        yield from misplaced(child)


def _has_function(node: Mapping) -> bool:
    return node.open or any(name.startswith("Fn::") for name in node.keys)


def _beside(resource: Mapping, keys: Keys, owner: str) -> Iterator[Unread]:
    """The keys of properties that stand beside them."""
    beside = {name: span for name, span in resource.keys.items() if name not in ATTRIBUTES}
    if not beside:
        return
    inner = {name: where.replace("into ", "into Properties, under ") for name, where in deeper(keys).items()}
    where = {**inner, **dict.fromkeys(keys, "; it belongs into Properties")}
    for name, span in beside.items():
        if name in where:
            told = f"has {name} beside Properties, where nothing reads it"
            if has_as_well(resource.entries.get("Properties"), [name]):
                yield Unread(span, f"{told}; they have it as well", owner, "note")
            else:
                # Without it SAM only adds a stage of its own.
                mild = "warning" if name == "OpenApiVersion" else None
                yield Unread(span, f"{told}{where[name]}", owner, mild)


class _Properties:
    """The properties of a resource of a type, and its events where it has some."""

    def __init__(self, kind: str, keys: Keys, owner: str) -> None:
        self._kind, self._keys, self._owner = kind, keys, owner
        self._events = events_of(kind)

    def strays(self, given: Value | None) -> Iterator[Unread]:
        """The keys among them that nothing reads."""
        if not isinstance(given, Mapping) or is_function(given):
            return
        yield from Place("Properties", self._keys, self._elsewhere, owner=self._owner).strays(given)
        started = given.entries.get("Events")
        if self._events and isinstance(started, Mapping) and not is_function(started):
            for name, event in started.entries.items():
                if isinstance(event, Mapping) and not _has_function(event) and not name.startswith("Fn::"):
                    yield from self._event(name, event)
        texts = given.get("Environment", "Variables") if self._kind in _FUNCTIONS else None
        if isinstance(texts, Mapping) and not is_function(texts):
            yield from variables(texts, self._owner)

    def _elsewhere(self) -> dict[str, str]:
        """Where keys belong that may stand here by mistake."""
        found = dict.fromkeys(ATTRIBUTES - EVENT, "; it belongs beside Properties")
        if self._kind in _FUNCTIONS:
            found |= dict.fromkeys(of_type("AWS::SQS::Queue") or (), "; it belongs to a queue")
            for event in events_of(_SAM).values():
                found |= dict.fromkeys(event, "; it belongs into an event, or the mapping of one")
            others = {name for kind in _FUNCTIONS for name in of_type(kind) or ()}
            found |= dict.fromkeys(others, f", as {self._kind} has no such property")
        found |= deeper(self._keys)
        return {name: where for name, where in found.items() if name not in self._keys}

    def _event(self, name: str, event: Mapping) -> Iterator[Unread]:
        """What is wrong with an event of SAM."""
        match event.entries.get("Type"):
            case Known(value=str() as written, span=span) if written not in self._events:
                meant = misspelt(written, self._events)
                hint = f"; {meant} is meant" if meant else ""
                why = f"has event {name} of type {written}, which does not exist, so that it invokes nothing{hint}"
                yield Unread(span, why, self._owner)
                return
            case Known(value=str() as written):
                own = self._events[written]
            case None:
                own = dict.fromkeys(each for properties in self._events.values() for each in properties)
            case _:
                return
        given = event.entries.get("Properties")
        beside = [each for each in event.keys if each not in EVENT]
        if beside:
            which, they = ("it", "it belongs") if len(beside) == 1 else ("them", "they belong")
            twice = has_as_well(given, beside)
            where = f"; {they} into its Properties" if all(each in own for each in beside) else ""
            where = f"; these have {which} as well" if twice else where
            told = f"has {', '.join(beside)} beside the Properties of event {name}, where nothing reads {which}{where}"
            yield Unread(event.keys[beside[0]], told, self._owner, "note" if twice else None)
        if isinstance(given, Mapping) and not is_function(given):
            yield from Place(f"event {name}", own, self._beyond_events, owner=self._owner).strays(given)

    def _beyond_events(self) -> dict[str, str]:
        """Where keys belong that may stand in an event by mistake."""
        others = dict.fromkeys((each for all_ in self._events.values() for each in all_), _OF_OTHERS)
        return {**others, **dict.fromkeys(self._keys, "; it belongs to the function"), **_BESIDE}


_OF_OTHERS = ", as only events of other types have it"
_BESIDE = {"Type": "; it belongs beside Properties"}
