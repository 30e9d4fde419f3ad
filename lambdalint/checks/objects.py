"""Objects of S3: how their events name them."""

from __future__ import annotations

from collections.abc import Iterator, Set

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code import carriers
from lambdalint.code.facts import Handler
from lambdalint.code.idioms import is_log, is_pure
from lambdalint.code.value import Call, Constant, Mapping, Text, Value, options
from lambdalint.meaning import mending, writing
from lambdalint.meaning.flow import Flow, Path, flows, read
from lambdalint.meaning.operations import Operation, operation
from lambdalint.meaning.parts import never_aborted
from lambdalint.model import Function, Project, Queue
from lambdalint.model.buckets import notifications
from lambdalint.model.invokers import POLLED
from lambdalint.model.object_keys import need_no_decoding, people_name
from lambdalint.model.policies_of import is_written_for
from lambdalint.model.triggers import subscriptions
from lambdalint.model.uses import used, writers_to
from lambdalint.model.view import references
from lambdalint.source import Span
from lambdalint.templates.resource import Resource


@check
def s3_key_not_decoded(project: Project) -> Problems:
    for handler in project.handlers:
        functions = project.functions_of(handler)
        if _is_handed_on(project, handler) or (functions and all(map(need_no_decoding, functions))):
            continue
        if functions and all(map(_hears_of_objects_by_eventbridge, functions)):
            continue
        if any(name.startswith(carriers.DECODING) for name in handler.wrappers):
            continue
        decoded = {flow.path for flow in _decoded(handler)}
        told: dict[Span, tuple[Span, str]] = {}
        for call in handler.calls:
            for value, does in _keys(call) if call.phase == "invocation" else ():
                for flow in flows(value):
                    what = _lack(flow, decoded, handler, does)
                    if what is not None and writing.is_s3_key(flow.path) and not flow.object:
                        found = read(handler, flow, call.trail)
                        told.setdefault(call.span if found is None else found.span, (call.span, what))
        if not told:
            told = dict(_half_decoded(handler))
        severity = None if any(map(people_name, functions)) else "note"
        for span, (place, what) in told.items():
            unquoted = any(call.name in carriers.UNQUOTING_HALF for call in handler.invocation_calls)
            fix = None if unquoted else mending.decoded_key(span, handler.language)
            yield Problem(span, what, ((place, "used here"),), severity, fix=fix)


def _half_decoded(handler: Handler) -> Iterator[tuple[Span, tuple[Span, str]]]:
    """Where a key is decoded but for its blanks, and goes anywhere then but into a log, with that place."""
    if not any(call.name in carriers.UNQUOTING_HALF for call in handler.invocation_calls):
        return
    for call in handler.invocation_calls:
        if is_log(call) or is_pure(call) or call.name in carriers.UNQUOTING:
            continue
        for value in (*call.arguments, *call.keywords.values()):
            for flow in flows(value):
                decoders = [each for each in flow.way if each.name in carriers.UNQUOTING]
                if not decoders or not writing.is_s3_key(flow.path) or flow.object:
                    continue
                if all(each.name in carriers.UNQUOTING_HALF for each in decoders) and not _may_set_blanks(
                    flow, handler
                ):
                    decoder = decoders[0].name.removeprefix("js:")
                    what = f"decodes the key of an S3 event with {decoder}, which leaves + for each blank"
                    yield decoders[0].span, (call.span, what)


def _lack(flow: Flow, decoded: Set[Path], handler: Handler, does: str) -> str | None:
    """What of its decoding a key lacks on its way to a call; None where it lacks nothing."""
    names = {each.name for each in flow.way}
    decoders = names & carriers.UNQUOTING
    if not decoders:
        return None if flow.path in decoded else f"hands the URL-encoded key of an S3 event to {does} as it is"
    if decoders <= carriers.UNQUOTING_HALF and not _may_set_blanks(flow, handler):
        decoder = min(decoders).removeprefix("js:")
        return f"hands the key of an S3 event to {does} with + for each blank, which {decoder} leaves"
    return None


def _may_set_blanks(flow: Flow, handler: Handler) -> bool:
    """Whether a key has its `+` replaced on its way, or the same key elsewhere: `key.split("+").join(" ")`."""
    return any(map(_is_of_blanks, flow.way)) or any(
        inner.path == flow.path
        for call in handler.calls
        if _is_of_blanks(call)
        for value in (*call.arguments[:1], *(() if call.receiver is None else (call.receiver,)))
        for inner in flows(value)
    )


_SETTING_BLANKS = (carriers.UNQUOTING - carriers.UNQUOTING_HALF) | {"split"}


def _is_of_blanks(call: Call) -> bool:
    """Whether a call may take the `+` of a text for blanks, and not another letter for something."""
    if call.name not in _SETTING_BLANKS:
        return False
    match call.argument(0):
        case Constant(str(sought)) if call.name in ("replace", "replaceAll", "split"):
            return "+" in sought
        case _:
            return True


def _hears_of_objects_by_eventbridge(function: Function) -> bool:
    """Whether only EventBridge invokes a function: it tells keys as they are, also in the form of a notification."""
    return bool(function.invokers) and all(each.service == "EventBridge" for each in function.invokers)


def _is_handed_on(project: Project, handler: Handler) -> bool:
    """Whether nothing but messages that other code of the project writes, from keys as they are, reaches a handler."""
    functions = project.functions_of(handler)
    queues = [source.queue for function in functions for source in function.event_sources]
    fed = all(each.mode == POLLED for function in functions for each in function.invokers)
    return bool(queues) and fed and all(each is not None and _is_filled(project, each) for each in queues)


def _is_filled(project: Project, queue: Queue) -> bool:
    """Whether code fills a queue that S3 does not invoke in its turn, and neither a bucket nor a topic does."""
    name = queue.resource.name
    told = [each.target for each in notifications(project)]
    told += [each.properties.get("Endpoint") for each in subscriptions(project)]
    if any(reference.resource == name for value in told for reference in references(value)):
        return False
    if is_written_for(project, queue.resource, "s3"):
        return False
    writers = writers_to(project, queue.resource)
    return bool(writers) and not any(each.service == "S3" for writer in writers for each in writer.invokers)


def _keys(call: Call) -> Iterator[tuple[Value, str]]:
    """The names of objects that a call gives S3, and what the call is."""
    asked = None if call.receiver is None else operation(call)
    if asked is not None:
        if asked.service != "s3":
            return
        name = f"S3 {''.join(word.capitalize() for word in asked.name.split('_'))}"
        for value in (asked.argument("Key"), asked.argument("CopySource")):
            for each in () if value is None else options(value):
                yield (each.entries.get("Key", Constant(None)) if isinstance(each, Mapping) else each), name
        return
    if call.receiver is None and not is_pure(call):
        for value in (*call.arguments, *call.keywords.values()):
            for each in options(value):
                match each:
                    case Text((Constant(str(start)), *_)) if start.startswith(("s3://", "s3a://")):
                        yield each, call.name


def _decoded(handler: Handler) -> Iterator[Flow]:
    """The parts of the event that are decoded somewhere, also in their own place."""
    for call in handler.calls:
        if call.name in carriers.UNQUOTING and (call.name != "replace" or call.argument(0) == Constant("+")):
            for value in (*call.arguments[:1], *(() if call.receiver is None else (call.receiver,))):
                yield from flows(value)


@check
def multipart_upload_left_behind(project: Project) -> Problems:
    told: set[Span] = set()
    for handler in project.handlers:
        begun = never_aborted(handler)
        if begun is None or begun.call.span in told or _may_be_tidied(project, handler, begun):
            continue
        told.add(begun.call.span)
        yield Problem(
            begun.call.span,
            "begins an upload in parts and never aborts one that fails: its parts stay, and are paid for, until a "
            "lifecycle rule takes them away",
            way(begun.call.trail),
            about=project.functions_of(handler),
        )


def _may_be_tidied(project: Project, handler: Handler, begun: Operation) -> bool:
    """Whether the bucket of an upload has rules for what is left there, or may have."""
    buckets = [used(each, begun) for each in project.functions_of(handler)]
    return any(
        isinstance(each, Resource)
        and (each.get("LifecycleConfiguration") is not None or each.span.path.endswith(".tf"))
        for each in buckets
    )
