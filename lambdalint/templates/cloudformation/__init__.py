"""CloudFormation templates, SAM's among them, whatever their files are called."""

from __future__ import annotations

import collections.abc
import posixpath
from collections.abc import Iterable, Iterator, Set

from lambdalint.records import replace
from lambdalint.source import Source, Sources, Span, UnreadableSource
from lambdalint.templates.aside import RENDERED, is_local
from lambdalint.templates.cloudformation.files import NESTED, Files, included
from lambdalint.templates.cloudformation.misplaced import misplaced
from lambdalint.templates.cloudformation.plain import plain
from lambdalint.templates.cloudformation.stack import SAM, Stack
from lambdalint.templates.method_paths import with_paths
from lambdalint.templates.resource import Deployment, Resource
from lambdalint.templates.value import Known, Mapping, Scalar

LARGEST = 12_000_000
"""How many characters a file may have to be taken for a template; CloudFormation itself accepts a million."""

_ENDINGS = (".yaml", ".yml", ".json", ".template")
_HEADERS = frozenset({"AWSTemplateFormatVersion", "Transform"})


def read(
    sources: Sources, paths: collections.abc.Sequence[str], parameters: collections.abc.Mapping[str, Scalar]
) -> Iterator[Deployment]:
    """The deployments that the files at `paths` declare: one for each template that no other includes."""
    files = Files(sources, parameters)
    sniffed: list[str] = []
    including: list[str] = []
    broken: dict[str, Deployment] = {}
    for path in paths:
        if not _named_like_a_template(path):
            continue
        try:
            source = sources.read(path)
        except UnreadableSource as error:
            if _named_template(path):
                broken[path] = _unreadable(path, error)
            continue
        if source is not None and _sniffed(source.text):
            sniffed.append(path)
            including += [path] if any(kind in source.text for kind in NESTED) else []
    found = _deployments(files, sniffed, including, broken)
    yield from (found[path] for path in paths if path in found)


def _deployments(
    files: Files, paths: list[str], including: list[str], broken: dict[str, Deployment]
) -> dict[str, Deployment]:
    """The deployments by the paths of their root templates; those `including` others say first which these are.

    What nothing includes is needed once: thousands of templates are not held at a time.
    """
    templates = ((path, _template(files, path, broken)) for path in including)
    inner = {each for path, template in templates if template is not None for each in included(*template)}
    covered: set[str] = set()
    found: dict[str, Deployment] = {}
    untransformed: list[str] = []
    # The second round is for templates that include each other, or that no condition lets their parents include.
    for path in [*(path for path in paths if path not in inner), *(path for path in paths if path in inner)]:
        template = None if path in covered else _template(files, path, broken)
        if template is not None:
            found[path] = deployment(files, *template)
            covered.update(found[path].paths, (path,))
            untransformed += [] if "Transform" in template[1].entries else [path]
        if path not in inner:
            files.forget(path)
    wholes = _Wholes(found, untransformed)
    for path in untransformed:
        whole = wholes.of(path)
        if whole is not None:
            found[whole] = replace(found[whole], paths=(*found[whole].paths, *found.pop(path).paths))
    return found | {path: unread for path, unread in broken.items() if path not in covered}


class _Wholes:
    """The templates of SAM that scripts may have put together of others, which say no Transform, and which nobody
    deploys: a whole lies beside its parts or above, and has all of each."""

    def __init__(self, found: collections.abc.Mapping[str, Deployment], untransformed: Iterable[str]) -> None:
        self._found = found
        self._written: dict[str, Set[tuple[str, str]]] = {}
        self._by_directory: dict[str, list[tuple[int, str]]] = {}
        """Them by their directories, each after its place among all."""
        parts = frozenset(untransformed)
        for place, (path, deployment) in enumerate(found.items()):
            if deployment.dialect == "sam" and path not in parts:
                self._by_directory.setdefault(posixpath.dirname(path), []).append((place, path))

    def of(self, path: str) -> str | None:
        """The first template that has all of another one, and more; None where there is none."""
        above = sorted(each for directory in _up(path) for each in self._by_directory.get(directory, ()))
        own = _written(self._found[path]) if above else frozenset()
        return next((whole for _, whole in above if own and own < self._all_of(whole)), None)

    def _all_of(self, path: str) -> Set[tuple[str, str]]:
        if path not in self._written:
            self._written[path] = _written(self._found[path])
        return self._written[path]


def _up(path: str) -> Iterator[str]:
    """The directory of a file, and those above it."""
    while path and path != posixpath.dirname(path):
        path = posixpath.dirname(path)
        yield path


def _written(deployment: Deployment) -> Set[tuple[str, str]]:
    return {(each.name, each.type) for each in deployment.resources if not each.generated}


def _template(files: Files, path: str, broken: dict[str, Deployment]) -> tuple[Source, Mapping] | None:
    """The template in a file; None where it is none, or is broken, which is noted."""
    try:
        found = files.template(path)
    except UnreadableSource as error:
        broken[path] = _unreadable(path, error, files.text(path))
        return None
    return found if found is not None and _is_template(found[1]) else None


def deployment(files: Files, source: Source, root: Mapping) -> Deployment:
    """What a template deploys, with the stacks in it."""
    stack = Stack(source, root, files, aliases=aliases)
    unreadable: list[tuple[Span, str]] = []
    try:
        resources = with_paths(_resources(stack, unreadable))
        strays = tuple(misplaced(stack))
    except RecursionError:
        # Each template is bounded, but stacks in stacks may refer to each other's outputs through all of them.
        return _unreadable(source.path, UnreadableSource(root.span, "nested too deep"), source.text)
    if not isinstance(root.entries.get("Resources"), Mapping):
        unreadable.append((root.key("Resources"), "Resources is not a mapping"))
    dialect = "sam" if stack.sam else "cloudformation"
    local = is_local(source, root.entries.get("Description"))
    paths = tuple(dict.fromkeys(stack.tally))
    return Deployment(
        source.path,
        dialect,
        resources,
        tuple(unreadable),
        paths,
        local=local,
        misplaced=tuple(dict.fromkeys(strays)),
        outputs=dict(stack.given()),
    )


def aliases(stack: Stack) -> Iterator[tuple[str, str]]:
    """The names that a template may use for what SAM makes of a stack, and the logical ids of what they name."""
    from lambdalint.templates.sam import aliases as of_sam  # only few of a project's files need it

    yield from of_sam.aliases(stack)


def _resources(stack: Stack, unreadable: list[tuple[Span, str]]) -> Iterator[Resource]:
    """The resources of a stack and of the stacks in it."""
    if stack.sam:
        from lambdalint.templates import sam  # only few of a project's files need it

        yield from sam.resources(stack)
    else:
        for logical_id in stack.resources:
            yield plain(stack, logical_id)
    yield from nested(stack, unreadable)


def nested(stack: Stack, unreadable: list[tuple[Span, str]]) -> Iterator[Resource]:
    """The resources of the stacks in a stack; what could not be read of it and of them is added to `unreadable`."""
    for child in stack.children():
        yield from _resources(child, unreadable)
    unreadable.extend(stack.unreadable)


def _named_like_a_template(path: str) -> bool:
    for ending in RENDERED:
        path = path.removesuffix(ending)
    return path.endswith(_ENDINGS)


def _named_template(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith(".template") or name.partition(".")[0] in ("template", "serverless")


def _sniffed(text: str) -> bool:
    return len(text) <= LARGEST and "AWS::" in text and _declares_resources(text)


def _declares_resources(text: str) -> bool:
    """Whether a text has a top-level `Resources`, as far as can be told before it is parsed."""
    return text.startswith("Resources:") or "\nResources:" in text or '"Resources"' in text or "'Resources'" in text


def _is_template(root: Mapping) -> bool:
    match root.entries.get("Resources"):
        case Mapping(entries):
            types = [each.entries.get("Type") for each in entries.values() if isinstance(each, Mapping)]
            if None in types and _HEADERS.isdisjoint(root.entries):
                # A fragment, which another tool merges into its own template: the types are there.
                return False
            return any(isinstance(kind, Known) and str(kind.value).startswith(("AWS::", "Custom::")) for kind in types)
        case _:
            return "Resources" in root.entries and "AWSTemplateFormatVersion" in root.entries


def _unreadable(path: str, error: UnreadableSource, text: str = "") -> Deployment:
    dialect = "sam" if SAM in text else "cloudformation"
    return Deployment(path, dialect, (), ((error.span, error.why),), (path,))
