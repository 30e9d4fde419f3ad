"""AWS credentials in code, and what Lambda sets for itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import EnvironmentWrite, Handler
from lambdalint.code.idioms import as_written
from lambdalint.code.value import Constant, Environment, options, origins
from lambdalint.data import secrets
from lambdalint.data.variables import RESERVED
from lambdalint.meaning import certificates, confidential, credentials, environment, proofs
from lambdalint.meaning.dsn import unescaped
from lambdalint.meaning.operations import operation
from lambdalint.model import Function, Project
from lambdalint.source import Span
from lambdalint.templates.value import Known


@check
def reserved_variable_assigned(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for block in _blocks(handler):
            first = block[0]
            if first.span in told:
                continue
            told |= {each.span for each in block}
            grave = credentials.named(first.name) is None
            names, after = _listed(each.name for each in block), _after(first.name, handler.language)
            yield Problem(
                first.span,
                f"assigns {names}, which Lambda sets itself: {after}",
                way(first.trail),
                None if grave else "note",
                secret=not grave,
            )


def _blocks(handler: Handler) -> Iterator[list[EnvironmentWrite]]:
    """The assignments of a handler to variables of Lambda's, those together that stand together and do the same."""
    block: list[EnvironmentWrite] = []
    for write in handler.environment_writes:
        if write.name not in RESERVED or _keeps(write):
            continue
        if block and not _goes_on(block[-1], write, handler.language):
            yield block
            block = []
        block.append(write)
    if block:
        yield block


_BESIDE = 3
"""Lines from one statement of a block to the next, at most."""


def _goes_on(before: EnvironmentWrite, write: EnvironmentWrite, language: str) -> bool:
    """Whether an assignment belongs to the block of the one before it."""
    return (
        before.span.path == write.span.path
        and before.trail == write.trail
        and (before.span == write.span or 0 <= write.span.line - before.span.end_line <= _BESIDE)
        and _after(before.name, language) == _after(write.name, language)
    )


_READ = {"python": "AWS_DEFAULT_REGION"}
"""The variable that the SDK takes its region from, where it is not AWS_REGION."""


def _after(name: str, language: str) -> str:
    """What comes of another value in a variable of Lambda's."""
    if credentials.named(name) is not None:
        return "clients that are made later act with those credentials, also at the events that follow"
    if name == _READ.get(language, "AWS_REGION"):
        return "clients that are made later work in that region, also at the events that follow"
    return "what asks for it later is told that, also at the events that follow"


def _listed(names: Iterable[str]) -> str:
    *others, last = dict.fromkeys(names)
    return f"{', '.join(others)} and {last}" if others else last


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
def secret_stored_as_text(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in handler.calls:
            asked = operation(call) if call.span not in told else None
            what = None if asked is None else confidential.stored_as_text(asked)
            if what is not None:
                told.add(call.span)
                message = f"stores {what} as a parameter of type String, which whoever may read parameters reads"
                yield Problem(call.span, message, way(call.trail))
                continue
            what = None if asked is None else confidential.read_as_text(asked)
            if what is not None:
                told.add(call.span)
                message = f"reads {what} without WithDecryption: it is kept as plain text, or comes encrypted"
                yield Problem(call.span, message, way(call.trail), "note")


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


@check
def signature_compared_by_equality(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        safe = "hmac.compare_digest" if handler.language == "python" else "crypto.timingSafeEqual"
        for call in proofs.by_equality(handler):
            if call.span not in told:
                told.add(call.span)
                yield Problem(
                    call.span,
                    "makes a signature that is compared by equality with what a request brings: how long that takes "
                    f"tells how much of a forged one is right, and by {safe} does not",
                    way(call.trail),
                )


@check
def password_not_escaped(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call in handler.calls:
            if call.span not in told and unescaped(call) is not None:
                told.add(call.span)
                escaping = "quote_plus" if handler.language == "python" else "encodeURIComponent"
                yield Problem(
                    call.span,
                    "opens a database by a URL that has a secret's password as it is: one with @, / or % in it, as a "
                    f"rotation may make, is read as something else; {escaping} escapes it",
                    way(call.trail),
                    about=project.functions_of(handler),
                )


@check
def certificate_not_verified(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        for call, what in certificates.unasked(handler):
            if call.span not in told and not environment.tells_machines_apart(call.tested):
                told.add(call.span)
                yield Problem(call.span, f"{what}: {_ANYBODY}", way(call.trail))
        for write in handler.environment_writes:
            if write.name == certificates.VARIABLE and write.value == Constant("0") and write.span not in told:
                told.add(write.span)
                yield Problem(write.span, f"sets {write.name} to 0: {_ANYBODY}", way(write.trail))
    for function in project.functions:
        given = function.get("Environment", "Variables", certificates.VARIABLE)
        if isinstance(given, Known) and str(given.value) == "0" and not _is_python(function):
            yield Problem(given.span, f"sets {certificates.VARIABLE} to 0: {_ANYBODY}", about=function)


def _is_python(function: Function) -> bool:
    return function.handler is not None and function.handler.language == "python"


_ANYBODY = "whoever stands between may answer in the place of who was asked, and read what is sent"
