"""From what is deployed to its picture: the graph, and a card for each function; what is so is asked of `model/`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lambdalint.code.facts import Handler
from lambdalint.data import secrets
from lambdalint.graph.drawn import drawn, node_id
from lambdalint.graph.picture import FOR_LAMBDA, UNUSED, USED, Allowed, Card, Picture
from lambdalint.meaning.aws import Use
from lambdalint.model import Function, Project, Role, Statement, exercised
from lambdalint.model.queues import duration
from lambdalint.model.view import Number, text
from lambdalint.templates.resource import Resource
from lambdalint.templates.value import Known, Reference, Text, Unknown, Value, items


def pictured(root: str, project: Project) -> Picture:
    """The picture of what is deployed, after the path of its root template."""
    allowed: dict[Resource, tuple[Allowed, ...]] = {}
    return Picture(drawn(root, project), tuple(_card(root, each, allowed) for each in project.functions))


def _card(root: str, function: Function, allowed: dict[Resource, tuple[Allowed, ...]]) -> Card:
    found = function.project.code.get(function.resource.name)
    missed = None if found is None or isinstance(found, Handler) else found
    role = function.role
    if role is not None and role.resource not in allowed:
        allowed[role.resource] = tuple(_statements(role))
    return Card(
        node_id(root, function.resource),
        tuple((name, secrets.withheld(told)) for name, told in _settings(function) if told),
        code="" if function.handler is None else function.handler.path,
        without="" if missed is None else missed.group,
        why="" if missed is None else secrets.withheld(missed.why),
        generated=function.generated,
        role="" if role is None else secrets.withheld(role.name),
        managed=() if role is None else tuple(name for name, _ in role.managed_policies),
        statements=() if role is None else allowed[role.resource],
    )


def _settings(function: Function) -> Iterator[tuple[str, str]]:
    """What a function is set to, "" for what has nothing to tell."""
    image = function.image
    runtime = text(function.runtime)
    yield "Runtime", "container image" if image else runtime or "?"
    yield "Handler", "" if image else text(function.get("Handler")) or "?"
    yield "Timeout", _number(function.timeout, duration)
    yield "Memory", _number(function.memory, "{} MB".format)
    storage = function.storage
    yield "/tmp", "" if isinstance(storage, Number) and storage.default else _number(storage, "{} MB".format)
    yield "Architecture", function.architecture or "?"
    reserved = function.reserved_concurrency
    yield "Reserved concurrency", "" if reserved is None else _number(reserved, str)
    yield "Network", "in a VPC" if function.get("VpcConfig") is not None else ""
    yield "Layers", str(len(function.layers) or "")
    variables = function.variables
    # Their values are nobody's business.
    yield "Variables", "" if variables is None else ", ".join(variables.entries)


def _number(value: Number | Unknown, spelt: Callable[[int], str]) -> str:
    if isinstance(value, Unknown):
        return "? (only a deployment knows)"
    return spelt(value.value) + (" (AWS's default)" if value.default else "")


def _statements(role: Role) -> Iterator[Allowed]:
    uses = exercised.uses(role)
    for each in role.documents:
        effect = text(each.value.get("Effect")) or "?"
        condition = ", under a condition" if each.conditional else ""
        yield Allowed(
            effect + condition,
            tuple((secrets.withheld(action), use) for action, use in _actions(role, each, uses)),
            tuple(secrets.withheld(_spelt(resource)) for resource in each.resources),
            str(each.span),
        )


def _actions(role: Role, statement: Statement, uses: tuple[Use, ...] | None) -> Iterator[tuple[str, str]]:
    for each in statement.actions:
        action = str(each.value)
        if not statement.allows or uses is None:
            yield action, ""
        elif exercised.used(uses, action):
            yield action, USED
        else:
            yield action, FOR_LAMBDA if exercised.for_lambda(role, action) else UNUSED
    excepted = [_spelt(each) for each in items(statement.value.get("NotAction"))]
    if excepted:
        yield f"all but {', '.join(excepted)}", ""
    if not statement.actions and not excepted:
        yield "?", ""


def _spelt(value: Value) -> str:
    """A value as its template has it; what only a deployment knows as `?`."""
    match value:
        case Known():
            return str(value.value)
        case Reference(resource, attribute):
            return f"{resource}.{attribute}" if attribute else resource
        case Text(parts):
            return "".join(_spelt(each) if isinstance(each, Known) else f"{{{_spelt(each)}}}" for each in parts)
        case _:
            return "?"
