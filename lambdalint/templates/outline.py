"""What must be known of a deployment to tell of others: plain data, whatever its resources are."""

from __future__ import annotations

from lambdalint.patterns import pattern
from lambdalint.records import dataclass
from lambdalint.source import Span
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Known

_TOOLS = frozenset({"Amazon.Lambda.Annotations"})
"""What stands as `Tool` in the metadata of a resource that a tool writes into its template at each build."""

WORDS = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
"""The words that a name is made of."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a template that declares resources."""

    span: Span
    from_tool: bool = False
    """Whether a tool writes one of them anew at each build."""
    in_earnest: bool = False
    """Whether one of them is not there for tests alone."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A deployment without what its resources say."""

    path: str
    dialect: str
    paths: tuple[str, ...] = ()
    """All template files that took part."""
    program: tuple[str, ...] = ()
    """The files of the app that it was read from, or synthesised of."""
    deploys: bool = False
    """Whether it has resources at all."""
    local: bool = False
    offline: bool = False
    """Whether nothing but a plugin is seen to run it, on one's own machine."""
    functions: tuple[str, ...] = ()
    """The names of its functions, those among them that a framework adds."""
    stretches: tuple[Stretch, ...] = ()
    written: tuple[tuple[Span, Span], ...] = ()
    notes: tuple[tuple[Span, str], ...] = ()
    unreadable: tuple[tuple[Span, str], ...] = ()


def outline(deployment: Deployment) -> Outline:
    """The outline of a deployment."""
    stretches: dict[Span, Stretch] = {}
    for each in deployment.resources:
        before = stretches.get(each.extent, Stretch(each.extent))
        stretches[each.extent] = Stretch(
            each.extent, before.from_tool or _is_from_tool(each), before.in_earnest or not _is_of_tests(each)
        )
    return Outline(
        deployment.path,
        deployment.dialect,
        deployment.paths,
        deployment.program,
        deploys=bool(deployment.resources),
        local=deployment.local,
        offline=deployment.offline,
        functions=tuple(sorted({each.name for each in deployment.resources if each.type == "AWS::Lambda::Function"})),
        stretches=tuple(stretches.values()),
        written=deployment.written,
        notes=deployment.notes,
        unreadable=deployment.unreadable,
    )


def _is_from_tool(resource: Resource) -> bool:
    tool = resource.metadata.get("Tool") if resource.metadata is not None else None
    return isinstance(tool, Known) and tool.value in _TOOLS


_OF_TESTS = frozenset({"test", "tests", "testing"})
_WITH_TESTS = _OF_TESTS | {"fixtures", "integration", "load", "performance", "smoke", "suite"}


def _is_of_tests(resource: Resource) -> bool:
    """Whether a resource stands in a module or stack for tests, or says so itself and is not made everywhere."""
    *around, own = ({word.lower() for word in WORDS.findall(each)} for each in resource.name.split("."))
    return any(each & _OF_TESTS and each <= _WITH_TESTS for each in around) or (
        resource.uncertain and not own.isdisjoint(_OF_TESTS)
    )
