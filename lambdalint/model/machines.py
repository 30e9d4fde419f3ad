"""State machines of Step Functions: which of their states invoke functions.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lambdalint.model.deployed import Deployed
from lambdalint.model.functions import Function, function_named
from lambdalint.model.schedules import is_frequent, is_rare
from lambdalint.model.targets import Target, targets
from lambdalint.model.view import Number, View, literal, number, references, text, truth
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Mapping, Value, items

_TRANSIENT = frozenset({
    "States.ALL", "States.TaskFailed", "Lambda.ServiceException", "Lambda.AWSLambdaException",
    "Lambda.SdkClientException", "Lambda.TooManyRequestsException",
})  # fmt: skip
"""Names of errors that take in those of the service: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html"""


_FAILED = frozenset({"States.ALL", "States.TaskFailed", "States.Timeout"})
"""Names of errors that take in those of the function's own work, which may be done by half then."""


@dataclass(frozen=True, slots=True)
class Task:
    """A state that invokes a function."""

    machine: View
    name: str
    given: Mapping
    function: Function | None
    """The function; None where it is not one of the project."""
    around: tuple[tuple[str, Mapping], ...] = ()
    """The states that it is a part of, Map and Parallel, the innermost first, with their names: what they try again or
    catch takes in its errors."""

    @property
    def span(self) -> Span:
        """Where it says what it invokes."""
        return self.given.key("Resource")

    @property
    def _every(self) -> tuple[tuple[str, Mapping], ...]:
        return (self.name, self.given), *self.around

    @property
    def tries_again(self) -> bool:
        """Whether it is invoked again after an error of Lambda's own, or may be."""
        return any(_returns_to_itself(name, state, _TRANSIENT) or _retries(state) for name, state in self._every)

    @property
    def outcome(self) -> str:
        """What the execution does after an error of Lambda's own."""
        for name, state in self._every:
            if _tolerates(state):
                return f"goes on without that item of {name}"
            for each in _clauses(state, "Catch"):
                if not _TRANSIENT.isdisjoint(map(text, items(each.get("ErrorEquals")))):
                    return f"goes on with {text(each.get('Next'))}"
        return "ends"

    @property
    def comes_again(self) -> bool:
        """Whether the machine is started anew every hour or sooner, as schedules alone do it: what one execution leaves
        undone, the next does."""
        started = starts(self.machine.project).get(self.machine.resource, ())
        times = [text(each.rule.expression) for each in started]
        return bool(times) and all(each is not None and is_frequent(each) for each in times)

    @property
    def only_tells(self) -> bool:
        """Whether it is what a machine ends with where something else has failed."""
        states = self.machine.get("Definition", "States")
        if self.around or not isinstance(states, Mapping) or truth(self.given.get("End")) is not True:
            return False
        every = [each for each in states.entries.values() if isinstance(each, Mapping)]
        caught = (clause for each in every for clause in _clauses(each, "Catch"))
        next_to = [text(each.get("Next")) for each in every]
        next_to += [text(each.get("Default")) for each in every]
        next_to += [text(choice.get("Next")) for each in every for choice in _clauses(each, "Choices")]
        next_to.append(text(self.machine.get("Definition", "StartAt")))
        return any(text(each.get("Next")) == self.name for each in caught) and self.name not in next_to

    @property
    def repeats(self) -> Span | None:
        """Where it says that the function is invoked again, with the same input, after it failed; None where not."""
        for name, state in self._every:
            for each in _clauses(state, "Retry"):
                names = {text(named) for named in items(each.get("ErrorEquals"))}
                tries = number(each.get("MaxAttempts"), 3, each.span)
                if not _FAILED.isdisjoint(names - {None}) and isinstance(tries, Number) and tries.value > 0:
                    return each.span
            if (back := _returns_to_itself(name, state, _FAILED)) is not None:
                return back
        return None


def _clauses(state: Mapping, key: str) -> Iterator[Mapping]:
    return (each for each in items(state.get(key)) if isinstance(each, Mapping))


def _retries(state: Mapping) -> bool:
    """Whether a state tries again after an error of Lambda's own, or may."""
    retry = state.get("Retry")
    if retry is None:
        return state.open
    errors = [each.get("ErrorEquals") if isinstance(each, Mapping) else None for each in items(retry)]
    names = [text(each) for named in errors for each in items(named)]
    return None in errors or None in names or not errors or not _TRANSIENT.isdisjoint(map(str, names))


def _tolerates(state: Mapping) -> bool:
    """Whether some items of a Map may fail, and it goes on."""
    given = (state.get(f"ToleratedFailure{each}") for each in ("Count", "Percentage", "CountPath", "PercentagePath"))
    return any(each is not None and not (isinstance(each, Known) and each.value in (0, "0")) for each in given)


def _returns_to_itself(name: str, state: Mapping, errors: frozenset[str]) -> Span | None:
    """Where a state says that it catches some errors and goes on with itself, which is a retry without end."""
    for each in _clauses(state, "Catch"):
        if text(each.get("Next")) == name and not errors.isdisjoint(map(text, items(each.get("ErrorEquals")))):
            return each.span
    return None


@lru_cache(maxsize=64)
def starts(project: Deployed) -> dict[Resource, tuple[Target, ...]]:
    """What rules and schedules start each state machine."""
    found: dict[Resource, tuple[Target, ...]] = {}
    for target in targets(project) if any(project.of_type(_TYPE)) else ():
        for reference in references(target.arn):
            machine = project.resource(reference.resource)
            if machine is not None and machine.type == _TYPE:
                found[machine] = (*found.get(machine, ()), target)
    return found


_TYPE = "AWS::StepFunctions::StateMachine"


def is_started_rarely(function: Function) -> bool:
    """Whether nothing invokes a function but state machines that schedules start an hour apart or more."""
    found = function.invokers
    if not found or any(each.service != "Step Functions" for each in found):
        return False
    started = starts(function.project)
    machines = {each.machine.resource for each in tasks(function.project) if each.function == function}
    times = [text(each.rule.expression) or "" for machine in machines for each in started.get(machine, ())]
    return bool(machines) and all(each in started for each in machines) and all(map(is_rare, times))


def tasks(project: Deployed) -> Iterator[Task]:
    """Every state of the project's state machines that invokes a function, as far as their definitions are seen."""
    for resource in project.of_type(_TYPE):
        machine = View(project, resource)
        for name, state, around in _states(resource.get("Definition")):
            if text(state.get("Type")) != "Task":
                continue
            calls = state.get("Resource")
            if ":states:::lambda:invoke" in literal(calls):
                named = state.get("Parameters", "FunctionName") or state.get("Arguments", "FunctionName")
                yield Task(machine, name, state, function_named(project, named), around)
            elif any(references(calls)) and (found := function_named(project, calls)) is not None:
                yield Task(machine, name, state, found, around)


def _states(
    definition: Value | None, around: tuple[tuple[str, Mapping], ...] = ()
) -> Iterator[tuple[str, Mapping, tuple[tuple[str, Mapping], ...]]]:
    """The states of a definition, each with those that it is a part of."""
    if not isinstance(definition, Mapping):
        return
    states = definition.get("States")
    for name, state in states.entries.items() if isinstance(states, Mapping) else ():
        if isinstance(state, Mapping):
            yield name, state, around
            for inner in (*items(state.get("Branches")), state.get("Iterator"), state.get("ItemProcessor")):
                yield from _states(inner, ((name, state), *around))
