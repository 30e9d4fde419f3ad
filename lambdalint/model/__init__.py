"""The Project: what a template deploys and what its code does, joined, in domain words."""

from __future__ import annotations

import sys
from functools import cached_property

from lambdalint.code.facts import Handler
from lambdalint.code.locate import NotLocated
from lambdalint.model import pace
from lambdalint.model.deployed import Deployed
from lambdalint.model.event_sources import EventSource
from lambdalint.model.functions import Function, function_named, functions
from lambdalint.model.invokers import Invoker
from lambdalint.model.permissions import Role, Statement, roles
from lambdalint.model.queues import Queue
from lambdalint.model.targets import Target, targets
from lambdalint.model.view import Number, View
from lambdalint.records import dataclass, field, replace
from lambdalint.templates.value import Value


@dataclass(frozen=True, eq=False)
class Project(Deployed):
    """What one root template deploys, with the code that its functions run; or code that no template reaches."""

    _readings: dict[tuple[str, ...], Project] = field(default_factory=dict)

    def reading(self, languages: tuple[str, ...]) -> Project:
        """The project as one sees it who reads code in these languages only."""
        if languages not in self._readings and all(each.language in languages for each in self.handlers):
            self._readings[languages] = self
        elif languages not in self._readings:
            code = {name: _unread(each, languages) for name, each in self.code.items()}
            loose = tuple(each for each in self.loose if each.language in languages)
            self._readings[languages] = replace(self, code=code, loose=loose, _readings={})
        return self._readings[languages]

    def forget(self) -> None:
        """Let go of everything, for good: a project and its views hold each other."""
        for reading in self._readings.values():
            if reading is not self:
                reading.forget()
        vars(self).clear()

    @property
    def functions(self) -> tuple[Function, ...]:
        return functions(self)

    @cached_property
    def event_sources(self) -> tuple[EventSource, ...]:
        return tuple(EventSource(self, resource) for resource in self.of_type("AWS::Lambda::EventSourceMapping"))

    @cached_property
    def queues(self) -> tuple[Queue, ...]:
        return tuple(Queue(self, resource) for resource in self.of_type("AWS::SQS::Queue"))

    def polling(self, queue: Queue) -> tuple[EventSource, ...]:
        """The mappings that poll a queue, those among them of which a condition decides that."""
        return self._polling.get(queue.resource.name, ())

    @cached_property
    def _polling(self) -> dict[str, tuple[EventSource, ...]]:
        """The mappings that poll each queue, by its name."""
        found: dict[str, list[EventSource]] = {}
        for source in self.event_sources:
            for name in {queue.resource.name for queue in source.queues}:
                found.setdefault(name, []).append(source)
        return {name: tuple(several) for name, several in found.items()}

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        return tuple(targets(self))

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        return roles(self)

    @cached_property
    def handlers(self) -> tuple[Handler, ...]:
        """Every handler, each once, also where several functions share it."""
        found = [each for each in self.code.values() if isinstance(each, Handler)]
        return tuple(dict.fromkeys((*found, *self.loose)))

    def function_named(self, value: Value | None) -> Function | None:
        """The function that a value refers to, also by a version or an alias of it."""
        return function_named(self, value)

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
        return self._running.get(id(handler), ())

    def is_double(self, handler: Handler) -> bool:
        """Whether all functions that run a handler stand in for something else in tests."""
        functions = self.functions_of(handler)
        return bool(functions) and all(each.is_double for each in functions)

    @cached_property
    def _running(self) -> dict[int, tuple[Function, ...]]:
        """The functions that run each handler, by what tells one handler from another while there is this project."""
        found: dict[int, list[Function]] = {}
        for each in self.functions:
            if each.handler is not None:
                found.setdefault(id(each.handler), []).append(each)
        return {handler: tuple(several) for handler, several in found.items()}

    def only_deploys(self, handler: Handler) -> bool:
        """Whether a handler only runs when a stack is deployed: of a custom resource that nothing else invokes."""
        functions = self.functions_of(handler)
        if any(each.recurs for each in functions):
            return False
        return handler.one_shot or (bool(functions) and all(each.deployment_only for each in functions))

    def may_be_bundled(self, handler: Handler) -> bool:
        """Whether what a handler loads may lie in the one file that a bundler has made."""
        functions = self.functions_of(handler)
        return handler.language != "python" and not (
            functions and all(each.entry is not None and not each.entry.bundled for each in functions)
        )

    def demand(self, handler: Handler) -> str:
        """How pressing the events of a handler are: those of the function whose are most (`model/pace.py`)."""
        found = {pace.demand(each) for each in self.functions_of(handler)} or {pace.demand_told(handler)}
        return max(found, key=pace.DEMANDS.index)

    def gets_one_record(self, handler: Handler) -> bool:
        """Whether the events of a handler that hold records hold one each."""
        functions = self.functions_of(handler)
        polled = [each for function in functions for each in function.event_sources]
        return all(isinstance(each.batch_size, Number) and each.batch_size.value == 1 for each in polled) and (
            bool(polled) or any(each.service in _OF_ONE_RECORD for function in functions for each in function.invokers)
        )

    def runs_rarely(self, handler: Handler) -> bool:
        """Whether a handler only runs so rarely that no environment waits for the next time."""
        functions = self.functions_of(handler)
        return bool(functions) and all(map(pace.runs_rarely, functions))


def forget() -> None:
    """Let go of what was found out of all projects: in another, what is the same resource may be something else."""
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{__name__}."):
            for each in vars(module).values():
                if callable(clear := getattr(each, "cache_clear", None)):
                    clear()


_OF_ONE_RECORD = frozenset({"S3", "SNS"})
"""Services that hand over one record, in a list: https://aws.amazon.com/sns/faqs/, and S3 as it is seen to do."""


def _unread(code: Handler | NotLocated, languages: tuple[str, ...]) -> Handler | NotLocated:
    if isinstance(code, NotLocated) or code.language in languages:
        return code
    return NotLocated("its language is not read")


__all__ = ["EventSource", "Function", "Invoker", "Project", "Queue", "Role", "Statement", "View", "forget"]
