"""Keys of a service that stand where nothing reads them.

The framework warns of them at most, and deploys the rest: https://github.com/serverless/serverless/issues/5581
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lambdalint.data.template_keys import Keys, of_serverless
from lambdalint.records import replace
from lambdalint.source import Span
from lambdalint.templates.cloudformation.intrinsics import is_function
from lambdalint.templates.cloudformation.misplaced import misplaced as of_stack
from lambdalint.templates.misplaced import BARE, Place, deeper, has_as_well, misspelt, variables
from lambdalint.templates.resource import Unread
from lambdalint.templates.serverless import names, plugins
from lambdalint.templates.serverless.service import Service
from lambdalint.templates.value import Known, Mapping, Sequence, Value, items

_OF_REQUESTS = ("http", "httpApi")
"""The events that are requests of an API."""
_DEFAULTS = {"memorySize": 1024, "timeout": 6}
"""What holds of a function that says nothing: https://www.serverless.com/framework/docs/providers/aws/guide/functions"""


def misplaced(service: Service) -> Iterator[Unread]:
    """The keys of a service, and of its own resources, that nothing reads where they stand."""
    yield from of_stack(service.stack)
    reads = plugins.read_by(service)
    if reads is not None:
        yield from _Service(service, reads).strays()


class _Service:
    """A service, and what is read of it."""

    def __init__(self, service: Service, reads: plugins.Reads) -> None:
        self._service = service
        self._function = {**of_serverless("function"), **dict.fromkeys((*reads.function, *plugins.FUNCTION))}
        self._provider = {**of_serverless("provider"), **dict.fromkeys(reads.provider)}
        self._top = {**of_serverless("service"), **dict.fromkeys((*reads.service, *plugins.SERVICE))}
        self._events = of_serverless("events")
        self._of_events = reads.events

    def strays(self) -> Iterator[Unread]:
        """The keys that nothing reads where they stand."""
        for name, span in self._service.root.keys.items():
            if name not in self._top and not self._is_referred_to(name):
                yield from _in_service(name, span, self._provider, self._function)
        provider = self._service.written("provider")
        if isinstance(provider, Mapping) and not provider.open:
            for name, span in provider.keys.items():
                if name not in self._provider and not self._is_referred_to(f"provider.{name}"):
                    yield from _in_provider(name, span, self._provider, self._function)
        for part in items(self._service.written("functions")):
            if isinstance(part, Mapping) and not part.open:
                for name, span in part.keys.items():
                    yield from self._named(name, span, part.entries.get(name))

    def _is_referred_to(self, path: str) -> bool:
        """Whether a variable of the service may lead to a key, which is then a value of its author's own."""
        return f"self:{path}" in self._service.source.text

    def _named(self, name: str, span: Span, value: Value | None) -> Iterator[Unread]:
        """What stands among the functions under a name."""
        match value:
            case Mapping() if value.open or is_function(value):
                return
            case Mapping() if name not in self._function or not value.keys.keys().isdisjoint(self._function):
                yield from self._within(name, value)
            case Mapping() | Known() | Sequence() if name in self._function:
                yield Unread(span, "stands where functions do, and is none; it belongs into one of them")

    def _within(self, key: str, given: Mapping) -> Iterator[Unread]:
        """What is wrong within a function."""
        owner = names.function(key)
        if not self._is_referred_to(f"functions.{key}."):
            place = Place("the function", self._function, self._elsewhere, closed=True, owner=owner)
            for each in place.strays(given):
                if self._is_so_anyhow(each.span, given):
                    continue
                # Of a function without events, as an authorizer is one, no browser asks.
                lost = each.span != given.keys.get("cors") or "events" in given.entries
                yield each if lost else replace(each, severity="note")
        texts, events = given.entries.get("environment"), given.entries.get("events")
        if isinstance(texts, Mapping) and not texts.open and not is_function(texts):
            yield from variables(texts, owner)
        match events:
            case Sequence(several):
                for event in several:
                    yield from self._event(event, owner)
            case Mapping() if events.keys and not events.open and not is_function(events):
                told = tuple(self._event(events, owner))
                why = "has a mapping as its events, where only a list is read"
                yield from told or (Unread(given.key("events"), why, owner),)

    def _is_so_anyhow(self, span: Span, given: Mapping) -> bool:
        """Whether a key says what holds where nothing is said: `memory: 1024`."""
        provider = self._service.written("provider")
        chosen = provider.keys if isinstance(provider, Mapping) else {}
        for name, value in given.entries.items():
            if given.keys.get(name) == span and isinstance(value, Known):
                meant = (key for key in _DEFAULTS if key.lower().startswith(name.lower()))
                return any(value.value == _DEFAULTS[key] and key not in {*chosen, *given.keys} for key in meant)
        return False

    def _elsewhere(self) -> dict[str, str]:
        """Where keys belong that may stand in a function by mistake."""
        found = {**deeper(self._function), **dict.fromkeys(self._provider, "; it belongs into provider")}
        found |= dict.fromkeys(
            (each for keys in self._events.values() for each in keys or ()), "; it belongs into an event"
        )
        return found | dict.fromkeys(self._events, "; it belongs into events")

    def _beyond_event(self, own: Keys) -> dict[str, str]:
        """Where keys belong that may stand in an event of these keys by mistake."""
        return {**dict.fromkeys(self._function, "; it belongs to the function"), **deeper(own)}

    def _event(self, event: Value, owner: str) -> Iterator[Unread]:
        """What is wrong with an item of a function's events."""
        match event:
            case Known(value=str() as kind, span=span) if kind not in self._events and "${" not in kind:
                yield Unread(span, self._unknown(kind), owner)
            case Mapping(keys=keys) if keys and not event.open and not is_function(event):
                kinds = [name for name in keys if name in self._events]
                if not kinds:
                    first = next(iter(keys))
                    yield Unread(keys[first], self._unknown(first), owner)
                    return
                yield from self._beside(kinds[0], event, owner)
                for kind in kinds:
                    given = event.entries.get(kind)
                    if (own := self._events[kind]) and isinstance(given, Mapping):
                        known = {**own, **dict.fromkeys(self._of_events)}
                        elsewhere = partial(self._beyond_event, own)
                        place = Place(f"the event {kind}", known, elsewhere, closed=True, owner=owner)
                        for each in place.within(given):
                            # It is more than the API has, and takes nothing from what it does.
                            more = kind in _OF_REQUESTS and each.what.endswith(BARE)
                            yield replace(each, severity="note") if more else each

    def _beside(self, kind: str, event: Mapping, owner: str) -> Iterator[Unread]:
        """The keys that stand beside the kind of an event."""
        beside = [name for name in event.keys if name not in self._events]
        if not beside:
            return
        which, they = ("it", "it belongs") if len(beside) == 1 else ("them", "they belong")
        where = f"; {they} under {kind}" if all(each in (self._events[kind] or ()) for each in beside) else ""
        empty = "" if kind in event.entries else f", and {kind} is empty"
        twice = has_as_well(event.entries.get(kind), beside)
        where = f"; {kind} has {which} as well" if twice else where
        told = f"has {', '.join(beside)} beside the event {kind}, where nothing reads {which}{empty}{where}"
        yield Unread(event.keys[beside[0]], told, owner, "note" if twice else None)

    def _unknown(self, kind: str) -> str:
        """What is so of an event of a kind that there is not."""
        where = [name for name, keys in self._events.items() if kind in (keys or ())]
        if kind in self._function:
            hint = "; it belongs to the function"
        elif where:
            hint = f"; it belongs under {where[0]}" if len(where) == 1 else "; it belongs under the kind of an event"
        else:
            meant = misspelt(kind, self._events)
            hint = f"; {meant} is meant" if meant else ""
        return f"has an event {kind}, which does not exist, so that it invokes nothing{hint}"


_OF_STACK = frozenset({"Resources", "Outputs", "Conditions", "Mappings", "Parameters"})
"""Sections of a template of CloudFormation, which are merged from `resources`."""


def _in_service(name: str, span: Span, provider: Keys, function: Keys) -> Iterator[Unread]:
    if name in _OF_STACK:
        yield Unread(span, f"the service has {name}, where nothing reads it; it belongs into resources")
    elif name in provider or name in function:
        places = {"provider": provider, "a function": function}
        where = " or ".join(place for place, keys in places.items() if name in keys)
        yield Unread(span, f"the service has {name}, where nothing reads it; it belongs into {where}")


def _in_provider(name: str, span: Span, provider: Keys, function: Keys) -> Iterator[Unread]:
    meant = misspelt(name, provider)
    if name in function:
        yield Unread(span, f"the service has {name} in provider, where nothing reads it; it belongs into a function")
    elif meant is not None:
        yield Unread(span, f"the service has {name} in provider, where nothing reads it; {meant} is meant")
