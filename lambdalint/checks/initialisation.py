"""What runs once, and what runs every time."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check
from lambdalint.code import sdk
from lambdalint.code.facts import Call
from lambdalint.model import Project
from lambdalint.source import Span


@check
def client_in_handler(project: Project) -> Problems:
    calls = list(_repeated(project))
    made = {_start(call) for call in calls if sdk.client(call) and call.receiver is not None}
    for call in calls:
        match sdk.client(call):
            case sdk.Client("session", _, True):
                # Of `Session().client("s3")` the client is told, and the session goes with it.
                if _start(call) not in made:
                    yield Problem(call.span, "makes an AWS session on every invocation", _way(call))
            case sdk.Client(kind, service, True):
                name = sdk.SERVICES.get(service, f'"{service}"' if service else "AWS")
                yield Problem(call.span, f"makes {_article(name)} {kind} on every invocation", _way(call))


@check
def connection_in_handler(project: Project) -> Problems:
    for call in _repeated(project):
        match sdk.connection(call):
            case sdk.Connection(what, True):
                verb = "opens" if what.endswith(("connection", "pool")) else "makes"
                yield Problem(call.span, f"{verb} {what} on every invocation", _way(call))


def _repeated(project: Project) -> Iterator[Call]:
    """The calls that happen again at every event, each place once."""
    for handler in project.handlers:
        if handler.one_shot or any(function.deployment_only for function in project.functions_of(handler)):
            continue
        told: set[Span] = set()
        for call in handler.invocation_calls:
            if call.span not in told:
                told.add(call.span)
                yield call


def _start(call: Call) -> tuple[str, int, int]:
    return call.span.path, call.span.line, call.span.column


def _way(call: Call) -> tuple[tuple[Span, str], ...]:
    """The calls that lead to a call from the handler, outermost first."""
    return tuple((span, "called here") for span in call.trail[1:])


def _article(name: str) -> str:
    # "an S3", "an SQS", "an SNS", "an SSM", "an RDS", "an EC2": letters that are spoken with a vowel first.
    spoken = name.strip('"')
    initialism = spoken[:2].isupper() or spoken[1:2].isdigit()
    vowel = spoken[0] in "AEFHILMNORSX" if initialism else spoken[0] in "AEIOUaeiou"
    return f"an {name}" if vowel else f"a {name}"
