"""AWS credentials in code, and what Lambda sets for itself."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import EnvironmentWrite, Handler
from lambdalint.code.idioms import as_written
from lambdalint.code.value import Environment, options, origins
from lambdalint.data import secrets
from lambdalint.data.variables import RESERVED
from lambdalint.meaning import credentials, environment
from lambdalint.model import Project
from lambdalint.source import Span


@check
def reserved_variable_assigned(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for write in handler.environment_writes:
            if write.name in RESERVED and write.span not in told and not _keeps(write):
                told.add(write.span)
                yield Problem(
                    write.span,
                    f"assigns {write.name}, which Lambda sets itself",
                    way(write.trail),
                    secret=credentials.named(write.name) is not None,
                )


_REGIONS = frozenset({"AWS_REGION", "AWS_DEFAULT_REGION"})


def _keeps(write: EnvironmentWrite) -> bool:
    """Whether an assignment changes nothing on Lambda, or is made where the environment asks for it."""
    same = _REGIONS if write.name in _REGIONS else {write.name}
    # `process.env.AWS_REGION || "eu-west-1"`: it is always set.
    return any(isinstance(each, Environment) and each.name in same for each in options(write.value)[:1]) or (
        credentials.asks_environment(each for value in write.tested for each in origins(value))
    )


@check
def hardcoded_credentials(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for problem in _spelt_out(handler):
            if problem.span not in told:
                told.add(problem.span)
                yield problem
        for literal in handler.literals:
            real = any(not secrets.is_placeholder(each) for each in credentials.key_ids(literal.text))
            if real and not any(span.covers(literal.span) for span in told):
                told.add(literal.span)
                yield Problem(literal.span, "holds an AWS access key id in its code", secret=True)


def _spelt_out(handler: Handler) -> Problems:
    for call in handler.calls:
        kinds = [kind for kind, value in credentials.handed(call) if _is_secret(credentials.spelt_out(value))]
        if kinds:
            what = " and ".join(f"{'an' if kind[0] == 'a' else 'a'} {kind}" for kind in kinds[:2])
            yield Problem(call.span, f"hands on {what} in plain text", way(call.trail), secret=True)
    for setting in handler.settings:
        kind = credentials.named(setting.name.rpartition(".")[2])
        given = [(kind, setting.value)] if kind is not None else credentials.held(setting.value)
        if any(_is_secret(credentials.spelt_out(value)) for _, value in given):
            name = as_written(setting.name)
            message = f"sets {name} to {f'the {kind}' if kind else 'credentials'} in plain text"
            yield Problem(setting.span, message, way(setting.trail), secret=True)
    for write in handler.environment_writes:
        kind = credentials.named(write.name)
        if kind is not None and _is_secret(credentials.spelt_out(write.value)):
            yield Problem(write.span, f"sets {write.name} to the {kind} in plain text", way(write.trail), secret=True)


def _is_secret(text: str | None) -> bool:
    return text is not None and not secrets.is_placeholder(text) and not secrets.is_reference(text)


@check
def session_token_missing(project: Project) -> Problems:
    for handler in project.handlers:
        told: set[Span] = set()
        for call in handler.calls:
            if (
                call.span not in told
                and credentials.lacks_token(call)
                and not environment.tells_machines_apart(call.tested)
            ):
                told.add(call.span)
                yield Problem(
                    call.span,
                    "hands on AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY without AWS_SESSION_TOKEN: "
                    "AWS refuses what is signed with them",
                    way(call.trail),
                )
