"""Whether a handler fits the events that it gets."""

from __future__ import annotations

from lambdalint.check import Problem, Problems, check, way
from lambdalint.code.facts import EventRead, Handler
from lambdalint.code.value import EACH, Piece, Step, origins
from lambdalint.data.events import FIELDS, TELLING
from lambdalint.meaning import failures
from lambdalint.model import Project
from lambdalint.model.senders import Sender, senders
from lambdalint.source import Span


@check
def event_shape_mismatch(project: Project) -> Problems:
    told: set[tuple[Span, str]] = set()
    for handler in project.handlers:
        if handler.wrappers or handler.changes_event:
            continue
        known = _senders(project, handler)
        if not known or _tells_apart(handler, known):
            continue
        for read in handler.reads:
            path = _path(read)
            if read.optional and not (read.excused and not failures.survives(handler, read, _MISSING)):
                continue
            sender = _sender_without(path, read, known)
            # The first read of a field that is not there is the last.
            if sender is not None and (handler.span, _written(path)) not in told and (read.span, "") not in told:
                told |= {(handler.span, _written(path)), (read.span, "")}
                yield Problem(
                    read.span,
                    f"reads event{_shown(path, handler.language)}, which {sender.events} do{_plural(sender)} not have",
                    ((sender.span, f"sends events to {sender.function.name}"), *way(read.trail)),
                    about=sender.function,
                )


def _plural(sender: Sender) -> str:
    return "" if sender.kind else "es"


def _senders(project: Project, handler: Handler) -> tuple[Sender, ...]:
    """What sends a handler its events; nothing where something may send events that are not known."""
    found = [senders(function) for function in project.functions_of(handler)]
    return () if None in found else tuple(each for several in found for each in several or ())


def _path(read: EventRead) -> tuple[str, ...]:
    return tuple(EACH if isinstance(step, int) else step for step in read.path)


def _sender_without(path: tuple[str, ...], read: EventRead, known: tuple[Sender, ...]) -> Sender | None:
    """The sender that surely sends what is read here, and never the field that is read."""
    if read.uncertain or not path or path[-1] == EACH:
        return None
    several = len({each.kind for each in known}) > 1
    if several and read.conditional:
        return None
    if len(path) > 1 and path[0] != "Records" and not any(path[-1] in each.get(path[:-1], ()) for each in _ALL):
        return None
    return next((each for each in known if each.lacks(path)), None)


_ALL = tuple(FIELDS.values())
_MISSING = frozenset({"", "KeyError", "LookupError"})
"""The errors, as `EventRead.caught` names them, of reading what is not there."""


def _tells_apart(handler: Handler, known: tuple[Sender, ...]) -> bool:
    """Whether a handler may look what kind of event it got."""
    several = len({each.kind for each in known}) > 1
    for value in handler.tests:
        for each in origins(value):
            if isinstance(each, Piece) and each.root == "event" and (several or not each.path):
                return True
    tested = {each.path for value in handler.tests for each in origins(value) if isinstance(each, Piece)}
    for read in handler.reads:
        asks = read.optional and not read.excused and not (read.lenient and read.path not in tested)
        path = _path(read) if asks else ()
        if path and (path[0] in TELLING or any(_lacks_some(each, path) for each in known)):
            return True
    return False


def _lacks_some(sender: Sender, path: tuple[str, ...]) -> bool:
    """Whether a sender's events lack a field, or one that it would stand in."""
    return any(sender.lacks(path[:length]) for length in range(1, len(path) + 1))


def _shown(path: tuple[str, ...], language: str) -> str:
    """A path as programs in a language spell it."""
    if language == "python":
        return _written(path)
    return "".join("[…]" if step == EACH else f".{step}" if step.isidentifier() else f'["{step}"]' for step in path)


def _written(path: tuple[Step, ...]) -> str:
    return "".join("[…]" if step == EACH else f'["{step}"]' for step in path)
