"""Concurrency: snapshots, provisioned and reserved environments."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.check import Problem, Problems, check
from lambdalint.data import runtimes
from lambdalint.model import Function, Project
from lambdalint.model.invokers import ASYNCHRONOUS, SYNCHRONOUS
from lambdalint.model.provisioned import provisioned
from lambdalint.model.triggers import mapped, triggers
from lambdalint.model.view import Number, text
from lambdalint.source import Span
from lambdalint.templates.value import Sequence, Unknown


@check
def snapstart_not_published(project: Project) -> Problems:
    for function in project.functions:
        if function.snap_start and not function.published and not function.generated:
            yield Problem(
                function.key("SnapStart"),
                "has SnapStart on, which works on published versions only, and none is published",
                about=function,
            )


@check
def snapstart_incompatible(project: Project) -> Problems:
    for function in project.functions:
        if function.snap_start and not function.generated:
            on = ((function.key("SnapStart"), f"{function.name} has SnapStart on"),)
            for span, message in _incompatible(function):
                yield Problem(span, f"{message}, which SnapStart does not support", on, about=function)


def _incompatible(function: Function) -> Iterator[tuple[Span, str]]:
    """What a function has that snapshots rule out."""
    for each in provisioned(function):
        if not (isinstance(each.number, Unknown) and each.number.optional):
            yield each.span, "provisions concurrency"
    match function.get("FileSystemConfigs"):
        case Sequence(items=(first, *_)) if not isinstance(first, Unknown):
            yield function.key("FileSystemConfigs"), "mounts a file system"
    match function.storage:
        case Number(megabytes, span) if megabytes > 512:
            yield span, f"has {megabytes} MB of /tmp, over 512 MB"
    if function.image:
        yield function.key("PackageType"), "is a container image"
    runtime = text(function.runtime)
    if runtime is not None and function.runtime is not None and runtimes.lacks_snap_start(runtime):
        yield function.runtime.span, f"runs on {runtime}"


@check
def provisioned_concurrency_unpublished(project: Project) -> Problems:
    for function in project.functions:
        for each in provisioned(function):
            if each.unpublished:
                yield Problem(
                    each.span, f"provisions concurrency for no published version: {each.unpublished}", about=function
                )


@check
def alias_bypassed(project: Project) -> Problems:
    bypassed: dict[Span, dict[str, tuple[Span, str]]] = {}
    for trigger in (*triggers(project), *mapped(project)):
        function = trigger.function
        kept = _kept_ready(function)
        # What SAM and the Serverless Framework make of a function's own events is for its alias.
        if kept is not None and trigger.qualifier == "" and not function.resource.extent.covers(trigger.span):
            bypassed.setdefault(trigger.span, {}).setdefault(function.name, kept)
    # What is written once may be made for several stages, each with a function of its own.
    for span, of_functions in bypassed.items():
        first, *others = of_functions
        kept_at, what = of_functions[first]
        itself = f"invokes {first} itself, not the version or alias that has {what}: it starts cold all the same"
        if others:
            each = "each itself, not their versions or aliases that have"
            itself = f"invokes {first} and {len(others)} more, {each} {what}: they start cold all the same"
        yield Problem(span, itself, ((kept_at, f"{what} is on here"),))


def _kept_ready(function: Function) -> tuple[Span, str] | None:
    """Where a version or alias is kept ready, and by what."""
    for each in provisioned(function):
        if not each.unpublished and isinstance(each.number, Number) and each.number.value:
            return each.span, "provisioned concurrency"
    return (function.key("SnapStart"), "SnapStart") if function.snap_start and function.published else None


@check
def concurrency_contradiction(project: Project) -> Problems:
    for function in project.functions:
        match function.reserved_concurrency:
            case Number(0, span):
                yield from _never_run(function, span)
            case Number(reserved, span):
                yield from _over_reserved(function, reserved, span)
                yield from _polled_for_more(function, reserved, span)


def _never_run(function: Function, span: Span) -> Problems:
    """A function that is switched off, and what would invoke it all the same."""
    live = [
        (each.span, f"{each.service} invokes it here")
        for each in function.event_sources
        if each.enabled and each.service
    ]
    live += [
        (each.span, each.how)
        for each in function.invokers
        # A rule of EventBridge may itself be switched off.
        if each.mode in (ASYNCHRONOUS, SYNCHRONOUS) and not each.service.startswith("EventBridge")
    ]
    if live:
        yield Problem(
            span,
            "has a reserved concurrency of 0: it never runs",
            (live[0],),
            about=function,
        )


def _over_reserved(function: Function, reserved: int, span: Span) -> Problems:
    here = ((span, f"{function.name} reserves {reserved}"),)
    kept = [(each.span, each.number.value) for each in provisioned(function) if isinstance(each.number, Number)]
    yield from _over("provisions", kept, reserved, here)
    bounds = (source.maximum_concurrency for source in function.event_sources if source.enabled)
    yield from _over(
        "runs up to",
        [(each.span, each.value) for each in bounds if isinstance(each, Number)],
        reserved,
        here,
        # Lambda may throttle then, where all of them are busy at once.
        together="warning",
    )


def _polled_for_more(function: Function, reserved: int, span: Span) -> Problems:
    """Queues that are polled for more than the function may take at once: what is throttled counts as received.

    It is a warning where one soon gives it up.
    """
    polled = [
        each
        for each in function.event_sources
        if each.service == "SQS"
        and each.fifo is not True
        and each.enabled is True
        and each.maximum_concurrency is None
        and each.get("ProvisionedPollerConfig") is None
    ]
    if reserved >= _POLLERS * len(polled):
        return
    for source in polled:
        given_up = None if source.queue is None else source.queue.max_receive_count
        name = "a queue" if source.queue is None else source.queue.name
        message = (
            f"reserves {reserved}, and Lambda polls {name} for more, as its mapping sets no MaximumConcurrency: "
            "messages that find no room are throttled, and "
        )
        polled_here = (source.span, "polled here")
        if isinstance(given_up, Number) and given_up.value <= _ATTEMPTS:
            few = given_up.value < _ATTEMPTS and source.fifo is False and reserved < _POLLERS
            yield Problem(
                span,
                f"{message}given up after {given_up.value} attempts",
                (polled_here, (given_up.span, "given up here")),
                "warning" if few else "note",
                about=function,
            )
        elif source.queue is None or isinstance(given_up, Unknown):
            yield Problem(span, f"{message}count as received", (polled_here,), "note", about=function)


_POLLERS = 5
"""How many batches Lambda takes from a queue at once to begin with:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
_ATTEMPTS = 5
"""AWS asks for a maxReceiveCount of at least 5, so that throttled messages are not given up:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""


def _over(
    verb: str,
    parts: list[tuple[Span, int]],
    reserved: int,
    here: tuple[tuple[Span, str], ...],
    together: str | None = None,
) -> Problems:
    """Parts that come to more than what is reserved; `together` is how grave that is where no one of them does."""
    total = sum(number for _, number in parts)
    if total > reserved:
        place, number = max(parts, key=lambda part: part[1])
        others = f", and its others {total - number}: {total} are" if total > number else ","
        severity = together if number <= reserved else None
        yield Problem(place, f"{verb} {number}{others} more than the {reserved} reserved", here, severity)
