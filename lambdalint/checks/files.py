"""The file system: what of it can be written to, and what stays there."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import Handler, is_static
from lambdalint.code.value import Call, options
from lambdalint.meaning import files
from lambdalint.meaning.files import Written
from lambdalint.meaning.operations import operation
from lambdalint.model import Project, configured
from lambdalint.source import Span

_WRITABLE = ("/tmp", "/mnt", "/dev", "/proc")
"""What can be written to: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html. File systems
are mounted under /mnt."""

_DENIED = frozenset({"OSError", "IOError", "EnvironmentError", "PermissionError", "FileNotFoundError"})
"""What a write to a read-only file system raises, and the types that hold it."""

_WHERE_IT_RUNS = frozenset({
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_EXECUTION_ENV", "LAMBDA_TASK_ROOT", "AWS_LAMBDA_RUNTIME_API", "AWS_SAM_LOCAL",
    "LOCAL", "IS_LOCAL", "IS_OFFLINE", "RUN_LOCAL", "LAMBDA_RUNTIME_DIR", "_HANDLER",
})  # fmt: skip
"""Variables that tell Lambda from a developer's machine."""


@check
def write_outside_tmp(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        if any((read.optional or read.lenient) and read.name in _WHERE_IT_RUNS for read in handler.environment):
            continue
        moved = any(files.changes_directory(call) for call in handler.calls)
        for call in handler.calls:
            found = None if call.span in told or _DENIED.intersection(call.caught) else _places(call)
            if not found or any(_is_writable(place) or (moved and place.relative) for place in found):
                continue
            if configured.never_comes(project.functions_of(handler), call):
                continue
            told.add(call.span)
            place = found[0]
            shown = f'"{place.shown}"' if place.whole else f'"{place.shown}…"'
            within = _is_below(place.path, files.CODE)
            why = f", in the read-only {files.CODE}" if within else "; only /tmp can be written to"
            # A program of that shape may run in a container that has all of its file system.
            unplaced = handler.is_program and not project.functions_of(handler)
            severity = "note" if unplaced else "warning" if configured.may_be_switched_off(call) else None
            yield Problem(call.span, f"writes to {shown}{why}", way(call.trail), severity)


def _places(call: Call) -> list[Written]:
    """Where a call writes; nothing where one of the ways there is not known."""
    value = files.target(call)
    found = [] if value is None else [files.written(each) for each in options(value)]
    known = [each for each in found if each is not None]
    return known if len(known) == len(found) else []


def _is_writable(place: Written) -> bool:
    return any(_is_below(place.path, folder) for folder in _WRITABLE)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


@check
def tmp_file_left_behind(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        if handler.bounded or project.only_deploys(handler):
            continue
        calls = handler.invocation_calls
        removed = [at for at, call in enumerate(calls) if files.removes(call)]
        for at, call in enumerate(calls):
            if call.span in told or not _leaves(call):
                continue
            if not removed:
                then = "at every event"
            elif _fails_before(handler, at, removed):
                then = "at every event that fails before it is removed"
            elif _ends_before(handler, call, [calls[each] for each in removed]):
                then = "at every event that ends before it is removed"
            else:
                continue
            told.add(call.span)
            message = f"leaves a file of a new name in /tmp {then}, until /tmp is full"
            yield Problem(call.span, message, way(call.trail))


def _fails_before(handler: Handler, made: int, removed: list[int]) -> bool:
    """Whether what removes the files comes after requests that may fail, and only where none of them does."""
    calls = handler.invocation_calls
    kept = {id(call) for each in handler.finals for call in each.calls}
    if any(at < made or calls[at].mends or id(calls[at]) in kept for at in removed):
        return False
    between = calls[made + 1 : removed[0]]
    failing = [each for each in between if operation(each) is not None]
    return bool(failing) and not any(
        clause.everything and not clause.gives_up
        for call in failing
        for clause in handler.clauses_around(call.span, call.trail)
    )


def _ends_before(handler: Handler, made: Call, removed: list[Call]) -> bool:
    """Whether the handler itself makes a file on every way, returns on one, and removes that file further down only."""
    kept = {id(call) for each in handler.finals for call in each.calls}
    value = files.target(made)
    if value is None or made.conditional or made.trail[1:] or made.loops or made.mends:
        return False
    if any(
        each.trail != made.trail or each.mends or id(each) in kept or value not in each.arguments[:1]
        for each in removed
    ):
        return False
    first = min(each.span.line for each in removed)
    return any(
        place is not None
        and each.conditional
        and place.path == made.span.path
        and made.span.end_line < place.line
        and place.end_line < first
        # Where making it may have failed, it may not be there.
        and not any(clause.tried.covers(made.span) and clause.tried.covers(place) for clause in handler.catches)
        for each in handler.returns
        for place in (each.statement,)
    )


def _leaves(call: Call) -> bool:
    if files.makes_temporary(call):
        return True
    value = files.target(call)
    return (
        value is not None
        and not is_static(value)
        and any(
            place is not None and not place.whole and _is_below(place.path, "/tmp")
            for place in map(files.written, options(value))
        )
    )
