"""The variables that code and its libraries read, and those that its functions set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.check import Problem, Problems, check
from lambdalint.code.facts import EnvironmentRead, Handler
from lambdalint.data.variables import OWN
from lambdalint.meaning import environment, imports, mending, required
from lambdalint.meaning.required import Setting
from lambdalint.model import Function, Project
from lambdalint.source import Span
from lambdalint.spelling import nearest
from lambdalint.templates.value import Known, Mapping, Unknown
from lambdalint.wanted import Fix


@check
def variable_not_set(project: Project) -> Problems:
    lacking: dict[tuple[Span, str], list[Function]] = {}
    for function, handler, given in _settled(project):
        for read in handler.environment:
            if _is_certain(read) and not _is_given(read, given) and not environment.may_be_set(handler, read.name):
                lacking.setdefault((read.span, read.name), []).append(function)
    told: set[tuple[str, tuple[Function, ...]]] = set()
    for (span, name), functions in sorted(lacking.items(), key=lambda each: each[0]):
        concerned = tuple(function for function in functions if not function.configured_elsewhere)
        if concerned and (name, concerned) not in told:
            told.add((name, concerned))
            names = ", ".join(dict.fromkeys(function.name for function in concerned))
            meant = nearest(name, _given(concerned[0]) or ())
            hint = f"; {meant} is" if meant else ""
            also = tuple((function.span, f"{function.name} does not set it") for function in concerned)
            fix = _meant(span, name, meant, concerned)
            spared = all(each.handler and environment.is_defaulted(each.handler, name) for each in concerned)
            mild = "note" if spared else None
            yield Problem(span, f"reads {name}, which is not set for {names}{hint}", also, mild, fix)


def _meant(span: Span, name: str, meant: str | None, functions: Iterable[Function]) -> Fix | None:
    """The fix that the variable is read that is set; None where that is read, too, and is another."""
    handlers = [each.handler for each in functions if each.handler is not None]
    if meant is None or any(read.name == meant for handler in handlers for read in handler.environment):
        return None
    return mending.respelt(span, name, meant)


@check
def flag_always_true(project: Project) -> Problems:
    told: set[Span] = set()
    for function in project.functions:
        handler, variables = function.handler, function.variables
        if handler is None or variables is None or function.generated:
            continue
        for name in dict.fromkeys(environment.flags(handler)):
            given = variables.entries.get(name)
            if isinstance(given, Known) and str(given.value).strip().lower() in _FALSE and given.span not in told:
                told.add(given.span)
                read = next((each.span for each in handler.environment if each.name == name), None)
                written = str(given.value).lower() if isinstance(given.value, bool) else given.value
                yield Problem(
                    given.span,
                    f'sets {name} to "{written}", and the code only asks whether it is set: every text is true',
                    () if read is None else ((read, "asked for here"),),
                    about=function,
                )


_FALSE = frozenset({"0", "false", "no", "off"})
"""What a variable is set to where it is meant to be off."""


@check
def library_setting_missing(project: Project) -> Problems:
    lacking: dict[tuple[Span, Setting], list[Function]] = {}
    for function, handler, given in _settled(project):
        if handler.bounded or handler.wrappers:
            continue
        for call in handler.calls:
            wanted = required.wanted(call, handler)
            names = () if wanted is None else (wanted.variable, *wanted.instead)
            if not wanted or not given.isdisjoint(names):
                continue
            if not function.configured_elsewhere and not any(environment.may_be_set(handler, each) for each in names):
                concerned = lacking.setdefault((call.span, wanted), [])
                concerned += [function] if function not in concerned else []
    for (span, wanted), functions in lacking.items():
        yield Problem(
            span,
            f"gives {wanted.call} no {wanted.what}, and does not set {wanted.variable}: {wanted.fails}",
            tuple((each.span, f"{each.name} does not set it") for each in functions),
            about=tuple(functions),
        )
    for handler in project.handlers:
        made = None if handler.bounded else required.untimed(handler)
        if made is not None:
            yield Problem(
                made.span,
                "makes a function idempotent, and never calls register_lambda_context: after a timeout other attempts "
                "are refused, as if it were still in progress",
                severity="warning",
                about=project.functions_of(handler),
            )


def _settled(project: Project) -> Iterator[tuple[Function, Handler, frozenset[str]]]:
    """The functions whose code is known, and all whose variables the template sets, with the names of these."""
    for function in project.functions:
        handler, given = function.handler, _given(function)
        if handler is None or given is None or function.image is not False or "AWS_LAMBDA_EXEC_WRAPPER" in given:
            continue
        if not environment.runs_elsewhere(handler):
            yield function, handler, given


def _is_certain(read: EnvironmentRead) -> bool:
    return not read.optional and not read.lenient and not read.conditional and read.name not in OWN


def _is_given(read: EnvironmentRead, given: frozenset[str]) -> bool:
    return read.name in given or (read.any_case and read.name.lower() in {each.lower() for each in given})


def _given(function: Function) -> frozenset[str] | None:
    """The names of the variables that a function sets; None where only a deployment knows them all."""
    match function.get("Environment"), function.get("Environment", "Variables"):
        case _, Mapping(entries, open=False):
            return frozenset(entries)
        case None, None:
            return frozenset()
        case Mapping(open=False), None:
            return frozenset()
        case _:
            return None


@check
def variable_unused(project: Project) -> Problems:
    unread: dict[tuple[Span, str], list[Function]] = {}
    read: set[tuple[Span, str]] = set()
    for function in project.functions:
        for name, value in () if function.variables is None else function.variables.entries.items():
            place = function.key("Environment", "Variables", name), name
            if isinstance(value, Unknown) or name.startswith(environment.KNOWN_READERS) or _may_read(function, name):
                # What all functions are given, one of them may need.
                read.add(place)
            else:
                unread.setdefault(place, []).append(function)
    for (span, name), functions in unread.items():
        if (span, name) not in read:
            whose = "its code does not read" if len(functions) == 1 else "the code of none of them reads"
            yield Problem(span, f"sets {name}, which {whose}", secret=True, about=tuple(functions))


def _may_read(function: Function, name: str) -> bool:
    handler = function.handler
    if handler is None or handler.bounded or handler.wrappers or function.generated or function.image is not False:
        return True
    if function.get("Layers") is not None or imports.unseen(handler) or not environment.reads_by_name(handler):
        return True
    if function.deployed_elsewhere or environment.says_nothing(handler) or environment.may_be_of_package(handler, name):
        return True
    return handler.mentions(name) or any(each.name == name for each in handler.environment)
