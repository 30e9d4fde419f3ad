"""Environment variables."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check, while_deployed
from lambdalint.data import secrets
from lambdalint.data.variables import LARGEST, RESERVED
from lambdalint.meaning import confidential
from lambdalint.model import Function, Project
from lambdalint.model.view import references, text, truth
from lambdalint.patterns import pattern
from lambdalint.source import Span
from lambdalint.templates.cloudformation.text import BY_DEFAULT
from lambdalint.templates.value import HIDDEN, Known, Reference, Text, Unknown, Value
from lambdalint.wanted import removed

_BY_DEPLOYER = pattern(r"\$\{env:|file\(.*\.[cm]?[jt]s\)$|(?:\$\{)?file\([^)]*\.(?:json|ya?ml)\)")
"""Values of the Serverless Framework that the shell of whoever deploys gives, or a program or a file there."""

_FILLED_IN = pattern(
    r"\{\{resolve:(?:secretsmanager|ssm-secure):|(?:data\.)?aws_(?:secretsmanager_secret_version|ssm_parameter)\.|ssm[(:]"
)
"""What a deployment fills in from where secrets are kept."""
_KEPT = pattern(r"\{\{resolve:secretsmanager:|(?:data\.)?aws_secretsmanager_secret_version\.")
"""What is filled in from where nothing but secrets is kept, and what is kept with them."""
_GENERATED = "random_password."
_IN_CONFIGURATION = "which its configuration then holds in plain text: lambda:GetFunctionConfiguration shows it"


def _is_secret_variable(why: str) -> bool:
    kind, _, name = why.partition(" ")
    return kind == "variable" and secrets.names_secret(name)


@check
def secret_in_environment(project: Project) -> Problems:
    naming = frozenset(name for handler in project.handlers for name in confidential.naming(handler))
    for function in project.functions:
        for name, value in _variables(function):
            # What the code takes for the name of a secret is none.
            if name in RESERVED or name in naming:
                continue
            for part in value.parts if isinstance(value, Text) else (value,):
                if isinstance(part, Known) and isinstance(part.value, str | int):
                    yield from _secret(name, str(part.value), part, whole=part is value)
            named = secrets.names_secret(name) or _is_kept(name, value)
            shown = _shown(value) if named and not secrets.is_encrypted(name) else None
            if shown is not None:
                yield Problem(_key(function, name), f"sets {name} to {shown}", severity="note", about=function)


def _is_kept(name: str, value: Value) -> bool:
    """Whether a variable is a key of Secrets Manager's, though its name alone may be that of another key."""
    return isinstance(value, Unknown) and _KEPT.match(value.why) is not None and secrets.hints_at_secret(name)


def _secret(name: str, written: str, value: Known, *, whole: bool) -> Problems:
    if secrets.is_ciphertext(written):
        return
    how = f", {value.origin}" if value.origin else ""
    if not whole or not secrets.names_secret(name):
        kind = secrets.shape(written)
        if kind is None and whole and secrets.hints_at_secret(name) and secrets.is_random(written):
            kind = "a random key"
        if kind is not None:
            mild = "note" if secrets.is_placeholder(written) else None
            yield Problem(value.span, f"sets {name} to what looks like {kind}{how}", severity=mild, secret=True)
    elif secrets.is_placeholder(written):
        # Whoever deploys it gives another than a default of that kind.
        if not value.origin.startswith(BY_DEFAULT):
            yield Problem(value.span, f"sets {name} to a placeholder{how}", severity="note", secret=True)
    elif not secrets.is_reference(written) or secrets.shape(written):
        yield Problem(value.span, f"sets the environment variable {name} in plain text{how}", secret=True)


def _shown(value: Value) -> str | None:
    """What of a deployment a secret is, and where that shows it; None where nobody knows whether it is one."""
    match value:
        case Unknown(why=why) if why.endswith(HIDDEN) or _FILLED_IN.match(why) or _is_secret_variable(why):
            return f"{why.removesuffix(HIDDEN)}, {_IN_CONFIGURATION}"
        case Reference(kind, "result") if kind.startswith(_GENERATED):
            return f"{kind}, {_IN_CONFIGURATION}"
        case Unknown(why=why):
            given = why
        case Known(str(text), origin=origin) if not text or secrets.is_placeholder(text):
            given = origin.removeprefix(BY_DEFAULT)
        case _:
            return None
    if given.startswith("parameter "):
        return f"{given}, which has no NoEcho: whoever may see the stack reads it"
    if given.startswith("environment variable ") or _BY_DEPLOYER.match(given):
        return f"{given} of the deployment: it stands in plain text in the deployed template"
    return None


@check
@while_deployed
def reserved_variable_set(project: Project) -> Problems:
    for function in project.functions:
        for name, value in _variables(function):
            if name in RESERVED and _is_set(value):
                yield Problem(
                    _key(function, name),
                    f"sets {name}, which Lambda reserves for itself",
                    secret=True,
                    about=function,
                    fix=removed(_key(function, name), name),
                )


def _is_set(value: Value) -> bool:
    """Whether a variable is set, though only a deployment may know to what: a condition may leave it out."""
    return not isinstance(value, Unknown) or value.why.startswith(("AWS::", "parameter ", "variable "))


@check
def environment_too_large(project: Project) -> Problems:
    for function in project.functions:
        size = sum(
            len(f"{name}{value.value}".encode()) for name, value in _variables(function) if isinstance(value, Known)
        )
        if size > LARGEST:
            yield Problem(
                function.key("Environment"),
                f"has {size} bytes of environment variables; Lambda takes {LARGEST} of names and values",
                about=function,
            )


@check
def database_without_proxy(project: Project) -> Problems:
    if project.of_type("AWS::RDS::DBProxy"):
        return
    for function in project.functions:
        once = function.deployment_only or (function.handler is not None and function.handler.one_shot)
        if once or _bounded(function):
            continue
        for name, value in _variables(function):
            for what in filter(None, (_database(project, reference) for reference in references(value))):
                yield Problem(
                    _key(function, name),
                    f"connects every concurrent invocation to {what} without RDS Proxy: {name} holds its endpoint",
                    ((function.span, f"{function.name} takes it"),),
                    about=function,
                )
                break


_ENDPOINTS = ("Endpoint.Address", "Endpoint", "ReadEndpoint.Address", "ReadEndpoint")


def _database(project: Project, reference: Reference) -> str | None:
    """What a message calls the database whose endpoint a reference is; None where a proxy is of no use before it."""
    found = project.resource(reference.resource)
    if found is None or reference.attribute not in _ENDPOINTS:
        return None
    if found.type not in ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster"):
        return None
    engine, mode = text(found.get("Engine")), text(found.get("EngineMode"))
    cluster = found.type == "AWS::RDS::DBCluster"
    if mode == "serverless" or (cluster and truth(found.get("EnableHttpEndpoint")) is not False):
        return None
    if engine is not None and not engine.startswith(("aurora", "mysql", "mariadb", "postgres", "sqlserver")):
        return None
    return f"the {'cluster' if cluster else 'instance'} {found.called}"


def _bounded(function: Function) -> bool:
    """Whether something bounds how many of a function run at once, or may."""
    if function.reserved_concurrency is not None:
        return True
    sources = function.event_sources
    known = len(sources) == len(function.invokers)
    return bool(sources) and known and all(source.maximum_concurrency is not None for source in sources)


def _variables(function: Function) -> Iterator[tuple[str, Value]]:
    variables = None if function.generated else function.variables
    return iter(()) if variables is None else iter(variables.entries.items())


def _key(function: Function, name: str) -> Span:
    return function.key("Environment", "Variables", name)
