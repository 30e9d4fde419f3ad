"""Templates that another one has taken the place of."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from lambdalint.code.facts import Handler
from lambdalint.code.locate import NotLocated
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.outline import Outline


@dataclass(frozen=True, slots=True)
class Deploys:
    """The functions of a template, as far as it matters to others."""

    names: tuple[str, ...]
    handlers: tuple[tuple[str, Span], ...]
    """Of those whose code was found, the name and the handler."""
    gone: int
    """How many have a handler that is not there any longer."""


def deploys(code: Mapping[str, Handler | NotLocated]) -> Deploys:
    """What the functions of a template come to, given by their names with what their code does."""
    found = tuple((name, each.span) for name, each in code.items() if isinstance(each, Handler))
    gone = sum(isinstance(each, NotLocated) and each.certain for each in code.values())
    return Deploys(tuple(code), found, gone)


def superseded(deployed: Iterable[tuple[Outline, Deploys]]) -> frozenset[str]:
    """The paths of templates that nobody deploys any longer, as others that are there tell.

    One beside it deploys the same functions by the same names, and more; or most of what it deploys is not there any
    longer, and another one deploys what is; or some of it is not, and another tool deploys all that is from around it.
    A backend of Amplify's second generation takes the place of one of the first in the same directory, as no app has
    both: https://docs.amplify.aws/react/how-amplify-works/faq/
    """
    every = [_Template(each, frozenset(own.names), frozenset(own.handlers), own.gone) for each, own in deployed]
    by_handler: dict[Span, list[_Template]] = {}
    for each in every:
        for span in dict.fromkeys(span for _, span in each.handlers):
            by_handler.setdefault(span, []).append(each)
    # What takes its place has all of its handlers, and so any one of them.
    replaced = frozenset(
        each.outline.path
        for each in every
        if each.handlers and any(_replaces(other, each) for other in by_handler[next(iter(each.handlers))[1]])
    )
    backends = [each.outline.path for each in every if each.outline.dialect == _AMPLIFY]
    second = frozenset(posixpath.splitext(each)[0] for each in backends)
    return replaced | {each for each in backends if posixpath.dirname(each) in second}


def deployed_otherwise(deployed: Iterable[tuple[Outline, Deploys]]) -> frozenset[str]:
    """The paths of services that only a plugin runs, on one's own machine: templates of other dialects deploy all of
    their functions."""
    every = [(outline, frozenset(span for _, span in own.handlers)) for outline, own in deployed]
    handlers = frozenset(span for outline, own in every if outline.dialect != _SERVICES for span in own)
    return frozenset(outline.path for outline, own in every if outline.offline and own and own <= handlers)


_SERVICES = "serverless"
_AMPLIFY = "amplify"
"""The dialect of both generations: the first lies in `amplify/backend`, and the second's program is
`amplify/backend.ts`."""


@dataclass(frozen=True, slots=True)
class _Template:
    """A template and its functions."""

    outline: Outline
    names: frozenset[str]
    handlers: frozenset[tuple[str, Span]]
    gone: int


def _replaces(one: _Template, other: _Template) -> bool:
    if one is other:
        return False
    beside = posixpath.dirname(one.outline.path) == posixpath.dirname(other.outline.path)
    alike = one.outline.dialect == other.outline.dialect
    if alike and beside and other.names < one.names and other.handlers <= one.handlers:
        return True
    spans = {span for _, span in one.handlers}
    whole = not one.gone and all(span in spans for _, span in other.handlers)
    return whole and (other.gone >= len(other.handlers) or _is_left_over(other, one))


def _is_left_over(service: _Template, other: _Template) -> bool:
    """Whether a service of the Serverless Framework has functions of which there is no code any longer, and another
    tool deploys all of the rest from around it: who gave up one tool for another hardly ever kept it whole."""
    return (
        service.outline.dialect == _SERVICES != other.outline.dialect
        and len(service.handlers) < len(service.names)
        and len(other.handlers) == len(other.names)
        and _lies_within(service.outline.path, posixpath.dirname(other.outline.path))
    )


def _lies_within(path: str, directory: str) -> bool:
    return directory in ("", ".") or path.startswith(f"{directory}/")
