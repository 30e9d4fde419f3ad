"""Where deployments begin: the roots of templates and apps, each read when it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import partial
from typing import TYPE_CHECKING

from lambdalint import cdk, pulumi, sst, templates
from lambdalint.code.reader import Reader
from lambdalint.configs import Configs
from lambdalint.discover.focus import Focus
from lambdalint.earlier import Reading
from lambdalint.kept import Kept
from lambdalint.outcome import Outcome
from lambdalint.records import dataclass
from lambdalint.source import Sources
from lambdalint.templates.resource import Deployment
from lambdalint.templates.value import Scalar

if TYPE_CHECKING:
    from lambdalint.templates.terraform.roots import Roots as TerraformRoots


@dataclass(slots=True)
class Root:
    """Where a deployment begins."""

    path: str
    read: Callable[[Reader], Iterable[Deployment]]
    """What is deployed from there: one deployment, or none or several of an app of the CDK."""
    of: object
    """What says the same as long as that does, beside what the reader's sources say."""
    whole: bool = True
    """Whether `of` says all of that; else it is told only by what is deployed, which can be read without a program."""

    reading: Callable[[], Reading | None] | None = None
    """What it was read of, when it was, where it is one of many that are read by themselves."""
    callers: Callable[[], str] = str
    """What tells of what is beside texts in `reading`, without reading it."""
    name: str = ""
    """What tells it from the others: its path, or that and a number."""

    def settle(self, reader: Reader) -> None:
        """Have `of` say all that is deployed from there."""
        if not self.whole:
            deployed = tuple(self.read(reader))
            self.read, self.of, self.whole = _always(*deployed), deployed, True

    def forget(self) -> None:
        """Let go of what is deployed from there: the templates of a repository take more memory than all else."""
        self.read, self.of = forgotten, None


class Roots:
    """What the templates among some files deploy, each read by the configuration of its root template, and what apps of
    the CDK do; what need not be read to know that it is there is read when it is asked for."""

    def __init__(
        self,
        sources: Sources,
        paths: Sequence[str],
        configs: Configs,
        focus: Focus | None,
        kept: Kept[Sources] | None = None,
    ) -> None:
        ways: list[tuple[Mapping[str, Scalar], templates.Modules]] = []
        for config in configs.over(paths):
            if (config.parameters, config.modules) not in ways:
                ways.append((config.parameters, config.modules))
        self.first: list[Root] = []
        """What can be read in any order."""
        self._later: list[tuple[int, Callable[[Set[str]], Iterator[Deployment]]]] = []
        """How many come before what can only be read after these, and how it is read."""
        taken: set[str] = set()
        outputs: list[Deployment] = []

        def is_read_so(path: str, way: tuple[Mapping[str, Scalar], templates.Modules]) -> bool:
            own = configs.of(path)
            return (own.parameters, own.modules) == way

        for number, way in enumerate(ways):
            # What is read in one way is no half of what is read in another.
            together = len(ways) == 1
            begin = partial(_begin, paths, *way, together)
            given = paths, way, together
            found, terraform = begin(sources) if kept is None else kept.made(number, given, sources, begin)
            for each in (*found, *(terraform.planned if terraform else ())):
                taken.update(each.paths)
                if is_read_so(each.path, way):
                    outputs += [each] if each.app else []
                    self.first += [] if each.app else [Root(each.path, _always(each), each)]
            if terraform is not None:
                for directory in terraform.directories:
                    path = terraform.path(directory)
                    if is_read_so(path, way):
                        self.first.append(
                            Root(
                                path,
                                partial(_of_terraform, terraform, directory),
                                terraform,
                                whole=False,
                                reading=partial(terraform.reading, directory),
                                callers=terraform.callers,
                            )
                        )
                self._later.append((len(self.first), partial(_rest, terraform, partial(is_read_so, way=way))))
        apps = cdk.apps([path for path in paths if path not in taken], outputs)
        named = partial(_names, focus)
        self.first += [Root(path, partial(_of_app, path, made, named), tuple(made)) for path, made in apps.items()]
        self.first += [
            Root(path, partial(_of_pulumi, path), ()) for path in pulumi.projects(paths) if path not in taken
        ]
        self.first += [Root(path, partial(_of_sst, path), ()) for path in sst.projects(paths) if path not in taken]

        seen: Counter[str] = Counter()
        for root in self.first:
            root.name = f"{root.path}#{seen[root.path]}" if seen[root.path] else root.path
            seen[root.path] += 1

    def in_order(
        self, outcomes: Sequence[Sequence[Outcome]], judged: Callable[[Root], Sequence[Outcome]]
    ) -> list[Outcome]:
        """The outcomes of the first, with those of what is read after them in its place."""
        found: list[Outcome] = []
        done = 0
        covered = {directory for each in outcomes for outcome in each for directory in outcome.modules}
        for number, rest in self._later:
            found += [outcome for each in outcomes[done:number] for outcome in each]
            done = number
            for deployment in rest(covered):
                found += judged(Root(deployment.path, _always(deployment), deployment))
        return found + [outcome for each in outcomes[done:] for outcome in each]

    def every(self, reader: Reader) -> Iterator[Deployment]:
        """All that is deployed."""
        covered: set[str] = set()
        done = 0
        for number, rest in (*self._later, (len(self.first), lambda _: iter(()))):
            for root in self.first[done:number]:
                for each in root.read(reader):
                    covered.update(each.modules)
                    yield each
            done = number
            yield from rest(covered)


class StillRoots:
    """The roots of an earlier run, where there are no others in this one."""

    def __init__(self, first: Sequence[Root]) -> None:
        self.first = first

    def in_order(self, outcomes: Sequence[Sequence[Outcome]], _: Callable[[Root], Sequence[Outcome]]) -> list[Outcome]:
        """As of those that were looked for."""
        return [outcome for each in outcomes for outcome in each]

    def every(self, reader: Reader) -> Iterator[Deployment]:
        """All that is deployed, where nobody knew it before."""
        return (each for root in self.first for each in root.read(reader))


def _begin(
    paths: Sequence[str],
    parameters: Mapping[str, Scalar],
    modules: templates.Modules,
    together: bool,
    sources: Sources,
) -> tuple[list[Deployment], TerraformRoots | None]:
    found, terraform = templates.begin(sources, paths, parameters, modules)
    if together and any(each.resources for each in found):
        from lambdalint.templates.halves import Unread, joined  # who has one template needs no other half

        def unread(path: str, directory: str, roots: TerraformRoots) -> Unread:
            return Unread(path, roots.words(directory), partial(roots.read, directory))

        others = [(terraform.path(each), each) for each in terraform.directories] if terraform is not None else []
        look = [(path, partial(unread, path, each, terraform)) for path, each in others if terraform is not None]
        with templates.uncollected():
            found, read = joined(found, look)
        if terraform is not None:
            terraform.leave(read)
    return found, terraform


def _always(*deployed: Deployment) -> Callable[[Reader], Iterable[Deployment]]:
    return lambda _: deployed


def forgotten(_: Reader) -> Iterable[Deployment]:
    """What is deployed from a root that is not to be asked for that."""
    raise ValueError("a root is asked once")


def _of_terraform(found: TerraformRoots, directory: str, _: Reader) -> Iterable[Deployment]:
    with templates.uncollected():
        return (found.read(directory),)


def _rest(found: TerraformRoots, own: Callable[[str], bool], covered: Set[str]) -> Iterator[Deployment]:
    return (each for each in found.rest(covered) if own(each.path))


def _of_app(
    path: str, made: Sequence[Deployment], named: Callable[[str], bool], reader: Reader
) -> Iterable[Deployment]:
    return cdk.of_app(reader.sources, path, made, reader, named)


def _of_pulumi(path: str, reader: Reader) -> Iterable[Deployment]:
    return pulumi.read(reader.sources, path, reader)


def _of_sst(path: str, reader: Reader) -> Iterable[Deployment]:
    return sst.read(reader.sources, path, reader)


def _names(focus: Focus | None, directory: str) -> bool:
    return focus is not None and focus.names(directory)


def deployments_of(
    sources: Sources, paths: Sequence[str], configs: Configs, reader: Reader, focus: Focus | None
) -> Iterator[Deployment]:
    """What the templates among some files deploy, and what apps of the CDK do."""
    return Roots(sources, paths, configs, focus).every(reader)
