"""The Project: what a template deploys and what its code does, joined, in domain words."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from datetime import date
from functools import cached_property

from lambdalint.code.entry import Entry
from lambdalint.code.facts import Handler
from lambdalint.code.locate import NotLocated
from lambdalint.code.package import Package
from lambdalint.model import pace
from lambdalint.model.event_sources import EventSource
from lambdalint.model.functions import Function
from lambdalint.model.invokers import Invoker
from lambdalint.model.permissions import Role, Statement
from lambdalint.model.queues import Queue
from lambdalint.model.targets import Target, targets
from lambdalint.model.view import View, references, text
from lambdalint.records import dataclass, field, replace
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Mapping, Value, items


@dataclass(frozen=True, eq=False)
class Project:
    """What one root template deploys, with the code that its functions run; or code that no template reaches."""

    resources: tuple[Resource, ...]
    code: MappingOf[str, Handler | NotLocated] = field(default_factory=dict)
    """For each function's resource name, what its code does, or why that is not known."""
    loose: tuple[Handler, ...] = ()
    """Handlers that no template reaches."""
    today: date | None = None
    """The date to judge by; None for the real one."""
    packages: MappingOf[Resource, Package] = field(default_factory=dict)
    """For each function whose code was found, what it is deployed with."""
    entries: MappingOf[Resource, Entry] = field(default_factory=dict)
    """For each function of Node.js whose code was found, what is known of its handler without following it."""
    _readings: dict[tuple[str, ...], Project] = field(default_factory=dict)

    def reading(self, languages: tuple[str, ...]) -> Project:
        """The project as one sees it who reads code in these languages only."""
        if all(handler.language in languages for handler in self.handlers):
            return self
        if languages not in self._readings:
            code = {name: _unread(each, languages) for name, each in self.code.items()}
            loose = tuple(each for each in self.loose if each.language in languages)
            self._readings[languages] = replace(self, code=code, loose=loose, _readings={})
        return self._readings[languages]

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        return tuple(Function(self, resource) for resource in self.of_type("AWS::Lambda::Function"))

    @cached_property
    def event_sources(self) -> tuple[EventSource, ...]:
        return tuple(EventSource(self, resource) for resource in self.of_type("AWS::Lambda::EventSourceMapping"))

    @cached_property
    def queues(self) -> tuple[Queue, ...]:
        return tuple(Queue(self, resource) for resource in self.of_type("AWS::SQS::Queue"))

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        return tuple(targets(self))

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        return tuple(Role(self, resource) for resource in self.of_type("AWS::IAM::Role"))

    @cached_property
    def of_machines(self) -> frozenset[str]:
        """The names of the roles that only state machines may assume, and of the policies that only such roles have."""
        roles = [role for role in self.roles if role.for_machines]
        names = {role.resource.name for role in roles}
        for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
            for policy in self.of_type(kind):
                has = [role for role in self.roles if role.has(policy)]
                others = [
                    *items(policy.get("Users")),
                    *items(policy.get("Groups")),
                    *items(policy.get("Roles"))[len(has) :],
                ]
                if has and not others and all(role in roles for role in has):
                    names.add(policy.name)
        return frozenset(names)

    @cached_property
    def handlers(self) -> tuple[Handler, ...]:
        """Every handler, each once, also where several functions share it."""
        found = [each for each in self.code.values() if isinstance(each, Handler)]
        return tuple(dict.fromkeys((*found, *self.loose)))

    def of_type(self, kind: str) -> tuple[Resource, ...]:
        """The resources of a CloudFormation type."""
        return self._by_type.get(kind, ())

    def resource(self, name: str) -> Resource | None:
        """The resource of a name."""
        return self._by_name.get(name)

    def function_named(self, value: Value | None) -> Function | None:
        """The function that a value refers to, also by a version or an alias of it."""
        known = self._functions_by_name
        found = next((known[each.resource] for each in references(value) if each.resource in known), None)
        if found is not None:
            return found
        given = text(value)
        if given is None:
            return None
        return self._functions_by_given_name.get(given.rpartition(":function:")[2].split(":")[0])

    def queue_named(self, value: Value | None) -> Queue | None:
        """The queue that a value refers to."""
        found = (self.resource(reference.resource) for reference in references(value))
        return next((Queue(self, each) for each in found if each is not None and each.type == "AWS::SQS::Queue"), None)

    def handler_of(self, function: Function) -> Handler | None:
        """What a function's code does; None where that is not known."""
        found = self.code.get(function.resource.name)
        return found if isinstance(found, Handler) else None

    def not_located(self, function: Function) -> NotLocated | None:
        """Why a function's code is not known; None where it is."""
        found = self.code.get(function.resource.name)
        return found if isinstance(found, NotLocated) else None

    @cached_property
    def uncalled(self) -> tuple[Handler, ...]:
        """The handlers of which no template tells what invokes them: their own code may tell it."""
        return tuple(
            handler
            for handler in self.handlers
            if not any(each.service for function in self.functions_of(handler) for each in function.invokers)
        )

    def functions_of(self, handler: Handler) -> tuple[Function, ...]:
        """The functions that run a handler."""
        return tuple(each for each in self.functions if each.handler is handler)

    def only_deploys(self, handler: Handler) -> bool:
        """Whether a handler only runs when a stack is deployed: of a custom resource that nothing else invokes."""
        functions = self.functions_of(handler)
        if any(each.recurs for each in functions):
            return False
        return handler.one_shot or (bool(functions) and all(each.deployment_only for each in functions))

    def is_unattended(self, handler: Handler) -> bool:
        """Whether nobody waits for a handler, which only runs now and then (`model/pace.py`)."""
        functions = self.functions_of(handler)
        return bool(functions) and all(map(pace.is_unattended, functions))

    def runs_rarely(self, handler: Handler) -> bool:
        """Whether a handler only runs so rarely that no environment waits for the next time."""
        functions = self.functions_of(handler)
        return bool(functions) and all(map(pace.runs_rarely, functions))

    def qualifiers(self, function: str) -> tuple[str, ...]:
        """The names of a function's versions and aliases."""
        return self._qualifiers.get(function, ())

    def redrives(self, queue: Queue) -> bool:
        """Whether a redrive policy that is a resource of its own names a queue."""
        return any(
            reference.resource == queue.resource.name
            for policy in self.of_type("AWS::SQS::QueueRedrivePolicy")
            for reference in references(policy.get("QueueUrl"))
        )

    @cached_property
    def failure_targets(self) -> frozenset[str]:
        """The names of the resources that failed messages and events are sent to."""
        values = [
            resource.get(*path)
            for resource in self.resources
            for path in (
                ("RedrivePolicy",),
                ("DeadLetterConfig",),
                ("DestinationConfig", "OnFailure"),
                ("Target", "DeadLetterConfig"),
            )
        ]
        for rule in self.of_type("AWS::Events::Rule"):
            values += [
                target.get("DeadLetterConfig") for target in items(rule.get("Targets")) if isinstance(target, Mapping)
            ]
        return frozenset(reference.resource for value in values for reference in references(value))

    @cached_property
    def _by_type(self) -> dict[str, tuple[Resource, ...]]:
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            found.setdefault(resource.type, []).append(resource)
        return {kind: tuple(several) for kind, several in found.items()}

    @cached_property
    def _by_name(self) -> dict[str, Resource]:
        return {resource.name: resource for resource in self.resources}

    @cached_property
    def _functions_by_name(self) -> dict[str, Function]:
        return {name: each for each in self.functions for name in each.names}

    @cached_property
    def _functions_by_given_name(self) -> dict[str, Function]:
        named = ((text(each.get("FunctionName")), each) for each in self.functions)
        return {name: each for name, each in named if name is not None}

    @cached_property
    def _qualifiers(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for kind in ("AWS::Lambda::Version", "AWS::Lambda::Alias"):
            for resource in self.of_type(kind):
                for reference in references(resource.get("FunctionName")):
                    found[reference.resource] = (*found.get(reference.resource, ()), resource.name)
        return found


def _unread(code: Handler | NotLocated, languages: tuple[str, ...]) -> Handler | NotLocated:
    if isinstance(code, NotLocated) or code.language in languages:
        return code
    return NotLocated("its language is not read")


__all__ = ["EventSource", "Function", "Invoker", "Project", "Queue", "Role", "Statement", "View"]
